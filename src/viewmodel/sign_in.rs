//! Before there is a session: sign in, locked.

use crate::{Command, Role};

/// A sentence: a key of `resources/i18n` with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The key.
    pub text: &'static str,
    /// Its values; numbers and times only.
    pub values: Vec<(&'static str, String)>,
}

impl From<&'static str> for Said {
    fn from(text: &'static str) -> Self {
        Self { text, values: Vec::new() }
    }
}

/// An account of the demo, offered as a button.
pub struct DemoAccount {
    /// Display name.
    pub name: String,
    /// Staff number.
    pub staff: String,
    /// Its role.
    pub role: Role,
    /// Signs in.
    pub sign_in: Command,
}

/// The sign-in form: one answer for a wrong account, passphrase or code.
pub struct SignInScreen {
    /// The RAV, such as `RAV 12 · Voorbeeldregio`.
    pub organisation: String,
    /// Account to put in the form.
    pub account: String,
    /// What is said after a failed try.
    pub error: Option<Said>,
    /// Minutes without a touch of the window after which what was typed is forgotten.
    pub forgets_after: u8,
    /// Keys are being derived: the form waits.
    pub working: bool,
    /// Stops deriving them.
    pub stop: Option<Command>,
    /// To choose from, once passphrase and code were right and the account has several roles.
    pub roles: Vec<(Role, Command)>,
    /// To the pages of a first sign-in.
    pub activate: Option<Command>,
    /// To the pages for who forgot the passphrase, or lost the phone.
    pub forgotten: Option<Command>,
    /// To the pages that bring lost keys back.
    pub recover: Option<Command>,
    /// The demo's accounts; empty in any other store.
    pub demo: Vec<DemoAccount>,
}

/// Everything gone but who was here.
pub struct LockedScreen {
    /// Display name.
    pub name: String,
    /// Role of the session.
    pub role: Role,
    /// When it was locked, `HH:MM`.
    pub since: String,
    /// What is said after a failed try.
    pub error: Option<Said>,
    /// Minutes without a touch of the window after which what was typed is forgotten.
    pub forgets_after: u8,
    /// Keys are being derived.
    pub working: bool,
    /// Stops deriving them.
    pub stop: Option<Command>,
    /// Leave, so that another can sign in.
    pub sign_out: Command,
    /// The demo's shortcut for this account.
    pub demo: Option<Command>,
}
