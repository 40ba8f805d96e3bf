//! Identifying data in the free text of a message (R28): in the description, the remarks, and a diagnosis that is text alone.
//!
//! **Invariant:** fields, kinds and places only; no value. What minimisation dropped is not looked at.
//! **Not here:** what identifies (`domain`), counting it (`store`), masking it (`app`).

use std::borrow::Cow;

use domain::{IdentifierInText, SehDiagnosis, Sensitive, identifiers_in_text};

use crate::message::Feedback;

/// Where in which text something identifies.
#[derive(Debug, PartialEq, Eq)]
pub struct FoundInText {
    /// The field, as `inspect --json` names it.
    pub field: Cow<'static, str>,
    /// What, and its characters.
    pub found: IdentifierInText,
}

/// Scans all free text.
pub(crate) fn scan(feedback: Option<&Feedback>) -> Vec<FoundInText> {
    let Some(feedback) = feedback else { return Vec::new() };
    let displays = feedback.diagnoses.iter().enumerate().filter(|(_, diagnosis)| is_text(diagnosis));
    let displays = displays.filter_map(|(index, diagnosis)| {
        Some((Cow::Owned(format!("diagnosis.diagnoses[{index}].display")), diagnosis.display.as_ref()?))
    });
    let named = [
        ("diagnosis.description", &feedback.description),
        ("remarks.medical", &feedback.remarks_medical),
        ("remarks.communication", &feedback.remarks_communication),
    ];
    let named = named.into_iter().filter_map(|(field, text)| Some((Cow::Borrowed(field), text.as_ref()?)));
    let mut all = Vec::new();
    for (field, text) in displays.chain(named) {
        all.extend(found(text).map(|found| FoundInText { field: field.clone(), found }));
    }
    all
}

/// A name without a code was typed, not chosen.
fn is_text(diagnosis: &SehDiagnosis) -> bool {
    diagnosis.code.is_none()
}

fn found(text: &Sensitive) -> impl Iterator<Item = IdentifierInText> {
    // REVEAL: looked through where it is; nothing of it is kept.
    identifiers_in_text(text.reveal()).into_iter()
}
