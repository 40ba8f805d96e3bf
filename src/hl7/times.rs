//! HL7 points in time: `yyyyMMdd[HHmm[ss]][+zzzz]`; without a zone Europe/Amsterdam, the ambiguous hour the earlier.

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Amsterdam;

use crate::limits::HAND_OVER_DAYS_MAX;

/// How much of a time was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimePrecision {
    /// The day.
    Day,
    /// The hour.
    Hour,
    /// The minute.
    Minute,
    /// The second.
    Second,
}

/// A point in time with the zone (or the Dutch one) and the precision received. Printed as short as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointInTime {
    /// Its beginning.
    pub at: DateTime<FixedOffset>,
    /// How much of it was given.
    pub precision: TimePrecision,
}

impl PointInTime {
    /// Reads a point in time; `None` for one that cannot be.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let number = |from: usize, to: usize| -> Option<u32> { text.get(from..to)?.parse().ok() };
        let date = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(4, 6)?, number(6, 8)?)?;
        let (precision, hour, minute, second) = match digits {
            8 => (TimePrecision::Day, 0, 0, 0),
            10 => (TimePrecision::Hour, number(8, 10)?, 0, 0),
            12 => (TimePrecision::Minute, number(8, 10)?, number(10, 12)?, 0),
            14 => (TimePrecision::Second, number(8, 10)?, number(10, 12)?, number(12, 14)?),
            _ => return None,
        };
        let local = date.and_hms_opt(hour, minute, second)?;
        let rest = text.get(digits..)?;
        // A fraction of a second is read over.
        let rest = rest.strip_prefix('.').map_or(rest, |r| r.trim_start_matches(|c: char| c.is_ascii_digit()));
        let at = if rest.is_empty() {
            let zoned = Amsterdam.from_local_datetime(&local).earliest()?;
            zoned.with_timezone(&zoned.offset().fix())
        } else {
            zone(rest)?.from_local_datetime(&local).single()?
        };
        Some(Self { at, precision })
    }

    /// Whether it ended before an instant; a day has not ended while it is that day in the Netherlands.
    pub(crate) fn is_before(self, other: DateTime<Utc>) -> bool {
        match self.precision {
            TimePrecision::Day => self.at.date_naive() < dutch_day(other),
            TimePrecision::Hour | TimePrecision::Minute | TimePrecision::Second => self.utc() < other,
        }
    }

    /// The instant.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        self.at.with_timezone(&Utc)
    }
}

fn zone(text: &str) -> Option<FixedOffset> {
    let sign = match text.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let digits = text.get(1..).filter(|z| z.len() == 4 && z.bytes().all(|b| b.is_ascii_digit()))?;
    let (hours, minutes) = (digits.get(..2)?.parse::<i32>().ok()?, digits.get(2..)?.parse::<i32>().ok()?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60))
}

impl fmt::Display for PointInTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shape = match self.precision {
            TimePrecision::Day => "%Y-%m-%d",
            TimePrecision::Hour => "%Y-%m-%dT%H%:z",
            TimePrecision::Minute => "%Y-%m-%dT%H:%M%:z",
            TimePrecision::Second => "%Y-%m-%dT%H:%M:%S%:z",
        };
        write!(f, "{}", self.at.format(shape))
    }
}

/// A hand-over counts only so many days before receipt; else receipt does.
pub(crate) fn counts(handed_over: DateTime<Utc>, received: DateTime<Utc>) -> bool {
    let age = received - handed_over;
    age >= TimeDelta::zero() && age <= TimeDelta::days(HAND_OVER_DAYS_MAX)
}

/// The day of an instant in the Netherlands: ages and dates are counted by it.
pub(crate) fn dutch_day(time: DateTime<Utc>) -> NaiveDate {
    time.with_timezone(&Amsterdam).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        PointInTime::parse(text).map(|t| t.to_string())
    }

    #[test]
    fn without_a_zone_it_is_dutch_time_and_the_earlier_of_the_ambiguous_hour() {
        assert_eq!(shown("20260914100500").as_deref(), Some("2026-09-14T10:05:00+02:00"));
        assert_eq!(shown("20260914143000+0200").as_deref(), Some("2026-09-14T14:30:00+02:00"));
        assert_eq!(shown("20261025023000").as_deref(), Some("2026-10-25T02:30:00+02:00"));
        assert_eq!(shown("20260914143000.123-0500").as_deref(), Some("2026-09-14T14:30:00-05:00"));
    }

    #[test]
    fn it_stays_as_short_as_received() {
        assert_eq!(shown("20260914").as_deref(), Some("2026-09-14"));
        assert_eq!(shown("202609141005").as_deref(), Some("2026-09-14T10:05+02:00"));
        assert_eq!(shown("202601141005+0000").as_deref(), Some("2026-01-14T10:05+00:00"));
    }

    #[test]
    fn a_time_that_cannot_be_is_none() {
        // 02:30 on 29 March 2026 is skipped.
        for text in
            ["20260229", "2026", "202609", "20260914250000", "20260329023000", "20260914+2000", "20260914x", "é"]
        {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_is_a_dutch_day() {
        let late = PointInTime::parse("20260914223000+0000").map(PointInTime::utc);
        assert_eq!(late.map(dutch_day).map(|d| d.to_string()).as_deref(), Some("2026-09-15"));
    }
}
