//! A store to measure on: real accounts with keys, a receiver, a window's engine.

use std::{collections::BTreeMap, path::Path};

use access::{ActivationCode, Chosen, Parameters, Passphrase, SignedIn, TotpSecret};
use app::{Engine, Receiving};
use chrono::{DateTime, Utc};
use domain::RoleName;
use store::{Archive, Inbox, Origin, RootSecret, Store};

use crate::log_pages;

/// A passphrase costs nothing here, but of those whose sign-in is measured: one of each role.
pub const CHEAP: Parameters = Parameters { memory_kib: 64, passes: 1, lanes: 1 };
pub const PASSPHRASE: &str = "een wachtwoordzin voor de meting";
pub const ROLES: [(&str, RoleName); 4] = [
    ("9001", RoleName::Administration),
    ("9002", RoleName::MedicalManager),
    ("9003", RoleName::FunctionalAdministrator),
    ("9004", RoleName::PrivacyOfficer),
];

/// Every account's: known, so that a code can be made.
pub fn second_factor() -> TotpSecret {
    TotpSecret::from_bytes(&[9; 20]).unwrap()
}

pub struct House {
    pub root: RootSecret,
    pub receiving: Receiving,
    pub archive: Archive,
}

/// First sign-in with a code.
pub fn activate(store: &mut Store, staff: &str, code: &ActivationCode, cost: Parameters, now: DateTime<Utc>) {
    let record = store.account_keys(staff).unwrap().unwrap();
    let generated = Chosen::generate(Passphrase::new(PASSPHRASE.into())).unwrap();
    let chosen = Chosen { second_factor: second_factor(), ..generated };
    let keys = access::activate(&record, code, &chosen, store.pepper(), cost).unwrap();
    store.store_activation(record.account, &keys, now).unwrap();
}

pub fn signed_in(store: &Store, staff: &str, role: RoleName, now: DateTime<Utc>) -> SignedIn {
    let record = store.account_keys(staff).unwrap();
    let phrase = Passphrase::new(PASSPHRASE.into());
    let code = access::second_factor_code(&second_factor(), now).unwrap();
    let proven = access::sign_in(record.as_ref(), &phrase, &code, now, store.pepper()).unwrap();
    proven.admitted().session(role).unwrap()
}

pub fn origin() -> Origin {
    Origin { workstation: "bench".into(), version: "bench".into() }
}

impl House {
    /// One account per role and one for each of the crew, all served; the columns have the rights of set-up: the driver's none.
    pub fn new(place: &Path, crew: impl Iterator<Item = String>, now: DateTime<Utc>) -> Self {
        Self::awaiting(place, crew, &[], now).0
    }

    /// The same, where these of the crew have not come yet; with their codes.
    pub fn awaiting(
        place: &Path,
        crew: impl Iterator<Item = String>,
        awaited: &[&str],
        now: DateTime<Utc>,
    ) -> (Self, Vec<ActivationCode>) {
        let root = store::new_root().unwrap();
        let of_role = ROLES.iter().map(|(staff, role)| ((*staff).to_owned(), format!("Naam {staff}"), vec![*role]));
        let of_crew = crew.map(|staff| (staff.clone(), format!("Naam {staff}"), vec![RoleName::Professional]));
        let new = store::NewStore {
            organisation: "Bench".into(),
            rav: domain::RavNumber::new(12).unwrap(),
            kind: domain::StoreKind::Test,
            without_agreement_all: true,
            retention_days: 358,
            accounts: of_role.chain(of_crew).collect(),
            duties: store::DutyDates::default(),
            recovery: None,
        };
        let (mut store, made) = Store::create(place, &root, &new, origin(), now).unwrap();
        let mut codes = Vec::new();
        for (n, account) in made.accounts.iter().enumerate() {
            let code = ActivationCode::parse(&account.code.reveal()).unwrap();
            if awaited.contains(&account.staff.as_str()) {
                codes.push(code);
            } else {
                let cost = if n <= ROLES.len() { Parameters::STANDARD } else { CHEAP };
                activate(&mut store, &account.staff, &code, cost, now);
            }
        }
        let inbox = Inbox::new(Store::open(place, &root, origin(), now).unwrap(), Some(made.routing));
        (Self { root, receiving: Receiving::new(inbox).unwrap(), archive: Archive::new(store) }, codes)
    }

    /// The crew of an invented year; its drivers see what its nurses see.
    pub fn of_year(place: &Path, year: &invent::Year, now: DateTime<Utc>) -> Self {
        let crew = year.crew.nurses.iter().chain(&year.crew.drivers);
        let mut house = Self::new(place, crew.map(|member| member.staff.to_string()), now);
        house.serve_drivers(now);
        house
    }

    /// Gives the drivers' column the rights of the nurses'.
    pub fn serve_drivers(&mut self, now: DateTime<Utc>) {
        let store = self.archive.store_mut();
        let SignedIn::FunctionalAdministrator(session) =
            signed_in(store, "9003", RoleName::FunctionalAdministrator, now)
        else {
            panic!("9003 is the functional administrator");
        };
        let from_day = now.timestamp().div_euclid(86_400);
        let right =
            store::ColumnRight { place: 2, diagnosis: true, remarks: true, from_day, reason: "bench".to_owned() };
        store.set_column_right(&session, &right, now).unwrap().unwrap();
    }

    pub fn manager(&self, now: DateTime<Utc>) -> SignedIn {
        signed_in(self.archive.store(), "9002", RoleName::MedicalManager, now)
    }

    fn raw(&self, place: &Path) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(place.join("terugblik.db")).unwrap();
        let key = self.root.sqlcipher_key();
        connection.execute_batch(&store::sqlcipher_opening(&key)).unwrap();
        connection
    }

    /// Empties the write-ahead log, so that what is written next is counted whole.
    pub fn truncate_log(&self, place: &Path) {
        self.raw(place).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    }

    /// Pages in the write-ahead log since it last began, by the table or index each belongs to.
    pub fn log_pages(&self, place: &Path) -> BTreeMap<String, u32> {
        log_pages::by_table(&self.raw(place), &place.join("terugblik.db"))
    }

    /// The program a person uses, on this store.
    pub fn engine(self) -> Engine {
        Engine::new(self.archive, Some(self.receiving), CHEAP, Vec::new())
    }
}
