//! The store's folder: where it may lie, the writer's lock, the files in it.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rustix::fs::{FlockOperation, flock, statfs};

use crate::StoreError;

/// The database's file in a store's folder.
pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join("terugblik.db")
}

// Magic numbers of linux/magic.h and of fuse; a store on a share loses its locks.
const NETWORK: [(u64, &str); 6] = [
    (0x6969, "NFS"),
    (0xff53_4d42, "a CIFS share"),
    (0xfe53_4d42, "an SMB share"),
    (0x517b, "an SMB share"),
    (0x0102_1997, "a 9P share"),
    (0x6b41_4653, "AFS"),
];
const SYNCED: [(&str, &str); 5] = [
    ("OneDrive", "OneDrive"),
    ("Dropbox", "Dropbox"),
    ("Nextcloud", "Nextcloud"),
    ("Google Drive", "Google Drive"),
    ("iCloudDrive", "iCloud"),
];

/// Refuses a network share and a synced folder.
pub(crate) fn check(folder: &Path) -> Result<(), StoreError> {
    for part in folder.iter() {
        let part = part.to_string_lossy();
        if let Some((_, name)) = SYNCED.iter().find(|(mark, _)| part.starts_with(mark)) {
            return Err(StoreError::Place(name));
        }
    }
    for ancestor in folder.ancestors().filter(|a| !a.as_os_str().is_empty()) {
        if ancestor.join(".stfolder").exists() {
            return Err(StoreError::Place("Syncthing"));
        }
    }
    let existing = folder.ancestors().find(|a| a.exists()).unwrap_or(folder);
    let kind = statfs(existing).map_err(|e| StoreError::io(existing, &e.into()))?.f_type;
    let kind = u64::try_from(kind).unwrap_or_default() & 0xffff_ffff;
    match NETWORK.iter().find(|(magic, _)| *magic == kind) {
        Some((_, name)) => Err(StoreError::Place(name)),
        None => Ok(()),
    }
}

/// Makes the folder, for this account alone.
pub(crate) fn make(folder: &Path) -> Result<(), StoreError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|e| StoreError::io(folder, &e))
}

/// The queue of writers: a lock on a file of its own, taken before `BEGIN IMMEDIATE`.
pub(crate) struct WriterQueue {
    file: File,
}

/// Holds the writer's place until dropped.
pub(crate) struct WriterTurn<'a>(&'a File);

// LIMIT: how long a writer waits for its turn; a purge slice or a batch takes far less.
const TURN_SECONDS_MAX: u64 = 30;

impl WriterQueue {
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("writer.lock");
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).mode(0o600).open(&path);
        Ok(Self { file: file.map_err(|e| StoreError::io(path, &e))? })
    }

    pub(crate) fn turn(&self) -> Result<WriterTurn<'_>, StoreError> {
        let started = Instant::now();
        let mut pause = Duration::from_micros(50);
        loop {
            match flock(&self.file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(WriterTurn(&self.file)),
                Err(_) if started.elapsed().as_secs() < TURN_SECONDS_MAX => {
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_millis(5));
                }
                Err(_) => return Err(StoreError::Busy(TURN_SECONDS_MAX)),
            }
        }
    }
}

impl Drop for WriterTurn<'_> {
    fn drop(&mut self) {
        // A lock that cannot be given back goes with the file.
        let _ = flock(self.0, FlockOperation::Unlock);
    }
}
