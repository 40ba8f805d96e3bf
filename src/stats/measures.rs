//! Counts of a scope and the proportions made of them.
//!
//! **Invariant:** a proportion carries its denominator and interval; agreement is the hospital's judgement, never "correct".
//! **Not here:** which records count (`app`), hiding small numbers (`publish`).
//! Source: STATISTICS §1–§3 (M3 agreement, M11 remarks given).

use serde::{Deserialize, Serialize};

use crate::wilson::{Interval, wilson};

/// Below this denominator a proportion reads *te weinig gegevens*.
pub const SHOWN_FROM: u64 = 10;

/// What is counted of the records with a feedback part in one scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// *a*: agreement yes.
    pub agreed: u64,
    /// *d*: agreement no.
    pub not_agreed: u64,
    /// *u*: *niet te beoordelen*, unknown or not sent.
    pub unknown: u64,
    /// Records with a remark on medical acting.
    pub remarks_medical: u64,
    /// Of how many: records whose work agreement lets remarks on medical acting in.
    pub remarks_medical_of: u64,
    /// Records with a remark on communication.
    pub remarks_communication: u64,
    /// Of how many: records whose work agreement lets remarks on communication in.
    pub remarks_communication_of: u64,
}

impl Counts {
    /// *m*: records with a feedback part.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.agreed + self.not_agreed + self.unknown
    }

    /// *n* = a + d: judged records.
    #[must_use]
    pub fn judged(&self) -> u64 {
        self.agreed + self.not_agreed
    }

    /// M3, akkoordpercentage: a/n; `None` without judged records.
    #[must_use]
    pub fn agreement(&self) -> Option<Proportion> {
        Proportion::new(self.agreed, self.judged())
    }

    /// M11 for medical acting: the share of the records whose agreement lets such remarks in.
    #[must_use]
    pub fn medical_remarks(&self) -> Option<Proportion> {
        Proportion::new(self.remarks_medical, self.remarks_medical_of)
    }

    /// M11 for communication: the share of the records whose agreement lets such remarks in.
    #[must_use]
    pub fn communication_remarks(&self) -> Option<Proportion> {
        Proportion::new(self.remarks_communication, self.remarks_communication_of)
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.agreed += other.agreed;
        self.not_agreed += other.not_agreed;
        self.unknown += other.unknown;
        self.remarks_medical += other.remarks_medical;
        self.remarks_medical_of += other.remarks_medical_of;
        self.remarks_communication += other.remarks_communication;
        self.remarks_communication_of += other.remarks_communication_of;
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |mut all, one| {
            all += one;
            all
        })
    }
}

/// A proportion with its denominator and Wilson's 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Proportion {
    /// How many.
    pub successes: u64,
    /// Of how many.
    pub n: u64,
    /// `successes / n`, 0–1.
    pub value: f64,
    /// Wilson's 95 % interval.
    pub interval: Interval,
}

impl Proportion {
    /// `successes` of `n`; `None` where n is 0 or smaller than `successes`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts lie far below 2^52")]
    pub fn new(successes: u64, n: u64) -> Option<Self> {
        wilson(successes, n).map(|interval| Self { successes, n, value: successes as f64 / n as f64, interval })
    }

    /// Whether there is enough to show a percentage: n ≥ 10.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        self.n >= SHOWN_FROM
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn agreement_leaves_the_unknown_out_of_its_denominator() {
        let counts = Counts { agreed: 40, not_agreed: 10, unknown: 7, ..Counts::default() };
        assert_eq!((counts.records(), counts.judged()), (57, 50));
        let agreement = counts.agreement().unwrap();
        assert!((agreement.value - 0.8).abs() < 1e-12);
        assert!((agreement.interval.lower - 0.670).abs() < 5e-4 && (agreement.interval.upper - 0.888).abs() < 5e-4);
        assert!(agreement.is_enough());
    }

    #[test]
    fn records_whose_agreement_excludes_remarks_are_no_part_of_their_denominator() {
        let noord = Counts { agreed: 50, remarks_medical: 12, remarks_medical_of: 50, ..Counts::default() };
        let oost = Counts { agreed: 150, remarks_communication: 3, remarks_communication_of: 150, ..Counts::default() };
        let all: Counts = [noord, oost].into_iter().sum();
        assert_eq!(all.records(), 200);
        let (medical, communication) = (all.medical_remarks().unwrap(), all.communication_remarks().unwrap());
        assert_eq!((medical.successes, medical.n), (12, 50));
        assert_eq!((communication.successes, communication.n), (3, 150));
        assert_eq!(noord.communication_remarks(), None, "excluded everywhere: no share at all");
    }

    #[test]
    fn nothing_judged_gives_no_percentage() {
        let counts = Counts { unknown: 3, ..Counts::default() };
        assert_eq!(counts.agreement(), None);
        assert!(!Proportion::new(9, 9).unwrap().is_enough());
    }

    #[test]
    fn counts_add_up() {
        let counts = |by: u64| Counts {
            agreed: by,
            not_agreed: 2 * by,
            unknown: 3 * by,
            remarks_medical: 4 * by,
            remarks_medical_of: 5 * by,
            remarks_communication: 6 * by,
            remarks_communication_of: 7 * by,
        };
        assert_eq!([counts(1), counts(10)].into_iter().sum::<Counts>(), counts(11));
    }
}
