//! Leaving staff, and starting anew after everything was forgotten: an account's keys are destroyed, and with them what only
//! they could read.
//!
//! **Invariant:** a reset is asked by a functional administrator and approved by a privacy officer: two accounts, neither of
//! them the one that is reset.
//! **Not here:** roles alone (`admission`).

use access::{AccountSetUp, Authorisation, Entry, Event, FunctionalAdministrator, PrivacyOfficer, Session};
use chrono::{DateTime, Utc};
use domain::{MessageId, Purpose, ReaderId, RoleName};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{
    Store, StoreError,
    account_list::activation_until,
    admission, audit_trail,
    confirmations::{is_due, officer_key, proofs_of},
    day_keys, directory, rides,
    worklist::moment,
    wraps::Wraps,
};

/// A reset that was asked and waits for a privacy officer.
pub struct ResetRow {
    /// The account.
    pub account: i64,
    /// When it was asked.
    pub asked: Option<DateTime<Utc>>,
    /// By whom.
    pub asked_by: i64,
}

impl Store {
    /// How many records only this account can read: they are gone when its keys are.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn read_by_nobody_else(&self, account: i64) -> Result<u64, StoreError> {
        let reader = ReaderId::professional(account).0;
        // The holders are a record's crew; while one still waits, Routing holds the key too.
        Ok(self
            .connection
            .prepare_cached(
                "SELECT count(*) FROM \"grant\" g JOIN message m ON m.id = g.message LEFT JOIN waiting w ON w.message = m.id
                   LEFT JOIN awaited a ON a.message = m.id
                 WHERE g.reader = ?1 AND length(coalesce(a.holders, m.holders)) = 8 AND w.message IS NULL",
            )?
            .query_row([reader], |row| row.get(0))?)
    }

    /// Whether an account may still work: it is there and not closed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_open(&self, account: i64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS(SELECT 1 FROM account WHERE n = ?1 AND closed IS NULL AND public IS NOT NULL)";
        Ok(self.connection.prepare_cached(sql)?.query_row([account], |row| row.get(0))?)
    }

    /// Closes an account, at once and for good. Its staff number stays taken; rides no longer wait for it. Gives how many
    /// records nobody can read any more.
    ///
    /// # Errors
    /// [`StoreError::LastMember`] where a role would be left without a member. When the store cannot be written.
    pub fn close_account(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        account: i64,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let gone = self.read_by_nobody_else(account)?;
        let mut entry = self.entry_of(session, Event::AccountClosed, Purpose::Operation, now);
        entry.detail = Some(format!("account={account}"));
        entry.count = Some(gone);
        self.write(now, |transaction, _| {
            let roles = open_roles(transaction, account)?;
            for role in RoleName::in_set(roles) {
                admission::leave(transaction, account, role, now)?;
            }
            destroy_keys(transaction, account, &entry)?;
            transaction.execute(
                "UPDATE account SET closed = ?2, confirmed = NULL, confirmed_by = NULL, confirmation = NULL WHERE n = ?1",
                params![account, now.timestamp()],
            )?;
            // Those who waited with it need not wait for it any more.
            is_due(transaction, account)?;
            audit_trail::append(transaction, &entry)?;
            Ok::<_, StoreError>(())
        })?;
        // Old pages of the log of writes hold what was just destroyed.
        self.forget_old_pages()?;
        Ok(gone)
    }

    /// Makes a new code for an account that is not activated yet, in place of the old. Nothing that waits for it is lost; a
    /// privacy officer stands for the new code.
    ///
    /// # Errors
    /// [`StoreError::LastMember`] where the old code holds the key of a role that nobody else has. When it is activated, or the
    /// store cannot be written.
    pub fn renew_code(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        account: i64,
        keys: &AccountSetUp,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry_of(session, Event::CodeRenewed, Purpose::Operation, now);
        entry.detail = Some(format!("account={account}"));
        self.write(now, |transaction, _| {
            let roles = open_roles(transaction, account)?;
            for role in RoleName::in_set(roles).filter(|role| access::reader_of(*role).is_some()) {
                if admission::is_last(transaction, account, role)? {
                    return Err(StoreError::LastMember(role.name()));
                }
            }
            let changed = transaction.execute(
                "UPDATE account SET activation = ?2, activation_until = ?3, activation_public = ?4, activation_roles = 0,
                   confirmed = NULL, confirmed_by = NULL, confirmation = NULL
                 WHERE n = ?1 AND public IS NULL AND staff = ?5",
                params![account, keys.activation, activation_until(now), keys.activation_public.0, keys.staff],
            )?;
            if changed != 1 {
                return Err(StoreError::NotYours);
            }
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }

    /// Asks for a new key pair for somebody who forgot everything. Until a privacy officer approves, nothing changes.
    ///
    /// # Errors
    /// [`StoreError::LastMember`] as for closing; when it is the asker's own account, not activated, or the store cannot be
    /// written.
    pub fn ask_reset(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        account: i64,
        keys: &AccountSetUp,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry_of(session, Event::ResetAsked, Purpose::Operation, now);
        entry.detail = Some(format!("account={account}"));
        self.write(now, |transaction, _| {
            let staff: Option<String> = transaction
                .prepare_cached("SELECT staff FROM account WHERE n = ?1 AND closed IS NULL AND public IS NOT NULL")?
                .query_row([account], |row| row.get(0))
                .optional()?;
            if account == session.account() || staff.as_deref() != Some(keys.staff.as_str()) {
                return Err(StoreError::NotYours);
            }
            must_not_be_last(transaction, account)?;
            transaction.execute(
                "INSERT OR REPLACE INTO account_reset(account, asked, asked_by, activation, activation_public)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![account, now.timestamp(), session.account(), keys.activation, keys.activation_public.0],
            )?;
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }

    /// Resets that wait for a privacy officer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn resets(&self) -> Result<Vec<ResetRow>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT account, asked, asked_by FROM account_reset ORDER BY asked")?;
        let rows = statement.query_map([], |row| {
            Ok(ResetRow { account: row.get(0)?, asked: moment(row.get(1)?), asked_by: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Withdraws a reset that was asked, or refuses it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn drop_reset(&mut self, account: i64, by: (i64, RoleName), now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut entry = self.entry(now, Event::ResetDropped, Purpose::Operation);
        (entry.user, entry.role) = (Some(by.0), Some(by.1));
        entry.authorisation = Authorisation::RolesTask;
        entry.detail = Some(format!("account={account}"));
        self.write(now, |transaction, _| {
            if transaction.execute("DELETE FROM account_reset WHERE account = ?1", [account])? == 1 {
                audit_trail::append(transaction, &entry)?;
            }
            Ok(())
        })
    }

    /// Approves a reset: the old keys are destroyed, the new code is confirmed and good. Gives how many records nobody can
    /// read any more.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] where the officer asked for it himself, it is his own account, or nobody asked.
    pub fn approve_reset(
        &mut self,
        session: &Session<PrivacyOfficer>,
        account: i64,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let gone = self.read_by_nobody_else(account)?;
        let mut entry = self.entry_of(session, Event::ResetApproved, Purpose::Operation, now);
        entry.detail = Some(format!("account={account}"));
        entry.count = Some(gone);
        let directory = || StoreError::Directory(ReaderId::PRIVACY_OFFICER.0);
        self.write(now, |transaction, secrets| {
            if !session.signs_as(&officer_key(transaction, secrets)?) {
                return Err(directory());
            }
            let asked = transaction
                .prepare_cached("SELECT asked_by, activation, activation_public FROM account_reset WHERE account = ?1")?
                .query_row([account], |row| {
                    Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, [u8; 32]>(2)?))
                })
                .optional()?;
            let Some((by, activation, public)) = asked.filter(|_| account != session.account()) else {
                return Err(StoreError::NotYours);
            };
            if by == session.account() || by == account {
                return Err(StoreError::NotYours);
            }
            open_roles(transaction, account)?;
            must_not_be_last(transaction, account)?;
            destroy_keys(transaction, account, &entry)?;
            transaction.execute(
                "UPDATE account SET activation = ?2, activation_until = ?3, activation_public = ?4 WHERE n = ?1",
                params![account, activation, activation_until(now), public],
            )?;
            let proofs = proofs_of(transaction, account)?.ok_or(StoreError::NotYours)?;
            let signature = session.confirm(&proofs).ok_or_else(directory)?;
            transaction.execute(
                "UPDATE account SET confirmed = ?2, confirmed_by = ?3, confirmation = ?4 WHERE n = ?1",
                params![account, now.timestamp(), session.account(), signature],
            )?;
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })?;
        self.forget_old_pages()?;
        Ok(gone)
    }
}

fn open_roles(transaction: &Transaction<'_>, account: i64) -> Result<u8, StoreError> {
    let roles = transaction
        .prepare_cached("SELECT roles FROM account WHERE n = ?1 AND closed IS NULL")?
        .query_row([account], |row| row.get(0))
        .optional()?;
    roles.ok_or(StoreError::NotYours)
}

fn must_not_be_last(transaction: &Transaction<'_>, account: i64) -> Result<(), StoreError> {
    for role in RoleName::in_set(open_roles(transaction, account)?) {
        if admission::is_last(transaction, account, role)? {
            return Err(StoreError::LastMember(role.name()));
        }
    }
    Ok(())
}

/// Everything by which an account could open something: its own keys, its roles', its wraps, and the reader keys over them. Failures
/// at it are forgotten: they were tries at a passphrase that is no more, and a new code is not to wait for them.
pub(crate) fn destroy_keys(transaction: &Transaction<'_>, account: i64, entry: &Entry) -> Result<(), StoreError> {
    let reader = ReaderId::professional(account);
    take_wraps(transaction, reader)?;
    for sql in [
        "UPDATE account SET public = NULL, public_mac = NULL, private_sealed = NULL, second_factor = NULL,
           second_factor_step = NULL, personal_sheet = NULL, activation = NULL, activation_proof = NULL,
           activation_until = NULL, activation_roles = 0, activated = NULL, failures = 0, failed_at = NULL WHERE n = ?1",
        "DELETE FROM role_member WHERE account = ?1",
        "DELETE FROM account_reset WHERE account = ?1",
        "DELETE FROM draft WHERE account = ?1",
        "DELETE FROM reflection WHERE account = ?1",
    ] {
        transaction.execute(sql, [account])?;
    }
    transaction.execute("DELETE FROM reader_key WHERE reader = ?1", [reader.0])?;
    directory::mended(transaction, reader, entry)?;
    day_keys::directory_changed(transaction)
}

/// Takes a reader's wraps out of the records and rides that hold them.
fn take_wraps(transaction: &Transaction<'_>, reader: ReaderId) -> Result<(), StoreError> {
    let records = {
        let mut statement = transaction.prepare_cached(
            "SELECT m.id, coalesce(a.wraps, m.wraps), coalesce(a.holders, m.holders), a.message IS NOT NULL FROM \"grant\" g
               JOIN message m ON m.id = g.message LEFT JOIN awaited a ON a.message = m.id WHERE g.reader = ?1",
        )?;
        let rows = statement.query_map([reader.0], |row| {
            Ok((MessageId(row.get(0)?), row.get::<_, Vec<u8>>(1)?, row.get::<_, Vec<u8>>(2)?, row.get::<_, bool>(3)?))
        })?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    for (message, wraps, holders, apart) in records {
        let mut wraps = Wraps::decode(&wraps)?;
        wraps.remove(reader);
        let own = reader.0.to_be_bytes();
        let holders: Vec<u8> = holders.chunks_exact(8).filter(|holder| **holder != own).flatten().copied().collect();
        let (record, awaited) = (
            "UPDATE message SET wraps = ?2, holders = ?3 WHERE id = ?1",
            "UPDATE awaited SET wraps = ?2, holders = ?3 WHERE message = ?1",
        );
        transaction.prepare_cached(if apart { awaited } else { record })?.execute(params![
            message.0,
            wraps.encode().as_slice(),
            holders
        ])?;
    }
    let rides = {
        let mut statement = transaction.prepare_cached(
            "SELECT DISTINCT w.ride, w.wraps FROM \"grant\" g JOIN message m ON m.id = g.message
             JOIN ride r ON r.number = m.ride JOIN ride_wrap w ON w.ride = r.id WHERE g.reader = ?1",
        )?;
        let rows = statement.query_map([reader.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    for (ride, wraps) in rides {
        let mut wraps = Wraps::decode(&wraps)?;
        wraps.remove(reader);
        rides::put_wraps(transaction, ride, &wraps)?;
    }
    transaction.execute("DELETE FROM \"grant\" WHERE reader = ?1", [reader.0])?;
    Ok(())
}
