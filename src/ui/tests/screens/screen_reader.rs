//! What a blind nurse, clerk or administrator hears of each screen: `tests/fixtures/screen_reader`, to be read aloud.
//!
//! `TERUGBLIK_REWRITE=1` writes the files anew; read what changed before it is kept.

use std::{collections::BTreeSet, fs, path::PathBuf};

use egui::Role;
use viewmodel::Language;

use crate::{
    fitting::{WINDOW, harness},
    pictures,
    spoken::{self, Thing},
};

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/screen_reader"))
}

fn is_rewritten() -> bool {
    std::env::var_os("TERUGBLIK_REWRITE").is_some()
}

/// Each screen with its things.
fn all() -> impl Iterator<Item = (&'static str, Vec<Thing>)> {
    pictures::all().into_iter().map(|(name, frame)| {
        let (harness, ..) = harness(frame(), Language::Dutch, WINDOW);
        (name, spoken::things(&harness))
    })
}

#[test]
fn what_a_screen_reader_reads_of_each_screen_is_what_was_read_and_found_good() {
    let mut wrong = Vec::new();
    let mut known = BTreeSet::new();
    for (name, things) in all() {
        let read: String = things.iter().map(|thing| thing.line() + "\n").collect();
        let file = format!("{name}.txt");
        let path = folder().join(&file);
        if is_rewritten() {
            fs::create_dir_all(folder()).unwrap();
            fs::write(&path, &read).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != read {
            wrong.push(file.clone());
        }
        known.insert(file);
    }
    for file in fs::read_dir(folder()).unwrap() {
        let file = file.unwrap().file_name().into_string().unwrap();
        if known.contains(&file) {
            continue;
        }
        if is_rewritten() {
            fs::remove_file(folder().join(&file)).unwrap();
        } else {
            wrong.push(format!("{file} (no such screen)"));
        }
    }
    assert!(wrong.is_empty(), "heard otherwise; TERUGBLIK_REWRITE=1 writes them anew, then read them: {wrong:?}");
}

/// Letters of the icon font, and what else is not said as a word.
fn is_a_name(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphanumeric()).count();
    let is_glyph = name.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c));
    let is_key = ["F1", "Esc", "Enter", "Tab", "Ctrl"].contains(&name) || name.starts_with("Ctrl ");
    letters >= 2 && !is_glyph && !is_key
}

#[test]
fn every_control_has_a_name_that_is_words() {
    for (name, things) in all() {
        for thing in things.iter().filter(|thing| thing.is_control()) {
            assert!(is_a_name(&thing.name), "{name}: {thing:?}");
        }
    }
}

#[test]
fn no_two_controls_of_a_screen_sound_the_same() {
    let mut wrong = Vec::new();
    for (name, things) in all() {
        let mut heard = BTreeSet::new();
        for thing in things.iter().filter(|thing| thing.is_control()) {
            let said = (thing.role as u8, &thing.name, &thing.description, &thing.within);
            if !heard.insert(said) {
                wrong.push(format!("{name}: {}", thing.line()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_picture_has_its_words() {
    for (name, things) in all() {
        for thing in things.iter().filter(|thing| thing.role == Role::Image) {
            assert!(is_a_name(&thing.name), "{name}: {thing:?}");
        }
    }
}
