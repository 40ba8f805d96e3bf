//! *Accounts*: what may be done with all of them, over the list and the account in hand.
//!
//! **Not here:** the list with its parts and search (`account_list.rs`), the account in hand (`account_detail.rs`).

use egui::{Id, Pos2, Rect, Sense, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{AccountFilter, AccountsCommand, AccountsScreen, Command, Make, NewAccountDraft, Role, Without};

use super::{Desk, account_detail, account_list, identifications::ONE_AT_A_TIME};
use crate::{
    frame::role_key,
    theme::{self, Type},
    view_state::PathFor,
    widgets::{
        button::{self, Button, Weight},
        choice, facts,
        field::Field,
        page,
        surface::{self, Tone},
        text,
    },
};

const DETAIL: f32 = 344.0;
/// Least height of the list: its head and four rows.
const LIST_LEAST: f32 = 240.0;

/// Draws it.
pub(crate) fn accounts_ui(ui: &mut Ui, screen: &AccountsScreen, desk: &mut Desk<'_>) {
    let bottom = ui.max_rect().bottom();
    page::scrolling(ui, "accounts", |ui| {
        head(ui, screen, desk);
        for role in &screen.epochs_pending {
            let words = desk.with("ui-accounts-epoch", "role", desk.text(role_key(*role)));
            surface::banner(ui, Tone::Attention, Icon::KeyRound, &words);
            ui.add_space(8.0);
        }
        path_card(ui, screen, desk);
        begin_form(screen, desk);
        if let Some(make) = screen.make.as_ref().filter(|make| make.form_open) {
            form_card(ui, make, desk);
        }
        refusals_card(ui, screen, desk);
        if let Some(without) = &screen.without {
            without_card(ui, without, screen.make.as_ref(), desk);
        }
        account_list::filters(ui, screen, desk);
        // The list has what is left of the window, and room for some rows where that is little.
        let height = (bottom - ui.cursor().top()).max(LIST_LEAST);
        let (rest, _) = ui.allocate_exact_size(Vec2::new(ui.available_width(), height), Sense::hover());
        list_and_detail(ui, rest, screen, desk);
    });
}

/// A form that opens has what was typed before a lock; one that is closed is empty again.
fn begin_form(screen: &AccountsScreen, desk: &mut Desk<'_>) {
    let Some(make) = &screen.make else { return };
    let state = &mut desk.state.accounts;
    if make.form_open && !state.given_back {
        state.given_back = true;
        if !make.draft.is_empty() {
            state.fill(make.draft.as_ref().clone());
        }
    } else if state.was_open && !make.form_open {
        state.fill(NewAccountDraft::default());
    }
    state.was_open = make.form_open;
}

fn list_and_detail(ui: &mut Ui, rest: Rect, screen: &AccountsScreen, desk: &mut Desk<'_>) {
    let alone = rest.width() < ONE_AT_A_TIME;
    let Some(detail) = &screen.detail else { return account_list::list_panel(ui, rest, screen, desk) };
    if alone {
        account_detail::detail_ui(ui, rest, detail, desk);
        return;
    }
    let list = Rect::from_min_max(rest.min, Pos2::new(rest.right() - DETAIL - 16.0, rest.bottom()));
    account_list::list_panel(ui, list, screen, desk);
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
    let print = desk.text("ui-print");
    let width = if screen.make.is_some() { 680.0 } else { 260.0 };
    facts::page_head(ui, &title, &under, width, |ui| {
        if let Some(Make { form, .. }) = &screen.make {
            if Button::new(Weight::Secondary, &import).icon(Icon::FileSpreadsheet).show(ui).clicked() {
                ask_path(desk, PathFor::Import);
            }
            if let Some(command) = &screen.print_letters
                && Button::new(Weight::Secondary, &print).icon(Icon::Printer).show(ui).clicked()
            {
                desk.outbox.push(command.as_ref().clone());
            }
            if let Some(words) = &letters
                && Button::new(Weight::Secondary, words).icon(Icon::Mails).show(ui).clicked()
            {
                ask_path(desk, PathFor::Letters);
            }
            if Button::new(Weight::Primary, &make).icon(Icon::UserRoundPlus).show(ui).clicked() {
                desk.outbox.push(form.clone());
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
            Some(make) => {
                dropped_file(ui, desk);
                (IMPORT, make.import)
            }
            None => return,
        },
        Some(PathFor::Letters) => match screen.letters {
            Some((_, letters)) => (WRITE, letters),
            None => return,
        },
        Some(PathFor::Rights | PathFor::Profile | PathFor::Bill | PathFor::RefusedRides | PathFor::Portfolio)
        | None => return,
    };
    path_form(ui, keys, command, desk);
}

/// The path of a file that is dropped on the window.
pub(crate) fn dropped_file(ui: &Ui, desk: &mut Desk<'_>) {
    let dropped = ui.input(|input| input.raw.dropped_files.first().map(|file| file.path().display().to_string()));
    if let Some(path) = dropped {
        desk.state.accounts.path = path;
    }
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
        let (left, right) = Role::ALL.split_at(Role::ALL.len().div_ceil(2));
        ui.columns(2, |columns| {
            for (column, half) in columns.iter_mut().zip([left, right]) {
                column.spacing_mut().item_spacing.y = 2.0;
                half.iter().for_each(|role| role_tick(column, *role, &mut roles, desk));
            }
        });
        desk.state.accounts.roles = roles;
        ui.add_space(8.0);
        facts::sight(ui, Icon::Info, &desk.text("ui-accounts-make-why"));
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            let state = &desk.state.accounts;
            let ready = !state.staff.trim().is_empty() && !state.name.trim().is_empty() && !state.roles.is_empty();
            if Button::new(Weight::Primary, &words).enabled(ready).show(ui).clicked() && ready {
                // Where it is refused, it stands there still.
                let NewAccountDraft { staff, name, roles } = state.draft();
                desk.outbox.push(Command::Accounts(AccountsCommand::Make { staff, name, roles }));
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
        role_tick(ui, role, roles, desk);
    }
}

fn role_tick(ui: &mut Ui, role: Role, roles: &mut Vec<Role>, desk: &Desk<'_>) {
    let ticked = roles.contains(&role);
    if !choice::checkbox(ui, ticked, &desk.text(role_key(role)), false).clicked() {
        return;
    }
    if ticked {
        roles.retain(|other| *other != role);
    } else {
        roles.push(role);
    }
}

fn refusals_card(ui: &mut Ui, screen: &AccountsScreen, desk: &Desk<'_>) {
    const SHOWN: usize = 8;
    if screen.refusals.is_empty() {
        return;
    }
    let t = theme::tokens(ui);
    surface::card(ui, 16, |ui| {
        text::section(ui, &desk.text("ui-accounts-refused"), t.text);
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

/// Staff numbers without an account; one press fills in the form.
fn without_card(ui: &mut Ui, without: &Without, make: Option<&Make>, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    if without.staff.is_empty() {
        return;
    }
    surface::card(ui, 16, |ui| {
        text::label(ui, &desk.text("ui-accounts-without-why"), Type::Small, t.text_2);
        ui.add_space(4.0);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::new(16.0, 4.0);
            ui.spacing_mut().interact_size.y = 20.0;
            for (staff, rides) in &without.staff {
                let values = [("staff", staff.clone()), ("n", desk.texts.number(*rides))];
                let key = if *rides == 1 { "ui-accounts-without-one" } else { "ui-accounts-without-each" };
                let words = desk.texts.format(key, &values);
                let Some(make) = make else {
                    text::line(ui, &words, Type::Small, t.text);
                    continue;
                };
                if button::link(ui, &words, Type::Small, None).clicked() {
                    desk.state.accounts.staff.clone_from(staff);
                    desk.state.accounts.roles = vec![Role::Professional];
                    if !make.form_open {
                        desk.outbox.push(make.form.clone());
                    }
                }
            }
            if let Some(more) = without.count.checked_sub(without.staff.len() as u64).filter(|more| *more > 0) {
                let words = desk.with("ui-accounts-without-more", "n", desk.texts.number(more));
                text::line(ui, &words, Type::Small, t.text_3);
            }
        });
    });
    ui.add_space(12.0);
}
