//! The operating system under the program, where it is a Unix: signals, the service manager, a terminal that does not show what
//! is typed, and memory that others cannot read.
//!
//! **Not here:** the same names for Windows (`windows.rs`); files and their rights (`store`).

use std::{io, sync::Arc, time::Duration};

use rustix::{
    process::{Resource, Rlimit, setrlimit},
    termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr},
};
use sd_notify::NotifyState;
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ},
    iterator::Signals,
    low_level::emulate_default_handler,
};

use crate::{service::Life, stop::Asked};

/// Calls this for what signals ask, on a thread of its own; a second one to stop ends the process at once, as without us.
pub fn hear_signals(reload: bool, heard: impl Fn(Asked) + Send + 'static) -> io::Result<()> {
    let which: &[i32] = if reload { &[SIGINT, SIGTERM, SIGHUP] } else { &[SIGINT, SIGTERM] };
    let mut signals = Signals::new(which)?;
    let listen = move || {
        let mut is_asked = false;
        for signal in signals.forever() {
            if signal == SIGHUP {
                heard(Asked::Reload);
            } else if is_asked {
                let _ = emulate_default_handler(signal);
            } else {
                is_asked = true;
                heard(Asked::Stop);
            }
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(listen).map(|_| ())
}

/// From now on a write beyond the longest file that this account may have fails, as on a full disk; without it the system ends the process in
/// the middle of what it does, without a word.
pub fn outlive_the_longest_file() {
    // Heard and not looked at: the write's own error says it. Where the system does not let us listen, it is as without us.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
}

/// How often the service manager wants to hear that the process lives, where there is one that does (sd_notify).
pub fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

/// Tells the service manager, where there is one.
pub fn tell_service_manager(life: Life) {
    let state = match life {
        Life::Ready => NotifyState::Ready,
        Life::Reloading => NotifyState::Reloading,
        Life::Stopping => NotifyState::Stopping,
        Life::Lives => NotifyState::Watchdog,
    };
    // Nobody is there to hear it, or will be.
    let _ = sd_notify::notify(&[state]);
}

/// A terminal can be told not to show what is typed.
pub const HIDES_TYPING: bool = true;

/// A terminal that does not show what is typed, until dropped. What is no terminal shows nothing anyway.
pub struct Unseen(Option<Termios>);

impl Unseen {
    /// From now on.
    pub fn on_standard_input() -> Self {
        let was = tcgetattr(io::stdin()).ok();
        if let Some(mut now) = was.clone() {
            now.local_modes.remove(LocalModes::ECHO);
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &now);
        }
        Self(was)
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        if let Some(was) = &self.0 {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, was);
        }
    }
}

/// The name of this computer, as it calls itself.
pub fn computer() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// The number of this process' account, as logind knows it.
#[cfg(target_os = "linux")]
pub fn user() -> u32 {
    rustix::process::getuid().as_raw()
}

/// Has the C library overwrite memory as it is freed, SQLite's and the window's too (glibc's `malloc.perturb`, read when a
/// process starts: the program starts itself anew once). Its caches for short pieces do not take part, so they go.
#[cfg(target_os = "linux")]
pub fn overwrite_what_libraries_free() {
    use std::os::unix::process::CommandExt;
    const NAME: &str = "GLIBC_TUNABLES";
    // 0xa5 is written over what is freed.
    const OURS: &str = "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0";
    let others = std::env::var(NAME).unwrap_or_default();
    if others.ends_with(OURS) {
        return;
    }
    let tunables = if others.is_empty() { OURS.to_owned() } else { format!("{others}:{OURS}") };
    if let Ok(program) = std::env::current_exe() {
        // Only a failure comes back from here.
        let _ = std::process::Command::new(program).args(std::env::args_os().skip(1)).env(NAME, tunables).exec();
    }
}

/// Other C libraries know no such setting.
#[cfg(not(target_os = "linux"))]
pub fn overwrite_what_libraries_free() {}

/// No core dump, also not through a handler; on Linux no debugger, and no reading of its memory by others than root.
pub fn close_memory() {
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
