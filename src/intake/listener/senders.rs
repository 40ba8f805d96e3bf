//! What each sender has in hand: connections, requests of this minute, messages that wait.
//!
//! **Invariant:** who sends alone may have much in hand; as soon as another sends, each has as little as all. Nobody is refused for that: his
//! own connections wait.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::limits::ListenerLimits;

// LIMIT: senders that are remembered without a connection; only listed certificates come here.
const REMEMBERED_MAX: usize = 1000;
/// So long after a message of another one is not alone.
const COMPANY: Duration = Duration::from_secs(1);

/// One sender: a certificate.
pub(crate) struct Sender {
    number: u64,
    connections: AtomicUsize,
    /// Bytes of messages on their way in.
    pub(crate) bytes: AtomicUsize,
    own: Arc<Semaphore>,
    minute: Mutex<(u64, u32)>,
}

/// All of them.
pub(crate) struct Senders {
    all: Mutex<HashMap<String, Arc<Sender>>>,
    numbers: AtomicU64,
    /// For who sends alone.
    spare: Arc<Semaphore>,
    began: Instant,
    /// Who sent last, and until when nobody is alone, in milliseconds since it began.
    last: AtomicU64,
    company_until: AtomicU64,
    connections_max: usize,
    requests_max: u32,
    shared_max: usize,
}

/// A connection of a sender; counted until dropped.
pub(crate) struct Connected(pub(crate) Arc<Sender>);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Relaxed);
    }
}

impl Senders {
    pub(crate) fn new(limits: &ListenerLimits) -> Self {
        let spare = limits.in_flight_alone_max - limits.in_flight_shared_max;
        Self {
            all: Mutex::default(),
            numbers: AtomicU64::new(1),
            spare: Arc::new(Semaphore::new(spare)),
            began: Instant::now(),
            last: AtomicU64::new(0),
            company_until: AtomicU64::new(0),
            connections_max: limits.connections_per_sender_max,
            requests_max: limits.requests_per_minute_max,
            shared_max: limits.in_flight_shared_max,
        }
    }

    /// A connection more of this certificate; `None`: it has as many as it may have.
    pub(crate) fn connect(&self, fingerprint: &str) -> Option<Connected> {
        let mut all = lock(&self.all);
        if all.len() >= REMEMBERED_MAX {
            all.retain(|_, sender| sender.connections.load(Relaxed) > 0);
        }
        let new = || {
            Arc::new(Sender {
                number: self.numbers.fetch_add(1, Relaxed),
                connections: AtomicUsize::new(0),
                bytes: AtomicUsize::new(0),
                own: Arc::new(Semaphore::new(self.shared_max)),
                minute: Mutex::new((0, 0)),
            })
        };
        let sender = Arc::clone(all.entry(fingerprint.to_owned()).or_insert_with(new));
        // Counted under the lock: two cannot take the last place.
        if sender.connections.load(Relaxed) >= self.connections_max {
            return None;
        }
        sender.connections.fetch_add(1, Relaxed);
        Some(Connected(sender))
    }

    /// A request more in this minute; else after how many seconds the next may come.
    pub(crate) fn request(&self, sender: &Sender) -> Result<(), u64> {
        let seconds = self.began.elapsed().as_secs();
        let mut minute = lock(&sender.minute);
        if minute.0 != seconds / 60 {
            *minute = (seconds / 60, 0);
        }
        if minute.1 >= self.requests_max {
            return Err(60 - seconds % 60);
        }
        minute.1 += 1;
        Ok(())
    }

    /// A message more in hand; waits for one of its own to be done where it has as many as it may have.
    pub(crate) async fn in_hand(&self, sender: &Sender) -> Option<OwnedSemaphorePermit> {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let company = u64::try_from(COMPANY.as_millis()).unwrap_or(u64::MAX);
        if self.last.swap(sender.number, Relaxed) != sender.number {
            self.company_until.store(now.saturating_add(company), Relaxed);
        }
        if let Ok(own) = Arc::clone(&sender.own).try_acquire_owned() {
            return Some(own);
        }
        if self.company_until.load(Relaxed) < now
            && let Ok(spare) = Arc::clone(&self.spare).try_acquire_owned()
        {
            return Some(spare);
        }
        Arc::clone(&sender.own).acquire_owned().await.ok()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
