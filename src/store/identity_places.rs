//! Where an identity stands. The rows stand in order of arrival, so that a commit writes one page of them whatever their hashes are; by its
//! hash a row is found in the memory of this process as long as it is recent, and in table `identity_place` from then on.
//!
//! **Invariant:** the number of a row is never used again, so that what is remembered of a row that is gone, here or by another process,
//! names nothing.
//! **Not here:** what identities say (`identity`).

use std::collections::HashMap;

use domain::MessageId;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{StoreError, audit_trail::BEHIND_ALL_DAYS, faults};

// LIMIT: rows that are found in memory, two to three megabytes. One page of `identity_place` then gets many rows at once.
const RECENT_MAX: usize = 65_536;
// LIMIT: rows that go into `identity_place` for each that came: faster than they come, and no commit waits for all of them.
const MOVED_FOR_EACH: usize = 4;

/// What this process knows of the places.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// The next row's number.
    next: i64,
    /// The next row's number when the transaction began.
    begun: i64,
    /// Rows before this one stand in `identity_place`, all of them.
    placed: i64,
    /// Numbers of the others, by hash.
    recent: HashMap<i64, i64>,
    /// Of these, what is on its way into `identity_place`: hash and number, the greatest hash first, for a page is then written once.
    moving: Vec<(i64, i64)>,
    /// What `placed` becomes once they are there.
    moving_up_to: i64,
    recent_max: usize,
}

impl Default for Places {
    fn default() -> Self {
        let (recent, moving) = (HashMap::new(), Vec::new());
        Self { next: 0, begun: 0, placed: 0, recent, moving, moving_up_to: 0, recent_max: RECENT_MAX }
    }
}

impl Places {
    /// As they are in this transaction.
    pub(crate) fn of(transaction: &Transaction<'_>) -> Result<Self, StoreError> {
        let mut places = Self::default();
        places.heed(transaction)?;
        Ok(places)
    }

    /// Learns what other processes wrote; at the beginning of each transaction. After one that was not committed they are forgotten instead.
    pub(crate) fn heed(&mut self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        let sql = "SELECT n, first FROM counter WHERE day = ?1 AND kind = 0 AND who = 1";
        let row = transaction.prepare_cached(sql)?.query_row([BEHIND_ALL_DAYS], |row| Ok((row.get(0)?, row.get(1)?)));
        let (next, placed): (i64, i64) = row.optional()?.unwrap_or((1, 1));
        if placed != self.placed || next < self.next {
            *self = Self { next: placed, placed, recent_max: self.recent_max, ..Self::default() };
        }
        if next > self.next {
            let mut find = transaction.prepare_cached("SELECT hash, n FROM identity WHERE n >= ?1")?;
            let mut rows = find.query([self.next])?;
            while let Some(row) = rows.next()? {
                self.recent.insert(row.get(0)?, row.get(1)?);
            }
        }
        (self.next, self.begun) = (next, next);
        Ok(())
    }

    /// The number of the row with this hash.
    pub(crate) fn find(&self, transaction: &Transaction<'_>, hash: i64) -> Result<Option<i64>, StoreError> {
        let number = match self.recent.get(&hash) {
            Some(number) => Some(*number),
            None => transaction
                .prepare_cached("SELECT n FROM identity_place WHERE hash = ?1")?
                .query_row([hash], |row| row.get(0))
                .optional()?,
        };
        let Some(number) = number else { return Ok(None) };
        let there = "SELECT 1 FROM identity WHERE n = ?1 AND hash = ?2";
        Ok(transaction.prepare_cached(there)?.exists([number, hash])?.then_some(number))
    }

    /// The number of the row that is about to be inserted with a hash that none has.
    pub(crate) fn take(&mut self, hash: i64) -> i64 {
        let number = self.next;
        self.recent.insert(hash, number);
        self.next += 1;
        number
    }

    /// Takes the row with this hash away, where it names this record.
    pub(crate) fn remove(
        &self,
        transaction: &Transaction<'_>,
        hash: i64,
        message: MessageId,
    ) -> Result<(), StoreError> {
        let Some(number) = self.find(transaction, hash)? else { return Ok(()) };
        let row = "DELETE FROM identity WHERE n = ?1 AND message = ?2";
        if transaction.prepare_cached(row)?.execute([number, message.0])? > 0 {
            let place = "DELETE FROM identity_place WHERE hash = ?1 AND n = ?2";
            transaction.prepare_cached(place)?.execute([hash, number])?;
        }
        Ok(())
    }

    /// Remembers, at the end of a transaction, how far they go; a part of the recent ones is moved once there are many.
    pub(crate) fn keep(&mut self, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        let came = usize::try_from(self.next - self.begun).unwrap_or_default();
        if came == 0 {
            return Ok(());
        }
        if self.moving.is_empty() && self.recent.len() >= self.recent_max {
            self.moving.extend(self.recent.iter().map(|(hash, number)| (*hash, *number)));
            self.moving.sort_unstable_by(|a, b| b.cmp(a));
            self.moving_up_to = self.next;
        }
        if !self.moving.is_empty() {
            self.move_some(transaction, came * MOVED_FOR_EACH)?;
            faults::point();
        }
        let sql = "INSERT INTO counter(day, kind, who, n, first) VALUES (?1, 0, 1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET n = excluded.n, first = excluded.first";
        transaction.prepare_cached(sql)?.execute([BEHIND_ALL_DAYS, self.next, self.placed])?;
        Ok(())
    }

    fn move_some(&mut self, transaction: &Transaction<'_>, most: usize) -> Result<(), StoreError> {
        // A row that is gone has no place.
        let mut place = transaction.prepare_cached(
            "INSERT OR REPLACE INTO identity_place(hash, n) SELECT hash, n FROM identity WHERE n = ?2 AND hash = ?1",
        )?;
        let rest = self.moving.len().saturating_sub(most);
        for (hash, number) in self.moving.drain(rest..).rev() {
            place.execute(params![hash, number])?;
        }
        if self.moving.is_empty() {
            self.placed = self.moving_up_to;
            self.recent.retain(|_, number| *number >= self.moving_up_to);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::{collection::vec, prelude::*, test_runner::Config};
    use rusqlite::Connection;

    use super::*;

    const ROW: &str = "INSERT INTO identity(n, hash, message, kind, at) VALUES (?1, ?2, 1, 1, 0)";
    const HASHES: i64 = 40;

    fn store() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("migrations/0001.sql")).unwrap();
        connection
    }

    fn started() -> Places {
        Places { recent_max: 6, ..Places::default() }
    }

    fn count(connection: &Connection, sql: &str) -> i64 {
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[derive(Clone, Debug)]
    enum Act {
        /// A process adds these, and its commit succeeds or does not.
        Add { process: usize, hashes: Vec<i64>, committed: bool },
        /// A process takes one away.
        Remove { process: usize, hash: i64 },
        /// A process starts anew.
        Start(usize),
    }

    fn act() -> impl Strategy<Value = Act> {
        let hash = || (0..HASHES).prop_map(|n| if n % 3 == 0 { !n } else { n });
        prop_oneof![
            6 => (0..2usize, vec(hash(), 1..6), prop::bool::weighted(0.8))
                .prop_map(|(process, hashes, committed)| Act::Add { process, hashes, committed }),
            3 => (0..2usize, hash()).prop_map(|(process, hash)| Act::Remove { process, hash }),
            1 => (0..2usize).prop_map(Act::Start),
        ]
    }

    fn done(connection: &mut Connection, processes: &mut [Places; 2], model: &mut BTreeSet<i64>, act: Act) {
        match act {
            Act::Add { process, hashes, committed } => {
                let transaction = connection.transaction().unwrap();
                let places = &mut processes[process];
                places.heed(&transaction).unwrap();
                let new: BTreeSet<i64> = hashes.into_iter().filter(|hash| !model.contains(hash)).collect();
                for hash in &new {
                    transaction.execute(ROW, [places.take(*hash), *hash]).unwrap();
                    assert!(places.find(&transaction, *hash).unwrap().is_some());
                }
                places.keep(&transaction).unwrap();
                if committed {
                    transaction.commit().unwrap();
                    model.extend(new);
                } else {
                    transaction.rollback().unwrap();
                    *places = started();
                }
            }
            Act::Remove { process, hash } => {
                let transaction = connection.transaction().unwrap();
                processes[process].heed(&transaction).unwrap();
                processes[process].remove(&transaction, hash, MessageId(1)).unwrap();
                transaction.commit().unwrap();
                model.remove(&hash);
            }
            Act::Start(process) => processes[process] = started(),
        }
    }

    proptest! {
        #![proptest_config(Config { cases: 64, failure_persistence: None, ..Config::default() })]
        #[test]
        fn every_process_finds_what_is_there_and_nothing_else_whatever_both_did(acts in vec(act(), 1..80)) {
            let (mut connection, mut processes) = (store(), [started(), started()]);
            let mut model = BTreeSet::new();
            for act in acts {
                done(&mut connection, &mut processes, &mut model, act);
                let transaction = connection.transaction().unwrap();
                for places in &mut processes {
                    places.heed(&transaction).unwrap();
                    for hash in -HASHES..HASHES {
                        let found = places.find(&transaction, hash).unwrap();
                        prop_assert_eq!(found.is_some(), model.contains(&hash), "{}", hash);
                    }
                }
                drop(transaction);
                let lost = "SELECT count(*) FROM identity_place p LEFT JOIN identity i ON i.n = p.n AND i.hash = p.hash WHERE i.n IS NULL";
                prop_assert_eq!(count(&connection, lost), 0, "places of rows that are gone");
            }
        }
    }

    #[test]
    fn memory_holds_the_latest_and_the_rest_is_in_the_table_soon_after() {
        let (mut connection, mut places) = (store(), Places { recent_max: 100, ..Places::default() });
        for hash in 0..1000 {
            let transaction = connection.transaction().unwrap();
            places.heed(&transaction).unwrap();
            let hash = hash * 7919 % 1000;
            transaction.execute(ROW, [places.take(hash), hash]).unwrap();
            places.keep(&transaction).unwrap();
            transaction.commit().unwrap();
            assert!(places.recent.len() <= 130, "{}", places.recent.len());
        }
        assert!(count(&connection, "SELECT count(*) FROM identity_place") >= 800);
        let transaction = connection.transaction().unwrap();
        let anew = Places::of(&transaction).unwrap();
        assert!(anew.recent.len() <= 200);
        assert!((0..1000).all(|hash| anew.find(&transaction, hash).unwrap().is_some()));
    }
}
