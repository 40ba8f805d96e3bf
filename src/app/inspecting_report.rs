//! The report of one inspected file, to be read: how it came, who would get what, what would be dropped and why, what was
//! found, what would be answered.
//!
//! **Invariant:** who gets what is said from the parts that `split` makes, not from the message: what is no part is not kept.

use domain::{
    AgeBand, Agreement, CaseContent, DiagnosisContent, FigureContent, Gender, IdentificationContent, PartialDate,
    RavNumber, RemarksContent, SehDiagnosis, Sensitive,
};
use hl7::Parts;
use serde_json::Value;
use viewmodel::Texts;

use crate::inspecting::Inspected;

/// The readable report of an inspected file.
#[must_use]
pub fn report(found: &Inspected, rav: Option<RavNumber>, texts: &Texts) -> String {
    let mut report = Report { texts, lines: Vec::new() };
    report.head(found, rav);
    if let Some(parts) = &found.parts {
        report.readers(parts);
        report.dropped(&found.json);
        report.in_text(&found.json);
    }
    report.findings(&found.json);
    report.answer(found);
    report.lines.join("\n") + "\n"
}

pub(crate) fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Root and extension of an organisation or identifier.
pub(crate) fn instance(id: &Value) -> Option<String> {
    let root = word(&id["root"])?;
    Some(word(&id["extension"]).map_or(root.clone(), |extension| format!("{root} {extension}")))
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A word of the machine in the words of the person, where the texts have it.
pub(crate) fn in_words(texts: &Texts, start: &str, name: &str) -> String {
    let key = format!("{start}{}", name.replace('_', "-"));
    if texts.has(&key) { texts.get(&key) } else { name.to_owned() }
}

struct Report<'a> {
    texts: &'a Texts,
    lines: Vec<String>,
}

// REVEAL: for the owner of the file, who runs `inspect`.
fn said(text: &Sensitive) -> String {
    text.reveal().to_owned()
}

impl Report<'_> {
    /// A line under a heading; text of several lines stays under itself.
    fn line(&mut self, depth: usize, key: &str, value: &str) {
        let indent = "  ".repeat(depth);
        let label = self.texts.get(key);
        self.lines.push(format!("{indent}{label}: {}", value.replace('\n', &format!("\n{indent}    "))));
    }

    fn known(&mut self, key: &str, value: Option<String>) {
        if let Some(value) = value {
            self.line(1, key, &value);
        }
    }

    /// What may be absent: then it is said that it was not received.
    fn received(&mut self, key: &str, value: Option<String>) {
        let value = value.unwrap_or_else(|| self.texts.get("inspect-not-received"));
        self.line(2, key, &value);
    }

    fn heading(&mut self, depth: usize, key: &str) {
        self.lines.push("  ".repeat(depth) + &self.texts.get(key));
    }

    fn head(&mut self, found: &Inspected, rav: Option<RavNumber>) {
        let json = &found.json;
        let is_taken_in = found.parts.is_some();
        let key = if is_taken_in { "inspect-taken-in" } else { "inspect-refused" };
        self.lines.push(self.texts.format(key, &[("file", word(&json["file"]).unwrap_or_default())]));
        let max = crate::receiving::message_bytes_max();
        let size = if found.bytes as u64 > max {
            self.texts.format("inspect-too-large", &[("max", self.texts.number(max))])
        } else {
            self.texts.format("inspect-bytes", &[("count", self.texts.number(found.bytes as u64))])
        };
        self.line(1, "inspect-size", &size);
        self.known("inspect-envelope", word(&json["envelope"]).map(|e| in_words(self.texts, "inspect-envelope-", &e)));
        let (profile, message) = (&json["profile"], &json["message"]);
        let status = |name: &Value| in_words(self.texts, "inspect-status-", &word(name).unwrap_or_default());
        let named = word(&profile["name"]).map(|name| format!("{name} ({})", status(&profile["status"])));
        if !is_taken_in {
            // As far as it was read before it was refused.
            self.known("inspect-profile", named);
            self.known("inspect-sender", instance(&message["sender"]));
            self.known("inspect-receiver", instance(&message["receiver"]));
            self.known("inspect-ride", word(&json["ride"]["as_received"]));
            return;
        }
        self.line(1, "inspect-profile", &named.unwrap_or_else(|| self.texts.get("inspect-no-profile")));
        self.line(1, "inspect-message", &instance(&message["id"]).unwrap_or_else(|| self.texts.get("inspect-none")));
        self.known("inspect-set", instance(&message["set_id"]));
        self.known("inspect-version", word(&message["version"]));
        self.known("inspect-replaces", instance(&message["replaces"]));
        self.known("inspect-sent", word(&message["sent"]));
        self.known("inspect-sender", instance(&message["sender"]));
        self.known("inspect-receiver", instance(&message["receiver"]));
        let addressee = match rav {
            Some(rav) => self.texts.format("inspect-addressee-ours", &[("rav", rav.get().to_string())]),
            None => self.texts.get("inspect-addressee-unjudged"),
        };
        self.line(1, "inspect-addressee", &addressee);
        self.known("inspect-ride", word(&json["ride"]["as_received"]));
        self.known("inspect-vehicle", word(&json["vehicle"]));
    }

    /// Who would get what, role by role.
    fn readers(&mut self, parts: &Parts) {
        self.heading(0, "inspect-kept");
        self.heading(1, "role-administration");
        match &parts.identification {
            Some(identification) => self.identification(identification),
            None => self.heading(2, "inspect-reader-nothing-bsn"),
        }
        self.heading(1, "inspect-reader-crew");
        if parts.diagnosis.is_none() && parts.remarks.is_none() {
            self.heading(2, "inspect-reader-nothing");
        }
        if let Some(diagnosis) = &parts.diagnosis {
            self.diagnosis(diagnosis);
        }
        if let Some(remarks) = &parts.remarks {
            self.remarks(remarks);
        }
        self.heading(1, "role-medical-manager");
        match (&parts.case, &parts.figure) {
            (None, None) => self.heading(2, "inspect-reader-nothing"),
            (case, figure) => self.manager(case.as_ref(), figure.as_ref()),
        }
        self.heading(1, "role-functional-administrator");
        self.heading(2, "inspect-reader-administrator");
        self.heading(1, "role-privacy-officer");
        self.heading(2, "inspect-reader-officer");
    }

    fn identification(&mut self, content: &IdentificationContent) {
        let IdentificationContent { bsn, other_bsns, gender, birth_date, patient_number } = content;
        for (number, other) in std::iter::once(bsn).chain(other_bsns).enumerate() {
            let key = match (number, other.is_valid()) {
                (_, false) => "inspect-bsn-invalid",
                (0, true) => "inspect-bsn",
                (_, true) => "inspect-bsn-other",
            };
            // REVEAL: for the owner of the file, who runs `inspect`.
            let shown = other.reveal().to_string();
            self.line(2, key, &shown);
        }
        self.person(*gender, birth_date.as_ref());
        self.received("inspect-patient-number", patient_number.as_ref().map(said));
        self.heading(2, "inspect-equal-bsn");
    }

    fn diagnosis(&mut self, content: &DiagnosisContent) {
        let DiagnosisContent { agreement, diagnoses, description, gender, birth_date, incomplete } = content;
        self.judgement(*agreement, diagnoses, description.as_ref(), *incomplete);
        if *agreement != Agreement::Yes {
            self.person(*gender, birth_date.as_ref());
        }
    }

    /// Agreement, and with it what it leaves room for.
    fn judgement(
        &mut self,
        agreement: Agreement,
        diagnoses: &[SehDiagnosis],
        description: Option<&Sensitive>,
        incomplete: bool,
    ) {
        let agrees = in_words(self.texts, "inspect-agreement-", agreement.name());
        self.line(2, "inspect-agreement", &agrees);
        if agreement == Agreement::Yes {
            self.heading(2, "inspect-agreement-only");
            return;
        }
        for one in diagnoses {
            let coded = |code: &Sensitive, system: Option<&String>| {
                let system = system.cloned().unwrap_or_else(|| self.texts.get("inspect-no-system"));
                format!("{} {system}", said(code))
            };
            let own = one.code.as_ref().map(|code| coded(code, one.system.as_ref()));
            let others = one.translations.iter().map(|t| coded(&t.code, t.system.as_ref()));
            let codes = own.into_iter().chain(others).collect::<Vec<_>>().join("; ");
            let shown = match (&one.display, codes.is_empty()) {
                (Some(name), true) => said(name),
                (Some(name), false) => format!("{} ({codes})", said(name)),
                (None, _) => codes,
            };
            self.line(2, "inspect-diagnosis", &shown);
        }
        if diagnoses.is_empty() {
            self.received("inspect-diagnosis", None);
        }
        self.received("inspect-description", description.map(said));
        if incomplete {
            self.heading(2, "inspect-incomplete");
        }
    }

    fn remarks(&mut self, content: &RemarksContent) {
        let RemarksContent { medical, communication } = content;
        self.received("inspect-remarks-medical", medical.as_ref().map(said));
        self.received("inspect-remarks-communication", communication.as_ref().map(said));
    }

    fn manager(&mut self, case: Option<&CaseContent>, figure: Option<&FigureContent>) {
        if let Some(case) = case {
            let CaseContent { agreement, diagnoses, description, gender, age_band, incomplete } = case;
            self.judgement(*agreement, diagnoses, description.as_ref(), *incomplete);
            if *agreement != Agreement::Yes {
                self.received("inspect-gender", gender.map(|gender| self.gender(gender)));
                self.received("inspect-age-band", age_band.map(|band| self.band(band)));
            }
        }
        if let Some(figure) = figure {
            let yes_no = |is: bool| self.texts.get(if is { "inspect-yes" } else { "inspect-no" });
            let values =
                [("medical", yes_no(figure.remark_medical)), ("communication", yes_no(figure.remark_communication))];
            let counted = self.texts.format("inspect-counted", &values);
            self.lines.push(format!("    {counted}"));
        }
    }

    fn person(&mut self, gender: Option<Gender>, birth_date: Option<&PartialDate>) {
        self.received("inspect-gender", gender.map(|gender| self.gender(gender)));
        self.received("inspect-birth-date", birth_date.map(ToString::to_string));
    }

    fn gender(&self, gender: Gender) -> String {
        self.texts.get(match gender {
            Gender::Female => "gender-female",
            Gender::Male => "gender-male",
            Gender::Undifferentiated => "gender-undifferentiated",
        })
    }

    fn band(&self, band: AgeBand) -> String {
        let from = band.from_age();
        let values = [("from", from.to_string()), ("to", (from + 9).to_string())];
        self.texts.format(if from >= 90 { "inspect-age-oldest" } else { "inspect-age-from-to" }, &values)
    }

    fn dropped(&mut self, found: &Value) {
        let over = list(&found["over_delivered"]);
        self.heading(0, if over.is_empty() { "inspect-nothing-dropped" } else { "inspect-dropped" });
        for one in over {
            let part = |name: &str| word(&one[name]).unwrap_or_default();
            let kind = in_words(self.texts, "inspect-kind-", &part("kind"));
            let why = self.texts.get(match part("kind").as_str() {
                "not_agreed" => "inspect-why-not-agreed",
                "not_recognised" => "inspect-why-not-recognised",
                "equal_bsn" => "inspect-why-equal",
                kind if kind.ends_with("_with_agreement") => "inspect-why-agreement",
                _ => "inspect-why-closed-list",
            });
            self.lines.push(format!("  {} × {kind}: {} ({why})", part("count"), part("path")));
        }
    }

    fn in_text(&mut self, found: &Value) {
        let identifiers = list(&found["identifiers_in_text"]);
        if identifiers.is_empty() {
            return;
        }
        self.heading(0, "inspect-in-text");
        for one in identifiers {
            let part = |name: &str| word(&one[name]).unwrap_or_default();
            let kind = in_words(self.texts, "inspect-identifier-", &part("kind"));
            self.lines.push(format!("  {kind}: {} {}–{}", part("field"), part("start"), part("end")));
        }
    }

    fn findings(&mut self, found: &Value) {
        let findings = list(&found["findings"]);
        self.heading(0, if findings.is_empty() { "inspect-no-findings" } else { "inspect-findings" });
        for one in findings {
            let part = |name: &str| word(&one[name]).unwrap_or_default();
            let severity = in_words(self.texts, "inspect-severity-", &part("severity"));
            let at = match part("path") {
                path if path.is_empty() => self.texts.get("inspect-whole"),
                path => match path.split_once(':') {
                    // No element has such a name: it is a line and a column of the file.
                    Some((line, column)) if line.bytes().all(|b| b.is_ascii_digit()) => {
                        let values = [("line", line.to_owned()), ("column", column.to_owned())];
                        self.texts.format("inspect-line-column", &values)
                    }
                    Some(_) | None => path,
                },
            };
            self.lines.push(format!("  {} ({severity}): {} [{at}]", part("rule"), part("text")));
        }
    }

    fn answer(&mut self, found: &Inspected) {
        let Some(answer) = &found.answer else { return };
        let code = answer.code.map_or_else(
            || self.texts.get("inspect-no-answer"),
            |code| format!("{code}, {}", in_words(self.texts, "inspect-answer-", &code.to_ascii_lowercase())),
        );
        let values = [("code", code), ("status", answer.http_status.to_string())];
        self.lines.push(self.texts.format("inspect-answered", &values));
        // Broken where elements meet, for who reads it.
        let xml = answer.xml.as_deref().map(|xml| xml.trim_end().replace("?>\n", "?>").replace("><", ">\n  <"));
        self.lines.extend(xml.map(|xml| format!("  {xml}")));
    }
}
