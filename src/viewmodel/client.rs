//! How a window and the worker talk: commands go in, frames come out; nobody waits for the other.

use std::sync::Arc;

use crate::{Command, Frame};

/// Wakes the window when a new frame is ready.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// The worker as the window sees it.
pub trait Client {
    /// Hands a command over; returns at once. A full queue drops nothing: the command waits its turn.
    fn send(&mut self, command: Command);

    /// The newest frame since the last call, if there is one; never blocks.
    fn latest(&mut self) -> Option<Frame>;

    /// Whom to wake when a frame is ready.
    fn wake_with(&mut self, waker: Waker);

    /// A key, the pointer or the wheel was used in the window: somebody is there. Called before each picture with input.
    fn touched(&mut self) {}

    /// Whether the window is the one that is worked in. Called before each picture.
    fn focused(&mut self, _has_focus: bool) {}

    /// Whether the session was ended since the last call without the window asking (nobody was there, the system locks or
    /// sleeps): what is shown of it goes at once, whatever the worker is doing.
    fn was_left(&mut self) -> bool {
        false
    }
}

/// Commands that a screen's drawing collects in one pass.
#[derive(Default)]
pub struct Outbox(Vec<Command>);

impl Outbox {
    /// Adds a command.
    pub fn push(&mut self, command: Command) {
        self.0.push(command);
    }

    /// The collected commands, in order; the outbox is empty after.
    pub fn take(&mut self) -> Vec<Command> {
        std::mem::take(&mut self.0)
    }
}
