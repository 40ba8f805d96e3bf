//! Why the store could not do what was asked; says whose move it is. Never a value of a person.

use std::path::PathBuf;

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
    /// The folder is on a network share or in a synced folder.
    #[error("a store may not lie on {0}")]
    Place(&'static str),
    /// Made by a newer version; untouched.
    #[error("the store has schema {0}, newer than this program; it was not touched")]
    Newer(u32),
    /// The clock lies more than a day behind the log's last entry: nothing is written until it is right.
    #[error("the clock is set back: the log's last entry is of {last}; set the clock right")]
    ClockBack {
        /// Time of the log's last entry.
        last: chrono::DateTime<chrono::Utc>,
    },
    /// The disk is full: nothing of what was asked was written.
    #[error("the disk is full; nothing was written")]
    DiskFull,
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
    /// Opened for what it may not be opened for (R1).
    #[error(transparent)]
    Purpose(#[from] access::PurposeError),
    /// Somebody else has the item.
    #[error("the item was taken up by another, or is closed")]
    NotYours,
    /// The work was stopped.
    #[error("stopped")]
    Cancelled,
    /// The disk or its rights.
    #[error("{place}: {kind}")]
    System {
        /// Where.
        place: PathBuf,
        /// The operating system's kind of error.
        kind: std::io::ErrorKind,
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
        let code = error.sqlite_error().map_or(-1, |e| e.extended_code);
        // SQLite's primary result codes: 5 BUSY, 11 CORRUPT, 13 FULL, 26 NOTADB (also what SQLCipher says of another key).
        match code & 0xff {
            5 => Self::Busy(crate::connection::BUSY_SECONDS),
            11 | 26 => Self::WrongKeyOrDamaged,
            13 => Self::DiskFull,
            _ => Self::Database { code },
        }
    }
}

impl StoreError {
    pub(crate) fn io(place: impl Into<PathBuf>, error: &std::io::Error) -> Self {
        Self::System { place: place.into(), kind: error.kind() }
    }
}
