//! A ride of *Wacht op SEH*: ride data and whom to ring; nothing of a person.

use egui::{Key, Rect, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::AwaitedRide;

use super::{Desk, identification_detail::ride_rows, identifications::letter};
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        facts, page, surface, text,
    },
};

/// What is known of it.
fn said(ui: &mut Ui, ride: &AwaitedRide, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let called = match ride.called {
        Some(day) => desk.with("ui-id-called-on", "date", desk.texts.date(day)),
        None => desk.text("ui-id-not-called"),
    };
    text::label(ui, &called, Type::Body, t.text_2);
    if let Some((day, by_message)) = ride.none {
        let key = if by_message { "ui-id-none-by-message" } else { "ui-id-none-by-clerk" };
        text::label(ui, &desk.with(key, "date", desk.texts.date(day)), Type::BodyBold, t.text);
    }
}

/// The two notes; *gebeld* by its letter too.
fn notes(ui: &mut Ui, ride: &AwaitedRide, desk: &mut Desk<'_>) {
    let (called, none, key) =
        (desk.text("ui-id-note-called"), desk.text("ui-id-none-either"), desk.text("ui-key-called"));
    let button = Button::new(Weight::Primary, &called).icon(Icon::PhoneCall).with_key(&key);
    if button.show(ui).clicked() || letter(ui, Key::G) {
        desk.outbox.push(ride.note_called.clone());
    }
    ui.add_space(2.0);
    if ride.none.is_none() && Button::new(Weight::Secondary, &none).show(ui).clicked() {
        desk.outbox.push(ride.note_none.clone());
    }
    let t = theme::tokens(ui);
    ui.add_space(4.0);
    text::label(ui, &desk.text("ui-id-none-help"), Type::Caption, t.text_2);
}

/// Draws it into a rectangle.
pub(crate) fn awaited_ui(ui: &mut Ui, rect: Rect, ride: &AwaitedRide, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::panel_ground(ui, rect);
    let head = Rect::from_min_size(rect.min + Vec2::new(20.0, 14.0), Vec2::new(rect.width() - 40.0, 56.0));
    text::region(ui, head, "awaited-head", |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        text::line(ui, &desk.with("ui-ride", "ride", ride.ride.clone()), Type::Heading, t.text);
        let waits = if ride.age_days == 1 {
            desk.text("ui-id-waits-one")
        } else {
            desk.with("ui-id-waits", "n", ride.age_days.to_string())
        };
        text::line(ui, &waits, Type::Body, t.text_2);
    });
    surface::hairline(ui, rect, rect.top() + 74.0);
    let body = Rect::from_min_max(rect.min + Vec2::new(20.0, 88.0), rect.max - Vec2::new(12.0, 44.0));
    text::region(ui, body, "awaited-body", |ui| {
        page::scrolling(ui, "awaited", |ui| {
            ui.set_max_width((ui.available_width() - 8.0).min(420.0));
            ui.spacing_mut().item_spacing.y = 6.0;
            facts::key_values(ui, 94.0, &ride_rows(&ride.ride_data, desk));
            ui.add_space(10.0);
            surface::well(ui, t.sunken, |ui| {
                ui.spacing_mut().item_spacing.y = 2.0;
                let whose = desk.with("ui-id-contact", "hospital", ride.hospital.clone());
                text::label(ui, &whose, Type::Small, t.text_2);
                match &ride.contact {
                    Some(contact) => {
                        facts::icon_heading(ui, Icon::Phone, contact);
                        text::label(ui, &desk.text("ui-id-contact-from"), Type::Caption, t.text_2);
                    }
                    None => {
                        text::label(ui, &desk.text("ui-id-contact-none"), Type::Body, t.text);
                    }
                }
            });
            ui.add_space(8.0);
            said(ui, ride, desk);
            ui.add_space(8.0);
            notes(ui, ride, desk);
        });
    });
    let foot = Rect::from_min_size(rect.left_bottom() - Vec2::new(0.0, 40.0), Vec2::new(rect.width(), 40.0));
    facts::footer(ui, foot, "awaited-foot", |ui| facts::sight(ui, Icon::Info, &desk.text("ui-id-ride-only")));
    surface::panel_line(ui, rect);
}
