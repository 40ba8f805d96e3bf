//! A professional's session hands back the keys of what is his no more, and hands on what others of a crew lack (DESIGN §3): at
//! sign-in, after each command, and as time passes.
//!
//! **Not here:** what is handed over, and when it may be (`store`).

use access::SignedIn;
use chrono::{DateTime, Utc};

use crate::{
    engine::{Engine, Place},
    error::AppError,
};

impl Engine {
    /// Hands back and on what is due; whether anything was.
    ///
    /// # Errors
    /// When the store cannot be written; what was handed back before stays so.
    pub(crate) fn hand_back(&mut self, now: DateTime<Utc>) -> Result<bool, AppError> {
        let Self { archive, place: Place::Inside(signed_in), view, .. } = self else { return Ok(false) };
        let SignedIn::Professional(session) = signed_in.as_ref() else { return Ok(false) };
        let mut any = false;
        while archive.hand_back(session, now)? > 0 {
            any = true;
        }
        // What a privacy officer decided to be joined again waits for one of the crew.
        any |= archive.join_again(session, now)? > 0;
        view.professional.handed_back(now);
        any |= archive.store_mut().destroy_deleted_reflections(now)?;
        view.reflections.destroyed(now);
        Ok(any)
    }

    /// Seconds in which the last *niet mijn rit* or deletion of a reflection can be undone; `None`: there is none.
    pub(crate) fn undo_seconds(&self, now: DateTime<Utc>) -> Option<u32> {
        let (disowned, deleted) = (self.view.professional.undo_seconds(now), self.view.reflections.undo_seconds(now));
        disowned.into_iter().chain(deleted).min()
    }
}
