//! What a screen shows and what may be done on it: plain data, one file per screen.
//!
//! **Invariant:** a screen carries the commands it permits; what a role may not do is not in the data.
//! **Invariant:** clear text of a person is [`Words`] only: not `Clone`, not `Debug`, zeroised when dropped.
//! **Not here:** how a screen is computed (`app`), how it is drawn (`ui`), any type of our other crates.

mod accounts;
mod audit_log;
mod certificates;
mod chart;
mod client;
mod command;
mod connection_forms;
mod connection_paper;
mod connections;
mod entry;
mod feedback;
mod frame;
mod identifications;
mod installation;
mod kit_sheet;
mod look;
mod manual;
mod my_account;
mod next_steps;
mod oversight;
mod profiles;
mod quality;
mod reception;
mod reflections;
mod ride_field;
mod ride_folder;
mod rides;
mod self_test;
mod settings;
mod sign_in;
mod silence;
mod test_script;
mod text;
mod trend;
mod words;

pub use accounts::{
    AccountDetail, AccountFilter, AccountHistory, AccountId, AccountLine, AccountRefusal, AccountState,
    AccountsCommand, AccountsScreen, Letter, Make, NewAccountDraft, Right, RightsScreen, RoleHeld, RoleHolder,
    RoleRights, Seen, ToFile, Waited, Without,
};
pub use audit_log::{Actor, AuditLine, AuditLogScreen, AuditReason, ChainState};
pub use certificates::{CertificateAlarm, CertificateRank, Mail};
pub use chart::{ChartPoint, ControlChart, IntervalRow, Marker, Phase};
pub use client::{Client, Outbox, Waker};
pub use command::{AscertainedBy, Command, ItemId, RecordId, RevealPurpose, ScreenName};
pub use connection_forms::{AgreementTyped, ConnectionsDraft, Draft, HospitalTyped, ParticularsTyped, SignOffTyped};
pub use connection_paper::{ConnectionSheet, SignOffSheet};
pub use connections::{
    AgreedParts, AgreementVersion, CertificateShown, CheckShown, CheckTicked, ConnectionAgreementPage,
    ConnectionCertificatePage, ConnectionDetail, ConnectionLine, ConnectionPage, ConnectionStatus,
    ConnectionStatusPage, ConnectionStepShown, ConnectionTab, ConnectionTestPage, ConnectionsCommand,
    ConnectionsScreen, HospitalNumber, JudgedShown, RefusedCertificateShown, RouteShown, SignedOffShown, StageShown,
    TestCaseShown,
};
pub use entry::{
    EntryCommand, EntryPage, EntryScreen, EntryWay, PersonalSheet, QrSquares, SecondFactorPage, SheetPage,
};
pub use feedback::{
    AgreementShown, ClosedCard, CrewChangeKind, CrewChangeShown, FeedbackCommand, FeedbackRow, FeedbackScreen,
    FreeText, Masked, MaskedTexts, MisplacedReason, OpenedRecord, Opening, PatientShown, PeerSupportShown, Reportable,
    Reported, SehDiagnosisShown, Sentence, Shown, ThemeOf, Tick, TickOf, Ticks,
};
pub use frame::{Busy, FailedScreen, Frame, HalfWay, NavItem, Notice, NoticeKind, ProgressScreen, Rail, Role, Screen};
pub use identifications::{
    AwaitedRide, IdentificationCommand, IdentificationDetail, IdentificationRow, IdentificationTab,
    IdentificationsScreen, MaskedBsn, NoteShown, NoteTyped, Reason, RideData, Undo, WaitingRow,
};
pub use installation::{
    CodeShown, FirstAccountTyped, InstallationCommand, InstallationLine, InstallationPage, InstallationScreen,
    InstallationWay, Kind, KitCommand, KitPage, KitSheetState, MadePage, PlaceTyped, StepShown, StepState,
};
pub use kit_sheet::KitSheet;
pub use look::{Appearance, Look, Speech, TextSize};
pub use manual::{ManualBlock, ManualPage, ManualSection};
pub use my_account::{DesktopNotice, MineCommand, MyAccountScreen, Renewing};
pub use next_steps::{NextState, NextStep, NextSteps};
pub use oversight::{HospitalReports, OversightCommand, OversightScreen, ReportLine, ReportState, RideCrewChange};
pub use profiles::{ProfileForceShown, ProfileRow, ProfilesCommand, ProfilesScreen, TriedProfile, UnrecognisedMessage};
pub use quality::{
    Cell, Direction, Finding, HospitalMarksRow, Intervals, MissingMonths, Proportion, QualityMarks, QualityScreen,
    QualityState, QualityTable, ShownProportion, SignalRow, ThemeRow,
};
pub use reception::{
    Alarm, AlarmOf, AskAgain, Import, MessageList, MessageOutcome, ReceptionCommand, ReceptionFilter, ReceptionRow,
    ReceptionScreen, SenderRow, StoreHealth, TooMuch, Usual, WayIn,
};
pub use reflections::{
    Confirming, OpenedReflection, Portfolio, PortfolioReflection, ReflectionCard, ReflectionCommand, ReflectionId,
    ReflectionLine, ReflectionTerm, ReflectionTyped, ReflectionsScreen, Rewriting, RewritingTyped,
};
pub use ride_field::{DateOrder, RideField};
pub use ride_folder::{RideFolderFile, RideFolderLooked, RideFolderShown, RideFolderTyped};
pub use rides::{
    CandidateShown, ColumnCheck, ColumnRightShown, ColumnRightTyped, ContestedRow, HeldRow, NearMissShown, RideColumn,
    RideColumns, RideFileShown, RideLineShown, RideOfNumber, RideSample, RidesChecked, RidesCommand, RidesImported,
    RidesScreen, RidesStep, Unlinked, UnlinkedRow,
};
pub use self_test::{SelfTestAct, SelfTestShown, SelfTestState, SelfTestStepShown};
pub use settings::SettingsScreen;
pub use sign_in::{DemoAccount, LockedScreen, Said, SignInScreen};
pub use silence::{SilenceAlarm, SilenceCause, duration as silent_for};
pub use test_script::{ScriptCase, ScriptRow, TestScript};
pub use text::{Language, TextError, Texts};
pub use trend::{RavFigure, TrendFigures, TrendOf, TrendRow, TrendScreen, TrendState};
pub use words::Words;
