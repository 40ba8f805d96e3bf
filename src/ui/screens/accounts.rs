//! *Accounts*: the list with what each waits for, and beside it the account in hand.
//!
//! **Invariant:** what may be done is in the data; an act that destroys keys says first what is gone, and is asked twice.

use egui::{Id, Pos2, Rect, Sense, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{
    AccountFilter, AccountLine, AccountState, AccountsCommand, AccountsScreen, Command, Make, Role, Without,
};

use super::{Desk, account_detail, identifications::ONE_AT_A_TIME};
use crate::{
    frame::role_key,
    theme::{self, Type},
    view_state::PathFor,
    widgets::{
        button::{Button, Weight},
        cap::{Badge, Sign, Tint},
        choice::{self, Part},
        facts,
        field::Field,
        surface::{self, Tone},
        table::{self, Cell, Column, Table},
        text,
    },
};

const DETAIL: f32 = 336.0;

/// Draws it.
pub(crate) fn accounts_ui(ui: &mut Ui, screen: &AccountsScreen, desk: &mut Desk<'_>) {
    head(ui, screen, desk);
    for role in &screen.epochs_pending {
        let words = desk.with("ui-accounts-epoch", "role", desk.text(role_key(*role)));
        surface::banner(ui, Tone::Attention, Icon::KeyRound, &words);
        ui.add_space(8.0);
    }
    path_card(ui, screen, desk);
    if let Some(make) = screen.make.as_ref().filter(|make| make.form_open) {
        form_card(ui, make, desk);
    }
    refusals_card(ui, screen, desk);
    if let Some(without) = &screen.without {
        without_card(ui, without, desk);
    }
    filters(ui, screen, desk);
    let rest = ui.available_rect_before_wrap();
    let alone = rest.width() < ONE_AT_A_TIME;
    let Some(detail) = &screen.detail else { return list_panel(ui, rest, screen, desk) };
    if alone {
        account_detail::detail_ui(ui, rest, detail, desk);
        return;
    }
    let list = Rect::from_min_max(rest.min, Pos2::new(rest.right() - DETAIL - 16.0, rest.bottom()));
    list_panel(ui, list, screen, desk);
    let place = Rect::from_min_max(Pos2::new(rest.right() - DETAIL, rest.top()), rest.max);
    account_detail::detail_ui(ui, place, detail, desk);
}

fn head(ui: &mut Ui, screen: &AccountsScreen, desk: &mut Desk<'_>) {
    let total =
        screen.counts.iter().find(|(filter, ..)| *filter == AccountFilter::All).map_or(0, |(_, count, _)| *count);
    let under = match total {
        1 => desk.text("ui-accounts-under-one"),
        n => desk.with("ui-accounts-under", "n", desk.texts.number(n)),
    };
    let title = desk.text("ui-screen-accounts");
    let (make, import) = (desk.text("ui-accounts-new"), desk.text("ui-accounts-import"));
    let letters = screen.letters.map(|(n, _)| desk.with("ui-accounts-letters", "n", desk.texts.number(n)));
    let confirm = screen.confirm_all.as_ref().map(|(n, _)| match n {
        1 => desk.text("ui-accounts-confirm-one"),
        n => desk.with("ui-accounts-confirm-all", "n", desk.texts.number(*n)),
    });
    let width = if screen.make.is_some() { 560.0 } else { 260.0 };
    facts::page_head(ui, &title, &under, width, |ui| {
        if let Some(Make { form, .. }) = &screen.make {
            if Button::new(Weight::Primary, &make).icon(Icon::UserRoundPlus).show(ui).clicked() {
                desk.outbox.push(form.clone());
            }
            if let Some(words) = &letters
                && Button::new(Weight::Secondary, words).icon(Icon::Mails).show(ui).clicked()
            {
                ask_path(desk, PathFor::Letters);
            }
            if Button::new(Weight::Secondary, &import).icon(Icon::FileSpreadsheet).show(ui).clicked() {
                ask_path(desk, PathFor::Import);
            }
        }
        if let (Some(words), Some((_, command))) = (&confirm, &screen.confirm_all)
            && Button::new(Weight::Primary, words).icon(Icon::UserRoundCheck).show(ui).clicked()
        {
            desk.outbox.push(command.clone());
        }
    });
}

/// Asks where a file is or is to be; asked again, it is put away.
pub(crate) fn ask_path(desk: &mut Desk<'_>, what: PathFor) {
    let state = &mut desk.state.accounts;
    state.asks = if state.asks == Some(what) { None } else { Some(what) };
    state.path.clear();
}

/// Keys of a card that asks for a path: the field, its help, the button.
pub(crate) type PathKeys = [&'static str; 3];

const IMPORT: PathKeys = ["ui-accounts-import-path", "ui-accounts-import-help", "ui-accounts-import-do"];
const WRITE: PathKeys = ["ui-accounts-write-path", "ui-accounts-write-help", "ui-accounts-write-do"];

fn path_card(ui: &mut Ui, screen: &AccountsScreen, desk: &mut Desk<'_>) {
    let (keys, command): (PathKeys, fn(std::path::PathBuf) -> Command) = match desk.state.accounts.asks {
        Some(PathFor::Import) => match &screen.make {
            Some(make) => (IMPORT, make.import),
            None => return,
        },
        Some(PathFor::Letters) => match screen.letters {
            Some((_, letters)) => (WRITE, letters),
            None => return,
        },
        Some(PathFor::Rights) | None => return,
    };
    path_form(ui, keys, command, desk);
}

/// A card that asks for a path and sends the command with it.
pub(crate) fn path_form(ui: &mut Ui, keys: PathKeys, command: fn(std::path::PathBuf) -> Command, desk: &mut Desk<'_>) {
    let [label, help, words] = keys.map(|key| desk.text(key));
    surface::card(ui, 16, |ui| {
        let field =
            Field { label: &label, help: Some(&help), error: None, passphrase: None, secret: false, height: 36.0 };
        field.show(ui, Id::unique(keys), &mut desk.state.accounts.path);
        ui.add_space(8.0);
        let path = desk.state.accounts.path.trim().to_owned();
        if Button::new(Weight::Primary, &words).enabled(!path.is_empty()).show(ui).clicked() && !path.is_empty() {
            desk.outbox.push(command(path.into()));
            desk.state.accounts.path.clear();
            desk.state.accounts.asks = None;
        }
    });
    ui.add_space(12.0);
}

fn form_card(ui: &mut Ui, make: &Make, desk: &mut Desk<'_>) {
    let (staff, name) = (desk.text("ui-accounts-staff"), desk.text("ui-accounts-name"));
    let (words, cancel) = (desk.text("ui-accounts-make"), desk.text("ui-accounts-cancel"));
    surface::card(ui, 16, |ui| {
        let field = |label| Field { label, help: None, error: None, passphrase: None, secret: false, height: 36.0 };
        ui.columns(2, |columns| {
            field(&staff).show(&mut columns[0], Id::unique("account-staff"), &mut desk.state.accounts.staff);
            field(&name).show(&mut columns[1], Id::unique("account-name"), &mut desk.state.accounts.name);
        });
        ui.add_space(8.0);
        let mut roles = std::mem::take(&mut desk.state.accounts.roles);
        role_ticks(ui, &mut roles, desk);
        desk.state.accounts.roles = roles;
        ui.add_space(8.0);
        facts::sight(ui, Icon::Info, &desk.text("ui-accounts-make-why"));
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            let state = &desk.state.accounts;
            let ready = !state.staff.trim().is_empty() && !state.name.trim().is_empty() && !state.roles.is_empty();
            if Button::new(Weight::Primary, &words).enabled(ready).show(ui).clicked() && ready {
                let state = &mut desk.state.accounts;
                let command = AccountsCommand::Make {
                    staff: std::mem::take(&mut state.staff),
                    name: std::mem::take(&mut state.name),
                    roles: std::mem::take(&mut state.roles),
                };
                desk.outbox.push(Command::Accounts(command));
            }
            if Button::new(Weight::Quiet, &cancel).show(ui).clicked() {
                desk.outbox.push(make.form.clone());
            }
        });
    });
    ui.add_space(12.0);
}

/// A tick for each role.
pub(crate) fn role_ticks(ui: &mut Ui, roles: &mut Vec<Role>, desk: &Desk<'_>) {
    for role in Role::ALL {
        let ticked = roles.contains(&role);
        if choice::checkbox(ui, ticked, &desk.text(role_key(role)), false).clicked() {
            if ticked {
                roles.retain(|other| *other != role);
            } else {
                roles.push(role);
            }
        }
    }
}

fn refusals_card(ui: &mut Ui, screen: &AccountsScreen, desk: &Desk<'_>) {
    const SHOWN: usize = 8;
    if screen.refusals.is_empty() {
        return;
    }
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        text::label(ui, &desk.text("ui-accounts-refused"), Type::BodyBold, t.text);
        for refusal in screen.refusals.iter().take(SHOWN) {
            let values = [
                ("line", refusal.line.to_string()),
                ("column", refusal.column.unwrap_or_default().to_owned()),
                ("rule", desk.text(refusal.rule)),
            ];
            text::label(ui, &desk.texts.format("ui-accounts-refusal", &values), Type::Small, t.text);
        }
        if let Some(more) = screen.refusals.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let words = desk.with("ui-accounts-refusals-more", "n", desk.texts.number(more as u64));
            text::label(ui, &words, Type::Small, t.text_3);
        }
    });
    ui.add_space(12.0);
}

fn without_card(ui: &mut Ui, without: &Without, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    if without.staff.is_empty() {
        return;
    }
    surface::card(ui, 16, |ui| {
        text::label(ui, &desk.text("ui-accounts-without-why"), Type::Small, t.text_2);
        ui.add_space(4.0);
        let each = |(staff, rides): &(String, u64)| {
            let values = [("staff", staff.clone()), ("n", desk.texts.number(*rides))];
            desk.texts.format(if *rides == 1 { "ui-accounts-without-one" } else { "ui-accounts-without-each" }, &values)
        };
        let words: Vec<String> = without.staff.iter().map(each).collect();
        text::label(ui, &words.join(" · "), Type::Small, t.text);
    });
    ui.add_space(12.0);
}

fn filter_key(filter: AccountFilter) -> &'static str {
    match filter {
        AccountFilter::All => "ui-accounts-all",
        AccountFilter::AwaitsConfirmation => "ui-accounts-awaits-confirmation",
        AccountFilter::AwaitsActivation => "ui-accounts-awaits-activation",
        AccountFilter::AwaitsMember => "ui-accounts-awaits-member",
        AccountFilter::Closed => "ui-accounts-closed",
    }
}

fn filters(ui: &mut Ui, screen: &AccountsScreen, desk: &mut Desk<'_>) {
    let words: Vec<String> = screen
        .counts
        .iter()
        .map(|(filter, count, _)| format!("{} {}", desk.text(filter_key(*filter)), desk.texts.number(*count)))
        .collect();
    let each = screen.counts.iter().zip(&words);
    let parts: Vec<Part<'_>> =
        each.map(|((filter, ..), word)| Part { word, icon: None, chosen: *filter == screen.filter }).collect();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 8.0;
        if let Some((.., command)) = choice::segment(ui, &parts, 32.0).and_then(|index| screen.counts.get(index)) {
            desk.outbox.push(command.clone());
        }
        if let Some(without) = &screen.without {
            let words = desk.with("ui-accounts-without", "n", desk.texts.number(without.count));
            if Button::new(Weight::Secondary, &words).icon(Icon::UserRoundX).height(32.0).show(ui).clicked() {
                desk.outbox.push(without.show.clone());
            }
        }
        search(ui, desk);
    });
    ui.add_space(10.0);
}

fn search(ui: &mut Ui, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let hint = desk.text("ui-accounts-search");
    let (rect, _) = ui.allocate_exact_size(Vec2::new(220.0, 32.0), Sense::hover());
    let line = egui::Stroke::new(1.0, t.border_strong);
    ui.painter().rect(rect, egui::CornerRadius::same(6), t.surface, line, egui::StrokeKind::Inside);
    text::icon(ui.painter(), rect.left_center() + Vec2::new(17.0, 0.0), Icon::Search, 15.0, t.text_3);
    let inner = Rect::from_min_max(rect.min + Vec2::new(32.0, 1.0), rect.max - Vec2::new(8.0, 1.0));
    let changed = text::region(ui, inner, "account-search", |ui| {
        let edit = egui::TextEdit::singleline(&mut desk.state.accounts.search)
            .frame(egui::Frame::NONE)
            .margin(egui::Margin::ZERO)
            .font(Type::Body.font())
            .text_color(t.text)
            .hint_text(egui::RichText::new(&hint).font(Type::Body.font()).color(t.text_3))
            .align(egui::Align2::LEFT_CENTER)
            .char_limit(60)
            .desired_width(inner.width())
            .min_size(inner.size());
        let response = ui.add_sized(inner.size(), edit);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::TextInput, true, &hint));
        if response.has_focus() {
            crate::widgets::focus::ring_at(ui, rect, 6);
        }
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

fn cells(line: &AccountLine, desk: &Desk<'_>) -> Vec<Cell> {
    let roles: Vec<String> = line.roles.iter().map(|role| desk.text(role_key(*role))).collect();
    let since = line.since.map_or_else(|| desk.text("account-never"), |day| desk.texts.date_numeric(day));
    vec![
        Cell::Text(line.name.clone()),
        Cell::Quiet(line.staff.clone()),
        Cell::Text(roles.join(", ")),
        state_cell(line.state, desk),
        Cell::Quiet(since),
    ]
}

fn list_panel(ui: &mut Ui, rect: Rect, screen: &AccountsScreen, desk: &mut Desk<'_>) {
    surface::panel_ground(ui, rect);
    if screen.lines.is_empty() {
        let (title, sentence) = (desk.text("ui-accounts-none-head"), desk.text("ui-accounts-none"));
        surface::empty_state(ui, rect, Icon::Users, &title, &sentence, |_| {});
        surface::panel_line(ui, rect);
        return;
    }
    // Beside an account that is open the date stands there too, so the list does without.
    let beside = screen.detail.is_some();
    let mut columns = vec![
        Column::exact(desk.text("ui-accounts-name"), if beside { 150.0 } else { 190.0 }),
        Column::exact(desk.text("ui-accounts-staff"), if beside { 126.0 } else { 138.0 }),
        Column::rest(desk.text("ui-accounts-roles")),
        Column::exact(desk.text("ui-accounts-state"), 178.0),
    ];
    if !beside {
        columns.push(Column::exact(desk.text("ui-accounts-since"), 112.0));
    }
    let selected = screen.lines.iter().position(|line| line.selected);
    let name = desk.text("ui-screen-accounts");
    let rows = screen.lines.len();
    let table = Table { name: &name, columns: &columns, rows, selected: Some(selected), rounded: true, closed: true };
    let mut chosen = None;
    text::region(ui, rect.shrink(1.0), "account-lines", |ui| {
        table::across(ui, "accounts-across", table::least(&columns, 200.0), |ui| {
            chosen =
                table.show(ui, |index| cells(&screen.lines[index], desk).into_iter().take(columns.len()).collect());
        });
    });
    surface::panel_line(ui, rect);
    if let Some(line) = chosen.and_then(|index| screen.lines.get(index)) {
        desk.outbox.push(line.select.clone());
    }
}
