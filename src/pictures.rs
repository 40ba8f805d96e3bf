//! `demo --screenshots`: every screen of every role as a picture, light and dark, in both languages.
//!
//! **Invariant:** a picture that cannot be reached, or shows another screen than its name says, is an error: all or nothing
//! is what the exit code tells.

use std::{
    path::Path,
    sync::atomic::{AtomicI64, Ordering},
};

use app::{AppError, Engine, Exit};
use chrono::{DateTime, TimeDelta, Utc};
use domain::RoleName;
use egui::Key;
use viewmodel::{
    AccountsCommand, ChainState, Command, EntryCommand, EntryWay, FailedScreen, FeedbackScreen, Frame,
    IdentificationTab, Language, MineCommand, QualityScreen, QualityState, Renewing, Role, Screen, ScreenName, Texts,
};

use crate::{
    account_steps::{accounts, to_accounts, to_reception, waiting_account, without},
    clerk_steps::{claim, close, detail, identifications, investigate, reveal, rows_of, tab},
    connection_steps::{self as at, to_connections},
    photograph::{Exposure, photograph},
    profile_steps::{self, profiles, structure, to_profiles, try_profile},
    reception_steps as receiving, reflection_steps,
    rides_steps::{self, to_rides},
    scenes,
    trend_steps::{self, shows_figures, to_trend},
};

/// A wish that the frame before it permits; `None`: it does not, and there is no picture.
pub type Step = fn(&Frame) -> Option<Command>;

/// Which store a picture is of.
enum Of {
    Full,
    Empty,
    /// Of forty hospitals more, where receiving is hindered.
    Busy,
    /// No store: a frame as the worker makes it before there is one.
    Nothing(fn() -> Frame),
}

/// One picture: its file's name, how to get there, and what must be seen.
struct Picture {
    name: &'static str,
    of: Of,
    role: Option<RoleName>,
    /// Of several accounts of a role, so many before the last.
    before_last: usize,
    steps: &'static [Step],
    /// What is in hand while the picture is taken: its key derivation, or its work, half done.
    during: Option<Step>,
    /// Keys that are pressed first: the letter of the table, the end of the page, the help.
    keys: &'static [Key],
    /// The hospital that is chosen on *Ontvangst*.
    hospital: fn(&Frame) -> Option<String>,
    shows: fn(&Frame) -> bool,
}

const fn door(name: &'static str, steps: &'static [Step], shows: fn(&Frame) -> bool) -> Picture {
    Picture {
        name,
        of: Of::Full,
        role: None,
        before_last: 0,
        steps,
        during: None,
        keys: &[],
        hospital: |_| None,
        shows,
    }
}

const fn inside(name: &'static str, role: RoleName, steps: &'static [Step], shows: fn(&Frame) -> bool) -> Picture {
    Picture { role: Some(role), ..door(name, steps, shows) }
}

const fn connection(name: &'static str, steps: &'static [Step], shows: fn(&Frame) -> bool) -> Picture {
    inside(name, ADMINISTRATOR, steps, shows)
}

/// The script is made, six of its cases come in, two checks are ticked.
const TEST: &[Step] =
    &[to_connections, at::in_test, at::test, at::make, to_reception, at::import, to_connections, at::tick, at::tick];

const fn busy(name: &'static str, steps: &'static [Step], shows: fn(&Frame) -> bool) -> Picture {
    Picture { of: Of::Busy, ..inside(name, ADMINISTRATOR, steps, shows) }
}

const fn empty(name: &'static str, role: RoleName, shows: fn(&Frame) -> bool) -> Picture {
    Picture { of: Of::Empty, ..inside(name, role, &[], shows) }
}

const fn nothing(name: &'static str, frame: fn() -> Frame, shows: fn(&Frame) -> bool) -> Picture {
    Picture { of: Of::Nothing(frame), ..door(name, &[], shows) }
}

const fn during(picture: Picture, command: Step) -> Picture {
    Picture { during: Some(command), ..picture }
}

const fn pressing(picture: Picture, keys: &'static [Key]) -> Picture {
    Picture { keys, ..picture }
}

const CLERK: RoleName = RoleName::Administration;
const PROFESSIONAL: RoleName = RoleName::Professional;
const MANAGER: RoleName = RoleName::MedicalManager;
const ADMINISTRATOR: RoleName = RoleName::FunctionalAdministrator;
const OFFICER: RoleName = RoleName::PrivacyOfficer;

const FORM: Command = Command::Accounts(AccountsCommand::Form);

const PICTURES: [Picture; 84] = [
    nothing("00-opslag-opent", app::opening, |f| matches!(&f.screen, Screen::Progress(s) if s.done.1 == 0)),
    nothing("00-demo-vult", progress, |f| matches!(f.screen, Screen::Progress(_))),
    nothing("00-mislukt", failed, |f| matches!(f.screen, Screen::Failed(_))),
    door("01-inloggen", &[], |f| matches!(f.screen, Screen::SignIn(_))),
    during(door("01-inloggen-bezig", &[], |f| matches!(&f.screen, Screen::SignIn(s) if s.working)), |f| {
        sign_in(f, Role::Professional)
    }),
    door("02-activeren", &[|_| entry(EntryCommand::Start(EntryWay::FirstTime))], |f| {
        matches!(f.screen, Screen::Entry(_))
    }),
    door(
        "02-wachtwoordzin-vergeten",
        &[|_| entry(EntryCommand::Start(EntryWay::Forgotten))],
        |f| matches!(&f.screen, Screen::Entry(s) if s.way == EntryWay::Forgotten),
    ),
    inside("02-mijn-account", PROFESSIONAL, &[mine], |f| matches!(f.screen, Screen::MyAccount(_))),
    inside(
        "02-mijn-account-tweede-factor",
        PROFESSIONAL,
        &[mine, |_| renew(MineCommand::NewSecondFactor)],
        |f| matches!(&f.screen, Screen::MyAccount(s) if matches!(s.renewing, Renewing::SecondFactor(_))),
    ),
    inside(
        "02-mijn-account-herstelblad",
        PROFESSIONAL,
        &[mine, |_| renew(MineCommand::NewSheet)],
        |f| matches!(&f.screen, Screen::MyAccount(s) if matches!(s.renewing, Renewing::Sheet(_))),
    ),
    inside("03-patientidentificatie", CLERK, &[claim], |f| detail(f).is_some_and(|d| d.claimed.is_some())),
    inside("03-patientidentificatie-getoond", CLERK, &[claim, reveal], |f| {
        detail(f).is_some_and(|d| d.bsns.iter().any(|b| b.shown.is_some()))
    }),
    inside("03-wacht-op-seh", CLERK, &[|_| tab(IdentificationTab::AwaitingHospital)], |f| {
        rows_of(f, IdentificationTab::AwaitingHospital)
    }),
    inside("03-in-onderzoek", CLERK, &[claim, investigate, |_| tab(IdentificationTab::Investigating)], |f| {
        rows_of(f, IdentificationTab::Investigating)
    }),
    inside("03-afgerond", CLERK, &[claim, close, |_| tab(IdentificationTab::Closed)], |f| {
        rows_of(f, IdentificationTab::Closed)
    }),
    empty("03-leeg", CLERK, |f| identifications(f).is_some_and(|s| s.rows.is_empty())),
    inside("04-terugkoppelingen", PROFESSIONAL, &[], |f| feedback(f).is_some_and(|s| s.card.is_some())),
    empty("04-leeg", PROFESSIONAL, |f| feedback(f).is_some_and(|s| s.rows.is_empty())),
    inside("05-terugkoppeling-open", PROFESSIONAL, &[receiving::open_record], |f| {
        feedback(f).is_some_and(|s| s.opened.is_some())
    }),
    Picture {
        before_last: 1,
        ..inside("05-terugkoppeling-afgeschermd", PROFESSIONAL, receiving::SHIELDED, receiving::shows_shielded)
    },
    inside("06-mijn-verloop", PROFESSIONAL, &[to_trend], shows_figures),
    pressing(inside("06-mijn-verloop-tabel", PROFESSIONAL, &[to_trend], shows_figures), &[Key::T]),
    Picture { of: Of::Empty, ..inside("06-mijn-verloop-leeg", PROFESSIONAL, &[to_trend], trend_steps::shows_nothing) },
    inside("05-mijn-reflecties", PROFESSIONAL, reflection_steps::READ, reflection_steps::shows_own),
    Picture {
        of: Of::Empty,
        ..inside("05-mijn-reflecties-leeg", PROFESSIONAL, &[reflection_steps::to], reflection_steps::shows_none)
    },
    inside("06-kwaliteit", MANAGER, &[], |f| quality(f).is_some()),
    pressing(inside("06-kwaliteit-midden", MANAGER, &[], |f| quality(f).is_some()), &[Key::PageDown]),
    pressing(inside("06-kwaliteit-onder", MANAGER, &[], |f| quality(f).is_some()), &[Key::End]),
    pressing(
        inside("06-kwaliteit-tabel", MANAGER, &[], |f| quality(f).is_some_and(|s| !s.table.rows.is_empty())),
        &[Key::T],
    ),
    during(door("06-kwaliteit-opent", &[], |f| quality(f).is_some_and(is_opening)), |f| {
        sign_in(f, Role::MedicalManager)
    }),
    empty("06-leeg", MANAGER, |f| quality(f).is_some_and(|s| s.table.rows.is_empty())),
    inside("07-ontvangst", ADMINISTRATOR, &[], |f| matches!(&f.screen, Screen::Reception(s) if s.health.records > 0)),
    empty("07-leeg", ADMINISTRATOR, |f| matches!(&f.screen, Screen::Reception(s) if s.health.records == 0)),
    busy("07-ontvangst-alarmen", &[receiving::to_reception], receiving::shows_alarms),
    Picture {
        hospital: receiving::sends_too_much,
        ..inside("07-ontvangst-te-veel", ADMINISTRATOR, &[], |f| receiving::sends_too_much(f).is_some())
    },
    inside("08-vergrendeld-administratie", CLERK, &[lock], is_locked),
    inside("08-vergrendeld-professional", PROFESSIONAL, &[lock], is_locked),
    inside("08-vergrendeld-medisch-manager", MANAGER, &[lock], is_locked),
    inside("08-vergrendeld-functioneel-beheer", ADMINISTRATOR, &[lock], is_locked),
    inside("08-vergrendeld-privacy-officer", OFFICER, &[lock], is_locked),
    inside("09-auditlog", OFFICER, &[], |f| matches!(&f.screen, Screen::AuditLog(s) if !s.lines.is_empty())),
    during(
        inside(
            "09-auditlog-controleert",
            OFFICER,
            &[],
            |f| matches!(&f.screen, Screen::AuditLog(s) if matches!(s.chain, ChainState::Verifying { .. })),
        ),
        |_| Some(Command::VerifyChain),
    ),
    inside(
        "09-auditlog-gecontroleerd",
        OFFICER,
        &[|_| Some(Command::VerifyChain)],
        |f| matches!(&f.screen, Screen::AuditLog(s) if matches!(s.chain, ChainState::Intact { .. })),
    ),
    empty("09-auditlog-begin", OFFICER, |f| matches!(f.screen, Screen::AuditLog(_))),
    pressing(door("10-hulp-zonder-inloggen", &[], |f| matches!(f.screen, Screen::SignIn(_))), &[Key::F1]),
    inside("11-instellingen", ADMINISTRATOR, &[|_| Some(Command::Open(ScreenName::Settings))], |f| {
        matches!(f.screen, Screen::Settings(_))
    }),
    inside("15-accounts", ADMINISTRATOR, &[to_accounts], |f| accounts(f).is_some_and(|s| s.lines.len() > 40)),
    inside("15-accounts-account", ADMINISTRATOR, &[to_accounts, waiting_account], |f| {
        accounts(f).is_some_and(|s| s.detail.is_some())
    }),
    inside("15-accounts-bevestigen", OFFICER, &[to_accounts, waiting_account], |f| {
        accounts(f).is_some_and(|s| s.confirm_all.is_some() && s.detail.is_some())
    }),
    inside(
        "15-rechten",
        OFFICER,
        &[|_| Some(Command::Open(ScreenName::Rights))],
        |f| matches!(&f.screen, Screen::Rights(s) if s.roles.iter().all(|role| !role.holders.is_empty())),
    ),
    inside("14-ritten-bestand", ADMINISTRATOR, &[to_rides], rides_steps::shows_file),
    inside("14-ritten-kolommen", ADMINISTRATOR, rides_steps::READ, rides_steps::shows_columns),
    inside("14-ritten-controle", ADMINISTRATOR, rides_steps::CHECK, rides_steps::shows_bad),
    inside("14-ritten-ingelezen", ADMINISTRATOR, rides_steps::IMPORT, rides_steps::shows_imported),
    inside("14-berichtprofielen", ADMINISTRATOR, &[to_profiles, try_profile], |f| {
        profiles(f).is_some_and(|s| s.rows.len() > 2 && s.tried.is_some())
    }),
    pressing(
        inside("14-berichtprofielen-niet-herkend", ADMINISTRATOR, &[to_profiles, structure], |f| {
            profiles(f).is_some_and(|s| s.unrecognised.iter().any(|m| m.structure.is_some()))
        }),
        &[Key::End],
    ),
    pressing(
        Picture {
            of: Of::Empty,
            ..inside("14-leeg", ADMINISTRATOR, &[to_profiles], |f| {
                profiles(f).is_some_and(|s| s.unrecognised.is_empty())
            })
        },
        &[Key::End],
    ),
    connection("16-aansluiting-status", &[to_connections, at::changed, at::status], at::shows_status),
    connection("16-aansluiting-wijzigen", &[to_connections, at::changed, at::status, at::edit], at::shows_form),
    connection("16-aansluiting-afspraak", &[to_connections, at::changed, at::agreement], at::shows_agreement),
    connection("16-aansluiting-zonder-afspraak", &[to_connections, at::in_test, at::agreement], at::shows_none),
    connection("16-aansluiting-certificaat", &[to_connections, at::changed, at::certificate], at::shows_certificate),
    connection("16-aansluiting-test", TEST, at::shows_test),
    busy("16-aansluitingen-veel", &[to_connections, at::status], at::shows_many),
    busy("16-aansluiting-locatie", &[to_connections, at::location, at::status], at::shows_location),
    pressing(inside("10-hulp", CLERK, &[], |f| identifications(f).is_some()), &[Key::F1]),
    nothing("20-welkom", scenes::welcome, scenes::shows_choice),
    nothing("20-opslag-dicht", scenes::closed, scenes::shows_choice),
    nothing("20-inrichten-organisatie", scenes::organisation, scenes::shows_set_up),
    nothing("20-inrichten-productie-of-test", scenes::kind, scenes::shows_set_up),
    nothing("20-inrichten-computer", scenes::system_accounts, scenes::shows_set_up),
    nothing("20-inrichten-opslag", scenes::folder, scenes::shows_set_up),
    nothing("20-inrichten-sleutels", scenes::keys, scenes::shows_set_up),
    nothing("20-inrichten-herstelset", scenes::kit, scenes::shows_kit),
    nothing("20-inrichten-herstelset-getoond", scenes::kit_shown, scenes::shows_kit),
    nothing("20-inrichten-accounts", scenes::accounts, scenes::shows_set_up),
    nothing("20-inrichten-bewaren", scenes::retention, scenes::shows_set_up),
    nothing("20-inrichten-werkafspraak", scenes::agreement, scenes::shows_set_up),
    nothing("20-inrichten-verplichtingen", scenes::duties, scenes::shows_set_up),
    nothing("20-inrichten-nalezen", scenes::ready, scenes::shows_set_up),
    nothing("20-inrichten-klaar", scenes::made, scenes::shows_made),
    nothing("20-herstellen-opslag", scenes::recover_at, scenes::shows_recovery),
    nothing("20-herstellen-blad", scenes::recover_sheet, scenes::shows_recovery),
    inside("15-accounts-maken", ADMINISTRATOR, &[to_accounts, |_| Some(FORM), without], |f| {
        accounts(f).is_some_and(|s| s.without.as_ref().is_some_and(|without| !without.staff.is_empty()))
    }),
];

fn progress() -> Frame {
    without_store(Screen::Progress(app::demo::progress(7_412, 20_000)))
}

pub fn failed() -> Frame {
    without_store(Screen::Failed(FailedScreen { text: "demo-cancelled", values: vec![], retry: None }))
}

/// Signs in by the button of a role's first account.
fn sign_in(frame: &Frame, role: Role) -> Option<Command> {
    let Screen::SignIn(screen) = &frame.screen else { return None };
    screen.demo.iter().find(|account| account.role == role).map(|account| account.sign_in.clone())
}

fn entry(command: EntryCommand) -> Option<Command> {
    Some(Command::Entry(command))
}

fn mine(frame: &Frame) -> Option<Command> {
    frame.rail.as_ref().map(|rail| rail.mine.open.clone())
}

fn renew(command: MineCommand) -> Option<Command> {
    Some(Command::Mine(command))
}

fn is_opening(screen: &QualityScreen) -> bool {
    matches!(screen.state, QualityState::Opening { .. })
}

fn lock(_: &Frame) -> Option<Command> {
    Some(Command::Lock)
}

fn is_locked(frame: &Frame) -> bool {
    matches!(frame.screen, Screen::Locked(_))
}

fn feedback(frame: &Frame) -> Option<&FeedbackScreen> {
    if let Screen::Feedback(screen) = &frame.screen { Some(screen) } else { None }
}

fn quality(frame: &Frame) -> Option<&QualityScreen> {
    if let Screen::Quality(screen) = &frame.screen { Some(screen) } else { None }
}

/// The stores that pictures are of.
pub struct Stores<'a> {
    /// The demo.
    pub full: &'a mut Engine,
    /// Before anything has come in.
    pub empty: &'a mut Engine,
    /// Of forty hospitals more, where receiving is hindered.
    pub busy: &'a mut Engine,
}

/// Writes all pictures; gives how many.
///
/// # Errors
/// The first picture that cannot be reached or written.
pub fn write(stores: Stores<'_>, folder: &Path) -> Result<usize, AppError> {
    let Stores { full, empty, busy } = stores;
    let load = |l| Texts::load(l).map_err(|_| AppError::refused("error-system", vec![]));
    let languages = [("nl", load(Language::Dutch)?), ("en", load(Language::English)?)];
    let _rides = rides_steps::RideFile::lay().map_err(|e| AppError::file(folder, &e))?;
    let _tried_on = profile_steps::TriedOn::lay().map_err(|e| AppError::file(folder, &e))?;
    let _script = at::room().map_err(|e| AppError::file(folder, &e))?;
    let mut studio = ui::Studio::new(egui::vec2(1280.0, 800.0), 1.0);
    let mut count = 0;
    for picture in &PICTURES {
        let mut engine = match picture.of {
            Of::Full => Some(&mut *full),
            Of::Empty => Some(&mut *empty),
            Of::Busy => Some(&mut *busy),
            Of::Nothing(_) => None,
        };
        if let (Some(engine), None) = (&mut engine, picture.during) {
            arrive(engine, picture)?;
        }
        for (code, texts) in &languages {
            let frame = frame_of(engine.as_deref_mut(), picture, texts.language())?;
            if !(picture.shows)(&frame) {
                return Err(missed(picture));
            }
            let waits = picture.during.is_some() || matches!(picture.of, Of::Nothing(_));
            let hospital = (picture.hospital)(&frame);
            let exposure = Exposure { name: format!("{}-{code}", picture.name), waits, keys: picture.keys, hospital };
            count += photograph(&mut studio, &exposure, frame, texts, folder)?;
        }
    }
    Ok(count)
}

/// Seconds that the pictures' clock is ahead: a code works once, and the next one is not waited for.
static AHEAD: AtomicI64 = AtomicI64::new(0);

fn now() -> DateTime<Utc> {
    crate::now() + TimeDelta::seconds(AHEAD.load(Ordering::Relaxed))
}

/// Goes on to where an account of the demo has a code that was not used.
fn next_code(engine: &Engine, command: &Command) {
    if let Command::SignInDemo(index) = command {
        let usable = engine.demo_code_from(*index, now()).unwrap_or_else(now);
        AHEAD.fetch_add((usable - now()).num_seconds().max(0), Ordering::Relaxed);
    }
}

fn missed(picture: &Picture) -> AppError {
    AppError { key: "error-picture", values: vec![("name", picture.name.to_owned())], exit: Exit::System }
}

/// Signs in and takes the steps, each permitted by the frame before it.
fn arrive(engine: &mut Engine, picture: &Picture) -> Result<Frame, AppError> {
    let mut act = |command| engine.execute(command, now(), &mut |_, _, _| true);
    let mut frame = act(Command::SignOut);
    if let Some(role) = picture.role {
        // The last of several is of the crew of the fullest sample.
        let accounts: Vec<RoleName> = engine.demo_accounts().collect();
        let mut of_role = accounts.iter().enumerate().rev().filter(|(_, of)| **of == role).map(|(index, _)| index);
        let index = of_role.nth(picture.before_last).ok_or_else(|| missed(picture))?;
        next_code(engine, &Command::SignInDemo(index));
        frame = engine.execute(Command::SignInDemo(index), now(), &mut |_, _, _| true);
    }
    for step in picture.steps {
        let command = step(&frame).ok_or_else(|| missed(picture))?;
        frame = engine.execute(command, now(), &mut |_, _, _| true);
    }
    Ok(frame)
}

/// The frame that is shown while a command's keys are derived, or while its work goes on: as far as half, if that is told.
fn half_done(engine: &mut Engine, command: Command) -> Frame {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these two tell how far their work is")]
    let half = |frame: &Frame| match &frame.screen {
        Screen::Quality(screen) => matches!(screen.state, QualityState::Opening { done, total } if done * 2 >= total),
        Screen::AuditLog(screen) => {
            matches!(screen.chain, ChainState::Verifying { done, total, .. } if done * 2 >= total)
        }
        _ => true,
    };
    next_code(engine, &command);
    let mut shown = engine.start(command, now());
    let mut told = false;
    // A sign-in derives its keys, and then there may be figures to open.
    while engine.is_at_work() {
        let after = engine.work(now(), &mut |frame| {
            if !(told && half(&shown))
                && let Some(frame) = frame()
            {
                (told, shown) = (true, frame);
            }
            true
        });
        if !told && engine.is_at_work() {
            // What the next work begins with: it may be over before it tells anything.
            shown = after;
        }
    }
    shown
}

/// The frame in a language: made anew, since a frame holds clear text and is not copied.
fn frame_of(engine: Option<&mut Engine>, picture: &Picture, language: Language) -> Result<Frame, AppError> {
    Ok(match (engine, &picture.of, picture.during) {
        (Some(engine), _, None) => {
            engine.set_language(language);
            engine.execute(Command::Refresh, now(), &mut |_, _, _| true)
        }
        (Some(engine), _, Some(during)) => {
            engine.set_language(language);
            let before = arrive(engine, picture)?;
            half_done(engine, during(&before).ok_or_else(|| missed(picture))?)
        }
        (None, Of::Nothing(frame), _) => frame(),
        (None, Of::Full | Of::Empty | Of::Busy, _) => failed(),
    })
}

fn without_store(screen: Screen) -> Frame {
    Frame {
        test: true,
        content_protected: true,
        rail: None,
        notice: None,
        busy: None,
        next: None,
        screen,
        lock: None,
        clipboard: None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_step_that_cannot_be_taken_is_an_error_that_names_the_picture() {
        let folder = tempfile::tempdir().unwrap();
        let cheap = app::Parameters { memory_kib: 64, passes: 1, lanes: 1 };
        let empty = |name: &str| crate::demo::fill_empty(&folder.path().join(name), cheap).unwrap();
        let pictures = folder.path().join("pictures");
        std::fs::create_dir(&pictures).unwrap();
        // Nothing has come in, so there is no item to take up.
        let (mut one, mut other, mut third) = (empty("one"), empty("other"), empty("third"));
        let stores = Stores { full: &mut one, empty: &mut other, busy: &mut third };
        let error = write(stores, &pictures).unwrap_err();
        assert_eq!((error.key, error.exit), ("error-picture", Exit::System));
        assert_eq!(error.values, [("name", "03-patientidentificatie".to_owned())]);
    }
}
