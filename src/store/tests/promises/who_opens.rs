//! For random rides, two rides of one number, crews, column rights, accounts opened and closed, withdrawals, versions and purges in any order: the set of records that each
//! professional opens is the one of the model, which is ten lines.

use std::collections::{BTreeMap, BTreeSet};

use access::{Professional, Session};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{MessageId, RideNumber};
use proptest::{collection::vec, prelude::*, test_runner::Config};
use store::{Archive, DISOWN_UNDO_SECONDS, Inbox, Outcome, Ride, TextOfRecord};

use crate::support::*;

const STAFF: [&str; 3] = [NURSE, SECOND, DRIVER];
const RIDES: usize = 3;

#[derive(Clone, Debug)]
enum Act {
    /// The register gives a ride this crew: a column for each of the staff, 0 none.
    Register(usize, [u8; 3]),
    /// A message about a ride; `newer`: in the place of the last one.
    Message { ride: usize, newer: bool },
    /// The first sign-in of one of the staff.
    Activate(usize),
    /// His account is closed, for good.
    Close(usize),
    /// From the next day on a column gives something else.
    Right { column: usize, given: Option<bool> },
    /// One of the staff says of the first of his records that the ride is not his.
    Disown(usize),
    /// And takes it back within ten seconds.
    Undo(usize),
    /// The session of one of the staff does what it is to do.
    HandBack(usize),
    /// One of the staff says of a passage of the first of his records that it does not belong there.
    Report(usize),
    /// And one of them joins what was decided so.
    JoinAgain(usize),
    /// Another service has driven under the number of a ride, with nobody of these; or that was cancelled.
    Further { ride: usize, cancelled: bool },
    /// A functional administrator says of the oldest message of such a number of which ride it is.
    Choose { further: bool },
    /// The receiver delivers.
    Deliver,
    /// A year passes over the first message.
    Purge,
}

fn act() -> impl Strategy<Value = Act> {
    let ride = 0..RIDES;
    prop_oneof![
        4 => (ride.clone(), [0..4u8, 0..4u8, 0..4u8]).prop_map(|(ride, crew)| Act::Register(ride, crew)),
        4 => (ride.clone(), any::<bool>()).prop_map(|(ride, newer)| Act::Message { ride, newer }),
        2 => (0..3usize).prop_map(Act::Activate),
        1 => (0..3usize).prop_map(Act::Close),
        1 => (1..4usize, any::<Option<bool>>()).prop_map(|(column, given)| Act::Right { column, given }),
        2 => (0..3usize).prop_map(Act::Disown),
        1 => (0..3usize).prop_map(Act::Undo),
        2 => (0..3usize).prop_map(Act::HandBack),
        1 => (0..3usize).prop_map(Act::Report),
        1 => (0..3usize).prop_map(Act::JoinAgain),
        1 => (ride, any::<bool>()).prop_map(|(ride, cancelled)| Act::Further { ride, cancelled }),
        1 => any::<bool>().prop_map(|further| Act::Choose { further }),
        2 => Just(Act::Deliver),
        1 => Just(Act::Purge),
    ]
}

/// What the register and people have said.
#[derive(Default)]
struct Model {
    crews: BTreeMap<usize, [u8; 3]>,
    active: BTreeSet<usize>,
    closed: BTreeSet<usize>,
    disowned: BTreeSet<(usize, usize)>,
    /// What columns give, each from its day on.
    rights: Vec<(i64, Rights)>,
    /// Rides whose number another service has too: whether that is cancelled, and whether it came into the register after ours.
    further: BTreeMap<usize, (bool, bool)>,
    /// Of which ride a record was said to be: the other's or ours.
    of_further: BTreeMap<MessageId, bool>,
    /// The ride of each record that is there, and the day it came.
    records: BTreeMap<MessageId, (usize, i64)>,
    /// Rides that name somebody, or did, whose account was closed: his keys went with him, and nobody waits for him.
    bereft: BTreeSet<usize>,
}

/// By column: nothing, the diagnosis, or its remarks too.
type Rights = [Option<bool>; 4];
const RIGHTS: Rights = [None, Some(true), None, Some(false)];

impl Model {
    /// The definition: whether a record is open to one of the staff, and if so whether its remarks are.
    fn opens(&self, staff: usize, record: MessageId) -> Option<bool> {
        let (ride, day) = *self.records.get(&record)?;
        let column = usize::from(self.crews.get(&ride)?[staff]);
        let contested = self.further.get(&ride).is_some_and(|(cancelled, after)| !after || !cancelled);
        if self.of_further.get(&record).copied().unwrap_or(contested) {
            return None;
        }
        let (_, rights) = self.rights.iter().rfind(|(from, _)| *from <= day)?;
        let served = self.active.contains(&staff) && !self.disowned.contains(&(staff, ride));
        rights[column].filter(|_| served)
    }
}

struct Run {
    house: House,
    inbox: Inbox,
    archive: Archive,
    sessions: BTreeMap<usize, Session<Professional>>,
    model: Model,
    all: BTreeSet<MessageId>,
    came: usize,
    last: BTreeMap<usize, (String, MessageId)>,
    at: DateTime<Utc>,
    /// The last disowning, while it can be undone.
    undoable: Option<(usize, MessageId, usize)>,
}

fn day(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(86_400)
}

fn number(ride: usize) -> RideNumber {
    RideNumber::parse(&format!("12-2026-{}-1", 2000 + ride)).unwrap()
}

impl Run {
    fn new() -> Self {
        let house = House::new();
        let mut inbox = house.inbox();
        connect(inbox.store_mut());
        house.third_sees_the_diagnosis();
        let archive = house.archive();
        let model = Model { rights: vec![(day(now()), RIGHTS)], ..Model::default() };
        let (sessions, last) = (BTreeMap::new(), BTreeMap::new());
        Self { house, inbox, archive, sessions, model, all: BTreeSet::new(), came: 0, last, at: now(), undoable: None }
    }

    fn act(&mut self, act: Act) {
        self.at += TimeDelta::seconds(1);
        match act {
            Act::Register(one, crew) => self.register(one, crew),
            Act::Message { ride, newer } => self.message(ride, newer),
            Act::Activate(staff) => {
                if !self.model.closed.contains(&staff) && self.model.active.insert(staff) {
                    self.house.activate_at(&mut self.house.store(), STAFF[staff], self.at);
                    self.sessions.insert(staff, self.house.professional(STAFF[staff]));
                }
            }
            Act::Close(staff) => self.close(staff),
            Act::Right { column, given } => self.right(column, given),
            Act::Disown(staff) => {
                let Some(session) = self.sessions.get(&staff) else { return };
                let list = self.archive.feedback_list(session, 99, self.at).unwrap();
                let Some(first) = list.first().map(|head| head.message) else { return };
                assert!(self.archive.disown_ride(session, first, self.at).unwrap());
                let (ride, _) = self.model.records[&first];
                self.model.disowned.insert((staff, ride));
                self.undoable = Some((staff, first, ride));
            }
            Act::Undo(staff) => {
                let Some((who, record, ride)) = self.undoable.take_if(|(who, ..)| *who == staff) else { return };
                // Whose account is closed signs in no more.
                let Some(session) = self.sessions.get(&who) else { return };
                if self.archive.undo_disowning(session, record, self.at).unwrap() {
                    self.model.disowned.remove(&(who, ride));
                }
            }
            Act::HandBack(staff) => self.hand_back(staff),
            Act::Report(staff) => {
                let Some(session) = self.sessions.get(&staff) else { return };
                let first = self.archive.feedback_list(session, 99, self.at).unwrap().first().map(|head| head.message);
                let Some(first) = first else { return };
                let opened = self.archive.open_record(session, first, self.at).unwrap().unwrap();
                let text = match &opened.remarks {
                    Some(_) if staff == 0 => TextOfRecord::RemarksMedical,
                    Some(_) | None => TextOfRecord::Description,
                };
                // Until its text is used up, or has sixteen of them.
                self.archive.report_misplaced(session, first, (text, 0..1), 1, self.at).unwrap();
            }
            Act::JoinAgain(staff) => {
                self.house.raw().execute_batch("UPDATE misplaced SET state = 2 WHERE state = 1").unwrap();
                if let Some(session) = self.sessions.get(&staff) {
                    self.archive.join_again(session, self.at).unwrap();
                }
            }
            Act::Further { ride, cancelled } => self.further(ride, cancelled),
            Act::Choose { further } => self.choose(further),
            Act::Deliver => self.deliver(),
            Act::Purge => {
                let Some(first) = self.model.records.keys().next().copied() else { return };
                let sql = format!("UPDATE message SET purge_after = 1 WHERE id = {}", first.0);
                self.house.raw().execute_batch(&sql).unwrap();
                self.inbox.store_mut().purge(self.at).unwrap();
                self.model.records.remove(&first);
                // Its number may be given again.
                self.model.of_further.remove(&first);
                self.last.retain(|_, (_, record)| *record != first);
            }
        }
    }

    fn close(&mut self, staff: usize) {
        if !self.model.closed.insert(staff) {
            return;
        }
        let (number, administrator) = (self.house.number(STAFF[staff]), self.house.active_administrator());
        self.house.store().close_account(&administrator, number, self.at).unwrap();
        assert!(self.house.store().account_keys(STAFF[staff]).unwrap().is_none(), "nobody signs in by it");
        self.model.active.remove(&staff);
        self.sessions.remove(&staff);
        self.model.bereft.extend(self.model.crews.iter().filter(|(_, crew)| crew[staff] > 0).map(|(ride, _)| *ride));
    }

    fn right(&mut self, column: usize, given: Option<bool>) {
        self.at += days(1);
        let (place, from_day) = (u8::try_from(column).unwrap(), day(self.at));
        let (diagnosis, remarks) = (given.is_some(), given == Some(true));
        let right = store::ColumnRight { place, diagnosis, remarks, from_day, reason: "afgesproken".into() };
        let administrator = self.house.active_administrator();
        self.house.store().set_column_right(&administrator, &right, self.at).unwrap().unwrap();
        let mut rights = self.model.rights.last().unwrap().1;
        rights[column] = given;
        self.model.rights.push((from_day, rights));
    }

    /// Until nothing is due.
    fn deliver(&mut self) {
        while self.inbox.deliver(self.at).unwrap() > 0 {}
    }

    fn register(&mut self, one: usize, crew: [u8; 3]) {
        let named = STAFF.iter().zip(crew).filter(|(_, column)| *column > 0).map(|(staff, column)| (*staff, column));
        let named: Vec<(&str, u8)> = named.collect();
        if self.model.closed.iter().any(|staff| crew[*staff] > 0) {
            self.model.bereft.insert(one);
        }
        self.inbox.import_rides(&[Ride { number: number(one), ..ride(&named) }], self.at).unwrap();
        if self.model.crews.insert(one, crew).is_some_and(|before| before != crew) {
            self.model.disowned.retain(|(_, ride)| *ride != one);
        }
    }

    fn further(&mut self, one: usize, cancelled: bool) {
        let hours = |n| Some(now() - TimeDelta::hours(n));
        let (departed, handed_over) = (hours(80), hours(79));
        let (service, vehicle) = (Some("Zuid".into()), Some("12-202".into()));
        let other = Ride { number: number(one), service, vehicle, departed, handed_over, cancelled, ..ride(&[]) };
        self.inbox.import_rides(&[other], self.at).unwrap();
        let after = self.model.crews.contains_key(&one);
        self.model.further.entry(one).or_insert((cancelled, after)).0 = cancelled;
    }

    fn choose(&mut self, further: bool) {
        let Some(record) = self.inbox.store().contested(self.at, 1).unwrap().pop() else { return };
        let meant = record.rides.iter().find(|one| one.service.is_some() == further).unwrap().ride;
        let administrator = self.house.active_administrator();
        self.inbox.store_mut().choose_ride(&administrator, record.message, meant, "one-of-two", self.at).unwrap();
        self.model.of_further.insert(record.message, further);
    }

    fn message(&mut self, ride: usize, newer: bool) {
        let name = format!("m{}", self.came);
        let there = |(_, record): &&(String, MessageId)| newer && self.model.records.contains_key(record);
        let replaced = self.last.get(&ride).filter(there).cloned();
        let incoming = store::Incoming {
            ride: number(ride),
            replaces: replaced.as_ref().map(|(name, _)| id(name)),
            ..message(&name)
        };
        let said = replaced.and_then(|(_, old)| {
            self.model.records.remove(&old);
            self.model.of_further.remove(&old)
        });
        self.came += 1;
        let arrived = [store::Arrived::Message(Box::new(incoming))];
        match self.inbox.append(&arrived, self.at).unwrap()[0].unwrap() {
            // The number of a record that is gone may be given again.
            Outcome::TakenIn(record) => {
                self.all.insert(record);
                self.model.of_further.extend(said.map(|further| (record, further)));
                self.model.records.insert(record, (ride, day(self.at)));
                self.last.insert(ride, (name, record));
            }
            other => panic!("{other:?}"),
        }
    }

    fn hand_back(&mut self, staff: usize) {
        // Ten seconds later: a disowning that was not undone is for good.
        self.at += TimeDelta::seconds(DISOWN_UNDO_SECONDS + 1);
        if let Some(session) = self.sessions.get(&staff) {
            while self.archive.hand_back(session, self.at).unwrap() > 0 {}
        }
    }

    /// What opens: nobody ever opens more than the model says; after everybody was there, all of it.
    fn hold(&mut self, settled: bool) {
        for (staff, session) in &self.sessions {
            let mut listed = BTreeSet::new();
            for head in self.archive.feedback_list(session, 999, self.at).unwrap() {
                listed.insert(head.message);
            }
            for record in &self.all {
                let opened = self.archive.open_record(session, *record, self.at).unwrap();
                let opened = opened.map(|parts| parts.remarks.is_some());
                let model = self.model.opens(*staff, *record);
                // The list and what opens are the same.
                assert_eq!(opened.is_some(), listed.contains(record), "{} {record:?}", STAFF[*staff]);
                let bereft = self.model.records.get(record).is_some_and(|(ride, _)| self.model.bereft.contains(ride));
                if settled && !bereft {
                    assert_eq!(opened, model, "{} {record:?}", STAFF[*staff]);
                } else {
                    assert!(opened <= model, "{} {record:?}: {opened:?}, {model:?}", STAFF[*staff]);
                }
            }
        }
    }

    fn settle(&mut self) {
        for _ in 0..2 {
            for staff in 0..STAFF.len() {
                self.hand_back(staff);
            }
            self.deliver();
        }
    }
}

fn runs(acts: Vec<Act>) {
    let mut run = Run::new();
    for (n, act) in acts.into_iter().enumerate() {
        run.act(act);
        run.hold(false);
        if n % 12 == 11 {
            run.settle();
            run.hold(true);
        }
    }
    run.settle();
    run.hold(true);
    run.house.log_is_whole();
}

proptest! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]
    #[test]
    fn what_each_professional_opens_is_what_the_definition_says_whatever_happened_in_whatever_order(
        acts in vec(act(), 1..40)
    ) {
        runs(acts);
    }
}
