//! Connections in all, and those that are still shaking hands, in all and by address.
//!
//! **Invariant:** beyond its limits the oldest handshake gives way: who says nothing keeps nobody out, since a handshake takes milliseconds.

use std::{
    collections::VecDeque,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use tokio::sync::Notify;

use super::limits::ListenerLimits;

/// How many there are.
#[derive(Default)]
pub(crate) struct Counts {
    connections: AtomicUsize,
    /// Oldest first.
    handshakes: Mutex<VecDeque<Waiting>>,
}

/// A handshake that is not done; its end hears of it when it is to give way.
struct Waiting {
    address: IpAddr,
    leave: Arc<Notify>,
}

/// A connection; counted until dropped.
pub(crate) struct Connection(Arc<Counts>);

/// A handshake; counted until dropped.
pub(crate) struct Handshaking {
    counts: Arc<Counts>,
    leave: Arc<Notify>,
}

impl Handshaking {
    /// Ends when it has to give way to a newer one.
    pub(crate) async fn gives_way(&self) {
        self.leave.notified().await;
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Relaxed);
    }
}

impl Drop for Handshaking {
    fn drop(&mut self) {
        self.counts.handshakes().retain(|one| !Arc::ptr_eq(&one.leave, &self.leave));
    }
}

impl Counts {
    fn handshakes(&self) -> MutexGuard<'_, VecDeque<Waiting>> {
        self.handshakes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many connections there are.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Relaxed)
    }

    /// One more; only the accepting task asks, so none comes between.
    pub(crate) fn begin(
        self: &Arc<Self>,
        address: IpAddr,
        limits: &ListenerLimits,
    ) -> Option<(Connection, Handshaking)> {
        if self.connections() >= limits.connections_max {
            return None;
        }
        let mut all = self.handshakes();
        let of_address = all.iter().filter(|one| one.address == address).count();
        let oldest = if of_address >= limits.handshakes_per_address_max {
            all.iter().position(|one| one.address == address)
        } else {
            (all.len() >= limits.handshakes_max).then_some(0)
        };
        if let Some(one) = oldest.and_then(|place| all.remove(place)) {
            one.leave.notify_one();
        }
        let leave = Arc::new(Notify::new());
        all.push_back(Waiting { address, leave: Arc::clone(&leave) });
        drop(all);
        self.connections.fetch_add(1, Relaxed);
        Some((Connection(Arc::clone(self)), Handshaking { counts: Arc::clone(self), leave }))
    }
}
