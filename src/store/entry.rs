//! Coming in: tries are counted before anything is derived, a code works once, and what stands under a passphrase is renewed.
//!
//! **Invariant:** a try counts as a failure in the store, for every process to see, until it has come in.
//! **Invariant:** a name that no account has waits as an account does: whether it exists cannot be seen from the wait.
//! **Not here:** how long a wait is, and what is derived (`access`).

use access::{AccountKeys, Admitted, Attempt, Authorisation, Event, LockOut, Proven, Renewal};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::{OptionalExtension, Transaction, params};
use seal::FingerprintKey;

use crate::{Store, StoreError, audit_trail, worklist::moment};

// LIMIT: names without an account that are remembered; the oldest go first, so that typing names does not fill the disk.
const UNKNOWN_MAX: u32 = 1000;

/// Whose tries are counted.
enum Name {
    Account(i64),
    Unknown(i64),
}

/// A name as a number that says nothing of it without the key: people type a passphrase there by mistake.
fn hidden(key: &FingerprintKey, name: &str) -> i64 {
    let hash = key.fingerprint(&[b"unknown-entry/", name.as_bytes()].concat());
    let mut first = [0; 8];
    first.copy_from_slice(&hash[..8]);
    i64::from_be_bytes(first)
}

impl Name {
    fn find(transaction: &Transaction<'_>, key: &FingerprintKey, staff: &str) -> Result<(Self, LockOut), StoreError> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok((row.get(0)?, LockOut { failures: row.get(1)?, failed_at: moment(row.get(2)?) }))
        };
        let account = transaction
            .prepare_cached("SELECT n, failures, failed_at FROM account WHERE staff = ?1 AND closed IS NULL")?
            .query_row([staff], read)
            .optional()?;
        if let Some((account, lock_out)) = account {
            return Ok((Self::Account(account), lock_out));
        }
        let name = hidden(key, staff);
        let known = transaction
            .prepare_cached("SELECT name, failures, failed_at FROM unknown_entry WHERE name = ?1")?
            .query_row([name], read)
            .optional()?;
        Ok((Self::Unknown(name), known.map(|(_, lock_out)| lock_out).unwrap_or_default()))
    }

    fn keep(&self, transaction: &Transaction<'_>, lock_out: LockOut) -> Result<(), StoreError> {
        let at = lock_out.failed_at.map(|at| at.timestamp());
        match self {
            Self::Account(n) => {
                let sql = "UPDATE account SET failures = ?2, failed_at = ?3 WHERE n = ?1";
                transaction.prepare_cached(sql)?.execute(params![n, lock_out.failures, at])?;
            }
            Self::Unknown(name) => {
                transaction
                    .prepare_cached(
                        "INSERT OR REPLACE INTO unknown_entry(name, failures, failed_at) VALUES (?1, ?2, ?3)",
                    )?
                    .execute(params![name, lock_out.failures, at])?;
                transaction
                    .prepare_cached(
                        "DELETE FROM unknown_entry WHERE name NOT IN
                           (SELECT name FROM unknown_entry ORDER BY failed_at DESC, name LIMIT ?1)",
                    )?
                    .execute([UNKNOWN_MAX])?;
            }
        }
        Ok(())
    }
}

impl Store {
    /// Counts a try at a name as a failure, before it is tried; [`Store::enter`] and [`Store::store_renewal`] forget failures.
    /// `Some`: it may not be tried before that moment, and that is logged.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_entry(&mut self, staff: &str, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut entry = self.entry(now, Event::SignInLockedOut, Purpose::Entry);
        entry.authorisation = Authorisation::OwnAccount;
        self.write(now, |transaction, secrets| {
            let (name, before) = Name::find(transaction, &secrets.fingerprint, staff.trim())?;
            match before.attempt(now) {
                Attempt::Counted(lock_out) => {
                    name.keep(transaction, lock_out)?;
                    Ok(None)
                }
                Attempt::Wait { until, lock_out } => {
                    name.keep(transaction, lock_out)?;
                    if let Name::Account(account) = name {
                        entry.user = Some(account);
                    }
                    audit_trail::append(transaction, &entry)?;
                    Ok(Some(until))
                }
            }
        })
    }

    /// Lets in who was proven, and forgets his failures. `None`: the code was used in the meantime, by another process too.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn enter(&mut self, proven: Proven, now: DateTime<Utc>) -> Result<Option<Admitted>, StoreError> {
        let changed = self.write(now, |transaction, _| {
            let sql = "UPDATE account SET failures = 0, failed_at = NULL, second_factor_step = coalesce(?2, second_factor_step)
                       WHERE n = ?1 AND closed IS NULL AND (?2 IS NULL OR coalesce(second_factor_step, -1) < ?2)";
            Ok::<_, StoreError>(transaction.prepare_cached(sql)?.execute(params![proven.account(), proven.step()])?)
        })?;
        Ok((changed == 1).then(|| proven.admitted()))
    }

    /// Stores new values in place of those of `record`, and forgets failures. `event` tells what was renewed.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] where they were replaced since: a sheet works once. When the store cannot be written.
    pub fn store_renewal(
        &mut self,
        record: &AccountKeys,
        renewal: &Renewal,
        event: Event,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry(now, event, Purpose::Entry);
        entry.user = Some(record.account);
        entry.authorisation = Authorisation::OwnAccount;
        let (factor, step) = match &renewal.second_factor {
            Some((sealed, step)) => (Some(sealed), *step),
            None => (None, record.second_factor_step),
        };
        self.write(now, |transaction, _| {
            let changed = transaction.execute(
                "UPDATE account SET private_sealed = coalesce(?2, private_sealed), second_factor = coalesce(?3, second_factor),
                   second_factor_step = CASE WHEN ?3 IS NULL THEN second_factor_step ELSE ?4 END,
                   personal_sheet = coalesce(?5, personal_sheet), failures = 0, failed_at = NULL
                 WHERE n = ?1 AND closed IS NULL AND private_sealed IS ?6 AND second_factor IS ?7 AND personal_sheet IS ?8",
                params![
                    record.account,
                    renewal.private_sealed,
                    factor,
                    step,
                    renewal.personal_sheet,
                    record.private_sealed,
                    record.second_factor,
                    record.personal_sheet,
                ],
            )?;
            if changed != 1 {
                return Err(StoreError::NotYours);
            }
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }
}
