//! The recovery kit used: keys come back, the kit is replaced, and each use is told.

use std::{
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::Command,
};

use domain::{Case, Identification, Purpose, RoleName};
use seal::{ReaderPrivate, RecoveryKit, RootSecret};
use store::{Archive, Inbox, KeySource, Recovery, Store, StoreError};

use crate::support::*;

pub fn file_keys(folder: &Path) -> KeySource {
    KeySource::File { path: folder.join("key"), group: false }
}

/// A place that is not the house's folder, for keys of another machine.
pub fn elsewhere() -> tempfile::TempDir {
    tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

pub fn new_kit() -> RecoveryKit {
    RecoveryKit::generate().unwrap().0
}

/// Uses a kit on a folder; the new kit's sheets are as good as printed.
pub fn recover(
    folder: &Path,
    kit: &RecoveryKit,
    next: &RecoveryKit,
    keys: &KeySource,
    admit: Option<(&str, RoleName)>,
) -> Result<Option<seal::ActivationCode>, StoreError> {
    let recovery = Recovery { folder, kit, next: next.public(), keys, admit, origin: origin(), now: now() };
    recovery.run(|_| Ok::<_, StoreError>(()))
}

/// A ride whose nurse has an account and whose second nurse has not: delivered to one, waiting for the other.
fn half_delivered(house: &House) {
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    inbox.import_rides(&[ride(&[(NURSE, 1), (SECOND, 1)])], now()).unwrap();
    take(&mut inbox, store::Incoming { identification: Some(identification(BSN)), ..message("a") });
    deliver_all(&mut inbox);
}

fn waiting(house: &House) -> i64 {
    house.count("SELECT count(*) FROM waiting")
}

/// Whether each of two kits opens file and store of a folder: what a person with its sheets would find.
fn opens(folder: &Path, kit: &RecoveryKit) -> bool {
    let keys = elsewhere();
    let copy = copy_of(folder);
    let done = recover(copy.path(), kit, &new_kit(), &file_keys(keys.path()), None);
    assert!(!matches!(done, Err(StoreError::InUse | StoreError::TakenAlone)));
    // Who types its sheets is not sent away before they are tried.
    assert!(done.is_err() || store::kit_numbers(folder).unwrap().contains(&kit.number()));
    done.is_ok()
}

fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = elsewhere();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    copy
}

#[test]
fn with_the_kit_alone_what_waited_is_delivered_and_every_role_reads_as_before() {
    let (house, kit) = House::with_kit();
    half_delivered(&house);
    let (clerk, manager) = (house.clerk(), house.manager());
    assert_eq!(waiting(&house), 1);
    let (machine, next) = (elsewhere(), new_kit());
    let keys = file_keys(machine.path());
    recover(house.folder.path(), &kit, &next, &keys, None).unwrap();
    assert_eq!(keys.root().unwrap().expose(), house.root().expose());
    let routing = keys.routing().unwrap().unwrap();
    assert!(house.store().is_routing(&routing).unwrap());
    // The second nurse comes: what waited for her is opened by the new pair.
    house.activate(SECOND);
    deliver_all(&mut Inbox::new(house.store(), Some(routing)));
    assert_eq!(waiting(&house), 0);
    let second = house.professional(SECOND);
    let mut archive = house.archive();
    let list = archive.feedback_list(&second, 9, now()).unwrap();
    let record = list[0].message;
    let diagnosis = archive.open::<domain::Diagnosis, _>(&second, record, Purpose::Quality, now()).unwrap().unwrap();
    assert_eq!(diagnosis.description.as_ref().unwrap().reveal(), "kanarie-omschrijving");
    // A role's members read what they read before, with the sessions and the keys of before.
    assert!(archive.open::<Identification, _>(&clerk, record, Purpose::CompleteRide, now()).unwrap().is_some());
    assert!(archive.open::<Case, _>(&manager, record, Purpose::Quality, now()).unwrap().is_some());
    house.log_is_whole();
}

#[test]
fn a_use_that_cannot_be_written_leaves_nothing_ready_and_can_be_done_again() {
    let (house, kit) = House::with_kit();
    half_delivered(&house);
    let (machine, folder) = (elsewhere(), house.folder.path());
    let keys = file_keys(machine.path());
    let nothing_is_left = || {
        assert!(recover(folder, &kit, &new_kit(), &keys, None).is_err());
        assert_eq!(std::fs::read_dir(machine.path()).unwrap().count(), 0, "no key lies ready");
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        assert!(!names.into_iter().any(|name| name == "recovery.sealed.new"));
    };
    // The file that is to lie ready cannot be written; then the store cannot.
    std::fs::create_dir(folder.join("recovery.sealed.new.half")).unwrap();
    nothing_is_left();
    std::fs::remove_dir(folder.join("recovery.sealed.new.half")).unwrap();
    let full = "CREATE TRIGGER full BEFORE UPDATE ON setting BEGIN SELECT RAISE(ABORT, 'full'); END";
    house.raw().execute_batch(full).unwrap();
    nothing_is_left();
    house.raw().execute_batch("DROP TRIGGER full").unwrap();
    recover(folder, &kit, &new_kit(), &keys, None).unwrap();
    assert!(house.store().is_routing(&keys.routing().unwrap().unwrap()).unwrap());
}

#[test]
fn the_delivery_key_of_before_opens_nothing_that_still_waits() {
    let (house, kit) = House::with_kit();
    half_delivered(&house);
    let machine = elsewhere();
    recover(house.folder.path(), &kit, &new_kit(), &file_keys(machine.path()), None).unwrap();
    house.activate(SECOND);
    let mut old = house.inbox();
    assert!(old.deliver(now()).is_err(), "the lost machine's key");
    assert_eq!(waiting(&house), 1);
}

#[test]
fn a_kit_is_void_once_it_was_used_and_the_new_one_serves() {
    let (house, kit) = House::with_kit();
    half_delivered(&house);
    let (machine, next, third) = (elsewhere(), new_kit(), new_kit());
    let keys = file_keys(machine.path());
    recover(house.folder.path(), &kit, &next, &keys, None).unwrap();
    let again = recover(house.folder.path(), &kit, &third, &keys, None);
    assert!(
        matches!(&again, Err(StoreError::OtherKit { given, own }) if *given == kit.number() && *own == next.number())
    );
    // Also with the file of before beside the store of now.
    recover(house.folder.path(), &next, &third, &file_keys(elsewhere().path()), None).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM audit WHERE event = 100"), 2);
}

#[test]
fn the_kits_file_of_an_older_copy_does_not_open_the_store_of_now() {
    let (house, kit) = House::with_kit();
    let old = std::fs::read(house.folder.path().join("recovery.sealed")).unwrap();
    let machine = elsewhere();
    recover(house.folder.path(), &kit, &new_kit(), &file_keys(machine.path()), None).unwrap();
    std::fs::write(house.folder.path().join("recovery.sealed"), old).unwrap();
    let again = recover(house.folder.path(), &kit, &new_kit(), &file_keys(machine.path()), None);
    assert!(matches!(again, Err(StoreError::OtherKit { .. })), "the store knows which kit is in force");
}

#[test]
fn a_kit_of_another_store_and_a_store_without_one_are_told_apart_and_nothing_is_touched() {
    let (house, _) = House::with_kit();
    let (other, kit) = House::with_kit();
    let machine = elsewhere();
    let keys = file_keys(machine.path());
    let before = std::fs::read(house.file()).unwrap();
    let refused = recover(house.folder.path(), &kit, &new_kit(), &keys, None);
    assert!(matches!(refused, Err(StoreError::OtherKit { .. })));
    std::fs::remove_file(other.folder.path().join("recovery.sealed")).unwrap();
    let gone = recover(other.folder.path(), &kit, &new_kit(), &keys, None);
    assert!(matches!(gone, Err(StoreError::NoKit(_))));
    assert_eq!(std::fs::read(house.file()).unwrap(), before);
    assert_eq!(std::fs::read_dir(machine.path()).unwrap().count(), 0, "no key anywhere");
}

#[test]
fn a_key_file_of_another_store_is_not_overwritten() {
    let (house, kit) = House::with_kit();
    let machine = elsewhere();
    let keys = file_keys(machine.path());
    let foreign = RootSecret::generate().unwrap();
    keys.keep(&foreign, &ReaderPrivate::generate().unwrap()).unwrap();
    let refused = recover(house.folder.path(), &kit, &new_kit(), &keys, None);
    assert!(matches!(refused, Err(StoreError::Key(store::KeyError::FileExists(_)))));
    assert_eq!(keys.root().unwrap().expose(), foreign.expose());
    assert_eq!(house.count("SELECT count(*) FROM audit WHERE event = 100"), 0);
}

#[test]
fn recovery_takes_the_store_alone_and_others_are_told() {
    let (house, kit) = House::with_kit();
    let machine = elsewhere();
    let window = house.store();
    store::ask_for_milliseconds(300);
    let refused = recover(house.folder.path(), &kit, &new_kit(), &file_keys(machine.path()), None);
    assert!(matches!(refused, Err(StoreError::InUse)));
    drop(window);
    let (next, keys) = (new_kit(), file_keys(machine.path()));
    let recovery = Recovery {
        folder: house.folder.path(),
        kit: &kit,
        next: next.public(),
        keys: &keys,
        admit: None,
        origin: origin(),
        now: now(),
    };
    let done = recovery.run(|_| {
        let other = Store::open(house.folder.path(), &house.root(), origin(), now());
        assert!(matches!(other.map(|_| ()), Err(StoreError::TakenAlone)));
        Ok::<_, StoreError>(())
    });
    assert!(done.is_ok());
    house.store();
}

#[test]
fn sheets_that_cannot_be_printed_leave_everything_as_it_was() {
    let (house, kit) = House::with_kit();
    let machine = elsewhere();
    let (next, keys) = (new_kit(), file_keys(machine.path()));
    let recovery = Recovery {
        folder: house.folder.path(),
        kit: &kit,
        next: next.public(),
        keys: &keys,
        admit: None,
        origin: origin(),
        now: now(),
    };
    assert!(matches!(recovery.run(|_| Err(StoreError::Cancelled)), Err(StoreError::Cancelled)));
    assert_eq!(std::fs::read_dir(machine.path()).unwrap().count(), 0);
    assert!(opens(house.folder.path(), &kit));
}

#[test]
fn the_kit_gives_a_role_without_a_member_its_first_one() {
    let (house, kit) = House::with_kit();
    half_delivered(&house);
    let machine = elsewhere();
    // The medical manager's code is lost before it was used; the kit gives a new one with the role's keys.
    let admit = Some((MANAGER, RoleName::MedicalManager));
    let next = new_kit();
    let keys = file_keys(machine.path());
    let code = recover(house.folder.path(), &kit, &next, &keys, admit).unwrap().unwrap();
    let manager = house.manager_by(&code);
    let mut archive = Archive::new(house.store());
    let record = domain::MessageId(1);
    assert!(archive.open::<Case, _>(&manager, record, Purpose::Quality, now()).unwrap().is_some());
    drop(archive);
    // An account that is active gets the keys at once, and no code.
    house.activate(ADMINISTRATOR);
    let admit = Some((ADMINISTRATOR, RoleName::MedicalManager));
    assert!(recover(house.folder.path(), &next, &new_kit(), &keys, admit).unwrap().is_none());
    let held = house.store().account_keys(ADMINISTRATOR).unwrap().unwrap().roles_held();
    assert!(held.contains(&RoleName::MedicalManager));
    assert_eq!(house.count("SELECT count(*) FROM audit WHERE event = 101"), 2);
}

#[test]
fn the_kit_gives_no_role_that_has_no_key_and_nothing_to_nobody() {
    let (house, kit) = House::with_kit();
    let machine = elsewhere();
    let try_it = |staff, role| {
        recover(house.folder.path(), &kit, &new_kit(), &file_keys(machine.path()), Some((staff, role))).map(|_| ())
    };
    assert!(matches!(try_it(NURSE, RoleName::Professional), Err(StoreError::NoRoleKey)));
    assert!(matches!(try_it("nobody", RoleName::Administration), Err(StoreError::NoAccount)));
    assert!(opens(house.folder.path(), &kit), "nothing was used");
}

#[test]
fn every_privacy_officer_is_shown_each_use_once() {
    let (house, kit) = House::with_kit();
    let officer = house.officer();
    assert!(house.store().show_kit_use(&officer, now()).unwrap().is_none());
    let machine = elsewhere();
    let (second, third) = (new_kit(), new_kit());
    let keys = file_keys(machine.path());
    recover(house.folder.path(), &kit, &second, &keys, None).unwrap();
    recover(house.folder.path(), &second, &third, &keys, None).unwrap();
    let shown = house.store().show_kit_use(&officer, now()).unwrap().unwrap();
    assert_eq!((shown.count, shown.at), (2, now()));
    assert!(house.store().show_kit_use(&officer, now()).unwrap().is_none(), "once");
    recover(house.folder.path(), &third, &new_kit(), &keys, None).unwrap();
    assert_eq!(house.store().show_kit_use(&officer, now()).unwrap().unwrap().count, 1);
    assert_eq!(house.count("SELECT count(*) FROM audit WHERE event = 103"), 2, "that it was shown is logged");
}

#[test]
fn a_snapshot_keeps_the_file_of_its_own_kit_and_comes_back_by_two_sheets_where_store_and_keys_are_gone() {
    let (house, kit) = House::with_kit();
    let (machine, place, next) = (elsewhere(), elsewhere(), new_kit());
    let snapshot = place.path().join("snapshot");
    house.store().backup(&house.root(), &snapshot, now()).unwrap();
    recover(house.folder.path(), &kit, &next, &file_keys(machine.path()), None).unwrap();
    let (other, folder) = (elsewhere(), elsewhere());
    let back = folder.path().join("store");
    // What the snapshot holds of the roles is sealed to the kit of then.
    let refused = Store::restore_by_kit(&back, &next, &snapshot, origin(), now());
    assert!(matches!(refused, Err(StoreError::OtherKit { .. })));
    assert!(!back.exists());
    Store::restore_by_kit(&back, &kit, &snapshot, origin(), now()).unwrap();
    let last = new_kit();
    recover(&back, &kit, &last, &file_keys(other.path()), None).unwrap();
    let (store, _) = Store::open_with(&back, &file_keys(other.path()), origin(), now()).unwrap();
    assert!(store.status(true).unwrap().recovery_kit);
    assert_eq!(store::kit_numbers(&back).unwrap(), [last.number()]);
}

#[test]
fn of_a_store_whose_kit_has_lost_its_file_the_status_says_so() {
    let (house, _) = House::with_kit();
    assert!(house.store().status(true).unwrap().recovery_kit);
    std::fs::remove_file(house.folder.path().join("recovery.sealed")).unwrap();
    assert!(!house.store().status(true).unwrap().recovery_kit);
}

const CHILD: &str = "TERUGBLIK_RECOVERY_CHILD";
const DONE: &str = "RECOVERED";

#[test]
fn killed_at_any_step_of_a_recovery_one_kit_opens_file_and_store_and_it_can_be_done_again() {
    if let Ok(given) = std::env::var(CHILD) {
        let mut lines = given.lines();
        let mut next = || PathBuf::from(lines.next().unwrap());
        let (folder, keys, sheets, point) = (next(), next(), next(), next());
        let kit = kit_in(&sheets.join("old"));
        let fresh = kit_in(&sheets.join("new"));
        store::die_at(point.to_str().unwrap().parse().unwrap());
        recover(&folder, &kit, &fresh, &file_keys(&keys), None).unwrap();
        println!("{DONE}");
        return;
    }
    let name = "recovery::killed_at_any_step_of_a_recovery_one_kit_opens_file_and_store_and_it_can_be_done_again";
    let mut before = 0;
    let mut after = 0;
    for point in 1..40 {
        let sheets = elsewhere();
        let (kit, house) = {
            let (kit, printed) = RecoveryKit::generate().unwrap();
            keep_kit(&sheets.path().join("old"), &printed);
            (kit.number(), House::of_kit(*kit.public()))
        };
        let (fresh, printed) = RecoveryKit::generate().unwrap();
        keep_kit(&sheets.path().join("new"), &printed);
        half_delivered(&house);
        let machine = elsewhere();
        let given = [house.folder.path(), machine.path(), sheets.path()].map(|p| p.display().to_string()).join("\n");
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            .env(CHILD, format!("{given}\n{point}"))
            .output()
            .unwrap();
        let done = String::from_utf8_lossy(&output.stdout).contains(DONE);
        assert!(done || output.status.signal() == Some(6), "{}", String::from_utf8_lossy(&output.stderr));
        let old = kit_in(&sheets.path().join("old"));
        assert_eq!(old.number(), kit);
        let (by_old, by_new) = (opens(house.folder.path(), &old), opens(house.folder.path(), &fresh));
        assert!(by_old != by_new, "died at point {point}: one kit, and one only: {by_old} {by_new}");
        let used = house.count("SELECT count(*) FROM audit WHERE event = 100");
        assert_eq!(used, i64::from(by_new), "died at point {point}: no use without its entry");
        house.log_is_whole();
        // Done again by whichever kit is in force, it comes to its end.
        let (last, keys) = (new_kit(), file_keys(machine.path()));
        recover(house.folder.path(), if by_new { &fresh } else { &old }, &last, &keys, None).unwrap();
        let routing = keys.routing().unwrap().unwrap();
        house.activate(SECOND);
        deliver_all(&mut Inbox::new(house.store(), Some(routing)));
        assert_eq!(waiting(&house), 0, "died at point {point}");
        *(if by_new { &mut after } else { &mut before }) += 1;
        if done {
            assert!(before >= 4 && after >= 4, "before the commit {before}, after it {after}");
            return;
        }
    }
    panic!("it does not come to an end");
}

fn keep_kit(file: &Path, sheets: &[seal::RecoverySheet]) {
    let lines: Vec<String> = sheets.iter().take(2).map(|sheet| sheet.line().unwrap().to_string()).collect();
    std::fs::write(file, lines.join("\n")).unwrap();
}

fn kit_in(file: &Path) -> RecoveryKit {
    let text = std::fs::read_to_string(file).unwrap();
    let sheets: Vec<_> = text.lines().map(|line| seal::RecoverySheet::parse(line).unwrap()).collect();
    RecoveryKit::of_sheets(&sheets[0], &sheets[1]).unwrap()
}

#[test]
fn a_forged_key_of_the_officers_is_not_believed_after_a_recovery_either() {
    let (house, kit) = House::with_kit();
    half_delivered(&house);
    // Who has the root secret puts an epoch of his own into the directory, sealed to the kit as a real one would be.
    {
        let root = house.root();
        let raw = house.raw();
        let wrapped: Vec<u8> =
            raw.query_row("SELECT wrapped FROM secret WHERE kind = 'directory'", [], |row| row.get(0)).unwrap();
        let secret = root.wrapping_key().unwrap_secret("directory", 1, &wrapped).unwrap();
        let directory = seal::DirectoryKey::new(seal::Secret32::from_bytes(&secret).unwrap());
        let own = ReaderPrivate::generate().unwrap();
        let (reader, public) = (domain::ReaderId::PRIVACY_OFFICER, own.public().unwrap());
        let sealed = access::seal_for_kit(kit.public(), reader, 2, &own).unwrap();
        raw.execute(
            "INSERT INTO role_key VALUES (?1, 2, ?2, ?3, ?4, NULL)",
            rusqlite::params![reader.0, public.0, directory.mac(reader, 2, &public), sealed],
        )
        .unwrap();
        let signing = own.signing_key().public();
        raw.execute(
            "INSERT INTO officer_key VALUES (2, ?1, ?2, zeroblob(32))",
            rusqlite::params![signing.0, directory.signing_mac(2, &signing)],
        )
        .unwrap();
    }
    let machine = elsewhere();
    let keys = file_keys(machine.path());
    recover(house.folder.path(), &kit, &new_kit(), &keys, None).unwrap();
    house.activate(SECOND);
    let mut inbox = Inbox::new(house.store(), keys.routing().unwrap());
    let delivered = inbox.deliver(now());
    assert!(
        matches!(delivered, Err(StoreError::Directory(_))),
        "the new Routing vouches for what the old one believed"
    );
    assert_eq!(waiting(&house), 1);
}

#[test]
fn a_member_admitted_by_the_kit_stays_one_when_the_next_epoch_is_made() {
    let (house, kit) = House::with_kit();
    house.activate(ADMINISTRATOR);
    let machine = elsewhere();
    let admit = Some((ADMINISTRATOR, RoleName::Administration));
    recover(house.folder.path(), &kit, &new_kit(), &file_keys(machine.path()), admit).unwrap();
    let mut clerk = house.clerk();
    house.raw().execute("INSERT INTO epoch_pending VALUES (1, 0)", []).unwrap();
    assert!(house.store().renew_epoch(&mut clerk, now()).unwrap());
    let sql = "SELECT count(*) FROM role_member m JOIN account a ON a.n = m.account
               WHERE a.staff = 'fb01' AND m.reader = 1 AND m.epoch = 2";
    assert_eq!(house.count(sql), 1, "a confirmation stands for the account with its roles of now");
}

#[test]
fn epochs_made_later_are_sealed_to_the_kit_in_force() {
    let (house, kit) = House::with_kit();
    let (machine, next) = (elsewhere(), new_kit());
    let keys = file_keys(machine.path());
    recover(house.folder.path(), &kit, &next, &keys, None).unwrap();
    let mut clerk = house.clerk();
    house.raw().execute("INSERT INTO epoch_pending VALUES (1, 0)", []).unwrap();
    assert!(house.store().renew_epoch(&mut clerk, now()).unwrap());
    let sealed: Vec<u8> = house
        .raw()
        .query_row("SELECT recovery FROM role_key WHERE reader = 1 AND epoch = 2", [], |row| row.get(0))
        .unwrap();
    let reader = domain::ReaderId::ADMINISTRATION;
    assert!(access::open_with_kit(next.private(), reader, 2, &sealed).is_ok());
    assert!(access::open_with_kit(kit.private(), reader, 2, &sealed).is_err());
}

#[test]
fn no_epoch_is_sealed_to_a_kit_that_somebody_wrote_into_the_store_by_hand() {
    let (house, kit) = House::with_kit();
    let mut clerk = house.clerk();
    house.raw().execute("INSERT INTO epoch_pending VALUES (1, 0)", []).unwrap();
    // Who has the root secret names a kit of his own, and waits for a session that makes the next epoch.
    let own = new_kit();
    let name = |kit: &RecoveryKit| {
        let hex: String = kit.public().0.iter().map(|b| format!("{b:02x}")).collect();
        house.raw().execute("UPDATE setting SET value = ?1 WHERE key = 'recovery_kit'", [hex]).unwrap();
    };
    name(&own);
    assert!(matches!(house.store().renew_epoch(&mut clerk, now()), Err(StoreError::Directory(1))));
    assert_eq!(house.count("SELECT max(epoch) FROM role_key WHERE reader = 1"), 1);
    name(&kit);
    assert!(house.store().renew_epoch(&mut clerk, now()).unwrap(), "with the real one it is made");
}
