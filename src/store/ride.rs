//! A ride as a file of the ambulance suite names it, and what an import of such rides did.

use chrono::{DateTime, Utc};
use domain::{ReturnedBsn, RideNumber, WorkingDiagnosisContent};

/// One ride of the register.
pub struct Ride {
    /// Ride number.
    pub number: RideNumber,
    /// Vehicle.
    pub vehicle: Option<String>,
    /// Departure.
    pub departed: Option<DateTime<Utc>>,
    /// Hand-over to the SEH.
    pub handed_over: Option<DateTime<Utc>>,
    /// Urgency: A0, A1, A2, B.
    pub urgency: Option<String>,
    /// Post.
    pub post: Option<String>,
    /// The hospital's organisation.
    pub hospital: Option<domain::InstanceId>,
    /// Messages 8, 9 and 10 were sent.
    pub sent_8_to_10: bool,
    /// The BSN that the ambulance announced: valid, or as it was.
    pub announced: Option<ReturnedBsn>,
    /// Crew: staff number and column (1 nurse, 2 driver, 3 third).
    pub crew: Vec<(String, u8)>,
    /// The ambulance's working diagnosis.
    pub working_diagnosis: Option<WorkingDiagnosisContent>,
    /// The service within the RAV that drove.
    pub service: Option<String>,
    /// Cancelled: kept with that mark; nothing is delivered of it, and it is not awaited.
    pub cancelled: bool,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rides that are new.
    pub new: u64,
    /// Rides that were changed.
    pub changed: u64,
    /// Rides that were the same.
    pub unchanged: u64,
    /// Records linked by it.
    pub linked: u64,
    /// Equal BSNs destroyed by it.
    pub equal_destroyed: u64,
    /// Items closed by it, since the register carries the BSN that came back.
    pub confirmed: u64,
    /// Rides whose number another ride has already: what names it waits until somebody says of which ride it is.
    pub contested: u64,
    /// Rides past their term, of which nothing was kept (R4).
    pub past_term: u64,
}

impl std::ops::AddAssign for Imported {
    fn add_assign(&mut self, other: Self) {
        let Self { new, changed, unchanged, linked, equal_destroyed, confirmed, contested, past_term } = other;
        self.new += new;
        self.changed += changed;
        self.unchanged += unchanged;
        self.linked += linked;
        self.equal_destroyed += equal_destroyed;
        self.confirmed += confirmed;
        self.contested += contested;
        self.past_term += past_term;
    }
}
