//! *Overzicht* of *Aansluitingen*: how many hospitals were in production and in implementation at the end of each month of late.
//!
//! **Not here:** how they are counted, and the file with all months (`app`).

use chrono::Datelike;
use egui::Ui;
use viewmodel::ConnectionsScreen;

use super::Desk;
use crate::{
    theme,
    widgets::{
        table::{self, Cell, Column},
        text,
    },
};

/// Width for the words of a row.
const WORDS: f32 = 150.0;
/// Months that are left where there is no room: the table then scrolls sideways.
const FEWEST: usize = 3;

/// Draws it: a column for each month, as many of the last ones as there is room for.
pub(crate) fn months_ui(ui: &mut Ui, screen: &ConnectionsScreen, desk: &Desk<'_>) {
    if screen.months.is_empty() {
        return;
    }
    let t = theme::tokens(ui);
    ui.spacing_mut().item_spacing.y = 6.0;
    text::section(ui, &desk.text("ui-connections-by-month"), t.text);
    let number = |n: usize| Cell::Text(desk.texts.number(n as u64));
    let column = |(month, production, implementation): &(chrono::NaiveDate, usize, usize)| {
        let cells = [number(*production), number(*implementation)];
        let head = desk.texts.month(month.year(), month.month());
        Column::figures(head, 0.0).fitted(ui, cells.iter())
    };
    let mut room = ui.available_width() - WORDS;
    let mut columns = Vec::new();
    for (place, month) in screen.months.iter().rev().enumerate() {
        let column = column(month);
        room -= column.width;
        if room < 0.0 && place >= FEWEST {
            break;
        }
        columns.push(column);
    }
    let shown = columns.len();
    columns.push(Column::rest(desk.text("overview-month")));
    columns.reverse();
    let months = &screen.months[screen.months.len() - shown..];
    table::across(ui, "connections-across", table::least(&columns, WORDS), |ui| {
        table::framed(ui, &columns, 2, |row| {
            let words = desk.text(if row == 0 { "overview-in-production" } else { "overview-in-implementation" });
            let of = |(_, production, implementation): &(chrono::NaiveDate, usize, usize)| {
                number(if row == 0 { *production } else { *implementation })
            };
            std::iter::once(Cell::Text(words)).chain(months.iter().map(of)).collect()
        });
    });
    ui.add_space(12.0);
}
