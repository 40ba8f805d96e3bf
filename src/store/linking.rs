//! Linking: what an imported ride does to the records that name it, in whatever order they come; equal BSNs are destroyed whenever they show.

use chrono::{DateTime, Utc};
use domain::ReaderId;
use rusqlite::{OptionalExtension, params};

use crate::{
    StoreError,
    flags::{FLAG_OTHER_HOSPITAL, FLAG_RIDE_UNKNOWN, FLAGS_NOT_DELIVERED},
    ride::Ride,
    ride_import::{Import, crew_text},
    rides::bsn_hash,
    senders::{self, EQUAL_BSN_PATH},
    store::Secrets,
    work,
};

impl Import<'_> {
    /// Whether a BSN came back for this ride.
    pub(crate) fn returned(&self, number: &str) -> Result<bool, StoreError> {
        let mut find = self.transaction.prepare_cached(
            "SELECT EXISTS(SELECT 1 FROM message m JOIN work w ON w.message = m.id WHERE m.ride = ?1)",
        )?;
        Ok(find.query_row([number], |row| row.get(0))?)
    }

    pub(crate) fn link(&mut self, ride: &Ride, id: i64, number: &str, hospital: Option<i64>) -> Result<(), StoreError> {
        let mut find = self.transaction.prepare_cached(
            "SELECT m.id, m.sender, m.flags, m.purge_after, m.received, coalesce(a.holders, m.holders) FROM message m
               LEFT JOIN awaited a ON a.message = m.id WHERE m.ride = ?1",
        )?;
        let found = find
            .query_map([number], |row| {
                Ok(Linked {
                    message: row.get(0)?,
                    sender: row.get(1)?,
                    flags: row.get(2)?,
                    purge_after: row.get(3)?,
                    received: DateTime::from_timestamp(row.get(4)?, 0).unwrap_or_default(),
                    holders: row.get(5)?,
                })
            })?
            .collect::<Result<Vec<_>, _>>()?;
        for one in &found {
            let other = match hospital {
                Some(hospital) => !senders::covers(self.transaction, hospital, one.sender)?,
                None => false,
            };
            let flags = one.flags & !(FLAG_OTHER_HOSPITAL | FLAG_RIDE_UNKNOWN);
            let flags = if other { flags | FLAG_OTHER_HOSPITAL } else { flags };
            // A ride that brings an earlier hand-over lowers the term, never raises it (R4).
            let term = ride.handed_over.map_or(one.purge_after, |t| one.purge_after.min((t + self.term).timestamp()));
            self.transaction
                .prepare_cached("UPDATE message SET flags = ?2, purge_after = ?3 WHERE id = ?1")?
                .execute(params![one.message, flags, term])?;
            self.transaction
                .prepare_cached("UPDATE figure SET ride = ?2, flags = ?3, purge_after = ?4 WHERE message = ?1")?
                .execute(params![one.message, id, flags, term])?;
            let held = flags & FLAGS_NOT_DELIVERED != 0;
            self.transaction
                .prepare_cached("UPDATE waiting SET held = ?2, due = max(due, NOT ?2) WHERE message = ?1")?
                .execute(params![one.message, held])?;
            self.hide_or_show(ride, one, flags)?;
            if one.flags & FLAG_RIDE_UNKNOWN != 0 {
                self.done.linked += 1;
            }
            self.compare(ride, one)?;
        }
        // Sealed anew, so the crew of what was delivered before gets it again.
        if ride.working_diagnosis.is_some() && found.iter().any(|one| !one.holders.is_empty()) {
            self.transaction.prepare_cached("INSERT OR IGNORE INTO ride_due(ride) VALUES (?1)")?.execute([id])?;
        }
        Ok(())
    }

    /// The register decides who sees a record: who is no longer of the crew loses it at once, who is again sees it again.
    fn hide_or_show(&mut self, ride: &Ride, one: &Linked, flags: i64) -> Result<(), StoreError> {
        if one.holders.is_empty() {
            return Ok(());
        }
        let crew = self.crews.crew(&crew_text(ride), senders::day_of(one.received))?;
        for holder in one.holders.chunks_exact(8).filter_map(|c| c.try_into().ok()).map(i64::from_be_bytes) {
            let shown = flags & FLAGS_NOT_DELIVERED == 0 && crew.serves(ReaderId(holder));
            self.transaction
                .prepare_cached(
                    "UPDATE \"grant\" SET state = ?3 WHERE reader = ?1 AND message = ?2 AND state IN (1, 2)",
                )?
                .execute(params![holder, one.message, if shown { 1 } else { 2 }])?;
        }
        Ok(())
    }

    /// A returned BSN that proves equal now is destroyed: part, wrap and work item.
    fn compare(&mut self, ride: &Ride, one: &Linked) -> Result<(), StoreError> {
        let hash = announced_hash(self.secrets, ride);
        let returned = self
            .transaction
            .prepare_cached("SELECT bsn_hash FROM work WHERE message = ?1")?
            .query_row([one.message], |row| row.get::<_, Option<[u8; 32]>>(0))
            .optional()?;
        let Some(returned) = returned else { return Ok(()) };
        if returned.is_some() && returned == hash {
            work::destroy_identification(self.transaction, one.message)?;
            self.counts.over(one.sender, "equal_bsn", EQUAL_BSN_PATH, 1);
            self.done.equal_destroyed += 1;
            return Ok(());
        }
        work::ride_became_known(self.transaction, one.message, ride.announced.is_some())
    }
}

/// A record of the ride that is imported.
struct Linked {
    message: i64,
    sender: i64,
    flags: i64,
    purge_after: i64,
    received: DateTime<Utc>,
    holders: Vec<u8>,
}

/// Hash of the announced BSN; only a valid one can prove equal.
pub(crate) fn announced_hash(secrets: &Secrets, ride: &Ride) -> Option<[u8; 32]> {
    ride.announced.as_ref().filter(|bsn| bsn.is_valid()).map(|bsn| bsn_hash(secrets, bsn))
}
