//! Profiles: which messages a version accepts and where each field is, as data (MESSAGE12 §6).
//!
//! **Invariant:** no code or template of message 12 stands in Rust; the shipped profiles are files of `resources/profiles`.

use serde::Deserialize;

/// Where a profile comes from; shown wherever an administrator sees its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileStatus {
    /// The published definition.
    Published,
    /// A supplier's dialect.
    Supplier,
    /// Our reconstruction.
    Reconstruction,
}

impl ProfileStatus {
    /// The word in `inspect --json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Supplier => "supplier",
            Self::Reconstruction => "reconstruction",
        }
    }
}

/// A template id.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Template {
    pub(crate) root: String,
    pub(crate) extension: Option<String>,
}

/// A code with its system.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    pub(crate) code: String,
    pub(crate) system: String,
}

/// How an entry is recognised: by template, by code, or both.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Selector {
    pub(crate) template: Option<Template>,
    pub(crate) code: Option<Code>,
}

/// How agreement is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Reading {
    /// The attribute of the observation.
    #[serde(rename = "negationInd")]
    NegationInd,
    /// A boolean value.
    #[serde(rename = "BL")]
    Boolean,
    /// A coded value.
    #[serde(rename = "CD")]
    Coded,
}

/// What a value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Meaning {
    Yes,
    No,
    NotAssessable,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MappedValue {
    pub(crate) value: String,
    pub(crate) system: Option<String>,
    pub(crate) means: Meaning,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgreementField {
    pub(crate) select: Selector,
    pub(crate) reading: Reading,
    pub(crate) values: Vec<MappedValue>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) select: Selector,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identifiers {
    pub(crate) patient_number: Vec<String>,
    pub(crate) vehicle: Vec<String>,
}

/// One profile.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) version: u32,
    #[serde(rename = "message_set")]
    _message_set: String,
    pub(crate) status: ProfileStatus,
    pub(crate) accepts: Vec<Selector>,
    pub(crate) identifiers: Identifiers,
    pub(crate) agreement: AgreementField,
    pub(crate) diagnosis: Field,
    pub(crate) remarks_medical: Field,
    pub(crate) remarks_communication: Field,
}

/// Why a profile cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Not TOML, or not of the schema.
    #[error("profile {file}, byte {at}: {message}")]
    Content {
        /// Which file.
        file: String,
        /// Where in its text.
        at: usize,
        /// What is wrong, in the parser's words.
        message: String,
    },
    /// Two profiles accept the same.
    #[error("profiles {0} and {1} accept the same message; one must be more specific")]
    Tie(String, String),
    /// A profile that recognises nothing, or a selector without template and code.
    #[error("profile {0}: each selector needs a template or a code")]
    EmptySelector(String),
}

/// The profiles in force.
#[derive(Clone, Debug)]
pub struct Profiles(Vec<Profile>);

const SHIPPED: [(&str, &str); 2] = [
    ("bericht12-2.4-reconstructie", include_str!("../../resources/profiles/bericht12-2.4-reconstructie.toml")),
    ("bericht12-2.5-reconstructie", include_str!("../../resources/profiles/bericht12-2.5-reconstructie.toml")),
];

impl Profiles {
    /// The shipped profiles.
    ///
    /// # Errors
    /// When a shipped file is broken; a test reads them, so not in a built program.
    pub fn shipped() -> Result<Self, ProfileError> {
        Self::parse(&SHIPPED)
    }

    /// The shipped profiles and one more.
    ///
    /// # Errors
    /// What is wrong in the file, with its line.
    pub fn shipped_and(file: &str, text: &str) -> Result<Self, ProfileError> {
        let mut all = SHIPPED.to_vec();
        all.push((file, text));
        Self::parse(&all)
    }

    /// Profiles from their texts, by file name.
    ///
    /// # Errors
    /// What is wrong, in which file, at which line; two that accept the same.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, ProfileError> {
        let mut profiles: Vec<Profile> = Vec::new();
        for (file, text) in files {
            let profile: Profile = toml::from_str(text).map_err(|error| ProfileError::Content {
                file: (*file).to_owned(),
                at: error.span().map_or(0, |span| span.start),
                message: error.message().to_owned(),
            })?;
            let broken = {
                let fields = [&profile.diagnosis, &profile.remarks_medical, &profile.remarks_communication];
                let selectors = profile.accepts.iter().chain(fields.map(|f| &f.select));
                selectors.chain([&profile.agreement.select]).any(|s| s.template.is_none() && s.code.is_none())
            };
            if profile.accepts.is_empty() || broken {
                return Err(ProfileError::EmptySelector(profile.name));
            }
            if let Some(other) = profiles.iter().find(|p| p.accepts.iter().any(|a| profile.accepts.contains(a))) {
                return Err(ProfileError::Tie(other.name.clone(), profile.name));
            }
            profiles.push(profile);
        }
        Ok(Self(profiles))
    }

    /// The most specific profile that accepts a document; `matches` gives a selector's weight, 0 for none.
    pub(crate) fn choose(&self, matches: impl Fn(&Selector) -> u8) -> Option<&Profile> {
        let weighed = self.0.iter().map(|p| (p.accepts.iter().map(&matches).max().unwrap_or(0), p));
        weighed.filter(|(weight, _)| *weight > 0).max_by_key(|(weight, _)| *weight).map(|(_, profile)| profile)
    }
}
