//! Accounts: rows and their keys as `access` reads them; activation.

use access::{AccountKeys, Activation, Authorisation, Event, RoleMember};
use chrono::{DateTime, Utc};
use domain::{Purpose, ReaderId};
use rusqlite::{OptionalExtension, params};
use seal::ReaderPublic;

use crate::{Store, StoreError, audit_trail, confirmations, faults, worklist::moment};

impl Store {
    /// The keys of an account, by staff number; closed accounts are unknown.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn account_keys(&self, staff: &str) -> Result<Option<AccountKeys>, StoreError> {
        let row = self
            .connection
            .prepare_cached(
                "SELECT n, staff, name, roles, public, private_sealed, activation, activation_until,
                   second_factor, second_factor_step, personal_sheet
                 FROM account WHERE staff = ?1 AND closed IS NULL",
            )?
            .query_row([staff.trim()], |row| {
                Ok(AccountKeys {
                    account: row.get(0)?,
                    staff: row.get(1)?,
                    name: row.get(2)?,
                    roles: row.get(3)?,
                    public: row.get::<_, Option<[u8; 32]>>(4)?.map(ReaderPublic),
                    private_sealed: row.get(5)?,
                    members: Vec::new(),
                    activation: row.get(6)?,
                    activation_until: moment(row.get(7)?),
                    second_factor: row.get(8)?,
                    second_factor_step: row.get(9)?,
                    personal_sheet: row.get(10)?,
                })
            })
            .optional()?;
        let Some(mut keys) = row else { return Ok(None) };
        let mut members =
            self.connection.prepare_cached("SELECT reader, epoch, sealed FROM role_member WHERE account = ?1")?;
        keys.members = members
            .query_map([keys.account], |row| {
                Ok(RoleMember { reader: ReaderId(row.get(0)?), epoch: row.get(1)?, sealed: row.get(2)? })
            })?
            .collect::<Result<_, _>>()?;
        Ok(Some(keys))
    }

    /// Stores an activation in place of its code, and forgets failures; what waited for this account is due.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] where it was activated since, or its code is too old. When the store cannot be written.
    pub fn store_activation(&mut self, account: i64, made: &Activation, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut entry = self.entry(now, Event::Activated, Purpose::Entry);
        entry.user = Some(account);
        entry.authorisation = Authorisation::OwnAccount;
        self.write(now, |transaction, secrets| {
            let mac = secrets.directory.mac(ReaderId::professional(account), 0, &made.public);
            let changed = transaction.execute(
                "UPDATE account SET public = ?2, public_mac = ?3, private_sealed = ?4, activation = NULL,
                   activation_until = NULL, activated = ?5, activation_proof = ?6, second_factor = ?7,
                   second_factor_step = ?8, personal_sheet = ?9, failures = 0, failed_at = NULL
                 WHERE n = ?1 AND closed IS NULL AND activation IS NOT NULL AND coalesce(activation_until, ?5) >= ?5",
                params![
                    account,
                    made.public.0,
                    mac,
                    made.private_sealed,
                    now.timestamp(),
                    made.proof,
                    made.second_factor,
                    made.second_factor_step,
                    made.personal_sheet,
                ],
            )?;
            if changed != 1 {
                return Err(StoreError::NotYours);
            }
            faults::point();
            for member in &made.members {
                // Keys of epochs that have passed since the code was made are no membership: a member admits again.
                let newest = made.members.iter().filter(|other| other.reader == member.reader).map(|m| m.epoch).max();
                transaction.execute(
                    "INSERT INTO role_member(account, reader, epoch, sealed)
                     SELECT ?1, ?2, ?3, ?4 WHERE ?5 = (SELECT max(epoch) FROM role_key WHERE reader = ?2)",
                    params![account, member.reader.0, member.epoch, member.sealed, newest],
                )?;
                faults::point();
            }
            confirmations::is_due(transaction, account)?;
            faults::point();
            audit_trail::append(transaction, &entry)?;
            faults::point();
            Ok::<_, StoreError>(())
        })?;
        faults::point();
        Ok(())
    }

    /// Stores a private key that was sealed anew under a dearer derivation, in place of that of `record`; another that took its
    /// place since stays.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn store_renewed_private(
        &mut self,
        record: &AccountKeys,
        private_sealed: &[u8],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry(now, Event::PrivateKeyRenewed, Purpose::Entry);
        entry.user = Some(record.account);
        entry.authorisation = Authorisation::OwnAccount;
        self.write(now, |transaction, _| {
            let changed = transaction.execute(
                "UPDATE account SET private_sealed = ?2 WHERE n = ?1 AND private_sealed = ?3",
                params![record.account, private_sealed, record.private_sealed],
            )?;
            if changed == 1 {
                audit_trail::append(transaction, &entry)?;
            }
            Ok(())
        })
    }
}
