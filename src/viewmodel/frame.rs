//! One picture of the whole program: strip, rail, screen.

use crate::{
    AccountsScreen, AuditLogScreen, Command, ConnectionsScreen, EntryScreen, FeedbackScreen, IdentificationsScreen,
    InstallationScreen, LockedScreen, MyAccountScreen, NextSteps, ProfilesScreen, QualityScreen, ReceptionScreen,
    ReflectionsScreen, RidesScreen, RightsScreen, ScreenName, SettingsScreen, SignInScreen,
};

/// The roles as screens name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// RAV-administratie.
    Administration,
    /// Ambulancezorgprofessional.
    Professional,
    /// Medisch manager ambulancezorg.
    MedicalManager,
    /// Functioneel beheer.
    FunctionalAdministrator,
    /// Privacy officer / logbeheerder.
    PrivacyOfficer,
}

impl Role {
    /// All roles, in the order of DESIGN §2.
    pub const ALL: [Self; 5] = [
        Self::Administration,
        Self::Professional,
        Self::MedicalManager,
        Self::FunctionalAdministrator,
        Self::PrivacyOfficer,
    ];
}

/// One item of the navigation rail.
#[derive(Clone)]
pub struct NavItem {
    /// Where it leads.
    pub screen: ScreenName,
    /// Whether it is the present screen.
    pub selected: bool,
    /// A count at its right, where there is something to do.
    pub count: Option<u64>,
    /// The command that leads there.
    pub open: Command,
}

/// The navigation rail: only what this role may do.
#[derive(Clone)]
pub struct Rail {
    /// The session's role.
    pub role: Role,
    /// Its screens.
    pub items: Vec<NavItem>,
    /// Display name of the account.
    pub name: String,
    /// Leads to *Mijn account*, by the name.
    pub mine: NavItem,
    /// The RAV, such as `RAV 12 · Voorbeeldregio`.
    pub organisation: String,
    /// Locks.
    pub lock: Command,
    /// Signs out.
    pub sign_out: Command,
}

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something was done.
    Done,
    /// Attention.
    Attention,
    /// Refused, or it failed.
    Refused,
}

/// A sentence over the page; never content of a person.
pub struct Notice {
    /// Its kind.
    pub kind: NoticeKind,
    /// Key of the text in `resources/i18n`.
    pub text: &'static str,
    /// Values of the text, by name; numbers and places only.
    pub values: Vec<(&'static str, String)>,
}

/// Work that goes on behind the screen.
#[derive(Clone)]
pub struct Busy {
    /// Key of the text that says what.
    pub text: &'static str,
    /// Done and in all, where known.
    pub done: Option<(u64, u64)>,
    /// Stops it, where it can be stopped.
    pub cancel: Option<Command>,
}

/// Long work that fills the window (the demo being filled, a store being opened).
pub struct ProgressScreen {
    /// Key of the title.
    pub title: &'static str,
    /// Key of the sentence under it.
    pub sentence: &'static str,
    /// Done and in all.
    pub done: (u64, u64),
    /// Stops it.
    pub cancel: Option<Command>,
}

/// Nothing can be shown; says what, why and what now.
pub struct FailedScreen {
    /// Key of the sentence.
    pub text: &'static str,
    /// Values of the text, by name.
    pub values: Vec<(&'static str, String)>,
    /// Tries again, where that can help.
    pub retry: Option<Command>,
}

/// The screen of the page.
pub enum Screen {
    /// Sign in.
    SignIn(SignInScreen),
    /// First sign-in, or a forgotten passphrase.
    Entry(EntryScreen),
    /// Set-up, and lost keys.
    Installation(InstallationScreen),
    /// Locked.
    Locked(LockedScreen),
    /// Long work.
    Progress(ProgressScreen),
    /// Patiëntidentificatie.
    Identifications(IdentificationsScreen),
    /// Terugkoppelingen.
    Feedback(FeedbackScreen),
    /// Mijn verloop.
    Trend(crate::TrendScreen),
    /// Mijn reflecties.
    Reflections(ReflectionsScreen),
    /// Kwaliteit.
    Quality(QualityScreen),
    /// Ontvangst.
    Reception(ReceptionScreen),
    /// Ritten.
    Rides(RidesScreen),
    /// Auditlog.
    AuditLog(AuditLogScreen),
    /// Instellingen.
    Settings(SettingsScreen),
    /// Accounts.
    Accounts(AccountsScreen),
    /// Rechten.
    Rights(RightsScreen),
    /// Meldingen.
    Oversight(crate::OversightScreen),
    /// Berichtprofielen.
    Profiles(ProfilesScreen),
    /// Aansluitingen.
    Connections(Box<ConnectionsScreen>),
    /// Mijn account.
    MyAccount(MyAccountScreen),
    /// Nothing can be shown.
    Failed(FailedScreen),
}

/// Who has come half way in: nobody yet, or not again.
#[derive(Clone)]
pub struct HalfWay {
    /// Minutes without a touch of the window after which a secret that was typed is forgotten.
    pub forgets_after: u8,
    /// Then leaves what was reached so far: a page of a first sign-in, the choice of a role.
    pub leave: Option<Command>,
}

impl Screen {
    /// What holds before a session, and at its lock.
    #[must_use]
    pub fn half_way(&self) -> Option<HalfWay> {
        let (forgets_after, leaves) = match self {
            Self::SignIn(screen) => (screen.forgets_after, !screen.roles.is_empty()),
            Self::Entry(screen) => (screen.forgets_after, true),
            Self::Installation(screen) => (screen.forgets_after, true),
            Self::Locked(screen) => (screen.forgets_after, false),
            Self::Progress(_)
            | Self::Identifications(_)
            | Self::Feedback(_)
            | Self::Trend(_)
            | Self::Reflections(_)
            | Self::Quality(_)
            | Self::Reception(_)
            | Self::Rides(_)
            | Self::AuditLog(_)
            | Self::Settings(_)
            | Self::Accounts(_)
            | Self::Rights(_)
            | Self::Oversight(_)
            | Self::Profiles(_)
            | Self::Connections(_)
            | Self::MyAccount(_)
            | Self::Failed(_) => return None,
        };
        Some(HalfWay { forgets_after, leave: leaves.then_some(Command::SignOut) })
    }
}

/// One picture of the whole program.
pub struct Frame {
    /// The store is a test store: the violet strip.
    pub test: bool,
    /// The window is to be black in screen sharing and screenshots, where the system can.
    pub content_protected: bool,
    /// The rail; absent before sign-in and when locked.
    pub rail: Option<Rail>,
    /// Locks, wherever there is a session behind the screen; also while work fills the window.
    pub lock: Option<Command>,
    /// A sentence over the page.
    pub notice: Option<Notice>,
    /// Work behind the screen.
    pub busy: Option<Busy>,
    /// What is to be done first, in a store that has nothing yet.
    pub next: Option<NextSteps>,
    /// The page.
    pub screen: Screen,
    /// Text for the clipboard, to be cleared after so many seconds; only after a copy was asked for.
    pub clipboard: Option<(crate::Words, u32)>,
}
