//! How far a long command is, on a terminal: one line of standard error that is written over.
//!
//! **Invariant:** where nobody looks (a file, a pipe), nothing is written.

use std::{
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

use viewmodel::Texts;

use crate::output;

// LIMIT: between two lines; a terminal over a slow line keeps up.
const PAUSE: Duration = Duration::from_millis(200);

/// A line of progress; taken away when dropped.
pub struct Progress {
    texts: Texts,
    key: &'static str,
    is_seen: bool,
    shown: Option<Instant>,
}

impl Progress {
    /// Under this key, with `done` and `all`.
    pub fn new(texts: &Texts, key: &'static str) -> Self {
        Self { texts: texts.clone(), key, is_seen: std::io::stderr().is_terminal(), shown: None }
    }

    /// So far it is.
    pub fn show(&mut self, done: u64, all: u64) {
        if !self.is_seen || (done < all && self.shown.is_some_and(|shown| shown.elapsed() < PAUSE)) {
            return;
        }
        self.shown = Some(Instant::now());
        let values = [("done", self.texts.number(done)), ("all", self.texts.number(all))];
        self.write(&output::said(&self.texts, self.key, &values));
    }

    fn write(&self, line: &str) {
        let mut out = std::io::stderr().lock();
        // To the first column, and the rest of the line away.
        let _ = write!(out, "\r{line}\x1b[K").and_then(|()| out.flush());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown.is_some() {
            self.write("");
        }
    }
}
