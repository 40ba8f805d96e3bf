//! What becomes of an item after it was closed: the register takes the BSN over, or does not; a newer version comes; closing is undone.

use access::{Administration, Session};
use chrono::TimeDelta;
use domain::{Identification, MessageId, Purpose};
use store::{Inbox, StoreError, WorkReason, WorkRow, WorkState};

use crate::support::*;

fn announced(bsn: &str) -> store::Ride {
    store::Ride { announced: store::announced_bsn(bsn), ..ride(&[(NURSE, 1)]) }
}

/// A ride without a BSN, a message with one, and its item; the clerk.
fn one_item() -> (House, Inbox, MessageId, Session<Administration>) {
    let house = House::new();
    let mut inbox = house.inbox();
    connect(inbox.store_mut());
    inbox.import_rides(&[ride(&[(NURSE, 1)])], now()).unwrap();
    let message = message_of(take(&mut inbox, version(1, Some(BSN))));
    let clerk = house.clerk();
    (house, inbox, message, clerk)
}

fn version(n: u32, bsn: Option<&str>) -> store::Incoming {
    let one = store::Incoming { set: Some(id("set")), version: n, ..message(&format!("v{n}")) };
    store::Incoming { identification: bsn.map(identification), ..one }
}

fn close(clerk: &Session<Administration>, inbox: &mut Inbox, message: MessageId) {
    inbox.store_mut().claim(clerk, message.0, now()).unwrap();
    inbox.store_mut().close_item(clerk, message.0, 1, now()).unwrap();
}

fn only(inbox: &Inbox, state: WorkState, at: chrono::DateTime<chrono::Utc>) -> WorkRow {
    let mut rows = inbox.store().work_list(state, at, 9).unwrap();
    assert_eq!(rows.len(), 1, "{state:?}");
    rows.remove(0)
}

fn opens(house: &House, clerk: &Session<Administration>, message: MessageId) -> bool {
    let opened = house.archive().open::<Identification, _>(clerk, message, Purpose::CompleteRide, now());
    opened.unwrap().is_some()
}

#[test]
fn a_register_that_takes_the_bsn_over_closes_the_item_and_holds_it_against_nobody() {
    let (house, mut inbox, message, clerk) = one_item();
    assert!(opens(&house, &clerk, message));
    let done = inbox.import_rides(&[announced(BSN)], now() + days(1)).unwrap();
    assert_eq!((done.confirmed, done.equal_destroyed), (1, 0));
    let row = only(&inbox, WorkState::Closed, now() + days(1));
    assert_eq!((row.confirmed, row.closed, row.destroy_after), (Some(now() + days(1)), Some(now() + days(1)), None));
    assert!(!opens(&house, &clerk, message), "an equal BSN is destroyed whenever it shows");
    assert!(!house.store().status(false).unwrap().over_delivered.contains_key("equal_bsn"));
    let entry = &house.store().log_page(None, 9).unwrap();
    assert_eq!(entry.iter().filter(|line| line.entry.event == access::Event::ItemConfirmed).count(), 1);
    house.log_is_whole();
}

#[test]
fn a_register_with_another_bsn_leaves_the_item_open() {
    let (house, mut inbox, message, clerk) = one_item();
    inbox.import_rides(&[announced(OTHER_BSN)], now()).unwrap();
    assert_eq!(only(&inbox, WorkState::Open, now()).reason, WorkReason::Differs);
    assert!(opens(&house, &clerk, message));
}

#[test]
fn a_closed_item_is_confirmed_by_a_later_file_and_its_bsn_goes_at_once() {
    let (house, mut inbox, message, clerk) = one_item();
    close(&clerk, &mut inbox, message);
    inbox.import_rides(&[announced(BSN)], now() + days(2)).unwrap();
    let row = only(&inbox, WorkState::Closed, now() + days(2));
    assert_eq!((row.closed, row.confirmed, row.destroy_after), (Some(now()), Some(now() + days(2)), None));
    assert!(!opens(&house, &clerk, message));
    inbox.store_mut().purge(now() + days(8)).unwrap();
    assert!(inbox.store().work_list(WorkState::Open, now() + days(8), 9).unwrap().is_empty(), "it does not return");
}

#[test]
fn an_item_whose_ride_still_lacks_the_bsn_returns_after_a_week_once_and_no_day_is_put_off() {
    let (house, mut inbox, message, clerk) = one_item();
    close(&clerk, &mut inbox, message);
    inbox.store_mut().purge(now() + days(7) - TimeDelta::minutes(1)).unwrap();
    assert!(inbox.store().work_list(WorkState::Open, now(), 9).unwrap().is_empty());
    assert_eq!(inbox.store_mut().purge(now() + days(7)).unwrap().returned, 1);
    let row = only(&inbox, WorkState::Open, now() + days(7));
    assert_eq!((row.reason, row.before, row.closed), (WorkReason::NotTakenOver, Some((now(), Some(true))), None));
    let at = now() + days(8);
    inbox.store_mut().claim(&clerk, message.0, at).unwrap();
    inbox.store_mut().close_item(&clerk, message.0, 1, at).unwrap();
    let row = only(&inbox, WorkState::Closed, at);
    assert_eq!(row.destroy_after, Some(now() + days(14)), "as at the first closing");
    inbox.store_mut().purge(now() + days(14)).unwrap();
    assert_eq!(only(&inbox, WorkState::Closed, now() + days(14)).destroy_after, None);
    assert!(!opens(&house, &clerk, message));
    assert!(inbox.store().work_list(WorkState::Open, now() + days(14), 9).unwrap().is_empty());
}

#[test]
fn an_item_that_returned_is_over_when_its_bsn_is_destroyed() {
    let (house, mut inbox, message, clerk) = one_item();
    close(&clerk, &mut inbox, message);
    inbox.store_mut().purge(now() + days(7)).unwrap();
    inbox.store_mut().purge(now() + days(14)).unwrap();
    let row = only(&inbox, WorkState::Closed, now() + days(14));
    assert_eq!((row.closed, row.destroy_after), (Some(now()), None));
    assert!(!opens(&house, &clerk, message));
}

#[test]
fn a_closing_is_undone_within_ten_seconds_by_who_did_it_and_no_later() {
    let (house, mut inbox, message, clerk) = one_item();
    close(&clerk, &mut inbox, message);
    let other = house.clerk_of(SECOND_CLERK);
    let seconds = TimeDelta::seconds;
    let store = inbox.store_mut();
    assert!(matches!(store.reopen_item(&other, message.0, now()), Err(StoreError::NotYours)));
    assert!(matches!(store.reopen_item(&clerk, message.0, now() + seconds(11)), Err(StoreError::NotYours)));
    store.reopen_item(&clerk, message.0, now() + seconds(10)).unwrap();
    let row = only(&inbox, WorkState::Open, now());
    assert_eq!((row.closed, row.destroy_after), (None, None));
    assert_eq!(row.claimed.unwrap().0, clerk.account(), "who undoes has it again");
    assert!(matches!(inbox.store_mut().reopen_item(&clerk, message.0, now()), Err(StoreError::NotYours)));
}

#[test]
fn a_newer_version_names_the_item_that_was_closed_and_says_whether_it_is_the_same_bsn() {
    for (bsn, same) in [(BSN, true), (OTHER_BSN, false)] {
        let (house, mut inbox, message, clerk) = one_item();
        close(&clerk, &mut inbox, message);
        let newer = message_of(take(&mut inbox, version(2, Some(bsn))));
        let row = only(&inbox, WorkState::Open, now());
        assert_eq!((row.message, row.before), (newer, Some((now(), Some(same)))));
        assert!(opens(&house, &clerk, newer));
    }
}

#[test]
fn a_newer_version_without_a_bsn_leaves_the_closed_item_where_it_was() {
    let (house, mut inbox, message, clerk) = one_item();
    close(&clerk, &mut inbox, message);
    let newer = message_of(take(&mut inbox, version(2, None)));
    let row = only(&inbox, WorkState::Closed, now());
    assert_eq!((row.message, row.closed, row.destroy_after), (newer, Some(now()), None));
    assert!(!opens(&house, &clerk, newer), "the BSN of the version before is gone with it");
    assert_eq!(inbox.store().work_counts(now()).unwrap(), (0, 0, 1, 0), "and the ride does not wait again");
}
