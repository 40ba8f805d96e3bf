//! Sign in: account, passphrase, the place of the second factor, and one answer whatever was wrong.
//!
//! **Invariant:** the passphrase goes into the command and out of the window in one step.

use egui::{Id, Key, Rect, Role as Spoken, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{Command, SignInScreen};

use super::{Desk, door};
use crate::{
    frame::role_key,
    theme::{self, Type},
    view_state::ViewState,
    widgets::{
        button::{self, Button, Weight},
        field::{self, Field},
        focus, surface, text,
    },
};

/// Draws it.
pub(crate) fn sign_in_ui(ui: &mut Ui, screen: &SignInScreen, desk: &mut Desk<'_>) {
    if !desk.state.account_filled {
        desk.state.account.clone_from(&screen.account);
        desk.state.account_filled = true;
    }
    door::door_ui(ui, &screen.organisation, desk, |ui, desk| {
        if screen.roles.is_empty() { form(ui, screen, desk) } else { roles(ui, screen, desk) }
    });
}

fn form(ui: &mut Ui, screen: &SignInScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.spacing_mut().item_spacing.y = 4.0;
    text::label(ui, &desk.text("ui-signin-title"), Type::Title, t.text);
    text::label(ui, &desk.text("ui-signin-under-code"), Type::Body, t.text_2);
    ui.add_space(18.0);
    let account_id = Id::unique("sign-in-account");
    let label = desk.text("ui-account");
    let account = Field { label: &label, help: None, error: None, passphrase: None, secret: false, height: 40.0 };
    account.show(ui, account_id, &mut desk.state.account);
    ui.add_space(16.0);
    let (label, show, hide) = (desk.text("ui-passphrase"), desk.text("ui-show-typed"), desk.text("ui-hide-typed"));
    let error = screen.error.as_ref().map(|said| desk.texts.format(said.text, &said.values));
    let passphrase_id = Id::unique("sign-in-passphrase");
    let passphrase = Field {
        label: &label,
        help: None,
        error: error.as_deref(),
        passphrase: Some((&show, &hide)),
        secret: true,
        height: 40.0,
    };
    let response = passphrase.show(ui, passphrase_id, &mut desk.state.passphrase);
    ui.add_space(16.0);
    let name = desk.text("ui-code");
    text::label(ui, &name, Type::BodyBold, t.text);
    text::label(ui, &desk.text("ui-code-help"), Type::Small, t.text_3);
    let boxes = field::code_boxes(ui, Id::unique("sign-in-code"), &name, &mut desk.state.code_digits);
    ui.add_space(16.0);
    let complete = !desk.state.account.trim().is_empty()
        && !desk.state.passphrase.is_empty()
        && desk.state.code_digits.chars().count() == 6;
    let words = desk.text("ui-signin");
    let button = Button::new(Weight::Primary, &words).height(40.0).width(ui.available_width());
    let button = button.enabled(complete && !screen.working).show(ui);
    if complete && boxes.changed() {
        // The sixth digit leads to the button and does not submit (LOOK §6).
        button.request_focus();
    }
    let left = response.lost_focus() || boxes.lost_focus();
    let entered = left && ui.input(|input| input.key_pressed(Key::Enter));
    if complete && !screen.working && (button.clicked() || entered) {
        let passphrase = ViewState::take(&mut desk.state.passphrase);
        let code = ViewState::take(&mut desk.state.code_digits);
        desk.outbox.push(Command::SignIn { account: desk.state.account.trim().to_owned(), passphrase, code });
    }
    if ui.memory(|memory| memory.focused().is_none()) && !screen.working {
        let first = if desk.state.account.is_empty() { account_id } else { passphrase_id };
        ui.memory_mut(|memory| memory.request_focus(first));
    }
    // Its place is kept, so that nothing moves when it comes.
    let working = Rect::from_min_size(ui.cursor().min + Vec2::new(0.0, 4.0), Vec2::new(ui.available_width(), 21.0));
    if screen.working {
        text::region(ui, working, "working", |ui| {
            ui.spacing_mut().interact_size.y = working.height();
            door::deriving(ui, screen.stop.as_ref(), desk);
        });
    }
    ui.add_space(25.0);
    below(ui, screen, desk);
}

fn below(ui: &mut Ui, screen: &SignInScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let ways = [
        (&screen.forgotten, Icon::KeyRound, "ui-signin-forgotten", "ui-signin-use-sheet"),
        (&screen.activate, Icon::Mail, "ui-signin-first-time", "ui-signin-activate"),
        (&screen.recover, Icon::FileKey, "ui-signin-keys-lost", "ui-signin-recover"),
    ];
    surface::divider(ui, 6.0);
    ui.spacing_mut().interact_size.y = 24.0;
    for (command, icon, question, answer) in ways {
        let Some(command) = command else { continue };
        ui.horizontal(|ui| {
            text::icon_here(ui, icon, 18.0, t.text_2);
            text::line(ui, &desk.text(question), Type::SmallBold, t.text);
            if button::link(ui, &desk.text(answer), Type::Small, None).clicked() {
                desk.outbox.push(command.clone());
            }
        });
    }
    if screen.demo.is_empty() {
        return;
    }
    surface::divider(ui, 10.0);
    text::label(ui, &desk.text("ui-signin-demo"), Type::SmallBold, t.text);
    text::label(ui, &desk.text("ui-signin-demo-help"), Type::Caption, t.text_3);
    ui.add_space(4.0);
    ui.spacing_mut().item_spacing.y = 6.0;
    for account in &screen.demo {
        let role = desk.text(role_key(account.role));
        if choice(ui, &account.name, &role, !screen.working) {
            desk.outbox.push(account.sign_in.clone());
        }
    }
}

/// A row with a name and a role that acts.
fn choice(ui: &mut Ui, name: &str, role: &str, enabled: bool) -> bool {
    let t = theme::tokens(ui);
    let sense = if enabled { Sense::click() } else { Sense::hover() };
    let (rect, response) = ui.allocate_exact_size(Vec2::new(ui.available_width(), 32.0), sense);
    let spoken = if name.is_empty() { role.to_owned() } else { format!("{name}, {role}") };
    response.widget_info(|| WidgetInfo::labeled(Spoken::Button, enabled, &spoken));
    let fill = if enabled && response.hovered() { t.hover } else { t.surface };
    let stroke = Stroke::new(1.0, if enabled { t.border_strong } else { t.border });
    ui.painter().rect(rect, egui::CornerRadius::same(6), fill, stroke, StrokeKind::Inside);
    let (ink, quiet) = if enabled { (t.text, t.text_3) } else { (t.disabled, t.disabled) };
    let galley = text::galley(ui, role, Type::Body, ink);
    text::paint_left(ui.painter(), rect.left_center() + Vec2::new(12.0, 0.0), galley);
    let galley = text::galley(ui, name, Type::Small, quiet);
    text::paint_right(ui.painter(), rect.right_center() - Vec2::new(12.0, 0.0), galley);
    focus::ring(ui, &response, rect, 6);
    response.clicked()
}

/// Which role this session is for, where an account has several.
fn roles(ui: &mut Ui, screen: &SignInScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    text::label(ui, &desk.text("ui-signin-role-title"), Type::Title, t.text);
    text::label(ui, &desk.text("ui-signin-role-under"), Type::Body, t.text_2);
    ui.add_space(12.0);
    for (role, command) in &screen.roles {
        if choice(ui, "", &desk.text(role_key(*role)), !screen.working) {
            desk.outbox.push(command.clone());
        }
    }
}
