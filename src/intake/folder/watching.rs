//! The thread that watches: rounds of the scan, woken by events.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use store::{FolderHealth, Store, StoreError};

use super::{
    FolderSettings,
    events::{Events, Wake},
    scan::Scan,
};
use crate::committer::{Clock, Entrance};

// LIMIT: rounds in quick succession: events come by the thousand, and each round reads the whole folder.
const BREATH: Duration = Duration::from_millis(50);
/// At least so often it shows that it is alive.
const ALIVE: Duration = Duration::from_secs(10);

struct Shared {
    wake: Arc<Wake>,
    stop: AtomicBool,
    state: Mutex<State>,
}

struct State {
    health: FolderHealth,
    beat: Instant,
    rounds: u64,
    is_idle: bool,
    /// A round is at work.
    is_reading: bool,
    /// When a message was last judged; at first, the start.
    judged: Instant,
}

/// A watched folder. Dropped, it finishes the batch in hand and ends.
pub struct FolderWatch {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl FolderWatch {
    /// Starts watching; what is found is handed in at the entrance. The store is for connections and for what is remembered.
    ///
    /// # Errors
    /// When the store cannot be read, or the system gives no thread.
    pub fn start(settings: FolderSettings, store: Store, entrance: Entrance, clock: Clock) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared {
            wake: Arc::new(Wake::default()),
            stop: AtomicBool::new(false),
            state: Mutex::new(State {
                health: FolderHealth::Watched,
                beat: Instant::now(),
                rounds: 0,
                is_idle: false,
                is_reading: true,
                judged: Instant::now(),
            }),
        });
        let (place, scan_every) = (settings.root.clone(), settings.scan_every);
        let (of_scan, of_thread) = (Arc::clone(&shared), Arc::clone(&shared));
        // Between two files too: a share may be slow.
        let go_on = move || {
            of_scan.is_alive();
            !of_scan.stop.load(Ordering::SeqCst)
        };
        let scan = Scan::new(settings, store, entrance, clock(), Box::new(go_on))?;
        let thread =
            std::thread::Builder::new().name("folder".into()).spawn(move || run(scan, &of_thread, (clock, scan_every)));
        let thread = thread.map_err(|error| StoreError::of_own_file(&place, &error))?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// How it is with the folder, and how long ago it last showed that it is alive.
    #[must_use]
    pub fn state(&self) -> (FolderHealth, Duration) {
        let state = self.shared.state();
        (state.health, state.beat.elapsed())
    }

    /// Whether its last round left nothing to do before the next scan.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let state = self.shared.state();
        state.rounds > 0 && state.is_idle
    }

    /// Whether no message was judged for so long, and none is about to be.
    #[must_use]
    pub fn is_quiet_for(&self, time: Duration) -> bool {
        let state = self.shared.state();
        !state.is_reading && state.judged.elapsed() >= time
    }

    /// Whether its thread has ended of itself: a fault of the program.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Has it look at once, at connections too.
    pub fn look_now(&self) {
        self.shared.wake.wake();
    }

    /// Takes nothing new, finishes the batch in hand, and ends.
    pub fn stop(mut self) {
        self.finish();
    }

    fn finish(&mut self) {
        self.shared.stop.store(true, Ordering::SeqCst);
        self.shared.wake.wake();
        if let Some(thread) = self.thread.take() {
            // A panic in it was printed, without a value.
            let _ = thread.join();
        }
    }
}

impl Drop for FolderWatch {
    fn drop(&mut self) {
        self.finish();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_alive(&self) {
        self.state().beat = Instant::now();
    }
}

fn run(mut scan: Scan, shared: &Shared, (clock, scan_every): (Clock, Duration)) {
    let mut events = Events::new(&shared.wake);
    // Before the first round: what comes from here on tells of itself.
    scan.look();
    events.watch(&scan.watched());
    let mut due = Instant::now();
    while !shared.stop.load(Ordering::SeqCst) {
        shared.is_alive();
        let now = Instant::now();
        if now < due {
            if shared.wake.wait((due - now).min(ALIVE)) {
                std::thread::sleep(BREATH);
            } else if scan.is_there() {
                continue;
            }
        }
        shared.state().is_reading = true;
        let round = scan.round(&shared.wake, clock(), Instant::now());
        let is_new = match round.health {
            FolderHealth::Gone | FolderHealth::Denied => events.leave(),
            FolderHealth::None | FolderHealth::Watched | FolderHealth::Stuck => events.watch(&scan.watched()),
        };
        // What came between the round and the watching of a folder told nothing.
        due = Instant::now() + if is_new { BREATH } else { round.next };
        let mut state = shared.state();
        (state.health, state.beat, state.is_reading) = (round.health, Instant::now(), false);
        state.rounds += 1;
        state.is_idle = round.next >= scan_every && !is_new;
        if round.judged > 0 {
            state.judged = Instant::now();
        }
    }
}
