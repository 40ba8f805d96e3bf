//! The real program from outside: its window's first frame, the demo until it is ready, idle processor time, memory.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::sync_channel,
    time::{Duration, Instant},
};

use crate::{
    process::{cpu, has, resident_mb},
    row,
};

// LIMIT: how long the demo may take before the measurement is given up.
const DEMO_SECONDS_MAX: u64 = 600;
const IDLE: Duration = Duration::from_secs(8);

/// A display whose picture is a file, so that nothing has to be asked of it.
struct Display {
    server: Child,
    folder: tempfile::TempDir,
    name: String,
}

impl Display {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // A display of this process's own, above what people use.
        let name = format!(":{}", 200 + std::process::id() % 1000);
        let mut command = Command::new("Xvfb");
        command.args([&name, "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-fbdir"]).arg(folder.path());
        let server = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let display = Self { server, folder, name };
        let socket = format!("/tmp/.X11-unix/X{}", &display.name[1..]);
        let started = Instant::now();
        while !Path::new(&socket).exists() || display.picture().is_empty() {
            assert!(started.elapsed() < Duration::from_secs(10), "Xvfb does not start");
            std::thread::sleep(Duration::from_millis(20));
        }
        std::thread::sleep(Duration::from_millis(300));
        display
    }

    fn picture(&self) -> Vec<u8> {
        std::fs::read(self.folder.path().join("Xvfb_screen0")).unwrap_or_default()
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// How many colours a picture has, up to some: an empty window has one, a drawn one has many.
fn is_drawn(picture: &[u8]) -> bool {
    let pixels: std::collections::BTreeSet<&[u8]> =
        picture.chunks_exact(4).skip(1000).step_by(7).take(140_000).collect();
    pixels.len() > 8
}

/// Measures and prints: as people start it, with its store in memory where the system has room, and with it in `folder`.
pub fn measure(folder: &Path) {
    if !has("Xvfb") {
        row("window and demo of the real program", "not measured: no Xvfb".into(), "");
        return;
    }
    let display = Display::start();
    let (first, filled, mut program) = started(&display, None);
    row("window's first frame after start, Xvfb (software GL)", format!("{:.2} s", first.as_secs_f64()), "≤ 0.5 s");
    row(
        "demo of 20,000 messages ready, real program with its window, as it is started",
        filled,
        "≤ 25 s, release, 2 cores",
    );
    std::thread::sleep(Duration::from_secs(3));
    let process = program.id().to_string();
    let before = cpu(&process);
    std::thread::sleep(IDLE);
    let share = (cpu(&process) - before).as_secs_f64() / IDLE.as_secs_f64() * 100.0;
    row("idle window", format!("{share:.2} % of a core over {} s", IDLE.as_secs()), "< 1 %");
    row("resident memory with the demo open", format!("{:.0} MB", resident_mb(&process)), "< 250 MB");
    stop(&mut program);
    let (_, filled, mut program) = started(&display, Some(folder));
    row("the same, its store on the disk of this run", filled, "");
    stop(&mut program);
}

/// Asks the program to end, so that it takes its store away.
fn stop(program: &mut Child) {
    let ended = Command::new("kill").args(["-TERM", &program.id().to_string()]).status();
    assert!(ended.is_ok_and(|status| status.success()));
    program.wait().unwrap();
}

/// Starts the demo and waits until it is filled: the time to its first frame, and what filling took.
fn started(display: &Display, place: Option<&Path>) -> (Duration, String, Child) {
    let started = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_terugblik"));
    command.arg("demo").env("DISPLAY", &display.name).env_remove("WAYLAND_DISPLAY").env_remove("TMPDIR");
    command.envs(place.map(|folder| ("TMPDIR", folder)));
    let mut program = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let process = program.id().to_string();
    let said = program.stderr.take().unwrap();
    let (ready, is_ready) = sync_channel(1);
    std::thread::spawn(move || {
        // One line when it is filled; anything else that is said is passed on.
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            eprintln!("{line}");
            let _ = ready.try_send(Instant::now());
        }
    });
    let first = loop {
        if is_drawn(&display.picture()) {
            break started.elapsed();
        }
        assert!(started.elapsed() < Duration::from_secs(30), "the window draws nothing");
        std::thread::sleep(Duration::from_millis(2));
    };
    let filled = is_ready.recv_timeout(Duration::from_secs(DEMO_SECONDS_MAX)).unwrap();
    let (used, filled) = (cpu(&process), filled - started);
    (first, format!("{:.1} s ({:.1} s CPU)", filled.as_secs_f64(), used.as_secs_f64()), program)
}
