//! *Instellingen*: what holds for every window of the organisation.

use crate::Command;

/// The screen.
#[derive(Clone)]
pub struct SettingsScreen {
    /// Minutes without input after which a window locks, each with the command that sets it.
    pub lock_minutes: Vec<(u8, Command)>,
    /// Which of them holds.
    pub lock_minutes_now: u8,
    /// A window is black in screen sharing and screenshots.
    pub content_protected: bool,
    /// Switches that on or off.
    pub protect: Command,
    /// This system can do it; elsewhere the setting holds for the organisation's other computers alone.
    pub can_protect: bool,
}
