//! The listener: HTTPS with a certificate on both sides, and one address where message 12 is posted.
//!
//! **Invariant:** what is acknowledged is durable (`committer`); what is refused is told why, without a word of what was sent.
//! **Invariant:** every queue, wait and input has a limit (`ListenerLimits`); beyond it there is a status or a close, never memory.
//! **Not here:** how a message is judged (`take_in`), when the process starts and stops (the binary).

mod certificate;
mod connection;
mod counted;
mod files;
mod health;
mod limits;
mod pace;
mod refusal;
mod request;
mod said;
mod senders;
mod tls;
mod trust;
mod wsdl;

use std::{
    io::ErrorKind,
    net::SocketAddr,
    num::NonZero,
    path::PathBuf,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

pub(crate) use certificate::issues_others;
pub use certificate::{CertificateRead, listed_certificate, read_certificate};
use counted::Counts;
pub use files::{ListenerFileError, ListenerFiles, request_certificate};
pub use limits::{ListenerLimits, WrongLimit};
use pace::{Paces, Stages};
pub use refusal::{Refusal, RefusalTexts};
use rustls::ServerConfig;
use said::Said;
use senders::Senders;
use store::Trouble;
use tokio::{
    net::{TcpListener, TcpSocket},
    runtime::Runtime,
    sync::watch,
};
use trust::ClientCa;

use crate::Entrance;

/// What a listener is told.
#[derive(Clone, Debug)]
pub struct ListenerSettings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where `GET /gezond` is answered without TLS: loopback only.
    pub health: Option<SocketAddr>,
    /// Where message 12 is posted.
    pub path: String,
    /// Certificate, key and client CA.
    pub files: ListenerFiles,
    /// Its limits.
    pub limits: ListenerLimits,
    /// What is answered to who is refused.
    pub texts: RefusalTexts,
    /// The folder on whose disk there must be room.
    pub store: PathBuf,
    /// Between two looks at whether its files changed; usually [`FILES_EVERY`].
    pub files_every: Duration,
}

/// The usual path.
pub const PATH: &str = store::ReceiveSettings::PATH;
/// Between two looks at whether certificate, key or client CA changed on disk.
pub const FILES_EVERY: Duration = Duration::from_secs(60);

/// Why it does not listen.
#[derive(Debug, thiserror::Error)]
pub enum ListenerError {
    /// Its files.
    #[error(transparent)]
    File(#[from] ListenerFileError),
    /// A limit that cannot be.
    #[error("{} must lie between {} and {}", .0.name, .0.least, .0.most)]
    Limit(WrongLimit),
    /// `GET /gezond` may be asked on this machine only.
    #[error("{0} is not of this machine alone")]
    HealthNotLocal(SocketAddr),
    /// The path is none.
    #[error("the path must begin with / and be plain text")]
    Path,
    /// The address cannot be listened at.
    #[error("{address}: {kind}")]
    Address {
        /// Which.
        address: SocketAddr,
        /// The operating system's kind of error.
        kind: std::io::ErrorKind,
    },
    /// The system gives no threads.
    #[error("no threads: {0}")]
    Threads(std::io::ErrorKind),
}

/// What all connections share.
pub(crate) struct Shared {
    entrance: Entrance,
    limits: ListenerLimits,
    path: String,
    files: RwLock<ListenerFiles>,
    /// Which of them could not be read anew, until it can.
    wrong_file: RwLock<Option<ListenerFileError>>,
    texts: RefusalTexts,
    store: PathBuf,
    loaded: RwLock<(Arc<ServerConfig>, ClientCa)>,
    senders: Senders,
    paces: Arc<Paces>,
    counts: Arc<Counts>,
    said: Said,
    /// Apart, so that strangers leave senders their lines.
    said_of_strangers: Said,
    /// Bytes of messages on their way in.
    bodies: AtomicUsize,
    disk_full: AtomicBool,
    stopping: watch::Sender<bool>,
}

impl Shared {
    fn server(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.loaded.read().unwrap_or_else(PoisonError::into_inner).0)
    }

    fn client_ca(&self) -> ClientCa {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    fn stages(&self) -> Stages {
        let of = Duration::from_secs;
        let limits = &self.limits;
        Stages { idle: of(limits.idle_seconds), header: of(limits.header_seconds), answer: of(limits.answer_seconds) }
    }

    /// Status and text of `GET /gezond`.
    fn health(&self) -> (&'static str, &'static str) {
        match (self.entrance.is_open(), self.disk_full.load(Relaxed)) {
            (true, false) => ("200 OK", "ok\n"),
            (false, _) => ("503 Service Unavailable", "store-closed\n"),
            (true, true) => ("503 Service Unavailable", "disk-nearly-full\n"),
        }
    }

    fn has_room(&self) -> Result<(), Refusal> {
        match (self.entrance.is_open(), self.disk_full.load(Relaxed)) {
            (true, false) => Ok(()),
            (false, _) => Err(Refusal::NotStored),
            (true, true) => Err(Refusal::DiskNearlyFull),
        }
    }

    /// Counts what makes senders come again.
    fn trouble(&self, refusal: Refusal) {
        let trouble = match refusal {
            Refusal::DiskNearlyFull => Trouble::DiskNearlyFull,
            Refusal::NotStored => Trouble::NotStored,
            Refusal::TooMuch => Trouble::TooMuch,
            Refusal::Connections | Refusal::Requests => Trouble::SenderTooMuch,
            Refusal::Plain
            | Refusal::Certificate(_)
            | Refusal::Path
            | Refusal::Method
            | Refusal::ContentType
            | Refusal::ContentEncoding
            | Refusal::TooLarge
            | Refusal::TooSlow
            | Refusal::BrokenOff
            | Refusal::SelfTest => return,
        };
        self.entrance.board.trouble(trouble);
    }

    /// Says a refusal in the log: once a minute for each kind and sender whose certificate is listed.
    fn say(&self, who: &str, kind: &'static str, address: SocketAddr) {
        if let Some(before) = self.said.now(who, kind) {
            tracing::warn!(sender = who, address = %address.ip(), refusal = kind, before, "refused");
        }
    }

    /// The same of who shows no certificate, or one that is not listed: once a minute for each kind and network address.
    fn say_stranger(&self, shows: Option<&str>, kind: &'static str, address: SocketAddr) {
        let from = address.ip();
        if let Some(before) = self.said_of_strangers.now(&from.to_string(), kind) {
            tracing::warn!(sender = shows.unwrap_or("?"), address = %from, refusal = kind, before, "refused");
        }
    }

    fn look_at_disk(&self) {
        let free = store::free_bytes(&self.store);
        let full = free.is_some_and(|free| free < self.limits.free_bytes_min);
        if self.disk_full.swap(full, Relaxed) != full {
            tracing::warn!(full, "room on the store's disk");
        }
    }

    fn files(&self) -> ListenerFiles {
        self.files.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn wrong_file(&self) -> Option<ListenerFileError> {
        self.wrong_file.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the files anew; where one cannot be read it goes on with what it had, and that is known until it can.
    fn reload(&self) -> Result<(), ListenerFileError> {
        let loaded = self.files().load();
        let before = {
            let mut wrong = self.wrong_file.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *wrong, loaded.as_ref().err().cloned())
        };
        match loaded {
            Ok(loaded) => {
                self.entrance.board.own(loaded.own);
                *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = (loaded.server, loaded.client_ca);
                tracing::info!("certificate and client CA read anew");
                Ok(())
            }
            Err(error) => {
                if before.as_ref() != Some(&error) {
                    tracing::error!(%error, "the files of the listener were not taken; it goes on with what it had");
                }
                Err(error)
            }
        }
    }
}

/// A listener that runs. Dropped, it stops.
pub struct Listener {
    shared: Arc<Shared>,
    address: SocketAddr,
    health: Option<SocketAddr>,
    runtime: Option<Runtime>,
}

impl Listener {
    /// Listens from now on, and hands in what comes.
    ///
    /// # Errors
    /// What is wrong with its settings, files or addresses.
    pub fn start(settings: ListenerSettings, entrance: Entrance) -> Result<Self, ListenerError> {
        let ListenerSettings { listen, health, path, files, limits, texts, store, files_every } = settings;
        limits.check().map_err(ListenerError::Limit)?;
        if let Some(address) = health.filter(|address| !address.ip().is_loopback()) {
            return Err(ListenerError::HealthNotLocal(address));
        }
        if !path.starts_with('/') || !path.bytes().all(|b| b.is_ascii_graphic() && b != b'?' && b != b'#') {
            return Err(ListenerError::Path);
        }
        let loaded = files.load()?;
        crate::system::raise_open_files();
        // One of the cores is the committer's.
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let threads = cores.saturating_sub(1).clamp(1, THREADS_MAX);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(threads)
            .thread_name("listener")
            .enable_all()
            .build()
            .map_err(|error| ListenerError::Threads(error.kind()))?;
        let (listening, health) = {
            let _in = runtime.enter();
            (bind(listen)?, health.map(bind).transpose()?)
        };
        let at = |listener: &TcpListener, asked| listener.local_addr().unwrap_or(asked);
        let address = at(&listening, listen);
        let health_address = health.as_ref().map(|listener| at(listener, address));
        entrance.board.own(loaded.own);
        let shared = Arc::new(Shared {
            senders: Senders::new(&limits),
            entrance,
            limits,
            path,
            files: RwLock::new(files),
            wrong_file: RwLock::default(),
            texts,
            store,
            loaded: RwLock::new((loaded.server, loaded.client_ca)),
            paces: Arc::default(),
            counts: Arc::default(),
            said: Said::default(),
            said_of_strangers: Said::default(),
            bodies: AtomicUsize::new(0),
            disk_full: AtomicBool::new(false),
            stopping: watch::Sender::new(false),
        });
        shared.look_at_disk();
        runtime.spawn(accept(listening, Arc::clone(&shared)));
        runtime.spawn(look_after(Arc::clone(&shared), files_every));
        if let Some(listener) = health {
            runtime.spawn(health::serve(listener, Arc::clone(&shared)));
        }
        Ok(Self { shared, address, health: health_address, runtime: Some(runtime) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where `GET /gezond` is answered.
    #[must_use]
    pub fn health(&self) -> Option<SocketAddr> {
        self.health
    }

    /// How many connections there are.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.counts.connections()
    }

    /// Reads certificate, key and client CA anew: new connections get them, those that are there stay.
    ///
    /// # Errors
    /// What is wrong with a file: then it goes on with what it had, and tries again at each look.
    pub fn reload(&self) -> Result<(), ListenerFileError> {
        self.shared.reload()
    }

    /// The same, from these files from now on.
    ///
    /// # Errors
    /// As [`Listener::reload`].
    pub fn reload_from(&self, files: ListenerFiles) -> Result<(), ListenerFileError> {
        *self.shared.files.write().unwrap_or_else(PoisonError::into_inner) = files;
        self.shared.reload()
    }

    /// What is wrong with a file that could not be read anew, until it can.
    #[must_use]
    pub fn wrong_file(&self) -> Option<ListenerFileError> {
        self.shared.wrong_file()
    }

    /// Accepts nothing new, answers what it has in hand, and ends. To be called before the committer stops.
    pub fn stop(mut self) {
        self.finish();
    }

    fn finish(&mut self) {
        // LIMIT: seconds for what is in hand; then connections are closed. What is not answered is sent again.
        const PATIENCE: Duration = Duration::from_secs(15);
        let Some(runtime) = self.runtime.take() else { return };
        self.shared.stopping.send_replace(true);
        let counts = Arc::clone(&self.shared.counts);
        runtime.block_on(async {
            let begun = Instant::now();
            while counts.connections() > 0 && begun.elapsed() < PATIENCE {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
        runtime.shutdown_timeout(Duration::from_secs(1));
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.finish();
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener, ListenerError> {
    // LIMIT: connections that wait to be accepted.
    const WAITING: u32 = 1024;
    let bound = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(WAITING)
    };
    bound().map_err(|error| ListenerError::Address { address, kind: error.kind() })
}

// LIMIT: threads that read what arrives; a unit of systemd gives 64 in all.
const THREADS_MAX: usize = 16;

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut stopping = shared.stopping.subscribe();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopping.changed() => return,
        };
        match accepted {
            Ok((stream, address)) => match shared.counts.begin(address.ip(), &shared.limits) {
                Some((counted, handshaking)) => {
                    let shared = Arc::clone(&shared);
                    tokio::spawn(async move {
                        connection::serve(stream, address, shared, handshaking).await;
                        drop(counted);
                    });
                }
                None => {
                    shared.trouble(Refusal::TooMuch);
                    shared.say_stranger(None, "too-many-connections", address);
                }
            },
            Err(error) => {
                // The other side is gone; else no open file is left, which is too much at once like too many connections.
                if !matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset) {
                    shared.trouble(Refusal::TooMuch);
                }
                // A moment, so that it does not turn round and round.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// What time asks for: connections that are over it, room on the disk, files that changed.
async fn look_after(shared: Arc<Shared>, files_every: Duration) {
    const OFTEN: Duration = Duration::from_millis(250);
    let (mut round, mut looked, mut changed) = (0_u32, Instant::now(), shared.files().changed());
    loop {
        tokio::time::sleep(OFTEN).await;
        round = round.wrapping_add(1);
        shared.paces.sweep();
        if round.is_multiple_of(4) {
            shared.look_at_disk();
        }
        if looked.elapsed() >= files_every {
            looked = Instant::now();
            let now = shared.files().changed();
            // A file's rights can change without its time: what is wrong is looked at again and again.
            if now != changed || shared.wrong_file().is_some() {
                // Said and known there.
                let _ = shared.reload();
                changed = now;
            }
        }
    }
}
