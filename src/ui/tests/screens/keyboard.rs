//! What a person does with keys and by name, through kittest's accessibility tree.

use egui::{Key, Modifiers};
use egui_kittest::{Harness, kittest::Queryable};
use ui::theme;
use viewmodel::{AscertainedBy, Command, Frame, RevealPurpose};

use crate::{
    desk::{Sent, app_with},
    sample_tables, samples,
};

fn harness(frame: Frame) -> (Harness<'static>, Sent) {
    let (mut app, sent) = app_with(frame);
    let builder = Harness::builder().with_size([1280.0, 800.0]).with_context_setup(theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(3);
    (harness, sent)
}

fn press(harness: &mut Harness<'static>, key: Key) {
    harness.key_press(key);
    harness.run_steps(2);
}

#[test]
fn the_letter_t_asks_for_the_bsn_with_its_purpose() {
    let (mut harness, sent) = harness(samples::identifications(false));
    press(&mut harness, Key::T);
    let asked = sent.borrow_mut().pop();
    assert!(matches!(asked, Some(Command::RevealBsn(_, RevealPurpose::CompleteRide))));
}

#[test]
fn masked_digits_are_not_in_the_accessibility_tree() {
    let (hidden, _) = harness(samples::identifications(false));
    assert!(hidden.query_by_label("BSN, afgeschermd").is_some());
    let tree = format!("{:?}", hidden.root());
    assert!(!tree.contains("999 900 006") && !tree.contains("999900006"));
    let (shown, _) = harness(samples::identifications(true));
    assert!(shown.query_by_label("999 900 006").is_some());
}

#[test]
fn closing_takes_the_tick_and_the_means() {
    let (mut harness, sent) = harness(samples::identifications(true));
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(2);
    assert!(sent.borrow().is_empty());
    press(&mut harness, Key::V);
    harness.get_by_label("Nagevraagd bij de SEH").click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    harness.run_steps(2);
    let asked = sent.borrow_mut().pop();
    assert!(matches!(asked, Some(Command::CloseItem { by: AscertainedBy::AskedHospital, .. })));
}

#[test]
fn arrows_choose_and_enter_opens() {
    let (mut harness, sent) = harness(samples::feedback());
    press(&mut harness, Key::ArrowDown);
    assert!(matches!(sent.borrow_mut().pop(), Some(Command::SelectRecord(id)) if id.0 == 2));
    press(&mut harness, Key::Enter);
    assert!(matches!(sent.borrow_mut().pop(), Some(Command::OpenRecord(id)) if id.0 == 1));
}

#[test]
fn the_list_tells_no_outcome() {
    let (harness, _) = harness(samples::feedback());
    let tree = format!("{:?}", harness.root());
    assert!(!tree.contains("kkoord") && !tree.contains("Longembolie"));
    assert!(
        harness
            .query_by_label("Ongelezen, Pijn op de borst, Ziekenhuis Oost, 17 september 2026, met toelichting")
            .is_some()
    );
}

#[test]
fn control_l_locks_from_every_screen() {
    for frame in [samples::feedback(), samples::identifications(false), sample_tables::audit_log()] {
        let (mut harness, sent) = harness(frame);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
        harness.run_steps(2);
        assert!(sent.borrow().iter().any(|command| matches!(command, Command::Lock)));
    }
}

#[test]
fn a_passphrase_goes_into_the_command_and_out_of_the_window() {
    let (mut harness, sent) = harness(samples::sign_in(false));
    harness.get_by_role_and_label(egui::Role::PasswordInput, "Wachtwoordzin").type_text("drie blauwe fietsen");
    harness.run_steps(2);
    press(&mut harness, Key::Enter);
    let asked = sent.borrow_mut().pop();
    let Some(Command::SignIn { account, passphrase }) = asked else { panic!("not asked to sign in") };
    assert_eq!((account.as_str(), passphrase.as_str()), ("s.bakker", "drie blauwe fietsen"));
    let tree = format!("{:?}", harness.root());
    assert!(!tree.contains("drie blauwe"));
}

#[test]
fn an_idle_screen_asks_for_no_further_picture() {
    for frame in [samples::feedback(), samples::record(), sample_tables::reception(), samples::locked()] {
        let (mut harness, _) = harness(frame);
        harness.step();
        let delay = harness.output().viewport_output.values().map(|v| v.repaint_delay).min().unwrap();
        assert!(delay >= std::time::Duration::from_secs(1), "{delay:?}");
    }
}

#[test]
fn the_record_says_its_outcome_first() {
    let (harness, _) = harness(samples::record());
    assert!(harness.query_by_label("De SEH stelde een andere diagnose dan je werkdiagnose.").is_some());
    assert!(harness.query_by_label("Ontslagdiagnose van de SEH: Longembolie").is_some());
}
