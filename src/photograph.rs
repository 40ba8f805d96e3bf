//! A frame as a picture in a file, light and dark.
//!
//! **Not here:** which frames (`pictures`), how pixels come about (`ui`).

use std::path::Path;

use app::AppError;
use egui::Key;
use viewmodel::{Client, Command, Frame, Texts, Waker};

/// A client that stands still on one frame.
struct Still(Option<Frame>);

impl Client for Still {
    fn send(&mut self, _command: Command) {}

    fn latest(&mut self) -> Option<Frame> {
        self.0.take()
    }

    fn wake_with(&mut self, _waker: Waker) {}
}

/// How a frame is photographed.
pub struct Exposure<'a> {
    /// The file's name, without look and ending.
    pub name: String,
    /// Something is waited for: a moment passes before the picture.
    pub waits: bool,
    /// Keys that are pressed first.
    pub keys: &'a [Key],
    /// The hospital that is chosen on *Ontvangst*.
    pub hospital: Option<String>,
}

/// Writes a frame as PNG, light and dark; gives how many.
///
/// # Errors
/// When a file cannot be written.
pub fn photograph(
    studio: &mut ui::Studio,
    exposure: &Exposure<'_>,
    frame: Frame,
    texts: &Texts,
    folder: &Path,
) -> Result<usize, AppError> {
    let mut app = ui::App::new(Box::new(Still(Some(frame))), texts.clone());
    let press = |key: &Key| egui::Event::Key {
        key: *key,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: egui::Modifiers::NONE,
    };
    if exposure.waits || !exposure.keys.is_empty() || exposure.hospital.is_some() {
        studio.picture_after(egui::Theme::Light, Vec::new(), |ui| app.frame_ui(ui));
        if let Some(hospital) = &exposure.hospital {
            app.choose_hospital(hospital);
        }
        // What is waited for shows itself when it takes longer than a moment.
        studio.wait(1.0);
        studio.picture_after(egui::Theme::Light, exposure.keys.iter().map(press).collect(), |ui| app.frame_ui(ui));
    }
    let looks = [("licht", egui::Theme::Light), ("donker", egui::Theme::Dark)];
    for (look, theme) in looks {
        let image = studio.picture(theme, |ui| app.frame_ui(ui));
        let file = folder.join(format!("{}-{look}.png", exposure.name));
        let png = image.png().map_err(|_| AppError::refused("error-system", vec![]))?;
        std::fs::write(&file, png).map_err(|e| AppError::file(&file, &e))?;
    }
    Ok(looks.len())
}
