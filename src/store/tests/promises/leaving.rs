//! Leaving staff, renewing a code, starting anew: keys are destroyed, what only they could read is gone, and it takes two.

use access::{ActivationCode, SignInError};
use domain::{Diagnosis, MessageId, Purpose, RoleName};
use store::StoreError;

use crate::support::*;

/// The nurse and her driver have one record each to themselves, and one together.
fn delivered() -> (House, store::Inbox, MessageId) {
    let house = House::new();
    house.raw().execute("UPDATE crew_right SET diagnosis = 1 WHERE place = 2", []).unwrap();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    for staff in [NURSE, SECOND] {
        house.activate(staff);
    }
    inbox.import_rides(&[ride(&[(NURSE, 1), (SECOND, 2)])], now()).unwrap();
    let shared = message_of(take(&mut inbox, message("shared")));
    inbox.import_rides(&[store::Ride { number: other(), ..ride(&[(NURSE, 1)]) }], now()).unwrap();
    take(&mut inbox, store::Incoming { ride: other(), ..message("own") });
    deliver_all(&mut inbox);
    (house, inbox, shared)
}

fn other() -> domain::RideNumber {
    domain::RideNumber::parse("12-2026-1002-1").unwrap()
}

fn opens(house: &House, staff: &str, message: MessageId) -> Result<bool, StoreError> {
    let session = house.professional(staff);
    house.archive().open::<Diagnosis, _>(&session, message, Purpose::Quality, now()).map(|content| content.is_some())
}

fn entries(house: &House, event: u16) -> i64 {
    house.count(&format!("SELECT count(*) FROM audit WHERE event = {event}"))
}

#[test]
fn a_closed_account_leaves_no_key_and_no_wrap_and_says_before_what_is_gone() {
    let (house, mut inbox, shared) = delivered();
    let administrator = house.administrator();
    let nurse = house.professional(NURSE);
    let (number, reader) = (nurse.account(), nurse.reader().0);
    assert_eq!(house.store().read_by_nobody_else(number).unwrap(), 1);
    assert_eq!(house.store().close_account(&administrator, number, now()).unwrap(), 1);
    let left = house.count(&format!(
        "SELECT count(*) FROM account WHERE n = {number} AND coalesce(public, private_sealed, second_factor, personal_sheet,
           activation, confirmation) IS NOT NULL"
    ));
    assert_eq!(left, 0);
    for from in ["\"grant\" WHERE reader", "reader_key WHERE reader", "role_member WHERE 1000 + account"] {
        assert_eq!(house.count(&format!("SELECT count(*) FROM {from} = {reader}")), 0, "{from}");
    }
    let own: Vec<u8> = reader.to_be_bytes().to_vec();
    let wraps = |table: &str| -> Vec<Vec<u8>> {
        let raw = house.raw();
        let mut statement = raw.prepare(&format!("SELECT wraps FROM {table}")).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for table in ["message", "awaited", "ride_wrap"] {
        assert!(wraps(table).iter().all(|wraps| !wraps.windows(8).any(|w| w == own)), "{table}");
    }
    let kept = house.archive().open::<Diagnosis, _>(&nurse, shared, Purpose::Quality, now());
    assert!(!matches!(kept, Ok(Some(_))), "a session that is still there opens nothing");
    assert!(opens(&house, SECOND, shared).unwrap(), "the other one keeps what was his too");
    assert_eq!(house.try_sign_in(NURSE, RoleName::Professional).err(), Some(SignInError::Wrong));
    // What comes now does not wait for who left.
    take(&mut inbox, store::Incoming { ride: other(), ..message("later") });
    deliver_all(&mut inbox);
    assert_eq!(inbox.store().status(false).unwrap().waiting, 0);
    assert_eq!(entries(&house, 93), 1);
    house.log_is_whole();
}

#[test]
fn the_staff_number_of_a_closed_account_stays_taken() {
    let (house, ..) = delivered();
    let administrator = house.administrator();
    house.store().close_account(&administrator, house.number(NURSE), now()).unwrap();
    let keys = access::renew_activation(NURSE).unwrap();
    let made = store::AccountMade { name: "Een ander".into(), roles: vec![RoleName::Professional], keys };
    assert!(house.store().add_accounts(&administrator, &[made], now()).is_err());
    assert!(house.store().accounts_ever().unwrap().iter().any(|row| row.staff == NURSE && row.closed.is_some()));
    assert!(house.store().accounts().unwrap().iter().all(|row| row.staff != NURSE));
}

#[test]
fn a_renewed_code_loses_nothing_and_the_old_one_opens_nothing() {
    let house = House::new();
    let (administrator, officer) = (house.administrator(), house.officer());
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    take(&mut inbox, message("a"));
    let (number, old) = (house.number(NURSE), house.code_of(NURSE));
    let anew = access::renew_activation(NURSE).unwrap();
    house.store().renew_code(&administrator, number, &anew, now()).unwrap();
    let row = |house: &House| house.store().accounts().unwrap().into_iter().find(|row| row.staff == NURSE).unwrap();
    assert!(!row(&house).confirmed, "an officer stands for a code");
    assert!(row(&house).code_until.is_some_and(|until| until == now() + days(30)));
    assert!(house.try_activate(NURSE, &old).is_err());
    house.activate_with(NURSE, &ActivationCode::parse(&anew.code.reveal()).unwrap());
    house.store().confirm(&officer, &[number], now()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(house.count("SELECT count(*) FROM \"grant\""), 1);
    let again = access::renew_activation(NURSE).unwrap();
    let refused = house.store().renew_code(&administrator, number, &again, now());
    assert!(matches!(refused, Err(StoreError::NotYours)), "who is activated has no code");
}

#[test]
fn the_only_code_that_holds_a_role_s_key_is_not_renewed() {
    let house = House::new();
    let administrator = house.administrator();
    let anew = access::renew_activation(MANAGER).unwrap();
    let refused = house.store().renew_code(&administrator, house.number(MANAGER), &anew, now());
    assert!(matches!(refused, Err(StoreError::LastMember("medical_manager"))));
    house.manager();
    // Of two clerks one is enough.
    let anew = access::renew_activation(CLERK).unwrap();
    house.store().renew_code(&administrator, house.number(CLERK), &anew, now()).unwrap();
    let anew = access::renew_activation(SECOND_CLERK).unwrap();
    let refused = house.store().renew_code(&administrator, house.number(SECOND_CLERK), &anew, now());
    assert!(matches!(refused, Err(StoreError::LastMember("administration"))));
}

#[test]
fn a_reset_takes_a_functional_administrator_and_a_privacy_officer_and_nothing_sealed_before_opens() {
    let (house, mut inbox, shared) = delivered();
    let (administrator, officer) = (house.administrator(), house.officer());
    let number = house.number(NURSE);
    let anew = access::renew_activation(NURSE).unwrap();
    assert!(matches!(house.store().approve_reset(&officer, number, now()), Err(StoreError::NotYours)), "nobody asked");
    house.store().ask_reset(&administrator, number, &anew, now()).unwrap();
    assert!(opens(&house, NURSE, shared).unwrap(), "asked alone changes nothing");
    assert_eq!(house.store().resets().unwrap().len(), 1);
    assert_eq!(house.store().approve_reset(&officer, number, now()).unwrap(), 1);
    assert!(house.store().resets().unwrap().is_empty());
    house.activate_with(NURSE, &ActivationCode::parse(&anew.code.reveal()).unwrap());
    deliver_all(&mut inbox);
    assert!(!opens(&house, NURSE, shared).unwrap(), "earlier feedback is gone");
    // The same receiver, the same day, a new key pair.
    let later = message_of(take(&mut inbox, message("later")));
    assert!(opens(&house, NURSE, later).unwrap());
    assert!(opens(&house, SECOND, later).unwrap() && opens(&house, SECOND, shared).unwrap());
    assert_eq!((entries(&house, 95), entries(&house, 96)), (1, 1));
    house.log_is_whole();
}

#[test]
fn who_is_reset_after_too_many_failures_comes_in_by_the_new_code_at_once() {
    let (house, ..) = delivered();
    let (administrator, officer) = (house.administrator(), house.officer());
    let number = house.number(NURSE);
    for _ in 0..5 {
        house.store().begin_entry(NURSE, now()).unwrap();
    }
    assert!(house.store().begin_entry(NURSE, now()).unwrap().is_some(), "locked out");
    let anew = access::renew_activation(NURSE).unwrap();
    house.store().ask_reset(&administrator, number, &anew, now()).unwrap();
    assert!(house.store().begin_entry(NURSE, now()).unwrap().is_some(), "by being asked alone nothing changes");
    house.store().approve_reset(&officer, number, now()).unwrap();
    assert_eq!(house.store().begin_entry(NURSE, now()).unwrap(), None);
    let left = "SELECT count(*) FROM account WHERE failures > 0 AND closed IS NOT NULL";
    house.store().close_account(&administrator, number, now()).unwrap();
    assert_eq!(house.count(left), 0);
}

#[test]
fn nobody_resets_his_own_account_nor_approves_what_he_asked() {
    let (house, ..) = delivered();
    let (administrator, officer) = (house.administrator(), house.officer());
    let own = access::renew_activation(ADMINISTRATOR).unwrap();
    assert!(house.store().ask_reset(&administrator, administrator.account(), &own, now()).is_err());
    let number = house.number(NURSE);
    let anew = access::renew_activation(NURSE).unwrap();
    house.store().ask_reset(&administrator, number, &anew, now()).unwrap();
    // The officer asked for it himself: one person in both roles, or a row changed by hand.
    house.raw().execute("UPDATE account_reset SET asked_by = ?1", [officer.account()]).unwrap();
    assert!(matches!(house.store().approve_reset(&officer, number, now()), Err(StoreError::NotYours)));
    house.store().drop_reset(number, (officer.account(), RoleName::PrivacyOfficer), now()).unwrap();
    assert!(house.store().resets().unwrap().is_empty());
    let manager = house.manager().account();
    let anew = access::renew_activation(MANAGER).unwrap();
    let refused = house.store().ask_reset(&administrator, manager, &anew, now());
    assert!(matches!(refused, Err(StoreError::LastMember("medical_manager"))), "the last member keeps his keys");
}
