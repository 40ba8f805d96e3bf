//! The professional's list of *Terugkoppelingen*: his own range of grants, without outcome.
//!
//! **Invariant:** what was delivered to a person is his list; nothing else stands between him and another's records.
//! **Not here:** opening (`archive`).

use access::{Authorisation, Event, Professional, Session};
use chrono::{DateTime, Utc};
use domain::{MessageId, MessageToken, Purpose, ReaderId, WorkingDiagnosis, WorkingDiagnosisContent};
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{
    StoreError,
    archive::{Archive, Found, opened},
    audit_trail,
    retention::numbers,
    worklist::{RegisterRow, moment},
};

/// A row of a professional's list: no outcome.
pub struct FeedbackHead {
    /// The record.
    pub message: MessageId,
    /// Ride number as the register shows it.
    pub ride: String,
    /// Name of the hospital.
    pub hospital: String,
    /// What the register knows.
    pub register: RegisterRow,
    /// Own working diagnosis.
    pub working_diagnosis: Option<WorkingDiagnosisContent>,
    /// Receipt.
    pub received: DateTime<Utc>,
    /// The day after which nobody can read it.
    pub purge_after: DateTime<Utc>,
    /// With remarks, as far as this person's own wrap goes.
    pub remarks: bool,
    /// When it was read.
    pub read: Option<DateTime<Utc>>,
    /// The medical manager has a case of it.
    pub case: bool,
    /// It took the place of an earlier one about this ride.
    pub updated: bool,
}

// The ride is found by where it stood, without the tree of numbers: one page less of each row.
const HEAD: &str = "SELECT m.id, coalesce(r.shown, m.ride), h.name, r.departed, r.handed_over, r.vehicle, r.post, r.urgency, m.received,
    m.purge_after, g.remarks = 1, g.read, m.\"case\" IS NOT NULL, m.updated, w.token, r.working_diagnosis, w.wraps, r.receipt
  FROM \"grant\" g CROSS JOIN message m ON m.id = g.message JOIN hospital h ON h.n = m.sender
    LEFT JOIN ride r ON r.id = coalesce(
      (SELECT x.id FROM ride x WHERE x.id = m.ride_row AND x.number = m.ride), (SELECT x.id FROM ride x WHERE x.number = m.ride))
    LEFT JOIN ride_wrap w ON w.ride = r.id";

impl Archive {
    /// Number of unread and of all records of this professional.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn feedback_counts(&self, session: &Session<Professional>) -> Result<(u64, u64), StoreError> {
        // Over the person's own range alone: what is past its term counts until the day's purge, and opens no more.
        let sql = "SELECT coalesce(sum(read IS NULL), 0), count(*) FROM \"grant\" WHERE reader = ?1 AND state = 1";
        let mut statement = self.store.connection.prepare_cached(sql)?;
        Ok(statement.query_row([session.reader().0], |row| Ok((row.get(0)?, row.get(1)?)))?)
    }

    /// Own records, unread first, then in order of receipt, newest first; own working diagnoses opened with one audit entry for the list.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn feedback_list(
        &mut self,
        session: &Session<Professional>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<FeedbackHead>, StoreError> {
        let mut entry = self.store.entry(now, Event::ListShown, Purpose::Quality);
        entry.user = Some(session.account());
        entry.role = Some(session.role());
        entry.authorisation = Authorisation::CrewOfRide;
        self.store.write(now, |transaction, _| {
            // One after the other along the person's own range: nothing of it is sorted, and where there is enough to read the rest is not looked at.
            let mut rows = Vec::new();
            for read in ["IS NULL", "IS NOT NULL"] {
                let sql = format!(
                    "{HEAD} WHERE g.reader = ?1 AND g.state = 1 AND g.read {read} AND m.purge_after > ?2 ORDER BY g.message DESC LIMIT ?3"
                );
                let left = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
                if left == 0 {
                    break;
                }
                let mut statement = transaction.prepare_cached(&sql)?;
                let found = statement.query_map(params![session.reader().0, now.timestamp(), left], raw)?;
                rows.extend(found.collect::<Result<Vec<_>, _>>()?);
            }
            let mut heads = Vec::with_capacity(rows.len());
            for one in rows {
                heads.push(head(transaction, session, one)?);
            }
            entry.count = Some(heads.len() as u64);
            if !heads.is_empty() {
                audit_trail::append(transaction, &entry)?;
            }
            Ok(heads)
        })
    }
}

impl Archive {
    /// Display names of the others who can see a record of this person's own: whose it is no more is not among them. Whether they
    /// have read it is nobody's.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn seen_by(&self, session: &Session<Professional>, message: MessageId) -> Result<Vec<String>, StoreError> {
        let connection = &self.store.connection;
        let own = session.reader().0;
        let holders: Option<Vec<u8>> = connection
            .prepare_cached(
                "SELECT coalesce(a.holders, m.holders) FROM \"grant\" g JOIN message m ON m.id = g.message
                   LEFT JOIN awaited a ON a.message = m.id WHERE g.reader = ?1 AND g.message = ?2 AND g.state = 1",
            )?
            .query_row(params![own, message.0], |row| row.get(0))
            .optional()?;
        let mut named = connection.prepare_cached(
            "SELECT a.name FROM \"grant\" g JOIN account a ON a.n = ?3 WHERE g.reader = ?1 AND g.message = ?2 AND g.state = 1",
        )?;
        let mut names = Vec::new();
        for other in numbers(&holders.unwrap_or_default()).into_iter().filter(|other| *other != own) {
            let account = ReaderId(other).account();
            names.extend(named.query_row(params![other, message.0, account], |row| row.get(0)).optional()?);
        }
        Ok(names)
    }
}

struct Raw {
    head: FeedbackHead,
    token: Option<[u8; 16]>,
    sealed: Option<Vec<u8>>,
    wraps: Option<Vec<u8>>,
    receipt: Option<u64>,
}

fn raw(row: &rusqlite::Row<'_>) -> rusqlite::Result<Raw> {
    let received = moment(row.get(8)?).unwrap_or_default();
    Ok(Raw {
        head: FeedbackHead {
            message: MessageId(row.get(0)?),
            ride: row.get(1)?,
            hospital: row.get(2)?,
            register: RegisterRow {
                departed: moment(row.get(3)?),
                handed_over: moment(row.get(4)?),
                vehicle: row.get(5)?,
                post: row.get(6)?,
                urgency: row.get(7)?,
            },
            working_diagnosis: None,
            received,
            purge_after: moment(row.get(9)?).unwrap_or(received),
            remarks: row.get(10)?,
            read: moment(row.get(11)?),
            case: row.get(12)?,
            updated: row.get(13)?,
        },
        token: row.get(14)?,
        sealed: row.get(15)?,
        wraps: row.get(16)?,
        receipt: row.get(17)?,
    })
}

fn head(transaction: &Transaction<'_>, session: &Session<Professional>, raw: Raw) -> Result<FeedbackHead, StoreError> {
    let Raw { mut head, token, sealed, wraps, receipt } = raw;
    if let (Some(token), Some(sealed), Some(wraps), Some(receipt)) = (token, sealed, wraps, receipt) {
        let found = Found { token: MessageToken(token), receipt, ride: String::new(), sealed: Some(sealed), wraps };
        let key = session.opening_key::<WorkingDiagnosis>(Purpose::Quality)?;
        // What stands in the list was given to this person: that is how it was found.
        let receipt = audit_trail::receipt(transaction, found.receipt)?;
        head.working_diagnosis = opened(transaction, &key, &found, &receipt)?;
    }
    Ok(head)
}
