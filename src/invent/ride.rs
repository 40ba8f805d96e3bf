//! The invented rides, and their lines in the ambulance suite's export.
//!
//! **Invariant:** a ride is a function of seed, plan and number alone; its sequence number is its own.

use std::fmt::Write;

use chrono::{NaiveDate, NaiveDateTime};

use crate::{
    calendar::{at_minute, existing, later, minutes_after},
    canary::{self, Marked},
    crew::{POSTS, Roster, post_of, third},
    diagnoses::{Case, GROUPS, KnownDiagnosis},
    draw::{Draw, Purpose},
    plan::Calendar,
    year::Settings,
};

/// What the ambulance announced and what the hospital will say about it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    /// Announced and right: nothing comes back.
    Known,
    /// Not announced; the hospital sends nothing either.
    StaysUnknown,
    /// Not announced, returned.
    Returned,
    /// Another one than announced.
    Differs,
    /// Returned with a slip; announced or not.
    Fails,
    /// The same as announced: sent for nothing.
    Equal,
    /// Two different ones.
    Two,
}

/// One ride.
pub(crate) struct Ride {
    pub number: u32,
    pub departed: NaiveDateTime,
    pub handed_over: NaiveDateTime,
    pub registered: NaiveDate,
    pub urgency: &'static str,
    pub hospital: usize,
    pub vehicle: u32,
    pub nurse: u32,
    pub driver: u32,
    pub third: Option<u32>,
    pub case: &'static Case,
    pub working: &'static KnownDiagnosis,
    pub identity: Identity,
    /// Place in the pool of test numbers of the patient, and of another patient.
    pub patient: u32,
    pub other_patient: u32,
    /// What the pre-announcement said.
    pub announced: Option<u32>,
    /// Whether message 8, 9 or 10 was sent.
    pub message_sent: bool,
    pub suffix: u32,
}

/// Shares of the identities in thousandths, of rides that get feedback or not: 12 % return a BSN.
const IDENTITIES: [(Identity, u32); 7] = [
    (Identity::Known, 840),
    (Identity::StaysUnknown, 40),
    (Identity::Returned, 85),
    (Identity::Differs, 16),
    (Identity::Fails, 7),
    (Identity::Equal, 8),
    (Identity::Two, 4),
];

const URGENCIES: [&str; 4] = ["A0", "A1", "A2", "B"];
/// First sequence number: the samples' rides are below.
const FIRST_SEQUENCE: u32 = 100_000;
/// Rides per hour of the day, in relation to each other.
const HOURS: [u32; 24] = [3, 2, 2, 2, 2, 2, 3, 4, 6, 8, 9, 9, 8, 8, 8, 8, 8, 7, 7, 6, 6, 5, 5, 4];

/// What rides are drawn from.
pub(crate) struct Register<'a> {
    pub settings: &'a Settings,
    pub calendar: &'a Calendar,
    pub pool: &'a [u32],
    /// Share of each hospital, in order.
    pub shares: &'a [u32],
}

impl Ride {
    pub(crate) fn invent(register: &Register<'_>, roster: &Roster, day: u32, number: u32) -> Self {
        let mut draw = Draw::new(register.settings.seed, Purpose::Ride, number);
        let (first, next) = (register.calendar.first_ride(day), register.calendar.first_ride(day + 1));
        let date = register.calendar.date(day);
        let minute = minute_of(number - first, next - first, &mut draw);
        let duty = roster.crew(number - first, minute);
        let departed = existing(at_minute(date, minute));
        let handed_over = minutes_after(departed, draw.between(26, 74));
        let case = &GROUPS[draw.weighted(GROUPS.iter().map(|g| g.rides))];
        let working = &case.diagnoses[draw.weighted(case.diagnoses.iter().map(|d| d.weight))];
        let urgency = URGENCIES[draw.weighted(case.urgency.into_iter())];
        let hospital = near(post_of(duty.vehicle), register.shares, &mut draw);
        let identity = IDENTITIES[draw.weighted(IDENTITIES.iter().map(|i| i.1))].0;
        let size = register.pool.len() as u32;
        let patient = draw.below(size);
        let other_patient = (patient + 1 + draw.below(size - 1)) % size;
        let not_announced = draw.chance(500);
        let announced = match identity {
            Identity::Known | Identity::Equal => Some(patient),
            Identity::StaysUnknown | Identity::Returned => None,
            Identity::Differs => Some(other_patient),
            Identity::Fails | Identity::Two => (!not_announced).then_some(other_patient),
        };
        Self {
            number,
            departed,
            handed_over,
            registered: later(handed_over.date(), registered_after(&mut draw)),
            urgency,
            hospital,
            vehicle: duty.vehicle,
            nurse: duty.nurse,
            driver: duty.driver,
            third: third(&mut draw),
            case,
            working,
            identity,
            patient,
            other_patient,
            announced,
            // Whoever came without identification was pre-announced: only an identified ride can lack its message.
            message_sent: !(identity == Identity::Known && draw.chance(40)),
            suffix: if draw.chance(12) { 2 } else { 1 },
        }
    }

    /// The ride number as the ambulance suite writes it.
    pub(crate) fn number_text(&self, rav: u8) -> String {
        let year = self.departed.format("%Y");
        format!("{rav}-{year}-{}-{}", FIRST_SEQUENCE + self.number, self.suffix)
    }

    /// The ride number as some hospitals write it.
    pub(crate) fn padded_number_text(&self, rav: u8) -> String {
        let year = self.departed.format("%Y");
        format!("{rav:03}-{year}-{:014}-{:02}", FIRST_SEQUENCE + self.number, self.suffix)
    }

    /// The mark in the name of its working diagnosis, where the year has canaries.
    pub(crate) fn working_canary(&self, settings: &Settings) -> Option<String> {
        let letters = || canary::letters(settings.seed, self.number, Marked::WorkingDiagnosis);
        settings.canaries.then(|| format!("Zw{}", letters()))
    }

    /// Appends its line of the export.
    pub(crate) fn push_csv(&self, settings: &Settings, hospital_ura: &str, pool: &[u32], out: &mut String) {
        let rav = settings.rav;
        let _ = write!(
            out,
            "{};{rav}-{};{};{};{};{};{hospital_ura};{};http://snomed.info/sct;{}",
            self.number_text(rav),
            self.vehicle,
            self.departed.format("%Y-%m-%dT%H:%M"),
            self.handed_over.format("%Y-%m-%dT%H:%M"),
            self.urgency,
            POSTS[post_of(self.vehicle)],
            self.working.code,
            self.working.display,
        );
        if let Some(canary) = self.working_canary(settings) {
            let _ = write!(out, " ({canary})");
        }
        out.push(';');
        if let Some(place) = self.announced {
            let _ = write!(out, "{}", pool[place as usize]);
        }
        let sent = if self.message_sent { "ja" } else { "nee" };
        let _ = write!(out, ";{sent};{};{};", self.nurse, self.driver);
        if let Some(third) = self.third {
            let _ = write!(out, "{third}");
        }
        out.push('\n');
    }
}

/// The head of the export: the columns of the ride register's import.
pub(crate) const CSV_HEAD: &str = "inzetnummer;ambulancenummer;vertrek;overdracht_seh;urgentie;standplaats;ziekenhuis_ura;\
                                   werkdiagnose_code;werkdiagnose_stelsel;werkdiagnose;bsn_vooraankondiging;\
                                   bericht_8_9_10;verpleegkundige;chauffeur;derde\n";

/// The minute in which the day's ride `place` of `count` departs: in order, by the hours' profile.
fn minute_of(place: u32, count: u32, draw: &mut Draw) -> u32 {
    let total: u32 = HOURS.iter().sum::<u32>() * 60;
    let mut left = ((u64::from(place) * 1000 + u64::from(draw.below(1000))) * u64::from(total)
        / (u64::from(count.max(1)) * 1000)) as u32;
    for (hour, weight) in HOURS.iter().enumerate() {
        if left < weight * 60 {
            return hour as u32 * 60 + left / weight;
        }
        left -= weight * 60;
    }
    1439
}

/// The hospital: half of the rides of a post go to one of its two nearest.
fn near(post: usize, shares: &[u32], draw: &mut Draw) -> usize {
    if draw.chance(350) {
        let pair = [post % shares.len(), (post * 3 + 1) % shares.len()];
        draw.pick(&pair)
    } else {
        draw.weighted(shares.iter().copied())
    }
}

// Further than any year that is invented reaches.
const NEVER_DAYS: u32 = 10_000;

/// Days after hand-over on which the suite exports the ride: mostly the same day, 3 % late, 2 % never.
fn registered_after(draw: &mut Draw) -> u32 {
    match draw.below(1000) {
        0..=19 => NEVER_DAYS,
        20..=49 => draw.between(2, 12),
        50..=109 => 1,
        _ => 0,
    }
}

/// A file of `count` rides of the default year that ends on `until`, for benches of the import.
#[must_use]
pub fn bench_rides(until: NaiveDate, count: usize) -> Vec<u8> {
    let settings = Settings { messages: count, ..Settings::new(until) };
    crate::year::Year::new(settings).rides_csv(count)
}
