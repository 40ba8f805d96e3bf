//! What one hospital sends too much, and a text for it that is ready to copy: element paths, kinds and counts; never a value.

use egui::Ui;
use lucide_icons::Icon;
use viewmodel::{SenderRow, TooMuch};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        facts, surface,
        table::{self, Cell, Column},
        text,
    },
};

/// Draws it, for the hospital that was chosen.
pub(crate) fn sent_too_much_ui(ui: &mut Ui, sender: &SenderRow, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        let title = desk.with("ui-too-much", "hospital", sender.name.clone());
        facts::icon_heading(ui, Icon::PackageMinus, &title);
        if sender.too_much.is_empty() && sender.in_text.is_empty() {
            text::label(ui, &desk.with("ui-too-much-none", "hospital", sender.name.clone()), Type::Body, t.text_2);
            return;
        }
        text::label(ui, &desk.text("ui-too-much-why"), Type::Small, t.text_2);
        if !sender.too_much.is_empty() {
            paths(ui, &sender.too_much, desk);
        }
        if !sender.in_text.is_empty() {
            let kinds = desk.with("ui-too-much-in-text", "what", kinds(&sender.in_text, desk));
            text::label(ui, &kinds, Type::Body, t.text);
        }
        letter_row(ui, sender, desk);
    });
}

fn paths(ui: &mut Ui, all: &[TooMuch], desk: &Desk<'_>) {
    let cells = |index: usize| {
        let TooMuch { what, path, count } = &all[index];
        let path =
            if path.is_empty() { Cell::Quiet(desk.text("ui-too-much-other-paths")) } else { Cell::Text(path.clone()) };
        vec![Cell::Text(desk.text(what)), path, Cell::Text(desk.texts.number(*count))]
    };
    let rows: Vec<Vec<Cell>> = (0..all.len()).map(cells).collect();
    let of = |index: usize| rows.iter().filter_map(move |row| row.get(index));
    let columns = [
        Column::exact(desk.text("ui-too-much-what"), 0.0).fitted(ui, of(0)),
        Column::rest(desk.text("ui-too-much-path")),
        Column::figures(desk.text("ui-too-much-count"), 0.0).fitted(ui, of(2)),
    ];
    table::framed(ui, &columns, all.len(), cells);
}

/// `2× naam, 1× telefoonnummer`.
pub(crate) fn kinds(all: &[(&'static str, u64)], desk: &Desk<'_>) -> String {
    let one = |(key, n): &(&'static str, u64)| {
        desk.texts.format("in-text-one", &[("n", desk.texts.number(*n)), ("what", desk.text(key))])
    };
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn letter_row(ui: &mut Ui, sender: &SenderRow, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.horizontal(|ui| {
        let words = desk.text("ui-too-much-copy");
        if Button::new(Weight::Secondary, &words).icon(Icon::Copy).show(ui).clicked() {
            ui.ctx().copy_text(letter(sender, desk));
            desk.state.letter_copied = true;
        }
        if desk.state.letter_copied {
            text::label(ui, &desk.text("ui-too-much-copied"), Type::Small, t.text_2);
        }
    });
}

/// A text for the hospital's contact.
fn letter(sender: &SenderRow, desk: &Desk<'_>) -> String {
    let mut lines = vec![desk.with("ui-too-much-letter", "hospital", sender.name.clone()), String::new()];
    for TooMuch { what, path, count } in &sender.too_much {
        let place = if path.is_empty() { desk.text("ui-too-much-other-paths") } else { path.clone() };
        let values = [("what", desk.text(what)), ("place", place), ("n", desk.texts.number(*count))];
        lines.push(desk.texts.format("ui-too-much-letter-line", &values));
    }
    if !sender.in_text.is_empty() {
        lines.push(desk.with("ui-too-much-letter-in-text", "what", kinds(&sender.in_text, desk)));
    }
    lines.extend([String::new(), desk.text("ui-too-much-letter-end")]);
    lines.join("\n")
}
