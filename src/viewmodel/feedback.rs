//! *Terugkoppelingen*: the professional's list, without outcome, and the record opened by choice.

use chrono::{NaiveDate, NaiveDateTime};

use crate::{Command, RecordId, ReflectionCard, Undo, Words};

/// A value that was received, or the word why there is none.
pub enum Shown<T> {
    /// The value.
    Value(T),
    /// *niet ontvangen*.
    NotReceived,
}

/// The agreement as the record says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgreementShown {
    /// Akkoord.
    Yes,
    /// Niet akkoord.
    No,
    /// Niet te beoordelen.
    NotAssessable,
    /// Onbekend.
    Unknown,
    /// Niet ontvangen.
    NotReceived,
}

/// One line of the list. It never tells the outcome.
pub struct FeedbackRow {
    /// The record.
    pub record: RecordId,
    /// Own working diagnosis; `None` where the register has none (*geen werkdiagnose*).
    pub working_diagnosis: Option<Words>,
    /// Name of the hospital.
    pub hospital: String,
    /// Urgency.
    pub urgency: Option<String>,
    /// Day of the ride.
    pub day: NaiveDate,
    /// Ride number.
    pub ride: String,
    /// It took the place of an earlier one (*bijgewerkt*).
    pub updated: bool,
    /// With remarks.
    pub remarks: bool,
    /// Not yet opened.
    pub unread: bool,
    /// Whether it is selected.
    pub selected: bool,
    /// Selects it.
    pub select: Command,
}

/// The selected record before it is opened.
pub struct ClosedCard {
    /// The record.
    pub record: RecordId,
    /// Own working diagnosis.
    pub working_diagnosis: Option<Words>,
    /// Departure, local time.
    pub departed: Option<NaiveDateTime>,
    /// Hand-over, local time.
    pub handed_over: Option<NaiveDateTime>,
    /// Urgency.
    pub urgency: Option<String>,
    /// Vehicle.
    pub vehicle: Option<String>,
    /// Name of the hospital.
    pub hospital: String,
    /// With remarks.
    pub remarks: bool,
    /// Names of the others who can see it (*zichtregel*).
    pub others: Vec<String>,
    /// The medical manager can open the diagnosis.
    pub manager_can_open: bool,
    /// Ride number.
    pub ride: String,
    /// It took the place of an earlier one (*bijgewerkt*).
    pub updated: bool,
    /// Opens the outcome.
    pub open: Command,
    /// *Niet mijn rit*.
    pub disown: Command,
    /// Whom to talk to about it; `None`: nobody was filled in.
    pub peer_support: Option<PeerSupportShown>,
}

/// Whom to talk to about a ride, as the organisation filled it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerSupportShown {
    /// Name or function.
    pub name: String,
    /// Telephone number; empty: none.
    pub telephone: String,
    /// When somebody is there; empty: not said.
    pub hours: String,
}

/// When the outcome of a record opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Opening {
    /// *Altijd eerst vragen*.
    #[default]
    Asked,
    /// *Alleen vragen als er meer is dan akkoord*.
    MoreThanAgreement,
    /// *Niet vragen*.
    Chosen,
}

impl Opening {
    /// All choices, in the order of the screen.
    pub const ALL: [Self; 3] = [Self::Asked, Self::MoreThanAgreement, Self::Chosen];
}

/// What somebody wishes of his records, besides opening them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FeedbackCommand {
    /// *Niet mijn rit*: hide the records of this one's ride; logged.
    Disown(RecordId),
    /// Take that back; logged.
    UndoDisowning(RecordId),
    /// When the outcome opens.
    Opens(Opening),
    /// Read all that say *akkoord* and nothing else; an entry each.
    ReadPlain,
    /// *Deze tekst hoort hier niet*: take a passage out of a text for all its readers; logged.
    Report {
        /// The record.
        record: RecordId,
        /// Which of its texts.
        text: FreeText,
        /// Its first character.
        from: u32,
        /// The character after its last.
        until: u32,
        /// Why.
        reason: MisplacedReason,
    },
    /// Take a report back; logged.
    UndoReport(i64),
    /// Tick this of an opened record, or take that back. No line of the log tells who ticks.
    Tick(RecordId, TickOf),
}

/// What can be ticked of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TickOf {
    /// *Tel mee als bedankje*.
    Thanks,
    /// *Mijn werkdiagnose is anders overgenomen*.
    TakenOverDifferently,
    /// What the remarks on communication are about.
    Theme(ThemeOf),
}

/// The themes of communication (M12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ThemeOf {
    /// *Overdracht volledig en duidelijk*.
    HandoverComplete,
    /// *Keuze ziekenhuis*.
    ChoiceOfHospital,
    /// *Gemiste of onvolledige informatie*.
    MissedInformation,
    /// *Overig*.
    Other,
}

/// A tick.
pub struct Tick {
    /// Key of its words.
    pub words: &'static str,
    /// This reader ticked it; what others ticked nobody sees.
    pub on: bool,
    /// Ticks it, or takes that back.
    pub toggle: Command,
}

/// What its reader can tick of an opened record.
pub struct Ticks {
    /// Thanks.
    pub thanks: Tick,
    /// Where there is a working diagnosis: it was taken over differently.
    pub differently: Option<Tick>,
    /// Where remarks on communication came and are his: what they are about.
    pub themes: Vec<Tick>,
}

/// Why a passage does not belong in its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MisplacedReason {
    /// One of the four lines about the description, from 1.
    DescriptionRule(u8),
    /// One of the six rules of the remarks, from 1.
    RemarksRule(u8),
    /// *Herleidbaar*.
    Identifying,
    /// *Over een persoon*.
    AboutAPerson,
}

impl MisplacedReason {
    /// The reasons for a text, in the order of the screen.
    #[must_use]
    pub fn of(text: FreeText) -> Vec<Self> {
        let rules: Vec<Self> = match text {
            FreeText::Diagnosis => (1..=4).map(Self::DescriptionRule).collect(),
            FreeText::RemarksMedical | FreeText::RemarksCommunication => (1..=6).map(Self::RemarksRule).collect(),
        };
        rules.into_iter().chain([Self::Identifying, Self::AboutAPerson]).collect()
    }
}

/// A sentence of a text.
pub struct Sentence {
    /// Its words; what identifies in them is masked.
    pub words: Words,
    /// Its first character in the text.
    pub from: u32,
    /// The character after its last.
    pub until: u32,
}

/// A text of which a passage can be reported.
pub struct Reportable {
    /// Which.
    pub text: FreeText,
    /// Its sentences, in order.
    pub sentences: Vec<Sentence>,
}

/// What was reported of a record.
pub struct Reported {
    /// In which text.
    pub text: FreeText,
    /// The passage is gone.
    pub destroyed: bool,
    /// Takes it back, where this person may still.
    pub undo: Option<Command>,
}

/// What happened to somebody's sight of a ride.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrewChangeKind {
    /// Put on the crew: he got it.
    Got,
    /// Taken off it: he lost it.
    Lost,
    /// Said that the ride is not his.
    Disowned,
}

/// A change of who sees a record after it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrewChangeShown {
    /// Who.
    pub who: String,
    /// What.
    pub kind: CrewChangeKind,
    /// When.
    pub day: NaiveDate,
}

/// One SEH diagnosis.
pub struct SehDiagnosisShown {
    /// Name, or the code where there is no name.
    pub display: Words,
    /// Code with its system's name, such as `SNOMED CT 59282003`.
    pub code: Option<Words>,
}

/// A text of an opened record in which something may be masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FreeText {
    /// The description, and a diagnosis that is text alone.
    Diagnosis,
    /// The remarks on medical acting.
    RemarksMedical,
    /// The remarks on communication.
    RemarksCommunication,
}

/// What is masked in a text, and how it is shown.
pub struct Masked {
    /// Key of the kind's word, and how many.
    pub kinds: Vec<(&'static str, u64)>,
    /// Shows it; logged.
    pub unmask: Command,
}

/// What is masked in the texts of a record.
#[derive(Default)]
pub struct MaskedTexts {
    /// In the description, and in a diagnosis that is text alone.
    pub diagnosis: Option<Masked>,
    /// In the remarks on medical acting.
    pub medical: Option<Masked>,
    /// In the remarks on communication.
    pub communication: Option<Masked>,
}

/// Age and gender of the patient.
pub struct PatientShown {
    /// Gender word key.
    pub gender: Option<&'static str>,
    /// Birth date as precise as received.
    pub birth_date: Option<Words>,
    /// Age in years at the ride.
    pub age: Option<u32>,
}

/// The opened record.
pub struct OpenedRecord {
    /// The record.
    pub record: RecordId,
    /// Whom to talk to about it; `None`: nobody was filled in.
    pub peer_support: Option<PeerSupportShown>,
    /// As on the closed card.
    pub working_diagnosis: Option<Words>,
    /// Ride number.
    pub ride: String,
    /// Departure, local time.
    pub departed: Option<NaiveDateTime>,
    /// Urgency.
    pub urgency: Option<String>,
    /// Vehicle.
    pub vehicle: Option<String>,
    /// Name of the hospital.
    pub hospital: String,
    /// The judgement.
    pub agreement: AgreementShown,
    /// SEH diagnoses; empty and agreement yes: not given with agreement.
    pub diagnoses: Vec<SehDiagnosisShown>,
    /// The description.
    pub description: Shown<Words>,
    /// Age and gender.
    pub patient: PatientShown,
    /// Agreement no and neither code nor text.
    pub incomplete: bool,
    /// This reader's column has the right to remarks; without it the cards are not there.
    pub remarks: Option<(Shown<Words>, Shown<Words>)>,
    /// What identifies in these texts and is masked.
    pub masked: MaskedTexts,
    /// The day after which nobody can read it.
    pub disappears: NaiveDate,
    /// Days left.
    pub days_left: i64,
    /// Days between the beginning of the term and its end.
    pub term_days: i64,
    /// Names of the others who can see it.
    pub others: Vec<String>,
    /// The medical manager can open the diagnosis.
    pub manager_can_open: bool,
    /// Who got or lost it by a corrected crew since it came.
    pub crew_changes: Vec<CrewChangeShown>,
    /// It took the place of an earlier one (*bijgewerkt*).
    pub updated: bool,
    /// What can be ticked, and what is.
    pub ticks: Ticks,
    /// Texts of which a passage can be reported (*hoort hier niet*).
    pub reportable: Vec<Reportable>,
    /// What was reported already.
    pub reported: Vec<Reported>,
    /// *Mijn reflectie*.
    pub reflection: ReflectionCard,
    /// *Toch niet jouw rit*.
    pub disown: Command,
    /// Back to the list.
    pub back: Command,
    /// The next newer and older record, by choice still closed.
    pub neighbours: (Option<Command>, Option<Command>),
}

/// The screen.
pub struct FeedbackScreen {
    /// How many are unread.
    pub unread: u64,
    /// Unread first, then the rest, newest first.
    pub rows: Vec<FeedbackRow>,
    /// Lists more, where there is more.
    pub more: Option<Command>,
    /// The selected record, still closed.
    pub card: Option<ClosedCard>,
    /// The opened record.
    pub opened: Option<Box<OpenedRecord>>,
    /// The last *niet mijn rit*, while it can be undone.
    pub undo: Option<Undo>,
    /// When the outcome opens.
    pub opens: Opening,
    /// Reads all that say *akkoord* and nothing else, where something is unread.
    pub read_plain: Option<Command>,
    /// Computes it again.
    pub refresh: Command,
}
