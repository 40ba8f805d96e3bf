//! One connection to the encrypted file: key, settings, authoriser, migrations, checkpoints.
//!
//! **Invariant:** outside migrations and backup no connection can DROP, ATTACH, or change the log.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{SyncSender, TrySendError, sync_channel},
    },
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags,
    config::DbConfig,
    hooks::{AuthAction, AuthContext, Authorization},
};
use zeroize::Zeroizing;

use crate::{StoreError, faults, place};

const MIGRATIONS: [&str; 1] = [include_str!("migrations/0001.sql")];

fn migrations() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.into_iter().chain(faults::migration())
}

/// The schema this program writes.
pub(crate) fn schema() -> u32 {
    migrations().map(|_| 1).sum()
}

/// LIMIT: how long a statement waits for another process's lock.
pub(crate) const BUSY_SECONDS: u64 = 10;

fn guard(context: AuthContext<'_>) -> Authorization {
    // The authoriser's list of actions grows with SQLite; what is not named here changes neither schema nor log.
    #[expect(clippy::wildcard_enum_match_arm, reason = "a new action of SQLite is decided by its own migration")]
    match context.action {
        AuthAction::Update { table_name: "audit", .. }
        | AuthAction::Delete { table_name: "audit" }
        | AuthAction::DropTable { .. }
        | AuthAction::DropIndex { .. }
        | AuthAction::DropTrigger { .. }
        | AuthAction::DropView { .. }
        | AuthAction::AlterTable { .. }
        | AuthAction::Attach { .. }
        | AuthAction::Detach { .. } => Authorization::Deny,
        _ => Authorization::Allow,
    }
}

/// What SQLCipher is told before a file of ours is read: its raw key (64 hexadecimal digits), and that each page has its
/// MAC by HMAC-SHA256, which processors compute themselves. With nothing else another program opens a store or a snapshot.
#[must_use]
pub fn sqlcipher_opening(key: &str) -> Zeroizing<String> {
    Zeroizing::new(format!("PRAGMA key = \"x'{key}'\"; PRAGMA cipher_hmac_algorithm = HMAC_SHA256; "))
}

pub(crate) fn set_key(connection: &Connection, key: &str) -> Result<(), StoreError> {
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    connection.execute_batch(&sqlcipher_opening(key))?;
    Ok(())
}

/// Opens the file with its key; the first read tells whether the key fits.
pub(crate) fn open(file: &Path, key: &str, create: bool) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = Connection::open_with_flags(file, flags)?;
    set_key(&connection, key)?;
    connection.busy_timeout(Duration::from_secs(BUSY_SECONDS))?;
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    connection.execute_batch(
        // LIMIT: 32 MiB of pages at most in memory: in a store of 200,000 records what each message is looked up in is then at hand.
        // `fullfsync` is for macOS, where else a commit may lie in the disk's own memory.
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
         PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -32768;",
    )?;
    // A statement is planned once, not anew whenever what it is asked with differs.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Brings the schema to this program's, forward only, in one transaction.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let version = version(connection)?;
    let schema = schema();
    if version > schema {
        return Err(StoreError::Newer(version));
    }
    let transaction = connection.transaction()?;
    for sql in migrations().skip(version as usize) {
        transaction.execute_batch(sql)?;
    }
    transaction.execute_batch(&format!("PRAGMA user_version = {schema}"))?;
    transaction.commit()?;
    Ok(())
}

/// Puts the authoriser in force.
pub(crate) fn guarded(connection: &mut Connection) -> Result<(), StoreError> {
    connection.authorizer(Some(guard))?;
    Ok(())
}

/// What is asked of the checkpointer.
enum Wish {
    /// Move what can be moved.
    Passive,
    /// Move everything and empty the log, so that no old page stays in it.
    Truncate,
}

// LIMIT: how often a log that readers hold is tried to be emptied before the next wish; the next day tries again.
const TRUNCATE_TRIES: u32 = 50;

/// A thread with a connection of its own that moves the write-ahead log into the file, so that no writer waits for it.
pub(crate) struct Checkpointer {
    wake: Option<SyncSender<Wish>>,
    thread: Option<std::thread::JoinHandle<()>>,
    /// The log was moved, but for what was written meanwhile.
    nearly: Arc<AtomicBool>,
}

/// Moves of the log what was written until now and no reader holds.
fn move_log(connection: &Connection) -> Result<(), StoreError> {
    Ok(connection.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?.query_row([], |_| Ok(()))?)
}

/// Empties the log; false while a reader holds it.
pub(crate) fn truncate_log(connection: &Connection) -> Result<bool, StoreError> {
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

impl Checkpointer {
    pub(crate) fn start(file: PathBuf, key: Zeroizing<String>) -> Self {
        let (wake, woken) = sync_channel::<Wish>(2);
        let nearly = Arc::new(AtomicBool::new(false));
        let moved = Arc::clone(&nearly);
        let thread = std::thread::Builder::new().name("checkpoint".into()).spawn(move || {
            let mut connection = None;
            while let Ok(wish) = woken.recv() {
                if connection.is_none() {
                    connection = open(&file, &key, false).ok();
                }
                let Some(open) = &connection else { continue };
                match wish {
                    // A checkpoint that finds the file busy is made at the next call.
                    Wish::Passive => moved.store(move_log(open).is_ok(), Ordering::Release),
                    Wish::Truncate => {
                        let _ = (0..TRUNCATE_TRIES).any(|n| {
                            std::thread::sleep(Duration::from_millis(u64::from(n.min(10)) * 10));
                            matches!(truncate_log(open), Ok(true))
                        });
                        // Its buffers go too.
                        connection = None;
                    }
                }
            }
        });
        Self { wake: Some(wake), thread: thread.ok(), nearly }
    }

    /// Asks for a checkpoint; returns at once.
    pub(crate) fn ask(&self) {
        self.send(Wish::Passive);
    }

    /// Moves the little that was written since the thread was done: for a writer whose turn it is, before it begins. A log
    /// that is wholly moved is written from its beginning again; without this a busy one grows for ever.
    pub(crate) fn finish(&self, writer: &Connection) {
        if self.nearly.swap(false, Ordering::Acquire) {
            let _ = move_log(writer);
        }
    }

    /// Asks for the log to be emptied; returns at once.
    pub(crate) fn ask_truncate(&self) {
        self.send(Wish::Truncate);
    }

    fn send(&self, wish: Wish) {
        if let Some(Err(TrySendError::Full(_))) = self.wake.as_ref().map(|w| w.try_send(wish)) {
            // Enough is asked for already.
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The schema of a file: how `open` finds a newer store before anything is written.
pub(crate) fn version(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

// Of SQLCipher's file format: a database is never shorter than a page.
const PAGE_BYTES: u64 = 4096;

/// The database file of a folder. One that is too short to be a database is damaged: opening would make it anew.
pub(crate) fn existing(folder: &Path) -> Result<PathBuf, StoreError> {
    let file = place::database(folder);
    match std::fs::metadata(&file) {
        Ok(found) if found.is_file() && found.len() >= PAGE_BYTES => place::must_be_writable(&file).map(|()| file),
        Ok(_) => Err(StoreError::WrongKeyOrDamaged),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(StoreError::Absent(folder.to_path_buf())),
        Err(error) => Err(StoreError::of_own_file(&file, &error)),
    }
}
