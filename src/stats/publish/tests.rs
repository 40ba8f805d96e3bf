//! Tests of publishing a month: what is small is hidden, and nothing hidden can be worked out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;

use super::*;
use crate::audit::RANGE_MIN;

fn cell(agreed: u64, not_agreed: u64, unknown: u64) -> CellCounts {
    let records = agreed + not_agreed + unknown;
    let counts = Counts {
        agreed,
        not_agreed,
        unknown,
        remarks_medical_of: records,
        remarks_communication_of: records,
        ..Counts::default()
    };
    CellCounts { counts, too_few_professionals: false }
}

fn table(dimension: &str, cells: &[CellCounts]) -> OneWayTable {
    let named = cells.iter().enumerate().map(|(index, cell)| (format!("k{index}"), *cell));
    OneWayTable { dimension: dimension.to_owned(), cells: named.collect() }
}

fn total(cells: &[CellCounts]) -> CellCounts {
    CellCounts { counts: cells.iter().map(|cell| cell.counts).sum(), too_few_professionals: false }
}

fn publish(cells: &[CellCounts]) -> PublishedMonth {
    publish_month(&total(cells), &[table("hospital", cells)], None, Threshold::default()).unwrap()
}

#[test]
fn large_counts_are_shown_as_they_are() {
    let month = publish(&[cell(80, 20, 10), cell(60, 30, 5), cell(50, 9, 0)]);
    assert!(month.proven);
    assert_eq!(month.total.judged, Value::Shown(249));
    let first = month.cell("hospital", "k0").unwrap();
    assert_eq!(first.values().map(Value::shown), [110, 100, 80, 10, 0, 110, 0, 110].map(Some));
    assert_eq!(first.agreement().unwrap().n, 100);
}

#[test]
fn a_small_not_agreed_is_hidden_and_a_second_one_with_it() {
    // d = 3 in the first row: a is hidden; the column of a adds up to a shown total, so another a is hidden too.
    let month = publish(&[cell(37, 3, 5), cell(60, 30, 5), cell(50, 9, 5)]);
    assert!(month.proven);
    assert_eq!(month.cell("hospital", "k0").unwrap().agreed, Value::Hidden);
    assert_eq!(month.cell("hospital", "k0").unwrap().judged, Value::Shown(40));
    let hidden = month.tables[0].cells.iter().filter(|(_, c)| c.agreed == Value::Hidden).count();
    assert_eq!(hidden, 2);
    assert_eq!(month.total.agreed, Value::Shown(147));
}

#[test]
fn two_groups_under_ten_do_not_follow_from_the_total() {
    let month = publish(&[cell(6, 0, 0), cell(0, 4, 0), cell(80, 20, 0), cell(70, 25, 0)]);
    assert!(month.proven);
    for key in ["k0", "k1"] {
        assert_eq!(month.cell("hospital", key).unwrap().judged, Value::Hidden);
    }
    assert_eq!(month.total.judged, Value::Shown(205));
}

#[test]
fn a_month_of_a_few_records_shows_nothing() {
    let month = publish(&[cell(2, 1, 0), cell(3, 1, 1)]);
    assert!(month.proven);
    let all = month.tables[0].cells.iter().map(|(_, c)| *c).chain([month.total]);
    assert!(all.flat_map(|c| c.values()).all(|value| value == Value::Hidden));
}

#[test]
fn too_few_professionals_hide_the_whole_cell() {
    let mut cells = [cell(80, 20, 10), cell(60, 30, 5), cell(50, 9, 6)];
    cells[1].too_few_professionals = true;
    let month = publish(&cells);
    assert!(month.cell("hospital", "k1").unwrap().values().iter().all(|value| *value == Value::Hidden));
    assert!(month.proven);
}

#[test]
fn five_professionals_of_whom_none_gives_over_half_are_enough() {
    assert!(!too_few_professionals(&[5, 2, 1, 1, 1], 10));
    assert!(too_few_professionals(&[6, 1, 1, 1, 1], 10));
    assert!(too_few_professionals(&[3, 3, 2, 2], 10));
    assert!(too_few_professionals(&[3, 3, 2, 2, 0], 10), "who took part in none does not count");
    assert!(too_few_professionals(&[], 0));
}

#[test]
fn what_was_published_stays_and_new_tables_are_fitted_round_it() {
    let cells = [cell(37, 3, 5), cell(60, 30, 5), cell(50, 9, 5)];
    let first = publish(&cells);
    let halves = [cell(100, 2, 12), cell(47, 40, 3)];
    let tables = [table("hospital", &cells), table("urgency", &halves)];
    let again = publish_month(&total(&cells), &tables, Some(&first), Threshold::default()).unwrap();
    assert_eq!(again.tables[0], first.tables[0]);
    assert_eq!(again.total, first.total);
    assert_eq!(again.cell("urgency", "k0").unwrap().agreed, Value::Hidden);
    assert_eq!(again.cell("urgency", "k1").unwrap().agreed, Value::Hidden, "else k0 would follow from the total");
    assert!(again.proven);
}

#[test]
fn tables_that_do_not_add_up_are_refused() {
    let cells = [cell(37, 3, 5), cell(60, 30, 5)];
    let wrong = publish_month(&cell(97, 33, 11), &[table("hospital", &cells)], None, Threshold::default());
    assert_eq!(wrong, Err(PublishError::TotalDiffers { dimension: "hospital".to_owned() }));
    let twice = [table("hospital", &cells), table("hospital", &cells)];
    assert!(matches!(
        publish_month(&total(&cells), &twice, None, Threshold::default()),
        Err(PublishError::Twice { .. })
    ));
}

#[test]
fn a_month_that_shows_too_much_is_not_proven() {
    let cells = [cell(37, 3, 5), cell(60, 30, 5), cell(50, 9, 5)];
    let tables = [table("hospital", &cells)];
    let mut month = publish(&cells);
    assert_eq!(prove_month(&total(&cells), &tables, &month), Ok(true));
    // The cell hidden for the first one's sake is shown after all: the first follows from the total.
    let second = month.tables[0].cells.iter_mut().rfind(|(_, c)| c.agreed == Value::Hidden).unwrap();
    second.1.agreed = Value::Shown(50);
    assert_eq!(prove_month(&total(&cells), &tables, &month), Ok(false));
}

#[test]
fn hidden_months_are_counted_and_not_guessed() {
    let month = publish(&[cell(37, 3, 5), cell(60, 30, 5), cell(50, 9, 5)]);
    let sum = sum_agreement(month.tables[0].cells.iter().map(|(_, counts)| counts));
    assert_eq!(sum.hidden, 2);
    assert_eq!(sum.shown, 1);
    assert!(sum.proportion.is_some());
    assert_eq!(sum_agreement(&[]).proportion, None);
}

#[test]
fn a_month_that_hides_one_of_two_counts_counts_for_neither() {
    let pairs =
        [(Value::Shown(5), Value::Shown(20)), (Value::Hidden, Value::Shown(40)), (Value::Shown(9), Value::Hidden)];
    let sum = sum_proportion(pairs);
    assert_eq!((sum.shown, sum.hidden), (1, 2));
    assert_eq!(sum.proportion.map(|p| (p.successes, p.n)), Some((5, 20)));
}

#[test]
fn a_hospital_without_an_agreement_on_remarks_stays_out_of_their_denominator() {
    let with = |given: u64, of: u64| {
        let mut cell = cell(80, 30, 10);
        cell.counts.remarks_medical = given;
        cell.counts.remarks_medical_of = of;
        cell
    };
    let month = publish(&[with(30, 120), with(0, 0), with(24, 120)]);
    assert!(month.proven);
    let shares = ["k0", "k1", "k2"].map(|key| month.cell("hospital", key).unwrap().medical_remarks().map(|p| p.n));
    assert_eq!(shares, [Some(120), None, Some(120)]);
    assert_eq!(month.total.medical_remarks().map(|p| (p.successes, p.n)), Some((54, 240)), "not of 360");
}

#[test]
fn a_denominator_of_remarks_that_is_small_or_nearly_all_is_hidden() {
    let of = |of: u64| {
        let mut cell = cell(80, 30, 10);
        cell.counts.remarks_medical_of = of;
        cell
    };
    let month = publish(&[of(7), of(118), of(60), of(60)]);
    assert!(month.proven);
    for key in ["k0", "k1"] {
        assert_eq!(month.cell("hospital", key).unwrap().remarks_medical_of, Value::Hidden, "{key}");
    }
}

#[test]
fn more_remarks_than_records_that_may_have_one_are_refused() {
    let mut cells = [cell(80, 20, 10), cell(60, 30, 5)];
    cells[0].counts.remarks_medical = 3;
    cells[0].counts.remarks_medical_of = 2;
    let refused = publish_month(&total(&cells), &[table("hospital", &cells)], None, Threshold::default());
    assert!(matches!(refused, Err(PublishError::RemarksExceedRecords { .. })));
}

#[test]
fn the_threshold_is_never_below_five() {
    assert_eq!(Threshold::new(4), None);
    assert_eq!(Threshold::new(5).map(Threshold::k), Some(5));
    assert_eq!(Threshold::default().k(), 10);
}

/// All whole-number values that the hidden *agreed* of one key can take, by trying every one: independent of the audit.
fn possible_agreed(month: &PublishedMonth, judged_total: u64, key: usize) -> Vec<u64> {
    let cells: Vec<PublishedCounts> = month.tables[0].cells.iter().map(|(_, c)| *c).collect();
    let bound = |c: &PublishedCounts| c.judged.shown().unwrap_or(judged_total);
    let known: u64 = cells.iter().filter_map(|c| c.agreed.shown()).sum();
    let Some(total) = month.total.agreed.shown() else { return (0..=bound(&cells[key])).collect() };
    let others: u64 = cells
        .iter()
        .enumerate()
        .filter(|(index, c)| *index != key && c.agreed == Value::Hidden)
        .map(|(_, c)| bound(c))
        .sum();
    let left = total - known;
    (left.saturating_sub(others)..=bound(&cells[key]).min(left)).collect()
}

fn any_cell() -> impl Strategy<Value = CellCounts> {
    let small_or_not = || prop_oneof![0_u64..6, 0_u64..60];
    let share = || prop_oneof![Just(1.0), 0.0..=1.0_f64];
    (small_or_not(), small_or_not(), small_or_not(), (share(), share()), (share(), share()), 0..12_u8).prop_map(
        |(a, d, u, (rm, rm_of), (rc, rc_of), few)| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "small"
            )]
            let share = |of: u64, part: f64| ((of as f64) * part) as u64;
            let (rm_of, rc_of) = (share(a + d + u, rm_of), share(a + d + u, rc_of));
            let counts = Counts {
                agreed: a,
                not_agreed: d,
                unknown: u,
                remarks_medical: share(rm_of, rm),
                remarks_medical_of: rm_of,
                remarks_communication: share(rc_of, rc),
                remarks_communication_of: rc_of,
            };
            CellCounts { counts, too_few_professionals: few == 0 }
        },
    )
}

/// The same records cut another way: every count dealt out over three keys.
fn recut(all: Counts) -> Vec<CellCounts> {
    let third = |count: u64, key: u64| count / 3 + u64::from(key < count % 3);
    let cells: Vec<CellCounts> =
        (0..3).map(|key| cell(third(all.agreed, key), third(all.not_agreed, key), third(all.unknown, key))).collect();
    cells
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_small_is_shown_and_nothing_shown_is_changed(cells in prop::collection::vec(any_cell(), 1..9)) {
        let month = publish(&cells);
        prop_assert!(month.proven);
        prop_assert_eq!(prove_month(&total(&cells), &[table("hospital", &cells)], &month), Ok(true));
        for ((_, published), cell) in month.tables[0].cells.iter().zip(&cells) {
            let counts = cell.counts;
            let truth = [
                counts.records(),
                counts.judged(),
                counts.agreed,
                counts.unknown,
                counts.remarks_medical,
                counts.remarks_medical_of,
                counts.remarks_communication,
                counts.remarks_communication_of,
            ];
            for (value, truth) in published.values().iter().zip(truth) {
                if let Value::Shown(count) = value {
                    prop_assert_eq!(*count, truth);
                    prop_assert!(!(1..=4).contains(count));
                    prop_assert!(!cell.too_few_professionals);
                }
            }
            if let (Some(n), Some(a)) = (published.judged.shown(), published.agreed.shown()) {
                prop_assert!(n >= 10 && !(1..=4).contains(&(n - a)));
            }
        }
    }

    #[test]
    fn trying_every_value_finds_at_least_six_for_each_hidden_one(cells in prop::collection::vec(any_cell(), 1..7)) {
        let month = publish(&cells);
        for (index, (_, published)) in month.tables[0].cells.iter().enumerate() {
            if published.agreed == Value::Hidden {
                let possible = possible_agreed(&month, 1000, index);
                prop_assert!(possible.len() as u64 > RANGE_MIN, "{possible:?}");
            }
        }
    }

    #[test]
    fn publishing_again_changes_nothing(cells in prop::collection::vec(any_cell(), 1..6)) {
        let bare: Vec<CellCounts> = cells.iter().map(|c| cell(c.counts.agreed, c.counts.not_agreed, c.counts.unknown)).collect();
        let first = publish(&bare);
        let all = total(&bare);
        let tables = [table("hospital", &bare), table("post", &recut(all.counts))];
        let again = publish_month(&all, &tables, Some(&first), Threshold::default()).unwrap();
        prop_assert_eq!(&again.tables[0], &first.tables[0]);
        prop_assert_eq!(again.total, first.total);
    }
}
