//! The fingerprint is the content's: prefixes, order, comments, CDATA, envelopes and encodings do not change it; each
//! field of the closed list does.

use crate::support::{
    AGB, BSN, CODES_24, Doc, RAV, RIDE, SOAP11, SOAP12, URA, author, context, entry, id, interaction, read_with,
    receiver, sample, sample_text, section, soap, taken,
};

fn fingerprint(bytes: impl AsRef<[u8]>) -> Vec<u8> {
    taken(bytes).canonical_bytes().to_vec()
}

const SAMPLES: [&str; 6] = [
    "20-volledig-2.4.xml",
    "22-akkoord-2.5.xml",
    "23-niet-akkoord-2.5-verwijzing.xml",
    "25-twee-diagnosen.xml",
    "programma-01-onjuist-bsn.xml",
    "programma-06-toelichting.xml",
];

/// Every element and the declaration under a prefix; `xsi` under another.
fn prefixed(text: &str) -> String {
    let text =
        text.replace("xmlns=", "xmlns:v3=").replace("xsi:type", "instance:type").replace("xmlns:xsi", "xmlns:instance");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(place) = rest.find('<') {
        let (before, after) = rest.split_at(place + 1);
        out.push_str(before);
        rest = match after.strip_prefix('/') {
            Some(after) => {
                out.push_str("/v3:");
                after
            }
            None => {
                if after.starts_with(char::is_alphabetic) {
                    out.push_str("v3:");
                }
                after
            }
        };
    }
    out + rest
}

/// The text between tags as CDATA where it has words.
fn in_cdata(text: &str) -> String {
    let mut out = String::new();
    for piece in text.split_inclusive('>') {
        match piece.split_once('<') {
            Some((words, tag)) if !words.trim().is_empty() => out += &format!("<![CDATA[{words}]]><{tag}"),
            _ => out += piece,
        }
    }
    out
}

fn document(text: &str) -> &str {
    text.split_once("?>").map_or(text, |(_, rest)| rest.trim_start())
}

#[test]
fn prefixes_comments_instructions_cdata_and_spaces_do_not_matter() {
    for name in SAMPLES {
        let text = sample_text(name);
        let expected = fingerprint(&text);
        assert_eq!(fingerprint(prefixed(&text)), expected, "prefix: {name}");
        let tags = document(&text).replace('<', "<!-- 999900018 --><");
        assert_eq!(fingerprint(&tags), expected, "comments: {name}");
        assert_eq!(fingerprint(document(&text).replace('<', "<?x y?><")), expected, "instructions: {name}");
        assert_eq!(fingerprint(in_cdata(document(&text))), expected, "CDATA: {name}");
        assert_eq!(fingerprint(text.replace("\n", "\r\n  ")), expected, "line ends and indentation: {name}");
        assert_eq!(fingerprint(text.replace("\"/>", "\"  ></x>").replace("></x>", "/>")), expected, "spaces: {name}");
        assert_eq!(fingerprint(text.replace('"', "'")), expected, "apostrophes: {name}");
    }
}

#[test]
fn envelopes_do_not_matter() {
    for name in SAMPLES {
        let text = sample_text(name);
        let expected = fingerprint(&text);
        let bare = document(&text);
        for wrapped in [
            interaction("AL", bare),
            interaction("NE", bare),
            soap(SOAP11, bare),
            soap(SOAP12, &interaction("ER", bare)),
            soap(SOAP11, &format!("<l xmlns=\"urn:l\">{bare}</l>")),
        ] {
            assert_eq!(fingerprint(&wrapped), expected, "{name}");
        }
    }
}

#[test]
fn encodings_do_not_matter_however_they_are_told() {
    let said = section("", &crate::support::remark("<text>Geëvalueerd, één vraag — “open”.</text>"));
    let text = Doc::with_sections(&said).xml();
    let expected = fingerprint(&text);
    let declared = |encoding: &str| format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>{text}");
    let latin = |text: &str| -> Vec<u8> {
        let byte = |c: char| match c {
            '—' => 0x97,
            '“' => 0x93,
            '”' => 0x94,
            c => u8::try_from(u32::from(c)).unwrap(),
        };
        text.chars().map(byte).collect()
    };
    assert_eq!(fingerprint(latin(&declared("windows-1252"))), expected);
    // WHATWG's ISO-8859-1 is windows-1252: what senders mean by it.
    assert_eq!(fingerprint(latin(&declared("ISO-8859-1"))), expected);
    let context = hl7::Context { charset: Some("windows-1252"), ..context() };
    let told = read_with(&latin(&text), &context).unwrap_or_else(|r| panic!("{:?}", r.findings));
    assert_eq!(told.canonical_bytes().to_vec(), expected, "the transport's charset");
    let mut with_bom = b"\xef\xbb\xbf".to_vec();
    with_bom.extend_from_slice(declared("utf-8").as_bytes());
    assert_eq!(fingerprint(&with_bom), expected);
    let utf_16 = declared("UTF-16");
    for bom in [true, false] {
        let units = || bom.then_some(0xfeff).into_iter().chain(utf_16.encode_utf16());
        assert_eq!(fingerprint(units().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()), expected);
        assert_eq!(fingerprint(units().flat_map(u16::to_be_bytes).collect::<Vec<u8>>()), expected);
    }
}

#[test]
fn the_order_of_elements_and_the_receiver_do_not_matter() {
    let ids = [id(BSN, "999900006"), id(BSN, "999900018"), id("2.16.840.1.113883.19.12.4", "P-1")];
    let doc = Doc {
        patient_ids: ids.concat(),
        patient: "<administrativeGenderCode code=\"F\"/><birthTime value=\"1948\"/>".into(),
        authors: author(&(id(URA, "00000101") + &id(AGB, "06010101"))),
        receivers: receiver(&id(RAV, "12")),
        act: id(RIDE, "12-2026-4510-1") + "<effectiveTime value=\"202609141005\"/>",
        sections: section("", &entry("negationInd=\"false\"", "AKKOORDWD", CODES_24, ""))
            + &section("", &crate::support::remark("<text>x</text>")),
        ..Doc::default()
    };
    let expected = fingerprint(doc.xml());
    let turned = Doc {
        patient_ids: ids.iter().rev().cloned().collect(),
        patient: "<birthTime value=\"1948\"/><administrativeGenderCode code=\"F\"/>".into(),
        authors: receiver(&id(RAV, "12")) + &author(&(id(AGB, "06010101") + &id(URA, "00000101"))),
        receivers: receiver(&(id(URA, "00000199") + &id(RAV, "12"))),
        act: "<effectiveTime value=\"202609141005\"/>".to_owned() + &id(RIDE, "012-2026-4510-01"),
        sections: section("", &crate::support::remark("<text> x </text>"))
            + &section("", &entry("negationInd=\"0\"", "AKKOORDWD", CODES_24, "")),
        ..doc.clone()
    };
    assert_eq!(fingerprint(turned.xml()), expected);
    let (id, sent) = (doc.sent.clone(), doc.id.clone());
    assert_eq!(fingerprint(Doc { id, sent, ..doc }.xml()), expected, "id after effectiveTime");
}

#[test]
fn every_field_of_the_closed_list_changes_it() {
    let text = sample_text("20-volledig-2.4.xml");
    let expected = fingerprint(&text);
    let changes = [
        ("\"999900006\"", "\"999900018\""),
        ("\"P-77120\"", "\"P-77121\""),
        ("12-2026-4510-1", "12-2026-4510-2"),
        ("\"12-104\"", "\"12-105\""),
        ("negationInd=\"true\"", "negationInd=\"false\""),
        ("code=\"F\"", "code=\"M\""),
        ("\"19480517\"", "\"1948\""),
        ("\"230690007\"", "\"230690008\""),
        ("displayName=\"Cerebrovasculair accident\"", "displayName=\"Ander\""),
        ("code=\"I64\"", "code=\"I63\""),
        ("code=\"I64\"", "code=\"I64\" displayName=\"Beroerte\""),
        ("Ischemisch", "Hemorragisch"),
        ("Keuze van", "Keus van"),
        ("Glucose was", "De glucose was"),
        ("<effectiveTime value=\"2026091", "<effectiveTime value=\"2026081"),
        ("<versionNumber value=\"1\"/>", "<versionNumber value=\"3\"/>"),
        ("\"set-20\"", "\"set-21\""),
        ("extension=\"00000101\"", "extension=\"00000102\""),
    ];
    for (from, to) in changes {
        assert!(text.contains(from), "the sample holds {from}");
        assert_ne!(fingerprint(text.replace(from, to)), expected, "{from} → {to}");
    }
    let dropped = text.replace("hartbewaking", "afdeling").replace("Wilhelmina", "Anna").replace("\"112\"", "\"80\"");
    assert_eq!(fingerprint(dropped), expected, "what is not kept is not in it");
}

#[test]
fn the_precision_of_the_time_of_sending_is_part_of_it() {
    let at =
        |text: &str| fingerprint(Doc { sent: format!("<effectiveTime value=\"{text}\"/>"), ..Doc::default() }.xml());
    assert_ne!(at("20260914"), at("202609140000"));
    assert_eq!(at("202609141430"), at("202609141430+0200"), "without a zone it is Dutch time");
}

#[test]
fn samples_that_are_the_same_message_have_the_same_fingerprint() {
    assert_eq!(fingerprint(sample("programma-04-akkoord.xml")), fingerprint(sample("40-herhaling-van-04.xml")));
    assert_ne!(fingerprint(sample("programma-04-akkoord.xml")), fingerprint(sample("41-zelfde-id-andere-inhoud.xml")));
}
