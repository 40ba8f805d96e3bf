//! *Instellingen*: what holds for every window of the organisation.

use chrono::NaiveDate;

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
    /// Dates of DPIA, consent of the works council and processing register; absent: an open point.
    pub duties: [Option<NaiveDate>; 3],
    /// Keys of the names of those that are open.
    pub open_duties: Vec<&'static str>,
    /// Whom to talk to about a ride: name or function, telephone, hours; all empty: nobody was filled in.
    pub peer_support: [String; 3],
    /// Whom a hospital asks: function, telephone, mail; all empty: nobody was filled in.
    pub rav_contact: [String; 3],
}
