//! Each sample of `messages/` leads to what its README says, through `inspect --json` of the real program.

use serde_json::Value;

use crate::support::{Place, fixtures, path};

/// File, acknowledgement (`-` none), agreement (`-` no feedback part), BSN (`-` none; `!` invalid).
const EXPECTED: [(&str, &str, &str, &str); 36] = [
    ("programma-01-onjuist-bsn.xml", "CA", "-", "!"),
    ("programma-02-bsn-leeg.xml", "CA", "-", "!"),
    ("programma-03-bsn-gelijk.xml", "CA", "yes", "-"),
    ("programma-04-akkoord.xml", "CA", "yes", "-"),
    ("programma-05-niet-akkoord.xml", "CA", "no", "-"),
    ("programma-06-toelichting.xml", "CA", "yes", "-"),
    ("20-volledig-2.4.xml", "CA", "no", "999900006"),
    ("21-volledig-2.4-versie-2.xml", "CA", "no", "999900006"),
    ("22-akkoord-2.5.xml", "CA", "yes", "-"),
    ("23-niet-akkoord-2.5-verwijzing.xml", "CA", "no", "-"),
    ("24-niet-te-beoordelen-2.5.xml", "CA", "not_assessable", "-"),
    ("25-twee-diagnosen.xml", "CA", "no", "-"),
    ("27-voorloopnullen.xml", "CA", "yes", "-"),
    ("30-pocd.xml", "CA", "yes", "-"),
    ("31-soap11.xml", "CA", "yes", "-"),
    ("32-soap12-zonder-ack.xml", "-", "yes", "-"),
    ("33-prefix.xml", "CA", "no", "-"),
    ("34-iso-8859-1.xml", "CA", "yes", "-"),
    ("36-nullflavors.xml", "CA", "unknown", "-"),
    ("40-herhaling-van-04.xml", "CA", "yes", "-"),
    ("41-zelfde-id-andere-inhoud.xml", "CA", "no", "-"),
    ("43-akkoord-met-diagnose.xml", "CA", "yes", "-"),
    ("45-niet-gekoppeld.xml", "CA", "no", "-"),
    ("50-geen-ritnummer.xml", "CE", "-", "-"),
    ("51-andere-rav.xml", "CE", "-", "-"),
    ("52-onbekend-profiel.xml", "CA", "unknown", "-"),
    ("53-bsn-letters.xml", "CA", "-", "!"),
    ("60-afgebroken.xml", "CR", "-", "-"),
    ("61-html.xml", "CR", "-", "-"),
    ("62-json.xml", "CR", "-", "-"),
    ("63-leeg.xml", "CR", "-", "-"),
    ("64-externe-entiteit.xml", "CR", "-", "-"),
    ("65-lachsalvo.xml", "CR", "-", "-"),
    ("66-diep.xml", "CR", "-", "-"),
    ("44-identificeerbaar-in-tekst.xml", "CA", "yes", "-"),
    ("35-utf-16.xml", "CA", "yes", "-"),
];

fn inspected() -> Vec<(String, Value)> {
    let files: Vec<String> =
        EXPECTED.iter().map(|(name, ..)| path(&fixtures().join("messages").join(name)).to_owned()).collect();
    let mut arguments = vec!["inspect", "--rav", "12", "--json"];
    arguments.extend(files.iter().map(String::as_str));
    let output = Place::empty().run(&arguments);
    let all: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    EXPECTED.iter().map(|(name, ..)| (*name).to_owned()).zip(all).collect()
}

#[test]
fn every_sample_is_answered_and_read_as_its_readme_says() {
    let mut wrong = Vec::new();
    for ((name, found), (_, acknowledgement, agreement, bsn)) in inspected().iter().zip(EXPECTED) {
        let answer = found["acknowledgement"].as_str().unwrap_or("-");
        let judged = found["diagnosis"]["agreement"].as_str().unwrap_or("-");
        let identification = &found["identification"];
        let number = match (identification["bsn"].as_str(), identification["bsn_valid"].as_bool()) {
            (Some(_), Some(false)) => "!",
            (Some(number), _) => number,
            (None, _) => "-",
        };
        if (answer, judged, number) != (acknowledgement, agreement, bsn) {
            wrong.push(format!("{name}: {answer} {judged} {number}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_full_sample_keeps_the_closed_list_and_counts_the_rest() {
    let all = inspected();
    let found = &all.iter().find(|(name, _)| name.starts_with("20-")).unwrap().1;
    assert_eq!(found["remarks"]["communication"], "Keuze van het ziekenhuis was juist.");
    assert_eq!(found["patient_number"], "P-77120");
    assert_eq!(found["vehicle"], "12-104");
    let kinds: Vec<&str> =
        found["over_delivered"].as_array().unwrap().iter().map(|o| o["kind"].as_str().unwrap()).collect();
    for kind in ["name", "address", "telecom", "narrative", "vital_sign"] {
        assert!(kinds.contains(&kind), "{kind} of {kinds:?}");
    }
}

#[test]
fn a_description_by_reference_and_a_birth_year_are_found() {
    let all = inspected();
    let found = &all.iter().find(|(name, _)| name.starts_with("23-")).unwrap().1;
    assert_eq!(found["diagnosis"]["description"], "Segmentele longembolie rechts op CT.");
    assert_eq!(found["diagnosis"]["birth_date"], "1990");
}

#[test]
fn with_agreement_the_diagnosis_is_dropped_and_counted() {
    let all = inspected();
    let found = &all.iter().find(|(name, _)| name.starts_with("43-")).unwrap().1;
    assert_eq!(found["diagnosis"]["diagnoses"], Value::Array(vec![]));
    assert_eq!(found["diagnosis"]["description"], Value::Null);
    let kinds: Vec<&str> =
        found["over_delivered"].as_array().unwrap().iter().map(|o| o["kind"].as_str().unwrap()).collect();
    for kind in
        ["diagnosis_with_agreement", "description_with_agreement", "gender_with_agreement", "birth_date_with_agreement"]
    {
        assert!(kinds.contains(&kind), "{kind} of {kinds:?}");
    }
}

#[test]
fn letters_of_another_encoding_stay_intact() {
    let all = inspected();
    let found = &all.iter().find(|(name, _)| name.starts_with("34-")).unwrap().1;
    assert_eq!(found["remarks"]["communication"], "Geëvalueerd met de coördinator; één vraag blijft open.");
}
