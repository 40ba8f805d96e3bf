//! What a person does with keys and by name, through kittest's accessibility tree.

use egui::{Key, Modifiers};
use egui_kittest::{Harness, kittest::Queryable};
use ui::theme;
use viewmodel::{AscertainedBy, Command, Frame, FreeText, RecordId, RevealPurpose};

use crate::{
    connections::copied,
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
fn one_click_asks_to_show_what_is_masked_in_a_text() {
    let (harness, _) = harness(samples::record());
    assert!(harness.query_by_label("Toon wat is afgeschermd").is_none(), "nothing is masked");
    let (mut harness, sent) = self::harness(samples::record_masked());
    let told = "Afgeschermd: 1× telefoonnummer, 2× naam. De tekst hoort niemand aan te wijzen.";
    assert!(harness.query_by_label(told).is_some());
    harness.get_by_label("Toon wat is afgeschermd").click();
    harness.run_steps(2);
    let asked = sent.borrow_mut().pop();
    assert!(matches!(asked, Some(Command::UnmaskText(RecordId(1), FreeText::RemarksMedical))));
}

#[test]
fn a_hospital_that_is_chosen_tells_what_it_sends_too_much_and_the_text_for_it_is_copied() {
    let mut frame = sample_tables::reception();
    let viewmodel::Screen::Reception(screen) = &mut frame.screen else { panic!("Ontvangst") };
    // Without its banners, so that the card stands in the window.
    screen.alarms.clear();
    screen.silent.clear();
    let (mut harness, _) = harness(frame);
    assert!(harness.query_by_label("Wat Oost te veel stuurt").is_none());
    harness.get_all_by_role(egui::Role::Row).find(|node| format!("{node:?}").contains("Oost")).unwrap().click();
    harness.run_steps(3);
    for told in ["Wat Oost te veel stuurt", "In vrije tekst (omschrijving en toelichting): 1× telefoonnummer, 4× naam"]
    {
        assert!(harness.query_by_label(told).is_some(), "{told}");
    }
    harness.get_by_label("Kopieer tekst voor het ziekenhuis").click();
    let copied = copied(&mut harness);
    assert!(copied.contains("• naam: recordTarget/patientRole/patient/name (31×)"), "{copied}");
    assert!(copied.contains("• overig: andere plaatsen (2×)") && copied.contains("4× naam"), "{copied}");
    assert!(harness.query_by_label("Gekopieerd. Er staan geen waarden in.").is_some());
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
            .query_by_label(
                "Ongelezen, Pijn op de borst, Ziekenhuis Oost, 17 september 2026, rit 12-2026-4541-1, met toelichting"
            )
            .is_some()
    );
}

#[test]
fn a_passphrase_goes_into_the_command_and_out_of_the_window() {
    let (mut harness, sent) = harness(samples::sign_in());
    harness.get_by_role_and_label(egui::Role::PasswordInput, "Wachtwoordzin").type_text("drie blauwe fietsen");
    harness.run_steps(2);
    press(&mut harness, Key::Enter);
    assert!(sent.borrow().is_empty(), "there is no code yet");
    harness.get_by_role_and_label(egui::Role::TextInput, "Code").focus();
    // Pasted as apps copy it.
    harness.get_by_role_and_label(egui::Role::TextInput, "Code").type_text("407 123");
    harness.run_steps(3);
    assert!(sent.borrow().is_empty(), "the sixth digit does not submit");
    press(&mut harness, Key::Enter);
    let asked = sent.borrow_mut().pop();
    let Some(Command::SignIn { account, passphrase, code }) = asked else { panic!("not asked to sign in") };
    assert_eq!((account.as_str(), passphrase.as_str(), code.as_str()), ("s.bakker", "drie blauwe fietsen", "407123"));
    let tree = format!("{:?}", harness.root());
    assert!(!tree.contains("drie blauwe") && !tree.contains("407123"));
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

#[test]
fn a_page_scrolls_by_keys() {
    let (mut harness, _) = harness(crate::sample_quality::quality());
    let top = |harness: &Harness<'static>| {
        harness.get_by_role_and_label(egui::Role::Heading, "Akkoord per ziekenhuis").rect().top()
    };
    let before = top(&harness);
    press(&mut harness, Key::PageDown);
    let down = top(&harness);
    assert!(down < before - 200.0, "{before} {down}");
    press(&mut harness, Key::End);
    assert!(top(&harness) <= down);
    press(&mut harness, Key::Home);
    assert!((top(&harness) - before).abs() < 1.0);
}

#[test]
fn a_control_that_gets_the_focus_by_a_key_scrolls_into_view() {
    let (mut harness, _) = harness(crate::sample_quality::quality());
    for _ in 0..24 {
        press(&mut harness, Key::Tab);
        if let Some(focused) = harness.query_all(egui_kittest::kittest::By::new()).find(|node| node.is_focused()) {
            let rect = focused.rect();
            assert!(rect.top() < 800.0 && rect.bottom() > 0.0, "{rect:?}");
        }
    }
}

#[test]
fn the_list_of_messages_is_a_stop_of_the_keyboard_and_an_arrow_chooses_one() {
    let (mut harness, _) = harness(sample_tables::reception());
    harness.get_by_role_and_label(egui::Role::Table, "Berichten").focus();
    harness.run_steps(2);
    assert!(harness.get_by_role_and_label(egui::Role::Table, "Berichten").is_focused());
    press(&mut harness, Key::ArrowDown);
    harness.run_steps(4);
    assert!(format!("{:?}", harness.root()).contains("Oost, 21-09-2026 09:31:04"), "its findings stand under the list");
}

#[test]
fn in_a_narrow_window_the_list_leads_to_the_detail_and_back() {
    for (frame, row, inside) in [
        (samples::feedback as fn() -> Frame, "Ongelezen, Pijn op de borst", "Open terugkoppeling"),
        (|| samples::identifications(false), "Zonder BSN vooraangekondigd, 12-2026-4510-1", "BSN, afgeschermd"),
        (samples::awaited, "12-2026-4411-1", "SEH, Ziekenhuis Oost"),
    ] {
        let (mut app, _) = app_with(frame());
        let builder = Harness::builder().with_size([720.0, 600.0]).with_context_setup(theme::install);
        let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
        harness.run_steps(3);
        assert!(harness.query_by_label(inside).is_none(), "the list stands alone: {inside}");
        harness
            .get_all_by_role(egui::Role::ListBoxOption)
            .find(|node| format!("{node:?}").contains(row))
            .unwrap()
            .click();
        harness.run_steps(3);
        assert!(harness.query_by_label(inside).is_some(), "{inside}");
        press(&mut harness, Key::Escape);
        harness.run_steps(2);
        assert!(harness.query_by_label(inside).is_none(), "and back: {inside}");
    }
}

#[test]
fn no_control_lies_outside_the_window_at_any_text_size() {
    use egui::Role;
    let controls = [Role::Button, Role::Link, Role::RadioButton, Role::CheckBox, Role::TextInput, Role::Tab];
    for percent in [80.0, 100.0, 150.0, 200.0_f32] {
        let size = egui::vec2(1280.0, 800.0) * 100.0 / percent;
        for (name, frame) in crate::pictures::all() {
            let (mut app, _) = app_with(frame());
            let builder = Harness::builder().with_size(size).with_context_setup(theme::install);
            let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
            harness.run_steps(3);
            for role in controls {
                for node in harness.query_all_by_role(role) {
                    let rect = node.rect();
                    let fits = rect.left() >= -1.0 && rect.right() <= size.x + 1.0;
                    assert!(fits, "{name} at {percent}%: {role:?} {rect:?} of {size:?}: {node:?}");
                }
            }
        }
    }
}
