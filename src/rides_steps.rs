//! The pictures of *Ritten*: a file in hand, its columns, its check, and what became of it.

use std::{
    io::Write,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use viewmodel::{Command, Frame, RidesCommand, RidesScreen, RidesStep, Screen, ScreenName};

use crate::pictures::Step;

static PLACE: Mutex<Option<PathBuf>> = Mutex::new(None);

/// The ride file lies there as long as this is held.
pub struct RideFile(tempfile::TempPath);

impl RideFile {
    /// Lays it there: the samples' rides, one of them with a URA number that lost its zeros.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn lay() -> std::io::Result<Self> {
        let mut file = tempfile::Builder::new().prefix("ritten-").suffix(".csv").tempfile()?;
        let rides = String::from_utf8_lossy(include_bytes!("../resources/demo/rides.csv")).into_owned();
        file.write_all(rides.replacen("00000101", "101", 1).as_bytes())?;
        let laid = Self(file.into_temp_path());
        *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = Some(laid.0.to_path_buf());
        Ok(laid)
    }
}

/// Until the columns stand there, its lines are checked, the good ones are imported.
pub const READ: &[Step] = &[to_rides, read];
pub const CHECK: &[Step] = &[to_rides, read, check];
pub const IMPORT: &[Step] = &[to_rides, read, check, skip, import];

/// Goes there.
pub fn to_rides(_: &Frame) -> Option<Command> {
    Some(Command::Open(ScreenName::Rides))
}

fn rides(frame: &Frame) -> Option<&RidesScreen> {
    if let Screen::Rides(screen) = &frame.screen { Some(screen) } else { None }
}

/// Reads the file.
pub fn read(frame: &Frame) -> Option<Command> {
    let file = PLACE.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
    rides(frame)?.read.map(|read| read(vec![file]))
}

/// Checks its lines.
pub fn check(frame: &Frame) -> Option<Command> {
    if let RidesStep::Columns(columns) = &rides(frame)?.step { columns.check.clone() } else { None }
}

/// Skips the bad line.
pub fn skip(frame: &Frame) -> Option<Command> {
    rides(frame).map(|_| Command::Rides(RidesCommand::SkipBad(true)))
}

/// Imports the others.
pub fn import(frame: &Frame) -> Option<Command> {
    if let RidesStep::Checked(checked) = &rides(frame)?.step { checked.import.clone() } else { None }
}

/// No file is chosen yet.
pub fn shows_file(frame: &Frame) -> bool {
    rides(frame).is_some_and(|screen| matches!(screen.step, RidesStep::File))
}

/// The columns stand there.
pub fn shows_columns(frame: &Frame) -> bool {
    rides(frame).is_some_and(|screen| matches!(&screen.step, RidesStep::Columns(of) if of.columns.len() == 15))
}

/// A bad line is named.
pub fn shows_bad(frame: &Frame) -> bool {
    rides(frame).is_some_and(|screen| matches!(&screen.step, RidesStep::Checked(of) if of.refused == 1))
}

/// It was imported.
pub fn shows_imported(frame: &Frame) -> bool {
    rides(frame).is_some_and(|screen| matches!(&screen.step, RidesStep::Imported(of, _) if of.refused == 1))
}
