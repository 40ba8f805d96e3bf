//! The processes that look into the watched folder of ride files: `import-rides --watched DIR`, once or every so many minutes, and a
//! thread of the receiver, as *Ritten* says.
//!
//! **Invariant:** the thread holds the store only while it reads a file or notes something, and is asked to stop before the receiver
//! lets the store go. A fault in it is noted and stops nobody's messages.
//! **Not here:** what is done with a file (`app::read_ride_folder`).

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel},
    thread::JoinHandle,
    time::Duration,
};

use app::{
    AppError, BadLines, Exit, Receiving, RideFileDone, RideFolderHost, RideLayoutBy, WatchedRides, read_ride_folder,
    reports,
};
use chrono::{DateTime, Utc};
use store::{KeySource, RideFilesWhy, RideFolderSettings};
use viewmodel::Texts;

use crate::{Program, now, open, output, receive_door::Voice, receiving, stop::Stop};

fn minutes(n: u32) -> Duration {
    Duration::from_secs(u64::from(n) * 60)
}

/// The command line.
struct AtTerminal<'a> {
    program: &'a Program,
    store: PathBuf,
    stop: Stop,
    folder: &'a Path,
}

impl RideFolderHost for AtTerminal<'_> {
    fn store(&self) -> &Path {
        &self.store
    }

    fn receiving(&self) -> Result<Receiving, AppError> {
        self.program.receiving()
    }

    fn texts(&self) -> &Texts {
        &self.program.texts
    }

    fn now(&self) -> DateTime<Utc> {
        now()
    }

    fn waits(&self, pause: Duration) -> bool {
        if pause.is_zero() { self.stop.is_asked() } else { self.stop.wait(pause) }
    }

    fn hears(&self, done: &RideFileDone<'_>) -> Result<(), AppError> {
        let texts = &self.program.texts;
        match done {
            RideFileDone::Refused(error) => {
                output::aside(&output::said(texts, error.key, &error.values));
                Ok(())
            }
            RideFileDone::Read(done) => {
                for remark in &done.remarks {
                    output::aside(&reports::ride_remark(remark, self.folder, texts));
                }
                output::result(&reports::rides_text(done, texts))
            }
        }
    }
}

impl Program {
    /// Imports what lies there, and again every so many minutes until it is asked to stop.
    pub(crate) fn watch_rides(&self, watched: &WatchedRides, every: Option<u32>) -> Result<Exit, AppError> {
        let (stop, folder) = (Stop::listen()?, watched.folder.as_path());
        // A store that is not there is said before anything is made beside it.
        let store = self.open_as_it_lies()?.folder().to_path_buf();
        let host = AtTerminal { program: self, store, stop, folder };
        let mut before = None;
        loop {
            let exit = read_ride_folder(&mut before, watched, &host)?;
            let Some(every) = every else { return Ok(exit) };
            if host.stop.wait(minutes(every)) {
                return Ok(Exit::Done);
            }
        }
    }
}

/// The thread of the receiver.
pub(crate) struct RideWatch {
    settings: RideFolderSettings,
    /// Dropped, it is asked to stop.
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl RideWatch {
    /// Starts looking, now and every so many minutes.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn start(
        settings: RideFolderSettings,
        (store, keys): (PathBuf, KeySource),
        voice: Voice,
    ) -> Result<Self, AppError> {
        let (stop, asked) = sync_channel(0);
        let RideFolderSettings { folder, source, every_minutes, skip_bad_lines, .. } = settings.clone();
        let by = source.map_or(RideLayoutBy::Standard, RideLayoutBy::Source);
        let bad = if skip_bad_lines { BadLines::Skip } else { BadLines::Refuse };
        let watched = WatchedRides { folder, by, sheet: None, bad };
        let host = InReceiver { store, keys, voice, asked, was: Cell::new(false) };
        let thread = std::thread::Builder::new().name("ride-files".into());
        let thread = thread.spawn(move || host.watches(&watched, minutes(every_minutes)));
        let thread = thread.map_err(|error| AppError::file(Path::new("ride-files"), &error))?;
        Ok(Self { settings, stop: Some(stop), thread: Some(thread) })
    }

    /// What it was started with.
    pub(crate) fn settings(&self) -> &RideFolderSettings {
        &self.settings
    }

    /// Takes nothing new, finishes the slice in hand, and ends.
    pub(crate) fn stop(mut self) {
        self.finish();
    }

    fn finish(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic in it was noted.
            let _ = thread.join();
        }
    }
}

impl Drop for RideWatch {
    fn drop(&mut self) {
        self.finish();
    }
}

struct InReceiver {
    store: PathBuf,
    keys: KeySource,
    voice: Voice,
    asked: Receiver<()>,
    was: Cell<bool>,
}

impl InReceiver {
    fn watches(&self, watched: &WatchedRides, every: Duration) {
        let mut before = None;
        loop {
            // A file that the program is not up to stops rides, never messages.
            let read = catch_unwind(AssertUnwindSafe(|| read_ride_folder(&mut before, watched, self)));
            match read {
                Ok(Ok(_)) => {}
                // Others have their turn; the next time is this one's.
                Ok(Err(error)) if error.is_taken_alone() => {}
                Ok(Err(error)) => self.voice.fails(&error),
                Err(_) => {
                    before = None;
                    self.notes_a_fault();
                }
            }
            if self.waits(every) {
                return;
            }
        }
    }

    fn notes_a_fault(&self) {
        let key = "error-ride-folder-fault";
        self.voice.fails(&AppError { key, values: vec![], exit: Exit::System });
        let why = RideFilesWhy { key: key.to_owned(), values: vec![] };
        if let Ok((mut store, _)) = open(&self.store, &self.keys) {
            // Where it cannot be written now, the voice has said it.
            let _ = store.note_ride_folder_look(Some(&why), now());
        }
    }
}

impl RideFolderHost for InReceiver {
    fn store(&self) -> &Path {
        &self.store
    }

    fn receiving(&self) -> Result<Receiving, AppError> {
        let (store, _) = open(&self.store, &self.keys)?;
        receiving(store, &self.keys)
    }

    fn texts(&self) -> &Texts {
        &self.voice.texts
    }

    fn now(&self) -> DateTime<Utc> {
        now()
    }

    fn waits(&self, pause: Duration) -> bool {
        let is_asked = || !matches!(self.asked.recv_timeout(pause), Err(RecvTimeoutError::Timeout));
        self.was.set(self.was.get() || is_asked());
        self.was.get()
    }

    fn hears(&self, done: &RideFileDone<'_>) -> Result<(), AppError> {
        match done {
            RideFileDone::Refused(error) => self.voice.fails(error),
            RideFileDone::Read(done) => self.voice.read_rides(done),
        }
        Ok(())
    }
}
