//! *Aansluitingen*: hospitals, their status, certificates and dated work agreements. The TOML text is `app`'s.

use access::{Authorisation, Event};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{InstanceId, Purpose};
use rusqlite::{Transaction, params};

use crate::{
    Store, StoreError, audit_trail,
    senders::{Agreed, Status, number},
};

/// A dated work agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// In force from this day.
    pub from: NaiveDate,
    /// What it lets in.
    pub agreed: Agreed,
}

/// One hospital.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hospital {
    /// Its organisation.
    pub organisation: InstanceId,
    /// Its name.
    pub name: String,
    /// Its status.
    pub status: Status,
    /// Fingerprints of its certificates, `sha256:…`.
    pub certificates: Vec<String>,
    /// Its folder under the watched folder.
    pub folder: Option<String>,
    /// Contact, as written.
    pub contact: Option<String>,
    /// Work agreements, oldest first.
    pub agreements: Vec<Agreement>,
}

fn day(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

fn write(transaction: &Transaction<'_>, hospital: &Hospital) -> Result<(), StoreError> {
    let n = number(transaction, &hospital.organisation)?;
    transaction.execute(
        "UPDATE hospital SET name = ?2, status = ?3, folder = ?4, contact = ?5 WHERE n = ?1",
        params![n, hospital.name, hospital.status.code(), hospital.folder, hospital.contact],
    )?;
    transaction.execute("DELETE FROM hospital_certificate WHERE hospital = ?1", [n])?;
    for certificate in &hospital.certificates {
        transaction.execute("INSERT OR IGNORE INTO hospital_certificate VALUES (?1, ?2)", params![n, certificate])?;
    }
    transaction.execute("DELETE FROM hospital_agreement WHERE hospital = ?1", [n])?;
    for Agreement { from, agreed } in &hospital.agreements {
        transaction.execute(
            "INSERT OR REPLACE INTO hospital_agreement VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                n,
                day(*from),
                agreed.identification,
                agreed.description,
                agreed.remarks_medical,
                agreed.remarks_communication,
                agreed.case_list
            ],
        )?;
    }
    Ok(())
}

impl Store {
    /// Writes hospitals: those named are made or changed as a whole; others stay as they are.
    ///
    /// # Errors
    /// When the store cannot be written: then nothing is changed.
    pub fn set_connections(&mut self, hospitals: &[Hospital], now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut entry = self.entry(now, Event::ConnectionsChanged, Purpose::Operation);
        entry.authorisation = Authorisation::CommandLine;
        entry.count = Some(hospitals.len() as u64);
        self.write(now, |transaction, _| {
            for hospital in hospitals {
                write(transaction, hospital)?;
            }
            audit_trail::append(transaction, &entry)?;
            Ok(())
        })
    }

    /// All hospitals, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn connections(&self) -> Result<Vec<Hospital>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT n, root, extension, name, status, folder, contact FROM hospital ORDER BY name, n",
        )?;
        let rows = statement.query_map([], |row| {
            let organisation = InstanceId { root: row.get(1)?, extension: Some(row.get(2)?) };
            Ok((
                row.get::<_, i64>(0)?,
                Hospital {
                    organisation,
                    name: row.get(3)?,
                    status: Status::from_code(row.get(4)?),
                    certificates: Vec::new(),
                    folder: row.get(5)?,
                    contact: row.get(6)?,
                    agreements: Vec::new(),
                },
            ))
        })?;
        let mut hospitals = Vec::new();
        for row in rows {
            let (n, mut hospital) = row?;
            let mut certificates = self.connection.prepare_cached(
                "SELECT fingerprint FROM hospital_certificate WHERE hospital = ?1 ORDER BY fingerprint",
            )?;
            hospital.certificates = certificates.query_map([n], |row| row.get(0))?.collect::<Result<_, _>>()?;
            hospital.agreements = self.agreements(n)?;
            hospitals.push(hospital);
        }
        Ok(hospitals)
    }

    fn agreements(&self, hospital: i64) -> Result<Vec<Agreement>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT from_day, identification, description, remarks_medical, remarks_communication, case_list
             FROM hospital_agreement WHERE hospital = ?1 ORDER BY from_day",
        )?;
        let rows = statement.query_map([hospital], |row| {
            Ok(Agreement {
                from: NaiveDate::default() + TimeDelta::days(row.get(0)?),
                agreed: Agreed {
                    identification: row.get(1)?,
                    description: row.get(2)?,
                    remarks_medical: row.get(3)?,
                    remarks_communication: row.get(4)?,
                    case_list: row.get(5)?,
                },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
