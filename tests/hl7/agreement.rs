//! Agreement: both profiles' polarity, and everything that must stay unknown (a wrong polarity inverts the meaning).

use domain::Agreement;
use hl7::{Profiles, Rule};

use crate::support::{CODES_24, CODES_25, Doc, context, entry, rules, section, taken};

fn by_24(attributes: &str, content: &str) -> Agreement {
    of(Doc::with_sections(&section("", &entry(attributes, "AKKOORDWD", CODES_24, content))))
}

fn by_25(attributes: &str, content: &str) -> Agreement {
    let sections = section("", &entry(attributes, "akkoord-werkdiagnose", CODES_25, content));
    of(Doc { sections, ..Doc::v25() })
}

fn of(doc: Doc) -> Agreement {
    let message = taken(doc.xml());
    let agreement = message.feedback.as_ref().unwrap().agreement;
    let unknown = rules(&message.findings).contains(&Rule::AgreementUnknown);
    assert_eq!(unknown, agreement == Agreement::Unknown, "unknown is said, and nothing else is called so");
    agreement
}

fn coded(data_type: &str, code: &str, system: &str) -> String {
    format!("<value {data_type} code=\"{code}\" codeSystem=\"{system}\"/>")
}

#[test]
fn in_2_4_negation_is_no_and_no_negation_is_yes() {
    assert_eq!(by_24("negationInd=\"false\"", ""), Agreement::Yes);
    assert_eq!(by_24("negationInd=\"0\"", ""), Agreement::Yes);
    assert_eq!(by_24("negationInd=\"true\"", ""), Agreement::No);
    assert_eq!(by_24("negationInd=\" 1 \"", ""), Agreement::No);
}

#[test]
fn in_2_4_anything_else_is_unknown() {
    for attributes in [
        "",
        "negationInd=\"\"",
        "negationInd=\"nee\"",
        "negationInd=\"False\"",
        "negationInd=\"false\" nullFlavor=\"NI\"",
    ] {
        assert_eq!(by_24(attributes, ""), Agreement::Unknown, "{attributes}");
    }
    assert_eq!(by_24("negationInd=\"false\"", "<value nullFlavor=\"UNK\"/>"), Agreement::Unknown);
}

#[test]
fn in_2_5_the_code_says_it() {
    for (code, agreement) in
        [("ja", Agreement::Yes), ("nee", Agreement::No), ("niet-te-beoordelen", Agreement::NotAssessable)]
    {
        for data_type in ["xsi:type=\"CD\"", "xsi:type=\"CE\"", "xsi:type=\"hl7:CV\"", ""] {
            assert_eq!(by_25("", &coded(data_type, code, CODES_25)), agreement, "{code} {data_type}");
        }
    }
}

#[test]
fn in_2_5_a_string_a_strange_code_and_a_strange_system_are_unknown() {
    let cases = [
        coded("xsi:type=\"ST\"", "ja", CODES_25),
        coded("xsi:type=\"ED\"", "ja", CODES_25),
        coded("xsi:type=\"BL\"", "ja", CODES_25),
        "<value xsi:type=\"ST\">ja</value>".into(),
        "<value xsi:type=\"BL\" value=\"true\"/>".into(),
        coded("xsi:type=\"CD\"", "JA", CODES_25),
        coded("xsi:type=\"CD\"", "misschien", CODES_25),
        coded("xsi:type=\"CD\"", "ja", CODES_24),
        "<value xsi:type=\"CD\" code=\"ja\"/>".into(),
        "<value xsi:type=\"CD\" nullFlavor=\"NI\"/>".into(),
        coded("xsi:type=\"CD\" nullFlavor=\"OTH\"", "ja", CODES_25),
        coded("", "ja", CODES_25) + &coded("", "ja", CODES_25),
        String::new(),
    ];
    for content in cases {
        assert_eq!(by_25("", &content), Agreement::Unknown, "{content}");
    }
    assert_eq!(by_25("negationInd=\"true\"", &coded("", "ja", CODES_25)), Agreement::Unknown);
    assert_eq!(by_25("negationInd=\"false\"", &coded("", "ja", CODES_25)), Agreement::Yes);
}

#[test]
fn a_type_of_another_namespace_is_no_type() {
    let value = format!("<value xmlns:o=\"urn:o\" o:type=\"ST\" code=\"nee\" codeSystem=\"{CODES_25}\"/>");
    assert_eq!(by_25("", &value), Agreement::No);
    let value = format!("<value xmlns:o=\"urn:o\" o:code=\"nee\" codeSystem=\"{CODES_25}\"/>");
    assert_eq!(by_25("", &value), Agreement::Unknown);
    assert_eq!(by_24("xmlns:o=\"urn:o\" o:negationInd=\"false\"", ""), Agreement::Unknown);
}

#[test]
fn a_second_observation_that_says_the_same_changes_nothing_and_another_makes_it_unknown() {
    let yes = entry("negationInd=\"false\"", "AKKOORDWD", CODES_24, "");
    let no = entry("negationInd=\"true\"", "AKKOORDWD", CODES_24, "");
    let nothing = entry("", "AKKOORDWD", CODES_24, "");
    let of_both = |one: &str, other: &str| of(Doc::with_sections(&section("", &format!("{one}{other}"))));
    assert_eq!(of_both(&yes, &yes), Agreement::Yes);
    assert_eq!(of_both(&yes, &no), Agreement::Unknown);
    assert_eq!(of_both(&no, &yes), Agreement::Unknown);
    assert_eq!(of_both(&yes, &nothing), Agreement::Unknown);
}

#[test]
fn a_diagnosis_without_agreement_is_not_received_and_without_a_profile_it_is_unknown() {
    let diagnosis = section("", &entry("", "DIAGNOSESEH", CODES_24, "<text>Jicht</text>"));
    assert_eq!(of(Doc::with_sections(&diagnosis)), Agreement::NotReceived);
    let yes = section("", &entry("negationInd=\"false\"", "AKKOORDWD", CODES_24, ""));
    let message = taken(Doc { template: "een-ander", sections: yes, ..Doc::default() }.xml());
    assert!(message.profile.is_none());
    assert_eq!(message.feedback.as_ref().unwrap().agreement, Agreement::Unknown);
    assert!(taken(Doc::default().xml()).feedback.is_none(), "identification only");
}

#[test]
fn a_profile_can_read_a_boolean_and_only_a_boolean() {
    let profile = include_str!("../../resources/profiles/bericht12-2.5-reconstructie.toml");
    let (before, after) = profile.split_once("reading = \"CD\"").unwrap();
    let (_, after) = after.split_once("[diagnosis]").unwrap();
    let values = "values = [{ value = \"true\", means = \"yes\" }, { value = \"false\", means = \"no\" }]";
    let text = format!("{before}reading = \"BL\"\n{values}\n\n[diagnosis]{after}");
    let profiles = Profiles::parse(&[("boolean", &text)]).unwrap();
    let read = |value: &str| {
        let sections = section("", &entry("", "akkoord-werkdiagnose", CODES_25, value));
        let bytes = Doc { sections, ..Doc::v25() }.xml();
        let message = hl7::read(bytes.as_bytes(), &profiles, &hl7::Limits::default(), &context());
        message.unwrap_or_else(|r| panic!("{:?}", r.findings)).feedback.as_ref().unwrap().agreement
    };
    assert_eq!(read("<value xsi:type=\"BL\" value=\"true\"/>"), Agreement::Yes);
    assert_eq!(read("<value value=\"0\"/>"), Agreement::No);
    assert_eq!(read("<value xsi:type=\"ST\" value=\"true\"/>"), Agreement::Unknown);
    assert_eq!(read("<value xsi:type=\"BL\" value=\"ja\"/>"), Agreement::Unknown);
}
