//! Answers: which code, in which envelope, from whom to whom (MESSAGE12 §4, §5).

use domain::InstanceId;
use hl7::{Acknowledgement, Envelope, Refused, Rule};

use crate::support::{
    CODES_24, Doc, RAV, SOAP11, SOAP12, URA, answered, context, entry, id, interaction, read, read_with, receiver,
    refused, rules, sample, sample_text, section, soap, taken,
};

fn instance(root: &str, extension: &str) -> Option<InstanceId> {
    Some(InstanceId { root: root.into(), extension: Some(extension.into()) })
}

#[test]
fn the_sender_says_which_answers_it_wants() {
    let good = Doc::default().xml();
    let bad = Doc { act: String::new(), ..Doc::default() }.xml();
    // acceptAckCode, code for a message taken in, code for one refused.
    let table = [
        ("", Some("CA"), Some("CE")),
        ("AL", Some("CA"), Some("CE")),
        ("ER", None, Some("CE")),
        ("SU", Some("CA"), None),
        ("NE", None, None),
    ];
    for (accept, accepted, not_accepted) in table {
        let yes = answered(&read(interaction(accept, &good)));
        assert_eq!(yes.code, accepted, "{accept}");
        assert_eq!(yes.http_status, if accepted.is_some() { 200 } else { 202 }, "{accept}");
        let no = answered(&read(interaction(accept, &bad)));
        assert_eq!(no.code, not_accepted, "{accept}");
        assert_eq!(no.http_status, if not_accepted.is_some() { 200 } else { 422 }, "{accept}");
        assert_eq!(no.xml.is_some(), not_accepted.is_some(), "{accept}");
    }
}

#[test]
fn a_bare_document_is_also_answered_by_the_http_status() {
    let good = answered(&read(Doc::default().xml()));
    assert_eq!((good.code, good.http_status), (Some("CA"), 200));
    let refused = answered(&read(Doc { act: String::new(), ..Doc::default() }.xml()));
    assert_eq!((refused.code, refused.http_status), (Some("CE"), 422));
    let unreadable = answered(&read(b"{}"));
    assert_eq!((unreadable.code, unreadable.http_status), (Some("CR"), 400));
    assert!(unreadable.xml.unwrap().contains("<targetMessage><id nullFlavor=\"UNK\"/></targetMessage>"));
}

#[test]
fn the_answer_to_a_bare_document_comes_from_us_and_goes_to_its_author() {
    let two = receiver(&(id(URA, "00000199") + &id(RAV, "12")));
    let message = taken(Doc { receivers: two, ..Doc::default() }.xml());
    assert_eq!(message.reply.to, instance(RAV, "12"));
    assert_eq!(message.reply.from, instance(URA, "00000101"));
    assert_eq!(message.reply.target, instance("2.16.840.1.113883.19.12.5", "m-1"));
    let other = refused(sample("51-andere-rav.xml"));
    assert_eq!(other.reply.to, instance(RAV, "12"), "not the RAV that the message was meant for");
    let unknown = read_with(Doc::default().xml().as_bytes(), &hl7::Context { rav: None, ..context() }).unwrap();
    assert_eq!(unknown.reply.to, instance(RAV, "12"), "without a RAV of our own: whom the message names");
}

#[test]
fn the_answer_to_a_transmission_swaps_its_applications() {
    let reply = taken(interaction("AL", &Doc::default().xml())).reply.clone();
    assert_eq!(reply.target, instance("2.16.840.1.113883.19.12.7", "t-1"));
    assert_eq!(reply.to, instance("2.16.840.1.113883.2.4.6.6", "900012"));
    assert_eq!(reply.from, instance("2.16.840.1.113883.2.4.6.6", "900101"));
}

#[test]
fn a_document_is_found_anywhere_in_a_soap_body() {
    let document = Doc::default().xml();
    let wrapped = format!("<x:Bezorg xmlns:x=\"urn:leverancier\"><x:bericht>{}</x:bericht></x:Bezorg>", document);
    for body in [format!("<x xmlns=\"urn:a\"/>{document}"), wrapped, format!("<w xmlns=\"\">{document}</w>")] {
        let message = taken(soap(SOAP12, &body));
        assert_eq!(message.reply.envelope, Envelope::Soap12);
        assert_eq!(message.reply.from, instance(URA, "00000101"));
    }
    let inside = format!("<x:Bezorg xmlns:x=\"urn:leverancier\">{}</x:Bezorg>", interaction("NE", &document));
    let result = read(soap(SOAP11, &inside));
    assert_eq!(result.as_ref().ok().and_then(|m| m.reply.target.clone()), instance("2.16.840.1.113883.19.12.7", "t-1"));
    assert_eq!(answered(&result).http_status, 202, "the transmission wrapper asked for no answer");
}

#[test]
fn what_an_understood_envelope_does_not_hold_is_refused_in_that_envelope() {
    let document = Doc::default().xml();
    let twice = format!("{document}{document}");
    let no_body = format!("<s:Envelope xmlns:s=\"{SOAP11}\"><s:Header/></s:Envelope>");
    let foreign_body = format!("<s:Envelope xmlns:s=\"{SOAP11}\"><Body>{document}</Body></s:Envelope>");
    let cases = [
        (soap(SOAP11, ""), Rule::NoDocument),
        (soap(SOAP11, "<x xmlns=\"urn:a\">tekst</x>"), Rule::NoDocument),
        (soap(SOAP11, &twice), Rule::ManyDocuments),
        (soap(SOAP11, &interaction("AL", "")), Rule::NoDocument),
        (no_body, Rule::NoDocument),
        (foreign_body, Rule::NoDocument),
    ];
    for (text, rule) in cases {
        let result = read(&text);
        let answer = answered(&result);
        assert_eq!(result.err().map(|r| (r.refused, r.rule())), Some((Refused::NotAccepted, rule)), "{text}");
        assert_eq!((answer.code, answer.http_status), (Some("CE"), 200), "{text}");
        assert!(
            answer.xml.unwrap().contains("<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">")
        );
    }
    assert_eq!(refused(interaction("", "")).rule(), Rule::NoDocument);
    assert_eq!(refused(interaction("", &twice)).rule(), Rule::ManyDocuments);
}

#[test]
fn another_root_element_is_no_message() {
    for text in ["<html/>", "<ClinicalDocument/>", "<x xmlns=\"urn:hl7-org:v3\"><ClinicalDocument/></x>"] {
        let refusal = refused(text);
        assert_eq!((refusal.refused, refusal.rule()), (Refused::NotReadable, Rule::NoMessage), "{text}");
    }
}

#[test]
fn only_a_header_of_the_envelopes_own_namespace_must_be_understood() {
    let header = |attribute: &str| {
        format!(
            "<s:Envelope xmlns:s=\"{SOAP11}\" xmlns:o=\"urn:o\"><s:Header><o:x {attribute}/></s:Header><s:Body>{}</s:Body></s:Envelope>",
            Doc::default().xml()
        )
    };
    let found = |attribute| rules(&taken(header(attribute)).findings).contains(&Rule::MustUnderstand);
    assert!(found("s:mustUnderstand=\"1\""));
    assert!(!found("s:mustUnderstand=\"0\""));
    assert!(!found("o:mustUnderstand=\"1\""));
    assert!(!found("mustUnderstand=\"1\""));
}

#[test]
fn what_could_not_be_stored_must_come_again_whatever_it_came_in() {
    let document = Doc::default().xml();
    for (text, code) in [
        (document.clone(), Some("CR")),
        (soap(SOAP12, &interaction("AL", &document)), Some("CR")),
        (interaction("NE", &document), None),
    ] {
        let reply = taken(text).reply.clone();
        let refused = Acknowledgement::Refused(Refused::NotStored);
        let answer =
            hl7::acknowledge(&reply, refused, &[hl7::Finding::at(Rule::NotStored, "")], "id", crate::support::now());
        assert_eq!((answer.code, answer.http_status), (code, 503));
        assert!(answer.retry_after_seconds.is_some_and(|s| s > 0));
    }
}

#[test]
fn a_refusal_names_rules_and_paths_and_no_value() {
    let text = sample_text("20-volledig-2.4.xml").replace("12-2026-4510-1", "99-2026-4510-1").replace(
        "<receivedOrganization><id root=\"2.16.840.1.113883.2.4.3.11.60.55.15.1\" extension=\"12\"/>",
        "<receivedOrganization>",
    );
    let xml = answered(&read(&text)).xml.unwrap();
    let place = "component//act[template 2.16.840.1.113883.2.4.3.11.60.55.10.413]/id";
    assert!(xml.contains("displayName=\"E6\"") && xml.contains(&format!("<location>{place}</location>")), "{xml}");
    for value in ["999900006", "Wilhelmina", "Glucose", "230690007", "99-2026", "P-77120"] {
        assert!(!xml.contains(value), "{value}");
    }
}

#[test]
fn a_refusal_has_all_findings_and_its_reasons_first() {
    let text = Doc {
        act: id(crate::support::RIDE, "25-2026-1-1"),
        receivers: receiver(&id(RAV, "25")),
        patient_ids: id(crate::support::BSN, crate::support::OUTSIDE_THE_TEST_RANGE),
        id: String::new(),
        sections: section("", &entry("negationInd=\"misschien\"", "AKKOORDWD", CODES_24, "")),
        ..Doc::default()
    };
    let found = rules(&refused(text.xml()).findings);
    assert_eq!(found[..2], [Rule::OtherRav, Rule::RealBsnInTest]);
    for rule in [Rule::IdMissing, Rule::AgreementUnknown] {
        assert!(found.contains(&rule), "{rule:?} of {found:?}");
    }
}

#[test]
fn the_same_question_gets_the_same_bytes() {
    let result = read(sample("31-soap11.xml"));
    assert_eq!(answered(&result).xml, answered(&result).xml);
}
