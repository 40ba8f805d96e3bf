//! Figures opened into columns in memory (DESIGN §5): the medical manager's counting, with one audit entry for all.
//!
//! **Invariant:** columns hold no ride number, no crew and no finer date than the month.

use std::collections::HashMap;

use access::{Authorisation, Event, MedicalManager, Session};
use chrono::{DateTime, Datelike, Utc};
use domain::{Agreement, Figure, FigureContent, MessageToken, Part, PartCode, Purpose, WorkingDiagnosis};
use rusqlite::params;
use seal::Place;

use crate::{StoreError, archive::Archive, audit_trail, day_keys, wraps::Wraps};

/// One counted record.
#[derive(PartialEq, Eq)]
pub struct Counted {
    /// Month of hand-over (of receipt while the ride is unknown): year × 12 + month − 1.
    pub month: i32,
    /// Number of the hospital.
    pub hospital: i64,
    /// SNOMED CT code of the working diagnosis; 0 without one.
    pub working_code: u64,
    /// Index into `Columns::urgencies`.
    pub urgency: u8,
    /// Index into `Columns::posts`.
    pub post: u8,
    /// The ride with its patient number, numbered in order of appearance, in memory only: two records of one ride count once.
    pub ride: u32,
    /// The message's `effectiveTime` (its receipt where it has none), seconds since 1970: of one ride the latest counts.
    pub sent: i64,
    /// Index into `Columns::crews`.
    pub crew: u32,
    /// The figure.
    pub figure: FigureContent,
}

/// All figures, opened.
#[derive(Default)]
pub struct Columns {
    /// One per record with a feedback part, in order of receipt.
    pub rows: Vec<Counted>,
    /// Crews by index, each the numbers of its members in order of appearance, in memory only: for the rule of five
    /// professionals. Index 0 is nobody.
    pub crews: Vec<Vec<u32>>,
    /// Urgencies by index; index 0 is unknown.
    pub urgencies: Vec<String>,
    /// Posts by index; index 0 is unknown.
    pub posts: Vec<String>,
    /// Hospitals: number and name.
    pub hospitals: Vec<(i64, String)>,
}

fn index(list: &mut Vec<String>, value: Option<String>) -> u8 {
    let Some(value) = value else { return 0 };
    let found = list.iter().position(|v| *v == value).unwrap_or_else(|| {
        list.push(value);
        list.len() - 1
    });
    // LIMIT: 255 urgencies or posts; what comes beyond counts as unknown.
    u8::try_from(found).unwrap_or(0)
}

impl Archive {
    /// Opens every figure within its term, with the rides' working diagnoses. `go_on` gets done and total.
    ///
    /// # Errors
    /// When a figure does not open, the store cannot be written, or the work is stopped.
    pub fn open_figures(
        &mut self,
        session: &Session<MedicalManager>,
        now: DateTime<Utc>,
        mut go_on: impl FnMut(u64, u64) -> bool,
    ) -> Result<Columns, StoreError> {
        let mut entry = self.store.entry(now, Event::FiguresOpened, Purpose::Quality);
        entry.user = Some(session.account());
        entry.role = Some(session.role());
        entry.authorisation = Authorisation::RolesTask;
        // The entry stands before the first figure opens: no entry, no content, and no writer waits for half a second.
        self.store.write::<_, StoreError>(now, |transaction, _| {
            let count = "SELECT count(*) FROM figure f JOIN message m ON m.id = f.message WHERE m.purge_after > ?1";
            entry.count = transaction.query_row(count, [now.timestamp()], |row| row.get(0))?;
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })?;
        self.read_columns(session, now, &mut go_on)
    }

    fn read_columns(
        &self,
        session: &Session<MedicalManager>,
        now: DateTime<Utc>,
        go_on: &mut impl FnMut(u64, u64) -> bool,
    ) -> Result<Columns, StoreError> {
        // One read transaction: rows, register and keys of one moment.
        let transaction = self.store.connection.unchecked_transaction()?;
        let connection: &rusqlite::Connection = &transaction;
        let total: u64 = connection.query_row("SELECT count(*) FROM figure", [], |row| row.get(0))?;
        let mut columns = Columns {
            urgencies: vec![String::new()],
            posts: vec![String::new()],
            crews: vec![Vec::new()],
            ..Columns::default()
        };
        let mut hospitals = connection.prepare_cached("SELECT n, name FROM hospital ORDER BY name")?;
        columns.hospitals = hospitals.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let mut statement = connection.prepare_cached(
            "SELECT f.sealed, m.token, m.sender, coalesce(r.handed_over, m.received), r.urgency, r.post, r.token,
               r.working_diagnosis, r.wraps, r.crew, a.body, b.body, m.ride, coalesce(m.sent, m.received)
             FROM figure f JOIN message m ON m.id = f.message JOIN audit a ON a.n = m.receipt
               LEFT JOIN ride r ON r.number = m.ride
               LEFT JOIN audit b ON b.n = r.receipt
             WHERE m.purge_after > ?1 AND m.flags & 3 = 0 ORDER BY f.message",
        )?;
        let mut rows = statement.query(params![now.timestamp()])?;
        let key = session.opening_key::<Figure>(Purpose::Quality)?;
        let rides = HashMap::with_capacity(usize::try_from(total).unwrap_or_default());
        let mut numbers = Numbers { rides, ..Numbers::default() };
        let mut done = 0;
        while let Some(row) = rows.next()? {
            let sealed = row.get_ref(0)?.as_blob().map_err(|_| StoreError::Tampered)?;
            let entry = row.get_ref(10)?.as_blob().map_err(|_| StoreError::Tampered)?;
            if access::entry_digest(entry, PartCode::Figure)? != Some(seal::digest(sealed)) {
                return Err(StoreError::Tampered);
            }
            let plain = key.figure(MessageToken(row.get(1)?), sealed, |n| day_keys::sealed(connection, n))?;
            let at = DateTime::from_timestamp(row.get(3)?, 0).unwrap_or(now);
            let at = at.with_timezone(&chrono_tz::Europe::Amsterdam);
            let crew = row.get_ref(9)?.as_str_or_null().ok().flatten().unwrap_or_default();
            let ride = row.get_ref(12)?.as_str().map_err(|_| StoreError::Tampered)?;
            columns.rows.push(Counted {
                month: at.year() * 12 + i32::try_from(at.month0()).unwrap_or(0),
                hospital: row.get(2)?,
                working_code: working_code(connection, session, row)?,
                urgency: index(&mut columns.urgencies, row.get(4)?),
                post: index(&mut columns.posts, row.get(5)?),
                ride: numbered(&mut numbers.rides, ride),
                sent: row.get(13)?,
                crew: numbers.crew(crew, &mut columns.crews),
                figure: Figure::decode(&plain)?,
            });
            done += 1;
            if done % 2048 == 0 && !go_on(done, total) {
                return Err(StoreError::Cancelled);
            }
        }
        columns.rows.retain(|row| {
            row.figure.agreement != Agreement::NotReceived
                || row.figure.remark_medical
                || row.figure.remark_communication
                || row.figure.seh_code != 0
        });
        Ok(columns)
    }
}

/// Numbers in order of appearance, so that neither rides nor people are known by name outside this call.
#[derive(Default)]
struct Numbers {
    rides: HashMap<String, u32>,
    crews: HashMap<String, u32>,
    staff: HashMap<String, u32>,
}

fn numbered(numbers: &mut HashMap<String, u32>, name: &str) -> u32 {
    if let Some(number) = numbers.get(name) {
        return *number;
    }
    let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
    *numbers.entry(name.to_owned()).or_insert(next)
}

impl Numbers {
    /// The index of a crew written as `staff:place;…`, each of whom gave the care, whatever his place.
    fn crew(&mut self, crew: &str, crews: &mut Vec<Vec<u32>>) -> u32 {
        if crew.is_empty() {
            return 0;
        }
        if let Some(index) = self.crews.get(crew) {
            return *index;
        }
        let staff = crew.split(';').map(|one| one.rsplit_once(':').map_or(one, |(staff, _)| staff));
        let mut members: Vec<u32> = staff.map(|name| numbered(&mut self.staff, name)).collect();
        members.sort_unstable();
        members.dedup();
        crews.push(members);
        let index = u32::try_from(crews.len() - 1).unwrap_or(u32::MAX);
        self.crews.insert(crew.to_owned(), index);
        index
    }
}

fn working_code(
    connection: &rusqlite::Connection,
    session: &Session<MedicalManager>,
    row: &rusqlite::Row<'_>,
) -> Result<u64, StoreError> {
    let (Some(token), Some(wraps)) =
        (row.get::<_, Option<[u8; 16]>>(6)?, row.get_ref(8)?.as_blob_or_null().ok().flatten())
    else {
        return Ok(0);
    };
    let Some(sealed) = row.get_ref(7)?.as_blob_or_null().ok().flatten() else { return Ok(0) };
    let entry = row.get_ref(11)?.as_blob().map_err(|_| StoreError::Tampered)?;
    if access::entry_digest(entry, PartCode::WorkingDiagnosis)? != Some(seal::digest(sealed)) {
        return Err(StoreError::Tampered);
    }
    let token = MessageToken(token);
    let key = session.opening_key::<WorkingDiagnosis>(Purpose::Quality)?;
    let wraps = Wraps::decode(wraps)?;
    let Some(wrap) = wraps.get(key.reader()) else { return Ok(0) };
    let Some(content_key) = key.content_key(token, wrap, |n| day_keys::sealed(connection, n))? else { return Ok(0) };
    let place = Place { token, part: WorkingDiagnosis::CODE, schema: WorkingDiagnosis::SCHEMA };
    let content = WorkingDiagnosis::decode(&seal::open_content(&content_key, &place, sealed)?)?;
    Ok(content.diagnosis.snomed().unwrap_or(0))
}
