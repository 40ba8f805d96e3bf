//! A professional's own intervals (charts.md §5, own trend): a point with its whisker per row, the RAV as a line through all rows or,
//! per row, as a short line of its own.
//!
//! **Invariant:** interval before point; a row of fewer than ten is a bar with that word over the whole plot.

use plotters_backend::DrawingBackend;
use viewmodel::{RavFigure, ShownProportion, Texts};

use crate::{
    canvas::{Canvas, Drawn, Lettering, Palette, Pen, Side},
    span::{GAP, Span, bounds, figure, whole_twenties},
};

const ROW: f32 = 36.0;
/// Over the rows, with the label of a line through all of them and without.
const TOP: [f32; 2] = [24.0, 8.0];
const BOTTOM: f32 = 24.0;
/// From the plot's right edge: where percentage and interval end; the RAV's figure is as wide as its words.
const OWN: [f32; 2] = [52.0, 112.0];
const N: f32 = 50.0;
/// With a plot that is narrower the words of what the RAV does not show stand in the table and under the chart alone.
const PLOT_LEAST: f32 = 140.0;
/// The least of a name, and which share of the width is its most.
const NAME: (f32, f32) = (96.0, 0.36);

/// A row as it is drawn.
pub struct TrendLine {
    /// Months or group.
    pub name: String,
    /// The own agreement.
    pub own: ShownProportion,
    /// The RAV's figure for the same group.
    pub rav: Option<RavFigure>,
}

/// What the charts of one card have in common, so that they can be read under each other.
pub struct TrendScale {
    low: f64,
    high: f64,
    /// The RAV's figures as they stand beside the rows.
    rav: Vec<String>,
    names: Vec<String>,
}

fn rav_words(rav: RavFigure, texts: &Texts) -> String {
    let stands = |value: String| texts.format("chart-reference", &[("value", value)]);
    match rav {
        RavFigure::Shown { value, missing: _ } => stands(texts.percentage(value)),
        // Under the chart stands what that means; the words would take a third of the plot.
        RavFigure::NotPublished => stands("–".to_owned()),
        RavFigure::Hidden | RavFigure::TooFew => rav.word().map(|word| texts.get(word)).unwrap_or_default(),
    }
}

impl TrendScale {
    /// Over all rows and references of a card, in whole twenties.
    #[must_use]
    pub fn of<'a>(rows: impl Iterator<Item = &'a TrendLine> + Clone, reference: Option<f64>, texts: &Texts) -> Self {
        let of_row = |row: &TrendLine| {
            let own = row.own.shown().map(|p| [p.lower, p.upper]);
            own.into_iter().flatten().chain(row.rav.and_then(RavFigure::shown)).collect::<Vec<f64>>()
        };
        let (low, high) = whole_twenties(rows.clone().flat_map(of_row).chain(reference));
        let names = rows.clone().map(|row| row.name.clone()).collect();
        let rav = rows.filter(|row| row.own.shown().is_some()).filter_map(|row| row.rav);
        let rav = rav.map(|rav| rav_words(rav, texts)).collect();
        Self { low, high, rav, names }
    }
}

fn top(reference: Option<f64>) -> f32 {
    if reference.is_some() { TOP[0] } else { TOP[1] }
}

/// Height of the chart of so many rows, points; with a line through all of them.
#[must_use]
pub fn trend_chart_height(rows: usize, reference: Option<f64>) -> f32 {
    top(reference) + ROW * rows as f32 + BOTTOM
}

struct Plot {
    span: Span,
    /// Where the RAV's figures end, from the plot's right edge; `None`: there is no room for them.
    rav: Option<f32>,
    width: f32,
}

impl Plot {
    fn new<DB: DrawingBackend>(canvas: &Canvas<'_, DB>, rows: usize, scale: &TrendScale, top: f32) -> Self {
        let (width, _) = canvas.size();
        let lettering = figure((0, 0, 0));
        let widest = |words: &[String]| words.iter().map(|word| canvas.text_width(word, lettering)).fold(0.0, f32::max);
        let left = (widest(&scale.names) + 2.0).min(width * NAME.1).max(NAME.0) + GAP;
        let widest = widest(&scale.rav);
        let with = if widest > 0.0 { OWN[1] + 16.0 + widest } else { OWN[1] };
        let room = width - with - N - left;
        let end = if room < PLOT_LEAST { OWN[1] } else { with };
        let (right, bottom) = (width - end - N, top + ROW * rows as f32);
        let span = Span { left, right, top, bottom, low: scale.low, high: scale.high };
        Self { span, rav: (end > OWN[1]).then_some(end), width }
    }
}

/// Draws it over the backend's whole area; `reference` is the whole RAV's proportion, 0–1.
///
/// # Errors
/// When the backend cannot draw.
pub fn trend_chart<DB: DrawingBackend>(
    backend: &mut DB,
    rows: &[TrendLine],
    (scale, reference): (&TrendScale, Option<f64>),
    texts: &Texts,
    palette: &Palette,
) -> Drawn<DB> {
    let mut canvas = Canvas::new(backend);
    let plot = Plot::new(&canvas, rows.len(), scale, top(reference));
    let span = &plot.span;
    span.grid(&mut canvas, 0.2, texts, palette)?;
    for (index, row) in rows.iter().enumerate() {
        let middle = span.top + ROW * (index as f32 + 0.5);
        if index > 0 {
            span.above_row(&mut canvas, middle - ROW / 2.0, plot.width, palette)?;
        }
        names_and_figures(&mut canvas, &plot, row, middle, texts, palette)?;
    }
    if let Some(value) = reference {
        span.reference(&mut canvas, value, texts, palette)?;
    }
    for (index, row) in rows.iter().enumerate() {
        mark(&mut canvas, span, row, span.top + ROW * (index as f32 + 0.5), texts, palette)?;
    }
    Ok(())
}

fn names_and_figures<DB: DrawingBackend>(
    canvas: &mut Canvas<'_, DB>,
    plot: &Plot,
    row: &TrendLine,
    middle: f32,
    texts: &Texts,
    palette: &Palette,
) -> Drawn<DB> {
    let name = Lettering::new(palette.text, Side::Left).size(13.0);
    canvas.text_within(&row.name, (0.0, middle), name, plot.span.left - GAP)?;
    let at = |end: f32| (plot.span.right + end, middle);
    let end = (plot.width, middle);
    let Some(own) = row.own.shown() else {
        return canvas.text(&texts.get("chart-n-few"), end, figure(palette.text_3));
    };
    canvas.text(&texts.percentage(own.value), at(OWN[0]), figure(palette.text).bold())?;
    canvas.text(&bounds(own), at(OWN[1]), figure(palette.text_2))?;
    if let (Some(place), Some(rav)) = (plot.rav, row.rav) {
        let rgb = if rav.shown().is_some() { palette.text_2 } else { palette.text_3 };
        canvas.text(&rav_words(rav, texts), at(place), figure(rgb))?;
    }
    canvas.text(&texts.format("chart-n", &[("n", texts.number(own.n))]), end, figure(palette.text_3))
}

fn mark<DB: DrawingBackend>(
    canvas: &mut Canvas<'_, DB>,
    span: &Span,
    row: &TrendLine,
    y: f32,
    texts: &Texts,
    palette: &Palette,
) -> Drawn<DB> {
    let Some(own) = row.own.shown() else {
        span.bar(canvas, y, palette)?;
        let lettering = Lettering::new(palette.text_3, Side::Centre);
        let long = texts.get("ui-trend-few-row");
        let room = span.right - span.left - 8.0;
        let words = if canvas.text_width(&long, lettering) <= room { long } else { texts.get("cell-too-few") };
        return canvas.text_within(&words, (span.middle(), y), lettering, room);
    };
    span.whisker(canvas, y, own, palette)?;
    if let Some(x) = row.rav.and_then(RavFigure::shown).map(|value| span.x(value)) {
        canvas.rect((x - 2.75, y - 11.0), (x + 2.75, y + 11.0), Pen::fill(palette.surface))?;
        canvas.line((x, y - 11.0), (x, y + 11.0), Pen::line(palette.text_2, 1.5))?;
    }
    span.point(canvas, y, own, palette)
}
