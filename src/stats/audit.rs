//! What a reader of everything shown can still work out about what is hidden.
//!
//! **Invariant:** a cell is called safe only with two whole-number witnesses, tables that agree with everything shown and
//! differ by at least [`RANGE_MIN`] in that cell, checked exactly; what cannot be shown this way counts as not safe.
//! **Not here:** choosing what to hide (`suppress`); knowledge from outside the tables.
//! Source: audit of suppressed tables by linear programming, Hundepool et al., *Statistical Disclosure Control* (2012), ch. 4.

use crate::simplex::{Ended, Towards, Vertex};
use crate::suppress::{CellId, TableSet};

/// Least distance between the ends of a hidden cell's range: 0–5 are six values, one more than "fewer than 5 values" asks,
/// and the "range of ≥ 5" of the drawing recipes.
pub const RANGE_MIN: u64 = 5;

/// What can be worked out about one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellRange {
    /// The cell.
    pub cell: CellId,
    /// The least value witnessed.
    pub lower: u64,
    /// The greatest value witnessed; `None` where it grows without end.
    pub upper: Option<u64>,
}

impl CellRange {
    /// Whether the ends lie at least [`RANGE_MIN`] apart.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.upper.is_none_or(|upper| upper - self.lower >= RANGE_MIN)
    }
}

/// How far the walks go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Until the range is wide enough.
    Enough,
    /// To both ends.
    Ends,
}

/// The ranges of all cells in `wanted` when the cells with `shown` are known.
pub(crate) fn ranges(set: &TableSet, shown: &[bool], wanted: &[CellId], depth: Depth) -> Vec<CellRange> {
    let known = determined(set, shown);
    let mut found: Vec<CellRange> = wanted
        .iter()
        .filter(|cell| known[cell.0])
        .map(|cell| CellRange { cell: *cell, lower: set.count(*cell), upper: Some(set.count(*cell)) })
        .collect();
    for block in blocks(set, &known) {
        let here: Vec<usize> = wanted.iter().map(|c| c.0).filter(|c| block.cells.binary_search(c).is_ok()).collect();
        if !here.is_empty() {
            found.extend(block.ranges(set, &here, depth));
        }
    }
    found.sort_by_key(|range| range.cell);
    found
}

/// Which cells are known: shown, or the only unknown of a sum, again and again until nothing new follows.
pub(crate) fn determined(set: &TableSet, shown: &[bool]) -> Vec<bool> {
    let mut known = shown.to_vec();
    loop {
        let mut changed = false;
        for sum in 0..set.sums_len() {
            let mut unknown = set.terms(sum).map(|(cell, _)| cell).filter(|cell| !known[cell.0]);
            if let (Some(only), None) = (unknown.next(), unknown.next()) {
                known[only.0] = true;
                changed = true;
            }
        }
        if !changed {
            return known;
        }
    }
}

/// Unknown cells that hang together through sums.
struct Block {
    /// In ascending order.
    cells: Vec<usize>,
    sums: Vec<usize>,
}

fn blocks(set: &TableSet, known: &[bool]) -> Vec<Block> {
    let mut of: Vec<usize> = (0..known.len()).collect();
    fn root(of: &mut [usize], mut at: usize) -> usize {
        while of[at] != at {
            of[at] = of[of[at]];
            at = of[at];
        }
        at
    }
    let unknown_terms = |sum: usize| set.terms(sum).map(|(cell, _)| cell.0).filter(|cell| !known[*cell]);
    for sum in 0..set.sums_len() {
        let mut cells = unknown_terms(sum);
        if let Some(first) = cells.next() {
            for other in cells {
                let (a, b) = (root(&mut of, first), root(&mut of, other));
                of[b] = a;
            }
        }
    }
    let mut found: std::collections::BTreeMap<usize, Block> = std::collections::BTreeMap::new();
    for cell in (0..known.len()).filter(|cell| !known[*cell]) {
        let at = root(&mut of, cell);
        found.entry(at).or_insert_with(|| Block { cells: Vec::new(), sums: Vec::new() }).cells.push(cell);
    }
    for sum in 0..set.sums_len() {
        let first = unknown_terms(sum).next();
        if let Some(block) = first.and_then(|cell| found.get_mut(&root(&mut of, cell))) {
            block.sums.push(sum);
        }
    }
    found.into_values().collect()
}

impl Block {
    fn ranges(&self, set: &TableSet, wanted: &[usize], depth: Depth) -> Vec<CellRange> {
        let mut witnesses = Witnesses::new(self, set);
        let mut vertex = Vertex::find(&witnesses.equations_f64(), self.cells.len());
        let mut endless = vec![false; self.cells.len()];
        for cell in wanted {
            let Ok(at) = self.cells.binary_search(cell) else { continue };
            for towards in [Towards::Greatest, Towards::Least] {
                if depth == Depth::Enough && witnesses.is_wide(at) {
                    break;
                }
                let Some(vertex) = vertex.as_mut() else { break };
                let ended = vertex.walk(at, towards, |point| {
                    witnesses.offer(point);
                    depth == Depth::Enough && witnesses.is_wide(at)
                });
                // Believed only where the step along the ray was witnessed, so that it is wide as well.
                endless[at] |= ended == Ended::Unbounded && witnesses.is_wide(at);
            }
        }
        let range = |cell: &usize| {
            let at = self.cells.binary_search(cell).ok()?;
            let upper = (!endless[at]).then_some(witnesses.greatest[at].unsigned_abs());
            Some(CellRange { cell: CellId(*cell), lower: witnesses.least[at].unsigned_abs(), upper })
        };
        wanted.iter().filter_map(range).collect()
    }
}

/// The ends seen so far in tables that were checked in whole numbers.
struct Witnesses {
    /// Coefficients over the block's cells as (position, ±1), and the right side.
    equations: Vec<(Vec<(usize, i64)>, i64)>,
    least: Vec<i64>,
    greatest: Vec<i64>,
}

impl Witnesses {
    /// Begins with the true table, which agrees with itself.
    fn new(block: &Block, set: &TableSet) -> Self {
        let truth: Vec<i64> = block.cells.iter().map(|cell| set.signed_count(CellId(*cell))).collect();
        let position = |cell: CellId| block.cells.binary_search(&cell.0).ok();
        let equations = block
            .sums
            .iter()
            .map(|sum| {
                let terms: Vec<(usize, i64)> =
                    set.terms(*sum).filter_map(|(cell, factor)| Some((position(cell)?, factor))).collect();
                let right = terms.iter().map(|(at, factor)| truth[*at] * factor).sum();
                (terms, right)
            })
            .collect();
        Self { equations, least: truth.clone(), greatest: truth }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^52")]
    fn equations_f64(&self) -> Vec<(Vec<f64>, f64)> {
        let row = |(terms, right): &(Vec<(usize, i64)>, i64)| {
            let mut coefficients = vec![0.0; self.least.len()];
            terms.iter().for_each(|(at, factor)| coefficients[*at] += *factor as f64);
            (coefficients, *right as f64)
        };
        self.equations.iter().map(row).collect()
    }

    /// Takes a point as witness if it is a table: whole numbers, none negative, every sum exact.
    #[expect(clippy::cast_possible_truncation, reason = "compared with the value it came from")]
    fn offer(&mut self, point: &[f64]) {
        let whole: Vec<i64> = point.iter().map(|value| value.round() as i64).collect();
        #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^52")]
        let near = |(value, whole): (&f64, &i64)| (value - *whole as f64).abs() < 1e-6 && *whole >= 0;
        let exact = |(terms, right): &(Vec<(usize, i64)>, i64)| {
            terms.iter().map(|(at, factor)| whole[*at] * factor).sum::<i64>() == *right
        };
        if point.iter().zip(&whole).all(near) && self.equations.iter().all(exact) {
            for (at, value) in whole.iter().enumerate() {
                self.least[at] = self.least[at].min(*value);
                self.greatest[at] = self.greatest[at].max(*value);
            }
        }
    }

    fn is_wide(&self, at: usize) -> bool {
        self.greatest[at].abs_diff(self.least[at]) >= RANGE_MIN
    }
}
