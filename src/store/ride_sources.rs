//! The sources of ride files: how each one's files are laid out, as a functional administrator said and it is remembered.
//!
//! **Not here:** what a layout says (`app`): here it is a text.

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::{OptionalExtension, params};

use crate::{StoreError, audit_trail, store::Store};

/// A source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RideSource {
    /// Its name.
    pub name: String,
    /// Its layout.
    pub layout: String,
    /// When it was last said, in seconds since 1970.
    pub made: i64,
}

impl Store {
    /// All sources, the one that was said last first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ride_sources(&self) -> Result<Vec<RideSource>, StoreError> {
        let mut find =
            self.connection.prepare_cached("SELECT name, layout, made FROM ride_source ORDER BY made DESC, name")?;
        let rows =
            find.query_map([], |row| Ok(RideSource { name: row.get(0)?, layout: row.get(1)?, made: row.get(2)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The layout of a source.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ride_source(&self, name: &str) -> Result<Option<String>, StoreError> {
        let mut find = self.connection.prepare_cached("SELECT layout FROM ride_source WHERE name = ?1")?;
        Ok(find.query_row([name], |row| row.get(0)).optional()?)
    }

    /// Remembers how the files of a source are laid out; logged where that is new.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_ride_source(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        (name, layout): (&str, &str),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if self.ride_source(name)?.as_deref() == Some(layout) {
            return Ok(());
        }
        let entry = self.entry_of(session, Event::RideSourceKept, Purpose::Operation, now);
        let account = session.account();
        self.write(now, |transaction, _| {
            transaction.execute(
                "INSERT INTO ride_source(name, layout, made, by) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET layout = excluded.layout, made = excluded.made, by = excluded.by",
                params![name, layout, now.timestamp(), account],
            )?;
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }

    /// Staff numbers of all accounts, open and closed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn staff_numbers(&self) -> Result<Vec<String>, StoreError> {
        let mut find = self.connection.prepare_cached("SELECT staff FROM account")?;
        let rows = find.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
