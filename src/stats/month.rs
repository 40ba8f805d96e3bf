//! Months and quarters of hand-over, and when they are *rijp*.
//!
//! **Invariant:** a `Date`, `Month` or `Quarter` exists only if the proleptic Gregorian calendar has it.
//! **Not here:** time zones and clocks: which day it is today is an argument.
//! Source of the day number: Hinnant, "chrono-compatible low-level date algorithms" (days from civil), written anew.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A month is ripe this many days after its end, unless the hospital's own setting or its P90 is longer.
pub const RIPENESS_DAYS: u32 = 30;

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(i32, u8, u8)", into = "(i32, u8, u8)")]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// The day, if there is such a day in years −9999 to 9999.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let whole = Month::new(year, month)?;
        (day >= 1 && day <= whole.days()).then_some(Self { year, month, day })
    }

    /// Year, month 1–12, day 1–31.
    #[must_use]
    pub fn parts(self) -> (i32, u8, u8) {
        (self.year, self.month, self.day)
    }

    /// The month it lies in.
    #[must_use]
    pub fn month(self) -> Month {
        Month { year: self.year, month: self.month }
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn day_number(self) -> i64 {
        // Years are counted from March, so that the leap day is a year's last.
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((i64::from(self.month) + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }
}

impl TryFrom<(i32, u8, u8)> for Date {
    type Error = &'static str;
    fn try_from((year, month, day): (i32, u8, u8)) -> Result<Self, Self::Error> {
        Self::new(year, month, day).ok_or("no such day")
    }
}

impl From<Date> for (i32, u8, u8) {
    fn from(date: Date) -> Self {
        date.parts()
    }
}

/// Whether a month's figures are complete enough to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ripeness {
    /// *Rijp*: takes part in limits, signals, sentences and is published.
    Ripe,
    /// *Nog niet compleet*: a ring on the chart, and nothing else.
    Unripe,
}

/// A calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "(i32, u8)", into = "(i32, u8)")]
pub struct Month {
    year: i32,
    month: u8,
}

impl Month {
    /// The month, if `month` is 1–12 and the year −9999 to 9999.
    #[must_use]
    pub fn new(year: i32, month: u8) -> Option<Self> {
        // LIMIT: four-digit years, so that no sum of months leaves i32.
        ((1..=12).contains(&month) && (-9999..=9999).contains(&year)).then_some(Self { year, month })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month's number, 1–12.
    #[must_use]
    pub fn number(self) -> u8 {
        self.month
    }

    /// Months since January of year 0: equal steps, so that differences count months.
    #[must_use]
    pub fn index(self) -> i32 {
        self.year * 12 + i32::from(self.month) - 1
    }

    /// The month of an index; `None` outside the years that exist here.
    #[must_use]
    pub fn from_index(index: i32) -> Option<Self> {
        Self::new(index.div_euclid(12), u8::try_from(index.rem_euclid(12)).ok()? + 1)
    }

    /// The month `months` later (earlier where negative).
    #[must_use]
    pub fn plus(self, months: i32) -> Option<Self> {
        Self::from_index(self.index().checked_add(months)?)
    }

    /// The months from this one to `last`, both included; empty where `last` lies before.
    pub fn through(self, last: Self) -> impl DoubleEndedIterator<Item = Self> {
        (self.index()..=last.index()).filter_map(Self::from_index)
    }

    /// Days it has.
    #[must_use]
    pub fn days(self) -> u8 {
        let leap = self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0);
        match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        }
    }

    /// Its first day.
    #[must_use]
    pub fn start(self) -> Date {
        Date { year: self.year, month: self.month, day: 1 }
    }

    /// Its last day.
    #[must_use]
    pub fn end(self) -> Date {
        Date { year: self.year, month: self.month, day: self.days() }
    }

    /// The quarter it lies in.
    #[must_use]
    pub fn quarter(self) -> Quarter {
        Quarter { year: self.year, quarter: (self.month - 1) / 3 + 1 }
    }

    /// Whether at least `ripeness_days` have passed since its last day.
    #[must_use]
    pub fn is_ripe(self, today: Date, ripeness_days: u32) -> bool {
        today.day_number() >= self.end().day_number() + i64::from(ripeness_days)
    }

    /// [`Month::is_ripe`] as a word.
    #[must_use]
    pub fn ripeness(self, today: Date, ripeness_days: u32) -> Ripeness {
        if self.is_ripe(today, ripeness_days) { Ripeness::Ripe } else { Ripeness::Unripe }
    }
}

/// The days to ripeness: the setting, but never under the hospital's own P90 of turnaround.
#[must_use]
pub fn ripeness_days(setting: u32, p90_days: Option<u32>) -> u32 {
    setting.max(p90_days.unwrap_or(0))
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl TryFrom<(i32, u8)> for Month {
    type Error = &'static str;
    fn try_from((year, month): (i32, u8)) -> Result<Self, Self::Error> {
        Self::new(year, month).ok_or("no such month")
    }
}

impl From<Month> for (i32, u8) {
    fn from(month: Month) -> Self {
        (month.year, month.month)
    }
}

/// A quarter of a calendar year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quarter {
    year: i32,
    quarter: u8,
}

impl Quarter {
    /// The quarter, if `quarter` is 1–4 and the year −9999 to 9999.
    #[must_use]
    pub fn new(year: i32, quarter: u8) -> Option<Self> {
        ((1..=4).contains(&quarter) && (-9999..=9999).contains(&year)).then_some(Self { year, quarter })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    /// The quarter's number, 1–4.
    #[must_use]
    pub fn number(self) -> u8 {
        self.quarter
    }

    /// Its three months, in order.
    #[must_use]
    pub fn months(self) -> [Month; 3] {
        let first = self.quarter * 3 - 2;
        [first, first + 1, first + 2].map(|month| Month { year: self.year, month })
    }

    /// Its last day.
    #[must_use]
    pub fn end(self) -> Date {
        self.months()[2].end()
    }

    /// Whether its last month, and so all of it, is ripe.
    #[must_use]
    pub fn is_ripe(self, today: Date, ripeness_days: u32) -> bool {
        self.months()[2].is_ripe(today, ripeness_days)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn date(year: i32, month: u8, day: u8) -> Date {
        Date::new(year, month, day).unwrap()
    }

    #[test]
    fn day_numbers_count_every_day_once() {
        assert_eq!(date(1970, 1, 1).day_number(), 0);
        assert_eq!(date(2000, 3, 1).day_number(), 11_017);
        assert_eq!(date(1969, 12, 31).day_number(), -1);
        let mut expected = date(1896, 1, 1).day_number();
        for month in Month::new(1896, 1).unwrap().through(Month::new(2104, 12).unwrap()) {
            for day in 1..=month.days() {
                assert_eq!(date(month.year(), month.number(), day).day_number(), expected);
                expected += 1;
            }
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        assert_eq!(Date::new(2026, 2, 29), None);
        assert_eq!(Date::new(2026, 13, 1), None);
        assert_eq!(Date::new(2026, 4, 31), None);
        assert!(Date::new(2028, 2, 29).is_some());
        assert_eq!(Month::new(2026, 0), None);
    }

    #[test]
    fn a_month_is_ripe_thirty_days_after_its_end() {
        let september = Month::new(2026, 9).unwrap();
        assert!(!september.is_ripe(date(2026, 10, 29), RIPENESS_DAYS));
        assert!(september.is_ripe(date(2026, 10, 30), RIPENESS_DAYS));
        assert_eq!(september.ripeness(date(2026, 9, 12), RIPENESS_DAYS), Ripeness::Unripe);
    }

    #[test]
    fn ripeness_is_never_under_the_p90() {
        assert_eq!(ripeness_days(30, Some(23)), 30);
        assert_eq!(ripeness_days(30, Some(41)), 41);
        assert_eq!(ripeness_days(30, None), 30);
    }

    #[test]
    fn months_step_over_the_year() {
        let december = Month::new(2025, 12).unwrap();
        assert_eq!(december.plus(1), Month::new(2026, 1));
        assert_eq!(december.plus(-12), Month::new(2024, 12));
        assert_eq!(december.through(december.plus(3).unwrap()).count(), 4);
        assert!(december < december.plus(1).unwrap());
        assert_eq!(december.to_string(), "2025-12");
    }

    #[test]
    fn a_quarter_is_ripe_with_its_last_month() {
        let quarter = Month::new(2026, 5).unwrap().quarter();
        assert_eq!((quarter.year(), quarter.number()), (2026, 2));
        assert_eq!(quarter.end(), date(2026, 6, 30));
        assert!(!quarter.is_ripe(date(2026, 7, 29), 30));
        assert!(quarter.is_ripe(date(2026, 7, 30), 30));
    }
}
