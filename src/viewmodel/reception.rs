//! *Ontvangst*: counts per sender and outcome; no content.

use chrono::NaiveDateTime;

use crate::{CertificateAlarm, Command, SilenceAlarm, SilenceCause};

/// What is asked on *Ontvangst*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceptionCommand {
    /// List these messages, from the newest.
    Filter(ReceptionFilter),
    /// Go on with those before this entry of the log.
    Older(u64),
    /// Back to the newest.
    Newest,
    /// Take up an alarm: *ik zoek het uit*; logged.
    TakeUp(AlarmOf),
    /// Look at the masked structure of a refused message, by its entry, which is logged; or no longer.
    Structure(Option<u64>),
}

/// An alarm that can be taken up, as far as it goes now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlarmOf {
    /// A sender, silent since this moment (seconds since 1970).
    Silence {
        /// Its number.
        sender: i64,
        /// Its last message.
        since: i64,
    },
    /// A sender whose messages no profile recognises.
    ProfileMissing {
        /// Its number.
        sender: i64,
        /// How many.
        count: u64,
    },
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageOutcome {
    /// A record of its own.
    TakenIn,
    /// It took the place of an older version.
    NewerVersion,
    /// An exact repeat.
    Repeated,
    /// An older version that came late.
    Superseded,
    /// Refused.
    Refused,
}

impl MessageOutcome {
    /// All of them, in the order of the choice.
    pub const ALL: [Self; 5] = [Self::TakenIn, Self::NewerVersion, Self::Repeated, Self::Superseded, Self::Refused];

    /// Key of its word.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::TakenIn => "outcome-taken-in",
            Self::NewerVersion => "outcome-newer-version",
            Self::Repeated => "outcome-repeated",
            Self::Superseded => "outcome-superseded",
            Self::Refused => "outcome-refused",
        }
    }
}

/// How a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayIn {
    /// Over HTTPS.
    Https,
    /// In the watched folder.
    Folder,
    /// By hand.
    Hand,
}

impl WayIn {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Https, Self::Folder, Self::Hand];

    /// Key of its word.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Https => "way-https",
            Self::Folder => "way-folder",
            Self::Hand => "way-hand",
        }
    }
}

/// Which messages are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReceptionFilter {
    /// Of this hospital; 0: of senders that are not known.
    pub hospital: Option<i64>,
    /// With this outcome.
    pub outcome: Option<MessageOutcome>,
    /// That came this way.
    pub way: Option<WayIn>,
    /// With findings alone.
    pub findings: bool,
}

/// One hospital.
#[derive(Clone)]
pub struct SenderRow {
    /// Its number.
    pub number: i64,
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
    /// It is silent for too long, and whether somebody has taken that up.
    pub silence: Option<SilenceAlarm>,
    /// Since when all that comes from it is refused, and why.
    pub refused_since: Option<SilenceCause>,
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
    /// Number of its entry in the log.
    pub number: u64,
    /// Receipt, local time.
    pub at: NaiveDateTime,
    /// Name of the sender; empty: not known.
    pub sender: String,
    /// How it came, where that was noted.
    pub way: Option<WayIn>,
    /// Size in bytes.
    pub bytes: u64,
    /// What became of it.
    pub outcome: MessageOutcome,
    /// `CA`, `CE` or `CR`.
    pub answer: &'static str,
    /// Ids of the rules it met, the one it was refused by first; `rule-…` is the key of each.
    pub findings: Vec<String>,
    /// There were more than are noted.
    pub more_findings: bool,
    /// Fields that were sent too much, and left out.
    pub over_delivered: u64,
    /// Its masked structure is kept: opens it, or closes it.
    pub structure: Option<Command>,
    /// That structure, where it is open.
    pub structure_open: Option<String>,
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
#[derive(Clone)]
pub struct Alarm {
    /// Key of the sentence.
    pub text: &'static str,
    /// Its values, by name.
    pub values: Vec<(&'static str, String)>,
    /// Takes it up: *ik zoek het uit*; where that can be done.
    pub take_up: Option<Command>,
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

/// The list of messages of late.
#[derive(Clone)]
pub struct MessageList {
    /// Latest first.
    pub rows: Vec<ReceptionRow>,
    /// Which are listed.
    pub filter: ReceptionFilter,
    /// Lists others.
    pub refilter: fn(ReceptionFilter) -> Command,
    /// Hospitals to choose from, by name.
    pub hospitals: Vec<(i64, String)>,
    /// Older ones; `None`: there are no more.
    pub older: Option<Command>,
    /// Back to the newest; `None`: these are.
    pub newest: Option<Command>,
}

/// The screen.
#[derive(Clone)]
pub struct ReceptionScreen {
    /// What is wrong; mostly nothing.
    pub alarms: Vec<Alarm>,
    /// Certificates that expire soon, the first first; mostly none.
    pub certificates: Vec<CertificateAlarm>,
    /// Hospitals that are silent for longer than ever, and that nobody has taken up; mostly none.
    pub silent: Vec<SilenceAlarm>,
    /// Per hospital, alphabetical.
    pub senders: Vec<SenderRow>,
    /// What to ask hospitals for again; mostly nothing.
    pub ask_again: Vec<AskAgain>,
    /// Messages of late.
    pub messages: MessageList,
    /// Health of the store.
    pub health: StoreHealth,
    /// Takes files in, where this session may.
    pub import: Option<Import>,
    /// Computes it again.
    pub refresh: Command,
}
