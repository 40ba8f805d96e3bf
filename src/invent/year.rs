//! The year: settings, hospitals, staff, and day by day what comes in.
//!
//! **Invariant:** memory holds the plan (some twenty bytes a message) and one day; nothing is kept of a day that has passed.

use std::borrow::Borrow;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{Agreement, InstanceId};

use crate::{
    calendar::{earlier, later, to_utc},
    crew::{Crew, Roster},
    feedback,
    hospital::{Hospital, hospitals},
    message::{MessageSpec, sample_message},
    patient::test_numbers,
    plan::{Calendar, Planned, schedule, thin},
    ride::{CSV_HEAD, Register, Ride},
};

/// What to invent.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Seed; the same settings give the same bytes.
    pub seed: u64,
    /// How many messages arrive, repeats and newer versions included.
    pub messages: usize,
    /// The RAV, 1–99.
    pub rav: u8,
    /// The last day.
    pub until: NaiveDate,
    /// How many days; messages of rides before the first are not invented.
    pub days: u32,
    /// Texts, names, codes, birth dates and patient numbers carry a mark by which a test finds them again; people do not write so.
    pub canaries: bool,
}

impl Settings {
    /// 20,000 messages for RAV 12 in 350 days (less than the store's term of 358), seed 12.
    #[must_use]
    pub fn new(until: NaiveDate) -> Self {
        Self { seed: 12, messages: 20_000, rav: 12, until, days: 350, canaries: false }
    }

    /// The first day.
    #[must_use]
    pub fn first(&self) -> NaiveDate {
        earlier(self.until, self.days.max(1) - 1)
    }

    /// The day on which one hospital changes.
    #[must_use]
    pub fn halfway(&self) -> NaiveDate {
        later(self.first(), self.days / 2)
    }
}

/// An invented year.
pub struct Year {
    settings: Settings,
    /// The hospitals, in order of URA.
    pub hospitals: Vec<Hospital>,
    /// The staff.
    pub crew: Crew,
    pub(crate) pool: Vec<u32>,
    calendar: Calendar,
    rosters: Vec<Roster>,
    shares: Vec<u32>,
    planned: Vec<Planned>,
}

/// What comes in on one day: first the rides, then the messages.
pub struct Day {
    /// The day, in Dutch time.
    pub date: NaiveDate,
    /// The ambulance suite's export of the day, with its head line; rides that were registered late are in a later day's.
    pub rides_csv: Vec<u8>,
    /// Messages in order of time.
    pub messages: Vec<InventedMessage>,
}

/// Why a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A BSN and nothing else.
    Identification,
    /// Agreement and what belongs to it; with the BSN where that did not come apart.
    Feedback,
    /// A newer version of a feedback.
    Newer,
    /// The same bytes as an earlier feedback.
    Repeat,
}

/// A message and what a test may want to know of it. No `Debug`: tests print rides, not content.
pub struct InventedMessage {
    /// When it arrives.
    pub at: DateTime<Utc>,
    /// The sending organisation (URA).
    pub sender: InstanceId,
    /// The bytes as they come in.
    pub bytes: Vec<u8>,
    /// A token that occurs in every canary in a text of this message and in no other message but its exact repeat; in no text at
    /// all where the settings have no canaries.
    pub canary: String,
    /// The canaries by the field that carries them.
    pub canaries: Canaries,
    /// What it says of agreement; `None`: nothing.
    pub agreement: Option<Agreement>,
    /// Whether it returns a BSN, right or wrong.
    pub returns_bsn: bool,
    /// Why it is sent.
    pub kind: Kind,
    /// Its ride, in canonical form.
    pub ride: String,
    /// Staff number of that ride's nurse.
    pub nurse: u32,
    /// Staff number of that ride's driver.
    pub driver: u32,
}

/// Distinct tokens in a message's fields, so that a test can search each screen for each; absent where the field is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Canaries {
    /// In the description of the diagnosis.
    pub description: Option<String>,
    /// In the remark on medical acting.
    pub medical: Option<String>,
    /// In the remark on communication.
    pub communication: Option<String>,
    /// The SNOMED CT code of the first diagnosis: twelve digits.
    pub diagnosis_code: Option<String>,
    /// In that diagnosis's name.
    pub diagnosis_name: Option<String>,
    /// The birth date, as `yyyyMMdd`.
    pub birth_date: Option<String>,
    /// In the patient number.
    pub patient_number: Option<String>,
    /// In the name of the ambulance's working diagnosis, in its ride's line of the register: the same for each message of one ride.
    pub working_diagnosis: Option<String>,
    /// In narrative that no field refers to: must be nowhere after receipt.
    pub over_delivered: Option<String>,
}

impl Year {
    /// Plans a year.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let hospitals = hospitals(settings.first(), settings.halfway());
        let days = settings.days.max(1);
        let mut year = Self {
            settings,
            shares: hospitals.iter().map(|h| h.habits.rides).collect(),
            hospitals,
            crew: Crew::invent(),
            pool: test_numbers(),
            calendar: Calendar::new(settings.seed, settings.first(), days, 0),
            rosters: (0..days).map(|day| Roster::of_day(settings.seed, day)).collect(),
            planned: Vec::new(),
        };
        // Most rides give a message, some two, some that come too late: begin below and add until there are enough.
        let mut rides = settings.messages * 100 / 76;
        loop {
            year.calendar =
                Calendar::new(settings.seed, settings.first(), days, u32::try_from(rides).unwrap_or(u32::MAX));
            year.planned = year.plan();
            let missing = settings.messages.saturating_sub(year.planned.len());
            if missing == 0 {
                break;
            }
            rides += missing * 3 / 2 + 1;
        }
        year.planned = thin(std::mem::take(&mut year.planned), settings.messages, year.calendar.rides());
        year
    }

    /// The settings it was made with.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How many rides were driven; the last few of them are not registered before the year ends.
    #[must_use]
    pub fn rides(&self) -> usize {
        self.calendar.rides() as usize
    }

    /// How many messages arrive.
    #[must_use]
    pub fn messages(&self) -> usize {
        self.planned.len()
    }

    /// Day by day, made when asked for.
    pub fn days(&self) -> impl Iterator<Item = Day> + '_ {
        Days::of(self)
    }

    /// Day by day, made when asked for; the year goes along.
    pub fn into_days(self) -> impl Iterator<Item = Day> {
        Days::of(self)
    }

    pub(crate) fn ride(&self, number: u32) -> Ride {
        let register =
            Register { settings: &self.settings, calendar: &self.calendar, pool: &self.pool, shares: &self.shares };
        let day = self.calendar.day_of(number);
        Ride::invent(&register, &self.rosters[day as usize], day, number)
    }

    /// The first `count` rides as one file.
    pub(crate) fn rides_csv(&self, count: usize) -> Vec<u8> {
        let mut out = CSV_HEAD.to_owned();
        for number in (0..self.calendar.rides()).take(count) {
            self.push_csv(&self.ride(number), &mut out);
        }
        out.into_bytes()
    }

    /// What each message says that is neither a repeat nor a newer version, in order of time.
    pub(crate) fn specs(&self) -> impl Iterator<Item = MessageSpec> + '_ {
        let first = self.planned.iter().filter(|p| matches!(p.kind, Kind::Feedback | Kind::Identification));
        first.map(|planned| {
            let ride = self.ride(planned.ride);
            feedback::say(self, &ride, &self.hospitals[ride.hospital], planned).spec
        })
    }

    fn push_csv(&self, ride: &Ride, out: &mut String) {
        ride.push_csv(&self.settings, self.hospitals[ride.hospital].ura, &self.pool, out);
    }

    fn plan(&self) -> Vec<Planned> {
        let mut planned = Vec::with_capacity(self.settings.messages + 64);
        for number in 0..self.calendar.rides() {
            let ride = self.ride(number);
            schedule(self.settings.seed, &ride, &self.hospitals[ride.hospital], &mut planned);
        }
        planned.retain(|p| p.at.date() <= self.settings.until);
        planned.sort_unstable();
        planned
    }

    fn message(&self, planned: &Planned) -> InventedMessage {
        let ride = self.ride(planned.ride);
        let hospital = &self.hospitals[ride.hospital];
        let said = feedback::say(self, &ride, hospital, planned);
        InventedMessage {
            at: to_utc(planned.at),
            sender: hospital.organisation(),
            bytes: sample_message(&said.spec),
            canary: said.canary,
            canaries: said.canaries,
            agreement: said.spec.agreement,
            returns_bsn: !said.spec.bsns.is_empty(),
            kind: planned.kind,
            ride: ride.number_text(self.settings.rav),
            nurse: ride.nurse,
            driver: ride.driver,
        }
    }
}

/// The days of a year, one at a time.
struct Days<Y> {
    year: Y,
    day: u32,
    next: usize,
    /// Rides that were driven and are not registered yet.
    late: Vec<Ride>,
}

impl<Y: Borrow<Year>> Days<Y> {
    fn of(year: Y) -> Self {
        Self { year, day: 0, next: 0, late: Vec::new() }
    }
}

impl<Y: Borrow<Year>> Iterator for Days<Y> {
    type Item = Day;

    fn next(&mut self) -> Option<Day> {
        let Self { year, day, next, late } = self;
        let year: &Year = (*year).borrow();
        if *day >= year.calendar.days() {
            return None;
        }
        let date = year.calendar.date(*day);
        late.extend((year.calendar.first_ride(*day)..year.calendar.first_ride(*day + 1)).map(|n| year.ride(n)));
        *day += 1;
        let mut rides_csv = CSV_HEAD.to_owned();
        late.retain(|ride| {
            let registered = ride.registered <= date;
            if registered {
                year.push_csv(ride, &mut rides_csv);
            }
            !registered
        });
        let mut messages = Vec::new();
        while let Some(planned) = year.planned.get(*next).filter(|p| p.at.date() <= date) {
            messages.push(year.message(planned));
            *next += 1;
        }
        Some(Day { date, rides_csv: rides_csv.into_bytes(), messages })
    }
}
