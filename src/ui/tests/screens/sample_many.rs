//! Ten thousand of everything that comes in rows.

use viewmodel::*;

use crate::{
    sample_accounts, sample_connections, sample_oversight, sample_profiles, sample_rides, sample_tables,
    samples::{self, at, day, words},
};

/// So many rows.
pub const MANY: usize = 10_000;

/// A list, and its sample of so many rows.
pub type ManyRows = (&'static str, fn(usize) -> Frame);

/// Every list of the program.
pub const LISTS: [ManyRows; 12] = [
    ("Patiëntidentificatie", identifications_many),
    ("Wacht op SEH", awaited_many),
    ("Terugkoppelingen", feedback_many),
    ("Ontvangst, berichten", |n| reception_many(n, 20)),
    ("Ontvangst, ziekenhuizen", |n| reception_many(20, n)),
    ("Auditlog", audit_log_many),
    ("Ritten, niet gekoppeld", rides_many),
    ("Accounts", accounts_many),
    ("Rechten", rights_many),
    ("Meldingen", oversight_many),
    ("Berichtprofielen", profiles_many),
    ("Aansluitingen", connections_many),
];

/// A frame whose screen is made otherwise.
macro_rules! with {
    ($frame:expr, $screen:ident, $of:pat => $change:expr) => {{
        let mut frame = $frame;
        let Screen::$screen($of) = &mut frame.screen else { panic!("another screen") };
        $change;
        frame
    }};
}
pub(crate) use with;

pub fn identifications_many(n: usize) -> Frame {
    with!(samples::identifications(false), Identifications, screen => {
        let reasons = [Reason::NotAnnounced, Reason::Differs, Reason::Invalid];
        screen.rows = (0..n as i64)
            .map(|id| IdentificationRow {
                item: ItemId(id),
                reason: if id * 10 >= n as i64 * 9 { Reason::RideUnknown } else { reasons[id as usize % 3] },
                ride: format!("12-2026-{id}-1"),
                hospital: "Ziekenhuis Oost".into(),
                age_days: id % 90,
                claimed_by: (id % 5 == 0).then(|| "A. Visser".into()),
                mine: false,
                waits: None,
                selected: id == 2,
                select: Command::SelectItem(ItemId(id)),
            })
            .collect();
    })
}

pub fn awaited_many(n: usize) -> Frame {
    with!(samples::awaited(), Identifications, screen => {
        screen.rows = (0..n as i64)
            .map(|id| IdentificationRow {
                item: ItemId(-1 - id),
                reason: Reason::NotAnnounced,
                ride: format!("12-2026-{id}-1"),
                hospital: format!("Ziekenhuis {}", id / 25),
                age_days: id % 90,
                claimed_by: None,
                mine: false,
                waits: Some(WaitingRow { handed_over: at(9, 2, 22, 14), telephone: None, called: None, none: id % 9 == 0 }),
                selected: id == 2,
                select: Command::SelectItem(ItemId(-1 - id)),
            })
            .collect();
    })
}

pub fn feedback_many(n: usize) -> Frame {
    with!(samples::feedback(), Feedback, screen => {
        screen.rows = (0..n as i64)
            .map(|id| FeedbackRow {
                record: RecordId(id),
                working_diagnosis: Some(words("Pijn op de borst")),
                hospital: "Ziekenhuis Oost".into(),
                urgency: Some("A1".into()),
                day: day(2026, 9, 17),
                ride: format!("12-2026-{id}-1"),
                updated: id % 7 == 0,
                remarks: id % 2 == 0,
                unread: id < 40,
                selected: id == 2,
                select: Command::SelectRecord(RecordId(id)),
            })
            .collect();
    })
}

/// Messages, or hospitals, in such a number.
pub fn reception_many(messages: usize, hospitals: usize) -> Frame {
    with!(sample_tables::reception(), Reception, screen => {
        screen.messages.rows = (0..messages as u64).map(|n| sample_tables::message(n, "Ziekenhuis Oost")).collect();
        screen.messages.hospitals = (0..hospitals as i64).map(|n| (n, format!("Ziekenhuis {n}"))).collect();
        screen.senders = (0..hospitals as i64).map(|n| sample_tables::sender(n, &format!("Ziekenhuis {n}"))).collect();
        screen.ask_again = (0..hospitals)
            .map(|n| AskAgain { name: format!("Ziekenhuis {n}"), ids: vec![], without_id: 2 })
            .collect();
    })
}

pub fn audit_log_many(n: usize) -> Frame {
    with!(sample_tables::audit_log(), AuditLog, screen => {
        screen.lines = (0..n as i64)
            .map(|number| AuditLine {
                number,
                at: at(9, 21, 9, (number % 60) as u32),
                who: Actor::Person("A. Verhoeven".into()),
                role: Some(Role::MedicalManager),
                event: "ui-open-feedback",
                subject: None,
                count: None,
                reason: None,
                purpose: "ui-id-purpose-ride",
                authorisation: "ui-id-claim",
                workstation: "TS-01".into(),
                version: "Terugblik 0.1.0".into(),
                hashes: ("9c41 e07d … 53ab".into(), "e2f8 1b90 … 07c6".into()),
                selected: number == 2,
                select: Command::SelectAuditLine(number),
            })
            .collect();
    })
}

pub fn rides_many(n: usize) -> Frame {
    with!(sample_rides::file_step(), Rides, screen => {
        screen.unlinked.total = n as u64;
        screen.unlinked.rows =
            (0..n).map(|i| sample_rides::unlinked(&format!("12-2026-{i}-1"), 3, i % 3 == 0)).collect();
        let held = |i: usize| HeldRow {
            record: RecordId(i as i64),
            number: format!("12-2026-{i}-2"),
            sender: "Ziekenhuis Noord".into(),
            hospital: "Ziekenhuis Oost".into(),
            age_days: 2,
        };
        screen.unlinked.contested_rows =
            (0..n).map(|i| sample_rides::contested(&format!("12-2026-{i}-1"), 3)).collect();
        screen.unlinked.held = (0..n).map(held).collect();
        screen.unlinked.doubted = (0..n).map(held).collect();
    })
}

pub fn accounts_many(n: usize) -> Frame {
    with!(sample_accounts::accounts(None), Accounts, screen => {
        screen.lines = (0..n).map(sample_accounts::line).collect();
    })
}

pub fn rights_many(n: usize) -> Frame {
    with!(sample_accounts::rights(), Rights, screen => {
        screen.roles[1].holders = (0..n)
            .map(|i| RoleHolder { name: "Anouk Veldkamp".into(), staff: format!("{i}"), since: day(2026, 9, 3), by: None })
            .collect();
    })
}

pub fn oversight_many(n: usize) -> Frame {
    with!(sample_oversight::oversight(), Oversight, screen => {
        let report = |number: usize| ReportLine {
            number: number as i64,
            reason: Some(MisplacedReason::AboutAPerson),
            text: FreeText::Diagnosis,
            hospital: "Ziekenhuis Oost".into(),
            length: 62,
            day: day(2026, 9, 18),
            destroyed_on: day(2026, 10, 18),
            state: ReportState::Destroyed,
            decide: None,
        };
        screen.reports = (0..n).map(report).collect();
        let reports = |i: u64| HospitalReports {
            hospital: format!("Ziekenhuis {i}"),
            reasons: vec![(Some(MisplacedReason::AboutAPerson), i)],
        };
        screen.per_hospital = (0..n as u64).map(reports).collect();
        let change = |i: usize| RideCrewChange {
            ride: format!("12-2026-{i}-1"),
            who: "K. Jansen".into(),
            kind: CrewChangeKind::Lost,
            day: day(2026, 9, 19),
        };
        screen.changes = (0..n).map(change).collect();
    })
}

pub fn profiles_many(n: usize) -> Frame {
    with!(sample_profiles::profiles(), Profiles, screen => {
        screen.rows = (0..n)
            .map(|version| ProfileRow {
                name: "leverancier-1".into(),
                version: version as u32,
                message_set: "2.4.0".into(),
                status: "profile-status-supplier",
                force: ProfileForceShown::Never,
                may_be_forced: true,
                roll_back: None,
            })
            .collect();
        screen.tried = None;
        screen.unrecognised = (0..n)
            .map(|number| UnrecognisedMessage {
                sender: "Oost".into(),
                at: at(9, 21, 9, 31),
                structure: None,
                act: Command::Profiles(ProfilesCommand::Structure(Some(number as i64))),
            })
            .collect();
    })
}

pub fn connections_many(n: usize) -> Frame {
    with!(sample_connections::status(), Connections, screen => {
        screen.lines = (0..n)
            .map(|i| ConnectionLine {
                name: format!("Ziekenhuis {i}"),
                status: ConnectionStatus::Production,
                attention: None,
                selected: i == 2,
                select: Command::Connections(ConnectionsCommand::Select(Some(HospitalNumber(i as i64)))),
            })
            .collect();
    })
}
