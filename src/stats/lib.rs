//! Measures, limits and small numbers: Wilson and Newcombe intervals, months and ripeness, XmR, p and p′ charts,
//! signals, suppression of a set of small tables, the diagnosis group map.
//!
//! **Invariant:** pure functions of their arguments; knows no patients, files, network, clock or randomness.
//! **Not here:** who may see a figure (`access`), where published figures are kept (`store`), texts (`app`), drawing (`chart`).
//! Source: STATISTICS of the project; each file names the method's own source.

pub mod audit;
pub mod groups;
pub mod marks;
pub mod measures;
pub mod month;
pub mod p_chart;
pub mod publish;
pub mod signals;
pub mod silence;
mod simplex;
pub mod suppress;
pub mod wilson;
pub mod xmr;

pub use groups::{Group, GroupId, GroupMap, GroupMapError};
pub use marks::{HospitalMarks, MarkCount, PublishedMarks, publish_mark, records_by_mark};
pub use measures::{Counts, Proportion};
pub use month::{Date, Month, Quarter, Ripeness};
pub use p_chart::{PChart, PChartKind, p_chart};
pub use publish::{
    CellCounts, OneWayTable, PublishError, PublishedCounts, PublishedMonth, PublishedTable, SummedProportion, Value,
    prove_month, publish_month, sum_agreement, sum_proportion, too_few_professionals,
};
pub use signals::{ChartPoint, Level, Rule, Signal, Signals, signals};
pub use silence::{SenderDay, Silence, silence};
pub use suppress::{CellId, SuppressError, TableSet, Threshold};
pub use wilson::{Interval, newcombe, wilson};
pub use xmr::{XmrChart, xmr_chart};

/// Fewer points than this in a phase make its limits *trial limits* (voorlopige grenzen), said on the chart.
pub const FIRM_POINTS: usize = 12;
/// Fewer points than this have no limits at all: only dots.
pub const LIMIT_POINTS_MIN: usize = 6;
