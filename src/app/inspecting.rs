//! `inspect`: what a message holds, what would be kept of it and for whom; by the same functions as receiving, up to `split`.
//!
//! **Invariant:** values leave through here, for the owner of the file; nothing of it is stored or logged.
//! **Not here:** the report to be read (`inspecting_report`), the table and the summary over many files (`inspecting_table`).

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use domain::{RavNumber, StoreKind};
use hl7::{Acknowledgement, Answer, Context, Keep, Limits, Parts, Profiles, Refusal, Refused, Rule};
use serde_json::{Value, json};
use viewmodel::{Language, Texts};

use crate::{
    error::{AppError, Exit},
    profiles,
    receiving::files,
};
pub use crate::{
    inspecting_report::report,
    inspecting_table::{Summary, TABLE_HEAD, table_row},
};

/// One inspected file.
pub struct Inspected {
    /// The JSON of MESSAGE12 §9.
    pub json: Value,
    /// The parts as receiving would seal them, each for its readers; `None` where nothing would be taken in.
    pub parts: Option<Parts>,
    /// What would be answered; `None` where the file could not be read.
    pub answer: Option<Answer>,
    /// Bytes of the file; of one that is too large, as many as were read.
    pub bytes: usize,
    /// Exit code: done, attention (findings), refused; of a file that could not be read, as the error says.
    pub exit: Exit,
}

/// How files are inspected.
pub struct Inspector {
    profiles: Profiles,
    rav: Option<RavNumber>,
    language: Language,
}

fn profiles(extra: Option<(&str, &str)>) -> Result<Profiles, AppError> {
    let read = match extra {
        None => Profiles::shipped(),
        Some((file, text)) => Profiles::shipped_and(file, text),
    };
    read.map_err(|error| profiles::unfit(&error))
}

/// The files to inspect: as given, and of a folder its `.xml` files in the order of their names. A folder that cannot be
/// listed, or holds none, stands among them with what is wrong.
#[must_use]
pub fn listed(paths: &[PathBuf]) -> Vec<(PathBuf, Option<AppError>)> {
    let mut all = Vec::new();
    for path in paths {
        match files(std::slice::from_ref(path)) {
            Ok(found) if found.is_empty() => {
                all.push((path.clone(), Some(AppError::refused("error-folder-empty", vec![]).at(path))));
            }
            Ok(found) => all.extend(found.into_iter().map(|file| (file, None))),
            Err(error) => all.push((path.clone(), Some(error))),
        }
    }
    all
}

/// A file that could not be read, with the sentence that says why.
#[must_use]
pub fn unread(file: &str, exit: Exit, sentence: &str) -> Inspected {
    let json = json!({
        "file": file, "outcome": "unreadable", "acknowledgement": null, "acknowledgement_xml": null, "profile": null,
        "envelope": null, "message": null, "ride": null, "vehicle": null, "patient_number": null, "identification": null,
        "diagnosis": null, "remarks": null, "over_delivered": [], "identifiers_in_text": [], "findings": [],
        "error": sentence,
    });
    Inspected { json, parts: None, answer: None, bytes: 0, exit }
}

/// JSON as text: what would steer a terminal stands escaped, so that values stay what they are.
///
/// # Errors
/// Cannot happen: a value is always JSON.
pub fn json_text(json: &Value) -> Result<String, AppError> {
    let text = serde_json::to_string_pretty(json).map_err(|_| AppError::refused("error-system", vec![]))?;
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                safe.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => safe.push(other),
        }
    }
    Ok(safe)
}

impl Inspector {
    /// With the shipped profiles, and perhaps one more (its name and its text). Without a RAV the addressee is not judged.
    ///
    /// # Errors
    /// The first thing that is wrong with the profile, with its line.
    pub fn new(extra: Option<(&str, &str)>, rav: Option<RavNumber>, texts: &Texts) -> Result<Self, AppError> {
        Ok(Self { profiles: profiles(extra)?, rav, language: texts.language() })
    }

    /// Inspects one file. There is no store: an equal BSN, a repeat and a work agreement cannot be known.
    #[must_use]
    pub fn inspect(&self, file: &str, bytes: &[u8], now: DateTime<Utc>) -> Inspected {
        let language = self.language;
        let sentence = move |rule: Rule| match language {
            Language::Dutch => rule.dutch(),
            Language::English => rule.english(),
        };
        let context = Context { received: now, rav: self.rav, kind: StoreKind::Test, charset: None };
        let id = uuid::Uuid::new_v4().to_string();
        // Who may send is told by a store; that somebody must have sent it is not.
        let read = hl7::read(bytes, &self.profiles, &Limits::default(), &context).and_then(|message| {
            let missing = || Refusal::of(&message, Refused::NotAccepted, vec![Rule::SenderMissing]);
            if message.header.sender.is_none() { Err(Box::new(missing())) } else { Ok(message) }
        });
        match read {
            Err(refusal) => {
                let acknowledgement = Acknowledgement::Refused(refusal.refused);
                let answer = hl7::acknowledge(&refusal.reply, acknowledgement, &refusal.findings, &id, now);
                let json = hl7::refused_json(file, &refusal, &answer, &sentence);
                Inspected { json, parts: None, answer: Some(answer), bytes: bytes.len(), exit: Exit::Refused }
            }
            Ok(message) => {
                let reply = message.reply.clone();
                let findings = message.findings.clone();
                let minimised = hl7::minimise(message, &Keep::ALL, false);
                let answer = hl7::acknowledge(&reply, Acknowledgement::Accepted, &findings, &id, now);
                let json = hl7::taken_in_json(file, &minimised, &answer, &sentence);
                let exit = if findings.is_empty() { Exit::Done } else { Exit::Attention };
                let parts = Some(hl7::split(minimised, now));
                Inspected { json, parts, answer: Some(answer), bytes: bytes.len(), exit }
            }
        }
    }

    /// The RAV whose messages these should be.
    #[must_use]
    pub fn rav(&self) -> Option<RavNumber> {
        self.rav
    }
}
