//! What watching the senders needs: on which days messages came, since when all are refused, and which alarms somebody has taken up.
//!
//! **Invariant:** it asks the daily counters, never the records: the work is bounded by the number of hospitals, not of messages.
//! **Not here:** when a sender is silent (`stats`), what is said of it (`app`).

use std::collections::{BTreeMap, BTreeSet};

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::{Transaction, params};
use serde::Serialize;

use crate::{Store, StoreError, audit_trail, senders::day_of, status::Organisation, worklist::moment};

/// Messages that were accepted from a sender on one day: taken in, repeated, or of an older version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArrivalDay {
    /// Number of the sender.
    pub sender: i64,
    /// Days since 1970, in Dutch time.
    pub day: i64,
    /// How many.
    pub count: u64,
    /// When the first came.
    pub first: DateTime<Utc>,
    /// When the last came.
    pub last: DateTime<Utc>,
}

/// Refusals of a sender since its last message that was accepted.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct Refusals {
    /// Number of the sender.
    #[serde(skip)]
    pub sender: i64,
    /// The first of them.
    pub since: DateTime<Utc>,
    /// The last.
    pub last: DateTime<Utc>,
    /// How many.
    pub count: u64,
    /// Id of the rule of the last.
    pub rule: String,
}

/// A hospital that is silent for too long, for `status`; found by the layer that knows what too long is.
#[derive(Serialize, Clone, Debug)]
pub struct Silent {
    /// The organisation.
    pub organisation: Organisation,
    /// Its number.
    #[serde(skip)]
    pub sender: i64,
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// Its status.
    #[serde(skip)]
    pub status: &'static str,
    /// Its last message that was accepted.
    pub since: Option<DateTime<Utc>>,
    /// Hours without one.
    #[serde(skip)]
    pub hours: u64,
    /// From when the silence is counted: that message, or the first refusal of one that never had any accepted.
    #[serde(skip)]
    pub counted_from: DateTime<Utc>,
    /// Hours that it may be silent, by what is usual for it.
    pub usual: u64,
    /// Key of what these hours rest on.
    #[serde(skip)]
    pub basis: &'static str,
    /// All that comes is refused, and why.
    pub refused: Option<Refusals>,
    /// When somebody took the alarm up.
    pub taken_up: Option<DateTime<Utc>>,
}

impl Silent {
    /// The alarm, as far as it goes now.
    #[must_use]
    pub fn alarm(&self) -> WatchAlarm {
        WatchAlarm::Silence(self.sender, self.counted_from)
    }
}

/// An alarm that somebody takes up: *ik zoek het uit*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WatchAlarm {
    /// A sender is silent since this moment; a later silence is another alarm.
    Silence(i64, DateTime<Utc>),
    /// No profile recognises so many messages of a sender; of one more the alarm is back.
    ProfileMissing(i64, u64),
}

impl WatchAlarm {
    fn row(self) -> (i64, i64, i64) {
        match self {
            Self::Silence(sender, since) => (1, sender, since.timestamp()),
            Self::ProfileMissing(sender, count) => (2, sender, i64::try_from(count).unwrap_or(i64::MAX)),
        }
    }

    fn detail(self) -> String {
        match self {
            Self::Silence(sender, since) => format!("silence sender={sender} since={}", since.timestamp()),
            Self::ProfileMissing(sender, count) => format!("profile-missing sender={sender} count={count}"),
        }
    }
}

/// By kind and sender, up to which mark an alarm was taken up, and when.
type Taken = BTreeMap<(i64, i64), (i64, Option<DateTime<Utc>>)>;

/// Alarms that were taken up, and when.
#[derive(Clone, Debug, Default)]
pub struct TakenUp(Taken);

impl TakenUp {
    /// When this alarm was taken up; `None`: nobody has.
    #[must_use]
    pub fn at(&self, alarm: WatchAlarm) -> Option<DateTime<Utc>> {
        let (kind, sender, mark) = alarm.row();
        let (taken, at) = self.0.get(&(kind, sender))?;
        at.filter(|_| mark <= *taken)
    }
}

/// What one transaction learns of refusals: a message that was accepted ends those before it.
#[derive(Default)]
pub(crate) struct Refusing {
    accepted: BTreeSet<i64>,
    refused: BTreeMap<i64, (u64, &'static str)>,
}

impl Refusing {
    pub(crate) fn accept(&mut self, sender: i64) {
        self.refused.remove(&sender);
        self.accepted.insert(sender);
    }

    pub(crate) fn refuse(&mut self, sender: i64, rule: &'static str) {
        let (count, last) = self.refused.entry(sender).or_insert((0, rule));
        (*count, *last) = (*count + 1, rule);
    }

    pub(crate) fn write(self, transaction: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        for sender in self.accepted {
            transaction.prepare_cached("DELETE FROM refusal WHERE sender = ?1")?.execute([sender])?;
        }
        for (sender, (count, rule)) in self.refused {
            transaction
                .prepare_cached(
                    "INSERT INTO refusal(sender, since, last, n, rule) VALUES (?1, ?2, ?2, ?3, ?4)
                     ON CONFLICT DO UPDATE SET last = excluded.last, n = n + excluded.n, rule = excluded.rule",
                )?
                .execute(params![sender, now.timestamp(), count, rule])?;
        }
        Ok(())
    }
}

// LIMIT: days of arrivals that are asked for at once: two windows of eight weeks and what lies between is enough for a limit.
const DAYS_MAX: i64 = 120;

impl Store {
    /// The days up to today on which messages of the senders were accepted, by sender, oldest first; not more than so many days back.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn arrival_days(&self, days: i64, now: DateTime<Utc>) -> Result<Vec<ArrivalDay>, StoreError> {
        let today = day_of(now);
        // A look-up for each day and kind: other counters stand between them, of each path that is sent too much.
        let mut statement = self.connection.prepare_cached(
            "WITH RECURSIVE days(day) AS (SELECT ?1 UNION ALL SELECT day + 1 FROM days WHERE day < ?2),
               kinds(kind) AS (VALUES (1), (2), (3))
             SELECT c.who, c.day, sum(c.n), min(c.first), max(c.value) FROM days CROSS JOIN kinds CROSS JOIN counter c
               ON c.day = days.day AND c.kind = kinds.kind
             WHERE c.who <> 0 GROUP BY c.who, c.day ORDER BY c.who, c.day",
        )?;
        let rows = statement.query_map([today - days.clamp(0, DAYS_MAX), today], |row| {
            let last: i64 = row.get(4)?;
            Ok(ArrivalDay {
                sender: row.get(0)?,
                day: row.get(1)?,
                count: row.get(2)?,
                first: moment(row.get::<_, Option<i64>>(3)?.or(Some(last))).unwrap_or_default(),
                last: moment(Some(last)).unwrap_or_default(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Senders whose messages are all refused since the last that was accepted; 0: of whom it is not known who they are.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn refusals(&self) -> Result<Vec<Refusals>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT sender, since, last, n, rule FROM refusal ORDER BY sender")?;
        let rows = statement.query_map([], |row| {
            Ok(Refusals {
                sender: row.get(0)?,
                since: moment(row.get(1)?).unwrap_or_default(),
                last: moment(row.get(2)?).unwrap_or_default(),
                count: row.get(3)?,
                rule: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Alarms that somebody has taken up.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn taken_up(&self) -> Result<TakenUp, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT kind, sender, mark, at FROM alarm_taken")?;
        let rows = statement
            .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), (row.get(2)?, moment(row.get(3)?)))))?
            .collect::<Result<_, _>>()?;
        Ok(TakenUp(rows))
    }

    /// Somebody takes an alarm up; logged.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn take_up(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        alarm: WatchAlarm,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry_of(session, Event::AlarmTakenUp, Purpose::Operation, now);
        entry.detail = Some(alarm.detail());
        let (kind, sender, mark) = alarm.row();
        self.write(now, |transaction, _| {
            transaction.execute(
                "INSERT INTO alarm_taken(kind, sender, mark, at) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET mark = excluded.mark, at = excluded.at",
                params![kind, sender, mark, now.timestamp()],
            )?;
            audit_trail::append(transaction, &entry)?;
            Ok::<_, StoreError>(())
        })
    }

    /// Whether the log holds an entry of receiving behind this number, and its last number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn received_since(&self, seen: u64) -> Result<(bool, u64), StoreError> {
        let last = self.log_length()?;
        if last <= seen {
            return Ok((false, last));
        }
        let seen = i64::try_from(seen).unwrap_or(i64::MAX);
        let found = self
            .connection
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM audit WHERE n > ?1 AND event BETWEEN 20 AND 25)")?
            .query_row([seen], |row| row.get(0))?;
        Ok((found, last))
    }
}
