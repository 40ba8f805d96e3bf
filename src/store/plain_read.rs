//! Opening by choice: records that say *akkoord* and nothing else are read in one go, or open without asking.
//!
//! **Invariant:** a record that is read has its entry; that the others were looked at by the program is one entry for all of them.

use access::{Entry, Event, OpeningKey, Professional, Session};
use chrono::{DateTime, Utc};
use domain::{Agreement, Diagnosis, MessageId, Purpose, Remarks};
use rusqlite::params;

use crate::{
    Store, StoreError,
    archive::{Archive, OpenedParts, record, was_read},
    audit_trail,
};

// LIMIT: records that one transaction opens, so that receiving goes on between slices.
const SLICE: u32 = 100;

/// When the outcome of a record opens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OpensWhen {
    /// It is asked for, always.
    #[default]
    Asked,
    /// It is asked for where there is more than agreement; else it is chosen.
    MoreThanAgreement,
    /// It is chosen.
    Chosen,
}

impl OpensWhen {
    fn code(self) -> i64 {
        match self {
            Self::Asked => 1,
            Self::MoreThanAgreement => 2,
            Self::Chosen => 3,
        }
    }

    fn from_code(code: i64) -> Self {
        [Self::MoreThanAgreement, Self::Chosen].into_iter().find(|when| when.code() == code).unwrap_or_default()
    }
}

const OPENS_WHEN: i64 = 1;

/// Agreement, and not a word beside it.
fn is_plain(parts: &OpenedParts) -> bool {
    let OpenedParts { diagnosis, remarks } = parts;
    let remarks = remarks.as_ref().is_some_and(|r| r.medical.is_some() || r.communication.is_some());
    diagnosis.agreement == Agreement::Yes
        && diagnosis.description.is_none()
        && diagnosis.diagnoses.is_empty()
        && !remarks
}

/// Where reading in one go is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlainRead {
    /// Records before this are still to be looked at; `None`: from the newest.
    pub before: Option<MessageId>,
    /// Records read by it.
    pub read: u64,
    /// All were looked at.
    pub done: bool,
}

type Keys<'a> = (OpeningKey<'a, Diagnosis>, OpeningKey<'a, Remarks>);

fn keys(session: &Session<Professional>) -> Result<Keys<'_>, StoreError> {
    Ok((session.opening_key::<Diagnosis>(Purpose::Quality)?, session.opening_key::<Remarks>(Purpose::Quality)?))
}

fn entries_of(opened: Entry, parts: &OpenedParts) -> Vec<Entry> {
    let remarks = parts.remarks.is_some().then(|| Entry { event: Event::RemarksOpened, ..opened.clone() });
    std::iter::once(opened).chain(remarks).collect()
}

impl Archive {
    /// Opens a record if it says *akkoord* and nothing else. `None`: it says more, and is as closed as before, or is not his.
    ///
    /// # Errors
    /// When a part was changed, or the store cannot be written.
    pub fn open_plain(
        &mut self,
        session: &Session<Professional>,
        message: MessageId,
        now: DateTime<Utc>,
    ) -> Result<Option<OpenedParts>, StoreError> {
        let keys = keys(session)?;
        let opened = self.entry_of_crew(session, Event::DiagnosisOpened, now);
        self.store.write(now, |transaction, secrets| {
            let Some((parts, ride)) = record(transaction, &keys, message, now)? else { return Ok(None) };
            let of_ride = Entry { ride: Some(secrets.ride_pseudonym(&ride)), ..opened };
            if !is_plain(&parts) {
                audit_trail::append(transaction, &Entry { event: Event::OutcomesJudged, count: Some(1), ..of_ride })?;
                return Ok(None);
            }
            audit_trail::append_all(transaction, &entries_of(of_ride, &parts))?;
            was_read(transaction, session.reader(), message, now)?;
            Ok(Some(parts))
        })
    }

    /// Reads what is unread, says *akkoord* and nothing else: one slice, with an entry of each.
    ///
    /// # Errors
    /// When a part was changed, or the store cannot be written: then nothing of the slice is read.
    pub fn read_plain(
        &mut self,
        session: &Session<Professional>,
        so_far: PlainRead,
        now: DateTime<Utc>,
    ) -> Result<PlainRead, StoreError> {
        let keys = keys(session)?;
        let opened = self.entry_of_crew(session, Event::DiagnosisOpened, now);
        let reader = session.reader();
        self.store.write(now, |transaction, secrets| {
            let ids = {
                let mut find = transaction.prepare_cached(
                    "SELECT message FROM \"grant\" WHERE reader = ?1 AND message < ?2 AND state = 1 AND read IS NULL
                     ORDER BY message DESC LIMIT ?3",
                )?;
                let before = so_far.before.map_or(i64::MAX, |before| before.0);
                let rows = find.query_map(params![reader.0, before, SLICE], |row| row.get(0).map(MessageId))?;
                rows.collect::<Result<Vec<_>, _>>()?
            };
            let (mut entries, mut judged, mut read) = (Vec::new(), 0, so_far.read);
            for message in &ids {
                let Some((parts, ride)) = record(transaction, &keys, *message, now)? else { continue };
                if !is_plain(&parts) {
                    judged += 1;
                    continue;
                }
                let of_ride = Entry { ride: Some(secrets.ride_pseudonym(&ride)), ..opened.clone() };
                entries.extend(entries_of(of_ride, &parts));
                was_read(transaction, reader, *message, now)?;
                read += 1;
            }
            if judged > 0 {
                entries.push(Entry { event: Event::OutcomesJudged, count: Some(judged), ..opened });
            }
            if !entries.is_empty() {
                audit_trail::append_all(transaction, &entries)?;
            }
            let done = ids.len() < SLICE as usize;
            Ok(PlainRead { before: ids.last().copied(), read, done })
        })
    }
}

impl Store {
    /// When a person's records open, as he chose.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn opens_when(&self, session: &Session<Professional>) -> Result<OpensWhen, StoreError> {
        let chosen = self.person_setting(session.account(), OPENS_WHEN)?;
        Ok(chosen.map_or_else(OpensWhen::default, OpensWhen::from_code))
    }

    /// Chooses it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_opens_when(
        &mut self,
        session: &Session<Professional>,
        when: OpensWhen,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.set_person_setting(session, (OPENS_WHEN, when.code()), now)
    }
}
