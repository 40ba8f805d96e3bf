//! The parts a message is split into (DESIGN §2), one content type each.
//!
//! **Invariant:** no content type is `Clone` or `Debug`; text about a patient is [`Sensitive`] and zeroised.
//! **Invariant:** `encode` and `decode` of a part and schema number never change; a new field is a new schema.
//! **Not here:** who may open a part (`access`), sealing (`seal`).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{Agreement, PartialDate, ReturnedBsn, SehDiagnosis, Sensitive};

/// The parts by code: one byte, part of every sealed value's authenticated place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartCode {
    /// BSN, birth date, gender, patient number: for the administration.
    Identification,
    /// Agreement, SEH diagnosis, description, gender, birth date: for the crew.
    Diagnosis,
    /// As Diagnosis with an age band: for the medical manager.
    Case,
    /// Remarks on medical acting and on communication: for the crew.
    Remarks,
    /// What the medical manager counts.
    Figure,
    /// The ambulance's own working diagnosis, from the ride register.
    WorkingDiagnosis,
}

impl PartCode {
    /// All parts.
    pub const ALL: [Self; 6] =
        [Self::Identification, Self::Diagnosis, Self::Case, Self::Remarks, Self::Figure, Self::WorkingDiagnosis];

    /// The byte, stable.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Identification => 1,
            Self::Diagnosis => 2,
            Self::Case => 3,
            Self::Remarks => 4,
            Self::Figure => 5,
            Self::WorkingDiagnosis => 6,
        }
    }

    /// The part behind a byte.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.byte() == byte)
    }

    /// The name in the role matrix.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Identification => "identification",
            Self::Diagnosis => "diagnosis",
            Self::Case => "case",
            Self::Remarks => "remarks",
            Self::Figure => "figure",
            Self::WorkingDiagnosis => "working_diagnosis",
        }
    }
}

/// Why stored content could not be read back; says nothing of the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("content of part {part} does not have the shape of its schema")]
pub struct ContentError {
    /// The part's name.
    pub part: &'static str,
}

/// A part of a message: which content it has, and the place that is authenticated with it.
pub trait Part {
    /// The content.
    type Content;
    /// The part's code.
    const CODE: PartCode;
    /// The schema of `encode`; part of the authenticated place.
    const SCHEMA: u8;

    /// Content to the bytes that are sealed.
    fn encode(content: &Self::Content) -> Zeroizing<Vec<u8>>;

    /// Bytes back to content.
    ///
    /// # Errors
    /// When the bytes do not have the schema's shape.
    fn decode(bytes: &[u8]) -> Result<Self::Content, ContentError>;
}

macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident, $content:ty, $schema:literal;)*) => {$(
        $(#[$doc])*
        pub enum $part {}

        impl Part for $part {
            type Content = $content;
            const CODE: PartCode = PartCode::$part;
            const SCHEMA: u8 = $schema;

            fn encode(content: &$content) -> Zeroizing<Vec<u8>> {
                let mut bytes = Vec::with_capacity(256);
                // Writing plain values into memory cannot fail; an empty result would not decode.
                if postcard::to_io(content, &mut bytes).is_err() {
                    bytes.clear();
                }
                Zeroizing::new(bytes)
            }

            fn decode(bytes: &[u8]) -> Result<$content, ContentError> {
                postcard::from_bytes(bytes).map_err(|_| ContentError { part: PartCode::$part.name() })
            }
        }
    )*};
}

parts! {
    /// For the RAV's administration.
    Identification, IdentificationContent, 1;
    /// For the professionals who gave the care.
    Diagnosis, DiagnosisContent, 1;
    /// For the medical manager.
    Case, CaseContent, 1;
    /// For the professionals who gave the care.
    Remarks, RemarksContent, 1;
    /// For the medical manager, in aggregates.
    Figure, FigureContent, 1;
    /// For the professionals of the ride; for the medical manager with a case and in groups.
    WorkingDiagnosis, WorkingDiagnosisContent, 1;
}

/// Administrative gender as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Gender {
    /// M.
    Male,
    /// F.
    Female,
    /// UN.
    Undifferentiated,
}

impl Gender {
    /// The HL7 code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Male => "M",
            Self::Female => "F",
            Self::Undifferentiated => "UN",
        }
    }
}

/// What the administration needs to complete the ride.
#[derive(Serialize, Deserialize)]
pub struct IdentificationContent {
    /// The BSN as returned.
    pub bsn: ReturnedBsn,
    /// Further, different BSNs in the same message.
    pub other_bsns: Vec<ReturnedBsn>,
    /// Gender, for the check.
    pub gender: Option<Gender>,
    /// Birth date, for the check.
    pub birth_date: Option<PartialDate>,
    /// The hospital's patient number.
    pub patient_number: Option<Sensitive>,
}

/// The SEH's judgement and diagnosis, for the crew.
#[derive(Serialize, Deserialize)]
pub struct DiagnosisContent {
    /// The judgement.
    pub agreement: Agreement,
    /// SEH diagnoses in the message's order; empty where agreement is yes.
    pub diagnoses: Vec<SehDiagnosis>,
    /// The description (*omschrijving*).
    pub description: Option<Sensitive>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Birth date.
    pub birth_date: Option<PartialDate>,
    /// Agreement no and neither code nor text.
    pub incomplete: bool,
}

/// Age in bands of ten years, ninety and over as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgeBand(pub u8);

impl AgeBand {
    /// The band of an age in years.
    #[must_use]
    pub fn of(age: u32) -> Self {
        Self(u8::try_from((age / 10).min(9)).unwrap_or(9))
    }

    /// First age of the band; the last band is open.
    #[must_use]
    pub fn from_age(self) -> u8 {
        self.0 * 10
    }
}

/// As [`DiagnosisContent`], with an age band for the birth date: for the medical manager.
#[derive(Serialize, Deserialize)]
pub struct CaseContent {
    /// The judgement.
    pub agreement: Agreement,
    /// SEH diagnoses in the message's order.
    pub diagnoses: Vec<SehDiagnosis>,
    /// The description.
    pub description: Option<Sensitive>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Age band at the ride.
    pub age_band: Option<AgeBand>,
    /// Agreement no and neither code nor text.
    pub incomplete: bool,
}

/// Remarks for the crew; not part of the medical record (R6).
#[derive(Serialize, Deserialize)]
pub struct RemarksContent {
    /// On medical acting.
    pub medical: Option<Sensitive>,
    /// On communication.
    pub communication: Option<Sensitive>,
}

/// What the medical manager counts of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureContent {
    /// The judgement.
    pub agreement: Agreement,
    /// SNOMED CT code of the SEH's first diagnosis; 0 where there is none.
    pub seh_code: u64,
    /// A remark on medical acting was given.
    pub remark_medical: bool,
    /// A remark on communication was given.
    pub remark_communication: bool,
    /// Remarks were excluded by the work agreement: left out of M11.
    pub remarks_not_agreed: bool,
}

/// The ambulance's own diagnosis from the ride register.
#[derive(Serialize, Deserialize)]
pub struct WorkingDiagnosisContent {
    /// The diagnosis.
    pub diagnosis: SehDiagnosis,
    /// When it was registered, where the register says so.
    pub registered: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_encoded_decodes_to_the_same() {
        let content = IdentificationContent {
            bsn: ReturnedBsn::read("999900006"),
            other_bsns: vec![ReturnedBsn::read("ABC")],
            gender: Some(Gender::Female),
            birth_date: PartialDate::parse_hl7("1948"),
            patient_number: Some(Sensitive::new("P-1".into())),
        };
        let back = Identification::decode(&Identification::encode(&content)).unwrap();
        assert_eq!(*back.bsn.reveal(), "999900006");
        assert_eq!(*back.other_bsns[0].reveal(), "ABC");
        assert_eq!(back.birth_date.unwrap().to_string(), "1948");
        assert!(back.gender == Some(Gender::Female));
    }

    #[test]
    fn a_figure_stays_small() {
        let figure = FigureContent {
            agreement: Agreement::NotReceived,
            seh_code: 999_999_999_999_999_999,
            remark_medical: true,
            remark_communication: true,
            remarks_not_agreed: true,
        };
        // 64 bytes sealed leave 19 for the clear text beside format, key number, nonce and tag.
        assert!(Figure::encode(&figure).len() <= 18);
    }

    #[test]
    fn bytes_of_another_shape_are_refused_without_their_content() {
        assert_eq!(Remarks::decode(&[7, 7, 7]).map(|_| ()), Err(ContentError { part: "remarks" }));
    }
}
