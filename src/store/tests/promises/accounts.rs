//! Accounts: a code activates once, keys come back by staff number, what waited for an account is due.

use domain::RoleName;
use store::StoreError;

use crate::support::*;

#[test]
fn accounts_named_at_set_up_are_confirmed_and_not_yet_activated() {
    let house = House::new();
    let rows = house.store().accounts().unwrap();
    assert_eq!(rows.len(), 8);
    assert!(rows.windows(2).all(|pair| pair[0].staff < pair[1].staff));
    assert!(rows.iter().all(|row| row.confirmed && !row.activated));
    house.activate(NURSE);
    let nurse = house.store().accounts().unwrap().into_iter().find(|row| row.staff == NURSE).unwrap();
    assert!(nurse.activated);
    assert_eq!(nurse.roles, [RoleName::Professional]);
}

#[test]
fn an_activation_is_stored_once_and_its_code_is_gone() {
    let house = House::new();
    house.administrator();
    let code = house.account_made("vpk09", &[RoleName::Professional]);
    let mut store = house.store();
    let keys = store.account_keys("vpk09").unwrap().unwrap();
    let activation = access::activate(&keys, &code, &chosen(), store.pepper(), CHEAP).unwrap();
    store.store_activation(keys.account, &activation, now()).unwrap();
    assert!(matches!(store.store_activation(keys.account, &activation, now()), Err(StoreError::NotYours)));
    let keys = store.account_keys(" vpk09 ").unwrap().unwrap();
    assert!(keys.activation.is_none() && keys.public.is_some());
    assert!(access::activate(&keys, &code, &chosen(), store.pepper(), CHEAP).is_err());
    house.log_is_whole();
}

#[test]
fn an_account_made_later_waits_for_its_confirmation_and_gets_nothing_before() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.administrator();
    let code = house.account_made("vpk09", &[RoleName::Professional]);
    house.activate_with("vpk09", &code);
    inbox.import_rides(&[ride(&[("vpk09", 1)])], now()).unwrap();
    take(&mut inbox, message("a"));
    deliver_all(&mut inbox);
    assert_eq!(house.count("SELECT count(*) FROM \"grant\""), 0);
    assert_eq!(inbox.store().status(false).unwrap().waiting, 1);
}

#[test]
fn a_staff_number_is_given_once() {
    let house = House::new();
    let mut store = house.store();
    let session = house.administrator();
    let taken = |staff: &str| {
        let keys = access::renew_activation(staff).unwrap();
        store::AccountMade { name: "Een ander".into(), roles: vec![RoleName::Professional], keys }
    };
    let before = store.log_length().unwrap();
    assert!(store.add_accounts(&session, &[taken("vpk09"), taken(NURSE)], now()).is_err());
    assert!(store.account_keys("vpk09").unwrap().is_none(), "all or none");
    assert_eq!(store.log_length().unwrap(), before);
    assert_eq!(store.account_keys(NURSE).unwrap().unwrap().name, format!("Naam {NURSE}"));
}

#[test]
fn an_unknown_staff_number_has_no_keys() {
    assert!(House::new().store().account_keys("niemand").unwrap().is_none());
}
