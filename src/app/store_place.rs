//! Where a store and its keys lie, as the window was told once: remembered for this account of the operating system.
//!
//! **Invariant:** places only; no key. What the command line says comes first.
//! **Not here:** where the file lies (`main.rs`).

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use store::KeySource;
use viewmodel::PlaceTyped;

use crate::AppError;

/// Where a store and its keys lie.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StorePlace {
    /// The store's folder.
    pub folder: PathBuf,
    /// The key file; absent: the operating system's key store.
    pub key_file: Option<PathBuf>,
    /// The key file is readable for its group.
    #[serde(default)]
    pub group: bool,
}

impl StorePlace {
    /// Where its keys lie.
    #[must_use]
    pub fn keys(&self) -> KeySource {
        match &self.key_file {
            Some(path) => KeySource::File { path: path.clone(), group: self.group },
            None => KeySource::KeyStore { folder: self.folder.clone() },
        }
    }

    /// Whether there is a store.
    pub(crate) fn is_there(&self) -> bool {
        self.folder.join(store::DATABASE).exists()
    }

    pub(crate) fn must_be_there(&self) -> Result<(), AppError> {
        let absent = || AppError::refused("error-existing-absent", vec![]).at(&self.folder);
        if self.is_there() { Ok(()) } else { Err(absent()) }
    }

    /// As typed: absolute, since an entry of the key store is named after the folder.
    pub(crate) fn of_typed(typed: &PlaceTyped) -> Result<Self, AppError> {
        let absolute = |path: &str| {
            let path = Path::new(path.trim());
            if path.as_os_str().is_empty() {
                return Err(AppError::refused("error-place-empty", vec![]));
            }
            std::path::absolute(path).map_err(|error| AppError::file(path, &error))
        };
        let key_file = typed.key_file.as_deref().map(absolute).transpose()?;
        Ok(Self { folder: absolute(&typed.folder)?, group: typed.group && key_file.is_some(), key_file })
    }

    pub(crate) fn typed(&self) -> PlaceTyped {
        PlaceTyped {
            folder: self.folder.display().to_string(),
            key_file: self.key_file.as_ref().map(|path| path.display().to_string()),
            group: self.group,
        }
    }

    /// The place that was remembered in a file; `None` where there is none that reads.
    #[must_use]
    pub fn remembered(file: &Path) -> Option<Self> {
        // LIMIT: two paths; what is longer is not ours.
        const BYTES_MAX: u64 = 16_384;
        let bytes = crate::read_at_most(file, BYTES_MAX).ok().filter(|bytes| bytes.len() as u64 <= BYTES_MAX)?;
        let found: Self = toml::from_str(std::str::from_utf8(&bytes).ok()?).ok()?;
        found.folder.is_absolute().then_some(found)
    }

    /// Remembers it in a file, in place of what that held.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn remember(&self, file: &Path) -> Result<(), AppError> {
        let text = toml::to_string(self).map_err(|_| AppError::refused("error-system", vec![]))?;
        crate::settings::write(file, &text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_place_is_found_again_and_a_file_that_says_something_else_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/place.toml");
        assert_eq!(StorePlace::remembered(&file), None);
        let place =
            StorePlace { folder: "/srv/terugblik".into(), key_file: Some("/etc/terugblik/key".into()), group: true };
        place.remember(&file).unwrap();
        assert_eq!(StorePlace::remembered(&file), Some(place));
        for text in ["folder = \"relative\"", "folder = 3", "folder = \"/srv\"\nkey = \"x\"", "\u{0}"] {
            std::fs::write(&file, text).unwrap();
            assert_eq!(StorePlace::remembered(&file), None, "{text:.20}");
        }
    }
}
