//! Local time of the Netherlands and HL7's way of writing it.
//!
//! **Invariant:** whole arithmetic on given times; no clock, no time-zone file.

use std::fmt::Write;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};

/// Hours ahead of UTC: summer time from the last Sunday of March 02:00 to the last Sunday of October 03:00 (Directive 2000/84/EC).
pub(crate) fn hours_ahead(local: NaiveDateTime) -> i64 {
    let (month, day) = (local.month(), local.day());
    let sunday_before = |day: u32| day.saturating_sub(local.weekday().num_days_from_sunday());
    let last_sunday_passed = |hour: u32| {
        let since = local.weekday().num_days_from_sunday();
        let last_sunday = sunday_before(day);
        last_sunday + 7 > 31 && day >= last_sunday && (since > 0 || local.hour() >= hour)
    };
    let summer = match month {
        4..=9 => true,
        3 => last_sunday_passed(2),
        10 => !last_sunday_passed(3),
        _ => false,
    };
    if summer { 2 } else { 1 }
}

/// The instant of a local time.
pub(crate) fn to_utc(local: NaiveDateTime) -> DateTime<Utc> {
    (local - TimeDelta::hours(hours_ahead(local))).and_utc()
}

/// A local time that exists: in the hour that is skipped in March, an hour later.
pub(crate) fn existing(local: NaiveDateTime) -> NaiveDateTime {
    let skipped =
        local.month() == 3 && local.hour() == 2 && hours_ahead(local - TimeDelta::hours(1)) != hours_ahead(local);
    if skipped { local + TimeDelta::hours(1) } else { local }
}

/// So many minutes after a local time that exists: the hour that is skipped in March is not counted.
pub(crate) fn minutes_after(local: NaiveDateTime, minutes: u32) -> NaiveDateTime {
    let end = local + TimeDelta::minutes(i64::from(minutes));
    let skipped = hours_ahead(end) > hours_ahead(local);
    if skipped { end + TimeDelta::hours(1) } else { end }
}

/// A day and minutes after its midnight; minutes may run past the day.
pub(crate) fn at_minute(day: NaiveDate, minutes: u32) -> NaiveDateTime {
    day.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(i64::from(minutes))
}

/// A number of days later.
pub(crate) fn later(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(day)
}

/// A number of days earlier.
pub(crate) fn earlier(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(day)
}

/// `yyyyMMddHHmm`, no zone.
pub(crate) fn push_minutes(out: &mut String, t: NaiveDateTime) {
    let _ = write!(out, "{:04}{:02}{:02}{:02}{:02}", t.year(), t.month(), t.day(), t.hour(), t.minute());
}

/// `yyyyMMddHHmmss`, no zone.
pub(crate) fn push_seconds(out: &mut String, t: NaiveDateTime) {
    push_minutes(out, t);
    let _ = write!(out, "{:02}", t.second());
}

/// `yyyyMMddHHmmss+0200`.
pub(crate) fn push_zoned(out: &mut String, t: NaiveDateTime) {
    push_seconds(out, t);
    let _ = write!(out, "+{:02}00", hours_ahead(t));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn hours(text: &str) -> i64 {
        hours_ahead(text.parse().unwrap())
    }

    #[test]
    fn summer_time_begins_and_ends_on_the_last_sundays() {
        assert_eq!(hours("2026-03-29T01:59:00"), 1);
        assert_eq!(hours("2026-03-29T03:00:00"), 2);
        assert_eq!(hours("2026-03-28T23:00:00"), 1);
        assert_eq!(hours("2026-10-24T12:00:00"), 2);
        assert_eq!(hours("2026-10-25T02:30:00"), 2);
        assert_eq!(hours("2026-10-25T03:00:00"), 1);
        assert_eq!(hours("2026-10-26T12:00:00"), 1);
        assert_eq!(hours("2025-10-31T12:00:00"), 1);
        assert_eq!(hours("2026-10-18T12:00:00"), 2);
        assert_eq!(hours("2026-07-01T12:00:00"), 2);
        assert_eq!(hours("2026-01-01T00:00:00"), 1);
    }

    #[test]
    fn the_hour_that_is_skipped_is_not_used() {
        let at = |text: &str| existing(text.parse().unwrap()).to_string();
        assert_eq!(at("2026-03-29T02:10:00"), "2026-03-29 03:10:00");
        assert_eq!(at("2026-03-28T02:10:00"), "2026-03-28 02:10:00");
        let after = |text: &str, minutes| minutes_after(text.parse().unwrap(), minutes).to_string();
        assert_eq!(after("2026-03-29T01:50:00", 40), "2026-03-29 03:30:00");
        assert_eq!(after("2026-03-29T01:50:00", 80), "2026-03-29 04:10:00");
        assert_eq!(after("2026-03-29T03:30:00", 40), "2026-03-29 04:10:00", "it departed after the skipped hour");
        assert_eq!(after("2026-10-25T02:50:00", 40), "2026-10-25 03:30:00");
        assert_eq!(after("2026-12-31T23:50:00", 20), "2027-01-01 00:10:00");
    }
}
