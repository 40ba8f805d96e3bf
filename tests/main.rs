//! The promises of the whole program, one module a kind; each test's name is the promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs)]

mod canaries;
mod cli;
mod cli_refusals;
mod compile_fail;
mod core_image;
mod demo;
mod desktop;
mod durable;
#[path = "../src/hospital.rs"]
mod hospital;
mod house;
mod key_store;
mod leaks;
#[path = "support/pages_in_clear.rs"]
mod pages_in_clear;
mod readers;
mod recovery;
mod role_matrix;
mod samples;
mod screens;
mod stopping;
mod support;
mod texts;
mod tidy;
mod walk;
