//! The pictures of *Patiëntidentificatie*: how to get there.

use viewmodel::{Command, Frame, IdentificationDetail, IdentificationTab, IdentificationsScreen, Screen};

/// Another tab.
pub fn tab(tab: IdentificationTab) -> Option<Command> {
    Some(Command::IdentificationTab(tab))
}

/// The screen, where a frame shows it.
pub fn identifications(frame: &Frame) -> Option<&IdentificationsScreen> {
    if let Screen::Identifications(screen) = &frame.screen { Some(screen) } else { None }
}

/// The item in hand.
pub fn detail(frame: &Frame) -> Option<&IdentificationDetail> {
    identifications(frame)?.detail.as_ref()
}

/// A tab with items in it.
pub fn rows_of(frame: &Frame, tab: IdentificationTab) -> bool {
    identifications(frame).is_some_and(|screen| screen.tab == tab && !screen.rows.is_empty())
}

/// Takes the selected item up, or keeps it where an earlier picture did.
pub fn claim(frame: &Frame) -> Option<Command> {
    let detail = detail(frame)?;
    detail.claim.clone().or_else(|| detail.claimed.map(|_| Command::Refresh))
}

/// Shows its BSN.
pub fn reveal(frame: &Frame) -> Option<Command> {
    detail(frame)?.bsns.first()?.reveal.first().map(|(_, command)| command.clone())
}

/// Puts it under investigation.
pub fn investigate(frame: &Frame) -> Option<Command> {
    detail(frame)?.investigate.clone()
}

/// Closes it.
pub fn close(frame: &Frame) -> Option<Command> {
    let detail = detail(frame)?;
    detail.close.first().map(|(_, command)| command.clone())
}
