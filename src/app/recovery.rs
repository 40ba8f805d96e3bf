//! The recovery kit as a person has it: its sheets for the printer, sheets as typed, and its use.
//!
//! **Invariant:** no error repeats a word of a sheet.
//! **Not here:** how a sheet is drawn (`report`), what the kit opens (`store`).

use std::path::Path;

use access::ActivationCode;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{RoleName, StoreKind};
use store::{
    KeySource, KitError, Origin, Recovery, RecoveryKit, RecoverySheet, SHEET_WORDS, Settings, SheetError, Store,
};
use viewmodel::{KitSheet, Words};

use crate::{
    error::AppError,
    local,
    set_up::{share, share_whole},
};

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

/// A sheet as typed so far.
pub enum Typed {
    /// Whole.
    Sheet(RecoverySheet),
    /// Good until here; there is more to come.
    Unfinished,
}

/// Reads a sheet as typed or scanned, and looks whether it is of the kit of the store in this folder.
///
/// # Errors
/// What is wrong, and with which word.
pub fn read_sheet(typed: &str, folder: &Path) -> Result<Typed, AppError> {
    let refused = |key, values| Err(AppError::refused(key, values));
    // What an editor puts before a text.
    let typed = typed.trim_start_matches('\u{feff}');
    let tokens = typed.split_whitespace().count();
    match RecoverySheet::parse(typed) {
        Ok(sheet) => {
            let own = store::kit_numbers(folder).map_err(|error| AppError::from(error).at(folder))?;
            match own.first().filter(|_| !own.contains(&sheet.kit())) {
                Some(own) => {
                    let other = store::StoreError::OtherKit { given: sheet.kit(), own: *own };
                    // Not the file of the sheet.
                    Err(AppError::from(other).at(folder))
                }
                None => Ok(Typed::Sheet(sheet)),
            }
        }
        Err(SheetError::Words(n)) if n < SHEET_WORDS => Ok(Typed::Unfinished),
        Err(SheetError::KitNumber) if tokens == 0 => Ok(Typed::Unfinished),
        Err(SheetError::SheetNumber) if tokens == 1 => Ok(Typed::Unfinished),
        Err(SheetError::Words(n)) => refused("error-sheet-words", vec![("count", n.to_string())]),
        Err(SheetError::Word(n)) => refused("error-sheet-word", vec![("number", n.to_string())]),
        Err(SheetError::Checksum(n)) => refused("error-sheet-checksum", vec![("sheet", n.to_string())]),
        Err(SheetError::KitNumber) => refused("error-sheet-kit", vec![]),
        Err(SheetError::SheetNumber) => refused("error-sheet-number", vec![]),
        Err(SheetError::Format) => refused("error-sheet-format", vec![]),
    }
}

/// That a sheet ended before its last word.
#[must_use]
pub fn unfinished_sheet() -> AppError {
    AppError::refused("error-sheet-unfinished", vec![])
}

fn of_kit(error: KitError) -> AppError {
    match error {
        KitError::Different(one, other) => {
            AppError::refused("error-kit-different", vec![("one", one.to_string()), ("other", other.to_string())])
        }
        KitError::Twice(sheet) => AppError::refused("error-kit-twice", vec![("sheet", sheet.to_string())]),
        KitError::DoNotFit(kit) => AppError::refused("error-kit-does-not-fit", vec![("kit", kit.to_string())]),
    }
}

/// The kit of two sheets.
pub(crate) fn kit_of(one: &RecoverySheet, other: &RecoverySheet) -> Result<RecoveryKit, AppError> {
    RecoveryKit::of_sheets(one, other).map_err(of_kit)
}

/// Refuses a key file in the store's folder, whose copies would bring its keys along, and where it is taken to other machines.
pub(crate) fn must_lie_apart(keys: &KeySource, folder: &Path) -> Result<(), AppError> {
    match keys {
        KeySource::File { path, .. } => must_stay_here(path, folder, ["error-key-in-store", "error-key-place"]),
        KeySource::KeyStore { .. } => Ok(()),
    }
}

/// The same for a file or folder of a recovery kit's sheets.
///
/// # Errors
/// That it lies in the store's folder, or on a network share or in a synced folder.
pub fn sheets_must_lie_apart(file: &Path, folder: &Path) -> Result<(), AppError> {
    must_stay_here(file, folder, ["error-kit-in-store", "error-kit-place"])
}

fn must_stay_here(file: &Path, folder: &Path, [in_store, elsewhere]: [&'static str; 2]) -> Result<(), AppError> {
    let place = || ("place", file.display().to_string());
    if store::lies_in(file, folder) {
        return Err(AppError::refused(in_store, vec![place()]));
    }
    match store::taken_elsewhere_by(file).map_err(|error| AppError::from(error).at(file))? {
        Some(name) => Err(AppError::refused(elsewhere, vec![place(), ("name", name.to_owned())])),
        None => Ok(()),
    }
}

/// Puts a snapshot back where store and keys are gone, by two sheets; [`recover`] follows, on the store that is there then.
///
/// # Errors
/// Sheets that are no kit or another snapshot's, a store that is there already, a snapshot that does not open.
pub fn restore_by_kit(
    folder: &Path,
    keys: &KeySource,
    (one, other): (&RecoverySheet, &RecoverySheet),
    snapshot: &Path,
    (origin, now): (Origin, DateTime<Utc>),
) -> Result<(), AppError> {
    must_lie_apart(keys, folder)?;
    put_back(folder, keys, &kit_of(one, other)?, snapshot, (origin, now))
}

/// The same with the kit at hand.
pub(crate) fn put_back(
    folder: &Path,
    keys: &KeySource,
    kit: &RecoveryKit,
    snapshot: &Path,
    (origin, now): (Origin, DateTime<Utc>),
) -> Result<(), AppError> {
    share(folder, keys)?;
    Ok(Store::restore_by_kit(folder, kit, snapshot, origin, now)?)
}

/// Uses a kit; where the keys are a group's, so are the files then.
pub(crate) fn run(
    recovery: Recovery<'_>,
    ready: impl FnOnce(&Settings) -> Result<(), AppError>,
) -> Result<Option<ActivationCode>, AppError> {
    let (folder, keys) = (recovery.folder, recovery.keys);
    let code = recovery.run(ready)?;
    share_whole(folder, keys)?;
    Ok(code)
}

/// Uses the recovery kit: see [`store::Recovery`]. `write` puts the sheets of the new kit on paper. Gives the activation code
/// of an account that was admitted before it was activated.
///
/// # Errors
/// Sheets that are no kit or another store's, keys that cannot be kept, others in the store.
pub fn recover(
    folder: &Path,
    keys: &KeySource,
    (one, other): (&RecoverySheet, &RecoverySheet),
    admit: Option<(&str, RoleName)>,
    (origin, now): (Origin, DateTime<Utc>),
    write: WriteSheets<'_>,
) -> Result<Option<String>, AppError> {
    must_lie_apart(keys, folder)?;
    let kit = kit_of(one, other)?;
    let (next, secret) = RecoveryKit::generate().map_err(store::StoreError::from)?;
    let recovery = Recovery { folder, kit: &kit, next: next.public(), keys, admit, origin, now };
    let code = run(recovery, |settings| {
        let (organisation, kind) = (settings.organisation.clone(), settings.kind);
        write(&sheets(&secret, &Heading { organisation, kind, made: local::day(now) })?)
    })?;
    // REVEAL: said once, to be handed over.
    Ok(code.map(|code| code.reveal().to_string()))
}
