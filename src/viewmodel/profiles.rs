//! *Berichtprofielen*: how messages are recognised and read, which version counts, and what one would read of a file.
//!
//! **Invariant:** of a file that was tried nothing stands here but which fields were there: no value, no name of it.

use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime};

use crate::Command;

/// What is asked on *Berichtprofielen*.
#[derive(Clone)]
pub enum ProfilesCommand {
    /// To keep the profile in this file.
    Load(PathBuf),
    /// To say what a profile would read of the message in this file.
    Try {
        /// The profile's name.
        name: String,
        /// Its version.
        version: u32,
        /// The message.
        file: PathBuf,
    },
    /// To read by a profile from a day, as it was typed.
    Force {
        /// Its name.
        name: String,
        /// Its version.
        version: u32,
        /// The day, as in `21-09-2026`.
        from: String,
    },
    /// To undo the last time a version of this name was put in force.
    RollBack(String),
    /// To look at the masked structure of a message of the list, which is logged; or no longer.
    Structure(Option<i64>),
}

/// Whether a profile reads messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileForceShown {
    /// Shipped, and nothing stands in for it.
    Shipped,
    /// Shipped; a loaded version stands in for it.
    Replaced,
    /// Loaded, and never in force.
    Never,
    /// In force since this day.
    Since(NaiveDate),
    /// In force from this day, which is to come.
    From(NaiveDate),
    /// In force once; another version counts now.
    Before(NaiveDate),
}

/// One version of a profile.
#[derive(Clone)]
pub struct ProfileRow {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Version of the message set.
    pub message_set: String,
    /// Key of its status: published, a supplier's, a reconstruction.
    pub status: &'static str,
    /// Whether it reads messages.
    pub force: ProfileForceShown,
    /// It can be put in force: it was loaded.
    pub may_be_forced: bool,
    /// Undoes the last time it was put in force; where it was.
    pub roll_back: Option<Command>,
}

/// What a profile would read of a file.
#[derive(Clone)]
pub struct TriedProfile {
    /// The profile's name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Key of what became of the file.
    pub outcome: &'static str,
    /// Keys of the fields, each with the key of whether it was there.
    pub fields: Vec<(&'static str, &'static str)>,
    /// Keys of the rules that the file met.
    pub findings: Vec<String>,
}

/// A message that no profile recognised: from whom, when, and its masked structure once it is asked for.
#[derive(Clone)]
pub struct UnrecognisedMessage {
    /// Name of the sender.
    pub sender: String,
    /// Receipt, local time.
    pub at: NaiveDateTime,
    /// The structure, where it is open: names that the standard has, shapes of values.
    pub structure: Option<String>,
    /// Opens it, or closes it.
    pub act: Command,
}

/// The screen.
#[derive(Clone)]
pub struct ProfilesScreen {
    /// The profiles, shipped ones first.
    pub rows: Vec<ProfileRow>,
    /// Loads one.
    pub load: fn(PathBuf) -> Command,
    /// Tries one on a file.
    pub try_on: fn(String, u32, PathBuf) -> Command,
    /// Puts one in force.
    pub force: fn(String, u32, String) -> Command,
    /// Today, as it is typed.
    pub today: NaiveDate,
    /// What the last try said.
    pub tried: Option<TriedProfile>,
    /// Messages that no profile recognised, by sender, the latest first.
    pub unrecognised: Vec<UnrecognisedMessage>,
}
