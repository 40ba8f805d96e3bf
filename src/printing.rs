//! Paper for the window: sheets and letters as PDF, and the way to the system's printer.
//!
//! **Invariant:** what is printed goes through a pipe: no file is written here. The printing service keeps it until it is printed.
//! **Not here:** what stands on it (`report`), where it is written (`app`).

use std::{
    ffi::OsString,
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use app::{AppError, Exit, Paper, ScriptFor, SelfTestFor};
use intake::SelfTestMessage;
use report::ReportError;
use viewmodel::{ConnectionSheet, KitSheet, Language, Letter, PersonalSheet, Portfolio, SignOffSheet, Texts};
use zeroize::Zeroizing;

use crate::connection_test;

/// The command of the Common UNIX Printing System that prints what is piped into it.
const PRINT: &str = "lp";
// LIMIT: how long a printing service may take to accept some pages.
const PATIENCE: Duration = Duration::from_secs(20);

/// Prints in the language that is asked for; the texts at hand are those of the system's.
pub struct Printer {
    texts: Texts,
    /// Folders in which the print command is looked for.
    path: OsString,
}

impl Printer {
    /// With the print command of these folders (`PATH`).
    pub fn new(texts: Texts, path: Option<OsString>) -> Self {
        Self { texts, path: path.unwrap_or_default() }
    }

    fn texts(&self, language: Language) -> Result<Texts, AppError> {
        if self.texts.language() == language {
            return Ok(self.texts.clone());
        }
        Texts::load(language).map_err(|_| AppError { key: "error-system", values: vec![], exit: Exit::System })
    }

    fn command(&self) -> Option<PathBuf> {
        std::env::split_paths(&self.path).map(|folder| folder.join(PRINT)).find(|file| file.is_file())
    }
}

/// What a person is told of paper that cannot be made: of a name that the font does not have, in these words.
fn of_report(error: ReportError, name: &'static str) -> AppError {
    match error {
        ReportError::Character => AppError::refused(name, vec![]),
        ReportError::Table | ReportError::Font | ReportError::Code | ReportError::Paper => {
            AppError { key: "error-system", values: vec![], exit: Exit::System }
        }
    }
}

/// One sheet of a recovery kit.
pub fn kit_sheet(sheet: &KitSheet, texts: &Texts) -> Result<Zeroizing<Vec<u8>>, AppError> {
    report::kit_sheet_pdf(sheet, texts).map(Zeroizing::new).map_err(|error| of_report(error, "error-kit-name"))
}

impl Paper for Printer {
    fn personal_sheet(&self, sheet: &PersonalSheet, language: Language) -> Result<Vec<u8>, AppError> {
        report::personal_sheet_pdf(sheet, &self.texts(language)?).map_err(|error| of_report(error, "error-sheet-name"))
    }

    fn letters(&self, letters: &[Letter], language: Language) -> Result<Vec<u8>, AppError> {
        report::letters_pdf(letters, &self.texts(language)?).map_err(|_| AppError::refused("error-letters", vec![]))
    }

    fn kit_sheet(&self, sheet: &KitSheet, language: Language) -> Result<Zeroizing<Vec<u8>>, AppError> {
        kit_sheet(sheet, &self.texts(language)?)
    }

    fn connection_sheet(&self, sheet: &ConnectionSheet, language: Language) -> Result<Vec<u8>, AppError> {
        let pdf = report::connection_sheet_pdf(sheet, &self.texts(language)?);
        pdf.map_err(|error| of_report(error, "error-connection-paper"))
    }

    fn sign_off(&self, sheet: &SignOffSheet, language: Language) -> Result<Vec<u8>, AppError> {
        let pdf = report::sign_off_pdf(sheet, &self.texts(language)?);
        pdf.map_err(|error| of_report(error, "error-connection-paper"))
    }

    fn portfolio(&self, portfolio: &Portfolio, language: Language) -> Result<Vec<u8>, AppError> {
        let pdf = report::portfolio_pdf(portfolio, &self.texts(language)?);
        pdf.map_err(|error| of_report(error, "error-portfolio"))
    }

    fn test_script(&self, of: &ScriptFor, folder: &Path) -> Result<Vec<store::TestCase>, AppError> {
        connection_test::write(of, folder)
    }

    fn checks(&self, case: &str) -> Vec<&'static str> {
        connection_test::checks(case)
    }

    fn self_test(&self, of: &SelfTestFor) -> Option<SelfTestMessage> {
        Some(connection_test::self_test(of))
    }

    fn can_print(&self) -> bool {
        self.command().is_some()
    }

    fn print(&self, pdf: &[u8]) -> Result<(), AppError> {
        let refused = || AppError { key: "error-print-refused", values: vec![], exit: Exit::System };
        let program = self.command().ok_or_else(|| AppError::refused("error-print-none", vec![]))?;
        // The title stands in the list of the printer: it says nothing of what is printed.
        let started = Command::new(program)
            .args(["-s", "-t", "Terugblik", "-o", "media=A4", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut child = started.map_err(|_| refused())?;
        let input = child.stdin.take().ok_or_else(refused)?;
        let pdf = Zeroizing::new(pdf.to_vec());
        let mut input = input;
        // A service that does not read would hold this thread for ever.
        let writer = std::thread::spawn(move || input.write_all(&pdf).is_ok());
        let accepted = waited(&mut child);
        accepted.filter(|_| writer.join().unwrap_or(false)).ok_or_else(refused)
    }
}

/// Waits for the print command; one that takes too long is ended.
fn waited(child: &mut Child) -> Option<()> {
    let started = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success().then_some(()),
            Ok(None) if started.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
            Ok(None) | Err(_) => {
                // Then its end of the pipe is closed, and the writer ends too.
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}
