//! Profiles: which messages a version accepts and where each field is, as data (MESSAGE12 §6).
//!
//! **Invariant:** no code or template of message 12 stands in Rust; the shipped profiles are files of `resources/profiles`.
//! **Invariant:** whatever a profile says, it reads fields of the closed list only, each in its own place: no BSN as another number.
//! **Not here:** reading its text (`profile/read.rs`, `profile/table.rs`), what is wrong with it (`profile/fault.rs`), what a person is told it reads
//! (`profile/summary.rs`), holding a selector against a message (`select`).

mod fault;
mod read;
mod summary;
mod table;

pub use fault::{Fault, FaultRule};
pub use summary::{FieldSummary, Notice, ProfileSummary, profile_summary};

/// Where a profile comes from; shown wherever an administrator sees its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileStatus {
    /// The published definition.
    Published,
    /// A supplier's dialect.
    Supplier,
    /// Our reconstruction.
    Reconstruction,
}

impl ProfileStatus {
    /// The word in a profile and in `inspect --json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Supplier => "supplier",
            Self::Reconstruction => "reconstruction",
        }
    }
}

/// A root with perhaps an extension: a template id, an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Root {
    pub(crate) root: String,
    pub(crate) extension: Option<String>,
}

/// A code with its system.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) code: String,
    pub(crate) system: String,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code && domain::same_system(&self.system, &other.system)
    }
}

/// How a message is recognised: all that stands here holds for it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Accepts {
    pub(crate) template: Option<Root>,
    pub(crate) code: Option<Code>,
    pub(crate) application: Option<Root>,
    pub(crate) interaction: Option<String>,
}

impl Accepts {
    /// How specific it is: what names more, or the rarer thing, weighs more; equal only for the same kinds of things.
    pub(crate) fn weight(&self) -> u8 {
        let Self { template, code, application, interaction } = self;
        let template = template.as_ref().map_or(0, |t| 16 + 8 * u8::from(t.extension.is_some()));
        template + 4 * u8::from(code.is_some()) + 2 * u8::from(application.is_some()) + u8::from(interaction.is_some())
    }
}

/// How an entry is recognised: all that stands here holds for it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Selector {
    pub(crate) element: Option<&'static str>,
    pub(crate) template: Option<Root>,
    pub(crate) code: Option<Code>,
    /// Root of an id it has.
    pub(crate) id: Option<String>,
    /// What it stands in, at any depth.
    pub(crate) within: Option<Box<Selector>>,
}

/// How agreement is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// The attribute of the observation.
    NegationInd,
    /// A boolean value.
    Boolean,
    /// A coded value.
    Coded,
}

/// What a value means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    Yes,
    No,
    NotAssessable,
}

#[derive(Clone, Debug)]
pub(crate) struct MappedValue {
    pub(crate) value: String,
    pub(crate) system: Option<String>,
    pub(crate) means: Meaning,
}

#[derive(Clone, Debug)]
pub(crate) struct AgreementField {
    pub(crate) select: Vec<Selector>,
    pub(crate) reading: Reading,
    pub(crate) values: Vec<MappedValue>,
}

/// Text that may stand elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// `ST`: in the place itself.
    Inline,
    /// `ED`: in the place itself, or where a reference leads.
    Referred,
}

#[derive(Clone, Debug)]
pub(crate) struct DiagnosisField {
    pub(crate) select: Vec<Selector>,
    /// The value is text; `None`: it is coded.
    pub(crate) words: Option<Words>,
}

/// Where an entry's text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextPlace {
    Text,
    OriginalText,
    Value,
}

#[derive(Clone, Debug)]
pub(crate) struct TextField {
    /// Empty for a description: on the diagnosis.
    pub(crate) select: Vec<Selector>,
    pub(crate) words: Words,
    /// The first with words counts.
    pub(crate) from: Vec<TextPlace>,
}

/// Where an identifier stands.
#[derive(Clone, Debug)]
pub(crate) enum IdPlace {
    /// In the place CDA has for it.
    Usual,
    /// On the stay: its encounter, or the facility of it.
    Stay,
    /// As an id of these entries.
    Entry(Vec<Selector>),
    /// As text of these entries.
    EntryText(Vec<Selector>),
}

#[derive(Clone, Debug)]
pub(crate) struct IdField {
    /// Empty: the national root, where there is one.
    pub(crate) roots: Vec<String>,
    pub(crate) place: IdPlace,
}

#[derive(Clone, Debug)]
pub(crate) struct Identifiers {
    pub(crate) ride_number: IdField,
    pub(crate) patient_number: IdField,
    pub(crate) vehicle: IdField,
}

/// Where the time of the hand-over stands, when it is not the ride's own.
#[derive(Clone, Debug)]
pub(crate) struct HandOver {
    pub(crate) select: Vec<Selector>,
    /// `value` or `effectiveTime`.
    pub(crate) from: &'static str,
}

/// One profile.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) message_set: String,
    pub(crate) status: ProfileStatus,
    pub(crate) accepts: Vec<Accepts>,
    pub(crate) identifiers: Identifiers,
    pub(crate) hand_over: Option<HandOver>,
    pub(crate) agreement: AgreementField,
    pub(crate) diagnosis: DiagnosisField,
    pub(crate) description: TextField,
    pub(crate) remarks_medical: Option<TextField>,
    pub(crate) remarks_communication: Option<TextField>,
}

/// Why profiles cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Not TOML, or not of the schema: everything that is wrong.
    #[error("profile {file}: {} faults, the first at line {}", faults.len(), faults.first().map_or(0, |f| f.line))]
    Content {
        /// Which file.
        file: String,
        /// What is wrong, in the order of the text.
        faults: Vec<Fault>,
    },
    /// Two profiles accept the same.
    #[error("profiles {0} and {1} accept the same message; one must be more specific")]
    Tie(String, String),
    /// A profile has the name of a shipped one, and no higher version.
    #[error("profile {0} is shipped; another of that name needs a higher version")]
    OldVersion(String),
}

/// The profiles in force.
#[derive(Clone, Debug)]
pub struct Profiles(Vec<Profile>);

const SHIPPED: [(&str, &str); 2] = [
    ("bericht12-2.4-reconstructie", include_str!("../../resources/profiles/bericht12-2.4-reconstructie.toml")),
    ("bericht12-2.5-reconstructie", include_str!("../../resources/profiles/bericht12-2.5-reconstructie.toml")),
];

impl Profiles {
    /// The texts of the shipped profiles, by name.
    #[must_use]
    pub fn shipped_texts() -> &'static [(&'static str, &'static str)] {
        &SHIPPED
    }

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
    /// What is wrong in the file, with its lines.
    pub fn shipped_and(file: &str, text: &str) -> Result<Self, ProfileError> {
        Self::shipped_and_these(&[(file, text)])
    }

    /// The shipped profiles and others; one of a shipped profile's name stands in for it.
    ///
    /// # Errors
    /// What is wrong in which file; two that accept the same; a shipped name without a higher version.
    pub fn shipped_and_these(files: &[(&str, &str)]) -> Result<Self, ProfileError> {
        let Self(others) = Self::parse(files)?;
        let Self(mut all) = Self::shipped()?;
        if let Some(old) = others.iter().find(|o| all.iter().any(|s| s.name == o.name && s.version >= o.version)) {
            return Err(ProfileError::OldVersion(old.name.clone()));
        }
        all.retain(|shipped| others.iter().all(|other| other.name != shipped.name));
        all.extend(others);
        Self::of(all)
    }

    /// The shipped profiles with those of a store that go with them; one that does not, since a later program ships another, is left out.
    #[must_use]
    pub fn in_force(files: &[(&str, &str)]) -> Self {
        let mut fit: Vec<(&str, &str)> = Vec::new();
        let mut found = Self::shipped().unwrap_or_else(|_| Self(Vec::new()));
        for file in files {
            fit.push(*file);
            match Self::shipped_and_these(&fit) {
                Ok(more) => found = more,
                Err(_) => _ = fit.pop(),
            }
        }
        found
    }

    /// Profiles from their texts, by file name.
    ///
    /// # Errors
    /// What is wrong, in which file, at which lines; two that accept the same.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, ProfileError> {
        let read = |(file, text): &(&str, &str)| {
            read::profile(text).map_err(|faults| ProfileError::Content { file: (*file).to_owned(), faults })
        };
        Self::of(files.iter().map(read).collect::<Result<_, _>>()?)
    }

    fn of(profiles: Vec<Profile>) -> Result<Self, ProfileError> {
        for (place, one) in profiles.iter().enumerate() {
            let same =
                |other: &&Profile| one.name == other.name || one.accepts.iter().any(|a| other.accepts.contains(a));
            if let Some(other) = profiles[..place].iter().find(same) {
                return Err(ProfileError::Tie(other.name.clone(), one.name.clone()));
            }
        }
        Ok(Self(profiles))
    }

    /// The most specific profile that accepts a document. A document that two accept equally says of itself that it is both: none, since a
    /// wrong polarity inverts the meaning.
    pub(crate) fn choose(&self, accepts: impl Fn(&Accepts) -> bool) -> Option<&Profile> {
        let weight = |p: &Profile| p.accepts.iter().filter(|a| accepts(a)).map(Accepts::weight).max().unwrap_or(0);
        let mut best = (0, None);
        for profile in &self.0 {
            let weight = weight(profile);
            if weight > best.0 {
                best = (weight, Some(profile));
            } else if weight > 0 && weight == best.0 {
                best.1 = None;
            }
        }
        best.1
    }
}
