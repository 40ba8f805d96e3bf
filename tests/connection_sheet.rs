//! *Aansluitblad*: what a hospital's team and its network department need stands on the paper, filled in.

use store::{CertificateSeen, Hospital, HospitalStatus, ReceiveSettings};
use viewmodel::{Command, ConnectionsCommand, HospitalNumber, Language, Notice, Screen, ScreenName, Texts};

use crate::{
    house::{House, now},
    printing::Printer,
    support::{fixtures, path, text},
};

const FINGERPRINT: &str = "sha256:0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b";

/// A store that listens, with the certificate that its receiver noted.
fn house() -> House {
    let config = app::read_config(&std::fs::read_to_string(fixtures().join("init.toml")).unwrap()).unwrap();
    let id = domain::InstanceId { root: domain::Ura::ROOT.into(), extension: Some("00000301".into()) };
    let hospital = Hospital::new(id, "Zuiderveld", HospitalStatus::Requested);
    let mut house = House::made(&config, &[hospital], now(), &|_| true, &|_| {});
    let mut store = store::Store::open(&house.folder.path().join("store"), &house.root, crate::house::origin(), now());
    let store = store.as_mut().unwrap();
    let listens = ReceiveSettings {
        listen: Some("10.1.2.3:8443".into()),
        path: "/rav12/bericht12".into(),
        ..ReceiveSettings::default()
    };
    store.set_receive_settings(&listens, now()).unwrap();
    let own = CertificateSeen {
        fingerprint: FINGERPRINT.into(),
        names: "subject:CN=ontvangst.rav12.example;issuer:CN=Proef Uitgever,O=Proef".into(),
        common_name: "ontvangst.rav12.example".into(),
        ura: None,
        not_after: now() + chrono::TimeDelta::days(300),
    };
    store.note_certificates(&[], &[], Some(&own), now()).unwrap();
    house.engine.print_with(Box::new(Printer::new(Texts::load(Language::Dutch).unwrap(), None)));
    house.sign_in("9003");
    house
}

/// The words of the sheet.
fn paper(house: &mut House, name: &str) -> String {
    let sheet = house.folder.path().join(name);
    house.act(Command::Open(ScreenName::Connections));
    let make = ConnectionsCommand::Sheet(HospitalNumber(1), sheet.clone());
    let said = house.act(Command::Connections(make)).notice.map(|Notice { text, .. }| text);
    assert_eq!(said, Some("notice-connection-sheet"));
    let paper = std::process::Command::new("pdftotext").args(["-layout", path(&sheet), "-"]).output().unwrap();
    text(&paper.stdout)
}

/// What stands beside a key of it.
fn beside<'a>(paper: &'a str, key: &str) -> &'a str {
    let line = paper.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("{key} in {paper}"));
    line[key.len()..].trim()
}

#[test]
fn the_sheet_has_address_port_path_certificate_versions_roots_and_contact_filled_in() {
    let mut house = house();
    let before = paper(&mut house, "voor.pdf");
    assert_eq!(beside(&before, "Contact bij de RAV"), "", "a line to write on, while nobody is filled in: {before}");
    let typed = ["Functioneel beheerder Terugblik", "012 345 67 00", "terugblik@rav12.example"].map(str::to_owned);
    house.act(Command::SetRavContact(typed.clone()));
    let paper = paper(&mut house, "na.pdf");
    assert_eq!(beside(&paper, "Ziekenhuis"), "URA 00000301");
    assert_eq!(beside(&paper, "Adres"), "10.1.2.3");
    assert_eq!(beside(&paper, "Poort"), "8443");
    assert_eq!(beside(&paper, "Pad"), "/rav12/bericht12");
    // A fingerprint is longer than a line of the paper, and runs on over the next.
    let joined: String = paper.split_whitespace().collect();
    assert!(joined.contains(FINGERPRINT), "{paper}");
    assert_eq!(beside(&paper, "Uitgegeven door"), "CN=Proef Uitgever,O=Proef");
    assert!(beside(&paper, "Berichtversies").contains("2.4.0"), "{paper}");
    // RAV, ride, BSN, URA, AGB.
    let roots = ["3.11.60.55.15.1", "3.32.5", "6.3"].map(|end| format!("2.16.840.1.113883.2.4.{end}"));
    for root in roots.iter().map(String::as_str).chain([domain::Ura::ROOT, domain::Agb::ROOT]) {
        assert!(paper.contains(root), "{root} in {paper}");
    }
    assert_eq!(beside(&paper, "Contact bij de RAV"), typed[0]);
    for line in &typed[1..] {
        assert!(paper.contains(line.as_str()), "{line} in {paper}");
    }
}

#[test]
fn the_contact_is_kept_logged_without_what_it_says_and_what_is_no_contact_is_refused_with_the_reason() {
    let mut house = house();
    let stand = |house: &mut House| {
        let Screen::Settings(screen) = house.act(Command::Open(ScreenName::Settings)).screen else { panic!() };
        screen.rav_contact
    };
    let lines = |of: [&str; 3]| of.map(str::to_owned);
    let kept = lines(["FAB", "012 345 67 00", "fab@rav12.example"]);
    house.act(Command::SetRavContact(kept.clone()));
    assert_eq!(stand(&mut house), kept);
    for (wrong, why) in [
        (lines(["", "012 345 67 00", ""]), "error-rav-contact-function"),
        (lines(["FAB", "", "fab"]), "error-rav-contact-mail"),
        (lines(["F\nAB", "", ""]), "error-rav-contact-text"),
        (lines([&"F".repeat(81), "", ""]), "error-rav-contact-long"),
    ] {
        let said = house.act(Command::SetRavContact(wrong)).notice.map(|notice| notice.text);
        assert_eq!(said, Some(why));
        assert_eq!(stand(&mut house), kept);
    }
    house.act(Command::SetRavContact(lines(["", "", ""])));
    let log = house.engine.store().log_page(None, 50).unwrap();
    let details = log.iter().filter(|line| line.entry.event == access::Event::RavContactChanged);
    let details: Vec<_> = details.map(|line| line.entry.detail.clone().unwrap()).collect();
    assert_eq!(details, ["rav_contact=none", "rav_contact=filled"]);
}
