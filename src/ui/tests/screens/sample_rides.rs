//! Invented frames of *Ritten*, near look 14.

use viewmodel::*;

use crate::samples::{day, frame};

fn act(command: RidesCommand) -> Command {
    Command::Rides(command)
}

fn told(text: &'static str, values: &[(&'static str, &str)]) -> ColumnCheck {
    let values = values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    ColumnCheck::Told(Said { text, values })
}

fn shown(name: &str, value: &str, field: RideField, check: ColumnCheck) -> RideColumn {
    RideColumn { name: Some(name.into()), sample: RideSample::Shown(value.into()), field: Some(field), check }
}

fn masked(name: &str, field: Option<RideField>, check: ColumnCheck) -> RideColumn {
    RideColumn { name: Some(name.into()), sample: RideSample::Masked, field, check }
}

fn mapped() -> Vec<RideColumn> {
    let fits = || ColumnCheck::Fits;
    let staff = |n: &str, of: &str| told("rides-check-staff", &[("n", n), ("of", of)]);
    let some =
        ColumnCheck::Doubt(Said { text: "rides-check-staff", values: vec![("n", "14".into()), ("of", "15".into())] });
    vec![
        shown("inzetnummer", "12-2026-4544-1", RideField::Number, fits()),
        shown("ambulancenummer", "12-104", RideField::Vehicle, fits()),
        shown("vertrek", "2026-09-17T14:12", RideField::Departed, fits()),
        shown("overdracht_seh", "2026-09-17T14:58", RideField::HandedOver, fits()),
        shown("urgentie", "A1", RideField::Urgency, fits()),
        shown("standplaats", "Oost", RideField::Post, fits()),
        shown("ziekenhuis_ura", "00000101", RideField::Hospital, told("rides-check-hospitals", &[("n", "8")])),
        masked("werkdiagnose_code", Some(RideField::DiagnosisCode), told("rides-check-masked", &[])),
        masked("werkdiagnose", Some(RideField::Diagnosis), told("rides-check-masked", &[])),
        masked("bsn_vooraankondiging", Some(RideField::AnnouncedBsn), told("rides-check-hashed", &[])),
        shown("verpleegkundige", "1001", RideField::Nurse, some),
        shown("chauffeur", "2001", RideField::Driver, staff("9", "9")),
        shown("derde", "3004", RideField::Third, staff("2", "2")),
        masked("opmerking", None, told("rides-check-skipped", &[])),
    ]
}

fn rides(step: RidesStep, file: Option<RideFileShown>) -> Frame {
    let right = |field, place, diagnosis, since| ColumnRightShown {
        field,
        place,
        diagnosis,
        remarks: diagnosis,
        since,
        later: (place == 2).then(|| (day(2026, 12, 1), true, false)),
    };
    let has_file = file.is_some();
    let screen = RidesScreen {
        step,
        file,
        read: Some(|paths| act(RidesCommand::Read(paths))),
        back: has_file.then(|| act(RidesCommand::Back)),
        close: has_file.then(|| act(RidesCommand::Close)),
        folder: Box::new(folder(true, None)),
        rights: vec![
            right(RideField::Nurse, 1, true, None),
            right(RideField::Driver, 2, false, Some(day(2026, 3, 1))),
            right(RideField::Third, 3, false, None),
        ],
        set_right: |typed| act(RidesCommand::SetRight(typed)),
        unlinked: Unlinked {
            total: 7,
            rows: vec![unlinked("12-2026-4533-1", 7, true), unlinked("12-2026-4561-1", 1, false)],
            more: Some(Command::Rides(RidesCommand::MoreUnlinked)),
            contested: (3, 24),
            contested_more: Some(Command::Rides(RidesCommand::MoreContested)),
            contested_rows: vec![contested("12-2026-4577-1", 2)],
            held: vec![HeldRow {
                record: RecordId(9),
                number: "12-2026-4590-1".into(),
                sender: "Ziekenhuis Noord".into(),
                hospital: "Ziekenhuis Rivierenland Oost".into(),
                age_days: 2,
            }],
            held_total: 21,
            held_more: Some(Command::Rides(RidesCommand::MoreHeld)),
            accept: |record, reason| Command::Rides(RidesCommand::Accept(record, reason)),
            doubted: vec![HeldRow {
                record: RecordId(10),
                number: "12-2026-4591-1".into(),
                sender: "Ziekenhuis Oost".into(),
                hospital: "Ziekenhuis Oost".into(),
                age_days: 3,
            }],
            doubted_total: 34,
            doubted_more: Some(Command::Rides(RidesCommand::MoreDoubted)),
            waiting: Some((12, 4)),
            without_account: 3,
        },
    };
    frame(Some((Role::FunctionalAdministrator, "T. Smeets", ScreenName::Rides, Some(7))), Screen::Rides(screen))
}

/// `why`: the last look failed.
fn folder(on: bool, why: Option<Said>) -> RideFolderShown {
    let at = |hour, minute| day(2026, 9, 21).and_hms_opt(hour, minute, 0).unwrap();
    RideFolderShown {
        on,
        set_now: RideFolderTyped {
            folder: if on { "/srv/ritten".into() } else { String::new() },
            source: on.then(|| "ritadministratie".into()),
            every_minutes: "30".into(),
            skip_bad_lines: false,
        },
        looked: on.then(|| RideFolderLooked { at: at(9, 0), why }),
        last: on.then(|| RideFolderFile {
            at: at(3, 30),
            imported: true,
            new: 214,
            changed: 3,
            unchanged: 1_462,
            refused: 0,
            why: None,
        }),
        receiver_runs: true,
        sources: vec!["ritadministratie".into(), "nachtdienst".into()],
        set: |typed| act(RidesCommand::SetFolder(typed)),
        put_off: on.then(|| act(RidesCommand::FolderOff)),
    }
}

fn with_folder(folder: RideFolderShown) -> Frame {
    let mut frame = file_step();
    if let Screen::Rides(screen) = &mut frame.screen {
        *screen.folder = folder;
    }
    frame
}

/// The folder is not read, and never was.
pub fn folder_off() -> Frame {
    with_folder(folder(false, None))
}

/// The folder is gone, the last file was refused, and nobody receives.
pub fn folder_wrong() -> Frame {
    let said = |text, name, value: &str| Said {
        text,
        values: vec![(name, value.to_owned()), ("place", "/srv/ritten".into())],
    };
    let mut folder = folder(true, Some(said("error-file-absent", "name", "")));
    folder.receiver_runs = false;
    if let Some(last) = &mut folder.last {
        let why = Some(said("error-rides-column-gone", "column", "overdracht_seh"));
        *last = RideFolderFile { at: last.at, imported: false, new: 0, changed: 0, unchanged: 0, refused: 0, why };
    }
    with_folder(folder)
}

fn file() -> Option<RideFileShown> {
    Some(RideFileShown { name: "ritten-week-38.csv".into(), lines: 214, text: Some(("rides-semicolon", "UTF-8")) })
}

pub fn file_step() -> Frame {
    rides(RidesStep::File, None)
}

/// `asked`: the dates are a question, and a column of the source is gone.
pub fn columns_step(asked: bool) -> Frame {
    let columns = RideColumns {
        sheets: Vec::new(),
        sheet: 0,
        set_sheet: |place| act(RidesCommand::Sheet(place)),
        sheet_gone: None,
        columns: mapped(),
        map: |column, field| act(RidesCommand::Map(column, field)),
        header: true,
        set_header: |header| act(RidesCommand::Header(header)),
        dates: (!asked).then_some(DateOrder::YearFirst),
        dates_found: !asked,
        set_dates: |order| act(RidesCommand::Dates(order)),
        filled_from: Some("ritadministratie".into()),
        gone: if asked { vec!["dienst".into(), "geannuleerd".into()] } else { vec![] },
        anew: Some(act(RidesCommand::Anew)),
        remember: "ritadministratie".into(),
        set_remember: |name| act(RidesCommand::Remember(name)),
        check: (!asked).then(|| act(RidesCommand::Check)),
        lacks: asked.then(|| Said::from("rides-lacks-dates")),
    };
    rides(RidesStep::Columns(Box::new(columns)), file())
}

/// A workbook of three sheets; that of its source is gone.
pub fn sheets_step() -> Frame {
    let mut frame = columns_step(false);
    let Screen::Rides(screen) = &mut frame.screen else { panic!("Ritten") };
    screen.file = Some(RideFileShown { name: "ritten-week-38.xlsx".into(), lines: 214, text: None });
    let RidesStep::Columns(columns) = &mut screen.step else { panic!("the columns") };
    columns.sheets = ["Toelichting", "Week 38", "Week 39"].map(str::to_owned).into();
    columns.sheet = 1;
    columns.sheet_gone = Some("Ritten".into());
    frame
}

pub fn checked_step(bad: bool) -> Frame {
    let keep: fn(std::path::PathBuf) -> Command = |path| act(RidesCommand::KeepRefused(path));
    let line = |line, column: Option<&str>, rule| RideLineShown { line, column: column.map(str::to_owned), rule };
    let checked = RidesChecked {
        rides: if bad { 209 } else { 214 },
        refused: if bad { 5 } else { 0 },
        lines: if bad {
            vec![
                line(3, Some("overdracht_seh"), "ride-rule-before-departure"),
                line(17, Some("ziekenhuis_ura"), "ride-rule-lost-zeros"),
                line(44, Some("inzetnummer"), "ride-rule-twice"),
                line(45, Some("inzetnummer"), "ride-rule-twice"),
                line(214, None, "ride-rule-cut-off"),
            ]
        } else {
            vec![]
        },
        staff_unknown: 3,
        staff_zeros: u64::from(bad),
        skip: false,
        set_skip: |skip| act(RidesCommand::SkipBad(skip)),
        import: (!bad).then(|| act(RidesCommand::Import)),
        keep_refused: bad.then_some(keep),
    };
    rides(RidesStep::Checked(Box::new(checked)), file())
}

pub fn imported_step(left: u64) -> Frame {
    let done = RidesImported {
        new: 201,
        changed: 4,
        unchanged: 3,
        refused: 5,
        past_term: 1,
        contested: 2,
        linked: 37,
        confirmed: 2,
        left,
        failed: (left > 0)
            .then(|| Said { text: "error-file-full", values: vec![("place", "/var/lib/terugblik".into())] }),
    };
    rides(RidesStep::Imported(Box::new(done), Some(|path| act(RidesCommand::KeepRefused(path)))), file())
}

/// A message whose number two services use.
pub fn contested(number: &str, age_days: i64) -> ContestedRow {
    let ride = |service: &str, vehicle: &str, of_sender, row| RideOfNumber {
        service: Some(service.into()),
        vehicle: Some(vehicle.into()),
        handed_over: day(2026, 9, 14).and_hms_opt(14, 5, 0),
        cancelled: false,
        of_sender,
        implausible: !of_sender,
        choose: Command::Rides(RidesCommand::Choose(RecordId(11), row)),
    };
    ContestedRow {
        number: number.into(),
        sender: "Ziekenhuis Noord".into(),
        vehicle: Some("12-104".into()),
        age_days,
        rides: vec![ride("Ambulancedienst Noord", "12-104", true, 7), ride("Ambulancedienst Zuid", "12-231", false, 8)],
    }
}

pub fn unlinked(number: &str, age_days: i64, near: bool) -> UnlinkedRow {
    let (record, why) = (RecordId(1), NearMissShown::RegisteredAnew);
    let candidate = CandidateShown {
        number: "12-2026-4533-2".into(),
        why,
        of_sender: true,
        other_vehicle: true,
        handed_over: Some(day(2026, 9, 14)),
        link: Command::Rides(RidesCommand::Link(record, 5, why)),
    };
    UnlinkedRow {
        record,
        number: number.into(),
        sender: "Ziekenhuis Meerzicht".into(),
        vehicle: Some("12-104".into()),
        age_days,
        candidates: if near { vec![candidate] } else { Vec::new() },
    }
}
