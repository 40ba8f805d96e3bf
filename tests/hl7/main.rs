//! The promises of reading: each test's name is the promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod acknowledgement;
mod agreement;
mod any_bytes;
mod attacked;
mod closed_list;
mod findings;
mod fuzz_targets;
mod hostile;
mod parts;
mod places;
mod profiles;
mod reserialised;
mod same_content;
mod skeleton;
mod support;
mod texts;
mod times;
mod well_formed;
mod xml_tree;
