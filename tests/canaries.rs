//! Canaries: three hundred invented messages, each with its own in every field; for every role, screen and tab the
//! accessibility tree, the view model and the clipboard are searched for those the role may not see.
//!
//! **Invariant:** the search is shown to find: each role that may see something is shown to see it.

use std::collections::{BTreeSet, HashSet};

use app::read_config;
use chrono::{NaiveDate, TimeDelta};
use invent::{Canaries, InventedMessage, Settings, Year};
use store::Hospital;
use viewmodel::{
    Command, ConnectionTab, ConnectionsCommand, EntryCommand, EntryWay, IdentificationTab, RecordId, RevealPurpose,
    Screen, ScreenName,
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
const READING: usize = 6;

/// What one message holds, and whose it is.
struct Told {
    canaries: Canaries,
    nurse: String,
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
            for InventedMessage { at, bytes, canaries, nurse, .. } in day.messages {
                receiving.take_in_bytes(&[&bytes], at).unwrap();
                told.borrow_mut().push(Told { canaries, nurse: nurse.to_string() });
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
    PatientNumber,
    OverDelivered,
}

impl Told {
    fn fields(&self) -> impl Iterator<Item = (Field, &String)> {
        let Canaries { description, medical, communication, patient_number, over_delivered } = &self.canaries;
        let all = [
            (Field::Description, description),
            (Field::Medical, medical),
            (Field::Communication, communication),
            (Field::PatientNumber, patient_number),
            (Field::OverDelivered, over_delivered),
        ];
        all.into_iter().filter_map(|(field, canary)| canary.as_ref().map(|canary| (field, canary)))
    }
}

/// Fields of which a reader hears something; panics at one that the reader may not hear.
fn searched(reader: &str, heard: &str, told: &[Told], may: &dyn Fn(Field, &Told) -> bool) -> BTreeSet<Field> {
    let mut found = BTreeSet::new();
    for message in told {
        for (field, canary) in message.fields() {
            if heard.contains(canary.as_str()) {
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
    searched("the clerk", &clerk, &told, &|field, _| field == Field::PatientNumber);

    let mut read = BTreeSet::new();
    let nurses: BTreeSet<&str> = told.iter().map(|message| message.nurse.as_str()).collect();
    for staff in nurses.into_iter().take(READING) {
        let heard = as_professional(&mut reader, staff);
        assert!(!has_a_bsn(&heard), "nurse {staff} is shown a BSN");
        read.extend(searched(staff, &heard, &told, &|field, message| {
            let theirs = matches!(field, Field::Description | Field::Medical | Field::Communication);
            theirs && message.nurse == staff
        }));
    }
    assert_eq!(read, BTreeSet::from([Field::Description, Field::Medical, Field::Communication]), "what is theirs");

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
    assert!(!has_a_bsn(&heard));

    let heard = as_officer(&mut reader);
    assert!(heard.contains("event-bsn-revealed") && heard.contains("event-diagnosis-opened"), "the log is read");
    searched("the officer", &heard, &told, &nobody);
    assert!(!has_a_bsn(&heard));

    for command in [Command::Lock, Command::SignOut, Command::Entry(EntryCommand::Start(EntryWay::FirstTime))] {
        reader.step(command);
    }
    let heard = reader.taken();
    searched("nobody", &heard, &told, &nobody);
    assert!(!has_a_bsn(&heard));
}
