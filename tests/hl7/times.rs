//! Times: Dutch days, precision as received, and a finding for each that cannot be or does not count.

use hl7::{Keep, Rule};

use crate::support::{CODES_24, Doc, RIDE, entry, id, inspected, now, rules, section, taken};

fn ride_at(time: &str) -> Doc {
    Doc { act: id(RIDE, "12-2026-4510-1") + time, ..Doc::default() }
}

fn has(doc: &Doc, rule: Rule) -> bool {
    rules(&taken(doc.xml()).findings).contains(&rule)
}

#[test]
fn the_time_of_sending_keeps_its_precision() {
    let sent = |text: &str| {
        let doc = Doc { sent: format!("<effectiveTime value=\"{text}\"/>"), ..Doc::default() };
        inspected(doc.xml())["message"]["sent"].clone()
    };
    assert_eq!(sent("20260914143000+0200"), "2026-09-14T14:30:00+02:00");
    assert_eq!(sent("202609141430"), "2026-09-14T14:30+02:00");
    assert_eq!(sent("20260914"), "2026-09-14");
    assert!(sent("20260931").is_null());
}

#[test]
fn a_day_of_sending_is_not_before_the_ride_of_that_day() {
    let doc = Doc { sent: "<effectiveTime value=\"20260914\"/>".into(), ..Doc::default() };
    assert!(!has(&doc, Rule::SentBeforeRide));
    let doc = Doc { sent: "<effectiveTime value=\"20260913\"/>".into(), ..Doc::default() };
    assert!(has(&doc, Rule::SentBeforeRide));
    let doc = Doc { sent: "<effectiveTime value=\"20260914080000+0200\"/>".into(), ..Doc::default() };
    assert!(has(&doc, Rule::SentBeforeRide));
}

#[test]
fn a_ride_time_that_cannot_be_read_or_does_not_count_is_found() {
    assert!(has(&ride_at("<effectiveTime value=\"gisteren\"/>"), Rule::RideTimeUnreadable));
    assert!(has(
        &ride_at("<effectiveTime><low value=\"202609141005\"/><high value=\"2026\"/></effectiveTime>"),
        Rule::RideTimeUnreadable
    ));
    assert!(!has(&ride_at("<effectiveTime nullFlavor=\"UNK\"/>"), Rule::RideTimeUnreadable));
    assert!(!has(&ride_at("<effectiveTime value=\"202609141005\"/>"), Rule::HandOverNotCounted));
    for odd in ["202609201201", "202508011200"] {
        assert!(has(&ride_at(&format!("<effectiveTime value=\"{odd}\"/>")), Rule::HandOverNotCounted), "{odd}");
    }
}

#[test]
fn the_hand_over_is_the_end_of_the_ride() {
    let doc = ride_at("<effectiveTime><low value=\"202609141005\"/><high value=\"202609141050\"/></effectiveTime>");
    assert_eq!(taken(doc.xml()).ride_time.unwrap().to_rfc3339(), "2026-09-14T08:50:00+00:00");
}

#[test]
fn a_ride_number_in_the_header_has_no_time_of_the_header() {
    let order = format!(
        "<documentationOf><serviceEvent>{}<effectiveTime value=\"20200101\"/></serviceEvent></documentationOf>",
        id(RIDE, "12-2026-4510-1")
    );
    let doc = Doc { act: String::new(), act_code: "<code code=\"x\"/>".into(), after_header: order, ..Doc::default() };
    assert!(taken(doc.xml()).ride_time.is_none());
}

#[test]
fn birth_and_age_are_counted_by_dutch_days() {
    // 00:30 on 15 September in the Netherlands is 14 September in UTC.
    let ride = "<effectiveTime value=\"202609150030\"/>";
    let born = |text: &str| Doc { patient: format!("<birthTime value=\"{text}\"/>"), ..ride_at(ride) };
    assert!(!has(&born("20260915"), Rule::BornAfterRide));
    assert!(has(&born("20260916"), Rule::BornAfterRide));
    let no = entry("negationInd=\"true\"", "AKKOORDWD", CODES_24, "");
    let band = |text: &str| {
        let doc = Doc { sections: section("", &no), ..born(text) };
        hl7::split(hl7::minimise(taken(doc.xml()), &Keep::ALL, false), now())
            .case
            .unwrap()
            .age_band
            .map(|b| b.from_age())
    };
    assert_eq!(band("19860915"), Some(40), "forty on that day");
    assert_eq!(band("19860916"), Some(30));
}
