//! The clerk's worklist through the window: what is closed, undone, let go, asked of a hospital and exported, by accessible name and by keys.

use viewmodel::{Command, IdentificationCommand, IdentificationTab, ItemId};

use crate::house::{House, Window, sample};

const CLERK: &str = "9001";
const MADE_SURE: &str = "Ik heb me ervan vergewist dat dit BSN bij deze persoon hoort";

fn at_work(samples: &[&str]) -> Window {
    let mut window = Window::on(House::with(samples));
    window.sign_in(CLERK);
    window
}

fn close(window: &mut Window) {
    window.click_button("Pak op");
    window.press(egui::Key::V);
    window.click("SBV-Z");
    window.press_control(egui::Key::Enter);
}

#[test]
fn a_closing_is_undone_by_the_keyboard_within_ten_seconds_and_not_after() {
    let mut window = at_work(&["20-volledig-2.4.xml"]);
    close(&mut window);
    assert!(window.hears("Niets te doen"), "{}", window.heard());
    window.press_control(egui::Key::Z);
    assert!(window.hears(MADE_SURE), "the item is the clerk's again: {}", window.heard());
    window.press(egui::Key::V);
    window.click("SBV-Z");
    window.press_control(egui::Key::Enter);
    assert!(window.hears("Maak ongedaan"));
    window.wait(11.0);
    assert!(!window.hears("Maak ongedaan"), "ten seconds are over");
    window.behind.borrow_mut().house.now += chrono::TimeDelta::seconds(11);
    window.send(Command::Identification(IdentificationCommand::Reopen(ItemId(1))));
    assert!(!window.hears(MADE_SURE), "also for who asks past the screen");
    let undone = window.events().into_iter().filter(|event| *event == "event-item-reopened").count();
    assert_eq!(undone, 1);
}

#[test]
fn an_item_that_is_let_go_can_be_taken_up_by_another_at_once() {
    let mut window = at_work(&["20-volledig-2.4.xml"]);
    window.click_button("Pak op");
    window.click_button("Toon");
    assert!(window.hears("999 900 006"));
    window.click("Later verder");
    assert!(window.hears("Pak op") && !window.hears("999 900 006"), "{}", window.heard());
    assert!(window.events().contains(&"event-item-let-go"));
}

#[test]
fn a_note_is_there_for_the_next_clerk_and_a_number_in_it_is_warned_of() {
    const NOTE: &str = "Notitie, zonder BSN of naam (mag leeg blijven)";
    // High enough for the whole of an item.
    let mut window = Window::of_size(House::with(&["20-volledig-2.4.xml"]), egui::vec2(1280.0, 1200.0));
    window.sign_in(CLERK);
    assert!(!window.hears(NOTE), "not before it is taken up");
    window.click_button("Pak op");
    window.click("Notitie…");
    window.fill_in(NOTE, "Gebeld, belt terug");
    window.click_button("Bewaar de notitie");
    assert!(window.heard().contains("De notitie is bewaard."), "{}", window.heard());
    window.click("Later verder");
    assert!(window.hears("Notitie: Gebeld, belt terug"), "{}", window.heard());
    window.click_button("Pak op");
    window.click("Notitie…");
    window.fill_in(NOTE, "BSN 999900006 gebeld");
    window.click_button("Bewaar de notitie");
    assert!(window.heard().contains("lijkt een BSN"), "{}", window.heard());
    let noted = window.events().into_iter().filter(|event| *event == "event-item-noted").count();
    assert_eq!(noted, 2);
}

#[test]
fn a_shown_bsn_stays_while_the_suite_beside_it_has_the_keyboard_and_goes_with_another_item() {
    let mut window = at_work(&["programma-02-bsn-leeg.xml", "20-volledig-2.4.xml"]);
    window.click_button("Pak op");
    window.click_button("Toon");
    let shown = |window: &Window| window.heard().contains("Scherm af");
    assert!(shown(&window));
    window.loses_the_keyboard();
    window.wait(10.0);
    assert!(shown(&window), "she types it over into the suite beside it");
    window.press(egui::Key::ArrowDown);
    assert!(!shown(&window), "another item masks it");
}

#[test]
fn two_different_numbers_stand_masked_beside_each_other_and_one_act_shows_both() {
    let full = String::from_utf8(sample("20-volledig-2.4.xml")).unwrap();
    let first = "<id root=\"2.16.840.1.113883.2.4.6.3\" extension=\"999900006\"/>";
    let both = full.replace(first, &format!("{first}{}", first.replace("999900006", "999900043")));
    let mut window = Window::on(House::receiving(&[both.into_bytes()], &|_| true));
    window.sign_in(CLERK);
    let masked = |window: &Window| window.heard().matches("BSN, afgeschermd").count();
    assert!(masked(&window) >= 2, "{}", window.heard());
    window.click_button("Pak op");
    window.click_button("Toon");
    assert!(window.hears("999 900 006") && window.hears("999 900 043"), "{}", window.heard());
}

#[test]
fn a_question_about_an_impossible_number_is_copied_without_it() {
    let mut window = at_work(&["53-bsn-letters.xml"]);
    window.click_button("Kopieer vraag aan de SEH");
    let question = window.copied.pop().unwrap();
    assert!(question.contains("12-2026-4531-1") && question.contains("elfproef"), "{question}");
    let received = String::from_utf8(sample("53-bsn-letters.xml")).unwrap();
    let number = received.split("2.16.840.1.113883.2.4.6.3\" extension=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(number.len() > 3 && !question.contains(number), "{question}");
}

#[test]
fn a_waiting_ride_says_by_hospital_that_it_was_rung_and_that_a_message_says_there_is_no_bsn() {
    let mut window = at_work(&["36-nullflavors.xml"]);
    window.send(Command::IdentificationTab(IdentificationTab::AwaitingHospital));
    assert!(window.heard().contains("Nog niet gebeld"), "{}", window.heard());
    window.press(egui::Key::G);
    assert!(window.heard().contains("Gebeld op"), "{}", window.heard());
    let heard = window.heard();
    let none = "12-2026-4526-1, Merwedekade Ziekenhuis";
    assert!(heard.lines().any(|line| line.contains(none) && line.contains("SEH heeft ook geen BSN")), "{heard}");
    window.click_button("SEH heeft ook geen BSN");
    assert!(window.heard().contains("De SEH heeft ook geen BSN, vastgelegd op"), "{}", window.heard());
    assert_eq!(window.events().iter().filter(|event| **event == "event-hospital-asked").count(), 2);
}

#[test]
fn closed_rides_are_exported_for_the_bill_without_a_bsn_and_a_file_that_is_there_is_left() {
    let mut window = at_work(&["20-volledig-2.4.xml"]);
    close(&mut window);
    window.send(Command::IdentificationTab(IdentificationTab::Closed));
    assert!(window.hears("Export declaratie…"));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("declaratie.csv");
    let export = Command::Identification(IdentificationCommand::ExportClosed(path.clone()));
    window.send(export.clone());
    let table = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 2, "{table}");
    assert!(lines[1].starts_with("12-2026-4510-1;") && lines[1].ends_with(";closed;2026-09-20"), "{table}");
    assert!(!table.contains("9999"), "{table}");
    std::fs::write(&path, "van iemand anders").unwrap();
    window.send(export);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "van iemand anders");
    assert_eq!(window.events().iter().filter(|event| **event == "event-closed-exported").count(), 1);
}

#[test]
fn a_ride_file_that_carries_the_bsn_closes_the_item_and_the_clerk_reads_that_it_did() {
    let mut window = at_work(&["20-volledig-2.4.xml"]);
    let rides = std::fs::read_to_string(crate::support::fixtures().join("rides.csv")).unwrap();
    let line = rides.lines().find(|line| line.starts_with("12-2026-4510-1;")).unwrap();
    let filled = line.replace(";;ja;", ";999900006;ja;");
    assert_ne!(line, filled);
    window.behind.borrow_mut().house.import_rides(&rides.replace(line, &filled));
    window.send(Command::IdentificationTab(IdentificationTab::Open));
    assert!(window.hears("Niets te doen"), "{}", window.heard());
    window.send(Command::IdentificationTab(IdentificationTab::Closed));
    assert!(window.heard().contains("bevestigd door het ritbestand"), "{}", window.heard());
    assert!(window.heard().contains("Het BSN van deze rit is vernietigd"), "{}", window.heard());
}
