//! The cards of *Kwaliteit* with a chart: the months, their signals, hospitals and groups.
//!
//! **Invariant:** chart and table show the same numbers, and `T` goes from one to the other.

use egui::{Key, Pos2, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo};
use viewmodel::{Marker, QualityScreen, SignalRow};

use super::{
    Desk,
    identifications::letter,
    quality::{CHART_AND_TABLE, Painted, figure, finding_sentence, legend, month},
};
use crate::{
    chart_painter,
    theme::{self, Type},
    widgets::{
        cap::{Badge, Sign, Tint},
        choice::{self, Part},
        facts, said, surface,
        table::{self, Cell, Column},
        text,
    },
};

const CHART: f32 = 330.0;

/// The month chart in its card, or the same as a table.
pub(crate) fn month_card(ui: &mut Ui, screen: &QualityScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let sentence = finding_sentence(&screen.finding, desk.texts);
    if letter(ui, Key::T) {
        desk.state.chart_as_table = !desk.state.chart_as_table;
    }
    surface::card(ui, 18, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let words = [desk.text("ui-chart"), desk.text("ui-table")];
        let as_table = desk.state.chart_as_table;
        let parts: Vec<Part<'_>> = [0, 1]
            .map(|i| Part { word: &words[i], icon: Some(CHART_AND_TABLE[i]), chosen: (i == 1) == as_table })
            .into();
        let width = choice::segment_width(ui, &parts);
        let start = ui.cursor().min;
        let place = Rect::from_min_size(start, Vec2::new(ui.available_width() - width - 16.0, 400.0));
        let used = text::region(ui, place, "month-head", |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            text::label(ui, &desk.text("ui-quality-by-month"), Type::Heading, t.text);
            text::label(ui, &sentence, Type::Body, t.text_2);
            ui.min_rect()
        });
        let right = Rect::from_min_size(Pos2::new(place.right() + 16.0, start.y), Vec2::new(width, 30.0));
        let clicked = text::region(ui, right, "month-switch", |ui| {
            said::part(ui, Role::Group, &desk.text("ui-quality-by-month"));
            choice::segment(ui, &parts, 30.0)
        });
        if let Some(index) = clicked {
            desk.state.chart_as_table = index == 1;
        }
        let size = Vec2::new(ui.available_width(), used.height());
        ui.allocate_rect(Rect::from_min_size(start, size), Sense::hover());
        ui.add_space(8.0);
        if as_table {
            month_table(ui, screen, desk);
        } else {
            month_chart(ui, screen, &sentence, desk);
        }
        surface::divider(ui, 9.0);
        facts::caveat(ui, &desk.text("ui-quality-month-caveat"));
    });
}

fn month_chart(ui: &mut Ui, screen: &QualityScreen, sentence: &str, desk: &Desk<'_>) {
    if screen.chart.points.is_empty() {
        let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), CHART), Sense::hover());
        let galley = text::galley(ui, &desk.text("ui-chart-none"), Type::Body, theme::tokens(ui).text_3);
        text::paint_centre(ui.painter(), rect.center(), galley);
        return;
    }
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), CHART), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, sentence));
    chart_painter::control_chart(ui, rect, &screen.chart, desk.texts);
    chart_painter::point_tooltip(ui, rect, &response, &screen.chart, desk.texts);
    crate::widgets::focus::ring(ui, &response, rect, 6);
    month_legend(ui, desk);
}

fn month_legend(ui: &mut Ui, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    ui.add_space(8.0);
    let line = Stroke::new(1.5, t.text_2);
    let entries: [(&str, Painted<'_>); 6] = [
        ("ui-legend-dot", &|p, at| _ = p.circle_filled(at, 3.5, t.grey_mark)),
        ("ui-signal-follow", &|p, at| _ = p.circle(at, 5.0, t.surface, Stroke::new(2.0, t.grey_mark))),
        ("ui-signal-discuss", &|p, at| _ = p.circle_filled(at, 6.0, t.grey_mark)),
        ("chart-unripe", &|p, at| _ = p.circle(at, 3.5, t.surface, Stroke::new(1.5, t.grey_mark))),
        ("ui-legend-mean", &|p, at| _ = p.hline(at.x - 7.0..=at.x + 7.0, at.y, line)),
        ("ui-legend-limits", &|p, at| {
            for dash in [-7.0, 2.0] {
                p.hline(at.x + dash..=at.x + dash + 5.0, at.y, Stroke::new(1.0, t.grey_mark));
            }
        }),
    ];
    legend(ui, &entries, desk);
}

fn month_table(ui: &mut Ui, screen: &QualityScreen, desk: &Desk<'_>) {
    let texts = desk.texts;
    let mut columns = vec![Column::rest(desk.text("ui-month"))];
    columns.extend(screen.table.heads.iter().map(|key| Column::figures(texts.get(key), 130.0)));
    table::framed(ui, &columns, screen.table.rows.len(), |index| {
        let Some((year, number, cells)) = screen.table.rows.get(index) else { return Vec::new() };
        let mut row = vec![Cell::Text(month(texts, (*year, *number)))];
        row.extend(cells.iter().map(|cell| match cell {
            viewmodel::Cell::Number(_) | viewmodel::Cell::Share(_) => Cell::Text(figure(*cell, texts)),
            viewmodel::Cell::Hidden | viewmodel::Cell::TooFew | viewmodel::Cell::Unripe => {
                Cell::Quiet(figure(*cell, texts))
            }
        }));
        row
    });
    ui.add_space(6.0);
}

fn signal_months(signal: &SignalRow, desk: &Desk<'_>) -> String {
    let (first, last) = signal.months;
    if first == last {
        month(desk.texts, first)
    } else {
        format!("{} – {}", month(desk.texts, first), month(desk.texts, last))
    }
}

/// The signals under the chart.
pub(crate) fn signals_card(ui: &mut Ui, screen: &QualityScreen, desk: &Desk<'_>) {
    let columns = [
        Column::exact(desk.text("ui-signal"), 140.0),
        Column::exact(desk.text("ui-signal-month"), 200.0),
        Column::figures(desk.text("ui-quality-agreement"), 90.0),
        Column::figures(desk.text("ui-n"), 70.0),
        Column::rest(desk.text("ui-signal-why")),
    ];
    if screen.signals.is_empty() {
        let whole = [Column::rest(desk.text("ui-signal"))];
        table::framed(ui, &whole, 1, |_| vec![Cell::Quiet(desk.text("ui-signal-none"))]);
        return;
    }
    table::across(ui, "signals-across", table::least(&columns, 220.0), |ui| {
        table::framed(ui, &columns, screen.signals.len(), |index| {
            screen.signals.get(index).map(|signal| signal_cells(signal, desk)).unwrap_or_default()
        });
    });
}

fn signal_cells(signal: &SignalRow, desk: &Desk<'_>) -> Vec<Cell> {
    let (sign, key) = if signal.discuss { (Sign::Disc, "ui-signal-discuss") } else { (Sign::Ring, "ui-signal-follow") };
    let hidden = || Cell::Quiet(desk.text("cell-hidden"));
    vec![
        Cell::Badge(Badge::new(desk.text(key), sign, Tint::Grey)),
        Cell::Text(signal_months(signal, desk)),
        signal.value.map_or_else(hidden, |value| Cell::Text(desk.texts.percentage(value))),
        signal.n.map_or_else(hidden, |n| Cell::Text(desk.texts.number(n))),
        Cell::Text(desk.text(signal.rule)),
    ]
}

/// The word of a point's mark, in the tooltip.
pub(crate) fn marker_key(marker: Marker) -> &'static str {
    match marker {
        Marker::Dot => "ui-legend-dot",
        Marker::Ring => "ui-signal-follow",
        Marker::Disc => "ui-signal-discuss",
        Marker::Unripe => "chart-unripe",
    }
}
