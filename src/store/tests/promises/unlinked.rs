//! Records that no ride names, and those of a sender that is not the ride's hospital: a functional administrator decides, and sees no content.

use access::Event;
use domain::{Case, Identification, Purpose, RideNumber};
use store::{Inbox, NearMiss, StoreError, WorkState};

use crate::support::*;

fn numbered(number: &str) -> RideNumber {
    RideNumber::parse(number).unwrap()
}

fn set_up() -> (House, Inbox) {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    (house, inbox)
}

fn with_bsn(extension: &str) -> store::Incoming {
    store::Incoming { identification: Some(identification(BSN)), ..message(extension) }
}

#[test]
fn of_a_sender_that_is_not_the_rides_hospital_nobody_sees_anything_until_it_is_let_through() {
    for message_first in [true, false] {
        let (house, mut inbox) = set_up();
        let foreign = store::Incoming { sender: other_hospital().into(), ..with_bsn("foreign") };
        let rides = [ride(&[(NURSE, 1)])];
        if !message_first {
            inbox.import_rides(&rides, now()).unwrap();
        }
        let message = message_of(take(&mut inbox, foreign));
        if message_first {
            inbox.import_rides(&rides, now()).unwrap();
        }
        deliver_all(&mut inbox);
        let (clerk, manager) = (house.clerk(), house.manager());
        let mut archive = house.archive();
        let bsn = |archive: &mut store::Archive| {
            archive.open::<Identification, _>(&clerk, message, Purpose::CompleteRide, now()).unwrap().is_some()
        };
        let case = |archive: &mut store::Archive| {
            archive.open::<Case, _>(&manager, message, Purpose::Quality, now()).unwrap().is_some()
        };
        assert_eq!(inbox.store().work_counts(now()).unwrap(), (0, 0, 0, 1), "no item, and the ride still waits");
        assert!(matches!(inbox.store_mut().claim(&clerk, message.0, now()), Err(StoreError::NotYours)));
        assert!(!bsn(&mut archive) && !case(&mut archive));
        assert_eq!(house.count("SELECT count(*) FROM \"grant\""), 0);
        let held = inbox.store().held(now(), 9).unwrap();
        assert_eq!((held.len(), held[0].message), (1, message));
        assert_eq!((held[0].sender.as_str(), held[0].hospital.as_str()), ("Ziekenhuis Twee", "Ziekenhuis Eén"));

        let administrator = house.administrator();
        inbox.store_mut().accept_sender(&administrator, message, "overgeplaatst", now()).unwrap();
        deliver_all(&mut inbox);
        assert_eq!(inbox.store().work_counts(now()).unwrap(), (1, 0, 0, 0));
        assert!(bsn(&mut archive) && case(&mut archive));
        assert_eq!(house.count("SELECT count(*) FROM \"grant\" WHERE state = 1"), 1);
        assert!(inbox.store().held(now(), 9).unwrap().is_empty());
        let again = inbox.store_mut().accept_sender(&administrator, message, "nog eens", now());
        assert!(matches!(again, Err(StoreError::NotYours)));
        // What still comes of it goes through, and a register that is read again does not take it back.
        take(&mut inbox, store::Incoming { sender: other_hospital().into(), ..message_without_bsn("more") });
        inbox.import_rides(&[store::Ride { vehicle: None, ..ride(&[(NURSE, 1)]) }], now()).unwrap();
        deliver_all(&mut inbox);
        assert_eq!(house.count("SELECT count(*) FROM \"grant\" WHERE state = 1"), 2);
        house.log_is_whole();
    }
}

fn message_without_bsn(extension: &str) -> store::Incoming {
    message(extension)
}

#[test]
fn a_record_without_a_ride_is_listed_with_the_rides_that_may_be_meant_those_of_its_sender_first() {
    let (_house, mut inbox) = set_up();
    let year =
        store::Ride { number: numbered("12-2025-77-1"), hospital: Some(other_hospital()), ..ride(&[(NURSE, 1)]) };
    let patient = store::Ride { number: numbered("12-2026-77-2"), ..ride(&[(NURSE, 1)]) };
    let far = store::Ride { number: numbered("12-2026-78-1"), ..ride(&[(NURSE, 1)]) };
    inbox.import_rides(&[year, patient, far], now()).unwrap();
    take(&mut inbox, store::Incoming { ride: numbered("12-2026-0077-1"), ..with_bsn("a") });
    let found = inbox.store().unlinked(now(), 9).unwrap();
    assert_eq!((found.len(), found[0].number.as_str()), (1, "12-2026-0077-1"), "as it was received");
    let near: Vec<_> = found[0].candidates.iter().map(|one| (one.number.as_str(), one.why, one.of_sender)).collect();
    assert_eq!(near, [("12-2026-77-2", NearMiss::OtherPatient, true), ("12-2025-77-1", NearMiss::OtherYear, false)]);
    assert_eq!(inbox.store().unlinked_count().unwrap(), 1);
}

#[test]
fn a_record_that_is_linked_by_hand_reaches_its_crew_and_clerk_and_the_log_says_who_and_why() {
    let (house, mut inbox) = set_up();
    let meant = store::Ride { number: numbered("12-2025-77-1"), ..ride(&[(NURSE, 1)]) };
    inbox.import_rides(&[meant], now()).unwrap();
    let message = message_of(take(&mut inbox, store::Incoming { ride: numbered("12-2026-77-1"), ..with_bsn("a") }));
    let ride = inbox.store().unlinked(now(), 9).unwrap()[0].candidates[0].ride;
    let administrator = house.administrator();
    inbox.store_mut().link_by_hand(&administrator, message, ride, "verkeerd jaar", now()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(house.archive().feedback_list(&house.professional(NURSE), 9, now()).unwrap().len(), 1);
    let item = inbox.store().work_list(WorkState::Open, now(), 9).unwrap().remove(0);
    assert_eq!((item.ride.as_str(), item.register.is_some()), ("12-2025-77-1", true));
    assert!(inbox.store().unlinked(now(), 9).unwrap().is_empty());
    let log = inbox.store().log_page(None, 20).unwrap();
    let line = log.iter().find(|line| line.entry.event == Event::RecordLinked).unwrap();
    assert_eq!((line.entry.user, line.entry.detail.as_deref()), (Some(administrator.account()), Some("verkeerd jaar")));
    let again = inbox.store_mut().link_by_hand(&administrator, message, ride, "nog eens", now());
    assert!(matches!(again, Err(StoreError::NotYours)), "what is linked is not linked elsewhere");
    house.log_is_whole();
}

#[test]
fn an_equal_bsn_is_destroyed_when_its_record_is_linked_by_hand() {
    let (house, mut inbox) = set_up();
    let number = numbered("12-2025-77-1");
    let meant = store::Ride { number, announced: store::announced_bsn(BSN), ..ride(&[(NURSE, 1)]) };
    inbox.import_rides(&[meant], now()).unwrap();
    let message = message_of(take(&mut inbox, store::Incoming { ride: numbered("12-2026-77-1"), ..with_bsn("a") }));
    let ride = inbox.store().unlinked(now(), 9).unwrap()[0].candidates[0].ride;
    inbox.store_mut().link_by_hand(&house.administrator(), message, ride, "verkeerd jaar", now()).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM work"), 0);
    assert_eq!(house.count("SELECT count(*) FROM message WHERE ident IS NOT NULL"), 0);
}

#[test]
fn what_is_linked_and_waits_for_its_crew_is_counted_with_the_oldest() {
    let (_house, mut inbox) = set_up();
    take(&mut inbox, message("no-ride"));
    assert_eq!(inbox.store().linked_and_waiting().unwrap(), store::WaitingCount::default());
    inbox.import_rides(&[ride(&[(DRIVER, 1)])], now() + days(1)).unwrap();
    deliver_all(&mut inbox);
    let waits = inbox.store().linked_and_waiting().unwrap();
    assert_eq!((waits.records, waits.oldest), (1, Some(now())));
}

#[test]
fn another_vehicle_or_a_day_apart_is_a_warning_in_either_order_and_never_keeps_a_record_from_its_crew() {
    let far = Some(now() - days(3));
    let of_ride = message("a").handed_over;
    let doubts =
        [(Some("12-101"), of_ride, 0), (Some("12-999"), of_ride, 1), (Some("12-101"), far, 1), (None, None, 0)];
    for (vehicle, handed_over, warned) in doubts {
        for message_first in [true, false] {
            let (house, mut inbox) = set_up();
            let one = store::Incoming { vehicle: vehicle.map(Into::into), handed_over, ..message("a") };
            let mut one = Some(one);
            if message_first {
                take(&mut inbox, one.take().unwrap());
            }
            inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
            if let Some(one) = one {
                take(&mut inbox, one);
            }
            deliver_all(&mut inbox);
            assert_eq!(
                inbox.store().implausible(now(), 9).unwrap().len() as i64,
                warned,
                "{vehicle:?} {message_first}"
            );
            assert_eq!(house.count("SELECT count(*) FROM \"grant\" WHERE state = 1"), 1);
        }
    }
}

#[test]
fn a_ride_that_was_cancelled_under_another_patient_number_was_registered_anew() {
    let (_house, mut inbox) = set_up();
    let before = store::Ride { number: numbered("12-2026-77-1"), cancelled: true, ..ride(&[(NURSE, 1)]) };
    inbox.import_rides(&[before], now()).unwrap();
    take(&mut inbox, store::Incoming { ride: numbered("12-2026-77-2"), ..with_bsn("a") });
    let found = inbox.store().unlinked(now(), 9).unwrap();
    assert_eq!(found[0].candidates[0].why, NearMiss::RegisteredAnew);
}
