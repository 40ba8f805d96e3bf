//! A new root secret: everything reads as before, nothing opens with the old one, and a kill at any step leaves one or the other.

use std::{os::unix::process::ExitStatusExt, path::Path, process::Command};

use chrono::TimeZone;
use domain::{Diagnosis, Purpose};
use seal::{ReaderPrivate, RecoveryKit, RootSecret};
use store::{Archive, Inbox, KeyError, KeySource, Store, StoreError};

use crate::{
    bus::{FILE, KEY_STORE, is_on_a_bus, keys_in},
    support::*,
};

struct Rotating {
    house: House,
    kit: RecoveryKit,
    place: tempfile::TempDir,
    /// Where its keys lie.
    kind: &'static str,
}

impl Rotating {
    /// A house with a kit, one delivered record, one that waits, a snapshot, and its keys in files elsewhere.
    fn new() -> Self {
        Self::of(FILE)
    }

    fn of(kind: &'static str) -> Self {
        let (house, kit) = House::with_kit();
        let mut inbox = house.inbox();
        connect(inbox.store_mut());
        house.activate(NURSE);
        inbox.import_rides(&[ride(&[(NURSE, 1), (SECOND, 1)])], now()).unwrap();
        take(&mut inbox, message("a"));
        deliver_all(&mut inbox);
        let place = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        inbox.store_mut().backup(&house.root(), &place.path().join("snapshot"), now()).unwrap();
        drop(inbox);
        let rotating = Self { house, kit, place, kind };
        let routing = store::open_recovery(rotating.folder(), rotating.kit.private()).unwrap().1;
        rotating.keys().keep(&rotating.house.root(), &routing).unwrap();
        rotating
    }

    fn folder(&self) -> &Path {
        self.house.folder.path()
    }

    fn keys(&self) -> KeySource {
        keys_in(self.kind, self.place.path(), self.folder())
    }

    fn rotate(&self) -> Result<usize, StoreError> {
        Store::rotate(self.folder(), &self.keys(), origin(), now(), &mut |_, _| true).map(|left| left.len())
    }

    /// Opens the store as the program does.
    fn open(&self) -> (Store, RootSecret) {
        Store::open_with(self.folder(), &self.keys(), origin(), now()).unwrap()
    }

    /// The nurse reads, what waits is delivered to a nurse who comes now, the snapshot and the kit open.
    fn everything_works(&self) {
        let (store, root) = self.open();
        let nurse = professional_of(&store, NURSE);
        let mut archive = Archive::new(store);
        let rows = archive.feedback_list(&nurse, 9, now()).unwrap();
        let opened = archive.open::<Diagnosis, _>(&nurse, rows[0].message, Purpose::Quality, now()).unwrap().unwrap();
        assert_eq!(opened.description.as_ref().unwrap().reveal(), "kanarie-omschrijving");
        assert!(archive.store().verify_log(None, |_| true).unwrap().first_break.is_none());
        let routing = self.keys().routing().unwrap().unwrap();
        assert!(archive.store().is_routing(&routing).unwrap());
        let restored = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let target = restored.path().join("store");
        Store::restore(&target, &root, &self.place.path().join("snapshot"), origin(), now()).unwrap();
        let (by_kit, routing_by_kit) = store::open_recovery(self.folder(), self.kit.private()).unwrap();
        assert_eq!((by_kit.expose(), routing_by_kit.expose()), (root.expose(), routing.expose()));
        let beside = tempfile::tempdir().unwrap();
        let sealed = beside.path().join("recovery.sealed");
        std::fs::copy(self.place.path().join("snapshot.recovery.sealed"), sealed).unwrap();
        let (by_kit, _) = store::open_recovery(beside.path(), self.kit.private()).unwrap();
        assert_eq!(by_kit.expose(), root.expose(), "the snapshot's own");
        assert!(target.join("recovery.sealed").exists(), "and it comes back with the snapshot");
    }
}

#[test]
fn under_a_new_root_everything_reads_as_before_and_the_old_one_opens_nothing() {
    let rotating = Rotating::new();
    let old = rotating.house.root();
    assert_eq!(rotating.rotate().unwrap(), 0);
    rotating.everything_works();
    let opened = Store::open(rotating.folder(), &old, origin(), now());
    assert!(matches!(opened.map(|_| ()), Err(StoreError::WrongKeyOrDamaged)));
    let snapshot = rotating.place.path().join("snapshot");
    let target = rotating.place.path().join("by-the-old");
    let restored = Store::restore(&target, &old, &snapshot, origin(), now());
    assert!(matches!(restored.map(|_| ()), Err(StoreError::Snapshot(_))));
    let (store, root) = rotating.open();
    assert_ne!(root.expose(), old.expose());
    drop(store);
    let raw = raw(&rotating.house.file(), &root);
    let rotated: i64 = raw.query_row("SELECT count(*) FROM audit WHERE event = 102", [], |row| row.get(0)).unwrap();
    assert_eq!(rotated, 1);
    for left in ["terugblik.db.rotating", "recovery.sealed.new"] {
        assert!(!rotating.folder().join(left).exists(), "{left}");
    }
    assert!(!rotating.place.path().join("key.new").exists());
}

#[test]
fn pseudonyms_of_old_years_and_of_this_one_still_resolve_under_a_new_root() {
    let rotating = Rotating::new();
    let next_year = chrono::Utc.with_ymd_and_hms(2027, 1, 2, 10, 0, 0).unwrap();
    let officer = rotating.house.officer();
    {
        // The first write of a year seals the year before to the privacy officers.
        let mut store = rotating.house.store();
        let entry = store.entry(next_year, access::Event::LogRead, Purpose::Supervision);
        store.log(&entry).unwrap();
    }
    let resolved = |root: &RootSecret| {
        let raw = raw(&rotating.house.file(), root);
        let row = |sql: &str| raw.query_row(sql, [], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        let past = row("SELECT wrapped FROM secret WHERE kind = 'pseudonym_past' AND number = 2026");
        let past = officer.open_pseudonym_key(2026, &past).unwrap().ride(RIDE);
        let running = row("SELECT wrapped FROM secret WHERE kind = 'pseudonym' AND number = 2027");
        let running = root.wrapping_key().unwrap_secret("pseudonym", 2027, &running).unwrap();
        let running = seal::PseudonymKey::new(seal::Secret32::from_bytes(&running).unwrap()).ride(RIDE);
        (past, running)
    };
    let before = resolved(&rotating.house.root());
    Store::rotate(rotating.folder(), &rotating.keys(), origin(), next_year, &mut |_, _| true).unwrap();
    let (store, root) = Store::open_with(rotating.folder(), &rotating.keys(), origin(), next_year).unwrap();
    drop(store);
    assert_eq!(resolved(&root), before);
}

#[test]
fn a_rotation_takes_the_store_alone_and_one_that_is_stopped_leaves_it_as_it_was() {
    let rotating = Rotating::new();
    let window = rotating.house.store();
    store::ask_for_milliseconds(300);
    assert!(matches!(rotating.rotate(), Err(StoreError::InUse)));
    drop(window);
    let stopped = Store::rotate(rotating.folder(), &rotating.keys(), origin(), now(), &mut |_, _| false);
    // A store this small is copied in one step; where it was not, the wish to stop was heard.
    assert!(matches!(stopped, Ok(_) | Err(StoreError::Cancelled)));
    rotating.everything_works();
}

#[test]
fn a_snapshot_that_was_moved_is_named() {
    let rotating = Rotating::new();
    for end in ["snapshot", "snapshot.key"] {
        std::fs::rename(rotating.place.path().join(end), rotating.place.path().join(format!("{end}.away"))).unwrap();
    }
    assert_eq!(rotating.rotate().unwrap(), 1);
}

#[test]
fn a_key_that_was_replaced_is_told_from_damage() {
    let rotating = Rotating::new();
    let keys = KeySource::File { path: rotating.place.path().join("other"), group: false };
    keys.keep(&RootSecret::generate().unwrap(), &ReaderPrivate::generate().unwrap()).unwrap();
    let replaced = Store::open_with(rotating.folder(), &keys, origin(), now());
    assert!(matches!(replaced.map(|_| ()), Err(StoreError::Key(KeyError::Replaced))));
    let mut bytes = std::fs::read(rotating.house.file()).unwrap();
    bytes[100] ^= 1;
    std::fs::write(rotating.house.file(), bytes).unwrap();
    let damaged = Store::open_with(rotating.folder(), &rotating.keys(), origin(), now());
    assert!(matches!(damaged.map(|_| ()), Err(StoreError::WrongKeyOrDamaged)), "the key is right");
}

const CHILD: &str = "TERUGBLIK_ROTATION_CHILD";
const DONE: &str = "ROTATED";

/// In the child: rotates until it dies; whether this is one.
fn rotates_as_child() -> bool {
    let Ok(given) = std::env::var(CHILD) else { return false };
    let given: Vec<&str> = given.lines().collect();
    let (folder, place) = (Path::new(given[1]), Path::new(given[2]));
    let keys = keys_in(given[0], place, folder);
    store::die_at(given[3].parse().unwrap());
    Store::rotate(folder, &keys, origin(), now(), &mut |_, _| true).unwrap();
    println!("{DONE}");
    true
}

#[test]
fn killed_at_any_step_of_a_rotation_the_store_is_under_the_old_root_or_the_new_and_everything_reads() {
    if !rotates_as_child() {
        let name = "rotation::killed_at_any_step_of_a_rotation_the_store_is_under_the_old_root_or_the_new_and_everything_reads";
        killed_at_any_step(name, FILE);
    }
}

#[test]
fn killed_at_any_step_of_a_rotation_in_the_key_store_it_holds_the_root_that_opens_the_store() {
    let name = "rotation::killed_at_any_step_of_a_rotation_in_the_key_store_it_holds_the_root_that_opens_the_store";
    if !rotates_as_child() && is_on_a_bus(name) {
        killed_at_any_step(name, KEY_STORE);
    }
}

fn killed_at_any_step(name: &str, kind: &'static str) {
    let (mut before, mut after) = (0, 0);
    for point in 1..40 {
        let rotating = Rotating::of(kind);
        let old = rotating.house.root();
        let given = format!("{kind}\n{}\n{}\n{point}", rotating.folder().display(), rotating.place.path().display());
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            .env(CHILD, given)
            .output()
            .unwrap();
        let done = String::from_utf8_lossy(&output.stdout).contains(DONE);
        assert!(done || output.status.signal() == Some(6), "{}", String::from_utf8_lossy(&output.stderr));
        rotating.everything_works();
        let (store, root) = rotating.open();
        drop(store);
        *(if root.expose() == old.expose() { &mut before } else { &mut after }) += 1;
        let left = ["terugblik.db.rotating", "recovery.sealed.new"].map(|name| rotating.folder().join(name).exists());
        assert_eq!(left, [false; 2], "died at point {point}");
        assert!(rotating.keys().next_root().unwrap().is_none(), "died at point {point}");
        // It can be done again, and what waits is delivered by the same delivery key.
        rotating.rotate().unwrap();
        rotating.everything_works();
        rotating.house.activate_in(&mut rotating.open().0, SECOND);
        let routing = rotating.keys().routing().unwrap();
        deliver_all(&mut Inbox::new(rotating.open().0, routing));
        let raw = raw(&rotating.house.file(), &rotating.open().1);
        let waiting: i64 = raw.query_row("SELECT count(*) FROM waiting", [], |row| row.get(0)).unwrap();
        assert_eq!(waiting, 0);
        if done {
            assert!(before >= 5 && after >= 5, "before the rename {before}, after it {after}");
            return;
        }
    }
    panic!("it does not come to an end");
}
