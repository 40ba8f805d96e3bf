//! What the invented year promises, checked on a smaller one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{Agreement, Bsn, RideNumber};
use quick_xml::events::Event;

use super::*;
use crate::{
    calendar::{existing, to_utc},
    dialect::{Said, dialect},
    draw::{Draw, Purpose},
    plan::{Fate, fate, schedule},
    ride::Ride,
};

fn until() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

fn year(messages: usize) -> Year {
    Year::new(Settings { messages, canaries: true, ..Settings::new(until()) })
}

/// A year as the demo has it.
fn plain(messages: usize) -> Year {
    Year::new(Settings { messages, ..Settings::new(until()) })
}

/// How a version says something, as it stands in a message.
fn marks(agreement: Agreement) -> [String; 2] {
    let said = |version| match dialect(version).says(agreement) {
        Said::Negation(value) => format!("negationInd=\"{value}\""),
        Said::Coded { code, .. } => format!("code=\"{code}\""),
        Said::Unsayable => "nothing says so".to_owned(),
    };
    [said(Version::V24), said(Version::V25)]
}

fn text(message: &InventedMessage) -> String {
    if message.bytes.starts_with(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"") {
        message.bytes.iter().map(|b| char::from(*b)).collect()
    } else {
        String::from_utf8(message.bytes.clone()).unwrap()
    }
}

fn share(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole as f64
}

#[track_caller]
fn near(name: &str, value: f64, low: f64, high: f64) {
    assert!((low..=high).contains(&value), "{name}: {value:.1} is not between {low} and {high}");
}

/// 64-bit FNV-1a over all that a year gives.
fn digest(year: &Year) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut eat = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    };
    for day in year.days() {
        eat(day.date.to_string().as_bytes());
        eat(&day.rides_csv);
        for message in &day.messages {
            eat(message.at.to_string().as_bytes());
            eat(&message.bytes);
        }
    }
    hash
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let settings = Settings { messages: 300, ..Settings::new(until()) };
    let one = digest(&Year::new(settings));
    assert_eq!(one, digest(&Year::new(settings)));
    assert_ne!(one, digest(&Year::new(Settings { seed: 13, ..settings })));
    let expected = 0x2f75_a6ba_86ac_26a4;
    assert_eq!(one, expected, "other bytes than on the platform where this was written: {one:#x}");
}

#[test]
fn exactly_the_messages_asked_for_arrive_in_order_and_within_the_year() {
    for messages in [0, 1, 7, 500, 3000] {
        let year = year(messages);
        assert_eq!(year.messages(), messages);
        let mut count = 0;
        let mut last = None;
        for day in year.days() {
            for message in &day.messages {
                assert_eq!(message.at.date_naive(), day.date, "the local day is the day in UTC");
                assert!(last <= Some(message.at));
                last = Some(message.at);
                count += 1;
            }
        }
        assert_eq!(count, messages);
        assert_eq!(year.days().count(), 350);
    }
}

/// The columns of the ride register's lines, by ride number.
fn register(year: &Year) -> BTreeMap<String, (NaiveDate, Vec<String>)> {
    let mut rides = BTreeMap::new();
    for day in year.days() {
        let csv = String::from_utf8(day.rides_csv).unwrap();
        let mut lines = csv.lines();
        assert!(lines.next().unwrap().starts_with("inzetnummer;ambulancenummer;vertrek;overdracht_seh;urgentie;"));
        for line in lines {
            let columns: Vec<String> = line.split(';').map(str::to_owned).collect();
            assert_eq!(columns.len(), 15, "{line}");
            assert!(RideNumber::parse(&columns[0]).is_ok());
            assert!(rides.insert(columns[0].clone(), (day.date, columns)).is_none(), "a ride number is used once");
        }
    }
    rides
}

#[test]
fn whatever_the_seed_a_ride_is_handed_over_after_it_departed_also_where_the_clock_is_turned() {
    // With the last Sunday of March, that of October, the turn of a year and a leap day.
    let ends = [(2026, 4, 20), (2026, 11, 10), (2026, 1, 20), (2028, 3, 10)];
    for (seed, (y, m, d)) in (0..40).flat_map(|seed| ends.map(|end| (seed, end))) {
        let until = NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let year = Year::new(Settings { seed, messages: 300, days: 40, ..Settings::new(until) });
        for number in 0..year.rides() as u32 {
            let Ride { departed, handed_over, .. } = year.ride(number);
            let driven = to_utc(handed_over) - to_utc(departed);
            // In October an hour is driven twice, and the clock of the suite does not say which of the two it shows.
            assert!((26..=74 + 60).contains(&driven.num_minutes()), "seed {seed}: {departed} to {handed_over}");
            assert!([departed, handed_over].iter().all(|at| existing(*at) == *at), "seed {seed}: {departed}");
        }
    }
}

#[test]
fn rides_outnumber_messages_and_some_are_registered_after_their_message() {
    let year = year(4000);
    let rides = register(&year);
    let (mut before, mut late, mut returned, mut feedback) = (0, 0, BTreeSet::new(), 0);
    let (mut all, mut absent) = (0, 0);
    let mut delays = Vec::new();
    for message in year.days().flat_map(|d| d.messages) {
        all += 1;
        let Some((registered, columns)) = rides.get(&message.ride) else {
            absent += 1;
            continue;
        };
        before += usize::from(message.at.date_naive() < *registered);
        assert_eq!(columns[12], message.nurse.to_string());
        if message.kind == Kind::Feedback {
            let handed_over: chrono::NaiveDateTime = format!("{}:00", columns[3]).parse().unwrap();
            assert!(handed_over < message.at.naive_utc());
            let days = (message.at.naive_utc() - handed_over).num_days();
            // Near the end of the year only quick feedback has come: counted where there was time for the slow.
            if (until() - handed_over.date()).num_days() > 90 {
                delays.push(days);
                late += usize::from(days >= 30);
            }
            feedback += 1;
            returned.insert(message.ride);
        }
    }
    assert!(before > 0 && before < 120, "{before}");
    near("rides that never come into the register", share(absent, all), 1.2, 3.2);
    let days_late = |(registered, columns): &(NaiveDate, Vec<String>)| {
        let handed_over: chrono::NaiveDateTime = format!("{}:00", columns[3]).parse().unwrap();
        (*registered - handed_over.date()).num_days()
    };
    near("rides registered late", share(rides.values().filter(|r| days_late(r) >= 2).count(), rides.len()), 2.0, 4.0);
    delays.sort_unstable();
    near("median delay", delays[delays.len() / 2] as f64, 7.0, 10.0);
    near("P90 of delay", delays[delays.len() * 9 / 10] as f64, 20.0, 25.0);
    near("late", share(late, delays.len()), 2.0, 5.0);
    near("rides with feedback", share(returned.len(), rides.len()), 60.0, 70.0);
    assert_eq!(returned.len(), feedback, "one feedback a ride");
    let sent = rides.values().filter(|(_, c)| c[11] == "ja").count();
    near("messages 8, 9, 10", share(sent, rides.len()), 94.0, 99.0);
}

#[test]
fn bsns_are_test_numbers_or_fail_the_elfproef() {
    let year = year(3000);
    let rides = register(&year);
    for (_, columns) in rides.values() {
        let announced = &columns[10];
        assert!(announced.is_empty() || Bsn::parse(announced).unwrap().is_test_number());
    }
    let (mut with, mut kinds) = (0, BTreeMap::new());
    let mut seen = 0;
    for message in year.days().flat_map(|d| d.messages) {
        seen += 1;
        let text = text(&message);
        let bsns: Vec<&str> = text
            .split("<id root=\"2.16.840.1.113883.2.4.6.3\" extension=\"")
            .skip(1)
            .map(|r| r.split('"').next().unwrap())
            .collect();
        with += usize::from(!bsns.is_empty());
        for bsn in &bsns {
            assert!(Bsn::parse(bsn).is_none_or(|b| b.is_test_number()));
        }
        let announced = rides.get(&message.ride).map(|(_, c)| c[10].as_str());
        let kind = match (bsns.as_slice(), announced) {
            ([], _) => "none",
            ([one], _) if Bsn::parse(one).is_none() => "fails",
            ([one], Some(announced)) if *one == announced => "equal",
            ([_], Some("")) => "returned",
            ([_], _) => "differs",
            _ => "two",
        };
        *kinds.entry(kind).or_insert(0) += 1;
    }
    near("with a BSN", share(with, seen), 9.0, 14.0);
    for kind in ["fails", "equal", "returned", "differs", "two"] {
        assert!(kinds[kind] > 5, "{kind}: {}", kinds[kind]);
    }
}

#[test]
fn agreement_is_about_79_percent_and_changes_at_one_hospital() {
    let year = year(6000);
    let rides = register(&year);
    let (mut yes, mut no, mut other) = (0, 0, 0);
    let (yes_marks, no_marks) = (marks(Agreement::Yes), marks(Agreement::No));
    let mut changing = [(0, 0); 2];
    let mut groups: BTreeMap<Group, (usize, usize)> = BTreeMap::new();
    let group_of: BTreeMap<&str, Group> = diagnoses().map(|(g, d)| (d.code, g)).collect();
    let changed = year.hospitals.iter().find(|h| h.agreement_changes.is_some()).unwrap();
    for message in year.days().flat_map(|d| d.messages).filter(|m| m.kind == Kind::Feedback) {
        let text = text(&message);
        let agrees = if yes_marks.iter().any(|mark| text.contains(mark)) {
            true
        } else if no_marks.iter().any(|mark| text.contains(mark)) {
            false
        } else {
            other += 1;
            continue;
        };
        yes += usize::from(agrees);
        no += usize::from(!agrees);
        let Some((_, columns)) = rides.get(&message.ride) else { continue };
        let count = groups.entry(group_of[columns[7].as_str()]).or_default();
        *count = (count.0 + usize::from(agrees), count.1 + 1);
        if message.sender == changed.organisation() {
            let handed_over = NaiveDate::parse_from_str(&columns[3][..10], "%Y-%m-%d").unwrap();
            let side = &mut changing[usize::from(handed_over >= changed.agreement_changes.unwrap())];
            *side = (side.0 + usize::from(agrees), side.1 + 1);
        }
    }
    near("agreement", share(yes, yes + no), 77.0, 82.0);
    near("not assessable", share(other, yes + no + other), 4.0, 6.5);
    let percent = |g: Group| share(groups[&g].0, groups[&g].1);
    near("trauma", percent(Group::Trauma), 90.0, 97.0);
    near("gastro-intestinal", percent(Group::GastroIntestinal), 63.0, 77.0);
    near("acute internal", percent(Group::AcuteInternal), 33.0, 49.0);
    near("before the change", share(changing[0].0, changing[0].1), 69.0, 79.0);
    near("after the change", share(changing[1].0, changing[1].1), 77.0, 87.0);
    assert_eq!(changed.work_agreements.len(), 2);
}

#[test]
fn every_message_is_well_formed_and_carries_its_canaries() {
    let year = year(1500);
    let rides = register(&year);
    let (mut seen, mut others) = (BTreeMap::new(), BTreeMap::new());
    for message in year.days().flat_map(|d| d.messages) {
        let text = text(&message);
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut depth = 0_i32;
        loop {
            let event = reader.read_event().unwrap();
            if let Event::Start(start) | Event::Empty(start) = &event {
                assert!(start.attributes().all(|a| a.is_ok()));
            }
            depth += i32::from(matches!(event, Event::Start(_))) - i32::from(matches!(event, Event::End(_)));
            if matches!(event, Event::Eof) {
                break;
            }
        }
        assert_eq!(depth, 0);
        let receiver = "<receivedOrganization><id root=\"2.16.840.1.113883.2.4.3.11.60.55.15.1\" extension=\"12\"/>";
        assert_eq!(text.matches(receiver).count(), 1);
        let Canaries {
            description,
            medical,
            communication,
            diagnosis_code,
            diagnosis_name,
            birth_date,
            patient_number,
            working_diagnosis,
            over_delivered,
        } = &message.canaries;
        for (canary, field) in [
            (description, 'd'),
            (medical, 'm'),
            (communication, 'c'),
            (diagnosis_name, 'n'),
            (patient_number, 'p'),
            (over_delivered, 'o'),
        ] {
            if let Some(canary) = canary {
                assert_eq!(*canary, format!("Z{field}{}", message.canary));
                assert_eq!(text.matches(canary.as_str()).count(), 1);
            }
        }
        for canary in [diagnosis_code, birth_date].into_iter().flatten() {
            assert_eq!(text.matches(&format!("\"{canary}\"")).count(), 1);
            let of = others.entry(canary.clone()).or_insert_with(|| message.canary.clone());
            assert_eq!(*of, message.canary, "a code and a birth date of its own");
        }
        assert_eq!(diagnosis_code.is_some(), diagnosis_name.is_some());
        if let (Some((_, columns)), Some(canary)) = (rides.get(&message.ride), working_diagnosis) {
            assert!(columns[9].ends_with(&format!(" ({canary})")), "{}", columns[9]);
        }
        let first = seen.entry(message.canary.clone()).or_insert_with(|| message.bytes.clone());
        assert_eq!(*first, message.bytes, "only an exact repeat has the canary of another message");
    }
}

#[test]
fn remarks_come_in_their_shares_and_do_not_read_as_copies() {
    let year = plain(6000);
    let mut texts: BTreeMap<String, usize> = BTreeMap::new();
    let (mut feedback, mut medical, mut communication, mut identifiers) = (0, 0, 0, 0);
    for message in year.days().flat_map(|d| d.messages).filter(|m| m.kind == Kind::Feedback) {
        feedback += 1;
        let text = text(&message);
        let codes = [Version::V24, Version::V25].map(dialect);
        let says = |code: &crate::dialect::Code| text.contains(&format!("code=\"{}\"", code.code));
        medical += usize::from(codes.iter().any(|d| says(&d.medical)));
        communication += usize::from(codes.iter().any(|d| says(&d.communication)));
        assert!(!text.contains(&message.canary) && !text.contains("kenmerk"), "a person does not sign so");
        let section = text.split("<title>Toelichting</title>").nth(1).unwrap_or_default();
        let marks = ["06-", "@example.org", "mw. ", "0344-"];
        identifiers += usize::from(marks.iter().any(|m| section.contains(m)));
        for remark in section.split("<text>").skip(1) {
            let remark = remark.split("</text>").next().unwrap();
            *texts.entry(remark.to_owned()).or_default() += 1;
        }
    }
    near("remarks on medical acting", share(medical, feedback), 24.0, 30.0);
    near("remarks on communication", share(communication, feedback), 13.5, 18.5);
    let all: usize = texts.values().sum();
    near("different remarks", share(texts.len(), all), 85.0, 100.0);
    near("remarks with an identifier", share(identifiers, all), 0.4, 2.0);
}

#[test]
fn both_versions_all_envelopes_and_both_encodings_occur() {
    let year = year(1500);
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
    for message in year.days().flat_map(|d| d.messages) {
        *kinds.entry(message.kind).or_default() += 1;
        let text = text(&message);
        for mark in [
            &dialect(Version::V24).template.extension,
            &dialect(Version::V25).template.extension,
            "schemas.xmlsoap.org",
            "2003/05/soap-envelope",
            "ISO-8859-1",
            "<reference value=\"#dx1\"/>",
            "<originalText>",
            "<versionNumber value=\"2\"/>",
            "<addr ",
            "<telecom ",
            "Vitale functies",
            "typeCode=\"RPLC\"",
        ] {
            *found.entry(mark).or_default() += usize::from(text.contains(mark));
        }
    }
    assert!(found.values().all(|n| *n > 0), "{found:?}");
    near("exact repeats", share(kinds[&Kind::Repeat], 1500), 0.4, 1.8);
    near("newer versions", share(kinds[&Kind::Newer], 1500), 0.4, 2.4);
}

#[test]
fn whatever_a_text_holds_the_message_is_well_formed() {
    let nasty = "a < b & \"c\" > 'd' ]]> \u{1}\u{fffe}ë–é";
    for encoding in Encoding::ALL {
        let spec = MessageSpec {
            encoding,
            medical: Some(nasty.to_owned()),
            patient_number: Some(nasty.to_owned()),
            ..MessageSpec::default()
        };
        let bytes = sample_message(&spec);
        let units = |of: fn([u8; 2]) -> u16| {
            String::from_utf16(&bytes.chunks_exact(2).map(|b| of([b[0], b[1]])).collect::<Vec<_>>()).unwrap()
        };
        let text: String = match encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => String::from_utf8(bytes).unwrap(),
            Encoding::Utf16Le => units(u16::from_le_bytes),
            Encoding::Utf16Be => units(u16::from_be_bytes),
            Encoding::Latin1 | Encoding::Windows1252 => bytes.into_iter().map(char::from).collect(),
        };
        assert!(text.contains("a &lt; b &amp; &quot;c&quot; &gt;"));
        assert!(!text.contains(['\u{1}', '\u{fffe}']));
    }
}

#[test]
fn bench_rides_are_as_many_as_asked_for() {
    let csv = bench_rides(until(), 100);
    assert_eq!(csv.iter().filter(|b| **b == b'\n').count(), 101);
}

#[test]
fn two_of_a_hundred_rides_that_feedback_is_due_on_never_get_it_and_three_get_it_late() {
    let year = plain(8000);
    let (mut never, mut comes, mut late) = (0, 0, 0);
    for number in 0..year.rides() as u32 {
        let ride = year.ride(number);
        let hospital = &year.hospitals[ride.hospital];
        match fate(&ride, hospital, &mut Draw::new(year.settings().seed, Purpose::Schedule, number)) {
            Fate::NotExpected => continue,
            Fate::Never => never += 1,
            Fate::Comes => comes += 1,
        }
        let mut planned = Vec::new();
        schedule(year.settings().seed, &ride, hospital, &mut planned);
        let first = planned.iter().find(|p| p.kind == Kind::Feedback);
        late += usize::from(first.is_some_and(|p| (p.at - ride.handed_over).num_days() >= 30));
    }
    near("never", share(never, never + comes), 1.5, 2.5);
    near("late", share(late, comes), 2.5, 4.5);
}

#[test]
fn a_year_given_away_has_the_same_days() {
    let (kept, given) = (plain(200), plain(200));
    for (one, other) in kept.days().zip(given.into_days()) {
        assert_eq!((one.date, &one.rides_csv), (other.date, &other.rides_csv));
        assert!(one.messages.iter().map(|m| &m.bytes).eq(other.messages.iter().map(|m| &m.bytes)));
    }
    assert_eq!(plain(0).into_days().count(), 350);
}

#[test]
fn blood_pressures_are_those_of_a_living_person() {
    let mut seen = 0;
    for message in plain(6000).into_days().flat_map(|d| d.messages) {
        let text = text(&message);
        for (place, _) in text.match_indices('/') {
            let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
            let before: String = text[..place].chars().rev().take_while(char::is_ascii_digit).collect();
            let (systolic, diastolic) = (before.chars().rev().collect::<String>(), digits(&text[place + 1..]));
            let (Ok(systolic), Ok(diastolic)) = (systolic.parse::<u32>(), diastolic.parse::<u32>()) else { continue };
            // Scores such as GOLD 2/4 and years of a web address have other figures.
            if (80..=220).contains(&systolic) {
                seen += 1;
                assert!(diastolic + 25 <= systolic && diastolic * 2 >= systolic, "{systolic}/{diastolic}");
            }
        }
        assert!(!text.contains("De overdracht van de huisarts kwam"));
    }
    assert!(seen > 100, "{seen}");
}
