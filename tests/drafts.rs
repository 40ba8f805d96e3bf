//! A lock loses no sentence: what was typed is sealed at a pause and at the lock, and given back to its person alone.

use egui::vec2;
use viewmodel::{Command, Draft, NoticeKind};

use crate::house::{House, PASSPHRASE, Window};

const ADMINISTRATOR: &str = "9003";
const OFFICER: &str = "9004";
const NEW: &str = "9101";
const HALF: &str = "Wilhelmina van der Me";

/// The form of a new account, half filled in.
fn half_typed() -> Window {
    let mut window = Window::of_size(House::with(&[]), vec2(1280.0, 2400.0));
    window.sign_in(ADMINISTRATOR);
    window.click("Accounts");
    window.click_button("Nieuw account");
    window.fill_in("Personeelsnr.", NEW);
    window.click("Medisch manager ambulancezorg");
    window.fill_in("Naam", HALF);
    window
}

fn kept(window: &Window) -> Vec<Vec<u8>> {
    let raw = window.behind.borrow().house.other_program();
    let mut statement = raw.prepare("SELECT sealed FROM draft").unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn unlock(window: &mut Window) {
    window.fill_in("Wachtwoordzin", PASSPHRASE);
    window.click_button("Ontgrendel");
}

/// What was typed stands in the form again.
fn is_given_back(window: &mut Window) {
    assert!(window.hears("Wat je aan het typen was, staat klaar in Accounts."), "{}", window.heard());
    window.click("Accounts");
    assert_eq!((window.typed("Personeelsnr."), window.typed("Naam")), (NEW.to_owned(), HALF.to_owned()));
    window.fill_in("Naam", "Wilhelmina van der Meer");
    window.click_button("Maak account");
    assert!(window.heard().contains("Naam Wilhelmina van der Meer, 9101, Rollen Medisch manager ambulancezorg"));
}

#[test]
fn a_lock_in_the_middle_of_a_word_keeps_it_and_no_clear_text_is_in_the_store() {
    let mut window = half_typed();
    assert_eq!(kept(&window), Vec::<Vec<u8>>::new(), "there was no pause yet");
    window.press_control(egui::Key::L);
    assert!(!window.heard().contains("Wilhelmina"), "nothing of it stands on the lock");
    let sealed = kept(&window);
    assert_eq!(sealed.len(), 1);
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!holds(&sealed[0], "Wilhelmina") && !holds(&sealed[0], NEW), "sealed within the encrypted file too");
    let folder = window.behind.borrow().house.folder.path().join("store");
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!holds(&bytes, "Wilhelmina"));
    }
    unlock(&mut window);
    is_given_back(&mut window);
}

#[test]
fn the_systems_lock_in_the_middle_of_a_word_keeps_it_too_though_the_session_is_gone_when_the_window_hears() {
    let mut window = half_typed();
    window.system_locks();
    assert!(window.hears("Vergrendeld"), "{}", window.heard());
    assert_eq!(kept(&window).len(), 1);
    unlock(&mut window);
    is_given_back(&mut window);
}

#[test]
fn a_pause_of_two_seconds_keeps_what_was_typed_without_a_lock() {
    let mut window = half_typed();
    window.wait(1.7);
    assert_eq!(kept(&window), Vec::<Vec<u8>>::new());
    window.wait(0.5);
    let first = kept(&window);
    assert_eq!(first.len(), 1);
    window.wait(5.0);
    assert_eq!(kept(&window), first, "and no further time without a further word");
    // A window that is gone with its process: the next sign-in has it.
    window.sign_in(ADMINISTRATOR);
    is_given_back(&mut window);
}

#[test]
fn what_was_kept_is_gone_when_it_is_done_with_or_put_away_and_is_nobody_elses() {
    let mut window = half_typed();
    window.press_control(egui::Key::L);
    window.sign_in(OFFICER);
    assert!(!window.hears("Wat je aan het typen was, staat klaar in Accounts."));
    // An officer's window that sends one past the screen has no such form.
    let draft = viewmodel::NewAccountDraft { staff: "1".into(), ..Default::default() };
    window.send(Command::KeepDraft(Draft::NewAccount(draft)));
    assert_eq!(kept(&window).len(), 1, "the administrator's alone");
    window.sign_in(ADMINISTRATOR);
    is_given_back(&mut window);
    assert_eq!(kept(&window), Vec::<Vec<u8>>::new(), "made");
    window.click_button("Nieuw account");
    window.fill_in("Naam", HALF);
    window.wait(2.2);
    assert_eq!(kept(&window).len(), 1);
    window.click_button("Annuleer");
    window.wait(2.2);
    assert_eq!(kept(&window), Vec::<Vec<u8>>::new(), "put away");
    window.click_button("Nieuw account");
    assert_eq!(window.typed("Naam"), "");
}

/// *Aansluitingen*, the particulars of its first hospital half changed and a new hospital half typed.
fn half_changed() -> Window {
    let mut window = Window::of_size(House::with(&[]), vec2(1280.0, 2400.0));
    window.sign_in(ADMINISTRATOR);
    window.click("Aansluitingen");
    window.click_button("Nieuw ziekenhuis");
    window.fill_in("URA (acht cijfers)", "0000010");
    window.click_button("Wijzig…");
    window.fill_in("Leverancier SEH", "ZorgPl");
    window.fill_in("Functie bij stap 3", "projectleider, nog te vra");
    window
}

#[test]
fn a_lock_loses_nothing_of_what_was_typed_on_the_forms_of_connections() {
    let mut window = half_changed();
    window.press_control(egui::Key::L);
    assert!(!window.heard().contains("ZorgPl"), "nothing of it stands on the lock");
    let sealed = kept(&window);
    let holds = |text: &str| sealed.iter().any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()));
    assert!(sealed.len() == 1 && !holds("ZorgPl") && !holds("0000010"));
    unlock(&mut window);
    assert!(window.hears("Wat je aan het typen was, staat klaar in Aansluitingen."), "{}", window.heard());
    window.click("Aansluitingen");
    let is_there = |window: &Window| {
        assert_eq!(window.typed("URA (acht cijfers)"), "0000010");
        assert_eq!(window.typed("Leverancier SEH"), "ZorgPl");
        assert_eq!(window.typed("Functie bij stap 3"), "projectleider, nog te vra");
    };
    is_there(&window);
    // It is kept of itself at a pause, and a window that is gone with its process has it at the next sign-in.
    window.fill_in("Leverancier SEH", "ZorgPl");
    window.wait(2.2);
    window.sign_in(ADMINISTRATOR);
    window.click("Aansluitingen");
    is_there(&window);
    window.fill_in("Leverancier SEH", "ZorgPlein");
    window.click_button("Leg vast");
    assert!(window.heard().contains("ZorgPlein"), "{}", window.heard());
    window.click_button("Annuleer");
    window.wait(2.2);
    assert_eq!(kept(&window), Vec::<Vec<u8>>::new(), "one was sent, the other put away");
    window.click_button("Nieuw ziekenhuis");
    assert_eq!(window.typed("URA (acht cijfers)"), "");
}

#[test]
fn the_system_s_lock_loses_no_half_agreement_and_no_half_status() {
    let mut window = Window::of_size(House::with(&[]), vec2(1280.0, 2400.0));
    window.sign_in(ADMINISTRATOR);
    window.click("Aansluitingen");
    window.click("Afspraak");
    window.click_button("Leg een afspraak vast");
    window.fill_in("Reden", "Regionaal overleg van");
    window.system_locks();
    assert_eq!(kept(&window).len(), 1);
    unlock(&mut window);
    window.click("Aansluitingen");
    assert_eq!(window.typed("Reden"), "Regionaal overleg van");
    window.click("Status");
    window.wait(2.2);
    assert_eq!(kept(&window), Vec::<Vec<u8>>::new(), "another tab puts it away");
}

#[test]
fn a_draft_that_was_put_there_by_hand_or_is_another_accounts_keeps_nobody_out_and_is_not_shown() {
    let mut window = half_typed();
    window.press_control(egui::Key::L);
    let raw = window.behind.borrow().house.other_program();
    raw.execute("UPDATE draft SET sealed = zeroblob(80)", []).unwrap();
    unlock(&mut window);
    assert!(window.hears("Ontvangst") && !window.hears("Wat je aan het typen was, staat klaar in Accounts."));
    let frame = window.behind.borrow_mut().house.act(Command::Refresh);
    assert!(frame.notice.is_none_or(|notice| notice.kind != NoticeKind::Refused));
}

const CLERK: &str = "9001";
const NOTE: &str = "Notitie, zonder BSN of naam (mag leeg blijven)";
const HALF_NOTE: &str = "Dochter belt na 14 uur, nog vra";

/// A clerk has taken the one item up and is typing a note.
fn half_noted() -> Window {
    let mut window = Window::of_size(House::with(&["20-volledig-2.4.xml"]), vec2(1280.0, 1600.0));
    window.sign_in(CLERK);
    window.click_button("Pak op");
    window.click("Notitie…");
    window.fill_in(NOTE, HALF_NOTE);
    window
}

#[test]
fn a_lock_loses_no_half_note_of_a_clerk_and_it_is_sealed_to_who_typed_it() {
    let mut window = half_noted();
    assert_eq!(kept(&window), Vec::<Vec<u8>>::new(), "there was no pause yet");
    window.system_locks();
    assert!(!window.heard().contains("Dochter"), "nothing of it stands on the lock");
    let sealed = kept(&window);
    let holds = |text: &str| sealed.iter().any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()));
    assert!(sealed.len() == 1 && !holds("Dochter"));
    unlock(&mut window);
    assert!(window.hears("Een notitie die je aan het typen was, staat klaar bij haar rit."), "{}", window.heard());
    assert_eq!(window.typed(NOTE), HALF_NOTE);
    // By a window that is gone with its process it is there at the next sign-in; kept as it was meant it is a draft no more.
    window.sign_in(CLERK);
    assert_eq!(window.typed(NOTE), HALF_NOTE);
    window.fill_in(NOTE, "Dochter belt na 14 uur");
    window.click_button("Bewaar de notitie");
    assert!(window.heard().contains("De notitie is bewaard."), "{}", window.heard());
    window.wait(2.2);
    assert_eq!(kept(&window), Vec::<Vec<u8>>::new(), "it is the administration's now");
    window.sign_in(CLERK);
    assert!(!window.hears("Een notitie die je aan het typen was, staat klaar bij haar rit."));
    assert!(window.hears("Notitie: Dochter belt na 14 uur"), "{}", window.heard());
}

#[test]
fn a_half_note_waits_while_the_clerk_looks_elsewhere_and_typed_back_as_it_was_it_is_none() {
    let mut window = half_noted();
    window.click("Afgerond 0");
    window.click("Te doen 1");
    assert_eq!(window.typed(NOTE), HALF_NOTE);
    window.fill_in(NOTE, "x");
    window.press(egui::Key::Backspace);
    window.wait(2.2);
    assert_eq!(kept(&window), Vec::<Vec<u8>>::new(), "nothing is noted, and nothing typed");
}

#[test]
fn a_half_note_goes_with_its_item() {
    let mut window = half_noted();
    window.wait(2.2);
    assert_eq!(kept(&window).len(), 1);
    let (folder, now) = {
        let behind = window.behind.borrow();
        (behind.house.folder.path().join("store"), behind.house.now)
    };
    let mut store = {
        let root = store::RootSecret::from_bytes(window.behind.borrow().house.root.expose()).unwrap();
        store::Store::open(&folder, &root, crate::house::origin(), now).unwrap()
    };
    store.purge(now + chrono::TimeDelta::days(400)).unwrap();
    assert_eq!(kept(&window), Vec::<Vec<u8>>::new());
    // A note of an item that is gone is kept nowhere, though its field still stands in the window.
    window.fill_in(NOTE, "nog iets");
    window.wait(2.2);
    assert_eq!(kept(&window), Vec::<Vec<u8>>::new());
}
