//! Set-up that is killed: a whole store with its keys, or nothing, and set-up can be done again.

use std::{os::unix::process::ExitStatusExt, path::Path, process::Command};

use seal::RootSecret;
use store::{KeySource, NewStore, Store, StoreError};

use crate::support::*;

const CHILD: &str = "TERUGBLIK_SET_UP_CHILD";
const DONE: &str = "SET UP";

fn keys_in(place: &Path) -> KeySource {
    KeySource::File { path: place.join("key"), group: false }
}

/// Set-up as the program does it.
fn set_up(place: &Path) -> Result<(), StoreError> {
    let keys = keys_in(place);
    let folder = place.join("store");
    Store::forget_stopped_set_up(&folder, &keys)?;
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
        recovery: Some(*kit.public()),
    };
    let keep = |made: &store::Made| Ok::<_, StoreError>(keys.keep(&root, &made.routing)?);
    Store::create_keeping(&folder, &root, &new, origin(), now(), keep).map(|_| ())
}

#[test]
fn killed_at_any_step_of_a_set_up_there_is_a_whole_store_or_none_and_it_can_be_done_again() {
    if let Ok(given) = std::env::var(CHILD) {
        let (place, point) = given.split_once('\n').unwrap();
        store::die_at(point.parse().unwrap());
        set_up(Path::new(place)).unwrap();
        println!("{DONE}");
        return;
    }
    let name = "set_up::killed_at_any_step_of_a_set_up_there_is_a_whole_store_or_none_and_it_can_be_done_again";
    let (mut none, mut whole) = (0, 0);
    for point in 1..20 {
        let place = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            .env(CHILD, format!("{}\n{point}", place.path().display()))
            .output()
            .unwrap();
        let done = String::from_utf8_lossy(&output.stdout).contains(DONE);
        assert!(done || output.status.signal() == Some(6), "{}", String::from_utf8_lossy(&output.stderr));
        let (folder, keys) = (place.path().join("store"), keys_in(place.path()));
        if folder.join("terugblik.db").exists() {
            whole += 1;
            let again = set_up(place.path());
            assert!(again.is_err(), "a whole store is not made again");
        } else {
            none += 1;
            set_up(place.path()).unwrap();
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
    let keys = keys_in(place.path());
    let root = RootSecret::generate().unwrap();
    keys.keep(&root, &seal::ReaderPrivate::generate().unwrap()).unwrap();
    std::fs::create_dir(place.path().join("store")).unwrap();
    std::fs::write(place.path().join("store/terugblik.db.new"), [7; 8192]).unwrap();
    assert!(matches!(set_up(place.path()), Err(StoreError::Key(store::KeyError::FileExists(_)))));
    assert_eq!(keys.root().unwrap().expose(), root.expose());
}
