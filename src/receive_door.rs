//! The store behind the committer of the receiving process: what is done with it between groups of messages, and who hears of it.
//!
//! **Not here:** when it is opened and closed (`receive`), what a round does (`app::Receiving`).

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use app::{AppError, Daily, Exit, Receiving, RidesSummary, reports};
use chrono::{DateTime, Utc};
use intake::{Door, Reader};
use store::{Imported, Inbox};
use viewmodel::Texts;

use crate::output;

/// Between two deliveries of what waits.
const DELIVER: Duration = Duration::from_secs(5);
/// LIMIT: slices of the purge a second: so long other processes may find the store taken again and again, and for most of the second
/// they have it. A message waits for one of them.
const SLICES: u32 = 5;
/// An error that lasts is told so often.
const TELL_AGAIN: Duration = Duration::from_secs(60);

/// Who hears what the process says: a person, in sentences, or the structured log.
#[derive(Clone)]
pub(crate) struct Voice {
    pub(crate) texts: Texts,
    pub(crate) is_log: bool,
}

impl Voice {
    pub(crate) fn says(&self, key: &str, english: &'static str, values: &[(&'static str, String)]) {
        if self.is_log {
            tracing::info!("{english}");
        } else {
            output::aside(&output::said(&self.texts, key, values));
        }
    }

    /// What the log has an event of its own for.
    pub(crate) fn says_to_a_person(&self, key: &str, values: &[(&'static str, String)]) {
        if !self.is_log {
            output::aside(&output::said(&self.texts, key, values));
        }
    }

    fn delivered(&self, count: u64) {
        if self.is_log {
            tracing::info!(count, "delivered");
        } else {
            let values = [("count", self.texts.number(count))];
            // Where nobody reads results any more, receiving goes on.
            let _ = output::result(&output::said(&self.texts, "cli-receive-round", &values));
        }
    }

    /// What became of a ride file: counts alone.
    pub(crate) fn read_rides(&self, done: &RidesSummary) {
        if self.is_log {
            let Imported { new, changed, unchanged, .. } = done.imported;
            tracing::info!(new, changed, unchanged, refused = done.refused, left = done.left, "ride file read");
        } else {
            // Where nobody reads results any more, receiving goes on.
            let _ = output::result(&reports::rides_text(done, &self.texts));
        }
    }

    pub(crate) fn fails(&self, error: &AppError) {
        if self.is_log {
            tracing::error!(key = error.key, "a round failed; tried again");
        } else {
            output::aside(&output::said(&self.texts, error.key, &error.values));
        }
    }
}

/// What committer and this thread share.
pub(crate) struct Shared {
    pub(crate) voice: Voice,
    /// When the committer last showed that it is alive.
    beat: Mutex<Instant>,
    /// Why it cannot go on.
    fatal: Mutex<Option<AppError>>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(crate) fn new(voice: Voice) -> Self {
        Self { voice, beat: Mutex::new(Instant::now()), fatal: Mutex::new(None) }
    }

    /// How long the committer has not shown that it is alive.
    pub(crate) fn silent_for(&self) -> Duration {
        held(&self.beat).elapsed()
    }

    /// Why it cannot go on, where it cannot; said once.
    pub(crate) fn why_it_cannot_go_on(&self) -> Option<AppError> {
        held(&self.fatal).take()
    }

    pub(crate) fn is_alive(&self) {
        *held(&self.beat) = Instant::now();
    }

    /// Notes an error that ends the process: what another process or a full disk stands in the way of is over some time, a store that
    /// does not open is not.
    pub(crate) fn cannot_go_on(&self, error: &AppError) -> bool {
        let is_final = error.exit == Exit::Store && !error.is_taken_alone();
        if is_final {
            *held(&self.fatal) = Some(error.clone());
        }
        is_final
    }
}

/// The store behind the committer.
pub(crate) struct OwnDoor {
    receiving: Receiving,
    daily: Daily,
    delivered: Option<Instant>,
    told: Option<Instant>,
    shared: Arc<Shared>,
}

impl OwnDoor {
    pub(crate) fn new(receiving: Receiving, shared: Arc<Shared>) -> Self {
        Self { receiving, daily: Daily::default(), delivered: None, told: None, shared }
    }

    fn deliver(&mut self, now: DateTime<Utc>, go_on: &dyn Fn() -> bool) {
        match self.receiving.round(&mut self.daily, now, go_on) {
            Ok(Some(count)) => {
                self.told = None;
                if count > 0 {
                    self.shared.voice.delivered(count);
                }
            }
            Ok(None) => self.shared.voice.says("cli-receive-busy", "another process is writing", &[]),
            Err(error) => self.fails(error),
        }
        if let Some(last) = self.daily.withheld.take() {
            let said = app::purge_withheld(last);
            self.shared.voice.says(said.key, "the clock is far ahead of the log; nothing was destroyed", &said.values);
        }
    }

    fn fails(&mut self, error: AppError) {
        if !self.shared.cannot_go_on(&error) && self.told.is_none_or(|told| told.elapsed() >= TELL_AGAIN) {
            self.told = Some(Instant::now());
            self.shared.voice.fails(&error);
        }
    }
}

impl Door for OwnDoor {
    fn parts(&mut self) -> (&mut Inbox, &mut Reader) {
        (&mut self.receiving.inbox, &mut self.receiving.reader)
    }

    fn round(&mut self, now: DateTime<Utc>, go_on: &dyn Fn() -> bool) {
        self.shared.is_alive();
        // One of the two a time: a message that comes meanwhile waits for one slice.
        if self.delivered.is_none_or(|delivered| delivered.elapsed() >= DELIVER) {
            self.delivered = Some(Instant::now());
            self.deliver(now, go_on);
        } else if let Err(error) = self.receiving.purge_on(&mut self.daily, now, SLICES, go_on) {
            self.fails(error);
        }
    }
}
