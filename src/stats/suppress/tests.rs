//! Tests of suppression on tables with two dimensions, against every table that could be.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::*;

/// Rows × columns with margins and total.
struct TwoWay {
    set: TableSet,
    inner: Vec<Vec<CellId>>,
    rows: Vec<CellId>,
    columns: Vec<CellId>,
    total: CellId,
}

fn two_way(counts: &[Vec<u64>]) -> TwoWay {
    let mut set = TableSet::default();
    let inner: Vec<Vec<CellId>> =
        counts.iter().map(|row| row.iter().map(|count| set.add(*count, 1)).collect()).collect();
    let rows: Vec<CellId> = counts.iter().map(|row| set.add(row.iter().sum(), 20)).collect();
    let width = counts[0].len();
    let columns: Vec<CellId> =
        (0..width).map(|column| set.add(counts.iter().map(|row| row[column]).sum(), 20)).collect();
    let total = set.add(counts.iter().flatten().sum(), 400);
    for (row, margin) in inner.iter().zip(&rows) {
        set.add_sum(*margin, row.clone());
    }
    for (column, margin) in columns.iter().enumerate() {
        set.add_sum(*margin, inner.iter().map(|row| row[column]).collect());
    }
    set.add_sum(total, rows.clone());
    set.add_sum(total, columns.clone());
    TwoWay { set, inner, rows, columns, total }
}

#[test]
fn the_ranges_of_the_drawing_recipes_picture() {
    // charts.md §6: 9 left in each row; with the columns known too the ranges are 0–7 and 2–9.
    let mut table = two_way(&[vec![4, 5, 30], vec![3, 6, 40]]);
    for cell in [0, 1].into_iter().flat_map(|row| [table.inner[row][0], table.inner[row][1]]) {
        table.set.give(cell, None);
    }
    let suppressed = table.set.suppress().unwrap();
    assert!(suppressed.is_proven());
    let ranges: Vec<(u64, Option<u64>)> = table.set.audit(&suppressed).iter().map(|r| (r.lower, r.upper)).collect();
    assert_eq!(ranges, [(0, Some(7)), (2, Some(9)), (0, Some(7)), (2, Some(9))]);
}

#[test]
fn a_small_cell_takes_a_rectangle_with_it() {
    let table = two_way(&[vec![3, 20, 30], vec![25, 22, 31], vec![40, 50, 60]]);
    let suppressed = table.set.suppress().unwrap();
    assert!(suppressed.is_proven());
    let hidden: Vec<(usize, usize)> = (0..3)
        .flat_map(|row| (0..3).map(move |column| (row, column)))
        .filter(|(row, column)| !suppressed.is_shown(table.inner[*row][*column]))
        .collect();
    assert_eq!(hidden, [(0, 0), (0, 1), (1, 0), (1, 1)]);
    assert!(table.rows.iter().chain(&table.columns).all(|cell| suppressed.is_shown(*cell)));
    assert!(suppressed.is_shown(table.total));
}

#[test]
fn a_zero_that_would_give_away_a_hidden_cell_is_no_cover() {
    // The only other cell of the row is 0: together they are 3, a range of 0–3; the margin has to go as well.
    let table = two_way(&[vec![3, 0], vec![25, 31]]);
    let suppressed = table.set.suppress().unwrap();
    assert!(suppressed.is_proven());
    assert!(!suppressed.is_shown(table.rows[0]));
}

#[test]
fn a_cell_given_away_by_what_was_published_is_not_called_proven() {
    let mut set = TableSet::default();
    let (first, second, total) = (set.add(3, 1), set.add(40, 1), set.add(43, 1));
    set.add_sum(total, vec![first, second]);
    set.give(second, Some(40));
    set.give(total, Some(43));
    let suppressed = set.suppress().unwrap();
    assert!(!suppressed.is_shown(first));
    assert!(suppressed.is_shown(second) && suppressed.is_shown(total), "published stays published");
    assert!(!suppressed.is_proven());
}

#[test]
fn counts_that_do_not_add_up_are_refused() {
    let mut set = TableSet::default();
    let (part, total) = (set.add(30, 1), set.add(31, 1));
    set.add_sum(total, vec![part]);
    assert_eq!(set.suppress(), Err(SuppressError::SumsDisagree { sum: 0 }));
}

#[test]
fn a_quarter_is_protected_together_with_its_published_months() {
    // Two hospitals by month; the quarter's sums are shown, so the one hidden month must not follow from them.
    let mut set = TableSet::default();
    let months: [[u64; 2]; 3] = [[3, 40], [20, 45], [30, 50]];
    let ids = months.map(|month| month.map(|count| set.add(count, 1)));
    for month in ids {
        set.give(month[0], None);
        set.give(month[1], None);
    }
    let quarter = [0, 1].map(|hospital| set.add(months.iter().map(|month| month[hospital]).sum(), 1));
    for (hospital, total) in quarter.into_iter().enumerate() {
        set.add_sum(total, ids.iter().map(|month| month[hospital]).collect());
    }
    let suppressed = set.suppress().unwrap();
    assert!(suppressed.is_proven());
    assert!(quarter.into_iter().all(|total| suppressed.is_shown(total)));
    // With two of the three months shown, the quarter would give the third away.
    for (month, count) in ids.into_iter().zip(months).skip(1) {
        set.give(month[0], Some(count[0]));
    }
    let suppressed = set.suppress().unwrap();
    assert!(!suppressed.is_shown(quarter[0]) && suppressed.is_shown(quarter[1]) && suppressed.is_proven());
}

/// Every table of whole numbers up to `TOP` that agrees with what is shown: least and greatest of each cell.
struct Search<'a> {
    table: &'a TwoWay,
    suppressed: &'a Suppressed,
    width: usize,
    filled: Vec<u64>,
    ends: Vec<(u64, u64)>,
}

const TOP: u64 = 12;

impl Search<'_> {
    fn known(&self, cell: CellId) -> Option<u64> {
        self.suppressed.is_shown(cell).then(|| self.table.set.count(cell))
    }

    fn go(&mut self) {
        let at = self.filled.len();
        let (row, column) = (at / self.width, at % self.width);
        if row == self.table.inner.len() {
            return self.note();
        }
        let choices = match self.known(self.table.inner[row][column]) {
            Some(count) => count..=count,
            None => 0..=TOP,
        };
        for value in choices {
            self.filled.push(value);
            if self.fits(row, column) {
                self.go();
            }
            self.filled.pop();
        }
    }

    fn fits(&self, row: usize, column: usize) -> bool {
        let in_row: u64 = self.filled[row * self.width..].iter().sum();
        let in_column: u64 = self.filled.iter().skip(column).step_by(self.width).sum();
        let row_full = column + 1 == self.width;
        let column_full = row + 1 == self.table.inner.len();
        let agrees = |margin: CellId, sum: u64, full: bool| {
            self.known(margin).is_none_or(|known| if full { sum == known } else { sum <= known })
        };
        let all: u64 = self.filled.iter().sum();
        agrees(self.table.rows[row], in_row, row_full)
            && agrees(self.table.columns[column], in_column, column_full)
            && agrees(self.table.total, all, row_full && column_full)
    }

    fn note(&mut self) {
        let mut values = self.filled.clone();
        values.extend(self.filled.chunks(self.width).map(|row| row.iter().sum::<u64>()));
        for column in 0..self.width {
            values.push(self.filled.iter().skip(column).step_by(self.width).sum());
        }
        values.push(self.filled.iter().sum());
        for (ends, value) in self.ends.iter_mut().zip(values) {
            *ends = (ends.0.min(value), ends.1.max(value));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_table_that_could_be_leaves_each_hidden_cell_its_range(
        counts in prop::collection::vec(prop::collection::vec(0_u64..=7, 3), 2),
    ) {
        let table = two_way(&counts);
        let suppressed = table.set.suppress().unwrap();
        prop_assert!(suppressed.is_proven());
        let cells = 6 + 2 + 3 + 1;
        let mut search = Search { table: &table, suppressed: &suppressed, width: 3, filled: Vec::new(), ends: vec![(u64::MAX, 0); cells] };
        // With all margins hidden there is nothing to search: whatever is hidden is free.
        if (6..cells).any(|cell| suppressed.is_shown(CellId(cell))) {
            search.go();
            for (cell, (least, greatest)) in search.ends.iter().enumerate() {
                if suppressed.is_shown(CellId(cell)) {
                    prop_assert!(!(1..=4).contains(&table.set.count(CellId(cell))));
                } else {
                    prop_assert!(greatest - least >= RANGE_MIN, "cell {cell}: {least}–{greatest}");
                }
            }
        }
    }

    #[test]
    fn the_audit_never_claims_more_than_the_truth_allows(
        counts in prop::collection::vec(prop::collection::vec(0_u64..=30, 3), 3),
    ) {
        let table = two_way(&counts);
        let suppressed = table.set.suppress().unwrap();
        for range in table.set.audit(&suppressed) {
            let truth = table.set.count(range.cell);
            prop_assert!(range.is_wide());
            prop_assert!(range.lower <= truth && range.upper.is_none_or(|upper| truth <= upper));
        }
    }
}
