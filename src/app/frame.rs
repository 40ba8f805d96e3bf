//! The frame of now: which screen stands there, with its rail.
//!
//! **Not here:** how a screen is computed (a file each), what a command does (`engine`).

use access::SignedIn;
use chrono::{DateTime, Utc};
use viewmodel::{Command, Frame, LockedScreen, Screen, ScreenName};

use crate::{
    accounts_screen, administration, connections_screen,
    engine::{Engine, Place},
    entry,
    error::AppError,
    functional_administrator, local, medical_manager, my_account, next_steps, oversight, own_trend,
    paper::Ways,
    privacy_officer, professional, profiles_screen, rail, reception, reflections_screen, rides_screen, rights,
    sign_in::{self, Door},
};

impl Engine {
    /// The frame of now.
    pub fn frame(&mut self, now: DateTime<Utc>) -> Frame {
        let screen = self.screen(now).unwrap_or_else(|error| {
            let AppError { key, values, .. } = error.at(self.archive.store().folder());
            Screen::Failed(viewmodel::FailedScreen { text: key, values, retry: Some(Command::Refresh) })
        });
        let rail = match &self.place {
            Place::Inside(signed_in) => Some(rail::rail(&self.archive, signed_in, self.at(signed_in), now)),
            Place::SignIn(_) | Place::Entry(_) | Place::Locked { .. } => None,
        };
        let next = match (&self.place, &screen) {
            // A screen that cannot be shown says itself what to do.
            (_, Screen::Failed(_)) | (Place::SignIn(_) | Place::Entry(_) | Place::Locked { .. }, _) => None,
            (Place::Inside(signed_in), _) => {
                next_steps::next_steps(&self.archive, signed_in, self.at(signed_in), now).unwrap_or_default()
            }
        };
        Frame {
            test: self.archive.store().settings().kind == domain::StoreKind::Test,
            content_protected: self.window.content_protected,
            lock: rail.as_ref().map(|_| Command::Lock),
            rail,
            notice: self.notice.take(),
            busy: self.busy(),
            next,
            screen,
            clipboard: self.clipboard.take(),
        }
    }

    pub(crate) fn at(&self, signed_in: &SignedIn) -> ScreenName {
        let mine = self.view.mine.as_ref().map(|_| ScreenName::MyAccount);
        mine.or(self.view.screen).unwrap_or_else(|| rail::first_screen(rail::who(signed_in).role))
    }

    /// A screen that is no role's first one, where one of these is asked for.
    fn asked_screen(&self, signed_in: &SignedIn, ways: Ways, now: DateTime<Utc>) -> Result<Option<Screen>, AppError> {
        match self.at(signed_in) {
            ScreenName::Accounts => {
                let who = rail::who(signed_in);
                let screen = accounts_screen::screen(&self.archive, &self.view.accounts, &who, ways, now)?;
                return Ok(Some(Screen::Accounts(screen)));
            }
            ScreenName::MyAccount => {
                let mine = self.view.mine.as_ref();
                let (archive, stop) = (&self.archive, self.stop_deriving());
                let mine = (mine, self.desktop_notice(signed_in)?);
                return Ok(Some(Screen::MyAccount(my_account::screen(archive, signed_in, mine, (ways, stop))?)));
            }
            ScreenName::Oversight => {
                if let SignedIn::PrivacyOfficer(session) = signed_in {
                    return Ok(Some(Screen::Oversight(oversight::screen(&self.archive, session, now)?)));
                }
            }
            ScreenName::Rights => return Ok(Some(Screen::Rights(rights::screen(&self.archive)?))),
            ScreenName::Profiles => {
                if let SignedIn::FunctionalAdministrator(session) = signed_in {
                    let view = (self.view.tried.as_ref(), self.view.structure.as_ref());
                    let screen = profiles_screen::screen((self.archive.store(), session), view, now)?;
                    return Ok(Some(Screen::Profiles(screen)));
                }
            }
            ScreenName::Connections => {
                if let SignedIn::FunctionalAdministrator(session) = signed_in {
                    let (store, paper) = (self.archive.store(), self.paper.as_deref());
                    let screen = connections_screen::screen((store, session), &self.view.connections, paper, now)?;
                    return Ok(Some(Screen::Connections(Box::new(screen))));
                }
            }
            ScreenName::Trend => {
                if matches!(signed_in, SignedIn::Professional(_)) {
                    let screen = own_trend::screen(&self.archive, &self.view.trend, self.language, now)?;
                    return Ok(Some(Screen::Trend(screen)));
                }
            }
            ScreenName::Rides => {
                if matches!(signed_in, SignedIn::FunctionalAdministrator(_)) {
                    let may_import = self.receiving.is_some() && self.work.is_none();
                    let screen = rides_screen::screen(self.archive.store(), &self.view.rides, may_import, now)?;
                    return Ok(Some(Screen::Rides(screen)));
                }
            }
            ScreenName::Settings => {
                let duties = self.archive.store().duty_dates()?;
                let (peer_support, contact) =
                    (self.archive.store().peer_support()?, self.archive.store().rav_contact()?);
                let screen = functional_administrator::settings(self.window, &duties, peer_support, contact);
                return Ok(Some(Screen::Settings(screen)));
            }
            ScreenName::Reflections => {
                if let SignedIn::Professional(session) = signed_in {
                    let store = (self.archive.store(), ways.file);
                    let screen = reflections_screen::screen(store, session, &self.view.reflections, now)?;
                    return Ok(Some(Screen::Reflections(screen)));
                }
            }
            ScreenName::Identifications
            | ScreenName::Feedback
            | ScreenName::Quality
            | ScreenName::Reception
            | ScreenName::AuditLog => {}
        }
        Ok(None)
    }

    fn screen(&mut self, now: DateTime<Utc>) -> Result<Screen, AppError> {
        let ways = Ways::of(self.paper.as_deref());
        if let Place::Inside(signed_in) = &self.place
            && let Some(screen) = self.asked_screen(signed_in, ways, now)?
        {
            return Ok(screen);
        }
        let organisation = rail::organisation(self.archive.store().settings());
        let door = Door {
            stop: self.stop_deriving(),
            forgets_after: self.window.lock_minutes,
            recover: self.recoverable.then(sign_in::to_recovery),
            paper: ways,
        };
        let Self { archive, place, view, demo, receiving, language, work, .. } = self;
        let at_work = work.is_some();
        Ok(match place {
            Place::SignIn(form) => Screen::SignIn(sign_in::screen(form, organisation, demo, door)),
            Place::Entry(entry) => Screen::Entry(entry::screen(entry, organisation, door)?),
            Place::Locked { locked, name, staff, since, error } => Screen::Locked(LockedScreen {
                name: name.clone(),
                role: rail::role_shown(locked.role()),
                since: local::time(*since).format("%H:%M").to_string(),
                error: error.clone(),
                forgets_after: door.forgets_after,
                working: door.stop.is_some(),
                stop: door.stop,
                sign_out: Command::SignOut,
                demo: demo.iter().position(|d| d.staff == *staff).map(Command::SignInDemo),
            }),
            Place::Inside(signed_in) => match signed_in.as_ref() {
                SignedIn::Administration(session) => {
                    Screen::Identifications(administration::screen(archive, session, &view.administration, now)?)
                }
                SignedIn::Professional(session) => {
                    let views = (&mut view.professional, &mut view.reflections);
                    Screen::Feedback(professional::screen(archive, session, views, now)?)
                }
                SignedIn::MedicalManager(_) => {
                    Screen::Quality(medical_manager::screen(archive, &view.manager, *language, now)?)
                }
                SignedIn::FunctionalAdministrator(session) => {
                    let import = receiving.is_some() && !at_work;
                    Screen::Reception(reception::screen((archive, session), &mut view.reception, import, now)?)
                }
                SignedIn::PrivacyOfficer(_) => {
                    Screen::AuditLog(privacy_officer::screen(archive, &view.officer, at_work)?)
                }
            },
        })
    }
}
