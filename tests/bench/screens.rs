//! How long each screen of each role takes to compute, over a full store.
//!
//! **Invariant:** each [`ScreenName`] is opened from the rail of every role that has it; a new one does not compile until it has a
//! name here, and is missed in the run until it is opened.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use app::Engine;
use chrono::{DateTime, Utc};
use viewmodel::{
    Command, ConnectionTab, ConnectionsCommand, EntryCommand, EntryWay, Frame, IdentificationTab, ItemId,
    MessageOutcome, ReceptionCommand, ReceptionFilter, RevealPurpose, Screen, ScreenName,
};
use zeroize::Zeroizing;

use crate::house::{PASSPHRASE, second_factor};

struct Timed<'a> {
    engine: &'a mut Engine,
    now: DateTime<Utc>,
    longest: Vec<(&'static str, Duration)>,
    opened: HashSet<ScreenName>,
}

const QUALITY_OPENED: &str = "Kwaliteit, de cijfers openen";
const TREND_OPENED: &str = "Mijn verloop, de eigen cijfers openen";

/// What is wanted of it.
pub fn goal(name: &str) -> &'static str {
    if [QUALITY_OPENED, TREND_OPENED].contains(&name) { "≤ 0.6 s, in the background" } else { "≤ 50 ms" }
}

/// What a screen is called in the table, and the next one.
fn named(screen: ScreenName) -> (&'static str, Option<ScreenName>) {
    match screen {
        ScreenName::Identifications => ("Patiëntidentificatie", Some(ScreenName::Feedback)),
        ScreenName::Feedback => ("Terugkoppelingen", Some(ScreenName::Trend)),
        ScreenName::Trend => ("Mijn verloop", Some(ScreenName::Reflections)),
        ScreenName::Reflections => ("Mijn reflecties", Some(ScreenName::Quality)),
        ScreenName::Quality => ("Kwaliteit", Some(ScreenName::Reception)),
        ScreenName::Reception => ("Ontvangst", Some(ScreenName::AuditLog)),
        ScreenName::AuditLog => ("Auditlog", Some(ScreenName::Rides)),
        ScreenName::Rides => ("Ritten", Some(ScreenName::Settings)),
        ScreenName::Settings => ("Instellingen", Some(ScreenName::Accounts)),
        ScreenName::Accounts => ("Accounts", Some(ScreenName::Rights)),
        ScreenName::Rights => ("Rechten", Some(ScreenName::Oversight)),
        ScreenName::Oversight => ("Meldingen", Some(ScreenName::Profiles)),
        ScreenName::Profiles => ("Berichtprofielen", Some(ScreenName::Connections)),
        ScreenName::Connections => ("Aansluitingen", Some(ScreenName::MyAccount)),
        ScreenName::MyAccount => ("Mijn account", None),
    }
}

impl Timed<'_> {
    fn act(&mut self, name: &'static str, command: Command) -> Frame {
        let started = Instant::now();
        let frame = self.engine.execute(command, self.now, &mut |_, _, _| true);
        let taken = started.elapsed();
        assert!(!matches!(frame.screen, Screen::Failed(_)), "{name} failed");
        self.note(name, taken);
        frame
    }

    /// Every screen that the rail of who is signed in leads to.
    fn rail(&mut self) {
        let rail = self.engine.execute(Command::Refresh, self.now, &mut |_, _, _| true).rail.unwrap();
        for item in rail.items.into_iter().chain([rail.mine]) {
            let name = named(item.screen).0;
            // Those that open sealed figures do so in the background, with progress; the screen is what stands there then.
            let (opening, is_long) = match item.screen {
                ScreenName::Quality => (QUALITY_OPENED, true),
                ScreenName::Trend => (TREND_OPENED, true),
                ScreenName::Identifications
                | ScreenName::Feedback
                | ScreenName::Reflections
                | ScreenName::Reception
                | ScreenName::AuditLog
                | ScreenName::Rides
                | ScreenName::Settings
                | ScreenName::Accounts
                | ScreenName::Rights
                | ScreenName::Oversight
                | ScreenName::Profiles
                | ScreenName::Connections
                | ScreenName::MyAccount => (name, false),
            };
            self.act(opening, item.open);
            if is_long {
                self.act(name, Command::Refresh);
            }
            self.opened.insert(item.screen);
        }
    }

    /// Screens that no rail led to.
    fn missed(&self) -> Vec<ScreenName> {
        let all = std::iter::successors(Some(ScreenName::Identifications), |screen| named(*screen).1);
        all.filter(|screen| !self.opened.contains(screen)).collect()
    }

    fn note(&mut self, name: &'static str, taken: Duration) {
        match self.longest.iter_mut().find(|(of, _)| *of == name) {
            Some((_, longest)) => *longest = taken.max(*longest),
            None => self.longest.push((name, taken)),
        }
    }

    fn sign_in(&mut self, staff: &str) -> Frame {
        let sign_in = typed(self.engine, staff, &mut self.now);
        self.engine.execute(Command::SignOut, self.now, &mut |_, _, _| true);
        self.engine.execute(sign_in, self.now, &mut |_, _, _| true)
    }
}

/// What a person types to sign in. A code works once: who signs in again waits for the next, and the clock goes on to it.
pub fn typed(engine: &Engine, staff: &str, now: &mut DateTime<Utc>) -> Command {
    let passphrase = Zeroizing::new(PASSPHRASE.to_owned());
    let record = engine.store().account_keys(staff).unwrap();
    *now = access::second_factor_moment(*now, record.and_then(|record| record.second_factor_step));
    let code = access::second_factor_code(&second_factor(), *now).unwrap();
    Command::SignIn { account: staff.into(), passphrase, code }
}

/// The pages of *Ontvangst*.
fn reception(timed: &mut Timed<'_>) {
    let filtered = |filter| Command::Reception(ReceptionCommand::Filter(filter));
    let frame = timed.act("Ontvangst, geen filter", filtered(ReceptionFilter::default()));
    let Screen::Reception(screen) = &frame.screen else { panic!("Ontvangst") };
    let hospital = screen.messages.hospitals.last().map(|(number, _)| *number);
    let last = screen.messages.older.clone();
    timed.act("Ontvangst, een ziekenhuis", filtered(ReceptionFilter { hospital, ..ReceptionFilter::default() }));
    let refused = ReceptionFilter { outcome: Some(MessageOutcome::Refused), ..ReceptionFilter::default() };
    timed.act("Ontvangst, geweigerd", filtered(refused));
    timed.act("Ontvangst, alles", filtered(ReceptionFilter::default()));
    if let Some(older) = last {
        timed.act("Ontvangst, ouder", older);
    }
    timed.act("Ontvangst, nieuwste", Command::Reception(ReceptionCommand::Newest));
    // The first turn of a day begins the purge of what has passed its term; a slice is what a person may wait for.
    for (name, second) in [("Ontvangst, de eerste beurt van de dag", 1), ("Ontvangst, kijken of er iets nieuws is", 2)]
    {
        let started = Instant::now();
        let shown = timed.engine.turn(timed.now + chrono::TimeDelta::seconds(second));
        assert!(shown.is_none_or(|frame| matches!(frame.screen, Screen::Reception(_))));
        timed.note(name, started.elapsed());
        while timed.engine.is_purging() {
            let started = Instant::now();
            let failed = timed.engine.purge_on(timed.now + chrono::TimeDelta::seconds(second));
            assert!(failed.is_none());
            timed.note("Opruimen, een slag", started.elapsed());
        }
    }
}

/// The tabs of *Aansluitingen*.
fn connections(timed: &mut Timed<'_>) {
    timed.act(named(ScreenName::Connections).0, Command::Open(ScreenName::Connections));
    for (name, tab) in [
        ("Aansluitingen, status", ConnectionTab::Status),
        ("Aansluitingen, afspraak", ConnectionTab::Agreement),
        ("Aansluitingen, certificaat", ConnectionTab::Certificate),
        ("Aansluitingen, test", ConnectionTab::Test),
    ] {
        timed.act(name, Command::Connections(ConnectionsCommand::Tab(tab)));
    }
}

/// Each screen's longest time. Long work with progress (figures, verification) is no screen and is measured apart.
pub fn longest(engine: &mut Engine, professional: &str, now: DateTime<Utc>) -> Vec<(&'static str, Duration)> {
    let mut timed = Timed { engine, now, longest: Vec::new(), opened: HashSet::new() };
    timed.act("Inloggen", Command::SignOut);
    timed.act("Activeren", Command::Entry(EntryCommand::Start(EntryWay::FirstTime)));
    for round in 0..3 {
        let frame = timed.sign_in("9001");
        if let Screen::Identifications(screen) = &frame.screen {
            let items: Vec<ItemId> = screen.rows.iter().map(|row| row.item).take(3).collect();
            for item in items.into_iter().skip(round) {
                timed.act("Patiëntidentificatie, kiezen", Command::SelectItem(item));
                timed.act("Patiëntidentificatie, oppakken", Command::Claim(item));
                timed.act("Patiëntidentificatie, tonen", Command::RevealBsn(item, RevealPurpose::CompleteRide));
            }
        }
        for (name, tab) in [
            ("Te doen", IdentificationTab::Open),
            ("Wacht op SEH", IdentificationTab::AwaitingHospital),
            ("In onderzoek", IdentificationTab::Investigating),
            ("Afgerond", IdentificationTab::Closed),
        ] {
            timed.act(name, Command::IdentificationTab(tab));
        }
        timed.rail();
        let frame = timed.sign_in(professional);
        timed.act("Terugkoppelingen", Command::Refresh);
        if let Screen::Feedback(screen) = &frame.screen {
            for record in screen.rows.iter().map(|row| row.record).take(3).collect::<Vec<_>>() {
                timed.act("Terugkoppeling kiezen", Command::SelectRecord(record));
                timed.act("Terugkoppeling openen", Command::OpenRecord(record));
                timed.act("Terugkoppelingen, terug", Command::CloseRecord);
            }
        }
        timed.rail();
        timed.sign_in("9002");
        timed.act("Kwaliteit", Command::Refresh);
        timed.rail();
        timed.sign_in("9003");
        timed.rail();
        timed.act("Ontvangst", Command::Open(ScreenName::Reception));
        reception(&mut timed);
        connections(&mut timed);
        timed.sign_in("9004");
        timed.act("Auditlog", Command::Refresh);
        timed.act("Auditlog, ouder", Command::AuditPage { before: Some(1000) });
        timed.rail();
        timed.act("Vergrendeld", Command::Lock);
    }
    assert!(timed.missed().is_empty(), "not measured: {:?}", timed.missed());
    timed.longest
}
