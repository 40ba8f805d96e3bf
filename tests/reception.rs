//! *Ontvangst* over a real store: the silence alarm with its cause, filters and pages, the structure of what was refused; live.

use chrono::{DateTime, TimeDelta, Utc};
use store::{CertificateRefusal, CertificateRefused, CertificateSeen, Store, Trouble};
use viewmodel::{
    AlarmOf, Command, ConnectionPage, ConnectionTab, ConnectionsCommand, Frame, HospitalNumber, Language,
    MessageOutcome, ReceptionCommand, ReceptionFilter, ReceptionScreen, Screen, ScreenName, Texts, WayIn,
};

use crate::{
    house::{House, now, origin, sample},
    support::fixtures,
    walk::strings,
};

const ADMINISTRATOR: &str = "9003";
const SAMPLE: &str = "20-volledig-2.4.xml";
const HOSPITAL: &str = "Ziekenhuis Rivierenland Oost";

fn reception(frame: Frame) -> ReceptionScreen {
    let Screen::Reception(screen) = frame.screen else { panic!("Ontvangst") };
    screen
}

fn asks(house: &mut House, command: ReceptionCommand) -> ReceptionScreen {
    reception(house.act(Command::Reception(command)))
}

fn in_production(house: &House) {
    house.other_program().execute("UPDATE hospital SET status = 4", []).unwrap();
}

/// A message without a usable ride number.
fn without_ride() -> Vec<u8> {
    sample("50-geen-ritnummer.xml")
}

fn take_in(house: &mut House, bytes: &[u8]) {
    let file = house.folder.path().join("bericht.xml");
    std::fs::write(&file, bytes).unwrap();
    house.act(Command::ImportFiles(vec![file]));
}

#[test]
fn a_hospital_that_falls_silent_is_an_alarm_until_it_sends_or_somebody_takes_it_up() {
    let mut house = House::with(&[SAMPLE]);
    in_production(&house);
    let texts = Texts::load(Language::Dutch).unwrap();
    let six = now() + TimeDelta::days(6);
    house.now = six;
    assert!(reception(house.sign_in(ADMINISTRATOR)).silent.is_empty(), "a week, with so few messages");
    house.now = now() + TimeDelta::days(9);
    let screen = reception(house.sign_in(ADMINISTRATOR));
    let [silent] = &screen.silent[..] else { panic!("{}", screen.silent.len()) };
    assert_eq!(silent.head(&texts), format!("{HOSPITAL} stuurt al 9 dagen niets."));
    assert!(silent.rest(&texts).contains("te weinig berichten"), "{}", silent.rest(&texts));
    let status = app::reports::status(house.engine.store(), house.now).unwrap();
    assert_eq!((status.silent.len(), status.silent[0].usual), (1, 7 * 24));
    let take_up = silent.take_up.clone().unwrap();
    let screen = reception(house.act(take_up));
    assert!(screen.silent.is_empty());
    let row = screen.senders.iter().find(|row| row.name == HOSPITAL).unwrap();
    assert!(row.silence.as_ref().is_some_and(|silence| silence.take_up.is_none()), "its row still says so");
    let status = app::reports::status(house.engine.store(), house.now).unwrap();
    assert!(status.silent[0].taken_up.is_some());
    // An alarm that is not there cannot be taken up.
    let before = house.engine.store().log_length().unwrap();
    asks(&mut house, ReceptionCommand::TakeUp(AlarmOf::Silence { sender: 1, since: 5 }));
    assert_eq!(house.engine.store().log_length().unwrap(), before);
}

#[test]
fn the_alarm_names_the_cause_where_every_message_is_refused() {
    let mut house = House::with(&[SAMPLE]);
    in_production(&house);
    house.now = now() + TimeDelta::days(8);
    house.sign_in(ADMINISTRATOR);
    take_in(&mut house, &without_ride());
    take_in(&mut house, &without_ride());
    house.now += TimeDelta::days(1);
    let screen = reception(house.sign_in(ADMINISTRATOR));
    let texts = Texts::load(Language::Dutch).unwrap();
    let [silent] = &screen.silent[..] else { panic!("{}", screen.silent.len()) };
    assert_eq!(silent.head(&texts), format!("Van {HOSPITAL} is al 9 dagen niets opgenomen."));
    let cause = "Elk bericht wordt sinds 28 september 2026 geweigerd (2). Er is geen bruikbaar ritnummer.";
    assert_eq!(silent.rest(&texts), cause);
    let status = app::reports::status(house.engine.store(), house.now).unwrap();
    assert!(app::reports::status_text(&status, &texts).contains(cause));
    let json: serde_json::Value = serde_json::from_str(&app::reports::status_json(&status).unwrap()).unwrap();
    assert_eq!(json["silent"][0]["organisation"]["extension"], "00000101");
    assert_eq!(json["silent"][0]["refused"]["rule"], "E4");
    assert!(json["silent"][0]["since"].is_string() && json["silent"][0]["usual"].is_u64());
    assert_ne!(app::reports::status_exit(&status), app::Exit::Done);
}

#[test]
fn the_list_follows_its_filters_and_says_how_a_message_came_and_what_was_found() {
    let mut house = House::with(&[SAMPLE, SAMPLE]);
    house.sign_in(ADMINISTRATOR);
    take_in(&mut house, &without_ride());
    let all = asks(&mut house, ReceptionCommand::Filter(ReceptionFilter::default())).messages;
    let outcomes: Vec<MessageOutcome> = all.rows.iter().map(|row| row.outcome).collect();
    assert_eq!(outcomes, [MessageOutcome::Refused, MessageOutcome::Repeated, MessageOutcome::TakenIn]);
    assert!(all.rows.iter().all(|row| row.way == Some(WayIn::Hand) && row.bytes > 1000));
    let [refused, _, taken] = &all.rows[..] else { panic!("three") };
    assert_eq!((refused.answer, refused.findings.first().map(String::as_str)), ("CE", Some("E4")));
    assert!(taken.answer == "CA" && taken.over_delivered > 0);
    let of = |filter| ReceptionCommand::Filter(filter);
    let only = |outcome| ReceptionFilter { outcome: Some(outcome), ..ReceptionFilter::default() };
    let screen = asks(&mut house, of(only(MessageOutcome::Refused)));
    assert!(matches!(&screen.messages.rows[..], [row] if row.outcome == MessageOutcome::Refused));
    let folder = ReceptionFilter { way: Some(WayIn::Folder), ..ReceptionFilter::default() };
    assert!(asks(&mut house, of(folder)).messages.rows.is_empty());
    let number = screen.senders.iter().find(|row| row.name != HOSPITAL).unwrap().number;
    let other = ReceptionFilter { hospital: Some(number), ..ReceptionFilter::default() };
    assert!(asks(&mut house, of(other)).messages.rows.is_empty());
    let found = ReceptionFilter { findings: true, ..ReceptionFilter::default() };
    assert!(asks(&mut house, of(found)).messages.rows.iter().all(|r| !r.findings.is_empty() || r.over_delivered > 0));
}

#[test]
fn the_structure_of_a_refused_message_is_shown_by_choice_and_holds_no_value_of_it() {
    let mut house = House::with(&[]);
    house.sign_in(ADMINISTRATOR);
    take_in(&mut house, &without_ride());
    let screen = asks(&mut house, ReceptionCommand::Newest);
    let row = &screen.messages.rows[0];
    assert!(row.structure_open.is_none());
    let frame = house.act(row.structure.clone().unwrap());
    let spoken = strings(&frame);
    assert!(spoken.contains("recordTarget") && spoken.contains("ClinicalDocument"));
    for value in ["999900006", "Cerebrovasculair", "Ischemisch", "Glucose", "Dorpsstraat", "Wilhelmina", "19480517"] {
        assert!(!spoken.contains(value), "{value}");
    }
    let screen = asks(&mut house, ReceptionCommand::Structure(None));
    assert!(screen.messages.rows[0].structure_open.is_none());
}

/// The store, as the receiver has it.
fn other_process(house: &House) -> Store {
    Store::open(&house.folder.path().join("store"), &house.root, origin(), now()).unwrap()
}

#[test]
fn senders_that_were_told_to_come_again_are_an_alarm_for_a_day_and_cannot_wait_while_the_disk_is_full() {
    let mut house = House::with(&[SAMPLE]);
    let texts = Texts::load(Language::Dutch).unwrap();
    assert!(reception(house.sign_in(ADMINISTRATOR)).alarms.is_empty());
    let begun = house.now;
    let mut receiver = other_process(&house);
    receiver.note_troubles(&[(Trouble::DiskNearlyFull, 3), (Trouble::TooMuch, 1)], begun).unwrap();
    let screen = reception(house.engine.turn(begun + TimeDelta::seconds(70)).expect("it shows itself"));
    let said: Vec<String> = screen.alarms.iter().map(|alarm| texts.format(alarm.text, &alarm.values)).collect();
    let [disk, too_much] = &said[..] else { panic!("{said:?}") };
    assert!(disk.starts_with("De schijf van de opslag is bijna vol. Sinds 20-09-2026 "), "{disk}");
    assert!(disk.contains("(3×, het laatst 20-09-2026 ") && disk.contains("Maak ruimte"), "{disk}");
    assert!(too_much.starts_with("Er komt meer binnen dan kan worden opgeslagen."), "{too_much}");
    let at = |house: &House, now| app::reports::status(house.engine.store(), now).unwrap();
    let status = at(&house, begun);
    assert!(said.iter().all(|line| app::reports::status_text(&status, &texts).contains(line)));
    let json: serde_json::Value = serde_json::from_str(&app::reports::status_json(&status).unwrap()).unwrap();
    assert_eq!(
        (&json["troubles"][0]["trouble"], &json["troubles"][0]["count"]),
        (&"disk-nearly-full".into(), &3.into())
    );
    assert_eq!(json["attention"], serde_json::json!(["disk-nearly-full"]));
    assert_eq!(app::reports::status_exit(&status), app::Exit::Refused);
    // An hour later it is known, and no alarm for monitoring; a day later it is forgotten.
    let later = at(&house, begun + TimeDelta::minutes(61));
    assert!(later.troubles.len() == 2 && later.troubles.iter().all(|row| row.over));
    assert_ne!(app::reports::status_exit(&later), app::Exit::Refused);
    assert!(app::reports::status_text(&later, &texts).contains("De schijf van de opslag was vandaag bijna vol."));
    assert!(at(&house, begun + TimeDelta::hours(25)).troubles.is_empty());
}

#[test]
fn a_file_of_the_listener_a_folder_and_a_receiver_that_is_gone_are_alarms_until_they_are_well_again() {
    let mut house = House::with(&[SAMPLE]);
    let texts = Texts::load(Language::Dutch).unwrap();
    assert!(reception(house.sign_in(ADMINISTRATOR)).alarms.is_empty());
    let (begun, mut after) = (house.now, 0);
    let mut receiver = other_process(&house);
    let turn = store::ReceiverTurn::take(&house.folder.path().join("store")).unwrap().expect("nobody receives");
    receiver.receiver_started(begun).unwrap();
    let mut says = |house: &mut House| -> Vec<String> {
        after += 70;
        let screen = reception(house.engine.turn(begun + TimeDelta::seconds(after)).expect("it shows itself"));
        screen.alarms.iter().map(|alarm| texts.format(alarm.text, &alarm.values)).collect()
    };
    let key = std::path::Path::new("/etc/terugblik/server.key");
    receiver.receiver_file(Some((store::FileFault::KeyOpen, key)), begun).unwrap();
    let said = says(&mut house);
    let [file] = &said[..] else { panic!("{said:?}") };
    assert!(file.starts_with("Sinds 20-09-2026 ") && file.contains("/etc/terugblik/server.key"), "{file}");
    assert!(file.contains("chmod 600"), "what to do: {file}");
    let status = app::reports::status(house.engine.store(), begun).unwrap();
    assert_eq!(app::reports::status_exit(&status), app::Exit::Refused);
    receiver.receiver_file(None, begun).unwrap();
    assert!(says(&mut house).is_empty());
    receiver.receiver_folder(store::FolderHealth::Gone, begun).unwrap();
    assert!(says(&mut house)[0].starts_with("De bewaakte map is er niet."));
    drop(turn);
    let said = says(&mut house);
    assert!(said.len() == 1 && said[0].starts_with("De ontvanger draait niet"), "{said:?}");
}

fn certificate(name: &str, not_after: DateTime<Utc>) -> CertificateSeen {
    CertificateSeen {
        fingerprint: format!("sha256:{}", name.repeat(32)),
        names: format!("subject:CN={name}.example;issuer:CN=Proef CA"),
        common_name: format!("{name}.example"),
        ura: None,
        not_after,
    }
}

#[test]
fn a_certificate_that_expires_is_an_alarm_with_its_mail_until_its_successor_is_used() {
    let mut house = House::with(&[SAMPLE]);
    let texts = Texts::load(Language::Dutch).unwrap();
    let hospitals = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
    let mut hospitals = app::connections::read(&hospitals).unwrap();
    let old = certificate("0a", now() + TimeDelta::hours(20 * 24 + 1));
    let new = certificate("0b", now() + TimeDelta::days(400));
    let own = certificate("0c", now() + TimeDelta::hours(61 * 24 + 1));
    hospitals[0].certificates = vec![old.fingerprint.clone(), new.fingerprint.clone()];
    let mut receiver = other_process(&house);
    receiver.set_connections(&hospitals, now()).unwrap();
    receiver.note_certificates(std::slice::from_ref(&old), &[], Some(&own), now()).unwrap();
    let screen = reception(house.sign_in(ADMINISTRATOR));
    let [alarm] = &screen.certificates[..] else { panic!("{:?}", screen.certificates) };
    assert_eq!(alarm.head(&texts), format!("{HOSPITAL}: certificaat verloopt op 10 oktober 2026, nog 20 dagen."));
    assert!(alarm.mail(&texts).unwrap().body.contains(&old.fingerprint));
    let status = app::reports::status(house.engine.store(), now()).unwrap();
    assert!(app::reports::status_text(&status, &texts).contains(&alarm.head(&texts)));
    assert_eq!(app::reports::status_exit(&status), app::Exit::Attention);
    // The same on its own tab, with that of the receiver once it is near.
    house.now += TimeDelta::days(5);
    house.sign_in(ADMINISTRATOR);
    house.act(Command::Open(ScreenName::Connections));
    house.act(Command::Connections(ConnectionsCommand::Select(Some(HospitalNumber(1)))));
    let frame = house.act(Command::Connections(ConnectionsCommand::Tab(ConnectionTab::Certificate)));
    let Screen::Connections(screen) = frame.screen else { panic!("Aansluitingen") };
    let ConnectionPage::Certificate(page) = screen.detail.unwrap().page else { panic!("tab") };
    assert!(page.own.is_some_and(|own| own.days == 56 && own.mail(&texts).is_none()));
    let days: Vec<Option<i64>> = page.certificates.iter().map(|one| one.alarm.as_ref().map(|a| a.days)).collect();
    assert_eq!(days, [Some(15), None]);
    // Expired, and shown once more by the sender.
    house.now = now() + TimeDelta::days(21);
    let reason = CertificateRefusal::Expired;
    let last = house.now;
    let refused = CertificateRefused { certificate: old, reason, organisation: None, count: 2, last };
    receiver.note_certificates(&[], &[refused], None, last).unwrap();
    let screen = reception(house.sign_in(ADMINISTRATOR));
    let heads: Vec<String> = screen.certificates.iter().map(|alarm| alarm.head(&texts)).collect();
    assert_eq!(heads[0], format!("{HOSPITAL}: wordt sinds 11 oktober 2026 geweigerd: certificaat verlopen."));
    // Its successor is used.
    receiver.note_certificates(&[new], &[], None, house.now + TimeDelta::minutes(1)).unwrap();
    let screen = reception(house.sign_in(ADMINISTRATOR));
    assert!(screen.certificates.iter().all(|alarm| alarm.hospital.is_none()), "{:?}", screen.certificates);
}

#[test]
fn a_certificate_let_in_from_a_file_is_shown_whole_and_warned_of_before_its_first_use() {
    let mut house = House::with(&[SAMPLE]);
    let hospitals = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
    other_process(&house).set_connections(&app::connections::read(&hospitals).unwrap(), now()).unwrap();
    let mut parameters = rcgen::CertificateParams::new(vec!["seh.example".to_owned()]).unwrap();
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "seh.example");
    parameters.not_after = rcgen::date_time_ymd(2026, 10, 10);
    let made = parameters.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
    let file = house.folder.path().join("seh.pem");
    std::fs::write(&file, made.pem()).unwrap();
    house.sign_in(ADMINISTRATOR);
    house.act(Command::Open(ScreenName::Connections));
    house.act(Command::Connections(ConnectionsCommand::Select(Some(HospitalNumber(1)))));
    house.act(Command::Connections(ConnectionsCommand::Tab(ConnectionTab::Certificate)));
    let frame = house.act(Command::Connections(ConnectionsCommand::LoadCertificate(HospitalNumber(1), file)));
    let Screen::Connections(screen) = frame.screen else { panic!("Aansluitingen") };
    let ConnectionPage::Certificate(page) = screen.detail.unwrap().page else { panic!("tab") };
    let [one] = &page.certificates[..] else { panic!("{}", page.certificates.len()) };
    assert_eq!((one.subject.as_deref(), one.issuer.as_deref()), (Some("seh.example"), Some("CN=seh.example")));
    assert_eq!(one.alarm.as_ref().map(|alarm| alarm.days), Some(19));
    let known = house.engine.store().hospital_certificates().unwrap();
    assert_eq!(known[0].last, None, "nobody has used it");
}

#[test]
fn what_comes_in_shows_itself_within_a_look_and_nothing_is_drawn_without_news() {
    let mut house = House::with(&[SAMPLE]);
    let later = |seconds| now() + TimeDelta::seconds(seconds);
    house.sign_in(ADMINISTRATOR);
    assert!(house.engine.turn(later(70)).is_none(), "nothing came in");
    let other = house.other_program();
    // Another process receives: an entry of the log is all that is looked at.
    let entry = "INSERT INTO audit(n, at, event, body, hash) SELECT n + 1, at, event, body, hash FROM audit
                 WHERE event = 20 ORDER BY n DESC LIMIT 1";
    let entry = entry.replace("SELECT n + 1", "SELECT (SELECT max(n) FROM audit) + 1");
    other.execute(&entry, []).unwrap();
    let news = reception(house.engine.turn(later(140)).expect("news"));
    assert_eq!(news.messages.rows.len(), 2);
    assert!(house.engine.turn(later(210)).is_none(), "told once");
    asks(&mut house, ReceptionCommand::Older(news.messages.rows[0].number));
    other.execute(&entry, []).unwrap();
    assert!(house.engine.turn(later(280)).is_none(), "who reads older ones is not disturbed");
}

#[test]
fn an_open_screen_notices_that_a_certificate_comes_near_its_end_and_that_the_day_turned_each_once() {
    let mut house = House::with(&[SAMPLE]);
    let later = |seconds| now() + TimeDelta::seconds(seconds);
    let hospitals = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
    let mut hospitals = app::connections::read(&hospitals).unwrap();
    // Sixty-one days but for a minute and a half.
    let one = certificate("0a", later(90) + TimeDelta::days(61));
    hospitals[0].certificates = vec![one.fingerprint.clone()];
    let mut receiver = other_process(&house);
    receiver.set_connections(&hospitals, now()).unwrap();
    receiver.note_certificates(&[one], &[], None, now()).unwrap();
    let screen = reception(house.sign_in(ADMINISTRATOR));
    assert_eq!(screen.certificates, []);
    let days = |frame: Frame| reception(frame).certificates.iter().map(|alarm| alarm.days).collect::<Vec<_>>();
    assert!(house.engine.turn(later(70)).is_none());
    assert_eq!(house.engine.turn(later(140)).map(days), Some(vec![60]), "nothing came in, and still it is news");
    assert!(house.engine.turn(later(210)).is_none(), "told once");
    // Ten in the evening by UTC is midnight here in summer; whoever is at work then still is.
    house.now = later((13 * 60 + 58) * 60);
    house.sign_in(ADMINISTRATOR);
    let late = |minutes: i64| later((13 * 60 + minutes) * 60);
    assert!(house.engine.turn(late(59)).is_none());
    assert!(house.engine.turn(late(61)).is_some(), "the day turned");
    assert!(house.engine.turn(late(63)).is_none(), "told once");
}

#[test]
fn no_frame_of_this_screen_holds_a_value_of_a_message() {
    let mut house = House::with(&[SAMPLE, "23-niet-akkoord-2.5-verwijzing.xml", "45-niet-gekoppeld.xml"]);
    let frame = house.sign_in(ADMINISTRATOR);
    let spoken = strings(&frame);
    for value in [
        "999900006",
        "999900018",
        "Cerebrovasculair",
        "Ischemisch",
        "Glucose",
        "Dorpsstraat",
        "Wilhelmina",
        "P-77120",
        "12-2026-4501",
        "+31612345678",
    ] {
        assert!(!spoken.contains(value), "{value}");
    }
}
