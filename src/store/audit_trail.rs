//! The log's rows: appended inside the transaction of what they tell, listed in pages, verified as a whole.
//!
//! **Invariant:** head and MAC key are read inside the transaction, never cached; the old MAC key is overwritten in it.

use access::{Entry, Head, Row, Session, Verification, Verifier};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use seal::{Digest, MacKey};

use crate::{Store, StoreError, worklist::moment};

/// Day of the rows that every commit writes, of kind 0: the MAC key, and how far identities go. Behind all days, so that they share the page
/// of today's counters.
pub(crate) const BEHIND_ALL_DAYS: i64 = 9_999_999;

pub(crate) fn set_mac_key(transaction: &Transaction<'_>, key: &MacKey) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO counter(day, kind, who, n, value) VALUES (?1, 0, 0, 0, ?2)
             ON CONFLICT DO UPDATE SET value = excluded.value",
        )?
        // REVEAL: the key of the next entry, in place of the one before.
        .execute(params![BEHIND_ALL_DAYS, key.expose()])?;
    Ok(())
}

// How far a clock may lie behind the log's last entry: more means that it was set back (LOOK §6), and nothing is written.
const CLOCK_BACK_HOURS_MAX: i64 = 24;

fn mac_key(connection: &Connection) -> Result<MacKey, StoreError> {
    let key: Vec<u8> = connection
        .prepare_cached("SELECT value FROM counter WHERE day = ?1 AND kind = 0 AND who = 0")?
        .query_row([BEHIND_ALL_DAYS], |row| row.get(0))?;
    Ok(MacKey::from_bytes(&zeroize::Zeroizing::new(key))?)
}

/// Number, hash and time of the last entry; of a log without one: 0, zeros, none.
fn last_row(connection: &Connection) -> Result<(u64, Digest, Option<DateTime<Utc>>), StoreError> {
    let last = connection
        .prepare_cached("SELECT n, hash, at FROM audit ORDER BY n DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get::<_, u64>(0)?, row.get::<_, Vec<u8>>(1)?, row.get(2)?)))
        .optional()?;
    let Some((number, hash, at)) = last else { return Ok((0, [0; 32], None)) };
    let hash = hash.get(..32).and_then(|h| h.try_into().ok()).ok_or(StoreError::WrongKeyOrDamaged)?;
    Ok((number, hash, moment(Some(at))))
}

/// Number and hash of the last entry.
pub(crate) fn last(connection: &Connection) -> Result<(u64, Digest), StoreError> {
    last_row(connection).map(|(number, hash, _)| (number, hash))
}

fn head(transaction: &Transaction<'_>, now: Option<DateTime<Utc>>) -> Result<Head, StoreError> {
    let (number, hash, at) = last_row(transaction)?;
    if let (Some(at), Some(now)) = (at, now)
        && now + TimeDelta::hours(CLOCK_BACK_HOURS_MAX) < at
    {
        return Err(StoreError::ClockBack { last: at });
    }
    Ok(Head { number, hash, mac_key: mac_key(transaction)? })
}

/// The segments of the log after the first, with the number of their first entry.
fn segments(connection: &Connection) -> Result<Vec<(u32, u64)>, StoreError> {
    let mut statement = connection.prepare("SELECT number, first FROM mac_segment WHERE number > 1 ORDER BY number")?;
    Ok(statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}

/// Appends entries; gives the number of the first.
pub(crate) fn append_all(transaction: &Transaction<'_>, entries: &[Entry]) -> Result<u64, StoreError> {
    let mut head = head(transaction, entries.first().map(|entry| entry.at))?;
    let first = head.number + 1;
    for entry in entries {
        let (row, next) = head.append(entry);
        transaction
            .prepare_cached("INSERT INTO audit(n, at, event, user, body, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![row.number, entry.at.timestamp(), entry.event.code(), entry.user, row.body, row.hash])?;
        head = next;
    }
    set_mac_key(transaction, &head.mac_key)?;
    Ok(first)
}

/// Appends one entry; gives its number.
pub(crate) fn append(transaction: &Transaction<'_>, entry: &Entry) -> Result<u64, StoreError> {
    append_all(transaction, std::slice::from_ref(entry))
}

/// The number the next entry will get.
pub(crate) fn next_number(transaction: &Transaction<'_>) -> Result<u64, StoreError> {
    let last: i64 = transaction.prepare_cached("SELECT coalesce(max(n), 0) FROM audit")?.query_row([], |r| r.get(0))?;
    Ok(last.unsigned_abs() + 1)
}

/// The entry of a receipt, if it stands in the chain where it says: it follows on the one before, and the one after on it.
pub(crate) fn receipt(connection: &Connection, number: u64) -> Result<Row, StoreError> {
    let mut find = connection.prepare_cached("SELECT n, body, hash FROM audit WHERE n BETWEEN ?1 - 1 AND ?1 + 1")?;
    let row = |row: &rusqlite::Row<'_>| Ok(Row { number: row.get(0)?, body: row.get(1)?, hash: row.get(2)? });
    let mut rows = find.query_map([number], row)?.collect::<Result<Vec<_>, _>>()?;
    let place = rows.iter().position(|row| row.number == number).ok_or(StoreError::Tampered)?;
    let previous = match (number, place) {
        (1, _) => [0; 32],
        (_, 0) => return Err(StoreError::Tampered),
        (..) => rows[place - 1].chain_hash()?,
    };
    let own_hash = rows[place].chain_hash()?;
    if rows[place].follows(&previous) && rows.get(place + 1).is_none_or(|after| after.follows(&own_hash)) {
        Ok(rows.swap_remove(place))
    } else {
        Err(StoreError::Tampered)
    }
}

/// One entry as the log shows it.
pub struct Logged {
    /// Its number.
    pub number: u64,
    /// What it says.
    pub entry: Entry,
    /// The hash of the entry before.
    pub previous: Digest,
    /// Its own hash.
    pub hash: Digest,
}

impl Store {
    /// Entries with numbers below `before` (or the newest), newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn log_page(&self, before: Option<u64>, limit: u32) -> Result<Vec<Logged>, StoreError> {
        let mut statement =
            self.connection.prepare_cached("SELECT n, body, hash FROM audit WHERE n < ?1 ORDER BY n DESC LIMIT ?2")?;
        let before = before.and_then(|n| i64::try_from(n).ok()).unwrap_or(i64::MAX);
        let rows = statement.query_map(params![before, i64::from(limit) + 1], |row| {
            Ok(Row { number: row.get(0)?, body: row.get(1)?, hash: row.get(2)? })
        })?;
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        let mut page = Vec::with_capacity(rows.len());
        for (i, row) in rows.iter().take(limit as usize).enumerate() {
            let previous = rows.get(i + 1).map(Row::chain_hash).transpose()?.unwrap_or_default();
            page.push(Logged {
                number: row.number,
                entry: Entry::from_bytes(&row.body)?,
                previous,
                hash: row.chain_hash()?,
            });
        }
        Ok(page)
    }

    /// Number of the last entry.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn log_length(&self) -> Result<u64, StoreError> {
        Ok(self.connection.query_row("SELECT coalesce(max(n), 0) FROM audit", [], |row| row.get(0))?)
    }

    /// Verifies the whole chain; with a privacy officer's session the MACs too. `go_on` is asked now and then.
    ///
    /// # Errors
    /// When the store cannot be read, or the work is stopped.
    pub fn verify_log(
        &self,
        officer: Option<&Session<access::PrivacyOfficer>>,
        mut go_on: impl FnMut(u64) -> bool,
    ) -> Result<Verification, StoreError> {
        let transaction = self.connection.unchecked_transaction()?;
        // One read transaction, so that entries written meanwhile do not count.
        let mut segments = segments(&transaction)?.into_iter().peekable();
        let first_key = |number: u32| -> Result<Option<MacKey>, StoreError> {
            let Some(session) = officer else { return Ok(None) };
            let sealed: Vec<u8> = transaction.query_row(
                "SELECT wrapped FROM secret WHERE kind = 'first_mac_key' AND number = ?1",
                [number],
                |row| row.get(0),
            )?;
            Ok(Some(session.open_first_mac_key(number, &sealed)?))
        };
        let mut verifier = Verifier::new(first_key(1)?);
        let mut statement = transaction.prepare("SELECT n, body, hash FROM audit ORDER BY n")?;
        let mut rows = statement.query([])?;
        let mut last = 0;
        while let Some(row) = rows.next()? {
            last = row.get(0)?;
            if let Some((segment, _)) = segments.next_if(|(_, first)| *first == last) {
                verifier.start_segment(first_key(segment)?);
            }
            verifier.take(&Row { number: last, body: row.get(1)?, hash: row.get(2)? });
            if last % 1024 == 0 && !go_on(last) {
                return Err(StoreError::Cancelled);
            }
        }
        // The newest receipt must stand in the log: an end that was cut off takes receipts with it.
        let receipt = "SELECT receipt FROM message ORDER BY id DESC LIMIT 1";
        let receipt: Option<u64> = transaction.query_row(receipt, [], |row| row.get(0)).optional()?;
        Ok(verifier.finish(last.max(receipt.unwrap_or(0)), Some(&mac_key(&transaction)?)))
    }
}
