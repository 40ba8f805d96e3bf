//! A month of realistic size: quickly published, and most of it shown.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

/// A fixed sequence of numbers in [0, 1): the same month at every run.
struct Sequence(u64);

impl Sequence {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 33).unwrap()) / f64::from(1_u32 << 31)
    }

    /// An index with the given weights.
    fn pick(&mut self, weights: &[f64]) -> usize {
        let mut left = self.next() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            left -= weight;
            if left < 0.0 {
                return index;
            }
        }
        weights.len() - 1
    }
}

const HOSPITALS: [f64; 8] = [0.24, 0.2, 0.16, 0.12, 0.1, 0.08, 0.06, 0.04];
const GROUPS: [f64; 10] = [0.2, 0.18, 0.12, 0.12, 0.1, 0.09, 0.08, 0.05, 0.04, 0.02];
const URGENCIES: [f64; 4] = [0.1, 0.45, 0.35, 0.1];
const POSTS: [f64; 6] = [0.25, 0.2, 0.2, 0.15, 0.12, 0.08];

fn month(records: usize, seed: u64) -> (CellCounts, Vec<OneWayTable>) {
    let mut sequence = Sequence(seed);
    let mut tables: Vec<OneWayTable> = [("hospital", 8), ("group", 10), ("urgency", 4), ("post", 6)]
        .into_iter()
        .map(|(dimension, keys)| OneWayTable {
            dimension: dimension.to_owned(),
            cells: (0..keys).map(|key| (format!("{key:02}"), CellCounts::default())).collect(),
        })
        .collect();
    let mut total = CellCounts::default();
    for _ in 0..records {
        let outcome = sequence.pick(&[0.73, 0.2, 0.07]);
        let one = Counts {
            agreed: u64::from(outcome == 0),
            not_agreed: u64::from(outcome == 1),
            unknown: u64::from(outcome == 2),
            remarks_medical: u64::from(sequence.next() < 0.15),
            remarks_medical_of: 1,
            remarks_communication: u64::from(sequence.next() < 0.1),
            remarks_communication_of: 1,
        };
        total.counts += one;
        let keys = [&HOSPITALS[..], &GROUPS, &URGENCIES, &POSTS].map(|weights| sequence.pick(weights));
        for (table, key) in tables.iter_mut().zip(keys) {
            table.cells[key].1.counts += one;
        }
    }
    (total, tables)
}

fn shares(records: usize) -> (f64, f64) {
    let (mut cells, mut agreement, mut values) = (0.0, 0.0, 0.0);
    for seed in 0..12 {
        let (total, tables) = month(records, seed);
        let published = publish_month(&total, &tables, None, Threshold::default()).unwrap();
        assert!(published.proven);
        assert!(published.total.agreement().is_some(), "the total is the last thing to lose");
        for (_, cell) in published.tables.iter().flat_map(|table| &table.cells) {
            cells += 1.0;
            agreement += f64::from(u8::from(cell.agreement().is_some()));
            values +=
                f64::from(u8::try_from(cell.values().iter().filter(|v| v.shown().is_some()).count()).unwrap()) / 8.0;
        }
    }
    (agreement / cells, values / cells)
}

#[test]
fn most_of_a_month_of_1700_records_is_shown() {
    let (agreement, values) = shares(1700);
    assert!(agreement > 0.9 && values > 0.8, "{agreement} {values}");
}

#[test]
fn a_month_of_500_records_keeps_its_larger_cells() {
    let (agreement, values) = shares(500);
    assert!(agreement > 0.7 && values > 0.5, "{agreement} {values}");
}
