//! *Aansluitingen*: hospitals with their status, route, contacts, steps, certificates and dated work agreements.
//!
//! **Invariant:** what was agreed and which status held stays: versions and days are added, none is changed or removed; the agreement of a
//! day that is over is the one that was in force on it.
//! **Not here:** how judgements come about there (`judged`), the rules of an act on the screen (`connection_acts`), the TOML text (`app`), tests of a connection (`trial`).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{InstanceId, Sender, Site};
use rusqlite::{Connection, Transaction, params};

use crate::{
    Store, StoreError,
    connection_acts::ConnectionRule,
    judged::{self, JudgedBy},
    senders::{Agreed, Status, number, site_of},
};

/// A dated work agreement; versions are numbered in order, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// In force from this day.
    pub from: NaiveDate,
    /// What it lets in.
    pub agreed: Agreed,
    /// Feedback is expected within so many days.
    pub delay_days: Option<u16>,
    /// Why it was changed.
    pub reason: Option<String>,
}

/// A status and since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusSince {
    /// The status.
    pub status: Status,
    /// From this day.
    pub from: NaiveDate,
    /// Set by a file, where no sign-off is asked for.
    pub by_file: bool,
}

/// How messages come from a hospital.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Own https over VPN.
    Https,
    /// Integration platform.
    Platform,
    /// LSP, through a connected system's files.
    Relay,
    /// Folder.
    Folder,
}

impl Route {
    /// All, in the order of the screen.
    pub const ALL: [Self; 4] = [Self::Https, Self::Platform, Self::Relay, Self::Folder];

    /// The word in `connections` files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Platform => "platform",
            Self::Relay => "relay",
            Self::Folder => "folder",
        }
    }

    /// The route of a word.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|route| route.name() == name)
    }
}

/// Whom to ask there: a function rather than a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// Function.
    pub function: String,
    /// Telephone.
    pub telephone: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
}

/// One of the eight steps of an implementation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Which, from 1.
    pub number: u8,
    /// When it was done.
    pub on: Option<NaiveDate>,
    /// Whose function it is.
    pub function: Option<String>,
}

/// How many steps there are.
pub const STEPS: u8 = 8;

/// One hospital: an organisation, or one of its sites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hospital {
    /// Its organisation.
    pub organisation: InstanceId,
    /// Its site, where the organisation has several hospitals.
    pub site: Option<Site>,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Status,
    /// The statuses it had, oldest first; the last is the present one.
    pub history: Vec<StatusSince>,
    /// Fingerprints of its certificates, `sha256:…`.
    pub certificates: Vec<String>,
    /// Its folder under the watched folder.
    pub folder: Option<String>,
    /// Contact of the emergency department, as written.
    pub contact: Option<String>,
    /// Others to ask there.
    pub contacts: Vec<Contact>,
    /// Whose system the hospital has.
    pub supplier: Option<String>,
    /// Whose system the RAV has for it.
    pub supplier_rav: Option<String>,
    /// How its messages come.
    pub route: Option<Route>,
    /// Messages 8, 9 and 10 are in use there since this day.
    pub messages_since: Option<NaiveDate>,
    /// Steps of the implementation that were taken, or have somebody.
    pub steps: Vec<Step>,
    /// How judgements come about there, oldest first, one a day: what is kept of a day is the last that was said of it, and the log has
    /// what was said before.
    pub judged: Vec<(NaiveDate, JudgedBy)>,
    /// Work agreements in the order of their versions.
    pub agreements: Vec<Agreement>,
}

impl Hospital {
    /// A hospital of which no more is known.
    #[must_use]
    pub fn new(organisation: InstanceId, name: &str, status: Status) -> Self {
        Self {
            organisation,
            site: None,
            name: name.to_owned(),
            status,
            history: Vec::new(),
            certificates: Vec::new(),
            folder: None,
            contact: None,
            contacts: Vec::new(),
            supplier: None,
            supplier_rav: None,
            route: None,
            messages_since: None,
            steps: Vec::new(),
            judged: Vec::new(),
            agreements: Vec::new(),
        }
    }

    /// As messages name it.
    #[must_use]
    pub fn sender(&self) -> Sender {
        Sender { organisation: self.organisation.clone(), site: self.site.clone() }
    }

    /// The agreement in force on a day, with its version.
    #[must_use]
    pub fn agreement_on(&self, day: NaiveDate) -> Option<(usize, &Agreement)> {
        let due = self.agreements.iter().enumerate().filter(|(_, agreement)| agreement.from <= day);
        due.max_by_key(|(place, agreement)| (agreement.from, *place)).map(|(place, agreement)| (place + 1, agreement))
    }
}

pub(crate) fn day(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

pub(crate) fn date(day: i64) -> NaiveDate {
    NaiveDate::default().checked_add_signed(TimeDelta::try_days(day).unwrap_or_default()).unwrap_or_default()
}

/// The present day in the Netherlands.
pub(crate) fn today(now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&chrono_tz::Europe::Amsterdam).date_naive()
}

/// Writes a hospital: what it is replaces what was, what it agreed and which status it had is added to what was. Gives its number and
/// what was changed, a word for each kind.
pub(crate) fn write(
    transaction: &Transaction<'_>,
    hospital: &Hospital,
    by_file: bool,
    now: DateTime<Utc>,
) -> Result<(i64, Vec<String>), StoreError> {
    let n = number(transaction, &hospital.sender())?;
    let before = read(transaction, n)?;
    let mut changed = Vec::new();
    let is_new = before.status == Status::Unlisted && hospital.status != Status::Unlisted;
    if is_new {
        changed.push("new".to_owned());
    }
    if particulars(&before) != particulars(hospital) {
        transaction.execute(
            "UPDATE hospital SET name = ?2, folder = ?3, contact = ?4, supplier = ?5, supplier_rav = ?6, route = ?7, messages_since = ?8
             WHERE n = ?1",
            params![
                n,
                hospital.name,
                hospital.folder,
                hospital.contact,
                hospital.supplier,
                hospital.supplier_rav,
                hospital.route.map(route_code),
                hospital.messages_since.map(day)
            ],
        )?;
        changed.push("particulars".to_owned());
    }
    write_status(transaction, n, &before, hospital, by_file, &mut changed, now)?;
    write_lists(transaction, n, &before, hospital, &mut changed)?;
    for agreement in hospital.agreements.iter().filter(|new| !before.agreements.contains(new)) {
        if agreement.from < today(now) && !before.agreements.is_empty() {
            return Err(StoreError::Connection(ConnectionRule::AgreementPast, hospital.name.clone()));
        }
        let version = write_agreement(transaction, n, agreement)?;
        changed.push(format!("agreement/{version}"));
    }
    Ok((n, changed))
}

type Particulars<'a> = (
    &'a str,
    Option<&'a String>,
    Option<&'a String>,
    Option<&'a String>,
    Option<&'a String>,
    Option<Route>,
    Option<NaiveDate>,
);

fn particulars(h: &Hospital) -> Particulars<'_> {
    let [folder, contact, supplier, rav] = [&h.folder, &h.contact, &h.supplier, &h.supplier_rav].map(Option::as_ref);
    (&h.name, folder, contact, supplier, rav, h.route, h.messages_since)
}

fn write_status(
    transaction: &Transaction<'_>,
    n: i64,
    before: &Hospital,
    hospital: &Hospital,
    by_file: bool,
    changed: &mut Vec<String>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let is_known =
        |one: &&StatusSince| before.history.iter().any(|old| (old.status, old.from) == (one.status, one.from));
    let mut added: Vec<StatusSince> = hospital.history.iter().filter(|one| !is_known(one)).copied().collect();
    let last = added.last().or(before.history.last()).map(|one| one.status);
    if last != Some(hospital.status) && hospital.status != Status::Unlisted {
        added.push(StatusSince { status: hospital.status, from: today(now), by_file });
    }
    for (place, one) in (before.history.len()..).zip(&added) {
        transaction.execute(
            "INSERT INTO hospital_status VALUES (?1, ?2, ?3, ?4, ?5)",
            params![n, place as i64 + 1, one.status.code(), day(one.from), one.by_file],
        )?;
    }
    // A production that was set by a file had no sign-off here: the log says so.
    let how = if by_file { "by-file" } else { "by-hand" };
    if before.status != hospital.status {
        transaction.execute("UPDATE hospital SET status = ?2 WHERE n = ?1", params![n, hospital.status.code()])?;
        changed.push(format!("status/{}/{how}", hospital.status.name()));
    } else if !added.is_empty() {
        changed.push(format!("status-history/{how}"));
    }
    Ok(())
}

fn write_lists(
    transaction: &Transaction<'_>,
    n: i64,
    before: &Hospital,
    hospital: &Hospital,
    changed: &mut Vec<String>,
) -> Result<(), StoreError> {
    if before.certificates != hospital.certificates {
        for gone in before.certificates.iter().filter(|old| !hospital.certificates.contains(old)) {
            transaction.execute(
                "DELETE FROM hospital_certificate WHERE hospital = ?1 AND fingerprint = ?2",
                params![n, gone],
            )?;
        }
        for certificate in &hospital.certificates {
            transaction.execute(
                "INSERT OR IGNORE INTO hospital_certificate(hospital, fingerprint) VALUES (?1, ?2)",
                params![n, certificate],
            )?;
        }
        changed.push("certificates".to_owned());
    }
    if before.contacts != hospital.contacts {
        transaction.execute("DELETE FROM hospital_contact WHERE hospital = ?1", [n])?;
        for (place, Contact { function, telephone, mail }) in hospital.contacts.iter().enumerate() {
            transaction.execute(
                "INSERT INTO hospital_contact VALUES (?1, ?2, ?3, ?4, ?5)",
                params![n, place as i64, function, telephone, mail],
            )?;
        }
        changed.push("contacts".to_owned());
    }
    if before.steps != hospital.steps {
        transaction.execute("DELETE FROM hospital_step WHERE hospital = ?1", [n])?;
        for Step { number, on, function } in &hospital.steps {
            transaction.execute(
                "INSERT OR REPLACE INTO hospital_step VALUES (?1, ?2, ?3, ?4)",
                params![n, number, on.map(day), function],
            )?;
        }
        changed.push("steps".to_owned());
    }
    judged::write(transaction, n, (&before.judged, &hospital.judged), changed)
}

fn write_agreement(transaction: &Transaction<'_>, n: i64, agreement: &Agreement) -> Result<i64, StoreError> {
    let Agreement { from, agreed, delay_days, reason } = agreement;
    let sql = "INSERT INTO hospital_agreement
                 SELECT ?1, coalesce(max(version), 0) + 1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM hospital_agreement WHERE hospital = ?1
               RETURNING version";
    let values = params![
        n,
        day(*from),
        agreed.identification,
        agreed.description,
        agreed.remarks_medical,
        agreed.remarks_communication,
        agreed.case_list,
        delay_days,
        reason
    ];
    Ok(transaction.query_row(sql, values, |row| row.get(0))?)
}

fn route_code(route: Route) -> i64 {
    match route {
        Route::Https => 1,
        Route::Platform => 2,
        Route::Relay => 3,
        Route::Folder => 4,
    }
}

/// All of one hospital.
pub(crate) fn read(connection: &Connection, n: i64) -> Result<Hospital, StoreError> {
    let mut hospital = connection
        .prepare_cached(
            "SELECT root, extension, site, site_root, site_extension, name, status, folder, contact, supplier, supplier_rav, route,
                    messages_since FROM hospital WHERE n = ?1",
        )?
        .query_row([n], |row| {
            let organisation = InstanceId { root: row.get(0)?, extension: Some(row.get(1)?) };
            let route: Option<i64> = row.get(11)?;
            Ok(Hospital {
                site: site_of(row.get(2)?, row.get(3)?, row.get(4)?),
                folder: row.get(7)?,
                contact: row.get(8)?,
                supplier: row.get(9)?,
                supplier_rav: row.get(10)?,
                route: Route::ALL.into_iter().find(|one| Some(route_code(*one)) == route),
                messages_since: row.get::<_, Option<i64>>(12)?.map(date),
                ..Hospital::new(organisation, &row.get::<_, String>(5)?, Status::from_code(row.get(6)?))
            })
        })?;
    let mut certificates = connection
        .prepare_cached("SELECT fingerprint FROM hospital_certificate WHERE hospital = ?1 ORDER BY fingerprint")?;
    hospital.certificates = certificates.query_map([n], |row| row.get(0))?.collect::<Result<_, _>>()?;
    hospital.history = history(connection, n)?;
    hospital.agreements = agreements(connection, n)?;
    let mut contacts = connection
        .prepare_cached("SELECT function, telephone, mail FROM hospital_contact WHERE hospital = ?1 ORDER BY place")?;
    let contacts = contacts
        .query_map([n], |row| Ok(Contact { function: row.get(0)?, telephone: row.get(1)?, mail: row.get(2)? }))?;
    hospital.contacts = contacts.collect::<Result<_, _>>()?;
    let mut steps =
        connection.prepare_cached("SELECT step, day, function FROM hospital_step WHERE hospital = ?1 ORDER BY step")?;
    let steps = steps.query_map([n], |row| {
        Ok(Step { number: row.get(0)?, on: row.get::<_, Option<i64>>(1)?.map(date), function: row.get(2)? })
    })?;
    hospital.steps = steps.collect::<Result<_, _>>()?;
    hospital.judged = judged::read(connection, n)?;
    Ok(hospital)
}

fn history(connection: &Connection, n: i64) -> Result<Vec<StatusSince>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT status, from_day, by_file FROM hospital_status WHERE hospital = ?1 ORDER BY n")?;
    let rows = statement.query_map([n], |row| {
        Ok(StatusSince { status: Status::from_code(row.get(0)?), from: date(row.get(1)?), by_file: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn agreements(connection: &Connection, n: i64) -> Result<Vec<Agreement>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT from_day, identification, description, remarks_medical, remarks_communication, case_list, delay_days, reason
         FROM hospital_agreement WHERE hospital = ?1 ORDER BY version",
    )?;
    let rows = statement.query_map([n], |row| {
        Ok(Agreement {
            from: date(row.get(0)?),
            agreed: Agreed {
                identification: row.get(1)?,
                description: row.get(2)?,
                remarks_medical: row.get(3)?,
                remarks_communication: row.get(4)?,
                case_list: row.get(5)?,
            },
            delay_days: row.get(6)?,
            reason: row.get(7)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Store {
    /// All hospitals with their numbers, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn hospitals(&self) -> Result<Vec<(i64, Hospital)>, StoreError> {
        let mut numbers = self.connection.prepare_cached("SELECT n FROM hospital ORDER BY name, n")?;
        let numbers = numbers.query_map([], |row| row.get::<_, i64>(0))?.collect::<Result<Vec<_>, _>>()?;
        numbers.into_iter().map(|n| Ok((n, read(&self.connection, n)?))).collect()
    }

    /// All hospitals, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn connections(&self) -> Result<Vec<Hospital>, StoreError> {
        Ok(self.hospitals()?.into_iter().map(|(_, hospital)| hospital).collect())
    }
}
