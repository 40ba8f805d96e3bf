//! *Ontvangst*, for the functional administrator: counts per sender and outcome, messages of late without content. And
//! *Instellingen*: what holds for every window.

use std::{collections::BTreeSet, path::PathBuf};

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{IdentifierKind, RoleName};
use store::{Archive, KeyOwner, Logged, OverDeliveredPath, SenderCounts, WindowSettings};
use viewmodel::{
    Alarm, Command, Notice, NoticeKind, ReceptionRow, ReceptionScreen, SenderRow, SettingsScreen, StoreHealth, TooMuch,
    Usual,
};

use crate::{
    background::Work,
    engine::Progress,
    error::{AppError, shown},
    free_text, local,
    receiving::Receiving,
    unrecognised,
};

// LIMIT: messages of late that are listed, and pages of log lines looked through for them: the log holds other events too.
const MESSAGES_MAX: usize = 100;
const LINES: u32 = 500;
const PAGES_MAX: usize = 20;
const DAYS: i64 = 14;

/// Does what a command asks; gives what it begins behind the screen. Commands of other screens do nothing here.
pub(crate) fn execute(
    archive: &mut Archive,
    session: &Session<FunctionalAdministrator>,
    may_import: bool,
    command: Command,
    now: DateTime<Utc>,
) -> Result<Option<Work>, AppError> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the commands of other screens do nothing here")]
    match command {
        Command::ImportFiles(paths) if may_import => return Ok(Some(Work::Import(paths))),
        Command::SetWindows { lock_minutes, content_protected } => {
            let new = WindowSettings { lock_minutes, content_protected };
            archive.store_mut().set_window_settings(session, new, now)?;
        }
        _ => {}
    }
    Ok(None)
}

/// *Instellingen*.
pub(crate) fn settings(now: WindowSettings) -> SettingsScreen {
    let WindowSettings { lock_minutes, content_protected } = now;
    let set = |lock_minutes, content_protected| Command::SetWindows { lock_minutes, content_protected };
    // Few enough to choose from; one that was set otherwise stands among them.
    let mut minutes = vec![1, 2, 5, 10, 15, lock_minutes];
    minutes.sort_unstable();
    minutes.dedup();
    SettingsScreen {
        lock_minutes: minutes.into_iter().map(|minutes| (minutes, set(minutes, content_protected))).collect(),
        lock_minutes_now: lock_minutes,
        content_protected,
        protect: set(lock_minutes, !content_protected),
        can_protect: cfg!(any(windows, target_os = "macos")),
    }
}

/// That nothing is destroyed while the clock is in doubt.
pub(crate) fn clock(archive: &Archive) -> Result<Option<Notice>, AppError> {
    let doubted = archive.store().clock_doubted()?;
    Ok(doubted.map(|last| {
        let values = vec![("last", shown(last))];
        Notice { kind: NoticeKind::Attention, text: "notice-clock-doubted", values }
    }))
}

/// Takes files in. The notice holds counts alone: a file's name may say whom it is about.
pub(crate) fn import(
    receiving: Option<&mut Receiving>,
    paths: &[PathBuf],
    now: DateTime<Utc>,
    progress: &mut Progress<'_>,
) -> Result<Option<Notice>, AppError> {
    let Some(receiving) = receiving else { return Ok(None) };
    let mut go_on = |done, all| progress("progress-import", done, all);
    let done = receiving.import_messages(paths, now, &mut go_on).map_err(without_place)?;
    // With nothing taken in, or nothing left, there is nothing to tell but why.
    if let Some(error) = &done.failed
        && (done.left == 0 || done.taken_in + done.repeated + done.superseded + done.refused == 0)
    {
        return Err(error.clone());
    }
    let rules: BTreeSet<&str> = done.refusals.iter().map(|refused| refused.rule.id()).collect();
    let values = vec![
        ("taken", done.taken_in.to_string()),
        ("repeated", done.repeated.to_string()),
        ("superseded", done.superseded.to_string()),
        ("refused", done.refused.to_string()),
        ("rules", rules.into_iter().collect::<Vec<_>>().join(", ")),
        ("unreadable", done.unreadable.len().to_string()),
        ("left", done.left.to_string()),
    ];
    let (kind, text) = match (done.left, done.refused, done.unreadable.is_empty()) {
        (0, 0, true) => (NoticeKind::Done, "notice-imported"),
        (0, 0, false) => (NoticeKind::Attention, "notice-imported-unreadable"),
        (0, _, _) => (NoticeKind::Attention, "notice-imported-refused"),
        (_, _, _) if done.failed.is_some() => (NoticeKind::Attention, "notice-imported-failed"),
        (_, _, _) => (NoticeKind::Attention, "notice-imported-left"),
    };
    Ok(Some(Notice { kind, text, values }))
}

/// A file that cannot be read, without its name.
pub(crate) fn without_place(error: AppError) -> AppError {
    if error.key.starts_with("error-file") {
        return AppError { key: "error-import-file", values: Vec::new(), ..error };
    }
    error
}

fn status(name: &str) -> Option<&'static str> {
    match name {
        "unlisted" => Some("status-unlisted"),
        "not_started" => Some("status-not-started"),
        "requested" => Some("status-requested"),
        "test" => Some("status-test"),
        "stopped" => Some("status-stopped"),
        _ => None,
    }
}

/// That a public key was exchanged: whose, by role or staff number.
pub(crate) fn key_alarm(owner: &KeyOwner) -> Alarm {
    let of_role = |text| Alarm { text, values: Vec::new() };
    match owner {
        KeyOwner::Role(RoleName::Administration) => of_role("alarm-key-administration"),
        KeyOwner::Role(RoleName::MedicalManager) => of_role("alarm-key-medical-manager"),
        KeyOwner::Role(RoleName::PrivacyOfficer) => of_role("alarm-key-privacy-officer"),
        // These roles have no key of their own.
        KeyOwner::Role(RoleName::Professional | RoleName::FunctionalAdministrator) | KeyOwner::Routing => {
            of_role("alarm-key-routing")
        }
        KeyOwner::Staff(staff) => Alarm { text: "alarm-key-staff", values: vec![("staff", staff.clone())] },
    }
}

pub(crate) fn screen(
    (archive, session): (&Archive, &Session<FunctionalAdministrator>),
    may_import: bool,
    now: DateTime<Utc>,
) -> Result<ReceptionScreen, AppError> {
    let store = archive.store();
    let unrecognised = store.unrecognised(session)?;
    let counts = store.status(false)?;
    let today = local::day(now).signed_duration_since(NaiveDate::default()).num_days();
    let by_day = store.taken_in_by_day(today - DAYS)?;
    let paths = store.over_delivered_paths()?;
    let senders = counts.senders.iter().map(|s| sender(s, &paths, &by_day, today)).collect();
    let messages = messages(archive, &counts.senders)?;
    Ok(ReceptionScreen {
        alarms: counts.swapped_keys.iter().map(key_alarm).chain(unrecognised::alarms(&unrecognised)).collect(),
        ask_again: unrecognised::ask_again(&unrecognised),
        senders,
        messages,
        health: StoreHealth {
            records: counts.records,
            linked: counts.linked,
            unlinked: counts.unlinked,
            waiting: counts.waiting,
            rides: counts.rides,
            oldest: counts.oldest_record,
        },
        import: may_import.then_some(Command::ImportFiles),
        refresh: Command::Refresh,
    })
}

fn sender(sender: &SenderCounts, paths: &[OverDeliveredPath], by_day: &[(i64, i64, u64)], today: i64) -> SenderRow {
    let on = |day: i64| by_day.iter().find(|(who, d, _)| *who == sender.number && *d == day).map_or(0, |(.., n)| *n);
    // Today is not over: a line that ends in it would seem to fall.
    let days: Vec<u64> = (1..=DAYS).rev().map(|ago| on(today - ago)).collect();
    SenderRow {
        name: sender.name.clone(),
        today: on(today),
        taken_in: sender.taken_in,
        repeated: sender.repeated,
        superseded: sender.superseded,
        refused: sender.refused,
        over_delivered: sender.over_delivered,
        too_much: paths.iter().filter(|p| p.sender == sender.number).map(too_much).collect(),
        in_text: in_text(sender),
        last: sender.last.map(local::time),
        usual: sender.last.and_then(|_| usual(&days)),
        days,
        status: status(sender.status),
    }
}

fn too_much(path: &OverDeliveredPath) -> TooMuch {
    let what = OVER_KEYS.iter().find(|(kind, _)| *kind == path.kind).map_or("over-other", |(_, key)| *key);
    TooMuch { what, path: path.path.clone(), count: path.count }
}

fn in_text(sender: &SenderCounts) -> Vec<(&'static str, u64)> {
    let counted = |kind: IdentifierKind| Some((free_text::key(kind), *sender.identifiers_in_text.get(kind.name())?));
    IdentifierKind::ALL.into_iter().filter_map(counted).collect()
}

/// Words for the kinds of over-delivery (MESSAGE12 §9).
const OVER_KEYS: [(&str, &str); 16] = [
    ("name", "over-name"),
    ("address", "over-address"),
    ("telecom", "over-telecom"),
    ("narrative", "over-narrative"),
    ("vital_sign", "over-vital-sign"),
    ("medication", "over-medication"),
    ("procedure", "over-procedure"),
    ("attachment", "over-attachment"),
    ("diagnosis_with_agreement", "over-diagnosis-with-agreement"),
    ("description_with_agreement", "over-description-with-agreement"),
    ("gender_with_agreement", "over-gender-with-agreement"),
    ("birth_date_with_agreement", "over-birth-date-with-agreement"),
    ("equal_bsn", "over-equal-bsn"),
    ("not_agreed", "over-not-agreed"),
    ("not_recognised", "over-not-recognised"),
    ("other", "over-other"),
];

/// What a day usually holds (XmR, charts §4).
fn usual(days: &[u64]) -> Option<Usual> {
    // Days hold fewer messages than a float tells apart.
    let values: Vec<Option<f64>> =
        days.iter().map(|n| Some(f64::from(u32::try_from(*n).unwrap_or(u32::MAX)))).collect();
    let chart = stats::xmr_chart(&values)?;
    Some(Usual { mean: chart.mean, low: chart.lower_control_limit.max(0.0), high: chart.upper_control_limit })
}

fn outcome(event: Event) -> Option<(&'static str, &'static str)> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only events of receiving are messages")]
    match event {
        Event::MessageTakenIn => Some(("outcome-taken-in", "CA")),
        Event::MessageRepeated => Some(("outcome-repeated", "CA")),
        Event::MessageSuperseded => Some(("outcome-superseded", "CA")),
        Event::MessageRefused => Some(("outcome-refused", "CE")),
        _ => None,
    }
}

fn messages(archive: &Archive, senders: &[SenderCounts]) -> Result<Vec<ReceptionRow>, AppError> {
    let mut found = Vec::new();
    let mut before = None;
    for _ in 0..PAGES_MAX {
        let lines = archive.store().log_page(before, LINES)?;
        let room = MESSAGES_MAX - found.len();
        let replaced = |i: usize| lines.get(i + 1).is_some_and(|older| older.entry.event == Event::RecordReplaced);
        let rows = lines.iter().enumerate().filter_map(|(i, line)| message(line, replaced(i), senders));
        found.extend(rows.take(room));
        before = lines.last().map(|line| line.number);
        if found.len() == MESSAGES_MAX || before.is_none_or(|number| number <= 1) {
            break;
        }
    }
    Ok(found)
}

/// A message of the log; one that replaced a record follows the entry that says so.
fn message(line: &Logged, replaced: bool, senders: &[SenderCounts]) -> Option<ReceptionRow> {
    let (key, answer) = match outcome(line.entry.event)? {
        ("outcome-taken-in", answer) if replaced => ("outcome-newer-version", answer),
        other => other,
    };
    let detail = line.entry.detail.as_deref().unwrap_or_default();
    let (sender, rule) = detail.split_once('/').unwrap_or((detail, ""));
    let number: i64 = sender.parse().unwrap_or(0);
    let name = senders.iter().find(|s| s.number == number).map(|s| s.name.clone()).unwrap_or_default();
    let unreadable = rule.starts_with('X');
    Some(ReceptionRow {
        at: local::time(line.entry.at),
        sender: name,
        bytes: line.entry.count.unwrap_or(0),
        outcome: key,
        answer: Some(if unreadable { "CR" } else { answer }),
        finding: rule_key(rule),
    })
}

/// The key of a rule's sentence: `rule-E4`.
fn rule_key(rule: &str) -> Option<&'static str> {
    RULE_KEYS.iter().find(|(id, _)| *id == rule).map(|(_, key)| *key)
}

const RULE_KEYS: [(&str, &str); 22] = [
    ("X1", "rule-X1"),
    ("X2", "rule-X2"),
    ("X3", "rule-X3"),
    ("X4", "rule-X4"),
    ("X5", "rule-X5"),
    ("X6", "rule-X6"),
    ("E1", "rule-E1"),
    ("E2", "rule-E2"),
    ("E3", "rule-E3"),
    ("E4", "rule-E4"),
    ("E5", "rule-E5"),
    ("E6", "rule-E6"),
    ("R12", "rule-R12"),
    ("E7", "rule-E7"),
    ("E8", "rule-E8"),
    ("E9", "rule-E9"),
    ("R4", "rule-R4"),
    ("E10", "rule-E10"),
    ("same-id-other-content", "rule-E10"),
    ("E11", "rule-E11"),
    ("E12", "rule-E12"),
    ("same-version-other-content", "rule-E12"),
];
