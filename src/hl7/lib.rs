//! Bytes to parts, and acknowledgements: message 12 on the wire (MESSAGE12.md).
//!
//! `read` → [`ValidMessage`] or [`Refusal`] → [`minimise`] → [`split`] → [`Parts`]; [`acknowledge`] answers either way.
//! **Invariant:** pure: no I/O, no clock, no randomness. No code or template of message 12 stands in Rust: profiles are data.
//! **Not here:** repeats, versions, sender status, announced BSN (`intake`), sealing (`seal`).

mod acknowledge;
mod envelope;
mod finding;
mod fingerprint;
mod limits;
mod message;
mod minimise;
mod moment;
mod over_delivery;
mod profile;
mod profile_file;
mod read;
mod reply;
pub mod rules;
mod split;

pub use acknowledge::{Answer, acknowledge, acknowledge_not_stored};
pub use finding::{Finding, Language, Severity};
pub use limits::{Limits, MESSAGE_BYTES_CEILING};
pub use message::{Feedback, Header, Patient, RemarksRead, Ride, ValidMessage};
pub use minimise::{Keep, Minimised, minimise};
pub use moment::{Moment, MomentPrecision, in_amsterdam};
pub use over_delivery::{OverDelivered, OverDeliveryKind};
pub use profile::{ProfileError, ProfileStatus, ProfileUsed, Profiles};
pub use read::{Context, read};
pub use reply::{AcceptAck, AcknowledgementCode, Refusal, Reply, Soap};
pub use split::{Parts, split};
