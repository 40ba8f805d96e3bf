//! The interval chart: a point with its whisker per row (charts.md §5).
//!
//! **Invariant:** a row that is hidden or has too few is a bar with that word over the whole plot; never a faint point.

use plotters_backend::DrawingBackend;
use viewmodel::{IntervalRow, Proportion, ShownProportion, Texts};

use crate::canvas::{Canvas, Drawn, Lettering, Palette, Pen, Side};

const ROW: f32 = 33.0;
const TOP: f32 = 26.0;
const BOTTOM: f32 = 26.0;
/// From the plot's right edge: where percentage, interval and n end.
const COLUMNS: [f32; 3] = [52.0, 112.0, 168.0];

/// Height of the chart of so many rows, points.
#[must_use]
pub fn interval_chart_height(rows: usize) -> f32 {
    TOP + ROW * rows as f32 + BOTTOM
}

struct Plot {
    left: f32,
    right: f32,
    low: f64,
    high: f64,
}

impl Plot {
    fn new(width: f32, rows: &[IntervalRow], reference: Option<f64>) -> Self {
        let name = (width * 0.33).min(200.0);
        let (left, right) = (name + 12.0, width - COLUMNS[2] - 4.0);
        let shown = rows.iter().filter_map(|row| row.value.shown()).flat_map(|p| [p.lower, p.upper]);
        let (low, high) =
            shown.chain(reference).fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        if low > high {
            return Self { left, right, low: 0.0, high: 1.0 };
        }
        // Whole twenties, so that a narrow column has few lines.
        let (low, high) = ((low * 5.0).floor() / 5.0, (high * 5.0).ceil() / 5.0);
        Self { left, right, low: low.max(0.0).min(high - 0.2), high: high.min(1.0) }
    }

    fn x(&self, value: f64) -> f32 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.left + (self.right - self.left) * share as f32
    }
}

/// Draws it over the backend's whole area; `reference` is the whole RAV's proportion, 0–1.
///
/// # Errors
/// When the backend cannot draw.
pub fn interval_chart<DB: DrawingBackend>(
    backend: &mut DB,
    rows: &[IntervalRow],
    reference: Option<f64>,
    texts: &Texts,
    palette: &Palette,
) -> Drawn<DB> {
    let mut canvas = Canvas::new(backend);
    let (width, _) = canvas.size();
    let plot = Plot::new(width, rows, reference);
    let bottom = TOP + ROW * rows.len() as f32;
    grid(&mut canvas, &plot, bottom, texts, palette)?;
    for (index, row) in rows.iter().enumerate() {
        let middle = TOP + ROW * (index as f32 + 0.5);
        if index > 0 {
            let (y, pen) = (middle - ROW / 2.0, Pen::line(palette.border, 1.0));
            canvas.line((0.0, y), (plot.left - 12.0, y), pen)?;
            canvas.line((plot.right + 12.0, y), (width, y), pen)?;
        }
        names_and_figures(&mut canvas, &plot, row, middle, texts, palette)?;
    }
    if let Some(value) = reference {
        let x = plot.x(value);
        canvas.line((x, TOP - 4.0), (x, bottom), Pen::line(palette.text_2, 1.5))?;
        let label = texts.format("chart-reference", &[("value", texts.percentage(value))]);
        canvas.text(&label, (x, TOP - 13.0), Lettering::new(palette.text, Side::Centre).bold())?;
    }
    for (index, row) in rows.iter().enumerate() {
        mark(&mut canvas, &plot, row, TOP + ROW * (index as f32 + 0.5), texts, palette)?;
    }
    Ok(())
}

fn grid<DB: DrawingBackend>(
    canvas: &mut Canvas<'_, DB>,
    plot: &Plot,
    bottom: f32,
    texts: &Texts,
    palette: &Palette,
) -> Drawn<DB> {
    let step = if plot.high - plot.low <= 0.401 { 0.1 } else { 0.2 };
    let lines = ((plot.high - plot.low) / step).round() as u32;
    for line in 0..=lines {
        let value = plot.low + step * f64::from(line);
        let x = plot.x(value);
        canvas.line((x, TOP), (x, bottom), Pen::line(palette.border, 1.0))?;
        let lettering = Lettering::new(palette.text_3, Side::Centre);
        canvas.text(&texts.percentage(value), (x, bottom + 13.0), lettering)?;
    }
    Ok(())
}

fn names_and_figures<DB: DrawingBackend>(
    canvas: &mut Canvas<'_, DB>,
    plot: &Plot,
    row: &IntervalRow,
    middle: f32,
    texts: &Texts,
    palette: &Palette,
) -> Drawn<DB> {
    let name = Lettering::new(palette.text, Side::Left).size(13.0);
    canvas.text_within(&row.name, (0.0, middle), name, plot.left - 14.0)?;
    let column = |index: usize| (plot.right + COLUMNS[index], middle);
    let figure = |rgb| Lettering::new(rgb, Side::Right).size(13.0);
    if let Some(p) = row.value.shown() {
        canvas.text(&texts.percentage(p.value), column(0), figure(palette.text).bold())?;
        // An interval says its unit once, in the column before it: 74–81.
        let bounds = format!("{:.0}–{:.0}", p.lower * 100.0, p.upper * 100.0);
        canvas.text(&bounds, column(1), figure(palette.text_2))?;
    }
    let n = match row.value {
        ShownProportion::Value(p) => texts.format("chart-n", &[("n", texts.number(p.n))]),
        ShownProportion::TooFew => texts.get("chart-n-few"),
        // Hidden is not few: how many there are is not said.
        ShownProportion::Hidden | ShownProportion::Unripe => return Ok(()),
    };
    canvas.text(&n, column(2), figure(palette.text_3))
}

fn mark<DB: DrawingBackend>(
    canvas: &mut Canvas<'_, DB>,
    plot: &Plot,
    row: &IntervalRow,
    y: f32,
    texts: &Texts,
    palette: &Palette,
) -> Drawn<DB> {
    let ShownProportion::Value(Proportion { value, lower: low, upper: high, n: _ }) = row.value else {
        canvas.rect((plot.left, y - 10.0), (plot.right, y + 10.0), Pen::fill(palette.sunken))?;
        let lettering = Lettering::new(palette.text_3, Side::Centre);
        let word = row.value.word().map(|key| texts.get(key)).unwrap_or_default();
        return canvas.text(&word, ((plot.left + plot.right) / 2.0, y), lettering);
    };
    let pen = Pen::line(palette.grey_mark, 2.0);
    let (from, to, at) = (plot.x(low), plot.x(high), plot.x(value));
    canvas.line((from, y), (to, y), pen)?;
    canvas.line((from, y - 4.0), (from, y + 4.0), pen)?;
    canvas.line((to, y - 4.0), (to, y + 4.0), pen)?;
    canvas.disc((at, y), 7.0, Pen::fill(palette.surface))?;
    canvas.disc((at, y), 5.0, Pen::fill(palette.text))
}
