//! An invented hospital as the store knows one: connected, with its work agreements. For the demo, and for tests of it.

use domain::InstanceId;
use store::{Agreed, Hospital, HospitalStatus, WorkAgreement};

/// The connection of an invented hospital.
pub fn connected(invented: &invent::Hospital) -> Hospital {
    let agreement = |a: &invent::WorkAgreement| WorkAgreement {
        from: a.from,
        agreed: Agreed {
            identification: a.identification,
            description: a.description,
            remarks_medical: a.remarks_medical,
            remarks_communication: a.remarks_communication,
            case_list: a.case_list,
        },
        delay_days: Some(14),
        reason: None,
    };
    Hospital {
        contact: Some(telephone(&invented.organisation())),
        agreements: invented.work_agreements.iter().map(agreement).collect(),
        ..Hospital::new(invented.organisation(), invented.name, HospitalStatus::Production)
    }
}

/// An invented number, under an area code that does not exist.
pub fn telephone(organisation: &InstanceId) -> String {
    let digits = organisation.extension.as_deref().unwrap_or_default();
    format!("012 345 {} 10", digits.get(digits.len().saturating_sub(2)..).unwrap_or_default())
}
