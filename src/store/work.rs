//! Work items of *Patiëntidentificatie*: opened with a returned BSN, claimed, closed, and the BSN destroyed 14 days after.
//!
//! **Invariant:** an item holds no BSN, only its keyed hash, which goes with the BSN.

use access::{Administration, Authorisation, Event, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{MessageId, Purpose, ReaderId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{
    Store, StoreError, audit_trail, drafts,
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
    /// Closed a week ago, and the register still lacks the BSN.
    NotTakenOver,
}

impl WorkReason {
    const ALL: [Self; 6] =
        [Self::NotAnnounced, Self::Differs, Self::Invalid, Self::TwoNumbers, Self::RideUnknown, Self::NotTakenOver];

    fn code(self) -> i64 {
        match self {
            Self::NotAnnounced => 1,
            Self::Differs => 2,
            Self::Invalid => 3,
            Self::TwoNumbers => 4,
            Self::RideUnknown => 5,
            Self::NotTakenOver => 6,
        }
    }

    pub(crate) fn from_code(code: i64) -> Self {
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
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::Open => 1,
            Self::Investigating => 2,
            Self::Closed => 3,
        }
    }
}

/// Days a BSN is kept after closing (R9).
pub const DESTROY_AFTER_DAYS: i64 = 14;
/// Days after closing within which the register should carry the BSN.
pub const TAKEN_OVER_DAYS: i64 = 7;
/// Seconds in which closing can be undone.
pub const UNDO_SECONDS: i64 = 10;
// Of a sender that is not the ride's hospital: nobody sees it (table `work`).
const HELD: i64 = 0;
/// Minutes a claim holds.
pub const CLAIM_MINUTES: i64 = 30;

/// The item of a record that was replaced, as the one in its place needs it.
pub(crate) struct Replaced {
    ride: String,
    sender: i64,
    received: i64,
    reason: i64,
    hash: Option<[u8; 32]>,
    closed: Option<Closed>,
    before: Option<i64>,
}

struct Closed {
    at: i64,
    by: Option<i64>,
    ascertained: Option<i64>,
    destroy_after: Option<i64>,
    confirmed: Option<i64>,
}

/// The item of a record that is about to be replaced.
pub(crate) fn of_replaced(transaction: &Transaction<'_>, message: MessageId) -> Result<Option<Replaced>, StoreError> {
    let sql = "SELECT ride, sender, received, reason, bsn_hash, before, state = 3, closed_at, closed_by, ascertained, destroy_after, confirmed
               FROM work WHERE message = ?1";
    let row = transaction.prepare_cached(sql)?.query_row([message.0], |row| {
        let closed = Closed {
            at: row.get::<_, Option<i64>>(7)?.unwrap_or_default(),
            by: row.get(8)?,
            ascertained: row.get(9)?,
            destroy_after: row.get(10)?,
            confirmed: row.get(11)?,
        };
        let closed = row.get::<_, bool>(6)?.then_some(closed);
        Ok(Replaced {
            ride: row.get(0)?,
            sender: row.get(1)?,
            received: row.get(2)?,
            reason: row.get(3)?,
            hash: row.get(4)?,
            closed,
            before: row.get(5)?,
        })
    });
    Ok(row.optional()?)
}

/// A closed item goes on with the record that takes the place of its own. `keeps`: that holds the same BSN, for as long as it was to be kept.
pub(crate) fn move_closed(
    transaction: &Transaction<'_>,
    message: MessageId,
    old: &Replaced,
    keeps: bool,
) -> Result<(), StoreError> {
    let Some(closed) = &old.closed else { return Ok(()) };
    transaction
        .prepare_cached(
            "INSERT INTO work(message, ride, sender, received, reason, state, bsn_hash, closed_at, closed_by, ascertained, destroy_after,
               confirmed, before) VALUES (?1, ?2, ?3, ?4, ?5, 3, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            message.0,
            old.ride,
            old.sender,
            old.received,
            old.reason,
            old.hash.filter(|_| keeps),
            closed.at,
            closed.by,
            closed.ascertained,
            closed.destroy_after.filter(|_| keeps),
            closed.confirmed,
            old.before,
        ])?;
    Ok(())
}

/// What an item is opened with, beside its message.
pub(crate) struct Opening<'a> {
    pub(crate) ride: Option<&'a KnownRide>,
    /// The number that its record is kept under.
    pub(crate) ride_number: &'a str,
    /// Two rides have its number, or the sender is not the ride's hospital.
    pub(crate) held: bool,
    /// The item of the record that this one replaces.
    pub(crate) replaces: Option<&'a Replaced>,
    /// It is the same message, read once more.
    pub(crate) read_again: bool,
}

pub(crate) fn open(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    message: MessageId,
    sender: i64,
    incoming: &Incoming,
    opening: &Opening<'_>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Opening { ride, ride_number, held, replaces, read_again } = *opening;
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
    let closed = replaces.and_then(|old| old.closed.as_ref()).map(|closed| closed.at);
    let same = replaces.filter(|_| closed.is_some()).and_then(|old| Some(old.hash? == hash?));
    if let (Some(old), true, Some(true)) = (replaces, read_again, same) {
        return move_closed(transaction, message, old, true);
    }
    let state = if held { HELD } else { WorkState::Open.code() };
    transaction
        .prepare_cached(
            "INSERT INTO work(message, ride, sender, received, reason, state, bsn_hash, before, same)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            message.0,
            ride_number,
            sender,
            now.timestamp(),
            reason.code(),
            state,
            hash,
            closed.or(replaces.and_then(|old| old.before)),
            same
        ])?;
    Ok(())
}

/// An item whose sender turned out not to be the ride's hospital is nobody's, until it is or is let through.
pub(crate) fn hold(transaction: &Transaction<'_>, message: i64, held: bool) -> Result<(), StoreError> {
    let sql = if held {
        "UPDATE work SET state = 0, claimed_by = NULL, claimed_at = NULL WHERE message = ?1 AND state IN (1, 2)"
    } else {
        "UPDATE work SET state = 1 WHERE message = ?1 AND state = 0"
    };
    transaction.prepare_cached(sql)?.execute([message])?;
    Ok(())
}

/// The register carries the BSN that came back: it is destroyed, and its item closed by that, if nobody closed it before.
pub(crate) fn confirm(transaction: &Transaction<'_>, message: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    remove_part(transaction, message)?;
    transaction
        .prepare_cached(
            "UPDATE work SET state = 3, closed_at = coalesce(closed_at, ?2), confirmed = ?2, destroy_after = NULL, bsn_hash = NULL
             WHERE message = ?1",
        )?
        .execute(params![message, now.timestamp()])?;
    Ok(())
}

/// Items closed a week ago whose ride still lacks the BSN return, once; the day on which it is destroyed stays.
pub(crate) fn return_not_taken_over(
    transaction: &Transaction<'_>,
    now: DateTime<Utc>,
    most: u32,
) -> Result<u64, StoreError> {
    let closed = (now - TimeDelta::days(TAKEN_OVER_DAYS)).timestamp();
    // A BSN that cannot be compared is taken over when the register has any.
    Ok(transaction
        .prepare_cached(
            "UPDATE work SET state = 1, reason = 6, before = closed_at, same = 1, closed_at = NULL, claimed_by = NULL, claimed_at = NULL
             WHERE message IN (SELECT w.message FROM work w JOIN ride r ON r.number = w.ride
               WHERE w.destroy_after > ?2 AND w.state = 3 AND w.closed_at <= ?1 AND w.reason <> 6 AND w.confirmed IS NULL
                 AND (r.announced = 0 OR w.bsn_hash IS NOT NULL) LIMIT ?3)",
        )?
        .execute(params![closed, now.timestamp(), most])? as u64)
}

/// The ride of an item came into the register, or was corrected: its reason is known now.
pub(crate) fn ride_became_known(
    transaction: &Transaction<'_>,
    message: i64,
    announced: bool,
) -> Result<(), StoreError> {
    let reason = if announced { WorkReason::Differs } else { WorkReason::NotAnnounced };
    transaction
        .prepare_cached("UPDATE work SET reason = ?2 WHERE message = ?1 AND reason IN (1, 2, 5) AND state <> 3")?
        .execute(params![message, reason.code()])?;
    Ok(())
}

/// Destroys a record's identification: part, wrap and item. The rest of the record stays.
pub(crate) fn destroy_identification(transaction: &Transaction<'_>, message: i64) -> Result<(), StoreError> {
    remove_part(transaction, message)?;
    transaction.prepare_cached("DELETE FROM work WHERE message = ?1")?.execute([message])?;
    Ok(())
}

/// Destroys what is of the person: the BSN, and what was noted at it.
fn remove_part(transaction: &Transaction<'_>, message: i64) -> Result<(), StoreError> {
    transaction.prepare_cached("DELETE FROM work_note WHERE message = ?1")?.execute([message])?;
    drafts::forget_about(transaction, (drafts::DRAFT_OF_NOTE, message), None)?;
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
            // One that had returned is over with it: nothing is left to take over.
            .prepare_cached(
                "UPDATE work SET destroy_after = NULL, bsn_hash = NULL, closed_at = coalesce(closed_at, before), state = 3 WHERE message = ?1",
            )?
            .execute([message])?;
    }
    Ok(found.len() as u64)
}

impl Store {
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
        self.act(session, item, now, Event::ItemClaimed, |transaction, _| {
            let expired = (now - TimeDelta::minutes(CLAIM_MINUTES)).timestamp();
            Ok(transaction.execute(
                "UPDATE work SET claimed_by = ?2, claimed_at = ?3
                 WHERE message = ?1 AND state IN (1, 2) AND (claimed_by IS NULL OR claimed_by = ?2 OR claimed_at <= ?4)",
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
        self.act(session, item, now, Event::ItemClosed, |transaction, _| {
            let destroy = (now + TimeDelta::days(DESTROY_AFTER_DAYS)).timestamp();
            // The comparison hash stays as long as the BSN: a ride file that carries the same one confirms it. No day is put off.
            Ok(transaction.execute(
                "UPDATE work SET state = 3, closed_at = ?3, closed_by = ?2, ascertained = ?4, destroy_after = min(coalesce(destroy_after, ?5), ?5)
                 WHERE message = ?1 AND state IN (1, 2) AND claimed_by = ?2",
                params![item, session.account(), now.timestamp(), ascertained, destroy],
            )?)
        })
    }

    /// Undoes a closing of this clerk, of at most ten seconds ago: he has the item again.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] when another closed it, or it is longer ago.
    pub fn reopen_item(
        &mut self,
        session: &Session<Administration>,
        item: i64,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.act(session, item, now, Event::ItemReopened, |transaction, _| {
            Ok(transaction.execute(
                "UPDATE work SET state = 1, closed_at = NULL, closed_by = NULL, ascertained = NULL, claimed_by = ?2, claimed_at = ?3,
                   destroy_after = CASE reason WHEN 6 THEN destroy_after END
                 WHERE message = ?1 AND state = 3 AND closed_by = ?2 AND closed_at BETWEEN ?4 AND ?3 AND confirmed IS NULL",
                params![item, session.account(), now.timestamp(), now.timestamp() - UNDO_SECONDS],
            )?)
        })
    }

    /// Lets an item go that this clerk took up: another can take it up at once.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] when another holds it.
    pub fn let_go(
        &mut self,
        session: &Session<Administration>,
        item: i64,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.act(session, item, now, Event::ItemLetGo, |transaction, _| {
            Ok(transaction.execute(
                "UPDATE work SET claimed_by = NULL, claimed_at = NULL WHERE message = ?1 AND state IN (1, 2) AND claimed_by = ?2",
                params![item, session.account()],
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
        self.act(session, item, now, Event::ItemInvestigated, |transaction, _| {
            Ok(transaction.execute(
                "UPDATE work SET state = 2 WHERE message = ?1 AND state = 1 AND claimed_by = ?2",
                params![item, session.account()],
            )?)
        })
    }

    pub(crate) fn act(
        &mut self,
        session: &Session<Administration>,
        item: i64,
        now: DateTime<Utc>,
        event: Event,
        change: impl FnOnce(&Transaction<'_>, &Secrets) -> Result<usize, StoreError>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry(now, event, Purpose::CompleteRide);
        entry.user = Some(session.account());
        entry.role = Some(session.role());
        let claims = event == Event::ItemClaimed;
        entry.authorisation = if claims { Authorisation::RolesTask } else { Authorisation::ClaimedItem };
        self.write(now, |transaction, secrets| {
            if change(transaction, secrets)? != 1 {
                return Err(StoreError::NotYours);
            }
            entry.ride = ride_of(transaction, item)?.map(|ride| secrets.ride_pseudonym(&ride));
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }
}

fn ride_of(connection: &Connection, item: i64) -> Result<Option<String>, StoreError> {
    Ok(connection.query_row("SELECT ride FROM work WHERE message = ?1", [item], |row| row.get(0)).optional()?)
}
