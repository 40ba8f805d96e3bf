//! The control chart of a proportion by month (charts.md §1, §2).
//!
//! **Invariant:** an unripe month is a ring beside the line: no band, no centre line, not joined.
//! **Not here:** limits and signals (`stats`), legend and pointer (`ui`).

use plotters::{coord::ranged1d::Ranged, coord::types::RangedCoordf64};
use plotters_backend::DrawingBackend;
use viewmodel::{ControlChart, Marker, Texts};

use crate::canvas::{Canvas, Drawn, Lettering, Palette, Pen, Side};

/// Margins of charts.md §2, in points.
/// Air between two months under the chart.
const MONTHS_APART: f32 = 4.0;
const LEFT: f32 = 44.0;
const RIGHT: f32 = 116.0;
const TOP: f32 = 34.0;
const BOTTOM: f32 = 34.0;

/// Where things stand in a control chart of a given size; points, from its upper left corner.
#[derive(Clone, Copy, Debug)]
pub struct ControlPlot {
    /// Left edge of the plot.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Lower edge.
    pub bottom: f32,
    slots: usize,
    low: f64,
    high: f64,
}

impl ControlPlot {
    /// The plot of a chart in so many points.
    #[must_use]
    pub fn new(chart: &ControlChart, width: f32, height: f32) -> Self {
        let (low, high) = value_range(chart);
        Self {
            left: LEFT,
            top: TOP,
            right: width - RIGHT,
            bottom: height - BOTTOM,
            slots: chart.points.len(),
            low,
            high,
        }
    }

    /// Width of a month.
    #[must_use]
    pub fn slot(&self) -> f32 {
        (self.right - self.left) / self.slots.max(1) as f32
    }

    /// Left edge of a month.
    fn edge(&self, index: usize) -> f32 {
        self.left + self.slot() * index as f32
    }

    /// Middle of a month.
    #[must_use]
    pub fn x(&self, index: usize) -> f32 {
        self.edge(index) + self.slot() / 2.0
    }

    /// Height of a proportion 0–1.
    #[must_use]
    pub fn y(&self, proportion: f64) -> f32 {
        // plotters' coordinate in thousandths of a point: it maps to whole numbers.
        let thousandths = |points: f32| (points * 1000.0) as i32;
        let axis = RangedCoordf64::from(self.low..self.high);
        axis.map(&(proportion * 100.0), (thousandths(self.bottom), thousandths(self.top))) as f32 / 1000.0
    }

    /// The month under a place, within 24 points of the plot.
    #[must_use]
    pub fn month_at(&self, x: f32) -> Option<usize> {
        if self.slots == 0 || x < self.left - 24.0 || x > self.right + 24.0 {
            return None;
        }
        let index = ((x - self.left) / self.slot()).floor().max(0.0) as usize;
        Some(index.min(self.slots - 1))
    }
}

/// From the data and limits, padded to whole fives, at least 20 points high, within 0–100.
fn value_range(chart: &ControlChart) -> (f64, f64) {
    let limits = chart.points.iter().filter_map(|p| p.limits).flat_map(|(low, high)| [low, high]);
    let values = chart.points.iter().filter_map(|p| p.value).chain(limits).chain(chart.phases.iter().map(|p| p.mean));
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
    if low > high {
        return (0.0, 100.0);
    }
    let mut low = ((low * 100.0 - 1.0) / 5.0).floor() * 5.0;
    let mut high = ((high * 100.0 + 1.0) / 5.0).ceil() * 5.0;
    while high - low < 20.0 {
        low -= 5.0;
        high += 5.0;
    }
    low = low.max(0.0);
    high = high.min(100.0);
    if high - low < 20.0 {
        if low <= 0.0 { high = 20.0 } else { low = high - 20.0 }
    }
    (low, high)
}

/// Draws it over the backend's whole area.
///
/// # Errors
/// When the backend cannot draw.
pub fn control_chart<DB: DrawingBackend>(
    backend: &mut DB,
    chart: &ControlChart,
    texts: &Texts,
    palette: &Palette,
) -> Drawn<DB> {
    let canvas = Canvas::new(backend);
    let (width, height) = canvas.size();
    let plot = ControlPlot::new(chart, width, height);
    let mut drawing = Drawing { canvas, plot, chart, texts, palette };
    drawing.band()?;
    drawing.grid()?;
    drawing.limits()?;
    drawing.means()?;
    drawing.phases()?;
    drawing.unripe_ground()?;
    drawing.line()?;
    drawing.markers()?;
    drawing.months()?;
    drawing.margin_labels()
}

struct Drawing<'a, 'b, DB: DrawingBackend> {
    canvas: Canvas<'b, DB>,
    plot: ControlPlot,
    chart: &'a ControlChart,
    texts: &'a Texts,
    palette: &'a Palette,
}

impl<DB: DrawingBackend> Drawing<'_, '_, DB> {
    fn ripe(&self) -> usize {
        self.chart.points.iter().position(|p| p.marker == Marker::Unripe).unwrap_or(self.chart.points.len())
    }

    /// First and one past the last ripe point of a phase.
    fn phase_span(&self, phase: usize) -> (usize, usize) {
        let first = self.chart.phases.get(phase).map_or(0, |p| p.first);
        let end = self.chart.phases.get(phase + 1).map_or(self.ripe(), |next| next.first);
        (first, end.max(first))
    }

    fn band(&mut self) -> Drawn<DB> {
        let pen = Pen::fill(self.palette.sunken).faded(0.7);
        for index in 0..self.ripe() {
            if let Some((low, high)) = self.chart.points[index].limits {
                let (left, right) = (self.plot.edge(index), self.plot.edge(index + 1));
                self.canvas.rect((left, self.plot.y(high)), (right, self.plot.y(low)), pen)?;
            }
        }
        Ok(())
    }

    fn grid(&mut self) -> Drawn<DB> {
        let ControlPlot { left, right, bottom, low, high, .. } = self.plot;
        let step = match high - low {
            span if span <= 30.0 => 5.0,
            span if span <= 70.0 => 10.0,
            _ => 20.0,
        };
        let label = Lettering::new(self.palette.text_3, Side::Right);
        let mut tick = (low / step).ceil() * step;
        while tick <= high + 1e-9 {
            let y = self.plot.y(tick / 100.0);
            self.canvas.line((left, y), (right, y), Pen::line(self.palette.border, 1.0))?;
            self.canvas.text(&self.texts.percentage(tick / 100.0), (left - 8.0, y), label)?;
            tick += step;
        }
        self.canvas.line((left, bottom), (right, bottom), Pen::line(self.palette.border_strong, 1.0))
    }

    fn limits(&mut self) -> Drawn<DB> {
        let pen = Pen::line(self.palette.grey_mark, 1.0);
        for phase in 0..self.chart.phases.len() {
            let (first, end) = self.phase_span(phase);
            let (dash, gap) = if self.chart.phases[phase].trial { (2.0, 4.0) } else { (5.0, 4.0) };
            for side in 0..2 {
                let mut steps = Vec::new();
                for index in first..end {
                    match self.chart.points[index].limits {
                        Some((low, high)) => {
                            let y = self.plot.y(if side == 0 { low } else { high });
                            steps.extend([(self.plot.edge(index), y), (self.plot.edge(index + 1), y)]);
                        }
                        None => self.canvas.dashed(&std::mem::take(&mut steps), pen, dash, gap)?,
                    }
                }
                self.canvas.dashed(&steps, pen, dash, gap)?;
            }
        }
        Ok(())
    }

    fn means(&mut self) -> Drawn<DB> {
        for phase in 0..self.chart.phases.len() {
            let (first, end) = self.phase_span(phase);
            let y = self.plot.y(self.chart.phases[phase].mean);
            let pen = Pen::line(self.palette.text_2, 1.5);
            self.canvas.line((self.plot.edge(first), y), (self.plot.edge(end), y), pen)?;
        }
        Ok(())
    }

    fn phases(&mut self) -> Drawn<DB> {
        let name_at = self.plot.top - 17.0;
        for (index, phase) in self.chart.phases.iter().enumerate().filter(|_| self.chart.phases.len() > 1) {
            let x = self.plot.edge(phase.first);
            let last = index + 1 == self.chart.phases.len();
            if index > 0 {
                let pen = Pen::line(self.palette.border_strong, 1.0);
                self.canvas.line((x, self.plot.top - 22.0), (x, self.plot.bottom), pen)?;
            }
            let (text, lettering) = if last {
                (phase.name.clone(), Lettering::new(self.palette.text, Side::Left).bold())
            } else {
                (self.phase_until(index), Lettering::new(self.palette.text_2, Side::Left))
            };
            let end = if last { self.plot.right + RIGHT } else { self.plot.edge(self.phase_span(index).1) };
            self.canvas.text_within(&text, (x + 8.0, name_at), lettering, end - x - 12.0)?;
        }
        Ok(())
    }

    /// *Tot en met oktober 2025: gemiddeld 74%*.
    fn phase_until(&self, index: usize) -> String {
        let (first, end) = self.phase_span(index);
        let point = &self.chart.points[end.saturating_sub(1).max(first)];
        let month = format!("{} {}", self.texts.get(&format!("month-{}", point.month)), point.year);
        let mean = self.texts.percentage(self.chart.phases[index].mean);
        self.texts.format("chart-until", &[("month", month), ("mean", mean)])
    }

    fn unripe_ground(&mut self) -> Drawn<DB> {
        let (ripe, all) = (self.ripe(), self.chart.points.len());
        if ripe == all {
            return Ok(());
        }
        let x = self.plot.edge(ripe);
        let pen = Pen::line(self.palette.border, 1.0);
        self.canvas.dashed(&[(x, self.plot.top), (x, self.plot.bottom)], pen, 2.0, 3.0)?;
        let lettering = Lettering::new(self.palette.text_3, Side::Centre);
        let text = self.texts.get("chart-unripe");
        let (first, second) = text.rsplit_once(' ').unwrap_or((text.as_str(), ""));
        let middle = ((x + self.plot.right) / 2.0).min(self.plot.right - 4.0);
        for (row, y) in [(first, 40.0), (second, 25.0)] {
            self.canvas.text_on(row, (middle, self.plot.bottom - y), lettering, self.palette.surface)?;
        }
        Ok(())
    }

    fn line(&mut self) -> Drawn<DB> {
        let pen = Pen::line(self.palette.grey_mark, 1.5);
        let mut run = Vec::new();
        for index in 0..self.ripe() {
            if self.chart.phases.iter().any(|phase| phase.first == index) {
                self.canvas.polyline(&std::mem::take(&mut run), pen)?;
            }
            match self.chart.points[index].value {
                Some(value) => run.push((self.plot.x(index), self.plot.y(value))),
                None => self.canvas.polyline(&std::mem::take(&mut run), pen)?,
            }
        }
        self.canvas.polyline(&run, pen)
    }

    fn markers(&mut self) -> Drawn<DB> {
        let Palette { surface, grey_mark, .. } = *self.palette;
        // LIMIT: under 12 points a month ordinary dots would touch; only signals are marked (charts.md §2).
        let dots = self.plot.slot() >= 12.0;
        for (index, point) in self.chart.points.iter().enumerate() {
            let Some(value) = point.value else { continue };
            let at = (self.plot.x(index), self.plot.y(value));
            match point.marker {
                Marker::Dot if dots => {
                    self.canvas.disc(at, 5.5, Pen::fill(surface))?;
                    self.canvas.disc(at, 3.5, Pen::fill(grey_mark))?;
                }
                Marker::Dot => {}
                Marker::Ring => {
                    self.canvas.disc(at, 8.5, Pen::fill(surface))?;
                    self.canvas.ring(at, 6.0, Pen::line(grey_mark, 2.0), surface)?;
                }
                Marker::Disc => {
                    self.canvas.disc(at, 8.5, Pen::fill(surface))?;
                    self.canvas.disc(at, 6.5, Pen::fill(grey_mark))?;
                }
                Marker::Unripe => self.canvas.ring(at, 3.5, Pen::line(grey_mark, 1.5), surface)?,
            }
        }
        Ok(())
    }

    /// January, April, July, October, and the first; the year at the first and at January. Where they do not stand free of each other
    /// those with a year go first.
    fn months(&mut self) -> Drawn<DB> {
        let lettering = Lettering::new(self.palette.text_3, Side::Centre);
        let mut labels: Vec<(f32, String, bool)> = Vec::new();
        let quarter = |month: u32| month % 3 == 1;
        let next = self.chart.points.iter().skip(1).position(|p| quarter(p.month)).map_or(12, |i| i + 1);
        let first_fits = self.plot.slot() * next as f32 >= 56.0;
        for (index, point) in self.chart.points.iter().enumerate() {
            let first = index == 0 && (first_fits || quarter(point.month));
            if !first && (index == 0 || !quarter(point.month)) {
                continue;
            }
            let x = self.plot.x(index);
            let bottom = self.plot.bottom;
            self.canvas.line((x, bottom), (x, bottom + 4.0), Pen::line(self.palette.border_strong, 1.0))?;
            let has_year = first || point.month == 1 || (index == next && !first_fits);
            let text = match has_year {
                true => self.texts.month(point.year, point.month),
                false => self.texts.month_short(point.month),
            };
            labels.push((x, text, has_year));
        }
        // Years first; a sort that keeps the order of the months.
        labels.sort_by_key(|(_, _, has_year)| !has_year);
        let mut taken: Vec<(f32, f32)> = Vec::new();
        for (x, text, _) in labels {
            let half = self.canvas.text_width(&text, lettering) / 2.0 + MONTHS_APART / 2.0;
            let (left, right) = (x - half, x + half);
            if taken.iter().all(|(from, until)| right <= *from || left >= *until) {
                taken.push((left, right));
                self.canvas.text(&text, (x, self.plot.bottom + 15.0), lettering)?;
            }
        }
        Ok(())
    }

    /// Mean and limits of the last phase, right of the plot, 14 apart; the mean keeps its place.
    fn margin_labels(&mut self) -> Drawn<DB> {
        let Some(phase) = self.chart.phases.last() else { return Ok(()) };
        let x = self.plot.right + 8.0;
        let mean_at = self.plot.y(phase.mean);
        let value = |v: f64| vec![("value", self.texts.percentage(v))];
        let mean = self.texts.format("chart-mean", &value(phase.mean));
        let limits = self.chart.points[..self.ripe()].iter().rev().find_map(|p| p.limits);
        if let Some((low, high)) = limits {
            let upper = self.texts.format("chart-upper-limit", &value(high));
            let lower = self.texts.format("chart-lower-limit", &value(low));
            let lettering = Lettering::new(self.palette.text_3, Side::Left);
            self.canvas.text(&upper, (x, self.plot.y(high).min(mean_at - 14.0)), lettering)?;
            self.canvas.text(&lower, (x, self.plot.y(low).max(mean_at + 14.0)), lettering)?;
        }
        self.canvas.text(&mean, (x, mean_at), Lettering::new(self.palette.text, Side::Left).bold())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use viewmodel::{ChartPoint, Phase};

    fn point(value: f64, marker: Marker) -> ChartPoint {
        ChartPoint { year: 2026, month: 1, value: Some(value), interval: None, n: Some(100), limits: None, marker }
    }

    #[test]
    fn the_range_is_whole_fives_and_at_least_twenty_high() {
        let flat = ControlChart { points: vec![point(0.79, Marker::Dot), point(0.8, Marker::Dot)], phases: vec![] };
        assert_eq!(value_range(&flat), (70.0, 90.0));
        let high = ControlChart { points: vec![point(0.99, Marker::Dot)], phases: vec![] };
        assert_eq!(value_range(&high).1, 100.0);
        assert!(value_range(&high).1 - value_range(&high).0 >= 20.0);
        assert_eq!(value_range(&ControlChart { points: vec![], phases: vec![] }), (0.0, 100.0));
    }

    #[test]
    fn a_place_over_a_month_is_that_month() {
        let points = (0..10).map(|_| point(0.5, Marker::Dot)).collect();
        let phase = Phase { first: 0, name: String::new(), mean: 0.5, trial: false };
        let plot = ControlPlot::new(&ControlChart { points, phases: vec![phase] }, 460.0, 330.0);
        assert_eq!(plot.month_at(plot.x(3)), Some(3));
        assert_eq!(plot.month_at(plot.right + 10.0), Some(9));
        assert_eq!(plot.month_at(plot.right + 80.0), None);
        assert!((plot.y(0.5) - (plot.top + plot.bottom) / 2.0).abs() < 1.0);
    }
}
