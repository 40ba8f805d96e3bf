//! *Stuur een proefbericht aan mijzelf* to a real `terugblik receive`: from the command line and from the page, each end of it, and that
//! nothing of it is kept.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    process::Stdio,
    time::{Duration, Instant},
};

use app::Worker;
use chrono::{DateTime, TimeDelta, Utc};
use viewmodel::{
    Client, Command, ConnectionPage, ConnectionTab, ConnectionsCommand, Frame, Language, Screen, ScreenName,
    SelfTestAct, SelfTestShown, SelfTestState, Texts,
};

use crate::{
    desktop::Running,
    incoming::{Incoming, Receiver},
    listening::Pair,
    printing::Printer,
    support::{needs, text},
};

const ADMINISTRATOR: &str = "9003";

/// An address of this machine at which nobody listens.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// How to receive, kept in the store.
fn keep(incoming: &Incoming, listen: SocketAddr, server: &Pair) {
    let [listen, certificate, key] = [&listen.to_string(), &server.certificate, &server.key];
    let save = ["receive", "--save", "--listen", listen, "--certificate", certificate, "--private-key", key];
    incoming.place.done(&save);
}

/// The receiver, once it listens.
fn receiver(incoming: &Incoming, more: &[&str]) -> Receiver {
    let mut receiver = incoming.receiver(more);
    let said = receiver.says();
    assert!(said.contains("https://"), "{said}");
    receiver
}

/// Exit code and everything that is said.
fn asked(incoming: &Incoming, more: &[&str]) -> (Option<i32>, String) {
    let output = incoming.place.run(&[&["connections", "self-test"], more].concat());
    (output.status.code(), text(&[output.stdout, output.stderr].concat()))
}

fn count(incoming: &Incoming, sql: &str) -> i64 {
    incoming.place.raw().query_row(sql, [], |row| row.get(0)).unwrap()
}

/// Nothing of a message is there, and nothing was counted of one or of a certificate.
fn nothing_is_kept(incoming: &Incoming, received: i64) {
    for table in
        ["message", "figure", "work", "waiting", "identity", "refusal", "refused_certificate", "receiving_trouble"]
    {
        assert_eq!(count(incoming, &format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    let status = incoming.place.status();
    let counts = status["received"].as_object().unwrap();
    assert!(counts.values().all(|n| n == 0) && status["records"] == 0, "{status}");
    assert_eq!(count(incoming, "SELECT count(*) FROM audit WHERE event = 132"), received);
    assert_eq!(count(incoming, "SELECT count(*) FROM audit WHERE event BETWEEN 20 AND 25"), 0);
    let page = incoming.place.store().messages_of_late(None, 10, &|_| true).unwrap();
    assert!(page.lines.is_empty(), "nothing on Ontvangst");
    incoming.place.done(&["audit", "verify"]);
}

#[test]
fn from_the_command_line_every_step_is_said_and_nothing_is_kept_but_a_line_of_the_log() {
    if !needs("openssl") {
        return;
    }
    let incoming = Incoming::new();
    let (server, listen) = (Pair::made(&incoming, "ontvanger"), free());
    keep(&incoming, listen, &server);
    let running = receiver(&incoming, &[]);
    let (code, said) = asked(&incoming, &[]);
    assert_eq!(code, Some(0), "{said}");
    let steps = [
        &format!("Adres: goed. De proef gaat naar {listen}."),
        &format!("Verbinding: goed. Op {listen} wordt geluisterd."),
        "Certificaat van de ontvanger: goed. TLS 1.3 met het certificaat van de instellingen: ontvanger, geldig tot en met ",
        &server.fingerprint(),
        "Certificaat van de proef: goed.",
        "HTTP: goed. Status 200.",
        "Ontvangstbevestiging: goed. CA",
        "Auditlog: goed. Regel ",
        "Dit laat niet zien dat het netwerk van een ziekenhuis deze machine bereikt",
    ];
    let mut rest = said.as_str();
    for step in steps {
        rest = rest.split_once(step).unwrap_or_else(|| panic!("{step} in: {said}")).1;
    }
    nothing_is_kept(&incoming, 1);
    // To the name that a hospital would use.
    let (code, said) = asked(&incoming, &["--address", &format!("localhost:{}", listen.port())]);
    assert_eq!(code, Some(0), "{said}");
    nothing_is_kept(&incoming, 2);
    assert_eq!(running.stopped().0, Some(0));
    // What it listens at does not show the network.
    let every = SocketAddr::from(([0, 0, 0, 0], listen.port()));
    keep(&incoming, every, &server);
    let running = receiver(&incoming, &[]);
    let (code, said) = asked(&incoming, &[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("luistert op elk adres van deze machine; de proef gaat naar 127.0.0.1:"), "{said}");
    assert_eq!(running.stopped().0, Some(0));
}

#[test]
fn each_way_in_which_it_fails_is_named_with_what_to_do() {
    if !needs("openssl") {
        return;
    }
    let incoming = Incoming::new();
    let (code, said) = asked(&incoming, &[]);
    assert!(code == Some(2) && said.contains("niet over https ontvangen"), "{said}");
    let (server, other, listen) = (Pair::made(&incoming, "ontvanger"), Pair::made(&incoming, "ander"), free());
    keep(&incoming, listen, &server);
    let fails = |more: &[&str], wanted: [&str; 2]| {
        let (code, said) = asked(&incoming, more);
        assert_eq!(code, Some(1), "{said}");
        assert!(wanted.iter().all(|words| said.contains(words)), "{wanted:?} in: {said}");
    };
    fails(
        &[],
        ["Verbinding: mislukt. Op dit adres en deze poort luistert niemand.", "Start de ontvanger van deze opslag"],
    );
    fails(&["--address", "nergens.invalid:443"], ["Adres: mislukt.", "Controleer de naam"]);
    // Of an address that a person typed the advice is about that.
    fails(&["--address", "10.1.2.3"], ["Adres: mislukt.", "Geef bij --address een adres of naam met een poort"]);
    let typed = "Controleer het adres en de poort die bij --address zijn gegeven";
    fails(&["--address", &free().to_string()], ["Verbinding: mislukt.", typed]);
    let started = |more: &[&str], wanted: [&str; 2]| {
        let running = receiver(&incoming, more);
        fails(&[], wanted);
        assert_eq!(running.stopped().0, Some(0));
    };
    started(&["--listen", &free().to_string()], ["Verbinding: mislukt.", "hij luistert ergens anders"]);
    let pair = ["--certificate", &other.certificate, "--private-key", &other.key];
    started(&pair, ["Certificaat van de ontvanger: mislukt.", &other.fingerprint()]);
    started(&["--path", "/elders"], ["HTTP: mislukt.", "Vergelijk het pad"]);
    let limits = incoming.place.file("grenzen.toml", "free_bytes_min = 1125899906842624\n");
    // It warns of its disk before it says that it runs.
    let mut busy = incoming.place.command(&["receive", "--limits", &limits]);
    let running = Running(busy.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let begun = Instant::now();
    while TcpStream::connect(listen).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it listens");
        std::thread::park_timeout(Duration::from_millis(20));
    }
    fails(&[], ["HTTP: mislukt. De ontvanger kan nu niet opslaan (status 503).", "Kijk op Ontvangst"]);
    drop(running);
    let expired = Pair::expired(&incoming, "verlopen");
    keep(&incoming, listen, &expired);
    started(
        &[],
        [
            "Certificaat van de ontvanger: mislukt. Het certificaat van de ontvanger is verlopen",
            "Vraag een nieuw certificaat aan",
        ],
    );
    // The receiver of another store at the address of this one.
    let elsewhere = Incoming::new();
    keep(&elsewhere, listen, &server);
    keep(&incoming, listen, &server);
    let running = receiver(&elsewhere, &[]);
    fails(&[], ["Certificaat van de proef: mislukt.", "bij deze opslag draait geen ontvanger"]);
    assert_eq!(running.stopped().0, Some(0));
    nothing_is_kept(&elsewhere, 0);
    nothing_is_kept(&incoming, 0);
}

/// What is typed to sign the functional administrator in.
fn sign_in(incoming: &Incoming, now: DateTime<Utc>) -> Command {
    let used = incoming.place.store().account_keys(ADMINISTRATOR).unwrap().and_then(|record| record.second_factor_step);
    let at = access::second_factor_moment(now - TimeDelta::seconds(30), used);
    let code = access::second_factor_code(&crate::house::second_factor(), at).unwrap();
    let passphrase = zeroize::Zeroizing::new("een lange wachtwoordzin voor de test".to_owned());
    Command::SignIn { account: ADMINISTRATOR.into(), passphrase, code }
}

fn engine(incoming: &Incoming) -> app::Engine {
    let archive = store::Archive::new(incoming.place.store());
    let mut engine = app::Engine::new(archive, None, access::Parameters::STANDARD, vec![]);
    engine.print_with(Box::new(Printer::new(Texts::load(Language::Dutch).unwrap(), None)));
    engine
}

/// The test on the page, where the frame shows it.
fn shown(frame: &Frame) -> Option<&SelfTestShown> {
    let Screen::Connections(screen) = &frame.screen else { return None };
    match &screen.detail.as_ref()?.page {
        ConnectionPage::Certificate(page) => Some(&page.self_test),
        ConnectionPage::Status(_) | ConnectionPage::Agreement(_) | ConnectionPage::Test(_) => None,
    }
}

fn to_tab(tab: ConnectionTab) -> Command {
    Command::Connections(ConnectionsCommand::Tab(tab))
}

fn act(act: SelfTestAct) -> Command {
    Command::Connections(ConnectionsCommand::SelfTest(act))
}

#[test]
fn from_the_page_a_functional_administrator_sends_it_and_the_log_says_who_did() {
    if !needs("openssl") {
        return;
    }
    let incoming = Incoming::new();
    incoming.place.activate(ADMINISTRATOR);
    let (server, listen) = (Pair::made(&incoming, "ontvanger"), free());
    keep(&incoming, listen, &server);
    let running = receiver(&incoming, &[]);
    let (mut engine, now) = (engine(&incoming), Utc::now());
    let mut does = |command| engine.execute(command, now, &mut |_, _, _| true);
    assert!(does(sign_in(&incoming, now)).rail.is_some(), "the administrator is in");
    does(Command::Open(ScreenName::Connections));
    let before = does(to_tab(ConnectionTab::Certificate));
    let start = shown(&before).unwrap().start.clone().expect("it can be begun");
    let after = does(start);
    let test = shown(&after).unwrap();
    assert_eq!(test.well, Some(true), "{:?}", test.steps);
    assert!(
        test.steps.len() == 7 && test.steps.iter().all(|step| step.state == SelfTestState::Well),
        "{:?}",
        test.steps
    );
    assert!(test.start.is_some() && test.stop.is_none(), "and again");
    let store = incoming.place.store();
    let account = store.account_keys(ADMINISTRATOR).unwrap().unwrap().account;
    assert_eq!(
        count(&incoming, &format!("SELECT count(*) FROM audit WHERE event IN (131, 132) AND user = {account}")),
        2
    );
    nothing_is_kept(&incoming, 1);
    assert_eq!(running.stopped().0, Some(0));
    // Without it the same button says what to do.
    let again = does(act(SelfTestAct::Begin));
    let test = shown(&again).unwrap();
    let failed = test.steps.iter().find(|step| step.state == SelfTestState::Failed).unwrap();
    assert_eq!((failed.name, failed.remedy), ("self-test-connection", Some("self-test-remedy-not-running")));
}

#[test]
fn while_it_waits_for_a_silent_server_the_window_answers_and_stops_it_when_asked() {
    if !needs("openssl") {
        return;
    }
    let incoming = Incoming::new();
    incoming.place.activate(ADMINISTRATOR);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    keep(&incoming, silent.local_addr().unwrap(), &Pair::made(&incoming, "ontvanger"));
    let engine = engine(&incoming);
    let mut worker = Worker::start(Utc::now, true, Box::new(|_| Ok(engine))).unwrap();
    let mut frame = |command: Option<Command>, wanted: &dyn Fn(&Frame) -> bool| {
        if let Some(command) = command {
            worker.send(command);
        }
        let begun = Instant::now();
        loop {
            match worker.latest() {
                Some(frame) if wanted(&frame) => return begun.elapsed(),
                Some(_) | None => std::thread::park_timeout(Duration::from_millis(5)),
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "such a frame never came");
        }
    };
    frame(Some(sign_in(&incoming, Utc::now())), &|frame| frame.rail.is_some());
    frame(Some(Command::Open(ScreenName::Connections)), &|frame| matches!(frame.screen, Screen::Connections(_)));
    frame(Some(to_tab(ConnectionTab::Certificate)), &|frame| shown(frame).is_some());
    let reached = |frame: &Frame, place: usize| {
        shown(frame).is_some_and(|test| test.steps.get(place).is_some_and(|step| step.state == SelfTestState::Now))
    };
    frame(Some(act(SelfTestAct::Begin)), &|frame| reached(frame, 2));
    // Ten seconds are left of this step: the window does not wait for them.
    let answered = frame(Some(to_tab(ConnectionTab::Status)), &|frame| {
        matches!(frame.screen, Screen::Connections(_)) && shown(frame).is_none()
    });
    assert!(answered < Duration::from_secs(9), "{answered:?}");
    frame(Some(to_tab(ConnectionTab::Certificate)), &|frame| reached(frame, 2));
    frame(Some(act(SelfTestAct::Stop)), &|frame| {
        shown(frame).is_some_and(|test| test.well == Some(false) && test.start.is_some())
    });
    drop(worker);
    nothing_is_kept(&incoming, 0);
    assert_eq!(count(&incoming, "SELECT count(*) FROM self_test WHERE over = 0"), 0, "its pass is given up");
}
