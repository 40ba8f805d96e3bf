//! *Instellingen*: after how long windows lock, whether they stay out of shared screens, whom hospitals and crews ask, duties.

use egui::{Id, Ui};
use viewmodel::{Command, SettingsScreen};

use super::Desk;
use crate::{
    theme::{self, Type},
    view_state::ViewState,
    widgets::{
        button::{Button, Weight},
        choice, facts,
        field::Field,
        page, surface, text,
    },
};

/// Width of a card that stands alone.
const ALONE: f32 = 720.0;

/// Draws it: side by side where there is room.
pub(crate) fn settings_ui(ui: &mut Ui, screen: &SettingsScreen, desk: &mut Desk<'_>) {
    facts::page_head(ui, &desk.text("ui-screen-settings"), &desk.text("ui-settings-under"), 0.0, |_| {});
    page::scrolling(ui, "settings", |ui| {
        if !surface::has_two_columns(ui) {
            ui.set_max_width(ui.available_width().min(ALONE));
            ui.spacing_mut().item_spacing.y = surface::BETWEEN;
            windows_cards(ui, screen, desk);
            lines_card(ui, &CONTACT, &screen.rav_contact, desk);
            lines_card(ui, &PEER, &screen.peer_support, desk);
            duties_card(ui, screen, desk);
            return;
        }
        ui.horizontal_top(|ui| {
            surface::column(ui, |ui| {
                windows_cards(ui, screen, desk);
                lines_card(ui, &CONTACT, &screen.rav_contact, desk);
            });
            surface::column(ui, |ui| {
                lines_card(ui, &PEER, &screen.peer_support, desk);
                duties_card(ui, screen, desk);
            });
        });
    });
}

/// What holds for every window.
fn windows_cards(ui: &mut Ui, screen: &SettingsScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
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
}

/// A card of three lines: its keys, where what is typed stands, and what keeps it.
struct Lines {
    typed: fn(&mut ViewState) -> &mut Option<[String; 3]>,
    command: fn([String; 3]) -> Command,
    id: &'static str,
    head: [&'static str; 3],
    fields: [&'static str; 3],
    keep: &'static str,
}

/// Whom to talk to about a ride.
const PEER: Lines = Lines {
    typed: |state| &mut state.peer_support,
    command: Command::SetPeerSupport,
    id: "settings-peer",
    head: ["ui-settings-peer", "ui-settings-peer-help", "ui-settings-peer-none"],
    fields: ["ui-settings-peer-name", "ui-settings-peer-telephone", "ui-settings-peer-hours"],
    keep: "ui-settings-peer-keep",
};

/// Whom a hospital asks.
const CONTACT: Lines = Lines {
    typed: |state| &mut state.rav_contact,
    command: Command::SetRavContact,
    id: "settings-contact",
    head: ["ui-settings-contact", "ui-settings-contact-help", "ui-settings-contact-none"],
    fields: ["ui-settings-contact-function", "ui-settings-contact-telephone", "ui-settings-contact-mail"],
    keep: "ui-settings-contact-keep",
};

/// Draws it; empty, it says what follows from that.
fn lines_card(ui: &mut Ui, of: &Lines, stand: &[String; 3], desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let mut typed = (of.typed)(desk.state).take().unwrap_or_else(|| stand.clone());
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        let [head, help, none] = of.head.map(|key| desk.text(key));
        text::label(ui, &head, Type::Heading, t.text);
        text::label(ui, &help, Type::Body, t.text_2);
        if stand.iter().all(String::is_empty) {
            text::label(ui, &none, Type::Body, t.text_2);
        }
        for ((place, key), value) in of.fields.into_iter().enumerate().zip(&mut typed) {
            let label = desk.text(key);
            let field = Field { label: &label, help: None, error: None, passphrase: None, secret: false, height: 36.0 };
            ui.scope(|ui| {
                ui.set_max_width(ui.available_width().min(460.0));
                field.show(ui, Id::unique((of.id, place)), value);
            });
        }
        let keep = Button::new(Weight::Secondary, &desk.text(of.keep)).enabled(typed != *stand).show(ui);
        if keep.clicked() {
            desk.outbox.push((of.command)(typed.clone()));
        }
    });
    *(of.typed)(desk.state) = Some(typed);
}

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
