//! *Ontvangst*: the messages of late with their filters, and the one that was chosen with all that was found in it.

use egui::{Popup, Pos2, Rect, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{MessageList, MessageOutcome, ReceptionFilter, ReceptionRow, WayIn};

use super::Desk;
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        cap::{Badge, Sign, Tint},
        choice, facts, page, surface,
        table::{self, Cell, Column, Table},
        text,
    },
};

/// Height of the head: title, filters and pages.
const HEAD: f32 = 50.0;
/// A second line of filters, where one does not hold them.
const LINE: f32 = 40.0;
/// Least width of the column of findings.
const FINDING: f32 = 260.0;

/// How an outcome looks.
fn outcome_badge(outcome: MessageOutcome, desk: &Desk<'_>) -> Badge {
    let (icon, tint) = match outcome {
        MessageOutcome::TakenIn => (Icon::Check, Tint::Grey),
        MessageOutcome::Repeated => (Icon::Copy, Tint::Grey),
        MessageOutcome::Superseded | MessageOutcome::NewerVersion => (Icon::RefreshCw, Tint::Grey),
        MessageOutcome::Refused => (Icon::Ban, Tint::Brick),
    };
    Badge::new(desk.text(outcome.key()), Sign::Icon(icon), tint)
}

/// The sentence of a rule; of one that is not known here, its id.
fn rule(id: &str, desk: &Desk<'_>) -> String {
    let key = format!("rule-{id}");
    if desk.texts.has(&key) { desk.text(&key) } else { desk.with("ui-rule-unknown", "id", id.to_owned()) }
}

fn over_delivered(count: u64, desk: &Desk<'_>) -> Option<String> {
    match count {
        0 => None,
        1 => Some(desk.text("ui-message-too-much-one")),
        more => Some(desk.with("ui-message-too-much", "n", desk.texts.number(more))),
    }
}

/// All that was found, a sentence each.
fn findings(row: &ReceptionRow, desk: &Desk<'_>) -> Vec<String> {
    let mut all: Vec<String> = row.findings.iter().map(|id| rule(id, desk)).collect();
    all.extend(row.more_findings.then(|| desk.text("ui-message-more-findings")));
    all.extend(over_delivered(row.over_delivered, desk));
    all
}

fn sender(name: &str, desk: &Desk<'_>) -> String {
    if name.is_empty() { desk.text("ui-sender-unknown") } else { name.to_owned() }
}

/// Draws the list in its panel; whether a message was chosen just now.
pub(crate) fn messages_ui(ui: &mut Ui, rect: Rect, list: &MessageList, desk: &mut Desk<'_>) -> bool {
    let t = theme::tokens(ui);
    surface::panel_ground(ui, rect);
    let title = Rect::from_min_size(rect.min + Vec2::new(14.0, 15.0), Vec2::new(110.0, 24.0));
    text::region(ui, title, "messages-title", |ui| {
        text::section(ui, &desk.text("ui-messages"), t.text);
    });
    let room = rect.width() - 140.0;
    let needed = filters_width(ui, list, desk);
    let (at, width) = if needed <= room {
        (Pos2::new(rect.right() - needed - 12.0, rect.top() + 9.0), needed)
    } else {
        (Pos2::new(rect.left() + 12.0, rect.top() + HEAD - 4.0), rect.width() - 24.0)
    };
    let filters_end = text::region(ui, Rect::from_min_size(at, Vec2::new(width, 34.0)), "messages-filters", |ui| {
        ui.horizontal_wrapped(|ui| filters(ui, list, desk));
        ui.min_rect().bottom()
    });
    let lines = if needed <= room { 0.0 } else { (filters_end + 6.0 - rect.top() - HEAD).max(LINE) };
    let foot = if list.older.is_some() || list.newest.is_some() { 46.0 } else { 0.0 };
    let body = Rect::from_min_max(rect.min + Vec2::new(1.0, HEAD + lines), rect.max - Vec2::new(1.0, 1.0 + foot));
    if list.rows.is_empty() {
        let is_all = list.filter == ReceptionFilter::default() && list.newest.is_none();
        let key = match (is_all, list.older.is_some()) {
            (_, true) => "ui-messages-none-yet",
            (true, false) => "ui-messages-never",
            (false, false) => "ui-messages-none",
        };
        let galley = text::Flow::new(&desk.text(key), Type::Body, t.text_3).wrapped(ui, body.width() - 32.0);
        text::paint_centre(ui.painter(), body.center(), galley);
    }
    let chosen = rows(ui, body, list, desk);
    if foot > 0.0 {
        let foot = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - foot), rect.max);
        facts::footer(ui, foot, "messages-pages", |ui| ui.horizontal(|ui| pages(ui, list, desk)));
    }
    surface::panel_line(ui, rect);
    chosen
}

fn rows(ui: &mut Ui, body: Rect, list: &MessageList, desk: &mut Desk<'_>) -> bool {
    let measured = list.rows.iter().take(table::MEASURED);
    let cells: Vec<Vec<Cell>> = measured.map(|row| message_cells(row, desk)).collect();
    let of = |index: usize| cells.iter().filter_map(move |row| row.get(index));
    let exact = |key: &str, index: usize| Column::exact(desk.text(key), 0.0).fitted(ui, of(index));
    let columns = [
        exact("ui-time", 0),
        Column::exact(desk.text("ui-sender"), 200.0),
        exact("ui-way", 2),
        Column::figures(desk.text("ui-size"), 0.0).fitted(ui, of(3)),
        exact("ui-result", 4),
        exact("ui-answer", 5),
        Column::rest(desk.text("ui-finding")),
    ];
    let name = desk.text("ui-messages");
    let selected = list.rows.iter().position(|row| Some(row.number) == desk.state.message);
    let table = Table {
        name: &name,
        columns: &columns,
        rows: list.rows.len(),
        row_height: table::COMPACT,
        selected: Some(selected),
        rounded: false,
        closed: false,
    };
    let mut chosen = None;
    text::region(ui, body, "messages", |ui| {
        table::across(ui, "messages-across", table::least(&columns, FINDING), |ui| {
            chosen = table.show(ui, |index| message_cells(&list.rows[index], desk));
        });
    });
    let chosen = chosen.and_then(|index| list.rows.get(index));
    if let Some(row) = chosen {
        desk.state.message = Some(row.number);
    }
    chosen.is_some()
}

fn message_cells(row: &ReceptionRow, desk: &Desk<'_>) -> Vec<Cell> {
    let texts = desk.texts;
    let none = || Cell::Quiet(texts.get("ui-none"));
    let all = findings(row, desk);
    let first = match all.as_slice() {
        [] => none(),
        [one] => Cell::Text(one.clone()),
        [one, rest @ ..] => {
            let values = [("finding", one.clone()), ("n", texts.number(rest.len() as u64))];
            Cell::Text(texts.format("ui-finding-and-more", &values))
        }
    };
    vec![
        Cell::Text(format!("{} {}", texts.date_numeric(row.at.date()), texts.time_with_seconds(row.at))),
        if row.sender.is_empty() { Cell::Quiet(sender("", desk)) } else { Cell::Text(row.sender.clone()) },
        row.way.map_or_else(none, |way| Cell::Quiet(texts.get(way.key()))),
        Cell::Quiet(desk.with("ui-kilobytes", "n", texts.decimal(row.bytes as f64 / 1000.0, 1))),
        Cell::Badge(outcome_badge(row.outcome, desk)),
        Cell::Text(row.answer.to_owned()),
        first,
    ]
}

/// Characters of a hospital's name on the chip of the filter.
const NAME_MAX: usize = 24;

/// Names and values of the chips.
fn chips(list: &MessageList, desk: &Desk<'_>) -> [(String, String); 3] {
    let any = || desk.text("ui-filter-all");
    let ReceptionFilter { hospital, outcome, way, .. } = list.filter;
    let named = |number: i64| list.hospitals.iter().find(|(of, _)| *of == number).map(|(_, name)| name.as_str());
    let hospital = hospital.map_or_else(any, |number| {
        let name = sender(named(number).unwrap_or_default(), desk);
        let short: String = name.chars().take(NAME_MAX).collect();
        if short.len() < name.len() { format!("{}…", short.trim_end()) } else { name }
    });
    [
        (desk.text("ui-sender"), hospital),
        (desk.text("ui-result"), outcome.map_or_else(any, |outcome| desk.text(outcome.key()))),
        (desk.text("ui-way"), way.map_or_else(any, |way| desk.text(way.key()))),
    ]
}

fn filters_width(ui: &Ui, list: &MessageList, desk: &Desk<'_>) -> f32 {
    let gap = ui.spacing().item_spacing.x;
    let chips: f32 = chips(list, desk).iter().map(|(name, value)| choice::chip_width(ui, name, value) + gap).sum();
    chips + choice::radio_width(ui, &desk.text("ui-filter-findings")) + 16.0
}

fn filters(ui: &mut Ui, list: &MessageList, desk: &mut Desk<'_>) {
    let filter = list.filter;
    let mut asked = None;
    let [hospital, outcome, way] = chips(list, desk);
    let any = desk.text("ui-filter-all");
    let mut hospitals = vec![(None, any.clone())];
    hospitals.extend(list.hospitals.iter().map(|(number, name)| (Some(*number), sender(name, desk))));
    if let Some(hospital) = menu(ui, &hospital, &hospitals, filter.hospital) {
        asked = Some(ReceptionFilter { hospital, ..filter });
    }
    let mut outcomes = vec![(None, any.clone())];
    outcomes.extend(MessageOutcome::ALL.map(|outcome| (Some(outcome), desk.text(outcome.key()))));
    if let Some(outcome) = menu(ui, &outcome, &outcomes, filter.outcome) {
        asked = Some(ReceptionFilter { outcome, ..filter });
    }
    let mut ways = vec![(None, any)];
    ways.extend(WayIn::ALL.map(|way| (Some(way), desk.text(way.key()))));
    if let Some(way) = menu(ui, &way, &ways, filter.way) {
        asked = Some(ReceptionFilter { way, ..filter });
    }
    // A box wraps its words before it goes to the next line.
    let tick = desk.text("ui-filter-findings");
    if ui.available_size_before_wrap().x < choice::radio_width(ui, &tick) + 4.0 {
        ui.end_row();
    }
    if choice::checkbox(ui, filter.findings, &tick, false).clicked() {
        asked = Some(ReceptionFilter { findings: !filter.findings, ..filter });
    }
    if let Some(asked) = asked {
        desk.state.message = None;
        desk.outbox.push((list.refilter)(asked));
    }
}

/// Rows of a menu that stand there at once.
const MENU: f32 = 360.0;

/// A chip with its choices; gives the one that was chosen.
fn menu<T: Copy + PartialEq>(ui: &mut Ui, chip: &(String, String), all: &[(T, String)], now: T) -> Option<T> {
    let (name, value) = chip;
    let shown = choice::chip(ui, name, value, None);
    let mut chosen = None;
    Popup::menu(&shown).show(|ui| {
        ui.set_min_width(190.0);
        ui.set_max_height(MENU);
        page::scrolling(ui, name, |ui| {
            for (of, words) in all {
                if choice::radio(ui, *of == now, words, true).clicked() {
                    chosen = Some(*of);
                    ui.close();
                }
            }
        });
    });
    chosen
}

fn pages(ui: &mut Ui, list: &MessageList, desk: &mut Desk<'_>) {
    let (newest, older) = (desk.text("ui-messages-newest"), desk.text("ui-messages-older"));
    for (command, words, icon) in
        [(&list.newest, &newest, Icon::ArrowUpToLine), (&list.older, &older, Icon::ChevronDown)]
    {
        if let Some(command) = command
            && Button::new(Weight::Quiet, words).icon(icon).height(28.0).show(ui).clicked()
        {
            desk.state.message = None;
            desk.outbox.push(command.clone());
        }
    }
}

/// The message that was chosen: all that was found, and its masked structure where that is kept.
pub(crate) fn chosen_ui(ui: &mut Ui, list: &MessageList, desk: &mut Desk<'_>) {
    let Some(row) = list.rows.iter().find(|row| Some(row.number) == desk.state.message) else { return };
    let t = theme::tokens(ui);
    let texts = desk.texts;
    surface::card(ui, 16, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        let at = format!("{} {}", texts.date_numeric(row.at.date()), texts.time_with_seconds(row.at));
        let values = [("sender", sender(&row.sender, desk)), ("at", at)];
        facts::icon_heading(ui, Icon::FileText, &texts.format("ui-message-of", &values));
        let all = findings(row, desk);
        if all.is_empty() {
            text::label(ui, &desk.text("ui-message-nothing"), Type::Body, t.text_2);
        }
        for one in &all {
            text::label(ui, one, Type::Body, t.text);
        }
        if row.outcome == MessageOutcome::Refused {
            text::label(ui, &desk.text("ui-message-not-kept"), Type::Small, t.text_2);
        }
        let Some(command) = &row.structure else { return };
        ui.horizontal(|ui| {
            let key = if row.structure_open.is_some() { "ui-unrecognised-close" } else { "ui-unrecognised-open" };
            if Button::new(Weight::Secondary, &desk.text(key)).show(ui).clicked() {
                desk.outbox.push(command.clone());
            }
            if let Some(structure) = &row.structure_open
                && Button::new(Weight::Secondary, &desk.text("ui-unrecognised-copy"))
                    .icon(Icon::Copy)
                    .show(ui)
                    .clicked()
            {
                ui.ctx().copy_text(structure.clone());
            }
        });
        if let Some(structure) = &row.structure_open {
            surface::well(ui, t.sunken, |ui| {
                ui.spacing_mut().item_spacing.y = 0.0;
                text::label(ui, structure.trim_end(), Type::Hash, t.text_2);
            });
            facts::caveat(ui, &desk.text("ui-unrecognised-caveat"));
        }
    });
}
