//! The pictures of *Ontvangst*, of what it says in a store of forty hospitals, and of a record with shielded places.

use viewmodel::{Command, FeedbackScreen, Frame, ReceptionScreen, Screen, ScreenName};

use crate::pictures::Step;

/// Goes there.
pub fn to_reception(_: &Frame) -> Option<Command> {
    Some(Command::Open(ScreenName::Reception))
}

fn reception(frame: &Frame) -> Option<&ReceptionScreen> {
    if let Screen::Reception(screen) = &frame.screen { Some(screen) } else { None }
}

/// Certificates that expire, and all that hindered receiving.
pub fn shows_alarms(frame: &Frame) -> bool {
    reception(frame).is_some_and(|screen| screen.certificates.len() > 3 && screen.alarms.len() > 2)
}

/// The hospital that sends most too much.
pub fn sends_too_much(frame: &Frame) -> Option<String> {
    let most = reception(frame)?.senders.iter().max_by_key(|sender| sender.too_much.len())?;
    (!most.too_much.is_empty()).then(|| most.name.clone())
}

fn feedback(frame: &Frame) -> Option<&FeedbackScreen> {
    if let Screen::Feedback(screen) = &frame.screen { Some(screen) } else { None }
}

/// Opens the record in hand.
pub fn open_record(frame: &Frame) -> Option<Command> {
    feedback(frame)?.card.as_ref().map(|card| card.open.clone())
}

/// A record after another is opened, until one has shielded places.
pub const SHIELDED: &[Step] = &[open_or_next as Step; 24];

/// The same; where nothing in it is shielded, goes on to the next one.
pub fn open_or_next(frame: &Frame) -> Option<Command> {
    let screen = feedback(frame)?;
    if shows_shielded(frame) {
        return Some(Command::Refresh);
    }
    if screen.opened.is_some() {
        let at = screen.rows.iter().position(|row| row.selected)?;
        return screen.rows.get(at + 1).map(|row| Command::SelectRecord(row.record));
    }
    screen.card.as_ref().map(|card| card.open.clone())
}

/// Places in a remark are shielded.
pub fn shows_shielded(frame: &Frame) -> bool {
    let opened = feedback(frame).and_then(|screen| screen.opened.as_ref());
    opened.is_some_and(|opened| opened.masked.medical.is_some() || opened.masked.communication.is_some())
}
