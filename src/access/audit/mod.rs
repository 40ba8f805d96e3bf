//! The audit log: which events there are, an entry's canonical bytes, and the chain they stand in (R14–R17).
//!
//! **Invariant:** no clinical content and no BSN: rides are keyed pseudonyms, counts are numbers.
//! **Not here:** rows and transactions (`store::audit_trail`).

mod chain;
mod entry;
mod event;

pub use chain::{ChainBreak, Head, Row, Verification, Verifier};
pub use entry::{Entry, EntryError, entry_digest};
pub use event::{Authorisation, Event};
