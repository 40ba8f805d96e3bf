//! A store in a folder of its own with one hospital, a reader, and messages made of a sample.

use std::path::PathBuf;

use chrono::{DateTime, TimeZone, Utc};
use domain::{InstanceId, RavNumber, StoreKind, Ura};
use hl7::{Limits, Profiles, Rule};
use intake::{Arrival, Door, Reader, Taken, Way};
use store::{Hospital, HospitalStatus, Inbox, NewStore, Origin, RootSecret, Store};
use tempfile::TempDir;

pub struct House {
    pub folder: TempDir,
    pub root: RootSecret,
    pub inbox: Inbox,
    pub reader: Reader,
}

/// A door whose owner has nothing to do between groups.
pub struct Plain {
    pub inbox: Inbox,
    pub reader: Reader,
    /// Called on the thread that commits, each time it takes the store.
    pub taken: fn(),
}

impl Plain {
    pub fn of(inbox: Inbox, reader: Reader) -> Box<dyn Door> {
        Box::new(Self { inbox, reader, taken: || {} })
    }
}

impl Door for Plain {
    fn parts(&mut self) -> (&mut Inbox, &mut Reader) {
        (self.taken)();
        (&mut self.inbox, &mut self.reader)
    }

    fn round(&mut self, _: DateTime<Utc>, _: &dyn Fn() -> bool) {}
}

pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, 20, 10, 0, 0).unwrap()
}

pub fn organisation(ura: &str) -> InstanceId {
    InstanceId { root: Ura::ROOT.into(), extension: Some(ura.into()) }
}

pub fn hospital(ura: &str, status: HospitalStatus) -> Hospital {
    let messages_since = chrono::NaiveDate::from_ymd_opt(2025, 3, 1);
    Hospital { messages_since, ..Hospital::new(organisation(ura), "Ziekenhuis Rivierenland Oost", status) }
}

impl House {
    /// RAV 12, whose hospital 00000101 has this status; without a work agreement everything is kept.
    pub fn of(kind: StoreKind, status: HospitalStatus) -> Self {
        Self::keeping(kind, status, true)
    }

    pub fn keeping(kind: StoreKind, status: HospitalStatus, without_agreement_all: bool) -> Self {
        Self::at(TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap(), kind, status, without_agreement_all)
    }

    /// As [`House::of`], in memory where the system has a folder for it: for a test that makes hundreds.
    pub fn in_memory(kind: StoreKind, status: HospitalStatus) -> Self {
        let folder = TempDir::new_in("/dev/shm").or_else(|_| TempDir::new_in(env!("CARGO_TARGET_TMPDIR")));
        Self::at(folder.unwrap(), kind, status, true)
    }

    fn at(folder: TempDir, kind: StoreKind, status: HospitalStatus, without_agreement_all: bool) -> Self {
        let root = store::new_root().unwrap();
        let new = NewStore {
            organisation: "RAV Voorbeeld".into(),
            rav: RavNumber::new(12).unwrap(),
            kind,
            without_agreement_all,
            retention_days: 358,
            accounts: Vec::new(),
            duties: store::DutyDates::default(),
            recovery: None,
        };
        let origin = Origin { workstation: "TS-01".into(), version: "test".into() };
        let (mut store, made) = Store::create(&folder.path().join("store"), &root, &new, origin, now()).unwrap();
        store.set_connections(&[hospital("00000101", status)], now()).unwrap();
        let reader = Reader::new(Profiles::shipped().unwrap(), Limits::default(), store.settings());
        Self { folder, root, inbox: Inbox::new(store, Some(made.routing)), reader }
    }

    pub fn take(&mut self, bytes: &[u8]) -> Taken {
        self.take_by(bytes, Way::Https, &[], now())
    }

    pub fn take_by(&mut self, bytes: &[u8], way: Way, allowed: &[InstanceId], at: DateTime<Utc>) -> Taken {
        self.reader.follow(self.inbox.store(), at).unwrap();
        intake::take_in(&mut self.inbox, &self.reader, &arrival(bytes, way, allowed), at).unwrap()
    }

    /// The store as another program with the key sees it.
    pub fn connection(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.folder.path().join("store/terugblik.db")).unwrap();
        connection.execute_batch(&store::sqlcipher_opening(&self.root.sqlcipher_key())).unwrap();
        connection
    }

    pub fn status(&self) -> store::Status {
        self.inbox.store().status(false).unwrap()
    }
}

pub fn arrival<'a>(bytes: &'a [u8], way: Way, allowed: &'a [InstanceId]) -> Arrival<'a> {
    let acknowledgement_id = "00000000-0000-4000-8000-000000000001".into();
    Arrival { bytes, charset: None, way, allowed, acknowledgement_id, self_test: None }
}

pub fn sample(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/messages");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

/// The full sample under another id.
pub fn full(number: u32) -> String {
    sample("20-volledig-2.4.xml")
        .replace("e915f8f8", &format!("{number:08x}"))
        .replace("set-20", &format!("set-{number}"))
}

pub fn rules(taken: &Taken) -> Vec<Rule> {
    taken.findings.iter().map(|f| f.rule).collect()
}
