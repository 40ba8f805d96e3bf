//! *Ritten*: the import of a ride file in three steps (look 14), and what is not linked.
//!
//! **Not here:** the columns (`rides_columns`), the watched folder (`rides_folder`), what the crew sees (`rides_rights`).

use egui::{Pos2, Role, Sense, Stroke, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;
use viewmodel::{RideFileShown, RidesChecked, RidesImported, RidesScreen, RidesStep};

use super::{
    Desk,
    accounts::{PathKeys, ask_path, path_form},
    import_files::{ImportKeys, dropped_files, import_card},
    rides_columns, rides_folder, rides_rights, rides_unlinked,
};
use crate::{
    theme::{self, Type},
    view_state::PathFor,
    widgets::{
        button::{Button, Weight},
        choice, facts, page,
        surface::{self, Tone},
        text,
    },
};

const STEPS: [&str; 3] = ["ui-rides-step-file", "ui-rides-step-columns", "ui-rides-step-check"];
const STEPPER: f32 = 356.0;
/// Width of the column at the right, and of a page that has room for it.
const BESIDE: f32 = 292.0;
const WIDE: f32 = 960.0;
const OF_RIDES: ImportKeys = ["ui-rides-path", "ui-rides-path-help", "ui-rides-open"];
const KEEP: PathKeys = ["ui-rides-keep-path", "ui-rides-keep-help", "ui-rides-keep-do"];

/// Draws it.
pub(crate) fn rides_ui(ui: &mut Ui, screen: &RidesScreen, desk: &mut Desk<'_>) {
    if let Some(read) = screen.read {
        dropped_files(ui, read, desk);
    }
    let under = screen.file.as_ref().map_or_else(|| desk.text("ui-rides-under"), |file| file_line(file, desk));
    let step = match screen.step {
        RidesStep::File => 0,
        RidesStep::Columns(_) => 1,
        RidesStep::Checked(_) | RidesStep::Imported(..) => 2,
    };
    facts::page_head(ui, &desk.text("ui-screen-rides"), &under, STEPPER, |ui| stepper(ui, step, desk));
    page::scrolling(ui, "rides", |ui| {
        ui.spacing_mut().item_spacing.y = 14.0;
        if ui.available_width() < WIDE {
            step_ui(ui, screen, desk);
            beside(ui, screen, desk);
            return;
        }
        let left = ui.available_width() - BESIDE - 16.0;
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 16.0;
            let part = |ui: &mut Ui, width: f32, draw: &mut dyn FnMut(&mut Ui)| {
                ui.allocate_ui_with_layout(Vec2::new(width, 0.0), egui::Layout::top_down(egui::Align::Min), |ui| {
                    ui.set_width(width);
                    ui.spacing_mut().item_spacing = Vec2::new(8.0, 14.0);
                    draw(ui);
                });
            };
            part(ui, left, &mut |ui| step_ui(ui, screen, desk));
            part(ui, BESIDE, &mut |ui| beside(ui, screen, desk));
        });
    });
}

fn file_line(file: &RideFileShown, desk: &Desk<'_>) -> String {
    let lines = desk.with("ui-rides-lines", "n", desk.texts.number(file.lines));
    let read_as = match file.text {
        Some((separator, encoding)) => format!("{}, {encoding}", desk.text(separator)),
        None => desk.text("ui-rides-workbook"),
    };
    format!("{} · {lines} · {read_as}", file.name)
}

/// Where the import is: circles with their names.
fn stepper(ui: &mut Ui, now: usize, desk: &Desk<'_>) {
    let t = theme::tokens(ui);
    let names = STEPS.map(|key| desk.text(key));
    let (rect, response) = ui.allocate_exact_size(Vec2::new(STEPPER, 28.0), Sense::hover());
    let values = [("n", (now + 1).to_string()), ("name", names[now].clone())];
    let spoken = desk.texts.format("ui-rides-step", &values);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &spoken));
    let mut x = rect.left() + 12.0;
    for (step, name) in names.iter().enumerate() {
        let centre = Pos2::new(x, rect.center().y);
        let (fill, ink) = match step.cmp(&now) {
            std::cmp::Ordering::Equal => (t.accent, t.on_accent),
            std::cmp::Ordering::Less => (t.selected, t.accent),
            std::cmp::Ordering::Greater => (t.surface, t.text_3),
        };
        let line = if step > now { t.border_strong } else { t.accent };
        ui.painter().circle(centre, 11.5, fill, Stroke::new(1.0, line));
        if step < now {
            text::icon(ui.painter(), centre, Icon::Check, 14.0, ink);
        } else {
            let number = text::galley(ui, &(step + 1).to_string(), Type::SmallBold, ink);
            text::paint_centre(ui.painter(), centre, number);
        }
        let kind = if step == now { Type::BodyBold } else { Type::Body };
        let galley = text::galley(ui, name, kind, if step == now { t.text } else { t.text_3 });
        let width = galley.size().x;
        text::paint_left(ui.painter(), Pos2::new(x + 20.0, rect.center().y), galley);
        x += 20.0 + width + 8.0;
        if step + 1 < names.len() {
            let y = ui.painter().round_to_pixel_center(rect.center().y);
            ui.painter().hline(x..=x + 20.0, y, Stroke::new(1.0, t.border_strong));
            x += 40.0;
        }
    }
}

fn step_ui(ui: &mut Ui, screen: &RidesScreen, desk: &mut Desk<'_>) {
    match &screen.step {
        RidesStep::File => file_ui(ui, screen, desk),
        RidesStep::Columns(columns) => {
            rides_columns::columns_ui(ui, columns, screen.close.as_ref(), desk);
        }
        RidesStep::Checked(checked) => checked_ui(ui, screen, checked, desk),
        RidesStep::Imported(imported, keep) => {
            imported_ui(ui, imported, desk);
            ui.horizontal(|ui| {
                if keep.is_some() && Button::new(Weight::Secondary, &desk.text("ui-rides-keep")).show(ui).clicked() {
                    ask_path(desk, PathFor::RefusedRides);
                }
                if let Some(close) = &screen.close
                    && Button::new(Weight::Primary, &desk.text("ui-rides-next")).show(ui).clicked()
                {
                    desk.outbox.push(close.clone());
                }
            });
            keep_form(ui, *keep, desk);
        }
    }
}

fn file_ui(ui: &mut Ui, screen: &RidesScreen, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        facts::icon_heading(ui, Icon::FileUp, &desk.text("ui-rides-choose"));
        text::label(ui, &desk.text("ui-rides-choose-help"), Type::Body, t.text_2);
        facts::sight(ui, Icon::EyeOff, &desk.text("ui-rides-masked"));
    });
    match screen.read {
        Some(read) => import_card(ui, read, OF_RIDES, desk),
        None => {
            text::label(ui, &desk.text("ui-rides-no-import"), Type::Small, t.text_3);
        }
    }
    rides_folder::folder_ui(ui, &screen.folder, desk);
}

fn checked_ui(ui: &mut Ui, screen: &RidesScreen, checked: &RidesChecked, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        text::label(ui, &desk.with("ui-rides-good", "n", desk.texts.number(checked.rides)), Type::Heading, t.text);
        if checked.refused == 0 {
            facts::sight(ui, Icon::Check, &desk.text("ui-rides-all-good"));
        } else {
            let words = desk.with("ui-rides-bad", "n", desk.texts.number(checked.refused));
            surface::banner(ui, Tone::Refused, Icon::CircleAlert, &words);
        }
        for line in &checked.lines {
            let place = match &line.column {
                Some(column) => {
                    let values = [("line", line.line.to_string()), ("column", column.clone())];
                    desk.texts.format("ui-rides-at-column", &values)
                }
                None => desk.with("ui-rides-at-line", "line", line.line.to_string()),
            };
            text::Flow::new(&format!("{place}: "), Type::SmallBold, t.text)
                .then(&desk.text(line.rule), Type::Small, t.text_2)
                .show(ui);
        }
        if checked.staff_unknown > 0 {
            let words = desk.with("ui-rides-staff", "n", desk.texts.number(checked.staff_unknown));
            facts::sight(ui, Icon::UserX, &words);
        }
        if checked.staff_zeros > 0 {
            let words = desk.with("ui-rides-staff-zeros", "n", desk.texts.number(checked.staff_zeros));
            surface::banner(ui, Tone::Attention, Icon::TriangleAlert, &words);
        }
        if checked.refused > 0 {
            if choice::checkbox(ui, checked.skip, &desk.text("ui-rides-skip"), false).clicked() {
                desk.outbox.push((checked.set_skip)(!checked.skip));
            }
            if !checked.skip {
                text::label(ui, &desk.text("ui-rides-all-or-nothing"), Type::Small, t.text_3);
            }
        }
        ui.horizontal_wrapped(|ui| {
            if let Some(back) = &screen.back
                && Button::new(Weight::Secondary, &desk.text("ui-rides-back")).show(ui).clicked()
            {
                desk.outbox.push(back.clone());
            }
            let keep = desk.text("ui-rides-keep");
            if checked.keep_refused.is_some() && Button::new(Weight::Secondary, &keep).show(ui).clicked() {
                ask_path(desk, PathFor::RefusedRides);
            }
            let words = desk.with("ui-rides-import", "n", desk.texts.number(checked.rides));
            let import = Button::new(Weight::Primary, &words).enabled(checked.import.is_some()).show(ui);
            if let Some(command) = checked.import.as_ref().filter(|_| import.clicked()) {
                desk.outbox.push(command.clone());
            }
        });
    });
    keep_form(ui, checked.keep_refused, desk);
}

fn keep_form(ui: &mut Ui, keep: Option<fn(std::path::PathBuf) -> viewmodel::Command>, desk: &mut Desk<'_>) {
    if let Some(keep) = keep.filter(|_| desk.state.accounts.asks == Some(PathFor::RefusedRides)) {
        path_form(ui, KEEP, keep, desk);
    }
}

fn imported_ui(ui: &mut Ui, done: &RidesImported, desk: &mut Desk<'_>) {
    let t = theme::tokens(ui);
    surface::card(ui, 20, |ui| {
        ui.spacing_mut().item_spacing.y = 8.0;
        let head = if done.left > 0 { "ui-rides-half" } else { "ui-rides-done" };
        text::label(ui, &desk.text(head), Type::Heading, t.text);
        if done.left > 0 {
            let words = desk.with("ui-rides-left", "n", desk.texts.number(done.left));
            surface::banner(ui, Tone::Attention, Icon::TriangleAlert, &words);
        }
        if let Some(failed) = &done.failed {
            surface::banner(ui, Tone::Refused, Icon::CircleAlert, &desk.texts.format(failed.text, &failed.values));
        }
        let rows = [
            ("ui-rides-new", done.new),
            ("ui-rides-changed", done.changed),
            ("ui-rides-unchanged", done.unchanged),
            ("ui-rides-refused", done.refused),
            ("ui-rides-past", done.past_term),
            ("ui-rides-number-twice", done.contested),
            ("ui-rides-linked", done.linked),
            ("ui-rides-confirmed", done.confirmed),
        ]
        .map(|(key, n)| (desk.text(key), desk.texts.number(n)));
        facts::key_values(ui, 240.0, &rows);
    });
}

/// What the crew sees, and what waits for its ride.
fn beside(ui: &mut Ui, screen: &RidesScreen, desk: &mut Desk<'_>) {
    rides_rights::rights_ui(ui, screen, desk);
    rides_unlinked::unlinked_ui(ui, &screen.unlinked, desk);
}
