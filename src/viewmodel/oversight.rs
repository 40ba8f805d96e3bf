//! *Meldingen*, for the privacy officer: passages that do not belong in a text, without that text, and crews that were changed.

use chrono::NaiveDate;

use crate::{Command, CrewChangeKind, FreeText, MisplacedReason};

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportState {
    /// Not decided.
    Open,
    /// To be put back by one of the crew.
    ToJoin,
    /// Destroyed.
    Destroyed,
}

/// One report.
#[derive(Clone)]
pub struct ReportLine {
    /// Its number.
    pub number: i64,
    /// Why it does not belong there; `None`: a reason of a newer program.
    pub reason: Option<MisplacedReason>,
    /// In which text.
    pub text: FreeText,
    /// Name of the hospital.
    pub hospital: String,
    /// Characters of the passage.
    pub length: u64,
    /// When it was reported.
    pub day: NaiveDate,
    /// The day on which it is destroyed, undecided.
    pub destroyed_on: NaiveDate,
    /// Where it stands.
    pub state: ReportState,
    /// Destroys the passage, and puts it back; where it is not decided.
    pub decide: Option<(Command, Command)>,
}

/// A change of who sees the records of a ride.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RideCrewChange {
    /// Ride number.
    pub ride: String,
    /// Who.
    pub who: String,
    /// What.
    pub kind: CrewChangeKind,
    /// When.
    pub day: NaiveDate,
}

/// What a privacy officer decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OversightCommand {
    /// Destroy the passage of a report.
    Destroy(i64),
    /// Have it put back.
    Join(i64),
}

/// How often passages of one hospital were reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HospitalReports {
    /// Name of the hospital.
    pub hospital: String,
    /// By reason (`None`: one of a newer program), and how often.
    pub reasons: Vec<(Option<MisplacedReason>, u64)>,
}

/// The screen.
#[derive(Clone)]
pub struct OversightScreen {
    /// Reports, undecided first.
    pub reports: Vec<ReportLine>,
    /// How many per hospital, by name, and for what: also of records that are gone.
    pub per_hospital: Vec<HospitalReports>,
    /// Crews that were changed after their records came, newest first.
    pub changes: Vec<RideCrewChange>,
}
