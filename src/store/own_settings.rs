//! What a person has chosen for himself and what needs no key of his, such as whether the desktop tells him that there is feedback.
//!
//! **Invariant:** which records are unread says nothing of what they say; a person's choice is changed by his own session alone.
//! **Not here:** when an outcome opens (`plain_read`), the notice (`app`).

use access::{Professional, Session};
use chrono::{DateTime, Utc};
use domain::{MessageId, ReaderId};
use rusqlite::{OptionalExtension, params};

use crate::{Store, StoreError};

const DESKTOP_NOTICE: i64 = 2;
// LIMIT: unread records that are looked at, the newest: one more among more than these tells nobody anything.
const UNREAD_MAX: u32 = 10_000;

impl Store {
    /// What an account chose, by the number of the choice.
    pub(crate) fn person_setting(&self, account: i64, key: i64) -> Result<Option<i64>, StoreError> {
        let mut chosen =
            self.connection.prepare_cached("SELECT value FROM person_setting WHERE account = ?1 AND key = ?2")?;
        Ok(chosen.query_row([account, key], |row| row.get(0)).optional()?)
    }

    pub(crate) fn set_person_setting(
        &mut self,
        session: &Session<Professional>,
        (key, value): (i64, i64),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write(now, |transaction, _| {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO person_setting(account, key, value) VALUES (?1, ?2, ?3)")?
                .execute([session.account(), key, value])?;
            Ok(())
        })
    }

    /// Whether an account wants to be told on its desktop that there is feedback; not, until it says so.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn desktop_notice(&self, account: i64) -> Result<bool, StoreError> {
        Ok(self.person_setting(account, DESKTOP_NOTICE)? == Some(1))
    }

    /// Chooses it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_desktop_notice(
        &mut self,
        session: &Session<Professional>,
        on: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.set_person_setting(session, (DESKTOP_NOTICE, i64::from(on)), now)
    }

    /// Which records of a reader are unread, the newest first: no content, and no key is needed for it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn unread_of(&self, reader: ReaderId) -> Result<Vec<MessageId>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT message FROM \"grant\" WHERE reader = ?1 AND state = 1 AND read IS NULL ORDER BY message DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![reader.0, UNREAD_MAX], |row| row.get(0).map(MessageId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
