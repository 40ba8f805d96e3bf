//! The account in hand: who it is, what it waits for, what may be done with it.

use egui::{Rect, Ui, Vec2};
use lucide_icons::Icon;
use viewmodel::{AccountDetail, AccountHistory, AccountState, AccountsCommand, Command, Role, RoleHeld};

use super::{
    Desk,
    account_list::{seen_words, state_key},
    accounts::role_ticks,
};
use crate::{
    frame::role_key,
    theme::{self, Type},
    view_state::Irreversible,
    widgets::{
        button::{self, Button, Weight},
        choice, facts, page,
        surface::{self, Tone},
        text,
    },
};

/// Draws it in a panel.
pub(crate) fn detail_ui(ui: &mut Ui, rect: Rect, detail: &AccountDetail, desk: &mut Desk<'_>) {
    surface::panel_ground(ui, rect);
    head(ui, rect, detail, desk);
    let inner = Rect::from_min_max(rect.min + Vec2::new(20.0, HEAD), rect.max - Vec2::new(6.0, 8.0));
    text::region(ui, inner, "account-detail", |ui| {
        page::scrolling(ui, "account-detail", |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            ui.set_max_width(ui.available_width() - 8.0);
            standing(ui, detail, desk);
            held_roles(ui, detail, desk);
            acts(ui, detail, desk);
            since(ui, detail, desk);
            roles(ui, detail, desk);
            irreversible(ui, detail, desk);
        });
    });
    surface::panel_line(ui, rect);
}

/// Height of the name over what scrolls.
const HEAD: f32 = 72.0;

/// The name, and the way to put the account away; both stay where they are.
fn head(ui: &mut Ui, rect: Rect, detail: &AccountDetail, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let place = Rect::from_min_max(rect.min + Vec2::new(20.0, 16.0), rect.right_top() + Vec2::new(-52.0, HEAD));
    text::region(ui, place, "account-name", |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        text::Flow::new(&detail.name, Type::Heading, t.text).show_cut(ui);
        let values = [("staff", detail.staff.clone()), ("state", desk.text(state_key(detail.state)))];
        text::line(ui, &desk.texts.format("ui-account-under", &values), Type::Small, t.text_2);
    });
    let close = Rect::from_min_size(rect.right_top() + Vec2::new(-44.0, 14.0), Vec2::splat(28.0));
    let words = desk.text("ui-account-put-away");
    let away = text::region(ui, close, "put-away", |ui| button::icon_button(ui, Icon::X, &words, 28.0, true).clicked());
    if away {
        desk.outbox.push(Command::Accounts(AccountsCommand::Select(None)));
    }
    surface::hairline(ui, rect, rect.top() + HEAD - 8.0);
}

/// Since when it is what it is, and on whose word.
fn since(ui: &mut Ui, detail: &AccountDetail, desk: &Desk<'_>) {
    let by = |day, who: Option<&String>| {
        let mut values = vec![("date", desk.texts.date(day))];
        match who {
            Some(who) => {
                values.push(("who", who.clone()));
                desk.texts.format("ui-account-on-by", &values)
            }
            None => desk.texts.date(day),
        }
    };
    let AccountHistory { made, confirmed, since, last_seen, code_until } = detail.history.as_ref();
    let mut rows = Vec::new();
    if let Some(seen) = last_seen {
        rows.push((desk.text("ui-accounts-last-seen"), seen_words(*seen, desk)));
    }
    if let Some((made, who)) = made {
        rows.push((desk.text("ui-account-made"), by(*made, who.as_ref())));
    }
    if let Some((confirmed, who)) = confirmed {
        rows.push((desk.text("ui-account-confirmed"), by(*confirmed, Some(who))));
    }
    if let Some(since) = since {
        rows.push((desk.text("ui-account-activated"), desk.texts.date(*since)));
    }
    if let Some(until) = code_until {
        rows.push((desk.text("ui-account-code-until"), desk.texts.date(*until)));
    }
    ui.add_space(4.0);
    facts::key_values(ui, 126.0, &rows);
}

fn held_roles(ui: &mut Ui, detail: &AccountDetail, desk: &Desk<'_>) {
    text::section(ui, &desk.text("ui-accounts-roles"), theme::tokens(ui).text);
    for role in &detail.roles {
        role_line(ui, detail, *role, desk);
    }
}

/// A role with since when, and who admitted; or that it waits.
fn role_line(ui: &mut Ui, detail: &AccountDetail, role: Role, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let held = detail.held.iter().find(|held| held.role == role);
    let under = match held {
        Some(RoleHeld { since, by: Some(by), .. }) => {
            let values = [("date", desk.texts.date(*since)), ("who", by.clone())];
            desk.texts.format("ui-account-role-admitted", &values)
        }
        Some(RoleHeld { since, by: None, .. }) => desk.with("ui-account-role-since", "date", desk.texts.date(*since)),
        None => desk.text("ui-account-role-not-yet"),
    };
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        text::label(ui, &desk.text(role_key(role)), Type::Body, t.text);
        text::label(ui, &under, Type::Small, t.text_3);
    });
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
    for held in detail.held.iter().filter(|held| held.last) {
        let words = desk.with("ui-account-last", "role", desk.text(role_key(held.role)));
        facts::sight(ui, Icon::KeyRound, &words);
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
    if !choice::fold(ui, "account-roles", &desk.text("ui-account-roles-change")) {
        return;
    }
    let mut ticked = match desk.state.accounts.ticked.take() {
        Some((account, roles)) if account == detail.account => roles,
        Some(_) | None => detail.roles.clone(),
    };
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
