//! The store's folder: where it may lie, the writer's lock, the files in it.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use crate::{StoreError, faults, machine::MachineFile, system};

/// Name of the database's file in a store's folder.
pub const DATABASE: &str = "terugblik.db";

/// The database's file in a store's folder.
pub(crate) fn database(folder: &Path) -> PathBuf {
    folder.join(DATABASE)
}

// How the folders of their programs begin, in lower case.
const SYNCED: [(&str, &str); 11] = [
    ("onedrive", "OneDrive"),
    ("dropbox", "Dropbox"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("iclouddrive", "iCloud"),
    ("mobile documents", "iCloud"),
    ("pclouddrive", "pCloud"),
    ("megasync", "MEGA"),
    ("syncthing", "Syncthing"),
];

/// The folder however it is written: absolute, with links and `..` followed as far as it is there; and how far that is.
fn resolved(folder: &Path) -> Result<(PathBuf, PathBuf), StoreError> {
    let absolute = std::path::absolute(folder).map_err(|e| StoreError::io(folder, &e))?;
    let existing = absolute.ancestors().find(|a| a.exists()).unwrap_or(&absolute);
    let real = existing.canonicalize().map_err(|e| StoreError::io(existing, &e))?;
    let rest = absolute.strip_prefix(existing).unwrap_or(Path::new(""));
    // Joining an empty rest would leave a slash at the end.
    let whole = if rest.as_os_str().is_empty() { real.clone() } else { real.join(rest) };
    Ok((whole, real))
}

/// One name for a folder, however it is written.
pub(crate) fn name(folder: &Path) -> PathBuf {
    resolved(folder).map_or_else(|_| folder.to_path_buf(), |(whole, _)| whole)
}

/// Whether a file lies, or would lie, in a store's folder, however both are written: a copy of that would bring it along.
#[must_use]
pub fn lies_in(file: &Path, folder: &Path) -> bool {
    name(file).starts_with(name(folder))
}

/// Refuses a network share and a synced folder; follows links and `..` first.
pub(crate) fn check(folder: &Path) -> Result<(), StoreError> {
    taken_elsewhere_by(folder)?.map_or(Ok(()), |name| Err(StoreError::Place(name)))
}

/// What takes a file or folder to other machines: the network share or synced folder it lies in, or would lie in, by name;
/// follows links and `..` first.
///
/// # Errors
/// When the system does not say.
pub fn taken_elsewhere_by(path: &Path) -> Result<Option<&'static str>, StoreError> {
    let (whole, real) = resolved(path)?;
    for part in whole.iter() {
        let part = part.to_string_lossy().to_lowercase();
        if let Some((_, name)) = SYNCED.iter().find(|(mark, _)| part.starts_with(mark)) {
            return Ok(Some(name));
        }
    }
    if whole.ancestors().any(|ancestor| ancestor.join(".stfolder").exists()) {
        return Ok(Some("Syncthing"));
    }
    system::share(&real).map_err(|e| StoreError::io(&real, &e))
}

/// Refuses a folder with a store, or with what a store left: a log of writes of another file would be read into a new one.
pub(crate) fn must_be_free(folder: &Path) -> Result<(), StoreError> {
    let file = database(folder);
    let beside = |end: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    if file.exists() || beside("-wal").exists() || beside("-shm").exists() {
        return Err(StoreError::Exists(folder.to_path_buf()));
    }
    Ok(())
}

/// Takes away a file that was not finished, with what lies beside it.
pub(crate) fn remove_half(half: &Path) {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut name = half.as_os_str().to_owned();
        name.push(end);
        let _ = fs::remove_file(name);
    }
}

/// Whether this account may read and write a file. One that it may only read is not opened at all: the cipher's shared
/// memory beside it would be made for readers alone, and stay so.
pub(crate) fn must_be_writable(file: &Path) -> Result<(), StoreError> {
    OpenOptions::new().read(true).write(true).open(file).map(|_| ()).map_err(|e| StoreError::of_own_file(file, &e))
}

/// An empty file for this account alone, for what is written into it next.
pub(crate) fn new_private(file: &Path) -> Result<(), StoreError> {
    system::create_private(file).map(|_| ()).map_err(|e| StoreError::io(file, &e))
}

/// Gives a finished file its name; never over another that was made meanwhile.
pub(crate) fn put(half: &Path, folder: &Path) -> Result<(), StoreError> {
    let file = database(folder);
    system::rename_new(half, &file).map_err(|error| {
        let exists = error.kind() == std::io::ErrorKind::AlreadyExists;
        if exists { StoreError::Exists(folder.to_path_buf()) } else { StoreError::io(&file, &error) }
    })
}

/// Makes the folder, for this account alone; one that is there for a group (2770) stays so.
pub(crate) fn make(folder: &Path) -> Result<(), StoreError> {
    system::create_folder(folder).map_err(|e| StoreError::io(folder, &e))
}

/// The folders of a path that were not there before: they go again with this, as far as nothing else lies in them, unless they
/// are kept.
pub struct NewFolders(Vec<PathBuf>);

impl NewFolders {
    /// To be asked before they are made.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        // A name that is too long for the system is not there either.
        Self(folder.ancestors().take_while(|one| one.symlink_metadata().is_err()).map(Path::to_path_buf).collect())
    }

    /// What they were made for is there: they stay.
    pub fn keep(&mut self) {
        self.0.clear();
    }
}

impl Drop for NewFolders {
    fn drop(&mut self) {
        for folder in &self.0 {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Makes a store's folder for several OS accounts of one group: 2770, so that files in it get the group (DESIGN §4).
///
/// # Errors
/// When the disk or its rights refuse.
pub fn make_shared(folder: &Path) -> Result<(), StoreError> {
    make(folder)?;
    system::share_folder(folder).map_err(|e| StoreError::io(folder, &e))
}

/// Gives the files of a store's folder that is a group's to that group.
///
/// # Errors
/// When the disk or its rights refuse.
pub fn share_files(folder: &Path) -> Result<(), StoreError> {
    let failed = |e: std::io::Error| StoreError::io(folder, &e);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let file = entry.map_err(failed)?;
        let (path, found) = (file.path(), file.metadata().map_err(failed)?);
        if found.is_file() {
            system::share_file(&path, &found, folder).map_err(|e| StoreError::io(&path, &e))?;
        }
    }
    Ok(())
}

/// Sets a file's mode to the folder's; what root makes in another account's folder is that account's. The database's own log
/// gets mode and owner of the database.
pub(crate) fn set_mode(file: &Path, folder: &Path) -> Result<(), StoreError> {
    system::set_mode(file, folder).map_err(|e| StoreError::io(file, &e))
}

/// The queue of writers: a lock on a file of its own, taken before `BEGIN IMMEDIATE`.
pub(crate) struct WriterQueue {
    file: File,
}

const WRITER_LOCK: &str = "writer.lock";

/// Takes the lock of a folder without a store away again when dropped, while its turn is held; unless the store came to be.
pub(crate) struct LockOfSetUp<'a>(Option<&'a Path>);

impl<'a> LockOfSetUp<'a> {
    pub(crate) fn of(folder: &'a Path) -> Self {
        Self(Some(folder))
    }

    pub(crate) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for LockOfSetUp<'_> {
    fn drop(&mut self) {
        if let Some(folder) = self.0 {
            system::remove_lock(&folder.join(WRITER_LOCK));
        }
    }
}

/// Holds the writer's place until dropped.
pub(crate) struct WriterTurn<'a>(&'a File);

// LIMIT: how long a writer waits for its turn; a purge slice or a batch takes far less.
const TURN_SECONDS_MAX: u64 = 30;

/// A file in the store's folder that is there to be locked.
pub(crate) fn lock_file(folder: &Path, name: &str) -> Result<File, StoreError> {
    let path = folder.join(name);
    let open = || OpenOptions::new().read(true).write(true).open(&path);
    match open() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            make_lock_file(&path, folder)?;
            open()
        }
        opened => opened,
    }
    .map_err(|e| StoreError::of_own_file(&path, &e))
}

/// It has its mode before it has its name, and is never made over another's: who comes at the same time may lock it already.
fn make_lock_file(path: &Path, folder: &Path) -> Result<(), StoreError> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let mut half = path.as_os_str().to_owned();
    half.push(format!(".{}.{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed)));
    let half = PathBuf::from(half);
    let _ = fs::remove_file(&half);
    new_private(&half)?;
    let named = set_mode(&half, folder).and_then(|()| match fs::hard_link(&half, path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(StoreError::io(path, &error)),
        Ok(()) | Err(_) => Ok(()),
    });
    let _ = fs::remove_file(&half);
    named
}

/// How a process has the store open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Beside others.
    Beside,
    /// Alone: recovery and rotation. The others are asked to let go.
    Alone,
    /// Beside others, by who asks them to let go.
    Asking,
}

/// Asks all others to let go of the store, until dropped, or the process ends.
pub(crate) struct Asking(#[expect(dead_code, reason = "the lock goes with the file")] File);

/// Holds a process's presence in the store until dropped, or the process ends.
pub(crate) struct Held {
    open: File,
    machine: MachineFile,
    asking: Option<Asking>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.machine.leave(&self.open);
    }
}

impl Held {
    /// Lets others know that they are not to come back yet, though this process is no longer alone.
    pub(crate) fn keep_asking(mut self) -> Option<Asking> {
        self.asking.take()
    }
}

// LIMIT: how long others are asked to let go: a receiver looks every five seconds, a window every two and after its work in hand.
const ASKED: Duration = Duration::from_secs(20);

/// Tries for a lock that nobody else may hold, for so long.
pub(crate) fn lock_within(file: &File, patience: Duration) -> bool {
    let began = Instant::now();
    while file.try_lock().is_err() {
        if began.elapsed() >= patience {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}

/// Whether somebody asks all others to let go of the store.
pub(crate) fn is_asked_for(folder: &Path) -> bool {
    lock_file(folder, "asked.lock").is_ok_and(|file| file.try_lock_shared().is_err())
}

impl Presence {
    /// Takes it, on the machine of this name.
    ///
    /// # Errors
    /// Where somebody has the store alone, does not let go of it, or another machine has it.
    pub(crate) fn take(self, folder: &Path, machine: &str) -> Result<Held, StoreError> {
        let (open, of_machine) = (lock_file(folder, "open.lock")?, MachineFile::open(folder)?);
        let asking = match self {
            Self::Beside if is_asked_for(folder) => return Err(StoreError::TakenAlone),
            Self::Beside | Self::Asking => {
                let _turn = of_machine.enter(folder, machine)?;
                open.try_lock_shared().map_err(|_| StoreError::TakenAlone)?;
                None
            }
            Self::Alone => {
                // Nobody is asked to let go for what another machine stands in the way of.
                drop(of_machine.enter(folder, machine)?);
                let asking = lock_file(folder, "asked.lock")?;
                // Somebody who only looks whether it is asked for holds it for a moment.
                if !lock_within(&asking, Duration::from_millis(200)) {
                    return Err(StoreError::TakenAlone);
                }
                if !lock_within(&open, faults::patience(ASKED)) {
                    return Err(StoreError::InUse);
                }
                // Who let go last named no machine any more.
                drop(of_machine.enter(folder, machine)?);
                Some(Asking(asking))
            }
        };
        Ok(Held { open, machine: of_machine, asking })
    }
}

/// Writes a small file whole, with the folder's mode: after a crash it is the old or the new one.
pub(crate) fn write_whole(file: &Path, folder: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let mut half = file.as_os_str().to_owned();
    half.push(".half");
    let half = PathBuf::from(half);
    let failed = |e: std::io::Error| StoreError::io(file, &e);
    let _ = fs::remove_file(&half);
    new_private(&half)?;
    let written = OpenOptions::new().write(true).open(&half).and_then(|mut open| {
        open.write_all(bytes)?;
        open.sync_all()
    });
    let put = written.map_err(failed).and_then(|()| {
        set_mode(&half, folder)?;
        fs::rename(&half, file).map_err(failed)
    });
    put.inspect_err(|_| drop(fs::remove_file(&half)))?;
    sync_folder(folder)
}

/// Makes a file durable that was closed: opened for writing, which Windows wants for that.
pub(crate) fn sync_file(file: &Path) -> std::io::Result<()> {
    OpenOptions::new().write(true).open(file)?.sync_all()
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    system::sync_folder(folder).map_err(|e| StoreError::io(folder, &e))
}

impl WriterQueue {
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        lock_file(folder, WRITER_LOCK).map(|file| Self { file })
    }

    pub(crate) fn turn(&self) -> Result<WriterTurn<'_>, StoreError> {
        self.lock()?;
        Ok(WriterTurn(&self.file))
    }

    /// The turn where a store is to be made: a set-up that failed takes its lock away, and who waited for that takes a new one.
    pub(crate) fn turn_of_set_up(&mut self, folder: &Path) -> Result<WriterTurn<'_>, StoreError> {
        self.lock()?;
        while system::is_nameless(&self.file) {
            *self = Self::open(folder)?;
            self.lock()?;
        }
        Ok(WriterTurn(&self.file))
    }

    fn lock(&self) -> Result<(), StoreError> {
        let started = Instant::now();
        let mut pause = Duration::from_micros(50);
        loop {
            match self.file.try_lock() {
                Ok(()) => return Ok(()),
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
        let _ = self.0.unlock();
    }
}
