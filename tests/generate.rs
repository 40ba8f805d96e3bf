//! `generate`: what is written without a fault is read back without a remark, in every version, envelope and encoding; each
//! fault leads to what it says.

use std::collections::BTreeSet;

use app::inspecting::{Inspected, Inspector};
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use invent::{Batch, Choice, Encoding, Envelope, Fault, Leads, Settings, Version};
use serde_json::Value;
use viewmodel::{Language, Texts};

use crate::support::{Place, path, text};

fn until() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 9, 19).unwrap()
}

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 20, 8, 0, 0).unwrap()
}

fn inspector() -> Inspector {
    Inspector::new(None, domain::RavNumber::new(12), &Texts::load(Language::English).unwrap()).unwrap()
}

fn messages(seed: u64, count: usize, choice: Choice) -> Vec<Vec<u8>> {
    // Some days are enough, and quick to plan.
    Batch::new(Settings { seed, messages: count, days: 40, ..Settings::new(until()) }, choice).messages().collect()
}

/// Every version, envelope and encoding.
fn ways() -> impl Iterator<Item = (Version, Envelope, Encoding)> {
    Version::ALL.into_iter().flat_map(|version| {
        Envelope::ALL
            .into_iter()
            .flat_map(move |e| Encoding::ALL.into_iter().map(move |encoding| (version, e, encoding)))
    })
}

fn rules(found: &Inspected) -> BTreeSet<&str> {
    found.json["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap()).collect()
}

fn kinds(found: &Inspected) -> BTreeSet<&str> {
    found.json["over_delivered"].as_array().unwrap().iter().map(|o| o["kind"].as_str().unwrap()).collect()
}

#[test]
fn without_a_fault_nothing_is_remarked_whatever_seed_version_envelope_and_encoding() {
    let inspector = inspector();
    for (seed, (version, envelope, encoding)) in (1..).zip(ways()) {
        let choice = Choice { version: Some(version), envelope: Some(envelope), encoding: Some(encoding), fault: None };
        let all = messages(seed, 40, choice);
        assert_eq!(all.len(), 40);
        for bytes in all {
            let found = inspector.inspect("", &bytes, now());
            let what = format!("seed {seed}, {}, {}, {}", version.name(), envelope.name(), encoding.name());
            assert_eq!((found.json["outcome"].as_str(), rules(&found)), (Some("taken_in"), BTreeSet::new()), "{what}");
            assert!(kinds(&found).is_empty(), "{what}: {:?}", kinds(&found));
            assert_eq!(found.json["envelope"], envelope.name());
            assert!(found.json["profile"]["name"].as_str().unwrap().contains(version.name()), "{what}");
        }
    }
}

#[test]
fn with_the_choices_left_open_each_hospital_does_as_it_does() {
    let inspector = inspector();
    let mut ways = BTreeSet::new();
    for bytes in messages(7, 400, Choice::default()) {
        let found = inspector.inspect("", &bytes, now());
        assert!(rules(&found).is_empty() && kinds(&found).is_empty(), "{:?} {:?}", rules(&found), kinds(&found));
        ways.insert((found.json["envelope"].to_string(), found.json["profile"]["name"].to_string()));
    }
    assert!(ways.len() >= 5, "{ways:?}");
}

#[test]
fn letters_are_the_same_in_every_encoding() {
    let inspector = inspector();
    let read = |encoding| -> Vec<Value> {
        let choice = Choice { encoding: Some(encoding), ..Choice::default() };
        let read = messages(3, 60, choice).into_iter().map(|bytes| inspector.inspect("", &bytes, now()).json);
        read.map(|json| serde_json::json!([json["diagnosis"], json["remarks"]])).collect()
    };
    let expected = read(Encoding::Utf8);
    assert!(expected.iter().any(|one| !one.to_string().is_ascii()), "there are letters to lose");
    for encoding in Encoding::ALL {
        assert_eq!(read(encoding), expected, "{}", encoding.name());
    }
}

#[test]
fn every_fault_leads_to_its_rule_and_to_no_other_in_every_version_envelope_and_encoding() {
    let inspector = inspector();
    for fault in Fault::ALL.iter().copied() {
        for (seed, (version, envelope, encoding)) in (1..).zip(ways()) {
            let choice = Choice {
                version: Some(version),
                envelope: Some(envelope),
                encoding: Some(encoding),
                fault: Some(fault),
            };
            for bytes in messages(seed, 2, choice) {
                let found = inspector.inspect("", &bytes, now());
                let what = format!("{} {} {} {}", fault.name(), version.name(), envelope.name(), encoding.name());
                let outcome = found.json["outcome"].as_str().unwrap();
                let (rules, kinds) = (rules(&found), kinds(&found));
                match fault.leads() {
                    Leads::Refused(rule) => {
                        assert_eq!(
                            (outcome, found.json["findings"][0]["rule"].as_str()),
                            ("refused", Some(rule)),
                            "{what}"
                        );
                    }
                    Leads::Found(rule) => {
                        assert_eq!((outcome, rules), ("taken_in", BTreeSet::from([rule])), "{what}");
                    }
                    Leads::OverDelivered(kind) => {
                        assert!(kinds.contains(kind) && outcome == "taken_in", "{what}: {kinds:?}");
                        assert!(rules.is_empty(), "{what}: {rules:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_command_writes_messages_and_rides_that_the_store_takes_and_links() {
    let place = Place::made();
    let folder = place.path("verzonnen");
    let done = place.done(&["generate", "--count", "60", "--seed", "5", path(&folder)]);
    assert!(done.contains("60 berichten"), "{done}");
    place.done(&["import-rides", path(&folder.join("rides.csv"))]);
    place.done(&["import-messages", path(&folder)]);
    let status = place.status();
    assert_eq!((&status["received"]["taken_in"], &status["received"]["refused"]), (&60.into(), &0.into()), "{status}");
    assert_eq!(status["unlinked"], 0, "each has its ride: {status}");
    assert_eq!(place.run(&["inspect", "--rav", "12", path(&folder)]).status.code(), Some(0));
}

#[test]
fn the_same_seed_and_day_write_the_same_files_and_nothing_is_written_over() {
    let place = Place::empty();
    let write = |name: &str, more: &[&str]| {
        let folder = place.path(name);
        let arguments = [&["generate", "--count", "3", "--until", "2026-09-19"], more, &[path(&folder)]].concat();
        place.done(&arguments);
        (
            folder.clone(),
            std::fs::read(folder.join("0002.xml")).unwrap(),
            std::fs::read(folder.join("rides.csv")).unwrap(),
        )
    };
    let (folder, message, rides) = write("een", &["--seed", "5"]);
    let (_, same, same_rides) = write("twee", &["--seed", "5"]);
    let (_, other, _) = write("drie", &["--seed", "6"]);
    assert!(message == same && rides == same_rides && message != other);
    std::fs::remove_file(folder.join("0001.xml")).unwrap();
    let again = place.run(&["generate", "--count", "3", path(&folder)]);
    assert_eq!(again.status.code(), Some(4));
    assert!(text(&again.stderr).contains("0002.xml is er al"), "{}", text(&again.stderr));
    assert!(!folder.join("0001.xml").exists(), "then nothing is written");
    assert_eq!(std::fs::read(folder.join("0002.xml")).unwrap(), message);
}

#[test]
fn a_fault_by_name_is_what_inspect_finds_and_a_name_that_is_none_is_said() {
    let place = Place::empty();
    let folder = place.path("fout");
    let output = place.run(&["generate", "--count", "2", "--fault", "dangling-reference", path(&folder)]);
    assert!(text(&output.stderr).contains("W9"), "{}", text(&output.stderr));
    let inspected = place.run(&["inspect", "--table", path(&folder)]);
    assert_eq!(inspected.status.code(), Some(1));
    assert_eq!(text(&inspected.stdout).matches(";W9;").count(), 2, "{}", text(&inspected.stdout));
    let wrong = place.run(&["generate", "--fault", "pech", path(&folder)]);
    assert_eq!((wrong.status.code(), text(&wrong.stderr).contains("pech")), (Some(2), true), "{}", text(&wrong.stderr));
    let help = text(&place.bare().args(["generate", "--help"]).output().unwrap().stdout);
    for fault in Fault::ALL {
        assert!(help.contains(fault.name()), "{}", fault.name());
    }
}

#[test]
fn messages_that_a_store_would_refuse_for_their_age_are_said_to_be_so() {
    let place = Place::empty();
    let folder = place.path("oud");
    let output = place.run(&["generate", "--count", "1", "--until", "2024-01-01", path(&folder)]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stderr).contains("(R4)"), "{}", text(&output.stderr));
}

#[test]
fn every_invented_ride_passes_the_rules_of_the_ride_import_whatever_the_seed_and_the_season() {
    let midnight = |until: NaiveDate| until.succ_opt().unwrap().and_time(chrono::NaiveTime::MIN).and_utc();
    // With the last Sunday of March, that of October, the turn of a year, a leap day.
    for (seed, (year, month, day)) in
        (0..30).flat_map(|seed| [(2026, 4, 20), (2026, 11, 10), (2027, 1, 20), (2028, 3, 10)].map(|end| (seed, end)))
    {
        let until = NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let batch = Batch::new(Settings { seed, messages: 300, days: 40, ..Settings::new(until) }, Choice::default());
        let file = app::RideFile::open(batch.rides_csv().into(), &app::RideLayout::standard()).unwrap();
        let judged = file.judge(domain::RavNumber::new(12).unwrap(), midnight(until), &mut |_, _| true).unwrap();
        assert!(judged.rides >= 300, "seed {seed}, {until}: {}", judged.rides);
        assert_eq!((judged.refused, judged.remarks), (0, vec![]), "seed {seed}, {until}");
    }
}
