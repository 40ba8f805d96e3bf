//! Charts as SVG, through plotters' own SVG backend.
//!
//! **Invariant:** the drawing is the screen's; only the painter differs.

use std::fmt::Debug;

use plotters::backend::SVGBackend;
use plotters_backend::{DrawingBackend, DrawingErrorKind};
use viewmodel::{ControlChart, IntervalRow, Texts};

use crate::{
    canvas::{Palette, SCALE},
    control::control_chart,
    interval::{interval_chart, interval_chart_height},
};

/// Why there is no SVG.
#[derive(Debug)]
pub struct SvgError;

impl std::fmt::Display for SvgError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the chart could not be drawn as SVG")
    }
}

impl std::error::Error for SvgError {}

/// The control chart as an SVG document of so many points.
///
/// # Errors
/// When plotters cannot draw it.
pub fn control_chart_svg(
    chart: &ControlChart,
    (width, height): (u32, u32),
    texts: &Texts,
    palette: &Palette,
) -> Result<String, SvgError> {
    document(width, height, |backend| control_chart(backend, chart, texts, palette))
}

/// The interval chart as an SVG document of a width in points; its height follows from its rows.
///
/// # Errors
/// When plotters cannot draw it.
pub fn interval_chart_svg(
    rows: &[IntervalRow],
    reference: Option<f64>,
    width: u32,
    texts: &Texts,
    palette: &Palette,
) -> Result<String, SvgError> {
    let height = interval_chart_height(rows.len()).ceil() as u32;
    document(width, height, |backend| interval_chart(backend, rows, reference, texts, palette))
}

fn document<E: std::error::Error + Send + Sync>(
    width: u32,
    height: u32,
    draw: impl FnOnce(&mut SVGBackend<'_>) -> Result<(), DrawingErrorKind<E>>,
) -> Result<String, SvgError> {
    let scale = SCALE as u32;
    let mut text = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut text, (width * scale, height * scale));
        draw(&mut backend).map_err(|_| SvgError)?;
        backend.present().map_err(|_| SvgError)?;
    }
    // The view box counts backend units; the document's own size is in points.
    let drawn = format!("width=\"{}\" height=\"{}\"", width * scale, height * scale);
    Ok(text.replacen(&drawn, &format!("width=\"{width}\" height=\"{height}\""), 1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use viewmodel::{ChartPoint, Language, Marker, Phase, ShownProportion};

    use super::*;

    fn palette() -> Palette {
        let (ink, paper) = ((20, 20, 20), (250, 250, 250));
        Palette {
            surface: paper,
            sunken: paper,
            border: paper,
            border_strong: ink,
            text: ink,
            text_2: ink,
            text_3: ink,
            grey_mark: ink,
        }
    }

    fn chart() -> ControlChart {
        let point = |i: u32| ChartPoint {
            year: 2025,
            month: i + 1,
            value: Some(0.75 + f64::from(i) / 200.0),
            interval: None,
            n: Some(100),
            limits: (i < 10).then_some((0.65, 0.9)),
            marker: if i < 10 { Marker::Dot } else { Marker::Unripe },
        };
        let phase = Phase { first: 0, name: String::new(), mean: 0.78, trial: true };
        ControlChart { points: (0..12).map(point).collect(), phases: vec![phase] }
    }

    #[test]
    fn the_document_has_the_size_asked_for_and_the_words() {
        let texts = Texts::load(Language::Dutch).unwrap();
        let svg = control_chart_svg(&chart(), (700, 330), &texts, &palette()).unwrap();
        assert!(svg.starts_with("<svg width=\"700\" height=\"330\" viewBox=\"0 0 5600 2640\""));
        assert!(svg.contains("gemiddeld 78%"));
        assert!(svg.trim_end().ends_with("</svg>"));
    }

    #[test]
    fn an_unripe_month_is_not_joined_by_the_line() {
        let texts = Texts::load(Language::Dutch).unwrap();
        let svg = control_chart_svg(&chart(), (700, 330), &texts, &palette()).unwrap();
        let line = svg.lines().find(|line| line.contains("<polyline")).unwrap();
        let points = line.split("points=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(points.split_whitespace().count(), 10);
    }

    #[test]
    fn a_row_with_too_few_says_so_and_shows_no_point() {
        let texts = Texts::load(Language::Dutch).unwrap();
        let rows = vec![IntervalRow { name: "Noord".into(), value: ShownProportion::TooFew, missing: 0 }];
        let svg = interval_chart_svg(&rows, Some(0.79), 600, &texts, &palette()).unwrap();
        assert!(
            svg.contains(&texts.get("cell-too-few")) && svg.contains(&texts.get("chart-n-few").replace('<', "&lt;"))
        );
        assert!(!svg.contains("<circle"));
    }

    #[test]
    fn a_hidden_row_says_so_and_nothing_of_its_number() {
        let texts = Texts::load(Language::Dutch).unwrap();
        let rows = vec![IntervalRow { name: "Noord".into(), value: ShownProportion::Hidden, missing: 12 }];
        let svg = interval_chart_svg(&rows, Some(0.79), 600, &texts, &palette()).unwrap();
        assert!(svg.contains(&texts.get("cell-hidden")));
        assert!(!svg.contains("<circle") && !svg.contains("n &lt;") && !svg.contains("n <"));
    }
}
