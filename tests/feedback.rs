//! *Terugkoppelingen* and *Meldingen* through the window: what is not one's own ride, when an outcome opens, what does not belong in a
//! text; by accessible name, for who does it, for others, and for who may not.

use viewmodel::{Command, FeedbackCommand, OversightCommand, RecordId, Screen, ScreenName};

use crate::house::{House, Window};

const NURSE: &str = "1003";
const OTHER: &str = "1001";
const OFFICER: &str = "9004";
const ADMINISTRATOR: &str = "9003";
const RIDE: &str = "12-2026-4510-1";
const SENTENCE: &str = "Glucose was bepaald en normaal; dat scheelde tijd op de SEH.";

fn reading(samples: &[&str]) -> Window {
    // High enough for the whole of a record: what is clicked must be in sight.
    let mut window = Window::of_size(House::with(samples), egui::vec2(1280.0, 2400.0));
    window.sign_in(NURSE);
    window
}

fn later(window: &mut Window, seconds: i64) {
    window.behind.borrow_mut().house.now += chrono::TimeDelta::seconds(seconds);
}

fn meldingen(window: &mut Window, staff: &str) {
    window.sign_in(staff);
    window.send(Command::Open(ScreenName::Oversight));
}

#[test]
fn not_my_ride_is_asked_once_undone_by_the_keyboard_and_final_after_ten_seconds() {
    let mut window = reading(&["20-volledig-2.4.xml"]);
    window.click("Niet mijn rit");
    assert!(window.hears("Geef deze rit terug"), "{}", window.heard());
    window.click_button("Toch wel mijn rit");
    assert!(window.hears("Open terugkoppeling"));
    window.press(egui::Key::N);
    window.click_button("Geef deze rit terug");
    assert!(!window.hears("Open terugkoppeling") && window.hears("Maak ongedaan"), "{}", window.heard());
    window.press_control(egui::Key::Z);
    assert!(window.hears("Open terugkoppeling"), "{}", window.heard());
    window.press(egui::Key::N);
    window.click_button("Geef deze rit terug");
    later(&mut window, 11);
    window.send(Command::Refresh);
    assert!(!window.hears("Maak ongedaan"));
    window.send(Command::Feedback(FeedbackCommand::UndoDisowning(RecordId(1))));
    assert!(!window.hears("Open terugkoppeling"), "also for who asks past the screen");
    window.send(Command::OpenRecord(RecordId(1)));
    assert!(!window.heard().contains(SENTENCE));
    meldingen(&mut window, OFFICER);
    assert!(window.heard().contains(&format!("Rit {RIDE}")), "{}", window.heard());
    let seen = window.events();
    let count = |event| seen.iter().filter(|one| **one == event).count();
    assert_eq!(
        (count("event-ride-disowned"), count("event-disowning-undone"), count("event-keys-handed-back")),
        (2, 1, 1)
    );
}

#[test]
fn an_outcome_opens_when_its_reader_chose_so_and_the_choice_is_his_at_the_next_sign_in() {
    let mut window = reading(&["20-volledig-2.4.xml"]);
    window.send(Command::SelectRecord(RecordId(1)));
    assert!(!window.heard().contains(SENTENCE), "asked first, to begin with");
    window.click("Bij openen: altijd eerst vragen");
    window.click("Alleen vragen als er meer is dan akkoord");
    window.send(Command::SelectRecord(RecordId(1)));
    assert!(!window.heard().contains(SENTENCE), "there is more than agreement");
    assert!(!window.events().contains(&"event-diagnosis-opened"));
    window.sign_in(NURSE);
    window.click("Bij openen: vragen bij meer dan akkoord");
    window.click("Niet vragen");
    window.sign_in(NURSE);
    window.send(Command::SelectRecord(RecordId(1)));
    assert!(window.heard().contains(SENTENCE), "{}", window.heard());
    assert!(window.events().contains(&"event-diagnosis-opened"));
}

#[test]
fn agreement_without_remarks_is_read_in_one_go_with_an_entry_each_and_the_rest_is_not() {
    let samples =
        ["20-volledig-2.4.xml", "22-akkoord-2.5.xml", "programma-04-akkoord.xml", "programma-05-niet-akkoord.xml"];
    for staff in ["1003", "1004", "1001", "1002"] {
        let mut window = Window::on(House::with(&samples));
        window.sign_in(staff);
        let unread = |window: &Window| {
            let Screen::Feedback(screen) = window.behind.borrow_mut().house.act(Command::CloseRecord).screen else {
                panic!("Terugkoppelingen")
            };
            screen.rows.iter().filter(|row| row.unread).map(|row| row.ride.clone()).collect::<Vec<_>>()
        };
        let before = unread(&window);
        if before.is_empty() {
            continue;
        }
        window.click("Bij openen: altijd eerst vragen");
        window.click_button("Markeer alle akkoord zonder toelichting als gelezen");
        let plain: Vec<_> =
            before.iter().filter(|ride| ["12-2026-4511-1", "12-2026-4504-1"].contains(&ride.as_str())).collect();
        let after = unread(&window);
        assert_eq!(after.len(), before.len() - plain.len(), "{staff}: {before:?} {after:?}");
        let opened = window.events().into_iter().filter(|event| *event == "event-diagnosis-opened").count();
        assert_eq!(opened, plain.len(), "{staff}");
    }
}

#[test]
fn what_does_not_belong_there_is_left_out_and_the_officer_decides_without_seeing_it() {
    let mut window = reading(&["20-volledig-2.4.xml"]);
    window.click("Open terugkoppeling");
    assert!(window.heard().contains(SENTENCE));
    window.click("Deze tekst hoort hier niet…");
    window.click_nth("Over het medisch handelen", 1);
    window.click_nth(SENTENCE, 1);
    window.click("Gaat over een persoon, niet over de zorg");
    window.click_button("Laat deze zinnen weg");
    assert!(!window.heard().contains(SENTENCE) && window.hears("[…]"), "{}", window.heard());
    meldingen(&mut window, OFFICER);
    assert!(window.hears("Gaat over een persoon, niet over de zorg"), "{}", window.heard());
    assert!(!window.heard().contains("Glucose"), "never the text");
    window.click_button("Zet terug");
    assert!(!window.hears("Zet terug"));
    window.sign_in(NURSE);
    window.click("Open terugkoppeling");
    assert!(window.heard().contains(SENTENCE), "joined again in a session of the crew: {}", window.heard());
}

/// The nurse has said of the whole remark on medical acting that a person can be recognised by it.
fn reported() -> Window {
    let mut window = reading(&["20-volledig-2.4.xml"]);
    window.click("Open terugkoppeling");
    window.click("Deze tekst hoort hier niet…");
    window.click_nth("Over het medisch handelen", 1);
    window.click("Herleidbaar tot een persoon");
    window.click_button("Laat deze zinnen weg");
    window
}

#[test]
fn destroying_asks_once_more_and_the_count_per_reason_stays() {
    let mut window = reported();
    meldingen(&mut window, OFFICER);
    assert!(window.hears("Herleidbaar tot een persoon · 1"), "{}", window.heard());
    window.click_button("Vernietig…");
    assert!(!window.hears("Vernietigd.") && !window.hears("Zet terug"), "{}", window.heard());
    window.click_button("Niet vernietigen");
    assert!(window.hears("Zet terug"));
    window.click_button("Vernietig…");
    window.click_button("Vernietig de passage");
    assert!(window.hears("Vernietigd.") && window.hears("Herleidbaar tot een persoon · 1"), "{}", window.heard());
    assert!(window.events().contains(&"event-passage-decided"));
}

#[test]
fn a_report_is_taken_back_by_its_reporter() {
    let mut window = reported();
    assert!(!window.heard().contains(SENTENCE), "without a choice the whole text");
    window.click("Trek in");
    assert!(window.heard().contains(SENTENCE), "{}", window.heard());
    let seen = window.events();
    assert!(seen.contains(&"event-passage-reported") && seen.contains(&"event-passage-undone"));
}

#[test]
fn nobody_but_the_officer_decides_and_nobody_but_the_crew_reports() {
    let mut window = reading(&["20-volledig-2.4.xml"]);
    let report = FeedbackCommand::Report {
        record: RecordId(1),
        text: viewmodel::FreeText::RemarksMedical,
        from: 0,
        until: 5,
        reason: viewmodel::MisplacedReason::Identifying,
    };
    for staff in [OTHER, ADMINISTRATOR, OFFICER] {
        window.sign_in(staff);
        window.send(Command::Feedback(report));
        window.send(Command::Feedback(FeedbackCommand::Disown(RecordId(1))));
    }
    assert!(
        !window.events().iter().any(|event| event.starts_with("event-passage") || event.starts_with("event-ride-dis"))
    );
    window.sign_in(NURSE);
    window.send(Command::Feedback(report));
    for staff in [NURSE, OTHER, ADMINISTRATOR] {
        meldingen(&mut window, staff);
        assert!(!window.hears("Zet terug") && !window.hears("Meldingen"), "{staff}: {}", window.heard());
        window.send(Command::Oversight(OversightCommand::Destroy(1)));
    }
    assert!(!window.events().contains(&"event-passage-decided"));
}
