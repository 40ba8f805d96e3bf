//! The manual is one key away on every screen, before a session and at the lock too, and says nothing of whoever is there.

use egui::Key;
use egui_kittest::{Harness, kittest::Queryable};
use ui::theme;
use viewmodel::{Command, Frame, Language, Screen};

use crate::{
    desk::{Sent, app_in},
    pictures, sample_tables, samples,
};

fn harness(frame: Frame) -> (Harness<'static>, Sent) {
    let (mut app, sent, _) = app_in(Language::Dutch, frame);
    // High enough for all cases: what is scrolled out of sight cannot be clicked.
    let builder = Harness::builder().with_size([1280.0, 2400.0]).with_context_setup(theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(4);
    (harness, sent)
}

#[test]
fn every_screen_gives_the_manual_by_one_key_and_takes_it_away_by_another() {
    for (name, frame) in pictures::all() {
        let (mut harness, _) = harness(frame());
        assert!(harness.query_by_label("Wat te doen als").is_none(), "{name}");
        harness.key_press(Key::F1);
        harness.run_steps(3);
        assert!(harness.query_by_label("Wat te doen als").is_some(), "{name}");
        assert!(harness.query_by_label("De klok loopt verkeerd").is_some(), "{name}");
        harness.key_press(Key::Escape);
        harness.run_steps(3);
        assert!(harness.query_by_label("Wat te doen als").is_none(), "{name}");
    }
}

#[test]
fn a_case_is_found_by_its_heading_and_opens_at_the_lock_without_a_word_of_who_was_there() {
    let (mut harness, sent) = harness(samples::locked());
    harness.get_by_label("Hulp F1").click();
    harness.run_steps(3);
    harness.get_by_label("Zoek in de koppen").focus();
    harness.get_by_label("Zoek in de koppen").type_text("KLOK");
    harness.run_steps(3);
    assert!(harness.query_by_label("Een lek, of een vermoeden daarvan").is_none());
    harness.get_by_label("De klok loopt verkeerd").click();
    harness.run_steps(3);
    let heard = format!("{:?}", harness.root());
    assert!(heard.contains("terugblik purge --clock-is-right"), "{heard}");
    let Screen::Locked(locked) = samples::locked().screen else { panic!("the lock") };
    assert!(!heard.contains(&locked.name), "{heard}");
    harness.get_by_label("Terug naar het scherm").click();
    harness.run_steps(3);
    assert!(format!("{:?}", harness.root()).contains(&locked.name));
    assert!(sent.borrow().is_empty(), "reading asks for nothing");
}

#[test]
fn minutes_and_protection_are_asked_for_by_their_words_and_linux_is_told_what_it_cannot() {
    let (mut harness, sent) = harness(sample_tables::settings());
    harness.get_by_label("na 10 minuten").click();
    harness.run_steps(2);
    harness.get_by_label("Het venster is zwart bij scherm delen en in schermafdrukken").click();
    harness.run_steps(2);
    let asked: Vec<_> = sent
        .borrow()
        .iter()
        .filter_map(|command| {
            let Command::SetWindows { lock_minutes, content_protected } = command else { return None };
            Some((*lock_minutes, *content_protected))
        })
        .collect();
    assert_eq!(asked, [(10, true), (5, false)]);
    assert!(format!("{:?}", harness.root()).contains("Op deze computer (Linux) kan het niet"));
}
