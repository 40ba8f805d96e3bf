//! The watched folder: messages that an integration platform, a VPN drop or the relay of another system leaves as files.
//!
//! A folder below it belongs to the hospital whose connection names it. Events of the system wake the scan; it also runs at the start
//! and every minute, because events get lost.
//!
//! **Invariant:** message durable in the store, acknowledgement durable on disk, then the original away: killed in between, the file is
//! read again, and that is a repeat.
//! **Invariant:** the name of a file stands in no log, error or store in clear.
//! **Not here:** what is judged of a message (`take_in`), the transaction (`committer`).

mod completeness;
pub(crate) mod directory;
mod events;
mod handing_in;
mod keeping;
mod places;
mod problems;
mod putting_away;
mod ride_files;
mod scan;
mod watching;

use std::{path::PathBuf, time::Duration};

pub use keeping::Terms;
pub use places::is_folder_of_hospital;
pub use ride_files::{RideFileThere, RideFolder};
pub use watching::FolderWatch;

/// What is watched, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderSettings {
    /// The watched folder.
    pub root: PathBuf,
    /// What becomes of files.
    pub handling: Handling,
    /// How long until the whole folder is read again, where no event tells of anything.
    pub scan_every: Duration,
}

impl FolderSettings {
    /// Between two scans, whatever events tell.
    pub const SCAN_EVERY: Duration = Duration::from_secs(60);

    /// A folder that is read whole every minute.
    #[must_use]
    pub fn new(root: PathBuf, handling: Handling) -> Self {
        Self { root, handling, scan_every: Self::SCAN_EVERY }
    }
}

/// What becomes of files that were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// Into `verwerkt` or `geweigerd`, each with its acknowledgement, for so long.
    PutAway(Terms),
    /// Nothing in the folder is altered, and nothing acknowledged: what was taken is remembered. For the relay copy of another system.
    ReadOnly,
}
