//! Forgetting: records, rides, work items and keys past their term, in slices; then the write-ahead log is truncated.
//!
//! **Invariant:** a record's wraps hold its content keys and go with it; a reader key goes with its last wrap.
//! **Not here:** whether the clock may be believed (`clock`).

use access::Event;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{MessageId, Purpose};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{Store, StoreError, audit_trail, identity, refused, work};

/// What becomes of a removed record's identities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identities {
    /// They name the record that replaces it.
    Keep,
    /// They go with it.
    Remove,
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

// LIMIT: records removed in one transaction, so that receiving goes on (DESIGN §5).
const SLICE: u32 = 500;
const HASH_DAYS: i64 = 90;
// A record is past its term at most a year after its receipt (R4).
const TERM_DAYS_MAX: i64 = 365;

/// Numbers of eight bytes, as holders and identities are kept.
pub(crate) fn numbers(bytes: &[u8]) -> Vec<i64> {
    bytes.chunks_exact(8).filter_map(|c| c.try_into().ok()).map(i64::from_be_bytes).collect()
}

/// Removes a record with everything that belongs to it, by key.
pub(crate) fn remove_record(
    transaction: &Transaction<'_>,
    message: MessageId,
    identities: Identities,
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
    if identities == Identities::Remove {
        identity::forget(transaction, message, numbers(&own).into_iter().chain(set.map(|hash| !hash)))?;
    }
    for sql in [
        "DELETE FROM figure WHERE message = ?1",
        "DELETE FROM figure_add WHERE message = ?1",
        "DELETE FROM work WHERE message = ?1",
        "DELETE FROM waiting WHERE message = ?1",
        "DELETE FROM awaited WHERE message = ?1",
        "DELETE FROM unrecognised WHERE message = ?1",
        "DELETE FROM message WHERE id = ?1",
    ] {
        transaction.prepare_cached(sql)?.execute([message.0])?;
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

    /// Whether something is past its term, or the last purge is a day ago.
    pub(crate) fn purge_is_due(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let preview = self.purge_preview(now)?;
        let last = self.text_setting("last_purge")?.and_then(|text| text.parse::<i64>().ok());
        let today = last.is_some_and(|last| now.timestamp() - last < TimeDelta::days(1).num_seconds());
        Ok(preview.records + preview.rides + preview.identifications > 0 || !today)
    }

    /// Destroys what is past its term, in slices with an audit entry each; then truncates the write-ahead log.
    ///
    /// # Errors
    /// When the store cannot be written; what was destroyed stays destroyed, and is in the log.
    pub fn purge(&mut self, now: DateTime<Utc>) -> Result<Purged, StoreError> {
        let mut done = Purged::default();
        loop {
            // Each slice has its entry, so that a purge that is cut short has said what it destroyed.
            let mut entry = self.entry(now, Event::Purged, Purpose::Supervision);
            let removed = self.write(now, |transaction, _| {
                let removed = records(transaction, now)?;
                if removed > 0 {
                    entry.count = Some(removed);
                    entry.detail = Some("slice".to_owned());
                    audit_trail::append(transaction, &entry)?;
                }
                Ok::<_, StoreError>(removed)
            })?;
            done.records += removed;
            if removed < u64::from(SLICE) {
                break;
            }
        }
        let mut entry = self.entry(now, Event::Purged, Purpose::Supervision);
        let records = done.records;
        done = self.write::<_, StoreError>(now, |transaction, _| {
            let done = Purged { records, ..rest(transaction, now)? };
            entry.count = Some(done.records);
            let Purged { rides, identifications, returned, reader_keys, .. } = done;
            entry.detail = Some(format!("rides={rides} bsn={identifications} keys={reader_keys} returned={returned}"));
            audit_trail::append(transaction, &entry)?;
            transaction.execute(
                "INSERT INTO setting VALUES ('last_purge', ?1) ON CONFLICT DO UPDATE SET value = excluded.value",
                [now.timestamp().to_string()],
            )?;
            Ok(done)
        })?;
        self.truncate_log();
        Ok(done)
    }

    /// Empties the write-ahead log of what was destroyed. Another process that reads keeps it from that now; the next purge does it.
    pub(crate) fn truncate_log(&self) {
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
}

fn records(transaction: &Transaction<'_>, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut find =
        transaction.prepare_cached("SELECT id FROM message WHERE purge_after <= ?1 ORDER BY purge_after LIMIT ?2")?;
    let ids = find
        .query_map(params![now.timestamp(), SLICE], |row| row.get(0).map(MessageId))?
        .collect::<Result<Vec<_>, _>>()?;
    for id in &ids {
        remove_record(transaction, *id, Identities::Remove)?;
    }
    Ok(ids.len() as u64)
}

fn rest(transaction: &Transaction<'_>, now: DateTime<Utc>) -> Result<Purged, StoreError> {
    let mut done = Purged::default();
    for sql in [
        "DELETE FROM crew WHERE ride IN (SELECT id FROM ride WHERE purge_after <= ?1)",
        "DELETE FROM ride_due WHERE ride IN (SELECT id FROM ride WHERE purge_after <= ?1)",
        "DELETE FROM ride_wrap WHERE ride IN (SELECT id FROM ride WHERE purge_after <= ?1)",
        "DELETE FROM ride_figure WHERE ride IN (SELECT id FROM ride WHERE purge_after <= ?1)",
    ] {
        transaction.execute(sql, [now.timestamp()])?;
    }
    done.rides = transaction.execute("DELETE FROM ride WHERE purge_after <= ?1", [now.timestamp()])? as u64;
    done.returned = work::return_not_taken_over(transaction, now)?;
    done.identifications = work::destroy_closed(transaction, now)?;
    let old = (now - TimeDelta::days(HASH_DAYS)).timestamp();
    // What was refused for lack of a profile and has not come again in all that time, the hospital has no more.
    transaction.execute("DELETE FROM unrecognised WHERE message IS NULL AND at <= ?1", [old])?;
    refused::purge(transaction, now)?;
    let hashes = [
        "UPDATE identity SET fingerprint = NULL WHERE fingerprint IS NOT NULL AND at <= ?1",
        "UPDATE ride SET bsn_hash = NULL, secret_line = NULL
           WHERE (bsn_hash IS NOT NULL OR secret_line IS NOT NULL) AND imported <= ?1",
        "UPDATE work SET bsn_hash = NULL WHERE bsn_hash IS NOT NULL AND received <= ?1",
    ];
    for sql in hashes {
        done.hashes += transaction.execute(sql, [old])? as u64;
    }
    // A message without an id is known by a hash of its content alone: that goes too.
    done.hashes +=
        transaction.execute("DELETE FROM identity WHERE kind = ?1 AND at <= ?2", [identity::CONTENT_HASH, old])? as u64;
    // A reader key is younger than every wrap it made: it can go once all records and rides of its day are gone.
    // Records stand in order of receipt, unless the clock was set back: one that is older than the first is past its term
    // within a year of the first one's receipt, and so few are looked at.
    let oldest: Option<i64> = transaction.query_row(
        "SELECT min(t) FROM (SELECT min(imported) AS t FROM ride UNION ALL SELECT min(received) FROM message
           WHERE purge_after <= ?1 + (SELECT received FROM message ORDER BY id LIMIT 1))",
        [TimeDelta::days(TERM_DAYS_MAX).num_seconds()],
        |row| row.get(0),
    )?;
    let day = oldest.unwrap_or(now.timestamp()) / 86_400 - 1;
    done.reader_keys = transaction.execute("DELETE FROM reader_key WHERE made < ?1", [day])? as u64;
    Ok(done)
}
