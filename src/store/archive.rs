//! Opening: the only way to content. The audit entry and the read are one transaction: no entry, no content.
//!
//! **Invariant:** a part past its term, withdrawn, or with a digest that is not in the chain does not open.
//! **Not here:** who may (the trait bound `R: MayOpen<P>`).

use access::{Authorisation, Event, MayOpen, OpeningKey, Professional, Session};
use chrono::{DateTime, Utc};
use domain::{MessageId, MessageToken, Part, PartCode, Purpose, ReaderId, WorkingDiagnosis, WorkingDiagnosisContent};
use rusqlite::{OptionalExtension, Transaction, params};
use seal::Place;

use crate::{
    Store, StoreError, audit_trail, day_keys,
    flags::FLAGS_NOT_DELIVERED,
    store::Secrets,
    worklist::{RegisterRow, moment},
    wraps::Wraps,
};

/// The readers' door.
pub struct Archive {
    pub(crate) store: Store,
}

struct Found {
    token: MessageToken,
    receipt: u64,
    ride: String,
    sealed: Option<Vec<u8>>,
    wraps: Vec<u8>,
}

fn column(part: PartCode) -> Option<&'static str> {
    match part {
        PartCode::Identification => Some("ident"),
        PartCode::Diagnosis => Some("diagnosis"),
        PartCode::Case => Some("\"case\""),
        PartCode::Remarks => Some("remarks"),
        PartCode::Figure | PartCode::WorkingDiagnosis => None,
    }
}

fn event(part: PartCode) -> Event {
    match part {
        PartCode::Identification => Event::BsnRevealed,
        PartCode::Diagnosis => Event::DiagnosisOpened,
        PartCode::Case => Event::CaseOpened,
        PartCode::Remarks => Event::RemarksOpened,
        PartCode::Figure => Event::FiguresOpened,
        PartCode::WorkingDiagnosis => Event::WorkingDiagnosisOpened,
    }
}

impl Archive {
    /// An archive on a store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// The store, for what needs no content.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The store, for what needs no content.
    pub fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Opens part `P` of one message. The audit entry and the read are one transaction: no entry, no content.
    /// `None`: the record is gone or past its term, holds no such part, or this reader has no wrap.
    ///
    /// # Errors
    /// When `why` is no purpose of the right, the part was changed, moved or exchanged, or the store cannot be written.
    pub fn open<P: Part, R: MayOpen<P>>(
        &mut self,
        session: &Session<R>,
        message: MessageId,
        why: Purpose,
        now: DateTime<Utc>,
    ) -> Result<Option<P::Content>, StoreError> {
        let key = session.opening_key::<P>(why)?;
        let mut entry = self.store.entry(now, event(P::CODE), why);
        entry.user = Some(session.account());
        entry.role = Some(session.role());
        entry.authorisation = match (P::CODE, session.reader().account()) {
            // The administration opens what it has taken up (`app` looks after that).
            (PartCode::Identification, _) => Authorisation::ClaimedItem,
            (_, Some(_)) => Authorisation::CrewOfRide,
            (_, None) => Authorisation::RolesTask,
        };
        self.store.write(now, |transaction, secrets| {
            let Some(found) = find(transaction, P::CODE, message, now)? else { return Ok(None) };
            let Some(content) = read(transaction, &key, message, &found)? else { return Ok(None) };
            entry.ride = Some(pseudonym(secrets, &found.ride));
            entry.client = P::client(&content).map(|number| secrets.pseudonym.1.client(&number));
            audit_trail::append(transaction, &entry)?;
            if P::CODE == PartCode::Diagnosis {
                transaction
                    .prepare_cached(
                        "UPDATE \"grant\" SET read = coalesce(read, ?3) WHERE reader = ?1 AND message = ?2",
                    )?
                    .execute(params![session.reader().0, message.0, now.timestamp()])?;
            }
            Ok(Some(content))
        })
    }

    /// Logs that a shown BSN was copied, for what it was shown.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn log_copied(
        &mut self,
        session: &Session<access::Administration>,
        message: MessageId,
        why: Purpose,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut entry = self.store.entry(now, Event::BsnCopied, why);
        entry.user = Some(session.account());
        entry.role = Some(session.role());
        entry.authorisation = Authorisation::ClaimedItem;
        self.store.write(now, |transaction, secrets| {
            let ride: Option<String> = transaction
                .query_row("SELECT ride FROM message WHERE id = ?1", [message.0], |row| row.get(0))
                .optional()?;
            entry.ride = ride.map(|ride| pseudonym(secrets, &ride));
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }

    /// Logs that what is masked in a text of a record is shown to one of its crew. False, and no entry: the record is gone, past its
    /// term, or no longer his.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn log_unmasked(
        &mut self,
        session: &Session<Professional>,
        message: MessageId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut entry = self.store.entry(now, Event::TextUnmasked, Purpose::Quality);
        entry.user = Some(session.account());
        entry.role = Some(session.role());
        entry.authorisation = Authorisation::CrewOfRide;
        self.store.write(now, |transaction, secrets| {
            let ride: Option<String> = transaction
                .prepare_cached("SELECT ride FROM message WHERE id = ?1 AND purge_after > ?2")?
                .query_row(params![message.0, now.timestamp()], |row| row.get(0))
                .optional()?;
            let Some(ride) = ride else { return Ok(false) };
            if !granted(transaction, session.reader(), message)? {
                return Ok(false);
            }
            entry.ride = Some(pseudonym(secrets, &ride));
            audit_trail::append(transaction, &entry)?;
            Ok(true)
        })
    }
}

fn pseudonym(secrets: &Secrets, ride: &str) -> [u8; 8] {
    secrets.pseudonym.1.ride(ride)
}

fn find(
    transaction: &Transaction<'_>,
    part: PartCode,
    message: MessageId,
    now: DateTime<Utc>,
) -> Result<Option<Found>, StoreError> {
    if part == PartCode::WorkingDiagnosis {
        // Of the ride, which has a token of its own.
        let row = transaction
            .prepare_cached(
                "SELECT w.token, r.receipt, r.number, r.working_diagnosis, w.wraps, NULL FROM message m JOIN ride r ON r.number = m.ride
                   JOIN ride_wrap w ON w.ride = r.id
                 WHERE m.id = ?1 AND m.purge_after > ?2 AND r.purge_after > ?2",
            )?
            .query_row(params![message.0, now.timestamp()], found)
            .optional()?;
        return Ok(row);
    }
    let Some(column) = column(part) else { return Ok(None) };
    let sql = format!(
        "SELECT m.token, m.receipt, m.ride, m.{column}, m.wraps, a.wraps FROM message m LEFT JOIN awaited a ON a.message = m.id
         WHERE m.id = ?1 AND m.purge_after > ?2 AND m.flags & {FLAGS_NOT_DELIVERED} = 0"
    );
    Ok(transaction.prepare_cached(&sql)?.query_row(params![message.0, now.timestamp()], found).optional()?)
}

fn found(row: &rusqlite::Row<'_>) -> rusqlite::Result<Found> {
    Ok(Found {
        token: MessageToken(row.get(0)?),
        receipt: row.get(1)?,
        ride: row.get(2)?,
        sealed: row.get(3)?,
        wraps: [row.get::<_, Vec<u8>>(4)?, row.get::<_, Option<Vec<u8>>>(5)?.unwrap_or_default()].concat(),
    })
}

fn read<P: Part>(
    transaction: &Transaction<'_>,
    key: &OpeningKey<'_, P>,
    message: MessageId,
    found: &Found,
) -> Result<Option<P::Content>, StoreError> {
    let Some(sealed) = &found.sealed else { return Ok(None) };
    let of_record = P::CODE != PartCode::WorkingDiagnosis;
    if of_record && key.reader().account().is_some() && !granted(transaction, key.reader(), message)? {
        return Ok(None);
    }
    let wraps = Wraps::decode(&found.wraps)?;
    let Some(wrap) = wraps.get(key.reader()) else { return Ok(None) };
    let receipt = audit_trail::receipt(transaction, found.receipt)?;
    if access::entry_digest(&receipt.body, P::CODE)? != Some(seal::digest(sealed)) {
        return Err(StoreError::Tampered);
    }
    let content_key = key.content_key(found.token, wrap, |n| day_keys::sealed(transaction, n))?;
    let Some(content_key) = content_key else { return Ok(None) };
    let place = Place { token: found.token, part: P::CODE, schema: P::SCHEMA };
    let plain = seal::open_content(&content_key, &place, sealed)?;
    if plain.is_empty() {
        // The diagnosis part of an identification-only message: there is nothing in it.
        return Ok(None);
    }
    Ok(Some(P::decode(&plain)?))
}

fn granted(transaction: &Transaction<'_>, reader: ReaderId, message: MessageId) -> Result<bool, StoreError> {
    Ok(transaction
        .prepare_cached("SELECT 1 FROM \"grant\" WHERE reader = ?1 AND message = ?2 AND state = 1")?
        .exists(params![reader.0, message.0])?)
}

/// A row of a professional's list: no outcome.
pub struct FeedbackHead {
    /// The record.
    pub message: MessageId,
    /// Ride number as the register shows it.
    pub ride: String,
    /// Name of the hospital.
    pub hospital: String,
    /// What the register knows.
    pub register: RegisterRow,
    /// Own working diagnosis.
    pub working_diagnosis: Option<WorkingDiagnosisContent>,
    /// Receipt.
    pub received: DateTime<Utc>,
    /// The day after which nobody can read it.
    pub purge_after: DateTime<Utc>,
    /// With remarks, as far as this person's own wrap goes.
    pub remarks: bool,
    /// When it was read.
    pub read: Option<DateTime<Utc>>,
    /// The medical manager has a case of it.
    pub case: bool,
    /// Display names of the others it was delivered to.
    pub others: Vec<String>,
}

const HEAD: &str = "SELECT m.id, coalesce(r.shown, m.ride), h.name, r.departed, r.handed_over, r.vehicle, r.post, r.urgency, m.received,
    m.purge_after, g.remarks, g.read, m.\"case\" IS NOT NULL, coalesce(a.holders, m.holders), w.token, r.working_diagnosis, w.wraps, r.receipt
  FROM \"grant\" g JOIN message m ON m.id = g.message JOIN hospital h ON h.n = m.sender LEFT JOIN ride r ON r.number = m.ride
    LEFT JOIN ride_wrap w ON w.ride = r.id LEFT JOIN awaited a ON a.message = m.id";

impl Archive {
    /// Number of unread and of all records of this professional.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn feedback_counts(&self, session: &Session<Professional>) -> Result<(u64, u64), StoreError> {
        // Over the person's own range alone: what is past its term counts until the day's purge, and opens no more.
        let sql = "SELECT coalesce(sum(read IS NULL), 0), count(*) FROM \"grant\" WHERE reader = ?1 AND state = 1";
        let mut statement = self.store.connection.prepare_cached(sql)?;
        Ok(statement.query_row([session.reader().0], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Own records, unread first, then in order of receipt, newest first; own working diagnoses opened with one audit entry for the list.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn feedback_list(
        &mut self,
        session: &Session<Professional>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<FeedbackHead>, StoreError> {
        let mut entry = self.store.entry(now, Event::ListShown, Purpose::Quality);
        entry.user = Some(session.account());
        entry.role = Some(session.role());
        entry.authorisation = Authorisation::CrewOfRide;
        self.store.write(now, |transaction, _| {
            let sql = format!(
                "{HEAD} WHERE g.reader = ?1 AND m.purge_after > ?2 AND g.message IN (SELECT message FROM \"grant\"
                   WHERE reader = ?1 AND state = 1 ORDER BY read IS NOT NULL, message DESC LIMIT ?3)
                 ORDER BY g.read IS NOT NULL, m.id DESC"
            );
            let mut statement = transaction.prepare_cached(&sql)?;
            let rows = statement
                .query_map(params![session.reader().0, now.timestamp(), limit], raw)?
                .collect::<Result<Vec<_>, _>>()?;
            let mut heads = Vec::with_capacity(rows.len());
            for one in rows {
                heads.push(head(transaction, session, one)?);
            }
            entry.count = Some(heads.len() as u64);
            if !heads.is_empty() {
                audit_trail::append(transaction, &entry)?;
            }
            Ok(heads)
        })
    }
}

struct Raw {
    head: FeedbackHead,
    holders: Vec<u8>,
    token: Option<[u8; 16]>,
    sealed: Option<Vec<u8>>,
    wraps: Option<Vec<u8>>,
    receipt: Option<u64>,
}

fn raw(row: &rusqlite::Row<'_>) -> rusqlite::Result<Raw> {
    let received = moment(row.get(8)?).unwrap_or_default();
    Ok(Raw {
        head: FeedbackHead {
            message: MessageId(row.get(0)?),
            ride: row.get(1)?,
            hospital: row.get(2)?,
            register: RegisterRow {
                departed: moment(row.get(3)?),
                handed_over: moment(row.get(4)?),
                vehicle: row.get(5)?,
                post: row.get(6)?,
                urgency: row.get(7)?,
            },
            working_diagnosis: None,
            received,
            purge_after: moment(row.get(9)?).unwrap_or(received),
            remarks: row.get(10)?,
            read: moment(row.get(11)?),
            case: row.get(12)?,
            others: Vec::new(),
        },
        holders: row.get(13)?,
        token: row.get(14)?,
        sealed: row.get(15)?,
        wraps: row.get(16)?,
        receipt: row.get(17)?,
    })
}

fn head(transaction: &Transaction<'_>, session: &Session<Professional>, raw: Raw) -> Result<FeedbackHead, StoreError> {
    let Raw { mut head, holders, token, sealed, wraps, receipt } = raw;
    if let (Some(token), Some(sealed), Some(wraps), Some(receipt)) = (token, sealed, wraps, receipt) {
        let found = Found { token: MessageToken(token), receipt, ride: String::new(), sealed: Some(sealed), wraps };
        let key = session.opening_key::<WorkingDiagnosis>(Purpose::Quality)?;
        head.working_diagnosis = read(transaction, &key, head.message, &found)?;
    }
    for other in holders.chunks_exact(8).filter_map(|c| c.try_into().ok()).map(i64::from_be_bytes) {
        let account = ReaderId(other).account().filter(|account| *account != session.account());
        if let Some(account) = account {
            let name = transaction
                .prepare_cached("SELECT name FROM account WHERE n = ?1")?
                .query_row([account], |row| row.get(0))
                .optional()?;
            head.others.extend(name);
        }
    }
    Ok(head)
}
