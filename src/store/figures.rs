//! Figures opened into columns in memory (DESIGN §5): the medical manager's counting, with one audit entry for all.
//!
//! **Invariant:** columns hold no ride number, no crew and no finer date than the month.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};

use access::{Authorisation, Event, MedicalManager, OpeningKey, Session};
use chrono::{DateTime, Datelike, Utc};
use domain::{Agreement, Figure, FigureContent, MessageToken, Part, Purpose, WorkingDiagnosis};
use rusqlite::params;

use crate::{StoreError, archive::Archive, audit_trail, day_keys};

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

fn index(list: &mut Vec<String>, value: Option<&str>) -> u8 {
    let Some(value) = value else { return 0 };
    let found = list.iter().position(|v| *v == value).unwrap_or_else(|| {
        list.push(value.to_owned());
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
            let count = "SELECT count(*) FROM figure WHERE purge_after > ?1";
            entry.count = transaction.query_row(count, [now.timestamp()], |row| row.get(0))?;
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })?;
        let total = entry.count.unwrap_or(0);
        self.read_columns(session, now, &mut |done| go_on(done, total))
    }

    /// Rows are read here and opened on two other threads, slice by slice.
    fn read_columns(
        &self,
        session: &Session<MedicalManager>,
        now: DateTime<Utc>,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Columns, StoreError> {
        // One read transaction: rows, register and keys of one moment.
        let transaction = self.store.connection.unchecked_transaction()?;
        let mut columns = Columns {
            urgencies: vec![String::new()],
            posts: vec![String::new()],
            crews: vec![Vec::new()],
            ..Columns::default()
        };
        let mut hospitals = transaction.prepare_cached("SELECT n, name FROM hospital ORDER BY name")?;
        columns.hospitals = hospitals.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let opener = Opener {
            figure: session.opening_key::<Figure>(Purpose::Quality)?,
            working: session.opening_key::<WorkingDiagnosis>(Purpose::Quality)?,
        };
        // LIMIT: slices on their way to the threads that open them.
        let (send, receive) = sync_channel::<Slice>(4);
        // Held by the threads alone: once both have stopped, sending fails instead of waiting.
        let receive = Arc::new(Mutex::new(receive));
        columns.rows = std::thread::scope(|scope| {
            let opener = &opener;
            let opening = [Arc::clone(&receive), receive].map(|slices| scope.spawn(move || opener.open_all(&slices)));
            let read = read_rows(&transaction, opener, now, &mut columns, &send, go_on);
            drop(send);
            // A thread that panicked has said where by its own hook.
            let opened = opening.map(|thread| thread.join().unwrap_or(Err(StoreError::Tampered)));
            read?;
            let mut slices = Vec::new();
            for of_thread in opened {
                slices.extend(of_thread?);
            }
            slices.sort_unstable_by_key(|(read, _)| *read);
            Ok::<_, StoreError>(slices.into_iter().flat_map(|(_, rows)| rows).collect())
        })?;
        Ok(columns)
    }
}

// LIMIT: rows of a slice; the progress is told after each.
const SLICE: usize = 2048;

/// How many rows were read with these, and these: what puts slices in order again.
type Slice = (u64, Vec<SealedRow>);

type SealedFigure = [u8; seal::SEALED_FIGURE_BYTES];

/// A row with what is still sealed of it.
struct SealedRow {
    month: i32,
    hospital: i64,
    urgency: u8,
    post: u8,
    ride: u32,
    sent: i64,
    crew: u32,
    token: MessageToken,
    sealed: SealedFigure,
    working: Option<(MessageToken, SealedFigure)>,
}

/// Reads the narrow rows, in slices; opens each reader key the first time it is met, so that the other threads have it.
fn read_rows(
    connection: &rusqlite::Connection,
    opener: &Opener<'_>,
    now: DateTime<Utc>,
    columns: &mut Columns,
    send: &SyncSender<Slice>,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT f.sealed, f.token, f.sender, coalesce(r.handed_over, f.received), r.urgency, r.post, r.crew, f.ride, f.sent,
           r.token, r.working_code
         FROM figure f LEFT JOIN ride_figure r ON r.ride = f.ride
         WHERE f.purge_after > ?1 AND f.flags & 3 = 0 ORDER BY f.message",
    )?;
    let mut rows = statement.query(params![now.timestamp()])?;
    let (mut numbers, mut keys, mut months) = (Numbers::default(), HashSet::new(), Months::default());
    let mut slice = Vec::with_capacity(SLICE);
    let mut done = 0;
    while let Some(row) = rows.next()? {
        let sealed =
            row.get_ref(0)?.as_blob().ok().and_then(|blob| blob.try_into().ok()).ok_or(StoreError::Tampered)?;
        let working = match row.get_ref(10)?.as_blob_or_null().map_err(|_| StoreError::Tampered)? {
            Some(working) => Some((MessageToken(row.get(9)?), working.try_into().map_err(|_| StoreError::Tampered)?)),
            None => None,
        };
        let crew = row.get_ref(6)?.as_str_or_null().ok().flatten().unwrap_or_default();
        let one = SealedRow {
            month: months.of(row.get(3)?),
            hospital: row.get(2)?,
            urgency: index(&mut columns.urgencies, row.get_ref(4)?.as_str_or_null().ok().flatten()),
            post: index(&mut columns.posts, row.get_ref(5)?.as_str_or_null().ok().flatten()),
            ride: numbers.ride(row.get(7)?),
            sent: row.get(8)?,
            crew: numbers.crew(crew, &mut columns.crews),
            token: MessageToken(row.get(1)?),
            sealed,
            working,
        };
        for sealed in [Some(&one.sealed), one.working.as_ref().map(|(_, bytes)| bytes)].into_iter().flatten() {
            if keys.insert(seal::figure_number(sealed)?) {
                opener.learn(connection, sealed)?;
            }
        }
        slice.push(one);
        done += 1;
        if slice.len() == SLICE {
            // The other threads stopped at something that does not open: their error tells.
            if send.send((done, std::mem::replace(&mut slice, Vec::with_capacity(SLICE)))).is_err() {
                return Ok(());
            }
            if !go_on(done) {
                return Err(StoreError::Cancelled);
            }
        }
    }
    let _ = send.send((done, slice));
    Ok(())
}

/// The manager's two keys for counting.
struct Opener<'a> {
    figure: OpeningKey<'a, Figure>,
    working: OpeningKey<'a, WorkingDiagnosis>,
}

impl Opener<'_> {
    /// Opens the reader key of a sealed value, and keeps it in the session; it must stand in the log.
    fn learn(&self, connection: &rusqlite::Connection, sealed: &[u8]) -> Result<(), StoreError> {
        self.figure.learn(sealed, |number| day_keys::sealed_and_logged(connection, number))
    }

    /// Opens what comes until nothing more does; slices keep their place.
    fn open_all(&self, slices: &Mutex<Receiver<Slice>>) -> Result<Vec<(u64, Vec<Counted>)>, StoreError> {
        let mut opened = Vec::new();
        loop {
            let next = slices.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((read, slice)) = next else { return Ok(opened) };
            let mut rows = Vec::with_capacity(slice.len());
            for sealed in slice {
                rows.extend(self.open(sealed, |_| Err(StoreError::Tampered))?);
            }
            opened.push((read, rows));
        }
    }

    /// `None`: there is nothing in it to count.
    fn open(
        &self,
        row: SealedRow,
        reader_key: impl Fn(u32) -> Result<Vec<u8>, StoreError>,
    ) -> Result<Option<Counted>, StoreError> {
        let SealedRow { month, hospital, urgency, post, ride, sent, crew, token, sealed, working } = row;
        let figure = Figure::decode(&self.figure.figure(token, &sealed, &reader_key)?)?;
        let working_code = match working {
            Some((token, sealed)) => self.working.working_code(token, &sealed, &reader_key)?,
            None => 0,
        };
        let something = figure.agreement != Agreement::NotReceived
            || figure.remark_medical
            || figure.remark_communication
            || figure.seh_code != 0;
        Ok(something.then_some(Counted { month, hospital, working_code, urgency, post, ride, sent, crew, figure }))
    }
}

/// Months of moments in Dutch time; a day is looked up once, since neighbours are of the same days.
#[derive(Default)]
struct Months(HashMap<i64, i32>);

impl Months {
    fn of(&mut self, seconds: i64) -> i32 {
        // Hours, since a month begins on one in Dutch time.
        let hour = seconds.div_euclid(3600);
        *self.0.entry(hour).or_insert_with(|| {
            let at = DateTime::from_timestamp(hour * 3600, 0).unwrap_or_default();
            let at = at.with_timezone(&chrono_tz::Europe::Amsterdam);
            at.year() * 12 + i32::try_from(at.month0()).unwrap_or(0)
        })
    }
}

/// Numbers in order of appearance, so that neither rides nor people are known by name outside this call.
#[derive(Default)]
struct Numbers {
    rides: HashMap<i64, u32>,
    crews: HashMap<String, u32>,
    staff: HashMap<String, u32>,
}

impl Numbers {
    fn ride(&mut self, ride: i64) -> u32 {
        let next = u32::try_from(self.rides.len()).unwrap_or(u32::MAX);
        *self.rides.entry(ride).or_insert(next)
    }

    /// The index of a crew written as `staff:place;…`, each of whom gave the care, whatever his place.
    fn crew(&mut self, crew: &str, crews: &mut Vec<Vec<u32>>) -> u32 {
        if crew.is_empty() {
            return 0;
        }
        if let Some(index) = self.crews.get(crew) {
            return *index;
        }
        let staff = crew.split(';').map(|one| one.rsplit_once(':').map_or(one, |(staff, _)| staff));
        let mut members: Vec<u32> = staff
            .map(|name| {
                let next = u32::try_from(self.staff.len()).unwrap_or(u32::MAX);
                *self.staff.entry(name.to_owned()).or_insert(next)
            })
            .collect();
        members.sort_unstable();
        members.dedup();
        crews.push(members);
        let index = u32::try_from(crews.len() - 1).unwrap_or(u32::MAX);
        self.crews.insert(crew.to_owned(), index);
        index
    }
}
