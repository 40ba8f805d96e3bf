//! A [`ParsedMessage`] to a [`ValidMessage`] and all findings, or to a refusal with all findings.
//!
//! **Invariant:** nothing is corrected: what is unusable is left out with a finding, kept as a work item, or refused.
//! **Not here:** what depends on the store: repeats, the sender's standing, an equal BSN, the term (`intake`).

use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Agreement, Bsn, Gender, InstanceId, PartialDate, RavNumber, ReturnedBsn, RideNumber, Sensitive, StoreKind,
};

use crate::{
    header::{FoundCode, FoundReceivers},
    limits::Limits,
    message::{Feedback, Header, ValidMessage},
    parse::{ParsedMessage, parse},
    profile::Profiles,
    refusal::{Refusal, Refused},
    ride::{FoundRide, RideTimes, is_vehicle},
    rules::{Finding, Rule},
    times::{self, PointInTime},
};

const GENDER_SYSTEM: &str = "2.16.840.1.113883.5.1";

const BSN_PATH: &str = "recordTarget/patientRole/id";
const GENDER_PATH: &str = "recordTarget/patientRole/patient/administrativeGenderCode";
const BIRTH_PATH: &str = "recordTarget/patientRole/patient/birthTime";
const RIDE_PATH: &str = "component//act/id";
const RIDE_TIME_PATH: &str = "component//act/effectiveTime";
const RECEIVER_PATH: &str = "informationRecipient/intendedRecipient/receivedOrganization/id";

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
        gender,
        birth_time,
        patient_number,
        mut feedback,
        over_delivered,
        findings,
    } = parsed;
    if !reply.wrapped {
        // The answer comes from us, whomever the document names; where we do not know who we are, from whom it names.
        let own = context.rav.map(|rav| InstanceId { root: RavNumber::ROOT.into(), extension: Some(rav.to_string()) });
        reply.to = own.or_else(|| receivers.first.clone());
    }
    let mut judge = Judge { context, errors: Vec::new(), findings };
    if patients > 1 {
        judge.refuse(Rule::ManyPatients, "recordTarget/patientRole");
    }
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
    match &profile {
        None => judge.found(Rule::ProfileUnknown, ""),
        Some(_) => feedback.iter_mut().for_each(|f| judge.feedback(f)),
    }
    let Judge { errors, findings, .. } = judge;
    let Some(ride) = ride.number.filter(|_| errors.is_empty()) else {
        let findings = errors.into_iter().chain(findings).collect();
        return Err(Box::new(Refusal { refused: Refused::NotAccepted, findings, reply, sender }));
    };
    Ok(Box::new(ValidMessage {
        header: Header { id, set_id, version, replaces, sent, sender, receiver: receivers.first },
        ride,
        vehicle,
        ride_time,
        patient_number,
        bsns,
        gender,
        birth_date,
        feedback,
        profile,
        over_delivered,
        findings,
        reply,
    }))
}

struct Judge<'c> {
    context: &'c Context<'c>,
    errors: Vec<Finding>,
    findings: Vec<Finding>,
}

impl Judge<'_> {
    fn refuse(&mut self, rule: Rule, path: &'static str) {
        self.errors.push(Finding::at(rule, path));
    }

    fn found(&mut self, rule: Rule, path: &'static str) {
        self.findings.push(Finding::at(rule, path));
    }

    fn ride(&mut self, ride: &FoundRide) {
        if ride.number.is_none() {
            self.refuse(Rule::RideMissing, RIDE_PATH);
        } else if ride.different {
            self.refuse(Rule::RideTwice, RIDE_PATH);
        } else if ride.unusable {
            self.found(Rule::RideNumberUnusable, RIDE_PATH);
        }
    }

    /// One of the receivers is ours; where none is a RAV, the ride's first part decides.
    fn addressee(&mut self, ride: Option<&RideNumber>, receivers: &FoundReceivers) {
        if receivers.unusable {
            self.found(Rule::ReceiverUnusable, RECEIVER_PATH);
        }
        let Some(own) = self.context.rav else { return };
        let ride_is_ours = ride.map(|ride| ride.rav() == own.get());
        let named = !receivers.ravs.is_empty() || receivers.unusable;
        match (named, receivers.ravs.contains(&own), ride_is_ours) {
            (true, true, Some(false)) => self.found(Rule::RideOfOtherRav, RIDE_PATH),
            (true, true, Some(true) | None) | (false, _, Some(true) | None) => {}
            (true, false, _) => self.refuse(Rule::OtherRav, RECEIVER_PATH),
            (false, _, Some(false)) => self.refuse(Rule::OtherRav, RIDE_PATH),
        }
    }

    fn sent(&mut self, text: Option<&str>) -> Option<PointInTime> {
        let sent = text.and_then(PointInTime::parse);
        match sent {
            None => self.found(Rule::DateImpossible, "effectiveTime"),
            Some(sent) if sent.utc() > self.context.received + TimeDelta::days(1) => {
                self.found(Rule::SentInFuture, "effectiveTime");
            }
            Some(_) => {}
        }
        sent
    }

    fn version(&mut self, text: &str) -> u32 {
        match text.trim().parse() {
            Ok(number @ 1..=9999) => number,
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
            self.found(Rule::RideTimeUnreadable, RIDE_TIME_PATH);
        }
        let handed_over = high.or(value).or(low);
        if handed_over.is_some_and(|time| !times::counts(time, self.context.received)) {
            self.found(Rule::HandOverNotCounted, RIDE_TIME_PATH);
        }
        if sent.is_some_and(|sent| low.or(value).is_some_and(|departed| sent.is_before(departed))) {
            self.found(Rule::SentBeforeRide, "effectiveTime");
        }
        handed_over
    }

    fn vehicle(&mut self, text: &str) -> bool {
        let usable = is_vehicle(text);
        if !usable {
            self.found(Rule::VehicleUnusable, "component//act/participant/participantRole/id");
        }
        usable
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
            self.found(Rule::BsnInvalid, BSN_PATH);
        }
        if found.len() > 1 {
            self.found(Rule::BsnTwo, BSN_PATH);
        }
        let of_test = |b: &ReturnedBsn| match b {
            ReturnedBsn::Valid(bsn) => Some(Bsn::is_test_number(bsn)),
            ReturnedBsn::Invalid(_) => None,
        };
        match self.context.kind {
            StoreKind::Test if found.iter().any(|b| of_test(b) == Some(false)) => {
                self.refuse(Rule::RealBsnInTest, BSN_PATH);
            }
            StoreKind::Production if found.iter().any(|b| of_test(b) == Some(true)) => {
                self.found(Rule::TestBsnInProduction, BSN_PATH);
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
            self.found(Rule::GenderUnknown, GENDER_PATH);
        }
        gender
    }

    fn birth_date(&mut self, text: &Sensitive, ride_time: Option<DateTime<Utc>>) -> Option<PartialDate> {
        // REVEAL: read as a date, here and nowhere else.
        let Some(date) = PartialDate::parse_hl7(text.reveal()) else {
            self.found(Rule::DateImpossible, BIRTH_PATH);
            return None;
        };
        let received = self.context.received;
        let ride = ride_time.filter(|time| times::counts(*time, received)).unwrap_or(received);
        if date.first_day() > times::dutch_day(ride) {
            self.found(Rule::BornAfterRide, BIRTH_PATH);
        }
        Some(date)
    }

    fn feedback(&mut self, feedback: &mut Feedback) {
        if feedback.agreement == Agreement::Unknown {
            self.found(Rule::AgreementUnknown, "component//observation");
        }
        if feedback.diagnoses.iter().any(|d| d.code.is_some() && d.system.is_none()) {
            self.found(Rule::DiagnosisWithoutSystem, "component//observation/value");
        }
        if feedback.incomplete {
            self.found(Rule::DiagnosisIncomplete, "component//observation");
        }
    }
}
