//! Work items of *Patiëntidentificatie*: opened with a returned BSN, claimed, closed, and the BSN destroyed 14 days after.
//!
//! **Invariant:** an item holds no BSN, only its keyed hash until it is closed.

use access::{Administration, Authorisation, Event, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{MessageId, Purpose, ReaderId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{
    Store, StoreError, audit_trail,
    inbox::Incoming,
    rides::{self, KnownRide},
    store::Secrets,
    wraps::Wraps,
};

/// Why there is something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkReason {
    /// Announced without a BSN.
    NotAnnounced,
    /// Announced with another BSN.
    Differs,
    /// Fails the elfproef.
    Invalid,
    /// Two different BSNs.
    TwoNumbers,
    /// The ride is not in the register yet.
    RideUnknown,
}

impl WorkReason {
    const ALL: [Self; 5] = [Self::NotAnnounced, Self::Differs, Self::Invalid, Self::TwoNumbers, Self::RideUnknown];

    fn code(self) -> i64 {
        match self {
            Self::NotAnnounced => 1,
            Self::Differs => 2,
            Self::Invalid => 3,
            Self::TwoNumbers => 4,
            Self::RideUnknown => 5,
        }
    }

    fn from_code(code: i64) -> Self {
        Self::ALL.into_iter().find(|r| r.code() == code).unwrap_or(Self::RideUnknown)
    }
}

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkState {
    /// Te doen.
    Open,
    /// In onderzoek.
    Investigating,
    /// Afgerond.
    Closed,
}

impl WorkState {
    fn code(self) -> i64 {
        match self {
            Self::Open => 1,
            Self::Investigating => 2,
            Self::Closed => 3,
        }
    }
}

/// Days a BSN is kept after closing (R9).
pub const DESTROY_AFTER_DAYS: i64 = 14;
/// Minutes a claim holds.
pub const CLAIM_MINUTES: i64 = 30;

pub(crate) fn open(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    message: MessageId,
    sender: i64,
    incoming: &Incoming,
    ride: Option<&KnownRide>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(identification) = &incoming.identification else { return Ok(()) };
    let reason = if !identification.bsn.is_valid() {
        WorkReason::Invalid
    } else if !identification.other_bsns.is_empty() {
        WorkReason::TwoNumbers
    } else {
        match ride {
            None => WorkReason::RideUnknown,
            Some(ride) if ride.announced => WorkReason::Differs,
            Some(_) => WorkReason::NotAnnounced,
        }
    };
    // Only a valid number that stands alone can prove equal; another stays until a person has looked.
    let alone = identification.bsn.is_valid() && identification.other_bsns.is_empty();
    let hash = alone.then(|| rides::bsn_hash(secrets, &identification.bsn));
    transaction
        .prepare_cached(
            "INSERT INTO work(message, ride, sender, received, reason, state, bsn_hash) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)",
        )?
        .execute(params![message.0, incoming.ride.canonical(), sender, now.timestamp(), reason.code(), hash])?;
    Ok(())
}

/// The ride of an item came into the register, or was corrected: its reason is known now.
pub(crate) fn ride_became_known(
    transaction: &Transaction<'_>,
    message: i64,
    announced: bool,
) -> Result<(), StoreError> {
    let reason = if announced { WorkReason::Differs } else { WorkReason::NotAnnounced };
    transaction
        .prepare_cached("UPDATE work SET reason = ?2 WHERE message = ?1 AND reason IN (1, 2, 5)")?
        .execute(params![message, reason.code()])?;
    Ok(())
}

/// Destroys a record's identification: part, wrap and item. The rest of the record stays.
pub(crate) fn destroy_identification(transaction: &Transaction<'_>, message: i64) -> Result<(), StoreError> {
    remove_part(transaction, message)?;
    transaction.prepare_cached("DELETE FROM work WHERE message = ?1")?.execute([message])?;
    Ok(())
}

fn remove_part(transaction: &Transaction<'_>, message: i64) -> Result<(), StoreError> {
    let wraps: Option<Vec<u8>> = transaction
        .prepare_cached("SELECT wraps FROM message WHERE id = ?1")?
        .query_row([message], |row| row.get(0))
        .optional()?;
    if let Some(wraps) = wraps {
        let mut wraps = Wraps::decode(&wraps)?;
        wraps.remove(ReaderId::ADMINISTRATION);
        transaction
            .prepare_cached("UPDATE message SET ident = NULL, wraps = ?2 WHERE id = ?1")?
            .execute(params![message, wraps.encode().as_slice()])?;
    }
    Ok(())
}

/// BSNs of items closed 14 days ago are destroyed, so many of them; the closed item stays until its record goes.
pub(crate) fn destroy_closed(transaction: &Transaction<'_>, now: DateTime<Utc>, most: u32) -> Result<u64, StoreError> {
    let mut find = transaction.prepare_cached("SELECT message FROM work WHERE destroy_after <= ?1 LIMIT ?2")?;
    let found = find.query_map(params![now.timestamp(), most], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    for message in &found {
        remove_part(transaction, *message)?;
        transaction
            .prepare_cached("UPDATE work SET destroy_after = NULL, bsn_hash = NULL WHERE message = ?1")?
            .execute([message])?;
    }
    Ok(found.len() as u64)
}

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
    w.closed_at, w.destroy_after, r.id, r.departed, r.handed_over, r.vehicle, r.post, r.urgency
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
        register,
    })
}

/// A ride handed over without an announced and without a returned BSN.
pub struct AwaitedRide {
    /// Ride number.
    pub ride: String,
    /// Name of the hospital.
    pub hospital: String,
    /// Hand-over.
    pub handed_over: DateTime<Utc>,
    /// What the register knows.
    pub register: RegisterRow,
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

    /// *Wacht op SEH*, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn awaited_rides(&self, now: DateTime<Utc>, limit: u32) -> Result<Vec<AwaitedRide>, StoreError> {
        let sql = format!(
            "SELECT r.shown, coalesce(h.name, ''), r.handed_over, r.departed, r.vehicle, r.post, r.urgency
             FROM ride r LEFT JOIN hospital h ON h.n = r.hospital WHERE {AWAITED} ORDER BY r.handed_over LIMIT ?2"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![now.timestamp(), limit], |row| {
            let handed_over = moment(row.get(2)?);
            Ok(AwaitedRide {
                ride: row.get(0)?,
                hospital: row.get(1)?,
                handed_over: handed_over.unwrap_or(now),
                register: RegisterRow {
                    departed: moment(row.get(3)?),
                    handed_over,
                    vehicle: row.get(4)?,
                    post: row.get(5)?,
                    urgency: row.get(6)?,
                },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Takes an item up; another clerk's claim holds for half an hour.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] when another has it.
    pub fn claim(
        &mut self,
        session: &Session<Administration>,
        item: i64,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.act(session, item, now, Event::ItemClaimed, |transaction| {
            let expired = (now - TimeDelta::minutes(CLAIM_MINUTES)).timestamp();
            Ok(transaction.execute(
                "UPDATE work SET claimed_by = ?2, claimed_at = ?3
                 WHERE message = ?1 AND state <> 3 AND (claimed_by IS NULL OR claimed_by = ?2 OR claimed_at <= ?4)",
                params![item, session.account(), now.timestamp(), expired],
            )?)
        })
    }

    /// Closes an item that this clerk holds, after having made sure (R10); `ascertained` is the code of *waarmee*.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] when another holds it.
    pub fn close_item(
        &mut self,
        session: &Session<Administration>,
        item: i64,
        ascertained: u8,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.act(session, item, now, Event::ItemClosed, |transaction| {
            let destroy = (now + TimeDelta::days(DESTROY_AFTER_DAYS)).timestamp();
            // The comparison hash has done its work (R4).
            Ok(transaction.execute(
                "UPDATE work SET state = 3, closed_at = ?3, closed_by = ?2, ascertained = ?4, destroy_after = ?5, bsn_hash = NULL
                 WHERE message = ?1 AND state <> 3 AND claimed_by = ?2",
                params![item, session.account(), now.timestamp(), ascertained, destroy],
            )?)
        })
    }

    /// Puts an item under investigation.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] when another holds it.
    pub fn investigate(
        &mut self,
        session: &Session<Administration>,
        item: i64,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.act(session, item, now, Event::ItemInvestigated, |transaction| {
            Ok(transaction.execute(
                "UPDATE work SET state = 2 WHERE message = ?1 AND state = 1 AND claimed_by = ?2",
                params![item, session.account()],
            )?)
        })
    }

    fn act(
        &mut self,
        session: &Session<Administration>,
        item: i64,
        now: DateTime<Utc>,
        event: Event,
        change: impl FnOnce(&Transaction<'_>) -> Result<usize, StoreError>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry(now, event, Purpose::CompleteRide);
        entry.user = Some(session.account());
        entry.role = Some(session.role());
        let claims = event == Event::ItemClaimed;
        entry.authorisation = if claims { Authorisation::RolesTask } else { Authorisation::ClaimedItem };
        self.write(now, |transaction, secrets| {
            if change(transaction)? != 1 {
                return Err(StoreError::NotYours);
            }
            entry.ride = ride_of(transaction, item)?.map(|ride| secrets.pseudonym.1.ride(&ride));
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }
}

fn ride_of(connection: &Connection, item: i64) -> Result<Option<String>, StoreError> {
    Ok(connection.query_row("SELECT ride FROM work WHERE message = ?1", [item], |row| row.get(0)).optional()?)
}

const AWAITED: &str = "r.awaits = 1 AND r.handed_over <= ?1 AND r.purge_after > ?1";
