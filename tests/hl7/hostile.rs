//! Well-formed messages of less than 1 MiB that ask for more than they are worth: each is bounded by structure, not by luck.

use std::fmt::Write as _;

use hl7::{Limits, Profiles, Refused, Rule};

use crate::support::{BSN, Doc, RIDE, URA, author, context, id, receiver, refused, remark, rules, section, taken};

const MEBIBYTE: usize = 1 << 20;

#[track_caller]
fn fits(text: &str) -> &str {
    assert!(text.len() < MEBIBYTE, "{} bytes: the test would only meet the limit of bytes", text.len());
    text
}

#[track_caller]
fn too_much(text: &str) {
    let refusal = refused(fits(text));
    assert_eq!((refusal.refused, refusal.rule()), (Refused::NotReadable, Rule::TooMuch));
}

#[test]
fn sixteen_thousand_ride_numbers_on_one_author_are_looked_at_once_each() {
    let many = |last: &str| {
        let ids = format!("<id root=\"{RIDE}\" extension=\"1-2026-1-1\"/>").repeat(12_000) + &id(RIDE, last);
        let doc = Doc {
            act: String::new(),
            authors: author(&(id(URA, "00000101") + &ids)),
            receivers: receiver(&id(crate::support::RAV, "12")),
            ..Doc::default()
        };
        doc.xml()
    };
    assert_eq!(taken(fits(&many("1-2026-1-1"))).ride.canonical(), "1-2026-1-1");
    assert_eq!(refused(fits(&many("1-2026-2-1"))).rule(), Rule::RideTwice);
}

#[test]
fn twelve_thousand_ride_numbers_between_codes_on_one_act_are_looked_at_once_each() {
    let mut act = String::new();
    for _ in 0..9000 {
        let _ = write!(act, "<id root=\"{RIDE}\" extension=\"12-2026-1-1\"/><code code=\"x\"/>");
    }
    let doc = Doc { act, act_code: String::new(), ..Doc::default() };
    assert_eq!(taken(fits(&doc.xml())).ride.canonical(), "12-2026-1-1");
}

#[test]
fn one_long_text_referred_to_thousands_of_times_is_read_no_more_often_than_a_message_is_long() {
    let narrative = format!("<paragraph ID=\"a\">{}</paragraph>", "woord ".repeat(20_000));
    let refers = remark("<text><reference value=\"#a\"/></text>");
    too_much(&Doc::with_sections(&section(&narrative, &refers.repeat(5000))).xml());
    let once = Doc::with_sections(&section(&narrative, &refers)).xml();
    assert!(taken(fits(&once)).feedback.is_some());
}

#[test]
fn many_empty_elements_referred_to_thousands_of_times_are_text_too() {
    let narrative = format!("<paragraph ID=\"a\">{}</paragraph>", "<br/>".repeat(30_000));
    let refers = remark("<text><reference value=\"#a\"/></text>");
    too_much(&Doc::with_sections(&section(&narrative, &refers.repeat(4000))).xml());
}

#[test]
fn thousands_of_references_among_thousands_of_equal_ids_find_their_own() {
    let narrative = "<br ID=\"a\"/>".repeat(9000) + "<paragraph ID=\"b\">Gevonden.</paragraph>";
    let refers = remark("<text><reference value=\"#a\"/></text>").repeat(6000);
    let sections = section("", &refers) + &section(&narrative, &remark("<text><reference value=\"#b\"/></text>"));
    let message = taken(fits(&Doc::with_sections(&sections).xml()));
    let said = message.feedback.as_ref().unwrap().remarks_communication.as_ref().unwrap();
    assert_eq!(said.reveal(), "Gevonden.");
}

#[test]
fn thousands_of_bsns_are_refused_and_the_same_one_thousands_of_times_is_one() {
    let mut ids = String::new();
    for number in 0..9000 {
        let _ = write!(ids, "<id root=\"{BSN}\" extension=\"x{number}\"/>");
    }
    too_much(&Doc { patient_ids: ids, ..Doc::default() }.xml());
    let same = id(BSN, "999900006").repeat(9000);
    assert_eq!(taken(fits(&Doc { patient_ids: same, ..Doc::default() }.xml())).bsns.len(), 1);
}

#[test]
fn thousands_of_over_delivered_names_in_thousands_of_places_are_counted_in_sixty_four_rows() {
    let mut strange = String::new();
    for number in 0..600 {
        let depth = number % 40;
        let _ =
            write!(strange, "{}<addr>x</addr>{}", "<list><item>".repeat(depth / 2), "</item></list>".repeat(depth / 2));
        let _ = write!(strange, "<z{number}><addr>x</addr></z{number}>");
    }
    for known in ["act", "entry", "procedure", "supply", "author", "subject", "place", "guardian", "specimen", "order"]
    {
        for other in ["act", "entry", "procedure", "supply", "author", "subject", "place", "guardian", "specimen"] {
            let _ = write!(strange, "<{known}><{other}><addr>x</addr></{other}></{known}>");
        }
    }
    let doc = Doc { after_header: format!("<componentOf>{strange}</componentOf>"), ..Doc::default() };
    let message = taken(fits(&doc.xml()));
    assert!(message.over_delivered.len() <= 64);
    let vreemd = message.over_delivered.iter().find(|o| o.path == "componentOf/vreemd/addr").unwrap();
    assert_eq!(vreemd.count, 600);
}

#[test]
fn a_text_of_two_hundred_thousand_entities_is_put_together_once() {
    let text = "&amp;".repeat(180_000);
    let message = taken(fits(&Doc::with_sections(&section("", &remark(&format!("<text>{text}</text>")))).xml()));
    let said = message.feedback.as_ref().unwrap().remarks_communication.as_ref().unwrap();
    assert_eq!(said.characters(), 180_000);
}

#[test]
fn names_and_declarations_count_with_their_prefixes() {
    let within = |inside: &str| Doc { after_header: inside.to_owned(), ..Doc::default() }.xml();
    let mut sixty_five = String::new();
    for number in 0..65 {
        let _ = write!(sixty_five, " xmlns:p{number}=\"urn:{number}\"");
    }
    too_much(&within(&format!("<x{sixty_five}/>")));
    let prefix = "p".repeat(200);
    let name = "n".repeat(60);
    too_much(&within(&format!("<{prefix}:{name} xmlns:{prefix}=\"urn:x\"/>")));
    too_much(&within(&format!("<x xmlns:{prefix}=\"urn:x\" {prefix}:{name}=\"1\"/>")));
    // Each element below sixty that declare fifty namespaces would be looked up among three thousand.
    let mut nested = String::new();
    for depth in 0..40 {
        let _ = write!(nested, "<x");
        for number in 0..50 {
            let _ = write!(nested, " xmlns:p{depth}q{number}=\"urn:x\"");
        }
        nested.push('>');
    }
    nested += &"</x>".repeat(40);
    too_much(&within(&nested));
}

#[test]
fn each_limit_refuses_one_more_than_it_says_and_takes_what_it_says() {
    let text = crate::support::diagnosis("<value code=\"1\"/>").xml();
    let with = |limits: Limits| hl7::read(text.as_bytes(), &Profiles::shipped().unwrap(), &limits, &context());
    let rule = |limits: Limits| with(limits).err().map(|r| (r.refused, r.rule()));
    let full = Limits::default();
    assert!(with(Limits { message_bytes_max: text.len(), ..full }).is_ok());
    assert_eq!(
        rule(Limits { message_bytes_max: text.len() - 1, ..full }),
        Some((Refused::NotReadable, Rule::TooLarge))
    );
    let elements = text.matches('<').count() - text.matches("</").count();
    assert!(with(Limits { elements_max: elements, ..full }).is_ok());
    assert!(with(Limits { depth_max: 8, ..full }).is_ok());
    assert!(
        with(Limits {
            codes_max: 1,
            attributes_max: 2,
            attribute_bytes_max: 41,
            name_bytes_max: 23,
            namespaces_max: 2,
            ..full
        })
        .is_ok()
    );
    for less in [
        Limits { elements_max: elements - 1, ..full },
        Limits { depth_max: 7, ..full },
        Limits { attributes_max: 1, ..full },
        Limits { attribute_bytes_max: 40, ..full },
        Limits { name_bytes_max: 22, ..full },
        Limits { namespaces_max: 1, ..full },
        Limits { codes_max: 0, ..full },
    ] {
        assert_eq!(rule(less), Some((Refused::NotReadable, Rule::TooMuch)), "{less:?}");
    }
}

#[test]
fn thousands_of_receivers_and_authors_are_each_looked_at_once() {
    let organisation =
        format!("<receivedOrganization>{}</receivedOrganization>", id(crate::support::RAV, "25").repeat(9000));
    let receivers =
        format!("<informationRecipient><intendedRecipient>{organisation}</intendedRecipient></informationRecipient>");
    assert_eq!(refused(fits(&Doc { receivers, ..Doc::default() }.xml())).rule(), Rule::OtherRav);
    let message = taken(fits(&Doc { authors: author(&id(URA, "x").repeat(9000)), ..Doc::default() }.xml()));
    let found = rules(&message.findings).into_iter().filter(|r| *r == Rule::SenderUnusable).count();
    assert_eq!(found, 1);
}
