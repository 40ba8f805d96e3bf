//! What *Accounts* shows, and which acts of it are permitted to whom.
//!
//! **Not here:** the acts (`accounts`).

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use domain::RoleName;
use store::{AccountRow, Archive, MemberRow, ResetRow};
use viewmodel::{
    AccountDetail, AccountFilter, AccountId, AccountLine, AccountState, AccountsCommand, AccountsScreen, Command, Make,
    Waited, Without,
};

use crate::{
    accounts::View,
    error::AppError,
    local,
    rail::{Who, role_shown},
};

// LIMIT: crew without an account that are listed.
const WITHOUT_MAX: u32 = 50;

/// Everything the list is made of.
struct Lists {
    rows: Vec<AccountRow>,
    members: Vec<MemberRow>,
    resets: Vec<ResetRow>,
}

impl Lists {
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
        let name =
            |member: &MemberRow| self.rows.iter().find(|row| row.account == member.account).map(|row| row.name.clone());
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
    now: DateTime<Utc>,
) -> Result<AccountsScreen, AppError> {
    let store = archive.store();
    let mut rows = store.accounts_ever()?;
    rows.sort_by(|a, b| (a.name.to_lowercase(), &a.staff).cmp(&(b.name.to_lowercase(), &b.staff)));
    let lists = Lists { rows, members: store.members()?, resets: store.resets()? };
    // A member sees his own role: whom he works with, and whom he may admit.
    let own_role = matches!(who.role, RoleName::Administration | RoleName::MedicalManager);
    let seen = |row: &&AccountRow| !own_role || row.roles.contains(&who.role);
    let listed: Vec<(&AccountRow, AccountState)> =
        lists.rows.iter().filter(seen).map(|row| (row, lists.state(row, now))).collect();
    let counts = AccountFilter::ALL.into_iter().map(|filter| {
        let count = listed.iter().filter(|(_, state)| is_in(filter, *state)).count() as u64;
        (filter, count, accounts(AccountsCommand::Filter(filter)))
    });
    let search = view.search.trim().to_lowercase();
    let found = |row: &AccountRow| {
        search.is_empty() || row.name.to_lowercase().contains(&search) || row.staff.to_lowercase().contains(&search)
    };
    let shown: Vec<&(&AccountRow, AccountState)> =
        listed.iter().filter(|(row, state)| is_in(view.filter, *state) && found(row)).collect();
    let is_officer = who.role == RoleName::PrivacyOfficer;
    let waiting: Vec<AccountId> = shown
        .iter()
        .filter(|(row, state)| *state == AccountState::AwaitsConfirmation && row.account != who.account)
        .map(|(row, _)| AccountId(row.account))
        .collect();
    let confirm_all = (is_officer && !waiting.is_empty())
        .then(|| (waiting.len() as u64, accounts(AccountsCommand::Confirm(waiting.clone()))));
    let is_administrator = who.role == RoleName::FunctionalAdministrator;
    let selected = listed.iter().find(|(row, _)| view.selected == Some(AccountId(row.account)));
    Ok(AccountsScreen {
        counts: counts.collect(),
        filter: view.filter,
        search: view.search.clone(),
        lines: shown.iter().map(|(row, state)| line(row, *state, view)).collect(),
        detail: selected.map(|(row, state)| detail(archive, &lists, view, who, (row, *state))).transpose()?,
        confirm_all,
        make: is_administrator.then(|| Make {
            form_open: view.form_open,
            form: accounts(AccountsCommand::Form),
            import: |path: PathBuf| Command::Accounts(AccountsCommand::Import(path)),
        }),
        letters: (is_administrator && view.letters() > 0).then(|| {
            (view.letters(), (|path: PathBuf| Command::Accounts(AccountsCommand::Letters(path))) as fn(_) -> _)
        }),
        epochs_pending: store.epochs_pending()?.into_iter().map(role_shown).collect(),
        refusals: view.refusals.clone(),
        without: if is_administrator { without(archive, view)? } else { None },
    })
}

fn without(archive: &Archive, view: &View) -> Result<Option<Without>, AppError> {
    let (count, staff) = archive.store().crew_without_account(WITHOUT_MAX)?;
    let staff = if view.without_open { staff } else { Vec::new() };
    Ok((count > 0).then(|| Without { count, staff, show: accounts(AccountsCommand::Without) }))
}

fn line(row: &AccountRow, state: AccountState, view: &View) -> AccountLine {
    let account = AccountId(row.account);
    AccountLine {
        name: row.name.clone(),
        staff: row.staff.clone(),
        roles: row.roles.iter().map(|role| role_shown(*role)).collect(),
        state,
        since: row.since.map(local::day),
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
        made: row.made.map(local::day),
        code_until: row.code_until.map(local::day),
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
