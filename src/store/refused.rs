//! The masked structure of messages that were refused, for the functional administrator: to show a hospital what it sent.
//!
//! **Invariant:** a few of each sender, for two weeks, and none of its text; each look at one is a line of the log.
//! **Not here:** making the structure (`hl7`), for which rules it is made (`intake`); messages no profile recognised (`unrecognised`).

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Purpose, Sender};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{Store, StoreError, audit_trail, identity_places::Places, inbox::Refused, store::Secrets, unrecognised};

// LIMIT: structures of a sender; who mends a message needs the last few.
const STRUCTURES_MAX: u32 = 5;
/// Days after which one is destroyed: a hospital that is asked has answered, or sends it again.
pub(crate) const DAYS: i64 = 14;
// LIMIT: one of a sender and rule in an hour: a sender that floods with the same fault writes no more than that.
const APART: TimeDelta = TimeDelta::hours(1);

/// Keeps what is to be known of a refused message whose refusal has this entry in the log.
pub(crate) fn keep(
    transaction: &Transaction<'_>,
    secrets: &Secrets,
    places: &Places,
    (entry, sender): (u64, i64),
    (from, refused): (Option<&Sender>, &Refused),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if let Some(structure) = &refused.structure {
        keep_structure(transaction, (entry, sender, refused.rule), structure, now)?;
    }
    match (from, &refused.lacking) {
        (Some(from), Some(lacking)) => unrecognised::ask(transaction, secrets, places, (from, sender), lacking, now),
        (..) => Ok(()),
    }
}

fn keep_structure(
    transaction: &Transaction<'_>,
    (entry, sender, rule): (u64, i64, &str),
    structure: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let kept = transaction
        .prepare_cached(
            "INSERT INTO refused_structure(entry, sender, rule, at, structure) SELECT ?1, ?2, ?3, ?4, ?5
             WHERE NOT EXISTS (SELECT 1 FROM refused_structure WHERE sender = ?2 AND rule = ?3 AND at > ?6)",
        )?
        .execute(params![entry, sender, rule, now.timestamp(), structure, (now - APART).timestamp()])?;
    if kept > 0 {
        transaction
            .prepare_cached(
                "DELETE FROM refused_structure WHERE sender = ?1 AND entry <=
                   (SELECT entry FROM refused_structure WHERE sender = ?1 ORDER BY entry DESC LIMIT 1 OFFSET ?2)",
            )?
            .execute(params![sender, STRUCTURES_MAX])?;
    }
    Ok(())
}

/// Destroys those that are past their days; gives how many. A few of each sender: one statement.
pub(crate) fn purge(transaction: &Transaction<'_>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let old = (now - TimeDelta::days(DAYS)).timestamp();
    Ok(transaction.execute("DELETE FROM refused_structure WHERE at <= ?1", [old])?)
}

impl Store {
    /// Numbers of the log's entries of refusals whose structure is kept, up to now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn refused_structures(&self, now: DateTime<Utc>) -> Result<Vec<u64>, StoreError> {
        let old = (now - TimeDelta::days(DAYS)).timestamp();
        let mut statement = self.connection.prepare_cached("SELECT entry FROM refused_structure WHERE at > ?1")?;
        let rows = statement.query_map([old], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The masked structure of one. Logged; where there is none any more, nothing is.
    ///
    /// # Errors
    /// When the store cannot be written: no line in the log, no structure.
    pub fn refused_structure(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        of_entry: u64,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, StoreError> {
        let mut entry = self.entry_of(session, Event::StructureOpened, Purpose::Operation, now);
        let old = (now - TimeDelta::days(DAYS)).timestamp();
        self.write(now, |transaction, _| {
            let found: Option<(i64, String)> = transaction
                .prepare_cached("SELECT sender, structure FROM refused_structure WHERE entry = ?1 AND at > ?2")?
                .query_row(params![of_entry, old], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((sender, structure)) = found else { return Ok(None) };
            entry.detail = Some(format!("sender={sender} entry={of_entry}"));
            audit_trail::append(transaction, &entry)?;
            Ok::<_, StoreError>(Some(structure))
        })
    }
}
