//! Profiles as data: a dialect that nobody wrote a line of Rust for, and every way in which a profile can be wrong.

use std::path::PathBuf;

use domain::Agreement;
use hl7::{Fault, FaultRule, Limits, Notice, ProfileError, Profiles, Rule, ValidMessage, profile_summary};

use crate::support::{Doc, context, id, interaction, rules};

const V24: &str = include_str!("../../resources/profiles/bericht12-2.4-reconstructie.toml");
const DIALECT: &str = include_str!("../fixtures/profiles/zuiderzee.toml");

fn fixture(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/profiles");
    std::fs::read(folder.join(name)).unwrap()
}

#[track_caller]
fn read_by(profiles: &Profiles, bytes: &[u8]) -> Box<ValidMessage> {
    let message = hl7::read(bytes, profiles, &Limits::default(), &context());
    message.unwrap_or_else(|refusal| panic!("refused: {:?}", refusal.findings))
}

fn dialect(name: &str) -> Box<ValidMessage> {
    read_by(&Profiles::shipped_and("zuiderzee", DIALECT).unwrap(), &fixture(name))
}

#[test]
fn another_dialect_is_read_by_its_profile_alone() {
    let message = dialect("zuiderzee-1-wijkt-af.xml");
    assert_eq!(message.profile.as_ref().unwrap().name, "zuiderzee-retour-1");
    assert_eq!((message.ride.canonical().as_str(), message.vehicle.as_deref()), ("12-2026-4701-1", Some("12-117")));
    assert_eq!(message.patient_number.as_ref().unwrap().reveal(), "P-90117");
    assert_eq!(
        message.ride_time.unwrap().to_rfc3339(),
        "2026-09-14T09:05:00+00:00",
        "the hand-over, not the day of the ride"
    );
    let feedback = message.feedback.as_ref().unwrap();
    assert_eq!(feedback.agreement, Agreement::No, "true means that the diagnosis differs");
    let [diagnosis] = feedback.diagnoses.as_slice() else { panic!("one diagnosis") };
    assert_eq!(diagnosis.code.as_ref().unwrap().reveal(), "59282003");
    assert_eq!(diagnosis.translations.len(), 1);
    let said = [&feedback.description, &feedback.remarks_medical, &feedback.remarks_communication];
    let said = said.map(|text| text.as_ref().map(|t| t.reveal().to_owned()).unwrap_or_default());
    let expected =
        ["Segmentele longembolie rechts.", "Zuurstof gegeven volgens protocol.", "Vooraankondiging kwam goed door."];
    assert_eq!(said, expected);
    assert!(message.findings.is_empty(), "{:?}", message.findings);
    assert!(message.over_delivered.is_empty(), "{:?}", message.over_delivered);
}

#[test]
fn a_negated_or_asked_for_boolean_is_unknown() {
    let text = String::from_utf8(fixture("zuiderzee-1-wijkt-af.xml")).unwrap();
    let profiles = Profiles::shipped_and("zuiderzee", DIALECT).unwrap();
    let said = "<observation classCode=\"OBS\" moodCode=\"EVN\"><code code=\"wijkt-af\"";
    assert_eq!(text.matches(said).count(), 1);
    for other in [said.replace("moodCode=\"EVN\"", "moodCode=\"EVN\" negationInd=\"true\""), said.replace("EVN", "RQO")]
    {
        let message = read_by(&profiles, text.replace(said, &other).as_bytes());
        assert_eq!(message.feedback.as_ref().unwrap().agreement, Agreement::Unknown, "{other}");
    }
}

#[test]
fn what_stands_elsewhere_with_the_same_code_is_another_thing() {
    let message = dialect("zuiderzee-3-plaats-telt.xml");
    let feedback = message.feedback.as_ref().unwrap();
    assert_eq!(feedback.agreement, Agreement::Unknown, "a copy outside its organizer says nothing");
    assert!(feedback.remarks_medical.is_none() && feedback.remarks_communication.is_none());
    assert_eq!(message.over_delivered.iter().filter(|o| o.kind == "other").map(|o| o.count).sum::<u64>(), 2);
}

#[test]
fn a_dialect_is_recognised_by_its_application_and_template_together() {
    let message = dialect("zuiderzee-4-soap.xml");
    assert_eq!(message.profile.as_ref().unwrap().name, "zuiderzee-retour-1");
    assert_eq!(message.feedback.as_ref().unwrap().agreement, Agreement::No);
    let text = String::from_utf8(fixture("zuiderzee-4-soap.xml")).unwrap().replace("900734", "900735");
    let message = read_by(&Profiles::shipped_and("zuiderzee", DIALECT).unwrap(), text.as_bytes());
    assert!(message.profile.is_none(), "another application");
}

#[test]
fn an_interaction_recognises_what_a_template_does_not() {
    let by_interaction = V24
        .replacen("name = \"bericht12-2.4-reconstructie\"", "name = \"by-interaction\"", 1)
        .replacen(
            "template = { root = \"2.16.840.1.113883.19.12.9\", extension = \"bericht12-2.4\" }",
            "interaction = \"POCD_IN000040NL\"",
            1,
        )
        .replacen(
            "code = { code = \"bericht12\", system = \"2.16.840.1.113883.19.12.1\" }",
            "interaction = \"POCD_IN000041NL\"",
            1,
        );
    let profiles = Profiles::shipped_and("file", &by_interaction).unwrap();
    let used =
        |document: &str| read_by(&profiles, interaction("AL", document).as_bytes()).profile.clone().unwrap().name;
    assert_eq!(used(&Doc { template: "een-ander", ..Doc::default() }.xml()), "by-interaction");
    assert_eq!(used(&Doc::v25().xml()), "bericht12-2.5-reconstructie", "a template is more specific");
}

#[test]
fn a_document_that_says_to_be_of_two_profiles_is_of_none() {
    let both = Doc {
        id: id("2.16.840.1.113883.19.12.5", "m-1")
            + "<templateId root=\"2.16.840.1.113883.19.12.9\" extension=\"bericht12-2.5\"/>",
        ..Doc::default()
    };
    let message = read_by(&Profiles::shipped().unwrap(), both.xml().as_bytes());
    assert!(message.profile.is_none());
    assert!(rules(&message.findings).contains(&Rule::ProfileUnknown));
}

#[test]
fn two_profiles_that_accept_the_same_are_refused_and_the_more_specific_of_two_is_not() {
    let other = V24.replacen("bericht12-2.4-reconstructie", "een-ander", 1);
    assert!(matches!(Profiles::shipped_and("file", &other), Err(ProfileError::Tie(..))));
    let urn = other.replace("extension = \"bericht12-2.4\"", "extension = \"een-ander\"");
    assert!(
        matches!(Profiles::shipped_and("file", &urn), Err(ProfileError::Tie(..))),
        "one way that is the same is enough"
    );
    let root_alone = urn.replacen(
        "code = { code = \"bericht12\", system = \"2.16.840.1.113883.19.12.1\" }",
        "template = { root = \"2.16.840.1.113883.19.12.9\" }",
        1,
    );
    let profiles = Profiles::shipped_and("file", &root_alone).unwrap();
    let used = |template| {
        read_by(&profiles, Doc { template, ..Doc::default() }.xml().as_bytes()).profile.clone().unwrap().name
    };
    assert_eq!(used("bericht12-2.4"), "bericht12-2.4-reconstructie");
    assert_eq!(used("nog-een"), "een-ander");
}

#[test]
fn a_shipped_profile_gives_way_to_a_higher_version_of_its_name_only() {
    assert!(matches!(Profiles::shipped_and("file", V24), Err(ProfileError::OldVersion(_))));
    let newer = V24.replacen("version = 1", "version = 2", 1);
    let profiles = Profiles::shipped_and("file", &newer).unwrap();
    assert_eq!(read_by(&profiles, Doc::default().xml().as_bytes()).profile.as_ref().unwrap().version, 2);
}

#[track_caller]
fn faults(text: &str) -> Vec<Fault> {
    match profile_summary("file", text) {
        Err(ProfileError::Content { faults, .. }) => faults,
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    }
}

/// One change of the shipped profile, and the one fault it makes: rule, line, column, key.
#[track_caller]
fn wrong(from: &str, to: &str, rule: FaultRule, at: (usize, usize), key: &str) -> Fault {
    assert!(V24.contains(from), "{from}");
    let found = faults(&V24.replacen(from, to, 1));
    let [fault] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((fault.rule, (fault.line, fault.column), fault.key), (rule, at, key));
    fault.clone()
}

#[test]
fn each_fault_is_told_with_line_and_column() {
    use FaultRule as R;
    let unknown = wrong("version = 1", "version = 1\nversoin = 2", R::KeyUnknown, (5, 1), "");
    assert_eq!(unknown.words.first(), Some(&"version"), "the nearest first");
    wrong("version = 1\n", "", R::KeyMissing, (1, 1), "version");
    wrong("version = 1", "version = \"1\"", R::Kind, (4, 11), "version");
    wrong("version = 1", "version = 0", R::Number, (4, 11), "version");
    wrong("version = 1", "version = 10000", R::Number, (4, 11), "version");
    wrong("version = 1", "version = 1\nversion = 2", R::KeyTwice, (5, 1), "");
    wrong("version = 1", "version = ", R::Syntax, (4, 11), "");
    wrong("\"bericht12-2.4-reconstructie\"", "\"Bericht 12\"", R::Name, (3, 8), "name");
    wrong("\"bericht12-2.4-reconstructie\"", "[1]", R::Kind, (3, 8), "name");
    let long = format!("\"{}\"", "a".repeat(65));
    assert_eq!(wrong("\"bericht12-2.4-reconstructie\"", &long, R::TooLong, (3, 8), "name").max, 64);
    wrong("\"2.4.0\"", "\" 2.4.0\"", R::Text, (5, 15), "message_set");
    wrong("\"2.4.0\"", "\"\"", R::Text, (5, 15), "message_set");
    wrong("\"reconstruction\"", "\"official\"", R::NotOneOf, (6, 10), "status");
    wrong("root = \"2.16.840.1.113883.19.12.9\"", "root = \"2.016.840\"", R::NotRoot, (10, 21), "root");
    wrong("[\"2.16.840.1.113883.19.12.4\"]", "[]", R::TooMany, (16, 18), "patient_number");
    wrong("[\"2.16.840.1.113883.19.12.4\"]", "[\"2.16.840.1.113883.2.4.6.3\"]", R::BsnRoot, (16, 19), "patient_number");
    wrong("[\"2.16.840.1.113883.19.12.4\"]", "[\"1.2\", \"1.2\"]", R::Twice, (16, 26), "patient_number");
    wrong(
        "select = { code = { code = \"DIAGNOSESEH\", system = \"2.16.840.1.113883.19.12.1\" } }",
        "select = {}",
        R::Empty,
        (30, 10),
        "select",
    );
    wrong("value = \"false\", means = \"yes\"", "value = \"nee\", means = \"yes\"", R::NotOneOf, (25, 15), "value");
    wrong(
        "value = \"false\", means = \"yes\"",
        "value = \"false\", system = \"1.2\", means = \"yes\"",
        R::OutOfPlace,
        (25, 33),
        "system",
    );
    wrong("value = \"false\", means = \"yes\"", "value = \"true\", means = \"yes\"", R::Twice, (26, 5), "values");
    let coded = "reading = \"CD\"\nvalues = [{ value = \"ja\", means = \"yes\" }, { value = \"nee\", system = \"1.2\", means = \"no\" }]\nother = [";
    let text = V24.replacen("reading = \"negationInd\"\nvalues = [", coded, 1);
    let found: Vec<FaultRule> = faults(&text).iter().map(|f| f.rule).collect();
    assert!(found.contains(&R::SystemMissing), "{found:?}");
}

#[test]
fn all_that_is_wrong_is_told_at_once_in_the_order_of_the_text() {
    let text = V24
        .replacen("version = 1", "version = 0", 1)
        .replacen("[remarks_medical]", "[remarks_medisch]", 1)
        .replacen("\"DIAGNOSESEH\"", "\"\"", 1);
    let found: Vec<(FaultRule, usize)> = faults(&text).iter().map(|f| (f.rule, f.line)).collect();
    assert_eq!(found, [(FaultRule::Number, 4), (FaultRule::Text, 30), (FaultRule::KeyUnknown, 32)]);
}

#[test]
fn another_file_than_a_profile_is_told_so_and_nothing_of_it_is_repeated() {
    let message = String::from_utf8(fixture("zuiderzee-1-wijkt-af.xml")).unwrap();
    let found = faults(&message);
    assert_eq!(found.iter().map(|f| f.rule).collect::<Vec<_>>(), [FaultRule::Message]);
    let secrets = "999900006 = \"Jansen\"\n[999900018]\nname = \"mw. Jansen 999900006\"\nstatus = \"Jansen\"\n";
    for text in [secrets, "BSN;naam\n999900006;Jansen\n", &message.replacen('<', "999900006", 1)] {
        let said = format!("{:?} {}", faults(text), profile_summary("file", text).unwrap_err());
        assert!(!said.contains("99990") && !said.contains("Jansen"), "{said}");
    }
    let many = faults(&"999900006\n".repeat(5000));
    assert_eq!((many.len(), many.last().unwrap().rule), (51, FaultRule::More));
    let large = format!("# {}\n{V24}", "é".repeat(40_000));
    assert_eq!(faults(&large).iter().map(|f| f.rule).collect::<Vec<_>>(), [FaultRule::TooLarge]);
}

#[test]
fn a_summary_says_what_is_accepted_and_how_each_field_is_read() {
    let summary = profile_summary("file", DIALECT).unwrap();
    assert_eq!((summary.name.as_str(), summary.version, summary.status.name()), ("zuiderzee-retour-1", 1, "supplier"));
    assert_eq!(summary.accepts.len(), 2);
    assert!(summary.accepts[0].contains("application 2.16.840.1.113883.2.4.6.6 900734"), "{:?}", summary.accepts);
    let reading = |field: &str| summary.fields.iter().find(|f| f.field == field).unwrap().reading.clone();
    assert_eq!(reading("agreement"), "BL: true = no, false = yes");
    assert_eq!((reading("hand_over").as_str(), reading("vehicle").as_str()), ("TS: value", "ST"));
    assert_eq!(reading("remarks_medical"), "ED: value");
    let medical = summary.fields.iter().find(|f| f.field == "remarks_medical").unwrap();
    assert!(medical.places[0].contains(" < code handelen"), "{:?}", medical.places);
    assert!(summary.notices.is_empty());
    let shipped = profile_summary("file", V24).unwrap();
    assert_eq!(shipped.fields.iter().map(|f| f.field).filter(|f| f.starts_with("remarks")).count(), 2);
}

#[test]
fn an_agreement_that_can_only_be_yes_is_allowed_and_said() {
    let text = V24.replacen("    { value = \"true\", means = \"no\" },\n", "", 1);
    assert_eq!(profile_summary("file", &text).unwrap().notices, [Notice::NothingMeansNo]);
}

const PAGES: [&str; 2] = [
    include_str!("../../resources/manual/nl/message-profiles.md"),
    include_str!("../../resources/manual/en/message-profiles.md"),
];

fn example(page: &str) -> &str {
    page.split("```toml\n").nth(1).unwrap().split("```").next().unwrap()
}

#[test]
fn the_example_of_the_manual_is_a_profile_and_the_same_in_both_languages() {
    let summaries = PAGES.map(|page| profile_summary("manual", example(page)).unwrap());
    assert_eq!(summaries[0], summaries[1]);
    assert!(summaries[0].notices.is_empty());
    Profiles::shipped_and("manual", example(PAGES[0])).unwrap();
}

#[test]
fn the_manual_names_every_key_and_word_of_the_schema() {
    // What the schema knows is what it answers to a key or word that it does not know.
    let of = |text: &str| faults(text).into_iter().flat_map(|f| f.words).collect::<Vec<_>>();
    let mut words = of("x = 1");
    for (from, to) in [
        ("[[accepts]]", "[[accepts]]\nx = 1"),
        ("[identifiers]", "[identifiers]\nx = 1"),
        ("[agreement]", "[agreement]\nx = 1"),
        ("[diagnosis]", "[diagnosis]\nreading = \"x\""),
        ("[remarks_medical]", "[remarks_medical]\nx = 1\nreading = \"x\"\nfrom = [\"x\"]"),
        (
            "[remarks_medical]",
            "[hand_over]\nx = 1\nreading = \"x\"\nfrom = \"x\"\nselect = { x = 1 }\n[remarks_medical]",
        ),
        (
            "[remarks_medical]",
            "[description]\nselect = { id = \"1.2\", element = \"x\", within = { element = \"x\" } }\n[remarks_medical]",
        ),
        ("reading = \"negationInd\"", "reading = \"x\""),
        ("{ value = \"false\", means = \"yes\" }", "{ value = \"false\", means = \"x\", x = 1 }"),
        ("{ value = \"false\", means = \"yes\" }", "{ value = \"x\", means = \"yes\" }"),
        ("status = \"reconstruction\"", "status = \"x\""),
        (
            "vehicle = [\"2.16.840.1.113883.19.12.3\"]",
            "vehicle = { x = 1, roots = [\"1.2\"], place = \"x\", reading = \"x\" }",
        ),
    ] {
        assert!(V24.contains(from), "{from}");
        words.extend(of(&V24.replacen(from, to, 1)));
    }
    words.sort_unstable();
    words.dedup();
    assert!(words.len() > 45, "{words:?}");
    for page in PAGES {
        let text = page.split("```toml").next().unwrap();
        let missing: Vec<_> = words
            .iter()
            .filter(|word| !text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|found| found == **word))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}

#[test]
fn a_profile_that_reverses_a_shipped_one_or_reads_both_remarks_from_one_entry_is_noticed() {
    let notices = |text: &str| profile_summary("file", text).unwrap().notices;
    assert_eq!(notices(V24), []);
    let value = |value: &str, means: &str| format!("value = \"{value}\", means = \"{means}\"");
    let turned = V24
        .replacen(&value("false", "yes"), &value("false", "#"), 1)
        .replacen(&value("true", "no"), &value("true", "yes"), 1)
        .replacen("\"#\"", "\"no\"", 1);
    assert_eq!(notices(&turned), [Notice::MeansReverse]);
    let other_entry = turned.replacen("AKKOORDWD", "AKKOORDANDERS", 1);
    assert_eq!(notices(&other_entry), [], "of another entry it is its own affair");
    let (_, rest) = V24.split_once("[remarks_medical]").unwrap();
    let select = rest.lines().find(|line| line.starts_with("select")).unwrap();
    let (before, communication) = V24.split_once("[remarks_communication]").unwrap();
    let own = communication.lines().find(|line| line.starts_with("select")).unwrap();
    let alike = format!("{before}[remarks_communication]{}", communication.replacen(own, select, 1));
    assert_eq!(notices(&alike), [Notice::RemarksAlike]);
}
