//! Two rides with one number: services within a RAV that number apart. Nobody sees what names such a number until a functional
//! administrator said of which ride it is.
//!
//! **Invariant:** the first ride of a number stands under it, each further one under the number with a mark that no message can have;
//! all of them are marked as contested as long as two of them are not cancelled.
//! **Not here:** what a file says (`ride_import`), what linking does (`linking`).

use std::collections::BTreeSet;

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{MessageId, RideNumber};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{
    Store, StoreError, faults,
    flags::{FLAG_BY_HAND, FLAG_CONTESTED, is_implausible, same_text},
    inbox::Incoming,
    ride::Ride,
    rides::{self, KnownRide},
    unlinked::Registered,
    worklist::moment,
};

/// Between a number and the mark of a further ride that has it.
const MARK: char = '~';
// LIMIT: rides of one number.
const OF_ONE_NUMBER: usize = 9;
// A correction moves a ride within a day.
const APART_MAX: TimeDelta = TimeDelta::hours(24);

/// A record of whose number there are two rides. Never its content.
pub struct ContestedRecord {
    /// The record.
    pub message: MessageId,
    /// Its ride number, as the register shows it.
    pub number: String,
    /// Name of the sender.
    pub sender: String,
    /// Receipt.
    pub received: DateTime<Utc>,
    /// The vehicle that it names.
    pub vehicle: Option<String>,
    /// The rides, those of the sender first.
    pub rides: Vec<RideOfNumber>,
}

/// One of the rides that have one number.
pub struct RideOfNumber {
    /// The ride.
    pub ride: i64,
    /// The service that drove.
    pub service: Option<String>,
    /// Vehicle.
    pub vehicle: Option<String>,
    /// Hand-over.
    pub handed_over: Option<DateTime<Utc>>,
    /// It was cancelled.
    pub cancelled: bool,
    /// Its hospital is the sender.
    pub of_sender: bool,
    /// The message names another vehicle, or a time on another day.
    pub implausible: bool,
}

/// A number without the mark of a further ride: as messages and people name it.
pub(crate) fn base(number: &str) -> &str {
    number.split_once(MARK).map_or(number, |(base, _)| base)
}

/// What tells whether a line of a file is the ride that stands under its number.
struct Stands {
    number: String,
    service: Option<String>,
    vehicle: Option<String>,
    departed: Option<DateTime<Utc>>,
    handed_over: Option<DateTime<Utc>>,
    crew: String,
}

impl Stands {
    /// A vehicle or somebody in common.
    fn shares(&self, line: &Ride) -> bool {
        let staff: BTreeSet<&str> =
            self.crew.split(';').filter_map(|one| one.rsplit_once(':')).map(|(who, _)| who).collect();
        both_same(&self.vehicle, &line.vehicle) == Some(true)
            || line.crew.iter().any(|(who, _)| staff.contains(who.as_str()))
    }

    /// Another ride, and no correction of this one: nothing in common, and another service, or with another vehicle on another day.
    fn is_another(&self, line: &Ride) -> bool {
        let far = [(self.departed, line.departed), (self.handed_over, line.handed_over)]
            .into_iter()
            .any(|(a, b)| a.zip(b).is_some_and(|(a, b)| (a - b).abs() > APART_MAX));
        let otherwise = match both_same(&self.service, &line.service) {
            // A service has a number once.
            Some(same) => !same,
            None => far && both_same(&self.vehicle, &line.vehicle) == Some(false),
        };
        otherwise && !self.shares(line)
    }
}

fn both_same(a: &Option<String>, b: &Option<String>) -> Option<bool> {
    a.as_deref().zip(b.as_deref()).map(|(a, b)| same_text(a, b))
}

const STAND: &str = "SELECT r.number, r.service, r.vehicle, r.departed, r.handed_over, w.crew FROM ride r
  JOIN ride_wrap w ON w.ride = r.id WHERE r.number = ?1 OR (r.number > ?1 || '~' AND r.number < ?1 || '~~') ORDER BY r.number";

/// Under which number a line of a file stands in the register, or is to stand: that of the ride it corrects, or the next free one.
pub(crate) fn place(transaction: &Transaction<'_>, number: &str, line: &Ride) -> Result<String, StoreError> {
    let mut find = transaction.prepare_cached(STAND)?;
    let there = find
        .query_map([number], |row| {
            Ok(Stands {
                number: row.get(0)?,
                service: row.get(1)?,
                vehicle: row.get(2)?,
                departed: moment(row.get(3)?),
                handed_over: moment(row.get(4)?),
                crew: row.get(5)?,
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    // The same service before what they have in common, and that before what keeps them from being another's.
    let same_service = |one: &&Stands| both_same(&one.service, &line.service) == Some(true);
    let corrected = (there.iter().find(same_service))
        .or_else(|| there.iter().find(|one| one.shares(line)))
        .or_else(|| there.iter().find(|one| !one.is_another(line)));
    if let Some(one) = corrected {
        return Ok(one.number.clone());
    }
    let marked = |n: usize| format!("{number}{MARK}{n}");
    let free = (2..OF_ONE_NUMBER).map(marked).find(|further| there.iter().all(|one| one.number != *further));
    Ok(free.unwrap_or_else(|| marked(OF_ONE_NUMBER)))
}

/// Whether a further ride stands under this number, which is not cancelled.
const CONTESTED: &str =
    "EXISTS(SELECT 1 FROM ride o WHERE o.number > ?1 || '~' AND o.number < ?1 || '~~' AND o.cancelled = 0)";

/// Marks the ride that stands first under a number as contested, or no longer; returns it, for what names it is to be linked anew.
pub(crate) fn settle(transaction: &Transaction<'_>, number: &str) -> Result<Option<i64>, StoreError> {
    let sql = format!("UPDATE ride SET contested = {CONTESTED} WHERE number = ?1 RETURNING id");
    Ok(transaction.prepare_cached(&sql)?.query_row([number], |row| row.get(0)).optional()?)
}

/// Whether a ride of the register is the first of several that have its number.
pub(crate) fn is_contested(transaction: &Transaction<'_>, ride: i64) -> Result<bool, StoreError> {
    let sql = "SELECT contested FROM ride WHERE id = ?1";
    Ok(transaction.prepare_cached(sql)?.query_row([ride], |row| row.get(0))?)
}

/// The number of a ride, where it is the first of several that have it.
pub(crate) fn contested_number(transaction: &Transaction<'_>, ride: i64) -> Result<Option<String>, StoreError> {
    let sql = "SELECT number FROM ride WHERE id = ?1 AND contested = 1";
    Ok(transaction.prepare_cached(sql)?.query_row([ride], |row| row.get(0)).optional()?)
}

/// The earliest hand-over of the rides that have a number: the term of what names it begins no later (R4).
pub(crate) fn earliest(transaction: &Transaction<'_>, number: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let sql = "SELECT min(handed_over) FROM ride WHERE number = ?1 OR (number > ?1 || '~' AND number < ?1 || '~~')";
    Ok(transaction.prepare_cached(sql)?.query_row([number], |row| Ok(moment(row.get(0)?)))?)
}

/// The first ride of a number is past its term: a further one takes its place, so that what still comes finds it.
pub(crate) fn move_up(transaction: &Transaction<'_>, number: &str) -> Result<(), StoreError> {
    let sql = "SELECT min(number) FROM ride WHERE number > ?1 || '~' AND number < ?1 || '~~'";
    let further: Option<String> = transaction.prepare_cached(sql)?.query_row([number], |row| row.get(0))?;
    let Some(further) = further else { return Ok(()) };
    for table in ["message", "work", "waiting", "crew_change"] {
        let sql = format!("UPDATE {table} SET ride = ?1 WHERE ride = ?2");
        transaction.prepare_cached(&sql)?.execute(params![number, further])?;
    }
    for table in ["withdrawn", "asked_hospital", "accepted_sender"] {
        for sql in [
            format!("UPDATE OR IGNORE {table} SET ride = ?1 WHERE ride = ?2"),
            format!("DELETE FROM {table} WHERE ?1 <> ?2 AND ride = ?2"),
        ] {
            transaction.prepare_cached(&sql)?.execute(params![number, further])?;
        }
    }
    transaction.prepare_cached("UPDATE ride SET number = ?1 WHERE number = ?2")?.execute(params![number, further])?;
    settle(transaction, number)?;
    Ok(())
}

/// The hand-over that the term of what names this ride begins with.
pub(crate) fn handed_over(
    transaction: &Transaction<'_>,
    ride: &KnownRide,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    if ride.contested { earliest(transaction, &ride.wrapped.number) } else { Ok(ride.handed_over) }
}

/// The number that a record is kept under, its ride, and whether that was chosen by hand: for the record that it takes the place of,
/// where both name the same number.
pub(crate) fn ride_of(
    transaction: &Transaction<'_>,
    incoming: &Incoming,
    replaces: Option<MessageId>,
) -> Result<(String, Option<KnownRide>, bool), StoreError> {
    let named = incoming.ride.canonical();
    if let Some(before) = replaces {
        let sql = "SELECT ride, coalesce(shown, ride) FROM message WHERE id = ?1 AND flags & ?2";
        let row = transaction
            .prepare_cached(sql)?
            .query_row(params![before.0, FLAG_BY_HAND], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
            .optional()?;
        let same = |received: &str| RideNumber::parse(received).is_ok_and(|number| number.canonical() == named);
        if let Some((number, _)) = row.filter(|(_, received)| same(received))
            && let Some(ride) = rides::known(transaction, &number)?
        {
            return Ok((number, Some(ride), true));
        }
    }
    let ride = rides::known(transaction, &named)?;
    Ok((named, ride, false))
}

impl Store {
    /// Records whose number two rides have, oldest first, each with the rides.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn contested(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<ContestedRecord>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT m.id, m.ride, s.name, m.received, m.vehicle, m.sender, m.ride_time FROM message m JOIN hospital s ON s.n = m.sender
             WHERE m.flags & 32 AND m.purge_after > ?1 ORDER BY m.received, m.id LIMIT ?2",
        )?;
        let rows = statement.query_map(params![now.timestamp(), limit], |row| {
            let record = ContestedRecord {
                message: MessageId(row.get(0)?),
                number: row.get(1)?,
                sender: row.get(2)?,
                received: moment(row.get(3)?).unwrap_or(now),
                vehicle: row.get(4)?,
                rides: Vec::new(),
            };
            Ok((record, row.get::<_, i64>(5)?, moment(row.get(6)?)))
        })?;
        let mut found = rows.collect::<Result<Vec<_>, _>>()?;
        for (record, sender, time) in &mut found {
            record.rides = self.of_number(&record.number, (*sender, record.vehicle.as_deref(), *time), now)?;
        }
        Ok(found.into_iter().map(|(record, ..)| record).collect())
    }

    /// How many records are held since two rides have their number, and how many numbers two rides have.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn contested_count(&self) -> Result<(u64, u64), StoreError> {
        let sql =
            "SELECT (SELECT count(*) FROM message WHERE flags & 32), (SELECT count(*) FROM ride WHERE contested = 1)";
        Ok(self.connection.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    fn of_number(
        &self,
        number: &str,
        (sender, vehicle, time): (i64, Option<&str>, Option<DateTime<Utc>>),
        now: DateTime<Utc>,
    ) -> Result<Vec<RideOfNumber>, StoreError> {
        let mut find = self.connection.prepare_cached(
            "SELECT id, service, vehicle, handed_over, cancelled, hospital IS ?2 FROM ride
             WHERE (number = ?1 OR (number > ?1 || '~' AND number < ?1 || '~~')) AND purge_after > ?3 ORDER BY number",
        )?;
        let rows = find.query_map(params![number, sender, now.timestamp()], |row| {
            let (of_ride, handed_over): (Option<String>, _) = (row.get(2)?, moment(row.get(3)?));
            Ok(RideOfNumber {
                ride: row.get(0)?,
                service: row.get(1)?,
                implausible: is_implausible((vehicle, time), (of_ride.as_deref(), handed_over)),
                vehicle: of_ride,
                handed_over,
                cancelled: row.get(4)?,
                of_sender: row.get(5)?,
            })
        })?;
        let mut found = rows.collect::<Result<Vec<_>, _>>()?;
        found.sort_by_key(|one| !one.of_sender);
        Ok(found)
    }

    /// Says of which ride a record is whose number two rides have. Logged.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] when the record is not contested or the ride is none of its number, or when the store cannot be written.
    pub fn choose_ride(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        message: MessageId,
        ride: i64,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.link_anew(session, (Event::RecordLinked, reason), now, |transaction| {
            let sql = "SELECT ride FROM message WHERE id = ?1 AND flags & ?2";
            let number: Option<String> = transaction
                .prepare_cached(sql)?
                .query_row(params![message.0, FLAG_CONTESTED], |row| row.get(0))
                .optional()?;
            let meant = Registered::find(transaction, ride, now)?;
            let (Some(number), Some(meant)) = (number, meant) else { return Err(StoreError::NotYours) };
            if base(meant.number()) != number {
                return Err(StoreError::NotYours);
            }
            for sql in [
                "UPDATE work SET ride = ?1 WHERE message = ?2",
                "UPDATE waiting SET ride = ?1 WHERE message = ?2",
                "UPDATE message SET shown = coalesce(shown, ride), ride = ?1, flags = flags | 64 WHERE id = ?2",
            ] {
                transaction.prepare_cached(sql)?.execute(params![meant.number(), message.0])?;
                faults::point();
            }
            Ok(meant)
        })
    }
}
