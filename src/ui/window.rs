//! The window: eframe with our options, and what it says where the system lacks a part.
//!
//! **Invariant:** the title is the program's name and nothing else; this crate writes no state to disk.

use std::panic::{AssertUnwindSafe, catch_unwind};

use viewmodel::{Appearance, Client, Texts};

use crate::App;

/// Why there is no window.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum WindowError {
    /// No display to draw on.
    #[error("there is no display (DISPLAY and WAYLAND_DISPLAY are not set, or nothing answers there)")]
    NoDisplay,
    /// A library of the system is missing.
    #[error("a library is missing: install the package {package}")]
    Library {
        /// The Debian package that has it.
        package: &'static str,
    },
    /// Something else, in the window library's words.
    #[error("the window could not be opened: {0}")]
    Other(String),
}

/// The window as it is made: its title is of no screen.
#[must_use]
pub fn viewport(texts: &Texts) -> egui::ViewportBuilder {
    egui::ViewportBuilder::default()
        .with_title(texts.get("ui-name"))
        .with_app_id("terugblik")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([640.0, 480.0])
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// When the system has no display, or lacks a library: named by its Debian package.
pub fn run(client: Box<dyn Client>, texts: Texts, appearance: Appearance) -> Result<(), WindowError> {
    let name = texts.get("ui-name");
    let viewport = viewport(&texts);
    let options = eframe::NativeOptions { viewport, centered: true, ..eframe::NativeOptions::default() };
    let mut app = App::new(client, texts).with_appearance(appearance).with_system_clipboard();
    let opened = catch_unwind(AssertUnwindSafe(|| {
        eframe::run_native(
            &name,
            options,
            Box::new(move |creation| {
                // A system that says nothing of its theme (plain X11) is taken to be light.
                creation.egui_ctx.options_mut(|options| options.fallback_theme = egui::Theme::Light);
                app.attach(&creation.egui_ctx);
                Ok(Box::new(app))
            }),
        )
    }));
    match opened {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(reason(&error.to_string())),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default();
            Err(reason(text))
        }
    }
}

/// The window library's words to ours.
fn reason(words: &str) -> WindowError {
    // Libraries are opened at run time; each list is what its message names (STACK.md).
    let known = [
        ("libxkbcommon-x11", "libxkbcommon-x11-0"),
        ("libxkbcommon", "libxkbcommon0"),
        ("xlib's shared libraries", "libx11-6 libx11-xcb1 libxcursor1 libxi6"),
        ("libwayland-egl", "libwayland-egl1"),
        ("libEGL", "libegl1"),
        ("libGL", "libgl1"),
        ("no glutin configs", "libgl1"),
        ("NoGlutinConfigs", "libgl1"),
    ];
    let lower = words.to_ascii_lowercase();
    if let Some((_, package)) = known.iter().find(|(sign, _)| lower.contains(&sign.to_ascii_lowercase())) {
        return WindowError::Library { package };
    }
    let absent = ["neither wayland_display nor", "xopendisplayfailed", "failed to open connection", "no display"];
    if absent.iter().any(|sign| lower.contains(sign)) {
        return WindowError::NoDisplay;
    }
    WindowError::Other(words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_library_is_named_by_its_package() {
        let cases = [
            ("Failed to load one of xlib's shared libraries", "libx11-6 libx11-xcb1 libxcursor1 libxi6"),
            ("Library libxkbcommon-x11.so could not be loaded.", "libxkbcommon-x11-0"),
            ("Found no glutin configs matching the template", "libgl1"),
        ];
        for (words, package) in cases {
            assert_eq!(reason(words), WindowError::Library { package }, "{words}");
        }
    }

    #[test]
    fn no_display_is_said_as_such() {
        let words = "os error: neither WAYLAND_DISPLAY nor WAYLAND_SOCKET nor DISPLAY is set.";
        assert_eq!(reason(words), WindowError::NoDisplay);
    }
}
