//! How long what was put away is kept: originals are messages in clear, acknowledgements tell what became of them.
//!
//! **Invariant:** nothing is removed but what was put away here.

use std::{ffi::OsStr, io, time::Duration};

use chrono::{DateTime, Utc};

use super::{
    directory::{Directory, Found, Stamp},
    putting_away::{ACKNOWLEDGEMENT, Kept, ORIGINAL, Shelf, Shelves, is_neutral},
};

/// The terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Of originals of messages that were taken in; zero: removed at once.
    pub taken: Duration,
    /// Of originals of refused messages.
    pub refused: Duration,
    /// Of acknowledgements.
    pub acknowledgements: Duration,
}

// LIMIT: names of a shelf looked at in one go; what lies beyond has its turn when these are gone.
const NAMES_MAX: usize = 100_000;

impl Terms {
    pub(super) fn kept(&self, shelf: Shelf) -> Kept {
        if self.of_original(shelf).is_zero() { Kept::No } else { Kept::ForAWhile }
    }

    fn of_original(&self, shelf: Shelf) -> Duration {
        match shelf {
            Shelf::Taken => self.taken,
            Shelf::Refused => self.refused,
        }
    }

    /// Removes what is past its term; gives how many originals went.
    pub(super) fn apply(&self, shelves: &Shelves<'_>, now: DateTime<Utc>) -> io::Result<u64> {
        let mut removed = 0;
        for which in [Shelf::Taken, Shelf::Refused] {
            let shelf = shelves.shelf(which);
            for name in shelf.names(NAMES_MAX)?.0 {
                let Some(text) = name.to_str() else { continue };
                let is_ours = |end: &str| text.strip_suffix(end).is_some_and(is_neutral);
                if is_ours(ACKNOWLEDGEMENT) {
                    remove_after(shelf, &name, self.acknowledgements, now)?;
                } else if is_ours(ORIGINAL) && remove_after(shelf, &name, self.of_original(which), now)? {
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }
}

pub(super) fn remove_after(shelf: &Directory, name: &OsStr, term: Duration, now: DateTime<Utc>) -> io::Result<bool> {
    let Found::File(Stamp { changed: (since, _), .. }) = shelf.look(name)? else { return Ok(false) };
    // It got its name here when it was put away; its writer cannot set this time.
    let age = now.timestamp().saturating_sub(since);
    let is_past = u64::try_from(age).is_ok_and(|age| age >= term.as_secs());
    if is_past {
        shelf.remove(name)?;
    }
    Ok(is_past)
}
