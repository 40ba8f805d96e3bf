//! The purge of the day beside what the program is there for: a window that is used, a receiver to which messages come.

use app::{Daily, Receiving};
use chrono::TimeDelta;
use store::{Inbox, Store};
use viewmodel::{Command, EntryCommand, EntryWay, Screen};

use crate::house::{House, now, origin, sample};

#[test]
fn a_window_that_stays_open_destroys_what_passes_its_term_in_slices_between_which_it_does_what_it_is_asked() {
    let mut house = House::with(&["programma-04-akkoord.xml"]);
    let records = |house: &House| house.engine.store().status(false).unwrap().records;
    let on = |house: &mut House, day: i64| {
        let at = now() + TimeDelta::days(day);
        house.engine.turn(at);
        at
    };
    for day in (13..358).step_by(13) {
        let at = on(&mut house, day);
        while house.engine.is_purging() {
            assert!(house.engine.purge_on(at).is_none(), "it shows nothing");
        }
    }
    assert_eq!(records(&house), 1);
    let at = on(&mut house, 359);
    assert!(house.engine.is_purging(), "begun, and more than this turn does");
    // Whoever sits there is served, and sees nothing of what has yet to go.
    let shown = house.engine.execute(Command::Entry(EntryCommand::Start(EntryWay::FirstTime)), at, &mut |_, _, _| true);
    assert!(matches!(shown.screen, Screen::Entry(_)));
    let mut slices = 0;
    while house.engine.is_purging() {
        house.engine.purge_on(at);
        slices += 1;
    }
    assert!(slices > 1, "{slices}");
    assert_eq!(records(&house), 0);
    assert_eq!(house.engine.store().status(false).unwrap().purge.last_success, Some(at));
}

#[test]
fn a_message_that_comes_during_a_purge_waits_for_the_slice_in_hand_and_no_other() {
    let house = House::with(&["programma-04-akkoord.xml"]);
    let at = now() + TimeDelta::days(10);
    let store = Store::open(&house.folder.path().join("store"), &house.root, origin(), at).unwrap();
    let mut receiving = Receiving::new(Inbox::new(store, None)).unwrap();
    let mut daily = Daily::default();
    let waits = || false;
    // The day's purge begins, and is gone on with by one slice a time while somebody waits.
    receiving.round(&mut daily, at, &waits).unwrap();
    assert!(daily.is_purging());
    receiving.purge_on(&mut daily, at, 100, &waits).unwrap();
    assert!(daily.is_purging());
    // He is served between two slices, whatever is left of the purge.
    let taken = receiving.take_in_bytes(&[&sample("20-volledig-2.4.xml")], at).unwrap();
    assert_eq!((taken.taken_in, daily.is_purging()), (1, true));
    receiving.purge_on(&mut daily, at, 100, &|| true).unwrap();
    assert!(!daily.is_purging());
    let status = receiving.inbox.store().status(false).unwrap();
    assert_eq!((status.records, status.purge.last_success), (2, Some(at)));
    // Once a day.
    receiving.round(&mut daily, at + TimeDelta::hours(1), &|| true).unwrap();
    assert!(!daily.is_purging());
}
