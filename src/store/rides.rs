//! The ride register: rows of an import, links to records, equal BSNs destroyed whenever they show.
//!
//! **Invariant:** the announced BSN is never stored, only its keyed hash; the working diagnosis is sealed on import.

use access::{Entry, Event};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Bsn, IdentificationContent, MessageToken, Part, PartCode, Purpose, ReaderId, ReturnedBsn, RideNumber,
    WorkingDiagnosis,
};
use rusqlite::{CachedStatement, OptionalExtension, Transaction, params};
use seal::Place;

use crate::{
    StoreError, audit_trail,
    crews::Crews,
    day_keys::DayKeys,
    flags::{FLAG_OTHER_HOSPITAL, FLAG_RIDE_UNKNOWN, FLAGS_NOT_DELIVERED},
    inbox::Inbox,
    retention,
    ride::{Imported, Ride},
    senders::{self, Counts, EQUAL_BSN_PATH},
    store::Secrets,
    work,
    wraps::Wraps,
};

/// A ride as receiving sees it.
pub(crate) struct KnownRide {
    pub(crate) wrapped: WrappedRide,
    pub(crate) hospital: Option<i64>,
    pub(crate) handed_over: Option<DateTime<Utc>>,
    pub(crate) announced: bool,
    pub(crate) awaits: bool,
    pub(crate) bsn_hash: Option<Vec<u8>>,
}

/// A ride as delivering sees it: its crew, and the wraps of its working diagnosis.
pub(crate) struct WrappedRide {
    pub(crate) id: i64,
    pub(crate) token: MessageToken,
    pub(crate) crew: String,
    pub(crate) wraps: zeroize::Zeroizing<Vec<u8>>,
}

impl KnownRide {
    /// A working diagnosis that Routing still holds.
    pub(crate) fn working_diagnosis_waits(&self) -> Result<bool, StoreError> {
        Ok(Wraps::decode(&self.wrapped.wraps)?.get(ReaderId::ROUTING).is_some())
    }
}

pub(crate) fn known(transaction: &Transaction<'_>, number: &RideNumber) -> Result<Option<KnownRide>, StoreError> {
    let sql = "SELECT r.id, w.token, w.crew, w.wraps, r.hospital, r.handed_over, r.announced, r.bsn_hash, r.awaits
               FROM ride r JOIN ride_wrap w ON w.ride = r.id WHERE r.number = ?1";
    let row = transaction.prepare_cached(sql)?.query_row([number.canonical()], |row| {
        Ok(KnownRide {
            wrapped: wrapped_row(row)?,
            hospital: row.get(4)?,
            handed_over: row.get::<_, Option<i64>>(5)?.and_then(|t| DateTime::from_timestamp(t, 0)),
            announced: row.get(6)?,
            bsn_hash: row.get(7)?,
            awaits: row.get(8)?,
        })
    });
    Ok(row.optional()?)
}

/// What [`wrapped`] finds a ride with: the index of numbers and a narrow row.
pub(crate) const WRAPPED: &str =
    "SELECT w.ride, w.token, w.crew, w.wraps FROM ride r JOIN ride_wrap w ON w.ride = r.id WHERE r.number = ?1";

/// The crew and wraps of a ride, by a statement that is at hand.
pub(crate) fn wrapped(find: &mut CachedStatement<'_>, number: &str) -> Result<Option<WrappedRide>, StoreError> {
    Ok(find.query_row([number], wrapped_row).optional()?)
}

fn wrapped_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<WrappedRide> {
    Ok(WrappedRide {
        id: row.get(0)?,
        token: MessageToken(row.get(1)?),
        crew: row.get(2)?,
        wraps: zeroize::Zeroizing::new(row.get(3)?),
    })
}

/// Hash of a returned BSN, for comparison only.
pub(crate) fn bsn_hash(secrets: &Secrets, bsn: &ReturnedBsn) -> [u8; 32] {
    // REVEAL: into the keyed hash only.
    secrets.bsn.hash(&bsn.reveal())
}

/// Whether the only BSN of an identification is the announced one.
pub(crate) fn announced_equals(
    secrets: &Secrets,
    ride: Option<&KnownRide>,
    identification: &IdentificationContent,
) -> bool {
    let announced = ride.and_then(|r| r.bsn_hash.as_deref());
    identification.bsn.is_valid()
        && identification.other_bsns.is_empty()
        && announced.is_some_and(|hash| hash == bsn_hash(secrets, &identification.bsn))
}

impl Inbox {
    /// Imports rides in one transaction, with one audit entry; links and destroys what it must.
    ///
    /// # Errors
    /// When the store cannot be written: then nothing of the slice is there.
    pub fn import_rides(&mut self, rides: &[Ride], now: DateTime<Utc>) -> Result<Imported, StoreError> {
        self.turn_day(now);
        let Self { store, keys, confirmations, .. } = self;
        let term = TimeDelta::days(i64::from(store.settings.retention_days));
        let mut entry = store.entry(now, Event::RidesImported, Purpose::Operation);
        let equal = store.entry(now, Event::EqualBsnDestroyed, Purpose::Reception);
        let registered = store.entry(now, Event::RideRegistered, Purpose::Operation);
        let result = store.write(now, |transaction, secrets| {
            keys.heed_directory(transaction, secrets)?;
            let next_entry = audit_trail::next_number(transaction)?;
            let mut import = Import {
                transaction,
                secrets,
                keys,
                now,
                term,
                next_entry,
                registered,
                entries: Vec::new(),
                crews: Crews::of(transaction, secrets, confirmations),
                counts: Counts::default(),
                done: Imported::default(),
            };
            for ride in rides {
                import.one(ride)?;
            }
            let Import { done, mut entries, registered, counts, .. } = import;
            counts.write(transaction, now)?;
            let next = next_entry + entries.len() as u64;
            entries.extend(keys.log_made(transaction, &registered, next)?);
            audit_trail::append_all(transaction, &entries)?;
            entry.count = Some(done.new + done.changed);
            audit_trail::append(transaction, &entry)?;
            if done.equal_destroyed > 0 {
                let equal = Entry { count: Some(done.equal_destroyed), ..equal };
                audit_trail::append(transaction, &equal)?;
            }
            Ok(done)
        });
        if result.is_err() {
            self.keys.forget();
        }
        result
    }
}

struct Import<'a> {
    transaction: &'a Transaction<'a>,
    secrets: &'a Secrets,
    keys: &'a mut DayKeys,
    now: DateTime<Utc>,
    term: TimeDelta,
    next_entry: u64,
    /// What each ride's entry is made from.
    registered: Entry,
    entries: Vec<Entry>,
    crews: Crews<'a>,
    counts: Counts,
    done: Imported,
}

fn crew_text(ride: &Ride) -> String {
    ride.crew.iter().map(|(staff, place)| format!("{staff}:{place}")).collect::<Vec<_>>().join(";")
}

impl Import<'_> {
    /// Two keyed hashes tell whether anything changed: of what stands in clear, and of what is not kept in clear.
    fn lines(&self, ride: &Ride) -> Result<([u8; 32], [u8; 32]), StoreError> {
        let time = |t: &Option<DateTime<Utc>>| t.map_or(0, |t| t.timestamp()).to_be_bytes();
        let mut clear = Vec::with_capacity(256);
        clear.extend_from_slice(b"ride/clear/");
        clear.extend_from_slice(ride.number.as_received().as_bytes());
        clear.extend_from_slice(&time(&ride.departed));
        clear.extend_from_slice(&time(&ride.handed_over));
        clear.push(u8::from(ride.sent_8_to_10));
        clear.push(u8::from(ride.announced.is_some()));
        for text in
            [&ride.vehicle, &ride.urgency, &ride.post, &ride.hospital.as_ref().and_then(|h| h.extension.clone())]
        {
            clear.push(0);
            clear.extend_from_slice(text.as_deref().unwrap_or_default().as_bytes());
        }
        clear.push(0);
        clear.extend_from_slice(crew_text(ride).as_bytes());
        let mut secret = zeroize::Zeroizing::new(Vec::with_capacity(2048));
        secret.extend_from_slice(b"ride/secret/");
        secret.extend_from_slice(ride.number.canonical().as_bytes());
        secret.push(0);
        // REVEAL: into the keyed hash only, which goes after 90 days.
        secret.extend_from_slice(ride.announced.as_ref().map(|b| b.reveal()).as_deref().map_or(b"", |b| b.as_bytes()));
        secret.push(0);
        if let Some(content) = &ride.working_diagnosis {
            secret.extend_from_slice(&WorkingDiagnosis::encode(content)?);
        }
        Ok((self.secrets.fingerprint.fingerprint(&clear), self.secrets.fingerprint.fingerprint(&secret)))
    }

    fn one(&mut self, ride: &Ride) -> Result<(), StoreError> {
        let number = ride.number.canonical();
        let lines = self.lines(ride)?;
        let before = self
            .transaction
            .prepare_cached("SELECT id, line, secret_line, purge_after FROM ride WHERE number = ?1")?
            .query_row([&number], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, [u8; 32]>(1)?, row.get::<_, Option<[u8; 32]>>(2)?, row.get(3)?))
            })
            .optional()?;
        let mut term = i64::MAX;
        match before {
            // Once the hash of what is not kept in clear is gone (90 days), the rest decides.
            Some((_, line, secret, _)) if line == lines.0 && secret.is_none_or(|s| s == lines.1) => {
                self.done.unchanged += 1;
                return Ok(());
            }
            Some((id, _, _, purge_after)) => {
                self.done.changed += 1;
                term = purge_after;
                retention::remove_ride(self.transaction, id)?;
            }
            None if (self.starts(ride) + self.term) <= self.now => {
                self.done.past_term += 1;
                return self.lower_terms(ride, &number);
            }
            None => self.done.new += 1,
        }
        let hospital =
            ride.hospital.as_ref().map(|h| senders::number(self.transaction, &h.clone().into())).transpose()?;
        let kept = before.map(|(id, ..)| id);
        let id = self.insert(ride, kept, &number, &lines, hospital, term)?;
        for (staff, place) in &ride.crew {
            self.transaction
                .prepare_cached("INSERT OR REPLACE INTO crew(staff, ride, place) VALUES (?1, ?2, ?3)")?
                .execute(params![staff, id, place])?;
        }
        self.link(ride, id, &number, hospital)
    }

    /// When the term of a ride begins: the earlier of hand-over and receipt (R4).
    fn starts(&self, ride: &Ride) -> DateTime<Utc> {
        ride.handed_over.map_or(self.now, |handed_over| handed_over.min(self.now))
    }

    /// Of a ride that is not kept itself: its hand-over lowers the term of what came in about it (R4).
    fn lower_terms(&self, ride: &Ride, number: &str) -> Result<(), StoreError> {
        let Some(term) = ride.handed_over.map(|t| (t + self.term).timestamp()) else { return Ok(()) };
        for sql in [
            "UPDATE figure SET purge_after = min(purge_after, ?2) WHERE message IN (SELECT id FROM message WHERE ride = ?1)",
            "UPDATE message SET purge_after = min(purge_after, ?2) WHERE ride = ?1",
        ] {
            self.transaction.prepare_cached(sql)?.execute(params![number, term])?;
        }
        Ok(())
    }

    /// Inserts the line; a corrected one keeps its id, which figures name.
    fn insert(
        &mut self,
        ride: &Ride,
        kept: Option<i64>,
        number: &str,
        lines: &([u8; 32], [u8; 32]),
        hospital: Option<i64>,
        term: i64,
    ) -> Result<i64, StoreError> {
        let token = seal::random_token()?;
        let mut wraps = Wraps::default();
        let mut sealed = None;
        if let Some(content) = &ride.working_diagnosis {
            let place = Place { token, part: WorkingDiagnosis::CODE, schema: WorkingDiagnosis::SCHEMA };
            let (key, bytes) = seal::seal_content(&place, &WorkingDiagnosis::encode(content)?)?;
            for reader in [ReaderId::MEDICAL_MANAGER, ReaderId::ROUTING] {
                let reader_key = self.keys.of(self.transaction, self.secrets, reader)?;
                wraps.put(reader, seal::wrap(reader_key, token, &[(PartCode::WorkingDiagnosis, &key)])?);
            }
            sealed = Some(bytes);
        }
        let digests =
            sealed.as_ref().map(|bytes| (PartCode::WorkingDiagnosis, seal::digest(bytes))).into_iter().collect();
        let receipt = self.next_entry + self.entries.len() as u64;
        let pseudonym = Some(self.secrets.pseudonym.1.ride(number));
        self.entries.push(Entry { ride: pseudonym, digests, ..self.registered.clone() });
        let bsn = announced_hash(self.secrets, ride);
        let awaits =
            ride.announced.is_none() && ride.sent_8_to_10 && ride.handed_over.is_some() && !self.returned(number)?;
        self.transaction
            .prepare_cached(
                "INSERT INTO ride(id, number, shown, line, secret_line, vehicle, departed, handed_over, urgency, post, hospital,
                   sent_8_10, announced, awaits, bsn_hash, working_diagnosis, imported, receipt, purge_after)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
            )?
            .execute(params![
                kept,
                number,
                ride.number.as_received(),
                lines.0,
                lines.1,
                ride.vehicle,
                ride.departed.map(|t| t.timestamp()),
                ride.handed_over.map(|t| t.timestamp()),
                ride.urgency,
                ride.post,
                hospital,
                ride.sent_8_to_10,
                ride.announced.is_some(),
                awaits,
                bsn,
                sealed,
                self.now.timestamp(),
                receipt,
                // A corrected line never lengthens the term (R4).
                term.min((self.starts(ride) + self.term).timestamp()),
            ])?;
        let id = self.transaction.last_insert_rowid();
        self.transaction
            .prepare_cached("INSERT INTO ride_wrap(ride, token, crew, wraps) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![id, token.0, crew_text(ride), wraps.encode().as_slice()])?;
        self.insert_figure(ride, id, token)?;
        Ok(id)
    }

    /// What the medical manager counts of a ride, in a narrow row; the working diagnosis as its code alone, sealed to him.
    fn insert_figure(&mut self, ride: &Ride, id: i64, token: MessageToken) -> Result<(), StoreError> {
        let code = ride.working_diagnosis.as_ref().and_then(|content| content.diagnosis.snomed());
        let sealed = match code {
            Some(code) => {
                let key = self.keys.of(self.transaction, self.secrets, ReaderId::MEDICAL_MANAGER)?;
                Some(seal::seal_figure(key, token, access::WORKING_CODE_SCHEMA, &code.to_be_bytes())?)
            }
            None => None,
        };
        self.transaction
            .prepare_cached(
                "INSERT INTO ride_figure(ride, token, handed_over, urgency, post, crew, working_code)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                id,
                token.0,
                ride.handed_over.map(|t| t.timestamp()),
                ride.urgency,
                ride.post,
                crew_text(ride),
                sealed,
            ])?;
        Ok(())
    }

    /// Whether a BSN came back for this ride.
    fn returned(&self, number: &str) -> Result<bool, StoreError> {
        let mut find = self.transaction.prepare_cached(
            "SELECT EXISTS(SELECT 1 FROM message m JOIN work w ON w.message = m.id WHERE m.ride = ?1)",
        )?;
        Ok(find.query_row([number], |row| row.get(0))?)
    }

    fn link(&mut self, ride: &Ride, id: i64, number: &str, hospital: Option<i64>) -> Result<(), StoreError> {
        let mut find = self.transaction.prepare_cached(
            "SELECT m.id, m.sender, m.flags, m.purge_after, m.received, coalesce(a.holders, m.holders) FROM message m
               LEFT JOIN awaited a ON a.message = m.id WHERE m.ride = ?1",
        )?;
        let found = find
            .query_map([number], |row| {
                Ok(Linked {
                    message: row.get(0)?,
                    sender: row.get(1)?,
                    flags: row.get(2)?,
                    purge_after: row.get(3)?,
                    received: DateTime::from_timestamp(row.get(4)?, 0).unwrap_or_default(),
                    holders: row.get(5)?,
                })
            })?
            .collect::<Result<Vec<_>, _>>()?;
        for one in &found {
            let other = match hospital {
                Some(hospital) => !senders::covers(self.transaction, hospital, one.sender)?,
                None => false,
            };
            let flags = one.flags & !(FLAG_OTHER_HOSPITAL | FLAG_RIDE_UNKNOWN);
            let flags = if other { flags | FLAG_OTHER_HOSPITAL } else { flags };
            // A ride that brings an earlier hand-over lowers the term, never raises it (R4).
            let term = ride.handed_over.map_or(one.purge_after, |t| one.purge_after.min((t + self.term).timestamp()));
            self.transaction
                .prepare_cached("UPDATE message SET flags = ?2, purge_after = ?3 WHERE id = ?1")?
                .execute(params![one.message, flags, term])?;
            self.transaction
                .prepare_cached("UPDATE figure SET ride = ?2, flags = ?3, purge_after = ?4 WHERE message = ?1")?
                .execute(params![one.message, id, flags, term])?;
            let held = flags & FLAGS_NOT_DELIVERED != 0;
            self.transaction
                .prepare_cached("UPDATE waiting SET held = ?2, due = max(due, NOT ?2) WHERE message = ?1")?
                .execute(params![one.message, held])?;
            self.hide_or_show(ride, one, flags)?;
            if one.flags & FLAG_RIDE_UNKNOWN != 0 {
                self.done.linked += 1;
            }
            self.compare(ride, one)?;
        }
        // Sealed anew, so the crew of what was delivered before gets it again.
        if ride.working_diagnosis.is_some() && found.iter().any(|one| !one.holders.is_empty()) {
            self.transaction.prepare_cached("INSERT OR IGNORE INTO ride_due(ride) VALUES (?1)")?.execute([id])?;
        }
        Ok(())
    }

    /// The register decides who sees a record: who is no longer of the crew loses it at once, who is again sees it again.
    fn hide_or_show(&mut self, ride: &Ride, one: &Linked, flags: i64) -> Result<(), StoreError> {
        if one.holders.is_empty() {
            return Ok(());
        }
        let crew = self.crews.crew(&crew_text(ride), senders::day_of(one.received))?;
        for holder in one.holders.chunks_exact(8).filter_map(|c| c.try_into().ok()).map(i64::from_be_bytes) {
            let shown = flags & FLAGS_NOT_DELIVERED == 0 && crew.serves(ReaderId(holder));
            self.transaction
                .prepare_cached(
                    "UPDATE \"grant\" SET state = ?3 WHERE reader = ?1 AND message = ?2 AND state IN (1, 2)",
                )?
                .execute(params![holder, one.message, if shown { 1 } else { 2 }])?;
        }
        Ok(())
    }

    /// A returned BSN that proves equal now is destroyed: part, wrap and work item.
    fn compare(&mut self, ride: &Ride, one: &Linked) -> Result<(), StoreError> {
        let hash = announced_hash(self.secrets, ride);
        let returned = self
            .transaction
            .prepare_cached("SELECT bsn_hash FROM work WHERE message = ?1")?
            .query_row([one.message], |row| row.get::<_, Option<[u8; 32]>>(0))
            .optional()?;
        let Some(returned) = returned else { return Ok(()) };
        if returned.is_some() && returned == hash {
            work::destroy_identification(self.transaction, one.message)?;
            self.counts.over(one.sender, "equal_bsn", EQUAL_BSN_PATH, 1);
            self.done.equal_destroyed += 1;
            return Ok(());
        }
        work::ride_became_known(self.transaction, one.message, ride.announced.is_some())
    }
}

/// A record of the ride that is imported.
struct Linked {
    message: i64,
    sender: i64,
    flags: i64,
    purge_after: i64,
    received: DateTime<Utc>,
    holders: Vec<u8>,
}

/// Hash of the announced BSN; only a valid one can prove equal.
fn announced_hash(secrets: &Secrets, ride: &Ride) -> Option<[u8; 32]> {
    ride.announced.as_ref().filter(|bsn| bsn.is_valid()).map(|bsn| bsn_hash(secrets, bsn))
}

/// Reads a BSN of the register: what is not nine digits is kept out of comparisons, but counts as announced.
#[must_use]
pub fn announced_bsn(text: &str) -> Option<ReturnedBsn> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    Some(Bsn::parse(text).map_or_else(|| ReturnedBsn::read(text), ReturnedBsn::Valid))
}

/// A ride that was handed over without an announced BSN waits for one again, where no record of it brought one back any more.
pub(crate) fn wait_again(transaction: &Transaction<'_>, number: &str) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "UPDATE ride SET awaits = 1 WHERE number = ?1 AND announced = 0 AND sent_8_10 = 1 AND handed_over IS NOT NULL
               AND NOT EXISTS(SELECT 1 FROM message m JOIN work w ON w.message = m.id WHERE m.ride = ?1)",
        )?
        .execute([number])?;
    Ok(())
}
