//! In whatever order messages and their ride arrive, the store ends in the same state (R6, R9): every order of five messages, with the
//! ride at each of the six places among them.

use std::{collections::BTreeSet, path::Path};

use chrono::TimeDelta;
use domain::{ReturnedBsn, RideNumber, StoreKind};
use intake::{TakenOutcome, Way};
use rusqlite::{Connection, types::ValueRef};
use store::{HospitalStatus::Production, Ride, WorkState};

use crate::support::{House, full, hospital, now, organisation};

/// Orders that the ordinary run tries of the 720 of each set: this many apart, so that each message comes first, last and between, and the
/// ride comes at each place. `TERUGBLIK_ALL_ORDERS=1` tries all.
const APART: usize = 29;

fn orders() -> Vec<(Vec<usize>, usize)> {
    let mut all = Vec::new();
    for number in 0..120 {
        let (mut left, mut rest, mut order) = ((0..5).collect::<Vec<usize>>(), number, Vec::new());
        for choices in (1..=5).rev() {
            order.push(left.remove(rest % choices));
            rest /= choices;
        }
        all.extend((0..6).map(|ride| (order.clone(), ride)));
    }
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 720);
    let apart = if std::env::var_os("TERUGBLIK_ALL_ORDERS").is_some() { 1 } else { APART };
    all.into_iter().step_by(apart).collect()
}

/// Five messages and the ride they are about.
struct Set {
    messages: [String; 5],
    ride: fn() -> Ride,
    /// The records that stay, by the minute in which they were sent; of whichever sender.
    stay: &'static [i64],
}

fn ride(announced: Option<&str>) -> Ride {
    Ride {
        number: RideNumber::parse("12-2026-4510-1").unwrap(),
        vehicle: Some("12-104".into()),
        departed: Some(now() - TimeDelta::days(6)),
        handed_over: Some(now() - TimeDelta::days(6) + TimeDelta::hours(1)),
        urgency: Some("A1".into()),
        post: None,
        hospital: Some(organisation("00000101")),
        sent_8_to_10: true,
        announced: announced.map(ReturnedBsn::read),
        crew: vec![("1001".into(), 1)],
        working_diagnosis: None,
        service: None,
        cancelled: false,
    }
}

/// Documents are told apart by the minute in which they were sent.
fn document(number: u32) -> String {
    let sent = "<effectiveTime value=\"20260914143000+0200\"/>";
    let text = full(number);
    assert!(text.contains(sent));
    text.replace(sent, &format!("<effectiveTime value=\"2026091414{number:02}00+0200\"/>"))
}

fn version(number: u32) -> String {
    let text = document(number).replace(&format!("set-{number}"), "set-1");
    text.replace("<versionNumber value=\"1\"/>", &format!("<versionNumber value=\"{number}\"/>"))
}

fn without_set(text: &str) -> String {
    let (before, rest) = text.split_once("<setId").unwrap();
    let (_, after) = rest.split_once("<versionNumber value=\"1\"/>").unwrap();
    before.to_owned() + after
}

fn message_id(number: u32) -> String {
    format!("<id root=\"2.16.840.1.113883.19.12.5\" extension=\"{number:08x}-254b-59cf-bbf4-4ea617c58678\"/>")
}

/// A document without a set that replaces another.
fn replacing(number: u32, other: u32) -> String {
    let related = format!(
        "<relatedDocument typeCode=\"RPLC\"><parentDocument>{}</parentDocument></relatedDocument>",
        message_id(other)
    );
    let text = without_set(&document(number));
    assert!(text.contains(&message_id(number)));
    text.replace("<component><structuredBody>", &format!("{related}<component><structuredBody>"))
}

fn without_bsn(text: &str) -> String {
    text.replace("<id root=\"2.16.840.1.113883.2.4.6.3\" extension=\"999900006\"/>", "<id nullFlavor=\"UNK\"/>")
}

fn again(text: &str) -> String {
    text.replace('\n', "\r\n  ")
}

/// Every row that a reader's screen is made of, without what each store draws for itself and what is counted of the traffic.
fn state(house: &House, place: &Path) -> (BTreeSet<String>, Vec<i64>) {
    let connection = Connection::open(place.join("terugblik.db")).unwrap();
    connection.execute_batch(&store::sqlcipher_opening(&house.root.sqlcipher_key())).unwrap();
    let queries = [
        "SELECT 'record', purge_after, sender, ride, flags, version, sent, vehicle, profile, length(ident), length(diagnosis),
           length(\"case\"), length(remarks), length(wraps) FROM message",
        "SELECT 'figure', f.purge_after, f.sender, f.ride > 0, f.sent, f.flags, length(f.sealed), m.sent FROM figure f
           JOIN message m ON m.id = f.message",
        "SELECT 'work', w.ride, w.sender, w.reason, w.state, w.bsn_hash IS NULL, m.sent FROM work w JOIN message m ON m.id = w.message",
        "SELECT 'waiting', w.ride, w.due, w.held, m.sent, length(a.holders), length(a.wraps) FROM waiting w
           JOIN message m ON m.id = w.message JOIN awaited a ON a.message = m.id",
        "SELECT 'ride', number, hospital, announced, awaits, bsn_hash IS NULL, purge_after FROM ride",
        "SELECT 'grants', count(*) FROM \"grant\"",
    ];
    let mut all = BTreeSet::new();
    for query in queries {
        let mut statement = connection.prepare(query).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let value = |at| match row.get_ref(at).unwrap() {
                ValueRef::Null => "-".to_owned(),
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => number.to_string(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                ValueRef::Blob(_) => "blob".to_owned(),
            };
            let line = (0..columns).map(value).collect::<Vec<_>>().join(" ");
            assert!(all.insert(line.clone()), "two rows that cannot be told apart: {line}");
        }
    }
    let mut statement = connection.prepare("SELECT sent % 3600 / 60 FROM message ORDER BY 1").unwrap();
    let minutes = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    (all, minutes)
}

fn ends_the_same(set: &Set) {
    let mut expected: Option<(BTreeSet<String>, String)> = None;
    for (order, ride_place) in orders() {
        let way = format!("order {order:?}, the ride at {ride_place}");
        let mut house = House::in_memory(StoreKind::Test, Production);
        let both = ["00000101", "00000102"].map(|ura| hospital(ura, Production));
        house.inbox.store_mut().set_connections(&both, now()).unwrap();
        for place in 0..6 {
            if place == ride_place {
                house.inbox.import_rides(&[(set.ride)()], now()).unwrap();
            }
            let Some(message) = order.get(place) else { continue };
            let taken = house.take_by(set.messages[*message].as_bytes(), Way::Https, &[], now());
            assert_eq!(taken.answer.code, Some("CA"), "{way}: {:?}", taken.findings);
            assert!(!matches!(taken.outcome, TakenOutcome::Refused(_)), "{way}");
        }
        while house.inbox.deliver(now()).unwrap() > 0 {}
        let status = house.status();
        assert_eq!(status.records, set.stay.len() as u64, "{way}");
        let received = status.received;
        assert_eq!(received.taken_in + received.repeated + received.superseded + received.refused, 5, "{way}");
        assert_eq!(
            house.inbox.store().work_list(WorkState::Open, now(), 9).unwrap().len() as u64,
            status.identifications.open
        );
        let (found, minutes) = state(&house, &house.folder.path().join("store"));
        assert_eq!(minutes, set.stay, "{way}");
        match &expected {
            None => expected = Some((found, way)),
            Some((expected, first)) => assert_eq!(&found, expected, "{way}, against {first}"),
        }
    }
}

/// Versions of one set, of which the last has no BSN; a repeat; a replacement of what never came.
fn versions() -> [String; 5] {
    let second = version(2).replace("negationInd=\"true\"", "negationInd=\"false\"");
    [version(1), second.clone(), without_bsn(&version(3)), again(&second), replacing(9, 8)]
}

#[test]
fn of_three_versions_a_repeat_and_a_replacement() {
    ends_the_same(&Set { messages: versions(), ride: || ride(Some("999900018")), stay: &[3, 9] });
}

#[test]
fn of_three_versions_where_the_ambulance_announced_the_same_bsn() {
    ends_the_same(&Set { messages: versions(), ride: || ride(Some("999900006")), stay: &[3, 9] });
}

#[test]
fn of_three_versions_of_which_the_last_has_no_bsn_for_a_ride_that_waits_for_one() {
    let [one, two, three, repeat, _] = versions();
    let messages = [one.clone(), two, three, repeat, again(&one)];
    ends_the_same(&Set { messages, ride: || ride(None), stay: &[3] });
}

#[test]
fn of_a_document_its_replacement_and_the_replacement_of_that() {
    let first = without_set(&document(1));
    let messages = [again(&first), first, replacing(2, 1), replacing(3, 2), again(&replacing(2, 1))];
    ends_the_same(&Set { messages, ride: || ride(None), stay: &[3] });
}

#[test]
fn of_equal_version_numbers_the_one_of_the_latest_time() {
    let second = |number: u32| {
        version(number).replace(&format!("<versionNumber value=\"{number}\"/>"), "<versionNumber value=\"2\"/>")
    };
    let older = version(1).replace("00000001-", "00000009-");
    let messages = [second(1), second(2), second(3), again(&second(3)), older];
    ends_the_same(&Set { messages, ride: || ride(Some("999900018")), stay: &[3] });
}

#[test]
fn of_two_senders_with_the_same_ids_sets_and_replacements() {
    let other = |text: &str| text.replace("00000101", "00000102");
    let [one, two, _, _, replacement] = versions();
    let messages = [one.clone(), two.clone(), other(&one), other(&two), other(&replacement)];
    ends_the_same(&Set { messages, ride: || ride(Some("999900018")), stay: &[2, 2, 9] });
}
