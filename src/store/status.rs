//! Counts of DESIGN §8 `status --json`: no content, no ride, no person.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::OptionalExtension;
use serde::Serialize;

use crate::{
    KeyOwner, ReceiverState, Store, StoreError,
    expiring::CertificateWarning,
    recovery_file,
    senders::{Counted, OVER_KIND},
    troubles::TroubleRow,
    watch::Silent,
    work::moment,
};

/// The organisation of a sender.
#[derive(Serialize, Clone, Debug)]
pub struct Organisation {
    /// OID root.
    pub root: String,
    /// Extension.
    pub extension: String,
}

/// Counts of one sender.
#[derive(Serialize, Clone, Debug)]
pub struct SenderCounts {
    /// The organisation.
    pub organisation: Organisation,
    /// The location that it is, where the organisation has several hospitals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Organisation>,
    /// The application that it is told by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<Organisation>,
    /// Its name.
    #[serde(skip)]
    pub name: String,
    /// Its number.
    #[serde(skip)]
    pub number: i64,
    /// Its status.
    pub status: &'static str,
    /// Taken in, ever.
    pub taken_in: u64,
    /// Repeats, ever.
    pub repeated: u64,
    /// Superseded, ever.
    pub superseded: u64,
    /// Refused, ever.
    pub refused: u64,
    /// Values sent too much, ever.
    pub over_delivered: u64,
    /// Places in free text that identify, ever, by kind (R28).
    pub identifiers_in_text: BTreeMap<&'static str, u64>,
    /// Time of the last message that was taken in.
    pub last: Option<DateTime<Utc>>,
}

/// What came in, ever.
#[derive(Serialize, Clone, Copy, Debug, Default)]
pub struct Received {
    /// Taken in.
    pub taken_in: u64,
    /// Exact repeats.
    pub repeated: u64,
    /// Older versions that came late.
    pub superseded: u64,
    /// Refused.
    pub refused: u64,
}

/// Work items.
#[derive(Serialize, Clone, Copy, Debug)]
pub struct Identifications {
    /// Open or under investigation.
    pub open: u64,
    /// Closed.
    pub closed: u64,
}

/// The log.
#[derive(Serialize, Clone, Copy, Debug)]
pub struct AuditState {
    /// Entries.
    pub entries: u64,
    /// The chain holds.
    pub intact: bool,
}

/// The purge.
#[derive(Serialize, Clone, Copy, Debug)]
pub struct PurgeState {
    /// When it last ran to its end.
    pub last_success: Option<DateTime<Utc>>,
    /// It is withheld, since the clock lies far ahead of this moment, the newest the log knew.
    pub clock_doubted_after: Option<DateTime<Utc>>,
}

/// The whole.
#[derive(Serialize, Clone, Debug)]
pub struct Status {
    /// Production or test.
    pub kind: domain::StoreKind,
    /// Records in the store.
    pub records: u64,
    /// Rides in the register.
    pub rides: u64,
    /// What came in, ever.
    pub received: Received,
    /// Records whose ride is in the register.
    pub linked: u64,
    /// Records whose ride is not.
    pub unlinked: u64,
    /// Records that still hold a Routing wrap.
    pub waiting: u64,
    /// Work items.
    pub identifications: Identifications,
    /// What was sent too much, by kind.
    pub over_delivered: BTreeMap<String, u64>,
    /// By sender.
    pub senders: Vec<SenderCounts>,
    /// Hospitals that are silent for too long. Which they are is found outside the store, and put here.
    pub silent: Vec<Silent>,
    /// Why senders were told to come again, those of the last day. It is asked with the time, and put here, as are the next.
    pub troubles: Vec<TroubleRow>,
    /// Certificates that expire soon, or have expired.
    pub certificates: Vec<CertificateWarning>,
    /// The log.
    pub audit: AuditState,
    /// Day of the oldest record.
    pub oldest_record: Option<NaiveDate>,
    /// The purge.
    pub purge: PurgeState,
    /// A recovery kit was made at set-up.
    pub recovery_kit: bool,
    /// Whose public key in the directory was exchanged.
    pub swapped_keys: Vec<KeyOwner>,
    /// Duties around the program without a date: open points, and no reason for an alarm.
    pub open_duties: Vec<&'static str>,
    /// The receiving process.
    pub receiver: ReceiverState,
    /// Bytes that are free where the store lies.
    pub disk_free: u64,
}

impl Store {
    fn number(&self, sql: &str) -> Result<u64, StoreError> {
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    pub(crate) fn text_setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.connection.query_row("SELECT value FROM setting WHERE key = ?1", [key], |row| row.get(0)).optional()?)
    }

    /// The counts of now; `verify` walks the whole log too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn status(&self, verify: bool) -> Result<Status, StoreError> {
        let senders = self.senders()?;
        let sum = |of: fn(&SenderCounts) -> u64| senders.iter().map(of).sum::<u64>();
        let nobody = self.number("SELECT coalesce(sum(n), 0) FROM counter WHERE kind = 4 AND who = 0")?;
        let records = self.number("SELECT count(*) FROM message")?;
        let unlinked = self.number("SELECT count(*) FROM message WHERE flags & 8")?;
        let entries = self.log_length()?;
        let intact = !verify || self.verify_log(None, |_| true)?.first_break.is_none();
        // Records are numbered in order of receipt.
        let oldest: Option<i64> = self
            .connection
            .query_row("SELECT received FROM message ORDER BY id LIMIT 1", [], |row| row.get(0))
            .optional()?;
        let last_purge = self.text_setting("last_purge")?.and_then(|t| t.parse().ok());
        Ok(Status {
            kind: self.settings.kind,
            records,
            rides: self.number("SELECT count(*) FROM ride")?,
            received: Received {
                taken_in: sum(|s| s.taken_in),
                repeated: sum(|s| s.repeated),
                superseded: sum(|s| s.superseded),
                refused: sum(|s| s.refused) + nobody,
            },
            linked: records - unlinked,
            unlinked,
            waiting: self.number("SELECT count(*) FROM waiting")?,
            identifications: Identifications {
                open: self.number("SELECT count(*) FROM work WHERE state <> 3")?,
                closed: self.number("SELECT count(*) FROM work WHERE state = 3")?,
            },
            over_delivered: self.over_delivered()?,
            senders,
            silent: Vec::new(),
            troubles: Vec::new(),
            certificates: Vec::new(),
            audit: AuditState { entries, intact },
            oldest_record: moment(oldest).map(|t| t.with_timezone(&chrono_tz::Europe::Amsterdam).date_naive()),
            purge: PurgeState { last_success: moment(last_purge), clock_doubted_after: self.clock_doubted()? },
            recovery_kit: recovery_file::is_there(&self.folder, &self.connection)?,
            swapped_keys: self.swapped_keys()?,
            open_duties: self.open_duties()?,
            receiver: self.receiver()?,
            disk_free: self.disk_free()?,
        })
    }

    fn over_delivered(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT p.kind, sum(c.n) FROM counter c JOIN over_path p ON p.id = c.kind - ?1 WHERE c.kind > ?1 GROUP BY p.kind",
        )?;
        let rows = statement.query_map([OVER_KIND], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Counts per sender, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn senders(&self) -> Result<Vec<SenderCounts>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT h.n, h.root, h.extension, h.name, h.status,
               coalesce(sum(CASE WHEN c.kind = 1 THEN c.n END), 0), coalesce(sum(CASE WHEN c.kind = 2 THEN c.n END), 0),
               coalesce(sum(CASE WHEN c.kind = 3 THEN c.n END), 0), coalesce(sum(CASE WHEN c.kind = 4 THEN c.n END), 0),
               coalesce(sum(CASE WHEN c.kind > ?1 THEN c.n END), 0), h.site, h.site_root, h.site_extension
             FROM hospital h LEFT JOIN counter c ON c.who = h.n AND c.day < 9999999 GROUP BY h.n ORDER BY h.name, h.n",
        )?;
        let rows = statement.query_map([OVER_KIND], |row| {
            let (site, root, extension): (i64, String, String) = (row.get(10)?, row.get(11)?, row.get(12)?);
            let of_kind =
                |kind| (site == kind).then(|| Organisation { root: root.clone(), extension: extension.clone() });
            Ok(SenderCounts {
                location: of_kind(1),
                application: of_kind(2),
                number: row.get(0)?,
                organisation: Organisation { root: row.get(1)?, extension: row.get(2)? },
                name: row.get(3)?,
                status: crate::senders::Status::from_code(row.get(4)?).name(),
                taken_in: row.get(5)?,
                repeated: row.get(6)?,
                superseded: row.get(7)?,
                refused: row.get(8)?,
                over_delivered: row.get(9)?,
                identifiers_in_text: BTreeMap::new(),
                last: None,
            })
        })?;
        let mut senders = rows.collect::<Result<Vec<_>, _>>()?;
        let mut last =
            self.connection.prepare_cached("SELECT who, max(value) FROM counter WHERE kind = 1 GROUP BY who")?;
        let last: BTreeMap<i64, Option<i64>> =
            last.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        for sender in &mut senders {
            sender.last = moment(last.get(&sender.number).copied().flatten());
            sender.identifiers_in_text = self.in_text(sender.number)?;
        }
        Ok(senders)
    }

    /// Messages taken in per sender and day, for days not before `from` (days since 1970).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn taken_in_by_day(&self, from: i64) -> Result<Vec<(i64, i64, u64)>, StoreError> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT who, day, n FROM counter WHERE day >= ?1 AND day < 9999999 AND kind = ?2")?;
        let rows =
            statement.query_map([from, Counted::TakenIn.code()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
