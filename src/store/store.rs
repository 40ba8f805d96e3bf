//! One open store: connection, secrets, the writer's queue; making and opening it.
//!
//! **Invariant:** an existing file is never made again, deleted or overwritten here.
//! **Not here:** content (`inbox` writes it, `archive` opens it).

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use access::{AccountSetUp, Authorisation, Entry, Event, NewAccount, Role, Session};
use chrono::{DateTime, Datelike, Utc};
use domain::{Purpose, RavNumber, ReaderId, RoleName, StoreKind};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use seal::{
    BsnComparisonKey, DirectoryKey, FingerprintKey, Pepper, PseudonymKey, ReaderPrivate, ReaderPublic, RootSecret,
    Secret32, WrappingKey,
};

use zeroize::Zeroizing;

use crate::{
    DutyDates, StoreError, audit_trail, backup,
    connection::{self, Checkpointer},
    faults, one_number,
    place::{self, Held, LockOfSetUp, NewFolders, Presence, WriterQueue},
    recovery_file, set_up,
};

// LIMIT: rows changed before the log is moved into the file, by another thread: 200 messages, some 1,200 pages of a group's commits and 2,800 of
// single ones. With more at once, what is received meanwhile waits for the disk behind it.
const ROWS_IN_LOG: u64 = 2000;
// LIMIT: of transactions that are larger four stay in the log, as long as they have no more rows than this: what they all write, such as the lists of a crew,
// is moved once.
const ROWS_IN_LOG_MAX: u64 = 20_000;

/// After how many changed rows the log is moved, where the last transaction changed so many.
fn rows_in_log(last: u64) -> u64 {
    (4 * last).clamp(ROWS_IN_LOG, ROWS_IN_LOG_MAX)
}

/// Which process writes, for the log: machine and version.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Name of the machine.
    pub workstation: String,
    /// Version of the program.
    pub version: String,
}

/// What a new store is told at set-up.
pub struct NewStore {
    /// Name of the organisation.
    pub organisation: String,
    /// Its RAV number.
    pub rav: RavNumber,
    /// Production or test; never changed later.
    pub kind: StoreKind,
    /// Without a work agreement everything is kept (`all`), else what the decree lists.
    pub without_agreement_all: bool,
    /// Live term in days; 365 less the longest life of a backup.
    pub retention_days: u32,
    /// First accounts: staff number, name, roles.
    pub accounts: Vec<(String, String, Vec<RoleName>)>,
    /// Dates of what the law asks around the program, as far as they are known.
    pub duties: DutyDates,
    /// Public half of the recovery kit.
    pub recovery: Option<ReaderPublic>,
}

/// What set-up hands over: nothing of it is in the store.
pub struct Made {
    /// Routing's private key, for the receiver's own place.
    pub routing: ReaderPrivate,
    /// Activation codes, in the order of the accounts.
    pub accounts: Vec<AccountSetUp>,
}

/// A fresh root secret, for a new store.
///
/// # Errors
/// When the operating system has no randomness.
pub fn new_root() -> Result<RootSecret, StoreError> {
    Ok(RootSecret::generate()?)
}

/// The store's settings, read at opening.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the organisation.
    pub organisation: String,
    /// Its RAV number.
    pub rav: RavNumber,
    /// Production or test.
    pub kind: StoreKind,
    /// Without a work agreement everything is kept.
    pub without_agreement_all: bool,
    /// Live term in days.
    pub retention_days: u32,
}

pub(crate) struct Secrets {
    pub(crate) pepper: Arc<Pepper>,
    pub(crate) directory: DirectoryKey,
    pub(crate) fingerprint: FingerprintKey,
    pub(crate) bsn: BsnComparisonKey,
    pub(crate) pseudonym: (i32, PseudonymKey),
}

impl Secrets {
    /// A ride as the log names it: all rides of one number the same, so that who looks for the number finds them.
    pub(crate) fn ride_pseudonym(&self, number: &str) -> [u8; 8] {
        self.pseudonym.1.ride(one_number::base(number))
    }
}

pub(crate) const FIXED: [&str; 4] = ["pepper", "directory", "fingerprint", "bsn"];

/// One open store.
pub struct Store {
    pub(crate) connection: Connection,
    pub(crate) secrets: Secrets,
    pub(crate) settings: Settings,
    pub(crate) origin: Origin,
    pub(crate) folder: PathBuf,
    wrapping: WrappingKey,
    pub(crate) key: Zeroizing<String>,
    pub(crate) queue: WriterQueue,
    checkpointer: Checkpointer,
    /// Rows that this connection has changed.
    changed: u64,
    /// Of these, when the log was last asked to be moved into the file.
    moved: u64,
    _held: Held,
}

impl Store {
    /// Makes a store in an empty place.
    ///
    /// # Errors
    /// When there is one already, the place is a network share or synced folder, or the disk refuses.
    pub fn create(
        folder: &Path,
        root: &RootSecret,
        new: &NewStore,
        origin: Origin,
        now: DateTime<Utc>,
    ) -> Result<(Self, Made), StoreError> {
        Self::create_keeping(folder, root, new, origin, now, |_| Ok::<_, StoreError>(()))
    }

    /// As [`Store::create`]; `keep` puts the keys away once the file is written, and only then it becomes the store: where
    /// keys cannot be kept there is no store without them.
    ///
    /// # Errors
    /// As [`Store::create`], and what `keep` says.
    pub fn create_keeping<E: From<StoreError>>(
        folder: &Path,
        root: &RootSecret,
        new: &NewStore,
        origin: Origin,
        now: DateTime<Utc>,
        keep: impl FnOnce(&Made) -> Result<(), E>,
    ) -> Result<(Self, Made), E> {
        place::check(folder)?;
        place::must_be_free(folder)?;
        let mut folders = NewFolders::of(folder);
        place::make(folder)?;
        // One set-up at a time; who waited finds the store of the other.
        let mut queue = WriterQueue::open(folder)?;
        let turn = queue.turn_of_set_up(folder)?;
        place::must_be_free(folder)?;
        let lock = LockOfSetUp::of(folder);
        // Written beside and renamed whole: stopped halfway, there is no store.
        let half = set_up::half(folder);
        place::remove_half(&half);
        recovery_file::remove(folder);
        let named: Vec<NewAccount> = new
            .accounts
            .iter()
            .map(|(staff, _, roles)| NewAccount { staff: staff.clone(), roles: roles.clone() })
            .collect();
        let keys = access::make_set_up(&named, new.recovery.as_ref()).map_err(StoreError::from)?;
        let made = set_up::write_new(&half, root, new, keys, &origin, now)
            .and_then(|made| place::set_mode(&half, folder).map(|()| made))
            .inspect_err(|_| place::remove_half(&half))?;
        let sealed =
            new.recovery.as_ref().map(|kit| recovery_file::write(folder, kit, root, &made.routing)).transpose();
        faults::point();
        let kept = sealed.map_err(E::from).and_then(|_| keep(&made));
        faults::point();
        if let Err(error) = kept {
            place::remove_half(&half);
            recovery_file::remove(folder);
            return Err(error);
        }
        place::put(&half, folder)?;
        lock.keep();
        folders.keep();
        faults::point();
        drop(turn);
        Ok((Self::open(folder, root, origin, now)?, made))
    }

    /// Whether a store may lie in this folder, and none lies there yet.
    ///
    /// # Errors
    /// A network share or synced folder, by name; a store, or what one left.
    pub fn check_place(folder: &Path) -> Result<(), StoreError> {
        place::check(folder)?;
        place::must_be_free(folder)
    }

    /// Opens a store.
    ///
    /// # Errors
    /// When there is none, the key is another, the file is damaged or newer, or the place may not be used.
    pub fn open(folder: &Path, root: &RootSecret, origin: Origin, now: DateTime<Utc>) -> Result<Self, StoreError> {
        Self::open_as(folder, root, origin, now, Presence::Beside)
    }

    pub(crate) fn open_as(
        folder: &Path,
        root: &RootSecret,
        origin: Origin,
        now: DateTime<Utc>,
        presence: Presence,
    ) -> Result<Self, StoreError> {
        place::check(folder)?;
        let file = connection::existing(folder)?;
        let held = presence.take(folder, &origin.workstation)?;
        let key = root.sqlcipher_key();
        let queue = WriterQueue::open(folder)?;
        let mut connection = {
            // SQLite makes its log and shared memory by the account's own mask and sets their mode after it: another account that
            // came between would be refused, or could only read for as long as it is there.
            let _turn = queue.turn()?;
            connection::open(&file, &key, false)?
        };
        match connection::version(&connection)? {
            // A file that opens and holds nothing is no store of ours; only set-up makes one.
            0 => return Err(StoreError::WrongKeyOrDamaged),
            version if version == connection::schema() => {}
            _other => {
                let _turn = queue.turn()?;
                // Another process may have done it meanwhile.
                let version = connection::version(&connection)?;
                if version < connection::schema() {
                    backup::before_migration(&connection, root, folder, version)?;
                }
                connection::migrate(&mut connection)?;
            }
        }
        let wrapping = root.wrapping_key();
        let secrets = read_secrets(&connection, &wrapping, now)?;
        let settings = read_settings(&connection)?;
        if recovery_file::lies_ready(folder) && presence == Presence::Beside {
            // What a recovery or rotation that was stopped left ready. This account may have no right to; another will.
            let _turn = queue.turn()?;
            let _ = recovery_file::settle(folder, &connection, root);
        }
        connection::guarded(&mut connection)?;
        let checkpointer = Checkpointer::start(file, key.clone());
        Ok(Self {
            connection,
            secrets,
            settings,
            origin,
            folder: folder.to_path_buf(),
            wrapping,
            key,
            queue,
            checkpointer,
            changed: 0,
            moved: 0,
            _held: held,
        })
    }

    /// Whether another process asks for the store alone, for recovery or rotation: who has it open lets it go.
    #[must_use]
    pub fn is_asked_for(&self) -> bool {
        place::is_asked_for(&self.folder)
    }

    /// Closes the file; the presence in the store is held on to.
    pub(crate) fn close(self) -> (PathBuf, Held) {
        let Self { connection, folder, checkpointer, _held, .. } = self;
        drop(checkpointer);
        drop(connection);
        (folder, _held)
    }

    /// Whether this is the private half of the key for which what waits is wrapped.
    ///
    /// # Errors
    /// When the directory does not hold.
    pub fn is_routing(&self, key: &ReaderPrivate) -> Result<bool, StoreError> {
        Ok(Self::public_of(&self.connection, &self.secrets, ReaderId::ROUTING)? == key.public()?)
    }

    /// The store's settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The pepper of passphrases.
    #[must_use]
    pub fn pepper(&self) -> &Pepper {
        &self.secrets.pepper
    }

    /// The same, for a thread that derives a key.
    #[must_use]
    pub fn shared_pepper(&self) -> Arc<Pepper> {
        Arc::clone(&self.secrets.pepper)
    }

    /// The store's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes in one transaction; returns after the commit is durable. Nothing is written if `act` fails.
    pub(crate) fn write<T, E: From<StoreError>>(
        &mut self,
        now: DateTime<Utc>,
        act: impl FnOnce(&Transaction<'_>, &Secrets) -> Result<T, E>,
    ) -> Result<T, E> {
        self.pseudonym_of(now)?;
        let result = {
            let _turn = self.queue.turn()?;
            self.checkpointer.finish(&self.connection);
            let transaction =
                self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
            faults::in_transaction(true);
            let result = act(&transaction, &self.secrets)?;
            transaction.commit().map_err(StoreError::from)?;
            faults::in_transaction(false);
            result
        };
        let changed = self.connection.total_changes();
        let last = changed.abs_diff(std::mem::replace(&mut self.changed, changed));
        if changed.abs_diff(self.moved) > rows_in_log(last) {
            self.moved = changed;
            self.checkpointer.ask();
        }
        Ok(result)
    }

    /// Forgets what was overwritten: the write-ahead log is emptied, now or as soon as no reader holds it, and the connection
    /// with its buffers gives way to a new one (the C library overwrites what is freed, where the program asked it to).
    ///
    /// # Errors
    /// When the file does not open again.
    pub(crate) fn forget_old_pages(&mut self) -> Result<(), StoreError> {
        if !matches!(connection::truncate_log(&self.connection), Ok(true)) {
            self.checkpointer.ask_truncate();
        }
        let mut fresh = connection::open(&place::database(&self.folder), &self.key, false)?;
        connection::guarded(&mut fresh)?;
        self.connection = fresh;
        Ok(())
    }

    /// Has the write-ahead log emptied of what a purge destroyed, by the thread that moves it.
    pub fn forget_purged(&self) {
        self.checkpointer.ask_truncate();
    }

    /// Writes one audit entry of its own.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn log(&mut self, entry: &Entry) -> Result<(), StoreError> {
        self.write(entry.at, |transaction, _| audit_trail::append(transaction, entry).map(|_| ()))
    }

    /// An entry of the program itself, from this process.
    #[must_use]
    pub fn entry(&self, now: DateTime<Utc>, event: Event, purpose: Purpose) -> Entry {
        let mut entry = Entry::of_program(now, event, purpose, &self.origin.workstation, &self.origin.version);
        entry.organisation = Some(self.settings.rav.get());
        entry
    }

    /// An entry of an act that is a session's own task.
    pub(crate) fn entry_of<R: Role>(
        &self,
        session: &Session<R>,
        event: Event,
        purpose: Purpose,
        now: DateTime<Utc>,
    ) -> Entry {
        let mut entry = self.entry(now, event, purpose);
        entry.user = Some(session.account());
        entry.role = Some(session.role());
        entry.authorisation = Authorisation::RolesTask;
        entry
    }

    // The pseudonym key of the log is per calendar year: made at the first write of a year; the one before is sealed to the
    // privacy officers then and leaves the runtime (DESIGN §4).
    fn pseudonym_of(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let year = now.year();
        // A moment before New Year that comes after it stays with the new key: the old one is out of reach by then.
        if self.secrets.pseudonym.0 >= year {
            return Ok(());
        }
        let _turn = self.queue.turn()?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        write_secret(&transaction, &self.wrapping, PSEUDONYM, year_number(year), &Secret32::random()?)?;
        let officer = Self::public_of(&transaction, &self.secrets, ReaderId::PRIVACY_OFFICER)?;
        let before: Vec<u32> = {
            let mut find = transaction.prepare("SELECT number FROM secret WHERE kind = ?1 AND number < ?2")?;
            let numbers = find.query_map(params![PSEUDONYM, year_number(year)], |row| row.get(0))?;
            numbers.collect::<Result<_, _>>()?
        };
        for past in before {
            let key = read_secret(&transaction, &self.wrapping, PSEUDONYM, past)?;
            let sealed = access::seal_pseudonym_key(&officer, past, &key)?;
            transaction.execute("INSERT INTO secret VALUES ('pseudonym_past', ?1, ?2)", params![past, sealed])?;
            transaction.execute("DELETE FROM secret WHERE kind = ?1 AND number = ?2", params![PSEUDONYM, past])?;
        }
        let secret = read_secret(&transaction, &self.wrapping, PSEUDONYM, year_number(year))?;
        transaction.commit()?;
        self.secrets.pseudonym = (year, PseudonymKey::new(secret));
        Ok(())
    }
}

pub(crate) const PSEUDONYM: &str = "pseudonym";

pub(crate) fn year_number(year: i32) -> u32 {
    u32::try_from(year).unwrap_or_default()
}

pub(crate) fn write_secret(
    connection: &Connection,
    wrapping: &WrappingKey,
    kind: &str,
    number: u32,
    secret: &Secret32,
) -> Result<(), StoreError> {
    // REVEAL: a random secret, wrapped for its row.
    let wrapped = wrapping.wrap_secret(kind, number, secret.expose())?;
    connection.execute("INSERT OR IGNORE INTO secret VALUES (?1, ?2, ?3)", params![kind, number, wrapped])?;
    Ok(())
}

pub(crate) fn read_secret(
    connection: &Connection,
    wrapping: &WrappingKey,
    kind: &str,
    number: u32,
) -> Result<Secret32, StoreError> {
    let row = connection.query_row(
        "SELECT wrapped FROM secret WHERE kind = ?1 AND number = ?2",
        params![kind, number],
        |row| row.get::<_, Vec<u8>>(0),
    );
    match row {
        Ok(wrapped) => Ok(Secret32::from_bytes(&wrapping.unwrap_secret(kind, number, &wrapped)?)?),
        Err(rusqlite::Error::QueryReturnedNoRows) => Err(StoreError::Absent(PathBuf::from(kind))),
        Err(error) => Err(error.into()),
    }
}

fn read_secrets(connection: &Connection, wrapping: &WrappingKey, now: DateTime<Utc>) -> Result<Secrets, StoreError> {
    let secret = |kind| read_secret(connection, wrapping, kind, 1);
    let newest: u32 =
        connection.query_row("SELECT max(number) FROM secret WHERE kind = 'pseudonym'", [], |row| row.get(0))?;
    let year = year_number(now.year());
    let year = if read_secret(connection, wrapping, "pseudonym", year).is_ok() { year } else { newest };
    let pseudonym = PseudonymKey::new(read_secret(connection, wrapping, "pseudonym", year)?);
    Ok(Secrets {
        pepper: Arc::new(Pepper::new(secret("pepper")?)),
        directory: DirectoryKey::new(secret("directory")?),
        fingerprint: FingerprintKey::new(secret("fingerprint")?),
        bsn: BsnComparisonKey::new(secret("bsn")?),
        pseudonym: (i32::try_from(year).unwrap_or_default(), pseudonym),
    })
}

pub(crate) fn read_settings(connection: &Connection) -> Result<Settings, StoreError> {
    let get = |key: &str| -> Result<String, StoreError> {
        Ok(connection.query_row("SELECT value FROM setting WHERE key = ?1", [key], |row| row.get(0))?)
    };
    let rav = get("rav")?.parse().ok().and_then(RavNumber::new).ok_or(StoreError::WrongKeyOrDamaged)?;
    Ok(Settings {
        organisation: get("organisation")?,
        rav,
        kind: if get("kind")? == "production" { StoreKind::Production } else { StoreKind::Test },
        without_agreement_all: get("without_agreement")? == "all",
        retention_days: get("retention_days")?.parse().map_err(|_| StoreError::WrongKeyOrDamaged)?,
    })
}
