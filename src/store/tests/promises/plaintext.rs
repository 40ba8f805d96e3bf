//! With the key in hand, no word of a patient stands in any page: tables, free pages, write-ahead log.

use domain::{Diagnosis, Purpose};

use crate::{pages_in_clear, support::*};

const MARKS: [&str; 8] =
    ["kanarie", BSN, OTHER_BSN, "PN-4711", "230690007", "266257000", "kanarie-herseninfarct", "kanarie-medisch"];

fn assert_nothing_stands_in(house: &House, when: &str) {
    let clear = pages_in_clear::whole(&house.file(), &house.root().sqlcipher_key());
    assert!(pages_in_clear::holds(&clear, b"CREATE TABLE message"), "these are pages in clear");
    assert!(pages_in_clear::holds(&clear, RIDE.as_bytes()), "the register is found, so the search works");
    for mark in MARKS {
        assert!(!pages_in_clear::holds(&clear, mark.as_bytes()), "{mark} stands in a page {when}");
    }
}

#[test]
fn no_decrypted_page_or_log_frame_holds_a_value_of_the_sample() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    let full = |extension: &str| {
        let mut all = message(extension);
        all.identification = Some(identification(BSN));
        all
    };
    let set = |version| store::Incoming { set: Some(id("set")), version, ..full(&format!("v{version}")) };
    take(&mut inbox, set(1));
    take(&mut inbox, full("waits"));
    assert_nothing_stands_in(&house, "after receipt");
    inbox
        .import_rides(&[store::Ride { announced: store::announced_bsn(OTHER_BSN), ..ride(&[(NURSE, 1)]) }], now())
        .unwrap();
    deliver_all(&mut inbox);
    take(&mut inbox, set(2));
    assert_nothing_stands_in(&house, "after delivery and replacement");
    let nurse = house.professional(NURSE);
    for row in house.archive().feedback_list(&nurse, 9, now()).unwrap() {
        house.archive().open::<Diagnosis, _>(&nurse, row.message, Purpose::Quality, now()).unwrap().unwrap();
    }
    house.archive().open_figures(&house.manager(), now(), |_, _| true).unwrap();
    assert_nothing_stands_in(&house, "after reading");
    house.store().purge(now() + days(358)).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM message"), 0);
    let clear = pages_in_clear::whole(&house.file(), &house.root().sqlcipher_key());
    for mark in MARKS.iter().chain(&[RIDE]) {
        assert!(!pages_in_clear::holds(&clear, mark.as_bytes()), "{mark} stands in a page after the purge");
    }
}

#[test]
fn as_they_lie_on_disk_the_files_show_nothing_at_all() {
    let house = House::new();
    take(&mut house.inbox(), message("a"));
    for entry in std::fs::read_dir(house.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for mark in MARKS.iter().chain(&[RIDE, "CREATE TABLE", "SQLite format"]) {
            assert!(!pages_in_clear::holds(&bytes, mark.as_bytes()), "{mark} stands in a file");
        }
    }
}

#[test]
fn what_routing_held_stands_in_no_page_once_it_is_delivered_and_the_day_has_turned() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    take(&mut inbox, message("a"));
    let wraps: Vec<u8> = house.raw().query_row("SELECT wraps FROM awaited", [], |row| row.get(0)).unwrap();
    let routing = domain::ReaderId::ROUTING.0.to_be_bytes();
    let at = wraps.windows(8).position(|w| w == routing).unwrap();
    let wrap = wraps[at + 10..].to_vec();
    let clear = || pages_in_clear::whole(&house.file(), &house.root().sqlcipher_key());
    assert!(pages_in_clear::holds(&clear(), &wrap[..60]), "while it waits it is there");
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    deliver_all(&mut inbox);
    inbox.turn_day(now() + days(1));
    assert!(!pages_in_clear::holds(&clear(), &wrap[..60]), "delivered, and the log of writes is empty");
}
