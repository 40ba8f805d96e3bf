//! The promises of the whole program, one module a kind; each test's name is the promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod cli;
mod cli_refusals;
mod compile_fail;
mod demo;
mod durable;
mod house;
mod key_store;
mod leaks;
mod readers;
mod role_matrix;
mod samples;
mod support;
mod tidy;
