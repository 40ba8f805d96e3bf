//! Messages that no profile recognised: which to ask the hospital for again, and the masked structure of those that were taken in.
//!
//! **Invariant:** a row goes with its record, and when the message comes again and is read by a profile; so the list empties by itself.
//! **Invariant:** only a functional administrator's session reads it, and each look at a structure is a line of the log.
//! **Not here:** making the structure (`hl7`), whether an id may stand in the clear (`intake`).

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};
use domain::{InstanceId, MessageId, Purpose, Sender};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{
    Store, StoreError, audit_trail, identity, identity_places::Places, inbox::Incoming, store::Secrets,
    worklist::moment,
};

// LIMIT: messages of a sender that are asked for; of more than these the hospital is asked for all since a day.
const ROWS_MAX: u32 = 200;
// LIMIT: structures of a sender; who writes a profile needs a few of each kind.
const STRUCTURES_MAX: u32 = 20;

/// What is kept of a message that no profile recognised.
pub struct Unrecognised {
    /// Its id, where it may stand in the clear.
    pub shown: Option<InstanceId>,
    /// Its masked structure.
    pub structure: Option<String>,
}

/// What is needed to ask for a message that was refused for lack of a profile.
pub struct Lacking {
    /// Its id.
    pub id: Option<InstanceId>,
    /// Its id, where it may stand in the clear.
    pub shown: Option<InstanceId>,
}

/// A message that no profile recognised, as the functional administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnrecognisedRow {
    /// Its number in the list.
    pub number: i64,
    /// Number of the sender.
    pub sender: i64,
    /// Its name.
    pub name: String,
    /// When it came, the last time.
    pub at: DateTime<Utc>,
    /// Its id, where it may stand in the clear.
    pub id: Option<InstanceId>,
    /// It was refused; else it is a record.
    pub refused: bool,
    /// Its masked structure is kept.
    pub has_structure: bool,
}

fn store(
    transaction: &Transaction<'_>,
    (sender, hash, message): (i64, i64, Option<MessageId>),
    shown: Option<&InstanceId>,
    structure: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // The last to come stands last, so one that comes again moves.
    transaction.prepare_cached("DELETE FROM unrecognised WHERE hash = ?1")?.execute([hash])?;
    transaction
        .prepare_cached(
            "INSERT INTO unrecognised(sender, hash, message, root, extension, at, structure) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            sender,
            hash,
            message.map(|m| m.0),
            shown.map(|id| &id.root),
            shown.and_then(|id| id.extension.as_ref()),
            now.timestamp(),
            structure,
        ])?;
    transaction
        .prepare_cached(
            "DELETE FROM unrecognised WHERE sender = ?1 AND n <=
               (SELECT n FROM unrecognised WHERE sender = ?1 ORDER BY n DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![sender, ROWS_MAX])?;
    transaction
        .prepare_cached(
            "UPDATE unrecognised SET structure = NULL WHERE sender = ?1 AND structure IS NOT NULL AND n <=
               (SELECT n FROM unrecognised WHERE sender = ?1 AND structure IS NOT NULL ORDER BY n DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![sender, STRUCTURES_MAX])?;
    Ok(())
}

/// Keeps what the administrator needs of a record that was read without a profile.
pub(crate) fn keep(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    (incoming, kept): (&Incoming, &Unrecognised),
    message: MessageId,
    sender: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Without an id each record stands for itself: what it was recognised by changes with the profile.
    let hash = match &incoming.id {
        Some(id) => identity::hash_of(secrets, &incoming.sender, Some(id)),
        None => -message.0 - 1,
    };
    store(transaction, (sender, hash, Some(message)), kept.shown.as_ref(), kept.structure.as_deref(), now)
}

/// Keeps what to ask the hospital for; not of a message that is a record already.
pub(crate) fn ask(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    places: &Places,
    (from, sender): (&Sender, i64),
    lacking: &Lacking,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let hash = identity::hash_of(secrets, from, lacking.id.as_ref());
    if places.find(transaction, hash)?.is_some() {
        return Ok(());
    }
    store(transaction, (sender, hash, None), lacking.shown.as_ref(), None, now)
}

/// A message was read by a profile: it is asked for no more. Of those without an id it is not known which they are; that the
/// sender's messages are read is what can be known.
pub(crate) fn came(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    incoming: &Incoming,
    sender: i64,
) -> Result<(), StoreError> {
    // Mostly nothing is asked for, and this is done for every message.
    let any = "SELECT EXISTS(SELECT 1 FROM unrecognised)";
    if !transaction.prepare_cached(any)?.query_row([], |row| row.get::<_, bool>(0))? {
        return Ok(());
    }
    let without = identity::hash_of(secrets, &incoming.sender, None);
    let own = incoming.id.as_ref().map_or(without, |id| identity::hash_of(secrets, &incoming.sender, Some(id)));
    transaction
        .prepare_cached("DELETE FROM unrecognised WHERE (hash = ?1 OR hash = ?2) AND sender = ?3 AND message IS NULL")?
        .execute(params![own, without, sender])?;
    Ok(())
}

impl Store {
    /// The messages that no profile recognised and that have not been read by one since, by sender, the latest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn unrecognised(
        &self,
        _session: &Session<FunctionalAdministrator>,
    ) -> Result<Vec<UnrecognisedRow>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT u.n, u.sender, h.name, u.at, u.root, u.extension, u.message IS NULL, u.structure IS NOT NULL
             FROM unrecognised u JOIN hospital h ON h.n = u.sender ORDER BY h.name, u.n DESC",
        )?;
        let rows = statement.query_map([], |row| {
            let (root, extension) = (row.get::<_, Option<String>>(4)?, row.get(5)?);
            Ok(UnrecognisedRow {
                number: row.get(0)?,
                sender: row.get(1)?,
                name: row.get(2)?,
                at: moment(row.get(3)?).unwrap_or_default(),
                id: root.map(|root| InstanceId { root, extension }),
                refused: row.get(6)?,
                has_structure: row.get(7)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The masked structure of one of them. Logged; where there is none any more, nothing is.
    ///
    /// # Errors
    /// When the store cannot be written: no line in the log, no structure.
    pub fn structure(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, StoreError> {
        let mut entry = self.entry_of(session, Event::StructureOpened, Purpose::Operation, now);
        self.write(now, |transaction, _| {
            let found: Option<(i64, String)> = transaction
                .prepare_cached("SELECT sender, structure FROM unrecognised WHERE n = ?1 AND structure IS NOT NULL")?
                .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((sender, structure)) = found else { return Ok(None) };
            entry.detail = Some(format!("sender={sender} number={number}"));
            audit_trail::append(transaction, &entry)?;
            Ok::<_, StoreError>(Some(structure))
        })
    }
}
