//! *Er is een terugkoppeling* on the desktop: who asked for it gets that sentence and nothing else, over a real bus; nobody else does,
//! and without a bus nothing breaks.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::{Duration, Instant},
};

use app::{NOTICE_MINUTES, NotificationService, Worker};
use chrono::{DateTime, TimeDelta, Utc};
use viewmodel::{Appearance, Client as _, Command, Frame, Language, MineCommand, Screen, ScreenName, Speech};
use zbus::{
    Message,
    blocking::{Connection, MessageIterator},
    zvariant::OwnedValue,
};
use zeroize::Zeroizing;

use crate::{
    desktop_notice::{self, Desktop},
    house::{House, PASSPHRASE, Window, now, sample, second_factor, take_in},
    sessions::Bus,
    support::needs,
};

const NURSE: &str = "1003";
const OTHER: &str = "1001";
const PATIENCE: Duration = Duration::from_secs(30);

/// A service that keeps what it is given.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<String>>>);

impl NotificationService for Kept {
    fn is_there(&self) -> Option<bool> {
        Some(true)
    }

    fn show(&self, sentence: &str) {
        self.0.lock().unwrap().push(sentence.to_owned());
    }
}

impl Kept {
    fn told(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

fn house() -> (House, Kept) {
    let (mut house, kept) = (House::with(&[]), Kept::default());
    house.engine.notify_with(Box::new(kept.clone()));
    (house, kept)
}

fn switched(house: &mut House, staff: &str, on: bool) {
    house.sign_in(staff);
    house.act(Command::Open(ScreenName::MyAccount));
    house.act(Command::Mine(MineCommand::DesktopNotice(on)));
}

/// The receiver's round, and then the window's look.
fn looks(house: &mut House, has_focus: bool) {
    let now = house.now;
    house.engine.deliver(now).unwrap();
    house.engine.tell_desktop(has_focus, now);
}

/// Two messages about rides of the nurse.
fn of_nurse() -> [Vec<u8>; 2] {
    let second = String::from_utf8(sample("22-akkoord-2.5.xml")).unwrap();
    [sample("20-volledig-2.4.xml"), second.replace("12-2026-4511-1", "12-2026-4526-1").into_bytes()]
}

#[test]
fn off_until_its_person_switches_it_on_then_one_sentence_in_his_language_and_never_in_front_of_him() {
    let messages = of_nurse();
    let (mut house, kept) = house();
    house.sign_in(NURSE);
    house.take_in(&messages[0]);
    looks(&mut house, false);
    assert!(kept.told().is_empty(), "off by default");
    switched(&mut house, NURSE, true);
    looks(&mut house, false);
    assert!(kept.told().is_empty(), "what was there when it was switched on is on the screen");
    house.act(Command::KeepAppearance(Appearance { speech: Speech::In(Language::English), ..Appearance::default() }));
    house.take_in(&messages[1]);
    looks(&mut house, true);
    looks(&mut house, false);
    assert!(kept.told().is_empty(), "it came before his eyes");
    let (mut house, kept) = self::house();
    switched(&mut house, NURSE, true);
    house.take_in(&messages[0]);
    looks(&mut house, false);
    looks(&mut house, false);
    assert_eq!(kept.told(), ["Er is een terugkoppeling"], "once");
    house.act(Command::KeepAppearance(Appearance { speech: Speech::In(Language::English), ..Appearance::default() }));
    house.take_in(&messages[1]);
    looks(&mut house, false);
    assert!(kept.told().is_empty(), "not so soon after the first");
    house.now += TimeDelta::minutes(NOTICE_MINUTES);
    looks(&mut house, false);
    assert_eq!(kept.told(), ["There is feedback"], "it still waits to be read");
}

#[test]
fn at_a_lock_it_goes_on_and_after_signing_out_and_for_others_it_does_not() {
    let messages = of_nurse();
    let (mut house, kept) = house();
    switched(&mut house, NURSE, true);
    house.act(Command::Lock);
    house.take_in(&messages[0]);
    looks(&mut house, false);
    assert_eq!(kept.told().len(), 1, "locked, the keys are gone, and that there is something can be said");
    house.now += TimeDelta::hours(1);
    house.act(Command::SignOut);
    house.take_in(&messages[1]);
    looks(&mut house, false);
    for staff in [OTHER, "9001", "9002", "9003", "9004"] {
        house.sign_in(staff);
        looks(&mut house, false);
        house.act(Command::Mine(MineCommand::DesktopNotice(true)));
        looks(&mut house, false);
    }
    assert!(kept.told().is_empty());
}

#[test]
fn the_setting_says_that_there_is_no_service_and_nothing_waits_for_one() {
    let mut house = House::with(&[]);
    let desktop = Desktop::start(|| Err(zbus::Error::Unsupported)).unwrap();
    let began = Instant::now();
    while desktop.is_there() != Some(false) {
        assert!(began.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(5));
    }
    desktop.show("Er is een terugkoppeling");
    house.engine.notify_with(Box::new(desktop));
    let mut window = Window::of_size(house, egui::vec2(1280.0, 1400.0));
    window.sign_in(NURSE);
    window.click("Mijn account");
    assert!(window.heard().contains("geen meldingendienst gevonden"), "{}", window.heard());
    window.click("Meld het als er een terugkoppeling is");
    let chosen = || Command::Open(ScreenName::MyAccount);
    let Screen::MyAccount(screen) = window.behind.borrow_mut().house.act(chosen()).screen else { panic!() };
    assert!(screen.notice.is_some_and(|notice| notice.on), "the choice is kept all the same");
    window.sign_in("9001");
    window.click("Mijn account");
    assert!(!window.hears("Melding op je bureaublad"), "who has no feedback has no such choice");
}

/// What a desktop is given.
type Given = (String, u32, String, String, String, Vec<String>, usize, i32);

/// A notification service as desktops have it.
struct Service(SyncSender<Given>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Service {
    #[expect(clippy::too_many_arguments, reason = "as the specification has it")]
    fn notify(
        &self,
        program: String,
        replaces: u32,
        icon: String,
        summary: String,
        body: String,
        actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        expires: i32,
    ) -> u32 {
        self.0.send((program, replaces, icon, summary, body, actions, hints.len(), expires)).unwrap();
        7
    }
}

fn service(bus: &Bus) -> (Connection, Receiver<Given>) {
    let (sent, given) = sync_channel(8);
    let service = bus.connect();
    service.object_server().at("/org/freedesktop/Notifications", Service(sent)).unwrap();
    service.request_name("org.freedesktop.Notifications").unwrap();
    (service, given)
}

fn desktop(bus: &Bus) -> Desktop {
    let address = bus.address();
    Desktop::start(move || {
        let bus = zbus::blocking::connection::Builder::address(address.as_str())?;
        bus.method_timeout(desktop_notice::PATIENCE).build()
    })
    .unwrap()
}

/// Everything that is said to notification services on a bus, as its bytes.
fn overheard(bus: &Bus) -> MessageIterator {
    let monitor = bus.connect();
    let rules = &(vec!["type='method_call',interface='org.freedesktop.Notifications'"], 0_u32);
    let (service, path) = ("org.freedesktop.DBus", "/org/freedesktop/DBus");
    monitor.call_method(Some(service), path, Some("org.freedesktop.DBus.Monitoring"), "BecomeMonitor", rules).unwrap();
    MessageIterator::from(monitor)
}

#[test]
fn over_the_bus_goes_the_program_s_name_and_the_sentence_and_not_a_byte_more() {
    if !needs("dbus-daemon") {
        return;
    }
    let bus = Bus::start();
    let (_service, given) = service(&bus);
    let overheard = overheard(&bus);
    let desktop = desktop(&bus);
    desktop.show("Er is een terugkoppeling");
    desktop.show("Er is een terugkoppeling");
    let as_given = |replaces| -> Given {
        ("Terugblik".into(), replaces, "".into(), "Er is een terugkoppeling".into(), "".into(), vec![], 0, -1)
    };
    assert_eq!(given.recv_timeout(PATIENCE).unwrap(), as_given(0));
    assert_eq!(given.recv_timeout(PATIENCE).unwrap(), as_given(7), "in the place of the one before");
    assert_eq!(desktop.is_there(), Some(true));
    let call = overheard.map(Result::unwrap).find(|message| {
        let header = message.header();
        header.member().is_some_and(|member| member.as_str() == "Notify")
    });
    let call = call.unwrap();
    let nothing = HashMap::<&str, zbus::zvariant::Value<'_>>::new();
    let body = ("Terugblik", 0_u32, "", "Er is een terugkoppeling", "", Vec::<&str>::new(), nothing, -1_i32);
    let expected = Message::method_call("/org/freedesktop/Notifications", "Notify").unwrap().build(&body).unwrap();
    assert_eq!(call.body().data().bytes(), expected.body().data().bytes());
    // Readable in the whole message: addresses on the bus, names of the specification, and these two texts.
    let bytes = call.data().bytes().to_vec();
    let readable: Vec<String> = String::from_utf8_lossy(&bytes)
        .split(|c: char| !(c.is_ascii_graphic() || c == ' '))
        .filter(|word| word.chars().filter(char::is_ascii_alphabetic).count() > 3)
        .map(str::to_owned)
        .collect();
    let known = [
        "/org/freedesktop/Notifications",
        "org.freedesktop.Notifications",
        "Notify",
        "susssasa{sv}i",
        "Terugblik",
        "Er is een terugkoppeling",
    ];
    assert!(readable.iter().all(|word| known.iter().any(|known| word.contains(known))), "{readable:?}");
}

/// Seconds that the worker's clock is ahead.
static AHEAD: AtomicI64 = AtomicI64::new(0);

fn clock() -> DateTime<Utc> {
    now() + TimeDelta::seconds(AHEAD.load(Ordering::SeqCst))
}

fn until(worker: &mut Worker, is: fn(&Frame) -> bool) -> Frame {
    let began = Instant::now();
    loop {
        if let Some(frame) = worker.latest()
            && is(&frame)
        {
            return frame;
        }
        assert!(began.elapsed() < PATIENCE, "it never came");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_window_that_is_not_in_front_tells_its_desktop_of_what_another_process_received_also_when_it_locked_itself() {
    if !needs("dbus-daemon") {
        return;
    }
    let messages = of_nurse();
    let bus = Bus::start();
    let (_service, given) = service(&bus);
    let desktop = desktop(&bus);
    let (made, where_) = sync_channel(1);
    let make: app::MakeEngine = Box::new(move |_| {
        let House { mut engine, folder, root, .. } = House::with(&[]);
        engine.notify_with(Box::new(desktop));
        made.send((folder.path().join("store"), *root.expose())).unwrap();
        // The store's folder goes with the test's process.
        std::mem::forget(folder);
        Ok(engine)
    });
    let mut worker = Worker::start(clock, true, make).unwrap();
    let (place, root) = where_.recv_timeout(PATIENCE).unwrap();
    let root = store::RootSecret::from_bytes(&root).unwrap();
    until(&mut worker, |frame| matches!(frame.screen, Screen::SignIn(_)));
    let code = access::second_factor_code(&second_factor(), now()).unwrap();
    let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
    worker.send(Command::SignIn { account: NURSE.into(), passphrase, code });
    until(&mut worker, |frame| frame.lock.is_some());
    worker.send(Command::Open(ScreenName::MyAccount));
    worker.send(Command::Mine(MineCommand::DesktopNotice(true)));
    until(
        &mut worker,
        |frame| matches!(&frame.screen, Screen::MyAccount(screen) if screen.notice.is_some_and(|n| n.on)),
    );
    worker.focused(false);
    take_in(&place, &root, &messages[0], now());
    // The receiver's round, which comes with any wish too.
    worker.send(Command::Refresh);
    assert_eq!(given.recv_timeout(PATIENCE).unwrap().3, "Er is een terugkoppeling");
    // A quarter of an hour later nobody is there any more.
    AHEAD.store(15 * 60, Ordering::SeqCst);
    until(&mut worker, |frame| matches!(frame.screen, Screen::Locked(_)));
    take_in(&place, &root, &messages[1], clock());
    worker.send(Command::Refresh);
    assert_eq!(given.recv_timeout(PATIENCE).unwrap().3, "Er is een terugkoppeling");
}
