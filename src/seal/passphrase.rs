//! A user's private key under his passphrase: Argon2id with the store's pepper.
//!
//! Source: RFC 9106; parameters R24: 64 MiB, t = 3, p = 1. They stand in the sealed value, so that they can be raised.
//! Format 1: byte 1 ‖ m 4 ‖ t 4 ‖ p 4 ‖ salt 16 ‖ AEAD value.

use argon2::{Algorithm, Argon2, AssociatedData, Block, ParamsBuilder, Version};
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

    /// The text, to be measured. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
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

    /// Whether it is cheaper than `wanted` in memory or passes: what stands under it asks for a new hash (R24).
    #[must_use]
    pub fn is_below(&self, wanted: &Self) -> bool {
        self.memory_kib < wanted.memory_kib || self.passes < wanted.passes
    }
}

fn derive(passphrase: &Passphrase, pepper: &Pepper, cost: Parameters, salt: &[u8]) -> Result<Secret32, SealError> {
    argon2id(passphrase.0.as_bytes(), salt, pepper.0.bytes(), b"", cost)
}

// RFC 9106 §3.1: password P, salt S, secret value K, associated data X. Its memory is wiped: the key follows from the last blocks.
fn argon2id(password: &[u8], salt: &[u8], secret: &[u8], data: &[u8], cost: Parameters) -> Result<Secret32, SealError> {
    let params = ParamsBuilder::new()
        .m_cost(cost.memory_kib)
        .t_cost(cost.passes)
        .p_cost(cost.lanes)
        .output_len(32)
        .data(AssociatedData::new(data).map_err(|_| SealError::Format)?)
        .build()
        .map_err(|_| SealError::Format)?;
    let mut memory = Zeroizing::new(Vec::new());
    memory.try_reserve_exact(params.block_count()).map_err(|_| SealError::System)?;
    memory.resize(params.block_count(), Block::new());
    let argon2 =
        Argon2::new_with_secret(secret, Algorithm::Argon2id, Version::V0x13, params).map_err(|_| SealError::Format)?;
    let mut key = Secret32::zeros();
    argon2
        .hash_password_into_with_memory(password, salt, key.bytes_mut(), memory.as_mut_slice())
        .map_err(|_| SealError::System)?;
    Ok(key)
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    // RFC 9106 §5.3: version 19, 32 KiB, 3 passes, 4 lanes, tag of 32 bytes.
    #[test]
    fn the_key_of_rfc_9106_is_derived() {
        let cost = Parameters { memory_kib: 32, passes: 3, lanes: 4 };
        let key = argon2id(&[1; 32], &[2; 16], &[3; 8], &[4; 12], cost).unwrap();
        let printed = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659";
        assert_eq!(data_encoding::HEXLOWER.encode(key.bytes()), printed);
    }
}
