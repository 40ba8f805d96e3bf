//! *Mijn reflectie* on an opened record: the field, who reads it, until when it is there, and what is seen before it is kept longer.
//!
//! **Invariant:** nothing is saved here: what stands in the field is sent at every pause, and before anything else is asked for.
//! **Not here:** when a pause is one (`drafting`), the list (`reflections`).

use chrono::NaiveDate;
use egui::{Id, Ui};
use lucide_icons::Icon;
use viewmodel::{Command, Confirming, RecordId, ReflectionCard, ReflectionTerm};

use super::{Desk, undoing::Undoable};
use crate::{
    reflecting::digits_alone,
    theme::{self, Type},
    widgets::{
        button::{self, Button, Weight},
        choice, facts,
        field::{self, Field},
        surface, text,
    },
};

/// 72 characters of reading type.
pub(super) const READING_WIDE: f32 = 680.0;
pub(super) const MINUTES_WIDE: f32 = 340.0;

/// Draws it.
pub(super) fn reflection_ui(ui: &mut Ui, record: RecordId, card: &ReflectionCard, desk: &mut Desk<'_>) {
    desk.state.reflection.at(record, card);
    surface::card(ui, 20, |ui| {
        ui.set_max_width(ui.available_width().min(READING_WIDE));
        ui.spacing_mut().item_spacing.y = 8.0;
        head_ui(ui, desk);
        if let Some(way) = Undoable::of(card.undo.as_ref(), "ui-reflection-deleted", desk) {
            way.banner(ui, desk);
        }
        if card.unreadable {
            surface::banner(ui, surface::Tone::Attention, Icon::KeyRound, &desk.text("ui-reflection-unreadable"));
        } else {
            field_ui(ui, card, desk);
            term_ui(ui, &card.term, card.disappears, desk);
        }
        if let Some(delete) = &card.delete
            && button::link(ui, &desk.text("ui-reflection-delete"), Type::Small, Some(Icon::Trash2)).clicked()
        {
            desk.outbox.push(delete.clone());
        }
    });
}

/// What it is, and who reads it.
fn head_ui(ui: &mut Ui, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    ui.horizontal(|ui| {
        text::icon_here(ui, Icon::NotebookPen, 18.0, t.text_2);
        text::section(ui, &desk.text("ui-reflection"), t.text);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            text::line(ui, &desk.text("ui-reflection-sight"), Type::Small, t.text_3);
            text::icon_here(ui, Icon::Lock, 15.0, t.text_3);
        });
    });
}

fn field_ui(ui: &mut Ui, card: &ReflectionCard, desk: &mut Desk<'_>) {
    let (name, help) = (desk.text("ui-reflection-field"), desk.text("ui-reflection-help"));
    let area = field::Area { label: &name, help: &help, characters_max: card.characters_max, least: 176.0 };
    area.show(ui, Id::unique("reflection"), &mut desk.state.reflection.text);
    let status = if desk.state.reflection.is_kept(card) {
        card.saved.map(|at| (Icon::Check, desk.with("ui-reflection-saved", "time", desk.texts.time(at))))
    } else {
        Some((Icon::Ellipsis, desk.text("ui-reflection-unsaved")))
    };
    match status {
        Some((icon, words)) => facts::sight(ui, icon, &words),
        None => facts::sight(ui, Icon::Info, &desk.text("ui-reflection-by-itself")),
    }
    ui.add_space(6.0);
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width().min(MINUTES_WIDE));
        let label = desk.text("ui-reflection-minutes");
        let field = Field { label: &label, help: None, error: None, passphrase: None, secret: false, height: 36.0 };
        field.show(ui, Id::unique("reflection-minutes"), &mut desk.state.reflection.minutes);
        digits_alone(&mut desk.state.reflection.minutes);
    });
    ui.add_space(6.0);
}

/// For how long it is there; and before it is kept longer, what the scan finds. `gone`: the day after which its record is not there.
fn term_ui(ui: &mut Ui, term: &ReflectionTerm, gone: NaiveDate, desk: &mut Desk<'_>) {
    match term {
        ReflectionTerm::Empty => {}
        ReflectionTerm::Confirmed(day) => {
            let values = [("date", desk.texts.date(*day)), ("gone", desk.texts.date(gone))];
            facts::sight(ui, Icon::ShieldCheck, &desk.texts.format("ui-reflection-confirmed", &values));
        }
        ReflectionTerm::Disappears { on, ask, confirming } => {
            let date = desk.texts.date(*on);
            facts::sight(ui, Icon::Hourglass, &desk.with("ui-reflection-disappears", "date", date));
            keep_ui(ui, (*on, ask), confirming.as_deref(), desk);
        }
    }
}

/// The way to keep it longer than its record: first what the scan finds.
pub(super) fn keep_ui(
    ui: &mut Ui,
    (on, ask): (NaiveDate, &Command),
    confirming: Option<&Confirming>,
    desk: &mut Desk<'_>,
) {
    let date = desk.texts.date(on);
    match confirming {
        Some(confirming) => confirming_ui(ui, confirming, &desk.with("ui-reflection-sure", "date", date), desk),
        None => {
            let words = desk.with("ui-reflection-keep", "date", date);
            if Button::new(Weight::Secondary, &words).icon(Icon::ShieldCheck).height(30.0).show(ui).clicked() {
                desk.outbox.push(ask.clone());
            }
        }
    }
}

/// What the scan found, what it means to be sure, and the confirmation.
pub(super) fn confirming_ui(ui: &mut Ui, confirming: &Confirming, sure: &str, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::well(ui, t.sunken, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        text::section(ui, &desk.text("ui-reflection-scan"), t.text);
        if confirming.found.is_empty() {
            facts::sight(ui, Icon::ScanText, &desk.text("ui-reflection-scan-none"));
        } else {
            text::label(ui, &desk.text("ui-reflection-scan-found"), Type::Body, t.text);
        }
        for (kind, words) in &confirming.found {
            // REVEAL: of what its writer has in the field above.
            let values = [("kind", text::capital(&desk.text(kind))), ("words", words.reveal().to_owned())];
            facts::sight(ui, Icon::TriangleAlert, &desk.texts.format("ui-reflection-scan-one", &values));
        }
        text::label(ui, sure, Type::Body, t.text_2);
        // A tick of a person; its words wrap in a narrow window.
        if choice::checkbox(ui, false, &desk.text("ui-reflection-confirm"), true).clicked() {
            desk.outbox.push(confirming.confirm.clone());
        }
        let cancel = desk.text("ui-reflection-not-confirm");
        if Button::new(Weight::Quiet, &cancel).height(30.0).show(ui).clicked() {
            desk.outbox.push(confirming.cancel.clone());
        }
    });
}
