//! Findings: all of a message at once, each with its rule and its place, none with a value.

use hl7::{Rule, Severity};

use crate::support::{
    BSN, CODES_24, Doc, RAV, RIDE, author, diagnosis, entry, id, receiver, refused, remark, rules, section, taken,
};

/// Where a message met a rule.
fn place(document: &Doc, rule: Rule) -> Vec<String> {
    let message = taken(document.xml());
    message.findings.iter().filter(|f| f.rule == rule).map(|f| f.path.to_string()).collect()
}

#[test]
fn every_rule_has_an_id_of_its_own_and_a_sentence_in_both_languages() {
    let mut ids: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), Rule::ALL.len());
    for rule in Rule::ALL {
        assert!(rule.dutch().ends_with('.') && rule.english().ends_with('.'), "{}", rule.id());
        assert_ne!(rule.dutch(), rule.english(), "{}", rule.id());
    }
}

#[test]
fn everything_that_is_wrong_with_a_message_is_found_at_once() {
    let no = entry("negationInd=\"true\"", "AKKOORDWD", CODES_24, "");
    let text = Doc {
        id: String::new(),
        sent: "<effectiveTime value=\"20990101120000\"/>".into(),
        after_header: "<setId root=\"1.2.3\"/><versionNumber value=\"nul\"/>".into(),
        patient_ids: id(BSN, "12345678x") + &id(BSN, "999900006"),
        patient: "<administrativeGenderCode code=\"Q\"/><birthTime value=\"20300101\"/>".into(),
        authors: author(&id("2.16.528.1.1007.3.3", "101")) + &author(&id("2.16.528.1.1007.3.3", "00000101")),
        receivers: receiver(&id(RAV, "12")) + &receiver(&id(RAV, "twaalf")),
        act: id(RIDE, "12-2026-4510-1") + &id(RIDE, "12-2026") + "<effectiveTime value=\"gisteren\"/>",
        sections: section("", &(no + &remark("<text><reference value=\"#weg\"/></text>"))),
        ..Doc::default()
    };
    let found = rules(&taken(text.xml()).findings);
    for rule in [
        Rule::SenderUnusable,
        Rule::DiagnosisIncomplete,
        Rule::ReferenceDangling,
        Rule::RideNumberUnusable,
        Rule::ReceiverUnusable,
        Rule::IdMissing,
        Rule::SentInFuture,
        Rule::VersionUnusable,
        Rule::RideTimeUnreadable,
        Rule::BsnInvalid,
        Rule::BsnTwo,
        Rule::GenderUnknown,
        Rule::BornAfterRide,
    ] {
        assert!(found.contains(&rule), "{rule:?} of {found:?}");
    }
}

#[test]
fn a_refusal_says_everything_that_it_is_refused_for_before_the_rest() {
    let text = Doc {
        patient_ids: id(BSN, crate::support::OUTSIDE_THE_TEST_RANGE),
        receivers: receiver(&id(RAV, "25")),
        act: id(RIDE, "12-2026-1-1") + &id(RIDE, "12-2026-2-1"),
        id: String::new(),
        ..Doc::default()
    };
    let refusal = refused(text.xml());
    let errors: Vec<Rule> =
        refusal.findings.iter().filter(|f| f.rule.severity() == Severity::Error).map(|f| f.rule).collect();
    assert_eq!(errors, [Rule::RideTwice, Rule::OtherRav, Rule::RealBsnInTest]);
    assert_eq!(rules(&refusal.findings)[3..], [Rule::IdMissing]);
}

#[test]
fn a_place_is_an_element_path_with_the_template_or_code_it_is_known_by() {
    let invalid = Doc { patient_ids: id(BSN, "1234"), ..Doc::default() };
    assert_eq!(
        place(&invalid, Rule::BsnInvalid),
        ["recordTarget/patientRole[template 2.16.840.1.113883.2.4.3.11.60.55.10.101]/id"]
    );
    let unknown = Doc::with_sections(&section("", &entry("negationInd=\"soms\"", "AKKOORDWD", CODES_24, "")));
    assert_eq!(
        place(&unknown, Rule::AgreementUnknown),
        ["component/structuredBody/component/section/entry/observation[code AKKOORDWD]"]
    );
    assert_eq!(
        place(&diagnosis("<value code=\"1\"/>"), Rule::DiagnosisWithoutSystem),
        ["component/structuredBody/component/section/entry/observation[code DIAGNOSESEH]/value"]
    );
    assert_eq!(
        place(&diagnosis("<text><reference value=\"#weg\"/></text>"), Rule::ReferenceDangling),
        ["component/structuredBody/component/section/entry/observation/text/reference"]
    );
}

#[test]
fn agreement_with_a_diagnosis_beside_it_is_found_and_the_diagnosis_goes() {
    let yes = entry("negationInd=\"false\"", "AKKOORDWD", CODES_24, "");
    let with =
        |content: &str| Doc::with_sections(&section("", &(yes.clone() + &entry("", "DIAGNOSESEH", CODES_24, content))));
    let coded = with("<value code=\"22298006\" codeSystem=\"2.16.840.1.113883.6.96\"/>");
    assert_eq!(
        place(&coded, Rule::AgreementWithDiagnosis),
        ["component/structuredBody/component/section/entry/observation[code DIAGNOSESEH]"]
    );
    assert_eq!(place(&with("<text>Myocardinfarct</text>"), Rule::AgreementWithDiagnosis).len(), 1);
    assert!(place(&with("<value nullFlavor=\"NA\"/>"), Rule::AgreementWithDiagnosis).is_empty());
}

#[test]
fn a_finding_is_said_once_for_its_place_and_never_with_a_name_that_could_be_a_value() {
    let dangling = "<text><reference value=\"#weg\"/></text>";
    let wrapped = format!("<bsn-999900006>{}</bsn-999900006>", remark(dangling));
    let text = Doc::with_sections(&section("", &(remark(dangling).repeat(500) + &wrapped)));
    let found = place(&text, Rule::ReferenceDangling);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[1].contains("/vreemd/") && !found.concat().contains("999900006"), "{found:?}");
}

#[test]
fn findings_of_one_message_are_bounded() {
    let dangling = remark("<text><reference value=\"#weg\"/></text>");
    let deeper = |depth: usize| "<entryRelationship>".repeat(depth) + &dangling + &"</entryRelationship>".repeat(depth);
    let many: String = (0..40).map(deeper).collect();
    let acts: String = (0..40).map(|depth| format!("<entry><act>{}</act></entry>", deeper(depth))).collect();
    let message = taken(Doc::with_sections(&section("", &(many + &acts))).xml());
    assert_eq!(message.findings.len(), 64);
}

#[test]
fn what_is_no_xml_is_told_by_line_and_column() {
    let place = |text: &str| refused(text).findings.iter().map(|f| (f.rule, f.path.to_string())).collect::<Vec<_>>();
    let found = |text: &str, rule, at: &str| assert_eq!(place(text), [(rule, at.to_owned())], "{text}");
    found("<a>\n  <b>\n</a>", Rule::NotWellFormed, "3:1");
    found("<a>\né é <b c=d/></a>", Rule::NotWellFormed, "2:13");
    found("<a>\n\u{1}</a>", Rule::NotWellFormed, "2:1");
    found("", Rule::NotWellFormed, "1:1");
    found("<!DOCTYPE html>\n<html/>", Rule::Dtd, "1:16");
}
