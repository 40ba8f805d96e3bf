//! Accounts and their keys: a sign-in to its first screen, what waited delivered at an activation, a new epoch.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use access::{Passphrase, SignedIn};
use app::Engine;
use chrono::{DateTime, Utc};
use domain::{ReaderId, RoleName, StoreKind};
use seal::{ActivationCode, ReaderKey, ReaderPublic};
use store::{NewStore, Store};
use viewmodel::{Command, Frame};

use crate::{
    BATCH,
    house::{CHEAP, House, PASSPHRASE, ROLES, activate, origin, signed_in},
    process::cpu,
    row, screens, year,
};

/// Records that wait for one account.
const WAITING: usize = 10_000;
/// Reader keys of a role over a year, of three processes.
const READER_KEYS: u32 = 1095;
const AWAITED: &str = "8001";

/// From the command to the first frame of the session, for one of each role; the derivation is measured apart.
pub fn sign_ins(engine: &mut Engine, nurse: &str, now: DateTime<Utc>) {
    let mut now = now;
    let mut longest = (Duration::ZERO, "");
    for staff in ROLES.iter().map(|(staff, _)| *staff).chain([nurse]) {
        let sign_in = screens::typed(engine, staff, &mut now);
        let started = Instant::now();
        let mut frame: Frame = engine.start(sign_in, now);
        while frame.rail.is_none() {
            assert!(engine.is_at_work(), "nobody came in");
            frame = engine.work(now, &mut |_| true);
        }
        longest = longest.max((started.elapsed(), staff));
        engine.start(Command::SignOut, now);
    }
    let store = engine.store();
    let record = store.account_keys(nurse).unwrap();
    let started = Instant::now();
    // A code that is wrong costs as much.
    assert!(access::sign_in(record.as_ref(), &Passphrase::new(PASSPHRASE.into()), "", now, store.pepper()).is_err());
    let derived = started.elapsed();
    row(
        "sign-in to the first screen, longest of five roles",
        format!("{:.0} ms, of which the derivation {:.0}", longest.0.as_secs_f64() * 1e3, derived.as_secs_f64() * 1e3),
        "≤ 1.5 s",
    );
}

/// What needs no full store.
pub fn measure(base: &Path, now: DateTime<Utc>) {
    delivered(base, now);
    epoch(base, now);
}

/// The rides of a day, all driven by one nurse.
fn of_one_nurse(rides: &[u8]) -> Vec<u8> {
    let mut read = csv::ReaderBuilder::new().delimiter(b';').from_reader(rides);
    let mut written = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    let heads = read.headers().unwrap().clone();
    written.write_record(&heads).unwrap();
    for record in read.records().map(Result::unwrap) {
        let cells = heads.iter().zip(&record).map(|(head, cell)| match head {
            "verpleegkundige" => AWAITED,
            "chauffeur" | "derde" => "",
            _ => cell,
        });
        written.write_record(cells).unwrap();
    }
    written.into_inner().unwrap()
}

/// A nurse comes whose feedback of a year waits.
fn delivered(base: &Path, now: DateTime<Utc>) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let crew = ["8000".to_owned(), AWAITED.to_owned()];
    let (mut house, codes) = House::awaiting(&folder.path().join("store"), crew.into_iter(), &[AWAITED], now);
    let mut messages: Vec<Vec<u8>> = Vec::new();
    for day in year(WAITING + WAITING / 10).days() {
        assert!(house.receiving.import_rides(&of_one_nurse(&day.rides_csv), now, &mut |_, _| true).unwrap().is_whole());
        messages.extend(day.messages.into_iter().map(|m| m.bytes));
    }
    for batch in messages.chunks(BATCH) {
        let slices: Vec<&[u8]> = batch.iter().map(Vec::as_slice).collect();
        house.receiving.take_in_bytes(&slices, now).unwrap();
    }
    house.receiving.deliver(now).unwrap();
    let waiting = house.archive.store().status(false).unwrap().waiting;
    activate(house.archive.store_mut(), AWAITED, &codes[0], CHEAP, now);
    let (before, started) = (cpu("self"), Instant::now());
    house.receiving.deliver(now).unwrap();
    let (took, used) = (started.elapsed().as_secs_f64(), (cpu("self") - before).as_secs_f64());
    let left = house.archive.store().status(false).unwrap().waiting;
    let count = waiting - left;
    row(
        &format!("delivering {count} waiting records at an activation, a ride each"),
        format!("{:.0}/s ({took:.2} s; {:.0} µs CPU a record)", count as f64 / took, used / count as f64 * 1e6),
        "≥ 20,000/s, resumable",
    );
}

/// One of two managers has left; the other's session makes the next epoch.
fn epoch(base: &Path, now: DateTime<Utc>) {
    let folder = tempfile::tempdir_in(base).unwrap();
    let place = folder.path().join("store");
    let root = store::new_root().unwrap();
    let accounts = [
        ("1", RoleName::MedicalManager),
        ("2", RoleName::MedicalManager),
        ("3", RoleName::FunctionalAdministrator),
        ("4", RoleName::PrivacyOfficer),
    ];
    let new = NewStore {
        organisation: "Bench".into(),
        rav: domain::RavNumber::new(12).unwrap(),
        kind: StoreKind::Test,
        without_agreement_all: true,
        retention_days: 358,
        accounts: accounts.iter().map(|(staff, role)| ((*staff).into(), "Naam".into(), vec![*role])).collect(),
        duties: store::DutyDates::default(),
        recovery: None,
    };
    let (mut store, made) = Store::create(&place, &root, &new, origin(), now).unwrap();
    for account in &made.accounts {
        let code = ActivationCode::parse(&account.code.reveal()).unwrap();
        activate(&mut store, &account.staff, &code, CHEAP, now);
    }
    {
        let mut raw = rusqlite::Connection::open(place.join("terugblik.db")).unwrap();
        raw.execute_batch(&store::sqlcipher_opening(&root.sqlcipher_key())).unwrap();
        let reader = ReaderId::MEDICAL_MANAGER;
        let sql = "SELECT public FROM role_key WHERE reader = ?1";
        let public: [u8; 32] = raw.query_row(sql, [reader.0], |row| row.get(0)).unwrap();
        let transaction = raw.transaction().unwrap();
        for number in 1..=READER_KEYS {
            let sealed = ReaderKey::generate(reader, number).unwrap().sealed_to(&ReaderPublic(public)).unwrap();
            transaction
                .execute(
                    "INSERT INTO reader_key VALUES (?1, ?2, 0, ?3, 1)",
                    rusqlite::params![number, reader.0, sealed],
                )
                .unwrap();
        }
        transaction.commit().unwrap();
    }
    let administrator = signed_in(&store, "3", RoleName::FunctionalAdministrator, now);
    let SignedIn::FunctionalAdministrator(administrator) = administrator else { panic!("the administrator") };
    let left = store.account_keys("1").unwrap().unwrap().account;
    store.close_account(&administrator, left, now).unwrap();
    let SignedIn::MedicalManager(mut stays) = signed_in(&store, "2", RoleName::MedicalManager, now) else {
        panic!("the manager")
    };
    let started = Instant::now();
    assert!(store.renew_epoch(&mut stays, now).unwrap());
    row(
        &format!("a new epoch of the medical managers, {READER_KEYS} reader keys sealed anew and logged"),
        format!("{:.2} s", started.elapsed().as_secs_f64()),
        "≤ 1 s",
    );
}
