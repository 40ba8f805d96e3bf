//! Before there is a store: the window's own pages, worked by accessible names over the real worker; sheets really printed by a
//! command that stands where the system's would.

use std::{
    cell::RefCell,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    rc::Rc,
    time::{Duration, Instant},
};

use app::{Engine, Installation, Receiving, StorePlace, Worker};
use chrono::Utc;
use egui::{Key, Role};
use egui_kittest::{Harness, kittest::Queryable};
use store::{Archive, Inbox, Store};
use viewmodel::{Client, Frame, InstallationPage, Language, Screen, Texts, Waker};

use crate::{
    printing::Printer,
    support::{Place, needs, origin, path, text},
};

// LIMIT: what is waited for takes seconds; a machine that does other things too is given so long.
const PATIENCE: Duration = Duration::from_secs(60);

struct Shared(Rc<RefCell<Worker>>);

impl Client for Shared {
    fn send(&mut self, command: viewmodel::Command) {
        self.0.borrow_mut().send(command);
    }

    fn latest(&mut self) -> Option<Frame> {
        self.0.borrow_mut().latest()
    }

    fn wake_with(&mut self, waker: Waker) {
        self.0.borrow_mut().wake_with(waker);
    }
}

/// A window without a display on a real worker, which has no store yet.
pub struct Window {
    worker: Rc<RefCell<Worker>>,
    pub app: Rc<RefCell<ui::App>>,
    pub harness: Harness<'static>,
}

/// A print command that keeps what is piped into it, a file each time.
pub fn printer(folder: &Path) -> PathBuf {
    let (commands, paper) = (folder.join("bin"), folder.join("paper"));
    std::fs::create_dir_all(&commands).unwrap();
    std::fs::create_dir_all(&paper).unwrap();
    let script = format!("#!/bin/sh\ncat > {}/$(ls {} | wc -l).pdf\n", path(&paper), path(&paper));
    std::fs::write(commands.join("lp"), script).unwrap();
    std::fs::set_permissions(commands.join("lp"), std::fs::Permissions::from_mode(0o755)).unwrap();
    commands
}

impl Window {
    pub fn open(at: StorePlace, folder: &Path) -> Self {
        let texts = Texts::load(Language::Dutch).unwrap();
        let mut installation = Installation::new(at, origin(), Language::Dutch);
        installation.print_with(Box::new(Printer::new(texts.clone(), Some(printer(folder).into()))));
        installation.keep_in(folder.join("state/place.toml"), folder.join("state/settings.toml"));
        let open: app::OpenEngine = Box::new(|place, _| {
            let (store, root) = Store::open_with(&place.folder, &place.keys(), origin(), Utc::now())?;
            let inbox = Store::open(&place.folder, &root, origin(), Utc::now())?;
            let receiving = Receiving::new(Inbox::new(inbox, place.keys().routing()?))?;
            let mut engine = Engine::new(Archive::new(store), Some(receiving), access::Parameters::STANDARD, vec![]);
            engine.offer_recovery();
            Ok(engine)
        });
        let worker = Rc::new(RefCell::new(Worker::start_on_store(Utc::now, open, installation).unwrap()));
        let app = Rc::new(RefCell::new(ui::App::new(Box::new(Shared(worker.clone())), texts)));
        let drawn = app.clone();
        let builder = Harness::builder().with_size([1280.0, 1000.0]).with_context_setup(ui::theme::install);
        let harness = builder.build_ui(move |ui| drawn.borrow_mut().frame_ui(ui));
        Self { worker, app, harness }
    }

    pub fn until(&mut self, what: &str, is: impl Fn(&Screen) -> bool) {
        let began = Instant::now();
        while !self.app.borrow().frame().is_some_and(|frame| is(&frame.screen)) {
            assert!(began.elapsed() < PATIENCE, "{what} never came: {:?}", self.harness.root());
            std::thread::sleep(Duration::from_millis(5));
            self.harness.step();
        }
        self.settle();
    }

    pub fn until_page(&mut self, what: &str, is: fn(&InstallationPage) -> bool) {
        self.until(what, |screen| matches!(screen, Screen::Installation(s) if s.working.is_none() && is(&s.page)));
    }

    /// Goes on, to the page that comes.
    pub fn next(&mut self, what: &str, is: fn(&InstallationPage) -> bool) {
        self.click("Verder");
        self.until_page(what, is);
    }

    pub fn until_error(&mut self, part: &str) {
        let said = Texts::load(Language::Dutch).unwrap();
        let says = |screen: &Screen| {
            let Screen::Installation(screen) = screen else { return false };
            screen.error.as_ref().is_some_and(|error| said.format(error.text, &error.values).contains(part))
        };
        self.until(part, says);
        assert!(format!("{:?}", self.harness.root()).contains(part), "a person reads it: {part}");
    }

    fn settle(&mut self) {
        (0..4).for_each(|_| self.harness.step());
    }

    pub fn click(&mut self, label: &str) {
        let mut nodes = self.harness.query_all_by_label(label);
        let node = nodes.next().unwrap_or_else(|| panic!("no {label:?} in {:?}", self.harness.root()));
        node.click();
        drop(nodes);
        self.settle();
    }

    /// A row that acts is named by its title and its sentence.
    pub fn choose(&mut self, begins: &str) {
        let mut nodes = self.harness.query_all_by_label_contains(begins);
        let node = nodes.next().unwrap_or_else(|| panic!("no {begins:?} in {:?}", self.harness.root()));
        node.click();
        drop(nodes);
        self.settle();
    }

    pub fn fill_in(&mut self, label: &str, nth: usize, typed: &str) {
        let found = [Role::TextInput, Role::MultilineTextInput]
            .into_iter()
            .find_map(|role| self.harness.query_all_by_role_and_label(role, label).nth(nth).map(|node| node.focus()));
        assert!(found.is_some(), "no field {label:?} in {:?}", self.harness.root());
        self.settle();
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, Key::A);
        self.harness.event(egui::Event::Text(typed.into()));
        self.settle();
    }

    fn kit(&self) -> (u8, [usize; 3]) {
        let app = self.app.borrow();
        let Some(Screen::Installation(screen)) = app.frame().map(|frame| &frame.screen) else {
            panic!("another screen")
        };
        let InstallationPage::Kit(page) = &screen.page else { panic!("another page") };
        (page.sheet, page.asked)
    }

    /// Prints each sheet of a new kit and types what is asked from the paper; gives what a reader of text finds on each.
    pub fn print_kit(&mut self, folder: &Path) -> Vec<Vec<String>> {
        let before = std::fs::read_dir(folder.join("paper")).unwrap().count();
        let mut sheets = Vec::new();
        for number in 1..=3_usize {
            let is_printed = |screen: &Screen| {
                let Screen::Installation(s) = screen else { return false };
                let InstallationPage::Kit(page) = &s.page else { return false };
                s.working.is_none() && page.sheets[number - 1].on_paper
            };
            self.click("Druk af");
            self.until("the printed sheet", is_printed);
            let words = words_on(&folder.join(format!("paper/{}.pdf", before + number - 1)));
            let (sheet, asked) = self.kit();
            assert_eq!(usize::from(sheet), number);
            // A slip first: its word is named, and the others stay.
            for (place, asked) in asked.iter().enumerate() {
                let typed = if place == 1 && number == 1 { "ambulance" } else { &words[asked - 1] };
                self.fill_in(&format!("Woord {asked}"), 0, typed);
            }
            self.click("Controleer deze woorden");
            if number == 1 {
                self.until_error(&format!("Woord {} is anders", asked[1]));
                self.fill_in(&format!("Woord {}", asked[1]), 0, &words[asked[1] - 1]);
                self.click("Controleer deze woorden");
            }
            self.until("the checked sheet", |screen| {
                matches!(screen, Screen::Installation(s)
                    if matches!(&s.page, InstallationPage::Kit(page) if page.sheets[number - 1].checked))
            });
            sheets.push(words);
        }
        sheets
    }
}

/// The words of a printed sheet, as a reader of text finds them.
pub fn words_on(pdf: &Path) -> Vec<String> {
    let read = std::process::Command::new("pdftotext").args(["-layout", path(pdf), "-"]).output().unwrap();
    let read = text(&read.stdout);
    // Between the sentence about the kit and the keeper's.
    let words = read.split("is bezorgd.").nth(1).and_then(|after| after.split("Dit blad").next()).unwrap();
    let tokens: Vec<&str> = words.split_whitespace().collect();
    let word = |number: usize| {
        let number = number.to_string();
        let found = tokens.windows(2).find(|pair| pair[0] == number && pair[1].chars().all(|c| c.is_ascii_lowercase()));
        found.unwrap_or_else(|| panic!("word {number} in {read}"))[1].to_owned()
    };
    (1..=24).map(word).collect()
}

/// Kit number of a printed sheet.
pub fn kit_number(pdf: &Path) -> String {
    let read = std::process::Command::new("pdftotext").args(["-layout", path(pdf), "-"]).output().unwrap();
    let read = text(&read.stdout);
    let after = read.split("Setnummer ").nth(1).unwrap();
    after.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap().to_owned()
}

pub fn store_place(place: &Place) -> StorePlace {
    StorePlace { folder: place.path("store"), key_file: None, group: false }
}

/// Answers the assistant until its last question.
pub fn answer(window: &mut Window, place: &Place) {
    window.until_page("the choice", |page| matches!(page, InstallationPage::Choose { why: None, .. }));
    window.choose("Een nieuwe opslag inrichten");
    window.until_page("the name", |page| matches!(page, InstallationPage::Organisation { .. }));
    window.fill_in("Naam van de organisatie", 0, "Voorbeeldregio");
    window.fill_in("RAV-nummer", 0, "112");
    window.click("Verder");
    window.until_error("1 tot en met 99");
    window.fill_in("RAV-nummer", 0, "12");
    window.next("the kind", |page| matches!(page, InstallationPage::Kind(_)));
    window.click("Productie");
    window.next("the use of the computer", |page| matches!(page, InstallationPage::SystemAccounts(_)));
    window.click("Iedereen gebruikt hetzelfde account van de computer");
    window.next("the folder", |page| matches!(page, InstallationPage::Folder(_)));
    window.fill_in("Map van de opslag", 0, path(&place.path("OneDrive/opslag")));
    window.click("Verder");
    window.until_error("OneDrive");
    window.fill_in("Map van de opslag", 0, path(&place.path("elders/opslag")));
    window.next("the keys", |page| matches!(page, InstallationPage::Keys { .. }));
    window.click("In een bestand");
    window.fill_in("Sleutelbestand", 0, path(&place.path("elders/opslag/sleutel")));
    window.click("Verder");
    window.until_error("opslag");
    window.fill_in("Sleutelbestand", 0, path(&place.path("sleutel")));
    window.next("the kit", |page| matches!(page, InstallationPage::Kit(_)));
    window.print_kit(&place.path(""));
    window.next("the accounts", |page| matches!(page, InstallationPage::Accounts(_)));
    for (nth, (staff, name)) in [("2001", "Sanne de Vries"), ("2002", "Bram Kuipers")].into_iter().enumerate() {
        window.fill_in("Personeelsnr.", nth, staff);
        window.fill_in("Naam", nth, name);
    }
    window.next("the term", |page| matches!(page, InstallationPage::Retention { .. }));
    window.fill_in("Dagen in de opslag", 0, "400");
    window.click("Verder");
    window.until_error("358");
    window.fill_in("Dagen in de opslag", 0, "350");
    window.next("the agreement", |page| matches!(page, InstallationPage::WithoutAgreement(_)));
    window.next("the duties", |page| matches!(page, InstallationPage::Duties(_)));
    window.fill_in("DPIA uitgevoerd", 0, "30-2-2026");
    window.click("Verder");
    window.until_error("dag-maand-jaar");
    window.fill_in("DPIA uitgevoerd", 0, "2-3-2026");
    window.next("the last look", |page| matches!(page, InstallationPage::Ready(_)));
}

#[test]
fn a_production_store_is_set_up_in_the_window_with_printed_sheets_and_ends_at_the_sign_in() {
    if !needs("pdftotext") {
        return;
    }
    let place = Place::empty();
    let mut window = Window::open(store_place(&place), &place.path(""));
    answer(&mut window, &place);
    assert!(!place.path("elders").exists() && !place.path("sleutel").exists(), "nothing is there before the last step");
    window.click("Maak de opslag");
    window.until_page("the store", |page| matches!(page, InstallationPage::Made(_)));
    let heard = format!("{:?}", window.harness.root());
    assert!(heard.contains("Open punt: de instemming van de ondernemingsraad"), "{heard}");
    assert!(!heard.contains("Open punt: de DPIA"), "that date was given");
    let prints = || std::fs::read_dir(place.path("paper")).unwrap().count();
    assert_eq!(prints(), 3, "each sheet apart, and nothing else");
    window.click("Druk de brieven af");
    window.until_page("the printed letters", |page| matches!(page, InstallationPage::Made(page) if page.handed_over));
    assert_eq!(prints(), 4);
    let letters = std::process::Command::new("pdftotext").arg(place.path("paper/3.pdf")).arg("-").output().unwrap();
    let letters = text(&letters.stdout);
    assert!(letters.find("2001").unwrap() < letters.find("2002").unwrap(), "in the order of the list");
    window.click("Naar inloggen");
    window.until("the sign-in", |screen| matches!(screen, Screen::SignIn(_)));
    assert!(format!("{:?}", window.harness.root()).contains("RAV 12 · Voorbeeldregio"));
    let remembered = StorePlace::remembered(&place.path("state/place.toml")).unwrap();
    assert_eq!(remembered.folder, place.path("elders/opslag"));
    assert_eq!(remembered.key_file, Some(place.path("sleutel")));
    drop(window);
    let root = remembered.keys().root().unwrap();
    let store = Store::open(&remembered.folder, &root, origin(), Utc::now()).unwrap();
    assert_eq!((store.settings().kind, store.settings().retention_days), (domain::StoreKind::Production, 350));
    assert!(store.status(true).unwrap().recovery_kit);
}

#[test]
fn who_goes_back_finds_the_answers_and_who_stops_leaves_nothing() {
    if !needs("pdftotext") {
        return;
    }
    let place = Place::empty();
    let mut window = Window::open(store_place(&place), &place.path(""));
    answer(&mut window, &place);
    for _ in 0..10 {
        window.click("Vorige");
        window.settle();
    }
    window.until_page(
        "the first question",
        |page| matches!(page, InstallationPage::Organisation { name, rav } if name == "Voorbeeldregio" && rav == "12"),
    );
    window.click("Vorige");
    window.until_page("the choice", |page| matches!(page, InstallationPage::Choose { .. }));
    drop(window);
    let mut left: Vec<_> = std::fs::read_dir(place.path("")).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["bin", "paper"], "no store, no key, no place remembered");
}

#[test]
fn of_two_set_ups_at_one_place_the_second_gets_its_sentence_and_the_first_store_stays_whole() {
    if !needs("pdftotext") {
        return;
    }
    let (place, other) = (Place::empty(), Place::empty());
    let mut first = Window::open(store_place(&place), &place.path(""));
    let mut second = Window::open(store_place(&place), &other.path(""));
    answer(&mut first, &place);
    // The second prints its own sheets, for the same place.
    second.until_page("the choice", |page| matches!(page, InstallationPage::Choose { .. }));
    second.choose("Een nieuwe opslag inrichten");
    second.until_page("the name", |page| matches!(page, InstallationPage::Organisation { .. }));
    for (what, label) in [("name", "Naam van de organisatie"), ("rav", "RAV-nummer")] {
        second.fill_in(label, 0, if what == "name" { "Andere regio" } else { "13" });
    }
    second.next("the kind", |page| matches!(page, InstallationPage::Kind(_)));
    second.click("Test");
    second.next("the use", |page| matches!(page, InstallationPage::SystemAccounts(_)));
    second.click("Iedereen gebruikt hetzelfde account van de computer");
    second.next("the folder", |page| matches!(page, InstallationPage::Folder(_)));
    second.fill_in("Map van de opslag", 0, path(&place.path("elders/opslag")));
    second.next("the keys", |page| matches!(page, InstallationPage::Keys { .. }));
    second.click("In een bestand");
    second.fill_in("Sleutelbestand", 0, path(&place.path("andere-sleutel")));
    second.next("the kit", |page| matches!(page, InstallationPage::Kit(_)));
    second.click("Zonder herstelset");
    second.until_page("the accounts", |page| matches!(page, InstallationPage::Accounts(_)));
    for (nth, staff) in ["3001", "3002"].into_iter().enumerate() {
        second.fill_in("Personeelsnr.", nth, staff);
        second.fill_in("Naam", nth, "Naam");
    }
    second.next("the term", |page| matches!(page, InstallationPage::Retention { .. }));
    second.next("the agreement", |page| matches!(page, InstallationPage::WithoutAgreement(_)));
    second.next("the duties", |page| matches!(page, InstallationPage::Duties(_)));
    second.next("the last look", |page| matches!(page, InstallationPage::Ready(_)));
    first.click("Maak de opslag");
    first.until_page("the store", |page| matches!(page, InstallationPage::Made(_)));
    second.click("Maak de opslag");
    second.until_error("Er staat al iets");
    assert!(!place.path("andere-sleutel").exists(), "no key of a store that is not there");
    let keys = StorePlace { folder: place.path("elders/opslag"), key_file: Some(place.path("sleutel")), group: false };
    let store = Store::open(&keys.folder, &keys.keys().root().unwrap(), origin(), Utc::now()).unwrap();
    assert_eq!(store.settings().organisation, "Voorbeeldregio");
}

#[test]
fn lost_keys_come_back_in_the_window_by_two_sheets_and_end_at_the_sign_in() {
    if !needs("pdftotext") {
        return;
    }
    let place = Place::empty();
    let mut window = Window::open(store_place(&place), &place.path(""));
    answer(&mut window, &place);
    let sheets: Vec<String> = (0..3)
        .map(|sheet| {
            let pdf = place.path(&format!("paper/{sheet}.pdf"));
            format!("{} {} {}", kit_number(&pdf), sheet + 1, words_on(&pdf).join(" "))
        })
        .collect();
    window.click("Maak de opslag");
    window.until_page("the store", |page| matches!(page, InstallationPage::Made(_)));
    window.click("Toon de codes");
    window.until_page("the codes", |page| matches!(page, InstallationPage::Made(page) if page.handed_over));
    window.click("Naar inloggen");
    window.until("the sign-in", |screen| matches!(screen, Screen::SignIn(_)));
    drop(window);
    let at = StorePlace::remembered(&place.path("state/place.toml")).unwrap();
    std::fs::remove_file(place.path("sleutel")).unwrap();
    std::fs::remove_file(place.path("sleutel.routing")).unwrap();

    let mut window = Window::open(at, &place.path(""));
    window.until("that it does not open", |screen| {
        matches!(screen, Screen::Installation(s)
            if matches!(&s.page, InstallationPage::Choose { why: Some(why), .. } if why.text == "window-key-file-absent"))
    });
    assert!(window.harness.query_by_label_contains("Een nieuwe opslag inrichten").is_none(), "never a new empty store");
    window.choose("Sleutels herstellen. Nieuwe computer");
    window.until_page("the place", |page| matches!(page, InstallationPage::RecoverAt { .. }));
    window.next("the first sheet", |page| matches!(page, InstallationPage::Sheet(1)));
    let field = "Setnummer, bladnummer en 24 woorden";
    let slip: Vec<&str> = sheets[0].split(' ').enumerate().map(|(n, w)| if n == 6 { "abuondon" } else { w }).collect();
    window.fill_in(field, 0, &slip.join(" "));
    window.click("Verder");
    window.until_error("Woord 5 staat niet in de woordenlijst");
    window.fill_in(field, 0, &sheets[0]);
    window.next("the second sheet", |page| matches!(page, InstallationPage::Sheet(2)));
    window.fill_in(field, 0, &sheets[0]);
    window.click("Verder");
    window.until_error("Blad 1 is twee keer gegeven");
    window.fill_in(field, 0, &sheets[2].to_uppercase());
    window.next("the role", |page| matches!(page, InstallationPage::Admit(_)));
    window.next("the new kit", |page| matches!(page, InstallationPage::Kit(_)));
    assert!(window.harness.query_by_label("Zonder herstelset").is_none(), "a used kit is replaced");
    window.print_kit(&place.path(""));
    assert!(!place.path("sleutel").exists(), "nothing is changed before the last step");
    window.next("the last look", |page| matches!(page, InstallationPage::RecoverReady(_)));
    window.click("Herstel de sleutels");
    window.until_page("the keys", |page| matches!(page, InstallationPage::Recovered { code: None }));
    window.click("Naar inloggen");
    window.until("the sign-in", |screen| matches!(screen, Screen::SignIn(_)));
    // From the sign-in there and back again: the store opens as before.
    window.click("Sleutels herstellen");
    window.until_page("the place", |page| matches!(page, InstallationPage::RecoverAt { .. }));
    window.click("Vorige");
    window.until("the sign-in", |screen| matches!(screen, Screen::SignIn(_)));
    window.worker.borrow_mut().send(viewmodel::Command::Refresh);
    drop(window);
    let at = StorePlace::remembered(&place.path("state/place.toml")).unwrap();
    let store = Store::open(&at.folder, &at.keys().root().unwrap(), origin(), Utc::now()).unwrap();
    let own = store::kit_numbers(&at.folder).unwrap()[0].to_string();
    assert_eq!(own, kit_number(&place.path("paper/3.pdf")), "the new kit holds");
    assert!(!sheets[0].starts_with(&own), "the old one does not");
    drop(store);
}
