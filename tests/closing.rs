//! The window is closed in the middle of typing, over the real worker: what was typed is kept.

use std::{
    cell::RefCell,
    path::PathBuf,
    rc::Rc,
    sync::mpsc::sync_channel,
    time::{Duration, Instant},
};

use app::{Engine, Parameters, Worker};
use egui::{Role, ViewportEvent};
use egui_kittest::{Harness, kittest::Queryable};
use store::{Archive, RootSecret, Store};
use viewmodel::{Client, Command, Language, RecordId, Screen, Texts};
use zeroize::Zeroizing;

use crate::{
    house::{House, PASSPHRASE, now, origin, second_factor},
    memory::Both,
};

const NURSE: &str = "1003";
const FIELD: &str = "Wat neem je mee?";
const HALF: &str = "Volgende keer eerder aan een longembolie den";
const PATIENCE: Duration = Duration::from_secs(60);

/// A window on a worker, with the one record of the nurse open.
struct Window {
    worker: Rc<RefCell<Worker>>,
    app: Rc<RefCell<ui::App>>,
    harness: Harness<'static>,
    folder: PathBuf,
    root: RootSecret,
}

impl Window {
    fn opened() -> Self {
        let (made, place) = sync_channel(1);
        let make: app::MakeEngine = Box::new(move |_| {
            let House { engine, folder, root, .. } = House::with(&["20-volledig-2.4.xml"]);
            made.send((folder.keep(), *root.expose())).unwrap();
            Ok(engine)
        });
        let worker = Rc::new(RefCell::new(Worker::start(now, true, make).unwrap()));
        let (folder, root) = place.recv_timeout(PATIENCE).unwrap();
        let texts = Texts::load(Language::Dutch).unwrap();
        let app = Rc::new(RefCell::new(ui::App::new(Box::new(Both(worker.clone())), texts)));
        let drawn = app.clone();
        let builder = Harness::builder().with_size([1280.0, 2400.0]).with_context_setup(ui::theme::install);
        let harness = builder.build_ui(move |ui| drawn.borrow_mut().frame_ui(ui));
        let root = RootSecret::from_bytes(&root).unwrap();
        let mut window = Self { worker, app, harness, folder, root };
        window.until(|screen| matches!(screen, Screen::SignIn(_)));
        let code = access::second_factor_code(&second_factor(), now()).unwrap();
        let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
        window.send(Command::SignIn { account: NURSE.into(), passphrase, code });
        window.until(|screen| matches!(screen, Screen::Feedback(_)));
        window.send(Command::OpenRecord(RecordId(1)));
        window.until(|screen| matches!(screen, Screen::Feedback(screen) if screen.opened.is_some()));
        window
    }

    fn send(&mut self, command: Command) {
        self.worker.borrow_mut().send(command);
    }

    fn until(&mut self, is: fn(&Screen) -> bool) {
        let began = Instant::now();
        while !self.app.borrow().frame().is_some_and(|frame| is(&frame.screen)) {
            assert!(began.elapsed() < PATIENCE, "it never came: {:?}", self.harness.root());
            std::thread::sleep(Duration::from_millis(5));
            self.harness.step();
        }
        self.harness.run_steps(2);
    }

    fn types(&mut self, text: &str) {
        self.harness.get_by_role_and_label(Role::MultilineTextInput, FIELD).focus();
        self.harness.step();
        self.harness.get_by_role_and_label(Role::MultilineTextInput, FIELD).type_text(text);
        self.harness.run_steps(2);
    }

    /// The button of the window's frame, and the end of its process but for what the worker still does.
    fn closes(mut self) -> (PathBuf, RootSecret) {
        let viewport = self.harness.input_mut().viewports.values_mut().next().unwrap();
        viewport.events.push(ViewportEvent::Close);
        self.harness.step();
        let Self { worker, app, harness, folder, root } = self;
        drop((harness, app));
        // The worker is waited for, as at the end of the program.
        drop(Rc::try_unwrap(worker).ok().unwrap());
        (folder, root)
    }
}

/// What stands about the record at the next sign-in.
fn kept((folder, root): (PathBuf, RootSecret)) -> String {
    let store = Store::open(&folder.join("store"), &root, origin(), now()).unwrap();
    let cheap = Parameters { memory_kib: 64, passes: 1, lanes: 1 };
    let engine = Engine::new(Archive::new(store), None, cheap, Vec::new());
    let folder = tempfile::tempdir().unwrap();
    let mut house = House { folder, root, engine, codes: Vec::new(), now: now() };
    house.sign_in(NURSE);
    let Screen::Feedback(screen) = house.act(Command::OpenRecord(RecordId(1))).screen else { panic!("the list") };
    screen.opened.unwrap().reflection.text.reveal().to_owned()
}

#[test]
fn closing_the_window_in_the_middle_of_a_word_keeps_the_reflection() {
    let mut window = Window::opened();
    window.types(HALF);
    let at = window.closes();
    assert_eq!(kept(at), HALF);
}

#[test]
fn so_it_does_where_the_worker_has_more_before_it_than_its_queue_holds() {
    let mut window = Window::opened();
    window.types(HALF);
    for _ in 0..200 {
        window.send(Command::Refresh);
    }
    let at = window.closes();
    assert_eq!(kept(at), HALF);
}
