//! *Accounts*: what a functional administrator makes, a privacy officer confirms, a member admits.
//!
//! **Invariant:** each act is a function that takes the session of the role whose act it is.
//! **Not here:** the file of accounts (`account_file`), what the screen shows (`accounts_screen`), *Rechten* (`rights`).

use std::collections::BTreeSet;

use access::{AccountSetUp, ActivationCode, FunctionalAdministrator, PrivacyOfficer, Role, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::RoleName;
use store::{ACTIVATION_DAYS, AccountMade, Archive};
use viewmodel::{
    AccountFilter, AccountId, AccountRefusal, AccountsCommand, Language, Letter, NewAccountDraft, Notice, NoticeKind,
};
use zeroize::Zeroizing;

use crate::{
    account_file::{self, Asked},
    drafts,
    error::AppError,
    local,
    paper::{Paper, letter, write_new},
    rail::{organisation, role_of},
    receiving::read_at_most,
};

/// What makes paper, and in which language.
pub(crate) type Printer<'a> = (Option<&'a dyn Paper>, Language);

/// What is in hand.
#[derive(Default)]
pub(crate) struct View {
    /// `None`: what waits for this session, or all.
    pub(crate) filter: Option<AccountFilter>,
    pub(crate) search: String,
    pub(crate) selected: Option<AccountId>,
    pub(crate) form_open: bool,
    pub(crate) without_open: bool,
    pub(crate) refusals: Vec<AccountRefusal>,
    /// What was typed in the form before the last lock.
    pub(crate) draft: NewAccountDraft,
    /// Codes made in this session, in the order of the list: nowhere else than on their letters.
    codes: Vec<Code>,
}

struct Code {
    staff: String,
    name: String,
    roles: Vec<RoleName>,
    code: ActivationCode,
    until: DateTime<Utc>,
}

impl View {
    /// Opens the form with what was typed before.
    pub(crate) fn begin(&mut self, draft: NewAccountDraft) {
        (self.form_open, self.draft) = (true, draft);
    }

    pub(crate) fn letters(&self) -> u64 {
        self.codes.len() as u64
    }

    pub(crate) fn has_letter(&self, staff: &str) -> bool {
        self.codes.iter().any(|code| code.staff == staff)
    }

    fn keep(&mut self, staff: &str, name: &str, roles: &[RoleName], code: ActivationCode, now: DateTime<Utc>) {
        self.codes.retain(|code| code.staff != staff);
        let until = now + TimeDelta::days(ACTIVATION_DAYS);
        self.codes.push(Code { staff: staff.to_owned(), name: name.to_owned(), roles: roles.to_vec(), code, until });
        // A renewed one too: who hands the letters out goes down the list.
        self.codes.sort_by(|a, b| list_order((&a.name, &a.staff), (&b.name, &b.staff)));
    }
}

/// The order of the list: by name, without regard to capitals, then by staff number.
pub(crate) fn list_order(one: (&str, &str), other: (&str, &str)) -> std::cmp::Ordering {
    (one.0.to_lowercase(), one.1).cmp(&(other.0.to_lowercase(), other.1))
}

/// A sentence by number: none, one, or more of them.
fn counted([none, one, more]: [&'static str; 3], n: u64) -> Option<Notice> {
    match n {
        0 => done(none, vec![]),
        1 => done(one, vec![]),
        n => done(more, vec![("n", n.to_string())]),
    }
}

fn done(text: &'static str, values: Vec<(&'static str, String)>) -> Option<Notice> {
    Some(Notice { kind: NoticeKind::Done, text, values })
}

/// What everybody does who sees the list: look. Gives the command back that is an act.
fn look(view: &mut View, command: AccountsCommand) -> Option<AccountsCommand> {
    match command {
        AccountsCommand::Filter(filter) => (view.filter, view.selected) = (Some(filter), None),
        AccountsCommand::Search(search) => view.search = search,
        AccountsCommand::Select(account) => view.selected = account,
        act @ (AccountsCommand::Form
        | AccountsCommand::Make { .. }
        | AccountsCommand::Import(_)
        | AccountsCommand::Letters(_)
        | AccountsCommand::PrintLetters
        | AccountsCommand::Confirm(_)
        | AccountsCommand::Renew(_)
        | AccountsCommand::Close(_)
        | AccountsCommand::SetRoles(..)
        | AccountsCommand::AskReset(_)
        | AccountsCommand::DropReset(_)
        | AccountsCommand::ApproveReset(_)
        | AccountsCommand::Admit(_)
        | AccountsCommand::Without
        | AccountsCommand::ExportRights(_)) => return Some(act),
    }
    None
}

/// A functional administrator's acts.
pub(crate) fn administrator(
    archive: &mut Archive,
    session: &Session<FunctionalAdministrator>,
    view: &mut View,
    command: AccountsCommand,
    printer: Printer<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, AppError> {
    let Some(command) = look(view, command) else { return Ok(None) };
    match command {
        AccountsCommand::Form if view.form_open => close_form(archive, session, view, now)?,
        AccountsCommand::Form => view.form_open = true,
        AccountsCommand::Without => view.without_open = !view.without_open,
        AccountsCommand::Make { staff, name, roles } => {
            let mut asked = account_file::asked(staff.trim(), name.trim(), "").map_err(|(_, rule)| refused(rule))?;
            asked.roles = roles.into_iter().map(role_of).collect();
            if asked.roles.is_empty() {
                return Err(refused("account-rule-role"));
            }
            if archive.store().accounts_ever()?.iter().any(|row| row.staff == asked.staff) {
                return Err(refused("account-rule-taken"));
            }
            make(archive, session, view, vec![asked], now)?;
            close_form(archive, session, view, now)?;
            return Ok(done("notice-account-made", vec![]));
        }
        AccountsCommand::Import(path) => return import(archive, session, view, &path, now),
        AccountsCommand::Letters(path) => {
            let (pdf, n) = letters(archive, view, printer)?;
            write_new(&path, &pdf).map_err(|error| AppError::target(&path, &error))?;
            return Ok(done("notice-letters", vec![("n", n), ("place", path.display().to_string())]));
        }
        AccountsCommand::PrintLetters => {
            let (pdf, n) = letters(archive, view, printer)?;
            printer.0.ok_or_else(|| refused("error-letters"))?.print(&pdf)?;
            return Ok(done("notice-letters-printed", vec![("n", n)]));
        }
        AccountsCommand::Renew(account) => {
            let (row, keys) = new_code(archive, account)?;
            archive.store_mut().renew_code(session, account.0, &keys, now)?;
            view.keep(&row.staff, &row.name, &row.roles, keys.code, now);
            return Ok(done("notice-code-renewed", vec![]));
        }
        AccountsCommand::Close(account) => {
            let row = row(archive, account)?;
            let gone = archive.store_mut().close_account(session, account.0, now)?;
            view.codes.retain(|code| code.staff != row.staff);
            view.selected = None;
            return Ok(counted(
                ["notice-account-closed-none", "notice-account-closed-one", "notice-account-closed"],
                gone,
            ));
        }
        AccountsCommand::SetRoles(account, roles) => {
            let roles: Vec<RoleName> = roles.into_iter().map(role_of).collect();
            archive.store_mut().set_roles(session, account.0, &roles, now)?;
            return Ok(done("notice-roles-changed", vec![]));
        }
        AccountsCommand::AskReset(account) => {
            let (row, keys) = new_code(archive, account)?;
            archive.store_mut().ask_reset(session, account.0, &keys, now)?;
            view.keep(&row.staff, &row.name, &row.roles, keys.code, now);
            return Ok(done("notice-reset-asked", vec![]));
        }
        AccountsCommand::DropReset(account) => {
            let row = row(archive, account)?;
            archive.store_mut().drop_reset(account.0, (session.account(), session.role()), now)?;
            view.codes.retain(|code| code.staff != row.staff);
        }
        AccountsCommand::Filter(_)
        | AccountsCommand::Search(_)
        | AccountsCommand::Select(_)
        | AccountsCommand::Confirm(_)
        | AccountsCommand::ApproveReset(_)
        | AccountsCommand::Admit(_)
        | AccountsCommand::ExportRights(_) => {}
    }
    Ok(None)
}

/// The form is done with: what was kept of it goes.
fn close_form(
    archive: &mut Archive,
    session: &Session<FunctionalAdministrator>,
    view: &mut View,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    (view.form_open, view.draft) = (false, NewAccountDraft::default());
    archive.store_mut().keep_draft(session.account(), (drafts::NEW_ACCOUNT, 0), None, now)?;
    Ok(())
}

/// Makes accounts of a file; what is refused of it stands on the screen.
fn import(
    archive: &mut Archive,
    session: &Session<FunctionalAdministrator>,
    view: &mut View,
    path: &std::path::Path,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, AppError> {
    let bytes = read_at_most(path, account_file::BYTES_MAX)?;
    let taken: BTreeSet<String> = archive.store().accounts_ever()?.into_iter().map(|row| row.staff).collect();
    let read = account_file::read(&bytes, &taken).map_err(|error| error.at(path))?;
    let account_file::Read { asked, refused } = read;
    let values = vec![("made", asked.len().to_string()), ("refused", refused.len().to_string())];
    let (kind, text) = if refused.is_empty() {
        (NoticeKind::Done, "notice-accounts-made")
    } else {
        (NoticeKind::Attention, "notice-accounts-read")
    };
    make(archive, session, view, asked, now)?;
    view.refusals = refused;
    Ok(Some(Notice { kind, text, values }))
}

/// A privacy officer's acts.
pub(crate) fn officer(
    archive: &mut Archive,
    session: &Session<PrivacyOfficer>,
    view: &mut View,
    command: AccountsCommand,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, AppError> {
    let Some(command) = look(view, command) else { return Ok(None) };
    match command {
        AccountsCommand::Confirm(accounts) => {
            let accounts: Vec<i64> = accounts.into_iter().map(|account| account.0).collect();
            let confirmed = archive.store_mut().confirm(session, &accounts, now)?;
            Ok(counted(["notice-confirmed-none", "notice-confirmed-one", "notice-accounts-confirmed"], confirmed))
        }
        AccountsCommand::ApproveReset(account) => {
            let gone = archive.store_mut().approve_reset(session, account.0, now)?;
            Ok(counted(["notice-reset-approved-none", "notice-reset-approved-one", "notice-reset-approved"], gone))
        }
        AccountsCommand::DropReset(account) => {
            archive.store_mut().drop_reset(account.0, (session.account(), session.role()), now)?;
            Ok(done("notice-reset-refused", vec![]))
        }
        AccountsCommand::Admit(account) => admit(archive, session, account, now),
        AccountsCommand::Filter(_)
        | AccountsCommand::Search(_)
        | AccountsCommand::Select(_)
        | AccountsCommand::Form
        | AccountsCommand::Make { .. }
        | AccountsCommand::Import(_)
        | AccountsCommand::Letters(_)
        | AccountsCommand::PrintLetters
        | AccountsCommand::Renew(_)
        | AccountsCommand::Close(_)
        | AccountsCommand::SetRoles(..)
        | AccountsCommand::AskReset(_)
        | AccountsCommand::Without
        | AccountsCommand::ExportRights(_) => Ok(None),
    }
}

/// A member's one act: to admit somebody to his own role.
pub(crate) fn member<R: Role>(
    archive: &mut Archive,
    session: &Session<R>,
    view: &mut View,
    command: AccountsCommand,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, AppError> {
    match look(view, command) {
        Some(AccountsCommand::Admit(account)) => admit(archive, session, account, now),
        Some(_) | None => Ok(None),
    }
}

fn admit<R: Role>(
    archive: &mut Archive,
    session: &Session<R>,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, AppError> {
    if archive.store_mut().admit(session, account.0, now)? {
        return Ok(done("notice-admitted", vec![]));
    }
    Err(refused("error-not-admitted"))
}

fn refused(key: &'static str) -> AppError {
    AppError::refused(key, vec![])
}

fn row(archive: &Archive, account: AccountId) -> Result<store::AccountRow, AppError> {
    let found = archive.store().accounts()?.into_iter().find(|row| row.account == account.0);
    found.ok_or_else(|| store::StoreError::NotYours.into())
}

/// A new code for an account that is there.
fn new_code(archive: &Archive, account: AccountId) -> Result<(store::AccountRow, AccountSetUp), AppError> {
    let row = row(archive, account)?;
    let keys = access::renew_activation(&row.staff).map_err(store::StoreError::from)?;
    Ok((row, keys))
}

fn make(
    archive: &mut Archive,
    session: &Session<FunctionalAdministrator>,
    view: &mut View,
    asked: Vec<Asked>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let made = asked.into_iter().map(|Asked { staff, name, roles }| {
        Ok(AccountMade { name, roles, keys: access::renew_activation(&staff).map_err(store::StoreError::from)? })
    });
    let made = made.collect::<Result<Vec<_>, store::StoreError>>()?;
    archive.store_mut().add_accounts(session, &made, now)?;
    for AccountMade { name, roles, keys } in made {
        view.keep(&keys.staff, &name, &roles, keys.code, now);
    }
    Ok(())
}

/// The letters as one PDF, and how many.
fn letters(
    archive: &Archive,
    view: &View,
    (printer, language): Printer<'_>,
) -> Result<(Zeroizing<Vec<u8>>, String), AppError> {
    let settings = archive.store().settings();
    let organisation = organisation(settings);
    let of = (organisation.as_str(), settings.kind == domain::StoreKind::Test);
    let letter = |c: &Code| {
        // REVEAL: printed, for the person it is for.
        letter(of, (&c.staff, &c.name, &c.roles), &c.code.reveal(), local::day(c.until))
    };
    let letters: Vec<Letter> = view.codes.iter().map(letter).collect();
    let printer = printer.ok_or_else(|| refused("error-letters"))?;
    Ok((Zeroizing::new(printer.letters(&letters, language)?), letters.len().to_string()))
}
