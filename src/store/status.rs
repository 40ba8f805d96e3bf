//! Counts of DESIGN §8 `status --json`: no content, no ride, no person.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::IdentifierKind;
use rusqlite::OptionalExtension;
use serde::Serialize;

use crate::{
    HospitalRefused, KeyOwner, ReceiverState, Store, StoreError,
    expiring::CertificateWarning,
    recovery_file,
    ride_files::RideFilesNote,
    ride_folder::RideFolderState,
    senders::{Counted, OVER_KIND, in_text_code},
    troubles::TroubleRow,
    watch::Silent,
    worklist::moment,
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
    /// Messages that were refused, ever.
    pub refused: u64,
    /// How often it was refused by its certificate, before there was a message, of the last 90 days. It is asked with the time, and put here.
    pub certificates_refused: u64,
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
    /// Hospitals that are refused by their certificate.
    pub refused_certificates: Vec<HospitalRefused>,
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
    /// The last ride file that was taken from a watched folder.
    pub ride_files: Option<RideFilesNote>,
    /// The watched folder of ride files, where one was ever read or set.
    pub ride_folder: Option<RideFolderState>,
    /// Bytes that are free where the store lies.
    pub disk_free: u64,
}

/// What the counters say, of all days.
#[derive(Default)]
pub(crate) struct Sums {
    by_sender: BTreeMap<i64, SenderSums>,
    /// By number of the path that is sent too much.
    pub(crate) by_path: BTreeMap<i64, u64>,
}

/// What the counters say of one sender.
#[derive(Clone, Default)]
struct SenderSums {
    /// Taken in, repeated, superseded, refused.
    outcomes: [u64; 4],
    over_delivered: u64,
    in_text: BTreeMap<&'static str, u64>,
    last: Option<i64>,
}

impl SenderSums {
    fn add(&mut self, kind: i64, n: u64, last: Option<i64>) {
        self.last = self.last.max(last);
        let outcome = usize::try_from(kind - 1).ok().and_then(|place| self.outcomes.get_mut(place));
        if let Some(outcome) = outcome {
            *outcome += n;
        } else if kind > OVER_KIND {
            self.over_delivered += n;
        } else if let Some(kind) = IdentifierKind::ALL.into_iter().find(|one| in_text_code(*one) == kind) {
            *self.in_text.entry(kind.name()).or_default() += n;
        }
    }
}

/// What must be there before anybody sees anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beginnings {
    /// A hospital is listed by somebody; one that a ride or a message names is not.
    pub hospital: bool,
    /// A ride was read in.
    pub ride: bool,
    /// A message was taken in, now or ever.
    pub message: bool,
}

impl Store {
    /// How far a new store has come. One row of each is looked for, so it costs the same in a full store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn beginnings(&self) -> Result<Beginnings, StoreError> {
        let mut asked = self.connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM hospital WHERE status > 0), EXISTS (SELECT 1 FROM ride), \
             EXISTS (SELECT 1 FROM message) OR EXISTS (SELECT 1 FROM counter WHERE day < 9999999 AND kind = 1)",
        )?;
        let of =
            |row: &rusqlite::Row<'_>| Ok(Beginnings { hospital: row.get(0)?, ride: row.get(1)?, message: row.get(2)? });
        Ok(asked.query_row([], of)?)
    }

    fn number(&self, sql: &str) -> Result<u64, StoreError> {
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    pub(crate) fn text_setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut find = self.connection.prepare_cached("SELECT value FROM setting WHERE key = ?1")?;
        Ok(find.query_row([key], |row| row.get(0)).optional()?)
    }

    /// The counts of now; `verify` walks the whole log too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn status(&self, verify: bool) -> Result<Status, StoreError> {
        let sums = self.sums()?;
        let senders = self.senders_of(&sums)?;
        let sum = |of: fn(&SenderCounts) -> u64| senders.iter().map(of).sum::<u64>();
        let [.., nobody] = sums.by_sender.get(&0).map_or([0; 4], |nobody| nobody.outcomes);
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
                open: self.number("SELECT count(*) FROM work WHERE state IN (1, 2)")?,
                closed: self.number("SELECT count(*) FROM work WHERE state = 3")?,
            },
            over_delivered: self.over_delivered(&sums)?,
            senders,
            silent: Vec::new(),
            troubles: Vec::new(),
            certificates: Vec::new(),
            refused_certificates: Vec::new(),
            audit: AuditState { entries, intact },
            oldest_record: moment(oldest).map(|t| t.with_timezone(&chrono_tz::Europe::Amsterdam).date_naive()),
            purge: PurgeState { last_success: moment(last_purge), clock_doubted_after: self.clock_doubted()? },
            recovery_kit: recovery_file::is_there(&self.folder, &self.connection)?,
            swapped_keys: self.swapped_keys()?,
            open_duties: self.open_duties()?,
            receiver: self.receiver()?,
            ride_files: self.ride_files()?,
            ride_folder: self.ride_folder_state()?,
            disk_free: self.disk_free()?,
        })
    }

    fn over_delivered(&self, sums: &Sums) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut statement = self.connection.prepare_cached("SELECT id, kind FROM over_path")?;
        let mut rows = statement.query([])?;
        let mut by_kind = BTreeMap::new();
        while let Some(row) = rows.next()? {
            if let Some(n) = sums.by_path.get(&row.get(0)?) {
                *by_kind.entry(row.get(1)?).or_default() += n;
            }
        }
        Ok(by_kind)
    }

    /// The counters of all days, summed in one walk: they are by day, kind and sender, so a question about one sender would walk them all.
    pub(crate) fn sums(&self) -> Result<Sums, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT who, kind, n, CASE WHEN kind = 1 THEN value END FROM counter WHERE day < 9999999",
        )?;
        let mut rows = statement.query([])?;
        let mut sums = Sums::default();
        while let Some(row) = rows.next()? {
            let (kind, n): (i64, u64) = (row.get(1)?, row.get(2)?);
            sums.by_sender.entry(row.get(0)?).or_default().add(kind, n, row.get(3)?);
            if kind > OVER_KIND {
                *sums.by_path.entry(kind - OVER_KIND).or_default() += n;
            }
        }
        Ok(sums)
    }

    /// Counts per sender, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn senders(&self) -> Result<Vec<SenderCounts>, StoreError> {
        self.senders_of(&self.sums()?)
    }

    fn senders_of(&self, sums: &Sums) -> Result<Vec<SenderCounts>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT n, root, extension, name, status, site, site_root, site_extension FROM hospital ORDER BY name, n",
        )?;
        let rows = statement.query_map([], |row| {
            let (site, root, extension): (i64, String, String) = (row.get(5)?, row.get(6)?, row.get(7)?);
            let of_kind =
                |kind| (site == kind).then(|| Organisation { root: root.clone(), extension: extension.clone() });
            let number = row.get(0)?;
            let SenderSums { outcomes: [taken_in, repeated, superseded, refused], over_delivered, in_text, last } =
                sums.by_sender.get(&number).cloned().unwrap_or_default();
            Ok(SenderCounts {
                location: of_kind(1),
                application: of_kind(2),
                number,
                organisation: Organisation { root: row.get(1)?, extension: row.get(2)? },
                name: row.get(3)?,
                status: crate::senders::Status::from_code(row.get(4)?).name(),
                taken_in,
                repeated,
                superseded,
                refused,
                certificates_refused: 0,
                over_delivered,
                identifiers_in_text: in_text,
                last: moment(last),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
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
