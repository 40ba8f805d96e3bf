//! The promises of the whole program, one module a kind; each test's name is the promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod canaries;
mod cli;
mod compile_fail;
mod desktop;
mod house;
mod leaks;
mod readers;
mod role_matrix;
mod samples;
mod screens;
mod texts;
mod tidy;
mod walk;
