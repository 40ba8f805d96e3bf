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
fn a_network_share_is_refused_by_what_the_system_says_of_its_file_system() {
    let house = House::new();
    let left = |folder: &std::path::Path| std::fs::read_dir(folder).unwrap().count();
    let before = left(house.folder.path());
    let other = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let (place, root) = (other.path().join("store"), house.root());
    house.store().backup(&root, &other.path().join("snapshot"), now()).unwrap();
    for (said, named) in [(0x6969, "NFS"), (0xff53_4d42, "CIFS"), (0xfe53_4d42, "SMB"), (0x6573_5546, "FUSE")] {
        store::lies_on(Some(said));
        let refused =
            |done: Result<(), StoreError>| assert!(matches!(done, Err(StoreError::Place(name)) if name == named));
        refused(Store::open(house.folder.path(), &root, origin(), now()).map(drop));
        refused(Store::check_place(&place));
        refused(Store::create(&place, &root, &new_store(), origin(), now()).map(drop));
        refused(Store::restore(&place, &root, &other.path().join("snapshot"), origin(), now()).map(drop));
        assert_eq!(store::taken_elsewhere_by(&other.path().join("key")).unwrap(), Some(named));
    }
    assert!(!place.exists() && left(house.folder.path()) == before, "nothing is made");
    // ext4
    store::lies_on(Some(0xef53));
    drop(Store::open(house.folder.path(), &root, origin(), now()).unwrap());
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

#[test]
fn an_empty_or_cut_file_is_told_as_damage_and_left_as_it_is() {
    let house = House::new();
    let whole = std::fs::read(house.file()).unwrap();
    for length in [0, 1, 4095, 4096, whole.len() - 4096] {
        std::fs::write(house.file(), &whole[..length]).unwrap();
        let opened = Store::open(house.folder.path(), &house.root(), origin(), now());
        assert!(matches!(opened.map(|_| ()), Err(StoreError::WrongKeyOrDamaged)), "{length}");
        assert_eq!(std::fs::read(house.file()).unwrap(), &whole[..length], "{length}");
    }
}

#[test]
fn damage_beyond_the_first_page_is_told_where_it_is_read() {
    let house = House::new();
    take(&mut house.inbox(), message("a"));
    house.store().purge(now()).unwrap();
    let mut bytes = std::fs::read(house.file()).unwrap();
    for at in (4096..bytes.len()).step_by(4096) {
        bytes[at + 100] ^= 1;
    }
    std::fs::write(house.file(), &bytes).unwrap();
    let opened = Store::open(house.folder.path(), &house.root(), origin(), now());
    assert!(matches!(opened.map(|_| ()), Err(StoreError::WrongKeyOrDamaged)));
    assert_eq!(std::fs::read(house.file()).unwrap(), bytes);
}

fn new_store() -> store::NewStore {
    store::NewStore {
        organisation: "RAV Voorbeeld".into(),
        rav: domain::RavNumber::new(12).unwrap(),
        kind: domain::StoreKind::Test,
        without_agreement_all: true,
        retention_days: 358,
        accounts: Vec::new(),
        duties: store::DutyDates::default(),
        recovery: None,
    }
}

#[test]
fn a_log_left_beside_no_file_stops_a_new_store_from_reading_it() {
    let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    std::fs::write(folder.path().join("terugblik.db-wal"), b"left").unwrap();
    let made = Store::create(folder.path(), &RootSecret::generate().unwrap(), &new_store(), origin(), now());
    assert!(matches!(made.map(|_| ()), Err(StoreError::Exists(_))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn where_the_keys_cannot_be_kept_there_is_no_store_and_set_up_can_be_done_again() {
    let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let root = RootSecret::generate().unwrap();
    let failing = |_: &store::Made| Err(StoreError::Cancelled);
    let made = Store::create_keeping(folder.path(), &root, &new_store(), origin(), now(), failing);
    assert!(matches!(made.map(|_| ()), Err(StoreError::Cancelled)));
    assert!(matches!(Store::open(folder.path(), &root, origin(), now()).map(|_| ()), Err(StoreError::Absent(_))));
    Store::create(folder.path(), &root, &new_store(), origin(), now()).unwrap();
}

#[test]
fn a_store_in_a_folder_of_a_group_is_for_that_group_and_else_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    for (shared, mode) in [(true, 0o660), (false, 0o600)] {
        let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let place = folder.path().join("store");
        if shared {
            store::make_shared_folder(&place).unwrap();
        }
        let root = RootSecret::generate().unwrap();
        let (mut store, _) = Store::create(&place, &root, &new_store(), origin(), now()).unwrap();
        store.purge(now()).unwrap();
        take(&mut store::Inbox::new(store, None), message("a"));
        for entry in std::fs::read_dir(&place).unwrap() {
            let entry = entry.unwrap();
            let found = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(found, mode, "{:?}", entry.file_name());
        }
    }
}

#[test]
fn a_relative_place_is_one_place() {
    let relative = std::path::Path::new("target-of-a-test-that-is-not-there");
    let opened = Store::open(relative, &RootSecret::generate().unwrap(), origin(), now());
    assert!(matches!(opened.map(|_| ()), Err(StoreError::Absent(_))));
}

#[test]
fn the_kits_private_half_opens_root_and_routing_and_another_kit_does_not() {
    let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let place = folder.path().join("store");
    let (kit, other) = (seal::ReaderPrivate::generate().unwrap(), seal::ReaderPrivate::generate().unwrap());
    let root = RootSecret::generate().unwrap();
    let new = store::NewStore { recovery: Some(kit.public().unwrap()), ..new_store() };
    let (mut made, keys) = Store::create(&place, &root, &new, origin(), now()).unwrap();
    let (found, routing) = store::open_recovery(&place, &kit).unwrap();
    assert_eq!((found.expose(), routing.expose()), (root.expose(), keys.routing.expose()));
    assert!(store::open_recovery(&place, &other).is_err());
    made.backup(&root, &folder.path().join("snapshot"), now()).unwrap();
    let copy = std::fs::read(folder.path().join("snapshot.recovery.sealed")).unwrap();
    assert_eq!(copy, std::fs::read(place.join("recovery.sealed")).unwrap());
}
