//! `inspect`: what a message holds, what would be kept and what dropped; as JSON after MESSAGE12 §9, or to be read.
//!
//! **Invariant:** values leave through here, for the owner of the file; nothing of it is stored or logged.

use chrono::{DateTime, Utc};
use domain::{RavNumber, StoreKind};
use hl7::{Acknowledgement, Context, Keep, Limits, Profiles, Rule};
use serde_json::Value;
use viewmodel::{Language, Texts};

use crate::{
    error::{AppError, Exit},
    profiles,
};

/// One inspected file.
pub struct Inspected {
    /// The JSON of MESSAGE12 §9.
    pub json: Value,
    /// Exit code: done, attention (findings), refused.
    pub exit: Exit,
}

/// Profiles for `inspect`: the shipped ones, and perhaps one more.
///
/// # Errors
/// The first thing that is wrong with the profile, with its line.
pub fn profiles(extra: Option<(&str, &str)>) -> Result<Profiles, AppError> {
    let read = match extra {
        None => Profiles::shipped(),
        Some((file, text)) => Profiles::shipped_and(file, text),
    };
    read.map_err(|error| profiles::unfit(&error))
}

/// Inspects one file: the same functions as receiving, up to `split`.
#[must_use]
pub fn inspect(
    file: &str,
    bytes: &[u8],
    profiles: &Profiles,
    rav: Option<RavNumber>,
    language: Language,
    now: DateTime<Utc>,
) -> Inspected {
    let sentence = move |rule: Rule| match language {
        Language::Dutch => rule.dutch(),
        Language::English => rule.english(),
    };
    let context = Context { received: now, rav, kind: StoreKind::Test, charset: None };
    let id = uuid::Uuid::new_v4().to_string();
    match hl7::read(bytes, profiles, &Limits::default(), &context) {
        Err(refusal) => {
            let acknowledgement = Acknowledgement::Refused(refusal.refused);
            let answer = hl7::acknowledge(&refusal.reply, acknowledgement, &refusal.findings, &id, now);
            Inspected { json: hl7::refused_json(file, &refusal, &answer, &sentence), exit: Exit::Refused }
        }
        Ok(message) => {
            let reply = message.reply.clone();
            let findings = message.findings.clone();
            let minimised = hl7::minimise(message, &Keep::ALL, false);
            let answer = hl7::acknowledge(&reply, Acknowledgement::Accepted, &findings, &id, now);
            let exit = if findings.is_empty() { Exit::Done } else { Exit::Attention };
            Inspected { json: hl7::taken_in_json(file, &minimised, &answer, &sentence), exit }
        }
    }
}

/// The readable report of an inspected file, from its JSON.
#[must_use]
pub fn report(found: &Value, texts: &Texts) -> String {
    let mut report = Report { texts, lines: Vec::new() };
    report.head(found);
    if found["outcome"] == "taken_in" {
        report.kept(found);
        report.dropped(found);
    }
    report.findings(found);
    report.lines.join("\n") + "\n"
}

struct Report<'a> {
    texts: &'a Texts,
    lines: Vec<String>,
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Root and extension of an organisation or identifier.
fn instance(id: &Value) -> Option<String> {
    let root = word(&id["root"])?;
    Some(word(&id["extension"]).map_or(root.clone(), |extension| format!("{root} {extension}")))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl Report<'_> {
    fn line(&mut self, key: &str, value: Option<String>) {
        if let Some(value) = value {
            let label = self.texts.get(key);
            // Remarks keep their lines, under each other.
            self.lines.push(format!("  {label}: {}", value.replace('\n', "\n      ")));
        }
    }

    fn heading(&mut self, key: &str) {
        self.lines.push(self.texts.get(key));
    }

    fn head(&mut self, found: &Value) {
        let key = if found["outcome"] == "taken_in" { "inspect-taken-in" } else { "inspect-refused" };
        self.lines.push(self.texts.format(key, &[("file", word(&found["file"]).unwrap_or_default())]));
        let answer = word(&found["acknowledgement"]).unwrap_or_else(|| self.texts.get("inspect-no-answer"));
        self.line("inspect-answer", Some(answer));
        let profile = &found["profile"];
        let named = word(&profile["name"])
            .map(|name| format!("{name} ({})", word(&profile["status"]).unwrap_or_default()))
            .unwrap_or_else(|| self.texts.get("inspect-no-profile"));
        self.line("inspect-profile", Some(named));
        self.line("inspect-envelope", word(&found["envelope"]));
        self.line("inspect-message", instance(&found["message"]["id"]));
        self.line("inspect-version", word(&found["message"]["version"]));
        self.line("inspect-sent", word(&found["message"]["sent"]));
        self.line("inspect-sender", instance(&found["message"]["sender"]));
        self.line("inspect-ride", word(&found["ride"]["as_received"]));
        self.line("inspect-vehicle", word(&found["vehicle"]));
    }

    fn kept(&mut self, found: &Value) {
        self.heading("inspect-kept");
        let identification = &found["identification"];
        let valid = if identification["bsn_valid"] == true { "inspect-bsn" } else { "inspect-bsn-invalid" };
        self.line(valid, word(&identification["bsn"]));
        for other in list(&identification["other_bsns"]) {
            self.line("inspect-bsn-other", word(other));
        }
        self.line("inspect-patient-number", word(&found["patient_number"]));
        self.person(identification);
        let diagnosis = &found["diagnosis"];
        if !diagnosis.is_null() {
            self.line("inspect-agreement", word(&diagnosis["agreement"]).map(|a| self.agreement(&a)));
            for one in list(&diagnosis["diagnoses"]) {
                let code =
                    [word(&one["code"]), word(&one["system"])].into_iter().flatten().collect::<Vec<_>>().join(" ");
                let name = word(&one["display"]);
                self.line("inspect-diagnosis", Some(name.map_or(code.clone(), |name| format!("{name} ({code})"))));
            }
            self.line("inspect-description", word(&diagnosis["description"]));
            self.person(diagnosis);
        }
        self.line("inspect-remarks-medical", word(&found["remarks"]["medical"]));
        self.line("inspect-remarks-communication", word(&found["remarks"]["communication"]));
    }

    fn person(&mut self, part: &Value) {
        let gender = word(&part["gender"]).map(|code| match code.as_str() {
            "F" => self.texts.get("gender-female"),
            "M" => self.texts.get("gender-male"),
            _ => self.texts.get("gender-undifferentiated"),
        });
        self.line("inspect-gender", gender);
        self.line("inspect-birth-date", word(&part["birth_date"]));
    }

    fn agreement(&self, name: &str) -> String {
        self.texts.get(match name {
            "yes" => "inspect-agreement-yes",
            "no" => "inspect-agreement-no",
            "not_assessable" => "inspect-agreement-not-assessable",
            "unknown" => "inspect-agreement-unknown",
            _ => "inspect-agreement-not-received",
        })
    }

    fn dropped(&mut self, found: &Value) {
        let over = list(&found["over_delivered"]);
        self.heading(if over.is_empty() { "inspect-nothing-dropped" } else { "inspect-dropped" });
        for one in over {
            let part = |name: &str| word(&one[name]).unwrap_or_default();
            self.lines.push(format!("  {} × {}: {}", part("count"), part("kind"), part("path")));
        }
    }

    fn findings(&mut self, found: &Value) {
        let findings = list(&found["findings"]);
        self.heading(if findings.is_empty() { "inspect-no-findings" } else { "inspect-findings" });
        for one in findings {
            let part = |name: &str| word(&one[name]).unwrap_or_default();
            let place =
                Some(part("path")).filter(|path| !path.is_empty()).map_or(String::new(), |path| format!(" ({path})"));
            self.lines.push(format!("  {}: {}{place}", part("rule"), part("text")));
        }
    }
}
