//! A profile of another dialect, made from the manual's page alone, through the real program; and what its maker is told.

use serde_json::Value;
use viewmodel::{Command, ProfileForceShown, ProfilesCommand, ProfilesScreen, Screen, ScreenName};

use crate::{
    house::House,
    support::{Place, fixtures, path, text},
};

fn fixture(name: &str) -> String {
    path(&fixtures().join("profiles").join(name)).to_owned()
}

#[test]
fn the_messages_of_another_dialect_are_read_right_by_a_file() {
    let place = Place::empty();
    let profile = fixture("zuiderzee.toml");
    let names =
        ["1-wijkt-af", "2-wijkt-niet-af", "3-plaats-telt", "4-soap"].map(|n| fixture(&format!("zuiderzee-{n}.xml")));
    let mut arguments = vec!["inspect", "--rav", "12", "--json", "--profile", profile.as_str()];
    arguments.extend(names.iter().map(String::as_str));
    let output = place.run(&arguments);
    assert_eq!(output.status.code(), Some(1), "one of them has a finding: {}", text(&output.stderr));
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all =
        |at: fn(&Value) -> &Value| -> Vec<Value> { found.as_array().unwrap().iter().map(|f| at(f).clone()).collect() };
    assert!(all(|f| &f["profile"]["name"]).iter().all(|name| name == "zuiderzee-retour-1"), "{found}");
    assert_eq!(all(|f| &f["profile"]["status"])[0], "supplier");
    assert_eq!(all(|f| &f["ride"]["sequence"]), [4701, 4702, 4703, 4704]);
    assert_eq!(all(|f| &f["vehicle"]), ["12-117", "12-118", "12-119", "12-120"]);
    assert_eq!(all(|f| &f["diagnosis"]["agreement"]), ["no", "yes", "unknown", "no"]);
    assert_eq!(all(|f| &f["patient_number"])[0], "P-90117");
    let first = &found[0];
    assert_eq!(first["diagnosis"]["diagnoses"][0]["code"], "59282003");
    assert_eq!(first["diagnosis"]["description"], "Segmentele longembolie rechts.");
    assert_eq!(first["remarks"]["medical"], "Zuurstof gegeven volgens protocol.");
    assert_eq!(first["remarks"]["communication"], "Vooraankondiging kwam goed door.");
    assert_eq!(found[1]["remarks"]["communication"], "Naam van de contactpersoon ontbrak.");
    assert_eq!((&found[1]["remarks"]["medical"], &found[2]["remarks"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&found[3]["envelope"], &found[3]["diagnosis"]["diagnoses"][0]["code"]),
        (&"soap11".into(), &"233604007".into())
    );
    let rules = |place: usize| {
        found[place]["findings"].as_array().unwrap().iter().map(|f| f["rule"].clone()).collect::<Vec<_>>()
    };
    assert_eq!([rules(0), rules(1), rules(3)], [vec![], vec![], vec![]] as [Vec<Value>; 3]);
    assert_eq!(rules(2), ["W5"]);
}

#[test]
fn without_its_profile_a_dialect_is_not_recognised() {
    let place = Place::empty();
    let output = place.run(&["inspect", "--json", &fixture("zuiderzee-4-soap.xml")]);
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(found["profile"].is_null());
    assert_eq!(found["diagnosis"]["agreement"], "unknown");
}

#[test]
fn a_profile_that_is_right_is_said_to_be_so_with_what_it_reads() {
    let place = Place::empty();
    let said = place.done(&["profile", "check", &fixture("zuiderzee.toml")]);
    for words in [
        "zuiderzee-retour-1, versie 1 (retour 1.0): van een leverancier",
        "application 2.16.840.1.113883.2.4.6.6 900734",
        "agreement: BL: true = no, false = yes",
        "organizer + code oordeel",
        "remarks_communication: ED: value",
    ] {
        assert!(said.contains(words), "{words} in {said}");
    }
}

#[test]
fn everything_that_is_wrong_with_a_profile_is_said_at_once_with_line_and_column() {
    let place = Place::empty();
    let good = std::fs::read_to_string(fixture("zuiderzee.toml")).unwrap();
    let bad = good
        .replacen("version = 1", "versie = 1", 1)
        .replacen("reading = \"TS\"", "reading = \"II\"", 1)
        .replacen("means = \"no\"", "means = \"nee\"", 1);
    let file = place.file("profiel.toml", bad);
    let output = place.run(&["profile", "check", &file]);
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 4, "{said}");
    assert!(lines.iter().all(|line| line.starts_with(&file)), "{said}");
    assert!(lines[0].contains("version ontbreekt"), "{said}");
    assert!(lines[1].contains("regel 3, kolom 1") && lines[1].contains("lijkt hij op version"), "{said}");
    assert!(lines[2].contains("regel 23, kolom 11") && lines[2].contains("TS"), "{said}");
    assert!(lines[3].contains("yes, no, not_assessable"), "{said}");
    assert!(!said.contains("versie =") && !said.contains("nee"), "{said}");
}

#[test]
fn a_profile_that_is_not_utf_8_is_wrong_and_not_unreadable() {
    let text = std::fs::read_to_string(fixture("zuiderzee.toml")).unwrap();
    let place = Place::empty();
    let file = place
        .file("profiel.toml", format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    let output = place.run(&["profile", "check", &file]);
    assert_eq!(output.status.code(), Some(1));
    assert!(crate::support::text(&output.stdout).contains("geen tekst in UTF-8"));
}

#[test]
fn a_message_given_as_a_profile_is_told_so_without_a_word_of_it() {
    let place = Place::empty();
    let output = place.run(&["profile", "check", &fixture("zuiderzee-1-wijkt-af.xml")]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout) + &text(&output.stderr);
    assert!(said.contains("misschien een bericht"), "{said}");
    assert!(!said.contains("999900006") && !said.contains("Clinical"), "{said}");
}

#[test]
fn a_loaded_profile_reads_what_is_received_once_it_is_in_force_and_no_longer_when_rolled_back() {
    let place = Place::made();
    let message = |id: &str| {
        let now = chrono::Utc::now();
        let text = String::from_utf8(crate::support::recent("profiles/zuiderzee-1-wijkt-af.xml", now)).unwrap();
        place.file(&format!("{id}.xml"), text.replace("zz-1", id))
    };
    let read_by = || {
        let sql = "SELECT profile FROM message ORDER BY id DESC LIMIT 1";
        place.raw().query_row(sql, [], |row| row.get::<_, Option<String>>(0)).unwrap()
    };
    let profile = fixture("zuiderzee.toml");
    place.done(&["profile", "load", &profile]);
    assert!(place.done(&["profile", "list"]).contains("zuiderzee-retour-1  1  van een leverancier  niet in gebruik"));
    place.done(&["profile", "force", "zuiderzee-retour-1", "1"]);
    let list = place.done(&["profile", "list"]);
    assert!(list.contains("van een leverancier  in gebruik sinds"), "{list}");
    assert_eq!(list.lines().filter(|line| line.contains("meegeleverd, in gebruik")).count(), 2, "{list}");
    place.done(&["import-messages", &message("een")]);
    assert_eq!(read_by().as_deref(), Some("zuiderzee-retour-1/1"));
    place.done(&["profile", "rollback", "zuiderzee-retour-1"]);
    place.done(&["import-messages", &message("twee")]);
    assert_eq!(read_by(), None);
    assert!(place.done(&["profile", "list"]).contains("niet in gebruik"));
    let output = place.run(&["profile", "rollback", "zuiderzee-retour-1"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("geen geladen versie in gebruik"));
}

#[test]
fn a_profile_that_does_not_fit_is_not_loaded_and_a_past_day_not_taken() {
    let place = Place::made();
    let shipped = std::fs::read_to_string("resources/profiles/bericht12-2.4-reconstructie.toml").unwrap();
    let refused = |arguments: &[&str], words: &str| {
        let output = place.run(arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(words), "{said}");
    };
    let tie = place.file("tie.toml", shipped.replacen("2.4-reconstructie", "2.4-nog-een", 1));
    refused(&["profile", "load", &tie], "herkennen hetzelfde bericht");
    let profile = fixture("zuiderzee.toml");
    refused(&["profile", "force", "zuiderzee-retour-1", "1"], "is niet geladen");
    place.done(&["profile", "load", &profile]);
    place.done(&["profile", "load", &profile]);
    let other = std::fs::read_to_string(&profile).unwrap() + "# changed\n";
    refused(&["profile", "load", &place.file("other.toml", other)], "hogere versie");
    refused(&["profile", "force", "zuiderzee-retour-1", "1", "--from", "2020-01-01"], "is voorbij");
    refused(&["profile", "force", "zuiderzee-retour-1", "1", "--from", "morgen"], "morgen");
}

const ADMINISTRATOR: &str = "9003";

#[track_caller]
fn profiles(house: &mut House, command: Command) -> ProfilesScreen {
    let frame = house.act(command);
    let Screen::Profiles(screen) = frame.screen else { panic!("Berichtprofielen") };
    screen
}

fn force(screen: &ProfilesScreen, name: &str) -> Option<ProfileForceShown> {
    screen.rows.iter().find(|row| row.name == name).map(|row| row.force)
}

#[test]
fn a_functional_administrator_loads_tries_takes_in_use_and_rolls_back_on_the_screen() {
    const NAME: &str = "zuiderzee-retour-1";
    let mut house = House::with(&["programma-01-onjuist-bsn.xml"]);
    house.sign_in(ADMINISTRATOR);
    let screen = profiles(&mut house, Command::Open(ScreenName::Profiles));
    assert_eq!(screen.rows.iter().map(|row| row.force).collect::<Vec<_>>(), [ProfileForceShown::Shipped; 2]);
    let (load, try_on, put, today) = (screen.load, screen.try_on, screen.force, screen.today);
    let screen = profiles(&mut house, load(fixture("zuiderzee.toml").into()));
    assert_eq!(force(&screen, NAME), Some(ProfileForceShown::Never));
    let screen = profiles(&mut house, try_on(NAME.into(), 1, fixture("zuiderzee-1-wijkt-af.xml").into()));
    let tried = screen.tried.unwrap();
    assert_eq!(tried.outcome, "profile-tried-recognised");
    assert_eq!(tried.fields.iter().filter(|(_, said)| *said == "profile-tried-read").count(), 10, "{:?}", tried.fields);
    let said = format!("{:?}{:?}", tried.fields, tried.findings);
    assert!(!said.contains("99990") && !said.contains("4701") && !said.contains("P-9"), "no value: {said}");
    let screen = profiles(
        &mut house,
        try_on("bericht12-2.4-reconstructie".into(), 1, fixture("zuiderzee-1-wijkt-af.xml").into()),
    );
    assert_eq!(screen.tried.unwrap().outcome, "profile-tried-not-recognised");
    let day = today.format("%d-%m-%Y").to_string();
    let screen = profiles(&mut house, put(NAME.into(), 1, day));
    assert_eq!(force(&screen, NAME), Some(ProfileForceShown::Since(today)));
    let back = screen.rows.iter().find_map(|row| row.roll_back.clone()).unwrap();
    let screen = profiles(&mut house, back);
    assert_eq!(force(&screen, NAME), Some(ProfileForceShown::Never));
    assert!(screen.rows.iter().all(|row| row.roll_back.is_none()));
    let frame = house.act(put(NAME.into(), 1, "morgen".into()));
    assert_eq!(frame.notice.unwrap().text, "error-profile-day");
}

#[test]
fn nobody_but_a_functional_administrator_loads_a_profile_or_takes_one_in_use() {
    let mut house = House::with(&["programma-01-onjuist-bsn.xml"]);
    for staff in ["9001", "9004"] {
        house.sign_in(staff);
        house.act(Command::Profiles(ProfilesCommand::Load(fixture("zuiderzee.toml").into())));
        let frame = house.act(Command::Open(ScreenName::Profiles));
        assert!(!matches!(frame.screen, Screen::Profiles(_)), "{staff}");
    }
    house.sign_in(ADMINISTRATOR);
    assert_eq!(profiles(&mut house, Command::Open(ScreenName::Profiles)).rows.len(), 2);
}
