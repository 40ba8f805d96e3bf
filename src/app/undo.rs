//! What can be undone for some seconds, as a screen shows it.

use chrono::{DateTime, Utc};
use viewmodel::{Command, Undo};

/// What was done last to a ride, and until when it can be undone.
pub(crate) struct Undoable<T> {
    /// Of what.
    pub(crate) of: T,
    /// Ride number.
    pub(crate) ride: String,
    /// From then on it is for good.
    pub(crate) until: DateTime<Utc>,
}

impl<T: Copy> Undoable<T> {
    /// The way back, while there is one.
    pub(crate) fn shown(&self, command: impl FnOnce(T) -> Command, now: DateTime<Utc>) -> Option<Undo> {
        let seconds = u32::try_from((self.until - now).num_seconds()).ok().filter(|left| *left > 0)?;
        Some(Undo { ride: self.ride.clone(), seconds, command: command(self.of) })
    }
}
