//! Paper for the window: a personal sheet and letters as PDF.
//!
//! **Not here:** what stands on it (`report`), where it is written (`app`).

use app::{AppError, Exit, Paper};
use report::ReportError;
use viewmodel::{Language, Letter, PersonalSheet, Texts};

/// Prints in the language that is asked for; the texts at hand are those of the system's.
pub struct Printer(pub Texts);

impl Printer {
    fn texts(&self, language: Language) -> Result<Texts, AppError> {
        if self.0.language() == language {
            return Ok(self.0.clone());
        }
        Texts::load(language).map_err(|_| AppError { key: "error-system", values: vec![], exit: Exit::System })
    }
}

impl Paper for Printer {
    fn personal_sheet(&self, sheet: &PersonalSheet, language: Language) -> Result<Vec<u8>, AppError> {
        report::personal_sheet_pdf(sheet, &self.texts(language)?).map_err(|error| match error {
            ReportError::Character => AppError::refused("error-sheet-name", vec![]),
            ReportError::Table | ReportError::Font | ReportError::Code | ReportError::Paper => {
                AppError { key: "error-system", values: vec![], exit: Exit::System }
            }
        })
    }

    fn letters(&self, letters: &[Letter], language: Language) -> Result<Vec<u8>, AppError> {
        report::letters_pdf(letters, &self.texts(language)?).map_err(|_| AppError::refused("error-letters", vec![]))
    }
}
