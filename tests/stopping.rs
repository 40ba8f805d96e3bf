//! Stopped or broken off in the middle: what was begun is finished, what was done is said and stays.

use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use app::Receiving;
use chrono::{DateTime, Utc};
use store::Inbox;
use viewmodel::{Command as Wish, Notice, NoticeKind};

use crate::{
    house::{House, now, sample},
    support::{Place, path, recent, text},
};

const ALL: usize = 3000;
/// Messages of one transaction.
const BATCH: u64 = 500;

/// Sends a signal, as a service manager or a terminal does.
fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap();
    assert!(sent.success());
}

/// A folder of so many different messages.
fn messages(place: &Place, count: usize) -> PathBuf {
    let folder = place.path("in");
    variants(&folder, count, recent("messages/programma-04-akkoord.xml", Utc::now()));
    folder
}

fn variants(folder: &Path, count: usize, sample: Vec<u8>) {
    let sample = String::from_utf8(sample).unwrap();
    std::fs::create_dir(folder).unwrap();
    for i in 0..count {
        let one = sample.replace("db49da52-16a2-5f61-86da-ae840f9198f1", &format!("db49da52-16a2-5f61-86da-{i:012}"));
        std::fs::write(folder.join(format!("{i:05}.xml")), one.replace("-4504-1", &format!("-{}-1", 50_000 + i)))
            .unwrap();
    }
}

fn receiving(place: &Place) -> Receiving {
    Receiving::new(Inbox::new(place.store(), place.keys().routing().unwrap())).unwrap()
}

fn records(place: &Place) -> u64 {
    place.raw().query_row("SELECT count(*) FROM message", [], |row| row.get(0)).unwrap()
}

/// The number that the word stands before.
fn number_after(words: &str, said: &str) -> u64 {
    let rest = said.split_once(words).unwrap_or_else(|| panic!("{words} in: {said}")).1;
    let digits = rest.trim_start().chars().take_while(|c| c.is_ascii_digit() || *c == '\u{202f}');
    digits.filter(char::is_ascii_digit).collect::<String>().parse().unwrap()
}

#[test]
fn the_receiver_ends_with_one_line_and_code_0_when_it_is_asked_to_stop() {
    for name in ["TERM", "INT"] {
        let place = Place::made();
        let mut child = place.command(&["receive"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        assert!(line.contains("De ontvanger draait"), "{line}");
        let started = Instant::now();
        signal(&child, name);
        let status = child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{name}: {status}");
        assert!(started.elapsed() < Duration::from_secs(4), "it does not wait for its pause to end");
        let mut rest = String::new();
        said.read_to_string(&mut rest).unwrap();
        assert!(rest.trim().starts_with("De ontvanger is gestopt"), "{rest}");
        assert_eq!(rest.trim().lines().count(), 1, "{rest}");
        assert!(!place.path("store/terugblik.db-wal").exists(), "the store was closed");
        assert_eq!(place.status()["audit"]["intact"], true);
    }
}

/// What an import that ended early took in: whole batches, and not all; what is left is said. With what else was said.
fn took_in(output: &std::process::Output, exit: i32) -> (u64, String) {
    let (result, said) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(exit), "{result} {said}");
    let taken = number_after("Ontvangen:", &result);
    assert!(taken >= BATCH && taken < ALL as u64 && taken.is_multiple_of(BATCH), "{result}");
    assert_eq!(number_after("Niet gelezen bestanden:", &said), ALL as u64 - taken, "{said}");
    (taken, said.to_string())
}

#[test]
fn an_import_that_is_stopped_says_what_it_took_in_and_that_stays() {
    let place = Place::made();
    let folder = messages(&place, ALL);
    let mut command = place.command(&["import-messages", path(&folder)]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(120);
    while records(&place) == 0 {
        assert!(Instant::now() < deadline, "nothing is taken in");
    }
    signal(&child, "TERM");
    let output = child.wait_with_output().unwrap();
    let (taken, _) = took_in(&output, 1);
    assert_eq!(place.status()["records"], taken);
    // The rest comes with the next run.
    let again = place.done(&["import-messages", path(&folder)]);
    assert_eq!(number_after("Al eerder ontvangen:", &again), taken, "{again}");
    assert_eq!(place.status()["records"], ALL);
}

#[test]
fn an_import_whose_disk_fails_halfway_says_what_it_took_in_and_that_stays() {
    let place = Place::made();
    let folder = messages(&place, ALL);
    // No file longer than 2 MB (blocks of 512 bytes): the write-ahead log of some batches, not of all, which take 6 MB.
    let limited = place.command(&["import-messages", path(&folder)]);
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 4096; exec \"$@\"", "sh"]);
    command.arg(limited.get_program()).args(limited.get_args()).env("LC_ALL", "nl_NL.UTF-8");
    let output = command.output().unwrap();
    let (taken, said) = took_in(&output, 4);
    let last = said.trim().lines().last().unwrap();
    assert!(last.contains(path(&place.path("store"))) && last.contains("schijf"), "{said}");
    assert_eq!(place.status()["records"], taken);
    assert_eq!(place.status()["audit"]["intact"], true);
}

fn rides(place: &Place, count: usize) -> Vec<u8> {
    let file = std::fs::read_to_string(place.rides()).unwrap();
    let (head, first) = (file.lines().next().unwrap(), file.lines().nth(1).unwrap());
    let line = |i: usize| first.replace("-4501-1", &format!("-{}-1", 50_000 + i)) + "\n";
    (head.to_owned() + "\n" + &(0..count).map(line).collect::<String>()).into_bytes()
}

#[test]
fn an_import_of_rides_that_is_stopped_keeps_the_slices_before_and_counts_the_rest() {
    let (place, now): (_, DateTime<Utc>) = (Place::made(), Utc::now());
    let file = rides(&place, 2500);
    let done = receiving(&place).import_rides(&file, now, &mut |done, _| done < 1000).unwrap();
    assert_eq!((done.imported.new, done.left, done.failed), (1000, 1500, None));
    assert_eq!(place.status()["rides"], 1000);
    let again = receiving(&place).import_rides(&file, now, &mut |_, _| true).unwrap();
    assert_eq!((again.imported.unchanged, again.imported.new, again.left), (1000, 1500, 0));
}

#[test]
fn an_import_of_rides_that_fails_halfway_says_what_it_did_and_why_it_ended() {
    let place = Place::made();
    let file = rides(&place, 2500);
    let broken = &mut |done, _| {
        if done == 1000 {
            place.raw().execute_batch("DROP TABLE crew").unwrap();
        }
        true
    };
    let done = receiving(&place).import_rides(&file, Utc::now(), broken).unwrap();
    assert_eq!((done.imported.new, done.left), (1000, 1500));
    assert!(done.failed.is_some());
    let kept: u64 = place.raw().query_row("SELECT count(*) FROM ride", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 1000);
}

#[test]
fn an_import_in_the_window_that_is_stopped_or_broken_off_says_what_it_took_in_and_what_is_left() {
    let house = || {
        let mut house = House::with(&[]);
        house.sign_in("9003");
        let folder = house.folder.path().join("in");
        variants(&folder, 1001, sample("programma-04-akkoord.xml"));
        (house, Wish::ImportFiles(vec![folder]))
    };
    let of = |notice: Notice, text: &str| {
        assert_eq!((notice.kind, notice.text), (NoticeKind::Attention, text));
        let value = |name: &str| notice.values.iter().find(|(key, _)| *key == name).unwrap().1.parse::<u64>().unwrap();
        (value("taken"), value("left"))
    };
    let (mut stopped, import) = house();
    let frame = stopped.engine.execute(import, now(), &mut |_, _, _| false);
    assert_eq!(of(frame.notice.unwrap(), "notice-imported-left"), (500, 501));
    assert_eq!(stopped.engine.store().status(false).unwrap().records, 500);
    let (mut broken, import) = house();
    let other = broken.other_program();
    let frame = broken.engine.execute(import, now(), &mut |_, _, _| {
        other.execute_batch("DROP TABLE IF EXISTS figure").unwrap();
        true
    });
    assert_eq!(of(frame.notice.unwrap(), "notice-imported-failed"), (500, 501));
}
