//! The watched folder, with its real thread, the system's own events and a real store: complete files only, each once, and nothing
//! of a file's name or content left behind.

use std::{
    collections::BTreeMap,
    fs::{self, File, FileTimes},
    io::Write,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use domain::StoreKind;
use intake::{Committer, FolderSettings, FolderWatch, Handling, QueueLimits, Reader, Terms};
use store::{FolderHealth, HospitalStatus, Inbox, Origin, RootSecret, Store};
use tempfile::TempDir;

use crate::support::{House, Plain, full, hospital, now, sample};

/// A store with a watched folder beside it.
struct Watched {
    store: TempDir,
    root: RootSecret,
    incoming: PathBuf,
    committer: Option<Committer>,
    watch: Option<FolderWatch>,
}

const KEPT: Terms = Terms {
    taken: Duration::ZERO,
    refused: Duration::from_secs(72 * 3600),
    acknowledgements: Duration::from_secs(30 * 24 * 3600),
};

impl Watched {
    /// Hospital 00000101 sends in `oost`; nothing is watched yet.
    fn new() -> Self {
        let House { folder, root, mut inbox, reader } = House::of(StoreKind::Test, HospitalStatus::Production);
        let mut own = hospital("00000101", HospitalStatus::Production);
        own.folder = Some("oost".into());
        inbox.store_mut().set_connections(&[own], now()).unwrap();
        let incoming = folder.path().join("in");
        fs::create_dir_all(incoming.join("oost")).unwrap();
        let door = Plain::of(inbox, reader);
        let committer = Committer::start(door, Box::new(|| None), QueueLimits::default(), now).unwrap();
        Self { store: folder, root, incoming, committer: Some(committer), watch: None }
    }

    fn open(&self) -> Store {
        let origin = Origin { workstation: "TS-01".into(), version: "test".into() };
        Store::open(&self.store.path().join("store"), &self.root, origin, now()).unwrap()
    }

    fn start_at(&mut self, handling: Handling, clock: fn() -> DateTime<Utc>) {
        self.watch = None;
        let settings = FolderSettings::new(self.incoming.clone(), handling);
        let entrance = self.committer.as_ref().unwrap().entrance();
        self.watch = Some(FolderWatch::start(settings, self.open(), entrance, clock).unwrap());
    }

    fn start(&mut self, handling: Handling) {
        self.start_at(handling, now);
    }

    fn oost(&self, name: &str) -> PathBuf {
        self.incoming.join("oost").join(name)
    }

    /// Written elsewhere and renamed in.
    fn rename_in(&self, to: &Path, content: impl AsRef<[u8]>) {
        let elsewhere = self.store.path().join("elsewhere");
        fs::write(&elsewhere, content).unwrap();
        fs::rename(elsewhere, to).unwrap();
    }

    fn status(&self) -> store::Status {
        self.open().status(false).unwrap()
    }

    /// Waits until it is so.
    fn until(&self, what: &str, is_so: impl Fn() -> bool) {
        let deadline = Instant::now() + Duration::from_secs(90);
        while !is_so() {
            assert!(Instant::now() < deadline, "{what}: {:?}", tree(&self.incoming));
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    fn until_records(&self, count: u64) {
        self.until("records", || self.status().records == count);
    }

    /// Waits until nothing is left to read or to wait for.
    fn until_idle(&self) {
        self.until("idle", || self.watch.as_ref().unwrap().is_idle());
    }
}

fn tree(folder: &Path) -> BTreeMap<PathBuf, (u64, i64, u64)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(next) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let Ok(meta) = fs::symlink_metadata(&path) else { continue };
            if meta.is_dir() {
                folders.push(path.clone());
            }
            found.insert(path.strip_prefix(folder).unwrap().to_path_buf(), (meta.ino(), meta.mtime_nsec(), meta.len()));
        }
    }
    found
}

fn rights(file: &Path) -> u32 {
    fs::metadata(file).unwrap().mode() & 0o7777
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The moment, as file systems know it.
fn today() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}

fn is_made_here(name: &str, end: &str) -> bool {
    name.strip_suffix(end).is_some_and(|base| base.len() == 32 && base.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[test]
fn a_file_renamed_in_is_taken_its_acknowledgement_lies_in_verwerkt_and_neither_tells_its_name() {
    let mut watched = Watched::new();
    watched.start(Handling::PutAway(KEPT));
    watched.rename_in(&watched.oost("Jansen 999900006.xml"), full(1));
    watched.until_records(1);
    watched.until("put away", || names(&watched.incoming.join("oost")) == ["geweigerd", "verwerkt"]);
    watched.until_idle();
    let kept = names(&watched.oost("verwerkt"));
    assert!(matches!(kept.as_slice(), [one] if is_made_here(one, ".ack.xml")), "the original is gone: {kept:?}");
    let acknowledgement = fs::read_to_string(watched.oost("verwerkt").join(&kept[0])).unwrap();
    assert!(acknowledgement.contains("\"CA\""), "{acknowledgement}");
    assert!(names(&watched.oost("geweigerd")).is_empty());
}

#[test]
fn a_refused_file_lies_in_geweigerd_with_its_acknowledgement_and_a_uuid_keeps_its_name() {
    let mut watched = Watched::new();
    watched.start(Handling::PutAway(KEPT));
    // From here on the system tells of what comes.
    watched.until_idle();
    let open = watched.store.path().join("open");
    fs::write(&open, sample("51-andere-rav.xml")).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o666)).unwrap();
    fs::rename(open, watched.oost("0f8fad5b-d9cb-469f-a165-70867728950e.xml")).unwrap();
    watched.rename_in(&watched.oost("De Wit.xml"), sample("60-afgebroken.xml"));
    watched.until("refused", || {
        names(&watched.oost("geweigerd")).len() == 4 && names(&watched.incoming.join("oost")).len() == 2
    });
    let kept = names(&watched.oost("geweigerd"));
    let of_uuid: Vec<_> =
        kept.iter().filter(|name| name.starts_with("0f8fad5b-d9cb-469f-a165-70867728950e.")).collect();
    assert_eq!(of_uuid.len(), 2, "{kept:?}");
    let made: Vec<_> =
        kept.iter().filter(|name| is_made_here(name, ".xml") || is_made_here(name, ".ack.xml")).collect();
    assert_eq!(made.len(), 2, "{kept:?}");
    // Others may not read what lies there, whatever its writer let them do.
    let modes: Vec<u32> = kept.iter().map(|name| rights(&watched.oost("geweigerd").join(name))).collect();
    assert!(modes.iter().all(|mode| mode & !0o640 == 0), "{kept:?} {modes:?}");
    assert_eq!(rights(&watched.oost("geweigerd/0f8fad5b-d9cb-469f-a165-70867728950e.xml")), 0o640);
    assert!(kept.iter().all(|name| !name.contains("Wit")), "{kept:?}");
    assert_eq!(watched.status().received.refused, 2);
}

#[test]
fn a_file_that_is_being_written_is_read_when_it_is_closed_and_then_whole() {
    let mut watched = Watched::new();
    watched.start(Handling::PutAway(KEPT));
    let whole = full(1);
    let (first, second) = whole.split_at(whole.find("<component>").unwrap_or(whole.len() / 2));
    let mut file = fs::File::create(watched.oost("langzaam.xml")).unwrap();
    file.write_all(first.as_bytes()).unwrap();
    // Another that comes later is taken before it: the scan went past it.
    watched.rename_in(&watched.oost("b.xml"), full(2));
    watched.until_records(1);
    std::thread::park_timeout(Duration::from_secs(3));
    assert_eq!(watched.status().received.refused, 0, "it is not read half");
    file.write_all(second.as_bytes()).unwrap();
    drop(file);
    watched.until_records(2);
    assert_eq!(watched.status().received.refused, 0);
}

#[test]
fn a_file_that_breaks_off_and_whose_writer_nobody_saw_is_given_more_time() {
    let mut watched = Watched::new();
    let whole = full(1);
    // Both lie there before anything is watched, as on a share.
    fs::write(watched.oost("half.xml"), &whole[..whole.len() / 2]).unwrap();
    fs::write(watched.oost("heel.xml"), full(2)).unwrap();
    watched.start(Handling::PutAway(KEPT));
    watched.until_records(1);
    std::thread::park_timeout(Duration::from_secs(3));
    assert_eq!(watched.status().received.refused, 0, "half a message is no message yet");
    watched.rename_in(&watched.oost("half.xml"), &whole);
    watched.until_records(2);
    assert_eq!(watched.status().received.refused, 0);
}

#[test]
fn what_is_no_plain_file_is_left_as_it_is_and_its_neighbours_are_taken() {
    let mut watched = Watched::new();
    let secret = watched.store.path().join("elders.xml");
    fs::write(&secret, full(8)).unwrap();
    std::os::unix::fs::symlink(&secret, watched.oost("a-link.xml")).unwrap();
    fs::hard_link(&secret, watched.oost("b-second-name.xml")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(watched.oost("c-pipe.xml")).status().unwrap().success());
    fs::create_dir(watched.oost("d-folder.xml")).unwrap();
    fs::write(watched.oost("e.xml.part"), full(9)).unwrap();
    fs::write(watched.oost(".f.xml"), full(9)).unwrap();
    let before = tree(&watched.incoming);
    watched.start(Handling::PutAway(KEPT));
    watched.rename_in(&watched.oost("z.xml"), full(1));
    watched.until_records(1);
    watched.until_idle();
    let after = tree(&watched.incoming);
    for (path, found) in before.iter().filter(|(path, _)| path.as_os_str() != "oost") {
        assert_eq!(after.get(path), Some(found), "{}", path.display());
    }
    assert_eq!(fs::read_to_string(secret).unwrap(), full(8));
}

#[test]
fn a_folder_of_no_hospital_and_the_watched_folder_itself_are_refused_whoever_the_message_names() {
    let mut watched = Watched::new();
    fs::create_dir(watched.incoming.join("vreemd")).unwrap();
    watched.start(Handling::PutAway(KEPT));
    watched.rename_in(&watched.incoming.join("vreemd/a.xml"), full(1));
    watched.rename_in(&watched.incoming.join("b.xml"), full(2));
    watched.until("refused", || watched.status().received.refused == 2);
    watched.until("put away", || {
        !watched.incoming.join("b.xml").exists() && !watched.incoming.join("vreemd/a.xml").exists()
    });
    let status = watched.status();
    assert_eq!(status.records, 0);
    assert_eq!(status.senders.len(), 1, "nobody is listed by it: {:?}", status.senders);
    assert_eq!(status.senders[0].refused, 0, "it is not counted for the hospital that the message names");
    for folder in [watched.incoming.join("vreemd/geweigerd"), watched.incoming.join("geweigerd")] {
        assert_eq!(names(&folder).len(), 2, "the original and its answer");
    }
}

#[test]
fn a_message_of_another_hospital_in_a_hospital_s_folder_is_refused() {
    let mut watched = Watched::new();
    watched.start(Handling::PutAway(KEPT));
    watched.rename_in(&watched.oost("a.xml"), full(1).replace("00000101", "00000102"));
    watched.until("refused", || names(&watched.oost("geweigerd")).len() == 2);
    assert_eq!(watched.status().records, 0);
}

#[test]
fn a_folder_that_may_only_be_read_is_not_altered_and_what_was_taken_is_remembered() {
    let mut watched = Watched::new();
    for n in 1..=3 {
        fs::write(watched.oost(&format!("Jansen {n}.xml")), full(n)).unwrap();
    }
    fs::write(watched.oost("x.xml"), sample("51-andere-rav.xml")).unwrap();
    // Read long before they were written: whatever reads them now would be noticed, also where that is noted once a day.
    let files: Vec<PathBuf> = names(&watched.incoming.join("oost")).iter().map(|name| watched.oost(name)).collect();
    let times = FileTimes::new().set_accessed(std::time::UNIX_EPOCH + Duration::from_secs(1_500_000_000));
    files.iter().for_each(|file| File::options().write(true).open(file).unwrap().set_times(times).unwrap());
    let before = tree(&watched.incoming);
    watched.start(Handling::ReadOnly);
    watched.until_records(3);
    watched.until("refused", || watched.status().received.refused == 1);
    watched.until_idle();
    assert_eq!(tree(&watched.incoming), before);
    assert!(files.iter().all(|file| fs::metadata(file).unwrap().atime() == 1_500_000_000), "when they were last read");
    // Another process, later: nothing is taken again.
    watched.start(Handling::ReadOnly);
    watched.until_idle();
    let received = watched.status().received;
    assert_eq!((received.taken_in, received.repeated, received.refused), (3, 0, 1));
    assert_eq!(tree(&watched.incoming), before);
    // A file that is written anew is another one, and its message a repeat; one that goes is forgotten.
    watched.rename_in(&watched.oost("Jansen 1.xml"), full(1) + "\n");
    fs::remove_file(watched.oost("Jansen 2.xml")).unwrap();
    watched.until("repeat", || watched.status().received.repeated == 1);
    watched.start(Handling::ReadOnly);
    watched.until_idle();
    assert_eq!(watched.open().folder_taken().unwrap().len(), 3, "two of the three, and the refused one");
}

#[test]
fn a_folder_that_disappears_is_said_and_when_it_is_back_its_files_are_taken() {
    let mut watched = Watched::new();
    watched.start(Handling::PutAway(KEPT));
    watched.rename_in(&watched.oost("a.xml"), full(1));
    watched.until_records(1);
    let away = watched.store.path().join("away");
    watched.until_idle();
    fs::rename(&watched.incoming, &away).unwrap();
    // It is seen at the next scan, a minute later at most.
    watched.until("gone", || watched.watch.as_ref().unwrap().state().0 == FolderHealth::Gone);
    fs::write(away.join("oost/b.xml"), full(2)).unwrap();
    fs::rename(&away, &watched.incoming).unwrap();
    watched.until_records(2);
    assert_eq!(watched.watch.as_ref().unwrap().state().0, FolderHealth::Watched);
}

#[test]
fn a_file_larger_than_a_message_may_be_is_refused_by_its_size() {
    let mut watched = Watched::new();
    watched.start(Handling::PutAway(KEPT));
    let large = fs::File::create(watched.store.path().join("large")).unwrap();
    large.set_len(3 << 30).unwrap();
    fs::rename(watched.store.path().join("large"), watched.oost("groot.xml")).unwrap();
    watched.until("refused", || names(&watched.oost("geweigerd")).iter().any(|name| name.ends_with(".ack.xml")));
    let kept = names(&watched.oost("geweigerd"));
    let answer = kept.iter().find(|name| name.ends_with(".ack.xml")).unwrap();
    assert!(fs::read_to_string(watched.oost("geweigerd").join(answer)).unwrap().contains("X1"), "{kept:?}");
}

#[test]
fn a_file_that_somebody_holds_a_lock_on_waits_for_it() {
    let mut watched = Watched::new();
    let file = fs::File::create(watched.store.path().join("locked")).unwrap();
    file.lock().unwrap();
    (&file).write_all(full(1).as_bytes()).unwrap();
    watched.start(Handling::PutAway(KEPT));
    fs::rename(watched.store.path().join("locked"), watched.oost("a.xml")).unwrap();
    watched.rename_in(&watched.oost("b.xml"), full(2));
    watched.until_records(1);
    assert!(watched.oost("a.xml").exists());
    file.unlock().unwrap();
    watched.until_records(2);
}

#[test]
fn files_that_vanish_and_files_that_are_exchanged_meanwhile_stop_nothing_and_none_is_lost() {
    let mut watched = Watched::new();
    watched.start(Handling::PutAway(KEPT));
    for n in 1..=300 {
        watched.rename_in(&watched.oost("weg.xml"), full(n));
        // Taken back at once, or another in its place: whichever the scan meets.
        if n % 2 == 0 {
            let _ = fs::remove_file(watched.oost("weg.xml"));
        }
        watched.rename_in(&watched.oost(&format!("{n}.xml")), full(1000 + n));
    }
    watched.rename_in(&watched.oost("weg.xml"), full(2000));
    watched.until("all read", || names(&watched.incoming.join("oost")) == ["geweigerd", "verwerkt"]);
    watched.until_idle();
    let ids = watched.status();
    assert!(ids.records >= 301 && ids.received.refused == 0, "{} records", ids.records);
    let kept = names(&watched.oost("verwerkt"));
    assert!(
        kept.iter().all(|name| name.ends_with(".ack.xml")) && names(&watched.oost("geweigerd")).is_empty(),
        "{kept:?}"
    );
}

#[test]
fn originals_and_acknowledgements_go_after_their_terms_and_nothing_else() {
    let mut watched = Watched::new();
    let of_today: fn() -> DateTime<Utc> = today;
    watched.start_at(Handling::PutAway(KEPT), of_today);
    watched.rename_in(&watched.oost("a.xml"), sample("51-andere-rav.xml"));
    watched.until("refused", || names(&watched.oost("geweigerd")).len() == 2);
    fs::write(watched.oost("geweigerd/van iemand anders.xml"), "x").unwrap();
    let later: fn() -> DateTime<Utc> = || today() + TimeDelta::hours(71);
    watched.start_at(Handling::PutAway(KEPT), later);
    watched.until_idle();
    assert_eq!(names(&watched.oost("geweigerd")).len(), 3, "not before its term");
    let past: fn() -> DateTime<Utc> = || today() + TimeDelta::hours(73);
    watched.start_at(Handling::PutAway(KEPT), past);
    watched.until("original gone", || names(&watched.oost("geweigerd")).len() == 2);
    assert!(names(&watched.oost("geweigerd")).iter().any(|name| name.ends_with(".ack.xml")));
    let a_month: fn() -> DateTime<Utc> = || today() + TimeDelta::days(31);
    watched.start_at(Handling::PutAway(KEPT), a_month);
    watched.until("all gone", || names(&watched.oost("geweigerd")) == ["van iemand anders.xml"]);
}

#[test]
fn what_a_killed_process_left_is_cleared_and_an_original_on_its_way_is_read_again() {
    let mut watched = Watched::new();
    for shelf in ["verwerkt", "geweigerd"] {
        fs::create_dir(watched.oost(shelf)).unwrap();
    }
    let base = "00112233445566778899aabbccddeeff";
    fs::write(watched.oost("verwerkt").join(format!(".terugblik-{base}.gone")), full(1)).unwrap();
    fs::write(watched.oost("geweigerd").join(format!(".terugblik-{base}.part")), "<ha").unwrap();
    watched.start(Handling::PutAway(KEPT));
    watched.until_records(1);
    watched.until("cleared", || names(&watched.oost("verwerkt")) == [format!("{base}.ack.xml")]);
    assert!(names(&watched.oost("geweigerd")).is_empty());
}

#[test]
fn where_nothing_can_be_put_away_nothing_is_taken_until_it_can() {
    let mut watched = Watched::new();
    fs::write(watched.oost("verwerkt"), "no folder").unwrap();
    watched.start(Handling::PutAway(KEPT));
    watched.rename_in(&watched.oost("a.xml"), full(1));
    watched.until("stuck", || watched.watch.as_ref().unwrap().state().0 == FolderHealth::Stuck);
    assert_eq!(watched.status().records, 0);
    fs::remove_file(watched.oost("verwerkt")).unwrap();
    watched.until_records(1);
}

#[test]
fn what_the_store_cannot_take_stays_and_is_taken_when_it_can() {
    let mut watched = Watched::new();
    // Its committer is gone, as when the store is another process' alone.
    let entrance = watched.committer.as_ref().unwrap().entrance();
    let door = watched.committer.take().unwrap();
    door.stop();
    let settings = FolderSettings::new(watched.incoming.clone(), Handling::PutAway(KEPT));
    watched.watch = Some(FolderWatch::start(settings, watched.open(), entrance, now).unwrap());
    watched.rename_in(&watched.oost("a.xml"), full(1));
    watched.until("stuck", || watched.watch.as_ref().unwrap().state().0 == FolderHealth::Stuck);
    assert!(watched.oost("a.xml").exists());
    let routing = None;
    let reader = Reader::new(hl7::Profiles::shipped().unwrap(), hl7::Limits::default(), watched.open().settings());
    let door = Plain::of(Inbox::new(watched.open(), routing), reader);
    watched.committer = Some(Committer::start(door, Box::new(|| None), QueueLimits::default(), now).unwrap());
    watched.start(Handling::PutAway(KEPT));
    watched.until_records(1);
}

#[test]
fn a_file_of_which_no_event_told_is_found_by_the_scan() {
    let mut watched = Watched::new();
    let settings = FolderSettings {
        scan_every: Duration::from_secs(4),
        ..FolderSettings::new(watched.incoming.clone(), Handling::PutAway(KEPT))
    };
    let entrance = watched.committer.as_ref().unwrap().entrance();
    watched.watch = Some(FolderWatch::start(settings, watched.open(), entrance, now).unwrap());
    watched.rename_in(&watched.oost("a.xml"), full(1));
    watched.until_records(1);
    // Another folder in its place, in one step: the system goes on watching the old one.
    let other = watched.store.path().join("other");
    fs::create_dir(&other).unwrap();
    let here = rustix::fs::CWD;
    let (old, flags) = (watched.incoming.join("oost"), rustix::fs::RenameFlags::EXCHANGE);
    rustix::fs::renameat_with(here, &other, here, &old, flags).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    watched.until_idle();
    watched.rename_in(&watched.oost("b.xml"), full(2));
    let begun = Instant::now();
    std::thread::sleep(Duration::from_millis(700));
    let records = watched.status().records;
    // An event has it taken at once; on a machine that stood still meanwhile the scan may have come by.
    assert!(records == 1 || begun.elapsed() > Duration::from_secs(3), "no event told of it");
    watched.until_records(2);
}

#[test]
fn no_name_of_a_file_stands_in_the_store() {
    let mut watched = Watched::new();
    watched.start(Handling::ReadOnly);
    watched.rename_in(&watched.oost("Jansen 999900006.xml"), full(1));
    watched.until_records(1);
    watched.until_idle();
    let connection = rusqlite::Connection::open(watched.store.path().join("store/terugblik.db")).unwrap();
    connection.execute_batch(&store::sqlcipher_opening(&watched.root.sqlcipher_key())).unwrap();
    let marks: Vec<Vec<u8>> = {
        let mut statement = connection.prepare("SELECT mark FROM folder_taken").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert_eq!(marks.iter().map(Vec::len).collect::<Vec<_>>(), [16], "a mark, and no name");
}
