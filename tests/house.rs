//! A whole program in a temporary folder: a real store, accounts activated with their codes, samples received.

use std::{cell::RefCell, rc::Rc};

use access::{ActivationCode, Parameters, Passphrase};
use app::{Engine, Receiving};
use chrono::{DateTime, TimeZone, Utc};
use egui_kittest::Harness;
use store::{Archive, Inbox, Origin, RootSecret, Store};
use viewmodel::{Client, Command, Frame, Language, Texts, Waker};
use zeroize::Zeroizing;

use crate::support::fixtures;

/// Enough for a test: the cost stands in the sealed value, the program's own is 64 MiB.
const CHEAP: Parameters = Parameters { memory_kib: 64, passes: 1, lanes: 1 };
const PASSPHRASE: &str = "een lange wachtwoordzin voor de test";

pub struct House {
    pub folder: tempfile::TempDir,
    pub root: RootSecret,
    pub engine: Engine,
}

pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 20, 8, 0, 0).unwrap()
}

pub fn origin() -> Origin {
    Origin { workstation: "TS-01".into(), version: "test".into() }
}

impl House {
    /// RAV 12 with the rides of `rides.csv`, its accounts activated, and these samples received in order.
    pub fn with(samples: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("store");
        let root = store::new_root().unwrap();
        let config = std::fs::read_to_string(fixtures().join("init.toml")).unwrap();
        let new = app::read_config(&config).unwrap();
        let (mut made_in, made) = Store::create(&place, &root, &new, origin(), now()).unwrap();
        let hospitals = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
        made_in.set_connections(&app::connections::read(&hospitals).unwrap(), now()).unwrap();
        for account in &made.accounts {
            let record = made_in.account_keys(&account.staff).unwrap().unwrap();
            let code = ActivationCode::parse(&account.code.reveal()).unwrap();
            let phrase = Passphrase::new(PASSPHRASE.into());
            let keys = access::activate(&record, &code, &phrase, made_in.pepper(), CHEAP).unwrap();
            made_in.store_activation(record.account, &keys, now()).unwrap();
        }
        let inbox = Inbox::new(Store::open(&place, &root, origin(), now()).unwrap(), Some(made.routing));
        let mut receiving = Receiving::new(inbox).unwrap();
        let rides = std::fs::read(fixtures().join("rides.csv")).unwrap();
        receiving.import_rides(&rides, now(), &mut |_, _| true).unwrap();
        for name in samples {
            let bytes = std::fs::read(fixtures().join("messages").join(name)).unwrap();
            receiving.take_in_bytes(&[&bytes], now()).unwrap();
        }
        receiving.deliver(now()).unwrap();
        let engine = Engine::new(Archive::new(made_in), Some(receiving), CHEAP, Vec::new());
        Self { folder, root, engine }
    }

    pub fn act(&mut self, command: Command) -> Frame {
        self.engine.execute(command, now(), &mut |_, _, _| true)
    }

    /// Signs in by staff number; gives the role's first screen.
    pub fn sign_in(&mut self, staff: &str) -> Frame {
        self.act(Command::SignOut);
        let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
        self.act(Command::SignIn { account: staff.into(), passphrase })
    }
}

struct Still(Rc<RefCell<Option<Frame>>>);

impl Client for Still {
    fn send(&mut self, _command: Command) {}

    fn latest(&mut self) -> Option<Frame> {
        self.0.borrow_mut().take()
    }

    fn wake_with(&mut self, _waker: Waker) {}
}

/// Everything a screen reader gets of a frame.
pub fn spoken(frame: Frame) -> String {
    let client = Still(Rc::new(RefCell::new(Some(frame))));
    let mut app = ui::App::new(Box::new(client), Texts::load(Language::Dutch).unwrap());
    let builder = Harness::builder().with_size([1280.0, 2400.0]).with_context_setup(ui::theme::install);
    let mut harness = builder.build_ui(move |ui| app.frame_ui(ui));
    harness.run_steps(3);
    format!("{:?}", harness.root())
}
