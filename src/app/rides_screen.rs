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
use chrono::{DateTime, Utc};
use store::{Archive, Imported, RideSource, Store};
use viewmodel::{
    Command, DateOrder, Language, Notice, NoticeKind, RideColumns, RideField, RideFileShown, RideLineShown,
    RidesChecked, RidesCommand, RidesImported, RidesScreen, RidesStep, Said, Texts,
};

use crate::{
    engine::Progress,
    error::AppError,
    functional_administrator::without_place,
    receiving::Receiving,
    ride_file::{Judged, RideFile},
    ride_folder_screen,
    ride_import::{BadLines, RidesSummary, read_rides},
    ride_layout::{ColumnAt, RideLayout},
    ride_line::RideRemark,
    ride_rights,
    ride_seen::Seen,
    ride_table::{ReadBy, RideTable},
    rides_preview::{self, Known},
    unlinked,
};

// LIMIT: characters of a source's name.
const NAME_MAX: usize = 40;

/// Long work of this screen.
pub(crate) enum Task {
    /// Read a file.
    Read(PathBuf),
    /// Turn to this sheet of the workbook in hand.
    Sheet(String),
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
    /// Of a workbook.
    sheets: Vec<String>,
    seen: Seen,
    fields: Vec<Option<RideField>>,
    header: bool,
    dates: Option<DateOrder>,
    /// The source whose layout was filled in, and its columns that are gone.
    filled_from: Option<String>,
    gone: Vec<String>,
    /// Its sheet: that it names the one in hand, or one that is gone.
    by_sheet: bool,
    sheet_gone: Option<String>,
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
        RidesCommand::SetRight(typed) => ride_rights::set(archive.store_mut(), session, typed, now)?,
        RidesCommand::SetFolder(typed) => ride_folder_screen::set(archive.store_mut(), session, typed, now)?,
        RidesCommand::FolderOff => ride_folder_screen::put_off(archive.store_mut(), session, now)?,
        RidesCommand::Close => view.in_hand = None,
        RidesCommand::Link(record, ride, why) => {
            unlinked::link(archive.store_mut(), session, (record, ride, why), now)?
        }
        RidesCommand::Choose(record, ride) => unlinked::choose(archive.store_mut(), session, (record, ride), now)?,
        RidesCommand::Accept(record, reason) => unlinked::accept(archive.store_mut(), session, (record, &reason), now)?,
        RidesCommand::MoreUnlinked => unlinked::more(&mut view.listed.unlinked),
        RidesCommand::MoreContested => unlinked::more(&mut view.listed.contested),
        RidesCommand::MoreHeld => unlinked::more(&mut view.listed.held),
        RidesCommand::MoreDoubted => unlinked::more(&mut view.listed.doubted),
        RidesCommand::Check => {
            let Some(in_hand) = &view.in_hand else { return Ok(None) };
            in_hand.layout()?.must_have_what_is_needed()?;
            remember(archive.store_mut(), session, in_hand, now)?;
            return Ok(Some(Task::Check));
        }
        RidesCommand::Sheet(place) => {
            return Ok(view.in_hand.as_ref().and_then(|of| of.sheets.get(place)).cloned().map(Task::Sheet));
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
    /// Looks at all of it; `None`: it was stopped.
    fn read(
        name: String,
        table: RideTable,
        sources: Vec<RideSource>,
        progress: &mut Progress<'_>,
    ) -> Result<Option<Self>, AppError> {
        let sheets = table.sheets()?;
        let seen = Seen::of(&table, &mut |done, all| progress("progress-rides-read", done, all))?;
        let Some(seen) = seen else { return Ok(None) };
        let (table, header) = (Arc::new(table), seen.head);
        let fields = vec![None; seen.columns.len()];
        let mut new = Self {
            name,
            table,
            sheets,
            seen,
            fields,
            header,
            dates: None,
            filled_from: None,
            gone: Vec::new(),
            by_sheet: false,
            sheet_gone: None,
            remember: String::new(),
            skip: false,
            judged: None,
            done: None,
        };
        new.anew();
        new.fill_in(sources);
        Ok(Some(new))
    }

    /// As the file shows itself.
    fn anew(&mut self) {
        self.fields = self.seen.proposed(self.header);
        self.dates = self.seen.order(&self.fields).ok().flatten();
        (self.filled_from, self.gone) = (None, Vec::new());
        (self.by_sheet, self.sheet_gone) = (false, None);
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

    /// Fills in what is remembered: the last source of which most columns are there, on this sheet or one that is gone.
    fn fill_in(&mut self, sources: Vec<RideSource>) {
        let is_another = |layout: &RideLayout| layout.sheet_of(&self.sheets).is_some_and(|at| Some(at) != self.at());
        let found = sources.into_iter().filter_map(|source| {
            let layout = RideLayout::read(&source.layout).ok().filter(|layout| !is_another(layout))?;
            let (fields, gone) = self.by(&layout);
            let found = fields.iter().flatten().count();
            (layout.header == self.header && found > gone.len()).then_some((source.name, layout, fields, gone))
        });
        let Some((name, layout, fields, gone)) = found.min_by_key(|(.., gone)| gone.len()) else { return };
        self.fields = fields;
        self.dates = layout.dates.or(self.dates);
        self.remember.clone_from(&name);
        (self.filled_from, self.gone) = (Some(name), gone);
        self.by_sheet = layout.sheet_of(&self.sheets).is_some();
        self.sheet_gone = layout.sheet.filter(|_| !self.by_sheet && !self.sheets.is_empty());
    }

    /// Which of the sheets it is.
    fn at(&self) -> Option<usize> {
        self.sheets.iter().position(|sheet| Some(sheet.as_str()) == self.table.sheet())
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
            // A workbook's only sheet may be called otherwise the next time.
            sheet: self.table.sheet().filter(|_| self.by_sheet || self.sheets.len() > 1).map(str::to_owned),
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

/// A workbook at the sheet of the source that was said last and has one of its names; else at its first that is not empty.
fn at_first_sheet(table: RideTable, sources: &[RideSource]) -> Result<RideTable, AppError> {
    let sheets = table.sheets()?;
    let layouts = sources.iter().filter_map(|source| RideLayout::read(&source.layout).ok());
    let remembered = layouts.filter_map(|layout| layout.sheet_of(&sheets)).next();
    if let Some(at) = remembered {
        return table.at_sheet(&sheets[at]);
    }
    let others = sheets.iter().filter_map(|sheet| table.at_sheet(sheet).ok());
    Ok(others.into_iter().find(|other| other.first().is_ok()).unwrap_or(table))
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
            let sources = archive.store().ride_sources()?;
            let table = at_first_sheet(RideTable::new(bytes, ReadBy::default())?, &sources)?;
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let Some(new) = InHand::read(name, table, sources, progress)? else {
                return stopped(NoticeKind::Attention);
            };
            *in_hand = Some(new);
        }
        (Task::Sheet(named), Some(in_hand), _) => {
            let table = in_hand.table.at_sheet(&named)?;
            let sources = archive.store().ride_sources()?;
            let new = InHand::read(in_hand.name.clone(), table, sources, progress)?;
            let Some(new) = new else { return stopped(NoticeKind::Attention) };
            *in_hand = new;
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
        (Task::Sheet(_) | Task::Check | Task::Import, _, _) => {}
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
        folder: Box::new(ride_folder_screen::shown(store)?),
        rights: ride_rights::shown(store, now)?,
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
        sheets: if in_hand.sheets.len() > 1 { in_hand.sheets.clone() } else { Vec::new() },
        sheet: in_hand.at().unwrap_or_default(),
        set_sheet: |place| act(RidesCommand::Sheet(place)),
        sheet_gone: in_hand.sheet_gone.clone(),
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
    let Imported { new, changed, unchanged, linked, equal_destroyed: _, past_term, contested, confirmed } =
        done.imported;
    let failed = done.failed.clone().map(|error| Said { text: error.key, values: error.values });
    RidesImported {
        new,
        changed,
        unchanged,
        refused: done.refused,
        past_term,
        contested,
        linked,
        confirmed,
        left: done.left,
        failed,
    }
}
