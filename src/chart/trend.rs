//! A professional's own intervals (charts.md §5, own trend): a point with its whisker per row, the RAV as a line through all rows or,
//! per row, as a short line of its own.
//!
//! **Invariant:** interval before point; a row of fewer than ten is a bar with that word over the whole plot.

use plotters_backend::DrawingBackend;
use viewmodel::{RavFigure, ShownProportion, Texts};

use crate::canvas::{Canvas, Drawn, Lettering, Palette, Pen, Rgb, Side};

const ROW: f32 = 36.0;
/// Over the rows, with the label of a line through all of them and without.
const TOP: [f32; 2] = [24.0, 8.0];
const BOTTOM: f32 = 24.0;
/// From the plot's right edge: where percentage and interval end; the RAV's figure is as wide as its words.
const OWN: [f32; 2] = [52.0, 112.0];
const N: f32 = 50.0;
/// With a plot that is narrower the words of what the RAV does not show stand in the table and under the chart alone.
const PLOT_LEAST: f32 = 140.0;
/// Between the name and the plot; the least of a name, and which share of the width is its most.
const GAP: f32 = 12.0;
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
    match rav.word() {
        Some(word) => texts.get(word),
        None => {
            let value = rav.shown().map(|value| texts.percentage(value)).unwrap_or_default();
            texts.format("chart-reference", &[("value", value)])
        }
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
        let all = rows.clone().flat_map(of_row).chain(reference);
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        let names = rows.clone().map(|row| row.name.clone()).collect();
        let rav = rows.filter(|row| row.own.shown().is_some()).filter_map(|row| row.rav);
        let rav = rav.map(|rav| rav_words(rav, texts)).collect();
        if low > high {
            return Self { low: 0.0, high: 1.0, rav, names };
        }
        let (low, high) = ((low * 5.0).floor() / 5.0, ((high * 5.0).ceil() / 5.0).min(1.0));
        Self { low: low.max(0.0).min(high - 0.2), high, rav, names }
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
    left: f32,
    right: f32,
    top: f32,
    bottom: f32,
    /// Where the RAV's figures end, from the plot's right edge; `None`: there is no room for them.
    rav: Option<f32>,
    width: f32,
    low: f64,
    high: f64,
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
        Self {
            left,
            right: width - end - N,
            top,
            bottom: top + ROW * rows as f32,
            rav: (end > OWN[1]).then_some(end),
            width,
            low: scale.low,
            high: scale.high,
        }
    }

    fn x(&self, value: f64) -> f32 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.left + (self.right - self.left) * share as f32
    }
}

fn figure(rgb: Rgb) -> Lettering {
    Lettering::new(rgb, Side::Right).size(13.0)
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
    grid(&mut canvas, &plot, texts, palette)?;
    for (index, row) in rows.iter().enumerate() {
        let middle = plot.top + ROW * (index as f32 + 0.5);
        if index > 0 {
            let (y, pen) = (middle - ROW / 2.0, Pen::line(palette.border, 1.0));
            canvas.line((0.0, y), (plot.left - GAP, y), pen)?;
            canvas.line((plot.right + GAP, y), (plot.width, y), pen)?;
        }
        names_and_figures(&mut canvas, &plot, row, middle, texts, palette)?;
    }
    if let Some(value) = reference {
        let x = plot.x(value);
        canvas.line((x, plot.top - 4.0), (x, plot.bottom), Pen::line(palette.text_2, 1.5))?;
        let label = texts.format("chart-reference", &[("value", texts.percentage(value))]);
        canvas.text(&label, (x, plot.top - 13.0), Lettering::new(palette.text, Side::Centre).bold())?;
    }
    for (index, row) in rows.iter().enumerate() {
        mark(&mut canvas, &plot, row, plot.top + ROW * (index as f32 + 0.5), texts, palette)?;
    }
    Ok(())
}

fn grid<DB: DrawingBackend>(canvas: &mut Canvas<'_, DB>, plot: &Plot, texts: &Texts, palette: &Palette) -> Drawn<DB> {
    let lines = ((plot.high - plot.low) / 0.2).round() as u32;
    for line in 0..=lines {
        let value = plot.low + 0.2 * f64::from(line);
        let x = plot.x(value);
        canvas.line((x, plot.top), (x, plot.bottom), Pen::line(palette.border, 1.0))?;
        let lettering = Lettering::new(palette.text_3, Side::Centre);
        canvas.text(&texts.percentage(value), (x, plot.bottom + 13.0), lettering)?;
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
    canvas.text_within(&row.name, (0.0, middle), name, plot.left - GAP)?;
    let at = |end: f32| (plot.right + end, middle);
    let end = (plot.width, middle);
    let Some(own) = row.own.shown() else {
        return canvas.text(&texts.get("chart-n-few"), end, figure(palette.text_3));
    };
    canvas.text(&texts.percentage(own.value), at(OWN[0]), figure(palette.text).bold())?;
    // An interval says its unit once, in the column before it: 74–81.
    let bounds = format!("{:.0}–{:.0}", own.lower * 100.0, own.upper * 100.0);
    canvas.text(&bounds, at(OWN[1]), figure(palette.text_2))?;
    if let (Some(place), Some(rav)) = (plot.rav, row.rav) {
        let rgb = if rav.shown().is_some() { palette.text_2 } else { palette.text_3 };
        canvas.text(&rav_words(rav, texts), at(place), figure(rgb))?;
    }
    canvas.text(&texts.format("chart-n", &[("n", texts.number(own.n))]), end, figure(palette.text_3))
}

fn mark<DB: DrawingBackend>(
    canvas: &mut Canvas<'_, DB>,
    plot: &Plot,
    row: &TrendLine,
    y: f32,
    texts: &Texts,
    palette: &Palette,
) -> Drawn<DB> {
    let Some(own) = row.own.shown() else {
        canvas.rect((plot.left, y - 10.0), (plot.right, y + 10.0), Pen::fill(palette.sunken))?;
        let lettering = Lettering::new(palette.text_3, Side::Centre);
        let long = texts.get("ui-trend-few-row");
        let room = plot.right - plot.left - 8.0;
        let words = if canvas.text_width(&long, lettering) <= room { long } else { texts.get("cell-too-few") };
        return canvas.text_within(&words, ((plot.left + plot.right) / 2.0, y), lettering, room);
    };
    let pen = Pen::line(palette.grey_mark, 2.0);
    let (from, to, at) = (plot.x(own.lower), plot.x(own.upper), plot.x(own.value));
    canvas.line((from, y), (to, y), pen)?;
    canvas.line((from, y - 4.0), (from, y + 4.0), pen)?;
    canvas.line((to, y - 4.0), (to, y + 4.0), pen)?;
    if let Some(x) = row.rav.and_then(RavFigure::shown).map(|value| plot.x(value)) {
        canvas.rect((x - 2.75, y - 11.0), (x + 2.75, y + 11.0), Pen::fill(palette.surface))?;
        canvas.line((x, y - 11.0), (x, y + 11.0), Pen::line(palette.text_2, 1.5))?;
    }
    canvas.disc((at, y), 7.0, Pen::fill(palette.surface))?;
    canvas.disc((at, y), 5.0, Pen::fill(palette.text))
}
