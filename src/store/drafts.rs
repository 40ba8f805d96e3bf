//! Drafts: what an account has typed and not yet sent, so that a lock loses no sentence.
//!
//! **Invariant:** a draft is sealed to its account's own key before it comes here, and goes with that key.
//! **Not here:** which forms there are, and what stands in them (`app`).

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{OptionalExtension, params};

use crate::{Store, StoreError};

// LIMIT: what nobody came back for in a month is forgotten.
const DAYS: i64 = 30;

impl Store {
    /// Keeps a draft in place of the one before; `None`: there is nothing to keep any more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_draft(
        &mut self,
        account: i64,
        place: u8,
        sealed: Option<&[u8]>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let old = (now - TimeDelta::days(DAYS)).timestamp();
        self.write(now, |transaction, _| {
            transaction.execute(
                "DELETE FROM draft WHERE at < ?1 OR (account = ?2 AND place = ?3)",
                params![old, account, place],
            )?;
            if let Some(sealed) = sealed {
                transaction.execute(
                    "INSERT INTO draft(account, place, at, sealed) VALUES (?1, ?2, ?3, ?4)",
                    params![account, place, now.timestamp(), sealed],
                )?;
            }
            Ok(())
        })
    }

    /// An account's draft of a place.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn draft(&self, account: i64, place: u8, now: DateTime<Utc>) -> Result<Option<Vec<u8>>, StoreError> {
        let old = (now - TimeDelta::days(DAYS)).timestamp();
        let mut statement = self
            .connection
            .prepare_cached("SELECT sealed FROM draft WHERE account = ?1 AND place = ?2 AND at >= ?3")?;
        Ok(statement.query_row(params![account, place, old], |row| row.get(0)).optional()?)
    }
}
