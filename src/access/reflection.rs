//! What a professional writes for himself: sealed to his own key, and opened by his session alone.
//!
//! **Invariant:** no other role has an act that opens it, and no other account the key.
//! **Not here:** how it is kept, and until when (`store`).

use domain::ReaderId;
use seal::{ReaderPublic, SealError};
use zeroize::Zeroizing;

use crate::{policy::Professional, session::Session};

/// Seals what an account writes for itself. Opens nothing: it outlives a lock.
pub struct ReflectionKey {
    account: i64,
    public: ReaderPublic,
}

impl ReflectionKey {
    /// Number of the account.
    #[must_use]
    pub fn account(&self) -> i64 {
        self.account
    }

    /// The reader whose records it may be about.
    #[must_use]
    pub fn reader(&self) -> ReaderId {
        ReaderId::professional(self.account)
    }

    /// Seals a reflection under its number, padded.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn seal(&self, number: i64, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        seal::seal_padded_to(&self.public, &place(self.account, number), plain)
    }
}

impl Session<Professional> {
    /// What this person's reflections are sealed to.
    ///
    /// # Errors
    /// When the session's key is none; does not happen with one that was opened.
    pub fn reflection_key(&self) -> Result<ReflectionKey, SealError> {
        let private = self.newest_private().ok_or(SealError::Format)?;
        Ok(ReflectionKey { account: self.account(), public: private.public()? })
    }

    /// Opens a reflection of this person's own.
    ///
    /// # Errors
    /// [`SealError::DoesNotOpen`] where it is another's, of another number, under a key that is no more, or was changed.
    pub fn open_reflection(&self, number: i64, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let private = self.newest_private().ok_or(SealError::Format)?;
        seal::open_padded_with(private, &place(self.account(), number), sealed)
    }
}

fn place(account: i64, number: i64) -> Vec<u8> {
    [b"reflection/".as_slice(), &account.to_be_bytes(), &number.to_be_bytes()].concat()
}
