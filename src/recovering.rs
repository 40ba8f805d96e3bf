//! The recovery kit on the command line: its sheets as files to be printed, and its use: `recover`; and `rotate`.
//!
//! **Invariant:** a sheet's words stand in its own file alone: never on a terminal, in an error or in the log.
//! **Not here:** what a sheet looks like (`report`), what the kit opens (`store`).

use std::{
    fs,
    io::{BufRead, IsTerminal, Write},
    path::{Path, PathBuf},
};

use app::{AppError, Exit, Typed};
use store::{NewFolders, RecoverySheet, Store};
use viewmodel::{KitSheet, Texts};
use zeroize::Zeroizing;

use crate::{
    Program,
    command_line::Recover,
    now, origin, output, printing,
    proving::AskedOfSheet,
    stop::Stop,
    system::{HIDES_TYPING, Unseen},
};

/// The files of a kit's sheets: they stay once [`Paper::keep`] says so, else they go when this is dropped.
pub struct Paper {
    folder: PathBuf,
    texts: Texts,
    written: Vec<PathBuf>,
    folders: NewFolders,
    asked: Vec<AskedOfSheet>,
}

impl Paper {
    /// For files in this folder, which is made where it is not there; never the store's own folder, whose copies would bring
    /// the sheets along.
    ///
    /// # Errors
    /// When the folder is the store's, or cannot be made.
    pub fn new(folder: &Path, of_store: &Path, texts: &Texts) -> Result<Self, AppError> {
        let folder = std::path::absolute(folder).map_err(|error| AppError::file(folder, &error))?;
        app::sheets_must_lie_apart(&folder, of_store)?;
        let folders = NewFolders::of(&folder);
        store::create_folder(&folder).map_err(|error| AppError::target(&folder, &error))?;
        Ok(Self { folder, texts: texts.clone(), written: Vec::new(), folders, asked: Vec::new() })
    }

    /// Writes a file for each sheet, readable for this account alone; returns when they are on the disk.
    ///
    /// # Errors
    /// When a file is there already, or the disk refuses.
    pub fn write(&mut self, sheets: &[KitSheet]) -> Result<(), AppError> {
        for sheet in sheets {
            let pdf = printing::kit_sheet(sheet, &self.texts)?;
            let values = [("kit", sheet.kit.clone()), ("sheet", sheet.number.to_string())];
            let file = self.folder.join(self.texts.format("kit-sheet-file", &values));
            let mut made = store::create_private(&file).map_err(|error| AppError::target(&file, &error))?;
            self.written.push(file.clone());
            made.write_all(&pdf).and_then(|()| made.sync_all()).map_err(|error| AppError::file(&file, &error))?;
            self.asked.push(AskedOfSheet::of(sheet));
        }
        store::sync_folder(&self.folder).map_err(|error| AppError::file(&self.folder, &error))
    }

    /// The kit is in force: the files stay, and it is said that they are secret and are to be printed and destroyed. Gives
    /// what is asked of each sheet, to prove that it is on paper.
    pub fn keep(mut self) -> Vec<AskedOfSheet> {
        let place = self.folder.display().to_string();
        self.written.clear();
        self.folders.keep();
        output::aside(&output::said(&self.texts, "cli-kit-written", &[("place", place)]));
        std::mem::take(&mut self.asked)
    }
}

impl Drop for Paper {
    fn drop(&mut self) {
        for file in &self.written {
            let _ = fs::remove_file(file);
        }
    }
}

// LIMIT: a sheet is some 220 bytes.
const SHEET_BYTES_MAX: u64 = 4096;

impl Program {
    /// Brings lost keys back by two sheets, and ends with the sheets of a new kit.
    pub(crate) fn recover(&self, asked: &Recover) -> Result<Exit, AppError> {
        let folder = self.folder()?;
        let [one, other] = match asked.sheets.as_slice() {
            [] => self.typed_sheets(&folder)?,
            [one, other] => [self.sheet_in(one, &folder)?, self.sheet_in(other, &folder)?],
            _ => return Err(AppError::refused("error-sheet-files", vec![])),
        };
        let mut paper = Paper::new(&asked.recovery_kit, &folder, &self.texts)?;
        if let Some(file) = &asked.backup {
            app::restore_by_kit(&folder, &self.keys()?, (&one, &other), file, (origin(), now()))?;
        }
        let admit = asked.admit.as_ref().map(|(staff, role)| (staff.as_str(), *role));
        let write = &mut |sheets: &[KitSheet]| paper.write(sheets);
        let code = app::recover(&folder, &self.keys()?, (&one, &other), admit, (origin(), now()), write)?;
        let asked_of = paper.keep();
        if let (Some(code), Some((staff, _))) = (code, admit) {
            self.say("cli-recover-code", &[("staff", staff.to_owned()), ("code", code)])?;
        }
        self.say("cli-recover-done", &[("place", folder.display().to_string())])?;
        self.prove(&asked_of)
    }

    /// Replaces the root secret; says how far it is, a tenth at a time.
    pub(crate) fn rotate(&self) -> Result<Exit, AppError> {
        let (folder, stop) = (self.folder()?, Stop::listen()?);
        let mut said = 0;
        let progress = &mut |done: u64, all: u64| {
            let tenth = done * 10 / all.max(1);
            if tenth > said {
                said = tenth;
                self.tell("cli-rotate-progress", &[("percent", (tenth * 10).to_string())]);
            }
            !stop.is_asked()
        };
        let left = Store::rotate(&folder, &self.keys()?, origin(), now(), progress)?;
        for snapshot in &left {
            self.tell("cli-rotate-snapshot", &[("place", snapshot.display().to_string())]);
        }
        self.say("cli-rotate-done", &[("place", folder.display().to_string())])?;
        Ok(if left.is_empty() { Exit::Done } else { Exit::Attention })
    }

    /// Two sheets from standard input: from a person line by line, where a line that is wrong is asked again.
    fn typed_sheets(&self, folder: &Path) -> Result<[RecoverySheet; 2], AppError> {
        let person = std::io::stdin().is_terminal();
        if person && !HIDES_TYPING {
            return Err(AppError::refused("error-terminal-shows", vec![]));
        }
        let _unseen = Unseen::on_standard_input();
        let mut input = std::io::stdin().lock();
        let mut one = |number: u8| -> Result<RecoverySheet, AppError> {
            self.tell("cli-recover-sheet", &[("number", number.to_string())]);
            let mut typed = Zeroizing::new(String::with_capacity(1024));
            loop {
                let before = typed.len();
                let read = std::io::Read::take(&mut input, SHEET_BYTES_MAX).read_line(&mut typed);
                let read = read.map_err(|error| AppError::file(Path::new("/dev/stdin"), &error))?;
                if read == 0 {
                    return Err(self.of_sheet(app::unfinished_sheet(), "cli-recover-of-typed", number.to_string()));
                }
                match app::read_sheet(&typed, folder) {
                    Ok(Typed::Sheet(sheet)) => return Ok(sheet),
                    Ok(Typed::Unfinished) => {}
                    Err(error) if person => {
                        self.tell(error.key, &error.values);
                        self.tell("cli-recover-again", &[]);
                        typed.truncate(before);
                    }
                    Err(error) => return Err(self.of_sheet(error, "cli-recover-of-typed", number.to_string())),
                }
            }
        };
        Ok([one(1)?, one(2)?])
    }

    /// The sheet in a file: what its QR code says, or its numbers and words.
    fn sheet_in(&self, file: &Path, folder: &Path) -> Result<RecoverySheet, AppError> {
        let text = Zeroizing::new(app::read_text(file)?);
        let error = match app::read_sheet(&text, folder) {
            Ok(Typed::Sheet(sheet)) => return Ok(sheet),
            Ok(Typed::Unfinished) => app::unfinished_sheet(),
            Err(error) => error,
        };
        Err(self.of_sheet(error, "cli-recover-of-file", file.display().to_string()))
    }

    /// What is wrong, and with which of the two sheets.
    fn of_sheet(&self, error: AppError, key: &'static str, sheet: String) -> AppError {
        let said = self.texts.format(error.key, &error.values);
        AppError { key, values: vec![("sheet", sheet), ("said", said)], exit: error.exit }
    }
}
