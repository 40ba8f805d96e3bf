//! A snapshot and its way back: encrypted under a key of its own, without MAC key, never over a store.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use domain::{Diagnosis, Purpose};
use seal::RootSecret;
use store::{Archive, Store, StoreError};

use crate::{
    pages_in_clear::{self, holds},
    support::*,
};

struct Saved {
    house: House,
    place: tempfile::TempDir,
}

impl Saved {
    /// A house with one delivered record and one that waits, and its snapshot.
    fn new() -> Self {
        let house = House::new();
        let mut inbox = house.inbox();
        connect(inbox.store_mut());
        house.activate(NURSE);
        inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
        take(&mut inbox, message("a"));
        deliver_all(&mut inbox);
        let elsewhere = domain::RideNumber::parse("12-2026-7777-1").unwrap();
        take(&mut inbox, store::Incoming { ride: elsewhere, ..message("b") });
        let place = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let saved = Self { house, place };
        assert_eq!(inbox.store_mut().backup(&saved.house.root(), &saved.snapshot(), now()).unwrap(), 2);
        saved
    }

    fn snapshot(&self) -> PathBuf {
        self.place.path().join("snapshot")
    }

    fn folder(&self) -> PathBuf {
        self.place.path().join("restored")
    }

    /// Every MAC key of the log so far: the officer opens the first, each leads to the next.
    fn mac_keys(&self) -> Vec<[u8; 32]> {
        let raw = self.house.raw();
        let sealed: Vec<u8> =
            raw.query_row("SELECT wrapped FROM secret WHERE kind = 'first_mac_key'", [], |row| row.get(0)).unwrap();
        let entries = self.house.store().log_length().unwrap();
        let mut key = self.house.officer().open_first_mac_key(1, &sealed).unwrap();
        let mut all = Vec::new();
        for _ in 0..=entries {
            all.push(*key.expose());
            key = key.advance();
        }
        all
    }

    fn restore(&self, root: &RootSecret, at: DateTime<Utc>) -> Result<Store, StoreError> {
        Store::restore(&self.folder(), root, &self.snapshot(), origin(), at)
    }
}

fn own_key(saved: &Saved) -> rusqlite::Connection {
    let wrapped = std::fs::read(saved.place.path().join("snapshot.key")).unwrap();
    let secret = saved.house.root().wrapping_key().unwrap_secret("backup", 1, &wrapped).unwrap();
    let key: String = secret[..32].iter().map(|b| format!("{b:02x}")).collect();
    let connection = rusqlite::Connection::open(saved.snapshot()).unwrap();
    connection.execute_batch(&store::sqlcipher_opening(&key)).unwrap();
    connection
}

#[test]
fn a_snapshot_opens_under_its_own_key_and_under_no_other() {
    let saved = Saved::new();
    let count = |c: &rusqlite::Connection| c.query_row("SELECT count(*) FROM message", [], |row| row.get::<_, i64>(0));
    assert_eq!(count(&own_key(&saved)).unwrap(), 2);
    assert!(count(&raw(&saved.snapshot(), &saved.house.root())).is_err());
    assert!(saved.house.root().wrapping_key().unwrap_secret("backup", 1, b"another").is_err());
    let left: Vec<_> = std::fs::read_dir(saved.place.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn a_snapshot_holds_no_mac_key_in_any_page() {
    let saved = Saved::new();
    let key: Vec<u8> =
        saved.house.raw().query_row("SELECT value FROM counter WHERE kind = 0", [], |row| row.get(0)).unwrap();
    let before = pages_in_clear::whole(&saved.house.file(), &saved.house.root().sqlcipher_key());
    assert!(holds(&before, &key), "the store itself holds it, so the search works");
    // The key that was in force when the snapshot was made stood in the entry before the backup's own.
    let wrapped = std::fs::read(saved.place.path().join("snapshot.key")).unwrap();
    let secret = saved.house.root().wrapping_key().unwrap_secret("backup", 1, &wrapped).unwrap();
    let hex: String = secret[..32].iter().map(|b| format!("{b:02x}")).collect();
    let pages = pages_in_clear::whole(&saved.snapshot(), &hex);
    assert!(holds(&pages, b"CREATE TABLE message"), "these are pages in clear");
    let values =
        own_key(&saved).query_row("SELECT count(*) FROM counter WHERE kind = 0 AND value IS NOT NULL", [], |row| {
            row.get::<_, i64>(0)
        });
    assert_eq!(values.unwrap(), 0);
    let chain: Vec<[u8; 32]> = saved.mac_keys();
    assert!(chain.iter().all(|key| !holds(&pages, key)), "no MAC key of the log stands in the snapshot");
}

#[test]
fn a_snapshot_is_never_written_over_another_file() {
    let saved = Saved::new();
    let before = std::fs::read(saved.snapshot()).unwrap();
    let again = saved.house.store().backup(&saved.house.root(), &saved.snapshot(), now());
    let taken = std::io::ErrorKind::AlreadyExists;
    assert!(matches!(again, Err(StoreError::System { place, kind }) if place == saved.snapshot() && kind == taken));
    assert_eq!(std::fs::read(saved.snapshot()).unwrap(), before);
}

#[test]
fn what_is_put_back_opens_for_its_readers_and_goes_on_receiving() {
    let saved = Saved::new();
    let store = saved.restore(&saved.house.root(), now() + days(1)).unwrap();
    assert_eq!(store.status(true).unwrap().records, 2);
    let nurse = saved.house.professional(NURSE);
    let mut archive = Archive::new(store);
    let rows = archive.feedback_list(&nurse, 9, now() + days(1)).unwrap();
    let id = rows[0].message;
    assert!(archive.open::<Diagnosis, _>(&nurse, id, Purpose::Quality, now() + days(1)).unwrap().is_some());
    drop(archive);
    let store = Store::open(&saved.folder(), &saved.house.root(), origin(), now()).unwrap();
    let mut inbox = store::Inbox::new(store, None);
    assert!(matches!(take(&mut inbox, message("a")), store::Outcome::Repeated(_)));
    assert!(matches!(take(&mut inbox, message("c")), store::Outcome::TakenIn(_)));
    assert!(inbox.store().verify_log(None, |_| true).unwrap().first_break.is_none());
}

#[test]
fn a_store_is_never_put_back_over_another() {
    let saved = Saved::new();
    let before = std::fs::read(saved.house.file()).unwrap();
    let over = Store::restore(saved.house.folder.path(), &saved.house.root(), &saved.snapshot(), origin(), now());
    assert!(matches!(over.map(|_| ()), Err(StoreError::Exists(_))));
    assert_eq!(std::fs::read(saved.house.file()).unwrap(), before);
}

#[test]
fn a_snapshot_under_another_root_or_with_a_changed_byte_makes_no_store() {
    let saved = Saved::new();
    let other = RootSecret::generate().unwrap();
    assert!(matches!(saved.restore(&other, now()).map(|_| ()), Err(StoreError::Snapshot(_))));
    let mut bytes = std::fs::read(saved.snapshot()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(saved.snapshot(), bytes).unwrap();
    assert!(saved.restore(&saved.house.root(), now()).is_err());
    let opened = Store::open(&saved.folder(), &saved.house.root(), origin(), now());
    assert!(matches!(opened.map(|_| ()), Err(StoreError::Absent(_))));
}

#[test]
fn what_passed_its_term_since_the_snapshot_is_not_put_back() {
    let saved = Saved::new();
    let store = saved.restore(&saved.house.root(), now() + days(358)).unwrap();
    assert_eq!(store.status(false).unwrap().records, 0);
}

#[test]
fn after_a_restore_the_officer_verifies_every_mac_and_the_first_entry_names_the_backup() {
    let saved = Saved::new();
    let officer = saved.house.officer();
    let snapshot = saved.place.path().join("with-officer");
    saved.house.store().backup(&saved.house.root(), &snapshot, now()).unwrap();
    let held = {
        let restored =
            Store::restore(&saved.folder(), &saved.house.root(), &snapshot, origin(), now() + days(1)).unwrap();
        let log = restored.log_page(None, 50).unwrap();
        let first = log.iter().find(|l| l.entry.event == access::Event::Restored).unwrap();
        assert!(first.entry.detail.as_ref().unwrap().ends_with("with-officer"));
        assert_eq!(first.entry.count, Some(first.number - 1));
        first.number
    };
    let store = Store::open(&saved.folder(), &saved.house.root(), origin(), now() + days(1)).unwrap();
    assert!(store.verify_log(Some(&officer), |_| true).unwrap().first_break.is_none());
    drop(store);
    // The segment's first entry taken for another's: a break, even with its hashes computed anew.
    let raw = raw(&saved.folder().join("terugblik.db"), &saved.house.root());
    raw.execute("UPDATE mac_segment SET first = first - 1 WHERE number > 1", []).unwrap();
    let store = Store::open(&saved.folder(), &saved.house.root(), origin(), now() + days(1)).unwrap();
    let found = store.verify_log(Some(&officer), |_| true).unwrap().first_break.unwrap();
    assert!(found.number <= held);
}

#[test]
fn a_restore_that_fails_leaves_the_folder_without_a_store() {
    let saved = Saved::new();
    let bytes = std::fs::read(saved.snapshot()).unwrap();
    std::fs::write(saved.snapshot(), &bytes[..bytes.len() / 2]).unwrap();
    assert!(saved.restore(&saved.house.root(), now()).is_err());
    let left = std::fs::read_dir(saved.folder()).map_or(0, Iterator::count);
    assert_eq!(left, 0);
}
