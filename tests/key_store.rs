//! The operating system's key store, for real: a session bus and a Secret Service of its own, the real program on it.

use std::process::{Command, Output};

use crate::support::{Place, fixtures, needs, path, text};

/// Runs a shell script on a new session bus, with an unlocked Secret Service where asked for.
fn on_a_bus(place: &Place, unlocked: bool, script: &str) -> Output {
    let unlock = "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 || exit 77\n";
    let script = format!("set -u\n{}{script}", if unlocked { unlock } else { "" });
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "sh", "-c", &script]).current_dir(place.path(""));
    command.env("HOME", place.path("")).env("XDG_DATA_HOME", place.path("data")).env("XDG_RUNTIME_DIR", place.path(""));
    command.env("LC_ALL", "nl_NL.UTF-8").env("LANG", "nl_NL.UTF-8").env_remove("DISPLAY");
    command.env("TERUGBLIK", env!("CARGO_BIN_EXE_terugblik")).env("CONFIG", path(&fixtures().join("init.toml")));
    command.output().unwrap()
}

fn tools() -> bool {
    needs("dbus-run-session") && needs("gnome-keyring-daemon")
}

#[test]
fn a_store_whose_key_is_in_the_key_store_opens_from_every_folder() {
    if !tools() {
        return;
    }
    let place = Place::empty();
    let output = on_a_bus(
        &place,
        true,
        "\"$TERUGBLIK\" init --config \"$CONFIG\" --store store --json >codes || exit 1
         \"$TERUGBLIK\" status --store store || exit 2
         cd store && \"$TERUGBLIK\" status --store ../store || exit 3
         \"$TERUGBLIK\" receive --once --store . || exit 4",
    );
    assert!(output.status.success(), "{:?}: {}", output.status, text(&output.stderr));
    assert!(!place.path("key").exists());
    assert!(text(&std::fs::read(place.path("codes")).unwrap()).contains("9001"));
}

#[test]
fn a_key_that_is_gone_is_said_and_nothing_new_is_made() {
    if !tools() {
        return;
    }
    let place = Place::empty();
    let made = on_a_bus(&place, true, "\"$TERUGBLIK\" init --config \"$CONFIG\" --store store >codes");
    assert!(made.status.success(), "{}", text(&made.stderr));
    let before = std::fs::read(place.database()).unwrap();
    std::fs::remove_dir_all(place.path("data")).unwrap();
    let gone = on_a_bus(&place, true, "\"$TERUGBLIK\" status --store store");
    let line = text(&gone.stderr);
    assert_eq!(gone.status.code(), Some(3), "{line}");
    assert!(line.contains(path(&place.path("store"))) && line.contains("zet de sleutel terug"), "{line}");
    assert_eq!(before, std::fs::read(place.database()).unwrap());
}

#[test]
fn a_system_without_a_key_store_is_said_with_what_to_do() {
    if !tools() {
        return;
    }
    let place = Place::empty();
    let output = on_a_bus(
        &place,
        false,
        "unset DBUS_SESSION_BUS_ADDRESS; \"$TERUGBLIK\" init --config \"$CONFIG\" --store store",
    );
    let line = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{line}");
    assert!(line.contains("--key-file"), "{line}");
    assert!(!place.database().exists());
}
