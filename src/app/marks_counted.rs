//! What professionals ticked, counted: published with a month's tables, summed over the last twelve ripe months for *Kwaliteit*.
//!
//! **Invariant:** ticks come here by ride alone; nothing here knows who ticked.
//! **Not here:** the rules of small numbers (`stats`), ticking (`store`, `professional`).

use domain::{Mark, Theme};
use stats::{
    HospitalMarks, MarkCount, PublishedMarks, PublishedMonth, SummedProportion, Threshold, Value, publish_mark,
    records_by_mark, sum_proportion,
};
use store::{Columns, Counted};
use viewmodel::{Cell, HospitalMarksRow, QualityMarks, ThemeRow};

use crate::{
    period::{Period, Published},
    publishing::{HOSPITAL, cell},
};

/// A month's marks, beside its tables as they are published.
pub(crate) fn of_month(columns: &Columns, rows: &[&Counted], month: &PublishedMonth) -> PublishedMarks {
    let ticks = columns.marks.iter().flat_map(|marked| {
        let of_mark = move |(at, mark): (usize, Mark)| marked.marks.has(mark).then_some((marked.ride, at));
        Mark::ALL.into_iter().enumerate().filter_map(of_mark)
    });
    let records = records_by_mark::<{ Mark::ALL.len() }>(ticks);
    let count = |mark: Mark, among: &dyn Fn(&Counted) -> bool, of: Value| {
        let at = Mark::ALL.iter().position(|one| *one == mark);
        let Some(records) = at.and_then(|at| records.get(at)) else { return Value::Hidden };
        let marked: Vec<&Counted> =
            rows.iter().copied().filter(|row| among(row) && records.contains(&row.ride)).collect();
        let too_few_professionals = cell(&marked, &columns.crews).too_few_professionals;
        publish_mark(MarkCount { count: marked.len() as u64, too_few_professionals }, of, Threshold::default())
    };
    let tables = month.tables.iter().filter(|table| table.dimension == HOSPITAL);
    let hospitals = tables.flat_map(|table| &table.cells).map(|(hospital, counts)| {
        let numbers: Vec<i64> =
            columns.hospitals.iter().filter(|(_, name)| name == hospital).map(|(n, _)| *n).collect();
        let here = |row: &Counted| numbers.contains(&row.hospital);
        HospitalMarks {
            hospital: hospital.clone(),
            thanks: count(Mark::Thanks, &here, counts.records),
            differently: count(Mark::TakenOverDifferently, &here, counts.records),
        }
    });
    let remark = |row: &Counted| row.figure.remark_communication && !row.figure.remark_communication_not_agreed;
    let theme = |theme| count(Mark::Theme(theme), &remark, month.total.remarks_communication);
    PublishedMarks { hospitals: hospitals.collect(), themes: Theme::ALL.map(theme).into() }
}

/// The key of a theme's words.
pub(crate) fn theme_key(theme: Theme) -> &'static str {
    match theme {
        Theme::HandoverComplete => "theme-handover",
        Theme::ChoiceOfHospital => "theme-hospital",
        Theme::MissedInformation => "theme-missed",
        Theme::Other => "theme-other",
    }
}

/// The sum of the values that are shown, and how many are not.
fn sum(values: impl Iterator<Item = Value>) -> (Cell, u64) {
    let (mut all, mut shown, mut hidden) = (0, 0_u64, 0);
    for value in values {
        match value {
            Value::Shown(count) => (all, shown) = (all + count, shown + 1),
            Value::Hidden => hidden += 1,
        }
    }
    (if shown == 0 { Cell::Hidden } else { Cell::Number(all) }, hidden)
}

/// The card of *Kwaliteit*: per hospital, and the themes as a share of the remarks on communication.
pub(crate) fn shown(period: &Period<'_>) -> QualityMarks {
    let absent = period.absent();
    let months: Vec<&Published> = period.published().collect();
    let mut names: Vec<&String> = months.iter().flat_map(|m| &m.marks.hospitals).map(|one| &one.hospital).collect();
    names.sort();
    names.dedup();
    let hospitals = names.into_iter().map(|name| {
        let of = |value: fn(&HospitalMarks) -> Value| {
            sum(months.iter().flat_map(|m| &m.marks.hospitals).filter(|one| one.hospital == *name).map(value))
        };
        let unknown = months.iter().filter_map(|m| m.tables.cell(HOSPITAL, name)).map(|counts| counts.unknown);
        let ((thanks, no_thanks), (differently, not_differently)) = (of(|one| one.thanks), of(|one| one.differently));
        HospitalMarksRow {
            name: name.clone(),
            thanks,
            differently,
            unknown: sum(unknown).0,
            missing: no_thanks.max(not_differently) + absent,
        }
    });
    let theme = |(at, theme): (usize, Theme)| {
        let pair = |m: &&Published| Some((*m.marks.themes.get(at)?, m.tables.total.remarks_communication));
        let summed: SummedProportion = sum_proportion(months.iter().filter_map(pair));
        let enough = summed.proportion.filter(stats::Proportion::is_enough);
        let word = match summed.shown {
            0 if months.is_empty() => Cell::Unripe,
            0 => Cell::Hidden,
            _ => Cell::TooFew,
        };
        ThemeRow {
            theme: theme_key(theme),
            count: enough.map_or(word, |p| Cell::Number(p.successes)),
            share: enough.map_or(word, |p| Cell::Share(p.value)),
            of: enough.map_or(word, |p| Cell::Number(p.n)),
            missing: summed.hidden as u64 + absent,
        }
    };
    QualityMarks { hospitals: hospitals.collect(), themes: Theme::ALL.into_iter().enumerate().map(theme).collect() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use domain::{Agreement, FigureContent, Marks};
    use stats::{Month, PublishedCounts, PublishedTable};
    use store::Marked;

    use super::*;

    /// Rides of one hospital, every second with a remark on communication, dealt out over crews of `people`.
    fn columns(rides: u32, people: u32) -> Columns {
        let row = |ride: u32| Counted {
            month: 24_312,
            hospital: 1,
            working_code: 0,
            urgency: 0,
            post: 0,
            ride,
            sent: 0,
            crew: 1 + ride % people,
            figure: FigureContent {
                agreement: Agreement::Yes,
                seh_code: 0,
                remark_medical: false,
                remark_communication: ride.is_multiple_of(2),
                remark_medical_not_agreed: false,
                remark_communication_not_agreed: false,
            },
        };
        let crews = std::iter::once(Vec::new()).chain((0..people).map(|p| vec![p])).collect();
        let hospitals = vec![(1, "Noord".to_owned())];
        Columns { rows: (0..rides).map(row).collect(), crews, hospitals, ..Columns::default() }
    }

    fn published(columns: &Columns, records: Value) -> (PublishedMonth, PublishedMarks) {
        let remarks = columns.rows.iter().filter(|row| row.figure.remark_communication).count() as u64;
        let counts = |records| PublishedCounts {
            records,
            judged: records,
            agreed: records,
            unknown: Value::Shown(7),
            remarks_medical: Value::Hidden,
            remarks_medical_of: Value::Hidden,
            remarks_communication: Value::Shown(remarks),
            remarks_communication_of: records,
        };
        let table = PublishedTable { dimension: HOSPITAL.into(), cells: vec![("Noord".into(), counts(records))] };
        let month = PublishedMonth { total: counts(records), tables: vec![table], proven: true };
        let rows: Vec<&Counted> = columns.rows.iter().collect();
        let marks = of_month(columns, &rows, &month);
        (month, marks)
    }

    fn ticked(rides: impl Iterator<Item = u32>, mark: Mark) -> impl Iterator<Item = Marked> {
        rides.map(move |ride| Marked { ride, marks: [mark].into_iter().collect::<Marks>() })
    }

    #[test]
    fn a_ride_is_counted_once_per_mark_for_its_hospital_and_themes_of_remarks_alone() {
        let mut columns = columns(60, 12);
        let theme = Mark::Theme(Theme::MissedInformation);
        // Twice ten thanks of the same ten rides; the theme of rides 0 to 23, of which twelve have a remark.
        columns.marks.extend(ticked(0..10, Mark::Thanks).chain(ticked(0..10, Mark::Thanks)));
        columns.marks.extend(ticked(0..24, theme).chain(ticked(90..99, Mark::Thanks)));
        let (month, marks) = published(&columns, Value::Shown(60));
        assert_eq!((marks.hospitals[0].thanks, marks.hospitals[0].differently), (Value::Shown(10), Value::Shown(0)));
        assert_eq!(marks.themes, [Value::Shown(0), Value::Shown(0), Value::Shown(12), Value::Shown(0)]);
        let published = [Published { month: Month::from_index(24_312).unwrap(), tables: month, marks }];
        let card = shown(&Period::last_twelve(&published));
        let row = &card.hospitals[0];
        assert_eq!((row.thanks, row.differently, row.unknown), (Cell::Number(10), Cell::Number(0), Cell::Number(7)));
        let theme = &card.themes[2];
        // 12 of 30 remarks.
        assert_eq!((theme.count, theme.of, theme.share), (Cell::Number(12), Cell::Number(30), Cell::Share(0.4)));
    }

    #[test]
    fn what_few_professionals_tick_or_a_hidden_hospital_has_is_hidden() {
        let mut few = columns(60, 12);
        // Rides 0, 12, 24, 36 and 48 are of one professional.
        few.marks.extend(ticked((0..60).step_by(12), Mark::Thanks));
        assert_eq!(published(&few, Value::Shown(60)).1.hospitals[0].thanks, Value::Hidden);
        let mut hidden = columns(60, 12);
        hidden.marks.extend(ticked(0..10, Mark::Thanks));
        assert_eq!(published(&hidden, Value::Shown(60)).1.hospitals[0].thanks, Value::Shown(10));
        let (month, marks) = published(&hidden, Value::Hidden);
        assert_eq!(marks.hospitals[0].thanks, Value::Hidden);
        let published = [Published { month: Month::from_index(24_312).unwrap(), tables: month, marks }];
        let row = &shown(&Period::last_twelve(&published)).hospitals[0];
        assert_eq!((row.thanks, row.missing), (Cell::Hidden, 1));
    }

    #[test]
    fn without_a_published_month_it_says_that_none_is_complete() {
        let card = shown(&Period::last_twelve(&[]));
        assert!(card.hospitals.is_empty() && card.themes.iter().all(|theme| theme.share == Cell::Unripe));
    }
}
