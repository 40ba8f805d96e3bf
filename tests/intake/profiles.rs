//! A loaded profile reads from the day it is in force, without a restart; a repeat is then read again.

use domain::StoreKind;
use hl7::Rule;
use intake::{TakenOutcome, Way};
use store::{HospitalStatus::Production, HospitalStatus::Test, ProfileActor::CommandLine};

use crate::support::{House, now, rules};

pub const TEXT: &str = include_str!("../fixtures/profiles/zuiderzee.toml");
/// The dialect's message, of the hospital of these tests.
pub fn message() -> String {
    include_str!("../fixtures/profiles/zuiderzee-1-wijkt-af.xml").replace("00000103", "00000101")
}

fn loaded(house: &mut House, from_days: i64) {
    let day = now().date_naive() + chrono::TimeDelta::days(from_days);
    let store = house.inbox.store_mut();
    store.load_profile(CommandLine, ("zuiderzee-retour-1", 1), TEXT, now()).unwrap();
    assert!(store.force_profile(CommandLine, ("zuiderzee-retour-1", 1), day, now()).unwrap());
}

#[test]
fn a_profile_put_in_force_reads_the_next_message_without_a_restart() {
    let mut house = House::of(StoreKind::Test, Production);
    assert_eq!(house.take(message().as_bytes()).outcome, TakenOutcome::Refused(Rule::ProfileMissing));
    loaded(&mut house, 0);
    let taken = house.take(message().as_bytes());
    assert_eq!((taken.outcome, rules(&taken)), (TakenOutcome::TakenIn, vec![]));
    house.inbox.store_mut().roll_back_profile(CommandLine, "zuiderzee-retour-1", now()).unwrap();
    let other = message().replace("zz-1", "zz-9");
    assert_eq!(house.take(other.as_bytes()).outcome, TakenOutcome::Refused(Rule::ProfileMissing));
}

#[test]
fn a_profile_reads_from_its_day() {
    let mut house = House::of(StoreKind::Test, Production);
    loaded(&mut house, 2);
    let mut at =
        |days: i64| house.take_by(message().as_bytes(), Way::Https, &[], now() + chrono::TimeDelta::days(days)).outcome;
    assert_eq!(at(1), TakenOutcome::Refused(Rule::ProfileMissing));
    assert_eq!(at(2), TakenOutcome::TakenIn);
}

#[test]
fn what_was_taken_in_without_a_profile_is_read_again_once_there_is_one() {
    let mut house = House::of(StoreKind::Test, Test);
    let first = house.take(message().as_bytes());
    assert_eq!((first.outcome, rules(&first).contains(&Rule::ProfileUnknown)), (TakenOutcome::TakenIn, true));
    loaded(&mut house, 0);
    let again = house.take(message().as_bytes());
    assert_eq!((again.outcome, rules(&again)), (TakenOutcome::Repeated, vec![]));
    assert_eq!(house.status().records, 1);
}

/// The dialect with agreement the wrong way round.
fn swapped() -> String {
    TEXT.replace(r#""true", means = "no""#, r#""true", means = "?""#)
        .replace(r#""false", means = "yes""#, r#""false", means = "no""#)
        .replace(r#""true", means = "?""#, r#""true", means = "yes""#)
}

fn in_force(house: &mut House, name: &str, version: u32, text: &str) {
    let store = house.inbox.store_mut();
    store.load_profile(CommandLine, (name, version), text, now()).unwrap();
    assert!(store.force_profile(CommandLine, (name, version), now().date_naive(), now()).unwrap());
}

/// Takes in what the wrong profile reads, puts it right, and takes the same in again.
fn corrected(house: &mut House, correct: impl FnOnce(&mut House)) {
    let agreed = |taken: &intake::Taken| rules(taken).contains(&Rule::AgreementWithDiagnosis);
    let wrong = house.take(message().as_bytes());
    assert_eq!((wrong.outcome, agreed(&wrong)), (TakenOutcome::TakenIn, true));
    correct(house);
    let again = house.take(message().as_bytes());
    assert_eq!((again.outcome, again.answer.code, agreed(&again)), (TakenOutcome::Repeated, Some("CA"), false));
    assert_eq!((house.status().records, house.status().received.repeated), (1, 1));
    assert_eq!(house.take(message().as_bytes()).outcome, TakenOutcome::Repeated);
}

#[test]
fn a_wrong_polarity_is_put_right_by_rolling_back_and_taking_in_again() {
    let mut house = House::of(StoreKind::Test, Production);
    loaded(&mut house, 0);
    in_force(&mut house, "zuiderzee-retour-1", 2, &swapped().replace("version = 1", "version = 2"));
    corrected(&mut house, |house| {
        house.inbox.store_mut().roll_back_profile(CommandLine, "zuiderzee-retour-1", now()).unwrap();
    });
}

#[test]
fn a_wrong_polarity_is_put_right_by_a_profile_of_another_name() {
    let mut house = House::of(StoreKind::Test, Production);
    in_force(&mut house, "zuiderzee-fout", 1, &swapped().replace("zuiderzee-retour-1", "zuiderzee-fout"));
    corrected(&mut house, |house| {
        house.inbox.store_mut().roll_back_profile(CommandLine, "zuiderzee-fout", now()).unwrap();
        loaded(house, 0);
    });
}
