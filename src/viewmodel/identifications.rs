//! *Patiëntidentificatie*: the clerk's worklist and the item in hand.

use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime};
use zeroize::Zeroizing;

use crate::{AscertainedBy, Command, ItemId, RevealPurpose, ToFile, Words};

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
    /// Of a ride that waits for the SEH.
    pub waits: Option<WaitingRow>,
    /// Whether it is selected.
    pub selected: bool,
    /// Selects it.
    pub select: Command,
}

/// What the row of a ride that waits for the SEH tells besides.
pub struct WaitingRow {
    /// Hand-over, local time.
    pub handed_over: NaiveDateTime,
    /// The hospital's telephone number, as written in *Aansluitingen*.
    pub telephone: Option<String>,
    /// When it was rung last.
    pub called: Option<NaiveDate>,
    /// It has no BSN either.
    pub none: bool,
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

/// What is noted at an item.
pub struct NoteShown {
    /// Its words; empty where there are none.
    pub words: Words,
    /// Characters, at most.
    pub characters_max: usize,
    /// Other words that this session's person typed and has not kept yet: they go back into the field.
    pub typed: Option<Words>,
    /// Notes other words; where this session has the item.
    pub keep: Option<fn(ItemId, String) -> Command>,
}

/// What is typed in the field of the note, and not kept yet.
#[derive(Clone, PartialEq, Eq)]
pub struct NoteTyped {
    /// The item.
    pub item: ItemId,
    /// The words.
    pub words: Zeroizing<String>,
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
    /// What is noted at it; `None`: nothing, and this session cannot.
    pub note: Option<NoteShown>,
    /// Puts it under investigation.
    pub investigate: Option<Command>,
    /// Lets it go, for later or for somebody else.
    pub later: Option<Command>,
    /// What the ambulance announced: another BSN, or none; never the number. `None`: the ride is not known.
    pub ambulance_had: Option<bool>,
    /// When an item of this ride was closed before, and whether that had the same BSN, where that can still be said.
    pub before: Option<(NaiveDate, Option<bool>)>,
    /// Since when the ride file carries the BSN.
    pub confirmed: Option<NaiveDate>,
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
    /// The hospital's telephone number, or its contact, as written in *Aansluitingen*.
    pub contact: Option<String>,
    /// When it was rung last.
    pub called: Option<NaiveDate>,
    /// When it said that it has no BSN either; whether in a message.
    pub none: Option<(NaiveDate, bool)>,
    /// Notes that it was rung today.
    pub note_called: Command,
    /// Notes that it has none either.
    pub note_none: Command,
}

/// A closing that can still be undone.
pub struct Undo {
    /// Ride number.
    pub ride: String,
    /// Seconds left.
    pub seconds: u32,
    /// Undoes it.
    pub command: Command,
}

/// What can be asked for on *Patiëntidentificatie*, besides showing and closing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentificationCommand {
    /// Undo the closing of an item.
    Reopen(ItemId),
    /// Let an item go.
    Later(ItemId),
    /// Note this at an item, in place of what was noted.
    Note(ItemId, String),
    /// Wacht op SEH: note that the hospital of a ride was rung; by its row in the register.
    Called(i64),
    /// Wacht op SEH: note that it has no BSN either.
    HasNone(i64),
    /// Afgerond: write the closed rides to a file, for the bill.
    ExportClosed(PathBuf),
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
    /// The last closing, while it can be undone.
    pub undo: Option<Undo>,
    /// Afgerond: writes a table for the bill.
    pub export: Option<ToFile>,
}
