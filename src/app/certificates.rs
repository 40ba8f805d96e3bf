//! What is said of the listener: certificates that expire soon and why one is refused, why senders were told to come again, and its
//! files and limits.
//!
//! **Not here:** the words of a certificate that expires soon, with the mail to the contact (`viewmodel`).

use std::{cmp::Reverse, collections::BTreeMap, path::Path};

use chrono::{DateTime, Utc};
use intake::listener::{CertificateRead, ListenerFileError, ListenerLimits, WrongLimit};
use store::{
    CertificateRefusal, CertificateSeen, CertificateWarning, Hospital, HospitalRefused, HospitalStatus, Store, Trouble,
    TroubleRow, WarningStage,
};
use toml::Spanned;
use viewmodel::{Alarm, CertificateAlarm, Texts};

use crate::{
    error::{AppError, line_and_column, shown},
    local,
    receiving::read_at_most,
};

fn day(at: DateTime<Utc>, texts: &Texts) -> String {
    texts.date(local::day(at))
}

/// A certificate that expires soon, as screens and `status` say it.
pub(crate) fn alarm(warning: &CertificateWarning) -> CertificateAlarm {
    let hospital = warning.hospital.as_ref();
    CertificateAlarm {
        hospital: hospital.map(|hospital| hospital.hospital.clone()),
        contact: hospital.and_then(|hospital| hospital.contact.clone()),
        name: warning.certificate.common_name.clone(),
        fingerprint: warning.certificate.fingerprint.clone(),
        until: local::day(warning.certificate.not_after),
        days: warning.days,
        expired: warning.stage == WarningStage::Expired,
        refused_since: warning.refused_since.map(local::day),
    }
}

/// Those that expire soon: by rank, of one rank the listener's own first, without which nobody gets in, then the first first.
pub(crate) fn alarms(warnings: &[CertificateWarning]) -> Vec<CertificateAlarm> {
    let mut all: Vec<CertificateAlarm> = warnings.iter().map(alarm).collect();
    all.sort_by_key(|alarm| (Reverse(alarm.rank()), alarm.hospital.is_some(), alarm.until));
    all
}

/// Why senders are told to come again, or were today.
pub(crate) fn trouble(row: &TroubleRow) -> Alarm {
    let text = match (row.trouble, row.over) {
        (Trouble::DiskNearlyFull, false) => "receiving-trouble-disk-nearly-full",
        (Trouble::DiskNearlyFull, true) => "receiving-trouble-disk-nearly-full-over",
        (Trouble::NotStored, false) => "receiving-trouble-not-stored",
        (Trouble::NotStored, true) => "receiving-trouble-not-stored-over",
        (Trouble::TooMuch, false) => "receiving-trouble-too-much",
        (Trouble::TooMuch, true) => "receiving-trouble-too-much-over",
        (Trouble::SenderTooMuch, false) => "receiving-trouble-sender-too-much",
        (Trouble::SenderTooMuch, true) => "receiving-trouble-sender-too-much-over",
    };
    let values = vec![("since", shown(row.since)), ("last", shown(row.last)), ("count", row.count.to_string())];
    Alarm { text, values, take_up: None }
}

/// Which hospital is refused by its certificate, since when and why: “wordt sinds … geweigerd: certificaat verlopen”.
pub(crate) fn certificate_refused(one: &HospitalRefused, texts: &Texts) -> String {
    let key = match one.reason {
        CertificateRefusal::Expired => "certificate-refused-expired",
        CertificateRefusal::NotYet => "certificate-refused-not-yet",
        CertificateRefusal::Unlisted => "certificate-refused-unlisted",
        CertificateRefusal::OtherIssuer => "certificate-refused-other-issuer",
        CertificateRefusal::NotConnected => "certificate-refused-not-connected",
        CertificateRefusal::OtherOrganisation => "certificate-refused-other-organisation",
    };
    let values = [
        ("hospital", one.hospital.clone()),
        ("why", texts.format(key, &[("since", day(one.since, texts))])),
        ("count", texts.number(one.count)),
        ("last", shown(one.last)),
    ];
    texts.format("cli-status-refused", &values)
}

// LIMIT: bytes of a file with a certificate; one with a long chain has some ten thousand.
const FILE_BYTES_MAX: u64 = 64 << 10;

/// The certificate in a file; `none` is what is said where there is none.
pub(crate) fn in_file(file: &Path, none: &'static str) -> Result<CertificateRead, AppError> {
    let bytes = read_at_most(file, FILE_BYTES_MAX)?;
    intake::certificate_in(&bytes).ok_or_else(|| AppError::refused(none, vec![]).at(file))
}

/// A certificate that was listed for a hospital, as a person is told of it.
pub struct LetIn {
    /// The hospital's name.
    hospital: String,
    /// Its number as messages have it.
    number: Option<String>,
    certificate: CertificateSeen,
}

/// Lists the certificate in a file for a hospital, by its name or number; from then on it is known until when it counts.
///
/// # Errors
/// When the file holds none that counts, when there is not one such hospital, or when the store cannot be written.
pub fn let_in(store: &mut Store, named: &str, file: &Path, now: DateTime<Utc>) -> Result<LetIn, AppError> {
    let certificate = in_file(file, "error-certificate-file-named")?.seen;
    if certificate.not_after < now {
        let values = vec![("until", shown(certificate.not_after))];
        return Err(AppError::refused("error-certificate-expired", values).at(file));
    }
    let is_named = |one: &Hospital| {
        let number = one.organisation.extension.as_deref();
        one.status != HospitalStatus::Unlisted && (one.name == named || number == Some(named))
    };
    let mut found: Vec<Hospital> = store.connections()?.into_iter().filter(is_named).collect();
    let (Some(mut hospital), true) = (found.pop(), found.is_empty()) else {
        return Err(AppError::refused("error-certificate-hospital", vec![("name", named.to_owned())]));
    };
    if !hospital.certificates.contains(&certificate.fingerprint) {
        hospital.certificates.push(certificate.fingerprint.clone());
        hospital.certificates.sort();
    }
    store.set_connections(std::slice::from_ref(&hospital), now)?;
    store.know_certificate(&certificate, now)?;
    Ok(LetIn { hospital: hospital.name, number: hospital.organisation.extension, certificate })
}

/// What a certificate that was listed says of itself: whose, by whom, until when.
#[must_use]
pub fn let_in_text(done: &LetIn, texts: &Texts) -> String {
    let LetIn { hospital, number, certificate } = done;
    let names = certificate.names.strip_prefix("subject:").unwrap_or(&certificate.names);
    let (subject, issuer) = names.split_once(";issuer:").unwrap_or((names, ""));
    // One that has no name is called by its number.
    let called = if hospital.is_empty() { number.clone().unwrap_or_default() } else { hospital.clone() };
    let values = [
        ("hospital", called),
        ("subject", subject.to_owned()),
        ("issuer", issuer.to_owned()),
        ("until", day(certificate.not_after, texts)),
        ("fingerprint", certificate.fingerprint.clone()),
        ("ura", certificate.ura.clone().unwrap_or_else(|| texts.get("cli-certificate-no-ura"))),
    ];
    let mut text = texts.format("cli-certificate-added", &values);
    // An integration platform's is not the hospital's own: it may be so, and is to be known.
    if certificate.ura.is_some() && certificate.ura != *number {
        text = format!("{text}\n{}", texts.get("cli-certificate-other-ura"));
    }
    text
}

/// What is wrong with a file of the listener.
#[must_use]
pub fn listener_file(error: &ListenerFileError) -> AppError {
    let (key, place) = match error {
        ListenerFileError::System { place, kind } => return AppError::file(place, &(*kind).into()),
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
    limits.check().map(|()| limits).map_err(|wrong| limit_in(text, &wrong))
}

/// What is wrong with a limit of a file: at its line, where it stands there; others can be made wrong by it.
fn limit_in(text: &str, wrong: &WrongLimit) -> AppError {
    let AppError { mut values, exit, .. } = listener_limit(wrong);
    let stands: Option<BTreeMap<String, Spanned<toml::Value>>> = toml::from_str(text).ok();
    match stands.and_then(|all| all.get(wrong.name).map(|value| line_and_column(text, value.span().start))) {
        Some((line, column)) => {
            values.extend([("line", line.to_string()), ("column", column.to_string())]);
            AppError { key: "error-listener-limit-line", values, exit }
        }
        None => {
            values.push(("value", wrong.value.to_string()));
            AppError { key: "error-listener-limit-absent", values, exit }
        }
    }
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
    use chrono::TimeZone;
    use domain::InstanceId;
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
        let one = HospitalRefused {
            organisation: InstanceId { root: "1.2".into(), extension: None },
            hospital: "Ziekenhuis Merwede".into(),
            fingerprint: seen().fingerprint,
            reason: CertificateRefusal::Expired,
            since: seen().not_after,
            last: seen().not_after,
            count: 3,
        };
        let texts = Texts::load(Language::Dutch).unwrap();
        assert_eq!(
            certificate_refused(&one, &texts),
            "Ziekenhuis Merwede: wordt sinds 15 september 2026 geweigerd: certificaat verlopen (3×, het laatst 15-09-2026 00:30)."
        );
    }

    #[test]
    fn a_hospital_without_a_name_is_called_by_its_number_when_a_certificate_is_added() {
        let texts = Texts::load(Language::Dutch).unwrap();
        let said = |hospital: &str| {
            let number = Some("00000101".to_owned());
            let_in_text(&LetIn { hospital: hospital.to_owned(), number, certificate: seen() }, &texts)
        };
        assert!(said("").starts_with("Bij 00000101 staat nu"), "{}", said(""));
        assert!(said("Ziekenhuis Merwede").starts_with("Bij Ziekenhuis Merwede staat nu"));
    }

    #[test]
    fn a_limit_of_the_listener_is_set_by_its_name_and_one_that_cannot_be_is_refused_with_its_bounds() {
        let set = listener_limits("connections_max = 50\nidle_seconds = 60\n").unwrap();
        assert_eq!((set.connections_max, set.idle_seconds, set.body_seconds), (50, 60, 30));
        let wrong = listener_limits("body_bytes_max = 0\n").unwrap_err();
        assert_eq!((wrong.key, wrong.values[0].1.as_str()), ("error-listener-limit-line", "body_bytes_max"));
        assert_eq!(listener_limits("connectionsmax = 1\n").unwrap_err().key, "error-toml-unknown");
    }

    #[test]
    fn every_trouble_says_since_when_how_often_and_what_to_do_in_both_languages() {
        let since = Utc.with_ymd_and_hms(2026, 9, 21, 7, 30, 0).unwrap();
        for language in [Language::Dutch, Language::English] {
            let texts = Texts::load(language).unwrap();
            let mut all = std::collections::BTreeSet::new();
            for (kind, over) in Trouble::ALL.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
                let last = since + chrono::TimeDelta::minutes(12);
                let alarm = trouble(&TroubleRow { trouble: kind, since, last, count: 1234, over });
                let words = texts.format(alarm.text, &alarm.values);
                for part in ["21-09-2026 09:30", "21-09-2026 09:42", "1234"] {
                    assert!(words.contains(part), "{part}: {words}");
                }
                all.insert(words);
            }
            assert_eq!(all.len(), 2 * Trouble::ALL.len());
        }
    }
}
