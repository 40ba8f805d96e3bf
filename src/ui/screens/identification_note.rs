//! The note at the item in hand: for whoever of the administration has it next.

use egui::{Id, Ui};
use lucide_icons::Icon;
use viewmodel::IdentificationDetail;

use super::Desk;
use crate::widgets::{
    button::{Button, Weight},
    facts,
    field::Field,
};

/// Draws the field, or the words alone where this session cannot change them.
pub(super) fn note_ui(ui: &mut Ui, detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    let Some(note) = &detail.note else { return };
    // REVEAL: the note of the administration on its own screen.
    let noted = note.words.reveal();
    let Some(keep) = note.keep else {
        facts::sight(ui, Icon::StickyNote, &desk.with("ui-id-noted", "note", noted.to_owned()));
        return;
    };
    let typed = desk.state.note.take().filter(|(item, _)| *item == detail.item);
    let mut words = typed.map_or_else(|| noted.to_owned(), |(_, words)| words);
    let label = desk.text("ui-id-note");
    let field = Field { label: &label, help: None, error: None, passphrase: None, secret: false, height: 32.0 };
    field.show(ui, Id::unique("identification-note"), &mut words);
    if let Some((end, _)) = words.char_indices().nth(note.characters_max) {
        words.truncate(end);
    }
    let changed = words.trim() != noted;
    if changed && Button::new(Weight::Secondary, &desk.text("ui-id-note-keep")).height(30.0).show(ui).clicked() {
        desk.outbox.push(keep(detail.item, words));
        return;
    }
    if changed {
        desk.state.note = Some((detail.item, words));
    }
}
