//! Where keys lie: a file for its owner alone, never written over; a missing key store says so at once.

use std::{os::unix::fs::PermissionsExt, path::PathBuf};

use seal::{ReaderPrivate, RootSecret};
use store::{KeyError, KeySource};
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

fn source(folder: &TempDir, group: bool) -> (KeySource, PathBuf) {
    let path = folder.path().join("key");
    (KeySource::File { path: path.clone(), group }, path)
}

fn pair() -> (RootSecret, ReaderPrivate) {
    (RootSecret::generate().unwrap(), ReaderPrivate::generate().unwrap())
}

fn mode(path: &std::path::Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &std::path::Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn keys_kept_in_files_read_back_and_are_for_their_owner_alone() {
    let folder = folder();
    let (source, path) = source(&folder, false);
    let (root, routing) = pair();
    source.must_be_empty().unwrap();
    source.keep(&root, &routing).unwrap();
    assert_eq!(source.root().unwrap().expose(), root.expose());
    assert_eq!(source.routing().unwrap().unwrap().expose(), routing.expose());
    let beside = folder.path().join("key.routing");
    assert_eq!((mode(&path), mode(&beside)), (0o600, 0o600));
}

#[test]
fn a_group_reads_the_root_and_never_routings_key() {
    let folder = folder();
    let (source, path) = source(&folder, true);
    let (root, routing) = pair();
    source.keep(&root, &routing).unwrap();
    // A umask may take the group's right away; it is the administrator who gives it.
    set_mode(&path, 0o640);
    assert!(source.root().is_ok());
    let beside = folder.path().join("key.routing");
    assert_eq!(mode(&beside), 0o600);
    set_mode(&beside, 0o640);
    assert!(matches!(source.routing(), Err(KeyError::FileOpen(_))));
    set_mode(&path, 0o644);
    assert!(matches!(source.root(), Err(KeyError::FileOpen(_))));
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let folder = folder();
    let (source, path) = source(&folder, false);
    let (root, routing) = pair();
    source.keep(&root, &routing).unwrap();
    for open in [0o640, 0o604, 0o644, 0o660, 0o700, 0o666] {
        set_mode(&path, open);
        assert!(matches!(source.root(), Err(KeyError::FileOpen(_))), "{open:o}");
    }
    set_mode(&path, 0o400);
    assert!(source.root().is_ok(), "a systemd credential is 0400");
}

#[test]
fn a_key_file_that_is_not_there_or_holds_no_key_says_so() {
    let folder = folder();
    let (source, path) = source(&folder, false);
    assert!(matches!(source.root(), Err(KeyError::FileAbsent(_))));
    assert!(source.routing().unwrap().is_none());
    for wrong in ["", "\n", "no key", "00ff\n", &"0".repeat(66)] {
        std::fs::write(&path, wrong).unwrap();
        set_mode(&path, 0o600);
        assert!(matches!(source.root(), Err(KeyError::FileContent(_))), "{wrong}");
    }
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(source.root().is_err());
}

#[test]
fn a_key_is_never_written_over_another() {
    let folder = folder();
    let (source, path) = source(&folder, false);
    let (root, routing) = pair();
    source.keep(&root, &routing).unwrap();
    let before = std::fs::read(&path).unwrap();
    let (other, other_routing) = pair();
    assert!(matches!(source.must_be_empty(), Err(KeyError::FileExists(_))));
    assert!(matches!(source.keep(&other, &other_routing), Err(KeyError::FileExists(_))));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn no_error_of_a_key_holds_the_key() {
    let folder = folder();
    let (source, path) = source(&folder, false);
    std::fs::write(&path, "geheim-0123456789abcdef").unwrap();
    set_mode(&path, 0o600);
    let error = source.root().map(|_| ()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("geheim"));
}

#[test]
fn without_a_session_bus_a_key_store_says_at_once_that_there_is_none() {
    const CHILD: &str = "TERUGBLIK_TEST_NO_BUS";
    if std::env::var_os(CHILD).is_some() {
        let source = KeySource::KeyStore { folder: "/nowhere/terugblik".into() };
        for said in [source.must_be_empty(), source.root().map(|_| ()), source.routing().map(|_| ())] {
            assert!(matches!(said, Err(KeyError::NoKeyStore)), "{said:?}");
        }
        return;
    }
    let started = std::time::Instant::now();
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "keys::without_a_session_bus_a_key_store_says_at_once_that_there_is_none", "--nocapture"])
        .env(CHILD, "1")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .env("XDG_RUNTIME_DIR", "/nonexistent")
        .status()
        .unwrap();
    assert!(status.success());
    assert!(started.elapsed().as_secs() < 10);
}
