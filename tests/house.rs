//! A whole program in a temporary folder: a real store, accounts activated with their codes, messages received; and a
//! window over its real engine, worked by accessible names.

use std::{cell::RefCell, rc::Rc};

use access::{ActivationCode, Chosen, Parameters, Passphrase, TotpSecret};
use app::{Engine, Receiving};
use chrono::{DateTime, TimeZone, Utc};
use egui::{OutputCommand, Role};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use store::{Archive, Hospital, Inbox, NewStore, Origin, RootSecret, Store};
use viewmodel::{Appearance, Client, Command, Frame, Language, Screen, Texts, Waker};
use zeroize::Zeroizing;

use crate::{support::fixtures, walk};

/// Enough for a test: the cost stands in the sealed value, the program's own is 64 MiB.
const CHEAP: Parameters = Parameters { memory_kib: 64, passes: 1, lanes: 1 };
pub const PASSPHRASE: &str = "een lange wachtwoordzin voor de test";

/// What every account here chooses: its second factor is known, so that a code can be made.
pub fn chosen() -> Chosen {
    Chosen { second_factor: second_factor(), ..Chosen::generate(Passphrase::new(PASSPHRASE.into())).unwrap() }
}

pub fn second_factor() -> TotpSecret {
    TotpSecret::from_bytes(&[9; 20]).unwrap()
}

pub struct House {
    pub folder: tempfile::TempDir,
    pub root: RootSecret,
    pub engine: Engine,
    /// Codes of the accounts that were not activated.
    pub codes: Vec<(String, Zeroizing<String>)>,
    pub now: DateTime<Utc>,
}

pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 20, 8, 0, 0).unwrap()
}

pub fn origin() -> Origin {
    Origin { workstation: "TS-01".into(), version: "test".into() }
}

fn activate(store: &mut Store, staff: &str, code: &str, at: DateTime<Utc>) {
    let record = store.account_keys(staff).unwrap().unwrap();
    let code = ActivationCode::parse(code).unwrap();
    let keys = access::activate(&record, &code, &chosen(), store.pepper(), CHEAP).unwrap();
    store.store_activation(record.account, &keys, at).unwrap();
}

/// Puts rides and messages in, before anybody signs in.
pub type Fill<'a> = &'a dyn Fn(&mut Receiving);

impl House {
    /// RAV 12 with the rides of `rides.csv`, its accounts activated, and these samples received in order.
    pub fn with(samples: &[&str]) -> Self {
        Self::activated(samples, &|_| true)
    }

    /// The same, where only some accounts (by staff number) are activated.
    pub fn activated(samples: &[&str], is_activated: &dyn Fn(&str) -> bool) -> Self {
        let messages: Vec<Vec<u8>> = samples.iter().map(|name| sample(name)).collect();
        Self::receiving(&messages, is_activated)
    }

    /// The same, with messages that are no files.
    pub fn receiving(messages: &[Vec<u8>], is_activated: &dyn Fn(&str) -> bool) -> Self {
        let config = std::fs::read_to_string(fixtures().join("init.toml")).unwrap();
        let hospitals = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
        let hospitals = app::connections::read(&hospitals).unwrap();
        let rides = std::fs::read(fixtures().join("rides.csv")).unwrap();
        Self::made(&app::read_config(&config).unwrap(), &hospitals, now(), is_activated, &|receiving| {
            assert!(receiving.import_rides(&rides, now(), &mut |_, _| true).unwrap().is_whole());
            for bytes in messages {
                receiving.take_in_bytes(&[bytes], now()).unwrap();
            }
        })
    }

    /// A store of one's own.
    pub fn made(
        new: &NewStore,
        hospitals: &[Hospital],
        begins: DateTime<Utc>,
        is_activated: &dyn Fn(&str) -> bool,
        fill: Fill<'_>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("store");
        let root = store::new_root().unwrap();
        let (mut made_in, made) = Store::create(&place, &root, new, origin(), begins).unwrap();
        made_in.set_connections(hospitals, begins).unwrap();
        let mut codes = Vec::new();
        for account in &made.accounts {
            if !is_activated(&account.staff) {
                codes.push((account.staff.clone(), account.code.reveal()));
                continue;
            }
            activate(&mut made_in, &account.staff, &account.code.reveal(), begins);
        }
        let inbox = Inbox::new(Store::open(&place, &root, origin(), begins).unwrap(), Some(made.routing));
        let mut receiving = Receiving::new(inbox).unwrap();
        fill(&mut receiving);
        receiving.deliver(now()).unwrap();
        let engine = Engine::new(Archive::new(made_in), Some(receiving), CHEAP, Vec::new());
        Self { folder, root, engine, codes, now: now() }
    }

    /// What the newest page of the log says, the newest first, as its officer reads it.
    pub fn events(&mut self) -> Vec<&'static str> {
        let frame = self.sign_in("9004");
        let Screen::AuditLog(log) = frame.screen else { panic!("the officer's screen is Auditlog") };
        log.lines.iter().map(|line| line.event).collect()
    }

    /// The first sign-in of an account that was not activated.
    pub fn activate(&mut self, staff: &str) {
        let (_, code) = self.codes.iter().find(|(of, _)| of == staff).unwrap();
        let mut store = Store::open(&self.folder.path().join("store"), &self.root, origin(), self.now).unwrap();
        activate(&mut store, staff, code, self.now);
    }

    /// Another process reads a ride file into the store.
    pub fn import_rides(&mut self, file: &str) {
        let store = Store::open(&self.folder.path().join("store"), &self.root, origin(), self.now).unwrap();
        let mut receiving = Receiving::new(Inbox::new(store, None)).unwrap();
        assert!(receiving.import_rides(file.as_bytes(), self.now, &mut |_, _| true).unwrap().is_whole());
    }

    /// Another process takes a message in.
    pub fn take_in(&mut self, bytes: &[u8]) {
        take_in(&self.folder.path().join("store"), &self.root, bytes, self.now);
    }

    pub fn act(&mut self, command: Command) -> Frame {
        self.engine.execute(command, self.now, &mut |_, _, _| true)
    }

    /// Signs in by staff number; gives the role's first screen.
    pub fn sign_in(&mut self, staff: &str) -> Frame {
        self.act(Command::SignOut);
        let sign_in = self.typed(staff);
        self.act(sign_in)
    }

    /// Every page that a role's rail leads to, as a screen reader hears it and as the view model has it; and before those each record
    /// that a professional may open.
    pub fn pages(&mut self, staff: &str) -> String {
        let frame = self.sign_in(staff);
        let rail = frame.rail.as_ref().unwrap();
        let pages: Vec<Command> = rail.items.iter().chain([&rail.mine]).map(|item| item.open.clone()).collect();
        let mut commands = Vec::new();
        if let Screen::Feedback(screen) = &frame.screen {
            commands.extend(screen.rows.iter().map(|row| Command::OpenRecord(row.record)));
        }
        let heard = commands.into_iter().chain(pages).map(|command| {
            let frame = self.act(command);
            walk::strings(&frame) + &spoken(frame)
        });
        heard.collect()
    }

    /// What a person types to sign in.
    pub fn typed(&mut self, staff: &str) -> Command {
        let (passphrase, code) = (Zeroizing::new(PASSPHRASE.to_owned()), self.code(staff));
        Command::SignIn { account: staff.into(), passphrase, code }
    }

    /// The code that the account's app shows. One that was used is waited for: the clock goes on to the next.
    pub fn code(&mut self, staff: &str) -> Zeroizing<String> {
        let record = self.engine.store().account_keys(staff).unwrap();
        self.now = access::second_factor_moment(self.now, record.and_then(|record| record.second_factor_step));
        access::second_factor_code(&second_factor(), self.now).unwrap()
    }

    /// The store's file, opened by another program that has the key.
    pub fn other_program(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.folder.path().join("store/terugblik.db")).unwrap();
        let key = self.root.sqlcipher_key();
        connection.execute_batch(&store::sqlcipher_opening(&key)).unwrap();
        connection
    }
}

/// A process of its own takes a message into a store.
pub fn take_in(place: &std::path::Path, root: &RootSecret, bytes: &[u8], now: DateTime<Utc>) {
    let store = Store::open(place, root, origin(), now).unwrap();
    let mut receiving = Receiving::new(Inbox::new(store, None)).unwrap();
    assert_eq!(receiving.take_in_bytes(&[bytes], now).unwrap().taken_in, 1);
}

pub fn sample(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join("messages").join(name)).unwrap()
}

/// The house behind a window.
pub struct Behind {
    pub house: House,
    frame: Option<Frame>,
    /// Every string of the view models that were shown.
    pub shown: String,
    /// The session was ended without the window.
    left: bool,
}

impl Behind {
    fn show(&mut self, frame: Frame) {
        self.shown += &walk::strings(&frame);
        self.frame = Some(frame);
    }
}

struct Live(Rc<RefCell<Behind>>);

impl Client for Live {
    fn send(&mut self, command: Command) {
        let mut behind = self.0.borrow_mut();
        let frame = behind.house.act(command);
        behind.show(frame);
    }

    fn latest(&mut self) -> Option<Frame> {
        self.0.borrow_mut().frame.take()
    }

    fn wake_with(&mut self, _waker: Waker) {}

    fn was_left(&mut self) -> bool {
        std::mem::take(&mut self.0.borrow_mut().left)
    }
}

/// What is dropped on a window, by its path: who opens it is the worker.
#[derive(Debug)]
struct Dropped(std::path::PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("the window reads no file".into())
    }
}

/// Seconds from one picture of a window to the next.
const PICTURE: f32 = 0.02;

/// One `App` over the real engine: what a person does goes in, the accessibility tree and the clipboard come out.
pub struct Window {
    pub behind: Rc<RefCell<Behind>>,
    harness: Harness<'static>,
    pub copied: Vec<String>,
    /// Every title that a window was given.
    pub titles: Vec<String>,
}

impl Window {
    pub fn on(house: House) -> Self {
        Self::of_size(house, egui::vec2(1280.0, 800.0))
    }

    pub fn of_size(house: House, size: egui::Vec2) -> Self {
        Self::set(house, size, Appearance::default())
    }

    /// As its person set it; the system is Dutch.
    pub fn set(mut house: House, size: egui::Vec2, appearance: Appearance) -> Self {
        let frame = house.act(Command::Refresh);
        let mut behind = Behind { house, frame: None, shown: String::new(), left: false };
        behind.show(frame);
        let behind = Rc::new(RefCell::new(behind));
        let app = ui::App::new(Box::new(Live(Rc::clone(&behind))), Texts::load(Language::Dutch).unwrap());
        let app = Rc::new(RefCell::new(app.with_appearance(appearance)));
        let attached = Rc::clone(&app);
        let builder = Harness::builder().with_size(size).with_step_dt(PICTURE);
        let builder = builder.with_context_setup(move |ctx| app.borrow_mut().attach(ctx));
        let harness = builder.build_ui(move |ui| attached.borrow_mut().frame_ui(ui));
        let mut window = Self { behind, harness, copied: Vec::new(), titles: Vec::new() };
        window.settle();
        window
    }

    /// Closes it; the house stays.
    pub fn closed(self) -> House {
        let Self { behind, harness, .. } = self;
        drop(harness);
        Rc::try_unwrap(behind).ok().unwrap().into_inner().house
    }

    /// Pixels of the design to a pixel of text.
    pub fn zoom(&self) -> f32 {
        self.harness.ctx.zoom_factor()
    }

    fn field<'a>(&'a self, label: &'a str) -> Node<'a> {
        let roles = [Role::TextInput, Role::MultilineTextInput, Role::PasswordInput];
        let node = roles.iter().find_map(|role| self.harness.query_by_role_and_label(*role, label));
        node.unwrap_or_else(|| panic!("no field {label:?} in {}", self.heard()))
    }

    pub fn settle(&mut self) {
        for _ in 0..4 {
            self.harness.step();
            self.titles.extend(titles(self.harness.output()));
            for command in &self.harness.output().platform_output.commands {
                if let OutputCommand::CopyText(text) = command {
                    self.copied.push(text.clone());
                }
            }
        }
    }

    /// Everything a screen reader gets now.
    pub fn heard(&self) -> String {
        format!("{:?}", self.harness.root())
    }

    pub fn hears(&self, label: &str) -> bool {
        self.harness.query_all_by_label(label).next().is_some()
    }

    /// What is named so is what the keyboard acts on.
    pub fn has_the_keyboard(&self, label: &str) -> bool {
        self.harness.query_all_by_label(label).any(|node| node.accesskit_node().is_focused())
    }

    pub fn click(&mut self, label: &str) {
        self.click_nth(label, 0);
    }

    pub fn click_nth(&mut self, label: &str, n: usize) {
        let mut nodes = self.harness.query_all_by_label(label);
        let node = nodes.nth(n).unwrap_or_else(|| panic!("no {label:?} number {n} in {}", self.heard()));
        node.click();
        drop(nodes);
        self.settle();
    }

    pub fn fill_in(&mut self, label: &str, text: &str) {
        self.field(label).focus();
        self.harness.step();
        // In place of what may stand there.
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.harness.step();
        self.field(label).type_text(text);
        self.settle();
    }

    /// Files, or folders, dropped on it together.
    pub fn drop_on(&mut self, paths: &[std::path::PathBuf]) {
        let dropped = paths.iter().map(|path| std::sync::Arc::new(Dropped(path.clone())) as _);
        self.harness.input_mut().dropped_files = dropped.collect();
        self.settle();
    }

    pub fn press(&mut self, key: egui::Key) {
        self.harness.key_press(key);
        self.settle();
    }

    pub fn press_control(&mut self, key: egui::Key) {
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, key);
        self.settle();
    }

    /// Sends a command past the screen: what a changed window could do.
    pub fn send(&mut self, command: Command) {
        Live(Rc::clone(&self.behind)).send(command);
        self.settle();
    }

    /// The same behind a window.
    pub fn events(&self) -> Vec<&'static str> {
        self.behind.borrow_mut().house.events()
    }

    /// Another program's window has the keyboard now.
    pub fn loses_the_keyboard(&mut self) {
        self.harness.event(egui::Event::WindowFocused(false));
        self.settle();
    }

    /// Nothing is done for so many seconds.
    pub fn wait(&mut self, seconds: f32) {
        self.harness.run_steps((seconds / PICTURE).round() as usize);
    }

    /// The system locks: the engine has done it before the window hears.
    pub fn system_locks(&mut self) {
        {
            let mut behind = self.behind.borrow_mut();
            let now = behind.house.now;
            let frame = behind.house.engine.end(app::Ending::System, now);
            behind.left = true;
            behind.show(frame);
        }
        self.settle();
    }

    /// What a screen reader gets as the value of a field.
    pub fn typed(&self, label: &str) -> String {
        self.field(label).accesskit_node().value().unwrap_or_default()
    }

    /// Signs out and in by typing.
    pub fn sign_in(&mut self, staff: &str) {
        self.sign_in_by(staff, ["Account", "Wachtwoordzin", "Code", "Inloggen"]);
    }

    /// The same, where the form has other words.
    pub fn sign_in_by(&mut self, staff: &str, [account, passphrase, code, sign_in]: [&str; 4]) {
        self.send(Command::SignOut);
        self.fill_in(account, staff);
        self.fill_in(passphrase, PASSPHRASE);
        let shown = self.behind.borrow_mut().house.code(staff);
        self.fill_in(code, &shown);
        self.click_button(sign_in);
    }

    pub fn click_button(&mut self, label: &str) {
        self.harness.get_by_role_and_label(Role::Button, label).click();
        self.settle();
    }
}

/// The titles that windows were given in a picture: the one there is, and any other.
pub fn titles(output: &egui::FullOutput) -> impl Iterator<Item = String> {
    output.viewport_output.values().flat_map(|viewport| {
        let made = viewport.builder.title.clone();
        let given = viewport.commands.iter().filter_map(|command| {
            let egui::ViewportCommand::Title(title) = command else { return None };
            Some(title.clone())
        });
        made.into_iter().chain(given)
    })
}

/// A client that stands still on one frame.
pub struct Still(Option<Frame>);

impl Still {
    pub fn with(frame: Frame) -> Self {
        Self(Some(frame))
    }
}

impl Client for Still {
    fn send(&mut self, _command: Command) {}

    fn latest(&mut self) -> Option<Frame> {
        self.0.take()
    }

    fn wake_with(&mut self, _waker: Waker) {}
}

/// Everything a screen reader gets of a frame.
pub fn spoken(frame: Frame) -> String {
    let mut app = ui::App::new(Box::new(Still::with(frame)), Texts::load(Language::Dutch).unwrap());
    let builder = Harness::builder().with_size([1280.0, 2400.0]).with_context_setup(ui::theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(3);
    format!("{:?}", harness.root())
}
