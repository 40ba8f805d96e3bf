//! How a session ends: lock and sign-out by its person, absence, the system's lock, half a day.
//!
//! **Invariant:** lock and sign-out drop the session before anything that can fail.
//! **Not here:** when nobody is there (`presence`), what the system tells (`system_lock.rs`).

use std::time::Instant;

use access::{Event, Locked};
use chrono::{DateTime, TimeDelta, Utc};
use viewmodel::{Frame, Notice, NoticeKind};

use crate::{
    engine::{Engine, Place, View},
    rail::{self, Who},
    sign_in,
};

/// Why a session is locked without its person asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Nobody was there for too long.
    Away,
    /// The system is locked, or goes to sleep.
    System,
}

/// Whose session it is, and since when: kept through locks, so that half a day is counted from the sign-in.
pub(crate) struct Since {
    pub(crate) account: i64,
    pub(crate) role: domain::RoleName,
    pub(crate) at: DateTime<Utc>,
    /// The same by a clock that nobody sets.
    pub(crate) begun: Instant,
}

/// A session ends so long after its sign-in, locked or not.
const SESSION: TimeDelta = TimeDelta::hours(12);

impl Engine {
    /// Takes the session out, and everything that was shown with it; gives whose it was.
    fn leave(&mut self, now: DateTime<Utc>, to: impl FnOnce(&Who, Locked) -> Place) -> Option<Who> {
        if !matches!(self.place, Place::Inside(_)) {
            return None;
        }
        self.leave_self_test(now);
        let outside = Place::SignIn(sign_in::Form::default());
        let Place::Inside(signed_in) = std::mem::replace(&mut self.place, outside) else { return None };
        let who = rail::who(&signed_in);
        // The session goes here, and its keys with it.
        self.archive.forget_ticking();
        self.place = to(&who, signed_in.lock());
        self.view = View::default();
        self.work = None;
        Some(who)
    }

    /// Logs what has happened already: a failure is said, and takes nothing back.
    fn log_after(&mut self, event: Event, who: (i64, domain::RoleName), now: DateTime<Utc>, failed: &'static str) {
        if sign_in::log(self.archive.store_mut(), event, Some(who), now).is_err() {
            self.notice = Some(Notice { kind: NoticeKind::Attention, text: failed, values: vec![] });
        }
    }

    /// Locks without the person asking; gives the frame after it.
    pub fn end(&mut self, why: Ending, now: DateTime<Utc>) -> Frame {
        (self.notice, self.clipboard) = (None, None);
        if let Err(error) = self.forget_keys(now) {
            self.refuse(error);
        }
        self.lock(
            match why {
                Ending::Away => Event::LockedUnattended,
                Ending::System => Event::LockedBySystem,
            },
            now,
        );
        self.frame(now)
    }

    /// How long nobody may be there, where there is a session to lock.
    #[must_use]
    pub fn absence_allowed(&self) -> Option<TimeDelta> {
        matches!(self.place, Place::Inside(_)).then(|| TimeDelta::minutes(i64::from(self.window.lock_minutes)))
    }

    /// How long until the session ends, whatever is done; none of it is left where the clock was set back before its sign-in.
    /// Half a day has passed when either clock says so: the one can be set back, the other stands still while a computer sleeps.
    #[must_use]
    pub fn session_left(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let since = self.since.as_ref()?;
        let passed = now - since.at;
        if passed < -TimeDelta::minutes(1) {
            return Some(TimeDelta::zero());
        }
        let counted = (self.instants)().saturating_duration_since(since.begun);
        Some(SESSION - passed.max(TimeDelta::from_std(counted).unwrap_or(SESSION)))
    }

    /// Counts by another clock that nobody sets.
    pub fn count_by(&mut self, instants: impl Fn() -> Instant + Send + 'static) {
        self.instants = Box::new(instants);
    }

    /// Ends a session of half a day, locked or not; tells whether it did.
    pub(crate) fn log_off_when_due(&mut self, now: DateTime<Utc>) -> bool {
        if self.session_left(now).is_none_or(|left| left > TimeDelta::zero()) {
            return false;
        }
        let Some(Since { account, role, .. }) = self.since.take() else { return false };
        // Were it to unlock, it would be after the end.
        if let Err(error) = self.forget_keys(now) {
            self.refuse(error);
        }
        (self.drafts, self.reflections) = (None, None);
        self.leave(now, |_, _| Place::SignIn(sign_in::Form::default()));
        self.place = Place::SignIn(sign_in::Form::default());
        self.clipboard = None;
        self.notice = Some(Notice { kind: NoticeKind::Attention, text: "notice-logged-off", values: vec![] });
        self.log_after(Event::LoggedOff, (account, role), now, "notice-sign-out-not-logged");
        true
    }

    pub(crate) fn lock(&mut self, event: Event, now: DateTime<Utc>) {
        // Who was half way in is out again: what was typed and made on the way goes. An empty form stays as it is.
        let is_half_way = match &self.place {
            Place::Entry(_) => true,
            Place::SignIn(form) => form.choosing.is_some(),
            Place::Locked { .. } | Place::Inside(_) => false,
        };
        if is_half_way {
            self.place = Place::SignIn(sign_in::Form::default());
        }
        let locked = self.leave(now, |who, locked| Place::Locked {
            locked,
            name: who.name.clone(),
            staff: who.staff.clone(),
            since: now,
            error: None,
        });
        if let Some(who) = locked {
            self.log_after(event, (who.account, who.role), now, "notice-lock-not-logged");
        }
    }

    pub(crate) fn sign_out(&mut self, now: DateTime<Utc>) {
        (self.since, self.drafts, self.reflections) = (None, None, None);
        let left = self.leave(now, |_, _| Place::SignIn(sign_in::Form::default()));
        self.place = Place::SignIn(sign_in::Form::default());
        if let Some(who) = left {
            self.log_after(Event::SignedOut, (who.account, who.role), now, "notice-sign-out-not-logged");
        }
    }
}
