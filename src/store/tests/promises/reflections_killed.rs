//! Killed between any two statements of what is done with a reflection: it is as before or as after, and the log says which.

use access::{Event, Professional, Session, SignedIn};
use chrono::TimeDelta;
use domain::{MessageId, RoleName, Sensitive};
use store::{REFLECTION_UNDO_SECONDS, ReflectionChange, ReflectionContent, Store};

use crate::{
    keys_killed::killed_until_changed,
    killed::{Child, as_child},
    reflections::{WORDS, confirmed, content, listed, read, written},
    support::*,
};

const DONE: &str = "DONE";
const OTHER: &str = "kanarie-gedachte: verder geschreven";
const PDF: &[u8] = b"%PDF kanarie-blad van een portfolio";
const RECORD: MessageId = MessageId(1);

/// What is done, in the child, to the one reflection there is or is to be.
fn act(store: &mut Store, nurse: &Session<Professional>, word: &str) {
    let key = nurse.reflection_key().unwrap();
    let keep = |store: &mut Store, number, content: &ReflectionContent| {
        store.keep_reflection(&key, (RECORD, number), (content, ReflectionChange::Text), now()).unwrap();
    };
    match word {
        "begin" => keep(store, None, &content(WORDS)),
        "write on" => keep(store, Some(1), &content(OTHER)),
        "empty" => keep(store, Some(1), &ReflectionContent { text: Sensitive::new(String::new()), minutes: None }),
        "confirm" => assert!(store.confirm_reflection(nurse, 1, &Sensitive::new(WORDS.into()), now()).unwrap()),
        "delete" => assert!(store.delete_reflection(nurse, 1, now()).unwrap()),
        "undo" => assert!(store.undo_deletion(nurse, 1, now()).unwrap()),
        "destroy" => {
            let later = now() + TimeDelta::seconds(REFLECTION_UNDO_SECONDS);
            assert!(store.destroy_deleted_reflections(later).unwrap());
        }
        "rewrite" => {
            let later = now() + days(400);
            assert!(store.rewrite_reflection(nurse, 1, &content(OTHER), later).unwrap());
        }
        "export" => {
            let entry = store.entry_of_export(nurse, 1, now());
            let to = store.folder().join("portfolio.pdf");
            store.write_logged(&entry, &to, PDF).unwrap().unwrap();
        }
        other => panic!("{other}"),
    }
}

fn times(house: &House, event: Event) -> usize {
    house.store().log_page(None, 999).unwrap().iter().filter(|line| line.entry.event == event).count()
}

/// The words of the one reflection, and whether it is confirmed; `None`: there is none.
fn state(house: &House, nurse: &Session<Professional>) -> Option<(String, bool)> {
    let row = listed(house, nurse).pop()?;
    Some((read(house, nurse, row.number).unwrap(), row.confirmed.is_some()))
}

#[test]
fn killed_between_any_two_statements_of_an_act_a_reflection_is_as_before_or_as_after() {
    if let Some(Child { mut store, n: point, word, .. }) = as_child() {
        let Ok(SignedIn::Professional(nurse)) = signed_in(&store, NURSE, RoleName::Professional) else { panic!() };
        store::die_at(point);
        act(&mut store, &nurse, &word);
        println!("{DONE}");
        return;
    }
    let name = "reflections_killed::killed_between_any_two_statements_of_an_act_a_reflection_is_as_before_or_as_after";
    let is = |text: &str, confirmed| Some((text.to_owned(), confirmed));
    // The act, whether there is a reflection before it, confirmed, deleted; what it leads to, its entry, its points at least.
    let acts = [
        ("begin", [false, false, false], is(WORDS, false), Some(Event::ReflectionWritten), 4),
        ("write on", [true, true, false], is(OTHER, false), Some(Event::ReflectionConfirmationFell), 4),
        ("empty", [true, false, false], None, Some(Event::ReflectionDeleted), 3),
        ("confirm", [true, false, false], is(WORDS, true), Some(Event::ReflectionConfirmed), 3),
        ("delete", [true, true, false], None, Some(Event::ReflectionDeleted), 3),
        ("undo", [true, false, true], is(WORDS, false), Some(Event::ReflectionDeletionUndone), 3),
        ("destroy", [true, false, true], None, None, 2),
        ("rewrite", [true, true, false], is(OTHER, true), Some(Event::ReflectionConfirmed), 4),
        ("export", [true, true, false], is(WORDS, true), Some(Event::ReflectionsExported), 3),
    ];
    for (word, [there, confirms, deletes], leads_to, event, steps) in acts {
        let (house, _, id) = with_crew(&[(NURSE, 1)]);
        assert_eq!(id, RECORD);
        let nurse = house.professional(NURSE);
        if there {
            let number = written(&house, &nurse, id);
            assert!(!confirms || confirmed(&house, &nurse, number));
            assert!(!deletes || house.store().delete_reflection(&nurse, number, now()).unwrap());
        }
        if word == "rewrite" {
            // Its record is gone.
            house.store().purge(now() + days(400)).unwrap();
        }
        let before = state(&house, &nurse);
        let told = event.map(|event| times(&house, event));
        let file = house.folder.path().join("portfolio.pdf");
        let points = killed_until_changed(&house, name, word, &["reflection", "audit"], || {
            assert_eq!(state(&house, &nurse), before, "{word}");
            // Without an entry no word of it is on the disk; a file of zeros is put away.
            assert!(std::fs::read(&file).unwrap_or_default().iter().all(|byte| *byte == 0), "{word}");
            let _ = std::fs::remove_file(&file);
        });
        assert!(points >= steps, "{word}: points passed: {points}");
        assert_eq!(state(&house, &nurse), leads_to, "{word}");
        assert_eq!(event.map(|event| times(&house, event)), told.map(|told| told + 1), "{word}");
        if word == "destroy" {
            assert_eq!(house.count("SELECT count(*) FROM reflection"), 0);
        }
        house.log_is_whole();
    }
}

#[test]
fn a_file_is_written_with_its_entry_and_one_that_is_there_or_cannot_be_made_leaves_none() {
    let (house, _, id) = with_crew(&[(NURSE, 1)]);
    let nurse = house.professional(NURSE);
    written(&house, &nurse, id);
    let to = house.folder.path().join("portfolio.pdf");
    let written = |to: &std::path::Path| {
        let mut store = house.store();
        let entry = store.entry_of_export(&nurse, 1, now());
        store.write_logged(&entry, to, PDF).unwrap()
    };
    written(&to).unwrap();
    assert_eq!(std::fs::read(&to).unwrap(), PDF);
    assert!(written(&to).is_err() && written(&house.folder.path().join("weg/portfolio.pdf")).is_err());
    assert_eq!(std::fs::read(&to).unwrap(), PDF, "what was there is left");
    assert_eq!(times(&house, Event::ReflectionsExported), 1);
    house.log_is_whole();
}
