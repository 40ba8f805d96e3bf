//! A new recovery kit on its way to paper: its sheets one at a time, each proven by three of its words.
//!
//! **Invariant:** the sheets are in memory alone, and zeroised with this; a file is written only where a person asks for one.
//! **Not here:** what a sheet looks like (`report`), what the kit is for (`store`).

use std::path::{Path, PathBuf};

use store::{RecoveryKit, RecoverySheet, SHEET_WORDS, SHEETS};
use viewmodel::{KitCommand, KitPage, KitSheet, KitSheetState, Language, Words};

use crate::{
    error::AppError,
    paper::{Paper, write_new},
    recovery::{Heading, sheets, sheets_must_lie_apart},
};

/// Words asked of a sheet, to prove that it was printed.
pub const WORDS_ASKED: usize = 3;

/// A sheet on its way.
#[derive(Clone, Copy)]
struct Way {
    asked: [usize; WORDS_ASKED],
    on_paper: bool,
    checked: bool,
}

/// A new kit, its sheets, and how far each is.
pub struct KitPaper {
    kit: RecoveryKit,
    secret: Vec<RecoverySheet>,
    heading: Heading,
    ways: [Way; SHEETS as usize],
    turned: u8,
    wrong: Option<usize>,
    is_shown: bool,
    saved: Option<PathBuf>,
}

impl KitPaper {
    pub(crate) fn new(heading: Heading) -> Result<Self, AppError> {
        let (kit, secret) = RecoveryKit::generate().map_err(store::StoreError::from)?;
        let way = || Way { asked: words_to_ask(), on_paper: false, checked: false };
        Ok(Self {
            kit,
            secret,
            heading,
            ways: [(); SHEETS as usize].map(|()| way()),
            turned: 1,
            wrong: None,
            is_shown: false,
            saved: None,
        })
    }

    pub(crate) fn kit(&self) -> &RecoveryKit {
        &self.kit
    }

    /// Whether every sheet was proven to be on paper.
    #[must_use]
    pub fn is_checked(&self) -> bool {
        self.ways.iter().all(|way| way.checked)
    }

    fn index(&self, number: u8) -> Result<usize, AppError> {
        let place = number.checked_sub(1).map(usize::from).filter(|place| *place < self.ways.len());
        place.ok_or_else(|| AppError::refused("error-sheet-number", vec![]))
    }

    /// One sheet, to be printed apart.
    ///
    /// # Errors
    /// When there is none of this number.
    pub fn sheet(&self, number: u8) -> Result<KitSheet, AppError> {
        let place = self.index(number)?;
        let one = self.secret.get(place).map(std::slice::from_ref).unwrap_or_default();
        sheets(one, &self.heading)?.pop().ok_or_else(|| AppError::refused("error-sheet-number", vec![]))
    }

    /// The numbers of the words that are asked of a sheet, from 1.
    ///
    /// # Errors
    /// When there is none of this number.
    pub fn words_asked(&self, number: u8) -> Result<[usize; WORDS_ASKED], AppError> {
        self.index(number).map(|place| self.ways[place].asked)
    }

    /// Whether a sheet is on paper: its words as typed from there.
    ///
    /// # Errors
    /// Which of them is another than on the sheet, by its number.
    pub fn check_words(&mut self, number: u8, typed: [&str; WORDS_ASKED]) -> Result<(), AppError> {
        let place = self.index(number)?;
        // REVEAL: compared with what was typed from the paper.
        let words = self.secret[place].words().map_err(store::StoreError::from)?;
        self.wrong = None;
        for (asked, typed) in self.ways[place].asked.iter().zip(typed) {
            if !words.get(asked - 1).is_some_and(|word| word.eq_ignore_ascii_case(typed.trim())) {
                self.wrong = Some(*asked);
                return Err(AppError::refused("error-assistant-word", vec![("number", asked.to_string())]));
            }
        }
        self.ways[place].checked = true;
        self.ways[place].on_paper = true;
        Ok(())
    }

    /// Puts the words away that stand on the screen.
    pub(crate) fn hide(&mut self) {
        self.is_shown = false;
    }

    fn turn(&mut self, number: u8) -> Result<(), AppError> {
        self.index(number)?;
        if self.turned != number {
            (self.turned, self.wrong, self.is_shown, self.saved) = (number, None, false, None);
        }
        Ok(())
    }

    /// Does what a person wishes with a sheet. `apart` is the store's folder, where no sheet may lie.
    pub(crate) fn execute(
        &mut self,
        command: KitCommand,
        paper: Option<(&dyn Paper, Language)>,
        apart: &Path,
    ) -> Result<(), AppError> {
        match command {
            KitCommand::Turn(number) => self.turn(number),
            KitCommand::Print(number) => {
                self.turn(number)?;
                self.hide();
                let (paper, language) = paper.ok_or_else(|| AppError::refused("error-print-none", vec![]))?;
                paper.print(&paper.kit_sheet(&self.sheet(number)?, language)?)?;
                self.mark(number)
            }
            KitCommand::Save(number, file) => {
                self.turn(number)?;
                let file = std::path::absolute(&file).map_err(|error| AppError::file(&file, &error))?;
                sheets_must_lie_apart(&file, apart)?;
                let (paper, language) = paper.ok_or_else(|| AppError::refused("error-print-none", vec![]))?;
                let pdf = paper.kit_sheet(&self.sheet(number)?, language)?;
                write_new(&file, &pdf).map_err(|error| AppError::target(&file, &error))?;
                self.saved = Some(file);
                self.mark(number)
            }
            KitCommand::Show(number, shown) => {
                self.turn(number)?;
                self.is_shown = shown;
                if shown { self.mark(number) } else { Ok(()) }
            }
            KitCommand::Check(number, typed) => {
                self.turn(number)?;
                // What is checked is what lies there on paper, not what stands on the screen.
                self.hide();
                self.check_words(number, [&typed[0], &typed[1], &typed[2]])?;
                let next = (1..=SHEETS).find(|sheet| self.index(*sheet).is_ok_and(|place| !self.ways[place].checked));
                next.map_or(Ok(()), |next| self.turn(next))
            }
        }
    }

    fn mark(&mut self, number: u8) -> Result<(), AppError> {
        let place = self.index(number)?;
        self.ways[place].on_paper = true;
        Ok(())
    }

    pub(crate) fn page(&self, organisation: String, paper: Option<&dyn Paper>) -> Result<KitPage, AppError> {
        let sheet = self.sheet(self.turned)?;
        Ok(KitPage {
            organisation,
            kit: sheet.kit.clone(),
            test: sheet.test,
            made: sheet.made,
            sheets: self.ways.map(|way| KitSheetState { on_paper: way.on_paper, checked: way.checked }).into(),
            sheet: self.turned,
            words: SHEET_WORDS,
            asked: self.words_asked(self.turned)?,
            wrong: self.wrong,
            // REVEAL: on the screen of the keeper who asked for it, to be written over by hand.
            shown: self.is_shown.then(|| sheet.words.iter().map(|word| Words::new(word.reveal().to_owned())).collect()),
            printable: paper.is_some_and(Paper::can_print),
            saved: self.saved.as_ref().map(|file| file.display().to_string()),
            may_be_left_out: self.heading.kind == domain::StoreKind::Test,
        })
    }
}

/// The numbers, from 1, of three different words of a sheet, by chance.
#[must_use]
pub fn words_to_ask() -> [usize; WORDS_ASKED] {
    let chance = uuid::Uuid::new_v4().into_bytes();
    let third = SHEET_WORDS / WORDS_ASKED;
    // One from each third of the sheet; bytes 0 to 2 of a UUID of version 4 are random.
    std::array::from_fn(|n| n * third + usize::from(chance[n]) % third + 1)
}
