//! Each sample of `messages/` leads to what its README says: through `inspect --json` of the real program, and in order
//! through `take_in` of a real store under the README's conditions.

use std::collections::BTreeSet;

use app::Receiving;
use intake::{Arrival, Taken, TakenOutcome, Way};
use serde_json::Value;
use store::{Inbox, Origin, Store, WorkReason, WorkState};

use crate::{
    house::now,
    support::{Place, fixtures, path},
};

/// File, acknowledgement (`-` none), agreement (`-` no feedback part), BSN (`-` none; `!` invalid), ride, profile (`-` none).
const EXPECTED: [(&str, &str, &str, &str, &str, &str); 38] = [
    ("programma-01-onjuist-bsn.xml", "CA", "-", "!", "12-2026-4501-1", "2.4"),
    ("programma-02-bsn-leeg.xml", "CA", "-", "!", "12-2026-4502-1", "2.4"),
    ("programma-03-bsn-gelijk.xml", "CA", "yes", "-", "12-2026-4503-1", "2.4"),
    ("programma-04-akkoord.xml", "CA", "yes", "-", "12-2026-4504-1", "2.4"),
    ("programma-05-niet-akkoord.xml", "CA", "no", "-", "12-2026-4505-1", "2.4"),
    ("programma-06-toelichting.xml", "CA", "yes", "-", "12-2026-4506-1", "2.4"),
    ("20-volledig-2.4.xml", "CA", "no", "999900006", "12-2026-4510-1", "2.4"),
    ("21-volledig-2.4-versie-2.xml", "CA", "no", "999900006", "12-2026-4510-1", "2.4"),
    ("22-akkoord-2.5.xml", "CA", "yes", "-", "12-2026-4511-1", "2.5"),
    ("23-niet-akkoord-2.5-verwijzing.xml", "CA", "no", "-", "12-2026-4512-1", "2.5"),
    ("24-niet-te-beoordelen-2.5.xml", "CA", "not_assessable", "-", "12-2026-4513-1", "2.5"),
    ("25-twee-diagnosen.xml", "CA", "no", "-", "12-2026-4514-1", "2.4"),
    ("26-patientvolgnummer-2.xml", "CA", "yes", "-", "12-2026-4510-2", "2.4"),
    ("27-voorloopnullen.xml", "CA", "yes", "-", "12-2026-4515-1", "2.4"),
    ("30-pocd.xml", "CA", "yes", "-", "12-2026-4520-1", "2.4"),
    ("31-soap11.xml", "CA", "yes", "-", "12-2026-4521-1", "2.4"),
    ("32-soap12-zonder-ack.xml", "-", "yes", "-", "12-2026-4522-1", "2.4"),
    ("33-prefix.xml", "CA", "no", "-", "12-2026-4523-1", "2.4"),
    ("34-iso-8859-1.xml", "CA", "yes", "-", "12-2026-4524-1", "2.4"),
    ("35-utf-16.xml", "CA", "yes", "-", "12-2026-4525-1", "2.4"),
    ("36-nullflavors.xml", "CA", "unknown", "-", "12-2026-4526-1", "2.5"),
    ("40-herhaling-van-04.xml", "CA", "yes", "-", "12-2026-4504-1", "2.4"),
    ("41-zelfde-id-andere-inhoud.xml", "CA", "no", "-", "12-2026-4504-1", "2.4"),
    ("42-bsn-gelijk-toch-gestuurd.xml", "CA", "yes", "999900018", "12-2026-4527-1", "2.4"),
    ("43-akkoord-met-diagnose.xml", "CA", "yes", "-", "12-2026-4528-1", "2.4"),
    ("44-identificeerbaar-in-tekst.xml", "CA", "yes", "-", "12-2026-4529-1", "2.4"),
    ("45-niet-gekoppeld.xml", "CA", "no", "-", "12-2026-9999-1", "2.4"),
    ("50-geen-ritnummer.xml", "CE", "-", "-", "-", "-"),
    ("51-andere-rav.xml", "CE", "-", "-", "-", "-"),
    ("52-onbekend-profiel.xml", "CA", "unknown", "-", "12-2026-4530-1", "-"),
    ("53-bsn-letters.xml", "CA", "-", "!", "12-2026-4531-1", "2.4"),
    ("60-afgebroken.xml", "CR", "-", "-", "-", "-"),
    ("61-html.xml", "CR", "-", "-", "-", "-"),
    ("62-json.xml", "CR", "-", "-", "-", "-"),
    ("63-leeg.xml", "CR", "-", "-", "-", "-"),
    ("64-externe-entiteit.xml", "CR", "-", "-", "-", "-"),
    ("65-lachsalvo.xml", "CR", "-", "-", "-", "-"),
    ("66-diep.xml", "CR", "-", "-", "-", "-"),
];

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join("messages").join(name)).unwrap()
}

fn inspected() -> Vec<Value> {
    let files: Vec<String> =
        EXPECTED.iter().map(|(name, ..)| path(&fixtures().join("messages").join(name)).to_owned()).collect();
    let mut arguments = vec!["inspect", "--rav", "12", "--json"];
    arguments.extend(files.iter().map(String::as_str));
    let output = Place::empty().run(&arguments);
    let all: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(all.len(), EXPECTED.len(), "an object for each file");
    all
}

fn found<'a>(all: &'a [Value], start: &str) -> &'a Value {
    let place = EXPECTED.iter().position(|(name, ..)| name.starts_with(start)).unwrap();
    &all[place]
}

fn kinds(found: &Value) -> Vec<&str> {
    found["over_delivered"].as_array().unwrap().iter().map(|o| o["kind"].as_str().unwrap()).collect()
}

#[test]
fn every_file_of_the_samples_is_expected_to_lead_to_something() {
    let named: BTreeSet<String> = EXPECTED.iter().map(|(name, ..)| (*name).to_owned()).collect();
    let entries = std::fs::read_dir(fixtures().join("messages")).unwrap().map(|e| e.unwrap().file_name());
    let there: BTreeSet<String> = entries.map(|n| n.into_string().unwrap()).filter(|n| n.ends_with(".xml")).collect();
    assert_eq!(named, there);
}

#[test]
fn every_sample_is_answered_and_read_as_its_readme_says() {
    let mut wrong = Vec::new();
    for (found, (name, acknowledgement, agreement, bsn, ride, profile)) in inspected().iter().zip(EXPECTED) {
        assert!(found["file"].as_str().unwrap().ends_with(name), "in the order asked for");
        let answer = found["acknowledgement"].as_str().unwrap_or("-");
        let judged = found["diagnosis"]["agreement"].as_str().unwrap_or("-");
        let identification = &found["identification"];
        let number = match (identification["bsn"].as_str(), identification["bsn_valid"].as_bool()) {
            (Some(_), Some(false)) => "!",
            (Some(number), _) => number,
            (None, _) => "-",
        };
        let part = |name: &str| found["ride"][name].as_u64().map(|n| n.to_string());
        let parts: Option<Vec<String>> = ["rav", "year", "sequence", "patient"].into_iter().map(part).collect();
        let driven = parts.map_or("-".to_owned(), |parts| parts.join("-"));
        let read_by =
            found["profile"]["name"].as_str().unwrap_or("-").replace("bericht12-", "").replace("-reconstructie", "");
        if (answer, judged, number, driven.as_str(), read_by.as_str())
            != (acknowledgement, agreement, bsn, ride, profile)
        {
            wrong.push(format!("{name}: {answer} {judged} {number} {driven} {read_by}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_full_sample_keeps_the_closed_list_and_counts_the_rest() {
    let all = inspected();
    let full = found(&all, "20-");
    assert_eq!(full["remarks"]["communication"], "Keuze van het ziekenhuis was juist.");
    assert_eq!(full["patient_number"], "P-77120");
    assert_eq!(full["vehicle"], "12-104");
    assert_eq!(kinds(full), ["address", "name", "narrative", "telecom", "vital_sign"]);
    let newer = found(&all, "21-");
    assert_eq!(
        (&newer["message"]["version"], &newer["message"]["set_id"]),
        (&Value::from(2), &full["message"]["set_id"])
    );
    assert_ne!(newer["diagnosis"]["description"], full["diagnosis"]["description"]);
}

#[test]
fn what_a_readme_line_says_of_the_content_is_there() {
    let all = inspected();
    let no = found(&all, "programma-05");
    assert_eq!(no["diagnosis"]["diagnoses"][0]["code"], "22298006");
    assert_eq!(no["diagnosis"]["diagnoses"][0]["display"], "Myocardinfarct");
    assert_eq!(
        (&no["diagnosis"]["gender"], &no["diagnosis"]["birth_date"]),
        (&Value::from("M"), &Value::from("1967-10-24"))
    );
    assert!(no["diagnosis"]["description"].is_string());
    assert_eq!(found(&all, "33-")["diagnosis"]["diagnoses"], no["diagnosis"]["diagnoses"], "33 is as programma-05");
    let remarks = &found(&all, "programma-06")["remarks"];
    assert!(remarks["medical"].is_string() && remarks["communication"].is_string());
    let referred = found(&all, "23-");
    assert_eq!(referred["diagnosis"]["description"], "Segmentele longembolie rechts op CT.");
    assert_eq!(referred["diagnosis"]["birth_date"], "1990");
    let two = found(&all, "25-")["diagnosis"]["diagnoses"].as_array().unwrap().clone();
    let text = String::from_utf8(bytes("25-twee-diagnosen.xml")).unwrap();
    let places: Vec<usize> =
        two.iter().map(|d| text.find(&format!("code=\"{}\"", d["code"].as_str().unwrap())).unwrap()).collect();
    assert!(places.len() == 2 && places[0] < places[1], "both, in order");
    let letters = &found(&all, "34-")["remarks"]["communication"];
    assert_eq!(letters, "Geëvalueerd met de coördinator; één vraag blijft open.");
    let nothing = found(&all, "36-");
    for field in ["vehicle", "patient_number", "identification", "remarks"] {
        assert!(nothing[field].is_null() || field == "vehicle", "{field} was not received");
    }
    assert!(nothing["diagnosis"]["gender"].is_null() && nothing["diagnosis"]["birth_date"].is_null());
    let strange = found(&all, "52-");
    assert!(strange["profile"].is_null() && strange["remarks"].is_null());
    assert!(kinds(strange).contains(&"not_recognised"));
}

#[test]
fn with_agreement_the_diagnosis_is_dropped_and_counted() {
    let all = inspected();
    let found = found(&all, "43-");
    assert_eq!(found["diagnosis"]["diagnoses"], Value::Array(vec![]));
    assert_eq!(found["diagnosis"]["description"], Value::Null);
    for kind in
        ["diagnosis_with_agreement", "description_with_agreement", "gender_with_agreement", "birth_date_with_agreement"]
    {
        assert!(kinds(found).contains(&kind), "{kind} of {:?}", kinds(found));
    }
}

#[test]
fn an_answer_goes_in_the_envelope_of_the_question_to_what_asked_it() {
    let all = inspected();
    let target = |start: &str| {
        let xml = found(&all, start)["acknowledgement_xml"].as_str().unwrap().to_owned();
        let target = xml.split_once("<targetMessage>").unwrap().1.split_once("</targetMessage>").unwrap().0.to_owned();
        (xml, target)
    };
    let (xml, id) = target("30-");
    assert_eq!(id, "<id root=\"2.16.840.1.113883.19.12.7\" extension=\"081855cd-d5e2-5aad-9eae-f10d3a8745f0\"/>");
    assert!(xml.contains("<MCCI_IN000002 xmlns=\"urn:hl7-org:v3\">") && !xml.contains("Envelope"));
    let (xml, id) = target("31-");
    assert_eq!(id, "<id root=\"2.16.840.1.113883.19.12.7\" extension=\"85a097ac-28a7-5cfa-bd53-fcb0f950096a\"/>");
    assert!(
        xml.contains(
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><MCCI_IN000002"
        )
    );
    assert_eq!(found(&all, "31-")["envelope"], "soap11");
    assert!(found(&all, "32-")["acknowledgement_xml"].is_null());
    assert_eq!(found(&all, "32-")["envelope"], "soap12");
    let (_, id) = target("programma-04");
    assert_eq!(id, "<id root=\"2.16.840.1.113883.19.12.5\" extension=\"db49da52-16a2-5f61-86da-ae840f9198f1\"/>");
}

/// A store as the README has it: of the test kind, its rides imported, its senders in production, without = all.
fn receiving(folder: &std::path::Path) -> Receiving {
    let place = folder.join("store");
    let root = store::new_root().unwrap();
    let new = app::read_config(&std::fs::read_to_string(fixtures().join("init.toml")).unwrap()).unwrap();
    let origin = || Origin { workstation: "TS-01".into(), version: "test".into() };
    let (mut store, made) = Store::create(&place, &root, &new, origin(), now()).unwrap();
    let hospitals = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
    store.set_connections(&app::connections::read(&hospitals).unwrap(), now()).unwrap();
    let mut receiving = Receiving::new(Inbox::new(store, Some(made.routing))).unwrap();
    let rides = std::fs::read(fixtures().join("rides.csv")).unwrap();
    receiving.import_rides(&rides, now(), &mut |_, _| true).unwrap();
    receiving
}

fn take(receiving: &mut Receiving, name: &str, way: Way) -> Taken {
    let id = "00000000-0000-4000-8000-000000000009".to_owned();
    let bytes = bytes(name);
    let arrival = Arrival { bytes: &bytes, charset: None, way, allowed: &[], acknowledgement_id: id };
    intake::take_in(&mut receiving.inbox, &receiving.reader, &arrival, now()).unwrap()
}

#[test]
fn in_order_and_through_take_in_every_sample_leads_to_its_outcome_and_status() {
    let folder = tempfile::tempdir().unwrap();
    let mut receiving = receiving(folder.path());
    let mut wrong = Vec::new();
    for (name, answered, ..) in EXPECTED {
        let taken = take(&mut receiving, name, Way::Https);
        let refused = matches!(taken.outcome, TakenOutcome::Refused(_));
        let (outcome, code, status) = match (name, answered) {
            ("40-herhaling-van-04.xml", _) => ("repeated", Some("CA"), 200),
            ("41-zelfde-id-andere-inhoud.xml", _) => ("E10", Some("CE"), 422),
            ("52-onbekend-profiel.xml", _) => ("E9", Some("CE"), 422),
            ("50-geen-ritnummer.xml", _) => ("E4", Some("CE"), 422),
            ("51-andere-rav.xml", _) => ("E6", Some("CE"), 422),
            ("64-externe-entiteit.xml" | "65-lachsalvo.xml", _) => ("X4", Some("CR"), 400),
            ("66-diep.xml", _) => ("X5", Some("CR"), 400),
            (_, "-") => ("taken in", None, 202),
            (_, "CR") => ("refused", Some("CR"), 400),
            (_, _) => ("taken in", Some("CA"), 200),
        };
        let found = match taken.outcome {
            TakenOutcome::TakenIn => "taken in",
            TakenOutcome::Repeated => "repeated",
            TakenOutcome::Superseded => "superseded",
            TakenOutcome::Refused(_) if outcome == "refused" => "refused",
            TakenOutcome::Refused(rule) => rule.id(),
        };
        let body = taken.answer.xml.is_some();
        if (found, taken.answer.code, taken.answer.http_status, body) != (outcome, code, status, code.is_some()) {
            wrong.push(format!("{name}: {found} {:?} {}", taken.answer.code, taken.answer.http_status));
        }
        assert_eq!(refused, taken.answer.http_status >= 400, "a bare document's status speaks: {name}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(take(&mut receiving, "52-onbekend-profiel.xml", Way::Hand).outcome, TakenOutcome::TakenIn, "by hand");
    holds_what_the_readme_says(&mut receiving);
}

/// What is in the store after all samples.
fn holds_what_the_readme_says(receiving: &mut Receiving) {
    receiving.deliver(now()).unwrap();
    let store = receiving.inbox.store();
    let status = store.status(true).unwrap();
    // 27 were taken in, 52 by hand; 21 took the place of 20.
    assert_eq!((status.received.taken_in, status.received.repeated, status.received.refused), (27, 1, 11));
    assert_eq!((status.records, status.unlinked), (26, 1), "45 is not linked");
    assert!(status.audit.intact);
    let rows = store.work_list(WorkState::Open, now(), 100).unwrap();
    let mut work: Vec<(&str, WorkReason)> = rows.iter().map(|r| (r.ride.as_str(), r.reason)).collect();
    work.sort_unstable_by_key(|(ride, _)| *ride);
    let invalid = WorkReason::Invalid;
    let expected = [
        ("12-2026-4501-1", invalid),
        ("12-2026-4502-1", invalid),
        ("12-2026-4510-1", WorkReason::NotAnnounced),
        ("12-2026-4531-1", invalid),
    ];
    assert_eq!(work, expected);
    assert_eq!(status.over_delivered.get("equal_bsn"), Some(&1), "42");
    assert_eq!(status.over_delivered.get("diagnosis_with_agreement"), Some(&1), "43");
    assert!(status.over_delivered.contains_key("not_recognised"), "52");
}
