//! Two processes, and processes that die: the log has no gap, a message is wholly there or not at all.

use std::{os::unix::process::ExitStatusExt, process::Command};

use data_encoding::HEXLOWER;
use domain::{Diagnosis, Purpose};
use seal::{ReaderPrivate, RootSecret};
use store::{Arrived, Inbox, Refused, Store};

use crate::support::*;

const CHILD: &str = "TERUGBLIK_TEST_CHILD";

/// Runs one test of this binary in a process of its own, with the folder and keys of a house, a number and a word.
pub fn child(house: &House, test: &str, n: i64, word: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let hex = |key: &[u8; 32]| HEXLOWER.encode(key);
    let (root, routing) = (hex(house.root().expose()), hex(house.routing().expose()));
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.env(CHILD, format!("{}\n{root}\n{routing}\n{n}\n{word}", house.folder.path().display()));
    command
}

/// What a child was given.
pub struct Child {
    pub store: Store,
    pub routing: ReaderPrivate,
    pub n: i64,
    pub word: String,
}

/// In the child: what it was given.
pub fn as_child() -> Option<Child> {
    let given = std::env::var(CHILD).ok()?;
    let lines: Vec<&str> = given.split('\n').collect();
    let key = |hex: &str| HEXLOWER.decode(hex.as_bytes()).unwrap();
    let root = RootSecret::from_bytes(&key(lines[1])).unwrap();
    let store = Store::open(std::path::Path::new(lines[0]), &root, origin(), now()).unwrap();
    let routing = ReaderPrivate::from_bytes(&key(lines[2])).unwrap();
    Some(Child { store, routing, n: lines[3].parse().unwrap(), word: lines[4].into() })
}

#[test]
fn two_processes_appending_ten_thousand_entries_each_give_one_chain_without_a_gap() {
    const EACH: u64 = 10_000;
    if let Some(Child { store, .. }) = as_child() {
        let mut inbox = Inbox::new(store, None);
        for _ in 0..EACH / 50 {
            let batch: Vec<Arrived> = (0..50)
                .map(|_| {
                    Arrived::Refused(Box::new(Refused {
                        sender: None,
                        sites: vec![],
                        digest: [0; 32],
                        size: 1,
                        way: store::Way::Https,
                        rule: "no-usable-ride",
                        found: Vec::new(),
                        structure: None,
                        lacking: None,
                    }))
                })
                .collect();
            inbox.append(&batch, now()).unwrap();
        }
        return;
    }
    let house = House::new();
    let before = house.store().log_length().unwrap();
    let name = "killed::two_processes_appending_ten_thousand_entries_each_give_one_chain_without_a_gap";
    let mut children: Vec<_> = (0..2).map(|n| child(&house, name, n, "").spawn().unwrap()).collect();
    for one in &mut children {
        assert!(one.wait().unwrap().success());
    }
    let store = house.store();
    assert_eq!(store.log_length().unwrap(), before + 2 * EACH);
    let verified = store.verify_log(Some(&house.officer()), |_| true).unwrap();
    assert!(verified.first_break.is_none());
}

#[test]
fn killed_between_any_two_statements_of_an_append_the_message_is_wholly_there_or_not_at_all() {
    let acknowledged = "ACKNOWLEDGED";
    if let Some(Child { store, n: point, .. }) = as_child() {
        let mut inbox = Inbox::new(store, None);
        let mut newer = store::Incoming { set: Some(id("set")), version: 2, ..message("v2") };
        newer.identification = Some(identification(BSN));
        store::die_at(point);
        take(&mut inbox, newer);
        println!("{acknowledged}");
        return;
    }
    let house = House::new();
    {
        // A first version stands, delivered to the nurse; the second replaces it.
        let mut inbox = house.inbox();
        connect(inbox.store_mut());
        house.activate(NURSE);
        inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
        take(&mut inbox, store::Incoming { set: Some(id("set")), version: 1, ..message("v1") });
        deliver_all(&mut inbox);
    }
    let name = "killed::killed_between_any_two_statements_of_an_append_the_message_is_wholly_there_or_not_at_all";
    let before = rows(&house);
    let mut died = 0;
    let whole = (1..60).any(|point| {
        let output = child(&house, name, point, "").output().unwrap();
        if String::from_utf8_lossy(&output.stdout).contains(acknowledged) {
            return true;
        }
        assert_eq!(output.status.signal(), Some(6), "died by its fault point, not otherwise");
        died += 1;
        assert_eq!(rows(&house), before, "died at point {point}: nothing of it is there");
        let opened = versions(&house);
        assert_eq!(opened, [1], "died at point {point}: the first version stays and opens");
        house.log_is_whole();
        false
    });
    assert!(whole, "past the last point it is acknowledged");
    assert!(died >= 10, "points passed: {died}");
    let after = rows(&house);
    assert_eq!(after, [before[0], before[1], before[2] + 1, before[3] + 1, before[4], before[5] + 1]);
    assert_eq!(versions(&house), [2], "acknowledged, so wholly there and open");
    house.log_is_whole();
}

#[test]
fn killed_after_the_commit_the_message_is_there_and_its_repeat_comes_to_rest() {
    let taken = "TAKEN";
    if let Some(Child { store, .. }) = as_child() {
        let mut inbox = Inbox::new(store, None);
        take(&mut inbox, message("a"));
        println!("{taken}");
        std::process::abort();
    }
    let house = House::new();
    let name = "killed::killed_after_the_commit_the_message_is_there_and_its_repeat_comes_to_rest";
    let output = child(&house, name, 0, "").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains(taken));
    assert_eq!(output.status.signal(), Some(6));
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
    assert!(matches!(take(&mut house.inbox(), message("a")), store::Outcome::Repeated(_)));
    house.log_is_whole();
}

fn rows(house: &House) -> [i64; 6] {
    ["message", "\"grant\"", "identity", "work", "figure", "audit WHERE event = 20"]
        .map(|from| house.count(&format!("SELECT count(*) FROM {from}")))
}

/// Versions of what the nurse can open.
fn versions(house: &House) -> Vec<i64> {
    let nurse = house.professional(NURSE);
    let rows = house.archive().feedback_list(&nurse, 9, now()).unwrap();
    rows.iter()
        .map(|row| {
            let opened = house.archive().open::<Diagnosis, _>(&nurse, row.message, Purpose::Quality, now()).unwrap();
            assert!(opened.is_some());
            house.count(&format!("SELECT version FROM message WHERE id = {}", row.message.0))
        })
        .collect()
}

/// Records of a day, all of one age.
fn kept(inbox: &mut Inbox, count: usize) {
    let batch: Vec<Arrived> = (0..count).map(|n| Arrived::Message(Box::new(message(&format!("m{n}"))))).collect();
    inbox.append(&batch, now()).unwrap();
}

#[test]
fn a_purge_that_is_killed_again_and_again_keeps_whole_slices_and_the_next_one_finishes_it() {
    let done = "DONE";
    let at = now() + days(358);
    if let Some(Child { mut store, n: point, .. }) = as_child() {
        store::die_at(point);
        store.purge(at).unwrap();
        println!("{done}");
        return;
    }
    let name = "killed::a_purge_that_is_killed_again_and_again_keeps_whole_slices_and_the_next_one_finishes_it";
    let house = House::new();
    kept(&mut house.inbox(), 350);
    let before = house.store().log_length().unwrap() as i64;
    // A point a record, one before a slice's commit and one after it.
    let seen = [40, 101, 102, 150, 9999].map(|point| {
        let output = child(&house, name, point, "").output().unwrap();
        let is_done = String::from_utf8_lossy(&output.stdout).contains(done);
        assert_eq!((is_done, output.status.signal()), (point == 9999, (point != 9999).then_some(6)));
        house.log_is_whole();
        let told = house.count("SELECT count(*) FROM audit") - before;
        let is_due = house.store().status(false).unwrap().purge.last_success.is_none();
        (house.count("SELECT count(*) FROM message"), told, is_due)
    });
    // Within the first slice, before its commit, after it, within the third, and to the end: of which there are two slices and the totals.
    assert_eq!(seen, [(350, 0, true), (350, 0, true), (250, 1, true), (150, 2, true), (0, 5, false)]);
    let log = house.store().log_page(None, 5).unwrap();
    let slices: u64 = log[1..].iter().filter_map(|logged| logged.entry.count).sum();
    assert_eq!(slices, 350, "whoever was killed has said what it destroyed");
}
