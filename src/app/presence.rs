//! Whether somebody is there: input in the window, and how long there may be none.
//!
//! **Invariant:** time is an argument; who was away too long is not there again by touching a key.
//! **Invariant:** a clock that is set back makes nobody's absence shorter than [`BACK_MOST`].

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};

// LIMIT: how far a clock may be corrected back without a lock: a time service's step.
const BACK_MOST: TimeDelta = TimeDelta::minutes(1);

/// Shared by the window's side of the worker, which sees the input, and the worker's own, which ends the session.
#[derive(Default)]
pub(crate) struct Presence {
    /// The last input, in milliseconds.
    last: AtomicI64,
    /// How long there may be none; 0: there is no session to lock.
    allowed: AtomicI64,
}

impl Presence {
    /// How long there may be no input from now on; `None`: there is no session.
    pub(crate) fn allow(&self, allowed: Option<TimeDelta>, now: DateTime<Utc>) {
        let allowed = allowed.map_or(0, |allowed| allowed.num_milliseconds());
        let before = self.allowed.swap(allowed, Ordering::SeqCst);
        if before == 0 {
            // A session begins with somebody there.
            self.last.store(now.timestamp_millis(), Ordering::SeqCst);
        }
    }

    /// Input came. False: it came too late, and changes nothing.
    pub(crate) fn touched(&self, now: DateTime<Utc>) -> bool {
        let is_there = !self.is_away(now);
        if is_there {
            self.last.store(now.timestamp_millis(), Ordering::SeqCst);
        }
        is_there
    }

    /// Nobody was there for too long.
    pub(crate) fn is_away(&self, now: DateTime<Utc>) -> bool {
        self.left(now).is_some_and(|left| left <= TimeDelta::zero())
    }

    /// How long until nobody was there for too long; `None`: there is no session.
    pub(crate) fn left(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let allowed = self.allowed.load(Ordering::SeqCst);
        if allowed == 0 {
            return None;
        }
        let since = TimeDelta::milliseconds(now.timestamp_millis().saturating_sub(self.last.load(Ordering::SeqCst)));
        Some(if since < -BACK_MOST { TimeDelta::zero() } else { TimeDelta::milliseconds(allowed) - since })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap_or_default()
    }

    fn begun(minutes: i64) -> Presence {
        let presence = Presence::default();
        presence.allow(Some(TimeDelta::minutes(minutes)), at(0));
        presence
    }

    #[test]
    fn five_minutes_without_input_are_too_long_and_input_begins_them_anew() {
        let presence = begun(5);
        assert!(!presence.is_away(at(299)) && presence.is_away(at(300)));
        assert!(presence.touched(at(299)));
        assert!(!presence.is_away(at(598)) && presence.is_away(at(599)));
        assert_eq!(presence.left(at(500)), Some(TimeDelta::seconds(99)));
    }

    #[test]
    fn who_comes_back_too_late_is_not_there_again_by_touching_a_key() {
        // A computer that slept for an hour: the first thing the program sees of it is the key.
        let presence = begun(5);
        assert!(!presence.touched(at(3600)));
        assert!(presence.is_away(at(3600)) && presence.is_away(at(3601)));
    }

    #[test]
    fn a_clock_that_is_set_back_ends_the_session_and_a_small_correction_does_not() {
        let presence = begun(5);
        assert!(!presence.is_away(at(-59)));
        assert!(presence.is_away(at(-61)));
    }

    #[test]
    fn without_a_session_nobody_is_away_and_a_new_one_begins_with_somebody_there() {
        let presence = begun(1);
        presence.allow(None, at(10));
        assert!(!presence.is_away(at(100_000)) && presence.touched(at(100_000)));
        presence.allow(Some(TimeDelta::minutes(1)), at(200_000));
        assert!(!presence.is_away(at(200_059)) && presence.is_away(at(200_060)));
        // A setting that changes during the session does not begin it anew.
        presence.allow(Some(TimeDelta::minutes(2)), at(200_059));
        assert!(presence.is_away(at(200_120)));
    }
}
