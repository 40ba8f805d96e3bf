//! Keys derived from a passphrase or sheet, on a thread of their own that the person need not wait for.
//!
//! **Invariant:** a try that was stopped tells nothing: what was derived is dropped unseen, right or wrong, and what was counted
//! before it began stays counted.
//! **Invariant:** one derivation at a time, however often one is stopped: the next begins when the last is over.
//! **Invariant:** other commands are executed meanwhile; only those that begin, leave or stop something of the kind stop it.
//! **Not here:** what is derived (`access`), which command stops it (`worker`).

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, sync_channel},
    },
    thread::JoinHandle,
    time::Duration,
};

use chrono::{DateTime, Utc};
use viewmodel::{Command, Frame};

use crate::{
    background::Work,
    engine::{Engine, Progress},
    error::AppError,
};

/// What the engine goes on with, when the keys are there or when it was stopped.
pub(crate) type Then = Box<dyn FnOnce(&mut Engine, DateTime<Utc>) -> Result<(), AppError> + Send>;

/// Whether what is being derived is still waited for: what takes two derivations does not begin the second when it is not.
#[derive(Clone)]
pub(crate) struct Wanted(Arc<AtomicBool>);

impl Wanted {
    fn now() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    pub(crate) fn is_still(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    fn end(&self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// A derivation under way.
pub(crate) struct Deriving {
    derived: Receiver<Then>,
    stopped: Then,
    wanted: Wanted,
    /// What is to be done once this is over.
    after: Option<Box<Work>>,
}

/// Between two looks at whether to stop.
pub(crate) const KEYS_LOOK: Duration = Duration::from_millis(10);

impl Engine {
    /// Derives keys on a thread; `keys` gives what to do with them, `stopped` is done instead where that is not waited for.
    ///
    /// # Errors
    /// When the system starts no thread.
    pub(crate) fn derive(
        &mut self,
        keys: impl FnOnce(&Wanted) -> Then + Send + 'static,
        stopped: Then,
    ) -> Result<(), AppError> {
        let before = self.last_derived.take();
        let (done, derived) = sync_channel(1);
        let wanted = Wanted::now();
        let is_wanted = wanted.clone();
        let thread = std::thread::Builder::new().name("keys".into()).spawn(move || {
            if let Some(before) = before {
                // One that panicked has said where by its own hook.
                let _ = before.join();
            }
            if !is_wanted.is_still() {
                return;
            }
            let then = keys(&is_wanted);
            access::wipe_stack();
            // Not waited for any more: dropped, and wiped, here.
            drop(done.send(then));
        });
        self.last_derived = Some(thread.map_err(|_| AppError::refused("error-system", vec![]))?);
        self.work = Some(Work::Keys(Deriving { derived, stopped, wanted, after: None }));
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

    /// Goes on with the keys where they are there within so long; `false`: they are not yet.
    ///
    /// # Errors
    /// What going on with them leads to.
    pub(crate) fn look_for_keys(&mut self, patience: Duration, now: DateTime<Utc>) -> Result<bool, AppError> {
        let Some(Work::Keys(deriving)) = &self.work else { return Ok(true) };
        let then = match deriving.derived.recv_timeout(patience) {
            Ok(then) => Ok(then),
            Err(RecvTimeoutError::Timeout) => return Ok(false),
            Err(RecvTimeoutError::Disconnected) => Err(AppError::refused("error-system", vec![])),
        };
        self.go_on_after();
        then?(self, now).map(|()| true)
    }

    /// The frame once the keys are there; `None`: they are not yet.
    pub(crate) fn keys_frame(&mut self, now: DateTime<Utc>) -> Option<Frame> {
        match self.look_for_keys(Duration::ZERO, now) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => self.refuse(error),
        }
        Some(self.frame(now))
    }

    /// Waits for the keys, as long as `progress` says so.
    pub(crate) fn await_keys(&mut self, now: DateTime<Utc>, progress: &mut Progress<'_>) -> Result<(), AppError> {
        loop {
            if !progress("ui-signin-working", 0, 0) {
                return self.forget_keys(now);
            }
            if self.look_for_keys(KEYS_LOOK, now)? {
                return Ok(());
            }
        }
    }

    /// The keys are not waited for any more: whatever was derived by now goes unseen.
    pub(crate) fn forget_keys(&mut self, now: DateTime<Utc>) -> Result<(), AppError> {
        self.go_on_after().map_or(Ok(()), |stopped| stopped(self, now))
    }

    /// Ends the derivation; what was to come after it is the work in hand then.
    fn go_on_after(&mut self) -> Option<Then> {
        match self.work.take_if(|work| matches!(work, Work::Keys(_))) {
            Some(Work::Keys(Deriving { stopped, wanted, after, .. })) => {
                wanted.end();
                self.work = after.map(|after| *after);
                Some(stopped)
            }
            Some(Work::Figures | Work::OwnTrend | Work::Verify | Work::Import(_) | Work::Rides(_)) | None => None,
        }
    }

    /// Begins work behind the screen, or lets it wait for the keys that are being derived.
    pub(crate) fn begin(&mut self, begun: Work) {
        match &mut self.work {
            Some(Work::Keys(deriving)) => deriving.after = Some(Box::new(begun)),
            Some(Work::Figures | Work::OwnTrend | Work::Verify | Work::Import(_) | Work::Rides(_)) | None => {
                self.work = Some(begun)
            }
        }
    }
}

/// Whether keys that are being derived are not waited for any more once this command comes.
pub(crate) fn forgets_keys(command: &Command) -> bool {
    matches!(
        command,
        Command::Cancel
            | Command::Lock
            | Command::SignOut
            | Command::SignIn { .. }
            | Command::SignInDemo(_)
            | Command::Unlock(_)
            | Command::ChooseRole(_)
            | Command::Entry(_)
            | Command::Installation(_)
            | Command::Mine(_)
    )
}

/// The thread that derived last; it may still be at it.
pub(crate) type LastDerived = Option<JoinHandle<()>>;
