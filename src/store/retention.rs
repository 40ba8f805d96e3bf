//! Forgetting: what goes with a record and with a ride, and what a purge would find.
//!
//! **Invariant:** a record's wraps hold its content keys and go with it.
//! **Not here:** the purge itself (`purge`), whether the clock may be believed (`clock`).

use chrono::{DateTime, Utc};
use domain::MessageId;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{Store, StoreError, crews, drafts, identity, identity_places::Places, reflections, senders, worklist};

/// What becomes of a removed record's identities.
#[derive(Clone, Copy)]
pub(crate) enum Identities<'a> {
    /// They name the record that replaces it, which takes over what was ticked of this one too.
    Keep,
    /// They go with it.
    Remove(&'a Places),
}

/// What a purge removed, or would remove.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Records.
    pub records: u64,
    /// Rides of the register.
    pub rides: u64,
    /// BSNs of items closed 14 days ago.
    pub identifications: u64,
    /// Items that returned, since the register still lacks the BSN a week after closing; nothing was removed of them.
    pub returned: u64,
    /// Fingerprints and comparison hashes older than 90 days.
    pub hashes: u64,
    /// Reader keys without a wrap left.
    pub reader_keys: u64,
}

/// Numbers of eight bytes, as holders and identities are kept.
pub(crate) fn numbers(bytes: &[u8]) -> Vec<i64> {
    bytes.chunks_exact(8).filter_map(|c| c.try_into().ok()).map(i64::from_be_bytes).collect()
}

/// Removes a record with everything that belongs to it, by key.
pub(crate) fn remove_record(
    transaction: &Transaction<'_>,
    message: MessageId,
    identities: Identities<'_>,
) -> Result<(), StoreError> {
    let row = transaction
        .prepare_cached(
            "SELECT coalesce(a.holders, m.holders), m.identities, m.version_set FROM message m
               LEFT JOIN awaited a ON a.message = m.id WHERE m.id = ?1",
        )?
        .query_row([message.0], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?, row.get::<_, Option<i64>>(2)?))
        })
        .optional()?;
    let Some((holders, own, set)) = row else { return Ok(()) };
    for reader in numbers(&holders) {
        transaction
            .prepare_cached("DELETE FROM \"grant\" WHERE reader = ?1 AND message = ?2")?
            .execute(params![reader, message.0])?;
    }
    if let Identities::Remove(places) = identities {
        reflections::record_goes(transaction, message)?;
        identity::forget(transaction, places, message, numbers(&own).into_iter().chain(set.map(|hash| !hash)))?;
        transaction.prepare_cached("DELETE FROM figure_add WHERE message = ?1")?.execute([message.0])?;
    }
    drafts::forget_about(transaction, (drafts::DRAFT_OF_NOTE, message.0), None)?;
    for sql in [
        "DELETE FROM figure WHERE message = ?1",
        "DELETE FROM work WHERE message = ?1",
        "DELETE FROM work_note WHERE message = ?1",
        "DELETE FROM waiting WHERE message = ?1",
        "DELETE FROM awaited WHERE message = ?1",
        "DELETE FROM asked WHERE message = ?1",
        "DELETE FROM resealed WHERE message = ?1",
        "DELETE FROM misplaced WHERE message = ?1",
        "DELETE FROM unrecognised WHERE message = ?1",
        "DELETE FROM message WHERE id = ?1",
    ] {
        transaction.prepare_cached(sql)?.execute([message.0])?;
    }
    Ok(())
}

/// Removes a ride of the register with everything that belongs to it, by key.
pub(crate) fn remove_ride(transaction: &Transaction<'_>, ride: i64) -> Result<(), StoreError> {
    crews::forget(transaction, ride)?;
    for sql in [
        "DELETE FROM ride_due WHERE ride = ?1",
        "DELETE FROM ride_figure WHERE ride = ?1",
        "DELETE FROM ride_wrap WHERE ride = ?1",
        "DELETE FROM ride WHERE id = ?1",
    ] {
        transaction.prepare_cached(sql)?.execute([ride])?;
    }
    Ok(())
}

impl Store {
    /// What a purge would remove now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn purge_preview(&self, now: DateTime<Utc>) -> Result<Purged, StoreError> {
        let count = |sql: &str| -> Result<u64, StoreError> {
            Ok(self.connection.query_row(sql, [now.timestamp()], |row| row.get(0))?)
        };
        Ok(Purged {
            records: count("SELECT count(*) FROM message WHERE purge_after <= ?1")?,
            rides: count("SELECT count(*) FROM ride WHERE purge_after <= ?1")?,
            identifications: count("SELECT count(*) FROM work WHERE destroy_after <= ?1")?,
            ..Purged::default()
        })
    }

    /// Whether there was no purge on this day. Of rides and BSNs, which are found at once, one that is past its term is enough.
    pub(crate) fn purge_is_due(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let is_past: bool = self.connection.query_row(
            "SELECT EXISTS(SELECT 1 FROM ride WHERE purge_after <= ?1) OR EXISTS(SELECT 1 FROM work WHERE destroy_after <= ?1)",
            [now.timestamp()],
            |row| row.get(0),
        )?;
        let last = self.text_setting("last_purge")?.and_then(|text| text.parse::<i64>().ok());
        let today = worklist::moment(last).is_some_and(|last| senders::day_of(last) == senders::day_of(now));
        Ok(is_past || !today)
    }

    /// Empties the write-ahead log of what was destroyed. Another process that reads keeps it from that now; the next purge does it.
    pub(crate) fn truncate_log(&self) {
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
}
