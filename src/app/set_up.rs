//! `init`: a store without the assistant, from TOML (DESIGN §8).

use std::path::Path;

use chrono::{DateTime, Utc};
use domain::{RavNumber, RoleName, StoreKind};
use serde::{Deserialize, Serialize};
use store::{DutyDates, KeySource, Made, NewFolders, NewStore, Origin, OsGroup, RecoveryKit, Store};

use crate::{
    assistant_pages::date,
    error::AppError,
    local,
    recovery::{self, WriteSheets},
    ride_line::is_staff_number,
};

// LIMIT: the live term; 365 days less seven daily backups (DESIGN §5).
pub(crate) const RETENTION_DAYS: u32 = 358;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    organisation: Organisation,
    #[serde(default)]
    store: StoreTable,
    #[serde(default)]
    agreement: AgreementTable,
    #[serde(default)]
    account: Vec<AccountTable>,
    #[serde(default)]
    retention: RetentionTable,
    #[serde(default)]
    duties: DutiesTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Organisation {
    name: String,
    rav: u8,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct StoreTable {
    kind: Option<StoreKind>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct AgreementTable {
    without: Option<Without>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Without {
    Decree,
    All,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountTable {
    staff: String,
    name: String,
    roles: Vec<RoleName>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RetentionTable {
    days: Option<u32>,
}

/// Dates as the assistant takes them; an empty or absent one is an open point.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct DutiesTable {
    dpia: String,
    works_council: String,
    register: String,
}

impl DutiesTable {
    fn dates(&self) -> Result<DutyDates, AppError> {
        let date = |field: &str, typed: &str| {
            let wrong = |_| AppError::refused("error-config-date", vec![("field", format!("[duties] {field}"))]);
            date(typed).map_err(wrong)
        };
        Ok(DutyDates {
            dpia: date("dpia", &self.dpia)?,
            works_council: date("works_council", &self.works_council)?,
            register: date("register", &self.register)?,
        })
    }
}

/// A code to hand over to the person it is for.
#[derive(Serialize)]
pub struct ActivationCodeOf {
    /// Staff number.
    pub staff: String,
    /// Display name.
    pub name: String,
    /// Roles.
    pub roles: Vec<&'static str>,
    /// The code.
    pub code: String,
}

/// Reads the configuration of `init`.
///
/// # Errors
/// What is wrong, with its line.
pub fn read_config(text: &str) -> Result<NewStore, AppError> {
    let config: Config = toml::from_str(text).map_err(|error| AppError::of_toml(text, &error))?;
    let wrong = |key: &'static str| AppError::refused(key, vec![]);
    must_be_filled(&config)?;
    let rav = RavNumber::new(config.organisation.rav).ok_or_else(|| wrong("error-config-rav"))?;
    let mut staff: Vec<&str> = config.account.iter().map(|a| a.staff.trim()).collect();
    staff.sort_unstable();
    if staff.windows(2).any(|pair| pair[0] == pair[1]) || !staff.iter().all(|s| is_staff_number(s)) {
        return Err(wrong("error-config-staff"));
    }
    if config.account.iter().any(|a| a.roles.is_empty()) {
        return Err(wrong("error-config-roles"));
    }
    let is_production = config.store.kind == Some(StoreKind::Production);
    if is_production && !are_two_people(config.account.iter().map(|account| account.roles.as_slice())) {
        return Err(wrong("error-assistant-two-people"));
    }
    let days = config.retention.days.unwrap_or(RETENTION_DAYS);
    if !(1..=RETENTION_DAYS).contains(&days) {
        return Err(AppError::refused("error-config-retention", vec![("days", RETENTION_DAYS.to_string())]));
    }
    let duties = config.duties.dates()?;
    Ok(NewStore {
        organisation: config.organisation.name,
        rav,
        kind: config.store.kind.unwrap_or(StoreKind::Test),
        without_agreement_all: config.agreement.without == Some(Without::All),
        retention_days: days,
        accounts: config.account.into_iter().map(|a| (a.staff.trim().to_owned(), a.name, a.roles)).collect(),
        duties,
        recovery: None,
    })
}

/// Whether there is a functional administrator and a privacy officer, and nobody is both.
pub(crate) fn are_two_people<'a>(accounts: impl Iterator<Item = &'a [RoleName]> + Clone) -> bool {
    let (administrator, officer) = (RoleName::FunctionalAdministrator, RoleName::PrivacyOfficer);
    let has = |role| accounts.clone().any(|roles| roles.contains(&role));
    has(administrator) && has(officer) && !accounts.clone().any(|r| r.contains(&administrator) && r.contains(&officer))
}

/// Names and staff numbers stand on screens, in the log and on letters: each is there, on one line.
fn must_be_filled(config: &Config) -> Result<(), AppError> {
    let mut fields = vec![("[organisation] name".to_owned(), &config.organisation.name)];
    for (account, number) in config.account.iter().zip(1..) {
        fields.push((format!("[[account]] {number}, staff"), &account.staff));
        fields.push((format!("[[account]] {number}, name"), &account.name));
    }
    let unfit = |text: &str| text.trim().is_empty() || text.chars().any(char::is_control);
    match fields.into_iter().find(|(_, text)| unfit(text)) {
        Some((field, _)) => Err(AppError::refused("error-config-empty", vec![("field", field)])),
        None => Ok(()),
    }
}

/// Makes a store: it takes its place once its keys are kept, so that no store is there whose key is nowhere. With `sheets` a
/// recovery kit is made, and its sheets are written before the store takes its place.
///
/// # Errors
/// When there is a store or key already, a production store has no recovery kit, or the system refuses.
pub fn init(
    folder: &Path,
    keys: &KeySource,
    mut new: NewStore,
    origin: Origin,
    now: DateTime<Utc>,
    sheets: Option<WriteSheets<'_>>,
) -> Result<Vec<ActivationCodeOf>, AppError> {
    if new.kind == StoreKind::Production && sheets.is_none() {
        return Err(AppError::refused("error-production-without-kit", vec![]));
    }
    let kit = sheets.as_ref().map(|_| RecoveryKit::generate()).transpose().map_err(store::StoreError::from)?;
    new.recovery = kit.as_ref().map(|(kit, _)| *kit.public());
    let heading = recovery::Heading { organisation: new.organisation.clone(), kind: new.kind, made: local::day(now) };
    let ready = || match (kit, sheets) {
        (Some((_, secret)), Some(write)) => write(&recovery::sheets(&secret, &heading)?),
        (_, None) | (None, Some(_)) => Ok(()),
    };
    made_with(folder, keys, &new, origin, now, ready)
}

/// Makes the folder of a store that several OS accounts share.
pub(crate) fn share(folder: &Path, keys: &KeySource) -> Result<(), AppError> {
    if matches!(keys, KeySource::File { group: true, .. }) {
        let is_new = !folder.exists();
        store::make_shared_folder(folder)?;
        // A folder that was there has the group that its administrator gave it.
        if let (true, Some(group)) = (is_new, OsGroup::named()) {
            group.give(folder, 0o2770)?;
        }
    }
    Ok(())
}

/// The same for a store that was put there for one account: its files are the group's too.
pub fn share_whole(folder: &Path, keys: &KeySource) -> Result<(), AppError> {
    if matches!(keys, KeySource::File { group: true, .. }) {
        store::make_shared_folder(folder)?;
        store::share_files(folder)?;
        if let KeySource::File { path, .. } = keys {
            keys.share_with_group_of(folder).map_err(|error| AppError::from(error).at(path))?;
        }
    }
    Ok(())
}

/// Makes a store; `ready` is called when it is written and before its keys are kept.
pub(crate) fn made_with(
    folder: &Path,
    keys: &KeySource,
    new: &NewStore,
    origin: Origin,
    now: DateTime<Utc>,
    ready: impl FnOnce() -> Result<(), AppError>,
) -> Result<Vec<ActivationCodeOf>, AppError> {
    recovery::must_lie_apart(keys, folder)?;
    Store::forget_stopped_set_up(folder, keys)?;
    keys.must_be_empty()?;
    let root = store::new_root()?;
    let mut folders = NewFolders::of(folder);
    share(folder, keys)?;
    let keep = |made: &Made| {
        ready()?;
        Ok::<_, AppError>(keys.keep_for(folder, &root, &made.routing)?)
    };
    let (_, made) = Store::create_keeping(folder, &root, new, origin, now, keep)?;
    folders.keep();
    let codes = new.accounts.iter().zip(&made.accounts).map(|((staff, name, roles), keys)| ActivationCodeOf {
        staff: staff.clone(),
        name: name.clone(),
        roles: roles.iter().map(|r| r.name()).collect(),
        // REVEAL: printed once, to be handed over.
        code: keys.code.reveal().to_string(),
    });
    Ok(codes.collect())
}
