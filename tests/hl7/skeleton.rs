//! The masked structure: what no profile recognises is shown without one value or one name of the sender's own.

use hl7::{Keep, ValidMessage};
use proptest::prelude::*;

use crate::support::*;

/// The words a value's shape is made of.
const SHAPES: [&str; 14] = [
    "empty",
    "date",
    "OID",
    "UUID",
    "file",
    "digit",
    "digits",
    "letter",
    "letters",
    "word",
    "words",
    "character",
    "characters",
    "many",
];

fn strange(doc: &Doc) -> String {
    doc.xml().replace("bericht12-2.4", "eigen-dialect").replace("bericht12-2.5", "eigen-dialect")
}

fn skeleton(message: &ValidMessage) -> &str {
    message.skeleton.as_ref().expect("a skeleton").text()
}

/// What stands between the marks of a value.
fn values(skeleton: &str) -> Vec<&str> {
    skeleton.split('‹').skip(1).map(|rest| rest.split_once('›').expect("closed").0).collect()
}

fn is_shape(value: &str) -> bool {
    value.split(' ').all(|word| SHAPES.contains(&word) || (word.len() <= 2 && word.parse::<u8>().is_ok()))
}

#[test]
fn the_structure_of_a_message_that_no_profile_recognises_says_shapes_and_no_values() {
    let message = taken(sample("52-onbekend-profiel.xml"));
    let text = skeleton(&message);
    for line in [
        "ClinicalDocument",
        "  templateId @extension=‹28 characters› @root=‹OID›",
        "  id @extension=‹UUID› @root=‹OID›",
        "  effectiveTime @value=‹date›",
        "  title ‹5 words›",
        "            observation @classCode=‹3 letters› @moodCode=‹3 letters› @negationInd=‹5 letters›",
        "              code @code=‹9 letters› @codeSystem=‹OID›",
    ] {
        assert!(text.lines().any(|own| own == line), "{line} in\n{text}");
    }
    assert!(values(text).iter().all(|value| is_shape(value)), "{text}");
}

#[test]
fn a_message_that_a_profile_recognises_has_no_skeleton_and_no_part_holds_one() {
    assert!(taken(Doc::default().xml()).skeleton.is_none());
    let parts = hl7::split(hl7::minimise(taken(sample("52-onbekend-profiel.xml")), &Keep::ALL, false), now());
    assert!(parts.skeleton.is_some());
    assert!(parts.diagnosis.is_some_and(|d| d.description.is_none() && d.diagnoses.is_empty()));
}

#[test]
fn a_name_that_cda_does_not_have_reads_vreemd_and_a_known_one_in_another_namespace_too() {
    let doc = Doc::with_sections(
        "<component><section><bsn-999900006 jansen='x'/><x:observation xmlns:x='urn:ander'>Jansen</x:observation>\
         </section></component>",
    );
    let message = taken(strange(&doc));
    let text = skeleton(&message);
    assert!(!text.contains("999900006") && !text.to_lowercase().contains("jansen"), "{text}");
    assert!(text.contains("          vreemd @vreemd=‹1 letter›\n          vreemd ‹6 letters›\n"), "{text}");
}

#[test]
fn siblings_that_look_the_same_are_one_line_with_a_count_and_others_are_not() {
    let entry = "<entry><observation><value value='12'/></observation></entry>";
    let other = "<entry><observation><value value='123'/></observation></entry>";
    let doc = Doc::with_sections(&format!("<component><section>{}{other}</section></component>", entry.repeat(7)));
    let message = taken(strange(&doc));
    let text = skeleton(&message);
    assert!(
        text.contains("          entry ×7\n            observation\n              value @value=‹2 digits›\n"),
        "{text}"
    );
    assert!(
        text.contains("          entry\n            observation\n              value @value=‹3 digits›\n"),
        "{text}"
    );
}

#[test]
fn a_structure_is_as_long_as_a_screen_of_it_however_long_the_message() {
    let many: String =
        (0..3000).map(|i| format!("<entry><observation classCode='{}'/></entry>", "x".repeat(i % 90))).collect();
    let deep = "<component><section>".repeat(14) + &"</section></component>".repeat(14);
    for sections in [format!("<component><section>{many}</section></component>"), deep] {
        let message = taken(strange(&Doc::with_sections(&sections)));
        let text = skeleton(&message);
        assert!(text.lines().count() <= 401 && text.ends_with("…\n"), "{}", text.lines().count());
    }
}

proptest! {
    #[test]
    fn no_three_characters_of_a_value_or_a_strange_name_stand_in_it(
        // No letter of a shape's words or of CDA's names.
        names in prop::collection::vec("[ЀЖЩѢ]{3,12}", 1..6),
        values_of in prop::collection::vec("[ЀЖЩѢ0-9 .αβγδ-]{3,40}", 1..8),
        nested in 0_usize..5,
    ) {
        let inside: String = values_of.iter().zip(names.iter().cycle()).map(|(value, name)| format!(
            "<entry><observation classCode='{value}' {name}='{value}'><{name}>{value}</{name}><text>{value}</text>\
             <code code='{value}' codeSystem='{value}' displayName='{value}'/></observation></entry>"
        )).collect();
        let sections = "<component><section>".repeat(nested + 1) + &inside + &"</section></component>".repeat(nested + 1);
        let doc = Doc { patient: format!("<name>{}</name>", values_of[0]), ..Doc::with_sections(&sections) };
        let message = taken(strange(&doc));
        let text = skeleton(&message);
        prop_assert!(values(text).iter().all(|value| is_shape(value)), "{}", text);
        for value in values_of.iter().chain(&names) {
            let characters: Vec<char> = value.chars().collect();
            for run in characters.windows(3) {
                let run: String = run.iter().collect();
                if run.trim() == run && !run.is_empty() {
                    prop_assert!(!text.contains(&run), "{} stands in\n{}", run, text);
                }
            }
        }
    }
}
