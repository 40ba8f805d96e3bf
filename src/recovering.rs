//! The recovery kit on the command line: its sheets as files to be printed.
//!
//! **Invariant:** a sheet's words stand in its own file alone: never on a terminal, in an error or in the log.
//! **Not here:** what a sheet looks like (`report`), what the kit opens (`store`).

use std::{
    fs,
    io::Write,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use app::{AppError, Exit};
use viewmodel::{KitSheet, Texts};

use crate::output;

/// The files of a kit's sheets: they stay once [`Paper::keep`] says so, else they go when this is dropped.
pub struct Paper {
    folder: PathBuf,
    texts: Texts,
    written: Vec<PathBuf>,
}

impl Paper {
    /// For files in this folder, which is made where it is not there; never the store's own folder, whose copies would bring
    /// the sheets along.
    ///
    /// # Errors
    /// When the folder is the store's, or cannot be made.
    pub fn new(folder: &Path, store: &Path, texts: &Texts) -> Result<Self, AppError> {
        let folder = std::path::absolute(folder).map_err(|error| AppError::file(folder, &error))?;
        if folder.starts_with(store) {
            return Err(AppError::refused("error-kit-in-store", vec![("place", folder.display().to_string())]));
        }
        let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.map_err(|error| AppError::target(&folder, &error))?;
        Ok(Self { folder, texts: texts.clone(), written: Vec::new() })
    }

    /// Writes a file for each sheet, readable for this account alone; returns when they are on the disk.
    ///
    /// # Errors
    /// When a file is there already, or the disk refuses.
    pub fn write(&mut self, sheets: &[KitSheet]) -> Result<(), AppError> {
        for sheet in sheets {
            let pdf = report::kit_sheet_pdf(sheet, &self.texts).map_err(|error| match error {
                report::ReportError::Character => AppError::refused("error-kit-name", vec![]),
                report::ReportError::Table
                | report::ReportError::Font
                | report::ReportError::Code
                | report::ReportError::Paper => AppError { key: "error-system", values: vec![], exit: Exit::System },
            })?;
            let values = [("kit", sheet.kit.clone()), ("sheet", sheet.number.to_string())];
            let file = self.folder.join(self.texts.format("kit-sheet-file", &values));
            let made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file);
            let mut made = made.map_err(|error| AppError::target(&file, &error))?;
            self.written.push(file.clone());
            made.write_all(&pdf).and_then(|()| made.sync_all()).map_err(|error| AppError::file(&file, &error))?;
        }
        let folder = fs::File::open(&self.folder).and_then(|folder| folder.sync_all());
        folder.map_err(|error| AppError::file(&self.folder, &error))
    }

    /// The kit is in force: the files stay, and it is said that they are secret and are to be printed and destroyed.
    pub fn keep(mut self) {
        let place = self.folder.display().to_string();
        self.written.clear();
        output::aside(&self.texts.format("cli-kit-written", &[("place", place)]));
    }
}

impl Drop for Paper {
    fn drop(&mut self) {
        for file in &self.written {
            let _ = fs::remove_file(file);
        }
    }
}
