//! Invented rides and messages 12 for the demo, for `generate`, for tests and benches.
//!
//! **Invariant:** the same settings give the same bytes on every platform: draws are ChaCha8 and integers only, no clock,
//! no floating point, no hash order. Every BSN is of the test range 9999xxxxx, or fails the elfproef.
//! **Not here:** how a message is read (`hl7`) or taken in (`intake`): what is made here goes through the same door.
//! Shape of the messages: the reconstruction of MESSAGE12.md; shares: STATISTICS §5 (Veldhuis et al., 2024, preprint).

mod calendar;
mod canary;
mod case_kinds;
mod cases;
mod crew;
mod diagnoses;
mod diagnoses_acute;
mod diagnoses_other;
mod dialect;
mod draw;
mod envelope;
mod fault;
mod feedback;
mod generate;
mod hospital;
mod message;
mod patient;
mod phrases;
mod plan;
mod remarks;
mod ride;
mod self_test;
mod year;

#[cfg(test)]
mod tests;

pub use case_kinds::{CaseSender, Crew as CrewSees, Outcome, Work};
pub use cases::{CASE_NURSE, Case, CaseScript, expected};
pub use crew::{Crew, Member};
pub use diagnoses::{Group, KnownDiagnosis, diagnoses};
pub use envelope::{AcceptAck, Encoding, Envelope};
pub use fault::{Fault, Leads};
pub use generate::{Batch, Choice};
pub use hospital::{Hospital, Version, WorkAgreement};
pub use message::{CodedDiagnosis, Description, DescriptionPlace, Extra, MessageSpec, VitalSign, sample_message};
pub use ride::bench_rides;
pub use self_test::self_test_message;
pub use year::{Canaries, Day, InventedMessage, Kind, Settings, Year};
