//! Where the keyboard is: the ring of LOOK §4, shown when the last input was a key.
//!
//! **Invariant:** a pointer never leaves a ring behind, except at text fields.

use egui::{Context, CornerRadius, Event, Id, Painter, Rect, Response, Stroke, StrokeKind, Ui};

use crate::theme;

fn flag() -> Id {
    Id::unique("last-input-was-a-key")
}

/// Notes what the last input was; once per pass, before anything is drawn.
pub fn note_input(ctx: &Context) {
    let last = ctx.input(|input| {
        let key = |event: &Event| matches!(event, Event::Key { pressed: true, .. });
        let pointer = |event: &Event| matches!(event, Event::PointerButton { pressed: true, .. });
        input.events.iter().rev().find(|event| key(event) || pointer(event)).map(key)
    });
    if let Some(key) = last {
        ctx.data_mut(|data| data.insert_temp(flag(), key));
    }
}

/// The last input was a key.
#[must_use]
pub fn by_keyboard(ctx: &Context) -> bool {
    ctx.data(|data| data.get_temp(flag()).unwrap_or(false))
}

/// The painter of a ring: it may cross its scroll area's edge by the ring's own width.
fn wide(ui: &Ui) -> Painter {
    ui.painter().with_clip_rect(ui.clip_rect().expand(4.0))
}

/// A ring around a control that has the focus; one that got it by a key scrolls into view.
pub fn ring(ui: &Ui, response: &Response, rect: Rect, radius: u8) {
    if response.gained_focus() && by_keyboard(ui.ctx()) {
        response.scroll_to_me(None);
    }
    if response.has_focus() && by_keyboard(ui.ctx()) {
        ring_at(ui, rect, radius);
    }
}

/// The ring itself: 2 px, 2 px outside the control.
pub fn ring_at(ui: &Ui, rect: Rect, radius: u8) {
    let stroke = Stroke::new(2.0, theme::tokens(ui).focus);
    wide(ui).rect_stroke(rect.expand(2.0), CornerRadius::same(radius + 3), stroke, StrokeKind::Outside);
}

/// A ring inside a row of a list or table.
pub fn ring_inside(ui: &Ui, rect: Rect) {
    let stroke = Stroke::new(2.0, theme::tokens(ui).focus);
    ui.painter().rect_stroke(rect.shrink(2.0), CornerRadius::same(4), stroke, StrokeKind::Inside);
}

/// Letter keys may act: no text field has the focus and no popup is open.
#[must_use]
pub fn letters_are_free(ctx: &Context) -> bool {
    !ctx.text_edit_focused() && !egui::Popup::is_any_open(ctx)
}
