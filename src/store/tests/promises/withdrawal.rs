//! The way back: *niet mijn rit*, and a crew that a corrected register changes after delivery.

use std::os::unix::process::ExitStatusExt;

use access::{Event, Professional, Session};
use chrono::TimeDelta;
use domain::{Diagnosis, MessageId, Purpose, Remarks, WorkingDiagnosis};
use store::{CrewChanged, DISOWN_UNDO_SECONDS};

use crate::{
    keys_killed::killed_until_changed,
    killed::{Child, as_child},
    support::*,
};

/// Whether diagnosis, remarks and working diagnosis open.
fn opens(house: &House, session: &Session<Professional>, id: MessageId) -> (bool, bool, bool) {
    let mut archive = house.archive();
    let why = Purpose::Quality;
    (
        archive.open::<Diagnosis, _>(session, id, why, now()).unwrap().is_some(),
        archive.open::<Remarks, _>(session, id, why, now()).unwrap().is_some(),
        archive.open::<WorkingDiagnosis, _>(session, id, why, now()).unwrap().is_some(),
    )
}

const ALL: (bool, bool, bool) = (true, true, true);
const NOTHING: (bool, bool, bool) = (false, false, false);

fn later() -> chrono::DateTime<chrono::Utc> {
    now() + TimeDelta::seconds(DISOWN_UNDO_SECONDS + 1)
}

fn wrap_of(house: &House, session: &Session<Professional>) -> bool {
    let raw = house.raw();
    let sql = "SELECT wraps FROM message UNION ALL SELECT wraps FROM awaited UNION ALL SELECT wraps FROM ride_wrap";
    let mut statement = raw.prepare(sql).unwrap();
    let own = session.reader().0.to_be_bytes();
    let all = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap().map(Result::unwrap).collect::<Vec<_>>();
    all.iter().any(|wraps| wraps.windows(8).any(|at| at == own))
}

#[test]
fn not_my_ride_hides_it_from_one_at_once_and_the_other_still_reads() {
    let (house, mut inbox, id) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let mut archive = house.archive();
    assert_eq!(archive.seen_by(&second, id).unwrap(), ["Naam vpk01"]);
    assert!(archive.disown_ride(&nurse, id, now()).unwrap());
    assert_eq!((opens(&house, &nurse, id), opens(&house, &second, id)), (NOTHING, ALL));
    assert!(archive.feedback_list(&nurse, 9, now()).unwrap().is_empty());
    assert!(archive.seen_by(&second, id).unwrap().is_empty(), "who hid it does not see it");
    let logged = archive.store().log_page(None, 9).unwrap();
    assert!(logged.iter().any(|l| l.entry.event == Event::RideDisowned && l.entry.user == Some(nurse.account())));
    // Within ten seconds his wrap stays; then it goes, and the record waits for a corrected register.
    assert_eq!(archive.hand_back(&nurse, now()).unwrap(), 0);
    assert!(wrap_of(&house, &nurse));
    assert_eq!(archive.hand_back(&nurse, later()).unwrap(), 1);
    assert!(!wrap_of(&house, &nurse), "of the record and of the ride's working diagnosis");
    deliver_all(&mut inbox);
    assert_eq!(house.store().status(false).unwrap().waiting, 1);
    assert_eq!((opens(&house, &nurse, id), opens(&house, &second, id)), (NOTHING, ALL));
    assert_eq!(house.count("SELECT count(*) FROM \"grant\" WHERE state = 3"), 1, "the row stays, marked");
    assert_eq!(archive.hand_back(&nurse, later()).unwrap(), 0, "once");
    house.log_is_whole();
}

#[test]
fn not_my_ride_is_undone_while_the_wrap_is_there_and_not_after() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let mut archive = house.archive();
    archive.disown_ride(&nurse, id, now()).unwrap();
    assert!(archive.undo_disowning(&nurse, id, now() + TimeDelta::seconds(9)).unwrap());
    assert_eq!(opens(&house, &nurse, id), ALL);
    assert!(archive.crew_changes(&nurse, id).unwrap().is_empty(), "as if it was not said");
    assert!(!archive.undo_disowning(&nurse, id, now()).unwrap(), "nothing to undo");
    archive.disown_ride(&nurse, id, now()).unwrap();
    archive.hand_back(&nurse, later()).unwrap();
    assert!(!archive.undo_disowning(&nurse, id, later()).unwrap());
    assert_eq!(opens(&house, &nurse, id), NOTHING);
}

#[test]
fn what_is_not_his_nobody_can_disown() {
    let (house, _, id) = with_crew(&[(NURSE, 1), (DRIVER, 2)]);
    let mut archive = house.archive();
    let before = archive.store().log_length().unwrap();
    for staff in [DRIVER, SECOND] {
        assert!(!archive.disown_ride(&house.professional(staff), id, now()).unwrap(), "{staff}");
    }
    assert_eq!(archive.store().log_length().unwrap(), before);
}

#[test]
fn a_newer_version_is_not_given_back_to_who_disowned_the_ride() {
    let (house, mut inbox, id) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let mut archive = house.archive();
    archive.disown_ride(&nurse, id, now()).unwrap();
    archive.hand_back(&nurse, later()).unwrap();
    let newer = store::Incoming {
        replaces: Some(crate::support::id("a")),
        canonical: zeroize::Zeroizing::new(b"newer".to_vec()),
        ..message("b")
    };
    let newer = message_of(take(&mut inbox, newer));
    deliver_all(&mut inbox);
    let row = archive.feedback_list(&second, 9, now()).unwrap().remove(0);
    assert!(row.updated && row.read.is_none(), "unread again, and says that it was updated");
    assert_eq!((opens(&house, &nurse, newer), opens(&house, &second, newer)), (NOTHING, ALL));
}

#[test]
fn who_is_put_on_the_crew_after_delivery_gets_it_when_who_was_taken_off_signs_in() {
    let (house, mut inbox, id) = with_crew(&[(NURSE, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    inbox.import_rides(&[ride(&[(SECOND, 1)])], now()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!((opens(&house, &nurse, id).0, opens(&house, &second, id).0), (false, false));
    let mut archive = house.archive();
    assert_eq!(archive.hand_back(&nurse, now()).unwrap(), 1, "at his next sign-in");
    deliver_all(&mut inbox);
    assert_eq!((opens(&house, &nurse, id), opens(&house, &second, id)), (NOTHING, ALL));
    assert_eq!(house.store().status(false).unwrap().waiting, 0, "Routing has its keys no more");
    assert!(!wrap_of(&house, &nurse));
    let said = |session| -> Vec<_> {
        archive.crew_changes(session, id).unwrap().into_iter().map(|c| (c.who, c.kind)).collect()
    };
    let both = [("Naam vpk02".to_owned(), CrewChanged::Got), ("Naam vpk01".to_owned(), CrewChanged::Lost)];
    assert_eq!(said(&second), both);
    assert!(said(&nurse).is_empty(), "of a record that is not his");
    let officer = house.officer();
    assert_eq!(archive.all_crew_changes(&officer, 9, now()).unwrap().len(), 2);
}

#[test]
fn who_stays_on_the_crew_hands_on_what_a_new_member_lacks_and_keeps_his_own() {
    let (house, mut inbox, id) = with_crew(&[(NURSE, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    inbox.import_rides(&[ride(&[(NURSE, 1), (SECOND, 1)])], now()).unwrap();
    deliver_all(&mut inbox);
    assert!(!opens(&house, &second, id).0);
    assert_eq!(house.archive().hand_back(&nurse, now()).unwrap(), 1);
    deliver_all(&mut inbox);
    assert_eq!((opens(&house, &nurse, id), opens(&house, &second, id)), (ALL, ALL));
    assert_eq!(house.store().status(false).unwrap().waiting, 0);
    assert_eq!(house.archive().hand_back(&nurse, now()).unwrap(), 0);
}

#[test]
fn a_corrected_crew_gives_a_disowned_ride_back_to_whom_it_names() {
    let (house, mut inbox, id) = with_crew(&[(NURSE, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let mut archive = house.archive();
    archive.disown_ride(&nurse, id, now()).unwrap();
    archive.hand_back(&nurse, later()).unwrap();
    // The line is changed and the crew is not: it stays withdrawn.
    inbox.import_rides(&[store::Ride { vehicle: None, ..ride(&[(NURSE, 1)]) }], later()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(opens(&house, &nurse, id), NOTHING);
    inbox.import_rides(&[ride(&[(SECOND, 1)])], later()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!((opens(&house, &nurse, id), opens(&house, &second, id)), (NOTHING, ALL));
    inbox.import_rides(&[ride(&[(NURSE, 1), (SECOND, 1)])], later()).unwrap();
    archive.hand_back(&second, later()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!((opens(&house, &nurse, id), opens(&house, &second, id)), (ALL, ALL));
}

#[test]
fn who_moves_to_a_column_without_remarks_keeps_the_diagnosis_alone() {
    let (house, mut inbox, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    house.third_sees_the_diagnosis();
    inbox.import_rides(&[ride(&[(NURSE, 3)])], now()).unwrap();
    assert_eq!((opens(&house, &nurse, id).0, opens(&house, &nurse, id).1), (true, false), "at once");
    let mut archive = house.archive();
    assert_eq!(archive.hand_back(&nurse, now()).unwrap(), 1);
    deliver_all(&mut inbox);
    assert_eq!(opens(&house, &nurse, id), (true, false, true));
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(opens(&house, &nurse, id), ALL, "and gets them back with the place");
}

#[test]
fn a_record_opens_in_one_transaction_with_an_entry_of_each_part() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let mut archive = house.archive();
    let before = archive.store().log_length().unwrap();
    let opened = archive.open_record(&nurse, id, now()).unwrap().unwrap();
    assert_eq!(opened.diagnosis.description.unwrap().reveal(), "kanarie-omschrijving");
    assert_eq!(opened.remarks.unwrap().medical.unwrap().reveal(), "kanarie-medisch");
    let page = archive.store().log_page(None, 2).unwrap();
    let events: Vec<_> = page.iter().map(|logged| logged.entry.event).collect();
    assert_eq!(events, [Event::RemarksOpened, Event::DiagnosisOpened]);
    assert_eq!(archive.store().log_length().unwrap(), before + 2);
    assert!(archive.feedback_list(&nurse, 9, now()).unwrap()[0].read.is_some());
    let second = house.professional(SECOND);
    let before = archive.store().log_length().unwrap();
    assert!(archive.open_record(&second, id, now()).unwrap().is_none());
    assert_eq!(archive.store().log_length().unwrap(), before, "nothing was opened, nothing is told");
}

#[test]
fn neither_of_a_crew_sees_whether_the_other_read_it() {
    let (house, _, id) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let mut archive = house.archive();
    let look = |archive: &mut store::Archive| {
        let row = archive.feedback_list(&second, 9, now()).unwrap().remove(0);
        let changes = archive.crew_changes(&second, id).unwrap().len();
        (row.read, row.remarks, row.updated, archive.seen_by(&second, id).unwrap(), changes)
    };
    let before = look(&mut archive);
    archive.open_record(&nurse, id, now()).unwrap().unwrap();
    assert!(look(&mut archive) == before);
    assert!(before.0.is_none() && before.3 == ["Naam vpk01"]);
}

#[test]
fn killed_at_any_step_of_handing_back_it_is_his_or_routings_and_the_next_sign_in_ends_it() {
    if let Some(Child { store, n: point, .. }) = as_child() {
        let nurse = professional_of(&store, NURSE);
        let mut archive = store::Archive::new(store);
        store::die_at(point);
        archive.hand_back(&nurse, later()).unwrap();
        println!("DONE");
        return;
    }
    let name = "withdrawal::killed_at_any_step_of_handing_back_it_is_his_or_routings_and_the_next_sign_in_ends_it";
    let (house, mut inbox, id) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let nurse = house.professional(NURSE);
    house.archive().disown_ride(&nurse, id, now()).unwrap();
    let tables = ["message", "awaited", "ride_wrap", "\"grant\"", "waiting", "reader_key", "audit"];
    let points = killed_until_changed(&house, name, "", &tables, || {
        assert!(wrap_of(&house, &nurse) && !opens(&house, &nurse, id).0);
    });
    assert!(points >= 5, "points passed: {points}");
    assert!(!wrap_of(&house, &nurse));
    assert_eq!(house.archive().hand_back(&nurse, later()).unwrap(), 0);
    inbox.import_rides(&[ride(&[(DRIVER, 1), (SECOND, 1)])], later()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(opens(&house, &house.professional(DRIVER), id), ALL);
    house.log_is_whole();
}

#[test]
fn killed_at_any_step_of_disowning_it_is_said_or_not() {
    if let Some(Child { store, n: point, .. }) = as_child() {
        let nurse = professional_of(&store, NURSE);
        let mut archive = store::Archive::new(store);
        let id = archive.feedback_list(&nurse, 9, now()).unwrap()[0].message;
        store::die_at(point);
        archive.disown_ride(&nurse, id, now()).unwrap();
        println!("DONE");
        return;
    }
    let (house, _, id) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let nurse = house.professional(NURSE);
    for point in 1..=3 {
        let name = "withdrawal::killed_at_any_step_of_disowning_it_is_said_or_not";
        let output = crate::killed::child(&house, name, point, "").output().unwrap();
        assert_eq!(output.status.signal(), Some(6), "point {point}");
        assert_eq!(opens(&house, &nurse, id), ALL, "point {point}");
        assert_eq!(house.count("SELECT count(*) FROM withdrawn") + house.count("SELECT count(*) FROM crew_change"), 0);
    }
    house.log_is_whole();
}
