//! Nothing of a screen is cut, covered or out of reach in a window of 1024 × 700, with text at 80, 100 and 200 per cent, in both languages.
//!
//! **Not here:** how that is seen (`seen`), contrast (`theme`).

use std::{cell::RefCell, rc::Rc};

use egui::{Theme, Vec2, vec2};
use egui_kittest::Harness;
use ui::{App, theme};
use viewmodel::{Frame, Language};

use crate::{
    desk::app_in,
    fitting::LANGUAGES,
    pictures::{self, Sample},
    seen::Seen,
    states,
};

/// The least window, points of the screen.
const LEAST: Vec2 = vec2(1024.0, 700.0);

/// What may be hidden: the sample's name begins so, the fault holds these words, and why.
const ALLOWED: [(&str, &str, &str); 2] = [
    ("14-ritten-kolommen", "•", "the dots of a mask stand for nothing: the row says that it is masked"),
    ("lang-Rides", "•", "the same"),
];

/// Makes a frame.
type Make = fn() -> Frame;

/// A window whose screen is put in place of another: its fonts are read once.
struct Window {
    harness: Harness<'static>,
    app: Rc<RefCell<App>>,
}

impl Window {
    fn new(zoom: f32, size: Vec2) -> Self {
        let (app, ..) = app_in(Language::Dutch, crate::samples::failed());
        let app = Rc::new(RefCell::new(app));
        let shown = Rc::clone(&app);
        let builder = Harness::builder().with_size(size / zoom).with_pixels_per_point(zoom);
        let builder = builder.with_context_setup(theme::install);
        let harness = builder.build_ui(move |ui| shown.borrow_mut().frame_ui(ui));
        harness.ctx.options_mut(|options| options.input_options.max_click_dist = 6.0);
        Self { harness, app }
    }

    /// As if the program had just been started and came to this screen.
    fn show(&mut self, language: Language, frame: Frame) -> &mut Harness<'static> {
        let (app, ..) = app_in(language, frame);
        *self.app.borrow_mut() = app;
        self.harness.ctx.data_mut(egui::util::IdTypeMap::clear);
        self.harness.ctx.memory_mut(|memory| {
            if let Some(focused) = memory.focused() {
                memory.surrender_focus(focused);
            }
        });
        self.harness.run_steps(5);
        &mut self.harness
    }
}

/// Every sample: the screens, and those in their further states.
fn samples() -> Vec<(String, Make)> {
    let named = |(name, frame): Sample| (name.to_owned(), frame);
    pictures::all().into_iter().map(named).chain(states::all()).collect()
}

fn faults(zoom: f32, language: Language, samples: &[(String, Make)]) -> Vec<String> {
    let mut window = Window::new(zoom, LEAST);
    let mut found = Vec::new();
    for (name, frame) in samples {
        let harness = window.show(language, frame());
        let allowed =
            |fault: &String| ALLOWED.iter().any(|(begin, words, _)| name.starts_with(begin) && fault.contains(words));
        let seen = Seen::of(harness).faults().into_iter().filter(|fault| !allowed(fault));
        found.extend(seen.map(|fault| format!("{name} {language:?} {:.0}%: {fault}", zoom * 100.0)));
    }
    found
}

fn nothing_is_hidden(zoom: f32, language: Language) {
    let found = faults(zoom, language, &samples());
    assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
}

#[test]
fn nothing_is_cut_covered_or_out_of_reach_at_80_per_cent() {
    LANGUAGES.into_iter().for_each(|language| nothing_is_hidden(0.8, language));
}

#[test]
fn nothing_is_cut_covered_or_out_of_reach_at_100_per_cent() {
    LANGUAGES.into_iter().for_each(|language| nothing_is_hidden(1.0, language));
}

#[test]
fn nothing_is_cut_covered_or_out_of_reach_at_200_per_cent_in_dutch() {
    nothing_is_hidden(2.0, Language::Dutch);
}

#[test]
fn nothing_is_cut_covered_or_out_of_reach_at_200_per_cent_in_english() {
    nothing_is_hidden(2.0, Language::English);
}

#[test]
fn a_text_that_is_cut_and_a_button_that_lies_under_another_are_found_by_this_search() {
    let mut harness = Harness::builder().with_size([300.0, 200.0]).with_context_setup(theme::install).build_ui(|ui| {
        let whole = ui.max_rect();
        let low = egui::Rect::from_min_size(whole.min, vec2(120.0, 20.0));
        ui.scope(|ui| {
            ui.set_clip_rect(low);
            ui.add(egui::Label::new("a line that does not fit in here").extend());
        });
        for at in [60.0, 70.0] {
            ui.put(egui::Rect::from_min_size(whole.min + vec2(0.0, at), vec2(90.0, 24.0)), egui::Button::new("press"));
        }
        ui.put(
            egui::Rect::from_min_size(whole.min + vec2(0.0, 400.0), vec2(90.0, 24.0)),
            egui::Button::new("far away"),
        );
    });
    harness.run_steps(3);
    let faults = Seen::of(&mut harness).faults().join("\n");
    for part in [
        "never whole: \"a line",
        "text over text: \"press\"",
        "control over control: \"press\"",
        "cannot be reached whole: Button \"far away\"",
    ] {
        assert!(faults.contains(part), "{part} in {faults}");
    }
}

/// The theme changes colours alone, so what is looked at in one holds in the other.
#[test]
fn every_text_stands_in_the_same_place_light_and_dark() {
    let mut window = Window::new(1.0, LEAST);
    for (name, frame) in samples() {
        let mut places = [Theme::Light, Theme::Dark].map(|theme| {
            window.harness.ctx.set_theme(theme);
            let harness = window.show(Language::Dutch, frame());
            let mut found = Vec::new();
            harness.output().shapes.iter().for_each(|clipped| texts(&clipped.shape, clipped.clip_rect, &mut found));
            found
        });
        places.iter_mut().for_each(|found| found.sort());
        let [light, dark] = places;
        assert!(!light.is_empty() && light == dark, "{name}");
    }
}

/// Every text with its place and what it is clipped to.
fn texts(shape: &egui::Shape, clip: egui::Rect, found: &mut Vec<String>) {
    if let egui::Shape::Text(text) = shape {
        found.push(format!("{} {:?} {:?} {clip:?}", text.galley.text(), text.pos, text.galley.rect));
    } else if let egui::Shape::Vec(shapes) = shape {
        shapes.iter().for_each(|shape| texts(shape, clip, found));
    }
}
