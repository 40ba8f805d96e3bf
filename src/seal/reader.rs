//! Readers' key pairs (X25519), HPKE to a reader, and the reader keys of a process and day (DESIGN §4).
//!
//! Source: RFC 9180, base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.
//! Format 1 of a sealed value: byte 1 ‖ encapsulated key 32 ‖ ciphertext ‖ tag.

use domain::ReaderId;
use hpke::{
    Deserializable, Kem, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256,
    kem::X25519HkdfSha256, single_shot_open, single_shot_seal,
};
use zeroize::Zeroizing;

use crate::{
    own_marks::OwnMarks,
    secret::{SealError, Secret32},
    signing::{SigningKey, VoucherKey},
};

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
        Ok(Self::from_seed(&Secret32::random()?))
    }

    // DeriveKeyPair of RFC 9180 §7.1.3.
    pub(crate) fn from_seed(seed: &Secret32) -> Self {
        let (private, _) = X25519HkdfSha256::derive_keypair(seed.bytes());
        let mut bytes = Secret32::zeros();
        private.write_exact(bytes.bytes_mut());
        Self(bytes)
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
        self.0.bytes()
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

    /// The key by which the owners of this key sign: of a role and epoch, its members.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::derive(self.0.bytes(), b"terugblik/1/signing")
    }

    /// The keys by which its owner finds and opens what he added to figures.
    #[must_use]
    pub fn own_marks(&self, reader: ReaderId) -> OwnMarks {
        OwnMarks::of(self, reader)
    }

    /// The key by which the owner of this key vouches for what the store says.
    #[must_use]
    pub fn voucher_key(&self) -> VoucherKey {
        VoucherKey::derive(self.0.bytes())
    }

    fn hpke(&self) -> Result<<X25519HkdfSha256 as Kem>::PrivateKey, SealError> {
        <X25519HkdfSha256 as Kem>::PrivateKey::from_bytes(self.0.bytes()).map_err(|_| SealError::Format)
    }
}

/// Seals to a reader's public key; `place` says what it is and opens nowhere else.
///
/// # Errors
/// When the public key is none.
pub fn seal_to(public: &ReaderPublic, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let (encapsulated, body) = seal_base(public, INFO, place, plain)?;
    let mut sealed = Vec::with_capacity(1 + ENCAPSULATED_BYTES + body.len());
    sealed.push(FORMAT);
    sealed.extend_from_slice(&encapsulated);
    sealed.extend_from_slice(&body);
    Ok(sealed)
}

// SealBase and OpenBase of RFC 9180 §6.1 in the one suite that is used.
fn seal_base(
    public: &ReaderPublic,
    info: &[u8],
    place: &[u8],
    plain: &[u8],
) -> Result<([u8; ENCAPSULATED_BYTES], Vec<u8>), SealError> {
    let key = <X25519HkdfSha256 as Kem>::PublicKey::from_bytes(&public.0).map_err(|_| SealError::Format)?;
    let (encapsulated, body) =
        single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(&OpModeS::Base, &key, info, plain, place)
            .map_err(|_| SealError::System)?;
    Ok((encapsulated.to_bytes().into(), body))
}

fn open_base(
    private: &ReaderPrivate,
    info: &[u8],
    place: &[u8],
    encapsulated: &[u8],
    body: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let encapsulated =
        <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(encapsulated).map_err(|_| SealError::Format)?;
    single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
        &OpModeR::Base,
        &private.hpke()?,
        &encapsulated,
        info,
        body,
        place,
    )
    .map(Zeroizing::new)
    .map_err(|_| SealError::DoesNotOpen)
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
    open_base(private, INFO, place, encapsulated, body)
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

    /// A key that is derived and stands in no table: number 0, which no row has.
    pub(crate) fn derived(reader: ReaderId, key: Secret32) -> Self {
        Self { number: 0, reader, key }
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
        seal_to(public, &place(self.reader, self.number), self.key.bytes())
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

#[cfg(test)]
mod tests {
    //! The vectors of RFC 9180, appendix A.2.1: base mode of DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305.
    #![allow(clippy::unwrap_used)]
    use data_encoding::HEXLOWER;

    use super::*;

    const INFO: &str = "4f6465206f6e2061204772656369616e2055726e";
    const SEED: &str = "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df";
    const PRIVATE: &str = "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb";
    const PUBLIC: &str = "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a";
    const ENCAPSULATED: &str = "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a";
    const PLAIN: &str = "4265617574792069732074727574682c20747275746820626561757479";
    const PLACE: &[u8] = b"Count-0";
    const BODY: &str = "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28";

    fn bytes(hex: &str) -> Vec<u8> {
        HEXLOWER.decode(hex.as_bytes()).unwrap()
    }

    #[test]
    fn a_key_pair_is_derived_as_in_rfc_9180() {
        let private = ReaderPrivate::from_seed(&Secret32::from_bytes(&bytes(SEED)).unwrap());
        // The RFC prints the private key before clamping, which changes bits that X25519 does not use.
        assert_eq!(private.public().unwrap().0.as_slice(), bytes(PUBLIC));
        let printed = ReaderPrivate::from_bytes(&bytes(PRIVATE)).unwrap();
        assert_eq!(printed.public().unwrap(), private.public().unwrap());
    }

    #[test]
    fn the_sealed_value_of_rfc_9180_opens() {
        let private = ReaderPrivate::from_bytes(&bytes(PRIVATE)).unwrap();
        let opened = open_base(&private, &bytes(INFO), PLACE, &bytes(ENCAPSULATED), &bytes(BODY)).unwrap();
        assert_eq!(*opened, bytes(PLAIN));
    }

    #[test]
    fn what_is_sealed_to_the_key_of_rfc_9180_opens_with_it() {
        let public = ReaderPublic(bytes(PUBLIC).try_into().unwrap());
        let (encapsulated, body) = seal_base(&public, &bytes(INFO), PLACE, &bytes(PLAIN)).unwrap();
        assert_eq!(body.len(), bytes(BODY).len());
        let private = ReaderPrivate::from_bytes(&bytes(PRIVATE)).unwrap();
        assert_eq!(*open_base(&private, &bytes(INFO), PLACE, &encapsulated, &body).unwrap(), bytes(PLAIN));
    }
}
