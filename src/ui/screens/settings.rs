//! *Instellingen*: after how long windows lock, and whether they stay out of shared screens.

use egui::Ui;
use viewmodel::SettingsScreen;

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{choice, facts, page, surface, text},
};

/// Draws it.
pub(crate) fn settings_ui(ui: &mut Ui, screen: &SettingsScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    facts::page_head(ui, &desk.text("ui-screen-settings"), &desk.text("ui-settings-under"), 0.0, |_| {});
    page::scrolling(ui, "settings", |ui| {
        ui.set_max_width(ui.available_width().min(720.0));
        ui.spacing_mut().item_spacing.y = 14.0;
        surface::card(ui, 20, |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            text::label(ui, &desk.text("ui-settings-lock"), Type::Heading, t.text);
            text::label(ui, &desk.text("ui-settings-lock-help"), Type::Body, t.text_2);
            for (minutes, set) in &screen.lock_minutes {
                let words = match minutes {
                    1 => desk.text("ui-settings-minute"),
                    more => desk.with("ui-settings-minutes", "n", more.to_string()),
                };
                if choice::radio(ui, *minutes == screen.lock_minutes_now, &words, true).clicked() {
                    desk.outbox.push(set.clone());
                }
            }
        });
        surface::card(ui, 20, |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            text::label(ui, &desk.text("ui-settings-protect"), Type::Heading, t.text);
            let words = desk.text("ui-settings-protect-words");
            if choice::checkbox(ui, screen.content_protected, &words, false).clicked() {
                desk.outbox.push(screen.protect.clone());
            }
            text::label(ui, &desk.text("ui-settings-protect-help"), Type::Body, t.text_2);
            if !screen.can_protect {
                text::label(ui, &desk.text("ui-settings-protect-not-here"), Type::Body, t.text_2);
            }
        });
        facts::caveat(ui, &desk.text("ui-settings-follows"));
    });
}
