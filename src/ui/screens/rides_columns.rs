//! The columns of a ride file: head, first value (BSN and working diagnosis masked), field, check; and how the file is laid out.

use egui::{Id, Pos2, Rect, Sense, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{ColumnCheck, Command, DateOrder, RideColumn, RideColumns, RideField, RideSample};

use super::{Desk, select::select_ui};
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        choice::{self, Part},
        field::Field,
        surface::{self, Tone},
        text,
    },
};

const ROW: f32 = 38.0;
/// Where the columns of the table begin, as shares of its width.
const AT: [f32; 4] = [0.0, 0.25, 0.445, 0.745];
/// Dots of a masked value: always as many.
const MASK: &str = "••••••••";

/// Draws it.
pub(crate) fn columns_ui(ui: &mut Ui, of: &RideColumns, close: Option<&Command>, desk: &mut Desk<'_>) {
    source(ui, of, desk);
    sheet(ui, of, desk);
    if let Some(lacks) = &of.lacks {
        surface::banner(ui, Tone::Attention, Icon::CircleQuestionMark, &desk.texts.format(lacks.text, &lacks.values));
    }
    if !of.dates_found {
        surface::card(ui, 16, |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            dates(ui, of, desk);
        });
    }
    actions(ui, of, close, desk);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        heads(ui, desk);
        for (place, column) in of.columns.iter().enumerate() {
            row(ui, of, (place, column), desk);
        }
    });
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 10.0;
        head_choice(ui, of, desk);
        if of.dates_found {
            dates(ui, of, desk);
        }
        remember(ui, of, desk);
    });
}

/// Which sheet of the workbook, where it has more.
fn sheet(ui: &mut Ui, of: &RideColumns, desk: &mut Desk<'_>) {
    if let Some(gone) = &of.sheet_gone {
        let words = desk.with("ui-rides-sheet-gone", "sheet", gone.clone());
        surface::banner(ui, Tone::Attention, Icon::Sheet, &words);
    }
    if of.sheets.is_empty() {
        return;
    }
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        let (t, label) = (theme::tokens(ui), desk.text("ui-rides-sheet"));
        text::label(ui, &label, Type::BodyBold, t.text);
        text::label(ui, &desk.text("ui-rides-sheet-help"), Type::Small, t.text_3);
        let shape = (ui.available_width().min(420.0), false);
        if let Some(other) = select_ui(ui, Id::unique("ride-sheet"), &label, (&of.sheets, of.sheet), shape) {
            desk.outbox.push((of.set_sheet)(other));
        }
    });
}

/// Over the table, so that they are in sight however many columns there are.
fn actions(ui: &mut Ui, of: &RideColumns, close: Option<&Command>, desk: &mut Desk<'_>) {
    ui.horizontal(|ui| {
        let check = Button::new(Weight::Primary, &desk.text("ui-rides-check")).enabled(of.check.is_some()).show(ui);
        if let Some(command) = of.check.as_ref().filter(|_| check.clicked()) {
            desk.outbox.push(command.clone());
        }
        if let Some(close) = close
            && Button::new(Weight::Secondary, &desk.text("ui-rides-other-file")).show(ui).clicked()
        {
            desk.outbox.push(close.clone());
        }
    });
}

/// Which layout was filled in, and what of it is gone.
fn source(ui: &mut Ui, of: &RideColumns, desk: &mut Desk<'_>) {
    let Some(name) = &of.filled_from else { return };
    let words = if of.gone.is_empty() {
        desk.with("ui-rides-filled", "name", name.clone())
    } else {
        desk.texts.format("ui-rides-gone", &[("name", name.clone()), ("columns", of.gone.join(", "))])
    };
    let tone = if of.gone.is_empty() { Tone::News } else { Tone::Attention };
    let (head, rest) = words.split_once(". ").unwrap_or((&words, ""));
    let again = desk.text("ui-rides-anew");
    if surface::banner_with(ui, tone, Icon::History, (&format!("{head}. "), rest), &again)
        && let Some(anew) = &of.anew
    {
        desk.outbox.push(anew.clone());
    }
}

fn heads(ui: &mut Ui, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let keys = ["ui-rides-head-column", "ui-rides-head-sample", "ui-rides-head-field", "ui-rides-head-check"];
    let width = ui.available_width();
    let ends = AT.into_iter().skip(1).chain([1.0]);
    let galleys: Vec<_> = AT
        .into_iter()
        .zip(ends)
        .zip(keys)
        .map(|((from, until), key)| {
            let flow = text::Flow::new(&desk.text(key), Type::SmallBold, t.text_2);
            (from, flow.wrapped(ui, width * (until - from) - 8.0))
        })
        .collect();
    let height = galleys.iter().map(|(_, galley)| galley.size().y + 12.0).fold(32.0, f32::max);
    let (rect, _) = ui.allocate_exact_size(Vec2::new(width, height), Sense::hover());
    for (from, galley) in galleys {
        text::paint_left(ui.painter(), Pos2::new(rect.left() + width * from, rect.center().y), galley);
    }
    surface::hairline(ui, rect, rect.bottom());
}

fn row(ui: &mut Ui, of: &RideColumns, (place, column): (usize, &RideColumn), desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), ROW), Sense::hover());
    let part = |index: usize| {
        let end = AT.get(index + 1).copied().unwrap_or(1.0);
        let from = rect.left() + rect.width() * AT[index];
        Rect::from_min_max(
            Pos2::new(from, rect.top()),
            Pos2::new(rect.left() + rect.width() * end - 10.0, rect.bottom()),
        )
    };
    let name = column.name.clone().unwrap_or_else(|| desk.with("ui-rides-column-nr", "n", (place + 1).to_string()));
    let sample = match &column.sample {
        RideSample::Nothing => desk.text("ui-rides-sample-empty"),
        RideSample::Masked => desk.text("ui-rides-sample-masked"),
        RideSample::Shown(value) => value.clone(),
    };
    let (glyph, checked, ink) = match &column.check {
        ColumnCheck::Fits => (Some(Icon::Check), desk.text("ui-rides-check-fits"), t.text_2),
        ColumnCheck::Told(said) => (None, desk.texts.format(said.text, &said.values), t.text_2),
        ColumnCheck::Doubt(said) => (Some(Icon::TriangleAlert), desk.texts.format(said.text, &said.values), t.orange),
    };
    let spoken = format!("{name}, {sample}, {checked}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
    let mut cut = Vec::new();
    let mut paint = |ui: &Ui, index: usize, left: f32, words: &str, kind: Type, ink| {
        let at = part(index);
        let galley = text::Flow::new(words, kind, ink).cut(ui, at.width() - left);
        cut.extend(galley.elided.then(|| words.to_owned()));
        text::paint_left(ui.painter(), Pos2::new(at.left() + left, at.center().y), galley);
    };
    paint(ui, 0, 0.0, &name, Type::SmallBold, t.text);
    match &column.sample {
        RideSample::Masked => {
            text::icon(ui.painter(), Pos2::new(part(1).left() + 8.0, rect.center().y), Icon::EyeOff, 15.0, t.text_3);
            paint(ui, 1, 22.0, MASK, Type::Small, t.text_2);
        }
        RideSample::Nothing | RideSample::Shown(_) => paint(ui, 1, 0.0, &sample, Type::Small, t.text_2),
    }
    text::region(ui, part(2).shrink2(Vec2::new(0.0, 4.0)), &place.to_string(), |ui| {
        field_choice(ui, of, (place, column, &name), desk);
    });
    if let Some(glyph) = glyph {
        text::icon(ui.painter(), Pos2::new(part(3).left() + 8.0, rect.center().y), glyph, 15.0, ink);
    }
    if column.check != ColumnCheck::Fits {
        paint(ui, 3, if glyph.is_some() { 22.0 } else { 0.0 }, &checked, Type::Small, ink);
    }
    if !cut.is_empty() {
        response.on_hover_text(cut.join("\n"));
    }
    surface::hairline(ui, rect, rect.bottom());
}

fn field_choice(ui: &mut Ui, of: &RideColumns, (place, column, name): (usize, &RideColumn, &str), desk: &mut Desk<'_>) {
    let skip = desk.text("ui-rides-skip-column");
    let label = desk.with("ui-rides-field-of", "column", name.to_owned());
    let words: Vec<String> = std::iter::once(skip).chain(RideField::ALL.map(|field| desk.text(field.key()))).collect();
    let chosen = column.field.map_or(0, |field| field.index() + 1);
    let shape = (ui.available_width(), column.field.is_none());
    let id = Id::unique(("ride-field", place));
    if let Some(other) = select_ui(ui, id, &label, (&words, chosen), shape) {
        let field = other.checked_sub(1).and_then(|place| RideField::ALL.get(place).copied());
        desk.outbox.push((of.map)(place, field));
    }
}

fn head_choice(ui: &mut Ui, of: &RideColumns, desk: &mut Desk<'_>) {
    if choice::checkbox(ui, of.header, &desk.text("ui-rides-first-is-head"), false).clicked() {
        desk.outbox.push((of.set_header)(!of.header));
    }
}

fn dates(ui: &mut Ui, of: &RideColumns, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    text::section(ui, &desk.text("ui-rides-dates"), t.text);
    let help = if of.dates_found { "ui-rides-dates-found" } else { "ui-rides-dates-ask" };
    text::label(ui, &desk.text(help), Type::Small, t.text_3);
    let words = DateOrder::ALL.map(|order| desk.text(order.key()));
    let parts: Vec<Part<'_>> = DateOrder::ALL
        .into_iter()
        .zip(&words)
        .map(|(order, word)| Part { word, icon: None, chosen: of.dates == Some(order) })
        .collect();
    if let Some(clicked) = choice::segment(ui, &parts, 32.0) {
        desk.outbox.push((of.set_dates)(DateOrder::ALL[clicked]));
    }
}

fn remember(ui: &mut Ui, of: &RideColumns, desk: &mut Desk<'_>) {
    let (label, help) = (desk.text("ui-rides-remember"), desk.text("ui-rides-remember-help"));
    let mut typed = desk.state.rides.remember.take().unwrap_or_else(|| of.remember.clone());
    let field = Field { label: &label, help: Some(&help), error: None, passphrase: None, secret: false, height: 36.0 };
    let response = ui.scope(|ui| {
        ui.set_max_width(ui.available_width().min(420.0));
        field.show(ui, Id::unique("ride-source"), &mut typed)
    });
    if response.inner.lost_focus() && typed.trim() != of.remember {
        desk.outbox.push((of.set_remember)(typed.clone()));
    }
    if response.inner.has_focus() {
        desk.state.rides.remember = Some(typed);
    }
}
