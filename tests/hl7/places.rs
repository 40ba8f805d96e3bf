//! Fields are read in their own place only: another's BSN, another's attribute, another's number is never ours.

use domain::{Gender, InstanceId};
use hl7::Rule;

use crate::support::{
    AGB, BSN, CODES_24, Doc, RAV, RIDE, URA, author, entry, id, inspected, receiver, refused, rules, section, taken,
};

fn bsns(doc: &Doc) -> Vec<String> {
    taken(doc.xml()).bsns.iter().map(|b| b.reveal().to_string()).collect()
}

#[test]
fn a_bsn_is_the_patients_own_or_it_is_nobodys() {
    let other = id(BSN, "999900018");
    let doc = Doc {
        patient_ids: id(BSN, "999900006"),
        patient: format!("<guardian>{other}<guardianPerson/></guardian>"),
        authors: author(&(id(URA, "00000101") + &other))
            + &format!("<participant><associatedEntity>{other}</associatedEntity></participant>")
            + &format!("<recordTarget><other>{other}</other></recordTarget>"),
        act: id(RIDE, "12-2026-4510-1") + &other,
        ..Doc::default()
    };
    assert_eq!(bsns(&doc), ["999900006"]);
    assert!(bsns(&Doc { patient_ids: String::new(), ..doc }).is_empty());
}

#[test]
fn an_attribute_with_a_prefix_is_not_hl7s() {
    let doc = Doc {
        patient_ids: format!("<id xmlns:x=\"urn:x\" root=\"{BSN}\" x:extension=\"999900006\"/>"),
        patient: "<administrativeGenderCode xmlns:x=\"urn:x\" x:code=\"M\"/>".into(),
        ..Doc::default()
    };
    assert!(bsns(&doc).is_empty());
    assert!(taken(doc.xml()).gender.is_none());
}

#[test]
fn two_patients_are_refused_and_two_bsns_are_kept() {
    let again = format!("<recordTarget><patientRole>{}</patientRole></recordTarget>", id(BSN, "999900018"));
    let doc = Doc { authors: author(&id(URA, "00000101")) + &again, ..Doc::default() };
    assert_eq!(refused(doc.xml()).rule(), Rule::ManyPatients);
    let doc =
        Doc { patient_ids: id(BSN, "9999.00.006") + &id(BSN, "999900018") + &id(BSN, "999900006"), ..Doc::default() };
    assert_eq!(bsns(&doc), ["999900006", "999900018"], "the same twice is one");
    assert!(rules(&taken(doc.xml()).findings).contains(&Rule::BsnTwo));
}

#[test]
fn the_ride_number_stands_on_the_transport_act_before_another_act_before_the_header() {
    let other_act = format!(
        "<component><section><entry><encounter>{}</encounter></entry></section></component>",
        id(RIDE, "12-2026-2-1")
    );
    let header = format!("<inFulfillmentOf><order>{}</order></inFulfillmentOf>", id(RIDE, "12-2026-3-1"));
    let number = |doc: &Doc| taken(doc.xml()).ride.canonical();
    let mut doc = Doc { sections: other_act, after_header: header, ..Doc::default() };
    assert_eq!(number(&doc), "12-2026-4510-1");
    doc.act = "<effectiveTime value=\"202609141005\"/>".into();
    assert_eq!(number(&doc), "12-2026-2-1");
    doc.sections = String::new();
    assert_eq!(number(&doc), "12-2026-3-1");
    assert!(taken(doc.xml()).ride_time.is_some(), "the time is still that of the transport act");
    doc.after_header = String::new();
    doc.patient_ids = id(RIDE, "12-2026-4-1");
    assert_eq!(refused(doc.xml()).rule(), Rule::RideMissing, "an id of the patient is no ride");
}

#[test]
fn two_ride_numbers_are_refused_and_an_unusable_one_beside_a_usable_one_is_found() {
    let two = |other: &str| Doc { act: id(RIDE, "12-2026-4510-1") + &id(RIDE, other), ..Doc::default() }.xml();
    assert_eq!(refused(two("12-2026-4510-2")).rule(), Rule::RideTwice);
    assert!(!rules(&taken(two("012-2026-04510-01")).findings).contains(&Rule::RideNumberUnusable), "the same number");
    assert!(rules(&taken(two("12-2026-4510")).findings).contains(&Rule::RideNumberUnusable));
    assert_eq!(refused(Doc { act: id(RIDE, "12-2026-4510"), ..Doc::default() }.xml()).rule(), Rule::RideMissing);
}

#[test]
fn the_sender_is_a_ura_before_an_agb_whatever_their_order() {
    let sender = |ids: &str| taken(Doc { authors: author(ids), ..Doc::default() }.xml()).header.sender.clone();
    let (ura, agb) = (id(URA, "00000101"), id(AGB, "06010101"));
    let is = |root: &str, extension: &str| Some(InstanceId { root: root.into(), extension: Some(extension.into()) });
    assert_eq!(sender(&format!("{agb}{ura}")), is(URA, "00000101"));
    assert_eq!(sender(&format!("{ura}{agb}")), is(URA, "00000101"));
    assert_eq!(sender(&agb), is(AGB, "06010101"));
    assert_eq!(sender(&format!("<id root=\"{URA}\"/>{agb}")), is(AGB, "06010101"), "a root alone is no organisation");
    assert_eq!(sender(&id("2.16.840.1.113883.19.1", "x")), None, "an organisation is a URA or AGB number");
}

#[test]
fn a_sender_that_is_not_eight_digits_never_leaves_the_parser() {
    let bad = author(&id(URA, "mw. Jansen, 06-12345678"));
    let message = taken(Doc { authors: bad.clone(), ..Doc::default() }.xml());
    assert!(message.header.sender.is_none() && message.reply.from.is_none());
    assert!(rules(&message.findings).contains(&Rule::SenderUnusable));
    let refusal = refused(Doc { authors: bad.clone(), act: String::new(), ..Doc::default() }.xml());
    assert!(refusal.sender.is_none(), "nor of a refused message");
    let custodian = "<custodian><assignedCustodian><representedCustodianOrganization>".to_owned()
        + &id(URA, "00000101")
        + "</representedCustodianOrganization></assignedCustodian></custodian>";
    let message = taken(Doc { authors: bad + &custodian, ..Doc::default() }.xml());
    assert_eq!(message.header.sender.as_ref().unwrap().extension.as_deref(), Some("00000101"));
}

#[test]
fn a_vehicle_that_could_be_something_else_is_left_out() {
    let with = |text: &str| {
        let vehicle = id("2.16.840.1.113883.19.12.3", text);
        let act = id(RIDE, "12-2026-4510-1")
            + &format!("<participant><participantRole>{vehicle}</participantRole></participant>");
        taken(Doc { act, ..Doc::default() }.xml())
    };
    assert_eq!(with(" 12-104 ").vehicle.as_deref(), Some("12-104"));
    for text in ["999900006", "Wilhelmina", "12-104 J. Voorbeeld"] {
        let message = with(text);
        assert!(message.vehicle.is_none(), "{text}");
        assert!(rules(&message.findings).contains(&Rule::VehicleUnusable), "{text}");
    }
}

#[test]
fn one_of_the_receivers_is_ours_or_the_message_is_not_for_us() {
    let with = |ids: &str, ride: &str| {
        let doc = Doc { receivers: receiver(ids), act: id(RIDE, ride), ..Doc::default() };
        crate::support::read(doc.xml()).map_err(|r| r.rule()).map(|m| rules(&m.findings))
    };
    let (ours, theirs, none) = (id(RAV, "012"), id(RAV, "25"), id(RAV, "twaalf"));
    let here = "12-2026-4510-1";
    assert!(with(&(theirs.clone() + &ours), here).is_ok());
    assert_eq!(with(&theirs, here), Err(Rule::OtherRav));
    assert_eq!(with(&none, here), Err(Rule::OtherRav), "a number that cannot be read is not ours");
    assert!(with(&(none.clone() + &ours), here).unwrap().contains(&Rule::ReceiverUnusable));
    assert!(with("", here).is_ok());
    assert!(with(&id(URA, "00000001"), here).is_ok(), "no RAV among the receivers: the ride decides");
    assert_eq!(with("", "25-2026-1-1"), Err(Rule::OtherRav));
    assert!(with(&ours, "25-2026-1-1").unwrap().contains(&Rule::RideOfOtherRav));
}

#[test]
fn a_gender_counts_in_its_own_code_system() {
    let gender = |attributes: &str| {
        let message =
            taken(Doc { patient: format!("<administrativeGenderCode {attributes}/>"), ..Doc::default() }.xml());
        (message.gender, rules(&message.findings).contains(&Rule::GenderUnknown))
    };
    assert_eq!(gender("code=\"F\" codeSystem=\"2.16.840.1.113883.5.1\""), (Some(Gender::Female), false));
    assert_eq!(gender("code=\"UN\""), (Some(Gender::Undifferentiated), false));
    assert_eq!(gender("code=\"F\" codeSystem=\"2.16.840.1.113883.19.7\""), (None, true));
    assert_eq!(gender("code=\"V\" codeSystem=\"2.16.840.1.113883.5.1\""), (None, true));
    assert_eq!(gender("nullFlavor=\"UNK\""), (None, false));
}

#[test]
fn a_patient_number_is_shown_only_where_it_is_kept() {
    let number = id("2.16.840.1.113883.19.12.4", "P-1");
    let yes = section("", &entry("negationInd=\"false\"", "AKKOORDWD", CODES_24, ""));
    let without = Doc { patient_ids: number.clone(), sections: yes, ..Doc::default() };
    assert!(inspected(without.xml())["patient_number"].is_null());
    let with = Doc { patient_ids: number + &id(BSN, "999900006"), ..without };
    assert_eq!(inspected(with.xml())["patient_number"], "P-1");
}
