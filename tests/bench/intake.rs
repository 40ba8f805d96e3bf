//! Receiving over mutual TLS with this crate and those below it alone: quick to build. Not a test; the figures beside a real crew are those of
//! `packaging/dev bench receiving RECORDS`.
//!
//! `cargo bench -p intake --bench receiving -- [RECORDS]` (default 20,000), on the disk of TERUGBLIK_BENCH_DIR (default: the target folder's).
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[allow(dead_code, reason = "shared with the benchmark of the program")]
mod disk;
#[allow(dead_code, reason = "shared with the benchmark of the program")]
mod process;
mod receiving;

use std::path::PathBuf;

use domain::{RavNumber, StoreKind};
use hl7::{Limits, Profiles};
use intake::{Arrival, Reader, Way};
use receiving::{MESSAGES, Measured, clock, measure};
use store::{Inbox, NewStore, Origin, Store};

/// As in the program.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

const BATCH: usize = 500;

fn row(what: &str, figure: String, goal: &str) {
    println!("| {what} | {figure} | {goal} |");
}

/// The full sample of a ride of its own, driven a week ago.
fn message(sample: &str, number: usize) -> Vec<u8> {
    sample
        .replace("e915f8f8", &format!("{number:08x}"))
        .replace("set-20", &format!("set-{number}"))
        .replace("12-2026-4510-1", &format!("12-2026-{}-1", number + 1))
        .into_bytes()
}

fn main() {
    let records = std::env::args().filter_map(|a| a.parse().ok()).next().unwrap_or(20_000_usize);
    let base = std::env::var_os("TERUGBLIK_BENCH_DIR");
    let base = base.map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    let folder = tempfile::tempdir_in(&base).unwrap();
    let now = clock();
    let root = store::new_root().unwrap();
    let new = NewStore {
        organisation: "Bench".into(),
        rav: RavNumber::new(12).unwrap(),
        kind: StoreKind::Test,
        without_agreement_all: true,
        retention_days: 358,
        accounts: Vec::new(),
        duties: store::DutyDates::default(),
        recovery: None,
    };
    let origin = Origin { workstation: "bench".into(), version: "bench".into() };
    let (store, made) = Store::create(&folder.path().join("store"), &root, &new, origin, now).unwrap();
    let mut reader = Reader::new(Profiles::shipped().unwrap(), Limits::default(), store.settings());
    let mut inbox = Inbox::new(store, Some(made.routing));
    reader.follow(inbox.store(), now).unwrap();
    let sample =
        include_str!("../fixtures/messages/20-volledig-2.4.xml").replace("20260914", &now.format("%Y%m%d").to_string());
    for from in (0..records).step_by(BATCH) {
        let batch: Vec<Vec<u8>> = (from..records.min(from + BATCH)).map(|number| message(&sample, number)).collect();
        let arrival = |bytes| Arrival {
            bytes,
            charset: None,
            way: Way::Hand,
            allowed: &[],
            acknowledgement_id: "00000000-0000-4000-8000-000000000001".into(),
            self_test: None,
        };
        let arrivals: Vec<Arrival<'_>> = batch.iter().map(|bytes| arrival(bytes.as_slice())).collect();
        intake::take_in_all(&mut inbox, &reader, &arrivals, now).unwrap();
    }
    let bodies = (records..records + MESSAGES).map(|number| message(&sample, number)).collect();
    println!("{records} records in the store, nobody of the crew served, file system {}", disk::file_system(&base));
    println!("| what | figure | goal |\n|---|---|---|");
    measure(Measured { inbox, reader, bodies, folder: folder.path() });
}
