//! Bad input and a bad place: one sentence that names the place and what to do; nothing lost, nothing half written.

use std::{
    os::unix::fs::PermissionsExt,
    process::{Output, Stdio},
};

use crate::support::{Place, fixtures, path, recent, text};

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
    assert!(!place.path("store").exists(), "neither a lock nor a folder");
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
    said(&output, 2, path(&synced), "Dropbox");
    said(&output, 2, "gesynchroniseerde map", "schijf van deze machine");
    assert!(!synced.exists() && !place.path("key").exists());
}

#[test]
fn a_synced_folder_is_no_place_for_a_key_file_or_the_sheets_of_a_kit() {
    let place = Place::empty();
    std::fs::create_dir_all(place.path("OneDrive - RAV")).unwrap();
    std::fs::create_dir_all(place.path("gedeeld/.stfolder")).unwrap();
    let refused = |key: &str, kit: &str, named: &str| {
        let mut command = place.bare();
        command.args(["init", "--config", &config(), "--store"]).arg(place.path("store"));
        command.arg("--key-file").arg(place.path(key)).arg("--recovery-kit").arg(place.path(kit));
        said(&command.output().unwrap(), 2, path(&place.path(named)), "schijf van deze machine");
        assert!(!place.path("store").exists() && !place.path(key).exists() && !place.path(kit).exists());
    };
    refused("OneDrive - RAV/key", "kit", "OneDrive - RAV/key");
    refused("gedeeld/key", "kit", "gedeeld/key");
    refused("key", "OneDrive - RAV/kit", "OneDrive - RAV/kit");
    refused("key", "gedeeld/kit", "gedeeld/kit");
}

#[test]
fn a_path_that_is_too_long_leaves_no_folder_and_a_line_break_in_one_is_one_line() {
    let place = Place::empty();
    let long = |beside: &str, part: usize| {
        let mut folder = place.path(beside);
        while folder.as_os_str().len() < 3900 - part {
            folder.push("a".repeat(part));
        }
        folder
    };
    let init = |store: &std::path::Path, kit: &std::path::Path| {
        let mut command = place.bare();
        command.args(["init", "--config", &config(), "--key-file"]).arg(place.path("key"));
        command.arg("--store").arg(store).arg("--recovery-kit").arg(kit).output().unwrap()
    };
    // Each name is good and the whole is too long for a store; then each name is too long.
    for (store, kit) in [
        (long("lang", 200), place.path("kit")),
        (long("lang", 300), place.path("kit")),
        (place.path("store"), long("lang", 300)),
    ] {
        let output = init(&store, &kit);
        let line = text(&output.stderr);
        assert!(!output.status.success() && line.trim().lines().count() == 1, "{line}");
        for left in ["lang", "kit", "store", "key", "key.routing"] {
            assert!(!place.path(left).exists(), "{left}: {line}");
        }
    }
    let mut command = place.bare();
    command.args(["status", "--store"]).arg(place.path("twee\nregels")).arg("--key-file").arg(place.path("key"));
    said(&command.output().unwrap(), 3, "twee\\nregels", "init");
}

#[test]
fn a_ride_file_with_bad_lines_names_each_with_column_and_rule_and_nothing_goes_in() {
    let place = Place::made();
    let rides = std::fs::read_to_string(place.rides()).unwrap();
    let good = rides.trim().lines().count() as u64 - 1;
    let bad = rides.replace("T11:05", "T25:05").replace("12-2026-4502-1", "geheim").replacen(";A1;", ";geheim;", 1);
    let bad = place.file("fout.csv", bad);
    let output = place.run(&["import-rides", &bad]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    let lines: Vec<&str> = said.trim().lines().filter(|line| !line.contains("account")).collect();
    assert_eq!(lines.len(), 4, "{said}");
    assert!(said.trim().lines().all(|line| line.starts_with(&bad)) && !said.contains("geheim"), "{said}");
    assert!(lines[0].contains("regel 2, kolom urgentie") && lines[0].contains("zonder urgentie ingelezen"), "{said}");
    assert!(lines[1].contains("regel 3, kolom inzetnummer") && lines[1].contains("niet ingelezen"), "{said}");
    assert!(lines[2].contains("regel 7, kolom overdracht_seh"), "{said}");
    assert!(lines[3].contains("Regels die niet goed zijn: 2") && lines[3].contains("er is niets ingelezen"), "{said}");
    let result = text(&output.stdout);
    assert!(
        result.contains("0 nieuw") && result.contains(&format!("Goede ritten tegengehouden: {}.", good - 2)),
        "{result}"
    );
    assert_eq!(place.status()["rides"], 0);
    let corrected = place.done(&["import-rides", &place.rides()]);
    assert!(corrected.contains(&format!("{good} nieuw, 0 gewijzigd")), "{corrected}");
}

#[test]
fn a_file_that_cannot_be_a_ride_file_is_named_and_nothing_of_it_is_there() {
    let place = Place::made();
    let rides = std::fs::read_to_string(place.rides()).unwrap();
    let mut windows: Vec<u8> = rides.replace("Buikpijn", "Buikpijn é?").into_bytes();
    let place_of_mark = windows.iter().position(|b| *b == b'?').unwrap();
    windows[place_of_mark] = 0xe9;
    let windows = place.file("windows.csv", windows);
    said(&place.run(&["import-rides", &windows]), 2, &windows, "UTF-8");
    let twice = place.file("dubbel.csv", rides.replacen(";derde", ";derde;chauffeur", 1));
    said(&place.run(&["import-rides", &twice]), 2, &twice, "chauffeur staat twee keer");
    assert_eq!(place.status()["rides"], 0);
}

#[test]
fn a_ride_past_its_term_is_counted_as_such_and_nothing_of_it_is_kept() {
    let place = Place::made();
    let old = recent("rides.csv", chrono::Utc::now() - chrono::TimeDelta::days(358));
    let done = place.done(&["import-rides", &place.file("oud.csv", old)]);
    assert!(done.contains("Ritten: 0 nieuw") && done.contains("27 voorbij hun termijn"), "{done}");
    assert_eq!(place.status()["rides"], 0);
}

#[test]
fn a_folder_or_a_pipe_instead_of_a_file_is_said_and_nobody_waits_for_it() {
    let place = Place::made();
    let (folder, pipe) = (place.path("map"), place.path("pijp"));
    std::fs::create_dir(&folder).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    said(&place.run(&["inspect", path(&folder)]), 2, path(&folder), "Kijk de map na");
    let waits_for_nobody = [
        vec!["inspect", path(&pipe)],
        vec!["inspect", "--profile", path(&pipe), path(&pipe)],
        vec!["import-rides", path(&pipe)],
        vec!["connections", "import", path(&pipe)],
    ];
    for arguments in waits_for_nobody {
        said(&place.run(&arguments), 4, path(&pipe), "geen gewoon bestand");
    }
    let read = place.run(&["import-messages", path(&pipe)]);
    said(&read, 4, path(&pipe), "geen gewoon bestand");
}

#[test]
fn a_backup_or_export_that_cannot_be_written_names_its_target_and_not_the_store() {
    let place = Place::made();
    let folder = place.path("er-niet");
    let output = place.run(&["backup", path(&folder.join("momentopname"))]);
    said(&output, 4, path(&folder), "Kijk het pad na");
    assert!(!text(&output.stderr).contains(path(&place.path("store"))));
    let output = place.run(&["connections", "export", path(&folder.join("uit.toml"))]);
    said(&output, 4, &format!("{} is er niet", path(&folder)), "Kijk het pad na");
    let there = place.file("er-wel", "iets anders");
    said(&place.run(&["backup", &there]), 4, &there, "andere naam");
    assert_eq!(std::fs::read_to_string(&there).unwrap(), "iets anders");
}

#[test]
fn a_snapshot_that_is_not_there_or_does_not_open_is_named() {
    let (place, other) = (Place::made(), Place::made());
    let snapshot = place.path("momentopname");
    place.done(&["backup", path(&snapshot)]);
    std::fs::remove_dir_all(other.path("store")).unwrap();
    said(&other.run(&["restore", path(&snapshot)]), 3, path(&snapshot), "er is niets teruggezet");
    let absent = place.path("er-niet");
    said(&other.run(&["restore", path(&absent)]), 4, path(&absent), "Kijk het pad na");
    assert!(!other.database().exists());
}

#[test]
fn a_disk_that_is_full_of_a_backup_is_said_of_the_backup() {
    let place = Place::made();
    let snapshot = place.path("momentopname");
    let backup = place.command(&["backup", path(&snapshot)]);
    let mut limited = std::process::Command::new("sh");
    // No file longer than 64 KB: the store lies there already.
    limited.args(["-c", "trap '' XFSZ; ulimit -f 128; exec \"$@\"", "sh"]).arg(backup.get_program());
    let output = limited.args(backup.get_args()).env("LC_ALL", "nl_NL.UTF-8").output().unwrap();
    said(&output, 4, path(&snapshot), "Kijk de plaats, de schijf en de rechten na");
    assert!(!snapshot.exists(), "nothing half written stays");
}

#[test]
fn a_configuration_that_cannot_be_is_named_with_its_line() {
    let place = Place::empty();
    let good = std::fs::read_to_string(config()).unwrap();
    let with = |from: &str, to: &str| place.file("fout.toml", good.replace(from, to));
    let file = with("rav = 12", "ravv = 12");
    said(&place.run(&["init", "--config", &file]), 2, &file, "regel 4, kolom 1: ravv is hier onbekend");
    let file = with("rav = 12", "rav = 0");
    said(&place.run(&["init", "--config", &file]), 2, &file, "tussen 1 en 99");
    let file = with("\"1002\"", "\"10:2\"");
    said(&place.run(&["init", "--config", &file]), 2, &file, "personeelsnummer");
    for (from, field) in [
        ("Voorbeeldregio", "[organisation] name"),
        ("9002", "[[account]] 2, staff"),
        ("T. Smeets", "[[account]] 3, name"),
    ] {
        let file = with(&format!("\"{from}\""), "\" \"");
        said(&place.run(&["init", "--config", &file]), 2, &file, &format!("{field} leeg"));
    }
    let absent = place.path("er-niet.toml");
    said(&place.run(&["init", "--config", path(&absent)]), 4, path(&absent), "Kijk het pad na");
    let production = with("\"test\"", "\"production\"");
    said(&place.run(&["init", "--config", &production]), 2, "productie", "--recovery-kit");
    assert!(!place.database().exists() && !place.path("key").exists());
}

/// What the store holds of hospitals.
fn connections_of(place: &Place) -> String {
    let file = place.path("na.toml");
    place.done(&["connections", "export", path(&file)]);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    text
}

#[test]
fn connections_that_cannot_be_are_named_with_line_and_rule_and_nothing_is_imported() {
    let place = Place::made();
    let before = connections_of(&place);
    let good = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
    let print = format!("sha256:{}", "0a".repeat(32));
    // The first hospital begins at line 2, the second at line 15, the third at line 28; a line more for what is put in.
    let put = |to: &str, after: &str| good.replacen(after, &format!("{after}\n{to}"), 1);
    let both = |line: &str| put(line, "status = \"production\"").replacen("\"test\"", &format!("\"test\"\n{line}"), 1);
    let twice = "[[hospital.agreement]]\nfrom = \"2026-01-01\"\nidentification = true\ndescription = true\n\
                 remarks_medical = true\nremarks_communication = true";
    for (wrong, at, rule) in [
        (good.replace("00000102", "00000101"), "regel 16", "staat al bij een ander ziekenhuis"),
        (good.replace("00000102", ""), "regel 16", "zonder spaties"),
        (good.replace("00000102", "0000 102"), "regel 16", "zonder spaties"),
        (good.replace("00000102", "102"), "regel 16", "acht cijfers"),
        (good.replacen("2.16.528.1.1007.3.3", "", 1), "regel 3", "OID"),
        (good.replacen("2.16.528.1.1007.3.3", "2.16.528\\u0007", 1), "regel 3", "OID"),
        (good.replace("Merwedekade Ziekenhuis", " "), "regel 17", "naam"),
        (good.replace("\"test\"", "\"misschien\""), "regel 31", "not_started, requested, test"),
        (good.replace("\"test\"", "\"unlisted\""), "regel 31", "not_started, requested, test"),
        (good.replacen("2026-01-01", "1 januari", 1), "regel 8", "jjjj-mm-dd"),
        (put("certificates = [\"sha256:0a\"]", "status = \"production\""), "regel 6", "64 hexadecimale"),
        (
            put(&format!("certificates = [\"{}\"]", &print[7..]), "status = \"production\""),
            "regel 6",
            "64 hexadecimale",
        ),
        (put("folder = \"../in\"", "status = \"production\""), "regel 6", "map"),
        (put("folder = \"verwerkt\"", "status = \"production\""), "regel 6", "map"),
        (both("folder = \"in\"").replacen("\"in\"", "\"in/\"", 1), "regel 33", "ook bij een ander ziekenhuis"),
        (put("folder = \"\"", "status = \"production\""), "regel 6", "map"),
        (put(twice, "status = \"production\""), "regel 14", "al een afspraak vanaf deze datum"),
        (put("telefoon = \"010\"", "status = \"production\""), "regel 6", "telefoon is hier onbekend"),
        (good.replacen("identification = true", "identification = ja", 1), "regel 9", "geen geldige TOML"),
        (good.replacen("identification = true", "identification = 1", 1), "regel 9", "hier hoort true of false"),
        (good.replacen("identification = true\n", "", 1), "regel 7", "hier ontbreekt identification"),
        (good.replacen("case_list = true", "description = true", 1), "regel 13", "staat er twee keer"),
    ] {
        assert_ne!(wrong, good);
        let file = place.file("fout.toml", &wrong);
        let output = place.run(&["connections", "import", &file]);
        said(&output, 2, &file, rule);
        let line = text(&output.stderr);
        assert!(line.contains(at), "{at} in: {line}");
        for english in ["expected", "field", "invalid", "duplicate", "missing"] {
            assert!(!line.contains(english), "the parser's words: {line}");
        }
    }
    assert_eq!(connections_of(&place), before, "nothing was imported");
    let folder = place.path("map");
    std::fs::create_dir(&folder).unwrap();
    said(&place.run(&["connections", "export", path(&folder)]), 4, path(&folder), "andere naam");
}

#[test]
fn an_english_reader_sees_the_parsers_words_after_ours() {
    let place = Place::made();
    let good = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
    let file = place.file("wrong.toml", good.replacen("status", "state", 1));
    let mut english = place.command(&["connections", "import", &file]);
    let output = english.env("LC_ALL", "en_GB.UTF-8").env("LANG", "en_GB.UTF-8").output().unwrap();
    let line = text(&output.stderr);
    assert!(line.contains("line 5, column 1: state is not known here. Check the spelling"), "{line}");
    assert!(line.trim().ends_with("`judged`, `agreement`)"), "{line}");
}

#[test]
fn a_folder_of_a_hospital_that_the_file_does_not_name_is_refused_and_a_certificate_may_be_of_both() {
    let place = Place::made();
    let hospital = |number: &str, name: &str, more: &str| {
        let organisation = format!("{{ root = \"2.16.528.1.1007.3.3\", extension = \"{number}\" }}");
        format!(
            "[[hospital]]\norganisation = {organisation}\nname = \"{name}\"\nstatus = \"test\"\nmessages_8_9_10_since = \"2026-01-01\"\n{more}\n"
        )
    };
    let certificate = format!("certificates = [\"sha256:{}\"]", "0A".repeat(32));
    let both = format!("{certificate}\nfolder = \"noord\"");
    let first = place.file("een.toml", hospital("00000201", "Noord", &both));
    place.done(&["connections", "import", &first]);
    let before = connections_of(&place);
    let second = place.file("twee.toml", hospital("00000202", "Zuid", "folder = \"noord\""));
    said(&place.run(&["connections", "import", &second]), 2, &second, "de map van Zuid is al van Noord");
    assert_eq!(connections_of(&place), before);
    place.done(&["connections", "import", &first]);
    assert_eq!(connections_of(&place), before, "its own are its own");
    // An integration platform sends with one certificate for several hospitals.
    let shared = place.file("drie.toml", hospital("00000202", "Zuid", &certificate.to_ascii_lowercase()));
    place.done(&["connections", "import", &shared]);
    assert_eq!(connections_of(&place).matches(&"0a".repeat(32)).count(), 2);
}

#[test]
fn a_profile_that_does_not_read_is_named_with_line_and_rule() {
    let place = Place::empty();
    let good = std::fs::read_to_string("resources/profiles/bericht12-2.4-reconstructie.toml").unwrap();
    let sample = place.sample("20-volledig-2.4.xml");
    let wrong = |text: String, words: &str| {
        let file = place.file("profiel.toml", text);
        let output = place.run(&["inspect", "--profile", &file, &sample]);
        said(&output, 2, words, ".");
    };
    wrong(good.replacen("version", "versie", 1), "version ontbreekt");
    wrong(good.clone() + "\n[agreement]\n", "staat er twee keer");
    wrong(good.clone(), "hogere versie");
    wrong(
        good.replacen("2.4-reconstructie", "2.4-nog-een", 1),
        "bericht12-2.4-reconstructie en bericht12-2.4-nog-een herkennen hetzelfde bericht",
    );
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
