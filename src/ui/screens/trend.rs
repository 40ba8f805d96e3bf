//! *Mijn verloop*: the sentence, the own intervals by months and by group, how to read them, and that nobody else sees them.
//!
//! **Invariant:** plain words that say what is, never good or bad; chart and table show the same numbers, `T` goes between them.

use egui::{Key, Pos2, Rect, Sense, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{RavFigure, ShownProportion, Texts, TrendFigures, TrendRow, TrendScreen, TrendState};

use super::{
    Desk,
    identifications::letter,
    quality::{self, CHART_AND_TABLE, Painted, months_in_words},
    trend_rows,
};
use crate::{
    frame::share_done,
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        choice::{self, Part},
        facts, page, surface, text,
    },
};

const SIDE: f32 = 290.0;
/// Under this width the column at the right stands under the content.
const BESIDE: f32 = 900.0;

/// Draws it.
pub(crate) fn trend_ui(ui: &mut Ui, screen: &TrendScreen, desk: &mut Desk<'_>) {
    facts::page_head(ui, &desk.text("ui-screen-trend"), &desk.text("ui-trend-under"), 0.0, |_| {});
    match &screen.state {
        TrendState::Opening { done, total } => opening(ui, (*done, *total), screen, desk),
        TrendState::Stopped => empty(ui, screen, ["ui-trend-stopped", "ui-trend-stopped-why"], desk),
        TrendState::Nothing => empty(ui, screen, ["ui-trend-nothing", "ui-trend-nothing-why"], desk),
        TrendState::Ready(figures) => page::scrolling(ui, "trend", |ui| ready(ui, figures, desk)),
    }
}

/// Own records being opened: how far, and a way to stop it.
fn opening(ui: &mut Ui, done: (u64, u64), screen: &TrendScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let words = desk.text("ui-trend-opening");
    if !surface::has_waited(ui, &words) {
        return;
    }
    let (percentage, share) = share_done(done, desk);
    surface::card(ui, 14, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.horizontal(|ui| {
            text::line(ui, &format!("{words} {percentage}"), Type::BodyBold, t.text);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let word = desk.text("ui-stop");
                if let Some(stop) = &screen.stop
                    && Button::new(Weight::Secondary, &word).height(30.0).show(ui).clicked()
                {
                    desk.outbox.push(stop.clone());
                }
            });
        });
        surface::progress_bar(ui, share, 6.0, &words);
    });
}

fn empty(ui: &mut Ui, screen: &TrendScreen, [title, sentence]: [&str; 2], desk: &mut Desk<'_>) {
    let rect = ui.available_rect_before_wrap();
    surface::panel_ground(ui, rect);
    let (title, sentence) = (desk.text(title), desk.text(sentence));
    surface::empty_state(ui, rect, Icon::ChartLine, &title, &sentence, |ui| {
        let again = desk.text("ui-trend-open");
        if let Some(open) = &screen.open
            && Button::new(Weight::Secondary, &again).show(ui).clicked()
        {
            desk.outbox.push(open.clone());
        }
    });
    surface::panel_line(ui, rect);
}

fn ready(ui: &mut Ui, figures: &TrendFigures, desk: &mut Desk<'_>) {
    let beside = ui.available_width() >= BESIDE;
    let (start, width) = (ui.cursor().min, ui.available_width());
    let main_width = if beside { width - SIDE - 16.0 } else { width };
    let main = Rect::from_min_size(start, Vec2::new(main_width, 10_000.0));
    let main_used = text::region(ui, main, "trend-main", |ui| {
        main_card(ui, figures, desk);
        ui.min_rect()
    });
    let side_at = match beside {
        true => Pos2::new(start.x + main_width + 16.0, start.y),
        false => Pos2::new(start.x, main_used.bottom() + 16.0),
    };
    let side = Rect::from_min_size(side_at, Vec2::new(if beside { SIDE } else { width }, 10_000.0));
    let side_used = text::region(ui, side, "trend-side", |ui| {
        ui.spacing_mut().item_spacing.y = 16.0;
        side_cards(ui, figures, desk);
        ui.min_rect()
    });
    let height = main_used.union(side_used).height();
    ui.allocate_rect(Rect::from_min_size(start, Vec2::new(width, height)), Sense::hover());
}

/// *Augustus 2025 tot en met juli 2026: bij 41 van 52 ritten, dat is 79%.*
pub(crate) fn sentence(figures: &TrendFigures, texts: &Texts) -> String {
    let months = text::capital(&months_in_words(figures.period.0, figures.period.1, texts));
    match (figures.own.shown(), figures.counts) {
        (Some(own), Some((agreed, judged))) => {
            let values = [
                ("months", months),
                ("agreed", texts.number(agreed)),
                ("judged", texts.number(judged)),
                ("value", texts.percentage(own.value)),
            ];
            texts.format("ui-trend-sentence", &values)
        }
        (_, _) => texts.format("ui-trend-sentence-few", &[("months", months)]),
    }
}

fn main_card(ui: &mut Ui, figures: &TrendFigures, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    if letter(ui, Key::T) {
        desk.state.trend_as_table = !desk.state.trend_as_table;
    }
    let said = sentence(figures, desk.texts);
    surface::card(ui, 18, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        head(ui, &said, desk);
        ui.add_space(6.0);
        by_month_switch(ui, desk);
        trend_rows::blocks(ui, figures, &said, desk);
        let rows = || figures.quarters.iter().chain(&figures.months).chain(&figures.groups);
        if rows().any(|row| row.own.shown().is_some()) {
            text::label(ui, &desk.text("ui-trend-ten"), Type::Small, t.text_2);
        }
        // Drawn, a row under ten has no figure of the RAV beside it.
        let stands = |row: &TrendRow| row.own.shown().is_some() || desk.state.trend_as_table;
        if rows().any(|row| row.rav == Some(RavFigure::NotPublished) && stands(row)) {
            text::label(ui, &desk.text("ui-trend-not-published"), Type::Small, t.text_2);
        }
        if !desk.state.trend_as_table {
            legend(ui, figures, desk);
        }
        surface::divider(ui, 6.0);
        if figures.is_shortened {
            facts::caveat(ui, &desk.text("ui-trend-shortened"));
        }
        facts::caveat(ui, &desk.text("ui-trend-caveat"));
    });
}

/// Title and sentence, *Grafiek | Tabel* at the right.
fn head(ui: &mut Ui, said: &str, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let words = [desk.text("ui-chart"), desk.text("ui-table")];
    let as_table = desk.state.trend_as_table;
    let parts: Vec<Part<'_>> =
        [0, 1].map(|i| Part { word: &words[i], icon: Some(CHART_AND_TABLE[i]), chosen: (i == 1) == as_table }).into();
    let width = choice::segment_width(ui, &parts);
    let start = ui.cursor().min;
    let place = Rect::from_min_size(start, Vec2::new(ui.available_width() - width - 16.0, 400.0));
    let used = text::region(ui, place, "trend-head", |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        text::label(ui, &desk.text("ui-trend-title"), Type::Heading, t.text);
        text::label(ui, said, Type::Body, t.text_2);
        ui.min_rect()
    });
    let right = Rect::from_min_size(Pos2::new(place.right() + 16.0, start.y), Vec2::new(width, 30.0));
    let clicked = text::region(ui, right, "trend-switch", |ui| choice::segment(ui, &parts, 30.0));
    if let Some(chosen) = clicked {
        desk.state.trend_as_table = chosen == 1;
    }
    let size = Vec2::new(ui.available_width(), used.height().max(30.0));
    ui.allocate_rect(Rect::from_min_size(start, size), Sense::hover());
}

fn by_month_switch(ui: &mut Ui, desk: &mut Desk<'_>) {
    let words = [desk.text("ui-trend-by-quarter"), desk.text("ui-trend-by-month")];
    let by_month = desk.state.trend_by_month;
    let parts: Vec<Part<'_>> =
        [0, 1].map(|i| Part { word: &words[i], icon: None, chosen: (i == 1) == by_month }).into();
    if let Some(chosen) = choice::segment(ui, &parts, 30.0) {
        desk.state.trend_by_month = chosen == 1;
    }
}

fn legend(ui: &mut Ui, figures: &TrendFigures, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let (line, mark, dot) = (t.text_2, t.grey_mark, t.text);
    ui.add_space(8.0);
    let whisker = move |painter: &egui::Painter, at: Pos2| {
        painter.hline(at.x - 8.0..=at.x + 8.0, at.y, egui::Stroke::new(2.0, mark));
        painter.circle_filled(at, 4.5, dot);
    };
    let level = move |painter: &egui::Painter, at: Pos2| {
        painter.hline(at.x - 7.0..=at.x + 7.0, at.y, egui::Stroke::new(1.5, line));
    };
    let upright = move |painter: &egui::Painter, at: Pos2| {
        painter.vline(at.x, at.y - 7.0..=at.y + 7.0, egui::Stroke::new(1.5, line));
    };
    let mut entries: Vec<(&str, Painted<'_>)> = vec![("ui-trend-legend-own", &whisker)];
    if figures.rav.shown().is_some() {
        entries.push(("ui-trend-legend-rav", &level));
    }
    if figures.groups.iter().any(|row| row.rav.is_some_and(|rav| rav.shown().is_some())) {
        entries.push(("ui-trend-legend-group", &upright));
    }
    quality::legend(ui, &entries, desk);
}

fn side_cards(ui: &mut Ui, figures: &TrendFigures, desk: &Desk<'_>) {
    figure_card(ui, figures, desk);
    words_card(ui, "ui-trend-how", &["ui-trend-how-1", "ui-trend-how-2"], desk);
    let (medical, communication) = figures.remarks;
    let rows = [
        (desk.text("ui-trend-medical"), desk.texts.number(medical)),
        (desk.text("ui-trend-communication"), desk.texts.number(communication)),
    ];
    counts_card(ui, "ui-trend-remarks", &rows, desk);
    if !figures.thanks.is_empty() {
        let rows: Vec<_> =
            figures.thanks.iter().map(|(hospital, count)| (hospital.clone(), desk.texts.number(*count))).collect();
        counts_card(ui, "ui-trend-thanks", &rows, desk);
    }
    if !figures.themes.is_empty() {
        let rows: Vec<_> =
            figures.themes.iter().map(|(key, count)| (desk.text(key), desk.texts.number(*count))).collect();
        counts_card(ui, "ui-trend-themes", &rows, desk);
    }
    facts::sight(ui, Icon::Lock, &desk.text("ui-trend-nobody"));
}

fn figure_card(ui: &mut Ui, figures: &TrendFigures, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let (first, last) = figures.period;
        let months = [("first", desk.texts.month(first.0, first.1)), ("last", desk.texts.month(last.0, last.1))];
        text::label(ui, &desk.texts.format("ui-trend-months", &months), Type::Small, t.text_2);
        match figures.own {
            ShownProportion::Value(own) => {
                text::label(ui, &desk.texts.percentage(own.value), Type::Figure, t.text);
                let bound = |share: f64| format!("{:.0}", share * 100.0);
                let bounds = [("low", bound(own.lower)), ("high", bound(own.upper))];
                let between = desk.texts.format("ui-trend-between", &bounds);
                text::label(ui, &between, Type::Small, t.text_2);
            }
            ShownProportion::TooFew | ShownProportion::Hidden | ShownProportion::Unripe => {
                text::label(ui, &text::capital(&desk.text("cell-too-few")), Type::Outcome, t.text);
                text::label(ui, &desk.text("ui-trend-few"), Type::Small, t.text_2);
            }
        }
        text::label(ui, &rav_sentence(figures.rav, desk), Type::Small, t.text_2);
        for (count, one, more) in [
            (figures.not_judged, "ui-trend-not-judged-one", "ui-trend-not-judged"),
            (figures.unripe, "ui-trend-unripe-one", "ui-trend-unripe"),
        ] {
            match count {
                0 => continue,
                1 => text::label(ui, &desk.text(one), Type::Small, t.text_2),
                n => text::label(ui, &desk.with(more, "n", desk.texts.number(n)), Type::Small, t.text_2),
            };
        }
    });
}

/// *De RAV als geheel: 79%.*
fn rav_sentence(rav: RavFigure, desk: &Desk<'_>) -> String {
    let value = match rav {
        RavFigure::Shown { value, missing } => {
            let value = desk.texts.percentage(value);
            match missing {
                0 => value,
                1 => value + &desk.text("ui-trend-missing-one"),
                n => value + &desk.with("ui-trend-missing", "n", desk.texts.number(n)),
            }
        }
        RavFigure::Hidden | RavFigure::TooFew | RavFigure::NotPublished => {
            rav.word().map(|key| desk.text(key)).unwrap_or_default()
        }
    };
    desk.with("ui-trend-rav", "value", value)
}

fn words_card(ui: &mut Ui, title: &str, paragraphs: &[&str], desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        text::section(ui, &desk.text(title), t.text);
        for paragraph in paragraphs {
            text::label(ui, &desk.text(paragraph), Type::Small, t.text_2);
        }
    });
}

/// Names at the left, counts at the right.
fn counts_card(ui: &mut Ui, title: &str, rows: &[(String, String)], desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        text::section(ui, &desk.text(title), t.text);
        for (name, count) in rows {
            let width = ui.available_width();
            let galley = text::Flow::new(name, Type::Small, t.text_2).wrapped(ui, width - 48.0);
            let (rect, response) = ui.allocate_exact_size(Vec2::new(width, galley.size().y.max(21.0)), Sense::hover());
            let spoken = format!("{name}: {count}");
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
            ui.painter().galley(rect.min, galley, t.text_2);
            let at = Pos2::new(rect.right(), rect.top() + 9.5);
            text::paint_right(ui.painter(), at, text::galley(ui, count, Type::Small, t.text));
        }
    });
}
