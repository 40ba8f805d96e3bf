//! When a sender has been silent for longer than it ever is.
//!
//! A gap is the time from one message to the next. The limit is the 99.5 % quantile of the gaps that began in the eight weeks up to the
//! last message, of the same class of day, and never under 24 hours. Gaps of up to 24 hours need only be counted for that: the longer
//! ones all lie between the last message of one day and the first of a later one, so that a sum per day is all it takes.
//!
//! **Invariant:** the limit is known from the last message on: an alarm that is on stays on until a message comes.
//! **Invariant:** moments are seconds, so a day of 23 or 25 hours changes no gap.
//! **Not here:** clocks and time zones (days are those of the sender's country), which senders are watched and why they are silent (`app`).
//! Source: quantile as inverse of the empirical distribution, Hyndman & Fan (1996), type 1. Easter: Butcher's rule (1876).

use crate::Date;

/// Days before the last message whose gaps count: eight weeks.
pub const WINDOW_DAYS: i64 = 56;

const DAY: i64 = 86_400;
// Below this a silence is no news: a night, and the day after it.
const LIMIT_MIN: i64 = DAY;
// 99.5 %, in thousandths.
const QUANTILE: u64 = 995;
// With fewer gaps of a class their longest says little of the next one.
const GAPS_MIN: u64 = 10;
// A sender that is hardly known: a week without anything is worth a question.
const LIMIT_UNKNOWN: i64 = 7 * DAY;
// Days of an ordinary weekend: what the gaps over one have in them.
const WEEKEND_DAYS: i64 = 2;

/// A day on which messages came. Days are numbered from 1970, moments are seconds since then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SenderDay {
    /// The day.
    pub day: i64,
    /// How many came.
    pub count: u64,
    /// When the first came.
    pub first: i64,
    /// When the last came.
    pub last: i64,
}

/// What the limit rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Gaps that began before a working day.
    WorkingDays,
    /// Gaps that began before a day of a weekend, or a holiday.
    RestDays,
    /// Gaps of either class: of the class itself there are too few.
    AllDays,
    /// Too few gaps of any: a week, or the longest there was.
    TooFew,
}

/// How long a sender has been silent, and how long it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// Its last message.
    pub since: i64,
    /// Seconds after which it is silent for too long.
    pub limit: i64,
    /// What that rests on.
    pub basis: Basis,
}

impl Silence {
    /// Whether it is silent for too long.
    #[must_use]
    pub fn is_alarm(&self, now: i64) -> bool {
        now.saturating_sub(self.since) > self.limit
    }
}

/// The limit of a sender, by the days on which its messages came, oldest first; `None` if nothing ever came.
#[must_use]
pub fn silence(days: &[SenderDay]) -> Option<Silence> {
    let last = days.last()?;
    let from = last.day - WINDOW_DAYS;
    let in_window = |day: &SenderDay| day.day >= from;
    let of = |class: fn(bool) -> bool| -> Gaps {
        let mut gaps = Gaps::default();
        for (day, next) in days.iter().zip(days.iter().skip(1).map(Some).chain([None])) {
            if in_window(day) && class(is_rest_day(day.day + 1)) {
                gaps.count += day.count.saturating_sub(1) + u64::from(next.is_some());
                gaps.long.extend(next.map(|next| next.first - day.last).filter(|gap| *gap > LIMIT_MIN));
            }
        }
        gaps
    };
    let begins_before_rest = is_rest_day(last.day + 1);
    let own = if begins_before_rest { of(|rest| rest) } else { of(|rest| !rest) };
    let all = of(|_| true);
    let (basis, limit) = if own.count >= GAPS_MIN {
        (if begins_before_rest { Basis::RestDays } else { Basis::WorkingDays }, own.quantile())
    } else if all.count >= GAPS_MIN {
        (Basis::AllDays, all.quantile())
    } else {
        (Basis::TooFew, all.long.iter().copied().fold(LIMIT_UNKNOWN, i64::max))
    };
    // Whoever pauses at weekends pauses longer where holidays lie beside one.
    let pauses = limit > LIMIT_MIN && basis != Basis::TooFew;
    let more_days = if pauses { (rest_days_from(last.day + 1) - WEEKEND_DAYS).max(0) } else { 0 };
    Some(Silence { since: last.last, limit: limit + more_days * DAY, basis })
}

/// How many gaps there were, and those of more than 24 hours.
#[derive(Default)]
struct Gaps {
    count: u64,
    long: Vec<i64>,
}

impl Gaps {
    /// The least gap that 99.5 % of all do not exceed; 24 hours where that is less.
    fn quantile(mut self) -> i64 {
        self.long.sort_unstable_by(|a, b| b.cmp(a));
        let above = self.count - (self.count * QUANTILE).div_ceil(1000);
        let longest = usize::try_from(above).ok().and_then(|above| self.long.get(above));
        longest.copied().unwrap_or(LIMIT_MIN).max(LIMIT_MIN)
    }
}

/// Saturday, Sunday, or a public holiday of the Netherlands.
#[must_use]
pub fn is_rest_day(day: i64) -> bool {
    // 1970-01-01 was a Thursday.
    matches!((day + 3).rem_euclid(7), 5 | 6) || is_holiday(day)
}

// LIMIT: rest days in a row that are counted; with Christmas and a weekend there are four.
const REST_DAYS_MAX: i64 = 10;

fn rest_days_from(day: i64) -> i64 {
    (0..REST_DAYS_MAX).take_while(|after| is_rest_day(day + after)).count().try_into().unwrap_or(REST_DAYS_MAX)
}

fn is_holiday(day: i64) -> bool {
    // 400 years have 146,097 days; the estimate is off by a day at most, so the years beside it are asked too.
    let year = 1970 + day.saturating_mul(400).div_euclid(146_097);
    (year - 1..=year + 1).filter_map(|year| i32::try_from(year).ok()).any(|year| holidays(year).contains(&Some(day)))
}

/// New Year's Day, Easter Monday, King's Day, Liberation Day (each fifth year), Ascension Day, Whit Monday, Christmas.
fn holidays(year: i32) -> [Option<i64>; 8] {
    let number = |month, day| Date::new(year, month, day).map(Date::day_number);
    let after_easter = |days: i64| easter(year).map(|easter| easter + days);
    let kings_day = number(4, 27).map(|day| if (day + 3).rem_euclid(7) == 6 { day - 1 } else { day });
    [
        number(1, 1),
        after_easter(1),
        kings_day,
        number(5, 5).filter(|_| year % 5 == 0),
        after_easter(39),
        after_easter(50),
        number(12, 25),
        number(12, 26),
    ]
}

/// Easter Sunday of the Gregorian calendar.
fn easter(year: i32) -> Option<i64> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).map(Date::day_number)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const HOUR: i64 = 3_600;

    fn number(year: i32, month: u8, day: u8) -> i64 {
        Date::new(year, month, day).unwrap().day_number()
    }

    /// A day with its messages from and until these hours; nothing here needs local time.
    fn day(day: i64, count: u64, first: i64, last: i64) -> SenderDay {
        SenderDay { day, count, first: day * DAY + first * HOUR, last: day * DAY + last * HOUR }
    }

    /// Eight weeks of five messages each working day, from 9 until 17 hours, up to this day.
    fn working_days(until: i64) -> Vec<SenderDay> {
        let days = (until - WINDOW_DAYS - 7..=until).filter(|day| !is_rest_day(*day));
        days.map(|number| day(number, 5, 9, 17)).collect()
    }

    // A Wednesday, a Friday; no holiday is near.
    const WEDNESDAY: (i32, u8, u8) = (2026, 9, 16);
    const FRIDAY: (i32, u8, u8) = (2026, 9, 18);

    fn at((year, month, day): (i32, u8, u8)) -> i64 {
        number(year, month, day)
    }

    #[test]
    fn a_sender_of_every_day_is_silent_after_24_hours() {
        let last = at(WEDNESDAY);
        let days: Vec<SenderDay> = (last - 60..=last).map(|number| day(number, 12, 1, 23)).collect();
        let silence = silence(&days).unwrap();
        assert_eq!((silence.limit, silence.basis), (DAY, Basis::WorkingDays));
        assert!(!silence.is_alarm(silence.since + DAY));
        assert!(silence.is_alarm(silence.since + DAY + 1));
        assert!(!silence.is_alarm(silence.since - HOUR), "a clock that went back");
    }

    #[test]
    fn who_does_not_send_at_weekends_is_not_silent_on_a_sunday_and_is_on_a_thursday() {
        let friday = silence(&working_days(at(FRIDAY))).unwrap();
        // Friday 17:00 until Monday 9:00.
        assert_eq!((friday.limit, friday.basis), (64 * HOUR, Basis::RestDays));
        assert!(!friday.is_alarm(friday.since + 63 * HOUR));
        assert!(friday.is_alarm(friday.since + 65 * HOUR));
        let wednesday = silence(&working_days(at(WEDNESDAY))).unwrap();
        assert_eq!((wednesday.limit, wednesday.basis), (DAY, Basis::WorkingDays));
        // It stays on over the weekend that follows.
        assert!((25..200).all(|hours| wednesday.is_alarm(wednesday.since + hours * HOUR)));
    }

    #[test]
    fn one_gap_in_two_hundred_may_be_longer() {
        let last = at(WEDNESDAY);
        // 57 days of five messages, and one of them, a working day, stands before two days of nothing.
        let quiet = |count: u64| -> Silence {
            let days = (last - 56..=last).filter(|day| !(last - 8..last - 6).contains(day));
            silence(&days.map(|number| day(number, count, 9, 17)).collect::<Vec<_>>()).unwrap()
        };
        // Working days only: 39 days of 5 gaps are 195, whose 99.5 % quantile is the longest; of 8 it may be longer.
        assert_eq!(quiet(5).limit, (2 * 24 + 16) * HOUR);
        assert_eq!(quiet(8).limit, DAY);
    }

    #[test]
    fn gaps_are_counted_up_to_the_last_message_however_long_ago_that_is() {
        let silence = silence(&working_days(at(WEDNESDAY))).unwrap();
        assert!(silence.is_alarm(silence.since + 400 * DAY));
        assert_eq!(silence.basis, Basis::WorkingDays);
    }

    #[test]
    fn a_gap_of_before_the_eight_weeks_does_not_count() {
        let last = at(WEDNESDAY);
        let mut days = vec![day(last - 90, 40, 9, 17)];
        days.extend((last - 60..=last).map(|number| day(number, 5, 9, 17)));
        assert_eq!(silence(&days).unwrap().limit, DAY, "the 30 days are not usual");
    }

    #[test]
    fn with_too_few_gaps_a_week_is_the_limit_or_the_longest_there_was() {
        assert_eq!(silence(&[]), None);
        let last = at(WEDNESDAY);
        let one = silence(&[day(last, 1, 9, 9)]).unwrap();
        assert_eq!((one.limit, one.basis), (7 * DAY, Basis::TooFew));
        let rare = [day(last - 30, 1, 9, 9), day(last - 10, 1, 9, 9), day(last, 1, 9, 9)];
        assert_eq!(
            silence(&rare).unwrap(),
            Silence { since: last * DAY + 9 * HOUR, limit: 20 * DAY, basis: Basis::TooFew }
        );
    }

    #[test]
    fn with_too_few_gaps_of_its_class_those_of_all_days_count() {
        // One message each Monday, Tuesday, Wednesday and Thursday, and a single one on the last Friday.
        let last = at(FRIDAY);
        let days =
            (last - 56..=last).filter(|day| !is_rest_day(*day) && (*day == last || (*day + 3).rem_euclid(7) < 4));
        let silence = silence(&days.map(|number| day(number, 1, 12, 12)).collect::<Vec<_>>()).unwrap();
        assert_eq!((silence.limit, silence.basis), (4 * DAY, Basis::AllDays), "Thursday noon until Monday noon");
    }

    #[test]
    fn a_day_of_23_or_25_hours_changes_nothing() {
        // 29 March 2026 has 23 hours, 25 October 25: whoever sends each day at noon by the clock has a gap of that length.
        for (last, hours) in [((2026, 4, 8), 23), ((2026, 11, 4), 25)] {
            let last = at(last);
            let changed = if hours == 23 { number(2026, 3, 29) } else { number(2026, 10, 25) };
            let ahead = |day: i64| -> i64 { if (day >= changed) == (hours == 23) { 2 } else { 1 } };
            let noon = |number: i64| day(number, 1, 12 - ahead(number), 12 - ahead(number));
            let days: Vec<SenderDay> = (last - 60..=last).map(noon).collect();
            let before = days.iter().position(|day| day.day == changed).unwrap();
            assert_eq!(days[before].first - days[before - 1].last, hours * HOUR);
            assert_eq!(silence(&days).unwrap().limit, DAY, "{hours}");
        }
    }

    #[test]
    fn whoever_pauses_at_weekends_pauses_longer_at_easter() {
        // 3 April 2026 is the Friday before Easter, 6 April Easter Monday.
        let friday = silence(&working_days(number(2026, 4, 3))).unwrap();
        assert_eq!(friday.limit, 64 * HOUR + DAY);
        // Who sends at weekends too is missed as soon as ever.
        let last = number(2026, 4, 3);
        let days: Vec<SenderDay> = (last - 60..=last).map(|number| day(number, 12, 1, 23)).collect();
        assert_eq!(silence(&days).unwrap().limit, DAY);
    }

    #[test]
    fn the_holidays_of_the_netherlands() {
        let rests = |year, month, day| is_rest_day(number(year, month, day));
        for (year, month, day) in [
            (2026, 1, 1),
            (2026, 4, 6),
            (2026, 4, 27),
            (2026, 5, 14),
            (2026, 5, 25),
            (2026, 12, 25),
            (2026, 12, 26),
            (2025, 4, 21),
            (2025, 4, 26),
            (2025, 5, 5),
            (2025, 5, 29),
            (2025, 6, 9),
            (2024, 4, 1),
            (2038, 4, 26),
        ] {
            assert!(rests(year, month, day), "{year}-{month}-{day}");
        }
        for (year, month, day) in [(2026, 4, 3), (2026, 5, 5), (2026, 4, 28), (2026, 12, 24), (2026, 1, 2)] {
            assert!(!rests(year, month, day), "{year}-{month}-{day}");
        }
    }
}
