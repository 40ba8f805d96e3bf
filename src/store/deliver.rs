//! Delivering: who of a crew is served, and re-wrapping by the receiving process what waited for its crew (DESIGN §3).
//!
//! **Invariant:** Routing's private key comes from outside the store; with the last delivery Routing's own wrap is deleted.

use std::collections::HashMap;

use access::Event;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{MessageId, MessageToken, PartCode, Purpose, ReaderId};
use rusqlite::{Transaction, params};
use seal::{ContentKey, ReaderKey, ReaderPrivate};

use crate::{
    StoreError,
    append::FLAGS_NOT_DELIVERED,
    audit_trail, day_keys,
    day_keys::DayKeys,
    inbox::Inbox,
    rides::{self, KnownRide},
    senders,
    store::Secrets,
    wraps::Wraps,
};

/// A member of a crew with a right to something.
pub(crate) struct CrewMember {
    /// The reader of the served account; `None`: an account is missing, not confirmed, or not yet activated.
    pub(crate) reader: Option<ReaderId>,
    /// Its column gives remarks too.
    pub(crate) remarks: bool,
}

/// The members of a crew whose columns give them something; closed accounts are no longer waited for.
pub(crate) fn crew_of(transaction: &Transaction<'_>, crew: &str, day: i64) -> Result<Vec<CrewMember>, StoreError> {
    let mut members = Vec::new();
    for (staff, place) in crew.split(';').filter_map(|one| one.rsplit_once(':')) {
        let (diagnosis, remarks): (bool, bool) = transaction
            .prepare_cached(
                "SELECT diagnosis, remarks FROM crew_right WHERE place = ?1 AND from_day <= ?2 ORDER BY from_day DESC LIMIT 1",
            )?
            .query_row(params![place, day], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if !diagnosis {
            continue;
        }
        let account = transaction
            .prepare_cached("SELECT n, confirmed IS NOT NULL AND public IS NOT NULL, closed IS NOT NULL FROM account WHERE staff = ?1")?
            .query_row([staff], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?, row.get(2)?)));
        let (account, served, closed) = match account {
            Ok((n, served, closed)) => (Some(n), served, closed),
            Err(rusqlite::Error::QueryReturnedNoRows) => (None, false, false),
            Err(error) => return Err(error.into()),
        };
        if !closed {
            members.push(CrewMember { reader: account.filter(|_| served).map(ReaderId::professional), remarks });
        }
    }
    Ok(members)
}

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

    /// Adds the served crew's wraps to a ride's working diagnosis; Routing's goes once all are served.
    pub(crate) fn deliver_working_diagnosis(
        &mut self,
        transaction: &Transaction<'_>,
        secrets: &Secrets,
        keys: &mut DayKeys,
        ride: &KnownRide,
        crew: &[CrewMember],
    ) -> Result<(), StoreError> {
        let mut wraps = Wraps::decode(&ride.wraps)?;
        let Some(own) = wraps.get(ReaderId::ROUTING) else { return Ok(()) };
        let opened = self.unwrap(transaction, ride.token, own)?;
        let content: Vec<(PartCode, &ContentKey)> = opened.iter().map(|(part, key)| (*part, key)).collect();
        for reader in crew.iter().filter_map(|member| member.reader) {
            if wraps.get(reader).is_none() {
                let key = keys.of(transaction, secrets, reader)?;
                wraps.put(reader, seal::wrap(key, ride.token, &content)?);
            }
        }
        if crew.iter().all(|member| member.reader.is_some()) {
            wraps.remove(ReaderId::ROUTING);
        }
        transaction
            .prepare_cached("UPDATE ride SET wraps = ?2 WHERE id = ?1")?
            .execute(params![ride.id, wraps.encode()])?;
        Ok(())
    }
}

// LIMIT: records delivered in one transaction, so that receiving goes on between slices.
const SLICE: u32 = 500;

struct Waiting {
    message: MessageId,
    token: MessageToken,
    ride: String,
    flags: i64,
    wraps: Vec<u8>,
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
        let Self { store, keys, routing } = self;
        let Some(routing) = routing.as_mut() else { return Ok(0) };
        let due: bool =
            store.connection.query_row("SELECT EXISTS(SELECT 1 FROM waiting WHERE due = 1)", [], |row| row.get(0))?;
        if !due {
            return Ok(0);
        }
        let mut entry = store.entry(now, Event::Delivered, Purpose::Reception);
        let result = store.write(now, |transaction, secrets| {
            let slice = slice(transaction)?;
            let looked_at = slice.len() as u64;
            let mut delivered = 0;
            for waiting in slice {
                delivered += one(transaction, secrets, keys, routing, waiting, now)?;
            }
            if delivered > 0 {
                entry.count = Some(delivered);
                audit_trail::append(transaction, &entry)?;
            }
            Ok(looked_at)
        });
        if result.is_err() {
            self.keys.forget();
        }
        result
    }
}

fn slice(transaction: &Transaction<'_>) -> Result<Vec<Waiting>, StoreError> {
    let mut statement = transaction.prepare_cached(
        "SELECT m.id, m.token, m.ride, m.flags, m.role_wraps, m.holders FROM waiting w JOIN message m ON m.id = w.message
         WHERE w.due = 1 LIMIT ?1",
    )?;
    let rows = statement.query_map([SLICE], |row| {
        Ok(Waiting {
            message: MessageId(row.get(0)?),
            token: MessageToken(row.get(1)?),
            ride: row.get(2)?,
            flags: row.get(3)?,
            wraps: row.get(4)?,
            holders: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Delivers one record to those of its crew who are served now; gives how many wraps were made.
fn one(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    keys: &mut DayKeys,
    routing: &mut Routing,
    waiting: Waiting,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let Waiting { message, token, ride, flags, wraps, mut holders } = waiting;
    let number = domain::RideNumber::parse(&ride).map_err(|_| StoreError::Tampered)?;
    let known = rides::known(transaction, &number)?.filter(|_| flags & FLAGS_NOT_DELIVERED == 0);
    let Some(known) = known else {
        transaction.prepare_cached("UPDATE waiting SET due = 0 WHERE message = ?1")?.execute([message.0])?;
        return Ok(0);
    };
    let crew = crew_of(transaction, &known.crew, senders::day_of(now))?;
    let mut wraps = Wraps::decode(&wraps)?;
    let own = wraps.get(ReaderId::ROUTING).ok_or(StoreError::Tampered)?;
    let opened = routing.unwrap(transaction, token, own)?;
    let mut made = 0;
    for member in &crew {
        let Some(reader) = member.reader else { continue };
        let allowed: Vec<(PartCode, &ContentKey)> = opened
            .iter()
            .filter(|(part, _)| *part != PartCode::Remarks || member.remarks)
            .map(|(part, key)| (*part, key))
            .collect();
        let key = keys.of(transaction, secrets, reader)?;
        let wrap = seal::wrap(key, token, &allowed)?;
        let new = transaction
            .prepare_cached("INSERT OR IGNORE INTO \"grant\"(reader, message, wrap, state) VALUES (?1, ?2, ?3, 1)")?
            .execute(params![reader.0, message.0, wrap])?;
        if new == 1 {
            holders.extend_from_slice(&reader.0.to_be_bytes());
            made += 1;
        }
    }
    routing.deliver_working_diagnosis(transaction, secrets, keys, &known, &crew)?;
    if crew.iter().all(|member| member.reader.is_some()) {
        wraps.remove(ReaderId::ROUTING);
        transaction.prepare_cached("DELETE FROM waiting WHERE message = ?1")?.execute([message.0])?;
    } else {
        transaction.prepare_cached("UPDATE waiting SET due = 0 WHERE message = ?1")?.execute([message.0])?;
    }
    transaction.prepare_cached("UPDATE message SET role_wraps = ?2, holders = ?3 WHERE id = ?1")?.execute(params![
        message.0,
        wraps.encode(),
        holders
    ])?;
    Ok(made)
}
