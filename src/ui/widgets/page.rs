//! An area that scrolls by wheel, bar and keyboard: PageUp, PageDown, Home and End.
//!
//! **Invariant:** a list or table that has the focus keeps these keys; a text field too.
//! **Invariant:** every area of the program that scrolls is shown here, and is told of to who asks.

use std::ops::Range;

use egui::{Context, Id, Key, Rect, ScrollArea, Ui, UiBuilder, Vec2, scroll_area::ScrollAreaOutput};

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
    area(ui, ScrollArea::vertical().id_salt(salt).auto_shrink([false, false]), |ui| {
        if distance != 0.0 {
            ui.scroll_with_delta(Vec2::new(0.0, distance));
        }
        draw(ui);
    });
}

/// Shows an area that scrolls.
pub fn area<R>(ui: &mut Ui, area: ScrollArea, draw: impl FnOnce(&mut Ui) -> R) -> R {
    let shown = area.show(ui, draw);
    note(ui.ctx(), shown)
}

/// Shows an area that moves to the left and the right, as high as what it holds.
pub fn across<R>(ui: &mut Ui, salt: &str, draw: impl FnOnce(&mut Ui) -> R) -> R {
    let mut shown = ScrollArea::horizontal().id_salt(salt).auto_shrink([false, true]).show(ui, draw);
    shown.inner_rect.set_height(shown.content_size.y);
    note(ui.ctx(), shown)
}

/// Shows an area of so many rows of one height, of which it asks for those that are seen.
pub fn rows<R>(
    ui: &mut Ui,
    area: ScrollArea,
    height: f32,
    rows: usize,
    draw: impl FnOnce(&mut Ui, Range<usize>) -> R,
) -> R {
    let shown = area.show_rows(ui, height, rows, draw);
    note(ui.ctx(), shown)
}

/// An area of the last picture that scrolls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scrolled {
    /// Its id.
    pub id: Id,
    /// What is seen of it, points of the window, without its bars.
    pub view: Rect,
    /// All that it holds, as it lies now: larger than what is seen where there is something to scroll.
    pub content: Rect,
}

/// The areas of a pass: its number, and they.
type Areas = (u64, Vec<Scrolled>);

fn areas_id() -> Id {
    Id::unique("scrolled")
}

fn note<R>(ctx: &Context, shown: ScrollAreaOutput<R>) -> R {
    let content = Rect::from_min_size(shown.inner_rect.min - shown.state.clamped_offset(), shown.content_size);
    let area = Scrolled { id: shown.id, view: shown.inner_rect, content };
    let pass = ctx.cumulative_pass_nr();
    ctx.data_mut(|data| {
        let areas = data.get_temp_mut_or_default::<Areas>(areas_id());
        if areas.0 != pass {
            *areas = (pass, Vec::new());
        }
        areas.1.push(area);
    });
    shown.inner
}

/// The areas that scrolled in the last picture, what lies inside another before it.
#[must_use]
pub fn scrolled(ctx: &Context) -> Vec<Scrolled> {
    ctx.data(|data| data.get_temp::<Areas>(areas_id())).map(|(_, areas)| areas).unwrap_or_default()
}

/// Heights of the things of a long list, as they were last drawn over this width.
#[derive(Clone, Default)]
struct Heights {
    width: f32,
    each: Vec<f32>,
}

/// What is drawn over and under the view, points: where Tab goes next.
const AROUND: f32 = 120.0;

/// Draws of many things, one under the other, those that are seen; the others keep their place. A thing that was never seen is
/// `usual` points high until it is. `to` is the one to bring in sight.
pub fn many(
    ui: &mut Ui,
    salt: &str,
    count: usize,
    usual: f32,
    to: Option<usize>,
    mut draw: impl FnMut(&mut Ui, usize),
) {
    if count == 0 {
        return;
    }
    // One scope, so that the ids of what follows do not depend on how many are seen.
    ui.push_id(salt, |ui| {
        let id = ui.scope_id().with("many");
        let mut heights: Heights = ui.data_mut(|data| data.remove_temp(id)).unwrap_or_default();
        let width = ui.available_width();
        if (heights.width - width).abs() > 0.5 {
            heights = Heights { width, each: Vec::new() };
        }
        heights.each.resize(count, usual);
        if let Some((to, height)) = to.and_then(|to| Some((to, *heights.each.get(to)?))) {
            let top = ui.cursor().top() + heights.each.iter().take(to).sum::<f32>();
            let place = Rect::from_min_size(egui::pos2(ui.cursor().left(), top), Vec2::new(1.0, height));
            ui.scroll_to_rect(place, None);
        }
        let seen = ui.clip_rect().y_range().expand(AROUND);
        let mut hidden = 0.0;
        // The one before and the one after are drawn too, however high: the keyboard goes there next.
        let (mut before_it, mut after_it) = (None, None);
        let mut top = ui.cursor().top();
        for (index, height) in heights.each.iter().enumerate() {
            if top + height < seen.min {
                before_it = Some(index);
            } else if top > seen.max {
                after_it = Some(index);
                break;
            }
            top += height;
        }
        for (index, height) in heights.each.iter_mut().enumerate() {
            let top = ui.cursor().top() + hidden;
            let is_beside = Some(index) == before_it || Some(index) == after_it;
            if (top > seen.max || top + *height < seen.min) && !is_beside {
                hidden += *height;
                continue;
            }
            if hidden > 0.0 {
                ui.add_space(std::mem::take(&mut hidden));
            }
            let before = ui.cursor().top();
            // An id of its own, not counted from those that are drawn before it: what has the focus keeps it.
            let builder = UiBuilder::new().scope_id(id.with(index));
            ui.scope_builder(builder, |ui| draw(ui, index));
            *height = ui.cursor().top() - before;
        }
        // The air under the last one comes by itself.
        ui.add_space((hidden - ui.spacing().item_spacing.y).max(0.0));
        ui.data_mut(|data| data.insert_temp(id, heights));
    });
}
