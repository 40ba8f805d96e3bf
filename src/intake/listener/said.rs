//! The log says each kind of refusal once a minute for each sender, with how often in between. A sender is a listed certificate; who shows
//! another, or none, is told apart by his address: certificates he makes as many as he likes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const MINUTE: Duration = Duration::from_secs(60);
// LIMIT: pairs of sender and kind that are told apart; beyond them nothing more is said in that minute.
const KINDS_MAX: usize = 2000;

/// What was said last when, and how often it was not since, by sender and kind.
type Last = HashMap<(String, &'static str), (Instant, u64)>;

/// What was said when.
#[derive(Default)]
pub(crate) struct Said(Mutex<Last>);

impl Said {
    /// Whether it is to be said now: with how often it was not since it last was.
    pub(crate) fn now(&self, who: &str, kind: &'static str) -> Option<u64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((last, silent)) = all.get_mut(&(who.to_owned(), kind)) {
            if last.elapsed() < MINUTE {
                *silent += 1;
                return None;
            }
            let before = *silent;
            (*last, *silent) = (Instant::now(), 0);
            return Some(before);
        }
        if all.len() >= KINDS_MAX {
            all.retain(|_, (last, _)| last.elapsed() < MINUTE);
        }
        if all.len() >= KINDS_MAX {
            return None;
        }
        all.insert((who.to_owned(), kind), (Instant::now(), 0));
        Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_said_once_a_minute_for_each_sender_and_not_without_end() {
        let said = Said::default();
        assert_eq!([said.now("a", "path"), said.now("a", "path")], [Some(0), None]);
        assert_eq!([said.now("b", "path"), said.now("a", "method")], [Some(0), Some(0)]);
        let first = (0..3000).filter(|n| said.now(&n.to_string(), "path").is_some()).count();
        assert_eq!(first, KINDS_MAX - 3);
    }
}
