//! The counts of `status`: what is in the store, what came in ever, and nothing of content.

use domain::{IdentifierKind, RideNumber};

use crate::support::*;

#[test]
fn an_empty_store_counts_nothing_and_its_log_is_intact() {
    let status = House::new().store().status(true).unwrap();
    assert_eq!((status.records, status.rides, status.linked, status.unlinked, status.waiting), (0, 0, 0, 0, 0));
    assert!(status.audit.intact && status.audit.entries == 1);
    assert!(status.oldest_record.is_none() && status.purge.last_success.is_none() && status.senders.is_empty());
}

#[test]
fn records_add_up_and_what_came_in_is_counted_ever() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    take(&mut inbox, message("a"));
    take(&mut inbox, message("a"));
    take(&mut inbox, only_identification("i", BSN));
    let elsewhere = RideNumber::parse("12-2026-7777-1").unwrap();
    take(&mut inbox, store::Incoming { ride: elsewhere, sender: other_hospital().into(), ..message("b") });
    let refused = store::Refused {
        sender: None,
        sites: vec![],
        digest: [0; 32],
        size: 12,
        way: store::Way::Https,
        rule: "no-usable-ride",
        found: Vec::new(),
        structure: None,
        lacking: None,
    };
    inbox.append(&[store::Arrived::Refused(Box::new(refused))], now()).unwrap();
    let status = inbox.store().status(true).unwrap();
    assert_eq!((status.records, status.linked, status.unlinked), (3, 2, 1));
    let received = status.received;
    assert_eq!((received.taken_in, received.repeated, received.superseded, received.refused), (3, 1, 0, 1));
    assert_eq!(status.waiting, 2, "the nurse is not there yet, and one ride is unknown");
    assert_eq!((status.identifications.open, status.identifications.closed), (1, 0));
    assert_eq!(status.over_delivered["name"], 6);
    assert_eq!(status.senders.iter().map(|s| s.taken_in).collect::<Vec<_>>(), [2, 1]);
    assert!(status.senders.iter().all(|s| s.last == Some(now())));
    assert_eq!(inbox.store().taken_in_by_day(0).unwrap().iter().map(|(.., n)| n).sum::<u64>(), 3);
    inbox.store_mut().purge(now() + days(400)).unwrap();
    let status = inbox.store().status(true).unwrap();
    assert_eq!((status.records, status.received.taken_in), (0, 3));
    assert_eq!(status.purge.last_success, Some(now() + days(400)));
    assert!(status.senders.iter().all(|s| s.last == Some(now())), "when a sender last sent outlives what it sent");
}

#[test]
fn the_status_as_json_has_the_keys_that_are_agreed() {
    let house = House::new();
    take(&mut house.inbox(), message("a"));
    let json = serde_json::to_value(house.store().status(true).unwrap()).unwrap();
    for path in [
        "/records",
        "/received/taken_in",
        "/received/repeated",
        "/received/superseded",
        "/received/refused",
        "/linked",
        "/unlinked",
        "/waiting",
        "/identifications/open",
        "/identifications/closed",
        "/over_delivered/name",
        "/senders/0/organisation/root",
        "/senders/0/organisation/extension",
        "/senders/0/taken_in",
        "/senders/0/refused",
        "/senders/0/last",
        "/senders/0/identifiers_in_text",
        "/audit/entries",
        "/audit/intact",
        "/oldest_record",
        "/purge/last_success",
    ] {
        assert!(json.pointer(path).is_some(), "{path}");
    }
    assert_eq!(json["oldest_record"], "2026-09-20");
    let text = json.to_string();
    for value in [RIDE, "kanarie", BSN, "12-101"] {
        assert!(!text.contains(value), "{value}");
    }
}

#[test]
fn what_a_sender_sends_too_much_is_told_by_path_and_kind_for_that_sender_alone() {
    let house = House::new();
    let mut inbox = house.inbox();
    let identifiers_in_text = vec![IdentifierKind::Name, IdentifierKind::Telephone, IdentifierKind::Name];
    take(&mut inbox, store::Incoming { identifiers_in_text, ..message("a") });
    let over_delivered = vec![("address", "recordTarget/patientRole/addr".to_owned(), 1)];
    take(&mut inbox, store::Incoming { over_delivered, sender: other_hospital().into(), ..message("b") });
    take(&mut inbox, message("c"));
    let senders = inbox.store().senders().unwrap();
    let in_text = |extension: &str| {
        let sender = senders.iter().find(|s| s.organisation.extension == extension).unwrap();
        (sender.number, sender.identifiers_in_text.iter().map(|(kind, n)| (*kind, *n)).collect::<Vec<_>>())
    };
    let (own, kinds) = in_text(&hospital().extension.unwrap());
    assert_eq!(kinds, [("name", 2), ("telephone", 1)]);
    let (other, kinds) = in_text(&other_hospital().extension.unwrap());
    assert_eq!(kinds, []);
    let paths: Vec<_> = inbox
        .store()
        .over_delivered_paths()
        .unwrap()
        .into_iter()
        .map(|p| (p.sender, p.kind, p.path, p.count))
        .collect();
    assert_eq!(
        paths,
        [
            (own, "name".to_owned(), "recordTarget/patientRole/patient/name".to_owned(), 4),
            (other, "address".to_owned(), "recordTarget/patientRole/addr".to_owned(), 1),
        ]
    );
    assert_eq!(inbox.store().status(false).unwrap().received.taken_in, 3, "a place in a text is no message");
}
