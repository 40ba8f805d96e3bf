//! The clerk's worklist: one clerk an item, a trace of every act, and a BSN that is gone fourteen days after closing.

use chrono::TimeDelta;
use domain::{Identification, MessageId, Purpose};
use store::{Inbox, Store, StoreError, WorkReason, WorkState};

use crate::support::*;

fn minutes(n: i64) -> TimeDelta {
    TimeDelta::minutes(n)
}

/// A house with one item: its number and its record.
fn one_item() -> (House, Inbox, i64, MessageId) {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    let message = message_of(take(&mut inbox, only_identification("i", BSN)));
    let item = inbox.store().work_list(WorkState::Open, now(), 9).unwrap()[0].item;
    (house, inbox, item, message)
}

#[test]
fn a_claim_keeps_another_clerk_away_for_half_an_hour() {
    let (house, mut inbox, item, _) = one_item();
    let (first, second) = (house.clerk(), house.clerk_of(SECOND_CLERK));
    let store = inbox.store_mut();
    store.claim(&first, item, now()).unwrap();
    assert!(matches!(store.claim(&second, item, now() + minutes(29)), Err(StoreError::NotYours)));
    assert_eq!(store.work_item(item, now() + minutes(29)).unwrap().unwrap().claimed.unwrap().0, first.account());
    store.claim(&second, item, now() + minutes(30)).unwrap();
    let row = store.work_item(item, now() + minutes(30)).unwrap().unwrap();
    assert_eq!(row.claimed.unwrap().1, format!("Naam {SECOND_CLERK}"));
    assert!(matches!(store.close_item(&first, item, 1, now() + minutes(31)), Err(StoreError::NotYours)));
    assert!(matches!(store.investigate(&first, item, now() + minutes(31)), Err(StoreError::NotYours)));
}

#[test]
fn an_item_nobody_holds_is_neither_closed_nor_investigated() {
    let (house, mut inbox, item, _) = one_item();
    let clerk = house.clerk();
    let before = inbox.store().log_length().unwrap();
    assert!(matches!(inbox.store_mut().close_item(&clerk, item, 1, now()), Err(StoreError::NotYours)));
    assert!(matches!(inbox.store_mut().investigate(&clerk, item, now()), Err(StoreError::NotYours)));
    assert!(matches!(inbox.store_mut().claim(&clerk, item + 1, now()), Err(StoreError::NotYours)));
    assert_eq!(inbox.store().log_length().unwrap(), before);
    assert_eq!(inbox.store().work_counts(now()).unwrap(), (1, 0, 0, 0));
}

#[test]
fn an_item_goes_from_open_by_investigation_to_closed_and_each_step_names_clerk_and_ride() {
    let (house, mut inbox, item, _) = one_item();
    let clerk = house.clerk();
    let store = inbox.store_mut();
    let before = store.log_length().unwrap();
    store.claim(&clerk, item, now()).unwrap();
    store.investigate(&clerk, item, now()).unwrap();
    assert_eq!(store.work_counts(now()).unwrap(), (0, 1, 0, 0));
    assert!(matches!(store.investigate(&clerk, item, now()), Err(StoreError::NotYours)));
    store.close_item(&clerk, item, 2, now()).unwrap();
    assert_eq!(store.work_counts(now()).unwrap(), (0, 0, 1, 0));
    assert!(matches!(store.close_item(&clerk, item, 2, now()), Err(StoreError::NotYours)));
    assert!(matches!(store.claim(&clerk, item, now()), Err(StoreError::NotYours)));
    let page = store.log_page(None, 3).unwrap();
    assert_eq!(store.log_length().unwrap(), before + 3);
    let rides: Vec<_> = page.iter().map(|l| l.entry.ride.unwrap()).collect();
    assert!(page.iter().all(|l| l.entry.user == Some(clerk.account())));
    assert!(rides.iter().all(|r| *r == rides[0]));
    house.log_is_whole();
}

#[test]
fn a_closed_item_keeps_its_bsn_for_fourteen_days_and_loses_it_at_the_purge_after() {
    let (house, mut inbox, item, message) = one_item();
    let clerk = house.clerk();
    inbox.store_mut().claim(&clerk, item, now()).unwrap();
    inbox.store_mut().close_item(&clerk, item, 1, now()).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM work WHERE bsn_hash IS NOT NULL"), 1, "it stays as long as the BSN");
    let (day_13, day_14) = (now() + days(14) - minutes(1), now() + days(14));
    assert_eq!(inbox.store_mut().purge(day_13).unwrap().identifications, 0);
    let mut archive = house.archive();
    let open = |archive: &mut store::Archive, at| {
        archive.open::<Identification, _>(&clerk, message, Purpose::CompleteRide, at).unwrap().is_some()
    };
    assert!(open(&mut archive, day_13));
    assert_eq!(inbox.store_mut().purge(day_14).unwrap().identifications, 1);
    assert!(!open(&mut archive, day_14));
    assert_eq!(house.count("SELECT count(*) FROM message WHERE ident IS NOT NULL OR length(wraps) > 0"), 0);
    let closed = &inbox.store().work_list(WorkState::Closed, day_14, 9).unwrap()[0];
    assert_eq!((closed.item, closed.destroy_after), (item, None));
    assert_eq!(inbox.store_mut().purge(day_14).unwrap().identifications, 0, "once");
}

#[test]
fn the_oldest_item_stands_first_and_those_of_unknown_rides_last() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    let unknown = store::Incoming {
        ride: domain::RideNumber::parse("12-2026-9999-1").unwrap(),
        ..only_identification("unknown", BSN)
    };
    let append = |inbox: &mut Inbox, one: store::Incoming, at| {
        inbox.append(&[store::Arrived::Message(Box::new(one))], at).unwrap();
    };
    append(&mut inbox, unknown, now());
    append(&mut inbox, only_identification("first", BSN), now() + minutes(1));
    append(&mut inbox, only_identification("second", "999900003"), now() + minutes(2));
    let rows = inbox.store().work_list(WorkState::Open, now() + minutes(3), 9).unwrap();
    let reasons: Vec<_> = rows.iter().map(|r| r.reason).collect();
    assert_eq!(reasons, [WorkReason::NotAnnounced, WorkReason::Invalid, WorkReason::RideUnknown]);
    assert_eq!(rows[0].received, now() + minutes(1));
    assert_eq!(rows[0].hospital, "Ziekenhuis Eén");
    assert!(rows[0].register.is_some() && rows[2].register.is_none());
    assert_eq!(inbox.store().work_counts(now()).unwrap().0, 2, "an unknown ride is not yet to do");
}

#[test]
fn an_item_past_the_term_of_its_record_is_not_listed() {
    let (_house, inbox, item, _) = one_item();
    let past = now() + days(358);
    assert!(inbox.store().work_list(WorkState::Open, past, 9).unwrap().is_empty());
    assert!(inbox.store().work_item(item, past).unwrap().is_none());
}

#[test]
fn a_ride_waits_for_the_seh_until_a_bsn_is_returned() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    let other = |number: &str| domain::RideNumber::parse(number).unwrap();
    let not_sent = store::Ride { number: other("12-2026-1002-1"), sent_8_to_10: false, ..ride(&[]) };
    let announced = store::Ride { number: other("12-2026-1003-1"), announced: store::announced_bsn(BSN), ..ride(&[]) };
    let under_way = store::Ride { number: other("12-2026-1004-1"), handed_over: None, ..ride(&[]) };
    inbox.import_rides(&[ride(&[(NURSE, 1)]), not_sent, announced, under_way], now()).unwrap();
    let awaited = inbox.store().awaited_rides(now(), 9).unwrap();
    assert_eq!(awaited.len(), 1);
    assert_eq!((awaited[0].ride.as_str(), awaited[0].hospital.as_str()), (RIDE, "Ziekenhuis Eén"));
    take(&mut inbox, message("without-bsn"));
    assert_eq!(inbox.store().work_counts(now()).unwrap().3, 1, "feedback without a BSN is no answer");
    take(&mut inbox, only_identification("i", BSN));
    assert!(inbox.store().awaited_rides(now(), 9).unwrap().is_empty());
    assert_eq!(inbox.store().work_counts(now()).unwrap().3, 0);
}

#[test]
fn a_ride_that_waits_tells_its_hospital_s_number_that_it_was_rung_and_that_it_has_no_bsn_either() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    let other = store::Ride {
        number: domain::RideNumber::parse("12-2026-1002-1").unwrap(),
        hospital: Some(other_hospital()),
        handed_over: Some(now() - days(3)),
        ..ride(&[])
    };
    inbox.import_rides(&[other, ride(&[])], now()).unwrap();
    let raw = house.raw();
    raw.execute("INSERT INTO hospital_contact SELECT n, 0, 'SEH', '0123450310', NULL FROM hospital WHERE name = 'Ziekenhuis Twee'", [])
        .unwrap();
    let of = |inbox: &Inbox| inbox.store().awaited_rides(now(), 9).unwrap();
    let both = of(&inbox);
    let hospitals: Vec<_> = both.iter().map(|ride| (ride.hospital.as_str(), ride.telephone.as_deref())).collect();
    assert_eq!(hospitals, [("Ziekenhuis Eén", None), ("Ziekenhuis Twee", Some("0123450310"))], "by hospital");
    let clerk = house.clerk();
    inbox.store_mut().note_asked(&clerk, both[0].id, store::Asked::Called, now()).unwrap();
    inbox.store_mut().note_asked(&clerk, both[0].id, store::Asked::HasNone, now() + days(1)).unwrap();
    let first = &of(&inbox)[0];
    assert_eq!((first.called, first.none), (Some(now()), Some((now() + days(1), false))));
    assert_eq!((both[1].called, both[1].none), (None, None));
    take(&mut inbox, only_identification("i", BSN));
    let gone = inbox.store_mut().note_asked(&clerk, both[0].id, store::Asked::Called, now());
    assert!(matches!(gone, Err(StoreError::NotYours)), "it waits no more");
    house.log_is_whole();
}

#[test]
fn a_message_that_says_that_there_is_no_bsn_is_noted_in_either_order_if_its_sender_is_the_ride_s_hospital() {
    for (sender, noted) in [(hospital(), true), (other_hospital(), false)] {
        for message_first in [true, false] {
            let house = House::new();
            let mut inbox = house.inbox();
            connect(inbox.store_mut());
            let says = store::Incoming { says_no_bsn: true, sender: sender.clone().into(), ..message("none") };
            let mut says = Some(says);
            if message_first {
                take(&mut inbox, says.take().unwrap());
            }
            inbox.import_rides(&[ride(&[])], now()).unwrap();
            if let Some(says) = says {
                take(&mut inbox, says);
            }
            let awaited = inbox.store().awaited_rides(now(), 9).unwrap();
            assert_eq!(awaited[0].none, noted.then_some((now(), true)), "message first: {message_first}");
        }
    }
}

#[test]
fn a_note_is_the_administrations_alone_of_who_has_the_item_and_goes_with_the_bsn() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[])], now()).unwrap();
    let message = message_of(take(&mut inbox, only_identification("a", BSN)));
    let (clerk, second) = (house.clerk(), house.clerk_of(SECOND_CLERK));
    let mut store = house.store();
    let noted = |store: &Store, clerk| store.note(clerk, message.0).unwrap().map(|note| note.reveal().to_owned());
    assert!(matches!(store.set_note(&clerk, message.0, "kanarie", now()), Err(StoreError::NotYours)), "not taken up");
    store.claim(&clerk, message.0, now()).unwrap();
    store.set_note(&clerk, message.0, "kanarie-notitie", now()).unwrap();
    assert!(matches!(store.set_note(&second, message.0, "x", now()), Err(StoreError::NotYours)), "another has it");
    assert_eq!(noted(&store, &second).as_deref(), Some("kanarie-notitie"), "whoever has it next");
    let long = "n".repeat(store::NOTE_CHARACTERS_MAX + 5);
    store.set_note(&clerk, message.0, &long, now()).unwrap();
    assert_eq!(noted(&store, &clerk).unwrap().len(), store::NOTE_CHARACTERS_MAX);
    store.set_note(&clerk, message.0, "", now()).unwrap();
    assert_eq!(noted(&store, &clerk), None);
    store.set_note(&clerk, message.0, "kanarie-notitie", now()).unwrap();
    let log = store.log_page(None, 9).unwrap();
    let entry = &log.iter().find(|line| line.entry.event == access::Event::ItemNoted).unwrap().entry;
    assert_eq!((entry.user, entry.detail.as_deref()), (Some(clerk.account()), None), "without its words");
    store.close_item(&clerk, message.0, 1, now()).unwrap();
    store.purge(now() + days(store::DESTROY_AFTER_DAYS)).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM work_note"), 0);
    house.log_is_whole();
}
