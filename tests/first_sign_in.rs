//! The first sign-in of each role on a production store that holds nothing yet: its first screen says what to do next.

use access::{ActivationCode, Parameters};
use app::{Engine, Receiving};
use chrono::Utc;
use egui::vec2;
use store::{Archive, Inbox, Store};
use viewmodel::{Screen, ScreenName};

use crate::{
    coming_in,
    house::{House, Window},
    support::{Place, fixtures, origin, path, text},
};

const CHEAP: Parameters = Parameters { memory_kib: 64, passes: 1, lanes: 1 };

/// A production store as `init` makes it, with its recovery kit: no hospital, no ride, no message, nobody who was ever here.
fn production() -> (Place, Window) {
    let place = Place::empty();
    let config = std::fs::read_to_string(fixtures().join("init.toml")).unwrap().replace("\"test\"", "\"production\"");
    let config = place.file("init.toml", config);
    let output = place.run(&["init", "--config", &config, "--json", "--recovery-kit", path(&place.path("kit"))]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let codes: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let codes = codes
        .as_array()
        .unwrap()
        .iter()
        .map(|code| (code["staff"].as_str().unwrap().to_owned(), code["code"].as_str().unwrap().to_owned().into()));
    let codes = codes.collect();
    assert_eq!(place.store().settings().kind, domain::StoreKind::Production);
    assert!(place.store().status(false).unwrap().recovery_kit);
    let now = Utc::now();
    let root = place.keys().root().unwrap();
    let inbox = Store::open(&place.path("store"), &root, origin(), now).unwrap();
    let receiving = Receiving::new(Inbox::new(inbox, place.keys().routing().unwrap())).unwrap();
    let engine = Engine::new(Archive::new(place.store()), Some(receiving), CHEAP, Vec::new());
    let house = House { folder: tempfile::tempdir().unwrap(), root, engine, codes, now };
    (place, coming_in::window(house))
}

/// The first sign-in, from the letter's code to the first screen.
fn come_in(window: &mut Window, staff: &str) {
    let code = {
        let behind = window.behind.borrow();
        let code = behind.house.codes.iter().find(|(of, _)| of == staff).map(|(_, code)| code.to_string());
        code.unwrap()
    };
    assert!(ActivationCode::parse(&code).is_ok());
    coming_in::activate(window, staff, &code);
}

fn at(window: &Window) -> ScreenName {
    let frame = window.behind.borrow_mut().house.act(viewmodel::Command::Refresh);
    frame.rail.unwrap().items.iter().find(|item| item.selected).unwrap().screen
}

fn says(window: &Window, words: &[&str]) {
    let heard = window.heard();
    for words in words {
        assert!(heard.contains(words), "{words:?} in {heard}");
    }
}

#[test]
fn the_functional_administrator_is_told_to_list_hospitals_import_rides_and_make_accounts_and_led_to_each() {
    let (place, mut window) = production();
    come_in(&mut window, "9003");
    assert_eq!(at(&window), ScreenName::Reception);
    says(
        &window,
        &[
            "Zo begin je",
            "Te doen: Leg de ziekenhuizen vast die terugkoppelingen gaan sturen.",
            "Te doen: Lees de ritten in.",
            "Gedaan: Maak de accounts van de ambulancezorgprofessionals.",
            "Wacht nog: Test bij elk ziekenhuis de aansluiting",
        ],
    );
    window.click_button("Naar Aansluitingen");
    assert_eq!(at(&window), ScreenName::Connections);
    window.click("Ontvangst");
    window.click_button("Naar Ritten");
    assert_eq!(at(&window), ScreenName::Rides);
    // What is done gets its tick: the rides of a file.
    {
        let mut behind = window.behind.borrow_mut();
        let store = Store::open(&place.path("store"), &behind.house.root, origin(), behind.house.now).unwrap();
        let mut receiving = Receiving::new(Inbox::new(store, None)).unwrap();
        let now = behind.house.now;
        let rides = crate::support::recent("rides.csv", now);
        assert!(receiving.import_rides(&rides, now, &mut |_, _| true).unwrap().is_whole());
        behind.house.now = now;
    }
    window.click("Ontvangst");
    says(&window, &["Gedaan: Lees de ritten in.", "Te doen: Leg de ziekenhuizen vast"]);
}

#[test]
fn the_privacy_officer_is_told_that_accounts_are_confirmed_and_to_look_who_has_which_role() {
    let (_place, mut window) = production();
    come_in(&mut window, "9004");
    assert_eq!(at(&window), ScreenName::AuditLog);
    says(
        &window,
        &[
            "Zo begin je",
            "Gedaan: Alle accounts zijn bevestigd.",
            "Te doen: Kijk na wie welke rol heeft",
            "Open punten",
        ],
    );
    window.click_button("Naar Rechten");
    assert_eq!(at(&window), ScreenName::Rights);
}

#[test]
fn the_clerk_is_told_that_there_is_nothing_to_do_until_an_seh_returns_a_bsn() {
    let (_place, mut window) = production();
    come_in(&mut window, "9001");
    assert_eq!(at(&window), ScreenName::Identifications);
    says(
        &window,
        &[
            "Je hoeft nog niets te doen",
            "Wacht nog: De functioneel beheerder legt de ziekenhuizen vast en leest de ritten in.",
            "Wacht nog: Stuurt een SEH een BSN terug",
        ],
    );
    assert!(!window.hears("Naar Wacht op SEH"), "there are no rides yet");
}

#[test]
fn the_professional_is_told_what_will_come_here_and_when_and_that_the_account_is_confirmed() {
    let (_place, mut window) = production();
    come_in(&mut window, "1001");
    assert_eq!(at(&window), ScreenName::Feedback);
    says(
        &window,
        &[
            "Er is nog niets voor jou",
            "Gedaan: Je account is bevestigd",
            "Wacht nog: De SEH stuurt een terugkoppeling als de ontslagdiagnose bekend is.",
        ],
    );
}

#[test]
fn the_medical_manager_is_told_on_which_day_the_first_figures_can_stand_there() {
    let (_place, mut window) = production();
    come_in(&mut window, "9002");
    assert_eq!(at(&window), ScreenName::Quality);
    let day = viewmodel::Texts::load(viewmodel::Language::Dutch).unwrap();
    let now = window.behind.borrow().house.now;
    let frame = window.behind.borrow_mut().house.act(viewmodel::Command::Refresh);
    let steps = frame.next.unwrap().steps;
    let first = steps.iter().find_map(|step| step.day).unwrap();
    let days = (first - now.date_naive()).num_days();
    assert!((29..=61).contains(&days), "30 days after the end of this month: {first}");
    says(
        &window,
        &["Er zijn nog geen cijfers", "Wacht nog: Een maand telt mee vanaf 30 dagen na haar einde.", &day.date(first)],
    );
}

/// The steps are for an empty store alone: one message, ride and hospital further nobody is shown the way any more.
#[test]
fn in_a_store_that_is_in_use_no_first_screen_has_steps() {
    let mut house = House::with(&["20-volledig-2.4.xml"]);
    for staff in ["9001", "9002", "9003", "9004", "1001"] {
        let frame = house.sign_in(staff);
        assert!(frame.next.is_none(), "{staff}");
        assert!(!matches!(frame.screen, Screen::Failed(_)));
    }
}

#[test]
fn the_first_screens_have_room_for_their_steps_in_a_small_window_too() {
    let (_place, mut window) = production();
    come_in(&mut window, "9003");
    let small = Window::of_size(window.closed(), vec2(1024.0, 700.0));
    assert!(small.hears("Naar Aansluitingen") && small.hears("Naar Ritten"), "{}", small.heard());
}
