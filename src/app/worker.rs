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
        mpsc::{RecvTimeoutError, SyncSender, TrySendError, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use chrono::{DateTime, Utc};
use viewmodel::{Client, Command, Frame, ProgressScreen, Screen, Waker};

use crate::{
    engine::{Ending, Engine},
    installation::Installation,
    presence::Presence,
    rounds::{Rounds, plain},
    store_place::StorePlace,
};

// LIMIT: commands waiting; a person cannot type faster, and what comes beyond waits in the window.
const QUEUE: usize = 64;

#[derive(Default)]
struct Slot {
    frame: Option<Frame>,
    waker: Option<Waker>,
}

/// What the window's side and the worker's own side share.
#[derive(Default)]
pub(crate) struct Common {
    slot: Mutex<Slot>,
    /// Wishes on their way that interrupt the work in hand.
    pub(crate) stops: AtomicUsize,
    /// Locks on their way that the window did not ask for: until they are done nothing of the session is shown.
    pub(crate) locks: AtomicUsize,
    /// The window has yet to hear of such a lock.
    was_left: AtomicBool,
    pub(crate) presence: Presence,
    /// The window is the one that is worked in.
    pub(crate) focused: AtomicBool,
}

pub(crate) type Shared = Arc<Common>;

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

    pub(crate) fn publish(&self, frame: Frame) {
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
pub(crate) enum Wish {
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
pub(crate) enum Source {
    /// Made once (a demo).
    Once(MakeEngine),
    /// A store, and the pages that stand there where it does not open.
    Store(OpenEngine, Box<Installation>),
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
pub(crate) fn interrupts(command: &Command) -> bool {
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
        // LIMIT: as the queue; more than twice that is a stuck key. What interrupts is never left out; what was typed has room beyond it.
        let room = if matches!(command, Command::KeepDraft(_)) { 2 * QUEUE } else { QUEUE };
        if self.waiting.len() < room || interrupts {
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

    fn focused(&mut self, has_focus: bool) {
        self.common.focused.store(has_focus, Ordering::SeqCst);
    }

    fn was_left(&mut self) -> bool {
        self.common.was_left.swap(false, Ordering::SeqCst)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.common.stops.fetch_add(1, Ordering::SeqCst);
        // What was typed is kept before the worker hears that the window is gone; the rest is nobody's wish any more.
        let drafts = self.waiting.drain(..).filter(|wish| matches!(wish, Wish::Command(Command::KeepDraft(_))));
        if let Some(wishes) = &self.wishes {
            // A worker that is gone keeps nothing.
            let _ = drafts.map(|draft| wishes.send(draft)).find(Result::is_err);
        }
        self.wishes = None;
        if let Some(thread) = self.thread.take() {
            // A worker that panicked has said where by its own hook.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use viewmodel::{Notice, NoticeKind};

    use super::*;
    use crate::rounds::failed;

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
