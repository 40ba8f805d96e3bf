//! The navigation rail: only what a role may do; and who is signed in, by one exhaustive match.

use access::{Role, Session, SignedIn};
use chrono::{DateTime, Utc};
use domain::RoleName;
use store::{Archive, Settings};
use viewmodel::{Command, NavItem, Rail, ScreenName};

use crate::{accounts_screen, connections_screen};

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
    titled(settings.rav, &settings.organisation)
}

/// The RAV as screens and paper name it.
pub(crate) fn titled(rav: domain::RavNumber, organisation: &str) -> String {
    format!("RAV {rav} · {organisation}")
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

/// The first screen of a role.
pub(crate) fn first_screen(role: RoleName) -> ScreenName {
    screens_of(role).first().copied().unwrap_or(ScreenName::Feedback)
}

/// The screens of a role, its first one first.
pub(crate) fn screens_of(role: RoleName) -> &'static [ScreenName] {
    match role {
        RoleName::Administration => &[ScreenName::Identifications, ScreenName::Accounts],
        RoleName::Professional => &[ScreenName::Feedback, ScreenName::Trend, ScreenName::Reflections],
        RoleName::MedicalManager => &[ScreenName::Quality, ScreenName::Accounts],
        RoleName::FunctionalAdministrator => &[
            ScreenName::Reception,
            ScreenName::Rides,
            ScreenName::Connections,
            ScreenName::Profiles,
            ScreenName::Accounts,
            ScreenName::Rights,
            ScreenName::Settings,
        ],
        RoleName::PrivacyOfficer => {
            &[ScreenName::AuditLog, ScreenName::Oversight, ScreenName::Accounts, ScreenName::Rights]
        }
    }
}

pub(crate) fn rail(archive: &Archive, signed_in: &SignedIn, at: ScreenName, now: DateTime<Utc>) -> Rail {
    let who = who(signed_in);
    let first = first_screen(who.role);
    let count_of = |screen: ScreenName| match screen {
        ScreenName::Accounts => accounts_screen::to_do(archive, &who).ok().filter(|count| *count > 0),
        ScreenName::Rides => archive.store().unlinked_count().ok().filter(|count| *count > 0),
        ScreenName::Connections => connections_screen::to_do(archive.store(), now).ok().filter(|count| *count > 0),
        _ if screen == first => count(archive, signed_in, now),
        ScreenName::Identifications
        | ScreenName::Feedback
        | ScreenName::Trend
        | ScreenName::Reflections
        | ScreenName::Quality
        | ScreenName::Reception
        | ScreenName::AuditLog
        | ScreenName::MyAccount
        | ScreenName::Profiles
        | ScreenName::Rights
        | ScreenName::Oversight
        | ScreenName::Settings => None,
    };
    let item = |screen: &ScreenName| NavItem {
        screen: *screen,
        selected: *screen == at,
        count: count_of(*screen),
        open: Command::Open(*screen),
    };
    Rail {
        role: role_shown(who.role),
        items: screens_of(who.role).iter().map(item).collect(),
        name: who.name.clone(),
        mine: NavItem {
            screen: ScreenName::MyAccount,
            selected: at == ScreenName::MyAccount,
            count: None,
            open: Command::Open(ScreenName::MyAccount),
        },
        organisation: organisation(archive.store().settings()),
        lock: Command::Lock,
        sign_out: Command::SignOut,
    }
}
