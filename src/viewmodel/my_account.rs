//! *Mijn account*: what a person renews by himself, whatever his role.

use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::{Command, Said, SecondFactorPage, SheetPage};

/// One wish on this screen.
#[derive(Clone)]
pub enum MineCommand {
    /// Another passphrase; the old one is asked.
    ChangePassphrase {
        /// The old one.
        old: Zeroizing<String>,
        /// The new one.
        new: Zeroizing<String>,
    },
    /// A new second factor: first its page.
    NewSecondFactor,
    /// The new second factor with its first code, and the passphrase.
    ConfirmSecondFactor {
        /// The code.
        code: Zeroizing<String>,
        /// The passphrase.
        passphrase: Zeroizing<String>,
    },
    /// A new personal sheet: first its page.
    NewSheet,
    /// Writes the new sheet as PDF.
    SaveSheet(PathBuf),
    /// Prints the new sheet, without a file.
    PrintSheet,
    /// The last group of the new sheet, and the passphrase.
    ConfirmSheet {
        /// The group.
        group: Zeroizing<String>,
        /// The passphrase.
        passphrase: Zeroizing<String>,
    },
    /// Leaves the page; nothing is renewed.
    Cancel,
    /// Whether the desktop tells that there is feedback.
    DesktopNotice(bool),
}

/// Whether the desktop tells that there is feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DesktopNotice {
    /// Chosen.
    pub on: bool,
    /// Whether there is a notification service; `None`: not known yet.
    pub is_there: Option<bool>,
    /// Whether the program can do it on this system at all.
    pub is_possible: bool,
}

/// What is being renewed.
pub enum Renewing {
    /// Nothing: the page with its three choices.
    Nothing,
    /// The second factor.
    SecondFactor(SecondFactorPage),
    /// The personal sheet.
    Sheet(SheetPage),
}

/// The screen.
pub struct MyAccountScreen {
    /// Display name.
    pub name: String,
    /// Staff number.
    pub staff: String,
    /// What is being renewed.
    pub renewing: Renewing,
    /// Least length of a passphrase, in characters.
    pub characters_min: usize,
    /// What is wrong with what was given last.
    pub error: Option<Said>,
    /// For who has feedback of his own.
    pub notice: Option<DesktopNotice>,
    /// Keys are being derived.
    pub working: bool,
    /// Stops that.
    pub stop: Option<Command>,
}
