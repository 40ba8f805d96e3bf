//! The speed and memory figures of the issues, as one table. Not tests: figures are compared side by side in one run.
//!
//! `packaging/dev bench [RECORDS]`: fills a store with so many records first (default 200,000), on the disk of
//! TERUGBLIK_BENCH_DIR (default: the target folder's). `bench folder RECORDS` the watched folder, `bench window RECORDS [FILES]` a window meanwhile, `bench singles RECORDS` messages one at a time, `bench keys` accounts and epochs alone, `bench lists` the pictures of long lists; `bench peers FOLDER` plays along
//! in a duel of receivers, `bench serve PORT FOLDER CERTIFICATES RECORDS` is what a load generator sends to; `bench rides COUNT` the import of a register; `bench feedback RECORDS` a nurse's list, opening, and delivering what waited.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod disk;
mod feedback;
mod folder;
mod house;
mod keys;
mod lists;
#[path = "../support/log_pages.rs"]
mod log_pages;
mod peers;
mod process;
mod program;
mod receiving;
mod rides;
#[path = "../../src/ui/tests/screens/sample_accounts.rs"]
#[allow(dead_code)]
mod sample_accounts;
#[path = "../../src/ui/tests/screens/sample_connections.rs"]
#[allow(dead_code)]
mod sample_connections;
#[path = "../../src/ui/tests/screens/sample_many.rs"]
#[allow(unused_imports)]
mod sample_many;
#[path = "../../src/ui/tests/screens/sample_oversight.rs"]
mod sample_oversight;
#[path = "../../src/ui/tests/screens/sample_profiles.rs"]
#[allow(dead_code)]
mod sample_profiles;
#[path = "../../src/ui/tests/screens/sample_reflections.rs"]
#[allow(dead_code)]
mod sample_reflections;
#[path = "../../src/ui/tests/screens/sample_rides.rs"]
#[allow(dead_code)]
mod sample_rides;
#[path = "../../src/ui/tests/screens/sample_tables.rs"]
#[allow(dead_code)]
mod sample_tables;
#[path = "../../src/ui/tests/screens/samples.rs"]
#[allow(dead_code)]
mod samples;
mod screens;
mod window;
#[path = "../support/workbook.rs"]
#[allow(dead_code, reason = "shared with tests/main.rs")]
mod workbook;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use access::SignedIn;
use chrono::{DateTime, Utc};
use disk::RawSync;
use house::House;
use process::{cpu, has, median_us, p99_us, resident_mb};

/// As in the program.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

const BATCH: usize = 500;
/// Messages beyond the records that fill the store: for what is measured one at a time.
const SINGLES: usize = 3000;
/// Messages of the run that is held to one core.
const PINNED: usize = 20_000;

fn row(what: &str, figure: String, goal: &str) {
    println!("| {what} | {figure} | {goal} |");
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let base = std::env::var_os("TERUGBLIK_BENCH_DIR");
    let base = base.map_or_else(|| PathBuf::from(env!("CARGO_TARGET_TMPDIR")), PathBuf::from);
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["peers", messages] => peers::play(Path::new(messages), &base),
        ["serve", port, messages, certificates, records] => {
            let places = (Path::new(messages), Path::new(certificates));
            peers::serve(port.parse().unwrap(), places, records.parse().unwrap(), &base);
        }
        ["pinned", records] => pinned(records.parse().unwrap(), &base),
        ["singles", records] => singles(records.parse().unwrap(), &base),
        ["folder", records] => folder::measure(records.parse().unwrap(), &base),
        ["window", records] => window::measure(records.parse().unwrap(), 10_000, &base),
        ["window", records, files] => window::measure(records.parse().unwrap(), files.parse().unwrap(), &base),
        ["receiving", records] => receiving_beside(records.parse().unwrap(), &base),
        ["screens", records] => screens_of(records.parse().unwrap(), &base),
        ["feedback", records] => feedback::measure(records.parse().unwrap(), &base),
        ["rides", count] => rides_of(count.parse().unwrap(), &base),
        ["rides-import", file] => rides::import(Path::new(file), &base),
        ["lists"] => lists::measure(),
        ["keys"] => keys::measure(&base, Utc::now()),
        [] => figures(200_000, &base),
        [records] => figures(
            records.parse().expect("bench [RECORDS] | folder RECORDS | receiving RECORDS | keys | peers FOLDER"),
            &base,
        ),
        _ => panic!("bench [RECORDS] | folder RECORDS | receiving RECORDS | keys | peers FOLDER"),
    }
}

/// The import of so many rides, from CSV and from a workbook, each in a process of its own.
fn rides_of(count: usize, base: &Path) {
    let folder = tempfile::tempdir_in(base).unwrap();
    for format in ["csv", "xlsx"] {
        let file = folder.path().join(format!("rides.{format}"));
        rides::write(format, count, &file, Utc::now());
        let mut command = Command::new(std::env::current_exe().unwrap());
        let output = command.arg("rides-import").arg(&file).env("TERUGBLIK_BENCH_DIR", base).output().unwrap();
        let goal = if format == "csv" { "20 s, 200 MB" } else { "20 s, 300 MB" };
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let figure = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        row(&format!("Import of {count} rides, {format}"), figure, goal);
    }
}

/// Receiving over mutual TLS beside so many records.
fn receiving_beside(records: usize, base: &Path) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let now = Utc::now();
    let year = year(records + receiving::MESSAGES);
    let mut house = House::of_year(&folder.path().join("store"), &year, now);
    let bodies = Incoming { year: &year, now, wall: Duration::ZERO, taken: 0 }.receive(&mut house, records);
    println!(
        "{records} records in the store, two crew members served a message, file system {}",
        disk::file_system(base)
    );
    println!("| what | figure | goal |\n|---|---|---|");
    let app::Receiving { inbox, reader } = house.receiving;
    receiving::measure(receiving::Measured { inbox, reader, bodies, folder: folder.path() });
}

/// How long each screen takes over so many records.
fn screens_of(records: usize, base: &Path) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let now = Utc::now();
    let year = year(records);
    let mut house = House::of_year(&folder.path().join("store"), &year, now);
    Incoming { year: &year, now, wall: Duration::ZERO, taken: 0 }.receive(&mut house, records);
    let nurse = year.crew.nurses.first().unwrap().staff.to_string();
    println!("{records} records in the store\n| what | figure | goal |\n|---|---|---|");
    screen_rows(&mut house.engine(), &nurse, now);
}

fn screen_rows(engine: &mut app::Engine, nurse: &str, now: DateTime<Utc>) {
    let mut screens = screens::longest(engine, nurse, now);
    screens.sort_by_key(|(_, taken)| std::cmp::Reverse(*taken));
    for (name, taken) in &screens {
        row(
            &format!("screen: {name}, longest of three"),
            format!("{:.1} ms", taken.as_secs_f64() * 1e3),
            screens::goal(name),
        );
    }
}

/// A year of messages as they come, so that memory holds a batch.
struct Incoming<'a> {
    year: &'a invent::Year,
    now: DateTime<Utc>,
    wall: Duration,
    taken: usize,
}

impl Incoming<'_> {
    /// Imports all rides, takes all but the last messages in by batches, and gives those last.
    fn receive(&mut self, house: &mut House, bulk: usize) -> Vec<Vec<u8>> {
        let mut waiting: Vec<Vec<u8>> = Vec::new();
        for day in self.year.days() {
            assert!(house.receiving.import_rides(&day.rides_csv, self.now, &mut |_, _| true).unwrap().is_whole());
            waiting.extend(day.messages.into_iter().map(|m| m.bytes));
            while self.taken < bulk && waiting.len() >= BATCH {
                self.batch(house, &mut waiting, BATCH);
            }
        }
        while self.taken < bulk && !waiting.is_empty() {
            let count = waiting.len().min(bulk - self.taken).min(BATCH);
            self.batch(house, &mut waiting, count);
        }
        waiting
    }

    fn batch(&mut self, house: &mut House, waiting: &mut Vec<Vec<u8>>, count: usize) {
        let batch: Vec<Vec<u8>> = waiting.drain(..count).collect();
        let slices: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
        let started = Instant::now();
        let done = house.receiving.take_in_bytes(&slices, self.now).unwrap();
        self.wall += started.elapsed();
        self.taken += count;
        assert_eq!(done.refused, 0, "{:?}", done.refusals.first());
    }
}

/// A year until yesterday: what happens later today the register does not take yet.
fn year(messages: usize) -> invent::Year {
    let newest = (Utc::now() - chrono::TimeDelta::days(1)).date_naive();
    invent::Year::new(invent::Settings { messages, ..invent::Settings::new(newest) })
}

fn figures(records: usize, base: &Path) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let place = folder.path().join("store");
    let now = Utc::now();
    let year = year(records + SINGLES);
    let mut house = House::of_year(&place, &year, now);
    println!(
        "{records} records in the store, two crew members served a message, file system {} ({}), {} cores, load {}",
        disk::file_system(base),
        base.display(),
        std::thread::available_parallelism().map_or(0, usize::from),
        std::fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').next().unwrap_or_default(),
    );
    println!("| what | figure | goal |\n|---|---|---|");
    let mut incoming = Incoming { year: &year, now, wall: Duration::ZERO, taken: 0 };
    let singles = incoming.receive(&mut house, records);
    row(
        &format!("take_in, batches of {BATCH}, {} messages, both cores", incoming.taken),
        format!("{:.0}/s", incoming.taken as f64 / incoming.wall.as_secs_f64()),
        "≥ 8,000/s on one core: next row",
    );
    on_one_core(0, base);
    on_one_core(records, base);
    one_by_one(&mut house, &place, folder.path(), &singles, now);
    opened(&mut house, now);
    let nurse = year.crew.nurses.first().unwrap().staff.to_string();
    let mut engine = house.engine();
    keys::sign_ins(&mut engine, &nurse, now);
    screen_rows(&mut engine, &nurse, now);
    row("resident memory of this run", format!("{:.0} MB", resident_mb("self")), "");
    drop(engine);
    keys::measure(base, now);
    lists::measure();
    program::measure(folder.path());
}

/// Messages one at a time beside so many records, and nothing else.
fn singles(records: usize, base: &Path) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let place = folder.path().join("store");
    let (now, year) = (Utc::now(), year(records + SINGLES));
    let mut house = House::of_year(&place, &year, now);
    let mut incoming = Incoming { year: &year, now, wall: Duration::ZERO, taken: 0 };
    let messages = incoming.receive(&mut house, records);
    one_by_one(&mut house, &place, folder.path(), &messages, now);
}

/// This program again, held to one core by `taskset`, beside so many records.
fn on_one_core(records: usize, base: &Path) {
    if !has("taskset") {
        row("take_in in batches on one core", "not measured: no taskset".into(), "≥ 8,000/s");
        return;
    }
    let mut command = Command::new("taskset");
    command.args(["-c", "0"]).arg(std::env::current_exe().unwrap()).args(["pinned", &records.to_string()]);
    let output = command.env("TERUGBLIK_BENCH_DIR", base).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    print!("{}", String::from_utf8_lossy(&output.stdout));
}

fn pinned(records: usize, base: &Path) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let place = folder.path().join("store");
    let (now, year) = (Utc::now(), year(records + PINNED + ROUNDS * BATCH));
    let mut house = House::of_year(&place, &year, now);
    let mut incoming = Incoming { year: &year, now, wall: Duration::ZERO, taken: 0 };
    let received = incoming.receive(&mut house, records);
    let (messages, counted) = received.split_at(PINNED.min(received.len()));
    let (before, started) = (cpu("self"), Instant::now());
    for batch in messages.chunks(BATCH) {
        let slices: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
        house.receiving.take_in_bytes(&slices, now).unwrap();
    }
    let (wall, used) = (started.elapsed().as_secs_f64(), (cpu("self") - before).as_secs_f64());
    let count = messages.len() as f64;
    row(
        &format!("take_in, batches of {BATCH}, {count} messages beside {records} records, held to one core"),
        format!(
            "{:.0}/s; {:.0} µs CPU a message = {:.0}/s of processor time",
            count / wall,
            used / count * 1e6,
            count / used
        ),
        "≥ 8,000/s",
    );
    pages_of_commits(&mut house, &place, counted, (BATCH, "message in batches"), now);
}

fn one_by_one(house: &mut House, place: &Path, folder: &Path, messages: &[Vec<u8>], now: DateTime<Utc>) {
    let mut raw = RawSync::new(folder);
    let (mut raws, mut takes): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    let (warm, rest) = messages.split_at(messages.len().min(200));
    let (timed, counted) = rest.split_at(rest.len().min(2000));
    for message in warm {
        house.receiving.take_in_bytes(&[message], now).unwrap();
    }
    let before = cpu("self");
    for message in timed {
        raws.push(raw.once());
        let started = Instant::now();
        house.receiving.take_in_bytes(&[message], now).unwrap();
        takes.push(started.elapsed());
    }
    let used = (cpu("self") - before).as_secs_f64() / timed.len() as f64 * 1e6;
    let mut above: Vec<Duration> = takes.iter().zip(&raws).map(|(take, raw)| take.saturating_sub(*raw)).collect();
    row(
        &format!("take_in, one at a time ({}), durable, above one raw 16 KiB sync in lockstep", timed.len()),
        format!(
            "median {:.0} µs (raw {:.0}, p99 {:.0}; {used:.0} µs CPU with the raw sync's)",
            median_us(&mut above),
            median_us(&mut raws),
            p99_us(&mut above)
        ),
        "≤ 450 µs",
    );
    let each = counted.len().min(40) / ROUNDS;
    pages_of_commits(house, place, &counted[..each * ROUNDS], (1, "commit"), now);
}

/// Rounds in which pages are counted; a checkpoint may begin the log anew in the middle of one.
const ROUNDS: usize = 3;

/// In rounds of as many messages, taken in so many at a time.
fn pages_of_commits(
    house: &mut House,
    place: &Path,
    messages: &[Vec<u8>],
    (at_once, each_of): (usize, &str),
    now: DateTime<Utc>,
) {
    let each = messages.len() / ROUNDS;
    let mut rounds = Vec::new();
    for round in messages.chunks_exact(each.max(1)).take(ROUNDS) {
        house.truncate_log(place);
        for batch in round.chunks(at_once) {
            let slices: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
            house.receiving.take_in_bytes(&slices, now).unwrap();
        }
        let pages = house.log_pages(place);
        rounds.push((pages.values().sum::<u32>(), pages));
    }
    rounds.sort_unstable_by_key(|(sum, _)| *sum);
    let Some((sum, pages)) = rounds.get(rounds.len() / 2) else { return };
    let what = format!("pages of the write-ahead log a {each_of} (median of {ROUNDS} rounds of {each})");
    row(&what, format!("{:.1}", f64::from(*sum) / each as f64), if at_once == 1 { "≤ 14" } else { "" });
    row("of these, in all", pages.iter().map(|(name, count)| format!("{name} {count}, ")).collect(), "");
}

fn opened(house: &mut House, now: DateTime<Utc>) {
    let manager = house.manager(now);
    let SignedIn::MedicalManager(session) = &manager else { panic!("the manager is signed in") };
    let started = Instant::now();
    let columns = house.archive.open_figures(session, now, |_, _| true).unwrap();
    row(
        &format!("figures of {} records opened into columns", columns.rows.len()),
        format!("{:.2} s", started.elapsed().as_secs_f64()),
        "≤ 0.6 s at 200,000",
    );
}
