//! The interval charts of *Kwaliteit*: hospitals and groups, each with a sentence and as a table.
//!
//! **Invariant:** chart and table show the same numbers; units in alphabetical order, never ranked.

use egui::{Pos2, Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use viewmodel::{IntervalRow, Intervals, QualityScreen, ShownProportion};

use super::{
    Desk,
    quality::{CHART_AND_TABLE, bounds},
};
use crate::{
    chart_painter,
    theme::{self, Type},
    widgets::{
        choice::{self, Part},
        facts, focus, said, surface,
        table::{self, Cell, Column},
        text,
    },
};

/// Hospitals and groups beside each other, or under each other where there is no room.
pub(crate) fn interval_cards(ui: &mut Ui, screen: &QualityScreen, desk: &mut Desk<'_>) {
    let (start, width) = (ui.cursor().min, ui.available_width());
    // Each with room for the name of a hospital and a plot that can be read.
    let two = width >= 1180.0;
    let each = if two { (width - 14.0) / 2.0 } else { width };
    let reference = screen.agreement.shown().map(|agreement| agreement.value);
    let cards = [("ui-quality-hospitals", &screen.hospitals), ("ui-quality-groups", &screen.groups)];
    let mut used = Rect::from_min_size(start, Vec2::new(width, 0.0));
    for (index, (key, set)) in cards.into_iter().enumerate() {
        let at = match (two, index) {
            (_, 0) => start,
            (true, _) => start + Vec2::new(each + 14.0, 0.0),
            (false, _) => Pos2::new(start.x, used.bottom() + 14.0),
        };
        let place = Rect::from_min_size(at, Vec2::new(each, 10_000.0));
        let card = text::region(ui, place, key, |ui| {
            interval_card(ui, (index, key), set, reference, desk);
            ui.min_rect()
        });
        used = used.union(card);
    }
    ui.allocate_rect(used, Sense::hover());
}

/// *Ziekenhuis De Linde ligt lager dan …*, or that none stands apart.
fn finding(set: &Intervals, reference: Option<f64>, desk: &Desk<'_>) -> String {
    let Some(reference) = reference else { return desk.text("ui-intervals-no-reference") };
    let names = |above: bool| {
        let of_side: Vec<&str> =
            set.apart.iter().filter(|(_, up)| *up == above).map(|(name, _)| name.as_str()).collect();
        of_side.join(", ")
    };
    let value = desk.texts.percentage(reference);
    let said = |key: &str, names: String| desk.texts.format(key, &[("names", names), ("value", value.clone())]);
    match (names(true), names(false)) {
        (above, below) if above.is_empty() && below.is_empty() => said("ui-intervals-none", above),
        (above, below) if below.is_empty() => said("ui-intervals-above", above),
        (above, below) if above.is_empty() => said("ui-intervals-below", below),
        (above, below) => {
            let values = [("above", above), ("below", below), ("value", value)];
            desk.texts.format("ui-intervals-both", &values)
        }
    }
}

fn interval_card(
    ui: &mut Ui,
    (index, key): (usize, &str),
    set: &Intervals,
    reference: Option<f64>,
    desk: &mut Desk<'_>,
) {
    let t = theme::tokens(ui);
    let sentence = finding(set, reference, desk);
    surface::card(ui, 18, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        // Names, marks and figures would lie over each other.
        let is_narrow = ui.available_width() < CHART_LEAST;
        match is_narrow {
            true => _ = text::label(ui, &desk.text(key), Type::Heading, t.text),
            false => head(ui, index, key, desk),
        }
        text::label(ui, &sentence, Type::Body, t.text_2);
        if set.rows.is_empty() {
            text::label(ui, &desk.text("ui-chart-none"), Type::Body, t.text_3);
            return;
        }
        if is_narrow || desk.state.intervals_as_table.get(index) == Some(&true) {
            interval_table(ui, &set.rows, desk);
        } else {
            let size = Vec2::new(ui.available_width(), chart::interval_chart_height(set.rows.len()));
            let (rect, response) = ui.allocate_exact_size(size, Sense::click());
            let spoken: Vec<String> = set.rows.iter().map(|row| spoken_row(row, desk)).collect();
            response
                .widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("{sentence} {}", spoken.join(", "))));
            chart_painter::interval_chart(ui, rect, &set.rows, reference, desk.texts);
            focus::ring(ui, &response, rect, 6);
        }
        if let Some(missing) = missing_rows(&set.rows, desk) {
            text::label(ui, &missing, Type::Caption, t.text_2);
        }
        surface::divider(ui, 6.0);
        facts::caveat(ui, &desk.text(&format!("{key}-caveat")));
    });
}

/// Width under which the chart gives way to its table.
const CHART_LEAST: f32 = 380.0;

/// Title at the left, *Grafiek | Tabel* at the right.
fn head(ui: &mut Ui, index: usize, key: &str, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let as_table = desk.state.intervals_as_table.get(index) == Some(&true);
    let words = [desk.text("ui-chart"), desk.text("ui-table")];
    let parts: Vec<Part<'_>> =
        [0, 1].map(|i| Part { word: &words[i], icon: Some(CHART_AND_TABLE[i]), chosen: (i == 1) == as_table }).into();
    let clicked = ui
        .horizontal(|ui| {
            text::line(ui, &desk.text(key), Type::Heading, t.text);
            let right = egui::Layout::right_to_left(egui::Align::Center);
            ui.with_layout(right, |ui| {
                said::part(ui, Role::Group, &desk.text(key));
                choice::segment(ui, &parts, 30.0)
            })
            .inner
        })
        .inner;
    if let (Some(chosen), Some(state)) = (clicked, desk.state.intervals_as_table.get_mut(index)) {
        *state = chosen == 1;
    }
}

fn spoken_row(row: &IntervalRow, desk: &Desk<'_>) -> String {
    match row.value.shown() {
        Some(p) => format!("{} {} ({})", row.name, desk.texts.percentage(p.value), bounds(p.lower, p.upper)),
        None => format!("{} {}", row.name, desk.text(row.value.word().unwrap_or_default())),
    }
}

/// Which rows leave out how many hidden months, in one line.
fn missing_rows(rows: &[IntervalRow], desk: &Desk<'_>) -> Option<String> {
    let shown = rows.iter().filter(|row| row.missing > 0 && row.value.shown().is_some());
    let list: Vec<String> = shown.map(|row| format!("{} {}", row.name, row.missing)).collect();
    (!list.is_empty()).then(|| desk.with("ui-quality-missing-rows", "list", list.join(", ")))
}

fn interval_table(ui: &mut Ui, rows: &[IntervalRow], desk: &Desk<'_>) {
    let columns = [
        Column::rest(desk.text("ui-name-column")),
        Column::figures(desk.text("ui-quality-agreement"), 130.0),
        Column::figures(desk.text("ui-interval"), 110.0),
        Column::figures(desk.text("ui-n"), 80.0),
    ];
    table::across(ui, "intervals-across", table::least(&columns, 160.0), |ui| {
        table::framed(ui, &columns, rows.len(), |index| {
            rows.get(index).map(|row| interval_cells(row, desk)).unwrap_or_default()
        });
    });
    ui.add_space(6.0);
}

fn interval_cells(row: &IntervalRow, desk: &Desk<'_>) -> Vec<Cell> {
    let texts = desk.texts;
    let word = || Cell::Quiet(desk.text(row.value.word().unwrap_or_default()));
    let shown = row.value.shown();
    let n = match row.value {
        ShownProportion::Value(p) => Cell::Text(texts.number(p.n)),
        ShownProportion::TooFew => Cell::Quiet(desk.text("chart-n-few")),
        ShownProportion::Hidden | ShownProportion::Unripe => word(),
    };
    vec![
        Cell::Text(row.name.clone()),
        shown.map_or_else(word, |p| Cell::Text(texts.percentage(p.value))),
        shown.map_or_else(word, |p| Cell::Text(bounds(p.lower, p.upper))),
        n,
    ]
}
