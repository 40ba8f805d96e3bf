//! Aansluitingen: what is asked before a status, by whatever way it is set; and what the page says of it.

use store::{Hospital, HospitalStatus, NewStore};
use viewmodel::{
    Command, ConnectionPage, ConnectionStatus, ConnectionStatusPage, ConnectionsCommand, HospitalNumber, JudgedShown,
    Screen, ScreenName,
};

use crate::{
    house::{House, Window, now},
    support::{Place, fixtures, text},
};

const ADMINISTRATOR: &str = "9003";

fn file(status: &str, rest: &str) -> String {
    format!(
        "[[hospital]]\norganisation = {{ root = \"2.16.528.1.1007.3.3\", extension = \"00000301\" }}\nname = \"Zuiderveld\"\nstatus = \"{status}\"\n{rest}"
    )
}

#[test]
fn no_file_puts_a_hospital_in_test_before_messages_8_9_and_10_are_in_use_and_the_refusal_names_hospital_rule_and_place()
{
    let place = Place::made();
    let exported = |name: &str| {
        let to = place.path(name);
        place.done(&["connections", "export", crate::support::path(&to)]);
        std::fs::read_to_string(to).unwrap()
    };
    let before = exported("voor.toml");
    let test = "[[hospital.history]]\nstatus = \"test\"\nfrom = \"2026-03-02\"\n";
    for rest in ["", &format!("messages_8_9_10_since = \"2026-03-03\"\n{test}")] {
        let refused = place.run(&["connections", "import", &place.file("in-test.toml", file("test", rest))]);
        let line = text(&refused.stderr);
        assert!(line.contains("regel 4, kolom 10") && line.contains("Zuiderveld kan niet in test zijn"), "{line}");
        assert!(line.contains("messages_8_9_10_since"), "{line}");
        assert_eq!(refused.status.code(), Some(2), "{line}");
    }
    assert_eq!(exported("na.toml"), before, "nothing was changed");
    let rest = format!("messages_8_9_10_since = \"2026-03-02\"\n{test}");
    place.done(&["connections", "import", &place.file("in-gebruik.toml", file("test", &rest))]);
    assert!(exported("in-test.toml.uit").contains("Zuiderveld"));
}

fn config() -> NewStore {
    app::read_config(&std::fs::read_to_string(fixtures().join("init.toml")).unwrap()).unwrap()
}

fn of(status: HospitalStatus) -> Hospital {
    let id = domain::InstanceId { root: domain::Ura::ROOT.into(), extension: Some("00000301".into()) };
    Hospital::new(id, "Zuiderveld", status)
}

fn opened(hospital: Hospital) -> House {
    let mut house = House::made(&config(), &[hospital], now(), &|_| true, &|_| {});
    house.sign_in(ADMINISTRATOR);
    house.act(Command::Open(ScreenName::Connections));
    house
}

fn page(house: &mut House) -> ConnectionStatusPage {
    let Screen::Connections(screen) = house.act(Command::Refresh).screen else { panic!("Aansluitingen") };
    let ConnectionPage::Status(page) = screen.detail.unwrap().page else { panic!("Status") };
    *page
}

#[test]
fn the_page_says_that_a_production_set_by_a_file_was_not_signed_off_here_whatever_the_file_says() {
    let by_file = |by_file| {
        let from = "2026-03-02".parse().unwrap();
        let history = vec![store::StatusSince { status: HospitalStatus::Production, from, by_file }];
        Hospital { history, ..of(HospitalStatus::Production) }
    };
    for said in [true, false] {
        let mut house = opened(by_file(said));
        let page = page(&mut house);
        let stage = page.stages.iter().find(|stage| stage.present).unwrap();
        assert!(page.not_signed_off && stage.by_file, "{said}");
        let log = house.engine.store().log_page(None, 200).unwrap();
        let entry = log.iter().find(|line| line.entry.detail.as_deref() == Some("1/status/production/by-file"));
        assert_eq!(entry.unwrap().entry.authorisation, access::Authorisation::CommandLine);
        let mut window = Window::on(house);
        window.click("Aansluitingen");
        let heard = window.heard();
        assert!(
            heard.contains("sinds 2 mrt 2026, uit een bestand") && heard.contains("de test niet afgetekend"),
            "{heard}"
        );
    }
    assert!(!page(&mut opened(of(HospitalStatus::Requested))).not_signed_off);
}

#[test]
fn the_page_says_what_is_next_and_what_a_status_asks_for_before_anybody_asks_for_it() {
    let mut house = opened(of(HospitalStatus::NotStarted));
    let needs = |page: &ConnectionStatusPage, status| page.stages.iter().find(|s| s.status == status).unwrap().needs;
    let set = |status| ConnectionsCommand::SetStatus(HospitalNumber(1), status, String::new());
    let first = page(&mut house);
    assert_eq!(first.next, Some("connection-next-request"));
    assert_eq!(needs(&first, ConnectionStatus::Test), Some("connection-needs-messages"));
    assert_eq!(needs(&first, ConnectionStatus::Production), Some("connection-needs-sign-off"));
    assert_eq!(needs(&first, ConnectionStatus::Requested), None);
    house.act(Command::Connections(set(ConnectionStatus::Requested)));
    assert_eq!(page(&mut house).next, Some("connection-next-messages"));
    // What the page says is what happens.
    let refused = house.act(Command::Connections(set(ConnectionStatus::Test))).notice.unwrap();
    assert_eq!(
        (refused.text, &refused.values[0]),
        ("error-messages-since-missing", &("name", "Zuiderveld".to_owned()))
    );
    let mut typed = page(&mut house).typed;
    typed.messages_since = "01-03-2026".into();
    house.act(Command::Connections(ConnectionsCommand::Save(HospitalNumber(1), typed.clone())));
    assert_eq!(page(&mut house).next, Some("connection-next-way-in"));
    typed.folder = "zuiderveld".into();
    house.act(Command::Connections(ConnectionsCommand::Save(HospitalNumber(1), typed)));
    assert_eq!(page(&mut house).next, Some("connection-next-test"));
    assert_eq!(needs(&page(&mut house), ConnectionStatus::Test), None);
    house.act(Command::Connections(set(ConnectionStatus::Test)));
    assert_eq!(page(&mut house).next, Some("connection-next-sign-off"));
}

#[test]
fn another_way_of_judging_since_the_same_day_is_a_correction_in_the_log_and_a_later_change_stays_a_phase() {
    let mut house = opened(of(HospitalStatus::Production));
    let mut keep = |way, since: &str| {
        let mut typed = page(&mut house).typed;
        (typed.judged, typed.judged_since) = (Some(way), since.to_owned());
        house.act(Command::Connections(ConnectionsCommand::Save(HospitalNumber(1), typed)));
        page(&mut house).judged
    };
    let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    let (first, later) = (day("2026-03-02"), day("2026-06-01"));
    keep(JudgedShown::Staff, "02-03-2026");
    assert_eq!(keep(JudgedShown::Unknown, "02-03-2026"), [(first, JudgedShown::Unknown)], "corrected");
    let both = [(later, JudgedShown::Automatic), (first, JudgedShown::Unknown)];
    assert_eq!(keep(JudgedShown::Automatic, "01-06-2026"), both, "a change");
    // The first day again, with the later change standing: that stays, after what is now before it.
    let corrected = [(later, JudgedShown::Automatic), (first, JudgedShown::Staff)];
    assert_eq!(keep(JudgedShown::Staff, "02-03-2026"), corrected);
    // Nothing changed on the later day after all.
    assert_eq!(keep(JudgedShown::Staff, "01-06-2026"), [(first, JudgedShown::Staff)]);
    let hospital = house.engine.store().connections().unwrap().remove(0);
    assert_eq!(hospital.proposed_phases(), []);
    let log = house.engine.store().log_page(None, 50).unwrap();
    let details = log.iter().rev().filter_map(|line| line.entry.detail.as_deref()?.strip_prefix("1/judged/"));
    let told = [
        "2026-03-02/staff",
        "2026-03-02/unknown/was/staff",
        "2026-06-01/automatic",
        "2026-03-02/staff/was/unknown",
        "2026-06-01/staff/was/automatic",
    ];
    assert_eq!(details.collect::<Vec<_>>(), told);
}
