//! *Aansluitingen*: what a functional administrator does there.
//!
//! **Invariant:** what is typed is read whole before anything is written; an act that is refused changes nothing.
//! **Not here:** the rules that the store holds (`store`), files that are written (`connection_paper`).

use std::path::Path;

use access::{FunctionalAdministrator, Session, SignedIn};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{Site, Ura};
use store::{Agreed, Contact, Hospital, HospitalStatus, StatusSince, Step, Store, Ticked, WorkAgreement};
use viewmodel::{
    AgreementTyped, CheckTicked, ConnectionStatus, ConnectionsCommand, HospitalNumber, HospitalTyped, Notice,
    NoticeKind, ParticularsTyped,
};

use crate::{
    certificates,
    connection_pages::{judged_of, route_of},
    connection_paper,
    connections::{fingerprint, instance, is_text, organisation},
    connections_screen::View,
    engine::{Engine, Place},
    error::AppError,
    local, rail, self_test,
};

/// Does what is asked there; of another role's session it does nothing.
pub(crate) fn execute(engine: &mut Engine, command: ConnectionsCommand, now: DateTime<Utc>) -> Result<(), AppError> {
    if let ConnectionsCommand::SelfTest(act) = command {
        return self_test::execute(engine, act, now);
    }
    let Engine { archive, place: Place::Inside(signed_in), view, notice, paper, language, .. } = engine else {
        return Ok(());
    };
    let who = rail::who(signed_in);
    let SignedIn::FunctionalAdministrator(session) = signed_in.as_ref() else { return Ok(()) };
    let (view, store) = (&mut view.connections, archive.store_mut());
    if let Some(command) = look(view, command) {
        let printer = (paper.as_deref(), *language);
        *notice = match written((&mut *store, session), &who.name, command, printer, now)? {
            Done::File(notice) => notice,
            Done::Other(command) => act((store, session), view, command, now)?,
        };
    }
    Ok(())
}

/// What only looks; gives the command back that is an act.
fn look(view: &mut View, command: ConnectionsCommand) -> Option<ConnectionsCommand> {
    match command {
        ConnectionsCommand::Select(hospital) => {
            (view.selected, view.edit_open, view.new_open) = (hospital, false, false);
        }
        ConnectionsCommand::Tab(tab) => (view.tab, view.edit_open) = (Some(tab), false),
        ConnectionsCommand::NewForm => view.new_open = !view.new_open,
        ConnectionsCommand::EditForm => view.edit_open = !view.edit_open,
        act @ (ConnectionsCommand::Add(_)
        | ConnectionsCommand::Save(..)
        | ConnectionsCommand::SetStatus(..)
        | ConnectionsCommand::Agree(..)
        | ConnectionsCommand::AddCertificate(..)
        | ConnectionsCommand::LoadCertificate(..)
        | ConnectionsCommand::RemoveCertificate(..)
        | ConnectionsCommand::SelfTest(_)
        | ConnectionsCommand::Overview(_)
        | ConnectionsCommand::Sheet(..)
        | ConnectionsCommand::MakeScript(..)
        | ConnectionsCommand::Check(..)
        | ConnectionsCommand::SignOff(..)) => return Some(act),
    }
    None
}

/// Whether a command wrote a file.
enum Done {
    File(Option<Notice>),
    Other(ConnectionsCommand),
}

fn written(
    (store, session): (&mut Store, &Session<FunctionalAdministrator>),
    who: &str,
    command: ConnectionsCommand,
    printer: crate::accounts::Printer<'_>,
    now: DateTime<Utc>,
) -> Result<Done, AppError> {
    let notice = match command {
        ConnectionsCommand::Overview(path) => {
            connection_paper::overview((store, session), &path, printer.1, now)?;
            file_notice("notice-connections-overview", &path)
        }
        ConnectionsCommand::Sheet(HospitalNumber(n), path) => {
            connection_paper::sheet((store, session), n, &path, printer, now)?;
            file_notice("notice-connection-sheet", &path)
        }
        ConnectionsCommand::MakeScript(HospitalNumber(n), folder) => {
            connection_paper::script((store, session), n, &folder, printer, now)?;
            file_notice("notice-connection-script", &folder)
        }
        ConnectionsCommand::SignOff(HospitalNumber(n), path, said) => {
            let destroyed = connection_paper::sign_off((store, session, who), n, (&path, &said), printer, now)?;
            let values = vec![("place", path.display().to_string()), ("n", destroyed.to_string())];
            Some(Notice { kind: NoticeKind::Done, text: "notice-connection-signed-off", values })
        }
        other @ (ConnectionsCommand::Select(_)
        | ConnectionsCommand::Tab(_)
        | ConnectionsCommand::NewForm
        | ConnectionsCommand::EditForm
        | ConnectionsCommand::Add(_)
        | ConnectionsCommand::Save(..)
        | ConnectionsCommand::SetStatus(..)
        | ConnectionsCommand::Agree(..)
        | ConnectionsCommand::AddCertificate(..)
        | ConnectionsCommand::LoadCertificate(..)
        | ConnectionsCommand::RemoveCertificate(..)
        | ConnectionsCommand::SelfTest(_)
        | ConnectionsCommand::Check(..)) => return Ok(Done::Other(other)),
    };
    Ok(Done::File(notice))
}

fn file_notice(text: &'static str, path: &Path) -> Option<Notice> {
    Some(Notice { kind: NoticeKind::Done, text, values: vec![("place", path.display().to_string())] })
}

fn done(text: &'static str) -> Option<Notice> {
    Some(Notice { kind: NoticeKind::Done, text, values: vec![] })
}

fn act(
    (store, session): (&mut Store, &Session<FunctionalAdministrator>),
    view: &mut View,
    command: ConnectionsCommand,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, AppError> {
    match command {
        ConnectionsCommand::Add(typed) => {
            let n = store.add_hospital(session, &new_hospital(&typed)?, now)?;
            (view.selected, view.new_open) = (Some(HospitalNumber(n)), false);
            Ok(done("notice-hospital-added"))
        }
        ConnectionsCommand::Save(HospitalNumber(n), typed) => {
            let read = Particulars::read(&typed)?;
            folder_is_free(store, n, read.folder.as_deref())?;
            store.change_hospital(session, n, |hospital| read.put(hospital), now)?;
            view.edit_open = false;
            Ok(done("notice-connection-saved"))
        }
        ConnectionsCommand::SetStatus(HospitalNumber(n), status, from) => {
            let (status, from) = (status_of(status), day(&from)?.unwrap_or_else(|| local::day(now)));
            let change = |hospital: &mut Hospital| {
                hospital.status = status;
                hospital.history.push(StatusSince { status, from, by_file: false });
            };
            store.change_hospital(session, n, change, now)?;
            Ok(done("notice-connection-status"))
        }
        ConnectionsCommand::Agree(HospitalNumber(n), typed) => {
            let agreement = agreement(&typed)?;
            store.change_hospital(session, n, |hospital| hospital.agreements.push(agreement.clone()), now)?;
            Ok(done("notice-connection-agreed"))
        }
        ConnectionsCommand::AddCertificate(HospitalNumber(n), print) => {
            let print = listed(print.trim()).ok_or_else(|| refused("error-certificate-typed"))?;
            add_certificate((store, session), n, print, now)
        }
        ConnectionsCommand::LoadCertificate(HospitalNumber(n), path) => {
            let certificate = certificates::in_file(&path, "error-certificate-file")?.seen;
            let notice = add_certificate((&mut *store, session), n, certificate.fingerprint.clone(), now)?;
            store.know_certificate(&certificate, now)?;
            Ok(notice)
        }
        ConnectionsCommand::RemoveCertificate(HospitalNumber(n), print) => {
            store.change_hospital(session, n, |hospital| hospital.certificates.retain(|own| *own != print), now)?;
            Ok(done("notice-certificate-removed"))
        }
        ConnectionsCommand::Check(HospitalNumber(n), number, check, ticked) => {
            let ticked = match ticked {
                CheckTicked::Yes => Ticked::Yes,
                CheckTicked::No => Ticked::No,
            };
            store.check_case(session, n, (number, check), ticked, now)?;
            Ok(None)
        }
        ConnectionsCommand::Select(_)
        | ConnectionsCommand::Tab(_)
        | ConnectionsCommand::NewForm
        | ConnectionsCommand::EditForm
        | ConnectionsCommand::SelfTest(_)
        | ConnectionsCommand::Overview(_)
        | ConnectionsCommand::Sheet(..)
        | ConnectionsCommand::MakeScript(..)
        | ConnectionsCommand::SignOff(..) => Ok(None),
    }
}

fn refused(key: &'static str) -> AppError {
    AppError::refused(key, vec![])
}

/// A certificate as it is listed.
fn listed(text: &str) -> Option<String> {
    fingerprint(text)
}

/// Hospitals may share one: that of an integration platform.
fn add_certificate(
    (store, session): (&mut Store, &Session<FunctionalAdministrator>),
    n: i64,
    print: String,
    now: DateTime<Utc>,
) -> Result<Option<Notice>, AppError> {
    let change = |hospital: &mut Hospital| {
        hospital.certificates.push(print.clone());
        hospital.certificates.sort();
        hospital.certificates.dedup();
    };
    store.change_hospital(session, n, change, now)?;
    Ok(done("notice-certificate-added"))
}

fn folder_is_free(store: &Store, n: i64, folder: Option<&str>) -> Result<(), AppError> {
    let Some(folder) = folder else { return Ok(()) };
    if !intake::is_folder_of_hospital(folder) {
        return Err(AppError::refused("error-folder-unusable", vec![]));
    }
    let hospitals = store.hospitals()?;
    match hospitals.iter().find(|(number, h)| *number != n && h.folder.as_deref() == Some(folder)) {
        Some((_, other)) => Err(AppError::refused("error-folder-of-other", vec![("other", other.name.clone())])),
        None => Ok(()),
    }
}

pub(crate) fn status_of(shown: ConnectionStatus) -> HospitalStatus {
    match shown {
        ConnectionStatus::Unlisted => HospitalStatus::Unlisted,
        ConnectionStatus::NotStarted => HospitalStatus::NotStarted,
        ConnectionStatus::Requested => HospitalStatus::Requested,
        ConnectionStatus::Test => HospitalStatus::Test,
        ConnectionStatus::Production => HospitalStatus::Production,
        ConnectionStatus::Stopped => HospitalStatus::Stopped,
    }
}

/// A day as it is typed, `21-09-2026`; nothing typed is none.
fn day(typed: &str) -> Result<Option<NaiveDate>, AppError> {
    let parts = typed.trim().replace('/', "-");
    if parts.is_empty() {
        return Ok(None);
    }
    let day = NaiveDate::parse_from_str(&parts, "%d-%m-%Y");
    day.map(Some).map_err(|_| AppError::refused("error-day-typed", vec![("typed", typed.trim().to_owned())]))
}

/// A line as it is typed; nothing typed is none.
fn text(typed: &str) -> Option<String> {
    let typed: String = typed.trim().chars().filter(|c| !c.is_control()).collect();
    (!typed.is_empty()).then_some(typed)
}

fn new_hospital(typed: &HospitalTyped) -> Result<Hospital, AppError> {
    let name = text(&typed.name).filter(|name| is_text(name)).ok_or_else(|| refused("error-hospital-name"))?;
    let id = organisation(Ura::ROOT, typed.ura.trim()).ok_or_else(|| refused("error-hospital-ura"))?;
    let (root, extension) = (typed.site_root.trim(), typed.site_extension.trim());
    let site = if root.is_empty() && extension.is_empty() {
        None
    } else {
        let id = instance(root, extension).ok_or_else(|| refused("error-hospital-site"))?;
        Some(if typed.by_application { Site::Application(id) } else { Site::Location(id) })
    };
    Ok(Hospital { site, ..Hospital::new(id, &name, HospitalStatus::NotStarted) })
}

fn agreement(typed: &AgreementTyped) -> Result<WorkAgreement, AppError> {
    let parts = typed.parts;
    let delay = typed.delay_days.trim();
    let delay_days =
        if delay.is_empty() { None } else { Some(delay.parse().map_err(|_| refused("error-agreement-delay"))?) };
    Ok(WorkAgreement {
        from: day(&typed.from)?.ok_or_else(|| refused("error-agreement-from"))?,
        agreed: Agreed {
            identification: parts.identification,
            description: parts.description,
            remarks_medical: parts.remarks_medical,
            remarks_communication: parts.remarks_communication,
            case_list: parts.case_list,
        },
        delay_days,
        reason: text(&typed.reason),
    })
}

/// Particulars as they are kept.
#[derive(Clone)]
struct Particulars {
    name: String,
    supplier: Option<String>,
    supplier_rav: Option<String>,
    route: Option<store::Route>,
    messages_since: Option<NaiveDate>,
    folder: Option<String>,
    contact: Option<String>,
    contacts: Vec<Contact>,
    steps: Vec<Step>,
    judged: Option<(NaiveDate, store::JudgedBy)>,
}

impl Particulars {
    fn read(typed: &ParticularsTyped) -> Result<Self, AppError> {
        let mut contacts = Vec::new();
        for [function, telephone, mail] in &typed.contacts {
            let (function, telephone, mail) = (text(function), text(telephone), text(mail));
            match function {
                Some(function) => contacts.push(Contact { function, telephone, mail }),
                None if telephone.is_none() && mail.is_none() => {}
                None => return Err(refused("error-contact-function")),
            }
        }
        let mut steps = Vec::new();
        for (number, [on, function]) in (1..).zip(&typed.steps) {
            let (on, function) = (day(on)?, text(function));
            if on.is_some() || function.is_some() {
                steps.push(Step { number, on, function });
            }
        }
        let judged = match (typed.judged, day(&typed.judged_since)?) {
            (Some(way), Some(since)) => Some((since, judged_of(way))),
            (Some(_), None) => return Err(refused("error-judged-since")),
            (None, _) => None,
        };
        Ok(Self {
            name: text(&typed.name).ok_or_else(|| refused("error-hospital-name"))?,
            supplier: text(&typed.supplier),
            supplier_rav: text(&typed.supplier_rav),
            route: typed.route.map(route_of),
            messages_since: day(&typed.messages_since)?,
            folder: text(typed.folder.trim_end_matches('/')),
            contact: text(&typed.contact),
            contacts,
            steps,
            judged,
        })
    }

    fn put(&self, hospital: &mut Hospital) {
        let Self { name, supplier, supplier_rav, route, messages_since, folder, contact, contacts, steps, judged } =
            self.clone();
        hospital.name = name;
        (hospital.supplier, hospital.supplier_rav) = (supplier, supplier_rav);
        (hospital.route, hospital.messages_since, hospital.folder) = (route, messages_since, folder);
        (hospital.contact, hospital.contacts, hospital.steps) = (contact, contacts, steps);
        // What is the last of them already is no change; another way since the same day is a correction, and takes its place.
        if let Some((since, way)) = judged.filter(|one| hospital.judged.last() != Some(one)) {
            hospital.judged.retain(|(from, _)| *from != since);
            hospital.judged.push((since, way));
            hospital.judged.sort_by_key(|(from, _)| *from);
        }
    }
}
