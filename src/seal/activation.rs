//! Activation codes: 100 random bits, twenty characters in groups of five; and what is sealed under one until the first sign-in.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    alphabet,
    content::{aead_open, aead_seal},
    secret::{SealError, Secret32, fill},
    signing::SigningKey,
};

const CHARACTERS: usize = 20;

/// An activation code; shown once, to the person it is for.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct ActivationCode(String);

/// Why a typed code is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActivationCodeError {
    /// Not twenty letters and digits.
    #[error("an activation code has twenty letters and digits")]
    Length,
    /// A character outside the alphabet, at this place.
    #[error("character {0} of the activation code is not one of its letters and digits")]
    Character(usize),
}

impl ActivationCode {
    /// A fresh code.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn generate() -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0; 15]);
        fill(bytes.as_mut_slice())?;
        // 15 bytes are 24 characters of 5 bits; 20 of them carry 100 bits.
        let mut text = alphabet::encoding()?.encode(bytes.as_slice());
        text.truncate(CHARACTERS);
        Ok(Self(text))
    }

    /// A code as typed: case, spaces and hyphens do not matter; O reads as 0, I and L as 1.
    ///
    /// # Errors
    /// Which character is none.
    pub fn parse(typed: &str) -> Result<Self, ActivationCodeError> {
        let mut text = alphabet::typed(typed, CHARACTERS).map_err(ActivationCodeError::Character)?;
        if text.len() == CHARACTERS { Ok(Self(std::mem::take(&mut *text))) } else { Err(ActivationCodeError::Length) }
    }

    /// The code in groups of five, to be printed. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let groups: Vec<&str> = (0..4).map(|i| &self.0[i * 5..i * 5 + 5]).collect();
        Zeroizing::new(groups.join("-"))
    }

    fn key(&self) -> Secret32 {
        let mut key = Secret32::zeros();
        // See `RootSecret::derive`: 32 bytes cannot fail.
        let _ = Hkdf::<Sha256>::new(None, self.0.as_bytes()).expand(b"terugblik/1/activation", key.bytes_mut());
        key
    }

    /// The key by which who has the code signs the public key that he makes with it.
    #[must_use]
    pub fn signing_key(&self) -> SigningKey {
        SigningKey::derive(self.0.as_bytes(), b"terugblik/1/activation-signing")
    }

    /// Seals under the code.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn seal(&self, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        aead_seal(&self.key(), place, plain)
    }

    /// Opens what was sealed under it.
    ///
    /// # Errors
    /// [`SealError::DoesNotOpen`] for another code.
    pub fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        aead_open(&self.key(), place, sealed)
    }
}
