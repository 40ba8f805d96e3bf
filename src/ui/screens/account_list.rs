//! The list of *Accounts*: its parts, its search, and what each account waits for.

use egui::{CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{AccountFilter, AccountLine, AccountState, AccountsCommand, AccountsScreen, Command, Seen};

use super::Desk;
use crate::{
    frame::role_key,
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        cap::{Badge, Sign, Tint},
        choice::{self, Part},
        focus, surface,
        table::{self, Cell, Column, Table},
        text,
    },
};

const SEARCH: f32 = 220.0;
const BETWEEN: f32 = 8.0;

fn filter_key(filter: AccountFilter) -> &'static str {
    match filter {
        AccountFilter::All => "ui-accounts-all",
        AccountFilter::AwaitsConfirmation => "ui-accounts-awaits-confirmation",
        AccountFilter::AwaitsActivation => "ui-accounts-awaits-activation",
        AccountFilter::AwaitsMember => "ui-accounts-awaits-member",
        AccountFilter::Closed => "ui-accounts-closed",
    }
}

/// The parts of the list that hold somebody, the crew without an account, and the search.
pub(crate) fn filters(ui: &mut Ui, screen: &AccountsScreen, desk: &mut Desk<'_>) {
    let is_shown =
        |filter: AccountFilter, count: u64| count > 0 || filter == screen.filter || filter == AccountFilter::All;
    let shown: Vec<_> = screen.counts.iter().filter(|(filter, count, _)| is_shown(*filter, *count)).collect();
    let words: Vec<String> = shown
        .iter()
        .map(|(filter, count, _)| format!("{} {}", desk.text(filter_key(*filter)), desk.texts.number(*count)))
        .collect();
    let each = shown.iter().zip(&words);
    let parts: Vec<Part<'_>> =
        each.map(|((filter, ..), word)| Part { word, icon: None, chosen: *filter == screen.filter }).collect();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = Vec2::splat(BETWEEN);
        let clicked = if choice::segment_width(ui, &parts) <= ui.available_width() {
            choice::segment(ui, &parts, 32.0)
        } else {
            // One under another where a line does not hold them.
            let each = parts.iter().map(|part| choice::segment(ui, std::slice::from_ref(part), 32.0));
            each.collect::<Vec<_>>().iter().position(Option::is_some)
        };
        if let Some((.., command)) = clicked.and_then(|index| shown.get(index)) {
            desk.outbox.push(command.clone());
        }
        if let Some(without) = &screen.without {
            let words = desk.with("ui-accounts-without", "n", desk.texts.number(without.count));
            let button = Button::new(Weight::Secondary, &words).icon(Icon::UserRoundX).height(32.0);
            if button.show(ui).clicked() {
                desk.outbox.push(without.show.clone());
            }
        }
        // At the right, where its line has room for it.
        let left = ui.max_rect().right() - ui.cursor().left();
        if left > SEARCH {
            ui.add_space(left - SEARCH);
        }
        search(ui, desk);
    });
    ui.add_space(10.0);
}

fn search(ui: &mut Ui, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let hint = desk.text("ui-accounts-search");
    let (rect, _) = ui.allocate_exact_size(Vec2::new(SEARCH, 32.0), Sense::hover());
    let line = Stroke::new(1.0, t.border_strong);
    ui.painter().rect(rect, CornerRadius::same(6), t.surface, line, StrokeKind::Inside);
    text::icon(ui.painter(), rect.left_center() + Vec2::new(17.0, 0.0), Icon::Search, 15.0, t.text_3);
    let inner = Rect::from_min_max(rect.min + Vec2::new(32.0, 1.0), rect.max - Vec2::new(8.0, 1.0));
    if desk.state.accounts.search.is_empty() {
        let galley = text::Flow::new(&hint, Type::Body, t.text_3).cut(ui, inner.width());
        text::paint_left(ui.painter(), inner.left_center(), galley);
    }
    let changed = text::region(ui, inner, "account-search", |ui| {
        let edit = egui::TextEdit::singleline(&mut desk.state.accounts.search)
            .frame(egui::Frame::NONE)
            .margin(egui::Margin::ZERO)
            .font(Type::Body.font())
            .text_color(t.text)
            .align(egui::Align2::LEFT_CENTER)
            .char_limit(60)
            .desired_width(inner.width())
            .min_size(inner.size());
        let response = ui.add_sized(inner.size(), edit);
        response.widget_info(|| WidgetInfo::labeled(egui::Role::TextInput, true, &hint));
        focus::field_ring(ui, &response, rect);
        response.changed()
    });
    if changed {
        let search = desk.state.accounts.search.clone();
        desk.outbox.push(Command::Accounts(AccountsCommand::Search(search)));
    }
}

/// Key of a state's word.
pub(crate) fn state_key(state: AccountState) -> &'static str {
    match state {
        AccountState::AwaitsConfirmation => "account-awaits-confirmation",
        AccountState::AwaitsActivation => "account-awaits-activation",
        AccountState::CodeExpired => "account-code-expired",
        AccountState::AwaitsMember => "account-awaits-member",
        AccountState::ResetAsked => "account-reset-asked",
        AccountState::Active => "account-active",
        AccountState::Closed => "account-closed",
    }
}

fn state_cell(state: AccountState, desk: &Desk<'_>) -> Cell {
    let word = desk.text(state_key(state));
    let badge = |icon, tint| Cell::Badge(Badge::new(word.clone(), Sign::Icon(icon), tint));
    match state {
        AccountState::Active => Cell::Quiet(word),
        AccountState::AwaitsConfirmation => badge(Icon::UserRoundCheck, Tint::Orange),
        AccountState::AwaitsMember => badge(Icon::UserRoundPlus, Tint::Orange),
        AccountState::ResetAsked => badge(Icon::RotateCcw, Tint::Orange),
        AccountState::AwaitsActivation => badge(Icon::Hourglass, Tint::Grey),
        AccountState::CodeExpired => badge(Icon::Hourglass, Tint::Orange),
        AccountState::Closed => badge(Icon::Ban, Tint::Outline),
    }
}

/// When somebody was last here: *vandaag, 09:36*.
pub(crate) fn seen_words(seen: Option<Seen>, desk: &Desk<'_>) -> String {
    let Some(Seen { at, days_ago }) = seen else { return desk.text("account-never-seen") };
    let time = || desk.texts.time(at);
    match days_ago {
        ..=0 => desk.with("account-seen-today", "time", time()),
        1 => desk.with("account-seen-yesterday", "time", time()),
        // A weekday and a day of the month say which one it is for half a year.
        2..180 => desk.texts.date_short(at.date()),
        _ => desk.texts.date_numeric(at.date()),
    }
}

fn cells(line: &AccountLine, shows_last_seen: bool, desk: &Desk<'_>) -> Vec<Cell> {
    let roles: Vec<String> = line.roles.iter().map(|role| desk.text(role_key(*role))).collect();
    let mut cells = vec![
        Cell::Two(line.name.clone(), line.staff.clone()),
        Cell::Wrapped(roles.join(", ")),
        state_cell(line.state, desk),
    ];
    if shows_last_seen {
        cells.push(Cell::Quiet(seen_words(line.last_seen, desk)));
    }
    cells
}

/// The list in a panel.
pub(crate) fn list_panel(ui: &mut Ui, rect: Rect, screen: &AccountsScreen, desk: &mut Desk<'_>) {
    surface::panel_ground(ui, rect);
    if screen.lines.is_empty() {
        let (title, sentence) = (desk.text("ui-accounts-none-head"), desk.text("ui-accounts-none"));
        surface::empty_state(ui, rect, Icon::Users, &title, &sentence, |_| {});
        surface::panel_line(ui, rect);
        return;
    }
    let beside = screen.detail.is_some();
    // Beside an account that is open the moment stands there too, so the list does without.
    let shows_last_seen = screen.shows_last_seen && !beside;
    let mut columns = vec![
        Column::exact(desk.text("ui-accounts-name"), if beside { 180.0 } else { 260.0 }),
        Column::rest(desk.text("ui-accounts-roles")),
        Column::exact(desk.text("ui-accounts-state"), 178.0),
    ];
    if shows_last_seen {
        columns.push(Column::exact(desk.text("ui-accounts-last-seen"), 170.0));
    }
    let selected = screen.lines.iter().position(|line| line.selected);
    let name = desk.text("ui-screen-accounts");
    let table = Table {
        name: &name,
        columns: &columns,
        rows: screen.lines.len(),
        row_height: table::TALL,
        selected: Some(selected),
        rounded: true,
        closed: true,
    };
    let mut chosen = None;
    text::region(ui, rect.shrink(1.0), "account-lines", |ui| {
        table::across(ui, "accounts-across", table::least(&columns, 170.0), |ui| {
            chosen = table.show(ui, |index| cells(&screen.lines[index], shows_last_seen, desk));
        });
    });
    surface::panel_line(ui, rect);
    if let Some(line) = chosen.and_then(|index| screen.lines.get(index)) {
        desk.outbox.push(line.select.clone());
    }
}
