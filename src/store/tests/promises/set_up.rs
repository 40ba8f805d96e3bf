//! Set-up that is killed: a whole store with its keys, or nothing, and set-up can be done again.

use std::{os::unix::process::ExitStatusExt, path::Path, process::Command};

use seal::RootSecret;
use store::{KeySource, NewStore, Store, StoreError};

use crate::{
    bus::{FILE, KEY_STORE, is_on_a_bus, keys_in},
    support::*,
};

const CHILD: &str = "TERUGBLIK_SET_UP_CHILD";
const DONE: &str = "SET UP";

/// Set-up as the program does it.
fn set_up(keys: &KeySource, place: &Path) -> Result<(), StoreError> {
    let folder = place.join("store");
    Store::forget_stopped_set_up(&folder, keys)?;
    keys.must_be_empty()?;
    let root = RootSecret::generate().unwrap();
    let (kit, _) = seal::RecoveryKit::generate().unwrap();
    let new = NewStore {
        organisation: "RAV Voorbeeld".into(),
        rav: domain::RavNumber::new(12).unwrap(),
        kind: domain::StoreKind::Test,
        without_agreement_all: true,
        retention_days: 358,
        accounts: vec![(OFFICER.into(), "Naam".into(), vec![domain::RoleName::PrivacyOfficer])],
        duties: store::DutyDates::default(),
        recovery: Some(*kit.public()),
    };
    let keep = |made: &store::Made| Ok::<_, StoreError>(keys.keep(&root, &made.routing)?);
    Store::create_keeping(&folder, &root, &new, origin(), now(), keep).map(|_| ())
}

/// In the child: sets up until it dies; whether this is one.
fn set_up_as_child() -> bool {
    let Ok(given) = std::env::var(CHILD) else { return false };
    let given: Vec<&str> = given.lines().collect();
    let place = Path::new(given[1]);
    store::die_at(given[2].parse().unwrap());
    set_up(&keys_in(given[0], place, &place.join("store")), place).unwrap();
    println!("{DONE}");
    true
}

#[test]
fn killed_at_any_step_of_a_set_up_there_is_a_whole_store_or_none_and_it_can_be_done_again() {
    if !set_up_as_child() {
        let name = "set_up::killed_at_any_step_of_a_set_up_there_is_a_whole_store_or_none_and_it_can_be_done_again";
        killed_at_any_step(name, FILE);
    }
}

#[test]
fn killed_at_any_step_of_a_set_up_the_key_store_holds_the_keys_of_a_whole_store_or_it_can_be_done_again() {
    let name =
        "set_up::killed_at_any_step_of_a_set_up_the_key_store_holds_the_keys_of_a_whole_store_or_it_can_be_done_again";
    if !set_up_as_child() && is_on_a_bus(name) {
        killed_at_any_step(name, KEY_STORE);
    }
}

fn killed_at_any_step(name: &str, kind: &str) {
    let (mut none, mut whole) = (0, 0);
    for point in 1..20 {
        let place = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            .env(CHILD, format!("{kind}\n{}\n{point}", place.path().display()))
            .output()
            .unwrap();
        let done = String::from_utf8_lossy(&output.stdout).contains(DONE);
        assert!(done || output.status.signal() == Some(6), "{}", String::from_utf8_lossy(&output.stderr));
        let folder = place.path().join("store");
        let keys = keys_in(kind, place.path(), &folder);
        if folder.join("terugblik.db").exists() {
            whole += 1;
            let again = set_up(&keys, place.path());
            assert!(again.is_err(), "a whole store is not made again");
        } else {
            none += 1;
            set_up(&keys, place.path()).unwrap();
        }
        let (store, _) = Store::open_with(&folder, &keys, origin(), now()).unwrap();
        assert!(store.is_routing(&keys.routing().unwrap().unwrap()).unwrap(), "died at point {point}");
        assert!(store.account_keys(OFFICER).unwrap().is_some());
        assert!(folder.join("recovery.sealed").exists() && !folder.join("terugblik.db.new").exists());
        if done {
            assert!(none >= 3 && whole >= 2, "none {none}, whole {whole}");
            return;
        }
    }
    panic!("it does not come to an end");
}

#[test]
fn keys_that_do_not_open_what_was_left_are_not_taken_away() {
    let place = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let keys = keys_in(FILE, place.path(), &place.path().join("store"));
    let root = RootSecret::generate().unwrap();
    keys.keep(&root, &seal::ReaderPrivate::generate().unwrap()).unwrap();
    std::fs::create_dir(place.path().join("store")).unwrap();
    std::fs::write(place.path().join("store/terugblik.db.new"), [7; 8192]).unwrap();
    assert!(matches!(set_up(&keys, place.path()), Err(StoreError::Key(store::KeyError::FileExists(_)))));
    assert_eq!(keys.root().unwrap().expose(), root.expose());
}
