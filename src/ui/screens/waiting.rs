//! Long work that fills the window, and the screen that says why nothing can be shown.

use egui::{Pos2, Rect, Ui};
use lucide_icons::Icon;
use viewmodel::{FailedScreen, ProgressScreen};

use super::Desk;
use crate::{
    frame::share_done,
    theme::{self, Type},
    widgets::{
        brand,
        button::{Button, Weight},
        surface, text,
    },
};

/// Draws work in hand.
pub(crate) fn progress_ui(ui: &mut Ui, screen: &ProgressScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let whole = ui.max_rect();
    let width = 480.0_f32.min(whole.width() - 48.0);
    let place = Rect::from_min_max(
        Pos2::new(whole.center().x - width / 2.0, whole.center().y - 120.0),
        Pos2::new(whole.center().x + width / 2.0, whole.bottom()),
    );
    let (percentage, share) = share_done(screen.done, desk);
    let title = desk.text(screen.title);
    text::region(ui, place, "progress", |ui| {
        brand::brand(ui, 36.0, Type::Title, &desk.text("ui-name"));
        ui.add_space(24.0);
        if screen.done.1 == 0 {
            // How long is not known, and mostly it is over before it could be read.
            let sentence = desk.text(screen.sentence);
            if surface::has_waited(ui, &sentence) {
                text::label(ui, &title, Type::Heading, t.text);
            }
            surface::waiting(ui, &sentence);
            return;
        }
        text::label(ui, &title, Type::Heading, t.text);
        text::label(ui, &desk.text(screen.sentence), Type::Body, t.text_2);
        ui.add_space(12.0);
        surface::progress_bar(ui, share, 6.0, &title);
        ui.horizontal(|ui| {
            let count = [("done", desk.texts.number(screen.done.0)), ("total", desk.texts.number(screen.done.1))];
            text::line(ui, &desk.texts.format("ui-progress-count", &count), Type::Small, t.text_2);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if let Some(cancel) = &screen.cancel {
                    let stop = desk.text("ui-stop");
                    if Button::new(Weight::Quiet, &stop).height(30.0).show(ui).clicked() {
                        desk.outbox.push(cancel.clone());
                    }
                }
                text::line(ui, &percentage, Type::Small, t.text_2);
            });
        });
    });
}

/// Draws what, why and what now.
pub(crate) fn failed_ui(ui: &mut Ui, screen: &FailedScreen, desk: &mut Desk<'_>) {
    let place = ui.available_rect_before_wrap();
    let title = desk.text("ui-failed-title");
    let sentence = desk.texts.format(screen.text, &screen.values);
    surface::empty_state(ui, place, Icon::CircleAlert, &title, &sentence, |ui| {
        if let Some(retry) = &screen.retry {
            let words = desk.text("ui-retry");
            if Button::new(Weight::Secondary, &words).icon(Icon::RefreshCw).show(ui).clicked() {
                desk.outbox.push(retry.clone());
            }
        }
    });
}
