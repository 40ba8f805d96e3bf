//! The pictures of *Mijn reflecties*: how to get there.

use viewmodel::{Command, Frame, ReflectionsScreen, Screen, ScreenName};

use crate::pictures::Step;

/// To the list, where one is opened.
pub const READ: &[Step] = &[to, open_last];

/// To the list.
pub fn to(_: &Frame) -> Option<Command> {
    Some(Command::Open(ScreenName::Reflections))
}

/// Opens the oldest.
fn open_last(frame: &Frame) -> Option<Command> {
    Some(screen(frame)?.lines.last()?.open.clone())
}

fn screen(frame: &Frame) -> Option<&ReflectionsScreen> {
    if let Screen::Reflections(screen) = &frame.screen { Some(screen) } else { None }
}

/// One is confirmed, one is not, and one is opened.
pub fn shows_own(frame: &Frame) -> bool {
    screen(frame).is_some_and(|screen| {
        let lines = &screen.lines;
        lines.iter().any(|line| line.confirmed.is_some())
            && lines.iter().any(|line| line.confirmed.is_none())
            && lines.iter().any(|line| line.opened.is_some())
    })
}

/// None is written yet.
pub fn shows_none(frame: &Frame) -> bool {
    screen(frame).is_some_and(|screen| screen.lines.is_empty())
}
