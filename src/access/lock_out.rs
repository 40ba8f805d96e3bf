//! Lock-out: how long an account waits after failures.
//!
//! **Invariant:** a clock that was set back shortens no wait: the wait begins again from the time that the clock tells now.
//! **Not here:** where failures are kept and counted (`store`: before anything is derived, so that no process guesses unseen).

use chrono::{DateTime, TimeDelta, Utc};

// LIMIT: failures without a wait, so that a slip of the finger costs nothing (NIST SP 800-63B §5.2.2 asks for a limit).
const FREE: u32 = 5;
// LIMIT: the first wait, doubled by each failure, and the longest. At one try an hour six digits with three valid codes last decades.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(30);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// Failures of one account since it last came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LockOut {
    /// How many.
    pub failures: u32,
    /// When the last one was.
    pub failed_at: Option<DateTime<Utc>>,
}

/// What may be done now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It may be tried; it counts as a failure until it has come in. To be stored before it is tried.
    Counted(LockOut),
    /// Not before this moment; what is to be stored differs from what was only where the clock was set back.
    Wait {
        /// When it may be tried again.
        until: DateTime<Utc>,
        /// To be stored.
        lock_out: LockOut,
    },
}

/// The wait after so many failures.
fn wait(failures: u32) -> TimeDelta {
    let Some(doublings) = failures.checked_sub(FREE) else { return TimeDelta::zero() };
    // LIMIT: seven doublings are over an hour already.
    FIRST_WAIT.checked_mul(1 << doublings.min(7)).map_or(LONGEST_WAIT, |wait| wait.min(LONGEST_WAIT))
}

impl LockOut {
    /// One more try at `now`.
    #[must_use]
    pub fn attempt(self, now: DateTime<Utc>) -> Attempt {
        let wait = wait(self.failures);
        if let Some(failed_at) = self.failed_at
            && !wait.is_zero()
        {
            let failed_at = failed_at.min(now);
            let until = failed_at + wait;
            if now < until {
                return Attempt::Wait { until, lock_out: Self { failed_at: Some(failed_at), ..self } };
            }
        }
        Attempt::Counted(Self { failures: self.failures.saturating_add(1), failed_at: Some(now) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn waits(failures: u32) -> i64 {
        match (LockOut { failures, failed_at: Some(at(0)) }).attempt(at(0)) {
            Attempt::Counted(next) => {
                assert_eq!(next, LockOut { failures: failures + 1, failed_at: Some(at(0)) });
                0
            }
            Attempt::Wait { until, .. } => (until - at(0)).num_seconds(),
        }
    }

    #[test]
    fn five_failures_are_free_and_each_further_one_doubles_the_wait_up_to_an_hour() {
        let waits: Vec<i64> = (0..14).map(waits).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert_eq!(super::wait(u32::MAX), LONGEST_WAIT);
    }

    #[test]
    fn after_the_wait_it_may_be_tried_once() {
        let locked = LockOut { failures: 5, failed_at: Some(at(0)) };
        assert!(matches!(locked.attempt(at(29)), Attempt::Wait { .. }));
        let Attempt::Counted(next) = locked.attempt(at(30)) else { panic!("the wait is over") };
        assert_eq!(next.attempt(at(31)), Attempt::Wait { until: at(90), lock_out: next });
    }

    #[test]
    fn a_clock_set_back_begins_the_wait_again_and_shortens_nothing() {
        let locked = LockOut { failures: 6, failed_at: Some(at(0)) };
        let Attempt::Wait { until, lock_out } = locked.attempt(at(-86_400)) else { panic!("it waits") };
        assert_eq!((until, lock_out.failed_at), (at(-86_400 + 60), Some(at(-86_400))));
        assert!(matches!(lock_out.attempt(at(-86_400 + 59)), Attempt::Wait { .. }));
        assert!(matches!(lock_out.attempt(at(-86_400 + 60)), Attempt::Counted(_)));
    }
}
