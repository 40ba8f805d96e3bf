//! Fields: a line of text with label, help and error; a passphrase; the six boxes of a code.
//!
//! **Invariant:** a passphrase or an activation code leaves no copy in egui's undo memory.

use egui::{
    Align2, CornerRadius, Id, Margin, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, TextEdit, Ui, Vec2,
    WidgetInfo,
};
use lucide_icons::Icon;

use super::{focus, said, text};
use crate::theme::{self, Type};

// LIMIT: longest text of a one-line field, so that a pasted file does not fill the memory.
const CHARACTERS_MAX: usize = 256;

/// A one-line field.
pub struct Field<'a> {
    /// What it is for; also its accessible name.
    pub label: &'a str,
    /// Help above the field, where there is some.
    pub help: Option<&'a str>,
    /// What is wrong and what to do.
    pub error: Option<&'a str>,
    /// Names of the button that shows a passphrase, and hides it again; `None` for plain text.
    pub passphrase: Option<(&'a str, &'a str)>,
    /// What is typed is a secret, shown or not: the undo memory forgets it.
    pub secret: bool,
    /// Height of the box.
    pub height: f32,
}

impl Field<'_> {
    /// Draws it over the whole width; the response is the text field's.
    pub fn show(&self, ui: &mut Ui, id: Id, value: &mut String) -> Response {
        let t = theme::tokens(ui);
        ui.spacing_mut().item_spacing.y = 4.0;
        let label = text::label(ui, self.label, Type::BodyBold, t.text);
        if let Some(help) = self.help {
            text::label(ui, help, Type::Small, t.text_3);
        }
        let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), self.height), Sense::hover());
        let line = match self.error {
            Some(_) => Stroke::new(2.0, t.brick),
            None if ui.memory(|m| m.has_focus(id)) => Stroke::new(1.0, t.focus),
            None => Stroke::new(1.0, t.border_strong),
        };
        ui.painter().rect(rect, CornerRadius::same(6), t.surface, line, StrokeKind::Inside);
        let eye = if self.passphrase.is_some() { 34.0 } else { 0.0 };
        let inner = Rect::from_min_max(rect.min + Vec2::new(10.0, 1.0), rect.max - Vec2::new(10.0 + eye, 1.0));
        let shown_id = id.with("shown");
        let shown: bool = ui.data(|data| data.get_temp(shown_id)).unwrap_or(false);
        let response = text::region(ui, inner, self.label, |ui| {
            let edit = TextEdit::singleline(value)
                .id(id)
                .frame(egui::Frame::NONE)
                .margin(Margin::ZERO)
                .font(Type::Body.font())
                .text_color(t.text)
                .align(Align2::LEFT_CENTER)
                .char_limit(CHARACTERS_MAX)
                .password(self.passphrase.is_some() && !shown)
                .desired_width(inner.width())
                .min_size(inner.size());
            ui.add_sized(inner.size(), edit)
        })
        .labelled_by(label.id);
        said::more(&response, self.error.or(self.help).unwrap_or_default());
        if self.secret {
            forget_undo(ui, id);
        }
        if let Some((show, hide)) = self.passphrase {
            let at = Rect::from_center_size(Pos2::new(rect.right() - 20.0, rect.center().y), Vec2::splat(28.0));
            let name = if shown { hide } else { show };
            if eye_button(ui, at, id, shown, (name, self.label)) {
                ui.data_mut(|data| data.insert_temp(shown_id, !shown));
            }
        }
        focus::field_ring(ui, &response, rect);
        if let Some(error) = self.error {
            error_line(ui, error);
        }
        response
    }
}

/// The undo memory of a text field keeps what was typed; a passphrase does not stay there.
fn forget_undo(ui: &Ui, id: Id) {
    if let Some(mut state) = TextEdit::load_state(ui.ctx(), id) {
        state.clear_undoer();
        TextEdit::store_state(ui.ctx(), id, state);
    }
}

fn eye_button(ui: &mut Ui, rect: Rect, id: Id, shown: bool, (name, of): (&str, &str)) -> bool {
    let t = theme::tokens(ui);
    let response = ui.interact(rect, id.with("eye"), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    said::more(&response, of);
    let glyph = if shown { Icon::EyeOff } else { Icon::Eye };
    text::icon(ui.painter(), rect.center(), glyph, 18.0, if response.hovered() { t.text } else { t.text_2 });
    focus::ring(ui, &response, rect.shrink(3.0), 4);
    response.clicked()
}

/// The line under a field that says what is wrong.
pub fn error_line(ui: &mut Ui, words: &str) {
    let t = theme::tokens(ui);
    let galley = text::Flow::new(words, Type::Small, t.brick).wrapped(ui, ui.available_width() - 22.0);
    let size = Vec2::new(ui.available_width(), galley.size().y);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Alert, true, words));
    said::news(&response);
    text::icon(ui.painter(), rect.min + Vec2::new(8.0, 9.5), Icon::CircleAlert, 15.0, t.brick);
    ui.painter().galley(rect.min + Vec2::new(22.0, 0.0), galley, t.brick);
}

// LIMIT: a sheet of the recovery kit is some 220 characters; what is pasted over is cut.
const AREA_CHARACTERS_MAX: usize = 2048;

/// Several lines of a secret: typed from paper, or scanned.
pub fn secret_area(ui: &mut Ui, id: Id, label: &str, help: &str, value: &mut String) -> Response {
    let t = theme::tokens(ui);
    ui.spacing_mut().item_spacing.y = 4.0;
    let name = text::label(ui, label, Type::BodyBold, t.text);
    text::label(ui, help, Type::Small, t.text_3);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 148.0), Sense::hover());
    let line = if ui.memory(|m| m.has_focus(id)) { t.focus } else { t.border_strong };
    ui.painter().rect(rect, CornerRadius::same(6), t.surface, Stroke::new(1.0, line), StrokeKind::Inside);
    let inner = rect.shrink2(Vec2::new(10.0, 8.0));
    let response = text::region(ui, inner, label, |ui| {
        let edit = TextEdit::multiline(value)
            .id(id)
            .frame(egui::Frame::NONE)
            .margin(Margin::ZERO)
            .font(Type::Body.font())
            .text_color(t.text)
            .char_limit(AREA_CHARACTERS_MAX)
            .desired_width(inner.width())
            .min_size(inner.size());
        ui.add_sized(inner.size(), edit)
    })
    .labelled_by(name.id);
    said::more(&response, help);
    forget_undo(ui, id);
    focus::field_ring(ui, &response, rect);
    response
}

/// Several lines of a person's own words, as high as they need.
pub struct Area<'a> {
    /// What it is for; also its accessible name.
    pub label: &'a str,
    /// Help above the field.
    pub help: &'a str,
    /// Longest text.
    pub characters_max: usize,
    /// Least height of the box.
    pub least: f32,
}

impl Area<'_> {
    /// Draws it over the whole width, in reading type; the response is the text field's.
    pub fn show(&self, ui: &mut Ui, id: Id, value: &mut String) -> Response {
        const AIR: f32 = 10.0;
        let t = theme::tokens(ui);
        ui.spacing_mut().item_spacing.y = 4.0;
        let name = text::label(ui, self.label, Type::BodyBold, t.text);
        text::label(ui, self.help, Type::Small, t.text_3);
        let line = if ui.memory(|m| m.has_focus(id)) { t.focus } else { t.border_strong };
        let frame = egui::Frame::new()
            .fill(t.surface)
            .stroke(Stroke::new(1.0, line))
            .corner_radius(CornerRadius::same(6))
            .inner_margin(Margin::same(AIR as i8));
        let shown = frame.show(ui, |ui| {
            let (width, height) = (ui.available_width(), self.least - 2.0 * AIR);
            // With the height of line that reading has.
            let mut layout = |ui: &Ui, text: &dyn egui::TextBuffer, width: f32| {
                text::Flow::new(text.as_str(), Type::Reading, t.text).wrapped(ui, width)
            };
            let edit = TextEdit::multiline(value)
                .id(id)
                .frame(egui::Frame::NONE)
                .margin(Margin::ZERO)
                .font(Type::Reading.font())
                .text_color(t.text)
                .char_limit(self.characters_max)
                .layouter(&mut layout)
                .desired_width(width)
                .min_size(Vec2::new(width, height));
            ui.add(edit)
        });
        let response = shown.inner.labelled_by(name.id);
        focus::follow(&response);
        if response.has_focus() {
            focus::ring_at(ui, shown.response.rect, 6);
        }
        response
    }
}

// LIMIT: digits of a code, and what may be pasted: an app copies 123 456 with its space.
const DIGITS: usize = 6;
const PASTED_MAX: usize = 16;

/// Six boxes of 44 × 52 for a code; one text field behind them.
pub fn code_boxes(ui: &mut Ui, id: Id, name: &str, digits: &mut String) -> Response {
    let t = theme::tokens(ui);
    let width = 6.0 * 44.0 + 5.0 * 8.0 + 8.0;
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, 52.0), Sense::hover());
    let response = text::region(ui, rect, "code", |ui| {
        let edit = TextEdit::singleline(digits)
            .id(id)
            .frame(egui::Frame::NONE)
            .text_color(t.clear)
            .char_limit(PASTED_MAX)
            .desired_width(width)
            .min_size(rect.size());
        // The caret is painted in its box, not by the field.
        ui.visuals_mut().text_cursor.stroke.color = t.clear;
        ui.add_sized(rect.size(), edit)
    })
    .accessible_name(name);
    forget_undo(ui, id);
    focus::follow(&response);
    digits.retain(|c| c.is_ascii_digit());
    digits.truncate(DIGITS);
    let typed: Vec<char> = digits.chars().collect();
    for index in 0..6_usize {
        let gap = if index >= 3 { 8.0 } else { 0.0 };
        let left = rect.left() + 52.0 * index as f32 + gap;
        let place = Rect::from_min_size(Pos2::new(left, rect.top()), Vec2::new(44.0, 52.0));
        let stroke = Stroke::new(1.0, t.border_strong);
        ui.painter().rect(place, CornerRadius::same(6), t.surface, stroke, StrokeKind::Inside);
        if let Some(digit) = typed.get(index) {
            let galley = text::galley(ui, &digit.to_string(), Type::Mask, t.text);
            text::paint_centre(ui.painter(), place.center(), galley);
        }
        if response.has_focus() && index == typed.len().min(5) {
            focus::ring_at(ui, place, 6);
            if typed.len() < 6 {
                let y = place.center().y;
                ui.painter().vline(place.center().x, y - 13.0..=y + 13.0, Stroke::new(1.5, t.text));
            }
        }
    }
    response
}
