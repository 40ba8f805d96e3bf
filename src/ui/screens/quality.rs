//! *Kwaliteit*: figures with their interval, the month chart, signals, hospitals and groups.
//!
//! **Invariant:** a sentence before a chart; what is hidden, too few or unripe has its one word.

use egui::{Pos2, Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{Cell as Figure, Direction, Finding, QualityScreen, QualityState, Texts};

use super::{Desk, quality_charts, quality_intervals, quality_marks};
use crate::{
    frame::share_done,
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        facts, page, surface,
        text::{self, Flow},
    },
};

/// Height of the cards with a figure, so that they stand in one row (LOOK §9, 11).
const FIGURE: f32 = 146.0;

/// Draws it.
pub(crate) fn quality_ui(ui: &mut Ui, screen: &QualityScreen, desk: &mut Desk<'_>) {
    head(ui, screen, desk);
    opening(ui, screen, desk);
    page::scrolling(ui, "quality", |ui| {
        ui.spacing_mut().item_spacing.y = 14.0;
        figures(ui, screen, desk);
        quality_charts::month_card(ui, screen, desk);
        quality_charts::signals_card(ui, screen, desk);
        quality_intervals::interval_cards(ui, screen, desk);
        quality_marks::marks_card(ui, screen, desk);
        facts::caveat(ui, &desk.text("ui-quality-caveat"));
        ui.add_space(4.0);
    });
}

/// *aug 2025*.
pub(crate) fn month(texts: &Texts, (year, month): (i32, u32)) -> String {
    texts.month(year, month)
}

fn head(ui: &mut Ui, screen: &QualityScreen, desk: &mut Desk<'_>) {
    let under = match screen.period {
        Some((first, last)) => {
            let months = [("first", month(desk.texts, first)), ("last", month(desk.texts, last))];
            // A total that leaves months out would stand below the rides judged in all of them: then these are named.
            let (key, count) = match screen.agreement.shown() {
                Some(p) if screen.missing.records > 0 => ("ui-quality-under-judged", desk.texts.number(p.n)),
                Some(_) | None => ("ui-quality-under", figure(screen.records, desk.texts)),
            };
            let [first, last] = months;
            desk.texts.format(key, &[first, last, ("records", count)])
        }
        None => desk.text("ui-quality-under-none"),
    };
    let words = match screen.unpublished {
        1 => desk.text("ui-publish-one"),
        more => desk.with("ui-publish", "n", more.to_string()),
    };
    let width = if screen.publish.is_some() { 220.0 } else { 0.0 };
    let title = desk.text("ui-screen-quality");
    facts::page_head(ui, &title, &under, width, |ui| {
        if let Some(publish) = &screen.publish
            && Button::new(Weight::Primary, &words).show(ui).clicked()
        {
            desk.outbox.push(publish.clone());
        }
    });
}

/// Figures being opened, or not opened: a line over a page that can be used meanwhile.
fn opening(ui: &mut Ui, screen: &QualityScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let (words, why, share) = match screen.state {
        QualityState::Ready => return,
        QualityState::Opening { done, total } => {
            let words = desk.text("ui-quality-opening");
            if !surface::has_waited(ui, &words) {
                return;
            }
            let (percentage, share) = share_done((done, total), desk);
            (format!("{words} {percentage}"), "ui-quality-opening-why", Some(share))
        }
        QualityState::Stopped => (desk.text("ui-quality-stopped"), "ui-quality-stopped-why", None),
    };
    let act = match (&screen.stop, &screen.open) {
        (Some(stop), _) => Some((stop, desk.text("ui-stop"))),
        (None, Some(open)) => Some((open, desk.text("ui-quality-open"))),
        (None, None) => None,
    };
    surface::card(ui, 14, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        ui.horizontal(|ui| {
            text::line(ui, &words, Type::BodyBold, t.text);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                if let Some((command, word)) = &act
                    && Button::new(Weight::Secondary, word).height(30.0).show(ui).clicked()
                {
                    desk.outbox.push((*command).clone());
                }
            });
        });
        text::label(ui, &desk.text(why), Type::Small, t.text_2);
        if let Some(share) = share {
            surface::progress_bar(ui, share, 6.0, &words);
        }
    });
    ui.add_space(6.0);
}

/// *juni 2026*, *mei en juni 2026*, *november 2025 tot en met juni 2026*.
pub(crate) fn months_in_words(first: (i32, u32), last: (i32, u32), texts: &Texts) -> String {
    let name = |month: u32| texts.get(&format!("month-{month}"));
    let whole = |(year, month): (i32, u32)| format!("{} {year}", name(month));
    if first == last {
        return whole(last);
    }
    let begin = if first.0 == last.0 { name(first.1) } else { whole(first) };
    let follows = first.0 == last.0 && first.1 + 1 == last.1;
    let key = if follows { "ui-months-two" } else { "ui-months-range" };
    texts.format(key, &[("first", begin), ("last", whole(last))])
}

/// The sentence over the month chart.
pub(crate) fn finding_sentence(finding: &Finding, texts: &Texts) -> String {
    let percentage = |mean: f64| texts.percentage(mean);
    let with_trial = |sentence: String, trial: bool| {
        if trial { format!("{sentence} {}", texts.get("ui-finding-trial")) } else { sentence }
    };
    match finding {
        Finding::TooFew => texts.get("ui-finding-few"),
        Finding::Ordinary { mean, trial } => {
            with_trial(texts.format("ui-finding-ordinary", &[("mean", percentage(*mean))]), *trial)
        }
        Finding::Signal { mean, trial, months: (first, last), direction, discuss } => {
            let months = months_in_words(*first, *last, texts);
            let key = match direction {
                Direction::Higher => "ui-finding-higher",
                Direction::Lower => "ui-finding-lower",
                Direction::Rising => "ui-finding-rising",
                Direction::Falling => "ui-finding-falling",
            };
            let level = texts.get(if *discuss { "ui-signal-discuss" } else { "ui-signal-follow" });
            let values = [("months", months), ("level", level), ("mean", percentage(*mean))];
            with_trial(texts.format(key, &values), *trial)
        }
    }
}

/// A figure as text: a number, a percentage, or the one word for why there is none.
pub(crate) fn figure(cell: Figure, texts: &Texts) -> String {
    match cell {
        Figure::Number(n) => texts.number(n),
        Figure::Share(share) => texts.percentage(share),
        Figure::Hidden => texts.get("cell-hidden"),
        Figure::TooFew => texts.get("cell-too-few"),
        Figure::Unripe => texts.get("cell-unripe"),
    }
}

/// *74–81*: both bounds in percent, the unit not twice.
pub(crate) fn bounds(low: f64, high: f64) -> String {
    format!("{:.0}–{:.0}", low * 100.0, high * 100.0)
}

/// *; 2 maanden ontbreken*, behind a sum that leaves months out; else nothing.
fn missing(months: u64, texts: &Texts) -> String {
    match months {
        0 => String::new(),
        1 => texts.get("ui-quality-missing-one"),
        more => texts.format("ui-quality-missing", &[("n", texts.number(more))]),
    }
}

struct FigureCard {
    title: String,
    value: String,
    is_number: bool,
    caption: String,
}

fn is_number(cell: Figure) -> bool {
    matches!(cell, Figure::Number(_) | Figure::Share(_))
}

fn figures(ui: &mut Ui, screen: &QualityScreen, desk: &Desk<'_>) {
    let texts = desk.texts;
    let plain = |key: &str, cell: Figure, months: u64| FigureCard {
        title: texts.get(key),
        value: figure(cell, texts),
        is_number: is_number(cell),
        caption: texts.get(&format!("{key}-caption")) + &missing(months, texts),
    };
    let agreement = match screen.agreement.shown() {
        Some(p) => FigureCard {
            title: texts.get("ui-quality-agreement"),
            value: texts.percentage(p.value),
            is_number: true,
            caption: texts.format(
                "ui-quality-agreement-caption",
                &[("bounds", bounds(p.lower, p.upper)), ("n", texts.number(p.n))],
            ) + &missing(screen.missing.agreement, texts),
        },
        None => FigureCard {
            title: texts.get("ui-quality-agreement"),
            value: screen.agreement.word().map(|key| texts.get(key)).unwrap_or_default(),
            is_number: false,
            caption: texts.get("ui-quality-agreement-of"),
        },
    };
    let cards = [
        agreement,
        plain("ui-quality-not-assessed", screen.not_assessed, screen.missing.not_assessed),
        plain("ui-quality-remarks-medical", screen.remarks_medical, screen.missing.remarks_medical),
        plain("ui-quality-remarks-communication", screen.remarks_communication, screen.missing.remarks_communication),
    ];
    let (start, width) = (ui.cursor().min, ui.available_width());
    let columns = if width >= 760.0 { 4 } else { 2 };
    let each = (width - 14.0 * (columns - 1) as f32) / columns as f32;
    for (index, card) in cards.iter().enumerate() {
        let (column, row) = (index % columns, index / columns);
        let at = start + Vec2::new((each + 14.0) * column as f32, (FIGURE + 14.0) * row as f32);
        figure_card(ui, Rect::from_min_size(at, Vec2::new(each, FIGURE)), card);
    }
    let rows = cards.len().div_ceil(columns) as f32;
    let height = FIGURE * rows + 14.0 * (rows - 1.0);
    ui.allocate_rect(Rect::from_min_size(start, Vec2::new(width, height)), Sense::hover());
}

fn figure_card(ui: &mut Ui, rect: Rect, card: &FigureCard) {
    let t = theme::tokens(ui);
    surface::panel_ground(ui, rect);
    let response = ui.interact(rect, ui.scope_id().with(("figure", &card.title)), Sense::hover());
    let spoken = format!("{}: {}. {}", card.title, card.value, card.caption);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    let width = rect.width() - 32.0;
    let title = Flow::new(&card.title, Type::SmallBold, t.text).cut(ui, width);
    ui.painter().galley(rect.min + Vec2::new(16.0, 13.0), title, t.text);
    let (kind, top) = if card.is_number { (Type::Figure, 35.0) } else { (Type::Outcome, 41.0) };
    let value = Flow::new(&card.value, kind, t.text).cut(ui, width);
    ui.painter().galley(rect.min + Vec2::new(16.0, top), value, t.text);
    let caption = Flow::new(&card.caption, Type::Caption, t.text_2).wrapped(ui, width);
    ui.painter().galley(rect.min + Vec2::new(16.0, 76.0), caption, t.text_2);
    surface::panel_line(ui, rect);
}

/// How a sign of a legend is painted around a place.
pub(crate) type Painted<'a> = &'a dyn Fn(&egui::Painter, Pos2);

/// A legend: painted signs of 18 with a word each, on the next line where one has no room.
pub(crate) fn legend(ui: &mut Ui, entries: &[(&str, Painted<'_>)], desk: &Desk<'_>) {
    let ink = theme::tokens(ui).text_2;
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::new(0.0, 4.0);
        ui.spacing_mut().interact_size.y = 18.0;
        for (key, sign) in entries {
            let galley = text::galley(ui, &desk.text(key), Type::Caption, ink);
            let size = Vec2::new(20.0 + galley.size().x + 18.0, 18.0);
            let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
            sign(ui.painter(), rect.left_center() + Vec2::new(8.0, 0.0));
            text::paint_left(ui.painter(), rect.left_center() + Vec2::new(20.0, 0.0), galley);
        }
    });
}

/// Icons of the switch between chart and table.
pub(crate) const CHART_AND_TABLE: [Icon; 2] = [Icon::ChartLine, Icon::Table];
