//! Texts of the command line: status, inspect, purge, audit; as text by `resources/i18n` or as JSON.

use chrono::{DateTime, Utc};
use domain::{RavNumber, StoreKind};
use hl7::{Acknowledgement, Context, Keep, Limits, Profiles, Rule};
use serde_json::Value;
use store::{Purged, Status};
use viewmodel::{Language, Texts};

use crate::error::{AppError, Exit};

/// `status`, for a person.
#[must_use]
pub fn status_text(status: &Status, texts: &Texts) -> String {
    let number = |n: u64| texts.number(n);
    let mut lines = vec![texts.format(
        "cli-status-store",
        &[
            ("records", number(status.records)),
            ("linked", number(status.linked)),
            ("unlinked", number(status.unlinked)),
            ("waiting", number(status.waiting)),
            ("rides", number(status.rides)),
        ],
    )];
    lines.push(texts.format(
        "cli-status-received",
        &[
            ("taken", number(status.received.taken_in)),
            ("repeated", number(status.received.repeated)),
            ("superseded", number(status.received.superseded)),
            ("refused", number(status.received.refused)),
        ],
    ));
    lines.push(texts.format(
        "cli-status-work",
        &[("open", number(status.identifications.open)), ("closed", number(status.identifications.closed))],
    ));
    let chain = if status.audit.intact { "cli-status-audit-intact" } else { "cli-status-audit-broken" };
    lines.push(texts.format(chain, &[("entries", number(status.audit.entries))]));
    for sender in &status.senders {
        let values = [
            ("name", sender.name.clone()),
            ("taken", number(sender.taken_in)),
            ("refused", number(sender.refused)),
            ("over", number(sender.over_delivered)),
        ];
        lines.push(texts.format("cli-status-sender", &values));
    }
    if !status.recovery_kit {
        lines.push(texts.get("cli-status-no-kit"));
    }
    lines.join("\n") + "\n"
}

/// `status --json`.
///
/// # Errors
/// Cannot happen: counts are always JSON.
pub fn status_json(status: &Status) -> Result<String, AppError> {
    serde_json::to_string_pretty(status).map_err(|_| AppError::refused("error-system", vec![]))
}

/// What asks for attention: exit code of `status --check`.
#[must_use]
pub fn status_exit(status: &Status) -> Exit {
    if status.audit.intact && status.recovery_kit { Exit::Done } else { Exit::Attention }
}

/// `purge`, for a person.
#[must_use]
pub fn purge_text(purged: &Purged, dry_run: bool, texts: &Texts) -> String {
    let key = if dry_run { "cli-purge-preview" } else { "cli-purge-done" };
    let values = [
        ("records", texts.number(purged.records)),
        ("rides", texts.number(purged.rides)),
        ("identifications", texts.number(purged.identifications)),
    ];
    texts.format(key, &values) + "\n"
}

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
/// What is wrong in the profile, with its line.
pub fn profiles(extra: Option<(&str, &str)>) -> Result<Profiles, AppError> {
    let read = match extra {
        None => Profiles::shipped(),
        Some((file, text)) => Profiles::shipped_and(file, text),
    };
    read.map_err(|error| AppError::refused("error-profile", vec![("problem", error.to_string())]))
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

/// The readable report of an inspected file: its JSON, a line a field.
#[must_use]
pub fn inspect_text(inspected: &Value) -> String {
    let mut lines = Vec::new();
    flatten("", inspected, &mut lines);
    lines.join("\n") + "\n"
}

fn flatten(path: &str, value: &Value, lines: &mut Vec<String>) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| *name != "acknowledgement_xml") {
                flatten(&below(name), value, lines);
            }
        }
        Value::Array(list) => {
            for (i, value) in list.iter().enumerate() {
                flatten(&below(&(i + 1).to_string()), value, lines);
            }
        }
        Value::String(text) => lines.push(format!("{path}: {text}")),
        Value::Bool(_) | Value::Number(_) => lines.push(format!("{path}: {value}")),
    }
}
