//! Three lines that an organisation fills in of itself: peer support, its contact for hospitals.
//!
//! **Invariant:** each is one line of bounded length, and none stands without the first.
//! **Not here:** what they are (`peer_support`, `rav_contact`).

use access::{Entry, Event, FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::params;

use crate::{StoreError, audit_trail, store::Store};

/// Why lines are not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinesFault {
    /// Something is filled in, and no name or function.
    NoName,
    /// A value is longer than its limit.
    TooLong,
    /// A value has more than one line, or what cannot be shown.
    NoText,
}

/// What was typed, without the space round it.
pub(crate) fn read(values: &[String; 3], most: [usize; 3]) -> Result<[String; 3], LinesFault> {
    let values = values.each_ref().map(|value| value.trim().to_owned());
    if values[0].is_empty() && values.iter().any(|value| !value.is_empty()) {
        return Err(LinesFault::NoName);
    }
    for (value, most) in values.iter().zip(most) {
        if value.chars().count() > most {
            return Err(LinesFault::TooLong);
        }
        if value.chars().any(char::is_control) {
            return Err(LinesFault::NoText);
        }
    }
    Ok(values)
}

impl Store {
    pub(crate) fn lines(&self, keys: [&str; 3]) -> Result<[String; 3], StoreError> {
        let [first, second, third] = keys.map(|key| self.text_setting(key).map(Option::unwrap_or_default));
        Ok([first?, second?, third?])
    }

    /// Keeps them, with a line of the log that says whether there is anything, not what.
    pub(crate) fn set_lines(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        (event, name): (Event, &str),
        (keys, values): ([&str; 3], [&str; 3]),
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let filled = if values[0].is_empty() { "none" } else { "filled" };
        let entry = Entry {
            detail: Some(format!("{name}={filled}")),
            ..self.entry_of(session, event, Purpose::Operation, now)
        };
        self.write(now, |transaction, _| {
            for (key, value) in keys.into_iter().zip(values) {
                let sql = "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
                transaction.execute(sql, params![key, value])?;
            }
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }
}
