//! Acknowledged is durable: the order of the system calls of one message, as the kernel sees them.

use std::process::Command;

use crate::support::{Place, needs, text};

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
