//! *Ritten*: the watched folder of ride files, which the receiver reads every so many minutes.

use chrono::NaiveDateTime;

use crate::{Command, Said};

/// What is typed and chosen for the folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RideFolderTyped {
    /// The folder, as typed.
    pub folder: String,
    /// The source whose layout its files have; `None`: that of `rides.csv`.
    pub source: Option<String>,
    /// Minutes between two looks, as typed.
    pub every_minutes: String,
    /// Bad lines are skipped; else a file with one is refused whole.
    pub skip_bad_lines: bool,
}

/// How the last look went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RideFolderLooked {
    /// When, local time.
    pub at: NaiveDateTime,
    /// Why it could not be read.
    pub why: Option<Said>,
}

/// What became of the last file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RideFolderFile {
    /// When, local time.
    pub at: NaiveDateTime,
    /// All of it is in the register; else it, or its refused lines, lie in `geweigerd`.
    pub imported: bool,
    /// Rides that are new.
    pub new: u64,
    /// Rides that were changed.
    pub changed: u64,
    /// Rides that were the same.
    pub unchanged: u64,
    /// Lines that were refused.
    pub refused: u64,
    /// Why it was refused whole.
    pub why: Option<Said>,
}

/// The folder.
#[derive(Clone)]
pub struct RideFolderShown {
    /// It is read.
    pub on: bool,
    /// As it is set, or as a form begins.
    pub set_now: RideFolderTyped,
    /// The last look; `None`: nobody looked yet.
    pub looked: Option<RideFolderLooked>,
    /// The last file; `None`: there was none yet.
    pub last: Option<RideFolderFile>,
    /// The receiving process runs; without it nothing is read.
    pub receiver_runs: bool,
    /// Sources whose layouts are remembered, the last one first.
    pub sources: Vec<String>,
    /// Sets it, and has it read.
    pub set: fn(RideFolderTyped) -> Command,
    /// Has it no longer read; `None`: it is not.
    pub put_off: Option<Command>,
}
