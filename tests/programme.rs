//! The cases of the programme's presentation, the whole way: received, then each role at the window by accessible name, who sees his
//! part and who must not.

use viewmodel::{Command, IdentificationTab};

use crate::house::{House, Window};

const CLERK: &str = "9001";
/// Whoever has no part of a record: medical manager, functional administrator, privacy officer, and the crews of other rides.
const OTHERS: [&str; 3] = ["9002", "9003", "9004"];
const NURSES: [&str; 4] = ["1001", "1002", "1003", "1004"];

/// High enough for the whole of a record: what is clicked must be in sight.
fn window(sample: &str) -> Window {
    Window::of_size(House::with(&[sample]), egui::vec2(1280.0, 2400.0))
}

/// None of these is heard by who has no part of it, on the screen after sign-in and on every screen of his rail.
fn nobody_else_hears(window: &mut Window, nurse: Option<&str>, clerk: bool, secrets: &[&str]) {
    let staff = OTHERS.iter().chain(&NURSES).filter(|staff| Some(**staff) != nurse);
    for staff in staff.chain((!clerk).then_some(&CLERK)) {
        window.sign_in(staff);
        let mut heard = window.heard();
        let rail = window.behind.borrow_mut().house.act(Command::Refresh).rail.unwrap();
        for item in rail.items {
            window.send(item.open);
            heard += &window.heard();
        }
        for secret in secrets {
            assert!(!heard.contains(secret), "{staff} hears {secret}");
        }
    }
}

fn no_work_for_the_clerk(window: &mut Window) {
    window.sign_in(CLERK);
    assert!(window.hears("Niets te doen"), "{}", window.heard());
    window.send(Command::IdentificationTab(IdentificationTab::Closed));
    assert!(!window.heard().contains("12-2026-450"), "{}", window.heard());
}

/// The clerk gets a BSN that fails the elfproef, and the crew has nothing to read.
fn a_wrong_bsn(sample: &str, ride: &str, had: &str) {
    let mut window = window(sample);
    window.sign_in(CLERK);
    assert!(window.heard().contains(ride) && window.heard().contains(had), "{}", window.heard());
    assert!(!window.heard().contains("896 857 886") && !window.heard().contains("896857886"), "masked until shown");
    window.click_button("Pak op");
    window.click_button("Toon");
    assert!(window.hears("896 857 886"), "{}", window.heard());
    window.click_button("Kopieer vraag aan de SEH");
    let question = window.copied.pop().unwrap();
    assert!(question.contains(ride) && !question.contains("896857886") && !question.contains("896 857 886"));
    window.press(egui::Key::V);
    window.click("SBV-Z");
    window.press_control(egui::Key::Enter);
    assert!(window.hears("Niets te doen"), "{}", window.heard());
    for nurse in NURSES {
        window.sign_in(nurse);
        assert!(!window.heard().contains(ride), "identification alone: nothing for {nurse}");
    }
    nobody_else_hears(&mut window, None, true, &["896857886", "896 857 886", "987898898"]);
}

#[test]
fn case_1_a_wrong_bsn_is_put_right_by_the_clerk_alone() {
    a_wrong_bsn("programma-01-onjuist-bsn.xml", "12-2026-4501-1", "Aangekondigd: een ander BSN");
}

#[test]
fn case_2_an_empty_bsn_is_filled_in_by_the_clerk_alone() {
    a_wrong_bsn("programma-02-bsn-leeg.xml", "12-2026-4502-1", "Aangekondigd: zonder BSN");
}

/// A nurse hears a sentence of his judgement; the clerk has no work, and nobody else hears it.
fn opened(sample: &str, nurse: &str, said: &[&str], not_said: &[&str], secrets: &[&str]) {
    let mut window = window(sample);
    no_work_for_the_clerk(&mut window);
    window.sign_in(nurse);
    for sentence in said {
        assert!(!window.heard().contains(sentence), "before it is opened: {sentence}");
    }
    window.click("Open terugkoppeling");
    for sentence in said {
        assert!(window.heard().contains(sentence), "{sentence} in {}", window.heard());
    }
    for sentence in not_said {
        assert!(!window.heard().contains(sentence), "{sentence} in {}", window.heard());
    }
    nobody_else_hears(&mut window, Some(nurse), false, secrets);
}

#[test]
fn case_3_an_equal_bsn_is_nobodys_work_and_the_nurse_reads_that_the_seh_agrees() {
    opened(
        "programma-03-bsn-gelijk.xml",
        "1003",
        &["De SEH is akkoord met je werkdiagnose."],
        &["896857886"],
        &["896857886"],
    );
}

#[test]
fn case_4_agreement_says_so_and_gives_no_diagnosis() {
    opened(
        "programma-04-akkoord.xml",
        "1004",
        &["De SEH is akkoord met je werkdiagnose."],
        &["999900043"],
        &["999900043"],
    );
}

#[test]
fn case_5_disagreement_tells_the_nurse_alone_what_the_seh_found() {
    let found = ["De SEH stelde een andere diagnose dan je werkdiagnose.", "NSTEMI vastgesteld", "1967"];
    opened("programma-05-niet-akkoord.xml", "1001", &found, &[], &["NSTEMI", "24-10-1967"]);
}

#[test]
fn case_6_remarks_are_read_by_the_nurse_alone() {
    let said = ["De pijnstilling onderweg", "De overdracht was volledig"];
    opened("programma-06-toelichting.xml", "1002", &said, &[], &["De pijnstilling", "De overdracht was volledig"]);
}
