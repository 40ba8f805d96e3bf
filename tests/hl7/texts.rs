//! Diagnosis, description and remarks: nothing that was said is lost, nothing that was not referred to gets in.

use hl7::Rule;
use serde_json::Value;

use crate::support::{Doc, diagnosis, diagnosis_beside, inspected, remark, rules, sample, section, taken};

const CODED: &str = "<value xsi:type=\"CD\" code=\"1\" codeSystem=\"2.16.840.1.113883.6.96\" displayName=\"Jicht\">";

fn description(doc: &Doc) -> Value {
    inspected(doc.xml())["diagnosis"]["description"].clone()
}

fn has(doc: &Doc, rule: Rule) -> bool {
    rules(&taken(doc.xml()).findings).contains(&rule)
}

#[test]
fn a_description_is_the_first_text_that_has_words() {
    let original = |text: &str| format!("{CODED}<originalText>{text}</originalText></value>");
    for (content, expected) in [
        (format!("<text>Eigen.</text>{}", original("Ander.")), "Eigen."),
        (format!("<text nullFlavor=\"NI\"/>{}", original("Ander.")), "Ander."),
        (format!("<text> \n </text>{}", original("Ander.")), "Ander."),
        (format!("{}{}", original(""), original("Tweede.")), "Tweede."),
        ("<value displayName=\"Jicht\"><originalText>Zonder code.</originalText></value>".into(), "Zonder code."),
        ("<value xsi:type=\"ST\">Als tekst.</value>".into(), "Als tekst."),
        ("<value xmlns:t=\"urn:x\" xsi:type=\"t:ED\">Met voorvoegsel.</value>".into(), "Met voorvoegsel."),
    ] {
        assert_eq!(description(&diagnosis(&content)), expected, "{content}");
    }
    assert_eq!(description(&diagnosis("<value xsi:type=\"BEST\">x</value>")), Value::Null, "no type that ends alike");
}

#[test]
fn a_reference_leads_to_the_own_section_first_and_only_into_narrative() {
    let there = "<paragraph ID=\"dx1\">Hier.</paragraph>";
    let refers = "<text><reference value=\"#dx1\"/></text>";
    let mut doc = diagnosis_beside(there, refers);
    doc.sections = section("<paragraph ID=\"dx1\">Elders.</paragraph>", "") + &doc.sections;
    assert_eq!(description(&doc), "Hier.");
    let mut doc = diagnosis(refers);
    doc.sections += &section("<paragraph ID=\"dx1\">Elders.</paragraph>", "");
    assert_eq!(description(&doc), "Elders.");
    let mut doc = diagnosis(refers);
    doc.patient = "<name ID=\"dx1\"><family>Voorbeeld</family></name>".into();
    assert_eq!(description(&doc), Value::Null, "a reference cannot fetch the patient's name");
    assert!(has(&doc, Rule::ReferenceDangling));
}

#[test]
fn a_reference_that_leads_nowhere_does_not_hide_the_words_beside_it() {
    let doc = diagnosis("<text>Toch.<reference value=\"#nergens\"/></text>");
    assert_eq!(description(&doc), "Toch.");
    assert!(has(&doc, Rule::ReferenceDangling));
    let doc =
        diagnosis(&format!("<text><reference value=\"#n\"/></text>{CODED}<originalText>Toch.</originalText></value>"));
    assert_eq!(description(&doc), "Toch.");
}

#[test]
fn a_text_in_base_64_is_an_attachment_and_no_text() {
    let doc = diagnosis("<text representation=\"B64\" mediaType=\"application/pdf\">JVBERi0xLjQK</text>");
    let shown = inspected(doc.xml());
    assert_eq!(shown["diagnosis"]["description"], Value::Null);
    assert!(has(&doc, Rule::TextEncoded));
    let kinds: Vec<&str> =
        shown["over_delivered"].as_array().unwrap().iter().map(|o| o["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["attachment"]);
    let doc = diagnosis("<text>Wel.<thumbnail representation=\"B64\">JVBERi0xLjQK</thumbnail></text>");
    assert_eq!(description(&doc), "Wel.");
}

#[test]
fn only_a_translation_leads_and_only_a_text_is_a_name() {
    let doc = diagnosis(
        "<value nullFlavor=\"OTH\"><translation code=\"I64\" codeSystem=\"2.16.840.1.113883.6.90\"/></value>",
    );
    assert_eq!(inspected(doc.xml())["diagnosis"]["diagnoses"][0]["code"], "I64");
    assert!(has(&doc, Rule::TranslationLeads));
    let doc = diagnosis("<value nullFlavor=\"OTH\"><originalText>Jicht</originalText></value>");
    let first = inspected(doc.xml())["diagnosis"]["diagnoses"][0].clone();
    assert_eq!((&first["code"], &first["display"]), (&Value::Null, &Value::from("Jicht")));
    assert!(has(&diagnosis("<value code=\"1\"/>"), Rule::DiagnosisWithoutSystem));
}

#[test]
fn a_disagreement_without_code_and_text_is_incomplete() {
    let incomplete = |doc: &Doc| inspected(doc.xml())["diagnosis"]["incomplete"] == true;
    assert!(incomplete(&diagnosis("")));
    assert!(has(&diagnosis(""), Rule::DiagnosisIncomplete));
    assert!(!incomplete(&diagnosis("<text>Jicht</text>")));
    assert!(!incomplete(&diagnosis(&format!("{CODED}</value>"))));
}

#[test]
fn incomplete_is_what_was_sent_and_not_what_the_agreement_left() {
    let message = taken(diagnosis("<text>Jicht</text>").xml());
    let keep = hl7::Keep { description: false, ..hl7::Keep::ALL };
    let parts = hl7::split(hl7::minimise(message, &keep, false), crate::support::now());
    let diagnosis = parts.diagnosis.unwrap();
    assert!(diagnosis.description.is_none() && !diagnosis.incomplete);
}

#[test]
fn white_space_is_one_space_and_blocks_are_lines() {
    let narrative = "<content ID=\"t\"> <content>een</content> <content> </content>twee<content> </content>drie\n\n\
                     <br/>vier<list><item>vijf</item><item> zes </item></list><table><tr><td>a</td><td>b</td></tr></table></content>";
    let mut doc = Doc::with_sections(&section(narrative, &remark("<text><reference value=\"t\"/></text>")));
    assert_eq!(inspected(doc.xml())["remarks"]["communication"], "een twee drie\nvier\nvijf\nzes\na b");
    doc.sections = section("", &remark("<text><![CDATA[ ]]>a<!-- x -->b &amp;&#32;&#xEB;<![CDATA[<c>]]></text>"));
    assert_eq!(inspected(doc.xml())["remarks"]["communication"], "ab & ë<c>");
}

#[test]
fn several_remarks_are_joined_by_an_empty_line_and_descriptions_by_a_line_break() {
    let two = remark("<text>Een.</text>") + &remark("<text/>") + &remark("<text>Twee.</text>");
    let shown = inspected(Doc::with_sections(&section("", &two)).xml());
    assert_eq!(shown["remarks"]["communication"], "Een.\n\nTwee.");
    let shown = inspected(sample("25-twee-diagnosen.xml"));
    assert_eq!(shown["diagnosis"]["diagnoses"].as_array().unwrap().len(), 2);
}
