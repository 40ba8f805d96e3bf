//! Choices: segment, chip, checkbox, radio, fold.
//!
//! **Invariant:** what is chosen is in the view model or the view state; these draw it and say what was clicked.

use egui::{CornerRadius, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;

use super::{focus, said, text};
use crate::theme::{self, Type};

/// One part of a segment.
pub struct Part<'a> {
    /// Its word.
    pub word: &'a str,
    /// Its icon.
    pub icon: Option<Icon>,
    /// It is the chosen one.
    pub chosen: bool,
}

/// Width of a segment.
#[must_use]
pub fn segment_width(ui: &Ui, parts: &[Part<'_>]) -> f32 {
    parts.iter().map(|part| part_width(ui, part)).sum()
}

fn part_width(ui: &Ui, part: &Part<'_>) -> f32 {
    let kind = if part.chosen { Type::SmallBold } else { Type::Small };
    let icon = if part.icon.is_some() { 22.0 } else { 0.0 };
    (text::galley(ui, part.word, kind, theme::tokens(ui).text).size().x + 24.0 + icon).ceil()
}

/// A segment, on more lines where one does not hold it; gives the part that was clicked.
pub fn segment(ui: &mut Ui, parts: &[Part<'_>], height: f32) -> Option<usize> {
    let room = ui.available_width().max(1.0);
    if segment_width(ui, parts) <= room + 0.5 || parts.len() < 2 {
        return segment_line(ui, parts, height);
    }
    let (mut clicked, mut from) = (None, 0);
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        while let Some(rest) = parts.get(from..).filter(|rest| !rest.is_empty()) {
            let fit = (1..=rest.len()).rev().find(|n| segment_width(ui, &rest[..*n]) <= room).unwrap_or(1);
            clicked = segment_line(ui, &rest[..fit], height).map(|index| from + index).or(clicked);
            from += fit;
        }
    });
    clicked
}

fn segment_line(ui: &mut Ui, parts: &[Part<'_>], height: f32) -> Option<usize> {
    let t = theme::tokens(ui);
    let (whole, _) = ui.allocate_exact_size(Vec2::new(segment_width(ui, parts), height), Sense::hover());
    ui.painter().rect_filled(whole, CornerRadius::same(6), t.surface);
    let (mut x, mut clicked) = (whole.left(), None);
    let mut rings = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let rect = Rect::from_min_size(Pos2::new(x, whole.top()), Vec2::new(part_width(ui, part), height));
        let id = ui.scope_id().with(("segment", part.word));
        let response = ui.interact(rect, id, Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, part.chosen, part.word));
        let (first, last) = (index == 0, index + 1 == parts.len());
        let corner = |outer: bool| if outer { 5 } else { 0 };
        let radius = CornerRadius { nw: corner(first), sw: corner(first), ne: corner(last), se: corner(last) };
        if part.chosen || response.hovered() {
            let fill = if part.chosen { t.selected } else { t.hover };
            ui.painter().rect_filled(rect.shrink2(Vec2::new(0.0, 1.0)), radius, fill);
        }
        let (kind, ink) = if part.chosen { (Type::SmallBold, t.text) } else { (Type::Small, t.text_2) };
        let mut left = rect.left() + 12.0;
        if let Some(glyph) = part.icon {
            text::icon(ui.painter(), Pos2::new(left + 8.0, rect.center().y), glyph, 16.0, ink);
            left += 22.0;
        }
        let galley = text::galley(ui, part.word, kind, ink);
        text::paint_left(ui.painter(), Pos2::new(left, rect.center().y), galley);
        if !last {
            let at = ui.painter().round_to_pixel_center(rect.right());
            ui.painter().vline(at, rect.y_range(), Stroke::new(1.0, t.border));
        }
        if response.clicked() {
            clicked = Some(index);
        }
        rings.push((response, rect));
        x = rect.right();
    }
    let stroke = Stroke::new(1.0, t.border_strong);
    ui.painter().rect_stroke(whole, CornerRadius::same(6), stroke, StrokeKind::Inside);
    for (response, rect) in rings {
        focus::ring(ui, &response, rect, 5);
    }
    clicked
}

/// Width a chip needs for its name and value.
#[must_use]
pub fn chip_width(ui: &Ui, name: &str, value: &str) -> f32 {
    let wide = |words: &str| text::galley(ui, words, Type::Small, theme::tokens(ui).text).size().x;
    wide(name) + wide(value) + 10.0 + 6.0 + 8.0 + 15.0 + 8.0
}

/// A chip with a name and its value, opening a choice.
pub fn chip(ui: &mut Ui, name: &str, value: &str, width: Option<f32>) -> Response {
    let t = theme::tokens(ui);
    let name_galley = text::galley(ui, name, Type::Small, t.text_3);
    let value_galley = text::galley(ui, value, Type::Small, t.text);
    let natural = chip_width(ui, name, value);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width.unwrap_or(natural), 32.0), Sense::click());
    let spoken = format!("{name}: {value}");
    response.widget_info(|| WidgetInfo::labeled(Role::ComboBox, true, &spoken));
    let popup = egui::Popup::default_response_id(&response);
    said::open(&response, egui::Popup::is_id_open(ui.ctx(), popup));
    let fill = if response.hovered() { t.hover } else { t.surface };
    ui.painter().rect(rect, CornerRadius::same(6), fill, Stroke::new(1.0, t.border_strong), StrokeKind::Inside);
    let (y, left) = (rect.center().y, rect.left() + 10.0);
    let name_width = name_galley.size().x;
    text::paint_left(ui.painter(), Pos2::new(left, y), name_galley);
    text::paint_left(ui.painter(), Pos2::new(left + name_width + 6.0, y), value_galley);
    text::icon(ui.painter(), Pos2::new(rect.right() - 15.0, y), Icon::ChevronDown, 15.0, t.text_3);
    focus::ring(ui, &response, rect, 6);
    response
}

/// A box to tick, with its words.
pub fn checkbox(ui: &mut Ui, ticked: bool, words: &str, bold: bool) -> Response {
    let t = theme::tokens(ui);
    let kind = if bold { Type::BodyBold } else { Type::Body };
    let galley = text::Flow::new(words, kind, t.text).wrapped(ui, ui.available_width() - 28.0);
    let size = Vec2::new(28.0 + galley.size().x, galley.size().y.max(28.0));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, true, ticked, words));
    let tick = Rect::from_min_size(Pos2::new(rect.left(), rect.center().y - 9.0), Vec2::splat(18.0));
    let (fill, line) = if ticked { (t.accent, t.accent) } else { (t.surface, t.border_strong) };
    ui.painter().rect(tick, CornerRadius::same(4), fill, Stroke::new(1.0, line), StrokeKind::Inside);
    if ticked {
        text::icon(ui.painter(), tick.center(), Icon::Check, 14.0, t.on_accent);
    }
    text::paint_left(ui.painter(), Pos2::new(rect.left() + 28.0, rect.center().y), galley);
    focus::ring(ui, &response, tick, 4);
    response
}

/// Width of a round choice with its words on one line.
#[must_use]
pub fn radio_width(ui: &Ui, words: &str) -> f32 {
    26.0 + text::galley(ui, words, Type::Body, theme::tokens(ui).text).size().x
}

/// A round choice with its words, in a width.
pub fn radio(ui: &mut Ui, chosen: bool, words: &str, enabled: bool) -> Response {
    let t = theme::tokens(ui);
    let ink = if enabled { t.text } else { t.disabled };
    let galley = text::Flow::new(words, Type::Body, ink).wrapped(ui, ui.available_width() - 26.0);
    let size = Vec2::new(26.0 + galley.size().x, galley.size().y.max(28.0));
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(size, sense);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, enabled, chosen, words));
    let centre = Pos2::new(rect.left() + 9.0, rect.center().y);
    let line = match (chosen, enabled) {
        (true, true) => t.accent,
        (false, true) => t.border_strong,
        (_, false) => t.border,
    };
    let fill = if enabled { t.surface } else { t.sunken };
    ui.painter().circle(centre, 8.5, fill, Stroke::new(1.0, line));
    if chosen {
        ui.painter().circle_filled(centre, 5.0, t.accent);
    }
    text::paint_left(ui.painter(), Pos2::new(rect.left() + 26.0, rect.center().y), galley);
    focus::ring(ui, &response, Rect::from_center_size(centre, Vec2::splat(18.0)), 9);
    response
}

/// A fold, closed to begin with; true while it is open.
pub fn fold(ui: &mut Ui, id: &str, words: &str) -> bool {
    let t = theme::tokens(ui);
    let id = ui.scope_id().with(id);
    let open: bool = ui.data(|data| data.get_temp(id)).unwrap_or(false);
    let galley = text::galley(ui, words, Type::Small, t.accent);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(galley.size().x + 20.0, 22.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::DisclosureTriangle, true, words));
    said::open(&response, open);
    let glyph = if open { Icon::ChevronDown } else { Icon::ChevronRight };
    text::icon(ui.painter(), Pos2::new(rect.left() + 7.0, rect.center().y), glyph, 14.0, t.accent);
    text::paint_left(ui.painter(), Pos2::new(rect.left() + 20.0, rect.center().y), galley);
    focus::ring(ui, &response, rect, 3);
    if response.clicked() {
        ui.data_mut(|data| data.insert_temp(id, !open));
    }
    open != response.clicked()
}
