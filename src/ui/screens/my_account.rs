//! *Mijn account*: passphrase, second factor, personal sheet, how the window looks.
//!
//! **Invariant:** what was typed as a secret leaves the window when it is sent.

use egui::{Id, Ui};
use lucide_icons::Icon;
use viewmodel::{Command, MineCommand, MyAccountScreen, Renewing};

use super::{
    Desk, appearance, door, entry,
    own_paper::{self, SheetWish},
};
use crate::{
    theme::{self, Type},
    view_state::ViewState,
    widgets::{
        button::{self, Button, Weight},
        choice,
        field::{self, Field},
        page, surface, text,
    },
};

/// Draws it.
pub(crate) fn my_account_ui(ui: &mut Ui, screen: &MyAccountScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    page::scrolling(ui, "my-account", |ui| {
        ui.spacing_mut().item_spacing.y = surface::BETWEEN;
        text::label(ui, &desk.text("ui-screen-my-account"), Type::Title, t.text);
        let who = [("name", screen.name.clone()), ("staff", screen.staff.clone())];
        text::label(ui, &desk.texts.format("ui-mine-who", &who), Type::Body, t.text_2);
        match &screen.renewing {
            Renewing::Nothing => choices(ui, screen, desk),
            Renewing::SecondFactor(page) => {
                renewing(ui, desk, ["ui-factor-title", "ui-mine-factor-under"], |ui, desk| {
                    own_paper::second_factor_ui(ui, page, desk);
                    let complete = desk.state.code_digits.chars().count() == 6;
                    if confirmed(ui, screen, complete, desk) {
                        let code = ViewState::take(&mut desk.state.code_digits);
                        let passphrase = ViewState::take(&mut desk.state.passphrase_old);
                        send(desk, MineCommand::ConfirmSecondFactor { code, passphrase });
                    }
                });
            }
            Renewing::Sheet(page) => {
                renewing(ui, desk, ["ui-sheet-page-title", "ui-mine-sheet-under"], |ui, desk| {
                    match own_paper::sheet_ui(ui, page, desk) {
                        Some(SheetWish::Save(path)) => send(desk, MineCommand::SaveSheet(path)),
                        Some(SheetWish::Print) => send(desk, MineCommand::PrintSheet),
                        None => {}
                    }
                    let typed = desk.state.group.chars().filter(|c| !c.is_whitespace()).count();
                    if confirmed(ui, screen, typed >= page.group_characters, desk) {
                        let group = ViewState::take(&mut desk.state.group);
                        let passphrase = ViewState::take(&mut desk.state.passphrase_old);
                        send(desk, MineCommand::ConfirmSheet { group, passphrase });
                    }
                });
            }
        }
    });
}

fn send(desk: &mut Desk<'_>, command: MineCommand) {
    desk.outbox.push(Command::Mine(command));
}

/// The card of what is being renewed, with the way back over it.
fn renewing(ui: &mut Ui, desk: &mut Desk<'_>, [title, under]: [&str; 2], draw: impl FnOnce(&mut Ui, &mut Desk<'_>)) {
    let t = theme::tokens(ui);
    if button::link(ui, &desk.text("ui-screen-my-account"), Type::Body, Some(Icon::ChevronLeft)).clicked() {
        send(desk, MineCommand::Cancel);
    }
    ui.set_max_width(surface::COLUMN.min(ui.available_width()));
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        text::label(ui, &desk.text(title), Type::Heading, t.text);
        text::label(ui, &desk.text(under), Type::Body, t.text_2);
        ui.add_space(10.0);
        draw(ui, desk);
    });
}

/// The passphrase of now, the error, and the button; whether it was asked.
fn confirmed(ui: &mut Ui, screen: &MyAccountScreen, complete: bool, desk: &mut Desk<'_>) -> bool {
    ui.add_space(12.0);
    old_passphrase(ui, desk);
    if let Some(said) = &screen.error {
        field::error_line(ui, &desk.texts.format(said.text, &said.values));
    }
    ui.add_space(12.0);
    let words = desk.text("ui-mine-renew");
    let complete = complete && !desk.state.passphrase_old.is_empty() && !screen.working;
    let clicked = Button::new(Weight::Primary, &words).enabled(complete).show(ui).clicked();
    if screen.working {
        door::deriving(ui, screen.stop.as_ref(), desk);
    }
    clicked
}

fn old_passphrase(ui: &mut Ui, desk: &mut Desk<'_>) {
    let (label, show, hide) = (desk.text("ui-mine-old"), desk.text("ui-show-typed"), desk.text("ui-hide-typed"));
    let old =
        Field { label: &label, help: None, error: None, passphrase: Some((&show, &hide)), secret: true, height: 40.0 };
    old.show(ui, Id::unique("mine-old"), &mut desk.state.passphrase_old);
}

/// What may be renewed, and how the window looks; side by side where there is room.
fn choices(ui: &mut Ui, screen: &MyAccountScreen, desk: &mut Desk<'_>) {
    if !surface::has_two_columns(ui) {
        ui.set_max_width(surface::COLUMN.min(ui.available_width()));
        passphrase_card(ui, screen, desk);
        renewal_cards(ui, screen, desk);
        notice_card(ui, screen, desk);
        appearance::appearance_card(ui, desk);
        return;
    }
    ui.horizontal_top(|ui| {
        surface::column(ui, |ui| {
            passphrase_card(ui, screen, desk);
            notice_card(ui, screen, desk);
        });
        surface::column(ui, |ui| {
            renewal_cards(ui, screen, desk);
            appearance::appearance_card(ui, desk);
        });
    });
}

fn passphrase_card(ui: &mut Ui, screen: &MyAccountScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 4.0;
        text::label(ui, &desk.text("ui-mine-passphrase"), Type::Heading, t.text);
        ui.add_space(8.0);
        old_passphrase(ui, desk);
        ui.add_space(12.0);
        let said = screen.error.as_ref().map(|said| desk.texts.format(said.text, &said.values));
        let complete = entry::new_passphrase(ui, screen.characters_min, said.as_deref(), desk);
        ui.add_space(12.0);
        let words = desk.text("ui-mine-change");
        let complete = complete && !desk.state.passphrase_old.is_empty() && !screen.working;
        if Button::new(Weight::Primary, &words).enabled(complete).show(ui).clicked() {
            desk.state.passphrase_again = crate::view_state::secret();
            let old = ViewState::take(&mut desk.state.passphrase_old);
            let new = ViewState::take(&mut desk.state.passphrase);
            send(desk, MineCommand::ChangePassphrase { old, new });
        }
        if screen.working {
            door::deriving(ui, screen.stop.as_ref(), desk);
        }
    });
}

/// Whether the desktop tells that there is feedback.
fn notice_card(ui: &mut Ui, screen: &MyAccountScreen, desk: &mut Desk<'_>) {
    let Some(notice) = screen.notice else { return };
    let t = theme::tokens(ui);
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        text::label(ui, &desk.text("ui-mine-notice"), Type::Heading, t.text);
        if !notice.is_possible {
            text::label(ui, &desk.text("ui-mine-notice-not-here"), Type::Body, t.text_2);
            return;
        }
        if choice::checkbox(ui, notice.on, &desk.text("ui-mine-notice-words"), false).clicked() {
            send(desk, MineCommand::DesktopNotice(!notice.on));
        }
        text::label(ui, &desk.text("ui-mine-notice-help"), Type::Body, t.text_2);
        if notice.is_there == Some(false) {
            text::label(ui, &desk.text("ui-mine-notice-none"), Type::Body, t.text_2);
        }
    });
}

fn renewal_cards(ui: &mut Ui, screen: &MyAccountScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    let renewals = [
        ("ui-mine-factor", "ui-mine-factor-help", "ui-mine-factor-new", MineCommand::NewSecondFactor),
        ("ui-mine-sheet", "ui-mine-sheet-help", "ui-mine-sheet-new", MineCommand::NewSheet),
    ];
    for (title, help, words, command) in renewals {
        surface::card(ui, 20, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            text::label(ui, &desk.text(title), Type::Heading, t.text);
            text::label(ui, &desk.text(help), Type::Body, t.text_2);
            ui.add_space(8.0);
            let words = desk.text(words);
            if Button::new(Weight::Secondary, &words).enabled(!screen.working).show(ui).clicked() {
                send(desk, command);
            }
        });
    }
}
