//! The process under test: this test program again, as a receiver with listener and committer on a store that lies ready.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::HEXLOWER;
use domain::StoreKind;
use hl7::{Limits, Profiles};
use intake::{
    Committer, OpenDoor, Reader,
    listener::{Listener, ListenerFiles, ListenerLimits, ListenerSettings, PATH, RefusalTexts},
};
use store::{HospitalStatus, Inbox, Origin, RootSecret, Store};
use tempfile::TempDir;

use crate::{
    ground::{Authority, Identity, Wanted},
    support::{House, Plain, hospital, now},
};

const GIVEN: &str = "TERUGBLIK_RECEIVER_GIVEN";
/// The test that is the receiver, in the process that is started with what it needs.
pub const NAME: &str = "receiver::is_this_process_when_it_was_started_as_one";

/// A store with its hospital and all certificates; receivers come and go on it.
pub struct Ready {
    pub folder: TempDir,
    pub root: RootSecret,
    pub authority: Authority,
    pub sender: Identity,
}

impl Ready {
    pub fn made() -> Self {
        let House { folder, root, mut inbox, .. } = House::of(StoreKind::Test, HospitalStatus::Production);
        let authority = Authority::new(folder.path(), "ca");
        authority.issue(&Wanted { name: "terugblik.example", until: 2090 });
        let sender = authority.issue(&Wanted { name: "afzender.example", until: 2090 });
        let certificates = vec![sender.fingerprint()];
        let listed = store::Hospital { certificates, ..hospital("00000101", HospitalStatus::Production) };
        inbox.store_mut().set_connections(&[listed], now()).unwrap();
        Self { folder, root, authority, sender }
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("store/terugblik.db")
    }

    /// Bytes of the largest of its files.
    pub fn bytes(&self) -> u64 {
        let of = |end: &str| std::fs::metadata(self.folder.path().join(format!("store/terugblik.db{end}")));
        ["", "-wal"].into_iter().filter_map(|end| of(end).ok()).map(|meta| meta.len()).max().unwrap_or_default()
    }

    /// The rides of all records.
    pub fn rides(&self) -> Vec<String> {
        let connection = rusqlite::Connection::open(self.database()).unwrap();
        connection.execute_batch(&store::sqlcipher_opening(&self.root.sqlcipher_key())).unwrap();
        let mut statement = connection.prepare("SELECT ride FROM message").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    pub fn log_is_whole(&self) {
        let store = open(&self.folder.path().join("store"), &self.root).unwrap();
        assert!(store.verify_log(None, |_| true).unwrap().first_break.is_none());
    }

    /// Starts a receiver whose clock is so many days off, and which may write files up to so many bytes.
    pub fn start(&self, days_off: i64, file_bytes_max: Option<u64>) -> Receiver {
        let program = std::env::current_exe().unwrap();
        let mut command = match file_bytes_max {
            None => Command::new(program),
            Some(bytes) => {
                let mut command = Command::new("sh");
                // Over its limit a write fails, as on a full disk, and the process goes on. `ulimit -f` counts blocks of 512 bytes.
                let limited = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", bytes / 512);
                command.args(["-c", &limited]).arg(program);
                command
            }
        };
        command.args(["--exact", NAME, "--nocapture", "--test-threads", "1"]);
        // REVEAL: the store's key, to the process that opens it.
        let key = HEXLOWER.encode(self.root.expose());
        command.env(GIVEN, format!("{}\n{key}\n{days_off}", self.folder.path().display()));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).stdin(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let line = said
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("listens at ").map(|(_, at)| at.to_owned()));
        let address = line.expect("it listens").parse().unwrap();
        let moment = File::open(self.folder.path().join("moment")).unwrap();
        Receiver { child, said, address, moment }
    }
}

/// A receiver that runs.
pub struct Receiver {
    child: Child,
    /// Kept: a program that cannot print ends with an error.
    said: BufReader<ChildStdout>,
    pub address: SocketAddr,
    moment: File,
}

impl Receiver {
    /// Ends it at once, by SIGKILL. Gives whether it was between BEGIN and COMMIT.
    pub fn kill(mut self) -> bool {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let mut byte = [0];
        self.moment.read_exact_at(&mut byte, 0).unwrap();
        byte == *b"1"
    }

    /// Ends it by itself.
    pub fn stop(mut self) {
        drop(self.child.stdin.take());
        let mut rest = String::new();
        self.said.read_to_string(&mut rest).unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

fn open(folder: &Path, root: &RootSecret) -> Result<Store, store::StoreError> {
    let origin = Origin { workstation: "TS-01".into(), version: "test".into() };
    Store::open(folder, root, origin, now())
}

static DAYS_OFF: AtomicI64 = AtomicI64::new(0);

fn clock() -> DateTime<Utc> {
    now() + TimeDelta::days(DAYS_OFF.load(Ordering::Relaxed))
}

#[test]
fn is_this_process_when_it_was_started_as_one() {
    let Ok(given) = std::env::var(GIVEN) else { return };
    let lines: Vec<&str> = given.split('\n').collect();
    let folder = PathBuf::from(lines[0]);
    let root = RootSecret::from_bytes(&HEXLOWER.decode(lines[1].as_bytes()).unwrap()).unwrap();
    DAYS_OFF.store(lines[2].parse().unwrap(), Ordering::Relaxed);
    let moment = folder.join("moment");
    std::fs::write(&moment, b"0").unwrap();
    MOMENT.set(moment).unwrap();
    store::tell_transactions(told);
    let store = open(&folder.join("store"), &root).unwrap();
    let reader = Reader::new(Profiles::shipped().unwrap(), Limits::default(), store.settings());
    let open: OpenDoor = Box::new(|| None);
    let limits = ListenerLimits { free_bytes_min: 0, ..ListenerLimits::default() };
    let door = Plain::of(Inbox::new(store, None), reader);
    let committer = Committer::start(door, open, limits.queue(), clock).unwrap();
    let settings = ListenerSettings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        health: None,
        path: PATH.into(),
        files: ListenerFiles {
            certificate: folder.join("terugblik.example.crt"),
            private_key: folder.join("terugblik.example.key"),
            client_ca: None,
        },
        limits,
        texts: RefusalTexts::default(),
        store: folder.join("store"),
        files_every: intake::listener::FILES_EVERY,
    };
    let listener = Listener::start(settings, committer.entrance()).unwrap();
    println!("listens at {}", listener.address());
    // Until whoever started it lets go.
    let _ = std::io::stdin().read(&mut [0]);
    listener.stop();
    committer.stop();
}

static MOMENT: OnceLock<PathBuf> = OnceLock::new();

/// The moment is a byte of a file: what was written stays when the process is killed.
fn told(begun: bool) {
    static FILE: OnceLock<File> = OnceLock::new();
    let file = FILE.get_or_init(|| File::options().write(true).open(MOMENT.get().unwrap()).unwrap());
    let _ = file.write_all_at(if begun { b"1" } else { b"0" }, 0);
}
