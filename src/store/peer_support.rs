//! Whom to talk to about a ride: peer support, as the organisation filled it in.
//!
//! **Not here:** where it is shown (`app`).

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, Utc};

use crate::{
    StoreError,
    lines::{self, LinesFault},
    store::Store,
};

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

impl PeerSupport {
    // LIMIT: characters of a value, so that it stays one quiet line.
    /// At most so many characters of name, telephone and hours.
    pub const CHARACTERS_MAX: [usize; 3] = [80, 40, 80];

    /// What was typed, without the space round it; or what is wrong with it.
    ///
    /// # Errors
    /// A value that is too long, has a line break, or stands without a name.
    pub fn typed(values: &[String; 3]) -> Result<Self, LinesFault> {
        let [name, telephone, hours] = lines::read(values, Self::CHARACTERS_MAX)?;
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
        let [name, telephone, hours] = self.lines(KEYS)?;
        Ok(PeerSupport { name, telephone, hours })
    }

    /// Fills it in, changes it or takes it away. Logged, without who it is: that stands in the settings.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_peer_support(
        &mut self,
        session: &Session<FunctionalAdministrator>,
        PeerSupport { name, telephone, hours }: &PeerSupport,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.set_lines(session, (Event::PeerSupportChanged, "peer_support"), (KEYS, [name, telephone, hours]), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(name: &str, telephone: &str, hours: &str) -> Result<PeerSupport, LinesFault> {
        PeerSupport::typed(&[name.into(), telephone.into(), hours.into()])
    }

    #[test]
    fn what_is_typed_is_one_line_of_bounded_length_and_has_a_name() {
        let kept = typed("  Opvangteam ", "012 345 67 89", " dag en nacht").map(|kept| (kept.name, kept.hours));
        assert_eq!(kept, Ok(("Opvangteam".into(), "dag en nacht".into())));
        assert_eq!(typed("", " ", "").map(|kept| kept.is_empty()), Ok(true));
        assert_eq!(typed("", "012 345 67 89", ""), Err(LinesFault::NoName));
        assert_eq!(typed(&"é".repeat(81), "", ""), Err(LinesFault::TooLong));
        assert!(typed(&"é".repeat(80), "", "").is_ok());
        assert_eq!(typed("Opvang\nteam", "", ""), Err(LinesFault::NoText));
    }
}
