//! The watched folder under a receiver that is killed at random moments: no file lost, none taken twice, no half file read.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write,
    time::{Duration, Instant},
};

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{RngCore, SeedableRng},
};

use crate::incoming::{Incoming, id, names};

const FILES: usize = 60;

/// Where a kill fell, as the disk and the store tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fell {
    /// Nothing of this round's files is in the store yet.
    BeforeAnyCommit,
    /// Messages are in the store, and their files lie as they came, without an acknowledgement.
    BetweenCommitAndAcknowledgement,
    /// An acknowledgement is half written.
    WhileAcknowledging,
    /// Acknowledged, and the original lies there still.
    BetweenAcknowledgementAndRemoval,
    /// Some files are put away whole, the others untouched.
    BetweenTwoBatches,
    /// All files are put away.
    AfterEverything,
}

/// Looks where the kill fell: `round` are the numbers of this round's files.
fn fell(incoming: &Incoming, round: std::ops::Range<usize>, taken_before: u64) -> Fell {
    let shelf = names(&incoming.oost().join("verwerkt"));
    let there = |n: usize| incoming.oost().join(format!("{}.xml", id(n))).exists();
    let acknowledged = |n: usize| shelf.binary_search(&format!("{}.ack.xml", id(n))).is_ok();
    let (files, records) = (round.len(), incoming.taken() - taken_before);
    let away = round.clone().filter(|n| !there(*n)).count();
    if shelf.iter().any(|name| name.ends_with(".part")) {
        Fell::WhileAcknowledging
    } else if shelf.iter().any(|name| name.ends_with(".gone")) || round.clone().any(|n| there(n) && acknowledged(n)) {
        Fell::BetweenAcknowledgementAndRemoval
    } else if records == 0 {
        Fell::BeforeAnyCommit
    } else if records as usize > away {
        Fell::BetweenCommitAndAcknowledgement
    } else if away < files {
        Fell::BetweenTwoBatches
    } else {
        Fell::AfterEverything
    }
}

/// Drops a round's files: half renamed in, half written in place in pieces.
fn drop_in(incoming: &Incoming, round: std::ops::Range<usize>) {
    for n in round {
        if n % 2 == 0 {
            incoming.drop_in(n);
            continue;
        }
        let message = incoming.message(n);
        let mut file = File::create(incoming.oost().join(format!("{}.xml", id(n)))).unwrap();
        for piece in message.as_bytes().chunks(message.len() / 3 + 1) {
            file.write_all(piece).unwrap();
        }
    }
}

#[test]
fn killed_at_any_moment_no_file_is_lost_none_is_taken_twice_and_none_is_read_half() {
    let incoming = Incoming::new();
    let rounds: usize = std::env::var("TERUGBLIK_FAULT_ROUNDS").map_or(50, |n| n.parse().unwrap());
    let mut chance = ChaCha8Rng::seed_from_u64(4);
    let mut where_it_fell: BTreeMap<Fell, usize> = BTreeMap::new();
    for round in 0..rounds {
        let files = round * FILES..(round + 1) * FILES;
        let before = incoming.taken();
        // In half of the rounds the files lie there already, so that the first scan finds them.
        if round % 2 == 0 {
            drop_in(&incoming, files.clone());
        }
        let receiver = incoming.receiver(&[]);
        let moment = Duration::from_micros(u64::from(chance.next_u32()) % [400_000, 3_000_000][round % 2]);
        let begun = Instant::now();
        if round % 2 == 1 {
            drop_in(&incoming, files.clone());
        }
        if round % 4 == 0 {
            // A few milliseconds after the first acknowledgement begins: while it puts away.
            let shelf = incoming.oost().join("verwerkt");
            let before = fs::read_dir(&shelf).map_or(0, Iterator::count);
            while fs::read_dir(&shelf).map_or(0, Iterator::count) == before && begun.elapsed() < Duration::from_secs(10)
            {
                std::thread::park_timeout(Duration::from_micros(200));
            }
            std::thread::park_timeout(moment / 40);
        } else {
            std::thread::park_timeout(moment.saturating_sub(begun.elapsed()));
        }
        receiver.kill();
        *where_it_fell.entry(fell(&incoming, files, before)).or_default() += 1;
    }
    println!("{rounds} kills fell: {where_it_fell:?}");
    let receiver = incoming.receiver(&[]);
    incoming.until_put_away(rounds * FILES);
    assert_eq!(receiver.stopped().0, Some(0));
    let status = incoming.place.status();
    let all = (rounds * FILES) as u64;
    assert_eq!(
        (&status["records"], &status["received"]["taken_in"]),
        (&all.into(), &all.into()),
        "each once: {status}"
    );
    assert_eq!(status["received"]["refused"], 0, "no half file was read: {status}");
    println!("{} files were read again after a kill, and were repeats", status["received"]["repeated"]);
    let shelf = incoming.oost().join("verwerkt");
    let mut acknowledgements: Vec<String> = (0..rounds * FILES).map(|n| format!("{}.ack.xml", id(n))).collect();
    acknowledgements.sort();
    assert_eq!(names(&shelf), acknowledgements, "one for each, and nothing half");
    for name in acknowledgements {
        let text = fs::read_to_string(shelf.join(&name)).unwrap();
        assert!(text.contains("\"CA\"") && text.trim_end().ends_with('>'), "{name}: {text}");
    }
    assert_eq!(names(&incoming.oost()), ["geweigerd", "verwerkt"]);
    let in_between =
        where_it_fell.iter().filter(|(fell, _)| !matches!(fell, Fell::BeforeAnyCommit | Fell::AfterEverything));
    assert!(
        in_between.map(|(_, n)| n).sum::<usize>() >= rounds / 5,
        "kills fell while it was at work: {where_it_fell:?}"
    );
}

#[test]
fn asked_to_stop_in_the_middle_it_finishes_what_it_holds_and_takes_nothing_new() {
    let incoming = Incoming::new();
    const ALL: usize = 3000;
    for n in 0..ALL {
        incoming.drop_in(n);
    }
    let receiver = incoming.receiver(&[]);
    let shelf = incoming.oost().join("verwerkt");
    let deadline = Instant::now() + Duration::from_secs(120);
    while names(&shelf).is_empty() {
        assert!(Instant::now() < deadline, "nothing is taken");
        std::thread::park_timeout(Duration::from_micros(200));
    }
    let (code, said) = receiver.stopped();
    assert_eq!(code, Some(0), "{said}");
    let status = incoming.place.status();
    let taken = status["received"]["taken_in"].as_u64().unwrap();
    let acknowledged = names(&shelf).iter().filter(|name| name.ends_with(".ack.xml")).count() as u64;
    let left = names(&incoming.oost()).iter().filter(|name| name.ends_with(".xml")).count() as u64;
    println!("asked to stop after the first batch: {taken} taken in, {left} left");
    assert_eq!((taken, taken + left), (acknowledged, ALL as u64), "what it took in is acknowledged and put away");
    assert!(left > 0, "it took nothing new");
    assert!(!incoming.place.path("store/terugblik.db-wal").exists(), "the store was closed");
}

#[test]
fn a_hospitals_folder_that_is_gone_is_said_once_that_it_is_back_once_and_neither_at_a_reload_or_the_stop() {
    const GONE: &str = "this hospital's folder is not there";
    let incoming = Incoming::new();
    let folder = incoming.folder().join("merwede");
    let mut receiver = incoming.receiver(&["--log", "text"]);
    // A file for another hospital makes it look, without waiting for the scan of the minute.
    let mut hears = |n: usize, what: &str| {
        incoming.drop_in(n);
        while !receiver.says().contains(what) {}
    };
    fs::remove_dir(&folder).unwrap();
    hears(1, GONE);
    fs::create_dir(&folder).unwrap();
    hears(2, "no longer so");
    fs::remove_dir(&folder).unwrap();
    hears(3, GONE);
    // Nor is it said anew when the settings are read again and the folder's are the same.
    receiver.signal("HUP");
    while !receiver.says().contains("settings are read again") {}
    incoming.drop_in(4);
    incoming.until_put_away(4);
    // It is still gone when the receiver stops.
    let (code, said) = receiver.stopped();
    assert_eq!((code, said.matches("no longer so").count()), (Some(0), 1), "{said}");
    assert_eq!(said.lines().filter(|line| line.contains("WARN") && line.contains(GONE)).count(), 2, "{said}");
}
