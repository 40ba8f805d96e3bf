//! *Accounts* and *Rechten*: who may come in, who stands for them, who admits whom.
//!
//! **Invariant:** a screen holds the acts that its reader may do; who may only look has none.

use std::path::PathBuf;

use chrono::{NaiveDate, NaiveDateTime};

use crate::{Command, Role, Words};

/// An act with the file that the person names.
pub type ToFile = fn(PathBuf) -> Command;

/// An account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccountId(pub i64);

/// One wish on *Accounts*.
#[derive(Clone)]
pub enum AccountsCommand {
    /// Another part of the list.
    Filter(AccountFilter),
    /// Those whose name or staff number holds this.
    Search(String),
    /// Select an account; `None`: none.
    Select(Option<AccountId>),
    /// Open or close the form for a new account.
    Form,
    /// Make an account.
    Make {
        /// Staff number.
        staff: String,
        /// Name.
        name: String,
        /// Roles.
        roles: Vec<Role>,
    },
    /// Make accounts from a file.
    Import(PathBuf),
    /// Write the letters of the codes made in this session, as one PDF.
    Letters(PathBuf),
    /// Prints them, without a file.
    PrintLetters,
    /// Stand for accounts.
    Confirm(Vec<AccountId>),
    /// Make a new code.
    Renew(AccountId),
    /// Close an account for good.
    Close(AccountId),
    /// Give these roles, and no others.
    SetRoles(AccountId, Vec<Role>),
    /// Ask for a new key pair.
    AskReset(AccountId),
    /// Withdraw or refuse it.
    DropReset(AccountId),
    /// Approve it.
    ApproveReset(AccountId),
    /// Admit to the own role.
    Admit(AccountId),
    /// Show or hide the crew without an account.
    Without,
    /// *Rechten*: write the matrix and the holders as CSV.
    ExportRights(PathBuf),
}

/// What an account waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountState {
    /// Wacht op bevestiging.
    AwaitsConfirmation,
    /// Wacht op activering.
    AwaitsActivation,
    /// Activation code past its term.
    CodeExpired,
    /// Wacht op lid: nobody of its role has admitted it.
    AwaitsMember,
    /// Reset gevraagd.
    ResetAsked,
    /// Actief.
    Active,
    /// Gesloten.
    Closed,
}

/// A part of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountFilter {
    /// All but the closed.
    All,
    /// Those who wait for a privacy officer, reset or confirmation.
    AwaitsConfirmation,
    /// Those who wait for their first sign-in.
    AwaitsActivation,
    /// Those who wait for a member.
    AwaitsMember,
    /// The closed.
    Closed,
}

impl AccountFilter {
    /// All parts, in the order of the screen.
    pub const ALL: [Self; 5] =
        [Self::All, Self::AwaitsConfirmation, Self::AwaitsActivation, Self::AwaitsMember, Self::Closed];
}

/// When somebody was here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The moment.
    pub at: NaiveDateTime,
    /// How many days that is ago.
    pub days_ago: i64,
}

/// A role that the account in hand has, key and all.
#[derive(Clone)]
pub struct RoleHeld {
    /// The role.
    pub role: Role,
    /// Since this day.
    pub since: NaiveDate,
    /// Who admitted it; `None`: set-up, the recovery kit, or a role that needs no admission.
    pub by: Option<String>,
    /// Nobody else has it: it can be left to a successor only.
    pub last: bool,
}

/// A line of the list.
#[derive(Clone)]
pub struct AccountLine {
    /// Name.
    pub name: String,
    /// Staff number.
    pub staff: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// State.
    pub state: AccountState,
    /// When it last signed in, where that is shown.
    pub last_seen: Option<Seen>,
    /// In hand.
    pub selected: bool,
    /// Takes it in hand.
    pub select: Command,
}

/// A role that the account in hand waits for.
#[derive(Clone)]
pub struct Waited {
    /// The role.
    pub role: Role,
    /// Who can admit.
    pub members: Vec<String>,
}

/// What happened to an account.
#[derive(Clone)]
pub struct AccountHistory {
    /// When it was made, and by whom.
    pub made: Option<(NaiveDate, Option<String>)>,
    /// When a privacy officer stood for it, and who.
    pub confirmed: Option<(NaiveDate, String)>,
    /// When it was activated.
    pub since: Option<NaiveDate>,
    /// When it last signed in, where that is shown; `Some(None)`: never.
    pub last_seen: Option<Option<Seen>>,
    /// Until when its code is good.
    pub code_until: Option<NaiveDate>,
}

/// The account in hand.
#[derive(Clone)]
pub struct AccountDetail {
    /// Which.
    pub account: AccountId,
    /// Name.
    pub name: String,
    /// Staff number.
    pub staff: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// State.
    pub state: AccountState,
    /// What happened to it, and on whose word.
    pub history: Box<AccountHistory>,
    /// Roles that it has with all that belongs to them.
    pub held: Vec<RoleHeld>,
    /// Whether its letter is among those of this session.
    pub letter: bool,
    /// Records that nobody can read any more once its keys are gone.
    pub gone: u64,
    /// Roles that wait for a member.
    pub waits: Vec<Waited>,
    /// Stand for it.
    pub confirm: Option<Command>,
    /// Admit it to the own role.
    pub admit: Option<Command>,
    /// Make a new code.
    pub renew: Option<Command>,
    /// Close it.
    pub close: Option<Command>,
    /// Ask for a new key pair.
    pub ask_reset: Option<Command>,
    /// Withdraw or refuse that.
    pub drop_reset: Option<Command>,
    /// Approve that.
    pub approve_reset: Option<Command>,
    /// Give other roles: each with whether it has it.
    pub set_roles: Option<fn(AccountId, Vec<Role>) -> Command>,
}

/// A line of a file of accounts that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRefusal {
    /// Its line.
    pub line: u64,
    /// The column, where it is one.
    pub column: Option<&'static str>,
    /// Key of the rule's sentence.
    pub rule: &'static str,
}

/// *Accounts*.
#[derive(Clone)]
pub struct AccountsScreen {
    /// Parts of the list, with how many and the command.
    pub counts: Vec<(AccountFilter, u64, Command)>,
    /// The part that is shown.
    pub filter: AccountFilter,
    /// What is searched for.
    pub search: String,
    /// The list, by name.
    pub lines: Vec<AccountLine>,
    /// Whether the list says when each last signed in.
    pub shows_last_seen: bool,
    /// The account in hand.
    pub detail: Option<AccountDetail>,
    /// Stand for all that are listed and wait: how many.
    pub confirm_all: Option<(u64, Command)>,
    /// Make accounts.
    pub make: Option<Make>,
    /// Letters of codes made in this session, and how to write them.
    pub letters: Option<(u64, ToFile)>,
    /// Prints them, where the system can.
    pub print_letters: Option<Box<Command>>,
    /// Roles whose next key waits for a remaining member.
    pub epochs_pending: Vec<Role>,
    /// Lines of the last file that were refused.
    pub refusals: Vec<AccountRefusal>,
    /// Staff numbers of the register without an account, where they are asked for, and how many there are.
    pub without: Option<Without>,
}

/// The form for a new account, as far as it was filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewAccountDraft {
    /// Staff number.
    pub staff: String,
    /// Name.
    pub name: String,
    /// Roles.
    pub roles: Vec<Role>,
}

impl NewAccountDraft {
    /// Nothing is filled in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.staff.is_empty() && self.name.is_empty() && self.roles.is_empty()
    }
}

/// How accounts are made.
#[derive(Clone)]
pub struct Make {
    /// What was typed before the last lock.
    pub draft: Box<NewAccountDraft>,
    /// The form is open.
    pub form_open: bool,
    /// Opens or closes it.
    pub form: Command,
    /// From a file.
    pub import: ToFile,
}

/// Crew of the register without an account.
#[derive(Clone)]
pub struct Without {
    /// How many.
    pub count: u64,
    /// Staff number and how many rides wait for it; empty: not shown.
    pub staff: Vec<(String, u64)>,
    /// Shows or hides them.
    pub show: Command,
}

/// A letter with an activation code.
pub struct Letter {
    /// The RAV.
    pub organisation: String,
    /// Of a test store.
    pub test: bool,
    /// Whom it is for.
    pub name: String,
    /// His staff number.
    pub staff: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// The code, in groups.
    pub code: Words,
    /// Good until this day.
    pub until: NaiveDate,
}

/// What a role may do with a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// Key of the part's name.
    pub part: &'static str,
    /// Key of how it is opened.
    pub how: &'static str,
    /// It may be opened.
    pub opens: bool,
}

/// Who has a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleHolder {
    /// Name.
    pub name: String,
    /// Staff number.
    pub staff: String,
    /// Since this day.
    pub since: NaiveDate,
    /// Who admitted him, or stood for him; `None`: set-up, or the recovery kit.
    pub by: Option<String>,
}

/// A role, as a person reads its rights.
#[derive(Clone)]
pub struct RoleRights {
    /// The role.
    pub role: Role,
    /// Its rights, a line a part.
    pub rights: Vec<Right>,
    /// Who has it, by name.
    pub holders: Vec<RoleHolder>,
}

/// *Rechten*.
#[derive(Clone)]
pub struct RightsScreen {
    /// The roles.
    pub roles: Vec<RoleRights>,
    /// Writes it as CSV.
    pub export: ToFile,
}
