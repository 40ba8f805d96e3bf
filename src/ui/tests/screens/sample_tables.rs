//! Invented *Ontvangst* and *Auditlog*.

use viewmodel::*;

use crate::samples::{at, day, frame};

fn take_up(of: AlarmOf) -> Command {
    Command::Reception(ReceptionCommand::TakeUp(of))
}

fn refused() -> SilenceCause {
    SilenceCause { since: at(9, 15, 16, 21), count: 31, why: "rule-E9".into(), at_the_door: false }
}

fn silent(name: &str) -> SilenceAlarm {
    SilenceAlarm {
        name: name.into(),
        since: Some(at(9, 15, 16, 20)),
        hours: 148,
        limit_hours: 31,
        basis: "silence-basis-working-days",
        cause: Some(refused()),
        take_up: Some(take_up(AlarmOf::Silence { sender: 0, since: 1_789_482_000 })),
    }
}

const HOSPITALS: [(&str, i64); 5] = [("De Linde", 0), ("De Wilg", 2), ("Meerzicht", 1), ("Noord", 4), ("Oost", 9)];

fn reception_sender(name: &str, today: u64, status: Option<&'static str>) -> SenderRow {
    let too_much = |what, path: &str, count| TooMuch { what, path: path.into(), count };
    SenderRow {
        number: i64::try_from(today).unwrap(),
        silence: (today == 0).then(|| silent(name)),
        refused_since: (today == 0).then(refused),
        name: name.into(),
        today,
        taken_in: 2000 + today * 131,
        repeated: 3,
        superseded: 1,
        refused: u64::from(today == 9),
        over_delivered: today * 4,
        too_much: match today {
            9 => vec![
                too_much("over-name", "recordTarget/patientRole/patient/name", 31),
                too_much("over-medication", "component//substanceAdministration", 5),
                too_much("over-other", "", 2),
            ],
            _ => Vec::new(),
        },
        in_text: if today == 9 { vec![("in-text-telephone", 1), ("in-text-name", 4)] } else { Vec::new() },
        last: (today > 0).then(|| at(9, 21, 9, 31)),
        days: (0..14).map(|d| (today * 3 + d * 7) % 11).collect(),
        usual: (today > 0).then_some(Usual { mean: 5.1, low: 0.0, high: 14.6 }),
        status,
    }
}

fn reception_message(
    minute: u32,
    name: &str,
    outcome: MessageOutcome,
    answer: &'static str,
    findings: &[&str],
) -> ReceptionRow {
    let structure = |number: u64| Command::Reception(ReceptionCommand::Structure(Some(number)));
    ReceptionRow {
        number: u64::from(minute),
        at: at(9, 21, 9, minute),
        sender: name.into(),
        way: Some(if minute == 12 { WayIn::Folder } else { WayIn::Https }),
        bytes: 6132,
        outcome,
        answer,
        findings: findings.iter().map(|id| (*id).to_owned()).collect(),
        more_findings: false,
        over_delivered: u64::from(minute == 30) * 3,
        structure: (outcome == MessageOutcome::Refused).then(|| structure(u64::from(minute))),
        structure_open: None,
    }
}

/// A message of a long list, and a hospital.
pub fn message(number: u64, name: &str) -> ReceptionRow {
    ReceptionRow { number, ..reception_message(31, name, MessageOutcome::TakenIn, "CA", &[]) }
}

pub fn sender(number: i64, name: &str) -> SenderRow {
    SenderRow { number, ..reception_sender(name, 4, None) }
}

pub fn reception() -> Frame {
    let (sender, message) = (reception_sender, reception_message);
    let screen = ReceptionScreen {
        alarms: vec![Alarm {
            text: "alarm-profile-missing",
            values: vec![("name", "Oost".into()), ("count", "4".into())],
            take_up: Some(take_up(AlarmOf::ProfileMissing { sender: 9, count: 4 })),
        }],
        certificates: Vec::new(),
        silent: vec![silent("De Linde")],
        ask_again: vec![AskAgain {
            name: "Oost".into(),
            ids: (1..=4).map(|n| format!("2.16.840.1.113883.19.5 39bbbf22-6a9c-5bbb-985c-fd1d778aafa{n}")).collect(),
            without_id: 2,
        }],
        senders: vec![
            sender("De Linde", 0, None),
            sender("De Wilg", 2, None),
            sender("Meerzicht", 1, Some("ui-id-tab-investigating")),
            sender("Noord", 4, None),
            sender("Oost", 9, None),
        ],
        messages: MessageList {
            rows: vec![
                message(31, "Oost", MessageOutcome::TakenIn, "CA", &[]),
                message(30, "Oost", MessageOutcome::TakenIn, "CA", &["unlinked"]),
                message(12, "Noord", MessageOutcome::Repeated, "CA", &[]),
                message(2, "Oost", MessageOutcome::Refused, "CE", &["E4", "W1"]),
            ],
            filter: ReceptionFilter::default(),
            refilter: |filter| Command::Reception(ReceptionCommand::Filter(filter)),
            hospitals: HOSPITALS.map(|(name, number)| (number, name.into())).into(),
            older: Some(Command::Reception(ReceptionCommand::Older(2))),
            newest: None,
        },
        health: StoreHealth {
            records: 20_114,
            linked: 19_511,
            unlinked: 603,
            waiting: 7,
            rides: 24_118,
            oldest: Some(day(2025, 9, 22)),
        },
        import: Some(Command::ImportFiles),
        refresh: Command::Refresh,
    };
    let who = (Role::FunctionalAdministrator, "T. Smeets", ScreenName::Reception, Some(1));
    frame(Some(who), Screen::Reception(screen))
}

/// *Ontvangst* with certificates sixty, thirty and seven days before their end, as they are ranked.
pub fn reception_with_certificates() -> Frame {
    let mut frame = reception();
    if let Screen::Reception(screen) = &mut frame.screen {
        screen.certificates = [5, 20, 50].map(crate::sample_connections::expiring).into();
        for (certificate, name) in screen.certificates.iter_mut().zip(["Oost", "Zuiderveld", "Merwedekade Ziekenhuis"])
        {
            certificate.hospital = Some(name.into());
        }
    }
    frame
}

pub fn audit_log() -> Frame {
    let line = |number: i64, who: Option<&str>, role, event, subject: Option<&str>| AuditLine {
        number,
        at: at(9, 21, 9, u32::try_from(number % 60).unwrap()),
        who: who.map_or(Actor::Receiver, |name| Actor::Person(name.into())),
        role,
        event,
        subject: subject.map(Into::into),
        count: None,
        reason: (number == 48_209).then_some(AuditReason::Offered("audit-reason-anew")),
        purpose: "ui-id-purpose-ride",
        authorisation: "ui-id-claim",
        workstation: "TS-01".into(),
        version: "Terugblik 0.1.0".into(),
        hashes: ("9c41 e07d … 53ab".into(), "e2f8 1b90 … 07c6".into()),
        selected: number == 48_209,
        select: Command::SelectAuditLine(number),
    };
    let lines = (0..40)
        .map(|i| match i % 3 {
            0 => line(48_213 - i, Some("A. Verhoeven"), Some(Role::MedicalManager), "ui-open-feedback", None),
            1 => line(48_213 - i, Some("M. Hoekstra"), Some(Role::Administration), "ui-show", Some("02be·9d41")),
            _ => line(48_213 - i, None, None, "ui-received", Some("d8e1·0b7c")),
        })
        .collect();
    let screen = AuditLogScreen {
        open_duties: vec![],
        chain: ChainState::Intact { entries: 48_213, since: at(2, 3, 8, 0), at: at(9, 21, 9, 40) },
        verify: Command::VerifyChain,
        lines,
        total: 48_213,
        older: Some(Command::AuditPage { before: Some(48_174) }),
        newer: None,
    };
    frame(Some((Role::PrivacyOfficer, "L. Dijkstra", ScreenName::AuditLog, None)), Screen::AuditLog(screen))
}

pub fn settings() -> Frame {
    let set = |lock_minutes, content_protected| Command::SetWindows { lock_minutes, content_protected };
    let screen = SettingsScreen {
        lock_minutes: [1, 2, 5, 10, 15].map(|minutes| (minutes, set(minutes, true))).into(),
        lock_minutes_now: 5,
        content_protected: true,
        protect: set(5, false),
        can_protect: false,
        duties: [chrono::NaiveDate::from_ymd_opt(2026, 3, 1), None, None],
        open_duties: vec!["duty-works-council", "duty-register"],
        peer_support: ["Opvangteam RAV 12", "012 345 67 89", "dag en nacht"].map(Into::into),
        rav_contact: ["Functioneel beheerder Terugblik", "012 345 67 00", "terugblik@rav12.example"].map(Into::into),
    };
    frame(Some((Role::FunctionalAdministrator, "T. Smeets", ScreenName::Settings, None)), Screen::Settings(screen))
}
