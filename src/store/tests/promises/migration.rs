//! A store of an older program is brought to this one's schema, after a verified snapshot. There is one schema so far: the next
//! migration is the test's own, and all else is the store's real opening.

use std::path::{Path, PathBuf};

use domain::{Diagnosis, MessageId, Purpose};
use store::{Archive, Store, StoreError, next_migration};

use crate::support::*;

const NEXT: &str = "ALTER TABLE message ADD COLUMN later INTEGER; CREATE TABLE later(n INTEGER PRIMARY KEY);";
const BROKEN: &str = "CREATE TABLE later(n INTEGER PRIMARY KEY); INSERT INTO nowhere VALUES (1);";

/// A store with a record that its nurse can open.
fn house() -> (House, MessageId) {
    let (house, inbox, id) = with_crew(&[(NURSE, 1)]);
    drop(inbox);
    (house, id)
}

fn snapshot(house: &House) -> PathBuf {
    house.folder.path().join("before-migration-1.db")
}

fn opened(house: &House) -> Result<Store, StoreError> {
    Store::open(house.folder.path(), &house.root(), origin(), now())
}

fn version(house: &House) -> u32 {
    house.raw().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap()
}

/// The snapshot, put back by the program that the store was of.
fn restored(house: &House) -> i64 {
    next_migration(None);
    let folder = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let place: &Path = &folder.path().join("back");
    Store::restore(place, &house.root(), &snapshot(house), origin(), now()).unwrap();
    let back = raw(&place.join("terugblik.db"), &house.root());
    back.query_row("SELECT count(*) FROM message", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_store_of_an_older_schema_is_snapshotted_and_then_brought_up() {
    let (house, id) = house();
    assert_eq!(version(&house), 1);
    next_migration(Some(NEXT));
    let store = opened(&house).unwrap();
    assert_eq!(version(&house), 2);
    assert_eq!(house.count("SELECT count(*) FROM message WHERE later IS NULL"), 1);
    house.log_is_whole();
    let mut archive = Archive::new(store);
    let nurse = house.professional(NURSE);
    let found = archive.open::<Diagnosis, _>(&nurse, id, Purpose::Quality, now());
    assert!(found.unwrap().is_some(), "what was kept still opens");
    drop(archive);
    // Once: the next opening finds nothing to do.
    let made = std::fs::metadata(snapshot(&house)).unwrap().modified().unwrap();
    drop(opened(&house).unwrap());
    assert_eq!(std::fs::metadata(snapshot(&house)).unwrap().modified().unwrap(), made);
    assert_eq!(restored(&house), 1);
    assert!(matches!(opened(&house).map(drop), Err(StoreError::Newer(2))), "the older program leaves it alone");
}

#[test]
fn a_migration_that_fails_leaves_the_store_to_the_older_program() {
    let (house, _) = house();
    next_migration(Some(BROKEN));
    assert!(opened(&house).is_err());
    assert_eq!(version(&house), 1);
    assert_eq!(house.count("SELECT count(*) FROM sqlite_schema WHERE name = 'later'"), 0, "not half of it");
    assert_eq!(restored(&house), 1);
    drop(opened(&house).unwrap());
    house.log_is_whole();
}

#[test]
fn a_snapshot_that_was_stopped_halfway_or_is_older_than_the_store_is_made_again() {
    let (house, _) = house();
    next_migration(Some(BROKEN));
    assert!(opened(&house).is_err());
    // The older program goes on, and something is cut off halfway.
    next_migration(None);
    take(&mut house.inbox(), message("b"));
    std::fs::write(house.folder.path().join("before-migration-1.half"), b"half").unwrap();
    next_migration(Some(NEXT));
    drop(opened(&house).unwrap());
    assert_eq!(restored(&house), 2, "with what was received since");
    std::fs::write(snapshot(&house), b"half").unwrap();
    house
        .raw()
        .execute_batch("DROP TABLE later; ALTER TABLE message DROP COLUMN later; PRAGMA user_version = 1")
        .unwrap();
    next_migration(Some(NEXT));
    drop(opened(&house).unwrap());
    assert_eq!(restored(&house), 2);
}

#[test]
fn without_a_snapshot_nothing_is_migrated() {
    let (house, _) = house();
    std::fs::create_dir(snapshot(&house)).unwrap();
    next_migration(Some(NEXT));
    assert!(matches!(opened(&house).map(drop), Err(StoreError::System { .. })));
    assert_eq!(version(&house), 1);
    next_migration(None);
    drop(opened(&house).unwrap());
}
