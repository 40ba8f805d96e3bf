//! Where a store may lie, and that none is ever made over another.

use seal::RootSecret;
use store::{Store, StoreError};

use crate::support::*;

#[test]
fn another_key_is_told_as_key_or_damage_and_leaves_the_file_as_it_is() {
    let house = House::new();
    let before = std::fs::read(house.file()).unwrap();
    let other = RootSecret::generate().unwrap();
    let opened = Store::open(house.folder.path(), &other, origin(), now());
    assert!(matches!(opened.map(|_| ()), Err(StoreError::WrongKeyOrDamaged)));
    assert_eq!(std::fs::read(house.file()).unwrap(), before);
}

#[test]
fn a_flipped_byte_in_the_file_is_told_and_the_file_is_left() {
    let house = House::new();
    let mut bytes = std::fs::read(house.file()).unwrap();
    bytes[200] ^= 1;
    std::fs::write(house.file(), &bytes).unwrap();
    let opened = Store::open(house.folder.path(), &house.root(), origin(), now());
    assert!(matches!(opened.map(|_| ()), Err(StoreError::WrongKeyOrDamaged)));
    assert_eq!(std::fs::read(house.file()).unwrap(), bytes);
}

#[test]
fn a_store_of_a_newer_program_is_left_as_it_is() {
    let house = House::new();
    house.raw().execute_batch("PRAGMA user_version = 99").unwrap();
    let opened = Store::open(house.folder.path(), &house.root(), origin(), now());
    assert!(matches!(opened.map(|_| ()), Err(StoreError::Newer(99))));
}

#[test]
fn a_folder_without_a_store_stays_empty() {
    let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let opened = Store::open(folder.path(), &RootSecret::generate().unwrap(), origin(), now());
    assert!(matches!(opened.map(|_| ()), Err(StoreError::Absent(_))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_synced_folder_is_refused() {
    let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    std::fs::create_dir(folder.path().join(".stfolder")).unwrap();
    for inside in ["OneDrive - RAV/store", "Dropbox/store", "store"] {
        let place = folder.path().join(inside);
        let opened = Store::open(&place, &RootSecret::generate().unwrap(), origin(), now());
        assert!(matches!(opened.map(|_| ()), Err(StoreError::Place(_))), "{inside}");
    }
}

#[test]
fn a_purge_takes_the_records_and_leaves_the_log() {
    let house = House::new();
    take(&mut house.inbox(), message("a"));
    let before = house.store().log_length().unwrap();
    house.store().purge(now() + days(400)).unwrap();
    for table in ["message", "figure", "identity", "waiting", "reader_key"] {
        assert_eq!(house.count(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    assert!(house.store().log_length().unwrap() > before);
    house.log_is_whole();
}
