//! *Accounts*: the list, and making accounts.
//!
//! **Not here:** keys and activation (`accounts`), confirmation (`confirmations`), roles (`admission`), leaving (`leaving`).

use std::collections::BTreeMap;

use access::{AccountSetUp, Entry, Event, FunctionalAdministrator, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Purpose, RoleName};
use rusqlite::{Transaction, params};

use crate::{
    Store, StoreError, audit_trail,
    confirmations::{PROOFS, officer_key, proofs},
    worklist::moment,
};

/// How long an activation code is good.
pub const ACTIVATION_DAYS: i64 = 30;

/// When a code made now ends.
pub(crate) fn activation_until(now: DateTime<Utc>) -> i64 {
    (now + TimeDelta::days(ACTIVATION_DAYS)).timestamp()
}

/// An account as *Accounts* lists it.
pub struct AccountRow {
    /// Its number.
    pub account: i64,
    /// Staff number.
    pub staff: String,
    /// Display name.
    pub name: String,
    /// Roles.
    pub roles: Vec<RoleName>,
    /// Activated.
    pub activated: bool,
    /// A privacy officer's signature for it holds.
    pub confirmed: bool,
    /// When it was made.
    pub made: Option<DateTime<Utc>>,
    /// Whose account made it; `None`: set-up.
    pub made_by: Option<i64>,
    /// Which privacy officer stands for it, and since when; `None`: nobody, or set-up.
    pub confirmed_by: Option<(i64, DateTime<Utc>)>,
    /// Until when its activation code is good; `None`: it has none.
    pub code_until: Option<DateTime<Utc>>,
    /// When it was activated.
    pub since: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed: Option<DateTime<Utc>>,
}

/// An account that is to be made: who, and his code.
pub struct AccountMade {
    /// Display name.
    pub name: String,
    /// Roles.
    pub roles: Vec<RoleName>,
    /// Staff number and code.
    pub keys: AccountSetUp,
}

impl Store {
    /// All accounts that are not closed, by staff number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        Ok(self.accounts_ever()?.into_iter().filter(|row| row.closed.is_none()).collect())
    }

    /// All accounts, closed ones too, by staff number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn accounts_ever(&self) -> Result<Vec<AccountRow>, StoreError> {
        let officer = officer_key(&self.connection, &self.secrets)?;
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT {PROOFS}, name, activated, closed, made, activation IS NOT NULL, activation_until,
               made_by, confirmed_by, confirmed FROM account ORDER BY staff"
        ))?;
        let rows = statement.query_map([], |row| {
            let proofs = proofs(row)?;
            Ok(AccountRow {
                account: row.get(0)?,
                staff: row.get(1)?,
                name: row.get(7)?,
                roles: RoleName::in_set(row.get(2)?).collect(),
                activated: row.get::<_, Option<[u8; 32]>>(5)?.is_some(),
                confirmed: proofs.is_some_and(|proofs| proofs.is_confirmed(&officer)),
                made: moment(Some(row.get(10)?)),
                made_by: row.get(13)?,
                confirmed_by: row.get::<_, Option<i64>>(14)?.zip(moment(row.get(15)?)),
                code_until: moment(row.get::<_, Option<i64>>(12)?.filter(|_| row.get(11).unwrap_or(false))),
                since: moment(row.get(8)?),
                closed: moment(row.get(9)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// When each account last signed in, by its number, as the log tells; who never did is not in it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn last_sign_ins(&self) -> Result<BTreeMap<i64, DateTime<Utc>>, StoreError> {
        // Back through the entries of one account until the first that is a sign-in: a session's length, however long the log.
        let mut statement = self.connection.prepare_cached(
            "SELECT a.n, (SELECT at FROM audit WHERE user = a.n AND event = ?1 ORDER BY n DESC LIMIT 1) FROM account a",
        )?;
        let rows =
            statement.query_map([Event::SignedIn.code()], |row| Ok((row.get::<_, i64>(0)?, moment(row.get(1)?))))?;
        let found = rows.collect::<Result<Vec<_>, _>>()?;
        Ok(found.into_iter().filter_map(|(account, at)| Some((account, at?))).collect())
    }

    /// Makes accounts in one transaction: all of them, or none. Each waits for confirmation by a second person, and for a
    /// member of each role that has a key.
    ///
    /// # Errors
    /// When a staff number is taken, or the store cannot be written.
    pub fn add_accounts(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        accounts: &[AccountMade],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let entry = self.entry_of(session, Event::AccountMade, Purpose::Operation, now);
        self.write(now, |transaction, _| {
            for one in accounts {
                insert(transaction, session, one, &entry, now)?;
            }
            Ok(())
        })
    }
}

fn insert(
    transaction: &Transaction<'_>,
    session: &Session<FunctionalAdministrator>,
    AccountMade { name, roles, keys }: &AccountMade,
    entry: &Entry,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let roles = roles.iter().fold(0, |set, role| set | role.bit());
    transaction.execute(
        "INSERT INTO account(staff, name, roles, made, made_by, activation, activation_until, activation_public)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            keys.staff,
            name,
            roles,
            now.timestamp(),
            session.account(),
            keys.activation,
            activation_until(now),
            keys.activation_public.0
        ],
    )?;
    let detail = Some(format!("account={}", transaction.last_insert_rowid()));
    audit_trail::append(transaction, &Entry { detail, ..entry.clone() })?;
    Ok(())
}

impl Store {
    /// Staff numbers of the register's crews that have no account: how many, and the first of them with their rides.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn crew_without_account(&self, most: u32) -> Result<(u64, Vec<(String, u64)>), StoreError> {
        // One step of the index per staff number, however many rides each has.
        let staff = "WITH RECURSIVE each(staff) AS (SELECT min(staff) FROM crew
             UNION ALL SELECT (SELECT min(staff) FROM crew WHERE staff > each.staff) FROM each WHERE each.staff IS NOT NULL)
             SELECT each.staff FROM each LEFT JOIN account a ON a.staff = each.staff WHERE each.staff IS NOT NULL AND a.n IS NULL";
        let mut statement = self.connection.prepare_cached(staff)?;
        let all = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        let mut count = self.connection.prepare_cached("SELECT count(*) FROM crew WHERE staff = ?1")?;
        let first = all.iter().take(most as usize);
        let first = first.map(|staff| Ok((staff.clone(), count.query_row([staff], |row| row.get(0))?)));
        Ok((all.len() as u64, first.collect::<Result<Vec<_>, StoreError>>()?))
    }
}
