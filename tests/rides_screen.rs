//! *Ritten* for the functional administrator: a file of any layout through its three steps, and what crew columns give.

use viewmodel::{
    ColumnCheck, ColumnRightTyped, Command, DateOrder, Frame, NoticeKind, RideColumns, RideField, RideSample,
    RidesChecked, RidesCommand, RidesImported, RidesScreen, RidesStep, Screen, ScreenName,
};

use crate::{
    house::{House, Window},
    support::fixtures,
    walk_rides::strings,
    workbook::{Is, of_sheets},
};

const ADMINISTRATOR: &str = "9003";

fn rides(frame: Frame) -> RidesScreen {
    assert!(frame.notice.is_none(), "{}", frame.notice.unwrap().text);
    let Screen::Rides(screen) = frame.screen else { panic!("Ritten") };
    screen
}

fn ask(house: &mut House, command: RidesCommand) -> RidesScreen {
    rides(house.act(Command::Rides(command)))
}

/// *Ritten* with this file in hand.
fn read(house: &mut House, name: &str, content: impl AsRef<[u8]>) -> RidesScreen {
    let file = house.folder.path().join(name);
    std::fs::write(&file, content).unwrap();
    ask(house, RidesCommand::Read(vec![file]))
}

fn at_rides() -> House {
    let mut house = House::with(&[]);
    house.sign_in(ADMINISTRATOR);
    let screen = rides(house.act(Command::Open(ScreenName::Rides)));
    assert!(matches!(screen.step, RidesStep::File) && screen.read.is_some());
    house
}

fn columns(screen: &RidesScreen) -> &RideColumns {
    let RidesStep::Columns(columns) = &screen.step else { panic!("columns") };
    columns
}

fn checked(screen: &RidesScreen) -> &RidesChecked {
    let RidesStep::Checked(checked) = &screen.step else { panic!("checked") };
    checked
}

fn imported(screen: &RidesScreen) -> &RidesImported {
    let RidesStep::Imported(imported, _) = &screen.step else { panic!("imported") };
    imported
}

fn samples() -> String {
    std::fs::read_to_string(fixtures().join("rides.csv")).unwrap()
}

#[test]
fn a_file_goes_through_columns_check_and_import_and_nothing_is_written_before_the_last() {
    let mut house = at_rides();
    let lines = samples().replace("-45", "-95");
    let screen = read(&mut house, "nacht.csv", &lines);
    let file = screen.file.as_ref().unwrap();
    assert_eq!((file.name.as_str(), file.lines, file.text), ("nacht.csv", 27, Some(("rides-semicolon", "UTF-8"))));
    let of = columns(&screen);
    assert!(of.header && of.dates_found && of.lacks.is_none());
    assert_eq!(of.dates, Some(DateOrder::YearFirst));
    let fields: Vec<_> = of.columns.iter().map(|column| column.field).collect();
    let apart = [RideField::DepartedTime, RideField::HandedOverTime];
    let known = RideField::ALL.into_iter().filter(|field| !apart.contains(field)).take(15);
    assert_eq!(fields, known.map(Some).collect::<Vec<_>>(), "each but the times, which stand with their days");
    assert_eq!(of.columns[0].sample, RideSample::Shown("12-2026-9501-1".into()));
    assert_eq!(of.columns[0].check, ColumnCheck::Fits);
    let checked = checked(&ask(&mut house, RidesCommand::Check)).clone();
    assert_eq!((checked.rides, checked.refused), (27, 0));
    assert_eq!(house.engine.store().status(false).unwrap().rides, 27, "those of before");
    let done = ask(&mut house, RidesCommand::Import);
    assert_eq!((imported(&done).new, imported(&done).refused, imported(&done).left), (27, 0, 0));
    assert_eq!(house.engine.store().status(false).unwrap().rides, 54);
    let closed = ask(&mut house, RidesCommand::Close);
    assert!(matches!(closed.step, RidesStep::File) && closed.file.is_none());
}

#[test]
fn bsn_and_working_diagnosis_never_come_into_the_view_model_whatever_their_columns_are_called_or_mapped_to() {
    let secrets = ["999900043", "Kanarieziekte", "22298006"];
    let line =
        |n: usize| format!("12-2026-{n}-1;2026-09-14T10:00;2026-09-14T11:00;999900043;Kanarieziekte;22298006;1001\n");
    let lines: String = (7001..7010).map(line).collect();
    let heads = ["rit;vertrek;overdracht;bsn;werkdiagnose;code;verpleegkundige\n", "a;b;c;d;e;f;g\n", ""];
    for (n, head) in heads.into_iter().enumerate() {
        let mut house = at_rides();
        let screen = read(&mut house, "geheim.csv", format!("{head}{lines}"));
        let count = columns(&screen).columns.len();
        for column in 0..count {
            for field in std::iter::once(None).chain(RideField::ALL.into_iter().map(Some)) {
                let screen = ask(&mut house, RidesCommand::Map(column, field));
                for text in strings(&screen) {
                    assert!(!secrets.iter().any(|secret| text.contains(secret)), "{n} {column} {field:?}: {text}");
                }
            }
        }
        let anew = ask(&mut house, RidesCommand::Header(true));
        assert!(!strings(&anew).iter().any(|text| secrets.iter().any(|secret| text.contains(secret))));
    }
}

#[test]
fn dates_that_may_be_read_in_two_orders_are_asked_and_one_that_cannot_answers_for_all() {
    let mut house = at_rides();
    let line = |n: usize, day: &str| format!("12-2026-{n}-1;{day} 10:05\n");
    let open = format!("rit;overdracht\n{}{}", line(1, "03-04-2026"), line(2, "05-06-2026"));
    let screen = read(&mut house, "vraag.csv", &open);
    let of = columns(&screen);
    assert_eq!((of.dates, of.dates_found, of.check.is_some()), (None, false, false));
    assert_eq!(of.lacks.as_ref().unwrap().text, "rides-lacks-dates");
    let screen = ask(&mut house, RidesCommand::Dates(DateOrder::DayFirst));
    assert!(columns(&screen).check.is_some());
    assert_eq!(checked(&ask(&mut house, RidesCommand::Check)).rides, 2);
    let screen = read(&mut house, "antwoord.csv", open + &line(3, "25-06-2026"));
    assert_eq!((columns(&screen).dates, columns(&screen).dates_found), (Some(DateOrder::DayFirst), true));
}

#[test]
fn a_layout_is_remembered_of_its_source_and_a_column_that_is_gone_is_named() {
    let mut house = at_rides();
    let lines = |head: &str| format!("{head}\n12-2026-7001-1;14-09-2026 11:00;7;1001\n");
    read(&mut house, "eerst.csv", lines("Nr X;Aankomst;Kolom;Wie"));
    ask(&mut house, RidesCommand::Map(1, Some(RideField::HandedOver)));
    ask(&mut house, RidesCommand::Map(3, Some(RideField::Nurse)));
    ask(&mut house, RidesCommand::Remember("nachtdienst".into()));
    ask(&mut house, RidesCommand::Check);
    assert_eq!(house.engine.store().ride_sources().unwrap().len(), 1);
    let again = read(&mut house, "tweede.csv", lines("Nr X;Aankomst;Kolom;Wie"));
    let of = columns(&again);
    assert_eq!((of.filled_from.as_deref(), of.gone.len()), (Some("nachtdienst"), 0));
    assert_eq!(of.columns[3].field, Some(RideField::Nurse));
    let other = read(&mut house, "derde.csv", lines("Nr X;Aankomst;Kolom;Persoon"));
    let of = columns(&other);
    assert_eq!((of.filled_from.as_deref(), of.gone.as_slice()), (Some("nachtdienst"), &["Wie".to_owned()][..]));
    assert_eq!(of.columns[3].field, None);
    let anew = ask(&mut house, RidesCommand::Anew);
    assert!(columns(&anew).filled_from.is_none() && columns(&anew).gone.is_empty());
}

#[test]
fn a_bad_line_holds_back_the_file_until_it_is_skipped_and_can_be_kept_with_its_reason() {
    let mut house = at_rides();
    let lines = samples().replace("-45", "-95").replacen("00000101", "101", 1);
    read(&mut house, "fout.csv", lines);
    let screen = ask(&mut house, RidesCommand::Check);
    let found = checked(&screen);
    assert_eq!((found.rides, found.refused, found.import.is_some()), (26, 1, false));
    assert_eq!((found.lines[0].line, found.lines[0].rule), (2, "ride-rule-lost-zeros"));
    assert_eq!(found.lines[0].column.as_deref(), Some("ziekenhuis_ura"));
    let held = ask(&mut house, RidesCommand::Import);
    assert_eq!(
        (imported(&held).new, house.engine.store().status(false).unwrap().rides),
        (0, 27),
        "even if it is asked"
    );
    let kept = house.folder.path().join("geweigerd.csv");
    ask(&mut house, RidesCommand::KeepRefused(kept.clone()));
    let written = std::fs::read_to_string(&kept).unwrap();
    assert!(written.lines().count() == 2 && written.contains(";101;"), "{written}");
    let twice = house.act(Command::Rides(RidesCommand::KeepRefused(kept)));
    assert_eq!(twice.notice.unwrap().kind, NoticeKind::Refused, "nothing is written over");
}

#[test]
fn skipped_bad_lines_let_the_others_in_and_a_stopped_import_says_what_is_left() {
    let mut house = at_rides();
    let first = samples().lines().nth(1).unwrap().to_owned();
    let head = samples().lines().next().unwrap().to_owned();
    let many: String = (0..2500).map(|n| first.replace("-4501-", &format!("-{}-", 50_000 + n)) + "\n").collect();
    read(&mut house, "veel.csv", format!("{head}\n{many}kort;regel\n"));
    ask(&mut house, RidesCommand::Check);
    let screen = ask(&mut house, RidesCommand::SkipBad(true));
    assert!(checked(&screen).import.is_some());
    let at = house.now;
    let frame = house.engine.execute(Command::Rides(RidesCommand::Import), at, &mut |_, done, _| done < 1000);
    let screen = rides(frame);
    assert_eq!((imported(&screen).new, imported(&screen).left, imported(&screen).refused), (1000, 1500, 1));
}

#[test]
fn a_file_in_hand_goes_with_the_lock_and_other_roles_have_no_such_screen() {
    let mut house = at_rides();
    read(&mut house, "nacht.csv", samples());
    let locked = house.act(Command::Lock);
    assert!(matches!(locked.screen, Screen::Locked(_)));
    house.sign_in(ADMINISTRATOR);
    let screen = rides(house.act(Command::Open(ScreenName::Rides)));
    assert!(screen.file.is_none());
    for other in ["9001", "9002", "9004", "1001"] {
        house.act(Command::SignOut);
        let before = house.sign_in(other);
        assert!(before.rail.unwrap().items.iter().all(|item| item.screen != ScreenName::Rides), "{other}");
        assert!(!matches!(house.act(Command::Open(ScreenName::Rides)).screen, Screen::Rides(_)), "{other}");
    }
}

#[test]
fn a_crew_column_is_set_with_a_day_and_a_reason_and_the_change_is_logged() {
    let mut house = at_rides();
    let typed =
        ColumnRightTyped { place: 2, diagnosis: true, remarks: false, from: String::new(), reason: "afspraak".into() };
    let screen = ask(&mut house, RidesCommand::SetRight(typed.clone()));
    let driver = &screen.rights[1];
    assert!(driver.diagnosis && !driver.remarks && driver.since.is_some() && screen.rights.len() == 3);
    let later = ColumnRightTyped { remarks: true, from: "01-12-2026".into(), ..typed.clone() };
    let screen = ask(&mut house, RidesCommand::SetRight(later));
    let day = chrono::NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
    assert_eq!(screen.rights[1].later, Some((day, true, true)));
    for (wrong, key) in [
        (ColumnRightTyped { from: "01-01-2026".into(), ..typed.clone() }, "error-column-right-past"),
        (ColumnRightTyped { reason: " ".into(), ..typed.clone() }, "error-column-right-reason"),
        (ColumnRightTyped { diagnosis: false, remarks: true, ..typed }, "error-column-right-remarks"),
    ] {
        assert_eq!(house.act(Command::Rides(RidesCommand::SetRight(wrong))).notice.unwrap().text, key);
    }
}

/// A workbook of a cover, an empty sheet, and two of rides.
fn book(names: [&str; 2]) -> Vec<u8> {
    let lines = |from: usize, count: usize| -> Vec<Vec<Is>> {
        let head = ["Nr X", "Aankomst", "Wie"].map(Is::text).to_vec();
        let line = |n: usize| [format!("12-2026-{n}-1").as_str(), "14-09-2026 11:00", "1001"].map(Is::text).to_vec();
        std::iter::once(head).chain((from..from + count).map(line)).collect()
    };
    of_sheets(vec![("Leeg", Vec::new()), (names[0], lines(7001, 2)), (names[1], lines(7101, 3))])
}

#[test]
fn a_sheet_of_a_workbook_is_chosen_remembered_of_its_source_and_named_when_it_is_gone() {
    let mut house = at_rides();
    let screen = read(&mut house, "ritten.xlsx", book(["Week 38", "Ritten"]));
    let of = columns(&screen);
    assert_eq!((of.sheets.as_slice(), of.sheet), (&["Leeg", "Week 38", "Ritten"].map(str::to_owned)[..], 1));
    assert_eq!(screen.file.as_ref().unwrap().lines, 2);
    let screen = ask(&mut house, RidesCommand::Sheet(2));
    assert_eq!((columns(&screen).sheet, screen.file.as_ref().unwrap().lines), (2, 3));
    ask(&mut house, RidesCommand::Map(1, Some(RideField::HandedOver)));
    ask(&mut house, RidesCommand::Map(2, Some(RideField::Nurse)));
    ask(&mut house, RidesCommand::Remember("weekstaat".into()));
    assert_eq!(checked(&ask(&mut house, RidesCommand::Check)).rides, 3);
    assert_eq!(imported(&ask(&mut house, RidesCommand::Import)).new, 3);
    let again = read(&mut house, "weer.xlsx", book(["Week 39", "Ritten"]));
    let of = columns(&again);
    assert_eq!((of.sheet, of.filled_from.as_deref(), of.sheet_gone.as_deref()), (2, Some("weekstaat"), None));
    assert_eq!(of.columns[2].field, Some(RideField::Nurse));
    // Another sheet of it is no file of that source.
    let other = ask(&mut house, RidesCommand::Sheet(1));
    assert_eq!((columns(&other).sheet, columns(&other).filled_from.as_deref()), (1, None));
    let gone = read(&mut house, "derde.xlsx", book(["Week 39", "Week 40"]));
    let of = columns(&gone);
    assert_eq!((of.filled_from.as_deref(), of.sheet_gone.as_deref()), (Some("weekstaat"), Some("Ritten")));
    // An empty sheet is said, and the one in hand stays.
    let frame = house.act(Command::Rides(RidesCommand::Sheet(0)));
    assert_eq!(frame.notice.as_ref().map(|notice| notice.text), Some("error-rides-empty"));
    let Screen::Rides(screen) = &frame.screen else { panic!("Ritten") };
    assert_eq!(columns(screen).sheet, 1);
    // A file that is no workbook has no sheets, and misses none.
    let screen = read(&mut house, "platte.csv", "Nr X;Aankomst;Wie\n12-2026-7201-1;14-09-2026 11:00;1001\n");
    let of = columns(&screen);
    assert_eq!((of.sheets.len(), of.sheet_gone.as_deref(), of.filled_from.as_deref()), (0, None, Some("weekstaat")));
}

#[test]
fn a_ride_file_dropped_on_the_window_is_opened_at_its_columns_and_another_takes_its_place() {
    let house = House::with(&[]);
    let file = |name: &str, content: &str| {
        let file = house.folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        file
    };
    let first = file("eerste.csv", "Rit;Kenmerk een;Overdracht\n12-2026-7301-1;x;14-09-2026 11:00\n");
    let second = file("tweede.csv", "Rit;Kenmerk twee;Overdracht\n12-2026-7302-1;x;14-09-2026 11:00\n");
    let folder = house.folder.path().to_path_buf();
    let mut window = Window::of_size(house, egui::vec2(1280.0, 1400.0));
    window.sign_in(ADMINISTRATOR);
    window.click("Ritten");
    let heard = |window: &Window, words: &str| window.heard().contains(words);
    window.drop_on(&[first.clone(), second.clone()]);
    assert!(heard(&window, "Kies één ritbestand tegelijk") && !heard(&window, "Kenmerk"), "two are one too many");
    window.drop_on(&[folder]);
    assert!(heard(&window, "Een bestand kan niet worden gelezen") && !heard(&window, "Kenmerk"));
    window.drop_on(std::slice::from_ref(&first));
    assert!(heard(&window, "eerste.csv · 1 regels") && heard(&window, "Kenmerk een"));
    window.drop_on(std::slice::from_ref(&second));
    assert!(heard(&window, "tweede.csv") && heard(&window, "Kenmerk twee") && !heard(&window, "Kenmerk een"));
    window.click("Controleer de regels");
    window.click("Lees 1 ritten in");
    assert!(heard(&window, "De ritten zijn ingelezen"));
    // On the lock nothing is read, and after it nothing lies there.
    window.system_locks();
    window.drop_on(&[first]);
    assert!(!heard(&window, "Kenmerk") && !heard(&window, "eerste.csv"));
    let house = window.closed();
    assert_eq!(house.engine.store().status(false).unwrap().rides, 28, "those of before, and one");
}
