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
    ///
    /// # Errors
    /// When a value cannot be written; none of the content types has one.
    fn encode(content: &Self::Content) -> Result<Zeroizing<Vec<u8>>, ContentError>;

    /// Bytes back to content.
    ///
    /// # Errors
    /// When the bytes do not have the schema's shape.
    fn decode(bytes: &[u8]) -> Result<Self::Content, ContentError>;

    /// The number of the client, where the content holds one: for the log's keyed pseudonym (R15).
    #[must_use]
    fn client(content: &Self::Content) -> Option<Zeroizing<String>>;
}

macro_rules! parts {
    ($($(#[$doc:meta])* $part:ident, $content:ty, $schema:literal, $client:expr;)*) => {$(
        $(#[$doc])*
        pub enum $part {}

        impl Part for $part {
            type Content = $content;
            const CODE: PartCode = PartCode::$part;
            const SCHEMA: u8 = $schema;

            fn encode(content: &$content) -> Result<Zeroizing<Vec<u8>>, ContentError> {
                let unwritable = |_| ContentError { part: PartCode::$part.name() };
                // Sized before it is filled: a buffer that grows leaves clear text behind where it was.
                let size = postcard::experimental::serialized_size(content).map_err(unwritable)?;
                let mut bytes = Zeroizing::new(Vec::with_capacity(size));
                postcard::to_io(content, &mut *bytes).map_err(unwritable)?;
                Ok(bytes)
            }

            fn decode(bytes: &[u8]) -> Result<$content, ContentError> {
                postcard::from_bytes(bytes).map_err(|_| ContentError { part: PartCode::$part.name() })
            }

            fn client(content: &$content) -> Option<Zeroizing<String>> {
                let client: fn(&$content) -> Option<Zeroizing<String>> = $client;
                client(content)
            }
        }
    )*};
}

parts! {
    /// For the RAV's administration.
    // REVEAL: the BSN as returned, into the keyed pseudonym only.
    Identification, IdentificationContent, 1, |content| Some(content.bsn.reveal());
    /// For the professionals who gave the care.
    Diagnosis, DiagnosisContent, 1, |_| None;
    /// For the medical manager.
    Case, CaseContent, 1, |_| None;
    /// For the professionals who gave the care.
    Remarks, RemarksContent, 1, |_| None;
    /// For the medical manager, in aggregates.
    Figure, FigureContent, 1, |_| None;
    /// For the professionals of the ride; for the medical manager with a case and in groups.
    WorkingDiagnosis, WorkingDiagnosisContent, 1, |_| None;
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
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct AgeBand(u8);

impl AgeBand {
    const LAST: u8 = 9;

    /// The band of an age in years.
    #[must_use]
    pub fn of(age: u32) -> Self {
        Self(u8::try_from(age / 10).unwrap_or(Self::LAST).min(Self::LAST))
    }

    /// First age of the band; the last band is open.
    #[must_use]
    pub fn from_age(self) -> u8 {
        self.0 * 10
    }
}

impl TryFrom<u8> for AgeBand {
    type Error = &'static str;

    fn try_from(band: u8) -> Result<Self, Self::Error> {
        if band <= Self::LAST { Ok(Self(band)) } else { Err("no such age band") }
    }
}

impl From<AgeBand> for u8 {
    fn from(band: AgeBand) -> Self {
        band.0
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
#[derive(PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureContent {
    /// The judgement.
    pub agreement: Agreement,
    /// SNOMED CT code of the SEH's first diagnosis; 0 where there is none.
    pub seh_code: u64,
    /// A remark on medical acting was given.
    pub remark_medical: bool,
    /// A remark on communication was given.
    pub remark_communication: bool,
    /// The work agreement excludes remarks on medical acting: left out of M11 for them.
    pub remark_medical_not_agreed: bool,
    /// The work agreement excludes remarks on communication: left out of M11 for them.
    pub remark_communication_not_agreed: bool,
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
        let bytes = Identification::encode(&content).unwrap();
        assert_eq!(bytes.capacity(), bytes.len(), "sized once, never moved while it is filled");
        let back = Identification::decode(&bytes).unwrap();
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
            remark_medical_not_agreed: true,
            remark_communication_not_agreed: true,
        };
        // Format 1 + key number 4 + format 1 + nonce 24 + length 1 + tag 16 leave 17 of the 64 sealed bytes.
        assert!(Figure::encode(&figure).unwrap().len() <= 17);
    }

    #[test]
    fn ages_fall_into_ten_bands_and_no_other_band_is_read_back() {
        let starts: Vec<u8> = [0, 9, 10, 57, 89, 90, 104, u32::MAX].map(|age| AgeBand::of(age).from_age()).into();
        assert_eq!(starts, [0, 0, 10, 50, 80, 90, 90, 90]);
        assert!(postcard::from_bytes::<AgeBand>(&[9]).is_ok_and(|band| band.from_age() == 90));
        assert!(postcard::from_bytes::<AgeBand>(&[10]).is_err());
        assert!(postcard::from_bytes::<AgeBand>(&[255]).is_err());
    }

    #[test]
    fn bytes_of_another_shape_are_refused_without_their_content() {
        assert_eq!(Remarks::decode(&[7, 7, 7]).map(|_| ()), Err(ContentError { part: "remarks" }));
    }
}
