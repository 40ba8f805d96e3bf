//! *Ritten*, for the functional administrator: a file is read, its columns are mapped, its lines checked, and it is imported; what
//! crew columns give.
//!
//! **Invariant:** a file in hand is in memory of the worker alone, and goes when it is put away, another screen is opened, or the
//! session locks.
//! **Not here:** what is shown of a cell (`rides_preview`), judging and writing (`ride_file`, `ride_import`).

use std::{
    collections::BTreeMap,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use access::{FunctionalAdministrator, Session};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use store::{Archive, ColumnRight, ColumnRightRule, Imported, Store};
use viewmodel::{
    ColumnRightShown, ColumnRightTyped, Command, DateOrder, Language, Notice, NoticeKind, RideColumns, RideField,
    RideFileShown, RideLineShown, RidesChecked, RidesCommand, RidesImported, RidesScreen, RidesStep, Said, Texts,
};

use crate::{
    assistant_pages::date,
    engine::Progress,
    error::AppError,
    functional_administrator::without_place,
    local,
    receiving::Receiving,
    ride_file::{Judged, RideFile},
    ride_import::{BadLines, RidesSummary, read_rides},
    ride_layout::{ColumnAt, RideLayout},
    ride_line::RideRemark,
    ride_seen::Seen,
    ride_table::RideTable,
    rides_preview::{self, Known},
    unlinked,
};

// LIMIT: characters of a source's name.
const NAME_MAX: usize = 40;

/// Long work of this screen.
pub(crate) enum Task {
    /// Read a file.
    Read(PathBuf),
    /// Look at every line.
    Check,
    /// Write it.
    Import,
}

/// What is in hand on this screen.
#[derive(Default)]
pub(crate) struct View {
    in_hand: Option<InHand>,
    listed: unlinked::Listed,
}

struct InHand {
    name: String,
    table: Arc<RideTable>,
    seen: Seen,
    fields: Vec<Option<RideField>>,
    header: bool,
    dates: Option<DateOrder>,
    /// The source whose layout was filled in, and its columns that are gone.
    filled_from: Option<String>,
    gone: Vec<String>,
    remember: String,
    skip: bool,
    judged: Option<(RideFile, Judged)>,
    done: Option<RidesSummary>,
}

/// Does what is asked here; gives what it begins behind the screen.
pub(crate) fn execute(
    archive: &mut Archive,
    session: &Session<FunctionalAdministrator>,
    (view, language): (&mut View, Language),
    command: RidesCommand,
    now: DateTime<Utc>,
) -> Result<Option<Task>, AppError> {
    match command {
        RidesCommand::Read(paths) => return one_file(paths).map(|path| Some(Task::Read(path))),
        RidesCommand::SetRight(typed) => set_right(archive.store_mut(), session, typed, now)?,
        RidesCommand::Close => view.in_hand = None,
        RidesCommand::Link(record, ride, why) => {
            unlinked::link(archive.store_mut(), session, (record, ride, why), now)?
        }
        RidesCommand::Accept(record, reason) => unlinked::accept(archive.store_mut(), session, (record, &reason), now)?,
        RidesCommand::MoreUnlinked => unlinked::more(&mut view.listed.unlinked),
        RidesCommand::MoreHeld => unlinked::more(&mut view.listed.held),
        RidesCommand::MoreDoubted => unlinked::more(&mut view.listed.doubted),
        RidesCommand::Check => {
            let Some(in_hand) = &view.in_hand else { return Ok(None) };
            in_hand.layout()?.must_have_what_is_needed()?;
            remember(archive.store_mut(), session, in_hand, now)?;
            return Ok(Some(Task::Check));
        }
        RidesCommand::Import => {
            return Ok(view.in_hand.as_ref().and_then(|of| of.judged.as_ref()).map(|_| Task::Import));
        }
        RidesCommand::KeepRefused(path) => {
            if let Some((file, judged)) = view.in_hand.as_ref().and_then(|in_hand| in_hand.judged.as_ref()) {
                keep_refused((file, judged), archive.store(), language, &path, now)?;
            }
        }
        RidesCommand::Map(..)
        | RidesCommand::Header(_)
        | RidesCommand::Dates(_)
        | RidesCommand::Anew
        | RidesCommand::Remember(_)
        | RidesCommand::SkipBad(_)
        | RidesCommand::Back => {
            if let Some(in_hand) = &mut view.in_hand {
                in_hand.change(command);
            }
        }
    }
    Ok(None)
}

fn one_file(paths: Vec<PathBuf>) -> Result<PathBuf, AppError> {
    match <[PathBuf; 1]>::try_from(paths) {
        Ok([path]) => Ok(path),
        Err(_) => Err(AppError::refused("error-rides-one-file", vec![])),
    }
}

impl InHand {
    fn new(path: &Path, table: RideTable, seen: Seen) -> Self {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let (table, header) = (Arc::new(table), seen.head);
        let fields = vec![None; seen.columns.len()];
        let mut new = Self {
            name,
            table,
            seen,
            fields,
            header,
            dates: None,
            filled_from: None,
            gone: Vec::new(),
            remember: String::new(),
            skip: false,
            judged: None,
            done: None,
        };
        new.anew();
        new
    }

    /// As the file shows itself.
    fn anew(&mut self) {
        self.fields = self.seen.proposed(self.header);
        self.dates = self.seen.order(&self.fields).ok().flatten();
        (self.filled_from, self.gone) = (None, Vec::new());
    }

    fn change(&mut self, command: RidesCommand) {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the others are acts, not changes of what is in hand")]
        match command {
            RidesCommand::Map(column, field) if column < self.fields.len() => {
                // A field is one column: the other is skipped from now on.
                self.fields
                    .iter_mut()
                    .filter(|other| field.is_some() && **other == field)
                    .for_each(|other| *other = None);
                self.fields[column] = field;
                self.gone.clear();
                self.dates = self.dates.or_else(|| self.seen.order(&self.fields).ok().flatten());
            }
            RidesCommand::Header(header) => {
                self.header = header;
                self.anew();
            }
            RidesCommand::Dates(order) => self.dates = Some(order),
            RidesCommand::Anew => self.anew(),
            RidesCommand::Remember(name) => self.remember = name.trim().chars().take(NAME_MAX).collect(),
            RidesCommand::SkipBad(skip) => self.skip = skip,
            RidesCommand::Back if self.done.is_none() => self.judged = None,
            _ => {}
        }
    }

    /// Fills in what is remembered: the last source of which most columns are there.
    fn fill_in(&mut self, sources: Vec<store::RideSource>) {
        let found = sources.into_iter().filter_map(|source| {
            let layout = RideLayout::read(&source.layout).ok()?;
            let (fields, gone) = self.by(&layout);
            let found = fields.iter().flatten().count();
            (layout.header == self.header && found > gone.len()).then_some((source.name, layout, fields, gone))
        });
        let Some((name, layout, fields, gone)) = found.min_by_key(|(.., gone)| gone.len()) else { return };
        self.fields = fields;
        self.dates = layout.dates.or(self.dates);
        self.remember.clone_from(&name);
        (self.filled_from, self.gone) = (Some(name), gone);
    }

    /// The columns as a layout has them, and those of it that are not there.
    fn by(&self, layout: &RideLayout) -> (Vec<Option<RideField>>, Vec<String>) {
        let mut fields = vec![None; self.fields.len()];
        let mut gone = Vec::new();
        for (field, at) in &layout.columns {
            let place = match at {
                ColumnAt::Named(name) => (0..fields.len()).find(|place| {
                    let head = self.seen.name(*place, true);
                    head.is_some_and(|head| head.eq_ignore_ascii_case(name.trim()))
                }),
                ColumnAt::Place(place) => Some(place - 1).filter(|place| *place < fields.len()),
            };
            match (place, at) {
                (Some(place), _) => fields[place] = Some(*field),
                (None, ColumnAt::Named(name)) => gone.push(name.clone()),
                (None, ColumnAt::Place(place)) => gone.push(place.to_string()),
            }
        }
        (fields, gone)
    }

    /// The layout as it is mapped now.
    fn layout(&self) -> Result<RideLayout, AppError> {
        let mut columns = BTreeMap::new();
        for (place, field) in self.fields.iter().enumerate() {
            let Some(field) = field else { continue };
            let at = self.seen.name(place, self.header).map_or(ColumnAt::Place(place + 1), ColumnAt::Named);
            columns.insert(*field, at);
        }
        let skipped = (0..self.fields.len()).filter(|place| self.fields[*place].is_none());
        // Named only where the first row is a head and no ride.
        let others = skipped.filter_map(|place| self.seen.name(place, self.header)).collect();
        Ok(RideLayout {
            columns,
            header: self.header,
            separator: self.table.read_as().map(|(_, separator)| separator),
            encoding: None,
            dates: self.dates,
            others,
            optional: BTreeMap::new(),
        })
    }

    fn opened(&self) -> Result<RideFile, AppError> {
        RideFile::of(Arc::clone(&self.table), &self.layout()?)
    }
}

/// The layout is remembered when it is used.
fn remember(
    store: &mut Store,
    session: &Session<FunctionalAdministrator>,
    in_hand: &InHand,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    if in_hand.remember.is_empty() {
        return Ok(());
    }
    let written = in_hand.layout()?.written()?;
    Ok(store.keep_ride_source(session, (&in_hand.remember, &written), now)?)
}

fn set_right(
    store: &mut Store,
    session: &Session<FunctionalAdministrator>,
    typed: ColumnRightTyped,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let ColumnRightTyped { place, diagnosis, remarks, from, reason } = typed;
    let from = if from.trim().is_empty() { None } else { date(&from)? };
    let from_day = from.unwrap_or_else(|| local::day(now)).signed_duration_since(NaiveDate::default()).num_days();
    let right = ColumnRight { place, diagnosis, remarks, from_day, reason };
    let key = match store.set_column_right(session, &right, now)? {
        Ok(()) => return Ok(()),
        Err(ColumnRightRule::Past) => "error-column-right-past",
        Err(ColumnRightRule::Reason) => "error-column-right-reason",
        Err(ColumnRightRule::RemarksAlone) => "error-column-right-remarks",
    };
    Err(AppError::refused(key, vec![]))
}

/// The refused lines into a new file that only its owner reads.
fn keep_refused(
    (file, judged): (&RideFile, &Judged),
    store: &Store,
    language: Language,
    into: &Path,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let failed = |error: std::io::Error| AppError::target(into, &error);
    let texts = Texts::load(language).map_err(|_| AppError::refused("error-system", vec![]))?;
    let mut out = BufWriter::new(store::create_private(into).map_err(failed)?);
    file.write_refused(judged, (store.settings().rav, now), &texts, &mut out).map_err(|error| error.at(into))?;
    out.flush().map_err(failed)
}

/// Does long work; gives what is said of it over the page.
pub(crate) fn work(
    archive: &mut Archive,
    (view, receiving): (&mut View, Option<&mut Receiving>),
    task: Task,
    now: DateTime<Utc>,
    progress: &mut Progress<'_>,
) -> Result<Option<Notice>, AppError> {
    let stopped = |kind| Ok(Some(Notice { kind, text: "notice-rides-stopped", values: vec![] }));
    match (task, &mut view.in_hand, receiving) {
        (Task::Read(path), in_hand, _) => {
            *in_hand = None;
            let bytes = read_rides(&path).map_err(without_place)?;
            let table = RideTable::new(bytes, None, None)?;
            let seen = Seen::of(&table, &mut |done, all| progress("progress-rides-read", done, all))?;
            let Some(seen) = seen else { return stopped(NoticeKind::Attention) };
            let mut new = InHand::new(&path, table, seen);
            new.fill_in(archive.store().ride_sources()?);
            *in_hand = Some(new);
        }
        (Task::Check, Some(in_hand), Some(receiving)) => {
            let file = in_hand.opened()?;
            let go_on = &mut |done, all| progress("progress-rides-check", done, all);
            let judged = receiving.judge_rides(&file, now, go_on)?;
            if judged.stopped {
                return stopped(NoticeKind::Attention);
            }
            in_hand.judged = Some((file, judged));
        }
        (Task::Import, Some(in_hand), Some(receiving)) => {
            let Some((file, judged)) = &in_hand.judged else { return Ok(None) };
            let bad = if in_hand.skip { BadLines::Skip } else { BadLines::Refuse };
            let go_on = &mut |done, all| progress("progress-rides-import", done, all);
            in_hand.done = Some(receiving.import_judged(file, judged, bad, now, go_on));
        }
        (Task::Check | Task::Import, _, _) => {}
    }
    Ok(None)
}

fn act(command: RidesCommand) -> Command {
    Command::Rides(command)
}

/// *Ritten*.
pub(crate) fn screen(
    store: &Store,
    view: &View,
    may_import: bool,
    now: DateTime<Utc>,
) -> Result<RidesScreen, AppError> {
    let in_hand = view.in_hand.as_ref();
    let step = match in_hand {
        None => RidesStep::File,
        Some(in_hand) => step(store, in_hand)?,
    };
    let can_go_back = in_hand.is_some_and(|in_hand| in_hand.judged.is_some() && in_hand.done.is_none());
    Ok(RidesScreen {
        step,
        file: in_hand.map(shown),
        read: may_import.then_some(|paths| act(RidesCommand::Read(paths))),
        back: can_go_back.then(|| act(RidesCommand::Back)),
        close: in_hand.map(|_| act(RidesCommand::Close)),
        rights: rights(store, now)?,
        set_right: |typed| act(RidesCommand::SetRight(typed)),
        unlinked: unlinked::shown(store, &view.listed, now)?,
    })
}

fn shown(in_hand: &InHand) -> RideFileShown {
    let separator = |byte| match byte {
        b';' => "rides-semicolon",
        b',' => "rides-comma",
        b'\t' => "rides-tab",
        _ => "rides-bar",
    };
    RideFileShown {
        name: in_hand.name.clone(),
        lines: in_hand.seen.rows - u64::from(in_hand.header),
        text: in_hand.table.read_as().map(|(encoding, byte)| (separator(byte), encoding)),
    }
}

fn step(store: &Store, in_hand: &InHand) -> Result<RidesStep, AppError> {
    let keep: fn(PathBuf) -> Command = |path| act(RidesCommand::KeepRefused(path));
    if let Some(done) = &in_hand.done {
        let keep = (done.refused > 0).then_some(keep);
        return Ok(RidesStep::Imported(Box::new(imported(done)), keep));
    }
    if let Some((_, judged)) = &in_hand.judged {
        let may = judged.rides > 0 && (judged.refused == 0 || in_hand.skip);
        return Ok(RidesStep::Checked(Box::new(RidesChecked {
            rides: judged.rides,
            refused: judged.refused,
            lines: judged.remarks.iter().map(line).collect(),
            staff_unknown: judged.staff_unknown.len() as u64,
            staff_zeros: judged.staff_unknown.iter().filter(|unknown| unknown.lost_zeros).count() as u64,
            skip: in_hand.skip,
            set_skip: |skip| act(RidesCommand::SkipBad(skip)),
            import: may.then(|| act(RidesCommand::Import)),
            keep_refused: (judged.refused > 0).then_some(keep),
        })));
    }
    let hospitals = store.connections()?.into_iter();
    let hospitals = hospitals.filter_map(|one| Some((one.organisation.extension?, one.name))).collect();
    let known = Known { staff: store.staff_numbers()?.into_iter().collect(), hospitals };
    let lacks = lacks(in_hand);
    Ok(RidesStep::Columns(Box::new(RideColumns {
        columns: rides_preview::columns(&in_hand.seen, &in_hand.fields, in_hand.header, &known),
        map: |column, field| act(RidesCommand::Map(column, field)),
        header: in_hand.header,
        set_header: |header| act(RidesCommand::Header(header)),
        dates: in_hand.dates,
        dates_found: in_hand.seen.order(&in_hand.fields).is_ok(),
        set_dates: |order| act(RidesCommand::Dates(order)),
        filled_from: in_hand.filled_from.clone(),
        gone: in_hand.gone.clone(),
        anew: in_hand.filled_from.as_ref().map(|_| act(RidesCommand::Anew)),
        remember: in_hand.remember.clone(),
        set_remember: |name| act(RidesCommand::Remember(name)),
        check: lacks.is_none().then(|| act(RidesCommand::Check)),
        lacks,
    })))
}

/// Why the file cannot be checked as it is mapped.
fn lacks(in_hand: &InHand) -> Option<Said> {
    let has = |field| in_hand.fields.contains(&Some(field));
    if !has(RideField::Number) {
        return Some(Said::from("rides-lacks-number"));
    }
    if !has(RideField::HandedOver) {
        return Some(Said::from("rides-lacks-handed-over"));
    }
    let is_question = in_hand.dates.is_none() && in_hand.seen.order(&in_hand.fields).is_err();
    is_question.then(|| Said::from("rides-lacks-dates"))
}

fn line(remark: &RideRemark) -> RideLineShown {
    RideLineShown { line: remark.line, column: remark.column.clone(), rule: remark.rule.key() }
}

fn imported(done: &RidesSummary) -> RidesImported {
    let Imported { new, changed, unchanged, linked, equal_destroyed: _, past_term, confirmed } = done.imported;
    let failed = done.failed.clone().map(|error| Said { text: error.key, values: error.values });
    RidesImported {
        new,
        changed,
        unchanged,
        refused: done.refused,
        past_term,
        linked,
        confirmed,
        left: done.left,
        failed,
    }
}

fn rights(store: &Store, now: DateTime<Utc>) -> Result<Vec<ColumnRightShown>, AppError> {
    let today = local::day(now).signed_duration_since(NaiveDate::default()).num_days();
    let of_day = |day| NaiveDate::default() + TimeDelta::days(day);
    let later = store.column_rights_to_come(today)?;
    let field = |place| match place {
        1 => RideField::Nurse,
        2 => RideField::Driver,
        _ => RideField::Third,
    };
    let shown = |right: ColumnRight| ColumnRightShown {
        field: field(right.place),
        place: right.place,
        diagnosis: right.diagnosis,
        remarks: right.remarks,
        since: (right.from_day > 0).then(|| of_day(right.from_day)),
        later: later
            .iter()
            .find(|next| next.place == right.place)
            .map(|next| (of_day(next.from_day), next.diagnosis, next.remarks)),
    };
    Ok(store.column_rights(today)?.into_iter().map(shown).collect())
}
