//! Opening: own rides only, never past the term, never without an entry.

use access::Event;
use domain::{Diagnosis, Identification, Purpose, Remarks, WorkingDiagnosis};

use store::StoreError;

use crate::support::*;

#[test]
fn the_nurse_of_the_ride_opens_diagnosis_remarks_and_working_diagnosis() {
    let (house, _, id) = with_crew(&[(NURSE, 1), (DRIVER, 2)]);
    let nurse = house.professional(NURSE);
    let mut archive = house.archive();
    let diagnosis = archive.open::<Diagnosis, _>(&nurse, id, Purpose::Quality, now()).unwrap().unwrap();
    assert_eq!(diagnosis.description.unwrap().reveal(), "kanarie-omschrijving");
    let remarks = archive.open::<Remarks, _>(&nurse, id, Purpose::Quality, now()).unwrap().unwrap();
    assert_eq!(remarks.medical.unwrap().reveal(), "kanarie-medisch");
    let working = archive.open::<WorkingDiagnosis, _>(&nurse, id, Purpose::Quality, now()).unwrap().unwrap();
    assert_eq!(working.diagnosis.display.unwrap().reveal(), "kanarie-werkdiagnose");
}

#[test]
fn the_driver_without_the_right_and_a_nurse_of_another_ride_open_nothing() {
    let (house, _, id) = with_crew(&[(NURSE, 1), (DRIVER, 2)]);
    let mut archive = house.archive();
    for staff in [DRIVER, SECOND] {
        let session = house.professional(staff);
        assert!(archive.open::<Diagnosis, _>(&session, id, Purpose::Quality, now()).unwrap().is_none(), "{staff}");
        assert!(archive.open::<Remarks, _>(&session, id, Purpose::Quality, now()).unwrap().is_none(), "{staff}");
        let working = archive.open::<WorkingDiagnosis, _>(&session, id, Purpose::Quality, now()).unwrap();
        assert!(working.is_none(), "{staff}");
        assert!(archive.feedback_list(&session, 50, now()).unwrap().is_empty(), "{staff}");
    }
}

#[test]
fn every_opened_part_has_its_entry_and_what_did_not_open_has_none() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let mut archive = house.archive();
    let before = archive.store().log_length().unwrap();
    archive.open::<Diagnosis, _>(&nurse, id, Purpose::Quality, now()).unwrap().unwrap();
    assert_eq!(archive.store().log_length().unwrap(), before + 1);
    let logged = archive.store().log_page(None, 1).unwrap().remove(0).entry;
    assert_eq!((logged.event, logged.user), (Event::DiagnosisOpened, Some(nurse.account())));
    let second = house.professional(SECOND);
    let before = archive.store().log_length().unwrap();
    assert!(archive.open::<Diagnosis, _>(&second, id, Purpose::Quality, now()).unwrap().is_none());
    assert_eq!(archive.store().log_length().unwrap(), before);
}

#[test]
fn a_record_past_its_term_is_unreadable_before_any_purge() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let mut archive = house.archive();
    let past = now() + days(358);
    assert!(archive.open::<Diagnosis, _>(&nurse, id, Purpose::Quality, past).unwrap().is_none());
    assert!(archive.feedback_list(&nurse, 50, past).unwrap().is_empty());
}

#[test]
fn the_clerk_opens_an_identification_and_a_nurse_of_that_ride_sees_no_row_of_it() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    let id = message_of(take(&mut inbox, only_identification("i", BSN)));
    let clerk = house.clerk();
    let mut archive = house.archive();
    let opened = archive.open::<Identification, _>(&clerk, id, Purpose::CompleteRide, now()).unwrap().unwrap();
    assert_eq!(*opened.bsn.reveal(), BSN);
    assert!(archive.feedback_list(&house.professional(NURSE), 50, now()).unwrap().is_empty());
}

#[test]
fn the_list_shows_the_own_working_diagnosis_and_leaves_one_entry() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let mut archive = house.archive();
    let before = archive.store().log_length().unwrap();
    let rows = archive.feedback_list(&nurse, 50, now()).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].message, id);
    assert!(rows[0].remarks && rows[0].read.is_none());
    let working = rows[0].working_diagnosis.as_ref().unwrap();
    assert_eq!(working.diagnosis.display.as_ref().unwrap().reveal(), "kanarie-werkdiagnose");
    assert_eq!(archive.store().log_length().unwrap(), before + 1);
}

#[test]
fn figures_open_into_columns_with_one_entry() {
    let (house, _, _) = with_crew(&[(NURSE, 1)]);
    let manager = house.manager();
    let mut archive = house.archive();
    let before = archive.store().log_length().unwrap();
    let columns = archive.open_figures(&manager, now(), |_, _| true).unwrap();
    assert_eq!(columns.rows.len(), 1);
    assert_eq!(columns.rows[0].working_code, 266_257_000);
    assert_eq!(columns.rows[0].figure.seh_code, 230_690_007);
    assert_eq!(archive.store().log_length().unwrap(), before + 1);
}

#[test]
fn a_purpose_of_quality_never_opens_an_identification_and_the_other_way_round() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    let id = message_of(take(&mut inbox, only_identification("i", BSN)));
    let (clerk, nurse, mut archive) = (house.clerk(), house.professional(NURSE), house.archive());
    let before = archive.store().log_length().unwrap();
    let strange = [
        Purpose::Quality,
        Purpose::OwnTrend,
        Purpose::Reception,
        Purpose::Entry,
        Purpose::Operation,
        Purpose::Supervision,
    ];
    for why in strange {
        let opened = archive.open::<Identification, _>(&clerk, id, why, now());
        assert!(matches!(opened, Err(StoreError::Purpose(_))), "{why:?}");
    }
    for why in [Purpose::CompleteRide, Purpose::AskHospital] {
        let opened = archive.open::<Diagnosis, _>(&nurse, id, why, now());
        assert!(matches!(opened, Err(StoreError::Purpose(_))), "{why:?}");
        let opened = archive.open::<Remarks, _>(&nurse, id, why, now());
        assert!(matches!(opened, Err(StoreError::Purpose(_))), "{why:?}");
    }
    assert_eq!(archive.store().log_length().unwrap(), before, "nothing was opened, nothing is told");
    assert!(archive.open::<Identification, _>(&clerk, id, Purpose::AskHospital, now()).unwrap().is_some());
}

#[test]
fn an_entry_names_organisation_and_client_by_number_and_pseudonym() {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    let one = message_of(take(&mut inbox, only_identification("i", BSN)));
    let (clerk, mut archive) = (house.clerk(), house.archive());
    archive.open::<Identification, _>(&clerk, one, Purpose::CompleteRide, now()).unwrap().unwrap();
    archive.open::<Identification, _>(&clerk, one, Purpose::AskHospital, now()).unwrap().unwrap();
    let page = archive.store().log_page(None, 2).unwrap();
    assert!(page.iter().all(|logged| logged.entry.organisation == Some(12)));
    let clients: Vec<_> = page.iter().map(|logged| logged.entry.client).collect();
    assert!(clients[0].is_some() && clients[0] == clients[1], "one client, one pseudonym");
    assert!(page.iter().all(|logged| !String::from_utf8_lossy(&logged.entry.to_bytes()).contains(BSN)));
}

#[test]
fn what_is_masked_is_shown_to_the_crew_of_the_ride_only_and_each_time_with_an_entry() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let mut archive = house.archive();
    let before = archive.store().log_length().unwrap();
    assert!(archive.log_unmasked(&nurse, id, now()).unwrap());
    assert_eq!(archive.store().log_length().unwrap(), before + 1);
    let logged = archive.store().log_page(None, 1).unwrap().remove(0).entry;
    assert_eq!((logged.event, logged.user), (Event::TextUnmasked, Some(nurse.account())));
    assert!(logged.ride.is_some());
    assert!(!archive.log_unmasked(&second, id, now()).unwrap(), "another's record");
    assert!(!archive.log_unmasked(&nurse, id, now() + days(400)).unwrap(), "past its term");
    assert_eq!(archive.store().log_length().unwrap(), before + 1);
}
