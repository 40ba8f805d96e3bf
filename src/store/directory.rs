//! Whose public key in the directory was exchanged (DESIGN §4): what receiving and signing in refuse, told to those who can act.
//!
//! **Invariant:** a role or a staff number is named, and nobody by name.
//! **Not here:** the refusals (`Store::public_of`; a session that compares the key with its own).

use chrono::{DateTime, Utc};
use domain::{ReaderId, RoleName};
use rusqlite::params;
use serde::Serialize;

use crate::{Store, StoreError};

/// Whose key it is.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum KeyOwner {
    /// A role's.
    Role(RoleName),
    /// The receiving process's, for what waits.
    Routing,
    /// A professional's, by staff number.
    Staff(String),
}

const ROLES: [(ReaderId, KeyOwner); 4] = [
    (ReaderId::ADMINISTRATION, KeyOwner::Role(RoleName::Administration)),
    (ReaderId::MEDICAL_MANAGER, KeyOwner::Role(RoleName::MedicalManager)),
    (ReaderId::PRIVACY_OFFICER, KeyOwner::Role(RoleName::PrivacyOfficer)),
    (ReaderId::ROUTING, KeyOwner::Routing),
];

/// Of a reader whose session found another key than its own: one that the directory key authenticates all the same.
fn setting(reader: ReaderId) -> String {
    format!("key_swapped {}", reader.0)
}

impl Store {
    /// Whose public key is not authenticated, or was not the own key of the member who last signed in.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn swapped_keys(&self) -> Result<Vec<KeyOwner>, StoreError> {
        let mut accounts =
            self.connection.prepare_cached("SELECT n, staff FROM account WHERE public IS NOT NULL ORDER BY staff")?;
        let staff =
            accounts.query_map([], |row| Ok((ReaderId::professional(row.get(0)?), KeyOwner::Staff(row.get(1)?))))?;
        let mut swapped = Vec::new();
        for one in ROLES.into_iter().map(Ok).chain(staff) {
            let (reader, owner) = one?;
            // The officers' directory entry is two keys: to seal to, and to sign with.
            let signing =
                || if reader == ReaderId::PRIVACY_OFFICER { self.officer_signing_key().map(|_| ()) } else { Ok(()) };
            let authenticated = match self.directory_key(reader).and_then(|_| signing()) {
                Ok(()) => true,
                Err(StoreError::Directory(_)) => false,
                Err(error) => return Err(error),
            };
            if !authenticated || self.text_setting(&setting(reader))?.is_some() {
                swapped.push(owner);
            }
        }
        Ok(swapped)
    }

    /// Keeps what a session found when it compared its reader's key in the directory with its own, until the next one does.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn key_compared(&mut self, reader: ReaderId, own: bool, now: DateTime<Utc>) -> Result<(), StoreError> {
        let key = setting(reader);
        if self.text_setting(&key)?.is_none() == own {
            return Ok(());
        }
        self.write(now, |transaction, _| {
            if own {
                transaction.execute("DELETE FROM setting WHERE key = ?1", [&key])?;
            } else {
                transaction
                    .execute("INSERT INTO setting VALUES (?1, ?2)", params![key, now.timestamp().to_string()])?;
            }
            Ok(())
        })
    }
}
