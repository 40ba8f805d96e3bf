//! Figures opened into columns in memory (DESIGN §5): the medical manager's counting, with one audit entry for all.
//!
//! **Invariant:** columns hold no ride number, no crew and no finer date than the month.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use access::{Authorisation, Event, MedicalManager, OpeningKey, Session};
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use chrono_tz::Europe::Amsterdam;
use domain::{Agreement, Figure, FigureContent, MessageId, MessageToken, Part, Purpose, WorkingDiagnosis};
use rusqlite::{Row, params};

use crate::{
    StoreError,
    archive::Archive,
    day_keys,
    flags::FLAGS_NOT_DELIVERED,
    marks::{Marked, SealedMarks},
    slices::{SLICE, in_slices},
};

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
    /// The ride with its patient number, numbered anew in memory only: two records of one ride count once.
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
    /// What professionals ticked of these records, by ride: one for each who did, without a name.
    pub marks: Vec<Marked>,
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
        let opener = Opener {
            figure: session.opening_key::<Figure>(Purpose::Quality)?,
            working: session.opening_key::<WorkingDiagnosis>(Purpose::Quality)?,
        };
        let (sealed, mut columns) = self.read_sealed(&opener, now, &mut go_on)?;
        let total = sealed.figures.len() as u64;
        let mut entry = self.store.entry(now, Event::FiguresOpened, Purpose::Quality);
        entry.user = Some(session.account());
        entry.role = Some(session.role());
        entry.authorisation = Authorisation::RolesTask;
        entry.count = Some(total);
        // The entry stands before the first figure opens: no entry, no content.
        self.store.log(&entry)?;
        let open = |slice: &[SealedFigure]| {
            let rows = slice.iter().map(|figure| opener.open(figure, sealed.ride_of(figure)));
            rows.filter_map(Result::transpose).collect()
        };
        // The half that was reading is over.
        columns.rows = in_slices(&sealed.figures, open, &mut |done| go_on((total + done) / 2, total))?;
        columns.marks = sealed.marks.open(&opener.figure)?;
        Ok(columns)
    }

    /// What is still sealed, and the columns without rows; figures and rides are read at the same time, each in its order.
    fn read_sealed(
        &self,
        opener: &Opener<'_>,
        now: DateTime<Utc>,
        go_on: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<(Sealed, Columns), StoreError> {
        // Rows, register and keys of one moment.
        let (transaction, second) = self.store.two_readings()?;
        let stop = AtomicBool::new(false);
        let (figures, rides) = std::thread::scope(|scope| {
            let stop = &stop;
            let rides = scope.spawn(move || read_rides(&second, stop).inspect_err(|_| stop.store(true, Relaxed)));
            let figures = read_figures(&transaction, now, stop, go_on).inspect_err(|_| stop.store(true, Relaxed));
            // A thread that panicked has said where by its own hook.
            (figures, rides.join().unwrap_or(Err(StoreError::Tampered)))
        });
        // Where one thread failed, what the other has is not all.
        let (figures, (rides, mut columns)) = (figures?, rides?);
        let mut hospitals = transaction.prepare_cached("SELECT n, name FROM hospital ORDER BY name")?;
        columns.hospitals = hospitals.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let mut sealed = Sealed { figures, rides, marks: SealedMarks::default() };
        sealed.number_rides();
        sealed.marks = SealedMarks::read(&transaction, |message| sealed.number_of(message))?;
        sealed.learn_keys(opener, &transaction)?;
        Ok((sealed, columns))
    }
}

type SealedBytes = [u8; seal::SEALED_FIGURE_BYTES];

/// A figure with what is still sealed of it.
struct SealedFigure {
    message: MessageId,
    /// Of its receipt.
    month: i32,
    hospital: i64,
    sent: i64,
    /// As the register has it.
    ride: i64,
    /// Its place in `Sealed::rides`; beyond these, of a ride that is not in the register.
    number: u32,
    token: MessageToken,
    sealed: SealedBytes,
}

/// What counting needs of a ride.
struct RideRow {
    ride: i64,
    /// Of its hand-over.
    month: Option<i32>,
    urgency: u8,
    post: u8,
    crew: u32,
    token: MessageToken,
    working: Option<SealedBytes>,
}

// LIMIT: all rows of a year at once, 200 bytes a record, until they are opened.
struct Sealed {
    /// In order of receipt.
    figures: Vec<SealedFigure>,
    /// By number of the register.
    rides: Vec<RideRow>,
    marks: SealedMarks,
}

impl Sealed {
    /// The number of a record's ride; `None`: its figure is not counted.
    fn number_of(&self, message: MessageId) -> Option<u32> {
        let at = self.figures.binary_search_by_key(&message.0, |figure| figure.message.0).ok()?;
        self.figures.get(at).map(|figure| figure.number)
    }

    fn ride_of(&self, figure: &SealedFigure) -> Option<&RideRow> {
        usize::try_from(figure.number).ok().and_then(|at| self.rides.get(at))
    }

    /// Finds each figure's ride: where the register has no gaps, as far from its first as their numbers are apart.
    fn number_rides(&mut self) {
        let rides: Vec<i64> = self.rides.iter().map(|row| row.ride).collect();
        let first = rides.first().copied().unwrap_or_default();
        let mut unknown = HashMap::new();
        for figure in &mut self.figures {
            let near = figure.ride.checked_sub(first).and_then(|apart| usize::try_from(apart).ok());
            let near = near.filter(|at| rides.get(*at) == Some(&figure.ride));
            let found = near.or_else(|| rides.binary_search(&figure.ride).ok());
            let next = rides.len() + unknown.len();
            let number = found.unwrap_or_else(|| *unknown.entry(figure.ride).or_insert(next));
            figure.number = u32::try_from(number).unwrap_or(u32::MAX);
        }
    }

    /// Opens each reader key that is needed, so that threads without a way to the store have it.
    fn learn_keys(&self, opener: &Opener<'_>, connection: &rusqlite::Connection) -> Result<(), StoreError> {
        let (mut last, mut known) = (None, HashSet::new());
        for figure in &self.figures {
            let working = self.ride_of(figure).and_then(|ride| ride.working.as_ref());
            for sealed in std::iter::once(&figure.sealed).chain(working) {
                let number = seal::figure_number(sealed)?;
                if last != Some(number) && known.insert(number) {
                    opener.learn(connection, sealed)?;
                }
                last = Some(number);
            }
        }
        Ok(())
    }
}

/// The narrow rows of figures, until told to stop.
fn read_figures(
    connection: &rusqlite::Connection,
    now: DateTime<Utc>,
    stop: &AtomicBool,
    go_on: &mut dyn FnMut(u64, u64) -> bool,
) -> Result<Vec<SealedFigure>, StoreError> {
    // At most so many, for the progress: to count them is to read them.
    let span = "SELECT coalesce((SELECT max(message) FROM figure) - (SELECT min(message) FROM figure) + 1, 0)";
    let at_most: u64 = connection.query_row(span, [], |row| row.get(0))?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT sealed, token, sender, received, ride, sent, message FROM figure
         WHERE purge_after > ?1 AND flags & {FLAGS_NOT_DELIVERED} = 0 ORDER BY message"
    ))?;
    let mut rows = statement.query(params![now.timestamp()])?;
    let (mut months, mut figures) = (Months::default(), Vec::new());
    while let Some(row) = rows.next()? {
        figures.push(SealedFigure {
            sealed: bytes(row, 0)?.ok_or(StoreError::Tampered)?,
            token: MessageToken(bytes(row, 1)?.ok_or(StoreError::Tampered)?),
            hospital: row.get(2)?,
            month: months.of(row.get(3)?),
            ride: row.get(4)?,
            number: u32::MAX,
            sent: row.get(5)?,
            message: MessageId(row.get(6)?),
        });
        if figures.len().is_multiple_of(SLICE) {
            if stop.load(Relaxed) {
                break;
            }
            if !go_on(figures.len() as u64 / 2, at_most) {
                return Err(StoreError::Cancelled);
            }
        }
    }
    Ok(figures)
}

/// The narrow rows of rides, until told to stop; with their urgencies, posts and crews.
fn read_rides(connection: &rusqlite::Connection, stop: &AtomicBool) -> Result<(Vec<RideRow>, Columns), StoreError> {
    let mut statement = connection
        .prepare("SELECT ride, token, handed_over, urgency, post, crew, working_code FROM ride_figure ORDER BY ride")?;
    let mut rows = statement.query([])?;
    let (mut months, mut crews, mut rides) = (Months::default(), Crews::default(), Vec::new());
    let (mut urgencies, mut posts) = (vec![String::new()], vec![String::new()]);
    while let Some(row) = rows.next()? {
        rides.push(RideRow {
            ride: row.get(0)?,
            token: MessageToken(bytes(row, 1)?.ok_or(StoreError::Tampered)?),
            month: row.get::<_, Option<i64>>(2)?.map(|handed_over| months.of(handed_over)),
            urgency: index(&mut urgencies, text(row, 3)?),
            post: index(&mut posts, text(row, 4)?),
            crew: crews.number(text(row, 5)?.unwrap_or_default()),
            working: bytes(row, 6)?,
        });
        if rides.len().is_multiple_of(SLICE) && stop.load(Relaxed) {
            break;
        }
    }
    Ok((rides, Columns { urgencies, posts, crews: crews.members, ..Columns::default() }))
}

/// A value of known length; `None` where there is none.
fn bytes<const N: usize>(row: &Row<'_>, column: usize) -> Result<Option<[u8; N]>, StoreError> {
    let value = row.get_ref(column)?.as_blob_or_null().map_err(|_| StoreError::Tampered)?;
    value.map(|blob| blob.try_into().map_err(|_| StoreError::Tampered)).transpose()
}

fn text<'a>(row: &'a Row<'_>, column: usize) -> Result<Option<&'a str>, StoreError> {
    Ok(row.get_ref(column)?.as_str_or_null().ok().flatten())
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

    /// `None`: there is nothing in it to count.
    fn open(&self, sealed: &SealedFigure, ride: Option<&RideRow>) -> Result<Option<Counted>, StoreError> {
        let not_learned = |_| Err(StoreError::Tampered);
        let figure = Figure::decode(&self.figure.figure(sealed.token, &sealed.sealed, not_learned)?)?;
        let working = ride.and_then(|ride| ride.working.as_ref().map(|working| (ride.token, working)));
        let working_code = match working {
            Some((token, working)) => self.working.working_code(token, working, not_learned)?,
            None => 0,
        };
        let something = figure.agreement != Agreement::NotReceived
            || figure.remark_medical
            || figure.remark_communication
            || figure.seh_code != 0;
        Ok(something.then_some(Counted {
            month: ride.and_then(|ride| ride.month).unwrap_or(sealed.month),
            hospital: sealed.hospital,
            working_code,
            urgency: ride.map_or(0, |ride| ride.urgency),
            post: ride.map_or(0, |ride| ride.post),
            ride: sealed.number,
            sent: sealed.sent,
            crew: ride.map_or(0, |ride| ride.crew),
            figure,
        }))
    }
}

/// Months of moments in Dutch time; the last is remembered, since neighbours are mostly of the same.
#[derive(Default)]
pub(crate) struct Months {
    last: Range<i64>,
    month: i32,
}

impl Months {
    pub(crate) fn of(&mut self, seconds: i64) -> i32 {
        if !self.last.contains(&seconds) {
            let at = DateTime::from_timestamp(seconds, 0).unwrap_or_default().with_timezone(&Amsterdam).date_naive();
            let begins = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_local_timezone(Amsterdam).earliest();
            let first = at.with_day(1);
            let (from, until) = (first.and_then(begins), first.and_then(|day| begins(day + chrono::Months::new(1))));
            self.last = from.zip(until).map_or(seconds..seconds, |(from, until)| from.timestamp()..until.timestamp());
            self.month = at.year() * 12 + i32::try_from(at.month0()).unwrap_or(0);
        }
        self.month
    }
}

/// Crews and their members numbered in order of appearance, so that people are not known by name outside this call.
struct Crews {
    crews: HashMap<String, u32>,
    staff: HashMap<String, u32>,
    members: Vec<Vec<u32>>,
}

impl Default for Crews {
    fn default() -> Self {
        Self { crews: HashMap::new(), staff: HashMap::new(), members: vec![Vec::new()] }
    }
}

impl Crews {
    /// The index of a crew written as `staff:place;…`, each of whom gave the care, whatever his place.
    fn number(&mut self, crew: &str) -> u32 {
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
        let index = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
        self.members.push(members);
        self.crews.insert(crew.to_owned(), index);
        index
    }
}
