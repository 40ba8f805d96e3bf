//! Steps to the pictures of *Mijn verloop*.

use viewmodel::{Command, Frame, Screen, ScreenName, TrendState};

pub fn to_trend(_: &Frame) -> Option<Command> {
    Some(Command::Open(ScreenName::Trend))
}

fn state(frame: &Frame) -> Option<&TrendState> {
    if let Screen::Trend(screen) = &frame.screen { Some(&screen.state) } else { None }
}

/// With a percentage, and the RAV's beside it.
pub fn shows_figures(frame: &Frame) -> bool {
    let Some(TrendState::Ready(figures)) = state(frame) else { return false };
    figures.own.shown().is_some() && figures.rav.shown().is_some() && !figures.groups.is_empty()
}

pub fn shows_nothing(frame: &Frame) -> bool {
    matches!(state(frame), Some(TrendState::Nothing))
}
