//! The own trend: one's own records alone, one entry for the whole look, nothing read by it.

use access::{Authorisation, Event, Professional, Session};
use chrono::{DateTime, Utc};
use domain::{Agreement, Purpose, RideNumber};
use store::{Inbox, OwnCounted, PeerSupport, Ride, StoreError};

use crate::support::*;

const OTHER_RIDE: &str = "12-2026-1002-1";

fn other_ride(crew: &[(&str, u8)]) -> Ride {
    Ride { number: RideNumber::parse(OTHER_RIDE).unwrap(), ..ride(crew) }
}

/// The nurse on both rides, her colleague on the second; a message of each.
fn two_rides() -> (House, Inbox) {
    let (house, mut inbox, _) = with_crew(&[(NURSE, 1)]);
    inbox.import_rides(&[other_ride(&[(NURSE, 1), (SECOND, 1)])], now()).unwrap();
    let agreed = store::Incoming {
        ride: RideNumber::parse(OTHER_RIDE).unwrap(),
        diagnosis: Some(domain::DiagnosisContent {
            agreement: Agreement::Yes,
            diagnoses: vec![],
            description: None,
            gender: None,
            birth_date: None,
            incomplete: false,
        }),
        remarks: None,
        ..message("b")
    };
    take(&mut inbox, agreed);
    deliver_all(&mut inbox);
    (house, inbox)
}

fn looked(house: &House, session: &Session<Professional>, at: DateTime<Utc>) -> Vec<OwnCounted> {
    house.archive().open_own_trend(session, at, |_, _| true).unwrap()
}

/// Who looked, and how many were opened for it.
fn looks(house: &House) -> Vec<(Option<i64>, Option<u64>)> {
    let log = house.store().log_page(None, 100).unwrap();
    let of_trend = log.iter().filter(|l| l.entry.event == Event::OwnTrendShown);
    of_trend.map(|l| (l.entry.user, l.entry.count)).collect()
}

#[test]
fn a_person_counts_his_own_records_with_one_entry_and_reads_none_of_them() {
    let (house, _inbox) = two_rides();
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let own = looked(&house, &nurse, now());
    let agreements: Vec<_> = own.iter().map(|row| row.agreement).collect();
    assert_eq!(agreements, [Agreement::No, Agreement::Yes], "in order of receipt");
    assert!(own.iter().all(|row| row.working_code == 266_257_000 && row.month == 2026 * 12 + 8));
    assert!(own[0].remark_medical && !own[0].remark_communication && !own[1].remark_medical);
    assert!(own[0].ride != own[1].ride);
    assert_eq!(looked(&house, &second, now()).len(), 1, "his own ride and no other");
    assert_eq!(looks(&house), [(Some(second.account()), Some(1)), (Some(nurse.account()), Some(2))]);
    let log = house.store().log_page(None, 1).unwrap();
    let entry = &log[0].entry;
    assert_eq!((entry.purpose, entry.ride), (Purpose::OwnTrend, None), "of no ride: of all of them");
    assert!(entry.authorisation == Authorisation::CrewOfRide);
    assert_eq!(house.archive().feedback_counts(&nurse).unwrap(), (2, 2), "all are as unread as before");
    let opened = house.store().log_page(None, 100).unwrap();
    assert!(!opened.iter().any(|l| matches!(l.entry.event, Event::DiagnosisOpened | Event::RemarksOpened)));
    house.log_is_whole();
}

#[test]
fn who_has_no_records_opens_none_and_leaves_no_entry() {
    let (house, _inbox) = two_rides();
    assert!(looked(&house, &house.professional(DRIVER), now()).is_empty());
    assert!(looks(&house).is_empty());
}

#[test]
fn what_is_no_longer_his_or_past_its_term_does_not_count() {
    let (house, _inbox) = two_rides();
    let nurse = house.professional(NURSE);
    let first = house.archive().feedback_list(&nurse, 9, now()).unwrap().last().unwrap().message;
    house.archive().disown_ride(&nurse, first, now()).unwrap();
    let own = looked(&house, &nurse, now());
    assert_eq!(own.iter().map(|row| row.agreement).collect::<Vec<_>>(), [Agreement::Yes]);
    assert!(looked(&house, &nurse, now() + days(400)).is_empty(), "before any purge");
}

#[test]
fn remarks_count_for_who_may_read_them() {
    let house = House::new();
    house.third_sees_the_diagnosis();
    let (house, mut inbox, _) = of_crew(house, &[(NURSE, 1), (SECOND, 3)]);
    deliver_all(&mut inbox);
    let of = |staff| looked(&house, &house.professional(staff), now());
    assert!(of(NURSE)[0].remark_medical);
    assert!(!of(SECOND)[0].remark_medical, "the third place gives the diagnosis alone");
}

#[test]
fn stopped_it_gives_nothing_and_the_entry_stands() {
    let (house, _inbox) = two_rides();
    let nurse = house.professional(NURSE);
    let stopped = house.archive().open_own_trend(&nurse, now(), |_, _| false);
    assert!(matches!(stopped, Err(StoreError::Cancelled)));
    assert_eq!(looks(&house), [(Some(nurse.account()), Some(2))]);
}

#[test]
fn a_changed_record_is_not_counted_over() {
    let (house, _inbox) = two_rides();
    let nurse = house.professional(NURSE);
    house.raw().execute("UPDATE message SET diagnosis = randomblob(length(diagnosis)) WHERE id = 1", []).unwrap();
    let opened = house.archive().open_own_trend(&nurse, now(), |_, _| true);
    assert!(matches!(opened, Err(StoreError::Tampered)));
}

#[test]
fn the_desktop_tells_only_who_asked_for_it_and_knows_no_more_than_which_are_unread() {
    let (house, _inbox) = two_rides();
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let mut store = house.store();
    assert!(!store.desktop_notice(nurse.account()).unwrap(), "off by default");
    store.set_desktop_notice(&nurse, true, now()).unwrap();
    assert!(store.desktop_notice(nurse.account()).unwrap() && !store.desktop_notice(second.account()).unwrap());
    let unread = store.unread_of(nurse.reader()).unwrap();
    assert_eq!(unread.len(), 2);
    house.archive().open_record(&nurse, unread[0], now()).unwrap().unwrap();
    assert_eq!(store.unread_of(nurse.reader()).unwrap(), unread[1..]);
    store.set_desktop_notice(&nurse, false, now()).unwrap();
    assert!(!store.desktop_notice(nurse.account()).unwrap());
}

#[test]
fn whom_to_talk_to_is_filled_in_by_the_administrator_and_logged_without_the_name() {
    let house = House::new();
    let administrator = house.administrator();
    let mut store = house.store();
    assert!(store.peer_support().unwrap().is_empty());
    let typed = ["Opvangteam".into(), "012 345 67 89".into(), "dag en nacht".into()];
    let filled = PeerSupport::typed(&typed).unwrap();
    store.set_peer_support(&administrator, &filled, now()).unwrap();
    assert_eq!(store.peer_support().unwrap(), filled);
    store.set_peer_support(&administrator, &PeerSupport::default(), now()).unwrap();
    assert!(store.peer_support().unwrap().is_empty());
    let log = store.log_page(None, 9).unwrap();
    let details: Vec<_> =
        log.iter().filter(|l| l.entry.event == Event::PeerSupportChanged).map(|l| l.entry.detail.clone()).collect();
    assert_eq!(details, [Some("peer_support=none".into()), Some("peer_support=filled".into())]);
}
