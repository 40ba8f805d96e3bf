//! *Hulp*: what this screen is for, its keys, and how the window looks.
//!
//! **Not here:** the manual's cases (`manual.rs`), how the window looks (`appearance.rs`).

use egui::Ui;
use lucide_icons::Icon;
use viewmodel::{Rail, Screen};

use super::{Desk, appearance, manual};
use crate::{
    frame::role_key,
    theme::{self, Type},
    widgets::{
        button::{self},
        cap::{self, Cap},
        facts, page, surface, text,
    },
};

/// Stem of the sentences about a screen.
fn stem(screen: &Screen) -> &'static str {
    match screen {
        Screen::Identifications(_) => "help-identifications",
        Screen::Feedback(_) => "help-feedback",
        Screen::Trend(_) => "help-trend",
        Screen::Reflections(_) => "help-reflections",
        Screen::Quality(_) => "help-quality",
        Screen::Reception(_) => "help-reception",
        Screen::Rides(_) => "help-rides",
        Screen::AuditLog(_) => "help-audit-log",
        Screen::Settings(_) => "help-settings",
        Screen::Accounts(_) => "help-accounts",
        Screen::Rights(_) => "help-rights",
        Screen::Oversight(_) => "help-oversight",
        Screen::Profiles(_) => "help-profiles",
        Screen::Connections(_) => "help-connections",
        Screen::SignIn(_)
        | Screen::Entry(_)
        | Screen::Installation(_)
        | Screen::MyAccount(_)
        | Screen::Locked(_)
        | Screen::Progress(_)
        | Screen::Failed(_) => "help-everywhere",
    }
}

/// Draws it over the page.
pub(crate) fn help_ui(ui: &mut Ui, rail: &Rail, screen: &Screen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let back = desk.text("ui-help-back");
    if button::link(ui, &back, Type::Body, Some(Icon::ChevronLeft)).clicked() {
        desk.state.help_open = false;
    }
    facts::page_head(ui, &desk.text("ui-help"), &desk.text(role_key(rail.role)), 0.0, |_| {});
    page::scrolling(ui, "help", |ui| {
        ui.set_max_width(ui.available_width().min(720.0));
        ui.spacing_mut().item_spacing.y = 14.0;
        surface::card(ui, 20, |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            text::label(ui, &desk.text("ui-help-screen"), Type::Heading, t.text);
            for number in 1..=3 {
                text::label(ui, &desk.text(&format!("{}-{number}", stem(screen))), Type::Body, t.text_2);
            }
        });
        keys_card(ui, screen, desk);
        appearance::appearance_card(ui, desk);
        manual::manual_card(ui, desk);
        facts::caveat(ui, &desk.text("ui-door-not"));
    });
}

fn keys_card(ui: &mut Ui, screen: &Screen, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let words = |key: &str| desk.text(key);
    let (ctrl, lock, help) = (words("ui-key-ctrl"), words("ui-key-lock"), words("ui-key-help"));
    let (page_up, page_down, tab) = (words("ui-key-page-up"), words("ui-key-page-down"), words("ui-key-tab"));
    let (reveal, copy, made_sure) = (words("ui-key-reveal"), words("ui-key-copy"), words("ui-key-ascertained"));
    let mut lines = vec![
        vec![(vec![Cap::Text(&tab)], words("ui-keys-next"))],
        vec![(vec![Cap::Text(&page_up), Cap::Text(&page_down)], words("ui-keys-scroll"))],
        vec![(vec![Cap::Text(&ctrl), Cap::Text("+"), Cap::Text("−"), Cap::Text("0")], words("ui-keys-zoom"))],
        vec![(vec![Cap::Text(&lock)], words("ui-keys-lock"))],
        vec![(vec![Cap::Text(&help)], words("ui-keys-help"))],
    ];
    let choose = || (vec![Cap::Text("↑"), Cap::Text("↓")], words("ui-keys-choose"));
    match screen {
        Screen::Identifications(_) => lines.insert(
            0,
            vec![
                choose(),
                (vec![Cap::Enter], words("ui-keys-claim")),
                (vec![Cap::Text(&reveal)], words("ui-keys-reveal")),
                (vec![Cap::Text(&copy)], words("ui-keys-copy")),
                (vec![Cap::Text(&made_sure)], words("ui-keys-ascertained")),
                (vec![Cap::Text(&ctrl), Cap::Enter], words("ui-keys-close")),
            ],
        ),
        Screen::Feedback(_) => lines.insert(0, vec![choose(), (vec![Cap::Enter], words("ui-keys-open"))]),
        Screen::Trend(_) | Screen::Quality(_) => {
            lines.insert(0, vec![(vec![Cap::Text(&reveal)], words("ui-keys-table"))])
        }
        Screen::AuditLog(_) | Screen::Accounts(_) | Screen::Connections(_) => lines.insert(0, vec![choose()]),
        Screen::Reception(_)
        | Screen::Rides(_)
        | Screen::Settings(_)
        | Screen::Rights(_)
        | Screen::Oversight(_)
        | Screen::Reflections(_)
        | Screen::Profiles(_)
        | Screen::SignIn(_)
        | Screen::Entry(_)
        | Screen::Installation(_)
        | Screen::MyAccount(_)
        | Screen::Locked(_)
        | Screen::Progress(_)
        | Screen::Failed(_) => {}
    }
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        text::label(ui, &desk.text("ui-help-keys"), Type::Heading, t.text);
        for groups in &lines {
            cap::key_line(ui, groups);
        }
    });
}
