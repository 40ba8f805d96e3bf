//! The pages of a hospital on *Aansluitingen*: *Status · Afspraak · Certificaat · Test*.

use std::path::PathBuf;

use access::{FunctionalAdministrator, Session};
use chrono::{DateTime, NaiveDate, Utc};
use domain::StoreKind;
use store::{
    Agreed, CertificateRefusal, CertificateSeen, Hospital, HospitalCertificate, HospitalStatus, JudgedBy,
    RefusedCertificateRow, Route, STEPS, Store, TestCaseRow, WorkAgreement,
};
use viewmodel::{
    AgreedParts, AgreementVersion, CertificateShown, CheckShown, CheckTicked, Command, ConnectionAgreementPage,
    ConnectionCertificatePage, ConnectionStatus, ConnectionStatusPage, ConnectionStepShown, ConnectionTestPage,
    ConnectionsCommand, HospitalNumber, JudgedShown, ParticularsTyped, RefusedCertificateShown, RouteShown,
    SelfTestShown, SignedOffShown, StageShown, TestCaseShown,
};

use crate::{
    certificates, connection_acts::status_of, connections_screen::status_shown, error::AppError, local, paper::Paper,
};

/// What is sent too much for want of an agreement is counted under this kind.
const NOT_AGREED: &str = "not_agreed";
// LIMIT: refused certificates that are offered; who connects a hospital looks for one.
const OFFERED_MAX: usize = 20;

pub(crate) fn route_shown(route: Route) -> RouteShown {
    match route {
        Route::Https => RouteShown::Https,
        Route::Platform => RouteShown::Platform,
        Route::Relay => RouteShown::Relay,
        Route::Folder => RouteShown::Folder,
    }
}

pub(crate) fn route_of(shown: RouteShown) -> Route {
    match shown {
        RouteShown::Https => Route::Https,
        RouteShown::Platform => Route::Platform,
        RouteShown::Relay => Route::Relay,
        RouteShown::Folder => Route::Folder,
    }
}

pub(crate) fn judged_shown(way: JudgedBy) -> JudgedShown {
    match way {
        JudgedBy::Automatic => JudgedShown::Automatic,
        JudgedBy::Staff => JudgedShown::Staff,
        JudgedBy::Unknown => JudgedShown::Unknown,
    }
}

pub(crate) fn judged_of(shown: JudgedShown) -> JudgedBy {
    match shown {
        JudgedShown::Automatic => JudgedBy::Automatic,
        JudgedShown::Staff => JudgedBy::Staff,
        JudgedShown::Unknown => JudgedBy::Unknown,
    }
}

/// Whether the test of a hospital was signed off here, since it last began.
fn is_signed_off(store: &Store, n: i64, hospital: &Hospital) -> Result<bool, AppError> {
    let began = hospital.history.iter().rev().find(|one| one.status == HospitalStatus::Test).map(|one| one.from);
    let signed = store.signed_off(n)?.map(|signed| local::day(signed.at));
    Ok(signed.is_some_and(|at| began.is_none_or(|began| began <= at)))
}

/// What has to be done before a hospital can have a status.
fn needs(hospital: &Hospital, signed_off: bool, status: HospitalStatus, today: NaiveDate) -> Option<&'static str> {
    let wanted = Hospital { status, history: Vec::new(), ..hospital.clone() };
    if store::may_test(None, &wanted, today).is_err() {
        return Some("connection-needs-messages");
    }
    (status == HospitalStatus::Production && !signed_off).then_some("connection-needs-sign-off")
}

/// What is to be done next.
fn next(hospital: &Hospital, signed_off: bool, today: NaiveDate) -> Option<&'static str> {
    let no_way_in = hospital.certificates.is_empty() && hospital.folder.is_none();
    match hospital.status {
        HospitalStatus::Unlisted => Some("connection-next-unlisted"),
        HospitalStatus::NotStarted => Some("connection-next-request"),
        HospitalStatus::Requested if needs(hospital, signed_off, HospitalStatus::Test, today).is_some() => {
            Some("connection-next-messages")
        }
        HospitalStatus::Requested if no_way_in => Some("connection-next-way-in"),
        HospitalStatus::Requested => Some("connection-next-test"),
        HospitalStatus::Test if no_way_in => Some("connection-next-way-in"),
        HospitalStatus::Test if signed_off => Some("connection-next-production"),
        HospitalStatus::Test => Some("connection-next-sign-off"),
        HospitalStatus::Production if hospital.agreement_on(today).is_none() => Some("connection-next-agreement"),
        HospitalStatus::Production | HospitalStatus::Stopped => None,
    }
}

fn stages(hospital: &Hospital, signed_off: bool, today: NaiveDate) -> Vec<StageShown> {
    let present = status_shown(hospital.status);
    let place = |status| ConnectionStatus::STAGES.iter().position(|one| *one == status);
    let stage = |status: &ConnectionStatus| {
        let last = hospital.history.iter().rev().find(|one| status_shown(one.status) == *status);
        StageShown {
            status: *status,
            since: last.map(|one| one.from),
            present: *status == present,
            past: place(*status) < place(present),
            by_file: last.is_some_and(|one| one.by_file),
            needs: needs(hospital, signed_off, status_of(*status), today),
        }
    };
    ConnectionStatus::STAGES.iter().map(stage).collect()
}

fn typed(hospital: &Hospital) -> ParticularsTyped {
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    let day = |day: Option<NaiveDate>| day.map(|day| day.format("%d-%m-%Y").to_string()).unwrap_or_default();
    let step = |number: u8| {
        let step = hospital.steps.iter().find(|step| step.number == number);
        [day(step.and_then(|step| step.on)), text(step.and_then(|step| step.function.as_ref()))]
    };
    let judged = hospital.judged.last();
    ParticularsTyped {
        name: hospital.name.clone(),
        supplier: text(hospital.supplier.as_ref()),
        supplier_rav: text(hospital.supplier_rav.as_ref()),
        route: hospital.route.map(route_shown),
        messages_since: day(hospital.messages_since),
        folder: text(hospital.folder.as_ref()),
        contact: text(hospital.contact.as_ref()),
        contacts: hospital
            .contacts
            .iter()
            .map(|c| [c.function.clone(), text(c.telephone.as_ref()), text(c.mail.as_ref())])
            .collect(),
        steps: std::array::from_fn(|place| step(u8::try_from(place + 1).unwrap_or(STEPS))),
        judged: judged.map(|(_, way)| judged_shown(*way)),
        judged_since: day(judged.map(|(from, _)| *from)),
    }
}

/// How judgements come about, the present first; a day on which nothing changed is left out.
fn judged(hospital: &Hospital) -> Vec<(NaiveDate, JudgedShown)> {
    let mut judged = hospital.judged.clone();
    judged.dedup_by_key(|(_, way)| *way);
    judged.iter().rev().map(|(from, way)| (*from, judged_shown(*way))).collect()
}

/// *Status*.
pub(crate) fn status(
    (store, n, hospital): (&Store, i64, &Hospital),
    edit_open: bool,
    makes_paper: bool,
    today: NaiveDate,
) -> Result<ConnectionStatusPage, AppError> {
    let signed_off = is_signed_off(store, n, hospital)?;
    let step = |number: u8| {
        let step = hospital.steps.iter().find(|step| step.number == number);
        ConnectionStepShown { on: step.and_then(|s| s.on), function: step.and_then(|s| s.function.clone()) }
    };
    let reached = |contact: &store::Contact| {
        let ways: Vec<&str> = [&contact.telephone, &contact.mail].into_iter().flatten().map(String::as_str).collect();
        (contact.function.clone(), ways.join(" · "))
    };
    let sheet: fn(HospitalNumber, PathBuf) -> Command =
        |hospital, path| Command::Connections(ConnectionsCommand::Sheet(hospital, path));
    Ok(ConnectionStatusPage {
        stages: stages(hospital, signed_off, today),
        next: next(hospital, signed_off, today),
        not_signed_off: hospital.status == HospitalStatus::Production && !signed_off,
        supplier: hospital.supplier.clone(),
        supplier_rav: hospital.supplier_rav.clone(),
        route: hospital.route.map(route_shown),
        messages_since: hospital.messages_since,
        folder: hospital.folder.clone(),
        judged: judged(hospital),
        contacts: hospital.contacts.iter().map(reached).collect(),
        contact: hospital.contact.clone(),
        steps: (1..=STEPS).map(step).collect(),
        typed: Box::new(typed(hospital)),
        edit_open,
        edit: Command::Connections(ConnectionsCommand::EditForm),
        save: |hospital, typed| Command::Connections(ConnectionsCommand::Save(hospital, typed)),
        set_status: |hospital, status, from| {
            Command::Connections(ConnectionsCommand::SetStatus(hospital, status, from))
        },
        sheet: makes_paper.then_some(sheet),
    })
}

fn parts(agreed: Agreed) -> AgreedParts {
    let Agreed { identification, description, remarks_medical, remarks_communication, case_list } = agreed;
    AgreedParts { identification, description, remarks_medical, remarks_communication, case_list }
}

fn each(agreed: Agreed) -> [bool; 5] {
    let AgreedParts { identification, description, remarks_medical, remarks_communication, case_list } = parts(agreed);
    [identification, description, remarks_medical, remarks_communication, case_list]
}

fn version((number, agreement): (usize, &WorkAgreement)) -> AgreementVersion {
    AgreementVersion {
        version: number,
        from: agreement.from,
        parts: parts(agreement.agreed),
        delay_days: agreement.delay_days,
        reason: agreement.reason.clone(),
    }
}

/// Since when each part is as it is now: through the versions that were in force, each on its first day.
fn unchanged_since(hospital: &Hospital, today: NaiveDate) -> [Option<NaiveDate>; 5] {
    let mut days: Vec<NaiveDate> = hospital.agreements.iter().map(|a| a.from).filter(|from| *from <= today).collect();
    days.sort_unstable();
    days.dedup();
    let mut since: [Option<(bool, NaiveDate)>; 5] = [None; 5];
    for day in days {
        let Some((_, in_force)) = hospital.agreement_on(day) else { continue };
        for (known, now) in since.iter_mut().zip(each(in_force.agreed)) {
            if known.is_none_or(|(before, _)| before != now) {
                *known = Some((now, day));
            }
        }
    }
    since.map(|known| known.map(|(_, day)| day))
}

/// *Afspraak*.
pub(crate) fn agreement(
    store: &Store,
    n: i64,
    hospital: &Hospital,
    today: NaiveDate,
) -> Result<ConnectionAgreementPage, AppError> {
    let numbered = || (1..).zip(&hospital.agreements);
    let next = numbered().filter(|(_, a)| a.from > today).min_by_key(|(number, a)| (a.from, usize::MAX - number));
    let paths = store.over_delivered_paths()?;
    let left_out = paths.iter().filter(|path| path.sender == n && path.kind == NOT_AGREED).map(|path| path.count).sum();
    let production = hospital.history.last().filter(|one| one.status == HospitalStatus::Production).map(|one| one.from);
    Ok(ConnectionAgreementPage {
        present: hospital.agreement_on(today).map(version),
        since: unchanged_since(hospital, today),
        next: next.map(version),
        versions: hospital.agreements.iter().enumerate().rev().map(|(place, a)| version((place + 1, a))).collect(),
        without_all: store.settings().without_agreement_all,
        left_out,
        production_since: production,
        today,
        agree: |hospital, typed| Command::Connections(ConnectionsCommand::Agree(hospital, typed)),
    })
}

/// *Certificaat*: those that are let in, and those that nobody has listed, the hospital's own URA first.
pub(crate) fn certificate(
    store: &Store,
    n: i64,
    hospital: &Hospital,
    self_test: SelfTestShown,
    now: DateTime<Utc>,
) -> Result<ConnectionCertificatePage, AppError> {
    let known = store.hospital_certificates()?;
    let warnings = store.certificate_warnings(now)?;
    let own = warnings.iter().find(|warning| warning.hospital.is_none()).map(certificates::alarm);
    let alarm = |listed: &String| {
        let is_it = |one: &HospitalCertificate| {
            one.organisation == hospital.organisation && one.hospital == hospital.name && one.listed == *listed
        };
        warnings.iter().find(|warning| warning.hospital.as_ref().is_some_and(is_it)).map(certificates::alarm)
    };
    let shown = |listed: &String| {
        let own = known.iter().find(|one| one.organisation == hospital.organisation && one.listed == *listed);
        let seen = own.and_then(|one| one.seen.as_ref());
        CertificateShown {
            fingerprint: listed.clone(),
            subject: seen.map(|seen| seen.common_name.clone()),
            issuer: seen.and_then(|seen| Some(seen.names.split_once(";issuer:")?.1.to_owned())),
            until: seen.map(|seen| local::day(seen.not_after)),
            alarm: alarm(listed),
            remove: Command::Connections(ConnectionsCommand::RemoveCertificate(HospitalNumber(n), listed.clone())),
        }
    };
    let own_number = hospital.organisation.extension.as_deref();
    let offered = |row: RefusedCertificateRow| {
        let CertificateSeen { fingerprint, common_name, ura, .. } = row.certificate;
        let add = ConnectionsCommand::AddCertificate(HospitalNumber(n), fingerprint.clone());
        RefusedCertificateShown {
            own_ura: ura.is_some() && ura.as_deref() == own_number,
            fingerprint,
            subject: common_name,
            ura,
            last: local::time(row.last),
            add: Command::Connections(add),
        }
    };
    let unlisted = store.refused_certificates(now)?.into_iter();
    let unlisted = unlisted.filter(|row| row.reason == CertificateRefusal::Unlisted && row.hospitals.is_empty());
    let mut refused: Vec<RefusedCertificateShown> = unlisted.take(OFFERED_MAX).map(offered).collect();
    refused.sort_by_key(|one| !one.own_ura);
    Ok(ConnectionCertificatePage {
        own,
        refused,
        certificates: hospital.certificates.iter().map(shown).collect(),
        add: |hospital, print| Command::Connections(ConnectionsCommand::AddCertificate(hospital, print)),
        load: |hospital, path| Command::Connections(ConnectionsCommand::LoadCertificate(hospital, path)),
        self_test,
    })
}

/// The cases of a hospital's test with what is checked of each.
pub(crate) fn cases(store: &Store, n: i64, paper: Option<&dyn Paper>) -> Result<Vec<TestCaseShown>, AppError> {
    let accounts = store.accounts_ever()?;
    let name = |account: i64| accounts.iter().find(|row| row.account == account).map(|row| row.name.clone());
    let check = |row: &TestCaseRow, check: &'static str| {
        let ticked = row.checked.iter().find(|(own, ..)| own == check);
        let next = if ticked.is_some() { CheckTicked::No } else { CheckTicked::Yes };
        let command = Command::Connections(ConnectionsCommand::Check(HospitalNumber(n), row.number, check, next));
        CheckShown {
            check,
            ticked: ticked.map(|(_, at, by)| (name(*by).unwrap_or_default(), local::time(*at))),
            tick: row.received.is_some().then_some(command),
        }
    };
    let case = |row: TestCaseRow| {
        let asked = paper.map(|paper| paper.checks(&row.name)).unwrap_or_default();
        TestCaseShown {
            number: row.number,
            received: row.received.map(local::time),
            checks: asked.into_iter().map(|one| check(&row, one)).collect(),
            name: row.name,
        }
    };
    Ok(store.test_cases(n)?.into_iter().map(case).collect())
}

/// *Test*.
pub(crate) fn test(
    (store, _session): (&Store, &Session<FunctionalAdministrator>),
    n: i64,
    paper: Option<&dyn Paper>,
) -> Result<ConnectionTestPage, AppError> {
    let accounts = store.accounts_ever()?;
    let name = |account: i64| accounts.iter().find(|row| row.account == account).map(|row| row.name.clone());
    let signed = store.signed_off(n)?.map(|signed| SignedOffShown {
        at: local::time(signed.at),
        by: name(signed.by).unwrap_or_default(),
        open_points: signed.said.open_points,
        destroyed: signed.destroyed,
    });
    let make: fn(HospitalNumber, PathBuf) -> Command =
        |hospital, folder| Command::Connections(ConnectionsCommand::MakeScript(hospital, folder));
    let sign: fn(HospitalNumber, PathBuf, Box<viewmodel::SignOffTyped>) -> Command =
        |hospital, path, typed| Command::Connections(ConnectionsCommand::SignOff(hospital, path, typed));
    let mut page = ConnectionTestPage {
        cases: cases(store, n, paper)?,
        in_production_store: store.settings().kind == StoreKind::Production,
        make: paper.is_some().then_some(make),
        sign_off: None,
        signed,
    };
    let ((came, all), (ticked, asked)) = (page.received(), page.checked());
    page.sign_off = (all > 0 && came == all && ticked == asked && asked > 0).then_some(sign);
    Ok(page)
}
