//! The test of a connection: what comes is ticked by itself, what a person says has who and when, and the sign-off destroys what came.

use chrono::NaiveDate;
use domain::RideNumber;
use store::{
    Arrived, CaseOutcome, ConnectionRule, Hospital, HospitalStatus, Incoming, Refused, SignOff, StatusSince, Store,
    StoreError, TestCase, Ticked,
};

use crate::support::*;

const OTHER_RIDE: &str = "12-2026-99-1";

fn case(number: u32, ride: Option<&str>, outcome: CaseOutcome) -> TestCase {
    let ride = ride.map(|ride| RideNumber::parse(ride).unwrap());
    TestCase { number, name: format!("case-{number}"), ride, outcome, digest: [number as u8; 32] }
}

fn cases() -> Vec<TestCase> {
    vec![
        case(1, Some(RIDE), CaseOutcome::TakenIn),
        case(2, Some(RIDE), CaseOutcome::Repeated),
        case(3, Some(RIDE), CaseOutcome::Refused("E10")),
        case(4, None, CaseOutcome::Refused("E4")),
        case(5, None, CaseOutcome::Refused("X4")),
    ]
}

const ASKED: [(u32, &str); 3] = [(1, "professional-sees"), (1, "administration-not"), (3, "answer-ce")];

fn in_test(store: &mut Store) {
    let one = Hospital {
        messages_since: NaiveDate::from_ymd_opt(2026, 1, 1),
        ..Hospital::new(hospital(), "Ziekenhuis Eén", HospitalStatus::Test)
    };
    store.set_connections(&[one], now()).unwrap();
}

fn trial(extension: &str) -> Incoming {
    Incoming { in_trial: true, sender_in_test: true, ..message(extension) }
}

fn refused(digest: u8, rule: &'static str, known: bool) -> Arrived {
    let sender = known.then(hospital);
    Arrived::Refused(Box::new(Refused {
        sender,
        sites: vec![],
        digest: [digest; 32],
        size: 9,
        way: store::Way::Https,
        rule,
        found: Vec::new(),
        structure: None,
        lacking: None,
    }))
}

fn came(store: &Store) -> Vec<u32> {
    store.test_cases(1).unwrap().iter().filter(|case| case.received.is_some()).map(|case| case.number).collect()
}

#[test]
fn what_comes_is_ticked_by_its_ride_and_outcome_and_what_is_refused_by_its_bytes_or_its_rule() {
    let house = House::new();
    let session = house.administrator();
    let mut inbox = house.inbox();
    in_test(inbox.store_mut());
    inbox.store_mut().begin_test(&session, 1, &cases(), now()).unwrap();
    take(&mut inbox, Incoming { ride: RideNumber::parse(OTHER_RIDE).unwrap(), ..trial("z") });
    assert_eq!(came(inbox.store()), [0; 0], "another ride is no case");
    take(&mut inbox, trial("a"));
    assert_eq!(came(inbox.store()), [1]);
    take(&mut inbox, trial("a"));
    assert_eq!(came(inbox.store()), [1, 2]);
    let other = Incoming { canonical: zeroize::Zeroizing::new(b"other".to_vec()), ..trial("a") };
    take(&mut inbox, other);
    assert_eq!(came(inbox.store()), [1, 2, 3]);
    // A message that names nobody is known by its bytes alone; another of the same rule is none of them.
    inbox.append(&[refused(9, "X4", false)], now()).unwrap();
    assert_eq!(came(inbox.store()), [1, 2, 3]);
    inbox.append(&[refused(9, "E4", true), refused(5, "X4", false)], now()).unwrap();
    assert_eq!(came(inbox.store()), [1, 2, 3, 4, 5]);
}

#[test]
fn a_hospital_in_production_ticks_nothing() {
    let house = House::new();
    let session = house.administrator();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.store_mut().begin_test(&session, 1, &cases(), now()).unwrap();
    take(&mut inbox, message("a"));
    inbox.append(&[refused(4, "E4", true), refused(5, "X4", false)], now()).unwrap();
    assert_eq!(came(inbox.store()), [0; 0]);
}

/// All cases came.
fn tested(house: &House) -> (store::Inbox, access::Session<access::FunctionalAdministrator>) {
    let session = house.administrator();
    let mut inbox = house.inbox();
    in_test(inbox.store_mut());
    tested_in(inbox, session)
}

fn tested_in(
    mut inbox: store::Inbox,
    session: access::Session<access::FunctionalAdministrator>,
) -> (store::Inbox, access::Session<access::FunctionalAdministrator>) {
    inbox.store_mut().begin_test(&session, 1, &cases(), now()).unwrap();
    take(&mut inbox, trial("a"));
    take(&mut inbox, trial("a"));
    take(&mut inbox, Incoming { canonical: zeroize::Zeroizing::new(b"other".to_vec()), ..trial("a") });
    inbox.append(&[refused(4, "E4", true), refused(5, "X4", false)], now()).unwrap();
    (inbox, session)
}

#[test]
fn a_check_has_who_and_when_and_only_what_came_can_be_checked() {
    let house = House::new();
    let session = house.administrator();
    let mut inbox = house.inbox();
    in_test(inbox.store_mut());
    let store = inbox.store_mut();
    store.begin_test(&session, 1, &cases(), now()).unwrap();
    store.check_case(&session, 1, ASKED[0], Ticked::Yes, now()).unwrap();
    assert!(store.test_cases(1).unwrap()[0].checked.is_empty(), "it has not come");
    take(&mut inbox, trial("a"));
    let store = inbox.store_mut();
    store.check_case(&session, 1, ASKED[0], Ticked::Yes, now()).unwrap();
    let checked = ("professional-sees".to_owned(), now(), session.account());
    assert_eq!(store.test_cases(1).unwrap()[0].checked, [checked]);
    let last = store.log_page(None, 1).unwrap().remove(0).entry;
    assert_eq!((last.detail.as_deref(), last.user), (Some("1/1/professional-sees/yes"), Some(session.account())));
    store.check_case(&session, 1, ASKED[0], Ticked::No, now()).unwrap();
    assert!(store.test_cases(1).unwrap()[0].checked.is_empty());
}

#[test]
fn production_asks_for_a_test_that_was_signed_off_and_the_sign_off_destroys_what_came() {
    let house = House::new();
    let (mut inbox, session) = tested(&house);
    let store = inbox.store_mut();
    let produce = |store: &mut Store| {
        store.change_hospital(&session, 1, |hospital| hospital.status = HospitalStatus::Production, now())
    };
    let not_yet = |done| matches!(done, Err(StoreError::Connection(ConnectionRule::NotSignedOff, _)));
    assert!(not_yet(produce(store)));
    let said = SignOff { functions: "functioneel beheerder, FAB".into(), open_points: "geen".into() };
    let early = store.sign_off(&session, 1, &ASKED, &said, now());
    assert!(matches!(early, Err(StoreError::Connection(ConnectionRule::TestNotDone, _))));
    assert_eq!(store.status(false).unwrap().records, 1, "nothing is destroyed by half a test");
    for asked in ASKED {
        store.check_case(&session, 1, asked, Ticked::Yes, now()).unwrap();
    }
    assert_eq!(store.sign_off(&session, 1, &ASKED, &said, now()).unwrap(), 1);
    assert_eq!(store.status(false).unwrap().records, 0);
    let signed = store.signed_off(1).unwrap().unwrap();
    assert_eq!(
        (signed.at, signed.by, signed.cases, signed.checks, signed.destroyed),
        (now(), session.account(), 5, 3, 1)
    );
    assert_eq!(signed.said, said);
    produce(store).unwrap();
    assert_eq!(store.connections().unwrap()[0].status, HospitalStatus::Production);
    // Another test asks for another sign-off, on the same day too.
    for later in [now(), now() + days(2)] {
        let again = StatusSince { status: HospitalStatus::Test, from: later.date_naive(), by_file: false };
        let retest = |hospital: &mut Hospital| {
            hospital.status = HospitalStatus::Test;
            hospital.history.push(again);
        };
        store.change_hospital(&session, 1, retest, later).unwrap();
        assert!(not_yet(store.change_hospital(&session, 1, |h| h.status = HospitalStatus::Production, later)));
    }
    store.sign_off(&session, 1, &ASKED, &said, now() + days(2)).unwrap();
    store.change_hospital(&session, 1, |h| h.status = HospitalStatus::Production, now() + days(2)).unwrap();
}

/// Everything was checked and signed off.
fn signed_off(house: &House) -> (store::Inbox, access::Session<access::FunctionalAdministrator>) {
    let (mut inbox, session) = tested(house);
    let store = inbox.store_mut();
    for asked in ASKED {
        store.check_case(&session, 1, asked, Ticked::Yes, now()).unwrap();
    }
    store.sign_off(&session, 1, &ASKED, &SignOff::default(), now()).unwrap();
    (inbox, session)
}

#[test]
fn what_comes_between_the_sign_off_and_production_is_destroyed_with_that_step_and_not_by_a_step_that_is_refused() {
    let house = House::new();
    let (mut inbox, session) = signed_off(&house);
    for late in ["late-1", "late-2"] {
        take(&mut inbox, trial(late));
    }
    take(&mut inbox, Incoming { sender: other_hospital().into(), ..message("of another") });
    let records = |inbox: &store::Inbox| inbox.store().status(false).unwrap().records;
    assert_eq!(records(&inbox), 3);
    let produce = |from: NaiveDate| {
        move |hospital: &mut Hospital| {
            hospital.status = HospitalStatus::Production;
            hospital.history.push(StatusSince { status: HospitalStatus::Production, from, by_file: false });
        }
    };
    let today = now().date_naive();
    let ahead = inbox.store_mut().change_hospital(&session, 1, produce(today + days(1)), now());
    assert!(matches!(ahead, Err(StoreError::Connection(ConnectionRule::StatusDay, _))));
    assert_eq!(records(&inbox), 3, "a step that is not taken destroys nothing");
    inbox.store_mut().change_hospital(&session, 1, produce(today), now()).unwrap();
    assert_eq!(records(&inbox), 1, "another hospital's stays");
    let log = inbox.store().log_page(None, 2).unwrap();
    let lines: Vec<_> = log.iter().map(|line| (line.entry.event, line.entry.detail.clone().unwrap())).collect();
    let told = (access::Event::ConnectionsChanged, "1/status/production/by-hand".to_owned());
    assert_eq!(lines, [told, (access::Event::TestMessagesDestroyed, "1".to_owned())]);
    assert_eq!((log[1].entry.count, log[1].entry.user), (Some(2), Some(session.account())));
    // What comes from now on is no test's, and stays.
    take(&mut inbox, message("first"));
    let rename = |hospital: &mut Hospital| hospital.name = "Eén".into();
    inbox.store_mut().change_hospital(&session, 1, rename, now()).unwrap();
    assert_eq!(records(&inbox), 2);
}

#[test]
fn a_file_that_says_production_destroys_what_came_of_the_test_too_and_more_than_a_slice_goes_with_the_step() {
    for by_file in [true, false] {
        let house = House::new();
        let (mut inbox, session) = signed_off(&house);
        let many: Vec<Arrived> = (0..501).map(|n| Arrived::Message(Box::new(trial(&format!("late-{n}"))))).collect();
        inbox.append(&many, now()).unwrap();
        let store = inbox.store_mut();
        assert_eq!(store.status(false).unwrap().records, 501);
        let production = |hospital: &mut Hospital| hospital.status = HospitalStatus::Production;
        if by_file {
            let mut told = store.connections().unwrap();
            production(&mut told[0]);
            store.set_connections(&told, now()).unwrap();
        } else {
            store.change_hospital(&session, 1, production, now()).unwrap();
        }
        assert_eq!(store.status(false).unwrap().records, 0, "by file: {by_file}");
        assert_eq!(store.connections().unwrap()[0].status, HospitalStatus::Production);
        let of = |line: &store::Logged| line.entry.event == access::Event::TestMessagesDestroyed;
        let log = store.log_page(None, 5).unwrap();
        let counts: Vec<_> = log.iter().filter(|line| of(line)).map(|line| line.entry.count).collect();
        assert_eq!(counts, [Some(1), Some(500)], "by file: {by_file}");
    }
}

#[test]
fn a_sign_off_leaves_what_another_hospital_sent_and_what_came_before_the_test() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, message("before"));
    take(&mut inbox, Incoming { sender: other_hospital().into(), ..message("b") });
    // The test begins the next day: of the day itself nobody can tell which was which.
    let tomorrow = (now() + days(1)).date_naive();
    let one = Hospital {
        messages_since: NaiveDate::from_ymd_opt(2026, 1, 1),
        history: vec![StatusSince { status: HospitalStatus::Test, from: tomorrow, by_file: true }],
        ..Hospital::new(hospital(), "Ziekenhuis Eén", HospitalStatus::Test)
    };
    inbox.store_mut().set_connections(&[one], now()).unwrap();
    let session = house.administrator();
    let (mut inbox, session) = tested_in(inbox, session);
    for asked in ASKED {
        inbox.store_mut().check_case(&session, 1, asked, Ticked::Yes, now()).unwrap();
    }
    // What came in its test bears the mark of a sender in test, also where the test began later that day.
    assert_eq!(inbox.store_mut().sign_off(&session, 1, &ASKED, &SignOff::default(), now()).unwrap(), 1);
    assert_eq!(inbox.store().status(false).unwrap().records, 2);
}

#[test]
fn nobody_is_in_test_before_messages_8_9_and_10_are_in_use_and_no_status_is_dated_ahead_or_back() {
    let house = House::new();
    let session = house.administrator();
    let mut store = house.store();
    let new = Hospital::new(hospital(), "Ziekenhuis Eén", HospitalStatus::Requested);
    let n = store.add_hospital(&session, &new, now()).unwrap();
    let twice = store.add_hospital(&session, &new, now());
    assert!(matches!(twice, Err(StoreError::Connection(ConnectionRule::Exists, _))));
    let mut to_test = |since: Option<NaiveDate>, ahead: i64| {
        let from = (now() + days(ahead)).date_naive();
        let change = |hospital: &mut Hospital| {
            hospital.messages_since = since;
            hospital.status = HospitalStatus::Test;
            hospital.history.push(StatusSince { status: HospitalStatus::Test, from, by_file: false });
        };
        store.change_hospital(&session, n, change, now())
    };
    assert!(matches!(to_test(None, 0), Err(StoreError::Connection(ConnectionRule::MessagesSinceMissing, _))));
    let since = NaiveDate::from_ymd_opt(2026, 1, 1);
    for day in [-1, 1] {
        assert!(matches!(to_test(since, day), Err(StoreError::Connection(ConnectionRule::StatusDay, _))), "{day}");
    }
    to_test(since, 0).unwrap();
    assert_eq!(store.connections().unwrap()[0].history.len(), 2);
}

#[test]
fn nor_is_anybody_in_test_by_a_file_before_that_and_one_that_is_so_already_goes_on() {
    let house = House::new();
    let session = house.administrator();
    let mut store = house.store();
    let told = |since: Option<u32>, begins: u32| {
        let day = |n| NaiveDate::from_ymd_opt(2026, 1, n).unwrap();
        vec![Hospital {
            messages_since: since.map(day),
            history: vec![StatusSince { status: HospitalStatus::Test, from: day(begins), by_file: true }],
            ..Hospital::new(hospital(), "Ziekenhuis Eén", HospitalStatus::Test)
        }]
    };
    let other = Hospital::new(other_hospital(), "Ziekenhuis Twee", HospitalStatus::Requested);
    for since in [None, Some(9)] {
        let both = [vec![other.clone()], told(since, 8)].concat();
        let Err(StoreError::Connection(rule, name)) = store.set_connections(&both, now()) else { panic!("{since:?}") };
        assert_eq!((rule, name.as_str()), (ConnectionRule::MessagesSinceMissing, "Ziekenhuis Eén"));
        assert_eq!(store.connections().unwrap(), [], "all or nothing");
    }
    store.set_connections(&told(Some(8), 8), now()).unwrap();
    // What is in test does not lose the day by hand or by a file.
    let forget = store.change_hospital(&session, 1, |hospital| hospital.messages_since = None, now());
    assert!(matches!(forget, Err(StoreError::Connection(ConnectionRule::MessagesSinceMissing, _))));
    assert!(store.set_connections(&told(None, 8), now()).is_err());
    // One that was in test without, from before the rule, is changed and read as ever.
    house.raw().execute("UPDATE hospital SET messages_since = NULL", []).unwrap();
    store.change_hospital(&session, 1, |hospital| hospital.name = "Eén".into(), now()).unwrap();
    store.set_connections(&told(None, 8), now()).unwrap();
    assert_eq!(store.connections().unwrap()[0].status, HospitalStatus::Test);
}

#[test]
fn a_new_hospital_is_no_further_than_a_person_may_put_it() {
    let house = House::new();
    let session = house.administrator();
    let mut store = house.store();
    for (status, rule) in [
        (HospitalStatus::Test, ConnectionRule::MessagesSinceMissing),
        (HospitalStatus::Production, ConnectionRule::NotSignedOff),
    ] {
        let made = store.add_hospital(&session, &Hospital::new(hospital(), "Ziekenhuis Eén", status), now());
        assert!(matches!(made, Err(StoreError::Connection(broken, _)) if broken == rule), "{status:?}");
    }
}

#[test]
fn production_by_a_file_bears_its_mark_whatever_the_file_says_and_the_log_tells_that_a_file_did() {
    let house = House::new();
    let mut store = house.store();
    let day = |n| NaiveDate::from_ymd_opt(2026, 2, n).unwrap();
    let told = |status, from| StatusSince { status, from, by_file: false };
    let one = Hospital {
        history: vec![told(HospitalStatus::Requested, day(1)), told(HospitalStatus::Production, day(2))],
        ..Hospital::new(hospital(), "Ziekenhuis Eén", HospitalStatus::Production)
    };
    store.set_connections(std::slice::from_ref(&one), now()).unwrap();
    let marks = |store: &Store| store.connections().unwrap()[0].history.iter().map(|s| s.by_file).collect::<Vec<_>>();
    assert_eq!(marks(&store), [false, true]);
    let last = |store: &Store| store.log_page(None, 1).unwrap().remove(0).entry.detail;
    assert_eq!(last(&store).as_deref(), Some("1/status/production/by-file"));
    // Said again it is what the store has.
    store.set_connections(std::slice::from_ref(&one), now()).unwrap();
    assert_eq!(marks(&store), [false, true]);
    // A production that is over comes in later no otherwise.
    let stopped = Hospital {
        status: HospitalStatus::Stopped,
        history: [
            one.history.clone(),
            vec![told(HospitalStatus::Production, day(3)), told(HospitalStatus::Stopped, day(4))],
        ]
        .concat(),
        ..one
    };
    store.set_connections(&[stopped], now()).unwrap();
    assert_eq!(marks(&store), [false, true, true, false]);
    assert_eq!(last(&store).as_deref(), Some("1/status/stopped/by-file"));
}
