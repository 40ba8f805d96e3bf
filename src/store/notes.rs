//! What a clerk notes at an item of *Patiëntidentificatie*: sealed to the administration, for whoever of it has the item next.
//!
//! **Invariant:** it goes with the item, and with the BSN at the latest. **Not here:** what may stand in it (`app`).

use access::{Administration, Event, Session, note_place};
use chrono::{DateTime, Utc};
use domain::{MessageToken, ReaderId, Sensitive};
use rusqlite::{OptionalExtension, params};

use crate::{Store, StoreError, drafts};

/// Characters of a note, at most.
pub const NOTE_CHARACTERS_MAX: usize = 200;

impl Store {
    /// Notes this at an item that this clerk holds, in place of what was noted; nothing: takes it away. Logged, without the words.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] when another holds it; when the store cannot be written.
    pub fn set_note(
        &mut self,
        session: &Session<Administration>,
        item: i64,
        note: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let note: zeroize::Zeroizing<String> = note.chars().take(NOTE_CHARACTERS_MAX).collect::<String>().into();
        self.act(session, item, now, Event::ItemNoted, |transaction, secrets| {
            let token = transaction
                .prepare_cached(
                    "SELECT m.token FROM work w JOIN message m ON m.id = w.message
                     WHERE w.message = ?1 AND w.state IN (1, 2) AND w.claimed_by = ?2",
                )?
                .query_row(params![item, session.account()], |row| Ok(MessageToken(row.get(0)?)))
                .optional()?;
            let Some(token) = token else { return Ok(0) };
            drafts::forget_about(transaction, (drafts::DRAFT_OF_NOTE, item), Some(session.account()))?;
            if note.is_empty() {
                transaction.prepare_cached("DELETE FROM work_note WHERE message = ?1")?.execute([item])?;
                return Ok(1);
            }
            let public = Self::public_of(transaction, secrets, ReaderId::ADMINISTRATION)?;
            let sealed = seal::seal_to(&public, &note_place(token), note.as_bytes())?;
            Ok(transaction
                .prepare_cached("INSERT OR REPLACE INTO work_note(message, sealed) VALUES (?1, ?2)")?
                .execute(params![item, sealed])?)
        })
    }

    /// What is noted at an item.
    ///
    /// # Errors
    /// When it was changed, or the store cannot be read.
    pub fn note(&self, session: &Session<Administration>, item: i64) -> Result<Option<Sensitive>, StoreError> {
        let row = self
            .connection
            .prepare_cached(
                "SELECT m.token, n.sealed FROM work_note n JOIN message m ON m.id = n.message WHERE n.message = ?1",
            )?
            .query_row([item], |row| Ok((MessageToken(row.get(0)?), row.get::<_, Vec<u8>>(1)?)))
            .optional()?;
        let Some((token, sealed)) = row else { return Ok(None) };
        let plain = session.open_note(token, &sealed)?;
        let text = std::str::from_utf8(&plain).map_err(|_| StoreError::Tampered)?;
        Ok(Some(Sensitive::new(text.to_owned())))
    }
}
