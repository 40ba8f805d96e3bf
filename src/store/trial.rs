//! The test of a connection: its cases as they come in, what people say of them, and the sign-off that destroys what came.
//!
//! **Invariant:** *received* is ticked by receiving and by nothing else; a check has who and when.
//! **Not here:** what the cases are and what is to be checked (`invent`, handed in by the binary).

use access::{Entry, Event, FunctionalAdministrator, Session};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{MessageId, Purpose, RideNumber, StoreKind};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{
    Store, StoreError, audit_trail,
    connection_acts::ConnectionRule,
    connections::day,
    flags::FLAG_SENDER_IN_TEST,
    identity_places::Places,
    inbox::{Incoming, Outcome, Refused},
    retention::{Identities, remove_record},
    senders::Status,
    worklist::moment,
};

// LIMIT: records destroyed in one transaction, so that receiving goes on.
const SLICE: u32 = 500;

/// What a case leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseOutcome {
    /// A record of its own.
    TakenIn,
    /// A record that takes the place of an older version.
    NewerVersion,
    /// An exact repeat.
    Repeated,
    /// Refused, by the rule of this id.
    Refused(&'static str),
}

impl CaseOutcome {
    fn code(self) -> i64 {
        match self {
            Self::TakenIn => 1,
            Self::NewerVersion => 2,
            Self::Repeated => 3,
            Self::Refused(_) => 4,
        }
    }

    fn rule(self) -> Option<&'static str> {
        match self {
            Self::Refused(rule) => Some(rule),
            Self::TakenIn | Self::NewerVersion | Self::Repeated => None,
        }
    }
}

/// A case of the script that was made for a hospital.
#[derive(Clone, Debug)]
pub struct TestCase {
    /// Its number, from 1.
    pub number: u32,
    /// The name of its texts.
    pub name: String,
    /// The ride it is about, where that can be read.
    pub ride: Option<RideNumber>,
    /// What it leads to.
    pub outcome: CaseOutcome,
    /// Digest of its message.
    pub digest: [u8; 32],
}

/// A case as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestCaseRow {
    /// Its number.
    pub number: u32,
    /// The name of its texts.
    pub name: String,
    /// When it came.
    pub received: Option<DateTime<Utc>>,
    /// What was checked: its name, when, and by which account.
    pub checked: Vec<(String, DateTime<Utc>, i64)>,
}

/// What a sign-off says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignOff {
    /// Functions of those who sign.
    pub functions: String,
    /// Points that stay open.
    pub open_points: String,
}

/// A sign-off that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedOff {
    /// When.
    pub at: DateTime<Utc>,
    /// By which account.
    pub by: i64,
    /// What it says.
    pub said: SignOff,
    /// Cases that had come.
    pub cases: u32,
    /// Checks that were ticked.
    pub checks: u32,
    /// Records that were destroyed.
    pub destroyed: u64,
    /// Statuses that the hospital had had by then: it signs off a test among these.
    pub statuses: usize,
}

/// A message of a hospital in test was judged: the case that it is, is ticked. By its ride and what became of it; a hospital that sends
/// from its own system gives its messages ids of their own.
pub(crate) fn came(
    transaction: &Transaction<'_>,
    hospital: i64,
    incoming: &Incoming,
    (outcome, is_newer): (&Outcome, bool),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let outcome = match outcome {
        Outcome::TakenIn(_) if is_newer => CaseOutcome::NewerVersion,
        Outcome::TakenIn(_) => CaseOutcome::TakenIn,
        Outcome::Repeated(_) | Outcome::RepeatedUnproven(_) | Outcome::ReadAgain(_) => CaseOutcome::Repeated,
        Outcome::OtherContent => CaseOutcome::Refused("E10"),
        Outcome::OtherVersion => CaseOutcome::Refused("E12"),
        Outcome::Superseded | Outcome::SelfTest => return Ok(()),
    };
    transaction
        .prepare_cached(
            "UPDATE hospital_case SET received = ?4 WHERE hospital = ?1 AND ride = ?2 AND outcome = ?3 AND received IS NULL
               AND (?3 < 4 OR rule = ?5)",
        )?
        .execute(params![hospital, incoming.ride.canonical(), outcome.code(), now.timestamp(), outcome.rule()])?;
    Ok(())
}

/// A message was refused before it had a ride: the case that it is, is ticked. By its bytes; else, of a sender in test, by the rule. `hospital`: 0
/// for nobody.
pub(crate) fn refused(
    transaction: &Transaction<'_>,
    hospital: i64,
    refused: &Refused,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let in_test = [Status::Requested.code(), Status::Test.code()];
    let by_bytes = transaction
        .prepare_cached(
            "UPDATE hospital_case SET received = ?2 WHERE outcome = 4 AND digest = ?1 AND rule = ?3 AND received IS NULL
               AND hospital IN (SELECT n FROM hospital WHERE status IN (?4, ?5))",
        )?
        .execute(params![refused.digest, now.timestamp(), refused.rule, in_test[0], in_test[1]])?;
    if hospital == 0 || by_bytes > 0 {
        return Ok(());
    }
    transaction
        .prepare_cached(
            "UPDATE hospital_case SET received = ?2 WHERE hospital = ?1 AND outcome = 4 AND rule = ?3 AND ride IS NULL
               AND received IS NULL AND ?1 IN (SELECT n FROM hospital WHERE status IN (?4, ?5))",
        )?
        .execute(params![hospital, now.timestamp(), refused.rule, in_test[0], in_test[1]])?;
    Ok(())
}

/// The last sign-off of a hospital.
pub(crate) fn signed_off(connection: &Connection, hospital: i64) -> Result<Option<SignedOff>, StoreError> {
    let row = connection
        .prepare_cached(
            "SELECT at, by, functions, open_points, cases, checks, destroyed, statuses FROM hospital_sign_off
             WHERE hospital = ?1 ORDER BY n DESC LIMIT 1",
        )?
        .query_row([hospital], |row| {
            Ok(SignedOff {
                at: moment(row.get(0)?).unwrap_or_default(),
                by: row.get(1)?,
                said: SignOff { functions: row.get(2)?, open_points: row.get(3)? },
                cases: row.get(4)?,
                checks: row.get(5)?,
                destroyed: row.get(6)?,
                statuses: row.get(7)?,
            })
        });
    Ok(row.optional()?)
}

/// Whether every case came and has all its checks.
fn is_done(transaction: &Transaction<'_>, hospital: i64, asked: &[(u32, &str)]) -> Result<bool, StoreError> {
    let (cases, missing): (u32, u32) = transaction.query_row(
        "SELECT count(*), count(*) - count(received) FROM hospital_case WHERE hospital = ?1",
        [hospital],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let sql = "SELECT EXISTS(SELECT 1 FROM hospital_check WHERE hospital = ?1 AND number = ?2 AND checked = ?3)";
    for (number, checked) in asked {
        if !transaction.prepare_cached(sql)?.query_row(params![hospital, number, checked], |row| row.get(0))? {
            return Ok(false);
        }
    }
    Ok(cases > 0 && missing == 0 && !asked.is_empty())
}

impl Store {
    /// Keeps the cases of the script that was made for a hospital; what was ticked of an older script goes.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_test(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        hospital: i64,
        cases: &[TestCase],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry_of(session, Event::TestScriptMade, Purpose::Operation, now);
        entry.detail = Some(hospital.to_string());
        entry.count = Some(cases.len() as u64);
        self.write(now, |transaction, _| {
            transaction.execute("DELETE FROM hospital_case WHERE hospital = ?1", [hospital])?;
            transaction.execute("DELETE FROM hospital_check WHERE hospital = ?1", [hospital])?;
            for TestCase { number, name, ride, outcome, digest } in cases {
                let ride = ride.as_ref().map(RideNumber::canonical);
                transaction.execute(
                    "INSERT INTO hospital_case VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, NULL)",
                    params![hospital, number, name, ride, outcome.code(), outcome.rule(), digest],
                )?;
            }
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }

    /// The cases of a hospital's script, by number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn test_cases(&self, hospital: i64) -> Result<Vec<TestCaseRow>, StoreError> {
        let mut find = self
            .connection
            .prepare_cached("SELECT number, name, received FROM hospital_case WHERE hospital = ?1 ORDER BY number")?;
        let rows = find.query_map([hospital], |row| {
            Ok(TestCaseRow {
                number: row.get(0)?,
                name: row.get(1)?,
                received: moment(row.get(2)?),
                checked: Vec::new(),
            })
        })?;
        let mut rows = rows.collect::<Result<Vec<_>, _>>()?;
        let mut checks = self.connection.prepare_cached(
            "SELECT checked, at, by FROM hospital_check WHERE hospital = ?1 AND number = ?2 ORDER BY checked",
        )?;
        for row in &mut rows {
            let found = checks.query_map(params![hospital, row.number], |check| {
                Ok((check.get(0)?, moment(check.get(1)?).unwrap_or_default(), check.get(2)?))
            })?;
            row.checked = found.collect::<Result<_, _>>()?;
        }
        Ok(rows)
    }

    /// Ticks a check of a case that came, or takes the tick away.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn check_case(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        hospital: i64,
        (number, checked): (u32, &str),
        ticked: Ticked,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry_of(session, Event::TestCaseChecked, Purpose::Operation, now);
        let how = if ticked == Ticked::Yes { "yes" } else { "no" };
        entry.detail = Some(format!("{hospital}/{number}/{checked}/{how}"));
        let by = session.account();
        self.write(now, |transaction, _| {
            let done = match ticked {
                Ticked::Yes => transaction.execute(
                    "INSERT OR IGNORE INTO hospital_check SELECT hospital, number, ?3, ?4, ?5 FROM hospital_case
                     WHERE hospital = ?1 AND number = ?2 AND received IS NOT NULL",
                    params![hospital, number, checked, now.timestamp(), by],
                )?,
                Ticked::No => transaction.execute(
                    "DELETE FROM hospital_check WHERE hospital = ?1 AND number = ?2 AND checked = ?3",
                    params![hospital, number, checked],
                )?,
            };
            if done > 0 {
                audit_trail::append(transaction, &entry)?;
            }
            Ok(())
        })
    }

    /// Version of the program that has the store open: a sign-off names it.
    #[must_use]
    pub fn program_version(&self) -> &str {
        &self.origin.version
    }

    /// The last sign-off of a hospital.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn signed_off(&self, hospital: i64) -> Result<Option<SignedOff>, StoreError> {
        signed_off(&self.connection, hospital)
    }

    /// Signs a hospital's test off and destroys what came in it, in slices; the sign-off itself is the last of them.
    ///
    /// # Errors
    /// When not all cases came or not all that is asked was checked; when the store cannot be written: then it is not signed off.
    pub fn sign_off(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        hospital: i64,
        asked: &[(u32, &str)],
        said: &SignOff,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let since = self.in_test_since(hospital)?;
        let mut entry = self.entry_of(session, Event::TestSignedOff, Purpose::Operation, now);
        let mut destroyed = 0;
        loop {
            let purged = self.entry_of(session, Event::TestMessagesDestroyed, Purpose::Operation, now);
            let is_last = self.write(now, |transaction, _| {
                if !is_done(transaction, hospital, asked)? {
                    let name = crate::connections::read(transaction, hospital)?.name;
                    return Err(StoreError::Connection(ConnectionRule::TestNotDone, name));
                }
                let (slice, is_last) = destroy_logged(transaction, hospital, since, purged)?;
                destroyed += slice;
                if is_last {
                    (entry.detail, entry.count) = (Some(hospital.to_string()), Some(destroyed));
                    audit_trail::append(transaction, &entry)?;
                    transaction.execute(
                        "INSERT INTO hospital_sign_off(hospital, at, by, functions, open_points, cases, checks, destroyed, statuses)
                         SELECT ?1, ?2, ?3, ?4, ?5, count(*), ?6, ?7, (SELECT count(*) FROM hospital_status WHERE hospital = ?1)
                           FROM hospital_case WHERE hospital = ?1",
                        params![
                            hospital,
                            now.timestamp(),
                            session.account(),
                            said.functions,
                            said.open_points,
                            asked.len() as i64,
                            destroyed
                        ],
                    )?;
                }
                Ok::<_, StoreError>(is_last)
            })?;
            if is_last {
                break;
            }
        }
        self.truncate_log();
        Ok(destroyed)
    }

    fn in_test_since(&self, hospital: i64) -> Result<Option<NaiveDate>, StoreError> {
        let history = crate::connections::read(&self.connection, hospital)?.history;
        Ok(since_of(self.settings.kind, &history))
    }
}

/// The day from which a hospital's messages are those of its test: where the store is one of test, they bear no mark.
pub(crate) fn since_of(kind: StoreKind, history: &[crate::StatusSince]) -> Option<NaiveDate> {
    if kind == StoreKind::Production {
        return None;
    }
    let tested = |one: &&crate::StatusSince| matches!(one.status, Status::Requested | Status::Test);
    history.iter().rev().take_while(tested).last().map(|one| one.from)
}

/// Whether a check is ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ticked {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// A slice of a hospital's test messages is destroyed, with its line of the log; whether it was the last.
pub(crate) fn destroy_logged(
    transaction: &Transaction<'_>,
    hospital: i64,
    since: Option<NaiveDate>,
    mut line: Entry,
) -> Result<(u64, bool), StoreError> {
    let slice = destroy(transaction, hospital, since)?;
    if slice > 0 {
        (line.event, line.detail, line.count) = (Event::TestMessagesDestroyed, Some(hospital.to_string()), Some(slice));
        audit_trail::append(transaction, &line)?;
    }
    Ok((slice, slice < u64::from(SLICE)))
}

/// Destroys a slice of a hospital's test messages; gives how many.
fn destroy(transaction: &Transaction<'_>, hospital: i64, since: Option<NaiveDate>) -> Result<u64, StoreError> {
    let mut find = transaction
        .prepare_cached("SELECT id FROM message WHERE sender = ?1 AND (flags & ?2 <> 0 OR received >= ?3) LIMIT ?4")?;
    let since = since.map_or(i64::MAX, |since| day(since) * 86_400 - 7_200);
    let ids = find
        .query_map(params![hospital, FLAG_SENDER_IN_TEST, since, SLICE], |row| row.get(0).map(MessageId))?
        .collect::<Result<Vec<_>, _>>()?;
    let places = Places::of(transaction)?;
    for id in &ids {
        remove_record(transaction, *id, Identities::Remove(&places))?;
    }
    Ok(ids.len() as u64)
}
