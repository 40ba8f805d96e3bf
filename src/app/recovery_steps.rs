//! *Sleutels herstellen* in the window: where, two sheets, who is admitted, the new kit on paper, and only then the kit is used.
//!
//! **Invariant:** nothing is changed before [`RecoverySteps::recover`]; what was typed of a sheet is in memory alone.
//! **Not here:** what the kit opens (`store`), the same on the command line (`recovering` of the binary).

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use domain::RoleName;
use store::{Origin, Recovery, RecoveryKit, RecoverySheet, Store};
use viewmodel::{InstallationLine, InstallationPage, Role, Said, StepShown, StepState};

use crate::{
    error::AppError,
    kit_paper::KitPaper,
    local,
    paper::Paper,
    rail::{organisation, role_of, role_shown},
    recovery::{Heading, Typed, kit_of, must_lie_apart, put_back, read_sheet, run, unfinished_sheet},
    store_place::StorePlace,
};

/// The questions, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Place,
    First,
    Second,
    Admit,
    Kit,
    Ready,
}

impl Step {
    const ALL: [Self; 6] = [Self::Place, Self::First, Self::Second, Self::Admit, Self::Kit, Self::Ready];

    fn before(self) -> Option<Self> {
        Self::ALL.into_iter().rev().find(|step| *step < self)
    }
}

/// The answers so far.
pub(crate) struct RecoverySteps {
    pub(crate) step: Step,
    pub(crate) place: StorePlace,
    /// Put back first, where the store is gone too.
    backup: Option<PathBuf>,
    origin: Origin,
    first: Option<RecoverySheet>,
    kit: Option<RecoveryKit>,
    organisation: String,
    admit: Option<(String, RoleName)>,
    paper: Option<KitPaper>,
}

impl RecoverySteps {
    pub(crate) fn new(place: StorePlace, origin: Origin) -> Self {
        let organisation = String::new();
        let (step, backup) = (Step::Place, None);
        Self { step, place, backup, origin, first: None, kit: None, organisation, admit: None, paper: None }
    }

    /// One question back; `false` at the first.
    pub(crate) fn back(&mut self) -> bool {
        let before = self.step.before();
        self.step = before.unwrap_or(self.step);
        before.is_some()
    }

    /// Where the store lies and its keys are to lie; with a backup, where the store is gone too.
    pub(crate) fn place(&mut self, place: StorePlace, backup: &str) -> Result<(), AppError> {
        let backup = Some(PathBuf::from(backup.trim())).filter(|file| !file.as_os_str().is_empty());
        match &backup {
            None => place.must_be_there()?,
            Some(_) if place.is_there() => return Err(store::StoreError::Exists(place.folder).into()),
            Some(file) if !file.is_file() => {
                return Err(AppError::file(file, &std::io::ErrorKind::NotFound.into()));
            }
            Some(_) => {}
        }
        must_lie_apart(&place.keys(), &place.folder)?;
        if self.place != place || self.backup != backup {
            (self.first, self.kit, self.paper) = (None, None, None);
        }
        (self.place, self.backup) = (place, backup);
        self.step = Step::First;
        Ok(())
    }

    /// The sheet that is asked for, as typed or scanned; after the second the kit is tried on the store.
    pub(crate) fn sheet(&mut self, typed: &str, now: DateTime<Utc>) -> Result<(), AppError> {
        let Typed::Sheet(sheet) = read_sheet(typed, &self.place.folder)? else { return Err(unfinished_sheet()) };
        if self.step != Step::Second {
            (self.first, self.kit, self.paper) = (Some(sheet), None, None);
            self.step = Step::Second;
            return Ok(());
        }
        let first = self.first.as_ref().ok_or_else(unfinished_sheet)?;
        let kit = kit_of(first, &sheet)?;
        let settings = match &self.backup {
            Some(file) => Store::settings_in(file, &kit)?,
            None => Recovery::look(&self.place.folder, &kit, &self.place.keys(), (self.origin.clone(), now))?,
        };
        self.organisation = organisation(&settings);
        let made = local::day(now);
        self.paper = Some(KitPaper::new(Heading { organisation: settings.organisation, kind: settings.kind, made })?);
        self.kit = Some(kit);
        self.step = Step::Admit;
        Ok(())
    }

    /// Who is given a role, if anybody: an account that is there. Of a backup that is to be put back that shows at the end.
    pub(crate) fn admit(&mut self, admit: Option<(String, Role)>, now: DateTime<Utc>) -> Result<(), AppError> {
        let admit = admit.map(|(staff, role)| (staff.trim().to_owned(), role_of(role)));
        if let Some((staff, _)) = &admit
            && !crate::ride_line::is_staff_number(staff)
        {
            return Err(AppError::refused("error-assistant-staff", vec![]));
        }
        if let (Some((staff, role)), Some(kit), None) = (&admit, &self.kit, &self.backup) {
            Recovery::may_admit(&self.place.folder, kit, (staff, *role), (self.origin.clone(), now))?;
        }
        self.admit = admit;
        self.step = Step::Kit;
        Ok(())
    }

    pub(crate) fn paper(&mut self) -> Result<&mut KitPaper, AppError> {
        self.paper.as_mut().ok_or_else(unfinished_sheet)
    }

    pub(crate) fn kit_done(&mut self) -> Result<(), AppError> {
        if !self.paper()?.is_checked() {
            return Err(AppError::refused("error-assistant-kit-unchecked", vec![]));
        }
        self.step = Step::Ready;
        Ok(())
    }

    /// Uses the kit; gives the activation code of who was admitted before his first sign-in, with his staff number.
    pub(crate) fn recover(&self, now: DateTime<Utc>) -> Result<Option<(String, String)>, AppError> {
        let (Step::Ready, Some(kit), Some(paper)) = (self.step, &self.kit, &self.paper) else {
            return Err(AppError::refused("error-assistant-unfinished", vec![]));
        };
        let admit = self.admit.as_ref().map(|(staff, role)| (staff.as_str(), *role));
        let (folder, next, keys) = (self.place.folder.as_path(), paper.kit().public(), &self.place.keys());
        // Of an earlier try the store may be there already.
        if let Some(file) = self.backup.as_ref().filter(|_| !self.place.is_there()) {
            put_back(folder, keys, kit, file, (self.origin.clone(), now))?;
        }
        let recovery = Recovery { folder, kit, next, keys, admit, origin: self.origin.clone(), now };
        let code = run(recovery, |_| Ok(()))?;
        // REVEAL: shown once, to be handed over.
        Ok(code.zip(admit).map(|(code, (staff, _))| (staff.to_owned(), code.reveal().to_string())))
    }

    pub(crate) fn apart(&self) -> &Path {
        &self.place.folder
    }

    pub(crate) fn steps(&self) -> Vec<StepShown> {
        let shown = |step: Step| {
            let (name, note) = match step {
                Step::Place => ("recover-step-place", "recover-asks-place"),
                Step::First => ("recover-step-first", "recover-asks-sheet"),
                Step::Second => ("recover-step-second", "recover-asks-sheet"),
                Step::Admit => ("recover-step-admit", "recover-asks-admit"),
                Step::Kit => ("recover-step-kit", "recover-asks-kit"),
                Step::Ready => ("recover-step-ready", "recover-asks-ready"),
            };
            let state = match step.cmp(&self.step) {
                std::cmp::Ordering::Less => StepState::Done,
                std::cmp::Ordering::Equal => StepState::Now,
                std::cmp::Ordering::Greater => StepState::Later,
            };
            StepShown { name, note: note.into(), state }
        };
        Step::ALL.into_iter().map(shown).collect()
    }

    fn lines(&self) -> Vec<InstallationLine> {
        let line = |name, value| InstallationLine { name, value };
        let path = |path: &Path| Said { text: "setup-is-path", values: vec![("place", path.display().to_string())] };
        let keys = self.place.key_file.as_deref().map_or_else(|| "setup-is-key-store".into(), path);
        let admitted = |(staff, _): &(String, RoleName)| Said {
            text: "recover-is-admitted",
            values: vec![("staff", staff.clone())],
        };
        let organisation =
            Said { text: "recover-is-organisation", values: vec![("organisation", self.organisation.clone())] };
        vec![
            line("setup-step-organisation", organisation),
            line("setup-step-place", path(&self.place.folder)),
            line("setup-step-keys", keys),
            line("recover-step-admit", self.admit.as_ref().map_or_else(|| "recover-is-nobody".into(), admitted)),
        ]
    }

    pub(crate) fn page(&self, paper: Option<&dyn Paper>) -> Result<InstallationPage, AppError> {
        Ok(match self.step {
            Step::Place => InstallationPage::RecoverAt {
                place: self.place.typed(),
                backup: self.backup.as_ref().map(|file| file.display().to_string()).unwrap_or_default(),
            },
            Step::First => InstallationPage::Sheet(1),
            Step::Second => InstallationPage::Sheet(2),
            Step::Admit => {
                InstallationPage::Admit(self.admit.as_ref().map(|(staff, role)| (staff.clone(), role_shown(*role))))
            }
            Step::Kit => {
                let kit = self.paper.as_ref().ok_or_else(unfinished_sheet)?;
                let mut page = kit.page(self.organisation.clone(), paper)?;
                // A used kit is replaced, in a test store too.
                page.may_be_left_out = false;
                InstallationPage::Kit(page)
            }
            Step::Ready => InstallationPage::RecoverReady(self.lines()),
        })
    }
}
