//! A folder by its open handle: listing, looking and opening never leave it and never follow a link.
//!
//! **Invariant:** every name is looked up below the handle, so that nobody can put another folder in its place meanwhile.
//! **Not here:** how each operating system does that (`unix.rs`, `windows.rs`).

use std::{ffi::OsStr, path::Path};

pub(super) use crate::system::{Directory, is_absent, is_gone};

/// What tells one state of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// What the system knows the file by, whatever it is called.
    pub(crate) file: (u64, u64),
    pub(crate) size: u64,
    /// When it was last written: seconds and nanoseconds.
    pub(crate) written: (i64, u64),
    /// When it was last changed in any way, its name among them.
    pub(crate) changed: (i64, u64),
}

impl Stamp {
    /// The same file with the same content, whatever it is called.
    pub(super) fn is_same_content(&self, other: &Self) -> bool {
        (self.file, self.size, self.written) == (other.file, other.size, other.written)
    }
}

/// What lies under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// A file with one name.
    File(Stamp),
    /// A folder.
    Folder,
    /// A link, a pipe, a socket, a device, or a file with several names.
    Special,
    /// Nothing any more.
    Nothing,
}

/// What opening a file for reading gave.
pub(crate) enum Opened {
    /// Its bytes; of a longer one the first `limit` + 1.
    Read(Vec<u8>),
    /// It is no longer as it was looked at, or somebody holds a lock on it: another time.
    NotNow,
    /// This account may not read it, or the disk failed.
    Unreadable,
    /// It became something else than a file.
    Special,
}

/// A folder's name under the watched one, as the connection has it: no step up, no step out.
pub(super) fn steps(folder: &str) -> Option<Vec<&OsStr>> {
    let path = Path::new(folder);
    let steps: Vec<&OsStr> = path
        .components()
        .map(|part| match part {
            std::path::Component::Normal(name) => Some(name),
            std::path::Component::Prefix(_)
            | std::path::Component::RootDir
            | std::path::Component::CurDir
            | std::path::Component::ParentDir => None,
        })
        .collect::<Option<_>>()?;
    let hidden = |name: &&OsStr| name.as_encoded_bytes().starts_with(b".");
    (!steps.is_empty() && !steps.iter().any(hidden)).then_some(steps)
}
