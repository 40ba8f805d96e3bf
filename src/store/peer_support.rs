//! Whom to talk to about a ride: peer support, as the organisation filled it in.
//!
//! **Not here:** where it is shown (`app`).

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};
use domain::Purpose;
use rusqlite::params;

use crate::{StoreError, audit_trail, store::Store};

const KEYS: [&str; 3] = ["peer_support_name", "peer_support_telephone", "peer_support_hours"];

/// Whom to talk to about a ride. All empty: nobody was filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeerSupport {
    /// Name or function.
    pub name: String,
    /// Telephone number.
    pub telephone: String,
    /// When somebody is there.
    pub hours: String,
}

/// Why it is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerSupportFault {
    /// Something is filled in, and no name.
    NoName,
    /// A value is longer than its limit.
    TooLong,
    /// A value has more than one line, or what cannot be shown.
    NoText,
}

impl PeerSupport {
    // LIMIT: characters of a value, so that it stays one quiet line.
    /// At most so many characters of name, telephone and hours.
    pub const CHARACTERS_MAX: [usize; 3] = [80, 40, 80];

    /// What was typed, without the space round it; or what is wrong with it.
    ///
    /// # Errors
    /// A value that is too long, has a line break, or stands without a name.
    pub fn typed(values: &[String; 3]) -> Result<Self, PeerSupportFault> {
        let values = values.each_ref().map(|value| value.trim().to_owned());
        let [name, telephone, hours] = &values;
        if name.is_empty() && !(telephone.is_empty() && hours.is_empty()) {
            return Err(PeerSupportFault::NoName);
        }
        for (value, most) in values.iter().zip(Self::CHARACTERS_MAX) {
            if value.chars().count() > most {
                return Err(PeerSupportFault::TooLong);
            }
            if value.chars().any(char::is_control) {
                return Err(PeerSupportFault::NoText);
            }
        }
        let [name, telephone, hours] = values;
        Ok(Self { name, telephone, hours })
    }

    /// Whether nobody was filled in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.name.is_empty()
    }
}

impl Store {
    /// Whom to talk to about a ride.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn peer_support(&self) -> Result<PeerSupport, StoreError> {
        let [name, telephone, hours] = KEYS.map(|key| self.text_setting(key).map(Option::unwrap_or_default));
        Ok(PeerSupport { name: name?, telephone: telephone?, hours: hours? })
    }

    /// Fills it in, changes it or takes it away. Logged, without who it is: that stands in the settings.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_peer_support(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        new: &PeerSupport,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut entry = self.entry_of(session, Event::PeerSupportChanged, Purpose::Operation, now);
        entry.detail = Some(if new.is_empty() { "peer_support=none" } else { "peer_support=filled" }.to_owned());
        let PeerSupport { name, telephone, hours } = new;
        self.write(now, |transaction, _| {
            for (key, value) in KEYS.into_iter().zip([name, telephone, hours]) {
                let sql = "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
                transaction.execute(sql, params![key, value])?;
            }
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(name: &str, telephone: &str, hours: &str) -> Result<PeerSupport, PeerSupportFault> {
        PeerSupport::typed(&[name.into(), telephone.into(), hours.into()])
    }

    #[test]
    fn what_is_typed_is_one_line_of_bounded_length_and_has_a_name() {
        let kept = typed("  Opvangteam ", "012 345 67 89", " dag en nacht").map(|kept| (kept.name, kept.hours));
        assert_eq!(kept, Ok(("Opvangteam".into(), "dag en nacht".into())));
        assert_eq!(typed("", " ", "").map(|kept| kept.is_empty()), Ok(true));
        assert_eq!(typed("", "012 345 67 89", ""), Err(PeerSupportFault::NoName));
        assert_eq!(typed(&"é".repeat(81), "", ""), Err(PeerSupportFault::TooLong));
        assert!(typed(&"é".repeat(80), "", "").is_ok());
        assert_eq!(typed("Opvang\nteam", "", ""), Err(PeerSupportFault::NoText));
    }
}
