//! The tables of a `connections` file, as they stand in it.

use serde::{Deserialize, Serialize};
use toml::Spanned;

#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub(super) hospital: Vec<HospitalTable>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IdTable {
    pub(super) root: String,
    #[serde(default)]
    pub(super) extension: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HospitalTable {
    pub(super) organisation: Spanned<IdTable>,
    pub(super) location: Option<Spanned<IdTable>>,
    pub(super) application: Option<Spanned<IdTable>>,
    pub(super) name: Spanned<String>,
    pub(super) status: Spanned<String>,
    #[serde(default)]
    pub(super) certificates: Vec<Spanned<String>>,
    pub(super) folder: Option<Spanned<String>>,
    pub(super) contact: Option<Spanned<String>>,
    pub(super) supplier: Option<Spanned<String>>,
    pub(super) supplier_rav: Option<Spanned<String>>,
    pub(super) route: Option<Spanned<String>>,
    pub(super) messages_8_9_10_since: Option<Spanned<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) history: Vec<HistoryTable>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) contacts: Vec<ContactTable>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) steps: Vec<StepTable>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) judged: Vec<JudgedTable>,
    #[serde(default)]
    pub(super) agreement: Vec<AgreementTable>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryTable {
    pub(super) status: Spanned<String>,
    pub(super) from: Spanned<String>,
    pub(super) by_file: Option<bool>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ContactTable {
    pub(super) function: Spanned<String>,
    pub(super) telephone: Option<Spanned<String>>,
    pub(super) mail: Option<Spanned<String>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepTable {
    pub(super) step: Spanned<u8>,
    pub(super) on: Option<Spanned<String>>,
    pub(super) function: Option<Spanned<String>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JudgedTable {
    pub(super) from: Spanned<String>,
    pub(super) by: Spanned<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AgreementTable {
    pub(super) version: Option<u32>,
    pub(super) from: Spanned<String>,
    pub(super) identification: bool,
    pub(super) description: bool,
    pub(super) remarks_medical: bool,
    pub(super) remarks_communication: bool,
    #[serde(default)]
    pub(super) case_list: bool,
    pub(super) expected_delay_days: Option<u16>,
    pub(super) reason: Option<Spanned<String>>,
}
