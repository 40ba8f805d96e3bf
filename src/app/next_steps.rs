//! What to do first, for each role, in a store that has nothing yet: on its first screen, until it is done.
//!
//! **Invariant:** counts and dates only. In a store that is in use three rows are looked for, no more.

use access::SignedIn;
use chrono::{DateTime, Datelike, Months, TimeDelta, Utc};
use domain::RoleName;
use store::{AccountRow, Archive, Beginnings};
use viewmodel::{Command, IdentificationTab, NextState, NextStep, NextSteps, ScreenName};

use crate::{error::AppError, local, rail};

/// What the steps are made of.
struct Facts {
    begun: Beginnings,
    accounts: Vec<AccountRow>,
    /// The account that is signed in.
    account: i64,
    now: DateTime<Utc>,
}

impl Facts {
    fn professionals(&self) -> impl Iterator<Item = &AccountRow> {
        self.accounts.iter().filter(|row| row.roles.contains(&RoleName::Professional))
    }
}

/// The steps of who is signed in; `None`: not on this screen, or all of it is done.
pub(crate) fn next_steps(
    archive: &Archive,
    signed_in: &SignedIn,
    at: ScreenName,
    now: DateTime<Utc>,
) -> Result<Option<NextSteps>, AppError> {
    let who = rail::who(signed_in);
    if at != rail::first_screen(who.role) {
        return Ok(None);
    }
    let begun = archive.store().beginnings()?;
    if begun.hospital && begun.ride && begun.message {
        return Ok(None);
    }
    let facts = Facts { begun, accounts: archive.store().accounts()?, account: who.account, now };
    let steps = match who.role {
        RoleName::Administration => administration(&facts),
        RoleName::Professional => professional(&facts),
        RoleName::MedicalManager => medical_manager(&facts),
        RoleName::FunctionalAdministrator => functional_administrator(&facts),
        RoleName::PrivacyOfficer => privacy_officer(&facts),
    };
    Ok(Some(steps))
}

fn step(state: NextState, text: &'static str) -> NextStep {
    NextStep { state, text, values: Vec::new(), day: None, go: None }
}

/// What somebody else does.
fn waits(is_done: bool, text: &'static str) -> NextStep {
    step(if is_done { NextState::Done } else { NextState::Waits }, text)
}

/// What this role does, on a screen of its own.
fn does(is_done: bool, text: &'static str, words: &'static str, screen: ScreenName) -> NextStep {
    let state = if is_done { NextState::Done } else { NextState::ToDo };
    NextStep { go: (!is_done).then_some((words, Command::Open(screen))), ..step(state, text) }
}

fn functional_administrator(facts: &Facts) -> NextSteps {
    let Beginnings { hospital, ride, message } = facts.begun;
    let has_crew = facts.professionals().next().is_some();
    NextSteps {
        head: "next-head",
        under: "next-under",
        steps: vec![
            does(hospital, "next-hospitals", "next-go-connections", ScreenName::Connections),
            does(ride, "next-rides", "next-go-rides", ScreenName::Rides),
            does(has_crew, "next-accounts", "next-go-accounts", ScreenName::Accounts),
            // Tried out per hospital, once there is one.
            match hospital && !message {
                true => does(false, "next-test", "next-go-connections", ScreenName::Connections),
                false => waits(message, "next-test"),
            },
        ],
    }
}

fn privacy_officer(facts: &Facts) -> NextSteps {
    let unconfirmed = facts.accounts.iter().filter(|row| !row.confirmed).count();
    let confirm = match (unconfirmed, facts.professionals().next()) {
        (0, None) => step(NextState::Waits, "next-confirm-none"),
        (0, Some(_)) => step(NextState::Done, "next-confirmed"),
        (n, _) => {
            let one = does(
                false,
                if n == 1 { "next-confirm-one" } else { "next-confirm" },
                "next-go-accounts",
                ScreenName::Accounts,
            );
            NextStep { values: vec![("n", n.to_string())], ..one }
        }
    };
    let rights = NextStep {
        go: Some(("next-go-rights", Command::Open(ScreenName::Rights))),
        ..step(NextState::ToDo, "next-rights")
    };
    NextSteps {
        head: "next-head",
        under: "next-under-officer",
        steps: vec![confirm, rights, waits(facts.begun.message, "next-log")],
    }
}

fn administration(facts: &Facts) -> NextSteps {
    let awaited = Command::IdentificationTab(IdentificationTab::AwaitingHospital);
    let ready = waits(facts.begun.hospital && facts.begun.ride, "next-clerk-ready");
    let look = NextStep {
        go: facts.begun.ride.then_some(("next-go-awaited", awaited)),
        ..step(if facts.begun.ride { NextState::ToDo } else { NextState::Waits }, "next-clerk-awaited")
    };
    NextSteps {
        head: "next-clerk-head",
        under: "next-clerk-under",
        steps: vec![ready, look, waits(facts.begun.message, "next-clerk-message")],
    }
}

fn professional(facts: &Facts) -> NextSteps {
    let confirmed = facts.accounts.iter().any(|row| row.account == facts.account && row.confirmed);
    NextSteps {
        head: "next-crew-head",
        under: "next-crew-under",
        steps: vec![
            waits(confirmed, if confirmed { "next-crew-confirmed" } else { "next-crew-unconfirmed" }),
            waits(facts.begun.hospital && facts.begun.ride, "next-crew-ready"),
            waits(facts.begun.message, "next-crew-message"),
        ],
    }
}

/// The first day on which a month's figures stand there, if its first message came today.
fn first_ripe(now: DateTime<Utc>) -> Option<chrono::NaiveDate> {
    let next = local::day(now).with_day(1)?.checked_add_months(Months::new(1))?;
    next.checked_add_signed(TimeDelta::days(i64::from(stats::month::RIPENESS_DAYS) - 1))
}

fn medical_manager(facts: &Facts) -> NextSteps {
    let ripe = match first_ripe(facts.now) {
        Some(day) => NextStep { day: Some(day), ..step(NextState::Waits, "next-manager-ripe") },
        None => step(NextState::Waits, "ui-quality-under-none"),
    };
    NextSteps {
        head: "next-manager-head",
        under: "next-manager-under",
        steps: vec![
            waits(facts.begun.hospital && facts.begun.ride, "next-clerk-ready"),
            waits(facts.begun.message, "next-manager-message"),
            ripe,
        ],
    }
}
