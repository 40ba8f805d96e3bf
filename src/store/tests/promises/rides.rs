//! The ride register: whatever comes first, message or ride, the end is the same.

use domain::ReturnedBsn;
use store::Outcome;

use crate::support::*;

#[test]
fn message_before_ride_and_ride_before_message_end_the_same() {
    let end = |message_first: bool| {
        let house = House::new();
        let mut inbox = house.inbox();
        connect(inbox.store_mut());
        house.activate(NURSE);
        if message_first {
            take(&mut inbox, message("a"));
            inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
        } else {
            inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
            take(&mut inbox, message("a"));
        }
        deliver_all(&mut inbox);
        let nurse = house.professional(NURSE);
        let rows = house.archive().feedback_list(&nurse, 9, now()).unwrap();
        let working = rows[0].working_diagnosis.is_some();
        let status = house.store().status(true).unwrap();
        (
            rows.len(),
            working,
            rows[0].purge_after,
            status.linked,
            status.waiting,
            house.count("SELECT flags FROM message"),
        )
    };
    assert_eq!(end(true), end(false));
}

fn announced(bsn: &str) -> store::Ride {
    store::Ride { announced: store::announced_bsn(bsn), ..ride(&[(NURSE, 1)]) }
}

/// Items in the worklist and stored identification parts, in both orders.
fn both_orders(announced_bsn: &str, returned: &str) -> [(i64, i64, Option<i64>); 2] {
    [true, false].map(|message_first| {
        let house = House::new();
        let mut inbox = house.inbox();
        connect(inbox.store_mut());
        if message_first {
            take(&mut inbox, only_identification("i", returned));
            inbox.import_rides(&[announced(announced_bsn)], now()).unwrap();
        } else {
            inbox.import_rides(&[announced(announced_bsn)], now()).unwrap();
            take(&mut inbox, only_identification("i", returned));
        }
        let reason = house.raw().query_row("SELECT reason FROM work", [], |row| row.get(0)).ok();
        (
            house.count("SELECT count(*) FROM work"),
            house.count("SELECT count(*) FROM message WHERE ident IS NOT NULL OR length(role_wraps) > 0"),
            reason,
        )
    })
}

#[test]
fn an_equal_bsn_is_destroyed_in_either_order() {
    assert_eq!(both_orders(BSN, BSN), [(0, 0, None); 2]);
}

#[test]
fn a_bsn_that_differs_becomes_work_in_either_order() {
    assert_eq!(both_orders(OTHER_BSN, BSN), [(1, 1, Some(2)); 2]);
}

#[test]
fn two_different_bsns_stay_work_of_their_own() {
    let house = House::new();
    let mut inbox = house.inbox();
    inbox.import_rides(&[announced(BSN)], now()).unwrap();
    let mut two = only_identification("i", BSN);
    two.identification.as_mut().unwrap().other_bsns.push(ReturnedBsn::read(OTHER_BSN));
    take(&mut inbox, two);
    assert_eq!(house.count("SELECT reason FROM work"), 4);
}

#[test]
fn the_same_register_read_again_changes_nothing() {
    let house = House::new();
    let mut inbox = house.inbox();
    let first = inbox.import_rides(&[announced(BSN)], now()).unwrap();
    let again = inbox.import_rides(&[announced(BSN)], now() + days(1)).unwrap();
    assert_eq!((first.new, again.new, again.changed, again.unchanged), (1, 0, 0, 1));
}

#[test]
fn an_earlier_hand_over_lowers_the_term_and_a_later_one_never_raises_it() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, message("a"));
    let before = house.count("SELECT purge_after FROM message");
    let later = store::Ride { handed_over: Some(now()), ..ride(&[(NURSE, 1)]) };
    inbox.import_rides(&[later], now()).unwrap();
    assert_eq!(house.count("SELECT purge_after FROM message"), before);
    let earlier = store::Ride { handed_over: Some(now() - days(9)), ..ride(&[(NURSE, 1)]) };
    inbox.import_rides(&[earlier], now()).unwrap();
    assert_eq!(house.count("SELECT purge_after FROM message"), (now() - days(9) + days(358)).timestamp());
}

#[test]
fn a_sender_that_is_not_the_rides_hospital_is_taken_in_and_not_delivered() {
    for message_first in [true, false] {
        let house = House::new();
        let mut inbox = house.inbox();
        connect(inbox.store_mut());
        house.activate(NURSE);
        let foreign = store::Incoming { sender: other_hospital(), ..message("a") };
        if !message_first {
            inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
        }
        assert!(matches!(take(&mut inbox, foreign), Outcome::TakenIn(_)));
        if message_first {
            inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
        }
        deliver_all(&mut inbox);
        assert_eq!(house.count("SELECT count(*) FROM \"grant\""), 0);
        assert!(house.archive().open_figures(&house.manager(), now(), |_, _| true).unwrap().rows.is_empty());
        let register_corrected = store::Ride { hospital: Some(other_hospital()), ..ride(&[(NURSE, 1)]) };
        inbox.import_rides(&[register_corrected], now()).unwrap();
        deliver_all(&mut inbox);
        assert_eq!(house.count("SELECT count(*) FROM \"grant\""), 1);
    }
}
