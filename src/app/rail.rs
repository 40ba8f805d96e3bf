//! The navigation rail: only what a role may do; and who is signed in, by one exhaustive match.

use access::{Role, Session, SignedIn};
use chrono::{DateTime, Utc};
use domain::RoleName;
use store::{Archive, Settings};
use viewmodel::{Command, NavItem, Rail, ScreenName};

use crate::engine::first_screen;

pub(crate) struct Who {
    pub(crate) account: i64,
    pub(crate) staff: String,
    pub(crate) name: String,
    pub(crate) role: RoleName,
}

fn of<R: Role>(session: &Session<R>) -> Who {
    Who {
        account: session.account(),
        staff: session.staff().to_owned(),
        name: session.name().to_owned(),
        role: session.role(),
    }
}

pub(crate) fn who(signed_in: &SignedIn) -> Who {
    match signed_in {
        SignedIn::Administration(session) => of(session),
        SignedIn::Professional(session) => of(session),
        SignedIn::MedicalManager(session) => of(session),
        SignedIn::FunctionalAdministrator(session) => of(session),
        SignedIn::PrivacyOfficer(session) => of(session),
    }
}

pub(crate) fn role_shown(role: RoleName) -> viewmodel::Role {
    match role {
        RoleName::Administration => viewmodel::Role::Administration,
        RoleName::Professional => viewmodel::Role::Professional,
        RoleName::MedicalManager => viewmodel::Role::MedicalManager,
        RoleName::FunctionalAdministrator => viewmodel::Role::FunctionalAdministrator,
        RoleName::PrivacyOfficer => viewmodel::Role::PrivacyOfficer,
    }
}

pub(crate) fn role_of(shown: viewmodel::Role) -> RoleName {
    match shown {
        viewmodel::Role::Administration => RoleName::Administration,
        viewmodel::Role::Professional => RoleName::Professional,
        viewmodel::Role::MedicalManager => RoleName::MedicalManager,
        viewmodel::Role::FunctionalAdministrator => RoleName::FunctionalAdministrator,
        viewmodel::Role::PrivacyOfficer => RoleName::PrivacyOfficer,
    }
}

pub(crate) fn organisation(settings: &Settings) -> String {
    format!("RAV {} · {}", settings.rav, settings.organisation)
}

fn count(archive: &Archive, signed_in: &SignedIn, now: DateTime<Utc>) -> Option<u64> {
    // A count that cannot be had now is left out; the screen itself says what is wrong.
    let count = match signed_in {
        SignedIn::Administration(_) => archive.store().work_counts(now).ok()?.0,
        SignedIn::Professional(session) => archive.feedback_counts(session).ok()?.0,
        SignedIn::MedicalManager(_) | SignedIn::FunctionalAdministrator(_) | SignedIn::PrivacyOfficer(_) => 0,
    };
    (count > 0).then_some(count)
}

/// The screens of a role, in the order of the rail.
fn screens(role: RoleName) -> Vec<ScreenName> {
    let first = first_screen(role);
    match role {
        RoleName::FunctionalAdministrator => vec![first, ScreenName::Settings],
        RoleName::Administration | RoleName::Professional | RoleName::MedicalManager | RoleName::PrivacyOfficer => {
            vec![first]
        }
    }
}

/// The rail of a session; `administrators` is the screen that stands open, where the role has several.
pub(crate) fn rail(archive: &Archive, signed_in: &SignedIn, administrators: ScreenName, now: DateTime<Utc>) -> Rail {
    let who = who(signed_in);
    let first = first_screen(who.role);
    let open = if who.role == RoleName::FunctionalAdministrator { administrators } else { first };
    Rail {
        role: role_shown(who.role),
        items: screens(who.role)
            .into_iter()
            .map(|screen| NavItem {
                screen,
                selected: screen == open,
                count: if screen == first { count(archive, signed_in, now) } else { None },
                open: Command::Open(screen),
            })
            .collect(),
        name: who.name,
        organisation: organisation(archive.store().settings()),
        lock: Command::Lock,
        sign_out: Command::SignOut,
    }
}
