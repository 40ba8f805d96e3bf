//! What a hospital says about a ride.
//!
//! **Invariant:** a repeat has the bytes of what it repeats: content and `sent` depend on the ride, not on the arrival.

use chrono::{Datelike, NaiveDateTime, TimeDelta};
use domain::Agreement;

use crate::{
    canary::{self, Marked},
    diagnoses::find,
    draw::{Draw, Purpose},
    envelope::{AcceptAck, Encoding},
    hospital::{Hospital, Version},
    message::{CodedDiagnosis, Description, DescriptionPlace, Extra, MessageSpec, VitalSign},
    patient::{Patient, failing},
    phrases::diastolic,
    plan::Planned,
    remarks,
    ride::{Identity, Ride},
    year::{Canaries, Kind, Year},
};

/// A message before it is written.
pub(crate) struct Said {
    pub spec: MessageSpec,
    pub canary: String,
    pub canaries: Canaries,
    signs: bool,
    seed: u64,
    ride: u32,
    marked: Marked,
}

/// What stands in planned message.
pub(crate) fn say(year: &Year, ride: &Ride, hospital: &Hospital, planned: &Planned) -> Said {
    let seed = year.settings().seed;
    let (signs, marked) = (year.settings().canaries, Marked::Message(planned.kind));
    let canary = canary::letters(seed, ride.number, marked);
    let purpose = match planned.kind {
        Kind::Identification => Purpose::Identification,
        Kind::Feedback | Kind::Newer | Kind::Repeat => Purpose::Feedback,
    };
    let mut draw = Draw::new(seed, purpose, ride.number);
    let spec = frame(year, ride, hospital, &mut draw, planned.sent);
    let canaries = Canaries { working_diagnosis: ride.working_canary(year.settings()), ..Canaries::default() };
    let mut said = Said { spec, canary, canaries, signs, seed, ride: ride.number, marked };
    said.patient_number(ride);
    if ride.returns_bsn() && (planned.kind == Kind::Identification) == ride.identified_apart(hospital) {
        identification(&mut said.spec, year, ride, &mut draw);
    }
    if planned.kind != Kind::Identification {
        judgement(&mut said, year, ride, hospital, &mut draw);
        remarks(&mut said, ride, hospital, &mut draw);
    }
    said.birth_date();
    over_delivery(&mut said, year, ride, hospital, &mut draw);
    if planned.kind == Kind::Newer {
        newer(&mut said.spec, &mut Draw::new(seed, Purpose::Newer, ride.number));
    }
    said
}

/// Header, envelope and ride: what every message of this hospital has.
fn frame(year: &Year, ride: &Ride, hospital: &Hospital, draw: &mut Draw, sent: NaiveDateTime) -> MessageSpec {
    let (habits, rav) = (&hospital.habits, year.settings().rav);
    let number = if habits.leading_zeros { ride.padded_number_text(rav) } else { ride.number_text(rav) };
    let accept = match draw.below(100) {
        0..=3 => AcceptAck::Never,
        4..=9 => AcceptAck::Error,
        _ => AcceptAck::Always,
    };
    MessageSpec {
        version: hospital.version,
        envelope: habits.envelope,
        encoding: if draw.chance(habits.latin1) { Encoding::Latin1 } else { Encoding::Utf8 },
        accept,
        id: draw.uuid(),
        transmission: draw.uuid(),
        set: habits.sets.then(|| (format!("set-{}", 100_000 + ride.number), 1)),
        sent: sent - TimeDelta::seconds(1),
        hospital: (hospital.ura.to_owned(), hospital.name.to_owned()),
        rav,
        ride: Some(number),
        vehicle: Some(format!("{rav}-{}", ride.vehicle)),
        departed: Some(ride.departed),
        agreement: None,
        ..MessageSpec::default()
    }
}

fn identification(spec: &mut MessageSpec, year: &Year, ride: &Ride, draw: &mut Draw) {
    let (own, other) = (year.pool[ride.patient as usize], year.pool[ride.other_patient as usize]);
    match ride.identity {
        Identity::Known | Identity::StaysUnknown => {}
        Identity::Returned | Identity::Differs | Identity::Equal => spec.bsns.push(own.to_string()),
        Identity::Fails => spec.bsns.push(failing(own, draw)),
        Identity::Two => spec.bsns.extend([own.to_string(), other.to_string()]),
    }
    person(spec, year, ride, draw);
}

/// Gender and birth date, mostly both.
fn person(spec: &mut MessageSpec, year: &Year, ride: &Ride, draw: &mut Draw) {
    let patient = Patient::invent(year.settings().seed, ride.patient, ride.departed.year());
    spec.gender = (!draw.chance(15)).then_some(patient.gender);
    spec.birth = (!draw.chance(15)).then(|| patient.birth_text(draw));
}

fn judgement(said: &mut Said, year: &Year, ride: &Ride, hospital: &Hospital, draw: &mut Draw) {
    let changed = hospital.agreement_changes.is_some_and(|from| ride.handed_over.date() >= from);
    let (before, after) = hospital.habits.agreement;
    let points = ride.case.agreement as i32 + if changed { after } else { before };
    let agrees = draw.chance(points.clamp(5, 98) as u32 * 10);
    if draw.chance(50) {
        said.spec.agreement = Some(Agreement::NotAssessable);
        return;
    }
    if agrees {
        said.spec.agreement = Some(Agreement::Yes);
        if draw.chance(hospital.habits.diagnosis_with_agreement) {
            said.diagnosis(ride.working.code);
        }
        return;
    }
    said.spec.agreement = Some(Agreement::No);
    person(&mut said.spec, year, ride, draw);
    if draw.chance(15) {
        return; // no diagnosis though it disagrees: incomplete
    }
    let code = draw.pick(ride.working.alternatives);
    said.diagnosis(code);
    if draw.chance(40) {
        let second = draw.pick(ride.working.alternatives);
        if second != code {
            said.spec.diagnoses.push(coded(second));
        }
    }
    if draw.chance(880) {
        let token = said.token('d');
        let templates = find(code).map_or(&[][..], |d| d.descriptions);
        let text = remarks::description(templates, token.as_deref(), draw);
        let place = match draw.below(1000) {
            n if n < hospital.habits.by_reference => DescriptionPlace::Reference,
            900.. => DescriptionPlace::OriginalText,
            _ => DescriptionPlace::Inline,
        };
        said.spec.description = Some(Description { text, place });
        said.canaries.description = token;
    }
}

fn coded(code: &str) -> CodedDiagnosis {
    let known = find(code);
    CodedDiagnosis {
        code: code.to_owned(),
        display: known.map_or_else(String::new, |d| d.display.to_owned()),
        icd: known.map(|d| d.icd.to_owned()),
    }
}

fn remarks(said: &mut Said, ride: &Ride, hospital: &Hospital, draw: &mut Draw) {
    let (mut medical, communication) = hospital.habits.remarks;
    let in_force = hospital.work_agreements.iter().rev().find(|a| a.from <= ride.handed_over.date());
    if in_force.is_some_and(|a| !a.remarks_medical) {
        medical = 50; // agreed not to, and sent all the same now and then
    }
    if said.spec.agreement == Some(Agreement::No) {
        medical = medical * 5 / 4;
    }
    if draw.chance(medical) {
        let token = said.token('m');
        said.spec.medical = Some(remarks::medical(ride.case.group, token.as_deref(), draw));
        said.canaries.medical = token;
    }
    if draw.chance(communication) {
        let token = said.token('c');
        said.spec.communication = Some(remarks::communication(token.as_deref(), draw));
        said.canaries.communication = token;
    }
}

const STREETS: [&str; 8] = [
    "Dorpsstraat",
    "Lindelaan",
    "Molenweg",
    "Voorbeeldkade",
    "Kerkpad",
    "Wilgenhof",
    "Stationsplein",
    "'s-Gravendreef",
];
const TOWNS: [&str; 5] = ["Voorbeeldstad", "Oud-Verzonnen", "Nergenshuizen", "Proefdorp", "Sint Fictie"];
/// Vital signs that go together: who is short of oxygen breathes fast, whose pressure is low has a fast heart.
fn vital_signs(draw: &mut Draw) -> Vec<VitalSign> {
    let systolic = draw.between(85, 210);
    let saturation = draw.between(84, 100);
    let heart = if systolic < 100 { draw.between(92, 150) } else { draw.between(48, 128) };
    let breaths = if saturation < 92 { draw.between(20, 34) } else { draw.between(10, 22) };
    let sign = |code, display, value, unit| VitalSign { code, display, value, unit };
    vec![
        sign("8867-4", "Hartfrequentie", heart, "/min"),
        sign("8480-6", "Systolische bloeddruk", systolic, "mm[Hg]"),
        sign("8462-4", "Diastolische bloeddruk", diastolic(systolic, draw), "mm[Hg]"),
        sign("59408-5", "Zuurstofsaturatie", saturation, "%"),
        sign("9279-1", "Ademfrequentie", breaths, "/min"),
    ]
}

fn over_delivery(said: &mut Said, year: &Year, ride: &Ride, hospital: &Hospital, draw: &mut Draw) {
    let [name, address, telecom, vital, narrative] = hospital.habits.extra;
    let mut extra = Extra::default();
    if draw.chance(name) {
        let patient = Patient::invent(year.settings().seed, ride.patient, ride.departed.year());
        extra.name = Some((patient.given.to_owned(), patient.family.to_owned()));
    }
    if draw.chance(address) {
        let code = format!("{} {}{}", draw.between(1000, 9999), letter(draw), letter(draw));
        let street = draw.pick(&STREETS).to_owned();
        extra.address = Some((street, draw.between(1, 240), code, draw.pick(&TOWNS).to_owned()));
    }
    if draw.chance(telecom) {
        extra.telecom = Some(format!("+316{}", draw.between(10_000_000, 99_999_999)));
    }
    if draw.chance(vital) {
        extra.vital_signs = vital_signs(draw);
    }
    if said.spec.agreement.is_some() && draw.chance(narrative) {
        let token = said.token('o');
        extra.narrative = Some(remarks::narrative(token.as_deref(), draw));
        said.canaries.over_delivered = token;
    }
    said.spec.extra = extra;
}

fn letter(draw: &mut Draw) -> char {
    char::from(b'A' + draw.below(26) as u8)
}

/// Turns a feedback into its next version.
fn newer(spec: &mut MessageSpec, draw: &mut Draw) {
    let first = std::mem::replace(&mut spec.id, draw.uuid());
    spec.transmission = draw.uuid();
    if spec.version == Version::V25 {
        spec.replaces = Some(first);
    }
    if let Some((_, number)) = &mut spec.set {
        *number = 2;
    }
    if spec.agreement == Some(Agreement::NotAssessable) {
        spec.agreement = Some(Agreement::Yes);
    }
    if let Some(description) = &mut spec.description {
        description.text.push_str(" Aangevuld na de uitslagen.");
    }
}

impl Said {
    /// The canary of one field, where the year has them.
    fn token(&self, field: char) -> Option<String> {
        self.signs.then(|| format!("Z{field}{}", self.canary))
    }

    /// The first diagnosis: where the year has canaries, its SNOMED CT code is one and its name bears one.
    fn diagnosis(&mut self, code: &str) {
        let mut diagnosis = coded(code);
        if let Some(name) = self.token('n') {
            let code = canary::code(self.seed, self.ride, self.marked);
            diagnosis.display = format!("{} ({name})", diagnosis.display);
            diagnosis.code.clone_from(&code);
            (self.canaries.diagnosis_code, self.canaries.diagnosis_name) = (Some(code), Some(name));
        }
        self.spec.diagnoses.push(diagnosis);
    }

    /// A birth date that no other message has, where the year has canaries and there is one.
    fn birth_date(&mut self) {
        if self.signs && self.spec.birth.is_some() {
            let birth = canary::birth_date(self.ride, self.marked);
            self.spec.birth = Some(birth.clone());
            self.canaries.birth_date = Some(birth);
        }
    }

    /// One number for a patient in a hospital; a canary where the year has them.
    fn patient_number(&mut self, ride: &Ride) {
        let token = self.token('p');
        let number = 100_000 + (ride.patient * 89 + ride.hospital as u32 * 7919) % 900_000;
        self.spec.patient_number =
            Some(token.as_ref().map_or_else(|| format!("P-{number}"), |token| format!("P-{token}")));
        self.canaries.patient_number = token;
    }
}
