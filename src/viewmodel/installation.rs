//! Before there is a store that opens: what can be done, the set-up assistant, lost keys brought back.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::{Role, Said, Words};

/// What a person comes to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallationWay {
    /// Make a store.
    SetUp,
    /// Open a store that lies elsewhere.
    Existing,
    /// Bring lost keys back.
    Recover,
}

/// Production or test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Messages of patients.
    Production,
    /// Invented ones.
    Test,
}

/// Where a store and its keys lie, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceTyped {
    /// The folder.
    pub folder: String,
    /// The key file; `None`: the operating system's key store.
    pub key_file: Option<String>,
    /// Several accounts of the operating system use it: the file is readable for their group.
    pub group: bool,
}

/// A first account, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstAccountTyped {
    /// Staff number.
    pub staff: String,
    /// Display name.
    pub name: String,
    /// Roles.
    pub roles: Vec<Role>,
}

/// One wish about a sheet of a new recovery kit.
#[derive(Clone)]
pub enum KitCommand {
    /// To another sheet.
    Turn(u8),
    /// To the printer, without a file.
    Print(u8),
    /// To a new file.
    Save(u8, PathBuf),
    /// Its words on the screen, to be written over by hand; or away again.
    Show(u8, bool),
    /// Three of its words, as typed from the paper.
    Check(u8, [Zeroizing<String>; 3]),
}

/// One wish on these pages.
#[derive(Clone)]
pub enum InstallationCommand {
    /// To the first page of a way.
    Start(InstallationWay),
    /// The page before.
    Back,
    /// Tries to open the store where it was last looked for.
    Retry,
    /// Opens a store that is there.
    OpenExisting(PlaceTyped),

    /// Name and RAV number.
    Organisation {
        /// The name.
        name: String,
        /// The number as typed.
        rav: String,
    },
    /// Production or test.
    Kind(Kind),
    /// Several accounts of the operating system?
    SystemAccounts(bool),
    /// The store's folder.
    Folder(String),
    /// A key file; `None`: the operating system's key store.
    Keys(Option<String>),
    /// A sheet of the new kit.
    Kit(KitCommand),
    /// The kit is on paper; with `true` (a test store) it is left out.
    KitDone(bool),
    /// The first accounts.
    Accounts(Vec<FirstAccountTyped>),
    /// The live term in days, as typed.
    Retention(String),
    /// What is kept of a hospital without a work agreement: everything?
    WithoutAgreement(bool),
    /// Dates of DPIA, consent of the works council and processing register, as typed; empty: not known.
    Duties([String; 3]),
    /// Makes the store.
    Make,
    /// The letters with the activation codes to a new file.
    SaveLetters(PathBuf),
    /// The letters to the printer.
    PrintLetters,
    /// The activation codes on the screen.
    ShowCodes,

    /// Where the store lies whose keys are lost, and where they are to lie.
    RecoverAt {
        /// The place.
        place: PlaceTyped,
        /// A backup that is put back first; empty: the store is there.
        backup: String,
    },
    /// One of two sheets, as typed or scanned.
    Sheet(Zeroizing<String>),
    /// Who gets a role's keys besides: staff number and role; `None`: nobody.
    Admit(Option<(String, Role)>),
    /// Brings the keys back.
    Recover,
    /// All is done: to the sign-in.
    Enter,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Answered.
    Done,
    /// Open.
    Now,
    /// Still to come.
    Later,
}

/// A step at the side.
#[derive(Clone)]
pub struct StepShown {
    /// Key of its name.
    pub name: &'static str,
    /// What was answered, or what it asks.
    pub note: Said,
    /// How far it is.
    pub state: StepState,
}

/// One sheet of a new kit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KitSheetState {
    /// It was printed, saved or shown.
    pub on_paper: bool,
    /// Three of its words were typed from it.
    pub checked: bool,
}

/// A new recovery kit on its way to paper, one sheet at a time.
pub struct KitPage {
    /// Name and number of the RAV.
    pub organisation: String,
    /// Number of the kit.
    pub kit: String,
    /// Of a test store.
    pub test: bool,
    /// When it was made.
    pub made: chrono::NaiveDate,
    /// The sheets: functional administrator, privacy officer, vault.
    pub sheets: Vec<KitSheetState>,
    /// The sheet at hand, from 1.
    pub sheet: u8,
    /// Words of a sheet.
    pub words: usize,
    /// Numbers of the words that are asked.
    pub asked: [usize; 3],
    /// Which of them was typed otherwise than on the sheet, by its number.
    pub wrong: Option<usize>,
    /// Its words, while they stand on the screen.
    pub shown: Option<Vec<Words>>,
    /// The system can print.
    pub printable: bool,
    /// Where it was saved.
    pub saved: Option<String>,
    /// It may be left out.
    pub may_be_left_out: bool,
}

/// A line of what was made, or is about to be.
pub struct InstallationLine {
    /// Key of the name.
    pub name: &'static str,
    /// Key of the value.
    pub value: Said,
}

/// An activation code to hand over.
pub struct CodeShown {
    /// Staff number.
    pub staff: String,
    /// Display name.
    pub name: String,
    /// Roles.
    pub roles: Vec<Role>,
    /// The code, while it stands on the screen.
    pub code: Option<Words>,
}

/// The store is there.
pub struct MadePage {
    /// Activation codes to hand over.
    pub codes: Vec<CodeShown>,
    /// The letters were saved, printed, or the codes shown: it can go on.
    pub handed_over: bool,
    /// The system can print.
    pub printable: bool,
    /// Letters can be made.
    pub letters: bool,
    /// Where the letters were saved.
    pub saved: Option<String>,
    /// What there is now.
    pub now: Vec<InstallationLine>,
    /// What is next, in order.
    pub next: Vec<Said>,
}

/// The page at hand.
pub enum InstallationPage {
    /// What to do; with why the store does not open.
    Choose {
        /// Where it was looked for.
        folder: String,
        /// Why it does not open; `None`: there is none.
        why: Option<Said>,
        /// A new one may be made: never where there is one that does not open.
        set_up: bool,
    },
    /// A store that lies elsewhere.
    Existing(PlaceTyped),
    /// Name and number.
    Organisation {
        /// Name.
        name: String,
        /// Number.
        rav: String,
    },
    /// Production or test.
    Kind(Option<Kind>),
    /// One account of the operating system or several.
    SystemAccounts(Option<bool>),
    /// The store's folder.
    Folder(String),
    /// Key store or file.
    Keys {
        /// A file is needed.
        file_needed: bool,
        /// A file, where one was chosen or is proposed.
        file: String,
        /// A file was chosen.
        by_file: bool,
    },
    /// The recovery kit.
    Kit(KitPage),
    /// First accounts.
    Accounts(Vec<FirstAccountTyped>),
    /// The live term.
    Retention {
        /// Days.
        days: u32,
        /// The longest it may be.
        most: u32,
        /// Days in a year, of which the rest is for backups.
        year: u32,
    },
    /// Without a work agreement: everything?
    WithoutAgreement(bool),
    /// Dates.
    Duties([Option<chrono::NaiveDate>; 3]),
    /// All is answered.
    Ready(Vec<InstallationLine>),
    /// The store is there.
    Made(MadePage),

    /// Where the store lies whose keys are lost.
    RecoverAt {
        /// The place.
        place: PlaceTyped,
        /// A backup that is put back first.
        backup: String,
    },
    /// A sheet is typed: the first or the second.
    Sheet(u8),
    /// Who gets a role besides.
    Admit(Option<(String, Role)>),
    /// All is given: the kit is used.
    RecoverReady(Vec<InstallationLine>),
    /// The keys are back.
    Recovered {
        /// Activation code of who was admitted before the first sign-in: staff number and code.
        code: Option<(String, Words)>,
    },
}

/// The pages before there is a store that opens.
pub struct InstallationScreen {
    /// What the person came to do; `None`: that is asked.
    pub way: Option<InstallationWay>,
    /// The steps.
    pub steps: Vec<StepShown>,
    /// The page.
    pub page: InstallationPage,
    /// What is wrong with what was given last.
    pub error: Option<Said>,
    /// Key of what is being done now.
    pub working: Option<&'static str>,
    /// There is a page before.
    pub back: bool,
    /// Minutes without a touch of the window after which what was typed of a sheet is forgotten, and its words are put away.
    pub forgets_after: u8,
}
