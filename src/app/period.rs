//! Sums over published months: *de laatste 12 rijpe maanden* (STATISTICS §4).
//!
//! **Invariant:** hidden cells stay hidden, and a sum says how many months it leaves out, hidden or never published.
//! **Not here:** what is published (`publishing`), the chart by month (`medical_manager`).

use std::collections::BTreeSet;

use stats::{Month, PublishedCounts, PublishedMonth, SummedProportion, Value, sum_agreement, sum_proportion};
use store::Archive;
use viewmodel::{Cell, IntervalRow, Proportion, ShownProportion};

use crate::error::AppError;

/// Months of the fixed period.
const PERIOD: i32 = 12;

/// A month as it was published.
pub(crate) struct Published {
    pub(crate) month: Month,
    pub(crate) tables: PublishedMonth,
}

/// All published months whose suppression was proven, oldest first.
pub(crate) fn published(archive: &Archive) -> Result<Vec<Published>, AppError> {
    let rows = archive.store().published()?;
    let read = |row: store::PublishedRow| {
        let month = Month::from_index(row.month)?;
        let tables: PublishedMonth = serde_json::from_slice(&row.tables).ok()?;
        Some(Published { month, tables }).filter(|published| published.tables.proven)
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

pub(crate) fn year_month(month: Month) -> (i32, u32) {
    (month.year(), u32::from(month.number()))
}

/// The last twelve ripe months, as far as anything was published before them: published, or `None`.
pub(crate) struct Period<'a> {
    months: Vec<(Month, Option<&'a PublishedMonth>)>,
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
        let of = |month: Month| published.iter().find(|p| p.month == month).map(|p| &p.tables);
        let first = newest.month.plus(1 - PERIOD).unwrap_or(oldest.month).max(oldest.month);
        Self { months: first.through(newest.month).map(|month| (month, of(month))).collect() }
    }

    pub(crate) fn ends(&self) -> Option<((i32, u32), (i32, u32))> {
        self.months.first().zip(self.months.last()).map(|((a, _), (b, _))| (year_month(*a), year_month(*b)))
    }

    fn published(&self) -> impl Iterator<Item = &'a PublishedMonth> {
        self.months.iter().filter_map(|(_, month)| *month)
    }

    fn absent(&self) -> u64 {
        self.months.iter().filter(|(_, month)| month.is_none()).count() as u64
    }

    fn sum(&self, pair: fn(&PublishedCounts) -> (Value, Value)) -> (SummedProportion, u64) {
        let summed = sum_proportion(self.published().map(|month| pair(&month.total)));
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
        let shown: Vec<u64> = self.published().filter_map(|month| month.total.records.shown()).collect();
        let cell = match (self.months.is_empty(), shown.is_empty()) {
            (true, _) => Cell::Unripe,
            (false, true) => Cell::Hidden,
            (false, false) => Cell::Number(shown.iter().sum()),
        };
        Summed { cell, missing: (self.months.len() - shown.len()) as u64 }
    }

    /// Sum of published months per key, alphabetical by name.
    pub(crate) fn intervals(&self, dimension: &str, name: impl Fn(&str) -> Option<String>) -> Vec<IntervalRow> {
        let tables = self.published().flat_map(|month| month.tables.iter().filter(|t| t.dimension == dimension));
        let keys: BTreeSet<&str> = tables.flat_map(|t| t.cells.iter().map(|(key, _)| key.as_str())).collect();
        let row = |key: &str| {
            // A month in which the key does not occur has nothing of it, and hides nothing.
            let summed = sum_agreement(self.published().filter_map(|month| month.cell(dimension, key)));
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

fn proportion(p: &stats::Proportion) -> Proportion {
    Proportion { value: p.value, lower: p.interval.lower, upper: p.interval.upper, n: p.n }
}
