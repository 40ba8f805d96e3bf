//! The pictures of *Accounts*, and the way to other screens of the functional administrator.

use viewmodel::{AccountState, AccountsScreen, Command, Frame, Screen, ScreenName};

/// Goes to *Accounts*.
pub fn to_accounts(_: &Frame) -> Option<Command> {
    Some(Command::Open(ScreenName::Accounts))
}

/// Goes to *Ontvangst*.
pub fn to_reception(_: &Frame) -> Option<Command> {
    Some(Command::Open(ScreenName::Reception))
}

/// The screen, where a frame shows it.
pub fn accounts(frame: &Frame) -> Option<&AccountsScreen> {
    if let Screen::Accounts(screen) = &frame.screen { Some(screen) } else { None }
}

/// Shows the crew without an account.
pub fn without(frame: &Frame) -> Option<Command> {
    accounts(frame)?.without.as_ref().map(|without| without.show.clone())
}

/// Takes one in hand that waits to be confirmed.
pub fn waiting_account(frame: &Frame) -> Option<Command> {
    let waits = |line: &&viewmodel::AccountLine| line.state == AccountState::AwaitsConfirmation;
    accounts(frame)?.lines.iter().find(waits).map(|line| line.select.clone())
}
