//! *Bedankjes en thema's* on *Kwaliteit*: what professionals ticked, per hospital and per theme.
//!
//! **Invariant:** numbers of records, never of people; what is hidden has its one word.

use egui::Ui;
use viewmodel::{Cell as Figure, HospitalMarksRow, QualityScreen, ThemeRow};

use super::{Desk, quality::figure};
use crate::{
    theme::{self, Type},
    widgets::{
        facts, surface,
        table::{self, Cell, Column},
        text,
    },
};

/// Least width of the names, points.
const NAME: f32 = 160.0;

/// Draws the card.
pub(crate) fn marks_card(ui: &mut Ui, screen: &QualityScreen, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 18, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        text::line(ui, &desk.text("ui-quality-marks"), Type::Heading, t.text);
        text::label(ui, &desk.text("ui-quality-marks-sentence"), Type::Body, t.text_2);
        let (hospitals, themes) = (&screen.marks.hospitals, &screen.marks.themes);
        if hospitals.is_empty() {
            text::label(ui, &desk.text("ui-quality-marks-none"), Type::Body, t.text_3);
            return;
        }
        ui.add_space(4.0);
        hospitals_table(ui, hospitals, desk);
        missing(ui, hospitals.iter().map(|row| (row.name.clone(), row.missing)), desk);
        ui.add_space(8.0);
        themes_table(ui, themes, desk);
        missing(ui, themes.iter().map(|row| (desk.text(row.theme), row.missing)), desk);
        surface::divider(ui, 6.0);
        facts::caveat(ui, &desk.text("ui-quality-marks-caveat"));
    });
}

fn cell(value: Figure, desk: &Desk<'_>) -> Cell {
    let words = figure(value, desk.texts);
    match value {
        Figure::Number(_) | Figure::Share(_) => Cell::Text(words),
        Figure::Hidden | Figure::TooFew | Figure::Unripe => Cell::Quiet(words),
    }
}

fn hospitals_table(ui: &mut Ui, rows: &[HospitalMarksRow], desk: &Desk<'_>) {
    let columns = [
        Column::rest(desk.text("ui-hospital")),
        Column::figures(desk.text("ui-quality-thanks"), 130.0),
        Column::figures(desk.text("ui-quality-differently"), 150.0),
        Column::figures(desk.text("ui-quality-not-assessed"), 140.0),
    ];
    marks_table(ui, "marks-hospitals", &columns, rows.len(), |index| {
        let HospitalMarksRow { name, thanks, differently, unknown, missing: _ } = rows.get(index)?;
        Some((name.clone(), [*thanks, *differently, *unknown].map(|value| cell(value, desk))))
    });
}

fn themes_table(ui: &mut Ui, rows: &[ThemeRow], desk: &Desk<'_>) {
    let columns = [
        Column::rest(desk.text("ui-quality-theme")),
        Column::figures(desk.text("ui-quality-theme-count"), 130.0),
        Column::figures(desk.text("ui-quality-theme-share"), 150.0),
        Column::figures(desk.text("ui-quality-theme-of"), 140.0),
    ];
    marks_table(ui, "marks-themes", &columns, rows.len(), |index| {
        let ThemeRow { theme, count, share, of, missing: _ } = rows.get(index)?;
        Some((desk.text(theme), [*count, *share, *of].map(|value| cell(value, desk))))
    });
}

/// A table of a name and three figures a row; it scrolls sideways where there is no room for them.
fn marks_table(
    ui: &mut Ui,
    salt: &str,
    columns: &[Column],
    rows: usize,
    row: impl Fn(usize) -> Option<(String, [Cell; 3])>,
) {
    let cells = |(name, figures): (String, [Cell; 3])| std::iter::once(Cell::Text(name)).chain(figures).collect();
    table::across(ui, salt, table::least(columns, NAME), |ui| {
        table::framed(ui, columns, rows, |index| row(index).map(cells).unwrap_or_default());
    });
}

/// Which rows leave out how many months, in one line.
fn missing(ui: &mut Ui, rows: impl Iterator<Item = (String, u64)>, desk: &Desk<'_>) {
    let list: Vec<String> = rows.filter(|(_, months)| *months > 0).map(|(name, n)| format!("{name} {n}")).collect();
    if !list.is_empty() {
        let words = desk.with("ui-quality-missing-rows", "list", list.join(", "));
        text::label(ui, &words, Type::Caption, theme::tokens(ui).text_2);
    }
}
