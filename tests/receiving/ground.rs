//! A listener on a store of its own, certificates made for it, and a client that can also misbehave.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use domain::StoreKind;
use intake::{
    Committer, OpenDoor,
    listener::{Listener, ListenerFiles, ListenerLimits, ListenerSettings, PATH, RefusalTexts},
};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject};
use store::{HospitalStatus, Inbox, Origin, RootSecret, Store};
use tempfile::TempDir;

use crate::support::{House, Plain, hospital, now};

/// A certificate with its key, as files.
#[derive(Clone)]
pub struct Identity {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

impl Identity {
    pub fn fingerprint(&self) -> String {
        let der = CertificateDer::from_pem_file(&self.certificate).unwrap();
        intake::listener::read_certificate(&der).unwrap().seen.fingerprint
    }

    pub fn names(&self) -> String {
        let der = CertificateDer::from_pem_file(&self.certificate).unwrap();
        intake::listener::read_certificate(&der).unwrap().seen.names
    }
}

/// Whose certificate is made.
pub struct Wanted<'a> {
    pub name: &'a str,
    pub until: i32,
}

pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: PathBuf,
}

fn parameters(name: &str, until: i32) -> CertificateParams {
    let mut parameters = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::OrganizationName, "Proef, Ziekenhuis");
    subject.push(DnType::CommonName, name);
    parameters.distinguished_name = subject;
    // Far around both the clock of these tests and that of the machine.
    parameters.not_before = date_time_ymd(2020, 1, 1);
    parameters.not_after = date_time_ymd(until, 1, 1);
    parameters
}

impl Authority {
    pub fn new(folder: &Path, name: &str) -> Self {
        let mut parameters = parameters(name, 2090);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
        std::fs::write(folder.join(format!("{name}.pem")), issuer.pem()).unwrap();
        Self { issuer, folder: folder.to_path_buf() }
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.pem"))
    }

    pub fn issue(&self, wanted: &Wanted<'_>) -> Identity {
        let key = KeyPair::generate().unwrap();
        let certificate = parameters(wanted.name, wanted.until).signed_by(&key, &self.issuer).unwrap();
        keep(&self.folder, wanted.name, &certificate.pem(), &key)
    }
}

pub fn self_signed(folder: &Path, name: &str) -> Identity {
    let key = KeyPair::generate().unwrap();
    let certificate = parameters(name, 2090).self_signed(&key).unwrap();
    keep(folder, name, &certificate.pem(), &key)
}

fn keep(folder: &Path, name: &str, certificate: &str, key: &KeyPair) -> Identity {
    let of = |ending: &str| folder.join(format!("{name}.{ending}"));
    std::fs::write(of("crt"), certificate).unwrap();
    std::fs::write(of("key"), key.serialize_pem()).unwrap();
    std::fs::set_permissions(of("key"), std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    Identity { certificate: of("crt"), key: of("key") }
}

/// A listener that runs.
pub struct Ground {
    pub folder: TempDir,
    pub authority: Authority,
    /// The certificate of hospital 00000101, listed by its fingerprint.
    pub sender: Identity,
    pub root: RootSecret,
    pub connection: rusqlite::Connection,
    pub address: SocketAddr,
    pub health: SocketAddr,
    pub listener: Option<Listener>,
    pub committer: Option<Committer>,
}

impl Drop for Ground {
    fn drop(&mut self) {
        // The listener first: it answers what the committer still takes in.
        self.listener.take();
        self.committer.take();
    }
}

pub fn quick() -> ListenerLimits {
    ListenerLimits {
        handshake_seconds: 1,
        header_seconds: 1,
        body_seconds: 1,
        free_bytes_min: 0,
        ..ListenerLimits::default()
    }
}

impl Ground {
    pub fn new() -> Self {
        Self::with(quick())
    }

    pub fn with(limits: ListenerLimits) -> Self {
        Self::of(limits, || {})
    }

    /// As [`Ground::with`]; its thread that commits calls this each time it takes the store.
    pub fn of(limits: ListenerLimits, taken: fn()) -> Self {
        let House { folder, root, mut inbox, reader } = House::of(StoreKind::Test, HospitalStatus::Production);
        let authority = Authority::new(folder.path(), "ca");
        let server = authority.issue(&Wanted { name: "terugblik.example", until: 2090 });
        let sender = authority.issue(&Wanted { name: "afzender.example", until: 2090 });
        let listed = store::Hospital {
            certificates: vec![sender.fingerprint()],
            ..hospital("00000101", HospitalStatus::Production)
        };
        inbox.store_mut().set_connections(&[listed], now()).unwrap();
        let store = folder.path().join("store");
        let connection = rusqlite::Connection::open(store.join("terugblik.db")).unwrap();
        connection.execute_batch(&store::sqlcipher_opening(&root.sqlcipher_key())).unwrap();
        let (again, folder_again, reader_again) =
            (RootSecret::from_bytes(root.expose()), store.clone(), reader.clone());
        let again = again.unwrap();
        let open: OpenDoor = Box::new(move || {
            let origin = Origin { workstation: "TS-01".into(), version: "test".into() };
            let store = Store::open(&folder_again, &again, origin, now()).ok()?;
            Some(Box::new(Plain { inbox: Inbox::new(store, None), reader: reader_again.clone(), taken }))
        });
        let door = Box::new(Plain { inbox, reader, taken });
        let committer = Committer::start(door, open, limits.queue(), now).unwrap();
        let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
        let settings = ListenerSettings {
            listen: local(0),
            health: Some(local(0)),
            path: PATH.into(),
            files: ListenerFiles {
                certificate: server.certificate,
                private_key: server.key,
                client_ca: Some(authority.file("ca")),
            },
            limits,
            texts: RefusalTexts::of(|key| format!("tekst van {key}")),
            store,
            files_every: Duration::from_millis(100),
        };
        let listener = Listener::start(settings, committer.entrance()).unwrap();
        let (address, health) = (listener.address(), listener.health().unwrap());
        Self {
            folder,
            authority,
            sender,
            root,
            connection,
            address,
            health,
            listener: Some(listener),
            committer: Some(committer),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://127.0.0.1:{}{path}", self.address.port())
    }

    /// The store as another process has it.
    pub fn store(&self) -> Store {
        let origin = Origin { workstation: "TS-02".into(), version: "test".into() };
        Store::open(&self.folder.path().join("store"), &self.root, origin, now()).unwrap()
    }

    /// Whether nobody is writing in the store.
    pub fn is_free_to_write(&self) -> bool {
        self.connection.busy_timeout(Duration::ZERO).unwrap();
        self.connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_ok()
    }

    pub fn records(&self) -> u32 {
        self.connection.query_row("SELECT count(*) FROM message", [], |row| row.get(0)).unwrap()
    }

    /// `curl` with a certificate; standard output is the answer, with its status in the last line.
    pub fn curl(&self, identity: Option<&Identity>, more: &[&str]) -> (u32, String) {
        let mut command = Command::new("curl");
        command.args(["-sS", "--max-time", "30", "-w", "\n%{http_code}", "--cacert"]).arg(self.authority.file("ca"));
        if let Some(Identity { certificate, key }) = identity {
            command.arg("--cert").arg(certificate).arg("--key").arg(key);
        }
        let output = command.args(more).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (body, status) = text.rsplit_once('\n').unwrap();
        (status.parse().unwrap(), format!("{body}{}", String::from_utf8_lossy(&output.stderr)))
    }

    pub fn client(&self, identity: &Identity) -> Client {
        connect(self.address, &self.authority.file("ca"), identity).expect("a connection")
    }
}

/// A connection with a certificate; `None`: nobody listens.
pub fn connect(address: SocketAddr, authority: &Path, identity: &Identity) -> Option<Client> {
    let tcp = TcpStream::connect(address).ok()?;
    tcp.set_nodelay(true).ok()?;
    tcp.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    Some(Client { stream: StreamOwned::new(tls(authority, identity), tcp) })
}

fn tls(authority: &Path, identity: &Identity) -> ClientConnection {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let Identity { certificate, key } = identity;
    let chain = vec![CertificateDer::from_pem_file(certificate).unwrap()];
    let config = builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_file(key).unwrap()).unwrap();
    ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap()
}

/// One connection over TLS.
pub struct Client {
    pub stream: StreamOwned<ClientConnection, TcpStream>,
}

#[derive(Debug)]
pub struct Reply {
    pub status: u32,
    pub head: String,
    pub body: String,
}

impl Client {
    pub fn post(&mut self, content_type: &str, body: &[u8]) -> Reply {
        self.send(content_type, body);
        self.reply().expect("an answer")
    }

    pub fn send(&mut self, content_type: &str, body: &[u8]) {
        let head = format!(
            "POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.write(&[head.as_bytes(), body].concat());
    }

    /// Who is told no may have been cut off by then.
    pub fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.write_all(bytes).and_then(|()| self.stream.flush());
    }

    /// The next answer; `None`: the connection ended before a whole one.
    pub fn reply(&mut self) -> Option<Reply> {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            match self.stream.read(&mut byte) {
                Ok(1) => head.push(byte[0]),
                Ok(_) | Err(_) => return None,
            }
        }
        let head = String::from_utf8(head).unwrap();
        let lower = head.to_lowercase();
        let length = lower.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next());
        let mut body = vec![0; length.map_or(0, |n| n.parse().unwrap())];
        self.stream.read_exact(&mut body).ok()?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some(Reply { status, head: lower, body: String::from_utf8(body).unwrap() })
    }

    /// Whether the other side ends the connection, within the time of a test.
    pub fn is_closed(&mut self) -> bool {
        !matches!(self.stream.read(&mut [0]), Ok(1))
    }
}

/// Whether a tool is there: where it is not the test fails, unless TERUGBLIK_SKIP names it.
pub fn needs(tool: &str) -> bool {
    let skip = std::env::var("TERUGBLIK_SKIP").unwrap_or_default();
    if skip.split_whitespace().any(|name| name == tool) {
        return false;
    }
    let found = Command::new("sh").args(["-c", "command -v \"$0\" >/dev/null", tool]).status();
    assert!(found.is_ok_and(|status| status.success()), "{tool} is missing: packaging/dev test installs it");
    true
}

/// Whether Debian's Python has this library, of the package that TERUGBLIK_SKIP can name.
pub fn needs_of_python(package: &str, library: &str) -> bool {
    let skip = std::env::var("TERUGBLIK_SKIP").unwrap_or_default();
    if skip.split_whitespace().any(|name| name == package) {
        return false;
    }
    let found = Command::new(PYTHON_OF_SYSTEM).args(["-c", &format!("import {library}")]).output();
    assert!(found.is_ok_and(|output| output.status.success()), "{package} is missing: packaging/dev test installs it");
    true
}

/// The distribution's own Python, for which its packages are.
pub const PYTHON_OF_SYSTEM: &str = "/usr/bin/python3";

/// Waits for what another thread does about once a second.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

/// Where the samples lie.
pub fn fixture(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/messages")).join(name)
}
