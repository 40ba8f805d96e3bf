//! `import-rides --watched DIR`: the ride files that a suite leaves in a folder, once or every so many minutes.
//!
//! **Invariant:** a file leaves the folder only after all of it is in the register, or it was refused; stopped in between, it is read
//! again, and what is in is *unchanged*. What became of the last one stands in `status`.
//! **Not here:** when a file is complete (`intake::folder`), the import (`app`).

use std::{
    io::{BufWriter, Write},
    path::Path,
    time::{Duration, Instant},
};

use app::{AppError, BadLines, Exit, Judged, RideFile, RideLayout, RideRule, RidesSummary, reports};
use intake::{RideFileThere, RideFolder};
use store::{RideFilesNote, RideFilesOutcome};
use zeroize::Zeroizing;

use crate::{Program, now, output, stop::Stop};

/// Between two looks at files that are not complete yet.
const SOON: Duration = Duration::from_secs(1);

/// What is watched.
pub struct WatchedRides<'a> {
    /// The folder.
    pub folder: &'a Path,
    /// Minutes between two times; absent: once.
    pub every: Option<u32>,
    /// Bad lines are left out.
    pub bad: BadLines,
}

impl Program {
    /// Imports what lies there, and again every so many minutes until it is asked to stop.
    pub(crate) fn watch_rides(&self, watched: &WatchedRides<'_>, layout: &RideLayout) -> Result<Exit, AppError> {
        let failed = |error: std::io::Error| AppError::file(watched.folder, &error);
        let stop = Stop::listen()?;
        let mut folder = RideFolder::open(watched.folder).map_err(failed)?;
        let mut exit = Exit::Done;
        loop {
            while !stop.is_asked() {
                match folder.next(app::rides_bytes_max(), Instant::now()).map_err(failed)? {
                    Some(file) => {
                        if self.import_there(&mut folder, &file, (watched, layout), &stop)? == Exit::Refused {
                            exit = Exit::Refused;
                        }
                    }
                    None if folder.waits() => {
                        stop.wait(SOON);
                    }
                    None => break,
                }
            }
            let (store, _) = self.open()?;
            let hours = store.receive_settings()?.keep_refused_hours;
            drop(store);
            folder.forget_refused(Duration::from_secs(u64::from(hours) * 3600), now()).map_err(failed)?;
            let Some(minutes) = watched.every else { return Ok(exit) };
            if stop.wait(Duration::from_secs(u64::from(minutes) * 60)) {
                return Ok(Exit::Done);
            }
        }
    }

    fn import_there(
        &self,
        folder: &mut RideFolder,
        file: &RideFileThere,
        (watched, layout): (&WatchedRides<'_>, &RideLayout),
        stop: &Stop,
    ) -> Result<Exit, AppError> {
        let failed = |error: std::io::Error| AppError::file(watched.folder, &error);
        let mut receiving = self.receiving()?;
        let go_on = &mut |_, _| !stop.is_asked();
        let bytes = Zeroizing::new(file.bytes.to_vec());
        let judged = app::must_be_rides(&bytes).and_then(|()| RideFile::open(bytes, layout)).and_then(|open| {
            let judged = receiving.judge_rides(&open, now(), go_on)?;
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
            Err(error) => {
                let error = error.at(watched.folder);
                let words = output::said(&self.texts, error.key, &error.values);
                if let Some(mut reasons) = folder.refuse(file).map_err(failed)? {
                    writeln!(reasons, "{words}").map_err(failed)?;
                }
                receiving.inbox.store_mut().note_ride_files(&note(RideFilesOutcome::Refused, None), now())?;
                output::aside(&words);
                return Ok(Exit::Refused);
            }
        };
        let done = receiving.import_judged(&open, &judged, watched.bad, now(), go_on);
        for remark in &done.remarks {
            output::aside(&reports::ride_remark(remark, watched.folder, &self.texts));
        }
        output::result(&reports::rides_text(&done, &self.texts))?;
        if done.left > 0 || done.failed.is_some() {
            // It stays, and is read again.
            return done.failed.map_or(Ok(Exit::Attention), Err);
        }
        if done.refused == 0 {
            folder.remove(file).map_err(failed)?;
        } else if let Some(reasons) = folder.refuse(file).map_err(failed)? {
            let mut reasons = BufWriter::new(reasons);
            let rav = receiving.inbox.store().settings().rav;
            open.write_refused(&judged, (rav, now()), &self.texts, &mut reasons)?;
            reasons.flush().map_err(failed)?;
        }
        let outcome =
            if done.withheld > 0 || done.refused > 0 { RideFilesOutcome::Refused } else { RideFilesOutcome::Imported };
        receiving.inbox.store_mut().note_ride_files(&note(outcome, Some(&done)), now())?;
        Ok(reports::import_exit(done.refused, 0))
    }
}

/// Why a file that is still being written cannot be read.
fn breaks_off(error: &AppError) -> bool {
    matches!(error.key, "error-rides-workbook" | "error-rides-quotes" | "error-rides-empty" | "error-rides-encoding")
}

fn ends_early(judged: &Judged) -> bool {
    judged.remarks.iter().any(|remark| remark.rule == RideRule::CutOff)
}

fn note(outcome: RideFilesOutcome, done: Option<&RidesSummary>) -> RideFilesNote {
    let imported = done.map(|done| done.imported).unwrap_or_default();
    RideFilesNote {
        at: now(),
        outcome,
        new: imported.new,
        changed: imported.changed,
        unchanged: imported.unchanged,
        refused: done.map_or(0, |done| done.refused),
    }
}
