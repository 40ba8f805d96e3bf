//! SIGTERM and Ctrl-C. The first asks to stop: what is being written is finished. A second one ends the process at once, as
//! without us.
//!
//! **Not here:** what a command does when it is asked to stop (`main`).

use std::{
    cell::Cell,
    path::Path,
    sync::mpsc::{Receiver, sync_channel},
    time::Duration,
};

use app::AppError;
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
    low_level::emulate_default_handler,
};

/// Whether this process was asked to stop.
pub struct Stop {
    asked: Receiver<()>,
    was: Cell<bool>,
}

impl Stop {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the system does not let this process listen.
    pub fn listen() -> Result<Self, AppError> {
        let failed = |error| AppError::file(Path::new("signal"), &error);
        let (tell, asked) = sync_channel(1);
        let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(failed)?;
        let listen = move || {
            let mut signals = signals.forever();
            if signals.next().is_some() {
                let _ = tell.try_send(());
            }
            for again in signals {
                let _ = emulate_default_handler(again);
            }
        };
        std::thread::Builder::new().name("signals".into()).spawn(listen).map_err(failed)?;
        Ok(Self { asked, was: Cell::new(false) })
    }

    /// Whether it was asked.
    pub fn is_asked(&self) -> bool {
        self.was.set(self.was.get() || self.asked.try_recv().is_ok());
        self.was.get()
    }

    /// Waits so long, or until it is asked; gives whether it was.
    pub fn wait(&self, pause: Duration) -> bool {
        self.was.set(self.was.get() || self.asked.recv_timeout(pause).is_ok());
        self.was.get()
    }
}
