//! The log's chain: SHA-256 over canonical bytes, and the forward-secure MAC beside it (key nᵢ₊₁ = H(nᵢ)).

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use crate::secret::{SealError, Secret32};

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// Digest of sealed bytes, as the audit entry of a receipt holds it.
#[must_use]
pub fn digest(bytes: &[u8]) -> Digest {
    Sha256::digest(bytes).into()
}

/// Hash of an entry: over the previous hash, its number and its canonical bytes.
#[must_use]
pub fn chain_hash(previous: &Digest, number: u64, bytes: &[u8]) -> Digest {
    let mut hash = Sha256::new();
    hash.update(b"terugblik/1/chain");
    hash.update(previous);
    hash.update(number.to_be_bytes());
    hash.update(bytes);
    hash.finalize().into()
}

/// The MAC key of one entry. Using it yields the next; the old one is overwritten.
pub struct MacKey(Secret32);

impl MacKey {
    /// The first key of a chain or segment.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn first() -> Result<Self, SealError> {
        Secret32::random().map(Self)
    }

    /// From stored or opened bytes.
    ///
    /// # Errors
    /// When there are not exactly thirty-two.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        Secret32::from_bytes(bytes).map(Self)
    }

    /// The bytes, to be stored as the present key or sealed as the first. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// The MAC of an entry's hash.
    #[must_use]
    pub fn mac(&self, hash: &Digest) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.expose()) else { return [0; 32] };
        mac.update(hash);
        mac.finalize().into_bytes().into()
    }

    /// Whether it is the same key, compared in constant time.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.expose().ct_eq(other.0.expose()).into()
    }

    /// The next entry's key.
    #[must_use]
    pub fn advance(self) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"terugblik/1/mac-key");
        hash.update(self.0.expose());
        let mut next = Secret32::zeros();
        hash.finalize_into(next.bytes_mut().into());
        Self(next)
    }
}
