//! Colours, language and size of text: taken at once, asked to be kept, and nothing is cut at twice the size.

use egui::{Key, Modifiers, epaint::ClippedShape};
use egui_kittest::{Harness, kittest::Queryable};
use viewmodel::{Appearance, Command, Frame, Language, Look, Renewing, Speech, TextSize};

use crate::{
    desk::Sent,
    fitting::{LANGUAGES, WINDOW, cut_texts, harness},
    samples,
};

fn kept(sent: &Sent) -> Option<Appearance> {
    match sent.borrow().last() {
        Some(Command::KeepAppearance(appearance)) => Some(*appearance),
        Some(_) | None => None,
    }
}

fn click(harness: &mut Harness<'static>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

fn mine() -> Frame {
    samples::my_account(Renewing::Nothing)
}

#[test]
fn a_look_that_is_chosen_is_taken_at_once_and_asked_to_be_kept() {
    let (mut harness, sent, _) = harness(mine(), Language::Dutch, egui::vec2(1280.0, 2000.0));
    for (word, look, preference) in [
        ("donker", Look::Dark, egui::ThemePreference::Dark),
        ("systeem", Look::System, egui::ThemePreference::System),
        ("licht", Look::Light, egui::ThemePreference::Light),
    ] {
        click(&mut harness, word);
        assert_eq!(harness.ctx.options(|options| options.theme_preference), preference);
        assert_eq!(kept(&sent).map(|kept| kept.look), Some(look), "{word}");
    }
}

#[test]
fn a_language_that_is_chosen_is_spoken_at_once_also_by_the_manual() {
    let (mut harness, sent, _) = harness(mine(), Language::Dutch, egui::vec2(1280.0, 2000.0));
    let heard = |harness: &Harness<'static>| format!("{:?}", harness.root());
    harness.key_press(Key::F1);
    harness.run_steps(3);
    assert!(heard(&harness).contains("Wat te doen als"));
    click(&mut harness, "English");
    assert!(heard(&harness).contains("What to do when") && !heard(&harness).contains("Wat te doen als"));
    assert_eq!(kept(&sent).map(|kept| kept.speech), Some(Speech::In(Language::English)));
    harness.key_press(Key::F1);
    harness.run_steps(3);
    assert!(heard(&harness).contains("Change passphrase") && !heard(&harness).contains("wachtwoordzin"));
    click(&mut harness, "as the system");
    assert!(heard(&harness).contains("Wijzig wachtwoordzin"), "the system of this test is Dutch");
    assert_eq!(kept(&sent).map(|kept| kept.speech), Some(Speech::System));
}

#[test]
fn control_and_plus_minus_or_nought_change_the_size_of_text_between_80_and_200_per_cent() {
    let (mut harness, sent, _) = harness(samples::feedback(), Language::Dutch, WINDOW);
    let mut press = |key: Key, times: usize| {
        for _ in 0..times {
            harness.key_press_modifiers(Modifiers::COMMAND, key);
            harness.run_steps(2);
        }
        let factor = harness.ctx.zoom_factor();
        (kept(&sent).map(|kept| kept.text_size.percent()), factor)
    };
    assert_eq!(press(Key::Plus, 1), (Some(110), 1.1));
    assert_eq!(press(Key::Equals, 20), (Some(200), 2.0));
    assert_eq!(press(Key::Minus, 20), (Some(80), 0.8));
    assert_eq!(press(Key::Num0, 1), (Some(100), 1.0));
    let asked = sent.borrow().len();
    press(Key::Num0, 3);
    assert_eq!(sent.borrow().len(), asked, "what is so already is not kept again");
}

#[test]
fn the_size_of_text_is_also_set_with_the_pointer() {
    let (mut harness, sent, _) = harness(mine(), Language::Dutch, egui::vec2(1280.0, 2000.0));
    click(&mut harness, "Groter");
    click(&mut harness, "Groter");
    assert_eq!(kept(&sent).map(|kept| kept.text_size), Some(TextSize::of_percent(120)));
    click(&mut harness, "Kleiner");
    assert_eq!(kept(&sent).map(|kept| kept.text_size), Some(TextSize::of_percent(110)));
    click(&mut harness, "Gewone grootte");
    assert_eq!(kept(&sent).map(|kept| kept.text_size), Some(TextSize::default()));
}

/// Words that stick out of what they are clipped to, at the left or the right: there is no way to come there.
fn sticking_out(shapes: &[ClippedShape]) -> Vec<String> {
    fn look(shape: &egui::Shape, clip: egui::Rect, found: &mut Vec<String>) {
        if let egui::Shape::Text(text) = shape {
            let place = text.visual_bounding_rect();
            if place.intersects(clip) && (place.left() < clip.left() - 1.0 || place.right() > clip.right() + 1.0) {
                found.push(text.galley.text().to_owned());
            }
        } else if let egui::Shape::Vec(shapes) = shape {
            shapes.iter().for_each(|shape| look(shape, clip, found));
        }
    }
    let mut found = Vec::new();
    shapes.iter().for_each(|clipped| look(&clipped.shape, clipped.clip_rect, &mut found));
    found
}

#[test]
fn at_twice_the_size_nothing_is_cut_of_what_a_person_does_for_himself() {
    // 1280 × 800 at 200 per cent.
    let size = WINDOW / 2.0;
    for language in LANGUAGES {
        for (name, frame) in crate::pictures::all() {
            let person = ["01", "02", "18", "20", "21", "22", "23"];
            if !person.iter().any(|number| name.starts_with(number)) {
                continue;
            }
            let (harness, ..) = harness(frame(), language, size);
            let shapes = &harness.output().shapes;
            let cut: Vec<String> = cut_texts(shapes).into_iter().map(|(_, words)| words).collect();
            assert!(cut.is_empty(), "{name} {language:?}: {cut:?}");
            let out = sticking_out(shapes);
            assert!(out.is_empty(), "{name} {language:?}: {out:?}");
        }
    }
}

#[test]
fn a_line_that_is_wider_than_its_place_is_found_by_this_search() {
    let mut harness =
        Harness::builder().with_size([300.0, 40.0]).with_context_setup(ui::theme::install).build_ui(|ui| {
            ui.set_clip_rect(egui::Rect::from_min_size(ui.max_rect().min, egui::vec2(100.0, 30.0)));
            ui.add(egui::Label::new("a line that does not fit in here").extend());
        });
    harness.run_steps(2);
    assert_eq!(sticking_out(&harness.output().shapes), ["a line that does not fit in here"]);
}
