//! One person's use of the program: a command in, a frame out. The one place where a session's role is matched.
//!
//! **Invariant:** each role's commands are executed by functions that take that role's session; no other can reach them.
//! **Not here:** threads (`worker`), drawing (`ui`).

use access::{Event, Parameters, SignedIn};
use chrono::{DateTime, Utc};
use domain::Purpose;
use store::Archive;
use viewmodel::{Command, Frame, LockedScreen, Notice, NoticeKind, Screen, ScreenName};

use crate::{
    administration, error::AppError, functional_administrator, local, medical_manager, privacy_officer, professional,
    rail, receiving::Receiving, sign_in,
};

/// Tells how far long work is; answers whether to go on.
pub type Progress<'a> = dyn FnMut(&'static str, u64, u64) -> bool + 'a;

/// What is in hand, apart from the session.
#[derive(Default)]
pub(crate) struct View {
    pub(crate) administration: administration::View,
    pub(crate) professional: professional::View,
    pub(crate) manager: medical_manager::View,
    pub(crate) officer: privacy_officer::View,
}

/// Where the person is.
pub(crate) enum Place {
    SignIn(sign_in::Form),
    Activation(sign_in::Form),
    Locked { name: String, staff: String, role: viewmodel::Role, since: DateTime<Utc>, error: Option<&'static str> },
    Inside(Box<SignedIn>),
}

/// An account of the demo: signs in by a button.
pub struct DemoKey {
    /// Staff number.
    pub staff: String,
    /// Display name.
    pub name: String,
    /// Role.
    pub role: domain::RoleName,
    /// The passphrase made for it, in memory only.
    pub passphrase: zeroize::Zeroizing<String>,
}

/// One person's use of the program.
pub struct Engine {
    pub(crate) archive: Archive,
    pub(crate) receiving: Option<Receiving>,
    pub(crate) place: Place,
    pub(crate) view: View,
    pub(crate) cost: Parameters,
    pub(crate) demo: Vec<DemoKey>,
    language: viewmodel::Language,
    notice: Option<Notice>,
    clipboard: Option<(viewmodel::Words, u32)>,
}

impl Engine {
    /// An engine on an open store; with `receiving` messages can be taken in by hand.
    #[must_use]
    pub fn new(archive: Archive, receiving: Option<Receiving>, cost: Parameters, demo: Vec<DemoKey>) -> Self {
        Self {
            archive,
            receiving,
            place: Place::SignIn(sign_in::Form::default()),
            view: View::default(),
            cost,
            demo,
            language: viewmodel::Language::Dutch,
            notice: None,
            clipboard: None,
        }
    }

    /// The store, for what needs no content.
    #[must_use]
    pub fn store(&self) -> &store::Store {
        self.archive.store()
    }

    /// Roles of the demo's accounts, in the order of their buttons.
    pub fn demo_accounts(&self) -> impl Iterator<Item = domain::RoleName> + '_ {
        self.demo.iter().map(|d| d.role)
    }

    /// The language of names that are not in `resources/i18n` (diagnosis groups).
    pub fn set_language(&mut self, language: viewmodel::Language) {
        self.language = language;
    }

    /// Seconds until something shown must be masked again; `None`: nothing is.
    #[must_use]
    pub fn wakes_in(&self, now: DateTime<Utc>) -> Option<u64> {
        self.view.administration.shown_seconds(now).map(u64::from)
    }

    /// Executes a command; gives the frame after it.
    pub fn execute(&mut self, command: Command, now: DateTime<Utc>, progress: &mut Progress<'_>) -> Frame {
        self.notice = None;
        self.clipboard = None;
        if let Err(error) = self.act(command, now, progress) {
            let error = error.at(self.archive.store().folder());
            self.notice = Some(Notice { kind: NoticeKind::Refused, text: error.key, values: error.values });
        }
        self.frame(now)
    }

    fn act(&mut self, command: Command, now: DateTime<Utc>, progress: &mut Progress<'_>) -> Result<(), AppError> {
        if matches!(command, Command::Lock) {
            return self.lock(now);
        }
        if matches!(command, Command::SignOut) {
            return self.sign_out(now);
        }
        match self.place {
            Place::SignIn(_) | Place::Activation(_) | Place::Locked { .. } => {
                sign_in::execute(self, command, now, progress)
            }
            Place::Inside(_) => self.inside(command, now, progress),
        }
    }

    fn inside(&mut self, command: Command, now: DateTime<Utc>, progress: &mut Progress<'_>) -> Result<(), AppError> {
        let Self { archive, place: Place::Inside(signed_in), view, receiving, clipboard, .. } = self else {
            return Ok(());
        };
        match signed_in.as_ref() {
            SignedIn::Administration(session) => {
                administration::execute(archive, session, &mut view.administration, command, clipboard, now)
            }
            SignedIn::Professional(session) => {
                professional::execute(archive, session, &mut view.professional, command, now)
            }
            SignedIn::MedicalManager(session) => {
                medical_manager::execute(archive, session, &mut view.manager, command, now, progress)
            }
            SignedIn::FunctionalAdministrator(_) => {
                let done = functional_administrator::execute(receiving.as_mut(), command, now, progress)?;
                self.notice = done;
                Ok(())
            }
            SignedIn::PrivacyOfficer(session) => {
                privacy_officer::execute(archive, session, &mut view.officer, command, now, progress)
            }
        }
    }

    /// What a session needs before its first screen.
    pub(crate) fn entered(&mut self, now: DateTime<Utc>, progress: &mut Progress<'_>) -> Result<(), AppError> {
        self.view = View::default();
        if let Place::Inside(signed_in) = &self.place
            && let SignedIn::MedicalManager(session) = signed_in.as_ref()
        {
            medical_manager::enter(&mut self.archive, session, &mut self.view.manager, now, progress)?;
        }
        Ok(())
    }

    fn log_of_session(&mut self, event: Event, now: DateTime<Utc>) -> Result<(), AppError> {
        if let Place::Inside(signed_in) = &self.place {
            let who = rail::who(signed_in);
            sign_in::log(self.archive.store_mut(), event, Some((who.account, who.role)), now)?;
        }
        Ok(())
    }

    fn lock(&mut self, now: DateTime<Utc>) -> Result<(), AppError> {
        self.log_of_session(Event::Locked, now)?;
        if let Place::Inside(signed_in) = &self.place {
            let who = rail::who(signed_in);
            let role = rail::role_shown(who.role);
            // The session goes with its place, and its keys with it.
            self.place = Place::Locked { name: who.name, staff: who.staff, role, since: now, error: None };
            self.view = View::default();
        }
        Ok(())
    }

    fn sign_out(&mut self, now: DateTime<Utc>) -> Result<(), AppError> {
        self.log_of_session(Event::SignedOut, now)?;
        self.place = Place::SignIn(sign_in::Form::default());
        self.view = View::default();
        Ok(())
    }

    /// The frame of now.
    pub fn frame(&mut self, now: DateTime<Utc>) -> Frame {
        let test = self.archive.store().settings().kind == domain::StoreKind::Test;
        let screen = match self.screen(now) {
            Ok(screen) => screen,
            Err(error) => {
                let AppError { key, values, .. } = error.at(self.archive.store().folder());
                Screen::Failed(viewmodel::FailedScreen { text: key, values, retry: Some(Command::Refresh) })
            }
        };
        let rail = match &self.place {
            Place::Inside(signed_in) => Some(rail::rail(&self.archive, signed_in, now)),
            Place::SignIn(_) | Place::Activation(_) | Place::Locked { .. } => None,
        };
        Frame { test, rail, notice: self.notice.take(), busy: None, screen, clipboard: self.clipboard.take() }
    }

    fn screen(&mut self, now: DateTime<Utc>) -> Result<Screen, AppError> {
        let organisation = rail::organisation(self.archive.store().settings());
        let Self { archive, place, view, demo, receiving, language, .. } = self;
        Ok(match place {
            Place::SignIn(form) => Screen::SignIn(sign_in::screen(form, organisation, demo)),
            Place::Activation(form) => Screen::Activation(sign_in::activation_screen(form, organisation)),
            Place::Locked { name, staff, role, since, error } => Screen::Locked(LockedScreen {
                name: name.clone(),
                account: staff.clone(),
                role: *role,
                since: local::time(*since).format("%H:%M").to_string(),
                error: *error,
                working: false,
                sign_out: Command::SignOut,
                demo: demo.iter().position(|d| d.staff == *staff).map(Command::SignInDemo),
            }),
            Place::Inside(signed_in) => match signed_in.as_ref() {
                SignedIn::Administration(session) => {
                    Screen::Identifications(administration::screen(archive, session, &view.administration, now)?)
                }
                SignedIn::Professional(session) => {
                    Screen::Feedback(professional::screen(archive, session, &mut view.professional, now)?)
                }
                SignedIn::MedicalManager(_) => {
                    Screen::Quality(medical_manager::screen(archive, &view.manager, *language, now)?)
                }
                SignedIn::FunctionalAdministrator(_) => {
                    Screen::Reception(functional_administrator::screen(archive, receiving.is_some(), now)?)
                }
                SignedIn::PrivacyOfficer(_) => Screen::AuditLog(privacy_officer::screen(archive, &view.officer)?),
            },
        })
    }
}

/// The first screen of each role.
pub(crate) fn first_screen(role: domain::RoleName) -> ScreenName {
    match role {
        domain::RoleName::Administration => ScreenName::Identifications,
        domain::RoleName::Professional => ScreenName::Feedback,
        domain::RoleName::MedicalManager => ScreenName::Quality,
        domain::RoleName::FunctionalAdministrator => ScreenName::Reception,
        domain::RoleName::PrivacyOfficer => ScreenName::AuditLog,
    }
}

/// Which purpose an act of signing in has.
pub(crate) const ENTRY: Purpose = Purpose::Entry;
