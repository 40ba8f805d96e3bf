//! The keyboard is never nowhere: what had it vanished, went out of use, or was in a popup that closed.

use egui::{Key, Role};
use viewmodel::{Frame, Renewing, Screen};

use crate::{pictures, sample_tables, samples, spoken::Thing, walk::Walk};

fn here(walk: &Walk) -> Thing {
    walk.here().expect("the keyboard is somewhere")
}

fn is_at(walk: &Walk, words: &str) {
    let thing = here(walk);
    assert!(thing.line().contains(words), "at {} and not at {words}", thing.line());
}

#[test]
fn wherever_a_key_is_pressed_the_keyboard_is_somewhere_after_it() {
    // These leave the screen, or open a window of the system's.
    let left_out = ["Vergrendel", "Uitloggen", "Bladeren", "Kies de map"];
    let mut wrong = Vec::new();
    for (name, frame) in pictures::all() {
        let mut walk = Walk::on(frame());
        for _ in 0..60 {
            walk = walk.press(Key::Tab).unbounded();
            let Some(at) = walk.here() else {
                wrong.push(format!("{name}: nowhere after Tab"));
                break;
            };
            if left_out.iter().any(|words| at.name.starts_with(words)) {
                continue;
            }
            walk = walk.space();
            if walk.here().is_none() {
                wrong.push(format!("{name}: nowhere after Space at {}", at.line().trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn who_opens_a_record_is_in_it_and_who_comes_back_is_at_the_list() {
    let walk = Walk::on(samples::feedback()).to("Open terugkoppeling").enter().shown(samples::record());
    is_at(&walk, "link: Terugkoppelingen");
    let walk = walk.enter().shown(samples::feedback());
    assert_eq!(here(&walk).role, Role::ListBox);
}

#[test]
fn what_asks_once_has_the_keyboard_at_its_answer() {
    let walk = Walk::on(samples::feedback()).to("Niet mijn rit").enter();
    is_at(&walk, "Geef deze rit terug");
    let walk = walk.to("Toch wel mijn rit").enter();
    let thing = here(&walk);
    assert!(thing.role != Role::Tab, "not back at the rail: {}", thing.line());
}

#[test]
fn from_a_popup_the_keyboard_goes_back_to_what_opened_it() {
    let opened = || Walk::on(samples::identifications(false)).to("Doel: Rit aanvullen").enter();
    let walk = opened().to("Navragen bij de SEH").space();
    is_at(&walk, "Doel: Navragen bij de SEH");
    let walk = opened().press(Key::Tab).press(Key::Escape);
    is_at(&walk, "Doel: Rit aanvullen");
}

fn without_items() -> Frame {
    let mut frame = samples::identifications(false);
    let Screen::Identifications(screen) = &mut frame.screen else { panic!("Patiëntidentificatie") };
    screen.rows.clear();
    screen.detail = None;
    screen.undo = None;
    frame
}

#[test]
fn where_the_last_row_vanishes_the_keyboard_stays_on_the_page() {
    let walk = Walk::on(samples::identifications(true)).press(Key::V).to("keuzerondje: SBV-Z").space();
    let walk = walk.control(Key::Enter).shown(without_items());
    let thing = here(&walk);
    assert!(thing.role != Role::Tab, "not at the rail: {}", thing.line());
}

#[test]
fn escape_leaves_the_keyboard_where_it_is() {
    let walk = Walk::on(sample_tables::settings()).to("na 10 minuten").press(Key::Escape);
    is_at(&walk, "na 10 minuten");
    let walk = walk.press(Key::Tab);
    is_at(&walk, "na 15 minuten");
}

#[test]
fn a_button_that_is_out_of_use_for_a_while_gets_the_keyboard_back() {
    let with = |working: bool| {
        let mut frame = samples::my_account(Renewing::Nothing);
        let Screen::MyAccount(screen) = &mut frame.screen else { panic!("Mijn account") };
        screen.working = working;
        frame
    };
    let walk = Walk::on(with(false)).to("Koppel een andere telefoon");
    let walk = walk.shown(with(true)).shown(with(false));
    is_at(&walk, "Koppel een andere telefoon");
}

/// With Control, Enter is the screen's; a button that has the keyboard is not pressed by it.
#[test]
fn control_and_enter_press_no_button_that_has_the_keyboard() {
    let walk = Walk::on(samples::identifications(false)).to("Klopt het niet?").control(Key::Enter);
    assert!(walk.asked().is_empty());
}
