//! Ticks that look like what they are about: a wide one with an icon, and a round one for a word. To screen readers: boxes.
//!
//! **Invariant:** whether it is ticked is in the view model; a sign beside the colour says it.

use egui::{CornerRadius, Pos2, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;

use super::{focus, text, text::Flow};
use crate::theme::{self, Type};

/// As wide as there is room, with an icon that gives way to a tick.
pub fn wide(ui: &mut Ui, on: bool, glyph: Icon, words: &str) -> Response {
    let t = theme::tokens(ui);
    let ink = if on { t.accent } else { t.text };
    let galley = Flow::new(words, Type::Body, ink).wrapped(ui, ui.available_width() - 54.0);
    let size = Vec2::new(ui.available_width(), (galley.size().y + 15.0).max(36.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, words));
    let (fill, line) = match (on, response.hovered()) {
        (true, _) => (t.selected, t.accent),
        (false, true) => (t.hover, t.border_strong),
        (false, false) => (t.surface, t.border_strong),
    };
    ui.painter().rect(rect, CornerRadius::same(6), fill, Stroke::new(1.0, line), StrokeKind::Inside);
    let sign = if on { Icon::Check } else { glyph };
    text::icon(ui.painter(), Pos2::new(rect.left() + 24.0, rect.center().y), sign, 16.0, ink);
    text::paint_left(ui.painter(), Pos2::new(rect.left() + 40.0, rect.center().y), galley);
    focus::ring(ui, &response, rect, 6);
    response
}

/// As wide as its word, at most as there is room; several stand on one line.
pub fn round(ui: &mut Ui, on: bool, words: &str) -> Response {
    let t = theme::tokens(ui);
    let ink = if on { t.accent } else { t.text_2 };
    let sign = if on { 19.0 } else { 0.0 };
    let galley = Flow::new(words, Type::Small, ink).wrapped(ui, ui.max_rect().width() - 22.0 - sign);
    let size = Vec2::new(galley.size().x + 22.0 + sign, (galley.size().y + 7.0).max(28.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, on, words));
    let (fill, line) = match (on, response.hovered()) {
        (true, _) => (t.selected, t.accent),
        (false, true) => (t.hover, t.border_strong),
        (false, false) => (t.surface, t.border),
    };
    ui.painter().rect(rect, CornerRadius::same(14), fill, Stroke::new(1.0, line), StrokeKind::Inside);
    if on {
        text::icon(ui.painter(), Pos2::new(rect.left() + 18.0, rect.center().y), Icon::Check, 14.0, ink);
    }
    text::paint_left(ui.painter(), Pos2::new(rect.left() + 11.0 + sign, rect.center().y), galley);
    focus::ring(ui, &response, rect, 14);
    response
}
