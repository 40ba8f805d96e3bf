//! Messages that no profile recognised: on *Berichtprofielen* their masked structure, on *Ontvangst* which to ask the hospital for again.

use egui::Ui;
use lucide_icons::Icon;
use viewmodel::{AskAgain, UnrecognisedMessage};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        facts, page, surface, text,
    },
};

/// About the height of a message, or a hospital; what was seen once is as high as it is.
const MESSAGE: f32 = 124.0;
/// Ids that are shown; all of them are copied.
const IDS_SHOWN: usize = 3;

/// The list of *Berichtprofielen*, with what to do where it is empty.
pub(crate) fn list_ui(ui: &mut Ui, messages: &[UnrecognisedMessage], desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        facts::icon_heading(ui, Icon::FileQuestionMark, &desk.text("ui-unrecognised"));
        if messages.is_empty() {
            text::label(ui, &desk.text("ui-unrecognised-none"), Type::Body, t.text_2);
            return;
        }
        text::label(ui, &desk.text("ui-unrecognised-next"), Type::Body, t.text_2);
        page::many(ui, "unrecognised", messages.len(), MESSAGE, None, |ui, index| {
            surface::divider(ui, 4.0);
            message_ui(ui, &messages[index], desk);
        });
    });
}

fn message_ui(ui: &mut Ui, message: &UnrecognisedMessage, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let texts = desk.texts;
    let at = format!("{} {}", texts.date_numeric(message.at.date()), texts.time(message.at));
    text::label(ui, &message.sender, Type::BodyBold, t.text);
    text::label(ui, &desk.with("ui-unrecognised-at", "at", at), Type::Small, t.text_2);
    ui.horizontal(|ui| {
        let open = message.structure.is_some();
        let words = desk.text(if open { "ui-unrecognised-close" } else { "ui-unrecognised-open" });
        if Button::new(Weight::Secondary, &words).show(ui).clicked() {
            desk.outbox.push(message.act.clone());
        }
        if let Some(structure) = &message.structure {
            copy_button(ui, &desk.text("ui-unrecognised-copy"), structure);
        }
    });
    if let Some(structure) = &message.structure {
        surface::well(ui, t.sunken, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            text::label(ui, structure.trim_end(), Type::Hash, t.text_2);
        });
        facts::caveat(ui, &desk.text("ui-unrecognised-caveat"));
    }
}

/// The card of *Ontvangst*; there is none where there is nothing to ask.
pub(crate) fn ask_again_ui(ui: &mut Ui, hospitals: &[AskAgain], desk: &mut Desk<'_>) {
    if hospitals.is_empty() {
        return;
    }
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        facts::icon_heading(ui, Icon::Reply, &desk.text("ui-ask-again"));
        text::label(ui, &desk.text("ui-ask-again-next"), Type::Body, t.text_2);
        page::many(ui, "ask-again", hospitals.len(), MESSAGE, None, |ui, index| {
            surface::divider(ui, 4.0);
            hospital_ui(ui, &hospitals[index], desk);
        });
    });
}

fn hospital_ui(ui: &mut Ui, hospital: &AskAgain, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    text::label(ui, &hospital.name, Type::BodyBold, t.text);
    for id in hospital.ids.iter().take(IDS_SHOWN) {
        text::label(ui, id, Type::Hash, t.text_2);
    }
    let count = |n: usize| desk.texts.number(n as u64);
    if hospital.ids.len() > IDS_SHOWN {
        let more = desk.with("ui-ask-again-more", "n", count(hospital.ids.len() - IDS_SHOWN));
        text::label(ui, &more, Type::Small, t.text_3);
    }
    if hospital.without_id > 0 {
        let without = desk.with("ui-ask-again-without", "n", desk.texts.number(hospital.without_id));
        text::label(ui, &without, Type::Small, t.text_3);
    }
    if !hospital.ids.is_empty() {
        let words = desk.with("ui-ask-again-copy", "n", count(hospital.ids.len()));
        copy_button(ui, &words, &hospital.ids.join("\n"));
    }
}

/// Copies what names no person; so it goes the ordinary way, and stays.
fn copy_button(ui: &mut Ui, words: &str, copied: &str) {
    if Button::new(Weight::Secondary, words).icon(Icon::Copy).show(ui).clicked() {
        ui.ctx().copy_text(copied.to_owned());
    }
}
