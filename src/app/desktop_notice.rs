//! The notice on the desktop that there is feedback: a sentence without content, for who asked for it.
//!
//! **Invariant:** off until its person switches it on; the text is one sentence of `resources/i18n` without a value: no name, ride, number or count.
//! **Invariant:** only while that person is signed in or locked in this window, never before its focus, and at most once in [`NOTICE_MINUTES`].
//! **Not here:** the system's notification service (`src/desktop_notice.rs` of the binary).

use std::collections::BTreeSet;

use access::SignedIn;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{ReaderId, RoleName};
use viewmodel::{DesktopNotice, Texts};

use crate::{
    engine::{Engine, Place},
    error::AppError,
};

/// Minutes in which at most one notice is shown.
pub const NOTICE_MINUTES: i64 = 10;

/// The system's notification service, as the program sees it.
pub trait NotificationService: Send {
    /// Whether there is one; `None`: not known yet. Returns at once.
    fn is_there(&self) -> Option<bool>;

    /// Shows this sentence and nothing else. Returns at once; where there is no service, nothing happens.
    fn show(&self, sentence: &str);
}

/// What is watched for whom.
#[derive(Default)]
pub(crate) struct DesktopNotices {
    service: Option<Box<dyn NotificationService>>,
    /// Whose unread records are known: his account, and which.
    known: Option<(i64, BTreeSet<i64>)>,
    /// When the last one was shown.
    shown: Option<DateTime<Utc>>,
}

impl Engine {
    /// Shows notices through this service; without one, none.
    pub fn notify_with(&mut self, service: Box<dyn NotificationService>) {
        self.notices.service = Some(service);
    }

    /// Whose desktop is told, and what of his is unread; `None`: nobody asked for it, or it cannot be read now.
    fn watched(&self) -> Option<(i64, BTreeSet<i64>)> {
        let store = self.archive.store();
        let account = self.since.as_ref().filter(|since| since.role == RoleName::Professional)?.account;
        store.desktop_notice(account).ok().filter(|on| *on)?;
        let unread = store.unread_of(ReaderId::professional(account)).ok()?;
        Some((account, unread.into_iter().map(|message| message.0).collect()))
    }

    /// What is unread now stands on the screen: the desktop tells what comes after it.
    pub(crate) fn watch_unread(&mut self) {
        self.notices.known = self.watched();
    }

    /// Looks whether there is feedback that this window's person has not been told of, and tells it.
    pub fn tell_desktop(&mut self, has_focus: bool, now: DateTime<Utc>) {
        if self.notices.service.is_none() {
            return;
        }
        let watched = self.watched();
        let is_new = match (&self.notices.known, &watched) {
            (Some((before, known)), Some((who, unread))) => before == who && !unread.is_subset(known),
            (_, _) => false,
        };
        let is_soon = self.notices.shown.is_some_and(|shown| {
            let passed = now - shown;
            passed >= TimeDelta::zero() && passed < TimeDelta::minutes(NOTICE_MINUTES)
        });
        if is_new && !has_focus {
            if is_soon {
                // Told when it may be, if it is still unread then.
                return;
            }
            if let (Some(service), Ok(texts)) = (&self.notices.service, Texts::load(self.language)) {
                service.show(&texts.get("desktop-notice"));
                self.notices.shown = Some(now);
            }
        }
        self.notices.known = watched;
    }

    /// Switches the own notice on or off.
    pub(crate) fn set_desktop_notice(&mut self, on: bool, now: DateTime<Utc>) -> Result<(), AppError> {
        let Self { archive, place: Place::Inside(signed_in), .. } = self else { return Ok(()) };
        match signed_in.as_ref() {
            SignedIn::Professional(session) => archive.store_mut().set_desktop_notice(session, on, now)?,
            SignedIn::Administration(_)
            | SignedIn::MedicalManager(_)
            | SignedIn::FunctionalAdministrator(_)
            | SignedIn::PrivacyOfficer(_) => {}
        }
        self.watch_unread();
        Ok(())
    }

    /// The choice as *Mijn account* shows it; `None`: this role has no feedback of its own.
    pub(crate) fn desktop_notice(&self, signed_in: &SignedIn) -> Result<Option<DesktopNotice>, AppError> {
        let SignedIn::Professional(session) = signed_in else { return Ok(None) };
        let service = self.notices.service.as_ref();
        Ok(Some(DesktopNotice {
            on: self.archive.store().desktop_notice(session.account())?,
            is_there: service.map_or(Some(false), |service| service.is_there()),
            is_possible: service.is_some(),
        }))
    }
}
