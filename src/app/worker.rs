//! The worker: one thread that executes commands and computes frames, so that no frame ever waits for a query or a key.
//!
//! **Invariant:** the queue of commands is bounded; an idle worker sleeps until a command or its next round.
//! **Invariant:** lock, sign-out and stop interrupt the work in hand; a worker that dies says so in a last frame.
//! **Invariant:** once the session is to end without the window's asking (nobody there, the system locks), no frame of it leaves.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use viewmodel::{Client, Command, FailedScreen, Frame, ProgressScreen, Screen, Waker};

use crate::{
    engine::{Ending, Engine},
    installation::{After, Installation},
    local,
    presence::Presence,
    store_place::StorePlace,
};

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

/// What the window's side and the worker's own side share.
#[derive(Default)]
struct Common {
    slot: Mutex<Slot>,
    /// Wishes on their way that interrupt the work in hand.
    stops: AtomicUsize,
    /// Locks on their way that the window did not ask for: until they are done nothing of the session is shown.
    locks: AtomicUsize,
    /// The window has yet to hear of such a lock.
    was_left: AtomicBool,
    presence: Presence,
}

type Shared = Arc<Common>;

/// A frame that nobody took gives way to the next, but not what it said and brought once.
fn replace(slot: &mut Slot, mut frame: Frame) {
    if let Some(older) = slot.frame.take() {
        frame.notice = frame.notice.or(older.notice);
        frame.clipboard = frame.clipboard.or(older.clipboard);
    }
    slot.frame = Some(frame);
}

impl Common {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(&self) {
        let waker = self.slot().waker.clone();
        if let Some(waker) = waker {
            waker();
        }
    }

    fn publish(&self, frame: Frame) {
        replace(&mut self.slot(), frame);
        self.wake();
    }

    /// From here on the session counts as left, whatever the worker is doing.
    fn announce_lock(&self) {
        self.stops.fetch_add(1, Ordering::SeqCst);
        self.locks.fetch_add(1, Ordering::SeqCst);
        {
            let mut slot = self.slot();
            // Also what was computed of it and not yet taken.
            slot.frame.take_if(|frame| frame.lock.is_some());
        }
        self.was_left.store(true, Ordering::SeqCst);
        self.wake();
    }
}

/// What reaches the worker.
enum Wish {
    Command(Command),
    /// Lock; tell it when that is done.
    Lock(Ending, Option<SyncSender<()>>),
}

/// The worker as the window holds it.
pub struct Worker {
    wishes: Option<Arc<SyncSender<Wish>>>,
    waiting: VecDeque<Wish>,
    common: Shared,
    clock: fn() -> DateTime<Utc>,
    thread: Option<JoinHandle<()>>,
}

/// Locks the session for the system, from any thread.
#[derive(Clone)]
pub struct Locker {
    // Weak: what listens to the system does not keep the worker from ending.
    wishes: Weak<SyncSender<Wish>>,
    common: Shared,
}

impl Locker {
    /// Locks, and waits until the session's keys are gone; tells whether they are, within so long. The window shows nothing of the session
    /// from its next picture on, however long it takes.
    pub fn lock(&self, patience: Duration) -> bool {
        let Some(wishes) = self.wishes.upgrade() else { return true };
        let (done, locked) = sync_channel(1);
        self.common.announce_lock();
        let is_sent = wishes.send(Wish::Lock(Ending::System, Some(done))).is_ok();
        drop(wishes);
        // A worker that is gone has no session.
        !is_sent || locked.recv_timeout(patience) != Err(RecvTimeoutError::Timeout)
    }
}

/// What makes an engine: runs on the worker's thread (opening the store, filling the demo), with progress.
pub type MakeEngine = Box<dyn FnOnce(&mut dyn FnMut(ProgressScreen) -> bool) -> Result<Engine, crate::AppError> + Send>;

/// What opens the store at a place: on the worker's thread, with progress; again after it was left.
pub type OpenEngine =
    Box<dyn FnMut(&StorePlace, &mut dyn FnMut(ProgressScreen) -> bool) -> Result<Engine, crate::AppError> + Send>;

/// Where a worker's engine comes from.
enum Source {
    /// Made once (a demo).
    Once(MakeEngine),
    /// A store, and the pages that stand there where it does not open.
    Store(OpenEngine, Box<Installation>),
}

/// Why an engine is no longer served.
enum Left {
    /// The window is gone.
    Gone,
    /// Lost keys are to be brought back.
    Recovery,
}

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
        Self::start_with(clock, test, Source::Once(make))
    }

    /// Starts the worker on a store; where that does not open, the pages of `installation` stand there.
    ///
    /// # Errors
    /// When the system starts no thread.
    pub fn start_on_store(
        clock: fn() -> DateTime<Utc>,
        open: OpenEngine,
        installation: Installation,
    ) -> std::io::Result<Self> {
        Self::start_with(clock, false, Source::Store(open, Box::new(installation)))
    }

    fn start_with(clock: fn() -> DateTime<Utc>, test: bool, source: Source) -> std::io::Result<Self> {
        let (wishes, queue) = sync_channel(QUEUE);
        let common = Shared::default();
        let rounds = Rounds { queue, common: common.clone(), clock, test };
        let thread = std::thread::Builder::new().name("worker".into()).spawn(move || rounds.run(source))?;
        let wishes = Some(Arc::new(wishes));
        Ok(Self { wishes, waiting: VecDeque::new(), common, clock, thread: Some(thread) })
    }

    /// What locks the session when the system is locked or goes to sleep.
    #[must_use]
    pub fn locker(&self) -> Locker {
        let wishes = self.wishes.as_ref().map_or_else(Weak::new, Arc::downgrade);
        Locker { wishes, common: self.common.clone() }
    }

    fn push_waiting(&mut self) {
        let Some(wishes) = &self.wishes else { return };
        while let Some(wish) = self.waiting.pop_front() {
            match wishes.try_send(wish) {
                Ok(()) => {}
                // A worker that is gone has said so in its last frame.
                Err(TrySendError::Full(wish) | TrySendError::Disconnected(wish)) => {
                    return self.waiting.push_front(wish);
                }
            }
        }
    }
}

impl Client for Worker {
    fn send(&mut self, command: Command) {
        self.touched();
        let interrupts = interrupts(&command);
        // LIMIT: as the queue; more than twice that is a stuck key. What interrupts is never left out.
        if self.waiting.len() < QUEUE || interrupts {
            if interrupts {
                self.common.stops.fetch_add(1, Ordering::SeqCst);
            }
            self.waiting.push_back(Wish::Command(command));
        }
        self.push_waiting();
    }

    fn latest(&mut self) -> Option<Frame> {
        self.push_waiting();
        self.common.slot().frame.take()
    }

    fn wake_with(&mut self, waker: Waker) {
        self.common.slot().waker = Some(waker);
    }

    fn touched(&mut self) {
        let is_late = !self.common.presence.touched((self.clock)());
        if is_late && self.common.locks.load(Ordering::SeqCst) == 0 {
            self.common.announce_lock();
            self.waiting.push_back(Wish::Lock(Ending::Away, None));
            self.push_waiting();
        }
    }

    fn was_left(&mut self) -> bool {
        self.common.was_left.swap(false, Ordering::SeqCst)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.common.stops.fetch_add(1, Ordering::SeqCst);
        self.wishes = None;
        if let Some(thread) = self.thread.take() {
            // A worker that panicked has said where by its own hook.
            let _ = thread.join();
        }
    }
}

fn plain(test: bool, screen: Screen) -> Frame {
    Frame { test, content_protected: true, rail: None, lock: None, notice: None, busy: None, screen, clipboard: None }
}

fn failed(test: bool, text: &'static str, values: Vec<(&'static str, String)>) -> Frame {
    plain(test, Screen::Failed(FailedScreen { text, values, retry: None }))
}

/// Says that the worker is gone, should it panic.
struct LastWord(Shared, bool);

impl Drop for LastWord {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.publish(failed(self.1, "error-worker", vec![]));
        }
    }
}

/// The worker's own side.
struct Rounds {
    queue: Receiver<Wish>,
    common: Shared,
    clock: fn() -> DateTime<Utc>,
    test: bool,
}

/// Midnight, when yesterday's keys go, or the next look at what waits to be delivered.
fn next_round(now: DateTime<Utc>) -> Duration {
    let tomorrow = (local::day(now) + TimeDelta::days(1)).and_hms_opt(0, 0, 0).and_then(local::moment);
    let midnight = tomorrow.and_then(|at| (at - now).to_std().ok()).unwrap_or(ROUND);
    // One second later, so that the day has turned by then.
    ROUND.min(midnight + Duration::from_secs(1))
}

impl Rounds {
    fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    fn go_on(&self) -> bool {
        self.common.stops.load(Ordering::SeqCst) == 0
    }

    fn publish(&self, frame: Frame) {
        // Of a session that is about to be locked nothing more is shown.
        if frame.lock.is_none() || self.common.locks.load(Ordering::SeqCst) == 0 {
            self.common.publish(frame);
        }
    }

    /// What to wait for: the next second of a countdown, the end of the session, or the next round.
    fn sleep(&self, engine: &Engine) -> Duration {
        let now = self.now();
        let round = if engine.shown_seconds(now).is_some() { Duration::from_secs(1) } else { next_round(now) };
        let ends = [self.common.presence.left(now), engine.session_left(now)];
        // What is over already is seen to at once.
        ends.into_iter().flatten().map(|left| left.to_std().unwrap_or_default()).fold(round, Duration::min)
    }

    fn run(self, source: Source) {
        let _last_word = LastWord(self.common.clone(), self.test);
        match source {
            Source::Once(make) => match make(&mut self.telling()) {
                Ok(engine) => {
                    self.serve(engine);
                }
                Err(error) => self.publish(failed(self.test, error.key, error.values)),
            },
            Source::Store(mut open, mut installation) => loop {
                match open(installation.place(), &mut self.telling()) {
                    Ok(engine) => match self.serve(engine) {
                        Left::Gone => return,
                        Left::Recovery => installation.recover(),
                    },
                    Err(error) => installation.failed(error),
                }
                if !self.install(&mut installation) {
                    return;
                }
            },
        }
    }

    /// Shows how far the making of an engine is, not more often than a person can read.
    fn telling(&self) -> impl FnMut(ProgressScreen) -> bool + '_ {
        let mut told: Option<Instant> = None;
        move |screen| {
            if told.is_none_or(|told| told.elapsed() > TELL_EVERY) {
                told = Some(Instant::now());
                self.publish(plain(self.test, Screen::Progress(screen)));
            }
            self.go_on()
        }
    }

    /// The pages before there is a store that opens; `true` once it is to be opened, `false` when the window is gone.
    fn install(&self, installation: &mut Installation) -> bool {
        self.common.presence.allow(None, self.now());
        self.publish(installation.frame(None, self.now()));
        loop {
            match self.queue.recv() {
                Ok(Wish::Command(command)) => {
                    if interrupts(&command) {
                        self.interrupted();
                    }
                    if let Command::Installation(asked) = &command
                        && let Some(working) = installation.works_at(asked)
                    {
                        self.publish(installation.frame(Some(working), self.now()));
                    }
                    if installation.execute(command, self.now()) == After::Open {
                        return true;
                    }
                }
                Ok(Wish::Lock(_, done)) => {
                    self.interrupted();
                    installation.hide();
                    self.common.locks.fetch_sub(1, Ordering::SeqCst);
                    if let Some(done) = done {
                        // Whoever waited may have lost patience.
                        let _ = done.try_send(());
                    }
                }
                Err(_) => return false,
            }
            self.publish(installation.frame(None, self.now()));
        }
    }

    /// Serves an engine until it is left.
    fn serve(&self, mut engine: Engine) -> Left {
        let first = engine.turn(self.now()).unwrap_or_else(|| engine.frame(self.now()));
        self.publish(first);
        loop {
            match self.queue.recv_timeout(self.sleep(&engine)) {
                Ok(Wish::Command(command)) if engine.is_left_for_recovery(&command) => return Left::Recovery,
                Ok(Wish::Command(command)) => self.command(&mut engine, command),
                Ok(Wish::Lock(why, done)) => {
                    self.interrupted();
                    let frame = engine.end(why, self.now());
                    self.common.locks.fetch_sub(1, Ordering::SeqCst);
                    self.show(&engine, frame);
                    if let Some(done) = done {
                        // Whoever waited may have lost patience.
                        let _ = done.try_send(());
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.turn(&mut engine),
                Err(RecvTimeoutError::Disconnected) => return Left::Gone,
            }
        }
    }

    /// Hands a frame over; a session that it begins is watched from before that on.
    fn show(&self, engine: &Engine, frame: Frame) {
        self.common.presence.allow(engine.absence_allowed(), self.now());
        self.publish(frame);
    }

    fn turn(&self, engine: &mut Engine) {
        let now = self.now();
        if self.common.presence.is_away(now) {
            let frame = engine.end(Ending::Away, now);
            self.show(engine, frame);
        }
        if let Some(frame) = engine.turn(now) {
            self.show(engine, frame);
        }
    }

    /// A wish that interrupted has come to its turn.
    fn interrupted(&self) {
        let taken = self.common.stops.load(Ordering::SeqCst).saturating_sub(1);
        self.common.stops.store(taken, Ordering::SeqCst);
    }

    fn command(&self, engine: &mut Engine, command: Command) {
        if interrupts(&command) {
            self.interrupted();
        }
        if let Some(frame) = engine.announcement(&command, self.now()) {
            self.publish(frame);
        }
        let frame = engine.start(command, self.now());
        self.show(engine, frame);
        // Keys that were derived may begin a session with work of its own.
        while engine.is_at_work() {
            let mut told = Instant::now();
            let frame = engine.work(self.now(), &mut |frame| {
                if told.elapsed() > TELL_EVERY {
                    told = Instant::now();
                    frame().into_iter().for_each(|frame| self.publish(frame));
                }
                self.go_on() && !self.common.presence.is_away(self.now())
            });
            self.show(engine, frame);
        }
    }
}

impl Engine {
    /// What time asks for: a session of half a day ends, a BSN is masked again, yesterday's keys and what is past its term go, what waits is delivered. A
    /// frame, if that shows.
    pub fn turn(&mut self, now: DateTime<Utc>) -> Option<Frame> {
        let ended = self.log_off_when_due(now);
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
            None => (ended || delivered).then(|| self.frame(now)),
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
        let common = Shared::default();
        common.publish(with(Some("notice-imported"), Some("999900006")));
        common.publish(with(None, None));
        let taken = common.slot().frame.take().unwrap();
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
