//! Connections in all, and those that are still shaking hands, in all and by address.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use super::limits::ListenerLimits;

/// How many there are.
#[derive(Default)]
pub(crate) struct Counts {
    connections: AtomicUsize,
    handshakes: Mutex<HashMap<IpAddr, usize>>,
}

/// A connection; counted until dropped.
pub(crate) struct Connection(Arc<Counts>);

/// A handshake; counted until dropped.
pub(crate) struct Handshaking {
    counts: Arc<Counts>,
    address: IpAddr,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Relaxed);
    }
}

impl Drop for Handshaking {
    fn drop(&mut self) {
        let mut all = self.counts.handshakes();
        if let Some(count) = all.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                all.remove(&self.address);
            }
        }
    }
}

impl Counts {
    fn handshakes(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
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
        let of_address = all.get(&address).copied().unwrap_or_default();
        if all.values().sum::<usize>() >= limits.handshakes_max || of_address >= limits.handshakes_per_address_max {
            return None;
        }
        all.insert(address, of_address + 1);
        drop(all);
        self.connections.fetch_add(1, Relaxed);
        Some((Connection(Arc::clone(self)), Handshaking { counts: Arc::clone(self), address }))
    }
}
