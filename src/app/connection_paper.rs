//! Files of *Aansluitingen*: the overview, the sheet for a hospital's team, its test script, the sign-off, and a certificate that is read.
//!
//! **Invariant:** a file is new, whole or not at all; what it says of a connection is what the screen says.
//! **Not here:** how a PDF looks (`report`), what a case is (`invent`, handed in by the binary).

use std::path::Path;

use access::{Event, FunctionalAdministrator, Session};
use chrono::{DateTime, Datelike, Utc};
use domain::{Agb, InstanceId, Purpose, RavNumber, Site, StoreKind, Ura};
use store::{Hospital, RavContact, SignOff, Store, StoreError};
use viewmodel::{ConnectionSheet, Language, SignOffSheet, SignOffTyped, Texts};

use crate::{
    accounts::Printer,
    connection_pages,
    connections_screen::{organisation, site, status_shown, totals_by_month},
    error::AppError,
    local,
    paper::{Paper, write_logged, write_new},
    profiles, rail, spreadsheet,
};

/// What a test script is made for.
pub struct ScriptFor {
    /// The hospital's number: rides of different scripts have numbers of their own.
    pub number: i64,
    /// The RAV.
    pub rav: u8,
    /// Name of the hospital.
    pub name: String,
    /// Its organisation.
    pub organisation: InstanceId,
    /// Its site, where the organisation has several hospitals.
    pub site: Option<Site>,
    /// The day on which it is made.
    pub until: chrono::NaiveDate,
}

fn hospital(store: &Store, n: i64) -> Result<Hospital, AppError> {
    let found = store.hospitals()?.into_iter().find(|(number, _)| *number == n);
    found.map(|(_, hospital)| hospital).ok_or_else(|| StoreError::NotYours.into())
}

fn makes_none() -> AppError {
    AppError::refused("error-letters", vec![])
}

/// Writes a file and its line in the log, or neither.
fn exported(
    (store, session): (&mut Store, &Session<FunctionalAdministrator>),
    (path, bytes): (&Path, &[u8]),
    detail: String,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let mut entry = store.entry(now, Event::ConnectionsExported, Purpose::Operation);
    (entry.user, entry.role) = (Some(session.account()), Some(session.role()));
    entry.authorisation = access::Authorisation::RolesTask;
    entry.detail = Some(detail);
    write_logged(store, &entry, path, bytes)
}

/// Key of a status' word.
#[must_use]
pub fn status_key(status: viewmodel::ConnectionStatus) -> &'static str {
    match status {
        viewmodel::ConnectionStatus::Unlisted => "connection-unlisted",
        viewmodel::ConnectionStatus::NotStarted => "connection-not-started",
        viewmodel::ConnectionStatus::Requested => "connection-requested",
        viewmodel::ConnectionStatus::Test => "connection-test",
        viewmodel::ConnectionStatus::Production => "connection-production",
        viewmodel::ConnectionStatus::Stopped => "connection-stopped",
    }
}

/// All hospitals with their status, and the totals at the end of each month.
fn table(store: &Store, texts: &Texts, now: DateTime<Utc>) -> Result<Vec<u8>, AppError> {
    let hospitals = store.hospitals()?;
    let mut lines = Vec::new();
    let heads = ["name", "organisation", "site", "status", "since", "in-production", "in-implementation"];
    let heads = heads.map(|head| texts.get(&format!("overview-{head}")));
    lines.push(spreadsheet::line(&heads[..5])?);
    for (_, hospital) in &hospitals {
        let (kind, number) = organisation(&hospital.organisation);
        let status = texts.get(status_key(status_shown(hospital.status)));
        let since = hospital.history.last().map(|one| one.from.to_string()).unwrap_or_default();
        let site = hospital.site.as_ref().map(|of| site(of).1).unwrap_or_default();
        lines.push(spreadsheet::line([hospital.name.clone(), format!("{kind} {number}"), site, status, since])?);
    }
    lines.push(String::new());
    lines.push(spreadsheet::line([&texts.get("overview-month"), &heads[5], &heads[6]])?);
    for (month, production, implementation) in totals_by_month(&hospitals, local::day(now)) {
        let month = format!("{}-{:02}", month.year(), month.month());
        lines.push(spreadsheet::line([month, production.to_string(), implementation.to_string()])?);
    }
    Ok((lines.join("\r\n") + "\r\n").into_bytes())
}

fn texts(language: Language) -> Result<Texts, AppError> {
    Texts::load(language).map_err(|_| AppError::refused("error-system", vec![]))
}

/// Writes the overview as CSV.
pub(crate) fn overview(
    (store, session): (&mut Store, &Session<FunctionalAdministrator>),
    path: &Path,
    language: Language,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let bytes = table(store, &texts(language)?, now)?;
    exported((store, session), (path, &bytes), "overview".to_owned(), now)
}

/// Versions of the messages that are read here: set and profile.
fn versions(store: &Store, now: DateTime<Utc>) -> Result<Vec<String>, AppError> {
    let loaded = store.profiles_in_force(now)?;
    let own = loaded.iter().map(|profile| (profile.name.as_str(), profile.text.as_str()));
    let shipped = hl7::Profiles::shipped_texts().iter().copied();
    let shipped = shipped.filter(|(name, _)| loaded.iter().all(|profile| profile.name != *name));
    let said = own.chain(shipped).map(|(name, text)| {
        let summary = hl7::profile_summary(name, text).map_err(|error| profiles::unfit(&error))?;
        Ok(format!("{} ({} {})", summary.message_set, summary.name, summary.version))
    });
    said.collect()
}

/// What a hospital's team and a network department need to know.
fn sheet_of(store: &Store, n: i64, now: DateTime<Utc>) -> Result<ConnectionSheet, AppError> {
    let hospital = hospital(store, n)?;
    let settings = store.settings();
    let (kind, number) = organisation(&hospital.organisation);
    let mut own = vec![format!("{kind} {number}")];
    own.extend(hospital.site.as_ref().map(|of| site(of).1));
    let receive = store.receive_settings()?;
    let (address, port) = listens_at(receive.listen.as_deref());
    // Where nothing listens there is no path either: it comes by another route.
    let path: Vec<String> = receive.listen.iter().map(|_| receive.path.clone()).collect();
    let certificate = store.own_certificate()?;
    let roots = vec![
        format!("RAV {} · {}", settings.rav, RavNumber::ROOT),
        format!("ritnummer · {}", hl7::RIDE_ROOT),
        format!("BSN · {}", hl7::BSN_ROOT),
        format!("URA · {}", Ura::ROOT),
        format!("AGB · {}", Agb::ROOT),
    ];
    Ok(ConnectionSheet {
        organisation: rail::organisation(settings),
        test: settings.kind == StoreKind::Test,
        hospital: hospital.name,
        rows: vec![
            ("sheet-hospital", own),
            ("sheet-address", address),
            ("sheet-port", port),
            ("sheet-path", path),
            ("sheet-fingerprint", certificate.iter().map(|own| own.fingerprint.clone()).collect()),
            ("sheet-issuer", certificate.iter().filter_map(issuer).collect()),
            ("sheet-versions", versions(store, now)?),
            ("sheet-roots", roots),
            ("sheet-contact", contact(store)?),
        ],
        made: local::day(now),
    })
}

/// Whom a hospital asks here, a line each; none where *Instellingen* has none.
fn contact(store: &Store) -> Result<Vec<String>, AppError> {
    let RavContact { function, telephone, mail } = store.rav_contact()?;
    Ok([function, telephone, mail].into_iter().filter(|line| !line.is_empty()).collect())
}

/// Address and port that are listened on, as a hospital needs them: where all addresses are, which of them is written by hand.
fn listens_at(listen: Option<&str>) -> (Vec<String>, Vec<String>) {
    let Some((address, port)) = listen.and_then(|listen| listen.rsplit_once(':')) else {
        return (Vec::new(), Vec::new());
    };
    let is_every = ["0.0.0.0", "[::]", ""].contains(&address);
    (if is_every { Vec::new() } else { vec![address.to_owned()] }, vec![port.to_owned()])
}

fn issuer(own: &store::CertificateSeen) -> Option<String> {
    own.names.split_once(";issuer:").map(|(_, issuer)| issuer.to_owned())
}

/// Writes the sheet for a hospital's team as PDF.
pub(crate) fn sheet(
    (store, session): (&mut Store, &Session<FunctionalAdministrator>),
    n: i64,
    path: &Path,
    (paper, language): Printer<'_>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let pdf = paper.ok_or_else(makes_none)?.connection_sheet(&sheet_of(store, n, now)?, language)?;
    exported((store, session), (path, &pdf), format!("{n}/sheet"), now)
}

/// Makes the test script for a hospital in a new folder, and begins its test.
pub(crate) fn script(
    (store, session): (&mut Store, &Session<FunctionalAdministrator>),
    n: i64,
    folder: &Path,
    (paper, _): Printer<'_>,
    now: DateTime<Utc>,
) -> Result<(), AppError> {
    let Hospital { organisation, site, name, .. } = hospital(store, n)?;
    let rav = store.settings().rav.get();
    let of = ScriptFor { number: n, rav, name, organisation, site, until: local::day(now) };
    let cases = paper.ok_or_else(makes_none)?.test_script(&of, folder)?;
    Ok(store.begin_test(session, n, &cases, now)?)
}

/// Signs a hospital's test off: the paper first, then the store; what the store refuses leaves no paper.
pub(crate) fn sign_off(
    (store, session, who): (&mut Store, &Session<FunctionalAdministrator>, &str),
    n: i64,
    (path, typed): (&Path, &SignOffTyped),
    (paper, language): Printer<'_>,
    now: DateTime<Utc>,
) -> Result<u64, AppError> {
    let paper: &dyn Paper = paper.ok_or_else(makes_none)?;
    let functions = typed.functions.trim();
    if functions.is_empty() {
        return Err(AppError::refused("error-sign-off-functions", vec![]));
    }
    let cases = connection_pages::cases(store, n, Some(paper))?;
    let asked: Vec<(u32, &str)> =
        cases.iter().flat_map(|case| case.checks.iter().map(|check| (case.number, check.check))).collect();
    let mut said = vec![format!("Terugblik {}", store.program_version())];
    said.extend(versions(store, now)?);
    let settings = store.settings();
    let sheet = SignOffSheet {
        organisation: rail::organisation(settings),
        test: settings.kind == StoreKind::Test,
        hospital: hospital(store, n)?.name,
        made: local::day(now),
        by: who.to_owned(),
        versions: said,
        functions: functions.to_owned(),
        open_points: typed.open_points.trim().to_owned(),
        cases,
    };
    let pdf = paper.sign_off(&sheet, language)?;
    write_new(path, &pdf).map_err(|error| AppError::target(path, &error))?;
    let signs = SignOff { functions: sheet.functions, open_points: sheet.open_points };
    store.sign_off(session, n, &asked, &signs, now).map_err(|error| {
        // Nothing is signed off: there is no paper that says so.
        let _ = std::fs::remove_file(path);
        error.into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_stands_for_all_is_left_to_be_written_and_its_port_is_not() {
        let at = |listen| listens_at(Some(listen));
        assert_eq!(at("10.1.2.3:8443"), (vec!["10.1.2.3".to_owned()], vec!["8443".to_owned()]));
        assert_eq!(at("[2001:db8::1]:443"), (vec!["[2001:db8::1]".to_owned()], vec!["443".to_owned()]));
        assert_eq!(at("0.0.0.0:8443"), (vec![], vec!["8443".to_owned()]));
        assert_eq!(listens_at(None), (vec![], vec![]));
    }
}
