//! Coming in: a code works once and failures lock out, whichever process asks, over a restart and with a clock set back.

use access::{Admitted, Event, Proven, Renew, SignInError};
use chrono::{DateTime, TimeDelta, Utc};
use seal::{Passphrase, PersonalSheetCode};
use store::{Store, StoreError};

use crate::support::*;

fn after(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

fn proven(store: &Store, staff: &str, at: DateTime<Utc>) -> Result<Proven, SignInError> {
    let record = store.account_keys(staff).unwrap();
    access::sign_in(record.as_ref(), &Passphrase::new(PASSPHRASE.into()), &code(at), at, store.pepper())
}

/// The whole way in, as the program goes it; `Err`: it waits until then.
fn came_in(store: &mut Store, staff: &str, at: DateTime<Utc>) -> Result<Option<Admitted>, DateTime<Utc>> {
    if let Some(until) = store.begin_entry(staff, at).unwrap() {
        return Err(until);
    }
    Ok(proven(store, staff, at).ok().and_then(|proven| store.enter(proven, at).unwrap()))
}

#[test]
fn a_code_works_once_though_two_processes_proved_it_at_the_same_time() {
    let house = House::new();
    house.activate(NURSE);
    let (mut one, mut other) = (house.store(), house.store());
    let (first, second) = (proven(&one, NURSE, now()).unwrap(), proven(&other, NURSE, now()).unwrap());
    assert!(one.enter(first, now()).unwrap().is_some());
    assert!(other.enter(second, now()).unwrap().is_none(), "used by the other process in the meantime");
    drop((one, other));
    assert_eq!(proven(&house.store(), NURSE, now()).err(), Some(SignInError::CodeUsed), "nor after a restart");
    assert_eq!(proven(&house.store(), NURSE, after(-30)).err(), Some(SignInError::CodeUsed), "nor an older one");
    assert!(proven(&house.store(), NURSE, after(30)).is_ok());
}

#[test]
fn failures_lock_out_in_every_process_and_over_a_restart_and_are_forgotten_by_coming_in() {
    let house = House::new();
    house.activate(NURSE);
    let (mut one, mut other) = (house.store(), house.store());
    for n in 0..5 {
        let store = if n % 2 == 0 { &mut one } else { &mut other };
        assert_eq!(store.begin_entry(NURSE, now()).unwrap(), None, "{n}");
    }
    assert_eq!(one.begin_entry(NURSE, now()).unwrap(), Some(after(30)));
    assert_eq!(other.begin_entry(NURSE, after(29)).unwrap(), Some(after(30)));
    drop((one, other));
    let mut store = house.store();
    assert_eq!(came_in(&mut store, NURSE, after(29)).err(), Some(after(30)), "the right passphrase and code wait too");
    assert_eq!(store.begin_entry(SECOND, after(29)).unwrap(), None, "another account does not wait");
    assert!(came_in(&mut store, NURSE, after(30)).unwrap().is_some());
    for n in 0..5 {
        assert_eq!(store.begin_entry(NURSE, after(31)).unwrap(), None, "{n}");
    }
    let refused = i64::from(Event::SignInLockedOut.code());
    assert_eq!(house.count(&format!("SELECT count(*) FROM audit WHERE event = {refused}")), 3, "each is logged");
    house.log_is_whole();
}

#[test]
fn a_clock_set_back_shortens_no_wait() {
    let house = House::new();
    house.activate(NURSE);
    let mut store = house.store();
    for _ in 0..5 {
        store.begin_entry(NURSE, now()).unwrap();
    }
    let back = -20 * 3600;
    assert_eq!(store.begin_entry(NURSE, after(back)).unwrap(), Some(after(back + 30)), "it begins again");
    assert_eq!(store.begin_entry(NURSE, after(back + 29)).unwrap(), Some(after(back + 30)));
    assert_eq!(store.begin_entry(NURSE, after(back + 30)).unwrap(), None);
}

#[test]
fn a_name_that_no_account_has_waits_as_an_account_does_and_names_do_not_fill_the_disk() {
    let house = House::new();
    let mut store = house.store();
    for n in 0..5 {
        assert_eq!(store.begin_entry("niemand", now()).unwrap(), None, "{n}");
    }
    assert_eq!(store.begin_entry(" niemand ", now()).unwrap(), Some(after(30)));
    for n in 0..1010 {
        store.begin_entry(&format!("naam {n}"), after(1)).unwrap();
    }
    assert_eq!(house.count("SELECT count(*) FROM unknown_entry"), 1000);
}

#[test]
fn a_sheet_works_once_and_the_new_one_after_it() {
    let house = House::new();
    let mut store = house.store();
    let keys = store.account_keys(NURSE).unwrap().unwrap();
    let first = chosen();
    let letter = house.code_of(NURSE);
    let made = access::activate(&keys, &letter, &first, store.pepper(), CHEAP).unwrap();
    store.store_activation(keys.account, &made, now()).unwrap();
    let open = |store: &Store, code: &PersonalSheetCode| {
        access::open_with_sheet(store.account_keys(NURSE).unwrap().as_ref(), code)
    };
    let (own, again) = (open(&store, &first.sheet).unwrap(), open(&store, &first.sheet).unwrap());
    let next = PersonalSheetCode::generate().unwrap();
    let new = |own: &access::OwnKey| {
        own.renewed(&Renew { sheet: Some(&next), ..Renew::default() }, house.store().pepper(), CHEAP).unwrap()
    };
    store.store_renewal(own.record(), &new(&own), Event::SheetUsed, now()).unwrap();
    let twice = store.store_renewal(again.record(), &new(&again), Event::SheetUsed, now());
    assert!(matches!(twice, Err(StoreError::NotYours)), "opened before, stored after");
    assert_eq!(open(&store, &first.sheet).err(), Some(SignInError::Wrong));
    assert!(open(&store, &next).is_ok());
    assert!(came_in(&mut store, NURSE, now()).unwrap().is_some(), "passphrase and second factor stayed");
    house.log_is_whole();
}

#[test]
fn an_activation_with_a_code_of_more_than_thirty_days_is_not_stored_and_nothing_changes() {
    let house = House::new();
    let mut store = house.store();
    let keys = store.account_keys(NURSE).unwrap().unwrap();
    let letter = house.code_of(NURSE);
    let made = access::activate(&keys, &letter, &chosen(), store.pepper(), CHEAP).unwrap();
    let until = keys.activation_until.unwrap();
    assert_eq!(until, now() + days(30));
    let late = store.store_activation(keys.account, &made, until + TimeDelta::seconds(1));
    assert!(matches!(late, Err(StoreError::NotYours)));
    assert!(store.account_keys(NURSE).unwrap().unwrap().private_sealed.is_none());
    store.store_activation(keys.account, &made, until).unwrap();
}
