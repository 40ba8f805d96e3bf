//! Whether a clock may be believed for destroying: the log knows the newest moment anything happened, and a clock far ahead of it
//! is wrong, or the store lay still. Only a person can tell.
//!
//! **Invariant:** doubting leaves no entry: one dated by a wrong clock would stop every write once it is set right.
//! **Not here:** a clock that was set back (`audit_trail` refuses to write by it).

use access::{Authorisation, Event};
use chrono::{DateTime, TimeDelta, Utc};
use domain::Purpose;
use rusqlite::OptionalExtension;

use crate::{Store, StoreError, audit_trail, retention::Purged, worklist::moment};

// How far the clock may lie ahead of the log's last entry when a person asks for a purge.
const ASKED_DAYS_MAX: i64 = 2;
// And when the program purges by itself: an office that was closed for a fortnight is no wrong clock.
const ALONE_DAYS_MAX: i64 = 14;
// After a week of the same clock it is believed: 358 live days and a week are still within the year (R4).
const DOUBT_DAYS_MAX: i64 = 7;
const DOUBTED: &str = "clock_doubted";

/// Whether the purge of every start and every day is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PurgeDue {
    /// Now.
    Now,
    /// There is nothing to do.
    Not,
    /// The clock lies too far ahead of the log's last entry, which is of this moment: nothing may be destroyed.
    Withheld(DateTime<Utc>),
}

/// What became of the purge of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DailyPurge {
    /// It ran.
    Done(Purged),
    /// There was nothing to do.
    NotDue,
    /// The clock lies too far ahead of the log's last entry, which is of this moment: nothing was destroyed.
    Withheld(DateTime<Utc>),
}

/// What makes a clock doubtful: when it was first seen so far ahead, and of what.
#[derive(Clone, Copy)]
struct Doubt {
    newest: DateTime<Utc>,
    since: DateTime<Utc>,
}

impl Store {
    /// The newest moment the log knows.
    fn newest_moment(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let sql = "SELECT at FROM audit ORDER BY n DESC LIMIT 1";
        let newest: Option<i64> = self.connection.query_row(sql, [], |row| row.get(0)).optional()?;
        Ok(moment(newest))
    }

    fn doubt(&self) -> Result<Option<Doubt>, StoreError> {
        let Some(text) = self.text_setting(DOUBTED)? else { return Ok(None) };
        let read = |text: &str| moment(text.parse().ok());
        Ok(text.split_once(' ').and_then(|(newest, since)| Some(Doubt { newest: read(newest)?, since: read(since)? })))
    }

    /// The newest moment before the clock that is doubted; `None` where it is believed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn clock_doubted(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.doubt()?.map(|doubt| doubt.newest))
    }

    /// Whether `now` lies more than so many days ahead, or is the clock that is in doubt; then the newest moment before it.
    fn ahead(&self, now: DateTime<Utc>, days: i64) -> Result<Option<DateTime<Utc>>, StoreError> {
        let far = |from: DateTime<Utc>, days| now > from + TimeDelta::days(days);
        if let Some(Doubt { newest, since }) = self.doubt()? {
            // Lived by for a week, or set right since.
            let believed = far(since, DOUBT_DAYS_MAX) || !far(newest, days);
            return Ok((!believed).then_some(newest));
        }
        Ok(self.newest_moment()?.filter(|newest| far(*newest, days)))
    }

    /// Whether the purge of every start and every day is to run now: when something is past its term, or the last one is a day ago.
    /// By a clock that may be wrong it is not.
    ///
    /// # Errors
    /// When the store cannot be read, or the doubt cannot be noted.
    pub fn purge_due(&mut self, now: DateTime<Utc>) -> Result<PurgeDue, StoreError> {
        if let Some(newest) = self.ahead(now, ALONE_DAYS_MAX)? {
            if self.doubt()?.is_none() {
                let text = format!("{} {}", newest.timestamp(), now.timestamp());
                // Written as of the newest moment: what a year's turn brings is not for a clock in doubt.
                self.write(newest, |transaction, _| {
                    let sql = "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
                    transaction.execute(sql, [DOUBTED, &text])?;
                    Ok::<_, StoreError>(())
                })?;
            }
            return Ok(PurgeDue::Withheld(newest));
        }
        self.believe(now)?;
        Ok(if self.purge_is_due(now)? { PurgeDue::Now } else { PurgeDue::Not })
    }

    /// The purge of a start that waits for it: runs to its end where it is due.
    ///
    /// # Errors
    /// As [`Store::purge`].
    pub fn purge_when_due(&mut self, now: DateTime<Utc>) -> Result<DailyPurge, StoreError> {
        match self.purge_due(now)? {
            PurgeDue::Now => self.purge(now).map(DailyPurge::Done),
            PurgeDue::Not => Ok(DailyPurge::NotDue),
            PurgeDue::Withheld(newest) => Ok(DailyPurge::Withheld(newest)),
        }
    }

    /// The purge a person asks for.
    ///
    /// # Errors
    /// When the clock lies too far ahead of the log's last entry: then nothing is destroyed. Otherwise as [`Store::purge`].
    pub fn purge_when_asked(&mut self, now: DateTime<Utc>) -> Result<Purged, StoreError> {
        match self.ahead(now, ASKED_DAYS_MAX)? {
            Some(last) => Err(StoreError::ClockAhead { last }),
            None => {
                self.believe(now)?;
                self.purge(now)
            }
        }
    }

    /// The purge of a person who has looked at the clock: it is logged that he says so.
    ///
    /// # Errors
    /// As [`Store::purge`].
    pub fn purge_by_confirmed_clock(&mut self, now: DateTime<Utc>) -> Result<Purged, StoreError> {
        let mut entry = self.entry(now, Event::ClockConfirmed, Purpose::Supervision);
        entry.authorisation = Authorisation::CommandLine;
        self.write(now, |transaction, _| {
            transaction.execute("DELETE FROM setting WHERE key = ?1", [DOUBTED])?;
            audit_trail::append(transaction, &entry).map(|_| ())
        })?;
        self.purge(now)
    }

    fn believe(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        if self.doubt()?.is_none() {
            return Ok(());
        }
        self.write(now, |transaction, _| {
            transaction.execute("DELETE FROM setting WHERE key = ?1", [DOUBTED])?;
            Ok(())
        })
    }
}
