//! Files of a folder that are made together: none is written over.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use app::AppError;

/// A folder in which none of the files to be written is there yet.
pub(crate) struct NewFiles(PathBuf);

impl NewFiles {
    /// Makes the folder where it is not there.
    pub(crate) fn new(folder: &Path, names: impl IntoIterator<Item = String>) -> Result<Self, AppError> {
        fs::create_dir_all(folder).map_err(|error| AppError::file(folder, &error))?;
        for name in names {
            let file = folder.join(name);
            if file.symlink_metadata().is_ok() {
                return Err(AppError::file(&file, &ErrorKind::AlreadyExists.into()));
            }
        }
        Ok(Self(folder.to_owned()))
    }

    /// Writes one of them.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<(), AppError> {
        let file = self.0.join(name);
        let made = fs::File::create_new(&file).and_then(|mut made| made.write_all(content));
        made.map_err(|error| AppError::target(&file, &error))
    }
}

/// The name of the ride file.
pub(crate) const RIDES: &str = "rides.csv";
