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
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ},
    iterator::Signals,
    low_level::emulate_default_handler,
};

/// From now on a write beyond the longest file that this account may have fails, as on a full disk; without it the system ends the process in
/// the middle of what it does, without a word.
pub fn outlive_the_longest_file() {
    // Heard and not looked at: the write's own error says it. Where the system does not let us listen, it is as without us.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
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
        Self::listen_to(&[SIGINT, SIGTERM])
    }

    /// Listens from now on, also for being asked to read settings again.
    ///
    /// # Errors
    /// As [`Stop::listen`].
    pub fn listen_and_reload() -> Result<Self, AppError> {
        Self::listen_to(&[SIGINT, SIGTERM, SIGHUP])
    }

    fn listen_to(which: &[i32]) -> Result<Self, AppError> {
        let failed = |error| AppError::file(Path::new("signal"), &error);
        let (tell, asked) = sync_channel(1);
        let reload = Arc::new(AtomicBool::new(false));
        let mut signals = Signals::new(which).map_err(failed)?;
        let to_reload = Arc::clone(&reload);
        let listen = move || {
            let mut is_asked = false;
            for signal in signals.forever() {
                if signal == SIGHUP {
                    to_reload.store(true, Ordering::SeqCst);
                } else if is_asked {
                    let _ = emulate_default_handler(signal);
                } else {
                    is_asked = true;
                    let _ = tell.try_send(());
                }
            }
        };
        std::thread::Builder::new().name("signals".into()).spawn(listen).map_err(failed)?;
        Ok(Self { asked, was: Cell::new(false), reload })
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
