//! Sending organisations: standing, agreement in force, counters. Connections themselves: `connections`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{IdentifierKind, InstanceId, Sender, Site};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::{Store, StoreError, inbox::Incoming, watch::Refusing};

/// Where a hospital stands (DESIGN §8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// zonder aansluiting: came by hand, not listed.
    Unlisted,
    /// niet gestart.
    NotStarted,
    /// aangevraagd: counts as test.
    Requested,
    /// in test.
    Test,
    /// in productie.
    Production,
    /// gestopt.
    Stopped,
}

impl Status {
    const ALL: [(Self, i64, &str); 6] = [
        (Self::Unlisted, 0, "unlisted"),
        (Self::NotStarted, 1, "not_started"),
        (Self::Requested, 2, "requested"),
        (Self::Test, 3, "test"),
        (Self::Production, 4, "production"),
        (Self::Stopped, 5, "stopped"),
    ];

    pub(crate) fn code(self) -> i64 {
        Self::ALL.iter().find(|(status, ..)| *status == self).map_or(0, |(_, code, _)| *code)
    }

    pub(crate) fn from_code(code: i64) -> Self {
        Self::ALL.iter().find(|(_, c, _)| *c == code).map_or(Self::Unlisted, |(status, ..)| *status)
    }

    /// The word in `connections` files.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(status, ..)| *status == self).map_or("unlisted", |(.., name)| *name)
    }

    /// The status of a word in a `connections` file.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(.., n)| *n == name).map(|(status, ..)| *status)
    }
}

/// What a work agreement lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Identification.
    pub identification: bool,
    /// Description of the diagnosis.
    pub description: bool,
    /// Remarks on medical acting.
    pub remarks_medical: bool,
    /// Remarks on communication.
    pub remarks_communication: bool,
    /// The case list of the medical manager.
    pub case_list: bool,
}

/// A sender as receiving sees it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its number; `None` for one that is not listed and has not sent before.
    pub hospital: Option<i64>,
    /// As which hospital it counts: that of its site, where one is listed, else the organisation's own.
    pub sender: Sender,
    /// Its status.
    pub status: Status,
    /// The agreement in force on the day; `None` without one.
    pub agreed: Option<Agreed>,
}

/// Kinds of the daily counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Taken in.
    TakenIn,
    /// Exact repeats.
    Repeated,
    /// Older versions that came late.
    Superseded,
    /// Refused.
    Refused,
}

impl Counted {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::TakenIn => 1,
            Self::Repeated => 2,
            Self::Superseded => 3,
            Self::Refused => 4,
        }
    }
}

/// The counter of what identifies in free text (R28), by kind.
pub(crate) fn in_text_code(kind: IdentifierKind) -> i64 {
    match kind {
        IdentifierKind::Bsn => 11,
        IdentifierKind::Telephone => 12,
        IdentifierKind::Email => 13,
        IdentifierKind::Postcode => 14,
        IdentifierKind::BirthDate => 15,
        IdentifierKind::Name => 16,
    }
}

/// Counters of an over-delivered path start here.
pub(crate) const OVER_KIND: i64 = 1000;

/// Days since 1970 of a moment, in Dutch time.
pub(crate) fn day_of(now: DateTime<Utc>) -> i64 {
    let day = now.with_timezone(&chrono_tz::Europe::Amsterdam).date_naive();
    day.signed_duration_since(NaiveDate::default()).num_days()
}

// LIMIT: distinct element paths kept per sender (MESSAGE12 §7); what comes beyond is counted by kind alone.
const PATHS_MAX: u32 = 64;

/// Where a returned BSN stands, for one that proved equal only in the store.
pub(crate) const EQUAL_BSN_PATH: &str = "recordTarget/patientRole/id";

/// What one transaction counts: added up, and written at its end.
#[derive(Default)]
pub(crate) struct Counts {
    messages: BTreeMap<(i64, i64), u64>,
    refusing: Refusing,
    over: BTreeMap<(i64, &'static str, String), u64>,
}

impl Counts {
    /// What came in needlessly, and what may name somebody in free text.
    pub(crate) fn in_message(&mut self, incoming: &Incoming, sender: i64, equal_bsn: bool) {
        if equal_bsn {
            self.over(sender, "equal_bsn", EQUAL_BSN_PATH, 1);
        }
        for (kind, path, n) in &incoming.over_delivered {
            self.over(sender, kind, path, *n);
        }
        for kind in &incoming.identifiers_in_text {
            self.in_text(sender, *kind);
        }
    }

    /// Counts one message.
    pub(crate) fn message(&mut self, counted: Counted, sender: i64) {
        *self.messages.entry((counted.code(), sender)).or_default() += 1;
        if counted != Counted::Refused {
            self.refusing.accept(sender);
        }
    }

    /// Counts one message that was refused by this rule.
    pub(crate) fn refused(&mut self, sender: i64, rule: &'static str) {
        self.message(Counted::Refused, sender);
        self.refusing.refuse(sender, rule);
    }

    /// Counts one place in free text that identifies.
    pub(crate) fn in_text(&mut self, sender: i64, kind: IdentifierKind) {
        *self.messages.entry((in_text_code(kind), sender)).or_default() += 1;
    }

    /// Counts what a sender sent too much, by kind and element path.
    pub(crate) fn over(&mut self, sender: i64, kind: &'static str, path: &str, by: u64) {
        *self.over.entry((sender, kind, path.to_owned())).or_default() += by;
    }

    /// Writes what was counted, and when the last message came: that of a sender is known without a search through the records.
    pub(crate) fn write(self, transaction: &Transaction<'_>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let day = day_of(now);
        for ((code, sender), count) in self.messages {
            transaction
                .prepare_cached(
                    "INSERT INTO counter(day, kind, who, n, value, first) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
                     ON CONFLICT DO UPDATE SET n = n + excluded.n, value = excluded.value",
                )?
                .execute(params![day, code, sender, count, now.timestamp()])?;
        }
        self.refusing.write(transaction, now)?;
        for ((sender, kind, path), count) in self.over {
            let known = |path: &str| -> Result<bool, StoreError> {
                let counted = transaction
                    .prepare_cached(
                        "INSERT INTO counter(day, kind, who, n) SELECT ?1, ?2 + id, ?3, ?4 FROM over_path
                         WHERE sender = ?3 AND kind = ?5 AND path = ?6 ON CONFLICT DO UPDATE SET n = n + excluded.n",
                    )?
                    .execute(params![day, OVER_KIND, sender, count, kind, path])?;
                Ok(counted > 0)
            };
            if known(&path)? {
                continue;
            }
            let paths: u32 = transaction
                .prepare_cached("SELECT count(*) FROM over_path WHERE sender = ?1 AND path <> ''")?
                .query_row([sender], |row| row.get(0))?;
            let path = if paths < PATHS_MAX { path.as_str() } else { "" };
            transaction.execute(
                "INSERT OR IGNORE INTO over_path(sender, kind, path) VALUES (?1, ?2, ?3)",
                params![sender, kind, path],
            )?;
            known(path)?;
        }
        Ok(())
    }
}

/// The number of a hospital; one that is not listed gets a row as *zonder aansluiting*.
pub(crate) fn number(transaction: &Transaction<'_>, sender: &Sender) -> Result<i64, StoreError> {
    let (root, extension) = columns(&sender.organisation);
    let (kind, site_root, site_extension) = site_columns(sender.site.as_ref());
    let known = transaction
        .prepare_cached(
            "SELECT n FROM hospital WHERE root = ?1 AND extension = ?2 AND site = ?3 AND site_root = ?4 AND site_extension = ?5",
        )?
        .query_row(params![root, extension, kind, site_root, site_extension], |row| row.get(0))
        .optional()?;
    if let Some(n) = known {
        return Ok(n);
    }
    transaction.execute(
        "INSERT INTO hospital(root, extension, site, site_root, site_extension, name, status) VALUES (?1, ?2, ?3, ?4, ?5, ?2, 0)",
        params![root, extension, kind, site_root, site_extension],
    )?;
    Ok(transaction.last_insert_rowid())
}

/// Whether a ride of one hospital may have messages of another: an organisation's own entry stands for all its sites, since the register
/// names organisations.
pub(crate) fn covers(transaction: &Transaction<'_>, of_ride: i64, sender: i64) -> Result<bool, StoreError> {
    if of_ride == sender {
        return Ok(true);
    }
    let sql = "SELECT EXISTS(SELECT 1 FROM hospital r JOIN hospital s ON s.root = r.root AND s.extension = r.extension
                 WHERE r.n = ?1 AND s.n = ?2 AND r.site = 0)";
    Ok(transaction.prepare_cached(sql)?.query_row([of_ride, sender], |row| row.get(0))?)
}

fn columns(id: &InstanceId) -> (&str, &str) {
    (&id.root, id.extension.as_deref().unwrap_or_default())
}

/// Kind, root and extension of a site as they stand in their columns.
pub(crate) fn site_columns(site: Option<&Site>) -> (i64, &str, &str) {
    let (kind, id) = match site {
        None => return (0, "", ""),
        Some(Site::Location(id)) => (1, id),
        Some(Site::Application(id)) => (2, id),
    };
    let (root, extension) = columns(id);
    (kind, root, extension)
}

/// A site from its columns.
pub(crate) fn site_of(kind: i64, root: String, extension: String) -> Option<Site> {
    let id = InstanceId { root, extension: (!extension.is_empty()).then_some(extension) };
    match kind {
        1 => Some(Site::Location(id)),
        2 => Some(Site::Application(id)),
        _ => None,
    }
}

/// The listed hospital of an organisation that fits its sites best: the first site that is one, else the organisation's own entry.
fn find(
    connection: &Connection,
    organisation: &InstanceId,
    sites: &[Site],
) -> Result<(Sender, Option<(i64, Status)>), StoreError> {
    let (root, extension) = columns(organisation);
    let mut statement = connection.prepare_cached(
        "SELECT n, status, site, site_root, site_extension FROM hospital WHERE root = ?1 AND extension = ?2",
    )?;
    let rows = statement.query_map([root, extension], |row| {
        let site = site_of(row.get(2)?, row.get(3)?, row.get(4)?);
        Ok((row.get::<_, i64>(0)?, Status::from_code(row.get(1)?), site))
    })?;
    let mut best: Option<(usize, i64, Status, Option<Site>)> = None;
    for row in rows {
        let (n, status, site) = row?;
        // The organisation's own entry comes after every site that is named.
        let rank = match &site {
            None => Some(sites.len()),
            Some(site) => sites.iter().position(|named| named == site),
        };
        if let Some(rank) = rank.filter(|rank| best.as_ref().is_none_or(|(other, ..)| rank < other)) {
            best = Some((rank, n, status, site));
        }
    }
    Ok(match best {
        Some((_, n, status, site)) => (Sender { organisation: organisation.clone(), site }, Some((n, status))),
        None => (organisation.clone().into(), None),
    })
}

/// As which hospital a message counts.
pub(crate) fn matched(
    connection: &Connection,
    organisation: &InstanceId,
    sites: &[Site],
) -> Result<Sender, StoreError> {
    Ok(find(connection, organisation, sites)?.0)
}

impl Store {
    /// The standing of an organisation as a whole on the day of `now`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn standing(&self, organisation: &InstanceId, now: DateTime<Utc>) -> Result<Standing, StoreError> {
        self.standing_at(organisation, &[], now)
    }

    /// The standing on the day of `now` of the hospital that a message comes from, by the organisation and the sites that it names.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn standing_at(
        &self,
        organisation: &InstanceId,
        sites: &[Site],
        now: DateTime<Utc>,
    ) -> Result<Standing, StoreError> {
        let (sender, known) = find(&self.connection, organisation, sites)?;
        let Some((hospital, status)) = known else {
            return Ok(Standing { hospital: None, sender, status: Status::Unlisted, agreed: None });
        };
        let row = self
            .connection
            .prepare_cached(
                "SELECT identification, description, remarks_medical, remarks_communication, case_list
                 FROM hospital_agreement WHERE hospital = ?1 AND from_day <= ?2 ORDER BY from_day DESC, version DESC LIMIT 1",
            )?
            .query_row(params![hospital, day_of(now)], |row| {
                Ok(Agreed {
                    identification: row.get(0)?,
                    description: row.get(1)?,
                    remarks_medical: row.get(2)?,
                    remarks_communication: row.get(3)?,
                    case_list: row.get(4)?,
                })
            });
        let agreed = match row {
            Ok(agreed) => Some(agreed),
            Err(rusqlite::Error::QueryReturnedNoRows) => None,
            Err(error) => return Err(error.into()),
        };
        Ok(Standing { hospital: Some(hospital), sender, status, agreed })
    }
}
