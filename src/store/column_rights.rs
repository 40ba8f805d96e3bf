//! What each crew column of the register gives to see, from which day on: set by a functional administrator, with a reason.
//!
//! **Invariant:** a change is a row of its own, and none is altered: of one day the last holds. No change reaches back: what came in
//! before is judged by the rights of its day.
//! **Not here:** who of a crew is served by them (`crews`).

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::params;

use crate::{StoreError, audit_trail, senders::day_of, store::Store};

// LIMIT: characters of a reason: a sentence.
const REASON_MAX: usize = 200;

/// What one column of the crew gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnRight {
    /// 1 nurse, 2 driver, 3 third.
    pub place: u8,
    /// The diagnosis.
    pub diagnosis: bool,
    /// The remarks too; nothing without the diagnosis.
    pub remarks: bool,
    /// From this day on, as days since 1970.
    pub from_day: i64,
    /// Why.
    pub reason: String,
}

/// Why a right was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnRightRule {
    /// It would reach back.
    Past,
    /// Without a reason, or one longer than a sentence.
    Reason,
    /// Remarks without the diagnosis.
    RemarksAlone,
}

impl Store {
    /// The rights in force on a day, column by column; `None`: the column has none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn column_rights(&self, day: i64) -> Result<Vec<ColumnRight>, StoreError> {
        let sql = "SELECT place, diagnosis, remarks, from_day, reason FROM crew_right c WHERE n =
             (SELECT n FROM crew_right WHERE place = c.place AND from_day <= ?1 ORDER BY from_day DESC, n DESC LIMIT 1)
             ORDER BY place";
        self.rights_by(sql, day)
    }

    /// Changes that are still to come, in the order of their days.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn column_rights_to_come(&self, day: i64) -> Result<Vec<ColumnRight>, StoreError> {
        let sql = "SELECT place, diagnosis, remarks, from_day, reason FROM crew_right c WHERE from_day > ?1 AND n =
             (SELECT max(n) FROM crew_right WHERE place = c.place AND from_day = c.from_day) ORDER BY from_day, place";
        self.rights_by(sql, day)
    }

    fn rights_by(&self, sql: &str, day: i64) -> Result<Vec<ColumnRight>, StoreError> {
        let mut find = self.connection.prepare_cached(sql)?;
        let rows = find.query_map([day], |row| {
            Ok(ColumnRight {
                place: row.get(0)?,
                diagnosis: row.get(1)?,
                remarks: row.get(2)?,
                from_day: row.get(3)?,
                reason: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Sets what a column gives from a day on, at the earliest today. Logged.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_column_right(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        right: &ColumnRight,
        now: DateTime<Utc>,
    ) -> Result<Result<(), ColumnRightRule>, StoreError> {
        let ColumnRight { place, diagnosis, remarks, from_day, reason } = right;
        let reason = reason.trim();
        if *from_day < day_of(now) {
            return Ok(Err(ColumnRightRule::Past));
        }
        if *remarks && !diagnosis {
            return Ok(Err(ColumnRightRule::RemarksAlone));
        }
        if reason.is_empty() || reason.chars().count() > REASON_MAX || reason.chars().any(char::is_control) {
            return Ok(Err(ColumnRightRule::Reason));
        }
        let mut entry = self.entry_of(session, Event::ColumnRightsChanged, Purpose::Operation, now);
        entry.detail = Some(format!("column={place} diagnosis={diagnosis} remarks={remarks} from_day={from_day}"));
        let account = session.account();
        self.write(now, |transaction, _| {
            transaction.execute(
                "INSERT INTO crew_right(place, from_day, diagnosis, remarks, reason, at, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![place, from_day, diagnosis, remarks, reason, now.timestamp(), account],
            )?;
            audit_trail::append(transaction, &entry)?;
            Ok(Ok(()))
        })
    }
}
