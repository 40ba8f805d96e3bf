//! *Mijn verloop*: a professional's own figures, for himself; no other screen, export or report holds one of them.
//!
//! **Invariant:** neither `Clone` nor serialisable: what stands here goes to one window and nowhere else.

use crate::{Command, ShownProportion};

/// A published figure of the RAV beside an own one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RavFigure {
    /// Shown.
    Shown {
        /// The agreement, 0–1.
        value: f64,
        /// Months that are not in it: hidden, or not published.
        missing: u64,
    },
    /// *verborgen*: published, and hidden in every month.
    Hidden,
    /// *te weinig gegevens*.
    TooFew,
    /// *nog niet gepubliceerd*.
    NotPublished,
}

impl RavFigure {
    /// The agreement, where it is shown.
    #[must_use]
    pub fn shown(self) -> Option<f64> {
        match self {
            Self::Shown { value, missing: _ } => Some(value),
            Self::Hidden | Self::TooFew | Self::NotPublished => None,
        }
    }

    /// The key of the word in its place; `None` where it is shown.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        match self {
            Self::Shown { .. } => None,
            Self::Hidden => Some("cell-hidden"),
            Self::TooFew => Some("cell-too-few"),
            Self::NotPublished => Some("cell-not-published"),
        }
    }
}

/// What a row is about.
#[derive(PartialEq, Eq)]
pub enum TrendOf {
    /// Months of hand-over: year and month, the first and the last.
    Months((i32, u32), (i32, u32)),
    /// A diagnosis group, by its name.
    Group(String),
}

/// One row: the own agreement, and what stands beside it.
pub struct TrendRow {
    /// What it is about.
    pub of: TrendOf,
    /// The own agreement.
    pub own: ShownProportion,
    /// The RAV's figure for the same group; `None` for months, where the RAV as a whole is the line.
    pub rav: Option<RavFigure>,
}

/// The figures.
pub struct TrendFigures {
    /// First and last month that count: ripe, and of which not everything was destroyed.
    pub period: ((i32, u32), (i32, u32)),
    /// What is older was destroyed, so that it is fewer than twelve months.
    pub is_shortened: bool,
    /// The own agreement over all of it.
    pub own: ShownProportion,
    /// Agreed of judged rides; `None` under ten.
    pub counts: Option<(u64, u64)>,
    /// Rides of which the hospital gave no judgement.
    pub not_judged: u64,
    /// Rides of months that are not ripe yet.
    pub unripe: u64,
    /// The RAV as a whole, over the same months.
    pub rav: RavFigure,
    /// By three months, the oldest first.
    pub quarters: Vec<TrendRow>,
    /// By month, the oldest first.
    pub months: Vec<TrendRow>,
    /// By diagnosis group of the working diagnosis, in the order of the alphabet.
    pub groups: Vec<TrendRow>,
    /// Remarks to this person: on medical acting, on communication.
    pub remarks: (u64, u64),
    /// Thanks that this person gave in the period, by hospital.
    pub thanks: Vec<(String, u64)>,
    /// Themes that this person gave remarks in the period, by the key of their name; empty: none was given.
    pub themes: Vec<(&'static str, u64)>,
}

/// How far the own records are opened.
pub enum TrendState {
    /// Being opened.
    Opening {
        /// Records opened.
        done: u64,
        /// In all.
        total: u64,
    },
    /// Stopped, or failed.
    Stopped,
    /// Nothing was received that counts.
    Nothing,
    /// Opened and counted.
    Ready(Box<TrendFigures>),
}

/// The screen.
pub struct TrendScreen {
    /// How far it is.
    pub state: TrendState,
    /// Opens the own records, where that was stopped.
    pub open: Option<Command>,
    /// Stops it.
    pub stop: Option<Command>,
}
