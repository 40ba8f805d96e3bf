//! Long work behind a screen that can be used meanwhile: figures opened, the chain verified, files taken in.
//!
//! **Invariant:** stopped or failed work leaves a right screen: it says what was not done and offers it again.
//! **Not here:** when a slice runs and who is told (`worker`).

use std::path::PathBuf;

use access::SignedIn;
use chrono::{DateTime, Utc};
use viewmodel::{Busy, ChainState, Command, Frame, QualityState, Screen};

use crate::{
    deriving::Deriving,
    engine::{Engine, Place, Progress},
    error::AppError,
    functional_administrator, medical_manager, own_trend, privacy_officer, rides_screen,
};

/// What is to be done behind the screen.
pub(crate) enum Work {
    /// Wait for keys that are being derived.
    Keys(Deriving),
    /// Open the figures into columns, publish what is ripe.
    Figures,
    /// Open a professional's own records for his own trend.
    OwnTrend,
    /// Verify the whole chain.
    Verify,
    /// Take files in.
    Import(Vec<PathBuf>),
    /// Read, check or import a ride file.
    Rides(rides_screen::Task),
}

/// Makes the frame that tells how far the work is, when somebody wants to see it; `None`: there is nothing to tell.
pub type Tell<'a> = dyn FnMut(&dyn Fn() -> Option<Frame>) -> bool + 'a;

impl Engine {
    /// There is work to go on with.
    #[must_use]
    pub fn is_at_work(&self) -> bool {
        self.work.is_some()
    }

    /// The line over the page that says what goes on behind it; screens with a place of their own for it have none.
    pub(crate) fn busy(&self) -> Option<Busy> {
        match self.work {
            Some(Work::Import(_)) => Some(Busy { text: "progress-import", done: None, cancel: Some(Command::Cancel) }),
            Some(Work::Rides(_)) => Some(Busy { text: "progress-rides", done: None, cancel: Some(Command::Cancel) }),
            Some(Work::Keys(_) | Work::Figures | Work::OwnTrend | Work::Verify) | None => None,
        }
    }

    /// Does the work in hand. `tell` may show how far it is, and answers whether to go on; gives the frame after it.
    pub fn work(&mut self, now: DateTime<Utc>, tell: &mut Tell<'_>) -> Frame {
        if self.is_deriving() {
            // The form has said that it waits.
            self.finish_work(now, &mut |_, _, _| tell(&|| None));
            return self.frame(now);
        }
        let before = self.frame(now);
        self.notice = before.notice.as_ref().map(|notice| viewmodel::Notice {
            kind: notice.kind,
            text: notice.text,
            values: notice.values.clone(),
        });
        self.finish_work(now, &mut |_, done, total| tell(&|| Some(going_on(&before, done, total))));
        self.frame(now)
    }

    /// Does the work in hand to its end, or until `progress` says to stop.
    pub(crate) fn finish_work(&mut self, now: DateTime<Utc>, progress: &mut Progress<'_>) {
        let done = if self.is_deriving() {
            self.await_keys(now, progress)
        } else {
            let Some(work) = self.work.take() else { return };
            self.done(work, now, progress)
        };
        if let Err(error) = done {
            self.refuse(error);
        }
    }

    fn done(&mut self, work: Work, now: DateTime<Utc>, progress: &mut Progress<'_>) -> Result<(), AppError> {
        let Self { archive, place: Place::Inside(signed_in), view, receiving, notice, .. } = self else {
            return Ok(());
        };
        match (work, signed_in.as_ref()) {
            (Work::Figures, SignedIn::MedicalManager(session)) => {
                medical_manager::open(archive, session, &mut view.manager, now, progress)
            }
            (Work::OwnTrend, SignedIn::Professional(session)) => {
                own_trend::open(archive, session, &mut view.trend, now, progress)
            }
            (Work::Verify, SignedIn::PrivacyOfficer(session)) => {
                privacy_officer::verify(archive, session, &mut view.officer, now, progress)
            }
            (Work::Import(paths), SignedIn::FunctionalAdministrator(_)) => {
                *notice = functional_administrator::import(receiving.as_mut(), &paths, now, progress)?;
                Ok(())
            }
            (Work::Rides(task), SignedIn::FunctionalAdministrator(_)) => {
                let hands = (&mut view.rides, receiving.as_mut());
                if let Some(said) = rides_screen::work(archive, hands, task, now, progress)? {
                    *notice = Some(said);
                }
                Ok(())
            }
            (Work::Keys(_) | Work::Figures | Work::OwnTrend | Work::Verify | Work::Import(_) | Work::Rides(_), _) => {
                Ok(())
            }
        }
    }
}

/// The frame as it was, with how far the work is. Only screens without content of a person have work behind them.
fn going_on(before: &Frame, done: u64, total: u64) -> Frame {
    let mut busy = before.busy.clone();
    if let Some(busy) = &mut busy {
        busy.done = Some((done, total));
    }
    let screen = match &before.screen {
        Screen::Quality(screen) => {
            Screen::Quality(viewmodel::QualityScreen { state: QualityState::Opening { done, total }, ..screen.clone() })
        }
        Screen::AuditLog(screen) => {
            let chain = ChainState::Verifying { done, total, stop: Command::Cancel };
            Screen::AuditLog(viewmodel::AuditLogScreen { chain, ..screen.clone() })
        }
        // Before they are opened there is nothing of a person on it.
        Screen::Trend(_) => Screen::Trend(viewmodel::TrendScreen {
            state: viewmodel::TrendState::Opening { done, total },
            open: None,
            stop: Some(Command::Cancel),
        }),
        Screen::Reception(screen) => Screen::Reception(screen.clone()),
        Screen::Rides(screen) => Screen::Rides(screen.clone()),
        Screen::Settings(screen) => Screen::Settings(screen.clone()),
        Screen::SignIn(_)
        | Screen::Entry(_)
        | Screen::Installation(_)
        | Screen::MyAccount(_)
        | Screen::Locked(_)
        | Screen::Progress(_)
        | Screen::Identifications(_)
        | Screen::Feedback(_)
        | Screen::Accounts(_)
        | Screen::Rights(_)
        | Screen::Oversight(_)
        | Screen::Reflections(_)
        | Screen::Profiles(_)
        | Screen::Connections(_)
        | Screen::Failed(_) => Screen::Progress(viewmodel::ProgressScreen {
            title: "progress-wait",
            sentence: "progress-wait",
            done: (done, total),
            cancel: Some(Command::Cancel),
        }),
    };
    let (rail, lock) = (before.rail.clone(), before.lock.clone());
    let (test, content_protected) = (before.test, before.content_protected);
    Frame { test, content_protected, rail, lock, notice: None, busy, next: None, screen, clipboard: None }
}
