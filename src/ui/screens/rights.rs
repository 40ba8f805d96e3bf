//! *Rechten*: what each role may open, and who has it since when.

use std::sync::Arc;

use egui::{Galley, Rect, Sense, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{Right, RightsScreen, RoleHolder, RoleRights};

use super::{
    Desk,
    accounts::{PathKeys, ask_path, path_form},
};
use crate::{
    frame::role_key,
    theme::{self, Type},
    view_state::PathFor,
    widgets::{
        button::{Button, Weight},
        choice, facts, page, surface,
        table::{self, Cell, Column},
        text,
    },
};

const EXPORT: PathKeys = ["ui-rights-export-path", "ui-rights-export-help", "ui-rights-export-do"];

/// Draws it.
pub(crate) fn rights_ui(ui: &mut Ui, screen: &RightsScreen, desk: &mut Desk<'_>) {
    let (title, under) = (desk.text("ui-screen-rights"), desk.text("ui-rights-under"));
    let export = desk.text("ui-rights-export");
    facts::page_head(ui, &title, &under, 200.0, |ui| {
        if Button::new(Weight::Secondary, &export).icon(Icon::FileDown).show(ui).clicked() {
            ask_path(desk, PathFor::Rights);
        }
    });
    if desk.state.accounts.asks == Some(PathFor::Rights) {
        path_form(ui, EXPORT, screen.export, desk);
    }
    page::scrolling(ui, "rights", |ui| {
        ui.spacing_mut().item_spacing.y = 12.0;
        let (columns, cells, least) = matrix(ui, screen, desk);
        let fits = ui.available_width() >= least;
        if fits {
            table::framed(ui, &columns, cells.len(), |row| cells[row].clone());
        }
        for role in &screen.roles {
            role_card(ui, role, !fits, desk);
        }
        facts::caveat(ui, &desk.text("ui-rights-caveat"));
    });
}

/// The roles down, the parts across: what a role opens is read along its line. And the width that this needs.
fn matrix(ui: &Ui, screen: &RightsScreen, desk: &Desk<'_>) -> (Vec<Column>, Vec<Vec<Cell>>, f32) {
    let cells: Vec<Vec<Cell>> = screen
        .roles
        .iter()
        .map(|role| {
            let mut row = vec![Cell::Text(desk.text(role_key(role.role)))];
            row.extend(role.rights.iter().map(|right| right_cell(right, desk)));
            row
        })
        .collect();
    let names = Column::exact(desk.text("ui-rights-role"), 0.0);
    let mut columns = vec![names.fitted(ui, cells.iter().filter_map(|row| row.first()))];
    let parts = screen.roles.first().map(|role| role.rights.as_slice()).unwrap_or_default();
    columns.extend(parts.iter().map(|part| Column::rest(desk.text(part.part))));
    // As wide as the longest word of a head, and as the widest of what stands under it.
    let words =
        cells.iter().flat_map(|row| row.iter().skip(1)).map(|cell| cell.least_width(ui)).fold(PART_LEAST, f32::max);
    let least = table::least(&columns, words);
    (columns, cells, least)
}

/// Least width of a part.
const PART_LEAST: f32 = 104.0;

fn right_cell(right: &Right, desk: &Desk<'_>) -> Cell {
    let word = desk.text(right.how);
    if right.opens { Cell::Marked(Icon::Check, word) } else { Cell::Quiet(word) }
}

/// So many holders stand there at once; more of them are asked for.
const HOLDERS_OPEN: usize = 12;
/// About the height of a line of them; what was seen once is as high as it is.
const HOLDER_LINE: f32 = 44.0;
/// Width of a holder.
const HOLDER: f32 = 300.0;

/// A role and who has it; with what it opens, where there is no room for the matrix.
fn role_card(ui: &mut Ui, role: &RoleRights, with_rights: bool, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        let name = desk.text(role_key(role.role));
        let title = match role.holders.len() {
            0 => name,
            n => desk.texts.format("ui-rights-holders", &[("role", name), ("n", desk.texts.number(n as u64))]),
        };
        text::label(ui, &title, Type::BodyBold, t.text);
        if with_rights {
            rights(ui, role, desk);
        }
        if role.holders.is_empty() {
            text::label(ui, &desk.text("ui-rights-nobody"), Type::Small, t.text_3);
            return;
        }
        let salt = role_key(role.role);
        if role.holders.len() > HOLDERS_OPEN && !choice::fold(ui, salt, &desk.text("ui-rights-show")) {
            return;
        }
        holders(ui, role, desk);
    });
}

fn rights(ui: &mut Ui, role: &RoleRights, desk: &Desk<'_>) {
    let opened = role.rights.iter().filter(|right| right.opens);
    let words: Vec<String> =
        opened.map(|right| format!("{}: {}", desk.text(right.part), desk.text(right.how))).collect();
    if words.is_empty() {
        facts::sight(ui, Icon::Minus, &desk.text("ui-rights-opens-nothing"));
    }
    for words in &words {
        facts::sight(ui, Icon::Check, words);
    }
}

/// Who has it, in as many columns as there is room for, read downwards.
fn holders(ui: &mut Ui, role: &RoleRights, desk: &Desk<'_>) {
    let columns = ((ui.available_width() / HOLDER) as usize).max(1);
    let lines = role.holders.len().div_ceil(columns);
    let width = ui.available_width() / columns as f32;
    page::many(ui, "holders", lines, HOLDER_LINE, None, |ui, line| {
        let in_line: Vec<&RoleHolder> = role.holders.iter().skip(line).step_by(lines).collect();
        let drawn: Vec<_> = in_line.iter().map(|holder| holder_galleys(ui, holder, width - 16.0, desk)).collect();
        let height = drawn.iter().map(|(name, under, _)| name.size().y + under.size().y).fold(0.0, f32::max);
        let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height + 4.0), Sense::hover());
        for (at, (name, under, spoken)) in drawn.into_iter().enumerate() {
            let left = rect.min + Vec2::new(at as f32 * width, 0.0);
            let place = Rect::from_min_size(left, Vec2::new(width - 16.0, height));
            let id = ui.scope_id().with((role_key(role.role), line, at));
            ui.interact(place, id, Sense::hover())
                .widget_info(|| WidgetInfo::labeled(egui::Role::Label, true, &spoken));
            let below = left + Vec2::new(0.0, name.size().y);
            ui.painter().galley(left, name, theme::tokens(ui).text);
            ui.painter().galley(below, under, theme::tokens(ui).text_3);
        }
    });
}

type Drawn = (Arc<Galley>, Arc<Galley>, String);

fn holder_galleys(ui: &Ui, holder: &RoleHolder, width: f32, desk: &Desk<'_>) -> Drawn {
    let t = theme::tokens(ui);
    let name = format!("{} · {}", holder.name, holder.staff);
    let mut values = vec![("date", desk.texts.date(holder.since))];
    let under = match &holder.by {
        Some(by) => {
            values.push(("who", by.clone()));
            desk.texts.format("ui-rights-since-by", &values)
        }
        None => desk.texts.format("ui-account-role-since", &values),
    };
    let spoken = format!("{name} {under}");
    let galley = |words: &str, kind, ink| text::Flow::new(words, kind, ink).wrapped(ui, width);
    (galley(&name, Type::Small, t.text), galley(&under, Type::Caption, t.text_3), spoken)
}
