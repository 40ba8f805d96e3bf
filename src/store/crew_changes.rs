//! Who got the records of a ride after they came, who lost them, and who said that the ride is another's: for its crew, and for the privacy
//! officer.

use access::{Professional, Session};
use chrono::{DateTime, Utc};
use domain::MessageId;
use rusqlite::{Transaction, params};

use crate::{StoreError, archive::Archive, worklist::moment};

/// What happened to somebody's sight of a ride's records after they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrewChanged {
    /// The register put him on the crew.
    Got,
    /// The register took him off it.
    Lost,
    /// He said that the ride is not his.
    Disowned,
}

impl CrewChanged {
    fn code(self) -> i64 {
        match self {
            Self::Got => 1,
            Self::Lost => 2,
            Self::Disowned => 3,
        }
    }

    fn from_code(code: i64) -> Self {
        [Self::Got, Self::Lost].into_iter().find(|kind| kind.code() == code).unwrap_or(Self::Disowned)
    }
}

/// One line of what happened to the crew of a ride.
pub struct CrewChange {
    /// Its number.
    pub number: i64,
    /// Ride number as the register shows it.
    pub ride: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Display name; the staff number where no account has it.
    pub who: String,
    /// What.
    pub kind: CrewChanged,
}

/// Remembers who got or lost a ride's records.
pub(crate) fn note(
    transaction: &Transaction<'_>,
    (ride, staff): (&str, &str),
    kind: CrewChanged,
    purge_after: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    transaction
        .prepare_cached("INSERT INTO crew_change(ride, at, staff, kind, purge_after) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![ride, now.timestamp(), staff, kind.code(), purge_after])?;
    Ok(())
}

impl Archive {
    /// What happened to the crew of a ride after its records came, oldest first; for its crew.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn crew_changes(
        &self,
        session: &Session<Professional>,
        message: MessageId,
    ) -> Result<Vec<CrewChange>, StoreError> {
        let sql = format!(
            "{CHANGES} WHERE c.ride = (SELECT m.ride FROM \"grant\" g JOIN message m ON m.id = g.message
               WHERE g.reader = ?1 AND g.message = ?2 AND g.state = 1) ORDER BY c.n"
        );
        let mut statement = self.store.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![session.reader().0, message.0], change)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The same of all rides, newest first; for the privacy officer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all_crew_changes(
        &self,
        _: &Session<access::PrivacyOfficer>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<CrewChange>, StoreError> {
        let sql = format!("{CHANGES} WHERE c.purge_after > ?1 ORDER BY c.n DESC LIMIT ?2");
        let mut statement = self.store.connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params![now.timestamp(), limit], change)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

const CHANGES: &str =
    "SELECT c.n, coalesce(r.shown, c.ride), c.at, coalesce(a.name, c.staff), c.kind FROM crew_change c
    LEFT JOIN ride r ON r.number = c.ride LEFT JOIN account a ON a.staff = c.staff";

fn change(row: &rusqlite::Row<'_>) -> rusqlite::Result<CrewChange> {
    Ok(CrewChange {
        number: row.get(0)?,
        ride: row.get(1)?,
        at: moment(row.get(2)?).unwrap_or_default(),
        who: row.get(3)?,
        kind: CrewChanged::from_code(row.get(4)?),
    })
}
