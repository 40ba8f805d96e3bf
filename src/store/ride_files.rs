//! What became of the last ride file that was taken from a watched folder, for `status` and *Ritten*: counts, and why it was refused.

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

/// Why a file, or the whole folder, was not read: the key of its sentence with its values; never what stands in a file.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct RideFilesWhy {
    /// The key.
    pub key: String,
    /// Its values, by name.
    pub values: Vec<(String, String)>,
}

impl RideFilesWhy {
    pub(crate) fn as_lines(&self) -> String {
        // In one line each, whatever stands in a name.
        let line = |text: &str| text.replace(char::is_control, "?");
        let values = self.values.iter().map(|(name, value)| format!("\n{name}={}", line(value)));
        format!("\n{}", self.key) + &values.collect::<String>()
    }

    pub(crate) fn of_lines<'a>(mut lines: impl Iterator<Item = &'a str>) -> Option<Self> {
        let key = lines.next()?.to_owned();
        let values = lines.filter_map(|line| line.split_once('='));
        Some(Self { key, values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).collect() })
    }
}

/// The last ride file.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
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
    /// Why it was refused whole, where it was not for its lines.
    pub why: Option<RideFilesWhy>,
}

impl Store {
    /// The last ride file that was taken from a watched folder.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ride_files(&self) -> Result<Option<RideFilesNote>, StoreError> {
        let Some(text) = self.text_setting(LAST)? else { return Ok(None) };
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        let numbers: Vec<i64> = first.split(' ').filter_map(|part| part.parse().ok()).collect();
        let [at, outcome, new, changed, unchanged, refused] = numbers.as_slice() else { return Ok(None) };
        let Some(at) = moment(Some(*at)) else { return Ok(None) };
        let [new, changed, unchanged, refused] = [new, changed, unchanged, refused].map(|n| n.unsigned_abs());
        let outcome = if *outcome == 1 { RideFilesOutcome::Imported } else { RideFilesOutcome::Refused };
        let why = RideFilesWhy::of_lines(lines);
        Ok(Some(RideFilesNote { at, outcome, new, changed, unchanged, refused, why }))
    }

    /// Notes what became of a ride file.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_ride_files(&mut self, note: &RideFilesNote, now: DateTime<Utc>) -> Result<(), StoreError> {
        let RideFilesNote { at, outcome, new, changed, unchanged, refused, why } = note;
        let outcome = u8::from(*outcome == RideFilesOutcome::Imported);
        let why = why.as_ref().map(RideFilesWhy::as_lines).unwrap_or_default();
        let text = format!("{} {outcome} {new} {changed} {unchanged} {refused}{why}", at.timestamp());
        self.write(now, |transaction, _| {
            let sql = "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
            transaction.execute(sql, params![LAST, text])?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_a_file_was_refused_reads_as_it_was_noted_in_lines_of_its_own() {
        let why = |value: &str| RideFilesWhy {
            key: "error-rides-column-gone".into(),
            values: vec![("column".into(), value.into()), ("place".into(), "/srv/a=b".into())],
        };
        let read = |why: &RideFilesWhy| RideFilesWhy::of_lines(why.as_lines().trim_start().lines());
        assert_eq!(read(&why("Bij SEH")), Some(why("Bij SEH")));
        assert_eq!(read(&why("a\nb")), Some(why("a?b")));
    }
}
