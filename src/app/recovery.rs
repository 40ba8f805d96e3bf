//! The recovery kit as a person has it: its sheets for the printer.
//!
//! **Not here:** how a sheet is drawn (`report`), what the kit opens (`store`).

use chrono::NaiveDate;
use domain::StoreKind;
use store::RecoverySheet;
use viewmodel::{KitSheet, Words};

use crate::error::AppError;

/// Puts a kit's sheets on paper; only then the kit is in force.
pub type WriteSheets<'a> = &'a mut dyn FnMut(&[KitSheet]) -> Result<(), AppError>;

/// What stands on a sheet besides its numbers and words.
pub(crate) struct Heading {
    pub(crate) organisation: String,
    pub(crate) kind: StoreKind,
    pub(crate) made: NaiveDate,
}

/// The sheets, to be printed.
pub(crate) fn sheets(kit: &[RecoverySheet], heading: &Heading) -> Result<Vec<KitSheet>, AppError> {
    let sheet = |sheet: &RecoverySheet| {
        // REVEAL: words and line of a sheet, for its page.
        let (words, line) = (sheet.words()?, sheet.line()?);
        Ok(KitSheet {
            organisation: heading.organisation.clone(),
            test: heading.kind == StoreKind::Test,
            number: sheet.number(),
            sheets: store::SHEETS,
            kit: sheet.kit().to_string(),
            words: words.iter().map(|word| Words::new(word.clone())).collect(),
            line: Words::new(line.to_string()),
            made: heading.made,
        })
    };
    let made: Result<Vec<_>, store::StoreError> = kit.iter().map(sheet).collect();
    Ok(made?)
}
