//! The account in hand: who it is, what it waits for, what may be done with it.

use egui::{Pos2, Rect, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{AccountDetail, AccountState, AccountsCommand, Command};

use super::{
    Desk,
    accounts::{role_ticks, state_key},
};
use crate::{
    frame::role_key,
    theme::{self, Type},
    view_state::Irreversible,
    widgets::{
        button::{self, Button, Weight},
        facts, page,
        surface::{self, Tone},
        text,
    },
};

/// Draws it in a panel.
pub(crate) fn detail_ui(ui: &mut Ui, rect: Rect, detail: &AccountDetail, desk: &mut Desk<'_>) {
    surface::panel_ground(ui, rect);
    let inner = Rect::from_min_max(rect.min + Vec2::splat(20.0), rect.max - Vec2::splat(12.0));
    text::region(ui, inner, "account-detail", |ui| {
        page::scrolling(ui, "account-detail", |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            ui.set_max_width(inner.width());
            head(ui, inner, detail, desk);
            standing(ui, detail, desk);
            acts(ui, detail, desk);
            roles(ui, detail, desk);
            irreversible(ui, detail, desk);
        });
    });
    surface::panel_line(ui, rect);
}

fn head(ui: &mut Ui, inner: Rect, detail: &AccountDetail, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    text::label(ui, &detail.name, Type::Heading, t.text);
    let close = Rect::from_min_size(Pos2::new(inner.right() - 30.0, inner.top() - 4.0), Vec2::splat(28.0));
    let words = desk.text("ui-account-put-away");
    let away = text::region(ui, close, "put-away", |ui| button::icon_button(ui, Icon::X, &words, 28.0, true).clicked());
    if away {
        desk.outbox.push(Command::Accounts(AccountsCommand::Select(None)));
    }
    let roles: Vec<String> = detail.roles.iter().map(|role| desk.text(role_key(*role))).collect();
    let mut rows = vec![
        (desk.text("ui-accounts-staff"), detail.staff.clone()),
        (desk.text("ui-accounts-roles"), roles.join(", ")),
        (desk.text("ui-accounts-state"), desk.text(state_key(detail.state))),
    ];
    if let Some(made) = detail.made {
        rows.push((desk.text("ui-account-made"), desk.texts.date(made)));
    }
    if let Some(until) = detail.code_until {
        rows.push((desk.text("ui-account-code-until"), desk.texts.date(until)));
    }
    facts::key_values(ui, 130.0, &rows);
}

/// What it waits for, and who can do it.
fn standing(ui: &mut Ui, detail: &AccountDetail, desk: &Desk<'_>) {
    let key = match detail.state {
        AccountState::AwaitsConfirmation => Some("ui-account-awaits-confirmation"),
        AccountState::AwaitsActivation => Some("ui-account-awaits-activation"),
        AccountState::CodeExpired => Some("ui-account-code-expired"),
        AccountState::ResetAsked => Some("ui-account-reset-asked"),
        AccountState::Closed => Some("ui-account-closed"),
        AccountState::AwaitsMember | AccountState::Active => None,
    };
    if let Some(key) = key {
        let tone = if detail.state == AccountState::AwaitsActivation { Tone::News } else { Tone::Attention };
        surface::banner(ui, tone, Icon::Info, &desk.text(key));
    }
    for waited in &detail.waits {
        let values = [("role", desk.text(role_key(waited.role))), ("who", waited.members.join(", "))];
        let key = if waited.members.is_empty() { "ui-account-no-member" } else { "ui-account-awaits-member" };
        surface::banner(ui, Tone::Attention, Icon::UserRoundPlus, &desk.texts.format(key, &values));
    }
    if detail.letter {
        facts::sight(ui, Icon::Mail, &desk.text("ui-account-letter"));
    }
}

fn acts(ui: &mut Ui, detail: &AccountDetail, desk: &mut Desk<'_>) {
    if detail.confirm.is_some() {
        facts::sight(ui, Icon::Info, &desk.text("ui-account-confirm-why"));
    }
    if detail.renew.is_some() {
        facts::sight(ui, Icon::Info, &desk.text("ui-account-renew-why"));
    }
    let each = [
        (&detail.confirm, Weight::Primary, Icon::UserRoundCheck, "ui-account-confirm"),
        (&detail.admit, Weight::Primary, Icon::UserRoundPlus, "ui-account-admit"),
        (&detail.renew, Weight::Secondary, Icon::Mail, "ui-account-renew"),
        (&detail.drop_reset, Weight::Secondary, Icon::X, "ui-account-drop-reset"),
    ];
    for (command, weight, icon, key) in each {
        let Some(command) = command else { continue };
        let words = desk.text(key);
        if Button::new(weight, &words).icon(icon).show(ui).clicked() {
            desk.outbox.push(command.clone());
        }
    }
}

fn roles(ui: &mut Ui, detail: &AccountDetail, desk: &mut Desk<'_>) {
    let Some(set_roles) = detail.set_roles else { return };
    let t = theme::tokens(ui);
    let mut ticked = match desk.state.accounts.ticked.take() {
        Some((account, roles)) if account == detail.account => roles,
        Some(_) | None => detail.roles.clone(),
    };
    text::label(ui, &desk.text("ui-accounts-roles"), Type::BodyBold, t.text);
    ui.spacing_mut().item_spacing.y = 2.0;
    role_ticks(ui, &mut ticked, desk);
    ui.spacing_mut().item_spacing.y = 8.0;
    let sorted = |roles: &[viewmodel::Role]| viewmodel::Role::ALL.map(|role| roles.contains(&role));
    if sorted(&ticked) == sorted(&detail.roles) {
        return;
    }
    facts::sight(ui, Icon::Info, &desk.text("ui-account-roles-why"));
    let words = desk.text("ui-account-roles-do");
    let enabled = !ticked.is_empty();
    if Button::new(Weight::Secondary, &words).enabled(enabled).show(ui).clicked() && enabled {
        desk.outbox.push(set_roles(detail.account, ticked));
    } else {
        desk.state.accounts.ticked = Some((detail.account, ticked));
    }
}

/// Acts that destroy keys: the first press says what is gone, the second does it.
fn irreversible(ui: &mut Ui, detail: &AccountDetail, desk: &mut Desk<'_>) {
    let reset_gone = ["ui-account-reset-gone-none", "ui-account-reset-gone-one", "ui-account-reset-gone"];
    let close_gone = ["ui-account-close-gone-none", "ui-account-close-gone-one", "ui-account-close-gone"];
    let reset = (Irreversible::Reset, Icon::RotateCcw, reset_gone);
    let close = (Irreversible::Close, Icon::Ban, close_gone);
    let each = [
        (&detail.approve_reset, reset, ["ui-account-approve-reset", "ui-account-approve-reset-sure"]),
        (&detail.ask_reset, reset, ["ui-account-ask-reset", "ui-account-ask-reset-sure"]),
        (&detail.close, close, ["ui-account-close", "ui-account-close-sure"]),
    ];
    for (command, (act, icon, gone), keys) in each {
        let Some(command) = command else { continue };
        let asked = Some((detail.account, act));
        let [words, yes] = keys.map(|key| desk.text(key));
        if desk.state.accounts.sure != asked {
            if Button::new(Weight::Secondary, &words).icon(icon).show(ui).clicked() {
                desk.state.accounts.sure = asked;
            }
            continue;
        }
        let [none, one, more] = gone;
        let gone = match detail.gone {
            0 => desk.text(none),
            1 => desk.text(one),
            n => desk.with(more, "n", desk.texts.number(n)),
        };
        surface::banner(ui, Tone::Refused, Icon::TriangleAlert, &gone);
        let no = desk.text("ui-accounts-cancel");
        ui.horizontal(|ui| {
            if Button::new(Weight::Secondary, &yes).icon(icon).show(ui).clicked() {
                desk.state.accounts.sure = None;
                desk.outbox.push(command.clone());
            }
            if Button::new(Weight::Quiet, &no).show(ui).clicked() {
                desk.state.accounts.sure = None;
            }
        });
    }
}
