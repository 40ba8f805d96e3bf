//! What a person is told when something cannot be done: a key of `resources/i18n` with its values, and an exit code.

use std::path::Path;

use store::{KeyError, StoreError};

/// Exit codes of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: findings, or something asks for attention.
    Attention,
    /// 2: refused, or wrong use.
    Refused,
    /// 3: the store cannot be opened.
    Store,
    /// 4: failed because of the system.
    System,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Attention => 1,
            Self::Refused => 2,
            Self::Store => 3,
            Self::System => 4,
        }
    }
}

/// A sentence for a person: what, why, what now. Values are numbers, places and rules only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppError {
    /// Key of the sentence.
    pub key: &'static str,
    /// Its values.
    pub values: Vec<(&'static str, String)>,
    /// Exit code.
    pub exit: Exit,
}

impl AppError {
    /// A refusal of what was given.
    #[must_use]
    pub fn refused(key: &'static str, values: Vec<(&'static str, String)>) -> Self {
        Self { key, values, exit: Exit::Refused }
    }

    /// A file that cannot be read or written.
    #[must_use]
    pub fn file(path: &Path, error: &std::io::Error) -> Self {
        let values = vec![("place", path.display().to_string()), ("kind", error.kind().to_string())];
        Self { key: "error-file", values, exit: Exit::System }
    }
}

fn place(path: &Path) -> Vec<(&'static str, String)> {
    vec![("place", path.display().to_string())]
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        let (key, values, exit) = match &error {
            StoreError::Absent(path) => ("error-store-absent", place(path), Exit::Store),
            StoreError::Exists(path) => ("error-store-exists", place(path), Exit::Refused),
            StoreError::WrongKeyOrDamaged => ("error-store-key-or-damage", vec![], Exit::Store),
            StoreError::Place(name) => ("error-store-place", vec![("name", (*name).to_owned())], Exit::Refused),
            StoreError::Newer(schema) => ("error-store-newer", vec![("schema", schema.to_string())], Exit::Store),
            StoreError::ClockBack { last } => {
                ("error-store-clock", vec![("last", last.format("%d-%m-%Y %H:%M").to_string())], Exit::System)
            }
            StoreError::DiskFull => ("error-store-disk-full", vec![], Exit::System),
            StoreError::Busy(seconds) => ("error-store-busy", vec![("seconds", seconds.to_string())], Exit::System),
            StoreError::Tampered => ("error-store-tampered", vec![], Exit::Store),
            StoreError::Seal(_) | StoreError::Entry(_) | StoreError::Content(_) | StoreError::Directory(_) => {
                ("error-store-does-not-open", vec![], Exit::Store)
            }
            StoreError::Purpose(_) => ("error-purpose", vec![], Exit::Refused),
            StoreError::NotYours => ("error-not-yours", vec![], Exit::Refused),
            StoreError::Cancelled => ("error-cancelled", vec![], Exit::Attention),
            StoreError::System { place: path, kind } => {
                let mut values = place(path);
                values.push(("kind", kind.to_string()));
                ("error-file", values, Exit::System)
            }
            StoreError::Database { code } => ("error-database", vec![("code", code.to_string())], Exit::System),
        };
        Self { key, values, exit }
    }
}

impl From<KeyError> for AppError {
    fn from(error: KeyError) -> Self {
        let (key, values) = match &error {
            KeyError::FileAbsent(path) => ("error-key-file-absent", place(path)),
            KeyError::FileExists(path) => ("error-key-file-exists", place(path)),
            KeyError::FileOpen(path) => ("error-key-file-open", place(path)),
            KeyError::FileContent(path) => ("error-key-file-content", place(path)),
            KeyError::File(path, kind) => {
                let mut values = place(path);
                values.push(("kind", kind.to_string()));
                ("error-file", values)
            }
            KeyError::NoKeyStore => ("error-key-store-none", vec![]),
            KeyError::Locked => ("error-key-store-locked", vec![]),
            KeyError::EntryAbsent => ("error-key-store-empty", vec![]),
            KeyError::EntryExists => ("error-key-store-exists", vec![]),
            KeyError::EntryContent => ("error-key-store-content", vec![]),
        };
        Self { key, values, exit: Exit::Store }
    }
}
