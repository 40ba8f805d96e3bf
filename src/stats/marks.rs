//! What professionals tick of a record: thanks, a working diagnosis taken over differently, and themes of communication (M12).
//!
//! A record counts once per mark, however many of its crew tick it. **Invariant:** each published count stands by itself: no sum of
//! them is published, so that a hidden one follows from no other. **Not here:** who ticked; nobody knows.
//! Source: STATISTICS M12 and §4.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    publish::Value,
    suppress::{SMALL_MAX, Threshold},
};

/// The records that have each of `N` marks, each record once. A mark that is not below `N` is left out.
pub fn records_by_mark<const N: usize>(ticks: impl IntoIterator<Item = (u32, usize)>) -> [BTreeSet<u32>; N] {
    let mut records: [BTreeSet<u32>; N] = std::array::from_fn(|_| BTreeSet::new());
    for (record, mark) in ticks {
        if let Some(records) = records.get_mut(mark) {
            records.insert(record);
        }
    }
    records
}

/// How many records have a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MarkCount {
    /// Each once.
    pub count: u64,
    /// Whether too few professionals stand behind these records; see [`crate::too_few_professionals`].
    pub too_few_professionals: bool,
}

/// What may be said of a count of marks among `of` records, as these are published: hidden with them, below k of them, from 1 to 4,
/// with 1 to 4 left, and where too few professionals stand behind it.
#[must_use]
pub fn publish_mark(marked: MarkCount, of: Value, threshold: Threshold) -> Value {
    let Value::Shown(of) = of else { return Value::Hidden };
    let MarkCount { count, too_few_professionals } = marked;
    let is_small = |n: u64| (1..=SMALL_MAX).contains(&n);
    // More marks than records: what is published is not what they were made of.
    let Some(rest) = of.checked_sub(count) else { return Value::Hidden };
    let few = count > 0 && too_few_professionals;
    if of < threshold.k() || is_small(count) || is_small(rest) || few { Value::Hidden } else { Value::Shown(count) }
}

/// Marks of one hospital, as published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HospitalMarks {
    /// As in the table by hospital.
    pub hospital: String,
    /// Records with thanks.
    pub thanks: Value,
    /// Records whose working diagnosis was taken over differently.
    pub differently: Value,
}

/// Marks of one month, as published.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PublishedMarks {
    /// By hospital.
    pub hospitals: Vec<HospitalMarks>,
    /// By theme, in the order of the screens: records with a remark on communication that is about it.
    pub themes: Vec<Value>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::sum_proportion;

    fn of(count: u64) -> MarkCount {
        MarkCount { count, too_few_professionals: false }
    }

    #[test]
    fn a_record_counts_once_per_mark_however_many_tick_it() {
        // Three of a crew say of record 7 that it is about theme 0, one of them about theme 2 too; record 9 has theme 0.
        let ticks = [(7, 0), (7, 0), (7, 2), (7, 0), (9, 0), (9, 0)];
        let records = records_by_mark::<4>(ticks);
        assert_eq!(records.each_ref().map(BTreeSet::len), [2, 0, 1, 0]);
        assert!(records[0].contains(&7) && records[0].contains(&9) && records[2].contains(&7));
        assert_eq!(records_by_mark::<2>([(1, 2)]).each_ref().map(BTreeSet::len), [0, 0], "no such mark");
    }

    #[test]
    fn small_counts_small_rests_and_small_wholes_are_hidden_and_nought_is_not() {
        let shown = |count, whole| publish_mark(of(count), Value::Shown(whole), Threshold::default()).shown();
        assert_eq!(shown(12, 60), Some(12));
        assert_eq!(shown(0, 60), Some(0));
        assert_eq!([1, 4, 5].map(|count| shown(count, 60)), [None, None, Some(5)]);
        // 60 − 56 = 4 left, 60 − 55 = 5 left, none left.
        assert_eq!([56, 55, 60].map(|count| shown(count, 60)), [None, Some(55), Some(60)]);
        assert_eq!([shown(0, 9), shown(5, 10), shown(6, 5)], [None, Some(5), None]);
        assert_eq!(publish_mark(of(12), Value::Hidden, Threshold::default()), Value::Hidden);
        let raised = Threshold::new(61).unwrap();
        assert_eq!(publish_mark(of(12), Value::Shown(60), raised), Value::Hidden);
    }

    #[test]
    fn what_one_professional_ticked_alone_is_hidden() {
        let alone = MarkCount { count: 12, too_few_professionals: true };
        assert_eq!(publish_mark(alone, Value::Shown(60), Threshold::default()), Value::Hidden);
        let nobody = MarkCount { count: 0, too_few_professionals: true };
        assert_eq!(publish_mark(nobody, Value::Shown(60), Threshold::default()), Value::Shown(0), "nobody ticked it");
    }

    #[test]
    fn a_theme_is_a_share_of_the_remarks_over_the_months_that_show_it() {
        // 12 of 60, hidden of 40, 9 of 45: 21 of 105 is 20 %; themes overlap, so that shares may make more than the whole.
        let months = [
            (Value::Shown(12), Value::Shown(60)),
            (Value::Hidden, Value::Shown(40)),
            (Value::Shown(9), Value::Shown(45)),
        ];
        let summed = sum_proportion(months);
        let share = summed.proportion.unwrap();
        assert_eq!((share.successes, share.n, summed.hidden), (21, 105, 1));
        assert!((share.value - 0.2).abs() < 1e-12);
    }
}
