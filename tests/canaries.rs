//! Canaries: three hundred invented messages, each with its own in every field but agreement, which has a handful of values;
//! for every role, screen and tab the accessibility tree, the view model and the clipboard are searched for those the
//! role may not see. Agreement is searched for by the sentences that tell it, and by turning it round: who may not see it
//! hears the same.
//!
//! **Invariant:** the search is shown to find: each role that may see something is shown to see it.

use std::collections::{BTreeSet, HashSet};

use app::read_config;
use chrono::{NaiveDate, TimeDelta};
use domain::Agreement;
use invent::{Canaries, CodedDiagnosis, InventedMessage, MessageSpec, Settings, Version, Year, sample_message};
use store::Hospital;
use viewmodel::{
    Command, ConnectionTab, ConnectionsCommand, EntryCommand, EntryWay, IdentificationTab, Language, RecordId,
    RevealPurpose, Screen, ScreenName, Texts,
};

use crate::{
    hospital,
    house::{House, Window},
};

const CLERK: &str = "9001";
const MANAGER: &str = "9002";
const ADMINISTRATOR: &str = "9003";
const OFFICER: &str = "9004";
const CONNECTION_TABS: [ConnectionTab; 4] =
    [ConnectionTab::Status, ConnectionTab::Agreement, ConnectionTab::Certificate, ConnectionTab::Test];
/// Nurses whose records are all opened; the others' accounts are there, and their records are asked for too.
const READING: usize = 16;

/// What one message holds, and whose it is.
struct Told {
    canaries: Canaries,
    nurse: String,
    agreement: Option<Agreement>,
    returns_bsn: bool,
}

fn invented() -> Year {
    let until = NaiveDate::from_ymd_opt(2026, 9, 19).unwrap();
    Year::new(Settings { messages: 300, days: 150, canaries: true, ..Settings::new(until) })
}

fn config(year: &Year) -> String {
    let account = |staff: &str, role: &str| {
        format!("[[account]]\nstaff = \"{staff}\"\nname = \"Lezer {staff}\"\nroles = [\"{role}\"]\n")
    };
    let mut text = "[organisation]\nname = \"Voorbeeldregio\"\nrav = 12\n[agreement]\nwithout = \"all\"\n".to_owned();
    let roles = ["administration", "medical_manager", "functional_administrator", "privacy_officer"];
    for (staff, role) in [CLERK, MANAGER, ADMINISTRATOR, OFFICER].iter().zip(roles) {
        text += &account(staff, role);
    }
    for nurse in &year.crew.nurses {
        text += &account(&nurse.staff.to_string(), "professional");
    }
    text
}

/// The house with everything received day by day, and what each message told.
fn house() -> (House, Vec<Told>) {
    let year = invented();
    let hospitals: Vec<Hospital> = year.hospitals.iter().map(hospital::connected).collect();
    let begins = (year.settings().first() - TimeDelta::days(2)).and_hms_opt(3, 0, 0).unwrap().and_utc();
    let told = std::cell::RefCell::new(Vec::new());
    let house = House::made(&read_config(&config(&year)).unwrap(), &hospitals, begins, &|_| true, &|receiving| {
        for day in year.days() {
            for InventedMessage { at, bytes, canaries, nurse, agreement, returns_bsn, .. } in day.messages {
                receiving.take_in_bytes(&[&bytes], at).unwrap();
                told.borrow_mut().push(Told { canaries, nurse: nurse.to_string(), agreement, returns_bsn });
            }
            let night = day.date.and_hms_opt(23, 59, 0).unwrap().and_utc();
            let done = receiving.import_rides(&day.rides_csv, night, &mut |_, _| true).unwrap();
            assert_eq!(done.refused, 0, "{done:?}");
        }
    });
    (house, told.into_inner())
}

/// A part of a message, as its canaries name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Field {
    Description,
    Medical,
    Communication,
    DiagnosisCode,
    DiagnosisName,
    /// As the view model has it.
    BirthDate,
    /// As the screen writes it.
    BirthDateShown,
    PatientNumber,
    WorkingDiagnosis,
    OverDelivered,
}

/// What the crew of the ride may see of any message.
const OF_THE_CREW: [Field; 3] = [Field::Medical, Field::Communication, Field::WorkingDiagnosis];
/// What they may see unless the hospital agrees (R3).
const UNLESS_IT_AGREES: [Field; 5] =
    [Field::Description, Field::DiagnosisCode, Field::DiagnosisName, Field::BirthDate, Field::BirthDateShown];
/// What the administration may see where a BSN came back; the patient number is its too, but no screen shows it so far.
const OF_AN_IDENTIFICATION: [Field; 2] = [Field::BirthDate, Field::BirthDateShown];

impl Told {
    fn fields(&self) -> impl Iterator<Item = (Field, String)> {
        let Canaries {
            description,
            medical,
            communication,
            diagnosis_code,
            diagnosis_name,
            birth_date,
            patient_number,
            working_diagnosis,
            over_delivered,
        } = self.canaries.clone();
        let birth = |form: &str| {
            let day = birth_date.as_ref().map(|birth| NaiveDate::parse_from_str(birth, "%Y%m%d").unwrap());
            day.map(|day| day.format(form).to_string())
        };
        let all = [
            (Field::BirthDate, birth("%Y-%m-%d")),
            (Field::BirthDateShown, birth("%d-%m-%Y")),
            (Field::Description, description),
            (Field::Medical, medical),
            (Field::Communication, communication),
            (Field::DiagnosisCode, diagnosis_code),
            (Field::DiagnosisName, diagnosis_name),
            (Field::PatientNumber, patient_number),
            (Field::WorkingDiagnosis, working_diagnosis),
            (Field::OverDelivered, over_delivered),
        ];
        all.into_iter().filter_map(|(field, canary)| canary.map(|canary| (field, canary)))
    }

    fn is_for_the_crew(&self, field: Field) -> bool {
        let disagrees = self.agreement.is_some_and(|agreement| agreement != Agreement::Yes);
        OF_THE_CREW.contains(&field) || disagrees && UNLESS_IT_AGREES.contains(&field)
    }
}

/// Characters of a canary: ten of a token and of a date, twelve of a code.
const LENGTHS: [usize; 2] = [10, 12];

/// Every piece of what is heard that could be a canary, so that a long text is gone through once.
fn pieces(heard: &str) -> HashSet<&[u8]> {
    let bytes = heard.as_bytes();
    let begins = (0..bytes.len()).filter(|at| bytes[*at] == b'Z' || bytes[*at].is_ascii_digit());
    begins.flat_map(|at| LENGTHS.into_iter().filter_map(move |length| bytes.get(at..at + length))).collect()
}

/// Fields of which a reader hears something; panics at one that the reader may not hear.
fn searched(reader: &str, heard: &str, told: &[Told], may: &dyn Fn(Field, &Told) -> bool) -> BTreeSet<Field> {
    let (pieces, mut found) = (pieces(heard), BTreeSet::new());
    for message in told {
        for (field, canary) in message.fields() {
            assert!(LENGTHS.contains(&canary.len()), "{canary} would not be found");
            if pieces.contains(canary.as_bytes()) {
                assert!(may(field, message), "{reader} hears a {field:?} of nurse {}", message.nurse);
                found.insert(field);
            }
        }
    }
    found
}

/// Test numbers with or without the spaces of the screen.
fn has_a_bsn(heard: &str) -> bool {
    let digits: String = heard.chars().filter(|c| *c != ' ').collect();
    let bytes = digits.as_bytes();
    bytes.windows(9).any(|nine| nine.starts_with(b"9999") && nine.iter().all(u8::is_ascii_digit))
}

/// The sentences that tell what a hospital says of one ride.
fn tells_agreement(heard: &str) -> bool {
    let texts = Texts::load(Language::Dutch).unwrap();
    let outcomes = ["yes", "no", "no-same", "incomplete", "not-assessable", "unknown", "not-received"];
    outcomes.iter().any(|outcome| heard.contains(&texts.get(&format!("ui-outcome-{outcome}"))))
}

/// A window whose every step is kept: the tree, the view model, the clipboard.
struct Reader {
    window: Window,
    heard: String,
}

impl Reader {
    fn step(&mut self, command: Command) {
        self.window.send(command);
        self.heard += &self.window.heard();
    }

    fn sign_in(&mut self, staff: &str) {
        self.step(Command::SignOut);
        let sign_in = self.window.behind.borrow_mut().house.typed(staff);
        self.step(sign_in);
    }

    /// The screen as the view model holds it now.
    fn screen(&self) -> Screen {
        self.window.behind.borrow_mut().house.act(Command::Refresh).screen
    }

    /// Every page that this role's rail leads to, *Mijn account*, and each tab of the first hospitals' connections.
    fn walk(&mut self) -> HashSet<ScreenName> {
        let rail = self.window.behind.borrow_mut().house.act(Command::Refresh).rail.unwrap();
        let pages: Vec<_> =
            rail.items.iter().chain([&rail.mine]).map(|item| (item.screen, item.open.clone())).collect();
        for (_, open) in &pages {
            self.step(open.clone());
            let Screen::Connections(screen) = self.screen() else { continue };
            for row in screen.lines.iter().take(3) {
                self.step(row.select.clone());
                for tab in CONNECTION_TABS {
                    self.step(Command::Connections(ConnectionsCommand::Tab(tab)));
                }
            }
        }
        pages.into_iter().map(|(screen, _)| screen).collect()
    }

    /// All that was heard, shown and copied since the last time.
    fn taken(&mut self) -> String {
        let shown = std::mem::take(&mut self.window.behind.borrow_mut().shown);
        let copied = std::mem::take(&mut self.window.copied).join("\n");
        format!("{}\n{shown}\n{copied}", std::mem::take(&mut self.heard))
    }
}

fn as_clerk(reader: &mut Reader) -> String {
    reader.sign_in(CLERK);
    let tabs = [
        IdentificationTab::AwaitingHospital,
        IdentificationTab::Investigating,
        IdentificationTab::Closed,
        IdentificationTab::Open,
    ];
    for tab in tabs {
        reader.step(Command::IdentificationTab(tab));
        let Screen::Identifications(screen) = reader.screen() else { panic!("Patiëntidentificatie") };
        for row in screen.rows.iter().take(12) {
            reader.step(row.select.clone());
            reader.step(Command::Claim(row.item));
            reader.step(Command::RevealBsn(row.item, RevealPurpose::CompleteRide));
            reader.step(Command::CopyBsn(row.item, 0));
        }
    }
    reader.walk();
    reader.taken()
}

/// Opens what is one's own, and asks for everything else.
fn as_professional(reader: &mut Reader, staff: &str) -> String {
    reader.sign_in(staff);
    let Screen::Feedback(screen) = reader.screen() else { panic!("Terugkoppelingen") };
    for row in &screen.rows {
        reader.step(row.select.clone());
        reader.step(Command::OpenRecord(row.record));
    }
    for number in (1..330).step_by(23) {
        reader.step(Command::OpenRecord(RecordId(number)));
    }
    reader.walk();
    reader.taken()
}

fn as_officer(reader: &mut Reader) -> String {
    reader.sign_in(OFFICER);
    reader.step(Command::VerifyChain);
    loop {
        let Screen::AuditLog(screen) = reader.screen() else { panic!("Auditlog") };
        reader.step(screen.lines[0].select.clone());
        match screen.older {
            Some(older) => reader.step(older),
            None => break,
        }
    }
    reader.walk();
    reader.taken()
}

#[test]
fn no_role_hears_shows_or_copies_what_another_may_see() {
    let (house, told) = house();
    let window = Window::of_size(house, egui::vec2(1280.0, 2400.0));
    let mut reader = Reader { window, heard: String::new() };
    let nobody = |_: Field, _: &Told| false;

    let clerk = as_clerk(&mut reader);
    assert!(has_a_bsn(&clerk), "the clerk is shown BSNs, so the search for them works");
    let seen = searched("the clerk", &clerk, &told, &|field, message| {
        message.returns_bsn && OF_AN_IDENTIFICATION.contains(&field)
    });
    assert_eq!(seen, BTreeSet::from(OF_AN_IDENTIFICATION), "what is the clerk's");
    assert!(!tells_agreement(&clerk));

    let mut read = BTreeSet::new();
    let nurses: BTreeSet<&str> = told.iter().map(|message| message.nurse.as_str()).collect();
    for staff in nurses.into_iter().take(READING) {
        let heard = as_professional(&mut reader, staff);
        assert!(!has_a_bsn(&heard), "nurse {staff} is shown a BSN");
        read.extend(searched(staff, &heard, &told, &|field, message| {
            message.nurse == staff && message.is_for_the_crew(field)
        }));
        assert!(tells_agreement(&heard), "the search for agreement works: {staff}");
    }
    let theirs: BTreeSet<Field> = OF_THE_CREW.into_iter().chain(UNLESS_IT_AGREES).collect();
    assert_eq!(read, theirs, "what is theirs");

    reader.sign_in(MANAGER);
    let Screen::Quality(quality) = reader.screen() else { panic!("Kwaliteit") };
    let months = quality.chart.points.iter().filter(|point| point.value.is_some()).count();
    assert!(months >= 3, "figures are opened and published: {:?}", quality.chart.points);
    assert!(quality.hospitals.rows.iter().any(|row| row.value.shown().is_some()), "{:?}", quality.hospitals.rows);
    reader.walk();
    reader.sign_in(ADMINISTRATOR);
    let pages = reader.walk();
    assert!(pages.is_superset(&HashSet::from([ScreenName::Rides, ScreenName::Connections, ScreenName::Profiles])));
    let heard = reader.taken();
    assert!(heard.contains("Kwaliteit") && heard.contains("Ontvangst") && heard.contains("Niet gekoppeld"));
    searched("the manager or the administrator", &heard, &told, &nobody);
    assert!(!has_a_bsn(&heard) && !tells_agreement(&heard));

    let heard = as_officer(&mut reader);
    assert!(heard.contains("event-bsn-revealed") && heard.contains("event-diagnosis-opened"), "the log is read");
    searched("the officer", &heard, &told, &nobody);
    assert!(!has_a_bsn(&heard) && !tells_agreement(&heard));

    for command in [Command::Lock, Command::SignOut, Command::Entry(EntryCommand::Start(EntryWay::FirstTime))] {
        reader.step(command);
    }
    let heard = reader.taken();
    searched("nobody", &heard, &told, &nobody);
    assert!(!has_a_bsn(&heard) && !tells_agreement(&heard));
}

/// Words without those of the log's hashes (`72f2 07b4 … ecdd`), which are of sealed parts and so never the same.
fn without_hashes(heard: &str) -> Vec<&str> {
    let is_of_hash = |word: &&str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    heard.split(|c: char| !c.is_alphanumeric()).filter(|word| !is_of_hash(word)).collect()
}

#[test]
fn an_agreement_turned_round_is_heard_by_the_crew_of_the_ride_and_by_nobody_else() {
    let base = MessageSpec {
        version: Version::V25,
        ride: Some("12-2026-4504-1".to_owned()),
        vehicle: Some("12-107".to_owned()),
        sent: NaiveDate::from_ymd_opt(2026, 9, 15).unwrap().and_hms_opt(9, 0, 0).unwrap(),
        medical: Some("De pijnstilling sloot goed aan.".to_owned()),
        ..MessageSpec::default()
    };
    let (code, display) = ("194828000".to_owned(), "Angina pectoris".to_owned());
    let diagnoses = vec![CodedDiagnosis { code, display, icd: None }];
    let told = MessageSpec { diagnoses, ..base.clone() };
    let heard_of = |spec: &MessageSpec, agreement: Agreement| {
        let mut bytes = sample_message(&MessageSpec { agreement: Some(agreement), ..spec.clone() });
        // *Ontvangst* shows how long a message is, and by which rules it was found fault with: with both of a pair none.
        bytes.resize(8192, b' ');
        let mut house = House::receiving(&[bytes], &|_| true);
        [CLERK, MANAGER, ADMINISTRATOR, OFFICER, "1001", "1004"].map(|staff| house.pages(staff))
    };
    for (spec, agreement) in [(&base, Agreement::Yes), (&told, Agreement::No)] {
        let (first, other) = (heard_of(spec, agreement), heard_of(spec, Agreement::NotAssessable));
        let readers = ["the clerk", "the manager", "the administrator", "the officer", "1001"];
        for (reader, (one, other)) in readers.iter().zip(first.iter().zip(&other)) {
            let (one, other) = (without_hashes(one), without_hashes(other));
            let differs = one.iter().zip(&other).find(|(one, other)| one != other);
            assert!(!one.is_empty() && one == other, "{reader} hears of an agreement: {differs:?}");
        }
        assert_ne!(first[5], other[5], "nurse 1004 was on this ride");
    }
}
