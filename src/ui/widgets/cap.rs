//! Key caps, badges and the small pill with a count.
//!
//! **Invariant:** a badge is never a button.

use egui::{Color32, CornerRadius, Key, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;

use super::text;
use crate::theme::{self, Type};

/// What stands on a key.
#[derive(Clone, Copy)]
pub enum Cap<'a> {
    /// A word or letter.
    Text(&'a str),
    /// The Enter key: Noto Sans has no sign for it.
    Enter,
}

fn cap_width(ui: &Ui, cap: Cap<'_>) -> f32 {
    match cap {
        Cap::Text(word) => (text::galley(ui, word, Type::Caption, Color32::PLACEHOLDER).size().x + 12.0).max(19.0),
        Cap::Enter => 26.0,
    }
}

/// Paints a key cap around a place; gives its width.
pub fn paint_cap(ui: &Ui, centre: Pos2, cap: Cap<'_>) -> f32 {
    let t = theme::tokens(ui);
    let width = cap_width(ui, cap);
    let rect = Rect::from_center_size(centre, Vec2::new(width, 20.0));
    let stroke = Stroke::new(1.0, t.border);
    ui.painter().rect(rect, CornerRadius::same(4), t.surface, stroke, StrokeKind::Inside);
    match cap {
        Cap::Text(word) => {
            text::paint_centre(ui.painter(), centre, text::galley(ui, word, Type::Caption, t.text_3));
        }
        Cap::Enter => text::icon(ui.painter(), centre, Icon::CornerDownLeft, 14.0, t.text_3),
    }
    width
}

/// Its keys, then what they do.
fn spoken(caps: &[Cap<'_>], word: &str) -> String {
    let keys = caps.iter().map(|cap| match cap {
        Cap::Text(key) => key,
        Cap::Enter => Key::Enter.name(),
    });
    let said: Vec<&str> = keys.chain([word]).filter(|part| !part.is_empty()).collect();
    said.join(" ")
}

/// The keys of a list, one group per act, in a line of captions.
pub fn key_line(ui: &mut Ui, groups: &[(Vec<Cap<'_>>, String)]) {
    let t = theme::tokens(ui);
    let of = |word: &str| text::galley(ui, word, Type::Caption, t.text_3);
    let wide = |(caps, word): &(Vec<Cap<'_>>, String)| {
        caps.iter().map(|cap| cap_width(ui, *cap) + 3.0).sum::<f32>() + of(word).size().x + 11.0
    };
    let room = ui.available_width();
    // Where each begins: the next line where this one has no room for it.
    let (mut x, mut line) = (0.0, 0_u8);
    let places: Vec<(f32, u8)> = groups
        .iter()
        .map(|group| {
            let width = wide(group);
            if x > 0.0 && x + width - 11.0 > room {
                (x, line) = (0.0, line.saturating_add(1));
            }
            let place = (x, line);
            x += width;
            place
        })
        .collect();
    let height = 20.0 + f32::from(line) * KEY_LINE;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(room, height), Sense::hover());
    let words: Vec<String> = groups.iter().map(|(caps, word)| spoken(caps, word)).collect();
    let spoken = words.join(", ");
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    for ((caps, word), (left, line)) in groups.iter().zip(places) {
        let (mut x, y) = (rect.left() + left, rect.top() + 10.0 + f32::from(line) * KEY_LINE);
        for cap in caps {
            let width = cap_width(ui, *cap);
            paint_cap(ui, Pos2::new(x + width / 2.0, y), *cap);
            x += width + 3.0;
        }
        text::paint_left(ui.painter(), Pos2::new(x + 1.0, y), text::galley(ui, word, Type::Caption, t.text_3));
    }
}

/// From one line of keys to the next.
const KEY_LINE: f32 = 24.0;

/// The tint of a badge.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tint {
    /// Ordinary.
    Grey,
    /// Attention.
    Orange,
    /// Refused.
    Brick,
    /// *jij*.
    Mine,
    /// A fact: outline only.
    Outline,
}

/// The sign before a badge's word.
#[derive(Clone, Copy)]
pub enum Sign {
    /// An icon of 13.
    Icon(Icon),
    /// Hollow marker: *volgen*.
    Ring,
    /// Filled marker: *bespreken*.
    Disc,
    /// Nothing.
    None,
}

/// A badge as data, to be drawn in a layout or a table cell.
#[derive(Clone)]
pub struct Badge {
    /// Its word.
    pub word: String,
    /// Its sign.
    pub sign: Sign,
    /// Its tint.
    pub tint: Tint,
}

impl Badge {
    /// A badge.
    #[must_use]
    pub fn new(word: String, sign: Sign, tint: Tint) -> Self {
        Self { word, sign, tint }
    }

    /// Its width.
    #[must_use]
    pub fn width(&self, ui: &Ui) -> f32 {
        let sign = if matches!(self.sign, Sign::None) { 0.0 } else { 18.0 };
        text::galley(ui, &self.word, Type::Caption, Color32::PLACEHOLDER).size().x + sign + 16.0
    }

    /// Paints it with its left edge and middle at a place.
    pub fn paint(&self, ui: &Ui, left: Pos2) {
        let t = theme::tokens(ui);
        let (fill, ink) = match self.tint {
            Tint::Grey => (t.grey_tint, t.text_2),
            Tint::Orange => (t.orange_tint, t.orange),
            Tint::Brick => (t.brick_tint, t.brick),
            Tint::Mine => (t.selected, t.accent),
            Tint::Outline => (t.surface, t.text_2),
        };
        let line = if self.tint == Tint::Outline { t.border } else { fill };
        let rect = Rect::from_min_size(left - Vec2::new(0.0, 10.0), Vec2::new(self.width(ui), 20.0));
        let painter = ui.painter();
        painter.rect(rect, CornerRadius::same(10), fill, Stroke::new(1.0, line), StrokeKind::Inside);
        let centre = left + Vec2::new(14.0, 0.0);
        match self.sign {
            Sign::Icon(glyph) => text::icon(painter, centre, glyph, 13.0, ink),
            Sign::Ring => {
                painter.circle(centre, 5.0, t.surface, Stroke::new(2.0, t.grey_mark));
            }
            Sign::Disc => {
                painter.circle_filled(centre, 6.0, t.grey_mark);
            }
            Sign::None => {}
        }
        let lead = if matches!(self.sign, Sign::None) { 8.0 } else { 26.0 };
        text::paint_left(painter, left + Vec2::new(lead, 0.0), text::galley(ui, &self.word, Type::Caption, ink));
    }

    /// Draws it in the flow of a layout.
    pub fn show(&self, ui: &mut Ui) {
        let (rect, response) = ui.allocate_exact_size(Vec2::new(self.width(ui), 20.0), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &self.word));
        self.paint(ui, rect.left_center());
    }
}

/// Width of a pill with a count.
#[must_use]
pub fn count_width(ui: &Ui, count: &str) -> f32 {
    (text::galley(ui, count, Type::CaptionBold, Color32::PLACEHOLDER).size().x + 13.0).max(20.0)
}

/// The pill with a count at the right of a navigation item.
pub fn paint_count(ui: &Ui, right: Pos2, count: &str) {
    let t = theme::tokens(ui);
    let galley = text::galley(ui, count, Type::CaptionBold, t.text_2);
    let size = Vec2::new(count_width(ui, count), 20.0);
    let rect = Rect::from_min_size(right - Vec2::new(size.x, size.y / 2.0), size);
    ui.painter().rect(rect, CornerRadius::same(10), t.surface, Stroke::new(1.0, t.border), StrokeKind::Inside);
    text::paint_centre(ui.painter(), rect.center(), galley);
}
