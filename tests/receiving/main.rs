//! The promises of receiving: one thread that commits, and the listener before it. Each test's name is the promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod certificates;
mod committing;
mod endless;
mod ground;
mod panicking;
mod refusing;
mod self_test;
mod sending;
mod silent;
#[path = "../intake/support.rs"]
#[allow(dead_code, reason = "shared with tests/intake")]
mod support;
