//! Steps to the pictures of *Mijn verloop*.

use viewmodel::{Command, Frame, Screen, ScreenName, TrendState};

pub fn to_trend(_: &Frame) -> Option<Command> {
    Some(Command::Open(ScreenName::Trend))
}

fn state(frame: &Frame) -> Option<&TrendState> {
    if let Screen::Trend(screen) = &frame.screen { Some(&screen.state) } else { None }
}

/// Counted; a demo of few messages has too few for a percentage, and says so.
pub fn shows_figures(frame: &Frame) -> bool {
    matches!(state(frame), Some(TrendState::Ready(_)))
}

pub fn shows_nothing(frame: &Frame) -> bool {
    matches!(state(frame), Some(TrendState::Nothing))
}
