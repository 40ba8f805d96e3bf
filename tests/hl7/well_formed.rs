//! What XML 1.0 does not allow is refused (CR), so that no answer can be ill-formed; what it allows is read.

use hl7::{Refused, Rule};

use crate::support::{CODES_24, Doc, refused, remark, section, taken};

fn said(content: &str) -> String {
    Doc::with_sections(&section("", &remark(&format!("<text>{content}</text>")))).xml()
}

#[test]
fn what_xml_has_no_place_for_is_refused() {
    let document = Doc::default().xml();
    let declaration = "<?xml version=\"1.0\"?>";
    let cases = [
        said("a\u{1}b"),
        said("&#1;"),
        said("&#x0B;"),
        said("&#xFFFE;"),
        said("\u{ffff}"),
        said("&#xD800;"),
        said("]]>"),
        said("<!-- a -- b -->"),
        said("<1x/>"),
        said("<n:x/>"),
        said("<x a=\"<\"/>"),
        said("<x a=\"&#2;\"/>"),
        said("<x n:a=\"1\"/>"),
        said("<x a=\"1\" a=\"2\"/>"),
        said("<x a=\"1\" b=\"\" a=\"2:\"/>"),
        said("<x xmlns=\"\" xmlns=\"\"/>"),
        said("<x xmlns:n=\"u:v\" xmlns:n=\"u:v\"/>"),
        said("<x a=1/>"),
        said("<x></y>"),
        said("<x>"),
        Doc { id: "<id root=\"1\u{8}2\"/>".into(), ..Doc::default() }.xml(),
        format!("{declaration}{declaration}{document}"),
        format!("<!-- x -->{declaration}{document}"),
        format!("{document}<x/>"),
        format!("{document}tekst"),
        format!("{document}<![CDATA[ ]]>"),
        document.replace("</ClinicalDocument>", ""),
    ];
    for text in cases {
        let refusal = refused(&text);
        assert_eq!((refusal.refused, refusal.rule()), (Refused::NotReadable, Rule::NotWellFormed), "{text}");
    }
}

#[test]
fn a_dtd_and_an_entity_are_refused_before_anything_is_read() {
    let document = Doc::default().xml();
    for text in [
        format!("<!DOCTYPE ClinicalDocument>{document}"),
        format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{document}"),
        said("&eigen;"),
    ] {
        let refusal = refused(&text);
        assert_eq!((refusal.refused, refusal.rule()), (Refused::NotReadable, Rule::Dtd), "{text}");
        assert!(refusal.reply.target.is_none() && refusal.sender.is_none());
    }
}

#[test]
fn predefined_entities_references_and_instructions_are_xml() {
    let message = taken(said("&lt;&gt;&amp;&apos;&quot;&#233;&#xE9;<?pi x?><!-- y -->"));
    let remark = message.feedback.as_ref().unwrap().remarks_communication.as_ref().unwrap();
    assert_eq!(remark.reveal(), "<>&'\"éé");
    let entry = format!("<entry><act><code code='TOELCOM' codeSystem='{CODES_24}'/><text>x</text></act></entry>");
    assert!(taken(Doc::with_sections(&section("", &entry)).xml()).feedback.is_some(), "apostrophes round attributes");
}
