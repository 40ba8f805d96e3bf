//! *Ontvangst*: what the log tells of each message, on which days a sender's came, since when all are refused, and what was taken up.

use access::Event;
use chrono::TimeDelta;
use store::{Arrived, Incoming, MessageLine, MessageNote, Refused, WatchAlarm, Way};

use crate::support::*;

fn refusal(rule: &'static str, structure: Option<&str>) -> Arrived {
    Arrived::Refused(Box::new(Refused {
        sender: Some(hospital()),
        sites: vec![],
        digest: [0; 32],
        size: 2200,
        way: Way::Folder,
        rule,
        found: vec![rule, "W1"],
        structure: structure.map(str::to_owned),
        lacking: None,
    }))
}

fn all(house: &House) -> Vec<MessageLine> {
    house.store().messages_of_late(None, 100, &|_| true).unwrap().lines
}

#[test]
fn the_log_tells_of_each_message_how_it_came_what_was_found_and_what_became_of_it() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    take(&mut inbox, Incoming { way: Way::Https, found: vec!["R11", "R11", "W2"], ..message("a") });
    take(&mut inbox, Incoming { way: Way::Hand, ..message("a") });
    let newer = Incoming { replaces: Some(id("a")), version: 2, ..message("b") };
    take(&mut inbox, newer);
    inbox.append(&[refusal("E4", None)], now()).unwrap();
    let lines = all(&house);
    let told: Vec<_> = lines.iter().map(|line| (line.event, line.replaces, line.note.way, line.size)).collect();
    assert_eq!(
        told,
        [
            (Event::MessageRefused, false, Some(Way::Folder), 2200),
            (Event::MessageTakenIn, true, Some(Way::Https), 4096),
            (Event::MessageRepeated, false, Some(Way::Hand), 4096),
            (Event::MessageTakenIn, false, Some(Way::Https), 4096),
        ]
    );
    assert_eq!((lines[0].note.refused.as_deref(), lines[0].note.found.join(" ")), (Some("E4"), "W1".to_owned()));
    let first: &MessageNote = &lines[3].note;
    assert_eq!(first.found, ["unlinked", "R11", "W2"], "the ride is not in the register");
    assert_eq!(first.over_delivered, message("a").over_delivered.iter().map(|(.., n)| n).sum::<u64>());
}

#[test]
fn pages_of_messages_join_without_a_gap_and_none_reads_the_whole_log() {
    let house = House::new();
    let mut inbox = house.inbox();
    for i in 0..25 {
        take(&mut inbox, message(&format!("m{i}")));
    }
    let mut numbers = Vec::new();
    let mut before = None;
    loop {
        let page = house.store().messages_of_late(before, 10, &|_| true).unwrap();
        assert!(page.lines.len() <= 10);
        numbers.extend(page.lines.iter().map(|line| line.number));
        before = page.older;
        if before.is_none() || page.lines.is_empty() {
            break;
        }
    }
    assert_eq!(numbers.len(), 25);
    assert!(numbers.windows(2).all(|pair| pair[0] > pair[1]));
    // Ten thousand other entries stand between: a page without messages says where to go on.
    let raw = house.raw();
    let fill = "INSERT INTO audit(n, at, event, body, hash) WITH RECURSIVE i(n) AS
                  (SELECT (SELECT max(n) FROM audit) + 1 UNION ALL SELECT n + 1 FROM i LIMIT 12000)
                SELECT n, 0, 74, x'', x'' FROM i";
    raw.execute(fill, []).unwrap();
    let page = house.store().messages_of_late(None, 10, &|_| true).unwrap();
    assert!(page.lines.is_empty());
    let page = house.store().messages_of_late(page.older, 10, &|_| true).unwrap();
    assert_eq!(page.lines.first().map(|line| line.number), numbers.first().copied());
}

#[test]
fn only_what_is_wanted_fills_a_page() {
    let house = House::new();
    let mut inbox = house.inbox();
    for i in 0..6 {
        take(&mut inbox, message(&format!("m{i}")));
        inbox.append(&[refusal("E4", None)], now()).unwrap();
    }
    let refused = |line: &MessageLine| line.event == Event::MessageRefused;
    let page = house.store().messages_of_late(None, 4, &refused).unwrap();
    assert!(page.lines.len() == 4 && page.lines.iter().all(refused) && page.older.is_some());
    let rest = house.store().messages_of_late(page.older, 4, &refused).unwrap();
    assert_eq!((rest.lines.len(), rest.older), (2, None));
}

#[test]
fn of_each_day_the_first_and_the_last_message_are_known_and_how_many_came() {
    let house = House::new();
    let mut inbox = house.inbox();
    let hours = TimeDelta::hours;
    for (at, extension) in [(now(), "a"), (now() + hours(1), "a"), (now() + hours(2), "b"), (now() + days(3), "c")] {
        inbox.append(&[Arrived::Message(Box::new(message(extension)))], at).unwrap();
    }
    let others = Incoming { sender: other_hospital().into(), ..message("d") };
    inbox.append(&[Arrived::Message(Box::new(others)), refusal("E4", None)], now() + days(4)).unwrap();
    let store = house.store();
    let found = store.arrival_days(30, now() + days(4)).unwrap();
    let told: Vec<_> = found.iter().map(|day| (day.count, day.first, day.last)).collect();
    let third = now() + days(3);
    assert_eq!(told, [(3, now(), now() + hours(2)), (1, third, third), (1, now() + days(4), now() + days(4))]);
    assert!(found[0].sender == found[1].sender && found[1].sender != found[2].sender);
    assert_eq!(found[1].day - found[0].day, 3);
    assert_eq!(store.arrival_days(3, now() + days(4)).unwrap().len(), 2, "not the first day");
}

#[test]
fn refusals_are_counted_from_the_last_message_that_was_accepted() {
    let house = House::new();
    let mut inbox = house.inbox();
    take(&mut inbox, message("a"));
    inbox.append(&[refusal("E4", None)], now() + days(1)).unwrap();
    inbox.append(&[refusal("E9", None), refusal("E9", None)], now() + days(2)).unwrap();
    let found = house.store().refusals().unwrap();
    let [one] = &found[..] else { panic!("{found:?}") };
    assert_eq!((one.since, one.last, one.count, one.rule.as_str()), (now() + days(1), now() + days(2), 3, "E9"));
    let accepted = Arrived::Message(Box::new(message("b")));
    inbox.append(&[refusal("E4", None), accepted, refusal("E5", None)], now() + days(3)).unwrap();
    let found = house.store().refusals().unwrap();
    assert_eq!((found[0].since, found[0].count, found[0].rule.as_str()), (now() + days(3), 1, "E5"));
    inbox.append(&[Arrived::Message(Box::new(message("b")))], now() + days(3)).unwrap();
    assert!(house.store().refusals().unwrap().is_empty(), "a repeat is accepted too");
}

#[test]
fn the_structure_of_a_refused_message_is_kept_two_weeks_five_a_sender_and_each_look_is_logged() {
    let house = House::new();
    let session = house.administrator();
    let mut inbox = house.inbox();
    for hour in 0..8 {
        let at = now() + TimeDelta::hours(2 * hour);
        let text = format!("s{hour}");
        inbox.append(&[refusal("E4", Some(&text)), refusal("E4", Some("another within the hour"))], at).unwrap();
    }
    let at = now() + TimeDelta::hours(15);
    let mut store = house.store();
    let kept = store.refused_structures(at).unwrap();
    assert_eq!(kept.len(), 5);
    let newest = *kept.iter().max().unwrap();
    assert_eq!(store.refused_structure(&session, newest, at).unwrap().as_deref(), Some("s7"));
    assert_eq!(store.refused_structure(&session, newest + 1, at).unwrap(), None, "nothing to look at, nothing logged");
    let lines = store.log_page(None, 20).unwrap();
    let looks: Vec<_> = lines.iter().filter(|line| line.entry.event == Event::StructureOpened).collect();
    assert!(matches!(&looks[..], [look] if look.entry.user == Some(session.account())));
    // The entry of the refusal is what it is found by.
    assert!(all(&house).iter().any(|line| line.number == newest && line.note.refused.as_deref() == Some("E4")));
    let past = now() + days(15);
    assert_eq!(store.refused_structure(&session, newest, past).unwrap(), None, "though no purge has run");
    store.purge(past).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM refused_structure"), 0);
}

#[test]
fn an_alarm_that_was_taken_up_is_quiet_until_there_is_more_of_it_and_who_did_is_logged() {
    let house = House::new();
    let session = house.administrator();
    let mut store = house.store();
    let (silence, missing) = (WatchAlarm::Silence(1, now()), WatchAlarm::ProfileMissing(1, 3));
    assert_eq!(store.taken_up().unwrap().at(silence), None);
    store.take_up(&session, silence, now()).unwrap();
    store.take_up(&session, missing, now()).unwrap();
    let taken = store.taken_up().unwrap();
    assert_eq!((taken.at(silence), taken.at(missing)), (Some(now()), Some(now())));
    assert_eq!(taken.at(WatchAlarm::ProfileMissing(1, 2)), Some(now()), "fewer than then");
    assert_eq!(taken.at(WatchAlarm::ProfileMissing(1, 4)), None, "one more");
    assert_eq!(taken.at(WatchAlarm::Silence(1, now() + days(9))), None, "silent again");
    assert_eq!(taken.at(WatchAlarm::Silence(2, now())), None, "another sender");
    let lines = store.log_page(None, 2).unwrap();
    assert!(lines.iter().all(|l| l.entry.event == Event::AlarmTakenUp && l.entry.user == Some(session.account())));
}

#[test]
fn that_something_came_is_known_by_the_end_of_the_log_alone() {
    let house = House::new();
    let session = house.administrator();
    let mut inbox = house.inbox();
    take(&mut inbox, message("a"));
    let mut store = house.store();
    let (news, seen) = store.received_since(0).unwrap();
    assert!(news);
    assert_eq!(store.received_since(seen).unwrap(), (false, seen));
    store.take_up(&session, WatchAlarm::Silence(1, now()), now()).unwrap();
    assert_eq!(store.received_since(seen).unwrap(), (false, seen + 1), "another event is no message");
    inbox.append(&[refusal("E4", None)], now()).unwrap();
    assert!(store.received_since(seen).unwrap().0);
}
