//! A date as precise as it was received: a year, a month, or a day.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// How precise a received date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Precision {
    /// Only the year was given.
    Year,
    /// Year and month were given.
    Month,
    /// The full date was given.
    Day,
}

/// A date that exists, with the precision it was received in. Printed as short as received: `1948`, `1948-05`.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartialDate {
    first: NaiveDate,
    precision: Precision,
}

impl PartialDate {
    /// A date from its parts; `None` where it cannot exist (month 13, 30 February, a day without a month).
    #[must_use]
    pub fn new(year: i32, month: Option<u32>, day: Option<u32>) -> Option<Self> {
        let precision = match (month, day) {
            (None, None) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
            (None, Some(_)) => return None,
        };
        if !(1..=9999).contains(&year) {
            return None;
        }
        let first = NaiveDate::from_ymd_opt(year, month.unwrap_or(1), day.unwrap_or(1))?;
        Some(Self { first, precision })
    }

    /// Reads HL7's `yyyy[MM[dd[HH[mm[ss[.S…]]]]]][±ZZzz]`; a clock time and zone behind the day are read over.
    #[must_use]
    pub fn parse_hl7(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        if !text.get(digits..).is_some_and(|rest| digits == text.len() || (digits >= 8 && ends_a_time(rest))) {
            return None;
        }
        let number = |from: usize, to: usize| text.get(from..to).and_then(|t| t.parse::<u32>().ok());
        let year = i32::try_from(number(0, 4)?).ok()?;
        match digits {
            4 => Self::new(year, None, None),
            6 => Self::new(year, number(4, 6), None),
            8 | 10 | 12 | 14 => Self::new(year, number(4, 6), number(6, 8)),
            _ => None,
        }
    }

    /// Its precision.
    #[must_use]
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// The first day it can mean.
    #[must_use]
    pub fn first_day(&self) -> NaiveDate {
        self.first
    }

    /// The age in whole years on a day, at most (a year or month counts from its first day); `None` before birth.
    #[must_use]
    pub fn age_on(&self, day: NaiveDate) -> Option<u32> {
        day.years_since(self.first)
    }
}

/// Whether this is what may stand behind the digits of a time: a fraction, a zone of four digits, or both.
fn ends_a_time(rest: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (fraction, zone) = rest.split_at(rest.find(['+', '-']).unwrap_or(rest.len()));
    let fraction_fits = fraction.is_empty() || fraction.strip_prefix('.').is_some_and(digits);
    let zone_fits = zone.is_empty() || zone.get(1..).is_some_and(|z| z.len() == 4 && digits(z));
    fraction_fits && zone_fits
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.precision {
            Precision::Year => write!(f, "{:04}", self.first.year()),
            Precision::Month => write!(f, "{:04}-{:02}", self.first.year(), self.first.month()),
            Precision::Day => write!(f, "{}", self.first.format("%Y-%m-%d")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        PartialDate::parse_hl7(text).map(|d| d.to_string())
    }

    #[test]
    fn a_partial_date_stays_as_short_as_received() {
        assert_eq!(shown("1990").as_deref(), Some("1990"));
        assert_eq!(shown("199005").as_deref(), Some("1990-05"));
        assert_eq!(shown("19480517").as_deref(), Some("1948-05-17"));
        for text in ["194805171200", "1948051712", "19480517120000.000", "19480517+0100", "19480517120000.5-0100"] {
            assert_eq!(shown(text).as_deref(), Some("1948-05-17"), "{text}");
        }
    }

    #[test]
    fn a_date_that_cannot_be_is_none() {
        let texts =
            ["", "19", "19901", "199013", "20260230", "1990-05", "abcd", "19480517xyz", "194805171", "19480517+1"];
        for text in texts.into_iter().chain(["19480517.", "19480517+01:00", "1948x", "1948+0100", "１９４８"]) {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
