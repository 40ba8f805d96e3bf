//! Aansluitingen: a sender in test reaches nobody, two locations are two hospitals, an agreement decides what is kept, and a connection
//! goes from its first day to production through its test.

use std::path::{Path, PathBuf};

use app::Receiving;
use domain::{InstanceId, Ura};
use invent::{CASE_NURSE, CaseScript};
use store::{
    CertificateRefusal, CertificateRefused, CertificateSeen, Hospital, HospitalStatus, Inbox, NewStore, Store,
};
use viewmodel::{
    AgreementTyped, CheckTicked, Command, ConnectionPage, ConnectionStatus, ConnectionTab, ConnectionsCommand,
    ConnectionsScreen, Frame, HospitalNumber, HospitalTyped, Language, Notice, ParticularsTyped, Screen, ScreenName,
    SignOffTyped, Texts,
};

use crate::{
    connection_test,
    house::{House, now, origin, sample},
    printing::Printer,
    support::{Place, fixtures, path, text},
    walk::strings,
};

const ADMINISTRATOR: &str = "9003";

fn ura(number: &str) -> InstanceId {
    InstanceId { root: Ura::ROOT.into(), extension: Some(number.into()) }
}

fn config(kind: &str, without: &str) -> NewStore {
    let config = std::fs::read_to_string(fixtures().join("init.toml")).unwrap();
    let config = config.replace("kind = \"test\"", &format!("kind = \"{kind}\""));
    app::read_config(&config.replace("without = \"all\"", &format!("without = \"{without}\""))).unwrap()
}

/// A store of production that took in every case of the test script from a hospital of this status.
fn all_cases(status: HospitalStatus) -> (House, u64) {
    let script = CaseScript::new(12, 12, "2026-09-19".parse().unwrap());
    let messages_since = Some("2025-03-01".parse().unwrap());
    let hospital =
        Hospital { messages_since, ..Hospital::new(ura("00000101"), "Ziekenhuis Rivierenland Oost", status) };
    let house = House::made(&config("production", "all"), &[hospital], now(), &|_| true, &|receiving| {
        assert!(receiving.import_rides(script.rides_csv(), now(), &mut |_, _| true).unwrap().is_whole());
        for case in script.cases() {
            receiving.take_in_bytes(&[case.bytes.as_slice()], now()).unwrap();
        }
    });
    let records = house.engine.store().status(false).unwrap().records;
    (house, records)
}

/// What clerk, nurse and manager have on their first screens; rows of the first two.
fn seen(house: &mut House) -> (usize, usize, String) {
    let Screen::Identifications(clerk) = house.sign_in("9001").screen else { panic!("Patiëntidentificatie") };
    let Screen::Feedback(nurse) = house.sign_in(CASE_NURSE).screen else { panic!("Terugkoppelingen") };
    let manager = strings(&house.sign_in("9002"));
    (clerk.rows.len(), nurse.rows.len(), manager)
}

#[test]
fn a_sender_in_test_sends_every_case_and_no_clerk_nurse_or_manager_sees_any() {
    for status in [HospitalStatus::Test, HospitalStatus::Requested] {
        let (mut house, records) = all_cases(status);
        assert!(records >= 19, "they are taken in: {records}");
        let (clerk, nurse, manager) = seen(&mut house);
        assert_eq!((clerk, nurse), (0, 0), "{status:?}");
        let figures: i64 =
            house.other_program().query_row("SELECT count(*) FROM figure", [], |row| row.get(0)).unwrap();
        let counted = house.engine.store().status(false).unwrap();
        assert_eq!((figures, counted.identifications.open), (0, 0), "no figure and no worklist");
        assert!(!manager.contains("990"), "{manager}");
    }
    // The same messages of a hospital in production reach them, but for test numbers: so this test can fail.
    let (mut house, _) = all_cases(HospitalStatus::Production);
    let (clerk, nurse, _) = seen(&mut house);
    assert!(clerk > 0 && nurse > 5, "{clerk} {nurse}");
}

fn screen(frame: Frame) -> ConnectionsScreen {
    let Screen::Connections(screen) = frame.screen else { panic!("Aansluitingen") };
    *screen
}

fn act(house: &mut House, command: ConnectionsCommand) -> Frame {
    house.act(Command::Connections(command))
}

fn page(house: &mut House, hospital: HospitalNumber, tab: ConnectionTab) -> ConnectionPage {
    act(house, ConnectionsCommand::Select(Some(hospital)));
    screen(act(house, ConnectionsCommand::Tab(tab))).detail.unwrap().page
}

#[track_caller]
fn said(frame: &Frame, key: &str) {
    let Notice { text, .. } = frame.notice.as_ref().unwrap_or_else(|| panic!("{key}"));
    assert_eq!(*text, key);
}

fn at_connections(house: &mut House) {
    house.sign_in(ADMINISTRATOR);
    house.act(Command::Open(ScreenName::Connections));
}

/// What the nurse of the samples' ride reads when she opens the only record.
fn opened(house: &mut House) -> String {
    let Screen::Feedback(list) = house.sign_in("1003").screen else { panic!("Terugkoppelingen") };
    let record = list.rows.first().expect("a record").record;
    strings(&house.act(Command::OpenRecord(record)))
}

#[test]
fn without_an_agreement_remarks_are_absent_and_the_page_says_so_and_with_one_they_are_there() {
    let rides = std::fs::read(fixtures().join("rides.csv")).unwrap();
    let message = sample("20-volledig-2.4.xml");
    let remark = "onderweg";
    assert!(text(&message).contains(remark) || !message.is_empty());
    let hospital = Hospital::new(ura("00000101"), "Ziekenhuis Rivierenland Oost", HospitalStatus::Production);
    let house = |hospital: Hospital| {
        House::made(&config("test", "decree"), &[hospital], now(), &|_| true, &|receiving| {
            assert!(receiving.import_rides(&rides, now(), &mut |_, _| true).unwrap().is_whole());
            receiving.take_in_bytes(&[message.as_slice()], now()).unwrap();
        })
    };
    let mut without = house(hospital.clone());
    let read = opened(&mut without);
    at_connections(&mut without);
    let ConnectionPage::Agreement(said) = page(&mut without, HospitalNumber(1), ConnectionTab::Agreement) else {
        panic!("Afspraak")
    };
    assert!(said.present.is_none() && !said.without_all && said.left_out > 0);
    let all = store::Agreed {
        identification: true,
        description: true,
        remarks_medical: true,
        remarks_communication: true,
        case_list: true,
    };
    let from = now().date_naive();
    let agreed = store::WorkAgreement { from, agreed: all, delay_days: None, reason: None };
    let with = opened(&mut house(Hospital { agreements: vec![agreed], ..hospital }));
    // The remarks of the sample, word for word.
    let remarks = remarks_of(&message);
    assert!(remarks.len() >= 2);
    for remark in remarks {
        assert!(with.contains(&remark), "{remark} in {with}");
        assert!(!read.contains(&remark), "{remark} is not kept without an agreement");
    }
}

/// The remarks of a message, as it is read with everything kept.
fn remarks_of(message: &[u8]) -> Vec<String> {
    let place = Place::empty();
    let file = place.file("bericht.xml", text(message));
    let output = place.run(&["inspect", "--json", &file]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let at = |key: &str| found["remarks"][key].as_str().map(str::to_owned);
    [at("medical"), at("communication")].into_iter().flatten().collect()
}

#[test]
fn an_agreement_is_a_new_version_from_today_and_not_from_a_day_that_is_over() {
    let mut house = House::with(&[]);
    at_connections(&mut house);
    let listed = screen(house.act(Command::Refresh)).lines.len();
    assert_eq!(listed, 3);
    let ConnectionPage::Agreement(before) = page(&mut house, HospitalNumber(1), ConnectionTab::Agreement) else {
        panic!("Afspraak")
    };
    let present = before.present.unwrap();
    let mut typed = AgreementTyped {
        parts: viewmodel::AgreedParts { remarks_communication: false, ..present.parts },
        from: "19-09-2026".into(),
        delay_days: "14".into(),
        reason: "Regionaal overleg".into(),
    };
    let agree = |typed: &AgreementTyped| ConnectionsCommand::Agree(HospitalNumber(1), Box::new(typed.clone()));
    said(&act(&mut house, agree(&typed)), "error-agreement-past");
    typed.from = "32-09-2026".into();
    said(&act(&mut house, agree(&typed)), "error-day-typed");
    typed.from = "20/09/2026".into();
    said(&act(&mut house, agree(&typed)), "notice-connection-agreed");
    let ConnectionPage::Agreement(after) = page(&mut house, HospitalNumber(1), ConnectionTab::Agreement) else {
        panic!("Afspraak")
    };
    let now = after.present.unwrap();
    assert_eq!((now.version, now.parts.remarks_communication, now.delay_days), (2, false, Some(14)));
    assert_eq!(after.versions.len(), 2, "the first is still there");
    let changed = "2026-09-20".parse().unwrap();
    assert_eq!((after.since[3], after.since[2]), (Some(changed), Some(present.from)));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = entries.filter(|file| file.extension().is_some_and(|e| e == "xml")).collect();
    cases.sort();
    cases
}

fn printer() -> Printer {
    Printer::new(Texts::load(Language::Dutch).unwrap(), None)
}

#[test]
fn a_connection_goes_from_its_first_day_through_its_test_to_production() {
    let mut house = House::made(&config("test", "all"), &[], now(), &|_| true, &|_| {});
    house.engine.print_with(Box::new(printer()));
    at_connections(&mut house);
    let typed = HospitalTyped { name: "Zuiderveld".into(), ura: "00000107".into(), ..HospitalTyped::default() };
    said(&act(&mut house, ConnectionsCommand::Add(Box::new(typed.clone()))), "notice-hospital-added");
    said(&act(&mut house, ConnectionsCommand::Add(Box::new(typed))), "error-hospital-exists");
    let hospital = HospitalNumber(1);
    let set = |status| ConnectionsCommand::SetStatus(hospital, status, String::new());
    said(&act(&mut house, set(ConnectionStatus::Test)), "error-messages-since-missing");
    let particulars = ParticularsTyped {
        name: "Zuiderveld".into(),
        messages_since: "01-01-2026".into(),
        steps: std::array::from_fn(|step| [format!("0{}-02-2026", step + 1), "projectleider RAV".into()]),
        ..ParticularsTyped::default()
    };
    said(&act(&mut house, ConnectionsCommand::Save(hospital, Box::new(particulars))), "notice-connection-saved");
    said(&act(&mut house, set(ConnectionStatus::Test)), "notice-connection-status");
    said(&act(&mut house, set(ConnectionStatus::Production)), "error-not-signed-off");
    let folder = house.folder.path().join("testscript");
    said(&act(&mut house, ConnectionsCommand::MakeScript(hospital, folder.clone())), "notice-connection-script");
    let rides = std::fs::read(folder.join("rides.csv")).unwrap();
    let store = Store::open(&house.folder.path().join("store"), &house.root, origin(), now()).unwrap();
    let mut register = Receiving::new(Inbox::new(store, None)).unwrap();
    assert!(register.import_rides(&rides, now(), &mut |_, _| true).unwrap().is_whole());
    house.act(Command::ImportFiles(files(&folder)));
    let ConnectionPage::Test(test) = page(&mut house, hospital, ConnectionTab::Test) else { panic!("Test") };
    let missing: Vec<&str> =
        test.cases.iter().filter(|case| case.received.is_none()).map(|case| case.name.as_str()).collect();
    assert_eq!(missing, [""; 0], "each case was recognised as it came");
    assert!(test.sign_off.is_none(), "nobody has checked anything");
    let sheet = house.folder.path().join("aftekening.pdf");
    let said_off = SignOffTyped { functions: "functioneel beheerder, FAB".into(), open_points: "geen".into() };
    let sign = ConnectionsCommand::SignOff(hospital, sheet.clone(), Box::new(said_off));
    said(&act(&mut house, sign.clone()), "error-test-not-done");
    assert!(!sheet.exists(), "what is not signed off leaves no paper");
    for case in &test.cases {
        assert_eq!(case.checks.iter().map(|c| c.check).collect::<Vec<_>>(), connection_test::checks(&case.name));
        for check in &case.checks {
            act(&mut house, ConnectionsCommand::Check(hospital, case.number, check.check, CheckTicked::Yes));
        }
    }
    let ConnectionPage::Test(test) = page(&mut house, hospital, ConnectionTab::Test) else { panic!("Test") };
    assert!(test.sign_off.is_some());
    let (who, _) = test.cases[0].checks[0].ticked.clone().unwrap();
    assert_eq!(who, "T. Smeets");
    assert!(house.engine.store().status(false).unwrap().records > 15);
    said(&act(&mut house, sign), "notice-connection-signed-off");
    assert!(std::fs::read(&sheet).unwrap().starts_with(b"%PDF-"));
    assert_eq!(house.engine.store().status(false).unwrap().records, 0, "the test messages are destroyed");
    said(&act(&mut house, set(ConnectionStatus::Production)), "notice-connection-status");
}

#[test]
fn no_other_role_reaches_connections() {
    let mut house = House::with(&[]);
    for staff in ["9001", "9002", "9004", "1003"] {
        house.sign_in(staff);
        act(&mut house, ConnectionsCommand::RemoveCertificate(HospitalNumber(1), "sha256:00".into()));
        let frame = house.act(Command::Open(ScreenName::Connections));
        assert!(!matches!(frame.screen, Screen::Connections(_)), "{staff}");
    }
}

#[test]
fn the_overview_is_a_table_without_formulas_and_the_sheet_names_versions_and_roots() {
    let mut house = House::with(&[]);
    house.engine.print_with(Box::new(printer()));
    at_connections(&mut house);
    let typed = HospitalTyped { name: "=1+1".into(), ura: "00000107".into(), ..HospitalTyped::default() };
    act(&mut house, ConnectionsCommand::Add(Box::new(typed)));
    let (overview, sheet) = (house.folder.path().join("o.csv"), house.folder.path().join("s.pdf"));
    said(&act(&mut house, ConnectionsCommand::Overview(overview.clone())), "notice-connections-overview");
    let table = std::fs::read_to_string(&overview).unwrap();
    assert!(table.contains("'=1+1;URA 00000107;;niet gestart;2026-09-20"), "{table}");
    assert!(table.contains("2026-09;2;1"), "in production and in implementation at the end of the month: {table}");
    said(&act(&mut house, ConnectionsCommand::Sheet(HospitalNumber(1), sheet.clone())), "notice-connection-sheet");
    let paper = std::process::Command::new("pdftotext").args([path(&sheet), "-"]).output().unwrap();
    let paper = text(&paper.stdout);
    for told in ["Ziekenhuis Rivierenland Oost", "2.4.0", "2.16.840.1.113883.2.4.3.32.5", "geen deelnemer aan het LSP"]
    {
        assert!(paper.contains(told), "{told} in {paper}");
    }
    // Nothing is written over.
    assert!(
        act(&mut house, ConnectionsCommand::Overview(overview))
            .notice
            .is_some_and(|n| n.text != "notice-connections-overview")
    );
}

const WHOLE: &str = r#"
[[hospital]]
organisation = { root = "2.16.528.1.1007.3.3", extension = "00000201" }
location = { root = "2.999.7", extension = "noord" }
name = "Twee, locatie Noord"
status = "production"
certificates = ["sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"]
folder = "noord"
contact = "012 345 01 10"
supplier = "ZorgPlein"
supplier_rav = "Ambusuite"
route = "relay"
messages_8_9_10_since = "2024-01-12"

[[hospital.history]]
status = "requested"
from = "2024-02-10"
by_file = false

[[hospital.history]]
status = "production"
from = "2024-08-01"

[[hospital.contacts]]
function = "FAB"
mail = "fab@noord.example"

[[hospital.steps]]
step = 8
function = "overleg per kwartaal"

[[hospital.judged]]
from = "2024-08-01"
by = "staff"

[[hospital.judged]]
from = "2025-11-01"
by = "automatic"

[[hospital.agreement]]
version = 1
from = "2024-08-01"
identification = true
description = true
remarks_medical = false
remarks_communication = false
case_list = false
expected_delay_days = 14
reason = "Regionaal overleg"

[[hospital.agreement]]
version = 2
from = "2024-08-01"
identification = true
description = true
remarks_medical = true
remarks_communication = false
case_list = false

[[hospital]]
organisation = { root = "2.16.528.1.1007.3.3", extension = "00000201" }
name = "Twee"
status = "stopped"
certificates = ["sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"]
"#;

#[test]
fn everything_of_a_connection_goes_through_a_file_and_comes_back() {
    let read = app::connections::read(WHOLE).unwrap();
    let again = app::connections::read(&app::connections::write(&read).unwrap()).unwrap();
    assert_eq!(read, again);
    let (one, other) = (Place::made(), Place::made());
    let whole = one.file("alles.toml", WHOLE);
    one.done(&["connections", "import", &whole]);
    let (first, second) = (one.path("uit.toml"), other.path("uit.toml"));
    one.done(&["connections", "export", path(&first)]);
    other.done(&["connections", "import", path(&first)]);
    other.done(&["connections", "export", path(&second)]);
    let exported = std::fs::read_to_string(&first).unwrap();
    assert_eq!(exported, std::fs::read_to_string(&second).unwrap());
    let stored = app::connections::read(&exported).unwrap();
    let north = stored.iter().find(|hospital| hospital.name == "Twee, locatie Noord").unwrap();
    assert_eq!(north, &read[0]);
    // What the store has is not brought into the past by a later file.
    let past = WHOLE.replace(
        "remarks_communication = false\ncase_list = false\n\n[[hospital]]",
        "remarks_communication = true\ncase_list = false\n\n[[hospital]]",
    );
    assert_ne!(past, WHOLE);
    let past = one.file("verleden.toml", past);
    let refused = one.run(&["connections", "import", &past]);
    let line = text(&refused.stderr);
    assert!(line.contains("regel 53, kolom 8") && line.contains("op een dag die voorbij is"), "{line}");
}

#[test]
fn what_is_wrong_in_the_rest_of_a_connection_is_named_with_line_and_column() {
    for (from, to, place, key) in [
        ("extension = \"noord\"", "extension = \"no ord\"", (4, 12), "error-connection-site"),
        ("route = \"relay\"", "route = \"post\"", (12, 9), "error-connection-route"),
        ("2024-01-12", "12 januari", (13, 25), "error-connection-day"),
        (
            "by_file = false\n",
            "by_file = false\n\n[[hospital.history]]\nstatus = \"test\"\nfrom = \"2024-01-01\"\n",
            (22, 8),
            "error-connection-history-order",
        ),
        ("status = \"production\"\nfrom", "status = \"test\"\nfrom", (6, 10), "error-connection-history"),
        ("step = 8", "step = 9", (29, 8), "error-connection-step"),
        ("by = \"staff\"", "by = \"iemand\"", (34, 6), "error-connection-judged"),
        ("from = \"2025-11-01\"", "from = \"2024-08-01\"", (37, 8), "error-connection-judged-twice"),
        ("function = \"FAB\"", "function = \" \"", (25, 12), "error-connection-text"),
        ("version = 2", "version = 1", (53, 8), "error-connection-agreement-twice"),
    ] {
        let wrong = WHOLE.replacen(from, to, 1);
        assert_ne!(wrong, WHOLE, "{from}");
        let error = app::connections::read(&wrong).unwrap_err();
        let value = |name: &str| error.values.iter().find(|(own, _)| *own == name).unwrap().1.parse::<usize>().unwrap();
        assert_eq!((error.key, (value("line"), value("column"))), (key, place));
    }
}

#[test]
fn two_locations_of_one_organisation_are_two_hospitals_to_everybody() {
    let location =
        |name: &str| domain::Site::Location(InstanceId { root: "2.999.7".into(), extension: Some(name.into()) });
    let messages_since = Some("2025-03-01".parse().unwrap());
    let of =
        |name: &str, site, status| Hospital { site, messages_since, ..Hospital::new(ura("00000101"), name, status) };
    let hospitals = [
        of("Oost", None, HospitalStatus::Production),
        of("Oost, Noord", Some(location("noord")), HospitalStatus::Production),
        of("Oost, Zuid", Some(location("zuid")), HospitalStatus::Test),
    ];
    let rides = std::fs::read(fixtures().join("rides.csv")).unwrap();
    let message = text(&sample("20-volledig-2.4.xml"));
    let author = "<representedOrganization>";
    assert!(message.contains(author), "{message}");
    let from = |name: &str| message.replace(author, &format!("{author}<id root=\"2.999.7\" extension=\"{name}\"/>"));
    let mut house = House::made(&config("test", "all"), &hospitals, now(), &|_| true, &|receiving| {
        assert!(receiving.import_rides(&rides, now(), &mut |_, _| true).unwrap().is_whole());
        for one in [message.clone(), from("noord"), from("zuid"), from("west"), from("noord")] {
            receiving.take_in_bytes(&[one.as_bytes()], now()).unwrap();
        }
    });
    let senders = house.engine.store().senders().unwrap();
    let counts: Vec<_> =
        senders.iter().filter(|s| s.taken_in > 0).map(|s| (s.name.as_str(), s.taken_in, s.repeated)).collect();
    // The same id from each: west is no listed hospital, so it is the organisation's own, whose message it repeats.
    assert_eq!(counts, [("Oost", 1, 1), ("Oost, Noord", 1, 1), ("Oost, Zuid", 1, 0)]);
    // The register names the organisation: a ride of it has the messages of its locations. In a test store that in test is seen too.
    let Screen::Feedback(nurse) = house.sign_in("1003").screen else { panic!("Terugkoppelingen") };
    let mut from: Vec<String> = nurse.rows.iter().map(|row| row.hospital.clone()).collect();
    from.sort();
    assert_eq!(from, ["Oost", "Oost, Noord", "Oost, Zuid"]);
}

#[test]
fn a_certificate_that_was_refused_is_offered_with_its_ura_and_let_in_for_the_hospital_it_is_taken_for() {
    let mut house = House::with(&[]);
    let seen = |print: &str, number: Option<&str>| CertificateSeen {
        fingerprint: format!("sha256:{}", print.repeat(32)),
        names: format!("subject:CN={print}.example;issuer:CN=Proef CA"),
        common_name: format!("{print}.example"),
        ura: number.map(str::to_owned),
        not_after: now() + chrono::TimeDelta::days(30),
    };
    let refused = |certificate| CertificateRefused {
        certificate,
        reason: CertificateRefusal::Unlisted,
        organisation: None,
        count: 3,
        last: now(),
    };
    let (other, own) = (seen("0c", None), seen("0b", Some("00000101")));
    let mut store = Store::open(&house.folder.path().join("store"), &house.root, origin(), now()).unwrap();
    store.note_certificates(&[], &[refused(other), refused(own.clone())], None, now()).unwrap();
    at_connections(&mut house);
    let of = |house: &mut House, hospital| {
        let ConnectionPage::Certificate(page) = page(house, hospital, ConnectionTab::Certificate) else {
            panic!("Certificaat")
        };
        page
    };
    let offered = of(&mut house, HospitalNumber(1));
    assert_eq!(offered.refused.len(), 2);
    let first = &offered.refused[0];
    assert_eq!((first.ura.as_deref(), first.own_ura, first.subject.as_str()), (Some("00000101"), true, "0b.example"));
    said(&house.act(first.add.clone()), "notice-certificate-added");
    let after = of(&mut house, HospitalNumber(1));
    assert_eq!(after.refused.len(), 1, "the other is still nobody's");
    let listed = &after.certificates[0];
    assert_eq!(
        (listed.fingerprint.as_str(), listed.issuer.as_deref()),
        (own.fingerprint.as_str(), Some("CN=Proef CA"))
    );
    assert_eq!(listed.until, Some("2026-10-20".parse().unwrap()));
    let taken = ConnectionsCommand::AddCertificate(HospitalNumber(2), own.fingerprint);
    // An integration platform sends with one for several hospitals.
    said(&act(&mut house, taken), "notice-certificate-added");
}
