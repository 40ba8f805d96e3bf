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
    command.env("TEST", std::env::current_exe().unwrap());
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
    assert!(line.contains(path(&place.path("store"))) && line.contains("terugblik recover"), "{line}");
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

const ACT: &str = "TERUGBLIK_KEY_STORE_ACT";

/// Script: another program does something to the entry of the store in `store`: `delete`, or `replace` by another secret.
fn another_program(what: &str) -> String {
    format!(
        "{ACT}={what} \"$TEST\" --exact key_store::another_program_acts_on_the_entry --test-threads=1 >act 2>&1 || exit 9\n"
    )
}

#[test]
fn another_program_acts_on_the_entry() {
    // Not a promise of its own: what other tests run on their bus.
    let Ok(what) = std::env::var(ACT) else { return };
    let folder = std::env::current_dir().unwrap().join("store").canonicalize().unwrap();
    let entry = keyring::Entry::new("terugblik", &format!("{}#root", folder.display())).unwrap();
    match what.as_str() {
        "delete" => entry.delete_credential().unwrap(),
        "replace" => entry.set_secret(&[7; 32]).unwrap(),
        other => panic!("{other}"),
    }
}

const INIT: &str = "\"$TERUGBLIK\" init --config \"$CONFIG\" --store store --recovery-kit kit >codes || exit 1\n";

/// Runs a script after `init` on one bus; gives its exit code and what it said, and that the store was not touched.
fn after_init(script: &str) -> (Option<i32>, String) {
    let place = Place::empty();
    let all = format!("{INIT}cp store/terugblik.db before\n{script}");
    let output = on_a_bus(&place, true, &all);
    let untouched = std::fs::read(place.path("before")).unwrap() == std::fs::read(place.database()).unwrap();
    assert!(untouched, "the store is as it was: {}", text(&output.stderr));
    (output.status.code(), text(&output.stderr))
}

#[test]
fn an_entry_deleted_under_a_running_receiver_is_said_at_the_next_start_with_what_to_do() {
    if !tools() {
        return;
    }
    let place = Place::empty();
    let script = format!(
        "{INIT}\"$TERUGBLIK\" receive --store store >received 2>&1 &\n\
         while ! grep -q . received; do sleep 0.1; done\n{}\
         kill -0 $! || exit 2\nkill $!; wait $! || exit 3\n\
         \"$TERUGBLIK\" status --store store",
        another_program("delete")
    );
    let output = on_a_bus(&place, true, &script);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("niet (meer)") && said.contains("terugblik recover"), "{said}");
}

#[test]
fn a_replaced_secret_is_told_from_a_damaged_file_with_what_to_do() {
    if !tools() {
        return;
    }
    let (code, said) = after_init(&(another_program("replace") + "\"$TERUGBLIK\" status --store store"));
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("is vervangen") && said.contains("terugblik recover"), "{said}");
}

#[test]
fn a_locked_key_store_is_said_with_what_to_do() {
    if !tools() {
        return;
    }
    let place = Place::empty();
    let made = on_a_bus(&place, true, INIT);
    assert!(made.status.success(), "{}", text(&made.stderr));
    let locked = "gnome-keyring-daemon --start --components=secrets >/dev/null 2>&1 || exit 77\n";
    let output = on_a_bus(&place, false, &format!("{locked}\"$TERUGBLIK\" status --store store"));
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("vergrendeld") && said.contains("Ontgrendel"), "{said}");
}

#[test]
fn an_emptied_key_store_gets_its_keys_back_from_two_sheets() {
    if !tools() || !needs("pdftoppm") || !needs("zbarimg") {
        return;
    }
    let place = Place::empty();
    let scan = "for n in 1 3; do pdftoppm -r 150 -gray -singlefile kit/*-$n.pdf p$n && zbarimg -q --raw -Sdisable -Sqrcode.enable p$n.pgm >s$n || exit 4; done\n";
    let recover = "\"$TERUGBLIK\" recover --store store --sheet s1 --sheet s3 --recovery-kit kit2 || exit 5\n";
    let again =
        "\"$TERUGBLIK\" status --store store || exit 6\n\"$TERUGBLIK\" receive --once --store store || exit 7\n";
    let rotate = "\"$TERUGBLIK\" rotate --store store || exit 8\n\"$TERUGBLIK\" status --store store || exit 10\n";
    for what in ["delete", "replace"] {
        let _ = std::fs::remove_dir_all(place.path("store"));
        let _ = std::fs::remove_dir_all(place.path("data"));
        for kit in ["kit", "kit2"] {
            let _ = std::fs::remove_dir_all(place.path(kit));
        }
        let script = format!("{INIT}{scan}{}{recover}{again}{rotate}{again}", another_program(what));
        let output = on_a_bus(&place, true, &script);
        assert!(output.status.success(), "{what}: {:?}: {}", output.status, text(&output.stderr));
    }
}
