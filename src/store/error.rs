//! Why the store could not do what was asked; says whose move it is. Never a value of a person.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no store in this folder.
    #[error("there is no store in {0}")]
    Absent(PathBuf),
    /// There is a store here already; it is left as it is.
    #[error("there is a store in {0} already; it was not touched")]
    Exists(PathBuf),
    /// Wrong key or damage: the cipher cannot tell them apart.
    #[error("the store does not open: another key, or a damaged file; restore a backup")]
    WrongKeyOrDamaged,
    /// Another machine has the store open, or had it when it was stopped; the file says so.
    #[error("the store is open on another machine")]
    OtherMachine {
        /// The machine's name.
        name: String,
        /// The file.
        file: PathBuf,
    },
    /// The folder is on a network share or in a synced folder.
    #[error("a store may not lie on {0}")]
    Place(&'static str),
    /// This OS account may not use the store: it is not the one that made it, nor a member of its group.
    #[error("this account may not use {0}: a member of the store's group may")]
    NoAccess(PathBuf),
    /// Made by a newer version; untouched.
    #[error("the store has schema {0}, newer than this program; it was not touched")]
    Newer(u32),
    /// The clock lies more than a day behind the log's last entry: nothing is written until it is right.
    #[error("the clock is set back: the log's last entry is of {last}; set the clock right")]
    ClockBack {
        /// Time of the log's last entry.
        last: chrono::DateTime<chrono::Utc>,
    },
    /// The clock lies days ahead of the log's last entry: nothing is destroyed by it until somebody has looked at it.
    #[error("the clock is ahead: the log's last entry is of {last}; nothing was destroyed")]
    ClockAhead {
        /// Time of the log's last entry.
        last: chrono::DateTime<chrono::Utc>,
    },
    /// The disk is full: nothing of what was asked was written.
    #[error("the disk is full; nothing was written")]
    DiskFull,
    /// The folder or its disk may only be read: nothing was written.
    #[error("the store's folder cannot be written; nothing was written")]
    ReadOnly,
    /// The disk failed at reading or writing: nothing half written.
    #[error("the disk failed at reading or writing ({code}); nothing is half written")]
    Disk {
        /// SQLite's extended result code.
        code: i32,
    },
    /// A snapshot that does not open: another root secret, or damage.
    #[error("the snapshot {0} does not open: another key, or a damaged file")]
    Snapshot(PathBuf),
    /// A file of the recovery kit that does not read.
    #[error("the recovery kit's file {0} is damaged")]
    KitFile(PathBuf),
    /// Another process holds the writer's place for too long.
    #[error("another process has been writing for {0} seconds; try again")]
    Busy(u64),
    /// A part that was changed, moved or exchanged.
    #[error("a sealed part does not match the log and was not opened")]
    Tampered,
    /// Something sealed does not open.
    #[error(transparent)]
    Seal(#[from] seal::SealError),
    /// An audit entry of another format.
    #[error(transparent)]
    Entry(#[from] access::EntryError),
    /// Stored content of another shape.
    #[error(transparent)]
    Content(#[from] domain::ContentError),
    /// A key of the directory is missing or not authenticated.
    #[error("the directory of public keys does not hold: reader {0}")]
    Directory(i64),
    /// A member found another key in the directory than the reader's own: nothing is received until that is mended.
    #[error("receiving is stopped: the public key of reader {0} was found swapped")]
    KeySwapped(i64),
    /// Opened for what it may not be opened for (R1).
    #[error(transparent)]
    Purpose(#[from] access::PurposeError),
    /// A key could not be had or kept.
    #[error(transparent)]
    Key(#[from] crate::KeyError),
    /// Sheets of another kit than the store's.
    #[error("the sheets are of kit {given}; this store has kit {own}")]
    OtherKit {
        /// Number of the kit that was given.
        given: seal::KitNumber,
        /// Number of the store's.
        own: seal::KitNumber,
    },
    /// The store has no recovery kit, or its file is gone.
    #[error("there is no recovery.sealed of a kit in {0}")]
    NoKit(PathBuf),
    /// No account has this staff number, or it is closed.
    #[error("no account has this staff number")]
    NoAccount,
    /// A role without a key of its own: a functional administrator can give it.
    #[error("this role has no key of its own")]
    NoRoleKey,
    /// What is asked takes the store alone, and others have it open.
    #[error("other processes have the store open")]
    InUse,
    /// Another process has taken the store alone: recovery or rotation.
    #[error("another process has taken the store alone")]
    TakenAlone,
    /// Somebody else has the item.
    #[error("the item was taken up by another, or is closed")]
    NotYours,
    /// A role would be left without a member who has its key.
    #[error("the last member of role {0} leaves only with a successor")]
    LastMember(&'static str),
    /// A change of a connection that its rules do not allow.
    #[error("the connection of {1} was not changed: {0}")]
    Connection(crate::ConnectionRule, String),
    /// The work was stopped.
    #[error("stopped")]
    Cancelled,
    /// The disk or its rights.
    #[error("{place}: {kind}")]
    System {
        /// Where.
        place: PathBuf,
        /// The operating system's kind of error.
        kind: ErrorKind,
    },
    /// The database refused; its own words carry no values.
    #[error("the database refused ({code})")]
    Database {
        /// SQLite's extended result code.
        code: i32,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        of_code(error.sqlite_error().map_or(-1, |e| e.extended_code))
    }
}

/// SQLite's primary result codes: 5 BUSY, 8 READONLY, 10 IOERR, 11 CORRUPT, 13 FULL, 14 CANTOPEN (a log that cannot be made
/// beside the file), 26 NOTADB (also what SQLCipher says of another key).
fn of_code(code: i32) -> StoreError {
    match code & 0xff {
        5 => StoreError::Busy(crate::connection::BUSY_SECONDS),
        8 | 14 => StoreError::ReadOnly,
        10 => StoreError::Disk { code },
        11 | 26 => StoreError::WrongKeyOrDamaged,
        13 => StoreError::DiskFull,
        _ => StoreError::Database { code },
    }
}

impl StoreError {
    pub(crate) fn io(place: impl Into<PathBuf>, error: &std::io::Error) -> Self {
        Self::of_kind(place, error.kind())
    }

    /// What is said of a file that is the store's own.
    #[must_use]
    pub fn of_own_file(file: &Path, error: &std::io::Error) -> Self {
        let is_refused = error.kind() == ErrorKind::PermissionDenied;
        if is_refused { Self::NoAccess(file.to_path_buf()) } else { Self::io(file, error) }
    }

    pub(crate) fn of_kind(place: impl Into<PathBuf>, kind: ErrorKind) -> Self {
        Self::System { place: place.into(), kind }
    }

    /// What the database says of another file than the store: the file is named, not the store.
    pub(crate) fn about(self, file: &Path) -> Self {
        match self {
            Self::DiskFull => Self::of_kind(file, ErrorKind::StorageFull),
            Self::ReadOnly => Self::of_kind(file, ErrorKind::PermissionDenied),
            Self::Disk { .. } => Self::of_kind(file, ErrorKind::Other),
            Self::WrongKeyOrDamaged => Self::Snapshot(file.to_path_buf()),
            other @ (Self::Absent(_)
            | Self::Exists(_)
            | Self::OtherMachine { .. }
            | Self::Place(_)
            | Self::NoAccess(_)
            | Self::Newer(_)
            | Self::ClockBack { .. }
            | Self::ClockAhead { .. }
            | Self::Snapshot(_)
            | Self::KitFile(_)
            | Self::Busy(_)
            | Self::Tampered
            | Self::Seal(_)
            | Self::Entry(_)
            | Self::Content(_)
            | Self::Directory(_)
            | Self::KeySwapped(_)
            | Self::Purpose(_)
            | Self::Key(_)
            | Self::OtherKit { .. }
            | Self::NoKit(_)
            | Self::NoAccount
            | Self::NoRoleKey
            | Self::InUse
            | Self::TakenAlone
            | Self::NotYours
            | Self::LastMember(_)
            | Self::Connection(..)
            | Self::Cancelled
            | Self::System { .. }
            | Self::Database { .. }) => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_disk_says_is_told_from_a_wrong_key_and_from_a_refusal() {
        // READONLY, READONLY_DIRECTORY, CANTOPEN
        for code in [8, 1544, 14] {
            assert!(matches!(of_code(code), StoreError::ReadOnly), "{code}");
        }
        // IOERR_WRITE, IOERR_FSYNC
        assert!(matches!(of_code(778), StoreError::Disk { code: 778 }));
        assert!(matches!(of_code(1034), StoreError::Disk { code: 1034 }));
        assert!(matches!(of_code(13), StoreError::DiskFull));
        assert!(matches!(of_code(26), StoreError::WrongKeyOrDamaged));
        assert!(matches!(of_code(19), StoreError::Database { code: 19 }), "a constraint is our fault");
    }

    #[test]
    fn what_is_wrong_with_another_file_names_that_file() {
        let file = Path::new("/elders/momentopname");
        let said = |error: StoreError| format!("{:?}", error.about(file));
        for (error, named) in [
            (StoreError::DiskFull, "StorageFull"),
            (StoreError::ReadOnly, "PermissionDenied"),
            (StoreError::WrongKeyOrDamaged, "Snapshot"),
        ] {
            let said = said(error);
            assert!(said.contains(named) && said.contains("/elders/momentopname"), "{said}");
        }
    }
}
