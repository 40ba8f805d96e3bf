//! Whose public key in the directory was exchanged (DESIGN §4): what receiving and signing in refuse, told to those who can act.
//!
//! **Invariant:** a role or a staff number is named, and nobody by name.
//! **Invariant:** a role's key is of the epoch that the log tells of last.
//! **Not here:** a session that compares the key with its own (`access::SignedIn::owns`).

use access::{Authorisation, Entry, Event};
use chrono::{DateTime, Utc};
use domain::{Purpose, ReaderId, RoleName};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use seal::ReaderPublic;
use serde::Serialize;

use crate::{Store, StoreError, audit_trail, day_keys, store::Secrets};

/// Whose key it is.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum KeyOwner {
    /// A role's.
    Role(RoleName),
    /// The receiving process's, for what waits.
    Routing,
    /// A professional's, by staff number.
    Staff(String),
}

pub(crate) const ROLES: [(ReaderId, KeyOwner); 4] = [
    (ReaderId::ADMINISTRATION, KeyOwner::Role(RoleName::Administration)),
    (ReaderId::MEDICAL_MANAGER, KeyOwner::Role(RoleName::MedicalManager)),
    (ReaderId::PRIVACY_OFFICER, KeyOwner::Role(RoleName::PrivacyOfficer)),
    (ReaderId::ROUTING, KeyOwner::Routing),
];

/// Of a reader whose session found another key than its own: one that the directory key authenticates all the same.
const SWAPPED: &str = "key_swapped ";

fn setting(reader: ReaderId) -> String {
    format!("{SWAPPED}{}", reader.0)
}

/// A reader whose session found another key than its own; what receives seals nothing while there is one.
pub(crate) fn swapped_reader(transaction: &Transaction<'_>) -> Result<Option<i64>, StoreError> {
    let found = transaction
        .prepare_cached(
            "SELECT CAST(substr(key, 13) AS INTEGER) FROM setting WHERE key >= 'key_swapped ' AND key < 'key_swapped!'",
        )?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(found)
}

/// What a session found of a reader's key does not hold any more: the key was destroyed, or put right by the kit.
pub(crate) fn mended(transaction: &Transaction<'_>, reader: ReaderId, entry: &Entry) -> Result<(), StoreError> {
    if transaction.execute("DELETE FROM setting WHERE key = ?1", [setting(reader)])? == 1 {
        let entry = Entry { event: Event::KeyMended, digests: Vec::new(), count: None, ..entry.clone() };
        audit_trail::append(transaction, &Entry { detail: Some(format!("reader={}", reader.0)), ..entry })?;
        day_keys::directory_changed(transaction)?;
    }
    Ok(())
}

/// The officers' signing key was put right by the kit.
pub(crate) fn signing_key_mended(transaction: &Transaction<'_>, entry: &Entry) -> Result<(), StoreError> {
    let reader = ReaderId::PRIVACY_OFFICER.0;
    let entry = Entry { event: Event::KeyMended, digests: Vec::new(), count: None, ..entry.clone() };
    audit_trail::append(transaction, &Entry { detail: Some(format!("reader={reader} signing")), ..entry })?;
    day_keys::directory_changed(transaction)
}

pub(crate) const EPOCH: &str = "epoch=";

/// The newest epoch of a role that its members made, as the log tells it; 1 is set-up's. Who deletes the newest key from the
/// directory leaves the one before it, authenticated and of somebody who has left; who adds one has no entry for it.
pub(crate) fn newest_in_log(connection: &Connection, reader: ReaderId) -> Result<u32, StoreError> {
    // `audit_epoch` holds these few entries. Event::EpochMade
    let mut find = connection.prepare_cached("SELECT body FROM audit WHERE event = 92 ORDER BY n DESC")?;
    let mut rows = find.query([])?;
    while let Some(row) = rows.next()? {
        let entry = Entry::from_bytes(row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?)?;
        if entry.role.and_then(access::reader_of) == Some(reader) {
            let epoch = entry.detail.as_deref().and_then(|detail| detail.strip_prefix(EPOCH)?.parse().ok());
            return epoch.ok_or(StoreError::Directory(reader.0));
        }
    }
    Ok(1)
}

impl Store {
    /// The public key that the directory gives for a reader, authenticated: a session compares it with its own.
    ///
    /// # Errors
    /// When the reader has none, or it is not authenticated.
    pub fn directory_key(&self, reader: ReaderId) -> Result<ReaderPublic, StoreError> {
        Self::public_of(&self.connection, &self.secrets, reader)
    }

    /// The public key of a reader: the newest epoch of a role, or a professional's own; authenticated.
    pub(crate) fn public_of(
        connection: &Connection,
        secrets: &Secrets,
        reader: ReaderId,
    ) -> Result<ReaderPublic, StoreError> {
        let row = match reader.account() {
            None => connection
                .prepare_cached(
                    "SELECT epoch, public, mac FROM role_key WHERE reader = ?1 ORDER BY epoch DESC LIMIT 1",
                )?
                .query_row([reader.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))),
            Some(account) => connection
                .prepare_cached("SELECT 0, public, public_mac FROM account WHERE n = ?1 AND public IS NOT NULL")?
                .query_row([account], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))),
        };
        let (epoch, public, mac): (u32, [u8; 32], [u8; 32]) = row.map_err(|_| StoreError::Directory(reader.0))?;
        let public = ReaderPublic(public);
        let is_role = reader.account().is_none() && reader != ReaderId::ROUTING;
        let is_newest = !is_role || epoch == newest_in_log(connection, reader)?;
        if is_newest && secrets.directory.mac(reader, epoch, &public) == mac {
            Ok(public)
        } else {
            Err(StoreError::Directory(reader.0))
        }
    }

    /// Whose public key is not authenticated, or was not the own key of the member who last signed in.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn swapped_keys(&self) -> Result<Vec<KeyOwner>, StoreError> {
        let mut accounts =
            self.connection.prepare_cached("SELECT n, staff FROM account WHERE public IS NOT NULL ORDER BY staff")?;
        let staff =
            accounts.query_map([], |row| Ok((ReaderId::professional(row.get(0)?), KeyOwner::Staff(row.get(1)?))))?;
        let mut swapped = Vec::new();
        for one in ROLES.into_iter().map(Ok).chain(staff) {
            let (reader, owner) = one?;
            // The officers' directory entry is two keys: to seal to, and to sign with.
            let signing =
                || if reader == ReaderId::PRIVACY_OFFICER { self.officer_signing_key().map(|_| ()) } else { Ok(()) };
            let authenticated = match self.directory_key(reader).and_then(|_| signing()) {
                Ok(()) => true,
                Err(StoreError::Directory(_)) => false,
                Err(error) => return Err(error),
            };
            if !authenticated || self.text_setting(&setting(reader))?.is_some() {
                swapped.push(owner);
            }
        }
        Ok(swapped)
    }

    /// Keeps what a session of `who` (account and role) found when it compared its reader's key in the directory with its own:
    /// from then on nothing is received, until a session finds the key right, the account's keys are destroyed, or the kit is
    /// used. Both are in the log.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn key_compared(
        &mut self,
        reader: ReaderId,
        own: bool,
        who: (i64, RoleName),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let key = setting(reader);
        if own && self.text_setting(&key)?.is_none() {
            return Ok(());
        }
        let mut entry = self.entry(now, Event::KeySwapped, Purpose::Entry);
        (entry.user, entry.role) = (Some(who.0), Some(who.1));
        entry.authorisation = Authorisation::OwnAccount;
        self.write(now, |transaction, _| {
            if own {
                return mended(transaction, reader, &entry);
            }
            let since = params![key, now.timestamp().to_string()];
            if transaction.execute("INSERT OR IGNORE INTO setting VALUES (?1, ?2)", since)? == 1 {
                day_keys::directory_changed(transaction)?;
            }
            entry.detail = Some(format!("reader={}", reader.0));
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }
}
