//! Agreement with the working diagnosis: read only in the way its profile says, else unknown.
//!
//! **Invariant:** a value, a data type or a place that the profile does not map is never read as yes or no: a wrong
//! polarity inverts the meaning (MESSAGE12 §3).

use domain::Agreement;

use crate::{
    profile::{AgreementField, Meaning, Reading},
    tree::Tree,
};

/// What the observations of one document say together: contradiction is unknown.
pub(crate) fn read(tree: &Tree, observations: &[usize], field: &AgreementField) -> Agreement {
    let mut meanings = observations.iter().map(|o| meaning(tree, *o, field));
    let Some(first) = meanings.next() else { return Agreement::NotReceived };
    match first.filter(|first| meanings.all(|m| m == Some(*first))) {
        Some(Meaning::Yes) => Agreement::Yes,
        Some(Meaning::No) => Agreement::No,
        Some(Meaning::NotAssessable) => Agreement::NotAssessable,
        None => Agreement::Unknown,
    }
}

fn is_null(tree: &Tree, index: usize) -> bool {
    tree.attribute(index, "nullFlavor").is_some()
}

/// Whether an entry states something that is so: neither negated, nor asked for or planned.
pub(crate) fn is_stated(tree: &Tree, entry: usize) -> bool {
    !is_negated(tree, entry) && is_event(tree, entry)
}

fn is_negated(tree: &Tree, entry: usize) -> bool {
    tree.attribute(entry, "negationInd").is_some_and(|n| boolean(n) != Some("false"))
}

fn is_event(tree: &Tree, entry: usize) -> bool {
    tree.trimmed(entry, "moodCode").is_none_or(|mood| mood == "EVN")
}

fn boolean(text: &str) -> Option<&'static str> {
    match text.trim() {
        "true" | "1" => Some("true"),
        "false" | "0" => Some("false"),
        _ => None,
    }
}

fn meaning(tree: &Tree, observation: usize, field: &AgreementField) -> Option<Meaning> {
    let values: Vec<usize> = tree.named(observation, "value").collect();
    let codes_are_null = || tree.named(observation, "code").any(|code| is_null(tree, code));
    if is_null(tree, observation) || values.iter().any(|v| is_null(tree, *v)) || codes_are_null() {
        return None;
    }
    if !is_event(tree, observation) {
        return None;
    }
    let mapped = |text: &str, system: Option<&str>| {
        let fits = |wanted: Option<&str>| match (wanted, system) {
            (None, _) => true,
            (Some(wanted), Some(system)) => domain::same_system(wanted, system),
            (Some(_), None) => false,
        };
        field.values.iter().find(|v| v.value == text && fits(v.system.as_deref())).map(|v| v.means)
    };
    // A value of another data type is another statement, whatever its attributes say.
    let of_type = |value: usize, types: &[&str]| tree.data_type(value).is_none_or(|given| types.contains(&given));
    // A negated statement of agreement is not what its value alone says.
    let negated = is_negated(tree, observation);
    match field.reading {
        // A value beside it is a second statement.
        Reading::NegationInd if !values.is_empty() => None,
        Reading::NegationInd => mapped(boolean(tree.attribute(observation, "negationInd")?)?, None),
        Reading::Boolean => {
            let [value] = values.as_slice() else { return None };
            if negated || !of_type(*value, &["BL"]) {
                return None;
            }
            mapped(boolean(tree.attribute(*value, "value")?)?, None)
        }
        Reading::Coded => {
            let [value] = values.as_slice() else { return None };
            if negated || !of_type(*value, &["CD", "CE", "CV"]) {
                return None;
            }
            mapped(tree.trimmed(*value, "code")?, tree.attribute(*value, "codeSystem"))
        }
    }
}
