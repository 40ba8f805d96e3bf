//! Readers' key pairs (X25519), HPKE to a reader, and the reader keys of a process and day (DESIGN §4).
//!
//! Source: RFC 9180, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
//! Format 1 of a sealed value: byte 1 ‖ encapsulated key 32 ‖ ciphertext ‖ tag.

use domain::ReaderId;
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256, single_shot_open, single_shot_seal,
};
use zeroize::{Zeroize, Zeroizing};

use crate::secret::{SealError, Secret32};

const FORMAT: u8 = 1;
const ENCAPSULATED_BYTES: usize = 32;
const INFO: &[u8] = b"terugblik/1/hpke";

/// A reader's public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReaderPublic(pub [u8; 32]);

/// A reader's private key.
pub struct ReaderPrivate(Secret32);

impl ReaderPrivate {
    /// A fresh key.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, SealError> {
        let seed = Secret32::random()?;
        let (private, _) = X25519HkdfSha256::derive_keypair(&seed.0);
        let mut bytes = private.to_bytes();
        let secret = Secret32::from_bytes(&bytes);
        bytes.as_mut_slice().zeroize();
        secret.map(Self)
    }

    /// From unsealed bytes.
    ///
    /// # Errors
    /// When there are not exactly thirty-two.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        Secret32::from_bytes(bytes).map(Self)
    }

    /// The bytes, to be sealed. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// Its public half.
    ///
    /// # Errors
    /// When the bytes are no X25519 key; cannot happen for a key this crate made.
    pub fn public(&self) -> Result<ReaderPublic, SealError> {
        let key = self.hpke()?;
        let public = X25519HkdfSha256::sk_to_pk(&key).to_bytes();
        Ok(ReaderPublic(public.as_slice().try_into().map_err(|_| SealError::Format)?))
    }

    fn hpke(&self) -> Result<<X25519HkdfSha256 as Kem>::PrivateKey, SealError> {
        <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(&self.0.0).map_err(|_| SealError::Format)
    }
}

/// Seals to a reader's public key; `place` says what it is and opens nowhere else.
///
/// # Errors
/// When the public key is none.
pub fn seal_to(public: &ReaderPublic, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let key = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&public.0).map_err(|_| SealError::Format)?;
    let (encapsulated, body) =
        single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(&OpModeS::Base, &key, INFO, plain, place)
            .map_err(|_| SealError::System)?;
    let mut sealed = Vec::with_capacity(1 + ENCAPSULATED_BYTES + body.len());
    sealed.push(FORMAT);
    sealed.extend_from_slice(&encapsulated.to_bytes());
    sealed.extend_from_slice(&body);
    Ok(sealed)
}

/// Opens what was sealed to this reader, in this place.
///
/// # Errors
/// When it was sealed to another reader or place, or was changed.
pub fn open_with(private: &ReaderPrivate, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
    if sealed.first() != Some(&FORMAT) || sealed.len() <= 1 + ENCAPSULATED_BYTES {
        return Err(SealError::Format);
    }
    let (encapsulated, body) = sealed[1..].split_at(ENCAPSULATED_BYTES);
    let encapsulated =
        <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| SealError::Format)?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &private.hpke()?,
        &encapsulated,
        INFO,
        body,
        place,
    )
    .map(Zeroizing::new)
    .map_err(|_| SealError::DoesNotOpen)
}

/// The symmetric key of one reader, process and day of making. Wraps content keys; sealed once to the reader.
pub struct ReaderKey {
    number: u32,
    reader: ReaderId,
    pub(crate) key: Secret32,
}

fn place(reader: ReaderId, number: u32) -> Vec<u8> {
    [b"reader-key/".as_slice(), &reader.0.to_be_bytes(), &number.to_be_bytes()].concat()
}

impl ReaderKey {
    /// A fresh key with its number in table `reader_key`.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate(reader: ReaderId, number: u32) -> Result<Self, SealError> {
        Ok(Self { number, reader, key: Secret32::random()? })
    }

    /// Its number.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Whose it is.
    #[must_use]
    pub fn reader(&self) -> ReaderId {
        self.reader
    }

    /// Sealed to the reader's public key, as stored.
    ///
    /// # Errors
    /// When the public key is none.
    pub fn sealed_to(&self, public: &ReaderPublic) -> Result<Vec<u8>, SealError> {
        seal_to(public, &place(self.reader, self.number), &self.key.0)
    }

    /// Opened by the reader.
    ///
    /// # Errors
    /// When it was sealed to another reader, or under another number.
    pub fn open(private: &ReaderPrivate, reader: ReaderId, number: u32, sealed: &[u8]) -> Result<Self, SealError> {
        let key = open_with(private, &place(reader, number), sealed)?;
        Ok(Self { number, reader, key: Secret32::from_bytes(&key)? })
    }
}
