//! What a screen holds stands there whole, in both languages, and stays where it was when something is shown.

use egui::{Pos2, Rect, Shape, epaint::ClippedShape};
use egui_kittest::{Harness, kittest::Queryable};
use ui::theme;
use viewmodel::{Command, Frame, Language, RevealPurpose, Screen, Texts};

use crate::{
    desk::{Frames, Sent, app_in},
    samples,
};

pub fn harness(frame: Frame, language: Language, size: egui::Vec2) -> (Harness<'static>, Sent, Frames) {
    let (mut app, sent, frames) = app_in(language, frame);
    let builder = Harness::builder().with_size(size).with_context_setup(theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(4);
    (harness, sent, frames)
}

pub const WINDOW: egui::Vec2 = egui::vec2(1280.0, 800.0);
pub const LANGUAGES: [Language; 2] = [Language::Dutch, Language::English];

/// Texts that end in `…` because they did not fit, with their place.
pub fn cut_texts(shapes: &[ClippedShape]) -> Vec<(Pos2, String)> {
    fn look(shape: &Shape, found: &mut Vec<(Pos2, String)>) {
        if let Shape::Text(text) = shape
            && text.galley.elided
        {
            found.push((text.pos, text.galley.text().to_owned()));
        } else if let Shape::Vec(shapes) = shape {
            shapes.iter().for_each(|shape| look(shape, found));
        }
    }
    let mut found = Vec::new();
    shapes.iter().for_each(|clipped| look(&clipped.shape, &mut found));
    found
}

#[test]
fn no_text_of_a_screen_is_cut_in_either_language() {
    for language in LANGUAGES {
        for (name, frame) in crate::pictures::all() {
            let (harness, ..) = harness(frame(), language, WINDOW);
            let cut = cut_texts(&harness.output().shapes);
            assert!(cut.is_empty(), "{name} {language:?}: {cut:?}");
        }
    }
}

#[test]
fn every_name_in_the_rail_stands_there_whole_beside_a_count_of_three_digits() {
    for language in LANGUAGES {
        for (name, frame) in crate::pictures::all() {
            let mut frame = frame();
            let Some(rail) = &mut frame.rail else { continue };
            for item in &mut rail.items {
                item.count = Some(888);
            }
            let (harness, ..) = harness(frame, language, WINDOW);
            let cut = cut_texts(&harness.output().shapes);
            assert!(cut.iter().all(|(at, _)| at.x > 260.0), "{name} {language:?}: {cut:?}");
        }
    }
}

#[test]
fn a_name_that_is_too_long_for_the_rail_is_cut_and_found_by_this_search() {
    let mut frame = samples::record();
    frame.rail.as_mut().unwrap().name = "Wilhelmina Annemarie van der Meer-van Houten".into();
    let (harness, ..) = harness(frame, Language::Dutch, WINDOW);
    assert_eq!(cut_texts(&harness.output().shapes).len(), 1);
}

/// Where the parts of the detail stand that do not show the BSN.
fn places(harness: &Harness<'static>, texts: &Texts) -> Vec<(String, Rect)> {
    let keys = [
        "ui-id-received",
        "ui-show",
        "ui-id-to-find",
        "ui-id-ascertained",
        "ui-id-by",
        "ui-id-by-birth-date",
        "ui-id-by-asked",
        "ui-id-by-sbvz",
        "ui-id-by-cov",
        "ui-id-investigate",
        "ui-id-close",
    ];
    keys.map(|key| (texts.get(key), harness.get_by_label(&texts.get(key)).rect())).into()
}

#[test]
fn nothing_of_the_page_moves_when_a_bsn_is_shown_and_nothing_is_out_of_sight() {
    for language in LANGUAGES {
        let texts = Texts::load(language).unwrap();
        for size in [WINDOW, egui::vec2(1180.0, 800.0), egui::vec2(1920.0, 1080.0)] {
            let (mut harness, _, frames) = harness(samples::identifications(false), language, size);
            let before = places(&harness, &texts);
            // The footer begins 12 points above its button.
            let [.., (_, last), (_, close)] = before.as_slice() else { panic!("{before:?}") };
            assert!(last.bottom() <= close.top() - 12.0, "{language:?} {size:?}: {last:?} under the foot of {close:?}");
            frames.borrow_mut().push_back(samples::identifications(true));
            harness.run_steps(4);
            assert!(harness.query_by_label(&texts.get("ui-copy")).is_some(), "it is shown");
            assert_eq!(places(&harness, &texts), before, "{language:?} {size:?}");
        }
    }
}

#[test]
fn in_a_small_window_no_way_to_make_sure_stands_over_another() {
    for language in LANGUAGES {
        let texts = Texts::load(language).unwrap();
        let (harness, ..) = harness(samples::identifications(true), language, egui::vec2(1000.0, 900.0));
        let of = |key: &str| harness.get_by_label(&texts.get(key)).rect();
        let ways = ["ui-id-by-birth-date", "ui-id-by-sbvz", "ui-id-by-asked", "ui-id-by-cov"].map(of);
        for (index, one) in ways.iter().enumerate() {
            let others = ways.iter().skip(index + 1);
            assert!(others.clone().all(|other| !one.intersects(*other)), "{language:?}: {ways:?}");
        }
    }
}

#[test]
fn showing_again_is_for_the_purpose_that_is_chosen() {
    let (mut harness, sent, _) = harness(samples::identifications(true), Language::Dutch, WINDOW);
    harness.get_by_label("Doel: Rit aanvullen").click();
    harness.run_steps(2);
    harness.get_by_label("Navragen bij de SEH").click();
    harness.run_steps(2);
    harness.get_by_label("Toon").click();
    harness.run_steps(2);
    let asked = sent.borrow().iter().any(|c| matches!(c, Command::RevealBsn(_, RevealPurpose::AskHospital)));
    assert!(asked);
}

#[test]
fn a_closed_item_does_not_promise_what_is_no_longer_shown() {
    let mut frame = samples::identifications(false);
    let Screen::Identifications(screen) = &mut frame.screen else { panic!("Patiëntidentificatie") };
    let detail = screen.detail.as_mut().unwrap();
    detail.closed = Some(samples::at(9, 21, 9, 40));
    detail.close.clear();
    detail.investigate = None;
    detail.bsns[0].reveal.clear();
    let (harness, ..) = harness(frame, Language::Dutch, WINDOW);
    assert!(harness.query_by_label("Geboortedatum: niet meer te zien").is_some());
    assert!(harness.query_by_label("Geboortedatum: afgeschermd").is_none());
}

#[test]
fn an_empty_worklist_says_what_will_fill_it_and_asks_to_choose_nothing() {
    let mut frame = samples::identifications(false);
    let Screen::Identifications(screen) = &mut frame.screen else { panic!("Patiëntidentificatie") };
    screen.rows.clear();
    screen.detail = None;
    let (harness, ..) = harness(frame, Language::Dutch, WINDOW);
    assert!(harness.query_by_label("Niets te doen").is_some());
    assert!(harness.query_by_label("Kies een rit").is_none());
    assert!(harness.query_by_label("kies, pak op, toon, kopieer").is_none(), "no keys of a list that is not there");
}

#[test]
fn what_a_count_of_reception_means_is_said_at_its_head() {
    let (harness, ..) = harness(crate::sample_tables::reception(), Language::Dutch, WINDOW);
    let heard = format!("{:?}", harness.root());
    assert!(heard.contains("Velden te veel: Velden die dit ziekenhuis meestuurde"), "{heard}");
    assert!(heard.contains("14 dagen: Berichten per dag in de veertien dagen tot en met gisteren."), "{heard}");
}

#[test]
fn a_hospital_that_has_never_sent_anything_has_a_word_for_its_days_and_no_line() {
    let mut frame = crate::sample_tables::reception();
    let Screen::Reception(screen) = &mut frame.screen else { panic!("Ontvangst") };
    screen.senders[0].days = vec![0; 14];
    assert!(screen.senders[0].last.is_none());
    let (harness, ..) = harness(frame, Language::Dutch, WINDOW);
    let heard = format!("{:?}", harness.root());
    assert!(heard.contains("14 dagen nog niets, Laatste bericht nog niets"), "{heard}");
}
