//! The interval chart: a point with its whisker per row (charts.md §5).
//!
//! **Invariant:** a row that is hidden or has too few is a bar with that word over the whole plot; never a faint point.

use plotters_backend::DrawingBackend;
use viewmodel::{IntervalRow, ShownProportion, Texts};

use crate::{
    canvas::{Canvas, Drawn, Lettering, Palette, Side},
    span::{GAP, Span, bounds, figure, whole_twenties},
};

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

fn span(width: f32, rows: &[IntervalRow], reference: Option<f64>) -> Span {
    let name = (width * 0.33).min(200.0);
    let shown = rows.iter().filter_map(|row| row.value.shown()).flat_map(|p| [p.lower, p.upper]);
    let (low, high) = whole_twenties(shown.chain(reference));
    let bottom = TOP + ROW * rows.len() as f32;
    Span { left: name + GAP, right: width - COLUMNS[2] - 4.0, top: TOP, bottom, low, high }
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
    let plot = span(width, rows, reference);
    let step = if plot.high - plot.low <= 0.401 { 0.1 } else { 0.2 };
    plot.grid(&mut canvas, step, texts, palette)?;
    for (index, row) in rows.iter().enumerate() {
        let middle = TOP + ROW * (index as f32 + 0.5);
        if index > 0 {
            plot.above_row(&mut canvas, middle - ROW / 2.0, width, palette)?;
        }
        names_and_figures(&mut canvas, &plot, row, middle, texts, palette)?;
    }
    if let Some(value) = reference {
        plot.reference(&mut canvas, value, texts, palette)?;
    }
    for (index, row) in rows.iter().enumerate() {
        mark(&mut canvas, &plot, row, TOP + ROW * (index as f32 + 0.5), texts, palette)?;
    }
    Ok(())
}

fn names_and_figures<DB: DrawingBackend>(
    canvas: &mut Canvas<'_, DB>,
    plot: &Span,
    row: &IntervalRow,
    middle: f32,
    texts: &Texts,
    palette: &Palette,
) -> Drawn<DB> {
    let name = Lettering::new(palette.text, Side::Left).size(13.0);
    canvas.text_within(&row.name, (0.0, middle), name, plot.left - 14.0)?;
    let column = |index: usize| (plot.right + COLUMNS[index], middle);
    if let Some(p) = row.value.shown() {
        canvas.text(&texts.percentage(p.value), column(0), figure(palette.text).bold())?;
        canvas.text(&bounds(p), column(1), figure(palette.text_2))?;
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
    plot: &Span,
    row: &IntervalRow,
    y: f32,
    texts: &Texts,
    palette: &Palette,
) -> Drawn<DB> {
    let Some(shown) = row.value.shown() else {
        plot.bar(canvas, y, palette)?;
        let word = row.value.word().map(|key| texts.get(key)).unwrap_or_default();
        return canvas.text(&word, (plot.middle(), y), Lettering::new(palette.text_3, Side::Centre));
    };
    plot.whisker(canvas, y, shown, palette)?;
    plot.point(canvas, y, shown, palette)
}
