//! *Ontvangst*: per hospital and per message, counts and outcomes; no content of anybody.

use egui::{Pos2, Rect, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{ReceptionRow, ReceptionScreen, SenderRow};

use super::{
    Desk,
    import_files::{dropped_files, import_card},
    sent_too_much::sent_too_much_ui,
    unrecognised,
};
use crate::{
    theme::{self, Type},
    view_state::MessageFilter,
    widgets::{
        button::{Button, Weight},
        cap::{Badge, Sign, Tint},
        choice::{self, Part},
        facts, page,
        surface::{self, Tone},
        table::{self, Cell, Column, Table},
        text,
    },
};

/// Draws it.
pub(crate) fn reception_ui(ui: &mut Ui, screen: &ReceptionScreen, desk: &mut Desk<'_>) {
    head(ui, screen, desk);
    for alarm in &screen.alarms {
        surface::banner(ui, Tone::Refused, Icon::CircleAlert, &desk.texts.format(alarm.text, &alarm.values));
        ui.add_space(8.0);
    }
    if let Some(import) = screen.import {
        dropped_files(ui, import, desk);
        if desk.state.import_open {
            import_card(ui, import, desk);
        }
    }
    let bottom = ui.available_rect_before_wrap().bottom();
    page::scrolling(ui, "reception", |ui| {
        ui.spacing_mut().item_spacing.y = 14.0;
        health_strip(ui, screen, desk);
        senders_panel(ui, screen, desk);
        let chosen = desk.state.sender.as_ref().and_then(|name| screen.senders.iter().find(|s| s.name == *name));
        if let Some(sender) = chosen {
            sent_too_much_ui(ui, sender, desk);
        }
        unrecognised::ask_again_ui(ui, &screen.ask_again, desk);
        // The list has what is left of the window, and room for some rows where that is little.
        let height = (bottom - ui.cursor().top()).max(MESSAGES_LEAST);
        let (messages, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), egui::Sense::hover());
        messages_panel(ui, messages, screen, desk);
    });
}

/// Least height of the list of messages: its head and six rows.
const MESSAGES_LEAST: f32 = 50.0 + table::HEAD + 6.0 * table::COMPACT;

fn head(ui: &mut Ui, screen: &ReceptionScreen, desk: &mut Desk<'_>) {
    let today: u64 = screen.senders.iter().map(|sender| sender.today).sum();
    let under = match today {
        0 => desk.text("ui-reception-under-none"),
        1 => desk.text("ui-reception-under-one"),
        more => desk.with("ui-reception-under", "n", desk.texts.number(more)),
    };
    let (refresh, import) = (desk.text("ui-refresh"), desk.text("ui-reception-import"));
    let title = desk.text("ui-screen-reception");
    facts::page_head(ui, &title, &under, 330.0, |ui| {
        if screen.import.is_some() && Button::new(Weight::Secondary, &import).icon(Icon::FolderInput).show(ui).clicked()
        {
            desk.state.import_open = !desk.state.import_open;
        }
        if Button::new(Weight::Quiet, &refresh).icon(Icon::RefreshCw).show(ui).clicked() {
            desk.outbox.push(screen.refresh.clone());
        }
    });
}

/// Columns of the hospitals, as wide as what they hold, the names taking what is left; and what they all need.
fn sender_columns(ui: &Ui, cells: &[Vec<Cell>], wide: bool, desk: &Desk<'_>) -> (Vec<Column>, f32) {
    let plain = |key: &str| Column::exact(desk.text(key), 0.0);
    let figures = |key: &str| Column::figures(desk.text(key), 0.0);
    let explained = |column: Column, key: &str| column.explained(desk.text(key));
    let mut columns = vec![
        figures("ui-today"),
        figures("ui-taken-in"),
        explained(figures("ui-repeated"), "ui-repeated-why"),
        explained(figures("ui-superseded"), "ui-superseded-why"),
        figures("ui-refused"),
        explained(figures("ui-over-delivered"), "ui-over-delivered-why"),
    ];
    if wide {
        columns.push(explained(plain("ui-fourteen-days"), "ui-fourteen-days-why"));
    }
    columns.extend([plain("ui-last-message"), plain("ui-connection")]);
    let of = |index: usize| cells.iter().filter_map(move |row| row.get(index));
    let fitted = columns.into_iter().zip(1..).map(|(column, index)| column.fitted(ui, of(index)));
    let head = || desk.text("ui-hospital-each");
    let columns: Vec<Column> = std::iter::once(Column::rest(head())).chain(fitted).collect();
    let least = table::least(&columns, Column::exact(head(), 0.0).fitted(ui, of(0)).width);
    (columns, least)
}

fn senders_panel(ui: &mut Ui, screen: &ReceptionScreen, desk: &mut Desk<'_>) {
    let wide = ui.available_width() >= 960.0;
    let cells: Vec<Vec<Cell>> = screen.senders.iter().map(|sender| sender_cells(sender, wide, desk)).collect();
    let (columns, least) = sender_columns(ui, &cells, wide, desk);
    let across = if ui.available_width() < least { ui.spacing().scroll.allocated_width() } else { 0.0 };
    let height = table::HEAD + table::COMPACT * cells.len().max(1) as f32 + 2.0 + across;
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), egui::Sense::hover());
    surface::panel_ground(ui, rect);
    let name = desk.text("ui-hospital-each");
    let selected = screen.senders.iter().position(|sender| Some(&sender.name) == desk.state.sender.as_ref());
    let table = Table {
        name: &name,
        columns: &columns,
        rows: cells.len(),
        row_height: table::COMPACT,
        selected: Some(selected),
        rounded: true,
        closed: across == 0.0,
    };
    let mut chosen = None;
    text::region(ui, rect.shrink(1.0), "senders", |ui| {
        table::across(ui, "senders-across", least, |ui| {
            chosen = table.show(ui, |index| sender_cells(&screen.senders[index], wide, desk));
        });
    });
    surface::panel_line(ui, rect);
    if let Some(sender) = chosen.and_then(|index| screen.senders.get(index)) {
        desk.state.sender = Some(sender.name.clone());
        desk.state.letter_copied = false;
    }
}

fn sender_cells(sender: &SenderRow, wide: bool, desk: &Desk<'_>) -> Vec<Cell> {
    let texts = desk.texts;
    let count = |n: u64| if n == 0 { Cell::Quiet(texts.number(n)) } else { Cell::Text(texts.number(n)) };
    let mut cells = vec![
        Cell::Text(sender.name.clone()),
        count(sender.today),
        count(sender.taken_in),
        count(sender.repeated),
        count(sender.superseded),
        count(sender.refused),
        count(sender.over_delivered),
    ];
    if wide {
        let each: Vec<String> = sender.days.iter().map(|n| texts.number(*n)).collect();
        let mut said = each.join(" ");
        if let Some(usual) = sender.usual {
            said += ", ";
            said += &texts.format("ui-fourteen-days-mean", &[("n", texts.decimal(usual.mean, 1))]);
        }
        // A hospital that has never sent anything has no line; one that is silent has, along the bottom.
        cells.push(match sender.last {
            Some(_) => Cell::Spark(sender.days.clone(), sender.usual, said),
            None => Cell::Quiet(texts.get("ui-never")),
        });
    }
    cells.push(match sender.last {
        Some(at) => Cell::Text(format!("{}, {}", texts.date_short(at.date()), texts.time(at))),
        None => Cell::Quiet(texts.get("ui-never")),
    });
    cells.push(match sender.status {
        Some(key) => Cell::Badge(Badge::new(texts.get(key), Sign::Icon(Icon::FlaskConical), Tint::Grey)),
        None => Cell::Quiet(texts.get("ui-in-production")),
    });
    cells
}

/// The store's health in one line of figures; two lines where there is no room.
fn health_strip(ui: &mut Ui, screen: &ReceptionScreen, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let health = &screen.health;
    let n = |value: u64| desk.texts.number(value);
    let oldest = health.oldest.map_or_else(|| desk.text("ui-never"), |day| desk.texts.date_numeric(day));
    let facts = [
        ("ui-health-records", n(health.records)),
        ("ui-health-linked", n(health.linked)),
        ("ui-health-unlinked", n(health.unlinked)),
        ("ui-health-waiting", n(health.waiting)),
        ("ui-health-rides", n(health.rides)),
        ("ui-health-oldest", oldest),
    ];
    let columns = if ui.available_width() >= 860.0 { 6 } else { 3 };
    let rows = facts.len() / columns;
    let size = Vec2::new(ui.available_width(), 58.0 * rows as f32);
    let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
    surface::panel_ground(ui, rect);
    let each = (rect.width() - 32.0) / columns as f32;
    for (index, (key, value)) in facts.into_iter().enumerate() {
        let at = rect.min + Vec2::new(16.0 + each * (index % columns) as f32, 58.0 * (index / columns) as f32);
        let label = desk.text(key);
        let place = Rect::from_min_size(at, Vec2::new(each - 8.0, 58.0));
        let response = ui.interact(place, ui.scope_id().with(key), egui::Sense::hover());
        let spoken = format!("{label}: {value}");
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        let galley = text::Flow::new(&label, Type::Caption, t.text_3).cut(ui, each - 8.0);
        ui.painter().galley(at + Vec2::new(0.0, 9.0), galley, t.text_3);
        let galley = text::Flow::new(&value, Type::Heading, t.text).cut(ui, each - 8.0);
        ui.painter().galley(at + Vec2::new(0.0, 27.0), galley, t.text);
    }
    surface::panel_line(ui, rect);
}

/// How an outcome looks: its key ends in what happened.
fn outcome_badge(row: &ReceptionRow, desk: &Desk<'_>) -> Badge {
    let (icon, tint) = match row.outcome {
        "outcome-taken-in" => (Icon::Check, Tint::Grey),
        "outcome-repeated" => (Icon::Copy, Tint::Grey),
        "outcome-superseded" | "outcome-newer-version" => (Icon::RefreshCw, Tint::Grey),
        "outcome-refused" => (Icon::Ban, Tint::Brick),
        _ => (Icon::CircleQuestionMark, Tint::Orange),
    };
    Badge::new(desk.text(row.outcome), Sign::Icon(icon), tint)
}

fn is_refused(row: &ReceptionRow) -> bool {
    row.outcome == "outcome-refused"
}

fn messages_panel(ui: &mut Ui, rect: Rect, screen: &ReceptionScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::panel_ground(ui, rect);
    let attention = screen.messages.iter().filter(|row| row.finding.is_some()).count();
    let refused = screen.messages.iter().filter(|row| is_refused(row)).count();
    let filters = [MessageFilter::All, MessageFilter::Attention, MessageFilter::Refused];
    let words = [
        desk.text("ui-messages-all"),
        format!("{} {attention}", desk.text("ui-messages-attention")),
        format!("{} {refused}", desk.text("ui-messages-refused")),
    ];
    let chosen = desk.state.messages;
    let parts: Vec<Part<'_>> =
        filters.iter().zip(&words).map(|(filter, word)| Part { word, icon: None, chosen: *filter == chosen }).collect();
    let title = Rect::from_min_size(rect.min + Vec2::new(14.0, 15.0), Vec2::new(200.0, 24.0));
    text::region(ui, title, "messages-title", |ui| {
        text::line(ui, &desk.text("ui-messages"), Type::BodyBold, t.text);
    });
    let width = choice::segment_width(ui, &parts);
    let at = Pos2::new(rect.right() - width - 12.0, rect.top() + 10.0);
    let clicked = text::region(ui, Rect::from_min_size(at, Vec2::new(width, 30.0)), "messages-filter", |ui| {
        choice::segment(ui, &parts, 30.0)
    });
    if let Some(filter) = clicked.and_then(|index| filters.get(index)) {
        desk.state.messages = *filter;
    }
    let shown: Vec<&ReceptionRow> = screen
        .messages
        .iter()
        .filter(|row| match chosen {
            MessageFilter::All => true,
            MessageFilter::Attention => row.finding.is_some(),
            MessageFilter::Refused => is_refused(row),
        })
        .collect();
    let columns = [
        Column::exact(desk.text("ui-time"), 140.0),
        Column::exact(desk.text("ui-sender"), 200.0),
        Column::figures(desk.text("ui-size"), 84.0),
        Column::exact(desk.text("ui-result"), 168.0),
        Column::exact(desk.text("ui-answer"), 92.0),
        Column::rest(desk.text("ui-finding")),
    ];
    let name = desk.text("ui-messages");
    let table = Table {
        name: &name,
        columns: &columns,
        rows: shown.len(),
        row_height: table::COMPACT,
        selected: None,
        rounded: false,
        closed: false,
    };
    let body = Rect::from_min_max(rect.min + Vec2::new(1.0, 50.0), rect.max - Vec2::new(1.0, 1.0));
    if shown.is_empty() {
        let key = if screen.messages.is_empty() { "ui-messages-never" } else { "ui-messages-none" };
        let galley = text::galley(ui, &desk.text(key), Type::Body, t.text_3);
        text::paint_centre(ui.painter(), body.center(), galley);
    }
    text::region(ui, body, "messages", |ui| {
        table::across(ui, "messages-across", table::least(&columns, 220.0), |ui| {
            table.show(ui, |index| message_cells(shown[index], desk));
        });
    });
    surface::panel_line(ui, rect);
}

fn message_cells(row: &ReceptionRow, desk: &Desk<'_>) -> Vec<Cell> {
    let texts = desk.texts;
    let size = texts.decimal(row.bytes as f64 / 1000.0, 1);
    let none = || Cell::Quiet(texts.get("ui-none"));
    vec![
        Cell::Text(format!("{} {}", texts.date_numeric(row.at.date()), texts.time(row.at))),
        Cell::Text(row.sender.clone()),
        Cell::Quiet(desk.with("ui-kilobytes", "n", size)),
        Cell::Badge(outcome_badge(row, desk)),
        row.answer.map_or_else(none, |answer| Cell::Text(answer.to_owned())),
        row.finding.map_or_else(none, |finding| Cell::Text(texts.get(finding))),
    ]
}
