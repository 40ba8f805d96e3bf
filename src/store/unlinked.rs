//! Records that no ride of the register names, and those held since their sender is not the ride's hospital: what a functional administrator
//! sees of them, and links or lets through.
//!
//! **Invariant:** numbers, hospitals and times, never content; whoever links opens nothing by it.
//! **Not here:** what linking does (`linking`).

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{MessageId, Purpose, RideNumber};
use rusqlite::{OptionalExtension, Row, Transaction, params};

use crate::{
    Store, StoreError, audit_trail,
    confirmations::Confirmations,
    crews::Crews,
    flags::{FLAG_OTHER_HOSPITAL, FLAG_RIDE_UNKNOWN, is_implausible},
    linking::{LinkedRide, Linker},
    worklist::moment,
};

/// Why a ride of the register may be the one that was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NearMiss {
    /// The same number of another year.
    OtherYear,
    /// The same ride with another patient number.
    OtherPatient,
    /// The same ride with another patient number, which is cancelled in the register: registered anew after a change of BSN.
    RegisteredAnew,
}

/// A ride of the register that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Number of its row.
    pub ride: i64,
    /// Its ride number, as the register shows it.
    pub number: String,
    /// Why it may be.
    pub why: NearMiss,
    /// Its hospital is the sender.
    pub of_sender: bool,
    /// Another vehicle than the message names.
    pub other_vehicle: bool,
    /// Hand-over.
    pub handed_over: Option<DateTime<Utc>>,
}

/// A record whose ride is not in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlinkedRecord {
    /// The record.
    pub message: MessageId,
    /// Its ride number, as received.
    pub number: String,
    /// Name of the sender.
    pub sender: String,
    /// Receipt.
    pub received: DateTime<Utc>,
    /// The vehicle that the message names.
    pub vehicle: Option<String>,
    /// Rides that may be meant.
    pub candidates: Vec<Candidate>,
}

/// A record that is linked, and about which there is something to decide or to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRecord {
    /// The record.
    pub message: MessageId,
    /// Its ride number, as the register shows it.
    pub number: String,
    /// Name of the sender.
    pub sender: String,
    /// Name of the ride's hospital.
    pub hospital: String,
    /// Receipt.
    pub received: DateTime<Utc>,
    /// Hand-over.
    pub handed_over: Option<DateTime<Utc>>,
}

/// A record that is linked and waits for its crew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WaitingCount {
    /// How many.
    pub records: u64,
    /// Receipt of the oldest.
    pub oldest: Option<DateTime<Utc>>,
}

// LIMIT: characters of a reason that stands in the log.
const REASON_MAX: usize = 200;
// As the indexes of the two lists have it.
const OTHER_HOSPITAL: &str = "m.flags & 1";
const IMPLAUSIBLE: &str = "m.flags & 16";
// LIMIT: rides that are named as near misses of one record.
const CANDIDATES: usize = 5;

/// Each is counted by its own index: of both together, or by the day of purging, every record would be read.
fn count_of(flag: &str) -> String {
    format!("SELECT count(*) FROM message m JOIN ride r ON r.number = m.ride WHERE {flag} AND +m.purge_after > ?1")
}

impl Store {
    /// Records whose ride is not in the register, oldest first, each with the rides that may be meant.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn unlinked(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<UnlinkedRecord>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT m.id, coalesce(m.shown, m.ride), h.name, m.received, m.vehicle, m.sender FROM message m JOIN hospital h ON h.n = m.sender
             WHERE m.flags & 8 AND m.purge_after > ?1 ORDER BY m.received, m.id LIMIT ?2",
        )?;
        let rows = statement
            .query_map(params![now.timestamp(), limit], |row| {
                let record = UnlinkedRecord {
                    message: MessageId(row.get(0)?),
                    number: row.get(1)?,
                    sender: row.get(2)?,
                    received: moment(row.get(3)?).unwrap_or(now),
                    vehicle: row.get(4)?,
                    candidates: Vec::new(),
                };
                Ok((record, row.get::<_, i64>(5)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let mut found = Vec::with_capacity(rows.len());
        for (mut record, sender) in rows {
            record.candidates = self.candidates(&record.number, (sender, record.vehicle.as_deref()), now)?;
            found.push(record);
        }
        Ok(found)
    }

    /// How many records no ride names.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn unlinked_count(&self) -> Result<u64, StoreError> {
        Ok(self.connection.query_row("SELECT count(*) FROM message WHERE flags & 8", [], |row| row.get(0))?)
    }

    /// Records held since their sender is not the ride's hospital, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn held(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<HeldRecord>, StoreError> {
        self.of_flag(OTHER_HOSPITAL, now, limit)
    }

    /// How many records [`Store::held`] and [`Store::implausible`] have in all.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn held_counts(&self, now: DateTime<Utc>) -> Result<(u64, u64), StoreError> {
        let count = |flag: &str| -> Result<u64, StoreError> {
            Ok(self.connection.prepare_cached(&count_of(flag))?.query_row([now.timestamp()], |row| row.get(0))?)
        };
        Ok((count(OTHER_HOSPITAL)?, count(IMPLAUSIBLE)?))
    }

    fn of_flag(&self, flag: &str, now: DateTime<Utc>, limit: u32) -> Result<Vec<HeldRecord>, StoreError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT m.id, r.shown, s.name, coalesce(h.name, ''), m.received, r.handed_over FROM message m JOIN ride r ON r.number = m.ride
               JOIN hospital s ON s.n = m.sender LEFT JOIN hospital h ON h.n = r.hospital
             WHERE {flag} AND m.purge_after > ?1 ORDER BY m.received, m.id LIMIT ?2"
        ))?;
        let rows = statement.query_map(params![now.timestamp(), limit], |row| {
            Ok(HeldRecord {
                message: MessageId(row.get(0)?),
                number: row.get(1)?,
                sender: row.get(2)?,
                hospital: row.get(3)?,
                received: moment(row.get(4)?).unwrap_or(now),
                handed_over: moment(row.get(5)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Records linked by their number whose vehicle or time is not the ride's, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn implausible(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<HeldRecord>, StoreError> {
        self.of_flag(IMPLAUSIBLE, now, limit)
    }

    /// Records that are linked and wait for somebody of their crew, or for a crew.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn linked_and_waiting(&self) -> Result<WaitingCount, StoreError> {
        // Records stand in order of receipt.
        let sql = "SELECT w.n, a.received FROM (SELECT count(*) AS n, min(message) AS first FROM waiting WHERE linked AND NOT held) w
                   LEFT JOIN awaited a ON a.message = w.first";
        let count = |row: &Row<'_>| Ok(WaitingCount { records: row.get(0)?, oldest: moment(row.get(1)?) });
        Ok(self.connection.prepare_cached(sql)?.query_row([], count)?)
    }

    fn candidates(
        &self,
        number: &str,
        (sender, sent_by): (i64, Option<&str>),
        now: DateTime<Utc>,
    ) -> Result<Vec<Candidate>, StoreError> {
        let Ok(sent) = RideNumber::parse(number) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        let (rav, year, sequence, patient) = (sent.rav(), sent.year(), sent.sequence(), sent.patient());
        // By number alone, so that each is one look into the index of numbers.
        let years =
            [year - 1, year + 1].map(|year| (format!("{rav}-{year}-{sequence}-{patient}"), NearMiss::OtherYear));
        let others = (1..=PATIENTS).filter(|other| *other != patient);
        let others = others.map(|other| (format!("{rav}-{year}-{sequence}-{other}"), NearMiss::OtherPatient));
        let mut find = self.connection.prepare_cached(
            "SELECT id, shown, handed_over, hospital IS ?2, cancelled, vehicle FROM ride WHERE number = ?1 AND purge_after > ?3",
        )?;
        for (number, why) in others.chain(years) {
            let one = find.query_row(params![number, sender, now.timestamp()], |row| {
                let cancelled = row.get(4)?;
                let vehicle: Option<String> = row.get(5)?;
                Ok(Candidate {
                    ride: row.get(0)?,
                    number: row.get(1)?,
                    why: if why == NearMiss::OtherPatient && cancelled { NearMiss::RegisteredAnew } else { why },
                    other_vehicle: is_implausible((sent_by, None), (vehicle.as_deref(), None)),
                    of_sender: row.get(3)?,
                    handed_over: moment(row.get(2)?),
                })
            });
            found.extend(one.optional()?);
        }
        // Those of the sender itself first.
        found.sort_by_key(|one| !one.of_sender);
        found.truncate(CANDIDATES);
        Ok(found)
    }

    /// Links a record to a ride of the register by hand, and all others of the same sender and number with it. Logged with the reason.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] when the record is linked already or the ride is gone, or when the store cannot be written.
    pub fn link_by_hand(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        message: MessageId,
        ride: i64,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.link_anew(session, (Event::RecordLinked, reason), now, |transaction| {
            let sent: Option<(String, i64)> = transaction
                .prepare_cached("SELECT ride, sender FROM message WHERE id = ?1 AND flags & ?2")?
                .query_row(params![message.0, FLAG_RIDE_UNKNOWN], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((before, sender)) = sent else { return Err(StoreError::NotYours) };
            let Some(meant) = Registered::find(transaction, ride, now)? else { return Err(StoreError::NotYours) };
            for sql in [
                "UPDATE work SET ride = ?1 WHERE message IN (SELECT id FROM message WHERE ride = ?2 AND sender = ?3)",
                "UPDATE waiting SET ride = ?1 WHERE message IN (SELECT id FROM message WHERE ride = ?2 AND sender = ?3)",
                "UPDATE message SET shown = coalesce(shown, ride), ride = ?1, flags = flags | 64 WHERE ride = ?2 AND sender = ?3",
            ] {
                transaction.prepare_cached(sql)?.execute(params![meant.number, before, sender])?;
            }
            Ok(meant)
        })
    }

    /// Lets the feedback of a sender through for one ride whose hospital it is not: what is here of it and what still comes. Logged with the
    /// reason.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] when the record is not held, or when the store cannot be written.
    pub fn accept_sender(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        message: MessageId,
        reason: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.link_anew(session, (Event::SenderAccepted, reason), now, |transaction| {
            let held: Option<(i64, i64)> = transaction
                .prepare_cached(
                    "SELECT r.id, m.sender FROM message m JOIN ride r ON r.number = m.ride WHERE m.id = ?1 AND m.flags & ?2",
                )?
                .query_row(params![message.0, FLAG_OTHER_HOSPITAL], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((ride, sender)) = held else { return Err(StoreError::NotYours) };
            let Some(ride) = Registered::find(transaction, ride, now)? else { return Err(StoreError::NotYours) };
            transaction
                .prepare_cached("INSERT OR IGNORE INTO accepted_sender(ride, sender, at, by) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![ride.number, sender, now.timestamp(), session.account()])?;
            Ok(ride)
        })
    }

    /// Changes what stands between records and a ride, and links the ride that `change` gives: with an entry that has the reason.
    pub(crate) fn link_anew(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        (event, reason): (Event, &str),
        now: DateTime<Utc>,
        change: impl FnOnce(&Transaction<'_>) -> Result<Registered, StoreError>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry_of(session, event, Purpose::Operation, now);
        entry.detail = Some(reason.chars().take(REASON_MAX).collect());
        let base = self.entry(now, event, Purpose::Reception);
        let term = TimeDelta::days(i64::from(self.settings.retention_days));
        let confirmations = Confirmations::new(None);
        self.write(now, |transaction, secrets| {
            let ride = change(transaction)?;
            entry.ride = Some(secrets.ride_pseudonym(&ride.number));
            audit_trail::append(transaction, &entry)?;
            let crews = Crews::of(transaction, secrets, &confirmations);
            let mut linker = Linker::new(transaction, secrets, crews, (term, now), &base);
            linker.link(&ride.linked())?;
            let (_, entries) = linker.end()?;
            audit_trail::append_all(transaction, &entries)?;
            Ok(())
        })
    }
}

// LIMIT: patient numbers that are looked at; a ride has few patients, and few of them are registered anew.
const PATIENTS: u8 = 9;

/// A ride as it stands in the register.
pub(crate) struct Registered {
    id: i64,
    number: String,
    hospital: Option<i64>,
    handed_over: Option<DateTime<Utc>>,
    vehicle: Option<String>,
    crew: String,
    announced: bool,
    bsn_hash: Option<[u8; 32]>,
}

impl Registered {
    pub(crate) fn find(
        transaction: &Transaction<'_>,
        ride: i64,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, StoreError> {
        let sql =
            "SELECT r.id, r.number, r.hospital, r.handed_over, w.crew, r.announced, r.bsn_hash, r.vehicle FROM ride r
                   JOIN ride_wrap w ON w.ride = r.id WHERE r.id = ?1 AND r.purge_after > ?2";
        let row = transaction.prepare_cached(sql)?.query_row(params![ride, now.timestamp()], |row| {
            Ok(Self {
                id: row.get(0)?,
                number: row.get(1)?,
                hospital: row.get(2)?,
                handed_over: moment(row.get(3)?),
                crew: row.get(4)?,
                announced: row.get(5)?,
                bsn_hash: row.get(6)?,
                vehicle: row.get(7)?,
            })
        });
        Ok(row.optional()?)
    }

    /// Its number, as it stands in the register.
    pub(crate) fn number(&self) -> &str {
        &self.number
    }

    pub(crate) fn linked(&self) -> LinkedRide<'_> {
        let Self { id, number, hospital, handed_over, vehicle, crew, announced, bsn_hash } = self;
        LinkedRide {
            id: *id,
            number,
            hospital: *hospital,
            handed_over: *handed_over,
            vehicle: vehicle.as_deref(),
            crew,
            announced: *announced,
            bsn_hash: *bsn_hash,
            sealed_anew: false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn what_is_held_is_counted_without_reading_every_record() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("migrations/0001.sql")).unwrap();
        for (flag, index) in [(OTHER_HOSPITAL, "message_held"), (IMPLAUSIBLE, "message_implausible")] {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", count_of(flag))).unwrap();
            let first: String = plan.query_row([0], |row| row.get(3)).unwrap();
            assert!(first.contains(index), "{first}");
        }
    }
}
