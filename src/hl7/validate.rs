//! A [`ParsedMessage`] to a [`ValidMessage`] and all findings, or to a refusal with all findings.
//!
//! **Invariant:** nothing is corrected: what is unusable is left out with a finding, kept as a work item, or refused.
//! **Not here:** what depends on the store: repeats, the sender's standing, an equal BSN, the term (`intake`).

use chrono::{DateTime, TimeDelta, Utc};
use domain::{Bsn, Gender, InstanceId, PartialDate, RavNumber, ReturnedBsn, RideNumber, Sensitive, StoreKind};

use crate::{
    header::{FoundCode, FoundReceivers},
    limits::{Limits, SENT_AHEAD_DAYS_MAX, VERSION_NUMBER_MAX},
    message::{Header, ValidMessage},
    parse::{ParsedMessage, parse},
    place::{self, Place},
    profile::Profiles,
    refusal::{Known, Refusal, Refused},
    ride::{FoundRide, RideTimes, is_vehicle},
    rules::{Finding, Rule, once},
    times::{self, PointInTime},
};

const GENDER_SYSTEM: &str = "2.16.840.1.113883.5.1";

/// What reading is told about where it happens.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Time of receipt.
    pub received: DateTime<Utc>,
    /// This RAV; `None`: the addressee is not judged.
    pub rav: Option<RavNumber>,
    /// Kind of the store.
    pub kind: StoreKind,
    /// Charset of the transport, where it names one.
    pub charset: Option<&'a str>,
}

/// Parses and validates.
///
/// # Errors
/// A refusal with its answer (CE or CR) and all findings.
pub fn read(
    bytes: &[u8],
    profiles: &Profiles,
    limits: &Limits,
    context: &Context<'_>,
) -> Result<Box<ValidMessage>, Box<Refusal>> {
    validate(*parse(bytes, profiles, limits, context.charset)?, context)
}

/// Holds a parsed message against the rules.
///
/// # Errors
/// A refusal (CE) with all findings; those it is refused for come first.
pub fn validate(parsed: ParsedMessage, context: &Context<'_>) -> Result<Box<ValidMessage>, Box<Refusal>> {
    let ParsedMessage {
        mut reply,
        profile,
        sender,
        sites,
        id,
        set_id,
        replaces,
        version,
        sent,
        receivers,
        ride,
        ride_times,
        vehicle,
        patients,
        bsns,
        says_no_bsn,
        gender,
        birth_time,
        patient_number,
        feedback,
        over_delivered,
        skeleton,
        findings,
    } = parsed;
    if !reply.wrapped {
        reply.to = answerer(context).or_else(|| receivers.first.clone());
    }
    let mut judge = Judge { context, errors: Vec::new(), findings };
    judge.patients(patients);
    judge.ride(&ride);
    judge.addressee(ride.number.as_ref(), &receivers);
    if id.is_none() {
        judge.found(Rule::IdMissing, "id");
    }
    let sent = judge.sent(sent.as_deref());
    let version = version.map(|text| judge.version(&text));
    let ride_time = judge.ride_times(&ride_times, sent);
    let vehicle = vehicle.filter(|text| judge.vehicle(text));
    let bsns = judge.bsns(&bsns);
    let gender = gender.and_then(|code| judge.gender(&code));
    let birth_date = birth_time.and_then(|text| judge.birth_date(&text, ride_time));
    judge.profile(profile.is_some());
    let Judge { errors, findings, .. } = judge;
    let ride = match ride.number {
        Some(ride) if errors.is_empty() => ride,
        ride => {
            let known = Known { profile, receiver: receivers.first, ride };
            let findings = once(errors.into_iter().chain(findings).collect());
            return Err(Box::new(Refusal { refused: Refused::NotAccepted, findings, reply, sender, sites, known }));
        }
    };
    Ok(Box::new(ValidMessage {
        header: Header { id, set_id, version, replaces, sent, sender, sites, receiver: receivers.first },
        ride,
        vehicle,
        ride_time,
        patient_number,
        bsns,
        says_no_bsn,
        gender,
        birth_date,
        feedback,
        profile,
        over_delivered,
        skeleton,
        findings: once(findings),
        reply,
    }))
}

/// The answer comes from us, whomever the document names; where we do not know who we are, from whom it names.
fn answerer(context: &Context<'_>) -> Option<InstanceId> {
    context.rav.map(|rav| InstanceId { root: RavNumber::ROOT.into(), extension: Some(rav.to_string()) })
}

struct Judge<'c> {
    context: &'c Context<'c>,
    errors: Vec<Finding>,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn refuse(&mut self, rule: Rule, path: impl Into<Place>) {
        self.errors.push(Finding::at(rule, path));
    }

    fn found(&mut self, rule: Rule, path: impl Into<Place>) {
        self.findings.push(Finding::at(rule, path));
    }

    fn patients(&mut self, patients: usize) {
        if patients > 1 {
            self.refuse(Rule::ManyPatients, place::PATIENT);
        }
    }

    fn ride(&mut self, ride: &FoundRide) {
        if ride.number.is_none() {
            self.refuse(Rule::RideMissing, place::RIDE_NUMBER);
        } else if ride.different {
            self.refuse(Rule::RideTwice, place::RIDE_NUMBER);
        } else if ride.unusable {
            self.found(Rule::RideNumberUnusable, place::RIDE_NUMBER);
        }
        if ride.elsewhere {
            self.found(Rule::RideElsewhere, place::RIDE_NUMBER);
        }
    }

    /// One of the receivers is ours; where none is a RAV, the ride's first part decides.
    fn addressee(&mut self, ride: Option<&RideNumber>, receivers: &FoundReceivers) {
        if receivers.unusable {
            self.found(Rule::ReceiverUnusable, place::RECEIVER);
        }
        let Some(own) = self.context.rav else { return };
        let ride_is_ours = ride.map(|ride| ride.rav() == own.get());
        let named = !receivers.ravs.is_empty() || receivers.unusable;
        match (named, receivers.ravs.contains(&own), ride_is_ours) {
            (true, true, Some(false)) => self.found(Rule::RideOfOtherRav, place::RIDE_NUMBER),
            (true, true, Some(true) | None) | (false, _, Some(true) | None) => {}
            (true, false, _) => self.refuse(Rule::OtherRav, place::RECEIVER),
            (false, _, Some(false)) => self.refuse(Rule::OtherRav, place::RIDE_NUMBER),
        }
    }

    fn sent(&mut self, text: Option<&str>) -> Option<PointInTime> {
        let sent = text.and_then(PointInTime::parse);
        match sent {
            None => self.found(Rule::DateImpossible, "effectiveTime"),
            Some(sent) if sent.utc() > self.context.received + TimeDelta::days(SENT_AHEAD_DAYS_MAX) => {
                self.found(Rule::SentInFuture, "effectiveTime");
            }
            Some(_) => {}
        }
        sent
    }

    fn version(&mut self, text: &str) -> u32 {
        match text.trim().parse() {
            Ok(number @ 1..=VERSION_NUMBER_MAX) => number,
            Ok(_) | Err(_) => {
                self.found(Rule::VersionUnusable, "versionNumber");
                1
            }
        }
    }

    /// The hand-over; departure is only held against the time of sending.
    fn ride_times(&mut self, texts: &RideTimes, sent: Option<PointInTime>) -> Option<DateTime<Utc>> {
        let RideTimes { low, high, value } = texts;
        let mut unreadable = false;
        let [low, high, value] = [low, high, value].map(|text| {
            let time = text.as_deref().and_then(PointInTime::parse).map(PointInTime::utc);
            unreadable |= text.is_some() && time.is_none();
            time
        });
        if unreadable {
            self.found(Rule::RideTimeUnreadable, place::RIDE_TIME);
        }
        let handed_over = high.or(value).or(low);
        if handed_over.is_some_and(|time| !times::counts(time, self.context.received)) {
            self.found(Rule::HandOverNotCounted, place::RIDE_TIME);
        }
        if sent.is_some_and(|sent| low.or(value).is_some_and(|departed| sent.is_before(departed))) {
            self.found(Rule::SentBeforeRide, "effectiveTime");
        }
        handed_over
    }

    fn vehicle(&mut self, text: &str) -> bool {
        let usable = is_vehicle(text);
        if !usable {
            self.found(Rule::VehicleUnusable, place::VEHICLE);
        }
        usable
    }

    fn profile(&mut self, recognised: bool) {
        if !recognised {
            self.found(Rule::ProfileUnknown, "");
        }
    }

    fn bsns(&mut self, texts: &[Sensitive]) -> Vec<ReturnedBsn> {
        let mut found: Vec<ReturnedBsn> = Vec::new();
        for text in texts {
            // REVEAL: read as a number, here and nowhere else; compared with at most `bsns_max` others.
            let bsn = ReturnedBsn::read(text.reveal());
            // REVEAL: compared with each other only.
            if found.iter().all(|other| *other.reveal() != *bsn.reveal()) {
                found.push(bsn);
            }
        }
        if found.iter().any(|b| !b.is_valid()) {
            self.found(Rule::BsnInvalid, place::BSN);
        }
        if found.len() > 1 {
            self.found(Rule::BsnTwo, place::BSN);
        }
        let of_test = |b: &ReturnedBsn| match b {
            ReturnedBsn::Valid(bsn) => Some(Bsn::is_test_number(bsn)),
            ReturnedBsn::Invalid(_) => None,
        };
        match self.context.kind {
            StoreKind::Test if found.iter().any(|b| of_test(b) == Some(false)) => {
                self.refuse(Rule::RealBsnInTest, place::BSN);
            }
            StoreKind::Production if found.iter().any(|b| of_test(b) == Some(true)) => {
                self.found(Rule::TestBsnInProduction, place::BSN);
            }
            StoreKind::Test | StoreKind::Production => {}
        }
        found
    }

    fn gender(&mut self, found: &FoundCode) -> Option<Gender> {
        let ours = found.system.as_deref().is_none_or(|system| domain::same_system(system, GENDER_SYSTEM));
        let gender = match found.code.as_str() {
            "M" => Some(Gender::Male),
            "F" => Some(Gender::Female),
            "UN" => Some(Gender::Undifferentiated),
            _ => None,
        };
        let gender = gender.filter(|_| ours);
        if gender.is_none() {
            self.found(Rule::GenderUnknown, place::GENDER);
        }
        gender
    }

    fn birth_date(&mut self, text: &Sensitive, ride_time: Option<DateTime<Utc>>) -> Option<PartialDate> {
        // REVEAL: read as a date, here and nowhere else.
        let Some(date) = PartialDate::parse_hl7(text.reveal()) else {
            self.found(Rule::DateImpossible, place::BIRTH_TIME);
            return None;
        };
        let received = self.context.received;
        let ride = ride_time.filter(|time| times::counts(*time, received)).unwrap_or(received);
        if date.first_day() > times::dutch_day(ride) {
            self.found(Rule::BornAfterRide, place::BIRTH_TIME);
        }
        Some(date)
    }
}
