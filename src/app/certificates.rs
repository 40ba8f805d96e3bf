//! What is said of certificates of senders: warnings before one expires with a mail ready to send, and why one is refused.

use chrono_tz::Europe::Amsterdam;
use intake::listener::{ListenerFileError, ListenerLimits, WrongLimit};
use store::{CertificateRefusal, CertificateWarning, RefusedCertificateRow, WarningStage};
use viewmodel::Texts;

use crate::error::AppError;

/// A mail ready to send, in whatever program a person mails with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
}

fn day(at: chrono::DateTime<chrono::Utc>, texts: &Texts) -> String {
    texts.date(at.with_timezone(&Amsterdam).date_naive())
}

/// How near the end of a certificate is, in one sentence.
#[must_use]
pub fn certificate_warning(warning: &CertificateWarning, texts: &Texts) -> String {
    let values = [("until", day(warning.certificate.not_after, texts)), ("days", warning.days.to_string())];
    let key = match warning.stage {
        WarningStage::Expired => "certificate-warning-expired",
        WarningStage::Seven | WarningStage::Thirty | WarningStage::Sixty => "certificate-warning-days",
    };
    texts.format(key, &values)
}

/// The mail to a hospital's contact; `None` for the listener's own certificate.
#[must_use]
pub fn certificate_mail(warning: &CertificateWarning, texts: &Texts) -> Option<Mail> {
    let hospital = warning.hospital.as_ref()?;
    let values = [
        ("hospital", hospital.hospital.clone()),
        ("until", day(warning.certificate.not_after, texts)),
        ("name", warning.certificate.common_name.clone()),
        ("fingerprint", warning.certificate.fingerprint.clone()),
    ];
    let of = |key| texts.format(key, &values);
    Some(Mail { subject: of("certificate-mail-subject"), body: of("certificate-mail-body") })
}

/// Why a certificate is refused and since when: “wordt sinds … geweigerd: certificaat verlopen”.
#[must_use]
pub fn certificate_refused(row: &RefusedCertificateRow, texts: &Texts) -> String {
    let key = match row.reason {
        CertificateRefusal::Expired => "certificate-refused-expired",
        CertificateRefusal::NotYet => "certificate-refused-not-yet",
        CertificateRefusal::Unlisted => "certificate-refused-unlisted",
        CertificateRefusal::OtherIssuer => "certificate-refused-other-issuer",
        CertificateRefusal::NotConnected => "certificate-refused-not-connected",
        CertificateRefusal::OtherOrganisation => "certificate-refused-other-organisation",
    };
    texts.format(key, &[("since", day(row.since, texts))])
}

/// What is wrong with a file of the listener.
#[must_use]
pub fn listener_file(error: &ListenerFileError) -> AppError {
    let (key, place) = match error {
        ListenerFileError::System { place, kind } => {
            return AppError::file(place, &(*kind).into());
        }
        ListenerFileError::KeyOpen(place) => ("error-listener-key-open", place),
        ListenerFileError::NotPem(place) => ("error-listener-not-pem", place),
        ListenerFileError::NoPair(place) => ("error-listener-no-pair", place),
        ListenerFileError::Exists(place) => ("error-listener-exists", place),
        ListenerFileError::Name => return AppError::refused("error-listener-name", vec![]),
    };
    AppError::refused(key, vec![("place", place.display().to_string())])
}

/// The limits of the listener from a file: those that are named, the others as the program has them.
///
/// # Errors
/// What is wrong, with its line.
pub fn listener_limits(text: &str) -> Result<ListenerLimits, AppError> {
    let limits: ListenerLimits = toml::from_str(text).map_err(|error| AppError::of_toml(text, &error))?;
    limits.check().map(|()| limits).map_err(|wrong| listener_limit(&wrong))
}

/// What is wrong with a limit of the listener.
#[must_use]
pub fn listener_limit(wrong: &WrongLimit) -> AppError {
    let values =
        vec![("name", wrong.name.to_owned()), ("least", wrong.least.to_string()), ("most", wrong.most.to_string())];
    AppError::refused("error-listener-limit", values)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::{TimeZone, Utc};
    use domain::InstanceId;
    use store::{CertificateSeen, HospitalCertificate};
    use viewmodel::Language;

    use super::*;

    fn seen() -> CertificateSeen {
        CertificateSeen {
            fingerprint: "sha256:ab".into(),
            names: "subject:CN=a;issuer:CN=b".into(),
            common_name: "seh.example".into(),
            ura: None,
            not_after: Utc.with_ymd_and_hms(2026, 9, 14, 22, 30, 0).unwrap(),
        }
    }

    #[test]
    fn an_expired_certificate_is_named_with_the_day_since_which_it_is_refused() {
        let row = RefusedCertificateRow {
            certificate: seen(),
            hospitals: vec![],
            reason: CertificateRefusal::Expired,
            organisation: None,
            since: seen().not_after,
            last: seen().not_after,
            count: 3,
        };
        let texts = Texts::load(Language::Dutch).unwrap();
        assert_eq!(certificate_refused(&row, &texts), "wordt sinds 15 september 2026 geweigerd: certificaat verlopen");
    }

    #[test]
    fn a_limit_of_the_listener_is_set_by_its_name_and_one_that_cannot_be_is_refused_with_its_bounds() {
        let set = listener_limits("connections_max = 50\nidle_seconds = 60\n").unwrap();
        assert_eq!((set.connections_max, set.idle_seconds, set.body_seconds), (50, 60, 30));
        let wrong = listener_limits("body_bytes_max = 0\n").unwrap_err();
        assert_eq!((wrong.key, wrong.values[0].1.as_str()), ("error-listener-limit", "body_bytes_max"));
        assert_eq!(listener_limits("connectionsmax = 1\n").unwrap_err().key, "error-toml-unknown");
    }

    #[test]
    fn the_mail_to_the_contact_names_hospital_day_and_certificate() {
        let hospital = HospitalCertificate {
            organisation: InstanceId { root: "1.2".into(), extension: None },
            hospital: "Ziekenhuis Rivierenland Oost".into(),
            contact: None,
            listed: "sha256:ab".into(),
            seen: Some(seen()),
            last: None,
        };
        let warning =
            CertificateWarning { hospital: Some(hospital), certificate: seen(), stage: WarningStage::Seven, days: 5 };
        for language in [Language::Dutch, Language::English] {
            let texts = Texts::load(language).unwrap();
            let mail = certificate_mail(&warning, &texts).unwrap();
            assert!(mail.subject.contains("Ziekenhuis Rivierenland Oost"));
            for part in ["2026", "seh.example", "sha256:ab"] {
                assert!(mail.body.contains(part), "{part}: {}", mail.body);
            }
            assert!(certificate_warning(&warning, &texts).contains('5'));
        }
    }
}
