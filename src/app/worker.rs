//! The worker: one thread that executes commands and computes frames, so that no frame ever waits for a query or a key.
//!
//! **Invariant:** the queue of commands is bounded; an idle worker sleeps until a command or a timer wakes it.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use chrono::{DateTime, Utc};
use viewmodel::{Client, Command, Frame, ProgressScreen, Screen, Waker};

use crate::engine::Engine;

// LIMIT: commands waiting; a person cannot type faster, and what comes beyond waits in the window.
const QUEUE: usize = 64;

#[derive(Default)]
struct Slot {
    frame: Option<Frame>,
    waker: Option<Waker>,
}

type Shared = Arc<Mutex<Slot>>;

fn publish(slot: &Shared, frame: Frame) {
    let waker = {
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        slot.frame = Some(frame);
        slot.waker.clone()
    };
    if let Some(waker) = waker {
        waker();
    }
}

/// The worker as the window holds it.
pub struct Worker {
    commands: Option<SyncSender<Command>>,
    waiting: Vec<Command>,
    cancel: Arc<AtomicBool>,
    slot: Shared,
    thread: Option<JoinHandle<()>>,
}

/// What makes an engine: runs on the worker's thread (opening the store, filling the demo), with progress.
pub type MakeEngine = Box<dyn FnOnce(&mut dyn FnMut(ProgressScreen) -> bool) -> Result<Engine, crate::AppError> + Send>;

impl Worker {
    /// Starts the worker; the engine is made on its thread.
    ///
    /// # Errors
    /// When the system starts no thread.
    pub fn start(clock: fn() -> DateTime<Utc>, test: bool, make: MakeEngine) -> std::io::Result<Self> {
        let (commands, queue) = sync_channel(QUEUE);
        let slot = Shared::default();
        let cancel = Arc::new(AtomicBool::new(false));
        let thread = {
            let (slot, cancel) = (slot.clone(), cancel.clone());
            std::thread::Builder::new().name("worker".into()).spawn(move || {
                run(&queue, &slot, &cancel, clock, test, make);
            })?
        };
        Ok(Self { commands: Some(commands), waiting: Vec::new(), cancel, slot, thread: Some(thread) })
    }

    fn push_waiting(&mut self) {
        let Some(commands) = &self.commands else { return };
        while let Some(command) = self.waiting.first().cloned() {
            match commands.try_send(command) {
                Ok(()) => {
                    self.waiting.remove(0);
                }
                Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => return,
            }
        }
    }
}

impl Client for Worker {
    fn send(&mut self, command: Command) {
        if matches!(command, Command::Cancel) {
            self.cancel.store(true, Ordering::SeqCst);
        }
        // LIMIT: as the queue; more than twice that is a stuck key.
        if self.waiting.len() < QUEUE {
            self.waiting.push(command);
        }
        self.push_waiting();
    }

    fn latest(&mut self) -> Option<Frame> {
        self.push_waiting();
        self.slot.lock().unwrap_or_else(PoisonError::into_inner).frame.take()
    }

    fn wake_with(&mut self, waker: Waker) {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner).waker = Some(waker);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.cancel.store(true, Ordering::SeqCst);
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            // A worker that panicked has said where by its own hook.
            let _ = thread.join();
        }
    }
}

fn progress_frame(test: bool, screen: ProgressScreen) -> Frame {
    Frame { test, rail: None, notice: None, busy: None, screen: Screen::Progress(screen), clipboard: None }
}

fn run(
    queue: &Receiver<Command>,
    slot: &Shared,
    cancel: &AtomicBool,
    clock: fn() -> DateTime<Utc>,
    test: bool,
    make: MakeEngine,
) {
    let made = make(&mut |screen| {
        publish(slot, progress_frame(test, screen));
        !cancel.load(Ordering::SeqCst)
    });
    let mut engine = match made {
        Ok(engine) => engine,
        Err(error) => {
            let screen = viewmodel::FailedScreen { text: error.key, values: error.values, retry: None };
            let screen = Screen::Failed(screen);
            publish(slot, Frame { test, rail: None, notice: None, busy: None, screen, clipboard: None });
            return;
        }
    };
    publish(slot, engine.frame(clock()));
    loop {
        let command = match engine.wakes_in(clock()) {
            None => queue.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(_) => queue.recv_timeout(Duration::from_secs(1)),
        };
        let command = match command {
            Ok(command) => command,
            Err(RecvTimeoutError::Timeout) => {
                let now = clock();
                if engine.wakes_in(now) == Some(0) {
                    publish(slot, engine.execute(Command::MaskBsn, now, &mut |_, _, _| true));
                } else {
                    publish(slot, engine.frame(now));
                }
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        };
        cancel.store(false, Ordering::SeqCst);
        let mut shown = std::time::Instant::now();
        let frame = engine.execute(command, clock(), &mut |title, done, total| {
            // A frame of progress every quarter of a second at most; short work shows none.
            if total > 0 && shown.elapsed() > Duration::from_millis(250) {
                shown = std::time::Instant::now();
                let cancel = Some(Command::Cancel);
                let screen = ProgressScreen { title, sentence: "progress-wait", done: (done, total), cancel };
                publish(slot, progress_frame(test, screen));
            }
            !cancel.load(Ordering::SeqCst)
        });
        publish(slot, frame);
    }
}
