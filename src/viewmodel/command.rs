//! What a person can ask for. A screen holds the commands it permits; `app` executes them.
//!
//! **Invariant:** every command is checked again where it is executed: a session of another role has no such act.

use zeroize::Zeroizing;

/// A work item of *Patiëntidentificatie*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ItemId(pub i64);

/// A record of *Terugkoppelingen*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecordId(pub i64);

/// Where the navigation rail leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScreenName {
    /// Patiëntidentificatie (RAV-administratie).
    Identifications,
    /// Terugkoppelingen (professional).
    Feedback,
    /// Mijn verloop (professional).
    Trend,
    /// Mijn reflecties (professional).
    Reflections,
    /// Kwaliteit (medical manager).
    Quality,
    /// Ontvangst (functional administrator).
    Reception,
    /// Auditlog (privacy officer).
    AuditLog,
    /// Ritten (functional administrator).
    Rides,
    /// Instellingen (functional administrator).
    Settings,

    /// Accounts (who makes, confirms or admits).
    Accounts,
    /// Rechten (privacy officer, functional administrator).
    Rights,
    /// Meldingen (privacy officer).
    Oversight,
    /// Berichtprofielen (functional administrator).
    Profiles,
    /// Aansluitingen (functional administrator).
    Connections,
    /// Mijn account (every role).
    MyAccount,
}

/// What a BSN is shown for (R1, R9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RevealPurpose {
    /// Rit aanvullen.
    CompleteRide,
    /// Navragen bij de SEH.
    AskHospital,
}

/// *Waarmee?* (R10): how the user made sure that the BSN belongs to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AscertainedBy {
    /// Geboortedatum en geslacht kloppen met de rit.
    BirthDateAndGender,
    /// Nagevraagd bij de SEH.
    AskedHospital,
    /// SBV-Z.
    SbvZ,
    /// Verzekeringscontrole (COV).
    Cov,
}

impl AscertainedBy {
    /// All choices, in the order of the screen.
    pub const ALL: [Self; 4] = [Self::BirthDateAndGender, Self::SbvZ, Self::AskedHospital, Self::Cov];
}

/// One wish of the person before the screen.
#[derive(Clone)]
pub enum Command {
    /// Sign in with account (staff number), passphrase and code.
    SignIn {
        /// Staff number.
        account: String,
        /// The passphrase.
        passphrase: Zeroizing<String>,
        /// The code of the second factor.
        code: Zeroizing<String>,
    },
    /// Unlock: the passphrase of who was here.
    Unlock(Zeroizing<String>),
    /// Sign in as one of the demo's accounts (in a demo only; the key is in the program's memory).
    SignInDemo(usize),
    /// Choose the role of this session, where an account has several.
    ChooseRole(crate::Role),
    /// The pages of a first sign-in, or of a forgotten passphrase.
    Entry(crate::EntryCommand),
    /// Set-up, and lost keys.
    Installation(crate::InstallationCommand),
    /// Mijn account.
    Mine(crate::MineCommand),
    /// Lock: the session's keys are dropped.
    Lock,
    /// Leave, so that another can sign in.
    SignOut,
    /// Go to a screen of the rail.
    Open(ScreenName),
    /// Stop the long work in hand.
    Cancel,
    /// Compute the present screen again.
    Refresh,
    /// List more lines than now.
    ShowMore,
    /// Keep what was typed in a form, so that a lock loses none of it; empty: there is nothing to keep.
    KeepDraft(crate::Draft),
    /// Keep how the window looks and speaks for the next start.
    KeepAppearance(crate::Appearance),

    /// Patiëntidentificatie: another tab.
    IdentificationTab(crate::IdentificationTab),
    /// Patiëntidentificatie: select an item.
    SelectItem(ItemId),
    /// Patiëntidentificatie: take an item up, so that no other clerk does.
    Claim(ItemId),
    /// Patiëntidentificatie: show the BSN for 30 seconds; logged.
    RevealBsn(ItemId, RevealPurpose),
    /// Patiëntidentificatie: mask it again.
    MaskBsn,
    /// Patiëntidentificatie: copy one of the shown BSNs, by its place; the clipboard is cleared after 30 seconds; logged.
    CopyBsn(ItemId, usize),
    /// Patiëntidentificatie: close an item after having made sure.
    CloseItem {
        /// The item.
        item: ItemId,
        /// How the user made sure (R10).
        by: AscertainedBy,
    },
    /// Patiëntidentificatie: put an item under investigation (*klopt het niet?*).
    Investigate(ItemId),

    /// Patiëntidentificatie: all else.
    Identification(crate::IdentificationCommand),

    /// Terugkoppelingen: select a row; the outcome stays closed.
    SelectRecord(RecordId),
    /// Terugkoppelingen: open the outcome; logged.
    OpenRecord(RecordId),
    /// Terugkoppelingen: show what is masked in a text of the opened record; logged.
    UnmaskText(RecordId, crate::FreeText),
    /// Terugkoppelingen: close the opened record, back to the list.
    CloseRecord,
    /// Terugkoppelingen: what is not opening.
    Feedback(crate::FeedbackCommand),
    /// Mijn reflectie, Mijn reflecties.
    Reflection(crate::ReflectionCommand),

    /// Kwaliteit: open the figures in the background, where that was stopped.
    OpenFigures,
    /// Kwaliteit: publish the ripe months that wait.
    Publish,

    /// Ontvangst: take in files from disk.
    ImportFiles(Vec<std::path::PathBuf>),
    /// Ontvangst: its list and its alarms.
    Reception(crate::ReceptionCommand),

    /// Auditlog: verify the whole chain.
    VerifyChain,
    /// Auditlog: select a line to see its authorisation and hashes.
    SelectAuditLine(i64),
    /// Auditlog: older or newer lines.
    AuditPage {
        /// Show lines with numbers below this; `None` for the newest.
        before: Option<i64>,
    },

    /// Instellingen: what holds for every window of the organisation.
    SetWindows {
        /// Minutes without input after which one locks.
        lock_minutes: u8,
        /// Black in screen sharing.
        content_protected: bool,
    },

    /// Instellingen: dates of DPIA, consent of the works council and processing register, as typed; empty: an open point.
    SetDuties([String; 3]),

    /// Instellingen: whom to talk to about a ride (name or function, telephone, hours), as typed; all empty: nobody.
    SetPeerSupport([String; 3]),

    /// Instellingen: whom a hospital asks (function, telephone, mail), as typed; all empty: nobody.
    SetRavContact([String; 3]),

    /// Accounts, Rechten.
    Accounts(crate::AccountsCommand),
    /// Berichtprofielen.
    Profiles(crate::ProfilesCommand),
    /// Aansluitingen.
    Connections(crate::ConnectionsCommand),
    /// Ritten.
    Rides(crate::RidesCommand),
    /// Meldingen.
    Oversight(crate::OversightCommand),
}
