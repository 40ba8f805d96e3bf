//! Reflections: what a professional writes for himself about a record of his, sealed to his own key.
//!
//! **Invariant:** one that is not confirmed goes with its record, and is as unreadable as that past its term; a confirmed one stays, and
//! once the record is gone nothing of it leads there.
//! **Invariant:** the store seals and never opens by itself: opening takes the session of who wrote it.
//! **Not here:** when a pause is one (`ui`), what identifies in a text (`domain`), paper (`report`).

use access::{Authorisation, Entry, Event, Professional, ReflectionKey, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{MessageId, Purpose, RoleName, Sensitive};
use rusqlite::{OptionalExtension, Transaction, params};
use zeroize::Zeroizing;

use crate::{Store, StoreError, audit_trail, faults, worklist::moment};

/// For how long a deletion can be undone.
pub const REFLECTION_UNDO_SECONDS: i64 = 10;
// LIMIT: some four pages of A4: more than anybody writes about one ride, and what is sealed at each pause stays small.
/// Longest text of a reflection, in characters.
pub const REFLECTION_CHARACTERS_MAX: usize = 10_000;

const SCHEMA: u8 = 1;

/// What is written.
pub struct ReflectionContent {
    /// The words.
    pub text: Sensitive,
    /// *Tijd besteed*, the writer's own figure, in minutes; never zero.
    pub minutes: Option<u16>,
}

impl ReflectionContent {
    fn is_empty(&self) -> bool {
        // REVEAL: looked at for words only.
        self.text.reveal().trim().is_empty() && self.minutes.is_none()
    }

    pub(crate) fn encode(&self) -> Zeroizing<Vec<u8>> {
        // REVEAL: into what is sealed.
        let text = self.text.reveal().as_bytes();
        let mut bytes = Zeroizing::new(Vec::with_capacity(3 + text.len()));
        bytes.push(SCHEMA);
        bytes.extend_from_slice(&self.minutes.unwrap_or(0).to_be_bytes());
        bytes.extend_from_slice(text);
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (head, text) = bytes.split_first_chunk::<3>()?;
        let text = std::str::from_utf8(text).ok().filter(|_| head[0] == SCHEMA)?;
        let minutes = Some(u16::from_be_bytes([head[1], head[2]])).filter(|minutes| *minutes > 0);
        Some(Self { text: Sensitive::new(text.to_owned()), minutes })
    }
}

/// What of it is other than what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReflectionChange {
    /// The words: a confirmation falls away.
    Text,
    /// The time alone, in which no patient can be named.
    TimeAlone,
}

/// What became of what was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReflectionKept {
    /// It is kept, under this number.
    Kept(i64),
    /// Nothing was left of it: deleted, and for some seconds to be brought back.
    Deleted(i64),
    /// There is nothing to keep, and nothing was kept.
    Nothing,
    /// The record is not this person's, or is gone.
    Gone,
}

/// A reflection without its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReflectionRow {
    /// Its number.
    pub number: i64,
    /// When it was written last; noon of that day once the record is gone.
    pub at: DateTime<Utc>,
    /// When it was confirmed to hold no patient data.
    pub confirmed: Option<DateTime<Utc>>,
    /// The record, while it is there and this person's.
    pub about: Option<ReflectedRecord>,
    /// When it goes with the record; `None`: it is confirmed.
    pub purge_after: Option<DateTime<Utc>>,
}

/// What a reflection is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReflectedRecord {
    /// The record.
    pub message: MessageId,
    /// Ride number as the register shows it.
    pub ride: String,
    /// Name of the hospital.
    pub hospital: String,
}

/// What comes of opening one.
pub enum ReflectionOpened {
    /// Its words.
    Content(ReflectionContent),
    /// It is another's, or gone.
    Gone,
    /// It is sealed to a key that is no more, or was changed.
    Unreadable,
}

// ?1 account, ?2 its reader, ?3 now. One that is not confirmed is there for as long as its record opens.
const ROWS: &str =
    "SELECT x.n, x.at, x.confirmed, g.message, coalesce(r.shown, m.ride), h.name, m.purge_after FROM reflection x
    LEFT JOIN message m ON m.id = x.message AND m.purge_after > ?3
    LEFT JOIN \"grant\" g ON g.reader = ?2 AND g.message = m.id AND g.state = 1
    LEFT JOIN hospital h ON h.n = m.sender LEFT JOIN ride r ON r.number = m.ride
  WHERE x.account = ?1 AND x.deleted IS NULL AND (x.confirmed IS NOT NULL OR m.id IS NOT NULL)";

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<ReflectionRow> {
    let confirmed = moment(row.get(2)?);
    let message: Option<i64> = row.get(3)?;
    let about = match message {
        Some(message) => {
            Some(ReflectedRecord { message: MessageId(message), ride: row.get(4)?, hospital: row.get(5)? })
        }
        None => None,
    };
    let purge_after = moment(row.get(6)?).filter(|_| confirmed.is_none());
    let at = moment(Some(row.get(1)?)).unwrap_or_default();
    Ok(ReflectionRow { number: row.get(0)?, at, confirmed, about, purge_after })
}

/// Of these rows that are this account's, not deleted, and with their record not past its term.
const OWN: &str = "n = ?1 AND account = ?2 AND deleted IS NULL
    AND (confirmed IS NOT NULL OR EXISTS(SELECT 1 FROM message m WHERE m.id = message AND m.purge_after > ?3))";

impl Store {
    pub(crate) fn entry_of_reflection(&self, account: i64, event: Event, now: DateTime<Utc>) -> Entry {
        let mut entry = self.entry(now, event, Purpose::Quality);
        entry.user = Some(account);
        entry.role = Some(RoleName::Professional);
        entry.authorisation = Authorisation::OwnAccount;
        entry
    }

    /// Keeps what was written about a record of this person's own, or on under a number of his; also after his session was locked.
    /// Emptied, it is deleted.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn keep_reflection(
        &mut self,
        key: &ReflectionKey,
        (message, number): (MessageId, Option<i64>),
        (content, change): (&ReflectionContent, ReflectionChange),
        now: DateTime<Utc>,
    ) -> Result<ReflectionKept, StoreError> {
        let account = key.account();
        let written = self.entry_of_reflection(account, Event::ReflectionWritten, now);
        let fell = Entry { event: Event::ReflectionConfirmationFell, ..written.clone() };
        let deleted = Entry { event: Event::ReflectionDeleted, ..written.clone() };
        let kept = self.write(now, |transaction, _| {
            let found = match number {
                Some(number) => by_number(transaction, account, number, now)?,
                None => by_record(transaction, key, message, now)?,
            };
            let (number, confirmed) = match found {
                Found::Kept { number, .. } if content.is_empty() => {
                    mark_deleted(transaction, number, now)?;
                    faults::point();
                    audit_trail::append(transaction, &deleted)?;
                    faults::point();
                    return Ok(ReflectionKept::Deleted(number));
                }
                Found::None if content.is_empty() => return Ok(ReflectionKept::Nothing),
                Found::Kept { number, confirmed } => (number, confirmed),
                Found::None => {
                    let sql = "INSERT INTO reflection(account, message, at, sealed) VALUES (?1, ?2, ?3, x'')";
                    transaction.prepare_cached(sql)?.execute(params![account, message.0, now.timestamp()])?;
                    // Asked before the entry is inserted.
                    let number = transaction.last_insert_rowid();
                    audit_trail::append(transaction, &written)?;
                    (number, false)
                }
                Found::Gone => return Ok(ReflectionKept::Gone),
            };
            faults::point();
            let falls = confirmed && change == ReflectionChange::Text;
            let sealed = key.seal(number, &content.encode())?;
            transaction
                .prepare_cached(
                    "UPDATE reflection SET sealed = ?2, at = ?3, confirmed = CASE WHEN ?4 THEN NULL ELSE confirmed END
                       WHERE n = ?1",
                )?
                .execute(params![number, sealed, now.timestamp(), falls])?;
            faults::point();
            if falls {
                audit_trail::append(transaction, &fell)?;
            }
            faults::point();
            Ok(ReflectionKept::Kept(number))
        });
        faults::point();
        kept
    }

    /// The reflection of this person about a record of his own.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn reflection_about(
        &self,
        session: &Session<Professional>,
        message: MessageId,
        now: DateTime<Utc>,
    ) -> Result<Option<ReflectionRow>, StoreError> {
        // Of two records with one each, of which one took the other's place, the last that was written stands there.
        let sql = format!("{ROWS} AND x.message = ?4 AND g.message IS NOT NULL ORDER BY x.at DESC, x.n DESC LIMIT 1");
        let values = params![session.account(), session.reader().0, now.timestamp(), message.0];
        Ok(self.connection.prepare_cached(&sql)?.query_row(values, row).optional()?)
    }

    /// A reflection of this person by its number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn reflection(
        &self,
        session: &Session<Professional>,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<Option<ReflectionRow>, StoreError> {
        let values = params![session.account(), session.reader().0, now.timestamp(), number];
        Ok(self.connection.prepare_cached(&format!("{ROWS} AND x.n = ?4"))?.query_row(values, row).optional()?)
    }

    /// This person's reflections, the newest first, and how many there are in all.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn reflections(
        &self,
        session: &Session<Professional>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<(Vec<ReflectionRow>, u64), StoreError> {
        let mut find = self.connection.prepare_cached(&format!("{ROWS} ORDER BY x.n DESC LIMIT ?4"))?;
        let (account, reader) = (session.account(), session.reader().0);
        let rows = find.query_map(params![account, reader, now.timestamp(), limit], row)?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let sql = "SELECT count(*) FROM reflection x LEFT JOIN message m ON m.id = x.message AND m.purge_after > ?2
                     WHERE x.account = ?1 AND x.deleted IS NULL AND (x.confirmed IS NOT NULL OR m.id IS NOT NULL)";
        let all =
            self.connection.prepare_cached(sql)?.query_row([account, now.timestamp()], |row| row.get::<_, u64>(0))?;
        Ok((rows, all))
    }

    /// Opens a reflection of this person's own. Nobody is told: it is his.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn open_reflection(
        &self,
        session: &Session<Professional>,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<ReflectionOpened, StoreError> {
        opened(&self.connection, session, number, now)
    }

    /// Confirms that a reflection names no patient, as it was read: from now on it outlives its record. False: it says something else by
    /// now, or is gone.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn confirm_reflection(
        &mut self,
        session: &Session<Professional>,
        number: i64,
        read: &Sensitive,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let entry = self.entry_of_reflection(session.account(), Event::ReflectionConfirmed, now);
        let confirmed = self.write(now, |transaction, _| {
            match opened(transaction, session, number, now)? {
                ReflectionOpened::Content(content) if content.text == *read => {}
                ReflectionOpened::Content(_) | ReflectionOpened::Gone | ReflectionOpened::Unreadable => {
                    return Ok(false);
                }
            }
            let sql = "UPDATE reflection SET confirmed = ?2 WHERE n = ?1 AND confirmed IS NULL";
            if transaction.prepare_cached(sql)?.execute(params![number, now.timestamp()])? == 1 {
                faults::point();
                audit_trail::append(transaction, &entry)?;
            }
            faults::point();
            Ok(true)
        });
        faults::point();
        confirmed
    }

    /// Deletes a reflection; for some seconds it can be brought back. False: it is another's, or gone.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn delete_reflection(
        &mut self,
        session: &Session<Professional>,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let account = session.account();
        let entry = self.entry_of_reflection(account, Event::ReflectionDeleted, now);
        let deleted = self.write(now, |transaction, _| {
            let sql = format!("SELECT EXISTS(SELECT 1 FROM reflection WHERE {OWN})");
            let values = params![number, account, now.timestamp()];
            let own: bool = transaction.prepare_cached(&sql)?.query_row(values, |row| row.get(0))?;
            if own {
                mark_deleted(transaction, number, now)?;
                faults::point();
                audit_trail::append(transaction, &entry)?;
            }
            faults::point();
            Ok(own)
        });
        faults::point();
        deleted
    }

    /// Brings a deleted reflection back. False: it is too late, or another's.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn undo_deletion(
        &mut self,
        session: &Session<Professional>,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let account = session.account();
        let entry = self.entry_of_reflection(account, Event::ReflectionDeletionUndone, now);
        let since = (now - TimeDelta::seconds(REFLECTION_UNDO_SECONDS)).timestamp();
        let undone = self.write(now, |transaction, _| {
            let sql = "UPDATE reflection SET deleted = NULL WHERE n = ?1 AND account = ?2 AND deleted > ?3";
            let back = transaction.prepare_cached(sql)?.execute(params![number, account, since])? == 1;
            if back {
                faults::point();
                audit_trail::append(transaction, &entry)?;
            }
            faults::point();
            Ok(back)
        });
        faults::point();
        undone
    }

    /// Destroys what was deleted longer ago than it can be brought back; whether there was any.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn destroy_deleted_reflections(&mut self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS(SELECT 1 FROM reflection WHERE deleted <= ?1)";
        let until = (now - TimeDelta::seconds(REFLECTION_UNDO_SECONDS)).timestamp();
        let any: bool = self.connection.prepare_cached(sql)?.query_row([until], |row| row.get(0))?;
        if any {
            self.write(now, |transaction, _| {
                let destroyed = destroy_deleted(transaction, now);
                faults::point();
                destroyed
            })?;
            faults::point();
            // Old pages of the log of writes hold it still.
            self.forget_old_pages()?;
        }
        Ok(any)
    }

    /// The entry of an export of so many of this person's reflections.
    #[must_use]
    pub fn entry_of_export(&self, session: &Session<Professional>, count: u64, now: DateTime<Utc>) -> Entry {
        let mut entry = self.entry_of_reflection(session.account(), Event::ReflectionsExported, now);
        entry.count = Some(count);
        entry
    }
}

enum Found {
    Kept { number: i64, confirmed: bool },
    None,
    Gone,
}

/// One that is written on. Once its record is gone it stands as it was confirmed, or is confirmed anew (`rewriting`).
fn by_number(
    transaction: &Transaction<'_>,
    account: i64,
    number: i64,
    now: DateTime<Utc>,
) -> Result<Found, StoreError> {
    let sql =
        "SELECT x.confirmed IS NOT NULL FROM reflection x JOIN message m ON m.id = x.message AND m.purge_after > ?3
                 WHERE x.n = ?1 AND x.account = ?2 AND x.deleted IS NULL";
    let values = params![number, account, now.timestamp()];
    let confirmed = transaction.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional()?;
    Ok(confirmed.map_or(Found::Gone, |confirmed| Found::Kept { number, confirmed }))
}

/// The one about a record of the writer's own; another window of his may have begun it.
fn by_record(
    transaction: &Transaction<'_>,
    key: &ReflectionKey,
    message: MessageId,
    now: DateTime<Utc>,
) -> Result<Found, StoreError> {
    let sql = "SELECT EXISTS(SELECT 1 FROM \"grant\" g JOIN message m ON m.id = g.message
                 WHERE g.reader = ?1 AND g.message = ?2 AND g.state = 1 AND m.purge_after > ?3)";
    let values = params![key.reader().0, message.0, now.timestamp()];
    if !transaction.prepare_cached(sql)?.query_row(values, |row| row.get::<_, bool>(0))? {
        return Ok(Found::Gone);
    }
    let sql = "SELECT n, confirmed IS NOT NULL FROM reflection WHERE account = ?1 AND message = ?2 AND deleted IS NULL
                 ORDER BY at DESC, n DESC LIMIT 1";
    let found = transaction
        .prepare_cached(sql)?
        .query_row([key.account(), message.0], |row| Ok(Found::Kept { number: row.get(0)?, confirmed: row.get(1)? }))
        .optional()?;
    Ok(found.unwrap_or(Found::None))
}

fn mark_deleted(transaction: &Transaction<'_>, number: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
    let sql = "UPDATE reflection SET deleted = ?2 WHERE n = ?1";
    transaction.prepare_cached(sql)?.execute(params![number, now.timestamp()])?;
    Ok(())
}

fn opened(
    connection: &rusqlite::Connection,
    session: &Session<Professional>,
    number: i64,
    now: DateTime<Utc>,
) -> Result<ReflectionOpened, StoreError> {
    let sql = format!("SELECT sealed FROM reflection WHERE {OWN}");
    let values = params![number, session.account(), now.timestamp()];
    let sealed: Option<Vec<u8>> = connection.prepare_cached(&sql)?.query_row(values, |row| row.get(0)).optional()?;
    let Some(sealed) = sealed else { return Ok(ReflectionOpened::Gone) };
    let plain = session.open_reflection(number, &sealed).ok();
    let content = plain.and_then(|plain| ReflectionContent::decode(&plain));
    Ok(content.map_or(ReflectionOpened::Unreadable, ReflectionOpened::Content))
}

/// A record goes: what was not confirmed goes with it; of what was, nothing leads to the ride any more, not the hour either.
pub(crate) fn record_goes(transaction: &Transaction<'_>, message: MessageId) -> Result<(), StoreError> {
    for sql in [
        "DELETE FROM reflection WHERE message = ?1 AND confirmed IS NULL",
        "UPDATE reflection SET message = NULL, at = at - at % 86400 + 43200, confirmed = confirmed - confirmed % 86400 + 43200
           WHERE message = ?1",
    ] {
        transaction.prepare_cached(sql)?.execute([message.0])?;
    }
    Ok(())
}

/// Another record takes a record's place: what was written about it stays.
pub(crate) fn record_replaced(transaction: &Transaction<'_>, from: MessageId, to: MessageId) -> Result<(), StoreError> {
    let sql = "UPDATE reflection SET message = ?2 WHERE message = ?1";
    transaction.prepare_cached(sql)?.execute([from.0, to.0])?;
    Ok(())
}

/// Destroys what was deleted; gives how many.
pub(crate) fn destroy_deleted(transaction: &Transaction<'_>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let until = (now - TimeDelta::seconds(REFLECTION_UNDO_SECONDS)).timestamp();
    let sql = "DELETE FROM draft WHERE place = ?2 AND about IN (SELECT n FROM reflection WHERE deleted <= ?1)";
    transaction.prepare_cached(sql)?.execute(params![until, crate::DRAFT_OF_REFLECTION])?;
    Ok(transaction.prepare_cached("DELETE FROM reflection WHERE deleted <= ?1")?.execute([until])?)
}
