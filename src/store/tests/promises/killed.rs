//! Two processes, and processes that die: the log has no gap, a message is wholly there or not at all.

use std::process::Command;

use store::{Arrived, Refused};

use crate::support::*;

const CHILD: &str = "TERUGBLIK_TEST_CHILD";

/// Runs one test of this binary in a process of its own, with the folder and key of a house.
fn child(house: &House, test: &str, n: i64) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let root: String = house.root().expose().iter().map(|b| format!("{b:02x}")).collect();
    command.args(["--exact", test, "--nocapture", "--test-threads=1"]);
    command.env(CHILD, format!("{}\n{root}\n{n}", house.folder.path().display()));
    command
}

/// In the child: the store and the number it was given.
fn as_child() -> Option<(store::Inbox, i64)> {
    let given = std::env::var(CHILD).ok()?;
    let mut lines = given.lines();
    let folder = lines.next()?;
    let root = lines.next()?;
    let root: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&root[2 * i..2 * i + 2], 16).unwrap()).collect();
    let root = seal::RootSecret::from_bytes(&root).unwrap();
    let store = store::Store::open(std::path::Path::new(folder), &root, origin(), now()).unwrap();
    Some((store::Inbox::new(store, None), lines.next()?.parse().unwrap()))
}

#[test]
fn two_processes_appending_ten_thousand_entries_each_give_one_chain_without_a_gap() {
    const EACH: u64 = 10_000;
    if let Some((mut inbox, _)) = as_child() {
        for _ in 0..EACH / 50 {
            let batch: Vec<Arrived> =
                (0..50).map(|_| Arrived::Refused(Refused { sender: None, size: 1, rule: "no-usable-ride" })).collect();
            inbox.append(&batch, now()).unwrap();
        }
        return;
    }
    let house = House::new();
    let before = house.store().log_length().unwrap();
    let name = "killed::two_processes_appending_ten_thousand_entries_each_give_one_chain_without_a_gap";
    let mut children: Vec<_> = (0..2).map(|n| child(&house, name, n).spawn().unwrap()).collect();
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
    if let Some((mut inbox, point)) = as_child() {
        store::die_at(point);
        let mut one = message(&format!("at{point}"));
        one.identification = Some(identification(BSN));
        take(&mut inbox, one);
        println!("{acknowledged}");
        return;
    }
    let house = House::new();
    connect(house.inbox().store_mut());
    let name = "killed::killed_between_any_two_statements_of_an_append_the_message_is_wholly_there_or_not_at_all";
    let mut died = 0;
    for point in 1..40 {
        let before = rows(&house);
        let output = child(&house, name, point).output().unwrap();
        let after = rows(&house);
        if String::from_utf8_lossy(&output.stdout).contains(acknowledged) {
            assert_eq!(after, before.map(|n| n + 1), "acknowledged, so wholly there");
            break;
        }
        died += 1;
        assert!(!output.status.success());
        assert_eq!(after, before, "died at point {point}: nothing of it is there");
        house.log_is_whole();
    }
    assert!(died >= 8, "points passed: {died}");
    house.log_is_whole();
}

fn rows(house: &House) -> [i64; 6] {
    ["message", "figure", "identity", "work", "waiting", "audit WHERE event = 20"]
        .map(|from| house.count(&format!("SELECT count(*) FROM {from}")))
}
