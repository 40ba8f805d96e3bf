//! *Meldingen*, for the privacy officer: reports of passages and changed crews; he decides without seeing a text.

use access::{PrivacyOfficer, Session};
use chrono::{DateTime, TimeDelta, Utc};
use store::{Archive, CrewChange, MISPLACED_DAYS, Misplaced, MisplacedCount, MisplacedDecision, MisplacedState};
use viewmodel::{Command, HospitalReports, OversightCommand, OversightScreen, ReportLine, ReportState, RideCrewChange};

use crate::{
    error::AppError,
    local,
    professional::crew_change_kind,
    reporting::{free_text_of, reason_of},
};

// LIMIT: lines of each list; undecided reports stand first.
const ROWS: u32 = 200;

pub(crate) fn execute(
    archive: &mut Archive,
    session: &Session<PrivacyOfficer>,
    command: OversightCommand,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let (number, decision) = match command {
        OversightCommand::Destroy(number) => (number, MisplacedDecision::Destroy),
        OversightCommand::Join(number) => (number, MisplacedDecision::Join),
    };
    if archive.decide_misplaced(session, number, decision, now)? {
        Ok(())
    } else {
        Err(AppError::refused("error-report-decided", vec![]))
    }
}

fn line(report: Misplaced) -> ReportLine {
    let Misplaced { number, reason, text, hospital, length, at, state } = report;
    let act = |command| Command::Oversight(command);
    ReportLine {
        number,
        reason: reason_of(reason),
        text: free_text_of(text),
        hospital,
        length,
        day: local::day(at),
        destroyed_on: local::day(at + TimeDelta::days(MISPLACED_DAYS)),
        state: match state {
            MisplacedState::Reported => ReportState::Open,
            MisplacedState::ToJoin => ReportState::ToJoin,
            MisplacedState::Destroyed => ReportState::Destroyed,
        },
        decide: (state == MisplacedState::Reported)
            .then(|| (act(OversightCommand::Destroy(number)), act(OversightCommand::Join(number)))),
    }
}

fn per_hospital(counts: Vec<MisplacedCount>) -> Vec<HospitalReports> {
    let mut hospitals: Vec<HospitalReports> = Vec::new();
    for MisplacedCount { hospital, reason, count } in counts {
        let reason = (reason_of(reason), count);
        match hospitals.last_mut().filter(|last| last.hospital == hospital) {
            Some(last) => last.reasons.push(reason),
            None => hospitals.push(HospitalReports { hospital, reasons: vec![reason] }),
        }
    }
    hospitals
}

pub(crate) fn screen(
    archive: &Archive,
    session: &Session<PrivacyOfficer>,
    now: DateTime<Utc>,
) -> Result<OversightScreen, AppError> {
    let change = |CrewChange { number: _, ride, at, who, kind }| RideCrewChange {
        ride,
        who,
        kind: crew_change_kind(kind),
        day: local::day(at),
    };
    Ok(OversightScreen {
        reports: archive.misplaced(session, ROWS)?.into_iter().map(line).collect(),
        per_hospital: per_hospital(archive.misplaced_per_hospital(session)?),
        changes: archive.all_crew_changes(session, ROWS, now)?.into_iter().map(change).collect(),
    })
}
