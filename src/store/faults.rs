//! Points between the statements of an append at which a test can kill the process, how long others are asked to let go, what the
//! system says of a file system and of the machine, and a migration that is still to come. Only in builds for tests.

#[cfg(feature = "fault-points")]
mod armed {
    use std::{
        cell::{Cell, RefCell},
        sync::{
            OnceLock,
            atomic::{AtomicI64, AtomicU64, Ordering},
        },
        time::Duration,
    };

    static PATIENCE: AtomicU64 = AtomicU64::new(0);

    /// From now on others are asked for so many milliseconds to let go.
    pub fn ask_for_milliseconds(n: u64) {
        PATIENCE.store(n, Ordering::SeqCst);
    }

    pub(crate) fn patience(usual: Duration) -> Duration {
        match PATIENCE.load(Ordering::SeqCst) {
            0 => usual,
            n => Duration::from_millis(n),
        }
    }

    thread_local! {
        static FILE_SYSTEM: Cell<Option<u64>> = const { Cell::new(None) };
        static MACHINE: RefCell<Option<[String; 2]>> = const { RefCell::new(None) };
        static NEXT_MIGRATION: Cell<Option<&'static str>> = const { Cell::new(None) };
    }

    /// From now on, in this thread, the system says this number of every file system it is asked about; `None`: its own again.
    pub fn lies_on(file_system: Option<u64>) {
        FILE_SYSTEM.set(file_system);
    }

    #[cfg(unix)]
    pub(crate) fn file_system(found: u64) -> u64 {
        FILE_SYSTEM.get().unwrap_or(found)
    }

    /// From now on, in this thread, this is another machine: its name and its boot; `None`: the one it is.
    pub fn runs_on(machine: Option<[&str; 2]>) {
        MACHINE.set(machine.map(|of| of.map(str::to_owned)));
    }

    pub(crate) fn machine() -> Option<[String; 2]> {
        MACHINE.with_borrow(Clone::clone)
    }

    /// From now on, in this thread, the program has one migration more.
    pub fn next_migration(sql: Option<&'static str>) {
        NEXT_MIGRATION.set(sql);
    }

    pub(crate) fn migration() -> Option<&'static str> {
        NEXT_MIGRATION.get()
    }

    static LEFT: AtomicI64 = AtomicI64::new(-1);

    /// Kills the process at the n-th point from now, counted from 1.
    pub fn die_at(n: i64) {
        LEFT.store(n, Ordering::SeqCst);
    }

    static TOLD: OnceLock<fn(bool)> = OnceLock::new();

    /// From now on tells at each begin (`true`) and end of a transaction that writes; once a process.
    pub fn tell_transactions(told: fn(bool)) {
        let _ = TOLD.set(told);
    }

    pub(crate) fn in_transaction(begun: bool) {
        if let Some(told) = TOLD.get() {
            told(begun);
        }
    }

    pub(crate) fn point() {
        if LEFT.load(Ordering::SeqCst) > 0 && LEFT.fetch_sub(1, Ordering::SeqCst) == 1 {
            std::process::abort();
        }
    }
}

#[cfg(feature = "fault-points")]
impl crate::Store {
    /// Runs a statement on the store's own connection: what its authoriser refuses.
    ///
    /// # Errors
    /// As the statement.
    pub fn try_sql_for_test(&self, sql: &str) -> Result<(), crate::StoreError> {
        Ok(self.connection.execute_batch(sql)?)
    }
}

#[cfg(all(feature = "fault-points", unix))]
pub(crate) use armed::file_system;
#[cfg(feature = "fault-points")]
pub use armed::{ask_for_milliseconds, die_at, lies_on, next_migration, runs_on, tell_transactions};
#[cfg(feature = "fault-points")]
pub(crate) use armed::{in_transaction, machine, migration, patience, point};

#[cfg(all(not(feature = "fault-points"), unix))]
pub(crate) fn file_system(found: u64) -> u64 {
    found
}

#[cfg(not(feature = "fault-points"))]
pub(crate) fn machine() -> Option<[String; 2]> {
    None
}

#[cfg(not(feature = "fault-points"))]
pub(crate) fn migration() -> Option<&'static str> {
    None
}

#[cfg(not(feature = "fault-points"))]
pub(crate) fn point() {}

#[cfg(not(feature = "fault-points"))]
pub(crate) fn in_transaction(_begun: bool) {}

#[cfg(not(feature = "fault-points"))]
pub(crate) fn patience(usual: std::time::Duration) -> std::time::Duration {
    usual
}
