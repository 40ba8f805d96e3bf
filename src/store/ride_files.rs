//! What became of the last ride file that was taken from a watched folder, for `status`; counts alone.

use chrono::{DateTime, Utc};
use rusqlite::params;
use serde::Serialize;

use crate::{Store, StoreError, worklist::moment};

const LAST: &str = "ride_files_last";

/// What became of a ride file.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum RideFilesOutcome {
    /// All of it is in the register.
    Imported,
    /// It lies in `geweigerd`: whole, or some of its lines were skipped.
    Refused,
}

/// The last ride file.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct RideFilesNote {
    /// When.
    pub at: DateTime<Utc>,
    /// What became of it.
    pub outcome: RideFilesOutcome,
    /// Rides that are new.
    pub new: u64,
    /// Rides that were changed.
    pub changed: u64,
    /// Rides that were the same.
    pub unchanged: u64,
    /// Lines that were refused.
    pub refused: u64,
}

impl Store {
    /// The last ride file that was taken from a watched folder.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ride_files(&self) -> Result<Option<RideFilesNote>, StoreError> {
        let Some(text) = self.text_setting(LAST)? else { return Ok(None) };
        let numbers: Vec<i64> = text.split(' ').filter_map(|part| part.parse().ok()).collect();
        let [at, outcome, new, changed, unchanged, refused] = numbers.as_slice() else { return Ok(None) };
        let Some(at) = moment(Some(*at)) else { return Ok(None) };
        let [new, changed, unchanged, refused] = [new, changed, unchanged, refused].map(|n| n.unsigned_abs());
        let outcome = if *outcome == 1 { RideFilesOutcome::Imported } else { RideFilesOutcome::Refused };
        Ok(Some(RideFilesNote { at, outcome, new, changed, unchanged, refused }))
    }

    /// Notes what became of a ride file.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_ride_files(&mut self, note: &RideFilesNote, now: DateTime<Utc>) -> Result<(), StoreError> {
        let RideFilesNote { at, outcome, new, changed, unchanged, refused } = note;
        let outcome = u8::from(*outcome == RideFilesOutcome::Imported);
        let text = format!("{} {outcome} {new} {changed} {unchanged} {refused}", at.timestamp());
        self.write(now, |transaction, _| {
            let sql = "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
            transaction.execute(sql, params![LAST, text])?;
            Ok(())
        })
    }
}
