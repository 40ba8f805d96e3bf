//! *Kwaliteit*, for the medical manager: figures opened into columns, ripe months published, the rest as rings.
//!
//! **Invariant:** a ripe month is shown as published; live columns serve unripe months and the act of publishing.

use access::{MedicalManager, Session};
use chrono::{DateTime, Datelike, Utc};
use stats::{Date, Level, Month, PublishedMonth, sum_agreement};
use store::{Archive, Columns};
use viewmodel::{
    Cell, ChartPoint, Command, ControlChart, IntervalRow, Intervals, Language, Marker, Phase, Proportion,
    QualityScreen, QualityState, QualityTable, SignalRow,
};

use crate::{
    background::Work,
    engine::Progress,
    error::AppError,
    findings, local,
    publishing::{self, counts_of},
};

const RIPENESS_DAYS: u32 = stats::month::RIPENESS_DAYS;
/// Months of the fixed period.
const PERIOD: usize = 12;

#[derive(Default)]
pub(crate) struct View {
    pub(crate) columns: Option<Columns>,
    /// Opening was stopped, or failed: it is offered again.
    pub(crate) stopped: bool,
}

/// Opens the figures and publishes what is ripe: behind the screen, from sign-in on.
pub(crate) fn open(
    archive: &mut Archive,
    session: &Session<MedicalManager>,
    view: &mut View,
    now: DateTime<Utc>,
    progress: &mut Progress<'_>,
) -> Result<(), AppError> {
    view.stopped = true;
    let columns = archive.open_figures(session, now, |done, total| progress("progress-figures", done, total))?;
    publishing::publish_ripe(archive, session, &columns, today(now), now)?;
    view.columns = Some(columns);
    view.stopped = false;
    Ok(())
}

/// What a command begins behind the screen. Commands of other screens do nothing here.
pub(crate) fn execute(view: &mut View, command: &Command) -> Option<Work> {
    let begins = matches!(command, Command::OpenFigures | Command::Publish | Command::Open(_));
    if begins {
        view.stopped = false;
    }
    begins.then_some(Work::Figures)
}

/// Not there and not stopped: they are being opened, or about to be.
fn state(view: &View) -> QualityState {
    match (&view.columns, view.stopped) {
        (Some(_), _) => QualityState::Ready,
        (None, true) => QualityState::Stopped,
        (None, false) => QualityState::Opening { done: 0, total: 0 },
    }
}

#[expect(clippy::expect_used, reason = "chrono's dates are dates of the same calendar")]
pub(crate) fn today(now: DateTime<Utc>) -> Date {
    let day = local::day(now);
    let part = |n: u32| u8::try_from(n).unwrap_or(1);
    Date::new(day.year(), part(day.month()), part(day.day())).expect("a date of the calendar")
}

struct Published {
    month: Month,
    tables: PublishedMonth,
}

fn published(archive: &Archive) -> Result<Vec<Published>, AppError> {
    let rows = archive.store().published()?;
    let read = |row: store::PublishedRow| {
        let month = Month::from_index(row.month)?;
        let tables = serde_json::from_slice(&row.tables).ok()?;
        Some(Published { month, tables })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

fn year_month(month: Month) -> (i32, u32) {
    (month.year(), u32::from(month.number()))
}

pub(crate) fn screen(
    archive: &Archive,
    view: &View,
    language: Language,
    now: DateTime<Utc>,
) -> Result<QualityScreen, AppError> {
    let published = published(archive)?;
    let today = today(now);
    let empty = Columns::default();
    let columns = view.columns.as_ref().unwrap_or(&empty);
    let points = points(&published, columns, today);
    let (chart, signals) = chart(points);
    let period: Vec<&Published> = published.iter().rev().take(PERIOD).rev().collect();
    let totals = || period.iter().map(|p| &p.tables.total);
    let summed = sum_agreement(totals());
    let sum = |of: fn(&stats::PublishedCounts) -> stats::Value| -> Option<u64> {
        totals().map(|t| of(t).shown()).sum::<Option<u64>>().filter(|_| !period.is_empty())
    };
    let records = sum(|t| t.records);
    let share = |part: Option<u64>| match (part, records) {
        (Some(part), Some(all)) if all > 0 => Cell::Share(ratio(part, all)),
        (Some(_), Some(_)) => Cell::TooFew,
        (_, _) if period.is_empty() => Cell::Unripe,
        (_, _) => Cell::Hidden,
    };
    let map = stats::GroupMap::shipped();
    let group_name = |id: &str| {
        map.named(id)
            .map(|g| map.group(g))
            .map(|g| if language == Language::Dutch { g.name_nl.clone() } else { g.name_en.clone() })
    };
    let state = state(view);
    let reference = summed.agreement.as_ref().map(|p| p.value);
    let set = |rows: Vec<IntervalRow>| Intervals { apart: findings::apart(&rows, reference), rows };
    let unpublished = publishing::unpublished(archive, columns, today)?.len() as u64;
    Ok(QualityScreen {
        open: (state == QualityState::Stopped).then_some(Command::OpenFigures),
        stop: matches!(state, QualityState::Opening { .. }).then_some(Command::Cancel),
        state,
        period: period.first().zip(period.last()).map(|(a, b)| (year_month(a.month), year_month(b.month))),
        records: records.map_or(if period.is_empty() { Cell::Unripe } else { Cell::Hidden }, Cell::Number),
        agreement: summed.agreement.as_ref().map(proportion),
        not_assessed: share(sum(|t| t.unknown)),
        remarks_medical: share(sum(|t| t.remarks_medical)),
        remarks_communication: share(sum(|t| t.remarks_communication)),
        finding: findings::finding(&chart, &signals),
        table: table(&chart),
        signals,
        hospitals: set(intervals(&period, publishing::HOSPITAL, |key| Some(key.to_owned()))),
        groups: set(intervals(&period, publishing::GROUP, group_name)),
        unpublished,
        publish: (unpublished > 0).then_some(Command::Publish),
        chart,
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^52")]
fn ratio(part: u64, all: u64) -> f64 {
    part as f64 / all as f64
}

fn proportion(p: &stats::Proportion) -> Proportion {
    Proportion { value: p.value, lower: p.interval.lower, upper: p.interval.upper, n: p.n }
}

/// Points of the chart: published months, then unripe ones as rings.
fn points(published: &[Published], columns: &Columns, today: Date) -> Vec<ChartPoint> {
    let point = |month: Month, agreement: Option<stats::Proportion>, n: Option<u64>, marker| {
        let (year, month) = year_month(month);
        let enough = agreement.filter(stats::Proportion::is_enough);
        ChartPoint {
            year,
            month,
            value: enough.as_ref().map(|p| p.value),
            interval: enough.as_ref().map(|p| (p.interval.lower, p.interval.upper)),
            n,
            limits: None,
            marker,
        }
    };
    let mut points: Vec<ChartPoint> = Vec::new();
    for Published { month, tables } in published {
        points.push(point(*month, tables.total.agreement(), tables.total.judged.shown(), Marker::Dot));
    }
    let mut months: Vec<i32> = columns.rows.iter().map(|r| r.month).collect();
    months.sort_unstable();
    months.dedup();
    for month in months.into_iter().filter_map(Month::from_index) {
        if !month.is_ripe(today, RIPENESS_DAYS) && published.iter().all(|p| p.month != month) {
            let counts = counts_of(columns.rows.iter().filter(|r| r.month == month.index()));
            let agreement = counts.agreement();
            let n = agreement.as_ref().filter(|p| p.is_enough()).map(|p| p.n);
            points.push(point(month, agreement, n, Marker::Unripe));
        }
    }
    points
}

/// Limits, phases, markers and signals over the ripe points.
fn chart(mut points: Vec<ChartPoint>) -> (ControlChart, Vec<SignalRow>) {
    let ripe = points.iter().take_while(|p| p.marker != Marker::Unripe).count();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a proportion of a count is that count"
    )]
    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^52")]
    let counts: Vec<Option<(u64, u64)>> = points[..ripe]
        .iter()
        .map(|p| p.value.zip(p.n).map(|(value, n)| ((value * n as f64).round() as u64, n)))
        .collect();
    let Some(limits) = stats::p_chart(&counts) else {
        return (ControlChart { points, phases: Vec::new() }, Vec::new());
    };
    for (point, limit) in points.iter_mut().zip(limits.limits()) {
        point.limits = limit;
    }
    let signals = stats::signals(&limits.points);
    for (i, point) in points.iter_mut().enumerate().take(ripe) {
        point.marker = match signals.level_at(i) {
            Some(Level::Discuss) => Marker::Disc,
            Some(Level::Follow) => Marker::Ring,
            None => Marker::Dot,
        };
    }
    let rows = signals.found().iter().filter_map(|signal| signal_row(signal, &signals, &points, limits.mean)).collect();
    let phases = vec![Phase { first: 0, name: String::new(), mean: limits.mean, trial: limits.trial }];
    (ControlChart { points, phases }, rows)
}

fn signal_row(signal: &stats::Signal, all: &stats::Signals, points: &[ChartPoint], mean: f64) -> Option<SignalRow> {
    let (first, last) = (points.get(*signal.indices.first()?)?, points.get(*signal.indices.last()?)?);
    let direction = findings::direction(signal.rule, (first.value?, last.value?), mean);
    Some(SignalRow {
        discuss: all.level_at(*signal.indices.last()?) == Some(Level::Discuss),
        months: ((first.year, first.month), (last.year, last.month)),
        value: last.value,
        n: last.n,
        rule: findings::rule_key(signal.rule, direction),
        direction,
    })
}

fn table(chart: &ControlChart) -> QualityTable {
    let row = |p: &ChartPoint| {
        let n = p.n.map_or(Cell::Hidden, Cell::Number);
        let value = match (p.value, p.marker) {
            (Some(value), _) => Cell::Share(value),
            (None, Marker::Unripe) => Cell::Unripe,
            (None, _) if p.n.is_some() => Cell::TooFew,
            (None, _) => Cell::Hidden,
        };
        let bound = |b: Option<f64>| b.map_or(value_less(p), Cell::Share);
        (p.year, p.month, vec![value, bound(p.interval.map(|i| i.0)), bound(p.interval.map(|i| i.1)), n])
    };
    QualityTable {
        heads: vec!["quality-head-agreement", "quality-head-lower", "quality-head-upper", "quality-head-n"],
        rows: chart.points.iter().map(row).collect(),
    }
}

fn value_less(point: &ChartPoint) -> Cell {
    if point.marker == Marker::Unripe { Cell::Unripe } else { Cell::Hidden }
}

/// Sum of published months per key, alphabetical by name.
fn intervals(period: &[&Published], dimension: &str, name: impl Fn(&str) -> Option<String>) -> Vec<IntervalRow> {
    let mut keys: Vec<&str> = period
        .iter()
        .flat_map(|p| p.tables.tables.iter().filter(|t| t.dimension == dimension))
        .flat_map(|t| t.cells.iter().map(|(key, _)| key.as_str()))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let mut rows: Vec<IntervalRow> = keys
        .into_iter()
        .filter_map(|key| {
            let summed = sum_agreement(period.iter().filter_map(|p| p.tables.cell(dimension, key)));
            let enough = summed.agreement.filter(stats::Proportion::is_enough);
            Some(IntervalRow {
                name: name(key)?,
                value: enough.as_ref().map(|p| (p.value, p.interval.lower, p.interval.upper)),
                n: enough.as_ref().map(|p| p.n),
            })
        })
        .collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    rows
}
