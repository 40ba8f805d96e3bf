//! One snapshot in its plainest form: encrypted under a key of its own, opened again to prove it; and putting it back.
//!
//! **Invariant:** a snapshot holds no MAC key; putting it back never overwrites a store.

use std::path::Path;

use access::{Authorisation, Event};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::backup::Backup;
use seal::{RootSecret, SealError, Secret32, WrappingKey};

use crate::{Store, StoreError, connection, place};

const KEY_KIND: &str = "backup";

fn key_file(snapshot: &Path) -> std::path::PathBuf {
    let mut name = snapshot.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

fn hex(secret: &Secret32) -> zeroize::Zeroizing<String> {
    // REVEAL: as SQLCipher's raw key of the snapshot.
    zeroize::Zeroizing::new(data_encoding::HEXLOWER.encode(secret.expose()))
}

fn wrapped_key(snapshot: &Path, wrapping: &WrappingKey) -> Result<Secret32, StoreError> {
    let file = key_file(snapshot);
    let wrapped = std::fs::read(&file).map_err(|e| StoreError::io(&file, &e))?;
    let secret = wrapping.unwrap_secret(KEY_KIND, 1, &wrapped).map_err(|_| StoreError::WrongKeyOrDamaged)?;
    Ok(Secret32::from_bytes(&secret)?)
}

impl Store {
    /// Writes one encrypted snapshot and opens it again. Its key, wrapped under the root secret, lies beside it.
    ///
    /// # Errors
    /// When there is a file already, the disk refuses, or the snapshot does not open.
    pub fn backup(&mut self, root: &RootSecret, snapshot: &Path, now: DateTime<Utc>) -> Result<u64, StoreError> {
        if snapshot.exists() {
            return Err(StoreError::Exists(snapshot.to_path_buf()));
        }
        let secret = Secret32::random()?;
        let wrapping = root.wrapping_key();
        // REVEAL: the snapshot's key, wrapped.
        let wrapped = wrapping.wrap_secret(KEY_KIND, 1, secret.expose())?;
        {
            let mut target = connection::open(snapshot, &hex(&secret), true)?;
            let backup = Backup::new(&self.connection, &mut target)?;
            backup.run_to_completion(4096, std::time::Duration::ZERO, None)?;
        }
        {
            let target = connection::open(snapshot, &hex(&secret), false)?;
            target.execute("UPDATE counter SET value = NULL WHERE kind = 0", [])?;
            target.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        std::fs::write(key_file(snapshot), wrapped).map_err(|e| StoreError::io(snapshot, &e))?;
        let records = verified(snapshot, &wrapped_key(snapshot, &wrapping)?)?;
        let mut entry = self.entry(now, Event::BackedUp, Purpose::Operation);
        entry.authorisation = Authorisation::CommandLine;
        entry.count = Some(records);
        self.log(&entry)?;
        Ok(records)
    }

    /// Puts a snapshot back into a folder without a store, starts a new MAC segment, purges before anything is shown.
    ///
    /// # Errors
    /// When there is a store already, or the snapshot does not open.
    pub fn restore(
        folder: &Path,
        root: &RootSecret,
        snapshot: &Path,
        origin: crate::Origin,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        place::check(folder)?;
        let file = place::database(folder);
        if file.exists() {
            return Err(StoreError::Exists(folder.to_path_buf()));
        }
        if !snapshot.exists() {
            return Err(StoreError::Absent(snapshot.to_path_buf()));
        }
        place::make(folder)?;
        let secret = wrapped_key(snapshot, &root.wrapping_key())?;
        verified(snapshot, &secret)?;
        let half = folder.join("terugblik.db.new");
        let _ = std::fs::remove_file(&half);
        let source = connection::open(snapshot, &hex(&secret), false)?;
        {
            let mut target = connection::open(&half, &root.sqlcipher_key(), true)?;
            Backup::new(&source, &mut target)?.run_to_completion(4096, std::time::Duration::ZERO, None)?;
        }
        {
            let mut target = connection::open(&half, &root.sqlcipher_key(), false)?;
            restart_log(&mut target)?;
            target.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        std::fs::rename(&half, &file).map_err(|e| StoreError::io(&file, &e))?;
        let mut store = Self::open(folder, root, origin, now)?;
        let mut entry = store.entry(now, Event::Restored, Purpose::Operation);
        entry.authorisation = Authorisation::CommandLine;
        entry.count = Some(store.log_length()?);
        store.log(&entry)?;
        store.purge(now)?;
        Ok(store)
    }
}

fn verified(snapshot: &Path, secret: &Secret32) -> Result<u64, StoreError> {
    let connection = connection::open(snapshot, &hex(secret), false)?;
    let fine: String = connection.query_row("PRAGMA quick_check", [], |row| row.get(0))?;
    if fine != "ok" {
        return Err(StoreError::WrongKeyOrDamaged);
    }
    Ok(connection.query_row("SELECT count(*) FROM message", [], |row| row.get(0))?)
}

// A new MAC segment: its first key is random and sealed to the privacy officer, as at set-up.
fn restart_log(connection: &mut rusqlite::Connection) -> Result<(), StoreError> {
    let transaction = connection.transaction()?;
    let key = seal::MacKey::first()?;
    let officer: [u8; 32] = transaction.query_row(
        "SELECT public FROM role_key WHERE reader = ?1 ORDER BY epoch DESC LIMIT 1",
        [domain::ReaderId::PRIVACY_OFFICER.0],
        |row| row.get(0),
    )?;
    let segment: u32 =
        transaction
            .query_row("SELECT max(number) + 1 FROM secret WHERE kind = 'first_mac_key'", [], |row| row.get(0))?;
    let sealed = access::seal_first_mac_key(&seal::ReaderPublic(officer), segment, &key)
        .map_err(|error: SealError| StoreError::from(error))?;
    let from: i64 = transaction.query_row("SELECT coalesce(max(n), 0) + 1 FROM audit", [], |row| row.get(0))?;
    transaction.execute("INSERT INTO secret VALUES ('first_mac_key', ?1, ?2)", rusqlite::params![segment, sealed])?;
    transaction.execute(
        "INSERT INTO setting VALUES ('mac_segment_' || ?1, ?2)",
        rusqlite::params![segment, from.to_string()],
    )?;
    crate::audit_trail::set_mac_key(&transaction, &key)?;
    transaction.commit()?;
    Ok(())
}
