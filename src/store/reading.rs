//! Reads of one moment: what is written meanwhile does not show in them.

use rusqlite::{Connection, Transaction};

use crate::{Store, StoreError, connection, place};

/// One moment of the store, for several reads.
pub struct Reading<'a> {
    _of: Transaction<'a>,
}

impl Store {
    /// What is read until it is dropped is of one moment, and read with less ado.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn reading(&self) -> Result<Reading<'_>, StoreError> {
        Ok(Reading { _of: self.connection.unchecked_transaction()? })
    }

    /// Two connections that read one moment, for two threads: this store's, and one of its own.
    ///
    /// # Errors
    /// When the store cannot be read, or a writer keeps its turn for too long.
    pub(crate) fn two_readings(&self) -> Result<(Transaction<'_>, Connection), StoreError> {
        let mut second = connection::open(&place::database(&self.folder), &self.key, false)?;
        connection::guarded(&mut second)?;
        // No writer comes between the two. The moment is that of the first read.
        let _turn = self.queue.turn()?;
        let first = self.connection.unchecked_transaction()?;
        second.execute_batch("BEGIN")?;
        for reading in [&*first, &second] {
            reading.query_row("SELECT count(*) FROM setting", [], |_| Ok(()))?;
        }
        Ok((first, second))
    }
}
