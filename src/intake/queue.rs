//! A bounded queue between the threads that read messages and the one that commits them.
//!
//! **Invariant:** whoever has a place in it counts towards its limits until the message has its answer; beyond them it is said at once.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// What may wait for a commit at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// Messages, those of the group in hand included. LIMIT: 1,000: two full groups, under a second even on a slow disk.
    pub messages_max: usize,
    /// Their bytes. LIMIT: 64 MiB: the memory they take, whatever their number.
    pub bytes_max: usize,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self { messages_max: 1000, bytes_max: 64 << 20 }
    }
}

/// Why a message was not handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// As much waits as may wait.
    Full,
    /// Nothing is taken in any more: the program ends.
    Shut,
}

/// What comes out of the queue.
pub(crate) enum Next<T> {
    /// The oldest.
    One(T),
    /// Nothing came in time.
    Nothing,
    /// It is shut and empty.
    Shut,
}

struct State<T> {
    waiting: VecDeque<T>,
    /// Places given out.
    messages: usize,
    bytes: usize,
    shut: bool,
}

pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    came: Condvar,
    limits: QueueLimits,
}

/// A place in the queue; given back when dropped.
pub(crate) struct Place {
    give_back: Arc<dyn GiveBack>,
    bytes: usize,
}

trait GiveBack: Send + Sync {
    fn give_back(&self, bytes: usize);
}

impl Drop for Place {
    fn drop(&mut self) {
        self.give_back.give_back(self.bytes);
    }
}

impl<T: Send> GiveBack for Queue<T> {
    fn give_back(&self, bytes: usize) {
        let mut state = self.state();
        state.messages = state.messages.saturating_sub(1);
        state.bytes = state.bytes.saturating_sub(bytes);
        // Who waits for the queue to be shut and empty looks again.
        if state.shut {
            self.came.notify_all();
        }
    }
}

impl<T: Send + 'static> Queue<T> {
    pub(crate) fn new(limits: QueueLimits) -> Self {
        let state = State { waiting: VecDeque::new(), messages: 0, bytes: 0, shut: false };
        Self { state: Mutex::new(state), came: Condvar::new(), limits }
    }

    /// A place for a message of so many bytes.
    pub(crate) fn place(self: &Arc<Self>, bytes: usize) -> Result<Place, NotTaken> {
        let mut state = self.state();
        if state.shut {
            return Err(NotTaken::Shut);
        }
        // One message always has room, however large it may be.
        let fits = state.messages == 0 || state.bytes + bytes <= self.limits.bytes_max;
        if state.messages >= self.limits.messages_max || !fits {
            return Err(NotTaken::Full);
        }
        state.messages += 1;
        state.bytes += bytes;
        Ok(Place { give_back: Arc::clone(self) as Arc<dyn GiveBack>, bytes })
    }

    /// Puts in what has a place.
    pub(crate) fn push(&self, one: T) {
        self.state().waiting.push_back(one);
        self.came.notify_one();
    }

    /// The oldest, waiting so long for it. It is shut only when nobody has a place any more: what was promised one is still taken in.
    pub(crate) fn next(&self, patience: Duration) -> Next<T> {
        let until = Instant::now() + patience;
        let mut state = self.state();
        loop {
            if let Some(one) = state.waiting.pop_front() {
                return Next::One(one);
            }
            if state.shut && state.messages == 0 {
                return Next::Shut;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Next::Nothing;
            }
            (state, _) = self.came.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The oldest, if there is one.
    pub(crate) fn take(&self) -> Option<T> {
        self.state().waiting.pop_front()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.state().waiting.is_empty()
    }

    /// Gives no places any more.
    pub(crate) fn shut(&self) {
        self.state().shut = true;
        self.came.notify_all();
    }
}

impl<T> Queue<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn queue(messages_max: usize, bytes_max: usize) -> Arc<Queue<&'static str>> {
        Arc::new(Queue::new(QueueLimits { messages_max, bytes_max }))
    }

    #[test]
    fn beyond_its_messages_or_bytes_there_is_no_place_until_one_is_given_back() {
        let queue = queue(2, 10);
        let first = queue.place(4).unwrap();
        assert_eq!(queue.place(7).err(), Some(NotTaken::Full));
        let second = queue.place(6).unwrap();
        assert_eq!(queue.place(0).err(), Some(NotTaken::Full));
        drop(second);
        let _third = queue.place(1).unwrap();
        drop(first);
        let _fourth = queue.place(9).unwrap();
    }

    #[test]
    fn a_message_larger_than_all_bytes_has_a_place_when_it_is_alone() {
        let queue = queue(2, 10);
        let large = queue.place(11).unwrap();
        assert_eq!(queue.place(1).err(), Some(NotTaken::Full));
        drop(large);
    }

    #[test]
    fn shut_it_still_gives_out_what_had_a_place() {
        let queue = queue(2, 10);
        let place = queue.place(1).unwrap();
        queue.shut();
        assert_eq!(queue.place(1).err(), Some(NotTaken::Shut));
        assert!(matches!(queue.next(Duration::ZERO), Next::Nothing), "one is still to come");
        queue.push("late");
        assert!(matches!(queue.next(Duration::ZERO), Next::One("late")));
        drop(place);
        assert!(matches!(queue.next(Duration::ZERO), Next::Shut));
    }
}
