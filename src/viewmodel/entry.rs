//! First sign-in, and a forgotten passphrase: one page after another, and nothing is stored before the last.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::{Command, Said, Words};

/// By which paper a person comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryWay {
    /// The letter with an activation code.
    FirstTime,
    /// The personal sheet (*herstelblad*).
    Forgotten,
}

/// One wish on these pages.
#[derive(Clone)]
pub enum EntryCommand {
    /// To the first page.
    Start(EntryWay),
    /// Account and the code of the letter or the sheet.
    Code {
        /// Staff number.
        account: String,
        /// The code as typed.
        code: Zeroizing<String>,
    },
    /// The new passphrase.
    Passphrase(Zeroizing<String>),
    /// The first code of the new second factor.
    SecondFactor(Zeroizing<String>),
    /// Writes the new sheet as PDF.
    SaveSheet(PathBuf),
    /// Prints the new sheet, without a file.
    PrintSheet,
    /// The last group of the new sheet, typed over from paper.
    Sheet(Zeroizing<String>),
    /// The page about the log was read: everything is stored.
    Finish,
    /// The page before.
    Back,
}

/// The squares of a QR code.
#[derive(PartialEq, Eq)]
pub struct QrSquares {
    /// Squares of a side.
    pub side: usize,
    /// Row by row: dark.
    pub dark: Zeroizing<Vec<bool>>,
}

/// A new second factor, to be put into an authenticator app.
pub struct SecondFactorPage {
    /// For the camera.
    pub qr: QrSquares,
    /// For typing.
    pub secret: Words,
}

/// A new personal sheet, shown once.
pub struct SheetPage {
    /// Staff number.
    pub staff: String,
    /// Its code, in groups.
    pub code: Words,
    /// It can be written as PDF.
    pub printable: bool,
    /// Where it was written.
    pub saved: Option<String>,
    /// The system can print, without a file.
    pub printer: bool,
    /// It was handed to the printer.
    pub printed: bool,
    /// Letters and digits of the group that is typed over.
    pub group_characters: usize,
}

/// The page at hand.
pub enum EntryPage {
    /// Account and code.
    Code {
        /// Account to put in the form.
        account: String,
    },
    /// The new passphrase.
    Passphrase {
        /// Least length, in characters.
        characters_min: usize,
    },
    /// The second factor.
    SecondFactor(SecondFactorPage),
    /// The personal sheet.
    Sheet(SheetPage),
    /// What is logged.
    Logged,
}

/// The pages before there is a session.
pub struct EntryScreen {
    /// The RAV.
    pub organisation: String,
    /// By which paper.
    pub way: EntryWay,
    /// The page.
    pub page: EntryPage,
    /// What is wrong with what was given last.
    pub error: Option<Said>,
    /// Minutes without a touch of the window after which what was typed is forgotten.
    pub forgets_after: u8,
    /// Keys are being derived.
    pub working: bool,
    /// Stops deriving them.
    pub stop: Option<Command>,
}

/// A personal sheet as it is printed.
pub struct PersonalSheet {
    /// The RAV.
    pub organisation: String,
    /// Display name.
    pub name: String,
    /// Staff number.
    pub staff: String,
    /// The code, in groups.
    pub code: Words,
    /// When it was made.
    pub made: chrono::NaiveDate,
}
