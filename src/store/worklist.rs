//! What *Patiëntidentificatie* lists: items with their rides, and rides that wait for a BSN.
//!
//! **Not here:** how an item comes to be and what is done to it (`work`).

use chrono::{DateTime, TimeDelta, Utc};
use domain::MessageId;
use rusqlite::{OptionalExtension, params};

use crate::{
    Store, StoreError,
    work::{CLAIM_MINUTES, WorkReason, WorkState},
};

/// An item with its ride, as the worklist shows it. No BSN.
pub struct WorkRow {
    /// Number of the item.
    pub item: i64,
    /// The record.
    pub message: MessageId,
    /// Why.
    pub reason: WorkReason,
    /// Ride number.
    pub ride: String,
    /// Name of the hospital.
    pub hospital: String,
    /// Receipt.
    pub received: DateTime<Utc>,
    /// Who took it up, and when; only while the claim holds.
    pub claimed: Option<(i64, String, DateTime<Utc>)>,
    /// When it was closed.
    pub closed: Option<DateTime<Utc>>,
    /// When the BSN is destroyed, once closed.
    pub destroy_after: Option<DateTime<Utc>>,
    /// The register carries the same BSN, since when.
    pub confirmed: Option<DateTime<Utc>>,
    /// When an item of this record, or of one that it replaced, was closed before; whether that had the same BSN, where that is known.
    pub before: Option<(DateTime<Utc>, Option<bool>)>,
    /// Of a ride in the register: the ambulance announced a BSN.
    pub announced: Option<bool>,
    /// What the register knows of the ride.
    pub register: Option<RegisterRow>,
}

/// What the register knows of a ride, without crew and diagnosis.
pub struct RegisterRow {
    /// Departure.
    pub departed: Option<DateTime<Utc>>,
    /// Hand-over.
    pub handed_over: Option<DateTime<Utc>>,
    /// Vehicle.
    pub vehicle: Option<String>,
    /// Post.
    pub post: Option<String>,
    /// Urgency.
    pub urgency: Option<String>,
}

pub(crate) fn moment(seconds: Option<i64>) -> Option<DateTime<Utc>> {
    seconds.and_then(|s| DateTime::from_timestamp(s, 0))
}

const ROW: &str = "SELECT w.message, w.message, w.reason, coalesce(r.shown, w.ride), h.name, w.received, w.claimed_by, a.name, w.claimed_at,
    w.closed_at, w.destroy_after, r.id, r.departed, r.handed_over, r.vehicle, r.post, r.urgency,
    w.confirmed, w.before, w.same, r.announced
  FROM work w JOIN hospital h ON h.n = w.sender JOIN message m ON m.id = w.message
  LEFT JOIN ride r ON r.number = w.ride LEFT JOIN account a ON a.n = w.claimed_by";

fn row(row: &rusqlite::Row<'_>, now: DateTime<Utc>) -> rusqlite::Result<WorkRow> {
    let claimed_at = moment(row.get(8)?);
    let claim = (row.get::<_, Option<i64>>(6)?, row.get::<_, Option<String>>(7)?, claimed_at);
    let claimed = match claim {
        (Some(account), Some(name), Some(at)) if now - at < TimeDelta::minutes(CLAIM_MINUTES) => {
            Some((account, name, at))
        }
        (_, _, _) => None,
    };
    let register = match row.get::<_, Option<i64>>(11)? {
        None => None,
        Some(_) => Some(RegisterRow {
            departed: moment(row.get(12)?),
            handed_over: moment(row.get(13)?),
            vehicle: row.get(14)?,
            post: row.get(15)?,
            urgency: row.get(16)?,
        }),
    };
    Ok(WorkRow {
        item: row.get(0)?,
        message: MessageId(row.get(1)?),
        reason: WorkReason::from_code(row.get(2)?),
        ride: row.get(3)?,
        hospital: row.get(4)?,
        received: moment(row.get(5)?).unwrap_or(now),
        claimed,
        closed: moment(row.get(9)?),
        destroy_after: moment(row.get(10)?),
        confirmed: moment(row.get(17)?),
        before: moment(row.get(18)?).map(|at| Ok::<_, rusqlite::Error>((at, row.get(19)?))).transpose()?,
        announced: row.get(20)?,
        register,
    })
}

/// A closed item for the bill. No BSN.
pub struct ClosedRide {
    /// Ride number.
    pub ride: String,
    /// Name of the hospital.
    pub hospital: String,
    /// When it was closed.
    pub closed: DateTime<Utc>,
    /// Since when the register carries the BSN.
    pub confirmed: Option<DateTime<Utc>>,
}

/// A ride handed over without an announced and without a returned BSN.
pub struct AwaitedRide {
    /// Its row.
    pub id: i64,
    /// Ride number.
    pub ride: String,
    /// Name of the hospital; empty: not known.
    pub hospital: String,
    /// Its telephone number, as *Aansluitingen* has it.
    pub telephone: Option<String>,
    /// Hand-over.
    pub handed_over: DateTime<Utc>,
    /// What the register knows.
    pub register: RegisterRow,
    /// When the hospital was rung last.
    pub called: Option<DateTime<Utc>>,
    /// When it said that it has none either; whether in a message.
    pub none: Option<(DateTime<Utc>, bool)>,
}

impl Store {
    /// Items of a state, oldest first; rides not yet known last.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn work_list(&self, state: WorkState, now: DateTime<Utc>, limit: u32) -> Result<Vec<WorkRow>, StoreError> {
        // The page is taken from an index first, and only its rows are joined: a list is as quick with ten items as with ten
        // thousand. `state <> 3` is what the index of open items says of itself.
        let (page, order) = match state {
            WorkState::Open | WorkState::Investigating => (
                format!("state = {} AND state <> 3 ORDER BY reason = 5, received", state.code()),
                "w.reason = 5, w.received, w.message",
            ),
            WorkState::Closed => ("state = 3 ORDER BY closed_at DESC".to_owned(), "w.closed_at DESC, w.message DESC"),
        };
        let sql = format!(
            "{ROW} WHERE m.purge_after > ?1 AND w.message IN (SELECT message FROM work WHERE {page} LIMIT ?2) ORDER BY {order}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![now.timestamp(), limit], |r| row(r, now))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Closed items for the bill: ride number, when it was closed, and whether the register carries the BSN; the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn closed_for_the_bill(&self, now: DateTime<Utc>) -> Result<Vec<ClosedRide>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT coalesce(r.shown, w.ride), h.name, w.closed_at, w.confirmed FROM work w JOIN message m ON m.id = w.message
               JOIN hospital h ON h.n = w.sender LEFT JOIN ride r ON r.number = w.ride
             WHERE w.state = 3 AND m.purge_after > ?1 ORDER BY w.closed_at, w.message",
        )?;
        let rows = statement.query_map([now.timestamp()], |row| {
            Ok(ClosedRide {
                ride: row.get(0)?,
                hospital: row.get(1)?,
                closed: moment(row.get(2)?).unwrap_or(now),
                confirmed: moment(row.get(3)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One item.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn work_item(&self, item: i64, now: DateTime<Utc>) -> Result<Option<WorkRow>, StoreError> {
        let sql = format!("{ROW} WHERE w.message = ?1 AND m.purge_after > ?2");
        let mut statement = self.connection.prepare_cached(&sql)?;
        Ok(statement.query_row(params![item, now.timestamp()], |r| row(r, now)).optional()?)
    }

    /// Number of items per state (open without those whose ride is unknown, investigating, closed) and of awaited rides.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn work_counts(&self, now: DateTime<Utc>) -> Result<(u64, u64, u64, u64), StoreError> {
        let count = |sql: &str| -> Result<u64, StoreError> {
            Ok(self.connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
        };
        // Counted over its index alone: no row of the register is read for it.
        let awaited = format!("SELECT count(*) FROM ride r WHERE {AWAITED}");
        let awaited = self.connection.prepare_cached(&awaited)?.query_row([now.timestamp()], |row| row.get(0))?;
        Ok((
            count("SELECT count(*) FROM work WHERE state = 1 AND state <> 3 AND (reason = 5) = 0")?,
            count("SELECT count(*) FROM work WHERE state = 2 AND state <> 3")?,
            count("SELECT count(*) FROM work WHERE state = 3")?,
            awaited,
        ))
    }

    /// *Wacht op SEH*, by hospital, the oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn awaited_rides(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<AwaitedRide>, StoreError> {
        // Of a message that says that there is none: it counts where its sender is the ride's hospital, or a location of that.
        let sql = format!(
            "SELECT r.id, r.shown, coalesce(h.name, ''), r.handed_over, r.departed, r.vehicle, r.post, r.urgency,
               coalesce((SELECT c.telephone FROM hospital_contact c WHERE c.hospital = h.n AND c.telephone IS NOT NULL ORDER BY c.place LIMIT 1),
                 h.contact),
               a.called, a.none, a.sender IS NOT NULL
             FROM (SELECT n, id FROM (SELECT h.n, r.id FROM hospital h CROSS JOIN ride r ON r.hospital = h.n WHERE {AWAITED}
                 ORDER BY h.name, h.n, r.handed_over LIMIT ?2)
               UNION ALL SELECT n, id FROM (SELECT NULL AS n, r.id FROM ride r WHERE r.hospital IS NULL AND {AWAITED}
                 ORDER BY r.handed_over LIMIT ?2)) page
             JOIN ride r ON r.id = page.id LEFT JOIN hospital h ON h.n = page.n LEFT JOIN asked_hospital a ON a.ride = r.number
               AND (a.sender IS NULL OR a.sender = r.hospital OR r.hospital IS NULL OR a.sender IN (
                 SELECT s.n FROM hospital s WHERE s.root = h.root AND s.extension = h.extension AND h.site = 0))
             ORDER BY h.name IS NULL, h.name, h.n, r.handed_over LIMIT ?2"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![now.timestamp(), limit], |row| {
            let handed_over = moment(row.get(3)?);
            Ok(AwaitedRide {
                id: row.get(0)?,
                ride: row.get(1)?,
                hospital: row.get(2)?,
                telephone: row.get(8)?,
                handed_over: handed_over.unwrap_or(now),
                register: RegisterRow {
                    departed: moment(row.get(4)?),
                    handed_over,
                    vehicle: row.get(5)?,
                    post: row.get(6)?,
                    urgency: row.get(7)?,
                },
                called: moment(row.get(9)?),
                none: moment(row.get(10)?).map(|at| Ok::<_, rusqlite::Error>((at, row.get(11)?))).transpose()?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

// The plus keeps the index of terms out of it: these are read over their own index.
const AWAITED: &str = "r.awaits = 1 AND r.handed_over <= ?1 AND +r.purge_after > ?1";
