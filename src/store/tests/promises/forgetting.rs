//! Forgetting: what is past its term goes with its keys, what is not stays, and the log tells how many.

use access::{Authorisation, Event};
use domain::{Diagnosis, Purpose, RideNumber, WorkingDiagnosis};
use store::{Arrived, DailyPurge, Inbox, Purge, Purged, Ride, StoreError};

use crate::support::*;

fn numbered(i: usize) -> RideNumber {
    RideNumber::parse(&format!("12-2026-{}-1", 5000 + i)).unwrap()
}

fn receive(inbox: &mut Inbox, count: usize, at: chrono::DateTime<chrono::Utc>) {
    let batch: Vec<_> = (0..count)
        .map(|i| {
            let one = store::Incoming { ride: numbered(i), handed_over: None, ..message(&format!("m{i}")) };
            Arrived::Message(Box::new(one))
        })
        .collect();
    inbox.append(&batch, at).unwrap();
}

/// A record and a ride of today, and another of ten days later, both delivered.
fn two_of_different_age() -> (House, Inbox) {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    house.activate(MANAGER);
    for (i, at) in [(0, now()), (1, now() + days(10))] {
        let one = Ride { number: numbered(i), handed_over: Some(at), ..ride(&[(NURSE, 1)]) };
        inbox.import_rides(&[one], at).unwrap();
        let incoming = store::Incoming { ride: numbered(i), handed_over: Some(at), ..message(&format!("m{i}")) };
        inbox.append(&[Arrived::Message(Box::new(incoming))], at).unwrap();
        while inbox.deliver(at).unwrap() > 0 {}
    }
    (house, inbox)
}

#[test]
fn a_clock_that_was_set_back_again_and_again_costs_no_key_of_what_is_kept() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    // Each less than a day before the last, so that each is written.
    for step in 0..5 {
        let at = now() - chrono::TimeDelta::hours(23 * step);
        let one = store::Incoming { handed_over: None, ..message(&format!("m{step}")) };
        inbox.append(&[Arrived::Message(Box::new(one))], at).unwrap();
        while inbox.deliver(at).unwrap() > 0 {}
    }
    inbox.store_mut().purge(now()).unwrap();
    let nurse = house.professional(NURSE);
    let mut archive = house.archive();
    let rows = archive.feedback_list(&nurse, 9, now()).unwrap();
    assert_eq!(rows.len(), 5);
    for row in rows {
        assert!(archive.open::<Diagnosis, _>(&nurse, row.message, Purpose::Quality, now()).unwrap().is_some());
    }
}

#[test]
fn what_is_past_its_term_goes_with_grants_wraps_and_keys_and_the_rest_stays_readable() {
    let (house, mut inbox) = two_of_different_age();
    let manager = house.active_manager();
    let keys = house.count("SELECT count(*) FROM reader_key");
    let at = now() + days(360);
    let purged = inbox.store_mut().purge(at).unwrap();
    assert_eq!((purged.records, purged.rides), (1, 1));
    for table in ["message", "ride", "crew", "\"grant\"", "figure", "identity"] {
        assert_eq!(house.count(&format!("SELECT count(*) FROM {table}")), 1, "{table}");
    }
    assert!(purged.reader_keys > 0 && house.count("SELECT count(*) FROM reader_key") < keys);
    let nurse = house.professional(NURSE);
    let mut archive = house.archive();
    let rows = archive.feedback_list(&nurse, 9, at).unwrap();
    assert_eq!(rows.len(), 1);
    let id = rows[0].message;
    assert!(archive.open::<Diagnosis, _>(&nurse, id, Purpose::Quality, at).unwrap().is_some());
    assert!(archive.open::<WorkingDiagnosis, _>(&nurse, id, Purpose::Quality, at).unwrap().is_some());
    assert_eq!(archive.open_figures(&manager, at, |_, _| true).unwrap().rows.len(), 1);
    house.log_is_whole();
}

#[test]
fn a_preview_counts_what_the_purge_then_destroys_and_changes_nothing() {
    let (house, mut inbox) = two_of_different_age();
    let at = now() + days(360);
    let before = inbox.store().log_length().unwrap();
    let preview = inbox.store().purge_preview(at).unwrap();
    assert_eq!(inbox.store().log_length().unwrap(), before);
    assert_eq!(house.count("SELECT count(*) FROM message"), 2);
    let purged = inbox.store_mut().purge(at).unwrap();
    assert_eq!((preview.records, preview.rides), (purged.records, purged.rides));
    assert_eq!(preview.identifications, purged.identifications);
}

#[test]
fn more_than_one_slice_goes_in_one_run_each_with_its_entry_and_the_last_counts_them_all() {
    let house = House::new();
    let mut inbox = house.inbox();
    receive(&mut inbox, 1201, now());
    assert_eq!(house.count("SELECT count(*) FROM awaited"), 1201);
    let before = inbox.store().log_length().unwrap();
    let purged = inbox.store_mut().purge(now() + days(358)).unwrap();
    assert_eq!(purged.records, 1201);
    for table in ["message", "awaited", "waiting"] {
        assert_eq!(house.count(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    assert_eq!(inbox.store().log_length().unwrap(), before + 13 + 1);
    let log = inbox.store().log_page(None, 14).unwrap();
    let counts: Vec<u64> = log.iter().filter_map(|logged| logged.entry.count).collect();
    assert_eq!((counts[0], counts[1..].iter().sum::<u64>()), (1201, 1201), "the last has what the slices sum up to");
    assert!(counts[1..].iter().all(|count| *count <= 100), "{counts:?}");
    house.log_is_whole();
}

#[test]
fn what_is_past_its_term_is_found_among_thousands_that_are_not() {
    let house = House::new();
    let mut inbox = house.inbox();
    let early = |i: usize| (i % 2050 == 2049).then(|| now() - days(300));
    let batch: Vec<_> = (0..4100)
        .map(|i| {
            let one = store::Incoming { ride: numbered(i), handed_over: early(i), ..message(&format!("m{i}")) };
            Arrived::Message(Box::new(one))
        })
        .collect();
    inbox.append(&batch, now()).unwrap();
    assert_eq!(inbox.store_mut().purge(now() + days(57)).unwrap().records, 0);
    assert_eq!(inbox.store_mut().purge(now() + days(59)).unwrap().records, 2);
    assert_eq!(house.count("SELECT count(*) FROM message"), 4098);
}

#[test]
fn each_day_has_its_purge_however_late_the_last_one_was_the_evening_before() {
    let house = House::new();
    let mut store = house.store();
    // Half past eleven in the evening, Dutch time.
    let evening = now().date_naive().and_hms_opt(21, 30, 0).unwrap().and_utc() + days(1);
    let hours = chrono::TimeDelta::hours;
    assert!(matches!(store.purge_when_due(evening).unwrap(), DailyPurge::Done(_)));
    assert_eq!(store.purge_when_due(evening + chrono::TimeDelta::minutes(20)).unwrap(), DailyPurge::NotDue);
    assert!(matches!(store.purge_when_due(evening + hours(1)).unwrap(), DailyPurge::Done(_)));
    assert_eq!(store.purge_when_due(evening + hours(20)).unwrap(), DailyPurge::NotDue);
}

/// Goes on with a purge, so many slices; its totals, where it came to its end.
fn slices(inbox: &mut Inbox, purge: &mut Purge, most: usize) -> Option<Purged> {
    let at = now() + days(358);
    (0..most).find_map(|_| inbox.store_mut().purge_slice(purge, at).unwrap())
}

#[test]
fn between_two_slices_of_a_purge_a_message_comes_in_and_what_is_past_its_term_is_shown_to_nobody() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    let rides: Vec<Ride> =
        (0..250).map(|i| Ride { number: numbered(i), handed_over: None, ..ride(&[(NURSE, 1)]) }).collect();
    inbox.import_rides(&rides, now()).unwrap();
    receive(&mut inbox, 250, now());
    while inbox.deliver(now()).unwrap() > 0 {}
    let nurse = house.professional(NURSE);
    let at = now() + days(358);
    let mut purge = Purge::begin(at);
    assert_eq!(slices(&mut inbox, &mut purge, 1), None);
    assert_eq!(house.count("SELECT count(*) FROM message"), 150);
    assert!(house.archive().feedback_list(&nurse, 500, at).unwrap().is_empty(), "also of what is not destroyed yet");
    // By another process, and by this one.
    for (n, mut other) in [(900, None), (901, Some(house.inbox()))] {
        let one = store::Incoming { ride: numbered(n), handed_over: None, ..message(&format!("new{n}")) };
        other.as_mut().unwrap_or(&mut inbox).append(&[Arrived::Message(Box::new(one))], at).unwrap();
    }
    let done = slices(&mut inbox, &mut purge, 50).expect("it comes to its end");
    assert_eq!((done.records, done.rides), (250, 250));
    assert_eq!(house.count("SELECT count(*) FROM message"), 2, "those that came in");
    for table in ["ride", "crew", "ride_wrap", "ride_figure", "\"grant\""] {
        assert_eq!(house.count(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    house.log_is_whole();
}

#[test]
fn two_purges_at_once_destroy_everything_once_between_them() {
    let house = House::new();
    let (mut one, mut other) = (house.inbox(), house.inbox());
    receive(&mut one, 450, now());
    let at = now() + days(358);
    let (mut first, mut second) = (Purge::begin(at), Purge::begin(at));
    let mut ended = [None, None];
    for _ in 0..50 {
        ended[0] = ended[0].or_else(|| slices(&mut one, &mut first, 1));
        ended[1] = ended[1].or_else(|| slices(&mut other, &mut second, 1));
        if ended.iter().all(Option::is_some) {
            break;
        }
    }
    let records: u64 = ended.into_iter().map(|done| done.unwrap().records).sum();
    assert_eq!(records, 450);
    assert_eq!(house.count("SELECT count(*) FROM message"), 0);
    house.log_is_whole();
}

#[test]
fn a_clock_that_jumps_while_a_purge_is_under_way_destroys_nothing_more_by_it() {
    let (house, mut inbox) = two_of_different_age();
    let mut purge = Purge::begin(now() + days(360));
    let far = now() + days(2000);
    let done = (0..50).find_map(|_| inbox.store_mut().purge_slice(&mut purge, far).unwrap()).unwrap();
    assert_eq!((done.records, done.rides), (1, 1));
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
}

#[test]
fn a_purge_leaves_the_write_ahead_log_empty() {
    let house = House::new();
    let mut inbox = house.inbox();
    receive(&mut inbox, 50, now());
    inbox.store_mut().purge(now() + days(358)).unwrap();
    let log = house.folder.path().join("terugblik.db-wal");
    assert_eq!(std::fs::metadata(log).map_or(0, |m| m.len()), 0);
}

#[test]
fn a_purge_before_any_term_destroys_nothing() {
    let house = House::new();
    let mut inbox = house.inbox();
    receive(&mut inbox, 3, now());
    let purged = inbox.store_mut().purge(now() + days(89)).unwrap();
    assert_eq!(purged, store::Purged::default());
    assert_eq!(house.count("SELECT count(*) FROM message"), 3);
    assert_eq!(house.count("SELECT count(*) FROM identity WHERE fingerprint IS NOT NULL"), 3);
}

#[test]
fn fingerprints_and_bsn_hashes_go_after_ninety_days() {
    let house = House::new();
    let mut inbox = house.inbox();
    let announced = Ride { announced: store::announced_bsn(OTHER_BSN), ..ride(&[(NURSE, 1)]) };
    inbox.import_rides(&[announced], now()).unwrap();
    take(&mut inbox, only_identification("i", BSN));
    let hashes = [
        "SELECT count(*) FROM identity WHERE fingerprint IS NOT NULL",
        "SELECT count(*) FROM ride WHERE bsn_hash IS NOT NULL",
        "SELECT count(*) FROM ride WHERE secret_line IS NOT NULL",
        "SELECT count(*) FROM work WHERE bsn_hash IS NOT NULL",
    ];
    assert!(hashes.iter().all(|sql| house.count(sql) == 1));
    assert!(inbox.store_mut().purge(now() + days(90)).unwrap().hashes >= 3);
    assert!(hashes.iter().all(|sql| house.count(sql) == 0));
    assert_eq!(inbox.store_mut().purge(now() + days(90)).unwrap().hashes, 0, "once");
    let announced = Ride { announced: store::announced_bsn(OTHER_BSN), ..ride(&[(NURSE, 1)]) };
    let again = inbox.import_rides(&[announced], now() + days(90)).unwrap();
    assert_eq!(again.unchanged, 1, "the same line is still the same");
}

#[test]
fn a_message_without_an_id_is_forgotten_as_a_hash_of_its_content_after_ninety_days() {
    let house = House::new();
    let mut inbox = house.inbox();
    let nameless = || store::Incoming { id: None, ..message("a") };
    take(&mut inbox, nameless());
    assert!(matches!(take(&mut inbox, nameless()), store::Outcome::Repeated(_)));
    inbox.store_mut().purge(now() + days(90)).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM identity"), 0);
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
}

#[test]
fn a_start_purges_what_is_due_and_once_a_day_besides() {
    let house = House::new();
    let mut inbox = house.inbox();
    receive(&mut inbox, 1, now());
    let store = inbox.store_mut();
    let mut ran = |at| matches!(store.purge_when_due(at).unwrap(), DailyPurge::Done(_));
    assert!(ran(now()), "never purged before");
    assert!(!ran(now() + chrono::TimeDelta::hours(1)));
    assert!(ran(now() + days(1)));
    let last = (2..=27).map(|fortnight| now() + days(fortnight * 13)).chain([now() + days(358)]);
    let purged: Vec<DailyPurge> = last.map(|at| store.purge_when_due(at).unwrap()).collect();
    let records = |purge: &DailyPurge| matches!(purge, DailyPurge::Done(Purged { records: 1, .. }));
    assert_eq!(purged.iter().position(records), Some(26), "at its end: {purged:?}");
}

#[test]
fn a_clock_far_ahead_destroys_nothing_until_somebody_says_that_it_is_right() {
    let house = House::new();
    let mut inbox = house.inbox();
    receive(&mut inbox, 1, now());
    let store = inbox.store_mut();
    let far = now() + days(400);
    let asked = store.purge_when_asked(far);
    assert!(matches!(asked, Err(StoreError::ClockAhead { last }) if last == now()), "{asked:?}");
    assert_eq!(store.purge_when_due(far).unwrap(), DailyPurge::Withheld(now()));
    // What is written by this clock does not make it believed.
    store.set_connections(&[], far).unwrap();
    assert_eq!(store.purge_when_due(far + days(1)).unwrap(), DailyPurge::Withheld(now()));
    assert!(store.purge_when_asked(far + days(1)).is_err());
    assert_eq!(store.clock_doubted().unwrap(), Some(now()));
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
    let store = inbox.store_mut();
    assert_eq!(store.purge_by_confirmed_clock(far + days(1)).unwrap().records, 1);
    assert_eq!(store.clock_doubted().unwrap(), None);
    let log = store.log_page(None, 9).unwrap();
    let confirmed = log.iter().find(|line| line.entry.event == Event::ClockConfirmed).unwrap();
    assert_eq!(confirmed.entry.authorisation, Authorisation::CommandLine);
    assert!(log[0].number > confirmed.number && log[0].entry.event == Event::Purged);
    house.log_is_whole();
}

#[test]
fn a_clock_that_was_set_right_or_lived_by_for_a_week_is_believed_again() {
    let doubted = || {
        let house = House::new();
        let mut inbox = house.inbox();
        receive(&mut inbox, 1, now());
        assert!(matches!(inbox.store_mut().purge_when_due(now() + days(400)).unwrap(), DailyPurge::Withheld(_)));
        (house, inbox)
    };
    let (house, mut inbox) = doubted();
    assert!(matches!(inbox.store_mut().purge_when_due(now() + days(1)).unwrap(), DailyPurge::Done(_)), "set right");
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
    let (house, mut inbox) = doubted();
    let at = |day: i64| now() + days(400 + day) + chrono::TimeDelta::seconds(1);
    assert!(matches!(inbox.store_mut().purge_when_due(at(6)).unwrap(), DailyPurge::Withheld(_)));
    assert!(matches!(inbox.store_mut().purge_when_due(at(7)).unwrap(), DailyPurge::Done(_)), "a week");
    assert_eq!(house.count("SELECT count(*) FROM message"), 0);
}

#[test]
fn a_fortnight_without_an_entry_stops_no_purge_and_a_person_is_asked_after_two_days() {
    let house = House::new();
    let mut inbox = house.inbox();
    receive(&mut inbox, 1, now());
    let store = inbox.store_mut();
    assert!(store.purge_when_asked(now() + days(2) + chrono::TimeDelta::seconds(1)).is_err());
    assert!(store.purge_when_asked(now() + days(2)).is_ok());
    assert!(matches!(store.purge_when_due(now() + days(16)).unwrap(), DailyPurge::Done(_)));
}

#[test]
fn at_the_turn_of_the_year_the_logs_pseudonym_key_goes_to_the_privacy_officer_alone() {
    let house = House::new();
    let officer = house.officer();
    let mut inbox = house.inbox();
    take(&mut inbox, message("a"));
    let newest =
        |inbox: &Inbox| inbox.store().log_page(None, 9).unwrap().into_iter().find_map(|l| l.entry.ride).unwrap();
    let last_year = newest(&inbox);
    let next_year = now() + days(110);
    inbox
        .append(&[Arrived::Message(Box::new(store::Incoming { handed_over: None, ..message("b") }))], next_year)
        .unwrap();
    let this_year = newest(&inbox);
    assert_ne!(last_year, this_year, "one ride, two years, two pseudonyms");
    assert_eq!(house.count("SELECT count(*) FROM secret WHERE kind = 'pseudonym'"), 1);
    assert_eq!(house.count("SELECT number FROM secret WHERE kind = 'pseudonym'"), 2027);
    let sealed: Vec<u8> = house
        .raw()
        .query_row("SELECT wrapped FROM secret WHERE kind = 'pseudonym_past' AND number = 2026", [], |row| row.get(0))
        .unwrap();
    let key = officer.open_pseudonym_key(2026, &sealed).unwrap();
    assert_eq!(key.ride(RIDE), last_year);
}

#[test]
fn a_clock_some_hours_back_over_new_year_stops_nothing() {
    let house = House::new();
    let mut inbox = house.inbox();
    let new_year = chrono::TimeZone::with_ymd_and_hms(&chrono::Utc, 2027, 1, 1, 0, 5, 0).unwrap();
    let times = [new_year, new_year - chrono::TimeDelta::hours(1), new_year + chrono::TimeDelta::hours(1)];
    for (i, at) in times.into_iter().enumerate() {
        let one = store::Incoming { handed_over: None, ..message(&format!("m{i}")) };
        inbox.append(&[Arrived::Message(Box::new(one))], at).unwrap();
    }
    assert_eq!(house.count("SELECT count(*) FROM secret WHERE kind LIKE 'pseudonym%'"), 2);
    house.log_is_whole();
}
