//! The service manager: told when the process is ready, reads its settings again, stops; and that it lives (sd_notify).
//!
//! **Invariant:** without a service manager nothing is said, and nothing fails.

use std::time::{Duration, Instant};

use crate::system;

/// What it is told of this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// Everything runs.
    Ready,
    /// Settings are being read again.
    Reloading,
    /// It was asked to stop.
    Stopping,
    /// It lives.
    Lives,
}

/// The service manager of this process, if it has one.
pub struct Service {
    /// How often it wants to hear that the process lives.
    watchdog: Option<Duration>,
    heard: Option<Instant>,
}

impl Service {
    /// As the environment says.
    pub fn of_environment() -> Self {
        Self { watchdog: system::watchdog(), heard: None }
    }

    /// Everything runs.
    pub fn is_ready(&mut self) {
        system::tell_service_manager(Life::Ready);
        self.heard = None;
        self.lives();
    }

    /// Settings are being read again; [`Service::is_ready`] ends it.
    pub fn reloads(&self) {
        system::tell_service_manager(Life::Reloading);
    }

    /// It was asked to stop, and finishes what it holds.
    pub fn stops(&self) {
        system::tell_service_manager(Life::Stopping);
    }

    /// It lives: said a few times in each term that it must be heard in.
    pub fn lives(&mut self) {
        let Some(term) = self.watchdog else { return };
        if self.heard.is_none_or(|heard| heard.elapsed() >= term / 4) {
            self.heard = Some(Instant::now());
            system::tell_service_manager(Life::Lives);
        }
    }
}
