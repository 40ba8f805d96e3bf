//! How a version of message 12 is written: read from the very profile that reads it, so that both say the same.
//!
//! **Invariant:** no code or template of message 12 stands in Rust. The profiles are part of the program; a test reads them.

use std::sync::LazyLock;

use domain::Agreement;
use serde::Deserialize;

use crate::hospital::Version;

/// Roots of ids that no profile names.
#[derive(Deserialize, Default)]
pub(crate) struct Roots {
    pub document: String,
    pub set: String,
    pub transmission: String,
}

/// A code and its system.
#[derive(Deserialize, Default, Clone)]
pub(crate) struct Code {
    pub code: String,
    pub system: String,
}

#[derive(Deserialize, Default)]
pub(crate) struct Template {
    pub root: String,
    #[serde(default)]
    pub extension: String,
}

#[derive(Deserialize, Default)]
struct Selector {
    template: Option<Template>,
    code: Option<Code>,
}

#[derive(Deserialize, Default)]
struct Field {
    select: Selector,
}

#[derive(Deserialize)]
struct MappedValue {
    value: String,
    #[serde(default)]
    system: String,
    means: String,
}

#[derive(Deserialize, Default)]
struct AgreementField {
    select: Selector,
    reading: String,
    values: Vec<MappedValue>,
}

#[derive(Deserialize, Default)]
struct Identifiers {
    patient_number: Vec<String>,
    vehicle: Vec<String>,
}

#[derive(Deserialize, Default)]
struct Profile {
    accepts: Vec<Selector>,
    identifiers: Identifiers,
    agreement: AgreementField,
    diagnosis: Field,
    remarks_medical: Field,
    remarks_communication: Field,
}

/// How an agreement is said.
pub(crate) enum Said<'a> {
    /// By `negationInd`.
    Negation(&'a str),
    /// By a coded value.
    Coded { code: &'a str, system: &'a str },
    /// In no way this version has.
    Unsayable,
}

/// What one version writes.
pub(crate) struct Dialect {
    pub template: Template,
    pub document: Code,
    pub patient_number: String,
    pub vehicle: String,
    pub agreement: Code,
    pub diagnosis: Code,
    pub medical: Code,
    pub communication: Code,
    by_negation: bool,
    values: Vec<MappedValue>,
}

impl Dialect {
    fn of(profile: &str) -> Self {
        // A test reads the shipped profiles: what does not parse would write messages that say nothing.
        let Profile { accepts, identifiers, agreement, diagnosis, remarks_medical, remarks_communication } =
            toml::from_str(profile).unwrap_or_default();
        let (mut template, mut document) = (None, None);
        for selector in accepts {
            template = template.or(selector.template);
            document = document.or(selector.code);
        }
        let first = |roots: Vec<String>| roots.into_iter().next().unwrap_or_default();
        let code = |field: Field| field.select.code.unwrap_or_default();
        Self {
            template: template.unwrap_or_default(),
            document: document.unwrap_or_default(),
            patient_number: first(identifiers.patient_number),
            vehicle: first(identifiers.vehicle),
            agreement: agreement.select.code.unwrap_or_default(),
            diagnosis: code(diagnosis),
            medical: code(remarks_medical),
            communication: code(remarks_communication),
            by_negation: agreement.reading == "negationInd",
            values: agreement.values,
        }
    }

    pub(crate) fn says(&self, agreement: Agreement) -> Said<'_> {
        let Some(found) = self.values.iter().find(|v| v.means == agreement.name()) else { return Said::Unsayable };
        if self.by_negation {
            Said::Negation(&found.value)
        } else {
            Said::Coded { code: &found.value, system: &found.system }
        }
    }
}

static V24: LazyLock<Dialect> =
    LazyLock::new(|| Dialect::of(include_str!("../../resources/profiles/bericht12-2.4-reconstructie.toml")));
static V25: LazyLock<Dialect> =
    LazyLock::new(|| Dialect::of(include_str!("../../resources/profiles/bericht12-2.5-reconstructie.toml")));
static ROOTS: LazyLock<Roots> =
    LazyLock::new(|| toml::from_str(include_str!("../../resources/invent/message.toml")).unwrap_or_default());

/// What a version writes.
pub(crate) fn dialect(version: Version) -> &'static Dialect {
    match version {
        Version::V24 => &V24,
        Version::V25 => &V25,
    }
}

/// Roots that every version writes.
pub(crate) fn roots() -> &'static Roots {
    &ROOTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_profiles_say_how_a_message_is_written() {
        let roots = roots();
        for root in [&roots.document, &roots.set, &roots.transmission] {
            assert!(root.starts_with("2."), "{root}");
        }
        for version in [Version::V24, Version::V25] {
            let dialect = dialect(version);
            assert!(dialect.template.extension.ends_with(version.name()));
            for root in [&dialect.template.root, &dialect.patient_number, &dialect.vehicle] {
                assert!(root.starts_with("2."), "{root}");
            }
            let codes =
                [&dialect.document, &dialect.agreement, &dialect.diagnosis, &dialect.medical, &dialect.communication];
            assert!(codes.iter().all(|c| !c.code.is_empty() && c.system.starts_with("2.")));
            for agreement in [Agreement::Yes, Agreement::No] {
                assert!(!matches!(dialect.says(agreement), Said::Unsayable));
            }
            assert!(matches!(dialect.says(Agreement::Unknown), Said::Unsayable));
        }
        assert!(matches!(dialect(Version::V24).says(Agreement::Yes), Said::Negation("false")));
        assert!(matches!(dialect(Version::V25).says(Agreement::NotAssessable), Said::Coded { .. }));
    }
}
