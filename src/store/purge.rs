//! The purge: what is past its term, and hashes and keys past theirs, slice by slice; then the write-ahead log is truncated.
//!
//! **Invariant:** a slice is one transaction, bounded in the rows it reads and writes; between two of them others have their turn.
//! **Invariant:** what is left to do is found in the rows themselves: where one was cut short, the next begins anew and finds the rest.
//! **Not here:** what goes with a record or a ride (`retention`), whether the clock may be believed (`clock`).

use std::{ops::AddAssign, time::Duration};

use access::Event;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{MessageId, Purpose};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{
    Store, StoreError, audit_trail, faults, identity,
    identity_places::Places,
    misplaced, one_number, reflections, refused,
    retention::{self, Identities, Purged},
    work,
};

// LIMIT: records or rides removed in one transaction (DESIGN §5 allows 500): some dozen pages each, so tens of milliseconds, which is how
// long a message that comes meanwhile is held up.
const REMOVED: u32 = 100;
// LIMIT: rows that one transaction looks through for hashes and keys past their term: some hundred pages.
const LOOKED_AT: u32 = 5000;
// LIMIT: records that one transaction looks through for those past their term: half a page each.
const RECORDS_LOOKED_AT: u32 = 2000;
/// Longer than who waits for the writers' lock sleeps between two tries: so that he gets it.
const PAUSE: Duration = Duration::from_millis(6);
const HASH_DAYS: i64 = 90;
// Nothing of a record is kept longer than a year after its receipt (R4), so what was noted of its sender or ride is of no use then.
const TERM_DAYS_MAX: i64 = 365;

/// What a purge does, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Records,
    Rides,
    ClosedBsns,
    NotTakenOver,
    Refused,
    Identities,
    RideHashes,
    WorkHashes,
    ReaderKeys,
    Totals,
}

impl Step {
    fn next(self) -> Option<Self> {
        Some(match self {
            Self::Records => Self::Rides,
            Self::Rides => Self::ClosedBsns,
            Self::ClosedBsns => Self::NotTakenOver,
            Self::NotTakenOver => Self::Refused,
            Self::Refused => Self::Identities,
            Self::Identities => Self::RideHashes,
            Self::RideHashes => Self::WorkHashes,
            Self::WorkHashes => Self::ReaderKeys,
            Self::ReaderKeys => Self::Totals,
            Self::Totals => return None,
        })
    }
}

/// Where a step is: the last row that it looked at.
type After = i64;
const FROM_THE_FIRST: After = i64::MIN;

/// A purge that is under way in this process.
#[derive(Debug, PartialEq, Eq)]
pub struct Purge {
    /// Terms are judged by this moment alone: a clock that jumps meanwhile destroys nothing more.
    begun: DateTime<Utc>,
    step: Step,
    after: After,
    /// When the oldest record that is kept was received.
    oldest: Option<i64>,
    /// Where identities stand: learnt once, and kept up from slice to slice.
    places: Places,
    done: Purged,
}

impl Purge {
    /// One that is to begin, of what is past its term now.
    #[must_use]
    pub fn begin(now: DateTime<Utc>) -> Self {
        let (places, done) = (Places::default(), Purged::default());
        Self { begun: now, step: Step::Records, after: FROM_THE_FIRST, oldest: None, places, done }
    }
}

impl AddAssign for Purged {
    fn add_assign(&mut self, other: Self) {
        let Self { records, rides, identifications, returned, hashes, reader_keys } = other;
        self.records += records;
        self.rides += rides;
        self.identifications += identifications;
        self.returned += returned;
        self.hashes += hashes;
        self.reader_keys += reader_keys;
    }
}

/// What one slice came to.
#[derive(Default)]
struct Slice {
    done: Purged,
    /// Rows that were looked at.
    looked_at: u64,
    /// Where the next slice of the step goes on; `None`: the step is done.
    after: Option<After>,
    oldest: Option<i64>,
}

impl Slice {
    /// Of a step that takes the first rows past their term, and goes on until there are none.
    fn of_first(count: u64, most: u32, done: Purged) -> Self {
        let after = (count == u64::from(most)).then_some(FROM_THE_FIRST);
        Self { done, looked_at: count, after, oldest: None }
    }

    /// Of a step that looked through so many rows of a table, up to this one.
    fn through(looked_at: u64, last: i64, done: Purged) -> Self {
        Self { done, looked_at, after: Some(last), oldest: None }
    }
}

impl Store {
    /// Destroys what is past its term, to the end, and lets others have the store between two slices.
    ///
    /// # Errors
    /// When the store cannot be written; what was destroyed stays destroyed, and is in the log.
    pub fn purge(&mut self, now: DateTime<Utc>) -> Result<Purged, StoreError> {
        let mut purge = Purge::begin(now);
        loop {
            let before = self.connection.total_changes();
            if let Some(done) = self.purge_slice(&mut purge, now)? {
                self.truncate_log();
                return Ok(done);
            }
            if self.connection.total_changes() != before {
                std::thread::sleep(PAUSE);
            }
        }
    }

    /// One slice of a purge; gives all that it destroyed once it is at its end. Each slice in which records, rides or BSNs went has an entry
    /// in the log, so that a purge that is cut short has said what it destroyed; the last entry has the totals of this run.
    ///
    /// # Errors
    /// When the store cannot be written; what was destroyed before stays destroyed.
    pub fn purge_slice(&mut self, purge: &mut Purge, now: DateTime<Utc>) -> Result<Option<Purged>, StoreError> {
        let mut entry = self.entry(now, Event::Purged, Purpose::Supervision);
        let (mut step, mut after) = (purge.step, purge.after);
        let slice = self.write(now, |transaction, _| {
            // A step that has nothing to look at takes no transaction of its own.
            let slice = loop {
                let slice = slice(transaction, step, after, purge)?;
                if slice.looked_at > 0 || step == Step::Totals {
                    break slice;
                }
                (step, after) = (step.next().unwrap_or(Step::Totals), FROM_THE_FIRST);
            };
            let Purged { records, rides, identifications, .. } = slice.done;
            if records + rides + identifications > 0 {
                entry.count = Some(records);
                entry.detail = Some(of_slice(&slice.done));
                audit_trail::append(transaction, &entry)?;
            }
            if step == Step::Totals {
                totals(transaction, &purge.done, entry, now)?;
            }
            faults::point();
            Ok::<_, StoreError>(slice)
        })?;
        faults::point();
        let Slice { done, after, oldest, looked_at: _ } = slice;
        purge.done += done;
        purge.oldest = purge.oldest.into_iter().chain(oldest).min();
        match (after, step.next()) {
            (Some(after), _) => (purge.step, purge.after) = (step, after),
            (None, Some(next)) => (purge.step, purge.after) = (next, FROM_THE_FIRST),
            (None, None) => return Ok(Some(purge.done)),
        }
        Ok(None)
    }
}

fn of_slice(done: &Purged) -> String {
    match done {
        Purged { rides, .. } if *rides > 0 => format!("slice rides={rides}"),
        Purged { identifications, .. } if *identifications > 0 => format!("slice bsn={identifications}"),
        Purged { .. } => "slice".to_owned(),
    }
}

fn totals(
    transaction: &Transaction<'_>,
    done: &Purged,
    mut entry: access::Entry,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Purged { records, rides, identifications, returned, hashes, reader_keys } = done;
    entry.count = Some(*records);
    entry.detail =
        Some(format!("rides={rides} bsn={identifications} returned={returned} hashes={hashes} keys={reader_keys}"));
    audit_trail::append(transaction, &entry)?;
    transaction.execute(
        "INSERT INTO setting VALUES ('last_purge', ?1) ON CONFLICT DO UPDATE SET value = excluded.value",
        [now.timestamp().to_string()],
    )?;
    Ok(())
}

fn slice(transaction: &Transaction<'_>, step: Step, after: After, purge: &mut Purge) -> Result<Slice, StoreError> {
    let begun = purge.begun;
    let old = (begun - TimeDelta::days(HASH_DAYS)).timestamp();
    match step {
        Step::Records => records(transaction, after, purge),
        Step::Rides => {
            let ids = rides_past_term(transaction, begun)?;
            for id in &ids {
                let contested = one_number::contested_number(transaction, *id)?;
                retention::remove_ride(transaction, *id)?;
                if let Some(number) = contested {
                    one_number::move_up(transaction, &number)?;
                }
                faults::point();
            }
            let rides = ids.len() as u64;
            Ok(Slice::of_first(rides, REMOVED, Purged { rides, ..Purged::default() }))
        }
        Step::ClosedBsns => {
            let identifications = work::destroy_closed(transaction, begun, REMOVED)?;
            let done = Purged { identifications, ..Purged::default() };
            Ok(Slice::of_first(identifications, REMOVED, done))
        }
        Step::NotTakenOver => {
            let returned = work::return_not_taken_over(transaction, begun, REMOVED)?;
            Ok(Slice::of_first(returned, REMOVED, Purged { returned, ..Purged::default() }))
        }
        Step::Refused => Ok(Slice { looked_at: noted(transaction, begun, old)?, ..Slice::default() }),
        Step::Identities => identities(transaction, after, old),
        Step::RideHashes => looked_through(
            transaction,
            ("ride", "id"),
            after,
            &["UPDATE ride SET bsn_hash = NULL, secret_line = NULL
                 WHERE id > ?1 AND id <= ?2 AND +imported <= ?3 AND (bsn_hash IS NOT NULL OR secret_line IS NOT NULL)"],
            old,
        ),
        Step::WorkHashes => looked_through(
            transaction,
            ("work", "message"),
            after,
            &["UPDATE work SET bsn_hash = NULL
                 WHERE message > ?1 AND message <= ?2 AND +received <= ?3 AND bsn_hash IS NOT NULL"],
            old,
        ),
        Step::ReaderKeys => reader_keys(transaction, after, purge),
        Step::Totals => Ok(Slice::default()),
    }
}

/// What was noted of what came in, and is of no use any more.
fn noted(transaction: &Transaction<'_>, begun: DateTime<Utc>, old: i64) -> Result<u64, StoreError> {
    // What was refused for lack of a profile and has not come again in all that time, the hospital has no more.
    let unrecognised = transaction.execute("DELETE FROM unrecognised WHERE message IS NULL AND at <= ?1", [old])?;
    let year = (begun - TimeDelta::days(TERM_DAYS_MAX)).timestamp();
    let accepted = transaction.execute("DELETE FROM accepted_sender WHERE at <= ?1", [year])?;
    let asked = "DELETE FROM asked_hospital WHERE max(coalesce(called, 0), coalesce(none, 0)) <= ?1";
    let asked = transaction.execute(asked, [year])?;
    let mut crews = 0;
    for sql in ["DELETE FROM withdrawn WHERE purge_after <= ?1", "DELETE FROM crew_change WHERE purge_after <= ?1"] {
        crews += transaction.execute(sql, [begun.timestamp()])?;
    }
    let own = misplaced::destroy_undecided(transaction, begun)? + reflections::destroy_deleted(transaction, begun)?;
    Ok((unrecognised + accepted + asked + crews + own + refused::purge(transaction, begun)?) as u64)
}

/// Looks through the next records, and destroys those past their term. By no index: it would cost each message a page, and one walk a day
/// costs less. With it the oldest of those that stay is known.
fn records(transaction: &Transaction<'_>, after: After, purge: &mut Purge) -> Result<Slice, StoreError> {
    let mut find = transaction
        .prepare_cached("SELECT id, purge_after, received FROM message WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let (mut slice, mut ids) = (Slice::default(), Vec::new());
    let mut rows = find.query(params![after, RECORDS_LOOKED_AT])?;
    while ids.len() < REMOVED as usize
        && let Some(row) = rows.next()?
    {
        let (id, purge_after, received): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if purge_after <= purge.begun.timestamp() {
            ids.push(id);
        } else {
            slice.oldest = slice.oldest.into_iter().chain([received]).min();
        }
        (slice.looked_at, slice.after) = (slice.looked_at + 1, Some(id));
    }
    drop(rows);
    if !ids.is_empty() {
        purge.places.heed(transaction)?;
    }
    for id in &ids {
        retention::remove_record(transaction, MessageId(*id), Identities::Remove(&purge.places))?;
        faults::point();
    }
    slice.done = Purged { records: ids.len() as u64, ..Purged::default() };
    Ok(slice)
}

/// The first rides past their term.
fn rides_past_term(transaction: &Transaction<'_>, begun: DateTime<Utc>) -> Result<Vec<i64>, StoreError> {
    let mut find =
        transaction.prepare_cached("SELECT id FROM ride WHERE purge_after <= ?1 ORDER BY purge_after LIMIT ?2")?;
    let rows = find.query_map(params![begun.timestamp(), REMOVED], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The last of the next rows of a table in the order of its key, and how many they are.
fn next_rows(
    transaction: &Transaction<'_>,
    (table, key): (&str, &str),
    after: After,
) -> Result<(Option<i64>, u64), StoreError> {
    let sql = format!(
        "SELECT max({key}), count(*) FROM (SELECT {key} FROM {table} WHERE {key} > ?1 ORDER BY {key} LIMIT ?2)"
    );
    let found =
        transaction.prepare_cached(&sql)?.query_row(params![after, LOOKED_AT], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found)
}

/// Looks through the next rows of a table for hashes past their term.
fn looked_through(
    transaction: &Transaction<'_>,
    table: (&str, &str),
    after: After,
    statements: &[&str],
    old: i64,
) -> Result<Slice, StoreError> {
    let (Some(last), looked_at) = next_rows(transaction, table, after)? else { return Ok(Slice::default()) };
    let hashes = destroyed(transaction, statements, [after, last, old])?;
    Ok(Slice::through(looked_at, last, Purged { hashes, ..Purged::default() }))
}

/// How many rows statements destroyed or emptied.
fn destroyed(transaction: &Transaction<'_>, statements: &[&str], of: [i64; 3]) -> Result<u64, StoreError> {
    let mut rows = 0;
    for sql in statements {
        rows += transaction.prepare_cached(sql)?.execute(of)?;
    }
    Ok(rows as u64)
}

/// Looks through the next identities. A message without an id is known by a hash of its content alone: that goes too.
fn identities(transaction: &Transaction<'_>, after: After, old: i64) -> Result<Slice, StoreError> {
    let (Some(last), looked_at) = next_rows(transaction, ("identity", "n"), after)? else {
        return Ok(Slice::default());
    };
    let of = [after, last, old];
    let of_content = format!("n > ?1 AND n <= ?2 AND at <= ?3 AND kind = {}", identity::CONTENT_HASH);
    // Their places are no hashes more.
    let places = format!("DELETE FROM identity_place WHERE hash IN (SELECT hash FROM identity WHERE {of_content})");
    destroyed(transaction, &[&places], of)?;
    let rows = [
        &*format!("DELETE FROM identity WHERE {of_content}"),
        "UPDATE identity SET fingerprint = NULL WHERE n > ?1 AND n <= ?2 AND at <= ?3 AND fingerprint IS NOT NULL",
    ];
    let hashes = destroyed(transaction, &rows, of)?;
    Ok(Slice::through(looked_at, last, Purged { hashes, ..Purged::default() }))
}

/// A reader key is older than every wrap it made: it can go once all records and rides of its day are gone, and what was ticked that
/// day, which a newer version keeps.
fn reader_keys(transaction: &Transaction<'_>, after: After, purge: &Purge) -> Result<Slice, StoreError> {
    let (Some(last), looked_at) = next_rows(transaction, ("reader_key", "n"), after)? else {
        return Ok(Slice::default());
    };
    let ride: Option<i64> = transaction
        .prepare_cached("SELECT imported FROM ride ORDER BY imported LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let oldest = purge.oldest.into_iter().chain(ride).min();
    let day = oldest.unwrap_or(purge.begun.timestamp()) / 86_400 - 1;
    let gone = transaction
        .prepare_cached(
            "DELETE FROM reader_key WHERE n > ?1 AND n <= ?2 AND made < ?3
               AND NOT EXISTS(SELECT 1 FROM figure_add a WHERE a.key = reader_key.n)",
        )?
        .execute([after, last, day])?;
    Ok(Slice::through(looked_at, last, Purged { reader_keys: gone as u64, ..Purged::default() }))
}
