//! The worker: one thread that executes commands and computes frames, so that no frame ever waits for a query or a key.
//!
//! **Invariant:** the queue of commands is bounded; an idle worker sleeps until a command or its next round.
//! **Invariant:** lock, sign-out and stop interrupt the work in hand; a worker that dies says so in a last frame.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use viewmodel::{Client, Command, FailedScreen, Frame, ProgressScreen, Screen, Waker};

use crate::{engine::Engine, local};

// LIMIT: commands waiting; a person cannot type faster, and what comes beyond waits in the window.
const QUEUE: usize = 64;
/// Between two looks at what waits to be delivered.
const ROUND: Duration = Duration::from_mins(1);
/// Between two frames of progress.
const TELL_EVERY: Duration = Duration::from_millis(250);

#[derive(Default)]
struct Slot {
    frame: Option<Frame>,
    waker: Option<Waker>,
}

type Shared = Arc<Mutex<Slot>>;

/// A frame that nobody took gives way to the next, but not what it said and brought once.
fn replace(slot: &mut Slot, mut frame: Frame) {
    if let Some(older) = slot.frame.take() {
        frame.notice = frame.notice.or(older.notice);
        frame.clipboard = frame.clipboard.or(older.clipboard);
    }
    slot.frame = Some(frame);
}

fn publish(slot: &Shared, frame: Frame) {
    let waker = {
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        replace(&mut slot, frame);
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
    stops: Arc<AtomicUsize>,
    slot: Shared,
    thread: Option<JoinHandle<()>>,
}

/// What makes an engine: runs on the worker's thread (opening the store, filling the demo), with progress.
pub type MakeEngine = Box<dyn FnOnce(&mut dyn FnMut(ProgressScreen) -> bool) -> Result<Engine, crate::AppError> + Send>;

/// What stands there while a store is being opened: how long that takes is not known.
#[must_use]
pub fn opening() -> Frame {
    // Whether it is a test store is known once it is open: the strip comes with the first real frame.
    plain(false, Screen::Progress(OPENING))
}

/// The same as a program tells it from the worker's thread.
pub const OPENING: ProgressScreen =
    ProgressScreen { title: "opening-store", sentence: "opening-store-sentence", done: (0, 0), cancel: None };

/// Commands that interrupt the work in hand.
fn interrupts(command: &Command) -> bool {
    matches!(command, Command::Cancel | Command::Lock | Command::SignOut)
}

impl Worker {
    /// Starts the worker; the engine is made on its thread.
    ///
    /// # Errors
    /// When the system starts no thread.
    pub fn start(clock: fn() -> DateTime<Utc>, test: bool, make: MakeEngine) -> std::io::Result<Self> {
        let (commands, queue) = sync_channel(QUEUE);
        let (slot, stops) = (Shared::default(), Arc::new(AtomicUsize::new(0)));
        let rounds = Rounds { queue, slot: slot.clone(), stops: stops.clone(), clock, test };
        let thread = std::thread::Builder::new().name("worker".into()).spawn(move || rounds.run(make))?;
        Ok(Self { commands: Some(commands), waiting: Vec::new(), stops, slot, thread: Some(thread) })
    }

    fn push_waiting(&mut self) {
        let Some(commands) = &self.commands else { return };
        while let Some(command) = self.waiting.first().cloned() {
            match commands.try_send(command) {
                Ok(()) => {
                    self.waiting.remove(0);
                }
                // A worker that is gone has said so in its last frame.
                Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => return,
            }
        }
    }
}

impl Client for Worker {
    fn send(&mut self, command: Command) {
        let interrupts = interrupts(&command);
        // LIMIT: as the queue; more than twice that is a stuck key. What interrupts is never left out.
        if self.waiting.len() < QUEUE || interrupts {
            if interrupts {
                self.stops.fetch_add(1, Ordering::SeqCst);
            }
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
        self.stops.fetch_add(1, Ordering::SeqCst);
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            // A worker that panicked has said where by its own hook.
            let _ = thread.join();
        }
    }
}

fn plain(test: bool, screen: Screen) -> Frame {
    Frame { test, rail: None, lock: None, notice: None, busy: None, screen, clipboard: None }
}

fn failed(test: bool, text: &'static str, values: Vec<(&'static str, String)>) -> Frame {
    plain(test, Screen::Failed(FailedScreen { text, values, retry: None }))
}

/// Says that the worker is gone, should it panic.
struct LastWord(Shared, bool);

impl Drop for LastWord {
    fn drop(&mut self) {
        if std::thread::panicking() {
            publish(&self.0, failed(self.1, "error-worker", vec![]));
        }
    }
}

/// The worker's own side.
struct Rounds {
    queue: Receiver<Command>,
    slot: Shared,
    stops: Arc<AtomicUsize>,
    clock: fn() -> DateTime<Utc>,
    test: bool,
}

/// What to wait for: the next second of a countdown, or the next round.
fn sleep(engine: &Engine, now: DateTime<Utc>) -> Duration {
    if engine.shown_seconds(now).is_some() { Duration::from_secs(1) } else { next_round(now) }
}

/// Midnight, when yesterday's keys go, or the next look at what waits to be delivered.
fn next_round(now: DateTime<Utc>) -> Duration {
    let tomorrow = (local::day(now) + TimeDelta::days(1)).and_hms_opt(0, 0, 0).and_then(local::moment);
    let midnight = tomorrow.and_then(|at| (at - now).to_std().ok()).unwrap_or(ROUND);
    // One second later, so that the day has turned by then.
    ROUND.min(midnight + Duration::from_secs(1))
}

impl Rounds {
    fn go_on(&self) -> bool {
        self.stops.load(Ordering::SeqCst) == 0
    }

    fn run(self, make: MakeEngine) {
        let _last_word = LastWord(self.slot.clone(), self.test);
        let mut told: Option<Instant> = None;
        let made = make(&mut |screen| {
            if told.is_none_or(|told| told.elapsed() > TELL_EVERY) {
                told = Some(Instant::now());
                publish(&self.slot, plain(self.test, Screen::Progress(screen)));
            }
            self.go_on()
        });
        let mut engine = match made {
            Ok(engine) => engine,
            Err(error) => return publish(&self.slot, failed(self.test, error.key, error.values)),
        };
        let first = engine.turn((self.clock)()).unwrap_or_else(|| engine.frame((self.clock)()));
        publish(&self.slot, first);
        loop {
            match self.queue.recv_timeout(sleep(&engine, (self.clock)())) {
                Ok(command) => self.command(&mut engine, command),
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(frame) = engine.turn((self.clock)()) {
                        publish(&self.slot, frame);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn command(&self, engine: &mut Engine, command: Command) {
        if interrupts(&command) {
            let taken = self.stops.load(Ordering::SeqCst).saturating_sub(1);
            self.stops.store(taken, Ordering::SeqCst);
        }
        if let Some(frame) = engine.announcement(&command, (self.clock)()) {
            publish(&self.slot, frame);
        }
        publish(&self.slot, engine.start(command, (self.clock)()));
        if engine.is_at_work() {
            let mut told = Instant::now();
            let frame = engine.work((self.clock)(), &mut |frame| {
                if told.elapsed() > TELL_EVERY {
                    told = Instant::now();
                    publish(&self.slot, frame());
                }
                self.go_on()
            });
            publish(&self.slot, frame);
        }
    }
}

impl Engine {
    /// What time asks for: a BSN is masked again, yesterday's keys and what is past its term go, what waits is delivered. A
    /// frame, if that shows.
    pub fn turn(&mut self, now: DateTime<Utc>) -> Option<Frame> {
        let delivered = match self.round(now) {
            Ok(looked_at) => looked_at.is_some_and(|looked_at| looked_at > 0),
            Err(error) => {
                self.refuse(error);
                true
            }
        };
        match self.shown_seconds(now) {
            Some(0) => Some(self.start(Command::MaskBsn, now)),
            Some(_) => Some(self.frame(now)),
            None => delivered.then(|| self.frame(now)),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use viewmodel::{Notice, NoticeKind};

    use super::*;

    fn with(notice: Option<&'static str>, clipboard: Option<&str>) -> Frame {
        let mut frame = failed(true, "error-worker", vec![]);
        frame.notice = notice.map(|text| Notice { kind: NoticeKind::Done, text, values: vec![] });
        frame.clipboard = clipboard.map(|words| (viewmodel::Words::new(words.to_owned()), 30));
        frame
    }

    #[test]
    fn a_frame_that_overwrites_another_keeps_its_notice_and_its_clipboard() {
        let slot = Shared::default();
        publish(&slot, with(Some("notice-imported"), Some("999900006")));
        publish(&slot, with(None, None));
        let taken = slot.lock().unwrap().frame.take().unwrap();
        assert_eq!(taken.notice.unwrap().text, "notice-imported");
        assert_eq!(taken.clipboard.unwrap().0.reveal(), "999900006");
    }

    #[test]
    fn an_idle_worker_wakes_just_after_midnight_in_the_netherlands() {
        let at = |text: &str| next_round(text.parse().unwrap()).as_secs();
        // 23:59:30 in summer time, and in winter time.
        assert_eq!(at("2026-09-20T21:59:30Z"), 31);
        assert_eq!(at("2026-12-20T22:59:30Z"), 31);
        assert_eq!(at("2026-09-20T12:00:00Z"), 60);
    }

    #[test]
    fn a_worker_that_panics_says_so_and_wakes_the_window() {
        let (woken, wakes) = sync_channel(8);
        let make: MakeEngine = Box::new(|_| panic!("a defect in the making"));
        let mut worker = Worker::start(DateTime::default, true, make).unwrap();
        worker.wake_with(Arc::new(move || {
            let _ = woken.try_send(());
        }));
        // Either the panic came before the waker was known, or it wakes.
        let frame = worker.latest().or_else(|| {
            let _ = wakes.recv_timeout(Duration::from_secs(20));
            worker.latest()
        });
        let Some(Frame { screen: Screen::Failed(screen), .. }) = frame else { panic!("it says that it is gone") };
        assert_eq!(screen.text, "error-worker");
    }
}
