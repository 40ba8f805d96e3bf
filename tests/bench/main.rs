//! The speed and memory figures of the issues, as one table. Not tests: figures are compared side by side in one run.
//!
//! `packaging/dev bench [RECORDS]`: fills a store with so many records first (default 200,000), on the disk of TERUGBLIK_BENCH_DIR.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod raw;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use access::{ActivationCode, Parameters, Passphrase, SignedIn};
use app::Receiving;
use chrono::{DateTime, TimeDelta, Utc};
use domain::RoleName;
use raw::{RawSync, cpu, median_us, p99_us, resident_mb};
use store::{Archive, Inbox, Origin, Store};

const BATCH: usize = 500;

struct House {
    receiving: Receiving,
    archive: Archive,
    manager: SignedIn,
}

fn origin() -> Origin {
    Origin { workstation: "bench".into(), version: "bench".into() }
}

fn house(place: &Path, year: &invent::Year, now: DateTime<Utc>) -> House {
    let root = store::new_root().unwrap();
    let mut accounts = vec![("9002".to_owned(), "A. Verhoeven".to_owned(), vec![RoleName::MedicalManager])];
    // Nurses and drivers have accounts, so that a record has two served crew members.
    for member in year.crew.nurses.iter().chain(&year.crew.drivers) {
        accounts.push((member.staff.to_string(), member.name.to_string(), vec![RoleName::Professional]));
    }
    let new = store::NewStore {
        organisation: "Bench".into(),
        rav: domain::RavNumber::new(12).unwrap(),
        kind: domain::StoreKind::Test,
        without_agreement_all: true,
        retention_days: 358,
        accounts,
        recovery: None,
    };
    let (mut store, made) = Store::create(place, &root, &new, origin(), now).unwrap();
    let phrase = || Passphrase::new("een wachtwoordzin voor de meting".into());
    let cheap = Parameters { memory_kib: 64, passes: 1, lanes: 1 };
    for account in &made.accounts {
        let record = store.account_keys(&account.staff).unwrap().unwrap();
        let code = ActivationCode::parse(&account.code.reveal()).unwrap();
        let keys = access::activate(&record, &code, &phrase(), store.pepper(), cheap).unwrap();
        store.store_activation(record.account, &keys, now).unwrap();
    }
    store.give_column_rights(2, true, true, now).unwrap();
    let record = store.account_keys("9002").unwrap();
    let manager = access::sign_in(record.as_ref(), &phrase(), store.pepper(), RoleName::MedicalManager).unwrap();
    let inbox = Inbox::new(Store::open(place, &root, origin(), now).unwrap(), Some(made.routing));
    House { receiving: Receiving::new(inbox).unwrap(), archive: Archive::new(store), manager }
}

fn wal_pages(place: &Path) -> u64 {
    // A frame of the write-ahead log is a page of 4096 bytes with a head of 24.
    std::fs::metadata(place.join("terugblik.db-wal")).map_or(0, |m| m.len() / 4120)
}

fn row(what: &str, figure: String, goal: &str) {
    println!("| {what} | {figure} | {goal} |");
}

fn main() {
    let records: usize = std::env::args().filter_map(|a| a.parse().ok()).next().unwrap_or(200_000);
    let base = std::env::var_os("TERUGBLIK_BENCH_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(base).unwrap();
    let place = folder.path().join("store");
    let today = Utc::now().date_naive();
    let settings = invent::Settings { messages: records + 6000, ..invent::Settings::new(today) };
    let year = invent::Year::new(settings);
    let now = Utc::now() - TimeDelta::hours(2);
    let mut house = house(&place, &year, now);

    let mut messages: Vec<Vec<u8>> = Vec::with_capacity(records + 6000);
    for day in year.days() {
        house.receiving.import_rides(&day.rides_csv, now, &mut |_, _| true).unwrap();
        messages.extend(day.messages.into_iter().map(|m| m.bytes));
    }
    println!("| what | figure | goal |\n|---|---|---|");
    let (bulk, single) = messages.split_at(records.min(messages.len().saturating_sub(3000)));
    let (cpu_before, started) = (cpu(), Instant::now());
    for batch in bulk.chunks(BATCH) {
        let slices: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
        house.receiving.take_in_bytes(&slices, now).unwrap();
    }
    let (taken, spent) = (started.elapsed(), cpu() - cpu_before);
    row(
        &format!("take_in, batches of {BATCH}, {} messages, two crew members served", bulk.len()),
        format!(
            "{:.0}/s, {:.0} µs CPU",
            bulk.len() as f64 / taken.as_secs_f64(),
            spent.as_secs_f64() * 1e6 / bulk.len() as f64
        ),
        "≥ 8,000/s on one core",
    );
    one_by_one(&mut house, &place, folder.path(), single, now);
    figures(&mut house, now);
    row("resident memory of this run", format!("{:.0} MB", resident_mb()), "demo < 250 MB");
}

fn one_by_one(house: &mut House, place: &Path, folder: &Path, messages: &[Vec<u8>], now: DateTime<Utc>) {
    let mut raw = RawSync::new(folder);
    let (mut raws, mut takes): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    for message in messages.iter().take(200) {
        house.receiving.take_in_bytes(&[message], now).unwrap();
    }
    for message in messages.iter().skip(200).take(2000) {
        raws.push(raw.once());
        let started = Instant::now();
        house.receiving.take_in_bytes(&[message], now).unwrap();
        takes.push(started.elapsed());
    }
    let mut above: Vec<Duration> = takes.iter().zip(&raws).map(|(take, raw)| take.saturating_sub(*raw)).collect();
    row(
        "take_in, one at a time, durable, above one raw 16 KiB sync (lockstep)",
        format!(
            "median {:.0} µs (raw {:.0}, p99 {:.0})",
            median_us(&mut above),
            median_us(&mut raws),
            p99_us(&mut above)
        ),
        "≤ 450 µs",
    );
    let before = wal_pages(place);
    let counted = messages.iter().skip(2200).take(40);
    let count = counted.len();
    counted.for_each(|message| {
        house.receiving.take_in_bytes(&[message], now).unwrap();
    });
    let grown = wal_pages(place).saturating_sub(before);
    row("write-ahead-log pages a commit, two crew members", format!("{:.1}", grown as f64 / count as f64), "≤ 14");
}

fn figures(house: &mut House, now: DateTime<Utc>) {
    let SignedIn::MedicalManager(session) = &house.manager else { panic!("the manager is signed in") };
    let started = Instant::now();
    let columns = house.archive.open_figures(session, now, |_, _| true).unwrap();
    row(
        &format!("figures of {} records opened into columns", columns.rows.len()),
        format!("{:.2} s", started.elapsed().as_secs_f64()),
        "≤ 0.6 s at 200,000",
    );
}
