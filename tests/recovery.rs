//! The recovery kit on paper and back: sheets printed by the real program, their QR codes read by an independent reader, and
//! what two of them bring back.

use std::{
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use store::{RecoveryKit, RecoverySheet};

use crate::support::{Place, fixtures, needs, path, text};

fn tools() -> bool {
    needs("pdftoppm") && needs("zbarimg")
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// What an independent reader reads of the code on a sheet, as a scanner would: from a picture of the page.
fn scanned(pdf: &Path) -> String {
    let picture = pdf.with_extension("");
    run("pdftoppm", &["-r", "150", "-gray", "-singlefile", path(pdf), path(&picture)]);
    let read = run("zbarimg", &["--quiet", "--raw", path(&picture.with_extension("pgm"))]);
    read.trim_end().to_owned()
}

/// The sheets of the one kit in a folder, in order.
fn sheets_in(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.retain(|file| file.extension().is_some_and(|end| end == "pdf"));
    found.sort();
    found
}

/// A store of the production kind with its kit in folder `kit`; gives what `init` said.
fn production(place: &Place) -> String {
    let config = std::fs::read_to_string(fixtures().join("init.toml")).unwrap().replace("\"test\"", "\"production\"");
    let config = place.file("init.toml", config);
    let output = place.run(&["init", "--config", &config, "--recovery-kit", path(&place.path("kit"))]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stderr) + &text(&output.stdout)
}

#[test]
fn a_production_store_is_made_with_three_secret_sheets_of_which_any_two_as_scanned_open_what_is_sealed_to_the_kit() {
    if !tools() {
        return;
    }
    let place = Place::empty();
    let said = production(&place);
    assert!(said.contains("geheime bestanden") && said.contains("vernietig"), "{said}");
    let files = sheets_in(&place.path("kit"));
    assert_eq!(files.len(), 3);
    let mut sheets = Vec::new();
    for (file, number) in files.iter().zip(1..) {
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        let line = scanned(file);
        let sheet = RecoverySheet::parse(&line).unwrap();
        assert_eq!(sheet.number(), number);
        assert!(path(file).contains(&sheet.kit().to_string()));
        let printed = run("pdftotext", &["-layout", path(file), "-"]);
        for (word, place) in sheet.words().unwrap().iter().zip(1..) {
            let words: Vec<&str> = printed.split_whitespace().collect();
            assert!(words.windows(2).any(|pair| pair == [format!("{place}").as_str(), word.as_str()]), "{place}");
            assert!(!said.contains(&format!(" {word} ")), "no word of a sheet on a terminal");
        }
        assert!(printed.contains("Voorbeeldregio") && printed.contains(&format!("blad {number} van 3")), "{printed}");
        assert!(printed.contains(["functioneel beheerder", "privacy officer", "kluis"][number as usize - 1]));
        sheets.push(sheet);
    }
    let root = place.keys().root().unwrap();
    for (one, other) in [(0, 1), (0, 2), (2, 1)] {
        let kit = RecoveryKit::of_sheets(&sheets[one], &sheets[other]).unwrap();
        let (found, _) = store::open_recovery(&place.path("store"), kit.private()).unwrap();
        assert_eq!(found.expose(), root.expose());
    }
    assert!(!place.done(&["status"]).contains("herstelset"), "a kit was made");
    let head = std::fs::read(&files[0]).unwrap();
    assert!(text(&head).contains("/Count 1"), "one page");
}

#[test]
fn sheets_do_not_go_into_the_folder_of_the_store_nor_over_what_is_there_and_then_nothing_is_made() {
    let place = Place::empty();
    let init = |kit: &Path| {
        let config = fixtures().join("init.toml");
        let output = place.run(&["init", "--config", path(&config), "--recovery-kit", path(kit)]);
        assert!(!place.database().exists() && !place.path("key").exists());
        (output.status.code(), text(&output.stderr))
    };
    let inside = init(&place.path("store/kit"));
    assert!(inside.0 == Some(2) && inside.1.contains("Kies een andere map"), "{inside:?}");
    let file = PathBuf::from(place.file("een-bestand", "x"));
    let not_a_folder = init(&file.join("kit"));
    assert!(not_a_folder.0 == Some(4) && not_a_folder.1.contains("een-bestand"), "{not_a_folder:?}");
}

#[test]
fn where_the_keys_cannot_be_kept_no_sheet_is_left_behind() {
    let place = Place::empty();
    let config = fixtures().join("init.toml");
    let kit = place.path("kit");
    let mut command = place.bare();
    command.args(["init", "--config", path(&config), "--recovery-kit", path(&kit)]);
    command.arg("--store").arg(place.path("store")).arg("--key-file").arg(place.path("er-niet/key"));
    let output = command.output().unwrap();
    assert!(!output.status.success());
    assert_eq!(sheets_in(&kit), Vec::<PathBuf>::new());
    assert!(!place.database().exists());
}
