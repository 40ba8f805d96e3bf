//! *Ontvangst*: per hospital and per message, counts and outcomes; no content of anybody.

use egui::{Rect, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{ReceptionScreen, SenderRow, Usual};

use super::{
    Desk,
    import_files::{OF_MESSAGES, dropped_files, import_card},
    reception_alarms::{alarms_ui, state_ui},
    reception_messages::{chosen_ui, messages_ui},
    sent_too_much::sent_too_much_ui,
    unrecognised,
};
use crate::{
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        cap::{Badge, Sign, Tint},
        facts, page, surface,
        table::{self, Cell, Column, Table},
        text,
    },
};

/// Draws it.
pub(crate) fn reception_ui(ui: &mut Ui, screen: &ReceptionScreen, desk: &mut Desk<'_>) {
    head(ui, screen, desk);
    if let Some(import) = screen.import {
        dropped_files(ui, import, desk);
        if desk.state.import_open {
            import_card(ui, import, OF_MESSAGES, desk);
        }
    }
    let whole = ui.available_rect_before_wrap();
    if screen.senders.is_empty() && screen.messages.rows.is_empty() && screen.alarms.is_empty() {
        return empty(ui, whole, screen, desk);
    }
    let bottom = whole.bottom();
    page::scrolling(ui, "reception", |ui| {
        ui.spacing_mut().item_spacing.y = 14.0;
        alarms_ui(ui, screen, desk);
        health_strip(ui, screen, desk);
        senders_panel(ui, screen, desk);
        let chosen = desk.state.sender.as_ref().and_then(|name| screen.senders.iter().find(|s| s.name == *name));
        if let Some(sender) = chosen {
            let told = ui.scope(|ui| {
                state_ui(ui, sender, desk);
                sent_too_much_ui(ui, sender, desk);
            });
            if std::mem::take(&mut desk.state.sender_chosen) {
                told.response.scroll_to_me(None);
            }
        }
        unrecognised::ask_again_ui(ui, &screen.ask_again, desk);
        // The list has what is left of the window, and room for some rows where that is little.
        let height = (bottom - ui.cursor().top()).max(MESSAGES_LEAST);
        let (messages, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), egui::Sense::hover());
        let chosen_now = messages_ui(ui, messages, &screen.messages, desk);
        chosen_ui(ui, &screen.messages, desk);
        if chosen_now {
            // What was found in it stands under the list: into sight.
            ui.scroll_to_cursor(Some(egui::Align::Max));
        }
    });
}

/// Least height of the list of messages: its head, its filters and six rows.
const MESSAGES_LEAST: f32 = 96.0 + table::HEAD + 6.0 * table::COMPACT;
/// A name needs no more than this: a longer one is cut, and whole under the pointer.
const NAME_MOST: f32 = 280.0;
/// Days before today that are told of in one figure.
const WEEK: usize = 7;
/// Rows of hospitals that stand there at once; of more the rest scrolls.
const SENDERS_SHOWN: usize = 9;

/// Nothing came in and no hospital is known: what to do next.
fn empty(ui: &mut Ui, rect: Rect, screen: &ReceptionScreen, desk: &mut Desk<'_>) {
    let (title, sentence) = (desk.text("ui-reception-empty"), desk.text("ui-reception-empty-next"));
    let import = desk.text("ui-reception-import");
    surface::empty_state(ui, rect, Icon::Inbox, &title, &sentence, |ui| {
        if screen.import.is_some() && Button::new(Weight::Secondary, &import).icon(Icon::FolderInput).show(ui).clicked()
        {
            desk.state.import_open = true;
        }
    });
}

fn head(ui: &mut Ui, screen: &ReceptionScreen, desk: &mut Desk<'_>) {
    let today: u64 = screen.senders.iter().map(|sender| sender.today).sum();
    let under = match today {
        0 => desk.text("ui-reception-under-none"),
        1 => desk.text("ui-reception-under-one"),
        more => desk.with("ui-reception-under", "n", desk.texts.number(more)),
    };
    // After a weekend: what came since one was here last.
    let week: u64 = screen.senders.iter().flat_map(|sender| sender.days.iter().rev().take(WEEK)).sum();
    let under = format!("{under} {}", desk.with("ui-reception-under-week", "n", desk.texts.number(week)));
    let (refresh, import) = (desk.text("ui-refresh"), desk.text("ui-reception-import"));
    let title = desk.text("ui-screen-reception");
    facts::page_head(ui, &title, &under, 330.0, |ui| {
        if Button::new(Weight::Quiet, &refresh).icon(Icon::RefreshCw).show(ui).clicked() {
            desk.outbox.push(screen.refresh.clone());
        }
        if screen.import.is_some() && Button::new(Weight::Secondary, &import).icon(Icon::FolderInput).show(ui).clicked()
        {
            desk.state.import_open = !desk.state.import_open;
        }
    });
}

/// Which columns stand there, by the room there is.
#[derive(Clone, Copy)]
struct Which {
    /// Repeats and older versions: seldom any, and nothing to be done about them.
    rare: bool,
    /// The last fourteen days.
    days: bool,
}

impl Which {
    /// From all to the least.
    const ALL: [Self; 3] =
        [Self { rare: true, days: true }, Self { rare: false, days: true }, Self { rare: false, days: false }];
}

/// Columns of the hospitals, as wide as what they hold, the names taking what is left; and what they all need.
fn sender_columns(ui: &Ui, cells: &[Vec<Cell>], which: Which, desk: &Desk<'_>) -> (Vec<Column>, f32) {
    let plain = |key: &str| Column::exact(desk.text(key), 0.0);
    let figures = |key: &str| Column::figures(desk.text(key), 0.0);
    let explained = |column: Column, key: &str| column.explained(desk.text(key));
    let mut columns =
        vec![figures("ui-today"), explained(figures("ui-expected"), "ui-expected-why"), figures("ui-taken-in")];
    if which.rare {
        columns.push(explained(figures("ui-repeated"), "ui-repeated-why"));
        columns.push(explained(figures("ui-superseded"), "ui-superseded-why"));
    }
    columns.extend([figures("ui-refused"), explained(figures("ui-over-delivered"), "ui-over-delivered-why")]);
    if which.days {
        columns.push(explained(plain("ui-fourteen-days"), "ui-fourteen-days-why"));
    }
    columns.extend([plain("ui-last-message"), plain("ui-connection")]);
    // Of a long list the first rows tell how wide a column is: a number of one more digit has the air beside it.
    let of = |index: usize| cells.iter().take(table::MEASURED).filter_map(move |row| row.get(index));
    let fitted = columns.into_iter().zip(1..).map(|(column, index)| column.fitted(ui, of(index)));
    let head = || desk.text("ui-hospital-each");
    let columns: Vec<Column> = std::iter::once(Column::rest(head())).chain(fitted).collect();
    let least = table::least(&columns, Column::exact(head(), 0.0).fitted(ui, of(0)).width.min(NAME_MOST));
    (columns, least)
}

fn senders_panel(ui: &mut Ui, screen: &ReceptionScreen, desk: &mut Desk<'_>) {
    let of = |which: Which| {
        let measured = screen.senders.iter().take(table::MEASURED);
        let cells: Vec<Vec<Cell>> = measured.map(|sender| sender_cells(sender, which, desk)).collect();
        let (columns, least) = sender_columns(ui, &cells, which, desk);
        (which, columns, least)
    };
    let fits = |(_, _, least): &(Which, Vec<Column>, f32)| *least <= ui.available_width();
    let [all, fewer, fewest] = Which::ALL;
    let (which, columns, least) =
        Some(of(all)).filter(fits).or_else(|| Some(of(fewer)).filter(fits)).unwrap_or_else(|| of(fewest));
    let across = if ui.available_width() < least { ui.spacing().scroll.allocated_width() } else { 0.0 };
    let rows = screen.senders.len();
    let shown = rows.clamp(1, SENDERS_SHOWN);
    let height = table::HEAD + table::COMPACT * shown as f32 + 2.0 + across;
    let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), egui::Sense::hover());
    surface::panel_ground(ui, rect);
    let name = desk.text("ui-hospital-each");
    let selected = screen.senders.iter().position(|sender| Some(&sender.name) == desk.state.sender.as_ref());
    let table = Table {
        name: &name,
        columns: &columns,
        rows,
        row_height: table::COMPACT,
        selected: Some(selected),
        rounded: true,
        closed: across == 0.0 && shown == rows,
    };
    let mut chosen = None;
    text::region(ui, rect.shrink(1.0), "senders", |ui| {
        table::across(ui, "senders-across", least, |ui| {
            chosen = table.show(ui, |index| sender_cells(&screen.senders[index], which, desk));
        });
    });
    surface::panel_line(ui, rect);
    if let Some(sender) = chosen.and_then(|index| screen.senders.get(index)) {
        desk.state.sender = Some(sender.name.clone());
        desk.state.sender_chosen = true;
        desk.state.letter_copied = false;
    }
}

fn sender_cells(sender: &SenderRow, which: Which, desk: &Desk<'_>) -> Vec<Cell> {
    let texts = desk.texts;
    let count = |n: u64| if n == 0 { Cell::Quiet(texts.number(n)) } else { Cell::Text(texts.number(n)) };
    let mut cells = vec![
        Cell::Text(sender.name.clone()),
        count(sender.today),
        sender.usual.map_or_else(|| Cell::Quiet(texts.get("ui-none")), |usual| Cell::Quiet(expected(usual))),
        count(sender.taken_in),
    ];
    if which.rare {
        cells.extend([count(sender.repeated), count(sender.superseded)]);
    }
    cells.extend([count(sender.refused), count(sender.over_delivered)]);
    if which.days {
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
    if let Some(silence) = &sender.silence {
        let (key, tint) = match silence.take_up {
            Some(_) => ("ui-silent", Tint::Orange),
            None => ("ui-silent-taken", Tint::Grey),
        };
        cells.push(Cell::Badge(Badge::new(texts.get(key), Sign::Icon(Icon::BellRing), tint)));
        return cells;
    }
    if sender.refused_since.is_some() {
        cells.push(Cell::Badge(Badge::new(texts.get("ui-all-refused"), Sign::Icon(Icon::Ban), Tint::Brick)));
        return cells;
    }
    cells.push(match sender.status {
        Some(key) => Cell::Badge(Badge::new(texts.get(key), Sign::Icon(Icon::FlaskConical), Tint::Grey)),
        None => Cell::Quiet(texts.get("ui-in-production")),
    });
    cells
}

/// `3–9`: messages of an ordinary day.
fn expected(usual: Usual) -> String {
    format!("{:.0}–{:.0}", usual.low.floor(), usual.high.ceil())
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
