//! Why senders were told to come again, and how much room the store's disk has: the alarm of *Ontvangst*.

use chrono::{DateTime, Utc};
use rusqlite::params;
use serde::Serialize;

use crate::{Store, StoreError};

/// Why senders were told to come again.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// Too little room on the disk.
    DiskNearlyFull,
    /// The store could not be written, or another process had it.
    NotStored,
    /// More came than could be taken in.
    TooMuch,
    /// One sender had more connections, or sent more in a minute, than one may.
    SenderTooMuch,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::DiskNearlyFull, Self::NotStored, Self::TooMuch, Self::SenderTooMuch];

    fn code(self) -> i64 {
        match self {
            Self::DiskNearlyFull => 1,
            Self::NotStored => 2,
            Self::TooMuch => 3,
            Self::SenderTooMuch => 4,
        }
    }

    /// Its word in logs, in `status` and in keys of texts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DiskNearlyFull => "disk-nearly-full",
            Self::NotStored => "not-stored",
            Self::TooMuch => "too-much",
            Self::SenderTooMuch => "sender-too-much",
        }
    }
}

/// A trouble of receiving, as it is listed.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct TroubleRow {
    /// What.
    pub trouble: Trouble,
    /// Since when, without an hour between two in which nobody was told.
    pub since: DateTime<Utc>,
    /// When last.
    pub last: DateTime<Utc>,
    /// How many messages, or connections, were told to come again.
    pub count: u64,
    /// Nobody was told for an hour: it is to be known, not to be alarmed about any more.
    pub over: bool,
}

/// Seconds without which a trouble is over, and the next begins anew.
const OVER: i64 = 3600;

impl Store {
    /// Counts messages whose senders were told to come again.
    ///
    /// # Errors
    /// When the store cannot be written: then they are counted later.
    pub fn note_troubles(&mut self, troubles: &[(Trouble, u64)], now: DateTime<Utc>) -> Result<(), StoreError> {
        if troubles.is_empty() {
            return Ok(());
        }
        self.write(now, |transaction, _| {
            for (trouble, count) in troubles {
                transaction
                    .prepare_cached(
                        "INSERT INTO receiving_trouble(kind, since, last, count) VALUES (?1, ?2, ?2, ?3)
                         ON CONFLICT DO UPDATE SET since = iif(last < ?2 - ?4, ?2, since),
                           count = iif(last < ?2 - ?4, 0, count) + excluded.count, last = ?2",
                    )?
                    .execute(params![trouble.code(), now.timestamp(), count, OVER])?;
            }
            Ok(())
        })
    }

    /// Troubles of receiving, those of the last day.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn troubles(&self, now: DateTime<Utc>) -> Result<Vec<TroubleRow>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT kind, since, last, count FROM receiving_trouble WHERE last >= ?1 ORDER BY kind")?;
        let rows = statement.query_map([now.timestamp() - 86_400], |row| {
            let code: i64 = row.get(0)?;
            let moment = |seconds| DateTime::from_timestamp(seconds, 0).unwrap_or_default();
            let last: i64 = row.get(2)?;
            Ok(TroubleRow {
                trouble: Trouble::ALL.into_iter().find(|t| t.code() == code).unwrap_or(Trouble::NotStored),
                since: moment(row.get(1)?),
                last: moment(last),
                count: row.get(3)?,
                over: last < now.timestamp() - OVER,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Bytes that are free on the store's disk for this account; `None` where the system does not say.
    #[must_use]
    pub fn free_bytes(&self) -> Option<u64> {
        free_bytes(&self.folder)
    }
}

/// Bytes that are free where this folder lies; `None` where the system does not say.
#[must_use]
pub fn free_bytes(folder: &std::path::Path) -> Option<u64> {
    crate::system::free_bytes(folder).ok()
}
