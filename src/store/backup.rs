//! One snapshot in its plainest form: encrypted under a key of its own, opened again to prove it; and putting it back.
//!
//! **Invariant:** a snapshot holds no MAC key; putting it back never overwrites a store.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use access::{Authorisation, Event};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::backup::Backup;
use seal::{RootSecret, Secret32, WrappingKey};
use zeroize::Zeroizing;

use crate::{
    Store, StoreError, audit_trail, connection, place, recovery_file, rotation,
    store::{Secrets, Settings, read_settings},
    system,
};

const KEY_KIND: &str = "backup";
const KEY_BYTES: usize = 32;

fn key_file(snapshot: &Path) -> std::path::PathBuf {
    let mut name = snapshot.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

fn hex(secret: &Secret32) -> zeroize::Zeroizing<String> {
    // REVEAL: as SQLCipher's raw key of the snapshot.
    zeroize::Zeroizing::new(data_encoding::HEXLOWER.encode(secret.expose()))
}

/// What opens a snapshot: its own key, and the key that its table `secret` is wrapped under, which a rotation leaves as it was.
struct Keys {
    own: Secret32,
    wrapping: WrappingKey,
}

impl Keys {
    fn wrapped_beside(snapshot: &Path, wrapping: &WrappingKey) -> Result<Self, StoreError> {
        let file = key_file(snapshot);
        let wrapped = std::fs::read(&file).map_err(|e| StoreError::io(&file, &e))?;
        let secret = wrapping.unwrap_secret(KEY_KIND, 1, &wrapped);
        let secret = secret.map_err(|_| StoreError::Snapshot(snapshot.to_path_buf()))?;
        let (own, of_secrets) = secret.split_at_checked(KEY_BYTES).ok_or(StoreError::Tampered)?;
        Ok(Self { own: Secret32::from_bytes(own)?, wrapping: WrappingKey::from_bytes(of_secrets)? })
    }

    fn wrapped(&self, wrapping: &WrappingKey) -> Result<Vec<u8>, StoreError> {
        let mut both = Zeroizing::new(Vec::with_capacity(2 * KEY_BYTES));
        // REVEAL: the snapshot's keys, wrapped.
        both.extend_from_slice(self.own.expose());
        both.extend_from_slice(self.wrapping.expose());
        Ok(wrapping.wrap_secret(KEY_KIND, 1, &both)?)
    }
}

/// Writes a snapshot under a key of its own, which lies wrapped beside it, and opens it again. Gives the number of records.
fn snapshot_of(connection: &rusqlite::Connection, root: &RootSecret, snapshot: &Path) -> Result<u64, StoreError> {
    if snapshot.exists() || key_file(snapshot).exists() {
        return Err(StoreError::Exists(snapshot.to_path_buf()));
    }
    place::new_private(snapshot)?;
    let made = write_snapshot(connection, root, snapshot).map_err(|error| error.about(snapshot));
    if made.is_err() {
        // Nothing half written stays.
        place::remove_half(snapshot);
        let _ = std::fs::remove_file(key_file(snapshot));
    }
    made
}

fn write_snapshot(connection: &rusqlite::Connection, root: &RootSecret, snapshot: &Path) -> Result<u64, StoreError> {
    let wrapping = root.wrapping_key();
    let keys = Keys { own: Secret32::random()?, wrapping: root.wrapping_key() };
    let (secret, wrapped) = (&keys.own, keys.wrapped(&wrapping)?);
    {
        let mut target = connection::open(snapshot, &hex(secret), true)?;
        let backup = Backup::new(connection, &mut target)?;
        backup.run_to_completion(4096, std::time::Duration::ZERO, None)?;
    }
    {
        let target = connection::open(snapshot, &hex(secret), false)?;
        target.execute("UPDATE counter SET value = NULL WHERE kind = 0", [])?;
        connection::truncate_log(&target)?;
    }
    let key = key_file(snapshot);
    place::new_private(&key)?;
    std::fs::write(&key, wrapped).map_err(|e| StoreError::io(&key, &e))?;
    verified(snapshot, &Keys::wrapped_beside(snapshot, &wrapping)?.own)
}

/// The kit's file beside a snapshot: of the kit that was in force when it was made.
fn kit_file(snapshot: &Path) -> PathBuf {
    let mut beside = snapshot.as_os_str().to_owned();
    beside.push(".recovery.sealed");
    beside.into()
}

/// Replaces a file beside a snapshot whole, and only one's own: another account could not read what takes its place.
fn replace_own(file: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let failed = |e: std::io::Error| StoreError::io(file, &e);
    let before = std::fs::metadata(file).map_err(failed)?;
    if !system::may_replace(&before) {
        return Err(StoreError::of_kind(file, ErrorKind::PermissionDenied));
    }
    let mut half = file.as_os_str().to_owned();
    half.push(".half");
    let half = PathBuf::from(half);
    let _ = std::fs::remove_file(&half);
    place::new_private(&half)?;
    let written = std::fs::write(&half, bytes)
        .and_then(|()| system::make_alike(&half, &before))
        .and_then(|()| place::sync_file(&half))
        .and_then(|()| std::fs::rename(&half, file));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&half);
        failed(error)
    })?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    place::sync_folder(folder)
}

/// The snapshots that were made from this store, whether or not they are still there.
pub(crate) fn snapshots(connection: &rusqlite::Connection) -> Result<Vec<PathBuf>, StoreError> {
    let mut find = connection.prepare("SELECT path FROM snapshot ORDER BY at")?;
    let rows = find.query_map([], |row| row.get::<_, String>(0))?;
    Ok(rows.map(|path| path.map(PathBuf::from)).collect::<Result<_, _>>()?)
}

/// Wraps the keys of the snapshots anew, those beside the store from before migrations too. One that is done already stays as
/// it is. Gives the snapshots that are no longer where they were made, and those of another account.
pub(crate) fn rewrap(
    connection: &rusqlite::Connection,
    folder: &Path,
    old: &WrappingKey,
    root: &RootSecret,
) -> Result<Vec<PathBuf>, StoreError> {
    let new = &root.wrapping_key();
    let beside = (0..connection::schema()).map(|version| folder.join(format!("before-migration-{version}.db")));
    let (found, mut left): (Vec<PathBuf>, Vec<PathBuf>) =
        snapshots(connection)?.into_iter().partition(|snapshot| key_file(snapshot).exists());
    for snapshot in found.into_iter().chain(beside.filter(|snapshot| key_file(snapshot).exists())) {
        let file = key_file(&snapshot);
        if Keys::wrapped_beside(&snapshot, new).is_ok() {
            continue;
        }
        match Keys::wrapped_beside(&snapshot, old) {
            // The kit's file first: as long as the key is under the old root secret, this is done again.
            Ok(keys) if kit_under(&snapshot, root).and_then(|()| replace_own(&file, &keys.wrapped(new)?)).is_ok() => {}
            // One of another store that got this name meanwhile is left alone.
            Err(StoreError::Snapshot(_)) => {}
            Ok(_) | Err(_) => left.push(snapshot),
        }
    }
    Ok(left)
}

/// The kit's file beside a snapshot, for another root secret: it stays of its own kit, whose sheets open what the snapshot holds.
fn kit_under(snapshot: &Path, root: &RootSecret) -> Result<(), StoreError> {
    let file = kit_file(snapshot);
    if !file.exists() {
        return Ok(());
    }
    replace_own(&file, &recovery_file::Sealed::read(&file)?.with_root(root)?.to_bytes()?)
}

/// Takes the kit's file of a snapshot over into a store that was made of it, if it is of the kit that the store names.
fn take_kit_over(snapshot: &Path, store: &Store, root: &RootSecret) -> Result<(), StoreError> {
    let file = kit_file(snapshot);
    if !file.exists() {
        return Ok(());
    }
    let sealed = recovery_file::Sealed::read(&file)?;
    if !sealed.is_of(recovery_file::kit_public(&store.connection)?, root) {
        return Ok(());
    }
    place::write_whole(&recovery_file::file(&store.folder), &store.folder, &sealed.to_bytes()?)
}

/// The root secret that a kit finds beside a snapshot.
///
/// # Errors
/// When there is no kit's file, or it is of another kit.
pub(crate) fn root_by_kit(snapshot: &Path, kit: &seal::RecoveryKit) -> Result<RootSecret, StoreError> {
    let sealed = recovery_file::Sealed::read(&kit_file(snapshot))?;
    if sealed.kit != *kit.public() {
        return Err(StoreError::OtherKit { given: kit.number(), own: seal::KitNumber::of(&sealed.kit) });
    }
    Ok(sealed.open(kit.private())?.0)
}

/// The verified snapshot that every migration starts with, in place of one that a migration that was stopped left: half of one, or
/// one of before what an older program wrote since. It stays beside the store until somebody takes it away.
pub(crate) fn before_migration(
    connection: &rusqlite::Connection,
    root: &RootSecret,
    folder: &Path,
    version: u32,
) -> Result<(), StoreError> {
    let file = folder.join(format!("before-migration-{version}.db"));
    let half = folder.join(format!("before-migration-{version}.half"));
    place::remove_half(&half);
    let _ = std::fs::remove_file(key_file(&half));
    snapshot_of(connection, root, &half)?;
    // The key first: a snapshot without its own is made again, since the store has not changed yet.
    for (from, to) in [(key_file(&half), key_file(&file)), (half, file)] {
        std::fs::rename(&from, &to).map_err(|e| StoreError::io(&to, &e))?;
    }
    place::sync_folder(folder)
}

impl Store {
    /// Writes one encrypted snapshot and opens it again. Its key, wrapped under the root secret, lies beside it.
    ///
    /// # Errors
    /// When there is a file already, the disk refuses, or the snapshot does not open.
    pub fn backup(&mut self, root: &RootSecret, snapshot: &Path, now: DateTime<Utc>) -> Result<u64, StoreError> {
        if let Some(folder) = snapshot.parent().filter(|f| !f.as_os_str().is_empty() && !f.is_dir()) {
            return Err(StoreError::of_kind(folder, ErrorKind::NotFound));
        }
        let records = match snapshot_of(&self.connection, root, snapshot) {
            // Of a store this says where to put another one; here the name is taken.
            Err(StoreError::Exists(file)) => Err(StoreError::of_kind(file, ErrorKind::AlreadyExists)),
            done => done,
        }?;
        let kit = recovery_file::file(&self.folder);
        if kit.exists() {
            let beside = kit_file(snapshot);
            std::fs::copy(&kit, &beside).map_err(|e| StoreError::io(&beside, &e))?;
        }
        let path = std::path::absolute(snapshot).map_err(|e| StoreError::io(snapshot, &e))?;
        let path = path.to_string_lossy().into_owned();
        let mut entry = self.entry(now, Event::BackedUp, Purpose::Operation);
        entry.authorisation = Authorisation::CommandLine;
        entry.count = Some(records);
        self.write(now, |transaction, _| {
            transaction
                .execute("INSERT OR REPLACE INTO snapshot VALUES (?1, ?2)", rusqlite::params![path, now.timestamp()])?;
            audit_trail::append(transaction, &entry)?;
            Ok::<_, StoreError>(())
        })?;
        Ok(records)
    }

    /// Puts a snapshot back into a folder without a store: starts a new MAC segment, logs it and purges; only then it is the store.
    ///
    /// # Errors
    /// When there is a store already, or the snapshot does not open: then the folder is as it was.
    pub fn restore(
        folder: &Path,
        root: &RootSecret,
        snapshot: &Path,
        origin: crate::Origin,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        place::check(folder)?;
        place::must_be_free(folder)?;
        if !snapshot.exists() {
            return Err(StoreError::of_kind(snapshot, ErrorKind::NotFound));
        }
        let keys = Keys::wrapped_beside(snapshot, &root.wrapping_key())?;
        verified(snapshot, &keys.own).map_err(|error| error.about(snapshot))?;
        place::make(folder)?;
        // Made whole in a folder of its own; what a stopped restore left there goes first.
        let half = folder.join("restoring");
        let _ = std::fs::remove_dir_all(&half);
        place::make(&half)?;
        let done = put_back(&half, root, snapshot, &keys, origin.clone(), now)
            .and_then(|()| place::set_mode(&place::database(&half), folder))
            .and_then(|()| place::put(&place::database(&half), folder));
        let _ = std::fs::remove_dir_all(&half);
        done?;
        let store = Self::open(folder, root, origin, now)?;
        take_kit_over(snapshot, &store, root)?;
        Ok(store)
    }

    /// What a snapshot is of, opened by the kit whose file lies beside it; nothing is changed.
    ///
    /// # Errors
    /// When there is none, it is another kit's, or the snapshot does not open.
    pub fn settings_in(snapshot: &Path, kit: &seal::RecoveryKit) -> Result<Settings, StoreError> {
        let keys = Keys::wrapped_beside(snapshot, &root_by_kit(snapshot, kit)?.wrapping_key())?;
        verified(snapshot, &keys.own).map_err(|error| error.about(snapshot))?;
        read_settings(&connection::open(snapshot, &hex(&keys.own), false)?)
    }

    /// The same where the key is lost too: with the kit, whose file lies beside the snapshot. What follows is [`crate::Recovery`].
    ///
    /// # Errors
    /// As [`Store::restore`], and when there is no kit's file there, or it is another kit's.
    pub fn restore_by_kit(
        folder: &Path,
        kit: &seal::RecoveryKit,
        snapshot: &Path,
        origin: crate::Origin,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let root = root_by_kit(snapshot, kit)?;
        Self::restore(folder, &root, snapshot, origin, now).map(|_| ())
    }
}

fn put_back(
    half: &Path,
    root: &RootSecret,
    snapshot: &Path,
    keys: &Keys,
    origin: crate::Origin,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let file = place::database(half);
    {
        let source = connection::open(snapshot, &hex(&keys.own), false)?;
        let mut target = connection::open(&file, &root.sqlcipher_key(), true)?;
        Backup::new(&source, &mut target)?.run_to_completion(4096, std::time::Duration::ZERO, None)?;
        // One from before a rotation has its secrets under the root of then.
        let transaction = target.transaction()?;
        rotation::rewrap_secrets(&transaction, &keys.wrapping, &root.wrapping_key())?;
        transaction.commit()?;
    }
    let mut store = Store::open(half, root, origin, now)?;
    let mut entry = store.entry(now, Event::Restored, Purpose::Operation);
    entry.authorisation = Authorisation::CommandLine;
    store.write(now, |transaction, secrets| {
        // The segment's first entry names the backup and the last entry that it holds.
        let (last, hash) = restart_log(transaction, secrets)?;
        let name = snapshot.file_stem().unwrap_or_default().to_string_lossy();
        let name: String = name.chars().take(24).collect();
        entry.count = Some(last);
        entry.detail = Some(format!("{} {name}", data_encoding::HEXLOWER.encode(&hash[..8])));
        audit_trail::append(transaction, &entry)?;
        Ok::<_, StoreError>(())
    })?;
    store.purge(now)?;
    connection::truncate_log(&store.connection)?;
    Ok(())
}

fn verified(snapshot: &Path, secret: &Secret32) -> Result<u64, StoreError> {
    let connection = connection::open(snapshot, &hex(secret), false)?;
    let fine: String = connection.query_row("PRAGMA quick_check", [], |row| row.get(0))?;
    if fine != "ok" {
        return Err(StoreError::WrongKeyOrDamaged);
    }
    Ok(connection.query_row("SELECT count(*) FROM message", [], |row| row.get(0))?)
}

/// A new MAC segment: its first key is random and sealed to the privacy officer, as at set-up. Gives the last entry's number and hash.
fn restart_log(transaction: &rusqlite::Transaction<'_>, secrets: &Secrets) -> Result<(u64, seal::Digest), StoreError> {
    let key = seal::MacKey::first()?;
    let officer = Store::public_of(transaction, secrets, domain::ReaderId::PRIVACY_OFFICER)?;
    let segment: u32 =
        transaction
            .query_row("SELECT max(number) + 1 FROM secret WHERE kind = 'first_mac_key'", [], |row| row.get(0))?;
    let sealed = access::seal_first_mac_key(&officer, segment, &key)?;
    let last = audit_trail::last(transaction)?;
    transaction.execute("INSERT INTO secret VALUES ('first_mac_key', ?1, ?2)", rusqlite::params![segment, sealed])?;
    transaction
        .execute("INSERT INTO mac_segment(number, first) VALUES (?1, ?2)", rusqlite::params![segment, last.0 + 1])?;
    audit_trail::set_mac_key(transaction, &key)?;
    Ok(last)
}
