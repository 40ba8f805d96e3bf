//! The watched folder of ride files as *Ritten* sets it: the real receiver reads it, one process at a time, and may be killed.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use app::Engine;
use chrono::{DateTime, Utc};
use store::{Archive, RideFilesTurn};
use viewmodel::{Command, Frame, RideFolderShown, RideFolderTyped, RidesCommand, Screen, ScreenName};
use zeroize::Zeroizing;

use crate::{
    desktop::Running,
    house::{PASSPHRASE, second_factor},
    incoming::names,
    support::{Place, path, recent, text},
};

const ADMINISTRATOR: &str = "9003";

/// *Ritten* of the functional administrator on a store that a receiver may have too.
struct Ritten {
    engine: Engine,
    now: DateTime<Utc>,
}

impl Ritten {
    fn of(place: &Place) -> Self {
        place.activate(ADMINISTRATOR);
        let cheap = access::Parameters { memory_kib: 64, passes: 1, lanes: 1 };
        let engine = Engine::new(Archive::new(place.store()), None, cheap, Vec::new());
        let mut ritten = Self { engine, now: Utc::now() };
        let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
        let code = access::second_factor_code(&second_factor(), ritten.now).unwrap();
        let signed_in = ritten.act(Command::SignIn { account: ADMINISTRATOR.into(), passphrase, code });
        assert!(signed_in.rail.is_some(), "signed in");
        ritten.act(Command::Open(ScreenName::Rides));
        ritten
    }

    fn act(&mut self, command: Command) -> Frame {
        self.engine.execute(command, self.now, &mut |_, _, _| true)
    }

    fn shown(&mut self) -> RideFolderShown {
        let Screen::Rides(screen) = self.act(Command::Open(ScreenName::Rides)).screen else { panic!("Ritten") };
        *screen.folder
    }

    /// Sets it; gives why it was refused.
    fn set(&mut self, folder: &str, change: impl FnOnce(&mut RideFolderTyped)) -> Option<&'static str> {
        let mut typed = RideFolderTyped { folder: folder.into(), every_minutes: "30".into(), ..Default::default() };
        change(&mut typed);
        self.act(Command::Rides(RidesCommand::SetFolder(typed))).notice.map(|notice| notice.text)
    }
}

fn made(place: &Place, name: &str) -> PathBuf {
    let folder = place.path(name);
    std::fs::create_dir(&folder).unwrap();
    folder
}

/// The receiver of a store, once it says that it runs.
fn receiver(place: &Place) -> Running {
    let mut child = place.command(&["receive"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert!(line.contains("De ontvanger draait"), "{line}");
    // It goes on talking.
    std::thread::spawn(move || said.lines().map_while(Result::ok).for_each(drop));
    Running(child)
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(120);
    while !is_so() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

fn rides() -> String {
    String::from_utf8(recent("rides.csv", Utc::now())).unwrap()
}

#[test]
fn a_folder_or_layout_that_cannot_be_used_is_refused_with_what_to_do_and_a_good_one_is_logged() {
    let place = Place::made();
    let (folder, messages) = (made(&place, "ritten"), made(&place, "berichten"));
    place.done(&["receive", "--folder", path(&messages), "--save"]);
    let file = place.file("ritten.csv", "geen map");
    let mut ritten = Ritten::of(&place);
    let good = path(&folder).to_owned();
    let none = |_: &mut RideFolderTyped| {};
    assert_eq!(ritten.set("ritten", none), Some("error-ride-folder-absolute"));
    assert_eq!(ritten.set(path(&place.path("weg")), none), Some("error-file-absent"));
    assert_eq!(ritten.set(&file, none), Some("error-ride-folder-file"));
    assert_eq!(ritten.set(path(&place.path("store/ritten")), none), Some("error-receive-folder-store"));
    assert_eq!(ritten.set(path(&messages.join("oost")), none), Some("error-ride-folder-messages"));
    for minutes in ["0", "1441", "-1", "vaak"] {
        let refused = ritten.set(&good, |typed| typed.every_minutes = minutes.into());
        assert_eq!(refused, Some("error-ride-folder-minutes"), "{minutes}");
    }
    let refused = ritten.set(&good, |typed| typed.source = Some("nacht".into()));
    assert_eq!(refused, Some("error-rides-no-source"));
    assert!(!ritten.shown().on && place.store().ride_folder().unwrap().is_none());
    assert_eq!(ritten.set(&good, |typed| typed.every_minutes = " 5 ".into()), None);
    let shown = ritten.shown();
    assert!(shown.on && shown.put_off.is_some() && shown.looked.is_none() && !shown.receiver_runs);
    assert_eq!((shown.set_now.folder.as_str(), shown.set_now.every_minutes.as_str()), (good.as_str(), "5"));
    assert_eq!(place.status()["receiver"]["expected"], true, "who monitors hears that a receiver is to run");
    ritten.act(Command::Rides(RidesCommand::FolderOff));
    let shown = ritten.shown();
    assert!(!shown.on && shown.set_now.folder == good, "what was set is there to be put on again");
    let log: Vec<String> = {
        let raw = place.raw();
        let mut find = raw.prepare("SELECT body FROM audit").unwrap();
        let entries = find.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        entries.map(|entry| String::from_utf8_lossy(&entry.unwrap()).into_owned()).collect()
    };
    let of = |what: &str| log.iter().filter(|entry| entry.contains(what)).count();
    assert_eq!((of("on=1 every_minutes=5 skip_bad_lines=0"), of("on=0 every_minutes=5")), (1, 1));
}

#[test]
fn the_receiver_reads_the_folder_as_it_is_set_and_says_what_became_of_the_last_look_and_file() {
    let place = Place::made();
    let folder = made(&place, "ritten");
    let all = rides().lines().count() as u64 - 1;
    let mut ritten = Ritten::of(&place);
    let _receiver = receiver(&place);
    std::fs::write(folder.join("nacht.csv"), rides()).unwrap();
    std::fs::write(folder.join("los.pdf"), "geen ritten").unwrap();
    assert_eq!(ritten.set(path(&folder), |_| {}), None);
    until("it is read", || !folder.join("nacht.csv").exists() && place.status()["ride_folder"]["looked"].is_object());
    let shown = ritten.shown();
    let (looked, last) = (shown.looked.unwrap(), shown.last.unwrap());
    assert!(shown.receiver_runs && looked.why.is_none(), "{looked:?}");
    assert_eq!((last.imported, last.new, last.refused), (true, all, 0), "{last:?}");
    assert!(folder.join("los.pdf").exists());
    // Another layout is another look, at once: these have no such columns, and one bad line.
    std::fs::write(folder.join("jansen.csv"), rides().replacen("overdracht_seh", "x", 1)).unwrap();
    assert_eq!(ritten.set(path(&folder), |typed| typed.skip_bad_lines = true), None);
    until("it is refused", || !folder.join("jansen.csv").exists());
    until("it is noted", || place.status()["ride_files"]["outcome"] == "refused");
    let last = ritten.shown().last.unwrap();
    let why = last.why.unwrap();
    assert_eq!((last.imported, why.text), (false, "error-rides-column"));
    assert!(why.values.contains(&("column", "overdracht_seh".to_owned())), "{why:?}");
    assert_eq!(names(&folder.join("geweigerd")).len(), 2);
    let said = place.done(&["status"]);
    assert!(said.contains("overdracht_seh ontbreekt"), "{said}");
    // The folder goes, and is put off.
    std::fs::remove_dir_all(&folder).unwrap();
    let typed = RideFolderTyped { every_minutes: "7".into(), ..ritten.shown().set_now };
    assert_eq!(ritten.set(path(&folder), |new| *new = typed.clone()), Some("error-file-absent"), "not here either");
    ritten.act(Command::Rides(RidesCommand::FolderOff));
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("later.csv"), rides()).unwrap();
    assert_eq!(place.status()["ride_folder"]["on"], false);
}

#[test]
fn a_folder_that_goes_away_is_said_and_read_again_when_it_is_back() {
    let place = Place::made();
    let folder = made(&place, "ritten");
    let mut ritten = Ritten::of(&place);
    assert_eq!(ritten.set(path(&folder), |_| {}), None);
    std::fs::remove_dir(&folder).unwrap();
    let one = receiver(&place);
    until("it is said", || place.status()["ride_folder"]["looked"]["why"]["key"] == "error-file-absent");
    assert!(place.done(&["status"]).contains("De map met ritbestanden"));
    assert_eq!(ritten.shown().looked.unwrap().why.unwrap().text, "error-file-absent");
    drop(one);
    made(&place, "ritten");
    std::fs::write(folder.join("a.csv"), rides()).unwrap();
    let _other = receiver(&place);
    until("it is read", || !folder.join("a.csv").exists());
    until("it is well", || place.status()["ride_folder"]["looked"]["why"].is_null());
}

#[test]
fn while_one_process_reads_ride_files_another_says_so_and_reads_none() {
    let place = Place::made();
    let folder = made(&place, "ritten");
    std::fs::write(folder.join("a.csv"), rides()).unwrap();
    let turn = RideFilesTurn::take(&place.path("store")).unwrap();
    assert!(turn.is_some());
    let output = place.run(&["import-rides", "--watched", path(&folder)]);
    let said = text(&output.stderr);
    assert!(output.status.code() == Some(4) && said.contains("Een ander proces leest nu ritbestanden in"), "{said}");
    assert!(folder.join("a.csv").exists() && place.status()["rides"] == 0);
    drop(turn);
    place.done(&["import-rides", "--watched", path(&folder)]);
    assert!(!folder.join("a.csv").exists() && place.status()["rides"] != 0);
}

/// A ride file of so many rides, one slice of the import a thousand.
fn many(count: usize) -> String {
    let rides = rides();
    let (head, rest) = rides.split_once('\n').unwrap();
    let line = rest.lines().next().unwrap();
    let number = line.split(';').next().unwrap();
    let parts: Vec<&str> = number.split('-').collect();
    let of = |n: usize| line.replacen(number, &format!("{}-{}-{}-1", parts[0], parts[1], 100_000 + n), 1);
    std::iter::once(head.to_owned()).chain((0..count).map(of)).map(|line| line + "\n").collect()
}

fn in_register(place: &Place) -> u64 {
    place.raw().query_row("SELECT count(*) FROM ride", [], |row| row.get(0)).unwrap()
}

#[test]
fn killed_in_the_middle_of_a_ride_file_it_is_read_again_whole_and_no_ride_is_there_twice_or_lost() {
    const ALL: usize = 8_000;
    let place = Place::made();
    let folder = made(&place, "ritten");
    let mut ritten = Ritten::of(&place);
    assert_eq!(ritten.set(path(&folder), |_| {}), None);
    drop(ritten);
    let content = many(ALL);
    std::fs::write(folder.join("week.csv"), &content).unwrap();
    let there = |file: &Path| std::fs::read_to_string(file).is_ok_and(|found| found == content);
    let mut before = 0;
    for _ in 0..3 {
        let mut one = receiver(&place);
        until("a slice more is in", || in_register(&place) > before || !folder.join("week.csv").exists());
        one.0.kill().unwrap();
        one.0.wait().unwrap();
        before = in_register(&place);
        println!("killed with {before} of {ALL} rides in");
        assert!(before % 1_000 == 0 && before < ALL as u64, "a slice is in whole or not at all: {before}");
        assert!(there(&folder.join("week.csv")), "and the file lies as it came");
        assert!(names(&folder).iter().all(|name| name == "week.csv"));
    }
    let _last = receiver(&place);
    until("it is read", || !folder.join("week.csv").exists());
    until("it is noted", || place.status()["ride_files"]["outcome"] == "imported");
    let note = &place.status()["ride_files"];
    let of = |what: &str| note[what].as_u64().unwrap();
    assert_eq!(in_register(&place), ALL as u64);
    assert_eq!((of("new"), of("changed"), of("unchanged")), (ALL as u64 - before, 0, before), "{note}");
    assert!(place.status()["audit"]["intact"] == true && names(&folder).is_empty());
}
