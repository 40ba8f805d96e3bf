//! The watched folder of ride files: everything complete in it is judged, imported and put away, for the command line and the
//! receiver alike; and the sentences that were noted of it.
//!
//! **Invariant:** a file leaves the folder only after all of it is in the register, or it was refused; stopped in between, it is read
//! again, and what is in is *unchanged*. One process reads at a time. What became of the last file and of the last look is noted.
//! **Not here:** when a file is complete (`intake::folder`), when a look is due (the host), the import (`ride_import`).

use std::{
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use intake::{RideFileThere, RideFolder};
use store::{RideFilesNote, RideFilesOutcome, RideFilesTurn, RideFilesWhy};
use viewmodel::{Said, Texts};
use zeroize::Zeroizing;

use crate::{
    error::{AppError, Exit},
    receiving::Receiving,
    ride_file::{Judged, RideFile},
    ride_import::{BadLines, RidesSummary, must_be_rides, rides_bytes_max},
    ride_layout::{RideLayout, RideLayoutBy},
    ride_line::RideRule,
};

/// Between two looks at files that are not complete yet.
const SOON: Duration = Duration::from_secs(1);
// LIMIT: how long one time waits for files that are still being written; the next time looks again.
const WAIT_MAX: Duration = Duration::from_secs(180);

/// What is watched.
pub struct WatchedRides {
    /// The folder.
    pub folder: PathBuf,
    /// How its files are laid out.
    pub by: RideLayoutBy,
    /// The sheet of workbooks, in the place of the layout's.
    pub sheet: Option<String>,
    /// What is done about bad lines.
    pub bad: BadLines,
}

/// What became of a file.
pub enum RideFileDone<'a> {
    /// It was refused whole.
    Refused(&'a AppError),
    /// It was read; some of its lines may be refused.
    Read(&'a RidesSummary),
}

/// The process that looks into the folder.
pub trait RideFolderHost {
    /// The store's folder.
    fn store(&self) -> &Path;
    /// Opens the store for one file or note: between them others may have it alone.
    ///
    /// # Errors
    /// When it does not open.
    fn receiving(&self) -> Result<Receiving, AppError>;
    /// In whose language reasons are written.
    fn texts(&self) -> &Texts;
    /// What time it is.
    fn now(&self) -> DateTime<Utc>;
    /// Waits so long, or until it is asked to stop; gives whether it was.
    fn waits(&self, pause: Duration) -> bool;
    /// Hears what became of a file.
    ///
    /// # Errors
    /// When it cannot be told on.
    fn hears(&self, done: &RideFileDone<'_>) -> Result<(), AppError>;
}

/// Reads everything in the folder that is complete, or becomes so within minutes; a folder that was read before is given again.
///
/// # Errors
/// When another process reads ride files, or folder, layout or store stand in the way: what is left is read the next time.
pub fn read_ride_folder(
    before: &mut Option<RideFolder>,
    watched: &WatchedRides,
    host: &dyn RideFolderHost,
) -> Result<Exit, AppError> {
    let Some(_turn) = RideFilesTurn::take(host.store())? else {
        return Err(AppError { key: "error-ride-folder-busy", values: vec![], exit: Exit::System });
    };
    let read = Look { watched, host }.all(before).map_err(|error| error.at(host.store()));
    let why = read.as_ref().err().map(why);
    let noted = host
        .receiving()
        .and_then(|mut receiving| Ok(receiving.inbox.store_mut().note_ride_folder_look(why.as_ref(), host.now())?));
    read.and_then(|exit| noted.map(|()| exit))
}

/// One time.
struct Look<'a> {
    watched: &'a WatchedRides,
    host: &'a dyn RideFolderHost,
}

impl Look<'_> {
    fn failed(&self) -> impl Fn(std::io::Error) -> AppError + use<'_> {
        |error| AppError::file(&self.watched.folder, &error)
    }

    fn all(&self, before: &mut Option<RideFolder>) -> Result<Exit, AppError> {
        let (place, failed) = (&self.watched.folder, self.failed());
        let (layout, hours) = {
            let receiving = self.host.receiving()?;
            let store = receiving.inbox.store();
            (
                self.watched.by.read(store)?.on_sheet(self.watched.sheet.as_deref()),
                store.receive_settings()?.keep_refused_hours,
            )
        };
        let folder = match before {
            Some(folder) => {
                folder.open_again(place).map_err(&failed)?;
                folder
            }
            None => before.insert(RideFolder::open(place).map_err(&failed)?),
        };
        let mut exit = Exit::Done;
        let mut idle_since = Instant::now();
        while !self.host.waits(Duration::ZERO) {
            match folder.next(rides_bytes_max(), Instant::now()).map_err(&failed)? {
                Some(file) => {
                    let done = self.one(folder, &file, &layout)?;
                    exit = if done == Exit::Done { exit } else { done };
                    idle_since = Instant::now();
                }
                None if folder.waits() && idle_since.elapsed() < WAIT_MAX => {
                    self.host.waits(SOON);
                }
                None => break,
            }
        }
        folder.forget_refused(Duration::from_secs(u64::from(hours) * 3600), self.host.now()).map_err(&failed)?;
        Ok(exit)
    }

    fn one(&self, folder: &mut RideFolder, file: &RideFileThere, layout: &RideLayout) -> Result<Exit, AppError> {
        let (host, failed) = (self.host, self.failed());
        let mut receiving = host.receiving()?;
        let go_on = &mut |_, _| !host.waits(Duration::ZERO);
        let bytes = Zeroizing::new(file.bytes.to_vec());
        let judged = must_be_rides(&bytes).and_then(|()| RideFile::open(bytes, layout)).and_then(|open| {
            let judged = receiving.judge_rides(&open, host.now(), go_on)?;
            Ok((open, judged))
        });
        if judged.as_ref().is_ok_and(|(_, judged)| judged.stopped) {
            return Ok(Exit::Attention);
        }
        if file.may_grow && judged.as_ref().map_or_else(breaks_off, |(_, judged)| ends_early(judged)) {
            folder.broke_off(file);
            return Ok(Exit::Done);
        }
        let (open, judged) = match judged {
            Ok(judged) => judged,
            Err(error) => return self.refused(folder, file, error.at(&self.watched.folder), &mut receiving),
        };
        let done = receiving.import_judged(&open, &judged, self.watched.bad, host.now(), go_on);
        host.hears(&RideFileDone::Read(&done))?;
        if done.left > 0 || done.failed.is_some() {
            // It stays, and is read again.
            return done.failed.map_or(Ok(Exit::Attention), Err);
        }
        if done.refused == 0 {
            folder.remove(file).map_err(failed)?;
        } else if let Some(reasons) = folder.refuse(file).map_err(&failed)? {
            let mut reasons = BufWriter::new(reasons);
            let rav = receiving.inbox.store().settings().rav;
            open.write_refused(&judged, (rav, host.now()), host.texts(), &mut reasons)?;
            reasons.flush().map_err(failed)?;
        }
        let is_refused = done.withheld > 0 || done.refused > 0;
        let outcome = if is_refused { RideFilesOutcome::Refused } else { RideFilesOutcome::Imported };
        let note = note(outcome, Some(&done), None, host.now());
        receiving.inbox.store_mut().note_ride_files(&note, host.now())?;
        Ok(if done.refused > 0 { Exit::Refused } else { Exit::Done })
    }

    /// A file that is no table of rides is put away with the reason.
    fn refused(
        &self,
        folder: &mut RideFolder,
        file: &RideFileThere,
        error: AppError,
        receiving: &mut Receiving,
    ) -> Result<Exit, AppError> {
        let failed = self.failed();
        if let Some(mut reasons) = folder.refuse(file).map_err(&failed)? {
            writeln!(reasons, "{}", self.host.texts().format(error.key, &error.values)).map_err(failed)?;
        }
        let note = note(RideFilesOutcome::Refused, None, Some(why(&error)), self.host.now());
        receiving.inbox.store_mut().note_ride_files(&note, self.host.now())?;
        self.host.hears(&RideFileDone::Refused(&error))?;
        Ok(Exit::Refused)
    }
}

/// Why a file that is still being written cannot be read.
fn breaks_off(error: &AppError) -> bool {
    matches!(error.key, "error-rides-workbook" | "error-rides-quotes" | "error-rides-empty" | "error-rides-encoding")
}

fn ends_early(judged: &Judged) -> bool {
    judged.remarks.iter().any(|remark| remark.rule == RideRule::CutOff)
}

fn note(
    outcome: RideFilesOutcome,
    done: Option<&RidesSummary>,
    why: Option<RideFilesWhy>,
    at: DateTime<Utc>,
) -> RideFilesNote {
    let imported = done.map(|done| done.imported).unwrap_or_default();
    RideFilesNote {
        at,
        outcome,
        new: imported.new,
        changed: imported.changed,
        unchanged: imported.unchanged,
        refused: done.map_or(0, |done| done.refused),
        why,
    }
}

/// As it is noted.
fn why(error: &AppError) -> RideFilesWhy {
    let values = error.values.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    RideFilesWhy { key: error.key.to_owned(), values: values.collect() }
}

/// Sentences that can be noted of a file or a look.
const KEYS: [&str; 29] = [
    "error-file",
    "error-file-absent",
    "error-file-full",
    "error-file-read-only",
    "error-file-rights",
    "error-rides-column",
    "error-rides-column-gone",
    "error-rides-column-twice",
    "error-rides-empty",
    "error-rides-encoding",
    "error-rides-large",
    "error-rides-lines",
    "error-rides-mapping-field",
    "error-rides-mapping-missing",
    "error-rides-mapping-place",
    "error-rides-mapping-twice",
    "error-rides-no-source",
    "error-rides-protected",
    "error-rides-quotes",
    "error-database",
    "error-rides-sheet-gone",
    "error-rides-source",
    "error-rides-swapped",
    "error-rides-workbook",
    "error-ride-folder-fault",
    "error-store-busy",
    "error-store-disk",
    "error-store-read-only",
    "error-receiving-stopped",
];
/// Names of their values.
const NAMES: [&str; 12] =
    ["place", "column", "line", "lines", "one", "other", "name", "names", "sheet", "sheets", "code", "seconds"];

/// What was noted, as a sentence; of one that is not known here, that it did not work.
pub(crate) fn said(why: &RideFilesWhy) -> Said {
    let text = KEYS.into_iter().find(|key| *key == why.key).unwrap_or("error-ride-folder-other");
    let value = |(name, value): &(String, String)| {
        NAMES.into_iter().find(|known| known == name).map(|known| (known, value.clone()))
    };
    Said { text, values: why.values.iter().filter_map(value).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_to_refuse_a_ride_file_is_a_sentence_that_can_be_noted() {
        let texts = include_str!("../../resources/i18n/nl.ftl");
        let keys = texts.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
        // Of the window's alone.
        let noted = keys.filter(|key| key.starts_with("error-rides-") && *key != "error-rides-one-file");
        let lacking: Vec<_> = noted.filter(|key| !KEYS.contains(key)).collect();
        assert!(lacking.is_empty(), "{lacking:?}");
        let why = why(&AppError::refused("error-rides-column-gone", vec![("column", "Bij SEH".into())]));
        assert_eq!(said(&why), Said { text: "error-rides-column-gone", values: vec![("column", "Bij SEH".into())] });
        let other = RideFilesWhy { key: "anders".into(), values: vec![("bsn".into(), "x".into())] };
        assert_eq!(said(&other), Said::from("error-ride-folder-other"));
    }
}
