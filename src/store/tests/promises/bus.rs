//! A session bus with an unlocked Secret Service of its own, for tests whose keys lie in the operating system's key store.

use std::{path::Path, process::Command};

use store::KeySource;

use crate::needs::needs;

const ON_A_BUS: &str = "TERUGBLIK_ON_A_BUS";

/// Whether this process is on such a bus. One that is not runs the test once more, on one; it fails as that does.
pub fn is_on_a_bus(test: &str) -> bool {
    if std::env::var_os(ON_A_BUS).is_some() {
        return true;
    }
    if !needs("dbus-run-session") || !needs("gnome-keyring-daemon") {
        return false;
    }
    let home = tempfile::TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let script = "printf test | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 || exit 77\n\
                  exec \"$0\" --exact \"$1\" --nocapture --test-threads=1";
    let mut command = Command::new("dbus-run-session");
    command.args(["--", "sh", "-c", script]).arg(std::env::current_exe().unwrap()).arg(test);
    for place in ["HOME", "XDG_RUNTIME_DIR"] {
        command.env(place, home.path());
    }
    command.env("XDG_DATA_HOME", home.path().join("data")).env(ON_A_BUS, "yes").env_remove("DISPLAY");
    let output = command.output().unwrap();
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{:?}: {}{}", output.status, said(&output.stdout), said(&output.stderr));
    assert!(said(&output.stdout).contains("1 passed"), "it ran: {}", said(&output.stdout));
    false
}

pub const FILE: &str = "file";
pub const KEY_STORE: &str = "key store";

/// Where the keys of a test lie: a file in its place, or the key store under the store's folder.
pub fn keys_in(kind: &str, place: &Path, folder: &Path) -> KeySource {
    match kind {
        FILE => KeySource::File { path: place.join("key"), group: false },
        KEY_STORE => KeySource::KeyStore { folder: folder.to_path_buf() },
        other => panic!("{other}"),
    }
}
