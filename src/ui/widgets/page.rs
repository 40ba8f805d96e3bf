//! An area that scrolls by wheel, bar and keyboard: PageUp, PageDown, Home and End.
//!
//! **Invariant:** a list or table that has the focus keeps these keys; a text field too.

use egui::{Context, Id, Key, ScrollArea, Ui, Vec2};

/// A step of the arrow keys in a table that only scrolls, points.
const STEP: f32 = 32.0;
/// Further than any page is long.
const TO_THE_END: f32 = 1e6;

/// Notes that this focus has a use of its own for the keys that scroll.
pub fn owns_keys(ctx: &Context, id: Id) {
    ctx.data_mut(|data| data.insert_temp(id.with("owns-keys"), true));
}

/// Whether a thing has such a use: a list or a table, where a page is worked.
#[must_use]
pub fn has_keys(ctx: &Context, id: Id) -> bool {
    ctx.data(|data| data.get_temp(id.with("owns-keys")).unwrap_or(false))
}

fn keys_are_free(ctx: &Context) -> bool {
    let focused = ctx.memory(egui::Memory::focused);
    let owned = focused.is_some_and(|id| has_keys(ctx, id));
    !owned && !ctx.text_edit_focused() && !egui::Popup::is_any_open(ctx)
}

/// How far the keys ask to scroll in a view of this height; down is negative.
#[must_use]
pub fn asked(ui: &Ui, view: f32, arrows: bool) -> f32 {
    let leap = (view - 2.0 * STEP).max(STEP);
    let keys = [
        (Key::PageDown, -leap, true),
        (Key::PageUp, leap, true),
        (Key::Home, TO_THE_END, true),
        (Key::End, -TO_THE_END, true),
        (Key::ArrowDown, -STEP, arrows),
        (Key::ArrowUp, STEP, arrows),
    ];
    ui.input(|input| {
        keys.iter().find(|(key, _, on)| *on && input.key_pressed(*key)).map_or(0.0, |(_, distance, _)| *distance)
    })
}

/// Draws a page that scrolls as a whole.
pub fn scrolling(ui: &mut Ui, salt: &str, draw: impl FnOnce(&mut Ui)) {
    let distance = if keys_are_free(ui.ctx()) { asked(ui, ui.available_height(), false) } else { 0.0 };
    ScrollArea::vertical().id_salt(salt).auto_shrink([false, false]).show(ui, |ui| {
        if distance != 0.0 {
            ui.scroll_with_delta(Vec2::new(0.0, distance));
        }
        draw(ui);
    });
}
