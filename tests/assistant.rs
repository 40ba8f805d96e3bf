//! The set-up assistant without its screens: what it refuses, going back, and that nothing is there before the end.

use std::path::Path;

use app::{
    WORDS_ASKED,
    assistant::{Assistant, FirstAccount, Step, open_duties},
};
use chrono::{NaiveDate, Utc};
use domain::{RoleName, StoreKind};
use store::{DutyDates, KeySource, OsGroup, Store};

use crate::support::{Place, origin};

fn account(staff: &str, roles: &[RoleName]) -> FirstAccount {
    FirstAccount { staff: staff.into(), name: format!("Naam {staff}"), roles: roles.to_vec() }
}

fn two_people() -> Vec<FirstAccount> {
    vec![account("9003", &[RoleName::FunctionalAdministrator]), account("9004", &[RoleName::PrivacyOfficer])]
}

/// Prints a sheet and types what is asked from it, with one word changed where told.
fn print_and_check(assistant: &mut Assistant, number: u8, wrong: Option<usize>) -> Option<&'static str> {
    let paper = assistant.paper(Utc::now()).unwrap();
    let (sheet, asked) = (paper.sheet(number).unwrap(), paper.words_asked(number).unwrap());
    let mut typed: [String; WORDS_ASKED] = asked.map(|word| sheet.words[word - 1].reveal().to_uppercase());
    if let Some(wrong) = wrong {
        typed[wrong] = "ambulance".into();
    }
    paper.check_words(number, [&typed[0], &typed[1], &typed[2]]).err().map(|error| error.key)
}

fn until_kit(place: &Place, kind: StoreKind) -> Assistant {
    let mut assistant = Assistant::new(place.path("store"));
    assistant.organisation("RAV Voorbeeld", 12).unwrap();
    assistant.kind(kind);
    assistant.system_accounts(false).unwrap();
    assistant.place(&place.path("store")).unwrap();
    assistant.keys(Some(&place.path("key"))).unwrap();
    assistant
}

fn nothing_is_there(folder: &Path) {
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0, "nothing was left behind");
}

#[test]
fn a_production_store_is_made_step_by_step_and_nothing_is_there_before_the_last() {
    let place = Place::empty();
    let mut assistant = until_kit(&place, StoreKind::Production);
    assert_eq!(assistant.kit(true).unwrap_err().key, "error-assistant-kit");
    assert_eq!(assistant.kit(false).unwrap_err().key, "error-assistant-kit-unchecked");
    for number in 1..=3 {
        for wrong in 0..WORDS_ASKED {
            assert_eq!(print_and_check(&mut assistant, number, Some(wrong)), Some("error-assistant-word"));
        }
        assert_eq!(assistant.kit(false).unwrap_err().key, "error-assistant-kit-unchecked");
        assert_eq!(print_and_check(&mut assistant, number, None), None);
    }
    assistant.kit(false).unwrap();
    assistant.accounts(two_people()).unwrap();
    assistant.retention(358).unwrap();
    assistant.agreement(false);
    nothing_is_there(&place.path(""));
    let duties = DutyDates { dpia: NaiveDate::from_ymd_opt(2026, 3, 1), ..DutyDates::default() };
    assistant.duties(duties);
    assert_eq!(assistant.step(), Step::Ready);
    let codes = assistant.finish(origin(), Utc::now()).unwrap();
    assert_eq!(codes.iter().map(|code| code.staff.as_str()).collect::<Vec<_>>(), ["9003", "9004"]);
    let store = place.store();
    assert_eq!(store.settings().kind, StoreKind::Production);
    assert_eq!(store.duty_dates().unwrap(), duties);
    assert_eq!(open_duties(&duties), ["duty-works-council", "duty-register"]);
    assert!(store.status(true).unwrap().recovery_kit);
}

#[test]
fn going_back_keeps_the_answers_and_stopping_leaves_nothing() {
    let place = Place::empty();
    let mut assistant = until_kit(&place, StoreKind::Test);
    let sheet = |assistant: &mut Assistant| assistant.paper(Utc::now()).unwrap().sheet(1).unwrap();
    let first: Vec<String> = sheet(&mut assistant).words.iter().map(|w| w.reveal().to_owned()).collect();
    for expected in [Step::Keys, Step::Place, Step::SystemAccounts, Step::Kind, Step::Organisation, Step::Organisation]
    {
        assistant.back();
        assert_eq!(assistant.step(), expected);
    }
    assistant.organisation("RAV Voorbeeld", 12).unwrap();
    let again = sheet(&mut assistant);
    assert!(
        again.words.iter().map(|w| w.reveal()).eq(first.iter().map(String::as_str)),
        "the printed sheets stay good"
    );
    // Another kind is another kit: what was printed says so on it.
    assistant.kind(StoreKind::Production);
    let other = sheet(&mut assistant);
    assert!(!other.test && other.kit != again.kit);
    assert_eq!(assistant.finish(origin(), Utc::now()).map(|_| ()).unwrap_err().key, "error-assistant-unfinished");
    nothing_is_there(&place.path(""));
}

#[test]
fn each_wrong_answer_has_its_sentence_and_the_question_stays_open() {
    let place = Place::empty();
    let mut assistant = Assistant::new(place.path("store"));
    assert_eq!(assistant.organisation(" ", 12).unwrap_err().key, "error-assistant-name");
    assert_eq!(assistant.organisation("RAV", 0).unwrap_err().key, "error-assistant-rav");
    assert_eq!(assistant.step(), Step::Organisation);
    let synced = place.path("OneDrive/terugblik");
    let refused = assistant.place(&synced).unwrap_err();
    assert!(refused.key == "error-store-place" && refused.values.iter().any(|(_, value)| value == "OneDrive"));
    assistant.place(&place.path("store")).unwrap();
    assert_eq!(assistant.keys(Some(&place.path("store/key"))).unwrap_err().key, "error-key-in-store");
    assert_eq!(assistant.keys(Some(&place.path("er-niet/key"))).unwrap_err().key, "error-file-absent");
    if OsGroup::named().is_none() {
        assert_eq!(assistant.system_accounts(true).unwrap_err().key, "error-group-none");
    }
    let one = account("9003", &[RoleName::FunctionalAdministrator, RoleName::PrivacyOfficer]);
    for (accounts, key) in [
        (vec![one.clone(), account("9004", &[RoleName::PrivacyOfficer])], "error-assistant-two-people"),
        (vec![account("9003", &[RoleName::FunctionalAdministrator])], "error-assistant-two-people"),
        (vec![one.clone(), one], "error-assistant-staff"),
        (vec![account("9003", &[])], "error-assistant-roles"),
    ] {
        assert_eq!(assistant.accounts(accounts).unwrap_err().key, key);
    }
    assert_eq!(assistant.retention(359).unwrap_err().key, "error-assistant-retention");
    nothing_is_there(&place.path(""));
}

#[test]
fn a_place_with_a_store_or_a_key_is_refused_by_the_assistant_too() {
    let place = Place::made();
    let mut assistant = Assistant::new(place.path("store"));
    assert_eq!(assistant.place(&place.path("store")).unwrap_err().key, "error-store-exists");
    assistant.place(&place.path("other")).unwrap();
    assert_eq!(assistant.keys(Some(&place.path("key"))).unwrap_err().key, "error-key-file-exists");
    let keys = KeySource::File { path: place.path("key"), group: false };
    assert!(Store::open_with(&place.path("store"), &keys, origin(), Utc::now()).is_ok(), "it was not touched");
}
