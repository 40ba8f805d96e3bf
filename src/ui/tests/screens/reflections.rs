//! *Mijn reflectie*: what is typed is sent at a pause and before anything else, and nothing that nobody typed.

use egui::{Key, Modifiers, Role, Theme};
use egui_kittest::{
    Harness,
    kittest::{NodeT, Queryable},
};
use ui::{Studio, theme};
use viewmodel::{Command, Draft, Frame, RecordId, ReflectionCommand, ReflectionId, Screen};

use crate::{
    desk::{Frames, Sent, app_given, app_with},
    pictures::{Sample, is_drawn, keep},
    sample_reflections as reflections, samples,
};

const FIELD: &str = "Wat neem je mee?";
const STEP: f32 = 0.1;

fn harness(frame: Frame) -> (Harness<'static>, Sent, Frames) {
    let (mut app, sent, frames) = app_given(frame);
    let builder = Harness::builder().with_size([1280.0, 1200.0]).with_step_dt(STEP).with_context_setup(theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(3);
    (harness, sent, frames)
}

fn wait(harness: &mut Harness<'static>, seconds: f32) {
    harness.run_steps((seconds / STEP).round() as usize);
}

fn kept(sent: &Sent) -> Vec<(RecordId, Option<ReflectionId>, String, Option<u16>)> {
    let of = |command: &Command| {
        let Command::KeepDraft(Draft::Reflection(typed)) = command else { return None };
        Some((typed.record, typed.reflection, typed.text.to_string(), typed.minutes))
    };
    sent.borrow().iter().filter_map(of).collect()
}

fn type_at_the_end(harness: &mut Harness<'static>, words: &str) {
    harness.get_by_role_and_label(Role::MultilineTextInput, FIELD).focus();
    harness.step();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::End);
    harness.step();
    harness.get_by_role_and_label(Role::MultilineTextInput, FIELD).type_text(words);
    harness.run_steps(2);
}

#[test]
fn what_is_typed_is_kept_at_a_pause_once_and_what_was_only_read_is_not() {
    let (mut harness, sent, _) = harness(reflections::on_record());
    wait(&mut harness, 5.0);
    assert!(kept(&sent).is_empty(), "nobody typed");
    type_at_the_end(&mut harness, " En bellen.");
    wait(&mut harness, 1.5);
    assert!(kept(&sent).is_empty(), "there was no pause yet");
    wait(&mut harness, 1.0);
    let all = kept(&sent);
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].0, all[0].1, all[0].3), (RecordId(1), Some(ReflectionId(1)), Some(25)));
    assert!(all[0].2.starts_with("De benauwdheid") && all[0].2.ends_with(" En bellen."), "{}", all[0].2);
    wait(&mut harness, 5.0);
    assert_eq!(kept(&sent).len(), 1);
}

#[test]
fn the_time_alone_is_kept_too_and_is_digits() {
    let (mut harness, sent, _) = harness(reflections::empty_on_record());
    let minutes = "Tijd besteed, in minuten (mag leeg blijven)";
    harness.get_by_role_and_label(Role::TextInput, minutes).focus();
    harness.step();
    harness.get_by_role_and_label(Role::TextInput, minutes).type_text("2o5 min");
    harness.run_steps(2);
    wait(&mut harness, 2.2);
    assert_eq!(kept(&sent), [(RecordId(1), None, String::new(), Some(25))]);
}

#[test]
fn what_was_typed_goes_before_the_command_that_leads_away_and_before_a_lock() {
    let (mut leaving, sent, _) = harness(reflections::on_record());
    type_at_the_end(&mut leaving, " Half");
    leaving.get_by_role_and_label(Role::Link, "Terugkoppelingen").click();
    leaving.run_steps(2);
    let order: Vec<bool> =
        sent.borrow().iter().map(|command| matches!(command, Command::KeepDraft(Draft::Reflection(_)))).collect();
    assert_eq!(order, [true, false]);
    assert!(kept(&sent)[0].2.ends_with(" Half"));
    let (mut locking, sent, _) = harness(reflections::on_record());
    type_at_the_end(&mut locking, " Half");
    locking.key_press_modifiers(Modifiers::COMMAND, Key::L);
    locking.run_steps(2);
    assert!(matches!(sent.borrow().last(), Some(Command::Lock)));
    assert!(kept(&sent)[0].2.ends_with(" Half"));
    assert!(!format!("{:?}", locking.root()).contains("benauwdheid"));
}

#[test]
fn a_frame_that_takes_the_record_away_loses_no_word_and_one_that_gives_it_back_fills_the_field() {
    let (mut harness, sent, frames) = harness(reflections::on_record());
    type_at_the_end(&mut harness, " Half");
    // The list, unasked: the field is gone from the picture.
    frames.borrow_mut().push_back(samples::feedback());
    harness.run_steps(2);
    assert!(kept(&sent)[0].2.ends_with(" Half"));
    let mut other = reflections::on_record();
    if let Screen::Feedback(screen) = &mut other.screen {
        let opened = screen.opened.as_mut().unwrap();
        (opened.record, opened.reflection.filled) = (RecordId(2), 2);
    }
    frames.borrow_mut().push_back(other);
    wait(&mut harness, 3.0);
    assert_eq!(kept(&sent).len(), 1, "what another field is filled with is not typed");
    let field = harness.get_by_role_and_label(Role::MultilineTextInput, FIELD).accesskit_node().value().unwrap();
    assert!(field.ends_with("zonder koorts."), "{field}");
}

#[test]
fn the_field_is_high_enough_to_begin_in_and_not_wider_than_72_characters() {
    let (harness, ..) = harness(reflections::empty_on_record());
    let field = harness.get_by_role_and_label(Role::MultilineTextInput, FIELD).rect();
    // Ten points of air around it stand in the box.
    assert!(field.height() + 20.0 >= 176.0, "{field}");
    assert!(field.width() + 20.0 <= 680.0, "{field}");
}

#[test]
fn what_the_scan_found_stands_before_the_confirmation() {
    let (mut harness, sent, _) = harness(reflections::confirming());
    let heard = format!("{:?}", harness.root());
    assert!(heard.contains("Naam: mw. Jansen") && heard.contains("Telefoonnummer: 06 12345678"), "{heard}");
    harness.get_by_label("Ik bevestig dat hier geen patiëntgegevens in staan").click();
    harness.run_steps(2);
    let confirm = Command::Reflection(ReflectionCommand::Confirm(ReflectionId(1)));
    assert!(
        matches!((sent.borrow().last(), confirm), (Some(Command::Reflection(one)), Command::Reflection(other)) if *one == other)
    );
}

#[test]
fn in_the_field_control_z_takes_back_what_was_typed_and_not_a_deletion() {
    let mut frame = reflections::on_record();
    if let Screen::Feedback(screen) = &mut frame.screen {
        let undo = Command::Reflection(ReflectionCommand::UndoDelete(ReflectionId(1)));
        screen.opened.as_mut().unwrap().reflection.undo =
            Some(viewmodel::Undo { ride: String::new(), seconds: 9, command: undo });
    }
    let (mut harness, sent, _) = harness(frame);
    type_at_the_end(&mut harness, "x");
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(2);
    let undone =
        |sent: &Sent| sent.borrow().iter().any(|c| matches!(c, Command::Reflection(ReflectionCommand::UndoDelete(_))));
    assert!(!undone(&sent));
    harness.get_by_label("Maak ongedaan").click();
    harness.run_steps(2);
    assert!(undone(&sent));
}

#[test]
fn only_what_is_confirmed_can_be_ticked_and_the_empty_list_says_what_to_do() {
    let (harness, ..) = harness(reflections::reflections());
    assert_eq!(harness.query_all_by_role(Role::CheckBox).count(), 2);
    let heard = format!("{:?}", harness.root());
    assert!(heard.contains("Verdwijnt op 17 september 2027. Kan pas in een pdf als je bevestigt"), "{heard}");
    let (mut empty, sent, _) = self::harness(reflections::reflections_empty());
    empty.get_by_label("Naar Terugkoppelingen").click();
    empty.run_steps(2);
    assert!(matches!(sent.borrow().last(), Some(Command::Open(viewmodel::ScreenName::Feedback))));
}

#[test]
fn the_whole_card_is_drawn_in_both_themes_and_at_double_text() {
    let samples: [Sample; 3] = [
        ("leeg", reflections::empty_on_record),
        ("bevestigen", reflections::confirming),
        ("bevestigd", reflections::confirmed),
    ];
    for (size, scale, suffix) in [(egui::vec2(1280.0, 1200.0), 1.0, ""), (egui::vec2(512.0, 2400.0), 1.0, "-smal")] {
        let mut studio = Studio::new(size, scale);
        for (name, frame) in &samples {
            for (theme, dark) in [(Theme::Light, ""), (Theme::Dark, "-donker")] {
                let (mut app, _) = app_with(frame());
                let image = studio.picture(theme, |ui| app.frame_ui(ui));
                keep(&format!("05d-reflectie-{name}-heel{suffix}{dark}"), &image);
                is_drawn(&image, theme, name);
            }
        }
    }
}
