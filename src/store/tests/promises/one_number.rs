//! Two rides of different services with one number: nobody sees what names it until a functional administrator said of which ride it is.

use access::{Administration, Event, FunctionalAdministrator, MedicalManager, Professional, Session};
use domain::{Case, Identification, MessageId, Purpose, RideNumber};
use store::{Inbox, Incoming, Ride, StoreError};

use crate::support::*;

/// Those who see something of a record, signed in, and who decides.
struct People {
    nurse: Session<Professional>,
    second: Session<Professional>,
    clerk: Session<Administration>,
    manager: Session<MedicalManager>,
    administrator: Session<FunctionalAdministrator>,
}

/// Nurse, second nurse, clerk and medical manager: whether they see it.
type Seen = (bool, bool, bool, bool);
const NOBODY: Seen = (false, false, false, false);

impl People {
    fn see(&self, house: &House, message: MessageId) -> Seen {
        let mut archive = house.archive();
        let mut lists =
            |session| archive.feedback_list(session, 9, now()).unwrap().iter().any(|row| row.message == message);
        let (nurse, second) = (lists(&self.nurse), lists(&self.second));
        let bsn =
            archive.open::<Identification, _>(&self.clerk, message, Purpose::CompleteRide, now()).unwrap().is_some();
        let case = archive.open::<Case, _>(&self.manager, message, Purpose::Quality, now()).unwrap().is_some();
        (nurse, second, bsn, case)
    }

    /// Says of which ride a record is, by its service.
    fn choose(&self, inbox: &mut Inbox, message: MessageId, service: &str) {
        let found = inbox.store().contested(now(), 9).unwrap();
        let record = found.into_iter().find(|record| record.message == message).unwrap();
        let ride = record.rides.iter().find(|one| one.service.as_deref() == Some(service)).unwrap().ride;
        inbox.store_mut().choose_ride(&self.administrator, message, ride, "one-of-two", now()).unwrap();
        deliver_all(inbox);
    }
}

fn set_up() -> (House, Inbox, People) {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    house.activate(NURSE);
    house.activate(SECOND);
    let people = People {
        nurse: house.professional(NURSE),
        second: house.professional(SECOND),
        clerk: house.clerk(),
        manager: house.manager(),
        administrator: house.administrator(),
    };
    (house, inbox, people)
}

fn with_bsn(extension: &str) -> Incoming {
    Incoming { identification: Some(identification(BSN)), ..message(extension) }
}

fn north() -> Ride {
    Ride { service: Some("Noord".into()), vehicle: Some("12-101".into()), ..ride(&[(NURSE, 1)]) }
}

fn south() -> Ride {
    Ride { service: Some("Zuid".into()), vehicle: Some("12-202".into()), ..ride(&[(SECOND, 1)]) }
}

#[test]
fn in_every_order_nobody_sees_it_until_it_is_said_of_which_ride_it_is_and_then_that_crew_alone() {
    // Where the message comes between the two rides; and whether they stand in one file.
    for (place, together) in [(0, false), (1, false), (2, false), (0, true), (2, true)] {
        for chosen in ["Noord", "Zuid"] {
            let (house, mut inbox, people) = set_up();
            let mut message = None;
            let rides = [north(), south()];
            let files: Vec<&[Ride]> = if together { vec![&rides[..]] } else { vec![&rides[..1], &rides[1..]] };
            for (at, file) in files.iter().enumerate() {
                if at == place {
                    message = Some(message_of(take(&mut inbox, with_bsn("a"))));
                    deliver_all(&mut inbox);
                }
                inbox.import_rides(file, now()).unwrap();
                deliver_all(&mut inbox);
            }
            let message = message.unwrap_or_else(|| message_of(take(&mut inbox, with_bsn("a"))));
            deliver_all(&mut inbox);
            assert_eq!(people.see(&house, message), NOBODY, "{place} {together}");
            assert_eq!(inbox.store().contested_count().unwrap(), (1, 1));
            assert!(
                inbox.store().unlinked(now(), 9).unwrap().is_empty()
                    && inbox.store().held(now(), 9).unwrap().is_empty()
            );

            people.choose(&mut inbox, message, chosen);
            house.archive().hand_back(&people.nurse, now() + days(1)).unwrap();
            deliver_all(&mut inbox);
            let of_north = chosen == "Noord";
            assert_eq!(people.see(&house, message), (of_north, !of_north, true, true), "{place} {together} {chosen}");
            assert_eq!(inbox.store().contested_count().unwrap(), (0, 1), "the number still is two rides'");
            house.log_is_whole();
        }
    }
}

#[test]
fn the_figures_count_it_once_it_is_said_of_which_ride_it_is() {
    let (house, mut inbox, people) = set_up();
    inbox.import_rides(&[north(), south()], now()).unwrap();
    let message = message_of(take(&mut inbox, with_bsn("a")));
    let counted = |house: &House| house.count("SELECT count(*) FROM figure WHERE flags & 35 = 0");
    assert_eq!(counted(&house), 0);
    people.choose(&mut inbox, message, "Zuid");
    assert_eq!(counted(&house), 1);
}

#[test]
fn a_correction_of_a_ride_is_no_other_ride_whatever_it_corrects() {
    let other_service = Ride { service: Some("Zuid".into()), ..north() };
    let other_crew_and_vehicle = Ride { vehicle: Some("12-303".into()), ..ride(&[(SECOND, 1)]) };
    let other_crew_and_vehicle = Ride { service: Some(" noord".into()), ..other_crew_and_vehicle };
    let no_service = Ride { service: None, handed_over: Some(now() - days(3)), ..north() };
    for corrected in [other_service, other_crew_and_vehicle, no_service] {
        let (_house, mut inbox, _people) = set_up();
        inbox.import_rides(&[north()], now()).unwrap();
        let done = inbox.import_rides(&[corrected], now()).unwrap();
        assert_eq!((done.new, done.changed, done.contested), (0, 1, 0));
        assert_eq!(inbox.store().contested_count().unwrap(), (0, 0));
    }
}

#[test]
fn another_day_with_another_vehicle_and_crew_is_another_ride_where_no_service_is_said() {
    let (_house, mut inbox, _people) = set_up();
    inbox.import_rides(&[Ride { service: None, ..north() }], now()).unwrap();
    let hours = |n| Some(now() - chrono::TimeDelta::hours(n));
    let far = Ride { service: None, departed: hours(80), handed_over: hours(79), ..south() };
    assert_eq!(inbox.import_rides(&[far], now()).unwrap().contested, 1);
}

#[test]
fn each_of_the_two_is_corrected_by_its_own_lines_and_what_is_read_again_is_unchanged() {
    let (house, mut inbox, _) = set_up();
    let done = inbox.import_rides(&[north(), south()], now()).unwrap();
    assert_eq!((done.new, done.contested), (2, 1));
    let done = inbox.import_rides(&[south(), north()], now()).unwrap();
    assert_eq!((done.unchanged, done.new, done.changed, done.contested), (2, 0, 0, 0));
    let done = inbox.import_rides(&[Ride { post: Some("Zwolle".into()), ..south() }], now()).unwrap();
    assert_eq!((done.changed, done.new), (1, 0));
    let done = inbox.import_rides(&[Ride { post: Some("Zwolle".into()), ..north() }], now()).unwrap();
    assert_eq!((done.changed, done.new), (1, 0));
    assert_eq!(house.count("SELECT count(*) FROM ride"), 2);
    assert_eq!(inbox.store().contested_count().unwrap(), (0, 1), "a corrected line does not end it");
}

#[test]
fn once_the_second_ride_is_cancelled_the_first_crew_has_it_and_loses_it_should_it_drive_after_all() {
    let (house, mut inbox, people) = set_up();
    inbox.import_rides(&[north(), south()], now()).unwrap();
    let message = message_of(take(&mut inbox, with_bsn("a")));
    inbox.import_rides(&[Ride { cancelled: true, ..south() }], now()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(people.see(&house, message), (true, false, true, true));
    inbox.import_rides(&[south()], now()).unwrap();
    deliver_all(&mut inbox);
    assert_eq!(people.see(&house, message), NOBODY);
    people.choose(&mut inbox, message, "Noord");
    assert_eq!(people.see(&house, message), (true, false, true, true));
}

#[test]
fn a_newer_version_is_of_the_ride_that_was_said_of_the_older_one() {
    let (house, mut inbox, people) = set_up();
    inbox.import_rides(&[north(), south()], now()).unwrap();
    let first = message_of(take(&mut inbox, with_bsn("a")));
    people.choose(&mut inbox, first, "Zuid");
    let newer = Incoming { replaces: Some(id("a")), ..with_bsn("b") };
    let second = message_of(take(&mut inbox, newer));
    deliver_all(&mut inbox);
    assert_eq!(people.see(&house, second), (false, true, true, true));
    // Another message with that number is to be said anew.
    let other = message_of(take(&mut inbox, with_bsn("c")));
    deliver_all(&mut inbox);
    assert_eq!(people.see(&house, other), NOBODY);
}

#[test]
fn a_newer_version_of_a_record_that_was_linked_by_hand_follows_it() {
    let (house, mut inbox, people) = set_up();
    let meant = Ride { number: RideNumber::parse("12-2025-1001-1").unwrap(), ..north() };
    inbox.import_rides(&[meant], now()).unwrap();
    let first = message_of(take(&mut inbox, with_bsn("a")));
    let ride = inbox.store().unlinked(now(), 9).unwrap()[0].candidates[0].ride;
    inbox.store_mut().link_by_hand(&people.administrator, first, ride, "other-year", now()).unwrap();
    let newer = message_of(take(&mut inbox, Incoming { replaces: Some(id("a")), ..with_bsn("b") }));
    deliver_all(&mut inbox);
    assert_eq!(people.see(&house, newer), (true, false, true, true));
    assert!(inbox.store().unlinked(now(), 9).unwrap().is_empty());
}

#[test]
fn a_bsn_that_the_chosen_ride_announced_itself_is_destroyed_when_it_is_chosen() {
    let (house, mut inbox, people) = set_up();
    inbox.import_rides(&[north(), Ride { announced: store::announced_bsn(BSN), ..south() }], now()).unwrap();
    let message = message_of(take(&mut inbox, with_bsn("a")));
    people.choose(&mut inbox, message, "Zuid");
    assert_eq!(house.count("SELECT count(*) FROM work"), 0);
    assert_eq!(house.count("SELECT count(*) FROM message WHERE ident IS NOT NULL"), 0);
}

#[test]
fn only_a_ride_of_that_number_is_chosen_once_and_only_of_what_waits_for_it() {
    let (house, mut inbox, people) = set_up();
    let elsewhere = Ride { number: RideNumber::parse("12-2026-2002-1").unwrap(), ..north() };
    inbox.import_rides(&[north(), south(), elsewhere], now()).unwrap();
    let message = message_of(take(&mut inbox, with_bsn("a")));
    let foreign = house.count("SELECT id FROM ride WHERE number = '12-2026-2002-1'");
    let ride = house.count("SELECT id FROM ride WHERE number LIKE '%~2'");
    let mut choose = |ride| inbox.store_mut().choose_ride(&people.administrator, message, ride, "one-of-two", now());
    assert!(matches!(choose(foreign), Err(StoreError::NotYours)));
    assert!(matches!(choose(9999), Err(StoreError::NotYours)));
    choose(ride).unwrap();
    assert!(matches!(choose(ride), Err(StoreError::NotYours)));
}

#[test]
fn the_log_names_both_rides_by_one_pseudonym_so_that_who_looks_for_the_number_finds_all() {
    let (house, mut inbox, people) = set_up();
    inbox.import_rides(&[north(), south()], now()).unwrap();
    let message = message_of(take(&mut inbox, with_bsn("a")));
    people.choose(&mut inbox, message, "Zuid");
    people.see(&house, message);
    let log = inbox.store().log_page(None, 60).unwrap();
    let of_event = |event| log.iter().filter(move |line| line.entry.event == event).map(|line| line.entry.ride);
    let named: std::collections::BTreeSet<_> = of_event(Event::RideRegistered)
        .chain(of_event(Event::RecordLinked))
        .chain(of_event(Event::MessageTakenIn))
        .collect();
    assert_eq!(named.len(), 1);
    assert!(named.first().unwrap().is_some());
}

#[test]
fn when_the_first_ride_is_past_its_term_the_other_takes_its_place() {
    let (house, mut inbox, people) = set_up();
    let old = Ride { handed_over: Some(now() - days(300)), departed: None, ..north() };
    inbox.import_rides(&[old, south()], now()).unwrap();
    let later = now() + days(70);
    inbox.store_mut().purge(later).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM ride"), 1);
    inbox.append(&[store::Arrived::Message(Box::new(with_bsn("late")))], later).unwrap()[0].unwrap();
    inbox.deliver(later).unwrap();
    assert_eq!(inbox.store().contested_count().unwrap(), (0, 0));
    assert_eq!(house.archive().feedback_list(&people.second, 9, later).unwrap().len(), 1);
}

#[test]
fn what_names_two_rides_goes_no_later_than_the_term_of_the_earlier() {
    let (house, mut inbox, _) = set_up();
    let early = Ride { handed_over: Some(now() - days(200)), departed: None, ..south() };
    inbox.import_rides(&[north(), early], now()).unwrap();
    take(&mut inbox, with_bsn("a"));
    let term = house.count("SELECT max(purge_after) FROM message");
    let of_early = house.count("SELECT min(purge_after) FROM ride");
    assert!(term <= of_early, "{term} {of_early}");
}
