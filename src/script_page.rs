//! The files of a test script: a message per case, the rides, and the page that says what each role must see of it, and what not.
//!
//! **Invariant:** every line of the page comes from the table of cases (`invent`), by the texts of one language.
//! **Not here:** what the cases are (`invent`), how the page looks (`report`).

use std::path::Path;

use app::{AppError, Exit};
use chrono::{Days, NaiveDate};
use domain::Agreement;
use invent::{CASE_NURSE, Case, CaseScript, CrewSees, Outcome, Work};
use report::ReportError;
use viewmodel::{Language, ScriptCase, ScriptRow, TestScript, Texts};

use crate::new_files::{NewFiles, RIDES};

const LANGUAGES: [Language; 2] = [Language::Dutch, Language::English];

fn file_name(language: Language, extension: &str) -> String {
    format!("testscript-{}.{extension}", &language.tag()[..2])
}

/// Writes the messages of a script, its rides and its page, into files that are not there yet.
pub(crate) fn write(script: &CaseScript, rav: u8, until: NaiveDate, folder: &Path) -> Result<(), AppError> {
    let pages = LANGUAGES.into_iter().flat_map(|l| ["pdf", "md"].map(|extension| file_name(l, extension)));
    let names = script.cases().iter().map(Case::file).chain(pages).chain([RIDES.to_owned()]);
    let files = NewFiles::new(folder, names)?;
    files.write(RIDES, script.rides_csv())?;
    for case in script.cases() {
        files.write(&case.file(), &case.bytes)?;
    }
    for language in LANGUAGES {
        let system = AppError { key: "error-system", values: vec![], exit: Exit::System };
        let texts = Texts::load(language).map_err(|_| system.clone())?;
        let page = page(script, rav, until, &texts);
        files.write(&file_name(language, "md"), report::test_script_markdown(&page).as_bytes())?;
        let pdf = report::test_script_pdf(&page, language.tag()).map_err(|_: ReportError| system)?;
        files.write(&file_name(language, "pdf"), &pdf)?;
    }
    Ok(())
}

/// The page in one language.
fn page(script: &CaseScript, rav: u8, until: NaiveDate, texts: &Texts) -> TestScript {
    let departed = script.cases().first().and_then(|case| case.spec.departed);
    let first = departed.map_or(until, |departed| departed.date());
    let values = [
        ("rav", rav.to_string()),
        ("nurse", CASE_NURSE.to_owned()),
        ("first", texts.date(first)),
        // Beyond its term nothing is taken in; well before it is the time to send.
        ("last", texts.date(until.checked_add_days(Days::new(300)).unwrap_or(until))),
        ("cases", script.cases().len().to_string()),
    ];
    let paragraphs = ["script-what", "script-before", "script-order", "script-values"];
    TestScript {
        title: texts.format("script-title", &values),
        introduction: paragraphs.map(|key| texts.format(key, &values)).into(),
        heads: ["script-role", "script-seen", "script-unseen", "script-tick", "script-initials"].map(|k| texts.get(k)),
        cases: script.cases().iter().map(|case| Lines { case, texts }.case()).collect(),
        sign_off: texts.get("script-sign-off"),
        sign_lines: ["script-sign-hospital", "script-sign-rav", "script-sign-date", "script-sign-result"]
            .map(|key| texts.get(key))
            .into(),
    }
}

/// What is said of one case.
struct Lines<'a> {
    case: &'a Case,
    texts: &'a Texts,
}

/// A value on the page.
fn quoted(value: &str) -> String {
    format!("“{value}”")
}

/// What a message holds about the patient, by who may see it.
struct Sent {
    /// BSNs: for the administration.
    bsns: Vec<String>,
    /// BSNs and patient number: for nobody else.
    identifying: Vec<String>,
    /// Diagnosis and description: for the crew, where it does not agree.
    judged: Vec<String>,
    /// Remarks: for the crew.
    remarks: Vec<String>,
    /// For nobody.
    too_much: Vec<String>,
}

impl Sent {
    fn of(case: &Case) -> Self {
        let spec = &case.spec;
        let extra = &spec.extra;
        let gone = case.gone.iter().map(|text| (*text).to_owned());
        let name = extra.name.iter().map(|(_, family)| family.clone());
        let address = extra.address.iter().map(|(street, ..)| street.clone());
        let description = spec.description.iter().map(|description| description.text.clone());
        Self {
            bsns: spec.bsns.clone(),
            identifying: spec.bsns.iter().chain(&spec.patient_number).cloned().collect(),
            judged: spec.diagnoses.iter().map(|diagnosis| diagnosis.display.clone()).chain(description).collect(),
            remarks: spec.medical.iter().chain(&spec.communication).cloned().collect(),
            too_much: name
                .chain(address)
                .chain(extra.telecom.clone())
                .chain(extra.narrative.clone())
                .chain(gone)
                .collect(),
        }
    }
}

impl Lines<'_> {
    fn get(&self, key: &str) -> String {
        self.texts.get(key)
    }

    fn with(&self, key: &str, value: &str) -> String {
        self.texts.format(key, &[("value", value.to_owned())])
    }

    fn case(&self) -> ScriptCase {
        let Case { number, name, spec, .. } = self.case;
        let message = [
            ("file", self.case.file()),
            ("version", spec.version.name().to_owned()),
            ("envelope", self.get(&format!("inspect-envelope-{}", spec.envelope.name()))),
            ("encoding", spec.encoding.name().to_owned()),
        ];
        ScriptCase {
            title: format!("{number}. {}", self.get(&format!("script-case-{name}"))),
            message: self.texts.format("script-message", &message),
            rows: vec![
                self.administration(),
                self.professional(),
                self.manager(),
                self.administrator(),
                self.officer(),
            ],
        }
    }

    fn row(&self, role: &str, seen: Vec<String>, unseen: &[&[String]]) -> ScriptRow {
        let unseen: Vec<String> = unseen.concat().iter().map(|value| quoted(value)).collect();
        let unseen = if unseen.is_empty() { vec![self.get("script-no-value")] } else { unseen };
        ScriptRow { role: self.get(role), seen, unseen }
    }

    fn ride(&self) -> String {
        // Leading zeros and another RAV's number are the message's; the ride is the register's.
        quoted(self.case.spec.ride.as_deref().unwrap_or_default())
    }

    fn administration(&self) -> ScriptRow {
        let Sent { bsns, judged, remarks, too_much, .. } = Sent::of(self.case);
        let Some(work) = self.case.work else {
            let unseen: [&[String]; 4] = [&bsns, &judged, &remarks, &too_much];
            return self.row("role-administration", vec![self.get("script-nothing")], &unseen);
        };
        let reason = self.get(match work {
            Work::NotAnnounced => "ui-id-reason-not-announced",
            Work::Differs => "ui-id-reason-differs",
            Work::Invalid => "ui-id-reason-invalid",
            Work::TwoNumbers => "ui-id-reason-two",
        });
        let line = [("ride", self.ride()), ("reason", reason)];
        let mut seen = vec![self.texts.format("script-work", &line)];
        seen.extend(bsns.iter().map(|value| self.with("script-revealed", &quoted(value))));
        self.row("role-administration", seen, &[&judged, &remarks, &too_much])
    }

    fn professional(&self) -> ScriptRow {
        let Sent { identifying, judged, remarks, too_much, .. } = Sent::of(self.case);
        let record = |agreement: Agreement| {
            let agrees = self.get(&format!("inspect-agreement-{}", agreement.name().replace('_', "-")));
            self.texts.format("script-record", &[("ride", self.ride()), ("agreement", agrees)])
        };
        let said = |values: &[String]| values.iter().map(|v| self.with("script-says", &quoted(v))).collect::<Vec<_>>();
        // What no profile knows is not read.
        let is_read = self.case.outcome != Outcome::TakenIn || !self.case.over_delivered.contains(&"not_recognised");
        let (read, unread) = if is_read { (remarks, vec![]) } else { (vec![], remarks) };
        match self.case.crew {
            CrewSees::Nothing => {
                let nothing = vec![self.get("script-nothing")];
                self.row("role-professional", nothing, &[&identifying, &judged, &read, &unread, &too_much])
            }
            CrewSees::All(agreement) => {
                let seen = [vec![record(agreement)], said(&judged), said(&read)].concat();
                self.row("role-professional", seen, &[&identifying, &unread, &too_much])
            }
            CrewSees::Judgement(agreement) => {
                let seen = [vec![record(agreement)], said(&read)].concat();
                self.row("role-professional", seen, &[&identifying, &judged, &unread, &too_much])
            }
        }
    }

    /// Counts only, of ripe months: nothing of one message.
    fn manager(&self) -> ScriptRow {
        let Sent { identifying, judged, remarks, too_much, .. } = Sent::of(self.case);
        let counted = match (self.case.outcome, self.case.crew) {
            (Outcome::TakenIn | Outcome::NewerVersion, CrewSees::All(_) | CrewSees::Judgement(_)) => "script-counted",
            (Outcome::Repeated, _) => "script-counted-once",
            (Outcome::TakenIn | Outcome::NewerVersion | Outcome::Refused(_), _) => "script-not-counted",
        };
        // What the crew sees of a judgement he may open too, for cause; never who it is, and no remark.
        let judged = match self.case.crew {
            CrewSees::All(_) => vec![],
            CrewSees::Nothing | CrewSees::Judgement(_) => judged,
        };
        self.row("role-medical-manager", vec![self.get(counted)], &[&identifying, &judged, &remarks, &too_much])
    }

    fn administrator(&self) -> ScriptRow {
        let Sent { identifying, judged, remarks, too_much, .. } = Sent::of(self.case);
        let outcome = self.get(match self.case.outcome {
            Outcome::TakenIn => "outcome-taken-in",
            Outcome::NewerVersion => "outcome-newer-version",
            Outcome::Repeated => "outcome-repeated",
            Outcome::Refused(_) => "outcome-refused",
        });
        let answer = self.case.answer.map_or_else(|| self.get("script-no-answer"), str::to_owned);
        let mut seen = vec![self.with("script-reception", &outcome), self.with("script-answer", &answer)];
        if let Outcome::Refused(rule) = self.case.outcome {
            seen.push(self.with("script-rule", &format!("{rule}: {}", self.get(&format!("rule-{rule}")))));
        }
        if !self.case.over_delivered.is_empty() {
            let kinds =
                self.case.over_delivered.iter().map(|k| self.get(&format!("inspect-kind-{}", k.replace('_', "-"))));
            seen.push(self.with("script-too-much", &kinds.collect::<Vec<_>>().join(", ")));
        }
        self.row("role-functional-administrator", seen, &[&identifying, &judged, &remarks, &too_much])
    }

    fn officer(&self) -> ScriptRow {
        let Sent { identifying, judged, remarks, too_much, .. } = Sent::of(self.case);
        let event = self.get(match self.case.outcome {
            Outcome::TakenIn | Outcome::NewerVersion => "event-message-taken-in",
            Outcome::Repeated => "event-message-repeated",
            Outcome::Refused(_) => "event-message-refused",
        });
        let seen = vec![self.with("script-logged", &event)];
        self.row("role-privacy-officer", seen, &[&identifying, &judged, &remarks, &too_much])
    }
}
