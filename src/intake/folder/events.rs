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

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{fs, io::Write, time::Instant};

    use super::*;

    /// What the system tells of this file, once it tells this.
    fn told(wake: &Wake, file: &Path, expected: Seen) -> bool {
        let deadline = Instant::now() + Duration::from_secs(20);
        while Instant::now() < deadline {
            wake.wait(Duration::from_millis(20));
            if wake.take().get(file) == Some(&expected) {
                return true;
            }
        }
        false
    }

    #[test]
    fn the_system_tells_of_a_file_that_it_is_written_closed_and_renamed_in() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let wake = Arc::new(Wake::default());
        let mut events = Events::new(&wake);
        assert!(events.watch(&[folder.path().to_path_buf()]), "it is new");
        assert!(!events.watch(&[folder.path().to_path_buf()]), "and then no longer");
        let written = folder.path().join("a.xml");
        let mut file = fs::File::create(&written).unwrap();
        file.write_all(b"<a>").unwrap();
        assert!(told(&wake, &written, Seen::Written));
        drop(file);
        assert!(told(&wake, &written, Seen::Closed));
        fs::write(elsewhere.path().join("b.xml"), "<b/>").unwrap();
        let renamed = folder.path().join("b.xml");
        fs::rename(elsewhere.path().join("b.xml"), &renamed).unwrap();
        assert!(told(&wake, &renamed, Seen::RenamedIn));
        let again = folder.path().join("c.xml");
        fs::rename(&renamed, &again).unwrap();
        assert!(told(&wake, &again, Seen::RenamedIn), "within the folder too");
    }
}
