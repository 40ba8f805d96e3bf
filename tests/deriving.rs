//! A key that is being derived is not waited for longer than a person wants, and stopping tells nothing: the real worker, and
//! a derivation of seconds.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Receiver, sync_channel},
    },
    time::{Duration, Instant},
};

use access::{ActivationCode, Parameters};
use app::{Engine, Worker};
use chrono::{DateTime, TimeDelta, Utc};
use store::{Archive, RootSecret, Store};
use viewmodel::{Client, Command, EntryCommand, EntryPage, EntryWay, Frame, MineCommand, Screen, ScreenName};
use zeroize::Zeroizing;

use crate::house::{House, PASSPHRASE, chosen, now, origin, second_factor};

const NURSE: &str = "1001";
/// Some seconds of work, more than any wait below.
const DEAR: Parameters = Parameters { memory_kib: 128 * 1024, passes: 8, lanes: 1 };
// LIMIT: what is waited for is there at once; a machine that does other things too is given so long.
const PATIENCE: Duration = Duration::from_secs(60);

/// A house in which the nurse's passphrase is dear; gives how long one derivation took.
fn dear() -> (House, Duration) {
    let house = House::activated(&[], &|staff| staff != NURSE);
    let place = house.folder.path().join("store");
    let mut store = Store::open(&place, &house.root, origin(), now()).unwrap();
    let record = store.account_keys(NURSE).unwrap().unwrap();
    let code = &house.codes.iter().find(|(staff, _)| staff == NURSE).unwrap().1;
    let began = Instant::now();
    let code = ActivationCode::parse(code).unwrap();
    let made = access::activate(&record, &code, &chosen(), store.pepper(), DEAR).unwrap();
    let took = began.elapsed();
    store.store_activation(record.account, &made, now()).unwrap();
    (house, took)
}

/// The worker at that house.
struct Desk {
    worker: Worker,
    wakes: Receiver<()>,
    place: PathBuf,
    root: RootSecret,
    took: Duration,
    /// A frame of a session came.
    was_inside: bool,
}

/// A house in which the nurse's passphrase is cheap, and the program derives dear since: by it she is signed in at once, and her
/// key is derived anew for seconds. Gives how long that takes.
fn made_dearer() -> (House, Duration) {
    let House { engine, folder, root, codes, now: at } = House::activated(&[], &|_| true);
    drop(engine);
    let began = Instant::now();
    let (account, pepper) = {
        let store = Store::open(&folder.path().join("store"), &root, origin(), now()).unwrap();
        (store.account_keys(NURSE).unwrap().unwrap(), store.shared_pepper())
    };
    let typed = access::Passphrase::new(PASSPHRASE.into());
    let code = access::second_factor_code(&second_factor(), now()).unwrap();
    let proven = access::sign_in(Some(&account), &typed, &code, now(), &pepper).unwrap();
    assert!(began.elapsed() < Duration::from_millis(500), "the first is cheap");
    let began = Instant::now();
    assert!(proven.dearer(&typed, &pepper, DEAR).unwrap().is_some());
    let took = began.elapsed();
    let store = Store::open(&folder.path().join("store"), &root, origin(), now()).unwrap();
    let engine = Engine::new(Archive::new(store), None, DEAR, Vec::new());
    (House { folder, root, engine, codes, now: at }, took)
}

impl Desk {
    fn new() -> Self {
        Self::at(dear)
    }

    fn at(made: fn() -> (House, Duration)) -> Self {
        let (told, tells) = sync_channel(1);
        let make: app::MakeEngine = Box::new(move |_| {
            let (house, took) = made();
            let House { engine, folder, root, .. } = house;
            told.send((folder.keep().join("store"), root, took)).unwrap();
            Ok(engine)
        });
        let mut worker = Worker::start(now, true, make).unwrap();
        let (woken, wakes) = sync_channel(1);
        worker.wake_with(Arc::new(move || {
            let _ = woken.try_send(());
        }));
        let (place, root, took) = tells.recv().unwrap();
        let mut desk = Self { worker, wakes, place, root, took, was_inside: false };
        desk.until(|frame| matches!(frame.screen, Screen::SignIn(_)));
        desk
    }

    /// The first frame that is as asked, and after how long it came.
    fn until(&mut self, is: fn(&Frame) -> bool) -> (Frame, Duration) {
        let began = Instant::now();
        loop {
            if let Some(frame) = self.worker.latest() {
                self.was_inside |= frame.rail.is_some();
                if is(&frame) {
                    return (frame, began.elapsed());
                }
            }
            assert!(began.elapsed() < PATIENCE, "it never came");
            let _ = self.wakes.recv_timeout(Duration::from_millis(20));
        }
    }

    fn begin(&mut self, passphrase: &str) {
        self.begin_by_code_of(passphrase, now());
    }

    fn begin_by_code_of(&mut self, passphrase: &str, at: DateTime<Utc>) {
        let code = access::second_factor_code(&second_factor(), at).unwrap();
        let passphrase = Zeroizing::new(passphrase.to_owned());
        self.worker.send(Command::SignIn { account: NURSE.into(), passphrase, code });
    }

    /// Begins a try and stops it; gives what the form says then, and after how long.
    fn stopped(&mut self, passphrase: &str) -> (&'static str, Duration) {
        self.begin(passphrase);
        let (frame, _) = self.until(|frame| matches!(&frame.screen, Screen::SignIn(form) if form.working));
        let Screen::SignIn(form) = frame.screen else { panic!("the form") };
        self.worker.send(form.stop.expect("it can be stopped"));
        let (frame, took) = self.until(|frame| matches!(&frame.screen, Screen::SignIn(form) if !form.working));
        let Screen::SignIn(form) = frame.screen else { panic!("the form") };
        assert_eq!(form.account, NURSE);
        (form.error.expect("it says that it was stopped").text, took)
    }

    /// At *Mijn account*, asks for another passphrase; gives what stops that.
    fn change(&mut self, old: &str, new: &str) -> Command {
        self.worker.send(Command::Open(ScreenName::MyAccount));
        self.until(|frame| matches!(&frame.screen, Screen::MyAccount(page) if !page.working));
        let [old, new] = [old, new].map(|typed| Zeroizing::new(typed.to_owned()));
        self.worker.send(Command::Mine(MineCommand::ChangePassphrase { old, new }));
        let (frame, _) = self.until(|frame| matches!(&frame.screen, Screen::MyAccount(page) if page.working));
        let Screen::MyAccount(page) = frame.screen else { panic!("the page") };
        page.stop.expect("it can be stopped")
    }

    fn asked<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        let connection = rusqlite::Connection::open(self.place.join("terugblik.db")).unwrap();
        let key = self.root.sqlcipher_key();
        connection.execute_batch(&store::sqlcipher_opening(&key)).unwrap();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Everything that a person may renew.
    fn stored(&self) -> String {
        self.asked(&format!(
            "SELECT hex(private_sealed) || hex(second_factor) || hex(personal_sheet) FROM account WHERE staff = '{NURSE}'"
        ))
    }

    fn failures(&self) -> [u32; 2] {
        [
            format!("SELECT failures FROM account WHERE staff = '{NURSE}'"),
            format!("SELECT count(*) FROM audit WHERE event = {}", access::Event::SignInFailed.code()),
        ]
        .map(|sql| self.asked(&sql))
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.place.parent().unwrap());
    }
}

#[test]
fn a_try_that_is_stopped_gives_the_form_back_at_once_counts_and_tells_nothing_of_its_passphrase() {
    let mut desk = Desk::new();
    assert!(desk.took > Duration::from_millis(600), "this machine derives too fast to tell: {:?}", desk.took);
    for (n, passphrase) in
        [PASSPHRASE, "een andere zin die niet klopt", PASSPHRASE, PASSPHRASE, PASSPHRASE].iter().enumerate()
    {
        let (said, took) = desk.stopped(passphrase);
        assert_eq!(said, "sign-in-stopped", "the same for a right one and a wrong one");
        assert!(took < desk.took / 2, "{took:?} of {:?}", desk.took);
        let tries = n as u32 + 1;
        assert_eq!(desk.failures(), [tries, tries], "counted and in the log");
    }
    // Five tries are free, stopped or not.
    desk.begin(PASSPHRASE);
    desk.until(|frame| {
        let Screen::SignIn(form) = &frame.screen else { return false };
        form.error.as_ref().is_some_and(|said| said.text == "sign-in-locked-out")
    });
    assert!(!desk.was_inside, "nobody came in by what was derived after all");
}

#[test]
fn after_a_try_that_was_stopped_the_same_code_still_comes_in_and_forgets_what_was_counted() {
    let mut desk = Desk::new();
    desk.stopped(PASSPHRASE);
    desk.begin(PASSPHRASE);
    desk.until(|frame| frame.rail.is_some());
    assert_eq!(desk.failures(), [0, 1]);
    // At the lock another one may want to sign in while a key is derived: at once.
    desk.worker.send(Command::Lock);
    desk.until(|frame| matches!(frame.screen, Screen::Locked(_)));
    desk.worker.send(Command::Unlock(Zeroizing::new(PASSPHRASE.to_owned())));
    desk.until(|frame| matches!(&frame.screen, Screen::Locked(lock) if lock.working && lock.stop.is_some()));
    desk.was_inside = false;
    desk.worker.send(Command::SignOut);
    let (_, took) = desk.until(|frame| matches!(&frame.screen, Screen::SignIn(form) if !form.working));
    assert!(took < desk.took / 2, "{took:?} of {:?}", desk.took);
    assert!(!desk.was_inside);
}

#[test]
fn a_try_that_is_stopped_in_its_second_derivation_gives_the_form_back_keeps_nothing_and_the_next_comes_in() {
    let mut desk = Desk::at(made_dearer);
    assert!(desk.took > Duration::from_millis(600), "this machine derives too fast to tell: {:?}", desk.took);
    let before = desk.stored();
    desk.begin(PASSPHRASE);
    desk.until(|frame| matches!(&frame.screen, Screen::SignIn(form) if form.working));
    // By now the first, which takes some milliseconds, is over.
    std::thread::sleep(desk.took / 4);
    desk.worker.send(Command::Cancel);
    let (frame, took) = desk.until(|frame| matches!(&frame.screen, Screen::SignIn(form) if !form.working));
    let Screen::SignIn(form) = frame.screen else { panic!("the form") };
    assert_eq!(form.error.map(|said| said.text), Some("sign-in-stopped"), "it was not over yet");
    assert!(took < desk.took / 2, "free at once: {took:?} of {:?}", desk.took);
    assert_eq!(desk.failures(), [1, 1], "counted once, whatever the first derivation found");
    assert!(!desk.was_inside);
    // The same code comes in: it was not used. This waits for what nobody waited for, of which nothing is kept.
    desk.begin(PASSPHRASE);
    desk.until(|frame| matches!(&frame.screen, Screen::SignIn(form) if form.working));
    assert_eq!(desk.stored(), before, "nothing of the one that was stopped");
    desk.until(|frame| frame.rail.is_some());
    assert_eq!(desk.failures(), [0, 1]);
    assert_ne!(desk.stored(), before, "now under the dearer derivation");
}

#[test]
fn a_window_that_is_closed_does_not_wait_for_a_key() {
    let mut desk = Desk::new();
    desk.begin(PASSPHRASE);
    desk.until(|frame| matches!(&frame.screen, Screen::SignIn(form) if form.working));
    let (took, began) = (desk.took, Instant::now());
    drop(desk);
    assert!(began.elapsed() < took / 2, "{:?} of {took:?}", began.elapsed());
}

const OTHER: &str = "gans lantaarn zeewier blok";

#[test]
fn while_a_changed_passphrase_is_derived_other_commands_are_answered_and_stop_or_lock_leaves_everything_as_it_was() {
    let mut desk = Desk::new();
    desk.begin(PASSPHRASE);
    desk.until(|frame| frame.rail.is_some());
    let (before, soon) = (desk.stored(), desk.took / 2);
    let stop = desk.change(PASSPHRASE, OTHER);
    desk.worker.send(Command::Open(ScreenName::Feedback));
    let (_, took) = desk.until(|frame| matches!(frame.screen, Screen::Feedback(_)));
    assert!(took < soon, "another screen, {took:?} of {:?}", desk.took);
    desk.worker.send(Command::Open(ScreenName::MyAccount));
    let (frame, _) = desk.until(|frame| matches!(frame.screen, Screen::MyAccount(_)));
    assert!(matches!(frame.screen, Screen::MyAccount(page) if page.working), "it goes on meanwhile");
    desk.worker.send(stop);
    let (frame, took) = desk.until(|frame| matches!(&frame.screen, Screen::MyAccount(page) if !page.working));
    assert!(took < soon, "stopped, {took:?} of {:?}", desk.took);
    let Screen::MyAccount(page) = frame.screen else { panic!("the page") };
    assert_eq!(page.error.map(|said| said.text), Some("mine-stopped"));
    assert_eq!(desk.failures(), [1, 1], "a try all the same");
    desk.change(PASSPHRASE, OTHER);
    desk.worker.send(Command::Lock);
    let (_, took) = desk.until(|frame| matches!(frame.screen, Screen::Locked(_)));
    assert!(took < soon, "locked, {took:?} of {:?}", desk.took);
    // This waits for the thread that derived what nobody waited for.
    desk.worker.send(Command::Unlock(Zeroizing::new(PASSPHRASE.to_owned())));
    desk.until(|frame| frame.rail.is_some());
    assert_eq!(desk.stored(), before);
}

#[test]
fn a_passphrase_that_was_changed_signs_in_and_the_old_one_does_not_though_its_person_looked_elsewhere_meanwhile() {
    let mut desk = Desk::new();
    desk.begin(PASSPHRASE);
    desk.until(|frame| frame.rail.is_some());
    desk.change("een andere zin die niet klopt", OTHER);
    desk.worker.send(Command::Open(ScreenName::Feedback));
    let (frame, _) = desk.until(|frame| frame.notice.is_some());
    assert_eq!(frame.notice.map(|notice| notice.text), Some("mine-passphrase-wrong"));
    desk.change(PASSPHRASE, OTHER);
    desk.worker.send(Command::Open(ScreenName::Feedback));
    let (frame, _) = desk.until(|frame| frame.notice.is_some());
    assert!(matches!(frame.screen, Screen::Feedback(_)));
    assert_eq!(frame.notice.map(|notice| notice.text), Some("notice-passphrase-changed"));
    assert_eq!(desk.failures(), [0, 1]);
    desk.worker.send(Command::SignOut);
    desk.until(|frame| matches!(frame.screen, Screen::SignIn(_)));
    desk.was_inside = false;
    // A code that was not used yet, so that it is the passphrase that decides.
    let next = now() + TimeDelta::seconds(30);
    desk.begin_by_code_of(PASSPHRASE, next);
    let (frame, _) = desk.until(|frame| matches!(&frame.screen, Screen::SignIn(form) if form.error.is_some()));
    let Screen::SignIn(form) = frame.screen else { panic!("the form") };
    assert_eq!(form.error.map(|said| said.text), Some("sign-in-wrong"));
    assert!(!desk.was_inside);
    desk.begin_by_code_of(OTHER, next);
    desk.until(|frame| frame.rail.is_some());
}

/// The letter's pages up to the last, as a person goes them; gives the last frame.
fn last_page(house: &mut House, code: &Zeroizing<String>) -> Frame {
    let entry = |house: &mut House, command| house.act(Command::Entry(command));
    entry(house, EntryCommand::Start(EntryWay::FirstTime));
    entry(house, EntryCommand::Code { account: NURSE.into(), code: code.clone() });
    let passphrase = Zeroizing::new("mijn kater eet om half vier paling".to_owned());
    let frame = entry(house, EntryCommand::Passphrase(passphrase));
    let Screen::Entry(screen) = frame.screen else { panic!("the pages of an entry") };
    let EntryPage::SecondFactor(page) = screen.page else { panic!("the second factor's page") };
    let secret = page.secret.reveal().replace(' ', "");
    let secret = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let secret = access::TotpSecret::from_bytes(&secret).unwrap();
    let shown = access::second_factor_code(&secret, house.now).unwrap();
    let frame = entry(house, EntryCommand::SecondFactor(shown));
    let Screen::Entry(screen) = frame.screen else { panic!("the pages of an entry") };
    let EntryPage::Sheet(page) = screen.page else { panic!("the sheet's page") };
    let group = page.code.reveal().rsplit('-').next().unwrap().to_owned();
    entry(house, EntryCommand::Sheet(Zeroizing::new(group)))
}

#[test]
fn an_activation_that_is_stopped_at_its_last_page_has_stored_nothing_and_can_be_finished() {
    let mut house = House::activated(&[], &|staff| staff != NURSE);
    let code = house.codes.iter().find(|(staff, _)| staff == NURSE).unwrap().1.clone();
    let is_last = |frame: &Frame| matches!(&frame.screen, Screen::Entry(s) if matches!(s.page, EntryPage::Logged));
    assert!(is_last(&last_page(&mut house, &code)));
    let frame = house.engine.start(Command::Entry(EntryCommand::Finish), house.now);
    let Screen::Entry(screen) = frame.screen else { panic!("the pages of an entry") };
    assert!(screen.working);
    let stop = screen.stop.expect("it can be stopped");
    let frame = house.engine.start(stop, house.now);
    assert!(is_last(&frame));
    let Screen::Entry(screen) = frame.screen else { panic!("the pages of an entry") };
    assert_eq!((screen.working, screen.error.unwrap().text), (false, "entry-stopped"));
    let good = |house: &House| {
        let record = house.engine.store().account_keys(NURSE).unwrap();
        let code = ActivationCode::parse(&code).unwrap();
        access::check_activation(record.as_ref(), &code, house.now + TimeDelta::minutes(1)).is_ok()
    };
    assert!(good(&house));
    assert!(house.act(Command::Entry(EntryCommand::Finish)).rail.is_some(), "inside");
    assert!(!good(&house));
}
