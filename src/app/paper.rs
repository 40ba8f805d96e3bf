//! What goes on paper or before a camera: a personal sheet, letters, and the QR code of a second factor.
//!
//! **Not here:** how a PDF is made (`report`, handed in by `main.rs`).

use std::path::Path;

use access::{PersonalSheetCode, TotpSecret};
use chrono::{DateTime, NaiveDate, Utc};
use domain::RoleName;
use store::Archive;
use viewmodel::{
    ConnectionSheet, KitSheet, Language, Letter, PersonalSheet, Portfolio, QrSquares, Said, SecondFactorPage,
    SheetPage, SignOffSheet, Words,
};
use zeroize::Zeroizing;

use crate::{connection_paper::ScriptFor, error::AppError, local, rail, self_test::SelfTestFor};

/// Makes paper of view models, in a language.
pub trait Paper: Send {
    /// A personal sheet as PDF.
    ///
    /// # Errors
    /// When it cannot be made.
    fn personal_sheet(&self, sheet: &PersonalSheet, language: Language) -> Result<Vec<u8>, AppError>;

    /// The letters of activation codes as one PDF, in this order.
    ///
    /// # Errors
    /// When they cannot be made.
    fn letters(&self, letters: &[Letter], language: Language) -> Result<Vec<u8>, AppError>;

    /// One sheet of a recovery kit as PDF.
    ///
    /// # Errors
    /// When it cannot be made.
    fn kit_sheet(&self, sheet: &KitSheet, language: Language) -> Result<Zeroizing<Vec<u8>>, AppError>;

    /// The sheet of a connection for the hospital's team, as PDF.
    ///
    /// # Errors
    /// When it cannot be made.
    fn connection_sheet(&self, _sheet: &ConnectionSheet, _language: Language) -> Result<Vec<u8>, AppError> {
        Err(AppError::refused("error-letters", vec![]))
    }

    /// The sign-off of a connection's test, as PDF.
    ///
    /// # Errors
    /// When it cannot be made.
    fn sign_off(&self, _sheet: &SignOffSheet, _language: Language) -> Result<Vec<u8>, AppError> {
        Err(AppError::refused("error-letters", vec![]))
    }

    /// Reflections for a portfolio, as PDF.
    ///
    /// # Errors
    /// When it cannot be made.
    fn portfolio(&self, _portfolio: &Portfolio, _language: Language) -> Result<Vec<u8>, AppError> {
        Err(AppError::refused("error-portfolio", vec![]))
    }

    /// Writes the test script for a hospital into a new folder: messages, rides and the page; gives its cases.
    ///
    /// # Errors
    /// When it cannot be made or written.
    fn test_script(&self, _of: &ScriptFor, _folder: &Path) -> Result<Vec<store::TestCase>, AppError> {
        Err(AppError::refused("error-letters", vec![]))
    }

    /// Keys of what is checked of a case, by the name of its texts.
    fn checks(&self, _case: &str) -> Vec<&'static str> {
        Vec::new()
    }

    /// The message of a test that the program sends to itself: invented, of nobody; `None`: it makes none.
    fn self_test(&self, _of: &SelfTestFor) -> Option<intake::SelfTestMessage> {
        None
    }

    /// Whether this system prints without a file.
    fn can_print(&self) -> bool {
        false
    }

    /// Hands a PDF to the system's printing service; it keeps it until it is printed.
    ///
    /// # Errors
    /// When there is none, or it refuses.
    fn print(&self, _pdf: &[u8]) -> Result<(), AppError> {
        Err(AppError::refused("error-print-none", vec![]))
    }
}

/// Writes a new file that its owner alone can read, whole or not at all; a file that is there is left as it is.
pub(crate) fn write_new(to: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut file = store::create_private(to)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).inspect_err(|_| {
        // Half a file is none.
        let _ = std::fs::remove_file(to);
    })
}

/// Writes a new file and its entry in the log, or neither.
pub(crate) fn write_logged(
    store: &mut store::Store,
    entry: &access::Entry,
    to: &Path,
    bytes: &[u8],
) -> Result<(), AppError> {
    store.write_logged(entry, to, bytes)?.map_err(|error| AppError::target(to, &error))
}

/// A letter that hands over an activation code.
pub(crate) fn letter(
    (organisation, test): (&str, bool),
    (staff, name, roles): (&str, &str, &[RoleName]),
    code: &str,
    until: NaiveDate,
) -> Letter {
    Letter {
        organisation: organisation.to_owned(),
        test,
        name: name.to_owned(),
        staff: staff.to_owned(),
        roles: roles.iter().copied().map(rail::role_shown).collect(),
        code: Words::new(code.to_owned()),
        until,
    }
}

pub(crate) fn sheet(
    archive: &Archive,
    staff: &str,
    name: &str,
    code: &PersonalSheetCode,
    now: DateTime<Utc>,
) -> PersonalSheet {
    PersonalSheet {
        organisation: rail::organisation(archive.store().settings()),
        name: name.to_owned(),
        staff: staff.to_owned(),
        // REVEAL: printed once, for the person it is for.
        code: Words::new(code.reveal().to_string()),
        made: local::day(now),
    }
}

/// Where a new sheet has gone to.
#[derive(Clone, Default)]
pub(crate) struct Out {
    pub(crate) saved: Option<String>,
    pub(crate) printed: bool,
}

impl Out {
    /// Takes a sheet out: into a new file, or to the printer; gives what a person is told where that fails.
    pub(crate) fn take(
        &mut self,
        (paper, language): (Option<&dyn Paper>, Language),
        sheet: &PersonalSheet,
        to: Option<&Path>,
    ) -> Option<Said> {
        let paper = paper?;
        let taken = || {
            let pdf = Zeroizing::new(paper.personal_sheet(sheet, language)?);
            match to {
                Some(file) => write_new(file, &pdf).map_err(|error| AppError::file(file, &error)),
                None => paper.print(&pdf),
            }
        };
        match (taken(), to) {
            (Ok(()), Some(file)) => self.saved = Some(file.display().to_string()),
            (Ok(()), None) => self.printed = true,
            (Err(error), _) => return Some(Said { text: error.key, values: error.values }),
        }
        None
    }
}

/// Which ways to paper there are.
#[derive(Clone, Copy)]
pub(crate) struct Ways {
    pub(crate) file: bool,
    pub(crate) printer: bool,
}

impl Ways {
    pub(crate) fn of(paper: Option<&dyn Paper>) -> Self {
        Self { file: paper.is_some(), printer: paper.is_some_and(Paper::can_print) }
    }
}

pub(crate) fn sheet_page(staff: &str, code: &PersonalSheetCode, ways: Ways, out: Out) -> SheetPage {
    SheetPage {
        staff: staff.to_owned(),
        // REVEAL: shown once, to the person it is for.
        code: Words::new(code.reveal().to_string()),
        printable: ways.file,
        saved: out.saved,
        printer: ways.printer,
        printed: out.printed,
        group_characters: access::SHEET_GROUP_CHARACTERS,
    }
}

pub(crate) fn second_factor(
    organisation: &str,
    staff: &str,
    secret: &TotpSecret,
) -> Result<SecondFactorPage, AppError> {
    // REVEAL: to the camera and the eyes of the person whose second factor it is.
    let address = secret.uri(&format!("Terugblik {organisation}"), staff);
    let code = qrcode::QrCode::with_error_correction_level(address.as_bytes(), qrcode::EcLevel::M)
        .map_err(|_| AppError::refused("error-system", vec![]))?;
    let dark = code.to_colors().into_iter().map(|colour| colour == qrcode::Color::Dark).collect();
    let qr = QrSquares { side: code.width(), dark: Zeroizing::new(dark) };
    Ok(SecondFactorPage { qr, secret: Words::new(secret.reveal().to_string()) })
}
