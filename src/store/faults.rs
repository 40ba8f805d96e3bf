//! Points between the statements of an append at which a test can kill the process. Only in builds for tests.

#[cfg(feature = "fault-points")]
mod armed {
    use std::sync::atomic::{AtomicI64, Ordering};

    static LEFT: AtomicI64 = AtomicI64::new(-1);

    /// Kills the process at the n-th point from now, counted from 1.
    pub fn die_at(n: i64) {
        LEFT.store(n, Ordering::SeqCst);
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
pub use armed::die_at;
#[cfg(feature = "fault-points")]
pub(crate) use armed::point;

#[cfg(not(feature = "fault-points"))]
pub(crate) fn point() {}
