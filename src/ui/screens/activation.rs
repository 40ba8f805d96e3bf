//! First sign-in: staff number, activation code, a passphrase of one's own, twice.
//!
//! **Invariant:** nothing is sent before the passphrase is long enough and typed twice the same.

use egui::{Id, Ui};
use lucide_icons::Icon;
use viewmodel::{ActivationScreen, Command};

use super::{Desk, door};
use crate::{
    theme::{self, Type},
    view_state::ViewState,
    widgets::{
        button::{self, Button, Weight},
        field::Field,
        surface, text,
    },
};

/// Label, help and error of a field.
type Words<'a> = (&'a str, Option<&'a str>, Option<&'a str>);

/// Draws it.
pub(crate) fn activation_ui(ui: &mut Ui, screen: &ActivationScreen, desk: &mut Desk<'_>) {
    if !desk.state.account_filled {
        desk.state.account.clone_from(&screen.account);
        desk.state.account_filled = true;
    }
    door::door_ui(ui, &screen.organisation, desk, |ui, desk| form(ui, screen, desk));
}

fn form(ui: &mut Ui, screen: &ActivationScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.spacing_mut().item_spacing.y = 4.0;
    if button::link(ui, &desk.text("ui-signin-title"), Type::Body, Some(Icon::ChevronLeft)).clicked() {
        desk.outbox.push(screen.back.clone());
    }
    ui.add_space(8.0);
    text::label(ui, &desk.text("ui-activation-title"), Type::Title, t.text);
    text::label(ui, &desk.text("ui-activation-under"), Type::Body, t.text_2);
    ui.add_space(14.0);
    let plain = |ui: &mut Ui, (label, help, error): Words<'_>, id: &str, value: &mut String, secret: bool| {
        let field = Field { label, help, error, passphrase: None, secret, height: 40.0 };
        field.show(ui, Id::unique(id), value);
        ui.add_space(12.0);
    };
    let error = screen.error.map(|key| desk.text(key));
    let (account, code) = (desk.text("ui-staff-number"), desk.text("ui-activation-code"));
    let code_help = desk.text("ui-activation-code-help");
    plain(ui, (&account, None, None), "activation-account", &mut desk.state.account, false);
    let typed = &mut desk.state.activation_code;
    plain(ui, (&code, Some(&code_help), error.as_deref()), "activation-code", typed, true);
    let least = screen.passphrase_characters_min;
    let long_enough = desk.state.passphrase.chars().count() >= least;
    let same = *desk.state.passphrase == *desk.state.passphrase_again;
    passphrases(ui, least, same, desk);
    let complete =
        !desk.state.account.trim().is_empty() && !desk.state.activation_code.trim().is_empty() && long_enough && same;
    let words = desk.text("ui-activate");
    let button = Button::new(Weight::Primary, &words).height(40.0).width(ui.available_width());
    if button.enabled(complete && !screen.working).show(ui).clicked() {
        desk.state.passphrase_again = crate::view_state::secret();
        let passphrase = ViewState::take(&mut desk.state.passphrase);
        let code = ViewState::take(&mut desk.state.activation_code);
        desk.outbox.push(Command::Activate { account: desk.state.account.trim().to_owned(), code, passphrase });
    }
    if screen.working {
        ui.add_space(8.0);
        surface::waiting(ui, &desk.text("ui-signin-working"));
    } else if !complete {
        text::label(ui, &desk.text("ui-activation-when"), Type::Small, t.text_3);
    }
}

fn passphrases(ui: &mut Ui, least: usize, same: bool, desk: &mut Desk<'_>) {
    let (show, hide) = (desk.text("ui-show-typed"), desk.text("ui-hide-typed"));
    let (own, again) = (desk.text("ui-activation-passphrase"), desk.text("ui-activation-again"));
    let help = desk.with("ui-activation-passphrase-help", "n", least.to_string());
    let differs = desk.text("ui-activation-differs");
    let mut field = Field {
        label: &own,
        help: Some(&help),
        error: None,
        passphrase: Some((&show, &hide)),
        secret: true,
        height: 40.0,
    };
    field.show(ui, Id::unique("activation-passphrase"), &mut desk.state.passphrase);
    ui.add_space(12.0);
    let begun = !desk.state.passphrase_again.is_empty();
    field.label = &again;
    field.help = None;
    field.error = (begun && !same).then_some(differs.as_str());
    field.show(ui, Id::unique("activation-again"), &mut desk.state.passphrase_again);
    ui.add_space(16.0);
}
