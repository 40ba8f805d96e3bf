//! *Weergave*: colours, language and size of text; a card of *Mijn account* and of the help.
//!
//! **Not here:** how what is set takes effect and is kept (`app.rs`).

use egui::Ui;
use lucide_icons::Icon;
use viewmodel::{Language, Look, Speech, TextSize};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{self, Button, Weight},
        cap::{self, Cap},
        choice::{self, Part},
        surface, text,
    },
};

/// Draws the card.
pub(crate) fn appearance_card(ui: &mut Ui, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 20, |ui| {
        ui.set_min_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 8.0;
        text::label(ui, &desk.text("ui-help-look"), Type::Heading, t.text);
        text::label(ui, &desk.text("ui-look-kept"), Type::Small, t.text_3);
        look(ui, desk);
        ui.add_space(6.0);
        text::section(ui, &desk.text("ui-look-language"), t.text);
        language(ui, desk);
        ui.add_space(6.0);
        text::section(ui, &desk.text("ui-look-size"), t.text);
        text_size(ui, desk);
    });
}

/// A choice in one line; in a small window, or with large text, one under another.
fn one_of<T: Copy + PartialEq>(ui: &mut Ui, choices: &[(T, Option<Icon>, String)], now: T) -> Option<T> {
    let each = choices.iter();
    let parts: Vec<Part<'_>> =
        each.map(|(value, icon, word)| Part { word, icon: *icon, chosen: *value == now }).collect();
    if choice::segment_width(ui, &parts) <= ui.available_width() {
        return choice::segment(ui, &parts, 32.0).and_then(|index| choices.get(index)).map(|(value, ..)| *value);
    }
    let mut chosen = None;
    for (value, _, word) in choices {
        if choice::radio(ui, *value == now, word, true).clicked() {
            chosen = Some(*value);
        }
    }
    chosen
}

fn look(ui: &mut Ui, desk: &mut Desk<'_>) {
    let looks = [
        (Look::Light, Some(Icon::Sun), desk.text("ui-look-light")),
        (Look::Dark, Some(Icon::Moon), desk.text("ui-look-dark")),
        (Look::System, Some(Icon::Monitor), desk.text("ui-look-system")),
    ];
    if let Some(look) = one_of(ui, &looks, desk.appearance.look) {
        desk.appearance.look = look;
    }
}

fn language(ui: &mut Ui, desk: &mut Desk<'_>) {
    // Each in its own words: who cannot read the one finds the other.
    let speeches = [
        (Speech::In(Language::Dutch), None, desk.text("ui-look-dutch")),
        (Speech::In(Language::English), None, desk.text("ui-look-english")),
        (Speech::System, None, desk.text("ui-look-language-system")),
    ];
    if let Some(speech) = one_of(ui, &speeches, desk.appearance.speech) {
        desk.appearance.speech = speech;
    }
}

fn text_size(ui: &mut Ui, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let now = desk.appearance.text_size;
    let steps = [(now.smaller(), Icon::Minus, "ui-look-smaller"), (now.larger(), Icon::Plus, "ui-look-larger")];
    let mut asked = None;
    ui.horizontal_wrapped(|ui| {
        let [smaller, larger] = steps.map(|(to, icon, key)| (to, icon, desk.text(key)));
        let mut step = |ui: &mut Ui, (to, icon, words): (Option<TextSize>, Icon, String)| {
            if button::icon_button(ui, icon, &words, 32.0, to.is_some()).clicked() {
                asked = asked.or(to);
            }
        };
        step(ui, smaller);
        let percent = desk.with("ui-look-percent", "n", now.percent().to_string());
        text::line(ui, &percent, Type::Body, t.text);
        step(ui, larger);
        if now != TextSize::default() {
            let words = desk.text("ui-look-size-reset");
            if Button::new(Weight::Quiet, &words).height(32.0).show(ui).clicked() {
                asked = Some(TextSize::default());
            }
        }
    });
    let control = desk.text("ui-key-ctrl");
    cap::key_line(
        ui,
        &[(vec![Cap::Text(&control), Cap::Text("+"), Cap::Text("−"), Cap::Text("0")], desk.text("ui-keys-zoom"))],
    );
    if let Some(size) = asked {
        desk.appearance.text_size = size;
    }
}
