//! *Hoort hier niet*: what is taken out is taken out for all, the rest stays; a privacy officer decides without seeing it.

use access::{Event, Professional, Session};
use domain::{Case, Diagnosis, MessageId, Purpose, Remarks};
use store::{
    Archive, Inbox, MISPLACED_DAYS, MISPLACED_UNDO_DAYS, MisplacedCount, MisplacedDecision, MisplacedState,
    TextOfRecord, is_taken_out,
};

use crate::{
    keys_killed::killed_until_changed,
    killed::{Child, as_child},
    support::*,
};

fn delivered(crew: &[(&str, u8)]) -> (House, Inbox, MessageId) {
    let house = House::new();
    house.third_sees_the_diagnosis();
    of_crew(house, crew)
}

/// Description and remarks on medical acting as a reader gets them; signs as an asterisk.
fn texts(house: &House, session: &Session<Professional>, id: MessageId) -> (String, Option<String>) {
    texts_at(house, session, id, now())
}

fn texts_at(
    house: &House,
    session: &Session<Professional>,
    id: MessageId,
    at: chrono::DateTime<chrono::Utc>,
) -> (String, Option<String>) {
    let parts = house.archive().open_record(session, id, at).unwrap().unwrap();
    let shown = |text: &str| text.chars().map(|c| if is_taken_out(c) { '*' } else { c }).collect::<String>();
    (
        shown(parts.diagnosis.description.unwrap().reveal()),
        parts.remarks.map(|remarks| shown(remarks.medical.unwrap().reveal())),
    )
}

fn report(archive: &mut Archive, session: &Session<Professional>, id: MessageId, text: TextOfRecord) -> bool {
    // "kanarie-" is a bird and a stroke: what follows is the passage.
    archive.report_misplaced(session, id, (text, 8..15), 5, now()).unwrap()
}

#[test]
fn a_passage_is_taken_out_for_all_readers_and_the_rest_stays() {
    let (house, _, id) = delivered(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second, manager) = (house.professional(NURSE), house.professional(SECOND), house.manager());
    let mut archive = house.archive();
    assert!(report(&mut archive, &nurse, id, TextOfRecord::Description));
    assert!(report(&mut archive, &second, id, TextOfRecord::RemarksMedical));
    for session in [&nurse, &second] {
        assert_eq!(texts(&house, session, id), ("kanarie-*jving".into(), Some("kanarie-*".into())));
    }
    let case = archive.open::<Case, _>(&manager, id, Purpose::Quality, now()).unwrap().unwrap();
    let case = case.description.as_ref().unwrap().reveal().to_owned();
    assert!(case.contains(is_taken_out) && !case.contains("omschri"), "{case}");
    let events: Vec<_> = archive.store().log_page(None, 9).unwrap();
    let reported: Vec<_> = events.iter().filter(|l| l.entry.event == Event::PassageReported).collect();
    assert_eq!(reported.len(), 2);
    assert!(reported.iter().all(|l| !l.entry.digests.is_empty() && l.entry.ride.is_some()));
    assert!(reported.iter().all(|l| !l.entry.detail.as_ref().unwrap().contains("kanarie")));
    house.log_is_whole();
}

#[test]
fn what_was_sealed_before_is_in_no_page_any_more_with_its_digest() {
    let (house, _, id) = delivered(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let before: Vec<u8> = house.raw().query_row("SELECT diagnosis FROM message", [], |row| row.get(0)).unwrap();
    assert!(report(&mut house.archive(), &nurse, id, TextOfRecord::Description));
    let after: Vec<u8> = house.raw().query_row("SELECT diagnosis FROM message", [], |row| row.get(0)).unwrap();
    assert_ne!(before, after);
    // The old bytes put back are not what the log says of the part.
    house.raw().execute("UPDATE message SET diagnosis = ?1", [before]).unwrap();
    let opened = house.archive().open::<Diagnosis, _>(&nurse, id, Purpose::Quality, now());
    assert!(opened.is_err());
}

#[test]
fn its_reporter_takes_it_back_within_a_week_and_nobody_else_does() {
    let (house, _, id) = delivered(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second, officer) = (house.professional(NURSE), house.professional(SECOND), house.officer());
    let mut archive = house.archive();
    report(&mut archive, &nurse, id, TextOfRecord::Description);
    let own = archive.misplaced_of(&nurse, id, now()).unwrap()[0];
    assert!(own.own && !archive.misplaced_of(&second, id, now()).unwrap()[0].own);
    assert!(!archive.undo_misplaced(&second, own.number, now()).unwrap());
    assert!(!archive.undo_misplaced(&nurse, own.number, now() + days(MISPLACED_UNDO_DAYS)).unwrap(), "too late");
    assert!(archive.undo_misplaced(&nurse, own.number, now() + days(6)).unwrap());
    for session in [&nurse, &second] {
        assert_eq!(texts_at(&house, session, id, now() + days(6)).0, "kanarie-omschrijving");
    }
    assert!(archive.misplaced_of(&nurse, id, now()).unwrap().is_empty());
    assert!(archive.misplaced_per_hospital(&officer).unwrap().is_empty(), "taken back, it is not counted");
    house.log_is_whole();
}

#[test]
fn the_officer_sees_reason_hospital_and_length_and_what_he_decides_is_done() {
    let (house, _, id) = delivered(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second, officer) = (house.professional(NURSE), house.professional(SECOND), house.officer());
    let mut archive = house.archive();
    report(&mut archive, &nurse, id, TextOfRecord::Description);
    report(&mut archive, &nurse, id, TextOfRecord::RemarksMedical);
    let seen = archive.misplaced(&officer, 9).unwrap();
    let first = &seen[1];
    assert_eq!((first.reason, first.hospital.as_str(), first.length), (5, "Ziekenhuis Eén", 7));
    assert!(!format!("{seen:?}").contains("omschri"), "never text");
    let counted = |archive: &Archive| archive.misplaced_per_hospital(&officer).unwrap();
    let twice = [MisplacedCount { hospital: "Ziekenhuis Eén".into(), reason: 5, count: 2 }];
    assert_eq!(counted(&archive), twice);
    assert!(archive.decide_misplaced(&officer, first.number, MisplacedDecision::Join, now()).unwrap());
    assert!(!archive.decide_misplaced(&officer, first.number, MisplacedDecision::Destroy, now()).unwrap(), "once");
    assert_eq!(texts(&house, &second, id).0, "kanarie-*jving", "until one of the crew is there");
    assert_eq!(archive.join_again(&second, now()).unwrap(), 1);
    assert_eq!(texts(&house, &nurse, id).0, "kanarie-omschrijving");
    let other = archive.misplaced(&officer, 9).unwrap().remove(0);
    assert!(archive.decide_misplaced(&officer, other.number, MisplacedDecision::Destroy, now()).unwrap());
    assert_eq!(house.count("SELECT count(*) FROM misplaced WHERE sealed IS NOT NULL OR wraps IS NOT NULL"), 0);
    assert!(!archive.undo_misplaced(&nurse, other.number, now()).unwrap());
    assert_eq!(texts(&house, &nurse, id).1.unwrap(), "kanarie-*");
    assert_eq!(archive.misplaced(&officer, 9).unwrap()[0].state, MisplacedState::Destroyed, "listed still");
    assert_eq!(counted(&archive), twice, "whatever was decided");
    house.inbox().store_mut().purge(now() + days(358)).unwrap();
    assert_eq!((house.count("SELECT count(*) FROM misplaced"), counted(&archive)), (0, twice.into()), "record or not");
    house.log_is_whole();
}

#[test]
fn undecided_after_thirty_days_it_is_destroyed() {
    let (house, mut inbox, id) = delivered(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    report(&mut house.archive(), &nurse, id, TextOfRecord::Description);
    inbox.store_mut().purge(now() + days(MISPLACED_DAYS - 1)).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM misplaced WHERE sealed IS NOT NULL"), 1);
    inbox.store_mut().purge(now() + days(MISPLACED_DAYS)).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM misplaced WHERE sealed IS NOT NULL OR wraps IS NOT NULL"), 0);
    assert_eq!(texts_at(&house, &nurse, id, now() + days(MISPLACED_DAYS)).0, "kanarie-*jving");
    inbox.store_mut().purge(now() + days(358)).unwrap();
    assert_eq!(house.count("SELECT (SELECT count(*) FROM misplaced) + (SELECT count(*) FROM resealed)"), 0);
}

#[test]
fn who_may_not_see_the_remarks_reports_a_description_and_the_others_keep_their_remarks() {
    let (house, _, id) = delivered(&[(NURSE, 1), (DRIVER, 3)]);
    let (nurse, driver) = (house.professional(NURSE), house.professional(DRIVER));
    let mut archive = house.archive();
    assert!(!report(&mut archive, &driver, id, TextOfRecord::RemarksMedical), "not his");
    assert!(report(&mut archive, &driver, id, TextOfRecord::Description));
    assert_eq!(texts(&house, &nurse, id), ("kanarie-*jving".into(), Some("kanarie-medisch".into())));
    assert_eq!(texts(&house, &driver, id), ("kanarie-*jving".into(), None));
    assert!(archive.open::<Remarks, _>(&driver, id, Purpose::Quality, now()).unwrap().is_none());
    let second = house.professional(SECOND);
    assert!(!report(&mut archive, &second, id, TextOfRecord::Description), "another's record");
}

#[test]
fn who_comes_on_the_crew_later_gets_the_text_without_the_passage() {
    let (house, mut inbox, id) = delivered(&[(NURSE, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let mut archive = house.archive();
    report(&mut archive, &nurse, id, TextOfRecord::Description);
    report(&mut archive, &nurse, id, TextOfRecord::RemarksMedical);
    inbox.import_rides(&[ride(&[(SECOND, 1)])], now()).unwrap();
    archive.hand_back(&nurse, now()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(texts(&house, &second, id), ("kanarie-*jving".into(), Some("kanarie-*".into())));
    let own = nurse.reader().0.to_be_bytes();
    let raw = house.raw();
    let mut statement = raw.prepare("SELECT wraps FROM misplaced").unwrap();
    let kept = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    assert!(kept.map(Result::unwrap).all(|wraps| !wraps.windows(8).any(|at| at == own)), "nor the passage's key");
}

#[test]
fn two_passages_of_one_text_are_joined_again_in_any_order() {
    for first in [0, 1] {
        let (house, _, id) = delivered(&[(NURSE, 1)]);
        let nurse = house.professional(NURSE);
        let mut archive = house.archive();
        archive.report_misplaced(&nurse, id, (TextOfRecord::Description, 8..15), 1, now()).unwrap();
        archive.report_misplaced(&nurse, id, (TextOfRecord::Description, 0..4), 2, now()).unwrap();
        assert_eq!(texts(&house, &nurse, id).0, "*rie-*jving");
        let numbers: Vec<_> = archive.misplaced_of(&nurse, id, now()).unwrap().iter().map(|one| one.number).collect();
        for number in [numbers[first], numbers[1 - first]] {
            assert!(archive.undo_misplaced(&nurse, number, now()).unwrap());
        }
        assert_eq!(texts(&house, &nurse, id).0, "kanarie-omschrijving");
    }
}

#[test]
fn a_passage_that_is_not_there_is_no_passage() {
    let (house, _, id) = delivered(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let mut archive = house.archive();
    let before = archive.store().log_length().unwrap();
    for range in [0..0, 19..99, 400..401] {
        assert!(!archive.report_misplaced(&nurse, id, (TextOfRecord::Description, range), 1, now()).unwrap());
    }
    assert!(!archive.report_misplaced(&nurse, id, (TextOfRecord::RemarksCommunication, 0..1), 1, now()).unwrap());
    assert_eq!(archive.store().log_length().unwrap(), before);
}

#[test]
fn killed_at_any_step_of_reporting_the_text_is_whole_or_without_the_passage() {
    if let Some(Child { store, n: point, .. }) = as_child() {
        let nurse = professional_of(&store, NURSE);
        let mut archive = Archive::new(store);
        let id = MessageId(1);
        store::die_at(point);
        report(&mut archive, &nurse, id, TextOfRecord::Description);
        println!("DONE");
        return;
    }
    let name = "misplaced::killed_at_any_step_of_reporting_the_text_is_whole_or_without_the_passage";
    let (house, _, id) = delivered(&[(NURSE, 1), (SECOND, 1)]);
    let second = house.professional(SECOND);
    let whole = |house: &House| {
        let opened = house.archive().open::<Diagnosis, _>(&second, id, Purpose::Quality, now()).unwrap().unwrap();
        opened.description.unwrap().reveal().to_owned()
    };
    let tables = ["message", "resealed", "misplaced"];
    let points = killed_until_changed(&house, name, "", &tables, || assert_eq!(whole(&house), "kanarie-omschrijving"));
    assert!(points >= 5, "points passed: {points}");
    assert!(!whole(&house).contains("omschri"));
}
