//! Runs a screen without a window and takes its picture: passes, texture updates, paint.
//!
//! **Invariant:** every texture update of every pass is applied; a picture is that of a settled screen.
//! **Not here:** triangles to pixels (`raster`).

use egui::{Context, FullOutput, Pos2, RawInput, Rect, Theme, Ui, Vec2};

use crate::{
    raster::{Image, Rasteriser},
    theme,
};

/// Passes before a picture: sizes known in the first are used in the second, scroll bars settle in the third.
const PASSES: usize = 3;

/// A window that is not there.
pub struct Studio {
    ctx: Context,
    rasteriser: Rasteriser,
    size: Vec2,
    scale: f32,
    seconds: f64,
    focused: bool,
}

impl Studio {
    /// A studio of a size in points, at so many pixels to a point. Fonts are loaded once.
    #[must_use]
    pub fn new(size: Vec2, scale: f32) -> Self {
        let ctx = Context::default();
        theme::install(&ctx);
        Self { ctx, rasteriser: Rasteriser::default(), size, scale, seconds: 0.0, focused: true }
    }

    /// A window that does not have the keyboard: no ring, no caret.
    #[must_use]
    pub fn unfocused(mut self) -> Self {
        self.focused = false;
        self
    }

    /// Its context, to set what a window would set (zoom).
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.ctx
    }

    /// Lets so many seconds pass before the next pass.
    pub fn wait(&mut self, seconds: f64) {
        self.seconds += seconds;
    }

    /// Draws a screen in a theme and takes its picture.
    pub fn picture(&mut self, theme: Theme, draw: impl FnMut(&mut Ui)) -> Image {
        self.picture_after(theme, Vec::new(), draw)
    }

    /// The same, with events in its first pass.
    pub fn picture_after(&mut self, theme: Theme, events: Vec<egui::Event>, mut draw: impl FnMut(&mut Ui)) -> Image {
        self.ctx.set_theme(theme);
        let mut output = self.pass(events, &mut draw);
        for _ in 1..PASSES {
            self.rasteriser.free(&mut output.textures_delta);
            output = self.pass(Vec::new(), &mut draw);
        }
        let primitives = self.ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
        let side = |points: f32| (points * self.scale).round() as usize;
        let size = [side(self.size.x), side(self.size.y)];
        let ground = theme::tokens_of(theme).canvas;
        let image = self.rasteriser.paint(&primitives, size, output.pixels_per_point, ground);
        self.rasteriser.free(&mut output.textures_delta);
        image
    }

    fn pass(&mut self, events: Vec<egui::Event>, draw: &mut impl FnMut(&mut Ui)) -> FullOutput {
        self.seconds += 1.0 / 60.0;
        let zoom = self.ctx.zoom_factor();
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, self.size / zoom)),
            time: Some(self.seconds),
            events,
            focused: self.focused,
            ..RawInput::default()
        };
        if let Some(viewport) = input.viewports.get_mut(&input.viewport_id) {
            viewport.native_pixels_per_point = Some(self.scale);
        }
        let mut output = self.ctx.run_ui(input, |ui| draw(ui));
        self.rasteriser.update(&mut output.textures_delta);
        output
    }
}
