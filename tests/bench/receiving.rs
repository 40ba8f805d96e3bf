//! Receiving over mutual TLS on loopback beside a full store: processor time a message by stage, rate and waits, a lone sender beside a raw
//! sync, a thousand idle connections, and a sender that floods.
//!
//! Listener, committer and senders are threads of this process, told apart by their names.

use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use intake::{
    Committer, Door, Reader,
    listener::{Listener, ListenerFiles, ListenerLimits, ListenerSettings, PATH, RefusalTexts, read_certificate},
};
use rcgen::{CertificateParams, KeyPair};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use store::{HospitalStatus, Inbox};

use crate::{
    disk::RawSync,
    process::{median_us, p99_us, resident_mb},
    row,
};

/// Messages that are sent in all, at most.
pub const MESSAGES: usize = 60_000;
const SENDERS: usize = 32;
const LOAD: &str = "load";

struct OwnDoor {
    inbox: Inbox,
    reader: Reader,
}

impl Door for OwnDoor {
    fn parts(&mut self) -> (&mut Inbox, &mut Reader) {
        (&mut self.inbox, &mut self.reader)
    }

    fn round(&mut self, _: DateTime<Utc>, _: &dyn Fn() -> bool) {}
}

pub fn clock() -> DateTime<Utc> {
    std::time::SystemTime::now().into()
}

/// Whose certificate it is: self-signed, in files.
struct Identity {
    der: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    fn made(folder: &Path, name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let names = vec!["localhost".to_owned(), name.to_owned()];
        let certificate = CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
        let file = |ending: &str| folder.join(format!("{name}.{ending}"));
        std::fs::write(file("crt"), certificate.pem()).unwrap();
        std::fs::write(file("key"), key.serialize_pem()).unwrap();
        std::fs::set_permissions(file("key"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        Self { der: certificate.der().clone(), key: PrivateKeyDer::from_pem_file(file("key")).unwrap() }
    }

    fn fingerprint(&self) -> String {
        read_certificate(&self.der).unwrap().seen.fingerprint
    }
}

/// Messages that were not sent yet.
type Bodies = Arc<Mutex<Vec<Vec<u8>>>>;

struct Ground {
    address: SocketAddr,
    server: CertificateDer<'static>,
    bodies: Bodies,
}

struct Client(StreamOwned<ClientConnection, TcpStream>);

impl Ground {
    fn client(&self, identity: &Identity) -> Client {
        let mut roots = RootCertStore::empty();
        roots.add(self.server.clone()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_client_auth_cert(vec![identity.der.clone()], identity.key.clone_key())
            .unwrap();
        let tls = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
        let tcp = TcpStream::connect(self.address).unwrap();
        tcp.set_nodelay(true).unwrap();
        let mut stream = StreamOwned::new(tls, tcp);
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).unwrap();
        }
        Client(stream)
    }

    /// So many senders at once, each over a connection of its own, for so long; how long each answer took.
    fn send(&self, identity: &Identity, senders: usize, time: Duration, stop: &AtomicBool) -> Vec<Duration> {
        let waits = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..senders {
                let one = || {
                    let (mut client, mut own, begun) = (self.client(identity), Vec::new(), Instant::now());
                    while begun.elapsed() < time && !stop.load(Relaxed) {
                        let Some(body) = self.bodies.lock().unwrap().pop() else { break };
                        own.push(client.post(&body));
                    }
                    waits.lock().unwrap().extend(own);
                };
                std::thread::Builder::new().name(LOAD.into()).spawn_scoped(scope, one).unwrap();
            }
        });
        waits.into_inner().unwrap()
    }
}

impl Client {
    fn post(&mut self, body: &[u8]) -> Duration {
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let whole = [head.as_bytes(), body].concat();
        let begun = Instant::now();
        self.0.write_all(&whole).unwrap();
        self.0.flush().unwrap();
        let (mut answer, mut piece) = (Vec::new(), [0; 4096]);
        let length = loop {
            let count = self.0.read(&mut piece).unwrap();
            assert!(count > 0, "the connection ended");
            answer.extend_from_slice(&piece[..count]);
            let text = String::from_utf8_lossy(&answer);
            if let Some((head, _)) = text.split_once("\r\n\r\n") {
                let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()).unwrap();
                break head.len() + 4 + length.parse::<usize>().unwrap();
            }
        };
        while answer.len() < length {
            let count = self.0.read(&mut piece).unwrap();
            assert!(count > 0, "the connection ended");
            answer.extend_from_slice(&piece[..count]);
        }
        let took = begun.elapsed();
        let answer = String::from_utf8_lossy(&answer);
        // A sender who wants no acknowledgement gets 202.
        assert!(answer.contains("typeCode=\"CA\"") || answer.starts_with("HTTP/1.1 202"), "{answer}");
        took
    }
}

/// Processor time of this process's threads so far, by their names.
fn by_thread() -> BTreeMap<String, Duration> {
    let mut all: BTreeMap<String, Duration> = BTreeMap::new();
    for task in std::fs::read_dir("/proc/self/task").unwrap().flatten() {
        let Ok(stat) = std::fs::read_to_string(task.path().join("stat")) else { continue };
        // Nanoseconds, where the kernel keeps them.
        let exact = std::fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
        let nanoseconds = exact.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or_default();
        let name = stat.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("?", |(name, _)| name);
        *all.entry(name.to_owned()).or_default() += Duration::from_nanos(nanoseconds);
    }
    all
}

/// What is measured: a store with its reader, and messages that are not in it.
pub struct Measured<'a> {
    pub inbox: Inbox,
    pub reader: Reader,
    pub bodies: Vec<Vec<u8>>,
    /// Where raw syncs and certificates are written: on the store's disk.
    pub folder: &'a Path,
}

/// Measures; the store's hospitals get the senders' certificates.
pub fn measure(measured: Measured<'_>) {
    let Measured { mut inbox, reader, bodies, folder } = measured;
    let [server, sender, flooder] =
        ["server.example", "sender.example", "flooder.example"].map(|name| Identity::made(folder, name));
    let mut hospitals = inbox.store().connections().unwrap();
    for hospital in &mut hospitals {
        hospital.status = HospitalStatus::Production;
        hospital.certificates = vec![sender.fingerprint(), flooder.fingerprint()];
    }
    inbox.store_mut().set_connections(&hospitals, clock()).unwrap();
    let reading = reading(&reader, bodies.iter().take(3000), clock());
    let pem = |ending: &str| folder.join(format!("server.example.{ending}"));
    let (listener, committer) = listen(inbox, reader, 0, (pem("crt"), pem("key")));
    let bodies = Arc::new(Mutex::new(bodies));
    let ground = Ground { address: listener.address(), server: server.der, bodies };
    many(&ground, &sender, folder, reading);
    lone(&ground, &sender, folder);
    flood(&ground, &sender, &flooder);
    idle(&ground, &sender);
    listener.stop();
    committer.stop();
}

/// A listener with this certificate and key, on a port of loopback.
pub fn listen(inbox: Inbox, reader: Reader, port: u16, own: (PathBuf, PathBuf)) -> (Listener, Committer) {
    let place = inbox.store().folder().to_path_buf();
    let limits = ListenerLimits::default();
    let door: Box<dyn Door> = Box::new(OwnDoor { inbox, reader });
    let committer = Committer::start(door, Box::new(|| None), limits.queue(), clock).unwrap();
    let settings = ListenerSettings {
        listen: SocketAddr::from(([127, 0, 0, 1], port)),
        health: None,
        path: PATH.into(),
        files: ListenerFiles { certificate: own.0, private_key: own.1, client_ca: None },
        limits,
        texts: RefusalTexts::default(),
        store: place,
        files_every: intake::listener::FILES_EVERY,
    };
    let listener = Listener::start(settings, committer.entrance()).unwrap();
    (listener, committer)
}

/// Microseconds that reading one message takes.
fn reading<'a>(reader: &Reader, messages: impl Iterator<Item = &'a Vec<u8>>, now: DateTime<Utc>) -> f64 {
    let (mut count, begun) = (0_u32, Instant::now());
    for bytes in messages {
        let arrival = intake::Arrival {
            bytes,
            charset: None,
            way: intake::Way::Https,
            allowed: &[],
            acknowledgement_id: String::new(),
            self_test: None,
        };
        drop(intake::read_message(reader, &arrival, now));
        count += 1;
    }
    begun.elapsed().as_secs_f64() * 1e6 / f64::from(count.max(1))
}

fn raw_rate(folder: &Path) -> f64 {
    let mut raw = RawSync::new(folder);
    let mut all: Vec<Duration> = (0..300).map(|_| raw.once()).collect();
    1e6 / median_us(&mut all)
}

fn many(ground: &Ground, sender: &Identity, folder: &Path, reading: f64) {
    let going = AtomicBool::new(false);
    ground.send(sender, SENDERS, Duration::from_secs(1), &going);
    let raw_before = raw_rate(folder);
    let (before, begun) = (by_thread(), Instant::now());
    let mut waits = ground.send(sender, SENDERS, Duration::from_secs(8), &going);
    let wall = begun.elapsed().as_secs_f64();
    let after = by_thread();
    let raw = (raw_before + raw_rate(folder)) / 2.0;
    let count = waits.len() as f64;
    let used = |name: &str| {
        let of = |all: &BTreeMap<String, Duration>| all.get(name).copied().unwrap_or_default();
        of(&after).saturating_sub(of(&before)).as_secs_f64() * 1e6 / count
    };
    let names: Vec<&String> = after.keys().filter(|name| *name != LOAD).collect();
    let all: f64 = names.iter().map(|name| used(name)).sum();
    let stages = format!(
        "reading {reading:.0}, TLS and HTTP {:.0}, judging, sealing and writing {:.0}, the rest {:.0}",
        (used("listener") - reading).max(0.0),
        used("committer"),
        all - used("listener") - used("committer"),
    );
    let goal = "≤ 230 µs (aim 160)";
    row(
        &format!("{SENDERS} senders, kept connections, {count:.0} messages: CPU a message"),
        format!("{all:.0} µs: {stages}"),
        goal,
    );
    row(
        "the same: rate, waits",
        format!(
            "{:.0}/s = {:.1} × {raw:.0} raw syncs/s; p50 {:.1}, p99 {:.1} ms",
            count / wall,
            count / wall / raw,
            median_us(&mut waits) / 1e3,
            p99_us(&mut waits) / 1e3
        ),
        "≥ 6 × raw on a slow disk",
    );
}

fn lone(ground: &Ground, sender: &Identity, folder: &Path) {
    let (mut client, mut raw) = (ground.client(sender), RawSync::new(folder));
    let (mut raws, mut posts) = (Vec::new(), Vec::new());
    for _ in 0..1000 {
        let Some(body) = ground.bodies.lock().unwrap().pop() else { break };
        raws.push(raw.once());
        posts.push(client.post(&body));
    }
    let (raw, post) = (median_us(&mut raws), median_us(&mut posts));
    row(
        "a lone sender: p50 above a raw sync in lockstep",
        format!("{:.0} µs ({post:.0} − {raw:.0})", post - raw),
        "≤ 600 µs",
    );
}

fn flood(ground: &Ground, sender: &Identity, flooder: &Identity) {
    let going = AtomicBool::new(false);
    let mut quiet = ground.send(sender, 4, Duration::from_secs(3), &going);
    let stop = AtomicBool::new(false);
    let mut flooded = std::thread::scope(|scope| {
        scope.spawn(|| ground.send(flooder, 64, Duration::from_secs(20), &stop));
        std::thread::sleep(Duration::from_millis(300));
        let waits = ground.send(sender, 4, Duration::from_secs(3), &going);
        stop.store(true, Relaxed);
        waits
    });
    let (before, during) = (p99_us(&mut quiet) / 1e3, p99_us(&mut flooded) / 1e3);
    row(
        "four senders while another floods with 64 connections: p99",
        format!("{before:.1} → {during:.1} ms ({:.1} ×)", during / before),
        "≤ 2 ×",
    );
}

fn idle(ground: &Ground, sender: &Identity) {
    const COUNT: usize = 900;
    let before = resident_mb("self");
    let clients: Vec<Client> = (0..COUNT).map(|_| ground.client(sender)).collect();
    let after = resident_mb("self");
    row(
        &format!("{COUNT} idle connections, both ends in this process"),
        format!(
            "{:.0} kB each; {:.0} MB more, {after:.0} MB in all",
            (after - before) * 1024.0 / COUNT as f64,
            after - before
        ),
        "< 150 MB in all for 1,000",
    );
    drop(clients);
}
