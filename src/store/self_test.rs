//! The pass of the program's own test message: one certificate may bring one message, once, within minutes; nothing of it is kept.
//!
//! **Invariant:** one pass at a time; it is good for the bytes whose digest it holds and for no others, and gives no right of a hospital.
//! **Invariant:** who made it holds a lock while its test is under way: one that died keeps nobody waiting.
//! **Not here:** the message and its way over the network (`intake`), what a person is told (`app`).

use std::fs::File;

use access::{Authorisation, Entry, Event, FunctionalAdministrator, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Purpose, RoleName};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{Store, StoreError, audit_trail, place, store::Origin, worklist::moment};

const LOCK: &str = "self_test.lock";

/// How long a pass is good. LIMIT: every step has 10 s, and there are six; what is not used by then is forgotten.
pub const SELF_TEST_TERM: TimeDelta = TimeDelta::minutes(3);

/// A pass as the receiving process knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfTestPass {
    /// The certificate, `sha256:…`.
    pub fingerprint: String,
    /// Digest of the one message.
    pub digest: [u8; 32],
    /// It is good until then.
    pub until: DateTime<Utc>,
    /// It was used, or given up.
    pub over: bool,
}

/// The program's own test message, as it came.
pub struct SelfTestCame {
    /// The certificate that brought it.
    pub fingerprint: String,
    /// Digest of its bytes.
    pub digest: [u8; 32],
    /// Size in bytes.
    pub size: u64,
    /// The rule by which it was refused, if it was.
    pub rule: Option<&'static str>,
}

/// How it is with a pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelfTestState {
    /// A receiving process has read it.
    pub heard: bool,
    /// The line of the log that says that its message came.
    pub entry: Option<u64>,
}

/// The place of the one test of a store, until dropped, or the process ends.
pub struct SelfTestTurn(#[expect(dead_code, reason = "the lock goes with the file")] File);

type PassRow = (SelfTestPass, bool);

fn pass(connection: &Connection) -> Result<Option<PassRow>, StoreError> {
    let row = connection
        .prepare_cached("SELECT fingerprint, digest, until, over, heard FROM self_test")?
        .query_row([], |row| {
            let until = moment(row.get(2)?).unwrap_or_default();
            Ok((SelfTestPass { fingerprint: row.get(0)?, digest: row.get(1)?, until, over: row.get(3)? }, row.get(4)?))
        })
        .optional()?;
    Ok(row)
}

impl Store {
    /// Makes a pass for a certificate and the digest of one message, in the place of one that is over, is past its term, or whose maker is gone; logged.
    /// By a session, or from the command line. `None`: another is under way, and nothing was changed.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_self_test(
        &mut self,
        by: Option<&Session<FunctionalAdministrator>>,
        (fingerprint, digest): (&str, [u8; 32]),
        now: DateTime<Utc>,
    ) -> Result<Option<SelfTestTurn>, StoreError> {
        let mut entry = match by {
            Some(session) => self.entry_of(session, Event::SelfTestBegun, Purpose::Operation, now),
            None => Entry {
                authorisation: Authorisation::CommandLine,
                ..self.entry(now, Event::SelfTestBegun, Purpose::Operation)
            },
        };
        let until = now + SELF_TEST_TERM;
        let lock = place::lock_file(&self.folder, LOCK)?;
        self.write(now, |transaction, _| {
            // Within a writer's turn, so that two never both find it free. Another's that is past its term is not waited for.
            let is_free = lock.try_lock().is_ok();
            // One that lies far ahead was made under another clock.
            let is_under_way = |one: &SelfTestPass| !one.over && one.until > now && one.until <= until;
            let stands = pass(transaction)?.is_some_and(|(one, _)| is_under_way(&one));
            if stands && !is_free {
                return Ok(None);
            }
            entry.detail = stands.then(|| "its maker is gone".to_owned());
            transaction.execute(
                "INSERT OR REPLACE INTO self_test(one, fingerprint, digest, account, until, heard, over) VALUES (1, ?1, ?2, ?3, ?4, 0, 0)",
                params![fingerprint, digest, entry.user, until.timestamp()],
            )?;
            audit_trail::append(transaction, &entry)?;
            Ok(Some(SelfTestTurn(lock)))
        })
    }

    /// Gives a pass up: it lets nothing in any more.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn end_self_test(&mut self, fingerprint: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(now, |transaction, _| {
            transaction.execute("UPDATE self_test SET over = 1 WHERE fingerprint = ?1", [fingerprint])?;
            Ok(())
        })
    }

    /// How it is with a pass; of one that is not there, nothing.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn self_test(&self, fingerprint: &str) -> Result<SelfTestState, StoreError> {
        let found = self
            .connection
            .prepare_cached("SELECT heard, entry FROM self_test WHERE fingerprint = ?1")?
            .query_row([fingerprint], |row| Ok(SelfTestState { heard: row.get(0)?, entry: row.get(1)? }))
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// The pass that is good now, for the receiving process, which says so that it has read it; one that is past its term is forgotten.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn hear_self_test(&mut self, now: DateTime<Utc>) -> Result<Option<SelfTestPass>, StoreError> {
        let Some((one, heard)) = pass(&self.connection)? else { return Ok(None) };
        if one.until <= now || one.until > now + SELF_TEST_TERM {
            let forget = "DELETE FROM self_test WHERE fingerprint = ?1";
            self.write(now, |transaction, _| Ok::<_, StoreError>(transaction.execute(forget, [&one.fingerprint])?))?;
            return Ok(None);
        }
        if !heard {
            let hear = "UPDATE self_test SET heard = 1 WHERE fingerprint = ?1";
            self.write(now, |transaction, _| Ok::<_, StoreError>(transaction.execute(hear, [&one.fingerprint])?))?;
        }
        Ok(Some(one))
    }
}

/// Uses the pass up; gives the account that made it. `None`: there is none for this certificate and these bytes, or not any more.
pub(crate) fn used(
    transaction: &Transaction<'_>,
    came: &SelfTestCame,
    now: DateTime<Utc>,
) -> Result<Option<Option<i64>>, StoreError> {
    let row = transaction
        .prepare_cached(
            "UPDATE self_test SET over = 1 WHERE fingerprint = ?1 AND digest = ?2 AND over = 0 AND until > ?3 AND until <= ?4 RETURNING account",
        )?
        .query_row(
            params![came.fingerprint, came.digest, now.timestamp(), (now + SELF_TEST_TERM).timestamp()],
            |row| row.get(0),
        )
        .optional()?;
    Ok(row)
}

/// Its line of the log: size, and the rule by which it was refused. For whom it was made is a functional administrator, or nobody.
pub(crate) fn received(origin: &Origin, rav: u8, came: &SelfTestCame, by: Option<i64>, now: DateTime<Utc>) -> Entry {
    let made =
        Entry::of_program(now, Event::SelfTestReceived, Purpose::Operation, &origin.workstation, &origin.version);
    Entry {
        user: by,
        role: by.map(|_| RoleName::FunctionalAdministrator),
        authorisation: if by.is_some() { Authorisation::RolesTask } else { Authorisation::CommandLine },
        organisation: Some(rav),
        count: Some(came.size),
        detail: came.rule.map(str::to_owned),
        ..made
    }
}

/// Under which number.
pub(crate) fn noted(transaction: &Transaction<'_>, entry: u64) -> Result<(), StoreError> {
    transaction.prepare_cached("UPDATE self_test SET entry = ?1")?.execute([entry])?;
    Ok(())
}
