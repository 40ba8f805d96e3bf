//! Before there is a session: sign in, activate, locked.

use crate::{Command, Role};

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
    /// Key of the error, after a failed try.
    pub error: Option<&'static str>,
    /// Keys are being derived: the form waits.
    pub working: bool,
    /// The second factor is asked for in this form (comes with the next work; its place is here).
    pub second_factor: bool,
    /// To choose from, once the passphrase was right and the account has several roles.
    pub roles: Vec<(Role, Command)>,
    /// To the activation form.
    pub activate: Option<Command>,
    /// The demo's accounts; empty in any other store.
    pub demo: Vec<DemoAccount>,
}

/// First sign-in: staff number, activation code, own passphrase (at least 14 characters).
pub struct ActivationScreen {
    /// The RAV.
    pub organisation: String,
    /// Account to put in the form.
    pub account: String,
    /// Key of the error, after a failed try.
    pub error: Option<&'static str>,
    /// Keys are being derived.
    pub working: bool,
    /// Least length of a passphrase, in characters.
    pub passphrase_characters_min: usize,
    /// Back.
    pub back: Command,
}

/// Everything gone but who was here.
pub struct LockedScreen {
    /// Display name.
    pub name: String,
    /// Account (staff number), for the form.
    pub account: String,
    /// Role of the session.
    pub role: Role,
    /// When it was locked, `HH:MM`.
    pub since: String,
    /// Key of the error, after a failed try.
    pub error: Option<&'static str>,
    /// Keys are being derived.
    pub working: bool,
    /// Leave, so that another can sign in.
    pub sign_out: Command,
    /// The demo's shortcut for this account.
    pub demo: Option<Command>,
}
