//! Publishing a month: tables of one dimension that share a total, suppressed together.
//!
//! **Invariant:** what was published stays as it was; every table adds up to the total before anything is hidden.
//! **Not here:** the method (`suppress`, `audit`), keeping what is published (`store`), counting records (`app`).
//! Per cell eight values: m, n, a, u, and of either kind of remark how many records have one and of how many such remarks were
//! agreed; the complements d = n − a, records without a remark and records without such an agreement are never written down
//! but guarded as well. Source: STATISTICS §4.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::measures::{Counts, Proportion};
use crate::suppress::{CellId, SMALL_MAX, SuppressError, TableSet, Threshold};

/// A cell needs at least this many distinct professionals.
pub const PROFESSIONALS_MIN: u32 = 5;

/// Counts of one cell before publishing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CellCounts {
    /// What is counted.
    pub counts: Counts,
    /// Whether too few professionals stand behind it; see [`too_few_professionals`].
    pub too_few_professionals: bool,
}

/// Whether a cell is hidden for its professionals: fewer than five distinct ones, or one giving over half of the records.
///
/// `records` is how many records each professional of the cell took part in, `cell` how many the cell has.
#[must_use]
pub fn too_few_professionals(records: &[u64], cell: u64) -> bool {
    let distinct = records.iter().filter(|count| **count > 0).count();
    let greatest = records.iter().copied().max().unwrap_or(0);
    distinct < PROFESSIONALS_MIN as usize || greatest.saturating_mul(2) > cell
}

/// One table: a dimension and its keys. All keys together must make the total, so a key for *unknown* belongs to it;
/// a key without any record is best left out (its zero would cost another key's value).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OneWayTable {
    /// What the keys are: hospital, group, urgency, post.
    pub dimension: String,
    /// Key and counts; keys are unique.
    pub cells: Vec<(String, CellCounts)>,
}

/// A published count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Value {
    /// Shown.
    Shown(u64),
    /// *Verborgen*, whatever the reason.
    Hidden,
}

impl Value {
    /// The count, where it is shown.
    #[must_use]
    pub fn shown(self) -> Option<u64> {
        match self {
            Self::Shown(count) => Some(count),
            Self::Hidden => None,
        }
    }
}

/// A published cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PublishedCounts {
    /// *m*: records with a feedback part.
    pub records: Value,
    /// *n*: judged records.
    pub judged: Value,
    /// *a*: agreement yes.
    pub agreed: Value,
    /// *u*: *niet te beoordelen* or unknown.
    pub unknown: Value,
    /// Records with a remark on medical acting.
    pub remarks_medical: Value,
    /// Records whose work agreement lets remarks on medical acting in.
    pub remarks_medical_of: Value,
    /// Records with a remark on communication.
    pub remarks_communication: Value,
    /// Records whose work agreement lets remarks on communication in.
    pub remarks_communication_of: Value,
}

/// Values of a cell.
const VALUES: usize = 8;

impl PublishedCounts {
    /// M3: a/n, where both are shown.
    #[must_use]
    pub fn agreement(&self) -> Option<Proportion> {
        Proportion::new(self.agreed.shown()?, self.judged.shown()?)
    }

    /// M11 for medical acting, where both counts are shown.
    #[must_use]
    pub fn medical_remarks(&self) -> Option<Proportion> {
        Proportion::new(self.remarks_medical.shown()?, self.remarks_medical_of.shown()?)
    }

    /// M11 for communication, where both counts are shown.
    #[must_use]
    pub fn communication_remarks(&self) -> Option<Proportion> {
        Proportion::new(self.remarks_communication.shown()?, self.remarks_communication_of.shown()?)
    }

    fn values(&self) -> [Value; VALUES] {
        [
            self.records,
            self.judged,
            self.agreed,
            self.unknown,
            self.remarks_medical,
            self.remarks_medical_of,
            self.remarks_communication,
            self.remarks_communication_of,
        ]
    }

    fn of(values: [Value; VALUES]) -> Self {
        let [
            records,
            judged,
            agreed,
            unknown,
            remarks_medical,
            remarks_medical_of,
            remarks_communication,
            remarks_communication_of,
        ] = values;
        Self {
            records,
            judged,
            agreed,
            unknown,
            remarks_medical,
            remarks_medical_of,
            remarks_communication,
            remarks_communication_of,
        }
    }
}

/// A published table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedTable {
    /// What the keys are.
    pub dimension: String,
    /// Key and counts, in the order given.
    pub cells: Vec<(String, PublishedCounts)>,
}

/// A published month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedMonth {
    /// The whole.
    pub total: PublishedCounts,
    /// Its tables, in the order given.
    pub tables: Vec<PublishedTable>,
    /// Whether the audit proved every hidden cell; false only where what was published earlier gives one away.
    pub proven: bool,
}

impl PublishedMonth {
    /// The cell of a table.
    #[must_use]
    pub fn cell(&self, dimension: &str, key: &str) -> Option<&PublishedCounts> {
        let table = self.tables.iter().find(|table| table.dimension == dimension)?;
        table.cells.iter().find(|(name, _)| name == key).map(|(_, counts)| counts)
    }
}

/// A proportion over several published cells together: *de laatste 12 rijpe maanden*, a year.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SummedProportion {
    /// Over the cells that show both counts; `None` where none does, or none has anything to count.
    pub proportion: Option<Proportion>,
    /// Cells that show both.
    pub shown: usize,
    /// Cells that are hidden and so not in it.
    pub hidden: usize,
}

/// Adds up part and whole of published cells; hidden ones stay hidden and are counted. A cell that hides one of both counts
/// for neither.
pub fn sum_proportion(pairs: impl IntoIterator<Item = (Value, Value)>) -> SummedProportion {
    let (mut part, mut whole, mut shown, mut hidden) = (0, 0, 0, 0);
    for pair in pairs {
        match pair {
            (Value::Shown(a), Value::Shown(n)) => {
                part += a;
                whole += n;
                shown += 1;
            }
            (Value::Hidden, _) | (_, Value::Hidden) => hidden += 1,
        }
    }
    SummedProportion { proportion: Proportion::new(part, whole), shown, hidden }
}

/// The agreement of several published cells together.
pub fn sum_agreement<'a>(cells: impl IntoIterator<Item = &'a PublishedCounts>) -> SummedProportion {
    sum_proportion(cells.into_iter().map(|cell| (cell.agreed, cell.judged)))
}

/// Why a month cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// A table's cells do not add up to the total.
    #[error("table {dimension}: its cells do not add up to the total")]
    TotalDiffers {
        /// The table.
        dimension: String,
    },
    /// A cell has more remarks than records that may have one, or more of those than records.
    #[error("table {dimension}: a cell has more records with a remark than records that may have one")]
    RemarksExceedRecords {
        /// The table.
        dimension: String,
    },
    /// A key or a table stands there twice.
    #[error("table {dimension}: a key or the table itself is given twice")]
    Twice {
        /// The table.
        dimension: String,
    },
    /// What is given as published does not agree with the counts.
    #[error("the counts do not add up with what was published earlier")]
    GivenDisagrees(#[from] SuppressError),
}

/// Suppresses the tables of one month together with their common total.
///
/// `given` is what was published of the same month earlier: its cells come back unchanged, tables and keys that it lacks are
/// added around it.
///
/// # Errors
/// Where the tables do not add up, with each other or with what is given.
pub fn publish_month(
    total: &CellCounts,
    tables: &[OneWayTable],
    given: Option<&PublishedMonth>,
    threshold: Threshold,
) -> Result<PublishedMonth, PublishError> {
    check(&total.counts, tables)?;
    let mut set = TableSet::default();
    let mut builder = Builder { set: &mut set, threshold };
    let whole = builder.cell(total, given.map(|month| month.total), TOTAL_PRICE);
    let mut ids: Vec<Vec<[CellId; VALUES]>> = Vec::new();
    for table in tables {
        let earlier = |key: &str| given.and_then(|month| month.cell(&table.dimension, key)).copied();
        let cells: Vec<[CellId; VALUES]> =
            table.cells.iter().map(|(key, cell)| builder.cell(cell, earlier(key), 1)).collect();
        for (value, total) in whole.iter().enumerate() {
            builder.set.add_sum(*total, cells.iter().map(|cell| cell[value]).collect());
        }
        ids.push(cells);
    }
    let suppressed = set.suppress()?;
    let shown = |cell: &[CellId; VALUES]| {
        PublishedCounts::of(cell.map(|id| match suppressed.is_shown(id) {
            true => Value::Shown(set.count(id)),
            false => Value::Hidden,
        }))
    };
    let published = |(table, cells): (&OneWayTable, &Vec<[CellId; VALUES]>)| PublishedTable {
        dimension: table.dimension.clone(),
        cells: table.cells.iter().zip(cells).map(|((key, _), cell)| (key.clone(), shown(cell))).collect(),
    };
    Ok(PublishedMonth {
        total: shown(&whole),
        tables: tables.iter().zip(&ids).map(published).collect(),
        proven: suppressed.is_proven(),
    })
}

/// Proves a published month anew, from what it shows and the counts it was made of: whether no hidden value can be worked
/// out, nor bounded to fewer than six values.
///
/// # Errors
/// Where the tables do not add up, with each other or with what is shown.
pub fn prove_month(
    total: &CellCounts,
    tables: &[OneWayTable],
    published: &PublishedMonth,
) -> Result<bool, PublishError> {
    publish_month(total, tables, Some(published), Threshold::default()).map(|again| again.proven && again == *published)
}

fn check(total: &Counts, tables: &[OneWayTable]) -> Result<(), PublishError> {
    let remarks_fit = |counts: &Counts| {
        let of = [counts.remarks_medical_of, counts.remarks_communication_of];
        counts.remarks_medical <= of[0] && counts.remarks_communication <= of[1] && of[0].max(of[1]) <= counts.records()
    };
    if !remarks_fit(total) {
        return Err(PublishError::RemarksExceedRecords { dimension: String::new() });
    }
    let mut dimensions: BTreeMap<&str, ()> = BTreeMap::new();
    for table in tables {
        let dimension = table.dimension.clone();
        let mut keys: Vec<&str> = table.cells.iter().map(|(key, _)| key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.len() < table.cells.len() || dimensions.insert(&table.dimension, ()).is_some() {
            return Err(PublishError::Twice { dimension });
        }
        if !table.cells.iter().all(|(_, cell)| remarks_fit(&cell.counts)) {
            return Err(PublishError::RemarksExceedRecords { dimension });
        }
        if table.cells.iter().map(|(_, cell)| cell.counts).sum::<Counts>() != *total {
            return Err(PublishError::TotalDiffers { dimension });
        }
    }
    Ok(())
}

// Losing the total hurts every table.
const TOTAL_PRICE: u64 = 1000;
// Agreement and its denominator are what the charts need; u costs least. In the order of `PublishedCounts::values`.
const PRICES: [u64; VALUES] = [5, 6, 4, 1, 2, 2, 2, 2];

struct Builder<'a> {
    set: &'a mut TableSet,
    threshold: Threshold,
}

impl Builder<'_> {
    /// Adds one cell's values and complements, and hides what is small.
    fn cell(&mut self, cell: &CellCounts, given: Option<PublishedCounts>, price: u64) -> [CellId; VALUES] {
        let counts = &cell.counts;
        let (m, n) = (counts.records(), counts.judged());
        let remarks = [
            (counts.remarks_medical, counts.remarks_medical_of),
            (counts.remarks_communication, counts.remarks_communication_of),
        ];
        let [(medical, medical_of), (communication, communication_of)] = remarks;
        let values = [m, n, counts.agreed, counts.unknown, medical, medical_of, communication, communication_of];
        let mut ids = [CellId(0); VALUES];
        for (at, count) in values.into_iter().enumerate() {
            ids[at] = self.set.add(count, PRICES[at] * price);
        }
        let [records, judged, agreed, unknown, medical, medical_of, communication, communication_of] = ids;
        self.set.add_sum(records, vec![judged, unknown]);
        self.complement(judged, agreed, n - counts.agreed);
        let k = self.threshold.k();
        if n < k {
            [judged, agreed].into_iter().for_each(|id| self.set.hide(id));
        }
        for ((given, of), (part, whole)) in
            remarks.into_iter().zip([(medical, medical_of), (communication, communication_of)])
        {
            self.complement(whole, part, of - given);
            self.complement(records, whole, m - of);
            // Nobody agreed on it: that says nothing of a patient.
            if (1..k).contains(&of) {
                [part, whole].into_iter().for_each(|id| self.set.hide(id));
            }
        }
        if m < k || cell.too_few_professionals {
            ids.into_iter().for_each(|id| self.set.hide(id));
        }
        if let Some(given) = given {
            ids.iter().zip(given.values()).for_each(|(id, value)| self.set.give(*id, value.shown()));
        }
        ids
    }

    /// The rest of `whole` beside `part`; a small rest hides the part.
    fn complement(&mut self, whole: CellId, part: CellId, rest: u64) {
        let id = self.set.add_complement(rest);
        self.set.add_sum(whole, vec![part, id]);
        if (1..=SMALL_MAX).contains(&rest) {
            self.set.hide(part);
        }
    }
}

#[cfg(test)]
mod quality;
#[cfg(test)]
mod tests;
