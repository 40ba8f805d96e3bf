//! The closed list: what leaves the parser, what is dropped, and how that is counted (MESSAGE12 §7).

use hl7::{Keep, OverDelivered};

use crate::support::{
    BSN, CODES_24, Doc, author, entry, id, inspected, now, receiver, refused, remark, sample, sample_text, section,
    taken,
};

fn counted(doc: &Doc) -> Vec<(&'static str, String, u64)> {
    taken(doc.xml()).over_delivered.iter().map(|o| (o.kind, o.path.clone(), o.count)).collect()
}

fn kinds(doc: &Doc) -> Vec<&'static str> {
    counted(doc).into_iter().map(|(kind, ..)| kind).collect()
}

#[test]
fn what_is_not_on_the_list_is_in_no_part_and_in_no_finding() {
    let shown = inspected(sample("20-volledig-2.4.xml")).to_string();
    for dropped in
        ["Wilhelmina", "Voorbeeld", "Dorpsstraat", "1234 AB", "31612345678", "hartbewaking", "Hartfrequentie", "112"]
    {
        assert!(!shown.contains(dropped), "{dropped}");
    }
    for kept in ["999900006", "P-77120", "230690007", "Ischemisch CVA", "Glucose", "1948-05-17"] {
        assert!(shown.contains(kept), "{kept}");
    }
}

#[test]
fn names_of_people_count_and_names_of_organisations_and_empty_names_do_not() {
    let name = "<name><given>W.</given><family>Voorbeeld</family></name>";
    let recipient = receiver(&id(crate::support::RAV, "12")).replace(
        "<receivedOrganization>",
        &format!("<informationRecipient>{name}</informationRecipient><receivedOrganization><name>RAV</name>"),
    );
    let doc = Doc { receivers: recipient, ..Doc::default() };
    let path = "informationRecipient/intendedRecipient/informationRecipient/name";
    assert_eq!(counted(&doc), [("name", path.to_owned(), 1)]);
    let entity =
        format!("<participant><participantRole><playingEntity>{name}</playingEntity></participantRole></participant>");
    let act = Doc::default().act + &entity;
    assert_eq!(kinds(&Doc { act, ..Doc::default() }), ["name"]);
    for empty in [
        "<name/>",
        "<name nullFlavor=\"MSK\"/>",
        "<name><given nullFlavor=\"MSK\"/><family nullFlavor=\"MSK\"> </family></name>",
    ] {
        assert!(kinds(&Doc { patient: empty.into(), ..Doc::default() }).is_empty(), "{empty}");
    }
    let related =
        format!("<informant><relatedEntity><relatedPerson>{name}</relatedPerson></relatedEntity></informant>");
    let doc = Doc { authors: author(&id(crate::support::URA, "00000101")) + &related, ..Doc::default() };
    assert_eq!(counted(&doc), [("name", "informant/relatedEntity/relatedPerson/name".to_owned(), 1)]);
}

#[test]
fn entries_are_counted_by_what_they_are() {
    let entries = "<entry><substanceAdministration/></entry><entry><supply/></entry><entry><procedure/></entry>\
                   <entry><observation><value xsi:type=\"x:PQ\" value=\"1\"/></observation></entry>\
                   <entry><observationMedia/></entry><entry><observation><value representation=\"B64\"/></observation></entry>\
                   <entry><observation><code code=\"x\"/></observation></entry>";
    let mut doc = Doc::with_sections(&section("", entries));
    let mut found = kinds(&doc);
    found.dedup();
    assert_eq!(found, ["attachment", "medication", "other", "procedure", "vital_sign"]);
    doc.template = "een-ander";
    let found = kinds(&doc);
    assert!(
        found.contains(&"not_recognised") && !found.contains(&"other"),
        "without a profile: niet herkend, {found:?}"
    );
}

#[test]
fn narrative_counts_once_for_its_section_unless_all_of_it_is_referred_to() {
    let refers = remark("<text><reference value=\"#a\"/></text>");
    let whole = section("<paragraph ID=\"a\">Gezegd.</paragraph>", &refers);
    assert!(kinds(&Doc::with_sections(&whole)).is_empty());
    let partly = section(
        "<paragraph ID=\"a\">Gezegd.</paragraph><paragraph>Te veel.</paragraph><paragraph>Nog meer.</paragraph>",
        &refers,
    );
    let found = counted(&Doc::with_sections(&partly));
    assert_eq!(found, [("narrative", "component/structuredBody/component/section/text".to_owned(), 1)]);
}

#[test]
fn text_beside_the_text_that_a_field_reads_is_counted() {
    let beside = "<text>Gelezen.</text><value xsi:type=\"ST\">Er stond nog iets.</value>";
    let doc = Doc::with_sections(&section("", &remark(beside)));
    let path = "component/structuredBody/component/section/entry/observation/value";
    assert_eq!(counted(&doc), [("narrative", path.to_owned(), 1)]);
    let alone = Doc::with_sections(&section("", &remark("<value xsi:type=\"ST\">Gelezen.</value>")));
    assert!(counted(&alone).is_empty(), "a field reads it");
}

#[test]
fn a_name_cda_does_not_know_is_not_shown_since_it_can_carry_a_bsn() {
    let doc = Doc { after_header: "<componentOf><encompassingEncounter><b999900006><addr>x</addr></b999900006></encompassingEncounter></componentOf>".into(), ..Doc::default() };
    assert_eq!(counted(&doc), [("address", "componentOf/encompassingEncounter/vreemd/addr".to_owned(), 1)]);
}

#[test]
fn with_agreement_every_diagnosis_is_dropped_and_counted() {
    let yes = entry("negationInd=\"false\"", "AKKOORDWD", CODES_24, "");
    let value = "<value xsi:type=\"CD\" code=\"1\" codeSystem=\"2.16.840.1.113883.6.96\"/>";
    let diagnoses = entry("", "DIAGNOSESEH", CODES_24, &format!("<text>x</text>{value}"))
        + &entry("", "DIAGNOSESEH", CODES_24, value);
    let doc = Doc {
        patient: "<administrativeGenderCode code=\"F\"/><birthTime value=\"1948\"/>".into(),
        ..Doc::with_sections(&section("", &(yes + &diagnoses)))
    };
    let shown = inspected(doc.xml());
    let count = |kind: &str| {
        let list = shown["over_delivered"].as_array().unwrap();
        list.iter().find(|o| o["kind"] == kind).map(|o| o["count"].as_u64().unwrap())
    };
    assert_eq!(count("diagnosis_with_agreement"), Some(2));
    assert_eq!(count("description_with_agreement"), Some(1));
    assert_eq!(count("gender_with_agreement"), Some(1));
    assert_eq!(count("birth_date_with_agreement"), Some(1));
    let identified = Doc { patient_ids: id(BSN, "999900006"), ..doc };
    let parts = hl7::split(hl7::minimise(taken(identified.xml()), &Keep::ALL, false), now());
    assert!(
        parts.identification.as_ref().is_some_and(|i| i.gender.is_some() && i.birth_date.is_some()),
        "for the check"
    );
    assert!(parts.diagnosis.as_ref().is_some_and(|d| d.gender.is_none() && d.diagnoses.is_empty()));
}

#[test]
fn what_the_work_agreement_excludes_is_dropped_and_counted_in_one_row_a_place() {
    let message = taken(sample("20-volledig-2.4.xml"));
    let keep = Keep { identification: false, description: false, ..Keep::DECREE };
    let minimised = hl7::minimise(message, &keep, false);
    let rows: Vec<&OverDelivered> =
        minimised.message().over_delivered.iter().filter(|o| o.kind == "not_agreed").collect();
    let rows: Vec<(&str, u64)> = rows.iter().map(|o| (o.path.as_str(), o.count)).collect();
    assert_eq!(rows, [("recordTarget/patientRole/id", 1), ("component//observation", 3)]);
    let parts = hl7::split(minimised, now());
    assert!(parts.identification.is_none() && parts.remarks.is_none() && parts.case.is_none());
    assert!(parts.figure.is_some_and(|f| f.remark_medical_not_agreed && f.remark_communication_not_agreed));
}

#[test]
fn an_equal_bsn_is_dropped_and_counted() {
    let message = taken(sample("42-bsn-gelijk-toch-gestuurd.xml"));
    let minimised = hl7::minimise(message, &Keep::ALL, true);
    assert!(minimised.message().bsns.is_empty());
    assert!(minimised.message().over_delivered.iter().any(|o| (o.kind, o.count) == ("equal_bsn", 1)));
}

#[test]
fn a_test_store_refuses_a_real_bsn_and_a_production_store_finds_a_test_number() {
    let real = sample_text("20-volledig-2.4.xml").replace("999900006", crate::support::OUTSIDE_THE_TEST_RANGE);
    assert_eq!(refused(&real).rule(), hl7::Rule::RealBsnInTest);
    let production = hl7::Context { kind: domain::StoreKind::Production, ..crate::support::context() };
    assert!(crate::support::read_with(real.as_bytes(), &production).is_ok());
    let message = crate::support::read_with(&sample("20-volledig-2.4.xml"), &production);
    let message = message.unwrap_or_else(|r| panic!("{:?}", r.findings));
    assert!(message.findings.iter().any(|f| f.rule == hl7::Rule::TestBsnInProduction));
}
