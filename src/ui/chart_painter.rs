//! plotters' drawing onto an egui painter, and the pointer over the month chart.
//!
//! **Invariant:** horizontals and verticals of one point lie on pixel centres, rectangles on pixel edges.
//! **Not here:** what is drawn (`chart`).

use std::convert::Infallible;

use chart::{ControlPlot, SCALE};
use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Response, Shape, Stroke, Ui, Vec2, epaint::CornerRadius};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontStyle,
    text_anchor::{HPos, VPos},
};
use viewmodel::{ControlChart, IntervalRow, Texts};

use crate::{
    screens::marker_key,
    theme::{self, Type},
    widgets::text,
};

type Painted = Result<(), DrawingErrorKind<Infallible>>;

/// An egui painter as a backend of plotters.
struct EguiBackend {
    painter: Painter,
    rect: Rect,
}

fn color(backend: BackendColor) -> Color32 {
    let (r, g, b) = backend.rgb;
    let alpha = (backend.alpha.clamp(0.0, 1.0) * 255.0).round() as u8;
    theme::with_alpha((r, g, b), alpha)
}

impl EguiBackend {
    fn at(&self, (x, y): BackendCoord) -> Pos2 {
        self.rect.min + Vec2::new(x as f32, y as f32) / SCALE
    }

    fn stroke<S: BackendStyle>(style: &S) -> Stroke {
        Stroke::new(style.stroke_width() as f32 / SCALE, color(style.color()))
    }

    /// Whole pixels, for edges of rectangles.
    fn edge(&self, point: Pos2) -> Pos2 {
        let scale = self.painter.pixels_per_point();
        Pos2::new((point.x * scale).round() / scale, (point.y * scale).round() / scale)
    }

    fn segment(&self, from: Pos2, to: Pos2, stroke: Stroke) -> [Pos2; 2] {
        let centre = |v: f32| self.painter.round_to_pixel_center(v);
        let (level, upright) = ((from.y - to.y).abs() < 0.01, (from.x - to.x).abs() < 0.01);
        match (level, upright) {
            (true, _) if stroke.width <= 1.0 => [Pos2::new(from.x, centre(from.y)), Pos2::new(to.x, centre(to.y))],
            (_, true) if stroke.width <= 1.0 => [Pos2::new(centre(from.x), from.y), Pos2::new(centre(to.x), to.y)],
            _ => [from, to],
        }
    }
}

impl DrawingBackend for EguiBackend {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        ((self.rect.width() * SCALE) as u32, (self.rect.height() * SCALE) as u32)
    }

    fn ensure_prepared(&mut self) -> Painted {
        Ok(())
    }

    fn present(&mut self) -> Painted {
        Ok(())
    }

    fn draw_pixel(&mut self, point: BackendCoord, ink: BackendColor) -> Painted {
        let place = Rect::from_min_size(self.at(point), Vec2::splat(1.0 / SCALE));
        self.painter.rect_filled(place, CornerRadius::ZERO, color(ink));
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Painted {
        let stroke = Self::stroke(style);
        self.painter.line_segment(self.segment(self.at(from), self.at(to), stroke), stroke);
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(&mut self, min: BackendCoord, max: BackendCoord, style: &S, fill: bool) -> Painted {
        let rect = Rect::from_min_max(self.edge(self.at(min)), self.edge(self.at(max)));
        if fill {
            self.painter.rect_filled(rect, CornerRadius::ZERO, color(style.color()));
        } else {
            let stroke = Self::stroke(style);
            self.painter.rect_stroke(rect, CornerRadius::ZERO, stroke, egui::StrokeKind::Middle);
        }
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(&mut self, path: I, style: &S) -> Painted {
        let points: Vec<Pos2> = path.into_iter().map(|point| self.at(point)).collect();
        self.painter.add(Shape::line(points, Self::stroke(style)));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(&mut self, centre: BackendCoord, radius: u32, style: &S, fill: bool) -> Painted {
        let (at, radius) = (self.at(centre), radius as f32 / SCALE);
        if fill {
            self.painter.circle_filled(at, radius, color(style.color()));
        } else {
            self.painter.circle_stroke(at, radius, Self::stroke(style));
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, words: &str, style: &S, at: BackendCoord) -> Painted {
        let anchor = style.anchor();
        let across = match anchor.h_pos {
            HPos::Left => egui::Align::Min,
            HPos::Center => egui::Align::Center,
            HPos::Right => egui::Align::Max,
        };
        let down = match anchor.v_pos {
            VPos::Top => egui::Align::Min,
            VPos::Center => egui::Align::Center,
            VPos::Bottom => egui::Align::Max,
        };
        let ink = color(style.color());
        self.painter.text(self.at(at), Align2([across, down]), words, font(style), ink);
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        words: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        let size = self.painter.layout_no_wrap(words.to_owned(), font(style), Color32::PLACEHOLDER).size();
        Ok(((size.x * SCALE).ceil() as u32, (size.y * SCALE).ceil() as u32))
    }
}

fn font<S: BackendTextStyle>(style: &S) -> FontId {
    // plotters writes a text of size `s` with an em of `s / 1.24`.
    let size = (style.size() / 1.24) as f32 / SCALE;
    let kind = match style.style() {
        FontStyle::Bold => Type::CaptionBold,
        FontStyle::Normal | FontStyle::Oblique | FontStyle::Italic => Type::Caption,
    };
    FontId::new(size, kind.font().family)
}

fn backend(ui: &Ui, rect: Rect) -> (EguiBackend, chart::Palette) {
    let theme = if ui.visuals().dark_mode { egui::Theme::Dark } else { egui::Theme::Light };
    (EguiBackend { painter: ui.painter().clone(), rect }, theme::chart_palette(theme))
}

/// The month chart in a rectangle.
pub(crate) fn control_chart(ui: &Ui, rect: Rect, chart: &ControlChart, texts: &Texts) {
    let (mut backend, palette) = backend(ui, rect);
    // A painter cannot fail: its error type is never.
    let _ = chart::control_chart(&mut backend, chart, texts, &palette);
}

/// The interval chart in a rectangle.
pub(crate) fn interval_chart(ui: &Ui, rect: Rect, rows: &[IntervalRow], reference: Option<f64>, texts: &Texts) {
    let (mut backend, palette) = backend(ui, rect);
    let _ = chart::interval_chart(&mut backend, rows, reference, texts, &palette);
}

/// A professional's own intervals in a rectangle.
pub(crate) fn trend_chart(
    ui: &Ui,
    rect: Rect,
    rows: &[chart::TrendLine],
    against: (&chart::TrendScale, Option<f64>),
    texts: &Texts,
) {
    let (mut backend, palette) = backend(ui, rect);
    let _ = chart::trend_chart(&mut backend, rows, against, texts, &palette);
}

/// The month under the pointer, or the one the arrow keys stand on: a line and its numbers in words.
pub(crate) fn point_tooltip(ui: &mut Ui, rect: Rect, response: &Response, chart: &ControlChart, texts: &Texts) {
    let t = theme::tokens(ui);
    let plot = ControlPlot::new(chart, rect.width(), rect.height());
    let hovered = response.hover_pos().and_then(|at| plot.month_at(at.x - rect.left()));
    let walked = response.has_focus().then(|| walk(ui, response, chart.points.len()));
    let Some(point) = hovered.or(walked).and_then(|index| chart.points.get(index).map(|point| (index, point))) else {
        return;
    };
    let (index, point) = point;
    let x = ui.painter().round_to_pixel_center(rect.left() + plot.x(index));
    let range = rect.top() + plot.top..=rect.top() + plot.bottom;
    ui.painter().vline(x, range, Stroke::new(1.0, t.border_strong));
    let mut lines = vec![texts.get(marker_key(point.marker))];
    if let (Some(value), Some(n)) = (point.value, point.n) {
        let values = [("value", texts.percentage(value)), ("n", texts.number(n))];
        lines.insert(0, texts.format("ui-chart-value", &values));
    } else {
        lines.insert(0, texts.get("cell-hidden"));
    }
    if let Some((low, high)) = point.limits {
        let bounds = format!("{:.0}–{:.0}", low * 100.0, high * 100.0);
        lines.push(texts.format("ui-chart-limits", &[("bounds", bounds)]));
    }
    let month = format!("{} {}", texts.get(&format!("month-{}", point.month)), point.year);
    let at = Pos2::new(x + 8.0, rect.top() + plot.y(point.value.unwrap_or(0.5)));
    tooltip(ui, at, rect, &month, &lines);
}

/// The month the arrow keys stand on.
fn walk(ui: &Ui, response: &Response, months: usize) -> usize {
    let filter = egui::EventFilter { horizontal_arrows: true, ..egui::EventFilter::default() };
    ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
    let id = response.id.with("month");
    let last = months.saturating_sub(1);
    let (left, right) =
        ui.input(|input| (input.key_pressed(egui::Key::ArrowLeft), input.key_pressed(egui::Key::ArrowRight)));
    let at: usize = ui.data(|data| data.get_temp(id)).unwrap_or(last);
    let at = match (left, right) {
        (true, _) => at.saturating_sub(1),
        (_, true) => (at + 1).min(last),
        (false, false) => at.min(last),
    };
    ui.data_mut(|data| data.insert_temp(id, at));
    at
}

fn tooltip(ui: &Ui, at: Pos2, inside: Rect, title: &str, lines: &[String]) {
    let t = theme::tokens(ui);
    let mut flow = text::Flow::new(title, Type::SmallBold, t.text);
    for line in lines {
        flow = flow.then("\n", Type::Small, t.text_2).then(line, Type::Small, t.text_2);
    }
    let galley = flow.wrapped(ui, 240.0);
    let size = galley.size() + Vec2::new(20.0, 14.0);
    let left = if at.x + size.x > inside.right() { at.x - size.x - 16.0 } else { at.x };
    let top = (at.y - size.y - 8.0).max(inside.top());
    let rect = Rect::from_min_size(Pos2::new(left, top), size);
    let radius = CornerRadius::same(8);
    ui.painter().add(ui.visuals().popup_shadow.as_shape(rect, radius));
    ui.painter().rect(rect, radius, t.surface, Stroke::new(1.0, t.border), egui::StrokeKind::Inside);
    ui.painter().galley(rect.min + Vec2::new(10.0, 7.0), galley, t.text);
}
