//! *Ritten* in the window: a file dropped, a column mapped, bad lines skipped, what a crew column gives; by label.

use std::{path::PathBuf, sync::Arc};

use egui_kittest::{Harness, kittest::Queryable};
use ui::theme;
use viewmodel::{ColumnRightTyped, Command, DateOrder, Frame, RideField, RideFolderTyped, RidesCommand};

use crate::{
    desk::{Dropped, app_given},
    importing::is_drawn_in_both_themes,
    sample_rides,
    seen::Seen,
};

/// The window over a frame; and what it asked for on *Ritten*.
struct Window {
    harness: Harness<'static>,
    sent: crate::desk::Sent,
}

impl Window {
    fn over(frame: Frame) -> Self {
        let (mut app, sent, _) = app_given(frame);
        let builder = Harness::builder().with_size([1280.0, 1500.0]).with_context_setup(theme::install);
        let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
        harness.run_steps(3);
        Self { harness, sent }
    }

    fn press(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.harness.run_steps(4);
    }

    fn asked(&self) -> Vec<RidesCommand> {
        let sent = self.sent.borrow();
        let of = |command: &Command| if let Command::Rides(asked) = command { Some(asked.clone()) } else { None };
        sent.iter().filter_map(of).collect()
    }
}

#[test]
fn a_ride_file_dropped_on_the_window_is_asked_for_and_read_by_nobody_here() {
    let mut window = Window::over(sample_rides::file_step());
    let file = PathBuf::from("/tmp/ritten.csv");
    window.harness.input_mut().dropped_files = vec![Arc::new(Dropped(file.clone())) as _];
    window.harness.run_steps(4);
    assert_eq!(window.asked(), [RidesCommand::Read(vec![file])]);
}

#[test]
fn a_column_is_mapped_by_its_choice_and_masked_values_are_said_to_be_so() {
    let mut window = Window::over(sample_rides::columns_step(false));
    window.harness.get_by_label("bsn_vooraankondiging, afgeschermd, gepseudonimiseerd");
    window.press("Veld van opmerking: Overslaan");
    window.press("Ambulance");
    assert_eq!(window.asked(), [RidesCommand::Map(13, Some(RideField::Vehicle))]);
    window.press("Controleer de regels");
    assert_eq!(window.asked()[1], RidesCommand::Check);
    window.press("Begin opnieuw");
    assert_eq!(window.asked()[2], RidesCommand::Anew);
}

#[test]
fn another_sheet_of_a_workbook_is_chosen_and_one_that_is_gone_is_named() {
    let mut window = Window::over(sample_rides::sheets_step());
    window.harness.get_by_label_contains("Blad weg: Ritten");
    window.press("Blad: Week 38");
    window.press("Week 39");
    assert_eq!(window.asked(), [RidesCommand::Sheet(2)]);
    let window = Window::over(sample_rides::columns_step(false));
    assert!(window.harness.query_by_label_contains("Blad: ").is_none(), "a file of one table has no such choice");
}

#[test]
fn dates_that_are_a_question_keep_the_check_back_until_an_order_is_chosen() {
    let mut window = Window::over(sample_rides::columns_step(true));
    window.press("Controleer de regels");
    assert_eq!(window.asked(), []);
    window.press("dag-maand-jaar");
    assert_eq!(window.asked(), [RidesCommand::Dates(DateOrder::DayFirst)]);
    window.press("De eerste regel is de kop");
    assert_eq!(window.asked()[1], RidesCommand::Header(false));
}

#[test]
fn bad_lines_keep_the_import_back_until_they_are_skipped_or_kept() {
    let mut window = Window::over(sample_rides::checked_step(true));
    window.press("Lees 209 ritten in");
    assert_eq!(window.asked(), [], "nothing goes in");
    window.press("Sla deze regels over en lees de andere in");
    assert_eq!(window.asked(), [RidesCommand::SkipBad(true)]);
    window.press("Bewaar de geweigerde regels…");
    window.harness.get_by_label("Nieuw bestand").focus();
    window.harness.run_steps(2);
    window.harness.get_by_label("Nieuw bestand").type_text("/tmp/geweigerd.csv");
    window.harness.run_steps(3);
    window.press("Bewaar");
    assert_eq!(window.asked()[1], RidesCommand::KeepRefused("/tmp/geweigerd.csv".into()));
    let mut good = Window::over(sample_rides::checked_step(false));
    good.press("Lees 214 ritten in");
    assert_eq!(good.asked(), [RidesCommand::Import]);
}

#[test]
fn what_a_crew_column_gives_is_changed_with_a_reason_and_not_without() {
    let mut window = Window::over(sample_rides::file_step());
    window.press("Wijzig…");
    window.press("Chauffeur");
    window.press("Toelichting");
    window.press("Leg vast");
    assert_eq!(window.asked(), [], "without a reason");
    window.harness.get_by_label("Reden").focus();
    window.harness.run_steps(2);
    window.harness.get_by_label("Reden").type_text("afspraak");
    window.harness.run_steps(3);
    window.press("Leg vast");
    let typed =
        ColumnRightTyped { place: 2, diagnosis: true, remarks: true, from: String::new(), reason: "afspraak".into() };
    assert_eq!(window.asked(), [RidesCommand::SetRight(typed)]);
}

#[test]
fn the_watched_folder_is_set_by_its_form_which_stays_until_that_is_in_force() {
    let mut window = Window::over(sample_rides::folder_off());
    window.press("Stel in…");
    window.press("Zet aan");
    assert_eq!(window.asked(), [], "without a folder");
    window.harness.get_by_label("Map").focus();
    window.harness.run_steps(2);
    window.harness.get_by_label("Map").type_text(" /srv/ritten ");
    window.harness.run_steps(3);
    window.press("Indeling: de koppen van rides.csv");
    window.press("nachtdienst");
    window.press("Sla foute regels over en lees de andere in");
    window.press("Zet aan");
    let typed = RideFolderTyped {
        folder: "/srv/ritten".into(),
        source: Some("nachtdienst".into()),
        every_minutes: "30".into(),
        skip_bad_lines: true,
    };
    assert_eq!(window.asked(), [RidesCommand::SetFolder(typed)]);
    window.harness.get_by_label("Kies de map…");
    window.harness.get_by_label("Zet aan");
    window.press("Annuleer");
    assert!(window.harness.query_by_label("Zet aan").is_none());
}

#[test]
fn the_form_of_the_watched_folder_is_drawn_in_both_themes_and_whole_at_200_per_cent() {
    is_drawn_in_both_themes(sample_rides::folder_off, "Stel in…", "14-ritten-map-instellen", 1100.0);
    let (mut app, ..) = app_given(sample_rides::folder_off());
    let builder = Harness::builder().with_size([512.0, 350.0]).with_pixels_per_point(2.0);
    let mut harness = builder.with_context_setup(theme::install).build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(5);
    harness.get_by_label("Stel in…").focus();
    harness.run_steps(2);
    harness.key_press(egui::Key::Enter);
    harness.run_steps(5);
    harness.get_by_label("Zet aan");
    let faults = Seen::of(&mut harness).faults();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn how_the_watched_folder_goes_is_said_and_it_is_put_off_by_one_press() {
    let mut window = Window::over(sample_rides::file_step());
    window.harness.get_by_label_contains("Laatste bestand: 21-09-2026 03:30. 214 nieuw, 3 gewijzigd, ");
    window.press("Zet uit");
    assert_eq!(window.asked(), [RidesCommand::FolderOff]);
    let window = Window::over(sample_rides::folder_wrong());
    window.harness.get_by_label_contains("Het ontvangende proces draait niet");
    window.harness.get_by_label_contains("Kolom weg: overdracht_seh");
    window.harness.get_by_label_contains("/srv/ritten is er niet");
}
