//! The operating system under the program, where it is Windows: Ctrl-C, and what it has no counterpart of.
//!
//! **Not here:** the same names for Unix (`unix.rs`); files and their rights (`store`).

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};

use crate::{service::Life, stop::Asked};

/// Between two looks whether Ctrl-C was pressed.
const LOOKS: Duration = Duration::from_millis(100);
/// What Windows gives as the exit code of a process that Ctrl-C ended (ntstatus.h: `STATUS_CONTROL_C_EXIT`).
const ENDED: i32 = 0xc000_013a_u32.cast_signed();

/// Calls this for what Ctrl-C asks, on a thread of its own; a second one ends the process at once, as without us. Nothing
/// here asks to read settings again.
pub fn hear_signals(_reload: bool, heard: impl Fn(Asked) + Send + 'static) -> io::Result<()> {
    let asked = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: the first one sets what the second one looks at.
        flag::register_conditional_shutdown(signal, ENDED, Arc::clone(&asked))?;
        flag::register(signal, Arc::clone(&asked))?;
    }
    let listen = move || {
        while !asked.load(Ordering::SeqCst) {
            std::thread::sleep(LOOKS);
        }
        heard(Asked::Stop);
    };
    std::thread::Builder::new().name("signals".into()).spawn(listen).map(|_| ())
}

/// Windows has no such limit.
pub fn outlive_the_longest_file() {}

/// No service manager is told anything here.
pub fn watchdog() -> Option<Duration> {
    None
}

/// As [`watchdog`].
pub fn tell_service_manager(_life: Life) {}

/// A console shows what is typed: secrets are not asked there.
pub const HIDES_TYPING: bool = false;

/// What stands in for a terminal that does not show what is typed; see [`HIDES_TYPING`].
pub struct Unseen;

impl Unseen {
    /// Nothing is altered.
    pub fn on_standard_input() -> Self {
        Self
    }
}

/// The name of this computer, as it calls itself.
pub fn computer() -> String {
    std::env::var("COMPUTERNAME").unwrap_or_default()
}

/// The C library of Windows knows no such setting; what Rust code frees is overwritten here too.
pub fn overwrite_what_libraries_free() {}

/// Windows writes no dump of a process unless an administrator set that up.
pub fn close_memory() {}
