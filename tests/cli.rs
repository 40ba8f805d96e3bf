//! The command line as an administrator uses it: the real program, a real store, the samples of `messages/` and `rides/`.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

/// A store of the test kind, made by `init`, with its key file beside it.
pub struct Place {
    folder: tempfile::TempDir,
}

pub fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

impl Place {
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn made() -> Self {
        let place = Self::empty();
        let output = place.run(&["init", "--config", path(&fixtures().join("init.toml")), "--json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        let codes: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(codes.as_array().is_some_and(|list| list.len() >= 5), "{codes}");
        let connected = place.run(&["connections", "import", path(&fixtures().join("connections.toml"))]);
        assert!(connected.status.success(), "{}", text(&connected.stderr));
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_terugblik"));
        command.env("LC_ALL", "nl_NL.UTF-8").env("LANG", "nl_NL.UTF-8").env("HOME", self.folder.path());
        command.args(arguments).arg("--store").arg(self.path("store")).arg("--key-file").arg(self.path("key"));
        command.output().unwrap()
    }

    pub fn status(&self) -> Value {
        let output = self.run(&["status", "--json"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

pub fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn sample(name: &str) -> String {
    path(&fixtures().join("messages").join(name)).to_owned()
}

#[test]
fn messages_and_rides_from_the_command_line_are_counted_by_status() {
    let place = Place::made();
    let rides = place.run(&["import-rides", path(&fixtures().join("rides.csv"))]);
    assert!(rides.status.success(), "{}", text(&rides.stderr));
    let messages =
        place.run(&["import-messages", &sample("programma-04-akkoord.xml"), &sample("45-niet-gekoppeld.xml")]);
    assert!(messages.status.success(), "{}", text(&messages.stderr));
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
    place.run(&["import-messages", &sample("programma-04-akkoord.xml")]);
    place.run(&["import-messages", &sample("40-herhaling-van-04.xml")]);
    let status = place.status();
    assert_eq!(status["records"], 1, "{status}");
    assert_eq!(status["received"]["repeated"], 1, "{status}");
}

#[test]
fn the_same_id_with_other_content_is_refused_and_the_first_stays() {
    let place = Place::made();
    place.run(&["import-messages", &sample("programma-04-akkoord.xml")]);
    let second = place.run(&["import-messages", &sample("41-zelfde-id-andere-inhoud.xml")]);
    assert_eq!(second.status.code(), Some(2), "{}", text(&second.stdout));
    let status = place.status();
    assert_eq!((&status["records"], &status["received"]["refused"]), (&1.into(), &1.into()), "{status}");
}

#[test]
fn inspect_says_in_json_what_a_message_holds() {
    let place = Place::empty();
    let output = place.run(&["inspect", "--rav", "12", "--json", &sample("20-volledig-2.4.xml")]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(found["outcome"], "taken_in", "{found}");
    assert_eq!(found["acknowledgement"], "CA");
    assert_eq!(found["ride"]["sequence"], 4510);
    assert_eq!(found["identification"]["bsn"], "999900006");
    assert_eq!(found["diagnosis"]["agreement"], "no");
    assert_eq!(found["diagnosis"]["diagnoses"][0]["code"], "230690007");
    assert_eq!(found["profile"]["status"], "reconstruction");
}

#[test]
fn an_error_is_one_line_that_names_the_place_and_no_store_is_made() {
    let place = Place::empty();
    let output = place.run(&["status"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr).trim().lines().count(), 1, "{}", text(&output.stderr));
    assert!(!place.path("store").join("terugblik.db").exists());
}

#[test]
fn help_speaks_the_language_of_the_locale() {
    let help = |language: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_terugblik"));
        text(&command.env("LC_ALL", language).env("LANG", language).arg("--help").output().unwrap().stdout)
    };
    assert!(help("nl_NL.UTF-8").contains("Gebruik"));
    assert!(help("en_GB.UTF-8").contains("Usage"));
}
