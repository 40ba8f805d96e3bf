//! Keys derived from a passphrase or sheet, on a thread of their own that the person need not wait for.
//!
//! **Invariant:** a try that was stopped tells nothing: what was derived is dropped unseen, right or wrong, and what was counted
//! before it began stays counted.
//! **Invariant:** one derivation at a time, however often one is stopped: the next begins when the last is over.
//! **Not here:** what is derived (`access`), which command stops it (`worker`).

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    thread::JoinHandle,
    time::Duration,
};

use chrono::{DateTime, Utc};
use viewmodel::Command;

use crate::{
    background::Work,
    engine::{Engine, Progress},
    error::AppError,
};

/// What the engine goes on with, when the keys are there or when it was stopped.
pub(crate) type Then = Box<dyn FnOnce(&mut Engine, DateTime<Utc>) -> Result<(), AppError> + Send>;

/// A derivation under way.
pub(crate) struct Deriving {
    derived: Receiver<Then>,
    stopped: Then,
}

/// Between two looks at whether to stop.
const LOOK: Duration = Duration::from_millis(10);

impl Engine {
    /// Derives keys on a thread; `keys` gives what to do with them, `stopped` is done instead where that is not waited for.
    ///
    /// # Errors
    /// When the system starts no thread.
    pub(crate) fn derive(
        &mut self,
        keys: impl FnOnce() -> Then + Send + 'static,
        stopped: Then,
    ) -> Result<(), AppError> {
        let before = self.last_derived.take();
        let (done, derived) = sync_channel(1);
        let thread = std::thread::Builder::new().name("keys".into()).spawn(move || {
            if let Some(before) = before {
                // One that panicked has said where by its own hook.
                let _ = before.join();
            }
            let then = keys();
            access::wipe_stack();
            // Not waited for any more: dropped, and wiped, here.
            drop(done.send(then));
        });
        self.last_derived = Some(thread.map_err(|_| AppError::refused("error-system", vec![]))?);
        self.work = Some(Work::Keys(Deriving { derived, stopped }));
        Ok(())
    }

    /// Whether keys are being derived.
    pub(crate) fn is_deriving(&self) -> bool {
        matches!(self.work, Some(Work::Keys(_)))
    }

    /// What stops deriving, while keys are being derived.
    pub(crate) fn stop_deriving(&self) -> Option<Command> {
        self.is_deriving().then_some(Command::Cancel)
    }

    /// Waits for the keys, as long as `progress` says so.
    pub(crate) fn await_keys(
        &mut self,
        Deriving { derived, stopped }: Deriving,
        now: DateTime<Utc>,
        progress: &mut Progress<'_>,
    ) -> Result<(), AppError> {
        loop {
            if !progress("ui-signin-working", 0, 0) {
                // Whatever was derived by now goes unseen.
                drop(derived);
                return stopped(self, now);
            }
            match derived.recv_timeout(LOOK) {
                Ok(then) => return then(self, now),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(AppError::refused("error-system", vec![])),
            }
        }
    }

    /// Another wish came before the keys were waited for: they are not any more.
    pub(crate) fn forget_keys(&mut self, now: DateTime<Utc>) -> Result<(), AppError> {
        match self.work.take_if(|work| matches!(work, Work::Keys(_))) {
            Some(Work::Keys(deriving)) => (deriving.stopped)(self, now),
            Some(Work::Figures | Work::Verify | Work::Import(_)) | None => Ok(()),
        }
    }
}

/// The thread that derived last; it may still be at it.
pub(crate) type LastDerived = Option<JoinHandle<()>>;
