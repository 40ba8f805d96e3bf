//! A backend of plotters in points: lines, dashes, circles and texts at fractions of a point.
//!
//! **Invariant:** every coordinate leaves here as a whole number of 1/SCALE points, as plotters wants it.

use std::convert::Infallible;

use plotters_backend::{
    BackendColor, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, FontFamily, FontStyle,
    text_anchor::{HPos, Pos, VPos},
};

/// Backend units in a point: plotters' coordinates are whole numbers, marks are not.
pub const SCALE: f32 = 8.0;

/// plotters writes a text of size `s` with an em of `s / 1.24`.
const SIZE_OF_EM: f64 = 1.24;

/// Red, green, blue.
pub type Rgb = (u8, u8, u8);

/// What drawing ends with.
pub type Drawn<DB> = Result<(), DrawingErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// The colour tokens a chart uses (LOOK §2).
#[expect(missing_docs, reason = "the names are the tokens of LOOK §2, which says what each is for")]
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    pub surface: Rgb,
    pub sunken: Rgb,
    pub border: Rgb,
    pub border_strong: Rgb,
    pub text: Rgb,
    pub text_2: Rgb,
    pub text_3: Rgb,
    pub grey_mark: Rgb,
}

/// A colour with its opacity and line width in points.
#[derive(Clone, Copy)]
pub(crate) struct Pen {
    pub rgb: Rgb,
    pub alpha: f64,
    pub width: f32,
}

impl Pen {
    pub fn line(rgb: Rgb, width: f32) -> Self {
        Self { rgb, alpha: 1.0, width }
    }

    pub fn fill(rgb: Rgb) -> Self {
        Self { rgb, alpha: 1.0, width: 0.0 }
    }

    pub fn faded(self, alpha: f64) -> Self {
        Self { alpha, ..self }
    }
}

impl BackendStyle for Pen {
    fn color(&self) -> BackendColor {
        BackendColor { alpha: self.alpha, rgb: self.rgb }
    }

    fn stroke_width(&self) -> u32 {
        (self.width * SCALE).round().max(0.0) as u32
    }
}

/// How a text stands at its place.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Left,
    Centre,
    Right,
}

/// A text's look; its place is the middle of its height.
#[derive(Clone, Copy)]
pub(crate) struct Lettering {
    pub rgb: Rgb,
    pub size: f32,
    pub bold: bool,
    pub side: Side,
}

impl Lettering {
    pub fn new(rgb: Rgb, side: Side) -> Self {
        Self { rgb, size: 12.0, bold: false, side }
    }

    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub fn size(self, size: f32) -> Self {
        Self { size, ..self }
    }
}

impl BackendTextStyle for Lettering {
    type FontError = Infallible;

    fn color(&self) -> BackendColor {
        BackendColor { alpha: 1.0, rgb: self.rgb }
    }

    fn size(&self) -> f64 {
        f64::from(self.size * SCALE) * SIZE_OF_EM
    }

    fn style(&self) -> FontStyle {
        if self.bold { FontStyle::Bold } else { FontStyle::Normal }
    }

    fn anchor(&self) -> Pos {
        let h_pos = match self.side {
            Side::Left => HPos::Left,
            Side::Centre => HPos::Center,
            Side::Right => HPos::Right,
        };
        Pos { h_pos, v_pos: VPos::Center }
    }

    fn family(&self) -> FontFamily<'_> {
        FontFamily::Name("Noto Sans, sans-serif")
    }

    /// Where a backend cannot measure: Noto Sans is 0.56 em wide on average.
    fn layout_box(&self, text: &str) -> Result<((i32, i32), (i32, i32)), Infallible> {
        let em = self.size * SCALE;
        let width = text.chars().count() as f32 * em * 0.56;
        Ok(((0, 0), (width.round() as i32, em.round() as i32)))
    }

    /// Our backends write text themselves.
    fn draw<E, F: FnMut(i32, i32, BackendColor) -> Result<(), E>>(
        &self,
        _text: &str,
        _pos: (i32, i32),
        _draw: F,
    ) -> Result<Result<(), E>, Infallible> {
        Ok(Ok(()))
    }
}

/// A backend in points.
pub(crate) struct Canvas<'a, DB: DrawingBackend> {
    backend: &'a mut DB,
}

impl<'a, DB: DrawingBackend> Canvas<'a, DB> {
    pub fn new(backend: &'a mut DB) -> Self {
        Self { backend }
    }

    pub fn size(&self) -> (f32, f32) {
        let (width, height) = self.backend.get_size();
        (width as f32 / SCALE, height as f32 / SCALE)
    }

    fn units((x, y): (f32, f32)) -> (i32, i32) {
        ((x * SCALE).round() as i32, (y * SCALE).round() as i32)
    }

    pub fn line(&mut self, from: (f32, f32), to: (f32, f32), pen: Pen) -> Drawn<DB> {
        self.backend.draw_line(Self::units(from), Self::units(to), &pen)
    }

    pub fn polyline(&mut self, points: &[(f32, f32)], pen: Pen) -> Drawn<DB> {
        if points.len() < 2 {
            return Ok(());
        }
        self.backend.draw_path(points.iter().map(|p| Self::units(*p)), &pen)
    }

    pub fn rect(&mut self, min: (f32, f32), max: (f32, f32), pen: Pen) -> Drawn<DB> {
        self.backend.draw_rect(Self::units(min), Self::units(max), &pen, true)
    }

    pub fn disc(&mut self, centre: (f32, f32), radius: f32, pen: Pen) -> Drawn<DB> {
        self.backend.draw_circle(Self::units(centre), (radius * SCALE).round() as u32, &pen, true)
    }

    /// A circle whose line lies half inside, half outside its radius; filled with `inside`.
    pub fn ring(&mut self, centre: (f32, f32), radius: f32, pen: Pen, inside: Rgb) -> Drawn<DB> {
        self.disc(centre, radius + pen.width / 2.0, Pen::fill(pen.rgb))?;
        self.disc(centre, radius - pen.width / 2.0, Pen::fill(inside))
    }

    /// One dashed line over a whole polyline: the dash does not restart at its corners.
    pub fn dashed(&mut self, points: &[(f32, f32)], pen: Pen, dash: f32, gap: f32) -> Drawn<DB> {
        let (mut on, mut left) = (true, dash);
        for pair in points.windows(2) {
            let [from, to] = [pair[0], pair[1]];
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = dx.hypot(dy);
            let at = |d: f32| (from.0 + dx * d / length, from.1 + dy * d / length);
            let mut done = 0.0;
            while done < length {
                let step = left.min(length - done);
                if on {
                    self.line(at(done), at(done + step), pen)?;
                }
                done += step;
                left -= step;
                if left <= f32::EPSILON {
                    on = !on;
                    left = if on { dash } else { gap };
                }
            }
        }
        Ok(())
    }

    /// Width of a text in points, as the backend measures it.
    pub fn text_width(&self, text: &str, lettering: Lettering) -> f32 {
        self.backend.estimate_text_size(text, &lettering).map_or(0.0, |(width, _)| width as f32 / SCALE)
    }

    pub fn text(&mut self, text: &str, at: (f32, f32), lettering: Lettering) -> Drawn<DB> {
        self.backend.draw_text(text, &lettering, Self::units(at))
    }

    /// A text on a plate of `ground`, 2 wider than itself, so that lines do not run through it.
    pub fn text_on(&mut self, text: &str, at: (f32, f32), lettering: Lettering, ground: Rgb) -> Drawn<DB> {
        let width = self.text_width(text, lettering);
        let left = match lettering.side {
            Side::Left => at.0,
            Side::Centre => at.0 - width / 2.0,
            Side::Right => at.0 - width,
        };
        let half = lettering.size * 0.62;
        self.rect((left - 2.0, at.1 - half), (left + width + 2.0, at.1 + half), Pen::fill(ground))?;
        self.text(text, at, lettering)
    }

    /// A text cut with `…` where it is wider than its place.
    pub fn text_within(&mut self, text: &str, at: (f32, f32), lettering: Lettering, width: f32) -> Drawn<DB> {
        if self.text_width(text, lettering) <= width {
            return self.text(text, at, lettering);
        }
        let mut kept: Vec<char> = text.chars().collect();
        while let Some(_last) = kept.pop() {
            let shorter: String = kept.iter().chain(['…'].iter()).collect();
            if self.text_width(&shorter, lettering) <= width {
                return self.text(&shorter, at, lettering);
            }
        }
        Ok(())
    }
}
