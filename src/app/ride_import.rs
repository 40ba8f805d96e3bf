//! The import of a ride file: judged whole, then written in slices, so that other processes write between them.
//!
//! **Invariant:** a file with a bad line leaves nothing behind, unless somebody has said to skip it. An import that is stopped, or
//! fails, keeps the slices that were written, says how many rides they were, and can be repeated: they are *unchanged* then.
//! **Not here:** judging lines (`ride_file`), the register's rows (`store`).

use std::{collections::HashSet, path::Path};

use chrono::{DateTime, Utc};
use store::Imported;
use zeroize::Zeroizing;

use crate::{
    error::AppError,
    receiving::{Receiving, read_at_most},
    ride_file::{Judged, RideFile, UnknownStaff},
    ride_layout::RideLayout,
    ride_line::RideRemark,
};

// LIMIT: rides of one transaction: some tenths of a second.
const RIDES_SLICE: usize = 1000;
// LIMIT: bytes of a ride file: a year of the largest RAV has 30 MB.
const RIDES_BYTES: u64 = 128 << 20;

/// What is done about lines of which there is no ride.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadLines {
    /// Nothing of the file is imported.
    Refuse,
    /// The others are imported.
    Skip,
}

/// What became of an import of rides. Of a file with one bad line nothing may have been imported: whoever goes on looks.
#[must_use]
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RidesSummary {
    /// What the register took.
    pub imported: Imported,
    /// What is said of single lines: why they were refused, or what was left out of them. The first of them.
    pub remarks: Vec<RideRemark>,
    /// Lines that were refused.
    pub refused: u64,
    /// Good lines that were not imported, since the bad ones were not to be skipped.
    pub withheld: u64,
    /// Rides that were not come to: the import was stopped, or failed.
    pub left: u64,
    /// Why the import could not go on.
    pub failed: Option<AppError>,
    /// Staff numbers that no account has.
    pub staff_unknown: Vec<UnknownStaff>,
}

impl RidesSummary {
    /// Whether every line of the file is in the register.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.refused == 0 && self.withheld == 0 && self.left == 0 && self.failed.is_none()
    }
}

impl Receiving {
    /// Imports a file of the layout of `rides.csv`, all of it or nothing.
    ///
    /// # Errors
    /// A file that cannot be a ride file: then nothing is imported.
    pub fn import_rides(
        &mut self,
        bytes: &[u8],
        now: DateTime<Utc>,
        go_on: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<RidesSummary, AppError> {
        let file = RideFile::open(Zeroizing::new(bytes.to_vec()), &RideLayout::standard())?;
        let judged = self.judge_rides(&file, now, &mut |_, _| true)?;
        Ok(self.import_judged(&file, &judged, BadLines::Refuse, now, go_on))
    }

    /// Reads and judges a file; nothing is written.
    ///
    /// # Errors
    /// A file that cannot be a ride file.
    pub fn judge_rides(
        &self,
        file: &RideFile,
        now: DateTime<Utc>,
        go_on: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Judged, AppError> {
        let store = self.inbox.store();
        let mut judged = file.judge(store.settings().rav, now, go_on)?;
        let known: HashSet<String> = store.staff_numbers()?.into_iter().collect();
        judged.know(&known);
        Ok(judged)
    }

    /// Writes what was judged. Where `go_on` says no or the store cannot be written, it ends there; what was written before stays,
    /// and the summary says how much is left.
    pub fn import_judged(
        &mut self,
        file: &RideFile,
        judged: &Judged,
        bad: BadLines,
        now: DateTime<Utc>,
        go_on: &mut dyn FnMut(u64, u64) -> bool,
    ) -> RidesSummary {
        let mut summary = RidesSummary { refused: judged.refused, ..RidesSummary::default() };
        let all = judged.rides;
        if judged.stopped {
            summary.left = all;
        } else if judged.refused > 0 && bad == BadLines::Refuse {
            summary.withheld = all;
        } else {
            let mut done = 0;
            let rav = self.inbox.store().settings().rav;
            let written = file.slices(judged, (rav, now), RIDES_SLICE, &mut |slice| {
                summary.imported += self.inbox.import_rides(slice, now)?;
                done += slice.len() as u64;
                Ok(go_on(done, all))
            });
            summary.left = all - done;
            summary.failed = written.err();
            if summary.left == 0 && summary.failed.is_none() {
                summary.failed = self.deliver(now).err();
            }
        }
        (summary.remarks, summary.staff_unknown) = (judged.remarks.clone(), judged.staff_unknown.clone());
        summary
    }
}

/// The most bytes of a ride file.
#[must_use]
pub fn rides_bytes_max() -> u64 {
    RIDES_BYTES
}

/// That a file is not longer than that.
///
/// # Errors
/// When it is.
pub fn must_be_rides(bytes: &[u8]) -> Result<(), AppError> {
    if bytes.len() as u64 > RIDES_BYTES { Err(AppError::refused("error-rides-large", vec![])) } else { Ok(()) }
}

/// A ride file's bytes.
///
/// # Errors
/// When it cannot be read, or is longer than a year of the largest RAV: then nothing of it is read.
pub fn read_rides(path: &Path) -> Result<Zeroizing<Vec<u8>>, AppError> {
    let too_large = || AppError::refused("error-rides-large", vec![]).at(path);
    let found = std::fs::metadata(path).map_err(|error| AppError::file(path, &error))?;
    if found.is_file() && found.len() > RIDES_BYTES {
        return Err(too_large());
    }
    let bytes = read_at_most(path, RIDES_BYTES)?;
    if bytes.len() as u64 > RIDES_BYTES { Err(too_large()) } else { Ok(bytes) }
}
