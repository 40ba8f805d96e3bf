//! Opening: the only way to content. The audit entry and the read are one transaction: no entry, no content.
//!
//! **Invariant:** a part past its term, withdrawn, or with a digest that is not in the chain does not open.
//! **Not here:** who may (the trait bound `R: MayOpen<P>`), the professional's list (`feedback_list`).

use access::{Authorisation, Entry, Event, MayOpen, OpeningKey, Professional, Row, Session};
use chrono::{DateTime, Utc};
use domain::{
    Diagnosis, DiagnosisContent, MessageId, MessageToken, Part, PartCode, Purpose, ReaderId, Remarks, RemarksContent,
};
use rusqlite::{OptionalExtension, Transaction, params};
use seal::{ContentKey, Place};

use crate::{Store, StoreError, audit_trail, day_keys, flags::FLAGS_NOT_DELIVERED, marks::Ticking, wraps::Wraps};

/// The readers' door.
pub struct Archive {
    pub(crate) store: Store,
    pub(crate) ticking: Option<Ticking>,
}

pub(crate) struct Found {
    pub(crate) token: MessageToken,
    pub(crate) receipt: u64,
    pub(crate) ride: String,
    pub(crate) sealed: Option<Vec<u8>>,
    pub(crate) wraps: Vec<u8>,
}

pub(crate) fn column(part: PartCode) -> Option<&'static str> {
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
        Self { store, ticking: None }
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
            entry.ride = Some(secrets.ride_pseudonym(&found.ride));
            entry.client = P::client(&content).map(|number| secrets.pseudonym.1.client(&number));
            audit_trail::append(transaction, &entry)?;
            if P::CODE == PartCode::Diagnosis {
                was_read(transaction, session.reader(), message, now)?;
            }
            Ok(Some(content))
        })
    }

    /// Opens what a record says to one of its crew, diagnosis and remarks: one transaction, with an entry of each. `None`: the
    /// record is gone, past its term, or not his.
    ///
    /// # Errors
    /// When a part was changed, moved or exchanged, or the store cannot be written.
    pub fn open_record(
        &mut self,
        session: &Session<Professional>,
        message: MessageId,
        now: DateTime<Utc>,
    ) -> Result<Option<OpenedParts>, StoreError> {
        let keys =
            (session.opening_key::<Diagnosis>(Purpose::Quality)?, session.opening_key::<Remarks>(Purpose::Quality)?);
        let entry = self.entry_of_crew(session, Event::DiagnosisOpened, now);
        self.store.write(now, |transaction, secrets| {
            let Some((parts, ride)) = record(transaction, &keys, message, now)? else { return Ok(None) };
            let opened = Entry { ride: Some(secrets.ride_pseudonym(&ride)), ..entry };
            let mut entries = vec![opened.clone()];
            if parts.remarks.is_some() {
                entries.push(Entry { event: Event::RemarksOpened, ..opened });
            }
            audit_trail::append_all(transaction, &entries)?;
            was_read(transaction, session.reader(), message, now)?;
            Ok(Some(parts))
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
            entry.ride = ride.map(|ride| secrets.ride_pseudonym(&ride));
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
            if !granted(transaction, session.reader(), message, PartCode::Diagnosis)? {
                return Ok(false);
            }
            entry.ride = Some(secrets.ride_pseudonym(&ride));
            audit_trail::append(transaction, &entry)?;
            Ok(true)
        })
    }
}

/// What a record says to one of its crew.
pub struct OpenedParts {
    /// The diagnosis.
    pub diagnosis: DiagnosisContent,
    /// The remarks, where they came and are his.
    pub remarks: Option<RemarksContent>,
}

/// Both parts of a record that is this reader's, with its ride: one row, one look at its receipt.
pub(crate) fn record(
    transaction: &Transaction<'_>,
    (diagnosis_key, remarks_key): &(OpeningKey<'_, Diagnosis>, OpeningKey<'_, Remarks>),
    message: MessageId,
    now: DateTime<Utc>,
) -> Result<Option<(OpenedParts, String)>, StoreError> {
    if !granted(transaction, diagnosis_key.reader(), message, PartCode::Diagnosis)? {
        return Ok(None);
    }
    let Some(found) = find(transaction, PartCode::Diagnosis, message, now)? else { return Ok(None) };
    let receipt = audit_trail::receipt(transaction, found.receipt)?;
    let Some(diagnosis) = opened(transaction, diagnosis_key, &found, &receipt)? else { return Ok(None) };
    let mut remarks = None;
    if granted(transaction, remarks_key.reader(), message, PartCode::Remarks)?
        && let Some(second) = find(transaction, PartCode::Remarks, message, now)?
    {
        let own = (second.receipt != found.receipt).then(|| audit_trail::receipt(transaction, second.receipt));
        remarks = opened(transaction, remarks_key, &second, own.transpose()?.as_ref().unwrap_or(&receipt))?;
    }
    Ok(Some((OpenedParts { diagnosis, remarks }, found.ride)))
}

pub(crate) fn was_read(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    message: MessageId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached("UPDATE \"grant\" SET read = ?3 WHERE reader = ?1 AND message = ?2 AND read IS NULL")?
        .execute(params![reader.0, message.0, now.timestamp()])?;
    Ok(())
}

/// The receipt of part ?3 of a record: of its own where it was sealed anew.
const RECEIPT: &str = "coalesce((SELECT x.receipt FROM resealed x WHERE x.message = m.id AND x.part = ?3), m.receipt)";

pub(crate) fn find(
    transaction: &Transaction<'_>,
    part: PartCode,
    message: MessageId,
    now: DateTime<Utc>,
) -> Result<Option<Found>, StoreError> {
    if part == PartCode::WorkingDiagnosis {
        // Of the ride, which has a token of its own.
        let row = transaction
            .prepare_cached(
                "SELECT w.token, r.receipt, r.number, r.working_diagnosis, w.wraps, r.role_wraps FROM message m JOIN ride r ON r.number = m.ride
                   JOIN ride_wrap w ON w.ride = r.id
                 WHERE m.id = ?1 AND m.purge_after > ?2 AND r.purge_after > ?2",
            )?
            .query_row(params![message.0, now.timestamp()], found)
            .optional()?;
        return Ok(row);
    }
    let Some(column) = column(part) else { return Ok(None) };
    let sql = format!(
        "SELECT m.token, {RECEIPT}, m.ride, m.{column}, m.wraps, a.wraps FROM message m LEFT JOIN awaited a ON a.message = m.id
         WHERE m.id = ?1 AND m.purge_after > ?2 AND m.flags & {FLAGS_NOT_DELIVERED} = 0"
    );
    let values = params![message.0, now.timestamp(), part.byte()];
    Ok(transaction.prepare_cached(&sql)?.query_row(values, found).optional()?)
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

/// The content key of part `P` in the wraps of the key's reader.
pub(crate) fn content_key<P: Part>(
    transaction: &Transaction<'_>,
    key: &OpeningKey<'_, P>,
    token: MessageToken,
    wraps: &Wraps,
) -> Result<Option<ContentKey>, StoreError> {
    for wrap in wraps.of(key.reader()) {
        let found = key.content_key(token, wrap, |n| day_keys::sealed(transaction, n))?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

pub(crate) fn read<P: Part>(
    transaction: &Transaction<'_>,
    key: &OpeningKey<'_, P>,
    message: MessageId,
    found: &Found,
) -> Result<Option<P::Content>, StoreError> {
    if found.sealed.is_none() {
        return Ok(None);
    }
    if key.reader().account().is_some() && !granted(transaction, key.reader(), message, P::CODE)? {
        return Ok(None);
    }
    let receipt = audit_trail::receipt(transaction, found.receipt)?;
    opened(transaction, key, found, &receipt)
}

/// Opens a part whose receipt was looked up (of two parts of one record it is the same), for a person to whom it was given.
pub(crate) fn opened<P: Part>(
    transaction: &Transaction<'_>,
    key: &OpeningKey<'_, P>,
    found: &Found,
    receipt: &Row,
) -> Result<Option<P::Content>, StoreError> {
    let Some(sealed) = &found.sealed else { return Ok(None) };
    let content_key = content_key(transaction, key, found.token, &Wraps::decode(&found.wraps)?)?;
    let Some(content_key) = content_key else { return Ok(None) };
    if access::entry_digest(&receipt.body, P::CODE)? != Some(seal::digest(sealed)) {
        return Err(StoreError::Tampered);
    }
    let place = Place { token: found.token, part: P::CODE, schema: P::SCHEMA };
    let plain = seal::open_content(&content_key, &place, sealed)?;
    if plain.is_empty() {
        // The diagnosis part of an identification-only message: there is nothing in it.
        return Ok(None);
    }
    Ok(Some(P::decode(&plain)?))
}

/// Whether a record was delivered to a reader and is still his; of remarks, whether these are.
fn granted(
    transaction: &Transaction<'_>,
    reader: ReaderId,
    message: MessageId,
    part: PartCode,
) -> Result<bool, StoreError> {
    let remarks = part == PartCode::Remarks;
    Ok(transaction
        .prepare_cached(
            "SELECT 1 FROM \"grant\" WHERE reader = ?1 AND message = ?2 AND state = 1 AND (remarks = 1 OR NOT ?3)",
        )?
        .exists(params![reader.0, message.0, remarks])?)
}
