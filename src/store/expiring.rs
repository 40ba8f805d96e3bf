//! Certificates that expire soon: of which somebody is told, and when.
//!
//! **Not here:** what was seen of certificates and which are refused (`certificates`), the mail to a contact (`viewmodel`).

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{CertificateRefusal, CertificateSeen, HospitalCertificate, RefusedCertificateRow, Store, StoreError};

/// How near the end of a certificate is, at which somebody is told.
#[derive(Serialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum WarningStage {
    /// Sixty days or less.
    Sixty,
    /// Thirty days or less.
    Thirty,
    /// Seven days or less.
    Seven,
    /// It is over.
    Expired,
}

/// A certificate that expires soon.
#[derive(Serialize, Clone, Debug, PartialEq, Eq)]
pub struct CertificateWarning {
    /// The hospital's, as listed; `None`: the listener's own.
    pub hospital: Option<HospitalCertificate>,
    /// The certificate.
    pub certificate: CertificateSeen,
    /// How near its end is.
    pub stage: WarningStage,
    /// Whole days that are left.
    pub days: i64,
    /// Since when who shows it is refused for that.
    pub refused_since: Option<DateTime<Utc>>,
}

fn stage(not_after: DateTime<Utc>, now: DateTime<Utc>) -> Option<(WarningStage, i64)> {
    let days = (not_after - now).num_days();
    let stage = match days {
        _ if not_after < now => WarningStage::Expired,
        0..=7 => WarningStage::Seven,
        8..=30 => WarningStage::Thirty,
        31..=60 => WarningStage::Sixty,
        _ => return None,
    };
    Some((stage, days.max(0)))
}

/// The same hospital has used another since, that lasts longer.
fn is_succeeded(one: &HospitalCertificate, known: &[HospitalCertificate]) -> bool {
    let lasts = |of: &HospitalCertificate| of.seen.as_ref().map(|seen| seen.not_after);
    known.iter().any(|other| {
        let of_the_same = other.organisation == one.organisation && other.hospital == one.hospital;
        of_the_same && other.last > one.last && lasts(other) > lasts(one)
    })
}

impl Store {
    /// Certificates that expire within sixty days or have expired, the listener's own first: those that were used once or let in
    /// from a file, of hospitals with a connection, and without those whose successor is in use.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn certificate_warnings(&self, now: DateTime<Utc>) -> Result<Vec<CertificateWarning>, StoreError> {
        let own = self.own_certificate()?.map(|certificate| (None, certificate));
        let (connected, known) = (self.senders_of_certificates()?, self.hospital_certificates()?);
        let is_connected = |one: &HospitalCertificate| {
            connected.get(&one.listed).is_some_and(|l| l.allowed.contains(&one.organisation))
        };
        let of_hospitals = known.iter().filter(|one| is_connected(one) && !is_succeeded(one, &known)).cloned();
        let of_hospitals = of_hospitals.filter_map(|one| {
            let certificate = one.seen.clone()?;
            Some((Some(one), certificate))
        });
        let refused = self.refused_certificates(now)?;
        let since = |certificate: &CertificateSeen| {
            let is_it = |row: &&RefusedCertificateRow| {
                row.reason == CertificateRefusal::Expired && row.certificate.fingerprint == certificate.fingerprint
            };
            refused.iter().find(is_it).map(|row| row.since)
        };
        let all = own.into_iter().chain(of_hospitals).filter_map(|(hospital, certificate)| {
            let (stage, days) = stage(certificate.not_after, now)?;
            let refused_since = since(&certificate);
            Some(CertificateWarning { hospital, certificate, stage, days, refused_since })
        });
        Ok(all.collect())
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn somebody_is_told_at_sixty_thirty_and_seven_days_and_when_it_is_over() {
        let now = DateTime::from_timestamp(1_789_000_000, 0).unwrap_or_default();
        let at = |days: i64| stage(now + TimeDelta::days(days), now).map(|(stage, _)| stage);
        assert_eq!(
            [at(61), at(60), at(31), at(30), at(8)],
            [
                None,
                Some(WarningStage::Sixty),
                Some(WarningStage::Sixty),
                Some(WarningStage::Thirty),
                Some(WarningStage::Thirty)
            ]
        );
        assert_eq!(
            [at(7), at(0), at(-1)],
            [Some(WarningStage::Seven), Some(WarningStage::Seven), Some(WarningStage::Expired)]
        );
    }
}
