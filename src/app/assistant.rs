//! The set-up assistant: steps in order, each checked when it is answered; the screens ask, this knows.
//!
//! **Invariant:** nothing is written before [`Assistant::finish`], but for the sheets that a person has printed: stopped halfway,
//! nothing is left behind. Going back keeps the answers.
//! **Not here:** what a store is made of (`store`), the same from a file (`set_up`).

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use domain::{RavNumber, RoleName, StoreKind};
use store::{DutyDates, KeySource, NewStore, Origin, OsGroup, Store};

use crate::{
    error::AppError,
    kit_paper::KitPaper,
    local,
    recovery::{Heading, must_lie_apart},
    ride_line::is_staff_number,
    set_up::{ActivationCodeOf, RETENTION_DAYS, are_two_people, made_with},
};

/// The questions, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Name and RAV number.
    Organisation,
    /// Production or test; never changed later.
    Kind,
    /// One OS account, or several.
    SystemAccounts,
    /// Where the store lies.
    Place,
    /// Where its keys lie.
    Keys,
    /// Three sheets, printed and checked.
    Kit,
    /// First accounts.
    Accounts,
    /// How long records are kept.
    Retention,
    /// What is kept of a hospital without a work agreement.
    Agreement,
    /// Dates of DPIA, consent of the works council, processing register.
    Duties,
    /// Everything is answered.
    Ready,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Organisation,
        Self::Kind,
        Self::SystemAccounts,
        Self::Place,
        Self::Keys,
        Self::Kit,
        Self::Accounts,
        Self::Retention,
        Self::Agreement,
        Self::Duties,
        Self::Ready,
    ];

    fn after(self) -> Self {
        Self::ALL.into_iter().find(|step| *step > self).unwrap_or(Self::Ready)
    }

    fn before(self) -> Self {
        Self::ALL.into_iter().rev().find(|step| *step < self).unwrap_or(Self::Organisation)
    }
}

/// A first account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstAccount {
    /// Staff number.
    pub staff: String,
    /// Display name.
    pub name: String,
    /// Roles.
    pub roles: Vec<RoleName>,
}

/// The answers so far.
pub struct Assistant {
    pub(crate) step: Step,
    /// The furthest question that was reached.
    pub(crate) reached: Step,
    pub(crate) organisation: Option<(String, RavNumber)>,
    pub(crate) kind: Option<StoreKind>,
    pub(crate) several: Option<bool>,
    pub(crate) folder: PathBuf,
    pub(crate) keys: Option<KeySource>,
    pub(crate) kit: Option<KitPaper>,
    pub(crate) without_kit: bool,
    pub(crate) accounts: Vec<FirstAccount>,
    pub(crate) retention_days: u32,
    pub(crate) without_agreement_all: bool,
    pub(crate) duties: DutyDates,
}

impl Assistant {
    /// At the first question; `folder` is where a store lies unless told otherwise.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            step: Step::Organisation,
            reached: Step::Organisation,
            organisation: None,
            kind: None,
            several: None,
            folder,
            keys: None,
            kit: None,
            without_kit: false,
            accounts: Vec::new(),
            retention_days: RETENTION_DAYS,
            without_agreement_all: false,
            duties: DutyDates::default(),
        }
    }

    /// The question that is open.
    #[must_use]
    pub fn step(&self) -> Step {
        self.step
    }

    /// Where the store will lie.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// One question back; what was answered stays.
    pub fn back(&mut self) {
        self.step = self.step.before();
    }

    fn answered(&mut self, step: Step) {
        self.step = step.after();
        self.reached = self.reached.max(self.step);
    }

    /// Answers with a name and a RAV number (1 to 99).
    ///
    /// # Errors
    /// A name that is empty, a number that is none.
    pub fn organisation(&mut self, name: &str, rav: u8) -> Result<(), AppError> {
        let name = name.trim();
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err(AppError::refused("error-assistant-name", vec![]));
        }
        let rav = RavNumber::new(rav).ok_or_else(|| AppError::refused("error-assistant-rav", vec![]))?;
        if self.organisation.as_ref().is_none_or(|(was, _)| was != name) {
            // The name stands on the sheets.
            self.kit = None;
        }
        self.organisation = Some((name.to_owned(), rav));
        self.answered(Step::Organisation);
        Ok(())
    }

    /// Answers with production or test.
    pub fn kind(&mut self, kind: StoreKind) {
        if self.kind != Some(kind) {
            self.kit = None;
        }
        self.kind = Some(kind);
        self.answered(Step::Kind);
    }

    /// Answers with one OS account, or several: then keys lie in a file that their group can read.
    ///
    /// # Errors
    /// With several: where their group is not there, or this account is not in it.
    pub fn system_accounts(&mut self, several: bool) -> Result<(), AppError> {
        if several {
            let group = OsGroup::named().ok_or_else(|| AppError::refused("error-group-none", vec![]))?;
            if !group.is_own() {
                return Err(AppError::refused("error-group-not-in", vec![]));
            }
        }
        if self.several != Some(several) {
            self.keys = None;
        }
        self.several = Some(several);
        self.answered(Step::SystemAccounts);
        Ok(())
    }

    /// Answers with the store's folder.
    ///
    /// # Errors
    /// A network share or a synced folder (with its name), or a folder with a store.
    pub fn place(&mut self, folder: &Path) -> Result<(), AppError> {
        let folder = std::path::absolute(folder).map_err(|error| AppError::file(folder, &error))?;
        Store::check_place(&folder)?;
        if self.folder != folder {
            // An entry of the key store is named after the folder.
            self.keys = None;
        }
        self.folder = folder;
        self.answered(Step::Place);
        Ok(())
    }

    /// Answers with a key file, or with the operating system's key store: it is really written, read and deleted.
    ///
    /// # Errors
    /// Why keys cannot be kept there; with several OS accounts, that a file is needed.
    pub fn keys(&mut self, file: Option<&Path>) -> Result<(), AppError> {
        let keys = match file {
            None if self.several == Some(true) => return Err(AppError::refused("error-assistant-key-file", vec![])),
            None => KeySource::KeyStore { folder: self.folder.clone() },
            Some(path) => KeySource::File { path: path.to_owned(), group: self.several == Some(true) },
        };
        must_lie_apart(&keys, &self.folder)?;
        Store::forget_stopped_set_up(&self.folder, &keys)?;
        keys.must_be_empty()?;
        keys.check()?;
        self.keys = Some(keys);
        self.answered(Step::Keys);
        Ok(())
    }

    /// The kit on its way to paper; it is made when it is first asked for.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn paper(&mut self, now: DateTime<Utc>) -> Result<&mut KitPaper, AppError> {
        let kit = match self.kit.take() {
            Some(kit) => kit,
            None => KitPaper::new(Heading {
                organisation: self.organisation.as_ref().map(|(name, _)| name.clone()).unwrap_or_default(),
                kind: self.kind.unwrap_or(StoreKind::Test),
                made: local::day(now),
            })?,
        };
        Ok(self.kit.insert(kit))
    }

    /// Answers that the kit is printed and checked; in a test store it may be left out.
    ///
    /// # Errors
    /// When a sheet was not checked yet, or a production store is to have none.
    pub fn kit(&mut self, without: bool) -> Result<(), AppError> {
        if without && self.kind != Some(StoreKind::Test) {
            return Err(AppError::refused("error-assistant-kit", vec![]));
        }
        if without {
            self.kit = None;
        } else if !self.kit.as_ref().is_some_and(KitPaper::is_checked) {
            return Err(AppError::refused("error-assistant-kit-unchecked", vec![]));
        }
        self.without_kit = without;
        self.answered(Step::Kit);
        Ok(())
    }

    /// Answers with the first accounts: at least a functional administrator and a privacy officer, two people.
    ///
    /// # Errors
    /// What is wrong.
    pub fn accounts(&mut self, accounts: Vec<FirstAccount>) -> Result<(), AppError> {
        let refused = |key| Err(AppError::refused(key, vec![]));
        let mut staff: Vec<&str> = accounts.iter().map(|account| account.staff.trim()).collect();
        staff.sort_unstable();
        if staff.windows(2).any(|pair| pair[0] == pair[1]) || !staff.iter().all(|staff| is_staff_number(staff)) {
            return refused("error-assistant-staff");
        }
        if accounts.iter().any(|account| account.name.trim().is_empty() || account.roles.is_empty()) {
            return refused("error-assistant-roles");
        }
        if !are_two_people(accounts.iter().map(|account| account.roles.as_slice())) {
            return refused("error-assistant-two-people");
        }
        self.accounts = accounts;
        self.answered(Step::Accounts);
        Ok(())
    }

    /// Answers with the live term in days; what is left of 365 days is for backups.
    ///
    /// # Errors
    /// A term that is none.
    pub fn retention(&mut self, days: u32) -> Result<(), AppError> {
        if !(1..=RETENTION_DAYS).contains(&days) {
            return Err(AppError::refused("error-assistant-retention", vec![("days", RETENTION_DAYS.to_string())]));
        }
        self.retention_days = days;
        self.answered(Step::Retention);
        Ok(())
    }

    /// Answers with what is kept of a hospital without a work agreement: everything, or what the decree lists.
    pub fn agreement(&mut self, everything: bool) {
        self.without_agreement_all = everything;
        self.answered(Step::Agreement);
    }

    /// Answers with the dates that are known; an absent one is an open point and never blocks.
    pub fn duties(&mut self, duties: DutyDates) {
        self.duties = duties;
        self.answered(Step::Duties);
    }

    /// Makes the store. Where that is refused, the answers stay.
    ///
    /// # Errors
    /// When a question is open; as `init`.
    pub fn finish(&mut self, origin: Origin, now: DateTime<Utc>) -> Result<Vec<ActivationCodeOf>, AppError> {
        let open = || AppError::refused("error-assistant-unfinished", vec![]);
        let (Step::Ready, Some((organisation, rav)), Some(kind), Some(keys)) =
            (self.step, &self.organisation, self.kind, &self.keys)
        else {
            return Err(open());
        };
        let kit = self.kit.as_ref().filter(|kit| kit.is_checked());
        if kind == StoreKind::Production && kit.is_none() {
            return Err(open());
        }
        let account = |a: &FirstAccount| (a.staff.trim().to_owned(), a.name.trim().to_owned(), a.roles.clone());
        let new = NewStore {
            organisation: organisation.clone(),
            rav: *rav,
            kind,
            without_agreement_all: self.without_agreement_all,
            retention_days: self.retention_days,
            accounts: self.accounts.iter().map(account).collect(),
            duties: self.duties,
            recovery: kit.map(|kit| *kit.kit().public()),
        };
        made_with(&self.folder, keys, &new, origin, now, || Ok(()))
    }
}

/// Dates as the assistant's screen shows them: which are still open.
#[must_use]
pub fn open_duties(duties: &DutyDates) -> Vec<&'static str> {
    duties.open().into_iter().filter_map(duty_key).collect()
}

/// The key of a duty's name.
pub(crate) fn duty_key(name: &str) -> Option<&'static str> {
    match name {
        "dpia" => Some("duty-dpia"),
        "works-council" => Some("duty-works-council"),
        "register" => Some("duty-register"),
        _ => None,
    }
}
