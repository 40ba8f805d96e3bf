//! What *Accounts* shows, and which acts of it are permitted to whom.
//!
//! **Not here:** the acts (`accounts`).

use std::{collections::BTreeMap, path::PathBuf};

use chrono::{DateTime, Utc};
use domain::RoleName;
use store::{AccountRow, Archive, MemberRow, ResetRow};
use viewmodel::{
    AccountDetail, AccountFilter, AccountHistory, AccountId, AccountLine, AccountState, AccountsCommand,
    AccountsScreen, Command, Make, RoleHeld, Seen, Waited, Without,
};

use crate::{
    accounts::{View, list_order},
    error::AppError,
    local,
    paper::Ways,
    rail::{Who, role_shown},
};

// LIMIT: crew without an account that are listed.
const WITHOUT_MAX: u32 = 50;

/// Everything the list is made of.
struct Lists {
    rows: Vec<AccountRow>,
    members: Vec<MemberRow>,
    resets: Vec<ResetRow>,
    /// When each last signed in; `None`: not for this reader.
    sign_ins: Option<BTreeMap<i64, DateTime<Utc>>>,
    now: DateTime<Utc>,
}

impl Lists {
    fn name(&self, account: i64) -> Option<String> {
        self.rows.iter().find(|row| row.account == account).map(|row| row.name.clone())
    }

    /// When an account was last here, as a person counts days.
    fn seen(&self, account: i64) -> Option<Seen> {
        let at = *self.sign_ins.as_ref()?.get(&account)?;
        Some(Seen { at: local::time(at), days_ago: (local::day(self.now) - local::day(at)).num_days() })
    }

    /// The roles an account has with all that belongs to them.
    fn held(&self, row: &AccountRow) -> Vec<RoleHeld> {
        let member = |role: RoleName| self.members.iter().find(|m| m.account == row.account && m.role == role);
        let others = |role: RoleName| {
            self.members.iter().any(|m| m.role == role && m.account != row.account && m.since.is_some())
        };
        let held = row.roles.iter().filter_map(|role| {
            let has_key = access::reader_of(*role).is_some();
            let (since, by) = match member(*role) {
                Some(member) if has_key => (member.since, member.admitted_by),
                Some(_) | None if has_key => (None, None),
                Some(_) | None => (row.since, None),
            };
            Some(RoleHeld {
                role: role_shown(*role),
                since: local::day(since?),
                by: by.and_then(|by| self.name(by)),
                last: has_key && !others(*role),
            })
        });
        held.collect()
    }

    fn state(&self, row: &AccountRow, now: DateTime<Utc>) -> AccountState {
        let waits = |member: &&MemberRow| member.account == row.account && member.since.is_none();
        if row.closed.is_some() {
            AccountState::Closed
        } else if self.resets.iter().any(|reset| reset.account == row.account) {
            AccountState::ResetAsked
        } else if !row.confirmed {
            AccountState::AwaitsConfirmation
        } else if !row.activated && row.code_until.is_some_and(|until| until < now) {
            AccountState::CodeExpired
        } else if !row.activated {
            AccountState::AwaitsActivation
        } else if self.members.iter().any(|member| waits(&member)) {
            AccountState::AwaitsMember
        } else {
            AccountState::Active
        }
    }

    fn waited(&self, account: i64) -> Vec<Waited> {
        let waits = self.members.iter().filter(|member| member.account == account && member.since.is_none());
        let name = |member: &MemberRow| self.name(member.account);
        let of =
            |role: RoleName| self.members.iter().filter(move |member| member.role == role && member.since.is_some());
        waits
            .map(|waits| Waited { role: role_shown(waits.role), members: of(waits.role).filter_map(name).collect() })
            .collect()
    }
}

fn is_in(filter: AccountFilter, state: AccountState) -> bool {
    match filter {
        AccountFilter::All => state != AccountState::Closed,
        AccountFilter::AwaitsConfirmation => {
            matches!(state, AccountState::AwaitsConfirmation | AccountState::ResetAsked)
        }
        AccountFilter::AwaitsActivation => matches!(state, AccountState::AwaitsActivation | AccountState::CodeExpired),
        AccountFilter::AwaitsMember => state == AccountState::AwaitsMember,
        AccountFilter::Closed => state == AccountState::Closed,
    }
}

fn accounts(command: AccountsCommand) -> Command {
    Command::Accounts(command)
}

/// How many wait for this session: to be confirmed, reset or admitted.
pub(crate) fn to_do(archive: &Archive, who: &Who) -> Result<u64, AppError> {
    let store = archive.store();
    let waits = store.members()?.into_iter().filter(|member| member.role == who.role && member.since.is_none()).count();
    Ok(match who.role {
        RoleName::PrivacyOfficer => {
            let unconfirmed = store.accounts()?.iter().filter(|row| !row.confirmed).count();
            (waits + unconfirmed + store.resets()?.len()) as u64
        }
        RoleName::Administration | RoleName::MedicalManager => waits as u64,
        RoleName::Professional | RoleName::FunctionalAdministrator => 0,
    })
}

pub(crate) fn screen(
    archive: &Archive,
    view: &View,
    who: &Who,
    ways: Ways,
    now: DateTime<Utc>,
) -> Result<AccountsScreen, AppError> {
    let store = archive.store();
    let mut rows = store.accounts_ever()?;
    rows.sort_by(|a, b| list_order((&a.name, &a.staff), (&b.name, &b.staff)));
    let shows_last_seen = matches!(who.role, RoleName::FunctionalAdministrator | RoleName::PrivacyOfficer);
    let sign_ins = if shows_last_seen { Some(store.last_sign_ins()?) } else { None };
    let lists = Lists { rows, members: store.members()?, resets: store.resets()?, sign_ins, now };
    // A member sees his own role: whom he works with, and whom he may admit.
    let own_role = matches!(who.role, RoleName::Administration | RoleName::MedicalManager);
    let seen = |row: &&AccountRow| !own_role || row.roles.contains(&who.role);
    let listed: Vec<(&AccountRow, AccountState)> =
        lists.rows.iter().filter(seen).map(|row| (row, lists.state(row, now))).collect();
    let counts = AccountFilter::ALL.into_iter().map(|filter| {
        let count = listed.iter().filter(|(_, state)| is_in(filter, *state)).count() as u64;
        (filter, count, accounts(AccountsCommand::Filter(filter)))
    });
    let filter = view.filter.unwrap_or_else(|| first_filter(who.role, &listed));
    let search = view.search.trim().to_lowercase();
    let found = |row: &AccountRow| {
        search.is_empty() || row.name.to_lowercase().contains(&search) || row.staff.to_lowercase().contains(&search)
    };
    let shown: Vec<&(&AccountRow, AccountState)> =
        listed.iter().filter(|(row, state)| is_in(filter, *state) && found(row)).collect();
    let is_officer = who.role == RoleName::PrivacyOfficer;
    let waiting: Vec<AccountId> = shown
        .iter()
        .filter(|(row, state)| *state == AccountState::AwaitsConfirmation && row.account != who.account)
        .map(|(row, _)| AccountId(row.account))
        .collect();
    // What is confirmed in one go is what is listed, and nothing else is.
    let confirm_all = (is_officer && filter == AccountFilter::AwaitsConfirmation && !waiting.is_empty())
        .then(|| (waiting.len() as u64, accounts(AccountsCommand::Confirm(waiting.clone()))));
    let is_administrator = who.role == RoleName::FunctionalAdministrator;
    let selected = listed.iter().find(|(row, _)| view.selected == Some(AccountId(row.account)));
    Ok(AccountsScreen {
        counts: counts.collect(),
        filter,
        search: view.search.clone(),
        lines: shown.iter().map(|(row, state)| line(&lists, row, *state, view)).collect(),
        shows_last_seen,
        detail: selected.map(|(row, state)| detail(archive, &lists, view, who, (row, *state))).transpose()?,
        confirm_all,
        make: is_administrator.then(|| Make {
            draft: Box::new(view.draft.clone()),
            form_open: view.form_open,
            form: accounts(AccountsCommand::Form),
            import: |path: PathBuf| Command::Accounts(AccountsCommand::Import(path)),
        }),
        letters: (is_administrator && view.letters() > 0).then(|| {
            (view.letters(), (|path: PathBuf| Command::Accounts(AccountsCommand::Letters(path))) as fn(_) -> _)
        }),
        print_letters: (is_administrator && ways.printer && view.letters() > 0)
            .then(|| Box::new(accounts(AccountsCommand::PrintLetters))),
        epochs_pending: store.epochs_pending()?.into_iter().map(role_shown).collect(),
        refusals: view.refusals.clone(),
        without: if is_administrator { without(archive, view)? } else { None },
    })
}

fn history(lists: &Lists, row: &AccountRow) -> AccountHistory {
    AccountHistory {
        made: row.made.map(|made| (local::day(made), row.made_by.and_then(|by| lists.name(by)))),
        confirmed: row
            .confirmed_by
            .filter(|_| row.confirmed)
            .and_then(|(by, at)| Some((local::day(at), lists.name(by)?))),
        since: row.since.map(local::day),
        last_seen: lists.sign_ins.is_some().then(|| lists.seen(row.account)),
        code_until: row.code_until.map(local::day),
    }
}

/// What waits for this session is what it sees first.
fn first_filter(role: RoleName, listed: &[(&AccountRow, AccountState)]) -> AccountFilter {
    let first = match role {
        RoleName::PrivacyOfficer => AccountFilter::AwaitsConfirmation,
        RoleName::Administration | RoleName::MedicalManager => AccountFilter::AwaitsMember,
        RoleName::Professional | RoleName::FunctionalAdministrator => AccountFilter::All,
    };
    if listed.iter().any(|(_, state)| is_in(first, *state)) { first } else { AccountFilter::All }
}

fn without(archive: &Archive, view: &View) -> Result<Option<Without>, AppError> {
    let (count, staff) = archive.store().crew_without_account(WITHOUT_MAX)?;
    let staff = if view.without_open { staff } else { Vec::new() };
    Ok((count > 0).then(|| Without { count, staff, show: accounts(AccountsCommand::Without) }))
}

fn line(lists: &Lists, row: &AccountRow, state: AccountState, view: &View) -> AccountLine {
    let account = AccountId(row.account);
    AccountLine {
        name: row.name.clone(),
        staff: row.staff.clone(),
        roles: row.roles.iter().map(|role| role_shown(*role)).collect(),
        state,
        last_seen: lists.seen(row.account),
        selected: view.selected == Some(account),
        select: accounts(AccountsCommand::Select(Some(account))),
    }
}

fn detail(
    archive: &Archive,
    lists: &Lists,
    view: &View,
    who: &Who,
    (row, state): (&AccountRow, AccountState),
) -> Result<AccountDetail, AppError> {
    let account = AccountId(row.account);
    let open = state != AccountState::Closed;
    let other = open && row.account != who.account;
    let by = |role: RoleName, permitted: bool, command: AccountsCommand| {
        (who.role == role && permitted).then(|| accounts(command))
    };
    let (administrator, officer) = (RoleName::FunctionalAdministrator, RoleName::PrivacyOfficer);
    let reset = state == AccountState::ResetAsked;
    let waits = lists.waited(row.account);
    let own_waits = row.confirmed && waits.iter().any(|waited| waited.role == role_shown(who.role));
    let drop_reset = other && reset && (who.role == administrator || who.role == officer);
    let set_roles: fn(AccountId, Vec<viewmodel::Role>) -> Command =
        |account, roles| Command::Accounts(AccountsCommand::SetRoles(account, roles));
    Ok(AccountDetail {
        account,
        name: row.name.clone(),
        staff: row.staff.clone(),
        roles: row.roles.iter().map(|role| role_shown(*role)).collect(),
        state,
        history: Box::new(history(lists, row)),
        held: if open { lists.held(row) } else { Vec::new() },
        letter: view.has_letter(&row.staff),
        gone: if open { archive.store().read_by_nobody_else(row.account)? } else { 0 },
        waits,
        confirm: by(
            officer,
            other && state == AccountState::AwaitsConfirmation,
            AccountsCommand::Confirm(vec![account]),
        ),
        admit: own_waits.then(|| accounts(AccountsCommand::Admit(account))),
        renew: by(administrator, open && !row.activated, AccountsCommand::Renew(account)),
        close: by(administrator, other, AccountsCommand::Close(account)),
        ask_reset: by(administrator, other && row.activated && !reset, AccountsCommand::AskReset(account)),
        drop_reset: drop_reset.then(|| accounts(AccountsCommand::DropReset(account))),
        approve_reset: by(officer, other && reset, AccountsCommand::ApproveReset(account)),
        set_roles: (who.role == administrator && other).then_some(set_roles),
    })
}
