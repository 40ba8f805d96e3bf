//! The hospital's judgement of the ambulance's working diagnosis.

use serde::{Deserialize, Serialize};

/// Whether the SEH agrees with the working diagnosis. Never called "correct": it is the hospital's judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Agreement {
    /// *ja*: the working diagnosis was the SEH's own.
    Yes,
    /// *nee*: the SEH made another diagnosis.
    No,
    /// *niet te beoordelen*.
    NotAssessable,
    /// *onbekend*: said in a way whose polarity no profile knows.
    Unknown,
    /// *niet ontvangen*: the message carries no agreement, though it carries feedback.
    NotReceived,
}

impl Agreement {
    /// All values, in the order of the figures.
    pub const ALL: [Self; 5] = [Self::Yes, Self::No, Self::NotAssessable, Self::Unknown, Self::NotReceived];

    /// The word used in `inspect --json` and in stored figures.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::NotAssessable => "not_assessable",
            Self::Unknown => "unknown",
            Self::NotReceived => "not_received",
        }
    }

    /// One byte, stable: part of the sealed figure's format.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Yes => 1,
            Self::No => 2,
            Self::NotAssessable => 3,
            Self::Unknown => 4,
            Self::NotReceived => 5,
        }
    }

    /// The value behind a stored byte.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|a| a.code() == code)
    }
}
