//! What the samples hold, to the letter where a line of `expected.toml` is too short for it; and all of them in order through
//! one store.

use app::Receiving;
use intake::{TakenOutcome, Way};
use serde_json::Value;
use store::{Inbox, Origin, Store, WorkReason, WorkState};

use crate::{
    house::now,
    samples::{Expected, FILES, bytes, inspect, kinds, take, word},
    support::fixtures,
};

fn inspected() -> Vec<Value> {
    inspect(&FILES).as_array().unwrap().clone()
}

fn found<'a>(all: &'a [Value], start: &str) -> &'a Value {
    &all[FILES.iter().position(|name| name.starts_with(start)).unwrap()]
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
    assert!(receiving.import_rides(&rides, now(), &mut |_, _| true).unwrap().is_whole());
    receiving
}

#[test]
fn in_order_and_through_take_in_every_sample_leads_to_its_outcome() {
    let folder = tempfile::tempdir().unwrap();
    let mut receiving = receiving(folder.path());
    for file in FILES {
        let expected = Expected::of(file);
        let outcome = expected.text("taken", expected.text("refused", "taken_in")).to_owned();
        assert_eq!(word(take(&mut receiving, file, Way::Https).outcome), outcome, "{file}");
    }
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

#[test]
fn inspect_tells_what_identifies_in_which_text_and_where() {
    let all = inspected();
    let told = found(&all, "44-")["identifiers_in_text"].as_array().unwrap();
    let text: Vec<char> = found(&all, "44-")["remarks"]["communication"].as_str().unwrap().chars().collect();
    let part = |one: &Value| {
        let at = |name: &str| usize::try_from(one[name].as_u64().unwrap()).unwrap();
        text[at("start")..at("end")].iter().collect::<String>()
    };
    let told: Vec<_> =
        told.iter().map(|one| (one["field"].as_str().unwrap(), one["kind"].as_str().unwrap(), part(one))).collect();
    let field = "remarks.communication";
    let wanted = [
        ("name", "Voorbeeld"),
        ("bsn", "999900031"),
        ("telephone", "06-12345678"),
        ("email", "m.voorbeeld@example.org"),
    ];
    assert_eq!(told, wanted.map(|(kind, value)| (field, kind, value.to_owned())));
    // Of all the other samples none names anybody.
    let others = all.iter().filter(|one| !one["file"].as_str().unwrap().contains("44-"));
    assert!(others.into_iter().all(|one| one["identifiers_in_text"] == serde_json::json!([])));
}
