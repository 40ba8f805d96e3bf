//! Cards, panels, wells, banners, the empty state, lines.
//!
//! **Invariant:** a card has a line and no shadow; a panel's line is drawn last, over its head and foot.

use egui::{Color32, CornerRadius, Frame, Margin, Pos2, Rect, Stroke, StrokeKind, Ui, Vec2};
use lucide_icons::Icon;

use super::{
    button, page, said,
    text::{self, Flow},
};
use crate::theme::{self, Type};

/// A card as high as its content.
pub fn card<R>(ui: &mut Ui, padding: i8, draw: impl FnOnce(&mut Ui) -> R) -> R {
    let t = theme::tokens(ui);
    Frame::new()
        .fill(t.surface)
        .stroke(Stroke::new(1.0, t.border))
        .corner_radius(CornerRadius::same(10))
        .inner_margin(Margin::same(padding))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            draw(ui)
        })
        .inner
}

/// Width of a card where two stand beside each other, and the air between cards.
pub const COLUMN: f32 = 482.0;
pub const BETWEEN: f32 = 14.0;

/// Whether there is room for two columns of cards.
pub fn has_two_columns(ui: &Ui) -> bool {
    ui.available_width() >= 2.0 * COLUMN + BETWEEN
}

/// A column of cards, in a row that begins at the top.
pub fn column(ui: &mut Ui, draw: impl FnOnce(&mut Ui)) {
    ui.spacing_mut().item_spacing.x = BETWEEN;
    ui.allocate_ui(Vec2::new(COLUMN, 0.0), |ui| {
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = BETWEEN;
            ui.set_width(COLUMN.min(ui.available_width()));
            draw(ui);
        });
    });
}

/// A well inside a card.
pub fn well<R>(ui: &mut Ui, fill: Color32, draw: impl FnOnce(&mut Ui) -> R) -> R {
    Frame::new()
        .fill(fill)
        .corner_radius(CornerRadius::same(8))
        .inner_margin(Margin::symmetric(14, 12))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            draw(ui)
        })
        .inner
}

/// The ground of a panel that fills a rectangle.
pub fn panel_ground(ui: &Ui, rect: Rect) {
    ui.painter().rect_filled(rect, CornerRadius::same(10), theme::tokens(ui).surface);
}

/// The line around a panel; after its content.
pub fn panel_line(ui: &Ui, rect: Rect) {
    let stroke = Stroke::new(1.0, theme::tokens(ui).border);
    ui.painter().rect_stroke(rect, CornerRadius::same(10), stroke, StrokeKind::Inside);
}

/// A line across a rectangle at a height.
pub fn hairline(ui: &Ui, rect: Rect, y: f32) {
    let y = ui.painter().round_to_pixel_center(y);
    ui.painter().hline(rect.x_range(), y, Stroke::new(1.0, theme::tokens(ui).border));
}

/// A line in the flow of a layout with air on both sides.
pub fn divider(ui: &mut Ui, air: f32) {
    ui.add_space(air);
    let (_, rect) = ui.allocate_space(Vec2::new(ui.available_width(), 1.0));
    hairline(ui, rect, rect.top());
    ui.add_space(air);
}

/// What a banner is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was done, or news.
    News,
    /// Attention.
    Attention,
    /// Refused.
    Refused,
}

/// A banner: first sentence bold in its colour, the rest plain.
pub fn banner(ui: &mut Ui, tone: Tone, glyph: Icon, words: &str) {
    let t = theme::tokens(ui);
    let (fill, ink) = match tone {
        Tone::News => (t.blue_tint, t.blue),
        Tone::Attention => (t.orange_tint, t.orange),
        Tone::Refused => (t.brick_tint, t.brick),
    };
    let (first, rest) = words.split_once(". ").map_or((words.to_owned(), ""), |(a, b)| (format!("{a}. "), b));
    let width = ui.available_width();
    let galley = Flow::new(&first, Type::BodyBold, ink).then(rest, Type::Body, t.text).wrapped(ui, width - 64.0);
    let height = galley.size().y + 24.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), egui::Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Alert, true, words));
    said::news(&response);
    ui.painter().rect_filled(rect, CornerRadius::same(8), fill);
    text::icon(ui.painter(), rect.min + Vec2::new(25.0, 22.0), glyph, 20.0, ink);
    ui.painter().galley(rect.min + Vec2::new(47.0, 12.0), galley, ink);
}

/// Under this width the words of a banner have the whole of it, and its button stands under them.
const BESIDE: f32 = 480.0;

/// A banner with one button at its right, or under its words where it is narrow: first words bold in its colour, the rest plain. Whether it
/// was pressed.
pub fn banner_with(ui: &mut Ui, tone: Tone, glyph: Icon, (head, rest): (&str, &str), act: &str) -> bool {
    let t = theme::tokens(ui);
    let (fill, ink) = match tone {
        Tone::News => (t.blue_tint, t.blue),
        Tone::Attention => (t.orange_tint, t.orange),
        Tone::Refused => (t.brick_tint, t.brick),
    };
    let width = ui.available_width();
    let button = text::galley(ui, act, Type::Small, t.text).size().x + 2.0 * 16.0;
    let words = Flow::new(&format!("{head} "), Type::BodyBold, ink).then(rest, Type::Body, t.text);
    let is_beside = width >= BESIDE;
    let galley = words.wrapped(ui, width - 64.0 - if is_beside { button + 16.0 } else { 0.0 });
    let tall = galley.size().y;
    let height = if is_beside { tall.max(34.0) } else { tall + 10.0 + 34.0 } + 24.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, height), egui::Sense::hover());
    let spoken = format!("{head} {rest}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Alert, true, &spoken));
    said::news(&response);
    ui.painter().rect_filled(rect, CornerRadius::same(8), fill);
    text::icon(ui.painter(), rect.min + Vec2::new(25.0, 22.0), glyph, 20.0, ink);
    ui.painter().galley(rect.min + Vec2::new(47.0, 12.0), galley, ink);
    let beside = Pos2::new(rect.right() - button - 12.0, rect.top() + 12.0);
    let at = if is_beside { beside } else { rect.min + Vec2::new(47.0, 12.0 + tall + 10.0) };
    let place = Rect::from_min_size(at, Vec2::new(button + 8.0, 34.0));
    text::region(ui, place, head, |ui| {
        let pressed = button::Button::new(button::Weight::Secondary, act).height(34.0).show(ui);
        said::more(&pressed, head);
        pressed.clicked()
    })
}

/// A circle with an icon, as above an empty state or a closed card.
pub fn medallion(ui: &Ui, centre: Pos2, glyph: Icon, fill: Color32, ink: Color32) {
    ui.painter().circle_filled(centre, 36.0, fill);
    text::icon(ui.painter(), centre, glyph, 30.0, ink);
}

/// The empty state in the middle of a rectangle; `more` draws its buttons.
pub fn empty_state(ui: &mut Ui, rect: Rect, glyph: Icon, title: &str, sentence: &str, more: impl FnOnce(&mut Ui)) {
    let t = theme::tokens(ui);
    under_medallion(ui, rect, title, (glyph, t.sunken, t.text_3), 540.0, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        let heading = Flow::new(title, Type::Title, t.text).centred().show(ui);
        said::heading(&heading, 2, title);
        Flow::new(sentence, Type::Reading, t.text_2).centred().show(ui);
        ui.add_space(12.0);
        more(ui);
    });
}

/// A medallion with words under it, in the middle of a rectangle, no wider than `most`; it scrolls where there is no room for it.
pub fn under_medallion(
    ui: &mut Ui,
    rect: Rect,
    salt: &str,
    (glyph, fill, ink): (Icon, Color32, Color32),
    most: f32,
    draw: impl FnOnce(&mut Ui),
) {
    // Its height is known from the picture before.
    let id = ui.scope_id().with(("medallion", salt));
    let height: f32 = ui.data(|data| data.get_temp(id)).unwrap_or(220.0);
    text::region(ui, rect.shrink(1.0), salt, |ui| {
        page::scrolling(ui, salt, |ui| {
            let place = ui.available_rect_before_wrap();
            let above = ((rect.height() - height) / 2.0).max(12.0);
            medallion(ui, Pos2::new(place.center().x, place.top() + above + 36.0), glyph, fill, ink);
            ui.add_space(above + 92.0);
            let side = ((place.width() - most) / 2.0).max(12.0);
            let begin = ui.cursor().top();
            let column = Rect::from_x_y_ranges(place.left() + side..=place.right() - side, begin..=begin + 10_000.0);
            let used = text::region(ui, column, "column", |ui| {
                ui.vertical_centered(draw);
                ui.min_rect()
            });
            ui.allocate_rect(used, egui::Sense::hover());
            let now = 92.0 + used.height() + 12.0;
            if (now - height).abs() > 0.5 {
                ui.data_mut(|data| data.insert_temp(id, now));
                ui.ctx().request_repaint();
            }
        });
    });
}

/// Seconds before a spinner is shown: what is shorter needs none (LOOK §4).
const PATIENCE: f64 = 0.4;

/// Seconds since this has been waited for without a pause.
fn waited(ui: &Ui, sentence: &str) -> f64 {
    let id = egui::Id::unique(("waiting", sentence));
    let now = ui.input(|input| input.time);
    let pass = ui.ctx().cumulative_pass_nr();
    let (since, last): (f64, u64) = ui.data(|data| data.get_temp(id)).unwrap_or((now, pass));
    // Not drawn in the pass before: another wait begins.
    let since = if last + 1 < pass { now } else { since };
    ui.data_mut(|data| data.insert_temp(id, (since, pass)));
    now - since
}

/// Whether this has been waited for so long that it is shown; asks for the picture that will.
pub fn has_waited(ui: &Ui, sentence: &str) -> bool {
    let waited = waited(ui, sentence);
    if waited < PATIENCE {
        ui.ctx().request_repaint_after(std::time::Duration::from_secs_f64(PATIENCE - waited));
    }
    waited >= PATIENCE
}

/// A spinner of 16 with a sentence beside it, after 0.4 seconds; it asks for its own next picture ten times a second.
pub fn waiting(ui: &mut Ui, sentence: &str) {
    waiting_until_stopped(ui, sentence, None);
}

/// The same, with a way to stop it; whether that was asked.
pub fn waiting_until_stopped(ui: &mut Ui, sentence: &str, stop: Option<&str>) -> bool {
    let t = theme::tokens(ui);
    if !has_waited(ui, sentence) {
        ui.allocate_exact_size(Vec2::new(ui.available_width(), 21.0), egui::Sense::hover());
        return false;
    }
    let stopped = ui.horizontal(|ui| {
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(16.0), egui::Sense::hover());
        let turn = ui.input(|input| input.time) as f32 * 5.0;
        let arc = |i: u32| rect.center() + 6.5 * Vec2::angled(turn + i as f32 * 0.3);
        ui.painter().line((0..16).map(arc).collect(), Stroke::new(2.0, t.accent));
        said::news(&text::label(ui, sentence, Type::Body, t.text_2));
        stop.is_some_and(|stop| button::link(ui, stop, Type::Body, None).clicked())
    });
    ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
    stopped.inner
}

/// A bar of progress; the share done is 0–1.
pub fn progress_bar(ui: &mut Ui, share: f32, height: f32, name: &str) {
    let t = theme::tokens(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), egui::Sense::hover());
    let share = share.clamp(0.0, 1.0);
    response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, name);
        info.value = Some(f64::from(share));
        info
    });
    let radius = CornerRadius::same((height / 2.0) as u8);
    ui.painter().rect_filled(rect, radius, t.border);
    let done = Rect::from_min_size(rect.min, Vec2::new(rect.width() * share, height));
    ui.painter().rect_filled(done, radius, t.accent);
}
