//! The demo: filled through the ordinary way, stopped without a trace, and every screen as a picture.

use std::collections::BTreeSet;

use access::Event;
use app::{
    AppError, Engine, Parameters,
    demo::{DemoDay, DemoPlan},
};
use chrono::{Days, NaiveDate, NaiveTime, Utc};
use domain::RoleName;
use viewmodel::{Cell, Command, CrewChangeKind, ProgressScreen, ReportState, Screen, ScreenName, TrendState};

use crate::support::{Place, origin, text};

const CHEAP: Parameters = Parameters { memory_kib: 64, passes: 1, lanes: 1 };
const MESSAGES: usize = 300;

fn year_of(seed: u64, messages: usize) -> invent::Year {
    let until = Utc::now().date_naive() - Days::new(1);
    invent::Year::new(invent::Settings { seed, messages, ..invent::Settings::new(until) })
}

fn year(seed: u64) -> invent::Year {
    year_of(seed, MESSAGES)
}

fn day(day: invent::Day) -> DemoDay {
    let messages = day.messages.into_iter().map(|m| (m.at, m.bytes)).collect();
    DemoDay { date: day.date, rides: day.rides_csv, messages }
}

/// A demo in a folder; hospitals are unlisted, so what is kept follows the store's own setting.
fn fill(place: &Place, year: &invent::Year, tell: &mut dyn FnMut(ProgressScreen) -> bool) -> Result<Engine, AppError> {
    let nurses = year.crew.nurses.iter().take(41);
    let plan = DemoPlan {
        folder: place.path("demo"),
        cost: CHEAP,
        origin: origin(),
        hospitals: Vec::new(),
        professionals: nurses.map(|m| (m.staff.to_string(), m.name.clone())).collect(),
        first: year.settings().first().and_time(NaiveTime::MIN).and_utc(),
        samples: None,
        messages: year.messages() as u64,
        hindered: app::demo::Hindered::default(),
    };
    app::demo::fill(plan, &mut year.days().map(day), tell)
}

#[test]
fn a_year_is_received_day_by_day_each_message_once_and_read_by_many() {
    let (place, year) = (Place::empty(), year(12));
    let (mut days, mut last) = (0, 0);
    let engine = fill(&place, &year, &mut |screen| {
        if screen.title == "demo-progress" {
            assert!(screen.done.0 >= last, "the progress never runs back");
            (days, last) = (days + 1, screen.done.0);
        }
        true
    })
    .unwrap();
    let status = engine.store().status(true).unwrap();
    let received = status.received;
    assert_eq!(received.taken_in + received.repeated + received.superseded, MESSAGES as u64);
    assert_eq!(received.refused, 0);
    assert_eq!(days, year.settings().days);
    assert!(status.rides > 0 && status.unlinked < status.linked, "{status:?}");
    assert!(status.identifications.closed > 0, "the clerk has worked");
    assert!(status.audit.intact);
    assert!(!engine.store().published().unwrap().is_empty(), "the manager has published");
    let log = engine.store().log_page(None, 100_000).unwrap();
    let readers: BTreeSet<_> =
        log.iter().filter(|l| l.entry.event == Event::DiagnosisOpened).filter_map(|l| l.entry.user).collect();
    assert!(readers.len() >= 30, "of 41 professionals {} have read", readers.len());
    let times: Vec<_> = log.iter().rev().map(|l| l.entry.at).collect();
    assert!(times.is_sorted(), "the clock never runs back");
    assert!(*times.last().unwrap() <= Utc::now());
}

#[test]
fn its_professionals_tick_report_disown_and_reflect_and_the_others_have_work_of_it() {
    let (place, year) = (Place::empty(), year_of(12, 1500));
    let mut engine = fill(&place, &year, &mut |_| true).unwrap();
    let log = engine.store().log_page(None, 100_000).unwrap();
    let times = |event| log.iter().filter(|l| l.entry.event == event).count();
    for event in [
        Event::RideDisowned,
        Event::KeysHandedBack,
        Event::PassageReported,
        Event::PassageDecided,
        Event::ReflectionWritten,
        Event::ReflectionConfirmed,
        Event::ItemNoted,
    ] {
        assert!(times(event) >= 2, "{event:?}: {}", times(event));
    }
    assert!(times(Event::PassageReported) < 60 && times(Event::RideDisowned) < 40, "some, not many");
    let accounts: Vec<RoleName> = engine.demo_accounts().collect();
    let mut act = |command| engine.execute(command, Utc::now(), &mut |_, _, _| true);
    let mut at = |role, screens: [ScreenName; 2]| {
        let index = accounts.iter().position(|of| *of == role).unwrap();
        act(Command::SignOut);
        act(Command::SignInDemo(index));
        screens.map(|screen| act(Command::Open(screen)).screen)
    };
    let own = at(RoleName::Professional, [ScreenName::Trend, ScreenName::Reflections]);
    let [Screen::Trend(trend), Screen::Reflections(own)] = own else { panic!("Mijn verloop and Mijn reflecties") };
    let TrendState::Ready(figures) = trend.state else { panic!("counted") };
    assert!(!figures.themes.is_empty(), "themes of his own");
    assert!(own.lines.len() >= 2 && own.lines.iter().any(|line| line.confirmed.is_some()));
    let [_, Screen::Oversight(reports)] = at(RoleName::PrivacyOfficer, [ScreenName::AuditLog, ScreenName::Oversight])
    else {
        panic!("Meldingen")
    };
    let states: Vec<_> = reports.reports.iter().map(|line| line.state).collect();
    assert!(states.contains(&ReportState::Open) && states.contains(&ReportState::Destroyed), "{states:?}");
    assert!(reports.changes.iter().any(|change| change.kind == CrewChangeKind::Disowned));
    let [_, Screen::Quality(quality)] = at(RoleName::MedicalManager, [ScreenName::Quality; 2]) else {
        panic!("Kwaliteit")
    };
    let sums: Vec<Cell> = quality.marks.hospitals.iter().flat_map(|one| [one.thanks, one.differently]).collect();
    assert!(!sums.is_empty() && sums.iter().any(|cell| matches!(cell, Cell::Number(_))), "{sums:?}");
}

#[test]
fn a_message_waits_for_its_ride_and_not_for_the_evening_of_another_day() {
    let (place, year) = (Place::empty(), year(12));
    let engine = fill(&place, &year, &mut |_| true).unwrap();
    let log = engine.store().log_page(None, 100_000).unwrap();
    let hours: BTreeSet<NaiveTime> =
        log.iter().filter(|l| l.entry.event == Event::MessageTakenIn).map(|l| l.entry.at.time()).collect();
    assert!(hours.len() > MESSAGES / 2, "messages keep their own times: {} different", hours.len());
    let rides = log.iter().filter(|l| l.entry.event == Event::RidesImported);
    let late = NaiveTime::from_hms_opt(23, 59, 0).unwrap();
    assert!(rides.map(|l| l.entry.at.time()).all(|at| at == late), "ride files come in the night after their day");
}

#[test]
fn stopped_on_the_third_day_nothing_is_left() {
    let (place, year) = (Place::empty(), year(12));
    let mut days = 0;
    let stopped = fill(&place, &year, &mut |screen| {
        days += u32::from(screen.title == "demo-progress");
        days <= 3
    });
    assert_eq!(stopped.err().map(|e| e.key), Some("demo-cancelled"));
    assert!(!place.path("demo").exists());
}

#[test]
fn stopped_while_the_accounts_are_made_nothing_is_left() {
    let (place, year) = (Place::empty(), year(12));
    let mut asked = 0;
    let stopped = fill(&place, &year, &mut |_| {
        asked += 1;
        asked < 5
    });
    assert_eq!(stopped.err().map(|e| e.key), Some("demo-cancelled"));
    assert_eq!(asked, 5, "no key is derived after that");
    assert!(!place.path("demo").exists());
}

#[test]
fn a_refused_message_is_a_fault_and_no_demo() {
    let (place, year) = (Place::empty(), year(12));
    let today = NaiveDate::MIN;
    let spoilt = DemoDay { date: today, rides: Vec::new(), messages: vec![(Utc::now(), b"<geen bericht/>".to_vec())] };
    let plan = DemoPlan {
        folder: place.path("demo"),
        cost: CHEAP,
        origin: origin(),
        hospitals: Vec::new(),
        professionals: Vec::new(),
        first: year.settings().first().and_time(NaiveTime::MIN).and_utc(),
        samples: None,
        messages: 1,
        hindered: app::demo::Hindered::default(),
    };
    let failed = app::demo::fill(plan, &mut std::iter::once(spoilt), &mut |_| true);
    assert_eq!(failed.err().map(|e| e.key), Some("demo-refused"));
}

/// Every screen of every role, and what stands before and beside them.
const SCREENS: [&str; 84] = [
    "05-terugkoppeling-afgeschermd",
    "07-ontvangst-alarmen",
    "07-ontvangst-te-veel",
    "16-aansluitingen-veel",
    "16-aansluiting-locatie",
    "16-aansluiting-status",
    "16-aansluiting-wijzigen",
    "16-aansluiting-afspraak",
    "16-aansluiting-zonder-afspraak",
    "16-aansluiting-certificaat",
    "16-aansluiting-test",
    "00-demo-vult",
    "00-mislukt",
    "00-opslag-opent",
    "01-inloggen",
    "01-inloggen-bezig",
    "02-activeren",
    "02-mijn-account",
    "02-mijn-account-herstelblad",
    "02-mijn-account-tweede-factor",
    "02-wachtwoordzin-vergeten",
    "03-afgerond",
    "03-in-onderzoek",
    "03-leeg",
    "03-patientidentificatie",
    "03-patientidentificatie-getoond",
    "03-wacht-op-seh",
    "04-leeg",
    "04-terugkoppelingen",
    "05-terugkoppeling-open",
    "05-mijn-reflecties",
    "05-mijn-reflecties-leeg",
    "06-kwaliteit",
    "06-kwaliteit-midden",
    "06-kwaliteit-onder",
    "06-kwaliteit-opent",
    "06-kwaliteit-tabel",
    "06-leeg",
    "06-mijn-verloop",
    "06-mijn-verloop-leeg",
    "06-mijn-verloop-tabel",
    "07-leeg",
    "07-ontvangst",
    "08-vergrendeld-administratie",
    "08-vergrendeld-functioneel-beheer",
    "08-vergrendeld-medisch-manager",
    "08-vergrendeld-privacy-officer",
    "08-vergrendeld-professional",
    "09-auditlog",
    "09-auditlog-begin",
    "09-auditlog-controleert",
    "09-auditlog-gecontroleerd",
    "10-hulp",
    "10-hulp-zonder-inloggen",
    "11-instellingen",
    "14-berichtprofielen",
    "14-berichtprofielen-niet-herkend",
    "14-leeg",
    "14-ritten-bestand",
    "14-ritten-controle",
    "14-ritten-ingelezen",
    "14-ritten-kolommen",
    "15-accounts",
    "15-accounts-account",
    "15-accounts-bevestigen",
    "15-rechten",
    "20-herstellen-blad",
    "20-herstellen-opslag",
    "20-inrichten-accounts",
    "20-inrichten-bewaren",
    "20-inrichten-computer",
    "20-inrichten-herstelset",
    "20-inrichten-herstelset-getoond",
    "20-inrichten-klaar",
    "20-inrichten-nalezen",
    "20-inrichten-opslag",
    "20-inrichten-organisatie",
    "20-inrichten-productie-of-test",
    "20-inrichten-sleutels",
    "20-inrichten-verplichtingen",
    "20-inrichten-werkafspraak",
    "20-opslag-dicht",
    "20-welkom",
    "15-accounts-maken",
];

#[test]
fn every_screen_of_every_role_is_written_light_and_dark_in_both_languages() {
    let place = Place::empty();
    let folder = place.path("schermen");
    let mut command = place.bare();
    let output =
        command.args(["demo", "--messages", "300", "--seed", "12", "--screenshots"]).arg(&folder).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("/ 300"), "as many as asked for: {}", text(&output.stderr));
    let names: BTreeSet<String> =
        std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    let each = |name: &str| ["nl-licht", "nl-donker", "en-licht", "en-donker"].map(|kind| format!("{name}-{kind}.png"));
    assert_eq!(names, SCREENS.iter().flat_map(|name| each(name)).collect());
    // No two screens are the same picture: an arrival that failed would show the screen before it.
    let pictures = |kind: &str| {
        let read = |name: &&str| std::fs::read(folder.join(format!("{name}-{kind}.png"))).unwrap();
        SCREENS.iter().map(read).collect::<BTreeSet<_>>().len()
    };
    assert_eq!((pictures("nl-licht"), pictures("en-donker")), (SCREENS.len(), SCREENS.len()));
}

#[test]
fn a_place_where_no_pictures_can_be_is_said_before_anything_is_made() {
    let place = Place::empty();
    let file = place.file("bestand", "geen map");
    let output = place.bare().args(["demo", "--screenshots", &file]).output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains(&file) && text(&output.stderr).lines().count() == 1);
}
