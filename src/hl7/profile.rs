//! Profiles: per version of the message, how it is recognised and where each field is (MESSAGE12 §6). Data, not code.
//!
//! **Invariant:** no two profiles in force accept the same document equally well; a polarity is said or it is unknown.
//! **Not here:** the reading itself (`feedback`), the shipped files (`resources/profiles`).

use std::{collections::BTreeSet, sync::Arc};

use domain::Agreement;
use serde::{Deserialize, Serialize};

use crate::profile_file::{self, ProfileFile};

/// Where a profile comes from; shown wherever its fields are shown to an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileStatus {
    /// After the published definition.
    Published,
    /// After a supplier's documentation.
    Supplier,
    /// Our reconstruction: not the standard.
    Reconstruction,
}

impl ProfileStatus {
    /// The word in files and in `inspect --json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Supplier => "supplier",
            Self::Reconstruction => "reconstruction",
        }
    }
}

/// The profile a message was read by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileUsed {
    /// Its name.
    pub name: Arc<str>,
    /// Its status.
    pub status: ProfileStatus,
    /// Its version.
    pub version: u32,
}

/// Why a profile file is not usable. Profiles hold no patient data, so the reason may quote the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// The file is not the TOML of a profile.
    #[error("profile {file}, line {line}: {reason}")]
    File {
        /// Name of the file as given.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// Two profiles accept the same documents equally well.
    #[error("profiles {one} and {other} accept the same document: {accepts}")]
    Tie {
        /// Name of one.
        one: String,
        /// Name of the other.
        other: String,
        /// What both accept.
        accepts: String,
    },
}

/// The profiles in force.
#[derive(Clone, Debug)]
pub struct Profiles(pub(crate) Vec<Profile>);

/// One profile, checked.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) used: ProfileUsed,
    pub(crate) accepts: Vec<Accepts>,
    pub(crate) interactions: Vec<String>,
    pub(crate) sender_applications: Vec<String>,
    pub(crate) vehicle_roots: Vec<String>,
    pub(crate) patient_number_roots: Vec<String>,
    pub(crate) agreement: Option<AgreementField>,
    pub(crate) diagnosis: Option<TextField>,
    pub(crate) description: Option<TextField>,
    pub(crate) remarks_medical: Option<TextField>,
    pub(crate) remarks_communication: Option<TextField>,
}

/// One way to recognise a document, the least specific first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Accepts {
    Code { code: String, system: String },
    Template { root: String },
    TemplateVersion { root: String, extension: String },
}

/// A clinical statement by template, by code and code system, or by both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector {
    pub(crate) template: Option<(String, Option<String>)>,
    pub(crate) code: Option<(String, String)>,
}

impl Selector {
    /// The name in a finding's path: what the profile says, not what the message says.
    pub(crate) fn label(&self) -> &str {
        match (&self.template, &self.code) {
            (Some((root, _)), _) => root,
            (None, Some((code, _))) => code,
            (None, None) => "",
        }
    }
}

/// How the agreement is read.
#[derive(Clone, Debug)]
pub(crate) enum AgreementReading {
    /// The observation's `negationInd`; the value that means *ja*.
    NegationInd { yes: bool },
    /// A `BL` value; the value that means *ja*.
    Boolean { yes: bool },
    /// A coded value; what each code with its system means.
    Coded(Vec<(String, String, Agreement)>),
}

#[derive(Clone, Debug)]
pub(crate) struct AgreementField {
    pub(crate) selectors: Vec<Selector>,
    pub(crate) reading: AgreementReading,
}

/// Where a text stands within its statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TextPlace {
    Text,
    Value,
    OriginalText,
}

#[derive(Clone, Debug)]
pub(crate) struct TextField {
    pub(crate) selectors: Vec<Selector>,
    pub(crate) places: Vec<TextPlace>,
}

const SHIPPED: [(&str, &str); 2] = [
    (
        "bericht12-2.4-reconstructie.toml",
        include_str!("../../resources/profiles/bericht12-2.4-reconstructie.toml"),
    ),
    (
        "bericht12-2.5-reconstructie.toml",
        include_str!("../../resources/profiles/bericht12-2.5-reconstructie.toml"),
    ),
];

impl Profiles {
    /// The profiles that come with the program.
    #[must_use]
    pub fn shipped() -> Self {
        // A test parses the embedded files; were they broken, no message would be recognised.
        Self::parse(&SHIPPED).unwrap_or(Self(Vec::new()))
    }

    /// Reads and checks profile files, given as name and text.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line; or two profiles that accept the same document equally well.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, ProfileError> {
        let mut profiles = Vec::with_capacity(files.len());
        for (file, text) in files {
            let parsed = ProfileFile::parse(file, text)?;
            profiles.push(profile_file::check(file, text, parsed)?);
        }
        let profiles = Self(profiles);
        profiles.refuse_ties()?;
        Ok(profiles)
    }

    /// These profiles with others beside them; one of the same name is replaced.
    ///
    /// # Errors
    /// As [`Profiles::parse`].
    pub fn with(&self, files: &[(&str, &str)]) -> Result<Self, ProfileError> {
        let added = Self::parse(files)?;
        let kept = self.0.iter().filter(|p| !added.0.iter().any(|a| a.used.name == p.used.name));
        let profiles = Self(kept.chain(&added.0).cloned().collect());
        profiles.refuse_ties()?;
        Ok(profiles)
    }

    /// Name, status and version of each.
    pub fn list(&self) -> impl Iterator<Item = &ProfileUsed> {
        self.0.iter().map(|p| &p.used)
    }

    fn refuse_ties(&self) -> Result<(), ProfileError> {
        for (place, one) in self.0.iter().enumerate() {
            for other in self.0.iter().skip(place + 1) {
                let shared = one.accepts.iter().find(|a| other.accepts.contains(a));
                let overlap = |a: &[String], b: &[String]| a.is_empty() == b.is_empty() && (a.is_empty() || {
                    let a: BTreeSet<_> = a.iter().collect();
                    b.iter().any(|x| a.contains(x))
                });
                if let Some(accepts) = shared
                    && overlap(&one.interactions, &other.interactions)
                    && overlap(&one.sender_applications, &other.sender_applications)
                {
                    return Err(ProfileError::Tie {
                        one: one.used.name.to_string(),
                        other: other.used.name.to_string(),
                        accepts: format!("{accepts:?}"),
                    });
                }
            }
        }
        Ok(())
    }
}
