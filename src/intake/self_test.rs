//! The program's own test message to its own listener: a connection as a hospital makes one, one step after the other.
//!
//! **Invariant:** each step has its own time, and who stops it waits for a moment at most.
//! **Invariant:** the private key is made here and leaves memory by no way; a server with another certificate than is expected is sent nothing.
//! **Not here:** the pass that lets it in (`store`), what it says to a person (`app`), its message (`invent`, handed in by the binary).

mod http;
mod identity;
mod steps;
mod tls;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
pub use identity::SelfTestIdentity;
use store::CertificateSeen;
use tokio::sync::watch;

/// A message as it is posted.
#[derive(Clone, Debug)]
pub struct SelfTestMessage {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its content type.
    pub content_type: &'static str,
}

/// What is to be tried.
pub struct SelfTestAsked {
    /// Address and port, as the settings or a person name them.
    pub address: String,
    /// Where message 12 is posted.
    pub path: String,
    /// Fingerprint of the certificate that the server must show; `None`: it is not known here.
    pub expected: Option<String>,
    /// Who it is.
    pub identity: SelfTestIdentity,
    /// What is posted.
    pub message: SelfTestMessage,
    /// The moment at which the server's certificate must count.
    pub now: DateTime<Utc>,
}

/// A step that went well, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelfTestDone {
    /// Where it goes; from an address that stands for every one of this machine, to this machine itself.
    Address {
        /// The addresses that are tried.
        to: Vec<SocketAddr>,
        /// The settings name every address.
        is_every: bool,
    },
    /// Somebody listens there.
    Connection(SocketAddr),
    /// TLS 1.3, and who the server is.
    Server {
        /// Its certificate.
        certificate: CertificateSeen,
        /// It is the one that was expected; else none was.
        compared: bool,
    },
    /// The client's certificate was accepted.
    Client,
    /// HTTP status 200.
    Status,
    /// CA.
    Acknowledgement,
}

/// Why it went no further: at the step after those that were done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelfTestFault {
    /// This is no address with a port.
    NoAddress,
    /// The name is not known.
    UnknownName,
    /// Nobody listens there.
    NobodyListens,
    /// It cannot be reached.
    Unreachable,
    /// It speaks no TLS.
    NoTls,
    /// It speaks another TLS than 1.3.
    OtherTls,
    /// It broke the handshake off.
    TlsBroken,
    /// Its certificate is another.
    OtherCertificate(Box<CertificateSeen>),
    /// Its certificate has expired.
    Expired(Box<CertificateSeen>),
    /// Its certificate does not count yet.
    NotYet(Box<CertificateSeen>),
    /// No receiving process has read the pass.
    NotHeard,
    /// The client's certificate was refused.
    NotAccepted,
    /// Another path.
    Path,
    /// It cannot store now.
    Busy,
    /// Too many connections or requests.
    Limited,
    /// Another status.
    OtherStatus(u16),
    /// It broke off without an answer.
    Broken,
    /// It was refused, with this code.
    Refused(&'static str),
    /// What came is no acknowledgement.
    NoAcknowledgement,
    /// Nothing within its time.
    TooSlow,
    /// Somebody stopped it.
    Stopped,
    /// The program gave no thread or key.
    System,
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SelfTestReport {
    /// Steps that went well.
    pub done: Vec<SelfTestDone>,
    /// Why it went no further.
    pub fault: Option<SelfTestFault>,
    /// Nothing more comes.
    pub is_over: bool,
}

/// What the step of a test and who follows it tell each other.
struct Shared {
    report: Mutex<SelfTestReport>,
    stopped: AtomicBool,
    /// Whether the receiving process has read the pass, once that is known.
    heard: watch::Sender<Option<bool>>,
}

impl Shared {
    fn report(&self) -> MutexGuard<'_, SelfTestReport> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn done(&self, done: SelfTestDone) {
        self.report().done.push(done);
    }

    fn over(&self, fault: Option<SelfTestFault>) {
        let mut report = self.report();
        (report.fault, report.is_over) = (fault, true);
    }

    async fn stopped(&self) {
        const LOOK: Duration = Duration::from_millis(50);
        while !self.stopped.load(Ordering::Relaxed) {
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Says that it is over, should its thread panic.
struct AtEnd(Arc<Shared>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        if !self.0.report().is_over {
            self.0.over(Some(SelfTestFault::System));
        }
    }
}

/// A test under way, on a thread of its own. Dropped, it stops.
pub struct SelfTest {
    shared: Arc<Shared>,
}

impl SelfTest {
    /// Starts it.
    #[must_use]
    pub fn start(asked: SelfTestAsked) -> Self {
        let shared = Arc::new(Shared {
            report: Mutex::default(),
            stopped: AtomicBool::new(false),
            heard: watch::Sender::new(None),
        });
        let end = AtEnd(Arc::clone(&shared));
        let run = move || {
            let AtEnd(shared) = &end;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let Ok(runtime) = runtime else { return shared.over(Some(SelfTestFault::System)) };
            let fault = runtime.block_on(async {
                tokio::select! {
                    ended = steps::all(&asked, shared) => ended.err(),
                    () = shared.stopped() => Some(SelfTestFault::Stopped),
                }
            });
            shared.over(fault);
            // A name that the system still looks up is not waited for.
            runtime.shutdown_background();
        };
        // Without a thread its end says so.
        let _ = std::thread::Builder::new().name("self-test".into()).spawn(run);
        Self { shared }
    }

    /// Says whether a receiving process has read the pass: until then it does not connect.
    pub fn heard(&self, heard: bool) {
        self.shared.heard.send_replace(Some(heard));
    }

    /// Stops it.
    pub fn stop(&self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
    }

    /// How far it is.
    #[must_use]
    pub fn report(&self) -> SelfTestReport {
        self.shared.report().clone()
    }
}

impl Drop for SelfTest {
    fn drop(&mut self) {
        self.stop();
    }
}
