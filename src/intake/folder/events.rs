//! Events of the system: they wake the scan and tell how a file's writer left it. They get lost; the scan finds what they did not tell.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode, ModifyKind, RenameMode},
};

use super::completeness::Seen;

// LIMIT: events kept between two rounds; what comes beyond is found by the scan, two seconds later.
const EVENTS_MAX: usize = 100_000;

#[derive(Default)]
struct Heard {
    seen: HashMap<PathBuf, Seen>,
    is_woken: bool,
}

/// What wakes the scan, from any thread.
#[derive(Default)]
pub(super) struct Wake {
    heard: Mutex<Heard>,
    changed: Condvar,
}

impl Wake {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes whoever waits.
    pub(super) fn wake(&self) {
        self.heard().is_woken = true;
        self.changed.notify_all();
    }

    fn hear(&self, path: &Path, seen: Seen) {
        let mut heard = self.heard();
        if heard.seen.len() < EVENTS_MAX || heard.seen.contains_key(path) {
            heard.seen.insert(path.to_path_buf(), seen);
        }
        // Writing alone is nothing to wake for.
        if seen != Seen::Written {
            heard.is_woken = true;
            self.changed.notify_all();
        }
    }

    /// Waits until somebody wakes it, at most so long; whether somebody did.
    pub(super) fn wait(&self, patience: Duration) -> bool {
        let heard = self.heard();
        let waited = self.changed.wait_timeout_while(heard, patience, |heard| !heard.is_woken);
        std::mem::take(&mut waited.unwrap_or_else(PoisonError::into_inner).0.is_woken)
    }

    /// What was seen since the last time.
    pub(super) fn take(&self) -> HashMap<PathBuf, Seen> {
        std::mem::take(&mut self.heard().seen)
    }
}

fn seen(event: &Event) -> Option<Seen> {
    if event.kind == EventKind::Access(AccessKind::Close(AccessMode::Write)) {
        return Some(Seen::Closed);
    }
    if let EventKind::Modify(ModifyKind::Name(RenameMode::To)) = event.kind {
        return Some(Seen::RenamedIn);
    }
    matches!(event.kind, EventKind::Modify(ModifyKind::Data(_))).then_some(Seen::Written)
}

/// Watches folders, where the system lets it.
pub(super) struct Events {
    watcher: Option<RecommendedWatcher>,
    watched: Vec<PathBuf>,
}

impl Events {
    pub(super) fn new(wake: &Arc<Wake>) -> Self {
        let wake = Arc::clone(wake);
        let told = move |event: notify::Result<Event>| {
            let Ok(event) = event else { return wake.wake() };
            let Some(path) = event.paths.last() else { return };
            match seen(&event) {
                Some(seen) => wake.hear(path, seen),
                None if matches!(event.kind, EventKind::Create(_)) => wake.wake(),
                None => {}
            }
        };
        Self { watcher: notify::recommended_watcher(told).ok(), watched: Vec::new() }
    }

    /// Watches these folders and no others, and tells whether one is new; one that cannot be watched is found by the scan.
    pub(super) fn watch(&mut self, folders: &[PathBuf]) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        for gone in self.watched.iter().filter(|folder| !folders.contains(folder)) {
            let _ = watcher.unwatch(gone);
        }
        let before = std::mem::take(&mut self.watched);
        let mut is_new = false;
        for folder in folders {
            let is_known = before.contains(folder);
            if is_known || watcher.watch(folder, RecursiveMode::NonRecursive).is_ok() {
                is_new |= !is_known;
                self.watched.push(folder.clone());
            }
        }
        is_new
    }

    /// Watches nothing any more: a folder that was gone is another one when it is back.
    pub(super) fn leave(&mut self) -> bool {
        self.watch(&[])
    }
}
