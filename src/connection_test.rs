//! What *Aansluitingen* asks for of what is invented: the test script of a hospital with its cases and checks, and the program's own test message.
//!
//! **Not here:** what the cases are (`invent`), the page (`script_page`), where ticks are kept (`store`).

use std::path::Path;

use app::{AppError, ScriptFor, SelfTestFor};
use domain::{Agreement, InstanceId, RideNumber, Site};
use intake::SelfTestMessage;
use invent::{CaseScript, CaseSender, CrewSees, Outcome};
use store::{CaseOutcome, TestCase};

use crate::script_page;

/// Rides of a script: a thousand numbers for each hospital, beyond those of `generate --testscript`.
const RIDES_AFTER: usize = 990_000;
const RIDES_EACH: usize = 1_000;

fn columns(id: &InstanceId) -> (String, String) {
    (id.root.clone(), id.extension.clone().unwrap_or_default())
}

fn outcome(of: Outcome) -> CaseOutcome {
    match of {
        Outcome::TakenIn => CaseOutcome::TakenIn,
        Outcome::NewerVersion => CaseOutcome::NewerVersion,
        Outcome::Repeated => CaseOutcome::Repeated,
        Outcome::Refused(rule) => CaseOutcome::Refused(rule),
    }
}

/// Writes the script and gives its cases.
pub fn write(of: &ScriptFor, folder: &Path) -> Result<Vec<TestCase>, AppError> {
    let (location, application) = match &of.site {
        None => (None, None),
        Some(Site::Location(id)) => (Some(columns(id)), None),
        Some(Site::Application(id)) => (None, Some(columns(id))),
    };
    let number = usize::try_from(of.number).unwrap_or_default();
    let sender = CaseSender {
        hospital: (of.organisation.extension.clone().unwrap_or_default(), of.name.clone()),
        location,
        application,
        after: RIDES_AFTER + RIDES_EACH * number,
    };
    // A second script of a hospital has messages of its own: those of the first may be here still.
    let seed = chrono::Utc::now().timestamp_micros().unsigned_abs();
    let script = CaseScript::of(sender, seed, of.rav, of.until);
    script_page::write(&script, of.rav, of.until, folder)?;
    let case = |case: &invent::Case| {
        let outcome = outcome(case.outcome);
        // What is refused before it has a ride is known by its rule or its bytes.
        let has_ride = !matches!(outcome, CaseOutcome::Refused(rule) if rule != "E10");
        let ride = case.spec.ride.as_deref().filter(|_| has_ride).and_then(|ride| RideNumber::parse(ride).ok());
        let number = u32::try_from(case.number).unwrap_or_default();
        TestCase { number, name: case.name.to_owned(), ride, outcome, digest: store::digest_of(&case.bytes) }
    };
    Ok(script.cases().iter().map(case).collect())
}

/// The message of a test that the program sends to itself.
pub fn self_test(of: &SelfTestFor) -> SelfTestMessage {
    let SelfTestFor { rav, at, ids: [document, transmission] } = of;
    let bytes = invent::self_test_message(*rav, *at, [document, transmission]);
    SelfTestMessage { bytes, content_type: "text/xml; charset=utf-8" }
}

/// What a person checks of a case: the answer that the hospital got, and what each role sees of it, or must not.
pub fn checks(name: &str) -> Vec<&'static str> {
    let Some((outcome, answer, work, crew)) = invent::expected(name) else { return Vec::new() };
    let answer = match answer {
        Some("CA") => "check-answer-ca",
        Some("CE") => "check-answer-ce",
        Some(_) => "check-answer-cr",
        None => "check-answer-none",
    };
    match outcome {
        Outcome::Refused(_) => return vec![answer, "check-nobody"],
        Outcome::Repeated => return vec![answer, "check-not-doubled"],
        Outcome::TakenIn | Outcome::NewerVersion => {}
    }
    let administration = if work.is_some() { "check-administration-sees" } else { "check-administration-not" };
    let professional = match crew {
        CrewSees::Nothing => "check-professional-not",
        CrewSees::Judgement(Agreement::Yes) => "check-professional-agrees",
        CrewSees::Judgement(_) => "check-professional-judgement",
        CrewSees::All(_) => "check-professional-all",
    };
    let mut all = vec![answer, administration, professional];
    if work.is_some() {
        all.push("check-professional-no-bsn");
    }
    if crew != CrewSees::Nothing {
        all.push("check-manager-no-remarks");
    }
    all
}
