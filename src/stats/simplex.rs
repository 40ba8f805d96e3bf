//! A small dense simplex over `A x = b, x ≥ 0`, walking from vertex to vertex.
//!
//! **Invariant:** every point it visits is offered to the caller, who checks it in whole numbers; nothing is believed of it.
//! **Not here:** what the variables mean (`audit`).
//! Source: two-phase primal simplex with Bland's rule (Bland, Mathematics of Operations Research 1977;2:103): no cycling.

// Entries are sums of a few ±1: anything smaller is rounding.
const GRAIN: f64 = 1e-9;
// LIMIT: pivots per walk. Small tables need tens; a walk that is cut short only proves less.
const PIVOTS_MAX: usize = 5_000;
/// How far an unbounded walk steps out along its ray to show a point there.
const RAY_STEP: f64 = 10.0;

/// Which way a walk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Towards {
    Least,
    Greatest,
}

/// How a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// The caller had seen enough.
    Stopped,
    /// No better vertex (or the limit of pivots).
    Optimal,
    /// Grows without end.
    Unbounded,
}

/// A feasible vertex with its tableau.
pub(crate) struct Vertex {
    rows: Vec<Vec<f64>>,
    basis: Vec<usize>,
    columns: usize,
}

impl Vertex {
    /// Phase one: some vertex of `A x = b, x ≥ 0`; `None` where none was found.
    pub(crate) fn find(equations: &[(Vec<f64>, f64)], columns: usize) -> Option<Self> {
        let count = equations.len();
        let mut rows = Vec::with_capacity(count);
        for (index, (coefficients, right)) in equations.iter().enumerate() {
            let flip = if *right < 0.0 { -1.0 } else { 1.0 };
            let mut row: Vec<f64> = coefficients.iter().map(|c| c * flip).collect();
            row.extend((0..count).map(|i| if i == index { 1.0 } else { 0.0 }));
            row.push(right * flip);
            rows.push(row);
        }
        let mut vertex = Self { rows, basis: (columns..columns + count).collect(), columns: columns + count };
        vertex.drive_out_artificial(columns)?;
        Some(vertex)
    }

    /// Minimises the sum of the artificial variables (columns from `real` on) to zero, then drops them.
    fn drive_out_artificial(&mut self, real: usize) -> Option<()> {
        for _ in 0..PIVOTS_MAX {
            let artificial: Vec<usize> = (0..self.rows.len()).filter(|r| self.basis[*r] >= real).collect();
            let gain = |k: usize| artificial.iter().map(|r| self.rows[*r][k]).sum::<f64>();
            let Some(entering) = (0..real).find(|k| gain(*k) > GRAIN) else { break };
            let leaving = self.leaving(entering)?;
            self.pivot(leaving, entering);
        }
        for row in (0..self.rows.len()).rev().filter(|r| self.basis[*r] >= real).collect::<Vec<_>>() {
            if self.right(row) > 1e-6 {
                return None;
            }
            match (0..real).find(|k| self.rows[row][*k].abs() > 1e-6) {
                Some(entering) => self.pivot(row, entering),
                // The equation follows from the others.
                None => {
                    self.rows.remove(row);
                    self.basis.remove(row);
                }
            }
        }
        for row in &mut self.rows {
            row.drain(real..self.columns);
        }
        self.columns = real;
        Some(())
    }

    fn right(&self, row: usize) -> f64 {
        self.rows[row].last().copied().unwrap_or(0.0)
    }

    /// The present point.
    pub(crate) fn point(&self) -> Vec<f64> {
        let mut point = vec![0.0; self.columns];
        for (row, column) in self.basis.iter().enumerate() {
            point[*column] = self.right(row);
        }
        point
    }

    /// Walks towards the least or greatest value of variable `target`; `seen` gets every vertex on the way and returns
    /// whether to stop.
    pub(crate) fn walk(&mut self, target: usize, towards: Towards, mut seen: impl FnMut(&[f64]) -> bool) -> Ended {
        for _ in 0..PIVOTS_MAX {
            if seen(&self.point()) {
                return Ended::Stopped;
            }
            let Some(entering) = self.entering(target, towards) else { return Ended::Optimal };
            let Some(leaving) = self.leaving(entering) else {
                seen(&self.along_ray(entering));
                return Ended::Unbounded;
            };
            self.pivot(leaving, entering);
        }
        Ended::Optimal
    }

    /// The first column whose growth improves the target (Bland).
    fn entering(&self, target: usize, towards: Towards) -> Option<usize> {
        let better = if towards == Towards::Greatest { 1.0 } else { -1.0 };
        match self.basis.iter().position(|column| *column == target) {
            // The target is the row's right side minus the row's entries times the other variables.
            Some(row) => (0..self.columns).find(|k| !self.basis.contains(k) && -self.rows[row][*k] * better > GRAIN),
            // Outside the basis it is zero: its least.
            None => (towards == Towards::Greatest).then_some(target),
        }
    }

    /// The row whose variable first reaches zero when `entering` grows; ties by the lowest variable (Bland).
    fn leaving(&self, entering: usize) -> Option<usize> {
        let mut best: Option<(f64, usize)> = None;
        for (index, row) in self.rows.iter().enumerate().filter(|(_, row)| row[entering] > GRAIN) {
            let ratio = self.right(index).max(0.0) / row[entering];
            let better = best.is_none_or(|(least, at)| {
                ratio < least - GRAIN || (ratio <= least + GRAIN && self.basis[index] < self.basis[at])
            });
            if better {
                best = Some((ratio, index));
            }
        }
        best.map(|(_, index)| index)
    }

    fn along_ray(&self, entering: usize) -> Vec<f64> {
        let mut point = self.point();
        point[entering] += RAY_STEP;
        for (row, column) in self.basis.iter().enumerate() {
            point[*column] -= RAY_STEP * self.rows[row][entering];
        }
        point
    }

    fn pivot(&mut self, leaving: usize, entering: usize) {
        let divisor = self.rows[leaving][entering];
        let pivot: Vec<f64> = self.rows[leaving].iter().map(|value| value / divisor).collect();
        for (_, row) in self.rows.iter_mut().enumerate().filter(|(index, _)| *index != leaving) {
            let factor = row[entering];
            if factor.abs() > 1e-12 {
                row.iter_mut().zip(&pivot).for_each(|(value, p)| *value -= factor * p);
            }
        }
        self.rows[leaving] = pivot;
        self.basis[leaving] = entering;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_ends_of_a_square_with_known_margins() {
        // | x0 x1 | 9    rows 9 and 9, columns 7 and 11: x0 in 0–7, x1 in 2–9.
        // | x2 x3 | 9
        let equations = [
            (vec![1., 1., 0., 0.], 9.),
            (vec![0., 0., 1., 1.], 9.),
            (vec![1., 0., 1., 0.], 7.),
            (vec![0., 1., 0., 1.], 11.),
        ];
        let mut vertex = Vertex::find(&equations, 4).unwrap();
        for (variable, least, greatest) in [(0, 0., 7.), (1, 2., 9.), (2, 0., 7.), (3, 2., 9.)] {
            assert_eq!(vertex.walk(variable, Towards::Least, |_| false), Ended::Optimal);
            assert!((vertex.point()[variable] - least).abs() < 1e-9);
            assert_eq!(vertex.walk(variable, Towards::Greatest, |_| false), Ended::Optimal);
            assert!((vertex.point()[variable] - greatest).abs() < 1e-9);
        }
    }

    #[test]
    fn a_hidden_total_grows_without_end() {
        let mut vertex = Vertex::find(&[(vec![1., 1., -1.], 0.)], 3).unwrap();
        assert_eq!(vertex.walk(2, Towards::Greatest, |_| false), Ended::Unbounded);
    }

    #[test]
    fn equations_that_cannot_hold_have_no_vertex() {
        assert!(Vertex::find(&[(vec![1., 1.], 3.), (vec![1., 1.], 4.)], 2).is_none());
    }
}
