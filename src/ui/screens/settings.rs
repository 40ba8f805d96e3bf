//! *Instellingen*: after how long windows lock, and whether they stay out of shared screens.

use egui::{Id, Ui};
use viewmodel::{Command, SettingsScreen};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        choice, facts,
        field::Field,
        page, surface, text,
    },
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
        peer_support_card(ui, screen, desk);
        duties_card(ui, screen, desk);
    });
}

/// Whom to talk to about a ride; empty, it says what it is for.
fn peer_support_card(ui: &mut Ui, screen: &SettingsScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        text::label(ui, &desk.text("ui-settings-peer"), Type::Heading, t.text);
        text::label(ui, &desk.text("ui-settings-peer-help"), Type::Body, t.text_2);
        let stand = &screen.peer_support;
        if stand.iter().all(String::is_empty) {
            text::label(ui, &desk.text("ui-settings-peer-none"), Type::Body, t.text_2);
        }
        let mut typed = desk.state.peer_support.take().unwrap_or_else(|| stand.clone());
        for ((place, key), value) in PEER_FIELDS.into_iter().enumerate().zip(&mut typed) {
            let label = desk.text(key);
            let field = Field { label: &label, help: None, error: None, passphrase: None, secret: false, height: 36.0 };
            ui.scope(|ui| {
                ui.set_max_width(ui.available_width().min(460.0));
                field.show(ui, Id::unique(("settings-peer", place)), value);
            });
        }
        let words = desk.text("ui-settings-peer-keep");
        if Button::new(Weight::Secondary, &words).enabled(typed != *stand).show(ui).clicked() {
            desk.outbox.push(Command::SetPeerSupport(typed.clone()));
        }
        desk.state.peer_support = Some(typed);
    });
}

const PEER_FIELDS: [&str; 3] = ["ui-settings-peer-name", "ui-settings-peer-telephone", "ui-settings-peer-hours"];

/// DPIA, works council, register: what has no date is an open point, and can be filled in whenever it is there.
fn duties_card(ui: &mut Ui, screen: &SettingsScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        text::label(ui, &desk.text("ui-settings-duties"), Type::Heading, t.text);
        let words = match screen.open_duties.len() {
            0 => desk.text("setup-is-duties-complete"),
            open => desk.with("ui-settings-duties-open", "count", open.to_string()),
        };
        text::label(ui, &words, Type::Body, t.text_2);
        let stand =
            || screen.duties.map(|date| date.map(|date| date.format("%d-%m-%Y").to_string()).unwrap_or_default());
        let mut typed = desk.state.duties.take().unwrap_or_else(stand);
        let labels = ["duty-dpia", "duty-works-council", "duty-register"];
        for ((place, label), date) in labels.into_iter().enumerate().zip(&mut typed) {
            let (label, help) = (desk.text(label), desk.text(DUTY_HELPS[place]));
            let field =
                Field { label: &label, help: Some(&help), error: None, passphrase: None, secret: false, height: 36.0 };
            ui.scope(|ui| {
                ui.set_max_width(ui.available_width().min(460.0));
                field.show(ui, Id::unique(("settings-duty", place)), date);
            });
        }
        let (changed, words) = (typed != stand(), desk.text("ui-settings-duties-keep"));
        if Button::new(Weight::Secondary, &words).enabled(changed).show(ui).clicked() {
            desk.outbox.push(Command::SetDuties(typed.clone()));
        }
        desk.state.duties = Some(typed);
    });
}

const DUTY_HELPS: [&str; 3] = ["ui-duty-dpia-help", "ui-duty-works-council-help", "ui-duty-register-help"];
