//! *Ritten*: a ride file is chosen, its columns are mapped, it is checked and imported; what crew columns give; what is not linked.
//!
//! **Invariant:** BSN and working diagnosis are no part of it: their cells are masked before they come here, and so is every cell
//! of which nobody can say what it is.

use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime};

use crate::{Command, DateOrder, Import, RecordId, RideField, RideFolderShown, RideFolderTyped, Said};

/// What is asked on *Ritten*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RidesCommand {
    /// Read a file.
    Read(Vec<PathBuf>),
    /// Of a column, by its place: which field it is; `None`: it is skipped.
    Map(usize, Option<RideField>),
    /// Turn to another sheet of the workbook, by its place.
    Sheet(usize),
    /// The first row is a head, or it is a ride.
    Header(bool),
    /// In which order dates stand.
    Dates(DateOrder),
    /// Forget what was filled in from a source: as the file shows itself.
    Anew,
    /// Remember the layout under this name; empty: do not.
    Remember(String),
    /// Look at every line; nothing is written.
    Check,
    /// Bad lines are skipped, or nothing is imported.
    SkipBad(bool),
    /// Write it.
    Import,
    /// Write the refused lines with their reasons into a new file.
    KeepRefused(PathBuf),
    /// To the step before.
    Back,
    /// Put the file away.
    Close,
    /// Set what a crew column gives.
    SetRight(ColumnRightTyped),
    /// Link a message to the ride that is meant, by its row in the register.
    Link(RecordId, i64, NearMissShown),
    /// Say of which ride a message is whose number two rides have.
    Choose(RecordId, i64),
    /// Let the feedback of a sender through for a ride whose hospital it is not, for this reason.
    Accept(RecordId, String),
    /// List more of what is not linked.
    MoreUnlinked,
    /// Set the watched folder, and have it read.
    SetFolder(RideFolderTyped),
    /// Have it no longer read.
    FolderOff,
    /// List more of what is of another hospital.
    MoreHeld,
    /// List more of what is linked and to be looked at.
    MoreDoubted,
    /// List more of what names a number that two rides have.
    MoreContested,
}

/// Why a ride may be the one that was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NearMissShown {
    /// Another year.
    OtherYear,
    /// Another patient number.
    OtherPatient,
    /// Another patient number, which is cancelled: registered anew after a change of BSN.
    RegisteredAnew,
}

/// A ride that may be meant.
#[derive(Clone)]
pub struct CandidateShown {
    /// Its number.
    pub number: String,
    /// Why.
    pub why: NearMissShown,
    /// Its hospital is the sender.
    pub of_sender: bool,
    /// The message names another vehicle.
    pub other_vehicle: bool,
    /// Hand-over.
    pub handed_over: Option<NaiveDate>,
    /// Links to it.
    pub link: Command,
}

/// A message whose ride is not in the register. Never its content.
#[derive(Clone)]
pub struct UnlinkedRow {
    /// The message.
    pub record: RecordId,
    /// Its ride number, as received.
    pub number: String,
    /// Name of the sender.
    pub sender: String,
    /// The vehicle that it names.
    pub vehicle: Option<String>,
    /// Whole days since its receipt.
    pub age_days: i64,
    /// Rides that may be meant.
    pub candidates: Vec<CandidateShown>,
}

/// One of the rides that have one number.
#[derive(Clone)]
pub struct RideOfNumber {
    /// Its service; `None`: the register says none.
    pub service: Option<String>,
    /// Its vehicle.
    pub vehicle: Option<String>,
    /// Hand-over.
    pub handed_over: Option<NaiveDateTime>,
    /// It was cancelled.
    pub cancelled: bool,
    /// Its hospital is the sender.
    pub of_sender: bool,
    /// The message names another vehicle, or another day.
    pub implausible: bool,
    /// Says that the message is of this ride.
    pub choose: Command,
}

/// A message whose number two rides have. Never its content.
#[derive(Clone)]
pub struct ContestedRow {
    /// Its ride number.
    pub number: String,
    /// Name of the sender.
    pub sender: String,
    /// The vehicle that it names.
    pub vehicle: Option<String>,
    /// Whole days since its receipt.
    pub age_days: i64,
    /// The rides, those of the sender first.
    pub rides: Vec<RideOfNumber>,
}

/// A message of which something is to be decided, or looked at.
#[derive(Clone)]
pub struct HeldRow {
    /// The message.
    pub record: RecordId,
    /// Its ride number.
    pub number: String,
    /// Name of the sender.
    pub sender: String,
    /// Name of the ride's hospital.
    pub hospital: String,
    /// Whole days since its receipt.
    pub age_days: i64,
}

/// What is not linked, and what is linked and reached nobody yet.
#[derive(Clone)]
pub struct Unlinked {
    /// How many are not linked.
    pub total: u64,
    /// The oldest of them.
    pub rows: Vec<UnlinkedRow>,
    /// Lists more.
    pub more: Option<Command>,
    /// Numbers that two rides have, and how many messages name one and are nobody's.
    pub contested: (u64, u64),
    /// Lists more of them.
    pub contested_more: Option<Command>,
    /// Of these messages the oldest.
    pub contested_rows: Vec<ContestedRow>,
    /// Of a sender that is not the ride's hospital: nobody sees them.
    pub held: Vec<HeldRow>,
    /// How many of those there are.
    pub held_total: u64,
    /// Lists more of them.
    pub held_more: Option<Command>,
    /// Lets such a sender through, for a reason.
    pub accept: fn(RecordId, String) -> Command,
    /// Linked, but vehicle or time is not the ride's.
    pub doubted: Vec<HeldRow>,
    /// How many of those there are.
    pub doubted_total: u64,
    /// Lists more of them.
    pub doubted_more: Option<Command>,
    /// Linked, and waiting for their crew; how many, and the age of the oldest in whole days.
    pub waiting: Option<(u64, i64)>,
    /// Staff numbers of crews that have no account.
    pub without_account: u64,
}

/// What is typed for a crew column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnRightTyped {
    /// 1 nurse, 2 driver, 3 third.
    pub place: u8,
    /// The diagnosis is given.
    pub diagnosis: bool,
    /// The remarks are given.
    pub remarks: bool,
    /// From this day, as typed; empty: today.
    pub from: String,
    /// Why.
    pub reason: String,
}

/// A cell of the preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RideSample {
    /// Nothing stands in the column.
    Nothing,
    /// Masked.
    Masked,
    /// What stands there first.
    Shown(String),
}

/// What the check of a column says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnCheck {
    /// All of it fits the field.
    Fits,
    /// Something to know.
    Told(Said),
    /// Something to look at.
    Doubt(Said),
}

/// A column of the file.
#[derive(Clone, Debug)]
pub struct RideColumn {
    /// Its head; `None`: it has none, or one that may be of a patient.
    pub name: Option<String>,
    /// Its first value.
    pub sample: RideSample,
    /// The field it is.
    pub field: Option<RideField>,
    /// What the check says.
    pub check: ColumnCheck,
}

/// The columns of the file in hand.
#[derive(Clone)]
pub struct RideColumns {
    /// The sheets of the workbook, where it has more than one.
    pub sheets: Vec<String>,
    /// Which of them is in hand.
    pub sheet: usize,
    /// Turns to another.
    pub set_sheet: fn(usize) -> Command,
    /// The sheet that the source names, and that is gone.
    pub sheet_gone: Option<String>,
    /// Column by column.
    pub columns: Vec<RideColumn>,
    /// Makes a column a field.
    pub map: fn(usize, Option<RideField>) -> Command,
    /// The first row is a head.
    pub header: bool,
    /// Says whether it is.
    pub set_header: fn(bool) -> Command,
    /// In which order dates stand; `None`: it is to be said.
    pub dates: Option<DateOrder>,
    /// The file shows it by itself.
    pub dates_found: bool,
    /// Says in which.
    pub set_dates: fn(DateOrder) -> Command,
    /// The source whose layout was filled in.
    pub filled_from: Option<String>,
    /// Columns of that source that are gone.
    pub gone: Vec<String>,
    /// Begins without it.
    pub anew: Option<Command>,
    /// The name under which it is remembered; empty: it is not.
    pub remember: String,
    /// Names it.
    pub set_remember: fn(String) -> Command,
    /// Looks at every line; `None`: see `lacks`.
    pub check: Option<Command>,
    /// Why it cannot be checked yet.
    pub lacks: Option<Said>,
}

/// What is said of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RideLineShown {
    /// As an editor counts.
    pub line: u64,
    /// The column, where it is one.
    pub column: Option<String>,
    /// Key of the rule.
    pub rule: &'static str,
}

/// What the check of all lines found.
#[derive(Clone)]
pub struct RidesChecked {
    /// Rides of good lines.
    pub rides: u64,
    /// Lines that are refused.
    pub refused: u64,
    /// The first of each rule.
    pub lines: Vec<RideLineShown>,
    /// Staff numbers that no account has.
    pub staff_unknown: u64,
    /// Of these, such as an account has with zeros before them.
    pub staff_zeros: u64,
    /// Bad lines are skipped.
    pub skip: bool,
    /// Says whether they are.
    pub set_skip: fn(bool) -> Command,
    /// Writes it; `None`: a bad line is not to be skipped, or there is no good one.
    pub import: Option<Command>,
    /// Keeps the refused lines in a file.
    pub keep_refused: Option<fn(PathBuf) -> Command>,
}

/// What became of the import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RidesImported {
    /// Rides that are new.
    pub new: u64,
    /// Rides that were changed.
    pub changed: u64,
    /// Rides that were the same.
    pub unchanged: u64,
    /// Lines that were refused.
    pub refused: u64,
    /// Rides past their term.
    pub past_term: u64,
    /// Rides whose number is another ride's too.
    pub contested: u64,
    /// Records linked by it.
    pub linked: u64,
    /// BSNs that came back and stand in the register now.
    pub confirmed: u64,
    /// Rides that were not come to.
    pub left: u64,
    /// Why it could not go on.
    pub failed: Option<Said>,
}

/// Where the import is.
#[derive(Clone)]
pub enum RidesStep {
    /// A file is to be chosen.
    File,
    /// Its columns are mapped.
    Columns(Box<RideColumns>),
    /// Its lines were looked at.
    Checked(Box<RidesChecked>),
    /// It was imported.
    Imported(Box<RidesImported>, Option<fn(PathBuf) -> Command>),
}

/// The file in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RideFileShown {
    /// Its name.
    pub name: String,
    /// Its lines, the head apart.
    pub lines: u64,
    /// Key of its separator, and its encoding; `None`: a workbook.
    pub text: Option<(&'static str, &'static str)>,
}

/// What a crew column gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnRightShown {
    /// The column.
    pub field: RideField,
    /// 1 nurse, 2 driver, 3 third.
    pub place: u8,
    /// The diagnosis.
    pub diagnosis: bool,
    /// The remarks.
    pub remarks: bool,
    /// Since when; `None`: from the beginning.
    pub since: Option<NaiveDate>,
    /// What comes later: from when, diagnosis, remarks.
    pub later: Option<(NaiveDate, bool, bool)>,
}

/// The screen.
#[derive(Clone)]
pub struct RidesScreen {
    /// Where the import is.
    pub step: RidesStep,
    /// The file in hand.
    pub file: Option<RideFileShown>,
    /// Reads a file, where this session may.
    pub read: Option<Import>,
    /// To the step before.
    pub back: Option<Command>,
    /// Puts the file away.
    pub close: Option<Command>,
    /// The watched folder.
    pub folder: Box<RideFolderShown>,
    /// What each crew column gives.
    pub rights: Vec<ColumnRightShown>,
    /// Sets it.
    pub set_right: fn(ColumnRightTyped) -> Command,
    /// What is not linked, held, doubted, or waits for its crew.
    pub unlinked: Unlinked,
}
