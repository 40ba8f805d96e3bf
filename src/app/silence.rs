//! Which hospitals are silent for longer than they ever are, and why, as far as that is known.
//!
//! Watched are hospitals in production, and one that was stopped for as long as it goes on sending.
//!
//! **Not here:** the limit itself (`stats`), the days it rests on (`store`), sentences (`viewmodel`, `resources/i18n`).

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use domain::InstanceId;
use stats::{
    SenderDay, Silence,
    silence::{Basis, WINDOW_DAYS, silence},
};
use store::{HospitalStatus, Organisation, Refusals, SenderCounts, Silent, Store, StoreError};
use viewmodel::{AlarmOf, Command, ReceptionCommand, SilenceAlarm, SilenceCause};

use crate::local;

// Days of which arrivals are asked for: the window of a sender that has been silent for as long as that again.
const DAYS: i64 = 2 * WINDOW_DAYS;
const HOUR: i64 = 3_600;
// What a sender of which nothing was ever accepted is refused for, before it is an alarm.
const NEVER_ACCEPTED: i64 = 24 * HOUR;
// A stopped hospital that still sends: an alarm for so many days after its last try.
const STOPPED_DAYS: i64 = 7;

/// Before the reason for which a certificate is refused.
const AT_THE_DOOR: &str = "certificate-";

/// Key of what a limit rests on.
fn basis_key(basis: Basis) -> &'static str {
    match basis {
        Basis::WorkingDays => "silence-basis-working-days",
        Basis::RestDays => "silence-basis-rest-days",
        Basis::AllDays => "silence-basis-all-days",
        Basis::TooFew => "silence-basis-too-few",
    }
}

/// Hospitals that are silent for too long, by name.
pub(crate) fn silent(store: &Store, senders: &[SenderCounts], now: DateTime<Utc>) -> Result<Vec<Silent>, StoreError> {
    let mut days: BTreeMap<i64, Vec<SenderDay>> = BTreeMap::new();
    for day in store.arrival_days(DAYS, now)? {
        let (first, last) = (day.first.timestamp(), day.last.timestamp());
        days.entry(day.sender).or_default().push(SenderDay { day: day.day, count: day.count, first, last });
    }
    let refusals = refusals(store, now)?;
    let taken_up = store.taken_up()?;
    let mut found = Vec::new();
    for sender in senders {
        let refused = refusals.iter().find(|refusals| refusals.sender == sender.number).cloned();
        let days = days.get(&sender.number).map_or(&[][..], Vec::as_slice);
        let Some((limit, since)) = watched(sender, days, refused.as_ref(), now) else { continue };
        let counted_from = DateTime::from_timestamp(limit.since, 0).unwrap_or(now);
        let mut silent = Silent {
            organisation: sender.organisation.clone(),
            sender: sender.number,
            name: sender.name.clone(),
            status: sender.status,
            since,
            hours: u64::try_from((now - counted_from).num_hours()).unwrap_or_default(),
            counted_from,
            usual: u64::try_from(limit.limit).unwrap_or_default().div_ceil(HOUR.unsigned_abs()),
            basis: basis_key(limit.basis),
            refused,
            taken_up: None,
        };
        silent.taken_up = taken_up.at(silent.alarm());
        found.push(silent);
    }
    Ok(found)
}

/// Senders of which all that comes is refused: messages, or connections before there is one. Of both, what was last.
pub(crate) fn refusals(store: &Store, now: DateTime<Utc>) -> Result<Vec<Refusals>, StoreError> {
    let mut all = store.refusals()?;
    let certificates = store.refused_certificates(now)?;
    if certificates.is_empty() {
        return Ok(all);
    }
    let senders = store.senders()?;
    for certificate in certificates {
        let is_of = |sender: &&SenderCounts| {
            let Organisation { root, extension } = &sender.organisation;
            let is_it =
                |one: &InstanceId| one.root == *root && one.extension.as_deref().unwrap_or_default() == extension;
            // One that was refused before the last message is no cause any more.
            certificate.hospitals.iter().any(is_it) && sender.last < Some(certificate.last)
        };
        for sender in senders.iter().filter(is_of) {
            let refused = Refusals {
                sender: sender.number,
                since: certificate.since,
                last: certificate.last,
                count: certificate.count,
                rule: format!("{AT_THE_DOOR}{}", certificate.reason.name()),
            };
            match all.iter_mut().find(|other| other.sender == sender.number) {
                Some(other) if other.last < refused.last => *other = refused,
                Some(_) => {}
                None => all.push(refused),
            }
        }
    }
    Ok(all)
}

/// The limit that a sender is over, and its last message that was accepted; `None`: it is not, or is not watched.
fn watched(
    sender: &SenderCounts,
    days: &[SenderDay],
    refused: Option<&Refusals>,
    now: DateTime<Utc>,
) -> Option<(Silence, Option<DateTime<Utc>>)> {
    let stopped = sender.status == HospitalStatus::Stopped.name();
    if !stopped && sender.status != HospitalStatus::Production.name() {
        return None;
    }
    let of_last = |last: DateTime<Utc>| Silence { since: last.timestamp(), limit: 7 * 24 * HOUR, basis: Basis::TooFew };
    let never =
        |refused: &Refusals| Silence { since: refused.since.timestamp(), limit: NEVER_ACCEPTED, basis: Basis::TooFew };
    // Of a sender whose last message is older than the days that were asked for, that message is all there is.
    let accepted = silence(days).or_else(|| sender.last.map(of_last));
    let since = accepted.and_then(|silence| DateTime::from_timestamp(silence.since, 0));
    let limit = accepted.or_else(|| refused.map(never))?;
    let still_sends = refused.is_some_and(|refused| now - refused.last < TimeDelta::days(STOPPED_DAYS));
    (limit.is_alarm(now.timestamp()) && (!stopped || still_sends)).then_some((limit, since))
}

/// Why all that comes is refused.
pub(crate) fn cause(refused: &Refusals, status: &str) -> SilenceCause {
    let at_the_door = refused.rule.starts_with(AT_THE_DOOR);
    let why = match refused.rule.as_str() {
        reason if at_the_door => format!("silence-cause-{reason}"),
        "E8" if status == HospitalStatus::Stopped.name() => "silence-cause-stopped".to_owned(),
        rule => format!("rule-{}", rule_id(rule)),
    };
    SilenceCause { since: local::time(refused.since), count: refused.count, why, at_the_door }
}

/// The id of a rule, also where the log has a word for it.
pub(crate) fn rule_id(rule: &str) -> &str {
    match rule {
        "same-id-other-content" => "E10",
        "same-version-other-content" => "E12",
        rule => rule,
    }
}

/// As the screen and `status` say it.
pub(crate) fn alarm(silent: &Silent) -> SilenceAlarm {
    let since = silent.counted_from.timestamp();
    let take_up = Command::Reception(ReceptionCommand::TakeUp(AlarmOf::Silence { sender: silent.sender, since }));
    SilenceAlarm {
        name: silent.name.clone(),
        since: silent.since.map(local::time),
        hours: silent.hours,
        limit_hours: silent.usual,
        basis: silent.basis,
        cause: silent.refused.as_ref().map(|refused| cause(refused, silent.status)),
        take_up: silent.taken_up.is_none().then_some(take_up),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeMap;

    use chrono::TimeZone;

    use super::*;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 9, 21, 10, 0, 0).unwrap()
    }

    fn sender(status: HospitalStatus, last: Option<DateTime<Utc>>) -> SenderCounts {
        SenderCounts {
            organisation: store::Organisation { root: "1".into(), extension: "2".into() },
            location: None,
            application: None,
            name: "Oost".into(),
            number: 1,
            status: status.name(),
            taken_in: 0,
            repeated: 0,
            superseded: 0,
            refused: 0,
            certificates_refused: 0,
            over_delivered: 0,
            identifiers_in_text: BTreeMap::new(),
            last,
        }
    }

    fn refused(hours_ago: i64, rule: &str) -> Refusals {
        let since = now() - TimeDelta::hours(hours_ago);
        Refusals { sender: 1, since, last: now() - TimeDelta::hours(1), count: 4, rule: rule.into() }
    }

    fn days_ago(days: i64) -> Option<DateTime<Utc>> {
        Some(now() - TimeDelta::days(days))
    }

    #[test]
    fn hospitals_in_production_are_watched_and_a_stopped_one_only_while_it_sends() {
        let is_alarm =
            |status, refused: Option<&Refusals>| watched(&sender(status, days_ago(30)), &[], refused, now()).is_some();
        let (refused, long_ago) =
            (refused(30, "E8"), Refusals { last: now() - TimeDelta::days(8), ..refused(900, "E8") });
        assert!(is_alarm(HospitalStatus::Production, None));
        assert!(is_alarm(HospitalStatus::Stopped, Some(&refused)));
        assert!(!is_alarm(HospitalStatus::Stopped, None));
        assert!(!is_alarm(HospitalStatus::Stopped, Some(&long_ago)));
        for status in
            [HospitalStatus::Unlisted, HospitalStatus::NotStarted, HospitalStatus::Requested, HospitalStatus::Test]
        {
            assert!(!is_alarm(status, Some(&refused)), "{status:?}");
        }
    }

    #[test]
    fn one_that_never_sent_is_no_alarm_until_all_it_sends_is_refused_for_a_day() {
        let never = sender(HospitalStatus::Production, None);
        assert!(watched(&never, &[], None, now()).is_none());
        assert!(watched(&never, &[], Some(&refused(23, "E9")), now()).is_none());
        let (limit, since) = watched(&never, &[], Some(&refused(25, "E9")), now()).unwrap();
        assert_eq!((limit.basis, since), (Basis::TooFew, None));
    }

    #[test]
    fn a_silence_longer_than_the_days_that_are_asked_for_is_still_one() {
        let (limit, since) = watched(&sender(HospitalStatus::Production, days_ago(300)), &[], None, now()).unwrap();
        assert_eq!((limit.basis, since), (Basis::TooFew, days_ago(300)));
    }

    #[test]
    fn the_cause_names_the_rule_or_that_the_hospital_was_stopped() {
        assert_eq!(cause(&refused(30, "E9"), "production").why, "rule-E9");
        assert_eq!(cause(&refused(30, "E8"), "stopped").why, "silence-cause-stopped");
        assert_eq!(cause(&refused(30, "E8"), "production").why, "rule-E8");
        assert_eq!(cause(&refused(30, "same-id-other-content"), "production").why, "rule-E10");
        let door = cause(&refused(30, "certificate-expired"), "production");
        assert_eq!((door.why.as_str(), door.at_the_door), ("silence-cause-certificate-expired", true));
    }

    #[test]
    fn every_cause_has_its_words_in_both_languages() {
        for language in [viewmodel::Language::Dutch, viewmodel::Language::English] {
            let texts = viewmodel::Texts::load(language).unwrap();
            let rules = hl7::Rule::ALL.iter().map(|rule| rule.id().to_owned());
            let certificates =
                store::CertificateRefusal::ALL.iter().map(|reason| format!("{AT_THE_DOOR}{}", reason.name()));
            for rule in rules
                .chain(certificates)
                .chain(["unlinked", "two-rides", "other-hospital", "judgement"].map(str::to_owned))
            {
                let key = cause(&refused(30, &rule), "production").why;
                assert!(texts.has(&key), "{language:?}: {key}");
            }
        }
    }
}
