//! R12: test numbers and senders in test stay out of worklists, inboxes and measures of a production store.

use domain::StoreKind;
use hl7::Rule;
use intake::TakenOutcome;
use store::HospitalStatus::{Production, Test};

use crate::support::{House, full, rules};

/// Work items, and records of which the medical manager has a figure.
fn reached(house: &House) -> (u64, u64) {
    (house.status().identifications.open, house.inbox.store().status(false).unwrap().records)
}

#[test]
fn a_test_number_in_a_production_store_is_taken_in_and_is_nobodys_work() {
    let mut house = House::of(StoreKind::Production, Production);
    let taken = house.take(full(1).as_bytes());
    assert_eq!(taken.outcome, TakenOutcome::TakenIn);
    assert!(rules(&taken).contains(&Rule::TestBsnInProduction));
    assert_eq!(reached(&house), (0, 1));
    // A number that fails the elfproef is no test number: it is work.
    let taken = house.take(full(2).replace("999900006", "999900007").as_bytes());
    assert!(!rules(&taken).contains(&Rule::TestBsnInProduction));
    assert_eq!(reached(&house), (1, 2));
}

#[test]
fn the_same_message_is_work_in_a_test_store() {
    let mut house = House::of(StoreKind::Test, Production);
    house.take(full(1).as_bytes());
    assert_eq!(reached(&house), (1, 1));
}

#[test]
fn a_sender_in_test_makes_no_work_in_a_production_store() {
    let mut house = House::of(StoreKind::Production, Test);
    house.take(full(1).replace("999900006", "999900007").as_bytes());
    assert_eq!(reached(&house), (0, 1));
}

#[test]
fn a_test_store_refuses_a_number_outside_the_test_range() {
    let mut house = House::of(StoreKind::Test, Production);
    // Passes the elfproef; nobody bears it, since a BSN has eight digits at least.
    let taken = house.take(full(1).replace("999900006", "000000012").as_bytes());
    assert_eq!(taken.outcome, TakenOutcome::Refused(Rule::RealBsnInTest));
    assert_eq!(taken.answer.code, Some("CE"));
    assert_eq!(reached(&house), (0, 0));
}
