//! A folder by its open handle: listing, looking and opening never leave it and never follow a link.
//!
//! **Invariant:** every name is looked up below the handle, so that nobody can put another folder in its place meanwhile.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::{ErrorKind, Read},
    os::{
        fd::OwnedFd,
        unix::ffi::{OsStrExt, OsStringExt},
    },
    path::Path,
};

use rustix::{
    fs::{
        Access, AtFlags, Dir, FileType, FlockOperation, Mode, OFlags, RenameFlags, Stat, accessat, fchmod, fcntl_lock,
        flock, fstat, fsync, mkdirat, open, openat, renameat, renameat_with, statat, unlinkat,
    },
    io::Errno,
};

/// What tells one state of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    device: u64,
    inode: u64,
    pub(super) size: u64,
    /// When it was last written: seconds and nanoseconds.
    pub(super) written: (i64, u64),
    /// When it was last changed in any way, its name among them.
    pub(super) changed: (i64, u64),
}

impl Stamp {
    fn of(found: &Stat) -> Self {
        Self {
            device: found.st_dev,
            inode: found.st_ino,
            size: found.st_size.cast_unsigned(),
            written: (found.st_mtime, found.st_mtime_nsec),
            changed: (found.st_ctime, found.st_ctime_nsec),
        }
    }

    /// The same file with the same content, whatever it is called.
    pub(super) fn is_same_content(&self, other: &Self) -> bool {
        (self.device, self.inode, self.size, self.written) == (other.device, other.inode, other.size, other.written)
    }
}

/// What lies under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
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
pub(super) enum Opened {
    /// Its bytes; of a longer one the first `limit` + 1.
    Read(Vec<u8>),
    /// It is no longer as it was looked at, or somebody holds a lock on it: another time.
    NotNow,
    /// This account may not read it, or the disk failed.
    Unreadable,
    /// It became something else than a file.
    Special,
}

pub(super) struct Directory {
    handle: OwnedFd,
}

const HERE: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

impl Directory {
    /// The watched folder itself: whoever configured it may have named a link.
    pub(super) fn open(path: &Path) -> Result<Self, Errno> {
        open(path, HERE, Mode::empty()).map(|handle| Self { handle })
    }

    /// A folder below, link by link refused.
    pub(super) fn below(&self, name: &OsStr) -> Result<Self, Errno> {
        openat(&self.handle, name, HERE | OFlags::NOFOLLOW, Mode::empty()).map(|handle| Self { handle })
    }

    /// A folder below, made with this one's rights where it is not there.
    pub(super) fn made_below(&self, name: &str) -> Result<Self, Errno> {
        match self.below(OsStr::new(name)) {
            Err(Errno::NOENT) => {
                let mode = Mode::from_raw_mode(fstat(&self.handle)?.st_mode);
                mkdirat(&self.handle, name, Mode::RWXU)?;
                let made = self.below(OsStr::new(name))?;
                // Whatever the account's own mask takes away; where that may not be, it works without.
                let _ = rustix::fs::fchmod(&made.handle, mode);
                Ok(made)
            }
            found => found,
        }
    }

    /// The names in it, hidden ones left out, at most so many; whether there are more.
    pub(super) fn names(&self, most: usize) -> Result<(Vec<OsString>, bool), Errno> {
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
    pub(super) fn names_of_ours(&self, start: &str) -> Result<Vec<OsString>, Errno> {
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
    pub(super) fn look(&self, name: &OsStr) -> Result<Found, Errno> {
        let found = match statat(&self.handle, name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => return Ok(Found::Nothing),
            found => found?,
        };
        Ok(match FileType::from_raw_mode(found.st_mode) {
            FileType::RegularFile if found.st_nlink == 1 => Found::File(Stamp::of(&found)),
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
    pub(super) fn read(&self, name: &OsStr, stamp: &Stamp, limit: u64) -> Opened {
        // NONBLOCK: opening a pipe that took the file's place would wait for ever.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let handle = match self.open_unnoticed(name, flags) {
            Ok(handle) => handle,
            Err(Errno::NOENT | Errno::AGAIN | Errno::TXTBSY | Errno::STALE) => return Opened::NotNow,
            Err(Errno::LOOP | Errno::MLINK | Errno::NXIO) => return Opened::Special,
            Err(_) => return Opened::Unreadable,
        };
        let is_as_before = |handle: &OwnedFd| fstat(handle).is_ok_and(|found| Stamp::of(&found) == *stamp);
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
    pub(super) fn close_to_others(&self, name: &OsStr) -> Result<bool, Errno> {
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
            done => done.map(|()| true),
        }
    }

    /// Copies a file to a new one of this account, durably.
    pub(super) fn copy(&self, from: &OsStr, to: &str) -> Result<(), Errno> {
        let failed = |error: std::io::Error| Errno::from_io_error(&error).unwrap_or(Errno::IO);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
        let mut source = File::from(openat(&self.handle, from, flags, Mode::empty())?);
        let mut copy = self.new_file(to)?;
        std::io::copy(&mut source, &mut copy).map_err(failed)?;
        copy.sync_data().map_err(failed)
    }

    /// Whether names can be put into it and taken out of it.
    pub(super) fn is_writable(&self) -> bool {
        accessat(&self.handle, ".", Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS).is_ok()
    }

    /// A new file below, for what is written into it next; its group may read it where it may read the folder.
    pub(super) fn new_file(&self, name: &str) -> Result<File, Errno> {
        let of_group = fstat(&self.handle)?.st_mode & 0o050 == 0o050;
        let mode = if of_group { Mode::RUSR | Mode::WUSR | Mode::RGRP } else { Mode::RUSR | Mode::WUSR };
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&self.handle, name, flags, mode)?;
        // Whatever the account's own mask takes away; where that may not be, it works without.
        let _ = rustix::fs::fchmod(&file, mode);
        Ok(file.into())
    }

    /// Gives what lies here another name, here or in another folder.
    pub(super) fn rename(&self, from: &OsStr, into: &Self, to: &OsStr) -> Result<(), Errno> {
        renameat(&self.handle, from, &into.handle, to)
    }

    /// The same, over nothing that has that name already.
    pub(super) fn rename_beside(&self, from: &OsStr, into: &Self, to: &OsStr) -> Result<(), Errno> {
        match renameat_with(&self.handle, from, &into.handle, to, RenameFlags::NOREPLACE) {
            // A file system without this kind of rename: looking first has to do.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => match into.look(to)? {
                Found::Nothing => self.rename(from, into, to),
                Found::File(_) | Found::Folder | Found::Special => Err(Errno::EXIST),
            },
            renamed => renamed,
        }
    }

    pub(super) fn remove(&self, name: &OsStr) -> Result<(), Errno> {
        match unlinkat(&self.handle, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Makes a file below durable.
    pub(super) fn sync_file(&self, name: &str) -> Result<(), Errno> {
        fsync(openat(&self.handle, name, OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?)
    }

    /// Makes the names in it durable. A share that knows no such thing has them when it has them.
    pub(super) fn sync(&self) -> Result<(), Errno> {
        match fsync(&self.handle) {
            Ok(()) | Err(Errno::INVAL | Errno::NOTSUP | Errno::NOSYS) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Makes everything on its file system durable at once: for many small files.
    #[cfg(target_os = "linux")]
    pub(super) fn sync_all(&self) -> Result<(), Errno> {
        rustix::fs::syncfs(&self.handle)
    }

    /// Everything on its file system durable at once is Linux' own.
    #[cfg(not(target_os = "linux"))]
    pub(super) fn sync_all(&self) -> Result<(), Errno> {
        Err(Errno::NOSYS)
    }
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
    let hidden = |name: &&OsStr| name.as_bytes().starts_with(b".");
    (!steps.is_empty() && !steps.iter().any(hidden)).then_some(steps)
}

/// Whether a folder is not there: gone, or the share it lies on.
pub(super) fn is_gone(error: Errno) -> bool {
    matches!(
        error,
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
}
