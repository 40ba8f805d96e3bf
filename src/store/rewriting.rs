//! A reflection whose record is gone, written anew: words, time and confirmation change together or not at all.
//!
//! **Invariant:** without a record there is no reflection that is not confirmed.
//! **Not here:** what is written while its record is there (`reflections`).

use access::{Entry, Event, Professional, Session};
use chrono::{DateTime, Utc};
use rusqlite::params;

use crate::{Store, StoreError, audit_trail, drafts, faults, reflections::ReflectionContent};

impl Store {
    /// Keeps other words of a reflection of this person's whose record is gone, or not his any more, which he confirms to name no patient. False, and nothing
    /// done: it is another's or gone, or its record is there.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn rewrite_reflection(
        &mut self,
        session: &Session<Professional>,
        number: i64,
        content: &ReflectionContent,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let account = session.account();
        let key = session.reflection_key()?;
        let confirmed = self.entry_of_reflection(account, Event::ReflectionConfirmed, now);
        let fell = Entry { event: Event::ReflectionConfirmationFell, ..confirmed.clone() };
        let rewritten = self.write(now, |transaction, _| {
            let sealed = key.seal(number, &content.encode())?;
            // Noon, as of all whose record is gone.
            let noon = now.timestamp() - now.timestamp().rem_euclid(86_400) + 43_200;
            let sql = "UPDATE reflection SET sealed = ?3, at = ?4, confirmed = ?4 WHERE n = ?1 AND account = ?2
                         AND deleted IS NULL AND confirmed IS NOT NULL
                         AND NOT EXISTS(SELECT 1 FROM \"grant\" g JOIN message m ON m.id = g.message
                           WHERE g.reader = ?5 AND g.message = reflection.message AND g.state = 1 AND m.purge_after > ?6)";
            let values = params![number, account, sealed, noon, session.reader().0, now.timestamp()];
            if transaction.prepare_cached(sql)?.execute(values)? == 0 {
                return Ok(false);
            }
            faults::point();
            drafts::forget_about(transaction, (drafts::DRAFT_OF_REFLECTION, number), Some(account))?;
            faults::point();
            audit_trail::append_all(transaction, &[fell, confirmed])?;
            faults::point();
            Ok(true)
        });
        faults::point();
        rewritten
    }
}
