//! *Niet gekoppeld* through the window: a functional administrator links what is meant and lets a sender through, and sees no content.

use viewmodel::{Command, Screen, ScreenName};

use crate::house::{House, Window, sample};

const ADMINISTRATOR: &str = "9003";
const NURSE: &str = "1003";
/// Of the sample's document.
const ID: &str = "e915f8f8-254b-59cf-bbf4-4ea617c58678";

fn changed(from: &str, to: &str) -> Window {
    let full = String::from_utf8(sample("20-volledig-2.4.xml")).unwrap();
    let message = full.replace(from, to);
    assert_ne!(full, message);
    // High enough that nothing of the page has to be scrolled to.
    let house = House::receiving(&[message.into_bytes()], &|_| true);
    let mut window = Window::of_size(house, egui::vec2(1280.0, 1600.0));
    window.sign_in(ADMINISTRATOR);
    window.send(Command::Open(ScreenName::Rides));
    window
}

fn feedback_of_the_nurse(window: &Window) -> usize {
    let frame = window.behind.borrow_mut().house.sign_in(NURSE);
    let Screen::Feedback(screen) = frame.screen else { panic!("Terugkoppelingen") };
    screen.rows.len()
}

fn says_no_content(window: &Window) {
    let everything = format!("{}{}", window.heard(), window.behind.borrow().shown);
    for canary in ["Cerebrovasculair", "Ischemisch", "Glucose", "230690007", "999900006", "P-77120"] {
        assert!(!everything.contains(canary), "{canary}");
    }
}

#[test]
fn a_message_of_another_year_is_linked_with_one_click_and_reaches_its_crew() {
    let mut window = changed("12-2026-4510-1", "12-2025-4510-1");
    assert!(window.heard().contains("12-2025-4510-1"), "{}", window.heard());
    says_no_content(&window);
    window.click_button("Koppel aan 12-2026-4510-1");
    assert!(window.hears("Elk bericht heeft zijn rit."), "{}", window.heard());
    says_no_content(&window);
    assert_eq!(feedback_of_the_nurse(&window), 1);
}

#[test]
fn of_a_sender_that_is_not_the_rides_hospital_nobody_sees_anything_until_a_reason_is_given() {
    let mut window = changed("extension=\"00000101\"", "extension=\"00000102\"");
    assert!(window.hears("Van een ander ziekenhuis"), "{}", window.heard());
    says_no_content(&window);
    window.click_button("Laat toe voor deze rit");
    window.fill_in("Reden", "overgeplaatst naar de andere locatie");
    window.click_button("Laat toe voor deze rit");
    assert!(!window.hears("Van een ander ziekenhuis"), "{}", window.heard());
    assert_eq!(feedback_of_the_nurse(&window), 1);
}

#[test]
fn the_crew_and_the_clerk_of_a_ride_see_nothing_of_a_sender_that_is_not_its_hospital() {
    let window = changed("extension=\"00000101\"", "extension=\"00000102\"");
    assert_eq!(feedback_of_the_nurse(&window), 0);
    let frame = window.behind.borrow_mut().house.sign_in("9001");
    let Screen::Identifications(screen) = frame.screen else { panic!("Patiëntidentificatie") };
    assert!(screen.rows.is_empty());
}

/// A register in which two services have driven under the number of the message: the one of the sample, and one with another crew.
fn of_two_services() -> Window {
    let full = sample("20-volledig-2.4.xml");
    let mut house = House::receiving(&[full], &|_| true);
    let rides = std::fs::read_to_string(crate::support::fixtures().join("rides.csv")).unwrap();
    let head = rides.lines().next().unwrap();
    let line = rides.lines().find(|line| line.starts_with("12-2026-4510-1;")).unwrap();
    let other = line.replace("12-107", "12-231").replace(";1003;2001;", ";1001;;");
    house.import_rides(&format!("{head};dienst\n{line};Dienst Noord\n{other};Dienst Zuid\n"));
    let mut window = Window::of_size(house, egui::vec2(1280.0, 1600.0));
    window.sign_in(ADMINISTRATOR);
    window.send(Command::Open(ScreenName::Rides));
    window
}

fn feedback_of(window: &Window, staff: &str) -> usize {
    let frame = window.behind.borrow_mut().house.sign_in(staff);
    let Screen::Feedback(screen) = frame.screen else { panic!("Terugkoppelingen") };
    screen.rows.len()
}

fn items(window: &Window) -> usize {
    let frame = window.behind.borrow_mut().house.sign_in("9001");
    let Screen::Identifications(screen) = frame.screen else { panic!("Patiëntidentificatie") };
    screen.rows.len()
}

#[test]
fn of_a_number_that_two_services_use_nobody_sees_the_message_until_it_is_said_of_which_ride_it_is() {
    let window = of_two_services();
    assert!(window.hears("Twee ritten met één nummer"), "{}", window.heard());
    says_no_content(&window);
    assert_eq!((feedback_of(&window, NURSE), feedback_of(&window, "1001"), items(&window)), (0, 0, 0));
}

#[test]
fn once_said_the_crew_of_that_ride_alone_sees_it_and_the_clerk_has_the_item() {
    let mut window = of_two_services();
    window.click_nth("Hoort bij deze rit", 1);
    says_no_content(&window);
    assert_eq!((feedback_of(&window, NURSE), feedback_of(&window, "1001"), items(&window)), (0, 1, 1));
    let mut window = of_two_services();
    window.click_nth("Hoort bij deze rit", 0);
    assert_eq!((feedback_of(&window, NURSE), feedback_of(&window, "1001"), items(&window)), (1, 0, 1));
}

#[test]
fn of_many_that_are_held_the_whole_number_is_said_and_the_rest_is_shown_when_asked_for() {
    let rides = std::fs::read_to_string(crate::support::fixtures().join("rides.csv")).unwrap();
    let of_hospital =
        rides.lines().filter(|line| line.contains(";00000101;")).filter_map(|line| line.split(';').next());
    let numbers: Vec<&str> = of_hospital.collect();
    assert!(numbers.len() > 20, "{}", numbers.len());
    let full = String::from_utf8(sample("20-volledig-2.4.xml")).unwrap();
    let messages = numbers.iter().enumerate().map(|(n, number)| {
        let other = full.replace("extension=\"00000101\"", "extension=\"00000102\"").replace("12-2026-4510-1", number);
        other.replace("set-20", &format!("set-{n}")).replace(ID, &format!("{}{n:02}", &ID[..ID.len() - 2])).into_bytes()
    });
    let house = House::receiving(&messages.collect::<Vec<_>>(), &|_| true);
    let mut window = Window::of_size(house, egui::vec2(1280.0, 6000.0));
    window.sign_in(ADMINISTRATOR);
    window.send(Command::Open(ScreenName::Rides));
    assert!(window.hears(&format!("In totaal: {}.", numbers.len())), "{}", window.heard());
    let listed = |window: &Window| numbers.iter().filter(|number| window.hears(number)).count();
    assert_eq!(listed(&window), 20);
    window.click("Toon meer van een ander ziekenhuis");
    assert_eq!(listed(&window), numbers.len());
    assert!(!window.hears("Toon meer van een ander ziekenhuis"));
    says_no_content(&window);
}
