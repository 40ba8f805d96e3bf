//! A session ends by itself: when nobody is there, with the system's lock and sleep, after half a day. The real worker on a
//! real store; the system's part is a bus of its own with a logind of the test's on it.

use std::{
    io::{BufRead, BufReader, Read},
    os::unix::net::UnixStream,
    process::{Child, Command as Run, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
        mpsc::{Receiver, sync_channel},
    },
    time::{Duration, Instant},
};

use app::{Ending, Worker};
use chrono::{DateTime, TimeDelta, Utc};
use egui_kittest::Harness;
use viewmodel::{Client, Command, Frame, Language, Screen, ScreenName, Texts, Waker};
use zbus::{
    blocking::{Connection, connection},
    zvariant::{ObjectPath, OwnedFd, OwnedObjectPath, OwnedValue, Value},
};
use zeroize::Zeroizing;

use crate::{
    desktop::{Running, display},
    house::{House, PASSPHRASE, now, second_factor},
    support::{Place, needs},
    system_lock::{self, Own},
};

const CLERK: &str = "9001";
const OFFICER: &str = "9004";
const SAMPLE: &str = "programma-01-onjuist-bsn.xml";
// LIMIT: what is waited for is there at once; a machine that does other things too is given so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// The worker on a house of its own, with a clock.
struct Desk {
    worker: Worker,
    wakes: Receiver<()>,
}

impl Desk {
    fn new(clock: fn() -> DateTime<Utc>) -> Self {
        let make: app::MakeEngine = Box::new(|_| {
            let house = House::with(&[SAMPLE]);
            // The store's folder goes with the test's process.
            let House { engine, folder, .. } = house;
            std::mem::forget(folder);
            Ok(engine)
        });
        let mut worker = Worker::start(clock, true, make).unwrap();
        let (woken, wakes) = sync_channel(1);
        worker.wake_with(Arc::new(move || {
            let _ = woken.try_send(());
        }));
        Self { worker, wakes }
    }

    /// The first frame that is as asked.
    fn until(&mut self, is: fn(&Frame) -> bool) -> Frame {
        let began = Instant::now();
        loop {
            if let Some(frame) = self.worker.latest()
                && is(&frame)
            {
                return frame;
            }
            assert!(began.elapsed() < PATIENCE, "it never came");
            let _ = self.wakes.recv_timeout(Duration::from_millis(20));
        }
    }

    fn sign_in(&mut self, staff: &str) -> Frame {
        let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
        let code = access::second_factor_code(&second_factor(), now()).unwrap();
        self.until(|frame| matches!(frame.screen, Screen::SignIn(_)));
        self.worker.send(Command::SignIn { account: staff.into(), passphrase, code });
        self.until(|frame| frame.lock.is_some())
    }
}

fn is_locked(frame: &Frame) -> bool {
    matches!(frame.screen, Screen::Locked(_)) && frame.rail.is_none() && frame.lock.is_none()
}

#[test]
fn after_five_minutes_without_input_the_worker_locks_by_itself() {
    // The worker's clock runs ahead of the window's: nothing is touched, time alone passes.
    static AHEAD: AtomicI64 = AtomicI64::new(0);
    fn clock() -> DateTime<Utc> {
        let is_worker = std::thread::current().name() == Some("worker");
        now() + TimeDelta::milliseconds(if is_worker { AHEAD.load(Ordering::SeqCst) } else { 0 })
    }
    let mut desk = Desk::new(clock);
    desk.sign_in(CLERK);
    AHEAD.store(299_950, Ordering::SeqCst);
    desk.worker.send(Command::Refresh);
    let still = desk.until(|frame| frame.lock.is_some());
    assert!(matches!(still.screen, Screen::Identifications(_)), "fifty milliseconds are left");
    AHEAD.store(300_000, Ordering::SeqCst);
    desk.until(is_locked);
}

#[test]
fn who_comes_back_after_the_computer_slept_finds_the_lock_and_not_the_screen() {
    static CLOCK: AtomicI64 = AtomicI64::new(0);
    fn clock() -> DateTime<Utc> {
        now() + TimeDelta::seconds(CLOCK.load(Ordering::SeqCst))
    }
    let mut desk = Desk::new(clock);
    desk.sign_in(CLERK);
    CLOCK.store(200, Ordering::SeqCst);
    desk.worker.touched();
    CLOCK.store(499, Ordering::SeqCst);
    desk.worker.touched();
    assert!(!desk.worker.was_left(), "somebody was there all the time");
    CLOCK.store(4_000, Ordering::SeqCst);
    desk.worker.touched();
    assert!(desk.worker.was_left(), "the window hears it before its picture, whatever the worker is doing");
    assert!(desk.worker.latest().is_none_or(|frame| frame.lock.is_none()), "and gets nothing more of the session");
    desk.until(is_locked);
}

#[test]
fn a_session_ends_twelve_hours_after_its_sign_in_whatever_was_locked_in_between() {
    let mut house = House::with(&[SAMPLE]);
    let begins = house.now;
    assert!(house.sign_in(CLERK).rail.is_some());
    house.now = begins + TimeDelta::hours(5);
    assert!(is_locked(&house.engine.end(Ending::Away, house.now)));
    house.now = begins + TimeDelta::hours(6);
    let passphrase = || Zeroizing::new(PASSPHRASE.to_owned());
    assert!(house.act(Command::Unlock(passphrase())).rail.is_some());
    let early = begins + TimeDelta::hours(12) - TimeDelta::seconds(1);
    assert!(house.engine.turn(early).is_none_or(|frame| frame.rail.is_some()));
    let frame = house.engine.turn(begins + TimeDelta::hours(12)).expect("it says so");
    assert!(matches!(frame.screen, Screen::SignIn(_)) && frame.lock.is_none());
    assert_eq!(frame.notice.unwrap().text, "notice-logged-off");
    house.now = begins + TimeDelta::hours(12);
    assert!(house.act(Command::Refresh).rail.is_none(), "the session is gone");
    // The next one has its own twelve hours; the log tells why the others ended.
    let log = house.sign_in(OFFICER);
    let Screen::AuditLog(log) = log.screen else { panic!("the officer's screen is Auditlog") };
    let events: Vec<&str> = log.lines.iter().map(|line| line.event).collect();
    assert!(events.contains(&"event-logged-off") && events.contains(&"event-locked-unattended"), "{events:?}");
    assert!(house.engine.turn(begins + TimeDelta::hours(23)).is_none_or(|frame| frame.rail.is_some()));
}

#[test]
fn a_locked_session_ends_after_twelve_hours_too() {
    let mut house = House::with(&[SAMPLE]);
    house.sign_in(CLERK);
    house.act(Command::Lock);
    let frame = house.engine.turn(house.now + TimeDelta::hours(12)).expect("it says so");
    assert!(matches!(frame.screen, Screen::SignIn(_)));
}

#[test]
fn a_clock_of_the_wall_that_was_set_back_makes_no_session_longer() {
    let mut house = House::with(&[SAMPLE]);
    let (begun, passed) = (Instant::now(), Arc::new(AtomicI64::new(0)));
    let minutes = Arc::clone(&passed);
    house.engine.count_by(move || begun + Duration::from_secs(60 * minutes.load(Ordering::SeqCst).unsigned_abs()));
    assert!(house.sign_in(CLERK).rail.is_some());
    // Ten hours later somebody sets the clock back to an hour after the sign-in.
    let set_back = house.now + TimeDelta::hours(1);
    passed.store(12 * 60 - 1, Ordering::SeqCst);
    assert!(house.engine.turn(set_back).is_none_or(|frame| frame.rail.is_some()));
    assert_eq!(house.engine.session_left(set_back), Some(TimeDelta::minutes(1)));
    passed.store(12 * 60, Ordering::SeqCst);
    let frame = house.engine.turn(set_back).expect("it says so");
    assert_eq!(frame.notice.unwrap().text, "notice-logged-off");
}

/// A worker that does not answer, with a frame of a session in hand.
pub struct Busy {
    pub frame: Option<Frame>,
    pub left: Arc<std::sync::atomic::AtomicBool>,
}

impl Client for Busy {
    fn send(&mut self, _command: Command) {}

    fn latest(&mut self) -> Option<Frame> {
        self.frame.take()
    }

    fn wake_with(&mut self, _waker: Waker) {}

    fn was_left(&mut self) -> bool {
        self.left.swap(false, Ordering::SeqCst)
    }
}

#[test]
fn the_very_next_picture_after_the_system_locked_shows_nothing_though_the_worker_is_busy() {
    let mut house = House::with(&[SAMPLE]);
    let frame = house.sign_in(CLERK);
    let left = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let client = Busy { frame: Some(frame), left: left.clone() };
    let mut app = ui::App::new(Box::new(client), Texts::load(Language::Dutch).unwrap());
    let builder = Harness::builder().with_size([1280.0, 800.0]).with_context_setup(ui::theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(3);
    assert!(format!("{:?}", harness.root()).contains("Patiëntidentificatie"));
    left.store(true, Ordering::SeqCst);
    harness.step();
    let heard = format!("{:?}", harness.root());
    assert!(!heard.contains("Patiëntidentificatie") && !heard.contains("12-2026"), "{heard}");
}

/// A bus that ends with the test.
pub struct Bus(Child, String);

impl Bus {
    pub fn start() -> Self {
        let started = Run::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = started.unwrap();
        let mut address = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self(child, address.trim().to_owned())
    }

    pub fn address(&self) -> String {
        self.1.clone()
    }

    pub fn connect(&self) -> Connection {
        connection::Builder::address(self.1.as_str()).unwrap().build().unwrap()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The part of logind that is asked for.
struct Manager {
    /// The other ends of the delay locks that were given.
    delays: std::sync::mpsc::SyncSender<UnixStream>,
}

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    #[zbus(name = "GetSession")]
    fn session(&self, id: &str) -> zbus::fdo::Result<OwnedObjectPath> {
        let path = ObjectPath::try_from(format!("/org/freedesktop/login1/session/_3{id}"));
        path.map(Into::into).map_err(|_| zbus::fdo::Error::InvalidArgs("id".into()))
    }

    #[zbus(name = "GetSessionByPID")]
    fn session_by_process(&self, _process: u32) -> zbus::fdo::Result<OwnedObjectPath> {
        Err(zbus::fdo::Error::Failed("this process belongs to no session".into()))
    }

    #[zbus(name = "GetUser")]
    fn user(&self, user: u32) -> OwnedObjectPath {
        ObjectPath::try_from(format!("/org/freedesktop/login1/user/_{user}")).unwrap().into()
    }

    #[zbus(name = "Inhibit")]
    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> OwnedFd {
        assert_eq!((what, mode), ("sleep", "delay"));
        let (theirs, ours) = UnixStream::pair().unwrap();
        self.delays.send(ours).unwrap();
        std::os::fd::OwnedFd::from(theirs).into()
    }
}

/// The user's object: its display is session 2.
struct User;

#[zbus::interface(name = "org.freedesktop.login1.User")]
impl User {
    #[zbus(property, name = "Display")]
    fn display(&self) -> (String, OwnedObjectPath) {
        ("2".into(), ObjectPath::try_from("/org/freedesktop/login1/session/_32").unwrap().into())
    }
}

/// A logind on a bus; and the other ends of the delay locks it gives.
fn logind(bus: &Bus) -> (Connection, Receiver<UnixStream>) {
    let (sent, delays) = sync_channel(8);
    let logind = bus.connect();
    logind.object_server().at("/org/freedesktop/login1", Manager { delays: sent }).unwrap();
    logind.object_server().at("/org/freedesktop/login1/user/_1000", User).unwrap();
    logind.request_name("org.freedesktop.login1").unwrap();
    (logind, delays)
}

/// A logind on a bus, and a desk that listens to it.
struct System {
    logind: Connection,
    delays: Receiver<UnixStream>,
    desk: Desk,
    _bus: Bus,
}

impl System {
    fn start(session: Option<&str>) -> Self {
        let bus = Bus::start();
        let (logind, delays) = logind(&bus);
        let desk = Desk::new(now);
        let (ours, locker) = (bus.connect(), desk.worker.locker());
        let own = Own { session: session.map(Into::into), process: 4711, user: 1000 };
        std::thread::spawn(move || system_lock::listen(&ours, &own, &locker));
        Self { logind, delays, desk, _bus: bus }
    }

    /// The delay lock that the program holds: it listens from then on.
    fn delay(&self) -> UnixStream {
        given(&self.delays)
    }

    fn session_says(&self, session: &str, member: &str) {
        let path = format!("/org/freedesktop/login1/session/_3{session}");
        self.logind.emit_signal(None::<&str>, path, "org.freedesktop.login1.Session", member, &()).unwrap();
    }

    fn session_becomes(&self, session: &str, property: &str, value: bool) {
        let path = format!("/org/freedesktop/login1/session/_3{session}");
        let changed: std::collections::HashMap<&str, OwnedValue> =
            [(property, Value::from(value).try_into().unwrap())].into();
        let body = &("org.freedesktop.login1.Session", changed, Vec::<String>::new());
        let (interface, member) = ("org.freedesktop.DBus.Properties", "PropertiesChanged");
        self.logind.emit_signal(None::<&str>, path, interface, member, body).unwrap();
    }

    fn sleep(&self, begins: bool) {
        sleep(&self.logind, begins);
    }
}

fn given(delays: &Receiver<UnixStream>) -> UnixStream {
    let delay = delays.recv_timeout(PATIENCE).expect("it asks for a delay");
    delay.set_read_timeout(Some(PATIENCE)).unwrap();
    delay
}

fn sleep(logind: &Connection, begins: bool) {
    let (path, interface) = ("/org/freedesktop/login1", "org.freedesktop.login1.Manager");
    logind.emit_signal(None::<&str>, path, interface, "PrepareForSleep", &(begins,)).unwrap();
}

#[test]
fn the_system_s_lock_locks_the_session_and_another_s_does_not() {
    if !needs("dbus-daemon") {
        return;
    }
    // By its session, and where the process belongs to none by the user's display.
    for session in [Some("2"), None] {
        let mut system = System::start(session);
        let _delay = system.delay();
        system.desk.sign_in(CLERK);
        system.session_says("9", "Lock");
        system.session_says("2", "Unlock");
        system.session_becomes("2", "LockedHint", false);
        // Signals come in order: had one of those locked, this desk would not be in session now.
        system.session_becomes("2", "IdleHint", true);
        system.desk.worker.send(Command::Refresh);
        assert!(system.desk.until(|_| true).lock.is_some() && !system.desk.worker.was_left());
        system.session_says("2", "Lock");
        system.desk.until(is_locked);
        assert!(system.desk.worker.was_left());
    }
}

#[test]
fn a_desktop_that_says_its_screen_is_locked_or_another_s_locks_the_session() {
    if !needs("dbus-daemon") {
        return;
    }
    for (property, value) in [("LockedHint", true), ("Active", false)] {
        let mut system = System::start(Some("2"));
        let _delay = system.delay();
        system.desk.sign_in(CLERK);
        system.session_becomes("2", property, value);
        system.desk.until(is_locked);
    }
}

#[test]
fn sleep_waits_until_the_session_s_keys_are_gone_and_is_held_up_again_after_waking() {
    if !needs("dbus-daemon") {
        return;
    }
    let mut system = System::start(Some("2"));
    let mut delay = system.delay();
    system.desk.sign_in(CLERK);
    system.sleep(true);
    assert_eq!(delay.read(&mut [0; 1]).unwrap(), 0, "sleep may begin");
    let frame = system.desk.worker.latest().expect("by then the worker has locked");
    assert!(is_locked(&frame));
    system.sleep(false);
    let mut delay = system.delay();
    system.sleep(true);
    assert_eq!(delay.read(&mut [0; 1]).unwrap(), 0, "also where there is no session to lock");
}

#[test]
fn the_program_s_own_window_listens_to_the_system_it_runs_on() {
    if !needs("dbus-daemon") || !needs("Xvfb") {
        return;
    }
    let (bus, place) = (Bus::start(), Place::made());
    let (logind, delays) = logind(&bus);
    let (_display, name) = display();
    let mut program = place.command(&[]);
    program.env("DISPLAY", &name).env_remove("WAYLAND_DISPLAY").env("XDG_STATE_HOME", place.path("state"));
    let _window = Running(program.env("DBUS_SYSTEM_BUS_ADDRESS", &bus.1).spawn().unwrap());
    let mut delay = given(&delays);
    sleep(&logind, true);
    assert_eq!(delay.read(&mut [0; 1]).unwrap(), 0, "it lets the system sleep");
}

#[test]
fn the_functional_administrator_sets_the_minutes_for_every_window_and_the_log_has_it() {
    let mut house = House::with(&[SAMPLE]);
    house.sign_in("9003");
    assert_eq!(house.engine.absence_allowed(), Some(TimeDelta::minutes(5)), "as at set-up");
    let frame = house.act(Command::Open(ScreenName::Settings));
    assert!(frame.content_protected, "on from the start");
    let Screen::Settings(screen) = frame.screen else { panic!("Instellingen") };
    assert!(!screen.can_protect || !cfg!(target_os = "linux"));
    let (_, set) = screen.lock_minutes.iter().find(|(minutes, _)| *minutes == 2).unwrap().clone();
    let Screen::Settings(screen) = house.act(set).screen else { panic!("Instellingen") };
    assert_eq!(screen.lock_minutes_now, 2);
    assert!(!house.act(screen.protect).content_protected);
    // Past the screen no other minutes than 1 to 15 can be had, and nobody else sets them.
    for (asked, kept) in [(0, 1), (200, 15)] {
        house.act(Command::SetWindows { lock_minutes: asked, content_protected: true });
        assert_eq!(house.engine.absence_allowed(), Some(TimeDelta::minutes(kept)));
    }
    house.sign_in(CLERK);
    house.act(Command::SetWindows { lock_minutes: 1, content_protected: false });
    assert_eq!(house.engine.absence_allowed(), Some(TimeDelta::minutes(15)), "for every session of the organisation");
    let Screen::AuditLog(log) = house.sign_in(OFFICER).screen else { panic!("the officer's screen is Auditlog") };
    let set = log.lines.iter().filter(|line| line.event == "event-window-settings-changed").count();
    assert_eq!(set, 4);
}
