//! `connections export|import`: hospitals and agreements as TOML (DESIGN §8).

use chrono::NaiveDate;
use domain::InstanceId;
use serde::{Deserialize, Serialize};
use store::{Agreed, Hospital, HospitalStatus, WorkAgreement};

use crate::error::AppError;

#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    hospital: Vec<HospitalTable>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganisationTable {
    root: String,
    extension: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HospitalTable {
    organisation: OrganisationTable,
    name: String,
    status: String,
    #[serde(default)]
    certificates: Vec<String>,
    folder: Option<String>,
    contact: Option<String>,
    #[serde(default)]
    agreement: Vec<AgreementTable>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgreementTable {
    from: String,
    identification: bool,
    description: bool,
    remarks_medical: bool,
    remarks_communication: bool,
    #[serde(default)]
    case_list: bool,
}

/// Hospitals from a file.
///
/// # Errors
/// What is wrong, with its line or hospital.
pub fn read(text: &str) -> Result<Vec<Hospital>, AppError> {
    let file: File = toml::from_str(text).map_err(|error| AppError::of_toml(text, &error))?;
    file.hospital.into_iter().map(hospital).collect()
}

fn hospital(table: HospitalTable) -> Result<Hospital, AppError> {
    let named = |key, value: &str| AppError::refused(key, vec![("name", table.name.clone()), ("value", value.into())]);
    let status =
        HospitalStatus::from_name(&table.status).ok_or_else(|| named("error-connection-status", &table.status))?;
    let mut agreements = Vec::new();
    for agreement in &table.agreement {
        let from = NaiveDate::parse_from_str(agreement.from.trim(), "%Y-%m-%d")
            .map_err(|_| named("error-connection-date", &agreement.from))?;
        let agreed = Agreed {
            identification: agreement.identification,
            description: agreement.description,
            remarks_medical: agreement.remarks_medical,
            remarks_communication: agreement.remarks_communication,
            case_list: agreement.case_list,
        };
        agreements.push(WorkAgreement { from, agreed });
    }
    agreements.sort_by_key(|a| a.from);
    Ok(Hospital {
        organisation: InstanceId { root: table.organisation.root, extension: Some(table.organisation.extension) },
        name: table.name,
        status,
        certificates: table.certificates,
        folder: table.folder,
        contact: table.contact,
        agreements,
    })
}

/// Hospitals as a file.
///
/// # Errors
/// When they cannot be written as TOML; cannot happen for what [`read`] read.
pub fn write(hospitals: &[Hospital]) -> Result<String, AppError> {
    let table = |h: &Hospital| HospitalTable {
        organisation: OrganisationTable {
            root: h.organisation.root.clone(),
            extension: h.organisation.extension.clone().unwrap_or_default(),
        },
        name: h.name.clone(),
        status: h.status.name().to_owned(),
        certificates: h.certificates.clone(),
        folder: h.folder.clone(),
        contact: h.contact.clone(),
        agreement: h.agreements.iter().map(agreement).collect(),
    };
    let file = File { hospital: hospitals.iter().map(table).collect() };
    toml::to_string(&file).map_err(|_| AppError::refused("error-system", vec![]))
}

fn agreement(agreement: &WorkAgreement) -> AgreementTable {
    let Agreed { identification, description, remarks_medical, remarks_communication, case_list } = agreement.agreed;
    AgreementTable {
        from: agreement.from.to_string(),
        identification,
        description,
        remarks_medical,
        remarks_communication,
        case_list,
    }
}
