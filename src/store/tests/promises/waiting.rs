//! What waits for its crew, and who may deliver it.

use domain::{Diagnosis, Purpose, ReaderId};

use crate::support::*;

#[test]
fn a_message_waits_for_an_account_and_is_delivered_at_its_first_sign_in() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    let id = message_of(take(&mut inbox, message("a")));
    deliver_all(&mut inbox);
    assert_eq!(house.store().status(false).unwrap().waiting, 1);
    house.activate(NURSE);
    deliver_all(&mut inbox);
    assert_eq!(house.store().status(false).unwrap().waiting, 0);
    let nurse = house.professional(NURSE);
    assert!(house.archive().open::<Diagnosis, _>(&nurse, id, Purpose::Quality, now()).unwrap().is_some());
}

#[test]
fn routing_keeps_its_wrap_while_one_of_the_crew_waits_and_loses_it_with_the_last() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    inbox.import_rides(&[ride(&[(NURSE, 1), (SECOND, 1)])], now()).unwrap();
    take(&mut inbox, message("a"));
    assert_eq!((grants(&house), routing_holds(&house, "awaited", "wraps")), (1, true));
    assert!(!routing_holds(&house, "message", "wraps"), "apart from the record");
    house.activate(SECOND);
    deliver_all(&mut inbox);
    assert_eq!((grants(&house), routing_holds(&house, "awaited", "wraps")), (2, false));
    assert!(!routing_holds(&house, "ride_wrap", "wraps"));
}

#[test]
fn a_rides_row_is_no_longer_when_its_crew_has_been_served() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[(NURSE, 1), (SECOND, 1)])], now()).unwrap();
    let row = || {
        let of =
            |sql| house.raw().query_row(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))).unwrap();
        of("SELECT length(wraps), length(wraps) + length(room) FROM ride_wrap")
    };
    let imported = row();
    house.activate(NURSE);
    take(&mut inbox, message("a"));
    let one = row();
    assert!(one.0 > imported.0 && one.1 == imported.1, "{imported:?} {one:?}");
    house.activate(SECOND);
    deliver_all(&mut inbox);
    // Routing's wrap has gone, the second's has come.
    assert_eq!(row(), one);
}

#[test]
fn what_was_delivered_late_is_hidden_shown_and_taken_away_like_what_came_at_once() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    take(&mut inbox, message("a"));
    house.activate(NURSE);
    deliver_all(&mut inbox);
    let nurse = house.professional(NURSE);
    let listed = || house.archive().feedback_list(&nurse, 9, now()).unwrap().len();
    assert_eq!(listed(), 1);
    inbox.import_rides(&[ride(&[(SECOND, 1)])], now()).unwrap();
    assert_eq!(listed(), 0, "no longer of the crew");
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    assert_eq!(listed(), 1, "of the crew again");
    assert_eq!(house.store().close_account(&house.administrator(), nurse.account(), now()).unwrap(), 1);
    let wraps: Vec<u8> =
        house.raw().query_row("SELECT CAST(wraps || holders AS BLOB) FROM awaited", [], |row| row.get(0)).unwrap();
    assert!(!wraps.windows(8).any(|at| at == nurse.reader().0.to_be_bytes()));
}

#[test]
fn what_is_delivered_on_receipt_is_never_wrapped_for_routing() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    take(&mut inbox, message("a"));
    assert_eq!(house.count("SELECT count(*) FROM awaited"), 0);
    assert!(!routing_holds(&house, "message", "wraps"));
    assert!(!routing_holds(&house, "ride_wrap", "wraps"));
}

#[test]
fn a_window_without_routings_key_takes_in_and_the_receiver_delivers() {
    let house = House::new();
    let mut window = house.inbox_without_routing();
    connect(window.store_mut());
    house.activate(NURSE);
    window.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    take(&mut window, message("a"));
    assert_eq!(window.deliver(now()).unwrap(), 0);
    deliver_all(&mut house.inbox());
    let nurse = house.professional(NURSE);
    let rows = house.archive().feedback_list(&nurse, 9, now()).unwrap();
    assert!(rows[0].working_diagnosis.is_some());
}

#[test]
fn a_sender_in_test_reaches_nobody() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    let mut one = store::Incoming { sender_in_test: true, ..message("a") };
    one.identification = Some(identification(BSN));
    take(&mut inbox, one);
    deliver_all(&mut inbox);
    assert_eq!((grants(&house), house.count("SELECT count(*) FROM work")), (0, 0));
    assert_eq!(house.count("SELECT count(*) FROM figure"), 0);
}

fn grants(house: &House) -> i64 {
    house.count("SELECT count(*) FROM \"grant\"")
}

fn routing_holds(house: &House, table: &str, column: &str) -> bool {
    let wraps: Vec<u8> = house.raw().query_row(&format!("SELECT {column} FROM {table}"), [], |row| row.get(0)).unwrap();
    let mut rest = wraps.as_slice();
    while let Some((head, tail)) = rest.split_at_checked(10) {
        if i64::from_be_bytes(head[..8].try_into().unwrap()) == ReaderId::ROUTING.0 {
            return true;
        }
        rest = &tail[usize::from(u16::from_be_bytes([head[8], head[9]]))..];
    }
    false
}
