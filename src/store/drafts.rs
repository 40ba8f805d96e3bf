//! Drafts: what an account has typed and not yet sent, so that a lock loses no sentence.
//!
//! **Invariant:** a draft is sealed to its account's own key before it comes here, and goes with that key, and with what it is about.
//! **Not here:** which forms there are but those about something, and what stands in them (`app`).

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Transaction, params};

use crate::{Store, StoreError};

/// The form of a note at an item: about a record.
pub const DRAFT_OF_NOTE: u8 = 3;
/// The form in which a reflection is written anew whose record is gone: about the reflection.
pub const DRAFT_OF_REFLECTION: u8 = 4;

// LIMIT: what nobody came back for in a month is forgotten.
const DAYS: i64 = 30;
// LIMIT: drafts of one form; a clerk who leaves more notes unsaved is told of the newest.
const OF_FORM_MAX: u32 = 50;

impl Store {
    /// Keeps a draft in place of the one before; `None`: there is nothing to keep any more. A place is a form, and what it is about
    /// (0: nothing).
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_draft(
        &mut self,
        account: i64,
        (place, about): (u8, i64),
        sealed: Option<&[u8]>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let old = (now - TimeDelta::days(DAYS)).timestamp();
        self.write(now, |transaction, _| {
            transaction.execute(
                "DELETE FROM draft WHERE at < ?1 OR (account = ?2 AND place = ?3 AND about = ?4)",
                params![old, account, place, about],
            )?;
            if let Some(sealed) = sealed {
                transaction.execute(
                    "INSERT INTO draft(account, place, about, at, sealed) SELECT ?1, ?2, ?3, ?4, ?5
                     WHERE ?2 NOT IN (3, 4) OR EXISTS(SELECT 1 FROM work WHERE ?2 = 3 AND message = ?3)
                       OR EXISTS(SELECT 1 FROM reflection WHERE ?2 = 4 AND n = ?3 AND account = ?1 AND deleted IS NULL)",
                    params![account, place, about, now.timestamp(), sealed],
                )?;
            }
            Ok(())
        })
    }

    /// An account's drafts of a form, the newest first, each with what it is about.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn drafts(&self, account: i64, place: u8, now: DateTime<Utc>) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
        let old = (now - TimeDelta::days(DAYS)).timestamp();
        let mut statement = self.connection.prepare_cached(
            "SELECT about, sealed FROM draft WHERE account = ?1 AND place = ?2 AND at >= ?3 ORDER BY at DESC LIMIT ?4",
        )?;
        let rows =
            statement.query_map(params![account, place, old, OF_FORM_MAX], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// What a draft is about goes: so does the draft, of this account or of all.
pub(crate) fn forget_about(
    transaction: &Transaction<'_>,
    (place, about): (u8, i64),
    account: Option<i64>,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM draft WHERE place = ?1 AND about = ?2 AND account = coalesce(?3, account)";
    transaction.prepare_cached(sql)?.execute(params![place, about, account])?;
    Ok(())
}
