//! The screens as pictures and as a person works them: one binary, invented data.
//!
//! **Not here:** pixels of triangles (`raster`), contrast (`theme`).
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod appearance;
mod connections;
mod desk;
mod fitting;
mod importing;
mod keyboard;
mod leaving;
mod manual;
mod never_nowhere;
mod pictures;
mod reflections;
mod rides;
mod sample_accounts;
mod sample_connections;
mod sample_installation;
mod sample_many;
mod sample_oversight;
mod sample_profiles;
mod sample_quality;
mod sample_reflections;
mod sample_rides;
mod sample_states;
mod sample_tables;
mod sample_trend;
mod samples;
mod screen_reader;
mod seen;
mod spoken;
mod states;
mod texts;
mod tour;
mod trend;
mod unrecognised;
mod walk;
mod ways;
mod ways_accounts;
mod ways_connections;
mod ways_door;
mod ways_installation;
mod ways_profiles;
mod ways_reflections;
mod ways_rides;
mod ways_screens;
mod ways_work;
mod whole;
