//! The operating system under receiving, where it is a Unix: the watched folder by its open handle, the rights of files, how
//! many files may be open.
//!
//! **Not here:** the same names for Windows (`windows.rs`).

use std::{
    ffi::{OsStr, OsString},
    fs::{DirBuilder, File, OpenOptions},
    io::{self, ErrorKind, Read},
    os::{
        fd::OwnedFd,
        unix::{
            ffi::OsStringExt,
            fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
        },
    },
    path::Path,
};

use rustix::{
    fs::{
        Access, AtFlags, Dir, FileType, FlockOperation, Mode, OFlags, RenameFlags, Stat, accessat, fchmod, fcntl_lock,
        flock, fstat, fsync, mkdirat, open, openat, renameat, renameat_with, statat, unlinkat,
    },
    io::Errno,
    process::{Resource, Rlimit, getrlimit, setrlimit},
};

use crate::folder::directory::{Found, Opened, Stamp};

#[cfg(target_os = "linux")]
fn stamp_of(found: &Stat) -> Stamp {
    Stamp {
        file: (found.st_dev, found.st_ino),
        size: found.st_size.cast_unsigned(),
        written: (found.st_mtime, found.st_mtime_nsec),
        changed: (found.st_ctime, found.st_ctime_nsec),
    }
}

/// macOS has other numbers for the same.
#[cfg(not(target_os = "linux"))]
fn stamp_of(found: &Stat) -> Stamp {
    Stamp {
        file: (u64::from(found.st_dev.cast_unsigned()), found.st_ino),
        size: found.st_size.cast_unsigned(),
        written: (found.st_mtime, found.st_mtime_nsec.cast_unsigned()),
        changed: (found.st_ctime, found.st_ctime_nsec.cast_unsigned()),
    }
}

/// A folder by its open handle.
pub(crate) struct Directory {
    handle: OwnedFd,
}

const HERE: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

impl Directory {
    /// The watched folder itself: whoever configured it may have named a link.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { handle: open(path, HERE, Mode::empty())? })
    }

    /// A folder below, link by link refused.
    pub(crate) fn below(&self, name: &OsStr) -> io::Result<Self> {
        Ok(Self { handle: openat(&self.handle, name, HERE | OFlags::NOFOLLOW, Mode::empty())? })
    }

    /// A folder below, made with this one's rights where it is not there.
    pub(crate) fn made_below(&self, name: &str) -> io::Result<Self> {
        match self.below(OsStr::new(name)) {
            Err(error) if is_absent(&error) => {
                let mode = Mode::from_raw_mode(fstat(&self.handle)?.st_mode);
                mkdirat(&self.handle, name, Mode::RWXU)?;
                let made = self.below(OsStr::new(name))?;
                // Whatever the account's own mask takes away; where that may not be, it works without.
                let _ = fchmod(&made.handle, mode);
                Ok(made)
            }
            found => found,
        }
    }

    /// The names in it, hidden ones left out, at most so many; whether there are more.
    pub(crate) fn names(&self, most: usize) -> io::Result<(Vec<OsString>, bool)> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.handle)? {
            let entry = entry?;
            let name = entry.file_name().to_bytes();
            if name.starts_with(b".") {
                continue;
            }
            if names.len() == most {
                return Ok((names, true));
            }
            names.push(OsString::from_vec(name.to_vec()));
        }
        Ok((names, false))
    }

    /// The names in it that begin so.
    pub(crate) fn names_of_ours(&self, start: &str) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.handle)? {
            let name = entry?.file_name().to_bytes().to_vec();
            if name.starts_with(start.as_bytes()) {
                names.push(OsString::from_vec(name));
            }
        }
        Ok(names)
    }

    /// What lies under a name; a link is not followed.
    pub(crate) fn look(&self, name: &OsStr) -> io::Result<Found> {
        let found = match statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => return Ok(Found::Nothing),
            found => found?,
        };
        Ok(match FileType::from_raw_mode(found.st_mode) {
            FileType::RegularFile if found.st_nlink == 1 => Found::File(stamp_of(&found)),
            FileType::Directory => Found::Folder,
            FileType::RegularFile
            | FileType::Symlink
            | FileType::Fifo
            | FileType::Socket
            | FileType::CharacterDevice
            | FileType::BlockDevice
            | FileType::Unknown => Found::Special,
        })
    }

    /// Reads a file that was looked at before, unless it is another by now, or changes while it is read.
    pub(crate) fn read(&self, name: &OsStr, stamp: &Stamp, limit: u64) -> Opened {
        // NONBLOCK: opening a pipe that took the file's place would wait for ever.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let handle = match self.open_unnoticed(name, flags) {
            Ok(handle) => handle,
            Err(Errno::NOENT | Errno::AGAIN | Errno::TXTBSY | Errno::STALE) => return Opened::NotNow,
            Err(Errno::LOOP | Errno::MLINK | Errno::NXIO) => return Opened::Special,
            Err(_) => return Opened::Unreadable,
        };
        let is_as_before = |handle: &OwnedFd| fstat(handle).is_ok_and(|found| stamp_of(&found) == *stamp);
        if !is_as_before(&handle) {
            return Opened::NotNow;
        }
        // Both kinds of lock: programs on this machine take the one, a file server for others the other.
        let refused = |lock: Result<(), Errno>| matches!(lock, Err(Errno::AGAIN | Errno::ACCESS));
        if refused(flock(&handle, FlockOperation::NonBlockingLockShared))
            || refused(fcntl_lock(&handle, FlockOperation::NonBlockingLockShared))
        {
            return Opened::NotNow;
        }
        let expected = usize::try_from(stamp.size.min(limit + 1)).unwrap_or_default();
        // One more than expected, so that reading does not grow what would leave a copy behind.
        let mut bytes = Vec::with_capacity(expected + 1);
        let mut file = File::from(handle);
        if let Err(error) = (&mut file).take(expected as u64).read_to_end(&mut bytes) {
            return if error.kind() == ErrorKind::NotFound { Opened::NotNow } else { Opened::Unreadable };
        }
        if bytes.len() == expected && is_as_before(&file.into()) { Opened::Read(bytes) } else { Opened::NotNow }
    }

    /// Opens without leaving the time of reading behind, where the system and the file's rights allow that.
    fn open_unnoticed(&self, name: &OsStr, flags: OFlags) -> Result<OwnedFd, Errno> {
        #[cfg(target_os = "linux")]
        match openat(&self.handle, name, flags | OFlags::NOATIME, Mode::empty()) {
            // Another account's file, or a file system without it.
            Err(Errno::PERM | Errno::INVAL) => {}
            opened => return opened,
        }
        openat(&self.handle, name, flags, Mode::empty())
    }

    /// Takes from a file's rights what is over 0640; whether that could be done: not to another account's file.
    pub(crate) fn close_to_others(&self, name: &OsStr) -> io::Result<bool> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let handle = openat(&self.handle, name, flags, Mode::empty())?;
        let has = Mode::from_raw_mode(fstat(&handle)?.st_mode);
        let may_have = has & (Mode::RUSR | Mode::WUSR | Mode::RGRP);
        if has == may_have {
            return Ok(true);
        }
        match fchmod(&handle, may_have) {
            Err(Errno::PERM | Errno::ACCESS) => Ok(false),
            // A share that knows no such rights.
            Err(Errno::NOTSUP | Errno::NOSYS | Errno::INVAL) => Ok(true),
            done => Ok(done.map(|()| true)?),
        }
    }

    /// Copies a file to a new one of this account, durably.
    pub(crate) fn copy(&self, from: &OsStr, to: &str) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let mut source = File::from(openat(&self.handle, from, flags, Mode::empty())?);
        let mut copy = self.new_file(to)?;
        io::copy(&mut source, &mut copy)?;
        copy.sync_data()
    }

    /// Whether names can be put into it and taken out of it.
    pub(crate) fn is_writable(&self) -> bool {
        accessat(&self.handle, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS).is_ok()
    }

    /// A new file below, for what is written into it next; its group may read it where it may read the folder.
    pub(crate) fn new_file(&self, name: &str) -> io::Result<File> {
        let of_group = fstat(&self.handle)?.st_mode & 0o050 == 0o050;
        let mode = if of_group { Mode::RUSR | Mode::WUSR | Mode::RGRP } else { Mode::RUSR | Mode::WUSR };
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&self.handle, name, flags, mode)?;
        // Whatever the account's own mask takes away; where that may not be, it works without.
        let _ = fchmod(&file, mode);
        Ok(file.into())
    }

    /// Gives what lies here another name, here or in another folder.
    pub(crate) fn rename(&self, from: &OsStr, into: &Self, to: &OsStr) -> io::Result<()> {
        Ok(renameat(&self.handle, from, &into.handle, to)?)
    }

    /// The same, over nothing that has that name already.
    pub(crate) fn rename_beside(&self, from: &OsStr, into: &Self, to: &OsStr) -> io::Result<()> {
        match renameat_with(&self.handle, from, &into.handle, to, RenameFlags::NOREPLACE) {
            // A file system without this kind of rename: looking first has to do.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => match into.look(to)? {
                Found::Nothing => self.rename(from, into, to),
                Found::File(_) | Found::Folder | Found::Special => Err(ErrorKind::AlreadyExists.into()),
            },
            renamed => Ok(renamed?),
        }
    }

    pub(crate) fn remove(&self, name: &OsStr) -> io::Result<()> {
        match unlinkat(&self.handle, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a file below durable.
    pub(crate) fn sync_file(&self, name: &str) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(fsync(openat(&self.handle, name, flags, Mode::empty())?)?)
    }

    /// Makes the names in it durable. A share that knows no such thing has them when it has them.
    pub(crate) fn sync(&self) -> io::Result<()> {
        match fsync(&self.handle) {
            Ok(()) | Err(Errno::INVAL | Errno::NOTSUP | Errno::NOSYS) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes everything on its file system durable at once: for many small files.
    #[cfg(target_os = "linux")]
    pub(crate) fn sync_all(&self) -> io::Result<()> {
        Ok(rustix::fs::syncfs(&self.handle)?)
    }

    /// Everything on its file system durable at once is Linux' own.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn sync_all(&self) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }
}

/// Whether a folder is not there, as its disk says.
pub(crate) fn is_absent(error: &io::Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::NOENT)
}

/// Whether a folder is not there: gone, or the share it lies on.
pub(crate) fn is_gone(error: &io::Error) -> bool {
    matches!(
        Errno::from_io_error(error),
        Some(
            Errno::NOENT
                | Errno::NOTDIR
                | Errno::STALE
                | Errno::NOTCONN
                | Errno::HOSTDOWN
                | Errno::HOSTUNREACH
                | Errno::NODEV
                | Errno::IO
                | Errno::TIMEDOUT
                | Errno::NXIO
        )
    )
}

/// Whether others than its owner may read a private key; of one that systemd handed over the group's right is the mask of a list.
pub(crate) fn is_open_to_others(place: &Path, key: &File) -> io::Result<bool> {
    let others = if store::is_credential(place) { 0o037 } else { 0o077 };
    Ok(key.metadata()?.permissions().mode() & others != 0)
}

/// A folder for this account alone; one that is there stays as it is.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// A new file for this account alone.
pub(crate) fn create_private(place: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(place)
}

/// A new file that others may read.
pub(crate) fn create_public(place: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o644).open(place)
}

/// Each connection is an open file: as many as the system lets this process have.
pub(crate) fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    // Where it cannot be raised, what is over it is refused by the system.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}
