//! Texts and icons: the type table as galleys and labels.
//!
//! **Invariant:** an icon is painted alone in its own square, never inside a line of text.

use std::sync::Arc;

use egui::{
    Align2, Color32, FontId, Galley, Label, Painter, Pos2, Rect, Response, Sense, Ui, Vec2,
    text::{LayoutJob, TextWrapping},
};
use lucide_icons::Icon;

use super::said;
use crate::theme::{self, Type};

/// Pieces of text of different weight or colour in one flow; what begins with the type of a title is a heading.
#[derive(Default)]
pub struct Flow(LayoutJob, Option<Type>);

impl Flow {
    /// One piece to begin with.
    #[must_use]
    pub fn new(text: &str, kind: Type, color: Color32) -> Self {
        Self::default().then(text, kind, color)
    }

    /// A further piece.
    #[must_use]
    pub fn then(mut self, text: &str, kind: Type, color: Color32) -> Self {
        self.0.append(text, 0.0, kind.format(color));
        self.1.get_or_insert(kind);
        self
    }

    /// In the middle of its width instead of at the left.
    #[must_use]
    pub fn centred(mut self) -> Self {
        self.0.halign = egui::Align::Center;
        self
    }

    /// As a label that wraps.
    pub fn show(self, ui: &mut Ui) -> Response {
        self.added(ui, Label::wrap)
    }

    /// As a label on one line.
    pub fn show_line(self, ui: &mut Ui) -> Response {
        self.added(ui, Label::extend)
    }

    /// As a label on one line, cut with `…` at the width at hand; whole under the pointer.
    pub fn show_cut(self, ui: &mut Ui) -> Response {
        self.added(ui, Label::truncate)
    }

    fn added(self, ui: &mut Ui, fit: impl FnOnce(Label) -> Label) -> Response {
        let words = self.0.text.clone();
        let response = ui.add(fit(Label::new(self.0)));
        match self.1 {
            Some(Type::Title) => said::heading(&response, 1, &words),
            Some(Type::Heading | Type::Outcome) => said::heading(&response, 2, &words),
            Some(_) | None => {}
        }
        response
    }

    /// Laid out on one line, cut with `…` at a width.
    #[must_use]
    pub fn cut(mut self, ui: &Ui, width: f32) -> Arc<Galley> {
        self.0.wrap = TextWrapping::truncate_at_width(width.max(0.0));
        ui.painter().layout_job(self.0)
    }

    /// Laid out on so many lines at most, cut with `…` at the end of the last.
    #[must_use]
    pub fn cut_to(mut self, ui: &Ui, width: f32, lines: usize) -> Arc<Galley> {
        self.0.wrap =
            TextWrapping { max_rows: lines, break_anywhere: false, ..TextWrapping::wrap_at_width(width.max(0.0)) };
        ui.painter().layout_job(self.0)
    }

    /// Laid out, wrapped at a width.
    #[must_use]
    pub fn wrapped(mut self, ui: &Ui, width: f32) -> Arc<Galley> {
        self.0.wrap.max_width = width.max(0.0);
        ui.painter().layout_job(self.0)
    }
}

/// A label that wraps.
pub fn label(ui: &mut Ui, text: &str, kind: Type, color: Color32) -> Response {
    Flow::new(text, kind, color).show(ui)
}

/// The name of a part of a card: bold, and a heading below that of the card.
pub fn section(ui: &mut Ui, text: &str, color: Color32) {
    let response = label(ui, text, Type::BodyBold, color);
    said::heading(&response, 3, text);
}

/// A label on one line.
pub fn line(ui: &mut Ui, text: &str, kind: Type, color: Color32) -> Response {
    Flow::new(text, kind, color).show_line(ui)
}

/// A text laid out on one line, whole.
#[must_use]
pub fn galley(ui: &Ui, text: &str, kind: Type, color: Color32) -> Arc<Galley> {
    Flow::new(text, kind, color).wrapped(ui, f32::INFINITY)
}

/// A line that fits in a width: whole, or without its middle, since what tells long names apart stands at their end.
#[must_use]
pub fn without_middle(ui: &Ui, text: &str, kind: Type, color: Color32, width: f32) -> String {
    let fits = |text: &str| galley(ui, text, kind, color).size().x <= width;
    if fits(text) {
        return text.to_owned();
    }
    let all: Vec<char> = text.chars().collect();
    let made = |kept: usize| {
        let (begin, end) = all.split_at(kept / 2);
        let end = end.get(end.len().saturating_sub(kept - kept / 2)..).unwrap_or_default();
        let [begin, end] = [begin, end].map(|part| part.iter().collect::<String>());
        format!("{}…{}", begin.trim_end(), end.trim_start())
    };
    let (mut fitting, mut beyond) = (0, all.len());
    while fitting + 1 < beyond {
        let middle = fitting.midpoint(beyond);
        if fits(&made(middle)) { fitting = middle } else { beyond = middle }
    }
    made(fitting)
}

/// Paints a galley with its left edge and the middle of its height at a place.
pub fn paint_left(painter: &Painter, at: Pos2, galley: Arc<Galley>) {
    let top = at.y - galley.size().y / 2.0;
    painter.galley(Pos2::new(at.x, top), galley, Color32::PLACEHOLDER);
}

/// Paints a galley with its right edge and the middle of its height at a place.
pub fn paint_right(painter: &Painter, at: Pos2, galley: Arc<Galley>) {
    paint_left(painter, Pos2::new(at.x - galley.size().x, at.y), galley);
}

/// Paints a galley around a place.
pub fn paint_centre(painter: &Painter, at: Pos2, galley: Arc<Galley>) {
    paint_left(painter, Pos2::new(at.x - galley.size().x / 2.0, at.y), galley);
}

/// Paints an icon around a place.
pub fn icon(painter: &Painter, centre: Pos2, icon: Icon, size: f32, color: Color32) {
    let font = FontId::new(size, theme::icons());
    painter.text(centre, Align2::CENTER_CENTER, char::from(icon), font, color);
}

/// An icon in the flow of a layout; it says nothing that the text beside it does not.
pub fn icon_here(ui: &mut Ui, glyph: Icon, size: f32, color: Color32) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(size), Sense::hover());
    icon(ui.painter(), rect.center(), glyph, size, color);
}

/// Draws into a rectangle of its own without moving the parent's place.
pub fn region<R>(ui: &mut Ui, rect: Rect, salt: &str, draw: impl FnOnce(&mut Ui) -> R) -> R {
    let builder = egui::UiBuilder::new().id_salt(salt).max_rect(rect).layout(egui::Layout::top_down(egui::Align::Min));
    let mut child = ui.new_child(builder);
    draw(&mut child)
}

/// Capital first letter, for a text that begins a line.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
