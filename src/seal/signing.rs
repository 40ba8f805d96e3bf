//! Signatures (Ed25519, RFC 8032) by keys that are derived when they are needed and stored nowhere: of the privacy officers, by
//! HKDF from their role's private key of an epoch; of an activation code, from the code.
//!
//! Format 1 of a signature: byte 1 ‖ Ed25519 signature 64. What is signed begins with a label of its own.
//! And the receiver's voucher: a MAC by a key derived from Routing's private key, which lies outside the store.

use ed25519_dalek::{Signature, Signer, VerifyingKey};
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::secret::Secret32;

const FORMAT: u8 = 1;

/// The public half of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SigningPublic(pub [u8; 32]);

/// A private key that signs; kept as its seed and wiped when dropped.
pub struct SigningKey(Secret32);

impl SigningKey {
    pub(crate) fn derive(from: &[u8], what: &[u8]) -> Self {
        Self(derived(from, what))
    }

    fn key(&self) -> ed25519_dalek::SigningKey {
        // Wiped when dropped (feature `zeroize` of the crate).
        ed25519_dalek::SigningKey::from_bytes(self.0.bytes())
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> SigningPublic {
        SigningPublic(self.key().verifying_key().to_bytes())
    }

    /// Signs a statement.
    #[must_use]
    pub fn sign(&self, statement: &[u8]) -> Vec<u8> {
        let mut signature = vec![FORMAT];
        signature.extend_from_slice(&self.key().sign(statement).to_bytes());
        signature
    }
}

impl SigningPublic {
    /// Whether the key's owner signed exactly this statement; a key or signature of small order counts as none.
    #[must_use]
    pub fn signed(&self, statement: &[u8], signature: &[u8]) -> bool {
        let Some((&FORMAT, signature)) = signature.split_first() else { return false };
        let (Ok(key), Ok(signature)) = (VerifyingKey::from_bytes(&self.0), Signature::from_slice(signature)) else {
            return false;
        };
        key.verify_strict(statement, &signature).is_ok()
    }
}

/// The receiver's own key for vouching: who has the root secret does not have it.
pub struct VoucherKey(Secret32);

impl VoucherKey {
    pub(crate) fn derive(from: &[u8]) -> Self {
        Self(derived(from, b"terugblik/1/voucher"))
    }

    /// The voucher for a statement.
    #[must_use]
    pub fn vouch(&self, statement: &[u8]) -> [u8; 32] {
        // HMAC takes keys of any length, so a key of 32 bytes is never refused.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.bytes()) else { return [0; 32] };
        mac.update(statement);
        mac.finalize().into_bytes().into()
    }

    /// Whether a voucher is for this statement, compared in constant time.
    #[must_use]
    pub fn vouched(&self, statement: &[u8], voucher: &[u8]) -> bool {
        self.vouch(statement).as_slice().ct_eq(voucher).into()
    }
}

pub(crate) fn derived(from: &[u8], what: &[u8]) -> Secret32 {
    let mut seed = Secret32::zeros();
    // HKDF-SHA256 gives up to 8160 bytes: 32 cannot fail.
    let _ = Hkdf::<Sha256>::new(None, from).expand(what, seed.bytes_mut());
    seed
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use data_encoding::HEXLOWER;

    use super::*;

    fn bytes(hex: &str) -> Vec<u8> {
        HEXLOWER.decode(hex.as_bytes()).unwrap()
    }

    // RFC 8032 §7.1, TEST 3.
    const SEED: &str = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7";
    const PUBLIC: &str = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025";
    const SIGNATURE: &str = "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
                             18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";

    #[test]
    fn the_signature_of_rfc_8032_is_made_and_holds() {
        let key = SigningKey(Secret32::from_bytes(&bytes(SEED)).unwrap());
        assert_eq!(key.public().0.as_slice(), bytes(PUBLIC));
        let made = key.sign(&bytes("af82"));
        assert_eq!(made[1..], bytes(SIGNATURE));
        assert!(key.public().signed(&bytes("af82"), &made));
    }

    #[test]
    fn a_changed_statement_signature_format_or_key_is_no_signature() {
        let (key, other) = (SigningKey::derive(b"a", b"x"), SigningKey::derive(b"b", b"x"));
        let made = key.sign(b"statement");
        assert!(key.public().signed(b"statement", &made));
        assert!(!key.public().signed(b"Statement", &made));
        assert!(!other.public().signed(b"statement", &made));
        for at in 0..made.len() {
            let mut changed = made.clone();
            changed[at] ^= 1;
            assert!(!key.public().signed(b"statement", &changed), "byte {at}");
            assert!(!key.public().signed(b"statement", &made[..at]), "cut at {at}");
        }
    }

    #[test]
    fn a_key_of_small_order_signs_nothing() {
        // The neutral element: with it anybody's signature of zeros would hold under a lenient check.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut signature = [0; 65];
        (signature[0], signature[1]) = (FORMAT, 1);
        assert!(!SigningPublic(neutral).signed(b"anything", &signature));
    }

    #[test]
    fn a_voucher_holds_for_its_statement_and_key_alone() {
        let (key, other) = (VoucherKey::derive(b"a"), VoucherKey::derive(b"b"));
        let voucher = key.vouch(b"statement");
        assert!(key.vouched(b"statement", &voucher));
        assert!(!key.vouched(b"statement2", &voucher) && !other.vouched(b"statement", &voucher));
        assert!(!key.vouched(b"statement", &[]) && !key.vouched(b"statement", &[0; 32]));
    }
}
