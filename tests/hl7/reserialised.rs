//! The messages 01–53 written anew in other ways that mean the same: the same result in every one.

use domain::InstanceId;
use hl7::{Keep, Rule};
use serde_json::Value;

use crate::{
    support::{SOAP11, SOAP12, answered, read, sample},
    xml_tree::{Element, Node, Style, Texts, XSI, own_text},
};

const FILES: [&str; 31] = [
    "programma-01-onjuist-bsn",
    "programma-02-bsn-leeg",
    "programma-03-bsn-gelijk",
    "programma-04-akkoord",
    "programma-05-niet-akkoord",
    "programma-06-toelichting",
    "20-volledig-2.4",
    "21-volledig-2.4-versie-2",
    "22-akkoord-2.5",
    "23-niet-akkoord-2.5-verwijzing",
    "24-niet-te-beoordelen-2.5",
    "25-twee-diagnosen",
    "26-patientvolgnummer-2",
    "27-voorloopnullen",
    "30-pocd",
    "31-soap11",
    "32-soap12-zonder-ack",
    "33-prefix",
    "34-iso-8859-1",
    "35-utf-16",
    "36-nullflavors",
    "40-herhaling-van-04",
    "41-zelfde-id-andere-inhoud",
    "42-bsn-gelijk-toch-gestuurd",
    "43-akkoord-met-diagnose",
    "44-identificeerbaar-in-tekst",
    "45-niet-gekoppeld",
    "50-geen-ritnummer",
    "51-andere-rav",
    "52-onbekend-profiel",
    "53-bsn-letters",
];

/// Everything that reading says: `inspect --json`, the fingerprint's bytes, whom the answer goes to.
#[derive(Debug, PartialEq)]
struct Outcome {
    json: Value,
    canonical: Option<Vec<u8>>,
    sender: Option<InstanceId>,
}

impl Outcome {
    fn of(bytes: &[u8]) -> Self {
        let result = read(bytes);
        let answer = answered(&result);
        match result {
            Ok(message) => {
                let (canonical, sender) = (message.canonical_bytes().to_vec(), message.header.sender.clone());
                let minimised = hl7::minimise(message, &Keep::ALL, false);
                let json = hl7::taken_in_json("file", &minimised, &answer, &Rule::english);
                Self { json, canonical: Some(canonical), sender }
            }
            Err(refusal) => {
                let json = hl7::refused_json("file", &refusal, &answer, &Rule::english);
                Self { json, canonical: None, sender: refusal.sender.clone() }
            }
        }
    }

    /// Without what an envelope is of itself.
    fn whatever_envelope(mut self) -> Self {
        for own in ["envelope", "acknowledgement_xml"] {
            self.json.as_object_mut().unwrap().remove(own);
        }
        self
    }
}

fn trees() -> impl Iterator<Item = (&'static str, Vec<u8>, Element)> {
    FILES.into_iter().map(|name| {
        let bytes = sample(&format!("{name}.xml"));
        let tree = Element::read(&own_text(&bytes));
        (name, bytes, tree)
    })
}

/// Each message written in this way reads as it did.
fn reads_the_same(way: &str, write: impl Fn(&Element) -> Vec<u8>) {
    for (name, bytes, tree) in trees() {
        let written = write(&tree);
        assert_ne!(written, bytes, "{name} is written in another way: {way}");
        assert_eq!(Outcome::of(&written), Outcome::of(&bytes), "{name}: {way}");
    }
}

fn written(style: Style) -> impl Fn(&Element) -> Vec<u8> {
    move |tree| style.write(tree).into_bytes()
}

fn declared(encoding: &str, text: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n{text}")
}

#[test]
fn under_a_prefix_for_every_element() {
    reads_the_same("prefixes", written(Style { prefixed: true, ..Style::default() }));
}

#[test]
fn in_the_other_quotes() {
    reads_the_same("apostrophes", written(Style { quote: '\'', ..Style::default() }));
}

#[test]
fn in_utf_16_with_the_low_byte_first() {
    for (way, bom) in [("with a BOM", "\u{feff}"), ("without a BOM", "")] {
        reads_the_same(way, |tree| {
            let text = bom.to_owned() + &declared("UTF-16", &Style::default().write(tree));
            text.encode_utf16().flat_map(u16::to_le_bytes).collect()
        });
    }
}

#[test]
fn in_utf_16_with_the_high_byte_first() {
    for (way, bom) in [("with a BOM", "\u{feff}"), ("without a BOM", "")] {
        reads_the_same(way, |tree| {
            let text = bom.to_owned() + &declared("UTF-16", &Style::default().write(tree));
            text.encode_utf16().flat_map(u16::to_be_bytes).collect()
        });
    }
}

#[test]
fn in_an_encoding_of_one_byte_a_character() {
    for encoding in ["windows-1252", "ISO-8859-1"] {
        reads_the_same(encoding, |tree| {
            // What Latin 1 does not have is written as a reference.
            let text = Style { texts: Texts::Latin, ..Style::default() }.write(tree);
            declared(encoding, &text).chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
        });
    }
}

#[test]
fn in_utf_8_with_a_bom() {
    reads_the_same("BOM", |tree| {
        ("\u{feff}".to_owned() + &declared("UTF-8", &Style::default().write(tree))).into_bytes()
    });
}

#[test]
fn with_its_texts_in_cdata() {
    reads_the_same("CDATA", written(Style { texts: Texts::CData, ..Style::default() }));
}

#[test]
fn with_comments_and_instructions_between_and_inside() {
    let between = "<!-- <id extension=\"999900018\"/> --><?naam mw. Voorbeeld?>";
    reads_the_same("comments", written(Style { between, ..Style::default() }));
}

#[test]
fn with_every_character_as_a_numeric_reference() {
    reads_the_same("references", written(Style { texts: Texts::References, ..Style::default() }));
}

#[test]
fn with_its_attributes_in_another_order() {
    reads_the_same("attributes", written(Style { attributes_turned: true, ..Style::default() }));
}

#[test]
fn indented_otherwise_or_not_at_all() {
    reads_the_same("not indented", |tree| Style::default().write(&tree.without_white_space()).into_bytes());
    for indent in ["\r\n\t", "\n          "] {
        let style = Style { indent: Some(indent), ..Style::default() };
        reads_the_same("indented", |tree| style.write(&tree.without_white_space()).into_bytes());
    }
}

/// Elements of other names change places, and so do sections and entries: what is of one kind keeps its order.
#[test]
fn with_its_siblings_in_another_order() {
    let mut turned = 0;
    for (name, bytes, mut tree) in trees() {
        tree.turn_siblings();
        turned += usize::from(tree != Element::read(&own_text(&bytes)));
        let (mut found, mut expected) = (Outcome::of(&written(Style::default())(&tree)), Outcome::of(&bytes));
        for outcome in [&mut found, &mut expected] {
            // In the order of the message; the answer names them in that order too.
            let findings = outcome.json["findings"].as_array_mut().unwrap();
            findings.sort_by_key(ToString::to_string);
            let answer = outcome.json["acknowledgement_xml"].as_str().map(|xml| {
                let mut details: Vec<&str> = xml.split("<acknowledgementDetail").collect();
                details.sort_unstable();
                details.concat()
            });
            outcome.json["acknowledgement_xml"] = answer.into();
        }
        assert_eq!(found, expected, "{name}: siblings");
    }
    assert_eq!(turned, FILES.len());
}

fn interaction(accept: &str, document: Element) -> Element {
    let v3 = |name: &str, attributes: &[(&str, &str)], children: Vec<Element>| {
        Element::new("urn:hl7-org:v3", name, attributes, children)
    };
    let device = |name: &str, extension: &str| {
        let id = v3("id", &[("root", "2.16.840.1.113883.2.4.6.6"), ("extension", extension)], vec![]);
        v3(name, &[], vec![v3("device", &[], vec![id])])
    };
    v3(
        "ZTAZ_IN000004NL01",
        &[],
        vec![
            v3("id", &[("root", "2.16.840.1.113883.19.12.7"), ("extension", "t-2")], vec![]),
            v3("acceptAckCode", &[("code", accept)], vec![]),
            device("receiver", "900012"),
            device("sender", "900101"),
            v3("ControlActProcess", &[], vec![v3("subject", &[], vec![document])]),
        ],
    )
}

fn soap(namespace: &str, body: Element) -> Element {
    let part = |name: &str, children: Vec<Element>| Element::new(namespace, name, &[], children);
    part("Envelope", vec![part("Header", vec![]), part("Body", vec![body])])
}

/// In each envelope; where an answer was refused by the original's `acceptAckCode`, in those that can refuse one.
#[test]
fn in_every_envelope() {
    for (name, bytes, tree) in trees() {
        let document = tree.find("ClinicalDocument").unwrap().clone();
        let accept = tree.find("acceptAckCode").map_or("AL", |code| code.attribute("code").unwrap());
        let in_interaction = interaction(accept, document.clone());
        let mut envelopes = vec![
            ("interaction", in_interaction.clone()),
            ("SOAP 1.1 and interaction", soap(SOAP11, in_interaction.clone())),
            ("SOAP 1.2 and interaction", soap(SOAP12, in_interaction)),
        ];
        if accept == "AL" {
            envelopes.push(("none", document.clone()));
            envelopes.push(("SOAP 1.1", soap(SOAP11, document.clone())));
            let wrapper = Element::new("urn:leverancier", "Bezorg", &[], vec![document]);
            envelopes.push(("SOAP 1.2 and a supplier's", soap(SOAP12, wrapper)));
        }
        for (way, envelope) in envelopes {
            let found = Outcome::of(Style::default().write(&envelope).as_bytes()).whatever_envelope();
            assert_eq!(found, Outcome::of(&bytes).whatever_envelope(), "{name}: {way}");
        }
    }
}

#[test]
fn in_many_ways_at_once() {
    let between = "<!-- x --><?y z?>";
    for texts in [Texts::CData, Texts::References] {
        let style =
            Style { prefixed: true, quote: '\'', texts, between, attributes_turned: true, indent: Some("\r\n ") };
        reads_the_same("many", |tree| {
            let text = declared("UTF-16", &style.write(&tree.without_white_space()));
            text.encode_utf16().flat_map(u16::to_be_bytes).collect()
        });
    }
}

/// The promises above hold nothing when the tree loses something on the way.
#[test]
fn the_tree_keeps_what_a_message_says() {
    let text = "<a xmlns=\"urn:hl7-org:v3\" xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\" x='1 &lt;\"'>\
                <b i:type=\"CD\"/>é &amp; <![CDATA[<]]>&#233;</a>";
    let tree = Element::read(text);
    assert_eq!((tree.name.as_str(), tree.attribute("x")), ("a", Some("1 <\"")));
    let [Node::Element(b), Node::Text(words)] = tree.children.as_slice() else { panic!("{tree:?}") };
    assert_eq!(b.attributes, [(XSI.to_owned(), "type".to_owned(), "CD".to_owned())]);
    assert_eq!(words, "é & <é");
    let styles = [
        Style::default(),
        Style { prefixed: true, quote: '\'', between: "<!---->", ..Style::default() },
        Style { texts: Texts::CData, attributes_turned: true, ..Style::default() },
        Style { texts: Texts::References, ..Style::default() },
        Style { texts: Texts::Latin, ..Style::default() },
    ];
    for style in styles {
        assert_eq!(Element::read(&style.write(&tree)), tree, "{}", style.write(&tree));
    }
}
