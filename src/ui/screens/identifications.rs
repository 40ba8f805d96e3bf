//! *Patiëntidentificatie*: the clerk's worklist at the left, the item in hand at the right.
//!
//! **Invariant:** rides not yet known stand last, under their own head with one line why.

use egui::{Id, Key, Pos2, Rect, ScrollArea, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{Command, IdentificationRow, IdentificationTab, IdentificationsScreen, Reason};

use super::{Desk, awaited_ride, identification_detail};
use crate::{
    theme::{self, Type},
    widgets::{
        button,
        cap::{self, Cap},
        choice::{self, Part},
        facts,
        list::{self, Asked, Lead, Row},
        surface, text,
    },
};

/// Under 900 points of window (a rail of 60 and margins of 32 taken off) one at a time (LOOK §5).
pub(crate) const ONE_AT_A_TIME: f32 = 808.0;

/// Draws it.
pub(crate) fn identifications_ui(ui: &mut Ui, screen: &IdentificationsScreen, desk: &mut Desk<'_>) {
    head(ui, screen, desk);
    let rest = ui.available_rect_before_wrap();
    if let Some(detail) = &screen.detail {
        desk.state.at_item(detail.item);
    }
    if screen.rows.is_empty() {
        // Nothing to choose from: one panel says what will fill it.
        let stem = empty_key(screen.tab);
        let (title, sentence) = (desk.text(&format!("{stem}-head")), desk.text(stem));
        surface::panel_ground(ui, rest);
        surface::empty_state(ui, rest, Icon::Check, &title, &sentence, |_| {});
        surface::panel_line(ui, rest);
        return;
    }
    let one_at_a_time = rest.width() < ONE_AT_A_TIME;
    let has_detail = screen.detail.is_some() || screen.awaited.is_some();
    if one_at_a_time && desk.state.detail_open && has_detail {
        let mut place = rest;
        place.min.y += back_to_list(ui, &desk.text("ui-id-back"), desk);
        detail_panel(ui, place, screen, desk);
        return;
    }
    let list_width = if one_at_a_time { rest.width() } else { (rest.width() * 0.38).clamp(300.0, 432.0) };
    let list = Rect::from_min_size(rest.min, Vec2::new(list_width, rest.height()));
    list_panel(ui, list, screen, one_at_a_time, desk);
    if !one_at_a_time {
        let place = Rect::from_min_max(Pos2::new(list.right() + 16.0, rest.top()), rest.max);
        detail_panel(ui, place, screen, desk);
    }
}

/// The link over a detail that stands before its list; Esc does the same. Gives the height it takes.
pub(crate) fn back_to_list(ui: &mut Ui, words: &str, desk: &mut Desk<'_>) -> f32 {
    let free = crate::widgets::focus::letters_are_free(ui.ctx());
    let escape = free && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, Key::Escape));
    if button::link(ui, words, Type::Body, Some(Icon::ChevronLeft)).clicked() || escape {
        desk.state.detail_open = false;
    }
    29.0
}

fn detail_panel(ui: &mut Ui, place: Rect, screen: &IdentificationsScreen, desk: &mut Desk<'_>) {
    match (&screen.detail, &screen.awaited) {
        (Some(detail), _) => identification_detail::detail_ui(ui, place, detail, desk),
        (None, Some(ride)) => awaited_ride::awaited_ui(ui, place, ride, desk),
        (None, None) => {
            surface::panel_ground(ui, place);
            let (title, sentence) = (desk.text("ui-id-none-title"), desk.text("ui-id-none"));
            surface::empty_state(ui, place, Icon::UserRoundSearch, &title, &sentence, |_| {});
            surface::panel_line(ui, place);
        }
    }
}

fn tab_key(tab: IdentificationTab) -> &'static str {
    match tab {
        IdentificationTab::Open => "ui-id-tab-open",
        IdentificationTab::AwaitingHospital => "ui-id-tab-awaiting",
        IdentificationTab::Investigating => "ui-id-tab-investigating",
        IdentificationTab::Closed => "ui-id-tab-closed",
    }
}

fn under_key(tab: IdentificationTab) -> &'static str {
    match tab {
        IdentificationTab::Open => "ui-id-under-open",
        IdentificationTab::AwaitingHospital => "ui-id-under-awaiting",
        IdentificationTab::Investigating => "ui-id-under-investigating",
        IdentificationTab::Closed => "ui-id-under-closed",
    }
}

/// Stem of what an empty tab says: what will fill it.
fn empty_key(tab: IdentificationTab) -> &'static str {
    match tab {
        IdentificationTab::Open => "ui-id-empty-open",
        IdentificationTab::AwaitingHospital => "ui-id-empty-awaiting",
        IdentificationTab::Investigating => "ui-id-empty-investigating",
        IdentificationTab::Closed => "ui-id-empty-closed",
    }
}

fn head(ui: &mut Ui, screen: &IdentificationsScreen, desk: &mut Desk<'_>) {
    let words: Vec<String> = screen
        .counts
        .iter()
        .map(|(tab, count, _)| format!("{} {}", desk.text(tab_key(*tab)), desk.texts.number(*count)))
        .collect();
    let tabs = screen.counts.iter().zip(&words);
    let parts: Vec<Part<'_>> =
        tabs.map(|((tab, _, _), word)| Part { word, icon: None, chosen: *tab == screen.tab }).collect();
    let (title, under) = (desk.text("ui-screen-identifications"), desk.text(under_key(screen.tab)));
    let width = choice::segment_width(ui, &parts);
    let mut clicked = None;
    facts::page_head(ui, &title, &under, width, |ui| clicked = choice::segment(ui, &parts, 32.0));
    if let Some((_, _, command)) = clicked.and_then(|index| screen.counts.get(index)) {
        desk.state.detail_open = false;
        desk.outbox.push(command.clone());
    }
}

/// Key of a reason.
pub(crate) fn reason_key(reason: Reason) -> &'static str {
    match reason {
        Reason::NotAnnounced => "ui-id-reason-not-announced",
        Reason::Differs => "ui-id-reason-differs",
        Reason::Invalid => "ui-id-reason-invalid",
        Reason::TwoNumbers => "ui-id-reason-two",
        Reason::RideUnknown => "ui-id-reason-ride-unknown",
        Reason::NotTakenOver => "ui-id-reason-not-taken-over",
    }
}

fn list_panel(ui: &mut Ui, rect: Rect, screen: &IdentificationsScreen, alone: bool, desk: &mut Desk<'_>) {
    surface::panel_ground(ui, rect);
    let id = Id::unique("identification-list");
    let selected = screen.rows.iter().position(|row| row.selected);
    let name = desk.text("ui-screen-identifications");
    let asked = list::keyboard(ui, rect, id, &name, selected, screen.rows.len());
    let enter = matches!(asked, Some(Asked::Enter));
    if let Some(Asked::Row(to)) = asked
        && let Some(row) = screen.rows.get(to)
    {
        desk.outbox.push(row.select.clone());
    }
    if enter && alone {
        desk.state.detail_open = true;
    } else if let (true, Some(claim)) = (enter, screen.detail.as_ref().and_then(|detail| detail.claim.as_ref())) {
        desk.outbox.push(claim.clone());
    }
    let body = Rect::from_min_max(rect.min + Vec2::new(1.0, 1.0), rect.max - Vec2::new(1.0, 40.0));
    text::region(ui, body, "identification-rows", |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let area = ScrollArea::vertical().id_salt("identifications").auto_shrink([false, false]);
        area.show(ui, |ui| rows(ui, id, screen, asked.is_some(), alone, desk));
    });
    let foot = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - 40.0), rect.max);
    facts::footer(ui, foot, "identification-keys", |ui| {
        let (t, k) = (desk.text("ui-key-reveal"), desk.text("ui-key-copy"));
        let mut groups = vec![(vec![Cap::Text("↑"), Cap::Text("↓")], desk.text("ui-keys-choose"))];
        if alone {
            groups.push((vec![Cap::Enter], desk.text("ui-keys-show-detail")));
        } else if matches!(screen.tab, IdentificationTab::Open | IdentificationTab::Investigating) {
            groups.push((vec![Cap::Enter], desk.text("ui-keys-claim")));
            groups.push((vec![Cap::Text(&t)], desk.text("ui-keys-reveal")));
            groups.push((vec![Cap::Text(&k)], desk.text("ui-keys-copy")));
        }
        cap::key_line(ui, &groups);
    });
    surface::panel_line(ui, rect);
}

fn rows(ui: &mut Ui, id: Id, screen: &IdentificationsScreen, follow: bool, alone: bool, desk: &mut Desk<'_>) {
    let unknown = screen.rows.iter().filter(|row| row.reason == Reason::RideUnknown).count();
    let mut headed = false;
    for (index, row) in screen.rows.iter().enumerate() {
        if row.reason == Reason::RideUnknown && !headed {
            headed = true;
            let head = desk.with("ui-id-unknown-head", "n", unknown.to_string());
            list::group_head(ui, &head, Some(&desk.text("ui-id-unknown-why")), index > 0);
        }
        let response = identification_row(ui, row, screen.tab, index == 0 && !headed, desk);
        if response.clicked() {
            desk.outbox.push(row.select.clone());
            desk.state.detail_open = alone;
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        if row.selected {
            list::ring(ui, id, response.rect);
            if follow {
                response.scroll_to_me(None);
            }
        }
    }
    show_more(ui, screen.rows.len(), screen.more.as_ref(), desk);
}

/// Under a list that holds not all: how many it holds, and the link to more.
pub(crate) fn show_more(ui: &mut Ui, rows: usize, more: Option<&Command>, desk: &mut Desk<'_>) {
    let Some(command) = more else { return };
    let t = theme::tokens(ui);
    let shown = desk.with("ui-more", "n", desk.texts.number(rows as u64));
    ui.add_space(10.0);
    ui.horizontal(|ui| {
        ui.add_space(16.0);
        text::line(ui, &shown, Type::Small, t.text_3);
        ui.add_space(8.0);
        if button::link(ui, &desk.text("ui-more-show"), Type::Small, None).clicked() {
            desk.outbox.push(command.clone());
        }
    });
    ui.add_space(10.0);
}

fn identification_row(
    ui: &mut Ui,
    row: &IdentificationRow,
    tab: IdentificationTab,
    first: bool,
    desk: &Desk<'_>,
) -> egui::Response {
    let t = theme::tokens(ui);
    let (icon, color) = match row.reason {
        Reason::Invalid => (Icon::TriangleAlert, t.orange),
        Reason::Differs => (Icon::EqualNot, t.text_2),
        Reason::NotAnnounced => (Icon::CircleDashed, t.text_2),
        Reason::TwoNumbers => (Icon::Copy, t.text_2),
        Reason::RideUnknown => (Icon::Hourglass, t.text_2),
        Reason::NotTakenOver => (Icon::CircleDashed, t.orange),
    };
    let awaited = tab == IdentificationTab::AwaitingHospital;
    let (icon, color) = if awaited { (Icon::Phone, t.text_2) } else { (icon, color) };
    let waits = awaited || row.reason == Reason::RideUnknown;
    let reason = desk.text(reason_key(row.reason));
    let age = match row.age_days {
        0 => desk.text("ui-day-none"),
        1 => desk.text("ui-day-one"),
        days => desk.with("ui-days", "n", days.to_string()),
    };
    let title = if waits { row.ride.clone() } else { reason.clone() };
    let second = if waits { row.hospital.clone() } else { format!("{} · {}", row.ride, row.hospital) };
    let who = if row.mine { Some(desk.text("ui-you")) } else { row.claimed_by.clone() };
    let mut spoken = vec![reason, row.ride.clone(), row.hospital.clone(), age.clone()];
    spoken.extend(who.clone());
    list::row(
        ui,
        &Row {
            lead: Lead::Icon(icon, color),
            title: &title,
            bold: !waits,
            second: &second,
            tail: None,
            right: &age,
            under: who.as_deref().map(|who| (Icon::UserRound, who)),
            selected: row.selected,
            first,
            spoken: &spoken.join(", "),
        },
    )
}

/// Whether a letter key of the clerk was pressed, where letters are free.
pub(crate) fn letter(ui: &Ui, key: Key) -> bool {
    crate::widgets::focus::letters_are_free(ui.ctx())
        && ui.input(|input| input.key_pressed(key) && !input.modifiers.any())
}
