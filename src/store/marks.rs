//! What professionals tick of a record: thanks, a working diagnosis taken over differently, themes of its remarks (M12).
//!
//! A row of `figure_add` is sealed to the medical manager, who counts it, and to its author, who shows and takes it back. Its place is
//! a keyed hash that only its author's key gives.
//! **Invariant:** nothing in a row, and no line of the log, says who ticked: without the author's private key no figure can be made
//! per person. **Invariant:** a newer version of a record takes the rows over.
//! **Not here:** how often a mark is counted (`stats`).

use std::collections::BTreeMap;

use access::{Entry, Event, OpeningKey, OwnTicks, Professional, Session};
use chrono::{DateTime, Utc};
use domain::{Figure, Marks, MessageId, MessageToken, Purpose, ReaderId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{
    StoreError, archive::Archive, audit_trail, day_keys, day_keys::DayKeys, faults, figures::Months,
    flags::FLAGS_NOT_DELIVERED,
};

/// The medical manager's key of one professional's session and day.
pub(crate) struct Ticking {
    account: i64,
    keys: DayKeys,
}

/// What a person ticked of one of his own records.
pub struct OwnMarked {
    /// Month of hand-over (of receipt while the ride is unknown): year × 12 + month − 1.
    pub month: i32,
    /// Name of the hospital.
    pub hospital: String,
    /// At least one; themes of remarks that are his.
    pub marks: Marks,
}

/// What was ticked of one record by one person, nobody knows whom.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Marked {
    /// As in [`crate::Counted`].
    pub ride: u32,
    /// What.
    pub marks: Marks,
}

/// A row of one person's own.
struct Own {
    place: i64,
    marks: Marks,
}

/// This person's rows of a record; more than one where a newer version took over those of another record.
fn own_rows(connection: &Connection, ticks: &OwnTicks, message: MessageId) -> Result<Vec<Own>, StoreError> {
    let mut find = connection.prepare_cached("SELECT n, token, own FROM figure_add WHERE message = ?1")?;
    let mut rows = find.query([message.0])?;
    let mut own = Vec::new();
    while let Some(row) = rows.next()? {
        let (place, token) = (row.get(0)?, MessageToken(row.get(1)?));
        if ticks.place(token) == place {
            own.push(Own {
                place,
                marks: ticks.open(token, row.get_ref(2)?.as_blob().map_err(|_| StoreError::Tampered)?)?,
            });
        }
    }
    Ok(own)
}

fn forget(connection: &Connection, ticks: &OwnTicks, message: MessageId) -> Result<(), StoreError> {
    for own in own_rows(connection, ticks, message)? {
        connection
            .prepare_cached("DELETE FROM figure_add WHERE message = ?1 AND n = ?2")?
            .execute([message.0, own.place])?;
    }
    Ok(())
}

/// Takes back what a person ticked of a record that is not his any more.
pub(crate) fn take_back(
    transaction: &Transaction<'_>,
    session: &Session<Professional>,
    message: MessageId,
) -> Result<(), StoreError> {
    forget(transaction, &session.own_ticks()?, message)
}

/// What was ticked of a record that was replaced is said of the one that took its place.
pub(crate) fn move_to(transaction: &Transaction<'_>, from: MessageId, to: MessageId) -> Result<(), StoreError> {
    transaction.prepare_cached("UPDATE figure_add SET message = ?2 WHERE message = ?1")?.execute([from.0, to.0])?;
    Ok(())
}

impl Archive {
    /// Ticks this of one's own record, in place of what this person had ticked of it before. False, and nothing done: the record is
    /// gone, past its term or not his, or themes are ticked of remarks that are not.
    ///
    /// # Errors
    /// When the medical manager's public key was swapped, or the store cannot be written.
    pub fn set_marks(
        &mut self,
        session: &Session<Professional>,
        message: MessageId,
        marks: Marks,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let ticks = session.own_ticks()?;
        let account = session.account();
        let mut ticking = self.ticking.take().filter(|ticking| ticking.account == account);
        let keys = &mut ticking.get_or_insert_with(|| Ticking { account, keys: DayKeys::default() }).keys;
        keys.turn(now);
        // Nobody's: an entry with a name beside it would tell who ticks.
        let made = self.store.entry(now, Event::ReaderKeyMade, Purpose::Quality);
        let done = self.store.write(now, |transaction, secrets| {
            let token = transaction
                .prepare_cached(&format!(
                    "SELECT m.token FROM \"grant\" g JOIN message m ON m.id = g.message
                     WHERE g.reader = ?1 AND g.message = ?2 AND g.state = 1 AND (g.remarks = 1 OR NOT ?3)
                       AND m.purge_after > ?4 AND m.flags & {FLAGS_NOT_DELIVERED} = 0"
                ))?
                .query_row(
                    params![session.reader().0, message.0, marks.themes().next().is_some(), now.timestamp()],
                    |row| Ok(MessageToken(row.get(0)?)),
                )
                .optional()?;
            let Some(token) = token else { return Ok(false) };
            forget(transaction, &ticks, message)?;
            faults::point();
            if !marks.is_empty() {
                keys.heed_directory(transaction, secrets)?;
                let key = keys.of(transaction, secrets, ReaderId::MEDICAL_MANAGER)?;
                let sealed = seal::seal_figure(key, token, access::MARKS_SCHEMA, &[marks.byte()])?;
                let number = key.number();
                transaction
                    .prepare_cached(
                        "INSERT INTO figure_add(message, n, token, key, sealed, own) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    )?
                    .execute(params![
                        message.0,
                        ticks.place(token),
                        token.0,
                        number,
                        sealed,
                        ticks.seal(token, marks)?
                    ])?;
                faults::point();
                let next = audit_trail::next_number(transaction)?;
                let entries: Vec<Entry> = keys.log_made(transaction, &made, next)?;
                if !entries.is_empty() {
                    audit_trail::append_all(transaction, &entries)?;
                }
            }
            faults::point();
            Ok::<_, StoreError>(true)
        });
        faults::point();
        // A key that was made in a transaction that was not committed stands in no row.
        self.ticking = ticking.filter(|_| done.is_ok());
        done
    }

    /// What this person ticked of one of his records.
    ///
    /// # Errors
    /// When a row was changed, or the store cannot be read.
    pub fn marks_of(&self, session: &Session<Professional>, message: MessageId) -> Result<Marks, StoreError> {
        let own = own_rows(&self.store.connection, &session.own_ticks()?, message)?;
        Ok(own.into_iter().fold(Marks::default(), |all, own| all.with_all(own.marks)))
    }

    /// What this person ticked, over all records that are his now and within their term, in order of receipt: for his own trend. Nobody
    /// else's ticks are in it.
    ///
    /// # Errors
    /// When a row was changed, or the store cannot be read.
    pub fn own_marks(&self, session: &Session<Professional>, now: DateTime<Utc>) -> Result<Vec<OwnMarked>, StoreError> {
        let ticks = session.own_ticks()?;
        let mut find = self.store.connection.prepare_cached(
            "SELECT a.message, a.n, a.token, a.own, g.remarks = 1, coalesce(r.handed_over, m.received), h.name
             FROM \"grant\" g JOIN figure_add a ON a.message = g.message JOIN message m ON m.id = g.message
               JOIN hospital h ON h.n = m.sender LEFT JOIN ride r ON r.number = m.ride
             WHERE g.reader = ?1 AND g.state = 1 AND m.purge_after > ?2 ORDER BY g.message",
        )?;
        let mut rows = find.query(params![session.reader().0, now.timestamp()])?;
        let (mut months, mut own) = (Months::default(), BTreeMap::<i64, OwnMarked>::new());
        while let Some(row) = rows.next()? {
            let token = MessageToken(row.get(2)?);
            if ticks.place(token) != row.get::<_, i64>(1)? {
                continue;
            }
            let marks = ticks.open(token, row.get_ref(3)?.as_blob().map_err(|_| StoreError::Tampered)?)?;
            let marks = if row.get(4)? { marks } else { marks.without_themes() };
            let (month, hospital) = (months.of(row.get(5)?), row.get(6)?);
            let all = own.entry(row.get(0)?).or_insert(OwnMarked { month, hospital, marks });
            all.marks = all.marks.with_all(marks);
        }
        Ok(own.into_values().filter(|own| !own.marks.is_empty()).collect())
    }

    /// Forgets the key under which this session's ticks are sealed: at a lock, and when it ends.
    pub fn forget_ticking(&mut self) {
        self.ticking = None;
    }
}

/// What was added to figures, still sealed, by the reader key that it is under.
#[derive(Default)]
pub(crate) struct SealedMarks(Vec<OfKey>);

struct OfKey {
    number: u32,
    /// As stored; it stands in the log.
    reader_key: Vec<u8>,
    added: Vec<Added>,
}

struct Added {
    ride: u32,
    token: MessageToken,
    sealed: [u8; seal::SEALED_FIGURE_BYTES],
}

impl SealedMarks {
    /// Reads what was added to figures that are counted: those for which `ride_of` gives a ride.
    pub(crate) fn read(
        connection: &Connection,
        ride_of: impl Fn(MessageId) -> Option<u32>,
    ) -> Result<Self, StoreError> {
        let mut find =
            connection.prepare_cached("SELECT key, message, token, sealed FROM figure_add ORDER BY key, message")?;
        let mut rows = find.query([])?;
        let mut all: Vec<OfKey> = Vec::new();
        while let Some(row) = rows.next()? {
            let number: u32 = row.get(0)?;
            let Some(ride) = ride_of(MessageId(row.get(1)?)) else { continue };
            let added = Added { ride, token: MessageToken(row.get(2)?), sealed: row.get(3)? };
            match all.last_mut().filter(|of| of.number == number) {
                Some(of) => of.added.push(added),
                None => {
                    let reader_key = day_keys::sealed_and_logged(connection, number)?;
                    all.push(OfKey { number, reader_key, added: vec![added] });
                }
            }
        }
        Ok(Self(all))
    }

    /// Opens them, by ride: in no order that tells who ticked, or when.
    pub(crate) fn open(&self, key: &OpeningKey<'_, Figure>) -> Result<Vec<Marked>, StoreError> {
        let mut marked = Vec::new();
        for of in &self.0 {
            let added = of.added.iter().map(|added| (added.token, added.sealed.as_slice()));
            let opened = key.marks((of.number, &of.reader_key), added)?;
            marked.extend(of.added.iter().zip(opened).map(|(added, marks)| Marked { ride: added.ride, marks }));
        }
        marked.sort_by_key(|marked| (marked.ride, marked.marks.byte()));
        Ok(marked)
    }
}
