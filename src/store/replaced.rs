//! A message that was replaced before it came: it gets no record, but what it replaced itself goes all the same.
//!
//! **Invariant:** the end state of replacements and versions does not depend on the order of arrival.
//! **Invariant:** what is remembered stands with the record that took its place, and goes with it.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use domain::MessageId;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{
    StoreError,
    identity::{self, Came, Inherited, Kind},
    identity_places::Places,
    retention,
};

/// Remembers a message at the record `by`, which replaced it; whether a record that it replaced itself was taken away.
pub(crate) fn hold(
    transaction: &Transaction<'_>,
    places: &mut Places,
    came: &Came<'_>,
    by: MessageId,
    term: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let newest = came.set.map(|set| identity::newest(transaction, places, set)).transpose()?.flatten();
    let is_newest = newest.as_ref().is_none_or(|newest| {
        newest.order(came.incoming) == Ordering::Greater && !(newest.here && newest.message == by)
    });
    let displaced = match newest {
        Some(newest) => Some(newest.message).filter(|_| newest.here && is_newest),
        None => named_record(transaction, places, came)?,
    };
    let displaced = displaced.filter(|message| *message != by);
    let inherited = displaced.map(|message| identity::remove_replaced(transaction, message)).transpose()?;
    if let Some(inherited) = &inherited {
        inherited.point_to(transaction, places, by)?;
    }
    identity::put_named(transaction, places, came, by, now)?;
    identity::put_own(transaction, places, came, (by, Kind::Replaced), now)?;
    if is_newest {
        identity::put_set(transaction, places, came, by, now)?;
    }
    let set = came.set.filter(|_| is_newest).map(|hash| !hash);
    let added = [Some(came.own()), came.named().map(identity::short), set].into_iter().flatten();
    add(transaction, places, by, added, inherited.as_ref(), term)?;
    Ok(inherited.is_some())
}

/// The record that a message names as replaced; none where that record itself replaced the message: of a circle one stays.
fn named_record(
    transaction: &Transaction<'_>,
    places: &Places,
    came: &Came<'_>,
) -> Result<Option<MessageId>, StoreError> {
    let Some(full) = came.named() else { return Ok(None) };
    let Some(found) = identity::find(transaction, places, full)?.filter(|found| found.kind == Kind::Own) else {
        return Ok(None);
    };
    let identities: Option<Vec<u8>> = transaction
        .prepare_cached("SELECT identities FROM message WHERE id = ?1")?
        .query_row([found.message.0], |row| row.get(0))
        .optional()?;
    Ok(identities.filter(|all| !retention::numbers(all).contains(&came.own())).map(|_| found.message))
}

/// Adds identities to those of a record, behind its own; its term becomes the shortest.
fn add(
    transaction: &Transaction<'_>,
    places: &Places,
    by: MessageId,
    added: impl Iterator<Item = i64>,
    inherited: Option<&Inherited>,
    term: i64,
) -> Result<(), StoreError> {
    let held: Vec<u8> = transaction
        .prepare_cached("SELECT identities FROM message WHERE id = ?1")?
        .query_row([by.0], |row| row.get(0))?;
    let held = retention::numbers(&held);
    let old = inherited.map_or(&[][..], |i| &i.identities);
    let mut all: Vec<i64> = Vec::with_capacity(held.len() + old.len() + 3);
    for entry in held.iter().take(1).copied().chain(added).chain(old.iter().copied()).chain(held.iter().copied()) {
        if !all.contains(&entry) {
            all.push(entry);
        }
    }
    let beyond = all.split_off(all.len().min(identity::IDENTITIES_MAX));
    identity::forget(transaction, places, by, beyond.into_iter())?;
    let bytes: Vec<u8> = all.iter().flat_map(|entry| entry.to_be_bytes()).collect();
    let term = inherited.map_or(term, |i| i.purge_after.min(term));
    transaction
        .prepare_cached("UPDATE message SET identities = ?2, purge_after = min(purge_after, ?3) WHERE id = ?1")?
        .execute(params![by.0, bytes, term])?;
    transaction
        .prepare_cached("UPDATE figure SET purge_after = min(purge_after, ?2) WHERE message = ?1")?
        .execute([by.0, term])?;
    Ok(())
}
