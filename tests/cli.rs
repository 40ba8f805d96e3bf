//! The command line as an administrator uses it: the real program, a real store, the samples of `messages/` and `rides/`.

use std::{os::unix::fs::PermissionsExt, process::Command};

use chrono::{TimeDelta, Utc};
use serde_json::Value;
use store::{Inbox, KeySource};

use crate::support::{Place, fixtures, origin, path, recent, text};

#[test]
fn messages_and_rides_from_the_command_line_are_counted_by_status() {
    let place = Place::made();
    place.done(&["import-rides", &place.rides()]);
    place.done(&["import-messages", &place.sample("programma-04-akkoord.xml"), &place.sample("45-niet-gekoppeld.xml")]);
    let status = place.status();
    assert_eq!(status["records"], 2, "{status}");
    assert_eq!(status["linked"], 1, "{status}");
    assert_eq!(status["unlinked"], 1, "{status}");
    assert_eq!(status["received"]["taken_in"], 2, "{status}");
    assert_eq!(status["audit"]["intact"], true, "{status}");
}

#[test]
fn a_message_delivered_twice_is_kept_once() {
    let place = Place::made();
    place.done(&["import-messages", &place.sample("programma-04-akkoord.xml")]);
    place.done(&["import-messages", &place.sample("40-herhaling-van-04.xml")]);
    let status = place.status();
    assert_eq!(status["records"], 1, "{status}");
    assert_eq!(status["received"]["repeated"], 1, "{status}");
}

#[test]
fn an_older_version_that_comes_late_is_told_from_a_repeat() {
    let place = Place::made();
    let (old, new) = (place.sample("20-volledig-2.4.xml"), place.sample("21-volledig-2.4-versie-2.xml"));
    place.done(&["import-messages", &new]);
    let late = place.done(&["import-messages", &old]);
    assert!(late.contains("Al eerder ontvangen: 0. Oudere versie: 1."), "{late}");
    let again = place.done(&["import-messages", &new]);
    assert!(again.contains("Al eerder ontvangen: 1. Oudere versie: 0."), "{again}");
    let status = place.status();
    assert_eq!(
        (&status["received"]["repeated"], &status["received"]["superseded"]),
        (&1.into(), &1.into()),
        "{status}"
    );
    let said = place.done(&["status"]);
    let of_hospital = said.lines().find(|line| line.contains(": 1 ontvangen")).unwrap_or_else(|| panic!("{said}"));
    assert!(of_hospital.contains("1 al eerder ontvangen, 1 oudere versie"), "{said}");
}

#[test]
fn the_same_id_with_other_content_is_refused_and_the_first_stays() {
    let place = Place::made();
    place.done(&["import-messages", &place.sample("programma-04-akkoord.xml")]);
    let second = place.run(&["import-messages", &place.sample("41-zelfde-id-andere-inhoud.xml")]);
    assert_eq!(second.status.code(), Some(2), "{}", text(&second.stdout));
    let status = place.status();
    assert_eq!((&status["records"], &status["received"]["refused"]), (&1.into(), &1.into()), "{status}");
}

#[test]
fn a_folder_of_messages_is_taken_in_and_each_refused_file_is_named_with_its_rule_and_remedy() {
    let place = Place::made();
    let folder = place.path("in");
    std::fs::create_dir(&folder).unwrap();
    for name in ["programma-04-akkoord.xml", "50-geen-ritnummer.xml", "61-html.xml", "65-lachsalvo.xml"] {
        place.file(&format!("in/{name}"), recent(&format!("messages/{name}"), Utc::now()));
    }
    place.file("in/te-groot.xml", vec![b' '; (2 << 20) + 1]);
    let output = place.run(&["import-messages", path(&folder)]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    let of = |name: &str| {
        let lines: Vec<&str> = said.lines().filter(|l| l.starts_with(path(&folder.join(name)))).collect();
        assert_eq!(lines.len(), 1, "{name}: {said}");
        lines[0].to_owned()
    };
    assert!(of("50-geen-ritnummer.xml").contains("ritnummer") && of("50-geen-ritnummer.xml").contains("Vraag de SEH"));
    assert!(of("65-lachsalvo.xml").contains("DTD"));
    assert!(of("te-groot.xml").contains("groter dan toegestaan"));
    assert!(of("61-html.xml").contains("Vraag de afzender"));
    assert_eq!(said.lines().count(), 4, "{said}");
    let status = place.status();
    assert_eq!((&status["records"], &status["received"]["refused"]), (&1.into(), &4.into()), "{status}");
}

#[test]
fn a_file_that_cannot_be_read_leaves_the_others() {
    let place = Place::made();
    let absent = place.path("er-niet.xml");
    let output = place.run(&["import-messages", path(&absent), &place.sample("programma-04-akkoord.xml")]);
    assert_eq!(output.status.code(), Some(4));
    let said = text(&output.stderr);
    assert!(said.contains(path(&absent)) && said.contains("Kijk het pad na"), "{said}");
    assert_eq!(place.status()["records"], 1);
}

#[test]
fn inspect_says_in_json_what_a_message_holds() {
    let place = Place::empty();
    let found =
        place.done(&["inspect", "--rav", "12", "--json", path(&fixtures().join("messages/20-volledig-2.4.xml"))]);
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found["outcome"], "taken_in", "{found}");
    assert_eq!(found["acknowledgement"], "CA");
    assert_eq!(found["ride"]["sequence"], 4510);
    assert_eq!(found["identification"]["bsn"], "999900006");
    assert_eq!(found["diagnosis"]["agreement"], "no");
    assert_eq!(found["diagnosis"]["diagnoses"][0]["code"], "230690007");
    assert_eq!(found["profile"]["status"], "reconstruction");
}

#[test]
fn inspect_reports_in_words_what_is_kept_dropped_and_found() {
    let place = Place::empty();
    let report = place.done(&["inspect", "--rav", "12", &place.sample("20-volledig-2.4.xml")]);
    for words in [
        "zou worden ontvangen",
        "Berichtprofiel: bericht12-2.4-reconstructie",
        "Rit: 12-2026-4510-1",
        "BSN: 999900006",
        "Akkoord met de werkdiagnose: nee",
        "SEH-diagnose: Cerebrovasculair accident (230690007",
        "Opmerking over communicatie: Keuze van het ziekenhuis was juist.",
        "Wat weggelaten zou worden:",
        "1 × adres",
    ] {
        assert!(report.contains(words), "{words} in:\n{report}");
    }
    let mut english = place.command(&["inspect", &place.sample("20-volledig-2.4.xml")]);
    let english = text(&english.env("LC_ALL", "en_GB.UTF-8").env("LANG", "en_GB.UTF-8").output().unwrap().stdout);
    assert!(english.contains("Agreement with the working diagnosis: no"), "{english}");
}

#[test]
fn inspect_ends_with_the_gravest_of_its_files_and_one_that_cannot_be_read_leaves_the_others() {
    let place = Place::empty();
    let good = place.sample("22-akkoord-2.5.xml");
    let code = |files: &[&str]| place.run(&[&["inspect", "--rav", "12"], files].concat()).status.code();
    assert_eq!(code(&[&good]), Some(0));
    assert_eq!(code(&[&good, &place.sample("programma-01-onjuist-bsn.xml")]), Some(1));
    assert_eq!(code(&[&good, &place.sample("60-afgebroken.xml")]), Some(2));
    let absent = place.path("er-niet.xml");
    let output = place.run(&["inspect", path(&absent), &good]);
    assert_eq!(output.status.code(), Some(4));
    assert!(text(&output.stdout).contains("zou worden ontvangen"));
    assert!(text(&output.stderr).contains(path(&absent)));
}

#[test]
fn status_check_asks_for_attention_without_a_kit() {
    let place = Place::made();
    assert_eq!(place.run(&["status"]).status.code(), Some(0));
    let checked = place.run(&["status", "--check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(text(&checked.stdout).contains("herstelset"));
}

#[test]
fn the_log_is_verified_and_an_entry_changed_by_hand_is_named() {
    let place = Place::made();
    assert!(place.done(&["audit", "verify"]).contains("De keten klopt"));
    let changed = place.raw().execute("UPDATE audit SET body = zeroblob(length(body)) WHERE n = 2", []).unwrap();
    assert_eq!(changed, 1);
    let output = place.run(&["audit", "verify"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("regel 2"), "{}", text(&output.stdout));
    assert_eq!(place.status()["audit"]["intact"], false);
    assert_eq!(place.run(&["status", "--check"]).status.code(), Some(1));
}

#[test]
fn connections_written_by_one_store_are_read_by_another() {
    let (one, other) = (Place::made(), Place::made());
    let (first, second) = (one.path("uit.toml"), other.path("uit.toml"));
    one.done(&["connections", "export", path(&first)]);
    other.done(&["connections", "import", path(&first)]);
    other.done(&["connections", "export", path(&second)]);
    let read = |file| std::fs::read_to_string(file).unwrap();
    assert!(read(&first).contains("Havenzicht Medisch Centrum"));
    assert_eq!(read(&first), read(&second));
}

#[test]
fn hospitals_without_a_connection_stay_out_of_an_export_and_are_counted() {
    let place = Place::made();
    let sample = std::fs::read_to_string(place.sample("programma-04-akkoord.xml")).unwrap();
    place.done(&["import-messages", &place.file("onbekend.xml", sample.replace("00000101", "00000999"))]);
    let (first, second) = (place.path("een.toml"), place.path("twee.toml"));
    let export = place.run(&["connections", "export", path(&first)]);
    assert!(text(&export.stdout).contains("3 ziekenhuizen"), "{}", text(&export.stdout));
    assert!(text(&export.stderr).contains("1 ziekenhuizen zonder aansluiting"), "{}", text(&export.stderr));
    let exported = std::fs::read_to_string(&first).unwrap();
    assert!(!exported.contains("00000999"), "{exported}");
    place.done(&["connections", "import", path(&first)]);
    place.done(&["connections", "export", path(&second)]);
    assert_eq!(exported, std::fs::read_to_string(&second).unwrap());
    let status = place.status();
    let unlisted = status["senders"].as_array().unwrap().iter().find(|s| s["organisation"]["extension"] == "00000999");
    assert_eq!(unlisted.unwrap()["status"], "unlisted", "{status}");
}

#[test]
fn the_receiver_delivers_what_waits() {
    let place = Place::made();
    place.activate("1003");
    // Received by an account that does not hold the delivery key.
    let (key, elsewhere) = (place.path("key.routing"), place.path("elsewhere"));
    std::fs::rename(&key, &elsewhere).unwrap();
    place.done(&["import-messages", &place.sample("20-volledig-2.4.xml")]);
    place.done(&["import-rides", &place.rides()]);
    assert_eq!(place.status()["waiting"], 1);
    let refused = place.run(&["receive", "--once"]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(text(&refused.stderr).contains(path(&place.path("store"))), "{}", text(&refused.stderr));
    std::fs::rename(&elsewhere, &key).unwrap();
    place.done(&["receive", "--once"]);
    assert_eq!(place.status()["waiting"], 0);
}

#[test]
fn a_snapshot_put_back_holds_what_the_store_held() {
    let place = Place::made();
    place.done(&["import-rides", &place.rides()]);
    place.done(&["import-messages", &place.sample("programma-04-akkoord.xml"), &place.sample("20-volledig-2.4.xml")]);
    let before = place.status();
    let snapshot = place.path("momentopname");
    assert!(place.done(&["backup", path(&snapshot)]).contains(path(&snapshot)));
    let over = place.run(&["restore", path(&snapshot)]);
    assert_eq!(over.status.code(), Some(2), "never over a store: {}", text(&over.stderr));
    std::fs::rename(place.path("store"), place.path("weg")).unwrap();
    place.done(&["restore", path(&snapshot)]);
    let after = place.status();
    for what in ["records", "rides", "linked", "received", "identifications"] {
        assert_eq!(before[what], after[what], "{what}");
    }
    assert_eq!(after["audit"]["intact"], true, "{after}");
}

#[test]
fn what_is_past_its_term_is_counted_by_a_dry_run_and_destroyed_by_the_purge() {
    let place = Place::empty();
    let then = Utc::now() - TimeDelta::days(20);
    let KeySource::File { path: key, group } = place.keys() else { panic!("a key file") };
    let keys = KeySource::File { path: key, group };
    let config = std::fs::read_to_string(fixtures().join("init.toml")).unwrap() + "\n[retention]\ndays = 10\n";
    app::init(&place.path("store"), &keys, app::read_config(&config).unwrap(), origin(), then, None).unwrap();
    let root = keys.root().unwrap();
    let store = store::Store::open(&place.path("store"), &root, origin(), then).unwrap();
    let mut receiving = app::Receiving::new(Inbox::new(store, keys.routing().unwrap())).unwrap();
    let message = recent("messages/programma-04-akkoord.xml", then);
    assert_eq!(receiving.take_in_bytes(&[&message], then).unwrap().taken_in, 1);
    drop(receiving);
    assert!(place.done(&["purge", "--dry-run"]).contains("Zou nu vernietigd worden: 1 "));
    assert!(place.done(&["purge", "--dry-run"]).contains("Zou nu vernietigd worden: 1 "), "a dry run destroys nothing");
    // The log's last entry is of twenty days ago: either nothing happened since, or the clock is wrong.
    let doubted = place.run(&["purge"]);
    assert_eq!(doubted.status.code(), Some(2), "{}", text(&doubted.stdout));
    assert!(text(&doubted.stderr).contains("--clock-is-right"), "{}", text(&doubted.stderr));
    let status = place.run(&["status", "--json"]);
    assert!(text(&status.stderr).contains("--clock-is-right"), "{}", text(&status.stderr));
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(status["records"], 1, "not by a start either: {status}");
    assert!(status["purge"]["clock_doubted_after"].is_string(), "{status}");
    assert!(place.done(&["purge", "--clock-is-right"]).contains("Vernietigd: 1 "));
    assert!(place.done(&["purge"]).contains("Vernietigd: 0 "));
    let status = place.status();
    assert_eq!((&status["records"], &status["purge"]["clock_doubted_after"]), (&0.into(), &Value::Null));
}

#[test]
fn a_relative_store_is_the_same_store_from_every_folder() {
    let place = Place::made();
    let from = |folder: &std::path::Path, store: &str| {
        let mut command = place.bare();
        command.current_dir(folder).args(["status", "--json", "--store", store, "--key-file"]).arg(place.path("key"));
        command.output().unwrap()
    };
    let here = from(&place.path(""), "store");
    assert!(here.status.success(), "{}", text(&here.stderr));
    let inside = from(&place.path("store"), "../store");
    assert!(inside.status.success(), "{}", text(&inside.stderr));
    let nowhere = from(&place.path("store"), "store");
    let expected = place.path("store/store");
    assert!(text(&nowhere.stderr).contains(path(&expected)), "{}", text(&nowhere.stderr));
}

#[test]
fn a_store_for_a_group_is_readable_by_the_group_and_by_nobody_else() {
    let place = Place::empty();
    place.done(&["init", "--config", path(&fixtures().join("init.toml")), "--group"]);
    let mode = |name: &str| std::fs::metadata(place.path(name)).unwrap().permissions().mode() & 0o7777;
    assert_eq!((mode("key"), mode("key.routing")), (0o640, 0o600), "Routing's key is the receiver's alone");
    assert_eq!((mode("store"), mode("store/terugblik.db")), (0o2770, 0o660));
    place.done(&["status", "--group"]);
    assert_eq!(place.run(&["status"]).status.code(), Some(3), "without --group a key for a group is too open");
}

#[test]
fn help_speaks_the_language_of_the_locale_and_names_every_exit_code() {
    let help = |language: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_terugblik"));
        text(&command.env("LC_ALL", language).env("LANG", language).arg("--help").output().unwrap().stdout)
    };
    let (dutch, english) = (help("nl_NL.UTF-8"), help("en_GB.UTF-8"));
    assert!(dutch.contains("Gebruik") && english.contains("Usage"));
    for code in ["0 ", "1 ", "2 ", "3 ", "4 "] {
        let of = |help: &str| help.lines().any(|l| l.contains("odes: 0") && l.contains(code));
        assert!(of(&dutch) && of(&english), "{code}");
    }
}
