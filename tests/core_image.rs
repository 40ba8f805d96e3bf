//! Somebody takes every file, the root secret, and a core image of a receiving process that has passed midnight: he opens
//! nothing that was delivered the day before, since the keys of that day lie nowhere any more.
//!
//! The keys to look for are got from the readers themselves, with their passphrases; the image is every readable page of a
//! living process, as `gcore` writes it.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

use access::{ActivationCode, Parameters, Passphrase};
use app::Receiving;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce, aead::AeadInOut};
use chrono::{DateTime, TimeDelta, Utc};
use domain::ReaderId;
use seal::ReaderPrivate;
use store::{Inbox, KeySource, RootSecret, Store};

use crate::{
    house::{now, origin, second_factor},
    pages_in_clear::{holds, whole},
    support::fixtures,
};

const CHILD: &str = "TERUGBLIK_TEST_RECEIVER";
const NAME: &str = "core_image::a_core_image_after_midnight_holds_no_key_of_what_was_delivered_before";
pub const CHEAP: Parameters = Parameters { memory_kib: 64, passes: 1, lanes: 1 };
pub const PASSPHRASE: &str = "een lange wachtwoordzin voor de test";
/// The nurse of ride 12-2026-4510-1, and the one who is activated while her message waits.
pub const NURSE: &str = "1003";
pub const LATE: &str = "1001";

pub fn keys(folder: &Path) -> KeySource {
    KeySource::File { path: folder.join("key"), group: false }
}

fn midnight_passed() -> DateTime<Utc> {
    now() + TimeDelta::days(1)
}

/// The receiving process: says when each of its steps is done, and goes on when it is told to.
fn receive(folder: &Path) {
    let mut steps = std::io::stdin().lines();
    let mut wait = |said: &str| {
        println!("STEP {said}");
        steps.next().unwrap().unwrap();
    };
    let root = keys(folder).root().unwrap();
    let routing = keys(folder).routing().unwrap();
    let store = Store::open(&folder.join("store"), &root, origin(), now()).unwrap();
    drop(root);
    let mut receiving = Receiving::new(Inbox::new(store, routing)).unwrap();
    let rides = std::fs::read(fixtures().join("rides.csv")).unwrap();
    assert!(receiving.import_rides(&rides, now(), &mut |_, _| true).unwrap().is_whole());
    drop(rides);
    for name in ["20-volledig-2.4.xml", "programma-05-niet-akkoord.xml"] {
        let bytes = zeroize::Zeroizing::new(std::fs::read(fixtures().join("messages").join(name)).unwrap());
        receiving.take_in_bytes(&[&bytes], now()).unwrap();
    }
    receiving.deliver(now()).unwrap();
    wait("received");
    receiving.deliver(now()).unwrap();
    wait("delivered");
    // The round of every five seconds, the first after midnight.
    receiving.inbox.turn_day(midnight_passed());
    receiving.deliver(midnight_passed()).unwrap();
    wait("midnight");
}

/// A process of this test's own that does as told, a step at a time.
pub struct Receiver {
    child: Child,
    tell: ChildStdin,
    said: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Receiver {
    fn start(folder: &Path) -> Self {
        Self::start_as(NAME, CHILD, folder)
    }

    /// This binary again, for one test that finds itself to be the child.
    pub fn start_as(test: &str, child: &str, folder: &Path) -> Self {
        Self::start_with(test, child, folder, &[])
    }

    /// The same with more in its environment.
    pub fn start_with(test: &str, child: &str, folder: &Path, more: &[(&str, &str)]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", test, "--nocapture", "--test-threads=1"]).env(child, folder);
        command.envs(more.iter().copied());
        // As the program itself does at its start.
        command.env("GLIBC_TUNABLES", "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (tell, out) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, tell, said: BufReader::new(out).lines() }
    }

    pub fn until(&mut self, step: &str) {
        let said = self.said.by_ref().map(Result::unwrap).any(|line| line.ends_with(&format!("STEP {step}")));
        assert!(said, "the receiver stopped before {step}");
    }

    pub fn go_on(&mut self) {
        self.tell.write_all(b"go on\n").unwrap();
    }

    pub fn ended_well(&mut self) -> bool {
        self.child.wait().unwrap().success()
    }

    /// Every readable page.
    pub fn image(&self) -> Vec<u8> {
        let process = PathBuf::from(format!("/proc/{}", self.child.id()));
        let maps = std::fs::read_to_string(process.join("maps")).unwrap();
        let mut memory = std::fs::File::open(process.join("mem")).unwrap();
        let mut image = Vec::new();
        // The program's own text is left out: in a test's binary the words that are looked for stand there.
        let program = std::env::current_exe().unwrap().display().to_string();
        let of_process = |line: &&str| {
            let rights = line.split(' ').nth(1).unwrap_or_default();
            rights.starts_with("rw") || (rights.starts_with('r') && !line.ends_with(&program))
        };
        for line in maps.lines().filter(of_process) {
            let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
            let [from, to] = [from, to].map(|n| u64::from_str_radix(n, 16).unwrap());
            memory.seek(SeekFrom::Start(from)).unwrap();
            let mut pages = vec![0; usize::try_from(to - from).unwrap()];
            // The kernel's own pages cannot be read this way; nothing of the process lies in them.
            if memory.read_exact(&mut pages).is_ok() {
                image.extend(pages);
            }
        }
        image
    }
}

pub struct Codes(Vec<(String, String)>);

pub fn activate(store: &mut Store, codes: &Codes, staff: &str) {
    let record = store.account_keys(staff).unwrap().unwrap();
    let code = ActivationCode::parse(&codes.0.iter().find(|(s, _)| s == staff).unwrap().1).unwrap();
    let generated = access::Chosen::generate(Passphrase::new(PASSPHRASE.into())).unwrap();
    let chosen = access::Chosen { second_factor: second_factor(), ..generated };
    let made = access::activate(&record, &code, &chosen, store.pepper(), CHEAP).unwrap();
    store.store_activation(record.account, &made, now()).unwrap();
}

/// A store with its keys in files; all accounts active but one.
pub fn set_up(folder: &Path) -> (Store, Codes) {
    let root = store::new_root().unwrap();
    let config = std::fs::read_to_string(fixtures().join("init.toml")).unwrap();
    let new = app::read_config(&config).unwrap();
    let keep = |made: &store::Made| {
        keys(folder).keep(&root, &made.routing).unwrap();
        Ok::<_, store::StoreError>(())
    };
    let (mut store, made) = Store::create_keeping(&folder.join("store"), &root, &new, origin(), now(), keep).unwrap();
    let hospitals = std::fs::read_to_string(fixtures().join("connections.toml")).unwrap();
    store.set_connections(&app::connections::read(&hospitals).unwrap(), now()).unwrap();
    let codes = Codes(made.accounts.iter().map(|a| (a.staff.clone(), a.code.reveal().to_string())).collect());
    for (staff, _) in codes.0.iter().filter(|(staff, _)| staff != LATE) {
        activate(&mut store, &codes, staff);
    }
    (store, codes)
}

fn raw(folder: &Path, root: &RootSecret) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(folder.join("store/terugblik.db")).unwrap();
    connection.execute_batch(&store::sqlcipher_opening(&root.sqlcipher_key())).unwrap();
    connection
}

/// The private keys of an account and of its roles, by reader: what its passphrase opens.
pub fn privates(store: &Store, staff: &str) -> Vec<(ReaderId, ReaderPrivate)> {
    let record = store.account_keys(staff).unwrap().unwrap();
    let place = [b"account-private/".as_slice(), &record.account.to_be_bytes()].concat();
    let sealed = record.private_sealed.as_ref().unwrap();
    let phrase = Passphrase::new(PASSPHRASE.into());
    let own = seal::open_under_passphrase(&phrase, store.pepper(), &place, sealed).unwrap();
    let own = ReaderPrivate::from_bytes(&own).unwrap();
    let mut all = Vec::new();
    for member in &record.members {
        let place = [
            b"role-member/".as_slice(),
            &member.reader.0.to_be_bytes(),
            &member.epoch.to_be_bytes(),
            &record.account.to_be_bytes(),
        ];
        let private = seal::open_with(&own, &place.concat(), &member.sealed).unwrap();
        all.push((member.reader, ReaderPrivate::from_bytes(&private).unwrap()));
    }
    all.push((ReaderId::professional(record.account), own));
    all
}

/// Reader keys by number, opened by their readers.
pub fn reader_keys(
    folder: &Path,
    root: &RootSecret,
    privates: &[(ReaderId, ReaderPrivate)],
) -> BTreeMap<u32, (i64, Vec<u8>)> {
    let raw = raw(folder, root);
    let mut statement = raw.prepare("SELECT n, reader, sealed FROM reader_key").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    let rows: Vec<(u32, i64, Vec<u8>)> = rows.map(Result::unwrap).collect();
    rows.into_iter()
        .filter_map(|(number, reader, sealed)| {
            let private = &privates.iter().find(|(r, _)| r.0 == reader)?.1;
            let place = [b"reader-key/".as_slice(), &reader.to_be_bytes(), &number.to_be_bytes()].concat();
            Some((number, (reader, seal::open_with(private, &place, &sealed).unwrap().to_vec())))
        })
        .collect()
}

/// The wraps of a record: (reader 8 ‖ length 2 ‖ wrap)*.
fn wraps_of(mut all: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (head, rest) = all.split_at_checked(10)?;
        let (wrap, rest) = rest.split_at(usize::from(u16::from_be_bytes([head[8], head[9]])));
        all = rest;
        Some(wrap)
    })
}

/// The content keys in a wrap: 1 ‖ number 4 ‖ 1 ‖ nonce 24 ‖ (part ‖ key 32)* ‖ tag.
fn content_keys(wrap: &[u8], token: &[u8], keys: &BTreeMap<u32, (i64, Vec<u8>)>) -> Vec<Vec<u8>> {
    let number = &wrap[1..5];
    let (reader, key) = &keys[&u32::from_be_bytes(number.try_into().unwrap())];
    let place = [b"w".as_slice(), &reader.to_be_bytes(), token, number].concat();
    let nonce = XNonce::try_from(&wrap[6..30]).unwrap();
    let mut plain = wrap[30..].to_vec();
    let cipher = XChaCha20Poly1305::new_from_slice(key).unwrap();
    cipher.decrypt_in_place(&nonce, &place, &mut plain).unwrap();
    plain.chunks_exact(33).map(|entry| entry[1..].to_vec()).collect()
}

/// The content keys of all records, as their readers get them.
pub fn all_content_keys(folder: &Path, root: &RootSecret, of_readers: &BTreeMap<u32, (i64, Vec<u8>)>) -> Vec<Vec<u8>> {
    let raw = raw(folder, root);
    let mut records =
        raw.prepare("SELECT wraps, token FROM message UNION ALL SELECT wraps, token FROM awaited").unwrap();
    let rows = records.query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?))).unwrap();
    let mut content = Vec::new();
    for row in rows {
        let (wraps, token) = row.unwrap();
        content.extend(wraps_of(&wraps).flat_map(|wrap| content_keys(wrap, &token, of_readers)));
    }
    content
}

#[test]
fn a_core_image_after_midnight_holds_no_key_of_what_was_delivered_before() {
    if let Some(folder) = std::env::var_os(CHILD) {
        return receive(Path::new(&folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let (mut store, codes) = set_up(folder.path());
    let mut receiver = Receiver::start(folder.path());
    receiver.until("received");
    // The second message waits for its nurse, until now.
    let waiting = "SELECT wraps FROM awaited WHERE message IN (SELECT message FROM waiting)";
    let root = keys(folder.path()).root().unwrap();
    let routing = keys(folder.path()).routing().unwrap().unwrap();
    let wraps: Vec<u8> = raw(folder.path(), &root).query_row(waiting, [], |row| row.get(0)).unwrap();
    let at = wraps.windows(8).position(|w| w == ReaderId::ROUTING.0.to_be_bytes()).unwrap() + 10;
    let of_routing = wraps[at..at + 60].to_vec();
    activate(&mut store, &codes, LATE);
    receiver.go_on();
    receiver.until("delivered");

    let privates: Vec<_> = [NURSE, LATE, "9001", "9002"].iter().flat_map(|staff| privates(&store, staff)).collect();
    let of_the_day = reader_keys(folder.path(), &root, &privates);
    assert!(of_the_day.len() >= 4, "two nurses, administration and manager: {}", of_the_day.len());
    let content = all_content_keys(folder.path(), &root, &of_the_day);
    assert!(
        content.len() >= 5,
        "of two records diagnosis and remarks for the crew, and the roles' parts: {}",
        content.len()
    );
    let before = receiver.image();
    let found = of_the_day.values().filter(|(_, key)| holds(&before, key)).count();
    assert!(found >= 3, "before midnight the day's keys are there, so the search finds them: {found}");

    receiver.go_on();
    receiver.until("midnight");
    let image = receiver.image();
    let files = whole(&folder.path().join("store/terugblik.db"), &root.sqlcipher_key());
    receiver.go_on();
    assert!(receiver.ended_well());

    assert!(holds(&image, routing.expose()), "the receiver still holds Routing's key");
    for (number, (reader, key)) in &of_the_day {
        assert!(!holds(&image, key), "reader key {number} of reader {reader}");
    }
    for (i, key) in content.iter().enumerate() {
        assert!(!holds(&image, key), "content key {i}");
    }
    assert!(!holds(&files, &of_routing), "what Routing could open stands in no page of a file");
    assert!(!holds(&image, &of_routing), "nor in the process");
    for words in ["999900006", "Ischemisch", "Glucose was bepaald", "Keuze van het ziekenhuis", "Wilhelmina"] {
        assert!(!holds(&image, words.as_bytes()), "{words}");
    }
}
