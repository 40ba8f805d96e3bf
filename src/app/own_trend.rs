//! *Mijn verloop*, for the professional himself: his own records counted by month and by diagnosis group, beside what the RAV published.
//!
//! **Invariant:** the counts live in this view while the screen stands there; they go with the screen, a lock and the session.
//! **Invariant:** months count as everywhere: by hand-over, once per ride, ripe ones alone (STATISTICS §1).
//! **Not here:** opening (`store`), what the RAV publishes (`publishing`).

use std::collections::BTreeMap;

use access::{Professional, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{Agreement, Mark, Theme};
use stats::{Counts, Date, GroupMap, Month, month::RIPENESS_DAYS};
use store::{Archive, OwnCounted, OwnMarked};
use viewmodel::{
    Command, Language, RavFigure, ScreenName, ShownProportion, TrendFigures, TrendOf, TrendRow, TrendScreen, TrendState,
};

use crate::{
    engine::Progress,
    error::AppError,
    marks_counted::theme_key,
    medical_manager::today,
    period::{self, Period, Published, year_month},
    publishing,
};

/// Months of the period at most, and of a row of it.
const PERIOD: i32 = 12;
const ROW: usize = 3;

/// The own records, counted, while the screen stands there.
#[derive(Default)]
pub(crate) struct View {
    counted: Option<Vec<OwnCounted>>,
    /// What this person ticked.
    marked: Vec<OwnMarked>,
    /// Opening was stopped, or failed: it is offered again.
    pub(crate) stopped: bool,
}

/// Opens the own records: behind the screen, each time it is turned to.
pub(crate) fn open(
    archive: &mut Archive,
    session: &Session<Professional>,
    view: &mut View,
    now: DateTime<Utc>,
    progress: &mut Progress<'_>,
) -> Result<(), AppError> {
    view.stopped = true;
    let go_on = |done, total| progress("progress-own-trend", done, total);
    let counted = archive.open_own_trend(session, now, go_on)?;
    view.marked = archive.own_marks(session, now)?;
    (view.counted, view.stopped) = (Some(one_per_ride(counted)), false);
    Ok(())
}

/// How often this person ticked each theme of these; those that he never ticked are left out.
fn themes<'a>(marked: impl Iterator<Item = &'a OwnMarked> + Clone) -> Vec<(&'static str, u64)> {
    let times = |theme| marked.clone().filter(|one| one.marks.has(Mark::Theme(theme))).count() as u64;
    Theme::ALL.into_iter().map(|theme| (theme_key(theme), times(theme))).filter(|(_, times)| *times > 0).collect()
}

/// How often he thanked, by hospital in the order of the alphabet.
fn thanks<'a>(marked: impl Iterator<Item = &'a OwnMarked>) -> Vec<(String, u64)> {
    let mut times: BTreeMap<&str, u64> = BTreeMap::new();
    for one in marked.filter(|one| one.marks.has(Mark::Thanks)) {
        *times.entry(&one.hospital).or_default() += 1;
    }
    times.into_iter().map(|(hospital, times)| (hospital.to_owned(), times)).collect()
}

/// One row per ride and patient, as for the RAV: the latest that holds a field gives it (DESIGN §12).
fn one_per_ride(mut rows: Vec<OwnCounted>) -> Vec<OwnCounted> {
    // Stable: of equal times the later receipt comes last.
    rows.sort_by_key(|row| (row.ride, row.sent));
    let mut kept: Vec<OwnCounted> = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(earlier) = kept.last_mut().filter(|earlier| earlier.ride == row.ride) else {
            kept.push(row);
            continue;
        };
        let OwnCounted { month, working_code, ride: _, sent, agreement, remark_medical, remark_communication } = row;
        (earlier.month, earlier.working_code, earlier.sent) = (month, working_code, sent);
        if agreement != Agreement::NotReceived {
            earlier.agreement = agreement;
        }
        earlier.remark_medical |= remark_medical;
        earlier.remark_communication |= remark_communication;
    }
    kept
}

fn counts<'a>(rows: impl Iterator<Item = &'a OwnCounted>) -> Counts {
    let mut counts = Counts::default();
    for row in rows {
        publishing::count_agreement(&mut counts, row.agreement);
        counts.remarks_medical += u64::from(row.remark_medical);
        counts.remarks_communication += u64::from(row.remark_communication);
    }
    counts
}

/// Nothing of a person's own is hidden from him; under ten no percentage says anything.
fn own(counts: &Counts) -> ShownProportion {
    counts
        .agreement()
        .filter(stats::Proportion::is_enough)
        .map_or(ShownProportion::TooFew, |p| ShownProportion::Value(period::proportion(&p)))
}

/// The last twelve ripe months, without those of which everything was destroyed.
fn months(today: Date, oldest: Date) -> Vec<Month> {
    let newest = (1..).map_while(|back| today.month().plus(-back)).find(|month| month.is_ripe(today, RIPENESS_DAYS));
    let Some(newest) = newest else { return Vec::new() };
    let first = newest.plus(1 - PERIOD).unwrap_or(newest).max(oldest.month());
    first.through(newest).collect()
}

pub(crate) fn screen(
    archive: &Archive,
    view: &View,
    language: Language,
    now: DateTime<Utc>,
) -> Result<TrendScreen, AppError> {
    let again = Command::Open(ScreenName::Trend);
    let (state, open, stop) = match &view.counted {
        None if view.stopped => (TrendState::Stopped, Some(again), None),
        None => (TrendState::Opening { done: 0, total: 0 }, None, Some(Command::Cancel)),
        Some(rows) if rows.is_empty() => (TrendState::Nothing, None, None),
        Some(rows) => {
            let kept = i64::from(archive.store().settings().retention_days);
            let window = months(today(now), today(now - TimeDelta::days(kept)));
            let published = period::published(archive)?;
            let figures = figures((rows, &view.marked), &window, &published, language);
            (figures.map_or(TrendState::Nothing, |figures| TrendState::Ready(Box::new(figures))), None, None)
        }
    };
    Ok(TrendScreen { state, open, stop })
}

/// `None`: no month is ripe of which anything is left.
fn figures(
    (rows, marked): (&[OwnCounted], &[OwnMarked]),
    window: &[Month],
    published: &[Published],
    language: Language,
) -> Option<TrendFigures> {
    let (first, last) = (*window.first()?, *window.last()?);
    let marked = marked.iter().filter(|one| (first.index()..=last.index()).contains(&one.month));
    let within =
        |from: Month, until: Month| rows.iter().filter(move |row| (from.index()..=until.index()).contains(&row.month));
    let row = |months: &[Month]| {
        let (from, until) = (*months.first()?, *months.last()?);
        let of = TrendOf::Months(year_month(from), year_month(until));
        Some(TrendRow { of, own: own(&counts(within(from, until))), rav: None })
    };
    let whole = counts(within(first, last));
    let rav = Period::between(published, first, last);
    let enough = whole.agreement().filter(stats::Proportion::is_enough);
    // Of three months from the newest back, so that the last row is whole.
    let mut quarters: Vec<TrendRow> = window.rchunks(ROW).filter_map(row).collect();
    quarters.reverse();
    Some(TrendFigures {
        period: (year_month(first), year_month(last)),
        is_shortened: window.len() < usize::try_from(PERIOD).unwrap_or_default(),
        own: own(&whole),
        counts: enough.map(|p| (p.successes, p.n)),
        not_judged: whole.unknown,
        unripe: rows.iter().filter(|row| row.month > last.index()).count() as u64,
        rav: rav.whole(),
        quarters,
        months: window.chunks(1).filter_map(row).collect(),
        groups: groups(within(first, last), &rav, language),
        remarks: (whole.remarks_medical, whole.remarks_communication),
        thanks: thanks(marked.clone()),
        themes: themes(marked),
    })
}

/// By broader group of the working diagnosis, as far as there is a judged ride in it.
fn groups<'a>(rows: impl Iterator<Item = &'a OwnCounted>, rav: &Period<'_>, language: Language) -> Vec<TrendRow> {
    let map = GroupMap::shipped();
    let mut of_group: BTreeMap<&str, Vec<&OwnCounted>> = BTreeMap::new();
    for row in rows {
        of_group.entry(publishing::group_key(&map, row.working_code)).or_default().push(row);
    }
    let mut found: Vec<(String, TrendRow)> = Vec::new();
    for (key, rows) in of_group {
        let counts = counts(rows.into_iter());
        if counts.judged() == 0 {
            continue;
        }
        let Some(group) = map.named(key).map(|id| map.group(id)) else { continue };
        let name = match language {
            Language::Dutch => group.name_nl.clone(),
            Language::English => group.name_en.clone(),
        };
        let rav: Option<RavFigure> = Some(rav.of_cell(publishing::GROUP, key));
        found.push((name.to_lowercase(), TrendRow { of: TrendOf::Group(name), own: own(&counts), rav }));
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found.into_iter().map(|(_, row)| row).collect()
}
