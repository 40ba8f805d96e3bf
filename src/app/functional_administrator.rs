//! *Ontvangst*, for the functional administrator: counts per sender and outcome, messages of late without content.

use access::Event;
use chrono::{DateTime, NaiveDate, Utc};
use store::{Archive, Logged, SenderCounts};
use viewmodel::{Command, Notice, NoticeKind, ReceptionRow, ReceptionScreen, SenderRow, StoreHealth};

use crate::{engine::Progress, error::AppError, local, receiving::Receiving};

// LIMIT: messages of late that are listed, and log lines looked through for them.
const MESSAGES_MAX: usize = 100;
const LINES_MAX: u32 = 1000;
const DAYS: i64 = 14;

pub(crate) fn execute(
    receiving: Option<&mut Receiving>,
    command: Command,
    now: DateTime<Utc>,
    progress: &mut Progress<'_>,
) -> Result<Option<Notice>, AppError> {
    match (command, receiving) {
        (Command::ImportFiles(paths), Some(receiving)) => {
            let done =
                receiving.import_messages(&paths, now, &mut |done, all| progress("progress-import", done, all))?;
            let values = vec![
                ("taken", done.taken_in.to_string()),
                ("repeated", (done.repeated + done.superseded).to_string()),
                ("refused", done.refused.to_string()),
            ];
            Ok(Some(Notice { kind: NoticeKind::Done, text: "notice-imported", values }))
        }
        (_, _) => Ok(None),
    }
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

pub(crate) fn screen(archive: &Archive, import: bool, now: DateTime<Utc>) -> Result<ReceptionScreen, AppError> {
    let store = archive.store();
    let counts = store.status(false)?;
    let today = local::day(now).signed_duration_since(NaiveDate::default()).num_days();
    let by_day = store.taken_in_by_day(today - DAYS + 1)?;
    let senders = counts.senders.iter().map(|s| sender(s, &by_day, today)).collect();
    let messages = messages(archive, &counts.senders)?;
    Ok(ReceptionScreen {
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
        import,
        refresh: Command::Refresh,
    })
}

fn sender(sender: &SenderCounts, by_day: &[(i64, i64, u64)], today: i64) -> SenderRow {
    let on = |day: i64| by_day.iter().find(|(who, d, _)| *who == sender.number && *d == day).map_or(0, |(.., n)| *n);
    SenderRow {
        name: sender.name.clone(),
        today: on(today),
        taken_in: sender.taken_in,
        repeated: sender.repeated,
        superseded: sender.superseded,
        refused: sender.refused,
        over_delivered: sender.over_delivered,
        last: sender.last.map(local::time),
        days: (0..DAYS).map(|i| on(today - DAYS + 1 + i)).collect(),
        status: status(sender.status),
    }
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
    let lines = archive.store().log_page(None, LINES_MAX)?;
    Ok(lines.iter().filter_map(|line| message(line, senders)).take(MESSAGES_MAX).collect())
}

fn message(line: &Logged, senders: &[SenderCounts]) -> Option<ReceptionRow> {
    let (key, answer) = outcome(line.entry.event)?;
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

const RULE_KEYS: [(&str, &str); 20] = [
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
];
