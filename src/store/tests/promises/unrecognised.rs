//! Messages that no profile recognised: the list empties by itself, and who looks at a structure is in the log.

use access::Event;
use domain::{Diagnosis, InstanceId, Purpose, Remarks};
use store::{Arrived, Lacking, Outcome, Refused, Unrecognised, UnrecognisedRow};

use crate::support::*;

fn bare(extension: &str) -> store::Incoming {
    store::Incoming {
        profile: None,
        diagnosis: None,
        case: None,
        remarks: None,
        figure: None,
        unrecognised: Some(Unrecognised { shown: Some(id(extension)), structure: Some(format!("{extension}\n")) }),
        ..message(extension)
    }
}

fn lacking(extension: Option<&str>) -> Arrived {
    let lacking = Lacking { id: extension.map(id), shown: extension.map(id) };
    Arrived::Refused(Box::new(Refused {
        sender: Some(hospital()),
        sites: vec![],
        digest: [0; 32],
        size: 9,
        way: store::Way::Https,
        rule: "R12",
        found: Vec::new(),
        structure: None,
        lacking: Some(lacking),
    }))
}

fn listed(house: &House) -> Vec<UnrecognisedRow> {
    house.store().unrecognised(&house.active_administrator()).unwrap()
}

fn extensions(house: &House) -> Vec<String> {
    listed(house).into_iter().filter_map(|row| row.id).filter_map(|id: InstanceId| id.extension).collect()
}

#[test]
fn a_record_read_without_a_profile_stands_in_the_list_until_its_repeat_is_read_by_one() {
    let house = House::new();
    let _ = house.administrator();
    let mut inbox = house.inbox();
    take(&mut inbox, bare("a"));
    take(&mut inbox, bare("b"));
    assert_eq!(extensions(&house), ["b", "a"]);
    assert!(listed(&house).iter().all(|row| row.has_structure && !row.refused));
    assert!(matches!(take(&mut inbox, message("a")), Outcome::ReadAgain(_)));
    assert_eq!(extensions(&house), ["b"]);
    assert_eq!(house.count("SELECT count(*) FROM unrecognised"), 1, "its structure went too");
}

#[test]
fn what_was_refused_is_asked_for_once_until_it_comes_and_nothing_is_known_of_its_content() {
    let house = House::new();
    let _ = house.administrator();
    let mut inbox = house.inbox();
    inbox.append(&[lacking(Some("a")), lacking(Some("b")), lacking(Some("a")), lacking(None)], now()).unwrap();
    let rows = listed(&house);
    assert_eq!(rows.len(), 3, "an id once, and one line for those without: {rows:?}");
    assert!(rows.iter().all(|row| row.refused && !row.has_structure));
    // A message of this sender that was read is not the one that was asked for, but says that those without an id are read.
    take(&mut inbox, message("other"));
    assert_eq!(extensions(&house), ["a", "b"]);
    assert_eq!(listed(&house).len(), 2);
    take(&mut inbox, message("a"));
    assert_eq!(extensions(&house), ["b"]);
    inbox.append(&[lacking(Some("a"))], now()).unwrap();
    assert_eq!(extensions(&house), ["b"], "what is a record is not asked for");
    house.store().purge(now() + days(89)).unwrap();
    assert_eq!(extensions(&house), ["b"]);
    house.store().purge(now() + days(91)).unwrap();
    assert!(extensions(&house).is_empty());
}

#[test]
fn what_was_refused_and_then_taken_in_by_hand_without_a_profile_is_one_line() {
    let house = House::new();
    let _ = house.administrator();
    let mut inbox = house.inbox();
    inbox.append(&[lacking(Some("a"))], now()).unwrap();
    take(&mut inbox, bare("a"));
    assert!(matches!(&listed(&house)[..], [row] if !row.refused && row.has_structure));
}

#[test]
fn the_last_twenty_structures_and_two_hundred_ids_of_a_sender_are_kept() {
    let house = House::new();
    let _ = house.administrator();
    let mut inbox = house.inbox();
    let all: Vec<Arrived> = (0..230).map(|i| Arrived::Message(Box::new(bare(&format!("m{i}"))))).collect();
    inbox.append(&all, now()).unwrap();
    let rows = listed(&house);
    assert_eq!((rows.len(), rows.iter().filter(|row| row.has_structure).count()), (200, 20));
    assert!(rows[..20].iter().all(|row| row.has_structure), "the latest");
}

#[test]
fn a_structure_goes_with_its_record() {
    let house = House::new();
    let _ = house.administrator();
    let mut inbox = house.inbox();
    take(&mut inbox, store::Incoming { handed_over: None, ..bare("a") });
    house.store().purge(now() + days(357)).unwrap();
    assert_eq!(listed(&house).len(), 1);
    house.store().purge(now() + days(359)).unwrap();
    assert!(listed(&house).is_empty());
}

#[test]
fn each_look_at_a_structure_is_in_the_log_and_a_look_at_nothing_is_not() {
    let house = House::new();
    let session = house.administrator();
    let mut inbox = house.inbox();
    take(&mut inbox, bare("a"));
    let mut store = house.store();
    let number = store.unrecognised(&session).unwrap()[0].number;
    assert_eq!(store.structure(&session, number, now()).unwrap().as_deref(), Some("a\n"));
    assert_eq!(store.structure(&session, number + 1, now()).unwrap(), None);
    let lines = store.log_page(None, 50).unwrap();
    let looks: Vec<_> = lines.iter().filter(|line| line.entry.event == Event::StructureOpened).collect();
    assert_eq!(looks.len(), 1);
    assert_eq!(looks[0].entry.user, Some(session.account()));
}

#[test]
fn what_is_read_again_reaches_the_crew_in_place_of_what_was_delivered_before() {
    let unknown = || domain::DiagnosisContent {
        agreement: domain::Agreement::Unknown,
        diagnoses: Vec::new(),
        description: None,
        gender: None,
        birth_date: None,
        incomplete: false,
    };
    let without = || store::Incoming { diagnosis: Some(unknown()), ..bare("a") };
    let older = || store::Incoming {
        profile: Some("bericht12-2.4-reconstructie/0".into()),
        diagnosis: Some(unknown()),
        remarks: None,
        ..message("a")
    };
    for first in [without(), older()] {
        let house = House::new();
        let _ = house.administrator();
        let mut inbox = house.inbox();
        connect(inbox.store_mut());
        house.activate(NURSE);
        inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
        let before = message_of(take(&mut inbox, first));
        let nurse = house.professional(NURSE);
        let mut archive = house.archive();
        let poor = archive.open::<Diagnosis, _>(&nurse, before, Purpose::Quality, now()).unwrap().unwrap();
        assert_eq!((poor.agreement, poor.diagnoses.len()), (domain::Agreement::Unknown, 0));
        let Outcome::ReadAgain(after) = take(&mut inbox, message("a")) else { panic!("read again") };
        deliver_all(&mut inbox);
        let heads = archive.feedback_list(&nurse, 50, now()).unwrap();
        assert_eq!(heads.iter().map(|head| head.message).collect::<Vec<_>>(), [after], "one, the better one");
        let diagnosis = archive.open::<Diagnosis, _>(&nurse, after, Purpose::Quality, now()).unwrap().unwrap();
        assert_eq!(diagnosis.description.unwrap().reveal(), "kanarie-omschrijving");
        let remarks = archive.open::<Remarks, _>(&nurse, after, Purpose::Quality, now()).unwrap().unwrap();
        assert_eq!(remarks.medical.unwrap().reveal(), "kanarie-medisch");
        assert!(
            after == before || archive.open::<Diagnosis, _>(&nurse, before, Purpose::Quality, now()).unwrap().is_none()
        );
        assert!(listed(&house).is_empty());
    }
}
