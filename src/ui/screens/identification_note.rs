//! The note at the item in hand: for whoever of the administration has it next.

use egui::{Id, Ui};
use lucide_icons::Icon;
use viewmodel::{IdentificationDetail, ItemId, NoteTyped, Words};
use zeroize::Zeroizing;

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
    desk.state.note.as_ref().is_some_and(|typed| typed.item == detail.item)
}

/// The way to the field.
pub(super) fn begin_note_ui(ui: &mut Ui, detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    let Some(note) = &detail.note else { return };
    let begins = note.keep.is_some() && !is_open(detail, desk);
    if begins && button::link(ui, &desk.text("ui-id-note-begin"), Type::Body, None).clicked() {
        // REVEAL: into the field in which it is changed.
        desk.state.note = Some(typed(detail.item, &note.words));
        ui.memory_mut(|memory| memory.request_focus(field_id()));
    }
}

// REVEAL: into the field of who may change it.
fn typed(item: ItemId, words: &Words) -> NoteTyped {
    NoteTyped { item, words: Zeroizing::new(words.reveal().to_owned()) }
}

/// What was typed before a lock, or before another item was looked at, goes back into the field; once, so that the field can be left.
fn give_back(detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    let Some(note) = detail.note.as_ref().filter(|note| note.keep.is_some()) else { return };
    if let Some(words) = &note.typed
        && desk.state.note_given != Some(detail.item)
        && !is_open(detail, desk)
    {
        desk.state.note = Some(typed(detail.item, words));
    }
    desk.state.note_given = Some(detail.item);
}

fn field_id() -> Id {
    Id::unique("identification-note")
}

/// Draws the field, or the words alone where this session cannot change them.
pub(super) fn note_ui(ui: &mut Ui, detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    let Some(note) = &detail.note else { return };
    give_back(detail, desk);
    // REVEAL: the note of the administration on its own screen.
    let noted = note.words.reveal();
    let Some(keep) = note.keep.filter(|_| is_open(detail, desk)) else {
        if !noted.is_empty() {
            facts::sight(ui, Icon::StickyNote, &desk.with("ui-id-noted", "note", noted.to_owned()));
        }
        return;
    };
    let open = desk.state.note.take().filter(|typed| typed.item == detail.item);
    let mut typed = open.unwrap_or_else(|| typed(detail.item, &note.words));
    let label = desk.text("ui-id-note");
    let field = Field { label: &label, help: None, error: None, passphrase: None, secret: false, height: 32.0 };
    field.show(ui, field_id(), &mut typed.words);
    if let Some((end, _)) = typed.words.char_indices().nth(note.characters_max) {
        typed.words.truncate(end);
    }
    let changed = typed.words.trim() != noted;
    if changed && Button::new(Weight::Secondary, &desk.text("ui-id-note-keep")).height(30.0).show(ui).clicked() {
        desk.outbox.push(keep(detail.item, std::mem::take(&mut *typed.words)));
        return;
    }
    desk.state.note = Some(typed);
}
