//! A sender's standing decides; who may not speak for an organisation neither gets in nor is counted for it.

use chrono::TimeDelta;
use domain::StoreKind;
use hl7::Rule;
use intake::{TakenOutcome, Way};
use store::HospitalStatus::{self, NotStarted, Production, Requested, Stopped, Test};

use crate::support::{House, arrival, full, now, organisation, rules, sample};

#[test]
fn a_message_without_a_profile_is_taken_from_a_sender_in_test_or_by_hand_and_refused_in_production() {
    let strange = sample("52-onbekend-profiel.xml");
    let outcome = |status: HospitalStatus, way: Way| {
        let mut house = House::of(StoreKind::Test, status);
        house.take_by(strange.as_bytes(), way, &[], now()).outcome
    };
    for way in [Way::Https, Way::Folder] {
        assert_eq!(outcome(Production, way), TakenOutcome::Refused(Rule::ProfileMissing));
        assert_eq!(outcome(Test, way), TakenOutcome::TakenIn);
        assert_eq!(outcome(Requested, way), TakenOutcome::TakenIn);
    }
    assert_eq!(outcome(Production, Way::Hand), TakenOutcome::TakenIn);
}

#[test]
fn an_organisation_without_a_connection_gets_in_by_hand_only() {
    for status in [NotStarted, Stopped] {
        let mut house = House::of(StoreKind::Test, status);
        let refused = house.take(full(1).as_bytes());
        assert_eq!(refused.outcome, TakenOutcome::Refused(Rule::SenderNotConnected));
        assert_eq!(refused.answer.code, Some("CE"));
        assert_eq!(house.take_by(full(1).as_bytes(), Way::Hand, &[], now()).outcome, TakenOutcome::TakenIn);
    }
}

#[test]
fn a_certificate_speaks_for_its_own_organisations_and_is_counted_for_no_other() {
    let mut house = House::of(StoreKind::Test, Production);
    let other = [organisation("00000102")];
    let refused = house.take_by(full(1).as_bytes(), Way::Https, &other, now());
    assert_eq!(refused.outcome, TakenOutcome::Refused(Rule::SenderMissing));
    assert!(house.status().senders.iter().all(|s| s.refused == 0), "not counted for 00000101");
    assert_eq!(house.status().received.refused, 1);
    let own = [organisation("00000101")];
    assert_eq!(house.take_by(full(1).as_bytes(), Way::Https, &own, now()).outcome, TakenOutcome::TakenIn);
    // A message that names nobody is the only organisation's that the certificate allows.
    let nameless = full(2).replace("extension=\"00000101\"", "nullFlavor=\"UNK\"");
    assert_eq!(house.take_by(nameless.as_bytes(), Way::Https, &own, now()).outcome, TakenOutcome::TakenIn);
    assert_eq!(
        house.take_by(nameless.as_bytes(), Way::Hand, &[], now()).outcome,
        TakenOutcome::Refused(Rule::SenderMissing)
    );
}

#[test]
fn what_a_sender_writes_in_place_of_its_number_never_reaches_the_store() {
    let mut house = House::of(StoreKind::Test, Production);
    let before = house.status().senders.len();
    let text = full(1).replace("extension=\"00000101\"", "extension=\"mw. Voorbeeld 999900018\"");
    let refused = house.take_by(text.as_bytes(), Way::Hand, &[], now());
    assert_eq!(refused.outcome, TakenOutcome::Refused(Rule::SenderMissing));
    assert_eq!(house.status().senders.len(), before, "{:?}", house.status().senders);
    let odd = house.take(full(2).replace("\"12-104\"", "\"999900018\"").as_bytes());
    assert_eq!(odd.outcome, TakenOutcome::TakenIn);
    assert!(rules(&odd).contains(&Rule::VehicleUnusable));
    let raw = house.folder.path().join("store/terugblik.db");
    let connection = rusqlite::Connection::open(raw).unwrap();
    let key = house.root.sqlcipher_key();
    connection.execute_batch(&store::sqlcipher_opening(&key)).unwrap();
    let vehicle: Option<String> = connection.query_row("SELECT vehicle FROM message", [], |row| row.get(0)).unwrap();
    assert_eq!(vehicle, None);
}

#[test]
fn without_an_agreement_and_by_decree_remarks_are_dropped_and_counted() {
    let mut house = House::keeping(StoreKind::Test, Production, false);
    house.take(full(1).as_bytes());
    assert_eq!(house.status().over_delivered.get("not_agreed"), Some(&2));
    let mut house = House::of(StoreKind::Test, Production);
    house.take(full(1).as_bytes());
    assert_eq!(house.status().over_delivered.get("not_agreed"), None);
}

#[test]
fn a_repeat_comes_to_rest_and_other_content_under_the_same_id_is_refused() {
    let mut house = House::of(StoreKind::Test, Production);
    let text = sample("programma-04-akkoord.xml");
    assert_eq!(house.take(text.as_bytes()).outcome, TakenOutcome::TakenIn);
    let again = house.take(text.replace("\n", "\r\n").as_bytes());
    assert_eq!((again.outcome, again.answer.code), (TakenOutcome::Repeated, Some("CA")));
    let other = house.take(sample("41-zelfde-id-andere-inhoud.xml").as_bytes());
    assert_eq!((other.outcome, other.answer.code), (TakenOutcome::Refused(Rule::OtherContent), Some("CE")));
    assert_eq!(house.status().records, 1);
}

#[test]
fn the_same_version_under_another_id_is_a_repeat_and_with_other_content_refused_by_a_rule_of_its_own() {
    let mut house = House::of(StoreKind::Test, Production);
    let text = full(1);
    assert_eq!(house.take(text.as_bytes()).outcome, TakenOutcome::TakenIn);
    let renamed = text.replace("00000001", "00000002");
    assert_ne!(renamed, text);
    let again = house.take(renamed.as_bytes());
    assert_eq!((again.outcome, again.answer.code), (TakenOutcome::Repeated, Some("CA")));
    let other = house.take(renamed.replace("negationInd=\"true\"", "negationInd=\"false\"").as_bytes());
    assert_eq!((other.outcome, other.answer.code), (TakenOutcome::Refused(Rule::OtherVersion), Some("CE")));
    assert!(!rules(&other).contains(&Rule::OtherContent));
    assert_eq!(house.status().records, 1);
}

#[test]
fn after_ninety_days_the_same_id_counts_as_a_repeat_and_that_is_found() {
    let mut house = House::of(StoreKind::Test, Production);
    let text = sample("programma-04-akkoord.xml");
    house.take(text.as_bytes());
    let later = now() + TimeDelta::days(91);
    house.inbox.store_mut().purge(later).unwrap();
    let again = house.take_by(text.as_bytes(), Way::Https, &[], later);
    assert_eq!((again.outcome, again.answer.code), (TakenOutcome::Repeated, Some("CA")));
    assert!(rules(&again).contains(&Rule::RepeatUnproven), "{:?}", again.findings);
}

#[test]
fn a_message_past_its_term_is_refused() {
    let mut house = House::of(StoreKind::Test, Production);
    let text = full(1).replace("\"202609141005\"", "\"202509201005\"");
    assert_eq!(house.take(text.as_bytes()).outcome, TakenOutcome::Refused(Rule::TermPassed));
}

#[test]
fn one_bad_message_of_a_batch_does_not_spoil_its_neighbours() {
    let mut house = House::of(StoreKind::Test, Production);
    let texts = [full(1), "{}".to_owned(), full(2), full(1)];
    let arrivals: Vec<_> = texts.iter().map(|t| arrival(t.as_bytes(), Way::Hand, &[])).collect();
    let taken = intake::take_in_all(&mut house.inbox, &house.reader, &arrivals, now()).unwrap();
    let outcomes: Vec<_> = taken.iter().map(|t| t.outcome).collect();
    let expected = [
        TakenOutcome::TakenIn,
        TakenOutcome::Refused(Rule::NotWellFormed),
        TakenOutcome::TakenIn,
        TakenOutcome::Repeated,
    ];
    assert_eq!(outcomes, expected);
}
