//! *Aansluitingen*: per hospital how far it is, what is agreed, what it is connected with, and its test.
//!
//! **Invariant:** no name of a patient and nothing of a message; contacts are functions.

use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime};

use crate::{
    AgreementTyped, CertificateAlarm, Command, ConnectionsDraft, HospitalTyped, ParticularsTyped, SelfTestAct,
    SelfTestShown, SignOffTyped, ToFile,
};

/// A hospital of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HospitalNumber(pub i64);

/// A tab of a hospital's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectionTab {
    /// How far it is.
    Status,
    /// What is agreed.
    Agreement,
    /// What it is connected with.
    Certificate,
    /// Its test.
    Test,
}

impl ConnectionTab {
    /// All, in the order of the screen.
    pub const ALL: [Self; 4] = [Self::Status, Self::Agreement, Self::Certificate, Self::Test];
}

/// Where a hospital stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConnectionStatus {
    /// Zonder aansluiting: came by hand, not listed.
    Unlisted,
    /// Niet gestart.
    NotStarted,
    /// Aangevraagd.
    Requested,
    /// In test.
    Test,
    /// In productie.
    Production,
    /// Gestopt.
    Stopped,
}

impl ConnectionStatus {
    /// Those that a hospital goes through, in order.
    pub const STAGES: [Self; 5] = [Self::NotStarted, Self::Requested, Self::Test, Self::Production, Self::Stopped];
}

/// How messages come from a hospital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteShown {
    /// Own https over VPN.
    Https,
    /// Integration platform.
    Platform,
    /// LSP, through a connected system's files.
    Relay,
    /// Folder.
    Folder,
}

impl RouteShown {
    /// All, in the order of the screen.
    pub const ALL: [Self; 4] = [Self::Https, Self::Platform, Self::Relay, Self::Folder];
}

/// How a judgement comes about at a hospital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JudgedShown {
    /// By its system.
    Automatic,
    /// By a member of staff.
    Staff,
    /// Not known.
    Unknown,
}

impl JudgedShown {
    /// All, in the order of the screen.
    pub const ALL: [Self; 3] = [Self::Automatic, Self::Staff, Self::Unknown];
}

/// Parts that an agreement lets in, in the order of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgreedParts {
    /// Identification.
    pub identification: bool,
    /// Description of the diagnosis.
    pub description: bool,
    /// Remarks on medical acting.
    pub remarks_medical: bool,
    /// Remarks on communication.
    pub remarks_communication: bool,
    /// The medical manager's case list.
    pub case_list: bool,
}

/// Whether a check is ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckTicked {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// One wish on *Aansluitingen*.
#[derive(Clone)]
pub enum ConnectionsCommand {
    /// Take a hospital in hand; `None`: none.
    Select(Option<HospitalNumber>),
    /// Another tab.
    Tab(ConnectionTab),
    /// Open or close the form for a new hospital.
    NewForm,
    /// Make a hospital.
    Add(Box<HospitalTyped>),
    /// Open or close the form of its particulars.
    EditForm,
    /// Keep its particulars.
    Save(HospitalNumber, Box<ParticularsTyped>),
    /// Give it a status from a day.
    SetStatus(HospitalNumber, ConnectionStatus, String),
    /// Record an agreement.
    Agree(HospitalNumber, Box<AgreementTyped>),
    /// Let a certificate in, by its fingerprint.
    AddCertificate(HospitalNumber, String),
    /// Let a certificate in, from a file.
    LoadCertificate(HospitalNumber, PathBuf),
    /// Let it in no more.
    RemoveCertificate(HospitalNumber, String),
    /// Begin or stop the program's own test message.
    SelfTest(SelfTestAct),
    /// Write all hospitals and the totals by month as CSV.
    Overview(PathBuf),
    /// Write the sheet for the hospital's team as PDF.
    Sheet(HospitalNumber, PathBuf),
    /// Make the test script in a new folder.
    MakeScript(HospitalNumber, PathBuf),
    /// Tick a check of a case.
    Check(HospitalNumber, u32, &'static str, CheckTicked),
    /// Sign the test off, into this PDF.
    SignOff(HospitalNumber, PathBuf, Box<SignOffTyped>),
}

/// A line of the list.
#[derive(Clone)]
pub struct ConnectionLine {
    /// Name.
    pub name: String,
    /// Where it stands.
    pub status: ConnectionStatus,
    /// Key of what asks for attention.
    pub attention: Option<&'static str>,
    /// In hand.
    pub selected: bool,
    /// Takes it in hand.
    pub select: Command,
}

/// A status on the way of a hospital.
#[derive(Clone)]
pub struct StageShown {
    /// The status.
    pub status: ConnectionStatus,
    /// Since when, where it was ever reached.
    pub since: Option<NaiveDate>,
    /// It is the present one.
    pub present: bool,
    /// It was reached before.
    pub past: bool,
    /// It was set by a file.
    pub by_file: bool,
    /// Key of what has to be done before it can be set.
    pub needs: Option<&'static str>,
}

/// A step of the implementation.
#[derive(Clone)]
pub struct ConnectionStepShown {
    /// When it was done.
    pub on: Option<NaiveDate>,
    /// Whose function it is.
    pub function: Option<String>,
}

/// *Status*.
#[derive(Clone)]
pub struct ConnectionStatusPage {
    /// The five statuses.
    pub stages: Vec<StageShown>,
    /// Key of what is to be done next.
    pub next: Option<&'static str>,
    /// It is in production, and its test was not signed off in this store.
    pub not_signed_off: bool,
    /// Supplier of the emergency department.
    pub supplier: Option<String>,
    /// Supplier of the RAV.
    pub supplier_rav: Option<String>,
    /// Route.
    pub route: Option<RouteShown>,
    /// Messages 8, 9 and 10 in use since.
    pub messages_since: Option<NaiveDate>,
    /// The folder.
    pub folder: Option<String>,
    /// How judgements come about, the present first.
    pub judged: Vec<(NaiveDate, JudgedShown)>,
    /// Function and how it is reached.
    pub contacts: Vec<(String, String)>,
    /// The telephone of the emergency department.
    pub contact: Option<String>,
    /// The eight steps.
    pub steps: Vec<ConnectionStepShown>,
    /// As it is typed in the form.
    pub typed: Box<ParticularsTyped>,
    /// The form is open.
    pub edit_open: bool,
    /// Opens or closes it.
    pub edit: Command,
    /// Keeps it.
    pub save: fn(HospitalNumber, Box<ParticularsTyped>) -> Command,
    /// Gives another status.
    pub set_status: fn(HospitalNumber, ConnectionStatus, String) -> Command,
    /// Writes the sheet for the hospital's team; `None`: nothing makes paper here.
    pub sheet: Option<fn(HospitalNumber, PathBuf) -> Command>,
}

/// A version of an agreement.
#[derive(Clone)]
pub struct AgreementVersion {
    /// Its number.
    pub version: usize,
    /// From this day.
    pub from: NaiveDate,
    /// What it lets in.
    pub parts: AgreedParts,
    /// Days within which feedback is expected.
    pub delay_days: Option<u16>,
    /// Why.
    pub reason: Option<String>,
}

/// *Afspraak*.
#[derive(Clone)]
pub struct ConnectionAgreementPage {
    /// The version in force.
    pub present: Option<AgreementVersion>,
    /// Since when each part is as it is, in the order of [`AgreedParts`].
    pub since: [Option<NaiveDate>; 5],
    /// The next version.
    pub next: Option<AgreementVersion>,
    /// All versions, the latest first.
    pub versions: Vec<AgreementVersion>,
    /// Without an agreement everything is kept; else what the decree names.
    pub without_all: bool,
    /// How often something was left out for want of an agreement.
    pub left_out: u64,
    /// Since when it is in production.
    pub production_since: Option<NaiveDate>,
    /// Today, as a first agreement begins.
    pub today: NaiveDate,
    /// Records another.
    pub agree: fn(HospitalNumber, Box<AgreementTyped>) -> Command,
}

/// A certificate that is let in.
#[derive(Clone)]
pub struct CertificateShown {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Whose it is, where that is known.
    pub subject: Option<String>,
    /// Who made it.
    pub issuer: Option<String>,
    /// Until when it is good.
    pub until: Option<NaiveDate>,
    /// That is soon, or past.
    pub alarm: Option<CertificateAlarm>,
    /// Lets it in no more.
    pub remove: Command,
}

/// A certificate that was refused, since it is listed for no hospital.
#[derive(Clone)]
pub struct RefusedCertificateShown {
    /// Its fingerprint.
    pub fingerprint: String,
    /// Name of its subject, as its maker wrote it.
    pub subject: String,
    /// URA of a UZI server certificate.
    pub ura: Option<String>,
    /// It is the URA of the hospital in hand.
    pub own_ura: bool,
    /// When it was last refused.
    pub last: NaiveDateTime,
    /// Lets it in.
    pub add: Command,
}

/// *Certificaat*.
#[derive(Clone)]
pub struct ConnectionCertificatePage {
    /// The receiver's own certificate expires soon.
    pub own: Option<CertificateAlarm>,
    /// Those that were refused because nobody has listed them; those with the hospital's own URA first.
    pub refused: Vec<RefusedCertificateShown>,
    /// Those that are let in.
    pub certificates: Vec<CertificateShown>,
    /// Lets one in, by its fingerprint.
    pub add: fn(HospitalNumber, String) -> Command,
    /// Lets one in, from a file.
    pub load: fn(HospitalNumber, PathBuf) -> Command,
    /// The program's own test message.
    pub self_test: SelfTestShown,
}

/// What a person checks of a case.
#[derive(Clone)]
pub struct CheckShown {
    /// Key of what is to be seen, or not.
    pub check: &'static str,
    /// Who ticked it, and when.
    pub ticked: Option<(String, NaiveDateTime)>,
    /// Ticks it, or takes the tick away; `None`: the case has not come.
    pub tick: Option<Command>,
}

/// A case of the test script.
#[derive(Clone)]
pub struct TestCaseShown {
    /// Its number.
    pub number: u32,
    /// Name of its texts: key `script-case-…`.
    pub name: String,
    /// When it came.
    pub received: Option<NaiveDateTime>,
    /// What is checked.
    pub checks: Vec<CheckShown>,
}

/// A sign-off that was made.
#[derive(Clone)]
pub struct SignedOffShown {
    /// When.
    pub at: NaiveDateTime,
    /// By whom.
    pub by: String,
    /// Points that stayed open.
    pub open_points: String,
    /// Records that were destroyed.
    pub destroyed: u64,
}

/// What signs off a hospital's test: into this folder, with what was typed.
pub type SignOffCommand = fn(HospitalNumber, PathBuf, Box<SignOffTyped>) -> Command;

/// *Test*.
#[derive(Clone)]
pub struct ConnectionTestPage {
    /// The cases, by number.
    pub cases: Vec<TestCaseShown>,
    /// Of the store: production, where no role sees a test message.
    pub in_production_store: bool,
    /// Makes the script, where something makes paper.
    pub make: Option<fn(HospitalNumber, PathBuf) -> Command>,
    /// Signs off; `None`: not all was received and checked.
    pub sign_off: Option<SignOffCommand>,
    /// The last sign-off.
    pub signed: Option<SignedOffShown>,
}

impl ConnectionTestPage {
    /// How many cases came, of how many.
    #[must_use]
    pub fn received(&self) -> (usize, usize) {
        (self.cases.iter().filter(|case| case.received.is_some()).count(), self.cases.len())
    }

    /// How many checks are ticked, of how many.
    #[must_use]
    pub fn checked(&self) -> (usize, usize) {
        let checks = || self.cases.iter().flat_map(|case| &case.checks);
        (checks().filter(|check| check.ticked.is_some()).count(), checks().count())
    }
}

/// The page of a hospital.
#[derive(Clone)]
pub enum ConnectionPage {
    /// *Status*.
    Status(Box<ConnectionStatusPage>),
    /// *Afspraak*.
    Agreement(Box<ConnectionAgreementPage>),
    /// *Certificaat*.
    Certificate(Box<ConnectionCertificatePage>),
    /// *Test*.
    Test(Box<ConnectionTestPage>),
}

/// The hospital in hand.
#[derive(Clone)]
pub struct ConnectionDetail {
    /// Which.
    pub hospital: HospitalNumber,
    /// Name.
    pub name: String,
    /// Kind of its organisation's number (`URA`, `AGB`, a root) and the number.
    pub organisation: (String, String),
    /// Its location or application; key of which, and its id.
    pub site: Option<(&'static str, String)>,
    /// The tab, and the command of each.
    pub tab: ConnectionTab,
    /// The page.
    pub page: ConnectionPage,
}

/// *Aansluitingen*.
#[derive(Clone)]
pub struct ConnectionsScreen {
    /// The hospitals, by name.
    pub lines: Vec<ConnectionLine>,
    /// How many are in production, and in implementation.
    pub totals: (usize, usize),
    /// The same at the end of each month of late, oldest first, of this month now: first day of the month, and both.
    pub months: Vec<(NaiveDate, usize, usize)>,
    /// The hospital in hand.
    pub detail: Option<ConnectionDetail>,
    /// What was typed before the last lock.
    pub draft: Option<Box<ConnectionsDraft>>,
    /// The form for a new hospital is open.
    pub new_open: bool,
    /// Opens or closes it.
    pub new_form: Command,
    /// Makes it.
    pub add: fn(Box<HospitalTyped>) -> Command,
    /// Writes the overview.
    pub overview: ToFile,
    /// Goes to a tab.
    pub to_tab: fn(ConnectionTab) -> Command,
}
