//! What was taken from a watched folder that may not be altered: marks, each a keyed hash of a file's place, size and time.
//!
//! **Invariant:** no name of a file stands here: a sender may put a BSN or a name in it.
//! **Not here:** watching the folder (`intake::folder`).

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use rusqlite::params;

use crate::{Store, StoreError, senders::day_of};

/// The mark of one file as it lies in a folder; another size or time is another mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FolderMark([u8; 16]);

impl FolderMark {
    /// The mark in hexadecimal: a name that tells nothing of the file's own.
    #[must_use]
    pub fn hex(&self) -> String {
        data_encoding::HEXLOWER.encode(&self.0)
    }
}

// LIMIT: days a mark is kept of a folder that is not there: by then a repeat is no longer proven by its fingerprint either.
const UNSEEN_DAYS_MAX: i64 = 90;

impl Store {
    /// The mark of a file, by what tells it from others.
    #[must_use]
    pub fn folder_mark(&self, fields: &[&[u8]]) -> FolderMark {
        let mut bytes = b"folder/taken".to_vec();
        for field in fields {
            bytes.extend((field.len() as u64).to_be_bytes());
            bytes.extend(*field);
        }
        let hash = self.secrets.fingerprint.fingerprint(&bytes);
        let mut mark = [0; 16];
        mark.copy_from_slice(&hash[..16]);
        FolderMark(mark)
    }

    /// What was taken and is remembered.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn folder_taken(&self) -> Result<HashSet<FolderMark>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT mark FROM folder_taken")?;
        let rows = statement.query_map([], |row| row.get(0).map(FolderMark))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Remembers what was taken.
    ///
    /// # Errors
    /// When the store cannot be written: then nothing of it is remembered.
    pub fn remember_taken(&mut self, marks: &[FolderMark], now: DateTime<Utc>) -> Result<(), StoreError> {
        let day = day_of(now);
        self.write(now, |transaction, _| {
            let sql = "INSERT INTO folder_taken VALUES (?1, ?2) ON CONFLICT DO UPDATE SET seen = excluded.seen";
            let mut statement = transaction.prepare_cached(sql)?;
            for mark in marks {
                statement.execute(params![mark.0, day])?;
            }
            Ok(())
        })
    }

    /// Of a folder that was read whole: what is no longer there is forgotten, what still is counts as seen today.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_vanished(&mut self, vanished: &[FolderMark], now: DateTime<Utc>) -> Result<(), StoreError> {
        let day = day_of(now);
        let unseen = "SELECT count(*) FROM folder_taken WHERE seen <> ?1";
        let stale: u64 = self.connection.query_row(unseen, [day], |row| row.get(0))?;
        if vanished.is_empty() && stale == 0 {
            return Ok(());
        }
        self.write(now, |transaction, _| {
            let mut statement = transaction.prepare_cached("DELETE FROM folder_taken WHERE mark = ?1")?;
            for mark in vanished {
                statement.execute([mark.0])?;
            }
            transaction.execute("UPDATE folder_taken SET seen = ?1 WHERE seen <> ?1", [day])?;
            Ok(())
        })
    }

    /// Forgets what was not seen for ninety days: the folder is gone, or another.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn forget_unseen(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let day = day_of(now) - UNSEEN_DAYS_MAX;
        let unseen = "SELECT count(*) FROM folder_taken WHERE seen < ?1";
        let stale: u64 = self.connection.query_row(unseen, [day], |row| row.get(0))?;
        if stale == 0 {
            return Ok(());
        }
        self.write(now, |transaction, _| {
            transaction.execute("DELETE FROM folder_taken WHERE seen < ?1", [day])?;
            Ok(())
        })
    }
}
