//! The title of the window, which task bars, screen sharing and other programs see: the program's name, whatever is on screen.
//!
//! **Invariant:** the search is shown to find: a screen that says something in the title is caught by it.

use egui::ViewportCommand;
use egui_kittest::Harness;
use viewmodel::{Command, EntryCommand, EntryWay, Language, RevealPurpose, Screen, Texts};

use crate::house::{House, Window, titles};

const NAME: &str = "Terugblik";
const ROLES: [&str; 5] = ["9001", "9002", "9003", "9004", "1003"];

#[test]
fn the_window_is_made_with_the_programs_name_as_its_title_in_every_language() {
    for language in [Language::Dutch, Language::English] {
        let viewport = ui::window::viewport(&Texts::load(language).unwrap());
        assert_eq!(viewport.title.as_deref(), Some(NAME), "{language:?}");
    }
}

#[test]
fn no_screen_of_any_role_says_anything_in_the_windows_title() {
    let mut window = Window::on(House::with(&["20-volledig-2.4.xml", "programma-06-toelichting.xml"]));
    let mut screens = 0;
    for staff in ROLES {
        window.sign_in(staff);
        let frame = window.behind.borrow_mut().house.act(Command::Refresh);
        let rail = frame.rail.expect("inside");
        for item in rail.items.iter().chain([&rail.mine]) {
            window.send(item.open.clone());
            screens += 1;
            // What a screen has of persons is brought before its reader.
            let frame = window.behind.borrow_mut().house.act(Command::Refresh);
            if let Screen::Feedback(screen) = &frame.screen {
                window.send(Command::OpenRecord(screen.rows[0].record));
            }
            if let Screen::Identifications(screen) = &frame.screen {
                window.send(screen.rows[0].select.clone());
                window.send(Command::Claim(screen.rows[0].item));
                window.send(Command::RevealBsn(screen.rows[0].item, RevealPurpose::CompleteRide));
            }
        }
        window.press(egui::Key::F1);
        window.press(egui::Key::F1);
        window.press_control(egui::Key::L);
    }
    window.send(Command::SignOut);
    for way in [EntryWay::FirstTime, EntryWay::Forgotten] {
        window.send(Command::Entry(EntryCommand::Start(way)));
    }
    assert!(screens >= 15, "every screen of every role: {screens}");
    let shown = window.behind.borrow().shown.replace(' ', "");
    assert!(shown.contains("9999"), "a BSN was on a screen: {shown}");
    let others: Vec<&String> = window.titles.iter().filter(|title| *title != NAME).collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn a_screen_that_said_a_person_in_the_title_would_be_found() {
    let said = "Terugblik: 9999 00 018";
    let builder = || Harness::builder().with_context_setup(ui::theme::install);
    let mut harness = builder().build_ui(|ui| {
        ui.ctx().send_viewport_cmd(ViewportCommand::Title(said.into()));
    });
    harness.step();
    assert_eq!(titles(harness.output()).collect::<Vec<_>>(), [said]);
    let viewport = egui::ViewportBuilder::default().with_title(said);
    let mut harness = builder().build_ui(move |ui| {
        ui.ctx().set_embed_viewports(false);
        let second = egui::ViewportId::from_hash_of("second");
        ui.ctx().show_viewport_deferred(second, viewport.clone(), |_, _| {});
    });
    harness.step();
    assert!(titles(harness.output()).any(|title| title == said), "a second window's too");
}
