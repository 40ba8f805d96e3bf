//! Connections: what is written reads back, agreements hold from their day and stay, two sites of an organisation are two hospitals.

use chrono::{NaiveDate, TimeDelta};
use domain::{InstanceId, Sender, Site};
use store::{
    Agreed, ConnectionRule, Contact, Hospital, HospitalStatus, JudgedBy, Route, StatusSince, Step, StoreError,
    WorkAgreement,
};

use crate::support::*;

fn agreed(case_list: bool) -> Agreed {
    Agreed { identification: true, description: true, remarks_medical: true, remarks_communication: false, case_list }
}

fn september(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 9, day).unwrap()
}

fn from(day: u32, case_list: bool) -> WorkAgreement {
    WorkAgreement { from: september(day), agreed: agreed(case_list), delay_days: Some(14), reason: None }
}

fn connected(agreements: Vec<WorkAgreement>) -> Hospital {
    Hospital {
        certificates: vec!["sha256:00ff".into(), "sha256:aa11".into()],
        folder: Some("zh1".into()),
        contact: Some("SEH-teamleider, 099-9999999".into()),
        messages_since: Some(september(2)),
        agreements,
        ..Hospital::new(hospital(), "Ziekenhuis Eén", HospitalStatus::Test)
    }
}

fn since(status: HospitalStatus, day: u32, by_file: bool) -> StatusSince {
    StatusSince { status, from: september(day), by_file }
}

/// A hospital of which everything is known.
fn whole() -> Hospital {
    Hospital {
        site: Some(Site::Location(InstanceId { root: "2.999.7".into(), extension: Some("noord".into()) })),
        history: vec![since(HospitalStatus::Requested, 1, false), since(HospitalStatus::Test, 9, true)],
        contacts: vec![Contact { function: "FAB".into(), telephone: None, mail: Some("fab@een.example".into()) }],
        supplier: Some("Leverancier A".into()),
        supplier_rav: Some("Leverancier B".into()),
        route: Some(Route::Platform),
        steps: vec![Step { number: 3, on: Some(september(4)), function: Some("projectleider RAV".into()) }],
        judged: vec![(september(1), JudgedBy::Staff), (september(15), JudgedBy::Automatic)],
        ..connected(vec![from(1, false), from(20, true)])
    }
}

#[test]
fn a_connection_reads_back_as_it_was_written() {
    let house = House::new();
    let mut store = house.store();
    store.set_connections(&[whole()], now()).unwrap();
    assert_eq!(store.connections().unwrap(), [whole()]);
    assert_eq!(house.store().connections().unwrap(), [whole()]);
}

#[test]
fn an_agreement_holds_from_its_day_until_the_next() {
    let house = House::new();
    let mut store = house.store();
    store.set_connections(&[connected(vec![from(10, false), from(20, true)])], now()).unwrap();
    let at = |days_before: i64| store.standing(&hospital(), now() - days(days_before)).unwrap();
    assert_eq!(at(11).agreed, None, "9 September");
    assert_eq!(at(10).agreed, Some(agreed(false)), "10 September");
    assert_eq!(at(1).agreed, Some(agreed(false)), "19 September");
    assert_eq!(at(0).agreed, Some(agreed(true)), "20 September");
    // The day begins at midnight in the Netherlands, not in Greenwich: 19 September 22:30 UTC is the 20th.
    let evening = now() - TimeDelta::minutes(11 * 60 + 30);
    assert_eq!(store.standing(&hospital(), evening).unwrap().agreed, Some(agreed(true)));
}

#[test]
fn a_version_is_added_and_none_is_written_over_and_the_agreement_of_a_past_day_stays() {
    let house = House::new();
    let mut store = house.store();
    store.set_connections(&[connected(vec![from(10, false)])], now()).unwrap();
    // Today is the 20th; the same day twice: the later version counts, and the earlier one is still there.
    for (day, case_list) in [(20, true), (20, false), (25, true)] {
        store.set_connections(&[connected(vec![from(day, case_list)])], now()).unwrap();
    }
    let versions = [from(10, false), from(20, true), from(20, false), from(25, true)];
    assert_eq!(store.connections().unwrap()[0].agreements, versions);
    let at = |ahead: i64| store.standing(&hospital(), now() + days(ahead)).unwrap().agreed;
    assert_eq!([at(-1), at(0), at(5)], [Some(agreed(false)), Some(agreed(false)), Some(agreed(true))]);
    let past = store.set_connections(&[connected(vec![from(19, true)])], now());
    assert!(matches!(past, Err(StoreError::Connection(ConnectionRule::AgreementPast, _))));
    assert_eq!(store.connections().unwrap()[0].agreements, versions, "all or nothing");
}

#[test]
fn an_import_changes_the_hospitals_it_names_and_no_other_and_each_change_is_a_line_of_the_log() {
    let house = House::new();
    let mut store = house.store();
    connect(&mut store);
    let before = store.log_length().unwrap();
    let stopped =
        Hospital { status: HospitalStatus::Stopped, certificates: vec!["sha256:00".into()], ..connected(Vec::new()) };
    store.set_connections(std::slice::from_ref(&stopped), now()).unwrap();
    let all = store.connections().unwrap();
    assert_eq!((all[0].status, &all[0].certificates), (HospitalStatus::Stopped, &stopped.certificates));
    let statuses: Vec<_> = all[0].history.iter().map(|one| (one.status, one.by_file)).collect();
    assert_eq!(statuses, [(HospitalStatus::Production, true), (HospitalStatus::Stopped, true)], "kept, with how");
    assert_eq!((all[1].organisation.clone(), all[1].status), (other_hospital(), HospitalStatus::Production));
    // The file as a whole; then particulars, status and certificates.
    let lines = store.log_page(None, 10).unwrap();
    let details: Vec<_> = lines.iter().take(4).map(|line| line.entry.detail.clone().unwrap_or_default()).collect();
    assert_eq!(details, ["1/certificates", "1/status/stopped/by-file", "1/particulars", ""]);
    assert_eq!(store.log_length().unwrap(), before + 4);
}

#[test]
fn a_sender_that_is_not_listed_stands_as_without_connection_once_it_has_sent() {
    let house = House::new();
    let mut inbox = house.inbox();
    assert_eq!(inbox.store().standing(&hospital(), now()).unwrap().hospital, None);
    take(&mut inbox, message("a"));
    let all = inbox.store().connections().unwrap();
    assert_eq!((all[0].organisation.clone(), all[0].status), (hospital(), HospitalStatus::Unlisted));
    let standing = inbox.store().standing(&hospital(), now()).unwrap();
    assert!(standing.hospital.is_some() && standing.agreed.is_none());
}

fn location(name: &str) -> Site {
    Site::Location(InstanceId { root: "2.999.7".into(), extension: Some(name.into()) })
}

fn application(number: &str) -> Site {
    Site::Application(InstanceId { root: "2.16.840.1.113883.2.4.6.6".into(), extension: Some(number.into()) })
}

/// Three hospitals of one organisation: its own entry, a location, and one that is told by what sends.
fn three(store: &mut store::Store) {
    let messages_since = Some(september(2));
    let of = |site: Option<Site>, name: &str, status| Hospital {
        site,
        messages_since,
        ..Hospital::new(hospital(), name, status)
    };
    let north = Hospital {
        agreements: vec![from(1, true)],
        ..of(Some(location("noord")), "Noord", HospitalStatus::Production)
    };
    let south = of(Some(application("77")), "Zuid", HospitalStatus::Test);
    store.set_connections(&[of(None, "Geheel", HospitalStatus::Stopped), north, south], now()).unwrap();
}

#[test]
fn the_most_specific_listed_hospital_stands_for_a_message_and_what_fits_none_is_the_organisations_own() {
    let house = House::new();
    let mut store = house.store();
    three(&mut store);
    let at = |sites: &[Site]| {
        let standing = store.standing_at(&hospital(), sites, now()).unwrap();
        (standing.status, standing.agreed.is_some(), standing.sender.site)
    };
    assert_eq!(
        at(&[location("noord"), application("77")]),
        (HospitalStatus::Production, true, Some(location("noord")))
    );
    assert_eq!(at(&[location("west"), application("77")]), (HospitalStatus::Test, false, Some(application("77"))));
    assert_eq!(at(&[location("west")]), (HospitalStatus::Stopped, false, None));
    assert_eq!(at(&[]), (HospitalStatus::Stopped, false, None));
    assert_eq!(store.standing_at(&other_hospital(), &[location("noord")], now()).unwrap().hospital, None);
}

#[test]
fn two_locations_of_one_organisation_may_use_the_same_ids_and_have_records_and_counts_of_their_own() {
    let house = House::new();
    let mut inbox = house.inbox();
    three(inbox.store_mut());
    let of = |site: Option<Site>| store::Incoming { sender: Sender { organisation: hospital(), site }, ..message("a") };
    for site in [Some(location("noord")), Some(application("77")), None] {
        assert!(matches!(take(&mut inbox, of(site)), store::Outcome::TakenIn(_)));
    }
    assert!(matches!(take(&mut inbox, of(Some(location("noord")))), store::Outcome::Repeated(_)));
    let counts: Vec<_> =
        inbox.store().senders().unwrap().into_iter().map(|s| (s.name, s.taken_in, s.repeated)).collect();
    assert_eq!(counts, [("Geheel".into(), 1, 0), ("Noord".into(), 1, 1), ("Zuid".into(), 1, 0)]);
}

#[test]
fn every_status_has_a_word_that_reads_back() {
    use HospitalStatus::{NotStarted, Production, Requested, Stopped, Test, Unlisted};
    for status in [Unlisted, NotStarted, Requested, Test, Production, Stopped] {
        assert_eq!(HospitalStatus::from_name(status.name()), Some(status));
    }
    assert_eq!(HospitalStatus::from_name("productie"), None);
    assert!(Route::ALL.iter().all(|route| Route::from_name(route.name()) == Some(*route)));
    assert!(JudgedBy::ALL.iter().all(|way| JudgedBy::from_name(way.name()) == Some(*way)));
}
