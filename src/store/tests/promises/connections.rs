//! Connections: what is written reads back, agreements hold from their day, and an import changes what it names.

use chrono::NaiveDate;
use store::{Agreed, Hospital, HospitalStatus, WorkAgreement};

use crate::support::*;

fn agreed(case_list: bool) -> Agreed {
    Agreed { identification: true, description: true, remarks_medical: true, remarks_communication: false, case_list }
}

fn from(day: u32, case_list: bool) -> WorkAgreement {
    WorkAgreement { from: NaiveDate::from_ymd_opt(2026, 9, day).unwrap(), agreed: agreed(case_list) }
}

fn connected(agreements: Vec<WorkAgreement>) -> Hospital {
    Hospital {
        organisation: hospital(),
        name: "Ziekenhuis Eén".into(),
        status: HospitalStatus::Test,
        certificates: vec!["sha256:00ff".into(), "sha256:aa11".into()],
        folder: Some("zh1".into()),
        contact: Some("SEH-teamleider, 099-9999999".into()),
        agreements,
    }
}

#[test]
fn a_connection_reads_back_as_it_was_written() {
    let house = House::new();
    let mut store = house.store();
    let one = connected(vec![from(1, false), from(20, true)]);
    store.set_connections(std::slice::from_ref(&one), now()).unwrap();
    assert_eq!(store.connections().unwrap(), std::slice::from_ref(&one));
    assert_eq!(house.store().connections().unwrap(), [one]);
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
    let evening = now() - chrono::TimeDelta::minutes(11 * 60 + 30);
    assert_eq!(store.standing(&hospital(), evening).unwrap().agreed, Some(agreed(true)));
}

#[test]
fn an_import_changes_the_hospitals_it_names_and_no_other() {
    let house = House::new();
    let mut store = house.store();
    connect(&mut store);
    let before = store.log_length().unwrap();
    let stopped = Hospital { status: HospitalStatus::Stopped, certificates: Vec::new(), ..connected(Vec::new()) };
    store.set_connections(std::slice::from_ref(&stopped), now()).unwrap();
    let all = store.connections().unwrap();
    assert_eq!(all[0], stopped);
    assert_eq!((all[1].organisation.clone(), all[1].status), (other_hospital(), HospitalStatus::Production));
    assert_eq!(store.log_length().unwrap(), before + 1);
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

#[test]
fn every_status_has_a_word_that_reads_back() {
    use HospitalStatus::{NotStarted, Production, Requested, Stopped, Test, Unlisted};
    for status in [Unlisted, NotStarted, Requested, Test, Production, Stopped] {
        assert_eq!(HospitalStatus::from_name(status.name()), Some(status));
    }
    assert_eq!(HospitalStatus::from_name("productie"), None);
}
