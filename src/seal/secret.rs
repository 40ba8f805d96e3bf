//! Thirty-two secret bytes, randomness, and the one error of opening.
//!
//! **Invariant:** a secret's bytes lie on the heap and are filled and wiped where they lie: a value that is moved, or a table
//! of values that grows, moves a pointer and leaves no second copy.

use std::cell::RefCell;

use chacha20poly1305::Key;
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
pub struct Secret32(Box<[u8; 32]>);

impl Secret32 {
    /// Fresh random bytes.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn random() -> Result<Self, SealError> {
        let mut secret = Self::zeros();
        fill(secret.bytes_mut())?;
        Ok(secret)
    }

    /// From stored bytes.
    ///
    /// # Errors
    /// When there are not exactly thirty-two.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let mut secret = Self::zeros();
        if bytes.len() != secret.0.len() {
            return Err(SealError::Format);
        }
        secret.0.copy_from_slice(bytes);
        Ok(secret)
    }

    /// The bytes, for the primitives of this crate.
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Zeros, to be filled in place.
    pub(crate) fn zeros() -> Self {
        Self(Box::new([0; 32]))
    }

    pub(crate) fn bytes_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }

    /// The bytes as the ciphers take them, not copied.
    pub(crate) fn cipher_key(&self) -> &Key {
        self.bytes().into()
    }

    /// The bytes, to be sealed or written to a key store. Callers mark their use with `// REVEAL:`.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Drop for Secret32 {
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

impl ZeroizeOnDrop for Secret32 {}

// LIMIT: how deep the ciphers' calls go is a few KiB; this much of a thread's stack (2 MiB at least) is wiped beneath the caller.
const STACK_BYTES: usize = 128 * 1024;

/// Overwrites the stack beneath the caller, where calls that are over may have left pieces of keys: ciphers work on the stack,
/// and the compiler keeps what it likes in places that no `Drop` reaches. To be called where keys are forgotten.
#[inline(never)]
pub fn wipe_stack() {
    let mut used = [0_u8; STACK_BYTES];
    used.as_mut_slice().zeroize();
    std::hint::black_box(&used);
}

pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), SealError> {
    getrandom::fill(bytes).map_err(|_| SealError::System)
}

/// Randomness that everybody may see, drawn ahead.
struct Supply {
    bytes: [u8; 1024],
    used: usize,
}

thread_local! {
    static SUPPLY: RefCell<Supply> = const { RefCell::new(Supply { bytes: [0; 1024], used: 1024 }) };
}

/// For what is written in clear: nonces and tokens. The system is asked once for some forty of them; each byte serves once.
/// **Invariant:** no key comes from here, so what lies drawn ahead opens nothing.
pub(crate) fn fill_public(bytes: &mut [u8]) -> Result<(), SealError> {
    SUPPLY.with_borrow_mut(|supply| {
        if supply.bytes.len() - supply.used < bytes.len() {
            fill(&mut supply.bytes)?;
            supply.used = 0;
        }
        let drawn = supply.bytes.get(supply.used..supply.used + bytes.len()).ok_or(SealError::Format)?;
        bytes.copy_from_slice(drawn);
        supply.used += bytes.len();
        Ok(())
    })
}

/// A fresh token for a record or a ride.
///
/// # Errors
/// When the operating system has no randomness.
pub fn random_token() -> Result<MessageToken, SealError> {
    let mut bytes = [0; 16];
    fill_public(&mut bytes)?;
    Ok(MessageToken(bytes))
}
