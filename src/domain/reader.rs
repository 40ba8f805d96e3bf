//! Readers, roles and purposes: the words of authorisation. What a role may do is `access`'s table.

use serde::{Deserialize, Serialize};

/// A reader of sealed parts: a role that opens parts, the receiver's Routing, or one professional.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ReaderId(pub i64);

impl ReaderId {
    /// The RAV's administration.
    pub const ADMINISTRATION: Self = Self(1);
    /// The medical manager.
    pub const MEDICAL_MANAGER: Self = Self(2);
    /// The privacy officer (opens the log's first MAC key, no part).
    pub const PRIVACY_OFFICER: Self = Self(3);
    /// The receiving process, for what waits.
    pub const ROUTING: Self = Self(4);

    const FIRST_PROFESSIONAL: i64 = 1000;

    /// The reader of a professional's account.
    #[must_use]
    pub fn professional(account: i64) -> Self {
        Self(Self::FIRST_PROFESSIONAL + account)
    }

    /// The account number of a professional reader; `None` for a role or Routing.
    #[must_use]
    pub fn account(self) -> Option<i64> {
        (self.0 > Self::FIRST_PROFESSIONAL).then(|| self.0 - Self::FIRST_PROFESSIONAL)
    }
}

/// The roles of DESIGN §2, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleName {
    /// RAV-administratie.
    Administration,
    /// Ambulancezorgprofessional.
    Professional,
    /// Medisch manager ambulancezorg.
    MedicalManager,
    /// Functioneel beheerder.
    FunctionalAdministrator,
    /// Privacy officer / logbeheerder.
    PrivacyOfficer,
}

impl RoleName {
    /// All roles, in the order of DESIGN §2.
    pub const ALL: [Self; 5] = [
        Self::Administration,
        Self::Professional,
        Self::MedicalManager,
        Self::FunctionalAdministrator,
        Self::PrivacyOfficer,
    ];

    /// The word in configuration files and in the role matrix.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Administration => "administration",
            Self::Professional => "professional",
            Self::MedicalManager => "medical_manager",
            Self::FunctionalAdministrator => "functional_administrator",
            Self::PrivacyOfficer => "privacy_officer",
        }
    }

    /// One bit, stable: roles are stored as a set.
    #[must_use]
    pub fn bit(self) -> u8 {
        match self {
            Self::Administration => 1,
            Self::Professional => 2,
            Self::MedicalManager => 4,
            Self::FunctionalAdministrator => 8,
            Self::PrivacyOfficer => 16,
        }
    }

    /// The roles in a stored set.
    pub fn in_set(set: u8) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |role| set & role.bit() != 0)
    }
}

/// What an act is for (R1): a purpose of one law never opens what another gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Purpose {
    /// Monitoring and promoting the quality of care (Wet ambulancezorgvoorzieningen art. 10).
    Quality,
    /// Completing the ride with the right BSN.
    CompleteRide,
    /// Finding out which BSN is right, with the SEH.
    AskHospital,
    /// Receiving and delivering.
    Reception,
    /// Signing in and out, accounts.
    Entry,
    /// Running the program: set-up, connections, backup.
    Operation,
    /// Supervision: audit, retention.
    Supervision,
    /// Counting one's own records, for oneself: quality of care too, and named apart so that the log tells it from reading.
    OwnTrend,
}

impl Purpose {
    /// All purposes.
    pub const ALL: [Self; 8] = [
        Self::Quality,
        Self::CompleteRide,
        Self::AskHospital,
        Self::Reception,
        Self::Entry,
        Self::Operation,
        Self::Supervision,
        Self::OwnTrend,
    ];

    /// The word in the printed rights.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Quality => "quality",
            Self::CompleteRide => "complete_ride",
            Self::AskHospital => "ask_hospital",
            Self::Reception => "reception",
            Self::Entry => "entry",
            Self::Operation => "operation",
            Self::Supervision => "supervision",
            Self::OwnTrend => "own_trend",
        }
    }

    /// One byte, stable: part of the audit entry's canonical bytes.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Quality => 1,
            Self::CompleteRide => 2,
            Self::AskHospital => 3,
            Self::Reception => 4,
            Self::Entry => 5,
            Self::Operation => 6,
            Self::Supervision => 7,
            Self::OwnTrend => 8,
        }
    }

    /// The purpose behind a stored byte.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.code() == code)
    }
}

/// What a store holds; chosen at set-up, never changed (R12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreKind {
    /// Real patients.
    Production,
    /// Invented people only; a valid BSN outside the test range is refused.
    Test,
}
