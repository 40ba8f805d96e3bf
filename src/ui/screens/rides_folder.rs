//! *Ritten*: the watched folder, how it goes, and the form that sets it.

use egui::{Id, Ui};
use lucide_icons::Icon;
use viewmodel::{RideFolderFile, RideFolderShown, RideFolderTyped};

use super::{Desk, select::select_ui};
use crate::{
    file_dialog::Chosen,
    rides_typed::RideFolderForm,
    theme::{self, Type},
    widgets::{
        button::{Button, Weight},
        choice, facts,
        field::Field,
        surface::{self, Tone},
        text,
    },
};

/// Width of the keys of what is set, and of a short field.
const KEYS: f32 = 190.0;
const FIELD: f32 = 420.0;

/// Draws it.
pub(crate) fn folder_ui(ui: &mut Ui, folder: &RideFolderShown, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        facts::icon_heading(ui, Icon::FolderSync, &desk.text("ui-rides-folder"));
        if folder.on {
            state(ui, folder, desk);
        } else {
            text::label(ui, &desk.text("ui-rides-folder-off"), Type::Body, t.text_2);
        }
        if desk.state.rides.folder.is_some() {
            form(ui, folder, desk);
            return;
        }
        ui.horizontal_wrapped(|ui| {
            let words = desk.text(if folder.on { "ui-rides-folder-change" } else { "ui-rides-folder-set" });
            if Button::new(Weight::Secondary, &words).show(ui).clicked() {
                let typed = folder.set_now.clone();
                desk.state.rides.folder = Some(RideFolderForm { typed, sent: None, no_dialog: false });
            }
            if let Some(off) = &folder.put_off
                && Button::new(Weight::Quiet, &desk.text("ui-rides-folder-put-off")).show(ui).clicked()
            {
                desk.outbox.push(off.clone());
            }
        });
    });
}

/// What is set, and how it goes.
fn state(ui: &mut Ui, folder: &RideFolderShown, desk: &Desk<'_>) {
    wrong(ui, folder, desk);
    let RideFolderTyped { folder: path, source, every_minutes, skip_bad_lines } = &folder.set_now;
    let at = |at: chrono::NaiveDateTime| format!("{} {}", desk.texts.date_numeric(at.date()), desk.texts.time(at));
    let bad = if *skip_bad_lines { "ui-rides-folder-bad-skipped" } else { "ui-rides-folder-bad-whole" };
    let looked = folder.looked.as_ref().map_or_else(|| desk.text("ui-rides-folder-never"), |look| at(look.at));
    let mut rows = vec![
        ("ui-rides-folder-path", path.clone()),
        ("ui-rides-folder-source", source.clone().unwrap_or_else(|| desk.text("ui-rides-folder-standard"))),
        ("ui-rides-folder-every", desk.with("ui-rides-folder-every-n", "n", every_minutes.clone())),
        ("ui-rides-folder-bad", desk.text(bad)),
        ("ui-rides-folder-looked", looked),
    ];
    if let Some(last) = &folder.last {
        rows.push(("ui-rides-folder-last", format!("{}. {}", at(last.at), became(last, desk))));
    }
    let rows: Vec<_> = rows.into_iter().map(|(key, value)| (desk.text(key), value)).collect();
    facts::key_values(ui, KEYS, &rows);
}

/// What stands in the way, over what is set.
fn wrong(ui: &mut Ui, folder: &RideFolderShown, desk: &Desk<'_>) {
    if !folder.receiver_runs {
        surface::banner(ui, Tone::Attention, Icon::TriangleAlert, &desk.text("ui-rides-folder-no-receiver"));
    }
    if let Some(why) = folder.looked.as_ref().and_then(|look| look.why.as_ref()) {
        surface::banner(ui, Tone::Refused, Icon::CircleAlert, &desk.texts.format(why.text, &why.values));
    }
    if let Some(last) = folder.last.as_ref().filter(|last| !last.imported) {
        let why = match &last.why {
            Some(why) => desk.texts.format(why.text, &why.values),
            None => desk.with("ui-rides-folder-lines", "n", desk.texts.number(last.refused)),
        };
        let words = format!("{why} {}", desk.text("ui-rides-folder-refused-where"));
        surface::banner(ui, Tone::Attention, Icon::FileX, &words);
    }
}

fn became(last: &RideFolderFile, desk: &Desk<'_>) -> String {
    if last.why.is_some() {
        return desk.text("ui-rides-folder-refused-whole");
    }
    let number = |n| desk.texts.number(n);
    let values = [
        ("new", number(last.new)),
        ("changed", number(last.changed)),
        ("unchanged", number(last.unchanged)),
        ("refused", number(last.refused)),
    ];
    desk.texts.format("ui-rides-folder-counts", &values)
}

fn form(ui: &mut Ui, folder: &RideFolderShown, desk: &mut Desk<'_>) {
    let Some(mut form) = desk.state.rides.folder.take() else { return };
    // What was sent is in force: the form has done its work. Where it was refused, it stands there still.
    if form.sent.as_ref().is_some_and(|sent| folder.on && *sent == folder.set_now) {
        return;
    }
    match desk.state.rides.folder_dialog.take() {
        Some(Chosen::Files(chosen)) => {
            form.typed.folder = chosen.first().map(|path| path.display().to_string()).unwrap_or_default();
        }
        Some(Chosen::NoDialog) => form.no_dialog = true,
        Some(Chosen::Nothing) | None => {}
    }
    surface::divider(ui, 4.0);
    place(ui, &mut form, desk);
    ui.add_space(8.0);
    source(ui, folder, &mut form.typed, desk);
    ui.add_space(8.0);
    let (label, help) = (desk.text("ui-rides-folder-minutes"), desk.text("ui-rides-folder-minutes-help"));
    ui.scope(|ui| {
        ui.set_max_width(ui.available_width().min(FIELD));
        let (label, help) = (label.as_str(), Some(help.as_str()));
        let field = Field { label, help, error: None, passphrase: None, secret: false, height: 36.0 };
        field.show(ui, Id::unique("ride-folder-minutes"), &mut form.typed.every_minutes);
    });
    ui.add_space(8.0);
    if choice::checkbox(ui, form.typed.skip_bad_lines, &desk.text("ui-rides-folder-skip"), false).clicked() {
        form.typed.skip_bad_lines = !form.typed.skip_bad_lines;
    }
    if !folder.on {
        text::label(ui, &desk.text("ui-rides-folder-gone"), Type::Small, theme::tokens(ui).text_3);
    }
    let words = desk.text(if folder.on { "ui-rides-folder-keep" } else { "ui-rides-folder-put-on" });
    let cancel = desk.text("ui-rides-folder-cancel");
    let mut open = true;
    ui.horizontal_wrapped(|ui| {
        let may = !form.typed.folder.trim().is_empty() && !form.typed.every_minutes.trim().is_empty();
        if Button::new(Weight::Primary, &words).enabled(may).show(ui).clicked() && may {
            let typed = &mut form.typed;
            typed.folder = typed.folder.trim().to_owned();
            typed.every_minutes = typed.every_minutes.trim().to_owned();
            desk.outbox.push((folder.set)(typed.clone()));
            form.sent = Some(typed.clone());
        }
        if Button::new(Weight::Quiet, &cancel).show(ui).clicked() {
            open = false;
        }
    });
    desk.state.rides.folder = open.then_some(form);
}

/// The folder, typed or chosen.
fn place(ui: &mut Ui, form: &mut RideFolderForm, desk: &mut Desk<'_>) {
    let (label, help) = (desk.text("ui-rides-folder-path"), desk.text("ui-rides-folder-path-help"));
    let error = form.no_dialog.then(|| desk.text("ui-rides-folder-no-dialog"));
    let error = error.as_deref();
    let field = Field { label: &label, help: Some(&help), error, passphrase: None, secret: false, height: 36.0 };
    field.show(ui, Id::unique("ride-folder-path"), &mut form.typed.folder);
    let is_open = desk.state.rides.folder_dialog.is_open();
    let browse = desk.text("ui-rides-folder-choose");
    let button = Button::new(Weight::Secondary, &browse).icon(Icon::FolderOpen).height(30.0).enabled(!is_open);
    if button.show(ui).clicked() && !is_open {
        let title = desk.text("ui-rides-folder-browse");
        desk.state.rides.folder_dialog.ask_folder(ui.ctx(), title);
    }
}

/// The layout that its files have.
fn source(ui: &mut Ui, folder: &RideFolderShown, typed: &mut RideFolderTyped, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let label = desk.text("ui-rides-folder-source");
    text::label(ui, &label, Type::BodyBold, t.text);
    text::label(ui, &desk.text("ui-rides-folder-source-help"), Type::Small, t.text_3);
    let standard = desk.text("ui-rides-folder-standard");
    let words: Vec<String> = std::iter::once(standard).chain(folder.sources.iter().cloned()).collect();
    let chosen = typed.source.as_ref().and_then(|source| folder.sources.iter().position(|one| one == source));
    let width = ui.available_width().min(FIELD);
    let at = (words.as_slice(), chosen.map_or(0, |place| place + 1));
    if let Some(other) = select_ui(ui, Id::unique("ride-folder-source"), &label, at, (width, false)) {
        typed.source = other.checked_sub(1).and_then(|place| folder.sources.get(place).cloned());
    }
}
