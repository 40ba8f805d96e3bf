//! What set-up refuses on the command line before anything is made: places of keys and sheets, and who must be there.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use crate::support::{Place, fixtures, path, text};

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
    assert!(!kit.exists(), "not even its folder");
    assert!(!place.database().exists());
}

#[test]
fn keys_and_sheets_are_refused_in_the_store_s_folder_however_that_is_written() {
    let place = Place::empty();
    std::fs::create_dir_all(place.path("real/store")).unwrap();
    std::os::unix::fs::symlink(place.path("real/store"), place.path("link")).unwrap();
    let config = path(&fixtures().join("init.toml")).to_owned();
    let refused = |arguments: &[&str], said: &str| {
        let mut command = place.bare();
        let output = command.args(arguments).arg("--store").arg(place.path("real/store")).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(said), "{arguments:?}: {}", text(&output.stderr));
        assert_eq!(std::fs::read_dir(place.path("real/store")).unwrap().count(), 0, "{arguments:?}");
    };
    for key in ["link/key", "real/../real/store/key", "real/store/key"] {
        refused(&["init", "--config", &config, "--key-file", path(&place.path(key))], "map van de opslag");
    }
    let (kit, key) = (place.path("link/kit"), place.path("key"));
    let init = ["init", "--config", &config, "--recovery-kit", path(&kit), "--key-file", path(&key)];
    refused(&init, "map van de opslag");
}

#[test]
fn a_production_store_needs_an_administrator_and_an_officer_who_are_two_people() {
    let place = Place::empty();
    let account = |staff: &str, roles: &str| {
        format!("[[account]]\nstaff = \"{staff}\"\nname = \"Naam {staff}\"\nroles = [{roles}]\n")
    };
    let both = "\"functional_administrator\", \"privacy_officer\"";
    for accounts in ["".to_owned(), account("1", "\"functional_administrator\""), account("1", both)] {
        let head = "[organisation]\nname = \"RAV\"\nrav = 12\n[store]\nkind = \"production\"\n";
        let config = place.file("init.toml", format!("{head}{accounts}"));
        let output = place.run(&["init", "--config", &config, "--recovery-kit", path(&place.path("kit"))]);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("twee personen"), "{}", text(&output.stderr));
        assert!(!place.database().exists() && !place.path("key").exists());
    }
}

#[test]
fn of_set_ups_that_run_at_the_same_time_in_one_folder_one_makes_the_store_and_the_others_say_so_and_leave_nothing() {
    let place = Place::empty();
    let config = fixtures().join("init.toml");
    let key = |number: usize| place.path(&format!("key-{number}"));
    let running: Vec<_> = (0..4)
        .map(|number| {
            let mut command = place.bare();
            command.args(["init", "--config", path(&config), "--json"]).stdout(Stdio::piped()).stderr(Stdio::piped());
            command.arg("--store").arg(place.path("store")).arg("--key-file").arg(key(number));
            command.spawn().unwrap()
        })
        .collect();
    let ended: Vec<_> = running.into_iter().map(|child| child.wait_with_output().unwrap()).collect();
    let made: Vec<usize> = (0..4).filter(|number| ended[*number].status.success()).collect();
    assert_eq!(made.len(), 1, "{ended:?}");
    for (number, output) in ended.iter().enumerate().filter(|(number, _)| *number != made[0]) {
        let said = text(&output.stderr);
        assert_eq!(said.trim().lines().count(), 1, "a sentence: {said}");
        assert!(output.stdout.is_empty() && !key(number).exists(), "no codes and no key: {said}");
    }
    let mut command = place.bare();
    command.args(["status", "--store"]).arg(place.path("store")).arg("--key-file").arg(key(made[0]));
    assert!(command.output().unwrap().status.success(), "the key of who made it opens it");
}

#[test]
fn a_store_of_a_newer_version_is_refused_with_a_sentence_and_not_touched() {
    let place = Place::made();
    place.raw().execute_batch("PRAGMA user_version = 999; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let before = std::fs::read(place.database()).unwrap();
    for command in [["status"].as_slice(), &["purge"], &["import-messages", path(&place.path("store"))]] {
        let output = place.run(command);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains("nieuwere versie") && said.trim().lines().count() == 1, "{said}");
    }
    assert_eq!(std::fs::read(place.database()).unwrap(), before);
}
