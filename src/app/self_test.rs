//! *Stuur een proefbericht aan mijzelf*: begun, followed and told, for the window and the command line alike.
//!
//! **Invariant:** the window waits for no step: it looks between commands, and a session that ends gives the pass up.
//! **Not here:** the way over the network (`intake::SelfTest`), the pass (`store`), the words (`resources/i18n`).

use std::time::{Duration, Instant};

use access::{FunctionalAdministrator, Session, SignedIn};
use chrono::{DateTime, NaiveDateTime, Utc};
use intake::{SelfTest, SelfTestAsked, SelfTestDone, SelfTestFault, SelfTestIdentity, SelfTestMessage, SelfTestReport};
use store::{CertificateSeen, ReceiveSettings, SELF_TEST_TERM, SelfTestTurn, Store};
use viewmodel::{
    Command, ConnectionsCommand, Frame, Said, SelfTestAct, SelfTestShown, SelfTestState, SelfTestStepShown,
};

use crate::{
    engine::{Engine, Place, Progress},
    error::{AppError, Exit},
    local, read_at_most,
};

/// Between two looks at how far it is.
pub(crate) const SELF_TEST_LOOK: Duration = Duration::from_millis(100);
// LIMIT: seconds in which a receiving process reads the pass; it looks about once a second, after the group in hand.
const HEARD: Duration = Duration::from_secs(8);
// LIMIT: bytes of a file with a certificate; a chain has 10 kB.
const CERTIFICATE_BYTES_MAX: u64 = 1 << 20;

/// Names of the steps, in order.
const STEPS: [&str; 7] = [
    "self-test-address",
    "self-test-connection",
    "self-test-server",
    "self-test-client",
    "self-test-status",
    "self-test-acknowledgement",
    "self-test-log",
];

/// For whom and when a test message is made.
#[derive(Clone, Debug)]
pub struct SelfTestFor {
    /// The RAV.
    pub rav: u8,
    /// The present, local time.
    pub at: NaiveDateTime,
    /// Ids of its own: of the document and of the transmission.
    pub ids: [String; 2],
}

impl SelfTestFor {
    /// For the RAV of a store, now.
    #[must_use]
    pub fn of(store: &Store, now: DateTime<Utc>) -> Self {
        let id = || uuid::Uuid::new_v4().to_string();
        Self { rav: store.settings().rav.get(), at: local::time(now), ids: [id(), id()] }
    }
}

/// A test under way, or as it ended.
pub struct SelfTestRun {
    test: SelfTest,
    fingerprint: String,
    /// Its place, until it is over.
    turn: Option<SelfTestTurn>,
    begun: Instant,
    /// A person named the address; else it is that of the settings.
    is_typed: bool,
    /// The receiving process runs; it was told whether it has read the pass.
    runs: bool,
    told: bool,
    report: SelfTestReport,
    /// Its line of the log, once it is over.
    entry: Option<Option<u64>>,
}

/// Why it cannot be tried by the settings; `None`: it can.
fn why_not(settings: &ReceiveSettings) -> Option<&'static str> {
    settings.listen.is_none().then_some("self-test-no-listener")
}

/// The certificate that the server must show: that of the settings' file, or where this account may not read it, the one the receiver told.
fn expected(store: &Store, settings: &ReceiveSettings) -> Result<Option<String>, AppError> {
    let read = |path| read_at_most(path, CERTIFICATE_BYTES_MAX).ok();
    let of_file = settings.certificate.as_deref().and_then(read).and_then(|bytes| intake::certificate_in(&bytes));
    Ok(match of_file {
        Some(read) => Some(read.seen.fingerprint),
        None => store.own_certificate()?.map(|own| own.fingerprint),
    })
}

impl SelfTestRun {
    /// What is wrong, and what to do: where a person named the address, with that first.
    fn wrong(&self, fault: &SelfTestFault) -> (Said, &'static str) {
        let (said, remedy) = wrong(fault, self.runs);
        let is_out_of_reach = matches!(fault, SelfTestFault::NobodyListens | SelfTestFault::Unreachable);
        let of_typed = match (self.is_typed, fault == &SelfTestFault::NoAddress, is_out_of_reach) {
            (true, true, _) => Some("self-test-remedy-typed-form"),
            (true, _, true) => Some("self-test-remedy-typed"),
            (..) => None,
        };
        (said, of_typed.unwrap_or(remedy))
    }

    /// Begins it, by a session or from the command line; to another address than the settings' where one is named.
    ///
    /// # Errors
    /// When nothing listens by the settings, another test is under way, or the store cannot be written.
    pub fn begin(
        store: &mut Store,
        by: Option<&Session<FunctionalAdministrator>>,
        (message, address): (SelfTestMessage, Option<String>),
        now: DateTime<Utc>,
    ) -> Result<Self, AppError> {
        let settings = store.receive_settings()?;
        let is_typed = address.is_some();
        let Some(address) = address.or_else(|| settings.listen.clone()) else {
            return Err(AppError::refused("self-test-no-listener", vec![]));
        };
        let expected = expected(store, &settings)?;
        let system = || AppError { key: "error-system", values: vec![], exit: Exit::System };
        let identity = SelfTestIdentity::new(now, now + SELF_TEST_TERM).ok_or_else(system)?;
        let fingerprint = identity.fingerprint().to_owned();
        let turn = store.begin_self_test(by, (&fingerprint, store::digest_of(&message.bytes)), now)?;
        if turn.is_none() {
            let minutes = SELF_TEST_TERM.num_minutes().to_string();
            return Err(AppError::refused("self-test-another", vec![("minutes", minutes)]));
        }
        let runs = store.receiver()?.runs;
        let test = SelfTest::start(SelfTestAsked { address, path: settings.path, expected, identity, message, now });
        let (begun, report) = (Instant::now(), SelfTestReport::default());
        Ok(Self { test, fingerprint, turn, begun, is_typed, runs, told: false, report, entry: None })
    }

    /// Looks how far it is, and tells it whether the pass was read; gives whether something changed.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn look(&mut self, store: &mut Store, now: DateTime<Utc>) -> Result<bool, AppError> {
        if self.is_over() {
            return Ok(false);
        }
        if !self.told {
            let heard = store.self_test(&self.fingerprint)?.heard;
            self.told = heard || !self.runs || self.begun.elapsed() >= HEARD;
            if self.told {
                self.test.heard(heard);
            }
        }
        let report = self.test.report();
        let changed = report != self.report;
        self.report = report;
        if self.report.is_over {
            store.end_self_test(&self.fingerprint, now)?;
            self.turn = None;
            self.entry = Some(store.self_test(&self.fingerprint)?.entry);
        }
        Ok(changed)
    }

    /// Stops it; it says so itself.
    pub fn stop(&self) {
        self.test.stop();
    }

    /// Nothing more comes.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.entry.is_some()
    }

    /// All went well, to the line of the log; `None`: it is not over.
    #[must_use]
    pub fn well(&self) -> Option<bool> {
        self.entry.map(|entry| entry.is_some() && self.report.fault.is_none())
    }

    /// The steps as they stand.
    #[must_use]
    pub fn steps(&self) -> Vec<SelfTestStepShown> {
        let mut done: Vec<Said> = self.report.done.iter().map(said).collect();
        let mut fault = self.report.fault.as_ref().map(|fault| self.wrong(fault));
        match self.entry {
            Some(Some(entry)) if fault.is_none() => {
                let values = vec![("entry", entry.to_string())];
                done.push(Said { text: "self-test-log-well", values });
            }
            Some(None) if fault.is_none() => {
                fault = Some((Said::from("self-test-not-logged"), "self-test-remedy-not-logged"));
            }
            Some(_) | None => {}
        }
        let reached = done.len();
        let step = |(place, name): (usize, &'static str)| {
            let (state, said, remedy) = match (done.get(place), &fault) {
                (Some(said), _) => (SelfTestState::Well, Some(said.clone()), None),
                (None, Some((said, remedy))) if place == reached => {
                    (SelfTestState::Failed, Some(said.clone()), Some(*remedy))
                }
                (None, None) if place == reached => (SelfTestState::Now, None, None),
                (None, _) => (SelfTestState::Later, None, None),
            };
            SelfTestStepShown { name, state, said, remedy }
        };
        STEPS.into_iter().enumerate().map(step).collect()
    }
}

fn certificate(seen: &CertificateSeen) -> Vec<(&'static str, String)> {
    vec![
        ("name", seen.common_name.clone()),
        ("until", local::day(seen.not_after).format("%d-%m-%Y").to_string()),
        ("fingerprint", seen.fingerprint.clone()),
    ]
}

fn said(done: &SelfTestDone) -> Said {
    match done {
        SelfTestDone::Address { to, is_every } => {
            let to: Vec<String> = to.iter().map(ToString::to_string).collect();
            let text = if *is_every { "self-test-address-every" } else { "self-test-address-well" };
            Said { text, values: vec![("to", to.join(", "))] }
        }
        SelfTestDone::Connection(to) => {
            Said { text: "self-test-connection-well", values: vec![("to", to.to_string())] }
        }
        SelfTestDone::Server { certificate: seen, compared } => {
            let text = if *compared { "self-test-server-well" } else { "self-test-server-unknown" };
            Said { text, values: certificate(seen) }
        }
        SelfTestDone::Client => Said::from("self-test-client-well"),
        SelfTestDone::Status => Said::from("self-test-status-well"),
        SelfTestDone::Acknowledgement => Said::from("self-test-acknowledgement-well"),
    }
}

/// What is wrong, and what to do.
fn wrong(fault: &SelfTestFault, runs: bool) -> (Said, &'static str) {
    let plain = |text: &'static str, remedy| (Said::from(text), remedy);
    let of = |text, seen, remedy| (Said { text, values: certificate(seen) }, remedy);
    match fault {
        SelfTestFault::NoAddress => plain("self-test-no-address", "self-test-remedy-settings"),
        SelfTestFault::UnknownName => plain("self-test-unknown-name", "self-test-remedy-name"),
        SelfTestFault::NobodyListens if runs => plain("self-test-nobody-listens", "self-test-remedy-port"),
        SelfTestFault::NobodyListens => plain("self-test-nobody-listens", "self-test-remedy-not-running"),
        SelfTestFault::Unreachable => plain("self-test-unreachable", "self-test-remedy-settings"),
        SelfTestFault::NoTls => plain("self-test-no-tls", "self-test-remedy-other-program"),
        SelfTestFault::OtherTls => plain("self-test-other-tls", "self-test-remedy-other-program"),
        SelfTestFault::TlsBroken => plain("self-test-tls-broken", "self-test-remedy-other-program"),
        SelfTestFault::OtherCertificate(seen) => {
            of("self-test-other-certificate", seen, "self-test-remedy-other-certificate")
        }
        SelfTestFault::Expired(seen) => of("self-test-expired", seen, "self-test-remedy-expired"),
        SelfTestFault::NotYet(seen) => of("self-test-not-yet", seen, "self-test-remedy-clock"),
        SelfTestFault::NotHeard if runs => plain("self-test-not-heard", "self-test-remedy-busy"),
        SelfTestFault::NotHeard => plain("self-test-not-running", "self-test-remedy-not-running"),
        SelfTestFault::NotAccepted => plain("self-test-not-accepted", "self-test-remedy-other-store"),
        SelfTestFault::Path => plain("self-test-path", "self-test-remedy-path"),
        SelfTestFault::Busy => plain("self-test-busy", "self-test-remedy-busy"),
        SelfTestFault::Limited => plain("self-test-limited", "self-test-remedy-limited"),
        SelfTestFault::OtherStatus(status) => {
            let values = vec![("status", status.to_string())];
            (Said { text: "self-test-other-status", values }, "self-test-remedy-other-program")
        }
        SelfTestFault::Broken => plain("self-test-broken", "self-test-remedy-busy"),
        SelfTestFault::Refused(code) => {
            let values = vec![("code", (*code).to_owned())];
            (Said { text: "self-test-refused", values }, "self-test-remedy-refused")
        }
        SelfTestFault::NoAcknowledgement => plain("self-test-no-acknowledgement", "self-test-remedy-other-program"),
        SelfTestFault::TooSlow => plain("self-test-too-slow", "self-test-remedy-too-slow"),
        SelfTestFault::Stopped => plain("self-test-stopped", "self-test-remedy-again"),
        SelfTestFault::System => plain("self-test-system", "self-test-remedy-again"),
    }
}

/// As the page shows it; without what makes the message there is nothing to begin.
pub(crate) fn shown(store: &Store, run: Option<&SelfTestRun>, makes_message: bool) -> Result<SelfTestShown, AppError> {
    let act = |act| Command::Connections(ConnectionsCommand::SelfTest(act));
    let why_not = if makes_message { why_not(&store.receive_settings()?) } else { Some("self-test-no-message") };
    let under_way = run.is_some_and(|run| !run.is_over());
    Ok(SelfTestShown {
        start: (why_not.is_none() && !under_way).then(|| act(SelfTestAct::Begin)),
        why_not,
        stop: under_way.then(|| act(SelfTestAct::Stop)),
        steps: run.map(SelfTestRun::steps).unwrap_or_default(),
        well: run.and_then(SelfTestRun::well),
    })
}

/// Begins or stops it; of another role's session it does nothing.
pub(crate) fn execute(engine: &mut Engine, act: SelfTestAct, now: DateTime<Utc>) -> Result<(), AppError> {
    let Engine { archive, place: Place::Inside(signed_in), view, paper, .. } = engine else { return Ok(()) };
    let SignedIn::FunctionalAdministrator(session) = signed_in.as_ref() else { return Ok(()) };
    let (store, run) = (archive.store_mut(), &mut view.connections.self_test);
    match act {
        SelfTestAct::Begin if run.as_ref().is_some_and(|run| !run.is_over()) => {}
        SelfTestAct::Begin => {
            let made = paper.as_ref().and_then(|paper| paper.self_test(&SelfTestFor::of(store, now)));
            let message = made.ok_or_else(|| AppError::refused("self-test-no-message", vec![]))?;
            *run = Some(SelfTestRun::begin(store, Some(session), (message, None), now)?);
        }
        SelfTestAct::Stop => run.iter().for_each(SelfTestRun::stop),
    }
    Ok(())
}

impl Engine {
    /// A test message of the program's own is under way.
    #[must_use]
    pub(crate) fn is_self_testing(&self) -> bool {
        self.view.connections.self_test.as_ref().is_some_and(|run| !run.is_over())
    }

    /// Looks how far it is; a frame where that shows.
    pub(crate) fn self_test_frame(&mut self, now: DateTime<Utc>) -> Option<Frame> {
        let run = self.view.connections.self_test.as_mut()?;
        match run.look(self.archive.store_mut(), now) {
            Ok(true) => Some(self.frame(now)),
            Ok(false) => None,
            Err(error) => {
                self.view.connections.self_test = None;
                self.refuse(error);
                Some(self.frame(now))
            }
        }
    }

    /// Waits until it is over, or `progress` says to stop.
    pub(crate) fn finish_self_test(&mut self, now: DateTime<Utc>, progress: &mut Progress<'_>) {
        while self.is_self_testing() {
            if !progress("ui-self-test-head", 0, 0) {
                self.view.connections.self_test.iter().for_each(SelfTestRun::stop);
            }
            // Its frame would take a notice along.
            let looked = self.view.connections.self_test.as_mut().map(|run| run.look(self.archive.store_mut(), now));
            if let Some(Err(error)) = looked {
                self.view.connections.self_test = None;
                self.refuse(error);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// A session ends: its test lets nothing in any more. What cannot be written now is past its term in minutes.
    pub(crate) fn leave_self_test(&mut self, now: DateTime<Utc>) {
        if let Some(run) = self.view.connections.self_test.take().filter(|run| !run.is_over()) {
            let _ = self.archive.store_mut().end_self_test(&run.fingerprint, now);
        }
    }
}
