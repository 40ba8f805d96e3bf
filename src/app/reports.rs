//! Texts of the command line: imports, status and purge; as text by `resources/i18n` or as JSON.
//!
//! **Not here:** what a message holds (`inspecting`).

use std::path::Path;

use chrono::{DateTime, Utc};
use store::{Purged, RideFilesNote, RideFilesOutcome, Silent, Status, Store};
use viewmodel::{CertificateAlarm, Texts};

use crate::{
    assistant::duty_key,
    certificates, checks,
    error::{AppError, Exit},
    functional_administrator::key_alarm,
    local,
    receiving::Summary,
    ride_folder,
    ride_import::RidesSummary,
    ride_line::RideRemark,
    silence,
};

/// The counts of `status`, with the hospitals that are silent for too long, what hindered receiving, and certificates that expire soon.
///
/// # Errors
/// When the store cannot be read.
pub fn status(store: &Store, now: DateTime<Utc>) -> Result<Status, AppError> {
    let mut status = store.status(true)?;
    status.silent = silence::silent(store, &status.senders, now)?;
    status.troubles = store.troubles(now)?;
    status.certificates = store.certificate_warnings(now)?;
    status.refused_certificates = store.refused_at_the_door(&mut status.senders, now)?;
    Ok(status)
}

fn silence_line(silent: &Silent, texts: &Texts) -> String {
    let alarm = silence::alarm(silent);
    let line = format!("{} {}", alarm.head(texts), alarm.rest(texts));
    if silent.taken_up.is_some() { format!("{line} {}", texts.get("silence-taken-up")) } else { line }
}

fn held_line(status: &Status, texts: &Texts) -> String {
    let number = |n: u64| texts.number(n);
    let values = [
        ("records", number(status.records)),
        ("linked", number(status.linked)),
        ("unlinked", number(status.unlinked)),
        ("waiting", number(status.waiting)),
        ("rides", number(status.rides)),
    ];
    texts.format("cli-status-store", &values)
}

/// `status`, for a person.
#[must_use]
pub fn status_text(status: &Status, texts: &Texts) -> String {
    let number = |n: u64| texts.number(n);
    let mut lines = vec![held_line(status, texts)];
    lines.push(texts.format(
        "cli-status-received",
        &[
            ("taken", number(status.received.taken_in)),
            ("repeated", number(status.received.repeated)),
            ("superseded", number(status.received.superseded)),
            ("refused", number(status.received.refused)),
        ],
    ));
    lines.push(texts.format(
        "cli-status-work",
        &[("open", number(status.identifications.open)), ("closed", number(status.identifications.closed))],
    ));
    if let Some(note) = &status.ride_files {
        let at = local::time(note.at);
        let key = match note.outcome {
            RideFilesOutcome::Imported => "cli-status-rides-imported",
            RideFilesOutcome::Refused => "cli-status-rides-refused",
        };
        let values = [
            ("time", format!("{} {}", texts.date_numeric(at.date()), texts.time(at))),
            ("new", number(note.new)),
            ("changed", number(note.changed)),
            ("refused", number(note.refused)),
        ];
        lines.push(texts.format(key, &values));
        if let Some(why) = note.why.as_ref().map(ride_folder::said) {
            lines.push(texts.format(why.text, &why.values));
        }
    }
    if let Some(why) = status.ride_folder.as_ref().and_then(|folder| folder.looked.as_ref()?.why.as_ref()) {
        let why = ride_folder::said(why);
        lines.push(texts.format("cli-status-ride-folder", &[("why", texts.format(why.text, &why.values))]));
    }
    let chain = if status.audit.intact { "cli-status-audit-intact" } else { "cli-status-audit-broken" };
    lines.push(texts.format(chain, &[("entries", number(status.audit.entries))]));
    for sender in &status.senders {
        let values = [
            ("name", sender.name.clone()),
            ("taken", number(sender.taken_in)),
            ("repeated", number(sender.repeated)),
            ("superseded", number(sender.superseded)),
            ("refused", number(sender.refused)),
            ("over", number(sender.over_delivered)),
        ];
        lines.push(texts.format("cli-status-sender", &values));
    }
    lines.extend(status.silent.iter().map(|silent| silence_line(silent, texts)));
    let is_refused =
        |alarm: &CertificateAlarm| status.refused_certificates.iter().any(|one| one.fingerprint == alarm.fingerprint);
    let alarms = certificates::alarms(&status.certificates);
    lines.extend(alarms.iter().filter(|alarm| !is_refused(alarm)).map(|alarm| alarm.head(texts)));
    lines.extend(status.refused_certificates.iter().map(|one| certificates::certificate_refused(one, texts)));
    for alarm in status.troubles.iter().map(certificates::trouble).chain(status.swapped_keys.iter().map(key_alarm)) {
        lines.push(texts.format(alarm.text, &alarm.values));
    }
    if !status.recovery_kit {
        lines.push(texts.get("cli-status-no-kit"));
    }
    for duty in status.open_duties.iter().filter_map(|name| duty_key(name)) {
        lines.push(texts.format("cli-status-duty-open", &[("duty", texts.get(duty))]));
    }
    lines.extend(checks::of(status).iter().map(|check| {
        let alarm = check.alarm(&status.receiver);
        texts.format("cli-status-check", &[("what", texts.format(alarm.text, &alarm.values))])
    }));
    lines.join("\n") + "\n"
}

/// `status --json`.
///
/// # Errors
/// Cannot happen: counts are always JSON.
pub fn status_json(status: &Status) -> Result<String, AppError> {
    let failed = |_| AppError::refused("error-system", vec![]);
    let mut value = serde_json::to_value(status).map_err(failed)?;
    value["attention"] = checks::of(status).iter().map(|check| check.name()).collect();
    serde_json::to_string_pretty(&value).map_err(failed)
}

/// What asks for attention, exit code of `status --check`: 1 what somebody should look at, 2 what cannot wait.
#[must_use]
pub fn status_exit(status: &Status) -> Exit {
    let fine = status.audit.intact
        && status.recovery_kit
        && status.purge.clock_doubted_after.is_none()
        && status.certificates.is_empty()
        && status.refused_certificates.is_empty()
        && status.troubles.iter().all(|trouble| trouble.over)
        && status.silent.iter().all(|silent| silent.taken_up.is_some())
        && !ride_folder_asks(status);
    match (fine, checks::of(status).is_empty()) {
        (true, true) => Exit::Done,
        (false, true) => Exit::Attention,
        // Receiving stands still, or will: as monitoring knows it, 2 is what cannot wait.
        (_, false) => Exit::Refused,
    }
}

/// The watched folder could not be read, or its last file was refused, in whole or in part.
fn ride_folder_asks(status: &Status) -> bool {
    let Some(folder) = status.ride_folder.as_ref().filter(|folder| folder.on) else { return false };
    let is_refused = |note: &RideFilesNote| note.outcome == RideFilesOutcome::Refused;
    folder.looked.as_ref().is_some_and(|look| look.why.is_some()) || status.ride_files.as_ref().is_some_and(is_refused)
}

/// `purge`, for a person.
#[must_use]
pub fn purge_text(purged: &Purged, dry_run: bool, texts: &Texts) -> String {
    let key = if dry_run { "cli-purge-preview" } else { "cli-purge-done" };
    let values = [
        ("records", texts.number(purged.records)),
        ("rides", texts.number(purged.rides)),
        ("identifications", texts.number(purged.identifications)),
    ];
    texts.format(key, &values) + "\n"
}

/// The counts of an import of messages.
#[must_use]
pub fn messages_text(done: &Summary, texts: &Texts) -> String {
    let values = [
        ("taken", texts.number(done.taken_in)),
        ("repeated", texts.number(done.repeated)),
        ("superseded", texts.number(done.superseded)),
        ("refused", texts.number(done.refused)),
    ];
    texts.format("notice-imported", &values)
}

/// The counts of an import of rides.
#[must_use]
pub fn rides_text(done: &RidesSummary, texts: &Texts) -> String {
    let store::Imported { new, changed, unchanged, linked, equal_destroyed: _, confirmed, contested, past_term } =
        done.imported;
    let values = [
        ("new", texts.number(new)),
        ("changed", texts.number(changed)),
        ("unchanged", texts.number(unchanged)),
        ("refused", texts.number(done.refused)),
        ("twice", texts.number(contested)),
        ("past", texts.number(past_term)),
        ("linked", texts.number(linked)),
        ("confirmed", texts.number(confirmed)),
        ("withheld", texts.number(done.withheld)),
    ];
    let key = if done.withheld > 0 { "cli-rides-withheld" } else { "cli-rides-done" };
    texts.format(key, &values)
}

/// What is said of one line of a ride file.
#[must_use]
pub fn ride_remark(remark: &RideRemark, file: &Path, texts: &Texts) -> String {
    let mut values = vec![
        ("place", file.display().to_string()),
        ("line", remark.line.to_string()),
        ("rule", texts.get(remark.rule.key())),
    ];
    match &remark.column {
        Some(column) => {
            values.push(("column", column.clone()));
            texts.format("cli-rides-remark", &values)
        }
        None => texts.format("cli-rides-remark-line", &values),
    }
}

// LIMIT: staff numbers without an account that are named by their line; the others are counted.
const STAFF_NAMED: usize = 5;

/// Staff numbers of a ride file that no account has: the first by line and column, and how many there are.
#[must_use]
pub fn rides_staff(done: &RidesSummary, file: &Path, texts: &Texts) -> Vec<String> {
    let place = || ("place", file.display().to_string());
    let named = done.staff_unknown.iter().take(STAFF_NAMED).map(|unknown| {
        let key = if unknown.lost_zeros { "cli-rides-staff-zeros" } else { "cli-rides-staff" };
        texts.format(key, &[place(), ("line", unknown.line.to_string()), ("column", unknown.column.clone())])
    });
    let all = done.staff_unknown.len() as u64;
    let counted = (all > 0).then(|| texts.format("cli-rides-staff-all", &[place(), ("count", texts.number(all))]));
    named.chain(counted).collect()
}

/// How an import ends that did not fail: refused where something was refused, attention where it was stopped.
#[must_use]
pub fn import_exit(refused: u64, left: u64) -> Exit {
    match (refused, left) {
        (0, 0) => Exit::Done,
        (0, _) => Exit::Attention,
        (_, _) => Exit::Refused,
    }
}
