//! The way back (DESIGN §3): *niet mijn rit*, and who was taken off a crew or put on it by a corrected register.
//!
//! A record is hidden from a person at once. His session, now or at his next sign-in, wraps its keys for Routing again and drops his
//! wrap; Routing delivers to whom the register names. Who stays on the crew hands on what somebody else of it lacks.
//! **Invariant:** wraps, grant and audit entry change in one transaction; a grant without a wrap stays, marked withdrawn.
//! **Invariant:** who said that a ride is not his gets nothing of it, no newer version either, until the register names another crew.

use std::collections::HashSet;

use access::{Authorisation, Entry, Event, Professional, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Diagnosis, MessageId, MessageToken, PartCode, Purpose, ReaderId, Remarks};
use rusqlite::{OptionalExtension, Transaction, params};
use seal::ContentKey;

use crate::{
    StoreError,
    archive::{Archive, content_key},
    audit_trail,
    crew_changes::{self, CrewChanged},
    day_keys::DayKeys,
    faults,
    flags::FLAGS_NOT_DELIVERED,
    marks, misplaced, rides,
    store::Secrets,
    wraps::Wraps,
};

/// For how long *niet mijn rit* can be undone: until then no wrap is dropped.
pub const DISOWN_UNDO_SECONDS: i64 = 10;

// LIMIT: records handed back in one transaction, so that receiving goes on between slices.
const SLICE: u32 = 200;

/// Whether Routing holds every key of a record that a crew gets.
pub(crate) fn routing_has_all(
    transaction: &Transaction<'_>,
    message: i64,
    has_remarks: bool,
) -> Result<bool, StoreError> {
    let wraps: Option<Vec<u8>> = transaction
        .prepare_cached("SELECT wraps FROM awaited WHERE message = ?1")?
        .query_row([message], |row| row.get(0))
        .optional()?;
    let Some(wraps) = wraps else { return Ok(false) };
    Ok(Wraps::decode(&wraps)?.keys_of(ReaderId::ROUTING)? > usize::from(has_remarks))
}

/// What is done with the reader's own wrap once Routing has the keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own {
    /// It goes: the record is not his any more.
    Goes,
    /// It holds the diagnosis alone from now on.
    Narrows,
    /// It stays: somebody else lacks the keys.
    Stays,
}

impl Archive {
    /// An entry of one of a ride's crew.
    pub(crate) fn entry_of_crew(&self, session: &Session<Professional>, event: Event, now: DateTime<Utc>) -> Entry {
        let mut entry = self.store.entry(now, event, Purpose::Quality);
        entry.user = Some(session.account());
        entry.role = Some(session.role());
        entry.authorisation = Authorisation::CrewOfRide;
        entry
    }

    /// *Niet mijn rit*: every record of that ride is hidden from this person, now. False: it is none of his.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn disown_ride(
        &mut self,
        session: &Session<Professional>,
        message: MessageId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut entry = self.entry_of_crew(session, Event::RideDisowned, now);
        let reader = session.reader().0;
        self.store.write(now, |transaction, secrets| {
            let found = transaction
                .prepare_cached(
                    "SELECT m.ride, m.purge_after FROM \"grant\" g JOIN message m ON m.id = g.message
                     WHERE g.reader = ?1 AND g.message = ?2 AND g.state = 1 AND m.purge_after > ?3",
                )?
                .query_row(params![reader, message.0, now.timestamp()], |row| {
                    Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
                })
                .optional()?;
            let Some((ride, purge_after)) = found else { return Ok(false) };
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO withdrawn(ride, reader, at, purge_after) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![ride, reader, now.timestamp(), purge_after])?;
            faults::point();
            transaction
                .prepare_cached(
                    "UPDATE \"grant\" SET state = 2 WHERE reader = ?1 AND state = 1
                       AND message IN (SELECT id FROM message WHERE ride = ?2)",
                )?
                .execute(params![reader, ride])?;
            faults::point();
            crew_changes::note(transaction, (&ride, session.staff()), CrewChanged::Disowned, purge_after, now)?;
            entry.ride = Some(secrets.ride_pseudonym(&ride));
            audit_trail::append(transaction, &entry)?;
            faults::point();
            Ok(true)
        })
    }

    /// Takes *niet mijn rit* back, as long as the wrap is there. False: it is too late.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn undo_disowning(
        &mut self,
        session: &Session<Professional>,
        message: MessageId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut entry = self.entry_of_crew(session, Event::DisowningUndone, now);
        let reader = session.reader().0;
        self.store.write(now, |transaction, secrets| {
            let ride = transaction
                .prepare_cached(
                    "SELECT m.ride FROM \"grant\" g JOIN message m ON m.id = g.message
                       JOIN withdrawn w ON w.ride = m.ride AND w.reader = g.reader
                     WHERE g.reader = ?1 AND g.message = ?2 AND g.state = 2 AND m.purge_after > ?3",
                )?
                .query_row(params![reader, message.0, now.timestamp()], |row| row.get::<_, String>(0))
                .optional()?;
            let Some(ride) = ride else { return Ok(false) };
            for sql in [
                "DELETE FROM withdrawn WHERE ride = ?2 AND reader = ?1",
                &format!(
                    "UPDATE \"grant\" SET state = 1 WHERE reader = ?1 AND state = 2
                       AND message IN (SELECT id FROM message WHERE ride = ?2 AND flags & {FLAGS_NOT_DELIVERED} = 0)"
                ),
            ] {
                transaction.prepare_cached(sql)?.execute(params![reader, ride])?;
                faults::point();
            }
            // A newer version that came meanwhile is his too.
            transaction.prepare_cached("UPDATE waiting SET due = NOT held WHERE ride = ?1")?.execute([&ride])?;
            transaction
                .prepare_cached(
                    "DELETE FROM crew_change WHERE n = (SELECT max(n) FROM crew_change WHERE ride = ?1 AND staff = ?2 AND kind = 3)",
                )?
                .execute(params![ride, session.staff()])?;
            entry.ride = Some(secrets.ride_pseudonym(&ride));
            audit_trail::append(transaction, &entry)?;
            faults::point();
            Ok(true)
        })
    }

    /// Whether this person's session has keys to hand back or on. Cheap: asked again and again.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn hands_back(&self, session: &Session<Professional>, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let mut statement = self.store.connection.prepare_cached(DUE)?;
        let until = (now - TimeDelta::seconds(DISOWN_UNDO_SECONDS)).timestamp();
        Ok(statement.exists(params![session.reader().0, until, 1])?)
    }

    /// Wraps for Routing again what this person's session is to give back or on, one slice; gives how many records that were.
    ///
    /// # Errors
    /// When a wrap does not open, or the store cannot be written: then nothing of the slice is done.
    pub fn hand_back(&mut self, session: &Session<Professional>, now: DateTime<Utc>) -> Result<u64, StoreError> {
        if !self.hands_back(session, now)? {
            return Ok(0);
        }
        let back = self.entry_of_crew(session, Event::KeysHandedBack, now);
        let until = (now - TimeDelta::seconds(DISOWN_UNDO_SECONDS)).timestamp();
        let done = self.store.write(now, |transaction, secrets| {
            // Of this call alone: what a session sealed to Routing it does not keep the key of.
            let mut keys = DayKeys::default();
            keys.turn(now);
            keys.heed_directory(transaction, secrets)?;
            let due = due(transaction, session.reader(), until)?;
            let mut hand = Hand { transaction, secrets, keys, session };
            let mut entries = Vec::with_capacity(due.len());
            let mut rides = HashSet::new();
            for (message, own) in &due {
                let Some(ride) = hand.over(*message, *own)? else { continue };
                let event = if *own == Own::Stays { Event::KeysHandedOn } else { Event::KeysHandedBack };
                entries.push(Entry { event, ride: Some(secrets.ride_pseudonym(&ride)), ..back.clone() });
                if *own == Own::Goes && rides.insert(ride.clone()) {
                    hand.drop_working_diagnosis(&ride)?;
                }
            }
            if !entries.is_empty() {
                audit_trail::append_all(transaction, &entries)?;
            }
            faults::point();
            Ok::<_, StoreError>(due.len() as u64)
        })?;
        faults::point();
        // Old pages of the log of writes hold the wraps that were dropped.
        self.store.forget_old_pages()?;
        Ok(done)
    }
}

/// The records that reader ?1 is to hand back (withdrawn until ?2) or on, at most ?3, and what becomes of his wrap: 1 it goes, 2 it
/// narrows, 3 it stays. Who has not all of a record hands on what he has only where Routing has nothing.
const DUE: &str = "SELECT g.message, CASE WHEN g.state = 2 THEN 1 ELSE 2 END FROM \"grant\" g
      WHERE g.reader = ?1 AND (g.state = 2 OR g.remarks = 2) AND g.state <> 3
        AND NOT EXISTS (SELECT 1 FROM message m JOIN withdrawn w ON w.ride = m.ride
                        WHERE m.id = g.message AND w.reader = ?1 AND w.at > ?2)
    UNION ALL
    SELECT a.message, 3 FROM asked a JOIN \"grant\" g ON g.reader = ?1 AND g.message = a.message JOIN message m ON m.id = a.message
      WHERE g.state = 1 AND g.remarks <> 2
        AND (g.remarks = 1 OR m.remarks IS NULL OR NOT EXISTS (SELECT 1 FROM waiting w WHERE w.message = a.message))
    LIMIT ?3";

fn due(transaction: &Transaction<'_>, reader: ReaderId, until: i64) -> Result<Vec<(MessageId, Own)>, StoreError> {
    let mut statement = transaction.prepare_cached(DUE)?;
    let rows = statement.query_map(params![reader.0, until, SLICE], |row| {
        let own = match row.get(1)? {
            1 => Own::Goes,
            2 => Own::Narrows,
            _ => Own::Stays,
        };
        Ok((MessageId(row.get(0)?), own))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One slice of handing back.
struct Hand<'a> {
    transaction: &'a Transaction<'a>,
    secrets: &'a Secrets,
    keys: DayKeys,
    session: &'a Session<Professional>,
}

/// A record as it is handed back.
struct Record {
    token: MessageToken,
    ride: String,
    received: i64,
    held: bool,
    remarks: bool,
    wraps: zeroize::Zeroizing<Vec<u8>>,
    holders: Vec<u8>,
    /// Its crew's wraps, where they stand apart.
    apart: Option<zeroize::Zeroizing<Vec<u8>>>,
}

impl Hand<'_> {
    fn record(&self, message: MessageId) -> Result<Option<Record>, StoreError> {
        let row = self
            .transaction
            .prepare_cached(
                "SELECT m.token, m.ride, m.received, m.flags, m.remarks IS NOT NULL, m.wraps, m.holders, a.wraps FROM message m
                   LEFT JOIN awaited a ON a.message = m.id WHERE m.id = ?1",
            )?
            .query_row([message.0], |row| {
                Ok(Record {
                    token: MessageToken(row.get(0)?),
                    ride: row.get(1)?,
                    received: row.get(2)?,
                    held: row.get::<_, i64>(3)? & FLAGS_NOT_DELIVERED != 0,
                    remarks: row.get(4)?,
                    wraps: zeroize::Zeroizing::new(row.get(5)?),
                    holders: row.get(6)?,
                    apart: row.get::<_, Option<Vec<u8>>>(7)?.map(zeroize::Zeroizing::new),
                })
            });
        Ok(row.optional()?)
    }

    /// The content keys in this person's own wraps.
    fn content(&self, token: MessageToken, wraps: &Wraps) -> Result<Vec<(PartCode, ContentKey)>, StoreError> {
        let diagnosis = self.session.opening_key::<Diagnosis>(Purpose::Quality)?;
        let diagnosis = content_key(self.transaction, &diagnosis, token, wraps)?;
        let remarks = self.session.opening_key::<Remarks>(Purpose::Quality)?;
        let remarks = content_key(self.transaction, &remarks, token, wraps)?;
        let diagnosis = diagnosis.map(|key| (PartCode::Diagnosis, key));
        Ok(diagnosis.into_iter().chain(remarks.map(|key| (PartCode::Remarks, key))).collect())
    }

    /// Hands one record over; gives its ride.
    fn over(&mut self, message: MessageId, own: Own) -> Result<Option<String>, StoreError> {
        let reader = self.session.reader();
        let Some(record) = self.record(message)? else { return Ok(None) };
        let mut crew = Wraps::decode(record.apart.as_ref().unwrap_or(&record.wraps))?;
        let roles = if record.apart.is_some() { None } else { Some(crew.take_roles()) };
        let opened = self.content(record.token, &crew)?;
        let all = opened.len() > usize::from(record.remarks);
        if !opened.is_empty() {
            let content: Vec<(PartCode, &ContentKey)> = opened.iter().map(|(part, key)| (*part, key)).collect();
            if crew.keys_of(ReaderId::ROUTING)? < content.len() {
                let key = self.keys.of(self.transaction, self.secrets, ReaderId::ROUTING)?;
                crew.put(ReaderId::ROUTING, seal::wrap(key, record.token, &content)?);
            }
            self.wait(message, &record)?;
        }
        match own {
            Own::Goes => {
                crew.remove(reader);
                misplaced::drop_wraps(self.transaction, message, reader)?;
                marks::take_back(self.transaction, self.session, message)?;
            }
            Own::Narrows => {
                let narrow: Vec<(PartCode, &ContentKey)> =
                    opened.iter().filter(|(part, _)| *part == PartCode::Diagnosis).map(|(p, key)| (*p, key)).collect();
                let key = self.keys.of(self.transaction, self.secrets, reader)?;
                crew.put(reader, seal::wrap(key, record.token, &narrow)?);
            }
            Own::Stays => {}
        }
        self.store(message, &record, &crew, roles.as_ref())?;
        self.mark(message, own, all)?;
        Ok(Some(record.ride))
    }

    /// Routing has its keys: it is due.
    fn wait(&self, message: MessageId, record: &Record) -> Result<(), StoreError> {
        self.transaction
            .prepare_cached(
                "INSERT INTO waiting(message, ride, due, held, linked) VALUES (?1, ?2, NOT ?3, ?3, 1)
                 ON CONFLICT DO UPDATE SET due = max(due, excluded.due)",
            )?
            .execute(params![message.0, record.ride, record.held])?;
        faults::point();
        Ok(())
    }

    /// The crew's wraps stand apart from now on, as those of a record that waited when it came.
    fn store(
        &self,
        message: MessageId,
        record: &Record,
        crew: &Wraps,
        roles: Option<&Wraps>,
    ) -> Result<(), StoreError> {
        let Some(roles) = roles else {
            self.transaction
                .prepare_cached("UPDATE awaited SET wraps = ?2 WHERE message = ?1")?
                .execute(params![message.0, crew.encode().as_slice()])?;
            return Ok(());
        };
        self.transaction
            .prepare_cached(
                "INSERT INTO awaited(message, token, received, holders, wraps) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![message.0, record.token.0, record.received, record.holders, crew.encode().as_slice()])?;
        faults::point();
        self.transaction
            .prepare_cached("UPDATE message SET wraps = ?2, holders = x'' WHERE id = ?1")?
            .execute(params![message.0, roles.encode().as_slice()])?;
        faults::point();
        Ok(())
    }

    fn mark(&self, message: MessageId, own: Own, all: bool) -> Result<(), StoreError> {
        let reader = self.session.reader().0;
        let sql = match own {
            Own::Goes => Some("UPDATE \"grant\" SET state = 3, remarks = 0 WHERE reader = ?1 AND message = ?2"),
            Own::Narrows => Some("UPDATE \"grant\" SET remarks = 0 WHERE reader = ?1 AND message = ?2"),
            Own::Stays => None,
        };
        if let Some(sql) = sql {
            self.transaction.prepare_cached(sql)?.execute(params![reader, message.0])?;
            faults::point();
        }
        // Who has not all of it leaves the rest to be asked of another.
        if all {
            self.transaction.prepare_cached("DELETE FROM asked WHERE message = ?1")?.execute([message.0])?;
        }
        Ok(())
    }

    /// Who disowned a ride keeps no wrap of its working diagnosis: with another crew the register's is sealed anew.
    fn drop_working_diagnosis(&self, ride: &str) -> Result<(), StoreError> {
        let reader = self.session.reader();
        let found = self
            .transaction
            .prepare_cached(
                "SELECT w.ride, w.wraps FROM withdrawn d JOIN ride r ON r.number = d.ride JOIN ride_wrap w ON w.ride = r.id
                 WHERE d.ride = ?1 AND d.reader = ?2",
            )?
            .query_row(params![ride, reader.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
            .optional()?;
        let Some((id, wraps)) = found else { return Ok(()) };
        let mut wraps = Wraps::decode(&wraps)?;
        wraps.remove(reader);
        rides::put_wraps(self.transaction, id, &wraps)?;
        faults::point();
        Ok(())
    }
}
