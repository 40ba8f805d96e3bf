//! The particulars of a connection as they are typed: everything of *Status* but the status itself.

use egui::Ui;
use lucide_icons::Icon;
use viewmodel::{ConnectionStatusPage, HospitalNumber, JudgedShown, ParticularsTyped, RouteShown};

use super::{
    Desk,
    connection_status::{STEP_KEYS, judged_key, route_key},
    connections::line,
};
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        choice, focus, text,
    },
};

// LIMIT: contacts of a hospital on the form; a team has half of that.
const CONTACTS_MAX: usize = 12;

/// Draws it.
pub(crate) fn form_ui(ui: &mut Ui, hospital: HospitalNumber, page: &ConnectionStatusPage, desk: &mut Desk<'_>) {
    let mut typed = desk.state.connections.edit.take().unwrap_or_else(|| page.typed.as_ref().clone());
    particulars(ui, &mut typed, desk);
    judged(ui, &mut typed, desk);
    contacts(ui, &mut typed, desk);
    steps(ui, &mut typed, desk);
    let (keep, cancel) = (desk.text("ui-connection-keep"), desk.text("ui-accounts-cancel"));
    ui.add_space(8.0);
    ui.horizontal(|ui| {
        let control = desk.text("ui-key-ctrl");
        let kept = Button::new(Weight::Primary, &keep).with_enter(&control).show(ui).clicked();
        if kept || focus::control_enter(ui.ctx()) {
            // Where it is refused, it stands there still.
            desk.outbox.push((page.save)(hospital, Box::new(typed.clone())));
        }
        if Button::new(Weight::Quiet, &cancel).show(ui).clicked() {
            desk.outbox.push(page.edit.clone());
        }
    });
    desk.state.connections.edited = typed != *page.typed;
    desk.state.connections.edit = Some(typed);
}

fn particulars(ui: &mut Ui, typed: &mut ParticularsTyped, desk: &Desk<'_>) {
    let label = |key: &str| desk.text(key);
    let (day, empty) = (desk.text("ui-connection-day-help"), desk.text("ui-connection-may-be-empty"));
    line(ui, (&label("ui-connection-new-name"), None), "name", &mut typed.name);
    ui.columns(2, |columns| {
        line(&mut columns[0], (&label("ui-connection-supplier"), Some(&empty)), "supplier", &mut typed.supplier);
        line(&mut columns[1], (&label("ui-connection-supplier-rav"), Some(&empty)), "rav", &mut typed.supplier_rav);
    });
    ui.columns(2, |columns| {
        let since = &mut typed.messages_since;
        line(&mut columns[0], (&label("ui-connection-messages-since"), Some(&day)), "messages", since);
        line(&mut columns[1], (&label("ui-connection-folder"), Some(&empty)), "folder", &mut typed.folder);
    });
    let t = theme::tokens(ui);
    text::label(ui, &label("ui-connection-route"), Type::BodyBold, t.text);
    for route in RouteShown::ALL {
        if choice::radio(ui, typed.route == Some(route), &label(route_key(route)), true).clicked() {
            typed.route = Some(route);
        }
    }
}

fn judged(ui: &mut Ui, typed: &mut ParticularsTyped, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    text::section(ui, &desk.text("ui-connection-judged"), t.text);
    text::label(ui, &desk.text("ui-connection-judged-help"), Type::Small, t.text_3);
    for way in JudgedShown::ALL {
        if choice::radio(ui, typed.judged == Some(way), &desk.text(judged_key(way)), true).clicked() {
            typed.judged = Some(way);
        }
    }
    let (label, help) = (desk.text("ui-connection-judged-day"), desk.text("ui-connection-day-help"));
    line(ui, (&label, Some(&help)), "judged-since", &mut typed.judged_since);
}

fn contacts(ui: &mut Ui, typed: &mut ParticularsTyped, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    text::section(ui, &desk.text("ui-connection-contacts"), t.text);
    text::label(ui, &desk.text("ui-connection-contacts-help"), Type::Small, t.text_3);
    line(ui, (&desk.text("ui-connection-contact-seh"), None), "contact", &mut typed.contact);
    let heads = ["ui-connection-contact-function", "ui-connection-contact-telephone", "ui-connection-contact-mail"];
    let heads = heads.map(|key| desk.text(key));
    for (place, contact) in typed.contacts.iter_mut().enumerate() {
        ui.columns(3, |columns| {
            for ((column, head), (which, value)) in columns.iter_mut().zip(&heads).zip(contact.iter_mut().enumerate()) {
                let name = format!("{head} {}", place + 1);
                line(column, (&name, None), ("contact", place, which), value);
            }
        });
    }
    let more = desk.text("ui-connection-contact-more");
    let enabled = typed.contacts.len() < CONTACTS_MAX;
    if Button::new(Weight::Quiet, &more).icon(Icon::Plus).enabled(enabled).show(ui).clicked() && enabled {
        typed.contacts.push(Default::default());
    }
}

fn steps(ui: &mut Ui, typed: &mut ParticularsTyped, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    text::section(ui, &desk.text("ui-connection-steps"), t.text);
    text::label(ui, &desk.text("ui-connection-steps-help"), Type::Small, t.text_3);
    for ((number, key), [day, who]) in (1_usize..).zip(STEP_KEYS).zip(&mut typed.steps) {
        let name = format!("{number}. {}", desk.text(key));
        ui.columns(2, |columns| {
            line(&mut columns[0], (&name, None), ("step-day", number), day);
            line(
                &mut columns[1],
                (&desk.with("ui-connection-step-function", "n", number.to_string()), None),
                ("step-who", number),
                who,
            );
        });
    }
}
