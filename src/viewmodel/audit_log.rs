//! *Auditlog*: who did what, when and for what; no clinical content, no BSN.

use chrono::NaiveDateTime;

use crate::{Command, Role};

/// Who did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person, by display name.
    Person(String),
    /// What receives, links and delivers.
    Receiver,
    /// The program itself, from the command line or at its start.
    Program,
    /// Somebody who did not get in.
    Unknown,
}

/// The reason that somebody gave for an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditReason {
    /// One of those that the program offers: key of its words.
    Offered(&'static str),
    /// His own words.
    Written(String),
}

/// One line.
#[derive(Clone)]
pub struct AuditLine {
    /// Its number.
    pub number: i64,
    /// When, local time.
    pub at: NaiveDateTime,
    /// Who.
    pub who: Actor,
    /// In which role; `None` outside a session.
    pub role: Option<Role>,
    /// Key of the act (`event-bsn-revealed`…).
    pub event: &'static str,
    /// Pseudonym of the ride, such as `7f3a·c210`.
    pub subject: Option<String>,
    /// Number of rows it concerns, where more than one.
    pub count: Option<u64>,
    /// Why, where its actor gave a reason.
    pub reason: Option<AuditReason>,
    /// Key of the purpose.
    pub purpose: &'static str,
    /// Key of the authorisation (*bemanning van deze rit*).
    pub authorisation: &'static str,
    /// Workstation.
    pub workstation: String,
    /// Version of the program.
    pub version: String,
    /// First and last bytes of the previous line's hash and of this one's.
    pub hashes: (String, String),
    /// Whether it is selected.
    pub selected: bool,
    /// Selects it.
    pub select: Command,
}

/// Result of the last verification.
#[derive(Clone)]
pub enum ChainState {
    /// Not yet verified in this session.
    NotVerified,
    /// Being verified.
    Verifying {
        /// Lines checked.
        done: u64,
        /// Lines in all.
        total: u64,
        /// Stops it.
        stop: Command,
    },
    /// The chain holds.
    Intact {
        /// Lines checked.
        entries: u64,
        /// First line's day, local time.
        since: NaiveDateTime,
        /// When it was checked, local time.
        at: NaiveDateTime,
    },
    /// The chain breaks.
    Broken {
        /// First line that does not fit.
        number: i64,
    },
}

/// The screen.
#[derive(Clone)]
pub struct AuditLogScreen {
    /// Keys of the names of duties around the program that have no date yet.
    pub open_duties: Vec<&'static str>,
    /// Result of the last verification.
    pub chain: ChainState,
    /// Verifies.
    pub verify: Command,
    /// Lines, newest first.
    pub lines: Vec<AuditLine>,
    /// Lines in all.
    pub total: u64,
    /// Older lines.
    pub older: Option<Command>,
    /// Newer lines.
    pub newer: Option<Command>,
}
