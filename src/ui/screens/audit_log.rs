//! *Auditlog*: who did what, when and on what ground; the chain's last verification on top.

use egui::{Pos2, Rect, Role, Sense, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{Actor, AuditLine, AuditLogScreen, AuditReason, ChainState};

use super::Desk;
use crate::{
    frame::{role_key, share_done},
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        facts, page, surface,
        table::{self, Cell, Column, Table},
        text::{self, Flow},
    },
};

const FOOT: f32 = 68.0;
/// A line of it.
const FACT: f32 = 22.0;
/// Where the words of the chain begin, and what room they have before the button goes under them.
const CHAIN_LEFT: f32 = 57.0;
const CHAIN_WORDS: f32 = 300.0;

/// Draws it.
pub(crate) fn audit_log_ui(ui: &mut Ui, screen: &AuditLogScreen, desk: &mut Desk<'_>) {
    let (title, under) = (desk.text("ui-screen-audit-log"), desk.text("ui-audit-under"));
    facts::page_head(ui, &title, &under, 0.0, |_| {});
    let bottom = ui.available_rect_before_wrap().bottom();
    page::scrolling(ui, "audit-log", |ui| {
        chain_card(ui, screen, desk);
        if !screen.open_duties.is_empty() {
            let open: Vec<String> = screen.open_duties.iter().map(|key| desk.text(key)).collect();
            facts::caveat(ui, &desk.with("ui-audit-duties-open", "duties", open.join(" · ")));
        }
        paging(ui, screen, desk);
        // The lines have what is left of the window, and room for some where that is little.
        let height = (bottom - ui.cursor().top()).max(LINES_LEAST + foot_height(ui.available_width(), chosen(screen)));
        let (rect, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
        lines_panel(ui, rect, screen, desk);
    });
}

/// Least height of the lines: head, six rows, and the line in hand.
const LINES_LEAST: f32 = table::HEAD + 6.0 * table::COMPACT;
/// Width under which what is told of a line stands in one column.
const BESIDE: f32 = 640.0;

fn chosen(screen: &AuditLogScreen) -> Option<&AuditLine> {
    screen.lines.iter().find(|line| line.selected)
}

/// Height of what is told of a line: a reason has a line of its own.
fn foot_height(width: f32, line: Option<&AuditLine>) -> f32 {
    let facts = if width < BESIDE { FOOT + 4.0 * FACT } else { FOOT };
    facts + if line.is_some_and(|line| line.reason.is_some()) { FACT } else { 0.0 }
}

fn lines_panel(ui: &mut Ui, rect: Rect, screen: &AuditLogScreen, desk: &mut Desk<'_>) {
    surface::panel_ground(ui, rect);
    let selected = screen.lines.iter().position(|line| line.selected);
    let columns = [
        Column::exact(desk.text("ui-time"), 150.0),
        Column::exact(desk.text("ui-audit-who"), 136.0),
        Column::exact(desk.text("ui-audit-role"), 228.0),
        Column::rest(desk.text("ui-audit-what")),
        Column::exact(desk.text("ui-audit-subject"), 116.0),
        Column::exact(desk.text("ui-purpose"), 138.0),
    ];
    let name = desk.text("ui-screen-audit-log");
    let rows = screen.lines.len();
    let table = Table {
        name: &name,
        columns: &columns,
        rows,
        row_height: table::COMPACT,
        selected: Some(selected),
        rounded: true,
        closed: false,
    };
    let foot_height = foot_height(rect.width(), chosen(screen));
    let body = Rect::from_min_max(rect.min + Vec2::splat(1.0), rect.max - Vec2::new(1.0, foot_height));
    let mut chosen = None;
    text::region(ui, body, "audit-lines", |ui| {
        table::across(ui, "audit-across", table::least(&columns, 160.0), |ui| {
            chosen = table.show(ui, |index| line_cells(&screen.lines[index], desk));
        });
    });
    if let Some(line) = chosen.and_then(|index| screen.lines.get(index)) {
        desk.outbox.push(line.select.clone());
    }
    let foot = Rect::from_min_max(Pos2::new(rect.left(), rect.bottom() - foot_height), rect.max);
    facts::footer(ui, foot, "audit-line", |ui| match selected.and_then(|index| screen.lines.get(index)) {
        Some(line) => line_facts(ui, line, desk),
        None => {
            text::label(ui, &desk.text("ui-audit-choose"), Type::Small, theme::tokens(ui).text_3);
        }
    });
    surface::panel_line(ui, rect);
}

fn chain_words(chain: &ChainState, desk: &Desk<'_>) -> (Icon, String, String) {
    let texts = desk.texts;
    match chain {
        ChainState::NotVerified => {
            (Icon::Shield, desk.text("ui-chain-not-verified"), desk.text("ui-chain-not-verified-why"))
        }
        ChainState::Verifying { done, total, .. } => {
            let values = [("done", texts.number(*done)), ("total", texts.number(*total))];
            (Icon::Shield, desk.text("ui-chain-verifying"), texts.format("ui-progress-count", &values))
        }
        ChainState::Intact { entries, since, at } => {
            let values = [("n", texts.number(*entries)), ("date", texts.date(since.date()))];
            let at = desk.with("ui-chain-at", "time", texts.time(*at));
            (Icon::ShieldCheck, texts.format("ui-chain-intact", &values), at)
        }
        ChainState::Broken { number } => {
            let broken = desk.with("ui-chain-broken", "n", number.to_string());
            (Icon::ShieldAlert, broken, desk.text("ui-chain-broken-now"))
        }
    }
}

fn chain_card(ui: &mut Ui, screen: &AuditLogScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let (icon, words, under) = chain_words(&screen.chain, desk);
    let broken = matches!(screen.chain, ChainState::Broken { .. });
    let ink = if broken { t.brick } else { t.accent };
    let (first, rest) = words.split_once(". ").map_or((words.clone(), ""), |(a, b)| (format!("{a}. "), b));
    let first_ink = if broken { t.brick } else { t.text };
    let (key, act_icon, command) = match &screen.chain {
        ChainState::NotVerified => ("ui-chain-verify", Icon::RefreshCw, &screen.verify),
        ChainState::Verifying { stop, .. } => ("ui-stop", Icon::X, stop),
        ChainState::Intact { .. } | ChainState::Broken { .. } => {
            ("ui-chain-verify-again", Icon::RefreshCw, &screen.verify)
        }
    };
    let button_words = desk.text(key);
    let button = || Button::new(Weight::Secondary, &button_words).icon(act_icon).height(30.0);
    let needed = button().needs(ui);
    let whole = ui.available_width();
    // Beside the words where they have room enough, else under them.
    let is_beside = whole - CHAIN_LEFT - needed - 32.0 >= CHAIN_WORDS;
    let width = whole - CHAIN_LEFT - 16.0 - if is_beside { needed + 16.0 } else { 0.0 };
    let said = Flow::new(&first, Type::BodyBold, first_ink).then(rest, Type::Body, t.text).wrapped(ui, width);
    let small = Flow::new(&under, Type::Caption, t.text_3).wrapped(ui, width);
    let small_height = if under.is_empty() { 0.0 } else { small.size().y + 3.0 };
    let below = if is_beside { 0.0 } else { 38.0 };
    let height = (said.size().y + small_height + below + 24.0).max(64.0);
    let (rect, response) = ui.allocate_exact_size(Vec2::new(whole, height), Sense::hover());
    let spoken = format!("{words} {under}");
    response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &spoken));
    surface::panel_ground(ui, rect);
    let left = rect.left() + CHAIN_LEFT;
    let top = rect.top() + (height - below - said.size().y - small_height) / 2.0;
    text::icon(ui.painter(), Pos2::new(rect.left() + 28.0, rect.top() + (height - below) / 2.0), icon, 24.0, ink);
    let small_top = top + said.size().y + 3.0;
    ui.painter().galley(Pos2::new(left, top), said, t.text);
    if !under.is_empty() {
        ui.painter().galley(Pos2::new(left, small_top), small, t.text_3);
    }
    if let ChainState::Verifying { done, total, .. } = &screen.chain {
        let at = Pos2::new(left, rect.bottom() - below - 9.0);
        let (_, share) = share_done((*done, *total), desk);
        let bar = Rect::from_min_size(at, Vec2::new(width, 4.0));
        text::region(ui, bar, "verifying", |ui| surface::progress_bar(ui, share, 4.0, &words));
    }
    surface::panel_line(ui, rect);
    let at = match is_beside {
        true => Pos2::new(rect.right() - needed - 16.0, rect.center().y - 15.0),
        false => Pos2::new(left, rect.bottom() - 12.0 - 30.0),
    };
    let place = Rect::from_min_size(at, Vec2::new(needed, 30.0));
    if text::region(ui, place, "verify", |ui| button().show(ui).clicked()) {
        desk.outbox.push(command.clone());
    }
}

fn paging(ui: &mut Ui, screen: &AuditLogScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.horizontal(|ui| {
        ui.set_min_height(32.0);
        let values =
            [("shown", desk.texts.number(screen.lines.len() as u64)), ("total", desk.texts.number(screen.total))];
        text::line(ui, &desk.texts.format("ui-audit-count", &values), Type::Small, t.text_2);
        facts::at_right(ui, "pages", egui::Align::Center, |ui| {
            let steps = [("ui-audit-newer", &screen.newer), ("ui-audit-older", &screen.older)];
            for (key, command) in steps {
                let words = desk.text(key);
                let button = Button::new(Weight::Secondary, &words).height(30.0).enabled(command.is_some());
                if let (true, Some(command)) = (button.show(ui).clicked(), command) {
                    desk.outbox.push(command.clone());
                }
            }
        });
    });
}

fn line_cells(line: &AuditLine, desk: &Desk<'_>) -> Vec<Cell> {
    let texts = desk.texts;
    let (who, no_role, own) = match &line.who {
        Actor::Person(name) => (name.clone(), "ui-audit-no-role", "ui-audit-own"),
        Actor::Receiver => (desk.text("ui-audit-receiver"), "ui-screen-reception", "ui-audit-store"),
        Actor::Program => (desk.text("ui-audit-program"), "ui-audit-no-role", "ui-audit-store"),
        Actor::Unknown => (desk.text("ui-audit-unknown"), "ui-audit-no-role", "ui-audit-account"),
    };
    let role = line.role.map_or(no_role, role_key);
    let subject = match (&line.subject, line.count) {
        (Some(subject), _) => desk.with("ui-ride-small", "ride", subject.clone()),
        (None, Some(count)) => desk.with("ui-audit-rows", "n", texts.number(count)),
        (None, None) => desk.text(own),
    };
    vec![
        Cell::Text(format!("{} {}", texts.date_numeric(line.at.date()), texts.time_with_seconds(line.at))),
        Cell::Text(who),
        Cell::Quiet(texts.get(role)),
        Cell::Text(texts.get(line.event)),
        Cell::Quiet(subject),
        Cell::Quiet(texts.get(line.purpose)),
    ]
}

fn line_facts(ui: &mut Ui, line: &AuditLine, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let rect = ui.available_rect_before_wrap();
    let number = desk.texts.number(u64::try_from(line.number).unwrap_or_default());
    let facts = [
        [("ui-audit-number", number), ("ui-audit-allowed", desk.text(line.authorisation))],
        [("ui-audit-workstation", line.workstation.clone()), ("ui-audit-version", line.version.clone())],
        [("ui-audit-hash-before", line.hashes.0.clone()), ("ui-audit-hash", line.hashes.1.clone())],
    ];
    let beside = rect.width() >= BESIDE - 32.0;
    let each = if beside { rect.width() / 3.0 } else { rect.width() };
    let fact = |at: Vec2, width: f32, (key, value): (&str, &str), kind: Type| {
        let (at, label) = (rect.min + at, desk.text(key));
        let place = Rect::from_min_size(at, Vec2::new(width - 8.0, FACT));
        let response = ui.interact(place, ui.scope_id().with(("fact", key)), Sense::hover());
        let spoken = format!("{label}: {value}");
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
        let galley = Flow::new(&label, Type::Small, t.text_3).cut(ui, 92.0);
        ui.painter().galley(at, galley, t.text_3);
        let galley = Flow::new(value, kind, t.text).cut(ui, width - 104.0);
        let is_cut = galley.elided;
        ui.painter().galley(at + Vec2::new(94.0, 0.0), galley, t.text);
        if is_cut {
            response.on_hover_text(value);
        }
    };
    for (column, pair) in facts.iter().enumerate() {
        for (row, (key, value)) in pair.iter().enumerate() {
            let kind = if column == 2 { Type::Hash } else { Type::Small };
            let (across, down) = if beside { (column, row) } else { (0, 2 * column + row) };
            fact(Vec2::new(each * across as f32, 4.0 + FACT * down as f32), each, (key, value), kind);
        }
    }
    let reason = match &line.reason {
        Some(AuditReason::Offered(key)) => desk.text(key),
        Some(AuditReason::Written(words)) => words.clone(),
        None => return,
    };
    let lines = if beside { 2.0 } else { 6.0 };
    fact(Vec2::new(0.0, 4.0 + lines * FACT), rect.width(), ("ui-audit-reason", &reason), Type::Small);
}
