//! What the process gives away of itself: no core dump and no look by another process of the same account, memory overwritten
//! as it is freed, and of a panic its place only.
//!
//! **Invariant:** where the system cannot do one of these the program goes on without: what holds keys wipes them by itself.

use std::panic::PanicHookInfo;

use zeroizing_alloc::ZeroAlloc;

use crate::{output, system};

/// What Rust code frees is overwritten, whatever it held: a buffer that grew, a text that was drawn.
#[global_allocator]
static ALLOCATOR: ZeroAlloc<std::alloc::System> = ZeroAlloc(std::alloc::System);

/// Closes the process, as far as the system lets it. Before anything secret is in memory.
pub fn harden() {
    // A panic's own words may hold what was being worked on.
    std::panic::set_hook(Box::new(|panic| output::aside(&place(panic))));
    system::overwrite_what_libraries_free();
    system::close_memory();
}

fn place(panic: &PanicHookInfo<'_>) -> String {
    let thread = std::thread::current();
    let place = panic.location().map(|at| format!(" at {}:{}:{}", at.file(), at.line(), at.column()));
    format!("terugblik: thread {} panicked{}", thread.name().unwrap_or("?"), place.unwrap_or_default())
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
