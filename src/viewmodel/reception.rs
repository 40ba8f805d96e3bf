//! *Ontvangst*: counts per sender and outcome; no content.

use chrono::NaiveDateTime;

use crate::Command;

/// One hospital.
#[derive(Clone)]
pub struct SenderRow {
    /// Its name.
    pub name: String,
    /// Messages taken in today.
    pub today: u64,
    /// Taken in, ever.
    pub taken_in: u64,
    /// Exact repeats.
    pub repeated: u64,
    /// Older versions that came late.
    pub superseded: u64,
    /// Refused.
    pub refused: u64,
    /// Fields sent that may not be kept, in all its messages together.
    pub over_delivered: u64,
    /// What those are, most first.
    pub too_much: Vec<TooMuch>,
    /// What identifies in its free text: key of the kind's word, and how many.
    pub in_text: Vec<(&'static str, u64)>,
    /// Last message, local time.
    pub last: Option<NaiveDateTime>,
    /// Per day, the last fourteen days that are over, oldest first: the last is yesterday.
    pub days: Vec<u64>,
    /// What a day of these usually holds.
    pub usual: Option<Usual>,
    /// *zonder aansluiting*, *in test*, *gestopt*: key of the word; `None` in production.
    pub status: Option<&'static str>,
}

/// An element that a hospital sends and that may not be kept; no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooMuch {
    /// Key of the word for what it is.
    pub what: &'static str,
    /// Its element path; empty: elements beyond those that are told apart.
    pub path: String,
    /// How many, in all messages together.
    pub count: u64,
}

/// What is usual: the mean, and the limits of ordinary variation around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usual {
    /// The mean.
    pub mean: f64,
    /// The lower limit; never below nought.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

/// One message of late: no content.
#[derive(Clone)]
pub struct ReceptionRow {
    /// Receipt, local time.
    pub at: NaiveDateTime,
    /// Name of the sender.
    pub sender: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Key of the outcome (`outcome-taken-in`…).
    pub outcome: &'static str,
    /// `CA`, `CE`, `CR`, or nothing.
    pub answer: Option<&'static str>,
    /// Key of the finding, where there is one.
    pub finding: Option<&'static str>,
}

/// Health of the store.
#[derive(Clone)]
pub struct StoreHealth {
    /// Records in the store.
    pub records: u64,
    /// Records whose ride is in the register.
    pub linked: u64,
    /// Records whose ride is not.
    pub unlinked: u64,
    /// Records that wait for one of their crew.
    pub waiting: u64,
    /// Rides in the register.
    pub rides: u64,
    /// Oldest record's day.
    pub oldest: Option<chrono::NaiveDate>,
}

/// What is wrong until it is mended; names no person.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// Key of the sentence.
    pub text: &'static str,
    /// Its values, by name.
    pub values: Vec<(&'static str, String)>,
}

/// Messages to ask a hospital for again, since no profile recognised them.
#[derive(Clone)]
pub struct AskAgain {
    /// Its name.
    pub name: String,
    /// Their ids, root and extension: all that is told of them.
    pub ids: Vec<String>,
    /// How many have no id that can be told.
    pub without_id: u64,
}

/// What takes files in: their paths make the command.
pub type Import = fn(Vec<std::path::PathBuf>) -> Command;

/// The screen.
#[derive(Clone)]
pub struct ReceptionScreen {
    /// What is wrong; mostly nothing.
    pub alarms: Vec<Alarm>,
    /// Per hospital, alphabetical.
    pub senders: Vec<SenderRow>,
    /// What to ask hospitals for again; mostly nothing.
    pub ask_again: Vec<AskAgain>,
    /// Latest first.
    pub messages: Vec<ReceptionRow>,
    /// Health of the store.
    pub health: StoreHealth,
    /// Takes files in, where this session may.
    pub import: Option<Import>,
    /// Computes it again.
    pub refresh: Command,
}
