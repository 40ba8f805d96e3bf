//! The ride register from files of other layouts: whatever the suite writes, the register is the same.

use chrono::{NaiveDateTime, Utc};

use crate::{
    support::{Place, path, recent, text},
    workbook::{Is, of_sheets, workbook},
};

/// The samples' cells by column, in the order of `rides.csv`, and an empty one.
fn samples() -> Vec<Vec<String>> {
    let file = String::from_utf8(recent("rides.csv", Utc::now())).unwrap();
    file.trim()
        .lines()
        .skip(1)
        .map(|line| line.split(';').map(str::to_owned).chain([String::new()]).collect())
        .collect()
}

/// The samples' columns with these names, in this order, joined by a separator.
fn laid_out(columns: &[(&str, usize)], join: &str, change: impl Fn(usize, &str) -> String) -> String {
    let head = columns.iter().map(|(name, _)| (*name).to_owned()).collect::<Vec<_>>().join(join);
    let line =
        |cells: &Vec<String>| columns.iter().map(|(_, at)| change(*at, &cells[*at])).collect::<Vec<_>>().join(join);
    std::iter::once(head).chain(samples().iter().map(line)).map(|line| line + "\r\n").collect()
}

const COMMA: [(&str, usize); 16] = [
    ("Handover", 3),
    ("Mission", 0),
    ("Nurse", 12),
    ("Driver", 13),
    ("Third", 14),
    ("Hospital URA", 6),
    ("BSN", 10),
    ("Diagnosis code", 7),
    ("Diagnosis system", 8),
    ("Diagnosis", 9),
    ("Announced", 11),
    ("Urgency", 4),
    ("Vehicle", 1),
    ("Departure", 2),
    ("Station", 5),
    ("Service", 15),
];

fn is_time(at: usize) -> bool {
    matches!(at, 2 | 3)
}

/// Days since 1900 as Excel counts.
fn days(cell: &str) -> f64 {
    let at = NaiveDateTime::parse_from_str(cell, "%Y-%m-%dT%H:%M").unwrap();
    let first = chrono::NaiveDate::from_ymd_opt(1899, 12, 30).unwrap().and_hms_opt(0, 0, 0).unwrap();
    (at - first).num_minutes() as f64 / 1440.0
}

fn example(name: &str) -> String {
    format!("{}/resources/rides/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn rides_csv_and_files_of_other_layouts_lead_to_the_same_register() {
    let place = Place::made();
    let first = place.done(&["import-rides", &place.rides()]);
    let all = samples().len();
    assert!(first.contains(&format!("{all} nieuw")), "{first}");
    let same = |file: &str, mapping: &str| {
        let done = place.done(&["import-rides", file, "--mapping", mapping]);
        assert!(done.contains(&format!("0 nieuw, 0 gewijzigd, {all} ongewijzigd")), "{file}: {done}");
    };
    // Commas, another order, English heads, with a column of the service that is empty.
    let comma = laid_out(&COMMA, ",", |_, cell| cell.to_owned());
    same(&place.file("komma.csv", &comma), &example("suite-komma.toml"));
    // Without a head, tabs, days first, in windows-1252.
    let columns: Vec<(&str, usize)> = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14].map(|at| ("", at)).to_vec();
    let day_first = |at: usize, cell: &str| {
        let moment = NaiveDateTime::parse_from_str(cell, "%Y-%m-%dT%H:%M");
        moment.ok().filter(|_| is_time(at)).map_or(cell.to_owned(), |at| at.format("%-d/%-m/%Y %H:%M").to_string())
    };
    let headless = laid_out(&columns, "\t", day_first);
    let headless: String = headless.split_inclusive('\n').skip(1).collect();
    let headless: Vec<u8> = headless.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    // This layout has no code system: the same rides with that cell emptied.
    let without = String::from_utf8(recent("rides.csv", Utc::now())).unwrap().replace("http://snomed.info/sct", "");
    place.done(&["import-rides", &place.file("zonder.csv", without)]);
    same(&place.file("zonder-kop.csv", headless), &example("suite-zonder-kop.toml"));
    // A workbook with Excel's own dates and numbers.
    place.done(&["import-rides", &place.rides()]);
    let head = COMMA.iter().map(|(name, _)| Is::text(name)).collect();
    let row = |cells: Vec<String>| {
        let cell = |(_, at): &(&str, usize)| match (cells[*at].as_str(), *at) {
            (cell, 2 | 3) if !cell.is_empty() => Is::date(days(cell)),
            (cell, 12..=14) => Is("", if cell.is_empty() { String::new() } else { format!("<v>{cell}</v>") }),
            (cell, _) => Is::text(cell),
        };
        COMMA.iter().map(cell).collect()
    };
    let book = workbook(std::iter::once(head).chain(samples().into_iter().map(row)), false);
    same(&place.file("ritten.xlsx", book), &example("suite-komma.toml"));
}

#[test]
fn the_shipped_examples_are_mappings_and_say_that_they_are_to_be_checked() {
    for name in ["suite-puntkomma.toml", "suite-komma.toml", "suite-zonder-kop.toml"] {
        let mapping = std::fs::read_to_string(example(name)).unwrap();
        assert!(app::RideLayout::read(&mapping).is_ok(), "{name}");
        assert!(mapping.contains("To be checked against your export"), "{name}");
    }
}

#[test]
fn a_file_with_a_bad_line_leaves_nothing_behind_and_with_skip_bad_lines_the_others() {
    let place = Place::made();
    let rides = std::fs::read_to_string(place.rides()).unwrap();
    let all = samples().len();
    let bad = place.file("fout.csv", rides.replacen("00000101", "101", 1));
    let (refused, skip) = (place.path("geweigerd.csv"), "--skip-bad-lines");
    let output = place.run(&["import-rides", &bad, "--refused", path(&refused)]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("regel 2, kolom ziekenhuis_ura") && said.contains("er is niets ingelezen"), "{said}");
    assert_eq!(place.status()["rides"], 0);
    let kept = std::fs::read_to_string(&refused).unwrap();
    assert_eq!(kept.lines().count(), 2, "{kept}");
    assert!(kept.lines().nth(1).unwrap().contains(";2;ziekenhuis_ura;"), "{kept}");
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(refused.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let again = place.run(&["import-rides", &bad, "--refused", path(&refused)]);
    assert!(text(&again.stderr).contains("geweigerd.csv"), "a file that is there is not written over");
    let output = place.run(&["import-rides", &bad, skip]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains(&format!("{} nieuw", all - 1)), "{}", text(&output.stdout));
    assert_eq!(place.status()["rides"], all - 1);
    let corrected = place.file("verbeterd.csv", kept.replacen(";101;", ";00000101;", 1));
    assert!(place.done(&["import-rides", &corrected]).contains("1 nieuw"));
}

#[test]
fn a_file_that_is_too_large_protected_cut_or_swapped_is_said_as_such_and_nothing_is_imported() {
    let place = Place::made();
    let rides = std::fs::read_to_string(place.rides()).unwrap();
    let sparse = place.path("groot.csv");
    std::fs::File::create(&sparse).unwrap().set_len(2 << 30).unwrap();
    let protected = place.file("wachtwoord.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    let cut = place.file("half.xlsx", b"PK\x03\x04 half");
    let heads = rides.replacen("ziekenhuis_ura", "x", 1).replacen("verpleegkundige", "ziekenhuis_ura", 1);
    let swapped = place.file("verwisseld.csv", heads.replacen(";x;", ";verpleegkundige;", 1));
    let empty = place.file("leeg.csv", "");
    for (file, words) in [
        (path(&sparse), "groter dan"),
        (&protected, "wachtwoord"),
        (&cut, "geen heel Excel-bestand"),
        (&swapped, "verwisseld. Controleer"),
        (&empty, "is leeg"),
    ] {
        let output = place.run(&["import-rides", file]);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(words) && said.contains(file), "{file}: {said}");
        assert!(said.contains("niets ingelezen") || said.contains("Er is niets"), "{said}");
    }
    assert_eq!(place.status()["rides"], 0);
}

#[test]
fn a_day_and_month_that_may_be_each_others_are_a_question_that_the_mapping_answers() {
    let place = Place::made();
    let mapping = "[columns]\nnumber = 1\nhanded_over = 2\n";
    let asked = place.file("vraag.toml", format!("header = false\n{mapping}"));
    let answered = place.file("antwoord.toml", format!("header = false\ndates = \"day-month-year\"\n{mapping}"));
    let file = place.file("ritten.csv", "12-2026-1-1;03-04-2026 10:05\n12-2026-2-1;25-03-2026 10:05\n");
    let output = place.run(&["import-rides", &file, "--mapping", &asked]);
    let said = text(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("regel 1, kolom 2: dag en maand"), "{said}");
    assert_eq!(place.status()["rides"], 0);
    let done = place.done(&["import-rides", &file, "--mapping", &answered]);
    assert!(done.contains("2 nieuw"), "{done}");
}

#[test]
fn an_unknown_source_and_a_column_that_is_gone_are_named() {
    let place = Place::made();
    let output = place.run(&["import-rides", &place.rides(), "--source", "nacht"]);
    assert!(output.status.code() == Some(2) && text(&output.stderr).contains("De bron nacht is niet bekend"));
    let output = place.run(&["import-rides", &place.rides(), "--mapping", &example("suite-komma.toml")]);
    let said = text(&output.stderr);
    assert!(
        output.status.code() == Some(2) && said.contains("Kolom weg: Mission") || said.contains("Kolom weg"),
        "{said}"
    );
}

#[test]
fn ride_files_in_a_watched_folder_are_imported_and_go_and_a_refused_one_is_kept_with_its_reasons() {
    let place = Place::made();
    let (folder, all) = (place.path("ritten"), samples().len());
    std::fs::create_dir(&folder).unwrap();
    let rides = String::from_utf8(recent("rides.csv", Utc::now())).unwrap();
    std::fs::write(folder.join("nacht.csv"), &rides).unwrap();
    std::fs::write(folder.join("los.pdf"), "geen ritten").unwrap();
    let done = place.done(&["import-rides", "--watched", path(&folder)]);
    assert!(done.contains(&format!("{all} nieuw")), "{done}");
    assert!(!folder.join("nacht.csv").exists() && folder.join("los.pdf").exists());
    let note = &place.status()["ride_files"];
    assert_eq!((&note["outcome"], &note["new"]), (&"imported".into(), &all.into()), "{note}");
    std::fs::write(folder.join("jansen.csv"), rides.replacen("00000101", "101", 1)).unwrap();
    let output = place.run(&["import-rides", "--watched", path(&folder)]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    let kept = std::fs::read_dir(folder.join("geweigerd")).unwrap();
    let mut kept: Vec<_> = kept.map(|entry| entry.unwrap().path()).collect();
    kept.sort_by_key(|kept| kept.to_string_lossy().contains("redenen"));
    assert!(kept.len() == 2 && kept.iter().all(|kept| !kept.to_string_lossy().contains("jansen")), "{kept:?}");
    assert!(std::fs::read_to_string(&kept[1]).unwrap().contains(";2;ziekenhuis_ura;"));
    assert!(!folder.join("jansen.csv").exists());
    assert_eq!(place.status()["ride_files"]["outcome"], "refused");
    assert!(place.done(&["status"]).contains("regels geweigerd"));
}

/// The samples as sheets of a workbook: a cover, all of them, and the first alone.
fn sheets(second: &str) -> Vec<u8> {
    let file = String::from_utf8(recent("rides.csv", Utc::now())).unwrap();
    let rows: Vec<Vec<Is>> = file.trim().lines().map(|line| line.split(';').map(Is::text).collect()).collect();
    let cover = vec![vec![Is::text("Export van de ritadministratie")]];
    of_sheets(vec![("Toelichting", cover), (second, rows.clone()), ("Een rit", rows[..2].to_vec())])
}

#[test]
fn the_sheet_of_a_workbook_is_named_on_the_command_line_or_by_the_layout_and_one_that_is_gone_is_refused() {
    let place = Place::made();
    let (book, all) = (place.file("ritten.xlsx", sheets("Ritten")), samples().len());
    let output = place.run(&["import-rides", &book]);
    assert!(output.status.code() == Some(2), "the first sheet is no table of rides: {}", text(&output.stderr));
    assert!(place.done(&["import-rides", &book, "--sheet", "een rit"]).contains("1 nieuw"));
    let done = place.done(&["import-rides", &book, "--sheet", "Ritten"]);
    assert!(done.contains(&format!("{} nieuw", all - 1)), "{done}");
    let mapping = "sheet = \"Ritten\"\n[columns]\nnumber = \"inzetnummer\"\nhanded_over = \"overdracht_seh\"\n";
    let mapping = place.file("indeling.toml", mapping);
    assert!(place.done(&["import-rides", &book, "--mapping", &mapping]).contains(&format!("{all} gewijzigd")));
    let other = place.file("anders.xlsx", sheets("Week 39"));
    let output = place.run(&["import-rides", &other, "--mapping", &mapping]);
    let said = text(&output.stderr);
    assert!(output.status.code() == Some(2) && said.contains("Blad weg: Ritten"), "{said}");
    assert!(said.contains("Toelichting, Week 39, Een rit"), "{said}");
    assert!(place.done(&["import-rides", &other, "--mapping", &mapping, "--sheet", "Week 39"]).contains("ongewijzigd"));
    // In the folder too, and its reason is noted.
    let folder = place.path("map");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("anders.xlsx"), sheets("Week 39")).unwrap();
    let output = place.run(&["import-rides", "--watched", path(&folder), "--mapping", &mapping]);
    assert!(output.status.code() == Some(2) && text(&output.stderr).contains("Blad weg: Ritten"));
    assert_eq!(place.status()["ride_files"]["why"]["key"], "error-rides-sheet-gone");
}
