//! The worker's own side: its rounds of commands, time and delivery, before a store opens and on one that did.
//!
//! **Invariant:** an idle worker sleeps until a command or its next round; a worker that dies says so in a last frame.
//! **Not here:** the window's side, its queue and its locks (`worker`).

use std::{
    sync::{
        atomic::Ordering,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use viewmodel::{Command, FailedScreen, Frame, ProgressScreen, Screen};

use crate::{
    deriving::KEYS_LOOK,
    engine::{Ending, Engine},
    installation::{After, Installation},
    local,
    self_test::SELF_TEST_LOOK,
    worker::{OpenEngine, Shared, Source, Wish, interrupts},
};

/// Between two looks at what waits to be delivered.
const ROUND: Duration = Duration::from_mins(1);
/// Between two looks at whether another process asks for the store alone.
const LOOK: Duration = Duration::from_secs(2);
/// Between two slices of the purge: commands come first, and other processes have the store.
const PURGE_PAUSE: Duration = Duration::from_millis(10);
/// Between two frames of progress.
const TELL_EVERY: Duration = Duration::from_millis(250);

/// What stands there while another process has the store alone.
const LET_GO: ProgressScreen =
    ProgressScreen { title: "store-let-go", sentence: "store-let-go-sentence", done: (0, 0), cancel: None };

/// Why an engine is no longer served.
enum Left {
    /// The window is gone.
    Gone,
    /// Lost keys are to be brought back.
    Recovery,
    /// Another process asks for the store alone.
    AskedFor,
}

pub(crate) fn plain(test: bool, screen: Screen) -> Frame {
    Frame {
        test,
        content_protected: true,
        rail: None,
        lock: None,
        notice: None,
        busy: None,
        next: None,
        screen,
        clipboard: None,
    }
}

pub(crate) fn failed(test: bool, text: &'static str, values: Vec<(&'static str, String)>) -> Frame {
    plain(test, Screen::Failed(FailedScreen { text, values, retry: None }))
}

/// Says that the worker is gone, should it panic.
struct LastWord(Shared, bool);

impl Drop for LastWord {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.publish(failed(self.1, "error-worker", vec![]));
        }
    }
}

/// The worker's own side.
pub(crate) struct Rounds {
    pub(crate) queue: Receiver<Wish>,
    pub(crate) common: Shared,
    pub(crate) clock: fn() -> DateTime<Utc>,
    pub(crate) test: bool,
}

/// Until the next look at what does not wait for a round.
fn looks_after(engine: &Engine) -> Duration {
    match (engine.is_deriving(), engine.is_self_testing(), engine.is_purging()) {
        (true, ..) => KEYS_LOOK,
        (_, _, true) => PURGE_PAUSE,
        (_, true, _) => SELF_TEST_LOOK,
        (false, false, false) => LOOK,
    }
}

/// Midnight, when yesterday's keys go, or the next look at what waits to be delivered.
fn next_round(now: DateTime<Utc>) -> Duration {
    let tomorrow = (local::day(now) + TimeDelta::days(1)).and_hms_opt(0, 0, 0).and_then(local::moment);
    let midnight = tomorrow.and_then(|at| (at - now).to_std().ok()).unwrap_or(ROUND);
    // One second later, so that the day has turned by then.
    ROUND.min(midnight + Duration::from_secs(1))
}

impl Rounds {
    fn now(&self) -> DateTime<Utc> {
        (self.clock)()
    }

    fn go_on(&self) -> bool {
        self.common.stops.load(Ordering::SeqCst) == 0
    }

    fn publish(&self, frame: Frame) {
        // Of a session that is about to be locked nothing more is shown.
        if frame.lock.is_none() || self.common.locks.load(Ordering::SeqCst) == 0 {
            self.common.publish(frame);
        }
    }

    /// What to wait for: the next second of a countdown, the end of the session, or the next round.
    fn sleep(&self, engine: &Engine) -> Duration {
        let now = self.now();
        let counts = engine.shown_seconds(now).is_some() || engine.undo_seconds(now).is_some();
        let round = if counts { Duration::from_secs(1) } else { next_round(now) };
        let ends = [self.common.presence.left(now), engine.session_left(now)];
        // What is over already is seen to at once.
        ends.into_iter().flatten().map(|left| left.to_std().unwrap_or_default()).fold(round, Duration::min)
    }

    pub(crate) fn run(self, source: Source) {
        let _last_word = LastWord(self.common.clone(), self.test);
        match source {
            Source::Once(make) => match make(&mut self.telling()) {
                Ok(engine) => match self.serve(engine) {
                    Left::Gone | Left::Recovery => {}
                    Left::AskedFor => self.publish(failed(self.test, "store-let-go-sentence", vec![])),
                },
                Err(error) => self.publish(failed(self.test, error.key, error.values)),
            },
            Source::Store(open, installation) => self.serve_stores(open, *installation),
        }
    }

    /// Opens the store that is named, serves it, and helps to one where it does not open.
    fn serve_stores(&self, mut open: OpenEngine, mut installation: Installation) {
        let mut let_go = false;
        loop {
            match open(installation.place(), &mut self.telling()) {
                Ok(engine) => {
                    installation.opened();
                    let_go = false;
                    match self.serve(engine) {
                        Left::Gone => return,
                        Left::Recovery => installation.recover(),
                        Left::AskedFor => let_go = true,
                    }
                }
                // It has not been given back yet.
                Err(error) if let_go && error.is_taken_alone() => {}
                Err(error) => {
                    let_go = false;
                    installation.failed(error);
                }
            }
            let goes_on = if let_go { self.waited_aside() } else { self.install(&mut installation) };
            if !goes_on {
                return;
            }
        }
    }

    /// Shows how far the making of an engine is, not more often than a person can read.
    fn telling(&self) -> impl FnMut(ProgressScreen) -> bool + '_ {
        let mut told: Option<Instant> = None;
        move |screen| {
            if told.is_none_or(|told| told.elapsed() > TELL_EVERY) {
                told = Some(Instant::now());
                self.publish(plain(self.test, Screen::Progress(screen)));
            }
            self.go_on()
        }
    }

    /// The pages before there is a store that opens; `true` once it is to be opened, `false` when the window is gone.
    fn install(&self, installation: &mut Installation) -> bool {
        self.common.presence.allow(None, self.now());
        self.publish(installation.frame(None, self.now()));
        loop {
            match self.queue.recv() {
                Ok(Wish::Command(command)) => {
                    if interrupts(&command) {
                        self.interrupted();
                    }
                    if let Command::Installation(asked) = &command
                        && let Some(working) = installation.works_at(asked)
                    {
                        self.publish(installation.frame(Some(working), self.now()));
                    }
                    if installation.execute(command, self.now()) == After::Open {
                        return true;
                    }
                }
                Ok(Wish::Lock(_, done)) => {
                    self.interrupted();
                    installation.hide();
                    self.common.locks.fetch_sub(1, Ordering::SeqCst);
                    if let Some(done) = done {
                        // Whoever waited may have lost patience.
                        let _ = done.try_send(());
                    }
                }
                Err(_) => return false,
            }
            self.publish(installation.frame(None, self.now()));
        }
    }

    /// Stands aside for a moment while another process has the store alone; `false` when the window is gone.
    fn waited_aside(&self) -> bool {
        self.common.presence.allow(None, self.now());
        self.publish(plain(self.test, Screen::Progress(LET_GO)));
        let back = Instant::now() + LOOK;
        loop {
            match self.queue.recv_timeout(back.saturating_duration_since(Instant::now())) {
                Ok(Wish::Command(command)) if interrupts(&command) => self.interrupted(),
                Ok(Wish::Command(_)) => {}
                Ok(Wish::Lock(_, done)) => {
                    self.interrupted();
                    self.common.locks.fetch_sub(1, Ordering::SeqCst);
                    if let Some(done) = done {
                        // Whoever waited may have lost patience.
                        let _ = done.try_send(());
                    }
                }
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    /// Serves an engine until it is left.
    fn serve(&self, mut engine: Engine) -> Left {
        let first = engine.turn(self.now()).unwrap_or_else(|| engine.frame(self.now()));
        self.publish(first);
        let mut turned = Instant::now();
        loop {
            let due = self.sleep(&engine).min(ROUND.saturating_sub(turned.elapsed()));
            let look = looks_after(&engine);
            match self.queue.recv_timeout(due.min(look)) {
                Ok(Wish::Command(command)) if engine.is_left_for_recovery(&command) => {
                    engine.end(Ending::System, self.now());
                    return Left::Recovery;
                }
                Ok(Wish::Command(command)) => self.command(&mut engine, command),
                Ok(Wish::Lock(why, done)) => {
                    self.interrupted();
                    let frame = engine.end(why, self.now());
                    self.common.locks.fetch_sub(1, Ordering::SeqCst);
                    self.show(&engine, frame);
                    if let Some(done) = done {
                        // Whoever waited may have lost patience.
                        let _ = done.try_send(());
                    }
                }
                Err(RecvTimeoutError::Timeout) if engine.store().is_asked_for() => {
                    // As the system's lock does: the session goes, and with the engine the store.
                    engine.end(Ending::System, self.now());
                    return Left::AskedFor;
                }
                Err(RecvTimeoutError::Timeout) if due > look => {
                    self.look(&mut engine);
                    self.tell_desktop(&mut engine);
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.turn(&mut engine);
                    turned = Instant::now();
                    self.tell_desktop(&mut engine);
                }
                Err(RecvTimeoutError::Disconnected) => {
                    // A try that was begun is in the log, though nobody waits for it.
                    let _ = engine.forget_keys(self.now());
                    return Left::Gone;
                }
            }
        }
    }

    /// Goes on with keys that were derived, or with the purge, or shows what came in.
    fn look(&self, engine: &mut Engine) {
        if engine.is_deriving() {
            return self.keys(engine);
        }
        let is_purging = engine.is_purging();
        if is_purging && let Some(frame) = engine.purge_on(self.now()) {
            self.show(engine, frame);
        }
        if engine.is_self_testing() {
            let frame = engine.self_test_frame(self.now());
            frame.into_iter().for_each(|frame| self.show(engine, frame));
        } else if !is_purging && let Some(frame) = engine.news(self.now()) {
            self.show(engine, frame);
        }
    }

    /// Goes on with keys that were derived, if they are there; not while a wish that stops them is on its way.
    fn keys(&self, engine: &mut Engine) {
        if !engine.is_deriving() || !self.go_on() {
            return;
        }
        let now = self.now();
        if self.common.presence.is_away(now) {
            return self.turn(engine);
        }
        if let Some(frame) = engine.keys_frame(now) {
            self.show(engine, frame);
            // They may begin a session with work of its own.
            self.work(engine);
        }
    }

    /// Hands a frame over; a session that it begins is watched from before that on.
    fn show(&self, engine: &Engine, frame: Frame) {
        self.common.presence.allow(engine.absence_allowed(), self.now());
        self.publish(frame);
    }

    fn turn(&self, engine: &mut Engine) {
        let now = self.now();
        if self.common.presence.is_away(now) {
            let frame = engine.end(Ending::Away, now);
            self.show(engine, frame);
        }
        if let Some(frame) = engine.turn(now) {
            self.show(engine, frame);
        }
    }

    fn tell_desktop(&self, engine: &mut Engine) {
        engine.tell_desktop(self.common.focused.load(Ordering::SeqCst), self.now());
    }

    /// A wish that interrupted has come to its turn.
    fn interrupted(&self) {
        let taken = self.common.stops.load(Ordering::SeqCst).saturating_sub(1);
        self.common.stops.store(taken, Ordering::SeqCst);
    }

    fn command(&self, engine: &mut Engine, command: Command) {
        if interrupts(&command) {
            self.interrupted();
        }
        let frame = engine.start(command, self.now());
        self.show(engine, frame);
        self.work(engine);
    }

    /// Does the work behind the screen; keys that are being derived are looked for between commands.
    fn work(&self, engine: &mut Engine) {
        while engine.is_at_work() && !engine.is_deriving() {
            let mut told = Instant::now();
            let frame = engine.work(self.now(), &mut |frame| {
                if told.elapsed() > TELL_EVERY {
                    told = Instant::now();
                    frame().into_iter().for_each(|frame| self.publish(frame));
                }
                self.go_on() && !self.common.presence.is_away(self.now())
            });
            self.show(engine, frame);
        }
    }
}

impl Engine {
    /// What time asks for: a session of half a day ends, a BSN is masked again, yesterday's keys go, the purge of what is past its term begins, what
    /// waits is delivered. A frame, if that shows.
    pub fn turn(&mut self, now: DateTime<Utc>) -> Option<Frame> {
        let ended = self.log_off_when_due(now);
        let handed_back = self.hand_back(now);
        let delivered = match self.round(now) {
            Ok(looked_at) => looked_at.is_some_and(|looked_at| looked_at > 0),
            Err(error) => {
                self.refuse(error);
                true
            }
        };
        let counts = self.undo_seconds(now).is_some();
        let handed_back = handed_back.unwrap_or_else(|error| {
            self.refuse(error);
            true
        });
        match self.shown_seconds(now) {
            Some(0) => Some(self.start(Command::MaskBsn, now)),
            Some(_) => Some(self.frame(now)),
            None if ended || delivered || handed_back || counts => Some(self.frame(now)),
            None => self.news(now),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_idle_worker_wakes_just_after_midnight_in_the_netherlands() {
        let at = |text: &str| next_round(text.parse().unwrap()).as_secs();
        // 23:59:30 in summer time, and in winter time.
        assert_eq!(at("2026-09-20T21:59:30Z"), 31);
        assert_eq!(at("2026-12-20T22:59:30Z"), 31);
        assert_eq!(at("2026-09-20T12:00:00Z"), 60);
    }
}
