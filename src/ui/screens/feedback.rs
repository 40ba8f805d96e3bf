//! *Terugkoppelingen*: the list without outcome, and the closed card that opens by choice.
//!
//! **Invariant:** nothing of the outcome is on this screen: not in the list, not on the card, not in its names.

use egui::{Id, Pos2, Rect, ScrollArea, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{ClosedCard, FeedbackRow, FeedbackScreen, PeerSupportShown};

use super::{
    Desk, feedback_acts,
    identifications::{ONE_AT_A_TIME, back_to_list, show_more},
    record,
    undoing::{self, Undoable},
};
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        cap::{self, Cap},
        facts,
        list::{self, Asked, Lead, Row},
        page, said, surface,
        text::{self, Flow},
    },
};

/// Draws it.
pub(crate) fn feedback_ui(ui: &mut Ui, screen: &FeedbackScreen, desk: &mut Desk<'_>) {
    if let Some(opened) = &screen.opened {
        record::record_ui(ui, opened, desk);
        return;
    }
    let title = desk.text("ui-feedback-title");
    let under = match screen.unread {
        0 => desk.text("ui-feedback-under-none"),
        1 => desk.text("ui-feedback-under-one"),
        more => desk.with("ui-feedback-under", "n", desk.texts.number(more)),
    };
    let empty = screen.rows.is_empty();
    let width = if empty { 0.0 } else { feedback_acts::chip_width(ui, screen, desk) };
    facts::page_head(ui, &title, if empty { "" } else { &under }, width, |ui| {
        feedback_acts::opening_chip(ui, screen, desk);
    });
    if empty && let Some(way) = Undoable::of(screen.undo.as_ref(), "ui-disowned", desk) {
        way.banner(ui, desk);
    }
    if !empty {
        feedback_acts::opening_card(ui, screen, desk);
    }
    let rest = ui.available_rect_before_wrap();
    if empty {
        empty_ui(ui, rest, screen, desk);
        return;
    }
    let alone = rest.width() < ONE_AT_A_TIME;
    let list_width = if alone { rest.width() } else { (rest.width() * 0.42).clamp(300.0, 424.0) };
    if let (true, true, Some(card)) = (alone, desk.state.detail_open, &screen.card) {
        let mut place = rest;
        place.min.y += back_to_list(ui, &title, desk);
        card_ui(ui, place, card, desk);
        return;
    }
    let list = Rect::from_min_size(rest.min, Vec2::new(list_width, rest.height()));
    list_panel(ui, list, screen, alone, desk);
    if !alone {
        let place = Rect::from_min_max(Pos2::new(list.right() + 16.0, rest.top()), rest.max);
        match &screen.card {
            Some(card) => card_ui(ui, place, card, desk),
            None => {
                surface::panel_ground(ui, place);
                let (title, sentence) = (desk.text("ui-feedback-none-title"), desk.text("ui-feedback-none"));
                surface::empty_state(ui, place, Icon::Mail, &title, &sentence, |_| {});
                surface::panel_line(ui, place);
            }
        }
    }
}

fn empty_ui(ui: &mut Ui, rect: Rect, screen: &FeedbackScreen, desk: &mut Desk<'_>) {
    surface::panel_ground(ui, rect);
    let (title, sentence) = (desk.text("ui-feedback-empty-title"), desk.text("ui-feedback-empty"));
    surface::empty_state(ui, rect, Icon::Inbox, &title, &sentence, |ui| {
        let again = desk.text("ui-look-again");
        if Button::new(Weight::Secondary, &again).icon(Icon::RefreshCw).show(ui).clicked() {
            desk.outbox.push(screen.refresh.clone());
        }
    });
    surface::panel_line(ui, rect);
}

fn list_panel(ui: &mut Ui, rect: Rect, screen: &FeedbackScreen, alone: bool, desk: &mut Desk<'_>) {
    surface::panel_ground(ui, rect);
    let id = Id::unique("feedback-list");
    let selected = screen.rows.iter().position(|row| row.selected);
    let name = desk.text("ui-screen-feedback");
    let asked = list::keyboard(ui, rect, id, &name, selected, screen.rows.len());
    match asked {
        Some(Asked::Row(to)) => {
            if let Some(row) = screen.rows.get(to) {
                desk.outbox.push(row.select.clone());
            }
        }
        Some(Asked::Enter) if alone => desk.state.detail_open = true,
        Some(Asked::Enter) => {
            if let Some(card) = &screen.card {
                desk.outbox.push(card.open.clone());
            }
        }
        None => {}
    }
    let way = Undoable::of(screen.undo.as_ref(), "ui-disowned", desk);
    let foot = if way.is_some() { undoing::FOOT } else { 40.0 };
    let body = Rect::from_min_max(rect.min + Vec2::new(1.0, 1.0), rect.max - Vec2::new(1.0, foot));
    list::body(ui, body, id, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let area = ScrollArea::vertical().id_salt("feedback").auto_shrink([false, false]);
        page::area(ui, area, |ui| {
            rows(ui, id, screen, asked, alone, desk);
        });
    });
    let foot = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - foot), rect.max);
    if let Some(way) = way {
        way.foot(ui, foot, desk);
        surface::panel_line(ui, rect);
        return;
    }
    facts::footer(ui, foot, "feedback-keys", |ui| {
        let disown = desk.text("ui-key-disown");
        let mut groups = vec![
            (vec![Cap::Text("↑"), Cap::Text("↓")], desk.text("ui-keys-choose")),
            (vec![Cap::Enter], desk.text(if alone { "ui-keys-show-detail" } else { "ui-keys-open" })),
        ];
        if !alone {
            groups.push((vec![Cap::Text(&disown)], desk.text("ui-keys-disown")));
        }
        cap::key_line(ui, &groups);
    });
    surface::panel_line(ui, rect);
}

fn rows(ui: &mut Ui, id: Id, screen: &FeedbackScreen, asked: Option<Asked>, alone: bool, desk: &mut Desk<'_>) {
    page::many(ui, "feedback", screen.rows.len(), list::ROW, list::sought(asked), |ui, index| {
        let row = &screen.rows[index];
        let before = index.checked_sub(1).map(|before| screen.rows[before].unread);
        if before != Some(row.unread) {
            let key = if row.unread { "ui-feedback-unread" } else { "ui-feedback-read" };
            list::group_head(ui, &desk.text(key), None, before.is_some());
        }
        let response = feedback_row(ui, row, desk);
        if response.clicked() {
            desk.outbox.push(row.select.clone());
            desk.state.detail_open = alone;
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        if row.selected {
            list::ring(ui, id, response.rect);
        }
    });
    show_more(ui, screen.rows.len(), screen.more.as_ref(), desk);
}

/// The working diagnosis, or the word for its absence.
pub(crate) fn working_diagnosis(words: Option<&viewmodel::Words>, desk: &Desk<'_>) -> String {
    // REVEAL: the reader's own working diagnosis, on the reader's own screen.
    words.map_or_else(|| desk.text("ui-no-working-diagnosis"), |words| words.reveal().to_owned())
}

fn feedback_row(ui: &mut Ui, row: &FeedbackRow, desk: &Desk<'_>) -> egui::Response {
    let title = working_diagnosis(row.working_diagnosis.as_ref(), desk);
    let remarks = desk.text("ui-feedback-remarks");
    // The hospital last: where there is no room its name is cut, not the number by which a ride is known.
    let parts = row.urgency.iter().chain([&row.ride, &row.hospital]);
    let second = parts.map(String::as_str).collect::<Vec<_>>().join(" · ");
    let mut day = desk.texts.date_short(row.day);
    if row.updated {
        day = format!("{} · {day}", desk.text("ui-feedback-updated"));
    }
    let state = desk.text(if row.unread { "ui-feedback-unread-one" } else { "ui-feedback-read-one" });
    let mut spoken = vec![state, title.clone(), row.hospital.clone(), desk.texts.date(row.day)];
    spoken.push(desk.with("ui-ride-small", "ride", row.ride.clone()));
    if row.updated {
        spoken.push(desk.text("ui-feedback-updated"));
    }
    if row.remarks {
        spoken.push(desk.text("ui-feedback-with-remarks"));
    }
    list::row(
        ui,
        &Row {
            lead: if row.unread { Lead::Dot } else { Lead::Space },
            title: &title,
            bold: row.unread,
            second: &second,
            tail: row.remarks.then_some((Icon::MessageSquareText, remarks.as_str())),
            right: &day,
            under: None,
            selected: row.selected,
            first: false,
            spoken: &spoken.join(", "),
        },
    )
}

/// Day, time, urgency and vehicle of a ride in one line.
pub(crate) fn ride_line(
    departed: Option<chrono::NaiveDateTime>,
    urgency: Option<&String>,
    vehicle: Option<&String>,
    desk: &Desk<'_>,
) -> Vec<String> {
    let texts = desk.texts;
    let moment =
        departed.map(|at| text::capital(&format!("{}, {}", texts.date_with_weekday(at.date()), texts.time(at))));
    let vehicle = vehicle.map(|vehicle| desk.with("ui-ambulance", "vehicle", vehicle.clone()));
    moment.into_iter().chain(urgency.cloned()).chain(vehicle).collect()
}

/// *Zichtbaar voor jou en K. Jansen. …*: the same sentence before and after opening.
pub(crate) fn sight_sentence(others: &[String], manager_can_open: bool, desk: &Desk<'_>) -> String {
    let who = match others {
        [] => desk.text("ui-sight-you"),
        [one] => desk.with("ui-sight-you-and", "names", one.clone()),
        many => desk.with("ui-sight-you-and", "names", many.join(", ")),
    };
    let manager = desk.text(if manager_can_open { "ui-sight-manager" } else { "ui-sight-manager-not" });
    format!("{who} {manager}")
}

/// *Erover praten? Opvangteam, 012 345 67 89, dag en nacht.*, where somebody was filled in.
pub(crate) fn talk(key: &str, with: Option<&PeerSupportShown>, desk: &Desk<'_>) -> Option<String> {
    let PeerSupportShown { name, telephone, hours } = with?;
    // A telephone number stays on one line.
    let said = [name.clone(), telephone.replace(' ', "\u{a0}"), hours.clone()];
    let said: Vec<String> = said.into_iter().filter(|part| !part.is_empty()).collect();
    Some(desk.with(key, "who", said.join(", ")))
}

fn card_ui(ui: &mut Ui, rect: Rect, card: &ClosedCard, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::panel_ground(ui, rect);
    let mut said = vec![(Icon::Eye, sight_sentence(&card.others, card.manager_can_open, desk))];
    said.extend(talk("ui-talk-first", card.peer_support.as_ref(), desk).map(|words| (Icon::HeartHandshake, words)));
    let wrapped = said.iter().map(|(_, words)| facts::sight_height(ui, words, rect.width() - 32.0) + 6.0);
    let needed = wrapped.sum::<f32>() + 16.0;
    // Half of the card is for its words, however many see it.
    let foot_height = needed.clamp(84.0, (rect.height() / 2.0).max(84.0));
    let foot = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - foot_height), rect.max);
    let open = Rect::from_min_max(rect.min, Pos2::new(rect.right(), foot.top()));
    surface::under_medallion(ui, open, "closed-card", (Icon::Mail, t.selected, t.accent), 430.0, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        closed_words(ui, card, desk);
    });
    facts::footer(ui, foot, "closed-card-foot", |ui| {
        page::scrolling(ui, "closed-card-foot", |ui| {
            ui.spacing_mut().item_spacing.y = 6.0;
            for (glyph, words) in &said {
                facts::sight(ui, *glyph, words);
            }
        });
    });
    surface::panel_line(ui, rect);
}

fn closed_words(ui: &mut Ui, card: &ClosedCard, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let title = working_diagnosis(card.working_diagnosis.as_ref(), desk);
    let heading = Flow::new(&title, Type::Title, t.text).centred().show(ui);
    said::heading(&heading, 2, &title);
    let line = ride_line(card.departed, card.urgency.as_ref(), card.vehicle.as_ref(), desk).join(" · ");
    Flow::new(&line, Type::Body, t.text_2).centred().show(ui);
    let handed_over = match card.handed_over {
        Some(at) => desk
            .texts
            .format("ui-handed-over-at", &[("hospital", card.hospital.clone()), ("time", desk.texts.time(at))]),
        None => card.hospital.clone(),
    };
    Flow::new(&handed_over, Type::Body, t.text_2).centred().show(ui);
    let mut ride = desk.with("ui-ride-small", "ride", card.ride.clone());
    if card.updated {
        ride = format!("{ride} · {}", desk.text("ui-feedback-updated"));
    }
    Flow::new(&ride, Type::Body, t.text_2).centred().show(ui);
    ui.add_space(22.0);
    let key = if card.remarks { "ui-reveal-with-remarks" } else { "ui-reveal" };
    Flow::new(&desk.text(key), Type::Reading, t.text).centred().show(ui);
    ui.add_space(24.0);
    let words = desk.text("ui-open-feedback");
    if Button::new(Weight::Primary, &words).height(40.0).show(ui).clicked() {
        desk.outbox.push(card.open.clone());
    }
    ui.add_space(8.0);
    let words = desk.text("ui-disown");
    feedback_acts::disown_ui(ui, card.record, &words, &card.disown, desk);
}
