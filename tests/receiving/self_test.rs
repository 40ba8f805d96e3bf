//! The program's own test message: its way step by step, that nothing of it is kept, and that its pass lets nothing else in.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    process::{Command, Stdio},
};

use chrono::{DateTime, TimeDelta, Utc};
use intake::{
    SelfTest, SelfTestAsked, SelfTestDone, SelfTestFault, SelfTestIdentity, SelfTestMessage, SelfTestReport,
    listener::{ListenerLimits, PATH},
};
use store::{Hospital, HospitalStatus, SELF_TEST_TERM, Store};

use crate::{
    ground::{Ground, Identity, Wanted, needs, quick, self_signed, until},
    support::{full, hospital, now},
};

/// What is tried otherwise than as it should be.
struct Try<'a> {
    address: SocketAddr,
    path: &'a str,
    expected: Option<String>,
    at: DateTime<Utc>,
    body: String,
}

fn server_of(ground: &Ground) -> Option<String> {
    let file = |end| ground.folder.path().join(format!("terugblik.example.{end}"));
    Some(Identity { certificate: file("crt"), key: file("key") }.fingerprint())
}

impl Try<'_> {
    fn of(ground: &Ground) -> Self {
        Self { address: ground.address, path: PATH, expected: server_of(ground), at: now(), body: full(1) }
    }

    /// Tries it with a pass in the store.
    fn run(self, ground: &Ground) -> SelfTestReport {
        let mut store = ground.store();
        let identity = SelfTestIdentity::new(now(), now() + SELF_TEST_TERM).unwrap();
        let fingerprint = identity.fingerprint().to_owned();
        let digest = seal::digest(self.body.as_bytes());
        let _turn = store.begin_self_test(None, (&fingerprint, digest), now()).unwrap().expect("no other is under way");
        until("the receiver has read the pass", || store.self_test(&fingerprint).unwrap().heard);
        let report = self.with(identity, true);
        store.end_self_test(&fingerprint, now()).unwrap();
        report
    }

    fn with(self, identity: SelfTestIdentity, heard: bool) -> SelfTestReport {
        let test = SelfTest::start(SelfTestAsked {
            address: self.address.to_string(),
            path: self.path.to_owned(),
            expected: self.expected,
            identity,
            message: SelfTestMessage { bytes: self.body.into_bytes(), content_type: "text/xml; charset=utf-8" },
            now: self.at,
        });
        test.heard(heard);
        until("it is over", || test.report().is_over);
        test.report()
    }
}

fn steps(report: &SelfTestReport) -> usize {
    report.done.len()
}

/// Rows of every table; of one that a receiver writes by itself, nothing.
fn rows(ground: &Ground) -> BTreeMap<String, i64> {
    let mut tables = ground.connection.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let count = |table: &String| {
        let sql = format!("SELECT count(*) FROM \"{table}\"");
        ground.connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    tables.iter().map(|table| (table.clone(), count(table))).collect()
}

/// Codes of the log: a pass was made, the program's own message came, a message was refused.
const BEGUN: u16 = 131;
const RECEIVED: u16 = 132;
const REFUSED: u16 = 23;

fn events(ground: &Ground, event: u16) -> i64 {
    let sql = "SELECT count(*) FROM audit WHERE event = ?1";
    ground.connection.query_row(sql, [event], |row| row.get(0)).unwrap()
}

#[test]
fn it_goes_the_whole_way_and_leaves_nothing_but_its_lines_in_the_log() {
    let ground = Ground::new();
    until("the receiver told its certificate", || ground.store().own_certificate().unwrap().is_some());
    let mut before = rows(&ground);
    let report = Try::of(&ground).run(&ground);
    assert_eq!((report.fault, report.is_over), (None, true));
    let [
        SelfTestDone::Address { to, is_every: false },
        SelfTestDone::Connection(reached),
        SelfTestDone::Server { certificate, compared: true },
        SelfTestDone::Client,
        SelfTestDone::Status,
        SelfTestDone::Acknowledgement,
    ] = &report.done[..]
    else {
        panic!("{:?}", report.done)
    };
    assert_eq!((to, reached), (&vec![ground.address], &ground.address));
    assert_eq!(Some(&certificate.fingerprint), server_of(&ground).as_ref());
    assert_eq!((events(&ground, BEGUN), events(&ground, RECEIVED)), (1, 1));
    let entry: i64 = ground.connection.query_row("SELECT entry FROM self_test", [], |row| row.get(0)).unwrap();
    let of_entry = "SELECT event FROM audit WHERE n = ?1";
    let event: u16 = ground.connection.query_row(of_entry, [entry], |row| row.get(0)).unwrap();
    assert_eq!(event, RECEIVED);
    // A round of the receiver later still nothing more.
    let mut store = ground.store();
    let later = self_signed(ground.folder.path(), "later.example").fingerprint();
    assert!(store.begin_self_test(None, (&later, [0; 32]), now()).unwrap().is_some());
    until("the receiver has come round", || store.self_test(&later).unwrap().heard);
    *before.get_mut("audit").unwrap() += 3;
    before.insert("self_test".into(), 1);
    assert_eq!(rows(&ground), before);
    assert!(store.messages_of_late(None, 10, &|_| true).unwrap().lines.is_empty(), "nothing on Ontvangst");
    store.verify_log(None, |_| true).unwrap();
}

/// The answers to messages, one after the other over connections of their own.
fn answers(ground: &Ground, identity: &Identity, bodies: &[&str]) -> Vec<u32> {
    let answer = |body: &&str| ground.client(identity).post("text/xml", body.as_bytes());
    bodies.iter().map(answer).map(|reply| reply.status).collect()
}

fn with_pass(ground: &Ground, identity: &Identity, body: &str, at: DateTime<Utc>) -> Store {
    let mut store = ground.store();
    let digest = seal::digest(body.as_bytes());
    assert!(store.begin_self_test(None, (&identity.fingerprint(), digest), at).unwrap().is_some());
    store
}

#[test]
fn its_certificate_brings_its_one_message_once_and_nothing_else() {
    let ground = Ground::new();
    let identity = self_signed(ground.folder.path(), "proef.example");
    let (own, other) = (full(1), full(2));
    let store = with_pass(&ground, &identity, &own, now());
    until("the receiver has read the pass", || store.self_test(&identity.fingerprint()).unwrap().heard);
    assert_eq!(answers(&ground, &identity, &[&other, "", &own]), [403, 403, 200]);
    // Until the pass is read again the transaction says no; from then on the listener.
    let again = answers(&ground, &identity, &[&own, &other]);
    assert!(matches!(again[..], [422 | 403, 403]), "{again:?}");
    until("the receiver has read that it is used", || answers(&ground, &identity, &[&own]) == [403]);
    // One connection that stays is judged anew for each message too.
    let mut client = ground.client(&identity);
    assert_eq!(client.post("text/xml", own.as_bytes()).status, 403);
    assert_eq!((ground.records(), events(&ground, RECEIVED)), (0, 1));
    assert_eq!(events(&ground, REFUSED), 0);
    assert!(store.refused_certificates(now()).unwrap().is_empty(), "it is offered to no hospital");
}

#[test]
fn after_its_minutes_the_pass_is_forgotten_and_its_certificate_is_a_strangers() {
    let ground = Ground::new();
    let identity = self_signed(ground.folder.path(), "proef.example");
    with_pass(&ground, &identity, &full(1), now() - SELF_TEST_TERM);
    until("it is forgotten", || rows(&ground)["self_test"] == 0);
    assert_eq!(answers(&ground, &identity, &[&full(1)]), [403]);
    assert_eq!((ground.records(), events(&ground, RECEIVED)), (0, 0));
}

#[test]
fn a_second_test_waits_for_the_first_to_end_and_not_for_one_whose_maker_is_gone_or_that_is_past_its_minutes() {
    let ground = Ground::new();
    let begin = |name: &str, at| ground.store().begin_self_test(None, (name, [1; 32]), at).unwrap();
    let replaced = || {
        let log = ground.store().log_page(None, 1).unwrap();
        log[0].entry.detail.clone()
    };
    let first = begin("sha256:a", now()).expect("it begins");
    assert!(begin("sha256:b", now() + TimeDelta::minutes(1)).is_none());
    ground.store().end_self_test("sha256:a", now()).unwrap();
    let second = begin("sha256:b", now()).expect("the first is over, though its maker is there");
    drop(first);
    assert_eq!(replaced(), None);
    assert!(begin("sha256:c", now() + SELF_TEST_TERM).is_some(), "one that hangs gives way after its minutes");
    drop(second);
    // Killed, a process leaves its pass and not its lock.
    drop(begin("sha256:d", now()));
    assert!(begin("sha256:e", now()).is_some());
    assert_eq!(replaced().as_deref(), Some("its maker is gone"));
}

#[test]
fn a_hospitals_certificate_does_not_take_this_way_even_with_a_pass() {
    let ground = Ground::new();
    let store = with_pass(&ground, &ground.sender, &full(1), now());
    until("the receiver has read the pass", || store.self_test(&ground.sender.fingerprint()).unwrap().heard);
    assert_eq!(answers(&ground, &ground.sender, &[&full(1), &full(2)]), [200, 200]);
    assert_eq!((ground.records(), events(&ground, RECEIVED)), (2, 0));
    // Nor does one of a hospital that is connected no more.
    let stopped = self_signed(ground.folder.path(), "gestopt.example");
    let listed =
        Hospital { certificates: vec![stopped.fingerprint()], ..hospital("00000102", HospitalStatus::Stopped) };
    ground.store().set_connections(&[listed], now()).unwrap();
    ground.store().end_self_test(&ground.sender.fingerprint(), now()).unwrap();
    let store = with_pass(&ground, &stopped, &full(3), now());
    until("the receiver has read the pass", || store.self_test(&stopped.fingerprint()).unwrap().heard);
    assert_eq!(answers(&ground, &stopped, &[&full(3)]), [403]);
    assert_eq!((ground.records(), events(&ground, RECEIVED)), (2, 0));
}

#[test]
fn a_message_that_cannot_be_read_is_told_so_and_leaves_one_line_too() {
    let ground = Ground::new();
    let report = Try { body: "<geen-bericht/>".into(), ..Try::of(&ground) }.run(&ground);
    // A bare document is answered by the status as well.
    assert!(matches!(report.fault, Some(SelfTestFault::OtherStatus(400 | 422))), "{report:?}");
    assert_eq!((events(&ground, RECEIVED), events(&ground, REFUSED)), (1, 0));
}

#[test]
fn where_nobody_listens_or_something_else_does_the_step_says_so() {
    let ground = Ground::new();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = Try { address: free, ..Try::of(&ground) }.run(&ground);
    assert_eq!((steps(&nobody), nobody.fault), (1, Some(SelfTestFault::NobodyListens)));
    let web = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = web.local_addr().unwrap();
    let other = std::thread::spawn(move || {
        let (mut stream, _) = web.accept().unwrap();
        assert!(stream.read(&mut [0; 1 << 14]).unwrap() > 0);
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").unwrap();
    });
    let plain = Try { address, ..Try::of(&ground) }.run(&ground);
    other.join().unwrap();
    assert_eq!((steps(&plain), plain.fault), (2, Some(SelfTestFault::NoTls)));
    let health = Try { address: ground.health, ..Try::of(&ground) }.run(&ground);
    assert_eq!((steps(&health), health.fault), (2, Some(SelfTestFault::TlsBroken)));
    let path = Try { path: "/ander-pad", ..Try::of(&ground) }.run(&ground);
    assert_eq!((steps(&path), path.fault), (4, Some(SelfTestFault::Path)));
    assert_eq!((ground.records(), events(&ground, RECEIVED)), (0, 0));
}

#[test]
fn another_certificate_and_one_whose_time_is_over_are_named_and_sent_nothing() {
    let ground = Ground::new();
    let other = ground.authority.issue(&Wanted { name: "elders.example", until: 2090 });
    let report = Try { expected: Some(other.fingerprint()), ..Try::of(&ground) }.run(&ground);
    let Some(SelfTestFault::OtherCertificate(shown)) = report.fault else { panic!("{report:?}") };
    assert_eq!((report.done.len(), Some(&shown.fingerprint)), (2, server_of(&ground).as_ref()));
    let years = |years: i64| now() + TimeDelta::days(years * 366);
    let expired = Try { at: years(70), ..Try::of(&ground) }.run(&ground);
    assert!(matches!(expired.fault, Some(SelfTestFault::Expired(_))), "{expired:?}");
    let not_yet = Try { at: years(-10), ..Try::of(&ground) }.run(&ground);
    assert!(matches!(not_yet.fault, Some(SelfTestFault::NotYet(_))), "{not_yet:?}");
    let unknown = Try { expected: None, ..Try::of(&ground) }.run(&ground);
    assert!(matches!(unknown.done[2], SelfTestDone::Server { compared: false, .. }), "{unknown:?}");
}

#[test]
fn a_receiver_that_has_not_read_the_pass_is_shown_no_certificate_and_lists_none() {
    let ground = Ground::new();
    let identity = SelfTestIdentity::new(now(), now() + SELF_TEST_TERM).unwrap();
    let report = Try::of(&ground).with(identity, false);
    assert_eq!((steps(&report), report.fault), (3, Some(SelfTestFault::NotHeard)));
    let identity = SelfTestIdentity::new(now(), now() + SELF_TEST_TERM).unwrap();
    let report = Try::of(&ground).with(identity, true);
    assert_eq!((steps(&report), report.fault), (3, Some(SelfTestFault::NotAccepted)), "no pass at all");
}

#[test]
fn a_store_that_is_busy_is_named_and_counts_as_no_trouble_of_senders() {
    let ground = Ground::with(ListenerLimits { free_bytes_min: 1 << 50, ..quick() });
    let report = Try::of(&ground).run(&ground);
    assert_eq!((steps(&report), report.fault), (4, Some(SelfTestFault::Busy)));
    assert_eq!(rows(&ground)["receiving_trouble"], 0);
}

#[test]
fn a_server_of_an_older_tls_is_named_and_a_silent_one_is_left_when_it_is_stopped() {
    let ground = Ground::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let identity = SelfTestIdentity::new(now(), now() + SELF_TEST_TERM).unwrap();
    let test = SelfTest::start(SelfTestAsked {
        address: silent.local_addr().unwrap().to_string(),
        path: PATH.into(),
        expected: None,
        identity,
        message: SelfTestMessage { bytes: vec![], content_type: "text/xml" },
        now: now(),
    });
    test.heard(true);
    until("it is connected", || steps(&test.report()) == 2);
    test.stop();
    until("it is over", || test.report().is_over);
    assert_eq!(test.report().fault, Some(SelfTestFault::Stopped));
    if !needs("openssl") {
        return;
    }
    let Identity { certificate, key } = self_signed(ground.folder.path(), "oud.example");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = Command::new("openssl");
    command.args(["s_server", "-tls1_2", "-accept", &port.port().to_string(), "-cert"]).arg(certificate);
    let mut old = command.arg("-key").arg(key).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut fault = None;
    until("it listens", || {
        fault = Try { address: port, ..Try::of(&ground) }.run(&ground).fault;
        fault != Some(SelfTestFault::NobodyListens)
    });
    old.kill().unwrap();
    old.wait().unwrap();
    // Its last word may be lost with the connection that it resets.
    assert!(matches!(fault, Some(SelfTestFault::OtherTls | SelfTestFault::TlsBroken)), "{fault:?}");
}
