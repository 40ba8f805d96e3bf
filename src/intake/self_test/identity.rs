//! Key and certificate of one test message: made for it, good for minutes, in memory only.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, date_time_ymd};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::listener::read_certificate;

/// What stands in the certificate: who meets it elsewhere sees what it was for.
const NAME: &str = "Terugblik proefbericht";
/// Clocks of one machine do not differ; a second is rounded.
const BEFORE: TimeDelta = TimeDelta::minutes(1);

/// A key and its certificate.
pub struct SelfTestIdentity {
    pub(super) certificate: CertificateDer<'static>,
    pub(super) key: PrivateKeyDer<'static>,
    fingerprint: String,
}

impl SelfTestIdentity {
    /// Makes one that counts until then; `None`: the system gives no key, or no such moment is.
    #[must_use]
    pub fn new(now: DateTime<Utc>, until: DateTime<Utc>) -> Option<Self> {
        let moment = |at: DateTime<Utc>| {
            let since = Duration::from_secs(u64::try_from(at.timestamp()).ok()?);
            Some(date_time_ymd(1970, 1, 1) + since)
        };
        let pair = KeyPair::generate().ok()?;
        let mut parameters = CertificateParams::default();
        let mut name = DistinguishedName::new();
        name.push(DnType::CommonName, NAME);
        parameters.distinguished_name = name;
        (parameters.not_before, parameters.not_after) = (moment(now - BEFORE)?, moment(until)?);
        let certificate = parameters.self_signed(&pair).ok()?.der().clone();
        let fingerprint = read_certificate(&certificate)?.seen.fingerprint;
        let key = PrivatePkcs8KeyDer::from(pair.serialize_der()).into();
        Some(Self { certificate, key, fingerprint })
    }

    /// `sha256:…`.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn it_counts_for_its_minutes_and_each_is_another() {
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let until = now + TimeDelta::minutes(3);
        let (one, other) = (SelfTestIdentity::new(now, until).unwrap(), SelfTestIdentity::new(now, until).unwrap());
        assert_ne!(one.fingerprint(), other.fingerprint());
        let read = read_certificate(&one.certificate).unwrap();
        assert_eq!((read.not_before, read.seen.not_after), (now - BEFORE, until));
        assert_eq!((read.seen.common_name.as_str(), read.seen.ura), (NAME, None));
    }
}
