//! Messages that no profile recognised: what is shown, asked and copied.

use egui_kittest::{Harness, kittest::Queryable};
use viewmodel::{Command, Frame, ProfilesCommand, Screen};

use crate::{
    desk::{Sent, app_with},
    sample_profiles::{STRUCTURE, profiles},
    sample_tables::reception,
};

fn harness(frame: Frame) -> (Harness<'static>, Sent) {
    let (mut app, sent) = app_with(frame);
    let size = egui::vec2(1280.0, 2400.0);
    let builder = Harness::builder().with_size(size).with_context_setup(ui::theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(4);
    (harness, sent)
}

fn heard(harness: &Harness<'static>) -> String {
    format!("{:?}", harness.root())
}

fn copied(harness: &Harness<'static>) -> Vec<String> {
    let commands = &harness.output().platform_output.commands;
    let text = |command: &egui::OutputCommand| {
        if let egui::OutputCommand::CopyText(text) = command { Some(text.clone()) } else { None }
    };
    commands.iter().filter_map(text).collect()
}

fn press(harness: &mut Harness<'static>, words: &str) {
    harness.get_by_label(words).click();
    // The press, and the picture in which it is let go.
    for _ in 0..3 {
        if copied(harness).is_empty() {
            harness.step();
        }
    }
}

#[test]
fn a_structure_is_shown_once_it_is_asked_for_and_copied_as_it_stands() {
    let (mut harness, sent) = harness(profiles());
    assert!(heard(&harness).contains("‹28 characters›"), "{}", heard(&harness));
    harness.get_by_label("Toon opbouw").click();
    harness.run_steps(2);
    let asked = |command: &Command| matches!(command, Command::Profiles(ProfilesCommand::Structure(Some(6))));
    assert!(sent.borrow().iter().any(asked));
    press(&mut harness, "Kopieer voor de helpdesk");
    assert_eq!(copied(&harness), [STRUCTURE]);
}

#[test]
fn where_nothing_is_unrecognised_the_next_step_stands() {
    let mut frame = profiles();
    let Screen::Profiles(screen) = &mut frame.screen else { panic!("Berichtprofielen") };
    screen.unrecognised.clear();
    let (harness, _) = harness(frame);
    assert!(heard(&harness).contains("Vraag een nieuwe leverancier om testberichten"), "{}", heard(&harness));
    assert!(!heard(&harness).contains("Toon opbouw"));
}

#[test]
fn the_ids_to_ask_for_are_copied_all_of_them_and_the_alarm_names_the_hospital_and_the_count() {
    let (mut harness, _) = harness(reception());
    let spoken = heard(&harness);
    assert!(spoken.contains("Oost: 4 berichten geweigerd omdat geen berichtprofiel ze herkent."), "{spoken}");
    assert!(spoken.contains("Zonder bruikbaar kenmerk: 2") && spoken.contains("en nog 1"), "{spoken}");
    press(&mut harness, "Kopieer kenmerken (4)");
    let copied = copied(&harness).join("|");
    assert_eq!(copied.lines().count(), 4, "{copied}");
    assert!(copied.ends_with(" 39bbbf22-6a9c-5bbb-985c-fd1d778aafa4"), "{copied}");
}

#[test]
fn where_nothing_is_to_be_asked_reception_says_nothing_of_it() {
    let mut frame = reception();
    let Screen::Reception(screen) = &mut frame.screen else { panic!("Ontvangst") };
    screen.ask_again.clear();
    assert!(!heard(&harness(frame).0).contains("Opnieuw vragen"));
}
