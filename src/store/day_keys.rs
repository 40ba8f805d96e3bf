//! The reader keys of this process and day: made when first needed, sealed to their readers, forgotten at midnight.
//!
//! **Invariant:** a key lives in memory until the day of its making ends (Europe/Amsterdam) or the process does.

use std::collections::HashMap;

use access::{Entry, Event};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Amsterdam;
use domain::{PartCode, ReaderId};
use rusqlite::{OptionalExtension, Transaction, params};
use seal::{Digest, ReaderKey};

use crate::{Store, StoreError, audit_trail, directory, store::Secrets};

#[derive(Default)]
pub(crate) struct DayKeys {
    day: Option<NaiveDate>,
    keys: HashMap<ReaderId, ReaderKey>,
    /// Which public keys they were sealed to.
    directory: Option<i64>,
    /// Whose key a member found swapped: nothing is sealed, to nobody.
    stopped: Option<i64>,
    /// What the store was when the roles' public keys were last held against their authentication; it changes when another process writes.
    authenticated_at: Option<i64>,
    /// Keys of the medical manager made in this transaction, with their digests: their entries are still to be written.
    unlogged: Vec<(u32, Digest)>,
}

impl DayKeys {
    /// Forgets yesterday's keys; true when there was a yesterday.
    pub(crate) fn turn(&mut self, now: DateTime<Utc>) -> bool {
        let today = now.with_timezone(&Amsterdam).date_naive();
        let turned = self.day.is_some_and(|day| day != today);
        if self.day != Some(today) {
            self.keys = HashMap::new();
            seal::wipe_stack();
            self.day = Some(today);
            // The connection may be another from here on, which counts by itself.
            self.authenticated_at = None;
        }
        turned
    }

    /// Forgets keys that were sealed to public keys which have been replaced since: of a role's epoch before, or of an account
    /// that was closed or made anew. Called at the beginning of each transaction.
    ///
    /// # Errors
    /// [`StoreError::KeySwapped`] as long as a member's word stands that a public key is not his own, [`StoreError::Directory`] where a role's
    /// is not authenticated: also in a process whose keys of the day were made before it was exchanged.
    pub(crate) fn heed_directory(
        &mut self,
        transaction: &Transaction<'_>,
        secrets: &Secrets,
    ) -> Result<(), StoreError> {
        let version = directory_version(transaction)?;
        if self.directory != Some(version) {
            if self.directory.is_some() {
                self.keys.clear();
                seal::wipe_stack();
            }
            self.stopped = directory::swapped_reader(transaction)?;
            self.directory = Some(version);
        }
        if let Some(reader) = self.stopped {
            return Err(StoreError::KeySwapped(reader));
        }
        let written = transaction.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        if self.authenticated_at != Some(written) {
            self.authenticated_at = None;
            for (role, _) in directory::ROLES {
                Store::public_of(transaction, secrets, role)?;
            }
            self.authenticated_at = Some(written);
        }
        Ok(())
    }

    /// Forgets all keys: those made in a transaction that was not committed stand in no row.
    pub(crate) fn forget(&mut self) {
        self.keys.clear();
        self.unlogged.clear();
    }

    /// The entries of the medical manager's keys made in this transaction, from number `next` on; each made like `entry`.
    pub(crate) fn log_made(
        &mut self,
        transaction: &Transaction<'_>,
        entry: &Entry,
        mut next: u64,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut entries = Vec::new();
        for (number, digest) in self.unlogged.drain(..) {
            transaction
                .prepare_cached("UPDATE reader_key SET receipt = ?2 WHERE n = ?1")?
                .execute(params![number, next])?;
            let digests = vec![(PartCode::Figure, digest)];
            entries.push(Entry { event: Event::ReaderKeyMade, digests, ..entry.clone() });
            next += 1;
        }
        Ok(entries)
    }

    /// The key of a reader, made now if there is none yet today.
    pub(crate) fn of<'a>(
        &'a mut self,
        transaction: &Transaction<'_>,
        secrets: &Secrets,
        reader: ReaderId,
    ) -> Result<&'a ReaderKey, StoreError> {
        if !self.keys.contains_key(&reader) {
            let public = Store::public_of(transaction, secrets, reader)?;
            let last: u32 = transaction
                .prepare_cached("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'reader_key'")?
                .query_row([], |row| row.get(0))?;
            let key = ReaderKey::generate(reader, last + 1)?;
            let made = self.day.unwrap_or_default().signed_duration_since(NaiveDate::default()).num_days();
            let sealed = key.sealed_to(&public)?;
            transaction
                .prepare_cached("INSERT INTO reader_key(n, reader, made, sealed) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![key.number(), reader.0, made, sealed])?;
            if reader == ReaderId::MEDICAL_MANAGER {
                self.unlogged.push((key.number(), seal::digest(&sealed)));
            }
            self.keys.insert(reader, key);
        }
        self.keys.get(&reader).ok_or(StoreError::Directory(reader.0))
    }
}

/// The sealed reader key of a number, if the log has its digest: figures have none of their own, and nobody but a process
/// that received can have sealed under such a key.
pub(crate) fn sealed_and_logged(connection: &rusqlite::Connection, number: u32) -> Result<Vec<u8>, StoreError> {
    let (sealed, receipt) = connection
        .prepare_cached("SELECT sealed, receipt FROM reader_key WHERE n = ?1")?
        .query_row([number], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Option<u64>>(1)?)))?;
    let entry = audit_trail::receipt(connection, receipt.ok_or(StoreError::Tampered)?)?;
    if access::entry_digest(&entry.body, PartCode::Figure)? == Some(seal::digest(&sealed)) {
        Ok(sealed)
    } else {
        Err(StoreError::Tampered)
    }
}

/// The sealed reader key of a number.
pub(crate) fn sealed(connection: &rusqlite::Connection, number: u32) -> Result<Vec<u8>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT sealed FROM reader_key WHERE n = ?1")?
        .query_row([number], |row| row.get(0))?)
}

const DIRECTORY_VERSION: &str = "directory_version";

fn directory_version(transaction: &Transaction<'_>) -> Result<i64, StoreError> {
    let version = transaction
        .prepare_cached("SELECT CAST(value AS INTEGER) FROM setting WHERE key = ?1")?
        .query_row([DIRECTORY_VERSION], |row| row.get(0))
        .optional()?;
    Ok(version.unwrap_or(0))
}

/// Public keys of the directory were replaced: every receiving process makes its reader keys anew.
pub(crate) fn directory_changed(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO setting VALUES (?1, '1') ON CONFLICT DO UPDATE SET value = CAST(value AS INTEGER) + 1",
        [DIRECTORY_VERSION],
    )?;
    Ok(())
}
