//! What was acknowledged survives anything: a real receiver over real TLS is killed at random moments, has no disk left, has a clock set back.
//!
//! `TERUGBLIK_FAULT_ROUNDS=1000` kills a thousand times instead of fifty (`packaging/dev faults`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod disk_and_clock;
#[path = "../receiving/ground.rs"]
#[allow(dead_code, reason = "shared with tests/receiving")]
mod ground;
mod killed;
mod receiver;
mod senders;
#[path = "../intake/support.rs"]
#[allow(dead_code, reason = "shared with tests/intake")]
mod support;
