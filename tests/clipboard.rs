//! A copied BSN on a real display's clipboard, seen by another program: marked for histories, gone after its time, and never
//! taking away what somebody else has put there since.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use ui::SystemClipboard;

use crate::{
    core_image::Receiver,
    desktop::display,
    support::{needs, text},
};

const CHILD: &str = "TERUGBLIK_TEST_CLIPBOARD";
const NAME: &str = "clipboard::a_copy_is_marked_and_cleared_only_while_it_is_still_ours";
const BSN: &str = "999900006";

/// The copying process.
fn copy() {
    let mut steps = std::io::stdin().lines();
    let mut wait = |said: &str| {
        println!("STEP {said}");
        steps.next().unwrap().unwrap();
    };
    let mut clipboard = SystemClipboard::default();
    assert!(clipboard.put(BSN));
    wait("copied");
    clipboard.clear_now();
    wait("cleared");
    assert!(clipboard.put(BSN));
    wait("copied again");
    clipboard.clear_now();
    wait("cleared again");
}

#[test]
fn a_copy_is_marked_and_cleared_only_while_it_is_still_ours() {
    if std::env::var_os(CHILD).is_some() {
        return copy();
    }
    if !needs("Xvfb") || !needs("xclip") {
        return;
    }
    let (_display, name) = display();
    let xclip = |arguments: &[&str]| {
        let mut command = Command::new("xclip");
        command.args(["-display", &name, "-selection", "clipboard"]).args(arguments);
        command
    };
    let pasted = |arguments: &[&str]| text(&xclip(&[&["-o"], arguments].concat()).output().unwrap().stdout);
    let folder = tempfile::tempdir().unwrap();
    let mut copier = Receiver::start_with(NAME, CHILD, folder.path(), &[("DISPLAY", &name)]);
    copier.until("copied");
    assert_eq!(pasted(&[]), BSN);
    assert!(pasted(&["-t", "TARGETS"]).contains("x-kde-passwordManagerHint"));
    assert_eq!(pasted(&["-t", "x-kde-passwordManagerHint"]), "secret");
    copier.go_on();
    copier.until("cleared");
    assert!(!pasted(&[]).contains(BSN));
    copier.go_on();
    copier.until("copied again");
    assert_eq!(pasted(&[]), BSN);
    let mut other = xclip(&["-i", "-loops", "2"]).stdin(Stdio::piped()).spawn().unwrap();
    other.stdin.take().unwrap().write_all(b"een ritnummer").unwrap();
    while pasted(&["-t", "TARGETS"]).contains("x-kde-passwordManagerHint") {
        std::thread::yield_now();
    }
    copier.go_on();
    copier.until("cleared again");
    assert_eq!(pasted(&[]), "een ritnummer", "what another program put there since stays");
    copier.go_on();
    assert!(copier.ended_well());
    let _ = other.kill();
    let _ = other.wait();
}
