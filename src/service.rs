//! The service manager: told when the process is ready, reads its settings again, stops; and that it lives (sd_notify).
//!
//! **Invariant:** without a service manager nothing is said, and nothing fails.

use std::time::{Duration, Instant};

use sd_notify::NotifyState;

/// The service manager of this process, if it has one.
pub struct Service {
    /// How often it wants to hear that the process lives.
    watchdog: Option<Duration>,
    heard: Option<Instant>,
}

impl Service {
    /// As the environment says.
    pub fn of_environment() -> Self {
        Self { watchdog: sd_notify::watchdog_enabled(), heard: None }
    }

    fn tell(&self, states: &[NotifyState<'_>]) {
        // Nobody is there to hear it, or will be.
        let _ = sd_notify::notify(states);
    }

    /// Everything runs.
    pub fn is_ready(&mut self) {
        self.tell(&[NotifyState::Ready]);
        self.heard = None;
        self.lives();
    }

    /// Settings are being read again; [`Service::is_ready`] ends it.
    pub fn reloads(&self) {
        self.tell(&[NotifyState::Reloading]);
    }

    /// It was asked to stop, and finishes what it holds.
    pub fn stops(&self) {
        self.tell(&[NotifyState::Stopping]);
    }

    /// It lives: said a few times in each term that it must be heard in.
    pub fn lives(&mut self) {
        let Some(term) = self.watchdog else { return };
        if self.heard.is_none_or(|heard| heard.elapsed() >= term / 4) {
            self.heard = Some(Instant::now());
            self.tell(&[NotifyState::Watchdog]);
        }
    }
}
