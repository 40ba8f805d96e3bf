//! Message 12 from bytes to parts, and its acknowledgement. `../shared/MESSAGE12.md` is the specification.
//!
//! bytes → [`parse`] → [`ParsedMessage`] → [`validate`] → [`ValidMessage`] + findings → [`minimise`] → [`split`] → [`Parts`].
//!
//! **Invariant:** pure: no I/O, no clock, no randomness. No code or template of message 12 stands in Rust: profiles are data.
//! **Invariant:** no value of a message stands in a finding, an error or an acknowledgement.
//! **Not here:** repeats, senders, terms (`intake` with `store`).

mod acknowledge;
mod agreement;
mod answered;
mod cda;
mod decode;
mod envelope;
mod fields;
mod header;
mod in_text;
mod inspect;
mod limits;
mod message;
mod minimise;
mod over_delivery;
mod parse;
mod place;
mod profile;
mod refusal;
mod ride;
mod rules;
mod select;
mod skeleton;
mod split;
mod text;
mod times;
mod tree;
mod validate;
mod xml;

pub use acknowledge::{Acknowledgement, Answer, acknowledge};
pub use answered::acknowledgement_code;
pub use envelope::{Envelope, Reply, Wanted};
pub use header::BSN_ROOT;
pub use in_text::FoundInText;
pub use inspect::{refused_json, taken_in_json};
pub use limits::Limits;
pub use message::{Feedback, Header, OverDelivered, ProfileUsed, ValidMessage};
pub use minimise::{Keep, Minimised, minimise};
pub use parse::{ParsedMessage, parse, structure};
pub use place::Place;
pub use profile::{
    Fault, FaultRule, FieldSummary, Notice, ProfileError, ProfileStatus, ProfileSummary, Profiles, profile_summary,
};
pub use refusal::{Known, Refusal, Refused};
pub use ride::RIDE_ROOT;
pub use rules::{Finding, Rule, Severity};
pub use skeleton::Skeleton;
pub use split::{Parts, split};
pub use times::{PointInTime, TimePrecision};
pub use validate::{Context, read, validate};
