//! Hides what is small in a set of linked tables, and what would give it away.
//!
//! **Invariant:** a cell given as published stays as it was; a result is *proven* only if `audit` proves every hidden cell.
//! **Not here:** which counts make a table (`publish`), the proof itself (`audit`).
//! Cells are counts, tables are sums between them: rows, columns, totals and margins shared by tables are all `add_sum`.
//! Primary: counts of 1–4, denominators below k, what the caller marks. Complementary: greedy, the cheapest cell of the
//! narrowest sum, until the audit is content. Source: Hundepool et al., *Statistical Disclosure Control* (2012), ch. 4.

use serde::{Deserialize, Serialize};

use crate::audit::{CellRange, Depth, RANGE_MIN, determined, ranges};

/// The greatest count that is small.
pub const SMALL_MAX: u64 = 4;

/// *k*: a denominator below it is not shown. Can be raised, never below 5; there is no value that shows everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct Threshold(u64);

impl Threshold {
    /// The threshold, if it is at least 5.
    #[must_use]
    pub fn new(k: u64) -> Option<Self> {
        (k > SMALL_MAX).then_some(Self(k))
    }

    /// k.
    #[must_use]
    pub fn k(self) -> u64 {
        self.0
    }
}

impl Default for Threshold {
    fn default() -> Self {
        Self(10)
    }
}

impl TryFrom<u64> for Threshold {
    type Error = &'static str;
    fn try_from(k: u64) -> Result<Self, Self::Error> {
        Self::new(k).ok_or("k is never below 5")
    }
}

impl From<Threshold> for u64 {
    fn from(threshold: Threshold) -> Self {
        threshold.0
    }
}

/// A cell of a [`TableSet`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId(pub(crate) usize);

/// What becomes of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Shown unless something speaks against it.
    Open,
    /// Never written down itself, but a reader could subtract: a complement.
    Complement,
    /// Published earlier, with its value.
    GivenShown,
    /// Published earlier, as hidden.
    GivenHidden,
}

#[derive(Debug, Clone)]
struct Cell {
    count: u64,
    state: State,
    sensitive: bool,
    price: u64,
}

/// Why a set cannot be suppressed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SuppressError {
    /// The parts of a sum do not add up to its total.
    #[error("sum number {sum} of the set does not add up")]
    SumsDisagree {
        /// The sum, in the order added.
        sum: usize,
    },
}

/// Counts and the sums between them, published together.
#[derive(Debug, Clone, Default)]
pub struct TableSet {
    cells: Vec<Cell>,
    sums: Vec<(CellId, Vec<CellId>)>,
    of_cell: Vec<Vec<usize>>,
}

impl TableSet {
    /// Adds a count to publish. `price` says how much its loss hurts beside others (1 and up).
    pub fn add(&mut self, count: u64, price: u64) -> CellId {
        self.push(count, State::Open, price)
    }

    /// Adds a count that is never shown but that a reader could find by subtraction.
    pub fn add_complement(&mut self, count: u64) -> CellId {
        self.push(count, State::Complement, 1)
    }

    fn push(&mut self, count: u64, state: State, price: u64) -> CellId {
        self.cells.push(Cell { count, state, sensitive: (1..=SMALL_MAX).contains(&count), price: price.max(1) });
        self.of_cell.push(Vec::new());
        CellId(self.cells.len() - 1)
    }

    /// Marks a cell to be hidden: a denominator below k, too few professionals, a complement of 1–4.
    pub fn hide(&mut self, cell: CellId) {
        self.cells[cell.0].sensitive = true;
    }

    /// Marks a cell as published earlier: shown with this count, or hidden. Nothing changes it any more.
    pub fn give(&mut self, cell: CellId, shown: Option<u64>) {
        let at = &mut self.cells[cell.0];
        match shown {
            Some(count) => {
                at.count = count;
                at.state = State::GivenShown;
            }
            None => at.state = State::GivenHidden,
        }
    }

    /// Says that `parts` add up to `total`.
    pub fn add_sum(&mut self, total: CellId, parts: Vec<CellId>) {
        for cell in std::iter::once(&total).chain(&parts) {
            self.of_cell[cell.0].push(self.sums.len());
        }
        self.sums.push((total, parts));
    }

    pub(crate) fn count(&self, cell: CellId) -> u64 {
        self.cells[cell.0].count
    }

    pub(crate) fn signed_count(&self, cell: CellId) -> i64 {
        i64::try_from(self.count(cell)).unwrap_or(i64::MAX)
    }

    pub(crate) fn sums_len(&self) -> usize {
        self.sums.len()
    }

    /// The cells of a sum with their factors: parts 1, total −1.
    pub(crate) fn terms(&self, sum: usize) -> impl Iterator<Item = (CellId, i64)> {
        let (total, parts) = &self.sums[sum];
        parts.iter().map(|part| (*part, 1)).chain(std::iter::once((*total, -1)))
    }

    /// Decides what is shown.
    ///
    /// # Errors
    /// Where a sum of the counts, with what is given, does not add up.
    pub fn suppress(&self) -> Result<Suppressed, SuppressError> {
        for sum in 0..self.sums.len() {
            if self.terms(sum).map(|(cell, factor)| self.signed_count(cell) * factor).sum::<i64>() != 0 {
                return Err(SuppressError::SumsDisagree { sum });
            }
        }
        let mut shown: Vec<bool> = self.cells.iter().map(Cell::starts_shown).collect();
        let mut unprotected: Vec<CellId> = Vec::new();
        // Each turn hides a cell or gives one up, so that it ends.
        while let Some(narrow) = self.narrowest(&shown, &unprotected) {
            match self.choose(narrow, &shown) {
                Some(cell) => shown[cell.0] = false,
                None => unprotected.push(narrow),
            }
        }
        Ok(Suppressed { shown, unprotected })
    }

    /// Every cell that must keep its range: hidden ones, and complements that are small.
    fn protected(&self, shown: &[bool]) -> Vec<CellId> {
        let wanted = |cell: &usize| match self.cells[*cell].state {
            State::Complement => self.cells[*cell].sensitive,
            State::Open | State::GivenHidden => !shown[*cell],
            State::GivenShown => false,
        };
        (0..self.cells.len()).filter(wanted).map(CellId).collect()
    }

    /// The ranges of everything that must be protected, as far as a reader of `suppressed` can tell, to both ends.
    #[must_use]
    pub fn audit(&self, suppressed: &Suppressed) -> Vec<CellRange> {
        ranges(self, &suppressed.shown, &self.protected(&suppressed.shown), Depth::Ends)
    }

    fn narrowest(&self, shown: &[bool], given_up: &[CellId]) -> Option<CellId> {
        let wanted: Vec<CellId> = self.protected(shown).into_iter().filter(|cell| !given_up.contains(cell)).collect();
        // What follows by subtraction alone is cheap to see, and most of what there is: alone in a sum first, since what
        // follows from that is mended with it.
        let alone = |cell: &&CellId| self.of_cell[cell.0].iter().any(|sum| self.room(*sum, **cell, shown) == 0);
        let known = determined(self, shown);
        let follows = |cell: &&CellId| known[cell.0];
        if let Some(cell) = wanted.iter().filter(follows).find(alone).or_else(|| wanted.iter().find(follows)) {
            return Some(*cell);
        }
        let found = ranges(self, shown, &wanted, Depth::Enough);
        found.into_iter().find(|range| !range.is_wide()).map(|range| range.cell)
    }

    /// The cheapest cell to hide so that `narrow` gets more room: first in its own narrow sums, then in all of its own,
    /// then further away through hidden cells.
    fn choose(&self, narrow: CellId, shown: &[bool]) -> Option<CellId> {
        let own = &self.of_cell[narrow.0];
        // Sums that give it away by themselves, then those that do with what follows from others.
        for known in [shown.to_vec(), determined(self, shown)] {
            let tight = own.iter().copied().filter(|sum| self.room(*sum, narrow, &known) < RANGE_MIN);
            if let Some(cell) = self.cheapest(&tight.collect::<Vec<_>>(), narrow, shown) {
                return Some(cell);
            }
        }
        let mut seen = vec![false; self.sums.len()];
        let mut ring = own.clone();
        while !ring.is_empty() {
            if let Some(cell) = self.cheapest(&ring, narrow, shown) {
                return Some(cell);
            }
            ring.iter().for_each(|sum| seen[*sum] = true);
            let mut next: Vec<usize> = ring
                .iter()
                .flat_map(|sum| self.terms(*sum))
                .filter(|(cell, _)| !shown[cell.0])
                .flat_map(|(cell, _)| self.of_cell[cell.0].iter().copied())
                .filter(|sum| !seen[*sum])
                .collect();
            next.sort_unstable();
            next.dedup();
            ring = next;
        }
        None
    }

    /// How far `cell` could move within one sum, were there no other sums.
    fn room(&self, sum: usize, cell: CellId, known: &[bool]) -> u64 {
        let own = self.terms(sum).find(|(other, _)| *other == cell).map_or(1, |(_, factor)| factor);
        let mut others = self.terms(sum).filter(|(other, _)| *other != cell && !known[other.0]).peekable();
        if others.peek().is_none() {
            return 0;
        }
        let mut room = self.count(cell);
        for (other, factor) in others {
            if factor != own {
                return u64::MAX;
            }
            room = room.saturating_add(self.count(other));
        }
        room
    }

    fn cheapest(&self, sums: &[usize], narrow: CellId, shown: &[bool]) -> Option<CellId> {
        let open = |cell: CellId| shown[cell.0] && self.cells[cell.0].state == State::Open;
        let mut best: Option<(u64, CellId)> = None;
        for sum in sums {
            let needed = RANGE_MIN.saturating_sub(self.room(*sum, narrow, shown).max(self.count(narrow)));
            for (cell, _) in self.terms(*sum).filter(|(cell, _)| open(*cell)) {
                let count = self.count(cell);
                // A sum in which it would be the only unknown asks for one more cell there.
                let lone = |other: &&usize| *other != sum && self.terms(**other).all(|(c, _)| c == cell || shown[c.0]);
                let further = self.of_cell[cell.0].iter().filter(lone).count();
                let short = if count < needed { 4 } else { 1 };
                let cost = self.cells[cell.0]
                    .price
                    .saturating_mul(count.saturating_add(10))
                    .saturating_mul(1 + u64::try_from(further).unwrap_or(u64::MAX - 1))
                    .saturating_mul(short);
                if best.is_none_or(|(least, at)| (cost, cell) < (least, at)) {
                    best = Some((cost, cell));
                }
            }
        }
        best.map(|(_, cell)| cell)
    }
}

impl Cell {
    fn starts_shown(&self) -> bool {
        match self.state {
            State::Open => !self.sensitive,
            State::GivenShown => true,
            State::Complement | State::GivenHidden => false,
        }
    }
}

/// What is shown of a set, and what could not be protected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    shown: Vec<bool>,
    unprotected: Vec<CellId>,
}

impl Suppressed {
    /// Whether the cell's count may be shown.
    #[must_use]
    pub fn is_shown(&self, cell: CellId) -> bool {
        self.shown.get(cell.0).copied().unwrap_or(false)
    }

    /// Whether every hidden cell is proven to keep its range. Only what was published earlier can make this false: then
    /// everything new that hangs together with the cell is hidden, and nothing shown adds to what was out already.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.unprotected.is_empty()
    }
}

#[cfg(test)]
mod tests;
