//! The pages before there is a store that opens: what each asks, and the answer as it is sent.
//!
//! **Not here:** steps, foot and errors (`installation`), the recovery kit's page (`kit_paper`).

use std::path::PathBuf;

use egui::{Id, Margin, Role as SpokenRole, Stroke, Ui};
use lucide_icons::Icon;
use viewmodel::{
    FirstAccountTyped, InstallationCommand, InstallationLine, InstallationPage, Kind, MadePage, PlaceTyped, Role,
};

use super::{Desk, installation::send, kit_paper, recovery_pages};
use crate::{
    frame::role_key,
    theme::{self, Type},
    widgets::{
        button::{self, Button, Weight},
        choice, facts,
        field::Field,
        said, surface, text,
    },
};

/// Width of a form's fields.
const FORM: f32 = 460.0;
/// Width of the keys of what was answered.
const KEYS: f32 = 210.0;
/// Most first accounts; more come from a file once the store is there.
const ACCOUNTS_MAX: usize = 12;

/// The way on from a page.
pub(crate) struct Next {
    /// Key of the button's words.
    pub(crate) words: &'static str,
    /// All is there that it needs.
    pub(crate) complete: bool,
    /// Why it waits, or what comes.
    pub(crate) hint: Option<String>,
    /// Enter goes on.
    pub(crate) by_enter: bool,
    /// The kit may be left out.
    pub(crate) may_be_left_out: bool,
}

/// Title and sentence under it.
pub(crate) fn heading(page: &InstallationPage) -> (&'static str, &'static str) {
    match page {
        InstallationPage::Choose { .. } => ("ui-install-title", "ui-install-title"),
        InstallationPage::Existing(_) => ("ui-existing-title", "ui-existing-under"),
        InstallationPage::Organisation { .. } => ("ui-organisation-title", "ui-organisation-under"),
        InstallationPage::Kind(_) => ("ui-kind-title", "ui-kind-under"),
        InstallationPage::SystemAccounts(_) => ("ui-several-title", "ui-several-under"),
        InstallationPage::Folder(_) => ("ui-folder-title", "ui-folder-under"),
        InstallationPage::Keys { .. } => ("ui-keys-title", "ui-keys-under"),
        InstallationPage::Kit(_) => ("ui-kit-title", "ui-kit-under"),
        InstallationPage::Accounts(_) => ("ui-first-title", "ui-first-under"),
        InstallationPage::Retention { .. } => ("ui-retention-title", "ui-retention-under"),
        InstallationPage::WithoutAgreement(_) => ("ui-agreement-title", "ui-agreement-under"),
        InstallationPage::Duties(_) => ("ui-duties-title", "ui-duties-under"),
        InstallationPage::Ready(_) => ("ui-ready-title", "ui-ready-under"),
        InstallationPage::Made(_) => ("ui-made-title", "ui-made-under"),
        InstallationPage::RecoverAt { .. } => ("ui-recover-place-title", "ui-recover-place-under"),
        InstallationPage::Sheet(1) => ("ui-recover-first-title", "ui-recover-sheet-under"),
        InstallationPage::Sheet(_) => ("ui-recover-second-title", "ui-recover-sheet-under"),
        InstallationPage::Admit(_) => ("ui-recover-admit-title", "ui-recover-admit-under"),
        InstallationPage::RecoverReady(_) => ("ui-recover-ready-title", "ui-recover-ready-under"),
        InstallationPage::Recovered { .. } => ("ui-recovered-title", "ui-recovered-under"),
    }
}

/// Draws what a page asks.
pub(crate) fn page_ui(ui: &mut Ui, page: &InstallationPage, desk: &mut Desk<'_>) {
    match page {
        InstallationPage::Choose { .. } => {}
        InstallationPage::Existing(_) => place_page(ui, desk),
        InstallationPage::RecoverAt { .. } => {
            place_page(ui, desk);
            ui.add_space(14.0);
            line_field(ui, "ui-recover-backup", Some("ui-recover-backup-help"), "install-backup", desk, |s| {
                &mut s.backup
            });
        }
        InstallationPage::Organisation { .. } => organisation_page(ui, desk),
        InstallationPage::Kind(_) => kind_page(ui, desk),
        InstallationPage::SystemAccounts(_) => several_page(ui, desk),
        InstallationPage::Folder(_) => {
            line_field(ui, "ui-folder", Some("ui-folder-help"), "install-folder", desk, |s| &mut s.folder);
        }
        InstallationPage::Keys { file_needed, .. } => keys_page(ui, *file_needed, desk),
        InstallationPage::Kit(page) => kit_paper::kit_ui(ui, page, desk),
        InstallationPage::Accounts(_) => accounts_page(ui, desk),
        InstallationPage::Retention { most, year, .. } => retention_page(ui, *most, *year, desk),
        InstallationPage::WithoutAgreement(_) => agreement_page(ui, desk),
        InstallationPage::Duties(_) => duties_page(ui, desk),
        InstallationPage::Ready(lines) | InstallationPage::RecoverReady(lines) => lines_card(ui, lines, desk),
        InstallationPage::Made(page) => made_page(ui, page, desk),
        InstallationPage::Sheet(_) => recovery_pages::sheet_page(ui, desk),
        InstallationPage::Admit(_) => recovery_pages::admit_page(ui, desk),
        InstallationPage::Recovered { code } => recovery_pages::recovered_page(ui, code.as_ref(), desk),
    }
}

/// The way on.
pub(crate) fn next(page: &InstallationPage, desk: &Desk<'_>) -> Next {
    let state = &desk.state.installation;
    let filled = |text: &str| !text.trim().is_empty();
    let next = |words, complete| Next { words, complete, hint: None, by_enter: false, may_be_left_out: false };
    let typed = |complete| Next { by_enter: true, ..next("ui-install-next", complete) };
    match page {
        InstallationPage::Choose { .. } => next("ui-install-next", false),
        InstallationPage::Existing(_) => Next { words: "ui-install-open", ..typed(place_is_filled(desk)) },
        InstallationPage::RecoverAt { .. } => typed(place_is_filled(desk)),
        InstallationPage::Organisation { .. } => typed(filled(&state.name) && filled(&state.rav)),
        InstallationPage::Kind(_) => next("ui-install-next", state.kind.is_some()),
        InstallationPage::SystemAccounts(_) => next("ui-install-next", state.several.is_some()),
        InstallationPage::Folder(_) => typed(filled(&state.folder)),
        InstallationPage::Keys { .. } => {
            let complete = !state.by_file || filled(&state.key_file);
            Next { hint: Some(desk.text("ui-keys-hint")), ..typed(complete) }
        }
        InstallationPage::Kit(page) => {
            let open = page.sheets.iter().filter(|sheet| !sheet.checked).count();
            let hint = (open > 0).then(|| desk.with("ui-kit-open", "count", open.to_string()));
            Next { hint, may_be_left_out: page.may_be_left_out && open > 0, ..next("ui-install-next", open == 0) }
        }
        InstallationPage::Accounts(_) => {
            let complete = |account: &FirstAccountTyped| {
                filled(&account.staff) && filled(&account.name) && !account.roles.is_empty()
            };
            next("ui-install-next", state.accounts.iter().all(complete))
        }
        InstallationPage::Retention { .. } => typed(filled(&state.days)),
        InstallationPage::WithoutAgreement(_) => next("ui-install-next", true),
        InstallationPage::Duties(_) => typed(true),
        InstallationPage::Ready(_) => Next { hint: Some(desk.text("ui-ready-hint")), ..next("ui-ready-make", true) },
        InstallationPage::Made(page) => {
            let hint = (!page.handed_over).then(|| desk.text("ui-made-hint"));
            Next { hint, ..next("ui-install-to-sign-in", page.handed_over) }
        }
        InstallationPage::Sheet(_) => next("ui-install-next", filled(&state.sheet)),
        InstallationPage::Admit(_) => next("ui-install-next", state.admit_role.is_none() || filled(&state.admit_staff)),
        InstallationPage::RecoverReady(_) => next("ui-recover-now", true),
        InstallationPage::Recovered { .. } => next("ui-install-to-sign-in", true),
    }
}

/// The answer. What was typed of a sheet stays in its field until the page goes: one word of it may be wrong.
pub(crate) fn command(page: &InstallationPage, desk: &mut Desk<'_>) -> InstallationCommand {
    let state = &mut desk.state.installation;
    match page {
        InstallationPage::Choose { .. } => InstallationCommand::Retry,
        InstallationPage::Existing(_) => InstallationCommand::OpenExisting(place_typed(state)),
        InstallationPage::RecoverAt { .. } => {
            InstallationCommand::RecoverAt { place: place_typed(state), backup: state.backup.clone() }
        }
        InstallationPage::Organisation { .. } => {
            InstallationCommand::Organisation { name: state.name.clone(), rav: state.rav.clone() }
        }
        InstallationPage::Kind(_) => InstallationCommand::Kind(state.kind.unwrap_or(Kind::Test)),
        InstallationPage::SystemAccounts(_) => InstallationCommand::SystemAccounts(state.several == Some(true)),
        InstallationPage::Folder(_) => InstallationCommand::Folder(state.folder.clone()),
        InstallationPage::Keys { .. } => InstallationCommand::Keys(state.by_file.then(|| state.key_file.clone())),
        InstallationPage::Kit(_) => InstallationCommand::KitDone(false),
        InstallationPage::Accounts(_) => InstallationCommand::Accounts(state.accounts.clone()),
        InstallationPage::Retention { .. } => InstallationCommand::Retention(state.days.clone()),
        InstallationPage::WithoutAgreement(_) => InstallationCommand::WithoutAgreement(state.everything),
        InstallationPage::Duties(_) => InstallationCommand::Duties(state.dates.clone()),
        InstallationPage::Ready(_) => InstallationCommand::Make,
        InstallationPage::Made(_) | InstallationPage::Recovered { .. } => InstallationCommand::Enter,
        InstallationPage::Sheet(_) => InstallationCommand::Sheet(state.sheet.clone()),
        InstallationPage::Admit(_) => {
            InstallationCommand::Admit(state.admit_role.map(|role| (state.admit_staff.clone(), role)))
        }
        InstallationPage::RecoverReady(_) => InstallationCommand::Recover,
    }
}

fn place_typed(state: &crate::view_state::InstallationState) -> PlaceTyped {
    PlaceTyped {
        folder: state.folder.clone(),
        key_file: state.by_file.then(|| state.key_file.clone()),
        group: state.by_file && state.group,
    }
}

fn place_is_filled(desk: &Desk<'_>) -> bool {
    let state = &desk.state.installation;
    !state.folder.trim().is_empty() && (!state.by_file || !state.key_file.trim().is_empty())
}

pub(crate) fn line_field(
    ui: &mut Ui,
    label: &str,
    help: Option<&str>,
    id: &str,
    desk: &mut Desk<'_>,
    of: impl FnOnce(&mut crate::view_state::InstallationState) -> &mut String,
) {
    let (label, help) = (desk.text(label), help.map(|help| desk.text(help)));
    let field =
        Field { label: &label, help: help.as_deref(), error: None, passphrase: None, secret: false, height: 36.0 };
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width().min(FORM));
        field.show(ui, Id::unique(id), of(&mut desk.state.installation));
    });
    if desk.state.installation.take_fresh() {
        ui.memory_mut(|memory| memory.request_focus(Id::unique(id)));
    }
}

/// A choice with a sentence under it; whether it was clicked.
pub(crate) fn option(ui: &mut Ui, chosen: bool, words: &str, under: &str, desk: &Desk<'_>) -> bool {
    let t = theme::tokens(ui);
    let (words, under) = (desk.text(words), desk.text(under));
    let line = if chosen { t.accent } else { t.border };
    let drawn = egui::Frame::new()
        .fill(if chosen { t.selected } else { t.surface })
        .stroke(Stroke::new(1.0, line))
        .corner_radius(8)
        .inner_margin(Margin::symmetric(16, 12))
        .show(ui, |ui| {
            ui.set_width((ui.available_width()).min(640.0));
            ui.spacing_mut().item_spacing.y = 0.0;
            let clicked = choice::radio(ui, chosen, &words, true).clicked();
            let sentence = text::Flow::new(&under, Type::Small, t.text_2).wrapped(ui, ui.available_width() - 26.0);
            let size = egui::Vec2::new(ui.available_width(), sentence.size().y);
            let (rect, response) = ui.allocate_exact_size(size, egui::Sense::hover());
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &under));
            ui.painter().galley(rect.min + egui::Vec2::new(26.0, 0.0), sentence, t.text_2);
            clicked
        });
    let on_card = ui.interact(drawn.response.rect, Id::unique(("option", &words)), egui::Sense::CLICK);
    ui.add_space(8.0);
    drawn.inner || on_card.clicked()
}

fn organisation_page(ui: &mut Ui, desk: &mut Desk<'_>) {
    line_field(ui, "ui-organisation-name", Some("ui-organisation-name-help"), "install-name", desk, |s| &mut s.name);
    ui.add_space(14.0);
    line_field(ui, "ui-organisation-rav", Some("ui-organisation-rav-help"), "install-rav", desk, |s| &mut s.rav);
}

fn kind_page(ui: &mut Ui, desk: &mut Desk<'_>) {
    for (kind, words, under) in [
        (Kind::Production, "ui-kind-production", "ui-kind-production-under"),
        (Kind::Test, "ui-kind-test", "ui-kind-test-under"),
    ] {
        if option(ui, desk.state.installation.kind == Some(kind), words, under, desk) {
            desk.state.installation.kind = Some(kind);
        }
    }
}

fn several_page(ui: &mut Ui, desk: &mut Desk<'_>) {
    for (several, words, under) in
        [(false, "ui-several-one", "ui-several-one-under"), (true, "ui-several-many", "ui-several-many-under")]
    {
        if option(ui, desk.state.installation.several == Some(several), words, under, desk) {
            desk.state.installation.several = Some(several);
        }
    }
}

fn keys_page(ui: &mut Ui, file_needed: bool, desk: &mut Desk<'_>) {
    if !file_needed && option(ui, !desk.state.installation.by_file, "ui-keys-store", "ui-keys-store-under", desk) {
        desk.state.installation.by_file = false;
    }
    if option(ui, desk.state.installation.by_file, "ui-keys-file", "ui-keys-file-under", desk) {
        desk.state.installation.by_file = true;
    }
    if desk.state.installation.by_file {
        ui.add_space(6.0);
        let help = if file_needed { "ui-key-file-group-help" } else { "ui-key-file-help" };
        line_field(ui, "ui-key-file", Some(help), "install-key-file", desk, |s| &mut s.key_file);
    }
}

/// Where a store lies that is there already.
fn place_page(ui: &mut Ui, desk: &mut Desk<'_>) {
    line_field(ui, "ui-folder", Some("ui-existing-folder-help"), "install-folder", desk, |s| &mut s.folder);
    ui.add_space(14.0);
    keys_page(ui, false, desk);
    if desk.state.installation.by_file {
        ui.add_space(8.0);
        let words = desk.text("ui-existing-group");
        if choice::checkbox(ui, desk.state.installation.group, &words, false).clicked() {
            desk.state.installation.group = !desk.state.installation.group;
        }
    }
}

/// A box to tick for each role; gives the roles after a click.
fn roles_ui(ui: &mut Ui, roles: &mut Vec<Role>, desk: &Desk<'_>) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 16.0;
        for role in Role::ALL {
            let has = roles.contains(&role);
            if choice::checkbox(ui, has, &desk.text(role_key(role)), false).clicked() {
                if has { roles.retain(|other| *other != role) } else { roles.push(role) }
            }
        }
    });
}

fn accounts_page(ui: &mut Ui, desk: &mut Desk<'_>) {
    let mut accounts = std::mem::take(&mut desk.state.installation.accounts);
    let mut removed = None;
    let all = accounts.len();
    for (place, account) in accounts.iter_mut().enumerate() {
        surface::card(ui, 16, |ui| {
            said::part(ui, SpokenRole::Group, &format!("{} {}", desk.text("ui-account"), place + 1));
            ui.spacing_mut().item_spacing.y = 4.0;
            let (gap, staff_width) = (16.0, 150.0);
            let name_width = ui.available_width() - staff_width - gap;
            let (staff, name) = (desk.text("ui-accounts-staff"), desk.text("ui-accounts-name"));
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = gap;
                for (label, value, width, id) in [
                    (&staff, &mut account.staff, staff_width, "first-staff"),
                    (&name, &mut account.name, name_width, "first-name"),
                ] {
                    ui.vertical(|ui| {
                        ui.set_width(width);
                        let field =
                            Field { label, help: None, error: None, passphrase: None, secret: false, height: 36.0 };
                        field.show(ui, Id::unique((id, place)), value);
                    });
                }
            });
            if desk.state.installation.take_fresh() {
                ui.memory_mut(|memory| memory.request_focus(Id::unique(("first-staff", place))));
            }
            ui.add_space(4.0);
            roles_ui(ui, &mut account.roles, desk);
            if all > 2 {
                let words = desk.text("ui-first-remove");
                if button::link(ui, &words, Type::Small, Some(Icon::Trash2)).clicked() {
                    removed = Some(place);
                }
            }
        });
        ui.add_space(10.0);
    }
    if let Some(place) = removed {
        accounts.remove(place);
    }
    let words = desk.text("ui-first-more");
    if accounts.len() < ACCOUNTS_MAX
        && Button::new(Weight::Secondary, &words).icon(Icon::Plus).height(30.0).show(ui).clicked()
    {
        accounts.push(FirstAccountTyped::default());
    }
    let has = |role| accounts.iter().any(|account| account.roles.contains(&role));
    if !has(Role::Administration) || !has(Role::MedicalManager) {
        ui.add_space(10.0);
        facts::sight(ui, Icon::Info, &desk.text("ui-first-roles"));
    }
    desk.state.installation.accounts = accounts;
}

fn retention_page(ui: &mut Ui, most: u32, year: u32, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    line_field(ui, "ui-retention-days", Some("ui-retention-days-help"), "install-days", desk, |s| &mut s.days);
    ui.add_space(12.0);
    let days: Option<u32> = desk.state.installation.days.trim().parse().ok().filter(|days| (1..=most).contains(days));
    let words = match days {
        Some(days) => {
            let values = [
                ("days", days.to_string()),
                ("backup", year.saturating_sub(days).to_string()),
                ("year", year.to_string()),
            ];
            desk.texts.format("ui-retention-live", &values)
        }
        None => desk.with("error-assistant-retention", "days", most.to_string()),
    };
    surface::well(ui, t.sunken, |ui| {
        text::label(ui, &words, Type::Body, if days.is_some() { t.text } else { t.brick });
    });
}

fn agreement_page(ui: &mut Ui, desk: &mut Desk<'_>) {
    for (everything, words, under) in [
        (false, "ui-agreement-decree", "ui-agreement-decree-under"),
        (true, "ui-agreement-all", "ui-agreement-all-under"),
    ] {
        if option(ui, desk.state.installation.everything == everything, words, under, desk) {
            desk.state.installation.everything = everything;
        }
    }
}

fn duties_page(ui: &mut Ui, desk: &mut Desk<'_>) {
    let labels = ["duty-dpia", "duty-works-council", "duty-register"];
    let helps = ["ui-duty-dpia-help", "ui-duty-works-council-help", "ui-duty-register-help"];
    for (place, (label, help)) in labels.into_iter().zip(helps).enumerate() {
        let (label, help) = (desk.text(label), desk.text(help));
        let field =
            Field { label: &label, help: Some(&help), error: None, passphrase: None, secret: false, height: 36.0 };
        let Some(date) = desk.state.installation.dates.get_mut(place) else { continue };
        ui.scope(|ui| {
            ui.set_max_width(FORM.min(ui.available_width()));
            field.show(ui, Id::unique(("install-date", place)), date);
        });
        ui.add_space(14.0);
    }
}

fn lines_card(ui: &mut Ui, lines: &[InstallationLine], desk: &Desk<'_>) {
    surface::card(ui, 20, |ui| lines_ui(ui, lines, desk));
}

fn lines_ui(ui: &mut Ui, lines: &[InstallationLine], desk: &Desk<'_>) {
    ui.spacing_mut().item_spacing.y = 6.0;
    let said = |line: &InstallationLine| (desk.text(line.name), desk.texts.format(line.value.text, &line.value.values));
    let rows: Vec<_> = lines.iter().map(said).collect();
    facts::key_values(ui, KEYS, &rows);
}

fn made_page(ui: &mut Ui, page: &MadePage, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.spacing_mut().item_spacing.y = 12.0;
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        text::label(ui, &desk.text("ui-made-codes"), Type::Heading, t.text);
        text::label(ui, &desk.text("ui-made-codes-under"), Type::Body, t.text_2);
        let mut rows = Vec::new();
        for code in &page.codes {
            let roles: Vec<String> = code.roles.iter().map(|role| desk.text(role_key(*role))).collect();
            // REVEAL: shown once, to who hands it over; on one line, so that it is copied right.
            let value = code.code.as_ref().map_or_else(|| roles.join(", "), |code| code.reveal().to_owned());
            rows.push((format!("{} · {}", code.staff, code.name), value));
        }
        facts::key_values(ui, KEYS.min(180.0), &rows);
        codes_out(ui, page, desk);
    });
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        text::label(ui, &desk.text("ui-made-next"), Type::Heading, t.text);
        for (said, number) in page.next.iter().zip(1..) {
            let words = desk.texts.format(said.text, &said.values);
            ui.horizontal_top(|ui| {
                text::line(ui, &format!("{number}."), Type::Body, t.text_3);
                text::label(ui, &words, Type::Body, t.text);
            });
        }
    });
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 6.0;
        text::label(ui, &desk.text("ui-made-now"), Type::Heading, t.text);
        lines_ui(ui, &page.now, desk);
    });
}

/// Print, save or show the activation codes.
fn codes_out(ui: &mut Ui, page: &MadePage, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    ui.horizontal_wrapped(|ui| {
        if page.printable {
            let words = desk.text("ui-made-print");
            if Button::new(Weight::Secondary, &words).icon(Icon::Printer).height(30.0).show(ui).clicked() {
                send(desk, InstallationCommand::PrintLetters);
            }
        }
        let shown = page.codes.iter().any(|code| code.code.is_some());
        let words = desk.text("ui-made-show");
        if !shown && Button::new(Weight::Secondary, &words).icon(Icon::Eye).height(30.0).show(ui).clicked() {
            send(desk, InstallationCommand::ShowCodes);
        }
        let words = desk.text("ui-made-file");
        if page.letters && Button::new(Weight::Quiet, &words).height(30.0).show(ui).clicked() {
            desk.state.installation.file_asked = !desk.state.installation.file_asked;
        }
    });
    if desk.state.installation.file_asked {
        line_field(ui, "ui-sheet-file", Some("ui-made-file-help"), "install-letters", desk, |s| &mut s.save_path);
        let words = desk.text("ui-sheet-save");
        let path = desk.state.installation.save_path.trim().to_owned();
        if Button::new(Weight::Secondary, &words).height(30.0).enabled(!path.is_empty()).show(ui).clicked() {
            send(desk, InstallationCommand::SaveLetters(PathBuf::from(path)));
        }
    }
    if let Some(place) = &page.saved {
        text::label(ui, &desk.with("ui-made-saved", "place", place.clone()), Type::Small, t.text_2);
    }
}
