//! *Kwaliteit*: the medical manager's figures, published months only but for the rings.

use crate::{Command, ControlChart, IntervalRow};

/// A number, or the one mark for all that is hidden.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell {
    /// A number.
    Number(u64),
    /// A proportion 0–1.
    Share(f64),
    /// *verborgen*, whatever the reason.
    Hidden,
    /// *te weinig gegevens*.
    TooFew,
    /// *nog niet compleet*.
    Unripe,
}

/// A proportion with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Proportion {
    /// The proportion, 0–1.
    pub value: f64,
    /// Lower bound.
    pub lower: f64,
    /// Upper bound.
    pub upper: f64,
    /// Denominator.
    pub n: u64,
}

/// A proportion, or the word that stands in its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ShownProportion {
    /// Shown.
    Value(Proportion),
    /// *te weinig gegevens*: fewer than ten in all.
    TooFew,
    /// *verborgen*: all of it is hidden.
    Hidden,
    /// *nog niet compleet*: no month is ripe.
    Unripe,
}

impl ShownProportion {
    /// The proportion, where it is shown.
    #[must_use]
    pub fn shown(&self) -> Option<Proportion> {
        match self {
            Self::Value(proportion) => Some(*proportion),
            Self::TooFew | Self::Hidden | Self::Unripe => None,
        }
    }

    /// The key of the word in its place; `None` where it is shown.
    #[must_use]
    pub fn word(&self) -> Option<&'static str> {
        match self {
            Self::Value(_) => None,
            Self::TooFew => Some("cell-too-few"),
            Self::Hidden => Some("cell-hidden"),
            Self::Unripe => Some("cell-unripe"),
        }
    }
}

/// Months of the period that are not in a sum: hidden in it, or not published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MissingMonths {
    /// In the number of records.
    pub records: u64,
    /// In the agreement.
    pub agreement: u64,
    /// In the share not assessed.
    pub not_assessed: u64,
    /// In the share with a remark on medical acting.
    pub remarks_medical: u64,
    /// In the share with a remark on communication.
    pub remarks_communication: u64,
}

/// The chart as a table: the same numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct QualityTable {
    /// Keys of the column heads.
    pub heads: Vec<&'static str>,
    /// Rows: year, month and cells.
    pub rows: Vec<(i32, u32, Vec<Cell>)>,
}

/// Which way a signal points. Agreement has no better side: a word, no judgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Above the mean, or the upper limit.
    Higher,
    /// Below the mean, or the lower limit.
    Lower,
    /// Rising.
    Rising,
    /// Falling.
    Falling,
}

/// The finding over the month chart.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// Fewer than six ripe months: no limits.
    TooFew,
    /// Ordinary variation round the mean.
    Ordinary {
        /// Mean of the phase, 0–1.
        mean: f64,
        /// Fewer than twelve points: *voorlopige grenzen*.
        trial: bool,
    },
    /// The latest signal.
    Signal {
        /// Mean of the phase, 0–1.
        mean: f64,
        /// Fewer than twelve points: *voorlopige grenzen*.
        trial: bool,
        /// The months it rests on, first and last.
        months: ((i32, u32), (i32, u32)),
        /// Which way.
        direction: Direction,
        /// *bespreken*, else *volgen*.
        discuss: bool,
    },
}

/// An interval chart with its finding: which intervals do not reach the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Intervals {
    /// Rows, alphabetical.
    pub rows: Vec<IntervalRow>,
    /// Names whose interval lies wholly above or below the RAV's own figure; `true` is above.
    pub apart: Vec<(String, bool)>,
}

/// What professionals ticked of one hospital's records. Each record counts once, whoever ticked it.
#[derive(Clone, Debug, PartialEq)]
pub struct HospitalMarksRow {
    /// Name of the hospital.
    pub name: String,
    /// Thanks.
    pub thanks: Cell,
    /// Working diagnoses taken over differently.
    pub differently: Cell,
    /// Not assessable, unknown or not sent, as published.
    pub unknown: Cell,
    /// Months that are not in the ticks.
    pub missing: u64,
}

/// A theme of the remarks on communication.
#[derive(Clone, Debug, PartialEq)]
pub struct ThemeRow {
    /// Key of its words.
    pub theme: &'static str,
    /// Remarks that are about it.
    pub count: Cell,
    /// Of all remarks on communication, 0–1; themes overlap.
    pub share: Cell,
    /// How many remarks those are.
    pub of: Cell,
    /// Months that are not in it.
    pub missing: u64,
}

/// What professionals ticked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QualityMarks {
    /// By hospital, alphabetical.
    pub hospitals: Vec<HospitalMarksRow>,
    /// The themes, in the order of the record.
    pub themes: Vec<ThemeRow>,
}

/// One signal of the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalRow {
    /// *bespreken*, else *volgen*.
    pub discuss: bool,
    /// The months it rests on, first and last.
    pub months: ((i32, u32), (i32, u32)),
    /// Its value, at its last month.
    pub value: Option<f64>,
    /// Denominator.
    pub n: Option<u64>,
    /// Key of the rule in words, with its direction.
    pub rule: &'static str,
    /// Which way.
    pub direction: Direction,
}

/// Whether the figures are there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QualityState {
    /// The columns are being opened in the background.
    Opening {
        /// Figures opened so far.
        done: u64,
        /// Figures in all.
        total: u64,
    },
    /// Stopped before they were open; opens them.
    Stopped,
    /// They are there.
    Ready,
}

/// The screen.
#[derive(Clone)]
pub struct QualityScreen {
    /// Whether the figures are there.
    pub state: QualityState,
    /// Opens the figures, where that was stopped.
    pub open: Option<Command>,
    /// Stops opening them.
    pub stop: Option<Command>,
    /// First and last of the last twelve ripe months.
    pub period: Option<((i32, u32), (i32, u32))>,
    /// Feedback in that period.
    pub records: Cell,
    /// Agreement in that period.
    pub agreement: ShownProportion,
    /// Not assessable or unknown, as a share of all feedback.
    pub not_assessed: Cell,
    /// With a remark on medical acting, of those whose work agreement lets such remarks in.
    pub remarks_medical: Cell,
    /// With a remark on communication, of those whose work agreement lets such remarks in.
    pub remarks_communication: Cell,
    /// How many months of the period are not in these sums.
    pub missing: MissingMonths,
    /// Agreement by month.
    pub chart: ControlChart,
    /// What the sentence over the chart says.
    pub finding: Finding,
    /// The same as a table.
    pub table: QualityTable,
    /// Signals.
    pub signals: Vec<SignalRow>,
    /// Agreement by hospital over the period, alphabetical.
    pub hospitals: Intervals,
    /// Agreement by diagnosis group over the period, alphabetical.
    pub groups: Intervals,
    /// What professionals ticked, over the period.
    pub marks: QualityMarks,
    /// Ripe months not yet published.
    pub unpublished: u64,
    /// Publishes them.
    pub publish: Option<Command>,
}
