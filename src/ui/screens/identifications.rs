//! *Patiëntidentificatie*: the clerk's worklist at the left, the item in hand at the right.
//!
//! **Invariant:** rides not yet known stand last, under their own head with one line why.

use egui::{Id, Key, Pos2, Rect, ScrollArea, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{IdentificationRow, IdentificationTab, IdentificationsScreen, Reason};

use super::{Desk, identification_detail};
use crate::{
    theme::{self, Type},
    widgets::{
        cap::{self, Cap},
        choice::{self, Part},
        facts,
        list::{self, Asked, Lead, Row},
        surface, text,
    },
};

/// Draws it.
pub(crate) fn identifications_ui(ui: &mut Ui, screen: &IdentificationsScreen, desk: &mut Desk<'_>) {
    head(ui, screen, desk);
    let rest = ui.available_rect_before_wrap();
    if let Some(detail) = &screen.detail {
        desk.state.at_item(detail.item);
    }
    // Under 900 points one at a time (LOOK §5).
    let both = rest.width() >= 680.0;
    let list_width = if both { (rest.width() * 0.36).clamp(300.0, 432.0) } else { rest.width() };
    let list = Rect::from_min_size(rest.min, Vec2::new(list_width, rest.height()));
    list_panel(ui, list, screen, desk);
    if both {
        let place = Rect::from_min_max(Pos2::new(list.right() + 16.0, rest.top()), rest.max);
        match &screen.detail {
            Some(detail) => identification_detail::detail_ui(ui, place, detail, desk),
            None => {
                surface::panel_ground(ui, place);
                let (title, sentence) = (desk.text("ui-id-none-title"), desk.text("ui-id-none"));
                surface::empty_state(ui, place, Icon::UserRoundSearch, &title, &sentence, |_| {});
                surface::panel_line(ui, place);
            }
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

fn head(ui: &mut Ui, screen: &IdentificationsScreen, desk: &mut Desk<'_>) {
    let words: Vec<String> = screen
        .counts
        .iter()
        .map(|(tab, count, _)| format!("{} {}", desk.text(tab_key(*tab)), desk.texts.number(*count)))
        .collect();
    let tabs = screen.counts.iter().zip(&words);
    let parts: Vec<Part<'_>> =
        tabs.map(|((tab, _, _), word)| Part { word, icon: None, chosen: *tab == screen.tab }).collect();
    let (title, under) = (desk.text("ui-screen-identifications"), desk.text("ui-id-under"));
    let width = choice::segment_width(ui, &parts);
    let mut clicked = None;
    facts::page_head(ui, &title, &under, width, |ui| clicked = choice::segment(ui, &parts, 32.0));
    if let Some((_, _, command)) = clicked.and_then(|index| screen.counts.get(index)) {
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
    }
}

fn list_panel(ui: &mut Ui, rect: Rect, screen: &IdentificationsScreen, desk: &mut Desk<'_>) {
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
    if let (true, Some(claim)) = (enter, screen.detail.as_ref().and_then(|detail| detail.claim.as_ref())) {
        desk.outbox.push(claim.clone());
    }
    let body = Rect::from_min_max(rect.min + Vec2::new(1.0, 1.0), rect.max - Vec2::new(1.0, 40.0));
    if screen.rows.is_empty() {
        let (title, sentence) = (desk.text("ui-id-empty-title"), desk.text("ui-id-empty"));
        surface::empty_state(ui, body, Icon::Check, &title, &sentence, |_| {});
    } else {
        text::region(ui, body, "identification-rows", |ui| {
            ui.spacing_mut().item_spacing = Vec2::ZERO;
            let area = ScrollArea::vertical().id_salt("identifications").auto_shrink([false, false]);
            area.show(ui, |ui| rows(ui, id, screen, asked.is_some(), desk));
        });
    }
    let foot = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - 40.0), rect.max);
    facts::footer(ui, foot, "identification-keys", |ui| {
        let (t, k) = (desk.text("ui-key-reveal"), desk.text("ui-key-copy"));
        let groups = [
            (vec![Cap::Text("↑"), Cap::Text("↓")], desk.text("ui-keys-choose")),
            (vec![Cap::Enter], desk.text("ui-keys-claim")),
            (vec![Cap::Text(&t)], desk.text("ui-keys-reveal")),
            (vec![Cap::Text(&k)], desk.text("ui-keys-copy")),
        ];
        cap::key_line(ui, &groups);
    });
    surface::panel_line(ui, rect);
}

fn rows(ui: &mut Ui, id: Id, screen: &IdentificationsScreen, follow: bool, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let unknown = screen.rows.iter().filter(|row| row.reason == Reason::RideUnknown).count();
    let mut headed = false;
    for row in &screen.rows {
        if row.reason == Reason::RideUnknown && !headed {
            headed = true;
            let head = desk.with("ui-id-unknown-head", "n", unknown.to_string());
            list::group_head(ui, &head, Some(&desk.text("ui-id-unknown-why")), true);
        }
        let response = identification_row(ui, row, desk);
        if response.clicked() {
            desk.outbox.push(row.select.clone());
            ui.memory_mut(|memory| memory.request_focus(id));
        }
        if row.selected {
            list::ring(ui, id, response.rect);
            if follow {
                response.scroll_to_me(None);
            }
        }
    }
    if screen.more > 0 {
        let more = desk.with("ui-more", "n", desk.texts.number(screen.more));
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            ui.add_space(16.0);
            text::line(ui, &more, Type::Caption, t.text_3);
        });
    }
}

fn identification_row(ui: &mut Ui, row: &IdentificationRow, desk: &Desk<'_>) -> egui::Response {
    let t = theme::tokens(ui);
    let (icon, color) = match row.reason {
        Reason::Invalid => (Icon::TriangleAlert, t.orange),
        Reason::Differs => (Icon::EqualNot, t.text_2),
        Reason::NotAnnounced => (Icon::CircleDashed, t.text_2),
        Reason::TwoNumbers => (Icon::Copy, t.text_2),
        Reason::RideUnknown => (Icon::Hourglass, t.text_2),
    };
    let waits = row.reason == Reason::RideUnknown;
    let reason = desk.text(reason_key(row.reason));
    let age =
        if row.age_days == 1 { desk.text("ui-day-one") } else { desk.with("ui-days", "n", row.age_days.to_string()) };
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
            spoken: &spoken.join(", "),
        },
    )
}

/// Whether a letter key of the clerk was pressed, where letters are free.
pub(crate) fn letter(ui: &Ui, key: Key) -> bool {
    crate::widgets::focus::letters_are_free(ui.ctx())
        && ui.input(|input| input.key_pressed(key) && !input.modifiers.any())
}
