//! Delivering: re-wrapping by the receiving process what waited for its crew (DESIGN §3).
//!
//! **Invariant:** Routing's private key comes from outside the store; with the last delivery Routing's own wrap is deleted.

use std::collections::HashMap;

use access::Event;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{MessageId, MessageToken, PartCode, Purpose, ReaderId};
use rusqlite::{CachedStatement, Transaction, params};
use seal::{ContentKey, ReaderKey, ReaderPrivate};

use crate::{
    StoreError, audit_trail,
    crews::{Crew, Crews},
    day_keys,
    day_keys::DayKeys,
    faults,
    inbox::Inbox,
    rides::{self, WrappedRide},
    senders,
    store::Secrets,
    wraps::Wraps,
};

/// Routing: the receiver's own key pair, in this process.
pub(crate) struct Routing {
    private: ReaderPrivate,
    opened: HashMap<u32, ReaderKey>,
    day: Option<NaiveDate>,
}

impl Routing {
    pub(crate) fn new(private: ReaderPrivate) -> Self {
        Self { private, opened: HashMap::new(), day: None }
    }

    /// Forgets the reader keys opened yesterday.
    pub(crate) fn turn(&mut self, now: DateTime<Utc>) {
        let today = now.with_timezone(&chrono_tz::Europe::Amsterdam).date_naive();
        if self.day != Some(today) {
            self.opened.clear();
            seal::wipe_stack();
            self.day = Some(today);
        }
    }

    fn unwrap(
        &mut self,
        transaction: &Transaction<'_>,
        token: MessageToken,
        wrap: &[u8],
    ) -> Result<Vec<(PartCode, ContentKey)>, StoreError> {
        let number = seal::wrap_number(wrap)?;
        if !self.opened.contains_key(&number) {
            let sealed = day_keys::sealed(transaction, number)?;
            let key = ReaderKey::open(&self.private, ReaderId::ROUTING, number, &sealed)?;
            self.opened.insert(number, key);
        }
        let key = self.opened.get(&number).ok_or(StoreError::Directory(ReaderId::ROUTING.0))?;
        Ok(seal::unwrap(key, token, wrap)?)
    }

    /// The content keys that Routing has of a record; of a part that was sealed anew the latest.
    fn unwrap_all(
        &mut self,
        transaction: &Transaction<'_>,
        token: MessageToken,
        wraps: &Wraps,
    ) -> Result<Vec<(PartCode, ContentKey)>, StoreError> {
        let mut all: Vec<(PartCode, ContentKey)> = Vec::with_capacity(2);
        for wrap in wraps.of(ReaderId::ROUTING) {
            for (part, key) in self.unwrap(transaction, token, wrap)? {
                if !all.iter().any(|(known, _)| *known == part) {
                    all.push((part, key));
                }
            }
        }
        if all.is_empty() { Err(StoreError::Tampered) } else { Ok(all) }
    }

    /// Adds the served crew's wraps to a ride's working diagnosis; Routing's goes once all are served.
    pub(crate) fn deliver_working_diagnosis(
        &mut self,
        transaction: &Transaction<'_>,
        secrets: &Secrets,
        keys: &mut DayKeys,
        ride: &WrappedRide,
        crew: &Crew,
    ) -> Result<(), StoreError> {
        let mut wraps = Wraps::decode(&ride.wraps)?;
        let Some(own) = wraps.get(ReaderId::ROUTING) else { return Ok(()) };
        let opened = self.unwrap(transaction, ride.token, own)?;
        let content: Vec<(PartCode, &ContentKey)> = opened.iter().map(|(part, key)| (*part, key)).collect();
        let before = wraps.len();
        for (reader, _) in crew.served() {
            if wraps.get(reader).is_none() {
                let key = keys.of(transaction, secrets, reader)?;
                wraps.put(reader, seal::wrap(key, ride.token, &content)?);
            }
        }
        if !crew.waits(false) {
            wraps.remove(ReaderId::ROUTING);
        } else if wraps.len() == before {
            // With another record of this ride it was delivered already.
            return Ok(());
        }
        rides::put_wraps(transaction, ride.id, &wraps)?;
        faults::point();
        Ok(())
    }
}

// LIMIT: records delivered in one transaction, so that receiving goes on between slices: less than a tenth of a second. Of a slice
// that is larger fewer pages are written twice.
const SLICE: u32 = 2000;

struct Waiting {
    message: MessageId,
    token: MessageToken,
    ride: String,
    received: DateTime<Utc>,
    held: bool,
    wraps: zeroize::Zeroizing<Vec<u8>>,
    holders: Vec<u8>,
}

impl Inbox {
    /// Whether this process holds Routing's key.
    #[must_use]
    pub fn delivers(&self) -> bool {
        self.routing.is_some()
    }

    /// Delivers what waits and is due: one slice. Gives how many records were looked at; zero: nothing is due.
    ///
    /// # Errors
    /// When the store cannot be written; what was delivered before stays delivered.
    pub fn deliver(&mut self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.turn_day(now);
        let Self { store, keys, routing, confirmations, places: _ } = self;
        let Some(routing) = routing.as_mut() else { return Ok(0) };
        let due = "SELECT EXISTS(SELECT 1 FROM waiting WHERE due = 1) OR EXISTS(SELECT 1 FROM ride_due)";
        if !store.connection.query_row(due, [], |row| row.get::<_, bool>(0))? {
            return Ok(0);
        }
        let mut entry = store.entry(now, Event::Delivered, Purpose::Reception);
        let result = store.write(now, |transaction, secrets| {
            keys.heed_directory(transaction, secrets)?;
            let slice = slice(transaction)?;
            let rides = rides_due(transaction)?;
            let looked_at = (slice.len() + rides.len()) as u64;
            let mut delivered = 0;
            let crews = Crews::of(transaction, secrets, confirmations);
            let statements = Statements::of(transaction)?;
            let mut delivery = Delivery { transaction, secrets, keys, routing, crews, statements };
            let (mut wait, mut done) = (Vec::new(), Vec::new());
            for waiting in slice {
                let message = waiting.message;
                let (wraps, waits) = delivery.one(waiting)?;
                delivered += wraps;
                (if waits { &mut wait } else { &mut done }).push(message);
            }
            settle(transaction, &wait, &done)?;
            for ride in rides {
                delivery.working_diagnosis(&ride, senders::day_of(now))?;
            }
            if delivered > 0 {
                entry.count = Some(delivered);
                audit_trail::append(transaction, &entry)?;
            }
            faults::point();
            Ok(looked_at)
        });
        faults::point();
        if result.is_err() {
            self.keys.forget();
        }
        result
    }
}

fn slice(transaction: &Transaction<'_>) -> Result<Vec<Waiting>, StoreError> {
    let mut statement = transaction.prepare_cached(
        "SELECT w.message, a.token, w.ride, w.held, a.wraps, a.holders, a.received FROM waiting w JOIN awaited a ON a.message = w.message
         WHERE w.due = 1 ORDER BY w.message LIMIT ?1",
    )?;
    let rows = statement.query_map([SLICE], |row| {
        Ok(Waiting {
            message: MessageId(row.get(0)?),
            token: MessageToken(row.get(1)?),
            ride: row.get(2)?,
            held: row.get(3)?,
            wraps: zeroize::Zeroizing::new(row.get(4)?),
            holders: row.get(5)?,
            received: DateTime::from_timestamp(row.get(6)?, 0).unwrap_or_default(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Those who were looked at are not due any more: who still wait stay, the others go. All of a slice mostly come to the same, and
/// are the first that are due.
fn settle(transaction: &Transaction<'_>, wait: &[MessageId], done: &[MessageId]) -> Result<(), StoreError> {
    let (stay, go) = ("UPDATE waiting SET due = 0", "DELETE FROM waiting");
    for (sql, these, others) in [(stay, wait, done), (go, done, wait)] {
        let Some(last) = these.last() else { continue };
        if others.is_empty() {
            let sql = format!("{sql} WHERE due = 1 AND message <= ?1");
            transaction.prepare_cached(&sql)?.execute([last.0])?;
            continue;
        }
        let mut one = transaction.prepare_cached(&format!("{sql} WHERE message = ?1"))?;
        for message in these {
            one.execute([message.0])?;
        }
    }
    Ok(())
}

fn rides_due(transaction: &Transaction<'_>) -> Result<Vec<String>, StoreError> {
    let mut statement =
        transaction.prepare_cached("SELECT r.number FROM ride_due d JOIN ride r ON r.id = d.ride LIMIT ?1")?;
    let rows = statement.query_map([SLICE], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    // What belongs to a ride that is gone is nobody's any more.
    transaction
        .prepare_cached("DELETE FROM ride_due WHERE NOT EXISTS (SELECT 1 FROM ride WHERE id = ride_due.ride)")?
        .execute([])?;
    Ok(rows)
}

/// One slice of delivering: its transaction and the keys it works with.
struct Delivery<'a> {
    transaction: &'a Transaction<'a>,
    secrets: &'a Secrets,
    keys: &'a mut DayKeys,
    routing: &'a mut Routing,
    crews: Crews<'a>,
    statements: Statements<'a>,
}

/// What is executed for every record, prepared once.
struct Statements<'a> {
    ride: CachedStatement<'a>,
    grant: CachedStatement<'a>,
    record: CachedStatement<'a>,
    again: CachedStatement<'a>,
    asked: CachedStatement<'a>,
}

impl<'a> Statements<'a> {
    fn of(transaction: &'a Transaction<'_>) -> Result<Self, StoreError> {
        let grant = "INSERT OR IGNORE INTO \"grant\"(reader, message, remarks, state) VALUES (?1, ?2, ?3, 1)";
        // Who had handed it back, or lacks the remarks.
        let again = "UPDATE \"grant\" SET state = 1, remarks = ?3
                     WHERE reader = ?1 AND message = ?2 AND (state = 3 OR (state = 1 AND remarks = 0 AND ?3))";
        Ok(Self {
            again: transaction.prepare_cached(again)?,
            asked: transaction.prepare_cached("SELECT 1 FROM asked WHERE message = ?1")?,
            ride: transaction.prepare_cached(rides::WRAPPED)?,
            grant: transaction.prepare_cached(grant)?,
            record: transaction.prepare_cached("UPDATE awaited SET wraps = ?2, holders = ?3 WHERE message = ?1")?,
        })
    }
}

impl Delivery<'_> {
    /// Delivers one record to those of its crew who are served now; gives how many wraps were made, and whether it still waits.
    fn one(&mut self, waiting: Waiting) -> Result<(u64, bool), StoreError> {
        let Waiting { message, token, ride, received, held, wraps, mut holders } = waiting;
        let known = rides::wrapped(&mut self.statements.ride, &ride)?;
        let Some(known) = known.filter(|_| !held) else { return Ok((0, true)) };
        // The rights are those of the day of receipt, whenever it is delivered.
        let crew = self.crews.crew(&known.number, &known.crew, senders::day_of(received))?;
        let mut wraps = Wraps::decode(&wraps)?;
        let opened = self.routing.unwrap_all(self.transaction, token, &wraps)?;
        let has_remarks = opened.iter().any(|(part, _)| *part == PartCode::Remarks);
        let mut made = 0;
        for (reader, remarks) in crew.served() {
            let allowed: Vec<(PartCode, &ContentKey)> = opened
                .iter()
                .filter(|(part, _)| *part != PartCode::Remarks || remarks)
                .map(|(part, key)| (*part, key))
                .collect();
            let key = self.keys.of(self.transaction, self.secrets, reader)?;
            let remarks = allowed.iter().any(|(part, _)| *part == PartCode::Remarks);
            let new = self.statements.grant.execute(params![reader.0, message.0, remarks])?;
            faults::point();
            if new == 1 {
                holders.extend_from_slice(&reader.0.to_be_bytes());
            } else if self.statements.again.execute(params![reader.0, message.0, remarks])? == 0 {
                continue;
            }
            wraps.put(reader, seal::wrap(key, token, &allowed)?);
            made += 1;
        }
        self.routing.deliver_working_diagnosis(self.transaction, self.secrets, self.keys, &known, &crew)?;
        // A holder of less than all of it handed it back: one who has the rest is still asked.
        let lacks = !has_remarks && self.statements.asked.exists([message.0])?;
        let waits = lacks || crew.waits(has_remarks);
        if !waits {
            wraps.remove(ReaderId::ROUTING);
        }
        if made > 0 || !waits {
            self.statements.record.execute(params![message.0, wraps.encode().as_slice(), holders])?;
        }
        faults::point();
        Ok((made, waits))
    }

    /// A working diagnosis that was sealed anew, for the crew of records delivered before.
    fn working_diagnosis(&mut self, number: &str, day: i64) -> Result<(), StoreError> {
        let Some(known) = rides::wrapped(&mut self.statements.ride, number)? else { return Ok(()) };
        let crew = self.crews.crew(&known.number, &known.crew, day)?;
        self.routing.deliver_working_diagnosis(self.transaction, self.secrets, self.keys, &known, &crew)?;
        self.transaction.prepare_cached("DELETE FROM ride_due WHERE ride = ?1")?.execute([known.id])?;
        Ok(())
    }
}
