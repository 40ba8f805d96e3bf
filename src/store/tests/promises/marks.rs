//! What professionals tick: counted for the hospital, shown to who ticked it, and nobody else's business.

use access::{Event, Professional, Session};
use domain::{Mark, Marks, MessageId, Theme};
use store::{Archive, Arrived, Incoming, Marked};

use crate::{
    keys_killed::killed_until_changed,
    killed::{Child, as_child},
    support::*,
};

fn set<const N: usize>(marks: [Mark; N]) -> Marks {
    marks.into_iter().collect()
}

fn tick(archive: &mut Archive, session: &Session<Professional>, id: MessageId, marks: Marks) {
    assert!(archive.set_marks(session, id, marks, now()).unwrap());
}

/// What the manager counts, by ride and byte.
fn counted(house: &House) -> Vec<(u32, u8)> {
    counted_at(house, now())
}

fn counted_at(house: &House, at: chrono::DateTime<chrono::Utc>) -> Vec<(u32, u8)> {
    let columns = house.archive().open_figures(&house.active_manager(), at, |_, _| true).unwrap();
    columns.marks.iter().map(|Marked { ride, marks }| (*ride, marks.byte())).collect()
}

fn newer(extension: &str, set: &str, version: u32) -> Incoming {
    Incoming { set: Some(id(set)), version, ..message(extension) }
}

#[test]
fn what_is_ticked_is_shown_to_who_ticked_it_and_counted_and_is_taken_back() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    house.manager();
    let mut archive = house.archive();
    assert!(archive.marks_of(&nurse, id).unwrap().is_empty() && counted(&house).is_empty());
    let both = set([Mark::Thanks, Mark::Theme(Theme::MissedInformation)]);
    tick(&mut archive, &nurse, id, both);
    assert!(archive.marks_of(&nurse, id).unwrap() == both);
    assert_eq!(counted(&house), [(0, both.byte())]);
    // Another session, another day: still his, and one row.
    let mut again = house.archive();
    assert!(again.set_marks(&house.professional(NURSE), id, set([Mark::Thanks]), now() + days(1)).unwrap());
    assert_eq!(counted(&house), [(0, set([Mark::Thanks]).byte())]);
    tick(&mut again, &nurse, id, Marks::default());
    assert!(again.marks_of(&nurse, id).unwrap().is_empty());
    assert_eq!(house.count("SELECT count(*) FROM figure_add"), 0);
    house.log_is_whole();
}

#[test]
fn a_colleague_on_the_same_ride_sees_no_tick_of_another_and_has_his_own() {
    let (house, _, id) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    house.manager();
    let mut archive = house.archive();
    tick(&mut archive, &nurse, id, set([Mark::Thanks]));
    assert!(archive.marks_of(&second, id).unwrap().is_empty());
    assert!(archive.own_marks(&second, now()).unwrap().is_empty());
    tick(&mut archive, &second, id, set([Mark::Thanks, Mark::TakenOverDifferently]));
    assert!(archive.marks_of(&nurse, id).unwrap() == set([Mark::Thanks]));
    tick(&mut archive, &second, id, Marks::default());
    assert!(archive.marks_of(&nurse, id).unwrap() == set([Mark::Thanks]), "taking back is of one's own");
    assert_eq!(counted(&house).len(), 1);
}

#[test]
fn neither_a_row_nor_the_log_says_who_ticked() {
    let (house, _, id) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let mut archive = house.archive();
    let before = archive.store().log_length().unwrap();
    tick(&mut archive, &nurse, id, set([Mark::Thanks]));
    tick(&mut archive, &nurse, id, set([Mark::TakenOverDifferently]));
    // One line in all: the manager's key of this session and day, by the program.
    let lines = archive.store().log_page(None, 1).unwrap();
    assert_eq!(archive.store().log_length().unwrap(), before + 1);
    let entry = &lines[0].entry;
    assert_eq!((entry.event, entry.user, entry.role, entry.ride), (Event::ReaderKeyMade, None, None, None));
    tick(&mut archive, &second, id, set([Mark::Thanks]));
    // Every value of both rows but the record's: no number of an account or reader stands in it, and the sizes are equal.
    let raw = house.raw();
    let mut find = raw.prepare("SELECT n, length(token), length(sealed), length(own) FROM figure_add").unwrap();
    let rows: Vec<(i64, i64, i64, i64)> = find
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(rows.len(), 2);
    for (n, token, sealed, own) in &rows {
        assert_eq!((*token, *sealed, *own), (16, 64, 64));
        assert!([NURSE, SECOND].iter().all(|staff| house.number(staff) != *n && *n > 1_000_000));
    }
    // The same person's place in another record has nothing in common with it.
    let mut inbox = house.inbox();
    let other = message_of(take(&mut inbox, message("b")));
    tick(&mut archive, &nurse, other, set([Mark::Thanks]));
    assert_eq!(house.count("SELECT count(DISTINCT n) FROM figure_add"), 3);
}

#[test]
fn only_what_is_ones_own_can_be_ticked_and_themes_only_where_the_remarks_are() {
    let house = House::new();
    house.third_sees_the_diagnosis();
    let (house, _, id) = of_crew(house, &[(NURSE, 1), (DRIVER, 3)]);
    let mut archive = house.archive();
    let (second, driver) = (house.professional(SECOND), house.professional(DRIVER));
    let theme = set([Mark::Theme(Theme::Other)]);
    assert!(!archive.set_marks(&second, id, set([Mark::Thanks]), now()).unwrap(), "another's record");
    assert!(!archive.set_marks(&driver, id, theme, now()).unwrap(), "no remarks");
    tick(&mut archive, &driver, id, set([Mark::TakenOverDifferently]));
    let nurse = house.professional(NURSE);
    assert!(!archive.set_marks(&nurse, id, theme, now() + days(358)).unwrap(), "past its term");
    assert!(archive.disown_ride(&nurse, id, now()).unwrap());
    assert!(!archive.set_marks(&nurse, id, theme, now()).unwrap(), "said to be another's");
}

#[test]
fn a_newer_version_keeps_what_was_ticked_of_the_older_and_is_unread() {
    let (house, mut inbox, _) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    house.manager();
    let old = message_of(take(&mut inbox, newer("v1", "set", 1)));
    // What stands behind it keeps its number from being given again.
    take(&mut inbox, message("z"));
    let mut archive = house.archive();
    archive.open_record(&nurse, old, now()).unwrap().unwrap();
    let marks = set([Mark::Thanks, Mark::Theme(Theme::HandoverComplete)]);
    tick(&mut archive, &nurse, old, marks);
    tick(&mut archive, &second, old, set([Mark::TakenOverDifferently]));
    let new = message_of(take(&mut inbox, newer("v2", "set", 2)));
    assert_ne!(new, old);
    let head = archive.feedback_list(&nurse, 9, now()).unwrap().into_iter().find(|head| head.message == new).unwrap();
    assert!(head.updated && head.read.is_none());
    assert!(archive.marks_of(&nurse, new).unwrap() == marks);
    assert!(archive.marks_of(&second, new).unwrap() == set([Mark::TakenOverDifferently]));
    assert_eq!(counted(&house).len(), 2);
    let own = archive.own_marks(&nurse, now()).unwrap();
    assert!(own.len() == 1 && own[0].marks == marks && own[0].month == 2026 * 12 + 8);
    assert!(!own[0].hospital.is_empty());
    // Ticked anew it is one row, under the token of the new.
    tick(&mut archive, &nurse, new, set([Mark::Thanks]));
    assert_eq!(counted(&house).len(), 2);
    assert!(archive.marks_of(&nurse, new).unwrap() == set([Mark::Thanks]));
}

#[test]
fn what_was_ticked_goes_with_the_record_and_its_key_after_it() {
    let (house, mut inbox, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    house.manager();
    tick(&mut house.archive(), &nurse, id, set([Mark::Thanks]));
    // A replacement, much later: it keeps what was ticked, under a key older than everything else that is here.
    let newer = Incoming { replaces: Some(crate::support::id("a")), ..message("b") };
    inbox.append(&[Arrived::Message(Box::new(newer))], now() + days(200)).unwrap();
    house.raw().execute_batch("DELETE FROM ride; DELETE FROM ride_figure").unwrap();
    let key = "SELECT count(*) FROM reader_key WHERE n IN (SELECT key FROM figure_add)";
    let keys = house.count("SELECT count(*) FROM reader_key");
    inbox.store_mut().purge(now() + days(300)).unwrap();
    assert!(house.count("SELECT count(*) FROM reader_key") < keys, "others of that day are gone");
    assert_eq!((house.count("SELECT count(*) FROM figure_add"), house.count(key)), (1, 1));
    assert_eq!(counted_at(&house, now() + days(300)).len(), 1);
    inbox.store_mut().purge(now() + days(358)).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM figure_add"), 0);
    inbox.store_mut().purge(now() + days(361)).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM reader_key"), 0);
}

#[test]
fn who_hands_a_record_back_takes_his_ticks_with_him() {
    let (house, _, id) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let mut archive = house.archive();
    tick(&mut archive, &nurse, id, set([Mark::Thanks]));
    tick(&mut archive, &second, id, set([Mark::TakenOverDifferently]));
    assert!(archive.disown_ride(&nurse, id, now()).unwrap());
    assert!(archive.undo_disowning(&nurse, id, now()).unwrap());
    assert!(archive.marks_of(&nurse, id).unwrap() == set([Mark::Thanks]), "undone in time");
    assert!(archive.disown_ride(&nurse, id, now()).unwrap());
    assert_eq!(archive.hand_back(&nurse, now() + days(1)).unwrap(), 1);
    assert_eq!(house.count("SELECT count(*) FROM figure_add"), 1);
    assert!(archive.marks_of(&second, id).unwrap() == set([Mark::TakenOverDifferently]));
}

#[test]
fn a_tick_put_beside_another_record_of_another_key_or_changed_is_not_counted() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let manager = house.manager();
    let mut archive = house.archive();
    tick(&mut archive, &nurse, id, set([Mark::Thanks]));
    let opens = || house.archive().open_figures(&manager, now(), |_, _| true).is_ok();
    assert!(opens());
    for change in ["token = zeroblob(16)", "key = 1", "sealed = own", "sealed = (SELECT sealed FROM figure)"] {
        let before: Vec<u8> = house.raw().query_row("SELECT sealed FROM figure_add", [], |row| row.get(0)).unwrap();
        let (token, key): (Vec<u8>, i64) =
            house.raw().query_row("SELECT token, key FROM figure_add", [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
        house.raw().execute(&format!("UPDATE figure_add SET {change}"), []).unwrap();
        assert!(!opens(), "{change}");
        house
            .raw()
            .execute("UPDATE figure_add SET sealed = ?1, token = ?2, key = ?3", rusqlite::params![before, token, key])
            .unwrap();
    }
    assert!(opens());
}

#[test]
fn killed_at_any_step_of_ticking_what_was_ticked_before_or_after_is_counted() {
    let thanks = || set([Mark::Thanks]);
    if let Some(Child { store, n: point, .. }) = as_child() {
        let nurse = professional_of(&store, NURSE);
        let mut archive = Archive::new(store);
        store::die_at(point);
        tick(&mut archive, &nurse, MessageId(1), thanks());
        println!("DONE");
        return;
    }
    let name = "marks::killed_at_any_step_of_ticking_what_was_ticked_before_or_after_is_counted";
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    house.manager();
    let nurse = house.professional(NURSE);
    let differently = set([Mark::TakenOverDifferently]);
    tick(&mut house.archive(), &nurse, id, differently);
    let points = killed_until_changed(&house, name, "", &["figure_add", "reader_key"], || {
        assert_eq!(counted(&house), [(0, differently.byte())]);
    });
    assert!(points >= 3, "points passed: {points}");
    assert_eq!(counted(&house), [(0, thanks().byte())]);
}
