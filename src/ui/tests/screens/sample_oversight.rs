//! Invented reports: *Meldingen*.

use viewmodel::*;

use crate::samples::{day, frame};

pub fn oversight() -> Frame {
    let line = |number, reason, text, state| ReportLine {
        number,
        reason: Some(reason),
        text,
        hospital: "Ziekenhuis Oost".into(),
        length: 62,
        day: day(2026, 9, 18),
        destroyed_on: day(2026, 10, 18),
        state,
        decide: (state == ReportState::Open).then(|| {
            let act = |command| Command::Oversight(command);
            (act(OversightCommand::Destroy(number)), act(OversightCommand::Join(number)))
        }),
    };
    let screen = OversightScreen {
        reports: vec![
            line(2, MisplacedReason::AboutAPerson, FreeText::RemarksCommunication, ReportState::Open),
            line(1, MisplacedReason::DescriptionRule(1), FreeText::Diagnosis, ReportState::Destroyed),
        ],
        per_hospital: vec![HospitalReports {
            hospital: "Ziekenhuis Oost".into(),
            reasons: vec![(Some(MisplacedReason::DescriptionRule(2)), 1), (Some(MisplacedReason::Identifying), 1)],
        }],
        changes: vec![RideCrewChange {
            ride: "12-2026-4544-1".into(),
            who: "K. Jansen".into(),
            kind: CrewChangeKind::Lost,
            day: day(2026, 9, 19),
        }],
    };
    frame(Some((Role::PrivacyOfficer, "L. Dijkstra", ScreenName::Oversight, None)), Screen::Oversight(screen))
}
