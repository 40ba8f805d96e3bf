//! *Auditlog*, for the privacy officer: list and verification.

use access::{Entry, Event, PrivacyOfficer, Session};
use chrono::{DateTime, Utc};
use domain::Purpose;
use store::{Archive, Logged};
use viewmodel::{Actor, AuditLine, AuditLogScreen, AuditReason, ChainState, Command, Notice, NoticeKind};

use crate::{
    assistant::duty_key,
    background::Work,
    engine::Progress,
    error::{AppError, shown as shown_at},
    local,
    rail::role_shown,
    unlinked,
};

// LIMIT: lines of a page.
const PAGE: u32 = 100;

#[derive(Default)]
pub(crate) struct View {
    before: Vec<u64>,
    selected: Option<i64>,
    verified: Option<Verified>,
}

struct Verified {
    entries: u64,
    first_break: Option<u64>,
    at: DateTime<Utc>,
}

/// Reading the log is itself an entry of the log (R14): each page once, when it is turned to.
pub(crate) fn log_read(
    archive: &mut Archive,
    session: &Session<PrivacyOfficer>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let rows = archive.store().log_length()?.min(u64::from(PAGE));
    log(archive, session, Event::LogRead, rows, now)
}

/// What a privacy officer is told when he enters: that the recovery kit was used since he was last told.
pub(crate) fn kit_use(
    archive: &mut Archive,
    session: &Session<PrivacyOfficer>,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, AppError> {
    let shown = archive.store_mut().show_kit_use(session, now)?;
    Ok(shown.map(|used| {
        let values =
            vec![("last", shown_at(used.at)), ("number", used.number.to_string()), ("count", used.count.to_string())];
        Notice { kind: NoticeKind::Attention, text: "notice-kit-used", values }
    }))
}

fn log(
    archive: &mut Archive,
    session: &Session<PrivacyOfficer>,
    event: Event,
    rows: u64,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let mut entry = archive.store().entry(now, event, Purpose::Supervision);
    entry.user = Some(session.account());
    entry.role = Some(session.role());
    entry.authorisation = access::Authorisation::RolesTask;
    entry.count = Some(rows);
    Ok(archive.store_mut().log(&entry)?)
}

pub(crate) fn execute(
    archive: &mut Archive,
    session: &Session<PrivacyOfficer>,
    view: &mut View,
    command: &Command,
    now: DateTime<Utc>,
) -> Result<Option<Work>, AppError> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the commands of other screens do nothing here")]
    match command {
        Command::VerifyChain => return Ok(Some(Work::Verify)),
        Command::SelectAuditLine(line) => view.selected = Some(*line),
        Command::AuditPage { before } => {
            match before.and_then(|b| u64::try_from(b).ok()) {
                Some(before) => view.before.push(before),
                None => {
                    view.before.pop();
                }
            }
            log_read(archive, session, now)?;
        }
        Command::Refresh | Command::Open(_) => log_read(archive, session, now)?,
        _ => {}
    }
    Ok(None)
}

/// Verifies the whole chain, with the MACs; logged.
pub(crate) fn verify(
    archive: &mut Archive,
    session: &Session<PrivacyOfficer>,
    view: &mut View,
    now: DateTime<Utc>,
    progress: &mut Progress<'_>,
) -> Result<(), AppError> {
    let total = archive.store().log_length()?;
    let result = archive.store().verify_log(Some(session), |done| progress("progress-verify", done, total))?;
    let first_break = result.first_break.map(|b| b.number);
    view.verified = Some(Verified { entries: result.entries, first_break, at: now });
    log(archive, session, Event::ChainVerified, result.entries, now)
}

pub(crate) fn screen(archive: &Archive, view: &View, at_work: bool) -> Result<AuditLogScreen, AppError> {
    let store = archive.store();
    let total = store.log_length()?;
    let lines = store.log_page(view.before.last().copied(), PAGE)?;
    let names = store.accounts()?;
    let name = |account: i64| names.iter().find(|a| a.account == account).map(|a| a.name.clone());
    let last = lines.last().map_or(0, |l| l.number);
    let older = (last > 1).then(|| Command::AuditPage { before: i64::try_from(last).ok() });
    let first = store.log_page(Some(2), 1)?;
    let since = first.first().map(|l| local::time(l.entry.at)).unwrap_or_default();
    let chain = match &view.verified {
        _ if at_work => ChainState::Verifying { done: 0, total, stop: Command::Cancel },
        None => ChainState::NotVerified,
        Some(Verified { first_break: Some(number), .. }) => {
            ChainState::Broken { number: i64::try_from(*number).unwrap_or(i64::MAX) }
        }
        Some(Verified { entries, at, first_break: None }) => {
            ChainState::Intact { entries: *entries, since, at: local::time(*at) }
        }
    };
    Ok(AuditLogScreen {
        open_duties: store.open_duties()?.into_iter().filter_map(duty_key).collect(),
        chain,
        verify: Command::VerifyChain,
        lines: lines.iter().map(|l| line(l, view.selected, &name)).collect(),
        total,
        older,
        newer: (!view.before.is_empty()).then_some(Command::AuditPage { before: None }),
    })
}

fn short(hash: &[u8; 32]) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    format!("{} {} … {}", hex(&hash[..2]), hex(&hash[2..4]), hex(&hash[30..]))
}

fn purpose_key(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Quality => "purpose-quality",
        Purpose::CompleteRide => "purpose-complete-ride",
        Purpose::AskHospital => "purpose-ask-hospital",
        Purpose::Reception => "purpose-reception",
        Purpose::Entry => "purpose-entry",
        Purpose::Operation => "purpose-operation",
        Purpose::Supervision => "purpose-supervision",
        Purpose::OwnTrend => "purpose-own-trend",
    }
}

/// Who did what an entry says; a person who has left the accounts is still a person.
fn actor(entry: &Entry, name: &dyn Fn(i64) -> Option<String>) -> Actor {
    match (entry.user, entry.purpose) {
        (Some(account), _) => Actor::Person(name(account).unwrap_or_else(|| account.to_string())),
        (None, Purpose::Reception) => Actor::Receiver,
        (None, Purpose::Entry) => Actor::Unknown,
        (
            None,
            Purpose::Quality
            | Purpose::CompleteRide
            | Purpose::AskHospital
            | Purpose::Operation
            | Purpose::Supervision
            | Purpose::OwnTrend,
        ) => Actor::Program,
    }
}

/// Why somebody linked a record, or let a sender through.
fn reason(entry: &Entry) -> Option<AuditReason> {
    let detail = entry.detail.as_deref().unwrap_or_default();
    if entry.event == Event::RecordLinked {
        return Some(
            unlinked::reason_key(detail).map_or_else(|| AuditReason::Written(detail.to_owned()), AuditReason::Offered),
        );
    }
    let written = entry.event == Event::SenderAccepted;
    (written && !detail.is_empty()).then(|| AuditReason::Written(detail.to_owned()))
}

fn line(logged: &Logged, selected: Option<i64>, name: &dyn Fn(i64) -> Option<String>) -> AuditLine {
    let number = i64::try_from(logged.number).unwrap_or(i64::MAX);
    let entry = &logged.entry;
    let subject = entry.ride.map(|r| format!("{:02x}{:02x}·{:02x}{:02x}", r[0], r[1], r[2], r[3]));
    AuditLine {
        number,
        at: local::time(entry.at),
        who: actor(entry, name),
        role: entry.role.map(role_shown),
        event: entry.event.key(),
        subject,
        // Of a message the count is its size; of a list the number of rows.
        count: entry.count.filter(|_| entry.ride.is_none()),
        reason: reason(entry),
        purpose: purpose_key(entry.purpose),
        authorisation: entry.authorisation.key(),
        workstation: entry.workstation.clone(),
        version: entry.version.clone(),
        hashes: (short(&logged.previous), short(&logged.hash)),
        selected: selected == Some(number),
        select: Command::SelectAuditLine(number),
    }
}
