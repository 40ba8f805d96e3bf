//! *Rechten*: what each role may open, and who has it since when.

use egui::Ui;
use lucide_icons::Icon;
use viewmodel::{Right, RightsScreen, RoleRights};

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
        facts, page, surface,
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
        matrix(ui, screen, desk);
        for role in &screen.roles {
            role_card(ui, role, desk);
        }
        facts::caveat(ui, &desk.text("ui-rights-caveat"));
    });
}

/// The parts down, the roles across.
fn matrix(ui: &mut Ui, screen: &RightsScreen, desk: &Desk<'_>) {
    let mut columns = vec![Column::rest(desk.text("ui-rights-part"))];
    columns.extend(screen.roles.iter().map(|role| Column::exact(desk.text(role_key(role.role)), 0.0)));
    let parts: Vec<&Right> = screen.roles.first().map(|role| role.rights.iter().collect()).unwrap_or_default();
    let cells: Vec<Vec<Cell>> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| {
            let mut row = vec![Cell::Text(desk.text(part.part))];
            row.extend(screen.roles.iter().filter_map(|role| role.rights.get(at)).map(|right| right_cell(right, desk)));
            row
        })
        .collect();
    let fitted = columns.into_iter().enumerate().map(|(at, column)| match at {
        0 => column,
        _ => column.fitted(ui, cells.iter().filter_map(|row| row.get(at))),
    });
    let columns: Vec<Column> = fitted.collect();
    let least = table::least(&columns, 200.0);
    let rows = cells.len();
    let height = table::HEAD + table::COMPACT * rows as f32 + 18.0;
    ui.scope(|ui| {
        ui.set_max_height(height);
        table::across(ui, "rights-across", least, |ui| {
            table::framed(ui, &columns, rows, |row| cells[row].clone());
        });
    });
}

fn right_cell(right: &Right, desk: &Desk<'_>) -> Cell {
    let word = desk.text(right.how);
    if right.opens { Cell::Text(word) } else { Cell::Quiet(word) }
}

fn role_card(ui: &mut Ui, role: &RoleRights, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.set_min_width(ui.available_width());
        ui.spacing_mut().item_spacing.y = 4.0;
        text::label(ui, &desk.text(role_key(role.role)), Type::BodyBold, t.text);
        if role.holders.is_empty() {
            text::label(ui, &desk.text("ui-rights-nobody"), Type::Small, t.text_3);
        }
        for (name, staff, since) in &role.holders {
            let since = since.map_or_else(|| desk.text("account-never"), |since| desk.texts.date(since.date()));
            let values = [("name", name.clone()), ("staff", staff.clone()), ("date", since)];
            text::label(ui, &desk.texts.format("ui-rights-holder", &values), Type::Small, t.text);
        }
    });
}
