//! *Hoort hier niet*: a passage that does not belong in a text is taken out of it for all readers, and kept apart until it is decided.
//!
//! The reporter's session seals the part anew without it, and the passage apart, to the same crew; where it stood a sign of its own
//! marks the place. A privacy officer decides by reason, hospital and length: destroyed, or joined again in a session of the crew.
//! **Invariant:** a part that was sealed anew has a receipt of its own; what was sealed before it is overwritten.
//! **Invariant:** the passage is read by nobody but to be joined again; undecided for 30 days it is destroyed.

use std::ops::Range;

use access::{Authorisation, Entry, Event, PrivacyOfficer, Professional, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Diagnosis, MessageId, MessageToken, PartCode, Purpose, ReaderId, Remarks, Sensitive};
use rusqlite::{OptionalExtension, Transaction, params};
use seal::Place;
use zeroize::Zeroizing;

use crate::{
    StoreError,
    archive::{Archive, OpenedParts, content_key, record},
    audit_trail, faults, misplaced_counts,
    resealing::Resealing,
    worklist::moment,
    wraps::Wraps,
};

/// Days in which the reporter can take it back.
pub const MISPLACED_UNDO_DAYS: i64 = 7;
/// Days after which an undecided passage is destroyed.
pub const MISPLACED_DAYS: i64 = 30;

// LIMIT: passages taken out of one text: each has a sign of its own. Private use, so that no text has them by itself.
const SIGNS: Range<u32> = 0xF8C0..0xF8D0;
// The encoding of a passage: apart from those of the parts, which are sealed the same way.
const PASSAGE_SCHEMA: u8 = 0x41;

/// Whether a character marks where a passage was taken out.
#[must_use]
pub fn is_taken_out(character: char) -> bool {
    SIGNS.contains(&u32::from(character))
}

/// A text of a record of which a passage may be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextOfRecord {
    /// The description.
    Description,
    /// Remarks on medical acting.
    RemarksMedical,
    /// Remarks on communication.
    RemarksCommunication,
}

impl TextOfRecord {
    const ALL: [Self; 3] = [Self::Description, Self::RemarksMedical, Self::RemarksCommunication];

    fn code(self) -> i64 {
        match self {
            Self::Description => 1,
            Self::RemarksMedical => 2,
            Self::RemarksCommunication => 3,
        }
    }

    fn part(self) -> PartCode {
        match self {
            Self::Description => PartCode::Diagnosis,
            Self::RemarksMedical | Self::RemarksCommunication => PartCode::Remarks,
        }
    }

    fn of(self, parts: &mut OpenedParts) -> Option<&mut Sensitive> {
        match self {
            Self::Description => parts.diagnosis.description.as_mut(),
            Self::RemarksMedical => parts.remarks.as_mut()?.medical.as_mut(),
            Self::RemarksCommunication => parts.remarks.as_mut()?.communication.as_mut(),
        }
    }
}

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MisplacedState {
    /// Not decided.
    Reported,
    /// To be joined again by a session of the crew.
    ToJoin,
    /// The passage is gone.
    Destroyed,
}

impl MisplacedState {
    fn from_code(code: i64) -> Self {
        match code {
            2 => Self::ToJoin,
            3 => Self::Destroyed,
            _ => Self::Reported,
        }
    }
}

/// A report as a privacy officer sees it: never text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// Its number.
    pub number: i64,
    /// Number of the reason, as the screens list them.
    pub reason: u8,
    /// Of which text.
    pub text: TextOfRecord,
    /// Name of the hospital.
    pub hospital: String,
    /// Characters of the passage.
    pub length: u64,
    /// When it was reported.
    pub at: DateTime<Utc>,
    /// Where it stands.
    pub state: MisplacedState,
}

/// A report as the crew of the record sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MisplacedOfRecord {
    /// Its number.
    pub number: i64,
    /// Of which text.
    pub text: TextOfRecord,
    /// Where it stands.
    pub state: MisplacedState,
    /// This person reported it and can still take it back.
    pub own: bool,
}

/// What a privacy officer decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MisplacedDecision {
    /// The passage is destroyed.
    Destroy,
    /// It is joined again.
    Join,
}

/// Marks the place of `range` (in characters) with a sign, and gives the passage. `None`: there is no such passage, or no sign left.
fn take_out(text: &Sensitive, range: &Range<usize>) -> Option<(Sensitive, Zeroizing<Vec<u8>>, usize)> {
    // REVEAL: into what is sealed anew and apart.
    let whole = text.reveal();
    let sign = SIGNS.filter_map(char::from_u32).find(|sign| !whole.contains(*sign))?;
    let length = whole.chars().count();
    if range.is_empty() || range.end > length {
        return None;
    }
    let mut rest = String::with_capacity(whole.len() + sign.len_utf8());
    let mut passage = Zeroizing::new(Vec::with_capacity(sign.len_utf8() + whole.len()));
    let mut bytes = [0; 4];
    passage.extend_from_slice(sign.encode_utf8(&mut bytes).as_bytes());
    for (at, character) in whole.chars().enumerate() {
        if at == range.start {
            rest.push(sign);
        }
        if range.contains(&at) {
            passage.extend_from_slice(character.encode_utf8(&mut bytes).as_bytes());
        } else {
            rest.push(character);
        }
    }
    Some((Sensitive::new(rest), passage, range.len()))
}

/// Puts a passage where its sign stands; where that is gone, the text stays.
fn put_back(text: &Sensitive, passage: &[u8]) -> Option<Sensitive> {
    // REVEAL: into what is sealed anew.
    let passage = std::str::from_utf8(passage).ok()?;
    let sign = passage.chars().next()?;
    let (before, after) = text.reveal().split_once(sign)?;
    let mut whole = String::with_capacity(before.len() + passage.len() + after.len());
    whole.push_str(before);
    whole.push_str(&passage[sign.len_utf8()..]);
    whole.push_str(after);
    Some(Sensitive::new(whole))
}

impl Archive {
    /// Takes a passage out of a text of one's own record, for all its readers, and reports it. `range`: in characters of the text.
    /// False, and nothing done: it is not his, there is no such passage, or the text has no room for another.
    ///
    /// # Errors
    /// When a part was changed, or the store cannot be written: then everything is as before.
    pub fn report_misplaced(
        &mut self,
        session: &Session<Professional>,
        message: MessageId,
        (text, range): (TextOfRecord, Range<usize>),
        reason: u8,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let keys =
            (session.opening_key::<Diagnosis>(Purpose::Quality)?, session.opening_key::<Remarks>(Purpose::Quality)?);
        let entry = self.entry_of_crew(session, Event::PassageReported, now);
        let done = self.store.write::<_, StoreError>(now, |transaction, secrets| {
            let Some((mut parts, ride)) = record(transaction, &keys, message, now)? else { return Ok(false) };
            let taken = text.of(&mut parts).and_then(|whole| {
                let (rest, passage, length) = take_out(whole, &range)?;
                *whole = rest;
                Some((passage, length))
            });
            let Some((passage, length)) = taken else { return Ok(false) };
            let mut resealing = Resealing::of(transaction, secrets, message, now)?;
            resealing.text(text, &parts)?;
            let token = seal::random_token()?;
            let place = Place { token, part: text.part(), schema: PASSAGE_SCHEMA };
            let (key, sealed) = seal::seal_content(&place, &passage)?;
            let mut wraps = Wraps::default();
            let crew = resealing.readers(text.part())?;
            for reader in crew.into_iter().filter(|reader| *reader != ReaderId::ROUTING) {
                let reader_key = resealing.keys.of(transaction, secrets, reader)?;
                wraps.put(reader, seal::wrap(reader_key, token, &[(text.part(), &key)])?);
            }
            let ride = Some(secrets.ride_pseudonym(&ride));
            let detail = Some(format!("reason={reason} text={} length={length}", text.code()));
            resealing.end(Entry { ride, detail, ..entry })?;
            transaction
                .prepare_cached(
                    "INSERT INTO misplaced(message, text, reason, length, by, at, state, token, sealed, wraps)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?9)",
                )?
                .execute(params![
                    message.0,
                    text.code(),
                    reason,
                    length,
                    session.account(),
                    now.timestamp(),
                    token.0,
                    sealed,
                    wraps.encode().as_slice()
                ])?;
            misplaced_counts::count(transaction, message, reason, 1)?;
            faults::point();
            Ok(true)
        })?;
        faults::point();
        if done {
            // Old pages of the log of writes hold the text as it was.
            self.store.forget_old_pages()?;
        }
        Ok(done)
    }

    /// Takes one's own report back within a week: the passage stands where it stood. False: it is too late, or another's.
    ///
    /// # Errors
    /// As for reporting.
    pub fn undo_misplaced(
        &mut self,
        session: &Session<Professional>,
        number: i64,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let since = (now - TimeDelta::days(MISPLACED_UNDO_DAYS)).timestamp();
        let sql = "SELECT EXISTS(SELECT 1 FROM misplaced WHERE n = ?1 AND by = ?2 AND at > ?3 AND state IN (1, 2))";
        let own = self
            .store
            .connection
            .prepare_cached(sql)?
            .query_row(params![number, session.account(), since], |row| row.get::<_, bool>(0))?;
        if own { self.join(session, number, Event::PassageUndone, now) } else { Ok(false) }
    }

    /// Joins again what a privacy officer decided so, as far as it is of records of this person's own; gives how many.
    ///
    /// # Errors
    /// As for reporting.
    pub fn join_again(&mut self, session: &Session<Professional>, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let due = {
            let mut find = self.store.connection.prepare_cached(
                "SELECT x.n FROM misplaced x JOIN \"grant\" g ON g.reader = ?1 AND g.message = x.message AND g.state = 1
                 WHERE x.state = 2 AND (x.text = 1 OR g.remarks = 1)",
            )?;
            let rows = find.query_map([session.reader().0], |row| row.get::<_, i64>(0))?;
            rows.collect::<Result<Vec<_>, _>>()?
        };
        let mut joined = 0;
        for number in due {
            joined += u64::from(self.join(session, number, Event::PassageJoined, now)?);
        }
        Ok(joined)
    }

    fn join(
        &mut self,
        session: &Session<Professional>,
        number: i64,
        event: Event,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let keys =
            (session.opening_key::<Diagnosis>(Purpose::Quality)?, session.opening_key::<Remarks>(Purpose::Quality)?);
        let entry = self.entry_of_crew(session, event, now);
        self.store.write(now, |transaction, secrets| {
            let Some(kept) = kept(transaction, number)? else { return Ok(false) };
            let wraps = Wraps::decode(&kept.wraps)?;
            let key = match kept.text.part() {
                PartCode::Remarks => content_key(transaction, &keys.1, kept.token, &wraps)?,
                PartCode::Identification
                | PartCode::Diagnosis
                | PartCode::Case
                | PartCode::Figure
                | PartCode::WorkingDiagnosis => content_key(transaction, &keys.0, kept.token, &wraps)?,
            };
            // Who came on the crew after the report has no key of the passage.
            let Some(key) = key else { return Ok(false) };
            let Some((mut parts, ride)) = record(transaction, &keys, kept.message, now)? else { return Ok(false) };
            let place = Place { token: kept.token, part: kept.text.part(), schema: PASSAGE_SCHEMA };
            let passage = seal::open_content(&key, &place, &kept.sealed)?;
            let whole = kept.text.of(&mut parts).and_then(|text| {
                *text = put_back(text, &passage)?;
                Some(())
            });
            if whole.is_none() {
                return Ok(false);
            }
            let mut resealing = Resealing::of(transaction, secrets, kept.message, now)?;
            resealing.text(kept.text, &parts)?;
            resealing.end(Entry { ride: Some(secrets.ride_pseudonym(&ride)), ..entry })?;
            transaction.prepare_cached("DELETE FROM misplaced WHERE n = ?1")?.execute([number])?;
            if event == Event::PassageUndone {
                misplaced_counts::count(transaction, kept.message, kept.reason, -1)?;
            }
            faults::point();
            Ok(true)
        })
    }

    /// What was reported of one's own record.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn misplaced_of(
        &self,
        session: &Session<Professional>,
        message: MessageId,
        now: DateTime<Utc>,
    ) -> Result<Vec<MisplacedOfRecord>, StoreError> {
        let mut statement = self.store.connection.prepare_cached(
            "SELECT x.n, x.text, x.state, x.by = ?3 AND x.at > ?4 AND x.state <> 3 FROM misplaced x
               JOIN \"grant\" g ON g.reader = ?1 AND g.message = x.message AND g.state = 1
             WHERE x.message = ?2 AND (x.text = 1 OR g.remarks = 1) ORDER BY x.n",
        )?;
        let since = (now - TimeDelta::days(MISPLACED_UNDO_DAYS)).timestamp();
        let values = params![session.reader().0, message.0, session.account(), since];
        let rows = statement.query_map(values, |row| {
            Ok(MisplacedOfRecord {
                number: row.get(0)?,
                text: text_of(row.get(1)?),
                state: MisplacedState::from_code(row.get(2)?),
                own: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What was reported, undecided first, then the newest: for the privacy officer. Without text.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn misplaced(&self, _: &Session<PrivacyOfficer>, limit: u32) -> Result<Vec<Misplaced>, StoreError> {
        let mut statement = self.store.connection.prepare_cached(
            "SELECT x.n, x.reason, x.text, h.name, x.length, x.at, x.state FROM misplaced x JOIN message m ON m.id = x.message
               JOIN hospital h ON h.n = m.sender ORDER BY x.state <> 1, x.n DESC LIMIT ?1",
        )?;
        let rows = statement.query_map([limit], |row| {
            Ok(Misplaced {
                number: row.get(0)?,
                reason: row.get(1)?,
                text: text_of(row.get(2)?),
                hospital: row.get(3)?,
                length: row.get(4)?,
                at: moment(Some(row.get(5)?)).unwrap_or_default(),
                state: MisplacedState::from_code(row.get(6)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Decides a report: the passage is destroyed, or to be joined again. False: it was decided, or is gone.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn decide_misplaced(
        &mut self,
        session: &Session<PrivacyOfficer>,
        number: i64,
        decision: MisplacedDecision,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut entry = self.store.entry(now, Event::PassageDecided, Purpose::Supervision);
        (entry.user, entry.role) = (Some(session.account()), Some(session.role()));
        entry.authorisation = Authorisation::RolesTask;
        let (sql, word) = match decision {
            MisplacedDecision::Destroy => (DESTROY, "destroy"),
            MisplacedDecision::Join => ("UPDATE misplaced SET state = 2", "join"),
        };
        entry.detail = Some(format!("report={number} decision={word}"));
        let decided = self.store.write(now, |transaction, _| {
            let decided =
                transaction.prepare_cached(&format!("{sql} WHERE n = ?1 AND state = 1"))?.execute([number])?;
            faults::point();
            if decided == 1 {
                audit_trail::append(transaction, &entry)?;
            }
            faults::point();
            Ok::<_, StoreError>(decided == 1)
        })?;
        if decided && decision == MisplacedDecision::Destroy {
            self.store.forget_old_pages()?;
        }
        Ok(decided)
    }
}

const DESTROY: &str = "UPDATE misplaced SET state = 3, sealed = NULL, wraps = NULL";

/// What nobody decided in 30 days is destroyed; gives how many.
pub(crate) fn destroy_undecided(transaction: &Transaction<'_>, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let old = (now - TimeDelta::days(MISPLACED_DAYS)).timestamp();
    Ok(transaction.execute(&format!("{DESTROY} WHERE state IN (1, 2) AND at <= ?1"), [old])?)
}

fn text_of(code: i64) -> TextOfRecord {
    TextOfRecord::ALL.into_iter().find(|text| text.code() == code).unwrap_or(TextOfRecord::Description)
}

/// A passage that is kept.
struct Kept {
    message: MessageId,
    text: TextOfRecord,
    reason: u8,
    token: MessageToken,
    sealed: Vec<u8>,
    wraps: Zeroizing<Vec<u8>>,
}

fn kept(transaction: &Transaction<'_>, number: i64) -> Result<Option<Kept>, StoreError> {
    let sql = "SELECT message, text, token, sealed, wraps, reason FROM misplaced WHERE n = ?1 AND state IN (1, 2)";
    let row = transaction.prepare_cached(sql)?.query_row([number], |row| {
        Ok(Kept {
            message: MessageId(row.get(0)?),
            text: text_of(row.get(1)?),
            token: MessageToken(row.get(2)?),
            sealed: row.get(3)?,
            wraps: Zeroizing::new(row.get(4)?),
            reason: row.get(5)?,
        })
    });
    Ok(row.optional()?)
}

/// Who hands a record back keeps no wrap of what was taken out of it.
pub(crate) fn drop_wraps(
    transaction: &Transaction<'_>,
    message: MessageId,
    reader: ReaderId,
) -> Result<(), StoreError> {
    let all = {
        let mut find =
            transaction.prepare_cached("SELECT n, wraps FROM misplaced WHERE message = ?1 AND wraps IS NOT NULL")?;
        let rows = find.query_map([message.0], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    for (number, wraps) in all {
        let mut wraps = Wraps::decode(&wraps)?;
        wraps.remove(reader);
        transaction
            .prepare_cached("UPDATE misplaced SET wraps = ?2 WHERE n = ?1")?
            .execute(params![number, wraps.encode().as_slice()])?;
    }
    Ok(())
}
