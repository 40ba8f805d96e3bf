//! *Patiëntidentificatie*: the clerk's worklist and the item in hand.

use chrono::{NaiveDate, NaiveDateTime};

use crate::{AscertainedBy, Command, ItemId, RevealPurpose, Words};

/// The tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdentificationTab {
    /// Te doen.
    Open,
    /// Wacht op SEH: rides without announced and without returned BSN.
    AwaitingHospital,
    /// In onderzoek.
    Investigating,
    /// Afgerond.
    Closed,
}

/// Why there is something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Zonder BSN vooraangekondigd.
    NotAnnounced,
    /// BSN wijkt af.
    Differs,
    /// Ongeldig BSN: navragen bij de SEH.
    Invalid,
    /// Twee BSN’s bij één rit.
    TwoNumbers,
    /// Rit nog niet bekend.
    RideUnknown,
    /// Nog niet overgenomen.
    NotTakenOver,
}

/// One line of the list.
pub struct IdentificationRow {
    /// The item.
    pub item: ItemId,
    /// Why.
    pub reason: Reason,
    /// Ride number as received.
    pub ride: String,
    /// Name of the hospital.
    pub hospital: String,
    /// Age in whole days.
    pub age_days: i64,
    /// Who took it up; `Some("")` never occurs.
    pub claimed_by: Option<String>,
    /// Taken up by this session's account.
    pub mine: bool,
    /// Whether it is selected.
    pub selected: bool,
    /// Selects it.
    pub select: Command,
}

/// A BSN in its well.
pub struct MaskedBsn {
    /// Dots, and the last two digits once they are opened.
    pub mask: String,
    /// Passes the elfproef.
    pub valid: bool,
    /// The digits while shown, with the seconds left.
    pub shown: Option<(Words, u32)>,
    /// Shows it, per purpose; absent where this session may not.
    pub reveal: Vec<(RevealPurpose, Command)>,
    /// Copies it; only while shown.
    pub copy: Option<Command>,
    /// Masks it again; only while shown.
    pub mask_again: Option<Command>,
}

/// Ride data to find the ride in the ride administration.
pub struct RideData {
    /// Departure, local time.
    pub departed: Option<NaiveDateTime>,
    /// Hand-over to the SEH, local time.
    pub handed_over: Option<NaiveDateTime>,
    /// Vehicle.
    pub vehicle: Option<String>,
    /// Post.
    pub post: Option<String>,
    /// Urgency.
    pub urgency: Option<String>,
}

/// The item in hand.
pub struct IdentificationDetail {
    /// The item.
    pub item: ItemId,
    /// Why.
    pub reason: Reason,
    /// Ride number as received.
    pub ride: String,
    /// Name of the hospital.
    pub hospital: String,
    /// Receipt, local time.
    pub received: NaiveDateTime,
    /// What the register knows; `None` while the ride is unknown.
    pub ride_data: Option<RideData>,
    /// The BSN, or both where there are two. Empty once destroyed.
    pub bsns: Vec<MaskedBsn>,
    /// Birth date as precise as received; opened with the BSN's reveal only.
    pub birth_date: Option<Words>,
    /// Gender word key (`gender-male`…); opened with the BSN's reveal only.
    pub gender: Option<&'static str>,
    /// Taken up by this session's account, and since when (local time).
    pub claimed: Option<NaiveDateTime>,
    /// Takes it up.
    pub claim: Option<Command>,
    /// Closes it, per *waarmee*; empty where this session may not.
    pub close: Vec<(AscertainedBy, Command)>,
    /// Puts it under investigation.
    pub investigate: Option<Command>,
    /// The day the BSN disappears: after closing, or if closed today.
    pub disappears: NaiveDate,
    /// It is closed.
    pub closed: Option<NaiveDateTime>,
}

/// A ride of *Wacht op SEH*: ride data only.
pub struct AwaitedRide {
    /// Ride number as the register shows it.
    pub ride: String,
    /// Name of the hospital.
    pub hospital: String,
    /// Whole days since the hand-over.
    pub age_days: i64,
    /// What the register knows.
    pub ride_data: RideData,
    /// The hospital's contact, as written in *Aansluitingen*.
    pub contact: Option<String>,
}

/// The screen.
pub struct IdentificationsScreen {
    /// The tab.
    pub tab: IdentificationTab,
    /// Counts of the tabs.
    pub counts: Vec<(IdentificationTab, u64, Command)>,
    /// Oldest first; rides not yet known stand last, under their own head.
    pub rows: Vec<IdentificationRow>,
    /// Lists more, where there is more.
    pub more: Option<Command>,
    /// The item in hand.
    pub detail: Option<IdentificationDetail>,
    /// The ride in hand, on *Wacht op SEH*.
    pub awaited: Option<AwaitedRide>,
}
