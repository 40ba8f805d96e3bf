//! Certificates of senders: which organisations each may speak for, which were seen, and which are refused and why.
//!
//! **Invariant:** what a stranger can make grow here is bounded.
//! **Not here:** what a certificate says and whether it is believed (`intake`), the list of a hospital's own (`connections`).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::InstanceId;
use rusqlite::{Connection, Transaction, params};
use serde::Serialize;

use crate::{SenderCounts, Store, StoreError, senders::Status};

// LIMIT: certificates and refusals that are remembered; a RAV has a dozen hospitals. Beyond them those that were seen longest ago go.
const SEEN_MAX: u32 = 500;
const REFUSED_MAX: u32 = 500;
// LIMIT: characters of a name that a stranger wrote in his certificate.
const NAME_MAX: usize = 64;
/// When a certificate was last used that was not used yet.
const NEVER: i64 = 0;

/// A certificate whose owner has proven to have its key.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct CertificateSeen {
    /// `sha256:…`.
    pub fingerprint: String,
    /// How it can be listed by its names: `subject:…;issuer:…`.
    pub names: String,
    /// Common name of its subject, as written by its maker.
    pub common_name: String,
    /// URA of a UZI server certificate.
    pub ura: Option<String>,
    /// It counts until then.
    pub not_after: DateTime<Utc>,
}

/// Why a certificate is refused.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateRefusal {
    /// It has expired.
    Expired,
    /// It does not count yet.
    NotYet,
    /// It is listed for no hospital.
    Unlisted,
    /// It is listed by its names, and its issuer is not in the client CA.
    OtherIssuer,
    /// The hospital it is listed for has no connection, or not any more.
    NotConnected,
    /// It is good; the organisation in the message is not one it may speak for.
    OtherOrganisation,
}

impl CertificateRefusal {
    /// All reasons.
    pub const ALL: [Self; 6] =
        [Self::Expired, Self::NotYet, Self::Unlisted, Self::OtherIssuer, Self::NotConnected, Self::OtherOrganisation];

    fn code(self) -> i64 {
        match self {
            Self::Expired => 1,
            Self::NotYet => 2,
            Self::Unlisted => 3,
            Self::OtherIssuer => 4,
            Self::NotConnected => 5,
            Self::OtherOrganisation => 6,
        }
    }

    /// Its word in logs, in `status` and in keys of texts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::NotYet => "not-yet",
            Self::Unlisted => "unlisted",
            Self::OtherIssuer => "other-issuer",
            Self::NotConnected => "not-connected",
            Self::OtherOrganisation => "other-organisation",
        }
    }
}

/// Refusals of one certificate for one reason, as they are counted before they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateRefused {
    /// The certificate.
    pub certificate: CertificateSeen,
    /// Why.
    pub reason: CertificateRefusal,
    /// The organisation in the message, where that is the reason.
    pub organisation: Option<InstanceId>,
    /// How often since they were last written.
    pub count: u64,
    /// When last.
    pub last: DateTime<Utc>,
}

/// A certificate that is refused, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCertificateRow {
    /// The certificate.
    pub certificate: CertificateSeen,
    /// Hospitals it is listed for.
    pub hospitals: Vec<InstanceId>,
    /// Why.
    pub reason: CertificateRefusal,
    /// The organisation in the message, where that is the reason.
    pub organisation: Option<InstanceId>,
    /// Since when, without one that was accepted in between.
    pub since: DateTime<Utc>,
    /// When last.
    pub last: DateTime<Utc>,
    /// How often.
    pub count: u64,
}

/// A hospital whose certificate is refused, and that has sent nothing since that was accepted; for `status`.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct HospitalRefused {
    /// The hospital.
    pub organisation: InstanceId,
    /// Its name.
    pub hospital: String,
    /// Of its certificate.
    pub fingerprint: String,
    /// Why.
    pub reason: CertificateRefusal,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When last.
    pub last: DateTime<Utc>,
    /// How often.
    pub count: u64,
}

/// A certificate of a hospital with what is known of it since it was used.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct HospitalCertificate {
    /// The hospital.
    pub organisation: InstanceId,
    /// Its name.
    pub hospital: String,
    /// Contact, as written.
    #[serde(skip)]
    pub contact: Option<String>,
    /// As listed: `sha256:…` or `subject:…;issuer:…`.
    pub listed: String,
    /// The certificate; `None` where only its fingerprint or names are known, and it was not used yet.
    #[serde(skip)]
    pub seen: Option<CertificateSeen>,
    /// When it was last used.
    pub last: Option<DateTime<Utc>>,
}

/// Which organisations a listed certificate may speak for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListedCertificate {
    /// Those with a connection.
    pub allowed: Vec<InstanceId>,
    /// Those that have none, or none any more.
    pub not_connected: Vec<InstanceId>,
}

fn instance(root: String, extension: String) -> InstanceId {
    InstanceId { root, extension: (!extension.is_empty()).then_some(extension) }
}

fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// What somebody wrote, without what steers a terminal, and not without end.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect()
}

impl Store {
    /// Listed certificates, `sha256:…` or `subject:…;issuer:…`, and whom each may speak for.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn senders_of_certificates(&self) -> Result<BTreeMap<String, ListedCertificate>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT c.fingerprint, h.root, h.extension, h.status FROM hospital_certificate c JOIN hospital h ON h.n = c.hospital
             ORDER BY c.fingerprint, h.n",
        )?;
        let rows = statement.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, instance(row.get(1)?, row.get(2)?), Status::from_code(row.get(3)?)))
        })?;
        let mut listed: BTreeMap<String, ListedCertificate> = BTreeMap::new();
        for row in rows {
            let (certificate, organisation, status) = row?;
            let entry = listed.entry(certificate).or_default();
            match status {
                // Sites of one organisation may share a certificate: it speaks for the organisation, once.
                Status::Requested | Status::Test | Status::Production if entry.allowed.contains(&organisation) => {}
                Status::Requested | Status::Test | Status::Production => entry.allowed.push(organisation),
                Status::Unlisted | Status::NotStarted | Status::Stopped => entry.not_connected.push(organisation),
            }
        }
        Ok(listed)
    }

    /// Certificates of hospitals, with when each expires as far as it was used once.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn hospital_certificates(&self) -> Result<Vec<HospitalCertificate>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT h.root, h.extension, h.name, h.contact, c.fingerprint, s.fingerprint, s.names, s.common_name, s.ura, s.not_after, s.last
             FROM hospital_certificate c JOIN hospital h ON h.n = c.hospital
             LEFT JOIN certificate_seen s ON s.fingerprint = c.fingerprint OR s.names = c.fingerprint
             ORDER BY h.name, h.n, c.fingerprint, s.last DESC",
        )?;
        let rows = statement.query_map([], |row| {
            let fingerprint: Option<String> = row.get(5)?;
            let seen = match fingerprint {
                None => None,
                Some(fingerprint) => Some(CertificateSeen {
                    fingerprint,
                    names: row.get(6)?,
                    common_name: row.get(7)?,
                    ura: row.get(8)?,
                    not_after: moment(row.get(9)?),
                }),
            };
            Ok(HospitalCertificate {
                organisation: instance(row.get(0)?, row.get(1)?),
                hospital: row.get(2)?,
                contact: row.get(3)?,
                listed: row.get(4)?,
                seen,
                last: row.get::<_, Option<i64>>(10)?.filter(|last| *last > NEVER).map(moment),
            })
        })?;
        let mut all: Vec<HospitalCertificate> = Vec::new();
        for row in rows {
            let row = row?;
            // Listed by names it may have been renewed: the one used last counts.
            if all.last().is_some_and(|l| l.organisation == row.organisation && l.listed == row.listed) {
                continue;
            }
            all.push(row);
        }
        Ok(all)
    }

    /// The certificate of the listener itself, once it has listened.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn own_certificate(&self) -> Result<Option<CertificateSeen>, StoreError> {
        let row = self.connection.query_row(
            "SELECT fingerprint, names, common_name, ura, not_after FROM certificate_seen
             WHERE fingerprint = (SELECT value FROM setting WHERE key = 'own_certificate')",
            [],
            |row| {
                Ok(CertificateSeen {
                    fingerprint: row.get(0)?,
                    names: row.get(1)?,
                    common_name: row.get(2)?,
                    ura: row.get(3)?,
                    not_after: moment(row.get(4)?),
                })
            },
        );
        match row {
            Ok(own) => Ok(Some(own)),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Certificates that are refused, those of the last 90 days, last first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn refused_certificates(&self, now: DateTime<Utc>) -> Result<Vec<RefusedCertificateRow>, StoreError> {
        // LIMIT: days a refusal stays in sight after its last time.
        const DAYS: i64 = 90;
        let mut statement = self.connection.prepare_cached(
            "SELECT r.fingerprint, s.names, s.common_name, s.ura, s.not_after, r.reason, r.root, r.extension, r.since, r.last, r.count
             FROM refused_certificate r JOIN certificate_seen s ON s.fingerprint = r.fingerprint
             WHERE r.last >= ?1 ORDER BY r.last DESC, r.fingerprint, r.reason",
        )?;
        let rows = statement.query_map([now.timestamp() - DAYS * 86_400], |row| {
            let certificate = CertificateSeen {
                fingerprint: row.get(0)?,
                names: row.get(1)?,
                common_name: row.get(2)?,
                ura: row.get(3)?,
                not_after: moment(row.get(4)?),
            };
            let code: i64 = row.get(5)?;
            let root: String = row.get(6)?;
            Ok(RefusedCertificateRow {
                certificate,
                hospitals: Vec::new(),
                reason: CertificateRefusal::ALL
                    .into_iter()
                    .find(|reason| reason.code() == code)
                    .unwrap_or(CertificateRefusal::Unlisted),
                organisation: (!root.is_empty()).then_some(instance(root, row.get(7)?)),
                since: moment(row.get(8)?),
                last: moment(row.get(9)?),
                count: row.get(10)?,
            })
        })?;
        let mut all = rows.collect::<Result<Vec<_>, _>>()?;
        let listed = self.senders_of_certificates()?;
        for row in &mut all {
            let by = [&row.certificate.fingerprint, &row.certificate.names].into_iter().filter_map(|by| listed.get(by));
            row.hospitals = by.flat_map(|l| l.allowed.iter().chain(&l.not_connected)).cloned().collect();
            row.hospitals.dedup();
        }
        Ok(all)
    }

    /// From now on it is known until when this certificate of a hospital counts, though nobody has used it yet.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn know_certificate(&mut self, certificate: &CertificateSeen, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(now, |transaction, _| {
            seen(transaction, certificate, moment(NEVER))?;
            bound(transaction)
        })
    }

    /// Hospitals that are refused at the door by their own certificate now, and the counts of that put to each of these senders.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn refused_at_the_door(
        &self,
        senders: &mut [SenderCounts],
        now: DateTime<Utc>,
    ) -> Result<Vec<HospitalRefused>, StoreError> {
        let mut all = Vec::new();
        for row in self.refused_certificates(now)? {
            let is_of = |sender: &SenderCounts| {
                row.hospitals
                    .contains(&instance(sender.organisation.root.clone(), sender.organisation.extension.clone()))
            };
            for sender in senders.iter_mut().filter(|sender| is_of(sender)) {
                sender.certificates_refused += row.count;
                // What came since is of a certificate that is good.
                if sender.last >= Some(row.last) {
                    continue;
                }
                all.push(HospitalRefused {
                    organisation: instance(sender.organisation.root.clone(), sender.organisation.extension.clone()),
                    hospital: sender.name.clone(),
                    fingerprint: row.certificate.fingerprint.clone(),
                    reason: row.reason,
                    since: row.since,
                    last: row.last,
                    count: row.count,
                });
            }
        }
        Ok(all)
    }

    /// Writes what was seen of certificates: those that were accepted, whose refusals are over, those that were refused, and the
    /// listener's own.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn note_certificates(
        &mut self,
        accepted: &[CertificateSeen],
        refused: &[CertificateRefused],
        own: Option<&CertificateSeen>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if accepted.is_empty() && refused.is_empty() && own.is_none() {
            return Ok(());
        }
        self.write(now, |transaction, _| {
            if let Some(own) = own {
                seen(transaction, own, now)?;
                transaction
                    .execute("INSERT OR REPLACE INTO setting VALUES ('own_certificate', ?1)", [&own.fingerprint])?;
            }
            for one in refused {
                seen(transaction, &one.certificate, one.last)?;
                count(transaction, one)?;
            }
            for one in accepted {
                seen(transaction, one, now)?;
                transaction
                    .prepare_cached("DELETE FROM refused_certificate WHERE fingerprint = ?1 AND reason <> ?2")?
                    .execute(params![one.fingerprint, CertificateRefusal::OtherOrganisation.code()])?;
            }
            bound(transaction)
        })
    }
}

fn seen(transaction: &Transaction<'_>, one: &CertificateSeen, at: DateTime<Utc>) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "INSERT INTO certificate_seen(fingerprint, names, common_name, ura, not_after, last) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET last = max(last, excluded.last)",
        )?
        .execute(params![
            one.fingerprint,
            one.names,
            shown(&one.common_name),
            one.ura,
            one.not_after.timestamp(),
            at.timestamp()
        ])?;
    Ok(())
}

fn count(transaction: &Transaction<'_>, one: &CertificateRefused) -> Result<(), StoreError> {
    let organisation = one.organisation.as_ref();
    transaction
        .prepare_cached(
            "INSERT INTO refused_certificate(fingerprint, reason, root, extension, since, last, count) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)
             ON CONFLICT DO UPDATE SET last = max(last, excluded.last), count = count + excluded.count",
        )?
        .execute(params![
            one.certificate.fingerprint,
            one.reason.code(),
            organisation.map_or("", |o| o.root.as_str()),
            organisation.and_then(|o| o.extension.as_deref()).unwrap_or_default(),
            one.last.timestamp(),
            one.count
        ])?;
    Ok(())
}

/// What a stranger can add is not without end; what is listed for a hospital stays.
fn bound(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "DELETE FROM refused_certificate WHERE (fingerprint, reason, root, extension) IN
               (SELECT fingerprint, reason, root, extension FROM refused_certificate ORDER BY last DESC LIMIT -1 OFFSET ?1)",
        )?
        .execute([REFUSED_MAX])?;
    connection
        .prepare_cached(
            "DELETE FROM certificate_seen WHERE fingerprint IN
               (SELECT fingerprint FROM certificate_seen
                WHERE fingerprint NOT IN (SELECT fingerprint FROM hospital_certificate)
                  AND fingerprint NOT IN (SELECT value FROM setting WHERE key = 'own_certificate')
                  AND fingerprint NOT IN (SELECT fingerprint FROM refused_certificate)
                ORDER BY last DESC LIMIT -1 OFFSET ?1)",
        )?
        .execute([SEEN_MAX])?;
    Ok(())
}
