//! View models to pixels: the frame, the screens, the window, and pictures without one.
//!
//! **Invariant:** drawn from the view model only: no role, no query, no file, no clock; every wish goes to the outbox.
//! **Invariant:** no text stands in this crate: words come from `resources/i18n` by their key.
//! **Not here:** what a screen holds and permits (`app`), chart geometry (`chart`).

mod app;
mod chart_painter;
mod clipboard;
mod drafting;
mod file_dialog;
mod frame;
pub mod raster;
mod reflecting;
mod rides_typed;
mod screens;
mod studio;
pub mod theme;
mod view_state;
mod widgets;
pub mod window;

pub use app::App;
pub use clipboard::SystemClipboard;
pub use studio::Studio;
pub use widgets::page::{Scrolled, scrolled};
pub use window::WindowError;
