//! The watched folder of ride files: what *Ritten* says of it, whose turn it is to read it, and how the last look at it went.
//!
//! **Invariant:** one process reads ride files from a folder at a time, whichever folder.
//! **Not here:** the folder itself (`intake::folder`), reading it (`app::ride_folder`), the last file (`ride_files`).

use std::{fs::File, path::Path, path::PathBuf, time::Duration};

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::params;
use serde::Serialize;

use crate::{Store, StoreError, audit_trail, place, ride_files::RideFilesWhy, worklist::moment};

const SETTINGS: &str = "ride_folder";
const LOOKED: &str = "ride_folder_looked";
const LOCK: &str = "ride_files.lock";

/// What *Ritten* says of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RideFolderSettings {
    /// The receiver reads it.
    pub on: bool,
    /// The folder.
    pub folder: PathBuf,
    /// The source whose layout its files have; absent: that of `rides.csv`.
    pub source: Option<String>,
    /// Minutes between two looks, 1 to 1440.
    pub every_minutes: u32,
    /// Bad lines are left out; else a file with one is refused whole.
    pub skip_bad_lines: bool,
}

/// How the last look at the folder went.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct RideFolderLook {
    /// When.
    pub at: DateTime<Utc>,
    /// Why it could not be read; absent: it could.
    pub why: Option<RideFilesWhy>,
}

/// The folder in `status`.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct RideFolderState {
    /// The receiver reads it.
    pub on: bool,
    /// Minutes between two looks.
    pub every_minutes: u32,
    /// The last look, of whichever process.
    pub looked: Option<RideFolderLook>,
}

/// The turn to read ride files from a folder, until dropped, or the process ends.
pub struct RideFilesTurn {
    #[expect(dead_code, reason = "the lock goes with the file")]
    lock: File,
}

impl RideFilesTurn {
    /// Takes the turn; `None`: another process has it.
    ///
    /// # Errors
    /// When the lock's file cannot be made or opened.
    pub fn take(store: &Path) -> Result<Option<Self>, StoreError> {
        let lock = place::lock_file(store, LOCK)?;
        Ok(place::lock_within(&lock, Duration::ZERO).then_some(Self { lock }))
    }
}

impl RideFolderSettings {
    fn as_text(&self) -> String {
        let Self { on, folder, source, every_minutes, skip_bad_lines } = self;
        let (on, skip, source) = (u8::from(*on), u8::from(*skip_bad_lines), source.as_deref().unwrap_or_default());
        format!("{on} {every_minutes} {skip}\n{source}\n{}", folder.display())
    }

    fn of_text(text: &str) -> Option<Self> {
        let mut lines = text.splitn(3, '\n');
        let (numbers, source, folder) = (lines.next()?, lines.next()?, lines.next()?);
        let numbers: Vec<u32> = numbers.split(' ').filter_map(|part| part.parse().ok()).collect();
        let [on, every_minutes, skip] = numbers.as_slice() else { return None };
        Some(Self {
            on: *on == 1,
            folder: folder.into(),
            source: Some(source.to_owned()).filter(|source| !source.is_empty()),
            every_minutes: *every_minutes,
            skip_bad_lines: *skip == 1,
        })
    }
}

impl Store {
    /// What is said of the folder; `None`: nothing was ever said.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ride_folder(&self) -> Result<Option<RideFolderSettings>, StoreError> {
        Ok(self.text_setting(SETTINGS)?.and_then(|text| RideFolderSettings::of_text(&text)))
    }

    /// Says what becomes of the folder; logged, without folder and source.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_ride_folder(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        new: &RideFolderSettings,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if self.ride_folder()?.as_ref() == Some(new) {
            return Ok(());
        }
        let mut entry = self.entry_of(session, Event::RideFolderChanged, Purpose::Operation, now);
        let (on, skip) = (u8::from(new.on), u8::from(new.skip_bad_lines));
        entry.detail = Some(format!("on={on} every_minutes={} skip_bad_lines={skip}", new.every_minutes));
        let text = new.as_text();
        self.write(now, |transaction, _| {
            let sql = "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
            transaction.execute(sql, params![SETTINGS, text])?;
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }

    /// How the last look at the folder went.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ride_folder_look(&self) -> Result<Option<RideFolderLook>, StoreError> {
        let Some(text) = self.text_setting(LOOKED)? else { return Ok(None) };
        let mut lines = text.lines();
        let Some(at) = moment(lines.next().and_then(|at| at.parse().ok())) else { return Ok(None) };
        Ok(Some(RideFolderLook { at, why: RideFilesWhy::of_lines(lines) }))
    }

    /// Notes that somebody looked into the folder, and why it could not be read, where it could not.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_ride_folder_look(&mut self, why: Option<&RideFilesWhy>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let text = format!("{}{}", now.timestamp(), why.map(RideFilesWhy::as_lines).unwrap_or_default());
        self.write(now, |transaction, _| {
            let sql = "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
            transaction.execute(sql, params![LOOKED, text])?;
            Ok(())
        })
    }

    pub(crate) fn ride_folder_state(&self) -> Result<Option<RideFolderState>, StoreError> {
        let looked = self.ride_folder_look()?;
        let set = self.ride_folder()?;
        if set.is_none() && looked.is_none() {
            return Ok(None);
        }
        let (on, every_minutes) = set.map_or((false, 0), |set| (set.on, set.every_minutes));
        Ok(Some(RideFolderState { on, every_minutes, looked }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_said_of_the_folder_reads_as_it_was_said() {
        for source in [None, Some("ritadministratie".to_owned())] {
            let folder = "/srv/ritten met spatie".into();
            let said = RideFolderSettings { on: true, folder, source, every_minutes: 30, skip_bad_lines: true };
            assert_eq!(RideFolderSettings::of_text(&said.as_text()), Some(said));
        }
    }

    #[test]
    fn one_at_a_time_reads_ride_files() {
        let store = tempfile::tempdir().unwrap();
        let first = RideFilesTurn::take(store.path()).unwrap();
        assert!(first.is_some() && RideFilesTurn::take(store.path()).unwrap().is_none());
        drop(first);
        assert!(RideFilesTurn::take(store.path()).unwrap().is_some());
    }
}
