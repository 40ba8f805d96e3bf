//! Thirty-two secret bytes, randomness, and the one error of opening.

use domain::MessageToken;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Why something sealed does not open. Deliberately little: which check failed is nobody's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Cut short, or of a format this version does not know.
    #[error("a sealed value has an unknown format or length")]
    Format,
    /// The key is another one, or the value or its place was changed.
    #[error("a sealed value does not open: another key, or it was changed or moved")]
    DoesNotOpen,
    /// The operating system gave no randomness, or no memory for a key derivation.
    #[error("the operating system gave no randomness or memory")]
    System,
}

/// Thirty-two secret bytes.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Secret32(pub(crate) [u8; 32]);

impl Secret32 {
    /// Fresh random bytes.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn random() -> Result<Self, SealError> {
        let mut bytes = [0; 32];
        fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// From stored bytes.
    ///
    /// # Errors
    /// When there are not exactly thirty-two.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        Ok(Self(bytes.try_into().map_err(|_| SealError::Format)?))
    }

    /// The bytes, to be sealed or written to a key store. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), SealError> {
    getrandom::fill(bytes).map_err(|_| SealError::System)
}

/// A fresh token for a record or a ride.
///
/// # Errors
/// When the operating system has no randomness.
pub fn random_token() -> Result<MessageToken, SealError> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Ok(MessageToken(bytes))
}
