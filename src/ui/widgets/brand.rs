//! The mark, the TEST strip, and an item of the navigation rail.
//!
//! **Invariant:** the strip is there in every state of a test store, also locked.

use egui::{Color32, CornerRadius, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;

use super::{cap, focus, said, text};
use crate::theme::{self, Type};

/// The mark: a bow going back over a dot, on a rounded square (drawn on a square of 26).
pub fn mark(ui: &Ui, rect: Rect) {
    let t = theme::tokens(ui);
    let unit = rect.width() / 26.0;
    let at = |x: f32, y: f32| rect.min + Vec2::new(x, y) * unit;
    let radius = CornerRadius::same((rect.width() * 0.27).round() as u8);
    ui.painter().rect_filled(rect, radius, t.accent);
    let pen = Stroke::new(2.2 * unit, t.on_accent);
    // The arc of radius 7.6 through (5.6, 15.2) and (20.4, 15.2), over the top.
    let (centre, r) = ((13.0_f32, 15.2 - (7.6_f32 * 7.6 - 7.4 * 7.4).sqrt()), 7.6_f32);
    let (from, to) = ((15.2 - centre.1).atan2(5.6 - centre.0), (15.2 - centre.1).atan2(20.4 - centre.0));
    let sweep = to - from + std::f32::consts::TAU;
    let point = |i: u32| {
        let angle = from + sweep * i as f32 / 24.0;
        at(centre.0 + r * angle.cos(), centre.1 + r * angle.sin())
    };
    ui.painter().add(Shape::line((0..=24).map(point).collect(), pen));
    ui.painter().add(Shape::line(vec![at(3.9, 11.6), at(5.6, 15.6), at(9.6, 14.0)], pen));
    for (x, y) in [(20.4, 15.2), (3.9, 11.6), (5.6, 15.6), (9.6, 14.0)] {
        ui.painter().circle_filled(at(x, y), 1.1 * unit, t.on_accent);
    }
    ui.painter().circle_filled(at(13.0, 16.8), 2.7 * unit, t.on_accent);
}

/// Mark and name beside each other.
pub fn brand(ui: &mut Ui, size: f32, kind: Type, name: &str) {
    let t = theme::tokens(ui);
    let galley = text::galley(ui, name, kind, t.text);
    let gap = size * 0.33 + 1.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(size + gap + galley.size().x, size), Sense::hover());
    if !name.is_empty() {
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, name));
    }
    mark(ui, Rect::from_min_size(rect.min, Vec2::splat(size)));
    text::paint_left(ui.painter(), Pos2::new(rect.left() + size + gap, rect.center().y), galley);
}

/// Height of the strip.
pub const STRIP: f32 = 28.0;

/// The violet strip over the whole width: a test store.
pub fn test_strip(ui: &mut Ui, rect: Rect, first: &str, rest: &str) {
    let t = theme::tokens(ui);
    ui.painter().rect_filled(rect, CornerRadius::ZERO, t.violet);
    let response = ui.interact(rect, ui.scope_id().with("test-strip"), Sense::hover());
    let spoken = format!("{first} {rest}");
    response.widget_info(|| WidgetInfo::labeled(Role::Banner, true, &spoken));
    let galley = text::Flow::new(first, Type::SmallBold, t.on_violet)
        .then(" ", Type::Small, t.on_violet)
        .then(rest, Type::Small, t.on_violet)
        .cut(ui, rect.width() - 40.0);
    let left = rect.center().x - (galley.size().x + 22.0) / 2.0;
    text::icon(ui.painter(), Pos2::new(left + 7.0, rect.center().y), Icon::FlaskConical, 15.0, t.on_violet);
    text::paint_left(ui.painter(), Pos2::new(left + 22.0, rect.center().y), galley);
}

/// An item of the rail.
pub struct Item<'a> {
    /// Its icon.
    pub icon: Icon,
    /// Its name.
    pub name: &'a str,
    /// It is the present screen.
    pub selected: bool,
    /// A count, where there is something to do.
    pub count: Option<&'a str>,
    /// A key that does the same.
    pub key: Option<&'a str>,
    /// Icons only.
    pub narrow: bool,
}

impl Item<'_> {
    fn kind(&self) -> Type {
        if self.selected { Type::BodyBold } else { Type::Body }
    }

    /// What its count and its key take at the right.
    fn beside(&self, ui: &Ui) -> f32 {
        let count = self.count.map_or(0.0, |count| cap::count_width(ui, count) + 8.0);
        let key =
            self.key.map_or(0.0, |key| text::galley(ui, key, Type::Caption, Color32::PLACEHOLDER).size().x + 27.0);
        count + key
    }

    /// Width that it needs to stand there whole, whether it is the present screen or not.
    #[must_use]
    pub fn width(&self, ui: &Ui) -> f32 {
        NAME + text::galley(ui, self.name, Type::BodyBold, Color32::PLACEHOLDER).size().x + self.beside(ui)
    }
}

/// Left edge of an item's name.
const NAME: f32 = 36.0;

/// Draws it; clicked where the person wants to go.
pub fn rail_item(ui: &mut Ui, item: &Item<'_>) -> Response {
    let t = theme::tokens(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 36.0), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Tab, true, item.name));
    said::chosen(&response, item.selected);
    said::more(&response, item.count.or(item.key).unwrap_or_default());
    let fill = match (item.selected, response.hovered()) {
        (true, _) => t.selected,
        (false, true) => t.hover,
        (false, false) => t.clear,
    };
    ui.painter().rect_filled(rect, CornerRadius::same(6), fill);
    if item.selected {
        let bar = Rect::from_min_size(rect.min + Vec2::new(0.0, 8.0), Vec2::new(3.0, 20.0));
        ui.painter().rect_filled(bar, CornerRadius::same(2), t.accent);
    }
    let (icon_color, color) = if item.selected { (t.accent, t.text) } else { (t.text_2, t.text_2) };
    let y = rect.center().y;
    let icon_at = if item.narrow { rect.center().x } else { rect.left() + 18.0 };
    text::icon(ui.painter(), Pos2::new(icon_at, y), item.icon, 18.0, icon_color);
    if !item.narrow {
        let room = rect.width() - NAME - item.beside(ui);
        let galley = text::Flow::new(item.name, item.kind(), color).cut(ui, room);
        text::paint_left(ui.painter(), Pos2::new(rect.left() + NAME, y), galley);
        if let Some(key) = item.key {
            let width = text::galley(ui, key, Type::Caption, color).size().x + 12.0;
            cap::paint_cap(ui, Pos2::new(rect.right() - 9.0 - width / 2.0, y), cap::Cap::Text(key));
        }
    }
    if let Some(count) = item.count {
        let right =
            if item.narrow { rect.right_top() + Vec2::new(2.0, 10.0) } else { Pos2::new(rect.right() - 4.0, y) };
        cap::paint_count(ui, right, count);
    }
    focus::ring(ui, &response, rect.shrink(2.0), 6);
    if item.narrow { response.on_hover_text(item.name) } else { response }
}
