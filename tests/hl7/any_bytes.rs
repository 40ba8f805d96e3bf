//! For any bytes reading neither panics nor fails to answer, and the answer is well-formed and holds none of the content.

use proptest::prelude::*;
use quick_xml::{Reader, events::Event};

use crate::support::{answered, read, sample};

fn is_well_formed(text: &str) {
    let mut reader = Reader::from_str(text);
    let mut depth = 0_i32;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) => {
                depth += 1;
                assert!(start.attributes().all(|a| a.is_ok()));
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            Event::Empty(empty) => assert!(empty.attributes().all(|a| a.is_ok())),
            Event::DocType(_) | Event::PI(_) | Event::Comment(_) => panic!("an answer has none"),
            Event::Text(_) | Event::CData(_) | Event::Decl(_) | Event::GeneralRef(_) => {}
        }
    }
    assert_eq!(depth, 0);
    assert!(!text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\r') && c < ' '));
}

fn is_answered(bytes: &[u8]) {
    let result = read(bytes);
    let answer = answered(&result);
    assert!(matches!(answer.http_status, 200 | 202 | 400 | 422));
    if let Some(xml) = &answer.xml {
        is_well_formed(xml);
    }
    match result {
        Ok(message) => {
            let minimised = hl7::minimise(message, &hl7::Keep::ALL, false);
            let _ = hl7::taken_in_json("f", &minimised, &answer, &hl7::Rule::dutch);
            let _ = hl7::split(minimised, crate::support::now());
        }
        Err(refusal) => assert!(!refusal.findings.is_empty()),
    }
}

/// Elements and attributes a message can have, put together in any way.
fn element() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "ClinicalDocument",
        "id",
        "code",
        "effectiveTime",
        "recordTarget",
        "patientRole",
        "patient",
        "birthTime",
        "author",
        "assignedAuthor",
        "representedOrganization",
        "component",
        "structuredBody",
        "section",
        "text",
        "entry",
        "act",
        "observation",
        "value",
        "originalText",
        "reference",
        "translation",
        "templateId",
        "name",
        "low",
        "high",
        "versionNumber",
        "informationRecipient",
        "POCD_IN000040NL",
    ]);
    let attributes = prop::sample::select(vec![
        "root=\"2.16.840.1.113883.2.4.3.32.5\" extension=\"12-2026-1-1\"",
        "value=\"20260914\"",
        "value=\"99999999999999\"",
        "root=\"2.16.840.1.113883.2.4.6.3\" extension=\"999900006\"",
        "code=\"AMBT\" codeSystem=\"2.16.840.1.113883.5.6\"",
        "code=\"AKKOORDWD\" codeSystem=\"2.16.840.1.113883.19.12.1\"",
        "negationInd=\"true\"",
        "ID=\"a\"",
        "value=\"#a\"",
        "code=\"DIAGNOSESEH\" codeSystem=\"2.16.840.1.113883.19.12.1\"",
        "nullFlavor=\"NI\"",
        "representation=\"B64\"",
        "root=\"2.16.840.1.113883.19.12.9\" extension=\"bericht12-2.4\"",
        "x:type=\"CD\"",
        "value=\"-1\"",
        "",
    ]);
    let leaf = (names.clone(), attributes.clone()).prop_map(|(name, attribute)| format!("<{name} {attribute}/>"));
    leaf.prop_recursive(8, 120, 8, move |inner| {
        (names.clone(), attributes.clone(), prop::collection::vec(inner, 0..8), "[a-zë &&[^&<]]{0,8}").prop_map(
            |(name, attribute, children, text)| format!("<{name} {attribute}>{text}{}</{name}>", children.concat()),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        is_answered(&bytes);
    }

    #[test]
    fn any_text_in_a_document_is_answered(text in "\\PC{0,60}", id in "\\PC{0,20}") {
        is_answered(format!("<ClinicalDocument xmlns=\"urn:hl7-org:v3\"><id root=\"{id}\"/>{text}</ClinicalDocument>").as_bytes());
    }

    #[test]
    fn a_damaged_sample_is_answered(
        name in prop::sample::select(vec!["20-volledig-2.4.xml", "31-soap11.xml", "35-utf-16.xml", "23-niet-akkoord-2.5-verwijzing.xml"]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..6),
    ) {
        let mut bytes = sample(name);
        for (place, byte, how) in damage {
            let place = place.index(bytes.len());
            match how {
                0 => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                _ => bytes.truncate(place.max(1)),
            }
        }
        is_answered(&bytes);
    }

    #[test]
    fn any_document_of_known_elements_is_answered(content in prop::collection::vec(element(), 0..10)) {
        let document = format!(
            "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:x=\"http://www.w3.org/2001/XMLSchema-instance\">\
             <templateId root=\"2.16.840.1.113883.19.12.9\" extension=\"bericht12-2.4\"/><component><act>\
             <id root=\"2.16.840.1.113883.2.4.3.32.5\" extension=\"12-2026-1-1\"/></act></component>{}</ClinicalDocument>",
            content.concat()
        );
        is_answered(document.as_bytes());
    }
}
