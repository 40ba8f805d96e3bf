//! What the process gives away of itself: no core dump, nothing to another process of its own account.
#![cfg(target_os = "linux")]

use std::{
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use crate::support::{Place, needs, path, text};

/// A receiver that is at work, ended with the test.
struct Receiver(Child);

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts it by way of another program, and waits until it says that it receives.
fn started(mut command: Command) -> Receiver {
    let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut said = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert!(!said.is_empty() && child.try_wait().unwrap().is_none(), "{said}");
    Receiver(child)
}

#[test]
fn a_receiver_leaves_no_core_dump_though_its_shell_would_let_it() {
    if !needs("prlimit") {
        return;
    }
    let place = Place::made();
    let program = place.command(&["receive"]);
    let mut command = Command::new("prlimit");
    command.arg("--core=unlimited").arg(program.get_program()).args(program.get_args()).env("LC_ALL", "nl_NL.UTF-8");
    let receiver = started(command);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", receiver.0.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
}

#[test]
fn another_process_of_the_same_account_cannot_look_into_its_memory() {
    if !needs("setpriv") {
        return;
    }
    let (place, nobody) = (Place::made(), 65534);
    let is_root = std::fs::metadata(place.path("store")).is_ok_and(|_| uid() == 0);
    // Root may look everywhere, so that both are made nobody's; somebody else is himself already.
    let as_nobody = |command: &Command| {
        if !is_root {
            let mut same = Command::new(command.get_program());
            same.args(command.get_args());
            return same;
        }
        let mut other = Command::new("setpriv");
        other.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all", "--no-new-privs"]);
        other.arg(command.get_program()).args(command.get_args());
        other
    };
    let mut program = Command::new(place.path("terugblik"));
    program.args(["receive", "--store", path(&place.path("store")), "--key-file", path(&place.path("key"))]);
    std::fs::copy(env!("CARGO_BIN_EXE_terugblik"), place.path("terugblik")).unwrap();
    if is_root {
        give_to(nobody, &place.path(""));
    }
    let receiver = started(as_nobody(&program));
    let mut look = Command::new("cat");
    look.arg(format!("/proc/{}/maps", receiver.0.id()));
    let looked = as_nobody(&look).output().unwrap();
    assert!(!looked.status.success() && looked.stdout.is_empty(), "{}", text(&looked.stdout));
    // The same look at a program that did not close itself.
    let sleep = Receiver(as_nobody(Command::new("sleep").arg("60")).spawn().unwrap());
    let maps = format!("/proc/{}/maps", sleep.0.id());
    let looked = (0..500).any(|_| as_nobody(Command::new("cat").arg(&maps)).output().unwrap().status.success());
    assert!(looked, "the look itself works");
}

pub fn uid() -> u32 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").map_or(0, |own| own.uid())
}

/// Hands a folder with all in it to a user.
pub fn give_to(user: u32, folder: &std::path::Path) {
    let mut all: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(next) = all.pop() {
        std::os::unix::fs::chown(&next, Some(user), Some(user)).unwrap();
        if next.is_dir() {
            let is_open = std::fs::metadata(&next).unwrap().permissions().mode();
            std::fs::set_permissions(&next, std::fs::Permissions::from_mode(is_open | 0o100)).unwrap();
            all.extend(std::fs::read_dir(&next).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
}
