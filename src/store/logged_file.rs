//! A file that is written outside the store, with its entry in the log.
//!
//! **Invariant:** no entry, no content: what the file says reaches the disk after its entry is durable. Killed in between, a file of
//! zeros is left, and an entry too many.
//! **Not here:** what stands in the file (`app`).

use std::{
    io::{Seek, Write},
    path::Path,
};

use access::Entry;

use crate::{Store, StoreError, audit_trail, faults, system};

impl Store {
    /// Writes a new file that its owner alone can read, and its entry in the log. The inner error: the file could not be made, and
    /// nothing is left of it. Its room is taken before the entry is kept, so that a full disk leaves no entry.
    ///
    /// # Errors
    /// When the store cannot be written: then there is no file.
    pub fn write_logged(&mut self, entry: &Entry, to: &Path, bytes: &[u8]) -> Result<std::io::Result<()>, StoreError> {
        let mut made = None;
        let taken: Result<(), Taking> = self.write(entry.at, |transaction, _| {
            audit_trail::append(transaction, entry)?;
            faults::point();
            let file = made.insert(system::create_private(to).map_err(Taking::File)?);
            let room = file.write_all(&vec![0; bytes.len()]).and_then(|()| file.sync_all());
            faults::point();
            room.map_err(Taking::File)
        });
        faults::point();
        let written = match (taken, &mut made) {
            (Ok(()), Some(file)) => {
                Ok(file.rewind().and_then(|()| file.write_all(bytes)).and_then(|()| file.sync_all()))
            }
            (Ok(()), None) => Ok(Ok(())),
            (Err(Taking::File(error)), _) => Ok(Err(error)),
            (Err(Taking::Store(error)), _) => Err(error),
        };
        if made.is_some() && !matches!(written, Ok(Ok(()))) {
            // Half a file is none. Where it cannot be removed the error above says what went wrong.
            let _ = std::fs::remove_file(to);
        }
        written
    }
}

/// Why the room was not taken.
enum Taking {
    File(std::io::Error),
    Store(StoreError),
}

impl From<StoreError> for Taking {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
