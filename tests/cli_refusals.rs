//! Bad input and a bad place: one sentence that names the place and what to do; nothing lost, nothing half written.

use std::{
    os::unix::fs::PermissionsExt,
    process::{Output, Stdio},
};

use crate::support::{Place, fixtures, path, text};

/// What a refusal must be: this code, one line in Dutch, with the place and the remedy in it.
#[track_caller]
fn said(output: &Output, code: i32, place: &str, remedy: &str) {
    let line = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{line}");
    assert_eq!(line.trim().lines().count(), 1, "{line}");
    assert!(line.contains(place), "{place} in: {line}");
    assert!(line.contains(remedy), "{remedy} in: {line}");
    // A key instead of a sentence: a value is missing.
    assert!(!line.starts_with("error-") && !line.starts_with("cli-"), "{line}");
    for foreign in ["not found", "panicked", "denied", "os error"] {
        assert!(!line.contains(foreign), "{line}");
    }
}

fn config() -> String {
    path(&fixtures().join("init.toml")).to_owned()
}

/// All bytes of the store's folder and the keys, to see that nothing was touched.
fn bytes_of(place: &Place) -> Vec<Vec<u8>> {
    [place.database(), place.path("key"), place.path("key.routing")]
        .map(|f| std::fs::read(f).unwrap_or_default())
        .into()
}

#[test]
fn where_there_is_no_store_none_is_made() {
    let place = Place::empty();
    said(&place.run(&["status"]), 3, path(&place.path("store")), "init");
    said(&place.run(&["purge"]), 3, path(&place.path("store")), "init");
    assert!(!place.database().exists());
}

#[test]
fn a_second_set_up_touches_neither_key_nor_store() {
    let place = Place::made();
    let before = bytes_of(&place);
    said(&place.run(&["init", "--config", &config()]), 3, path(&place.path("key")), "andere plaats");
    let mut other = place.bare();
    other.args(["init", "--config", &config(), "--store"]).arg(place.path("store")).arg("--key-file");
    let output = other.arg(place.path("other-key")).output().unwrap();
    said(&output, 2, path(&place.path("store")), "--store");
    assert!(!place.path("other-key").exists(), "no key for a store that was not made");
    assert_eq!(before, bytes_of(&place));
}

#[test]
fn a_set_up_that_cannot_keep_its_keys_leaves_nothing_and_a_second_one_works() {
    let place = Place::empty();
    let init = |key: &str| {
        let mut command = place.bare();
        command.args(["init", "--config", &config(), "--store"]).arg(place.path("store"));
        command.arg("--key-file").arg(place.path(key)).output().unwrap()
    };
    said(&init("er-niet/key"), 3, path(&place.path("er-niet/key")), "pad");
    assert!(!place.database().exists());
    // Only the second of the two keys cannot be kept.
    place.file("key.routing", "van een ander");
    said(&init("key"), 3, path(&place.path("key.routing")), "andere plaats");
    assert!(!place.database().exists() && !place.path("key").exists());
    assert_eq!(std::fs::read(place.path("key.routing")).unwrap(), b"van een ander");
    std::fs::remove_file(place.path("key.routing")).unwrap();
    let again = init("key");
    assert!(again.status.success(), "{}", text(&again.stderr));
    place.status();
}

#[test]
fn another_stores_key_and_a_damaged_file_are_said_and_nothing_is_recreated() {
    let (place, other) = (Place::made(), Place::made());
    let own = std::fs::read(place.path("key")).unwrap();
    std::fs::copy(other.path("key"), place.path("key")).unwrap();
    let before = std::fs::read(place.database()).unwrap();
    said(&place.run(&["status"]), 3, path(&place.path("store")), "zet een back-up terug");
    assert_eq!(before, std::fs::read(place.database()).unwrap());
    std::fs::write(place.path("key"), own).unwrap();
    for damaged in [vec![0x5a; before.len()], vec![], before[..1000].to_vec()] {
        std::fs::write(place.database(), &damaged).unwrap();
        said(&place.run(&["status"]), 3, path(&place.path("store")), "zet een back-up terug");
        assert_eq!(std::fs::read(place.database()).unwrap(), damaged, "left as it is");
    }
}

#[test]
fn a_key_file_that_is_missing_open_to_others_or_no_key_is_named() {
    let place = Place::made();
    let key = place.path("key");
    let mode = |mode| std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    said(&place.run(&["status"]), 3, path(&key), "0600");
    mode(0o600);
    std::fs::write(&key, "geen sleutel\n").unwrap();
    said(&place.run(&["status"]), 3, path(&key), "init");
    std::fs::remove_file(&key).unwrap();
    said(&place.run(&["status"]), 3, path(&key), "kijk het pad na");
}

#[test]
fn a_synced_folder_is_no_place_for_a_store() {
    let place = Place::empty();
    let synced = place.path("Dropbox/terugblik");
    let mut command = place.bare();
    command.args(["init", "--config", &config(), "--store"]).arg(&synced).arg("--key-file").arg(place.path("key"));
    let output = command.output().unwrap();
    said(&output, 2, path(&synced), "eigen schijf");
    assert!(!synced.exists() && !place.path("key").exists());
}

#[test]
fn a_ride_file_with_a_bad_line_is_named_and_nothing_of_it_is_there() {
    let place = Place::made();
    let rides = std::fs::read_to_string(place.rides()).unwrap();
    let bad = place.file("fout.csv", rides.replace("T11:05", "T25:05"));
    let output = place.run(&["import-rides", &bad]);
    said(&output, 2, &bad, "Verbeter");
    let line = text(&output.stderr);
    assert!(line.contains("regel 7") && line.contains("overdracht_seh"), "{line}");
    let mut windows: Vec<u8> = rides.replace("Buikpijn", "Buikpijn ?").into_bytes();
    let place_of_mark = windows.iter().position(|b| *b == b'?').unwrap();
    windows[place_of_mark] = 0xe9;
    let windows = place.file("windows.csv", windows);
    said(&place.run(&["import-rides", &windows]), 2, &windows, "UTF-8");
    assert_eq!(place.status()["rides"], 0);
}

#[test]
fn a_configuration_that_cannot_be_is_named_with_its_line() {
    let place = Place::empty();
    let good = std::fs::read_to_string(config()).unwrap();
    let with = |from: &str, to: &str| place.file("fout.toml", good.replace(from, to));
    let file = with("rav = 12", "ravv = 12");
    said(&place.run(&["init", "--config", &file]), 2, &file, "Regel 4");
    let file = with("rav = 12", "rav = 0");
    said(&place.run(&["init", "--config", &file]), 2, &file, "tussen 1 en 99");
    let file = with("\"1002\"", "\"10:2\"");
    said(&place.run(&["init", "--config", &file]), 2, &file, "personeelsnummer");
    let absent = place.path("er-niet.toml");
    said(&place.run(&["init", "--config", path(&absent)]), 4, path(&absent), "Kijk het pad na");
    let production = with("\"test\"", "\"production\"");
    said(&place.run(&["init", "--config", &production]), 2, "productie", "herstelset");
    let kit = path(&place.path("kit")).to_owned();
    said(
        &place.run(&["init", "--config", &config(), "--recovery-kit", &kit]),
        2,
        "testomgeving",
        "Laat --recovery-kit weg",
    );
    assert!(!place.database().exists() && !place.path("key").exists());
}

#[test]
fn connections_that_cannot_be_are_named_with_their_file() {
    let place = Place::made();
    let good = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
    let file = place.file("fout.toml", good.replace("\"test\"", "\"misschien\""));
    said(&place.run(&["connections", "import", &file]), 2, &file, "misschien");
    let file = place.file("fout.toml", good.replace("2026-01-01", "1 januari"));
    said(&place.run(&["connections", "import", &file]), 2, &file, "jjjj-mm-dd");
    let folder = place.path("map");
    std::fs::create_dir(&folder).unwrap();
    said(&place.run(&["connections", "export", path(&folder)]), 4, path(&folder), "andere naam");
}

#[test]
fn an_export_never_writes_over_a_key_or_a_store() {
    let place = Place::made();
    let before = bytes_of(&place);
    for file in [place.path("key"), place.path("key.routing"), place.database()] {
        said(&place.run(&["connections", "export", path(&file)]), 4, path(&file), "andere naam");
    }
    assert_eq!(before, bytes_of(&place));
}

#[test]
fn the_delivery_key_of_another_store_delivers_nothing_and_says_so() {
    let (place, other) = (Place::made(), Place::made());
    std::fs::copy(other.path("key.routing"), place.path("key.routing")).unwrap();
    said(&place.run(&["receive", "--once"]), 3, path(&place.path("store")), ".routing");
}

#[test]
fn keys_are_not_made_inside_the_folder_of_the_store() {
    let place = Place::empty();
    let key = place.path("store").join("key");
    let mut command = place.bare();
    command.args(["init", "--config", &config(), "--store"]).arg(place.path("store")).arg("--key-file").arg(&key);
    said(&command.output().unwrap(), 2, path(&key), "andere plaats");
    assert!(!place.database().exists() && !key.exists());
}

#[test]
fn wrong_use_is_one_line_in_the_language_of_the_locale() {
    let place = Place::empty();
    let wrong = |arguments: &[&str], word: &str| {
        let output = place.bare().args(arguments).output().unwrap();
        said(&output, 2, word, "terugblik --help");
    };
    wrong(&["vliegen"], "vliegen");
    wrong(&["--nergens"], "--nergens");
    wrong(&["import-rides"], "FILE");
    wrong(&["inspect", "--rav", "1000", "a.xml"], "1000");
    wrong(&["demo", "--messages", "veel"], "veel");
    wrong(&["connections"], "Zeg");
    let mut english = place.bare();
    let english = english.env("LC_ALL", "en_GB.UTF-8").env("LANG", "en_GB.UTF-8").arg("vliegen").output().unwrap();
    assert_eq!(text(&english.stderr).trim(), "There is no command vliegen. See terugblik --help.");
}

#[test]
fn a_reader_that_has_gone_is_no_panic() {
    let place = Place::made();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = place.command(&["status", "--json"]).stdout(Stdio::from(writer)).output().unwrap();
    said(&output, 4, "uitvoer", "uitgevoerd");
}

#[test]
fn a_missing_display_is_said_before_any_store_is_asked_for() {
    let place = Place::empty();
    let mut command = place.bare();
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    said(&command.output().unwrap(), 4, "beeldscherm", "demo --screenshots");
}
