//! Linking: what a ride of the register does to the records that name it, in whatever order they come; equal BSNs are destroyed whenever they
//! show.
//!
//! **Not here:** the rows of the register (`ride_import`), what is linked by hand (`unlinked`).

use access::{Entry, Event};
use chrono::{DateTime, TimeDelta, Utc};
use domain::ReaderId;
use rusqlite::{OptionalExtension, Transaction, params};

use crate::{
    StoreError,
    crew_changes::{self, CrewChanged},
    crews::{Crew, Crews},
    flags::{
        self, FLAG_BY_HAND, FLAG_CONTESTED, FLAG_IMPLAUSIBLE, FLAG_OTHER_HOSPITAL, FLAG_RIDE_UNKNOWN, FLAGS_HELD,
        FLAGS_NOT_DELIVERED,
    },
    one_number, retention,
    ride::Imported,
    rides::{self, RETURNED},
    senders::{self, Counts, EQUAL_BSN_PATH},
    store::Secrets,
    withdrawal, work,
    worklist::moment,
};

/// A ride as linking needs it: a line of a file, or as it stands in the register.
pub(crate) struct LinkedRide<'r> {
    pub(crate) id: i64,
    pub(crate) number: &'r str,
    pub(crate) hospital: Option<i64>,
    pub(crate) handed_over: Option<DateTime<Utc>>,
    pub(crate) vehicle: Option<&'r str>,
    /// As `staff:column;…`.
    pub(crate) crew: &'r str,
    pub(crate) announced: bool,
    /// Hash of the announced BSN; only a valid one can prove equal.
    pub(crate) bsn_hash: Option<[u8; 32]>,
    /// Its working diagnosis was sealed anew, so that its crew's wraps are gone.
    pub(crate) sealed_anew: bool,
}

/// Links rides in one transaction.
pub(crate) struct Linker<'a> {
    transaction: &'a Transaction<'a>,
    secrets: &'a Secrets,
    crews: Crews<'a>,
    term: TimeDelta,
    now: DateTime<Utc>,
    counts: Counts,
    /// What the entry of an item that the register closed is made from.
    confirmed: Entry,
    entries: Vec<Entry>,
    pub(crate) done: Imported,
}

impl<'a> Linker<'a> {
    /// `entry`: by whom, and when.
    pub(crate) fn new(
        transaction: &'a Transaction<'a>,
        secrets: &'a Secrets,
        crews: Crews<'a>,
        (term, now): (TimeDelta, DateTime<Utc>),
        entry: &Entry,
    ) -> Self {
        let confirmed = Entry { event: Event::ItemConfirmed, ..entry.clone() };
        let (counts, entries, done) = (Counts::default(), Vec::new(), Imported::default());
        Self { transaction, secrets, crews, term, now, counts, confirmed, entries, done }
    }

    /// What was done, and the entries to be written.
    pub(crate) fn end(self) -> Result<(Imported, Vec<Entry>), StoreError> {
        self.counts.write(self.transaction, self.now)?;
        Ok((self.done, self.entries))
    }

    /// Whether a BSN came back for this ride.
    pub(crate) fn returned(&self, number: &str) -> Result<bool, StoreError> {
        let sql = format!("SELECT {RETURNED}");
        Ok(self.transaction.prepare_cached(&sql)?.query_row([number], |row| row.get(0))?)
    }

    /// Links the records that name a ride.
    pub(crate) fn link(&mut self, ride: &LinkedRide<'_>) -> Result<(), StoreError> {
        let mut find = self.transaction.prepare_cached(
            "SELECT m.id, m.sender, m.flags, m.purge_after, m.received, coalesce(a.holders, m.holders), m.remarks IS NOT NULL,
               m.vehicle, m.ride_time FROM message m LEFT JOIN awaited a ON a.message = m.id WHERE m.ride = ?1",
        )?;
        let found = find
            .query_map([ride.number], |row| {
                Ok(Linked {
                    message: row.get(0)?,
                    sender: row.get(1)?,
                    flags: row.get(2)?,
                    purge_after: row.get(3)?,
                    received: DateTime::from_timestamp(row.get(4)?, 0).unwrap_or_default(),
                    holders: row.get(5)?,
                    remarks: row.get(6)?,
                    vehicle: row.get(7)?,
                    time: moment(row.get(8)?),
                })
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let is_contested = !found.is_empty() && one_number::is_contested(self.transaction, ride.id)?;
        let earliest = if is_contested { one_number::earliest(self.transaction, ride.number)? } else { None };
        for one in &found {
            let contested = is_contested && one.flags & FLAG_BY_HAND == 0;
            let flags = self.flags(ride, one, contested)?;
            let handed_over = if contested { earliest } else { ride.handed_over };
            // A ride that brings an earlier hand-over lowers the term, never raises it (R4).
            let term = handed_over.map_or(one.purge_after, |t| one.purge_after.min((t + self.term).timestamp()));
            self.transaction
                .prepare_cached("UPDATE message SET flags = ?2, purge_after = ?3, ride_row = ?4 WHERE id = ?1")?
                .execute(params![one.message, flags, term, ride.id])?;
            self.transaction
                .prepare_cached("UPDATE figure SET ride = ?2, flags = ?3, purge_after = ?4 WHERE message = ?1")?
                .execute(params![one.message, ride.id, flags, term])?;
            let held = flags & FLAGS_NOT_DELIVERED != 0;
            self.transaction
                .prepare_cached("UPDATE waiting SET held = ?2, due = max(due, NOT ?2), linked = 1 WHERE message = ?1")?
                .execute(params![one.message, held])?;
            self.hide_or_show(ride, one, flags)?;
            self.ask(ride, one, flags)?;
            if one.flags & FLAG_RIDE_UNKNOWN != 0 {
                self.done.linked += 1;
            }
            work::hold(self.transaction, one.message, flags & FLAGS_HELD != 0)?;
            self.compare(ride, one)?;
        }
        if !found.is_empty() {
            // Whether a BSN came back is known only now: of which records it counts.
            rides::wait(self.transaction, ride.number)?;
        }
        // Sealed anew, so the crew of what was delivered before gets it again.
        if ride.sealed_anew && found.iter().any(|one| !one.holders.is_empty()) {
            self.transaction.prepare_cached("INSERT OR IGNORE INTO ride_due(ride) VALUES (?1)")?.execute([ride.id])?;
        }
        Ok(())
    }

    /// The flags of a record of this ride, as the register stands now.
    fn flags(&self, ride: &LinkedRide<'_>, one: &Linked, contested: bool) -> Result<i64, StoreError> {
        let flags = one.flags & !(FLAG_OTHER_HOSPITAL | FLAG_RIDE_UNKNOWN | FLAG_IMPLAUSIBLE | FLAG_CONTESTED);
        if contested {
            return Ok(flags | FLAG_CONTESTED);
        }
        let said = (one.sender, (one.vehicle.as_deref(), one.time));
        let known = (ride.number, ride.hospital, (ride.vehicle, ride.handed_over));
        Ok(flags | flags::of_ride(self.transaction, said, known)?)
    }

    /// The register decides who sees a record: who is no longer of the crew loses it at once, who is again sees it again; the
    /// same for the remarks alone. His session hands the keys back (`withdrawal`).
    fn hide_or_show(&mut self, ride: &LinkedRide<'_>, one: &Linked, flags: i64) -> Result<(), StoreError> {
        if one.holders.is_empty() {
            return Ok(());
        }
        let crew = self.crew_of(ride, one)?;
        for holder in retention::numbers(&one.holders) {
            let right = crew.right_of(ReaderId(holder)).filter(|_| flags & FLAGS_NOT_DELIVERED == 0);
            self.transaction
                .prepare_cached(
                    "UPDATE \"grant\" SET state = ?3, remarks = CASE WHEN remarks = 0 THEN 0 ELSE coalesce(?4, remarks) END
                     WHERE reader = ?1 AND message = ?2 AND state IN (1, 2)",
                )?
                .execute(params![
                    holder,
                    one.message,
                    if right.is_some() { 1 } else { 2 },
                    right.map(|remarks| if remarks { 1 } else { 2 })
                ])?;
        }
        Ok(())
    }

    fn crew_of(&mut self, ride: &LinkedRide<'_>, one: &Linked) -> Result<Crew, StoreError> {
        self.crews.crew(ride.number, ride.crew, senders::day_of(one.received))
    }

    /// Who is of the crew and lacks something of a record that was delivered gets it from Routing; where Routing has its keys no
    /// more, from the session of one who has them.
    fn ask(&mut self, ride: &LinkedRide<'_>, one: &Linked, flags: i64) -> Result<(), StoreError> {
        if one.holders.is_empty() || flags & FLAGS_NOT_DELIVERED != 0 {
            return Ok(());
        }
        let crew = self.crew_of(ride, one)?;
        let mut lacks = crew.waits(one.remarks);
        for (reader, remarks) in crew.served() {
            let has =
                "SELECT 1 FROM \"grant\" WHERE reader = ?1 AND message = ?2 AND state = 1 AND (remarks > 0 OR NOT ?3)";
            let wanted = remarks && one.remarks;
            lacks |= !self.transaction.prepare_cached(has)?.exists(params![reader.0, one.message, wanted])?;
        }
        if lacks && !withdrawal::routing_has_all(self.transaction, one.message, one.remarks)? {
            self.transaction
                .prepare_cached("INSERT OR IGNORE INTO asked(message) VALUES (?1)")?
                .execute([one.message])?;
        }
        Ok(())
    }

    /// A corrected register names another crew than before: who got what came in about the ride and who lost it is remembered, and
    /// who said that the ride is another's is asked nothing of that any more.
    pub(crate) fn crew_changed(&mut self, number: &str, (before, after): (&str, &str)) -> Result<(), StoreError> {
        self.crews.forget_withdrawals(number)?;
        let last: Option<(i64, i64)> = self
            .transaction
            .prepare_cached("SELECT max(received), max(purge_after) FROM message WHERE ride = ?1")?
            .query_row([number], |row| Ok(row.get::<_, Option<i64>>(0)?.zip(row.get(1)?)))?;
        let Some((received, purge_after)) = last else { return Ok(()) };
        let day = senders::day_of(DateTime::from_timestamp(received, 0).unwrap_or_default());
        let (before, after) = (self.crews.entitled(before, day)?, self.crews.entitled(after, day)?);
        let changes = [(&after, &before, CrewChanged::Got), (&before, &after, CrewChanged::Lost)];
        for (these, others, kind) in changes {
            for staff in these.iter().filter(|staff| !others.contains(staff)) {
                crew_changes::note(self.transaction, (number, staff), kind, purge_after, self.now)?;
            }
        }
        Ok(())
    }

    /// A returned BSN that proves equal now is destroyed. Where the ride stood in the register without it, the register has taken it over,
    /// and the item is closed by that; where this is the first line of the ride, it was sent needlessly and leaves no item.
    fn compare(&mut self, ride: &LinkedRide<'_>, one: &Linked) -> Result<(), StoreError> {
        let returned = self
            .transaction
            .prepare_cached("SELECT bsn_hash FROM work WHERE message = ?1")?
            .query_row([one.message], |row| row.get::<_, Option<[u8; 32]>>(0))
            .optional()?;
        let Some(returned) = returned else { return Ok(()) };
        let was_linked = one.flags & (FLAG_RIDE_UNKNOWN | FLAG_CONTESTED) == 0;
        if returned.is_some() && returned == ride.bsn_hash && was_linked {
            work::confirm(self.transaction, one.message, self.now)?;
            let pseudonym = Some(self.secrets.ride_pseudonym(ride.number));
            self.entries.push(Entry { ride: pseudonym, ..self.confirmed.clone() });
            self.done.confirmed += 1;
            return Ok(());
        }
        if returned.is_some() && returned == ride.bsn_hash {
            work::destroy_identification(self.transaction, one.message)?;
            self.counts.over(one.sender, "equal_bsn", EQUAL_BSN_PATH, 1);
            self.done.equal_destroyed += 1;
            return Ok(());
        }
        work::ride_became_known(self.transaction, one.message, ride.announced)
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
    remarks: bool,
    vehicle: Option<String>,
    time: Option<DateTime<Utc>>,
}
