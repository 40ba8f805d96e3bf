//! The set-up assistant: steps in order, each checked when it is answered; the screens ask, this knows.
//!
//! **Invariant:** nothing is written before [`Assistant::finish`], but for the sheets that a person has printed: stopped halfway,
//! nothing is left behind. Going back keeps the answers.
//! **Not here:** what a store is made of (`store`), the same from a file (`set_up`).

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{RavNumber, RoleName, StoreKind};
use store::{DutyDates, KeySource, NewStore, Origin, RecoveryKit, RecoverySheet, SHEET_WORDS, Store};
use viewmodel::KitSheet;

use crate::{
    error::AppError,
    local,
    recovery::{Heading, sheets},
    ride_line::is_staff_number,
    set_up::{ActivationCodeOf, RETENTION_DAYS, made_with},
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

/// Words asked of a sheet, to prove that it was printed.
pub const WORDS_ASKED: usize = 3;

struct Kit {
    kit: RecoveryKit,
    sheets: Vec<RecoverySheet>,
    asked: [[usize; WORDS_ASKED]; store::SHEETS as usize],
    checked: [bool; store::SHEETS as usize],
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
    step: Step,
    organisation: Option<(String, RavNumber)>,
    kind: StoreKind,
    several: bool,
    folder: PathBuf,
    keys: Option<KeySource>,
    kit: Option<Kit>,
    accounts: Vec<FirstAccount>,
    retention_days: u32,
    without_agreement_all: bool,
    duties: DutyDates,
}

impl Assistant {
    /// At the first question; `folder` is where a store lies unless told otherwise.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            step: Step::Organisation,
            organisation: None,
            kind: StoreKind::Test,
            several: false,
            folder,
            keys: None,
            kit: None,
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
        let rav = RavNumber::new(rav).ok_or_else(|| AppError::refused("error-config-rav", vec![]))?;
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
        if self.kind != kind {
            self.kit = None;
        }
        self.kind = kind;
        self.answered(Step::Kind);
    }

    /// Answers with one OS account, or several: then keys lie in a file that their group can read.
    pub fn system_accounts(&mut self, several: bool) {
        if self.several != several {
            self.keys = None;
        }
        self.several = several;
        self.answered(Step::SystemAccounts);
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
            None if self.several => return Err(AppError::refused("error-assistant-key-file", vec![])),
            None => KeySource::KeyStore { folder: self.folder.clone() },
            Some(path) if std::path::absolute(path).is_ok_and(|key| key.starts_with(&self.folder)) => {
                return Err(AppError::refused("error-key-in-store", vec![("place", path.display().to_string())]));
            }
            Some(path) => KeySource::File { path: path.to_owned(), group: self.several },
        };
        Store::forget_stopped_set_up(&self.folder, &keys)?;
        keys.must_be_empty()?;
        keys.check()?;
        self.keys = Some(keys);
        self.answered(Step::Keys);
        Ok(())
    }

    /// One sheet of the kit, to be printed apart; the kit is made when the first is asked for.
    ///
    /// # Errors
    /// When the operating system has no randomness.
    pub fn sheet(&mut self, number: u8, now: DateTime<Utc>) -> Result<Option<KitSheet>, AppError> {
        let organisation = self.organisation.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
        let heading = Heading { organisation, kind: self.kind, made: local::day(now) };
        let kit = match self.kit.take() {
            Some(kit) => kit,
            None => new_kit()?,
        };
        let made = sheets(&kit.sheets, &heading);
        self.kit = Some(kit);
        Ok(made?.into_iter().find(|sheet| sheet.number == number))
    }

    /// The numbers of the words that are asked of a sheet, from 1; `None` before it was made.
    #[must_use]
    pub fn words_asked(&self, number: u8) -> Option<[usize; WORDS_ASKED]> {
        self.kit.as_ref()?.asked.get(usize::from(number.checked_sub(1)?)).copied()
    }

    /// Whether a sheet was printed: its words as typed from the paper.
    ///
    /// # Errors
    /// Which of them is another than on the sheet, by its number.
    pub fn check_words(&mut self, number: u8, typed: [&str; WORDS_ASKED]) -> Result<(), AppError> {
        let absent = || AppError::refused("error-sheet-number", vec![]);
        let kit = self.kit.as_mut().ok_or_else(absent)?;
        let place =
            number.checked_sub(1).map(usize::from).filter(|place| *place < kit.sheets.len()).ok_or_else(absent)?;
        // REVEAL: compared with what was typed from the paper.
        let words = kit.sheets[place].words().map_err(store::StoreError::from)?;
        for (asked, typed) in kit.asked[place].iter().zip(typed) {
            if !words.get(asked - 1).is_some_and(|word| word.eq_ignore_ascii_case(typed.trim())) {
                return Err(AppError::refused("error-assistant-word", vec![("number", asked.to_string())]));
            }
        }
        kit.checked[place] = true;
        Ok(())
    }

    /// Answers that the kit is printed and checked; in a test store it may be left out.
    ///
    /// # Errors
    /// When a sheet was not checked yet, or a production store is to have none.
    pub fn kit(&mut self, without: bool) -> Result<(), AppError> {
        let checked = self.kit.as_ref().is_some_and(|kit| kit.checked.iter().all(|checked| *checked));
        if without && self.kind == StoreKind::Production {
            return Err(AppError::refused("error-assistant-kit", vec![]));
        }
        if without {
            self.kit = None;
        } else if !checked {
            return Err(AppError::refused("error-assistant-kit-unchecked", vec![]));
        }
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
            return refused("error-config-staff");
        }
        if accounts.iter().any(|account| account.name.trim().is_empty() || account.roles.is_empty()) {
            return refused("error-config-roles");
        }
        let has = |role| move |account: &&FirstAccount| account.roles.contains(&role);
        let administrator = accounts.iter().find(has(RoleName::FunctionalAdministrator));
        let officer = accounts.iter().find(has(RoleName::PrivacyOfficer));
        let both = accounts
            .iter()
            .any(|account| has(RoleName::FunctionalAdministrator)(&account) && has(RoleName::PrivacyOfficer)(&account));
        if administrator.is_none() || officer.is_none() || both {
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
            return Err(AppError::refused("error-config-retention", vec![("days", RETENTION_DAYS.to_string())]));
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

    /// Makes the store.
    ///
    /// # Errors
    /// When a question is open; as `init`.
    pub fn finish(self, origin: Origin, now: DateTime<Utc>) -> Result<Vec<ActivationCodeOf>, AppError> {
        let open = || AppError::refused("error-assistant-unfinished", vec![]);
        let (Step::Ready, Some((organisation, rav)), Some(keys)) = (self.step, self.organisation, self.keys) else {
            return Err(open());
        };
        let kit = self.kit.filter(|kit| kit.checked.iter().all(|checked| *checked));
        if self.kind == StoreKind::Production && kit.is_none() {
            return Err(open());
        }
        let new = NewStore {
            organisation,
            rav,
            kind: self.kind,
            without_agreement_all: self.without_agreement_all,
            retention_days: self.retention_days,
            accounts: self.accounts.into_iter().map(|a| (a.staff.trim().to_owned(), a.name, a.roles)).collect(),
            recovery: kit.map(|kit| *kit.kit.public()),
        };
        let (mut store, codes) = made_with(&self.folder, &keys, &new, origin, now, || Ok(()))?;
        // The codes are shown once and must not be lost over dates, which stay open points then.
        let _ = store.set_duty_dates(&self.duties, now);
        Ok(codes)
    }
}

fn new_kit() -> Result<Kit, AppError> {
    let (kit, sheets) = RecoveryKit::generate().map_err(store::StoreError::from)?;
    Ok(Kit { kit, sheets, asked: [(); store::SHEETS as usize].map(|()| asked()), checked: Default::default() })
}

/// Three different words of a sheet, by chance.
fn asked() -> [usize; WORDS_ASKED] {
    let chance = uuid::Uuid::new_v4().into_bytes();
    let third = SHEET_WORDS / WORDS_ASKED;
    // One from each third of the sheet; bytes 0 to 2 of a UUID of version 4 are random.
    std::array::from_fn(|n| n * third + usize::from(chance[n]) % third + 1)
}

/// Dates as the assistant's screen shows them: which are still open.
#[must_use]
pub fn open_duties(duties: &DutyDates) -> Vec<&'static str> {
    let all: [(&'static str, Option<NaiveDate>); 3] =
        [("duty-dpia", duties.dpia), ("duty-works-council", duties.works_council), ("duty-register", duties.register)];
    all.into_iter().filter(|(_, date)| date.is_none()).map(|(key, _)| key).collect()
}
