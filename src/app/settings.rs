//! What the program remembers for an account between starts: how the window looks. Nothing of a store, nothing of a person.
//!
//! **Invariant:** a file that is absent, unreadable or from another version is no error: the window follows the system.
//! **Not here:** where the file lies (`main.rs`); the settings of a store (`store`).

use std::path::Path;

use serde::{Deserialize, Serialize};
use viewmodel::Look;

use crate::AppError;

#[derive(Default, Deserialize, Serialize)]
struct File {
    look: Option<LookName>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum LookName {
    Light,
    Dark,
    System,
}

/// The look that was kept in a file.
#[must_use]
pub fn look(file: &Path) -> Look {
    // LIMIT: one setting; what is longer is not ours.
    const BYTES_MAX: u64 = 4096;
    let bytes = crate::read_at_most(file, BYTES_MAX).ok().filter(|bytes| bytes.len() as u64 <= BYTES_MAX);
    let text = bytes.as_ref().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let found: File = text.and_then(|text| toml::from_str(text).ok()).unwrap_or_default();
    match found.look {
        Some(LookName::Light) => Look::Light,
        Some(LookName::Dark) => Look::Dark,
        Some(LookName::System) | None => Look::System,
    }
}

/// Keeps a look in a file, in place of what it held.
///
/// # Errors
/// When the folder or the file cannot be written.
pub(crate) fn keep_look(file: &Path, look: Look) -> Result<(), AppError> {
    let look = match look {
        Look::Light => LookName::Light,
        Look::Dark => LookName::Dark,
        Look::System => LookName::System,
    };
    let text = toml::to_string(&File { look: Some(look) }).map_err(|_| AppError::refused("error-system", vec![]))?;
    let written = || {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // Beside it first: a disk that is full leaves the older setting whole.
        let beside = file.with_extension("new");
        std::fs::write(&beside, &text)?;
        std::fs::rename(&beside, file)
    };
    written().map_err(|error| AppError::file(file, &error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_look_is_found_again_and_nothing_lies_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/settings.toml");
        assert_eq!(look(&file), Look::System, "before there is a file");
        for kept in [Look::Dark, Look::Light, Look::System] {
            keep_look(&file, kept).unwrap();
            assert_eq!(look(&file), kept);
        }
        assert_eq!(std::fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_says_something_else_leaves_the_look_to_the_system() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.toml");
        let long = format!("look = \"dark\"\n{}", "#".repeat(5000));
        for text in ["look = \"violet\"", "look = 3", "not toml", "other = 1", "\u{0}", &long] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(look(&file), Look::System, "{text:.20}");
        }
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("state"), "a file").unwrap();
        let file = folder.path().join("state/settings.toml");
        let error = keep_look(&file, Look::Dark).unwrap_err();
        assert!(error.values.iter().any(|(_, value)| value.contains("settings.toml")), "{error:?}");
    }
}
