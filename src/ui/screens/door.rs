//! The two halves of the window before there is a session: what the program is for, and a form.
//!
//! **Invariant:** the same for every account: nothing here tells whether an account exists.

use egui::{CornerRadius, Pos2, Rect, ScrollArea, Stroke, Ui, Vec2};
use viewmodel::Command;

use super::{Desk, installation::UNDER_HELP};
use crate::{
    theme::{self, Type},
    widgets::{brand, page, surface, text},
};

/// Width of a form.
pub(crate) const FORM: f32 = 392.0;

/// Draws the left half and gives the form its place in the right one.
pub(crate) fn door_ui(ui: &mut Ui, organisation: &str, desk: &mut Desk<'_>, form: impl FnOnce(&mut Ui, &mut Desk<'_>)) {
    let t = theme::tokens(ui);
    let whole = ui.max_rect();
    let mut right = whole;
    // Under 900 points the form has the window to itself (LOOK §5).
    if whole.width() >= 900.0 {
        let left = Rect::from_min_size(whole.min, Vec2::new((whole.width() * 0.39).min(500.0), whole.height()));
        ui.painter().rect_filled(left, CornerRadius::ZERO, t.sunken);
        let edge = ui.painter().round_to_pixel_center(left.right());
        ui.painter().vline(edge, left.y_range(), Stroke::new(1.0, t.border));
        left_half(ui, left.shrink(56.0), organisation, desk);
        right.min.x = left.right() + 1.0;
    }
    let width = FORM.min(right.width() - 48.0);
    // The form stands in the middle; its height is known from the picture before.
    let id = ui.scope_id().with("form-height");
    let height: f32 = ui.data(|data| data.get_temp(id)).unwrap_or(520.0);
    let top = (right.center().y - height / 2.0).max(right.top() + UNDER_HELP);
    let place = Rect::from_min_max(Pos2::new(right.left(), top), right.max);
    text::region(ui, place, "door-form", |ui| {
        page::area(ui, ScrollArea::vertical().id_salt("door").auto_shrink([false, false]), |ui| {
            let side = (ui.available_width() - width) / 2.0;
            let start = ui.cursor().min + Vec2::new(side, 4.0);
            let column = Rect::from_min_size(start, Vec2::new(width, 10_000.0));
            let used = text::region(ui, column, "column", |ui| {
                form(ui, desk);
                ui.min_rect()
            });
            ui.allocate_rect(used.expand2(Vec2::new(0.0, 4.0)), egui::Sense::hover());
            if (used.height() - height).abs() > 0.5 {
                ui.data_mut(|data| data.insert_temp(id, used.height()));
                ui.ctx().request_repaint();
            }
        });
    });
}

/// Says that keys are being derived, and offers to stop.
pub(crate) fn deriving(ui: &mut Ui, stop: Option<&Command>, desk: &mut Desk<'_>) {
    let words = stop.map(|_| desk.text("ui-stop"));
    if surface::waiting_until_stopped(ui, &desk.text("ui-signin-working"), words.as_deref()) {
        stop.cloned().into_iter().for_each(|stop| desk.outbox.push(stop));
    }
}

fn left_half(ui: &mut Ui, rect: Rect, organisation: &str, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    text::region(ui, rect, "door-left", |ui| {
        brand::brand(ui, 36.0, Type::Title, &desk.text("ui-name"));
    });
    let middle = Rect::from_min_max(Pos2::new(rect.left(), rect.center().y - 96.0), rect.max);
    text::region(ui, middle, "door-question", |ui| {
        text::label(ui, &desk.text("ui-door-question"), Type::Question, t.text);
        ui.add_space(12.0);
        text::label(ui, &desk.text("ui-door-promise"), Type::Reading, t.text_2);
    });
    let foot = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - 40.0), rect.max + Vec2::new(0.0, 30.0));
    text::region(ui, foot, "door-foot", |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        text::label(ui, organisation, Type::Caption, t.text_2);
        text::label(ui, &desk.text("ui-door-not"), Type::Caption, t.text_3);
    });
}
