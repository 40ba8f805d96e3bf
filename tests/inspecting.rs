//! `inspect` as a hospital's tester uses it: many files and folders at once, those that cannot be read among them; a report
//! by reader, a table, a summary.

use serde_json::Value;

use crate::support::{Place, fixtures, path, text};

fn sample(name: &str) -> String {
    path(&fixtures().join("messages").join(name)).to_owned()
}

#[test]
fn the_report_says_reader_by_reader_what_each_would_get() {
    let report = Place::empty().done(&["inspect", "--rav", "12", &sample("20-volledig-2.4.xml")]);
    let after = |heading: &str| {
        let mut lines = report.lines().skip_while(|line| line.trim() != heading).skip(1);
        let part: Vec<&str> = lines.by_ref().take_while(|line| line.starts_with("    ")).collect();
        assert!(!part.is_empty(), "{heading} in:\n{report}");
        part.join("\n")
    };
    let clerk = after("RAV-administratie");
    assert!(clerk.contains("BSN: 999900006") && clerk.contains("Patiëntnummer: P-77120"), "{clerk}");
    assert!(!clerk.contains("Cerebrovasculair") && !clerk.contains("Glucose"), "{clerk}");
    let crew = after("Ambulancezorgprofessional die op deze rit reed");
    assert!(crew.contains("Cerebrovasculair accident") && crew.contains("Glucose was bepaald"), "{crew}");
    assert!(crew.contains("Geboortedatum: 1948-05-17") && !crew.contains("999900006"), "{crew}");
    let manager = after("Medisch manager ambulancezorg");
    assert!(manager.contains("Leeftijdsgroep: 70 tot en met 79 jaar") && !manager.contains("1948"), "{manager}");
    assert!(manager.contains("medisch handelen ja, over communicatie ja") && !manager.contains("Glucose"), "{manager}");
    for role in ["Functioneel beheer", "Privacy officer / logbeheerder"] {
        assert!(after(role).contains("Geen waarde eruit"), "{role}");
    }
    assert!(report.contains("1 × adres: recordTarget/patientRole/addr (staat niet op de gesloten lijst)"), "{report}");
    assert!(report.contains("Wat de afzender terugkrijgt: CA, ontvangen (HTTP 200)"), "{report}");
    assert!(report.contains("<acknowledgement typeCode=\"CA\">"), "{report}");
}

#[test]
fn whoever_sees_values_is_told_whose_they_are() {
    let place = Place::empty();
    let file = sample("22-akkoord-2.5.xml");
    for form in [&["inspect", &file][..], &["inspect", "--json", &file]] {
        assert!(text(&place.run(form).stderr).contains("alleen voor wie die mag zien"), "{form:?}");
    }
    assert!(text(&place.run(&["inspect", "--table", &file]).stderr).is_empty(), "a table holds none");
    let help = text(&place.bare().args(["inspect", "--help"]).output().unwrap().stdout);
    assert!(help.contains("alleen voor de eigenaar van het bestand") && help.contains("2 geweigerd"), "{help}");
}

/// What cannot be read: absent, a folder without messages, a pipe; and what reads and is nothing: empty, too large.
struct Bad {
    place: Place,
    arguments: Vec<String>,
}

fn bad() -> Bad {
    let place = Place::empty();
    let (folder, pipe) = (place.path("leeg"), place.path("pijp"));
    std::fs::create_dir(&folder).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let large = place.file("te-groot.xml", vec![b'<'; (1 << 20) + 1]);
    let arguments = vec![
        path(&place.path("er-niet.xml")).to_owned(),
        path(&folder).to_owned(),
        path(&pipe).to_owned(),
        large,
        sample("63-leeg.xml"),
        sample("programma-01-onjuist-bsn.xml"),
        sample("22-akkoord-2.5.xml"),
    ];
    Bad { place, arguments }
}

#[test]
fn files_that_cannot_be_read_are_named_and_counted_and_the_others_go_on() {
    let Bad { place, arguments } = bad();
    let asked: Vec<&str> = ["inspect", "--rav", "12"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
    let output = place.run(&asked);
    assert_eq!(output.status.code(), Some(4), "what cannot be read is the worst");
    let report = text(&output.stdout);
    let summary = report.split("Bestanden: 7. ").nth(1).unwrap_or_else(|| panic!("{report}"));
    assert!(
        summary.starts_with("Zonder bevindingen: 1. Met bevindingen: 1. Geweigerd: 2. Niet gelezen: 3."),
        "{summary}"
    );
    for (place, words) in [
        (&arguments[0], "is er niet. Kijk het pad na"),
        (&arguments[1], "staan geen .xml-bestanden"),
        (&arguments[2], "is geen gewoon bestand"),
        (&arguments[3], "geweigerd, X1"),
        (&arguments[4], "geweigerd, X3"),
        (&arguments[5], ": R11"),
    ] {
        let line = summary.lines().find(|line| line.contains(place.as_str()));
        assert!(line.is_some_and(|line| line.contains(words)), "{place}, {words}: {summary}");
    }
    assert!(!summary.contains("22-akkoord"), "what is clean asks for no attention");
    assert!(report.contains("Grootte: meer dan 1\u{202f}048\u{202f}576 bytes") && report.contains("Grootte: 0 bytes"));
    let only_refused = place.run(&["inspect", &arguments[4], &arguments[6]]);
    assert_eq!(only_refused.status.code(), Some(2));
}

#[test]
fn a_refused_file_is_told_as_far_as_it_was_read_and_where_it_is_no_xml() {
    let output =
        Place::empty().run(&["inspect", "--rav", "12", &sample("51-andere-rav.xml"), &sample("60-afgebroken.xml")]);
    assert_eq!(output.status.code(), Some(2));
    let report = text(&output.stdout);
    for line in [
        "Berichtprofiel: bericht12-2.4-reconstructie",
        "Afzender: 2.16.528.1.1007.3.3 00000101",
        "Ontvanger: 2.16.840.1.113883.2.4.3.11.60.55.15.1 25",
        "Rit: 25-2026-1-1",
        "Dit is geen welgevormde XML. [regel 38, kolom 98]",
    ] {
        assert!(report.contains(line), "{line}: {report}");
    }
}

#[test]
fn json_has_an_object_for_each_file_whatever_became_of_it() {
    let Bad { place, arguments } = bad();
    let asked: Vec<&str> = ["inspect", "--json"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
    let output = place.run(&asked);
    let all: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let outcomes: Vec<&str> = all.iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    let unread = ["unreadable"; 3];
    assert_eq!(outcomes, [&unread[..], &["refused", "refused", "taken_in", "taken_in"]].concat());
    assert!(all[1]["error"].as_str().unwrap().contains("geen .xml-bestanden"));
    let said = text(&output.stderr);
    assert!(said.contains("Bestanden: 7. Zonder bevindingen: 1."), "{said}");
}

#[test]
fn a_folder_stands_for_its_messages_in_the_order_of_their_names() {
    let output = Place::empty().run(&["inspect", "--json", path(&fixtures().join("messages"))]);
    let all: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
    let names: Vec<&str> = all.iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert!(names.len() == 38 && names.is_sorted(), "{names:?}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn no_cell_of_the_table_is_a_formula_and_none_holds_a_bsn_or_a_text() {
    let place = Place::empty();
    let sample = std::fs::read_to_string(sample("20-volledig-2.4.xml")).unwrap();
    // What the sender chose begins as a formula too.
    let sample = sample.replacen("extension=\"P-77120\"", "extension=\"=1+1\"", 1);
    let at = sample.find("<id root=\"2.16.840.1.113883.19.12.5\" extension=\"").unwrap();
    let own = &sample[at..][..sample[at..].find("/>").unwrap()];
    let names = ["=1+1.xml", "+2.xml", "@x.xml", "\tx.xml", "-y.xml"];
    for name in names {
        place.file(name, sample.replacen(own, "<id root=\"=cmd|' /C calc'!A0\"", 1));
    }
    let output = place.bare().args(["inspect", "--table", "--"]).args(names).output().unwrap();
    let mut table = csv::ReaderBuilder::new().delimiter(b';').from_reader(output.stdout.as_slice());
    let head = table.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), names.len(), "{}", text(&output.stderr));
    for (row, name) in rows.iter().zip(names) {
        let cell = |column: &str| row.get(head.iter().position(|c| c == column).unwrap()).unwrap();
        assert_eq!(cell("file"), format!("'{name}"));
        assert!(cell("message_id").starts_with("'=cmd"), "{row:?}");
        assert_eq!((cell("bsn"), cell("agreement"), cell("diagnoses")), ("valid", "no", "1"));
        assert_eq!(cell("over_delivered"), "address 1, name 1, narrative 1, telecom 1, vital_sign 1");
        let formulas = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        assert!(!row.iter().any(formulas), "{row:?}");
        for value in ["999900006", "Ischemisch", "Glucose", "1948"] {
            assert!(!row.iter().any(|cell| cell.contains(value)), "{value} in {row:?}");
        }
    }
    assert_eq!(place.run(&["inspect", "--table", "--json", "a.xml"]).status.code(), Some(2), "one form at a time");
}

#[test]
fn the_rav_that_is_named_judges_the_addressee_and_without_one_that_is_said() {
    let place = Place::empty();
    let other = sample("51-andere-rav.xml");
    assert_eq!(place.run(&["inspect", "--rav", "12", &other]).status.code(), Some(2));
    let unjudged = place.done(&["inspect", &other]);
    assert!(unjudged.contains("Voor wie: niet beoordeeld"), "{unjudged}");
    let own = place.done(&["inspect", "--rav", "25", &other]);
    assert!(own.contains("Voor wie: RAV 25"), "{own}");
}
