//! After a lock the process that a professional, a clerk and a manager worked in holds nothing of them: no private key, no reader key, no
//! content key, no passphrase, no BSN, no word of a record. The real worker on a real store, the real window's face drawn and
//! worked by keys; every page of the living process is read by another, which knows what to look for.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    path::Path,
    rc::Rc,
    time::{Duration, Instant},
};

use app::{Engine, Receiving, Worker};
use domain::ReaderId;
use egui::{Event, Key, Modifiers, Theme};
use seal::ReaderPrivate;
use store::{Archive, Inbox, Store};
use ui::Studio;
use viewmodel::{Client, Command, Frame, Language, QualityState, RevealPurpose, Screen, Texts, Waker};

use crate::{
    core_image::{self, LATE, NURSE, PASSPHRASE, Receiver, keys},
    house::{now, origin, second_factor},
    support::fixtures,
};

const CHILD: &str = "TERUGBLIK_TEST_WINDOW";
const NAME: &str = "memory::after_a_lock_the_process_holds_no_key_no_passphrase_and_no_word_of_what_was_shown";
/// Typed at the sign-in, and never sent.
const HALF: &str = "zeven stille merels";
const CLERK: &str = "9001";
const MANAGER: &str = "9002";
const PATIENCE: Duration = Duration::from_secs(60);

/// The worker, spoken to by the window and by the test.
pub struct Both(pub Rc<RefCell<Worker>>);

impl Client for Both {
    fn send(&mut self, command: Command) {
        self.0.borrow_mut().send(command);
    }

    fn latest(&mut self) -> Option<Frame> {
        self.0.borrow_mut().latest()
    }

    fn wake_with(&mut self, waker: Waker) {
        self.0.borrow_mut().wake_with(waker);
    }

    fn touched(&mut self) {
        self.0.borrow_mut().touched();
    }

    fn was_left(&mut self) -> bool {
        self.0.borrow_mut().was_left()
    }
}

fn key(key: Key, modifiers: Modifiers) -> Event {
    Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }
}

/// A window without a display on the worker.
struct Window {
    worker: Rc<RefCell<Worker>>,
    app: ui::App,
    studio: Studio,
}

impl Window {
    fn open(folder: &Path) -> Self {
        let (keys, place) = (keys(folder), folder.join("store"));
        let make: app::MakeEngine = Box::new(move |_| {
            let root = keys.root().unwrap();
            let open = || Store::open(&place, &root, origin(), now()).unwrap();
            let receiving = Receiving::new(Inbox::new(open(), keys.routing().unwrap())).unwrap();
            Ok(Engine::new(Archive::new(open()), Some(receiving), core_image::CHEAP, Vec::new()))
        });
        let worker = Rc::new(RefCell::new(Worker::start(now, true, make).unwrap()));
        let texts = Texts::load(Language::Dutch).unwrap();
        let studio = Studio::new(egui::vec2(1280.0, 800.0), 1.0);
        studio.context().enable_accesskit();
        Self { app: ui::App::new(Box::new(Both(worker.clone())), texts), worker, studio }
    }

    fn draw(&mut self, events: Vec<Event>) {
        let app = &mut self.app;
        self.studio.picture_after(Theme::Light, events, |ui| app.frame_ui(ui));
    }

    fn until(&mut self, is: fn(&Screen) -> bool) {
        let began = Instant::now();
        while !self.app.frame().is_some_and(|frame| is(&frame.screen)) {
            assert!(began.elapsed() < PATIENCE, "it never came");
            std::thread::yield_now();
            self.draw(Vec::new());
        }
        self.draw(Vec::new());
    }

    fn send(&mut self, command: Command) {
        self.worker.borrow_mut().send(command);
    }

    /// Account and half a passphrase, and no further.
    fn half_sign_in(&mut self, staff: &str) {
        self.begin(staff);
        self.draw(vec![Event::Text(HALF.into())]);
    }

    fn begin(&mut self, staff: &str) {
        self.until(|screen| matches!(screen, Screen::SignIn(_)));
        self.draw(vec![Event::Text(staff.into())]);
        self.draw(vec![key(Key::Tab, Modifiers::NONE)]);
    }

    fn sign_in(&mut self, staff: &str) {
        self.begin(staff);
        self.draw(vec![Event::Text(PASSPHRASE.into())]);
        // Past the eye that shows what was typed.
        self.draw(vec![key(Key::Tab, Modifiers::NONE)]);
        self.draw(vec![key(Key::Tab, Modifiers::NONE)]);
        let code = access::second_factor_code(&second_factor(), now()).unwrap();
        self.draw(vec![Event::Text(code.to_string())]);
        self.draw(vec![key(Key::Enter, Modifiers::NONE)]);
    }
}

/// The window's process: says when each of its steps is done, and goes on when it is told to.
fn work(folder: &Path) {
    let mut steps = std::io::stdin().lines();
    let mut wait = |said: &str| {
        println!("STEP {said}");
        steps.next().unwrap().unwrap();
    };
    let mut window = Window::open(folder);
    window.sign_in(NURSE);
    window.until(|screen| matches!(screen, Screen::Feedback(screen) if screen.card.is_some()));
    let open = match window.app.frame().map(|frame| &frame.screen) {
        Some(Screen::Feedback(screen)) => screen.card.as_ref().map(|card| card.open.clone()),
        _ => None,
    };
    window.send(open.unwrap());
    window.until(|screen| matches!(screen, Screen::Feedback(screen) if screen.opened.is_some()));
    wait("record");
    window.draw(vec![key(Key::L, Modifiers::COMMAND)]);
    window.until(|screen| matches!(screen, Screen::Locked(_)));
    wait("locked");
    window.send(Command::SignOut);
    window.sign_in(CLERK);
    window.until(|screen| matches!(screen, Screen::Identifications(screen) if !screen.rows.is_empty()));
    let item = match window.app.frame().map(|frame| &frame.screen) {
        Some(Screen::Identifications(screen)) => screen.rows[0].item,
        _ => unreachable!("it was there a moment ago"),
    };
    window.send(Command::Claim(item));
    window.send(Command::RevealBsn(item, RevealPurpose::CompleteRide));
    window.until(|screen| {
        let Screen::Identifications(screen) = screen else { return false };
        screen.detail.as_ref().is_some_and(|detail| detail.bsns.iter().any(|bsn| bsn.shown.is_some()))
    });
    window.send(Command::CopyBsn(item, 0));
    window.draw(Vec::new());
    wait("bsn");
    // As the system does it.
    assert!(window.worker.borrow().locker().lock(PATIENCE));
    window.draw(Vec::new());
    window.until(|screen| matches!(screen, Screen::Locked(_)));
    wait("locked again");
    window.send(Command::SignOut);
    window.sign_in(MANAGER);
    window.until(|screen| matches!(screen, Screen::Quality(screen) if matches!(screen.state, QualityState::Ready)));
    wait("figures");
    window.draw(vec![key(Key::L, Modifiers::COMMAND)]);
    window.until(|screen| matches!(screen, Screen::Locked(_)));
    wait("locked at last");
    window.send(Command::SignOut);
    window.half_sign_in(CLERK);
    wait("half typed");
    assert!(window.worker.borrow().locker().lock(PATIENCE));
    window.draw(Vec::new());
    window.draw(Vec::new());
    wait("half gone");
}

/// What must not be there, each with a name that gives nothing away.
struct Sought(Vec<(String, Vec<u8>)>);

impl Sought {
    fn of_keys(folder: &Path, store: &Store) -> Self {
        let root = keys(folder).root().unwrap();
        let members = [NURSE, LATE, CLERK, MANAGER, "9004"];
        let privates: Vec<(ReaderId, ReaderPrivate)> =
            members.iter().flat_map(|staff| core_image::privates(store, staff)).collect();
        let mut all: Vec<(String, Vec<u8>)> = privates
            .iter()
            .map(|(reader, private)| (format!("private key of reader {}", reader.0), private.expose().to_vec()))
            .collect();
        let of_readers = core_image::reader_keys(folder, &root, &privates);
        all.extend(of_readers.iter().map(|(n, (reader, key))| (format!("reader key {n} of {reader}"), key.clone())));
        let content = core_image::all_content_keys(folder, &root, &of_readers);
        assert!(content.len() >= 4, "{}", content.len());
        all.extend(content.into_iter().enumerate().map(|(i, key)| (format!("content key {i}"), key)));
        all.push(("the passphrase".into(), PASSPHRASE.into()));
        all.push(("half a passphrase".into(), HALF.into()));
        for (i, form) in
            ["999900006", "999 900 006", "999\u{202f}900\u{202f}006", "999\u{a0}900\u{a0}006"].iter().enumerate()
        {
            all.push((format!("the BSN, form {i}"), form.as_bytes().to_vec()));
        }
        all.push(("the BSN, as digits".into(), vec![9, 9, 9, 9, 0, 0, 0, 0, 6]));
        for (i, words) in ["Ischemisch", "Glucose was bepaald", "Keuze van het ziekenhuis"].iter().enumerate() {
            all.push((format!("words {i} of the record"), words.as_bytes().to_vec()));
        }
        Self(all)
    }

    /// The names of those that are there: one way through the image, by two first bytes.
    fn found(&self, image: &[u8]) -> BTreeSet<&str> {
        let pair = |bytes: &[u8]| usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
        let mut begins = vec![false; 1 << 16];
        self.0.iter().for_each(|(_, bytes)| begins[pair(bytes)] = true);
        let hits = image.windows(2).enumerate().filter(|(_, two)| begins[pair(two)]);
        let is_at = |at: usize, bytes: &[u8]| image[at..].starts_with(bytes);
        hits.flat_map(|(at, _)| self.0.iter().filter(move |(_, bytes)| is_at(at, bytes)))
            .map(|(name, _)| name.as_str())
            .collect()
    }
}

#[test]
fn after_a_lock_the_process_holds_no_key_no_passphrase_and_no_word_of_what_was_shown() {
    if let Some(folder) = std::env::var_os(CHILD) {
        return work(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let (mut store, codes) = core_image::set_up(folder.path());
    core_image::activate(&mut store, &codes, LATE);
    {
        let root = keys(folder.path()).root().unwrap();
        let inbox = Store::open(&folder.path().join("store"), &root, origin(), now()).unwrap();
        let mut receiving = Receiving::new(Inbox::new(inbox, keys(folder.path()).routing().unwrap())).unwrap();
        let rides = std::fs::read(fixtures().join("rides.csv")).unwrap();
        assert!(receiving.import_rides(&rides, now(), &mut |_, _| true).unwrap().is_whole());
        let message = std::fs::read(fixtures().join("messages/20-volledig-2.4.xml")).unwrap();
        receiving.take_in_bytes(&[&message], now()).unwrap();
        receiving.deliver(now()).unwrap();
    }
    let sought = Sought::of_keys(folder.path(), &store);
    let mut child = Receiver::start_as(NAME, CHILD, folder.path());
    child.until("record");
    let open = sought.found(&child.image()).into_iter().collect::<Vec<_>>().join(", ");
    for name in ["private key", "reader key", "words 1"] {
        assert!(open.contains(name), "the search finds what is there: {open}");
    }
    child.go_on();
    child.until("locked");
    let left = sought.found(&child.image());
    child.go_on();
    child.until("bsn");
    let open = sought.found(&child.image()).into_iter().collect::<Vec<_>>().join(", ");
    for name in ["private key of reader 1", "the BSN"] {
        assert!(open.contains(name), "the search finds what is there: {open}");
    }
    child.go_on();
    child.until("locked again");
    let left_again = sought.found(&child.image());
    child.go_on();
    child.until("figures");
    let open = sought.found(&child.image()).into_iter().collect::<Vec<_>>().join(", ");
    assert!(open.contains("private key of reader 2") && open.contains("reader key"), "the search finds: {open}");
    child.go_on();
    child.until("locked at last");
    let left_at_last = sought.found(&child.image());
    child.go_on();
    child.until("half typed");
    assert!(sought.found(&child.image()).contains("half a passphrase"), "the search finds what is there");
    child.go_on();
    child.until("half gone");
    let half = sought.found(&child.image());
    child.go_on();
    assert!(child.ended_well());
    assert!(left.is_empty(), "after the first lock: {left:?}");
    assert!(left_again.is_empty(), "after the second: {left_again:?}");
    assert!(left_at_last.is_empty(), "after the third: {left_at_last:?}");
    assert!(half.is_empty(), "typed before a session, after the system's lock: {half:?}");
}
