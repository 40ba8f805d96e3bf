//! SIGTERM and Ctrl-C. The first asks to stop: what is being written is finished. A second one ends the process at once, as
//! without us. SIGHUP asks who listens for it to read its settings again.
//!
//! **Not here:** what a command does when it is asked to stop (`main`, `receive`).

use std::{
    cell::Cell,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, sync_channel},
    },
    time::Duration,
};

use app::AppError;

use crate::system;

/// What a signal asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To stop.
    Stop,
    /// To read its settings again.
    #[cfg_attr(windows, expect(dead_code, reason = "there is no such signal on Windows"))]
    Reload,
}

/// Whether this process was asked to stop.
pub struct Stop {
    asked: Receiver<()>,
    was: Cell<bool>,
    reload: Arc<AtomicBool>,
}

impl Stop {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the system does not let this process listen.
    pub fn listen() -> Result<Self, AppError> {
        Self::listen_to(false)
    }

    /// Listens from now on, also for being asked to read settings again.
    ///
    /// # Errors
    /// As [`Stop::listen`].
    pub fn listen_and_reload() -> Result<Self, AppError> {
        Self::listen_to(true)
    }

    fn listen_to(reload: bool) -> Result<Self, AppError> {
        let (tell, asked) = sync_channel(1);
        let to_reload = Arc::new(AtomicBool::new(false));
        let reads_again = Arc::clone(&to_reload);
        let heard = move |what| match what {
            Asked::Reload => to_reload.store(true, Ordering::SeqCst),
            Asked::Stop => drop(tell.try_send(())),
        };
        system::hear_signals(reload, heard).map_err(|error| AppError::file(Path::new("signal"), &error))?;
        Ok(Self { asked, was: Cell::new(false), reload: reads_again })
    }

    /// Whether it was asked.
    pub fn is_asked(&self) -> bool {
        self.was.set(self.was.get() || self.asked.try_recv().is_ok());
        self.was.get()
    }

    /// Whether it was asked to read its settings again, since the last time.
    pub fn is_asked_to_reload(&self) -> bool {
        self.reload.swap(false, Ordering::SeqCst)
    }

    /// Waits so long, or until it is asked; gives whether it was.
    pub fn wait(&self, pause: Duration) -> bool {
        self.was.set(self.was.get() || self.asked.recv_timeout(pause).is_ok());
        self.was.get()
    }
}
