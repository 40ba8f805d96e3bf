//! The ride register: rows of an import, links to records, equal BSNs destroyed whenever they show.
//!
//! **Invariant:** the announced BSN is never stored, only its keyed hash; the working diagnosis is sealed on import.

use access::Event;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Bsn, IdentificationContent, MessageToken, Part, PartCode, Purpose, ReaderId, ReturnedBsn, RideNumber,
    WorkingDiagnosis, WorkingDiagnosisContent,
};
use rusqlite::{Transaction, params};
use seal::Place;

use crate::{
    StoreError,
    append::{FLAG_OTHER_HOSPITAL, FLAGS_NOT_DELIVERED},
    audit_trail,
    day_keys::DayKeys,
    inbox::Inbox,
    senders,
    store::Secrets,
    work,
    wraps::Wraps,
};

/// One ride of the register.
pub struct Ride {
    /// Ride number.
    pub number: RideNumber,
    /// Vehicle.
    pub vehicle: Option<String>,
    /// Departure.
    pub departed: Option<DateTime<Utc>>,
    /// Hand-over to the SEH.
    pub handed_over: Option<DateTime<Utc>>,
    /// Urgency: A0, A1, A2, B.
    pub urgency: Option<String>,
    /// Post.
    pub post: Option<String>,
    /// The hospital's organisation.
    pub hospital: Option<domain::InstanceId>,
    /// Messages 8, 9 and 10 were sent.
    pub sent_8_to_10: bool,
    /// The BSN that the ambulance announced: valid, or as it was.
    pub announced: Option<ReturnedBsn>,
    /// Crew: staff number and column (1 nurse, 2 driver, 3 third).
    pub crew: Vec<(String, u8)>,
    /// The ambulance's working diagnosis.
    pub working_diagnosis: Option<WorkingDiagnosisContent>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rides that are new.
    pub new: u64,
    /// Rides that were changed.
    pub changed: u64,
    /// Rides that were the same.
    pub unchanged: u64,
    /// Records linked by it.
    pub linked: u64,
    /// Equal BSNs destroyed by it.
    pub equal_destroyed: u64,
}

/// A ride as receiving sees it.
pub(crate) struct KnownRide {
    pub(crate) id: i64,
    pub(crate) token: MessageToken,
    pub(crate) hospital: Option<i64>,
    pub(crate) handed_over: Option<DateTime<Utc>>,
    pub(crate) announced: bool,
    pub(crate) bsn_hash: Option<Vec<u8>>,
    pub(crate) crew: String,
    pub(crate) wraps: Vec<u8>,
}

impl KnownRide {
    /// A working diagnosis that Routing still holds.
    pub(crate) fn working_diagnosis_waits(&self) -> Result<bool, StoreError> {
        Ok(Wraps::decode(&self.wraps)?.get(ReaderId::ROUTING).is_some())
    }
}

pub(crate) fn known(transaction: &Transaction<'_>, number: &RideNumber) -> Result<Option<KnownRide>, StoreError> {
    let row = transaction
        .prepare_cached(
            "SELECT id, token, hospital, handed_over, announced, bsn_hash, crew, wraps FROM ride WHERE number = ?1",
        )?
        .query_row([number.canonical()], |row| {
            Ok(KnownRide {
                id: row.get(0)?,
                token: MessageToken(row.get(1)?),
                hospital: row.get(2)?,
                handed_over: row.get::<_, Option<i64>>(3)?.and_then(|t| DateTime::from_timestamp(t, 0)),
                announced: row.get(4)?,
                bsn_hash: row.get(5)?,
                crew: row.get(6)?,
                wraps: row.get(7)?,
            })
        });
    match row {
        Ok(ride) => Ok(Some(ride)),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(error) => Err(error.into()),
    }
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
        let Self { store, keys, .. } = self;
        let term = TimeDelta::days(i64::from(store.settings.retention_days));
        let mut entry = store.entry(now, Event::RidesImported, Purpose::Operation);
        let equal = store.entry(now, Event::EqualBsnDestroyed, Purpose::Reception);
        let result = store.write(now, |transaction, secrets| {
            let mut import = Import { transaction, secrets, keys, now, term, done: Imported::default() };
            for ride in rides {
                import.one(ride)?;
            }
            let done = import.done;
            entry.count = Some(done.new + done.changed);
            audit_trail::append(transaction, &entry)?;
            if done.equal_destroyed > 0 {
                let equal = access::Entry { count: Some(done.equal_destroyed), ..equal };
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
    done: Imported,
}

fn crew_text(ride: &Ride) -> String {
    ride.crew.iter().map(|(staff, place)| format!("{staff}:{place}")).collect::<Vec<_>>().join(";")
}

impl Import<'_> {
    // A keyed hash of the whole line tells whether anything changed, without the line being kept.
    fn line(&self, ride: &Ride) -> [u8; 32] {
        let mut bytes = zeroize::Zeroizing::new(Vec::with_capacity(256));
        let time = |t: &Option<DateTime<Utc>>| t.map_or(0, |t| t.timestamp()).to_be_bytes();
        bytes.extend_from_slice(ride.number.as_received().as_bytes());
        bytes.extend_from_slice(&time(&ride.departed));
        bytes.extend_from_slice(&time(&ride.handed_over));
        for text in
            [&ride.vehicle, &ride.urgency, &ride.post, &ride.hospital.as_ref().and_then(|h| h.extension.clone())]
        {
            bytes.push(0);
            bytes.extend_from_slice(text.as_deref().unwrap_or_default().as_bytes());
        }
        bytes.extend_from_slice(crew_text(ride).as_bytes());
        // REVEAL: into the keyed hash only.
        bytes.extend_from_slice(ride.announced.as_ref().map(|b| b.reveal()).as_deref().map_or(b"", |b| b.as_bytes()));
        if let Some(content) = &ride.working_diagnosis {
            bytes.extend_from_slice(&WorkingDiagnosis::encode(content));
        }
        self.secrets.fingerprint.fingerprint(&bytes)
    }

    fn one(&mut self, ride: &Ride) -> Result<(), StoreError> {
        let number = ride.number.canonical();
        let line = self.line(ride);
        let before = self
            .transaction
            .prepare_cached("SELECT id, line FROM ride WHERE number = ?1")?
            .query_row([&number], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)));
        match before {
            Ok((_, old)) if old == line => {
                self.done.unchanged += 1;
                return Ok(());
            }
            Ok((id, _)) => {
                self.done.changed += 1;
                self.transaction.prepare_cached("DELETE FROM crew WHERE ride = ?1")?.execute([id])?;
                self.transaction.prepare_cached("DELETE FROM ride WHERE id = ?1")?.execute([id])?;
            }
            Err(rusqlite::Error::QueryReturnedNoRows) => self.done.new += 1,
            Err(error) => return Err(error.into()),
        }
        let hospital = ride.hospital.as_ref().map(|h| senders::number(self.transaction, h)).transpose()?;
        let id = self.insert(ride, &number, &line, hospital)?;
        for (staff, place) in &ride.crew {
            self.transaction
                .prepare_cached("INSERT OR REPLACE INTO crew(staff, ride, place) VALUES (?1, ?2, ?3)")?
                .execute(params![staff, id, place])?;
        }
        self.link(ride, &number, hospital)
    }

    fn insert(&mut self, ride: &Ride, number: &str, line: &[u8], hospital: Option<i64>) -> Result<i64, StoreError> {
        let token = seal::random_token()?;
        let mut wraps = Wraps::default();
        let mut sealed = None;
        if let Some(content) = &ride.working_diagnosis {
            let place = Place { token, part: WorkingDiagnosis::CODE, schema: WorkingDiagnosis::SCHEMA };
            let (key, bytes) = seal::seal_content(&place, &WorkingDiagnosis::encode(content))?;
            for reader in [ReaderId::MEDICAL_MANAGER, ReaderId::ROUTING] {
                let reader_key = self.keys.of(self.transaction, self.secrets, reader)?;
                wraps.put(reader, seal::wrap(reader_key, token, &[(PartCode::WorkingDiagnosis, &key)])?);
            }
            sealed = Some(bytes);
        }
        let start = ride.handed_over.into_iter().chain([self.now]).min().unwrap_or(self.now);
        let bsn = ride.announced.as_ref().map(|bsn| bsn_hash(self.secrets, bsn));
        self.transaction
            .prepare_cached(
                "INSERT INTO ride(number, shown, token, line, vehicle, departed, handed_over, urgency, post, hospital, sent_8_10,
                   announced, bsn_hash, crew, working_diagnosis, wraps, imported, purge_after)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
            )?
            .execute(params![
                number,
                ride.number.as_received(),
                token.0,
                line,
                ride.vehicle,
                ride.departed.map(|t| t.timestamp()),
                ride.handed_over.map(|t| t.timestamp()),
                ride.urgency,
                ride.post,
                hospital,
                ride.sent_8_to_10,
                ride.announced.is_some(),
                bsn,
                crew_text(ride),
                sealed,
                wraps.encode(),
                self.now.timestamp(),
                (start + self.term).timestamp(),
            ])?;
        Ok(self.transaction.last_insert_rowid())
    }

    fn link(&mut self, ride: &Ride, number: &str, hospital: Option<i64>) -> Result<(), StoreError> {
        let mut find =
            self.transaction.prepare_cached("SELECT id, sender, flags, purge_after FROM message WHERE ride = ?1")?;
        let found = find
            .query_map([number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
            .collect::<Result<Vec<(i64, i64, i64, i64)>, _>>()?;
        for (message, sender, flags, purge_after) in found {
            let other = hospital.is_some_and(|h| h != sender);
            let flags = if other { flags | FLAG_OTHER_HOSPITAL } else { flags & !FLAG_OTHER_HOSPITAL };
            // A ride that brings an earlier hand-over lowers the term, never raises it (R4).
            let term = ride.handed_over.map_or(purge_after, |t| purge_after.min((t + self.term).timestamp()));
            self.transaction
                .prepare_cached("UPDATE message SET flags = ?2, purge_after = ?3 WHERE id = ?1")?
                .execute(params![message, flags, term])?;
            if flags & FLAGS_NOT_DELIVERED == 0 {
                self.transaction.prepare_cached("UPDATE waiting SET due = 1 WHERE message = ?1")?.execute([message])?;
            }
            self.done.linked += 1;
            self.compare(ride, message)?;
        }
        Ok(())
    }

    /// A returned BSN that proves equal now is destroyed: part, wrap and work item.
    fn compare(&mut self, ride: &Ride, message: i64) -> Result<(), StoreError> {
        let hash = ride.announced.as_ref().map(|bsn| bsn_hash(self.secrets, bsn));
        let returned = self
            .transaction
            .prepare_cached("SELECT bsn_hash FROM work WHERE message = ?1")?
            .query_row([message], |row| row.get::<_, Option<Vec<u8>>>(0));
        let returned = match returned {
            Ok(returned) => returned,
            Err(rusqlite::Error::QueryReturnedNoRows) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        if returned.is_some() && returned.as_deref() == hash.as_ref().map(<[u8; 32]>::as_slice) {
            work::destroy_identification(self.transaction, message)?;
            self.done.equal_destroyed += 1;
            return Ok(());
        }
        work::ride_became_known(self.transaction, message, ride.announced.is_some())
    }
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
