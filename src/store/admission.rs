//! Roles: admitting a member, changing what roles an account has, and the new epoch after a member has left.
//!
//! **Invariant:** a role that has a key never loses its last member; who left is followed by a new epoch as soon as a remaining
//! member has a session.
//! **Not here:** the keys themselves (`access::membership`), leaving altogether (`leaving`).

use access::{Entry, Event, FunctionalAdministrator, NewEpoch, OfficersSecret, PrivacyOfficer, Role, Session};
use chrono::{DateTime, Utc};
use domain::{PartCode, Purpose, ReaderId, RoleName};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use seal::ReaderPublic;

use crate::{
    Store, StoreError, audit_trail,
    confirmations::{self, PROOFS, proofs, proofs_of},
    day_keys, directory, faults, recovery_file,
    store::Secrets,
    worklist::moment,
};

/// A member of a role that has a key.
pub struct MemberRow {
    /// The account.
    pub account: i64,
    /// The role.
    pub role: RoleName,
    /// Since when; `None`: he waits for a member who admits him.
    pub since: Option<DateTime<Utc>>,
    /// Who admitted him; `None`: nobody yet, set-up or the recovery kit.
    pub admitted_by: Option<i64>,
}

/// Who holds a role's key: a member of the newest epoch, or, until that is the first one's, who was named at set-up and has the
/// key under his code.
const HOLDERS: &str = "SELECT a.n FROM account a WHERE a.closed IS NULL AND (
    EXISTS(SELECT 1 FROM role_member m WHERE m.account = a.n AND m.reader = ?1
      AND m.epoch = (SELECT max(epoch) FROM role_key WHERE reader = ?1))
    OR (a.activation IS NOT NULL AND a.activation_roles & ?2 <> 0 AND (SELECT max(epoch) FROM role_key WHERE reader = ?1) = 1))";

fn holders(connection: &Connection, role: RoleName, reader: ReaderId) -> Result<Vec<i64>, StoreError> {
    let mut statement = connection.prepare_cached(HOLDERS)?;
    let rows = statement.query_map(params![reader.0, role.bit()], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether a role would be without a member if this account left it.
pub(crate) fn is_last(connection: &Connection, account: i64, role: RoleName) -> Result<bool, StoreError> {
    let Some(reader) = access::reader_of(role) else {
        // Who looks after the accounts: a role without a key, and yet somebody must be there.
        let others: i64 = connection
            .prepare_cached("SELECT count(*) FROM account WHERE closed IS NULL AND roles & ?1 <> 0 AND n <> ?2")?
            .query_row(params![role.bit(), account], |row| row.get(0))?;
        return Ok(role == RoleName::FunctionalAdministrator && others == 0);
    };
    let holders = holders(connection, role, reader)?;
    Ok(holders.contains(&account) && holders.len() == 1)
}

/// Takes an account out of a role: its keys are destroyed, and the role waits for a new epoch.
pub(crate) fn leave(
    transaction: &Transaction<'_>,
    account: i64,
    role: RoleName,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if is_last(transaction, account, role)? {
        return Err(StoreError::LastMember(role.name()));
    }
    let Some(reader) = access::reader_of(role) else { return Ok(()) };
    if holders(transaction, role, reader)?.contains(&account) {
        transaction.execute(
            "INSERT OR IGNORE INTO epoch_pending(reader, since) VALUES (?1, ?2)",
            params![reader.0, now.timestamp()],
        )?;
    }
    transaction.execute("DELETE FROM role_member WHERE account = ?1 AND reader = ?2", params![account, reader.0])?;
    Ok(())
}

impl Store {
    /// Members of the roles that have a key, and those who wait for one.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn members(&self) -> Result<Vec<MemberRow>, StoreError> {
        let mut found = Vec::new();
        for role in RoleName::ALL {
            let Some(reader) = access::reader_of(role) else { continue };
            let mut statement = self.connection.prepare_cached(
                "SELECT a.n, CASE WHEN m.account IS NULL THEN NULL ELSE coalesce(m.since, a.activated) END, m.admitted_by
                 FROM account a LEFT JOIN role_member m ON m.account = a.n AND m.reader = ?1
                    AND m.epoch = (SELECT max(epoch) FROM role_key WHERE reader = ?1)
                 WHERE a.closed IS NULL AND a.roles & ?2 <> 0 AND a.public IS NOT NULL ORDER BY a.staff",
            )?;
            let rows = statement.query_map(params![reader.0, role.bit()], |row| {
                Ok(MemberRow { account: row.get(0)?, role, since: moment(row.get(1)?), admitted_by: row.get(2)? })
            })?;
            found.extend(rows.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(found)
    }

    /// Roles whose next epoch waits for a session of a remaining member.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn epochs_pending(&self) -> Result<Vec<RoleName>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT reader FROM epoch_pending ORDER BY reader")?;
        let pending = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
        let is_pending = |role: &RoleName| access::reader_of(*role).is_some_and(|reader| pending.contains(&reader.0));
        Ok(RoleName::ALL.into_iter().filter(is_pending).collect())
    }

    /// Admits an account to the session's role. False: no privacy officer stands for the account in this role, or it is not
    /// activated.
    ///
    /// # Errors
    /// When the directory's key is not the session's own, or the store cannot be written.
    pub fn admit<R: Role>(
        &mut self,
        session: &Session<R>,
        account: i64,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut entry = self.entry_of(session, Event::MemberAdmitted, Purpose::Operation, now);
        entry.detail = Some(format!("account={account}"));
        self.write(now, |transaction, secrets| {
            must_own(transaction, secrets, session)?;
            let officer = confirmations::officer_key(transaction, secrets)?;
            let Some(proofs) = proofs_of(transaction, account)? else { return Ok(false) };
            let Some(members) = session.admit(&proofs, &officer)? else { return Ok(false) };
            for member in members {
                transaction.execute(
                    "INSERT OR REPLACE INTO role_member(account, reader, epoch, sealed, since, admitted_by)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![account, member.reader.0, member.epoch, member.sealed, now.timestamp(), session.account()],
                )?;
            }
            audit_trail::append(transaction, &entry)?;
            Ok(true)
        })
    }

    /// Changes an account's roles. It waits for a privacy officer again, since he stands for its roles; a role that was taken
    /// away is lost at once.
    ///
    /// # Errors
    /// [`StoreError::LastMember`] where a role would be left without a member. When the store cannot be written.
    pub fn set_roles(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        account: i64,
        roles: &[RoleName],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry_of(session, Event::RolesChanged, Purpose::Operation, now);
        let set = roles.iter().fold(0, |set, role| set | role.bit());
        entry.detail = Some(format!("account={account} roles={set}"));
        self.write(now, |transaction, _| {
            let before: Option<u8> = transaction
                .prepare_cached("SELECT roles FROM account WHERE n = ?1 AND closed IS NULL")?
                .query_row([account], |row| row.get(0))
                .optional()?;
            let before = before.ok_or(StoreError::NotYours)?;
            if before == set || set == 0 {
                return Ok(());
            }
            for role in RoleName::in_set(before & !set) {
                leave(transaction, account, role, now)?;
            }
            transaction.execute(
                "UPDATE account SET roles = ?2, activation_roles = activation_roles & ?2, confirmed = NULL,
                   confirmed_by = NULL, confirmation = NULL WHERE n = ?1",
                params![account, set],
            )?;
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }

    /// Makes the next epoch of the session's role, where one waits for it; the session has its key then. Gives whether it did.
    ///
    /// # Errors
    /// When the directory's key is not the session's own, or the store cannot be written: then nothing has changed.
    pub fn renew_epoch<R: Role>(&mut self, session: &mut Session<R>, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let made = self.next_epoch(session, now, |_, _, _| Ok(()))?;
        Ok(made.map(|epoch| session.adopt(epoch)).is_some())
    }

    /// As [`Store::renew_epoch`], of the privacy officers: their signing key, what they stand for, and what is sealed to them
    /// go with it.
    ///
    /// # Errors
    /// As [`Store::renew_epoch`].
    pub fn renew_officers_epoch(
        &mut self,
        session: &mut Session<PrivacyOfficer>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let officer = &*session;
        let made = self.next_epoch(officer, now, |transaction, secrets, epoch| {
            let before = confirmations::officer_key(transaction, secrets)?;
            let key = epoch.officer(officer).ok_or(StoreError::Directory(ReaderId::PRIVACY_OFFICER.0))?;
            confirm_anew(transaction, &before, epoch)?;
            confirmations::store_officer_key(transaction, &secrets.directory, &key)?;
            faults::point();
            officers_secrets_anew(transaction, officer, epoch)
        })?;
        Ok(made.map(|epoch| session.adopt(epoch)).is_some())
    }

    fn next_epoch<R: Role>(
        &mut self,
        session: &Session<R>,
        now: DateTime<Utc>,
        more: impl FnOnce(&Transaction<'_>, &Secrets, &NewEpoch) -> Result<(), StoreError>,
    ) -> Result<Option<NewEpoch>, StoreError> {
        let reader = session.reader();
        let is_pending = "SELECT EXISTS(SELECT 1 FROM epoch_pending WHERE reader = ?1)";
        if !self.connection.prepare_cached(is_pending)?.query_row([reader.0], |row| row.get::<_, bool>(0))? {
            return Ok(None);
        }
        let mut entry = self.entry_of(session, Event::EpochMade, Purpose::Operation, now);
        let made = self.write(now, |transaction, secrets| {
            must_own(transaction, secrets, session)?;
            let kit = believed_kit(transaction, session)?;
            let epoch = session.next_epoch(&stay(transaction, secrets, reader)?, kit.as_ref())?;
            let mac = secrets.directory.mac(reader, epoch.key.epoch, &epoch.key.public);
            transaction.execute(
                "INSERT INTO role_key(reader, epoch, public, mac, recovery, kit_voucher) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    reader.0,
                    epoch.key.epoch,
                    epoch.key.public.0,
                    mac,
                    epoch.key.recovery,
                    epoch.key.kit_voucher
                ],
            )?;
            faults::point();
            for (account, member) in &epoch.members {
                transaction.execute(
                    "INSERT INTO role_member(account, reader, epoch, sealed, since, admitted_by)
                     SELECT ?1, ?2, ?3, ?4, max(since), max(admitted_by) FROM role_member WHERE account = ?1 AND reader = ?2",
                    params![account, reader.0, member.epoch, member.sealed],
                )?;
                faults::point();
            }
            // For whom no privacy officer stands is no member any more: one who holds keys, and not the newest, is a sign of a swap.
            transaction.execute(
                "DELETE FROM role_member WHERE reader = ?1 AND account NOT IN
                   (SELECT account FROM role_member WHERE reader = ?1 AND epoch = ?2)",
                params![reader.0, epoch.key.epoch],
            )?;
            entry.count = Some(reader_keys_anew(transaction, session, &epoch, &entry)?);
            faults::point();
            more(transaction, secrets, &epoch)?;
            faults::point();
            transaction.execute("DELETE FROM epoch_pending WHERE reader = ?1", [reader.0])?;
            day_keys::directory_changed(transaction)?;
            entry.detail = Some(format!("{}{}", directory::EPOCH, epoch.key.epoch));
            audit_trail::append(transaction, &entry)?;
            faults::point();
            Ok::<_, StoreError>(Some(epoch))
        })?;
        faults::point();
        Ok(made)
    }
}

fn must_own<R: Role>(transaction: &Transaction<'_>, secrets: &Secrets, session: &Session<R>) -> Result<(), StoreError> {
    let public = Store::public_of(transaction, secrets, session.reader())?;
    if session.owns_newest(&public) { Ok(()) } else { Err(StoreError::Directory(session.reader().0)) }
}

/// The recovery kit that the store names, if this role's key stands for it.
fn believed_kit<R: Role>(
    transaction: &Transaction<'_>,
    session: &Session<R>,
) -> Result<Option<ReaderPublic>, StoreError> {
    let Some(kit) = recovery_file::kit_public(transaction)? else { return Ok(None) };
    let voucher: Option<Vec<u8>> = transaction
        .prepare_cached("SELECT kit_voucher FROM role_key WHERE reader = ?1 ORDER BY epoch DESC LIMIT 1")?
        .query_row([session.reader().0], |row| row.get(0))?;
    let believed = voucher.is_some_and(|voucher| session.believes_kit(&kit, &voucher));
    if believed { Ok(Some(kit)) } else { Err(StoreError::Directory(session.reader().0)) }
}

/// The members who stay: of whom the public key is authenticated, and proven to a privacy officer.
fn stay(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    reader: ReaderId,
) -> Result<Vec<(i64, ReaderPublic)>, StoreError> {
    let officer = confirmations::officer_key(transaction, secrets)?;
    let mut statement = transaction.prepare_cached(&format!(
        "SELECT {PROOFS} FROM account WHERE closed IS NULL AND public IS NOT NULL AND n IN (SELECT account FROM role_member
           WHERE reader = ?1 AND epoch = (SELECT max(epoch) FROM role_key WHERE reader = ?1))"
    ))?;
    let accounts = statement.query_map([reader.0], proofs)?.collect::<Result<Vec<_>, _>>()?;
    Ok(accounts.iter().flatten().filter_map(|account| Some((account.account, account.proven(&officer)?))).collect())
}

/// The reader keys in force, sealed to the new epoch in place of the one before; the digests of the medical manager's stand in
/// the log anew, since figures open by nothing else.
fn reader_keys_anew<R: Role>(
    transaction: &Transaction<'_>,
    session: &Session<R>,
    epoch: &NewEpoch,
    entry: &Entry,
) -> Result<u64, StoreError> {
    let reader = session.reader();
    let in_force = {
        let mut statement =
            transaction.prepare_cached("SELECT n, sealed FROM reader_key WHERE reader = ?1 ORDER BY n")?;
        let rows = statement.query_map([reader.0], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    let mut next = audit_trail::next_number(transaction)?;
    let mut entries = Vec::new();
    for (number, sealed) in &in_force {
        let anew = epoch.reseal(session, *number, sealed)?;
        let receipt = (reader == ReaderId::MEDICAL_MANAGER).then_some(next);
        transaction
            .prepare_cached("UPDATE reader_key SET sealed = ?2, receipt = ?3 WHERE n = ?1")?
            .execute(params![number, anew, receipt])?;
        faults::point();
        if receipt.is_some() {
            let digests = vec![(PartCode::Figure, seal::digest(&anew))];
            entries.push(Entry { event: Event::ReaderKeyMade, digests, ..entry.clone() });
            next += 1;
        }
    }
    if !entries.is_empty() {
        audit_trail::append_all(transaction, &entries)?;
    }
    Ok(in_force.len() as u64)
}

/// Confirmations that held by the key before hold by the new one.
fn confirm_anew(
    transaction: &Transaction<'_>,
    before: &seal::SigningPublic,
    epoch: &NewEpoch,
) -> Result<(), StoreError> {
    let accounts = {
        let mut statement = transaction.prepare_cached(&format!(
            "SELECT {PROOFS} FROM account WHERE closed IS NULL AND confirmation IS NOT NULL"
        ))?;
        let rows = statement.query_map([], proofs)?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    for account in accounts.into_iter().flatten().filter(|account| account.is_confirmed(before)) {
        transaction
            .prepare_cached("UPDATE account SET confirmation = ?2 WHERE n = ?1")?
            .execute(params![account.account, epoch.confirm(&account)])?;
        faults::point();
    }
    Ok(())
}

fn officers_secrets_anew(
    transaction: &Transaction<'_>,
    session: &Session<PrivacyOfficer>,
    epoch: &NewEpoch,
) -> Result<(), StoreError> {
    for kind in ["first_mac_key", "pseudonym_past"] {
        let secret = |number| match kind {
            "first_mac_key" => OfficersSecret::FirstMacKey(number),
            _ => OfficersSecret::Pseudonym(number),
        };
        let rows = {
            let mut statement = transaction.prepare_cached("SELECT number, wrapped FROM secret WHERE kind = ?1")?;
            let rows = statement.query_map([kind], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
            rows.collect::<Result<Vec<_>, _>>()?
        };
        for (number, sealed) in rows {
            let anew = epoch.reseal_secret(session, secret(number), &sealed)?;
            transaction.execute(
                "UPDATE secret SET wrapped = ?3 WHERE kind = ?1 AND number = ?2",
                params![kind, number, anew],
            )?;
            faults::point();
        }
    }
    Ok(())
}
