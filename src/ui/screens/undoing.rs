//! The way back from what was done last, for as long as there is one: in the foot of a list, or over an empty page; Ctrl Z does the same.

use egui::{Key, Modifiers, Rect, Ui};
use lucide_icons::Icon;
use viewmodel::Undo;

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button,
        cap::{self, Cap},
        facts,
        surface::{self, Tone},
        text,
    },
};

/// Height of the foot of a list that says what can be undone: two lines.
pub(super) const FOOT: f32 = 68.0;

/// What can still be undone, as it is said.
pub(super) struct Undoable<'a> {
    undo: &'a Undo,
    head: String,
    left: String,
}

impl<'a> Undoable<'a> {
    /// `head`: key of what was done to a ride; nothing once its seconds are over.
    pub(super) fn of(undo: Option<&'a Undo>, head: &str, desk: &Desk<'_>) -> Option<Self> {
        let undo = undo?;
        let left = undo.seconds.checked_sub(desk.state.seconds_since_frame).filter(|left| *left > 0)?;
        let head = desk.with(head, "ride", undo.ride.clone());
        Some(Self { undo, head, left: desk.with("ui-id-undo-left", "n", left.to_string()) })
    }

    /// Over an empty page.
    pub(super) fn banner(&self, ui: &mut Ui, desk: &mut Desk<'_>) {
        let said = (self.head.as_str(), self.left.as_str());
        let clicked = surface::banner_with(ui, Tone::News, Icon::Undo2, said, &desk.text("ui-id-undo-do"));
        self.keys(ui, clicked, desk);
    }

    /// In the foot of a list.
    pub(super) fn foot(&self, ui: &mut Ui, rect: Rect, desk: &mut Desk<'_>) {
        let clicked = facts::footer(ui, rect, "undo-foot", |ui| {
            let t = theme::tokens(ui);
            ui.spacing_mut().item_spacing.y = 6.0;
            text::Flow::new(&self.head, Type::SmallBold, t.text).show_cut(ui);
            ui.horizontal(|ui| {
                ui.spacing_mut().interact_size.y = 22.0;
                let clicked = button::link(ui, &desk.text("ui-id-undo-do"), Type::Small, Some(Icon::Undo2)).clicked();
                let (ctrl, key) = (desk.text("ui-key-ctrl"), desk.text("ui-key-undo"));
                cap::key_line(ui, &[(vec![Cap::Text(&ctrl), Cap::Text(&key)], String::new())]);
                clicked
            })
            .inner
        });
        self.keys(ui, clicked, desk);
    }

    fn keys(&self, ui: &Ui, clicked: bool, desk: &mut Desk<'_>) {
        ui.ctx().request_repaint_after(std::time::Duration::from_secs(1));
        // In a field Ctrl Z takes back what was typed there.
        let free = !ui.ctx().text_edit_focused();
        if clicked || (free && ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Z))) {
            desk.outbox.push(self.undo.command.clone());
        }
    }
}
