//! Files by hand on *Ontvangst*: dropped on the window, or by their path.

use std::{path::PathBuf, sync::Arc};

use egui_kittest::{Harness, kittest::Queryable};
use ui::theme;
use viewmodel::{Command, Frame};

use crate::{
    desk::{Dropped, Sent, app_given},
    sample_tables,
};

fn harness() -> (Harness<'static>, Sent) {
    let (mut app, sent, _) = app_given(sample_tables::reception());
    let builder = Harness::builder().with_size([1280.0, 800.0]).with_context_setup(theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(3);
    (harness, sent)
}

fn imported(sent: &Sent) -> Vec<Vec<PathBuf>> {
    let sent = sent.borrow();
    let paths = |command: &Command| if let Command::ImportFiles(paths) = command { Some(paths.clone()) } else { None };
    sent.iter().filter_map(paths).collect()
}

#[test]
fn files_dropped_on_the_window_are_asked_for_once_together_and_read_by_nobody_here() {
    let (mut harness, sent) = harness();
    let files: Vec<PathBuf> = ["/tmp/a.xml", "/tmp/b.xml"].map(PathBuf::from).into();
    harness.input_mut().dropped_files = files.iter().map(|file| Arc::new(Dropped(file.clone())) as _).collect();
    harness.run_steps(4);
    assert_eq!(imported(&sent), [files]);
}

#[test]
fn the_form_offers_a_path_and_the_system_s_dialog() {
    let (mut harness, sent) = harness();
    harness.get_by_label("Bestanden inlezen").click();
    harness.run_steps(3);
    harness.get_by_label("Bladeren…");
    harness.get_by_label("Bestand of map").focus();
    harness.run_steps(2);
    harness.get_by_label("Bestand of map").type_text("/tmp/c.xml");
    harness.run_steps(3);
    harness.get_by_label("Lees in").click();
    harness.run_steps(3);
    assert_eq!(imported(&sent), [[PathBuf::from("/tmp/c.xml")]]);
    assert!(harness.query_by_label("Bladeren…").is_none(), "the form is closed");
}

/// A form that a button opens, drawn in both themes; in `TERUGBLIK_PICTURES` under this name.
pub fn is_drawn_in_both_themes(frame: fn() -> Frame, button: &str, name: &str, height: f32) {
    let size = egui::vec2(1280.0, height);
    let (mut app, ..) = app_given(frame());
    let builder = Harness::builder().with_size(size).with_context_setup(theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(3);
    let button = harness.get_by_label(button).rect().center();
    for (theme, dark) in [(egui::Theme::Light, ""), (egui::Theme::Dark, "-donker")] {
        let (mut app, ..) = app_given(frame());
        let mut studio = ui::Studio::new(size, 1.0);
        let closed = studio.picture(theme, |ui| app.frame_ui(ui));
        let press = |pressed| egui::Event::PointerButton {
            pos: button,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: egui::Modifiers::NONE,
        };
        studio.picture_after(theme, vec![egui::Event::PointerMoved(button), press(true)], |ui| app.frame_ui(ui));
        studio.picture_after(theme, vec![press(false)], |ui| app.frame_ui(ui));
        let open = studio.picture_after(theme, vec![egui::Event::PointerGone], |ui| app.frame_ui(ui));
        let changed = closed.rgba().chunks_exact(4).zip(open.rgba().chunks_exact(4)).filter(|(a, b)| a != b).count();
        assert!(changed > 10_000, "{changed} pixels of the form");
        if let Some(folder) = std::env::var_os("TERUGBLIK_PICTURES") {
            let file = std::path::Path::new(&folder).join(format!("{name}{dark}.png"));
            std::fs::write(file, open.png().unwrap()).unwrap();
        }
    }
}

#[test]
fn the_form_is_drawn_in_both_themes() {
    is_drawn_in_both_themes(sample_tables::reception, "Bestanden inlezen", "13-ontvangst-inlezen", 800.0);
}
