//! Facts: keys with values, the sentence of sight, the day something disappears, a page's head.
//!
//! **Invariant:** a value that is not there has a word; never an empty place.

use egui::{CornerRadius, Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;

use super::{said, surface, text};
use crate::theme::{self, Type};

/// Two columns: keys of less weight, values; spoken as *key: value*.
pub fn key_values(ui: &mut Ui, key_width: f32, rows: &[(String, String)]) {
    let t = theme::tokens(ui);
    for (key, value) in rows {
        let width = ui.available_width();
        // A fingerprint is compared character by character.
        let kind = if value.starts_with("sha256:") { Type::Hash } else { Type::Body };
        let galley = text::Flow::new(value, kind, t.text).wrapped(ui, width - key_width);
        let (rect, response) = ui.allocate_exact_size(Vec2::new(width, galley.size().y.max(21.0)), Sense::hover());
        let spoken = format!("{key}: {value}");
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        let key_galley = text::Flow::new(key, Type::Body, t.text_3).cut(ui, key_width - 8.0);
        ui.painter().galley(rect.min, key_galley, t.text_3);
        ui.painter().galley(rect.min + Vec2::new(key_width, 0.0), galley, t.text);
    }
}

/// A sentence of 13 with an icon of 15: who sees it, whom to talk to, what it cannot say.
pub fn sight(ui: &mut Ui, glyph: Icon, words: &str) {
    note(ui, glyph, words, Type::Small);
}

/// How high such a sentence stands in a width.
pub fn sight_height(ui: &Ui, words: &str, width: f32) -> f32 {
    text::Flow::new(words, Type::Small, theme::tokens(ui).text_3).wrapped(ui, width - 22.0).size().y
}

/// The same in caption: a caveat under a chart.
pub fn caveat(ui: &mut Ui, words: &str) {
    note(ui, Icon::Info, words, Type::Caption);
}

fn note(ui: &mut Ui, glyph: Icon, words: &str, kind: Type) {
    let t = theme::tokens(ui);
    let width = ui.available_width();
    let galley = text::Flow::new(words, kind, t.text_3).wrapped(ui, width - 22.0);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, galley.size().y), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, words));
    text::icon(ui.painter(), rect.min + Vec2::new(8.0, 9.0), glyph, 15.0, t.text_3);
    ui.painter().galley(rect.min + Vec2::new(22.0, 0.0), galley, t.text_3);
}

/// *Verdwijnt op*: label, date, a bar of what is left, caption.
pub fn disappears(ui: &mut Ui, label: &str, date: &str, share_left: f32, caption: &str) {
    let t = theme::tokens(ui);
    let width = ui.available_width();
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, 22.0), Sense::hover());
    let spoken = format!("{label} {date}");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    text::paint_left(ui.painter(), rect.left_center(), text::galley(ui, label, Type::BodyBold, t.text));
    text::paint_right(ui.painter(), rect.right_center(), text::galley(ui, date, Type::Body, t.text));
    let (bar, _) = ui.allocate_exact_size(Vec2::new(width, 4.0), Sense::hover());
    ui.painter().rect_filled(bar, CornerRadius::same(2), t.border);
    let left = Rect::from_min_size(bar.min, Vec2::new(width * share_left.clamp(0.0, 1.0), 4.0));
    ui.painter().rect_filled(left, CornerRadius::same(2), t.grey_mark);
    text::label(ui, caption, Type::Caption, t.text_3);
}

/// Width that a title keeps for itself; with less, the actions go under it.
const TITLE_LEAST: f32 = 260.0;

/// The page's head: title and a line under it at the left, `actions` at the right or, where there is no room, under it.
pub fn page_head(ui: &mut Ui, title: &str, under: &str, actions_width: f32, actions: impl FnOnce(&mut Ui)) {
    let t = theme::tokens(ui);
    let (start, width) = (ui.cursor().min, ui.available_width());
    let under_it = actions_width > 0.0 && width - actions_width - 16.0 < TITLE_LEAST;
    let beside = if under_it { width } else { width - actions_width - 16.0 };
    let title_galley = text::Flow::new(title, Type::Title, t.text).cut(ui, beside);
    let under_galley = text::Flow::new(under, Type::Body, t.text_2).wrapped(ui, beside);
    let height = 30.0 + if under.is_empty() { 0.0 } else { under_galley.size().y };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, title));
    said::heading(&response, 1, title);
    ui.painter().galley(rect.min, title_galley, t.text);
    if !under.is_empty() {
        let place = Rect::from_min_size(rect.min + Vec2::new(0.0, 30.0), under_galley.size());
        let id = ui.scope_id().with("page-head-under");
        let line = ui.interact(place, id, Sense::hover());
        line.widget_info(|| WidgetInfo::labeled(Role::Label, true, under));
        ui.painter().galley(place.min, under_galley, t.text_2);
    }
    if under_it {
        ui.add_space(4.0);
        ui.horizontal_wrapped(actions);
    } else if actions_width > 0.0 {
        let size = Vec2::new(actions_width, 40.0);
        let place = Rect::from_min_size(egui::pos2(start.x + width - actions_width, start.y + 4.0), size);
        text::region(ui, place, "actions", |ui| {
            at_right(ui, "actions", egui::Align::Min, actions);
        });
    }
    ui.add_space(8.0);
}

/// Draws at the right of a line, in the order of reading: a layout from the right would have the keyboard go back.
pub fn at_right<R>(ui: &mut Ui, salt: &str, align: egui::Align, draw: impl FnOnce(&mut Ui) -> R) -> R {
    let id = ui.scope_id().with(("at-right", salt));
    let known: Option<f32> = ui.data(|data| data.get_temp(id));
    let room = ui.available_width();
    let (drawn, width) = ui
        .with_layout(egui::Layout::left_to_right(align), |ui| {
            ui.add_space((room - known.unwrap_or(room)).max(0.0));
            let begin = ui.cursor().left();
            let drawn = draw(ui);
            (drawn, ui.min_rect().right() - begin)
        })
        .inner;
    if known.is_none_or(|known| (known - width).abs() > 0.5) {
        ui.data_mut(|data| data.insert_temp(id, width));
        ui.ctx().request_discard("at-right");
    }
    drawn
}

/// A heading with an icon before it.
pub fn icon_heading(ui: &mut Ui, glyph: Icon, words: &str) {
    let t = theme::tokens(ui);
    ui.scope(|ui| {
        // As high as its line: a row of controls would leave air above it.
        ui.spacing_mut().interact_size.y = 21.0;
        ui.horizontal(|ui| {
            text::icon_here(ui, glyph, 18.0, t.text_2);
            let heading = text::label(ui, words, Type::BodyBold, t.text);
            said::heading(&heading, 2, words);
        });
    });
}

/// A list's or page's footer with a line above it, in a rectangle.
pub fn footer<R>(ui: &mut Ui, rect: Rect, salt: &str, draw: impl FnOnce(&mut Ui) -> R) -> R {
    surface::hairline(ui, rect, rect.top());
    text::region(ui, rect.shrink2(Vec2::new(16.0, 9.0)), salt, draw)
}
