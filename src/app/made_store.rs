//! The store that the assistant has just made: its activation codes on their way to people, what there is now and what is next.
//!
//! **Invariant:** the codes are in memory alone, and go with this.

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use domain::{RoleName, StoreKind};
use viewmodel::{CodeShown, InstallationLine, Language, Letter, MadePage, Said, StepShown, Words};
use zeroize::Zeroizing;

use crate::{
    assistant::Assistant,
    assistant_pages::{all_done, good_until},
    error::AppError,
    paper::{Paper, letter, write_new},
    rail::role_shown,
    set_up::ActivationCodeOf,
};

/// A code to hand over.
struct Code {
    staff: String,
    name: String,
    roles: Vec<RoleName>,
    code: Words,
}

/// The store that was made.
pub(crate) struct MadeStore {
    codes: Vec<Code>,
    organisation: String,
    test: bool,
    until: NaiveDate,
    now: Vec<InstallationLine>,
    next: Vec<Said>,
    pub(crate) steps: Vec<StepShown>,
    saved: Option<PathBuf>,
    is_shown: bool,
    handed_over: bool,
}

impl MadeStore {
    pub(crate) fn new(assistant: &Assistant, codes: Vec<ActivationCodeOf>, now: DateTime<Utc>) -> Self {
        let accounts = assistant.accounts.iter().map(|account| account.roles.clone());
        let codes = codes.into_iter().zip(accounts).map(|(code, roles)| Code {
            staff: code.staff,
            name: code.name,
            roles,
            code: Words::new(code.code),
        });
        Self {
            codes: codes.collect(),
            organisation: assistant.titled().unwrap_or_default(),
            test: assistant.kind == Some(StoreKind::Test),
            until: good_until(now),
            now: assistant.made_lines(),
            next: assistant.what_next(),
            steps: all_done(assistant.steps()),
            saved: None,
            is_shown: false,
            handed_over: false,
        }
    }

    /// The codes on the screen.
    pub(crate) fn show(&mut self) {
        (self.is_shown, self.handed_over) = (true, true);
    }

    pub(crate) fn hide(&mut self) {
        self.is_shown = false;
    }

    fn letters(&self, paper: &dyn Paper, language: Language) -> Result<Zeroizing<Vec<u8>>, AppError> {
        let of = (self.organisation.as_str(), self.test);
        // REVEAL: printed, for the person it is for.
        let letter = |c: &Code| letter(of, (&c.staff, &c.name, &c.roles), c.code.reveal(), self.until);
        let letters: Vec<Letter> = self.codes.iter().map(letter).collect();
        paper.letters(&letters, language).map(Zeroizing::new)
    }

    /// The letters to a new file.
    pub(crate) fn save(&mut self, path: &Path, paper: &dyn Paper, language: Language) -> Result<(), AppError> {
        let path = std::path::absolute(path).map_err(|error| AppError::file(path, &error))?;
        let pdf = self.letters(paper, language)?;
        write_new(&path, &pdf).map_err(|error| AppError::target(&path, &error))?;
        (self.saved, self.handed_over) = (Some(path), true);
        Ok(())
    }

    /// The letters to the printer.
    pub(crate) fn print(&mut self, paper: &dyn Paper, language: Language) -> Result<(), AppError> {
        paper.print(&self.letters(paper, language)?)?;
        self.handed_over = true;
        Ok(())
    }

    pub(crate) fn page(&self, paper: Option<&dyn Paper>) -> MadePage {
        let code = |code: &Code| CodeShown {
            staff: code.staff.clone(),
            name: code.name.clone(),
            roles: code.roles.iter().copied().map(role_shown).collect(),
            // REVEAL: shown once, to be handed over, to who asked for it.
            code: self.is_shown.then(|| Words::new(code.code.reveal().to_owned())),
        };
        let line = |line: &InstallationLine| InstallationLine { name: line.name, value: line.value.clone() };
        MadePage {
            codes: self.codes.iter().map(code).collect(),
            handed_over: self.handed_over,
            printable: paper.is_some_and(Paper::can_print),
            letters: paper.is_some(),
            saved: self.saved.as_ref().map(|path| path.display().to_string()),
            now: self.now.iter().map(line).collect(),
            next: self.next.clone(),
        }
    }
}
