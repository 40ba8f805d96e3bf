//! The item in hand: the masked BSN, ride data to find the ride, the tick and *Waarmee?*.
//!
//! **Invariant:** the digits are painted only while shown, and are not in the accessibility tree before.

use egui::{Key, Popup, Pos2, Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{AscertainedBy, IdentificationDetail, MaskedBsn, Reason, RevealPurpose, RideData, Texts};

use super::{
    Desk,
    identification_foot::{Foot, foot_ui},
    identification_note::{begin_note_ui, note_ui},
    identifications::{letter, reason_key},
};
use crate::{
    theme::{self, Type},
    widgets::{
        button::{self, Button, Weight},
        cap::{Badge, Sign, Tint},
        choice, facts, page, surface, text,
    },
};

/// Height of the buttons beside a BSN that is shown.
const COPY: f32 = 30.0;

/// Draws it into a rectangle.
pub(crate) fn detail_ui(ui: &mut Ui, rect: Rect, detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    surface::panel_ground(ui, rect);
    let head = Rect::from_min_max(rect.min + Vec2::new(20.0, 12.0), rect.max - Vec2::new(20.0, 0.0));
    let head_end = head_ui(ui, head, detail, desk);
    surface::hairline(ui, rect, head_end + 7.0);
    let foot = Foot::of(ui, rect.width() - 40.0, detail, desk);
    let body = Rect::from_min_max(
        Pos2::new(rect.left() + 20.0, head_end + 14.0),
        rect.max - Vec2::new(1.0, foot.height + 1.0),
    );
    text::region(ui, body, "identification-body", |ui| {
        page::scrolling(ui, "identification-detail", |ui| {
            // A scroll bar stands in the margin: the width is the same with and without.
            ui.set_max_width(ui.available_width().min(rect.width() - 40.0));
            body_ui(ui, detail, desk);
        });
    });
    let place = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - foot.height), rect.max);
    foot_ui(ui, place, foot, detail, desk);
    surface::panel_line(ui, rect);
}

/// Who has it, or when it was closed.
fn badge(detail: &IdentificationDetail, desk: &Desk<'_>) -> Option<Badge> {
    let (word, icon) = match (detail.closed, detail.claimed) {
        (Some(at), _) => (desk.with("ui-id-closed-on", "date", desk.texts.date(at.date())), Icon::Check),
        (None, Some(at)) => (desk.with("ui-id-claimed-at", "time", desk.texts.time(at)), Icon::UserRound),
        (None, None) => return None,
    };
    Some(Badge::new(word, Sign::Icon(icon), Tint::Mine))
}

/// Gives where it ends.
fn head_ui(ui: &mut Ui, rect: Rect, detail: &IdentificationDetail, desk: &mut Desk<'_>) -> f32 {
    let t = theme::tokens(ui);
    text::region(ui, rect, "identification-head", |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.spacing_mut().interact_size.y = 28.0;
        let (ride, copy) = (desk.with("ui-ride", "ride", detail.ride.clone()), desk.text("ui-copy-ride"));
        let button = || Button::new(Weight::Secondary, &copy).icon(Icon::Copy).height(28.0);
        let badge = badge(detail, desk);
        let beside = text::galley(ui, &ride, Type::Heading, t.text).size().x + button().needs(ui) + 24.0;
        let fits = badge.as_ref().is_none_or(|badge| beside + badge.width(ui) <= ui.available_width());
        ui.horizontal(|ui| {
            text::line(ui, &ride, Type::Heading, t.text);
            if button().show(ui).clicked() {
                ui.ctx().copy_text(detail.ride.clone());
            }
            if let Some(badge) = badge.as_ref().filter(|_| fits) {
                ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| badge.show(ui));
            }
        });
        if let Some(badge) = badge.as_ref().filter(|_| !fits) {
            badge.show(ui);
        }
        text::Flow::new(&why(detail, desk), Type::Body, t.text_2).show(ui);
        ui.min_rect().bottom()
    })
}

/// Width of the well in which purpose and button stand beside each other.
const REVEAL_ROW: f32 = 302.0;

fn body_ui(ui: &mut Ui, detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    let width = ui.available_width();
    let start = ui.cursor().min;
    // Two numbers stand beside each other over the whole width.
    let two = width >= 520.0 && detail.bsns.len() < 2;
    // *Doel* and *Toon* stand side by side wherever the rides' values still have a line each.
    let left_width = if two { REVEAL_ROW.clamp((width - 24.0) * 0.51, (width - 24.0) * 0.56) } else { width };
    let left = Rect::from_min_size(start, Vec2::new(left_width, 4000.0));
    let left_used = text::region(ui, left, "received", |ui| {
        received(ui, detail, desk);
        question(ui, detail, desk);
        ui.min_rect()
    });
    let right_at =
        if two { Pos2::new(left.right() + 24.0, start.y) } else { Pos2::new(start.x, left_used.bottom() + 16.0) };
    let right = Rect::from_min_size(right_at, Vec2::new(width - if two { left_width + 24.0 } else { 0.0 }, 4000.0));
    let right_used = text::region(ui, right, "to-find", |ui| {
        to_find(ui, detail, desk);
        ui.min_rect()
    });
    let used = left_used.union(right_used);
    ui.allocate_rect(Rect::from_min_size(start, Vec2::new(width, used.height())), Sense::hover());
    if !detail.close.is_empty() || detail.investigate.is_some() || detail.note.is_some() {
        surface::divider(ui, 6.0);
        ascertain(ui, detail, width, desk);
    }
}

/// Why the item is there, or what became of it.
fn why(detail: &IdentificationDetail, desk: &Desk<'_>) -> String {
    if let Some(day) = detail.confirmed {
        return desk.with("ui-id-confirmed", "date", desk.texts.date(day));
    }
    let why = desk.text(&format!("{}-why", reason_key(detail.reason)));
    match detail.before {
        Some((day, same)) if detail.reason != Reason::NotTakenOver => {
            let key = match same {
                Some(true) => "ui-id-before-same",
                Some(false) => "ui-id-before-other",
                None => "ui-id-before",
            };
            format!("{why} {}", desk.with(key, "date", desk.texts.date(day)))
        }
        _ => why,
    }
}

/// A text to ask the hospital with: the ride, never the number.
fn question(ui: &mut Ui, detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    if detail.reason != Reason::Invalid || detail.closed.is_some() {
        return;
    }
    let t = theme::tokens(ui);
    ui.horizontal_wrapped(|ui| {
        if Button::new(Weight::Secondary, &desk.text("ui-id-ask")).icon(Icon::Copy).height(COPY).show(ui).clicked() {
            let values = [("ride", detail.ride.clone()), ("date", desk.texts.date(detail.received.date()))];
            ui.ctx().copy_text(desk.texts.format("ui-id-ask-text", &values));
            desk.state.letter_copied = true;
        }
        if desk.state.letter_copied {
            text::label(ui, &desk.text("ui-too-much-copied"), Type::Small, t.text_2);
        }
    });
}

fn received(ui: &mut Ui, detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    text::section(ui, &desk.text("ui-id-received"), t.text);
    if detail.bsns.is_empty() {
        let key = if detail.closed.is_some() { "ui-id-bsn-destroyed" } else { "ui-id-bsn-none" };
        surface::well(ui, t.sunken, |ui| text::label(ui, &desk.text(key), Type::Small, t.text_2));
    }
    match detail.bsns.as_slice() {
        [one] => bsn_well(ui, one, true, why_masked(detail), desk),
        // Beside each other, to be compared.
        several => {
            for pair in several.chunks(2) {
                ui.columns(2, |columns| {
                    for (index, (column, bsn)) in columns.iter_mut().zip(pair).enumerate() {
                        column.push_id(index, |ui| bsn_well(ui, bsn, index == 0, why_masked(detail), desk));
                    }
                });
            }
        }
    }
    let birth_date = detail.birth_date.as_ref().map(|words| desk.birth_date(words));
    let gender = detail.gender.map(|key| desk.text(key));
    // Shown with the BSN; what is then still not there, the SEH did not send.
    let shown = detail.bsns.iter().any(|bsn| bsn.shown.is_some());
    let hidden = desk.text(match (shown, detail.closed.is_some()) {
        (true, _) => "ui-not-received",
        (false, false) => "ui-id-with-bsn",
        (false, true) => "ui-id-no-longer",
    });
    if !detail.bsns.is_empty() {
        ui.spacing_mut().item_spacing.y = 6.0;
        let rows = [
            (desk.text("ui-birth-date"), birth_date.unwrap_or_else(|| hidden.clone())),
            (desk.text("ui-gender"), gender.unwrap_or(hidden)),
        ];
        facts::key_values(ui, 116.0, &rows);
    }
}

fn purpose_key(purpose: RevealPurpose) -> &'static str {
    match purpose {
        RevealPurpose::CompleteRide => "ui-id-purpose-ride",
        RevealPurpose::AskHospital => "ui-id-purpose-ask",
    }
}

/// What stands under a masked value: how it is shown, or why it is not.
fn why_masked(detail: &IdentificationDetail) -> &'static str {
    match (detail.closed.is_some(), detail.claimed.is_some(), detail.claim.is_some()) {
        (true, ..) => "ui-id-reveal-closed",
        (_, true, _) => "ui-id-reveal-help",
        (_, _, true) => "ui-id-reveal-claim",
        (_, _, false) => "ui-id-reveal-other",
    }
}

/// A masked value in its well: dots and two digits, what for, and *Toon*.
fn bsn_well(ui: &mut Ui, bsn: &MaskedBsn, first: bool, help: &str, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::well(ui, t.sunken, |ui| {
        ui.spacing_mut().interact_size.y = 22.0;
        ui.horizontal(|ui| {
            text::line(ui, &desk.text("ui-bsn"), Type::CaptionBold, t.text_3);
            let (key, tint) = if bsn.valid { ("ui-id-valid", Tint::Outline) } else { ("ui-id-invalid", Tint::Orange) };
            Badge::new(desk.text(key), Sign::None, tint).show(ui);
        });
        digits(ui, bsn, desk);
        if !bsn.reveal.is_empty() {
            reveal_row(ui, bsn, first, desk);
        }
        help_or_copy(ui, bsn, first, help, desk);
    });
}

/// One place for what is said before the showing and what can be done with what is shown: nothing under it moves.
fn help_or_copy(ui: &mut Ui, bsn: &MaskedBsn, first: bool, help: &str, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let words = desk.text(help);
    let width = ui.available_width();
    let galley = text::Flow::new(&words, Type::Caption, t.text_2).wrapped(ui, width);
    let least = if bsn.reveal.is_empty() { 0.0 } else { COPY };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, galley.size().y.max(least)), Sense::hover());
    if bsn.shown.is_some() {
        text::region(ui, rect, "shown", |ui| shown_row(ui, bsn, first, desk));
    } else {
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        ui.painter().galley(rect.min, galley, t.text_2);
    }
}

fn digits(ui: &mut Ui, bsn: &MaskedBsn, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 26.0), Sense::hover());
    let words = match &bsn.shown {
        // REVEAL: the clerk asked for it with a purpose; the audit log has the entry.
        Some((words, _)) => in_threes(words.reveal()),
        None => bsn.mask.clone(),
    };
    let spoken = if bsn.shown.is_some() { words.clone() } else { desk.text("ui-id-masked") };
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    let galley = text::galley(ui, &words, Type::Mask, t.text);
    text::paint_left(ui.painter(), rect.left_center(), galley);
    if let Some((_, seconds)) = &bsn.shown {
        let left = seconds.saturating_sub(desk.state.seconds_since_frame);
        ui.ctx().request_repaint_after(std::time::Duration::from_secs(1));
        let words = desk.with("ui-seconds-left", "n", left.to_string());
        let galley = text::galley(ui, &words, Type::Caption, t.text_2);
        let place = Rect::from_min_max(rect.right_top() - Vec2::new(galley.size().x, 0.0), rect.max);
        let counts = ui.interact(place, ui.scope_id().with("left"), Sense::hover());
        counts.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
        text::paint_right(ui.painter(), rect.right_center(), galley);
    }
}

/// `123 456 789`: digits in threes, as the mask stands.
fn in_threes(digits: &str) -> String {
    let mut text = String::with_capacity(11);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 3 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

fn reveal_row(ui: &mut Ui, bsn: &MaskedBsn, first: bool, desk: &mut Desk<'_>) {
    let (name, value) = (desk.text("ui-purpose"), desk.text(purpose_key(desk.state.purpose)));
    let (show, key) = (desk.text("ui-show"), desk.text("ui-key-reveal"));
    let command = bsn.reveal.iter().find(|(purpose, _)| *purpose == desk.state.purpose).or_else(|| bsn.reveal.first());
    // Where a word is too long for both, the button goes to a line of its own.
    ui.horizontal_wrapped(|ui| {
        let needed = choice::chip_width(ui, &name, &value);
        let beside = (ui.available_width() - 112.0).clamp(120.0, 190.0);
        let chip = choice::chip(ui, &name, &value, Some(beside.max(needed)));
        Popup::menu(&chip).show(|ui| {
            ui.set_min_width(190.0);
            for (purpose, _) in &bsn.reveal {
                let words = desk.text(purpose_key(*purpose));
                if choice::radio(ui, desk.state.purpose == *purpose, &words, true).clicked() {
                    desk.state.purpose = *purpose;
                    ui.close();
                }
            }
        });
        let button = Button::new(Weight::Secondary, &show).icon(Icon::Eye).with_key(&key).height(30.0);
        let asked = button.show(ui).clicked() || (first && letter(ui, Key::T));
        if let (true, Some((_, command))) = (asked, command) {
            desk.outbox.push(command.clone());
        }
    });
}

fn shown_row(ui: &mut Ui, bsn: &MaskedBsn, first: bool, desk: &mut Desk<'_>) {
    ui.horizontal(|ui| {
        let (copy, key, mask) = (desk.text("ui-copy"), desk.text("ui-key-copy"), desk.text("ui-id-mask"));
        if let Some(command) = &bsn.copy {
            let button = Button::new(Weight::Secondary, &copy).icon(Icon::Copy).with_key(&key).height(COPY);
            if button.show(ui).clicked() || (first && letter(ui, Key::K)) {
                desk.outbox.push(command.clone());
            }
        }
        if let Some(command) = &bsn.mask_again
            && Button::new(Weight::Quiet, &mask).height(COPY).show(ui).clicked()
        {
            desk.outbox.push(command.clone());
        }
    });
}

/// *wo 4 nov 2026, 13:44*.
fn moment(at: chrono::NaiveDateTime, texts: &Texts) -> String {
    format!("{}, {}", texts.date_medium(at.date()), texts.time(at))
}

/// What the register knows of a ride, in rows; what it does not know has a word.
pub(crate) fn ride_rows(data: &RideData, desk: &Desk<'_>) -> Vec<(String, String)> {
    let RideData { departed, handed_over, vehicle, post, urgency } = data;
    let missing = desk.text("ui-not-in-register");
    let or_missing = |value: Option<String>| value.unwrap_or_else(|| missing.clone());
    let post = post.as_ref().map(|post| desk.with("ui-post", "post", post.clone()));
    let vehicle: Vec<String> = vehicle.iter().cloned().chain(post).collect();
    vec![
        (desk.text("ui-departed"), or_missing(departed.map(|at| moment(at, desk.texts)))),
        (desk.text("ui-handed-over"), or_missing(handed_over.map(|at| desk.texts.time(at)))),
        (desk.text("ui-vehicle"), or_missing((!vehicle.is_empty()).then(|| vehicle.join(" · ")))),
        (desk.text("ui-urgency"), or_missing(urgency.clone())),
    ]
}

fn to_find(ui: &mut Ui, detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    text::section(ui, &desk.text("ui-id-to-find"), t.text);
    let mut rows = detail.ride_data.as_ref().map(|data| ride_rows(data, desk)).unwrap_or_default();
    if let Some(other) = detail.ambulance_had {
        let had = desk.text(if other { "ui-id-had-other" } else { "ui-id-had-none" });
        rows.push((desk.text("ui-id-had"), had));
    }
    rows.push((desk.text("ui-hospital"), detail.hospital.clone()));
    rows.push((desk.text("ui-received"), moment(detail.received, desk.texts)));
    if detail.ride_data.is_none() {
        text::label(ui, &desk.text("ui-id-ride-absent"), Type::Small, t.text_2);
    }
    ui.spacing_mut().item_spacing.y = 6.0;
    facts::key_values(ui, 106.0, &rows);
}

fn by_key(by: AscertainedBy) -> &'static str {
    match by {
        AscertainedBy::BirthDateAndGender => "ui-id-by-birth-date",
        AscertainedBy::AskedHospital => "ui-id-by-asked",
        AscertainedBy::SbvZ => "ui-id-by-sbvz",
        AscertainedBy::Cov => "ui-id-by-cov",
    }
}

fn ascertain(ui: &mut Ui, detail: &IdentificationDetail, width: f32, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.spacing_mut().interact_size.y = 28.0;
    ui.spacing_mut().item_spacing.y = 2.0;
    if !detail.close.is_empty() {
        let words = desk.text("ui-id-ascertained");
        ui.horizontal(|ui| {
            let tick = choice::checkbox(ui, desk.state.ascertained, &words, true);
            if tick.clicked() || letter(ui, Key::V) {
                desk.state.ascertained = !desk.state.ascertained;
            }
            let (rect, _) = ui.allocate_exact_size(Vec2::new(24.0, 28.0), Sense::hover());
            let key = desk.text("ui-key-ascertained");
            crate::widgets::cap::paint_cap(ui, rect.center(), crate::widgets::cap::Cap::Text(&key));
        });
        text::section(ui, &desk.text("ui-id-by"), t.text);
        ways(ui, detail, desk);
    }
    // The ways may be wider than the page's width; the field is not.
    ui.scope(|ui| {
        ui.set_max_width(width);
        note_ui(ui, detail, desk);
    });
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 20.0;
        for (key, command) in [("ui-id-investigate", &detail.investigate), ("ui-id-later", &detail.later)] {
            if let Some(command) = command
                && button::link(ui, &desk.text(key), Type::Body, None).clicked()
            {
                desk.state.detail_open = false;
                desk.outbox.push(command.clone());
            }
        }
        begin_note_ui(ui, detail, desk);
    });
}

/// The ways to have made sure: two beside each other where both fit on one line.
fn ways(ui: &mut Ui, detail: &IdentificationDetail, desk: &mut Desk<'_>) {
    let width = ui.available_width();
    let widest = |column: usize| {
        let of = detail.close.iter().skip(column).step_by(2).map(|(by, _)| desk.text(by_key(*by)));
        of.map(|words| choice::radio_width(ui, &words)).fold(0.0, f32::max).ceil()
    };
    let (left, right) = (widest(0), widest(1));
    let two = left + 12.0 + right <= width;
    for pair in detail.close.chunks(if two { 2 } else { 1 }) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            for (by, _) in pair {
                let room = if two { left } else { width };
                let chosen = desk.state.by == Some(*by);
                ui.scope(|ui| {
                    ui.set_width(room);
                    if choice::radio(ui, chosen, &desk.text(by_key(*by)), true).clicked() {
                        desk.state.by = Some(*by);
                    }
                });
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::in_threes;

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!(in_threes("999900006"), "999 900 006");
        assert_eq!(in_threes(""), "");
    }
}
