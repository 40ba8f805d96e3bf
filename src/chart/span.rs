//! What charts with an interval per row share: where a proportion lies between the plot's edges, the grid, the line through all rows,
//! a row's interval and point.
//!
//! **Not here:** which columns stand beside the plot (`interval`, `trend`).

use plotters_backend::DrawingBackend;
use viewmodel::{Proportion, Texts};

use crate::canvas::{Canvas, Drawn, Lettering, Palette, Pen, Rgb, Side};

/// Between the plot and the lines under the words beside it.
pub(crate) const GAP: f32 = 12.0;

/// The plot: its edges, points, and the proportions at its left and right edge.
pub(crate) struct Span {
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// The least and greatest of what is shown in whole twenties, so that a narrow column has few lines.
pub(crate) fn whole_twenties(shown: impl Iterator<Item = f64>) -> (f64, f64) {
    let (low, high) = shown.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    if low > high {
        return (0.0, 1.0);
    }
    let (low, high) = ((low * 5.0).floor() / 5.0, ((high * 5.0).ceil() / 5.0).min(1.0));
    (low.max(0.0).min(high - 0.2), high)
}

/// A figure of a column beside the plot.
pub(crate) fn figure(rgb: Rgb) -> Lettering {
    Lettering::new(rgb, Side::Right).size(13.0)
}

/// An interval says its unit once, in the column before it: 74–81.
pub(crate) fn bounds(p: Proportion) -> String {
    format!("{:.0}–{:.0}", p.lower * 100.0, p.upper * 100.0)
}

impl Span {
    pub(crate) fn x(&self, value: f64) -> f32 {
        let share = ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0);
        self.left + (self.right - self.left) * share as f32
    }

    /// A line every `step`, with its percentage under it where there is room.
    pub(crate) fn grid<DB: DrawingBackend>(
        &self,
        canvas: &mut Canvas<'_, DB>,
        step: f64,
        texts: &Texts,
        palette: &Palette,
    ) -> Drawn<DB> {
        let lines = ((self.high - self.low) / step).round() as u32;
        let lettering = Lettering::new(palette.text_3, Side::Centre);
        // In a narrow plot not every line is named.
        let wide = canvas.text_width(&texts.percentage(1.0), lettering) + 4.0;
        let apart = (self.x(self.low + step) - self.x(self.low)).max(1.0);
        let every = (wide / apart).ceil().max(1.0) as u32;
        for line in 0..=lines {
            let value = self.low + step * f64::from(line);
            let x = self.x(value);
            canvas.line((x, self.top), (x, self.bottom), Pen::line(palette.border, 1.0))?;
            if line % every == 0 {
                canvas.text(&texts.percentage(value), (x, self.bottom + 13.0), lettering)?;
            }
        }
        Ok(())
    }

    /// The line over a row, under the words on either side.
    pub(crate) fn above_row<DB: DrawingBackend>(
        &self,
        canvas: &mut Canvas<'_, DB>,
        y: f32,
        width: f32,
        palette: &Palette,
    ) -> Drawn<DB> {
        let pen = Pen::line(palette.border, 1.0);
        canvas.line((0.0, y), (self.left - GAP, y), pen)?;
        canvas.line((self.right + GAP, y), (width, y), pen)
    }

    /// The reference through all rows, with its label on top.
    pub(crate) fn reference<DB: DrawingBackend>(
        &self,
        canvas: &mut Canvas<'_, DB>,
        value: f64,
        texts: &Texts,
        palette: &Palette,
    ) -> Drawn<DB> {
        let x = self.x(value);
        canvas.line((x, self.top - 4.0), (x, self.bottom), Pen::line(palette.text_2, 1.5))?;
        let label = texts.format("chart-reference", &[("value", texts.percentage(value))]);
        canvas.text(&label, (x, self.top - 13.0), Lettering::new(palette.text, Side::Centre).bold())
    }

    /// The bar of a row that shows a word.
    pub(crate) fn bar<DB: DrawingBackend>(&self, canvas: &mut Canvas<'_, DB>, y: f32, palette: &Palette) -> Drawn<DB> {
        canvas.rect((self.left, y - 10.0), (self.right, y + 10.0), Pen::fill(palette.sunken))
    }

    /// Where that word stands.
    pub(crate) fn middle(&self) -> f32 {
        (self.left + self.right) / 2.0
    }

    pub(crate) fn whisker<DB: DrawingBackend>(
        &self,
        canvas: &mut Canvas<'_, DB>,
        y: f32,
        p: Proportion,
        palette: &Palette,
    ) -> Drawn<DB> {
        let pen = Pen::line(palette.grey_mark, 2.0);
        let (from, to) = (self.x(p.lower), self.x(p.upper));
        canvas.line((from, y), (to, y), pen)?;
        canvas.line((from, y - 4.0), (from, y + 4.0), pen)?;
        canvas.line((to, y - 4.0), (to, y + 4.0), pen)
    }

    pub(crate) fn point<DB: DrawingBackend>(
        &self,
        canvas: &mut Canvas<'_, DB>,
        y: f32,
        p: Proportion,
        palette: &Palette,
    ) -> Drawn<DB> {
        let at = (self.x(p.value), y);
        canvas.disc(at, 7.0, Pen::fill(palette.surface))?;
        canvas.disc(at, 5.0, Pen::fill(palette.text))
    }
}
