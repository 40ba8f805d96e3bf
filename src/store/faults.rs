//! Points between the statements of an append at which a test can kill the process, and how long others are asked to let go.
//! Only in builds for tests.

#[cfg(feature = "fault-points")]
mod armed {
    use std::{
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

#[cfg(feature = "fault-points")]
pub use armed::{ask_for_milliseconds, die_at, tell_transactions};
#[cfg(feature = "fault-points")]
pub(crate) use armed::{in_transaction, patience, point};

#[cfg(not(feature = "fault-points"))]
pub(crate) fn point() {}

#[cfg(not(feature = "fault-points"))]
pub(crate) fn in_transaction(_begun: bool) {}

#[cfg(not(feature = "fault-points"))]
pub(crate) fn patience(usual: std::time::Duration) -> std::time::Duration {
    usual
}
