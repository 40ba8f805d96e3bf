//! Sums over published months: *de laatste 12 rijpe maanden* (STATISTICS §4).
//!
//! **Invariant:** hidden cells stay hidden, and a sum says how many months it leaves out, hidden or never published.
//! **Not here:** what is published (`publishing`), the chart by month (`medical_manager`).

use std::collections::BTreeSet;

use stats::{
    Month, PublishedCounts, PublishedMarks, PublishedMonth, SummedProportion, Value, sum_agreement, sum_proportion,
};
use store::Archive;
use viewmodel::{Cell, IntervalRow, Proportion, RavFigure, ShownProportion};

use crate::error::AppError;

/// Months of the fixed period.
const PERIOD: i32 = 12;

/// A month as it was published.
pub(crate) struct Published {
    pub(crate) month: Month,
    pub(crate) tables: PublishedMonth,
    /// What professionals ticked.
    pub(crate) marks: PublishedMarks,
}

/// As it is stored.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct PublishedTables {
    #[serde(flatten)]
    pub(crate) month: PublishedMonth,
    #[serde(default)]
    pub(crate) marks: PublishedMarks,
}

/// All published months whose suppression was proven, oldest first.
pub(crate) fn published(archive: &Archive) -> Result<Vec<Published>, AppError> {
    let rows = archive.store().published()?;
    let read = |row: store::PublishedRow| {
        let month = Month::from_index(row.month)?;
        let PublishedTables { month: tables, marks } = serde_json::from_slice(&row.tables).ok()?;
        Some(Published { month, tables, marks }).filter(|published| published.tables.proven)
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

pub(crate) fn year_month(month: Month) -> (i32, u32) {
    (month.year(), u32::from(month.number()))
}

/// The last twelve ripe months, as far as anything was published before them: published, or `None`.
pub(crate) struct Period<'a> {
    months: Vec<(Month, Option<&'a Published>)>,
}

/// A sum over the months of a period that show it.
pub(crate) struct Summed {
    pub(crate) cell: Cell,
    pub(crate) missing: u64,
}

impl<'a> Period<'a> {
    pub(crate) fn last_twelve(published: &'a [Published]) -> Self {
        let (Some(oldest), Some(newest)) = (published.first(), published.last()) else {
            return Self { months: Vec::new() };
        };
        let first = newest.month.plus(1 - PERIOD).unwrap_or(oldest.month).max(oldest.month);
        Self::between(published, first, newest.month)
    }

    /// These months, published or not.
    pub(crate) fn between(published: &'a [Published], first: Month, last: Month) -> Self {
        let of = |month: Month| published.iter().find(|p| p.month == month);
        Self { months: first.through(last).map(|month| (month, of(month))).collect() }
    }

    /// The agreement of the whole RAV, as it stands beside an own figure.
    pub(crate) fn whole(&self) -> RavFigure {
        self.beside(sum_agreement(self.published().map(|month| &month.tables.total)))
    }

    /// The agreement of one key of a dimension, likewise.
    pub(crate) fn of_cell(&self, dimension: &str, key: &str) -> RavFigure {
        self.beside(sum_agreement(self.published().filter_map(|month| month.tables.cell(dimension, key))))
    }

    fn beside(&self, summed: SummedProportion) -> RavFigure {
        if summed.shown + summed.hidden == 0 {
            return RavFigure::NotPublished;
        }
        match shown(&summed) {
            ShownProportion::Value(p) => {
                RavFigure::Shown { value: p.value, missing: summed.hidden as u64 + self.absent() }
            }
            ShownProportion::TooFew => RavFigure::TooFew,
            ShownProportion::Hidden | ShownProportion::Unripe => RavFigure::Hidden,
        }
    }

    pub(crate) fn ends(&self) -> Option<((i32, u32), (i32, u32))> {
        self.months.first().zip(self.months.last()).map(|((a, _), (b, _))| (year_month(*a), year_month(*b)))
    }

    pub(crate) fn published(&self) -> impl Iterator<Item = &'a Published> {
        self.months.iter().filter_map(|(_, month)| *month)
    }

    fn tables(&self) -> impl Iterator<Item = &'a PublishedMonth> {
        self.published().map(|published| &published.tables)
    }

    pub(crate) fn absent(&self) -> u64 {
        self.months.iter().filter(|(_, month)| month.is_none()).count() as u64
    }

    fn sum(&self, pair: fn(&PublishedCounts) -> (Value, Value)) -> (SummedProportion, u64) {
        let summed = sum_proportion(self.tables().map(|month| pair(&month.total)));
        (summed, summed.hidden as u64 + self.absent())
    }

    /// The word for a sum that has no value.
    fn word(&self, summed: &SummedProportion) -> Cell {
        match (self.months.is_empty(), summed.shown) {
            (true, _) => Cell::Unripe,
            (false, 0) => Cell::Hidden,
            (false, _) => Cell::TooFew,
        }
    }

    pub(crate) fn share(&self, pair: fn(&PublishedCounts) -> (Value, Value)) -> Summed {
        let (summed, missing) = self.sum(pair);
        let enough = summed.proportion.filter(stats::Proportion::is_enough);
        Summed { cell: enough.map_or_else(|| self.word(&summed), |p| Cell::Share(p.value)), missing }
    }

    pub(crate) fn agreement(&self) -> (ShownProportion, u64) {
        let (summed, missing) = self.sum(|t| (t.agreed, t.judged));
        let shown = if self.months.is_empty() { ShownProportion::Unripe } else { shown(&summed) };
        (shown, missing)
    }

    pub(crate) fn records(&self) -> Summed {
        let shown: Vec<u64> = self.tables().filter_map(|month| month.total.records.shown()).collect();
        let cell = match (self.months.is_empty(), shown.is_empty()) {
            (true, _) => Cell::Unripe,
            (false, true) => Cell::Hidden,
            (false, false) => Cell::Number(shown.iter().sum()),
        };
        Summed { cell, missing: (self.months.len() - shown.len()) as u64 }
    }

    /// Sum of published months per key, alphabetical by name.
    pub(crate) fn intervals(&self, dimension: &str, name: impl Fn(&str) -> Option<String>) -> Vec<IntervalRow> {
        let tables = self.tables().flat_map(|month| month.tables.iter().filter(|t| t.dimension == dimension));
        let keys: BTreeSet<&str> = tables.flat_map(|t| t.cells.iter().map(|(key, _)| key.as_str())).collect();
        let row = |key: &str| {
            // A month in which the key does not occur has nothing of it, and hides nothing.
            let summed = sum_agreement(self.tables().filter_map(|month| month.cell(dimension, key)));
            let missing = summed.hidden as u64 + self.absent();
            Some(IntervalRow { name: name(key)?, value: shown(&summed), missing })
        };
        let mut rows: Vec<IntervalRow> = keys.into_iter().filter_map(row).collect();
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        rows
    }
}

fn shown(summed: &SummedProportion) -> ShownProportion {
    match (summed.proportion.filter(stats::Proportion::is_enough), summed.shown) {
        (Some(p), _) => ShownProportion::Value(proportion(&p)),
        (None, 0) => ShownProportion::Hidden,
        (None, _) => ShownProportion::TooFew,
    }
}

pub(crate) fn proportion(p: &stats::Proportion) -> Proportion {
    Proportion { value: p.value, lower: p.interval.lower, upper: p.interval.upper, n: p.n }
}

#[cfg(test)]
mod tests {
    use stats::PublishedTable;

    use super::*;

    /// Agreed of judged; `None`: hidden.
    type Shown = Option<(u64, u64)>;

    fn counts(cell: Shown) -> PublishedCounts {
        let value = |n: Option<u64>| n.map_or(Value::Hidden, Value::Shown);
        let (agreed, judged) = (value(cell.map(|c| c.0)), value(cell.map(|c| c.1)));
        PublishedCounts {
            records: judged,
            judged,
            agreed,
            unknown: Value::Shown(0),
            remarks_medical: agreed,
            remarks_medical_of: judged,
            remarks_communication: Value::Hidden,
            remarks_communication_of: Value::Hidden,
        }
    }

    /// Months of 2026, 1 to 12, with their total and the cell of one hospital.
    fn months(cells: &[(u8, Shown, Shown)]) -> Vec<Published> {
        let one = |(month, total, noord): &(u8, Shown, Shown)| {
            let cells = vec![("Noord".to_owned(), counts(*noord))];
            let tables = vec![PublishedTable { dimension: "hospital".into(), cells }];
            let tables = PublishedMonth { total: counts(*total), tables, proven: true };
            Some(Published { month: Month::new(2026, *month)?, tables, marks: PublishedMarks::default() })
        };
        cells.iter().filter_map(one).collect()
    }

    fn n(shown: ShownProportion) -> Option<u64> {
        shown.shown().map(|p| p.n)
    }

    #[test]
    fn a_sum_says_how_many_months_it_leaves_out_hidden_or_never_published() {
        let published = months(&[(1, Some((80, 100)), None), (2, None, None), (5, Some((60, 90)), Some((20, 30)))]);
        let period = Period::last_twelve(&published);
        assert_eq!(period.ends(), Some(((2026, 1), (2026, 5))));
        let (agreement, missing) = period.agreement();
        assert_eq!((n(agreement), missing), (Some(190), 3), "February hides it; March and April were never published");
        let records = period.records();
        assert_eq!((records.cell, records.missing), (Cell::Number(190), 3));
        let medical = period.share(|t| (t.remarks_medical, t.remarks_medical_of));
        assert_eq!(medical.missing, 3);
    }

    #[test]
    fn what_every_month_hides_is_hidden_and_not_few() {
        let published = months(&[(1, Some((80, 100)), None), (2, Some((70, 90)), None)]);
        let period = Period::last_twelve(&published);
        let rows = period.intervals("hospital", |key| Some(key.to_owned()));
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].value, rows[0].missing), (ShownProportion::Hidden, 2));
        assert_eq!(period.share(|t| (t.remarks_communication, t.remarks_communication_of)).cell, Cell::Hidden);
    }

    #[test]
    fn a_row_with_shown_months_that_add_up_to_under_ten_is_few_and_not_hidden() {
        let published = months(&[(1, Some((80, 100)), Some((0, 0))), (2, Some((70, 90)), None)]);
        let rows = Period::last_twelve(&published).intervals("hospital", |key| Some(key.to_owned()));
        assert_eq!((rows[0].value, rows[0].missing), (ShownProportion::TooFew, 1));
    }

    #[test]
    fn a_row_counts_the_months_that_show_it() {
        let published = months(&[(1, Some((80, 100)), Some((20, 40))), (2, Some((70, 90)), None)]);
        let rows = Period::last_twelve(&published).intervals("hospital", |key| Some(key.to_owned()));
        assert_eq!((n(rows[0].value), rows[0].missing), (Some(40), 1));
    }

    #[test]
    fn with_nothing_published_no_month_is_ripe() {
        let period = Period::last_twelve(&[]);
        assert_eq!(period.ends(), None);
        assert_eq!(period.agreement(), (ShownProportion::Unripe, 0));
        assert_eq!(period.records().cell, Cell::Unripe);
        assert_eq!(period.share(|t| (t.unknown, t.records)).cell, Cell::Unripe);
    }

    #[test]
    fn the_period_is_twelve_calendar_months_whatever_is_missing_in_them() {
        let mut published = months(&[(12, Some((80, 100)), None)]);
        let january = Month::from_index(2025 * 12).into_iter();
        published.splice(
            0..0,
            january.flat_map(|month| {
                months(&[(1, Some((80, 100)), None)]).into_iter().map(move |p| Published { month, ..p })
            }),
        );
        let period = Period::last_twelve(&published);
        assert_eq!(period.ends(), Some(((2026, 1), (2026, 12))));
        assert_eq!(n(period.agreement().0), Some(100), "January 2025 lies before it");
        assert_eq!(period.agreement().1, 11);
    }
}
