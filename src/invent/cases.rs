//! The cases by which a connection with a hospital is signed off: a message each, and what must come of it.
//!
//! **Invariant:** what a case expects is written here, beside what it sends: the page, and the test that takes the messages in,
//! read the same table.
//! **Not here:** the words of the page (the binary, from `resources/i18n`), how it looks (`report`).

use std::fmt::Write;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use domain::Agreement;

use crate::{
    calendar::{earlier, existing},
    case_kinds::{CaseSender, Crew, Outcome, Work},
    diagnoses::find,
    draw::{Draw, Purpose},
    envelope::{AcceptAck, Encoding, Envelope},
    fault::Fault,
    hospital::Version,
    message::{CodedDiagnosis, Description, DescriptionPlace, Extra, MessageSpec, VitalSign, sample_message},
    patient::test_numbers,
    ride::CSV_HEAD,
};

/// A case.
pub struct Case {
    /// Its number, from 1.
    pub number: usize,
    /// The name of its texts.
    pub name: &'static str,
    /// What the message says.
    pub spec: MessageSpec,
    /// The message.
    pub bytes: Vec<u8>,
    /// What becomes of it.
    pub outcome: Outcome,
    /// The acknowledgement; `None`: none was asked for.
    pub answer: Option<&'static str>,
    /// What the administration gets.
    pub work: Option<Work>,
    /// What the crew gets.
    pub crew: Crew,
    /// Kinds that are left out and counted.
    pub over_delivered: &'static [&'static str],
    /// What an older version said, and nobody sees any more.
    pub gone: &'static [&'static str],
}

impl Case {
    /// The name of its file.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{:02}-{}.xml", self.number, self.name)
    }
}

/// Staff number of the nurse of every case's ride.
pub const CASE_NURSE: &str = "1001";
const FIRST_SEQUENCE: usize = 990_000;
/// A ride that is not in the register.
const UNKNOWN: usize = 999;
// Days between the rides and the last day of the script.
const RIDE_DAYS_AGO: u32 = 3;

/// What becomes of a case of this name: its outcome, its answer, the administration's line, what the crew sees.
#[must_use]
pub fn expected(name: &str) -> Option<(Outcome, Option<&'static str>, Option<Work>, Crew)> {
    LINES.iter().find(|line| line.name == name).map(|line| (line.outcome, line.answer, line.work, line.crew))
}

/// The cases of a script, and the rides they are about.
pub struct CaseScript {
    sender: Option<CaseSender>,
    seed: u64,
    rav: u8,
    ride_day: NaiveDate,
    pool: Vec<u32>,
    cases: Vec<Case>,
    rides: String,
}

/// A case as it is written down: its message is what [`CaseScript::ground`] says, changed.
struct Line {
    name: &'static str,
    say: fn(&CaseScript, &mut MessageSpec),
    announced: Announced,
    outcome: Outcome,
    answer: Option<&'static str>,
    work: Option<Work>,
    crew: Crew,
    over: &'static [&'static str],
    gone: &'static [&'static str],
    fault: Option<Fault>,
}

/// What the ambulance announced for the ride.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Announced {
    Nothing,
    /// The patient's own BSN.
    Own,
    /// Another.
    Other,
    /// The ride stands in the register for another case, or not at all.
    NoRide,
}

const LINE: Line = Line {
    name: "",
    say: |_, _| {},
    announced: Announced::Own,
    outcome: Outcome::TakenIn,
    answer: Some("CA"),
    work: None,
    crew: Crew::Nothing,
    over: &[],
    gone: &[],
    fault: None,
};
const FIRST_DESCRIPTION: &str = "Longembolie in de onderkwab rechts.";
const YES: Crew = Crew::Judgement(Agreement::Yes);
const NO: Crew = Crew::All(Agreement::No);

const fn refused(name: &'static str, rule: &'static str, answer: &'static str, fault: Fault) -> Line {
    Line { name, outcome: Outcome::Refused(rule), answer: Some(answer), fault: Some(fault), ..LINE }
}

const LINES: [Line; 27] = [
    Line { name: "agreement", crew: YES, ..LINE },
    Line {
        name: "agreement-2-5",
        say: |_, spec| (spec.version, spec.envelope) = (Version::V25, Envelope::Interaction),
        crew: YES,
        ..LINE
    },
    Line {
        name: "no-agreement",
        say: |_, spec| {
            disagree(spec, "59282003", FIRST_DESCRIPTION);
            spec.set = Some((format!("set-{}", spec.id), 1));
        },
        crew: NO,
        ..LINE
    },
    Line {
        name: "reference",
        say: |_, spec| {
            spec.version = Version::V25;
            disagree(spec, "233604007", "Pneumonie links basaal op de thoraxfoto.");
            if let Some(description) = &mut spec.description {
                description.place = DescriptionPlace::Reference;
            }
        },
        crew: NO,
        ..LINE
    },
    Line {
        name: "not-assessable",
        say: |_, spec| (spec.version, spec.agreement) = (Version::V25, Some(Agreement::NotAssessable)),
        crew: Crew::All(Agreement::NotAssessable),
        ..LINE
    },
    Line { name: "remarks", say: |_, spec| remark(spec), crew: YES, ..LINE },
    Line {
        name: "complete",
        say: |script, spec| {
            identify(script, spec, 0);
            disagree(spec, "230690007", "Ischemisch CVA links; trombolyse gegeven.");
            remark(spec);
        },
        announced: Announced::Nothing,
        work: Some(Work::NotAnnounced),
        crew: NO,
        ..LINE
    },
    Line {
        name: "identification",
        say: |script, spec| only_identify(script, spec, 1),
        announced: Announced::Nothing,
        work: Some(Work::NotAnnounced),
        ..LINE
    },
    Line {
        name: "bsn-differs",
        say: |script, spec| only_identify(script, spec, 2),
        announced: Announced::Other,
        work: Some(Work::Differs),
        ..LINE
    },
    Line {
        name: "bsn-equal",
        say: |script, spec| {
            only_identify(script, spec, 3);
            spec.agreement = Some(Agreement::Yes);
        },
        crew: YES,
        over: &["birth_date_with_agreement", "equal_bsn", "gender_with_agreement"],
        ..LINE
    },
    Line {
        name: "bsn-elfproef",
        say: |script, spec| {
            only_identify(script, spec, 4);
            spec.bsns = vec!["999900007".to_owned()];
        },
        work: Some(Work::Invalid),
        ..LINE
    },
    Line {
        name: "two-bsns",
        say: |script, spec| {
            only_identify(script, spec, 5);
            spec.bsns.push(script.bsn(6));
        },
        announced: Announced::Nothing,
        work: Some(Work::TwoNumbers),
        ..LINE
    },
    Line { name: "soap-1-1", say: |_, spec| spec.envelope = Envelope::Soap11, crew: YES, ..LINE },
    Line {
        name: "soap-1-2-no-answer",
        say: |_, spec| (spec.envelope, spec.accept) = (Envelope::Soap12, AcceptAck::Never),
        answer: None,
        crew: YES,
        ..LINE
    },
    Line {
        name: "letters",
        say: |_, spec| {
            spec.encoding = Encoding::Windows1252;
            spec.communication = Some("Geëvalueerd met de coördinator – één vraag blijft: ‘hoe laat?’ – €".to_owned());
        },
        crew: YES,
        ..LINE
    },
    Line {
        name: "utf-16",
        say: |_, spec| {
            (spec.encoding, spec.version) = (Encoding::Utf16Le, Version::V25);
            disagree(spec, "84757009", "Eerste insult, geïsoleerd; poliklinische controle.");
        },
        crew: NO,
        ..LINE
    },
    Line {
        name: "too-much",
        say: |_, spec| too_much(spec),
        crew: NO,
        over: &["address", "name", "narrative", "telecom", "vital_sign"],
        ..LINE
    },
    Line {
        name: "agreement-with-diagnosis",
        say: |_, spec| {
            disagree(spec, "195967001", "Exacerbatie astma, opname longgeneeskunde.");
            spec.agreement = Some(Agreement::Yes);
        },
        crew: YES,
        over: &[
            "birth_date_with_agreement",
            "description_with_agreement",
            "diagnosis_with_agreement",
            "gender_with_agreement",
        ],
        ..LINE
    },
    Line {
        name: "repeat",
        say: |script, spec| spec.clone_from(&script.cases[0].spec),
        announced: Announced::NoRide,
        outcome: Outcome::Repeated,
        crew: YES,
        ..LINE
    },
    Line {
        name: "newer-version",
        say: |script, spec| {
            let own = (spec.id.clone(), spec.sent);
            spec.clone_from(&script.cases[2].spec);
            (spec.id, spec.sent) = own;
            if let (Some(description), Some((_, number))) = (&mut spec.description, &mut spec.set) {
                "Longembolie beiderzijds; de eerdere omschrijving was onvolledig.".clone_into(&mut description.text);
                *number = 2;
            }
        },
        announced: Announced::NoRide,
        outcome: Outcome::NewerVersion,
        crew: NO,
        gone: &[FIRST_DESCRIPTION],
        ..LINE
    },
    Line {
        name: "same-id",
        say: |script, spec| {
            let first = &script.cases[1].spec;
            (spec.id, spec.ride) = (first.id.clone(), first.ride.clone());
            disagree(spec, "302866003", "Hypoglykemie, hersteld na glucose.");
        },
        announced: Announced::NoRide,
        outcome: Outcome::Refused("E10"),
        answer: Some("CE"),
        ..LINE
    },
    Line {
        name: "unknown-ride",
        say: |script, spec| {
            spec.ride = Some(script.ride(UNKNOWN));
            disagree(spec, "21522001", "Buikpijn zonder oorzaak.");
        },
        announced: Announced::NoRide,
        ..LINE
    },
    refused("no-ride-number", "E4", "CE", Fault::NoRideNumber),
    refused("other-rav", "E6", "CE", Fault::OtherRav),
    Line {
        name: "unknown-profile",
        fault: Some(Fault::UnknownProfile),
        say: |_, spec| spec.medical = Some("Een toelichting die geen berichtprofiel kent.".to_owned()),
        crew: Crew::Judgement(Agreement::Unknown),
        over: &["not_recognised"],
        ..LINE
    },
    refused("dtd", "X4", "CR", Fault::ExternalEntity),
    refused("not-well-formed", "X3", "CR", Fault::NotWellFormed),
];

fn disagree(spec: &mut MessageSpec, code: &str, description: &str) {
    let known = find(code);
    spec.agreement = Some(Agreement::No);
    spec.diagnoses.push(CodedDiagnosis {
        code: code.to_owned(),
        display: known.map_or_else(|| code.to_owned(), |known| known.display.to_owned()),
        icd: known.map(|known| known.icd.to_owned()),
    });
    spec.description = Some(Description { text: description.to_owned(), place: DescriptionPlace::Inline });
    (spec.gender, spec.birth) = (Some("F"), Some("19480517".to_owned()));
}

fn remark(spec: &mut MessageSpec) {
    spec.medical = Some("De pijnstilling onderweg sloot goed aan; overweeg een tweede ECG voor vertrek.".to_owned());
    spec.communication = Some("De overdracht was volledig en rustig.".to_owned());
}

fn identify(script: &CaseScript, spec: &mut MessageSpec, patient: usize) {
    spec.bsns = vec![script.bsn(patient)];
    spec.patient_number = Some(format!("P-77{patient:03}"));
    (spec.gender, spec.birth) = (Some("F"), Some("19480517".to_owned()));
}

fn only_identify(script: &CaseScript, spec: &mut MessageSpec, patient: usize) {
    identify(script, spec, patient);
    spec.agreement = None;
}

fn too_much(spec: &mut MessageSpec) {
    disagree(spec, "91302008", "Sepsis bij urineweginfectie.");
    let [street, code, city] = ["Verzonnenlaan", "1234 AB", "Nergenshuizen"].map(str::to_owned);
    let sign = VitalSign { code: "8867-4", display: "Hartfrequentie", value: 118, unit: "/min" };
    spec.extra = Extra {
        name: Some(("Wilhelmina".to_owned(), "van Voorbeeld".to_owned())),
        address: Some((street, 12, code, city)),
        telecom: Some("+31600000000".to_owned()),
        narrative: Some("Opname op de intensive care; familie is gebeld.".to_owned()),
        vital_signs: vec![sign],
    };
}

impl CaseScript {
    /// The script for a RAV; its messages are sent on the two days before `until`, so that they can be taken in on it.
    #[must_use]
    pub fn new(seed: u64, rav: u8, until: NaiveDate) -> Self {
        Self::sent_by(None, seed, rav, until)
    }

    /// The script for a RAV and a hospital of its own.
    #[must_use]
    pub fn of(sender: CaseSender, seed: u64, rav: u8, until: NaiveDate) -> Self {
        Self::sent_by(Some(sender), seed, rav, until)
    }

    fn sent_by(sender: Option<CaseSender>, seed: u64, rav: u8, until: NaiveDate) -> Self {
        let ride_day = earlier(until, RIDE_DAYS_AGO);
        let mut script =
            Self { sender, seed, rav, ride_day, pool: test_numbers(), cases: Vec::new(), rides: CSV_HEAD.to_owned() };
        for (number, line) in (1..).zip(LINES) {
            let mut spec = script.ground(number);
            (line.say)(&script, &mut spec);
            script.add_ride(number, &line, &spec);
            let bytes = match line.fault {
                None => sample_message(&spec),
                Some(fault) => fault.message(spec.clone()),
            };
            let Line { name, outcome, answer, work, crew, over: over_delivered, gone, .. } = line;
            script.cases.push(Case { number, name, spec, bytes, outcome, answer, work, crew, over_delivered, gone });
        }
        script
    }

    /// The cases, in the order in which they are sent.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Their rides, in the layout of the ride register's import.
    #[must_use]
    pub fn rides_csv(&self) -> &[u8] {
        self.rides.as_bytes()
    }

    fn ride(&self, number: usize) -> String {
        format!("{}-{}-{}-1", self.rav, self.ride_day.format("%Y"), self.after() + number)
    }

    fn after(&self) -> usize {
        self.sender.as_ref().map_or(FIRST_SEQUENCE, |sender| sender.after)
    }

    fn bsn(&self, patient: usize) -> String {
        self.pool.get(patient).map(u32::to_string).unwrap_or_default()
    }

    fn at(&self, number: usize, hour: u32) -> NaiveDateTime {
        let minutes = TimeDelta::minutes(i64::from(hour) * 60 + number as i64);
        existing(self.ride_day.and_time(chrono::NaiveTime::MIN) + minutes)
    }

    /// What every case begins with: agreement, and no more.
    fn ground(&self, number: usize) -> MessageSpec {
        let mut draw = Draw::new(self.seed, Purpose::Case, number as u32);
        let ground = match &self.sender {
            None => MessageSpec::default(),
            Some(CaseSender { hospital, location, application, .. }) => MessageSpec {
                hospital: hospital.clone(),
                location: location.clone(),
                application: application.clone(),
                // An application stands in the wrapper alone.
                envelope: if application.is_some() { Envelope::Interaction } else { Envelope::None },
                ..MessageSpec::default()
            },
        };
        MessageSpec {
            id: draw.uuid(),
            transmission: draw.uuid(),
            sent: self.at(number, 33),
            rav: self.rav,
            ride: Some(self.ride(number)),
            vehicle: Some(format!("{}-104", self.rav)),
            departed: Some(self.at(number, 10)),
            ..ground
        }
    }

    fn add_ride(&mut self, number: usize, line: &Line, spec: &MessageSpec) {
        let announced = match line.announced {
            Announced::NoRide => return,
            Announced::Nothing => String::new(),
            Announced::Own => {
                spec.bsns.first().filter(|b| domain::Bsn::parse(b).is_some()).cloned().unwrap_or_default()
            }
            Announced::Other => self.bsn(7),
        };
        let (departed, handed_over) = (self.at(number, 10), self.at(number, 11));
        let _ = writeln!(
            self.rides,
            "{};{}-104;{};{};A1;Oost;{};271594007;http://snomed.info/sct;Collaps;{announced};ja;{CASE_NURSE};2001;",
            self.ride(number),
            self.rav,
            departed.format("%Y-%m-%dT%H:%M"),
            handed_over.format("%Y-%m-%dT%H:%M"),
            spec.hospital.0,
        );
    }
}
