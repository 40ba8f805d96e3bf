//! Buttons: primary, secondary, quiet; with icon and key caps.
//!
//! **Invariant:** a disabled button is drawn as such and named; the reason stands beside it, drawn by its screen.

use egui::{Color32, CornerRadius, Pos2, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;

use super::{focus, text};
use crate::theme::{self, Type};

/// What weight a button has on its screen.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// One per view.
    Primary,
    /// The ordinary one.
    Secondary,
    /// Text alone.
    Quiet,
}

/// What an icon takes before the words.
const ICON: f32 = 24.0;

/// A button.
pub struct Button<'a> {
    text: &'a str,
    weight: Weight,
    icon: Option<Icon>,
    enter: Option<&'a str>,
    key: Option<&'a str>,
    height: f32,
    width: Option<f32>,
    at_left: bool,
    enabled: bool,
}

struct Look {
    fill: Color32,
    line: Color32,
    text: Color32,
    kind: Type,
}

impl<'a> Button<'a> {
    /// A button of the ordinary height.
    #[must_use]
    pub fn new(weight: Weight, text: &'a str) -> Self {
        Self {
            text,
            weight,
            icon: None,
            enter: None,
            key: None,
            height: 36.0,
            width: None,
            at_left: false,
            enabled: true,
        }
    }

    /// An icon before the text.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// A modifier with the Enter key after the text.
    #[must_use]
    pub fn with_enter(mut self, modifier: &'a str) -> Self {
        self.enter = Some(modifier);
        self
    }

    /// A key cap after the text.
    #[must_use]
    pub fn with_key(mut self, key: &'a str) -> Self {
        self.key = Some(key);
        self
    }

    /// Height in points: 30 small, 36, 40 at sign-in and reveal.
    #[must_use]
    pub fn height(mut self, height: f32) -> Self {
        self.height = height;
        self
    }

    /// A width of its own.
    #[must_use]
    pub fn width(mut self, width: f32) -> Self {
        self.width = Some(width);
        self
    }

    /// Its content begins at the left, as among others of one width under each other.
    #[must_use]
    pub fn at_left(mut self) -> Self {
        self.at_left = true;
        self
    }

    /// Whether it can be used.
    #[must_use]
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    fn kind(&self) -> Type {
        match (self.weight, self.height < 32.0) {
            (Weight::Primary, false) => Type::BodyBold,
            (Weight::Primary, true) => Type::SmallBold,
            (Weight::Secondary | Weight::Quiet, false) => Type::Body,
            (Weight::Secondary | Weight::Quiet, true) => Type::Small,
        }
    }

    fn look(&self, ui: &Ui, response: &Response) -> Look {
        let t = theme::tokens(ui);
        let (pressed, over) = (response.is_pointer_button_down_on(), response.hovered());
        let kind = self.kind();
        if !self.enabled {
            let plain = if kind == Type::BodyBold { Type::Body } else { kind };
            let line = if self.weight == Weight::Quiet { t.clear } else { t.border };
            let fill = if self.weight == Weight::Quiet { t.clear } else { t.sunken };
            return Look { fill, line, text: t.disabled, kind: plain };
        }
        let resting = |rest: Color32| match (pressed, over) {
            (true, _) => t.selected,
            (false, true) => t.hover,
            (false, false) => rest,
        };
        match self.weight {
            Weight::Primary => {
                let fill = if over { t.accent_hover } else { t.accent };
                Look { fill, line: fill, text: t.on_accent, kind }
            }
            Weight::Secondary => Look { fill: resting(t.surface), line: t.border_strong, text: t.text, kind },
            Weight::Quiet => Look { fill: resting(t.clear), line: t.clear, text: t.accent, kind },
        }
    }

    /// Width of its icon, its words, its keys, on one line.
    fn content(&self, ui: &Ui) -> f32 {
        let wide = |words: &str, kind| text::galley(ui, words, kind, theme::tokens(ui).text).size().x;
        let icon = if self.icon.is_some() { ICON } else { 0.0 };
        let enter = self.enter.map_or(0.0, |modifier| 8.0 + wide(modifier, Type::Caption) + 18.0);
        icon + wide(self.text, self.kind()) + enter + self.key.map_or(0.0, |_| 26.0)
    }

    fn padding(&self) -> f32 {
        if self.height < 32.0 { 10.0 } else { 14.0 }
    }

    /// Width that it needs.
    #[must_use]
    pub fn needs(&self, ui: &Ui) -> f32 {
        self.width.unwrap_or(self.content(ui) + 2.0 * self.padding())
    }

    /// Draws it; clicked once where the person wants it.
    pub fn show(self, ui: &mut Ui) -> Response {
        let t = theme::tokens(ui);
        let measure = text::galley(ui, self.text, self.kind(), t.text);
        let modifier = self.enter.map(|m| text::galley(ui, m, Type::Caption, t.text));
        let content = self.content(ui);
        let size = Vec2::new(self.needs(ui), self.height);
        let sense = if self.enabled { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(size, sense);
        let (name, enabled) = (self.text, self.enabled);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
        if !ui.is_rect_visible(rect) {
            focus::follow(&response);
            return response;
        }
        let look = self.look(ui, &response);
        let stroke = Stroke::new(1.0, look.line);
        ui.painter().rect(rect, CornerRadius::same(6), look.fill, stroke, StrokeKind::Inside);
        let galley = text::galley(ui, self.text, look.kind, look.text);
        // Words that are out of use are narrower: the room is theirs all the same.
        let spare = (measure.size().x - galley.size().x) / 2.0;
        let start = if self.at_left { rect.left() + 16.0 } else { rect.center().x - content / 2.0 };
        let mut x = start + spare;
        if let Some(icon) = self.icon {
            text::icon(ui.painter(), Pos2::new(x + 8.0, rect.center().y), icon, 16.0, look.text);
            x += ICON;
        }
        text::paint_left(ui.painter(), Pos2::new(x, rect.center().y), galley);
        x += measure.size().x - spare;
        if let (Some(modifier), Some(width)) = (self.enter, modifier.map(|m| m.size().x)) {
            let galley = text::galley(ui, modifier, Type::Caption, look.text);
            text::paint_left(ui.painter(), Pos2::new(x + 8.0, rect.center().y), galley);
            let at = Pos2::new(x + 8.0 + width + 11.0, rect.center().y);
            text::icon(ui.painter(), at, Icon::CornerDownLeft, 13.0, look.text);
        }
        if let Some(key) = self.key {
            super::cap::paint_cap(ui, Pos2::new(x + 17.0, rect.center().y), super::cap::Cap::Text(key));
        }
        focus::ring(ui, &response, rect, 6);
        response
    }
}

/// A square button with an icon alone; its name is heard and shown as a tooltip.
pub fn icon_button(ui: &mut Ui, icon: Icon, name: &str, size: f32, enabled: bool) -> Response {
    let t = theme::tokens(ui);
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, name));
    let fill = if !enabled {
        t.sunken
    } else if response.hovered() {
        t.hover
    } else {
        t.surface
    };
    let (line, ink) = if enabled { (t.border_strong, t.text) } else { (t.border, t.disabled) };
    ui.painter().rect(rect, CornerRadius::same(6), fill, Stroke::new(1.0, line), StrokeKind::Inside);
    text::icon(ui.painter(), rect.center(), icon, 16.0, ink);
    focus::ring(ui, &response, rect, 6);
    response.on_hover_text(name)
}

/// A text that acts: accent, underlined under the pointer.
pub fn link(ui: &mut Ui, words: &str, kind: Type, before: Option<Icon>) -> Response {
    let t = theme::tokens(ui);
    let galley = text::galley(ui, words, kind, t.accent);
    let lead = if before.is_some() { 20.0 } else { 0.0 };
    let size = Vec2::new(lead + galley.size().x, galley.size().y);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Link, true, words));
    if let Some(before) = before {
        text::icon(ui.painter(), Pos2::new(rect.left() + 8.0, rect.center().y), before, 15.0, t.accent);
    }
    if response.hovered() {
        let y = rect.bottom() - 2.0;
        ui.painter().hline(rect.left() + lead..=rect.right(), y, Stroke::new(1.0, t.accent));
    }
    text::paint_left(ui.painter(), Pos2::new(rect.left() + lead, rect.center().y), galley);
    focus::ring(ui, &response, rect, 3);
    response.on_hover_cursor(egui::CursorIcon::PointingHand)
}
