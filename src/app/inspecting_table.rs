//! Many inspected files: a line of a table for each, and the summary at the end.
//!
//! **Invariant:** no value about a patient stands in either: what is there is counted, or said to be there.
//! **Invariant:** a summary holds counts and a bounded list of lines, however many files there were.

use std::collections::BTreeMap;

use serde_json::Value;
use viewmodel::Texts;

use crate::{
    error::{AppError, Exit},
    inspecting::Inspected,
    inspecting_report::{in_words, instance, list, word},
    spreadsheet,
};

/// The columns of the table.
pub const TABLE_HEAD: [&str; 25] = [
    "file",
    "outcome",
    "acknowledgement",
    "http_status",
    "envelope",
    "profile",
    "profile_status",
    "message_id",
    "set_id",
    "version",
    "replaces",
    "sent",
    "sender",
    "receiver",
    "ride",
    "vehicle",
    "bsn",
    "agreement",
    "diagnoses",
    "description",
    "remarks",
    "over_delivered",
    "identifiers_in_text",
    "findings",
    "error",
];

/// The line of one file, with neither BSN nor text in it.
///
/// # Errors
/// Cannot happen: a line is always CSV.
pub fn table_row(found: &Inspected) -> Result<String, AppError> {
    let json = &found.json;
    let (message, diagnosis) = (&json["message"], &json["diagnosis"]);
    let text = |value: &Value| word(value).unwrap_or_default();
    let id = |value: &Value| instance(value).unwrap_or_default();
    let status = found.answer.as_ref().map(|answer| answer.http_status.to_string());
    let remarks = ["medical", "communication"].into_iter().filter(|kind| json["remarks"][*kind].is_string());
    let counted = |name: &str, kind: &str| {
        let mut kinds: BTreeMap<String, u64> = BTreeMap::new();
        for one in list(&json[name]) {
            *kinds.entry(text(&one[kind])).or_default() += one["count"].as_u64().unwrap_or(1);
        }
        kinds.into_iter().map(|(kind, count)| format!("{kind} {count}")).collect::<Vec<_>>().join(", ")
    };
    let findings: Vec<String> = list(&json["findings"]).iter().map(|f| text(&f["rule"])).collect();
    let diagnoses = diagnosis["diagnoses"].as_array().map(|all| all.len().to_string());
    let cells: [String; TABLE_HEAD.len()] = [
        text(&json["file"]),
        text(&json["outcome"]),
        text(&json["acknowledgement"]),
        status.unwrap_or_default(),
        text(&json["envelope"]),
        text(&json["profile"]["name"]),
        text(&json["profile"]["status"]),
        id(&message["id"]),
        id(&message["set_id"]),
        text(&message["version"]),
        id(&message["replaces"]),
        text(&message["sent"]),
        id(&message["sender"]),
        id(&message["receiver"]),
        text(&json["ride"]["as_received"]),
        text(&json["vehicle"]),
        bsn(&json["identification"]).to_owned(),
        text(&diagnosis["agreement"]),
        diagnoses.unwrap_or_default(),
        if diagnosis["description"].is_string() { "yes".to_owned() } else { String::new() },
        remarks.collect::<Vec<_>>().join(", "),
        counted("over_delivered", "kind"),
        counted("identifiers_in_text", "kind"),
        findings.join(", "),
        text(&json["error"]),
    ];
    spreadsheet::line(cells)
}

fn bsn(identification: &Value) -> &'static str {
    match (&identification["bsn"], list(&identification["other_bsns"]).is_empty()) {
        (Value::String(_), false) => "several",
        (Value::String(_), true) if identification["bsn_valid"] == true => "valid",
        (Value::String(_), true) => "invalid",
        (Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_), _) => "",
    }
}

// LIMIT: files that the summary names; more are counted.
const LINES_MAX: usize = 1000;

/// What many files lead to.
#[derive(Default)]
pub struct Summary {
    files: u64,
    clean: u64,
    with_findings: u64,
    refused: u64,
    unread: u64,
    profiles: BTreeMap<String, u64>,
    rules: BTreeMap<String, (u64, String)>,
    kinds: BTreeMap<String, u64>,
    /// Files that are not clean: the key of what is said, name, and rules; or the sentence of what kept it from being read.
    attention: Vec<(Option<&'static str>, String, String)>,
    more: u64,
}

impl Summary {
    /// Counts a file in.
    pub fn count(&mut self, found: &Inspected) {
        let (json, text) = (&found.json, |value: &Value| word(value).unwrap_or_default());
        self.files += 1;
        match found.exit {
            Exit::Done => self.clean += 1,
            Exit::Attention => self.with_findings += 1,
            Exit::Refused if found.answer.is_some() => self.refused += 1,
            Exit::Refused | Exit::Store | Exit::System => self.unread += 1,
        }
        if found.parts.is_some() {
            *self.profiles.entry(text(&json["profile"]["name"])).or_default() += 1;
        }
        let mut rules = Vec::new();
        for one in list(&json["findings"]) {
            let rule = text(&one["rule"]);
            self.rules.entry(rule.clone()).or_insert_with(|| (0, text(&one["text"]))).0 += 1;
            rules.push(rule);
        }
        for one in list(&json["over_delivered"]) {
            *self.kinds.entry(text(&one["kind"])).or_default() += one["count"].as_u64().unwrap_or(1);
        }
        if found.exit == Exit::Done {
            return;
        }
        if self.attention.len() == LINES_MAX {
            self.more += 1;
            return;
        }
        let key = if found.exit == Exit::Attention { "inspect-summary-found" } else { "inspect-summary-refused" };
        // The sentence of a file that could not be read names its place.
        self.attention.push(match word(&json["error"]) {
            Some(sentence) => (None, String::new(), sentence),
            None => (Some(key), text(&json["file"]), rules.join(", ")),
        });
    }

    /// Whether any file could be read.
    #[must_use]
    pub fn any_read(&self) -> bool {
        self.files > self.unread
    }

    /// The summary, to be read.
    #[must_use]
    pub fn text(&self, texts: &Texts) -> String {
        let number = |n: u64| texts.number(n);
        let values = [
            ("files", number(self.files)),
            ("clean", number(self.clean)),
            ("findings", number(self.with_findings)),
            ("refused", number(self.refused)),
            ("unread", number(self.unread)),
        ];
        let mut lines = vec![texts.format("inspect-summary", &values)];
        let mut section = |key: &str, of: Vec<String>| {
            if !of.is_empty() {
                lines.push(texts.get(key));
                lines.extend(of.into_iter().map(|line| format!("  {line}")));
            }
        };
        let profile = |name: &str| if name.is_empty() { texts.get("inspect-no-profile") } else { name.to_owned() };
        let profiles = self.profiles.iter().map(|(name, n)| format!("{} × {}", number(*n), profile(name)));
        section("inspect-summary-profiles", profiles.collect());
        let rules = self.rules.iter().map(|(rule, (n, text))| format!("{} × {rule}: {text}", number(*n)));
        section("inspect-summary-rules", rules.collect());
        let kinds =
            self.kinds.iter().map(|(kind, n)| format!("{} × {}", number(*n), in_words(texts, "inspect-kind-", kind)));
        section("inspect-summary-dropped", kinds.collect());
        let attention = self.attention.iter().map(|(key, file, said)| match key {
            Some(key) => texts.format(key, &[("file", file.clone()), ("said", said.clone())]),
            None => said.clone(),
        });
        let more = (self.more > 0).then(|| texts.format("inspect-summary-more", &[("count", number(self.more))]));
        section("inspect-summary-files", attention.chain(more).collect());
        lines.join("\n") + "\n"
    }
}
