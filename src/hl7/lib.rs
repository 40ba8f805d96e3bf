//! Message 12 from bytes to parts, and its acknowledgement. `../shared/MESSAGE12.md` is the specification.
//!
//! **Invariant:** pure: no I/O, no clock, no randomness. No code or template of message 12 stands in Rust: profiles are data.
//! **Invariant:** no value of a message stands in a finding, an error or an acknowledgement.
//! **Not here:** repeats, senders, terms (`intake` with `store`).

mod acknowledge;
mod envelope;
mod fields;
mod inspect;
mod limits;
mod message;
mod minimise;
mod over_delivery;
mod profile;
mod read;
mod rules;
mod split;
mod text;
mod times;
mod xml;

pub use acknowledge::{Acknowledgement, Answer, acknowledge};
pub use envelope::{Envelope, Reply, Wanted};
pub use inspect::{refused_json, taken_in_json};
pub use limits::Limits;
pub use message::{Feedback, Header, OverDelivered, ProfileUsed, ValidMessage};
pub use minimise::{Keep, Minimised, minimise};
pub use profile::{ProfileError, ProfileStatus, Profiles};
pub use read::{Context, Refusal, Refused, read};
pub use rules::{Finding, Rule, Severity};
pub use split::{Parts, split};
