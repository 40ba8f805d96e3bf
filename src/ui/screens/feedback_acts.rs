//! *Terugkoppelingen*, besides opening: when the outcome opens, *niet mijn rit*.
//!
//! **Not here:** the list and the closed card (`feedback`), the opened record (`record`), the way back (`undoing`).

use egui::{Key, Modifiers, Ui};
use lucide_icons::Icon;
use viewmodel::{Command, CrewChangeKind, CrewChangeShown, FeedbackCommand, FeedbackScreen, Opening, RecordId};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{self, Button, Weight},
        choice, facts, focus, said, surface, text,
    },
};

fn opening_key(opening: Opening) -> (&'static str, &'static str, &'static str) {
    match opening {
        Opening::Asked => ("ui-opens-asked", "ui-opens-asked-help", "ui-opens-asked-short"),
        Opening::MoreThanAgreement => ("ui-opens-more", "ui-opens-more-help", "ui-opens-more-short"),
        Opening::Chosen => ("ui-opens-chosen", "ui-opens-chosen-help", "ui-opens-chosen-short"),
    }
}

/// Width of the chip in the page's head.
pub(super) fn chip_width(ui: &Ui, screen: &FeedbackScreen, desk: &Desk<'_>) -> f32 {
    choice::chip_width(ui, &desk.text("ui-opens"), &desk.text(opening_key(screen.opens).2))
}

/// The chip *Bij openen* in the page's head.
pub(super) fn opening_chip(ui: &mut Ui, screen: &FeedbackScreen, desk: &mut Desk<'_>) {
    let (name, value) = (desk.text("ui-opens"), desk.text(opening_key(screen.opens).2));
    let chip = choice::chip(ui, &name, &value, None);
    said::open(&chip, desk.state.opening_open);
    if chip.clicked() {
        desk.state.opening_open = !desk.state.opening_open;
    }
}

/// The choice under it, while it is open.
pub(super) fn opening_card(ui: &mut Ui, screen: &FeedbackScreen, desk: &mut Desk<'_>) {
    if !desk.state.opening_open {
        return;
    }
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        text::section(ui, &desk.text("ui-opens"), t.text);
        for opening in Opening::ALL {
            let (words, help, _) = opening_key(opening);
            if choice::radio(ui, screen.opens == opening, &desk.text(words), true).clicked() {
                desk.outbox.push(Command::Feedback(FeedbackCommand::Opens(opening)));
                desk.state.opening_open = false;
            }
            text::label(ui, &desk.text(help), Type::Small, t.text_3);
        }
        if let Some(read) = &screen.read_plain {
            ui.add_space(8.0);
            let words = desk.text("ui-read-plain");
            if Button::new(Weight::Secondary, &words).icon(Icon::CheckCheck).show(ui).clicked() {
                desk.outbox.push(read.clone());
                desk.state.opening_open = false;
            }
            text::label(ui, &desk.text("ui-read-plain-help"), Type::Small, t.text_3);
        }
    });
    ui.add_space(12.0);
}

/// *Niet mijn rit*: asks once, then says it.
pub(super) fn disown_ui(ui: &mut Ui, record: RecordId, words: &str, disown: &Command, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let key = focus::letters_are_free(ui.ctx()) && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::N));
    if desk.state.disowning == Some(record) {
        text::label(ui, &desk.text("ui-disown-sure"), Type::Small, t.text_2);
        let (yes, no) = (desk.text("ui-disown-do"), desk.text("ui-disown-not"));
        if Button::new(Weight::Secondary, &yes).height(30.0).show(ui).clicked() {
            desk.state.disowning = None;
            desk.state.detail_open = false;
            desk.outbox.push(disown.clone());
        }
        if Button::new(Weight::Quiet, &no).height(30.0).show(ui).clicked() {
            desk.state.disowning = None;
        }
        return;
    }
    if button::link(ui, words, Type::Body, Some(Icon::Unlink2)).clicked() || key {
        desk.state.disowning = Some(record);
    }
}

/// Who got or lost the record by a corrected crew.
pub(super) fn crew_changes(ui: &mut Ui, changes: &[CrewChangeShown], desk: &Desk<'_>) {
    for change in changes {
        let key = match change.kind {
            CrewChangeKind::Got => "ui-crew-got",
            CrewChangeKind::Lost => "ui-crew-lost",
            CrewChangeKind::Disowned => "ui-crew-disowned",
        };
        let date = desk.texts.date(change.day);
        let words = desk.texts.format(key, &[("who", change.who.clone()), ("date", date)]);
        facts::sight(ui, Icon::Users, &words);
    }
}
