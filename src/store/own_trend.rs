//! A professional's own records opened to be counted, for himself: one entry in the log for the whole look.
//!
//! **Invariant:** the one way to figures of a person. It takes that person's own session and opens by his wraps alone; what it gives
//! holds no number of anybody, is kept nowhere and can be neither printed, copied nor written down (`tests/compile_fail`).
//! **Not here:** months, groups and intervals (`app`), the figures of the RAV (`figures`, `published`).

use access::{Event, OpeningKey, Professional, Session};
use chrono::{DateTime, Utc};
use domain::{Agreement, Diagnosis, MessageId, PartCode, Purpose, Remarks, WorkingDiagnosis};
use rusqlite::{Transaction, params};

use crate::{
    StoreError,
    archive::{Archive, find, read, record},
    figures::Months,
    flags::FLAGS_NOT_DELIVERED,
};

// LIMIT: records of one person that are counted, the newest; thirty years of rides that all bring feedback.
/// So many of a person's records are counted, the newest.
pub const OWN_RECORDS_MAX: u32 = 20_000;
// LIMIT: records that are opened between two looks at whether to go on, so that receiving is not held up.
const SLICE: usize = 50;

/// One own record, as far as it counts; nothing in it says whose or which.
#[derive(PartialEq, Eq)]
pub struct OwnCounted {
    /// Month of hand-over (of receipt while the ride is unknown): year × 12 + month − 1.
    pub month: i32,
    /// SNOMED CT code of the working diagnosis; 0 without one.
    pub working_code: u64,
    /// The ride with its patient number, numbered anew in memory only: two records of one ride count once.
    pub ride: u32,
    /// The message's `effectiveTime` (its receipt where it has none), seconds since 1970: of one ride the latest counts.
    pub sent: i64,
    /// The hospital's judgement.
    pub agreement: Agreement,
    /// It came with a remark on medical acting, to this person.
    pub remark_medical: bool,
    /// It came with a remark on communication, to this person.
    pub remark_communication: bool,
}

/// A record that is still to be opened.
struct Listed {
    message: MessageId,
    month: i32,
    ride: u32,
    sent: i64,
}

struct Keys<'a> {
    record: (OpeningKey<'a, Diagnosis>, OpeningKey<'a, Remarks>),
    working: OpeningKey<'a, WorkingDiagnosis>,
}

impl<'a> Keys<'a> {
    fn of(session: &'a Session<Professional>) -> Result<Self, StoreError> {
        Ok(Self {
            record: (session.opening_key(Purpose::OwnTrend)?, session.opening_key(Purpose::OwnTrend)?),
            working: session.opening_key(Purpose::OwnTrend)?,
        })
    }

    /// `None`: it is no longer his, past its term, or says nothing that counts.
    fn open(
        &self,
        transaction: &Transaction<'_>,
        listed: &Listed,
        now: DateTime<Utc>,
    ) -> Result<Option<OwnCounted>, StoreError> {
        let Some((parts, _)) = record(transaction, &self.record, listed.message, now)? else { return Ok(None) };
        let working = match find(transaction, PartCode::WorkingDiagnosis, listed.message, now)? {
            Some(found) => read(transaction, &self.working, listed.message, &found)?,
            None => None,
        };
        let remarks = parts.remarks.as_ref();
        let counted = OwnCounted {
            month: listed.month,
            working_code: working.and_then(|content| content.diagnosis.snomed()).unwrap_or(0),
            ride: listed.ride,
            sent: listed.sent,
            agreement: parts.diagnosis.agreement,
            remark_medical: remarks.is_some_and(|remarks| remarks.medical.is_some()),
            remark_communication: remarks.is_some_and(|remarks| remarks.communication.is_some()),
        };
        let something =
            counted.agreement != Agreement::NotReceived || counted.remark_medical || counted.remark_communication;
        Ok(something.then_some(counted))
    }
}

impl Archive {
    /// Opens the records that are this person's own, read and unread, and gives what counts of them, in order of receipt. Reading them
    /// this way marks none as read. `go_on` gets done and total.
    ///
    /// # Errors
    /// When a part was changed, the store cannot be written, or the work is stopped: the entry stands, and nothing is given.
    pub fn open_own_trend(
        &mut self,
        session: &Session<Professional>,
        now: DateTime<Utc>,
        mut go_on: impl FnMut(u64, u64) -> bool,
    ) -> Result<Vec<OwnCounted>, StoreError> {
        let keys = Keys::of(session)?;
        let listed = self.own_listed(session, now)?;
        let total = listed.len() as u64;
        if total == 0 {
            return Ok(Vec::new());
        }
        let mut entry = self.entry_of_crew(session, Event::OwnTrendShown, now);
        (entry.purpose, entry.count) = (Purpose::OwnTrend, Some(total));
        // The entry stands before the first record opens: no entry, no content.
        self.store.log(&entry)?;
        let (mut counted, mut done) = (Vec::with_capacity(listed.len()), 0);
        for slice in listed.chunks(SLICE) {
            if !go_on(done, total) {
                return Err(StoreError::Cancelled);
            }
            let transaction = self.store.connection.unchecked_transaction()?;
            for one in slice {
                counted.extend(keys.open(&transaction, one, now)?);
            }
            done += slice.len() as u64;
        }
        Ok(counted)
    }

    /// The person's own range of grants, without content.
    fn own_listed(&self, session: &Session<Professional>, now: DateTime<Utc>) -> Result<Vec<Listed>, StoreError> {
        let sql = format!(
            "SELECT g.message, coalesce(r.handed_over, m.received), m.ride, coalesce(m.sent, m.received)
             FROM \"grant\" g JOIN message m ON m.id = g.message LEFT JOIN ride r ON r.number = m.ride
             WHERE g.reader = ?1 AND g.state = 1 AND m.purge_after > ?2 AND m.flags & {FLAGS_NOT_DELIVERED} = 0
             ORDER BY g.message DESC LIMIT ?3"
        );
        let mut statement = self.store.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![session.reader().0, now.timestamp(), OWN_RECORDS_MAX])?;
        let (mut months, mut listed) = (Months::default(), Vec::new());
        let mut rides = std::collections::HashMap::new();
        while let Some(row) = rows.next()? {
            let next = u32::try_from(rides.len()).unwrap_or(u32::MAX);
            listed.push(Listed {
                message: MessageId(row.get(0)?),
                month: months.of(row.get(1)?),
                ride: *rides.entry(row.get::<_, String>(2)?).or_insert(next),
                sent: row.get(3)?,
            });
        }
        listed.reverse();
        Ok(listed)
    }
}
