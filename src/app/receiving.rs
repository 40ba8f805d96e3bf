//! Receiving by hand, import of rides, and the receiver's plainest loop: deliver what waits, run past midnight.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use intake::{Arrival, Reader, TakenOutcome, Way};
use store::{Imported, Inbox};

use crate::{error::AppError, ride_file};

/// The door of receiving with how messages are read.
pub struct Receiving {
    /// The inbox.
    pub inbox: Inbox,
    /// The reader.
    pub reader: Reader,
}

/// Counts of an import of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Taken in.
    pub taken_in: u64,
    /// Exact repeats.
    pub repeated: u64,
    /// Older versions.
    pub superseded: u64,
    /// Refused.
    pub refused: u64,
}

impl Summary {
    fn count(&mut self, outcome: TakenOutcome) {
        match outcome {
            TakenOutcome::TakenIn => self.taken_in += 1,
            TakenOutcome::Repeated => self.repeated += 1,
            TakenOutcome::Superseded => self.superseded += 1,
            TakenOutcome::Refused(_) => self.refused += 1,
        }
    }
}

// LIMIT: messages of one transaction, and rides of one slice.
const BATCH: usize = 500;
const RIDES_SLICE: usize = 1000;

impl Receiving {
    /// Opens the door.
    ///
    /// # Errors
    /// When the shipped profiles do not load; cannot happen in a built program.
    pub fn new(inbox: Inbox) -> Result<Self, AppError> {
        let profiles = hl7::Profiles::shipped().map_err(|_| AppError::refused("error-profiles", vec![]))?;
        let reader = Reader::new(profiles, hl7::Limits::default(), inbox.store().settings());
        Ok(Self { inbox, reader })
    }

    /// Takes in messages that are in memory, as one batch.
    ///
    /// # Errors
    /// When the store cannot be written: then nothing of the batch is there.
    pub fn take_in_bytes(&mut self, messages: &[&[u8]], now: DateTime<Utc>) -> Result<Summary, AppError> {
        let arrivals: Vec<Arrival<'_>> = messages
            .iter()
            .map(|bytes| Arrival {
                bytes,
                charset: None,
                way: Way::Hand,
                allowed: &[],
                acknowledgement_id: uuid::Uuid::new_v4().to_string(),
            })
            .collect();
        let mut summary = Summary::default();
        for taken in intake::take_in_all(&mut self.inbox, &self.reader, &arrivals, now)? {
            summary.count(taken.outcome);
        }
        Ok(summary)
    }

    /// Takes in files and folders of files, in the order of their names.
    ///
    /// # Errors
    /// When a file cannot be read, or the store cannot be written; what was taken in before stays.
    pub fn import_messages(
        &mut self,
        paths: &[PathBuf],
        now: DateTime<Utc>,
        go_on: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Summary, AppError> {
        let files = files(paths)?;
        let mut summary = Summary::default();
        let mut done = 0;
        for chunk in files.chunks(BATCH) {
            let bytes = chunk.iter().map(|p| read(p)).collect::<Result<Vec<_>, _>>()?;
            let slices: Vec<&[u8]> = bytes.iter().map(|b| b.as_slice()).collect();
            let part = self.take_in_bytes(&slices, now)?;
            summary.taken_in += part.taken_in;
            summary.repeated += part.repeated;
            summary.superseded += part.superseded;
            summary.refused += part.refused;
            done += chunk.len() as u64;
            if !go_on(done, files.len() as u64) {
                break;
            }
        }
        self.deliver(now)?;
        Ok(summary)
    }

    /// Imports a ride file: read whole first, then written in slices.
    ///
    /// # Errors
    /// The first bad line: then nothing is imported.
    pub fn import_rides(
        &mut self,
        bytes: &[u8],
        now: DateTime<Utc>,
        go_on: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Imported, AppError> {
        let rides = ride_file::read(bytes)?;
        let mut done = Imported::default();
        let mut count = 0;
        for slice in rides.chunks(RIDES_SLICE) {
            let part = self.inbox.import_rides(slice, now)?;
            done.new += part.new;
            done.changed += part.changed;
            done.unchanged += part.unchanged;
            done.linked += part.linked;
            done.equal_destroyed += part.equal_destroyed;
            count += slice.len() as u64;
            if !go_on(count, rides.len() as u64) {
                break;
            }
        }
        self.deliver(now)?;
        Ok(done)
    }

    /// Delivers everything that is due; gives how many records were looked at.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn deliver(&mut self, now: DateTime<Utc>) -> Result<u64, AppError> {
        let mut all = 0;
        loop {
            let looked_at = self.inbox.deliver(now)?;
            all += looked_at;
            if looked_at == 0 {
                return Ok(all);
            }
        }
    }
}

fn read(path: &Path) -> Result<zeroize::Zeroizing<Vec<u8>>, AppError> {
    std::fs::read(path).map(zeroize::Zeroizing::new).map_err(|e| AppError::file(path, &e))
}

/// Files as given, folders by their `.xml` files in the order of their names.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, AppError> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path).map_err(|e| AppError::file(path, &e))?;
        let mut inside = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|e| AppError::file(path, &e))?.path();
            if entry.is_file() && entry.extension().is_some_and(|e| e.eq_ignore_ascii_case("xml")) {
                inside.push(entry);
            }
        }
        inside.sort();
        files.extend(inside);
    }
    Ok(files)
}
