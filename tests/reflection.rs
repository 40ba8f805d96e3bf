//! *Mijn reflectie* through the window: private, kept at every pause, gone with the record unless it is confirmed, and on paper when asked.

use egui::vec2;
use viewmodel::{Command, Draft, RecordId, ReflectionCommand, ReflectionId, ReflectionTyped, ScreenName};
use zeroize::Zeroizing;

use crate::{
    house::{House, PASSPHRASE, Window},
    printing::Printer,
    support::fixtures,
};

const NURSE: &str = "1003";
const COLLEAGUE: &str = "1001";
const OFFICER: &str = "9004";
const MANAGER: &str = "9002";
const FIELD: &str = "Wat neem je mee?";
const MINUTES: &str = "Tijd besteed, in minuten (mag leeg blijven)";
const HALF: &str = "Volgende keer eerder aan een longembolie den";
const SENTENCE: &str = "Glucose was bepaald en normaal; dat scheelde tijd op de SEH.";
const CONFIRM: &str = "Ik bevestig dat hier geen patiëntgegevens in staan";

/// The nurse has opened the one record.
fn opened() -> Window {
    let mut window = Window::of_size(House::with(&["20-volledig-2.4.xml"]), vec2(1280.0, 2400.0));
    open(&mut window, NURSE);
    window
}

fn open(window: &mut Window, staff: &str) {
    window.sign_in(staff);
    window.send(Command::OpenRecord(RecordId(1)));
}

fn kept(window: &Window) -> Vec<Vec<u8>> {
    let raw = window.behind.borrow().house.other_program();
    let mut statement = raw.prepare("SELECT sealed FROM reflection").unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn later(window: &mut Window, seconds: i64) {
    window.behind.borrow_mut().house.now += chrono::TimeDelta::seconds(seconds);
    window.send(Command::Refresh);
}

fn unlock(window: &mut Window) {
    window.fill_in("Wachtwoordzin", PASSPHRASE);
    window.click_button("Ontgrendel");
}

/// The button with which a reflection is kept longer has the record's last day in it.
fn keep_longer(window: &Window) -> String {
    let heard = window.heard();
    let from = heard.find("Bewaren na ").unwrap_or_else(|| panic!("{heard}"));
    heard[from..].split('…').next().unwrap().to_owned() + "…"
}

/// Writes, and confirms.
fn confirmed(window: &mut Window, text: &str) {
    window.fill_in(FIELD, text);
    window.wait(2.2);
    let keep = keep_longer(window);
    window.click_button(&keep);
    window.click(CONFIRM);
}

#[test]
fn a_half_written_reflection_survives_the_lock_that_comes_by_itself_and_nothing_of_it_is_in_clear() {
    let mut window = opened();
    assert!(window.hears("Alleen jij kunt dit lezen."));
    window.fill_in(FIELD, HALF);
    assert!(kept(&window).is_empty(), "there was no pause yet");
    window.system_locks();
    assert!(window.hears("Vergrendeld") && !window.heard().contains("longembolie"), "{}", window.heard());
    let sealed = kept(&window);
    assert_eq!(sealed.len(), 1, "the session was gone when the window heard of the lock");
    let holds = |bytes: &[u8]| bytes.windows(11).any(|part| part == b"longembolie");
    assert!(!holds(&sealed[0]));
    let folder = window.behind.borrow().house.folder.path().join("store");
    for file in std::fs::read_dir(folder).unwrap() {
        assert!(!holds(&std::fs::read(file.unwrap().path()).unwrap()));
    }
    unlock(&mut window);
    window.send(Command::OpenRecord(RecordId(1)));
    assert_eq!(window.typed(FIELD), HALF);
    // And a window that is gone with its process.
    window.fill_in(FIELD, "Volgende keer eerder aan een longembolie denken");
    window.wait(2.2);
    open(&mut window, NURSE);
    assert_eq!(window.typed(FIELD), "Volgende keer eerder aan een longembolie denken");
    let events = window.events();
    assert_eq!(events.iter().filter(|event| **event == "event-reflection-written").count(), 1, "not at every pause");
}

#[test]
fn a_pause_keeps_it_and_the_screen_says_when_and_leaving_the_page_or_signing_out_waits_for_none() {
    let mut window = opened();
    window.fill_in(FIELD, HALF);
    assert!(window.hears("Nog niet bewaard: dat gaat vanzelf zodra je even stopt."));
    window.wait(2.2);
    assert!(window.heard().contains("Bewaard om "), "{}", window.heard());
    window.fill_in(FIELD, "Eén");
    window.click("Terugkoppelingen");
    window.send(Command::OpenRecord(RecordId(1)));
    assert_eq!(window.typed(FIELD), "Eén");
    window.fill_in(FIELD, "Twee");
    window.fill_in(MINUTES, "20");
    window.click("Mijn reflecties");
    window.send(Command::Open(ScreenName::Feedback));
    window.send(Command::OpenRecord(RecordId(1)));
    assert_eq!((window.typed(FIELD), window.typed(MINUTES)), ("Twee".to_owned(), "20".to_owned()));
    window.fill_in(FIELD, "Drie");
    window.press_control(egui::Key::L);
    unlock(&mut window);
    window.send(Command::OpenRecord(RecordId(1)));
    assert_eq!(window.typed(FIELD), "Drie");
}

#[test]
fn a_colleague_of_the_same_ride_and_every_other_role_see_nothing_of_it() {
    let mut house = House::with(&["20-volledig-2.4.xml"]);
    // The driver's column gets all of it, and a corrected file puts a colleague with an account there.
    house.other_program().execute("UPDATE crew_right SET diagnosis = 1, remarks = 1 WHERE place = 2", []).unwrap();
    let rides = std::fs::read_to_string(fixtures().join("rides.csv")).unwrap();
    house.import_rides(&rides.replace("1003;2001;", "1003;1001;"));
    let mut window = Window::of_size(house, vec2(1280.0, 2400.0));
    open(&mut window, NURSE);
    window.fill_in(FIELD, HALF);
    window.wait(2.2);
    window.behind.borrow_mut().shown.clear();
    for staff in [COLLEAGUE, OFFICER, MANAGER] {
        window.sign_in(staff);
        for command in [
            Command::Open(ScreenName::Reflections),
            Command::Reflection(ReflectionCommand::Open(ReflectionId(1))),
            Command::Reflection(ReflectionCommand::Ask(ReflectionId(1))),
            Command::Reflection(ReflectionCommand::Choose(ReflectionId(1))),
            Command::Reflection(ReflectionCommand::Delete(ReflectionId(1))),
            Command::Reflection(ReflectionCommand::Confirm(ReflectionId(1))),
            Command::Open(ScreenName::Feedback),
            Command::OpenRecord(RecordId(1)),
        ] {
            window.send(command);
        }
        let typed = ReflectionTyped {
            record: RecordId(1),
            reflection: Some(ReflectionId(1)),
            text: Zeroizing::new("overschreven".into()),
            minutes: None,
        };
        window.send(Command::KeepDraft(Draft::Reflection(Box::new(typed))));
        let shown = window.behind.borrow().shown.clone();
        assert_eq!(shown.contains(SENTENCE), staff == COLLEAGUE, "{staff}: the record itself is the colleague's too");
        window.behind.borrow_mut().shown.clear();
        assert!(!shown.contains("longembolie den") && !window.heard().contains("longembolie den"), "{staff}");
    }
    open(&mut window, NURSE);
    assert_eq!(window.typed(FIELD), HALF, "and nobody changed it");
}

#[test]
fn it_is_kept_longer_after_the_scan_was_seen_and_a_change_takes_that_back() {
    let mut window = opened();
    window.fill_in(FIELD, "Mw. Jansen was benauwd.");
    window.wait(2.2);
    assert!(window.heard().contains("Verdwijnt met deze terugkoppeling op "), "{}", window.heard());
    let keep = keep_longer(&window);
    window.click_button(&keep);
    assert!(window.heard().contains("Naam: "), "{}", window.heard());
    window.click_button("Annuleer");
    assert!(!window.hears(CONFIRM));
    window.fill_in(FIELD, "Benauwd en geen koorts: eerder aan een embolie denken.");
    // It is kept before it is scanned, without a pause.
    window.click_button(&keep);
    assert!(window.hears("De controle vond niets. Zij herkent niet alles: lees je tekst zelf nog een keer."));
    // Written on between the scan and the confirmation: it is not confirmed.
    window.fill_in(FIELD, "Benauwd en geen koorts: eerder aan een embolie denken. Bel 0612345678.");
    window.wait(2.2);
    window.send(Command::Reflection(ReflectionCommand::Confirm(ReflectionId(1))));
    assert!(window.hears("De reflectie is veranderd sinds de controle. Bekijk haar opnieuw en bevestig dan."));
    confirmed(&mut window, "Eerder aan een embolie denken.");
    assert!(window.heard().contains("Blijft bewaard na "), "{}", window.heard());
    window.fill_in(MINUTES, "30");
    window.wait(2.2);
    assert!(window.heard().contains("Blijft bewaard na "), "time names no patient");
    window.fill_in(FIELD, "Iets anders.");
    window.wait(2.2);
    assert!(window.heard().contains("Verdwijnt met deze terugkoppeling op "), "{}", window.heard());
    let events = window.events();
    for event in ["event-reflection-confirmed", "event-reflection-confirmation-fell"] {
        assert_eq!(events.iter().filter(|one| **one == event).count(), 1, "{event}");
    }
}

#[test]
fn a_deletion_is_undone_within_ten_seconds_and_for_good_after() {
    let mut window = opened();
    window.fill_in(FIELD, HALF);
    window.wait(2.2);
    window.click("Verwijder reflectie");
    assert_eq!(window.typed(FIELD), "");
    window.click("Maak ongedaan");
    assert_eq!(window.typed(FIELD), HALF);
    // Emptied it is deleted too, and brought back the same way.
    window.click("Mijn reflecties");
    assert!(window.heard().contains("Reflectie van 20 september 2026"), "{}", window.heard());
    window.click("Lees de reflectie van 20 september 2026");
    assert!(window.hears(HALF));
    window.click("Verwijder reflectie");
    assert!(window.hears("Nog geen reflecties"));
    later(&mut window, 11);
    assert!(!window.hears("Maak ongedaan"));
    assert!(kept(&window).is_empty());
    window.send(Command::Reflection(ReflectionCommand::UndoDelete(ReflectionId(1))));
    assert!(window.hears("Deze reflectie is al vernietigd."));
}

#[test]
fn the_confirmed_ones_go_into_a_tagged_pdf_without_the_ride_and_the_others_do_not() {
    let mut house = House::with(&["20-volledig-2.4.xml"]);
    let folder = house.folder.path().to_owned();
    let texts = viewmodel::Texts::load(viewmodel::Language::Dutch).unwrap();
    house.engine.print_with(Box::new(Printer::new(texts, None)));
    let mut window = Window::of_size(house, vec2(1280.0, 2400.0));
    window.sign_in(NURSE);
    window.click("Mijn reflecties");
    assert!(window.hears("Nog geen reflecties"), "{}", window.heard());
    window.click_button("Naar Terugkoppelingen");
    window.send(Command::OpenRecord(RecordId(1)));
    window.fill_in(FIELD, HALF);
    window.fill_in(MINUTES, "25");
    window.click("Mijn reflecties");
    let file = folder.join("portfolio.pdf");
    window.send(Command::Reflection(ReflectionCommand::Choose(ReflectionId(1))));
    window.send(Command::Reflection(ReflectionCommand::Export(file.clone())));
    assert!(window.heard().contains("niet opnieuw bevestigd") && !file.exists(), "{}", window.heard());
    // Confirmed from the list.
    window.click("Lees de reflectie van 20 september 2026");
    let keep = keep_longer(&window);
    window.click_button(&keep);
    window.click(CONFIRM);
    window.click("Reflectie van 20 september 2026");
    window.click_button("Maak pdf voor portfolio");
    window.fill_in("Waar komt de pdf?", &file.display().to_string());
    window.click_button("Schrijf de pdf");
    assert!(window.heard().contains("1 in de pdf gezet"), "{}", window.heard());
    let pdf = std::fs::read(&file).unwrap();
    let text = String::from_utf8_lossy(&pdf);
    assert!(text.starts_with("%PDF-1.7") && text.contains("/StructTreeRoot") && text.contains("(nl-NL)"));
    assert!(!text.contains("12-2026-45"), "no ride number, in no title either");
    assert_eq!(window.events().iter().filter(|event| **event == "event-reflections-exported").count(), 1);
    // A file that is there stays.
    window.sign_in(NURSE);
    window.click("Mijn reflecties");
    window.click("Reflectie van 20 september 2026");
    window.send(Command::Reflection(ReflectionCommand::Export(file.clone())));
    assert_eq!(std::fs::read(&file).unwrap(), pdf);
}

#[test]
fn one_whose_key_is_no_more_says_so_and_keeps_nobody_out() {
    let mut window = opened();
    window.fill_in(FIELD, HALF);
    window.wait(2.2);
    let raw = window.behind.borrow().house.other_program();
    raw.execute("UPDATE reflection SET sealed = zeroblob(400)", []).unwrap();
    drop(raw);
    open(&mut window, NURSE);
    assert!(window.heard().contains("Deze reflectie kan niemand meer lezen."), "{}", window.heard());
    window.click("Verwijder reflectie");
    assert_eq!(window.typed(FIELD), "");
    window.fill_in(FIELD, "Opnieuw");
    window.wait(2.2);
    later(&mut window, 11);
    assert_eq!(kept(&window).len(), 1);
}

#[test]
fn a_typing_error_that_is_found_after_the_record_is_gone_is_mended_and_confirmed_anew() {
    let mut window = opened();
    confirmed(&mut window, "Volgende keer eerder aan een embollie denken.");
    let later = {
        let mut behind = window.behind.borrow_mut();
        behind.house.now += chrono::TimeDelta::days(400);
        let root = store::RootSecret::from_bytes(behind.house.root.expose()).unwrap();
        let place = behind.house.folder.path().join("store");
        let mut other = store::Store::open(&place, &root, crate::house::origin(), behind.house.now).unwrap();
        other.purge(behind.house.now).unwrap();
        behind.house.now
    };
    window.sign_in(NURSE);
    window.click("Mijn reflecties");
    assert!(window.hears("De rit staat hier niet meer bij."), "{}", window.heard());
    let read = format!("Lees de reflectie van {} 2026", "20 september");
    window.click(&read);
    window.click("Verbeter de tekst");
    window.fill_in(FIELD, "Volgende keer eerder aan een embolie denken. Mw. Jansen");
    // A lock in the middle loses nothing, and keeps nothing that is not confirmed.
    window.system_locks();
    unlock(&mut window);
    assert!(window.heard().contains("Een reflectie die je aan het verbeteren was"), "{}", window.heard());
    window.click("Mijn reflecties");
    assert_eq!(window.typed(FIELD), "Volgende keer eerder aan een embolie denken. Mw. Jansen");
    window.click_button("Controleer en bewaar…");
    assert!(window.heard().contains("Naam: "), "{}", window.heard());
    window.fill_in(FIELD, "Volgende keer eerder aan een embolie denken.");
    window.wait(2.2);
    assert!(!window.hears(CONFIRM), "what was shown was something else");
    window.click_button("Controleer en bewaar…");
    window.click(CONFIRM);
    assert!(window.hears("Volgende keer eerder aan een embolie denken."), "{}", window.heard());
    assert!(!window.hears("Laat staan zoals het was"));
    // What is put away leaves it as it was confirmed.
    window.click("Verbeter de tekst");
    window.fill_in(FIELD, "onzin");
    window.wait(2.2);
    window.click("Laat staan zoals het was");
    assert!(window.hears("Volgende keer eerder aan een embolie denken."), "{}", window.heard());
    let raw = window.behind.borrow().house.other_program();
    let drafts: i64 = raw.query_row("SELECT count(*) FROM draft", [], |row| row.get(0)).unwrap();
    assert_eq!((drafts, window.behind.borrow().house.now >= later), (0, true));
}
