//! What the program remembers for an account of the system between starts: how the window looks and speaks. Nothing of a
//! store, nothing of a person.
//!
//! **Invariant:** a file that is absent, unreadable or from another version is no error: what it does not say is as the
//! system is set.
//! **Not here:** where the file lies (`main.rs`); the settings of a store (`store`).

use std::path::Path;

use toml::{Table, Value};
use viewmodel::{Appearance, Language, Look, Speech, TextSize};

use crate::AppError;

const LOOKS: [(Look, &str); 3] = [(Look::Light, "light"), (Look::Dark, "dark"), (Look::System, "system")];
const SPEECHES: [(Speech, &str); 3] =
    [(Speech::In(Language::Dutch), "nl"), (Speech::In(Language::English), "en"), (Speech::System, "system")];

fn of_name<T: Copy + Default>(names: &[(T, &str)], value: Option<&Value>) -> T {
    let name = value.and_then(Value::as_str);
    names.iter().find(|(_, known)| Some(*known) == name).map(|(kept, _)| *kept).unwrap_or_default()
}

fn name_of<T: Copy + PartialEq>(names: &[(T, &'static str)], kept: T) -> &'static str {
    names.iter().find(|(known, _)| *known == kept).map_or("system", |(_, name)| name)
}

/// What was kept in a file.
#[must_use]
pub fn appearance(file: &Path) -> Appearance {
    // LIMIT: three settings; what is longer is not ours.
    const BYTES_MAX: u64 = 4096;
    let bytes = crate::read_at_most(file, BYTES_MAX).ok().filter(|bytes| bytes.len() as u64 <= BYTES_MAX);
    let text = bytes.as_ref().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let found: Table = text.and_then(|text| text.parse().ok()).unwrap_or_default();
    Appearance {
        look: of_name(&LOOKS, found.get("look")),
        speech: of_name(&SPEECHES, found.get("language")),
        text_size: found.get("text_size").and_then(Value::as_integer).map(TextSize::of_percent).unwrap_or_default(),
    }
}

/// Keeps it in a file, in place of what that held.
///
/// # Errors
/// When the folder or the file cannot be written.
pub(crate) fn keep(file: &Path, appearance: Appearance) -> Result<(), AppError> {
    let mut table = Table::new();
    table.insert("look".into(), name_of(&LOOKS, appearance.look).into());
    table.insert("language".into(), name_of(&SPEECHES, appearance.speech).into());
    table.insert("text_size".into(), i64::from(appearance.text_size.percent()).into());
    write(file, &table.to_string())
}

/// Writes a file of what is remembered, in place of what it held.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), AppError> {
    let written = || {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        // Beside it first: a disk that is full leaves what was there whole.
        let beside = file.with_extension("new");
        std::fs::write(&beside, text)?;
        std::fs::rename(&beside, file)
    };
    written().map_err(|error| AppError::file(file, &error))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_set_is_found_again_and_nothing_lies_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/settings.toml");
        assert_eq!(appearance(&file), Appearance::default(), "before there is a file");
        for (look, _) in LOOKS {
            for (speech, _) in SPEECHES {
                for percent in [80, 100, 200] {
                    let kept = Appearance { look, speech, text_size: TextSize::of_percent(percent) };
                    keep(&file, kept).unwrap();
                    assert_eq!(appearance(&file), kept);
                }
            }
        }
        assert_eq!(std::fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_says_something_else_leaves_that_to_the_system_and_keeps_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("settings.toml");
        let long = format!("look = \"dark\"\n{}", "#".repeat(5000));
        for text in ["look = \"violet\"", "look = 3", "not toml", "other = 1", "\u{0}", "text_size = \"big\"", &long] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(appearance(&file), Appearance::default(), "{text:.20}");
        }
        // As an earlier version wrote it, and as a later one may.
        std::fs::write(&file, "look = \"dark\"\nlanguage = \"fy\"\ntext_size = 5000\nother = 1").unwrap();
        let kept = Appearance { look: Look::Dark, speech: Speech::System, text_size: TextSize::of_percent(200) };
        assert_eq!(appearance(&file), kept);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("state"), "a file").unwrap();
        let file = folder.path().join("state/settings.toml");
        let error = keep(&file, Appearance::default()).unwrap_err();
        assert!(error.values.iter().any(|(_, value)| value.contains("settings.toml")), "{error:?}");
    }
}
