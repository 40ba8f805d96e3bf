//! The note at the item in hand: for whoever of the administration has it next.

use egui::{Id, Ui};
use lucide_icons::Icon;
use viewmodel::IdentificationDetail;

use super::Desk;
use crate::{
    theme::Type,
    widgets::{
        button::{self, Button, Weight},
        facts,
        field::Field,
    },
};

fn is_open(detail: &IdentificationDetail, desk: &Desk<'_>) -> bool {
    desk.state.note.as_ref().is_some_and(|(item, _)| *item == detail.item)
}

/// The way to the field.
pub(super) fn begin_note_ui(ui: &mut Ui, detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    let Some(note) = &detail.note else { return };
    let begins = note.keep.is_some() && !is_open(detail, desk);
    if begins && button::link(ui, &desk.text("ui-id-note-begin"), Type::Body, None).clicked() {
        // REVEAL: into the field in which it is changed.
        desk.state.note = Some((detail.item, note.words.reveal().to_owned()));
        ui.memory_mut(|memory| memory.request_focus(field_id()));
    }
}

fn field_id() -> Id {
    Id::unique("identification-note")
}

/// Draws the field, or the words alone where this session cannot change them.
pub(super) fn note_ui(ui: &mut Ui, detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    let Some(note) = &detail.note else { return };
    // REVEAL: the note of the administration on its own screen.
    let noted = note.words.reveal();
    let Some(keep) = note.keep.filter(|_| is_open(detail, desk)) else {
        if !noted.is_empty() {
            facts::sight(ui, Icon::StickyNote, &desk.with("ui-id-noted", "note", noted.to_owned()));
        }
        return;
    };
    let typed = desk.state.note.take().filter(|(item, _)| *item == detail.item);
    let mut words = typed.map_or_else(|| noted.to_owned(), |(_, words)| words);
    let label = desk.text("ui-id-note");
    let field = Field { label: &label, help: None, error: None, passphrase: None, secret: false, height: 32.0 };
    field.show(ui, field_id(), &mut words);
    if let Some((end, _)) = words.char_indices().nth(note.characters_max) {
        words.truncate(end);
    }
    let changed = words.trim() != noted;
    if changed && Button::new(Weight::Secondary, &desk.text("ui-id-note-keep")).height(30.0).show(ui).clicked() {
        desk.outbox.push(keep(detail.item, words));
        return;
    }
    desk.state.note = Some((detail.item, words));
}
