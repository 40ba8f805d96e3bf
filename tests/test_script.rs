//! The test script of a connection: each case is really taken in, in order, and each role's own screens hold what the page
//! says must be seen, and nothing of what it says must not.

use std::{cell::RefCell, collections::BTreeSet, path::PathBuf};

use intake::{Arrival, Taken, TakenOutcome, Way};
use invent::{Case, CaseScript, Outcome};
use viewmodel::{Command, Language, MessageOutcome, Screen, Texts};

use crate::{
    house::{House, now},
    support::{Place, fixtures, path, text},
    walk::strings,
};

const DAY: &str = "2026-09-19";

fn script() -> CaseScript {
    CaseScript::new(12, 12, DAY.parse().unwrap())
}

/// The script as the program writes it.
fn written() -> (Place, PathBuf) {
    let place = Place::empty();
    let folder = place.path("script");
    let done = place.done(&["generate", "--testscript", "--until", DAY, path(&folder)]);
    assert!(done.contains("27 gevallen"), "{done}");
    (place, folder)
}

/// A line of a role: its name, what must be seen, what must not.
struct Row {
    role: String,
    seen: String,
    unseen: String,
}

/// What stands between “ and ”.
fn values(cell: &str) -> Vec<String> {
    cell.split('“').skip(1).map(|rest| rest.split('”').next().unwrap().replace('\\', "")).collect()
}

/// The rows of each case, read from the page as a person reads it.
fn page(markdown: &str) -> Vec<(String, Vec<Row>)> {
    let cases = markdown.split("\n## ").skip(1).filter(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let read = cases.map(|part| {
        let rows = part.lines().filter(|line| line.starts_with("| ") && line.ends_with("| ☐ | |")).map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            Row { role: cells[0].to_owned(), seen: cells[1].to_owned(), unseen: cells[2].to_owned() }
        });
        (part.to_owned(), rows.collect())
    });
    read.collect()
}

fn word(outcome: TakenOutcome) -> &'static str {
    match outcome {
        TakenOutcome::TakenIn => "taken in",
        TakenOutcome::Repeated => "repeated",
        TakenOutcome::Superseded => "superseded",
        TakenOutcome::Refused(rule) => rule.id(),
        TakenOutcome::SelfTest => "self-test",
    }
}

/// A house that took in the first so many cases by hand, what became of each, and what each had too much.
fn house(folder: &std::path::Path, cases: &[Case]) -> (House, Vec<(Taken, BTreeSet<String>)>) {
    let config = app::read_config(&std::fs::read_to_string(fixtures().join("init.toml")).unwrap()).unwrap();
    let became = RefCell::new(Vec::new());
    let house = House::made(&config, &[], now(), &|_| true, &|receiving| {
        let rides = std::fs::read(folder.join("rides.csv")).unwrap();
        assert!(receiving.import_rides(&rides, now(), &mut |_, _| true).unwrap().is_whole());
        for case in cases {
            let before = receiving.inbox.store().status(true).unwrap().over_delivered;
            let bytes = std::fs::read(folder.join(case.file())).unwrap();
            let acknowledgement_id = "00000000-0000-4000-8000-000000000009".to_owned();
            let arrival = Arrival {
                bytes: &bytes,
                charset: None,
                way: Way::Hand,
                allowed: &[],
                acknowledgement_id,
                self_test: None,
            };
            let taken = intake::take_in(&mut receiving.inbox, &receiving.reader, &arrival, now()).unwrap();
            let after = receiving.inbox.store().status(true).unwrap().over_delivered;
            let more = after.into_iter().filter(|(kind, n)| before.get(kind) != Some(n)).map(|(kind, _)| kind);
            became.borrow_mut().push((taken, more.collect()));
        }
    });
    (house, became.into_inner())
}

/// Everything a role can bring onto its screens, and what it sees of one ride.
struct Heard {
    all: String,
    of_ride: Vec<(String, String)>,
}

fn clerk(house: &mut House, texts: &Texts) -> Heard {
    let frame = house.sign_in("9001");
    let mut heard = Heard { all: strings(&frame), of_ride: Vec::new() };
    let Screen::Identifications(screen) = frame.screen else { panic!("Patiëntidentificatie") };
    for row in screen.rows {
        let key = match row.reason {
            viewmodel::Reason::NotAnnounced => "ui-id-reason-not-announced",
            viewmodel::Reason::Differs => "ui-id-reason-differs",
            viewmodel::Reason::Invalid => "ui-id-reason-invalid",
            viewmodel::Reason::TwoNumbers => "ui-id-reason-two",
            viewmodel::Reason::RideUnknown => "ui-id-reason-ride-unknown",
            viewmodel::Reason::NotTakenOver => "ui-id-reason-not-taken-over",
        };
        let mut of_ride = format!("{} {}", row.ride, texts.get(key));
        house.act(row.select);
        let Screen::Identifications(screen) = house.act(Command::Claim(row.item)).screen else {
            panic!("the same screen")
        };
        // Of two numbers the first shows both.
        let mut reveals = screen.detail.unwrap().bsns.into_iter().flat_map(|number| number.reveal);
        let reveal = reveals.next().expect("taken up, it can be shown").1;
        of_ride += &strings(&house.act(reveal));
        heard.all += &of_ride;
        heard.of_ride.push((row.ride, of_ride));
    }
    heard
}

fn nurse(house: &mut House) -> Heard {
    let frame = house.sign_in(invent::CASE_NURSE);
    let mut heard = Heard { all: strings(&frame), of_ride: Vec::new() };
    let Screen::Feedback(list) = frame.screen else { panic!("Terugkoppelingen") };
    assert!(list.more.is_none(), "all are listed");
    for row in list.rows {
        let frame = house.act(Command::OpenRecord(row.record));
        let said = strings(&frame);
        let Screen::Feedback(screen) = frame.screen else { panic!("the same screen") };
        let opened = screen.opened.unwrap();
        heard.all += &said;
        heard.of_ride.push((opened.ride, format!("{said} agreement {:?}", opened.agreement)));
    }
    heard
}

fn first_screen(house: &mut House, staff: &str) -> Heard {
    Heard { all: strings(&house.sign_in(staff)), of_ride: Vec::new() }
}

/// What is between “ and ” and is to be seen is seen at this ride, and nothing of the rest anywhere.
#[track_caller]
fn sees(heard: &Heard, row: &Row, what: &str) {
    let seen = values(&row.seen);
    if let Some(ride) = seen.first() {
        let of_ride = heard.of_ride.iter().find(|(of, _)| of == ride);
        let (_, of_ride) = of_ride.unwrap_or_else(|| panic!("{what}: {} sees ride {ride}", row.role));
        for value in &seen {
            assert!(of_ride.contains(value.as_str()), "{what}: {} sees {value} in {of_ride}", row.role);
        }
    }
    for value in values(&row.unseen) {
        assert!(!heard.all.contains(value.as_str()), "{what}: {} does not see {value}", row.role);
    }
}

/// The agreement as the page says it, on the opened record.
fn agrees(heard: &Heard, row: &Row, what: &str) {
    let Some(said) = row.seen.split("Akkoord: ").nth(1) else { return };
    let words = [("ja.", "Yes"), ("nee.", "No"), ("niet te beoordelen.", "NotAssessable"), ("onbekend.", "Unknown")];
    let (_, shown) = words.into_iter().find(|(word, _)| said.starts_with(word)).unwrap();
    let ride = &values(&row.seen)[0];
    let of_ride = &heard.of_ride.iter().find(|(of, _)| of == ride).unwrap().1;
    assert!(of_ride.ends_with(&format!("agreement {shown}")), "{what}: {shown}");
}

/// Takes in the first `until` cases and holds those from `from` on against the page.
fn holds(from: usize, until: usize) {
    let (_place, folder) = written();
    let texts = Texts::load(Language::Dutch).unwrap();
    let page = page(&std::fs::read_to_string(folder.join("testscript-nl.md")).unwrap());
    let script = script();
    let cases = &script.cases()[..until];
    let (mut house, became) = house(&folder, cases);
    let Screen::Reception(reception) = house.sign_in("9003").screen else { panic!("Ontvangst") };
    let Screen::AuditLog(log) = house.sign_in("9004").screen else { panic!("Auditlog") };
    let received: Vec<&str> =
        log.lines.iter().map(|line| line.event).filter(|event| event.starts_with("event-message-")).collect();
    let (clerk, nurse) = (clerk(&mut house, &texts), nurse(&mut house));
    let [manager, administrator, officer] = ["9002", "9003", "9004"].map(|staff| first_screen(&mut house, staff));
    let work = page[..until].iter().filter(|(_, rows)| !values(&rows[0].seen).is_empty()).count();
    assert_eq!(clerk.of_ride.len(), work, "no line that the page does not tell of");
    for case in &cases[from..] {
        let (part, rows) = &page[case.number - 1];
        let what = format!("case {}", case.file());
        assert!(part.contains(&case.file()), "{what}: {part}");
        let [own, crew, quality, reception_row, audit] = rows.as_slice() else { panic!("{what}: a row for each role") };
        for (heard, row) in
            [(&clerk, own), (&nurse, crew), (&manager, quality), (&administrator, reception_row), (&officer, audit)]
        {
            sees(heard, row, &what);
        }
        agrees(&nurse, crew, &what);
        let shown = &reception.messages.rows[until - case.number];
        let outcome = texts.get(shown.outcome.key());
        assert!(reception_row.seen.contains(&format!("bovenste bericht: {outcome}.")), "{what}");
        if let (MessageOutcome::Refused, Some(rule)) = (shown.outcome, shown.findings.first()) {
            assert!(reception_row.seen.contains(&texts.get(&format!("rule-{rule}"))), "{what}");
        }
        assert!(audit.seen.contains(&texts.get(received[until - case.number])), "{what}");
        let (taken, over) = &became[case.number - 1];
        let answer = taken.answer.code.unwrap_or("geen (niet gevraagd)");
        assert!(reception_row.seen.contains(&format!("Antwoord aan het ziekenhuis: {answer}.")), "{what}: {answer}");
        let expected = match case.outcome {
            Outcome::TakenIn | Outcome::NewerVersion => "taken in",
            Outcome::Repeated => "repeated",
            Outcome::Refused(rule) => rule,
        };
        assert_eq!(word(taken.outcome), expected, "{what}");
        if matches!(case.outcome, Outcome::TakenIn) {
            assert_eq!(*over, case.over_delivered.iter().map(|kind| (*kind).to_owned()).collect(), "{what}");
        }
    }
}

#[test]
fn every_role_sees_of_each_case_what_the_page_says_and_nothing_of_what_it_must_not() {
    holds(0, 19);
}

#[test]
fn what_comes_after_another_case_and_what_is_refused_is_as_the_page_says_too() {
    holds(19, 27);
}

#[test]
fn the_page_says_the_same_in_both_languages_and_on_paper_and_nothing_is_written_over() {
    let (place, folder) = written();
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let pages: Vec<_> = ["nl", "en"].map(|l| page(&text(&read(&format!("testscript-{l}.md"))))).into();
    assert_eq!((pages[0].len(), pages[1].len()), (27, 27));
    for ((_, dutch), (_, english)) in pages[0].iter().zip(&pages[1]) {
        assert_eq!((dutch.len(), english.len()), (5, 5));
        for (one, other) in dutch.iter().zip(english) {
            assert_eq!((values(&one.seen), values(&one.unseen)), (values(&other.seen), values(&other.unseen)));
        }
    }
    for language in ["nl", "en"] {
        let pdf = text(&read(&format!("testscript-{language}.pdf")));
        assert!(pdf.starts_with("%PDF-"));
        let markdown = text(&read(&format!("testscript-{language}.md")));
        assert!(!markdown.contains("script-") || !markdown.contains("ui-id-"), "every key has its text");
    }
    let again = place.run(&["generate", "--testscript", path(&folder)]);
    assert_eq!(again.status.code(), Some(4));
    assert!(text(&again.stderr).contains("is er al"), "{}", text(&again.stderr));
}

#[test]
fn each_case_reads_back_through_inspect_as_its_page_says() {
    let (place, folder) = written();
    let script = script();
    for case in script.cases() {
        let file = folder.join(case.file());
        assert_eq!(std::fs::read(&file).unwrap(), case.bytes, "the same seed and day");
        let output = place.run(&["inspect", "--rav", "12", "--json", path(&file)]);
        let found: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        // A second content, and nothing else that is refused, needs the store to be known.
        let refused = match case.outcome {
            Outcome::Refused(rule) if rule != "E10" => Some(rule),
            Outcome::Refused(_) | Outcome::TakenIn | Outcome::NewerVersion | Outcome::Repeated => None,
        };
        let found_refused = (found["outcome"] == "refused").then(|| found["findings"][0]["rule"].as_str().unwrap());
        assert_eq!(found_refused, refused, "{}", case.file());
        if refused.is_none() {
            assert_eq!(found["envelope"], case.spec.envelope.name(), "{}", case.file());
        }
    }
}
