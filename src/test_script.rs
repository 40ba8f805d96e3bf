//! `generate --testscript`: the test script of a connection, for a hospital that is nobody's yet.

use app::{AppError, Exit};
use chrono::NaiveDate;
use invent::CaseScript;

use crate::{Program, generate_line::Generate, output, script_page};

impl Program {
    /// Writes the script: messages, rides, and the page in both languages as PDF and as Markdown.
    pub(crate) fn write_script(&self, asked: &Generate, until: NaiveDate) -> Result<Exit, AppError> {
        let script = CaseScript::new(asked.seed, asked.rav, until);
        script_page::write(&script, asked.rav, until, &asked.folder)?;
        let count = ("count", script.cases().len().to_string());
        let place = ("place", asked.folder.display().to_string());
        output::result(&self.texts.format("cli-generate-script-done", &[count, place]))?;
        Ok(Exit::Done)
    }
}
