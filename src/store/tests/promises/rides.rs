//! The ride register: whatever comes first, message or ride, the end is the same.

use chrono::{DateTime, Utc};
use domain::ReturnedBsn;
use store::{Inbox, Outcome};

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
            house.count("SELECT count(*) FROM message WHERE ident IS NOT NULL OR length(wraps) > 0"),
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
fn an_invalid_bsn_that_equals_the_announced_one_stays_work_in_either_order() {
    assert_eq!(both_orders("987898898", "987898898"), [(1, 1, Some(3)); 2]);
}

#[test]
fn a_bsn_without_an_announced_one_becomes_work_in_either_order() {
    assert_eq!(both_orders("", BSN), [(1, 1, Some(1)); 2]);
}

#[test]
fn an_equal_bsn_is_counted_as_sent_too_much_in_either_order() {
    for message_first in [true, false] {
        let house = House::new();
        let mut inbox = house.inbox();
        if message_first {
            take(&mut inbox, only_identification("i", BSN));
            inbox.import_rides(&[announced(BSN)], now()).unwrap();
        } else {
            inbox.import_rides(&[announced(BSN)], now()).unwrap();
            take(&mut inbox, only_identification("i", BSN));
        }
        assert_eq!(house.store().status(false).unwrap().over_delivered["equal_bsn"], 1, "{message_first}");
    }
}

#[test]
fn a_register_that_learns_of_an_announced_bsn_changes_the_reason() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, only_identification("i", BSN));
    inbox.import_rides(&[announced("")], now()).unwrap();
    assert_eq!(house.count("SELECT reason FROM work"), 1);
    inbox.import_rides(&[announced(OTHER_BSN)], now()).unwrap();
    assert_eq!(house.count("SELECT reason FROM work"), 2);
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
        let foreign = store::Incoming { sender: other_hospital().into(), ..message("a") };
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

/// A ride with this crew, a message delivered to it, and the inbox.
fn delivered(crew: &[(&str, u8)]) -> (House, Inbox) {
    let (house, mut inbox, _) = with_crew(crew);
    deliver_all(&mut inbox);
    (house, inbox)
}

/// Rows of a person's list, with whether the working diagnosis opens and remarks are his.
fn list(house: &House, staff: &str) -> Vec<(bool, bool)> {
    let session = house.professional(staff);
    let rows = house.archive().feedback_list(&session, 9, now()).unwrap();
    rows.iter().map(|row| (row.working_diagnosis.is_some(), row.remarks)).collect()
}

#[test]
fn a_corrected_line_leaves_the_crew_its_record_and_its_working_diagnosis() {
    let (house, mut inbox) = delivered(&[(NURSE, 1)]);
    let corrected = store::Ride { vehicle: Some("12-102".into()), ..ride(&[(NURSE, 1)]) };
    inbox.import_rides(&[corrected], now()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(list(&house, NURSE), [(true, true)]);
    let routing = house.count("SELECT count(*) FROM ride_due") + house.count("SELECT count(*) FROM waiting");
    assert_eq!(routing, 0, "nothing waits, so Routing holds nothing");
}

#[test]
fn a_row_of_the_list_shows_its_own_ride_also_where_that_stood_elsewhere_before() {
    let (house, mut inbox) = delivered(&[(NURSE, 1)]);
    let number = domain::RideNumber::parse("12-2026-777-1").unwrap();
    let other = store::Ride { number, vehicle: Some("12-999".into()), ..ride(&[(SECOND, 1)]) };
    inbox.import_rides(&[other], now()).unwrap();
    let stands = "SELECT count(*) FROM message m JOIN ride r ON r.id = m.ride_row AND r.number = m.ride";
    assert_eq!(house.count(stands), 1);
    let vehicle = || {
        let rows = house.archive().feedback_list(&house.professional(NURSE), 9, now()).unwrap();
        (rows[0].register.vehicle.clone(), rows[0].working_diagnosis.is_some())
    };
    for elsewhere in ["NULL", "4711", "(SELECT id FROM ride WHERE vehicle = '12-999')"] {
        house.raw().execute_batch(&format!("UPDATE message SET ride_row = {elsewhere}")).unwrap();
        assert_eq!(vehicle(), (Some("12-101".into()), true), "{elsewhere}");
    }
    house.raw().execute_batch("UPDATE ride SET number = '12/2026/1/9' WHERE vehicle = '12-101'").unwrap();
    assert_eq!(vehicle(), (None, false), "no ride of that number is left");
}

#[test]
fn who_is_taken_off_the_crew_loses_the_record_at_once_and_gets_it_back_with_the_place() {
    let (house, mut inbox) = delivered(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let id = house.archive().feedback_list(&nurse, 9, now()).unwrap()[0].message;
    inbox.import_rides(&[ride(&[(SECOND, 1)])], now()).unwrap();
    deliver_all(&mut inbox);
    assert!(list(&house, NURSE).is_empty());
    let opened = house.archive().open::<domain::Diagnosis, _>(&nurse, id, domain::Purpose::Quality, now()).unwrap();
    assert!(opened.is_none());
    assert!(house.archive().feedback_counts(&nurse).unwrap().1 == 0);
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(list(&house, NURSE), [(true, true)]);
}

#[test]
fn a_ride_whose_hospital_is_corrected_to_another_is_hidden_from_its_crew() {
    let (house, mut inbox) = delivered(&[(NURSE, 1)]);
    inbox.import_rides(&[store::Ride { hospital: Some(other_hospital()), ..ride(&[(NURSE, 1)]) }], now()).unwrap();
    deliver_all(&mut inbox);
    assert!(list(&house, NURSE).is_empty());
}

#[test]
fn a_ride_without_a_crew_keeps_its_message_for_the_crew_that_comes_later() {
    let (house, mut inbox) = delivered(&[]);
    assert_eq!(house.store().status(false).unwrap().waiting, 1);
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(list(&house, NURSE), [(true, true)]);
    assert_eq!(house.store().status(false).unwrap().waiting, 0);
}

#[test]
fn of_two_changes_of_a_column_on_one_day_both_are_kept_and_the_last_holds() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    let session = house.administrator();
    let today = now().timestamp().div_euclid(86_400);
    let right = |diagnosis, remarks, from_day, reason: &str| store::ColumnRight {
        place: 2,
        diagnosis,
        remarks,
        from_day,
        reason: reason.into(),
    };
    let set = |inbox: &mut Inbox, right: &store::ColumnRight| {
        inbox.store_mut().set_column_right(&session, right, now()).unwrap()
    };
    set(&mut inbox, &right(true, true, today, "eerst zo")).unwrap();
    set(&mut inbox, &right(true, false, today, "toch niet")).unwrap();
    set(&mut inbox, &right(false, false, today + 30, "vanaf volgende maand")).unwrap();
    let store = house.store();
    let now_in_force = store.column_rights(today).unwrap();
    assert_eq!(now_in_force.len(), 3);
    assert_eq!(now_in_force[1], right(true, false, today, "toch niet"));
    assert_eq!(store.column_rights_to_come(today).unwrap(), [right(false, false, today + 30, "vanaf volgende maand")]);
    assert_eq!(house.count("SELECT count(*) FROM crew_right WHERE place = 2"), 4, "nothing is written over");
    assert_eq!(house.count("SELECT count(*) FROM audit WHERE event = 62"), 3);
    house.activate(DRIVER);
    inbox.import_rides(&[ride(&[(DRIVER, 2)])], now()).unwrap();
    take(&mut inbox, message("a"));
    assert_eq!(list(&house, DRIVER), [(true, false)]);
    let refused = [
        (right(true, true, today - 1, "terug"), store::ColumnRightRule::Past),
        (right(false, true, today, "los"), store::ColumnRightRule::RemarksAlone),
        (right(true, true, today, " "), store::ColumnRightRule::Reason),
    ];
    for (right, rule) in refused {
        assert_eq!(set(&mut inbox, &right), Err(rule));
    }
}

#[test]
fn of_a_cancelled_ride_nothing_is_delivered_nothing_awaited_and_it_is_kept_with_its_mark() {
    for message_first in [false, true] {
        let house = House::new();
        let mut inbox = house.inbox();
        connect(inbox.store_mut());
        house.activate(NURSE);
        let cancelled = || store::Ride { cancelled: true, service: Some("Zuid".into()), ..ride(&[(NURSE, 1)]) };
        if message_first {
            take(&mut inbox, message("a"));
            inbox.import_rides(&[cancelled()], now()).unwrap();
        } else {
            inbox.import_rides(&[cancelled()], now()).unwrap();
            take(&mut inbox, message("a"));
        }
        deliver_all(&mut inbox);
        assert_eq!(list(&house, NURSE), []);
        assert!(house.store().awaited_rides(now(), 9).unwrap().is_empty());
        assert_eq!(house.store().crew_without_account(9).unwrap().0, 0, "nobody is missed");
        assert_eq!(house.count("SELECT count(*) FROM ride WHERE cancelled = 1 AND service = 'Zuid'"), 1);
        assert_eq!(inbox.import_rides(&[cancelled()], now()).unwrap().unchanged, 1);
        let again = inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
        assert_eq!(again.changed, 1);
        deliver_all(&mut inbox);
        assert_eq!(list(&house, NURSE), [(true, true)], "driven after all");
        inbox.import_rides(&[cancelled()], now()).unwrap();
        assert_eq!(list(&house, NURSE), [], "a mark that comes later hides it at once");
    }
}

#[test]
fn one_person_in_two_columns_gets_one_record_with_the_rights_of_both() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    give(&house, &mut inbox, 2, (true, false), now());
    house.activate(NURSE);
    inbox.import_rides(&[ride(&[(NURSE, 2), (NURSE, 1)])], now()).unwrap();
    take(&mut inbox, message("a"));
    assert_eq!(list(&house, NURSE), [(true, true)]);
}

#[test]
fn a_column_without_remarks_tells_nothing_of_them() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    give(&house, &mut inbox, 2, (true, false), now());
    house.activate(DRIVER);
    inbox.import_rides(&[ride(&[(DRIVER, 2)])], now()).unwrap();
    take(&mut inbox, message("a"));
    assert_eq!(list(&house, DRIVER), [(true, false)]);
}

#[test]
fn a_right_given_after_receipt_opens_nothing_received_before() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[(NURSE, 1), (DRIVER, 2)])], now()).unwrap();
    take(&mut inbox, message("a"));
    give(&house, &mut inbox, 2, (true, true), now() + days(1));
    house.activate(NURSE);
    house.activate(DRIVER);
    let later = now() + days(2);
    while inbox.deliver(later).unwrap() > 0 {}
    let rows = |staff: &str| house.archive().feedback_list(&house.professional(staff), 9, later).unwrap().len();
    assert_eq!((rows(DRIVER), rows(NURSE)), (0, 1));
}

#[test]
fn a_line_read_again_without_its_hand_over_keeps_the_earlier_term() {
    let house = House::new();
    let mut inbox = house.inbox();
    inbox.import_rides(&[store::Ride { handed_over: Some(now() - days(9)), ..ride(&[]) }], now()).unwrap();
    let term = house.count("SELECT purge_after FROM ride");
    inbox.import_rides(&[store::Ride { handed_over: None, ..ride(&[]) }], now()).unwrap();
    assert_eq!(house.count("SELECT purge_after FROM ride"), term);
}

#[test]
fn a_ride_waits_for_the_seh_until_a_bsn_comes_back() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[])], now()).unwrap();
    let awaited = |house: &House| house.store().awaited_rides(now(), 9).unwrap().len();
    assert_eq!((awaited(&house), house.store().work_counts(now()).unwrap().3), (1, 1));
    take(&mut inbox, message("a"));
    assert_eq!(awaited(&house), 1, "a diagnosis is no BSN");
    take(&mut inbox, only_identification("i", BSN));
    assert_eq!((awaited(&house), house.store().work_counts(now()).unwrap().3), (0, 0));
    inbox.import_rides(&[store::Ride { vehicle: None, ..ride(&[]) }], now()).unwrap();
    assert_eq!(awaited(&house), 0, "nor after a correction");
}

#[test]
fn a_ride_past_its_term_is_not_kept_and_takes_the_term_of_its_message_along() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, message("a"));
    let old = || store::Ride { handed_over: Some(now() - days(358)), ..ride(&[(NURSE, 1)]) };
    let done = inbox.import_rides(&[old()], now()).unwrap();
    assert_eq!((done.new, done.past_term, house.count("SELECT count(*) FROM ride")), (0, 1, 0));
    assert_eq!(house.count("SELECT count(*) FROM crew"), 0);
    assert_eq!(house.count("SELECT purge_after FROM message"), now().timestamp());
    assert_eq!(house.count("SELECT min(purge_after) FROM figure"), now().timestamp());
    let day_less = store::Ride { handed_over: Some(now() - days(357)), ..ride(&[(NURSE, 1)]) };
    assert_eq!(inbox.import_rides(&[day_less], now()).unwrap().new, 1);
}

/// A functional administrator, active from his first change on, sets what a column gives.
fn give(house: &House, inbox: &mut Inbox, place: u8, (diagnosis, remarks): (bool, bool), at: DateTime<Utc>) {
    let session = house.administrator();
    let from_day = at.timestamp().div_euclid(86_400);
    let right = store::ColumnRight { place, diagnosis, remarks, from_day, reason: "afgesproken".into() };
    inbox.store_mut().set_column_right(&session, &right, at).unwrap().unwrap();
}
