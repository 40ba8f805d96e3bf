//! The import of the ride register: its rows, written in one transaction a slice.
//!
//! **Invariant:** the announced BSN is never stored, only its keyed hash; the working diagnosis is sealed on import.
//! **Not here:** what an imported ride does to the records that name it (`linking`).

use access::{Entry, Event};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{MessageToken, Part, PartCode, Purpose, ReaderId, WorkingDiagnosis};
use rusqlite::{OptionalExtension, Transaction, params};
use seal::Place;

use crate::{
    StoreError, audit_trail,
    crews::Crews,
    day_keys::DayKeys,
    inbox::Inbox,
    linking::{LinkedRide, Linker},
    one_number, retention,
    ride::{Imported, Ride},
    rides::bsn_hash,
    senders,
    store::Secrets,
    unlinked::Registered,
    wraps::Wraps,
};

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
                linker: Linker::new(
                    transaction,
                    secrets,
                    Crews::of(transaction, secrets, confirmations),
                    (term, now),
                    &equal,
                ),
            };
            for ride in rides {
                import.one(ride)?;
            }
            let Import { linker, mut entries, registered, .. } = import;
            let (done, confirmed) = linker.end()?;
            let next = next_entry + entries.len() as u64;
            entries.extend(keys.log_made(transaction, &registered, next)?);
            entries.extend(confirmed);
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
    linker: Linker<'a>,
}

/// A ride as it stands before its line is read.
struct Before {
    id: i64,
    line: [u8; 32],
    secret: Option<[u8; 32]>,
    purge_after: i64,
    contested: bool,
}

impl Before {
    /// Whether a line says what is there already. Once the hash of what is not kept in clear is gone (90 days), the rest decides.
    fn is(&self, (line, secret): &([u8; 32], [u8; 32])) -> bool {
        self.line == *line && self.secret.is_none_or(|known| known == *secret)
    }
}

/// The crew that records are delivered to; of a cancelled ride nobody.
fn crew_text(ride: &Ride) -> String {
    if ride.cancelled {
        return String::new();
    }
    ride.crew.iter().map(|(staff, place)| format!("{staff}:{place}")).collect::<Vec<_>>().join(";")
}

/// Bytes that the wraps of the crew will need: as many as there are, but for the one that Routing's gives up.
fn room(ride: &Ride, wraps: usize, bytes: usize) -> i64 {
    let each = bytes.checked_div(wraps).unwrap_or_default();
    i64::try_from(each * ride.crew.len().saturating_sub(1)).unwrap_or_default()
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
        clear.push(u8::from(ride.cancelled));
        let hospital = ride.hospital.as_ref().and_then(|hospital| hospital.extension.clone());
        for text in [&ride.vehicle, &ride.urgency, &ride.post, &ride.service, &hospital] {
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
        let named = ride.number.canonical();
        let lines = self.lines(ride)?;
        let (mut number, mut before) = (named.clone(), self.before(&named)?);
        if before.as_ref().is_some_and(|before| !before.is(&lines)) {
            number = one_number::place(self.transaction, &named, ride)?;
            if number != named {
                before = self.before(&number)?;
            }
        }
        let further = number != named;
        let mut crew_before = None;
        let mut term = i64::MAX;
        match &before {
            Some(before) if before.is(&lines) => {
                self.linker.done.unchanged += 1;
                return Ok(());
            }
            Some(Before { id, purge_after, .. }) => {
                self.linker.done.changed += 1;
                term = *purge_after;
                let crew = "SELECT crew FROM ride_wrap WHERE ride = ?1";
                crew_before =
                    self.transaction.prepare_cached(crew)?.query_row([id], |row| row.get::<_, String>(0)).optional()?;
                retention::remove_ride(self.transaction, *id)?;
            }
            None if (self.starts(ride) + self.term) <= self.now => {
                self.linker.done.past_term += 1;
                return if further { Ok(()) } else { self.lower_terms(ride, &number) };
            }
            None => {
                self.linker.done.new += 1;
                self.linker.done.contested += u64::from(further && !ride.cancelled);
            }
        }
        let hospital =
            ride.hospital.as_ref().map(|h| senders::number(self.transaction, &h.clone().into())).transpose()?;
        let kept = before.as_ref().map(|before| before.id);
        let id = self.insert(ride, kept, &number, &lines, hospital, term)?;
        for (staff, place) in ride.crew.iter().filter(|_| !ride.cancelled) {
            self.transaction
                .prepare_cached("INSERT OR REPLACE INTO crew(staff, ride, place) VALUES (?1, ?2, ?3)")?
                .execute(params![staff, id, place])?;
        }
        let crew = crew_text(ride);
        if let Some(before) = crew_before.filter(|before| *before != crew) {
            self.linker.crew_changed(&number, (&before, &crew))?;
        }
        let first = if further || before.is_some_and(|before| before.contested) {
            one_number::settle(self.transaction, &named)?
        } else {
            None
        };
        self.linker.link(&LinkedRide {
            id,
            number: &number,
            hospital,
            handed_over: ride.handed_over,
            vehicle: ride.vehicle.as_deref(),
            crew: &crew,
            announced: ride.announced.is_some(),
            bsn_hash: announced_hash(self.secrets, ride),
            sealed_anew: ride.working_diagnosis.is_some(),
        })?;
        // What names the number is nobody's now, or somebody's again.
        if let Some(first) = first.filter(|first| *first != id)
            && let Some(first) = Registered::find(self.transaction, first, self.now)?
        {
            self.linker.link(&first.linked())?;
        }
        Ok(())
    }

    /// The ride that stands under a number.
    fn before(&self, number: &str) -> Result<Option<Before>, StoreError> {
        let sql = "SELECT id, line, secret_line, purge_after, contested FROM ride WHERE number = ?1";
        let row = self.transaction.prepare_cached(sql)?.query_row([number], |row| {
            Ok(Before {
                id: row.get(0)?,
                line: row.get(1)?,
                secret: row.get(2)?,
                purge_after: row.get(3)?,
                contested: row.get(4)?,
            })
        });
        Ok(row.optional()?)
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

    /// The working diagnosis, and its wraps for the medical manager and, until it is delivered, for Routing.
    fn seal_working_diagnosis(
        &mut self,
        ride: &Ride,
        token: MessageToken,
    ) -> Result<(Option<Vec<u8>>, Wraps, Wraps), StoreError> {
        let (mut for_roles, mut for_crew) = Default::default();
        let Some(content) = &ride.working_diagnosis else { return Ok((None, for_roles, for_crew)) };
        let place = Place { token, part: WorkingDiagnosis::CODE, schema: WorkingDiagnosis::SCHEMA };
        let (key, sealed) = seal::seal_content(&place, &WorkingDiagnosis::encode(content)?)?;
        for (reader, wraps) in [(ReaderId::MEDICAL_MANAGER, &mut for_roles), (ReaderId::ROUTING, &mut for_crew)] {
            let reader_key = self.keys.of(self.transaction, self.secrets, reader)?;
            Wraps::put(wraps, reader, seal::wrap(reader_key, token, &[(PartCode::WorkingDiagnosis, &key)])?);
        }
        Ok((Some(sealed), for_roles, for_crew))
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
        let (sealed, for_roles, wraps) = self.seal_working_diagnosis(ride, token)?;
        let digests =
            sealed.as_ref().map(|bytes| (PartCode::WorkingDiagnosis, seal::digest(bytes))).into_iter().collect();
        let receipt = self.next_entry + self.entries.len() as u64;
        let pseudonym = Some(self.secrets.ride_pseudonym(number));
        self.entries.push(Entry { ride: pseudonym, digests, ..self.registered.clone() });
        let bsn = announced_hash(self.secrets, ride);
        let awaits = ride.announced.is_none()
            && ride.sent_8_to_10
            && ride.handed_over.is_some()
            && !ride.cancelled
            && !self.linker.returned(number)?;
        self.transaction
            .prepare_cached(
                "INSERT INTO ride(id, number, shown, line, secret_line, vehicle, departed, handed_over, urgency, post, hospital,
                   sent_8_10, announced, awaits, bsn_hash, working_diagnosis, role_wraps, imported, receipt, purge_after, service, cancelled)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
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
                for_roles.encode().as_slice(),
                self.now.timestamp(),
                receipt,
                // A corrected line never lengthens the term (R4).
                term.min((self.starts(ride) + self.term).timestamp()),
                ride.service,
                ride.cancelled,
            ])?;
        let id = self.transaction.last_insert_rowid();
        let encoded = wraps.encode();
        self.transaction
            .prepare_cached(
                "INSERT INTO ride_wrap(ride, token, crew, wraps, room) VALUES (?1, ?2, ?3, ?4, zeroblob(?5))",
            )?
            .execute(params![
                id,
                token.0,
                crew_text(ride),
                encoded.as_slice(),
                room(ride, wraps.len(), encoded.len())
            ])?;
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
}

/// Hash of the announced BSN; only a valid one can prove equal.
fn announced_hash(secrets: &Secrets, ride: &Ride) -> Option<[u8; 32]> {
    ride.announced.as_ref().filter(|bsn| bsn.is_valid()).map(|bsn| bsn_hash(secrets, bsn))
}
