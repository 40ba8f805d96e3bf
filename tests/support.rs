//! What tests of the real program stand on: tools of the system, and a store with its key file in a folder of its own.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use access::{ActivationCode, Parameters, Passphrase};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::Value;
use store::{KeySource, Origin, Store};

mod needs;

pub use needs::needs;

pub fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

pub fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub fn origin() -> Origin {
    Origin { workstation: "TS-01".into(), version: "test".into() }
}

/// A fixture whose rides were driven last week: the samples' own day passes its term a year later.
pub fn recent(name: &str, now: DateTime<Utc>) -> Vec<u8> {
    let own = NaiveDate::from_ymd_opt(2026, 9, 14).unwrap();
    let sample = std::fs::read(fixtures().join(name)).unwrap();
    app::demo::moved(&sample, own, (now - TimeDelta::days(6)).date_naive())
}

/// A folder with a store of the test kind, made by `init`, its key file beside it, and the samples of last week.
pub struct Place {
    folder: tempfile::TempDir,
    codes: Value,
}

impl Place {
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), codes: Value::Null }
    }

    pub fn made() -> Self {
        Self::made_with(&[])
    }

    /// The same, with more arguments to `init`.
    pub fn made_with(more: &[&str]) -> Self {
        let mut place = Self::empty();
        let output = place.run(&[&["init", "--config", path(&fixtures().join("init.toml")), "--json"], more].concat());
        assert!(output.status.success(), "{}", text(&output.stderr));
        place.codes = serde_json::from_slice(&output.stdout).unwrap();
        assert!(place.codes.as_array().is_some_and(|list| list.len() >= 5), "{}", place.codes);
        let connected = place.run(&["connections", "import", path(&fixtures().join("connections.toml"))]);
        assert!(connected.status.success(), "{}", text(&connected.stderr));
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn database(&self) -> PathBuf {
        self.path("store/terugblik.db")
    }

    /// A file of its own; gives its path as an argument.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let file = self.path(name);
        std::fs::write(&file, content).unwrap();
        path(&file).to_owned()
    }

    /// A sample message of last week.
    pub fn sample(&self, name: &str) -> String {
        self.file(name, recent(&format!("messages/{name}"), Utc::now()))
    }

    /// The ride file of last week.
    pub fn rides(&self) -> String {
        self.file("rides.csv", recent("rides.csv", Utc::now()))
    }

    /// The program in Dutch, without store or key named.
    pub fn bare(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_terugblik"));
        command.env("LC_ALL", "nl_NL.UTF-8").env("LANG", "nl_NL.UTF-8").env("HOME", self.folder.path());
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// The program on this store with its key.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bare();
        command.args(arguments).arg("--store").arg(self.path("store")).arg("--key-file").arg(self.path("key"));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The same, expected to end well; gives what it said.
    pub fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        text(&output.stdout)
    }

    pub fn status(&self) -> Value {
        serde_json::from_str(&self.done(&["status", "--json"])).unwrap()
    }

    pub fn keys(&self) -> KeySource {
        KeySource::File { path: self.path("key"), group: false }
    }

    pub fn store(&self) -> Store {
        Store::open(&self.path("store"), &self.keys().root().unwrap(), origin(), Utc::now()).unwrap()
    }

    /// The store's file as another program sees it that has the key.
    pub fn raw(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.database()).unwrap();
        let key = self.keys().root().unwrap().sqlcipher_key();
        connection.execute_batch(&store::sqlcipher_opening(&key)).unwrap();
        connection
    }

    /// Activates an account with the code that `init` printed.
    pub fn activate(&self, staff: &str) {
        activate(&mut self.store(), &self.codes, staff);
    }
}

/// Activates an account with its code among those that `init` printed.
pub fn activate(store: &mut Store, codes: &Value, staff: &str) {
    let codes = codes.as_array().unwrap();
    let code = codes.iter().find(|c| c["staff"] == staff).unwrap()["code"].as_str().unwrap();
    let record = store.account_keys(staff).unwrap().unwrap();
    let cheap = Parameters { memory_kib: 64, passes: 1, lanes: 1 };
    let passphrase = Passphrase::new("een lange wachtwoordzin voor de test".into());
    let code = ActivationCode::parse(code).unwrap();
    let generated = access::Chosen::generate(passphrase).unwrap();
    let chosen = access::Chosen { second_factor: crate::house::second_factor(), ..generated };
    let keys = access::activate(&record, &code, &chosen, store.pepper(), cheap).unwrap();
    store.store_activation(record.account, &keys, Utc::now()).unwrap();
}
