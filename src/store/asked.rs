//! What is known of rides that wait for a BSN: that the hospital was rung, and that it has none either.
//!
//! **Not here:** which rides wait (`worklist`).

use access::{Administration, Event, Session};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{Store, StoreError, audit_trail};

/// What a clerk notes of a ride that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The hospital was rung.
    Called,
    /// It has no BSN either.
    HasNone,
}

/// The hospital's message says that there is no BSN; a later one does not take back when it was first said.
pub(crate) fn none_by_message(
    transaction: &Transaction<'_>,
    ride: &str,
    sender: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO asked_hospital(ride, none, sender) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET none = excluded.none, sender = excluded.sender WHERE none IS NULL",
        )?
        .execute(params![ride, now.timestamp(), sender])?;
    Ok(())
}

impl Store {
    /// Notes what the hospital of a waiting ride was asked, or said; `ride`: its row. Logged.
    ///
    /// # Errors
    /// [`StoreError::NotYours`] when the ride does not wait any more, or when the store cannot be written.
    pub fn note_asked(
        &mut self,
        session: &Session<Administration>,
        ride: i64,
        asked: Asked,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry_of(session, Event::HospitalAsked, Purpose::AskHospital, now);
        let (sql, detail) = match asked {
            Asked::Called => (
                "INSERT INTO asked_hospital(ride, called, called_by) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET called = excluded.called, called_by = excluded.called_by",
                "called",
            ),
            Asked::HasNone => (
                "INSERT INTO asked_hospital(ride, none, none_by) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET none = excluded.none, none_by = excluded.none_by, sender = NULL",
                "none",
            ),
        };
        entry.detail = Some(detail.to_owned());
        self.write(now, |transaction, secrets| {
            let number: Option<String> = transaction
                .prepare_cached("SELECT number FROM ride WHERE id = ?1 AND awaits = 1 AND purge_after > ?2")?
                .query_row(params![ride, now.timestamp()], |row| row.get(0))
                .optional()?;
            let Some(number) = number else { return Err(StoreError::NotYours) };
            transaction.prepare_cached(sql)?.execute(params![number, now.timestamp(), session.account()])?;
            entry.ride = Some(secrets.ride_pseudonym(&number));
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }
}
