//! What a nurse waits for beside a full store: her list, opening a record, and what lay waiting for its rides.
//!
//! Each list and each opening has a durable entry in the log, so a raw sync in lockstep stands beside it.

use std::{
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use access::{Professional, Session, SignedIn};
use app::{BadLines, Receiving, RideFile, RideLayout};
use chrono::{DateTime, Utc};
use domain::{MessageId, RoleName};
use store::{Archive, Store};
use zeroize::Zeroizing;

use crate::{
    BATCH,
    disk::RawSync,
    house::{House, origin, signed_in},
    process::{median_us, p99_us},
    row, year,
};

/// Rows of a list as it is first shown.
const ROWS: u32 = 50;
const ROUNDS: usize = 100;
/// Messages that come before their rides.
const WAITING: usize = 50_000;
/// Messages a second while records are opened, and in what portions they come.
const A_SECOND: usize = 500;
const PORTION: usize = 50;
const SECONDS: usize = 20;

/// The rows beside `records` records. At two million the waiting and the load are left out: it is a test of survival.
pub fn measure(records: usize, base: &Path) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let place = folder.path().join("store");
    let now = Utc::now();
    let survival = records >= 1_000_000;
    let load = if survival { 0 } else { A_SECOND * SECONDS };
    let waiting = if survival { 0 } else { WAITING };
    let year = year(records + load + waiting);
    let nurse = year.crew.nurses.first().unwrap().staff.to_string();
    let mut house = House::of_year(&place, &year, now);
    let days = Days::receive(&mut house, &year, records, load, now);
    let signed_in = signed_in(house.archive.store(), &nurse, RoleName::Professional, now);
    let SignedIn::Professional(session) = &signed_in else { panic!("the nurse is signed in") };
    let (_, own) = house.archive.feedback_counts(session).unwrap();
    println!("{records} records in the store, {own} of this nurse\n| what | figure | goal |\n|---|---|---|");
    let mut raw = RawSync::new(folder.path());
    lists(&mut house, &place, session, &mut raw, now);
    idle(&mut house.archive, session, &mut raw, now);
    if !survival {
        let House { archive, receiving, .. } = &mut house;
        under_load(archive, receiving, session, &days.load, now);
        delivered(receiving, &days.before_rides, &days.rides, now);
    }
}

/// A year of messages, in the order in which they are measured.
#[derive(Default)]
struct Days {
    /// Of known rides, not taken in yet.
    load: Vec<Vec<u8>>,
    /// Of rides that are not in the register yet.
    before_rides: Vec<Vec<u8>>,
    /// Those rides, as one file.
    rides: Vec<u8>,
}

impl Days {
    /// Takes in the first messages with their rides, and keeps the others.
    fn receive(house: &mut House, year: &invent::Year, records: usize, load: usize, now: DateTime<Utc>) -> Self {
        let mut kept = Self::default();
        let mut taken = 0;
        for day in year.days() {
            let messages = day.messages.into_iter().map(|message| message.bytes);
            if taken == records && kept.load.len() >= load {
                let head =
                    if kept.rides.is_empty() { 0 } else { day.rides_csv.iter().position(|b| *b == b'\n').unwrap() + 1 };
                kept.rides.extend_from_slice(&day.rides_csv[head..]);
                kept.before_rides.extend(messages);
                continue;
            }
            assert!(house.receiving.import_rides(&day.rides_csv, now, &mut |_, _| true).unwrap().is_whole());
            kept.load.extend(messages);
            while taken < records && !kept.load.is_empty() {
                let batch: Vec<Vec<u8>> = kept.load.drain(..kept.load.len().min(records - taken).min(BATCH)).collect();
                take_in(&mut house.receiving, &batch, now);
                taken += batch.len();
            }
        }
        kept.load.truncate(load);
        kept
    }
}

fn take_in(receiving: &mut Receiving, batch: &[Vec<u8>], now: DateTime<Utc>) {
    let slices: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
    let done = receiving.take_in_bytes(&slices, now).unwrap();
    assert_eq!(done.refused, 0, "{:?}", done.refusals.first());
}

fn own_records(archive: &mut Archive, session: &Session<Professional>, now: DateTime<Utc>) -> Vec<MessageId> {
    archive.feedback_list(session, 2000, now).unwrap().iter().map(|head| head.message).collect()
}

/// The list, over a warm connection and over a new one.
fn lists(house: &mut House, place: &Path, session: &Session<Professional>, raw: &mut RawSync, now: DateTime<Utc>) {
    let goal = if house.archive.feedback_counts(session).unwrap().1 > 100_000 { "≤ 10 ms" } else { "≤ 0.5 ms" };
    let mut beyond = |archive: &mut Archive, rounds: usize| -> Vec<Duration> {
        let one = |_| {
            let sync = raw.once();
            let started = Instant::now();
            let heads = archive.feedback_list(session, ROWS, now).unwrap();
            let taken = started.elapsed();
            assert_eq!(heads.len(), ROWS as usize);
            taken.saturating_sub(sync)
        };
        (0..rounds).map(one).collect()
    };
    let first = beyond(&mut house.archive, 1)[0];
    row("inbox of 50 rows, just signed in, beyond one raw sync", format!("{:.2} ms", first.as_secs_f64() * 1e3), "");
    let mut warm = beyond(&mut house.archive, ROUNDS);
    row("inbox of 50 rows, beyond one raw sync, median", format!("{:.2} ms", median_us(&mut warm) / 1e3), goal);
    let mut new = Vec::new();
    for _ in 0..ROUNDS / 5 {
        let mut archive = Archive::new(Store::open(place, &house.root, origin(), now).unwrap());
        new.extend(beyond(&mut archive, 1));
    }
    row("inbox of 50 rows on a new connection, median", format!("{:.2} ms", median_us(&mut new) / 1e3), "≤ 2 ms");
}

fn opening(archive: &mut Archive, session: &Session<Professional>, record: MessageId, now: DateTime<Utc>) -> Duration {
    let started = Instant::now();
    let opened = archive.open_record(session, record, now).unwrap();
    let taken = started.elapsed();
    std::hint::black_box(&opened);
    taken
}

fn idle(archive: &mut Archive, session: &Session<Professional>, raw: &mut RawSync, now: DateTime<Utc>) {
    let records = own_records(archive, session, now);
    let mut beyond = Vec::new();
    for record in records.iter().take(1000) {
        let sync = raw.once();
        beyond.push(opening(archive, session, *record, now).saturating_sub(sync));
    }
    let (median, p99) = (median_us(&mut beyond), p99_us(&mut beyond));
    row(
        &format!("a record opened, durable, beyond one raw sync ({})", beyond.len()),
        format!("median {median:.0} µs, p99 {p99:.0}"),
        "≤ 1,000 µs",
    );
}

/// Openings while messages come in, portion by portion, evenly.
fn under_load(
    archive: &mut Archive,
    receiving: &mut Receiving,
    session: &Session<Professional>,
    messages: &[Vec<u8>],
    now: DateTime<Utc>,
) {
    let records = own_records(archive, session, now);
    let over = AtomicBool::new(false);
    let began = Instant::now();
    let mut taken = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for (portion, due) in messages.chunks(PORTION).zip(0_u32..) {
                take_in(receiving, portion, now);
                let next = Duration::from_secs_f64(f64::from(due + 1) * PORTION as f64 / A_SECOND as f64);
                std::thread::sleep(next.saturating_sub(began.elapsed()));
            }
            over.store(true, Ordering::Relaxed);
        });
        for record in records.iter().cycle() {
            if over.load(Ordering::Relaxed) {
                break;
            }
            taken.push(opening(archive, session, *record, now));
            std::thread::sleep(Duration::from_millis(5));
        }
    });
    let rate = messages.len() as f64 / began.elapsed().as_secs_f64();
    let (median, p99) = (median_us(&mut taken) / 1e3, p99_us(&mut taken) / 1e3);
    row(
        &format!("a record opened while {rate:.0} messages a second come in ({})", taken.len()),
        format!("median {median:.1} ms, p99 {p99:.1} ms"),
        "p99 ≤ 100 ms",
    );
}

/// What came before its rides: linked and delivered once these are there.
fn delivered(receiving: &mut Receiving, messages: &[Vec<u8>], rides: &[u8], now: DateTime<Utc>) {
    for batch in messages.chunks(BATCH) {
        take_in(receiving, batch, now);
    }
    let started = Instant::now();
    let mut last = started;
    let file = RideFile::open(Zeroizing::new(rides.to_vec()), &RideLayout::standard()).unwrap();
    let judged = receiving.judge_rides(&file, now, &mut |_, _| true).unwrap();
    // The last days of an invented year end after now: those lines are left out.
    let done = receiving.import_judged(&file, &judged, BadLines::Skip, now, &mut |_, _| {
        last = Instant::now();
        true
    });
    assert!(done.failed.is_none(), "{:?}", done.failed);
    let taken = started.elapsed().as_secs_f64();
    row(
        &format!(
            "{} rides imported, and the {} messages that waited for them delivered",
            done.imported.new,
            messages.len()
        ),
        format!("{taken:.1} s, {:.1} s of it after the last ride", last.elapsed().as_secs_f64()),
        "≤ 10 s",
    );
    assert_eq!(receiving.deliver(now).unwrap(), 0);
}
