//! Published months: suppressed aggregates, written by the manager's session; from then on every screen shows these.

use access::{Event, MedicalManager, Session};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::params;

use crate::{Store, StoreError, audit_trail, worklist::moment};

/// A published month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedRow {
    /// Year × 12 + month − 1.
    pub month: i32,
    /// When (*stand van*).
    pub at: DateTime<Utc>,
    /// Version of the group map.
    pub map: u32,
    /// The suppressed tables, as `app` encodes them.
    pub tables: Vec<u8>,
}

impl Store {
    /// Publishes a month, once.
    ///
    /// # Errors
    /// When it is published already, or the store cannot be written.
    pub fn publish(
        &mut self,
        session: &Session<MedicalManager>,
        month: i32,
        map: u32,
        tables: &[u8],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry_of(session, Event::MonthPublished, Purpose::Quality, now);
        entry.detail = Some(format!("{}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1));
        self.write(now, |transaction, _| {
            transaction.execute(
                "INSERT INTO published(month, at, by, map, tables) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![month, now.timestamp(), session.account(), map, tables],
            )?;
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }

    /// All published months, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn published(&self) -> Result<Vec<PublishedRow>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT month, at, map, tables FROM published ORDER BY month")?;
        let rows = statement.query_map([], |row| {
            Ok(PublishedRow {
                month: row.get(0)?,
                at: moment(row.get(1)?).unwrap_or_default(),
                map: row.get(2)?,
                tables: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
