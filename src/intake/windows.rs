//! The operating system under receiving, where it is Windows: the watched folder by its open handle, the rights of files.
//!
//! **Invariant:** a folder is held open without leave to rename or remove it, so that its path leads to it as long as it is held;
//! nothing is opened through a link (a reparse point).
//! **Not here:** the same names for Unix (`unix.rs`); whether a file has several names, which Windows tells only for open files.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, DirBuilder, File, Metadata, OpenOptions},
    io::{self, ErrorKind, Read},
    os::windows::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use crate::folder::directory::{Found, Opened, Stamp};

// winnt.h and fileapi.h.
const LIST_AND_LOOK: u32 = 0x81;
const DELETE_AND_WRITE: u32 = 0x0001_0002;
const SHARE_READ: u32 = 1;
const SHARE_READ_AND_WRITE: u32 = 3;
const BACKUP_SEMANTICS: u32 = 0x0200_0000;
const OPEN_REPARSE_POINT: u32 = 0x0020_0000;
const DELETE_ON_CLOSE: u32 = 0x0400_0000;
const IS_REPARSE_POINT: u32 = 0x400;
// winerror.h: somebody has the file open, or holds a lock on it.
const SHARING_VIOLATION: i32 = 32;
const LOCK_VIOLATION: i32 = 33;

/// A time of Windows, of 100 ns since 1601, as seconds and nanoseconds since 1970.
fn unix_time(time: u64) -> (i64, u64) {
    const SECONDS_1601_TO_1970: i64 = 11_644_473_600;
    ((time / 10_000_000).cast_signed() - SECONDS_1601_TO_1970, time % 10_000_000 * 100)
}

/// A file is known by when it was made, which a rename leaves as it is. What is put away is copied, so that of what lies on a
/// shelf this is also when it was put there.
fn stamp_of(found: &Metadata) -> Stamp {
    Stamp {
        file: (0, found.creation_time()),
        size: found.file_size(),
        written: unix_time(found.last_write_time()),
        changed: unix_time(found.creation_time()),
    }
}

fn is_link(found: &Metadata) -> bool {
    found.file_attributes() & IS_REPARSE_POINT != 0
}

/// A folder by its open handle.
pub(crate) struct Directory {
    path: PathBuf,
    #[expect(dead_code, reason = "as long as it is open the folder keeps its name")]
    held: File,
}

impl Directory {
    fn held(path: PathBuf, flags: u32) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.access_mode(LIST_AND_LOOK).share_mode(SHARE_READ_AND_WRITE).custom_flags(BACKUP_SEMANTICS | flags);
        let held = options.open(&path)?;
        let found = held.metadata()?;
        if is_link(&found) || !found.is_dir() {
            return Err(ErrorKind::NotADirectory.into());
        }
        Ok(Self { path, held })
    }

    /// The watched folder itself: whoever configured it may have named a link.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        Self::held(path.canonicalize()?, 0)
    }

    /// A folder below, link by link refused.
    pub(crate) fn below(&self, name: &OsStr) -> io::Result<Self> {
        Self::held(self.path.join(name), OPEN_REPARSE_POINT)
    }

    /// A folder below, made with this one's rights where it is not there.
    pub(crate) fn made_below(&self, name: &str) -> io::Result<Self> {
        match self.below(OsStr::new(name)) {
            Err(error) if is_absent(&error) => {
                fs::create_dir(self.path.join(name))?;
                self.below(OsStr::new(name))
            }
            found => found,
        }
    }

    /// The names in it, hidden ones left out, at most so many; whether there are more.
    pub(crate) fn names(&self, most: usize) -> io::Result<(Vec<OsString>, bool)> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let name = entry?.file_name();
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if names.len() == most {
                return Ok((names, true));
            }
            names.push(name);
        }
        Ok((names, false))
    }

    /// The names in it that begin so.
    pub(crate) fn names_of_ours(&self, start: &str) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let name = entry?.file_name();
            if name.as_encoded_bytes().starts_with(start.as_bytes()) {
                names.push(name);
            }
        }
        Ok(names)
    }

    /// What lies under a name; a link is not followed.
    pub(crate) fn look(&self, name: &OsStr) -> io::Result<Found> {
        let found = match self.path.join(name).symlink_metadata() {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
            found => found?,
        };
        Ok(match found {
            link if is_link(&link) => Found::Special,
            folder if folder.is_dir() => Found::Folder,
            file => Found::File(stamp_of(&file)),
        })
    }

    /// Reads a file that was looked at before, unless it is another by now, or somebody has it open for writing.
    pub(crate) fn read(&self, name: &OsStr, stamp: &Stamp, limit: u64) -> Opened {
        let mut file = match self.open_to_read(name) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Opened::NotNow,
            Err(error) if matches!(error.raw_os_error(), Some(SHARING_VIOLATION | LOCK_VIOLATION)) => {
                return Opened::NotNow;
            }
            Err(_) => return Opened::Unreadable,
        };
        match file.metadata() {
            Ok(found) if is_link(&found) || !found.is_file() => return Opened::Special,
            Ok(found) if stamp_of(&found) == *stamp => {}
            Ok(_) | Err(_) => return Opened::NotNow,
        }
        let expected = usize::try_from(stamp.size.min(limit + 1)).unwrap_or_default();
        // One more than expected, so that reading does not grow what would leave a copy behind.
        let mut bytes = Vec::with_capacity(expected + 1);
        match (&mut file).take(expected as u64).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() == expected => Opened::Read(bytes),
            Err(error) if error.raw_os_error() != Some(LOCK_VIOLATION) => Opened::Unreadable,
            Ok(_) | Err(_) => Opened::NotNow,
        }
    }

    /// While it is open nobody writes it, renames it or removes it.
    fn open_to_read(&self, name: &OsStr) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).share_mode(SHARE_READ).custom_flags(OPEN_REPARSE_POINT);
        options.open(self.path.join(name))
    }

    /// What is moved keeps the rights of where it was made: a copy, made here, has those of this folder and takes its place.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the same names as on Unix")]
    pub(crate) fn close_to_others(&self, _name: &OsStr) -> io::Result<bool> {
        Ok(false)
    }

    /// Copies a file to a new one of this account, durably.
    pub(crate) fn copy(&self, from: &OsStr, to: &str) -> io::Result<()> {
        let mut copy = self.new_file(to)?;
        io::copy(&mut self.open_to_read(from)?, &mut copy)?;
        copy.sync_data()
    }

    /// Whether names can be put into it and taken out of it: tried, with a file that goes with its handle.
    pub(crate) fn is_writable(&self) -> bool {
        let mut options = OpenOptions::new();
        options.write(true).create(true).access_mode(DELETE_AND_WRITE).custom_flags(DELETE_ON_CLOSE);
        options.open(self.path.join(".terugblik-probe.part")).is_ok()
    }

    /// A new file below, for what is written into it next; it has the rights of the folder.
    pub(crate) fn new_file(&self, name: &str) -> io::Result<File> {
        let path = self.path.join(name);
        // What a process left that was killed.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        File::create_new(path)
    }

    /// Gives what lies here another name, here or in another folder.
    pub(crate) fn rename(&self, from: &OsStr, into: &Self, to: &OsStr) -> io::Result<()> {
        fs::rename(self.path.join(from), into.path.join(to))
    }

    /// The same, over nothing that has that name already.
    pub(crate) fn rename_beside(&self, from: &OsStr, into: &Self, to: &OsStr) -> io::Result<()> {
        let (old, new) = (self.path.join(from), into.path.join(to));
        match fs::hard_link(&old, &new) {
            Ok(()) => fs::remove_file(old),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            // A file system without a second name for a file: looking first has to do.
            Err(_) => match into.look(to)? {
                Found::Nothing => self.rename(from, into, to),
                Found::File(_) | Found::Folder | Found::Special => Err(ErrorKind::AlreadyExists.into()),
            },
        }
    }

    pub(crate) fn remove(&self, name: &OsStr) -> io::Result<()> {
        match fs::remove_file(self.path.join(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    /// Makes a file below durable: opened for writing, which Windows wants for that.
    pub(crate) fn sync_file(&self, name: &str) -> io::Result<()> {
        OpenOptions::new().write(true).open(self.path.join(name))?.sync_all()
    }

    /// Names are NTFS's own journal's: it knows no call that makes those of a folder durable.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the same names as on Unix")]
    pub(crate) fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    /// Everything on its file system durable at once is Linux' own.
    #[expect(clippy::unused_self, reason = "the same names as on Unix")]
    pub(crate) fn sync_all(&self) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }
}

/// Whether a folder is not there, as its disk says (winerror.h: file, path).
pub(crate) fn is_absent(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(2 | 3))
}

/// Whether a folder is not there: gone, or the share it lies on (winerror.h: file, path, device not ready, network path, network
/// error, network name deleted, network name, time-out, not a directory, device, network).
pub(crate) fn is_gone(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(2 | 3 | 21 | 53 | 59 | 64 | 67 | 121 | 267 | 1167 | 1231))
        || error.kind() == ErrorKind::NotADirectory
}

/// Whether others than this account may read a private key: below its profile they may not, elsewhere that cannot be judged.
pub(crate) fn is_open_to_others(place: &Path, _key: &File) -> io::Result<bool> {
    let Some(home) = std::env::home_dir() else { return Ok(true) };
    Ok(!place.canonicalize()?.starts_with(home.canonicalize()?))
}

/// A folder, with the rights of the one it lies in.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(folder)
}

/// A new file, with the rights of its folder.
pub(crate) fn create_private(place: &Path) -> io::Result<File> {
    File::create_new(place)
}

/// As [`create_private`].
pub(crate) fn create_public(place: &Path) -> io::Result<File> {
    File::create_new(place)
}

/// Windows has no such limit.
pub(crate) fn raise_open_files() {}
