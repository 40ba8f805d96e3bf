//! `connections export|import`: hospitals with all that is kept of them, as TOML (DESIGN §8).
//!
//! **Invariant:** what is read is whole and belongs to one hospital each: organisation with its site, folder; all or nothing.
//! **Not here:** the tables as they stand in the file (`connections/table`), how one is made of a hospital (`connections/written`).

mod table;
mod written;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{Agb, InstanceId, Sender, Site, Ura};
use store::{Agreed, Contact, Hospital, HospitalStatus, JudgedBy, Route, STEPS, StatusSince, Step, WorkAgreement};
use table::{AgreementTable, ContactTable, File, HistoryTable, HospitalTable, IdTable, JudgedTable, StepTable};
use toml::Spanned;
pub use written::write;

use crate::{
    error::{AppError, line_and_column},
    local,
};

/// Hospitals from a file: whole, or the first thing that is wrong.
///
/// # Errors
/// What is wrong, with its line and column.
pub fn read(text: &str) -> Result<Vec<Hospital>, AppError> {
    let file: File = toml::from_str(text).map_err(|error| AppError::of_toml(text, &error))?;
    let mut reading = Reading { text, taken: Taken::default() };
    file.hospital.into_iter().map(|table| reading.hospital(table)).collect()
}

/// As [`read`], of hospitals that are to stand beside those of the store: a certificate or folder tells who sends, *in test* asks for messages
/// 8, 9 and 10, and the agreement of a day that is over stays.
///
/// # Errors
/// What is wrong, with its line and column.
pub fn read_beside(text: &str, store: &[Hospital], now: DateTime<Utc>) -> Result<Vec<Hospital>, AppError> {
    let hospitals = read(text)?;
    let file: File = toml::from_str(text).map_err(|error| AppError::of_toml(text, &error))?;
    let reading = Reading { text, taken: Taken::default() };
    let stay = store.iter().filter(|old| hospitals.iter().all(|new| new.sender() != old.sender()));
    let stay: Vec<&Hospital> = stay.collect();
    for (table, new) in file.hospital.iter().zip(&hospitals) {
        for old in &stay {
            reading.fits_beside((table, new), old)?;
        }
        let own = store.iter().find(|old| old.sender() == new.sender());
        if store::may_test(own, new, local::day(now)).is_err() {
            return Err(reading.wrong("error-connection-messages-since", &table.status, &new.name));
        }
        if let Some(own) = own.filter(|own| !own.agreements.is_empty()) {
            reading.keeps_past((table, new), own, local::day(now))?;
        }
    }
    Ok(hospitals)
}

/// What the hospitals read so far have: each belongs to one.
#[derive(Default)]
struct Taken {
    senders: BTreeSet<Sender>,
    folders: BTreeSet<String>,
}

struct Reading<'a> {
    text: &'a str,
    taken: Taken,
}

/// A line of text that somebody reads: there, and without what steers a terminal.
pub(crate) fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && !text.chars().any(char::is_control)
}

/// Root and extension as messages have them; URA and AGB numbers have eight digits, or no message would ever fit.
pub(crate) fn organisation(root: &str, extension: &str) -> Option<InstanceId> {
    let is_number = extension.len() == 8 && extension.bytes().all(|b| b.is_ascii_digit());
    let fits = is_number || ![Ura::ROOT, Agb::ROOT].contains(&root);
    instance(root, extension).filter(|id| fits && id.extension.is_some())
}

/// An identifier of an organisation, location or application.
pub(crate) fn instance(root: &str, extension: &str) -> Option<InstanceId> {
    let is_oid = root.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    let is_extension = !extension.chars().any(|c| c.is_whitespace() || c.is_control());
    let given = (!extension.is_empty()).then(|| extension.to_owned());
    (is_oid && is_extension).then(|| InstanceId { root: root.to_owned(), extension: given })
}

/// A certificate as it is listed: its fingerprint in small letters, or both its names.
pub(crate) fn fingerprint(text: &str) -> Option<String> {
    intake::listener::listed_certificate(text)
}

impl Reading<'_> {
    /// What is wrong, at the line and column where it stands.
    fn wrong<T>(&self, key: &'static str, at: &Spanned<T>, name: &str) -> AppError {
        self.wrong_with(key, at, vec![("name", name.to_owned())])
    }

    fn wrong_with<T>(&self, key: &'static str, at: &Spanned<T>, values: Vec<(&'static str, String)>) -> AppError {
        let (line, column) = line_and_column(self.text, at.span().start);
        let place = [("line", line.to_string()), ("column", column.to_string())];
        AppError::refused(key, place.into_iter().chain(values).collect())
    }

    fn fits_beside(&self, (table, new): (&HospitalTable, &Hospital), old: &Hospital) -> Result<(), AppError> {
        let names = || vec![("name", new.name.clone()), ("other", old.name.clone())];
        if let Some(folder) = table.folder.as_ref().filter(|_| new.folder == old.folder) {
            return Err(self.wrong_with("error-connection-folder-other", folder, names()));
        }
        Ok(())
    }

    /// A version that the store does not have begins today or later.
    fn keeps_past(
        &self,
        (table, new): (&HospitalTable, &Hospital),
        own: &Hospital,
        today: NaiveDate,
    ) -> Result<(), AppError> {
        let past = new.agreements.iter().find(|a| a.from < today && !own.agreements.contains(a));
        let Some(past) = past else { return Ok(()) };
        let stands = |table: &&AgreementTable| {
            let same_parts = [
                (table.identification, past.agreed.identification),
                (table.description, past.agreed.description),
                (table.remarks_medical, past.agreed.remarks_medical),
                (table.remarks_communication, past.agreed.remarks_communication),
                (table.case_list, past.agreed.case_list),
            ];
            table.from.get_ref().trim() == past.from.to_string() && same_parts.iter().all(|(one, other)| one == other)
        };
        let at = table.agreement.iter().find(stands).map_or(&table.status, |agreement| &agreement.from);
        Err(self.wrong("error-connection-agreement-past", at, &new.name))
    }

    fn hospital(&mut self, table: HospitalTable) -> Result<Hospital, AppError> {
        let name = table.name.get_ref().clone();
        if !is_text(&name) {
            return Err(self.wrong("error-connection-name", &table.name, ""));
        }
        let IdTable { root, extension } = table.organisation.get_ref();
        let id = organisation(root, extension)
            .ok_or_else(|| self.wrong("error-connection-organisation", &table.organisation, &name))?;
        let site = self.site(&table, &name)?;
        let sender = Sender { organisation: id.clone(), site: site.clone() };
        if !self.taken.senders.insert(sender) {
            return Err(self.wrong("error-connection-twice", &table.organisation, &name));
        }
        let status = self.status(&table.status, &name)?;
        Ok(Hospital {
            site,
            history: self.history(&table.history, (status, &table.status), &name)?,
            certificates: self.certificates(&table.certificates, &name)?,
            folder: table.folder.as_ref().map(|folder| self.folder(folder, &name)).transpose()?,
            contacts: self.contacts(&table.contacts, &name)?,
            supplier: self.text(table.supplier.as_ref(), &name)?,
            supplier_rav: self.text(table.supplier_rav.as_ref(), &name)?,
            route: table.route.as_ref().map(|route| self.route(route, &name)).transpose()?,
            messages_since: table.messages_8_9_10_since.as_ref().map(|d| self.day(d, &name)).transpose()?,
            steps: self.steps(&table.steps, &name)?,
            judged: self.judged(&table.judged, &name)?,
            agreements: self.agreements(&table.agreement, &name)?,
            contact: table.contact.map(Spanned::into_inner),
            ..Hospital::new(id, &name, status)
        })
    }

    /// *zonder aansluiting* is what the program says of who is not listed; a file cannot list it.
    fn status(&self, at: &Spanned<String>, name: &str) -> Result<HospitalStatus, AppError> {
        let status = HospitalStatus::from_name(at.get_ref()).filter(|s| *s != HospitalStatus::Unlisted);
        status.ok_or_else(|| self.wrong("error-connection-status", at, name))
    }

    fn site(&self, table: &HospitalTable, name: &str) -> Result<Option<Site>, AppError> {
        let read = |at: &Spanned<IdTable>| {
            let IdTable { root, extension } = at.get_ref();
            instance(root, extension).ok_or_else(|| self.wrong("error-connection-site", at, name))
        };
        match (&table.location, &table.application) {
            (None, None) => Ok(None),
            (Some(location), None) => Ok(Some(Site::Location(read(location)?))),
            (None, Some(application)) => Ok(Some(Site::Application(read(application)?))),
            (Some(_), Some(application)) => Err(self.wrong("error-connection-site-two", application, name)),
        }
    }

    /// In order of their days, and ending in the status that the hospital has.
    fn history(
        &self,
        tables: &[HistoryTable],
        (status, at): (HospitalStatus, &Spanned<String>),
        name: &str,
    ) -> Result<Vec<StatusSince>, AppError> {
        let mut history: Vec<StatusSince> = Vec::new();
        for table in tables {
            let from = self.day(&table.from, name)?;
            if history.last().is_some_and(|before| before.from > from) {
                return Err(self.wrong("error-connection-history-order", &table.from, name));
            }
            history.push(StatusSince {
                status: self.status(&table.status, name)?,
                from,
                by_file: table.by_file.unwrap_or(true),
            });
        }
        if history.last().is_some_and(|last| last.status != status) {
            return Err(self.wrong("error-connection-history", at, name));
        }
        Ok(history)
    }

    /// Hospitals may send with one certificate, that of an integration platform: their messages tell them apart.
    fn certificates(&self, listed: &[Spanned<String>], name: &str) -> Result<Vec<String>, AppError> {
        let print = |one: &Spanned<String>| {
            fingerprint(one.get_ref()).ok_or_else(|| self.wrong("error-connection-certificate", one, name))
        };
        let own: BTreeSet<String> = listed.iter().map(print).collect::<Result<_, _>>()?;
        Ok(own.into_iter().collect())
    }

    fn folder(&mut self, folder: &Spanned<String>, name: &str) -> Result<String, AppError> {
        let own = folder.get_ref().trim_end_matches('/').to_owned();
        if !is_text(&own) || !intake::is_folder_of_hospital(&own) {
            return Err(self.wrong("error-connection-folder", folder, name));
        }
        if !self.taken.folders.insert(own.clone()) {
            return Err(self.wrong("error-connection-folder-twice", folder, name));
        }
        Ok(own)
    }

    fn text(&self, at: Option<&Spanned<String>>, name: &str) -> Result<Option<String>, AppError> {
        let Some(at) = at else { return Ok(None) };
        let text = at.get_ref();
        if !is_text(text) {
            return Err(self.wrong("error-connection-text", at, name));
        }
        Ok(Some(text.clone()))
    }

    fn day(&self, at: &Spanned<String>, name: &str) -> Result<NaiveDate, AppError> {
        NaiveDate::parse_from_str(at.get_ref().trim(), "%Y-%m-%d")
            .map_err(|_| self.wrong("error-connection-day", at, name))
    }

    fn route(&self, at: &Spanned<String>, name: &str) -> Result<Route, AppError> {
        Route::from_name(at.get_ref()).ok_or_else(|| self.wrong("error-connection-route", at, name))
    }

    fn contacts(&self, tables: &[ContactTable], name: &str) -> Result<Vec<Contact>, AppError> {
        let read = |table: &ContactTable| {
            if !is_text(table.function.get_ref()) {
                return Err(self.wrong("error-connection-text", &table.function, name));
            }
            Ok(Contact {
                function: table.function.get_ref().clone(),
                telephone: self.text(table.telephone.as_ref(), name)?,
                mail: self.text(table.mail.as_ref(), name)?,
            })
        };
        tables.iter().map(read).collect()
    }

    fn steps(&self, tables: &[StepTable], name: &str) -> Result<Vec<Step>, AppError> {
        let mut steps = BTreeMap::new();
        for table in tables {
            let number = *table.step.get_ref();
            let step = Step {
                number,
                on: table.on.as_ref().map(|on| self.day(on, name)).transpose()?,
                function: self.text(table.function.as_ref(), name)?,
            };
            if !(1..=STEPS).contains(&number) || steps.insert(number, step).is_some() {
                return Err(self.wrong("error-connection-step", &table.step, name));
            }
        }
        Ok(steps.into_values().collect())
    }

    fn judged(&self, tables: &[JudgedTable], name: &str) -> Result<Vec<(NaiveDate, JudgedBy)>, AppError> {
        let mut judged = BTreeMap::new();
        for table in tables {
            let way = JudgedBy::from_name(table.by.get_ref())
                .ok_or_else(|| self.wrong("error-connection-judged", &table.by, name))?;
            if judged.insert(self.day(&table.from, name)?, way).is_some() {
                return Err(self.wrong("error-connection-judged-twice", &table.from, name));
            }
        }
        Ok(judged.into_iter().collect())
    }

    /// In the order of their versions where the file numbers them; else oldest first, one a day.
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
            let place = (table.version.is_some(), table.version.unwrap_or(0), table.version.is_none().then_some(from));
            let reason = self.text(table.reason.as_ref(), name)?;
            let one = WorkAgreement { from, agreed, delay_days: table.expected_delay_days, reason };
            if agreements.insert(place, one).is_some() {
                return Err(self.wrong("error-connection-agreement-twice", &table.from, name));
            }
        }
        Ok(agreements.into_values().collect())
    }
}
