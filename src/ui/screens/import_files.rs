//! Files for *Ontvangst* by hand: dropped on the window, chosen in the system's dialog, or by their path.

use egui::{Id, Ui};
use lucide_icons::Icon;
use viewmodel::Import;

use super::Desk;
use crate::{
    file_dialog::Chosen,
    widgets::{
        button::{Button, Weight},
        field::Field,
        surface,
    },
};

/// Files dropped on the window are taken in; the worker opens them.
pub(crate) fn dropped_files(ui: &Ui, import: Import, desk: &mut Desk<'_>) {
    let dropped = ui.input(|input| input.raw.dropped_files.clone());
    let paths: Vec<_> = dropped.iter().map(|file| file.path().to_path_buf()).collect();
    if !paths.is_empty() {
        desk.outbox.push(import(paths));
    }
}

/// Keys of the form: what the path is called, its help, the button.
pub(crate) type ImportKeys = [&'static str; 3];

/// Those of *Ontvangst*.
pub(crate) const OF_MESSAGES: ImportKeys = ["ui-import-path", "ui-import-help", "ui-import"];

/// The form: a path, or the dialog.
pub(crate) fn import_card(ui: &mut Ui, import: Import, keys: ImportKeys, desk: &mut Desk<'_>) {
    answered(import, desk);
    let [label, help, words] = keys.map(|key| desk.text(key));
    surface::card(ui, 16, |ui| {
        let error = desk.state.no_file_dialog.then(|| desk.text("ui-import-no-dialog"));
        let field = Field {
            label: &label,
            help: Some(&help),
            error: error.as_deref(),
            passphrase: None,
            secret: false,
            height: 36.0,
        };
        field.show(ui, Id::unique("import-path"), &mut desk.state.import_path);
        ui.add_space(8.0);
        let browse = desk.text("ui-import-browse");
        let path = desk.state.import_path.trim().to_owned();
        ui.horizontal(|ui| {
            let button = Button::new(Weight::Primary, &words).enabled(!path.is_empty());
            if button.show(ui).clicked() && !path.is_empty() {
                desk.outbox.push(import(vec![path.into()]));
                close(desk);
            }
            let is_open = desk.state.file_dialog.is_open();
            let button = Button::new(Weight::Secondary, &browse).icon(Icon::FolderOpen).enabled(!is_open);
            if button.show(ui).clicked() && !is_open {
                let title = desk.text("ui-import-browse-title");
                desk.state.file_dialog.ask(ui.ctx(), title);
            }
        });
    });
}

/// Does what was chosen in the dialog; cancelled, nothing happens.
fn answered(import: Import, desk: &mut Desk<'_>) {
    match desk.state.file_dialog.take() {
        Some(Chosen::Files(files)) => {
            desk.outbox.push(import(files));
            close(desk);
        }
        Some(Chosen::NoDialog) => desk.state.no_file_dialog = true,
        Some(Chosen::Nothing) | None => {}
    }
}

fn close(desk: &mut Desk<'_>) {
    desk.state.import_path.clear();
    desk.state.import_open = false;
    desk.state.no_file_dialog = false;
}
