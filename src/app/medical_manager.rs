//! *Kwaliteit*, for the medical manager: figures opened into columns, ripe months published, the rest as rings.
//!
//! **Invariant:** a ripe month is shown as published; live columns serve unripe months and the act of publishing.

use std::collections::BTreeSet;

use access::{MedicalManager, Session};
use chrono::{DateTime, Datelike, Utc};
use stats::{Date, Level, Month, PublishedCounts};
use store::{Archive, Columns};
use viewmodel::{
    Cell, ChartPoint, Command, ControlChart, IntervalRow, Intervals, Language, Marker, MissingMonths, Phase,
    QualityScreen, QualityState, QualityTable, SignalRow,
};

use crate::{
    background::Work,
    engine::Progress,
    error::AppError,
    findings, local, marks_counted,
    period::{Period, Published, published, year_month},
    publishing,
};

const RIPENESS_DAYS: u32 = stats::month::RIPENESS_DAYS;

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
    let columns = publishing::columns(archive, session, now, |done, total| progress("progress-figures", done, total))?;
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
    let (chart, signals) = chart(points(&published, columns, today));
    let period = Period::last_twelve(&published);
    let map = stats::GroupMap::shipped();
    let group_name = |id: &str| {
        let group = map.named(id).map(|g| map.group(g))?;
        Some(if language == Language::Dutch { group.name_nl.clone() } else { group.name_en.clone() })
    };
    let state = state(view);
    let (records, (agreement, agreement_missing)) = (period.records(), period.agreement());
    let not_assessed = period.share(|t| (t.unknown, t.records));
    let medical = period.share(|t| (t.remarks_medical, t.remarks_medical_of));
    let communication = period.share(|t| (t.remarks_communication, t.remarks_communication_of));
    let reference = agreement.shown().map(|p| p.value);
    let set = |rows: Vec<IntervalRow>| Intervals { apart: findings::apart(&rows, reference), rows };
    let unpublished = publishing::unpublished(archive, columns, today)?.len() as u64;
    Ok(QualityScreen {
        open: (state == QualityState::Stopped).then_some(Command::OpenFigures),
        stop: matches!(state, QualityState::Opening { .. }).then_some(Command::Cancel),
        state,
        period: period.ends(),
        records: records.cell,
        agreement,
        not_assessed: not_assessed.cell,
        remarks_medical: medical.cell,
        remarks_communication: communication.cell,
        missing: MissingMonths {
            records: records.missing,
            agreement: agreement_missing,
            not_assessed: not_assessed.missing,
            remarks_medical: medical.missing,
            remarks_communication: communication.missing,
        },
        finding: findings::finding(&chart, &signals),
        table: table(&chart),
        signals,
        hospitals: set(period.intervals(publishing::HOSPITAL, |key| Some(key.to_owned()))),
        groups: set(period.intervals(publishing::GROUP, group_name)),
        marks: marks_counted::shown(&period),
        unpublished,
        publish: (unpublished > 0).then_some(Command::Publish),
        chart,
    })
}

/// Points of the chart: every month from the first published one on, unripe ones as rings. A month that was not published
/// has no value, so that the line, a run and a trend break there and do not go on over it.
fn points(published: &[Published], columns: &Columns, today: Date) -> Vec<ChartPoint> {
    let point = |month: Month, counts: Option<PublishedCounts>, marker| {
        let enough = counts.and_then(|c| c.agreement()).filter(stats::Proportion::is_enough);
        let (year, month) = year_month(month);
        ChartPoint {
            year,
            month,
            value: enough.map(|p| p.value),
            interval: enough.map(|p| (p.interval.lower, p.interval.upper)),
            n: counts.and_then(|c| c.judged.shown()),
            limits: None,
            marker,
        }
    };
    let live: BTreeSet<i32> = columns.rows.iter().map(|r| r.month).collect();
    let unripe = live.into_iter().filter_map(Month::from_index).filter(|m| !m.is_ripe(today, RIPENESS_DAYS));
    let months: BTreeSet<Month> = published.iter().map(|p| p.month).chain(unripe).collect();
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return Vec::new() };
    let of = |month: Month| match published.iter().find(|p| p.month == month) {
        Some(published) => point(month, Some(published.tables.total), Marker::Dot),
        None if month.is_ripe(today, RIPENESS_DAYS) => point(month, None, Marker::Dot),
        None => point(month, publishing::unripe(columns, month), Marker::Unripe),
    };
    first.through(*last).map(of).collect()
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
        // The word for a month that is not complete stands in its row, whatever else is known of it.
        let n = if p.marker == Marker::Unripe { Cell::Unripe } else { p.n.map_or(Cell::Hidden, Cell::Number) };
        let value = match (p.value, p.marker) {
            (Some(value), _) => Cell::Share(value),
            (None, Marker::Unripe) => Cell::Unripe,
            (None, _) if p.n.is_some_and(|n| n < stats::measures::SHOWN_FROM) => Cell::TooFew,
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use domain::{Agreement, FigureContent};
    use stats::{PublishedMonth, Value};
    use store::Counted;

    use super::*;

    fn month(index: i32) -> Month {
        Month::from_index(2026 * 12 + index).unwrap()
    }

    fn published(index: i32, agreed: u64, judged: u64) -> Published {
        let shown = Value::Shown;
        let total = PublishedCounts {
            records: shown(judged),
            judged: shown(judged),
            agreed: shown(agreed),
            unknown: shown(0),
            remarks_medical: shown(0),
            remarks_medical_of: shown(judged),
            remarks_communication: shown(0),
            remarks_communication_of: shown(judged),
        };
        let tables = PublishedMonth { total, tables: Vec::new(), proven: true };
        Published { month: month(index), tables, marks: stats::PublishedMarks::default() }
    }

    /// Rides of one month: so many agreed, so many not, dealt out over crews of two.
    fn columns(index: i32, agreed: u32, not_agreed: u32, people: u32) -> Columns {
        let row = |ride: u32| Counted {
            month: month(index).index(),
            hospital: 1,
            working_code: 0,
            urgency: 0,
            post: 0,
            ride,
            sent: 0,
            crew: 1 + ride % people,
            figure: FigureContent {
                agreement: if ride < agreed { Agreement::Yes } else { Agreement::No },
                seh_code: 0,
                remark_medical: false,
                remark_communication: false,
                remark_medical_not_agreed: false,
                remark_communication_not_agreed: false,
            },
        };
        let crews = std::iter::once(Vec::new()).chain((0..people).map(|p| vec![p, (p + 1) % people])).collect();
        Columns { rows: (0..agreed + not_agreed).map(row).collect(), crews, ..Columns::default() }
    }

    fn unripe_point(columns: &Columns) -> ChartPoint {
        let points = points(&[], columns, Date::new(2026, 3, 5).unwrap());
        assert_eq!(points.len(), 1);
        assert_eq!(points[0].marker, Marker::Unripe);
        points.into_iter().next().unwrap()
    }

    #[test]
    fn a_month_that_was_not_published_is_a_break_in_line_and_run() {
        // Seven months above the others, with a month missing among them: no seven in a row.
        let level = |i: i32| if i > 5 { 88 } else { 76 + u64::from(i % 2 == 0) * 4 };
        let months = |missing: Option<i32>| -> Vec<Published> {
            (0..13).filter(|i| Some(*i) != missing).map(|i| published(i, level(i), 100)).collect()
        };
        let today = Date::new(2028, 1, 1).unwrap();
        let whole = points(&months(None), &Columns::default(), today);
        let broken = points(&months(Some(9)), &Columns::default(), today);
        assert_eq!((whole.len(), broken.len()), (13, 13), "the missing month stands there");
        assert_eq!((broken[9].value, broken[9].n, broken[9].marker), (None, None, Marker::Dot));
        let seven = |points| chart(points).1.iter().any(|signal| signal.rule.contains("seven"));
        assert!(seven(whole));
        assert!(!seven(broken));
    }

    #[test]
    fn an_unripe_month_shows_nothing_that_a_published_one_would_hide() {
        assert!(unripe_point(&columns(1, 80, 20, 12)).value.is_some(), "large enough");
        let few_not_agreed = unripe_point(&columns(1, 80, 3, 12));
        assert_eq!((few_not_agreed.value, few_not_agreed.interval), (None, None), "three not agreed");
        assert_eq!(unripe_point(&columns(1, 6, 3, 9)).n, None, "nine judged: how many is not said");
        let four_people = unripe_point(&columns(1, 80, 20, 4));
        assert_eq!((four_people.value, four_people.n), (None, None), "four professionals");
        assert!(unripe_point(&columns(1, 80, 20, 5)).value.is_some(), "five, the second of each crew counted");
    }
}
