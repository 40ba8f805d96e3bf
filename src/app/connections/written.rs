//! A `connections` file made of hospitals: what [`super::read`] reads gives the same hospitals again.

use domain::{InstanceId, Site};
use store::{Hospital, HospitalStatus};
use toml::Spanned;

use super::table::{AgreementTable, ContactTable, File, HistoryTable, HospitalTable, IdTable, JudgedTable, StepTable};
use crate::error::AppError;

/// What is written stands nowhere yet.
fn new<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}

fn text(text: Option<&String>) -> Option<Spanned<String>> {
    text.cloned().map(new)
}

fn id(id: &InstanceId) -> Spanned<IdTable> {
    new(IdTable { root: id.root.clone(), extension: id.extension.clone().unwrap_or_default() })
}

/// Hospitals as a file. Those *zonder aansluiting* are not listed, and stay out: reading them would list them.
///
/// # Errors
/// When they cannot be written as TOML; cannot happen for what [`super::read`] read.
pub fn write(hospitals: &[Hospital]) -> Result<String, AppError> {
    let listed = hospitals.iter().filter(|h| h.status != HospitalStatus::Unlisted);
    let file = File { hospital: listed.map(table).collect() };
    if file.hospital.is_empty() {
        return Ok(NONE.to_owned());
    }
    toml::to_string(&file).map_err(|_| AppError::refused("error-system", vec![]))
}

/// Of no hospital: what can be added to, with how one begins.
const NONE: &str = "\
# [[hospital]]
# organisation = { root = \"2.16.528.1.1007.3.3\", extension = \"00000000\" }
# name = \"...\"
# status = \"not_started\"
";

fn table(h: &Hospital) -> HospitalTable {
    let (location, application) = match &h.site {
        None => (None, None),
        Some(Site::Location(location)) => (Some(id(location)), None),
        Some(Site::Application(application)) => (None, Some(id(application))),
    };
    let step = |step: &store::Step| StepTable {
        step: new(step.number),
        on: step.on.map(|on| new(on.to_string())),
        function: text(step.function.as_ref()),
    };
    HospitalTable {
        organisation: id(&h.organisation),
        location,
        application,
        name: new(h.name.clone()),
        status: new(h.status.name().to_owned()),
        certificates: h.certificates.iter().cloned().map(new).collect(),
        folder: text(h.folder.as_ref()),
        contact: text(h.contact.as_ref()),
        supplier: text(h.supplier.as_ref()),
        supplier_rav: text(h.supplier_rav.as_ref()),
        route: h.route.map(|route| new(route.name().to_owned())),
        messages_8_9_10_since: h.messages_since.map(|day| new(day.to_string())),
        history: h.history.iter().map(history).collect(),
        contacts: h.contacts.iter().map(contact).collect(),
        steps: h.steps.iter().map(step).collect(),
        judged: h
            .judged
            .iter()
            .map(|(from, way)| JudgedTable { from: new(from.to_string()), by: new(way.name().to_owned()) })
            .collect(),
        agreement: (1..).zip(&h.agreements).map(agreement).collect(),
    }
}

fn history(one: &store::StatusSince) -> HistoryTable {
    HistoryTable {
        status: new(one.status.name().to_owned()),
        from: new(one.from.to_string()),
        by_file: (!one.by_file).then_some(false),
    }
}

fn contact(contact: &store::Contact) -> ContactTable {
    ContactTable {
        function: new(contact.function.clone()),
        telephone: text(contact.telephone.as_ref()),
        mail: text(contact.mail.as_ref()),
    }
}

fn agreement((version, agreement): (u32, &store::WorkAgreement)) -> AgreementTable {
    let store::Agreed { identification, description, remarks_medical, remarks_communication, case_list } =
        agreement.agreed;
    AgreementTable {
        version: Some(version),
        from: new(agreement.from.to_string()),
        identification,
        description,
        remarks_medical,
        remarks_communication,
        case_list,
        expected_delay_days: agreement.delay_days,
        reason: text(agreement.reason.as_ref()),
    }
}
