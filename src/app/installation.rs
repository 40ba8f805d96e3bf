//! The window before there is a store that opens: make one, open one that lies elsewhere, bring lost keys back.
//!
//! **Invariant:** nothing is written before the last page of a way, but the paper that a person asked for.
//! **Not here:** threads (`worker`), each way's answers (`assistant`, `recovery_steps`).

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use domain::StoreKind;
use store::{DutyDates, Origin};
use viewmodel::{
    Command, Frame, InstallationCommand, InstallationPage, InstallationScreen, InstallationWay, Kind, Language, Said,
    Screen, StepShown, Words,
};

use crate::{
    assistant::{Assistant, FirstAccount},
    assistant_pages::{all_done, date},
    error::AppError,
    made_store::MadeStore,
    paper::Paper,
    rail::role_of,
    recovery_steps::RecoverySteps,
    rounds, settings,
    store_place::StorePlace,
};

/// Minutes: walking to a printer and back takes a while.
const FORGETS_AFTER: u8 = 15;

/// What a step leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Its next page.
    Page,
    /// The store, at [`Installation::place`].
    Open,
}

enum At {
    Choose,
    Existing,
    SetUp(Box<Assistant>),
    Made(Box<MadeStore>),
    Recover(Box<RecoverySteps>),
    Recovered(Option<(String, String)>, Vec<StepShown>),
}

/// The pages before there is a store that opens, and where that is looked for.
pub struct Installation {
    place: StorePlace,
    /// A person chose it, and it is not remembered yet.
    is_new_place: bool,
    /// There was a store at an earlier start.
    is_expected: bool,
    /// There is none.
    is_absent: bool,
    origin: Origin,
    /// Of the window, and of the system.
    language: Language,
    system_language: Language,
    paper: Option<Box<dyn Paper>>,
    /// Where the place is remembered, and how the window looks.
    files: Option<(PathBuf, PathBuf)>,
    at: At,
    /// Why the store does not open; `None`: there is none.
    why: Option<AppError>,
    error: Option<AppError>,
}

impl Installation {
    /// For a store that is looked for at a place.
    #[must_use]
    pub fn new(place: StorePlace, origin: Origin, system_language: Language) -> Self {
        let language = system_language;
        Self {
            place,
            is_new_place: false,
            is_expected: false,
            is_absent: true,
            origin,
            language,
            system_language,
            paper: None,
            files: None,
            at: At::Choose,
            why: None,
            error: None,
        }
    }

    /// What makes paper; without it no sheet is printed or saved.
    pub fn print_with(&mut self, paper: Box<dyn Paper>) {
        self.paper = Some(paper);
    }

    /// Where the place that a person chose is remembered, and where the look of the window.
    pub fn keep_in(&mut self, place: PathBuf, settings: PathBuf) {
        self.language = settings::appearance(&settings).speech.language(self.system_language);
        self.files = Some((place, settings));
    }

    /// There was a store at this place, or somewhere, at an earlier start: that it is not there is told.
    pub fn expect_store(&mut self) {
        self.is_expected = true;
    }

    /// Where the store is looked for.
    #[must_use]
    pub fn place(&self) -> &StorePlace {
        &self.place
    }

    /// The store does not open: the choice of what to do, with the reason; without one, where there is no store.
    pub fn failed(&mut self, error: AppError) {
        self.error = None;
        self.is_absent = error.key == "error-store-absent";
        let tells = !self.is_absent || self.is_expected;
        self.why = tells.then(|| in_window(error.at(&self.place.folder)));
        self.at = At::Choose;
    }

    /// To the first page of bringing lost keys back.
    pub fn recover(&mut self) {
        self.error = None;
        self.at = At::Recover(Box::new(RecoverySteps::new(self.place.clone(), self.origin.clone())));
    }

    /// Nobody is there, or the system locks or sleeps: words and codes on the screen go.
    pub fn hide(&mut self) {
        match &mut self.at {
            At::SetUp(assistant) => {
                if let Some(kit) = &mut assistant.kit {
                    kit.hide();
                }
            }
            At::Recover(steps) => {
                if let Ok(kit) = steps.paper() {
                    kit.hide();
                }
            }
            At::Made(made) => made.hide(),
            At::Choose | At::Existing | At::Recovered(..) => {}
        }
    }

    /// Key of what a command does for longer than a moment.
    #[must_use]
    pub fn works_at(&self, command: &InstallationCommand) -> Option<&'static str> {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the others are done in a moment")]
        match command {
            InstallationCommand::Make => Some("setup-working-make"),
            InstallationCommand::Keys(None) => Some("setup-working-keys"),
            InstallationCommand::Sheet(_) => Some("recover-working-sheet"),
            InstallationCommand::Recover => Some("recover-working"),
            InstallationCommand::Kit(viewmodel::KitCommand::Print(_)) | InstallationCommand::PrintLetters => {
                Some("setup-working-print")
            }
            _ => None,
        }
    }

    /// Does what a person wishes; an error stands on the page, and the answers stay.
    pub fn execute(&mut self, command: Command, now: DateTime<Utc>) -> After {
        #[expect(clippy::wildcard_enum_match_arm, reason = "the commands of a store do nothing where there is none")]
        let done = match command {
            Command::Installation(command) => {
                self.error = None;
                self.executed(command, now)
            }
            Command::KeepAppearance(appearance) => {
                self.language = appearance.speech.language(self.system_language);
                let kept = self.files.as_ref().map_or(Ok(()), |(_, file)| settings::keep(file, appearance));
                kept.map(|()| After::Page)
            }
            Command::SignOut | Command::Lock => {
                self.hide();
                Ok(After::Page)
            }
            _ => Ok(After::Page),
        };
        done.unwrap_or_else(|error| {
            self.error = Some(in_window(error.at(&self.place.folder)));
            After::Page
        })
    }

    fn executed(&mut self, command: InstallationCommand, now: DateTime<Utc>) -> Result<After, AppError> {
        match command {
            InstallationCommand::Start(way) => self.start(way),
            InstallationCommand::Back => return Ok(self.back()),
            InstallationCommand::Retry | InstallationCommand::Enter => return Ok(After::Open),
            InstallationCommand::OpenExisting(typed) => {
                let place = StorePlace::of_typed(&typed)?;
                place.must_be_there()?;
                self.settle_at(place);
                return Ok(After::Open);
            }
            InstallationCommand::RecoverAt { .. }
            | InstallationCommand::Sheet(_)
            | InstallationCommand::Admit(_)
            | InstallationCommand::Recover => self.recovering(command, now)?,
            InstallationCommand::Kit(command) => self.kit(command, now)?,
            InstallationCommand::KitDone(without) => match &mut self.at {
                At::SetUp(assistant) => assistant.kit(without)?,
                At::Recover(steps) => steps.kit_done()?,
                At::Choose | At::Existing | At::Made(_) | At::Recovered(..) => {}
            },
            InstallationCommand::SaveLetters(path) => {
                self.with_letters(|made, paper, language| made.save(&path, paper, language))?;
            }
            InstallationCommand::PrintLetters => self.with_letters(MadeStore::print)?,
            InstallationCommand::ShowCodes => {
                if let At::Made(made) = &mut self.at {
                    made.show();
                }
            }
            InstallationCommand::Make => self.make(now)?,
            InstallationCommand::Organisation { .. }
            | InstallationCommand::Kind(_)
            | InstallationCommand::SystemAccounts(_)
            | InstallationCommand::Folder(_)
            | InstallationCommand::Keys(_)
            | InstallationCommand::Accounts(_)
            | InstallationCommand::Retention(_)
            | InstallationCommand::WithoutAgreement(_)
            | InstallationCommand::Duties(_) => {
                if let At::SetUp(assistant) = &mut self.at {
                    answer(assistant, command)?;
                }
            }
        }
        Ok(After::Page)
    }

    fn start(&mut self, way: InstallationWay) {
        match way {
            InstallationWay::SetUp => self.at = At::SetUp(Box::new(Assistant::new(self.place.folder.clone()))),
            InstallationWay::Existing => self.at = At::Existing,
            InstallationWay::Recover => self.recover(),
        }
    }

    /// One page back. From the first page of a way to the choice; where a store opened before, to that store.
    fn back(&mut self) -> After {
        match &mut self.at {
            At::SetUp(assistant) if assistant.step() > crate::assistant::Step::Organisation => assistant.back(),
            // Came from the sign-in of a store that opens, or tries again: the reason is told anew.
            At::Recover(steps) => return if steps.back() { After::Page } else { After::Open },
            At::SetUp(_) | At::Existing => self.at = At::Choose,
            At::Choose | At::Made(_) | At::Recovered(..) => {}
        }
        After::Page
    }

    /// From now on the store lies here; also at the next start, once it opens.
    fn settle_at(&mut self, place: StorePlace) {
        self.place = place;
        self.is_new_place = true;
    }

    /// The store opens where it is looked for: a place that a person chose is remembered.
    pub fn opened(&mut self) {
        if let (true, Some((file, _))) = (std::mem::take(&mut self.is_new_place), &self.files) {
            // A place that cannot be remembered is asked for again at the next start.
            let _ = self.place.remember(file);
        }
    }

    fn kit(&mut self, command: viewmodel::KitCommand, now: DateTime<Utc>) -> Result<(), AppError> {
        let Self { at, paper, language, .. } = self;
        let paper = paper.as_deref().map(|paper| (paper, *language));
        match at {
            At::SetUp(assistant) => {
                let folder = assistant.folder().to_owned();
                assistant.paper(now)?.execute(command, paper, &folder)
            }
            At::Recover(steps) => {
                let folder = steps.apart().to_owned();
                steps.paper()?.execute(command, paper, &folder)
            }
            At::Choose | At::Existing | At::Made(_) | At::Recovered(..) => Ok(()),
        }
    }

    fn recovering(&mut self, command: InstallationCommand, now: DateTime<Utc>) -> Result<(), AppError> {
        let At::Recover(steps) = &mut self.at else { return Ok(()) };
        #[expect(clippy::wildcard_enum_match_arm, reason = "called for these alone")]
        match command {
            InstallationCommand::RecoverAt { place, backup } => steps.place(StorePlace::of_typed(&place)?, &backup)?,
            InstallationCommand::Sheet(typed) => steps.sheet(&typed, now)?,
            InstallationCommand::Admit(admit) => steps.admit(admit, now)?,
            InstallationCommand::Recover => {
                let code = steps.recover(now)?;
                let (place, shown) = (steps.place.clone(), all_done(steps.steps()));
                self.at = At::Recovered(code, shown);
                self.settle_at(place);
            }
            _ => {}
        }
        Ok(())
    }

    fn make(&mut self, now: DateTime<Utc>) -> Result<(), AppError> {
        let At::SetUp(assistant) = &mut self.at else { return Ok(()) };
        let codes = assistant.finish(self.origin.clone(), now)?;
        let (made, place) = (MadeStore::new(assistant, codes, now), assistant.place_chosen());
        self.at = At::Made(Box::new(made));
        self.settle_at(place);
        self.opened();
        Ok(())
    }

    /// What is done with the letters of a store that was made.
    fn with_letters(
        &mut self,
        act: impl FnOnce(&mut MadeStore, &dyn Paper, Language) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let (At::Made(made), Some(paper)) = (&mut self.at, &self.paper) else { return Ok(()) };
        act(made, paper.as_ref(), self.language)
    }

    /// The frame of now; with `working` while a command is being done.
    pub fn frame(&mut self, working: Option<&'static str>, now: DateTime<Utc>) -> Frame {
        let screen = self.screen(working, now).unwrap_or_else(|error| {
            let AppError { key, values, .. } = error.at(&self.place.folder);
            let retry = Some(Command::Installation(InstallationCommand::Retry));
            Screen::Failed(viewmodel::FailedScreen { text: key, values, retry })
        });
        rounds::plain(false, screen)
    }

    fn screen(&mut self, working: Option<&'static str>, now: DateTime<Utc>) -> Result<Screen, AppError> {
        let said = |error: &AppError| Said { text: error.key, values: error.values.clone() };
        let Self { at, paper, place, why, error, is_absent, .. } = self;
        let paper = paper.as_deref();
        let (way, steps, page, back) = match at {
            At::Choose => {
                let folder = place.folder.display().to_string();
                let page = InstallationPage::Choose { folder, why: why.as_ref().map(said), set_up: *is_absent };
                (None, Vec::new(), page, false)
            }
            At::Existing => {
                (Some(InstallationWay::Existing), Vec::new(), InstallationPage::Existing(place.typed()), true)
            }
            At::SetUp(assistant) => {
                (Some(InstallationWay::SetUp), assistant.steps(), assistant.page(paper, now)?, true)
            }
            At::Made(made) => {
                let page = InstallationPage::Made(made.page(paper));
                (Some(InstallationWay::SetUp), made.steps.clone(), page, false)
            }
            At::Recover(recovery) => (Some(InstallationWay::Recover), recovery.steps(), recovery.page(paper)?, true),
            At::Recovered(code, steps) => {
                // REVEAL: shown once, to be handed over.
                let code = code.as_ref().map(|(staff, code)| (staff.clone(), Words::new(code.clone())));
                (Some(InstallationWay::Recover), steps.clone(), InstallationPage::Recovered { code }, false)
            }
        };
        let error = error.as_ref().map(said);
        let forgets_after = FORGETS_AFTER;
        Ok(Screen::Installation(InstallationScreen { way, steps, page, error, working, back, forgets_after }))
    }
}

/// The same in words of the window, where the sentence is of the command line.
fn in_window(error: AppError) -> AppError {
    let key = match error.key {
        "error-key-file-absent" => "window-key-file-absent",
        "error-key-file-open" => "window-key-file-open",
        "error-key-file-content" => "window-key-file-content",
        "error-key-store-content" => "window-key-store-content",
        "error-key-store-empty" => "window-key-store-empty",
        "error-key-store-none" => "window-key-store-none",
        "error-key-store-exists" => "window-key-store-exists",
        "error-key-replaced" => "window-key-replaced",
        "error-store-exists" => "window-store-exists",
        "error-store-absent" => "window-store-absent",
        key => key,
    };
    AppError { key, ..error }
}

/// An answer as typed.
fn answer(assistant: &mut Assistant, command: InstallationCommand) -> Result<(), AppError> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "called for the assistant's answers alone")]
    match command {
        InstallationCommand::Organisation { name, rav } => {
            let rav = rav.trim().parse().map_err(|_| AppError::refused("error-assistant-rav", vec![]))?;
            assistant.organisation(&name, rav)?;
        }
        InstallationCommand::Kind(kind) => assistant.kind(match kind {
            Kind::Production => StoreKind::Production,
            Kind::Test => StoreKind::Test,
        }),
        InstallationCommand::SystemAccounts(several) => assistant.system_accounts(several)?,
        InstallationCommand::Folder(folder) => {
            if folder.trim().is_empty() {
                return Err(AppError::refused("error-place-empty", vec![]));
            }
            assistant.place(Path::new(folder.trim()))?;
        }
        InstallationCommand::Keys(file) => {
            let file = file.map(|file| PathBuf::from(file.trim()));
            if file.as_ref().is_some_and(|file| file.as_os_str().is_empty()) {
                return Err(AppError::refused("error-place-empty", vec![]));
            }
            assistant.keys(file.as_deref())?;
        }
        InstallationCommand::Accounts(accounts) => {
            let account = |typed: viewmodel::FirstAccountTyped| FirstAccount {
                staff: typed.staff.trim().to_owned(),
                name: typed.name.trim().to_owned(),
                roles: typed.roles.into_iter().map(role_of).collect(),
            };
            assistant.accounts(accounts.into_iter().map(account).collect())?;
        }
        InstallationCommand::Retention(days) => {
            // What is no number is no term.
            assistant.retention(days.trim().parse().unwrap_or(0))?;
        }
        InstallationCommand::WithoutAgreement(everything) => assistant.agreement(everything),
        InstallationCommand::Duties([dpia, works_council, register]) => {
            let duties =
                DutyDates { dpia: date(&dpia)?, works_council: date(&works_council)?, register: date(&register)? };
            assistant.duties(duties);
        }
        _ => {}
    }
    Ok(())
}
