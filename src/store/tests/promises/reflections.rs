//! Reflections: sealed to who wrote them, gone with their record unless they were confirmed, and nobody else's.

use access::{Event, Professional, Session};
use chrono::TimeDelta;
use domain::{MessageId, Sensitive};
use store::{
    REFLECTION_UNDO_SECONDS, ReflectionChange, ReflectionContent, ReflectionKept, ReflectionOpened, ReflectionRow,
};

use crate::support::*;

pub const WORDS: &str = "kanarie-gedachte: eerder aan een embolie denken";

pub fn content(text: &str) -> ReflectionContent {
    ReflectionContent { text: Sensitive::new(text.into()), minutes: Some(25) }
}

fn kept(house: &House, session: &Session<Professional>, about: (MessageId, Option<i64>), text: &str) -> ReflectionKept {
    let key = session.reflection_key().unwrap();
    house.store().keep_reflection(&key, about, (&content(text), ReflectionChange::Text), now()).unwrap()
}

pub fn written(house: &House, session: &Session<Professional>, message: MessageId) -> i64 {
    match kept(house, session, (message, None), WORDS) {
        ReflectionKept::Kept(number) => number,
        other => panic!("{other:?}"),
    }
}

fn read_at(house: &House, session: &Session<Professional>, number: i64, days_on: i64) -> Option<String> {
    match house.store().open_reflection(session, number, now() + days(days_on)).unwrap() {
        ReflectionOpened::Content(content) => Some(content.text.reveal().to_owned()),
        ReflectionOpened::Gone | ReflectionOpened::Unreadable => None,
    }
}

pub fn read(house: &House, session: &Session<Professional>, number: i64) -> Option<String> {
    read_at(house, session, number, 0)
}

pub fn confirmed(house: &House, session: &Session<Professional>, number: i64) -> bool {
    house.store().confirm_reflection(session, number, &Sensitive::new(WORDS.into()), now()).unwrap()
}

pub fn listed(house: &House, session: &Session<Professional>) -> Vec<ReflectionRow> {
    let (rows, all) = house.store().reflections(session, 9, now()).unwrap();
    assert_eq!(rows.len() as u64, all);
    rows
}

fn events(house: &House) -> Vec<Event> {
    let of_these = |event: &Event| (210..=216).contains(&event.code());
    house.store().log_page(None, 99).unwrap().iter().rev().map(|line| line.entry.event).filter(of_these).collect()
}

#[test]
fn what_is_written_opens_for_its_writer_and_for_no_colleague_of_the_same_ride() {
    let (house, _, id) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let number = written(&house, &nurse, id);
    assert_eq!(read(&house, &nurse, number).unwrap(), WORDS);
    let row = house.store().reflection_about(&nurse, id, now()).unwrap().unwrap();
    assert_eq!((row.number, row.at, row.confirmed), (number, now(), None));
    assert_eq!(row.about.unwrap().ride, RIDE);
    assert!(read(&house, &second, number).is_none(), "asked for by its number");
    assert!(house.store().reflection_about(&second, id, now()).unwrap().is_none());
    assert!(listed(&house, &second).is_empty());
    assert!(!house.store().delete_reflection(&second, number, now()).unwrap());
    assert!(!confirmed(&house, &second, number));
    assert_eq!(kept(&house, &second, (id, Some(number)), "overschreven"), ReflectionKept::Gone);
    // Both write about it, each for himself.
    let own = written(&house, &second, id);
    assert_ne!(own, number);
    assert_eq!(listed(&house, &second).len(), 1);
    // The row made the colleague's by hand: his key does not open it, and nothing breaks.
    house.raw().execute("UPDATE reflection SET account = ?1 WHERE n = ?2", [second.account(), number]).unwrap();
    let opened = house.store().open_reflection(&second, number, now()).unwrap();
    assert!(matches!(opened, ReflectionOpened::Unreadable));
    // Put in the place of another of his own it does not open either.
    house.raw().execute("UPDATE reflection SET sealed = (SELECT sealed FROM reflection WHERE n = ?1)", [own]).unwrap();
    let opened = house.store().open_reflection(&second, number, now()).unwrap();
    assert!(matches!(opened, ReflectionOpened::Unreadable));
}

#[test]
fn nobody_writes_about_a_record_that_is_not_his_nor_after_its_term() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    assert_eq!(kept(&house, &second, (id, None), WORDS), ReflectionKept::Gone);
    assert_eq!(kept(&house, &nurse, (MessageId(99), None), WORDS), ReflectionKept::Gone);
    let key = nurse.reflection_key().unwrap();
    let late = now() + days(400);
    let text = content(WORDS);
    let outcome = house.store().keep_reflection(&key, (id, None), (&text, ReflectionChange::Text), late).unwrap();
    assert_eq!(outcome, ReflectionKept::Gone);
    assert_eq!(house.count("SELECT count(*) FROM reflection"), 0);
}

#[test]
fn its_length_tells_little_and_no_page_of_the_file_holds_a_word_of_it() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let number = written(&house, &nurse, id);
    let length = || house.count(&format!("SELECT length(sealed) FROM reflection WHERE n = {number}"));
    let before = length();
    kept(&house, &nurse, (id, Some(number)), "kort");
    assert_eq!(length(), before);
    kept(&house, &nurse, (id, Some(number)), &"kanarie-lang ".repeat(40));
    assert!(length() > before);
    let sealed: Vec<u8> = house.raw().query_row("SELECT sealed FROM reflection", [], |row| row.get(0)).unwrap();
    assert!(!sealed.windows(7).any(|part| part == b"kanarie"), "sealed within the encrypted file too");
    assert_eq!(events(&house), [Event::ReflectionWritten], "once, not at every pause");
    let entries = house.store().log_page(None, 9).unwrap();
    let entry = entries.iter().find(|line| line.entry.event == Event::ReflectionWritten).unwrap();
    assert_eq!((entry.entry.user, entry.entry.ride, &entry.entry.detail), (Some(nurse.account()), None, &None));
    house.log_is_whole();
}

#[test]
fn unconfirmed_it_goes_with_its_record_and_is_unreadable_from_the_same_moment() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let number = written(&house, &nurse, id);
    let term = listed(&house, &nurse)[0].purge_after.unwrap();
    let after = (term - now()).num_days() + 1;
    assert!(read_at(&house, &nurse, number, after - 2).is_some());
    assert!(read_at(&house, &nurse, number, after).is_none(), "no purge has run");
    assert!(house.store().reflections(&nurse, 9, term).unwrap().0.is_empty());
    let read = Sensitive::new(WORDS.into());
    assert!(!house.store().confirm_reflection(&nurse, number, &read, term).unwrap(), "it is too late to keep it");
    assert_eq!(house.store().purge(term).unwrap().records, 1);
    assert_eq!(house.count("SELECT count(*) FROM reflection"), 0);
}

#[test]
fn confirmed_it_outlives_its_record_and_nothing_of_it_leads_to_the_ride() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let number = written(&house, &nurse, id);
    assert!(confirmed(&house, &nurse, number));
    let row = listed(&house, &nurse).remove(0);
    assert!(row.confirmed.is_some() && row.purge_after.is_none() && row.about.is_some());
    let term = now() + days(400);
    // Before the purge has run it is as if it had.
    assert!(house.store().reflections(&nurse, 9, term).unwrap().0[0].about.is_none());
    house.store().purge(term).unwrap();
    let row = house.store().reflections(&nurse, 9, term).unwrap().0.remove(0);
    assert!(row.about.is_none() && row.purge_after.is_none());
    assert_eq!(read_at(&house, &nurse, number, 400).unwrap(), WORDS);
    let sql =
        "SELECT count(*) FROM reflection WHERE message IS NULL AND at % 86400 = 43200 AND confirmed % 86400 = 43200";
    assert_eq!(house.count(sql), 1, "not the hour either");
    assert_eq!(
        kept(&house, &nurse, (id, Some(number)), "later"),
        ReflectionKept::Gone,
        "it stands as it was confirmed"
    );
    house.log_is_whole();
}

#[test]
fn a_confirmation_is_of_what_was_read_and_falls_away_when_the_words_change_not_the_time() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let number = written(&house, &nurse, id);
    let other = Sensitive::new("iets anders".into());
    assert!(!house.store().confirm_reflection(&nurse, number, &other, now()).unwrap());
    assert!(confirmed(&house, &nurse, number));
    let key = nurse.reflection_key().unwrap();
    let time = ReflectionContent { minutes: Some(40), ..content(WORDS) };
    let about = (id, Some(number));
    house.store().keep_reflection(&key, about, (&time, ReflectionChange::TimeAlone), now()).unwrap();
    assert!(listed(&house, &nurse)[0].confirmed.is_some());
    kept(&house, &nurse, about, "mw. Jansen was kortademig");
    let row = listed(&house, &nurse).remove(0);
    assert!(row.confirmed.is_none() && row.purge_after.is_some());
    house.store().purge(now() + days(400)).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM reflection"), 0);
    let all = [Event::ReflectionWritten, Event::ReflectionConfirmed, Event::ReflectionConfirmationFell];
    assert_eq!(events(&house), all);
}

#[test]
fn a_newer_version_takes_the_records_place_and_the_reflection_stays_with_it() {
    let (house, mut inbox, _) = with_crew(&[(NURSE, 1)]);
    let version = |n| store::Incoming { set: Some(id("set")), version: n, ..message(&format!("v{n}")) };
    let first = message_of(take(&mut inbox, version(1)));
    let nurse = house.professional(NURSE);
    let number = written(&house, &nurse, first);
    let second = message_of(take(&mut inbox, version(2)));
    let row = house.store().reflection_about(&nurse, second, now()).unwrap().unwrap();
    assert_eq!((row.number, row.purge_after.is_some()), (number, true));
    assert_eq!(read(&house, &nurse, number).unwrap(), WORDS);
    // What was typed before the newer one came is kept all the same: it is known by its number.
    let on = kept(&house, &nurse, (first, Some(number)), "verder geschreven");
    assert_eq!(on, ReflectionKept::Kept(number));
    assert_eq!(read(&house, &nurse, number).unwrap(), "verder geschreven");
    house.store().purge(now() + days(400)).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM reflection"), 0, "it goes with the newer one");
}

#[test]
fn not_my_ride_leaves_it_to_its_writer_without_the_ride_and_until_its_term() {
    let (house, _, id) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let nurse = house.professional(NURSE);
    let number = written(&house, &nurse, id);
    assert!(house.archive().disown_ride(&nurse, id, now()).unwrap());
    assert!(house.store().reflection_about(&nurse, id, now()).unwrap().is_none());
    let row = listed(&house, &nurse).remove(0);
    assert!(row.about.is_none() && row.purge_after.is_some());
    assert_eq!(read(&house, &nurse, number).unwrap(), WORDS);
    house.store().purge(now() + days(400)).unwrap();
    assert!(listed(&house, &nurse).is_empty());
}

#[test]
fn a_deletion_can_be_undone_for_ten_seconds_and_is_then_for_good() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    let number = written(&house, &nurse, id);
    let mut store = house.store();
    assert!(store.delete_reflection(&nurse, number, now()).unwrap());
    assert!(read(&house, &nurse, number).is_none() && listed(&house, &nurse).is_empty());
    let later = now() + TimeDelta::seconds(REFLECTION_UNDO_SECONDS);
    assert!(!store.destroy_deleted_reflections(later - TimeDelta::seconds(1)).unwrap());
    assert!(store.undo_deletion(&nurse, number, later - TimeDelta::seconds(1)).unwrap());
    assert_eq!(read(&house, &nurse, number).unwrap(), WORDS);
    assert!(store.delete_reflection(&nurse, number, now()).unwrap());
    assert!(!store.undo_deletion(&nurse, number, later).unwrap(), "too late, though it is still there");
    assert!(store.destroy_deleted_reflections(later).unwrap());
    assert_eq!(house.count("SELECT count(*) FROM reflection"), 0);
    // One of a session that ended meanwhile goes with the day's purge.
    let again = written(&house, &nurse, id);
    assert_ne!(again, number, "no number is used twice");
    // Emptied is deleted.
    let key = nurse.reflection_key().unwrap();
    let nothing = ReflectionContent { text: Sensitive::new(" \n".into()), minutes: None };
    let about = (id, Some(again));
    let outcome = store.keep_reflection(&key, about, (&nothing, ReflectionChange::Text), now()).unwrap();
    assert_eq!(outcome, ReflectionKept::Deleted(again));
    store.purge(now() + days(1)).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM reflection"), 0);
    let nothing = store.keep_reflection(&key, (id, None), (&nothing, ReflectionChange::Text), now() + days(1));
    assert_eq!(nothing.unwrap(), ReflectionKept::Nothing);
    house.log_is_whole();
}

#[test]
fn a_closed_account_and_one_that_was_reset_have_none_any_more_confirmed_or_not() {
    let (house, _, id) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let number = written(&house, &nurse, id);
    assert!(confirmed(&house, &nurse, number));
    written(&house, &second, id);
    let (administrator, officer) = (house.administrator(), house.officer());
    house.store().close_account(&administrator, nurse.account(), now()).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM reflection"), 1, "the colleague's");
    assert!(read(&house, &nurse, number).is_none());
    let anew = access::renew_activation(SECOND).unwrap();
    house.store().ask_reset(&administrator, second.account(), &anew, now()).unwrap();
    house.store().approve_reset(&officer, second.account(), now()).unwrap();
    assert_eq!(house.count("SELECT count(*) FROM reflection"), 0);
    // A key that was taken from a session before its account was closed keeps nothing.
    assert_eq!(kept(&house, &nurse, (id, None), WORDS), ReflectionKept::Gone);
}

#[test]
fn once_its_record_is_gone_it_is_written_anew_only_whole_with_its_confirmation_and_by_its_writer() {
    let (house, _, id) = with_crew(&[(NURSE, 1), (SECOND, 1)]);
    let (nurse, second) = (house.professional(NURSE), house.professional(SECOND));
    let number = written(&house, &nurse, id);
    let anew = "kanarie-gedachte: zonder tikfout";
    let rewrites = |session, number, at| house.store().rewrite_reflection(session, number, &content(anew), at).unwrap();
    assert!(!rewrites(&nurse, number, now()), "unconfirmed, with its record there");
    assert!(confirmed(&house, &nurse, number));
    assert!(!rewrites(&nurse, number, now()), "it is written on beside its record");
    let term = now() + days(400);
    house.store().purge(term).unwrap();
    assert!(!rewrites(&second, number, term) && !rewrites(&nurse, number + 1, term));
    assert!(rewrites(&nurse, number, term));
    assert_eq!(read_at(&house, &nurse, number, 400).unwrap(), anew);
    let sql =
        "SELECT count(*) FROM reflection WHERE message IS NULL AND at % 86400 = 43200 AND confirmed % 86400 = 43200";
    assert_eq!(house.count(sql), 1);
    let sealed: Vec<u8> = house.raw().query_row("SELECT sealed FROM reflection", [], |row| row.get(0)).unwrap();
    assert!(!sealed.windows(7).any(|part| part == b"kanarie"));
    let last = events(&house).split_off(2);
    assert_eq!(last, [Event::ReflectionConfirmationFell, Event::ReflectionConfirmed]);
    house.log_is_whole();
}
