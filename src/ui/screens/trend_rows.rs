//! The own intervals of *Mijn verloop*: by months and by group, drawn or as a table.
//!
//! **Invariant:** drawing, table and what a screen reader says are made of the same rows.

use egui::{Role, Sense, Ui, Vec2, WidgetInfo};
use viewmodel::{RavFigure, ShownProportion, Texts, TrendFigures, TrendOf, TrendRow};

use super::{Desk, quality::bounds};
use crate::{
    chart_painter,
    theme::{self, Type},
    widgets::{
        focus,
        table::{self, Cell, Column},
        text,
    },
};

/// Months and groups, under each other on one scale.
pub(crate) fn blocks(ui: &mut Ui, figures: &TrendFigures, said: &str, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let months = if desk.state.trend_by_month { &figures.months } else { &figures.quarters };
    let (months, groups) = (lines(months, desk.texts), lines(&figures.groups, desk.texts));
    let reference = figures.rav.shown();
    let scale = chart::TrendScale::of(months.iter().chain(&groups), reference, desk.texts);
    block(ui, &months, (&scale, reference), said, desk);
    ui.add_space(6.0);
    let title = desk.text("ui-trend-groups");
    text::label(ui, &title, Type::BodyBold, t.text);
    if groups.is_empty() {
        text::label(ui, &desk.text("ui-trend-no-groups"), Type::Body, t.text_3);
    } else {
        block(ui, &groups, (&scale, None), &title, desk);
    }
}

fn lines(rows: &[TrendRow], texts: &Texts) -> Vec<chart::TrendLine> {
    let line = |row: &TrendRow| chart::TrendLine { name: name(&row.of, texts), own: row.own, rav: row.rav };
    rows.iter().map(line).collect()
}

/// *aug – okt 2025*, *nov 2025 – jan 2026*, *aug 2025*; or the group's name.
fn name(of: &TrendOf, texts: &Texts) -> String {
    match of {
        TrendOf::Group(name) => name.clone(),
        TrendOf::Months(first, last) if first == last => texts.month(first.0, first.1),
        TrendOf::Months(first, last) => {
            let begin = if first.0 == last.0 { texts.month_short(first.1) } else { texts.month(first.0, first.1) };
            format!("{begin} – {}", texts.month(last.0, last.1))
        }
    }
}

fn block(
    ui: &mut Ui,
    rows: &[chart::TrendLine],
    against: (&chart::TrendScale, Option<f64>),
    said: &str,
    desk: &Desk<'_>,
) {
    if desk.state.trend_as_table {
        return rows_table(ui, rows, desk);
    }
    let size = Vec2::new(ui.available_width(), chart::trend_chart_height(rows.len(), against.1));
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let spoken: Vec<String> = rows.iter().map(|row| spoken(row, desk)).collect();
    let spoken = format!("{said} {}", spoken.join("; "));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &spoken));
    chart_painter::trend_chart(ui, rect, rows, against, desk.texts);
    focus::ring(ui, &response, rect, 6);
}

fn rav_words(rav: RavFigure, texts: &Texts) -> String {
    rav.shown().map_or_else(|| rav.word().map(|key| texts.get(key)).unwrap_or_default(), |v| texts.percentage(v))
}

fn spoken(row: &chart::TrendLine, desk: &Desk<'_>) -> String {
    let texts = desk.texts;
    let own = match row.own {
        ShownProportion::Value(own) => {
            let n = texts.format("chart-n", &[("n", texts.number(own.n))]);
            format!("{} {} ({}), {n}", row.name, texts.percentage(own.value), bounds(own.lower, own.upper))
        }
        ShownProportion::TooFew | ShownProportion::Hidden | ShownProportion::Unripe => {
            format!("{} {}", row.name, texts.get("ui-trend-few-row"))
        }
    };
    match row.rav {
        Some(rav) => format!("{own}, {}", desk.with("chart-reference", "value", rav_words(rav, texts))),
        None => own,
    }
}

fn rows_table(ui: &mut Ui, rows: &[chart::TrendLine], desk: &Desk<'_>) {
    let with_rav = rows.iter().any(|row| row.rav.is_some());
    let mut columns = vec![
        Column::rest(desk.text(if with_rav { "ui-trend-group" } else { "ui-trend-when" })),
        Column::figures(desk.text("ui-quality-agreement"), 130.0),
        Column::figures(desk.text("ui-interval"), 104.0),
    ];
    if with_rav {
        columns.push(Column::figures(desk.text("ui-trend-rav-column"), 132.0));
    }
    columns.push(Column::figures(desk.text("ui-n"), 60.0));
    let least = table::least(&columns, 120.0);
    table::across(ui, if with_rav { "trend-groups" } else { "trend-months" }, least, |ui| {
        table::framed(ui, &columns, rows.len(), |index| {
            rows.get(index).map(|row| cells(row, desk.texts)).unwrap_or_default()
        });
    });
    ui.add_space(6.0);
}

fn cells(row: &chart::TrendLine, texts: &Texts) -> Vec<Cell> {
    let own = row.own.shown();
    let few = || Cell::Quiet(texts.get("cell-too-few"));
    let mut cells = vec![
        Cell::Text(row.name.clone()),
        own.map_or_else(few, |own| Cell::Text(texts.percentage(own.value))),
        own.map_or_else(few, |own| Cell::Text(bounds(own.lower, own.upper))),
    ];
    cells.extend(row.rav.map(|rav| match rav.shown() {
        Some(_) => Cell::Text(rav_words(rav, texts)),
        None => Cell::Quiet(rav_words(rav, texts)),
    }));
    cells.push(own.map_or_else(|| Cell::Quiet(texts.get("chart-n-few")), |own| Cell::Text(texts.number(own.n))));
    cells
}
