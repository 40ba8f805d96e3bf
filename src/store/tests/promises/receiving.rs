//! Receiving: repeats, versions, replacements, refusals; one transaction a batch.

use domain::Purpose;
use store::{Arrived, Outcome, Refused};

use crate::support::*;

#[test]
fn a_message_delivered_twice_is_kept_once() {
    let house = House::new();
    let mut inbox = house.inbox();
    let first = message_of(take(&mut inbox, message("a")));
    assert_eq!(take(&mut inbox, message("a")), Outcome::Repeated(first));
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
    house.log_is_whole();
}

#[test]
fn the_same_twice_in_one_batch_is_kept_once() {
    let house = House::new();
    let batch = [Arrived::Message(Box::new(message("a"))), Arrived::Message(Box::new(message("a")))];
    let outcomes = house.inbox().append(&batch, now()).unwrap();
    let first = message_of(outcomes[0].unwrap());
    assert_eq!(outcomes[1], Some(Outcome::Repeated(first)));
}

#[test]
fn the_same_id_with_other_content_leaves_the_first() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, message("a"));
    let changed = store::Incoming { canonical: zeroize::Zeroizing::new(b"changed".to_vec()), ..message("a") };
    assert_eq!(take(&mut inbox, changed), Outcome::OtherContent);
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
}

#[test]
fn the_same_id_of_another_sender_is_another_message() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, message("a"));
    let other = store::Incoming { sender: other_hospital().into(), ..message("a") };
    assert!(matches!(take(&mut inbox, other), Outcome::TakenIn(_)));
    assert_eq!(house.count("SELECT count(*) FROM message"), 2);
}

fn version(extension: &str, version: u32) -> store::Incoming {
    store::Incoming { set: Some(id("set")), version, ..message(extension) }
}

#[test]
fn a_newer_version_replaces_and_an_older_one_that_comes_late_is_dropped() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, version("v2", 2));
    assert!(matches!(take(&mut inbox, version("v3", 3)), Outcome::TakenIn(_)));
    assert_eq!(take(&mut inbox, version("v1", 1)), Outcome::Superseded);
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
    assert_eq!(house.count("SELECT version FROM message"), 3);
    for table in ["figure", "waiting"] {
        assert_eq!(house.count(&format!("SELECT count(*) FROM {table}")), 1, "{table}");
    }
}

#[test]
fn an_exact_repeat_of_a_replaced_version_leaves_the_newer_one() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, version("v1", 1));
    let newer = message_of(take(&mut inbox, version("v2", 2)));
    take(&mut inbox, version("v1", 1));
    assert_eq!(house.count("SELECT version FROM message"), 2);
    assert_eq!(house.count("SELECT id FROM message"), newer.0);
}

#[test]
fn a_document_that_names_another_replaces_it() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, message("a"));
    take(&mut inbox, store::Incoming { replaces: Some(id("a")), ..message("b") });
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
}

#[test]
fn a_document_that_was_replaced_before_it_came_is_dropped() {
    let house = House::new();
    let mut inbox = house.inbox();
    let newer = message_of(take(&mut inbox, store::Incoming { replaces: Some(id("a")), ..message("b") }));
    assert_eq!(take(&mut inbox, message("a")), Outcome::Superseded);
    assert_eq!(house.count("SELECT id FROM message"), newer.0);
    assert_eq!(
        take(&mut inbox, store::Incoming { sender: other_hospital().into(), ..message("a") }),
        Outcome::TakenIn(domain::MessageId(newer.0 + 1))
    );
}

#[test]
fn what_was_read_without_a_profile_is_read_again_and_counts_as_a_repeat() {
    let house = House::new();
    let mut inbox = house.inbox();
    let bare =
        || store::Incoming { profile: None, diagnosis: None, case: None, remarks: None, figure: None, ..message("a") };
    take(&mut inbox, bare());
    assert!(matches!(take(&mut inbox, message("a")), Outcome::ReadAgain(_)));
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
    assert_eq!(house.count("SELECT count(*) FROM message WHERE profile IS NOT NULL"), 1);
    let received = house.store().status(true).unwrap().received;
    assert_eq!((received.taken_in, received.repeated), (1, 1));
    assert!(matches!(take(&mut inbox, bare()), Outcome::Repeated(_)), "and never back to what knows less");
}

fn read_with(extension: &str, version: u32, profile: &str) -> store::Incoming {
    store::Incoming { set: Some(id("set")), version, profile: Some(profile.into()), ..message(extension) }
}

#[test]
fn another_version_of_its_profile_reads_a_repeat_again_and_a_profile_of_another_name_that_was_there_too_does_not() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, read_with("v1", 1, "eigen/2"));
    for other in ["eigen/9", "eigen/1", "eigen/10"] {
        assert!(matches!(take(&mut inbox, read_with("v1", 1, other)), Outcome::ReadAgain(_)), "{other}");
        assert!(matches!(take(&mut inbox, read_with("v1", 1, other)), Outcome::Repeated(_)), "{other}");
    }
    assert!(matches!(take(&mut inbox, read_with("v1", 1, "ander/1")), Outcome::Repeated(_)));
    let without = || store::Incoming { profile: None, ..read_with("v1", 1, "") };
    assert!(matches!(take(&mut inbox, without()), Outcome::Repeated(_)), "and never back to none");
    assert_eq!(house.count("SELECT count(*) FROM message WHERE profile = 'eigen/10'"), 1);
}

#[test]
fn a_repeat_of_a_replaced_version_never_takes_the_newer_ones_place() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, read_with("v1", 1, "eigen/1"));
    let newer = message_of(take(&mut inbox, read_with("v2", 2, "eigen/1")));
    assert_eq!(take(&mut inbox, read_with("v1", 1, "eigen/2")), Outcome::Repeated(newer));
    assert_eq!(house.count("SELECT version FROM message"), 2);
}

#[test]
fn a_newer_version_never_lengthens_the_term() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, version("v1", 1));
    let term = house.count("SELECT purge_after FROM message");
    let newer = store::Incoming { handed_over: None, ..version("v2", 2) };
    inbox.append(&[Arrived::Message(Box::new(newer))], now() + days(30)).unwrap();
    assert_eq!(house.count("SELECT purge_after FROM message"), term);
}

#[test]
fn one_sender_keeps_sixty_four_paths_and_counts_the_rest_by_kind() {
    let house = House::new();
    let mut inbox = house.inbox();
    for i in 0..80 {
        let over_delivered = vec![("other", format!("entry/act{i}"), 1)];
        take(&mut inbox, store::Incoming { over_delivered, ..message(&format!("m{i}")) });
    }
    assert_eq!(house.count("SELECT count(*) FROM over_path WHERE path <> ''"), 64);
    assert_eq!(house.store().status(false).unwrap().over_delivered["other"], 80);
}

#[test]
fn with_the_clock_set_back_nothing_is_written() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, message("a"));
    let back = inbox.append(&[Arrived::Message(Box::new(message("b")))], now() - days(2));
    assert!(matches!(back, Err(store::StoreError::ClockBack { .. })));
    assert_eq!(house.count("SELECT count(*) FROM message"), 1);
    assert!(matches!(take(&mut inbox, message("b")), Outcome::TakenIn(_)));
}

#[test]
fn a_refused_message_leaves_a_count_and_an_entry_and_nothing_else() {
    let house = House::new();
    let refused = Refused {
        sender: Some(hospital()),
        sites: vec![],
        digest: [0; 32],
        size: 99,
        way: store::Way::Https,
        rule: "no-usable-ride",
        found: Vec::new(),
        structure: None,
        lacking: None,
    };
    let outcomes = house.inbox().append(&[Arrived::Refused(Box::new(refused))], now()).unwrap();
    assert_eq!(outcomes, [None]);
    assert_eq!(house.count("SELECT count(*) FROM message"), 0);
    assert_eq!(house.store().status(true).unwrap().received.refused, 1);
}

#[test]
fn a_batch_gives_every_message_an_entry_of_its_own() {
    let house = House::new();
    let batch: Vec<Arrived> = (0..500).map(|i| Arrived::Message(Box::new(message(&format!("m{i}"))))).collect();
    let before = house.store().log_length().unwrap();
    house.inbox().append(&batch, now()).unwrap();
    // And one for the manager's key of the day.
    assert_eq!(house.store().log_length().unwrap(), before + 500 + 1);
    assert_eq!(house.count("SELECT count(DISTINCT receipt) FROM message"), 500);
    house.log_is_whole();
}

#[test]
fn a_privacy_officer_verifies_the_macs_too() {
    let house = House::new();
    take(&mut house.inbox(), message("a"));
    let officer = house.officer();
    assert!(house.store().verify_log(Some(&officer), |_| true).unwrap().first_break.is_none());
}

#[test]
fn a_case_is_opened_by_the_manager() {
    let house = House::new();
    let case = message_of(take(&mut house.inbox(), message("a")));
    let manager = house.manager();
    let opened = house.archive().open::<domain::Case, _>(&manager, case, Purpose::Quality, now()).unwrap().unwrap();
    assert_eq!(opened.description.unwrap().reveal(), "kanarie-omschrijving");
}
