//! The operating system under the store, where it is Windows: rights of files are those of the folder they are made in, which
//! below an account's profile are that account's, the system's and the administrators'.
//!
//! **Invariant:** a key file lies below the profile of the account that uses it; elsewhere it is refused, because the rights of
//! other folders cannot be judged from here.
//! **Not here:** the same names for Unix (`unix.rs`); several accounts of one machine on one store, which Windows is refused.

use std::{
    fs::{self, DirBuilder, File, Metadata, OpenOptions},
    io,
    path::{Component, Path, Prefix},
};

use crate::KeyError;

/// The share that this place, which is there, lies on: a letter that stands for a share was followed.
pub(crate) fn share(real: &Path) -> io::Result<Option<&'static str>> {
    let Some(Component::Prefix(prefix)) = real.components().next() else { return Ok(None) };
    Ok(match prefix.kind() {
        Prefix::UNC(..) | Prefix::VerbatimUNC(..) => Some("UNC"),
        Prefix::Verbatim(_) | Prefix::DeviceNS(_) | Prefix::VerbatimDisk(_) | Prefix::Disk(_) => None,
    })
}

/// What is another each time this machine is started: nothing here says it.
pub(crate) fn boot() -> Option<String> {
    None
}

/// Bytes that are free for this account where this folder lies.
pub(crate) fn free_bytes(folder: &Path) -> io::Result<u64> {
    fs4::available_space(folder)
}

/// A new file, with the rights of its folder.
///
/// # Errors
/// When there is one already, or the disk or its rights refuse.
pub fn create_private(file: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(file)
}

/// Whether the system handed the file over to this service: nothing here does.
#[must_use]
pub fn is_credential(_: &Path) -> bool {
    false
}

/// A folder, with those above it, each with the rights of the one it lies in.
///
/// # Errors
/// When the disk or its rights refuse.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(folder)
}

/// Gives a file its name; never over another that was made meanwhile.
pub(crate) fn rename_new(half: &Path, file: &Path) -> io::Result<()> {
    match fs::hard_link(half, file) {
        Ok(()) => fs::remove_file(half),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // A file system without a second name for a file: looking first has to do.
        Err(_) if file.exists() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(half, file),
    }
}

/// Names are NTFS's own journal's: it knows no call that makes those of a folder durable.
///
/// # Errors
/// Never.
pub fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// A lock file stays, empty as it is: Windows does not tell who waits for one that it has lost its name.
pub(crate) fn remove_lock(_file: &Path) {}

/// As [`remove_lock`].
pub(crate) fn is_nameless(_file: &File) -> bool {
    false
}

/// Several accounts of one machine: not on Windows.
pub(crate) fn share_folder(_folder: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// As [`share_folder`].
pub(crate) fn share_file(_file: &Path, _found: &Metadata, _folder: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The rights of the folder are the file's from the beginning.
#[expect(clippy::unnecessary_wraps, reason = "the same names as on Unix, where it can fail")]
pub(crate) fn set_mode(_file: &Path, _folder: &Path) -> io::Result<()> {
    Ok(())
}

/// What takes a file's place gets the rights of the folder, which the one before had.
pub(crate) fn may_replace(_before: &Metadata) -> bool {
    true
}

/// As [`may_replace`].
#[expect(clippy::unnecessary_wraps, reason = "the same names as on Unix, where it can fail")]
pub(crate) fn make_alike(_file: &Path, _before: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Refuses a key file that is not below the profile of this account.
pub(crate) fn must_be_closed(key: &Path, _found: &Metadata, _group: bool) -> Result<(), KeyError> {
    let real = |path: &Path| path.canonicalize().ok();
    let profile = std::env::home_dir().and_then(|home| real(&home));
    let is_below = profile.is_some_and(|profile| real(key).is_some_and(|key| key.starts_with(profile)));
    if is_below { Ok(()) } else { Err(KeyError::FileOutsideProfile(key.to_path_buf())) }
}

/// The rights of the folder are the file's from the beginning.
pub(crate) fn close(_key: &File, group: bool, _before: Option<&Metadata>) -> io::Result<()> {
    if group { Err(io::ErrorKind::Unsupported.into()) } else { Ok(()) }
}

/// As [`share_folder`].
pub(crate) fn share_key(_key: &Path, _folder: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// No group of accounts shares a store here.
pub(crate) fn group(_name: &str) -> Option<u32> {
    None
}

/// As [`group`].
pub(crate) fn is_member(_group: u32) -> bool {
    false
}

/// As [`share_folder`].
pub(crate) fn give(_path: &Path, _group: u32, _mode: u32) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
