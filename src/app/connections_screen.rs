//! What *Aansluitingen* shows: the list with its totals, and the hospital in hand.
//!
//! **Not here:** the acts (`connection_acts`), the pages of a hospital (`connection_pages`), files (`connection_paper`).

use std::path::PathBuf;

use access::{FunctionalAdministrator, Session};
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use domain::{Agb, InstanceId, Site, Ura};
use store::{Hospital, HospitalStatus, Store};
use viewmodel::{
    Command, ConnectionDetail, ConnectionLine, ConnectionPage, ConnectionStatus, ConnectionTab, ConnectionsCommand,
    ConnectionsDraft, ConnectionsScreen, HospitalNumber,
};

use crate::{
    connection_pages,
    error::AppError,
    local,
    paper::Paper,
    self_test::{self, SelfTestRun},
};

/// What is in hand.
#[derive(Default)]
pub(crate) struct View {
    pub(crate) selected: Option<HospitalNumber>,
    pub(crate) tab: Option<ConnectionTab>,
    pub(crate) new_open: bool,
    pub(crate) edit_open: bool,
    /// What was typed before the last lock.
    draft: Option<Box<ConnectionsDraft>>,
    pub(crate) self_test: Option<SelfTestRun>,
}

impl View {
    /// Opens the forms with what was typed before.
    pub(crate) fn begin(&mut self, draft: ConnectionsDraft) {
        (self.selected, self.tab) = draft.at.unzip();
        (self.new_open, self.edit_open) = (draft.new.is_some(), draft.particulars.is_some());
        self.draft = Some(Box::new(draft));
    }
}

pub(crate) fn status_shown(status: HospitalStatus) -> ConnectionStatus {
    match status {
        HospitalStatus::Unlisted => ConnectionStatus::Unlisted,
        HospitalStatus::NotStarted => ConnectionStatus::NotStarted,
        HospitalStatus::Requested => ConnectionStatus::Requested,
        HospitalStatus::Test => ConnectionStatus::Test,
        HospitalStatus::Production => ConnectionStatus::Production,
        HospitalStatus::Stopped => ConnectionStatus::Stopped,
    }
}

/// Being worked on: no longer *niet gestart*, and not yet *in productie*.
fn is_in_implementation(status: HospitalStatus) -> bool {
    matches!(status, HospitalStatus::Requested | HospitalStatus::Test)
}

/// How many are in production, and in implementation.
pub(crate) fn totals(hospitals: &[(i64, Hospital)]) -> (usize, usize) {
    let count = |of: fn(HospitalStatus) -> bool| hospitals.iter().filter(|(_, h)| of(h.status)).count();
    (count(|status| status == HospitalStatus::Production), count(is_in_implementation))
}

/// The same at the end of each month, from the first in which one had a status until now: first day of the month, and both.
pub(crate) fn totals_by_month(hospitals: &[(i64, Hospital)], today: NaiveDate) -> Vec<(NaiveDate, usize, usize)> {
    let days = hospitals.iter().flat_map(|(_, hospital)| hospital.history.iter().map(|one| one.from));
    let Some(mut month) = days.min().and_then(|first| first.with_day(1)) else { return Vec::new() };
    let on = |hospital: &Hospital, day: NaiveDate| {
        let due = hospital.history.iter().rev().find(|one| one.from <= day);
        due.map_or(HospitalStatus::NotStarted, |one| one.status)
    };
    let mut totals = Vec::new();
    while month <= today {
        let Some(next) = month.checked_add_months(Months::new(1)) else { break };
        let last = next.pred_opt().unwrap_or(month).min(today);
        let count = |of: fn(HospitalStatus) -> bool| hospitals.iter().filter(|(_, h)| of(on(h, last))).count();
        totals.push((month, count(|status| status == HospitalStatus::Production), count(is_in_implementation)));
        month = next;
    }
    totals
}

/// Months that the screen shows; the file has them all.
const MONTHS: usize = 12;

fn months_of_late(hospitals: &[(i64, Hospital)], today: NaiveDate) -> Vec<(NaiveDate, usize, usize)> {
    let mut months = totals_by_month(hospitals, today);
    months.drain(..months.len().saturating_sub(MONTHS));
    months
}

/// Kind and number of an organisation, as a person knows it.
pub(crate) fn organisation(id: &InstanceId) -> (String, String) {
    let kind = match id.root.as_str() {
        Ura::ROOT => "URA",
        Agb::ROOT => "AGB",
        other => other,
    };
    (kind.to_owned(), id.extension.clone().unwrap_or_default())
}

/// Key of what a site is, and its id.
pub(crate) fn site(site: &Site) -> (&'static str, String) {
    let key = match site {
        Site::Location(_) => "connection-location",
        Site::Application(_) => "connection-application",
    };
    let InstanceId { root, extension } = site.id();
    (key, extension.as_ref().map_or_else(|| root.clone(), |extension| format!("{root} · {extension}")))
}

/// What asks for attention of a hospital in production.
fn attention(hospital: &Hospital, today: NaiveDate) -> Option<&'static str> {
    let is_open = matches!(hospital.status, HospitalStatus::Production | HospitalStatus::Test);
    if hospital.status == HospitalStatus::Unlisted {
        return Some("connection-attention-unlisted");
    }
    (is_open && hospital.agreement_on(today).is_none()).then_some("connection-attention-agreement")
}

fn connections(command: ConnectionsCommand) -> Command {
    Command::Connections(command)
}

/// How many hospitals ask for something.
pub(crate) fn to_do(store: &Store, now: DateTime<Utc>) -> Result<u64, AppError> {
    let today = local::day(now);
    Ok(store.connections()?.iter().filter(|hospital| attention(hospital, today).is_some()).count() as u64)
}

/// The screen.
pub(crate) fn screen(
    (store, session): (&Store, &Session<FunctionalAdministrator>),
    view: &View,
    paper: Option<&dyn Paper>,
    now: DateTime<Utc>,
) -> Result<ConnectionsScreen, AppError> {
    let hospitals = store.hospitals()?;
    let today = local::day(now);
    let selected = hospitals.iter().find(|(n, _)| view.selected == Some(HospitalNumber(*n))).or(hospitals.first());
    let line = |(n, hospital): &(i64, Hospital)| ConnectionLine {
        name: hospital.name.clone(),
        status: status_shown(hospital.status),
        attention: attention(hospital, today),
        selected: selected.is_some_and(|(chosen, _)| chosen == n),
        select: connections(ConnectionsCommand::Select(Some(HospitalNumber(*n)))),
    };
    let detail = selected.map(|(n, hospital)| {
        let tab = view.tab.unwrap_or(ConnectionTab::Status);
        let page = match tab {
            ConnectionTab::Status => {
                let of = (store, *n, hospital);
                ConnectionPage::Status(Box::new(connection_pages::status(of, view.edit_open, paper.is_some(), today)?))
            }
            ConnectionTab::Agreement => {
                ConnectionPage::Agreement(Box::new(connection_pages::agreement(store, *n, hospital, today)?))
            }
            ConnectionTab::Certificate => {
                let self_test = self_test::shown(store, view.self_test.as_ref(), paper.is_some())?;
                let page = connection_pages::certificate(store, *n, hospital, self_test, now)?;
                ConnectionPage::Certificate(Box::new(page))
            }
            ConnectionTab::Test => ConnectionPage::Test(Box::new(connection_pages::test((store, session), *n, paper)?)),
        };
        Ok::<_, AppError>(ConnectionDetail {
            hospital: HospitalNumber(*n),
            name: hospital.name.clone(),
            organisation: organisation(&hospital.organisation),
            site: hospital.site.as_ref().map(site),
            tab,
            page,
        })
    });
    Ok(ConnectionsScreen {
        lines: hospitals.iter().map(line).collect(),
        totals: totals(&hospitals),
        months: months_of_late(&hospitals, today),
        detail: detail.transpose()?,
        draft: view.draft.clone(),
        new_open: view.new_open,
        new_form: connections(ConnectionsCommand::NewForm),
        add: |typed| Command::Connections(ConnectionsCommand::Add(typed)),
        overview: |path: PathBuf| Command::Connections(ConnectionsCommand::Overview(path)),
        to_tab: |tab| Command::Connections(ConnectionsCommand::Tab(tab)),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use store::StatusSince;

    use super::*;

    #[test]
    fn the_totals_of_a_month_are_those_at_its_end_and_of_this_month_those_of_today() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
        let since = |status, from| StatusSince { status, from, by_file: false };
        let id = |n: &str| InstanceId { root: Ura::ROOT.into(), extension: Some(n.into()) };
        let one = Hospital {
            history: vec![
                since(HospitalStatus::Requested, day(5, 31)),
                since(HospitalStatus::Test, day(6, 3)),
                since(HospitalStatus::Production, day(8, 1)),
            ],
            ..Hospital::new(id("00000101"), "Een", HospitalStatus::Production)
        };
        let other = Hospital {
            history: vec![since(HospitalStatus::Production, day(7, 1)), since(HospitalStatus::Stopped, day(8, 20))],
            ..Hospital::new(id("00000102"), "Twee", HospitalStatus::Stopped)
        };
        let both = [(1, one), (2, other)];
        let months = totals_by_month(&both, day(8, 19));
        assert_eq!(months, [(day(5, 1), 0, 1), (day(6, 1), 0, 1), (day(7, 1), 1, 1), (day(8, 1), 2, 0)]);
        assert_eq!(totals_by_month(&both, day(8, 20)).last(), Some(&(day(8, 1), 1, 0)));
        assert_eq!(totals(&both), (1, 0));
        assert_eq!(totals_by_month(&[], day(8, 20)), []);
        // The screen has the last twelve.
        let later = NaiveDate::from_ymd_opt(2027, 7, 31).unwrap();
        let of_late = months_of_late(&both, later);
        assert_eq!((totals_by_month(&both, later).len(), of_late.len()), (15, 12));
        assert_eq!((of_late[0], of_late[11].0), ((day(8, 1), 1, 0), NaiveDate::from_ymd_opt(2027, 7, 1).unwrap()));
    }
}
