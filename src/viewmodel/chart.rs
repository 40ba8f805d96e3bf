//! Charts as data: numbers rounded, suppressed and ready; the drawing is `chart`'s.

use crate::ShownProportion;

/// How a point is marked (charts.md §1). Agreement has no better side: ring and disc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// Ordinary variation.
    Dot,
    /// *volgen*.
    Ring,
    /// *bespreken*.
    Disc,
    /// *nog niet compleet*: an unripe month.
    Unripe,
}

/// One month (or quarter) of hand-over.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartPoint {
    /// Year.
    pub year: i32,
    /// Month, 1–12.
    pub month: u32,
    /// The proportion, 0–1; `None`: hidden or too few, the line is broken.
    pub value: Option<f64>,
    /// 95 % interval, 0–1.
    pub interval: Option<(f64, f64)>,
    /// Denominator; `None` where hidden.
    pub n: Option<u64>,
    /// Limits at this point, 0–1.
    pub limits: Option<(f64, f64)>,
    /// Its mark.
    pub marker: Marker,
}

/// A stretch with one centre line.
#[derive(Clone, Debug, PartialEq)]
pub struct Phase {
    /// Index of its first point.
    pub first: usize,
    /// Name, for the line above the plot; empty for a single phase.
    pub name: String,
    /// Centre line, 0–1.
    pub mean: f64,
    /// Fewer than 12 points: *voorlopige grenzen*.
    pub trial: bool,
}

/// A control chart of a proportion by month.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlChart {
    /// All months, oldest first; unripe ones last.
    pub points: Vec<ChartPoint>,
    /// Phases, oldest first; empty with fewer than 6 ripe points.
    pub phases: Vec<Phase>,
}

/// A row of an interval chart: point with whisker.
#[derive(Clone, Debug, PartialEq)]
pub struct IntervalRow {
    /// Name of the group or hospital.
    pub name: String,
    /// Its proportion over the months that are shown.
    pub value: ShownProportion,
    /// Months of the period that are hidden and so not in it.
    pub missing: u64,
}
