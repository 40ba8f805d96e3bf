//! What a message carries beyond the closed list: counted by kind and place, never kept (MESSAGE12 §7).
//!
//! **Invariant:** a path holds names CDA knows or `vreemd`; at most [`PATHS_MAX`] distinct paths a message.

use serde::Serialize;

/// Kinds of over-delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OverDeliveryKind {
    /// Names of patient, relatives, staff.
    Name,
    /// Addresses.
    Address,
    /// Telephone, e-mail.
    Telecom,
    /// Narrative that no field refers to.
    Narrative,
    /// An observation with a quantity.
    VitalSign,
    /// Medication.
    Medication,
    /// Procedures.
    Procedure,
    /// Attachments.
    Attachment,
    /// A diagnosis beside agreement *yes*.
    DiagnosisWithAgreement,
    /// A description beside agreement *yes*.
    DescriptionWithAgreement,
    /// Gender beside agreement *yes*.
    GenderWithAgreement,
    /// Birth date beside agreement *yes*.
    BirthDateWithAgreement,
    /// The BSN the ambulance had announced itself.
    EqualBsn,
    /// Anything else about the patient or the stay.
    Other,
    /// Excluded by the work agreement.
    NotAgreed,
}

impl OverDeliveryKind {
    /// The word in `inspect --json` and in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::Telecom => "telecom",
            Self::Narrative => "narrative",
            Self::VitalSign => "vital_sign",
            Self::Medication => "medication",
            Self::Procedure => "procedure",
            Self::Attachment => "attachment",
            Self::DiagnosisWithAgreement => "diagnosis_with_agreement",
            Self::DescriptionWithAgreement => "description_with_agreement",
            Self::GenderWithAgreement => "gender_with_agreement",
            Self::BirthDateWithAgreement => "birth_date_with_agreement",
            Self::EqualBsn => "equal_bsn",
            Self::Other => "other",
            Self::NotAgreed => "not_agreed",
        }
    }
}

/// A number of things of one kind at one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OverDelivered {
    /// The kind.
    pub kind: OverDeliveryKind,
    /// Element path from the document down.
    pub path: String,
    /// How many.
    pub count: u32,
}

// LIMIT: distinct paths a message, so that a hostile one cannot fill the sender's list; the rest counts under `…`.
const PATHS_MAX: usize = 64;

/// Adds to the count of a kind at a place.
pub(crate) fn count(over: &mut Vec<OverDelivered>, kind: OverDeliveryKind, path: &str, number: u32) {
    let path = if over.len() < PATHS_MAX || over.iter().any(|o| o.kind == kind && o.path == path) { path } else { "…" };
    match over.iter_mut().find(|o| o.kind == kind && o.path == path) {
        Some(known) => known.count = known.count.saturating_add(number),
        None => over.push(OverDelivered { kind, path: path.to_owned(), count: number }),
    }
}
