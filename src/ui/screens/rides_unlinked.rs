//! *Niet gekoppeld*: messages whose ride is not in the register, those whose number two rides have, those of a sender that is not the ride's hospital, and what waits for a
//! crew; numbers and hospitals, never content.

use egui::{Id, Role, Ui};
use lucide_icons::Icon;
use viewmodel::{
    CandidateShown, Command, ContestedRow, HeldRow, NearMissShown, RecordId, RideOfNumber, Unlinked, UnlinkedRow,
};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{self, Button, Weight},
        facts,
        field::Field,
        page, said, surface, text,
    },
};

/// About the height of a message; what was seen once is as high as it is.
const ROW: f32 = 72.0;

/// Draws it.
pub(crate) fn unlinked_ui(ui: &mut Ui, unlinked: &Unlinked, desk: &mut Desk<'_>) {
    card(ui, "ui-rides-unlinked", desk, |ui, desk| {
        let t = theme::tokens(ui);
        let words = match unlinked.total {
            0 => desk.text("ui-rides-unlinked-none"),
            n => desk.with("ui-rides-unlinked-wait", "n", desk.texts.number(n)),
        };
        text::label(ui, &words, Type::Small, t.text_2);
        page::many(ui, "unlinked", unlinked.rows.len(), ROW, None, |ui, index| {
            surface::divider(ui, 4.0);
            unlinked_row(ui, &unlinked.rows[index], desk);
        });
        more_ui(ui, unlinked.more.as_ref(), "ui-more-show", desk);
        text::label(ui, &desk.text("ui-rides-unlinked-nobody"), Type::Small, t.text_3);
    });
    if unlinked.contested != (0, 0) {
        card(ui, "ui-rides-contested", desk, |ui, desk| contested_ui(ui, unlinked, desk));
    }
    if !unlinked.held.is_empty() {
        card(ui, "ui-rides-held", desk, |ui, desk| held_ui(ui, unlinked, desk));
    }
    if !unlinked.doubted.is_empty() {
        card(ui, "ui-rides-doubted", desk, |ui, desk| {
            let t = theme::tokens(ui);
            text::label(ui, &desk.text("ui-rides-doubted-why"), Type::Small, t.text_2);
            in_all(ui, unlinked.doubted_total, desk);
            page::many(ui, "doubted", unlinked.doubted.len(), ROW, None, |ui, index| {
                let row = &unlinked.doubted[index];
                surface::divider(ui, 4.0);
                head(ui, &row.number, &row.sender, row.age_days, desk);
            });
            more_ui(ui, unlinked.doubted_more.as_ref(), "ui-rides-doubted-more", desk);
        });
    }
    if unlinked.waiting.is_some() || unlinked.without_account > 0 {
        card(ui, "ui-rides-waiting", desk, |ui, desk| waiting_ui(ui, unlinked, desk));
    }
}

fn card(ui: &mut Ui, title: &str, desk: &mut Desk<'_>, draw: impl FnOnce(&mut Ui, &mut Desk<'_>)) {
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        text::label(ui, &desk.text(title), Type::Heading, t.text);
        draw(ui, desk);
    });
}

fn head(ui: &mut Ui, number: &str, under: &str, age_days: i64, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    text::Flow::new(&format!("{number} · "), Type::SmallBold, t.text)
        .then(&desk.age(age_days), Type::Small, t.text_2)
        .show(ui);
    text::label(ui, under, Type::Small, t.text_2);
}

fn unlinked_row(ui: &mut Ui, row: &UnlinkedRow, desk: &mut Desk<'_>) {
    let from = row.vehicle.iter().fold(row.sender.clone(), |under, vehicle| format!("{under} · {vehicle}"));
    head(ui, &row.number, &from, row.age_days, desk);
    for candidate in &row.candidates {
        candidate_ui(ui, candidate, desk);
    }
}

/// A ride that may be meant: why, what does not fit, and the one click.
fn candidate_ui(ui: &mut Ui, candidate: &CandidateShown, desk: &mut Desk<'_>) {
    let key = match candidate.why {
        NearMissShown::OtherYear => "ui-rides-meant-year",
        NearMissShown::OtherPatient => "ui-rides-meant-patient",
        NearMissShown::RegisteredAnew => "ui-rides-meant-anew",
    };
    let mut words = desk.with(key, "number", candidate.number.clone());
    if let Some(day) = candidate.handed_over {
        words += &desk.with("ui-rides-meant-day", "day", desk.texts.date_short(day));
    }
    facts::sight(ui, Icon::CornerDownRight, &words);
    let doubts =
        [(!candidate.of_sender, "ui-rides-meant-hospital"), (candidate.other_vehicle, "ui-rides-meant-vehicle")];
    for (_, key) in doubts.into_iter().filter(|(holds, _)| *holds) {
        facts::sight(ui, Icon::TriangleAlert, &desk.text(key));
    }
    let words = desk.with("ui-rides-link", "number", candidate.number.clone());
    if Button::new(Weight::Secondary, &words).icon(Icon::Link).height(30.0).show(ui).clicked() {
        desk.outbox.push(candidate.link.clone());
    }
}

fn contested_ui(ui: &mut Ui, unlinked: &Unlinked, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let (numbers, records) = unlinked.contested;
    let values = [("total", desk.texts.number(numbers)), ("n", desk.texts.number(records))];
    text::label(ui, &desk.texts.format("ui-rides-contested-why", &values), Type::Small, t.text_2);
    page::many(ui, "contested", unlinked.contested_rows.len(), ROW, None, |ui, index| {
        surface::divider(ui, 4.0);
        let ContestedRow { number, sender, vehicle, age_days, rides } = &unlinked.contested_rows[index];
        let from = vehicle.iter().fold(sender.clone(), |under, vehicle| format!("{under} · {vehicle}"));
        ui.scope(|ui| {
            said::part(ui, Role::Group, number);
            head(ui, number, &from, *age_days, desk);
            for ride in rides {
                ui.scope(|ui| ride_of_number(ui, ride, desk));
            }
        });
    });
    more_ui(ui, unlinked.contested_more.as_ref(), "ui-rides-contested-more", desk);
}

/// One of the rides that have the number: what tells it from the other, what does not fit, and the one click.
fn ride_of_number(ui: &mut Ui, ride: &RideOfNumber, desk: &mut Desk<'_>) {
    let RideOfNumber { service, vehicle, handed_over, cancelled, of_sender, implausible, choose } = ride;
    let service = service.clone().unwrap_or_else(|| desk.text("ui-rides-contested-no-service"));
    let handed = handed_over.map(|at| {
        let at = format!("{} {}", desk.texts.date_short(at.date()), desk.texts.time(at));
        desk.with("ui-rides-contested-handed", "at", at)
    });
    let parts: Vec<String> = [Some(service), vehicle.clone(), handed].into_iter().flatten().collect();
    let what = parts.join(" · ");
    said::part(ui, Role::Group, &what);
    facts::sight(ui, Icon::CornerDownRight, &what);
    let doubts = [
        (!of_sender, "ui-rides-meant-hospital"),
        (*implausible, "ui-rides-contested-doubt"),
        (*cancelled, "ui-rides-contested-cancelled"),
    ];
    for (_, key) in doubts.into_iter().filter(|(holds, _)| *holds) {
        facts::sight(ui, Icon::TriangleAlert, &desk.text(key));
    }
    let words = desk.text("ui-rides-contested-choose");
    if Button::new(Weight::Secondary, &words).icon(Icon::Link).height(30.0).show(ui).clicked() {
        desk.outbox.push(choose.clone());
    }
}

fn held_ui(ui: &mut Ui, unlinked: &Unlinked, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    text::label(ui, &desk.text("ui-rides-held-why"), Type::Small, t.text_2);
    in_all(ui, unlinked.held_total, desk);
    page::many(ui, "held", unlinked.held.len(), ROW, None, |ui, index| {
        surface::divider(ui, 4.0);
        let HeldRow { record, number, sender, hospital, age_days } = &unlinked.held[index];
        let values = [("sender", sender.clone()), ("hospital", hospital.clone())];
        ui.scope(|ui| {
            said::part(ui, Role::Group, number);
            head(ui, number, &desk.texts.format("ui-rides-held-of", &values), *age_days, desk);
            accept_ui(ui, *record, unlinked, desk);
        });
    });
    more_ui(ui, unlinked.held_more.as_ref(), "ui-rides-held-more", desk);
}

/// The whole number, of which the newest lines may not be listed yet.
fn in_all(ui: &mut Ui, total: u64, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    text::label(ui, &desk.with("ui-rides-in-all", "n", desk.texts.number(total)), Type::SmallBold, t.text);
}

fn more_ui(ui: &mut Ui, more: Option<&Command>, words: &str, desk: &mut Desk<'_>) {
    let Some(more) = more else { return };
    surface::divider(ui, 4.0);
    if button::link(ui, &desk.text(words), Type::Small, None).clicked() {
        desk.outbox.push(more.clone());
    }
}

/// The reason, and the button that lets the sender through.
fn accept_ui(ui: &mut Ui, record: RecordId, unlinked: &Unlinked, desk: &mut Desk<'_>) {
    let accept = desk.text("ui-rides-accept");
    let Some((_, mut reason)) = desk.state.rides.accepting.take_if(|(of, _)| *of == record) else {
        if Button::new(Weight::Secondary, &accept).height(30.0).show(ui).clicked() {
            desk.state.rides.accepting = Some((record, String::new()));
        }
        return;
    };
    let label = desk.text("ui-rights-crew-reason");
    let field = Field { label: &label, help: None, error: None, passphrase: None, secret: false, height: 36.0 };
    field.show(ui, Id::unique("held-reason"), &mut reason);
    let may = !reason.trim().is_empty();
    if Button::new(Weight::Primary, &accept).enabled(may).height(30.0).show(ui).clicked() && may {
        desk.outbox.push((unlinked.accept)(record, reason));
        return;
    }
    desk.state.rides.accepting = Some((record, reason));
}

fn waiting_ui(ui: &mut Ui, unlinked: &Unlinked, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    if let Some((n, days)) = unlinked.waiting {
        let values = [("n", desk.texts.number(n)), ("age", desk.age(days))];
        text::label(ui, &desk.texts.format("ui-rides-waiting-n", &values), Type::Small, t.text_2);
    }
    if unlinked.without_account > 0 {
        let words = desk.with("ui-rides-without-account", "n", desk.texts.number(unlinked.without_account));
        text::label(ui, &words, Type::Small, t.text_2);
    }
}
