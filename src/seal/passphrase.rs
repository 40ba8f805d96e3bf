//! A user's private key under his passphrase: Argon2id with the store's pepper.
//!
//! Source: RFC 9106; parameters R24: 64 MiB, t = 3, p = 1. They stand in the sealed value, so that they can be raised.
//! Format 1: byte 1 ‖ m 4 ‖ t 4 ‖ p 4 ‖ salt 16 ‖ AEAD value.

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    content::{aead_open, aead_seal},
    secret::{SealError, Secret32, fill},
};

const FORMAT: u8 = 1;
const SALT_BYTES: usize = 16;
const HEAD_BYTES: usize = 13;

/// A passphrase as typed.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Passphrase(String);

impl Passphrase {
    /// Takes the typed text over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// Its length in characters.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.0.chars().count()
    }
}

/// The store's pepper: a random secret of table `secret`, mixed in as Argon2's secret value.
pub struct Pepper(Secret32);

impl Pepper {
    /// From table `secret`.
    #[must_use]
    pub fn new(secret: Secret32) -> Self {
        Self(secret)
    }
}

/// Cost of a key derivation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Parameters {
    /// R24.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };
}

fn derive(passphrase: &Passphrase, pepper: &Pepper, cost: Parameters, salt: &[u8]) -> Result<Secret32, SealError> {
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(32)).map_err(|_| SealError::Format)?;
    let argon2 = Argon2::new_with_secret(&pepper.0.0, Algorithm::Argon2id, Version::V0x13, params)
        .map_err(|_| SealError::Format)?;
    let mut key = [0; 32];
    argon2.hash_password_into(passphrase.0.as_bytes(), salt, &mut key).map_err(|_| SealError::System)?;
    Ok(Secret32(key))
}

/// Seals a secret under a passphrase.
///
/// # Errors
/// When the system has no randomness or memory.
pub fn seal_under_passphrase(
    passphrase: &Passphrase,
    pepper: &Pepper,
    cost: Parameters,
    place: &[u8],
    secret: &[u8],
) -> Result<Vec<u8>, SealError> {
    let mut salt = [0; SALT_BYTES];
    fill(&mut salt)?;
    let key = derive(passphrase, pepper, cost, &salt)?;
    let mut sealed = vec![FORMAT];
    for number in [cost.memory_kib, cost.passes, cost.lanes] {
        sealed.extend_from_slice(&number.to_be_bytes());
    }
    sealed.extend_from_slice(&salt);
    sealed.extend_from_slice(&aead_seal(&key, place, secret)?);
    Ok(sealed)
}

/// Opens it again.
///
/// # Errors
/// [`SealError::DoesNotOpen`] for another passphrase.
pub fn open_under_passphrase(
    passphrase: &Passphrase,
    pepper: &Pepper,
    place: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let cost = parameters_of(sealed)?;
    let (salt, body) = sealed[HEAD_BYTES..].split_at_checked(SALT_BYTES).ok_or(SealError::Format)?;
    let key = derive(passphrase, pepper, cost, salt)?;
    aead_open(&key, place, body)
}

/// The cost a sealed value was made with; lower than the standard of today asks for a new hash.
///
/// # Errors
/// When the bytes are no such value, or ask for more than this program grants.
pub fn parameters_of(sealed: &[u8]) -> Result<Parameters, SealError> {
    if sealed.first() != Some(&FORMAT) || sealed.len() < HEAD_BYTES {
        return Err(SealError::Format);
    }
    let number = |from: usize| sealed[from..from + 4].try_into().map(u32::from_be_bytes);
    let read = |from: usize| number(from).map_err(|_| SealError::Format);
    let cost = Parameters { memory_kib: read(1)?, passes: read(5)?, lanes: read(9)? };
    // LIMIT: 1 GiB, 16 passes, 8 lanes: a changed row must not make the program ask for all memory.
    if cost.memory_kib > 1 << 20 || cost.passes > 16 || cost.lanes > 8 {
        return Err(SealError::Format);
    }
    Ok(cost)
}
