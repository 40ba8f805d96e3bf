//! Paper for the window: a personal sheet and letters as PDF.
//!
//! **Not here:** what stands on it (`report`), where it is written (`app`).

use app::{AppError, Exit, Paper};
use report::ReportError;
use viewmodel::{Letter, PersonalSheet, Texts};

/// Prints in the language of the window.
pub struct Printer(pub Texts);

impl Paper for Printer {
    fn personal_sheet(&self, sheet: &PersonalSheet) -> Result<Vec<u8>, AppError> {
        report::personal_sheet_pdf(sheet, &self.0).map_err(|error| match error {
            ReportError::Character => AppError::refused("error-sheet-name", vec![]),
            ReportError::Table | ReportError::Font | ReportError::Code | ReportError::Paper => {
                AppError { key: "error-system", values: vec![], exit: Exit::System }
            }
        })
    }

    fn letters(&self, letters: &[Letter]) -> Result<Vec<u8>, AppError> {
        report::letters_pdf(letters, &self.0).map_err(|_| AppError::refused("error-letters", vec![]))
    }
}
