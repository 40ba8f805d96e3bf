//! The promises of taking in, with a real store: each test's name is the promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod any_order;
mod folder;
mod profiles;
mod senders;
mod store_fails;
mod support;
mod test_numbers;
mod unrecognised;
