//! The receiving process as others see it: a lock for as long as it lives, and what it last said of its own state.
//!
//! **Invariant:** nothing is written while nothing changes: the lock tells that it lives, a row only what is otherwise.

use std::{fs::File, path::Path, time::Duration};

use chrono::{DateTime, Utc};
use rusqlite::params;
use serde::Serialize;

use crate::{Store, StoreError, place, system, worklist::moment};

const RECEIVER_LOCK: &str = "receiver.lock";

/// The place of the one receiving process of a store, until dropped, or the process ends.
pub struct ReceiverTurn {
    #[expect(dead_code, reason = "the lock goes with the file")]
    lock: File,
}

impl ReceiverTurn {
    /// Takes the place; `None`: another process has it.
    ///
    /// # Errors
    /// When the lock's file cannot be made or opened.
    pub fn take(folder: &Path) -> Result<Option<Self>, StoreError> {
        let lock = place::lock_file(folder, RECEIVER_LOCK)?;
        // Somebody who only looks whether it is taken holds it for a moment.
        let is_free = place::lock_within(&lock, Duration::from_millis(200));
        Ok(is_free.then_some(Self { lock }))
    }
}

fn is_taken(folder: &Path) -> Result<bool, StoreError> {
    let lock = place::lock_file(folder, RECEIVER_LOCK)?;
    Ok(lock.try_lock_shared().is_err())
}

/// How it is with what a receiving process watches.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum FolderHealth {
    /// It watches none.
    None,
    /// Watched.
    Watched,
    /// The folder is not there: a share is gone, or it was moved.
    Gone,
    /// This account may not read or write in it.
    Denied,
    /// What was taken in cannot be put away.
    Stuck,
}

impl FolderHealth {
    const ALL: [(Self, &str); 5] = [
        (Self::None, "none"),
        (Self::Watched, "watched"),
        (Self::Gone, "gone"),
        (Self::Denied, "denied"),
        (Self::Stuck, "stuck"),
    ];

    /// Its word, in the store and in `status --json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(health, _)| *health == self).map_or("none", |(_, name)| *name)
    }

    fn from_name(name: &str) -> Self {
        Self::ALL.iter().find(|(_, n)| *n == name).map_or(Self::None, |(health, _)| *health)
    }
}

/// What is wrong with a file of the listener.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum FileFault {
    /// It is not there.
    Gone,
    /// This account may not read it.
    Denied,
    /// It cannot be read.
    Unreadable,
    /// A private key that others may read.
    KeyOpen,
    /// No certificate or key in PEM.
    NotPem,
    /// A certificate that does not fit its private key.
    NoPair,
}

impl FileFault {
    const ALL: [(Self, &str); 6] = [
        (Self::Gone, "gone"),
        (Self::Denied, "denied"),
        (Self::Unreadable, "unreadable"),
        (Self::KeyOpen, "key_open"),
        (Self::NotPem, "not_pem"),
        (Self::NoPair, "no_pair"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(fault, _)| *fault == self).map_or("unreadable", |(_, name)| *name)
    }

    fn from_name(name: &str) -> Self {
        Self::ALL.iter().find(|(_, n)| *n == name).map_or(Self::Unreadable, |(fault, _)| *fault)
    }
}

/// A file of the listener that could not be read anew: it goes on with what it had.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct WrongFile {
    /// What is wrong with it.
    pub fault: FileFault,
    /// Which file.
    pub place: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl WrongFile {
    fn as_text(&self) -> String {
        format!("{} {} {}", self.fault.name(), self.since.timestamp(), self.place)
    }

    fn of_text(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ' ');
        let (fault, since, place) = (parts.next()?, parts.next()?, parts.next()?);
        let since = moment(since.parse().ok())?;
        Some(Self { fault: FileFault::from_name(fault), place: place.to_owned(), since })
    }
}

/// What is known of the receiving process.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct ReceiverState {
    /// It is to run: the settings say that messages or ride files come in by themselves, or it was started and never said that it
    /// stopped.
    pub expected: bool,
    /// It runs.
    pub runs: bool,
    /// When it last started.
    pub started: Option<DateTime<Utc>>,
    /// When it last stopped as it was asked; absent while it runs, and after it was killed.
    pub stopped: Option<DateTime<Utc>>,
    /// What it said of its folder.
    pub folder: FolderHealth,
    /// What it said of the files of its listener, where one is wrong.
    pub file: Option<WrongFile>,
}

const STARTED: &str = "receiver_started";
const STOPPED: &str = "receiver_stopped";
const FOLDER: &str = "receiver_folder";
const FILE: &str = "receiver_file";

impl Store {
    /// What is known of the receiving process.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn receiver(&self) -> Result<ReceiverState, StoreError> {
        let at = |key| Ok::<_, StoreError>(moment(self.text_setting(key)?.and_then(|text| text.parse().ok())));
        let (started, stopped) = (at(STARTED)?, at(STOPPED)?);
        let reads_rides = self.ride_folder()?.is_some_and(|set| set.on);
        Ok(ReceiverState {
            expected: (started.is_some() && stopped.is_none()) || reads_rides || self.receive_settings()?.receives(),
            runs: is_taken(&self.folder)?,
            started,
            stopped,
            folder: self.text_setting(FOLDER)?.map_or(FolderHealth::None, |name| FolderHealth::from_name(&name)),
            file: self.text_setting(FILE)?.and_then(|text| WrongFile::of_text(&text)),
        })
    }

    /// The receiving process says that it started.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn receiver_started(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let started = now.timestamp().to_string();
        let none = FolderHealth::None.name();
        self.say_of_receiver(&[(STARTED, &started), (STOPPED, ""), (FOLDER, none), (FILE, "")], now)
    }

    /// The receiving process says that it stops, as it was asked.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn receiver_stopped(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.say_of_receiver(&[(STOPPED, &now.timestamp().to_string())], now)
    }

    /// The receiving process says how it is with its folder; written where it is otherwise than before.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn receiver_folder(&mut self, health: FolderHealth, now: DateTime<Utc>) -> Result<(), StoreError> {
        if self.receiver()?.folder == health {
            return Ok(());
        }
        self.say_of_receiver(&[(FOLDER, health.name())], now)
    }

    /// The receiving process says which file of its listener is wrong, if one is; written where it is otherwise than before.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn receiver_file(&mut self, wrong: Option<(FileFault, &Path)>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let said = self.receiver()?.file;
        // In one line, whatever stands in a name.
        let shown = |place: &Path| place.display().to_string().replace(char::is_control, "?");
        let found = wrong.map(|(fault, place)| WrongFile { fault, place: shown(place), since: now });
        let is_same = |a: &WrongFile, b: &WrongFile| (a.fault, &a.place) == (b.fault, &b.place);
        match (&said, &found) {
            (None, None) => Ok(()),
            (Some(said), Some(found)) if is_same(said, found) => Ok(()),
            (_, None) => self.say_of_receiver(&[(FILE, "")], now),
            (_, Some(found)) => self.say_of_receiver(&[(FILE, &found.as_text())], now),
        }
    }

    /// Bytes that are free for this account on the disk where the store lies.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn disk_free(&self) -> Result<u64, StoreError> {
        system::free_bytes(&self.folder).map_err(|error| StoreError::io(&self.folder, &error))
    }

    fn say_of_receiver(&mut self, rows: &[(&str, &str)], now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(now, |transaction, _| {
            for (key, value) in rows {
                let sql = "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
                transaction.execute(sql, params![key, value])?;
            }
            Ok(())
        })
    }
}
