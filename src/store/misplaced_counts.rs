//! How often passages of a hospital were reported (*hoort hier niet*): a number that outlives the records.
//!
//! **Not here:** the reports themselves (`misplaced`).

use access::{PrivacyOfficer, Session};
use domain::MessageId;
use rusqlite::{Transaction, params};

use crate::{StoreError, archive::Archive};

/// How often passages of one hospital were reported for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MisplacedCount {
    /// Its name.
    pub hospital: String,
    /// Number of the reason.
    pub reason: u8,
    /// How often.
    pub count: u64,
}

impl Archive {
    /// How often a passage was reported, per hospital by name and reason: also of records that are gone.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn misplaced_per_hospital(&self, _: &Session<PrivacyOfficer>) -> Result<Vec<MisplacedCount>, StoreError> {
        let mut statement = self.store.connection.prepare_cached(
            "SELECT h.name, c.reason, c.n FROM misplaced_count c JOIN hospital h ON h.n = c.hospital
             WHERE c.n > 0 ORDER BY h.name, h.n, c.reason",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(MisplacedCount { hospital: row.get(0)?, reason: row.get(1)?, count: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Counts a report of a record's hospital, or one that was taken back.
pub(crate) fn count(transaction: &Transaction<'_>, message: MessageId, reason: u8, by: i64) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO misplaced_count(hospital, reason, n) SELECT sender, ?2, max(?3, 0) FROM message WHERE id = ?1
             ON CONFLICT DO UPDATE SET n = max(n + ?3, 0)",
        )?
        .execute(params![message.0, reason, by])?;
    Ok(())
}
