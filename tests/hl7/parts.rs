//! What each reader's part holds of a message with everything in it, field by field.

use domain::{AgeBand, Agreement, Gender, SehDiagnosis, Sensitive};
use hl7::{Keep, Parts};

use crate::support::{BSN, CODES_24, Doc, entry, id, now, section, taken};

const SNOMED: &str = "2.16.840.1.113883.6.96";
const ICD: &str = "2.16.840.1.113883.6.90";

fn full(remarks: &str) -> Doc {
    let no = entry("negationInd=\"true\"", "AKKOORDWD", CODES_24, "");
    let first = format!(
        "<text>Infarct met koorts</text><value code=\"22298006\" codeSystem=\"{SNOMED}\" displayName=\"Myocardinfarct\">\
         <translation code=\"I21.9\" codeSystem=\"{ICD}\" displayName=\"Acuut infarct\"/></value>"
    );
    let second = format!("<value code=\"233604007\" codeSystem=\"{SNOMED}\" displayName=\"Pneumonie\"/>");
    let diagnoses = [first, second].map(|content| entry("", "DIAGNOSESEH", CODES_24, &content)).concat();
    Doc {
        patient_ids: id(BSN, "999900006") + &id(BSN, "999900018"),
        patient: "<administrativeGenderCode code=\"F\"/><birthTime value=\"19460914\"/>".into(),
        sections: section("", &(no + &diagnoses + remarks)),
        ..Doc::default()
    }
}

fn remark(code: &str, text: &str) -> String {
    entry("", code, CODES_24, &format!("<text>{text}</text>"))
}

fn parts(document: &Doc, keep: &Keep) -> Parts {
    hl7::split(hl7::minimise(taken(document.xml()), keep, false), now())
}

fn said(text: Option<&Sensitive>) -> &str {
    text.map_or("", Sensitive::reveal)
}

fn told(diagnoses: &[SehDiagnosis]) -> Vec<[String; 6]> {
    let one = |d: &SehDiagnosis| {
        let translation = d.translations.first();
        [
            said(d.code.as_ref()).to_owned(),
            d.system.clone().unwrap_or_default(),
            said(d.display.as_ref()).to_owned(),
            said(translation.map(|t| &t.code)).to_owned(),
            translation.and_then(|t| t.system.clone()).unwrap_or_default(),
            said(translation.and_then(|t| t.display.as_ref())).to_owned(),
        ]
    };
    diagnoses.iter().map(one).collect()
}

#[test]
fn each_part_holds_its_fields_and_the_case_list_a_copy_with_the_age_in_decades() {
    let both = remark("TOELMED", "Over handelen") + &remark("TOELCOM", "Over contact");
    let parts = parts(&full(&both), &Keep::ALL);
    let identification = parts.identification.unwrap();
    assert_eq!(identification.bsn.reveal().as_str(), "999900006");
    assert_eq!(identification.other_bsns.len(), 1);
    assert_eq!(identification.other_bsns[0].reveal().as_str(), "999900018");
    let expected = [
        ["22298006", SNOMED, "Myocardinfarct", "I21.9", ICD, "Acuut infarct"].map(str::to_owned),
        ["233604007", SNOMED, "Pneumonie", "", "", ""].map(str::to_owned),
    ];
    let diagnosis = parts.diagnosis.unwrap();
    assert_eq!((diagnosis.agreement, diagnosis.incomplete), (Agreement::No, false));
    assert_eq!(told(&diagnosis.diagnoses), expected);
    assert_eq!(said(diagnosis.description.as_ref()), "Infarct met koorts");
    assert_eq!(diagnosis.gender, Some(Gender::Female));
    assert_eq!(diagnosis.birth_date.unwrap().to_string(), "1946-09-14");
    let case = parts.case.unwrap();
    assert_eq!((case.agreement, case.incomplete, case.gender), (Agreement::No, false, Some(Gender::Female)));
    assert_eq!(told(&case.diagnoses), expected);
    assert_eq!(said(case.description.as_ref()), "Infarct met koorts");
    assert!(case.age_band == Some(AgeBand::of(80)), "eighty on the day of the ride");
    let remarks = parts.remarks.unwrap();
    assert_eq!(
        (said(remarks.medical.as_ref()), said(remarks.communication.as_ref())),
        ("Over handelen", "Over contact")
    );
    let figure = parts.figure.unwrap();
    assert_eq!((figure.agreement, figure.seh_code), (Agreement::No, 22_298_006));
    assert!(figure.remark_medical && figure.remark_communication);
    assert!(!figure.remark_medical_not_agreed && !figure.remark_communication_not_agreed);
    assert_eq!(parts.version, 1);
}

#[test]
fn one_remark_alone_is_the_part_of_its_kind_and_the_figure_says_which() {
    for (code, medical) in [("TOELMED", true), ("TOELCOM", false)] {
        let parts = parts(&full(&remark(code, "Tekst")), &Keep::ALL);
        let remarks = parts.remarks.unwrap();
        assert_eq!((remarks.medical.is_some(), remarks.communication.is_some()), (medical, !medical));
        let figure = parts.figure.unwrap();
        assert_eq!((figure.remark_medical, figure.remark_communication), (medical, !medical));
    }
    assert!(parts(&full(""), &Keep::ALL).remarks.is_none());
}

#[test]
fn without_an_agreement_there_is_no_case_and_the_figure_says_what_was_not_agreed() {
    let both = remark("TOELMED", "Over handelen") + &remark("TOELCOM", "Over contact");
    let parts = parts(&full(&both), &Keep::DECREE);
    assert!(parts.case.is_none() && parts.remarks.is_none());
    let figure = parts.figure.unwrap();
    assert!(!figure.remark_medical && figure.remark_medical_not_agreed && figure.remark_communication_not_agreed);
}

#[test]
fn disagreement_without_a_diagnosis_is_incomplete_in_both_copies() {
    let no = entry("negationInd=\"true\"", "AKKOORDWD", CODES_24, "");
    let parts = parts(&Doc::with_sections(&section("", &no)), &Keep::ALL);
    assert!(parts.diagnosis.unwrap().incomplete && parts.case.unwrap().incomplete);
}

#[test]
fn the_age_is_counted_on_the_day_of_sending_where_the_ride_s_time_does_not_count() {
    let born = |date: &str, ride: &str| {
        let patient = format!("<birthTime value=\"{date}\"/>");
        let act = id(crate::support::RIDE, "12-2026-4510-1") + &format!("<effectiveTime value=\"{ride}\"/>");
        parts(&Doc { patient, act, ..full("") }, &Keep::ALL).case.unwrap().age_band
    };
    // Sent on 14 September, received on 20 September; a ride of three years ago does not count.
    assert!(born("19460916", "202309141005") == Some(AgeBand::of(79)));
    assert!(born("19460913", "202309141005") == Some(AgeBand::of(80)));
}

#[test]
fn a_patient_s_id_with_a_null_flavor_says_that_there_is_no_bsn_and_only_where_there_is_none() {
    let of = |ids: String| parts(&Doc { patient_ids: ids, ..full("") }, &Keep::ALL).says_no_bsn;
    let null = |root: &str| format!("<id {root} nullFlavor=\"UNK\"/>");
    let of_bsn = format!("root=\"{BSN}\"");
    assert!(of(null(&of_bsn)) && of(null("")));
    assert!(!of(null("root=\"2.16.528.1.1007.3.3.7\"")), "the number of something else");
    assert!(!of(String::new()), "nothing is said");
    assert!(!of(id(BSN, "999900006") + &null("")), "there is one");
    let told = |ids: String| {
        let message = taken(Doc { patient_ids: ids, ..full("") }.xml());
        message.canonical_bytes().to_vec()
    };
    assert_eq!(told(null("")), told(String::new()), "the same message for who compares repeats");
}
