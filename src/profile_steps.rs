//! The pictures of *Berichtprofielen*: how to get there, and the message that the demo's profile is tried on.

use std::{
    io::Write,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use viewmodel::{Command, Frame, ProfilesScreen, Screen, ScreenName};

static PLACE: Mutex<Option<PathBuf>> = Mutex::new(None);

/// The message lies in a file as long as this is held.
pub struct TriedOn(tempfile::TempPath);

impl TriedOn {
    /// Lays it there.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn lay() -> std::io::Result<Self> {
        let mut message = tempfile::NamedTempFile::new()?;
        message.write_all(include_bytes!("../resources/demo/leverancier-bericht.xml"))?;
        let laid = Self(message.into_temp_path());
        *PLACE.lock().unwrap_or_else(PoisonError::into_inner) = Some(laid.0.to_path_buf());
        Ok(laid)
    }
}

/// Goes there.
pub fn to_profiles(_: &Frame) -> Option<Command> {
    Some(Command::Open(ScreenName::Profiles))
}

/// The screen, where a frame shows it.
pub fn profiles(frame: &Frame) -> Option<&ProfilesScreen> {
    if let Screen::Profiles(screen) = &frame.screen { Some(screen) } else { None }
}

/// Tries the loaded profile, which stands last.
pub fn try_profile(frame: &Frame) -> Option<Command> {
    let screen = profiles(frame)?;
    let row = screen.rows.last()?;
    let file = PLACE.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
    Some((screen.try_on)(row.name.clone(), row.version, file))
}

/// Opens the structure of the first message that no profile recognised.
pub fn structure(frame: &Frame) -> Option<Command> {
    profiles(frame)?.unrecognised.first().map(|message| message.act.clone())
}
