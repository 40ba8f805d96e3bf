//! Messages that are handed in together share a transaction, and each gets its own answer.

use std::{
    fs::File,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use domain::StoreKind;
use hl7::Rule;
use intake::{
    Answered, Committer, Door, Entrance, Message, NotTaken, OpenDoor, QueueLimits, Reader, TakenOutcome, Way,
};
use rustix::fs::{FlockOperation, flock};
use store::{HospitalStatus::Production, Inbox, Origin, Store};
use tempfile::TempDir;

use crate::support::{House, full, now, sample};

struct Plain {
    inbox: Inbox,
    reader: Reader,
    rounds: Arc<AtomicU32>,
}

impl Door for Plain {
    fn parts(&mut self) -> (&mut Inbox, &mut Reader) {
        (&mut self.inbox, &mut self.reader)
    }

    fn round(&mut self, _: DateTime<Utc>, _: &dyn Fn() -> bool) {
        self.rounds.fetch_add(1, Ordering::SeqCst);
    }
}

struct Place {
    folder: TempDir,
    committer: Committer,
    rounds: Arc<AtomicU32>,
    opened: Arc<AtomicU32>,
    connection: rusqlite::Connection,
}

fn place(limits: QueueLimits) -> Place {
    let house = House::of(StoreKind::Test, Production);
    let connection = house.connection();
    let House { folder, root, inbox, reader } = house;
    let (rounds, opened) = (Arc::<AtomicU32>::default(), Arc::<AtomicU32>::default());
    let (store, again, counted, counting) =
        (folder.path().join("store"), reader.clone(), Arc::clone(&rounds), Arc::clone(&opened));
    let open: OpenDoor = Box::new(move || {
        let origin = Origin { workstation: "TS-01".into(), version: "test".into() };
        let store = Store::open(&store, &root, origin, now()).ok()?;
        counting.fetch_add(1, Ordering::SeqCst);
        Some(Box::new(Plain { inbox: Inbox::new(store, None), reader: again.clone(), rounds: Arc::clone(&counted) }))
    });
    let door = Box::new(Plain { inbox, reader, rounds: Arc::clone(&rounds) });
    let committer = Committer::start(door, open, limits, now).unwrap();
    Place { folder, committer, rounds, opened, connection }
}

impl Place {
    fn records(&self) -> u32 {
        self.connection.query_row("SELECT count(*) FROM message", [], |row| row.get(0)).unwrap()
    }
}

fn message(text: String) -> Message {
    Message {
        bytes: text.into_bytes(),
        charset: None,
        way: Way::Https,
        allowed: Arc::from([]),
        acknowledgement_id: "00000000-0000-4000-8000-000000000001".into(),
        self_test: None,
    }
}

fn taken(answered: Answered) -> (TakenOutcome, Option<&'static str>) {
    match answered {
        Answered::Taken(taken) | Answered::NotStored(taken) => (taken.outcome, taken.answer.code),
    }
}

fn hand_in(entrance: &Entrance, text: String) -> (TakenOutcome, Option<&'static str>) {
    taken(entrance.hand_in(message(text)).map_err(|(why, _)| why).unwrap().wait())
}

/// Waits for what another thread does about once a second.
fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn of_many_that_are_handed_in_at_once_each_gets_its_own_answer() {
    let place = place(QueueLimits::default());
    let entrance = place.committer.entrance();
    let mut texts: Vec<(String, TakenOutcome)> = (0..60).map(|n| (full(n), TakenOutcome::TakenIn)).collect();
    for (name, rule) in [("60-afgebroken.xml", Rule::NotWellFormed), ("50-geen-ritnummer.xml", Rule::RideMissing)] {
        texts.insert(7, (sample(name), TakenOutcome::Refused(rule)));
    }
    texts.push((full(3), TakenOutcome::Repeated));
    let waiting: Vec<_> =
        texts.into_iter().map(|(text, outcome)| (entrance.hand_in(message(text)).ok().unwrap(), outcome)).collect();
    for (waiting, outcome) in waiting {
        assert_eq!(taken(waiting.wait()).0, outcome);
    }
    assert_eq!(place.records(), 60);
}

#[test]
fn one_message_that_the_store_refuses_does_not_spoil_its_neighbours() {
    let place = place(QueueLimits::default());
    // A second program holds the store for a moment, so that the next messages become one group.
    place.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let trigger = "CREATE TRIGGER fault BEFORE INSERT ON message WHEN NEW.size = 1 BEGIN SELECT RAISE(ABORT, 'x'); END";
    let spoilt = full(5);
    place.connection.execute_batch(&trigger.replace("= 1 ", &format!("= {} ", spoilt.len() + 1))).unwrap();
    let entrance = place.committer.entrance();
    let texts = [full(1), full(2), spoilt + "\n", full(3), full(4)];
    let waiting = texts.map(|text| entrance.hand_in(message(text)).ok().unwrap());
    place.connection.execute_batch("COMMIT").unwrap();
    let outcomes = waiting.map(|one| taken(one.wait()).0);
    let (good, bad) = (TakenOutcome::TakenIn, TakenOutcome::Refused(Rule::NotStored));
    assert_eq!(outcomes, [good, good, bad, good, good]);
    assert_eq!(place.records(), 4);
}

#[test]
fn what_finds_the_queue_full_is_given_back_at_once_and_the_rest_is_taken_in() {
    let place = place(QueueLimits { messages_max: 2, ..QueueLimits::default() });
    place.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let entrance = place.committer.entrance();
    let waiting = [full(1), full(2)].map(|text| entrance.hand_in(message(text)).ok().unwrap());
    assert_eq!(entrance.has_room(1), Err(NotTaken::Full));
    let (why, back) = entrance.hand_in(message(full(3))).err().unwrap();
    assert_eq!((why, back.bytes.len()), (NotTaken::Full, full(3).len()));
    let said = entrance.not_stored(&back);
    assert_eq!((said.answer.http_status, said.answer.code), (503, Some("CR")));
    place.connection.execute_batch("ROLLBACK").unwrap();
    for one in waiting {
        assert_eq!(taken(one.wait()), (TakenOutcome::TakenIn, Some("CA")));
    }
    assert_eq!(hand_in(&entrance, full(3)).0, TakenOutcome::TakenIn);
}

#[test]
fn when_it_stops_what_it_holds_is_taken_in_and_nothing_new() {
    let place = place(QueueLimits::default());
    let entrance = place.committer.entrance();
    let waiting: Vec<_> = (0..40).map(|n| entrance.hand_in(message(full(n))).ok().unwrap()).collect();
    place.committer.stop();
    assert_eq!(entrance.has_room(1), Err(NotTaken::Shut));
    for one in waiting {
        assert_eq!(taken(one.wait()).0, TakenOutcome::TakenIn);
    }
}

#[test]
fn a_store_that_another_process_asks_for_is_let_go_and_opened_again() {
    let place = place(QueueLimits::default());
    let entrance = place.committer.entrance();
    assert_eq!(hand_in(&entrance, full(1)).0, TakenOutcome::TakenIn);
    let asked = File::create(place.folder.path().join("store/asked.lock")).unwrap();
    flock(&asked, FlockOperation::LockExclusive).unwrap();
    let open = File::options().write(true).open(place.folder.path().join("store/open.lock")).unwrap();
    until("it lets go", || flock(&open, FlockOperation::NonBlockingLockExclusive).is_ok());
    assert_eq!(hand_in(&entrance, full(2)), (TakenOutcome::Refused(Rule::NotStored), Some("CR")));
    flock(&open, FlockOperation::Unlock).unwrap();
    flock(&asked, FlockOperation::Unlock).unwrap();
    until("it takes in again", || hand_in(&entrance, full(2)).0 != TakenOutcome::Refused(Rule::NotStored));
    assert_eq!(place.opened.load(Ordering::SeqCst), 1);
    assert_eq!(place.records(), 2);
}

#[test]
fn the_owners_other_work_goes_on_between_groups() {
    let place = place(QueueLimits::default());
    let entrance = place.committer.entrance();
    let mut number = 0;
    until("two rounds while messages come", || place.rounds.load(Ordering::SeqCst) >= 1);
    while place.rounds.load(Ordering::SeqCst) < 3 {
        hand_in(&entrance, full(number));
        number += 1;
        assert!(number < 100_000);
    }
}
