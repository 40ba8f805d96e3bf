//! The vocabulary of the field: values that cannot hold nonsense, and the parts a message is split into.
//!
//! **Invariant:** content of a part is neither `Clone` nor `Debug` and is zeroised when dropped.
//! **Not here:** I/O, clocks, randomness, keys (`seal`), rights (`access`), how a message is read (`hl7`).

mod agreement;
mod bsn;
mod diagnosis;
mod identifiers;
mod in_text;
mod marks;
mod part;
mod partial_date;
mod reader;
mod ride_number;
mod sender;
mod sensitive;

pub use agreement::Agreement;
pub use bsn::{Bsn, ReturnedBsn};
pub use diagnosis::{Diagnosis as SehDiagnosis, SNOMED_CT, Translation, same_system};
pub use identifiers::{Agb, IdentifierError, InstanceId, MessageId, MessageToken, RavNumber, RideId, Ura};
pub use in_text::{IdentifierInText, IdentifierKind, identifiers_in_text};
pub use marks::{Mark, Marks, Theme};
pub use part::{
    AgeBand, Case, CaseContent, ContentError, Diagnosis, DiagnosisContent, Figure, FigureContent, Gender,
    Identification, IdentificationContent, Part, PartCode, Remarks, RemarksContent, WorkingDiagnosis,
    WorkingDiagnosisContent,
};
pub use partial_date::{PartialDate, Precision};
pub use reader::{Purpose, ReaderId, RoleName, StoreKind};
pub use ride_number::{RideNumber, RideNumberError};
pub use sender::{Sender, Site};
pub use sensitive::Sensitive;
