//! When rides are driven and messages sent: the plan of the year, before any byte is written.
//!
//! **Invariant:** exactly the messages asked for, in order of time, none after the last day, each between 05:00 and
//! midnight, so that the local day and the day in UTC are the same.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Weekday};

use crate::{
    calendar::{at_minute, later},
    draw::{Draw, Purpose},
    hospital::Hospital,
    ride::{Identity, Ride},
    year::Kind,
};

/// Days and the number of the first ride of each.
pub(crate) struct Calendar {
    first: NaiveDate,
    starts: Vec<u32>,
}

/// Rides per weekday from Monday, in relation to each other.
const WEEK: [u32; 7] = [101, 98, 98, 99, 105, 103, 96];

impl Calendar {
    pub(crate) fn new(seed: u64, first: NaiveDate, days: u32, rides: u32) -> Self {
        let mut draw = Draw::new(seed, Purpose::Year, 0);
        let mut sum = 0_u64;
        let mut sums = vec![0];
        for day in 0..days {
            let weekday = later(first, day).weekday().num_days_from_monday() as usize;
            sum += u64::from(WEEK[weekday] * draw.between(92, 108));
            sums.push(sum);
        }
        let starts = sums.into_iter().map(|s| (s * u64::from(rides) / sum.max(1)) as u32).collect();
        Self { first, starts }
    }

    pub(crate) fn days(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    pub(crate) fn date(&self, day: u32) -> NaiveDate {
        later(self.first, day)
    }

    /// Number of the first ride of a day; of the day after the last: the count.
    pub(crate) fn first_ride(&self, day: u32) -> u32 {
        self.starts.get(day as usize).or(self.starts.last()).copied().unwrap_or_default()
    }

    pub(crate) fn rides(&self) -> u32 {
        self.first_ride(self.days())
    }

    /// The day of a ride.
    pub(crate) fn day_of(&self, ride: u32) -> u32 {
        (self.starts.partition_point(|start| *start <= ride) as u32).saturating_sub(1)
    }
}

/// A message to come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Planned {
    pub at: NaiveDateTime,
    pub ride: u32,
    pub kind: Kind,
    /// When its content was sent first: for a repeat, earlier.
    pub sent: NaiveDateTime,
}

/// What becomes of the feedback on a ride.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// None is due: no message went before it, or the hospital gives none on this kind of ride.
    NotExpected,
    /// It is due and never comes: 2 %.
    Never,
    /// It comes, sooner or later.
    Comes,
}

pub(crate) fn fate(ride: &Ride, hospital: &Hospital, draw: &mut Draw) -> Fate {
    if !ride.message_sent || !draw.chance(hospital.habits.returns) {
        Fate::NotExpected
    } else if draw.chance(20) {
        Fate::Never
    } else {
        Fate::Comes
    }
}

/// Appends what a hospital sends about a ride, if it sends anything.
pub(crate) fn schedule(seed: u64, ride: &Ride, hospital: &Hospital, out: &mut Vec<Planned>) {
    let mut draw = Draw::new(seed, Purpose::Schedule, ride.number);
    let habits = &hospital.habits;
    match fate(ride, hospital, &mut draw) {
        Fate::Comes => {}
        Fate::NotExpected | Fate::Never => return,
    }
    let mut add =
        |at: NaiveDateTime, kind: Kind, sent: NaiveDateTime| out.push(Planned { at, ride: ride.number, kind, sent });
    if ride.identified_apart(hospital) {
        let at = identification_at(ride.handed_over, &mut draw);
        add(at, Kind::Identification, at);
    }
    let delay = draw.delay_minutes(hospital.median_delay_days * 24 * 60);
    let day = (ride.handed_over + TimeDelta::minutes(i64::from(delay))).date();
    let at = match habits.batch {
        Some(weekday) => {
            at_minute(next(weekday, day), 360 + draw.below(25)) + TimeDelta::seconds(i64::from(draw.below(60)))
        }
        None => working_hours(day, &mut draw),
    };
    add(at, Kind::Feedback, at);
    if habits.sets && draw.chance(20) {
        let newer = working_hours(later(at.date(), draw.between(1, 12)), &mut draw);
        add(newer, Kind::Newer, newer);
    }
    if draw.chance(10) {
        add(working_hours(later(at.date(), draw.between(1, 3)), &mut draw), Kind::Repeat, at);
    }
}

impl Ride {
    /// Whether a BSN comes back with this ride.
    pub(crate) fn returns_bsn(&self) -> bool {
        !matches!(self.identity, Identity::Known | Identity::StaysUnknown)
    }

    /// Whether the hospital sends it in a message of its own: the same for every look at the same ride.
    pub(crate) fn identified_apart(&self, hospital: &Hospital) -> bool {
        let share = hospital.habits.identification_apart;
        self.returns_bsn() && (self.number.wrapping_mul(2_654_435_761) >> 8) % 1000 < share
    }
}

fn identification_at(handed_over: NaiveDateTime, draw: &mut Draw) -> NaiveDateTime {
    let same_day = handed_over + TimeDelta::minutes(i64::from(draw.between(50, 320)));
    let hours = 7..22;
    if draw.chance(450) && hours.contains(&same_day.hour()) && same_day.date() == handed_over.date() {
        return same_day + TimeDelta::seconds(i64::from(draw.below(60)));
    }
    let day = later(handed_over.date(), draw.between(1, 4));
    working_hours(day, draw)
}

/// Mostly by day, a few in the evening.
fn working_hours(day: NaiveDate, draw: &mut Draw) -> NaiveDateTime {
    at_minute(day, 440 + draw.below(420) + draw.below(480)) + TimeDelta::seconds(i64::from(draw.below(60)))
}

fn next(weekday: Weekday, from: NaiveDate) -> NaiveDate {
    later(from, (7 + weekday.num_days_from_monday() - from.weekday().num_days_from_monday()) % 7)
}

/// Leaves exactly `messages`: what is over is taken evenly over the year from rides with one message.
pub(crate) fn thin(planned: Vec<Planned>, messages: usize, rides: u32) -> Vec<Planned> {
    let over = planned.len().saturating_sub(messages);
    if over == 0 {
        return planned;
    }
    let mut per_ride = vec![0_u8; rides as usize];
    for p in &planned {
        per_ride[p.ride as usize] = per_ride[p.ride as usize].saturating_add(1);
    }
    let single = |p: &Planned| per_ride[p.ride as usize] == 1;
    let singles = planned.iter().filter(|p| single(p)).count();
    let mut seen = 0_usize;
    let kept = planned.into_iter().filter(|p| {
        if !single(p) {
            return true;
        }
        seen += 1;
        // The n-th is dropped where the line of `over` in `singles` passes a whole number.
        seen * over / singles == (seen - 1) * over / singles
    });
    let mut kept: Vec<Planned> = kept.collect();
    kept.truncate(messages);
    kept
}
