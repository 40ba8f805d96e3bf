//! The group of the operating system's accounts that share a store (DESIGN §4).

use std::path::Path;

use crate::{StoreError, system};

/// Its name.
const NAME: &str = "terugblik";

/// The group `terugblik` of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OsGroup(u32);

impl OsGroup {
    /// The group, where this machine lists it.
    #[must_use]
    pub fn named() -> Option<Self> {
        system::group(NAME).map(Self)
    }

    /// Whether this process may give files to it: its account is a member, or root.
    #[must_use]
    pub fn is_own(self) -> bool {
        system::is_member(self.0)
    }

    /// Gives it a file or folder, with a mode that says so.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn give(self, path: &Path, mode: u32) -> Result<(), StoreError> {
        system::give(path, self.0, mode).map_err(|error| StoreError::io(path, &error))
    }
}
