//! `connections export|import`: hospitals and agreements as TOML (DESIGN §8).
//!
//! **Invariant:** what is read is whole and belongs to one hospital each: organisation, certificate, folder.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::{Agb, InstanceId, Ura};
use serde::{Deserialize, Serialize};
use store::{Agreed, Hospital, HospitalStatus, WorkAgreement};
use toml::Spanned;

use crate::error::{AppError, line_and_column};

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
    organisation: Spanned<OrganisationTable>,
    name: Spanned<String>,
    status: Spanned<String>,
    #[serde(default)]
    certificates: Vec<Spanned<String>>,
    folder: Option<Spanned<String>>,
    contact: Option<String>,
    #[serde(default)]
    agreement: Vec<AgreementTable>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AgreementTable {
    from: Spanned<String>,
    identification: bool,
    description: bool,
    remarks_medical: bool,
    remarks_communication: bool,
    #[serde(default)]
    case_list: bool,
}

/// Hospitals from a file: whole, or the first thing that is wrong.
///
/// # Errors
/// What is wrong, with its line.
pub fn read(text: &str) -> Result<Vec<Hospital>, AppError> {
    let file: File = toml::from_str(text).map_err(|error| AppError::of_toml(text, &error))?;
    let mut reading = Reading { text, taken: Taken::default() };
    file.hospital.into_iter().map(|table| reading.hospital(table)).collect()
}

/// Whether hospitals may stand beside those of the store that the file does not name: a certificate or folder tells who sends.
///
/// # Errors
/// The first certificate or folder that another hospital has already.
pub fn fit_beside(hospitals: &[Hospital], store: &[Hospital]) -> Result<(), AppError> {
    let stay = store.iter().filter(|old| hospitals.iter().all(|new| new.organisation != old.organisation));
    let stay: Vec<&Hospital> = stay.collect();
    for new in hospitals {
        let taken = |key, other: &Hospital| {
            AppError::refused(key, vec![("name", new.name.clone()), ("other", other.name.clone())])
        };
        for old in &stay {
            if new.certificates.iter().any(|c| old.certificates.contains(c)) {
                return Err(taken("error-connection-certificate-other", old));
            }
            if new.folder.is_some() && new.folder == old.folder {
                return Err(taken("error-connection-folder-other", old));
            }
        }
    }
    Ok(())
}

/// What the hospitals read so far have: each belongs to one.
#[derive(Default)]
struct Taken {
    organisations: BTreeSet<InstanceId>,
    certificates: BTreeSet<String>,
    folders: BTreeSet<String>,
}

struct Reading<'a> {
    text: &'a str,
    taken: Taken,
}

/// A line of text that somebody reads: there, and without what steers a terminal.
fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

/// Root and extension as messages have them; URA and AGB numbers have eight digits, or no message would ever fit.
fn organisation(table: &OrganisationTable) -> Option<InstanceId> {
    let OrganisationTable { root, extension } = table;
    let is_oid = root.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    let is_extension = !extension.is_empty() && !extension.chars().any(|c| c.is_whitespace() || c.is_control());
    let is_number = extension.len() == 8 && extension.bytes().all(|b| b.is_ascii_digit());
    let fits = is_oid && is_extension && (is_number || ![Ura::ROOT, Agb::ROOT].contains(&root.as_str()));
    fits.then(|| InstanceId { root: root.clone(), extension: Some(extension.clone()) })
}

/// `sha256:` and 64 hexadecimal digits, in small letters.
fn fingerprint(text: &str) -> Option<String> {
    let digits = text.strip_prefix("sha256:")?;
    let fits = digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| text.to_ascii_lowercase())
}

impl Reading<'_> {
    /// What is wrong, at the line where it stands.
    fn wrong<T>(&self, key: &'static str, at: &Spanned<T>, name: &str) -> AppError {
        let (line, _) = line_and_column(self.text, at.span().start);
        AppError::refused(key, vec![("line", line.to_string()), ("name", name.to_owned())])
    }

    fn hospital(&mut self, table: HospitalTable) -> Result<Hospital, AppError> {
        let name = table.name.get_ref().clone();
        if !is_text(&name) {
            return Err(self.wrong("error-connection-name", &table.name, ""));
        }
        let id = organisation(table.organisation.get_ref())
            .ok_or_else(|| self.wrong("error-connection-organisation", &table.organisation, &name))?;
        if !self.taken.organisations.insert(id.clone()) {
            return Err(self.wrong("error-connection-twice", &table.organisation, &name));
        }
        // *zonder aansluiting* is what the program says of who is not listed; a file cannot list it.
        let status = HospitalStatus::from_name(table.status.get_ref()).filter(|s| *s != HospitalStatus::Unlisted);
        let status = status.ok_or_else(|| self.wrong("error-connection-status", &table.status, &name))?;
        Ok(Hospital {
            certificates: self.certificates(&table.certificates, &name)?,
            folder: table.folder.as_ref().map(|folder| self.folder(folder, &name)).transpose()?,
            agreements: self.agreements(&table.agreement, &name)?,
            organisation: id,
            name,
            status,
            contact: table.contact,
        })
    }

    fn certificates(&mut self, listed: &[Spanned<String>], name: &str) -> Result<Vec<String>, AppError> {
        let mut own = BTreeSet::new();
        for one in listed {
            let print =
                fingerprint(one.get_ref()).ok_or_else(|| self.wrong("error-connection-certificate", one, name))?;
            if self.taken.certificates.contains(&print) {
                return Err(self.wrong("error-connection-certificate-twice", one, name));
            }
            own.insert(print);
        }
        self.taken.certificates.extend(own.iter().cloned());
        Ok(own.into_iter().collect())
    }

    fn folder(&mut self, folder: &Spanned<String>, name: &str) -> Result<String, AppError> {
        let own = folder.get_ref().trim_end_matches('/').to_owned();
        if !is_text(&own) {
            return Err(self.wrong("error-connection-folder", folder, name));
        }
        if !self.taken.folders.insert(own.clone()) {
            return Err(self.wrong("error-connection-folder-twice", folder, name));
        }
        Ok(own)
    }

    /// Oldest first, one a day.
    fn agreements(&self, tables: &[AgreementTable], name: &str) -> Result<Vec<WorkAgreement>, AppError> {
        let mut agreements = BTreeMap::new();
        for table in tables {
            let from = NaiveDate::parse_from_str(table.from.get_ref().trim(), "%Y-%m-%d")
                .map_err(|_| self.wrong("error-connection-date", &table.from, name))?;
            let agreed = Agreed {
                identification: table.identification,
                description: table.description,
                remarks_medical: table.remarks_medical,
                remarks_communication: table.remarks_communication,
                case_list: table.case_list,
            };
            if agreements.insert(from, agreed).is_some() {
                return Err(self.wrong("error-connection-agreement-twice", &table.from, name));
            }
        }
        Ok(agreements.into_iter().map(|(from, agreed)| WorkAgreement { from, agreed }).collect())
    }
}

/// What is written stands nowhere yet.
fn new<T>(value: T) -> Spanned<T> {
    Spanned::new(0..0, value)
}

/// Hospitals as a file. Those *zonder aansluiting* are not listed, and stay out: reading them would list them.
///
/// # Errors
/// When they cannot be written as TOML; cannot happen for what [`read`] read.
pub fn write(hospitals: &[Hospital]) -> Result<String, AppError> {
    let table = |h: &Hospital| HospitalTable {
        organisation: new(OrganisationTable {
            root: h.organisation.root.clone(),
            extension: h.organisation.extension.clone().unwrap_or_default(),
        }),
        name: new(h.name.clone()),
        status: new(h.status.name().to_owned()),
        certificates: h.certificates.iter().cloned().map(new).collect(),
        folder: h.folder.clone().map(new),
        contact: h.contact.clone(),
        agreement: h.agreements.iter().map(agreement).collect(),
    };
    let listed = hospitals.iter().filter(|h| h.status != HospitalStatus::Unlisted);
    let file = File { hospital: listed.map(table).collect() };
    toml::to_string(&file).map_err(|_| AppError::refused("error-system", vec![]))
}

fn agreement(agreement: &WorkAgreement) -> AgreementTable {
    let Agreed { identification, description, remarks_medical, remarks_communication, case_list } = agreement.agreed;
    AgreementTable {
        from: new(agreement.from.to_string()),
        identification,
        description,
        remarks_medical,
        remarks_communication,
        case_list,
    }
}
