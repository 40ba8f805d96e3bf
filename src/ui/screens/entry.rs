//! First sign-in and a forgotten passphrase, page after page: code, passphrase, second factor, sheet, what is logged.
//!
//! **Invariant:** nothing is sent before it is complete; what was typed as a secret leaves the window when it is sent.

use egui::{Id, Response, Ui};
use lucide_icons::Icon;
use viewmodel::{Command, EntryCommand, EntryPage, EntryScreen, EntryWay};

use super::{
    Desk, door,
    own_paper::{self, SheetWish},
};
use crate::{
    theme::{self, Type},
    view_state::ViewState,
    widgets::{
        button::{self, Button, Weight},
        facts,
        field::{self, Field},
        focus, text,
    },
};

/// Pages, for *Stap 2 van 5*.
const PAGES: usize = 5;

/// Draws it.
pub(crate) fn entry_ui(ui: &mut Ui, screen: &EntryScreen, desk: &mut Desk<'_>) {
    if let EntryPage::Code { account } = &screen.page
        && !desk.state.account_filled
    {
        desk.state.account.clone_from(account);
        desk.state.account_filled = true;
    }
    door::door_ui(ui, &screen.organisation, desk, |ui, desk| form(ui, screen, desk));
}

fn send(desk: &mut Desk<'_>, command: EntryCommand) {
    desk.outbox.push(Command::Entry(command));
}

fn form(ui: &mut Ui, screen: &EntryScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.spacing_mut().item_spacing.y = 4.0;
    let (number, title, under) = match (&screen.page, screen.way) {
        (EntryPage::Code { .. }, EntryWay::FirstTime) => (1, "ui-activation-title", "ui-activation-under"),
        (EntryPage::Code { .. }, EntryWay::Forgotten) => (1, "ui-forgotten-title", "ui-forgotten-under"),
        (EntryPage::Passphrase { .. }, _) => (2, "ui-entry-passphrase-title", "ui-entry-passphrase-under"),
        (EntryPage::SecondFactor(_), _) => (3, "ui-factor-title", "ui-factor-under"),
        (EntryPage::Sheet(_), _) => (4, "ui-sheet-page-title", "ui-sheet-page-under"),
        (EntryPage::Logged, _) => (5, "ui-logged-title", "ui-logged-under"),
    };
    let back = if number == 1 { "ui-signin-title" } else { "ui-entry-back" };
    if button::link(ui, &desk.text(back), Type::Body, Some(Icon::ChevronLeft)).clicked() && !screen.working {
        send(desk, EntryCommand::Back);
    }
    let step = [("n", number.to_string()), ("all", PAGES.to_string())];
    text::label(ui, &desk.texts.format("ui-entry-step", &step), Type::Caption, t.text_3);
    ui.add_space(4.0);
    text::label(ui, &desk.text(title), Type::Title, t.text);
    text::label(ui, &desk.text(under), Type::Body, t.text_2);
    ui.add_space(12.0);
    match &screen.page {
        EntryPage::Code { .. } => code_page(ui, screen, desk),
        EntryPage::Passphrase { characters_min } => passphrase_page(ui, screen, *characters_min, desk),
        EntryPage::SecondFactor(page) => {
            let boxes = own_paper::second_factor_ui(ui, page, desk);
            error(ui, screen, desk);
            let complete = desk.state.code_digits.chars().count() == 6;
            if next(ui, screen, "ui-entry-next", complete, &boxes, desk) {
                let code = ViewState::take(&mut desk.state.code_digits);
                send(desk, EntryCommand::SecondFactor(code));
            }
        }
        EntryPage::Sheet(page) => {
            match own_paper::sheet_ui(ui, page, desk) {
                Some(SheetWish::Save(path)) => send(desk, EntryCommand::SaveSheet(path)),
                Some(SheetWish::Print) => send(desk, EntryCommand::PrintSheet),
                None => {}
            }
            error(ui, screen, desk);
            let complete = desk.state.group.chars().filter(|c| !c.is_whitespace()).count() >= page.group_characters;
            if plain_next(ui, screen, "ui-entry-next", complete, desk) {
                let group = ViewState::take(&mut desk.state.group);
                send(desk, EntryCommand::Sheet(group));
            }
        }
        EntryPage::Logged => logged_page(ui, screen, desk),
    }
    if screen.working {
        ui.add_space(8.0);
        door::deriving(ui, screen.stop.as_ref(), desk);
    }
}

fn error(ui: &mut Ui, screen: &EntryScreen, desk: &Desk<'_>) {
    if let Some(said) = &screen.error {
        ui.add_space(4.0);
        field::error_line(ui, &desk.texts.format(said.text, &said.values));
    }
}

/// The button at the end of a page; the sixth digit of a code moves the focus to it.
fn next(ui: &mut Ui, screen: &EntryScreen, words: &str, complete: bool, boxes: &Response, desk: &Desk<'_>) -> bool {
    ui.add_space(16.0);
    let words = desk.text(words);
    let button = Button::new(Weight::Primary, &words).height(40.0).width(ui.available_width());
    let response = button.enabled(complete && !screen.working).show(ui);
    if boxes.changed() && complete {
        response.request_focus();
    }
    response.clicked()
}

fn plain_next(ui: &mut Ui, screen: &EntryScreen, words: &str, complete: bool, desk: &Desk<'_>) -> bool {
    ui.add_space(16.0);
    let words = desk.text(words);
    let button = Button::new(Weight::Primary, &words).height(40.0).width(ui.available_width());
    button.enabled(complete && !screen.working).show(ui).clicked()
}

fn code_page(ui: &mut Ui, screen: &EntryScreen, desk: &mut Desk<'_>) {
    let (label, help) = match screen.way {
        EntryWay::FirstTime => ("ui-activation-code", "ui-activation-code-help"),
        EntryWay::Forgotten => ("ui-forgotten-code", "ui-forgotten-code-help"),
    };
    let (account, label, help) = (desk.text("ui-staff-number"), desk.text(label), desk.text(help));
    let error = screen.error.as_ref().map(|said| desk.texts.format(said.text, &said.values));
    let mut field = Field { label: &account, help: None, error: None, passphrase: None, secret: false, height: 40.0 };
    field.show(ui, Id::unique("activation-account"), &mut desk.state.account);
    ui.add_space(12.0);
    (field.label, field.help, field.error, field.secret) = (&label, Some(help.as_str()), error.as_deref(), true);
    field.show(ui, Id::unique("activation-code"), &mut desk.state.activation_code);
    let complete = !desk.state.account.trim().is_empty() && !desk.state.activation_code.trim().is_empty();
    let entered = complete && !screen.working && focus::enter_in_field(ui.ctx());
    if plain_next(ui, screen, "ui-entry-next", complete, desk) || entered {
        let code = ViewState::take(&mut desk.state.activation_code);
        let account = desk.state.account.trim().to_owned();
        send(desk, EntryCommand::Code { account, code });
    }
    if screen.way == EntryWay::Forgotten {
        ui.add_space(12.0);
        facts::sight(ui, Icon::Info, &desk.text("ui-forgotten-sheet-too"));
    }
}

fn passphrase_page(ui: &mut Ui, screen: &EntryScreen, characters_min: usize, desk: &mut Desk<'_>) {
    let said = screen.error.as_ref().map(|said| desk.texts.format(said.text, &said.values));
    let complete = new_passphrase(ui, characters_min, said.as_deref(), desk);
    let entered = complete && !screen.working && focus::enter_in_field(ui.ctx());
    if plain_next(ui, screen, "ui-entry-next", complete, desk) || entered {
        desk.state.passphrase_again = crate::view_state::secret();
        let passphrase = ViewState::take(&mut desk.state.passphrase);
        send(desk, EntryCommand::Passphrase(passphrase));
    }
}

/// A new passphrase, twice; whether it is long enough and both are the same.
pub(crate) fn new_passphrase(ui: &mut Ui, least: usize, said: Option<&str>, desk: &mut Desk<'_>) -> bool {
    let long_enough = desk.state.passphrase.chars().count() >= least;
    let same = *desk.state.passphrase == *desk.state.passphrase_again;
    let (show, hide) = (desk.text("ui-show-typed"), desk.text("ui-hide-typed"));
    let (own, again) = (desk.text("ui-activation-passphrase"), desk.text("ui-activation-again"));
    let help = desk.with("ui-activation-passphrase-help", "n", least.to_string());
    let differs = desk.text("ui-activation-differs");
    let mut field = Field {
        label: &own,
        help: Some(&help),
        error: said,
        passphrase: Some((&show, &hide)),
        secret: true,
        height: 40.0,
    };
    field.show(ui, Id::unique("activation-passphrase"), &mut desk.state.passphrase);
    ui.add_space(12.0);
    let begun = !desk.state.passphrase_again.is_empty();
    (field.label, field.help) = (&again, None);
    field.error = (begun && !same).then_some(differs.as_str());
    field.show(ui, Id::unique("activation-again"), &mut desk.state.passphrase_again);
    long_enough && same
}

fn logged_page(ui: &mut Ui, screen: &EntryScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    for key in ["ui-logged-what", "ui-logged-who", "ui-logged-not", "ui-logged-how-long"] {
        text::label(ui, &desk.text(key), Type::Body, t.text);
        ui.add_space(6.0);
    }
    error(ui, screen, desk);
    let words = match screen.way {
        EntryWay::FirstTime => "ui-activate",
        EntryWay::Forgotten => "ui-forgotten-finish",
    };
    if plain_next(ui, screen, words, true, desk) {
        send(desk, EntryCommand::Finish);
    }
}
