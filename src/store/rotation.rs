//! A new root secret: table `secret` wrapped anew, the file under another key, the snapshots' keys wrapped anew.
//!
//! **Invariant:** the whole change is one rename: until then the store is wholly under the old root secret, from then on wholly
//! under the new one; both are kept until the new file was opened.
//! **Invariant:** nothing else changes: the secrets under the root stay as they are, so that pseudonyms, fingerprints, the
//! directory and every passphrase go on as before.

use std::path::{Path, PathBuf};

use access::{Authorisation, Event};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::{
    backup::{Backup, StepResult},
    params,
};
use seal::{RootSecret, WrappingKey};
use zeroize::Zeroizing;

use crate::{
    KeyError, KeySource, Origin, Store, StoreError, audit_trail, backup, connection, faults,
    place::{self, Asking, Presence},
    recovery_file,
};

// Pages copied between two reports of progress: 4 MiB.
const STEP_PAGES: i32 = 1024;

/// Tells how far the copy is (pages of pages); answers whether to go on.
pub type RotationProgress<'a> = &'a mut dyn FnMut(u64, u64) -> bool;

fn half(folder: &Path) -> PathBuf {
    folder.join("terugblik.db.rotating")
}

impl Store {
    /// Opens a store with the keys that are kept for it. What a rotation that was stopped has left is brought to its end, or
    /// taken away.
    ///
    /// # Errors
    /// That there is no store; as [`Store::open`], and what is wrong with the keys: absent, locked, replaced.
    pub fn open_with(
        folder: &Path,
        keys: &KeySource,
        origin: Origin,
        now: DateTime<Utc>,
    ) -> Result<(Self, RootSecret), StoreError> {
        let file = place::database(folder);
        // A folder that this account may not look into is not a folder without a store.
        if !file.try_exists().map_err(|e| StoreError::of_own_file(&file, &e))? {
            return Err(StoreError::Absent(folder.to_path_buf()));
        }
        let root = keys.root()?;
        let next = keys.next_root()?;
        match (Self::open(folder, &root, origin.clone(), now), next) {
            (Ok(store), next) => {
                if next.is_some() {
                    // It was stopped before its rename.
                    place::remove_half(&half(folder));
                    keys.drop_next_root();
                }
                Ok((store, root))
            }
            (Err(StoreError::WrongKeyOrDamaged), Some(next)) => {
                let store = Self::open(folder, &next, origin, now)?;
                // An account without the right to write the key file leaves it to one that has it.
                let _ = finish(&store, keys, &root, &next);
                Ok((store, next))
            }
            (Err(StoreError::WrongKeyOrDamaged), None)
                if recovery_file::is_under_another_root(folder, &root) == Some(true) =>
            {
                Err(KeyError::Replaced.into())
            }
            (Err(error), _) => Err(error),
        }
    }

    /// Replaces the root secret. Takes the store alone: others are asked to let go. Gives the snapshots that were made from this store and are no longer
    /// where they were made: they stay under the old root secret, which is gone.
    ///
    /// # Errors
    /// When others have the store open, keys cannot be kept, or the disk refuses: then everything is as it was.
    pub fn rotate(
        folder: &Path,
        keys: &KeySource,
        origin: Origin,
        now: DateTime<Utc>,
        progress: RotationProgress<'_>,
    ) -> Result<Vec<PathBuf>, StoreError> {
        // A rotation that was stopped comes to its end first.
        let (_, old) = Self::open_with(folder, keys, origin.clone(), now)?;
        let store = Self::open_as(folder, &old, origin.clone(), now, Presence::Alone)?;
        keys.check()?;
        let new = RootSecret::generate()?;
        keys.lay_ready_root(&new)?;
        faults::point();
        let copied = store.copied_under(&old, &new, now, progress);
        let asking = copied.and_then(|()| store.replaced_by_copy()).inspect_err(|_| {
            place::remove_half(&half(folder));
            recovery_file::drop_ready(folder);
            keys.drop_next_root();
        })?;
        faults::point();
        // Those who let go come back when the keys are in their places.
        let store = Self::open_as(folder, &new, origin, now, Presence::Asking)?;
        faults::point();
        let left = finish(&store, keys, &old, &new);
        drop(asking);
        left
    }

    /// Lays everything ready: a copy under the new root secret, whole and on the disk, and the kit's file.
    fn copied_under(
        &self,
        old: &RootSecret,
        new: &RootSecret,
        now: DateTime<Utc>,
        progress: RotationProgress<'_>,
    ) -> Result<(), StoreError> {
        let half = half(&self.folder);
        place::remove_half(&half);
        place::new_private(&half)?;
        connection::truncate_log(&self.connection)?;
        let mut copy = connection::open(&half, &new.sqlcipher_key(), true)?;
        {
            let backup = Backup::new(&self.connection, &mut copy)?;
            while backup.step(STEP_PAGES)? != StepResult::Done {
                let pages = backup.progress();
                let (left, all) = (u64::try_from(pages.remaining), u64::try_from(pages.pagecount));
                let (left, all) = (left.unwrap_or_default(), all.unwrap_or_default());
                if !progress(all.saturating_sub(left), all) {
                    return Err(StoreError::Cancelled);
                }
            }
        }
        faults::point();
        let mut entry = self.entry(now, Event::RootRotated, Purpose::Operation);
        entry.authorisation = Authorisation::CommandLine;
        let transaction = copy.transaction()?;
        rewrap_secrets(&transaction, &old.wrapping_key(), &new.wrapping_key())?;
        audit_trail::append(&transaction, &entry)?;
        transaction.commit()?;
        connection::truncate_log(&copy)?;
        drop(copy);
        faults::point();
        place::set_mode(&half, &self.folder)?;
        place::sync_file(&half).map_err(|e| StoreError::io(&half, &e))?;
        recovery_file::prepare_root(&self.folder, new)?;
        faults::point();
        Ok(())
    }

    /// Closes the file, whose log is moved into it, and puts the copy in its place.
    fn replaced_by_copy(self) -> Result<Option<Asking>, StoreError> {
        let (folder, held) = self.close();
        let file = place::database(&folder);
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            // Somebody who does not keep to the lock has it open; a log of the old file would be read into the new one.
            return Err(StoreError::InUse);
        }
        faults::point();
        std::fs::rename(half(&folder), &file).map_err(|e| StoreError::io(&file, &e))?;
        place::sync_folder(&folder)?;
        Ok(held.keep_asking())
    }
}

pub(crate) fn rewrap_secrets(
    transaction: &rusqlite::Transaction<'_>,
    old: &WrappingKey,
    new: &WrappingKey,
) -> Result<(), StoreError> {
    // The others of the table are sealed to the privacy officers.
    let mut find = transaction
        .prepare("SELECT kind, number, wrapped FROM secret WHERE kind NOT IN ('first_mac_key', 'pseudonym_past')")?;
    let rows =
        find.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?, row.get::<_, Vec<u8>>(2)?)))?;
    for (kind, number, wrapped) in rows.collect::<Result<Vec<_>, _>>()? {
        let secret: Zeroizing<Vec<u8>> = old.unwrap_secret(&kind, number, &wrapped)?;
        let anew = new.wrap_secret(&kind, number, &secret)?;
        transaction
            .execute("UPDATE secret SET wrapped = ?3 WHERE kind = ?1 AND number = ?2", params![kind, number, anew])?;
    }
    Ok(())
}

/// What follows the rename: the snapshots' keys and the kit's file, then the old root secret goes. Each step can be repeated.
fn finish(store: &Store, keys: &KeySource, old: &RootSecret, new: &RootSecret) -> Result<Vec<PathBuf>, StoreError> {
    recovery_file::settle(&store.folder, &store.connection, new)?;
    faults::point();
    let left = backup::rewrap(&store.connection, &store.folder, &old.wrapping_key(), new)?;
    faults::point();
    keys.promote_root()?;
    faults::point();
    Ok(left)
}
