//! What the store promises, on a real SQLCipher file: one binary, a file per subject.
//!
//! **Not here:** messages as bytes (`hl7`, `intake`), screens (`app`). All people are invented; BSNs are of the test range.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    missing_docs
)]

mod accounts;
mod administrator_anew;
mod bus;
mod chains;
mod confirmation;
mod connections;
mod counts;
mod entry;
mod forgetting;
mod keys;
mod keys_killed;
mod killed;
mod leaving;
#[path = "../../../../tests/support/log_pages.rs"]
mod log_pages;
mod machine;
mod marks;
mod migration;
mod misplaced;
#[path = "../../../../tests/support/needs.rs"]
mod needs;
mod officers_key;
mod one_number;
mod opening;
mod own_trend;
mod pages;
#[path = "../../../../tests/support/pages_in_clear.rs"]
mod pages_in_clear;
mod place;
mod plaintext;
mod profiles;
mod receiving;
mod recovery;
mod reflections;
mod reflections_killed;
mod rides;
mod roles;
mod rotation;
mod set_up;
mod snapshot;
mod support;
mod taking_over;
mod tampering;
mod trial;
mod unlinked;
mod unrecognised;
mod waiting;
mod watch;
mod who_opens;
mod withdrawal;
mod worklist;
