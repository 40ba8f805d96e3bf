//! *Patiëntidentificatie*: the clerk's worklist at the left, the item in hand at the right.
//!
//! **Invariant:** rides not yet known stand last, under their own head with one line why.

use egui::{Id, Key, Pos2, Rect, ScrollArea, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{Command, IdentificationRow, IdentificationTab, IdentificationsScreen, Reason, WaitingRow};

use super::{
    Desk,
    accounts::{PathKeys, ask_path, path_form},
    awaited_ride, identification_detail,
    undoing::{self, Undoable},
};
use crate::{
    theme::{self, Type},
    view_state::PathFor,
    widgets::{
        button,
        cap::{self, Cap},
        choice::{self, Part},
        facts,
        list::{self, Asked, Lead, Row},
        page, surface, text,
    },
};

/// Under 900 points of window (a rail of 60 and margins of 32 taken off) one at a time (LOOK §5).
pub(crate) const ONE_AT_A_TIME: f32 = 808.0;

/// Draws it.
pub(crate) fn identifications_ui(ui: &mut Ui, screen: &IdentificationsScreen, desk: &mut Desk<'_>) {
    head(ui, screen, desk);
    bill(ui, screen, desk);
    let rest = ui.available_rect_before_wrap();
    if let Some(detail) = &screen.detail {
        desk.state.at_item(detail.item);
    }
    if screen.rows.is_empty() {
        if let Some(way) = Undoable::of(screen.undo.as_ref(), "ui-id-undo", desk) {
            way.banner(ui, desk);
        }
        let rest = ui.available_rect_before_wrap();
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

const BILL: PathKeys = ["ui-id-bill-path", "ui-id-bill-help", "ui-id-bill-do"];

/// *Afgerond*: the table for the bill.
fn bill(ui: &mut Ui, screen: &IdentificationsScreen, desk: &mut Desk<'_>) {
    let Some(export) = screen.export else { return };
    if desk.state.accounts.asks == Some(PathFor::Bill) {
        path_form(ui, BILL, export, desk);
        return;
    }
    let words = desk.text("ui-id-bill");
    if button::Button::new(button::Weight::Secondary, &words).icon(Icon::FileDown).height(30.0).show(ui).clicked() {
        ask_path(desk, PathFor::Bill);
    }
    ui.add_space(12.0);
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
    let works = matches!(screen.tab, IdentificationTab::Open | IdentificationTab::Investigating) && !alone;
    // The keys of the work stand on two lines.
    let way = Undoable::of(screen.undo.as_ref(), "ui-id-undo", desk);
    let foot = match (&way, works) {
        (Some(_), _) => undoing::FOOT,
        (None, true) => 66.0,
        (None, false) => 40.0,
    };
    let body = Rect::from_min_max(rect.min + Vec2::new(1.0, 1.0), rect.max - Vec2::new(1.0, foot));
    list::body(ui, body, id, |ui| {
        ui.spacing_mut().item_spacing = Vec2::ZERO;
        let area = ScrollArea::vertical().id_salt("identifications").auto_shrink([false, false]);
        page::area(ui, area, |ui| rows(ui, id, screen, asked, alone, desk));
    });
    let foot = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - foot), rect.max);
    if let Some(way) = way {
        way.foot(ui, foot, desk);
        surface::panel_line(ui, rect);
        return;
    }
    facts::footer(ui, foot, "identification-keys", |ui| {
        let [t, k, v, g, ctrl] = KEYS.map(|key| desk.text(key));
        let mut under = Vec::new();
        let mut groups = vec![(vec![Cap::Text("↑"), Cap::Text("↓")], desk.text("ui-keys-choose"))];
        if alone {
            groups.push((vec![Cap::Enter], desk.text("ui-keys-show-detail")));
        } else if works {
            groups.push((vec![Cap::Enter], desk.text("ui-keys-claim")));
            groups.push((vec![Cap::Text(&t)], desk.text("ui-keys-reveal")));
            groups.push((vec![Cap::Text(&k)], desk.text("ui-keys-copy")));
            under.push((vec![Cap::Text(&v)], desk.text("ui-keys-ascertained")));
            under.push((vec![Cap::Text(&ctrl), Cap::Enter], desk.text("ui-keys-close")));
        } else if screen.tab == IdentificationTab::AwaitingHospital {
            groups.push((vec![Cap::Text(&g)], desk.text("ui-keys-called")));
        }
        ui.spacing_mut().item_spacing.y = 6.0;
        cap::key_line(ui, &groups);
        if !under.is_empty() {
            cap::key_line(ui, &under);
        }
    });
    surface::panel_line(ui, rect);
}

/// Keys of the clerk, as the line under the list has them.
const KEYS: [&str; 5] = ["ui-key-reveal", "ui-key-copy", "ui-key-ascertained", "ui-key-called", "ui-key-ctrl"];

/// Over the rides of one hospital: how many, and its telephone number.
fn hospital_head(ui: &mut Ui, screen: &IdentificationsScreen, index: usize, desk: &Desk<'_>) {
    let Some(row) = screen.rows.get(index) else { return };
    let before = index.checked_sub(1).and_then(|before| screen.rows.get(before));
    let Some(waits) = row.waits.as_ref().filter(|_| before.is_none_or(|before| before.hospital != row.hospital)) else {
        return;
    };
    let name = if row.hospital.is_empty() { desk.text("ui-id-hospital-unknown") } else { row.hospital.clone() };
    let rides = screen.rows.iter().filter(|other| other.hospital == row.hospital).count();
    let head = desk.texts.format("ui-id-hospital-head", &[("hospital", name), ("n", rides.to_string())]);
    let phone = waits.telephone.as_ref().map(|number| desk.with("ui-id-hospital-phone", "number", number.clone()));
    let phone = phone.unwrap_or_else(|| desk.text("ui-id-contact-none"));
    list::group_head(ui, &head, Some(&phone), index > 0);
}

fn rows(ui: &mut Ui, id: Id, screen: &IdentificationsScreen, asked: Option<Asked>, alone: bool, desk: &mut Desk<'_>) {
    let is_unknown = |row: &IdentificationRow| row.reason == Reason::RideUnknown;
    let unknown = screen.rows.iter().filter(|row| is_unknown(row)).count();
    let headed = screen.rows.iter().position(is_unknown);
    page::many(ui, "identifications", screen.rows.len(), list::ROW, list::sought(asked), |ui, index| {
        let row = &screen.rows[index];
        if headed == Some(index) {
            let head = desk.with("ui-id-unknown-head", "n", unknown.to_string());
            list::group_head(ui, &head, Some(&desk.text("ui-id-unknown-why")), index > 0);
        }
        hospital_head(ui, screen, index, desk);
        let first = index == 0 && headed != Some(0) && row.waits.is_none();
        let response = identification_row(ui, row, screen.tab, first, desk);
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
    let age = desk.age(row.age_days);
    let title = if waits { row.ride.clone() } else { reason.clone() };
    let second = match (&row.waits, waits) {
        (Some(waits), _) => {
            let at = waits.handed_over;
            desk.with(
                "ui-id-handed-over",
                "at",
                format!("{}, {}", desk.texts.date_short(at.date()), desk.texts.time(at)),
            )
        }
        (None, true) => row.hospital.clone(),
        (None, false) => format!("{} · {}", row.ride, row.hospital),
    };
    let who = if row.mine { Some(desk.text("ui-you")) } else { row.claimed_by.clone() };
    let under = match &row.waits {
        Some(waits) => asked(waits, desk),
        None => who.clone().map(|who| (Icon::UserRound, who)),
    };
    let mut spoken = vec![reason, row.ride.clone(), row.hospital.clone(), age.clone()];
    spoken.extend(under.iter().map(|(_, words)| words.clone()));
    list::row(
        ui,
        &Row {
            lead: Lead::Icon(icon, color),
            title: &title,
            bold: !waits,
            second: &second,
            tail: None,
            right: &age,
            under: under.as_ref().map(|(icon, words)| (*icon, words.as_str())),
            selected: row.selected,
            first,
            spoken: &spoken.join(", "),
        },
    )
}

/// What a hospital was asked, or said.
fn asked(waits: &WaitingRow, desk: &Desk<'_>) -> Option<(Icon, String)> {
    if waits.none {
        return Some((Icon::Minus, desk.text("ui-id-none-either")));
    }
    waits.called.map(|day| (Icon::PhoneCall, desk.with("ui-id-called-on", "date", desk.texts.date_short(day))))
}

/// Whether a letter key of the clerk was pressed, where letters are free.
pub(crate) fn letter(ui: &Ui, key: Key) -> bool {
    crate::widgets::focus::letters_are_free(ui.ctx())
        && ui.input(|input| input.key_pressed(key) && !input.modifiers.any())
}
