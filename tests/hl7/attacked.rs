//! What a hostile reader of the specification found: each a promise of its own.

use domain::Agreement;
use hl7::{Envelope, Rule};

use crate::support::{
    BSN, CODES_24, Doc, RAV, RIDE, SOAP11, SOAP12, answered, diagnosis, entry, id, inspected, read, receiver, refused,
    remark, rules, section, soap, taken,
};

fn agreement(attributes: &str, content: &str) -> Agreement {
    let said = entry(attributes, "AKKOORDWD", CODES_24, content);
    taken(Doc::with_sections(&section("", &said)).xml()).feedback.as_ref().unwrap().agreement
}

#[test]
fn agreement_that_is_asked_for_or_said_twice_or_under_an_unknown_code_is_unknown() {
    assert_eq!(agreement("negationInd=\"false\"", ""), Agreement::Yes);
    assert_eq!(agreement("moodCode=\"EVN\" negationInd=\"false\"", ""), Agreement::Yes);
    assert_eq!(agreement("moodCode=\"RQO\" negationInd=\"false\"", ""), Agreement::Unknown);
    assert_eq!(agreement("negationInd=\"false\"", "<value xsi:type=\"CD\" code=\"nee\"/>"), Agreement::Unknown);
    assert_eq!(agreement("negationInd=\"false\"", "<value xsi:type=\"ST\">nee</value>"), Agreement::Unknown);
    assert_eq!(agreement("negationInd=\"false\"", "<code nullFlavor=\"OTH\"/>"), Agreement::Unknown);
}

#[test]
fn a_negated_or_planned_diagnosis_is_no_diagnosis() {
    let value = "<value code=\"22298006\" codeSystem=\"2.16.840.1.113883.6.96\" displayName=\"Myocardinfarct\"/>";
    for attributes in ["negationInd=\"true\"", "negationInd=\"misschien\"", "moodCode=\"INT\""] {
        let no = entry("negationInd=\"true\"", "AKKOORDWD", CODES_24, "");
        let said = no + &entry(attributes, "DIAGNOSESEH", CODES_24, &format!("<text>Infarct</text>{value}"));
        let message = taken(Doc::with_sections(&section("", &said)).xml());
        let feedback = message.feedback.as_ref().unwrap();
        assert!(feedback.diagnoses.is_empty() && feedback.description.is_none(), "{attributes}");
        let found = rules(&message.findings);
        assert!(found.contains(&Rule::DiagnosisNotStated) && found.contains(&Rule::DiagnosisIncomplete), "{found:?}");
    }
}

#[test]
fn another_ride_number_elsewhere_is_found_and_that_of_the_transport_counts() {
    let encounter = format!("<entry><encounter>{}</encounter></entry>", id(RIDE, "12-2026-9-1"));
    let message = taken(Doc::with_sections(&section("", &encounter)).xml());
    assert_eq!(message.ride.as_received(), "12-2026-4510-1");
    assert_eq!(rules(&message.findings), [Rule::RideElsewhere]);
    let same = format!("<entry><encounter>{}</encounter></entry>", id(RIDE, "12-2026-04510-01"));
    assert!(taken(Doc::with_sections(&section("", &same)).xml()).findings.is_empty());
}

#[test]
fn what_cannot_be_read_is_answered_in_the_envelope_it_began_with() {
    let deep = "<section>".repeat(70);
    for (namespace, envelope) in [(SOAP11, Envelope::Soap11), (SOAP12, Envelope::Soap12)] {
        for broken in [soap(namespace, &deep), soap(namespace, "<ClinicalDocument>"), soap(namespace, "&eigen;")] {
            let refusal = refused(&broken);
            assert_eq!(refusal.reply.envelope, envelope);
            let answer = answered(&read(&broken));
            assert_eq!((answer.http_status, answer.code), (200, Some("CR")));
            assert!(answer.xml.unwrap().contains(namespace));
        }
    }
    assert_eq!(refused(format!("<!DOCTYPE x>{}", soap(SOAP11, ""))).reply.envelope, Envelope::None, "nothing was read");
    assert_eq!(refused("<html>").reply.envelope, Envelope::None);
}

#[test]
fn what_no_field_reads_is_counted_wherever_it_stands() {
    let kinds = |document: &Doc| -> Vec<(String, String)> {
        let json = inspected(document.xml());
        let all = json["over_delivered"].as_array().unwrap().iter();
        all.map(|o| (o["kind"].as_str().unwrap().to_owned(), o["path"].as_str().unwrap().to_owned())).collect()
    };
    let one = |document: &Doc| {
        let all = kinds(document);
        assert_eq!(all.len(), 1, "{all:?}");
        let (kind, path) = all.into_iter().next().unwrap();
        (kind, path.rsplit('/').next().unwrap().to_owned())
    };
    let pair = |kind: &str, last: &str| (kind.to_owned(), last.to_owned());
    let act = Doc { act: Doc::default().act + "<text>Lag in de Dorpsstraat</text>", ..Doc::default() };
    assert_eq!(one(&act), pair("narrative", "text"));
    let patient = |content: &str| Doc { patient: content.into(), ..Doc::default() };
    assert_eq!(one(&patient("<religiousAffiliationCode code=\"1013\"/>")), pair("other", "religiousAffiliationCode"));
    assert_eq!(one(&patient(&format!("<guardian>{}</guardian>", id(BSN, "999900018")))), pair("other", "id"));
    assert!(kinds(&patient("<maritalStatusCode nullFlavor=\"UNK\"/>")).is_empty());
    let value = "<value code=\"1\" codeSystem=\"2\"><originalText>Meer tekst</originalText></value>";
    assert_eq!(one(&diagnosis(&format!("<text>Tekst</text>{value}"))), pair("narrative", "originalText"));
    assert!(kinds(&diagnosis("<text>Tekst</text>")).is_empty(), "what a field reads is not too much");
    let referred = "<text>Ook dit<reference value=\"#a\"/></text>";
    let both = Doc::with_sections(&section("<content ID=\"a\">Tekst</content>", &remark(referred)));
    assert_eq!(one(&both), pair("narrative", "text"));
    let foreign = Doc::with_sections(&section("", "<entry><x:y xmlns:x=\"urn:x\">Tekst</x:y></entry>"));
    assert_eq!(one(&foreign), pair("other", "vreemd"));
    let attachment = "<entry><observationMedia><value representation=\"B64\">AAAA</value></observationMedia></entry>";
    assert_eq!(kinds(&Doc::with_sections(&section("", attachment)))[0].0, "attachment");
}

#[test]
fn an_attachment_for_a_body_is_counted_once() {
    let body = "<nonXMLBody><text representation=\"B64\">JVBERi0=</text></nonXMLBody>";
    let text = Doc::default().xml().replace("<structuredBody>", &format!("{body}<structuredBody>"));
    let json = inspected(text);
    assert_eq!(json["over_delivered"].as_array().unwrap().len(), 1, "{}", json["over_delivered"]);
    assert_eq!(json["over_delivered"][0]["count"], 1);
}

#[test]
fn eight_digits_and_nine_of_one_number_are_one_number_also_when_it_fails_the_elfproef() {
    let message = taken(
        Doc { patient_ids: id(BSN, "9999.00.06") + &id(BSN, "099990006") + &id(BSN, "99 99 00 06"), ..Doc::default() }
            .xml(),
    );
    assert_eq!(message.bsns.len(), 1);
    assert_eq!(rules(&message.findings), [Rule::BsnInvalid]);
    assert_eq!(message.bsns[0].reveal().as_str(), "099990006");
}

#[test]
fn a_bsn_is_no_id_of_a_message_and_does_not_come_back_in_an_answer() {
    let text =
        Doc { id: id(BSN, "999900006"), after_header: id(BSN, "999900006").replace("<id", "<setId"), ..Doc::default() };
    let message = taken(text.xml());
    assert!(message.header.id.is_none() && message.header.set_id.is_none());
    assert!(rules(&message.findings).contains(&Rule::IdMissing));
    assert!(!answered(&read(text.xml())).xml.unwrap().contains("999900006"));
}

#[test]
fn a_receiver_without_a_number_is_nobody_and_the_ride_decides() {
    let nobody = format!("<id root=\"{RAV}\" nullFlavor=\"NI\"/>");
    let message = taken(Doc { receivers: receiver(&nobody), ..Doc::default() }.xml());
    assert!(message.findings.is_empty());
    let other = Doc { receivers: receiver(&nobody), act: id(RIDE, "25-2026-1-1"), ..Doc::default() };
    assert_eq!(refused(other.xml()).rule(), Rule::OtherRav);
}

#[test]
fn attributes_without_white_space_between_them_are_not_well_formed() {
    let text = Doc::default().xml();
    for (good, bad) in [(" a=\"1\" b=\"2\"", " a=\"1\"b=\"2\""), (" a=\"\" b='2'", " a=\"\"b='2'")] {
        taken(text.replace("<recordTarget>", &format!("<recordTarget{good}>")));
        assert_eq!(
            refused(text.replace("<recordTarget>", &format!("<recordTarget{bad}>"))).rule(),
            Rule::NotWellFormed
        );
    }
}
