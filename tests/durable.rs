//! Acknowledged is durable: the order of the system calls of one message, as the kernel sees them; and an account that may have no long file.

use std::process::{Command, Output};

use crate::support::{Place, needs, path, text};

/// What a line of strace says about the write-ahead log and the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    WriteLog,
    SyncLog,
    Answer,
}

fn call(line: &str) -> Option<Call> {
    // With -y a descriptor names its file: pwrite64(7</…/terugblik.db-wal>, …
    let of_log = line.contains("terugblik.db-wal>");
    let (_, rest) = line.split_once(' ').unwrap_or(("", line));
    let name = rest.trim_start().split('(').next()?;
    match name {
        "pwrite64" | "write" if of_log => Some(Call::WriteLog),
        "fdatasync" | "fsync" if of_log => Some(Call::SyncLog),
        "write" if rest.contains("write(1<") => Some(Call::Answer),
        _ => None,
    }
}

#[test]
fn one_message_is_written_then_synced_then_answered() {
    if !needs("strace") {
        return;
    }
    let place = Place::made();
    let sample = place.sample("20-volledig-2.4.xml");
    let trace = place.path("trace");
    let mut command = Command::new("strace");
    command.args(["-f", "-y", "-e", "trace=write,pwrite64,fsync,fdatasync", "-o"]).arg(&trace);
    command.arg(env!("CARGO_BIN_EXE_terugblik")).args(["import-messages", &sample, "--store"]).arg(place.path("store"));
    let output = command.arg("--key-file").arg(place.path("key")).env("LC_ALL", "nl_NL.UTF-8").output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let calls: Vec<Call> = std::fs::read_to_string(&trace).unwrap().lines().filter_map(call).collect();
    let answer = calls.iter().position(|c| *c == Call::Answer).expect("the answer is seen");
    let before = &calls[..answer];
    let written = before.iter().rposition(|c| *c == Call::WriteLog).expect("the log is written before the answer");
    let synced = before.iter().rposition(|c| *c == Call::SyncLog).expect("the log is synced before the answer");
    println!("{} writes of the log, the last sync as call {synced}, the answer as call {answer}", written + 1);
    assert!(written < synced, "after its last write the log is synced, then comes the answer: {calls:?}");
    assert!(!calls[answer..].contains(&Call::WriteLog), "nothing of the message is written after its answer");
}

/// What a command says whose account may have no file longer than 512 bytes.
fn limited(place: &Place, arguments: &[&str]) -> Output {
    let command = place.command(arguments);
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -f 1; exec \"$@\"", "sh"]).arg(command.get_program());
    limited.args(command.get_args()).env("LC_ALL", "nl_NL.UTF-8").output().unwrap()
}

#[test]
fn an_account_that_may_have_no_long_file_hears_so_of_every_command_that_writes_and_the_store_stays_whole() {
    let place = Place::made();
    let certificate = rcgen::generate_simple_self_signed(vec!["seh.example".to_owned()]).unwrap().cert.pem();
    let certificate = place.file("seh.pem", certificate);
    place.done(&[
        "receive",
        "--save",
        "--listen",
        "127.0.0.1:8443",
        "--certificate",
        &certificate,
        "--private-key",
        &certificate,
    ]);
    let before = place.status()["audit"]["entries"].clone();
    let snapshot = place.path("momentopname");
    let commands: [&[&str]; 3] = [
        &["connections", "self-test"],
        &["certificate", "add", "--hospital", "00000101", &certificate],
        &["backup", path(&snapshot)],
    ];
    for command in commands {
        let output = limited(&place, command);
        let words = text(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{command:?}: {words}{}", output.status);
        assert_eq!(words.trim().lines().count(), 1, "{words}");
        assert!(words.contains("schijf"), "{words}");
    }
    let status = place.status();
    assert_eq!((&status["audit"]["entries"], &status["audit"]["intact"]), (&before, &true.into()));
}
