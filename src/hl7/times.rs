//! HL7 points in time: `yyyyMMdd[HHmm[ss]][+zzzz]`; without a zone Europe/Amsterdam, the ambiguous hour the earlier.

use chrono::{DateTime, FixedOffset, NaiveDate, Offset, TimeZone};
use chrono_tz::Europe::Amsterdam;

/// Reads a point in time; `None` for one that cannot be.
pub(crate) fn point(text: &str) -> Option<DateTime<FixedOffset>> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number = |from: usize, to: usize| -> Option<u32> { text.get(from..to)?.parse().ok() };
    let date = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(4, 6)?, number(6, 8)?)?;
    let (hour, minute, second) = match digits {
        8 => (0, 0, 0),
        10 => (number(8, 10)?, 0, 0),
        12 => (number(8, 10)?, number(10, 12)?, 0),
        14 => (number(8, 10)?, number(10, 12)?, number(12, 14)?),
        _ => return None,
    };
    let local = date.and_hms_opt(hour, minute, second)?;
    let rest = text.get(digits..)?;
    // A fraction of a second is read over.
    let rest = rest.strip_prefix('.').map_or(rest, |r| r.trim_start_matches(|c: char| c.is_ascii_digit()));
    if rest.is_empty() {
        let zoned = Amsterdam.from_local_datetime(&local).earliest()?;
        return Some(zoned.with_timezone(&zoned.offset().fix()));
    }
    let sign = match rest.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let zone = rest.get(1..).filter(|z| z.len() == 4 && z.bytes().all(|b| b.is_ascii_digit()))?;
    let (hours, minutes) = (zone.get(..2)?.parse::<i32>().ok()?, zone.get(2..)?.parse::<i32>().ok()?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    FixedOffset::east_opt(sign * (hours * 3600 + minutes * 60))?.from_local_datetime(&local).single()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_zone_it_is_dutch_time_and_the_earlier_of_the_ambiguous_hour() {
        let shown = |text: &str| point(text).map(|t| t.to_rfc3339());
        assert_eq!(shown("202609141005").as_deref(), Some("2026-09-14T10:05:00+02:00"));
        assert_eq!(shown("20260914143000+0200").as_deref(), Some("2026-09-14T14:30:00+02:00"));
        assert_eq!(shown("202610250230").as_deref(), Some("2026-10-25T02:30:00+02:00"));
        assert_eq!(shown("20260229"), None);
        assert_eq!(shown("2026"), None);
    }
}
