//! What the process gives away of itself: no core dump and no look by another process of the same account, memory overwritten
//! as it is freed, and of a panic its place only.
//!
//! **Invariant:** where the system cannot do one of these the program goes on without: what holds keys wipes them by itself.

use std::panic::PanicHookInfo;

use zeroizing_alloc::ZeroAlloc;

use crate::output;

/// What Rust code frees is overwritten, whatever it held: a buffer that grew, a text that was drawn.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

/// Closes the process, as far as the system lets it. Before anything secret is in memory.
pub fn harden() {
    // A panic's own words may hold what was being worked on.
    std::panic::set_hook(Box::new(|panic| output::aside(&place(panic))));
    #[cfg(target_os = "linux")]
    {
        overwrite_what_libraries_free();
        close_memory();
    }
}

fn place(panic: &PanicHookInfo<'_>) -> String {
    let thread = std::thread::current();
    let place = panic.location().map(|at| format!(" at {}:{}:{}", at.file(), at.line(), at.column()));
    format!("terugblik: thread {} panicked{}", thread.name().unwrap_or("?"), place.unwrap_or_default())
}

/// Has the C library overwrite memory as it is freed, SQLite's and the window's too (glibc's `malloc.perturb`, read when a
/// process starts: the program starts itself anew once). Its caches for short pieces do not take part, so they go.
#[cfg(target_os = "linux")]
fn overwrite_what_libraries_free() {
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

/// No core dump, also not through a handler; no debugger, and no reading of its memory by others than root.
#[cfg(target_os = "linux")]
fn close_memory() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_panic_says_its_place_and_nothing_of_what_was_being_worked_on() {
        let said = Arc::new(Mutex::new(Vec::new()));
        let hears = said.clone();
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| hears.lock().unwrap().push(place(panic))));
        let work = || -> () { panic!("the BSN 999900006 is odd") };
        let ended = std::thread::Builder::new().name("worker".into()).spawn(work).unwrap().join();
        std::panic::set_hook(before);
        assert!(ended.is_err());
        let said = said.lock().unwrap();
        let line = said.iter().find(|line| line.contains("thread worker")).unwrap();
        assert!(line.contains("hardening.rs:") && !line.contains("9999"), "{line}");
    }
}
