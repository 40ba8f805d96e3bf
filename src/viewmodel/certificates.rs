//! A certificate that expires soon: what is said of it, and the mail to the hospital's contact, ready to send.
//!
//! **Not here:** of which certificates that is said, and when (`store`).

use chrono::NaiveDate;

use crate::Texts;

/// A mail ready to send, in whatever program a person mails with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
}

impl Mail {
    /// Both, as one text to copy.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n\n{}", self.subject, self.body)
    }
}

/// A certificate that expires soon, or has expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateAlarm {
    /// Name of the hospital; `None`: it is the receiver's own.
    pub hospital: Option<String>,
    /// Its contact, as written.
    pub contact: Option<String>,
    /// Common name in the certificate.
    pub name: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Last day on which it counts.
    pub until: NaiveDate,
    /// Whole days that are left.
    pub days: i64,
    /// It does not count any more.
    pub expired: bool,
    /// Since when who shows it is refused for that.
    pub refused_since: Option<NaiveDate>,
}

/// How much it asks for, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CertificateRank {
    /// Sixty days or less: to be known.
    Notice,
    /// Thirty days or less: to be done.
    Warning,
    /// Seven days or less: today.
    Alarm,
    /// It is over: whoever shows it is refused.
    Over,
}

impl CertificateAlarm {
    /// How much it asks for.
    #[must_use]
    pub fn rank(&self) -> CertificateRank {
        match self.days {
            _ if self.expired => CertificateRank::Over,
            ..=7 => CertificateRank::Alarm,
            8..=30 => CertificateRank::Warning,
            31.. => CertificateRank::Notice,
        }
    }

    /// The first words: whose, and until when.
    #[must_use]
    pub fn head(&self, texts: &Texts) -> String {
        let own = || texts.get("certificate-warning-own");
        format!("{}: {}.", self.hospital.clone().unwrap_or_else(own), self.what(texts))
    }

    /// How near its end is, without whose it is.
    #[must_use]
    pub fn what(&self, texts: &Texts) -> String {
        let until = ("until", texts.date(self.until));
        match (self.refused_since, self.expired, self.days) {
            (Some(since), true, _) => texts.format("certificate-refused-expired", &[("since", texts.date(since))]),
            (_, true, _) => texts.format("certificate-warning-expired", &[until]),
            (_, false, 0) => texts.format("certificate-warning-last-day", &[until]),
            (_, false, 1) => texts.format("certificate-warning-day", &[until]),
            (_, false, days) => texts.format("certificate-warning-days", &[until, ("days", days.to_string())]),
        }
    }

    /// How much it asks for, in words, and what is to be done.
    #[must_use]
    pub fn rest(&self, texts: &Texts) -> String {
        texts.get(match (self.hospital.is_some(), self.rank()) {
            (true, CertificateRank::Notice) => "certificate-act-notice",
            (true, CertificateRank::Warning) => "certificate-act-warning",
            (true, CertificateRank::Alarm) => "certificate-act-alarm",
            (true, CertificateRank::Over) => "certificate-act-over",
            (false, CertificateRank::Notice) => "certificate-act-own-notice",
            (false, CertificateRank::Warning) => "certificate-act-own-warning",
            (false, CertificateRank::Alarm) => "certificate-act-own-alarm",
            (false, CertificateRank::Over) => "certificate-act-own-over",
        })
    }

    /// The mail to the hospital's contact; `None` for the receiver's own.
    #[must_use]
    pub fn mail(&self, texts: &Texts) -> Option<Mail> {
        let values = [
            ("hospital", self.hospital.clone()?),
            ("until", texts.date(self.until)),
            ("name", self.name.clone()),
            ("fingerprint", self.fingerprint.clone()),
        ];
        let keys = if self.expired {
            ["certificate-mail-subject-expired", "certificate-mail-body-expired"]
        } else {
            ["certificate-mail-subject", "certificate-mail-body"]
        };
        let [subject, body] = keys.map(|key| texts.format(key, &values));
        Some(Mail { subject, body })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Language;

    fn alarm(days: i64, expired: bool) -> CertificateAlarm {
        CertificateAlarm {
            hospital: Some("Ziekenhuis Rivierenland Oost".into()),
            contact: None,
            name: "seh.example".into(),
            fingerprint: "sha256:ab".into(),
            until: "2026-09-15".parse().unwrap(),
            days,
            expired,
            refused_since: None,
        }
    }

    #[test]
    fn the_mail_to_the_contact_names_hospital_day_and_certificate_and_is_another_once_it_has_expired() {
        for language in [Language::Dutch, Language::English] {
            let texts = Texts::load(language).unwrap();
            let [before, after] = [alarm(5, false), alarm(0, true)].map(|alarm| alarm.mail(&texts).unwrap());
            assert_ne!((&before.subject, &before.body), (&after.subject, &after.body));
            for mail in [before, after] {
                assert!(mail.subject.contains("Ziekenhuis Rivierenland Oost"));
                for part in ["2026", "seh.example", "sha256:ab"] {
                    assert!(mail.text().contains(part), "{part}: {}", mail.body);
                }
            }
            assert!(CertificateAlarm { hospital: None, ..alarm(5, false) }.mail(&texts).is_none());
        }
    }

    #[test]
    fn its_words_count_the_days_and_say_since_when_it_is_refused() {
        let texts = Texts::load(Language::Dutch).unwrap();
        let of = |alarm: CertificateAlarm| alarm.head(&texts);
        let oost = "Ziekenhuis Rivierenland Oost";
        let cases = [
            (alarm(5, false), "certificaat verloopt op 15 september 2026, nog 5 dagen"),
            (alarm(1, false), "certificaat verloopt op 15 september 2026, nog 1 dag"),
            (alarm(0, false), "certificaat verloopt op 15 september 2026, binnen een dag"),
            (alarm(0, true), "certificaat is verlopen op 15 september 2026"),
            (
                CertificateAlarm { refused_since: Some("2026-09-15".parse().unwrap()), ..alarm(0, true) },
                "wordt sinds 15 september 2026 geweigerd: certificaat verlopen",
            ),
        ];
        for (alarm, words) in cases {
            assert_eq!(of(alarm), format!("{oost}: {words}."));
        }
    }

    #[test]
    fn sixty_thirty_and_seven_days_and_its_end_each_have_a_rank_and_words_of_their_own_in_both_languages() {
        let of =
            [alarm(60, false), alarm(31, false), alarm(30, false), alarm(8, false), alarm(7, false), alarm(0, true)];
        let [notice, warning, urgent, over] =
            [CertificateRank::Notice, CertificateRank::Warning, CertificateRank::Alarm, CertificateRank::Over];
        assert_eq!(of.each_ref().map(CertificateAlarm::rank), [notice, notice, warning, warning, urgent, over]);
        for language in [Language::Dutch, Language::English] {
            let texts = Texts::load(language).unwrap();
            let mut said = std::collections::BTreeSet::new();
            for one in &of {
                said.insert(one.rest(&texts));
                said.insert(CertificateAlarm { hospital: None, ..one.clone() }.rest(&texts));
            }
            assert_eq!(said.len(), 8, "{said:?}");
        }
    }
}
