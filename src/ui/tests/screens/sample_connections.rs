//! Invented *Aansluitingen*: a hospital in production, one without an agreement, one in test.

use viewmodel::*;

use crate::samples::{at, day, frame};

const EAST: HospitalNumber = HospitalNumber(3);

fn wish(command: ConnectionsCommand) -> Command {
    Command::Connections(command)
}

fn screen(tab: ConnectionTab, page: Option<ConnectionPage>) -> Frame {
    let line = |n: i64, name: &str, status, attention| ConnectionLine {
        name: name.into(),
        status,
        attention,
        selected: page.is_some() && n == EAST.0,
        select: wish(ConnectionsCommand::Select(Some(HospitalNumber(n)))),
    };
    let lines = vec![
        line(1, "Ziekenhuis De Es", ConnectionStatus::Requested, None),
        line(2, "Merwedekade Ziekenhuis", ConnectionStatus::Production, Some("connection-attention-agreement")),
        line(3, "Ziekenhuis Oost", ConnectionStatus::Production, None),
        line(4, "Zuiderveld", ConnectionStatus::Test, None),
        line(5, "Onbekende afzender", ConnectionStatus::Unlisted, Some("connection-attention-unlisted")),
        line(6, "Nog niet", ConnectionStatus::NotStarted, None),
        line(7, "Voorbij", ConnectionStatus::Stopped, None),
    ];
    let detail = page.map(|page| ConnectionDetail {
        hospital: EAST,
        name: "Ziekenhuis Oost".into(),
        organisation: ("URA".into(), "00000101".into()),
        site: Some(("connection-location", "2.999.1 · oost".into())),
        tab,
        page,
    });
    let screen = ConnectionsScreen {
        draft: None,
        lines: if detail.is_some() { lines } else { Vec::new() },
        months: if detail.is_some() { months() } else { Vec::new() },
        totals: (2, 2),
        detail,
        new_open: false,
        new_form: wish(ConnectionsCommand::NewForm),
        add: |typed| Command::Connections(ConnectionsCommand::Add(typed)),
        overview: |path| Command::Connections(ConnectionsCommand::Overview(path)),
        to_tab: |tab| Command::Connections(ConnectionsCommand::Tab(tab)),
    };
    let who = (Role::FunctionalAdministrator, "T. Smeets", ScreenName::Connections, Some(1));
    frame(Some(who), Screen::Connections(Box::new(screen)))
}

/// A year, of which the last month stands as the totals do.
fn months() -> Vec<(chrono::NaiveDate, usize, usize)> {
    let month = |n: u32| day(if n < 3 { 2025 } else { 2026 }, (n + 9) % 12 + 1, 1);
    (0..12).map(|n| (month(n), n as usize / 5, 2 - usize::from(n < 4))).collect()
}

fn status_page(edit_open: bool) -> ConnectionPage {
    let stage = |status, since: Option<(i32, u32, u32)>, present, past| StageShown {
        status,
        since: since.map(|(y, m, d)| day(y, m, d)),
        present,
        past,
        by_file: false,
        needs: None,
    };
    let step = |on: Option<(i32, u32, u32)>, function: &str| ConnectionStepShown {
        on: on.map(|(y, m, d)| day(y, m, d)),
        function: Some(function.into()),
    };
    let typed = ParticularsTyped {
        name: "Ziekenhuis Oost".into(),
        supplier: "ZorgPlein".into(),
        route: Some(RouteShown::Https),
        contacts: vec![["FAB".into(), String::new(), "fab@oost.example".into()]],
        judged: Some(JudgedShown::Automatic),
        ..ParticularsTyped::default()
    };
    ConnectionPage::Status(Box::new(ConnectionStatusPage {
        stages: vec![
            stage(ConnectionStatus::NotStarted, None, false, true),
            stage(ConnectionStatus::Requested, Some((2024, 2, 10)), false, true),
            stage(ConnectionStatus::Test, Some((2024, 5, 2)), false, true),
            stage(ConnectionStatus::Production, Some((2024, 8, 1)), true, false),
            stage(ConnectionStatus::Stopped, None, false, false),
        ],
        next: None,
        not_signed_off: true,
        supplier: Some("ZorgPlein".into()),
        supplier_rav: None,
        route: Some(RouteShown::Https),
        messages_since: Some(day(2023, 1, 12)),
        folder: Some("oost".into()),
        judged: vec![(day(2025, 11, 1), JudgedShown::Automatic), (day(2024, 8, 1), JudgedShown::Staff)],
        contacts: vec![("FAB".into(), "fab@oost.example".into())],
        contact: Some("012 345 01 10".into()),
        steps: [
            step(Some((2024, 2, 10)), "projectleider RAV"),
            step(Some((2024, 3, 4)), "ICT, aanvraag VPN"),
            step(Some((2024, 3, 18)), "projectleider RAV"),
            step(Some((2024, 4, 9)), "medisch manager, SEH-arts"),
            step(Some((2024, 7, 12)), "functioneel beheer, FAB"),
            step(Some((2024, 7, 24)), "key users"),
            step(Some((2024, 8, 1)), "functioneel beheer"),
            step(None, "overleg per kwartaal"),
        ]
        .into(),
        typed: Box::new(typed),
        edit_open,
        edit: wish(ConnectionsCommand::EditForm),
        save: |hospital, typed| Command::Connections(ConnectionsCommand::Save(hospital, typed)),
        set_status: |hospital, status, from| {
            Command::Connections(ConnectionsCommand::SetStatus(hospital, status, from))
        },
        sheet: Some(|hospital, path| Command::Connections(ConnectionsCommand::Sheet(hospital, path))),
    }))
}

pub fn status() -> Frame {
    screen(ConnectionTab::Status, Some(status_page(false)))
}

pub fn editing() -> Frame {
    screen(ConnectionTab::Status, Some(status_page(true)))
}

pub fn none() -> Frame {
    screen(ConnectionTab::Status, None)
}

fn parts(remarks: bool) -> AgreedParts {
    AgreedParts {
        identification: true,
        description: true,
        remarks_medical: true,
        remarks_communication: remarks,
        case_list: true,
    }
}

pub fn agreement(agreed: bool) -> Frame {
    let version = |version, from, remarks| AgreementVersion {
        version,
        from,
        parts: parts(remarks),
        delay_days: Some(14),
        reason: Some("Regionaal overleg".into()),
    };
    let present = version(1, day(2024, 10, 1), false);
    let next = version(2, day(2026, 10, 1), true);
    let page = ConnectionAgreementPage {
        present: agreed.then(|| present.clone()),
        since: [agreed.then(|| day(2024, 10, 1)); 5],
        next: agreed.then(|| next.clone()),
        versions: if agreed { vec![next, present] } else { Vec::new() },
        without_all: false,
        left_out: 154,
        production_since: Some(day(2024, 8, 1)),
        today: day(2026, 9, 21),
        agree: |hospital, typed| Command::Connections(ConnectionsCommand::Agree(hospital, typed)),
    };
    screen(ConnectionTab::Agreement, Some(ConnectionPage::Agreement(Box::new(page))))
}

/// The certificate of Oost, so many days before its end.
pub fn expiring(days: i64) -> CertificateAlarm {
    CertificateAlarm {
        hospital: Some("Oost".into()),
        contact: Some("Applicatiebeheer SEH".into()),
        name: "oost.example".into(),
        fingerprint: format!("sha256:{}", "0a".repeat(32)),
        until: day(2026, 9, 21) + chrono::TimeDelta::days(days),
        days,
        expired: false,
        refused_since: None,
    }
}

/// The program's own test message before it was sent, and with an end: well, or failed at its third step.
pub fn self_test(well: Option<bool>) -> SelfTestShown {
    let print = format!("sha256:{}", "0c".repeat(32));
    let to = || ("to", "127.0.0.1:8443".to_owned());
    let server = || {
        let name = "terugblik.rav-voorbeeld.example".to_owned();
        vec![("name", name), ("until", "14-08-2026".to_owned()), ("fingerprint", print.clone())]
    };
    let said: [(&'static str, &'static str, Vec<_>); 7] = [
        ("self-test-address", "self-test-address-every", vec![to()]),
        ("self-test-connection", "self-test-connection-well", vec![to()]),
        ("self-test-server", "self-test-server-well", server()),
        ("self-test-client", "self-test-client-well", vec![]),
        ("self-test-status", "self-test-status-well", vec![]),
        ("self-test-acknowledgement", "self-test-acknowledgement-well", vec![]),
        ("self-test-log", "self-test-log-well", vec![("entry", "31207".to_owned())]),
    ];
    let step = |(place, (name, text, values)): (usize, _)| {
        let (state, said, remedy) = match (well, place) {
            (Some(false), 2) => {
                let said = Said { text: "self-test-expired", values: server() };
                (SelfTestState::Failed, Some(said), Some("self-test-remedy-expired"))
            }
            (Some(false), 3..) => (SelfTestState::Later, None, None),
            (_, _) => (SelfTestState::Well, Some(Said { text, values }), None),
        };
        SelfTestStepShown { name, state, said, remedy }
    };
    SelfTestShown {
        start: Some(wish(ConnectionsCommand::SelfTest(SelfTestAct::Begin))),
        why_not: None,
        stop: None,
        steps: well.iter().flat_map(|_| said.clone().into_iter().enumerate().map(step)).collect(),
        well,
    }
}

/// *Certificaat* with the test alone.
pub fn self_tested(test: SelfTestShown) -> Frame {
    let mut frame = certificate();
    let viewmodel::Screen::Connections(screen) = &mut frame.screen else { panic!("Aansluitingen") };
    let Some(ConnectionPage::Certificate(page)) = screen.detail.as_mut().map(|detail| &mut detail.page) else {
        panic!("Certificaat")
    };
    (page.own, page.self_test) = (None, test);
    page.refused.clear();
    page.certificates.clear();
    frame
}

pub fn certificate() -> Frame {
    let page = ConnectionCertificatePage {
        own: Some(CertificateAlarm { hospital: None, contact: None, ..expiring(40) }),
        refused: vec![RefusedCertificateShown {
            fingerprint: format!("sha256:{}", "0b".repeat(32)),
            subject: "sender.example".into(),
            ura: Some("00000101".into()),
            own_ura: true,
            last: at(9, 21, 9, 31),
            add: wish(ConnectionsCommand::AddCertificate(EAST, "sha256:0b".into())),
        }],
        certificates: vec![CertificateShown {
            fingerprint: format!("sha256:{}", "0a".repeat(32)),
            subject: Some("oost.example".into()),
            issuer: None,
            until: Some(day(2026, 9, 26)),
            alarm: Some(expiring(5)),
            remove: wish(ConnectionsCommand::RemoveCertificate(EAST, "sha256:0a".into())),
        }],
        add: |hospital, print| Command::Connections(ConnectionsCommand::AddCertificate(hospital, print)),
        load: |hospital, path| Command::Connections(ConnectionsCommand::LoadCertificate(hospital, path)),
        self_test: self_test(None),
    };
    screen(ConnectionTab::Certificate, Some(ConnectionPage::Certificate(Box::new(page))))
}

pub fn test(done: bool) -> Frame {
    let check = |number: u32, check: &'static str, ticked: bool| CheckShown {
        check,
        ticked: ticked.then(|| ("T. Smeets".into(), at(9, 21, 10, 2))),
        tick: Some(wish(ConnectionsCommand::Check(EAST, number, check, CheckTicked::Yes))),
    };
    let case = |number: u32, name: &str, came: bool, checks: Vec<CheckShown>| TestCaseShown {
        number,
        name: name.into(),
        received: came.then(|| at(9, 21, 9, 14)),
        checks: if came {
            checks
        } else {
            checks.into_iter().map(|check| CheckShown { tick: None, ..check }).collect()
        },
    };
    let page = ConnectionTestPage {
        cases: vec![
            case(
                1,
                "agreement",
                true,
                vec![
                    check(1, "check-answer-ca", true),
                    check(1, "check-administration-not", true),
                    check(1, "check-professional-agrees", done),
                ],
            ),
            case(2, "dtd", done, vec![check(2, "check-answer-cr", done), check(2, "check-nobody", done)]),
        ],
        in_production_store: true,
        make: Some(|hospital, folder| Command::Connections(ConnectionsCommand::MakeScript(hospital, folder))),
        sign_off: done.then_some(|hospital, path, typed| {
            Command::Connections(ConnectionsCommand::SignOff(hospital, path, typed))
        }),
        signed: done.then(|| SignedOffShown {
            at: at(9, 20, 9, 14),
            by: "T. Smeets".into(),
            open_points: String::new(),
            destroyed: 27,
        }),
    };
    screen(ConnectionTab::Test, Some(ConnectionPage::Test(Box::new(page))))
}

pub fn test_to_come() -> Frame {
    let page = ConnectionTestPage {
        cases: Vec::new(),
        in_production_store: false,
        make: Some(|hospital, folder| Command::Connections(ConnectionsCommand::MakeScript(hospital, folder))),
        sign_off: None,
        signed: None,
    };
    screen(ConnectionTab::Test, Some(ConnectionPage::Test(Box::new(page))))
}
